//! Trends: minutes from the columns of `numeric`, hours from `trend`, put together in equal steps.

use std::collections::BTreeMap;

use vigie_history::{Answer, Query, Source, TrendPoint};
use vigie_model::{Unit, WallTime};

use super::{
    Found, Reader,
    beds::Meant,
    facts::Part,
    numerics::{numeric_chunk, numeric_tail, pieces, slots_there},
    opened::Opened,
    times::Piece,
};
use crate::{
    chunk::{self, Form, HOUR_MINUTES, Minute, NumericValue},
    layout::{self, NUMERIC_SLOT_NS},
};

const MINUTE_NS: u64 = NUMERIC_SLOT_NS;
/// Most steps of an answer, however many were asked for.
const POINTS_MAX: u64 = 20_000;

/// Of fewer points than this none is left out.
const FEW_POINTS: u128 = 12;

/// A minute of a stream.
#[derive(Clone, Copy, Debug)]
struct Said {
    /// Its middle, by the run's clock.
    middle: u64,
    minute: Minute,
}

/// Minutes of one unit, on their way into an answer.
#[derive(Debug, Default)]
struct Steps {
    steps: BTreeMap<i64, Minute>,
}

impl Reader {
    /// Least, greatest and mean in equal steps.
    pub(super) fn trend(
        &mut self,
        query: &Query,
        source: &Source,
        points_max: u16,
        found: &mut Found,
    ) -> Answer {
        let minutes = step_minutes(query, points_max);
        let step_ns = (minutes * MINUTE_NS) as i64;
        let mut by_unit: Vec<(Unit, Steps)> = Vec::new();
        let mut newest: Option<Unit> = None;
        let mut digits = None;
        self.each_segment((query.from, query.to), found, |reader, opened, found| {
            let meant = reader.meant(opened, source, found);
            if meant.is_empty() {
                return;
            }
            let facts = reader.facts(opened, Part::Said, found);
            for piece in pieces(opened, query) {
                for of in &meant {
                    let within = Piece { from: piece.from.max(of.from), to: piece.to.min(of.to) };
                    if within.from >= within.to {
                        continue;
                    }
                    for (unit, said) in minutes_of(opened, of, within) {
                        let wall = opened.clock.wall(said.middle).as_unix_nanos();
                        let step = wall.div_euclid(step_ns).saturating_mul(step_ns);
                        let at = match by_unit.iter().position(|(other, _)| *other == unit) {
                            Some(at) => at,
                            None => {
                                by_unit.push((unit.clone(), Steps::default()));
                                by_unit.len() - 1
                            }
                        };
                        if let Some((_, steps)) = by_unit.get_mut(at) {
                            steps.add(step, said.minute);
                        }
                        newest = Some(unit);
                    }
                }
            }
            for of in &meant {
                let info = facts.streams.get(&(of.device.clone(), of.key.clone()));
                digits = info.and_then(|info| info.digits).or(digits);
            }
        });
        let unit = newest.unwrap_or_else(Unit::one);
        for (other, steps) in by_unit.iter().filter(|(other, _)| *other != unit) {
            let steps = steps.steps.len();
            let what = format!(
                "{steps} steps in {} are not in this trend in {}: ask for them by themselves",
                other.as_str(),
                unit.as_str()
            );
            found.hurt(0, what);
        }
        let steps = by_unit.into_iter().find(|(other, _)| *other == unit).map(|(_, steps)| steps);
        let points = steps.unwrap_or_default().points(query, step_ns, points_max);
        Answer::Trend { step_s: (minutes * 60) as u32, unit, digits, points }
    }
}

/// Length of a step: whole minutes, as few as cover the range with the points that are wanted. Steps begin
/// at whole steps of the PC's clock, so a range of which neither end does touches one more: its oldest
/// step lies partly before the range, and is left out when there is one too many ([`Steps::points`]). With few
/// points that would be much of the range, and steps are so long that all of it fits.
fn step_minutes(query: &Query, points_max: u16) -> u64 {
    let span = query.to.since(query.from).as_nanos();
    let points = u128::from(u64::from(points_max).clamp(1, POINTS_MAX));
    let whole = if points < FEW_POINTS { points.saturating_sub(1).max(1) } else { points };
    let minutes = span.div_ceil(whole * u128::from(MINUTE_NS));
    let minutes = if points == 1 { minutes * 2 } else { minutes };
    u64::try_from(minutes).unwrap_or(u64::MAX).clamp(1, u64::from(u32::MAX) / 60)
}

impl Steps {
    fn add(&mut self, step: i64, minute: Minute) {
        let before = self.steps.get(&step).copied();
        if let Some(sum) = chunk::combine(before.into_iter().chain([minute])) {
            self.steps.insert(step, sum);
        }
    }

    /// The steps of a range, at most `points_max`: the newest ones.
    fn points(self, query: &Query, step_ns: i64, points_max: u16) -> Vec<TrendPoint> {
        let first = query.from.as_unix_nanos().saturating_sub(step_ns);
        let mut points: Vec<TrendPoint> = self
            .steps
            .into_iter()
            .filter(|&(step, _)| step > first && step < query.to.as_unix_nanos())
            .map(|(step, minute)| TrendPoint {
                from: WallTime::from_unix_nanos(step),
                low: minute.low,
                mean: minute.mean,
                high: minute.high,
                count: minute.valid,
            })
            .collect();
        let most = u64::from(points_max).clamp(1, POINTS_MAX) as usize;
        points.drain(..points.len().saturating_sub(most));
        points
    }
}

/// The minutes of a stream whose middle lies in a piece, each with its unit, in order.
fn minutes_of(opened: &mut Opened, of: &Meant, piece: Piece) -> Vec<(Unit, Said)> {
    let mut minutes: BTreeMap<u64, (Option<Unit>, Minute)> = BTreeMap::new();
    let hours = (
        (piece.from / layout::TREND_SLOT_NS).saturating_sub(1),
        piece.to.saturating_sub(1) / layout::TREND_SLOT_NS,
    );
    let middle = |slot: u64| layout::numeric_slot_start(of.stream, slot) + MINUTE_NS / 2;
    let is_inside = |slot: u64| (piece.from..piece.to).contains(&middle(slot));
    let slots =
        ((piece.from / MINUTE_NS).saturating_sub(1), piece.to.saturating_sub(1) / MINUTE_NS);
    let slots = slots_there(opened, "numeric", slots);
    for hour in hours_of(slots, hours) {
        let of_hour = hour * HOUR_MINUTES as u64..(hour + 1) * HOUR_MINUTES as u64;
        match whole_hour(opened, hour, of.stream) {
            Some(tiers) => {
                for (slot, minute) in of_hour.zip(tiers) {
                    if let Some(minute) = minute.filter(|_| is_inside(slot)) {
                        minutes.insert(slot, (None, minute));
                    }
                }
            }
            None => {
                for slot in of_hour.filter(|&slot| {
                    is_inside(slot) && slots.is_some_and(|(low, high)| (low..=high).contains(&slot))
                }) {
                    if let Some(minute) = minute_row(opened, slot, of.stream) {
                        minutes.insert(slot, (None, minute));
                    }
                }
            }
        }
    }
    name_units(opened, of, &mut minutes);
    for (slot, unit, minute) in minutes_of_tail(opened, of) {
        if is_inside(slot) && !minutes.contains_key(&slot) {
            minutes.insert(slot, (Some(unit), minute));
        }
    }
    minutes
        .into_iter()
        .filter_map(|(slot, (unit, minute))| Some((unit?, Said { middle: middle(slot), minute })))
        .collect()
}

/// Hours in which there are chunks at all.
fn hours_of(slots: Option<(u64, u64)>, (low, high): (u64, u64)) -> std::ops::Range<u64> {
    match slots {
        Some((first, last)) => {
            let minutes = HOUR_MINUTES as u64;
            low.max(first / minutes)..high.min(last / minutes) + 1
        }
        None => 0..0,
    }
}

/// The 60 minutes of an hour that is over.
fn whole_hour(
    opened: &mut Opened,
    hour: u64,
    stream: u32,
) -> Option<[Option<Minute>; HOUR_MINUTES]> {
    let id = layout::chunk_id(hour, stream);
    let place = format!("trend {id}");
    let sql = "SELECT CASE WHEN length(data) <= ?2 THEN data END FROM trend WHERE id = ?1";
    let data = opened.data(&place, sql, id)?;
    match chunk::decode_trend(&data) {
        Ok(minutes) => Some(minutes),
        Err(error) => {
            opened.note(format!("{place}: {error}"));
            None
        }
    }
}

/// A minute by the columns beside its chunk.
fn minute_row(opened: &mut Opened, slot: u64, stream: u32) -> Option<Minute> {
    let id = layout::chunk_id(slot, stream);
    let sql = "SELECT valid, low, high, mean FROM numeric WHERE id = ?1 AND valid > 0";
    opened.one(&format!("numeric {id}"), sql, [id], |row| {
        Ok(Minute { valid: row.get(0)?, low: row.get(1)?, high: row.get(2)?, mean: row.get(3)? })
    })
}

/// Finds the unit of each minute. Tiers do not tell it, chunks do: where the chunks at both ends of an hour
/// say the same, all between them do, and else each is looked at.
fn name_units(
    opened: &mut Opened,
    of: &Meant,
    minutes: &mut BTreeMap<u64, (Option<Unit>, Minute)>,
) {
    let mut by_hour: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for &slot in minutes.keys() {
        by_hour.entry(slot / HOUR_MINUTES as u64).or_default().push(slot);
    }
    let mut before: Option<(u64, Option<Unit>)> = None;
    for slots in by_hour.into_values() {
        let (Some(&first), Some(&last)) = (slots.first(), slots.last()) else { continue };
        // The last chunk of the hour before spares the first of this one.
        let known = before.take().filter(|(slot, _)| slot + 1 == first).and_then(|(_, unit)| unit);
        let end = unit_of(opened, of, last);
        let begin =
            if known.is_some() && known == end { known } else { unit_of(opened, of, first) };
        for slot in slots {
            let unit = if begin == end { end.clone() } else { unit_of(opened, of, slot) };
            if let Some((known, _)) = minutes.get_mut(&slot) {
                *known = unit;
            }
        }
        before = Some((last, end));
    }
}

fn unit_of(opened: &mut Opened, of: &Meant, slot: u64) -> Option<Unit> {
    let values = numeric_chunk(opened, slot, of.stream);
    values.iter().rev().find_map(|value| unit_of_value(opened, value))
}

fn unit_of_value(opened: &Opened, value: &NumericValue) -> Option<Unit> {
    value.reading.value()?;
    match opened.forms.get(&value.form)? {
        Form::Numeric(form) => Some(form.unit.clone()),
        Form::Wave(_) => None,
    }
}

/// Minutes that are in no chunk yet.
fn minutes_of_tail(opened: &mut Opened, of: &Meant) -> Vec<(u64, Unit, Minute)> {
    let mut minutes: BTreeMap<u64, (Unit, Minute)> = BTreeMap::new();
    for (_, value) in numeric_tail(opened, &[of.stream]) {
        let (Some(number), Some(unit)) = (value.reading.value(), unit_of_value(opened, &value))
        else {
            continue;
        };
        let number = number.to_f64();
        let one = Minute { valid: 1, low: number, high: number, mean: number };
        let slot = layout::numeric_slot(of.stream, value.arrival.as_nanos());
        let before = minutes.get(&slot).filter(|(other, _)| *other == unit).map(|&(_, sum)| sum);
        if let Some(sum) = chunk::combine(before.into_iter().chain([one])) {
            minutes.insert(slot, (unit, sum));
        }
    }
    minutes.into_iter().map(|(slot, (unit, minute))| (slot, unit, minute)).collect()
}

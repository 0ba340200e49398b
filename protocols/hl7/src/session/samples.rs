//! Waves: a row of samples (NA) and, after it, rate, resolution and the sign of a missing sample.
//!
//! Source: Mindray's eGateway: 29 waves of one second, the count of each equal to its rate. Rates count
//! ticks: tick = sample, counted from 1970 on the device's calendar, so that two seconds join exactly.
//! Without a rate a wave is refused.

use std::sync::Arc;
use std::time::Duration;

use vigie_model::nomenclature::by_code;
use vigie_model::{
    Before, Cadence, Category, Event, Fault, FaultKind, Mark, MarkKind, MdcCode, Scale, Text, Tick,
    Timebase, Unit, WaveChunk,
};

use super::bed::{Bed, WaveState};
use super::numbers::Context;
use super::rows::{Order, Row};
use super::streams::Told;
use crate::map::codes::{Coded, Use};
use crate::map::units;
use crate::wire::time::Claimed;
use crate::wire::value;

/// Fastest wave that is taken for one.
const RATE_MAX: f64 = 10_000.0;
/// A second may begin this share of a second away from the end of the one before and still join it:
/// gateways write whole seconds or stamp with a jittering clock.
const JOIN_WITHIN: f64 = 0.25;

/// A wave of a message, put together.
#[derive(Debug)]
pub(super) struct Found<'r, 'm> {
    row: &'r Row<'m>,
    rate: Option<f64>,
    step: Option<f64>,
    unit: Option<Unit>,
    missing: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    Rate,
    Resolution,
    Missing,
}

/// By name, then by number, then by place: the same name comes with different numbers.
fn attribute(coded: &Coded<'_>, stem: &str, sub_id: &str) -> Option<Attribute> {
    match coded.refid() {
        "ATTR_SAMP_RATE" => return Some(Attribute::Rate),
        "ATTR_NU_MSMT_RES" => return Some(Attribute::Resolution),
        "EVT_INOP" => return Some(Attribute::Missing),
        _ => {}
    }
    match coded.value() {
        Some(2_381 | 2_327) => return Some(Attribute::Resolution),
        Some(262_196 | 196_660) => return Some(Attribute::Missing),
        _ => {}
    }
    match sub_id.strip_prefix(stem)? {
        ".1" => Some(Attribute::Rate),
        ".2" => Some(Attribute::Resolution),
        ".3" => Some(Attribute::Missing),
        _ => None,
    }
}

/// The waves of an order, and the rows that are something else.
pub(super) fn split<'r, 'm>(order: &'r Order<'m>) -> (Vec<Found<'r, 'm>>, Vec<&'r Row<'m>>) {
    let (mut waves, mut rest): (Vec<Found<'r, 'm>>, Vec<&Row<'m>>) = (Vec::new(), Vec::new());
    for row in &order.rows {
        if row.kind() == "NA" {
            waves.push(Found { row, rate: None, step: None, unit: None, missing: None });
            continue;
        }
        let wave = waves.last_mut();
        let Some((wave, what)) = wave.and_then(|wave| {
            let what = attribute(&row.coded(), wave.row.sub_id(), row.sub_id())?;
            row.sub_id().starts_with(wave.row.sub_id()).then_some((wave, what))
        }) else {
            rest.push(row);
            continue;
        };
        let number = value::decimal(&row.field(5).plain()).map(|value| value.to_f64());
        match what {
            Attribute::Rate => wave.rate = number,
            Attribute::Resolution => {
                wave.step = number;
                wave.unit = Some(units::unit(row.field(6)));
            }
            Attribute::Missing => {
                wave.missing = number.filter(|it| it.fract() == 0.0).map(|it| it as i32);
            }
        }
    }
    (waves, rest)
}

/// One wave of a message.
pub(super) fn take(
    bed: &mut Bed,
    context: &Context,
    order: &Order<'_>,
    found: &Found<'_, '_>,
    events: &mut Vec<Event>,
) {
    let coded = found.row.coded();
    let vendor = coded.vendor();
    let refuse = |events: &mut Vec<Event>, what: String| {
        let what = Text::from(what);
        events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
    };
    let rate = found.rate.filter(|rate| *rate > 0.0 && *rate <= RATE_MAX);
    let Some(rate) = rate else {
        return refuse(events, format!("wave without a rate: {vendor}"));
    };
    let Some((samples, marks, decimals)) = samples(found) else {
        return refuse(events, format!("samples of {vendor}"));
    };
    let code = coded.code(Use::Wave);
    let unit = found.unit.clone().unwrap_or(Unit::AsSent(Text::from("")));
    let seconds = samples.len() as f64 / rate;
    let told = Told {
        label: coded.label(),
        unit: unit.clone(),
        category: Category::Measured,
        cadence: Some(Cadence::Periodic(Duration::from_secs_f64(seconds.clamp(0.1, 60.0)))),
        channel: None,
    };
    let apart = bed.apart(&vendor, found.row);
    let vendor = format!("{vendor} wave");
    let Some(key) =
        bed.streams.key(context.now, code, &vendor, &apart, context.interval, told, events)
    else {
        return;
    };
    let start = found.row.time().or_else(|| order.start()).or(context.message);
    let known = bed.waves.get(&key).copied();
    let Some((first, before)) = place(known, start, rate) else {
        let what = Text::from("second of a wave sent again");
        events.push(Event::Fault(Fault { kind: FaultKind::Unexpected, what, count: 1 }));
        return;
    };
    let end = first + samples.len() as u64;
    bed.waves.insert(key.clone(), WaveState { start, end, rate_millihertz: (rate * 1e3) as u64 });
    let per_count = found.step.map(|step| step / 10f64.powi(i32::from(decimals)));
    events.push(Event::Wave(WaveChunk {
        key,
        base: timebase(rate),
        first: Tick(first),
        step: 1,
        before,
        scale: scale(code, &unit, per_count),
        unit,
        samples,
        marks,
    }));
}

/// A clock that ticks once a sample. Its number is the rate, so that waves of one rate share it.
pub(super) fn timebase(rate: f64) -> Timebase {
    Timebase { id: (rate.round() as u16).max(1), tick_ns: (1e9 / rate).round() as u32 }
}

/// Where a second begins, and whether it joins; `None` when it was there before.
fn place(known: Option<WaveState>, start: Option<Claimed>, rate: f64) -> Option<(u64, Before)> {
    let known = known.filter(|known| known.rate_millihertz == (rate * 1e3) as u64);
    let by_clock = start.map(|start| (start.millis as f64 * rate / 1e3).round() as u64);
    match (known, by_clock) {
        (Some(known), Some(_)) if known.start == start => None,
        (Some(known), Some(first)) => {
            let is_next = first.abs_diff(known.end) as f64 <= rate * JOIN_WITHIN;
            Some(if is_next { (known.end, Before::Joined) } else { (first, Before::Gap) })
        }
        (Some(known), None) => Some((known.end, Before::Gap)),
        (None, Some(first)) => Some((first, Before::Gap)),
        (None, None) => Some((0, Before::Gap)),
    }
}

type Samples = (Arc<[i32]>, Vec<Mark>, u8);

/// The samples as whole numbers, which of them are none, and how many digits stood behind the point.
fn samples(found: &Found<'_, '_>) -> Option<Samples> {
    let field = found.row.field(5);
    let texts = || field.repetitions().flat_map(|row| row.components());
    let decimals = texts()
        .map(|text| text.split_once('.').map_or(0, |(_, behind)| behind.trim().len()))
        .max()?;
    let decimals = u8::try_from(decimals).ok().filter(|decimals| *decimals <= 6)?;
    let (mut samples, mut marks) = (Vec::new(), Vec::new());
    for (at, text) in texts().enumerate() {
        let is_empty = text.trim().is_empty();
        let raw = if is_empty {
            0
        } else {
            i32::try_from(value::decimal(text)?.rounded(decimals).mantissa()).ok()?
        };
        let is_missing = is_empty || decimals == 0 && found.missing == Some(raw);
        if is_missing {
            marks.push(Mark { at: u32::try_from(at).ok()?, kind: MarkKind::Invalid });
        }
        samples.push(raw);
    }
    (!field.is_empty()).then(|| (Arc::from(samples), marks, decimals))
}

/// Without a physical unit there is no scale: pleth and impedance come as counts.
fn scale(code: Option<MdcCode>, unit: &Unit, per_count: Option<f64>) -> Scale {
    let has_unit = !matches!(unit.as_str(), "" | "1");
    let Some(per_count) = per_count.filter(|step| has_unit && step.is_finite() && *step > 0.0)
    else {
        return Scale::Unknown;
    };
    let row = code.and_then(by_code).filter(|row| row.ucum == unit.as_str());
    let (low, high) =
        row.map_or((-32_768.0 * per_count, 32_767.0 * per_count), |row| row.plausible);
    Scale::Physical { offset: 0.0, per_count, low, high }
}

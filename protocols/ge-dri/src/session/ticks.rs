//! The clock that wave records imply.
//!
//! Samples carry no time. All waves of a record cover the same stretch of it, and records are counted;
//! so each record begins where the one before ended, and a hole is as long as the records that are
//! missing in the count. A stretch carries now and then a sample more or less than its nominal number
//! (99 or 101 of 100), and waves of different rates need not agree at their ends: each stream goes on
//! from its own last sample as long as it stays within [`DRIFT_MAX`] of the record.
//!
//! Count and clock of a record are checked against each other, since the sum of eight bits lets a hurt
//! one pass now and then. A record whose two do not agree waits for the next one, which either goes on
//! from it, so that the monitor restarted or its clock was set, or from the one before, so that it was
//! hurt. Either way what follows lies where it belongs.

use std::time::Duration;

use vigie_model::{Before, Tick, Timebase};

/// A third of a millisecond: all rates (500, 300, 200, 100, 25 Hz) are whole numbers of it. The
/// nominal length is short by one millionth, less than any crystal is off.
pub const TIMEBASE: Timebase = Timebase { id: 0, tick_ns: 333_333 };
/// Ticks in a second.
pub(super) const SECOND: u64 = 3_000;
/// How far the end of a stream may be from where the record begins and still be joined.
const DRIFT_MAX: u64 = SECOND / 10;
/// The second in which a record begins may be told one late or early.
const CLOCK_DRIFT: u64 = SECOND + SECOND / 2;
/// Of a count and a clock that differ by less than this the count is believed, once confirmed.
const CLOCK_JITTER: u64 = 2 * SECOND + SECOND / 2;
/// A hole longer than this is not measured: nobody looks back that far.
const HOLE_MAX: u64 = 3_600 * SECOND;
/// Lengths of records in milliseconds (DRI, "Waveform records"), the longest first.
const PERIODS_MS: [u64; 6] = [1_000, 500, 250, 200, 167, 125];

/// What a record says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Its number, modulo 256.
    pub(super) number: u8,
    /// Seconds by the monitor's clock.
    pub(super) time: u32,
    /// Ticks that it covers.
    pub(super) span: u64,
}

/// A record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Tick at which it begins.
    pub(super) at: u64,
    /// Records are missing before it, or none came before.
    pub(super) has_hole: bool,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It lies here.
    Here(Place),
    /// Count and clock disagree: it waits.
    Wait,
    /// The one that waited lies at the first place, this one at the second.
    Both(Place, Place),
    /// The one that waited lies here; this one waits.
    WaitAgain(Place),
}

/// The records of one set of waves. Waves that do not go together, such as a 12-lead ECG and all
/// others, come in records of their own, which share the count.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    /// Where the next record begins.
    at: u64,
    last: Option<Stamp>,
    /// The record that waits, and how many of other sets came between it and the last.
    held: Option<(Stamp, u8)>,
    /// Records of other sets since the last of this one, or since the one that waits.
    others: u8,
    /// There are other sets, so that a number that is missing may be one of theirs.
    is_shared: bool,
    /// The monitor gives all records the same number.
    is_uncounted: bool,
}

/// Between two records of a set.
#[derive(Clone, Copy)]
struct Step {
    from: Stamp,
    to: Stamp,
    others: u8,
    is_shared: bool,
    is_uncounted: bool,
}

impl Step {
    /// Records that are missing between, by the count.
    fn missing(self) -> u64 {
        let apart = self.to.number.wrapping_sub(self.from.number);
        u64::from(apart.wrapping_sub(1).wrapping_sub(self.others))
    }

    /// Ticks by the clock; `None`: it went back.
    fn told(self) -> Option<u64> {
        let told = i64::from(self.to.time) - i64::from(self.from.time);
        u64::try_from(told).ok().map(|told| told.saturating_mul(SECOND))
    }

    /// How far the clock is from so many missing records.
    fn off(self, missing: u64) -> u64 {
        let follows = self.from.span + missing * self.from.span;
        match self.told() {
            Some(told) => told.abs_diff(follows),
            None => follows + u64::from(self.from.time.abs_diff(self.to.time)) * SECOND,
        }
    }

    /// The records missing between, where count and clock agree.
    fn agreed(self) -> Option<u64> {
        let missing = self.missing();
        let is_counted = !(self.is_uncounted && self.to.number == self.from.number);
        if (missing == 0 || !is_counted) && self.off(0) <= CLOCK_DRIFT {
            return Some(0);
        }
        if !is_counted {
            let told = self.told().filter(|told| *told <= HOLE_MAX)?;
            return Some(told.saturating_sub(self.from.span) / self.from.span.max(1));
        }
        if self.is_shared {
            // Some of those that are missing are of this set: the clock says how many.
            let records = self.told()?.saturating_sub(self.from.span) / self.from.span.max(1);
            let records = records.min(missing);
            return (missing < 64 && self.off(records) <= CLOCK_DRIFT).then_some(records);
        }
        (self.off(missing) < SECOND).then_some(missing)
    }

    /// The hole between two records that do not agree, when the later one was confirmed.
    fn confirmed(self) -> u64 {
        let (span, missing) = (self.from.span, self.missing());
        if self.off(missing) < CLOCK_JITTER {
            return missing * span;
        }
        match self.told().filter(|told| (1..=HOLE_MAX).contains(told)) {
            // The count went round, or began anew: the clock says how long it was.
            Some(told) => {
                let round = 256 * span;
                let counted = missing * span;
                let hole = told.saturating_sub(span);
                let rounds = (hole.saturating_sub(counted) + round / 2) / round.max(1);
                let whole = counted + rounds * round;
                if whole.abs_diff(hole) < SECOND { whole } else { hole }
            }
            // A clock that was set, another recording behind this one: how long is not known.
            None if missing == 0 => 0,
            None => span,
        }
    }
}

impl Ticks {
    /// A set that begins here.
    pub(super) fn at(at: u64) -> Ticks {
        Ticks { at, ..Ticks::default() }
    }

    /// Where the last record that has its place began, and what it said.
    pub(super) fn last(&self) -> Option<(u64, Stamp)> {
        self.last.map(|last| (self.at - last.span.min(self.at), last))
    }

    /// A record of another set came.
    pub(super) fn see_other(&mut self) {
        self.others = self.others.wrapping_add(1);
    }

    /// Whether there are other sets.
    pub(super) fn share(&mut self, is_shared: bool) {
        self.is_shared = is_shared;
    }

    /// The next record.
    pub(super) fn judge(&mut self, stamp: Stamp) -> Verdict {
        let others = std::mem::take(&mut self.others);
        let Some(last) = self.last else {
            let place = self.put(stamp, 0);
            return Verdict::Here(torn(place));
        };
        self.is_uncounted = stamp.number == last.number
            && self.held.map_or(self.is_uncounted, |(held, _)| held.number == last.number);
        let (is_shared, is_uncounted) = (self.is_shared, self.is_uncounted);
        let step = |from, to, others| Step { from, to, others, is_shared, is_uncounted };
        let Some((held, before)) = self.held.take() else {
            let missing = step(last, stamp, others).agreed();
            return match missing {
                Some(missing) => Verdict::Here(self.put(stamp, missing * last.span)),
                None => {
                    self.held = Some((stamp, others));
                    Verdict::Wait
                }
            };
        };
        // Do this one and the last agree, whatever lies between? One of the missing is the one that waited.
        if !is_uncounted
            && let Some(missing) = step(last, stamp, before.wrapping_add(others)).agreed()
        {
            let counted = step(last, held, before).missing();
            // Its own number says which of the missing it is; if that is hurt, the last.
            let seat = if counted < missing { counted } else { missing.saturating_sub(1) };
            let rest = missing.saturating_sub(seat + 1);
            let first = self.put(held, seat * last.span);
            let second = self.put(stamp, rest * last.span);
            let is_sure = missing == 1 || counted < missing;
            return if is_sure {
                Verdict::Both(first, second)
            } else {
                Verdict::Both(torn(first), torn(second))
            };
        }
        if let Some(missing) = step(held, stamp, others).agreed() {
            let hole = step(last, held, before).agreed().map(|missing| missing * last.span);
            let first = self.put(held, hole.unwrap_or(step(last, held, before).confirmed()));
            let second = self.put(stamp, missing * held.span);
            return Verdict::Both(torn(first), second);
        }
        let first = self.put(held, 0);
        self.held = Some((stamp, others));
        Verdict::WaitAgain(torn(first))
    }

    /// Nothing came that says more of the record that waits.
    pub(super) fn give_up(&mut self) -> Option<Place> {
        let (held, _) = self.held.take()?;
        Some(torn(self.put(held, 0)))
    }

    fn put(&mut self, stamp: Stamp, hole: u64) -> Place {
        self.at += hole;
        let place = Place { at: self.at, has_hole: hole != 0 };
        self.at += stamp.span;
        self.last = Some(stamp);
        place
    }
}

fn torn(place: Place) -> Place {
    Place { has_hole: true, ..place }
}

/// One wave of the monitor.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    /// The tick after its last sample; `None`: none so far.
    end: Option<u64>,
}

impl Run {
    /// Where samples of a record begin, and whether they follow the last ones.
    pub(super) fn join(&mut self, place: Place, has_gap: bool, ticks: u64) -> (Tick, Before) {
        let end = self.end.unwrap_or(0);
        let is_joined = self.end.is_some()
            && !place.has_hole
            && !has_gap
            && end.abs_diff(place.at) <= DRIFT_MAX;
        let first = if is_joined { end } else { place.at.max(end) };
        self.end = Some(first + ticks);
        (Tick(first), if is_joined { Before::Joined } else { Before::Gap })
    }
}

/// How often records of about this many ticks come.
pub(super) fn period(span: u64) -> Duration {
    let ms = span / (SECOND / 1_000);
    let nearest = PERIODS_MS.iter().min_by_key(|period| period.abs_diff(ms));
    Duration::from_millis(nearest.copied().unwrap_or(1_000))
}

#[cfg(test)]
mod tests;

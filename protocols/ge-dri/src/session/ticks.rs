//! The clock that wave records imply.
//!
//! Samples carry no time. All waves of a record cover the same stretch of it, and records are counted;
//! so each record begins where the one before ended, and a hole is as long as the records that are
//! missing in the count. A stretch carries now and then a sample more or less than its nominal number
//! (99 or 101 of 100), and waves of different rates need not agree at their ends: each stream goes on
//! from its own last sample as long as it stays within [`DRIFT_MAX`] of the record.

use std::time::Duration;

use vigie_model::{Before, Tick, Timebase};

/// A third of a millisecond: all rates (500, 300, 200, 100, 25 Hz) are whole numbers of it. The
/// nominal length is short by one millionth, less than any crystal is off.
pub const TIMEBASE: Timebase = Timebase { id: 0, tick_ns: 333_333 };
/// Ticks in a second.
pub(super) const SECOND: u64 = 3_000;
/// How far the end of a stream may be from where the record begins and still be joined.
const DRIFT_MAX: u64 = SECOND / 10;
/// A hole longer than this is not measured: nobody looks back that far.
const HOLE_MAX: u64 = 3_600 * SECOND;
/// Lengths of records in milliseconds (DRI, "Waveform records"), the longest first.
const PERIODS_MS: [u64; 6] = [1_000, 500, 250, 200, 167, 125];

/// Where the next record begins.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    at: u64,
    last: Option<Last>,
}

#[derive(Clone, Copy, Debug)]
struct Last {
    number: u8,
    time: u32,
    span: u64,
}

/// A record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Tick at which it begins.
    pub(super) at: u64,
    /// Records are missing before it, or none came before.
    pub(super) has_hole: bool,
}

impl Ticks {
    /// Places a record that covers `span` ticks.
    pub(super) fn place(&mut self, number: u8, time: u32, span: u64) -> Place {
        let hole = self.last.map(|last| last.hole(number, time));
        self.at += hole.unwrap_or(0);
        let place = Place { at: self.at, has_hole: hole != Some(0) };
        self.at += span;
        self.last = Some(Last { number, time, span });
        place
    }
}

impl Last {
    /// Ticks between this record and the one that follows.
    fn hole(&self, number: u8, time: u32) -> u64 {
        let missing = u64::from(number.wrapping_sub(self.number).wrapping_sub(1));
        let counted = missing * self.span;
        // The second in which a record begins may be told one late or early.
        let told = i64::from(time) - i64::from(self.time);
        let told_ticks = u64::try_from(told).unwrap_or(0).saturating_mul(SECOND);
        let follows = self.span + counted;
        if told >= 0 && told_ticks.abs_diff(follows) <= SECOND + SECOND / 2 {
            return counted;
        }
        // The count wrapped, or began anew: the monitor's clock says how long it was.
        if (1..=(HOLE_MAX / SECOND) as i64).contains(&told) {
            return told_ticks.saturating_sub(self.span).max(1);
        }
        // A clock that was set, another recording behind this one.
        if missing == 0 { 0 } else { counted.max(1) }
    }
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
mod tests {
    use super::*;

    fn place(at: u64, has_hole: bool) -> Place {
        Place { at, has_hole }
    }

    #[test]
    fn records_follow_each_other_and_holes_are_as_long_as_what_is_missing() {
        let mut ticks = Ticks::default();
        assert_eq!(ticks.place(254, 100, SECOND), place(0, true));
        assert_eq!(ticks.place(255, 101, SECOND), place(SECOND, false));
        assert_eq!(ticks.place(0, 102, SECOND), place(2 * SECOND, false));
        // Two are missing.
        assert_eq!(ticks.place(3, 105, SECOND), place(5 * SECOND, true));
        assert_eq!(ticks.place(4, 105, SECOND), place(6 * SECOND, false));
    }

    #[test]
    fn short_records_are_counted_within_a_second() {
        let mut ticks = Ticks::default();
        let quarter = SECOND / 4;
        for number in 0..12u8 {
            let found = ticks.place(number, 100 + u32::from(number) / 4, quarter);
            assert_eq!(found, place(u64::from(number) * quarter, number == 0));
        }
        assert_eq!(ticks.place(14, 103, quarter), place(14 * quarter, true));
    }

    #[test]
    fn a_long_hole_is_measured_by_the_clock_and_a_set_clock_by_the_count() {
        let mut ticks = Ticks::default();
        ticks.place(0, 1_000, SECOND);
        assert_eq!(ticks.place(1, 1_257, SECOND), place(257 * SECOND, true), "the count wrapped");
        assert_eq!(ticks.place(2, 90_000, SECOND), place(258 * SECOND, false), "clock set ahead");
        assert_eq!(ticks.place(3, 50, SECOND), place(259 * SECOND, false), "clock set back");
        assert_eq!(ticks.place(9, 20, SECOND).has_hole, true);
    }

    #[test]
    fn a_sample_more_or_less_is_no_gap() {
        let mut run = Run::default();
        let record = |number: u64| place(number * SECOND, false);
        assert_eq!(run.join(record(0), false, 101 * 30), (Tick(0), Before::Gap));
        assert_eq!(run.join(record(1), false, 99 * 30), (Tick(3_030), Before::Joined));
        assert_eq!(run.join(record(2), true, 100 * 30), (Tick(6_000), Before::Gap));
        assert_eq!(run.join(record(4), false, 100 * 30), (Tick(12_000), Before::Gap));
    }

    #[test]
    fn periods_are_those_of_the_specification() {
        for (span, ms) in [(3_030, 1_000), (2_970, 1_000), (1_500, 500), (750, 250), (375, 125)] {
            assert_eq!(period(span), Duration::from_millis(ms));
        }
    }
}

//! One median a minute of one stream, five hours long.

use std::collections::VecDeque;

use vigie_model::{Decimal, MonoTime};

use super::robust;

/// Minutes that are kept: the baseline and the last hour.
pub const MINUTES_MAX: usize = 300;
/// Values of the minute in progress that are kept as they are. Monitors speak about once a second.
pub const VALUES_A_MINUTE_MAX: usize = 64;

const MINUTE_NANOS: u64 = 60_000_000_000;

/// The minute of a moment, counted since the machine started.
pub(super) fn minute_of(at: MonoTime) -> u64 {
    at.as_nanos() / MINUTE_NANOS
}

/// Keeps one median a minute of one stream of one stay.
///
/// Memory is bounded: [`MINUTES_MAX`] medians, and the values of the minute in progress. Up to
/// [`VALUES_A_MINUTE_MAX`] of those are kept exactly. When one more comes, every second of them is let
/// go, and from then on only every second value is taken; at the next overflow every fourth, and so on:
/// what stays is spread evenly over the minute, without chance, so that what runs twice runs the same.
///
/// Only what is valid, live and plausible belongs in here, and each measurement once: a cuff pressure
/// that a device repeats every second is one value. Give each stay its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Minutes {
    /// Full minutes, oldest first.
    full: VecDeque<(u64, f64)>,
    /// The minute in progress.
    open: Option<Open>,
    /// The most digits behind the point that were sent.
    decimals: u8,
}

/// The minute in progress.
#[derive(Clone, Debug, PartialEq)]
struct Open {
    minute: u64,
    values: Vec<f64>,
    /// How many came.
    heard: u64,
    /// Every so many are taken: 1, 2, 4, ...
    stride: u64,
}

impl Open {
    fn new(minute: u64) -> Open {
        Open { minute, values: Vec::new(), heard: 0, stride: 1 }
    }

    fn push(&mut self, value: f64) {
        let place = self.heard;
        self.heard += 1;
        if !place.is_multiple_of(self.stride) {
            return;
        }
        if self.values.len() == VALUES_A_MINUTE_MAX {
            let mut at = 0_usize;
            self.values.retain(|_| {
                at += 1;
                at % 2 == 1
            });
            self.stride = self.stride.saturating_mul(2);
            // The bound is even, so this place is one of the new stride as well.
        }
        self.values.push(value);
    }

    fn median(&self) -> Option<(u64, f64)> {
        Some((self.minute, robust::median(&mut self.values.clone())?))
    }
}

impl Minutes {
    /// Nothing kept yet.
    pub fn new() -> Minutes {
        Minutes::default()
    }

    /// A value that was measured at `at`. One that belongs to a minute before the one in progress came
    /// too late and is left out.
    pub fn push(&mut self, at: MonoTime, value: Decimal) {
        let number = value.to_f64();
        if !number.is_finite() {
            return;
        }
        let minute = minute_of(at);
        if self.open.as_ref().is_some_and(|open| open.minute > minute) {
            return;
        }
        if let Some(open) = self.open.take_if(|open| open.minute < minute) {
            self.full.extend(open.median());
        }
        // By age, not only by number: after a pause the old ones are of no use.
        let oldest = minute.saturating_sub(MINUTES_MAX as u64);
        while self.full.front().is_some_and(|(minute, _)| *minute < oldest) {
            self.full.pop_front();
        }
        self.decimals = self.decimals.max(value.decimals());
        self.open.get_or_insert_with(|| Open::new(minute)).push(number);
    }

    /// Minute and median, oldest first, the minute in progress last.
    pub fn medians(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.full.iter().copied().chain(self.open.iter().filter_map(Open::median))
    }

    /// The most digits behind the point that were sent.
    pub fn decimals(&self) -> u8 {
        self.decimals
    }

    /// How many minutes have a median.
    pub fn len(&self) -> usize {
        self.full.len() + usize::from(self.open.is_some())
    }

    /// Whether nothing was pushed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(minute: u64, millis: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(60 * minute) + Duration::from_millis(millis)
    }

    fn kept(minutes: &Minutes) -> Vec<(u64, f64)> {
        minutes.medians().collect()
    }

    #[test]
    fn a_minute_is_its_median() {
        let mut minutes = Minutes::new();
        assert!(minutes.is_empty());
        for (millis, value) in [(0, 70), (20_000, 300), (59_999, 72)] {
            minutes.push(at(5, millis), Decimal::whole(value));
        }
        assert_eq!(kept(&minutes), [(5, 72.0)]);
        minutes.push(at(7, 0), Decimal::new(805, -1));
        assert_eq!(kept(&minutes), [(5, 72.0), (7, 80.5)], "minute 6 is missing, not made up");
        assert_eq!((minutes.len(), minutes.decimals()), (2, 1));
    }

    #[test]
    fn what_comes_late_or_is_no_number_is_left_out() {
        let mut minutes = Minutes::new();
        minutes.push(at(5, 0), Decimal::whole(70));
        minutes.push(at(4, 59_999), Decimal::whole(200));
        assert_eq!(kept(&minutes), [(5, 70.0)]);
        minutes.push(at(5, 1), Decimal::new(i64::MAX, 127));
        minutes.push(at(6, 1), Decimal::new(i64::MAX, 127));
        assert!(kept(&minutes).iter().all(|(_, median)| median.is_finite()));
    }

    #[test]
    fn memory_is_bounded_whatever_comes() {
        let mut minutes = Minutes::new();
        for minute in 0..1_000 {
            minutes.push(at(minute, 0), Decimal::whole(70));
        }
        assert_eq!(minutes.len(), MINUTES_MAX + 1, "and the one in progress");
        assert_eq!(minutes.medians().next(), Some((699, 70.0)));
        // A flood in one minute.
        for count in 0..100_000_u64 {
            minutes.push(at(1_000, count / 2), Decimal::whole(70));
            let open = minutes.open.as_ref().expect("a minute is in progress");
            assert!(open.values.len() <= VALUES_A_MINUTE_MAX);
        }
        // After a pause of a day nothing of before is left.
        minutes.push(at(2_440, 0), Decimal::whole(70));
        assert_eq!(kept(&minutes), [(2_440, 70.0)]);
    }

    #[test]
    fn sixty_four_values_are_exact_and_more_are_spread_evenly() {
        let mut minutes = Minutes::new();
        for value in 0..64 {
            minutes.push(at(1, value as u64), Decimal::whole(value));
        }
        assert_eq!(kept(&minutes), [(1, 31.5)]);
        for value in 64..1_000 {
            minutes.push(at(1, value as u64), Decimal::whole(value));
        }
        let open = minutes.open.as_ref().expect("a minute is in progress");
        let expected: Vec<f64> = (0..1_000).step_by(16).map(|value| value as f64).collect();
        assert_eq!(open.values, expected, "every sixteenth, from the first on");
    }
}

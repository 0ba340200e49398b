//! The monitor's two clocks: running ticks, and a wall clock of which little is to be believed.

use std::time::Duration;

use vigie_model::{DeviceTime, Measured, Tick, Timebase};

use crate::wire::types::{AbsoluteTime, Civil, RelativeTime};

/// The monitor's only running clock; waves and results count its ticks.
pub const TIMEBASE: Timebase = Timebase { id: 0, tick_ns: 125_000 };

/// Ticks of 32 bits.
const WRAP: u64 = 1 << 32;
/// A step back by more than this is a restart of the monitor. Results overtake each other by
/// seconds at most; a monitor needs longer than this to start.
const BACKWARDS_TICKS_MAX: i32 = 60 * RelativeTime::TICKS_PER_SECOND as i32;
/// The wall clock shows whole seconds, so that a stamp can lie this far in its future.
const STAMP_AHEAD_SECS_MAX: i64 = 2;

/// Extends ticks to 64 bits. They never go back, not even when the monitor restarts.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    /// The latest seen.
    latest: Option<u64>,
}

impl Ticks {
    /// A tick near the latest one: in its past or future by less than half a wrap (3 days).
    pub(super) fn near(&self, time: RelativeTime) -> Tick {
        Tick(match self.latest {
            // One wrap ahead, so that a time from before the first one is not below 0.
            None => WRAP + u64::from(time.0),
            Some(latest) => latest.saturating_add_signed(i64::from(distance(latest, time))),
        })
    }

    /// The same for a time that is the monitor's own now, which later ones are near to.
    pub(super) fn extend(&mut self, time: RelativeTime) -> Tick {
        let tick = self.near(time);
        self.latest = self.latest.max(Some(tick.0));
        tick
    }

    /// Whether `time` can only be that of a monitor that has started anew.
    pub(super) fn is_restart(&self, time: RelativeTime) -> bool {
        self.latest.is_some_and(|latest| distance(latest, time) < -BACKWARDS_TICKS_MAX)
    }

    /// The monitor started anew: its ticks now begin after all earlier ones.
    pub(super) fn restart(&mut self, time: RelativeTime) {
        if let Some(latest) = self.latest {
            self.latest = Some((latest / WRAP + 1) * WRAP + u64::from(time.0));
        }
    }
}

/// Signed ticks from `latest` to `time`, the shorter way round.
fn distance(latest: u64, time: RelativeTime) -> i32 {
    time.ticks_since(RelativeTime(latest as u32)).cast_signed()
}

/// What the monitor's wall clock shows at which tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct WallClock {
    seconds: i64,
    at: Tick,
}

impl WallClock {
    /// From the pair that the monitor tells together.
    pub(super) fn new(shown: AbsoluteTime, at: Tick) -> Option<WallClock> {
        Some(WallClock { seconds: seconds(shown.civil()?), at })
    }

    /// How long before `now` the monitor's clock showed `stamp`; unknown when it lies ahead, since
    /// somebody has set the clock.
    pub(super) fn age(&self, stamp: AbsoluteTime, now: Tick) -> Measured {
        let Some(stamp) = stamp.civil().map(seconds) else { return Measured::Unknown };
        let ticks = now.0.cast_signed().saturating_sub(self.at.0.cast_signed());
        let passed = ticks.div_euclid(i64::from(RelativeTime::TICKS_PER_SECOND));
        let age = self.seconds.saturating_add(passed).saturating_sub(stamp);
        if age < -STAMP_AHEAD_SECS_MAX {
            return Measured::Unknown;
        }
        Measured::Ago(Duration::from_secs(age.max(0).unsigned_abs()))
    }
}

/// The model's form of the monitor's claim.
pub(super) fn device_time(shown: AbsoluteTime) -> Option<DeviceTime> {
    let Civil { year, month, day, hour, minute, second } = shown.civil()?;
    Some(DeviceTime { year, month, day, hour, minute, second })
}

/// How long a number of ticks takes.
pub(super) fn duration(ticks: u64) -> Duration {
    Duration::from_nanos(ticks.saturating_mul(u64::from(TIMEBASE.tick_ns)))
}

/// Seconds since a fixed day, in the proleptic Gregorian calendar.
fn seconds(civil: Civil) -> i64 {
    // Years begin in March, so that the leap day is the last day of a year.
    let (month, day) = (i64::from(civil.month), i64::from(civil.day));
    let year = i64::from(civil.year) - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    let (hour, minute) = (i64::from(civil.hour), i64::from(civil.minute));
    ((days * 24 + hour) * 60 + minute) * 60 + i64::from(civil.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> AbsoluteTime {
        AbsoluteTime::from_civil(Civil { year, month, day, hour, minute, second })
    }

    #[test]
    fn ticks_go_on_through_a_wrap() {
        let mut ticks = Ticks::default();
        let before = ticks.extend(RelativeTime(u32::MAX - 999));
        let after = ticks.extend(RelativeTime(1_048));
        let late = ticks.extend(RelativeTime(u32::MAX - 999));
        assert_eq!(after.0 - before.0, 2_048);
        assert_eq!(late, before);
    }

    #[test]
    fn a_time_before_the_first_one_is_no_underflow() {
        let mut ticks = Ticks::default();
        let first = ticks.extend(RelativeTime(100));
        assert_eq!(first.0 - ticks.extend(RelativeTime(u32::MAX)).0, 101);
    }

    #[test]
    fn a_restart_begins_after_all_earlier_ticks() {
        let mut ticks = Ticks::default();
        let before = ticks.extend(RelativeTime(500_000_000));
        assert!(!ticks.is_restart(RelativeTime(500_000_000 - 8_000)));
        assert!(ticks.is_restart(RelativeTime(8_000)));
        ticks.restart(RelativeTime(8_000));
        assert!(ticks.extend(RelativeTime(8_000)) > before);
        assert!(!ticks.is_restart(RelativeTime(8_001)));
    }

    #[test]
    fn age_of_a_stamp_counts_over_midnight_and_leap_days() {
        let clock = WallClock::new(wall(2016, 2, 28, 23, 59, 50), Tick(1_000)).unwrap();
        let later = Tick(1_000 + 8_000 * (15 + 86_400));
        let ago = |stamp| clock.age(stamp, later);
        assert_eq!(ago(wall(2016, 3, 1, 0, 0, 5)), Measured::Ago(Duration::ZERO));
        assert_eq!(ago(wall(2016, 2, 29, 23, 59, 5)), Measured::Ago(Duration::from_secs(60)));
        assert_eq!(ago(wall(2016, 2, 28, 23, 59, 5)), Measured::Ago(Duration::from_secs(86_460)));
        assert_eq!(ago(wall(2016, 3, 1, 0, 1, 5)), Measured::Unknown);
        assert_eq!(ago(AbsoluteTime::UNSET), Measured::Unknown);
    }
}

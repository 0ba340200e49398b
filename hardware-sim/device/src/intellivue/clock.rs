//! The monitor's two clocks: ticks since it was switched on, and a wall clock that staff set.

use std::time::Duration;

use vigie_intellivue::wire::types::{AbsoluteTime, Civil};
use vigie_model::MonoTime;

/// One tick: 125 µs (guide, "RelativeTime").
pub(super) const TICK: Duration = Duration::from_micros(125);
/// Ticks from one round of results to the next: 1.024 s.
pub(super) const CYCLE_TICKS: u64 = 8_192;
/// The same.
pub(super) const CYCLE: Duration = Duration::from_millis(1_024);
/// Ticks in a block of every wave: 256 ms.
pub(super) const BLOCK_TICKS: u64 = 2_048;

/// Both clocks of a monitor that is switched on.
#[derive(Clone, Debug)]
pub(super) struct MonitorClock {
    on_since: MonoTime,
    start_tick: u64,
    /// Seconds since 0000-03-01 that the wall clock showed when it was switched on.
    wall_at_start: i64,
}

impl MonitorClock {
    pub(super) fn new(on_since: MonoTime, start_tick: u64, shown: Civil) -> MonitorClock {
        MonitorClock { on_since, start_tick, wall_at_start: seconds(shown) }
    }

    /// Ticks at a moment, counted over their wraps.
    pub(super) fn tick(&self, at: MonoTime) -> u64 {
        let nanos = at.since(self.on_since).as_nanos() / TICK.as_nanos();
        self.start_tick + u64::try_from(nanos).unwrap_or(u64::MAX / 2)
    }

    /// The moment of round `number` of results; round 0 is when it is switched on.
    pub(super) fn cycle_at(&self, number: u64) -> MonoTime {
        self.on_since + CYCLE * u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// What the wall clock shows at a moment, as it is set now.
    pub(super) fn shows(&self, at: MonoTime) -> AbsoluteTime {
        AbsoluteTime::from_civil(self.civil(at))
    }

    /// The same as date and time.
    pub(super) fn civil(&self, at: MonoTime) -> Civil {
        let since = at.secs_f64_since(self.on_since).floor() as i64;
        civil(self.wall_at_start.saturating_add(since))
    }

    /// Somebody sets it by so many seconds.
    pub(super) fn step(&mut self, seconds: i64) {
        self.wall_at_start = self.wall_at_start.saturating_add(seconds);
    }
}

/// The date and time so many seconds later, or earlier.
pub fn later(than: Civil, by_seconds: i64) -> Civil {
    civil(seconds(than).saturating_add(by_seconds))
}

const DAY: i64 = 86_400;

/// Seconds since 0000-03-01 in the proleptic Gregorian calendar: years that begin in March have their
/// leap day at the end.
fn seconds(shown: Civil) -> i64 {
    let (month, day) = (i64::from(shown.month), i64::from(shown.day));
    let year = i64::from(shown.year) - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    let (hour, minute) = (i64::from(shown.hour), i64::from(shown.minute));
    days * DAY + (hour * 60 + minute) * 60 + i64::from(shown.second)
}

/// The way back. What lies outside the years 0 to 9999 becomes the nearest year.
fn civil(seconds: i64) -> Civil {
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let small = |value: i64| u8::try_from(value).unwrap_or(0);
    Civil {
        year: u16::try_from(year.clamp(0, 9_999)).unwrap_or(0),
        month: small(month),
        day: small(day_of_year - (153 * from_march + 2) / 5 + 1),
        hour: small(second / 3_600),
        minute: small(second / 60 % 60),
        second: small(second % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Civil {
        Civil { year, month, day, hour, minute, second }
    }

    #[test]
    fn dates_go_there_and_back() {
        for shown in [
            at(2000, 2, 29, 23, 59, 59),
            at(2026, 1, 1, 0, 0, 0),
            at(2024, 2, 29, 12, 0, 1),
            at(2100, 3, 1, 6, 30, 0),
            at(1970, 12, 31, 23, 0, 0),
        ] {
            assert_eq!(civil(seconds(shown)), shown);
        }
        let new_year = seconds(at(2026, 1, 1, 0, 0, 0));
        assert_eq!(civil(new_year - 1), at(2025, 12, 31, 23, 59, 59));
    }

    #[test]
    fn ticks_count_over_the_wrap_and_the_wall_clock_is_set() {
        let on = MonoTime::from_nanos(5_000_000_000);
        let start = u64::from(u32::MAX) - 8_000;
        let mut clock = MonitorClock::new(on, start, at(2026, 2, 28, 23, 59, 59));
        assert_eq!(clock.tick(on + Duration::from_secs(2)), start + 16_000);
        assert_eq!(clock.civil(on + Duration::from_secs(2)), at(2026, 3, 1, 0, 0, 1));
        clock.step(-3_600);
        assert_eq!(clock.civil(on), at(2026, 2, 28, 22, 59, 59));
        assert_eq!(clock.cycle_at(1).since(on), CYCLE);
    }
}

//! Ages and times of day as people read them. Which clock, and how far it is from UTC, is handed in.

use std::time::Duration;

use vigie_model::{DeviceTime, WallTime};

use crate::Words;

const DAY_SECS: i64 = 86_400;

impl Words {
    /// How old something is: `12 s`, `3 min`, `2 h 05 min`, `2 d 03 h`. Always rounded down.
    pub fn age(&self, age: Duration) -> String {
        let seconds = age.as_secs();
        let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / DAY_SECS as u64);
        let two = |value: u64| format!("{value:02}").into();
        if minutes == 0 {
            self.message("age-seconds", &[("seconds", seconds.to_string().into())])
        } else if hours == 0 {
            self.message("age-minutes", &[("minutes", minutes.to_string().into())])
        } else if days < 2 {
            let places = [("hours", hours.to_string().into()), ("minutes", two(minutes % 60))];
            self.message("age-hours", &places)
        } else {
            let places = [("days", days.to_string().into()), ("hours", two(hours % 24))];
            self.message("age-days", &places)
        }
    }

    /// How long something still lasts: `1:43`, `12:00`. Rounded up, so that it never says it is over.
    pub fn countdown(&self, left: Duration) -> String {
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }

    /// `HH:MM:SS` by the PC's clock, `offset_minutes` east of UTC.
    pub fn clock(&self, wall: WallTime, offset_minutes: i32) -> String {
        let Civil { hour, minute, second, .. } = Civil::of(wall, offset_minutes);
        format!("{hour:02}:{minute:02}:{second:02}")
    }

    /// The time alone on the day of `now`, else `dd/mm HH:MM`.
    pub fn dated(&self, wall: WallTime, now: WallTime, offset_minutes: i32) -> String {
        let (then, today) = (Civil::of(wall, offset_minutes), Civil::of(now, offset_minutes));
        if then.day_number == today.day_number {
            return self.clock(wall, offset_minutes);
        }
        let Civil { month, day, hour, minute, .. } = then;
        format!("{day:02}/{month:02} {hour:02}:{minute:02}")
    }

    /// The number of the day of a moment, `offset_minutes` east of UTC: between two moments of one day
    /// [`Words::dated`] writes the same.
    pub fn day(&self, wall: WallTime, offset_minutes: i32) -> i64 {
        Civil::of(wall, offset_minutes).day_number
    }

    /// `dd/mm/yyyy HH:MM:SS` by the PC's clock, `offset_minutes` east of UTC.
    pub fn date_and_clock(&self, wall: WallTime, offset_minutes: i32) -> String {
        let Civil { year, month, day, .. } = Civil::of(wall, offset_minutes);
        format!("{day:02}/{month:02}/{year:04} {}", self.clock(wall, offset_minutes))
    }

    /// `HH:MM` by the PC's clock, `offset_minutes` east of UTC: the axis of a trend.
    pub fn hour_and_minute(&self, wall: WallTime, offset_minutes: i32) -> String {
        let Civil { hour, minute, .. } = Civil::of(wall, offset_minutes);
        format!("{hour:02}:{minute:02}")
    }

    /// `HH:MM` as the device claims it: the time of a cuff measurement.
    pub fn device_clock(&self, time: &DeviceTime) -> String {
        format!("{:02}:{:02}", time.hour, time.minute)
    }
}

/// A moment in the Gregorian calendar.
struct Civil {
    /// Days since 1970-01-01.
    day_number: i64,
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    fn of(wall: WallTime, offset_minutes: i32) -> Civil {
        let local_secs =
            wall.as_unix_nanos().div_euclid(1_000_000_000) + i64::from(offset_minutes) * 60;
        let (day_number, of_day) =
            (local_secs.div_euclid(DAY_SECS), local_secs.rem_euclid(DAY_SECS));
        // Eras of 400 years that begin on 1 March, so that the leap day is the last of its year; after
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = day_number + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Civil {
            day_number,
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * march_month + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }
}

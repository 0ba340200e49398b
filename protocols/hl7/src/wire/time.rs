//! Times: `YYYYMMDD[HHMM[SS[.ffff]]][±ZZZZ]` (HL7 v2.6, chapter 2A, data type DTM).
//!
//! A variant without the point, `20260124124738000+0800`, is sent by newer Mindray gateways. Zeros
//! mean that there is none. Times of one message may be in two zones: ages are told in UTC then.

use std::time::Duration;

use vigie_model::DeviceTime;

/// A moment as a device claims it, in its own local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimed {
    /// Milliseconds since 1970-01-01 00:00 on the device's own calendar; the zone is not applied.
    pub millis: u64,
    /// Minutes east of UTC, where it is told.
    pub zone_minutes: Option<i32>,
    /// Milliseconds of the last part that is told: a minute, where there are no seconds.
    pub grain_millis: u32,
}

/// A value may claim to be so much newer than its message: clocks of monitor and gateway differ.
const AHEAD_MILLIS_MAX: i64 = 60_000;

const DAY_MILLIS: u64 = 86_400_000;

impl Claimed {
    /// Reads a time; `None` when it is none.
    pub fn parse(text: &str) -> Option<Claimed> {
        let text = text.trim();
        let end = text.find(['+', '-']).unwrap_or(text.len());
        let (main, zone) = text.split_at_checked(end)?;
        let (main, fraction) = main.split_once('.').unwrap_or((main, ""));
        if !main.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = |from: usize, to: usize| main.get(from..to)?.parse::<u64>().ok();
        // 17 digits: milliseconds without a point.
        let (main_length, fraction) = match main.len() {
            8 | 10 | 12 | 14 => (main.len(), fraction),
            15..=18 => (14, main.get(14..)?),
            _ => return None,
        };
        let part = |from: usize, to: usize| {
            if main_length >= to { number(from, to) } else { Some(0) }
        };
        let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
        let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
        let is_real = (1_970..=9_999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        if !is_real {
            return None;
        }
        let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let seconds = (hour * 60 + minute) * 60 + second;
        Some(Claimed {
            millis: days_since_1970(year, month, day) * DAY_MILLIS + seconds * 1_000 + millis,
            zone_minutes: zone_minutes(zone),
            grain_millis: match main_length {
                8 => 86_400_000,
                10 => 3_600_000,
                12 => 60_000,
                _ => 1_000,
            },
        })
    }

    /// Milliseconds of UTC, where the zone is told; otherwise those of the device's calendar.
    pub fn common_millis(self) -> i64 {
        let local = i64::try_from(self.millis).unwrap_or(i64::MAX);
        local.saturating_sub(i64::from(self.zone_minutes.unwrap_or(0)) * 60_000)
    }

    /// How old this was in a message made then. `None` when that cannot be told: only one of them names
    /// its zone, or it claims to lie ahead.
    pub fn age_in(self, message: Claimed) -> Option<Duration> {
        if self.zone_minutes.is_some() != message.zone_minutes.is_some() {
            return None;
        }
        let age = message.common_millis().saturating_sub(self.common_millis());
        let ahead_max = AHEAD_MILLIS_MAX.saturating_add(i64::from(message.grain_millis));
        (age >= -ahead_max).then(|| Duration::from_millis(u64::try_from(age).unwrap_or(0)))
    }

    /// As the model writes it.
    pub fn device_time(self) -> DeviceTime {
        let (day, rest) = (self.millis / DAY_MILLIS, self.millis % DAY_MILLIS / 1_000);
        let (year, month, day) = date(day);
        let small = |value: u64| u8::try_from(value).unwrap_or(u8::MAX);
        DeviceTime {
            year: u16::try_from(year).unwrap_or(u16::MAX),
            month: small(month),
            day: small(day),
            hour: small(rest / 3_600),
            minute: small(rest / 60 % 60),
            second: small(rest % 60),
        }
    }
}

/// `+0800`, `-0330`, `+07`.
fn zone_minutes(text: &str) -> Option<i32> {
    let (sign, digits) = text.split_at_checked(1)?;
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 =
        digits.get(2..).filter(|rest| !rest.is_empty()).unwrap_or("0").parse().ok()?;
    let all = hours * 60 + minutes;
    (hours <= 14 && minutes < 60).then_some(if sign == "-" { -all } else { all })
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days before a year since year 0, Gregorian.
const fn days_before(year: u64) -> u64 {
    let past = year - 1;
    year * 365 + past / 4 - past / 100 + past / 400
}

fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let months: u64 = (1..month).map(|month| days_of(year, month)).sum();
    days_before(year) - days_before(1_970) + months + day - 1
}

fn date(days: u64) -> (u64, u64, u64) {
    let mut year = 1_970 + days / 366;
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    let mut left = days - days_since_1970(year, 1, 1);
    let mut month = 1;
    while left >= days_of(year, month) {
        left -= days_of(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Claimed::parse(text).map_or("none".into(), |time| {
            format!("{}.{:03}", time.device_time(), time.millis % 1_000)
        })
    }

    #[test]
    fn every_form_seen_is_read() {
        for (text, expected) in [
            ("20130122134100", "2013-01-22T13:41:00.000"),
            ("20260102030405.0000+0000", "2026-01-02T03:04:05.000"),
            ("20210122052031.040+0000", "2021-01-22T05:20:31.040"),
            ("20260124124738000+0800", "2026-01-24T12:47:38.000"),
            ("20260124124738123", "2026-01-24T12:47:38.123"),
            ("202601241247", "2026-01-24T12:47:00.000"),
            ("20240229", "2024-02-29T00:00:00.000"),
            ("00000000000000", "none"),
            ("00000000", "none"),
            ("", "none"),
            ("20230229", "none"),
            ("20240503256199", "none"),
            ("2024050310045x", "none"),
            ("+0800", "none"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn zones_are_read_and_ages_told_across_them() {
        let zone = |text: &str| Claimed::parse(text).and_then(|time| time.zone_minutes);
        for (text, expected) in [
            ("20260124124738+0800", Some(480)),
            ("20260124124738.040-0330", Some(-210)),
            ("20260124124738+07", Some(420)),
            ("20260124124738", None),
            ("20260124124738+9900", None),
            ("20260124124738+080", None),
        ] {
            assert_eq!(zone(text), expected, "{text}");
        }
        let age = |time: &str, message: &str| {
            let (time, message) = (Claimed::parse(time)?, Claimed::parse(message)?);
            time.age_in(message).map(|age| age.as_secs())
        };
        for (time, message, expected) in [
            ("20260124114738+0800", "20260124044738+0000", Some(3_600)),
            ("20260124044838+0000", "20260124124838+0800", Some(0)),
            ("20260124114738", "20260124124738", Some(3_600)),
            ("20260124114738+0800", "20260124124738+0800", Some(3_600)),
            // One zone only.
            ("20260124114738+0800", "20260124124738", None),
            ("20260124114738", "20260124124738+0800", None),
            // Clocks differ by seconds, and not by hours.
            ("20260124124740", "20260124124738", Some(0)),
            ("20260124184738", "20260124124738", None),
        ] {
            assert_eq!(age(time, message), expected, "{time} in {message}");
        }
        assert_eq!(Claimed::parse("202601241247").map(|time| time.grain_millis), Some(60_000));
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(Claimed::parse("19700101").map(|time| time.millis), Some(0));
        assert_eq!(Claimed::parse("20000301").map(|time| time.millis), Some(951_868_800_000));
        for year in 1_970..2_101 {
            for (month, day) in [(1, 1), (2, 28), (3, 1), (12, 31)] {
                let days = days_since_1970(year, month, day);
                assert_eq!(date(days), (year, month, day));
            }
        }
    }
}

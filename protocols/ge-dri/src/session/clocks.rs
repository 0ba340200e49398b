//! The monitor's date and time.

use vigie_model::DeviceTime;

const DAY_SECONDS: u32 = 86_400;

/// Date and time of seconds since 1970, in the monitor's own zone; `None` for 0, which means unknown.
pub(super) fn device_time(seconds: u32) -> Option<DeviceTime> {
    if seconds == 0 {
        return None;
    }
    let (days, second_of_day) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
    // Days since 0000-03-01: years begin in March, so that the leap day is the last day of a year.
    let days = i64::from(days) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(DeviceTime {
        year: u16::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        hour: u8::try_from(second_of_day / 3_600).ok()?,
        minute: u8::try_from(second_of_day / 60 % 60).ok()?,
        second: u8::try_from(second_of_day % 60).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // The last two by `date -u -d @SECONDS`; the first record of the recording is the second.
        for (seconds, shown) in [
            (1, "1970-01-01T00:00:01"),
            (1_532_624_765, "2018-07-26T17:06:05"),
            (1_709_164_800, "2024-02-29T00:00:00"),
            (u32::MAX, "2106-02-07T06:28:15"),
        ] {
            assert_eq!(device_time(seconds).unwrap().to_string(), shown);
        }
        assert_eq!(device_time(0), None);
    }
}

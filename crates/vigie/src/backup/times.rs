//! Times as people type and read them: RFC 3339, or local `2026-11-21 14:30`.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use vigie_model::WallTime;

/// A time of the command line, in the zone of the PC unless it carries its own.
pub fn parse(text: &str) -> Result<WallTime, String> {
    parse_in(text, &TimeZone::system())
}

fn parse_in(text: &str, zone: &TimeZone) -> Result<WallTime, String> {
    let text = text.trim();
    let at = text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(zone.clone()).ok()?.timestamp())
    });
    at.and_then(|at| i64::try_from(at.as_nanosecond()).ok()).map(WallTime::from_unix_nanos).ok_or_else(
        || "a time is wanted, such as \"2026-11-21 14:30\" (of this PC's zone) or 2026-11-21T14:30:00+07:00".to_owned(),
    )
}

/// `2026-11-21 14:30:00 +07:00`.
pub fn local(at: WallTime) -> String {
    let at = Timestamp::from_nanosecond(i128::from(at.as_unix_nanos())).unwrap_or_default();
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_of_the_zone_unless_they_carry_their_own() {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let wall = |text| parse_in(text, &zone).map(WallTime::as_unix_nanos);
        let there = wall("2026-11-21T03:14:15Z");
        assert_eq!(there, Ok(1_795_230_855_000_000_000));
        for text in ["2026-11-21 10:14:15", "2026-11-21T10:14:15", "2026-11-21T04:14:15+01:00"] {
            assert_eq!(wall(text), there, "{text}");
        }
        assert_eq!(wall("2026-11-21 10:14"), Ok(1_795_230_840_000_000_000));
        assert_eq!(wall("2026-11-21"), Ok(1_795_194_000_000_000_000));
        for text in ["", "yesterday", "2026-13-01 00:00", "9999999-01-01"] {
            assert!(wall(text).is_err(), "{text}");
        }
    }
}

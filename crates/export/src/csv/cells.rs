//! Cells: times by both clocks, keys of streams, texts of devices.

use jiff::{Timestamp, tz::TimeZone};
use vigie_model::{
    MarkKind, Measured, MetricKey, Nature, Priority, Text, Unit, Validity, WallTime,
};

/// A text that came from a device or a person. What a spreadsheet would take for a formula (OWASP, "CSV
/// Injection") begins with an apostrophe.
pub(super) fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(super) fn text_of(value: Option<&Text>) -> String {
    value.map(|value| text(value.as_str())).unwrap_or_default()
}

/// UTC, RFC 3339, with so many digits of the second.
pub(super) fn utc(at: WallTime, digits: u8) -> String {
    let at = stamp(at);
    let form = if digits > 3 { "%Y-%m-%dT%H:%M:%S%.6fZ" } else { "%Y-%m-%dT%H:%M:%S%.3fZ" };
    at.strftime(form).to_string()
}

/// The same moment in a zone, with its offset.
pub(super) fn local(at: WallTime, zone: &TimeZone, digits: u8) -> String {
    let at = stamp(at).to_zoned(zone.clone());
    let form = if digits > 3 { "%Y-%m-%dT%H:%M:%S%.6f%:z" } else { "%Y-%m-%dT%H:%M:%S%.3f%:z" };
    at.strftime(form).to_string()
}

fn stamp(at: WallTime) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(at.as_unix_nanos())).unwrap_or_default()
}

/// `code, refid, vendor, instance`.
pub(super) fn key(key: &MetricKey) -> [String; 4] {
    [
        key.code.map(|code| code.to_string()).unwrap_or_default(),
        refid(key).unwrap_or_default(),
        text(key.vendor.as_str()),
        key.instance.to_string(),
    ]
}

pub(super) fn refid(key: &MetricKey) -> Option<String> {
    key.metric().and_then(|metric| metric.refid).map(|refid| format!("MDC_{refid}"))
}

/// `unit, unit_as_sent`: one of them is empty.
pub(super) fn unit(unit: &Unit) -> [String; 2] {
    match unit {
        Unit::Ucum(code) => [code.as_str().to_owned(), String::new()],
        Unit::AsSent(sent) => [String::new(), text(sent.as_str())],
    }
}

pub(super) fn yes(is: bool) -> String {
    if is { "1".to_owned() } else { String::new() }
}

/// ISO/IEEE 11073-10207 `MeasurementValidity`.
pub(super) fn validity(validity: Validity) -> &'static str {
    match validity {
        Validity::Valid => "Vld",
        Validity::Validated => "Vldated",
        Validity::Ongoing => "Ong",
        Validity::Questionable => "Qst",
        Validity::Calibrating => "Calib",
        Validity::Invalid => "Inv",
        Validity::Overflow => "Oflw",
        Validity::Underflow => "Uflw",
        Validity::NotAvailable => "NA",
    }
}

pub(super) fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Real => "real",
        Nature::Demo => "demo",
        Nature::Test => "test",
    }
}

/// `measured, age_ms`.
pub(super) fn measured(measured: Measured) -> [String; 2] {
    let (word, age) = match measured {
        Measured::Now => ("now", None),
        Measured::Ago(age) => ("ago", Some(age)),
        Measured::Backfill(age) => ("backfill", Some(age)),
        Measured::Unknown => ("unknown", None),
    };
    [word.to_owned(), age.map(|age| age.as_millis().to_string()).unwrap_or_default()]
}

pub(super) fn mark(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Invalid => "invalid",
        MarkKind::Clipped => "clipped",
        MarkKind::Pacer => "pacer",
        MarkKind::Defibrillator => "defibrillator",
        MarkKind::Qrs => "qrs",
        MarkKind::Inspiration => "inspiration",
    }
}

pub(super) fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Information => "information",
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
    }
}

/// A part of a file's name.
pub(super) fn file_part(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let part: String = text.chars().take(40).map(plain).collect();
    part.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_texts_and_names_are_names() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(text("ART"), "ART");
        assert_eq!(file_part("../../etc/Bed 3 é"), "etc-Bed-3");
    }

    #[test]
    fn a_moment_reads_the_same_by_both_clocks() {
        let at = WallTime::from_unix_nanos(1_795_230_855_123_456_789);
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        assert_eq!(utc(at, 3), "2026-11-21T03:14:15.123Z");
        assert_eq!(local(at, &zone, 6), "2026-11-21T10:14:15.123456+07:00");
    }
}

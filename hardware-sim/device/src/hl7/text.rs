//! Times and frames.

/// Milliseconds since 1970 of 2026-01-01 12:00, what a simulated device's calendar shows at its start.
pub(super) const START_MILLIS: u64 = 1_767_268_800_000;

/// `YYYYMMDDHHMMSS.ffff`, as Mindray's gateway writes it, without a zone.
pub(super) fn time_with_fraction(millis: u64) -> String {
    format!("{}.{:03}0", time(millis), millis % 1_000)
}

/// `YYYYMMDDHHMMSS`.
pub(super) fn time(millis: u64) -> String {
    let seconds = millis / 1_000;
    // Days to a date by eras of 400 years, each beginning on a first of March.
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
}

/// A message in its frame: 0B, segments ended by 0D, 1C 0D.
pub(super) fn framed(segments: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0x0B];
    for segment in segments {
        bytes.extend_from_slice(segment);
        bytes.push(0x0D);
    }
    bytes.extend([0x1C, 0x0D]);
    bytes
}

/// The messages in bytes that arrived, as lists of segments; what is unfinished stays in `pending`.
pub(super) fn messages(pending: &mut Vec<u8>, bytes: &[u8]) -> Vec<Vec<String>> {
    pending.extend_from_slice(bytes);
    let mut found = Vec::new();
    while let Some(end) = pending.iter().position(|byte| *byte == 0x1C) {
        let frame: Vec<u8> = pending.drain(..=end).collect();
        let start = frame.iter().rposition(|byte| *byte == 0x0B).map_or(0, |start| start + 1);
        let content = String::from_utf8_lossy(frame.get(start..end).unwrap_or_default());
        let segments = content.split('\r').map(str::to_owned);
        found.push(segments.filter(|segment| !segment.is_empty()).collect());
    }
    if pending.len() > 64 * 1024 {
        pending.clear();
    }
    found
}

/// A field of a segment; MSH counts its separator as field 1.
pub(super) fn field(segment: &str, number: usize) -> &str {
    let at = if segment.starts_with("MSH") { number - 1 } else { number };
    segment.split('|').nth(at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(time(START_MILLIS), "20260101120000");
        assert_eq!(time(951_782_400_000), "20000229000000");
        assert_eq!(time_with_fraction(1_234), "19700101000001.2340");
    }
}

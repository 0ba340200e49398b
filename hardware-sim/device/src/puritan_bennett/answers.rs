//! Fields to `MISCF` and `MISCA`, from the published widths.
//!
//! `MISCF,1225,169 ,<STX>…<ETX><CR>`: fields 5 to 173, 6 wide unless listed, each with a comma. For
//! `MISCA` (fields 5 to 101) the published widths sum to 703 of the 706 bytes that it states, so one
//! more field is 9 wide; here it is reserved field 7.

use std::collections::BTreeMap;

/// Fields of an answer by their number; what is not there is blank.
pub(super) type Fields = BTreeMap<u16, String>;

const FIRST: u16 = 5;

/// Numbers of the fields of `MISCF` and of `MISCA`.
pub(super) const OF_MISCF: std::ops::Range<u16> = FIRST..FIRST + 169;
pub(super) const OF_MISCA: std::ops::Range<u16> = FIRST..FIRST + 97;

/// `MISCF` of these fields.
pub(super) fn miscf(fields: &Fields) -> Vec<u8> {
    let width = |field: u16| match field {
        6 | 53 => 18,
        7 => 12,
        8 | 55 | 66 | 156 => 9,
        _ => 6,
    };
    written("MISCF", OF_MISCF, 4, fields, width)
}

/// `MISCA` of these fields.
pub(super) fn misca(fields: &Fields) -> Vec<u8> {
    let width = |field: u16| match field {
        6 => 18,
        8 | 62 => 12,
        7 => 9,
        _ => 6,
    };
    written("MISCA", OF_MISCA, 3, fields, width)
}

fn written(
    name: &str,
    numbers: std::ops::Range<u16>,
    count_width: usize,
    fields: &Fields,
    width: impl Fn(u16) -> usize,
) -> Vec<u8> {
    let (mut data, count) = (String::new(), numbers.len());
    for field in numbers {
        let width = width(field);
        let text = fields.get(&field).map_or("", String::as_str);
        data.push_str(&format!("{text:<width$.width$},"));
    }
    format!("{name},{},{count:<count_width$},\u{2}{data}\u{3}\r", data.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_the_note() {
        let fields = Fields::from([(5, "09:26".to_owned()), (101, "2.80".to_owned())]);
        let f = String::from_utf8(miscf(&fields)).unwrap();
        assert!(f.starts_with("MISCF,1225,169 ,\u{2}09:26 ,                  ,"));
        assert!(f.ends_with(",\u{3}\r"));
        let a = String::from_utf8(misca(&fields)).unwrap();
        assert!(a.starts_with("MISCA,706,97 ,\u{2}09:26 ,"));
        assert!(a.ends_with("2.80  ,\u{3}\r"));
        assert_eq!(a.matches(',').count(), 97 + 3);
    }

    #[test]
    fn no_text_breaks_a_width() {
        let fields = Fields::from([(6, "SIM840-12345678901234567890".to_owned())]);
        assert_eq!(miscf(&fields).len(), "MISCF,1225,169 ,".len() + 1 + 1225 + 2);
    }
}

//! Values of OBX-5: numbers with their digits, and what stands for "no value".

use vigie_model::Decimal;

/// No name of a place, a device, a stream or an alarm is longer, in bytes: what a hostile sender may make
/// a session remember is bounded by it.
pub const NAME_BYTES_MAX: usize = 256;

/// The beginning of a text that is used as a name, cut at a character.
pub fn name(text: &str) -> &str {
    let mut end = text.len().min(NAME_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Longest number that is read.
const DIGITS_MAX: usize = 18;

/// A number with the digits as sent: `97`, `36.50`, `-0.2`, `.5`, `2.73x10^-7`, `1.5E3`; `None` when it
/// is none. `2.73x10\S\-7` was really sent (Philips PIIC sample).
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (mantissa, power) = match text.split_once("x10^").or_else(|| text.split_once(['e', 'E'])) {
        Some((mantissa, power)) => (mantissa, power.parse::<i8>().ok()?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix(['-', '+']) {
        Some(digits) => (mantissa.starts_with('-'), digits),
        None => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let count = whole.len() + fraction.len();
    if count == 0
        || count > DIGITS_MAX
        || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let value: i64 = format!("{whole}{fraction}").parse().ok()?;
    let exponent = i32::from(power) - i32::try_from(fraction.len()).ok()?;
    Some(Decimal::new(if negative { -value } else { value }, i8::try_from(exponent).ok()?))
}

/// Whether a value stands for none: nothing, `""`, dashes, question marks, and the numbers -100 and
/// -1000 that Mindray's and similar monitors send (BeneView T8, Northern, Comen-like).
pub fn is_none(text: &str) -> bool {
    let text = text.trim();
    let is_sign = |char: char| matches!(char, '-' | '?' | '*' | '"' | '.');
    text.chars().all(is_sign)
        || decimal(text).is_some_and(|value| [-100.0, -1_000.0].contains(&value.to_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stay_as_sent() {
        for (text, shown) in [
            ("97", "97"),
            ("36.50", "36.50"),
            ("-0.2", "-0.2"),
            (".5", "0.5"),
            ("12.", "12"),
            ("15.000", "15.000"),
            ("2.73x10^-7", "0.000000273"),
            ("1.5E3", "1500"),
            ("+7", "7"),
        ] {
            assert_eq!(decimal(text).map(|value| value.to_string()).as_deref(), Some(shown));
        }
        for text in ["", "-", ".", "VCV", "1/2", "1 2", "0x10", "1234567890123456789", "1E999"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_for_no_value() {
        for text in ["", " ", "-100", "-100.00", "-1000", "-1000.0", "---", "\"\"", "-?-", "***"] {
            assert!(is_none(text), "{text}");
        }
        for text in ["0", "-1", "100", "-10", "-99.9", "-200", "VCV"] {
            assert!(!is_none(text), "{text}");
        }
    }
}

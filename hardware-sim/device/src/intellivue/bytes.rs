//! Value bytes of attributes: written here on its own, so that reading them with `wire` checks both.

use vigie_intellivue::wire::float::Float;

/// A value that is not there.
pub(super) const NAN: u32 = Float::NAN.0;

/// Words, big-endian.
pub(super) fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// Double words, big-endian.
pub(super) fn longs(longs: &[u32]) -> Vec<u8> {
    longs.iter().flat_map(|long| long.to_be_bytes()).collect()
}

/// `count, length, items`.
pub(super) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let length: usize = items.iter().map(Vec::len).sum();
    let mut bytes = words(&[word(items.len()), word(length)]);
    bytes.extend(items.concat());
    bytes
}

/// A length word and the bytes.
pub(super) fn counted(value: &[u8]) -> Vec<u8> {
    let mut bytes = words(&[word(value.len())]);
    bytes.extend(value);
    bytes
}

/// String: units of UTF-16 padded to `width` and a NUL behind, all counted in bytes before it.
/// Stars become the monitor's alarm stars; what is longer is cut.
pub(super) fn string(text: &str, width: usize, pad: u16) -> Vec<u8> {
    counted(&units(text, width, pad))
}

/// The units of [`string`] without the length.
pub(super) fn units(text: &str, width: usize, pad: u16) -> Vec<u8> {
    let star = |unit: u16| if unit == u16::from(b'*') { 0xE40D } else { unit };
    let mut units: Vec<u16> = text.encode_utf16().map(star).take(width).collect();
    units.resize(width, pad);
    units.push(0);
    words(&units)
}

/// A text of any length up to `most` units, as names are sent: NUL at the end.
pub(super) fn name(text: &str, most: usize) -> Vec<u8> {
    string(text, text.encode_utf16().count().min(most), 0)
}

/// VariableLabel: 8-bit characters padded with NUL to `width`.
pub(super) fn label(text: &str, width: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = text.bytes().filter(u8::is_ascii).take(width).collect();
    bytes.resize(width, 0);
    counted(&bytes)
}

/// FLOAT-Type with so many decimals; `NaN` for what is no number or too large.
pub(super) fn float(value: f64, decimals: u8) -> u32 {
    let mantissa = (value * 10f64.powi(i32::from(decimals))).round();
    if mantissa.is_nan() || mantissa.abs() > f64::from(0x7F_FFFD) {
        return NAN;
    }
    let [_, high, middle, low] = (mantissa as i32).to_be_bytes();
    let exponent = 0u8.wrapping_sub(decimals);
    u32::from_be_bytes([exponent, high, middle, low])
}

/// A count or length as a word; what a message holds is far below its end.
pub(super) fn word(value: usize) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_those_of_the_captures() {
        assert_eq!(float(95.0, 1), 0xFF00_03B6);
        assert_eq!(float(100.0, 1), 0xFF00_03E8);
        assert_eq!(float(80.2, 0), 0x0000_0050);
        assert_eq!(float(-0.2, 1), 0xFFFF_FFFE);
        assert_eq!(float(0.14, 2), 0xFE00_000E);
        assert_eq!(float(f64::NAN, 1), 0x007F_FFFF);
        assert_eq!(float(1e12, 0), 0x007F_FFFF);
    }

    #[test]
    fn texts_are_those_of_the_captures() {
        let vtach = string("*** VTACH", 18, 0x20);
        assert_eq!(vtach.len(), 40);
        assert_eq!(vtach[..12], [0, 0x26, 0xE4, 0x0D, 0xE4, 0x0D, 0xE4, 0x0D, 0, 0x20, 0, 0x56]);
        assert_eq!(string("HR", 6, 0x20), b"\0\x0E\0H\0R\0 \0 \0 \0 \0\0");
        assert_eq!(name("", 17), [0, 2, 0, 0]);
        assert_eq!(label("M8000", 6), b"\0\x06M8000\0");
    }
}

//! The two kinds of text, and counted bytes. All are kept as sent and decoded when asked.

use nom::Parser;
use nom::bytes::complete::take;

use super::codec::{Out, Wire, Writer, counted, field};

/// String: a byte length, then UTF-16 units, big-endian, usually ended by NUL and padded.
///
/// Texts are in the monitor's own language; nothing may be concluded from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireString<'a> {
    /// The units as sent, with terminator and padding; an odd last byte is kept.
    pub units: &'a [u8],
}

impl WireString<'_> {
    /// What a person should read: up to the first NUL, trimmed, vendor glyphs as Unicode.
    ///
    /// Private-use characters: guide, "Private Unicode characters". A lone surrogate becomes
    /// U+FFFD.
    pub fn text(&self) -> String {
        let units = self.units.chunks_exact(2).map(|pair| match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        });
        let mut text = String::new();
        for unit in char::decode_utf16(units.take_while(|unit| *unit != 0)) {
            match unit.unwrap_or(char::REPLACEMENT_CHARACTER) {
                '\u{E145}' => text.push('ₑ'),
                '\u{E14C}' => text.push('ₗ'),
                '\u{E400}' => text.push_str("l/"),
                '\u{E401}' => text.push_str("H₂"),
                '\u{E40D}' => text.push('*'),
                '\u{E425}' => text.push_str("V\u{0307}"),
                // Filler behind each wide Asian character.
                '\u{FEFF}' => {}
                other => text.push(other),
            }
        }
        text.trim_matches(' ').to_owned()
    }

    /// The units of `text` with a terminator, padded with `pad` to `width` units before it.
    ///
    /// Longer texts are not cut. The alarm star is the only vendor glyph that is translated back.
    pub fn encode(text: &str, width: usize, pad: u16) -> Vec<u8> {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        for unit in &mut units {
            if *unit == u16::from(b'*') {
                *unit = 0xE40D;
            }
        }
        if units.len() < width {
            units.resize(width, pad);
        }
        units.push(0);
        units.into_iter().flat_map(u16::to_be_bytes).collect()
    }
}

impl<'a> Wire<'a> for WireString<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, units) = field("string", counted)(input)?;
        Ok((rest, WireString { units }))
    }

    fn emit(&self, out: &mut Writer) {
        out.counted("string", |out| out.put(self.units));
    }
}

/// VariableLabel: a byte length, then 8-bit characters.
///
/// Lengths should be even. Where one is odd, a byte follows that the length does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableLabel<'a> {
    /// The counted characters as sent; a counted padding byte can hold anything.
    pub bytes: &'a [u8],
    /// The uncounted byte behind an odd length, when the enclosing bytes had room for it.
    pub pad: Option<u8>,
}

impl VariableLabel<'_> {
    /// What a person should read: up to the first control character, trimmed.
    pub fn text(&self) -> String {
        let shown = self.bytes.iter().take_while(|byte| **byte >= 0x20);
        let text: String = shown.map(|byte| char::from(*byte)).collect();
        text.trim_matches(' ').to_owned()
    }
}

impl<'a> Wire<'a> for VariableLabel<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, bytes) = field("variable label", counted)(input)?;
        match rest.split_first() {
            Some((pad, rest)) if bytes.len() % 2 == 1 => {
                Ok((rest, VariableLabel { bytes, pad: Some(*pad) }))
            }
            Some(_) | None => Ok((rest, VariableLabel { bytes, pad: None })),
        }
    }

    fn emit(&self, out: &mut Writer) {
        out.counted("variable label", |out| out.put(self.bytes));
        if let Some(pad) = self.pad {
            out.u8(pad);
        }
    }
}

/// A byte length, then bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted<'a> {
    /// The bytes as sent.
    pub bytes: &'a [u8],
}

impl<'a> Wire<'a> for Counted<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, bytes) = counted(input)?;
        Ok((rest, Counted { bytes }))
    }

    fn emit(&self, out: &mut Writer) {
        out.counted("length", |out| out.put(self.bytes));
    }
}

/// All bytes up to the end of the enclosing length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a> {
    /// The bytes as sent.
    pub bytes: &'a [u8],
}

impl<'a> Wire<'a> for Raw<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (rest, bytes) = take(input.len()).parse(input)?;
        Ok((rest, Raw { bytes }))
    }

    fn emit(&self, out: &mut Writer) {
        out.put(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(bytes: &[u8]) -> WireString<'_> {
        let (rest, string) = WireString::parse(bytes).unwrap();
        assert_eq!(rest, []);
        string
    }

    #[test]
    fn reads_texts_as_monitors_send_them() {
        for (bytes, shown) in [
            // Terminated and padded, alarm stars.
            (&b"\x00\x12\xE4\x0D\xE4\x0D\xE4\x0D\0 \0V\0T\0 \0 \0\0"[..], "*** VT"),
            (&b"\x00\x06\0S\x20\x82\0\0"[..], "S₂"),
            // No terminator.
            (&b"\x00\x0C\0R\0y\0t\0h\0m\0e"[..], "Rythme"),
            // Empty, both ways.
            (&b"\x00\x02\0\0"[..], ""),
            (&b"\x00\x00"[..], ""),
            // What follows the terminator is not text.
            (&b"\x00\x08\0A\0\0\0B\0\0"[..], "A"),
            // Odd length, lone surrogate.
            (&b"\x00\x05\0A\0B\x7F"[..], "AB"),
            (&b"\x00\x04\xD8\0\0B"[..], "\u{FFFD}B"),
            // The other vendor glyphs.
            (&b"\x00\x08\xE4\0\0m\0i\0n"[..], "l/min"),
            (&b"\x00\x08\0c\0m\xE4\x01\0O"[..], "cmH₂O"),
            (&b"\x00\x06\xE1\x45\xE1\x4C\xE4\x25"[..], "ₑₗV\u{0307}"),
            // Fillers behind wide characters.
            (&b"\x00\x08\x5F\xC3\xFE\xFF\x96\xFB\xFE\xFF"[..], "心電"),
        ] {
            assert_eq!(string(bytes).text(), shown, "{bytes:02X?}");
            assert_eq!(Writer::bytes_of(&string(bytes)), Ok(bytes.to_vec()));
        }
    }

    #[test]
    fn writes_texts_as_monitors_do() {
        // A label: six characters and the terminator.
        let label = WireString::encode("HR", 6, 0x20);
        assert_eq!(label, b"\0H\0R\0 \0 \0 \0 \0\0");
        assert_eq!(WireString { units: &label }.text(), "HR");
        let alarm = WireString::encode("*** VTACH", 18, 0x20);
        assert_eq!(alarm.len(), 38);
        assert_eq!(WireString { units: &alarm }.text(), "*** VTACH");
        assert_eq!(WireString::encode("", 0, 0), [0, 0]);
    }

    #[test]
    fn reads_labels_with_every_kind_of_padding() {
        for (bytes, shown, pad) in [
            (&b"\x00\x08Philips "[..], "Philips", None),
            // An odd length and a byte that nobody counted.
            (&b"\x00\x07Philips\0"[..], "Philips", Some(0)),
            (&b"\x00\x08L.01.18\n"[..], "L.01.18", None),
            (&b"\x00\x0CDE351A4061\0\t"[..], "DE351A4061", None),
            // An odd length at the very end.
            (&b"\x00\x01A"[..], "A", None),
            (&b"\x00\x00"[..], "", None),
        ] {
            let (rest, label) = VariableLabel::parse(bytes).unwrap();
            assert_eq!((rest, label.text().as_str(), label.pad), (&[][..], shown, pad));
            assert_eq!(Writer::bytes_of(&label), Ok(bytes.to_vec()));
        }
    }

    #[test]
    fn refuses_texts_that_are_cut_short() {
        assert!(WireString::parse(b"\x00\x04\0A\0").is_err());
        assert!(WireString::parse(b"\x00").is_err());
        assert!(VariableLabel::parse(b"\x00\x02A").is_err());
        let long = vec![0; 65_536];
        let error = Writer::bytes_of(&WireString { units: &long }).unwrap_err();
        assert_eq!(error.problem, super::super::error::Problem::TooLong);
    }
}

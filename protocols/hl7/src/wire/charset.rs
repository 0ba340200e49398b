//! Character sets of a message.
//!
//! MSH-18 names it (HL7 table 0211): `UNICODE UTF-8`, `8859/1`, `ASCII`, `GB 18030-2000`. Mindray's
//! PDS sends none: Latin-1, or GBK on Chinese units. Where the name and the bytes disagree, the bytes
//! decide: what is not valid UTF-8 is read as Latin-1, which every byte is.

use std::borrow::Cow;

/// How the bytes of a text become characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8 where the bytes are, otherwise Latin-1.
    #[default]
    Utf8,
    /// ISO 8859-1.
    Latin1,
    /// GBK, and with it GB 2312 and what units send of GB 18030.
    Gbk,
}

impl Charset {
    /// From MSH-18, or from a name in the configuration; `None` for a name that is not known.
    pub fn of(name: &str) -> Option<Charset> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        match plain.as_str() {
            "utf8" | "unicode" | "unicodeutf8" | "ascii" | "usascii" => Some(Charset::Utf8),
            "latin1" | "88591" | "iso88591" => Some(Charset::Latin1),
            "gbk" | "gb2312" | "gb23121980" | "gb18030" | "gb180302000" => Some(Charset::Gbk),
            _ => None,
        }
    }

    /// The text of `bytes`. Never fails.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        if bytes.is_ascii() {
            // Checked just above: nothing is lost.
            return String::from_utf8_lossy(bytes);
        }
        match self {
            Charset::Utf8 => match core::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Charset::Latin1.decode(bytes),
            },
            Charset::Latin1 => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
            Charset::Gbk => encoding_rs::GBK.decode_without_bom_handling(bytes).0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_table_0211_are_known() {
        for (name, charset) in [
            ("UNICODE UTF-8", Charset::Utf8),
            ("8859/1", Charset::Latin1),
            ("ASCII", Charset::Utf8),
            ("GB 18030-2000", Charset::Gbk),
            ("gbk", Charset::Gbk),
        ] {
            assert_eq!(Charset::of(name), Some(charset), "{name}");
        }
        assert_eq!(Charset::of("ISO IR87"), None);
    }

    #[test]
    fn texts_are_read_in_their_set() {
        assert_eq!(Charset::Utf8.decode("Ἀνδρ".as_bytes()), "Ἀνδρ");
        assert_eq!(Charset::Utf8.decode(b"M\xfcller"), "Müller");
        assert_eq!(Charset::Latin1.decode(b"M\xfcller"), "Müller");
        // 王 and 鰘; the second ends in 7C, which is a separator elsewhere.
        assert_eq!(Charset::Gbk.decode(b"\xcd\xf5"), "王");
        assert_eq!(Charset::Gbk.decode(b"\xf7|").chars().count(), 1);
    }
}

//! A message as segments, fields, repetitions and components.
//!
//! Segments are cut at 0D, 0A or both; their text is decoded after that. Trailing empty fields are
//! cut off by most senders, so a field that is not there is an empty one. Field numbers are HL7's:
//! MSH-1 is the separator itself.

use std::borrow::Cow;

use super::charset::Charset;

/// Segments looked at in one message. The largest seen has 132.
pub const SEGMENTS_MAX: usize = 8_192;

/// The bytes that separate, from MSH-1 and MSH-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// MSH-1.
    pub field: char,
    /// First of MSH-2.
    pub component: char,
    /// Second.
    pub repetition: char,
    /// Third.
    pub escape: char,
    /// Fourth.
    pub subcomponent: char,
}

impl Delimiters {
    /// What all senders seen use.
    pub const USUAL: Delimiters =
        Delimiters { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };
}

/// Why some bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFault {
    /// It does not begin with MSH.
    NoHeader,
    /// MSH-1 or MSH-2 is not what separates.
    Delimiters,
    /// More than [`SEGMENTS_MAX`] segments.
    TooManySegments,
}

impl MessageFault {
    /// What is wrong, in English, for engineers.
    pub const fn what(self) -> &'static str {
        match self {
            MessageFault::NoHeader => "message without MSH",
            MessageFault::Delimiters => "MSH without usable separators",
            MessageFault::TooManySegments => "message of too many segments",
        }
    }
}

/// A message, taken apart. Its first segment is MSH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    delimiters: Delimiters,
    segments: Vec<Segment<'a>>,
}

/// A segment: its name, its bytes, its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    raw: &'a [u8],
    text: Cow<'a, str>,
    delimiters: Delimiters,
}

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'m> {
    text: &'m str,
    delimiters: Delimiters,
}

impl<'a> Message<'a> {
    /// Takes the content of a frame apart. `charset` is for senders that name none in MSH-18.
    pub fn parse(bytes: &'a [u8], charset: Charset) -> Result<Message<'a>, MessageFault> {
        let mut raws =
            bytes.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|segment| !segment.is_empty());
        let header = raws.next().ok_or(MessageFault::NoHeader)?;
        let rest = header.strip_prefix(b"MSH").ok_or(MessageFault::NoHeader)?;
        let delimiters = delimiters(rest).ok_or(MessageFault::Delimiters)?;
        // MSH-18 is found before any text is decoded: names of character sets are ASCII.
        let charset = {
            let header = Segment::new(header, Charset::Latin1, delimiters);
            let named = header.field(18).first();
            Charset::of(named.component(1).text()).unwrap_or(charset)
        };
        let mut segments = vec![Segment::new(header, charset, delimiters)];
        for raw in raws {
            if segments.len() >= SEGMENTS_MAX {
                return Err(MessageFault::TooManySegments);
            }
            segments.push(Segment::new(raw, charset, delimiters));
        }
        Ok(Message { delimiters, segments })
    }

    /// MSH.
    pub fn header(&self) -> &Segment<'a> {
        // The parser put it there; an empty segment is what is left without it.
        self.segments.first().unwrap_or(const { &Segment::EMPTY })
    }

    /// All segments in order, MSH first.
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// The first segment of a name, or one without fields.
    pub fn first(&self, name: &str) -> &Segment<'a> {
        let found = self.segments.iter().find(|segment| segment.name() == name);
        found.unwrap_or(const { &Segment::EMPTY })
    }

    /// What separates.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// MSH-9.1 and MSH-9.2: `ORU`, `R01`.
    pub fn kind(&self) -> (&str, &str) {
        let field = self.header().field(9);
        (field.component(1).text(), field.component(2).text())
    }

    /// MSH-10. Not unique everywhere: GE's B40 repeats one, Mindray's PDS tells the kind in it.
    pub fn control_id(&self) -> &str {
        self.header().field(10).text()
    }
}

fn delimiters(after_name: &[u8]) -> Option<Delimiters> {
    let (field, rest) = after_name.split_first()?;
    let is_usable = |byte: &u8| byte.is_ascii_punctuation();
    let end = rest.iter().position(|byte| byte == field).unwrap_or(rest.len());
    let encoding = rest.get(..end)?;
    if !is_usable(field) || encoding.is_empty() || !encoding.iter().all(is_usable) {
        return None;
    }
    let usual = Delimiters::USUAL;
    let at = |at: usize, usual: char| encoding.get(at).map_or(usual, |byte| char::from(*byte));
    Some(Delimiters {
        field: char::from(*field),
        component: at(0, usual.component),
        repetition: at(1, usual.repetition),
        escape: at(2, usual.escape),
        subcomponent: at(3, usual.subcomponent),
    })
}

impl<'a> Segment<'a> {
    const EMPTY: Segment<'static> =
        Segment { raw: &[], text: Cow::Borrowed(""), delimiters: Delimiters::USUAL };

    fn new(raw: &'a [u8], charset: Charset, delimiters: Delimiters) -> Segment<'a> {
        // Wave segments are binary and long: they are read as bytes.
        let text = if raw.starts_with(super::zmw::SEGMENT) {
            Cow::Borrowed("ZMW")
        } else {
            charset.decode(raw)
        };
        Segment { raw, text, delimiters }
    }

    /// Its bytes, name included.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// `MSH`, `OBX`.
    pub fn name(&self) -> &str {
        self.text.split(self.delimiters.field).next().unwrap_or_default()
    }

    /// A field by its HL7 number, from 1.
    pub fn field(&self, number: usize) -> Field<'_> {
        // MSH-1 is the separator, so MSH-2 is the first piece after the name.
        let at = if self.name() == "MSH" { number.saturating_sub(1) } else { number };
        let text = if at == 0 { None } else { self.text.split(self.delimiters.field).nth(at) };
        Field { text: text.unwrap_or_default(), delimiters: self.delimiters }
    }

    /// All fields of a segment that is not MSH, from number 1. For long segments.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let delimiters = self.delimiters;
        self.text.split(delimiters.field).skip(1).map(move |text| Field { text, delimiters })
    }
}

impl<'m> Field<'m> {
    /// A field in which nothing stands.
    pub const EMPTY: Field<'static> = Field { text: "", delimiters: Delimiters::USUAL };

    /// The whole field as sent, escapes and all.
    pub fn text(self) -> &'m str {
        self.text
    }

    /// Whether nothing stands in it. `""` says "known to be empty" and is nothing too.
    pub fn is_empty(self) -> bool {
        self.text.is_empty() || self.text == "\"\""
    }

    /// Its first repetition.
    pub fn first(self) -> Field<'m> {
        let text = self.text.split(self.delimiters.repetition).next().unwrap_or_default();
        Field { text, ..self }
    }

    /// All repetitions.
    pub fn repetitions(self) -> impl Iterator<Item = Field<'m>> {
        self.text.split(self.delimiters.repetition).map(move |text| Field { text, ..self })
    }

    /// A component by number, from 1.
    pub fn component(self, number: usize) -> Field<'m> {
        self.part(self.delimiters.component, number)
    }

    /// All components.
    pub fn components(self) -> impl Iterator<Item = &'m str> {
        self.text.split(self.delimiters.component)
    }

    /// A subcomponent by number, from 1.
    pub fn subcomponent(self, number: usize) -> Field<'m> {
        self.part(self.delimiters.subcomponent, number)
    }

    fn part(self, separator: char, number: usize) -> Field<'m> {
        let at = number.saturating_sub(1);
        Field { text: self.text.split(separator).nth(at).unwrap_or_default(), ..self }
    }

    /// The text with its escapes undone and without blanks around it.
    pub fn plain(self) -> Cow<'m, str> {
        let text = if self.is_empty() { "" } else { self.text.trim() };
        if !text.contains(self.delimiters.escape) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(unescaped(text, self.delimiters))
    }
}

/// Escapes: `\F\`, `\S\`, `\T\`, `\R\`, `\E\` stand for separators, `\Xhh..\` for bytes; what is not
/// known stays as it is.
fn unescaped(text: &str, delimiters: Delimiters) -> String {
    let escape = delimiters.escape;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(escape) {
        plain.push_str(before);
        let Some((code, behind)) = after.split_once(escape) else {
            plain.push(escape);
            rest = after;
            continue;
        };
        match code {
            "F" => plain.push(delimiters.field),
            "S" => plain.push(delimiters.component),
            "T" => plain.push(delimiters.subcomponent),
            "R" => plain.push(delimiters.repetition),
            "E" => plain.push(escape),
            _ => match hex(code) {
                Some(bytes) => plain.push_str(&Charset::Utf8.decode(&bytes)),
                None => {
                    plain.push(escape);
                    rest = after;
                    continue;
                }
            },
        }
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

fn hex(code: &str) -> Option<Vec<u8>> {
    let digits = code.strip_prefix('X')?.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if digits.is_empty() || digits.len() % 2 != 0 {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Message<'_> {
        Message::parse(text.as_bytes(), Charset::Utf8).expect("a message")
    }

    #[test]
    fn fields_are_numbered_as_hl7_does() {
        let message = parse(
            "MSH|^~\\&|APP^0A^EUI-64|FAC|||2026||ORU^R01|7|P|2.6\rOBX|1|NM|1^HR~2^PR|a&b^c||\r",
        );
        assert_eq!(message.header().field(3).component(2).text(), "0A");
        assert_eq!((message.kind(), message.control_id()), (("ORU", "R01"), "7"));
        assert_eq!(message.header().field(12).text(), "2.6");
        let obx = message.first("OBX");
        assert_eq!(obx.field(3).repetitions().count(), 2);
        assert_eq!(obx.field(3).first().component(2).text(), "HR");
        assert_eq!(obx.field(4).component(1).subcomponent(2).text(), "b");
        assert_eq!(obx.field(99).text(), "");
        assert_eq!(obx.fields().nth(2).map(Field::text), Some("1^HR~2^PR"));
        assert!(message.first("PID").field(3).is_empty());
    }

    #[test]
    fn separators_come_from_the_header() {
        let message = parse("MSH#*!%@#A*B#\nPID###1*2!3\n");
        assert_eq!(message.header().field(3).component(2).text(), "B");
        assert_eq!(message.first("PID").field(3).first().component(2).text(), "2");
    }

    #[test]
    fn escapes_are_undone_and_odd_ones_stay() {
        let message = parse(
            "MSH|^~\\&|\rOBX|2.73x10\\S\\-7|\\F\\\\T\\\\R\\\\E\\|\\X41C3A9\\|\\H\\bold\\N\\|a\\b|\"\"\r",
        );
        let obx = message.first("OBX");
        let plain = |number| obx.field(number).plain().into_owned();
        assert_eq!(plain(1), "2.73x10^-7");
        assert_eq!(plain(2), "|&~\\");
        assert_eq!(plain(3), "Aé");
        assert_eq!(plain(4), "\\H\\bold\\N\\");
        assert_eq!(plain(5), "a\\b");
        assert_eq!(plain(6), "");
    }

    #[test]
    fn what_is_no_message_says_why() {
        let fault = |text: &str| Message::parse(text.as_bytes(), Charset::Utf8).unwrap_err();
        assert_eq!(fault(""), MessageFault::NoHeader);
        assert_eq!(fault("PID|1\r"), MessageFault::NoHeader);
        assert_eq!(fault("MSH"), MessageFault::Delimiters);
        assert_eq!(fault("MSHxyz"), MessageFault::Delimiters);
        assert_eq!(fault(&"MSH|^~\\&|\r".repeat(9_000)), MessageFault::TooManySegments);
    }

    #[test]
    fn a_gbk_character_is_no_separator() {
        let mut bytes = b"MSH|^~\\&|\rPID|||1||".to_vec();
        bytes.extend(b"\xf7|\xcd\xf5^\xf7^|M\r");
        let message = Message::parse(&bytes, Charset::Gbk).expect("a message");
        assert_eq!(message.first("PID").field(6).text(), "M");
        assert!(message.first("PID").field(5).component(1).text().ends_with('王'));
    }
}

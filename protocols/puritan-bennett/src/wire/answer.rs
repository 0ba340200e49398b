//! Answers of the parameter port.
//!
//! ```text
//! MISCF,1225,169 ,<STX>09:26 ,SIM840-0007       ,NOV 22 2026 ,INVASIVE ,A/C   ,…,<ETX><CR>
//!       |    |         5     6                  7            8         9
//!       |    number of data fields
//!       bytes between <STX> and <ETX>
//! ```
//!
//! Fields count from 1; name, byte count, field count and `<STX>` are the first four. A data field is
//! left-aligned, padded with spaces to a fixed width, and followed by a comma (OI).
//!
//! There is no checksum. An answer is taken when its shape holds: header, `<STX>`, `<ETX>`, the stated
//! number of fields, the stated number of bytes, printable ASCII between. So each byte that is lost or
//! comes on top is found, and a changed byte only where it hurts the shape: a digit that became another
//! digit is not.

use core::fmt;

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_while},
    character::complete::{char, digit1},
    combinator::{map_res, value},
    sequence::{delimited, preceded, terminated},
};
use vigie_model::Decimal;
use vigie_session::framing::Cut;

use super::Command;

/// Longest answer that is waited for: 1,245 bytes are sent for `SNDF` (OI), a 980 sends some more.
pub const ANSWER_BYTES_MAX: usize = 2_048;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const CR: u8 = b'\r';
const NAME: &[u8] = b"MISC";
/// Number of the first data field.
pub const FIRST_FIELD: u16 = 5;
/// Widths that a field can have (OI); the ones that are not 6 are listed in [`width_of`].
const WIDTHS: [usize; 4] = [6, 9, 12, 18];

/// Which list an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `MISCA`, the older and smaller one: 97 fields in 706 bytes.
    A,
    /// `MISCF`: 169 fields in 1,225 bytes; a 980 may send more.
    F,
}

/// An answer whose shape holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Which list.
    pub kind: Kind,
    fields: Vec<&'a str>,
}

/// What is wrong with bytes that begin and end like an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// Name, counts or `<STX>` are not where they belong.
    Header,
    /// `<ETX>` is missing, or not the last byte before the carriage return.
    End,
    /// A byte that is no printable ASCII stands among the fields.
    Byte(u8),
    /// Another number of fields than stated.
    Fields {
        /// As the answer states it.
        stated: usize,
        /// As counted.
        found: usize,
    },
    /// Another number of bytes than stated.
    Bytes {
        /// As the answer states it.
        stated: usize,
        /// As counted.
        found: usize,
    },
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnswerError::Header => f.write_str("answer without a header"),
            AnswerError::End => f.write_str("answer without its end"),
            AnswerError::Byte(byte) => write!(f, "byte {byte:02X} in an answer"),
            AnswerError::Fields { stated, found } => {
                write!(f, "answer of {found} fields that states {stated}")
            }
            AnswerError::Bytes { stated, found } => {
                write!(f, "answer of {found} bytes that states {stated}")
            }
        }
    }
}

/// One piece of the parameter port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// An answer.
    Answer(Answer<'a>),
    /// A command: heard on a tapped cable, or our own come back.
    Command(Command),
    /// Line ends between answers.
    Blank,
}

/// Looks for a piece at the head of what came over the parameter port; for
/// [`vigie_session::framing::Accumulator`]. Whether an answer holds, [`parse`] says.
pub fn cut_answer(head: &[u8]) -> Cut {
    if let Some(b'\r' | b'\n') = head.first() {
        return Cut::Frame { bytes: 1 };
    }
    for command in Command::ALL {
        let wire = command.wire();
        if head.starts_with(wire) {
            return Cut::Frame { bytes: wire.len() };
        }
        if wire.starts_with(head) {
            return Cut::More;
        }
    }
    if !head.starts_with(NAME) {
        return if NAME.starts_with(head) { Cut::More } else { Cut::Not };
    }
    let end = head.iter().position(|byte| *byte == CR);
    let inside = head.get(1..end.unwrap_or(head.len())).unwrap_or_default();
    if inside.windows(NAME.len()).any(|window| window == NAME) {
        // The end of this one was lost: the next is no part of it.
        return Cut::Not;
    }
    end.map_or(Cut::More, |end| Cut::Frame { bytes: end + 1 })
}

/// What a piece that [`cut_answer`] delimited says.
///
/// # Errors
/// When it is an answer whose shape does not hold.
pub fn parse(piece: &[u8]) -> Result<Piece<'_>, AnswerError> {
    if let Some(command) = Command::ALL.into_iter().find(|command| command.wire() == piece) {
        return Ok(Piece::Command(command));
    }
    if let [b'\r' | b'\n'] = piece {
        return Ok(Piece::Blank);
    }
    Answer::parse(piece).map(Piece::Answer)
}

impl<'a> Answer<'a> {
    /// An answer, from `MISC` to the carriage return.
    ///
    /// # Errors
    /// When its shape does not hold.
    pub fn parse(bytes: &'a [u8]) -> Result<Answer<'a>, AnswerError> {
        let (rest, (kind, stated_bytes, stated_fields)) =
            header(bytes).map_err(|_| AnswerError::Header)?;
        let [data @ .., ETX, CR] = rest else { return Err(AnswerError::End) };
        if let Some(odd) = data.iter().find(|byte| !matches!(byte, b' '..=b'~')) {
            return Err(AnswerError::Byte(*odd));
        }
        let text = core::str::from_utf8(data).map_err(|_| AnswerError::End)?;
        let fields: Vec<&str> = text.split_terminator(',').collect();
        let found = fields.len();
        if found != stated_fields || !text.ends_with(',') {
            return Err(AnswerError::Fields { stated: stated_fields, found });
        }
        // Whether <ETX> counts is not certain. Off by that one byte is taken only when no field can
        // have lost it.
        let is_whole = data.len() == stated_bytes
            || (data.len() + 1 == stated_bytes && has_known_widths(kind, &fields))
            || is_short_list_as_published(kind, stated_bytes, &fields);
        if !is_whole {
            return Err(AnswerError::Bytes { stated: stated_bytes, found: data.len() });
        }
        Ok(Answer { kind, fields })
    }

    /// A field by its number, without its padding; empty: the ventilator gives no value. `None`: the
    /// answer has no such field.
    pub fn field(&self, number: u16) -> Option<&'a str> {
        let place = number.checked_sub(FIRST_FIELD)?;
        self.fields.get(usize::from(place)).map(|field| field.trim_matches(' '))
    }

    /// Number of its last field.
    pub fn last_field(&self) -> u16 {
        u16::try_from(self.fields.len()).unwrap_or(u16::MAX).saturating_add(FIRST_FIELD - 1)
    }
}

/// Width of a field, as the table gives it (OI). `None`: not known.
fn width_of(kind: Kind, number: u16) -> Option<usize> {
    match (kind, number) {
        (Kind::F, 6 | 53) => Some(18),
        (Kind::F, 7) => Some(12),
        (Kind::F, 8 | 55 | 66 | 156) => Some(9),
        (Kind::F, 5..=173) => Some(6),
        (Kind::A, 6) => Some(18),
        (Kind::A, 8 | 62) => Some(12),
        // The published widths of MISCA give 3 bytes less than it states; see below.
        (Kind::F, _) | (Kind::A, _) => None,
    }
}

/// `MISCA` states 706 bytes, and the published widths sum to 703: either one more field is 9 wide, and
/// nobody says which, or it counts `<STX>`, `<ETX>` and the carriage return. Both are taken.
fn is_short_list_as_published(kind: Kind, stated_bytes: usize, fields: &[&str]) -> bool {
    let width = |number| width_of(kind, number).unwrap_or(6);
    let bytes: usize = fields.iter().map(|field| field.len() + 1).sum();
    kind == Kind::A
        && bytes + 3 == stated_bytes
        && (FIRST_FIELD..).zip(fields).all(|(number, field)| field.len() == width(number))
}

fn has_known_widths(kind: Kind, fields: &[&str]) -> bool {
    (FIRST_FIELD..).zip(fields).all(|(number, field)| match width_of(kind, number) {
        Some(width) => field.len() == width,
        None => WIDTHS.contains(&field.len()),
    })
}

fn header(bytes: &[u8]) -> IResult<&[u8], (Kind, usize, usize)> {
    let kind = alt((value(Kind::A, char('A')), value(Kind::F, char('F'))));
    (
        delimited(tag(NAME), kind, (spaces, char(','))),
        terminated(count, char(',')),
        terminated(count, (char(','), tag(&[STX][..]))),
    )
        .parse(bytes)
}

fn spaces(bytes: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while(|byte| byte == b' ')(bytes)
}

fn count(bytes: &[u8]) -> IResult<&[u8], usize> {
    let number = map_res(digit1, |digits: &[u8]| {
        core::str::from_utf8(digits).unwrap_or_default().parse::<usize>()
    });
    delimited(spaces, number, spaces).parse(bytes)
}

/// What a field that ought to be a number holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A number, with the digits as sent.
    Is(Decimal),
    /// Blank, or dashes: no value now.
    Blank,
    /// `OFF`: the limit or setting is switched off.
    Off,
}

/// Digits that a field of 6 can hold, and some.
const DIGITS_MAX: usize = 12;

/// The number in a field without its padding; `None`: it is none of what may stand there.
pub fn number(field: &str) -> Option<Number> {
    // Dashes stand for no value in the same answer of a Respironics V200 (its operator's manual).
    if field.bytes().all(|byte| byte == b'-') {
        return Some(Number::Blank);
    }
    if field == "OFF" {
        return Some(Number::Off);
    }
    decimal(field).map(Number::Is)
}

/// Digits with at most one point and a sign, nothing else.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let (text, is_negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty()
        || whole.len() + fraction.len() > DIGITS_MAX
        || !is_digits(whole)
        || !is_digits(fraction)
    {
        return None;
    }
    let mantissa: i64 = format!("{whole}{fraction}").parse().ok()?;
    let exponent = i8::try_from(fraction.len()).ok()?;
    Some(Decimal::new(if is_negative { -mantissa } else { mantissa }, -exponent))
}

/// The time and date of an answer: `HH:MM` and `MMM DD YYYY` with an English month.
pub fn date_and_time(date: &str, time: &str) -> Option<vigie_model::DeviceTime> {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let (hour, minute) = time.split_once(':')?;
    let mut parts = date.split_ascii_whitespace();
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let (day, year): (u8, u16) = (day.parse().ok()?, year.parse().ok()?);
    let is_possible = hour < 24 && minute < 60 && (1..=31).contains(&day) && year >= 1990;
    is_possible.then_some(vigie_model::DeviceTime {
        year,
        month: u8::try_from(month + 1).ok()?,
        day,
        hour,
        minute,
        second: 0,
    })
}

/// Whether `bytes` hold an answer; for finding out what hangs on a line.
pub fn holds_answer(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|from| {
        let rest = bytes.get(from..).unwrap_or_default();
        match cut_answer(rest) {
            Cut::Frame { bytes } => {
                rest.get(..bytes).is_some_and(|piece| Answer::parse(piece).is_ok())
            }
            Cut::More | Cut::Not => false,
        }
    })
}

/// Separates sign, digits and point of a sample; used by the waveform port.
pub(super) fn signed(bytes: &[u8]) -> IResult<&[u8], &[u8]> {
    let in_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+');
    preceded(spaces, terminated(take_while(in_number), spaces)).parse(bytes)
}

//! What is wrong with some bytes, and where.

use std::fmt;

/// A message that cannot be read, or not be written: a small value, not a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    /// Bytes before the place, counted from the first byte given to `parse` (or written by `emit`).
    pub offset: usize,
    /// The field there, in the words of the wire format.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The ways in which bytes can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The bytes end before the field does.
    Truncated,
    /// Bytes are left over after the last thing that a length or a count announced.
    Leftover,
    /// A constant of the format has another value.
    Unexpected,
    /// While emitting: more bytes or items than the length or count field can say.
    TooLong,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = match self.problem {
            Problem::Truncated => "is cut short",
            Problem::Leftover => "leaves bytes over",
            Problem::Unexpected => "is not what the format says",
            Problem::TooLong => "is too long to send",
        };
        write!(f, "{} at byte {} {problem}", self.field, self.offset)
    }
}

impl std::error::Error for WireError {}

/// [`WireError`] while parsing: the place is still a slice of the message.
///
/// Turned into an offset once, at the top, so that the combinators need not carry a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fail<'a> {
    at: &'a [u8],
    field: &'static str,
    problem: Problem,
}

impl<'a> Fail<'a> {
    pub(crate) fn new(at: &'a [u8], field: &'static str, problem: Problem) -> Fail<'a> {
        Fail { at, field, problem }
    }

    /// Names the field, unless an inner parser knew better.
    pub(crate) fn or_field(self, field: &'static str) -> Fail<'a> {
        if self.field.is_empty() { Fail { field, ..self } } else { self }
    }

    /// The place counted from the start of `whole`, which the failing slice is part of.
    pub(crate) fn within(self, whole: &'a [u8]) -> WireError {
        WireError {
            offset: nom::Offset::offset(whole, self.at),
            field: self.field,
            problem: self.problem,
        }
    }
}

impl<'a> nom::error::ParseError<&'a [u8]> for Fail<'a> {
    fn from_error_kind(input: &'a [u8], kind: nom::error::ErrorKind) -> Fail<'a> {
        let problem = if kind == nom::error::ErrorKind::Tag {
            Problem::Unexpected
        } else {
            Problem::Truncated
        };
        Fail::new(input, "", problem)
    }

    fn append(_: &'a [u8], _: nom::error::ErrorKind, other: Fail<'a>) -> Fail<'a> {
        other
    }
}

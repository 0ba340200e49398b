//! Lines of the waveform port.
//!
//! ```text
//! BS, S:4921,        breath 4921 begins
//! 3.01, 5.79         flow in L/min, pressure in cmH2O, every 20 ms
//! -2.30, 6.93
//! BE                 it ends
//! ```
//!
//! Lines end with CR, LF or both, and recordings hold runs of NUL bytes inside the text (VM): control
//! characters are left out. There are no times and no checksum.

use nom::{
    IResult, Parser,
    bytes::complete::tag,
    character::complete::{char, digit1, space0},
    combinator::{all_consuming, map_opt, opt},
    sequence::{delimited, preceded, separated_pair, terminated},
};

use super::answer::{decimal, signed};

/// Longest line: `-200.00, -100.00` and some.
const LINE_BYTES_MAX: usize = 48;
/// Hundredths that fit a sample: 10,000 of either unit, far beyond both sensors.
const HUNDREDTHS_MAX: i64 = 1_000_000;

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurveLine {
    /// A breath begins; they are numbered one after the other.
    Start(u32),
    /// One sample of both.
    Sample {
        /// Flow, hundredths of L/min; positive towards the patient.
        flow: i32,
        /// Pressure, hundredths of cmH2O.
        pressure: i32,
    },
    /// The breath ends.
    End,
    /// Nothing of these.
    Odd,
}

impl CurveLine {
    /// A line without its end.
    pub fn parse(line: &[u8]) -> CurveLine {
        if all_consuming(end).parse(line).is_ok() {
            return CurveLine::End;
        }
        if let Ok((_, number)) = all_consuming(start).parse(line) {
            return CurveLine::Start(number);
        }
        match all_consuming(sample).parse(line) {
            Ok((_, (flow, pressure))) => CurveLine::Sample { flow, pressure },
            Err(_) => CurveLine::Odd,
        }
    }
}

fn end(line: &[u8]) -> IResult<&[u8], ()> {
    (tag(&b"BE"[..]), opt(char(',')), space0).map(|_| ()).parse(line)
}

fn start(line: &[u8]) -> IResult<&[u8], u32> {
    let number = map_opt(digit1, |digits: &[u8]| core::str::from_utf8(digits).ok()?.parse().ok());
    let head = (tag(&b"BS"[..]), char(','), space0, tag(&b"S:"[..]));
    preceded(head, terminated(number, (opt(char(',')), space0))).parse(line)
}

fn sample(line: &[u8]) -> IResult<&[u8], (i32, i32)> {
    separated_pair(hundredths, char(','), delimited(space0, hundredths, opt(char(',')))).parse(line)
}

fn hundredths(line: &[u8]) -> IResult<&[u8], i32> {
    map_opt(signed, |digits: &[u8]| {
        let value = decimal(core::str::from_utf8(digits).ok()?)?;
        // Two digits behind the point; a device that sends fewer says the same, one that sends more
        // is not this one.
        let value = (value.decimals() <= 2).then(|| value.rounded(2).mantissa())?;
        i32::try_from(value).ok().filter(|value| i64::from(*value).abs() <= HUNDREDTHS_MAX)
    })
    .parse(line)
}

/// Lines out of a stream that may be cut anywhere.
#[derive(Clone, Debug, Default)]
pub struct LineReader {
    line: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing came yet. Who joins in the middle of a line would take its rest for a number, so the
    /// first line counts only if it begins a breath.
    #[default]
    First,
    /// Whole lines.
    Lines,
    /// A line too long to be one: its rest is skipped.
    TooLong,
}

impl LineReader {
    /// The next byte; `Some` when it ends a line that is not empty.
    pub fn push(&mut self, byte: u8) -> Option<CurveLine> {
        if matches!(byte, b'\r' | b'\n') {
            let (line, state) = (core::mem::take(&mut self.line), self.state);
            self.state = State::Lines;
            return match state {
                State::TooLong => Some(CurveLine::Odd),
                State::First | State::Lines if line.is_empty() => None,
                State::Lines => Some(CurveLine::parse(&line)),
                State::First => match CurveLine::parse(&line) {
                    start @ CurveLine::Start(_) => Some(start),
                    CurveLine::Sample { .. } | CurveLine::End | CurveLine::Odd => None,
                },
            };
        }
        if byte.is_ascii_control() || self.state == State::TooLong {
            return None;
        }
        if self.line.len() >= LINE_BYTES_MAX {
            self.line.clear();
            self.state = State::TooLong;
            return None;
        }
        self.line.push(byte);
        None
    }
}

/// How many samples of the waveform port stand in `bytes`.
pub fn samples_in(bytes: &[u8]) -> usize {
    let mut reader = LineReader::default();
    let lines = bytes.iter().filter_map(|byte| reader.push(*byte));
    lines.filter(|line| matches!(line, CurveLine::Sample { .. })).count()
}

//! What was not understood, counted and named.
//!
//! A result names the same thing for each of its objects: within one message equal things are one
//! fault with a count. The driver counts on from message to message.

use std::collections::BTreeMap;
use std::fmt;

use vigie_model::{Event, Fault, FaultKind, Text};

use crate::wire::{Attribute, Problem, WireError};

/// Something that could not be used or named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    /// An attribute that the catalogue does not list.
    Attribute { id: u16, class: u16 },
    /// A listed attribute with another layout.
    Misfit { id: u16, class: u16 },
    /// A physiological identifier without a row.
    Physio { id: u16, class: u16 },
    /// A unit code without a row.
    Unit { code: u16 },
    /// An alert code without a row.
    AlertCode { code: u16 },
    /// An alert type that the guide does not list.
    AlertType { code: u16 },
    /// An alert info that the guide does not list.
    AlertInfo { id: u16 },
    /// A number with a power of ten that no measurement has.
    Exponent { exponent: i8 },
    /// An alarm result without the condition or one of the lists: nothing can be taken from it.
    AlarmResult,
    /// An enumeration value that the guide does not list.
    EnumChoice { choice: u16 },
    /// The code of a value in words without a row.
    EnumCode { code: u16 },
    /// Results of a class that this session does not read.
    Class { code: u16 },
    /// An event that the guide does not list.
    Event { code: u16 },
    /// The answer to an action that the guide does not list.
    Action { code: u16 },
    /// A command that the guide does not list.
    Command { code: u16 },
    /// A remote operation that the guide does not list.
    Operation { code: u16 },
    /// The monitor said no to somebody's request.
    Refused { code: u16 },
    /// A wave block that was there already.
    WaveAgain { id: u16 },
    /// A wave block of long ago.
    WaveLate { id: u16 },
    /// A wave block of so many samples, which fit no sample period.
    WavePeriod { id: u16, samples: usize },
    /// Samples of so many bits.
    WaveBits { bits: u8 },
    /// A result that was there already, or whose time was.
    ResultAgain { class: u16 },
    /// A result that came after a newer one.
    ResultLate { class: u16 },
    /// The announcement of an association, bit for bit.
    CreateAgain,
    /// Results that should have come and did not.
    Missing { class: u16 },
    /// Parts of a linked result without the rest.
    Unlinked,
    /// Something that only a monitor says, from somebody else.
    NotTheMonitor,
    /// More objects or streams than this session keeps.
    TooMany,
    /// A message that contradicts its lengths.
    Message { field: &'static str, problem: &'static str },
    /// A value of an option of ours that means nothing.
    Option,
    /// The monitor said no to a request of ours.
    Denied { what: &'static str, why: &'static str },
    /// A request of ours was not answered.
    Unanswered { what: &'static str },
    /// The monitor took fewer of a list than were asked for.
    Shortened { what: &'static str, asked: usize, taken: usize },
    /// Something about the association as a whole.
    Association(&'static str),
}

impl Oddity {
    /// A message that could not be read.
    pub(super) fn message(error: WireError) -> Oddity {
        let problem = match error.problem {
            Problem::Truncated => "cut short",
            Problem::Leftover => "bytes left over",
            Problem::Unexpected => "not what the format says",
            Problem::TooLong => "too long",
        };
        Oddity::Message { field: error.field, problem }
    }

    fn kind(&self) -> FaultKind {
        match self {
            Oddity::Attribute { .. }
            | Oddity::Physio { .. }
            | Oddity::Unit { .. }
            | Oddity::AlertCode { .. }
            | Oddity::AlertType { .. }
            | Oddity::AlertInfo { .. }
            | Oddity::EnumChoice { .. }
            | Oddity::EnumCode { .. }
            | Oddity::Class { .. }
            | Oddity::Event { .. }
            | Oddity::Action { .. }
            | Oddity::Command { .. }
            | Oddity::Operation { .. }
            | Oddity::WavePeriod { .. }
            | Oddity::WaveBits { .. }
            | Oddity::Option => FaultKind::Unknown,
            Oddity::Denied { .. }
            | Oddity::Unanswered { .. }
            | Oddity::Shortened { .. }
            | Oddity::Association(_) => FaultKind::Unexpected,
            Oddity::Misfit { .. }
            | Oddity::Exponent { .. }
            | Oddity::AlarmResult
            | Oddity::Message { .. } => FaultKind::Malformed,
            Oddity::Refused { .. }
            | Oddity::WaveAgain { .. }
            | Oddity::WaveLate { .. }
            | Oddity::ResultAgain { .. }
            | Oddity::ResultLate { .. }
            | Oddity::CreateAgain
            | Oddity::Missing { .. }
            | Oddity::Unlinked
            | Oddity::NotTheMonitor => FaultKind::Unexpected,
            Oddity::TooMany => FaultKind::Capped,
        }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Oddity::Attribute { id, class } => {
                write!(f, "attribute 0x{id:04X} in class 0x{class:04X}")
            }
            Oddity::Misfit { id, class } => {
                write!(f, "layout of attribute 0x{id:04X} in class 0x{class:04X}")
            }
            Oddity::Physio { id, class } => {
                write!(f, "physiological identifier 0x{id:04X} in class 0x{class:04X}")
            }
            Oddity::Unit { code } => write!(f, "unit 0x{code:04X}"),
            Oddity::AlertCode { code } => write!(f, "alert code {code}"),
            Oddity::AlertType { code } => write!(f, "alert type 0x{code:04X}"),
            Oddity::AlertInfo { id } => write!(f, "alert info {id}"),
            Oddity::Exponent { exponent } => write!(f, "number with exponent {exponent}"),
            Oddity::AlarmResult => write!(f, "alarm result without all of its parts"),
            Oddity::EnumChoice { choice } => write!(f, "enumeration value of choice {choice}"),
            Oddity::EnumCode { code } => write!(f, "enumeration code 0x{code:04X}"),
            Oddity::Class { code } => write!(f, "results of class 0x{code:04X}"),
            Oddity::Event { code } => write!(f, "event 0x{code:04X}"),
            Oddity::Action { code } => write!(f, "answer to action 0x{code:04X}"),
            Oddity::Command { code } => write!(f, "command {code}"),
            Oddity::Operation { code } => write!(f, "remote operation {code}"),
            Oddity::Refused { code } => write!(f, "request refused with error {code}"),
            Oddity::WaveAgain { id } => write!(f, "block of wave 0x{id:04X} came again"),
            Oddity::WaveLate { id } => write!(f, "block of wave 0x{id:04X} came too late"),
            Oddity::WavePeriod { id, samples } => {
                write!(f, "block of wave 0x{id:04X} with {samples} samples")
            }
            Oddity::WaveBits { bits } => write!(f, "wave samples of {bits} bits"),
            Oddity::ResultAgain { class } => {
                write!(f, "result of class 0x{class:04X} came again")
            }
            Oddity::ResultLate { class } => {
                write!(f, "result of class 0x{class:04X} came too late")
            }
            Oddity::CreateAgain => write!(f, "announcement came again"),
            Oddity::Missing { class } => write!(f, "results of class 0x{class:04X} missing"),
            Oddity::Unlinked => write!(f, "linked result without all of its parts"),
            Oddity::NotTheMonitor => write!(f, "a monitor's message from another port"),
            Oddity::TooMany => write!(f, "more objects than are kept"),
            Oddity::Message { field, problem } => write!(f, "message: {field}: {problem}"),
            Oddity::Option => {
                write!(f, "option framing: neither rs232 nor datagram; rs232 is taken")
            }
            Oddity::Denied { what, why } => write!(f, "{what} refused: {why}"),
            Oddity::Unanswered { what } => write!(f, "{what} not answered"),
            Oddity::Shortened { what, asked, taken } => {
                write!(f, "{what}: the monitor took {taken} of {asked}")
            }
            Oddity::Association(what) => f.write_str(what),
        }
    }
}

/// Counts the oddities of the message at hand; it cannot hold more of them than it has bytes.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    fresh: BTreeMap<Oddity, u32>,
}

impl Oddities {
    /// Counts one.
    pub(super) fn note(&mut self, oddity: Oddity) {
        self.note_many(oddity, 1);
    }

    /// Counts several.
    pub(super) fn note_many(&mut self, oddity: Oddity, count: u32) {
        let counted = self.fresh.entry(oddity).or_default();
        *counted = counted.saturating_add(count);
    }

    /// Counts what the catalogue does not list, or lists otherwise.
    pub(super) fn note_attributes(&mut self, class: u16, attributes: &[Attribute<'_>]) {
        for attribute in attributes {
            if let Attribute::Unknown { id, .. } = attribute {
                self.note(Oddity::Attribute { id: *id, class });
            } else if let Attribute::Misfit { id, .. } = attribute {
                self.note(Oddity::Misfit { id: *id, class });
            }
        }
    }

    /// The message is done: tells what was odd about it.
    pub(super) fn settle(&mut self, events: &mut Vec<Event>) {
        while let Some((oddity, count)) = self.fresh.pop_first() {
            let what = Text::from(oddity.to_string());
            events.push(Event::Fault(Fault { kind: oddity.kind(), what, count }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_of_one_message_are_one_fault() {
        let mut oddities = Oddities::default();
        let mut events = Vec::new();
        for _ in 0..3 {
            oddities.note(Oddity::Attribute { id: 0x0920, class: 0x0006 });
        }
        oddities.note(Oddity::Unit { code: 0x1234 });
        oddities.settle(&mut events);
        oddities.settle(&mut events);
        let fault = |what: &str, count| {
            let what = Text::from(what);
            Event::Fault(Fault { kind: FaultKind::Unknown, what, count })
        };
        let expected = [fault("attribute 0x0920 in class 0x0006", 3), fault("unit 0x1234", 1)];
        assert_eq!(events, expected);
    }
}

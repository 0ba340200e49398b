//! Polls and their results (actions 3094 and 61755).

use super::attribute::Attribute;
use super::codec::{Out, Wire, Writer, field, packed};
use super::types::{AbsoluteTime, AttributeGroup, RelativeTime, TypeId};

packed! {
    /// Asks once for a group of attributes of all objects of one class.
    #[derive(Copy)]
    pub struct SinglePoll {
        /// Mirrored in the result.
        pub poll_number: u16,
        /// Class of the objects.
        pub class: TypeId,
        /// Which attributes.
        pub group: AttributeGroup,
    }

    /// Asks for periodic results: numerics, waves or the alert monitor.
    pub struct ExtendedPoll<'a> {
        /// Mirrored in the results.
        pub poll_number: u16,
        /// Class of the objects.
        pub class: TypeId,
        /// Which attributes.
        pub group: AttributeGroup,
        /// [`Attribute::ActivePeriod`] (without it: one result), [`Attribute::PrioritisedObjects`].
        pub attributes: Vec<Attribute<'a>>,
    }

    /// The objects of one context.
    pub struct ContextPoll<'a> {
        /// Measuring-device context; handles are unique only inside it.
        pub context: u16,
        /// The objects; may be empty.
        pub objects: Vec<ObservationPoll<'a>>,
    }

    /// Some attributes of one object. One object may come several times in one result.
    pub struct ObservationPoll<'a> {
        /// Handle of the object.
        pub handle: u16,
        /// The attributes; may be empty.
        pub attributes: Vec<Attribute<'a>>,
    }
}

/// Result of a poll (PollMdibDataReply), or one part of a linked result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollResult<'a> {
    /// Poll number of the request.
    pub poll_number: u16,
    /// Extended polls only: counts results from 0, restarts when the poll is renewed, wraps.
    pub sequence: Option<u16>,
    /// Numerics: when measured, 0 if never. Waves: start of the 256-ms block. Else: when sent.
    pub time: RelativeTime,
    /// Unset in every capture.
    pub absolute_time: AbsoluteTime,
    /// Class of the objects.
    pub class: TypeId,
    /// Which attributes were asked for.
    pub group: AttributeGroup,
    /// The objects by context (PollInfoList).
    pub contexts: Vec<ContextPoll<'a>>,
}

impl<'a> PollResult<'a> {
    /// All objects with their context.
    pub fn objects(&self) -> impl Iterator<Item = (u16, &ObservationPoll<'a>)> {
        self.contexts
            .iter()
            .flat_map(|context| context.objects.iter().map(|object| (context.context, object)))
    }

    /// Reads a result; only extended polls carry a sequence number.
    pub(crate) fn parse(is_extended: bool, input: &'a [u8]) -> Out<'a, PollResult<'a>> {
        let (input, poll_number) = field("poll number", u16::parse)(input)?;
        let (input, sequence) = if is_extended {
            let (input, sequence) = field("sequence number", u16::parse)(input)?;
            (input, Some(sequence))
        } else {
            (input, None)
        };
        let (input, time) = field("relative time", RelativeTime::parse)(input)?;
        let (input, absolute_time) = field("absolute time", AbsoluteTime::parse)(input)?;
        let (input, class) = field("polled class", TypeId::parse)(input)?;
        let (input, group) = field("polled group", AttributeGroup::parse)(input)?;
        let (rest, contexts) = field("poll info list", Vec::parse)(input)?;
        let result =
            PollResult { poll_number, sequence, time, absolute_time, class, group, contexts };
        Ok((rest, result))
    }

    pub(crate) fn emit(&self, out: &mut Writer) {
        out.u16(self.poll_number);
        if let Some(sequence) = self.sequence {
            out.u16(sequence);
        }
        self.time.emit(out);
        self.absolute_time.emit(out);
        self.class.emit(out);
        self.group.emit(out);
        self.contexts.emit(out);
    }
}

//! All messages: one user data block of a serial frame, or one datagram.

use std::fmt;

use super::association::{Association, Control};
use super::beacon::Beacon;
use super::codec::{Out, Wire, Writer, place, whole};
use super::data::Data;
use super::error::{Fail, Problem, WireError};
use super::operation::{Action, ActionReply, Event, Reply, Request};

/// One message. Borrows from the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A client asks for an association.
    AssociationRequest(Association<'a>),
    /// The monitor grants it.
    AssociationResponse(Association<'a>),
    /// The monitor refuses it.
    Refuse(Control<'a>),
    /// A client ends the association.
    ReleaseRequest(Control<'a>),
    /// The monitor agrees.
    ReleaseResponse(Control<'a>),
    /// Either side drops the association.
    Abort(Control<'a>),
    /// Everything within an association.
    Data(Data<'a>),
    /// A monitor on the network tells that it is there.
    Beacon(Beacon<'a>),
}

impl<'a> Message<'a> {
    /// Reads one message that fills `bytes`.
    ///
    /// # Errors
    /// Names the first place where a length, a count or a constant does not hold, or where bytes
    /// are left over. A single attribute whose value does not fit its catalogue entry is no error,
    /// it becomes [`super::attribute::Attribute::Misfit`].
    pub fn parse(bytes: &'a [u8]) -> Result<Message<'a>, WireError> {
        whole("message", bytes, Wire::parse).map_err(|error| place(error, bytes))
    }

    /// How many bytes [`Message::emit`] writes.
    pub fn buffer_len(&self) -> usize {
        Writer::len_of(self)
    }

    /// The message as bytes, un-framed.
    ///
    /// # Errors
    /// Names the first list or value that is longer than its count or length field can say.
    pub fn emit(&self) -> Result<Vec<u8>, WireError> {
        Writer::bytes_of(self)
    }

    /// What kind of message, in the words of the guide; for counting and for logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Message::AssociationRequest(_) => "association request",
            Message::AssociationResponse(_) => "association response",
            Message::Refuse(_) => "refuse",
            Message::ReleaseRequest(_) => "release request",
            Message::ReleaseResponse(_) => "release response",
            Message::Abort(_) => "abort",
            Message::Beacon(_) => "connect indication",
            Message::Data(Data::Invoke { request, .. }) => match request {
                Request::Event { report, .. } => match report.event {
                    Event::MdsCreate { .. } => "MDS create event",
                    Event::Unknown { .. } => "unknown event",
                },
                Request::Action(request) => match request.action {
                    Action::SinglePoll(_) => "single poll",
                    Action::ExtendedPoll(_) => "extended poll",
                    Action::Unknown { .. } => "unknown action",
                },
                Request::Get(_) => "get",
                Request::Set { .. } => "set",
                Request::Unknown { .. } => "unknown command",
            },
            Message::Data(Data::Result { reply, .. }) => match reply {
                Reply::Event { .. } => "event result",
                Reply::Action(result) => match &result.reply {
                    ActionReply::Poll(poll) if poll.sequence.is_some() => "extended poll result",
                    ActionReply::Poll(_) => "single poll result",
                    ActionReply::Unknown { .. } => "unknown action result",
                },
                Reply::Get(_) => "get result",
                Reply::Set { .. } => "set result",
                Reply::Unknown { .. } => "unknown result",
            },
            Message::Data(Data::Linked { .. }) => "linked result",
            Message::Data(Data::Error { .. }) => "error",
            Message::Data(Data::Unknown { .. }) => "unknown operation",
        }
    }
}

impl<'a> Wire<'a> for Message<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        fn control<'a>(
            body: &'a [u8],
            wrap: fn(Control<'a>) -> Message<'a>,
        ) -> Out<'a, Message<'a>> {
            let (rest, control) = Control::parse(body)?;
            Ok((rest, wrap(control)))
        }
        match input {
            [0x0D, body @ ..] => {
                let (rest, association) = Association::parse(true, body)?;
                Ok((rest, Message::AssociationRequest(association)))
            }
            [0x0E, body @ ..] => {
                let (rest, association) = Association::parse(false, body)?;
                Ok((rest, Message::AssociationResponse(association)))
            }
            [0x0C, body @ ..] => control(body, Message::Refuse),
            [0x09, body @ ..] => control(body, Message::ReleaseRequest),
            [0x0A, body @ ..] => control(body, Message::ReleaseResponse),
            [0x19, body @ ..] => control(body, Message::Abort),
            [0xE1, ..] => {
                let (rest, data) = Data::parse(input)?;
                Ok((rest, Message::Data(data)))
            }
            [0x00, ..] => {
                let (rest, beacon) = Beacon::parse(input)?;
                Ok((rest, Message::Beacon(beacon)))
            }
            [] => Err(nom::Err::Error(Fail::new(input, "message type", Problem::Truncated))),
            [_, ..] => Err(nom::Err::Error(Fail::new(input, "message type", Problem::Unexpected))),
        }
    }

    fn emit(&self, out: &mut Writer) {
        match self {
            Message::AssociationRequest(association) => {
                out.u8(0x0D);
                association.emit(out);
            }
            Message::AssociationResponse(association) => {
                out.u8(0x0E);
                association.emit(out);
            }
            Message::Refuse(control) => {
                out.u8(0x0C);
                control.emit(out);
            }
            Message::ReleaseRequest(control) => {
                out.u8(0x09);
                control.emit(out);
            }
            Message::ReleaseResponse(control) => {
                out.u8(0x0A);
                control.emit(out);
            }
            Message::Abort(control) => {
                out.u8(0x19);
                control.emit(out);
            }
            Message::Data(data) => data.emit(out),
            Message::Beacon(beacon) => beacon.emit(out),
        }
    }
}

/// One line: kind, invoke id, and for poll results what they hold.
impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        let Message::Data(data) = self else { return Ok(()) };
        match data {
            Data::Invoke { invoke_id, .. } | Data::Result { invoke_id, .. } => {
                write!(f, ", invoke {invoke_id}")?;
            }
            Data::Error { invoke_id, failure } => {
                write!(f, ", invoke {invoke_id}, code {}", failure.code())?;
            }
            Data::Linked { state, count, invoke_id, .. } => {
                write!(f, ", invoke {invoke_id}, part {count} {state:?}")?;
            }
            Data::Unknown { operation, .. } => write!(f, " {operation}")?,
        }
        let Some(Reply::Action(result)) = data.reply() else { return Ok(()) };
        let ActionReply::Poll(poll) = &result.reply else { return Ok(()) };
        write!(f, ", poll {}", poll.poll_number)?;
        if let Some(sequence) = poll.sequence {
            write!(f, ", sequence {sequence}")?;
        }
        let class = poll.class.code;
        write!(f, ", class {class:04X}, tick {}, {} objects", poll.time.0, poll.objects().count())
    }
}

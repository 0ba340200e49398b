//! The envelope of data messages: session and presentation header, remote operation.

use nom::Parser;
use nom::bytes::complete::tag;

use super::codec::{Out, Wire, Writer, counted, field, within};
use super::failure::Failure;
use super::operation::{Reply, Request};

/// Session id and presentation context id; constant.
const HEADER: [u8; 4] = [0xE1, 0x00, 0x00, 0x02];

/// One data message, by its remote operation type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data<'a> {
    /// 1, ROIV: asks for something.
    Invoke {
        /// Chosen by the sender, mirrored in the answer.
        invoke_id: u16,
        /// What is asked for.
        request: Request<'a>,
    },
    /// 2, RORS: the answer, or its last part.
    Result {
        /// Invoke id of the request.
        invoke_id: u16,
        /// The answer.
        reply: Reply<'a>,
    },
    /// 3, ROER: the answer is no.
    Error {
        /// Invoke id of the request.
        invoke_id: u16,
        /// Why.
        failure: Failure<'a>,
    },
    /// 5, ROLRS: a part of an answer that does not fit one message. A RORS always follows.
    Linked {
        /// Where in the row of parts.
        state: LinkState,
        /// Counts the parts from 1.
        count: u8,
        /// Invoke id of the request.
        invoke_id: u16,
        /// This part of the answer, complete in itself.
        reply: Reply<'a>,
    },
    /// Another type.
    Unknown {
        /// The type.
        operation: u16,
        /// Its body.
        bytes: &'a [u8],
    },
}

/// Where in the row of linked parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// 1: first.
    First,
    /// 2: neither first nor last.
    Middle,
    /// 3: last linked part; the RORS is still to come.
    Last,
    /// Another state.
    Unknown(u8),
}

impl LinkState {
    fn code(self) -> u8 {
        match self {
            LinkState::First => 1,
            LinkState::Middle => 2,
            LinkState::Last => 3,
            LinkState::Unknown(code) => code,
        }
    }
}

impl From<u8> for LinkState {
    fn from(code: u8) -> LinkState {
        match code {
            1 => LinkState::First,
            2 => LinkState::Middle,
            3 => LinkState::Last,
            _ => LinkState::Unknown(code),
        }
    }
}

impl<'a> Data<'a> {
    /// The reply in a result, whole or part.
    pub fn reply(&self) -> Option<&Reply<'a>> {
        match self {
            Data::Result { reply, .. } | Data::Linked { reply, .. } => Some(reply),
            Data::Invoke { .. } | Data::Error { .. } | Data::Unknown { .. } => None,
        }
    }
}

impl<'a> Wire<'a> for Data<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, _) = field("session header", |input| tag(&HEADER[..]).parse(input))(input)?;
        let (input, operation) = field("remote operation type", u16::parse)(input)?;
        let invoke_id = field("invoke id", u16::parse);
        match operation {
            1 => within("remote operation", |input| {
                let (input, invoke_id) = invoke_id(input)?;
                let (rest, request) = Request::parse(input)?;
                Ok((rest, Data::Invoke { invoke_id, request }))
            })(input),
            2 => within("remote operation", |input| {
                let (input, invoke_id) = invoke_id(input)?;
                let (rest, reply) = Reply::parse(input)?;
                Ok((rest, Data::Result { invoke_id, reply }))
            })(input),
            3 => within("remote operation", |input| {
                let (input, invoke_id) = invoke_id(input)?;
                let (rest, failure) = Failure::parse(input)?;
                Ok((rest, Data::Error { invoke_id, failure }))
            })(input),
            5 => within("remote operation", |input| {
                let (input, state) = field("link state", u8::parse)(input)?;
                let (input, count) = field("link count", u8::parse)(input)?;
                let (input, invoke_id) = invoke_id(input)?;
                let (rest, reply) = Reply::parse(input)?;
                Ok((rest, Data::Linked { state: state.into(), count, invoke_id, reply }))
            })(input),
            _ => {
                let (rest, bytes) = field("remote operation", counted)(input)?;
                Ok((rest, Data::Unknown { operation, bytes }))
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        out.put(&HEADER);
        out.u16(match self {
            Data::Invoke { .. } => 1,
            Data::Result { .. } => 2,
            Data::Error { .. } => 3,
            Data::Linked { .. } => 5,
            Data::Unknown { operation, .. } => *operation,
        });
        out.counted("remote operation", |out| match self {
            Data::Invoke { invoke_id, request } => {
                out.u16(*invoke_id);
                request.emit(out);
            }
            Data::Result { invoke_id, reply } => {
                out.u16(*invoke_id);
                reply.emit(out);
            }
            Data::Error { invoke_id, failure } => {
                out.u16(*invoke_id);
                failure.emit(out);
            }
            Data::Linked { state, count, invoke_id, reply } => {
                out.u8(state.code());
                out.u8(*count);
                out.u16(*invoke_id);
                reply.emit(out);
            }
            Data::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}

//! What data messages ask for and answer: events, actions, get and set.

use super::attribute::Attribute;
use super::codec::{Out, Wire, Writer, codes, counted, field, packed, rest, within};
use super::poll::{ExtendedPoll, PollResult, SinglePoll};
use super::types::{ManagedObjectId, RelativeTime};

codes! {
    /// Commands of data messages.
    pub enum Command {
        /// Event report.
        EventReport = 0,
        /// Event report that wants an answer.
        ConfirmedEventReport = 1,
        /// Get attributes.
        Get = 3,
        /// Set attributes.
        Set = 4,
        /// Set attributes and answer.
        ConfirmedSet = 5,
        /// Action; polls are actions.
        ConfirmedAction = 7,
    }
}

/// Event type of the MDS create event.
const MDS_CREATE: u16 = 0x0D06;
/// Action type of a single poll.
const SINGLE_POLL: u16 = 0x0C16;
/// Action type of an extended poll.
const EXTENDED_POLL: u16 = 0xF13B;
/// Set operator: replace.
const REPLACE: u16 = 0;
/// Set operator: back to the monitor's own value.
const SET_TO_DEFAULT: u16 = 3;

/// What an invoke message (ROIV) asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// Commands 0 and 1: something happened.
    Event {
        /// Whether the sender waits for an answer.
        confirmed: bool,
        /// What happened.
        report: EventReport<'a>,
    },
    /// Command 7.
    Action(ActionRequest<'a>),
    /// Command 3.
    Get(GetRequest),
    /// Commands 4 and 5.
    Set {
        /// Whether the sender waits for an answer.
        confirmed: bool,
        /// What to set.
        request: SetRequest<'a>,
    },
    /// Another command.
    Unknown {
        /// The command.
        command: u16,
        /// Its data.
        bytes: &'a [u8],
    },
}

packed! {
    /// Something happened to an object.
    pub struct EventReport<'a> {
        /// The object.
        pub object: ManagedObjectId,
        /// When.
        pub time: RelativeTime,
        /// What.
        pub event: Event<'a>,
    }

    /// Answer to a confirmed event.
    #[derive(Copy)]
    pub struct EventResult<'a> {
        /// The object, mirrored.
        pub object: ManagedObjectId,
        /// The time, or 0.
        pub time: RelativeTime,
        /// The event type, mirrored.
        pub event: u16,
        /// Empty in every capture.
        pub data: super::text::Counted<'a>,
    }

    /// Asks an object to do something.
    pub struct ActionRequest<'a> {
        /// The object; polls go to [`ManagedObjectId::MDS`].
        pub object: ManagedObjectId,
        /// 0.
        pub scope: u32,
        /// What to do.
        pub action: Action<'a>,
    }

    /// Answer to an action.
    pub struct ActionResult<'a> {
        /// The object, mirrored.
        pub object: ManagedObjectId,
        /// What came of it.
        pub reply: ActionReply<'a>,
    }

    /// Asks for attributes.
    pub struct GetRequest {
        /// The object.
        pub object: ManagedObjectId,
        /// 0.
        pub scope: u32,
        /// Ids of the attributes.
        pub attributes: Vec<u16>,
    }

    /// Sets attributes.
    pub struct SetRequest<'a> {
        /// The object.
        pub object: ManagedObjectId,
        /// 0.
        pub scope: u32,
        /// What to set.
        pub changes: Vec<Change<'a>>,
    }

    /// Answer to get and set: the attributes as they are now.
    pub struct AttributeReport<'a> {
        /// The object, mirrored.
        pub object: ManagedObjectId,
        /// The attributes.
        pub attributes: Vec<Attribute<'a>>,
    }
}

/// An event, by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// 3334: the monitor is there; must be answered, or the association ends.
    MdsCreate {
        /// The monitor.
        object: ManagedObjectId,
        /// What it tells about itself.
        attributes: Vec<Attribute<'a>>,
    },
    /// Another event.
    Unknown {
        /// The event type.
        event: u16,
        /// Its data.
        bytes: &'a [u8],
    },
}

/// An action to be done, by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// 3094: one result.
    SinglePoll(SinglePoll),
    /// 61755: results for some time.
    ExtendedPoll(ExtendedPoll<'a>),
    /// Another action.
    Unknown {
        /// The action type.
        action: u16,
        /// Its data.
        bytes: &'a [u8],
    },
}

/// What came of an action, by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionReply<'a> {
    /// Result of a poll: 61755 when it has a sequence number, else 3094.
    Poll(PollResult<'a>),
    /// Another action.
    Unknown {
        /// The action type.
        action: u16,
        /// Its data.
        bytes: &'a [u8],
    },
}

/// One change of an attribute, by its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// 0: the attribute gets this value.
    Replace(Attribute<'a>),
    /// 3: the attribute gets the monitor's own value.
    ToDefault {
        /// Its id.
        attribute: u16,
    },
    /// Another operator, or value bytes where there should be none.
    Unknown {
        /// The operator.
        operator: u16,
        /// Id of the attribute.
        attribute: u16,
        /// Its value.
        bytes: &'a [u8],
    },
}

/// What a result message (RORS, ROLRS) answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply<'a> {
    /// Commands 0 and 1: the event was heard.
    Event {
        /// The command, mirrored.
        confirmed: bool,
        /// The answer.
        result: EventResult<'a>,
    },
    /// Command 7.
    Action(ActionResult<'a>),
    /// Command 3.
    Get(AttributeReport<'a>),
    /// Commands 4 and 5.
    Set {
        /// The command, mirrored.
        confirmed: bool,
        /// The attributes as they are now.
        report: AttributeReport<'a>,
    },
    /// Another command.
    Unknown {
        /// The command.
        command: u16,
        /// Its data.
        bytes: &'a [u8],
    },
}

/// A command word and the length-counted data of that command, as `T`.
fn command_data<'a, T, R>(
    input: &'a [u8],
    parser: impl Fn(&'a [u8]) -> Out<'a, T>,
    wrap: impl Fn(T) -> R,
) -> Out<'a, R> {
    let (rest, data) = within("command data", parser)(input)?;
    Ok((rest, wrap(data)))
}

impl<'a> Wire<'a> for Request<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, command) = field("command", Command::parse)(input)?;
        match command {
            Command::EventReport => command_data(input, EventReport::parse, |report| {
                Request::Event { confirmed: false, report }
            }),
            Command::ConfirmedEventReport => command_data(input, EventReport::parse, |report| {
                Request::Event { confirmed: true, report }
            }),
            Command::Get => command_data(input, GetRequest::parse, Request::Get),
            Command::Set => command_data(input, SetRequest::parse, |request| Request::Set {
                confirmed: false,
                request,
            }),
            Command::ConfirmedSet => command_data(input, SetRequest::parse, |request| {
                Request::Set { confirmed: true, request }
            }),
            Command::ConfirmedAction => command_data(input, ActionRequest::parse, Request::Action),
            Command::Unknown(command) => {
                command_data(input, rest, |bytes| Request::Unknown { command, bytes })
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        let command = match self {
            Request::Event { confirmed: false, .. } => Command::EventReport,
            Request::Event { confirmed: true, .. } => Command::ConfirmedEventReport,
            Request::Action(_) => Command::ConfirmedAction,
            Request::Get(_) => Command::Get,
            Request::Set { confirmed: false, .. } => Command::Set,
            Request::Set { confirmed: true, .. } => Command::ConfirmedSet,
            Request::Unknown { command, .. } => Command::Unknown(*command),
        };
        command.emit(out);
        out.counted("command data", |out| match self {
            Request::Event { report, .. } => report.emit(out),
            Request::Action(action) => action.emit(out),
            Request::Get(get) => get.emit(out),
            Request::Set { request, .. } => request.emit(out),
            Request::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}

impl<'a> Wire<'a> for Reply<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, command) = field("command", Command::parse)(input)?;
        match command {
            Command::EventReport => command_data(input, EventResult::parse, |result| {
                Reply::Event { confirmed: false, result }
            }),
            Command::ConfirmedEventReport => command_data(input, EventResult::parse, |result| {
                Reply::Event { confirmed: true, result }
            }),
            Command::Get => command_data(input, AttributeReport::parse, Reply::Get),
            Command::Set => command_data(input, AttributeReport::parse, |report| Reply::Set {
                confirmed: false,
                report,
            }),
            Command::ConfirmedSet => command_data(input, AttributeReport::parse, |report| {
                Reply::Set { confirmed: true, report }
            }),
            Command::ConfirmedAction => command_data(input, ActionResult::parse, Reply::Action),
            Command::Unknown(command) => {
                command_data(input, rest, |bytes| Reply::Unknown { command, bytes })
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        let command = match self {
            Reply::Event { confirmed: false, .. } => Command::EventReport,
            Reply::Event { confirmed: true, .. } => Command::ConfirmedEventReport,
            Reply::Action(_) => Command::ConfirmedAction,
            Reply::Get(_) => Command::Get,
            Reply::Set { confirmed: false, .. } => Command::Set,
            Reply::Set { confirmed: true, .. } => Command::ConfirmedSet,
            Reply::Unknown { command, .. } => Command::Unknown(*command),
        };
        command.emit(out);
        out.counted("command data", |out| match self {
            Reply::Event { result, .. } => result.emit(out),
            Reply::Action(action) => action.emit(out),
            Reply::Get(report) | Reply::Set { report, .. } => report.emit(out),
            Reply::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}

impl<'a> Wire<'a> for Event<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, event) = field("event type", u16::parse)(input)?;
        if event == MDS_CREATE {
            return within("MDS create", |input| {
                let (input, object) = ManagedObjectId::parse(input)?;
                let (rest, attributes) = Vec::parse(input)?;
                Ok((rest, Event::MdsCreate { object, attributes }))
            })(input);
        }
        let (rest, bytes) = field("event data", counted)(input)?;
        Ok((rest, Event::Unknown { event, bytes }))
    }

    fn emit(&self, out: &mut Writer) {
        match self {
            Event::MdsCreate { object, attributes } => {
                out.u16(MDS_CREATE);
                out.counted("MDS create", |out| {
                    object.emit(out);
                    attributes.emit(out);
                });
            }
            Event::Unknown { event, bytes } => {
                out.u16(*event);
                out.counted("event data", |out| out.put(bytes));
            }
        }
    }
}

impl<'a> Wire<'a> for Action<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, action) = field("action type", u16::parse)(input)?;
        match action {
            SINGLE_POLL => within("single poll", |input| {
                let (rest, poll) = SinglePoll::parse(input)?;
                Ok((rest, Action::SinglePoll(poll)))
            })(input),
            EXTENDED_POLL => within("extended poll", |input| {
                let (rest, poll) = ExtendedPoll::parse(input)?;
                Ok((rest, Action::ExtendedPoll(poll)))
            })(input),
            _ => {
                let (rest, bytes) = field("action data", counted)(input)?;
                Ok((rest, Action::Unknown { action, bytes }))
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        let action = match self {
            Action::SinglePoll(_) => SINGLE_POLL,
            Action::ExtendedPoll(_) => EXTENDED_POLL,
            Action::Unknown { action, .. } => *action,
        };
        out.u16(action);
        out.counted("action data", |out| match self {
            Action::SinglePoll(poll) => poll.emit(out),
            Action::ExtendedPoll(poll) => poll.emit(out),
            Action::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}

impl<'a> Wire<'a> for ActionReply<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, action) = field("action type", u16::parse)(input)?;
        match action {
            SINGLE_POLL | EXTENDED_POLL => within("poll result", |input| {
                let (rest, result) = PollResult::parse(action == EXTENDED_POLL, input)?;
                Ok((rest, ActionReply::Poll(result)))
            })(input),
            _ => {
                let (rest, bytes) = field("action data", counted)(input)?;
                Ok((rest, ActionReply::Unknown { action, bytes }))
            }
        }
    }

    fn emit(&self, out: &mut Writer) {
        let action = match self {
            ActionReply::Poll(PollResult { sequence: Some(_), .. }) => EXTENDED_POLL,
            ActionReply::Poll(PollResult { sequence: None, .. }) => SINGLE_POLL,
            ActionReply::Unknown { action, .. } => *action,
        };
        out.u16(action);
        out.counted("action data", |out| match self {
            ActionReply::Poll(result) => result.emit(out),
            ActionReply::Unknown { bytes, .. } => out.put(bytes),
        });
    }
}

impl<'a> Wire<'a> for Change<'a> {
    fn parse(input: &'a [u8]) -> Out<'a, Self> {
        let (input, operator) = field("set operator", u16::parse)(input)?;
        if operator == REPLACE {
            let (rest, attribute) = Attribute::parse(input)?;
            return Ok((rest, Change::Replace(attribute)));
        }
        let (input, attribute) = field("attribute id", u16::parse)(input)?;
        let (rest, bytes) = field("attribute value", counted)(input)?;
        let change = if operator == SET_TO_DEFAULT && bytes.is_empty() {
            Change::ToDefault { attribute }
        } else {
            Change::Unknown { operator, attribute, bytes }
        };
        Ok((rest, change))
    }

    fn emit(&self, out: &mut Writer) {
        match self {
            Change::Replace(attribute) => {
                out.u16(REPLACE);
                attribute.emit(out);
            }
            Change::ToDefault { attribute } => {
                out.u16(SET_TO_DEFAULT);
                out.u16(*attribute);
                out.u16(0);
            }
            Change::Unknown { operator, attribute, bytes } => {
                out.u16(*operator);
                out.u16(*attribute);
                out.counted("attribute value", |out| out.put(bytes));
            }
        }
    }
}

//! A monitor written down by hand: messages by their meaning, sent over a serial line.

use std::time::Duration;

use vigie_intellivue::session::IntellivueFactory;
use vigie_intellivue::wire::alarm::{
    AlarmEntry, AlertDetail, AlertFlags, AlertInfo, AlertState, AlertType, DeviceAlertCondition,
};
use vigie_intellivue::wire::data::LinkState;
use vigie_intellivue::wire::float::Float;
use vigie_intellivue::wire::frame::emit_frame;
use vigie_intellivue::wire::numeric::{MeasurementState, NuObsValue};
use vigie_intellivue::wire::operation::{
    ActionReply, ActionResult, Event as WireEvent, EventReport, Reply, Request,
};
use vigie_intellivue::wire::poll::{ContextPoll, ObservationPoll, PollResult};
use vigie_intellivue::wire::text::{VariableLabel, WireString};
use vigie_intellivue::wire::types::{
    AbsoluteTime, AttributeGroup, ManagedObjectId, ObjectClass, RelativeTime, TextId, TypeId,
};
use vigie_intellivue::wire::{Attribute, Data, Message};
use vigie_model::{AlarmSet, Event, Fault, Numeric, StreamInfo, WaveChunk};
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Line, Setup};

/// A passive session at the end of a serial line.
pub struct Desk {
    pub rig: Rig,
    /// The monitor's running clock.
    pub ticks: u32,
    sequence: u16,
}

impl Desk {
    pub fn new() -> Desk {
        let session = IntellivueFactory.session(&Setup { passive: true, ..Setup::default() });
        let mut rig = Rig::new(session);
        rig.up(Line::MAIN);
        Desk { rig, ticks: 1_000_000, sequence: 0 }
    }

    /// Sends a message and takes what is heard of it.
    pub fn send(&mut self, message: &Message<'_>) -> Vec<Event> {
        let frame = emit_frame(&message.emit().unwrap()).unwrap();
        self.rig.bytes(Line::MAIN, &frame);
        self.heard()
    }

    /// What was heard and not yet taken.
    pub fn heard(&mut self) -> Vec<Event> {
        self.rig.take_heard().into_iter().map(|heard| heard.event).collect()
    }

    /// One cycle of the monitor passes, on both sides.
    pub fn pass(&mut self) {
        self.ticks = self.ticks.wrapping_add(8_192);
        self.sequence += 1;
        self.rig.advance(Duration::from_millis(1_024));
    }

    /// A result of an extended poll: objects of context 1.
    pub fn result<'a>(
        &self,
        class: ObjectClass,
        objects: Vec<ObservationPoll<'a>>,
    ) -> PollResult<'a> {
        PollResult {
            poll_number: 1,
            sequence: Some(self.sequence),
            time: RelativeTime(self.ticks),
            absolute_time: AbsoluteTime::UNSET,
            class: TypeId::object(class),
            group: AttributeGroup::All,
            contexts: vec![ContextPoll { context: 1, objects }],
        }
    }

    pub fn send_result(
        &mut self,
        class: ObjectClass,
        objects: Vec<ObservationPoll<'_>>,
    ) -> Vec<Event> {
        let message = whole(self.result(class, objects));
        self.send(&message)
    }

    pub fn send_numerics(&mut self, objects: Vec<ObservationPoll<'_>>) -> Vec<Event> {
        self.send_result(ObjectClass::Numeric, objects)
    }

    /// Both alarm lists, with the state of the whole device.
    pub fn send_alarms(
        &mut self,
        state: u16,
        patient: Vec<AlarmEntry<'_>>,
        technical: Vec<AlarmEntry<'_>>,
    ) -> Vec<Event> {
        let objects = vec![object(0x8401, alarm_attributes(state, patient, technical))];
        self.send_result(ObjectClass::AlertMonitor, objects)
    }

    /// The announcement at the begin of an association.
    pub fn send_create(&mut self, counter: u16, more: Vec<Attribute<'_>>) -> Vec<Event> {
        let id = VariableLabel { bytes: &[0x00, 0x09, 0xFB, 0x01, 0x02, 0x03], pad: None };
        let mut attributes = vec![Attribute::SystemId(id), Attribute::AssociationInvokeId(counter)];
        attributes.extend(more);
        let object = ManagedObjectId::MDS;
        let event = WireEvent::MdsCreate { object, attributes };
        let report = EventReport { object, time: RelativeTime(self.ticks), event };
        let request = Request::Event { confirmed: true, report };
        self.send(&Message::Data(Data::Invoke { invoke_id: 1, request }))
    }
}

const INVOKE: u16 = 7;

/// A result in one message.
pub fn whole(poll: PollResult<'_>) -> Message<'_> {
    Message::Data(Data::Result { invoke_id: INVOKE, reply: reply(poll) })
}

/// A linked part of a result.
pub fn part(state: LinkState, count: u8, poll: PollResult<'_>) -> Message<'_> {
    Message::Data(Data::Linked { state, count, invoke_id: INVOKE, reply: reply(poll) })
}

fn reply(poll: PollResult<'_>) -> Reply<'_> {
    let object = ManagedObjectId::MDS;
    Reply::Action(ActionResult { object, reply: ActionReply::Poll(poll) })
}

pub fn object(handle: u16, attributes: Vec<Attribute<'_>>) -> ObservationPoll<'_> {
    ObservationPoll { handle, attributes }
}

/// An observed value.
pub fn value(physio_id: u16, state: u16, unit: u16, float: u32) -> NuObsValue {
    NuObsValue { physio_id, state: MeasurementState(state), unit, value: Float(float) }
}

/// An object with one plain value.
pub fn simple(
    handle: u16,
    physio_id: u16,
    state: u16,
    unit: u16,
    float: u32,
) -> ObservationPoll<'static> {
    object(handle, vec![Attribute::Numeric(value(physio_id, state, unit, float))])
}

/// A label with the monitor's text, whose units are kept by the caller.
pub fn labels(id: u32, units: &[u8]) -> Vec<Attribute<'_>> {
    vec![Attribute::Label(TextId(id)), Attribute::LabelString(WireString { units })]
}

pub fn alarm_attributes<'a>(
    state: u16,
    patient: Vec<AlarmEntry<'a>>,
    technical: Vec<AlarmEntry<'a>>,
) -> Vec<Attribute<'a>> {
    let condition = DeviceAlertCondition {
        state: AlertState(state),
        change_counter: 0,
        highest_patient: AlertType::None,
        highest_technical: AlertType::None,
        highest_audible: AlertType::None,
    };
    vec![
        Attribute::DeviceAlertCondition(condition),
        Attribute::PatientAlarms(patient),
        Attribute::TechnicalAlarms(technical),
    ]
}

/// An alarm of a numeric in context 1; `units` is its text.
pub fn alarm(
    source: u16,
    code: u16,
    kind: u16,
    state: u16,
    handle: u16,
    units: &[u8],
) -> AlarmEntry<'_> {
    let detail =
        AlertDetail { instance: 0, text_id: TextId(0), priority: 0, flags: AlertFlags(0x7800) };
    AlarmEntry {
        source,
        code,
        kind: AlertType::from(kind),
        state: AlertState(state),
        object: ManagedObjectId { class: ObjectClass::Numeric, context: 1, handle },
        info: AlertInfo::WithText { detail, text: WireString { units } },
    }
}

/// A text as monitors send it.
pub fn text(text: &str) -> Vec<u8> {
    WireString::encode(text, 0, 0x20)
}

pub fn numerics(events: &[Event]) -> Vec<&Numeric> {
    events
        .iter()
        .filter_map(|event| if let Event::Numeric(numeric) = event { Some(numeric) } else { None })
        .collect()
}

pub fn streams(events: &[Event]) -> Vec<&StreamInfo> {
    events
        .iter()
        .filter_map(|event| if let Event::Stream(stream) = event { Some(stream) } else { None })
        .collect()
}

pub fn chunks(events: &[Event]) -> Vec<&WaveChunk> {
    events
        .iter()
        .filter_map(|event| if let Event::Wave(chunk) = event { Some(chunk) } else { None })
        .collect()
}

pub fn sets(events: &[Event]) -> Vec<&AlarmSet> {
    events
        .iter()
        .filter_map(|event| if let Event::Alarms(set) = event { Some(set) } else { None })
        .collect()
}

pub fn faults(events: &[Event]) -> Vec<&Fault> {
    events
        .iter()
        .filter_map(|event| if let Event::Fault(fault) = event { Some(fault) } else { None })
        .collect()
}

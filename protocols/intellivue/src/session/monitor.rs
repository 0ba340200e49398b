//! One monitor: its messages to events. It is listened to from any moment on.

use std::collections::BTreeSet;

use vigie_model::{Event, MonoTime, Text};

use crate::wire::data::{Data, LinkState};
use crate::wire::operation::{self, ActionReply, AttributeReport, Reply, Request};
use crate::wire::poll::PollResult;
use crate::wire::system::ApplicationProtocol;
use crate::wire::types::{ManagedObjectId, ObjectClass, RelativeTime};
use crate::wire::{Attribute, Message};

use super::association::{OneAssociation, numerics_period};
use super::clocks::WallClock;
use super::common::{Common, ResultHead};
use super::identity::{self, Identity};
use super::linked::{RowId, Whole};
use super::newest::{self, Newest, Verdict};
use super::oddities::Oddity;
use super::patient::Demographics;

/// All that is known of one monitor.
#[derive(Debug, Default)]
pub(super) struct Monitor {
    common: Common,
    identity: Identity,
    demographics: Demographics,
    association: OneAssociation,
    /// The monitor's counter of associations, which tells a new one from a repeated announcement.
    counter: Option<u16>,
    newest: Newest,
    /// Time, counter and attributes of the last announcement, which may come in several parts.
    created: Option<(RelativeTime, Option<u16>, Vec<u16>)>,
    /// Messages without a time, by operation and invoke id: each proves life once.
    untimed: BTreeSet<(u8, u16)>,
    /// The port of data export, when a beacon named one.
    port: Option<u16>,
}

/// Messages without a time that count as signs of life in one association.
const UNTIMED_MAX: usize = 256;

impl Monitor {
    /// A message that only a monitor sends, or an abort.
    pub(super) fn handle_message(&mut self, now: MonoTime, message: &Message<'_>, bytes: &[u8]) {
        let before = self.common.events.len();
        let mut is_alive = false;
        match message {
            Message::Beacon(beacon) => {
                self.note_beacon(&beacon.attributes);
                self.identity.take_beacon(&beacon.attributes);
                self.identity.tell(&mut self.common.events);
            }
            Message::AssociationResponse(association) => {
                self.forget_association();
                if let Some(period) = numerics_period(association) {
                    self.association.numerics.set_period(period);
                }
            }
            Message::ReleaseResponse(_) | Message::Abort(_) => self.forget_association(),
            Message::Data(data) => {
                is_alive = self.handle_data(now, data, bytes);
            }
            Message::Refuse(_) | Message::AssociationRequest(_) | Message::ReleaseRequest(_) => {}
        }
        self.common.settle_mode();
        if is_alive && self.common.events.len() == before {
            self.common.events.push(Event::Alive);
        }
        self.common.oddities.settle(&mut self.common.events);
    }

    /// Something is odd about a message as a whole.
    pub(super) fn note(&mut self, oddity: Oddity) {
        self.common.oddities.note(oddity);
        self.common.oddities.settle(&mut self.common.events);
    }

    /// The association is over, and the monitor has not said so itself.
    pub(super) fn lose_association(&mut self) {
        self.forget_association();
    }

    /// Who the monitor is, as far as it told: its system id, in hexadecimal.
    pub(super) fn system_id(&self) -> Option<&Text> {
        self.identity.system_id()
    }

    /// The line closed.
    pub(super) fn close(mut self) -> Vec<Event> {
        self.association.alarms.lose(&mut self.common.events);
        self.common.events
    }

    /// When the alarms stop being confirmed.
    pub(super) fn deadline(&self) -> Option<MonoTime> {
        self.association.alarms.confirmed_until()
    }

    /// The time has come.
    pub(super) fn handle_timeout(&mut self, now: MonoTime) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.association.alarms.lose(&mut self.common.events);
        }
    }

    /// What is to be told, in order.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.common.events)
    }

    /// The port of data export, when a beacon named one.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    fn note_beacon(&mut self, attributes: &[Attribute<'_>]) {
        let class = u16::from(ObjectClass::CompositeSingleBedMds);
        for attribute in attributes {
            if !identity::is_understood(attribute) {
                self.common.oddities.note_attributes(class, std::slice::from_ref(attribute));
            }
            if let Attribute::ProtocolSupport(entries) = attribute {
                let is_export = |application| application == ApplicationProtocol::DataOut;
                let export = entries.iter().find(|entry| is_export(entry.application));
                self.port = export.map(|entry| entry.port).or(self.port);
            }
        }
    }

    /// An association begins or ends: what was in alarm is not known for now.
    fn forget_association(&mut self) {
        self.association.alarms.lose(&mut self.common.events);
        self.association = OneAssociation::default();
        self.common.keys = super::keys::Keys::default();
    }

    /// Another monitor speaks on this line.
    fn forget_monitor(&mut self, time: RelativeTime) {
        self.restart_if_behind(time);
        self.forget_association();
        self.identity = Identity::default();
        self.demographics = Demographics::default();
        self.common.mode = super::mode::Mode::default();
        self.common.wall = None;
        self.counter = None;
        self.created = None;
        self.newest.forget();
        self.untimed.clear();
    }

    /// Whether the message proves that the monitor is there now.
    fn handle_data(&mut self, now: MonoTime, data: &Data<'_>, bytes: &[u8]) -> bool {
        match data {
            Data::Invoke { invoke_id, request: Request::Event { report, .. } } => {
                match &report.event {
                    operation::Event::MdsCreate { attributes, .. } => {
                        self.handle_create(report.time, attributes)
                    }
                    operation::Event::Unknown { event, .. } => {
                        self.common.oddities.note(Oddity::Event { code: *event });
                        self.is_first(0, *invoke_id)
                    }
                }
            }
            Data::Invoke { invoke_id, request: Request::Unknown { command, .. } } => {
                self.common.oddities.note(Oddity::Command { code: *command });
                self.is_first(0, *invoke_id)
            }
            // Requests of clients; they are told apart before.
            Data::Invoke {
                request: Request::Action(_) | Request::Get(_) | Request::Set { .. },
                ..
            } => false,
            Data::Result { invoke_id, reply } => {
                self.handle_reply(now, *invoke_id, reply, None, bytes)
            }
            Data::Linked { state, count, invoke_id, reply } => {
                self.handle_reply(now, *invoke_id, reply, Some((*state, *count)), bytes)
            }
            Data::Error { invoke_id, failure } => {
                self.common.oddities.note(Oddity::Refused { code: failure.code() });
                self.is_first(1, *invoke_id)
            }
            Data::Unknown { operation, .. } => {
                self.common.oddities.note(Oddity::Operation { code: *operation });
                false
            }
        }
    }

    /// Whether a message without a time is there for the first time, as far as its invoke id tells.
    fn is_first(&mut self, operation: u8, invoke_id: u16) -> bool {
        self.untimed.len() < UNTIMED_MAX && self.untimed.insert((operation, invoke_id))
    }

    fn handle_reply(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        reply: &Reply<'_>,
        part: Option<(LinkState, u8)>,
        bytes: &[u8],
    ) -> bool {
        match reply {
            Reply::Action(result) => match &result.reply {
                ActionReply::Poll(poll) => {
                    return self.handle_poll(now, invoke_id, poll, part, bytes);
                }
                ActionReply::Unknown { action, .. } => {
                    self.common.oddities.note(Oddity::Action { code: *action });
                }
            },
            // Priority lists: which waves somebody chose. What comes of it is seen in the results.
            Reply::Get(AttributeReport { object, attributes })
            | Reply::Set { report: AttributeReport { object, attributes }, .. } => {
                self.common.oddities.note_attributes(object.class.into(), attributes);
            }
            Reply::Event { .. } => {}
            Reply::Unknown { command, .. } => {
                self.common.oddities.note(Oddity::Command { code: *command });
            }
        }
        self.is_first(2, invoke_id)
    }

    /// The monitor is there, at the begin of an association; comes again until somebody confirms it.
    fn handle_create(&mut self, time: RelativeTime, attributes: &[Attribute<'_>]) -> bool {
        if self.identity.is_other(attributes) {
            self.forget_monitor(time);
        }
        let counter = attributes.iter().find_map(|attribute| {
            let Attribute::AssociationInvokeId(counter) = attribute else { return None };
            Some(*counter)
        });
        let ids = attributes.iter().map(Attribute::id).collect();
        let created = Some((time, counter, ids));
        if std::mem::replace(&mut self.created, created.clone()) == created {
            self.common.oddities.note(Oddity::CreateAgain);
            return false;
        }
        self.common.oddities.note_attributes(ObjectClass::Mds.into(), attributes);
        if counter.is_none() || counter != self.counter {
            self.newest.forget();
            self.untimed.clear();
            self.restart_if_behind(time);
        }
        self.take_mds(attributes);
        true
    }

    /// What the MDS tells, whole.
    fn take_mds(&mut self, attributes: &[Attribute<'_>]) {
        let mut shown = None;
        let mut at = None;
        for attribute in attributes {
            if let Attribute::AssociationInvokeId(counter) = attribute {
                if self.counter != Some(*counter) {
                    self.forget_association();
                }
                self.counter = Some(*counter);
            } else if let Attribute::OperatingMode(mode) = attribute {
                self.common.mode.take_mds(*mode);
            } else if let Attribute::DateTime(time) = attribute {
                shown = Some(*time);
            } else if let Attribute::RelativeTime(time) = attribute {
                at = Some(*time);
            }
        }
        if let (Some(shown), Some(at)) = (shown, at) {
            self.common.wall = WallClock::new(shown, self.common.ticks.extend(at));
        }
        self.identity.take_mds(attributes);
        self.identity.tell(&mut self.common.events);
    }

    /// A clock that went back is that of a monitor that started anew.
    fn restart(&mut self, time: RelativeTime) {
        self.forget_association();
        self.common.ticks.restart(time);
        self.common.wall = None;
        self.newest.forget();
    }

    /// An announcement is believed at once.
    fn restart_if_behind(&mut self, time: RelativeTime) {
        if time.0 != 0 && self.common.ticks.is_restart(time) {
            self.restart(time);
        }
    }

    /// Whether a result, or a part of one, may be taken in. `None`: no. Otherwise whether it also
    /// proves that the monitor is there now.
    fn admit(&mut self, now: MonoTime, result: (u16, &PollResult<'_>, Option<u8>)) -> Option<bool> {
        let (_, poll, _) = result;
        let class = poll.class.code;
        match self.newest.judge(now, &self.common.ticks, result) {
            Verdict::News => Some(true),
            Verdict::Overtaken => Some(false),
            Verdict::Again => {
                self.common.oddities.note(Oddity::ResultAgain { class });
                None
            }
            Verdict::Late => {
                self.common.oddities.note(Oddity::ResultLate { class });
                None
            }
            Verdict::Restart => {
                self.restart(poll.time);
                self.newest.judge(now, &self.common.ticks, result);
                Some(true)
            }
        }
    }

    fn handle_poll(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        poll: &PollResult<'_>,
        part: Option<(LinkState, u8)>,
        bytes: &[u8],
    ) -> bool {
        let Some(class) = poll.class.class().filter(|class| is_read(*class)) else {
            self.common.oddities.note(Oddity::Class { code: poll.class.code });
            return false;
        };
        if class == ObjectClass::Mds && self.is_of_other(poll) {
            self.forget_monitor(poll.time);
        }
        let count = part.map(|(_, count)| count);
        let Some(is_alive) = self.admit(now, (invoke_id, poll, count)) else { return false };
        for (_, object) in poll.objects() {
            self.common.oddities.note_attributes(class.into(), &object.attributes);
        }
        if class == ObjectClass::AlertMonitor && !newest::asks_for_now(poll.group) {
            // A keep-alive: its answer proves life and says nothing of alarms.
            return is_alive;
        }
        let missing = self.association.missing(invoke_id, poll);
        if missing > 0 {
            let oddity = Oddity::Missing { class: poll.class.code };
            self.common.oddities.note_many(oddity, missing);
        }
        // 0 says "never measured".
        let tick = (poll.time.0 != 0).then(|| self.common.ticks.extend(poll.time));
        let result = ResultHead::of(invoke_id, poll, tick);
        let OneAssociation { numerics, waves, texts, .. } = &mut self.association;
        let common = &mut self.common;
        match class {
            ObjectClass::Numeric => {
                numerics.begin(&result);
                for (context, object) in poll.objects() {
                    let id = (context, object.handle);
                    numerics.observe(common, &result, id, &object.attributes);
                }
                if part.is_none() {
                    numerics.end(common, &result);
                }
            }
            ObjectClass::SampleArray => {
                let first = common.ticks.extend(poll.time);
                for (context, object) in poll.objects() {
                    waves.observe(common, first, (context, object.handle), &object.attributes);
                }
            }
            ObjectClass::Enumeration => {
                for (context, object) in poll.objects() {
                    texts.observe(common, (context, object.handle), &object.attributes);
                }
            }
            ObjectClass::AlertMonitor | ObjectClass::Mds | ObjectClass::PatientDemographics => {
                let id: RowId = (poll.poll_number, poll.sequence, poll.time.0);
                self.collect(now, invoke_id, id, (class, poll), part, bytes);
            }
            // Told apart above.
            ObjectClass::Vmo
            | ObjectClass::Vmd
            | ObjectClass::CompositeSingleBedMds
            | ObjectClass::SimpleMds
            | ObjectClass::Battery
            | ObjectClass::Unknown(_) => {}
        }
        is_alive
    }

    /// Whether a result of the MDS names another monitor than the one known.
    fn is_of_other(&self, poll: &PollResult<'_>) -> bool {
        poll.objects().any(|(_, object)| self.identity.is_other(&object.attributes))
    }

    /// Results that mean something only when they are whole.
    fn collect(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        id: RowId,
        (class, poll): (ObjectClass, &PollResult<'_>),
        part: Option<(LinkState, u8)>,
        bytes: &[u8],
    ) {
        let linked = &mut self.association.linked;
        if let Some(part) = part {
            if linked.part(now, invoke_id, id, part, bytes) {
                self.common.oddities.note(Oddity::Unlinked);
            }
            return;
        }
        let Whole::Parts(parts) = linked.finish(now, invoke_id, id) else {
            self.common.oddities.note(Oddity::Unlinked);
            return;
        };
        let parts: Vec<Message<'_>> =
            parts.iter().filter_map(|part| Message::parse(part).ok()).collect();
        let polls = parts.iter().filter_map(poll_of).chain([poll]);
        let attributes: Vec<&Attribute<'_>> = polls
            .flat_map(PollResult::objects)
            .flat_map(|(_, object)| &object.attributes)
            .collect();
        let attributes = attributes.into_iter();
        if class == ObjectClass::AlertMonitor {
            let OneAssociation { numerics, waves, alarms, .. } = &mut self.association;
            let subject = |object: ManagedObjectId, source| match object.class {
                ObjectClass::Numeric => numerics.subject(object, source),
                ObjectClass::SampleArray => waves.subject(object, source),
                // A module: nothing tells which numbers are its own, but the source may be clear.
                ObjectClass::Vmo | ObjectClass::Vmd => numerics.subject_of_source(source),
                ObjectClass::Enumeration
                | ObjectClass::Mds
                | ObjectClass::CompositeSingleBedMds
                | ObjectClass::SimpleMds
                | ObjectClass::Battery
                | ObjectClass::PatientDemographics
                | ObjectClass::AlertMonitor
                | ObjectClass::Unknown(_) => None,
            };
            alarms.take(&mut self.common, now, attributes, subject);
        } else if class == ObjectClass::PatientDemographics {
            self.demographics.take(attributes, &mut self.common.events);
        } else {
            let attributes: Vec<Attribute<'_>> = attributes.cloned().collect();
            self.take_mds(&attributes);
        }
    }
}

/// Whether results of a class are read.
fn is_read(class: ObjectClass) -> bool {
    matches!(
        class,
        ObjectClass::Numeric
            | ObjectClass::SampleArray
            | ObjectClass::Enumeration
            | ObjectClass::AlertMonitor
            | ObjectClass::Mds
            | ObjectClass::PatientDemographics
    )
}

fn poll_of<'a, 'b>(message: &'a Message<'b>) -> Option<&'a PollResult<'b>> {
    let Message::Data(data) = message else { return None };
    let Some(Reply::Action(result)) = data.reply() else { return None };
    match &result.reply {
        ActionReply::Poll(poll) => Some(poll),
        ActionReply::Unknown { .. } => None,
    }
}

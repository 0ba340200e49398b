//! A scripted monitor: what it answers is what the recorded one answered, unless the script says
//! otherwise.

use std::collections::{BTreeMap, VecDeque};
use std::sync::OnceLock;
use std::time::Duration;

use vigie_intellivue::wire::association::{
    Association, Control, Package, PollProfileExtOptions, Profile,
};
use vigie_intellivue::wire::data::{Data, LinkState};
use vigie_intellivue::wire::failure::Failure;
use vigie_intellivue::wire::numeric::MeasurementState;
use vigie_intellivue::wire::operation::{
    Action, ActionReply, ActionResult, AttributeReport, Change, Event, EventReport, Reply, Request,
};
use vigie_intellivue::wire::poll::{ContextPoll, ObservationPoll, PollResult};
use vigie_intellivue::wire::system::OperatingMode;
use vigie_intellivue::wire::text::{Counted, VariableLabel};
use vigie_intellivue::wire::types::{
    AbsoluteTime, AttributeGroup, Civil, ManagedObjectId, ObjectClass, RelativeTime, TextId, TypeId,
};
use vigie_intellivue::wire::wave::{SaObsValue, SampleArraySpec, SampleFlags};
use vigie_intellivue::wire::{Attribute, Message};
use vigie_model::MonoTime;

use crate::desk::{alarm_attributes, object, value};
use crate::recorded::datagrams;

/// The response of a real monitor (G.01.80), as recorded.
pub fn response() -> &'static [u8] {
    static RESPONSE: OnceLock<Vec<u8>> = OnceLock::new();
    RESPONSE.get_or_init(|| {
        let recorded = datagrams().into_iter().map(|(_, _, bytes)| bytes);
        recorded.into_iter().find(|bytes| bytes[0] == 0x0E).unwrap()
    })
}

/// Time between a request and its answer. Recorded: 90 ms.
const ANSWER: Duration = Duration::from_millis(90);
const CYCLE_TICKS: u32 = 8_192;
const BLOCK_TICKS: u32 = 2_048;
/// Handles of one heart rate, one wave, one demographics object, one alert monitor.
const RATE: u16 = 9;
pub const PLETH: u16 = 0x02B0;
const LEAD: u16 = 0x02AE;

/// What a monitor does with an association request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Open,
    /// Granted without the package for extended polls.
    WithoutPackage,
    Refuse,
    Abort,
}

/// How it announces itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announce {
    Once,
    Never,
    /// In two parts.
    Split,
}

/// One periodic poll.
#[derive(Clone, Debug)]
struct Periodic {
    invoke_id: u16,
    poll_number: u16,
    group: AttributeGroup,
    sequence: u16,
    next: MonoTime,
    until: MonoTime,
    time: u32,
}

/// One monitor. The fields are what scripts change.
pub struct Bedside {
    pub door: Door,
    pub announce: Announce,
    pub answers_release: bool,
    pub answers_polls: bool,
    pub answers_keep_alives: bool,
    /// Hears nothing and says nothing.
    pub is_off: bool,
    /// Goes on sending, and hears nothing: one of two wires is broken.
    pub is_deaf: bool,
    /// Periodic results stop.
    pub is_mute: bool,
    /// Renewals are not heard.
    pub ignores_renewals: bool,
    /// Sequence numbers go on through a renewal.
    pub keeps_sequence: bool,
    /// Single polls bring labels.
    pub has_labels: bool,
    /// At most so many waves are taken.
    pub waves_max: usize,
    /// Numerics come in linked parts.
    pub is_linked: bool,
    /// What the announcement names.
    pub system_id: [u8; 6],
    pub waves: Vec<u32>,
    pub numbers: Vec<u32>,
    pub more_handles: u16,
    pub option_bits: Option<u32>,
    /// What is said no to, by the client's kind of request and class.
    pub denials: BTreeMap<(&'static str, u16), Failure<'static>>,
    /// A poll of all groups of the system is a wrong argument.
    denies_all: bool,
    /// The clock on the wall runs ahead so much.
    pub wall_ahead_hours: u8,
    pub counter: u16,
    pub ticks_at_start: u32,
    /// What it heard, in words: kind and class.
    pub heard: Vec<(MonoTime, &'static str, u16)>,
    /// What is to be sent, and when.
    pub outbox: VecDeque<(MonoTime, Vec<u8>)>,
    periodic: BTreeMap<u16, Periodic>,
    is_associated: bool,
    unconfirmed: Option<(MonoTime, u8)>,
    last_heard: MonoTime,
    start: MonoTime,
}

impl Bedside {
    pub fn new(start: MonoTime) -> Bedside {
        Bedside {
            door: Door::Open,
            announce: Announce::Once,
            answers_release: true,
            answers_polls: true,
            answers_keep_alives: true,
            is_off: false,
            is_deaf: false,
            is_mute: false,
            ignores_renewals: false,
            keeps_sequence: false,
            has_labels: true,
            waves_max: 11,
            is_linked: false,
            system_id: [0x00, 0x09, 0xFB, 0x01, 0x02, 0x03],
            waves: vec![0x0002_0102, 0x0002_4BB4, 0x0002_5000],
            numbers: vec![0x0002_4182],
            more_handles: 0,
            option_bits: None,
            denials: BTreeMap::new(),
            denies_all: false,
            wall_ahead_hours: 0,
            counter: 6,
            ticks_at_start: 1_000_000,
            heard: Vec::new(),
            outbox: VecDeque::new(),
            periodic: BTreeMap::new(),
            is_associated: false,
            unconfirmed: None,
            last_heard: start,
            start,
        }
    }

    pub fn ticks(&self, now: MonoTime) -> u32 {
        let passed = now.since(self.start).as_nanos() / 125_000;
        self.ticks_at_start.wrapping_add(passed as u32)
    }

    pub fn is_associated(&self) -> bool {
        self.is_associated
    }

    /// How often it heard a kind of request.
    pub fn count(&self, kind: &str) -> usize {
        self.heard.iter().filter(|(_, heard, _)| *heard == kind).count()
    }

    pub fn count_of(&self, kind: &str, class: u16) -> usize {
        let is_it = |heard: &&(MonoTime, &str, u16)| heard.1 == kind && heard.2 == class;
        self.heard.iter().filter(is_it).count()
    }

    /// Of the system nothing is to be had at once, only in groups.
    pub fn deny_system(&mut self) {
        self.denies_all = true;
    }

    /// When it has something to do.
    pub fn next(&self) -> Option<MonoTime> {
        if self.is_off {
            return None;
        }
        let out = self.outbox.iter().map(|(at, _)| *at).min();
        let polls = self.periodic.values().map(|poll| poll.next).min().filter(|_| !self.is_mute);
        let again = self.unconfirmed.map(|(at, _)| at);
        let over = self.is_associated.then(|| self.last_heard + Duration::from_secs(10));
        out.into_iter().chain(polls).chain(again).chain(over).min()
    }

    /// What leaves now.
    pub fn poll(&mut self, now: MonoTime) -> Vec<Vec<u8>> {
        if self.is_off {
            return Vec::new();
        }
        if let Some((at, times)) = self.unconfirmed.filter(|(at, _)| *at <= now) {
            self.unconfirmed = (times < 3).then(|| (at + Duration::from_secs(3), times + 1));
            if times < 3 {
                self.create(now);
            } else {
                self.abort(now);
            }
        }
        if self.is_associated && now.since(self.last_heard) >= Duration::from_secs(10) {
            self.abort(now);
        }
        if !self.is_mute {
            self.periodic_results(now);
        }
        let mut due: Vec<(MonoTime, Vec<u8>)> = Vec::new();
        self.outbox.retain(|(at, bytes)| {
            let is_due = *at <= now;
            if is_due {
                due.push((*at, bytes.clone()));
            }
            !is_due
        });
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().map(|(_, bytes)| bytes).collect()
    }

    /// The association is dropped.
    pub fn abort(&mut self, now: MonoTime) {
        self.forget();
        self.say(now, &Message::Abort(Control::ABORT));
    }

    /// Switched off and on: nothing is known of any association.
    pub fn forget(&mut self) {
        (self.is_associated, self.unconfirmed) = (false, None);
        self.periodic.clear();
        self.outbox.clear();
    }

    pub fn say(&mut self, at: MonoTime, message: &Message<'_>) {
        self.outbox.push_back((at, message.emit().unwrap()));
    }

    pub fn create(&mut self, now: MonoTime) {
        let id = VariableLabel { bytes: &self.system_id.clone(), pad: None };
        let hour = 10 + self.wall_ahead_hours;
        let civil = Civil { year: 2026, month: 1, day: 1, hour, minute: 0, second: 0 };
        let time = RelativeTime(self.ticks(now));
        let first = vec![Attribute::SystemId(id), Attribute::AssociationInvokeId(self.counter)];
        let second = vec![
            Attribute::OperatingMode(OperatingMode::MONITORING),
            Attribute::DateTime(AbsoluteTime::from_civil(civil)),
            Attribute::RelativeTime(time),
        ];
        let parts = match self.announce {
            Announce::Never => return,
            Announce::Once => vec![first.into_iter().chain(second).collect()],
            Announce::Split => vec![first, second],
        };
        let parts: Vec<Vec<u8>> = (1_u16..)
            .zip(parts)
            .map(|(invoke_id, attributes)| {
                let object = ManagedObjectId::MDS;
                let event = Event::MdsCreate { object, attributes };
                let report = EventReport { object, time, event };
                let request = Request::Event { confirmed: true, report };
                Message::Data(Data::Invoke { invoke_id, request }).emit().unwrap()
            })
            .collect();
        self.outbox.extend(parts.into_iter().map(|part| (now, part)));
    }

    /// A message of the client.
    pub fn hear(&mut self, now: MonoTime, bytes: &[u8]) {
        if self.is_off || self.is_deaf {
            return;
        }
        self.last_heard = now;
        let message = Message::parse(bytes).unwrap();
        let class = match &message {
            Message::Data(Data::Invoke { request: Request::Action(request), .. }) => {
                match &request.action {
                    Action::SinglePoll(poll) => poll.class.code,
                    Action::ExtendedPoll(poll) => poll.class.code,
                    Action::Unknown { .. } => panic!("{message:?}"),
                }
            }
            Message::Data(Data::Invoke { request: Request::Get(get), .. }) => get.attributes[0],
            _ => 0,
        };
        self.heard.push((now, message.kind(), class));
        let later = now + ANSWER;
        match &message {
            Message::AssociationRequest(_) => self.asked(now),
            Message::ReleaseRequest(_) => {
                let was = self.is_associated && self.unconfirmed.is_none();
                if was && self.answers_release {
                    self.forget();
                    self.say(later, &Message::ReleaseResponse(Control::RELEASE_RESPONSE));
                }
            }
            Message::Abort(_) => self.forget(),
            Message::Data(Data::Result { invoke_id, reply: Reply::Event { .. } }) => {
                let is_last = self.announce != Announce::Split || *invoke_id == 2;
                if is_last {
                    self.unconfirmed = None;
                }
            }
            Message::Data(Data::Invoke { invoke_id, request }) if self.is_associated => {
                let denial = self.denials.get(&(message.kind(), class)).cloned();
                let is_all = matches!(request, Request::Action(action)
                    if matches!(&action.action, Action::SinglePoll(poll)
                        if poll.group == AttributeGroup::All && class == 0x0021));
                let wrong = (is_all && self.denies_all).then_some(Failure::AccessDenied);
                if let Some(failure) = denial.or(wrong) {
                    let error = Data::Error { invoke_id: *invoke_id, failure };
                    self.say(later, &Message::Data(error));
                } else {
                    self.request(now, *invoke_id, request);
                }
            }
            _ => {}
        }
    }

    fn asked(&mut self, now: MonoTime) {
        let later = now + ANSWER;
        match self.door {
            Door::Refuse => self.say(later, &Message::Refuse(Control::REFUSE)),
            Door::Abort => self.say(later, &Message::Abort(Control::ABORT)),
            Door::Open | Door::WithoutPackage if !self.is_associated => {
                self.is_associated = true;
                self.counter += 1;
                let Message::AssociationResponse(response) = Message::parse(response()).unwrap()
                else {
                    panic!()
                };
                let response = self.grant(response);
                self.say(later, &Message::AssociationResponse(response));
                let at = later + Duration::from_millis(10);
                self.unconfirmed = Some((at, 0));
            }
            // A copy of the request.
            Door::Open | Door::WithoutPackage => {}
        }
    }

    fn grant<'a>(&self, mut response: Association<'a>) -> Association<'a> {
        for profile in &mut response.user.profiles {
            let Profile::Poll(poll) = profile else { continue };
            if self.door == Door::WithoutPackage {
                poll.packages.clear();
            }
            for package in &mut poll.packages {
                if let (Package::PollProfileExt(ext), Some(bits)) = (package, self.option_bits) {
                    ext.options = PollProfileExtOptions(bits);
                }
            }
        }
        response
    }

    fn request(&mut self, now: MonoTime, invoke_id: u16, request: &Request<'_>) {
        let later = now + ANSWER;
        let object = ManagedObjectId::MDS;
        match request {
            Request::Get(get) => {
                let list = self.list(get.attributes[0]);
                let reply = Reply::Get(AttributeReport { object, attributes: vec![list] });
                self.say(later, &Message::Data(Data::Result { invoke_id, reply }));
            }
            Request::Set { request, .. } => {
                let [Change::Replace(list)] = request.changes.as_slice() else { panic!() };
                let id = list.id();
                if let Attribute::WavePriorityList(list) = list {
                    let known: Vec<u32> = list.iter().map(|label| label.0).collect();
                    self.waves = known.into_iter().take(self.waves_max).collect();
                } else if let Attribute::NumericPriorityList(list) = list {
                    self.numbers = list.iter().map(|label| label.0).collect();
                }
                let report = AttributeReport { object, attributes: vec![self.list(id)] };
                let reply = Reply::Set { confirmed: true, report };
                self.say(later, &Message::Data(Data::Result { invoke_id, reply }));
            }
            Request::Action(action) => match &action.action {
                Action::SinglePoll(poll) => {
                    let is_keep_alive =
                        poll.class.code == 0x0036 && poll.group == AttributeGroup::VmoStatic;
                    let answers =
                        if is_keep_alive { self.answers_keep_alives } else { self.answers_polls };
                    if answers {
                        let time = self.ticks(later);
                        let class = poll.class.class().unwrap();
                        let objects = self.objects(class, poll.group, time);
                        let reply =
                            result(poll.poll_number, None, time, (class, poll.group), objects);
                        self.say(later, &Message::Data(Data::Result { invoke_id, reply }));
                    }
                }
                Action::ExtendedPoll(poll) => {
                    let known = self.periodic.get(&poll.class.code);
                    let is_renewal =
                        known.is_some_and(|known| known.poll_number == poll.poll_number);
                    if is_renewal && self.ignores_renewals {
                        return;
                    }
                    let ticks = poll.attributes.iter().find_map(|attribute| match attribute {
                        Attribute::ActivePeriod(time) => Some(time.0),
                        _ => None,
                    });
                    let active = Duration::from_nanos(u64::from(ticks.unwrap()) * 125_000);
                    let next = known.map_or(now + Duration::from_millis(1_000), |known| known.next);
                    let time = known.map(|known| known.time);
                    let sequence =
                        known.filter(|_| self.keeps_sequence).map(|known| known.sequence);
                    let periodic = Periodic {
                        invoke_id,
                        poll_number: poll.poll_number,
                        group: poll.group,
                        sequence: sequence.unwrap_or(0),
                        next,
                        until: now + active,
                        time: time.unwrap_or_else(|| self.ticks(next).wrapping_sub(CYCLE_TICKS)),
                    };
                    self.periodic.insert(poll.class.code, periodic);
                }
                Action::Unknown { .. } => panic!(),
            },
            Request::Event { .. } | Request::Unknown { .. } => panic!(),
        }
    }

    fn list(&self, id: u16) -> Attribute<'static> {
        let ids = |labels: &[u32]| labels.iter().map(|label| TextId(*label)).collect();
        if id == 0xF23A {
            Attribute::WavePriorityList(ids(&self.waves))
        } else {
            Attribute::NumericPriorityList(ids(&self.numbers))
        }
    }

    fn periodic_results(&mut self, now: MonoTime) {
        let classes: Vec<u16> = self.periodic.keys().copied().collect();
        for class in classes {
            while let Some(poll) =
                self.periodic.get(&class).filter(|poll| poll.next <= now).cloned()
            {
                if poll.next >= poll.until {
                    self.periodic.remove(&class);
                    break;
                }
                let kind = ObjectClass::from(class);
                let is_wave = kind == ObjectClass::SampleArray;
                let (blocks, step) = if is_wave { (4, BLOCK_TICKS) } else { (1, CYCLE_TICKS) };
                let mut poll = poll;
                for _ in 0..blocks {
                    self.periodic_result(poll.next, kind, &poll);
                    poll.sequence = poll.sequence.wrapping_add(1);
                    poll.time = poll.time.wrapping_add(step);
                }
                poll.next = poll.next + Duration::from_micros(1_024_000);
                self.periodic.insert(class, poll);
            }
        }
    }

    fn periodic_result(&mut self, at: MonoTime, class: ObjectClass, poll: &Periodic) {
        let objects = self.objects(class, poll.group, poll.time);
        let kind = (class, poll.group);
        let sequence = Some(poll.sequence);
        let invoke_id = poll.invoke_id;
        if self.is_linked && class == ObjectClass::Numeric {
            let reply = result(poll.poll_number, sequence, poll.time, kind, objects);
            let linked = Data::Linked { state: LinkState::Last, count: 1, invoke_id, reply };
            self.say(at, &Message::Data(linked));
            let reply = result(poll.poll_number, sequence, poll.time, kind, Vec::new());
            self.say(at, &Message::Data(Data::Result { invoke_id, reply }));
            return;
        }
        let reply = result(poll.poll_number, sequence, poll.time, kind, objects);
        self.say(at, &Message::Data(Data::Result { invoke_id, reply }));
    }

    /// The objects of a class with the attributes of a group.
    fn objects(
        &self,
        class: ObjectClass,
        group: AttributeGroup,
        time: u32,
    ) -> Vec<ObservationPoll<'static>> {
        let all = group == AttributeGroup::All;
        let has_labels = all || (group == AttributeGroup::VmoDynamic && self.has_labels);
        let has_values = all || group == AttributeGroup::MetricObservedValue;
        let label = |id| Attribute::Label(TextId(id));
        match class {
            ObjectClass::Numeric => {
                let mut objects: Vec<ObservationPoll<'_>> =
                    (0..=self.more_handles).map(|more| object(RATE + more, Vec::new())).collect();
                for object in &mut objects {
                    if has_labels {
                        object.attributes.push(label(0x0002_4182));
                    }
                    if has_values {
                        let rate = 60 + (time >> 13) % 60;
                        object.attributes.push(Attribute::Numeric(value(0x4182, 0, 0x0AA0, rate)));
                    }
                }
                objects
            }
            ObjectClass::SampleArray => {
                let waves = [(0x0002_4BB4, PLETH, 32), (0x0002_0102, LEAD, 128)];
                let chosen = waves.into_iter().filter(|(id, _, _)| self.waves.contains(id));
                chosen
                    .map(|(id, handle, samples)| {
                        let mut attributes = Vec::new();
                        if has_labels {
                            attributes.push(label(id));
                            attributes.push(Attribute::SampleArraySpec(SampleArraySpec {
                                array_size: samples,
                                sample_bits: 16,
                                significant_bits: 12,
                                flags: SampleFlags(0),
                            }));
                        }
                        if has_values {
                            const SAMPLES: &[u8] = &[0; 256];
                            attributes.push(Attribute::Wave(SaObsValue {
                                physio_id: id as u16,
                                state: MeasurementState(0),
                                samples: Counted { bytes: &SAMPLES[..usize::from(samples) * 2] },
                            }));
                        }
                        object(handle, attributes)
                    })
                    .collect()
            }
            ObjectClass::AlertMonitor if group == AttributeGroup::AlertMonitor => {
                vec![object(0x83C0, alarm_attributes(0, Vec::new(), Vec::new()))]
            }
            ObjectClass::Mds => {
                vec![object(0, vec![Attribute::OperatingMode(OperatingMode::MONITORING)])]
            }
            _ => vec![object(0x0050, Vec::new())],
        }
    }
}

fn result<'a>(
    poll_number: u16,
    sequence: Option<u16>,
    time: u32,
    (class, group): (ObjectClass, AttributeGroup),
    objects: Vec<ObservationPoll<'a>>,
) -> Reply<'a> {
    let poll = PollResult {
        poll_number,
        sequence,
        time: RelativeTime(time),
        absolute_time: AbsoluteTime::UNSET,
        class: TypeId::object(class),
        group,
        contexts: vec![ContextPoll { context: 1, objects }],
    };
    let reply = ActionReply::Poll(poll);
    Reply::Action(ActionResult { object: ManagedObjectId::MDS, reply })
}

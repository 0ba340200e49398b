//! [`Monitor`]: timers, what arrives, what is sent.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::data::Data;
use vigie_intellivue::wire::frame::emit_frame;
use vigie_intellivue::wire::operation::Reply;
use vigie_intellivue::wire::types::{AttributeGroup, ObjectClass, RelativeTime, TypeId};
use vigie_model::MonoTime;
use vigie_session::rng::Rng;
use vigie_session::{Deadline, Line};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

use crate::{Destination, Device, Outgoing, Sent};

use super::alarms::Alarms;
use super::association::{ABORT, Granted, REFUSE, RELEASE_RESPONSE};
use super::body::Body;
use super::clock::MonitorClock;
use super::config::{MonitorConfig, Transport};
use super::demographics::Demographics;
use super::inside::{Content, Inside, Round};
use super::numerics::Numerics;
use super::polls::Polls;
use super::priorities::Priorities;
use super::requests::Desk;
use super::results::{self, Head, Says, Spoken};
use super::serial::SerialInput;

/// An unconfirmed MDS create event is sent again after this (guide, "MDS Create Event").
const CREATE_GAP: Duration = Duration::from_secs(3);
/// And so often in all; then the monitor aborts.
const CREATE_SENDS: u8 = 3;
/// The largest message that is granted on a serial line (guide, "Maximum Transmit Unit").
const SERIAL_MTU: u32 = 1_000;
/// Rounds that are later than this are left out: the machine slept.
const ROUND_LATE_MAX: Duration = Duration::from_secs(3);
/// Handles move by this with every start.
const HANDLES_PER_START: u16 = 0x40;
/// How far away the next address is, in the last byte.
const ADDRESS_STEP: u8 = 100;
/// Event type of the MDS create event.
const MDS_CREATE: u16 = 0x0D06;

/// A simulated monitor.
#[derive(Debug)]
pub struct Monitor {
    config: MonitorConfig,
    power: Power,
    body: Option<Body>,
    demographics: Demographics,
    starts: u16,
    client: Option<Client>,
    serial: SerialInput,
    beacon: Option<Beacon>,
    muted_until: MonoTime,
    rng: Rng,
    counts: Counts,
    number: u64,
    outgoing: VecDeque<Outgoing>,
    sent: VecDeque<Sent>,
}

/// What became of what arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pieces of the serial line that were no frame.
    pub junk: u64,
    /// Frames that came too fast, and single polls that came too often are not among them.
    pub too_fast: u64,
    /// Messages that cannot be read.
    pub unreadable: u64,
    /// Associations that were granted.
    pub associations: u64,
    /// Clients that were refused.
    pub refused: u64,
    /// Associations that the monitor aborted.
    pub aborted: u64,
}

#[derive(Debug)]
enum Power {
    Off { until: MonoTime },
    On(Box<Inside>),
}

#[derive(Debug)]
struct Beacon {
    at: MonoTime,
    gap: Duration,
}

/// The one client that there can be.
#[derive(Debug)]
struct Client {
    to: Destination,
    granted: Granted,
    priorities: Priorities,
    polls: Polls,
    heard: MonoTime,
    /// The MDS create event, until it is confirmed.
    create: Option<Create>,
}

#[derive(Debug)]
struct Create {
    sends: u8,
    again_at: MonoTime,
}

impl Monitor {
    /// A monitor that is switched on as soon as it is told the time.
    pub fn new(config: MonitorConfig) -> Monitor {
        Monitor {
            demographics: Demographics::new(&config),
            rng: Rng::new(config.seed),
            config,
            power: Power::Off { until: MonoTime::START },
            body: None,
            starts: 0,
            client: None,
            serial: SerialInput::default(),
            beacon: None,
            muted_until: MonoTime::START,
            counts: Counts::default(),
            number: 0,
            outgoing: VecDeque::new(),
            sent: VecDeque::new(),
        }
    }

    /// What it was set up with, with the address of now.
    pub fn config(&self) -> &MonitorConfig {
        &self.config
    }

    /// What became of what arrived.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether a client has an association.
    pub fn has_client(&self) -> bool {
        self.client.is_some()
    }

    /// Everything whose time has come.
    fn run(&mut self, now: MonoTime) {
        if let Power::Off { until } = self.power {
            if until > now {
                return;
            }
            self.switch_on(if self.body.is_some() { until } else { now });
        }
        while let Power::On(inside) = &self.power {
            let at = inside.clock.cycle_at(inside.next_round);
            if at > now {
                break;
            }
            self.round(at, now);
        }
        self.watch_client(now);
        self.send_beacon(now);
    }

    fn switch_on(&mut self, at: MonoTime) {
        let seed = self.config.seed;
        self.body.get_or_insert_with(|| Body::new(seed, at)).forget();
        let start_tick = if self.starts == 0 { u64::from(self.config.start_tick) } else { 0 };
        // The wall clock has a battery: `config.clock` is what it shows when the power comes.
        let clock = MonitorClock::new(at, start_tick, self.config.clock);
        self.power = Power::On(Box::new(Inside {
            clock,
            alarms: Alarms::default(),
            numerics: Numerics::default(),
            is_standby: false,
            associations: 0,
            handle_shift: HANDLES_PER_START.wrapping_mul(self.starts),
            next_round: 1,
        }));
        self.starts = self.starts.wrapping_add(1);
        self.beacon = self.config.beacons.map(|gaps| Beacon { at, gap: gaps.first });
    }

    /// One round of results: single polls, numbers, alarms, waves, as recorded.
    fn round(&mut self, at: MonoTime, now: MonoTime) {
        let (Power::On(inside), Some(body)) = (&mut self.power, &mut self.body) else { return };
        let tick = inside.clock.tick(at);
        body.live(&inside.clock, at);
        inside.begin_round(&self.config, body, tick);
        inside.next_round += 1;
        let mut spoken: Vec<Spoken> = Vec::new();
        let mut to = Destination::Everybody;
        let is_late = now.since(at) > ROUND_LATE_MAX;
        if let Some(client) = self.client.as_mut().filter(|client| client.create.is_none()) {
            to = client.to;
            let round = Round {
                at,
                tick,
                config: &self.config,
                body,
                demographics: &self.demographics,
                priorities: &client.priorities,
            };
            spoken = results_of_round(inside, &round, &mut client.polls, client.granted.mtu());
        }
        if !is_late {
            for message in spoken {
                self.say(at.max(now), to, &message.bytes, message.says);
            }
        }
    }

    /// The time-outs of an association.
    fn watch_client(&mut self, now: MonoTime) {
        let Some(client) = &mut self.client else { return };
        if now >= client.heard + client.granted.time_out() {
            self.abort(now);
            return;
        }
        let Some(create) = &mut client.create else { return };
        if now < create.again_at {
            return;
        }
        if create.sends >= CREATE_SENDS {
            self.abort(now);
            return;
        }
        create.sends += 1;
        create.again_at = now + CREATE_GAP;
        self.send_create(now);
    }

    fn send_create(&mut self, now: MonoTime) {
        let (Power::On(inside), Some(client)) = (&self.power, &self.client) else { return };
        let (to, event) = (client.to, inside.system(&self.config, now).create_event());
        self.say(now, to, &event, Vec::new());
    }

    fn abort(&mut self, now: MonoTime) {
        if let Some(client) = self.client.take() {
            self.counts.aborted += 1;
            self.say(now, client.to, &ABORT, Vec::new());
        }
    }

    fn send_beacon(&mut self, now: MonoTime) {
        let Power::On(inside) = &self.power else { return };
        let (Some(beacon), Some(gaps)) = (&mut self.beacon, self.config.beacons) else { return };
        if now < beacon.at {
            return;
        }
        // A tenth of jitter, so that a ward switched on at once does not stay in step.
        beacon.at = now + beacon.gap.mul_f64(0.95 + 0.1 * self.rng.unit());
        beacon.gap = (beacon.gap * 2).min(gaps.last.max(gaps.first));
        let bytes = inside.system(&self.config, now).beacon();
        self.say(now, Destination::Everybody, &bytes, Vec::new());
    }

    fn hear(&mut self, now: MonoTime, from: Destination, message: &[u8]) {
        let is_client = self.client.as_ref().is_some_and(|client| client.to == from);
        if let Some(client) = self.client.as_mut().filter(|client| client.to == from) {
            client.heard = now;
        }
        match message.first() {
            Some(0x0D) => self.hear_request(now, from, message),
            // A release without an association gets no answer; one before the MDS create event is
            // confirmed is ignored.
            Some(0x09) if is_client => {
                if self.client.take_if(|client| client.create.is_none()).is_some() {
                    self.say(now, from, &RELEASE_RESPONSE, Vec::new());
                }
            }
            Some(0x19) if is_client => self.client = None,
            Some(0xE1) if is_client => self.hear_data(now, from, message),
            Some(_) | None => {}
        }
    }

    fn hear_request(&mut self, now: MonoTime, from: Destination, message: &[u8]) {
        if let Some(client) = &self.client {
            // The same request again is a repetition; another client is one too many.
            if client.to != from {
                self.counts.refused += 1;
                self.say(now, from, &REFUSE, Vec::new());
            }
            return;
        }
        let mtu = match self.config.transport {
            Transport::Lan { mtu } => mtu,
            Transport::Rs232 { .. } => SERIAL_MTU,
        };
        let Power::On(inside) = &mut self.power else { return };
        let Some(granted) = Granted::of_request(message, mtu) else {
            self.counts.refused += 1;
            self.say(now, from, &REFUSE, Vec::new());
            return;
        };
        inside.associations = inside.associations.wrapping_add(1);
        self.counts.associations += 1;
        let response = granted.response();
        self.client = Some(Client {
            to: from,
            granted,
            priorities: Priorities::default(),
            polls: Polls::default(),
            heard: now,
            create: Some(Create { sends: 1, again_at: now + CREATE_GAP }),
        });
        // Two datagrams: clients take the first for the response without a look.
        self.say(now, from, &response, Vec::new());
        self.send_create(now);
    }

    fn hear_data(&mut self, now: MonoTime, from: Destination, message: &[u8]) {
        let Some(client) = &mut self.client else { return };
        let Ok(Message::Data(data)) = Message::parse(message) else {
            self.counts.unreadable += 1;
            return;
        };
        match data {
            Data::Invoke { invoke_id, request } => {
                let Client { granted, priorities, polls, .. } = client;
                let mut desk = Desk { granted, priorities, polls };
                if let Some(answer) = desk.handle(now, invoke_id, &request) {
                    self.say(now, from, &answer, Vec::new());
                }
            }
            // Whatever its invoke id: clients are known that always answer with 1, and send it again
            // to keep the association alive.
            Data::Result { reply: Reply::Event { result, .. }, .. }
                if result.event == MDS_CREATE =>
            {
                client.create = None;
            }
            Data::Result { .. } | Data::Linked { .. } | Data::Error { .. } => {}
            Data::Unknown { .. } => self.counts.unreadable += 1,
        }
    }

    fn say(&mut self, now: MonoTime, to: Destination, message: &[u8], says: Vec<Says>) {
        if now < self.muted_until {
            return;
        }
        let bytes = match self.config.transport {
            Transport::Lan { .. } => Some(message.to_vec()),
            Transport::Rs232 { .. } => emit_frame(message),
        };
        let Some(bytes) = bytes else { return };
        let number = self.number;
        self.number += 1;
        self.outgoing.push_back(Outgoing {
            number,
            line: Line::MAIN,
            to,
            bytes: Bytes::from(bytes),
        });
        self.sent.extend(says.into_iter().map(|says| Sent {
            device: 0,
            message: number,
            stream: format!("{:04X}", says.physio_id),
            tick: says.tick,
            what: says.what,
        }));
    }

    /// The moment of the next thing to do, and what.
    fn next(&self) -> Deadline {
        let inside = match &self.power {
            Power::Off { until } => return Deadline { at: *until, why: "switch on" },
            Power::On(inside) => inside,
        };
        let round = inside.clock.cycle_at(inside.next_round);
        let mut next = Deadline { at: round, why: "round of results" };
        let mut sooner = |at: MonoTime, why| {
            if at < next.at {
                next = Deadline { at, why };
            }
        };
        if let Some(beacon) = &self.beacon {
            sooner(beacon.at, "beacon");
        }
        if let Some(client) = &self.client {
            sooner(client.heard + client.granted.time_out(), "client silent");
            if let Some(create) = &client.create {
                sooner(create.again_at, "MDS create event unconfirmed");
            }
        }
        next
    }
}

impl Device for Monitor {
    fn address(&self) -> Option<SocketAddrV4> {
        matches!(self.config.transport, Transport::Lan { .. }).then_some(self.config.address)
    }

    fn handle_input(&mut self, now: MonoTime, _line: Line, from: Option<SocketAddr>, bytes: &[u8]) {
        self.run(now);
        if matches!(self.power, Power::Off { .. }) {
            return;
        }
        match self.config.transport {
            Transport::Lan { .. } => {
                if let Some(from) = from {
                    self.hear(now, Destination::Client(from), bytes);
                }
            }
            Transport::Rs232 { .. } => {
                let framed = self.serial.push(now, bytes);
                self.counts.junk += framed.junk;
                self.counts.too_fast += framed.ignored;
                for message in framed.messages {
                    self.hear(now, Destination::Cable, &message);
                }
            }
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.run(now);
    }

    fn handle_patient_act(&mut self, now: MonoTime, act: &PatientAct) {
        self.run(now);
        if let Some(body) = &mut self.body {
            body.apply(act);
        }
    }

    fn handle_device_act(&mut self, now: MonoTime, act: &DeviceAct) {
        self.run(now);
        match act {
            DeviceAct::Reboot { dark } => {
                if let (Power::On(inside), Some(body)) = (&self.power, &self.body) {
                    let until = body.on_grid(now + *dark);
                    self.config.clock = inside.clock.civil(until);
                    self.power = Power::Off { until };
                    self.client = None;
                    self.serial = SerialInput::default();
                }
            }
            DeviceAct::Standby { on } => {
                if let Power::On(inside) = &mut self.power {
                    inside.is_standby = *on;
                    if *on {
                        inside.alarms.clear();
                    }
                }
            }
            DeviceAct::ClockStep { seconds } => {
                if let Power::On(inside) = &mut self.power {
                    inside.clock.step(*seconds);
                }
            }
            DeviceAct::Silence => {
                if let Power::On(inside) = &mut self.power {
                    inside.alarms.silence();
                }
            }
            DeviceAct::Abort => self.abort(now),
            DeviceAct::Mute { dark } => self.muted_until = now + *dark,
            DeviceAct::Readdress => {
                let [a, b, c, d] = self.config.address.ip().octets();
                let ip = Ipv4Addr::new(a, b, c, d.wrapping_add(ADDRESS_STEP));
                self.config.address = SocketAddrV4::new(ip, self.config.address.port());
                self.client = None;
            }
            DeviceAct::Admit { id, name } => self.demographics.admit(id, name),
        }
    }

    fn poll_transmit(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    fn poll_sent(&mut self) -> Option<Sent> {
        self.sent.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        Some(self.next())
    }
}

/// The results of one round: single polls first, then the running ones in their order.
fn results_of_round(
    inside: &Inside,
    round: &Round<'_>,
    polls: &mut Polls,
    mtu: usize,
) -> Vec<Spoken> {
    let mut spoken = Vec::new();
    let mut add = |head: Head, (contexts, objects): Content| {
        spoken.extend(results::messages(&head, contexts, objects, mtu));
    };
    for waiting in polls.take_waiting() {
        let poll = waiting.poll;
        let head = head(waiting.invoke_id, poll.poll_number, round.tick, poll.class, poll.group);
        let class = ObjectClass::from(poll.class.code);
        add(head, inside.objects(round, class, poll.group, None));
    }
    polls.expire(round.tick);
    for poll in &mut polls.running {
        let is_wave = poll.class == ObjectClass::SampleArray;
        let results = if is_wave && !poll.is_single() {
            inside.waves(round, poll)
        } else {
            vec![(round.tick, inside.objects(round, poll.class, poll.group, poll.most))]
        };
        for (tick, content) in results {
            let sequence = poll.count(round.tick);
            let head = head(poll.invoke_id, poll.poll_number, tick, poll.type_id, poll.group);
            add(Head { sequence: Some(sequence), ..head }, content);
        }
    }
    spoken
}

fn head(invoke_id: u16, poll_number: u16, tick: u64, class: TypeId, group: AttributeGroup) -> Head {
    let time = RelativeTime(tick as u32);
    Head { invoke_id, poll_number, sequence: None, time, class, group }
}

//! Family `hl7`: connections, acknowledgements, and which bed a message is about.
//!
//! Each message is parsed, acknowledged in the same call and only then given meaning, so that a sender
//! never waits for a screen. A bed keeps its device on whichever connection it comes. When its connection
//! closes it is lost, and who it is will be told again on the next one; its number goes to another bed
//! only when there is no other. Two senders that call themselves the same bed are shown by neither's
//! values: nobody could tell whose they are.

use core::net::IpAddr;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use vigie_model::{Event, Fault, FaultKind, MonoTime, Text};
use vigie_session::driver::DEVICES_MAX;
use vigie_session::{Deadline, DeviceIx, Heard, Input, Line, Peer, Session, Setup, Transmit};

use super::bed::Bed;
use super::itself::{Is, Itselves};
use super::options::GatewayOptions;
use super::rows::Group;
use super::who::{self, Origin, Sender};
use crate::wire::Message;
use crate::wire::ack::{self, Outcome};
use crate::wire::mllp::{self, Mllp};

/// Connections at a time; the link accepts a few more. Beyond, the one that was silent longest is closed:
/// it is most likely a sender that vanished without saying so.
const CONNECTIONS_MAX: usize = 64;
/// A bed that was silent for so long on an open connection makes room for another.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3_600);

/// The session.
pub(super) struct Gateway {
    options: GatewayOptions,
    is_passive: bool,
    connections: BTreeMap<Line, Connection>,
    /// By what tells them apart.
    beds: BTreeMap<String, Bed>,
    itselves: Itselves,
    answers: u64,
    is_told: bool,
    events: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

struct Connection {
    mllp: Mllp,
    peer: Option<IpAddr>,
    heard: MonoTime,
    /// A message of HL7 came over it.
    has_spoken: bool,
}

impl Gateway {
    pub(super) fn new(setup: &Setup) -> Gateway {
        Gateway {
            options: GatewayOptions::of(setup),
            is_passive: setup.passive,
            connections: BTreeMap::new(),
            beds: BTreeMap::new(),
            itselves: Itselves::default(),
            answers: 0,
            is_told: false,
            events: VecDeque::new(),
            outbox: VecDeque::new(),
        }
    }

    fn open(&mut self, now: MonoTime, line: Line, peer: Option<&Peer>) {
        if self.connections.len() > CONNECTIONS_MAX && !self.connections.contains_key(&line) {
            // The main line may be the one that listens.
            let others = self.connections.iter().filter(|(line, _)| **line != Line::MAIN);
            // A stranger that never sent a message goes before a gateway that sends one a minute.
            let silent =
                others.min_by_key(|(_, connection)| (connection.has_spoken, connection.heard));
            if let Some(silent) = silent.map(|(line, _)| *line) {
                self.fault(DeviceIx::ONLY, FaultKind::Capped, "too many connections, one closed");
                self.outbox.push_back(Transmit::Close { line: silent });
                self.close(silent);
            }
        }
        let peer = peer.map(|peer| peer.remote.ip());
        self.connections
            .insert(line, Connection { mllp: Mllp::new(), peer, heard: now, has_spoken: false });
        if !core::mem::replace(&mut self.is_told, true) {
            let odd = core::mem::take(&mut self.options.odd);
            self.events.extend(odd.into_iter().map(Heard::from));
        }
    }

    fn close(&mut self, line: Line) {
        let Some(mut connection) = self.connections.remove(&line) else { return };
        if let Some(fault) = connection.mllp.close() {
            self.events.push_back(Event::Fault(fault.into()).into());
        }
        for bed in self.beds.values_mut() {
            let mut events = Vec::new();
            bed.close(line, &mut events);
            let device = bed.device;
            self.events.extend(events.into_iter().map(|event| Heard { device, event }));
        }
        if line == Line::MAIN {
            // Whoever is behind it next time is new: the driver asks for names again too.
            self.beds.clear();
            self.itselves = Itselves::default();
        }
    }

    fn fault(&mut self, device: DeviceIx, kind: FaultKind, what: &str) {
        let event = Event::Fault(Fault { kind, what: Text::from(what), count: 1 });
        self.events.push_back(Heard { device, event });
    }

    fn hear(&mut self, now: MonoTime, line: Line, bytes: &[u8]) {
        if !self.connections.contains_key(&line) {
            self.open(now, line, None);
        }
        let Some(connection) = self.connections.get_mut(&line) else { return };
        connection.heard = now;
        let peer = connection.peer;
        // The cutter lends its buffer to a message: it is out of the session while one is read.
        let mut mllp = core::mem::take(&mut connection.mllp);
        mllp.push(bytes);
        while let Some(found) = mllp.next_message() {
            match found {
                Ok(content) => self.message(now, line, peer, content),
                Err(fault) => self.events.push_back(Event::Fault(fault.into()).into()),
            }
        }
        if let Some(connection) = self.connections.get_mut(&line) {
            connection.mllp = mllp;
        }
    }

    fn message(&mut self, now: MonoTime, line: Line, peer: Option<IpAddr>, content: &[u8]) {
        let message = match Message::parse(content, self.options.charset) {
            Ok(message) => message,
            Err(fault) => return self.fault(DeviceIx::ONLY, FaultKind::Malformed, fault.what()),
        };
        if let Some(connection) = self.connections.get_mut(&line) {
            connection.has_spoken = true;
        }
        let kind = message.kind().0;
        let is_question = kind.starts_with('Q');
        self.answer(line, &message, if is_question { Outcome::Rejected } else { Outcome::Taken });
        match kind {
            "ORU" => self.results(now, line, peer, &message),
            // Admissions and the like say nothing that results do not say too.
            "ADT" | "ACK" => {}
            _ => {
                // No text of the message: it could be a name.
                let plain: String =
                    kind.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
                self.fault(DeviceIx::ONLY, FaultKind::Unknown, &format!("message of kind {plain}"));
            }
        }
    }

    fn answer(&mut self, line: Line, message: &Message<'_>, outcome: Outcome) {
        if self.is_passive {
            return;
        }
        if let Some(code) = ack::answer(message, self.options.policy, outcome) {
            self.answers += 1;
            let bytes = mllp::wrap(&ack::emit(message, code, self.answers)).into();
            self.outbox.push_back(Transmit::Bytes { line, to: None, bytes });
        }
    }

    fn results(&mut self, now: MonoTime, line: Line, peer: Option<IpAddr>, message: &Message<'_>) {
        let groups = Group::all(message);
        let origins: Vec<Origin<'_>> =
            groups.iter().map(|group| who::origin(message, group, peer)).collect();
        for itself in origins.iter().filter(|it| it.is_itself && !it.location.is_empty()) {
            let is_other = |other: &Origin<'_>| {
                other.is_itself && !other.location.is_empty() && other.location != itself.location
            };
            if origins.iter().any(is_other) {
                self.itselves.is_gateway(now, &itself.gateway);
            }
        }
        for (group, origin) in groups.iter().zip(&origins) {
            let is = if origin.is_itself {
                self.itselves.heard(now, &origin.gateway, &origin.location)
            } else {
                Is::Gateway
            };
            let sender = origin.sender(is != Is::Gateway);
            let Some(mut bed) = self.bed(now, &sender) else {
                self.fault(DeviceIx::ONLY, FaultKind::Capped, "too many beds on a line");
                continue;
            };
            let (name, device, mut events) = (sender.name.clone(), bed.device, Vec::new());
            let is_twice = bed.ways.heard(now, line, sender.from);
            let doubt = match is {
                Is::Doubtful => Some("two places of one monitor"),
                Is::Monitor | Is::Gateway => is_twice.then_some("two senders of one name"),
            };
            if let Some(what) = doubt {
                let what = Text::from(what);
                bed.doubt(now, &mut events);
                events.push(Event::Fault(Fault { kind: FaultKind::Unexpected, what, count: 1 }));
                events.push(Event::Alive);
            } else {
                bed.line = line;
                bed.take(now, message, sender, group, self.options.interval, &mut events);
            }
            self.beds.insert(name, bed);
            self.events.extend(events.into_iter().map(|event| Heard { device, event }));
        }
    }

    /// The bed of a sender, out of the list: put it back. `None` when there are too many.
    fn bed(&mut self, now: MonoTime, sender: &Sender) -> Option<Bed> {
        if let Some(known) = self.beds.remove(&sender.name) {
            return Some(known);
        }
        if self.beds.len() < DEVICES_MAX {
            let is_free = |device: &DeviceIx| self.beds.values().all(|bed| bed.device != *device);
            let device = (0..=u16::MAX).map(DeviceIx).find(is_free)?;
            return Some(Bed::new(device, now));
        }
        // Only to who has a name: the driver knows then that another device took the number.
        sender.info.as_ref()?;
        let silent = self
            .beds
            .iter()
            .filter(|(_, bed)| bed.is_named())
            .map(|(name, bed)| (bed.ways.last(), bed.heard, name))
            .min()?;
        let is_closed = silent.0.is_none();
        let is_forgotten = is_closed || now.since(silent.1) >= FORGOTTEN_AFTER;
        let name = silent.2.clone();
        let bed = if is_forgotten { self.beds.remove(&name) } else { None };
        bed.map(|bed| Bed::new(bed.device, now))
    }
}

impl Session for Gateway {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            // For a listening line this only says that it listens; bytes never come on it then.
            Input::Up { line, peer } => self.open(now, line, peer),
            Input::Accepted { line, peer, .. } => self.open(now, line, Some(peer)),
            Input::Bytes { line, bytes, .. } => self.hear(now, line, bytes),
            Input::Down { line, .. } => self.close(line),
        }
    }

    fn handle_timeout(&mut self, _now: MonoTime) {}

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        None
    }
}

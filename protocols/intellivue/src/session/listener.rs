//! The passive session: one line, one or more monitors, nothing is ever sent.

use core::net::{IpAddr, SocketAddr};
use std::collections::{BTreeMap, VecDeque};

use vigie_model::{Event, Fault, FaultKind, MonoTime, Text};
use vigie_session::{Deadline, DeviceIx, Heard, Input, Line, Session, Setup, Transmit};

use crate::wire::Message;
use crate::wire::data::Data;
use crate::wire::frame::{DeframeFault, Deframer};
use crate::wire::operation::{Reply, Request};

use super::monitor::Monitor;
use super::oddities::Oddity;
use super::options::{Framing, Options};
use super::{BEACON, BEACON_PORT, DATA_PORT};

/// Monitors on one line; as many as a session may have devices.
const MONITORS_MAX: usize = 256;

/// Listens to one line.
pub(super) struct Listener {
    framing: Framing,
    /// An option of ours was not understood; told once the line is up.
    is_option_odd: bool,
    deframer: Deframer,
    /// By device index. The first is there before it is heard.
    monitors: Vec<Monitor>,
    addresses: BTreeMap<IpAddr, usize>,
    /// Goodbye was said: there is nothing to wait for.
    is_leaving: bool,
    heard: VecDeque<Heard>,
}

/// Who says such a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaker {
    Monitor,
    Client,
    Either,
}

impl Listener {
    pub(super) fn new(setup: &Setup) -> Listener {
        let Options { framing, is_framing_odd, .. } = Options::of(setup);
        Listener {
            framing,
            is_option_odd: is_framing_odd,
            deframer: Deframer::new(),
            monitors: vec![Monitor::default()],
            addresses: BTreeMap::new(),
            is_leaving: false,
            heard: VecDeque::new(),
        }
    }

    fn handle_stream(&mut self, now: MonoTime, bytes: &[u8]) {
        self.deframer.push(bytes);
        let Some(monitor) = self.monitors.first_mut() else { return };
        let mut tell = |events: Vec<Event>| self.heard.extend(events.into_iter().map(Heard::from));
        while let Some(frame) = self.deframer.next_frame() {
            match frame {
                Ok(bytes) => {
                    handle_message(monitor, now, bytes, true);
                    tell(monitor.take_events());
                }
                Err(fault) => tell(vec![Event::Fault(line_fault(fault))]),
            }
        }
    }

    fn handle_datagram(&mut self, now: MonoTime, from: Option<SocketAddr>, bytes: &[u8]) {
        let (index, is_monitor) = self.sender(from);
        let Some(monitor) = self.monitors.get_mut(index) else {
            let what = Text::from("more monitors than are told apart");
            let fault = Fault { kind: FaultKind::Capped, what, count: 1 };
            self.heard.push_back(Event::Fault(fault).into());
            return;
        };
        handle_message(monitor, now, bytes, is_monitor);
        self.tell(index);
    }

    /// Which monitor a datagram is about, and whether it is the monitor's own.
    ///
    /// A client does not say to which monitor it speaks: with one monitor it can only be that one.
    fn sender(&mut self, from: Option<SocketAddr>) -> (usize, bool) {
        let Some(from) = from else { return (0, true) };
        let known = self.addresses.get(&from.ip()).copied();
        let export = known.and_then(|index| self.monitors.get(index)).and_then(Monitor::port);
        let is_monitor =
            [DATA_PORT, BEACON_PORT].contains(&from.port()) || export == Some(from.port());
        match known {
            Some(index) => (index, is_monitor),
            None if is_monitor => (self.admit(from.ip()), true),
            None => (0, false),
        }
    }

    /// A place for a monitor that was not heard before. Beyond the last one, none: its messages
    /// must not mix with another's.
    fn admit(&mut self, address: IpAddr) -> usize {
        // On a serial line, the first place is that of the monitor at its other end.
        let index = self.addresses.len() + usize::from(self.framing == Framing::Rs232);
        if index >= MONITORS_MAX {
            return usize::MAX;
        }
        if index >= self.monitors.len() {
            self.monitors.push(Monitor::default());
        }
        self.addresses.insert(address, index);
        index
    }

    fn tell(&mut self, index: usize) {
        let Some(monitor) = self.monitors.get_mut(index) else { return };
        let device = device(index);
        let events = monitor.take_events().into_iter();
        self.heard.extend(events.map(|event| Heard { device, event }));
    }

    /// The line closed: another monitor may be on it next time.
    fn close(&mut self) {
        if let Some(fault) = self.deframer.close() {
            self.heard.push_back(Event::Fault(line_fault(fault)).into());
        }
        for (index, monitor) in std::mem::take(&mut self.monitors).into_iter().enumerate() {
            let device = device(index);
            self.heard.extend(monitor.close().into_iter().map(|event| Heard { device, event }));
        }
        self.monitors.push(Monitor::default());
        self.addresses.clear();
    }
}

impl Session for Listener {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { .. } => {
                if std::mem::take(&mut self.is_option_odd)
                    && let Some(monitor) = self.monitors.first_mut()
                {
                    monitor.note(Oddity::Option);
                    self.tell(0);
                }
            }
            Input::Down { line: Line::MAIN, .. } => self.close(),
            // Beacons stop; the association does not need them.
            Input::Down { .. } => {}
            Input::Bytes { line, from, bytes } => {
                if line == BEACON || self.framing == Framing::Datagram {
                    self.handle_datagram(now, from, bytes);
                } else {
                    self.handle_stream(now, bytes);
                }
            }
            // None of our lines listens for connections.
            Input::Accepted { .. } => {}
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        for index in 0..self.monitors.len() {
            if let Some(monitor) = self.monitors.get_mut(index) {
                monitor.handle_timeout(now);
            }
            self.tell(index);
        }
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        self.is_leaving = true;
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let deadlines = self.monitors.iter().filter_map(Monitor::deadline);
        let at = deadlines.min().filter(|_| !self.is_leaving)?;
        Some(Deadline { at, why: "alarms not confirmed" })
    }
}

/// One message, of the monitor or of a client that talks with it.
fn handle_message(monitor: &mut Monitor, now: MonoTime, bytes: &[u8], is_monitor: bool) {
    let message = match Message::parse(bytes) {
        Ok(message) => message,
        Err(error) => return monitor.note(Oddity::message(error)),
    };
    match (speaker(&message), is_monitor) {
        (Speaker::Monitor, true) | (Speaker::Either, _) => {
            monitor.handle_message(now, &message, bytes);
        }
        (Speaker::Monitor, false) => monitor.note(Oddity::NotTheMonitor),
        // What a client asks for is seen in what the monitor answers.
        (Speaker::Client, _) => {}
    }
}

fn speaker(message: &Message<'_>) -> Speaker {
    match message {
        Message::AssociationRequest(_) | Message::ReleaseRequest(_) => Speaker::Client,
        Message::AssociationResponse(_)
        | Message::Refuse(_)
        | Message::ReleaseResponse(_)
        | Message::Beacon(_) => Speaker::Monitor,
        Message::Abort(_) => Speaker::Either,
        Message::Data(data) => match data {
            Data::Invoke { request, .. } => match request {
                Request::Action(_) | Request::Get(_) | Request::Set { .. } => Speaker::Client,
                Request::Event { .. } | Request::Unknown { .. } => Speaker::Monitor,
            },
            Data::Result { reply, .. } | Data::Linked { reply, .. } => match reply {
                Reply::Event { .. } => Speaker::Client,
                Reply::Action(_) | Reply::Get(_) | Reply::Set { .. } | Reply::Unknown { .. } => {
                    Speaker::Monitor
                }
            },
            Data::Error { .. } | Data::Unknown { .. } => Speaker::Monitor,
        },
    }
}

/// A fault of the serial line.
pub(super) fn line_fault(fault: DeframeFault) -> Fault {
    let kind = match fault {
        DeframeFault::Framing(_) | DeframeFault::TooShort { .. } => FaultKind::Framing,
        DeframeFault::CheckSequence { .. } => FaultKind::Checksum,
        DeframeFault::OtherProtocol { .. } => FaultKind::Unknown,
        DeframeFault::Length { .. } => FaultKind::Malformed,
    };
    Fault { kind, what: Text::from(fault.what()), count: 1 }
}

fn device(index: usize) -> DeviceIx {
    DeviceIx(u16::try_from(index).unwrap_or(u16::MAX))
}

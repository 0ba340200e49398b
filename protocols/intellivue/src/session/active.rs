//! The active session: asks monitors for their data, on a serial line or a network.
//!
//! A serial line has one monitor at its end. On a network there is the one that the options name, or
//! every one whose beacon is heard; each has a [`Client`] of its own, and a message is known by the
//! address it comes from.

mod network;

use core::net::SocketAddr;
use std::collections::VecDeque;

use vigie_model::{Event, Fault, FaultKind, MonoTime, Text};
use vigie_session::{Deadline, DeviceIx, Heard, Input, Line, Session, Setup, Transmit};

use crate::wire::Message;
use crate::wire::frame::{Deframer, emit_frame};

use super::BEACON;
use super::client::Client;
use super::listener::line_fault;
use super::oddities::Oddity;
use super::options::{Framing, Options, Whom};

use network::{Network, Place};

/// Speaks with the monitors of one line.
pub(super) struct Active {
    carrier: Carrier,
    /// What is wrong with the options; told once the line is up.
    odd_options: Vec<&'static str>,
    is_up: bool,
    /// Goodbye was said.
    is_leaving: bool,
    heard: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

#[expect(clippy::large_enum_variant, reason = "there is one for each line")]
enum Carrier {
    Serial { deframer: Deframer, client: Client },
    Network(Network),
}

impl Active {
    pub(super) fn new(setup: &Setup) -> Active {
        let options = Options::of(setup);
        let mut odd_options = Vec::new();
        if options.is_framing_odd {
            odd_options.push("option framing: neither rs232 nor datagram; rs232 is taken");
        }
        if options.is_baud_odd {
            odd_options.push("option baud: not a number; 115200 is taken");
        }
        let carrier = match options.framing {
            Framing::Rs232 => {
                let client = Client::new(setup.seed, options.budget);
                Carrier::Serial { deframer: Deframer::new(), client }
            }
            Framing::Datagram => {
                if options.whom == Whom::Nobody {
                    odd_options.push("option monitor: no address; no monitor is asked");
                }
                Carrier::Network(Network::new(setup.seed, options.whom, options.budget))
            }
        };
        Active {
            carrier,
            odd_options,
            is_up: false,
            is_leaving: false,
            heard: VecDeque::new(),
            outbox: VecDeque::new(),
        }
    }

    fn open(&mut self, now: MonoTime) {
        self.is_up = true;
        for what in std::mem::take(&mut self.odd_options) {
            self.fault(FaultKind::Unknown, what);
        }
        match &mut self.carrier {
            Carrier::Serial { deframer, client } => {
                *deframer = Deframer::new();
                client.start(now);
            }
            Carrier::Network(network) => network.start(now),
        }
    }

    fn close(&mut self) {
        self.is_up = false;
        // A beacon line has nothing to send on.
        self.outbox.clear();
        match &mut self.carrier {
            Carrier::Serial { deframer, client } => {
                let fault = deframer.close().map(|fault| Event::Fault(line_fault(fault)));
                let events = fault.into_iter().chain(client.stop());
                self.heard.extend(events.map(Heard::from));
            }
            Carrier::Network(network) => {
                network.stop();
                for (index, client) in network.clients() {
                    let device = device(index);
                    let events = client.stop().into_iter();
                    self.heard.extend(events.map(|event| Heard { device, event }));
                }
            }
        }
    }

    fn handle_stream(&mut self, now: MonoTime, bytes: &[u8]) {
        let Carrier::Serial { deframer, client } = &mut self.carrier else { return };
        deframer.push(bytes);
        while let Some(frame) = deframer.next_frame() {
            match frame {
                Ok(bytes) => {
                    handle_message(client, now, bytes);
                    self.heard.extend(client.take_events().into_iter().map(Heard::from));
                }
                Err(fault) => self.heard.push_back(Event::Fault(line_fault(fault)).into()),
            }
        }
    }

    fn handle_datagram(&mut self, now: MonoTime, from: Option<SocketAddr>, bytes: &[u8]) {
        let Carrier::Network(network) = &mut self.carrier else { return };
        match network.speaker(from).and_then(|index| network.client(index)) {
            Some(client) => handle_message(client, now, bytes),
            None => self.fault(FaultKind::Unexpected, "message from an address that was not asked"),
        }
    }

    fn handle_beacon(&mut self, now: MonoTime, from: Option<SocketAddr>, bytes: &[u8]) {
        let message = match Message::parse(bytes) {
            Ok(message) => message,
            Err(error) => {
                let what = Oddity::message(error).to_string();
                return self.told(FaultKind::Malformed, Text::from(what));
            }
        };
        let (Message::Beacon(beacon), Some(from)) = (&message, from) else {
            return self.fault(FaultKind::Unexpected, "not a beacon, where beacons are heard");
        };
        match &mut self.carrier {
            // Beacons tell nothing of what hangs on a cable.
            Carrier::Serial { .. } => {}
            Carrier::Network(network) => match network.place(now, from.ip(), &beacon.attributes) {
                Place::Of(index) => {
                    if let Some(client) = network.client(index) {
                        client.monitor().handle_message(now, &message, bytes);
                    }
                    if self.is_up {
                        network.settle(now, index);
                    }
                }
                Place::OfOthers => {}
                Place::Full => self.fault(FaultKind::Capped, "more monitors than one line takes"),
            },
        }
    }

    fn fault(&mut self, kind: FaultKind, what: &'static str) {
        self.told(kind, Text::from(what));
    }

    fn told(&mut self, kind: FaultKind, what: Text) {
        self.heard.push_back(Event::Fault(Fault { kind, what, count: 1 }).into());
    }

    /// Takes what the conversations have to say and to send.
    fn drain(&mut self) {
        match &mut self.carrier {
            Carrier::Serial { client, .. } => {
                self.heard.extend(client.take_events().into_iter().map(Heard::from));
                while let Some(bytes) = client.poll_send() {
                    // Whatever we say fits a frame.
                    let frame = emit_frame(&bytes).unwrap_or_default();
                    self.outbox.push_back(Transmit::main(frame));
                }
            }
            Carrier::Network(network) => {
                for (index, to, client) in network.conversations() {
                    let device = device(index);
                    let events = client.take_events().into_iter();
                    self.heard.extend(events.map(|event| Heard { device, event }));
                    while let Some(bytes) = client.poll_send() {
                        self.outbox.push_back(Transmit::Bytes { line: Line::MAIN, to, bytes });
                    }
                }
            }
        }
    }
}

impl Session for Active {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { line: Line::MAIN, .. } => self.open(now),
            Input::Down { line: Line::MAIN, .. } => self.close(),
            // Beacons come or stop coming; a conversation does not need them.
            Input::Up { .. } | Input::Down { .. } => {}
            Input::Bytes { line, from, bytes } if line == BEACON => {
                if !self.is_leaving {
                    self.handle_beacon(now, from, bytes);
                }
            }
            Input::Bytes { from, bytes, .. } => {
                self.handle_stream(now, bytes);
                self.handle_datagram(now, from, bytes);
            }
            // None of our lines listens for connections.
            Input::Accepted { .. } => {}
        }
        self.drain();
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        match &mut self.carrier {
            Carrier::Serial { client, .. } => client.handle_timeout(now),
            Carrier::Network(network) => network.handle_timeout(now),
        }
        self.drain();
    }

    fn handle_farewell(&mut self, now: MonoTime) {
        self.is_leaving = true;
        match &mut self.carrier {
            Carrier::Serial { client, .. } => client.farewell(now),
            Carrier::Network(network) => {
                for (_, client) in network.clients() {
                    client.farewell(now);
                }
            }
        }
        self.drain();
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let deadline = match &self.carrier {
            Carrier::Serial { client, .. } => client.deadline(),
            Carrier::Network(network) => network.deadline(),
        };
        deadline.map(|(at, why)| Deadline { at, why })
    }
}

fn handle_message(client: &mut Client, now: MonoTime, bytes: &[u8]) {
    match Message::parse(bytes) {
        Ok(message) => client.handle_message(now, &message, bytes),
        Err(error) => client.monitor().note(Oddity::message(error)),
    }
}

fn device(index: usize) -> DeviceIx {
    DeviceIx(u16::try_from(index).unwrap_or(u16::MAX))
}

//! One listener, many devices: oximeters that broadcast one datagram a second each.
//!
//! Datagram: `OX`, serial number (2 bytes, big-endian), saturation, pulse, sum of the six.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use vigie_model::{DeviceInfo, DeviceKey, Event, Fault, FaultKind, MonoTime, Text};

use super::numeric;
use crate::{
    Carrier, Deadline, DeviceIx, Factory, Heard, Input, Line, LineSpec, Probe, Session, Setup,
    Transmit, driver::DEVICES_MAX,
};

const LINES: &[LineSpec] = &[LineSpec {
    line: Line::MAIN,
    name: "ward",
    carriers: &[Carrier::UdpGroup { port: 7_070, group: None }],
    optional: false,
}];

/// Makes [`Broadcast`].
pub struct BroadcastFactory;

impl Factory for BroadcastFactory {
    fn name(&self) -> &'static str {
        "toy-broadcast"
    }

    fn lines(&self) -> &'static [LineSpec] {
        LINES
    }

    fn probe(&self) -> Probe {
        let recognise = |bytes: &[u8]| parse(bytes).is_some();
        Probe { listen: Duration::from_secs(2), ask: &[], recognise, leave: &[] }
    }

    fn session(&self, _setup: &Setup) -> Box<dyn Session> {
        Box::new(Broadcast::default())
    }
}

/// The session. It never sends, and wants no timer.
#[derive(Default)]
pub struct Broadcast {
    /// By serial number: an address may change hands, a serial number does not.
    devices: BTreeMap<u16, DeviceIx>,
    events: VecDeque<Heard>,
}

impl Broadcast {
    /// The device's index, new if need be; `None` when there are too many.
    fn device(&mut self, serial: u16) -> Option<DeviceIx> {
        if let Some(known) = self.devices.get(&serial) {
            return Some(*known);
        }
        let count = self.devices.len();
        let device = DeviceIx(u16::try_from(count).ok().filter(|_| count < DEVICES_MAX)?);
        self.devices.insert(serial, device);
        let text = Text::from(format!("{serial:05}"));
        let event = Event::Identity(DeviceInfo {
            key: DeviceKey(Text::from(format!("toy-broadcast:{text}"))),
            family: Text::from("toy-broadcast"),
            manufacturer: None,
            model: None,
            serial: Some(text),
            software: None,
            bed_label: None,
            clock: None,
        });
        self.events.push_back(Heard { device, event });
        Some(device)
    }

    fn hear(&mut self, bytes: &[u8]) {
        let Some((serial, saturation, pulse)) = parse(bytes) else {
            let fault =
                Fault { kind: FaultKind::Malformed, what: Text::from("datagram"), count: 1 };
            self.events.push_back(Event::Fault(fault).into());
            return;
        };
        let Some(device) = self.device(serial) else {
            let fault = Fault { kind: FaultKind::Capped, what: Text::from("devices"), count: 1 };
            self.events.push_back(Event::Fault(fault).into());
            return;
        };
        for (vendor, unit, value) in [("SpO2", "%", saturation), ("PR", "/min", pulse)] {
            let event = numeric(vendor, unit, i64::from(value));
            self.events.push_back(Heard { device, event });
        }
    }
}

impl Session for Broadcast {
    fn handle_input(&mut self, _now: MonoTime, input: Input<'_>) {
        match input {
            Input::Bytes { bytes, .. } => self.hear(bytes),
            Input::Down { .. } => self.devices.clear(),
            Input::Up { .. } | Input::Accepted { .. } => {}
        }
    }

    fn handle_timeout(&mut self, _now: MonoTime) {}

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        None
    }
}

fn parse(datagram: &[u8]) -> Option<(u16, u8, u8)> {
    let [b'O', b'X', high, low, saturation, pulse, sum] = *datagram else { return None };
    let (body, _) = datagram.split_at_checked(6)?;
    (sum_of(body) == sum).then(|| (u16::from_be_bytes([high, low]), saturation, pulse))
}

fn sum_of(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// What a device sends.
pub fn datagram(serial: u16, saturation: u8, pulse: u8) -> Vec<u8> {
    let [high, low] = serial.to_be_bytes();
    let mut bytes = vec![b'O', b'X', high, low, saturation, pulse];
    bytes.push(sum_of(&bytes));
    bytes
}

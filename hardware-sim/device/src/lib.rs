//! The device's end of each protocol. Pure: bytes and the time go in, bytes come out.

use core::net::{SocketAddr, SocketAddrV4};

use bytes::Bytes;
use vigie_model::MonoTime;
use vigie_session::{Deadline, Line};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

pub mod ge_dri;
pub mod hl7;
pub mod intellivue;
pub mod puritan_bennett;

/// A simulated device. After every `handle_*`: drain `poll_transmit` and `poll_sent`, then ask
/// `poll_timeout` once.
pub trait Device: Send {
    /// Somebody connected to the port of a line, or the cable is plugged in. A device that hears one
    /// cable only need not care.
    fn handle_up(&mut self, _now: MonoTime, _line: Line) {}
    /// The connection of a line ended.
    fn handle_down(&mut self, _now: MonoTime, _line: Line) {}
    /// A datagram, or some bytes of a stream.
    fn handle_input(&mut self, now: MonoTime, line: Line, from: Option<SocketAddr>, bytes: &[u8]);
    /// The time that `poll_timeout` named has come.
    fn handle_timeout(&mut self, now: MonoTime);
    /// Something happens to the patient.
    fn handle_patient_act(&mut self, now: MonoTime, act: &PatientAct);
    /// Something happens to the patient at one of the beds that it speaks for, or at each of them.
    fn handle_patient_act_at(&mut self, now: MonoTime, _bed: Option<u16>, act: &PatientAct) {
        self.handle_patient_act(now, act);
    }
    /// Something happens to the device.
    fn handle_device_act(&mut self, now: MonoTime, act: &DeviceAct);
    /// What it sends next.
    fn poll_transmit(&mut self) -> Option<Outgoing>;
    /// What the message before held: one entry for each value and each wave block.
    fn poll_sent(&mut self) -> Option<Sent>;
    /// Its own network address, where that can change; whoever runs its port follows it.
    fn address(&self) -> Option<SocketAddrV4> {
        None
    }
    /// When to call `handle_timeout`.
    fn poll_timeout(&self) -> Option<Deadline>;
}

/// What a device sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Counts the messages of this device from 0.
    pub number: u64,
    /// Over which of its lines; numbered as the session at the other end numbers them.
    pub line: Line,
    /// To whom.
    pub to: Destination,
    /// One datagram, or one frame.
    pub bytes: Bytes,
}

/// To whom a device sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Whoever is at the other end of the cable.
    Cable,
    /// This client.
    Client(SocketAddr),
    /// Everybody on the subnet: a beacon.
    Everybody,
}

/// One value or one block of a wave, as it left the device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sent {
    /// The message that held it.
    pub message: u64,
    /// Which of the devices that a gateway speaks for, from 0; 0 where there is one.
    pub device: u16,
    /// Which stream: the maker's own number and instance, as `MetricKey` writes them.
    pub stream: String,
    /// When, by the device's running clock, counted over its wraps since it was switched on; 0 for
    /// numbers that are sent without such a time.
    pub tick: u64,
    /// What it says: a number as digits, how many samples, or that there is no value: a dash, or nothing
    /// where the wire has a blank.
    pub what: String,
}

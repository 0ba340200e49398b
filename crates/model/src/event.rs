//! All that a device can say, in neutral words.

use serde::{Deserialize, Serialize};

use crate::{
    AlarmSet, DeviceInfo, DeviceKey, DeviceMode, DeviceTime, Limits, Measured, MetricKey, Nature,
    Patient, Placement, Reading, Stamp, StreamInfo, Text, Tick, Timebase, Unit, WaveChunk,
};

/// One thing that a device said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Who it is.
    Identity(DeviceInfo),
    /// Whom it watches.
    Patient(Patient),
    /// A number.
    Numeric(Numeric),
    /// A value in words: rhythm status, ventilator mode.
    Text(TextValue),
    /// Samples.
    Wave(WaveChunk),
    /// Limits set on the device.
    Limits(Limits),
    /// Its alarms.
    Alarms(AlarmSet),
    /// What a stream is.
    Stream(StreamInfo),
    /// What the device is doing.
    Mode(DeviceMode),
    /// Something was lost for which no tick is known.
    Gap(Gap),
    /// It is there, and what it last said by change still holds.
    Alive,
    /// Bytes that could not be used, or could not be named.
    Fault(Fault),
}

/// A number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numeric {
    /// Which stream.
    pub key: MetricKey,
    /// Unit of the value.
    pub unit: Unit,
    /// The number and how far to believe it.
    pub reading: Reading,
    /// How old it was when it arrived.
    pub measured: Measured,
    /// The device's claim of when it was measured, for values that carry one.
    pub device_time: Option<DeviceTime>,
    /// When, by the device's running clock.
    pub tick: Option<(Timebase, Tick)>,
    /// Patient, demonstration or test.
    pub nature: Nature,
    /// The device says that this value is in alarm.
    pub in_alarm: bool,
    /// Alarms for this value are switched off on the device.
    pub alarms_off: bool,
}

/// A value in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextValue {
    /// Which stream.
    pub key: MetricKey,
    /// The words as sent; `None` while there is no value.
    pub value: Option<Text>,
    /// How old it was when it arrived.
    pub measured: Measured,
    /// Patient, demonstration or test.
    pub nature: Nature,
}

/// Something is missing and no tick says how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Which stream; `None`: all of the device's waves.
    pub key: Option<MetricKey>,
    /// How many messages, chunks or bytes are gone, when known.
    pub lost: Option<u64>,
    /// Why, for an engineer.
    pub why: Text,
}

/// Bytes that could not be used or named. Counted and shown; never ends a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where and what, for an engineer: `attribute 0x0920 in class 0x0006`.
    pub what: Text,
    /// How many times since the last report of the same thing.
    pub count: u32,
}

/// What is wrong with some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FaultKind {
    /// No frame: bytes between frames, too long, aborted.
    Framing,
    /// The checksum does not match.
    Checksum,
    /// A frame whose inside contradicts its lengths.
    Malformed,
    /// Well-formed, but not known to us: kept, counted and named.
    Unknown,
    /// Well-formed, at a moment the protocol does not allow.
    Unexpected,
    /// A cap of the driver was reached: what came on top was left out.
    Capped,
}

/// One event as the station heard it: stamped, and, for waves, placed on our time axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When, by our clocks.
    pub stamp: Stamp,
    /// Who said it. A bed is looked up from it, never carried with it.
    pub device: DeviceKey,
    /// What was said.
    pub event: Event,
    /// Where a wave chunk lies in our time.
    pub placed: Option<Placement>,
}

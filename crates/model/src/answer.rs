//! What people decide about alarms, beds and scores: the words of the board's commands and of its log.

use serde::{Deserialize, Serialize};

use crate::{AlarmId, AlarmKind, Decimal, DeviceKey, StationAlarmKind, Text, WallTime};

/// Names one alarm condition, across restarts: whose it is and which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// An alarm of a device.
    Device {
        /// The device.
        device: DeviceKey,
        /// Patient or equipment.
        kind: AlarmKind,
        /// As the device names it.
        id: AlarmId,
    },
    /// An alarm of the station itself.
    Station {
        /// The device it is about; `None`: the station as a whole.
        device: Option<DeviceKey>,
        /// Which.
        kind: StationAlarmKind,
    },
}

/// How somebody at the station answered an alarm. It never reaches the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AnswerKind {
    /// Seen: no sound for what is present.
    Acknowledged,
    /// Somebody is on the way to the bed.
    Going,
}

/// Why an answer holds no longer although its alarm is still on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lapse {
    /// It was answered so long ago that somebody is reminded.
    Reminder,
    /// The device ranks it higher than when it was answered.
    Raised,
    /// It had ended, and is back.
    Returned,
}

/// Why nothing is expected from a bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StandbyReason {
    /// Nobody lies there.
    Empty,
    /// The patient is away for a while.
    Away,
    /// The patient is in theatre.
    Theatre,
}

/// Limits of the station's own for one measurement. Never those of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchLimit {
    /// Nomenclature id of the measurement (`hr.ecg`, `spo2`, ...).
    pub id: Text,
    /// Lower limit, in the unit of the nomenclature.
    pub low: Option<Decimal>,
    /// Upper limit.
    pub high: Option<Decimal>,
}

/// What a person enters for a score, since no monitor can tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entered {
    /// Whether the patient breathes added oxygen.
    Oxygen(bool),
    /// Consciousness by ACVPU.
    Consciousness(Acvpu),
    /// The SpO2 scale of NEWS2 that a prescriber chose.
    Spo2Scale(Spo2Scale),
}

/// Consciousness as NEWS2 scores it (Royal College of Physicians, 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Acvpu {
    /// Alert.
    Alert,
    /// New confusion.
    Confusion,
    /// Responds to voice.
    Voice,
    /// Responds to pain.
    Pain,
    /// Unresponsive.
    Unresponsive,
}

/// SpO2 scale of NEWS2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Spo2Scale {
    /// The usual one.
    One,
    /// For hypercapnic respiratory failure, by a named prescriber only.
    Two,
}

/// Who entered something, and when it was true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredBy {
    /// Initials.
    pub by: Text,
    /// When, by the PC's clock.
    pub at: WallTime,
}

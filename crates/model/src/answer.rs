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
    /// How much oxygen a child breathes: for a child in the place of [`Entered::Oxygen`].
    OxygenFlow(OxygenFlow),
    /// How fast the skin of a child refills.
    Refill(Refill),
    /// How hard a child breathes.
    Effort(Effort),
}

impl Entered {
    /// Whether one entry takes the place of another: both answer the same question. Oxygen is one
    /// question, in whichever words it was answered.
    pub fn is_same_question(&self, other: &Entered) -> bool {
        let question = |entered: &Entered| match entered {
            Entered::Oxygen(_) | Entered::OxygenFlow(_) => 0,
            Entered::Consciousness(_) => 1,
            Entered::Spo2Scale(_) => 2,
            Entered::Refill(_) => 3,
            Entered::Effort(_) => 4,
        };
        question(self) == question(other)
    }
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

/// Added oxygen as Bedside PEWS scores it (Parshuram and others, *Critical Care* 2009;13:R135).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OxygenFlow {
    /// None.
    Air,
    /// Under 4 L/min and under 50 %.
    Low,
    /// 4 L/min or more, or 50 % or more.
    High,
}

/// Capillary refill time, by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Refill {
    /// Under 3 s.
    Under3s,
    /// 3 s or more.
    From3s,
}

/// Respiratory effort, by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Effort {
    /// Normal.
    Normal,
    /// Mildly increased.
    Mild,
    /// Moderately increased.
    Moderate,
    /// Severely increased, or any apnoea.
    Severe,
}

/// Who entered something, and when it was true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnteredBy {
    /// Initials.
    pub by: Text,
    /// When, by the PC's clock.
    pub at: WallTime,
}

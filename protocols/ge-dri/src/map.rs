//! What the monitor's fields and waves are called elsewhere: MDC code, unit, label.
//!
//! [`FIELDS`] has a row for each value of a physiological record, [`WAVES`] one for each wave, each
//! with its source. Names that depend on what staff set at the bedside (the site of a pressure or a
//! temperature, the lead of an ECG channel, the source of the heart rate, the agent) are looked up in
//! the label and status words beside the value. What has no code keeps the name that the
//! specification gives it: `flow_vol2.epeep`.

mod fields;
mod names;
mod waves;

use vigie_model::{MdcCode, nomenclature};

use crate::wire::phdb::Class;

pub use fields::FIELDS;
pub use names::{Name, RHYTHMS, agent, heart_rate, lead, pressure, saturation, temperature};
pub use waves::{ECG12, ECG12_LEADS, Source12, WAVES, WaveKind, WaveNaming, wave};

/// The MDC code of one of our ids, if the nomenclature has a row for it.
pub fn code(id: &str) -> Option<MdcCode> {
    nomenclature::by_id(id).map(|metric| metric.code)
}

/// One value of a physiological record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// In which layout.
    pub class: Class,
    /// Offset of the head of its group, which gates it.
    pub group: usize,
    /// What the bits of the group's status mean.
    pub kind: GroupKind,
    /// Offset of the value.
    pub at: usize,
    /// The specification's own name, `group.field`.
    pub vendor: &'static str,
    /// What the monitor calls it on its screen, as far as that does not depend on the label word.
    pub label: &'static str,
    /// The value is the raw number times 10 to this.
    pub exponent: i8,
    /// UCUM unit.
    pub unit: &'static str,
    /// Digits behind the point on the monitor's screen; `None`: as sent.
    pub digits: Option<u8>,
    /// Tells equal measurements of several channels apart.
    pub instance: u16,
    /// Where its code comes from.
    pub naming: Naming,
    /// The least level of the monitor at which the field means anything.
    pub level: u8,
    /// Who says so.
    pub proof: Proof,
}

/// Where the code of a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// A row of the nomenclature.
    Id(&'static str),
    /// None: it keeps the specification's name.
    Unmapped,
    /// The source of the heart rate, in the status of the group.
    HeartRate,
    /// ST of the lead on this channel, in the label of the group.
    St(u8),
    /// The site in the label, and which of its pressures.
    Pressure(&'static str),
    /// The pulse rate of a pressure.
    PressureRate,
    /// The site in the label.
    Temperature,
    /// Which blood, in the label.
    Saturation,
    /// The saturation that older monitors gave beside the main one.
    OldSvo2,
    /// The agent in the label; the row that serves for any agent.
    Agent(&'static str),
}

/// What the bits of a group's status mean (DRI, "Status bits").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Exists and active only.
    Plain,
    /// ECG, arrhythmia, 12-lead ST.
    Ecg,
    /// The displayed heart rate, which need not be of the ECG.
    Rate,
    /// Invasive pressure.
    Pressure,
    /// Cuff pressure, measured now and then.
    Nibp,
    /// Carbon dioxide.
    Co2,
    /// Oxygen, nitrous oxide, agents.
    Gas,
    /// Balance gas.
    Balance,
    /// Spirometry.
    Flow,
    /// Cardiac output and wedge pressure, measured now and then.
    Output,
    /// Mixed venous saturation.
    Svo2,
    /// Tonometry.
    Tono,
    /// Entropy.
    Entropy,
    /// EEG.
    Eeg,
    /// Surgical pleth index.
    Spi,
}

/// Who says what a field or wave is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// DRI, and a recording of a real monitor that shows plausible values there.
    Recorded,
    /// DRI and a third party's table, which agree; no recording has a value there.
    Document,
}

#[cfg(test)]
mod tests;

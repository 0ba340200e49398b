//! Devices and what they say of their patient.

use serde::{Deserialize, Serialize};

use crate::{DeviceTime, Text};

/// Names a device for good: by serial number, MAC, or gateway and location; until it has told one,
/// by the configured line it is heard on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeviceKey(pub Text);

impl DeviceKey {
    /// The key of a device that has not named itself.
    pub fn of_line(line_name: &str) -> DeviceKey {
        DeviceKey(Text::from(format!("line:{line_name}")))
    }

    /// Whether the key is only that of a line.
    pub fn is_of_line(&self) -> bool {
        self.0.as_str().starts_with("line:")
    }
}

/// What a device says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Its lasting name.
    pub key: DeviceKey,
    /// Protocol family, such as `intellivue`.
    pub family: Text,
    /// Maker.
    pub manufacturer: Option<Text>,
    /// Model.
    pub model: Option<Text>,
    /// Serial number.
    pub serial: Option<Text>,
    /// Application software revision.
    pub software: Option<Text>,
    /// Bed label set on the device.
    pub bed_label: Option<Text>,
    /// What the device's own clock said when it told this.
    pub clock: Option<DeviceTime>,
}

/// What the device is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeviceMode {
    /// Monitoring.
    #[default]
    Normal,
    /// Standby: values stop on purpose.
    Standby,
    /// Shows made-up values.
    Demo,
    /// Self-test.
    Test,
    /// Service or configuration.
    Service,
}

/// What a device says of its patient. Names stay out of every log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Whether somebody is admitted there.
    pub presence: PatientPresence,
    /// The identifier the hospital knows.
    pub id: Option<Text>,
    /// An identifier that only the device knows; its change means another patient.
    pub context: Option<Text>,
    /// Family name.
    pub family_name: Option<Text>,
    /// Given name.
    pub given_name: Option<Text>,
    /// Adult, paediatric or neonatal, as set on the device.
    pub category: Option<PatientCategory>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: Option<Text>,
    /// Whether the device treats the patient as paced.
    pub paced: Option<bool>,
}

/// Whether the device holds a patient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PatientPresence {
    /// It has not told.
    #[default]
    Unknown,
    /// Nobody, or discharged.
    Empty,
    /// Announced.
    PreAdmitted,
    /// Admitted.
    Admitted,
}

/// Age group, which decides limits and scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PatientCategory {
    /// Adult.
    Adult,
    /// Child.
    Paediatric,
    /// Newborn.
    Neonate,
}

/// Administrative sex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Stated to be neither or unspecified.
    Unspecified,
}

//! What is measured, and how often to expect it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{MdcCode, Text, Unit, nomenclature};

/// The maker's own code, as text (`4BB8`, `MDC_ECG_HEART_RATE`, `0402:5012`): kept whether or not it is mapped.
pub type VendorCode = Text;

/// Which stream of a device: stable for as long as the device keeps measuring the same thing.
///
/// The label is not part of it (it stands in [`StreamInfo`]): staff rename channels, and a label may
/// arrive after the first value; neither makes a new stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MetricKey {
    /// ISO/IEEE 11073-10101 code, when the vendor's code is mapped to one.
    pub code: Option<MdcCode>,
    /// The maker's own code.
    pub vendor: VendorCode,
    /// Tells apart streams with the same codes: 0 for the first, 1 for the second.
    pub instance: u16,
}

impl MetricKey {
    /// The row of the nomenclature table, when the code is known there.
    pub fn metric(&self) -> Option<&'static nomenclature::Metric> {
        self.code.and_then(nomenclature::by_code)
    }
}

/// The family of parameters a metric belongs to; a wave and its numbers share a colour by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Parameter {
    /// Electrocardiogram and heart rate.
    Ecg,
    /// Pulse oximetry: saturation, pleth, perfusion.
    Spo2,
    /// Invasive arterial pressures.
    Abp,
    /// Non-invasive (cuff) pressure.
    Nibp,
    /// Respiration.
    Resp,
    /// Carbon dioxide.
    Co2,
    /// Temperatures.
    Temp,
    /// Central venous and atrial pressures.
    Cvp,
    /// Pulmonary artery pressures.
    Pap,
    /// Intracranial and cerebral perfusion pressures.
    Icp,
    /// Cardiac output and what is computed from it.
    Output,
    /// Airway, ventilator.
    Vent,
    /// Oxygen fraction and anaesthetic gases.
    Gas,
    /// Brain: BIS, EEG, coma score.
    Neuro,
    /// Pumps, laboratory, everything else.
    Other,
}

/// What kind of value a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Measured on the patient.
    Measured,
    /// Computed by the device from measurements.
    Derived,
    /// Set by a person: never watched, never scored.
    Setting,
}

/// How often a stream speaks. A session states it, the board alone judges freshness by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cadence {
    /// Delivered every so often, bursts included (1.024 s for IntelliVue waves).
    Periodic(Duration),
    /// Sent when it changes; the device proves that it is there every `proof`.
    OnChange {
        /// Period of the heartbeat that vouches for the value.
        proof: Duration,
    },
    /// Measured now and then (cuff pressure, cardiac output).
    Episodic {
        /// Time between two measurements, if the device tells.
        interval: Option<Duration>,
    },
}

/// How old a value already was when it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Measured {
    /// As fresh as its transport allows.
    Now,
    /// Taken this long before it arrived.
    Ago(Duration),
    /// Sent late from the device's memory: recorded as late, never shown as new, never sounds.
    Backfill(Duration),
    /// The device does not tell when.
    Unknown,
}

/// What there is to know of a stream besides its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamInfo {
    /// Which stream.
    pub key: MetricKey,
    /// The device's own name for it, in the device's language.
    pub label: Option<Text>,
    /// Unit of its values.
    pub unit: Unit,
    /// Digits behind the point on the device's own screen; `None`: show as sent.
    pub digits: Option<u8>,
    /// Measured, derived or set.
    pub category: Category,
    /// How often to expect it.
    pub cadence: Cadence,
}

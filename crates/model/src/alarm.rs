//! Alarms as a device states them. They travel as sets, so that nothing can be left behind.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Decimal, MdcCode, MetricKey, Text, Unit, VendorCode};

/// All that a device says is in alarm, within one scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmSet {
    /// Which part of the device's alarms this set replaces.
    pub scope: AlarmScope,
    /// How far the set can be taken as all there is.
    pub truth: AlarmTruth,
    /// What is in alarm, in the device's order.
    pub active: Arc<[Alarm]>,
    /// Of a set put together from starts and ends: the alarms that the device spoke of just now. It
    /// stands by these again, even where they read as before, and by no others. Empty for sets of
    /// another truth, and in records made before this was told.
    #[serde(default)]
    pub told: Arc<[AlarmId]>,
}

/// The part of a device's alarms that a set covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlarmScope {
    /// All of them.
    All,
    /// Those about the patient.
    Physiological,
    /// Those about the equipment.
    Technical,
}

/// How far an alarm set is known to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AlarmTruth {
    /// The device listed all of its alarms.
    Complete,
    /// Put together from starts and ends; ages to "not confirmed" after 10 minutes.
    FromEdges,
    /// Not known now (line lost, restart): the last ones stay, as "not confirmed since".
    Unknown,
}

/// Names one alarm for as long as its condition lasts.
pub type AlarmId = Text;

/// One alarm as the device sent it. Never lowered, never dropped, never sent back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Stays the same while the condition lasts.
    pub id: AlarmId,
    /// Patient or equipment.
    pub kind: AlarmKind,
    /// As the device ranks it.
    pub priority: Priority,
    /// Whether its cause is still there.
    pub phase: AlarmPhase,
    /// What was done about it at the bedside.
    pub inactivation: Option<Inactivation>,
    /// 11073 event code, when the vendor's code is one.
    pub code: Option<MdcCode>,
    /// The vendor's own code.
    pub vendor: VendorCode,
    /// The stream it is about, when the device tells and we know it.
    pub subject: Option<MetricKey>,
    /// The value that raised it.
    pub value: Option<Decimal>,
    /// The limit that was crossed.
    pub limit: Option<Decimal>,
    /// The device's text, in the device's language.
    pub text: Text,
}

/// Patient or equipment; IEC 60601-1-8 calls them physiological and technical alarm conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlarmKind {
    /// About the patient.
    Physiological,
    /// About the equipment.
    Technical,
}

/// IEC 60601-1-8 priority; ordered, the most urgent is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Priority {
    /// Listed, without alarm signals.
    Information,
    /// Awareness required.
    Low,
    /// Prompt response required.
    Medium,
    /// Immediate response required.
    High,
}

/// Whether the cause of an alarm is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AlarmPhase {
    /// The condition is present.
    Active,
    /// The condition has gone; the device keeps showing it until somebody resets it.
    Latched,
}

/// Alarm signals that somebody at the bedside turned off (IEC 60601-1-8 inactivation states).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Inactivation {
    /// Silenced: sound off for what is present.
    Acknowledged,
    /// Paused for a time.
    Paused,
    /// Switched off.
    Off,
}

/// Alarm limits as set on the device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Which stream they watch.
    pub key: MetricKey,
    /// Unit of both.
    pub unit: Unit,
    /// Lower limit.
    pub low: Option<Decimal>,
    /// Upper limit.
    pub high: Option<Decimal>,
    /// Whether the device alarms on them.
    pub enabled: bool,
}

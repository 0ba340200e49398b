//! What the board itself decided, for the record.

use serde::{Deserialize, Serialize};

use crate::{Alarm, AlarmId, Assignment, BedId, DeviceKey, MetricKey, Stamp, Stay, Text};

/// One line of the station's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// When.
    pub stamp: Stamp,
    /// Which bed, if one.
    pub bed: Option<BedId>,
    /// Which device, if one.
    pub device: Option<DeviceKey>,
    /// What.
    pub kind: LogKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LogKind {
    /// A device alarm appeared, or its priority, phase or inactivation changed.
    DeviceAlarm(Alarm),
    /// A device alarm left the device's list.
    DeviceAlarmEnded(AlarmId),
    /// A station alarm began.
    StationAlarm(StationAlarmKind),
    /// A station alarm ended.
    StationAlarmEnded(StationAlarmKind),
    /// A device was put on a bed, or taken off.
    Assigned(Assignment),
    /// A device gave its name: what was known under the line's key now goes under this one.
    Named {
        /// The key until now.
        was: DeviceKey,
        /// The key from now on.
        is: DeviceKey,
    },
    /// A stay began.
    StayBegan(Stay),
    /// A stay ended.
    StayEnded(Stay),
    /// The patient's name changed without a changed identifier: a person must say who it is.
    PatientUnclear,
    /// Something a person should be able to read back later, in English for engineers.
    Note(Text),
}

/// Alarms of the station itself. Never mixed with those of a device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StationAlarmKind {
    /// One stream is older than its rule allows (priority low).
    StreamStale(MetricKey),
    /// One stream has stopped (priority medium).
    StreamLost(MetricKey),
    /// Nothing at all is heard from the device for too long (priority low).
    DeviceStale,
    /// Nothing at all is heard from the device (priority medium).
    DeviceLost,
    /// The line to the device closed (priority medium).
    LineClosed,
    /// The device is heard, and its alarms no longer are (priority medium).
    AlarmsNotConfirmed,
    /// Two live sources claim to be the same device (priority medium).
    DuplicateDevice,
    /// The device's patient may have changed: a person must say (priority low).
    PatientUnclear,
    /// Of the whole station: nothing is recorded any more (priority medium).
    RecordStopped,
    /// Of the whole station: what was heard could not all be recorded (priority low).
    RecordBehind,
    /// Of the whole station: the disk of the record will be full before its time (priority low).
    DiskFilling,
    /// Of the whole station: the last good copy of the record is too old, or there is none
    /// (priority low).
    CopyOld,
}

impl StationAlarmKind {
    /// Whether it is about the station as a whole, and so belongs to no bed and to no device.
    pub fn is_of_whole_station(&self) -> bool {
        match self {
            StationAlarmKind::RecordStopped
            | StationAlarmKind::RecordBehind
            | StationAlarmKind::DiskFilling
            | StationAlarmKind::CopyOld => true,
            StationAlarmKind::StreamStale(_)
            | StationAlarmKind::StreamLost(_)
            | StationAlarmKind::DeviceStale
            | StationAlarmKind::DeviceLost
            | StationAlarmKind::LineClosed
            | StationAlarmKind::AlarmsNotConfirmed
            | StationAlarmKind::DuplicateDevice
            | StationAlarmKind::PatientUnclear => false,
        }
    }
}

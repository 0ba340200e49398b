//! What the board itself decided, for the record.

use serde::{Deserialize, Serialize};

use crate::{
    Alarm, AlarmId, AnswerKind, Assignment, BedId, Condition, DeviceKey, Entered, Lapse, MetricKey,
    Stamp, StandbyReason, Stay, Text, WallTime, WatchLimit,
};

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
    /// Somebody answered an alarm at the station.
    Answered {
        /// Which alarm.
        condition: Condition,
        /// How.
        how: AnswerKind,
        /// Initials.
        by: Text,
    },
    /// An answer holds no longer, and the alarm asks for one again.
    AnswerLapsed {
        /// Which alarm.
        condition: Condition,
        /// Why.
        why: Lapse,
    },
    /// The cause of an alarm is gone, and it stays until somebody resets it.
    Latched(Condition),
    /// Somebody reset an alarm whose cause was gone.
    Reset {
        /// Which alarm.
        condition: Condition,
        /// Initials.
        by: Text,
    },
    /// An alarm was not answered for so long that it asks louder.
    Escalated {
        /// Which alarm.
        condition: Condition,
        /// The step reached, from 1.
        step: u8,
    },
    /// No alarm sounds for a time.
    AudioPaused {
        /// Until when.
        until: WallTime,
        /// Initials.
        by: Text,
    },
    /// No alarm sounds until somebody turns the sound on again.
    AudioOff {
        /// Initials.
        by: Text,
    },
    /// Alarms sound again.
    AudioOn {
        /// Initials; `None`: the pause ended by itself.
        by: Option<Text>,
    },
    /// Nothing is expected from a bed.
    Standby {
        /// Why.
        why: StandbyReason,
        /// Initials.
        by: Text,
    },
    /// A bed is watched again.
    StandbyEnded {
        /// Initials; `None`: values are back.
        by: Option<Text>,
    },
    /// The station's own limits for a bed are now these, or as its category has them (`None`).
    WatchLimits {
        /// The limits.
        limits: Option<Vec<WatchLimit>>,
        /// Initials.
        by: Text,
    },
    /// Somebody entered a part of a score.
    Entered {
        /// What.
        what: Entered,
        /// Initials.
        by: Text,
    },
    /// Something a person should be able to read back later, in English for engineers.
    Note(Text),
}

impl LogKind {
    /// Its name, as it stands in records and exports.
    pub fn name(&self) -> &'static str {
        match self {
            LogKind::DeviceAlarm(_) => "DeviceAlarm",
            LogKind::DeviceAlarmEnded(_) => "DeviceAlarmEnded",
            LogKind::StationAlarm(_) => "StationAlarm",
            LogKind::StationAlarmEnded(_) => "StationAlarmEnded",
            LogKind::Assigned(_) => "Assigned",
            LogKind::Named { .. } => "Named",
            LogKind::StayBegan(_) => "StayBegan",
            LogKind::StayEnded(_) => "StayEnded",
            LogKind::PatientUnclear => "PatientUnclear",
            LogKind::Answered { .. } => "Answered",
            LogKind::AnswerLapsed { .. } => "AnswerLapsed",
            LogKind::Latched(_) => "Latched",
            LogKind::Reset { .. } => "Reset",
            LogKind::Escalated { .. } => "Escalated",
            LogKind::AudioPaused { .. } => "AudioPaused",
            LogKind::AudioOff { .. } => "AudioOff",
            LogKind::AudioOn { .. } => "AudioOn",
            LogKind::Standby { .. } => "Standby",
            LogKind::StandbyEnded { .. } => "StandbyEnded",
            LogKind::WatchLimits { .. } => "WatchLimits",
            LogKind::Entered { .. } => "Entered",
            LogKind::Note(_) => "Note",
        }
    }

    /// Whether it belongs to the alarm log: alarms, and what people and the station made of them.
    pub fn is_of_alarms(&self) -> bool {
        match self {
            LogKind::DeviceAlarm(_)
            | LogKind::DeviceAlarmEnded(_)
            | LogKind::StationAlarm(_)
            | LogKind::StationAlarmEnded(_)
            | LogKind::Answered { .. }
            | LogKind::AnswerLapsed { .. }
            | LogKind::Latched(_)
            | LogKind::Reset { .. }
            | LogKind::Escalated { .. }
            | LogKind::AudioPaused { .. }
            | LogKind::AudioOff { .. }
            | LogKind::AudioOn { .. }
            | LogKind::Standby { .. }
            | LogKind::StandbyEnded { .. }
            | LogKind::WatchLimits { .. } => true,
            LogKind::Assigned(_)
            | LogKind::Named { .. }
            | LogKind::StayBegan(_)
            | LogKind::StayEnded(_)
            | LogKind::PatientUnclear
            | LogKind::Entered { .. }
            | LogKind::Note(_) => false,
        }
    }

    /// Whether what happened belongs to the board's memory, which a restart restores. That memory
    /// must not be much older than the log: an alarm that began just before a power cut is one that
    /// nobody has answered yet, and its device may not be heard again.
    pub fn is_remembered(&self) -> bool {
        match self {
            LogKind::DeviceAlarm(_)
            | LogKind::DeviceAlarmEnded(_)
            | LogKind::StationAlarm(_)
            | LogKind::StationAlarmEnded(_)
            | LogKind::Assigned(_)
            | LogKind::Named { .. }
            | LogKind::StayBegan(_)
            | LogKind::StayEnded(_)
            | LogKind::PatientUnclear
            | LogKind::Answered { .. }
            | LogKind::AnswerLapsed { .. }
            | LogKind::Latched(_)
            | LogKind::Reset { .. }
            | LogKind::Escalated { .. }
            | LogKind::AudioPaused { .. }
            | LogKind::AudioOff { .. }
            | LogKind::AudioOn { .. }
            | LogKind::Standby { .. }
            | LogKind::StandbyEnded { .. }
            | LogKind::WatchLimits { .. }
            | LogKind::Entered { .. } => true,
            // It was said, and nothing is different by it.
            LogKind::Note(_) => false,
        }
    }
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
    /// A value is above the station's own limit (priority medium).
    AboveLimit(MetricKey),
    /// A value is below the station's own limit (priority medium).
    BelowLimit(MetricKey),
    /// A value that no patient has: shown with a question mark, and not used (priority low).
    Implausible(MetricKey),
    /// Of the whole station: everything behind one switch, hub or adapter is silent (priority high).
    PathLost(Text),
    /// Of the whole station: the PC's clock was set, or the PC slept (priority low).
    ClockJumped,
    /// Of the whole station: alarms cannot be heard, there is no sound device that works (priority
    /// medium).
    NoSound,
    /// Of the whole station: a window stands still or is gone (priority medium).
    WindowStalled,
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
            | StationAlarmKind::CopyOld
            | StationAlarmKind::PathLost(_)
            | StationAlarmKind::ClockJumped
            | StationAlarmKind::NoSound
            | StationAlarmKind::WindowStalled => true,
            StationAlarmKind::StreamStale(_)
            | StationAlarmKind::StreamLost(_)
            | StationAlarmKind::DeviceStale
            | StationAlarmKind::DeviceLost
            | StationAlarmKind::LineClosed
            | StationAlarmKind::AlarmsNotConfirmed
            | StationAlarmKind::DuplicateDevice
            | StationAlarmKind::PatientUnclear
            | StationAlarmKind::AboveLimit(_)
            | StationAlarmKind::BelowLimit(_)
            | StationAlarmKind::Implausible(_) => false,
        }
    }

    /// The stream that it is about, if one.
    pub fn stream(&self) -> Option<&MetricKey> {
        match self {
            StationAlarmKind::StreamStale(key)
            | StationAlarmKind::StreamLost(key)
            | StationAlarmKind::AboveLimit(key)
            | StationAlarmKind::BelowLimit(key)
            | StationAlarmKind::Implausible(key) => Some(key),
            StationAlarmKind::DeviceStale
            | StationAlarmKind::DeviceLost
            | StationAlarmKind::LineClosed
            | StationAlarmKind::AlarmsNotConfirmed
            | StationAlarmKind::DuplicateDevice
            | StationAlarmKind::PatientUnclear
            | StationAlarmKind::PathLost(_)
            | StationAlarmKind::ClockJumped
            | StationAlarmKind::NoSound
            | StationAlarmKind::WindowStalled
            | StationAlarmKind::RecordStopped
            | StationAlarmKind::RecordBehind
            | StationAlarmKind::DiskFilling
            | StationAlarmKind::CopyOld => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_alarms_about_a_stream_name_one() {
        let key = MetricKey { code: None, vendor: Text::from("hr"), instance: 0 };
        for kind in [
            StationAlarmKind::StreamStale(key.clone()),
            StationAlarmKind::StreamLost(key.clone()),
            StationAlarmKind::AboveLimit(key.clone()),
            StationAlarmKind::BelowLimit(key.clone()),
            StationAlarmKind::Implausible(key.clone()),
        ] {
            assert_eq!((kind.stream(), kind.is_of_whole_station()), (Some(&key), false));
        }
        for kind in [
            StationAlarmKind::DeviceLost,
            StationAlarmKind::PathLost(Text::from("switch")),
            StationAlarmKind::NoSound,
        ] {
            assert_eq!(kind.stream(), None);
        }
    }

    #[test]
    fn what_a_restart_must_know_is_more_than_what_people_decided() {
        assert!(LogKind::DeviceAlarmEnded(Text::from("VTACH")).is_remembered());
        assert!(LogKind::StationAlarm(StationAlarmKind::NoSound).is_remembered());
        assert!(LogKind::AudioOff { by: Text::from("AB") }.is_remembered());
        assert!(!LogKind::Note(Text::from("said")).is_remembered());
    }
}

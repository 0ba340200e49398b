//! What a station, a device, a patient or a value is, in a word or two.

use vigie_model::{
    AlarmKind, AlarmPhase, DeviceMode, FaultKind, Inactivation, Nature, PatientCategory, Priority,
    StationMode, Validity,
};

use crate::{TextKey, Words};

impl Words {
    /// The mode of the station, in capitals: anything but live stands on every tile.
    pub fn station_mode(&self, mode: StationMode) -> String {
        self.text(match mode {
            StationMode::Live => TextKey::ModeLive,
            StationMode::Simulation => TextKey::ModeSimulation,
            StationMode::Replay => TextKey::ModeReplay,
            StationMode::Drill => TextKey::ModeDrill,
        })
    }

    /// What the device is doing.
    pub fn device_mode(&self, mode: DeviceMode) -> String {
        self.text(match mode {
            DeviceMode::Normal => TextKey::NormalOperation,
            DeviceMode::Standby => TextKey::Standby,
            DeviceMode::Demo => TextKey::Demo,
            DeviceMode::Test => TextKey::Test,
            DeviceMode::Service => TextKey::Service,
        })
    }

    /// Where values come from; `None` for real ones, which need no word.
    pub fn nature(&self, nature: Nature) -> Option<String> {
        match nature {
            Nature::Real => None,
            Nature::Demo => Some(self.text(TextKey::Demo)),
            Nature::Test => Some(self.text(TextKey::Test)),
        }
    }

    /// Adult, child, newborn, or that the bedside does not tell.
    pub fn category(&self, category: Option<PatientCategory>) -> String {
        self.text(match category {
            Some(PatientCategory::Adult) => TextKey::Adult,
            Some(PatientCategory::Paediatric) => TextKey::Child,
            Some(PatientCategory::Neonate) => TextKey::Newborn,
            None => TextKey::CategoryUnknown,
        })
    }

    /// How far a value may be believed, or why there is none.
    pub fn validity(&self, validity: Validity) -> String {
        self.text(match validity {
            Validity::Valid => TextKey::Valid,
            Validity::Validated => TextKey::Validated,
            Validity::Ongoing => TextKey::Measuring,
            Validity::Questionable => TextKey::Questionable,
            Validity::Calibrating => TextKey::Calibrating,
            Validity::Invalid => TextKey::InvalidValue,
            Validity::Overflow => TextKey::OverRange,
            Validity::Underflow => TextKey::UnderRange,
            Validity::NotAvailable => TextKey::NoValue,
        })
    }

    /// The priority in words.
    pub fn priority(&self, priority: Priority) -> String {
        self.text(match priority {
            Priority::High => TextKey::PriorityHigh,
            Priority::Medium => TextKey::PriorityMedium,
            Priority::Low => TextKey::PriorityLow,
            Priority::Information => TextKey::PriorityInformation,
        })
    }

    /// The priority as a mark before a text, as makers of monitors write it.
    pub fn priority_mark(&self, priority: Priority) -> &'static str {
        match priority {
            Priority::High => "***",
            Priority::Medium => "**",
            Priority::Low => "*",
            Priority::Information => "",
        }
    }

    /// About the patient or about the equipment.
    pub fn alarm_kind(&self, kind: AlarmKind) -> String {
        self.text(match kind {
            AlarmKind::Physiological => TextKey::PhysiologicalAlarm,
            AlarmKind::Technical => TextKey::TechnicalAlarm,
        })
    }

    /// That an alarm is latched; `None` while its cause is there.
    pub fn alarm_phase(&self, phase: AlarmPhase) -> Option<String> {
        match phase {
            AlarmPhase::Active => None,
            AlarmPhase::Latched => Some(self.text(TextKey::Latched)),
        }
    }

    /// What somebody at the bedside did to an alarm.
    pub fn inactivation(&self, inactivation: Inactivation) -> String {
        self.text(match inactivation {
            Inactivation::Acknowledged => TextKey::SilencedAtBedside,
            Inactivation::Paused => TextKey::AudioPaused,
            Inactivation::Off => TextKey::AlarmOff,
        })
    }

    /// What was wrong with bytes.
    pub fn fault_kind(&self, kind: FaultKind) -> String {
        let id = match kind {
            FaultKind::Framing => "fault-framing",
            FaultKind::Checksum => "fault-checksum",
            FaultKind::Malformed => "fault-malformed",
            FaultKind::Unknown => "fault-unknown",
            FaultKind::Unexpected => "fault-unexpected",
            FaultKind::Capped => "fault-capped",
        };
        self.message(id, &[])
    }
}

//! What happens in a drill: one line an act.
//!
//! ```text
//! # comment
//! at 30s   bed 3   vtach
//! at 1m    bed 3   sinus
//! at 90s   bed *   leads-off
//! at 2m    bed 4   unplug 20s
//! at 3m    bed 1-4 cuff
//! ```
//!
//! Times count from the start: `500ms`, `30s`, `5m`, `2h`, `1h30m`. `bed *` is all beds; a range is
//! one entry for each. What stands after `#` is a comment. Lines may stand in any order; entries are
//! sorted by time, and those of one moment stay in the order of their lines.
//!
//! | Word | What it does |
//! | --- | --- |
//! | `sinus` | normal rhythm, breathing, pressure and saturation; sensors stay as they are |
//! | `brady` | slow heart |
//! | `tachy` | fast heart |
//! | `vtach` | ventricular tachycardia |
//! | `asystole` | no beat |
//! | `desaturation` | saturation falls |
//! | `apnoea` | no breath; saturation falls after |
//! | `hypotension` | pressure falls |
//! | `leads-off` | ECG electrodes off |
//! | `leads-on` | ECG electrodes on |
//! | `spo2-off` | oximeter probe off |
//! | `spo2-on` | oximeter probe on |
//! | `abp-off` | arterial line open to air |
//! | `abp-on` | arterial line connected |
//! | `co2-off` | carbon dioxide sensor off |
//! | `co2-on` | carbon dioxide sensor on |
//! | `cuff` | the cuff measures once |
//! | `record NAME` | the waves of a recorded patient: v102s, 03700181, 3234460_0018 |
//! | `reboot DURATION` | the monitor is off for so long, then starts anew |
//! | `standby` | the monitor goes into standby |
//! | `standby-end` | the monitor comes back from standby |
//! | `clock +DURATION` | the monitor's wall clock is set forward, with - back |
//! | `silence` | somebody presses Silence at the bedside |
//! | `abort` | the monitor aborts the association |
//! | `mute DURATION` | the monitor says nothing for so long but keeps its state |
//! | `readdress` | the monitor gets another network address |
//! | `admit ID NAME` | another patient is admitted on the monitor |
//! | `unplug DURATION` | the cable is pulled, and put back after so long |
//! | `loss SHARE` | this share is lost from now on: 5%, or 0.05; 0 ends it |
//! | `flips BYTES` | one bit in so many bytes is flipped from now on; 0 ends it |
//! | `delay DURATION` | bytes arrive late by up to this from now on; 0s ends it |
//! | `wrong-speed` | the two ends speak at different speeds |
//! | `right-speed` | the two ends speak at the same speed again |

use std::fmt;
use std::time::Duration;

mod parse;
mod words;

/// What happens when.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Since the start.
    pub at: Duration,
    /// To which bed, from 1; `None`: to all.
    pub bed: Option<u16>,
    /// What.
    pub act: Act,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// To the patient or a sensor.
    Patient(PatientAct),
    /// To the monitor.
    Device(DeviceAct),
    /// To the cable.
    Line(LineAct),
}

/// What happens to a patient, until something else does.
#[derive(Clone, Debug, PartialEq)]
pub enum PatientAct {
    /// Normal rhythm and breathing; all sensors stay as they are.
    Sinus,
    /// Slow heart.
    Bradycardia,
    /// Fast heart.
    Tachycardia,
    /// Ventricular tachycardia.
    VentricularTachycardia,
    /// No beat.
    Asystole,
    /// Saturation falls.
    Desaturation,
    /// No breath.
    Apnoea,
    /// Pressure falls.
    Hypotension,
    /// ECG electrodes off, or on again.
    Leads {
        /// Whether they are on.
        on: bool,
    },
    /// Oximeter probe off, or on again.
    SpO2Sensor {
        /// Whether it is on.
        on: bool,
    },
    /// The arterial line open to air, or connected again.
    AbpLine {
        /// Whether it is connected.
        on: bool,
    },
    /// Carbon dioxide sensor off the airway, or on again.
    Co2Sensor {
        /// Whether it is on.
        on: bool,
    },
    /// The cuff measures once.
    Cuff,
    /// The waves of a recorded patient instead of made ones: `v102s`, `03700181`, `3234460_0018`.
    Record {
        /// Its name.
        name: String,
    },
}

/// What happens to a monitor.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceAct {
    /// Power off and on: silent for a while, then all anew.
    Reboot {
        /// How long it is silent.
        dark: Duration,
    },
    /// Standby begins or ends.
    Standby {
        /// Whether it begins.
        on: bool,
    },
    /// Its wall clock is set by so many seconds.
    ClockStep {
        /// Seconds forward, or back.
        seconds: i64,
    },
    /// Somebody presses Silence at the bedside.
    Silence,
    /// It aborts the association.
    Abort,
    /// It says nothing for a while but keeps its state.
    Mute {
        /// How long.
        dark: Duration,
    },
    /// It gets another network address.
    Readdress,
    /// Another patient is admitted on it.
    Admit {
        /// Identifier.
        id: String,
        /// Family name.
        name: String,
    },
}

/// What happens to a cable.
#[derive(Clone, Debug, PartialEq)]
pub enum LineAct {
    /// Pulled, and put back after a while.
    Unplug {
        /// How long.
        dark: Duration,
    },
    /// This share of datagrams or frames is lost from now on.
    Loss {
        /// From 0 to 1.
        share: f64,
    },
    /// One bit in so many bytes is flipped from now on; 0: none.
    Flips {
        /// Bytes a flip.
        every: u32,
    },
    /// Bytes arrive late by up to this, and out of order.
    Delay {
        /// At most.
        most: Duration,
    },
    /// The two ends speak at different speeds.
    WrongSpeed {
        /// Whether it begins.
        on: bool,
    },
}

/// A script in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// What happens.
    pub entries: Vec<Entry>,
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// A calm ward of eight beds over ten minutes.
pub const DEMO: &str = include_str!("script/demo.txt");

impl Script {
    /// Reads a script.
    pub fn parse(text: &str) -> Result<Script, ScriptError> {
        parse::script(text)
    }

    /// A drill for eight beds: over ten minutes most are well, and something happens at each. Within
    /// 15 s of the start the first yellow alarm is on.
    pub fn demo() -> Script {
        // A test reads it.
        Script::parse(DEMO).unwrap_or_default()
    }

    /// Every word, and how lines are written.
    pub fn help() -> String {
        words::help()
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for ScriptError {}

/// The line that means this entry.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {} bed ", words::Written(self.at))?;
        match self.bed {
            Some(bed) => write!(f, "{bed} {}", self.act),
            None => write!(f, "* {}", self.act),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        words::write(self, f)
    }
}

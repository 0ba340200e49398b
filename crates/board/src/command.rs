//! What a person may ask of the board, and what it answers.

use serde::{Deserialize, Serialize};
use vigie_model::{AnswerKind, BedId, DeviceKey, Entered, Role, StandbyReason, Text, WatchLimit};

use crate::view::ConditionNo;

/// Something that a person decided. None of it reaches a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Put a device on a bed, or take it off (`bed: None`). The device may be a line's key
    /// ([`DeviceKey::of_line`]) or one not heard yet: the assignment waits for it.
    Assign {
        /// Which device.
        device: DeviceKey,
        /// Where it stands.
        bed: Option<BedId>,
    },
    /// Put a device on a bed at which others stand: a ventilator beside a monitor. As [`Assign`] where
    /// nobody stands.
    ///
    /// [`Assign`]: Command::Assign
    AssignBeside {
        /// Which device.
        device: DeviceKey,
        /// Where it stands.
        bed: BedId,
    },
    /// From which of a bed's devices a measurement is taken first; the others stay visible.
    Prefer {
        /// Which bed.
        bed: BedId,
        /// The nomenclature id of the group: `abp`, `vent.rr_total`.
        group: Text,
        /// Which device; `None`: whichever is best.
        device: Option<DeviceKey>,
    },
    /// A patient comes to this bed: a new stay begins, and ends the one before.
    Admit {
        /// Which bed.
        bed: BedId,
    },
    /// The patient leaves this bed: the stay ends.
    Discharge {
        /// Which bed.
        bed: BedId,
    },
    /// The name that changed on the device still means the same patient.
    SamePatient {
        /// Which bed.
        bed: BedId,
    },
    /// Somebody saw an alarm, or goes to it.
    Answer {
        /// Which alarms; those that are gone by now count as answered.
        alarms: Vec<ConditionNo>,
        /// How.
        how: AnswerKind,
    },
    /// Alarms whose cause is gone are listed no longer.
    Reset {
        /// Which alarms; those still on stay.
        alarms: Vec<ConditionNo>,
    },
    /// No alarm sounds for the policy's time. Begins anew if it was under way.
    PauseAudio,
    /// No alarm sounds until somebody turns the sound on; refused unless the policy allows it.
    AudioOff,
    /// Alarms sound again.
    AudioOn,
    /// Nothing is expected from a bed.
    Standby {
        /// Which bed.
        bed: BedId,
        /// Why.
        why: StandbyReason,
    },
    /// A bed is watched again.
    EndStandby {
        /// Which bed.
        bed: BedId,
    },
    /// The station's own limits of a bed; `None`: as its category has them.
    SetLimits {
        /// Which bed.
        bed: BedId,
        /// The limits.
        limits: Option<Vec<WatchLimit>>,
    },
    /// A part of a score that no monitor can tell.
    Enter {
        /// Which bed.
        bed: BedId,
        /// What.
        what: Entered,
    },
}

impl Command {
    /// What takes a PIN, where a unit has any. Never what an alarm asks for: whoever stands there answers,
    /// resets, pauses sound, and has a bed watched again.
    pub const fn role(&self) -> Role {
        match self {
            Command::Answer { .. }
            | Command::Reset { .. }
            | Command::PauseAudio
            | Command::AudioOff
            | Command::AudioOn
            | Command::EndStandby { .. } => Role::View,
            Command::Assign { .. }
            | Command::AssignBeside { .. }
            | Command::Prefer { .. }
            | Command::Admit { .. }
            | Command::Discharge { .. }
            | Command::SamePatient { .. }
            | Command::Standby { .. }
            | Command::SetLimits { .. }
            | Command::Enter { .. } => Role::Chart,
        }
    }
}

/// What became of a command. The window shows a thing as done when the view says so, not by this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipt {
    /// It holds now.
    Done,
    /// Nothing was changed.
    Refused(Refusal),
}

/// What a configuration takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Of what was configured before, and of nothing: where a person put a device, it stays.
    Configured,
    /// Of a person's decision too: the configuration says otherwise than it did then.
    All,
}

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// No such bed is configured.
    NoSuchBed,
    /// Another device stands there: it must be taken off first, by name.
    BedTaken(DeviceKey),
    /// Nobody is on this bed.
    NobodyThere,
    /// No question about the patient is open on this bed.
    NothingUnclear,
    /// The unit's policy does not allow it.
    NotAllowed,
    /// Nobody said who decided it.
    NoInitials,
    /// A limit that cannot be: it has no measurement of ours, or its lower end is not the lower.
    BadLimit,
    /// The device names another patient than the one who lies there.
    OtherPatient,
    /// The board, or the bed, holds as many devices or assignments as it can.
    Full,
    /// It takes a PIN with this role. Said by the station; the board knows no PINs.
    NeedsRole(Role),
}

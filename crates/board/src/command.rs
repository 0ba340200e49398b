//! What a person may ask of the board, and what it answers.

use serde::{Deserialize, Serialize};
use vigie_model::{BedId, DeviceKey};

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
}

/// What became of a command. The window shows a thing as done when the view says so, not by this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipt {
    /// It holds now.
    Done,
    /// Nothing was changed.
    Refused(Refusal),
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
    /// The board holds as many devices or assignments as it can.
    Full,
}

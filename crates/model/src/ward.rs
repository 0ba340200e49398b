//! Beds, stays and which device stands where.

use serde::{Deserialize, Serialize};

use crate::{DeviceKey, Text, WallTime};

/// Names a bed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BedId(pub Text);

/// A bed of the ward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bed {
    /// Its lasting name.
    pub id: BedId,
    /// What stands on the door.
    pub label: Text,
}

/// Names one stay of one patient on one bed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct StayId(pub u64);

/// One patient on one bed, from admission to discharge. Trends, limits, acknowledgements and
/// scores belong to a stay and never cross into the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// Its name.
    pub id: StayId,
    /// On which bed.
    pub bed: BedId,
    /// Since when.
    pub from: WallTime,
    /// Until when; `None` while it lasts.
    pub to: Option<WallTime>,
    /// Who or what began it: initials, or `device`.
    pub by: Text,
}

/// Which device stands at which bed. Rows are only ever added: a mistake is corrected by a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The device.
    pub device: DeviceKey,
    /// The bed; `None`: taken off its bed, so it stands in the unassigned tray.
    pub bed: Option<BedId>,
    /// The stay it then belongs to.
    pub stay: Option<StayId>,
    /// Since when.
    pub from: WallTime,
    /// Until when; `None` while it lasts.
    pub to: Option<WallTime>,
    /// Who or what decided it.
    pub by: Text,
}

/// What the station shows; one for its whole life. Anything but `Live` is written on every tile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StationMode {
    /// Real devices on real lines.
    #[default]
    Live,
    /// Simulated devices.
    Simulation,
    /// Recorded bytes.
    Replay,
    /// A drill of the unit.
    Drill,
}

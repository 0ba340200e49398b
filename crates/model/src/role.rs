//! What a person may do at a window.

use serde::{Deserialize, Serialize};

/// What a person may do at a window; each may do what those before it may. Whoever stands there may
/// always see every alarm, answer it, pause its sound and open every bed: no role is needed for that.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Role {
    /// Look, and deal with alarms: whoever stands there.
    #[default]
    View,
    /// And enter what belongs to a patient: parts of scores, limits, standby, devices at beds.
    Chart,
    /// And set up the station.
    Configure,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 3] = [Role::View, Role::Chart, Role::Configure];

    /// As the file writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Role::View => "view",
            Role::Chart => "chart",
            Role::Configure => "configure",
        }
    }
}

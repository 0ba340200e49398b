//! [`Beds`]: which device stood at which bed at a time, as the log's assignments say.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use vigie_history::LogRow;
use vigie_model::{BedId, DeviceKey, LogKind, WallTime};

/// Times of values are whole milliseconds, rounded down: so much earlier than the assignment that came
/// with the first of them one may seem to be.
const ROUNDED: Duration = Duration::from_millis(1);

/// Assignments, oldest first.
#[derive(Debug, Default)]
pub(super) struct Beds {
    moves: BTreeMap<DeviceKey, Vec<(WallTime, Option<BedId>)>>,
}

impl Beds {
    /// Takes a line of the log, in order.
    pub(super) fn take(&mut self, row: &LogRow) {
        if let LogKind::Assigned(assignment) = &row.kind {
            let moves = self.moves.entry(assignment.device.clone()).or_default();
            moves.push((assignment.from, assignment.bed.clone()));
            if let Some(to) = assignment.to {
                moves.push((to, None));
            }
        } else if let LogKind::Named { was, is } = &row.kind
            && let Some((_, bed)) = self.moves.get(was).and_then(|moves| moves.last()).cloned()
        {
            self.moves.entry(is.clone()).or_default().push((row.stamp.wall, bed));
        }
    }

    /// Every bed at which a device ever stood.
    pub(super) fn all(&self) -> BTreeSet<&str> {
        let beds = self.moves.values().flatten().filter_map(|(_, bed)| bed.as_ref());
        beds.map(|bed| bed.0.as_str()).collect()
    }

    /// Where a device stood.
    pub(super) fn at(&self, device: &DeviceKey, at: WallTime) -> Option<&BedId> {
        // The log is in order of decisions; what was decided last for a time holds.
        let (moves, at) = (self.moves.get(device)?, at.after(ROUNDED));
        moves.iter().rev().find(|(from, _)| *from <= at).and_then(|(_, bed)| bed.as_ref())
    }
}

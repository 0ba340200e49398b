//! Alarms of the station as a whole, told to the board when they change.
//!
//! They are judged here and not by the record itself, whose thread stands still with its disk.

use std::{collections::BTreeMap, time::Duration};

use crossbeam_channel::Sender;
use vigie_model::{MonoTime, StationAlarmKind};

use crate::{board::Ask, shared::Shared};

/// How often they are judged.
const PERIOD: Duration = Duration::from_millis(250);

/// What the board was told.
#[derive(Debug, Default)]
pub(super) struct StationAlarms {
    told: BTreeMap<StationAlarmKind, bool>,
    due: Option<MonoTime>,
}

impl StationAlarms {
    /// Tells the board what changed; at first all of them, since it may know some from before a restart.
    pub(super) fn tell(&mut self, shared: &Shared, asks: &Sender<Ask>) {
        let now = shared.clock.mono();
        if self.due.is_some_and(|due| now < due) {
            return;
        }
        self.due = Some(now + PERIOD);
        let Some(record) = shared.record() else { return };
        let is = record.alarms();
        let changed: Vec<(StationAlarmKind, bool)> = is
            .iter()
            .filter(|(kind, is_on)| self.told.get(kind) != Some(is_on))
            .map(|(kind, is_on)| (kind.clone(), *is_on))
            .collect();
        // A board that is busy is told the next time.
        if !changed.is_empty() && asks.try_send(Ask::Station(changed)).is_ok() {
            self.told = is;
        }
    }
}

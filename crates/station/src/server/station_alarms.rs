//! Alarms of the station as a whole, told to the board when they change.
//!
//! They are judged here and not by the record itself, whose thread stands still with its disk, nor by
//! the window or the loudspeaker, which cannot say that they are gone.

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
        let mut is = shared.record().map(|record| record.alarms()).unwrap_or_default();
        // What is not known yet is neither on nor off: what was on before a restart stays until it is.
        is.extend(shared.sound.is_broken().map(|on| (StationAlarmKind::NoSound, on)));
        is.insert(StationAlarmKind::WindowStalled, shared.is_window_silent());
        for (kind, was_on) in &self.told {
            is.entry(kind.clone()).or_insert(*was_on);
        }
        let changed: Vec<(StationAlarmKind, bool)> = is
            .iter()
            .filter(|(kind, is_on)| match self.told.get(kind) {
                Some(told) => told != *is_on,
                // Without a record the board knows of nothing from before.
                None => **is_on || shared.record().is_some(),
            })
            .map(|(kind, is_on)| (kind.clone(), *is_on))
            .collect();
        // A board that is busy is told the next time.
        if !changed.is_empty() && asks.try_send(Ask::Station(changed)).is_ok() {
            self.told = is;
        }
    }
}

//! What the station itself keeps of a bed: standby, its own limits, what was entered, scores and the
//! last hour; and how the view shows it.
//!
//! All but standby belongs to a stay, and goes with it. The view is made anew at most once a second,
//! at once when somebody decided something, and shared as long as it reads the same.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_model::{BedId, DeviceKey, LogKind, MonoTime, StationAlarmKind, StayId, Text};

use crate::{
    assess::{Assessed, AssessedKept},
    board::Board,
    journal::Moment,
    limits::{LimitsSet, are_possible},
    standby::{Standby, StandbyKept},
    view::WatchView,
};

/// The view is looked at again after this.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(1);

/// What the station keeps of a bed.
#[derive(Debug, Default)]
pub(crate) struct BedWatch {
    pub(crate) standby: Option<Standby>,
    /// Set by a person for the stay.
    pub(crate) limits: Option<LimitsSet>,
    pub(crate) assessed: Assessed,
    pub(crate) view: Arc<WatchView>,
    /// When the view is looked at again; `None`: now.
    look_at: Option<MonoTime>,
}

/// What a restart must not lose of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WatchKept {
    bed: BedId,
    #[serde(default)]
    standby: Option<StandbyKept>,
    /// The stay that the rest belongs to.
    #[serde(default)]
    stay: Option<StayId>,
    #[serde(default)]
    limits: Option<LimitsSet>,
    #[serde(default)]
    assessed: AssessedKept,
    /// Which device people want a measurement from.
    #[serde(default)]
    preferred: Vec<(Text, DeviceKey)>,
}

impl BedWatch {
    /// Something was decided: the view shows it at once.
    pub(crate) fn touch(&mut self) {
        self.look_at = None;
    }

    fn kept(
        &self,
        bed: &BedId,
        stay: Option<StayId>,
        preferred: &BTreeMap<Text, DeviceKey>,
    ) -> Option<WatchKept> {
        let kept = WatchKept {
            bed: bed.clone(),
            standby: self.standby.as_ref().map(Standby::kept),
            stay,
            limits: self.limits.clone(),
            assessed: self.assessed.kept(),
            preferred: preferred.iter().map(|(of, from)| (of.clone(), from.clone())).collect(),
        };
        let is_worth_keeping = kept.standby.is_some()
            || kept.limits.is_some()
            || !kept.assessed.is_empty()
            || !kept.preferred.is_empty();
        is_worth_keeping.then_some(kept)
    }
}

impl Board {
    /// What a snapshot holds of all beds.
    pub(crate) fn watches_kept(&self) -> Vec<WatchKept> {
        let kept = self.ward.slots.iter().filter_map(|slot| {
            let stay = slot.stay.as_ref().map(|stay| stay.stay.id);
            slot.watch.kept(&slot.bed.id, stay, &slot.preferred)
        });
        kept.collect()
    }

    /// Takes up what a snapshot holds; after the stays. What still holds is logged again, so that the
    /// record of this run can be read by itself.
    pub(crate) fn restore_watches(&mut self, kept: &[WatchKept], at: Moment) {
        for kept in kept {
            let Some(slot) = self.ward.slot_mut(&kept.bed) else { continue };
            let mut lines = Vec::new();
            slot.preferred = kept.preferred.iter().cloned().collect();
            slot.watch.standby =
                kept.standby.as_ref().map(|standby| Standby::restored(standby, at));
            lines.extend(slot.watch.standby.as_ref().map(Standby::line));
            let stay = slot.stay.as_ref().map(|stay| stay.stay.id);
            if stay.is_some() && stay == kept.stay {
                slot.watch.limits =
                    kept.limits.clone().filter(|limits| are_possible(&limits.limits));
                if let Some(limits) = &slot.watch.limits {
                    let (by, limits) = (limits.by.by.clone(), Some(limits.limits.clone()));
                    lines.push(LogKind::WatchLimits { limits, by });
                }
                slot.watch.assessed = Assessed::restored(&kept.assessed, at);
            }
            slot.watch.touch();
            for line in lines {
                self.journal.write(at, Some(kept.bed.clone()), None, line);
            }
        }
        self.look_up_limits();
        self.paths_due = true;
    }

    /// The stay of a bed has ended, or another patient's begins: what belonged to it goes.
    pub(crate) fn end_watch_of_stay(&mut self, bed: &BedId, by: &Text, at: Moment) {
        self.stop_standby(bed, Some(by), at);
        self.look_up_limits();
        self.paths_due = true;
        let Some(slot) = self.ward.slot_mut(bed) else { return };
        let had_limits = slot.watch.limits.take().is_some();
        slot.watch.assessed = Assessed::default();
        slot.watch.touch();
        if had_limits {
            let line = LogKind::WatchLimits { limits: None, by: by.clone() };
            self.journal.write(at, Some(bed.clone()), None, line);
        }
    }

    /// Brings what the station adds to each bed up to date, for the view.
    pub(crate) fn refresh_watches(&mut self, at: Moment) {
        for place in 0..self.ward.slots.len() {
            let is_due = |slot: &&crate::ward::BedSlot| {
                slot.watch.look_at.is_none_or(|look_at| look_at <= at.mono)
            };
            let Some(slot) = self.ward.slots.get(place).filter(is_due) else { continue };
            let bed = slot.bed.id.clone();
            let new = self.watch_view(&bed, at);
            let Some(slot) = self.ward.slots.get_mut(place) else { continue };
            slot.watch.look_at = Some(at.mono + LOOKED_AT_EVERY);
            if *slot.watch.view != new {
                slot.watch.view = Arc::new(new);
                slot.forget_empty_tile();
            }
            for key in &slot.devices {
                if let Some(device) = self.devices.get_mut(key)
                    && !Arc::ptr_eq(&device.watch, &slot.watch.view)
                {
                    device.watch = slot.watch.view.clone();
                    device.dirty = true;
                }
            }
        }
    }

    fn watch_view(&self, bed: &BedId, at: Moment) -> WatchView {
        let Some(slot) = self.ward.slot(bed) else { return WatchView::default() };
        let mut devices = slot.devices.iter();
        let path = devices.find_map(|key| self.devices.get(key)?.path_lost.clone());
        let is_lost =
            |path: &Text| self.station.contains_key(&StationAlarmKind::PathLost(path.clone()));
        WatchView {
            standby: slot.watch.standby.as_ref().map(Standby::view),
            path_lost: path.filter(is_lost),
            limits: self.limits_view(bed),
            scores: self.scores_view(bed, at),
            hour: slot.watch.assessed.hour(),
        }
    }
}

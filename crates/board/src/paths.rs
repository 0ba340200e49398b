//! A whole switch, hub or adapter lost as one.
//!
//! The configuration names, for each line, what it goes through ([`Board::set_paths`]). The *members*
//! of a path are the devices that were last heard on its lines and that would be missed: they stand at
//! a bed that is neither vacant nor in standby, and their silence says something (a device that only
//! measures now and then is a member when its line is closed, not before; one that two lines claim is
//! none).
//!
//! - **Begins** when there are two members at least and every one of them is STALE, LOST or closed:
//!   one alarm of high priority of the whole station in the place of as many as there are beds. It is
//!   asked at STALE, and so comes before the alarms of LOST devices. The slowest member decides.
//! - **Covers** the alarms about the links of its members, and about streams that were missing before:
//!   they stand on the tiles and in the log, and sound no more by themselves. Alarms of devices are never
//!   covered, nor those about values.
//! - **Ends** when any member is heard again, or none is left. The others stay covered until they are
//!   heard, for 30 s at most: monitors take so long to come back, and those that do not are missed one
//!   by one after that. A device that is heard gets its time for each of its streams anew.
//!
//! Two adapters that fail are two alarms. Where no paths are set, all this does nothing.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{BedId, DeviceKey, MonoTime, StationAlarmKind, Text};

use crate::{
    board::Board, device::Device, journal::Moment, snapshot::BACK_WITHIN, view::Freshness,
};

/// What is heard of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hearing {
    Heard,
    /// The station has restarted, and the member has its time to come back.
    Awaited,
    Silent,
}

impl Device {
    /// `None`: it is no member, its silence says nothing.
    fn hearing(&self, now: MonoTime) -> Option<Hearing> {
        if self.reach.twice {
            return None;
        }
        let is_closed = self.reach.closed && (self.opened || self.heard.is_some());
        if is_closed {
            return Some(Hearing::Silent);
        }
        if !self.is_judged() && !self.awaited && self.back_by.is_none() {
            return None;
        }
        match self.link(now) {
            Some(Freshness::Live | Freshness::Late) => Some(Hearing::Heard),
            Some(Freshness::Stale | Freshness::Lost) => Some(Hearing::Silent),
            None => self.back_by.map(|_| Hearing::Awaited),
        }
    }
}

impl Board {
    /// What the line goes through on which a device was last heard. After a restart, until it is
    /// heard: the line on which it had named itself.
    fn path_of(&self, key: &DeviceKey) -> Option<&Text> {
        if let Some(line) = self.sources.last_line(key) {
            return self.paths.get(line);
        }
        let is_its = |line: &Text| {
            let of_line = DeviceKey::of_line(line.as_str());
            of_line == *key || self.names.get(&of_line) == Some(key)
        };
        self.paths.iter().find(|(line, _)| is_its(line)).map(|(_, path)| path)
    }

    /// The members of each path, and what is heard of them.
    fn members(&self) -> BTreeMap<Text, Vec<(DeviceKey, Hearing)>> {
        let mut members: BTreeMap<Text, Vec<(DeviceKey, Hearing)>> = BTreeMap::new();
        for device in self.devices.values() {
            let Some(bed) = &device.bed else { continue };
            if self.ward.is_vacant(bed) || self.is_in_standby(bed) {
                continue;
            }
            let Some(hearing) = device.hearing(self.now) else { continue };
            if let Some(path) = self.path_of(&device.key) {
                members.entry(path.clone()).or_default().push((device.key.clone(), hearing));
            }
        }
        members
    }

    /// Begins and ends the alarms about paths, and covers what they stand for.
    pub(crate) fn watch_paths(&mut self, at: Moment) {
        self.paths_due = false;
        self.attention.look_at_all();
        let is_of_path = |kind: &&StationAlarmKind| matches!(kind, StationAlarmKind::PathLost(_));
        let lost: Vec<StationAlarmKind> = self
            .station
            .keys()
            .chain(self.station_before.keys())
            .filter(is_of_path)
            .cloned()
            .collect();
        if self.paths.is_empty() && lost.is_empty() {
            return;
        }
        let members = self.members();
        let mut wanted: BTreeMap<DeviceKey, Text> = BTreeMap::new();
        for (path, members) in &members {
            let kind = StationAlarmKind::PathLost(path.clone());
            let least = if self.station.contains_key(&kind) { 1 } else { 2 };
            let is = |what: Hearing| move |(_, hearing): &(DeviceKey, Hearing)| *hearing == what;
            let is_lost = members.len() >= least && members.iter().all(is(Hearing::Silent));
            if is_lost {
                wanted.extend(members.iter().map(|(key, _)| (key.clone(), path.clone())));
            }
            // What was on before a restart does not end before somebody was heard again.
            let is_heard = members.iter().any(is(Hearing::Heard));
            if is_lost || is_heard || self.station.contains_key(&kind) {
                self.change_station(at, kind, is_lost);
            }
        }
        for kind in lost {
            let StationAlarmKind::PathLost(path) = &kind else { continue };
            if !members.contains_key(path) {
                self.change_station(at, kind, false);
            }
        }
        let hearing: BTreeMap<&DeviceKey, Hearing> =
            members.values().flatten().map(|(key, hearing)| (key, *hearing)).collect();
        for device in self.devices.values_mut() {
            let before = (device.path_lost.clone(), device.cover_until);
            if let Some(path) = wanted.get(&device.key) {
                (device.path_lost, device.cover_until) = (Some(path.clone()), None);
            } else if device.path_lost.is_some() {
                let until = *device.cover_until.get_or_insert(at.mono + BACK_WITHIN);
                let hearing = hearing.get(&device.key);
                if hearing != Some(&Hearing::Silent) || until <= at.mono {
                    (device.path_lost, device.cover_until) = (None, None);
                }
                if hearing == Some(&Hearing::Heard) {
                    device.expect_again(at.mono);
                }
            }
            if before != (device.path_lost.clone(), device.cover_until) {
                device.attention = true;
                device.dirty = true;
                self.attention.look_at_all();
                let slot = device.bed.as_ref().and_then(|bed| self.ward.slot_mut(bed));
                if let Some(slot) = slot {
                    slot.watch.touch();
                }
                device.plan(self.now);
                self.wake = self.wake.min(device.due.unwrap_or(self.wake));
            }
        }
    }
}

/// Beds that stand still with a path, by the devices that stand there.
pub(crate) fn beds_behind<'a>(devices: impl Iterator<Item = &'a Device>, path: &Text) -> u32 {
    let is_behind =
        |device: &&Device| device.path_lost.as_ref() == Some(path) && device.cover_until.is_none();
    // Monitor and ventilator of one bed are one bed.
    let beds: BTreeSet<&BedId> =
        devices.filter(is_behind).filter_map(|device| device.bed.as_ref()).collect();
    u32::try_from(beds.len()).unwrap_or(u32::MAX)
}

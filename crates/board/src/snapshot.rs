//! What a restart must not lose: who stands where and since when, whose stay it is, what is still to
//! be decided about a patient, which alarms were on, and what people made of them.
//!
//! Values are not among it: after a restart a bed shows none until its device is heard.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_model::{
    Alarm, Assignment, BedId, DeviceInfo, DeviceKey, LogKind, MonoTime, Patient, StationAlarmKind,
    Stay, StayId, Text, WallTime,
};

use crate::{
    attention::{
        kept::{AttentionKept, ListedKept},
        listed::Listed,
    },
    bedwatch::WatchKept,
    board::Board,
    command::{Over, Receipt, Refusal},
    device::Device,
    journal::Moment,
    patient::KnownPatient,
    ward::DEVICES_A_BED_MAX,
};

/// Who decides that a bed which is configured no longer has nobody.
const BY_RESTART: &str = "restart";
/// How long a device that was heard before a restart has to be heard again, before it is missed. A
/// monitor that takes the old association for a living one refuses a new one for so long (three of
/// its longest time-outs of 10 s).
pub(crate) const BACK_WITHIN: Duration = Duration::from_secs(30);

/// The board's memory, to be kept while the station is not running. It names patients.
///
/// Field names are those of the stored JSON: they stay, and what an older one does not have is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardSnapshot {
    beds: Vec<BedKept>,
    devices: Vec<DeviceKept>,
    names: Vec<NameKept>,
    next_stay: u64,
    station_alarms: Vec<StationAlarmKept>,
    attention: AttentionKept,
    watches: Vec<WatchKept>,
}

/// A bed with a stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct BedKept {
    bed: BedId,
    stay: Stay,
    #[serde(default)]
    patient_id: Option<Text>,
    /// What else the same patient is called, as a person said.
    #[serde(default)]
    also: Vec<Text>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct DeviceKept {
    device: DeviceKey,
    /// Its open row, with `bed: None` if somebody took it off.
    #[serde(default)]
    row: Option<Assignment>,
    /// The how-many-th of its bed it is.
    #[serde(default)]
    place: usize,
    /// Who put it there or took it off. Not the same as the row's `by`, which names whoever began
    /// the stay.
    #[serde(default)]
    decided_by: Option<Text>,
    /// It was heard: it is missed if it does not come back.
    #[serde(default)]
    is_known: bool,
    #[serde(default)]
    info: Option<DeviceInfo>,
    #[serde(default)]
    patient: Option<Patient>,
    #[serde(default)]
    known: KnownPatient,
    #[serde(default)]
    patient_unclear: bool,
    #[serde(default)]
    physiological: AlarmsKept,
    #[serde(default)]
    technical: AlarmsKept,
    /// What people made of its alarms.
    #[serde(default)]
    listed: ListedKept,
}

/// The alarms of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AlarmsKept {
    /// The device stated its alarms at some time.
    pub(crate) is_stated: bool,
    /// Until when they were confirmed, if they no longer were.
    pub(crate) unconfirmed_since: Option<WallTime>,
    /// Only beginnings and ends are told of them: a person may say that one is over.
    pub(crate) is_by_edges: bool,
    pub(crate) active: Vec<AlarmKept>,
}

/// An alarm that was on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AlarmKept {
    pub(crate) alarm: Alarm,
    pub(crate) since: WallTime,
    /// Until when it was confirmed itself, if it no longer was.
    #[serde(default)]
    pub(crate) unconfirmed_since: Option<WallTime>,
}

/// The device that named itself on a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct NameKept {
    was: DeviceKey,
    is: DeviceKey,
}

/// An alarm of the whole station that was on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StationAlarmKept {
    kind: StationAlarmKind,
    since: WallTime,
}

impl Board {
    /// What is to be kept for [`Board::restore`]: small, and cheap enough to be taken each second.
    pub fn snapshot(&self) -> BoardSnapshot {
        let rows: BTreeMap<&DeviceKey, &Assignment> = self
            .ward
            .assignments
            .iter()
            .filter(|row| row.to.is_none())
            .map(|row| (&row.device, row))
            .collect();
        let mut devices: Vec<&Device> =
            self.devices.values().filter(|device| device.is_worth_keeping()).collect();
        devices.sort_by_key(|device| device.nth);
        let devices = devices.into_iter().map(|device| {
            let slot = device.bed.as_ref().and_then(|bed| self.ward.slot(bed));
            let place = slot.and_then(|slot| slot.place_of(&device.key)).unwrap_or_default();
            DeviceKept { place, ..device.kept(rows.get(&device.key).copied(), self.last) }
        });
        let beds = self.ward.slots.iter().filter_map(|slot| {
            let stay = slot.stay.as_ref()?;
            let (bed, patient_id) = (slot.bed.id.clone(), stay.patient_id.clone());
            Some(BedKept { bed, stay: stay.stay.clone(), patient_id, also: stay.also.clone() })
        });
        let names = self.names.iter();
        let on = self.station.iter().map(|(kind, since)| (kind, since.wall));
        let before = self.station_before.iter().map(|(kind, since)| (kind, *since));
        BoardSnapshot {
            beds: beds.collect(),
            devices: devices.collect(),
            names: names.map(|(was, is)| NameKept { was: was.clone(), is: is.clone() }).collect(),
            next_stay: self.ward.next_stay.0,
            station_alarms: on
                .chain(before)
                .map(|(kind, since)| StationAlarmKept { kind: kind.clone(), since })
                .collect(),
            attention: self.attention_kept(self.last),
            watches: self.watches_kept(),
        }
    }

    /// Takes up what a snapshot holds, after a restart. To be called once, on a board that was told
    /// nothing yet but its policy; [`Board::handle_defaults`] with what is configured comes after it.
    ///
    /// Who stood where stands there again and goes on with its stay, but without values; alarms that
    /// were on are listed as not confirmed since `last_seen`, the last moment at which the station is
    /// known to have worked. Each device has 30 s to be heard again before it is missed. On a bed
    /// that is configured no longer the stay ends, and its device stands at none. The log begins
    /// with a note of the gap and with the stays and assignments that go on, so that the record of
    /// this run can be read without that of the one before.
    pub fn restore(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        snapshot: &BoardSnapshot,
        last_seen: WallTime,
    ) {
        let at = self.pass_time(Moment { mono: now, wall });
        let gap = wall.since(last_seen);
        let note = format!("restart: nothing was watched for {} s before this", gap.as_secs());
        self.journal.write(at, None, None, LogKind::Note(Text::from(note)));
        self.ward.next_stay = self.ward.next_stay.max(StayId(snapshot.next_stay));
        for kept in &snapshot.beds {
            let (bed, mut stay) = (kept.bed.clone(), kept.stay.clone());
            self.ward.next_stay = self.ward.next_stay.max(StayId(stay.id.0.saturating_add(1)));
            let called = (kept.patient_id.clone(), kept.also.clone());
            let kind = if self.ward.resume_stay(&bed, &stay, called) {
                LogKind::StayBegan(stay)
            } else {
                stay.to = Some(at.wall);
                LogKind::StayEnded(stay)
            };
            self.journal.write(at, Some(bed), None, kind);
        }
        self.restore_watches(&snapshot.watches, at);
        for kept in &snapshot.devices {
            self.restore_device(kept, at, last_seen);
        }
        let places: BTreeMap<&DeviceKey, usize> =
            snapshot.devices.iter().map(|kept| (&kept.device, kept.place)).collect();
        for slot in &mut self.ward.slots {
            slot.devices.sort_by_key(|key| places.get(key));
        }
        for name in &snapshot.names {
            self.names.insert(name.was.clone(), name.is.clone());
        }
        // A jump of the clock was over when it had happened.
        let is_state = |kept: &&StationAlarmKept| kept.kind != StationAlarmKind::ClockJumped;
        let alarms = snapshot.station_alarms.iter().filter(is_state);
        self.station_before.extend(alarms.map(|kept| (kept.kind.clone(), kept.since)));
        self.restore_attention(&snapshot.attention, at);
        self.attend(at, false);
    }

    /// Who stands where as configured, as the station starts: after [`Board::restore`], if there was
    /// something to restore. `by` says who decides what the configuration has decided.
    ///
    /// What a person decided before the restart holds; what was decided by the same `by`, and is
    /// configured otherwise now, does not. A line stands for the device that named itself on it
    /// before the restart. Gives what was refused.
    pub fn handle_defaults(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        by: &Text,
        defaults: &[(DeviceKey, BedId)],
    ) -> Vec<(DeviceKey, BedId, Refusal)> {
        let at = self.pass_time(Moment { mono: now, wall });
        let meant: Vec<(DeviceKey, &(DeviceKey, BedId))> =
            defaults.iter().map(|default| (self.meant(&default.0), default)).collect();
        // A device that is configured by its own name besides stands there.
        let wanted: BTreeMap<DeviceKey, BedId> =
            meant.iter().map(|(device, (_, bed))| (device.clone(), bed.clone())).collect();
        let is_default = |device: &Device| device.decided_by.as_ref() == Some(by);
        let outdated: Vec<DeviceKey> = self
            .devices
            .values()
            .filter(|device| is_default(device) && device.bed.as_ref() != wanted.get(&device.key))
            .map(|device| device.key.clone())
            .collect();
        for device in outdated {
            self.take_off(&device, by, at);
        }
        let mut refused = Vec::new();
        for (device, (configured, bed)) in meant {
            let decided = self.devices.get(&device).and_then(|device| device.decided_by.as_ref());
            let is_decided = decided.is_some_and(|decider| decider != by);
            if is_decided || wanted.get(&device) != Some(bed) {
                continue;
            }
            if let Err(why) = self.stand_as_configured(device, bed, by, at) {
                refused.push((configured.clone(), bed.clone(), why));
            }
        }
        refused
    }

    /// Where a device stands by a configuration that changed while the station works; also who is on a
    /// line that begins anew, and whoever was forgotten with another line. With `Over::Configured` a
    /// person's decision about the device holds.
    pub fn handle_configured(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        by: &Text,
        (device, bed): (&DeviceKey, &BedId),
        over: Over,
    ) -> Receipt {
        let at = self.pass_time(Moment { mono: now, wall });
        let device = self.meant(device);
        let decided = self.devices.get(&device).and_then(|device| device.decided_by.as_ref());
        let is_persons = decided.is_some_and(|decider| decider != by);
        let result = match over {
            Over::Configured if is_persons => Ok(()),
            Over::Configured | Over::All => self.stand_as_configured(device, bed, by, at),
        };
        self.attend(at, true);
        result.map_or_else(Receipt::Refused, |()| Receipt::Done)
    }

    /// Whom a key means. A device that named itself on a line is meant by the line's key too: as long
    /// as it is the only one heard there, and after a restart until it is heard again.
    pub(crate) fn meant(&self, key: &DeviceKey) -> DeviceKey {
        let named = self.names.get(key).filter(|_| !self.devices.contains_key(key));
        let is_it = |named: &&DeviceKey| {
            let device = self.devices.get(*named);
            device.is_some_and(|device| device.back_by.is_some() || self.is_only_of(key, named))
        };
        named.filter(is_it).unwrap_or(key).clone()
    }

    /// Whether one device alone has named itself on the line of a key.
    fn is_only_of(&self, of_line: &DeviceKey, named: &DeviceKey) -> bool {
        let line = self.sources.last_line(named);
        line.is_some_and(|line| {
            DeviceKey::of_line(line.as_str()) == *of_line
                && self.sources.only_named(line).as_ref() == Some(named)
        })
    }

    fn restore_device(&mut self, kept: &DeviceKept, at: Moment, last_seen: WallTime) {
        let key = &kept.device;
        let Some(device) = self.device(key, at) else { return };
        device.info.clone_from(&kept.info);
        device.patient.clone_from(&kept.patient);
        device.known = kept.known.clone();
        device.unclear = kept.patient_unclear;
        device.decided_by.clone_from(&kept.decided_by);
        device.back_by = kept.is_known.then(|| at.mono + BACK_WITHIN);
        device.listed = Listed::restored(&kept.listed, at);
        device.mirror.restore(&kept.physiological, &kept.technical, at, last_seen);
        device.attention = true;
        device.dirty = true;
        if let Some(row) = &kept.row {
            self.resume_row(row, at);
        }
        self.settle(key, at);
    }

    /// An assignment goes on, if its bed is still there.
    fn resume_row(&mut self, row: &Assignment, at: Moment) {
        let has_room = |bed: &BedId| {
            self.ward.slot(bed).is_some_and(|slot| slot.devices.len() < DEVICES_A_BED_MAX)
        };
        let is_there = row.bed.as_ref().is_none_or(has_room);
        let row = if is_there {
            row.clone()
        } else {
            Assignment {
                bed: None,
                stay: None,
                from: at.wall,
                by: Text::from(BY_RESTART),
                ..row.clone()
            }
        };
        let Some(device) = self.devices.get_mut(&row.device) else { return };
        if !is_there {
            // The bed is gone, and the decision with it.
            device.decided_by = None;
        }
        device.bed.clone_from(&row.bed);
        device.stay = row.stay;
        if let Some(slot) = row.bed.as_ref().and_then(|bed| self.ward.slot_mut(bed)) {
            slot.devices.push(row.device.clone());
        }
        self.ward.assignments.push(row.clone());
        let (bed, device) = (row.bed.clone(), Some(row.device.clone()));
        self.journal.write(at, bed, device, LogKind::Assigned(row));
    }
}

impl Device {
    /// Whether a restart would lose something: a place, a decision, or alarms.
    fn is_worth_keeping(&self) -> bool {
        self.bed.is_some()
            || self.decided_by.is_some()
            || self.unclear
            || !self.mirror.is_calm()
            || self.listed.is_worth_keeping()
    }

    fn kept(&self, row: Option<&Assignment>, now: Moment) -> DeviceKept {
        let (physiological, technical) = self.mirror.kept(now.mono);
        DeviceKept {
            device: self.key.clone(),
            row: row.cloned(),
            place: 0,
            decided_by: self.decided_by.clone(),
            is_known: self.heard.is_some() || self.back_by.is_some(),
            info: self.info.clone(),
            patient: self.patient.clone(),
            known: self.known.clone(),
            patient_unclear: self.unclear,
            physiological,
            technical,
            listed: self.listed.kept(now),
        }
    }
}

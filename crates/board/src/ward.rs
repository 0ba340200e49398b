//! Beds, stays and who stands where.
//!
//! A stay begins when a device first comes to a bed that has none, with a changed patient identifier
//! or context, or with a person's admission. It ends with the next one or with a discharge, a person's
//! or the device's own. Values never cross from one stay into another.

use std::{collections::BTreeMap, sync::Arc};

use vigie_model::{
    Assignment, Bed, BedId, DeviceKey, LogKind, Stay, StayId, Text, WallTime, nomenclature::METRICS,
};

use crate::{
    attention::{has_initials, listed::Listed},
    bedwatch::BedWatch,
    board::Board,
    command::{Command, Refusal},
    device::Device,
    journal::Moment,
    merge::{self, Unsteady},
    patient::KnownPatient,
    tile,
    view::TileView,
};

/// Assignments kept: a dozen a bed and day for a year of 64 beds would not fill it.
const ASSIGNMENTS_MAX: usize = 1 << 20;
/// Devices at one bed: a monitor, a ventilator, a gateway's view of it, and some.
pub const DEVICES_A_BED_MAX: usize = 8;
/// Who decides when a device does.
pub(crate) const BY_DEVICE: &str = "device";

/// The beds.
#[derive(Debug)]
pub(crate) struct Ward {
    pub(crate) slots: Vec<BedSlot>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) next_stay: StayId,
}

/// One bed.
#[derive(Debug)]
pub(crate) struct BedSlot {
    pub(crate) bed: Bed,
    /// Who stands there, in the order in which they came: the first is the one that counts where only
    /// one can.
    pub(crate) devices: Vec<DeviceKey>,
    /// Which device people want a measurement from.
    pub(crate) preferred: BTreeMap<Text, DeviceKey>,
    pub(crate) stay: Option<StayOf>,
    pub(crate) watch: BedWatch,
    empty: Option<Arc<TileView>>,
    /// The tile of several devices, and the tiles that it was made of.
    merged: Option<Merged>,
}

/// A tile of several devices.
#[derive(Debug)]
struct Merged {
    of: Vec<Arc<TileView>>,
    tile: Arc<TileView>,
}

/// A running stay and whose it is.
#[derive(Debug)]
pub(crate) struct StayOf {
    pub(crate) stay: Stay,
    pub(crate) patient_id: Option<Text>,
    /// What other devices of the bed call the same patient, as a person said: a hospital's number and
    /// a monitor's own.
    pub(crate) also: Vec<Text>,
}

impl StayOf {
    /// Whether an identifier names somebody else than who lies there.
    pub(crate) fn is_other(&self, told: &Text) -> bool {
        self.patient_id.as_ref().is_some_and(|id| id != told) && !self.also.contains(told)
    }

    /// A person said that an identifier means the same patient.
    pub(crate) fn take_also(&mut self, told: &Text) {
        if self.is_other(told) {
            self.also.push(told.clone());
            let surplus = self.also.len().saturating_sub(DEVICES_A_BED_MAX);
            self.also.drain(..surplus);
        }
    }
}

/// Whether others may stand at the bed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    Nobody,
    Others,
}

impl Ward {
    pub(crate) fn new(beds: Vec<Bed>) -> Ward {
        let mut slots: Vec<BedSlot> = Vec::with_capacity(beds.len());
        for bed in beds {
            if slots.iter().all(|slot| slot.bed.id != bed.id) {
                slots.push(BedSlot::vacant(bed));
            }
        }
        Ward { slots, assignments: Vec::new(), next_stay: StayId(0) }
    }

    /// Whether a bed has no stay: nobody came yet, or the last one left.
    pub(crate) fn is_vacant(&self, bed: &BedId) -> bool {
        self.slot(bed).is_none_or(|slot| slot.stay.is_none())
    }

    pub(crate) fn slot(&self, bed: &BedId) -> Option<&BedSlot> {
        self.slots.iter().find(|slot| slot.bed.id == *bed)
    }

    pub(crate) fn slot_mut(&mut self, bed: &BedId) -> Option<&mut BedSlot> {
        self.slots.iter_mut().find(|slot| slot.bed.id == *bed)
    }

    /// A stay goes on after a restart. `false`: its bed is gone.
    pub(crate) fn resume_stay(
        &mut self,
        bed: &BedId,
        stay: &Stay,
        (patient_id, also): (Option<Text>, Vec<Text>),
    ) -> bool {
        let Some(slot) = self.slot_mut(bed) else { return false };
        slot.stay = Some(StayOf { stay: stay.clone(), patient_id, also });
        true
    }

    fn stay_id(&self, bed: &BedId) -> Option<StayId> {
        Some(self.slot(bed)?.stay.as_ref()?.stay.id)
    }

    /// The place of a device's open row.
    fn open_row(&self, device: &DeviceKey) -> Option<usize> {
        self.assignments.iter().rposition(|row| row.device == *device && row.to.is_none())
    }

    fn close_row(&mut self, device: &DeviceKey, to: WallTime) {
        if let Some(row) = self.open_row(device).and_then(|place| self.assignments.get_mut(place)) {
            row.to = Some(to);
        }
    }
}

impl BedSlot {
    /// The how-many-th device of the bed this is.
    pub(crate) fn place_of(&self, key: &DeviceKey) -> Option<usize> {
        self.devices.iter().position(|there| there == key)
    }

    /// The same as a tile names it: only where there are several.
    pub(crate) fn source_of(&self, key: &DeviceKey) -> Option<u16> {
        let place = self.place_of(key).filter(|_| self.devices.len() > 1)?;
        u16::try_from(place).ok()
    }

    /// A device leaves, and with it what people wanted from it.
    pub(crate) fn leave(&mut self, key: &DeviceKey) {
        self.devices.retain(|there| there != key);
        self.preferred.retain(|_, wanted| wanted != key);
        self.merged = None;
    }

    /// A device that came anew takes a place that was its own.
    fn move_to(&mut self, key: &DeviceKey, place: usize) {
        if let Some(at) = self.place_of(key) {
            let key = self.devices.remove(at);
            self.devices.insert(place.min(self.devices.len()), key);
        }
    }

    /// A bed to which nobody came yet.
    pub(crate) fn vacant(bed: Bed) -> BedSlot {
        BedSlot {
            bed,
            devices: Vec::new(),
            preferred: BTreeMap::new(),
            stay: None,
            watch: BedWatch::default(),
            empty: None,
            merged: None,
        }
    }

    /// The same bed with another label.
    pub(crate) fn renamed(self, bed: Bed) -> BedSlot {
        BedSlot { bed, empty: None, merged: None, ..self }
    }

    /// The tile of a bed without a device; it seldom changes.
    pub(crate) fn empty_tile(&mut self, written: &mut u64) -> Arc<TileView> {
        let (bed, watch) = (&self.bed, &self.watch.view);
        self.empty
            .get_or_insert_with(|| {
                *written += 1;
                Arc::new(tile::empty(bed, watch.clone()))
            })
            .clone()
    }

    /// The tile of all devices that stand there, made of the tile of each. As long as those are the
    /// same, so is this one.
    pub(crate) fn tile_of(
        &mut self,
        tiles: Vec<(Arc<TileView>, Arc<Unsteady>)>,
        written: &mut u64,
    ) -> Arc<TileView> {
        if let [(only, _)] = tiles.as_slice() {
            self.merged = None;
            return only.clone();
        }
        let is_same = |merged: &&Merged| {
            merged.of.len() == tiles.len()
                && merged.of.iter().zip(&tiles).all(|(was, (is, _))| Arc::ptr_eq(was, is))
        };
        if let Some(merged) = self.merged.as_ref().filter(is_same) {
            return merged.tile.clone();
        }
        *written += 1;
        let tile = Arc::new(merge::merged(&tiles, &self.preferred));
        let of = tiles.into_iter().map(|(tile, _)| tile).collect();
        self.merged = Some(Merged { of, tile: tile.clone() });
        tile
    }

    /// That tile, and that of several devices, read otherwise now.
    pub(crate) fn forget_merged_tile(&mut self) {
        self.merged = None;
    }

    /// The tile of nobody reads otherwise now.
    pub(crate) fn forget_empty_tile(&mut self) {
        self.empty = None;
    }
}

impl Board {
    pub(crate) fn obey(&mut self, at: Moment, by: &Text, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Assign { device, bed: Some(bed) } => {
                self.put_on(&self.meant(&device), &bed, Beside::Nobody, by, at)
            }
            Command::AssignBeside { device, bed } => {
                self.put_on(&self.meant(&device), &bed, Beside::Others, by, at)
            }
            Command::Prefer { bed, group, device } => {
                self.prefer(&bed, &group, device.as_ref(), by, at)
            }
            Command::Assign { device, bed: None } => {
                self.take_off(&self.meant(&device), by, at);
                Ok(())
            }
            Command::Admit { bed } => {
                let devices = self.ward.slot(&bed).ok_or(Refusal::NoSuchBed)?.devices.clone();
                self.end_stay(&bed, by, at);
                self.begin_stay(&bed, None, by, at);
                self.settle_all(&devices, at);
                Ok(())
            }
            Command::Discharge { bed } => {
                let slot = self.ward.slot(&bed).ok_or(Refusal::NoSuchBed)?;
                let devices = slot.devices.clone();
                slot.stay.as_ref().ok_or(Refusal::NobodyThere)?;
                self.end_stay(&bed, by, at);
                self.settle_all(&devices, at);
                Ok(())
            }
            Command::SamePatient { bed } => self.confirm_patient(&bed, by, at),
            Command::Answer { alarms, how } => self.answer(&alarms, how, by, at),
            Command::Reset { alarms } => self.reset(&alarms, by, at),
            Command::PauseAudio => self.pause_audio(by, at),
            Command::AudioOff => self.audio_off(by, at),
            Command::AudioOn => {
                self.audio_on(by, at);
                Ok(())
            }
            Command::Standby { bed, why } => self.set_standby(&bed, why, by, at),
            Command::EndStandby { bed } => self.end_standby(&bed, by, at),
            Command::SetLimits { bed, limits } => self.set_limits(&bed, limits, by, at),
            Command::Enter { bed, what } => self.enter(&bed, what, by, at),
        }
    }

    /// What was held under a line's key goes to the device that named itself, with its assignment.
    pub(crate) fn pass_on(&mut self, mut line: Device, is: &DeviceKey, at: Moment) {
        let was = line.key.clone();
        let row = self.ward.open_row(&was);
        let inherits = match (row, self.ward.open_row(is)) {
            // The later decision holds.
            (Some(of_line), own) => own.is_none_or(|own| of_line > own),
            (None, _) => false,
        };
        let (bed, stay) = (line.bed.clone(), line.stay);
        let decided_by = line.decided_by.clone();
        let by = row.and_then(|row| self.ward.assignments.get(row)).map(|row| row.by.clone());
        self.ward.close_row(&was, at.wall);
        let place = bed.as_ref().and_then(|bed| self.ward.slot(bed)?.place_of(&was));
        let mut wanted: Vec<Text> = Vec::new();
        if let Some(slot) = bed.as_ref().and_then(|bed| self.ward.slot_mut(bed)) {
            let of_line = slot.preferred.iter().filter(|(_, from)| **from == was);
            wanted.extend(of_line.map(|(group, _)| group.clone()));
            slot.leave(&was);
        }
        let told = line.patient.clone();
        let mut lines: Vec<LogKind> = Vec::new();
        match self.devices.get_mut(is) {
            Some(device) => {
                let known = std::mem::take(&mut device.listed);
                line.listed.rename(is, known);
                device.listed = std::mem::take(&mut line.listed);
                if inherits && device.stay != stay {
                    // What it held from another stay does not come along.
                    device.forget_values();
                    device.stay = stay;
                }
                lines.extend(line.raised.keys().cloned().map(LogKind::StationAlarmEnded));
                lines.extend(device.absorb(line, at));
            }
            None => {
                line.listed.rename(is, Listed::default());
                let device = line.named(is.clone());
                self.devices.insert(is.clone(), device);
            }
        }
        if let (true, Some(bed), Some(by)) = (inherits, bed, by) {
            self.leave_bed(is);
            self.ward.close_row(is, at.wall);
            self.stand_at(is, &bed, stay, &by, at);
            if let (Some(place), Some(slot)) = (place, self.ward.slot_mut(&bed)) {
                slot.move_to(is, place);
                slot.preferred.extend(wanted.into_iter().map(|group| (group, is.clone())));
            }
            if let Some(device) = self.devices.get_mut(is) {
                device.decided_by = decided_by;
            }
        }
        let bed = self.devices.get(is).and_then(|device| device.bed.clone());
        for line in lines {
            self.journal.write(at, bed.clone(), Some(is.clone()), line);
        }
        if let Some(told) = told {
            self.take_patient(is, &told, at);
        }
    }

    /// A device, or whoever is on a line, stands where the configuration says. What is configured for
    /// one bed stands there together; a person's own decision about a bed is not joined unasked.
    pub(crate) fn stand_as_configured(
        &mut self,
        device: DeviceKey,
        bed: &BedId,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        let there = self.ward.slot(bed).map(|slot| slot.devices.as_slice()).unwrap_or_default();
        let is_configured = |key: &&DeviceKey| {
            let decided = self.devices.get(*key).and_then(|device| device.decided_by.as_ref());
            decided == Some(by)
        };
        let command = if there.iter().any(|key| is_configured(&key)) {
            Command::AssignBeside { device, bed: bed.clone() }
        } else {
            Command::Assign { device, bed: Some(bed.clone()) }
        };
        self.obey(at, by, command)
    }

    fn put_on(
        &mut self,
        key: &DeviceKey,
        bed: &BedId,
        beside: Beside,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        let slot = self.ward.slot(bed).ok_or(Refusal::NoSuchBed)?;
        if slot.place_of(key).is_some() {
            return Ok(());
        }
        match (slot.devices.first(), beside) {
            (Some(there), Beside::Nobody) => return Err(Refusal::BedTaken(there.clone())),
            (Some(_), Beside::Others) if slot.devices.len() >= DEVICES_A_BED_MAX => {
                return Err(Refusal::Full);
            }
            (Some(_), Beside::Others) | (None, _) => {}
        }
        let is_beside = !slot.devices.is_empty();
        let named = self.devices.get(key).and_then(|device| device.known.id.as_ref());
        let is_other = |stay: &StayOf| named.is_some_and(|named| stay.is_other(named));
        if is_beside && slot.stay.as_ref().is_some_and(is_other) {
            return Err(Refusal::OtherPatient);
        }
        if self.ward.assignments.len() >= ASSIGNMENTS_MAX {
            return Err(Refusal::Full);
        }
        let device = self.device(key, at).ok_or(Refusal::Full)?;
        device.forget_silent();
        device.decided_by = Some(by.clone());
        device.relabelled = None;
        let told = device.known.id.clone();
        self.leave_bed(key);
        self.ward.close_row(key, at.wall);
        let staying = self.ward.slot(bed).and_then(|slot| slot.stay.as_ref());
        let is_same =
            staying.is_some_and(|stay| told.as_ref().is_none_or(|told| !stay.is_other(told)));
        if is_same {
            if let Some(stay) = self.ward.slot_mut(bed).and_then(|slot| slot.stay.as_mut()) {
                stay.patient_id = stay.patient_id.take().or(told);
            }
            let stay = self.ward.stay_id(bed);
            self.stand_at(key, bed, stay, by, at);
        } else {
            let by_device = Text::from(BY_DEVICE);
            let beginner = if staying.is_some() { &by_device } else { by };
            self.end_stay(bed, beginner, at);
            let stay = self.open_stay(bed, told, beginner, at);
            self.stand_at(key, bed, stay, by, at);
        }
        self.settle(key, at);
        Ok(())
    }

    pub(crate) fn take_off(&mut self, key: &DeviceKey, by: &Text, at: Moment) {
        if !self.leave_bed(key) {
            return;
        }
        self.ward.close_row(key, at.wall);
        let row = Assignment {
            device: key.clone(),
            bed: None,
            stay: None,
            from: at.wall,
            to: None,
            by: by.clone(),
        };
        self.ward.assignments.push(row.clone());
        self.journal.write(at, None, Some(key.clone()), LogKind::Assigned(row));
        if let Some(device) = self.devices.get_mut(key) {
            device.decided_by = Some(by.clone());
            device.relabelled = None;
            device.forget_silent();
        }
        self.settle(key, at);
    }

    /// Frees the bed of a device. `false`: it stood at none.
    fn leave_bed(&mut self, key: &DeviceKey) -> bool {
        let Some(device) = self.devices.get_mut(key) else { return false };
        let Some(bed) = device.bed.take() else { return false };
        device.dirty = true;
        self.look_up_limits();
        if let Some(slot) = self.ward.slot_mut(&bed) {
            slot.leave(key);
        }
        // The rows of who stays need not name a device any more.
        self.attention.rewrite();
        true
    }

    /// Writes the row, and lets go of values that belong to another stay.
    fn stand_at(
        &mut self,
        key: &DeviceKey,
        bed: &BedId,
        stay: Option<StayId>,
        by: &Text,
        at: Moment,
    ) {
        let Some(device) = self.devices.get_mut(key) else { return };
        if device.stay.is_some() && device.stay != stay {
            device.forget_values();
        }
        device.bed = Some(bed.clone());
        device.stay = stay;
        device.attention = true;
        device.dirty = true;
        self.look_up_limits();
        if let Some(slot) = self.ward.slot_mut(bed) {
            if slot.place_of(key).is_none() {
                slot.devices.push(key.clone());
            }
            slot.forget_merged_tile();
            // Who stood there alone has company now.
            for there in &slot.devices {
                if let Some(device) = self.devices.get_mut(there) {
                    device.dirty = true;
                }
            }
        }
        self.attention.rewrite();
        let row = Assignment {
            device: key.clone(),
            bed: Some(bed.clone()),
            stay,
            from: at.wall,
            to: None,
            by: by.clone(),
        };
        self.ward.assignments.push(row.clone());
        self.journal.write(at, Some(bed.clone()), Some(key.clone()), LogKind::Assigned(row));
    }

    /// Begins a stay, for the bed and for the device that stands there.
    pub(crate) fn begin_stay(
        &mut self,
        bed: &BedId,
        patient_id: Option<Text>,
        by: &Text,
        at: Moment,
    ) {
        self.stop_standby(bed, Some(by), at);
        let stay = self.open_stay(bed, patient_id, by, at);
        let keys = self.ward.slot(bed).map(|slot| slot.devices.clone()).unwrap_or_default();
        for key in keys {
            self.begin_stay_of(&key, bed, stay, by, at);
        }
    }

    fn begin_stay_of(
        &mut self,
        key: &DeviceKey,
        bed: &BedId,
        stay: Option<StayId>,
        by: &Text,
        at: Moment,
    ) {
        if let Some(device) = self.devices.get_mut(key) {
            device.forget_values();
            device.known = KnownPatient::default();
            if let Some(told) = &device.patient {
                device.known.learn(told);
            }
            for line in device.mirror.begin_stay(at) {
                self.journal.write(at, Some(bed.clone()), Some(key.clone()), line);
            }
        }
        self.ward.close_row(key, at.wall);
        self.stand_at(key, bed, stay, by, at);
    }

    fn open_stay(
        &mut self,
        bed: &BedId,
        patient_id: Option<Text>,
        by: &Text,
        at: Moment,
    ) -> Option<StayId> {
        let id = self.ward.next_stay;
        let slot = self.ward.slot_mut(bed)?;
        let stay = Stay { id, bed: bed.clone(), from: at.wall, to: None, by: by.clone() };
        slot.stay = Some(StayOf { stay: stay.clone(), patient_id, also: Vec::new() });
        slot.watch.touch();
        self.look_up_limits();
        self.ward.next_stay = StayId(id.0.saturating_add(1));
        self.journal.write(at, Some(bed.clone()), None, LogKind::StayBegan(stay));
        Some(id)
    }

    /// Ends the stay of a bed, if one runs, and lets the values of its device go.
    pub(crate) fn end_stay(&mut self, bed: &BedId, by: &Text, at: Moment) {
        let Some(slot) = self.ward.slot_mut(bed) else { return };
        let devices = slot.devices.clone();
        let Some(StayOf { stay, .. }) = slot.stay.take() else { return };
        let ended = Stay { to: Some(at.wall), ..stay };
        let who = Text::from(format!("stay {} ended by {by}", ended.id.0));
        self.journal.write(at, Some(bed.clone()), None, LogKind::StayEnded(ended));
        self.journal.write(at, Some(bed.clone()), None, LogKind::Note(who));
        self.end_watch_of_stay(bed, by, at);
        if let Some(slot) = self.ward.slot_mut(bed) {
            // For another patient people may want another.
            slot.preferred.clear();
            slot.forget_merged_tile();
        }
        for key in devices {
            if let Some(device) = self.devices.get_mut(&key) {
                device.forget_values();
            }
        }
    }

    /// Settles all devices of a bed.
    pub(crate) fn settle_all(&mut self, devices: &[DeviceKey], at: Moment) {
        for key in devices {
            self.settle(key, at);
        }
    }

    /// A person wants a measurement from this device, or from whichever is best again.
    fn prefer(
        &mut self,
        bed: &BedId,
        group: &Text,
        device: Option<&DeviceKey>,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        let slot = self.ward.slot_mut(bed).ok_or(Refusal::NoSuchBed)?;
        let note = match device {
            Some(device) if slot.place_of(device).is_none() => return Err(Refusal::NobodyThere),
            Some(device) => {
                if METRICS.iter().all(|metric| metric.group() != group.as_str()) {
                    return Err(Refusal::NotAllowed);
                }
                slot.preferred.insert(group.clone(), device.clone());
                format!("{group} is taken from {}, says {by}", device.0)
            }
            None => {
                slot.preferred.remove(group);
                format!("{group} is taken from whichever is best, says {by}")
            }
        };
        slot.forget_merged_tile();
        self.journal.write(at, Some(bed.clone()), device.cloned(), LogKind::Note(Text::from(note)));
        Ok(())
    }
}

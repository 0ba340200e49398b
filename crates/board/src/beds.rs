//! Another configuration: beds that come, go or are called otherwise, and lines that are gone.

use std::collections::BTreeMap;

use vigie_model::{Bed, BedId, DeviceKey, LogKind, MonoTime, Text, WallTime};

use crate::{board::Board, journal::Moment, sources::LineChange, ward::BedSlot};

impl Board {
    /// Other beds, in the order of the bed map. An id that comes twice counts once.
    ///
    /// A bed that stays keeps its stay, its device and its values. On a bed that goes the stay ends,
    /// and its device stands in the tray.
    pub fn set_beds(&mut self, now: MonoTime, wall: WallTime, by: &Text, beds: Vec<Bed>) {
        let at = self.pass_time(Moment { mono: now, wall });
        let gone: Vec<(BedId, Vec<DeviceKey>)> = self
            .ward
            .slots
            .iter()
            .filter(|slot| beds.iter().all(|bed| bed.id != slot.bed.id))
            .map(|slot| (slot.bed.id.clone(), slot.devices.clone()))
            .collect();
        for (bed, devices) in gone {
            self.end_stay(&bed, by, at);
            for device in devices {
                self.take_off(&device, by, at);
            }
        }
        let slots = std::mem::take(&mut self.ward.slots);
        let mut kept: BTreeMap<BedId, BedSlot> =
            slots.into_iter().map(|slot| (slot.bed.id.clone(), slot)).collect();
        for bed in beds {
            if self.ward.slot(&bed.id).is_some() {
                continue;
            }
            let slot = match kept.remove(&bed.id) {
                Some(slot) if slot.bed == bed => slot,
                Some(slot) => {
                    for key in &slot.devices {
                        if let Some(device) = self.devices.get_mut(key) {
                            device.dirty = true;
                        }
                    }
                    slot.renamed(bed)
                }
                None => BedSlot::vacant(bed),
            };
            self.ward.slots.push(slot);
        }
        self.attention.rewrite();
        self.attend(at, true);
    }

    /// A line is no longer configured. What was heard on it alone leaves its bed, the tray and the
    /// memory of the board: nobody can miss it any more.
    pub fn forget_line(&mut self, now: MonoTime, wall: WallTime, line: &Text, by: &Text) {
        let at = self.pass_time(Moment { mono: now, wall });
        let mut concerned = self.sources.change(line, &[], LineChange::Down);
        self.sources.forget(line);
        let of_line = DeviceKey::of_line(line.as_str());
        // Who was heard on it before a restart, and nowhere since.
        let meant = self.meant(&of_line);
        self.names.remove(&of_line);
        for key in [of_line, meant] {
            if !concerned.contains(&key) {
                concerned.push(key);
            }
        }
        for key in concerned {
            let reach = self.sources.reach(&key);
            if reach.open || reach.closed {
                if let Some(device) = self.devices.get_mut(&key) {
                    device.change_reach(reach);
                    self.settle(&key, at);
                }
                continue;
            }
            self.take_off(&key, by, at);
            let Some(device) = self.devices.remove(&key) else { continue };
            for kind in device.raised.into_keys() {
                let ended = LogKind::StationAlarmEnded(kind);
                self.journal.write(at, None, Some(key.clone()), ended);
            }
        }
        self.attention.rewrite();
        self.attend(at, true);
    }
}

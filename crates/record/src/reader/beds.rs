//! Which streams a question means, and from when to when: a bed's device changes.

use std::collections::BTreeMap;

use vigie_history::Source;
use vigie_model::{BedId, DeviceKey, MetricKey};

use super::{
    Found, Reader,
    facts::{Move, Part},
    opened::Opened,
};

/// A stream that is meant from a moment on up to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    /// Its number in the segment.
    pub(super) stream: u32,
    /// Whose.
    pub(super) device: DeviceKey,
    /// Which.
    pub(super) key: MetricKey,
    /// From when on, by the run's clock.
    pub(super) from: u64,
    /// Up to when, exclusive.
    pub(super) to: u64,
}

impl Reader {
    /// Streams of a segment that a question means.
    pub(super) fn meant(
        &mut self,
        opened: &mut Opened,
        source: &Source,
        found: &mut Found,
    ) -> Vec<Meant> {
        match source {
            Source::Device { device, key } => {
                let stream = opened.stream_id(device, key);
                stream
                    .map(|stream| Meant {
                        stream,
                        device: device.clone(),
                        key: key.clone(),
                        from: 0,
                        to: u64::MAX,
                    })
                    .into_iter()
                    .collect()
            }
            Source::Bed { bed, key } => self
                .stood(opened, bed, found)
                .into_iter()
                .filter_map(|(device, from, to)| {
                    let stream = opened.stream_id(&device, key)?;
                    Some(Meant { stream, device, key: key.clone(), from, to })
                })
                .collect(),
            Source::DeviceAtBed { bed, device, key } => {
                let of_bed = Source::Bed { bed: bed.clone(), key: key.clone() };
                let mut meant = self.meant(opened, &of_bed, found);
                meant.retain(|meant| meant.device == *device);
                meant
            }
        }
    }

    /// Which devices stood at a bed in a segment, and from when to when.
    fn stood(
        &mut self,
        opened: &mut Opened,
        bed: &BedId,
        found: &mut Found,
    ) -> Vec<(DeviceKey, u64, u64)> {
        let facts = self.facts(opened, Part::Moves, found);
        let mut at_bed: BTreeMap<DeviceKey, u64> = BTreeMap::new();
        let mut stood = Vec::new();
        for (mono, went) in facts.moves.iter().map(|(mono, went)| (*mono, went)) {
            let mut leave = |device: &DeviceKey, at_bed: &mut BTreeMap<DeviceKey, u64>| {
                let since = at_bed.remove(device)?;
                if since < mono {
                    stood.push((device.clone(), since, mono));
                }
                Some(since)
            };
            match went {
                Move::Stands(device, Some(there)) if there == bed => {
                    at_bed.entry(device.clone()).or_insert(mono);
                }
                Move::Stands(device, _) => {
                    leave(device, &mut at_bed);
                }
                Move::Named(was, is) => {
                    if leave(was, &mut at_bed).is_some() {
                        at_bed.entry(is.clone()).or_insert(mono);
                    }
                }
            }
        }
        stood.extend(at_bed.into_iter().map(|(device, since)| (device, since, u64::MAX)));
        stood.sort_by_key(|&(_, from, _)| from);
        stood
    }
}

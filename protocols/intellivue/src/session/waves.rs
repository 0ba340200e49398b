//! Waves: what is known of each wave object, and its blocks as chunks on the monitor's clock.
//!
//! All ECG waves of a monitor share one handle, so that a wave is told by handle and physiological
//! identifier, and what describes it is found by label and by the length of its blocks.

use std::collections::BTreeMap;

use vigie_model::{
    Before, Cadence, Category, Event, Mark, MarkKind, MetricKey, Scale, StreamInfo, Text, Tick,
    Unit, WaveChunk,
};

use crate::map;
use crate::wire::Attribute;
use crate::wire::numeric::MeasurementState;
use crate::wire::types::{ManagedObjectId, ObjectClass};
use crate::wire::wave::{FixedValue, SaObsValue};

use super::clocks::TIMEBASE;
use super::common::{CYCLE, Common};
use super::oddities::Oddity;
use super::samples::{self, Packing};
use super::wave_context::{WaveContext, WaveContexts};

/// Ticks in one block of every wave: 256 ms.
pub(super) const BLOCK_TICKS: u32 = 2_048;
/// Blocks remembered, to tell a late one from one that came again: 2 s.
const RECENT_BLOCKS: usize = 8;
/// A block that begins so long before the newest one fills no hole any more.
pub(super) const LATE_TICKS_MAX: u64 = RECENT_BLOCKS as u64 * BLOCK_TICKS as u64;
/// Wave objects of one monitor; the maker's own clients announce 60.
const OBJECTS_MAX: usize = 256;
/// Class code of waves, for what is reported.
const CLASS: u16 = 0x0009;

/// All wave objects of an association.
#[derive(Debug, Default)]
pub(super) struct Waves {
    objects: BTreeMap<(u16, u16), Object>,
}

#[derive(Debug, Default)]
struct Object {
    contexts: WaveContexts,
    streams: BTreeMap<u16, Stream>,
}

#[derive(Debug)]
struct Stream {
    info: StreamInfo,
    /// Whether `info` is all that is known.
    is_told: bool,
    /// Where recent blocks begin, the newest at its own place.
    recent: Vec<Tick>,
    newest: Option<Tick>,
}

impl Waves {
    /// One object of a result whose blocks begin at `first`.
    pub(super) fn observe(
        &mut self,
        common: &mut Common,
        first: Tick,
        (context, handle): (u16, u16),
        attributes: &[Attribute<'_>],
    ) {
        if !self.objects.contains_key(&(context, handle)) && self.objects.len() >= OBJECTS_MAX {
            common.oddities.note(Oddity::TooMany);
            return;
        }
        let object = self.objects.entry((context, handle)).or_default();
        // What describes the samples may come with them: it goes first.
        if object.contexts.take(attributes) {
            for stream in object.streams.values_mut() {
                stream.is_told = false;
            }
        }
        let id = ManagedObjectId { class: ObjectClass::SampleArray, context, handle };
        for attribute in attributes {
            if let Attribute::Wave(block) = attribute {
                object.block(common, id, first, block);
            } else if let Attribute::WaveCompound(blocks) = attribute {
                for block in blocks {
                    object.block(common, id, first, block);
                }
            }
        }
    }

    /// The stream that an alarm is about.
    pub(super) fn subject(&self, object: ManagedObjectId, source: u16) -> Option<MetricKey> {
        let streams = &self.objects.get(&(object.context, object.handle))?.streams;
        let only = || streams.values().next().filter(|_| streams.len() == 1);
        streams.get(&source).or_else(only).map(|stream| stream.info.key.clone())
    }
}

impl Object {
    fn block(
        &mut self,
        common: &mut Common,
        id: ManagedObjectId,
        first: Tick,
        block: &SaObsValue<'_>,
    ) {
        let physio_id = block.physio_id;
        let bytes = block.samples.bytes;
        let context = self.contexts.of(physio_id, bytes.len());
        let packing = context.and_then(|context| context.spec).map(Packing::of);
        let packing = packing.unwrap_or(Packing::USUAL);
        let Some(raw) = packing.unpack(bytes) else {
            common.oddities.note(Oddity::WaveBits { bits: packing.sample_bits });
            return;
        };
        if raw.is_empty() {
            return;
        }
        let Some(step) = step(raw.len()) else {
            common.oddities.note(Oddity::WavePeriod { id: physio_id, samples: raw.len() });
            return;
        };
        if !self.streams.contains_key(&physio_id) && map::wave(physio_id, None).is_none() {
            common.oddities.note(Oddity::Physio { id: physio_id, class: CLASS });
        }
        let is_told = self.streams.get(&physio_id).is_some_and(|stream| stream.is_told);
        if !is_told {
            let Some(info) = info(common, id, physio_id, context) else { return };
            let stream = self.streams.entry(physio_id).or_insert_with(|| {
                common.events.push(Event::Stream(info.clone()));
                Stream { info: info.clone(), is_told: true, recent: Vec::new(), newest: None }
            });
            if stream.info != info {
                common.events.push(Event::Stream(info.clone()));
            }
            (stream.info, stream.is_told) = (info, true);
        }
        let fixed = context.and_then(WaveContext::marks);
        let fixed = fixed.unwrap_or_else(|| samples::usual_marks(physio_id));
        let scale = context.map_or(Scale::Unknown, |context| context.scale);
        let Some(stream) = self.streams.get_mut(&physio_id) else { return };
        let Some(before) = stream.place(common, physio_id, first) else { return };
        let chunk = WaveChunk {
            key: stream.info.key.clone(),
            unit: stream.info.unit.clone(),
            base: TIMEBASE,
            first,
            step,
            before,
            scale,
            marks: marks(&raw, &packing, fixed, block.state),
            samples: raw.iter().map(|sample| packing.value(*sample)).collect(),
        };
        common.see_wave(block.state);
        common.events.push(Event::Wave(chunk));
    }
}

impl Stream {
    /// How a block follows the ones before it; `None` when it is to be dropped.
    fn place(&mut self, common: &mut Common, physio_id: u16, first: Tick) -> Option<Before> {
        let block = u64::from(BLOCK_TICKS);
        let Some(newest) = self.newest else {
            self.newest = Some(first);
            self.recent.push(first);
            return Some(Before::Gap);
        };
        if newest.0.saturating_sub(first.0) > LATE_TICKS_MAX {
            common.oddities.note(Oddity::WaveLate { id: physio_id });
            return None;
        }
        if self.recent.iter().any(|recent| recent.0.abs_diff(first.0) < block) {
            common.oddities.note(Oddity::WaveAgain { id: physio_id });
            return None;
        }
        if self.recent.len() >= RECENT_BLOCKS {
            self.recent.remove(0);
        }
        self.recent.push(first);
        self.newest = Some(newest.max(first));
        let is_next = first.0 == newest.0 + block;
        Some(if is_next { Before::Joined } else { Before::Gap })
    }
}

/// Ticks from one sample to the next: a block of every wave lasts equally long, so that the number of
/// samples tells. A stored sample period may belong to another wave of the same handle.
fn step(samples: usize) -> Option<u32> {
    let samples = u32::try_from(samples).ok()?;
    let step = BLOCK_TICKS.checked_div(samples)?;
    (step * samples == BLOCK_TICKS).then_some(step)
}

fn info(
    common: &mut Common,
    id: ManagedObjectId,
    physio_id: u16,
    context: Option<&WaveContext>,
) -> Option<StreamInfo> {
    let label_id = context.and_then(|context| context.label_id);
    let row = map::wave(physio_id, label_id);
    let Some(key) = common.keys.key(id, physio_id, label_id, false) else {
        common.oddities.note(Oddity::TooMany);
        return None;
    };
    let unit = match context.and_then(|context| context.unit_code) {
        Some(code) => {
            if !map::is_known_unit(code) {
                common.oddities.note(Oddity::Unit { code });
            }
            map::unit(code)
        }
        // The monitor has not told, but for this wave there is only one.
        None => match row.map(|row| row.units) {
            Some([only]) => map::unit(*only),
            Some(_) | None => Unit::AsSent(Text::from("")),
        },
    };
    Some(StreamInfo {
        key,
        label: Some(name(physio_id, row, context)),
        unit,
        digits: None,
        category: Category::Measured,
        cadence: Cadence::Periodic(CYCLE),
    })
}

/// The monitor's own label, when it is that of this very wave; else the English one, else hex. Leads
/// of a compound come under the label of the compound and need a name of their own.
fn name(physio_id: u16, row: Option<&map::Row>, context: Option<&WaveContext>) -> Text {
    let own = context.and_then(|context| {
        let is_own = |row: &map::Row| context.label_id.is_none_or(|id| id == row.label_id);
        context.label.clone().filter(|_| row.is_none_or(is_own))
    });
    own.or_else(|| row.map(|row| Text::from(row.label)))
        .unwrap_or_else(|| Text::from(format!("{physio_id:04X}")))
}

/// Samples that are not plain values.
fn marks(
    raw: &[u32],
    packing: &Packing,
    fixed: &[FixedValue],
    state: MeasurementState,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (at, sample) in (0_u32..).zip(raw) {
        if !state.is_usable() {
            marks.push(Mark { at, kind: MarkKind::Invalid });
            continue;
        }
        let before = marks.len();
        let kinds = fixed.iter().filter(|fixed| {
            let mask = u32::from(fixed.mask);
            mask != 0 && sample & mask == mask
        });
        marks.extend(kinds.filter_map(samples::mark).map(|kind| Mark { at, kind }));
        // A bit that nobody explains: what the others amount to is not known either.
        if marks.len() == before && packing.is_beyond(*sample) {
            marks.push(Mark { at, kind: MarkKind::Invalid });
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use crate::wire::text::Counted;
    use crate::wire::types::RelativeTime;

    use super::*;

    const HANDLE: (u16, u16) = (1, 0x02AE);

    fn block(samples: &[u16], state: u16) -> (Vec<u8>, MeasurementState) {
        let bytes = samples.iter().flat_map(|sample| sample.to_be_bytes()).collect();
        (bytes, MeasurementState(state))
    }

    fn chunks(common: &mut Common) -> Vec<WaveChunk> {
        let events = std::mem::take(&mut common.events);
        let chunk = |event| if let Event::Wave(chunk) = event { Some(chunk) } else { None };
        events.into_iter().filter_map(chunk).collect()
    }

    fn observe(waves: &mut Waves, common: &mut Common, ticks: u32, bytes: &[u8], state: u16) {
        let first = common.ticks.extend(RelativeTime(ticks));
        let wave = SaObsValue {
            physio_id: 0x0101,
            state: MeasurementState(state),
            samples: Counted { bytes },
        };
        waves.observe(common, first, HANDLE, &[Attribute::Wave(wave)]);
    }

    #[test]
    fn blocks_join_leave_gaps_fill_holes_and_come_again() {
        let (mut waves, mut common) = (Waves::default(), Common::default());
        let (bytes, _) = block(&[0x2000; 128], 0);
        let mut befores = Vec::new();
        for ticks in [10_240, 12_288, 16_384, 14_336, 14_336, 18_432, 17_000, 1_000] {
            observe(&mut waves, &mut common, ticks, &bytes, 0);
            let before: Vec<Before> =
                chunks(&mut common).iter().map(|chunk| chunk.before).collect();
            befores.push(before);
        }
        let (gap, joined, dropped) = (vec![Before::Gap], vec![Before::Joined], vec![]);
        let expected =
            [&gap, &joined, &gap, &gap, &dropped, &joined, &dropped, &dropped].map(Clone::clone);
        assert_eq!(befores, expected);
        let mut events = Vec::new();
        common.oddities.settle(&mut events);
        assert_eq!(events.len(), 2, "{events:?}");
    }

    #[test]
    fn a_block_of_long_ago_is_dropped() {
        let (mut waves, mut common) = (Waves::default(), Common::default());
        let (bytes, _) = block(&[0x2000; 128], 0);
        for ticks in [100_000, 100_000 - 8 * 2_048, 100_000 - 9 * 2_048] {
            observe(&mut waves, &mut common, ticks, &bytes, 0);
        }
        assert_eq!(chunks(&mut common).len(), 2);
    }

    #[test]
    fn blocks_join_through_a_wrap_of_the_clock() {
        let (mut waves, mut common) = (Waves::default(), Common::default());
        let (bytes, _) = block(&[0x2000; 128], 0);
        for ticks in [u32::MAX - 2_047 - 2_048, u32::MAX - 2_047, 0, 2_048] {
            observe(&mut waves, &mut common, ticks, &bytes, 0);
        }
        let befores: Vec<Before> = chunks(&mut common).iter().map(|chunk| chunk.before).collect();
        assert_eq!(befores, [Before::Gap, Before::Joined, Before::Joined, Before::Joined]);
    }

    #[test]
    fn the_number_of_samples_tells_the_period() {
        assert_eq!([128, 64, 32, 16, 8].map(step).map(Option::unwrap), [16, 32, 64, 128, 256]);
        assert_eq!(step(0), None);
        assert_eq!(step(100), None);
        assert_eq!(step(4_096), None);
    }

    #[test]
    fn special_samples_are_marked_before_they_are_masked() {
        let (mut waves, mut common) = (Waves::default(), Common::default());
        let mut raw = [0x2000_u16; 128];
        raw[3] = 0xA000 | 0x0004; // pacer: 8004
        raw[5] = 0x6001; // defibrillator: 4001
        raw[7] = 0xA00C; // pacer and saturation
        raw[9] = 0x9FF0; // a bit that nobody explains
        let (bytes, _) = block(&raw, 0);
        observe(&mut waves, &mut common, 0, &bytes, 0);
        let chunk = chunks(&mut common).remove(0);
        let marks: Vec<(u32, MarkKind)> =
            chunk.marks.iter().map(|mark| (mark.at, mark.kind)).collect();
        let expected = [
            (3, MarkKind::Pacer),
            (5, MarkKind::Defibrillator),
            (7, MarkKind::Clipped),
            (7, MarkKind::Pacer),
            (9, MarkKind::Invalid),
        ];
        assert_eq!(marks, expected);
        assert_eq!(
            chunk.samples[..10],
            [0x2000, 0x2000, 0x2000, 0x2004, 0x2000, 0x2001, 0x2000, 0x200C, 0x2000, 0x1FF0]
        );
    }

    #[test]
    fn samples_of_an_invalid_wave_are_all_marked() {
        let (mut waves, mut common) = (Waves::default(), Common::default());
        let (bytes, _) = block(&[0x2000; 128], 0);
        observe(&mut waves, &mut common, 0, &bytes, 0x8000);
        let chunk = chunks(&mut common).remove(0);
        assert_eq!(chunk.marks.len(), 128);
        assert!(chunk.marks.iter().all(|mark| mark.kind == MarkKind::Invalid));
    }
}

//! Samples in memory: what is in no chunk yet, by stream and slot.
//!
//! A slot keeps all that arrived in it until its chunk is on the disk. What of it is on the disk
//! already, in `tail`, is known by count. After a commit of which nobody knows whether it happened, the
//! counts of that commit wait in `tried` until the segment was opened again.

use std::collections::{BTreeMap, VecDeque};

use rusqlite::Connection;
use vigie_model::{MonoTime, Numeric, Placement, WaveChunk};

use super::trend::Hours;
use crate::{
    chunk::{NumericBuilder, WaveBuilder, push_tail},
    layout,
};

/// Something that a lane keeps.
pub(super) trait Item {
    /// Number of the lane in `tail.id`.
    const LANE: u64;
    /// Groups of streams.
    const GROUPS: u64;
    /// What a chunk can hold, in the measure of [`Item::weight`].
    const WEIGHT_MAX: usize;

    /// When it arrived.
    fn arrival(&self) -> MonoTime;
    /// What it takes of a chunk.
    fn weight(&self) -> usize;
    /// Bytes in memory, about.
    fn bytes(&self) -> usize;
    /// The slot of something that arrived then.
    fn slot(stream: u32, arrival: MonoTime) -> u64;
    /// When a slot begins.
    fn slot_start(stream: u32, slot: u64) -> MonoTime;
    /// Some of them as a chunk of the tail.
    fn tail_chunk(items: &[Self]) -> Vec<u8>
    where
        Self: Sized;
    /// Writes a slot's chunk. Gives how much earlier than the slot the earliest is, in nanoseconds.
    fn write_chunk(
        items: &[Self],
        stream: u32,
        slot: u64,
        connection: &Connection,
        hours: &mut Hours,
    ) -> Result<u64, rusqlite::Error>
    where
        Self: Sized;
}

/// Samples as they arrived.
#[derive(Clone, Debug)]
pub(super) struct WaveItem {
    pub(super) chunk: WaveChunk,
    pub(super) placed: Placement,
    pub(super) arrival: MonoTime,
    pub(super) form: u32,
}

/// A value as it arrived.
#[derive(Clone, Debug)]
pub(super) struct NumericItem {
    pub(super) numeric: Numeric,
    pub(super) arrival: MonoTime,
    pub(super) form: u32,
}

impl Item for WaveItem {
    const LANE: u64 = 0;
    const GROUPS: u64 = layout::WAVE_GROUPS;
    const WEIGHT_MAX: usize = crate::chunk::SAMPLES_MAX;

    fn arrival(&self) -> MonoTime {
        self.arrival
    }

    fn weight(&self) -> usize {
        // As many parts as a chunk holds weigh as much as the samples that it holds.
        let part = crate::chunk::SAMPLES_MAX / crate::chunk::PARTS_MAX;
        self.chunk.samples.len().max(self.chunk.marks.len()).max(part)
    }

    fn bytes(&self) -> usize {
        size_of::<WaveItem>() + 4 * self.chunk.samples.len() + 8 * self.chunk.marks.len()
    }

    fn slot(stream: u32, arrival: MonoTime) -> u64 {
        layout::wave_slot(stream, arrival.as_nanos())
    }

    fn slot_start(stream: u32, slot: u64) -> MonoTime {
        MonoTime::from_nanos(layout::wave_slot_start(stream, slot))
    }

    fn tail_chunk(items: &[WaveItem]) -> Vec<u8> {
        built_wave(items).encode_fast()
    }

    fn write_chunk(
        items: &[WaveItem],
        stream: u32,
        slot: u64,
        connection: &Connection,
        _hours: &mut Hours,
    ) -> Result<u64, rusqlite::Error> {
        let built = built_wave(items);
        if built.is_empty() {
            return Ok(0);
        }
        connection
            .prepare_cached(
                "INSERT INTO wave (id, start_mono_ns, end_mono_ns, samples, data)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                layout::chunk_id(slot, stream),
                sql(built.start()),
                sql(built.end()),
                built.samples(),
                built.encode(),
            ))?;
        Ok(lead(WaveItem::slot_start(stream, slot), built.start()))
    }
}

impl Item for NumericItem {
    const LANE: u64 = 1;
    const GROUPS: u64 = layout::NUMERIC_GROUPS;
    const WEIGHT_MAX: usize = crate::chunk::NUMERICS_MAX;

    fn arrival(&self) -> MonoTime {
        self.arrival
    }

    fn weight(&self) -> usize {
        1
    }

    fn bytes(&self) -> usize {
        size_of::<NumericItem>()
    }

    fn slot(stream: u32, arrival: MonoTime) -> u64 {
        layout::numeric_slot(stream, arrival.as_nanos())
    }

    fn slot_start(stream: u32, slot: u64) -> MonoTime {
        MonoTime::from_nanos(layout::numeric_slot_start(stream, slot))
    }

    fn tail_chunk(items: &[NumericItem]) -> Vec<u8> {
        built_numeric(items).encode()
    }

    fn write_chunk(
        items: &[NumericItem],
        stream: u32,
        slot: u64,
        connection: &Connection,
        hours: &mut Hours,
    ) -> Result<u64, rusqlite::Error> {
        let built = built_numeric(items);
        let summary = built.summary();
        if summary.count == 0 {
            return Ok(0);
        }
        let tier = summary.tier;
        connection
            .prepare_cached(
                "INSERT INTO numeric
                 (id, start_mono_ns, end_mono_ns, count, valid, low, high, mean, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                layout::chunk_id(slot, stream),
                sql(summary.start),
                sql(summary.end),
                summary.count,
                tier.map_or(0, |tier| tier.valid),
                tier.map(|tier| tier.low),
                tier.map(|tier| tier.high),
                tier.map(|tier| tier.mean),
                built.encode(),
            ))?;
        if let Some(tier) = tier {
            hours.set(stream, slot, tier);
        }
        Ok(lead(NumericItem::slot_start(stream, slot), summary.start))
    }
}

fn built_wave(items: &[WaveItem]) -> WaveBuilder {
    let mut builder = WaveBuilder::default();
    for item in items {
        // The weight of a slot is bounded by what a chunk holds: it is never full.
        builder.push(&item.chunk, &item.placed, item.arrival, item.form);
    }
    builder
}

fn built_numeric(items: &[NumericItem]) -> NumericBuilder {
    let mut builder = NumericBuilder::default();
    for item in items {
        builder.push(&item.numeric, item.arrival, item.form);
    }
    builder
}

/// A time as SQLite holds it.
pub(super) fn sql(time: MonoTime) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

fn lead(slot: MonoTime, earliest: MonoTime) -> u64 {
    slot.as_nanos().saturating_sub(earliest.as_nanos())
}

/// All streams of a kind.
#[derive(Debug)]
pub(super) struct Lane<T> {
    streams: BTreeMap<u32, Stream<T>>,
    /// Items that are not on the disk, and their bytes.
    pub(super) unsaved: u64,
    pub(super) unsaved_bytes: usize,
}

#[derive(Debug)]
struct Stream<T> {
    /// The first slot that is still open.
    open: u64,
    slots: VecDeque<Slot<T>>,
}

#[derive(Debug)]
struct Slot<T> {
    slot: u64,
    items: Vec<T>,
    weight: usize,
    /// So many of the first are in the tail.
    saved: usize,
    /// So many would be, if the last commit happened.
    tried: usize,
    /// Its chunk is on the disk, if the last commit happened.
    is_closing: bool,
}

impl<T> Default for Lane<T> {
    fn default() -> Lane<T> {
        Lane { streams: BTreeMap::new(), unsaved: 0, unsaved_bytes: 0 }
    }
}

/// What was dropped because the disk took nothing for too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dropped {
    pub(super) count: u64,
    pub(super) first: Option<MonoTime>,
    pub(super) last: Option<MonoTime>,
}

impl<T: Item> Lane<T> {
    /// The slots of a stream before this one are written.
    pub(super) fn open_from(&mut self, stream: u32, slot: u64) {
        let of_stream = self
            .streams
            .entry(stream)
            .or_insert_with(|| Stream { open: 0, slots: VecDeque::new() });
        of_stream.open = of_stream.open.max(slot);
    }

    /// Takes something.
    pub(super) fn push(&mut self, stream: u32, item: T) {
        let (weight, bytes) = (item.weight(), item.bytes());
        self.unsaved += 1;
        self.unsaved_bytes += bytes;
        let stream_of = self
            .streams
            .entry(stream)
            .or_insert_with(|| Stream { open: 0, slots: VecDeque::new() });
        let mut slot = T::slot(stream, item.arrival()).max(stream_of.open);
        // Full: the next slot is as good, and is written later.
        while let Some(there) = stream_of.slots.iter().find(|there| there.slot == slot)
            && there.weight + weight > T::WEIGHT_MAX
        {
            slot += 1;
        }
        match stream_of.slots.iter_mut().rev().find(|there| there.slot == slot) {
            Some(there) => {
                there.items.push(item);
                there.weight += weight;
            }
            None => stream_of.slots.push_back(Slot {
                slot,
                items: vec![item],
                weight,
                saved: 0,
                tried: 0,
                is_closing: false,
            }),
        }
    }

    /// Writes what is new into the tail, and the slots that have ended by `now` as chunks; all of them
    /// at the closing. Gives how much earlier than its slot the earliest is, in nanoseconds.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        commit: u64,
        now: MonoTime,
        is_closing: bool,
        hours: &mut Hours,
    ) -> Result<u64, rusqlite::Error> {
        let mut late = 0;
        // Groups whose tail is written anew, because a slot of theirs ends.
        let mut is_flushed = vec![false; T::GROUPS as usize];
        for (&stream, of_stream) in &mut self.streams {
            for slot in &mut of_stream.slots {
                slot.is_closing = is_closing || T::slot_start(stream, slot.slot + 1) <= now;
                if !slot.is_closing {
                    continue;
                }
                if let Some(flushed) = is_flushed.get_mut((u64::from(stream) % T::GROUPS) as usize)
                {
                    *flushed = true;
                }
                late = late.max(T::write_chunk(&slot.items, stream, slot.slot, connection, hours)?);
                // From now on, since it may be on the disk even if the commit should fail.
                of_stream.open = of_stream.open.max(slot.slot + 1);
                slot.tried = slot.items.len();
            }
        }
        let mut tails = vec![Vec::new(); T::GROUPS as usize];
        for (&stream, of_stream) in &mut self.streams {
            let group = (u64::from(stream) % T::GROUPS) as usize;
            let (Some(tail), Some(&is_flushed)) = (tails.get_mut(group), is_flushed.get(group))
            else {
                continue;
            };
            for slot in of_stream.slots.iter_mut().filter(|slot| !slot.is_closing) {
                let from = if is_flushed { 0 } else { slot.saved };
                let new = slot.items.get(from..).unwrap_or_default();
                if !new.is_empty() {
                    push_tail(tail, stream, &T::tail_chunk(new));
                }
                slot.tried = slot.items.len();
            }
        }
        for (group, (tail, is_flushed)) in tails.into_iter().zip(is_flushed).enumerate() {
            let first = tail_id(T::LANE, group as u64, 0);
            if is_flushed {
                connection
                    .prepare_cached("DELETE FROM tail WHERE id BETWEEN ?1 AND ?2")?
                    .execute((first, tail_id(T::LANE, group as u64 + 1, 0) - 1))?;
            }
            if !tail.is_empty() {
                connection
                    .prepare_cached("INSERT INTO tail (id, data) VALUES (?1, ?2)")?
                    .execute((tail_id(T::LANE, group as u64, commit), tail))?;
            }
        }
        Ok(late)
    }

    /// What was written last is on the disk.
    pub(super) fn committed(&mut self) {
        (self.unsaved, self.unsaved_bytes) = (0, 0);
        for stream in self.streams.values_mut() {
            stream.slots.retain(|slot| !slot.is_closing);
            for slot in &mut stream.slots {
                slot.saved = slot.tried;
                for item in slot.items.iter().skip(slot.saved) {
                    self.unsaved += 1;
                    self.unsaved_bytes += item.bytes();
                }
            }
        }
    }

    /// What was written last is not on the disk.
    pub(super) fn undone(&mut self) {
        for slot in self.streams.values_mut().flat_map(|stream| &mut stream.slots) {
            slot.tried = slot.saved;
            slot.is_closing = false;
        }
    }

    /// When the oldest arrived that is not on the disk.
    pub(super) fn oldest(&self) -> Option<MonoTime> {
        self.streams
            .values()
            .flat_map(|stream| &stream.slots)
            .flat_map(|slot| slot.items.get(slot.saved..).unwrap_or_default())
            .map(T::arrival)
            .min()
    }

    /// Drops what arrived before this and is not on the disk.
    pub(super) fn drop_before(&mut self, cut: MonoTime) -> Dropped {
        let mut dropped = Dropped::default();
        for slot in self.streams.values_mut().flat_map(|stream| &mut stream.slots) {
            let (saved, mut tried, mut at) = (slot.saved, slot.tried, 0);
            slot.items.retain(|item| {
                let keep = at < saved || item.arrival() >= cut;
                if !keep {
                    dropped.count += 1;
                    dropped.first =
                        Some(dropped.first.map_or(item.arrival(), |at| at.min(item.arrival())));
                    dropped.last = dropped.last.max(Some(item.arrival()));
                    self.unsaved -= 1;
                    self.unsaved_bytes = self.unsaved_bytes.saturating_sub(item.bytes());
                    slot.weight -= item.weight();
                    if at < slot.tried {
                        tried -= 1;
                    }
                }
                at += 1;
                keep
            });
            slot.tried = tried;
        }
        for stream in self.streams.values_mut() {
            stream.slots.retain(|slot| !slot.items.is_empty());
        }
        dropped
    }
}

/// `tail.id`.
pub(super) fn tail_id(lane: u64, group: u64, commit: u64) -> i64 {
    (((lane * 64 + group) << 40) | commit) as i64
}

//! The last seconds of one wave, on our own time axis.
//!
//! Chunks stand in the order of their ticks. A line may be drawn from one chunk to the next only where
//! their ticks meet in the same epoch and nobody said that something is missing between them.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use vigie_model::{Before, Mark, MarkKind, MonoTime, Placement, Tick, Timebase, WaveChunk};

use crate::view::TraceChunk;

/// How much is kept, back from the end of the newest chunk.
const KEPT: Duration = Duration::from_secs(30);
/// A hole may be filled for this long after the chunk behind it arrived.
const HOLE_OPEN: Duration = Duration::from_secs(2);
/// Chunks and samples kept, whatever their times say: twice 30 s of the densest wave known.
const CHUNKS_MAX: usize = 2048;
const SAMPLES_MAX: usize = 60_000;

/// A ring of chunks.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    entries: VecDeque<Entry>,
    samples: usize,
    /// Something without ticks was lost since the newest chunk.
    gap_next: bool,
}

#[derive(Debug)]
struct Entry {
    chunk: Arc<TraceChunk>,
    epoch: u32,
    base: Timebase,
    first: Tick,
    end: Tick,
    arrived: MonoTime,
    /// A gap that the ticks do not show.
    torn: bool,
    span: Option<(i32, i32)>,
}

/// What became of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is the newest now.
    Newest,
    /// It filled a hole.
    Filled,
    /// Its samples, or some of them, are there already.
    Duplicate,
    /// The hole it belongs to has been left open for good.
    TooLate,
    /// Its numbers make no sense.
    Unusable,
}

impl Trace {
    /// Puts a chunk where it belongs.
    pub(crate) fn take(&mut self, wave: &WaveChunk, placed: &Placement, now: MonoTime) -> Taken {
        let Some(mut entry) = Entry::of(wave, placed, now) else {
            return Taken::Unusable;
        };
        let taken = match self.entries.back() {
            None => self.append(entry),
            Some(newest) if entry.epoch < newest.epoch => return Taken::TooLate,
            Some(newest) if !entry.same_run(newest) => {
                // The clock was mapped anew: what lies where the new samples lie was misplaced.
                while self.entries.back().is_some_and(|old| old.chunk.end() > entry.chunk.start) {
                    self.drop_newest();
                }
                self.append(entry)
            }
            Some(newest) if entry.first >= newest.end => {
                entry.torn =
                    self.gap_next || (wave.before == Before::Gap && entry.first == newest.end);
                self.append(entry)
            }
            Some(_) => self.fill(entry, now),
        };
        self.shorten();
        taken
    }

    /// Whether a chunk lies before the newest one, so that it can fill a hole at most.
    pub(crate) fn is_behind(&self, wave: &WaveChunk, placed: &Placement) -> bool {
        self.entries.back().is_some_and(|newest| {
            let is_same_run = (placed.epoch, wave.base) == (newest.epoch, newest.base);
            placed.epoch < newest.epoch || (is_same_run && wave.first < newest.end)
        })
    }

    /// Something was lost for which no tick is known: the next chunk joins nothing.
    pub(crate) fn tear(&mut self) {
        self.gap_next = true;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The chunks, oldest first.
    pub(crate) fn chunks(&self) -> Vec<Arc<TraceChunk>> {
        self.entries.iter().map(|entry| entry.chunk.clone()).collect()
    }

    /// Lowest and highest raw sample kept, without those marked as no measurement.
    pub(crate) fn span(&self) -> Option<(i32, i32)> {
        self.entries
            .iter()
            .filter_map(|entry| entry.span)
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    fn append(&mut self, entry: Entry) -> Taken {
        self.gap_next = false;
        self.samples += entry.chunk.samples.len();
        self.entries.push_back(entry);
        self.join(self.entries.len().saturating_sub(1));
        Taken::Newest
    }

    fn fill(&mut self, entry: Entry, now: MonoTime) -> Taken {
        let place =
            self.entries.partition_point(|old| !old.same_run(&entry) || old.first < entry.first);
        let before = place.checked_sub(1).and_then(|place| self.entries.get(place));
        if before.is_some_and(|old| old.same_run(&entry) && old.end > entry.first) {
            return Taken::Duplicate;
        }
        match self.entries.get(place) {
            Some(next) if next.first < entry.end => return Taken::Duplicate,
            Some(next) if now.since(next.arrived) > HOLE_OPEN => return Taken::TooLate,
            Some(_) | None => {}
        }
        self.samples += entry.chunk.samples.len();
        self.entries.insert(place, entry);
        self.join(place);
        self.join(place + 1);
        Taken::Filled
    }

    /// Says of the chunk at `place` whether it continues the one before.
    fn join(&mut self, place: usize) {
        let before = place.checked_sub(1).and_then(|place| self.entries.get(place));
        let end = before.map(|entry| (entry.epoch, entry.base, entry.end));
        if let Some(entry) = self.entries.get_mut(place) {
            let meets = end == Some((entry.epoch, entry.base, entry.first)) && !entry.torn;
            let before = if meets { Before::Joined } else { Before::Gap };
            if entry.chunk.before != before {
                Arc::make_mut(&mut entry.chunk).before = before;
            }
        }
    }

    fn shorten(&mut self) {
        let oldest = self.entries.back().map(|entry| entry.chunk.end().before(KEPT));
        while self.entries.front().is_some_and(|entry| {
            Some(entry.chunk.end()) <= oldest
                || self.entries.len() > CHUNKS_MAX
                || self.samples > SAMPLES_MAX
        }) {
            if let Some(entry) = self.entries.pop_front() {
                self.samples -= entry.chunk.samples.len();
            }
        }
    }

    fn drop_newest(&mut self) {
        if let Some(entry) = self.entries.pop_back() {
            self.samples -= entry.chunk.samples.len();
        }
    }
}

impl Entry {
    /// `None` when the chunk cannot lie anywhere in time.
    fn of(wave: &WaveChunk, placed: &Placement, now: MonoTime) -> Option<Entry> {
        let count = wave.samples.len();
        let step_ns = placed.ns_per_tick * f64::from(wave.step);
        let length_ns = step_ns * count as f64;
        let usable = (1..=SAMPLES_MAX).contains(&count)
            && wave.step > 0
            && wave.base.tick_ns > 0
            && step_ns > 0.0
            && length_ns <= KEPT.as_nanos() as f64;
        if !usable {
            return None;
        }
        let marks: Vec<Mark> =
            wave.marks.iter().copied().filter(|mark| (mark.at as usize) < count).collect();
        let ticks = u64::from(wave.step).saturating_mul(count as u64);
        Some(Entry {
            span: span(&wave.samples, &marks),
            chunk: Arc::new(TraceChunk {
                start: placed.start,
                step_ns,
                before: Before::Gap,
                samples: wave.samples.clone(),
                marks,
            }),
            epoch: placed.epoch,
            base: wave.base,
            first: wave.first,
            end: Tick(wave.first.0.saturating_add(ticks)),
            arrived: now,
            torn: false,
        })
    }

    fn same_run(&self, other: &Entry) -> bool {
        (self.epoch, self.base) == (other.epoch, other.base)
    }
}

fn span(samples: &[i32], marks: &[Mark]) -> Option<(i32, i32)> {
    let mut invalid = marks
        .iter()
        .filter(|mark| mark.kind == MarkKind::Invalid)
        .map(|mark| mark.at as usize)
        .peekable();
    let mut span = None::<(i32, i32)>;
    for (at, sample) in samples.iter().enumerate() {
        while invalid.next_if(|marked| *marked < at).is_some() {}
        if invalid.peek() != Some(&at) {
            span =
                Some(span.map_or((*sample, *sample), |(low, high)| {
                    (low.min(*sample), high.max(*sample))
                }));
        }
    }
    span
}

//! The sample lane: waves on their way to the board, bounded in seconds of signal.
//!
//! When it is full, the oldest chunk of the line that holds most of it goes, so that a line that
//! floods it displaces its own waves only. In its place the board hears a gap of that stream, with the
//! number of chunks. Nobody ever waits for room here.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use vigie_model::{DeviceKey, Event, Gap, MetricKey, Observation, Stamp, Text, WaveChunk};

use crate::lanes::LineNo;

/// Seconds of signal that may wait, all streams together: 64 beds with 8 waves each for 4 s.
pub(crate) const SIGNAL_MAX: Duration = Duration::from_secs(64 * 8 * 4);
/// What a sample counts at least, and a chunk, whatever their times say: bounds memory.
const SAMPLE_AT_LEAST_NS: u64 = 1_000_000;
const CHUNK_AT_LEAST_NS: u64 = 32_000_000;
/// Streams of one line whose gaps are told apart.
const GAPS_MAX: usize = 4_096;
/// Chunks that one line hands out before the next one's turn.
const TURN: usize = 32;

/// Waves of all lines.
#[derive(Debug)]
pub(crate) struct SampleLane {
    queues: Mutex<Queues>,
    signal_max_ns: u64,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Queues {
    lines: BTreeMap<LineNo, Queue>,
    signal_ns: u64,
    /// Whose turn it is.
    turn: LineNo,
}

#[derive(Debug, Default)]
struct Queue {
    signal_ns: u64,
    waves: VecDeque<Wave>,
    /// What was dropped in front of all waves, by stream.
    gaps: BTreeMap<(DeviceKey, MetricKey), Dropped>,
}

#[derive(Debug)]
struct Wave {
    /// How many items the line had sent on the control lane before.
    after: u64,
    signal_ns: u64,
    observation: Arc<Observation>,
}

#[derive(Debug)]
struct Dropped {
    after: u64,
    stamp: Stamp,
    chunks: u64,
}

impl SampleLane {
    pub(crate) fn new(signal_max: Duration) -> SampleLane {
        SampleLane {
            queues: Mutex::default(),
            signal_max_ns: u64::try_from(signal_max.as_nanos()).unwrap_or(u64::MAX),
            dropped: AtomicU64::new(0),
        }
    }

    /// Chunks dropped since the start.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Puts a chunk in; the oldest ones go where it has no room.
    pub(crate) fn push(&self, line: LineNo, after: u64, observation: Arc<Observation>) {
        let signal_ns = match &observation.event {
            Event::Wave(chunk) => signal_ns(chunk),
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Numeric(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => CHUNK_AT_LEAST_NS,
        };
        let mut queues = self.lock();
        let queue = queues.lines.entry(line).or_default();
        queue.waves.push_back(Wave { after, signal_ns, observation });
        queue.signal_ns = queue.signal_ns.saturating_add(signal_ns);
        queues.signal_ns = queues.signal_ns.saturating_add(signal_ns);
        while queues.signal_ns > self.signal_max_ns && queues.drop_oldest() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes up to `at_most` waves, and the gaps before them, from all lines in turn. `told` says how
    /// many items of a line's control lane the board has heard: no wave comes before one of those
    /// that were sent ahead of it.
    pub(crate) fn take(
        &self,
        told: impl Fn(LineNo) -> u64,
        at_most: usize,
    ) -> Vec<(LineNo, Arc<Observation>)> {
        let mut taken = Vec::new();
        let mut queues = self.lock();
        let mut idle = 0;
        while taken.len() < at_most && idle <= queues.lines.len() {
            let Some(line) = queues.next_turn() else { break };
            let before = taken.len();
            let told = told(line);
            queues.take_of(line, TURN, |after| after <= told, &mut taken);
            idle = if taken.len() == before { idle + 1 } else { 0 };
        }
        taken
    }

    /// Takes everything of a line that it sent before its `nth` item on the control lane.
    pub(crate) fn take_before(&self, line: LineNo, nth: u64) -> Vec<(LineNo, Arc<Observation>)> {
        let mut taken = Vec::new();
        self.lock().take_of(line, usize::MAX, |after| after < nth, &mut taken);
        taken
    }

    /// The line is gone.
    pub(crate) fn forget(&self, line: LineNo) {
        let mut queues = self.lock();
        if let Some(queue) = queues.lines.remove(&line) {
            queues.signal_ns = queues.signal_ns.saturating_sub(queue.signal_ns);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    /// `false`: there is none.
    fn drop_oldest(&mut self) -> bool {
        let Some(queue) = self.lines.values_mut().max_by_key(|queue| queue.signal_ns) else {
            return false;
        };
        let Some(wave) = queue.waves.pop_front() else { return false };
        queue.signal_ns = queue.signal_ns.saturating_sub(wave.signal_ns);
        self.signal_ns = self.signal_ns.saturating_sub(wave.signal_ns);
        if let Event::Wave(chunk) = &wave.observation.event {
            let stream = (wave.observation.device.clone(), chunk.key.clone());
            let is_known = queue.gaps.contains_key(&stream);
            // Beyond that many streams the ticks alone tell of the gap.
            if is_known || queue.gaps.len() < GAPS_MAX {
                let stamp = wave.observation.stamp;
                let gap =
                    queue.gaps.entry(stream).or_insert(Dropped { after: 0, stamp, chunks: 0 });
                *gap = Dropped { after: wave.after, stamp, chunks: gap.chunks.saturating_add(1) };
            }
        }
        true
    }

    fn next_turn(&mut self) -> Option<LineNo> {
        let next = self.lines.range(self.turn..).next().or_else(|| self.lines.iter().next());
        let line = *next?.0;
        self.turn = line.next();
        Some(line)
    }

    fn take_of(
        &mut self,
        line: LineNo,
        at_most: usize,
        may: impl Fn(u64) -> bool,
        taken: &mut Vec<(LineNo, Arc<Observation>)>,
    ) {
        let Some(queue) = self.lines.get_mut(&line) else { return };
        if !queue.gaps.is_empty() {
            let (told, kept) = std::mem::take(&mut queue.gaps)
                .into_iter()
                .partition::<BTreeMap<_, _>, _>(|(_, dropped)| may(dropped.after));
            queue.gaps = kept;
            taken.extend(told.into_iter().map(|(stream, dropped)| (line, gap(stream, &dropped))));
        }
        for _ in 0..at_most {
            let Some(wave) = queue.waves.pop_front_if(|wave| may(wave.after)) else { break };
            queue.signal_ns = queue.signal_ns.saturating_sub(wave.signal_ns);
            self.signal_ns = self.signal_ns.saturating_sub(wave.signal_ns);
            taken.push((line, wave.observation));
        }
    }
}

fn gap((device, key): (DeviceKey, MetricKey), dropped: &Dropped) -> Arc<Observation> {
    let why = Text::from("left out: the board could not keep up");
    Arc::new(Observation {
        stamp: dropped.stamp,
        device,
        event: Event::Gap(Gap { key: Some(key), lost: Some(dropped.chunks), why }),
        placed: None,
    })
}

/// What a chunk takes up.
fn signal_ns(chunk: &WaveChunk) -> u64 {
    let samples = u64::try_from(chunk.samples.len()).unwrap_or(u64::MAX);
    let sample_ns = u64::from(chunk.step).saturating_mul(u64::from(chunk.base.tick_ns));
    samples.saturating_mul(sample_ns.max(SAMPLE_AT_LEAST_NS)).max(CHUNK_AT_LEAST_NS)
}

#[cfg(test)]
mod tests;

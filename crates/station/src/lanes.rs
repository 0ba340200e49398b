//! The lanes from the lines' tasks to the board's thread.
//!
//! Everything but waves goes through the **control lane**, in order, and is never dropped: the task
//! waits for room. It is a bounded channel and a semaphore of the same size; an item holds its permit
//! until the board has heard it. A line may hold a share of it only, and a token bucket limits its
//! rate, so that a line that floods delays itself.
//!
//! Waves go through the **sample lane**, see [`SampleLane`]: nobody waits for them, and the board
//! takes them when it has heard what is on the control lane.
//!
//! # Order
//!
//! A line counts what it sends on the control lane; a wave carries that count. The board never takes a
//! wave before an item that was sent ahead of it. An item may overtake waves, which is the point, but
//! not a [barrier](is_barrier): what says whose samples these are, or that the line closed. Before the
//! board hears one, it takes all waves that were sent ahead of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vigie_model::{Clock, Event, Text};
use vigie_ward::Item;

use crate::{
    bucket::TokenBucket,
    samples::{SIGNAL_MAX, SampleLane},
};

/// Items that may wait on the control lane: a few seconds of a large ward.
pub(crate) const CONTROL_ITEMS: usize = 16_384;
/// Items of one line among them. The board hears an item of another line after at most that many of
/// each line before it.
pub(crate) const LINE_SHARE: usize = 512;

/// One run of a configured line. Numbers are never used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineNo(u64);

impl LineNo {
    pub(crate) const fn next(self) -> LineNo {
        LineNo(self.0 + 1)
    }
}

/// What the control lane carries.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) line: LineNo,
    pub(crate) name: Text,
    /// The how-many-th of its line, from 1.
    pub(crate) nth: u64,
    pub(crate) word: Word,
    _room: Place,
}

#[derive(Debug)]
pub(crate) enum Word {
    /// For the board.
    Item(Item),
    /// The line ended: nothing comes after it. `forgotten`: it is not configured any more, or begins anew.
    Ended { forgotten: bool },
}

impl Word {
    /// Whether no wave of the line may cross it.
    fn is_barrier(&self) -> bool {
        match self {
            Word::Item(item) => is_barrier(item),
            Word::Ended { .. } => true,
        }
    }
}

/// Whether an item says whose samples those of its line are.
fn is_barrier(item: &Item) -> bool {
    match item {
        Item::Line { .. } => true,
        Item::Heard(observation) => match &observation.event {
            Event::Identity(_) | Event::Patient(_) | Event::Mode(_) => true,
            Event::Numeric(_)
            | Event::Text(_)
            | Event::Wave(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => false,
        },
    }
}

/// The entrance to both lanes.
#[derive(Debug)]
pub(crate) struct Lanes {
    control: Sender<Control>,
    room: Arc<Semaphore>,
    samples: Arc<SampleLane>,
    /// Told when waves came; one word is enough.
    waves: Sender<()>,
    lines: AtomicU64,
    control_seq: AtomicU64,
    sample_seq: AtomicU64,
}

/// The exit of both lanes.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) control: Receiver<Control>,
    pub(crate) waves: Receiver<()>,
    pub(crate) samples: Arc<SampleLane>,
}

/// Both lanes.
pub(crate) fn lanes() -> (Arc<Lanes>, Intake) {
    lanes_of(CONTROL_ITEMS, SIGNAL_MAX)
}

pub(crate) fn lanes_of(items: usize, signal: Duration) -> (Arc<Lanes>, Intake) {
    let (control_in, control) = bounded(items);
    let (waves_in, waves) = bounded(1);
    let samples = Arc::new(SampleLane::new(signal));
    let lanes = Lanes {
        control: control_in,
        room: Arc::new(Semaphore::new(items)),
        samples: samples.clone(),
        waves: waves_in,
        lines: AtomicU64::new(0),
        control_seq: AtomicU64::new(0),
        sample_seq: AtomicU64::new(0),
    };
    (Arc::new(lanes), Intake { control, waves, samples })
}

impl Lanes {
    /// The entrance of one more line.
    pub(crate) fn line(self: &Arc<Lanes>, name: &Text, clock: Arc<dyn Clock>) -> LineLane {
        LineLane {
            lanes: self.clone(),
            no: LineNo(self.lines.fetch_add(1, Ordering::Relaxed)),
            name: name.clone(),
            share: Arc::new(Semaphore::new(LINE_SHARE)),
            bucket: Mutex::new(TokenBucket::new()),
            clock,
            sent: AtomicU64::new(0),
            observations: AtomicU64::new(0),
        }
    }
}

/// The entrance of one line. Only one task at a time uses it.
pub(crate) struct LineLane {
    lanes: Arc<Lanes>,
    no: LineNo,
    name: Text,
    share: Arc<Semaphore>,
    bucket: Mutex<TokenBucket>,
    clock: Arc<dyn Clock>,
    /// Words on the control lane so far.
    sent: AtomicU64,
    observations: AtomicU64,
}

/// Room for one word.
#[derive(Debug)]
pub(crate) struct Place {
    _room: Option<OwnedSemaphorePermit>,
    _share: Option<OwnedSemaphorePermit>,
}

impl LineLane {
    /// Observations sent so far.
    pub(crate) fn observations(&self) -> u64 {
        self.observations.load(Ordering::Relaxed)
    }

    /// Waits for room for this item. Cancel-safe.
    pub(crate) async fn room_for(&self, item: &Item) -> Place {
        while let Err(wait) = self.take_token() {
            tokio::time::sleep(wait).await;
        }
        if is_wave(item) {
            return Place { _room: None, _share: None };
        }
        self.room().await
    }

    async fn room(&self) -> Place {
        // The own share first: who has used it up must not stand in the others' queue.
        let share = self.share.clone().acquire_owned().await.ok();
        let room = self.lanes.room.clone().acquire_owned().await.ok();
        Place { _room: room, _share: share }
    }

    /// Puts an item where room was found for it.
    pub(crate) fn put(&self, room: Place, item: Item) {
        let item = self.numbered(item);
        match item {
            Item::Heard(observation) if matches!(observation.event, Event::Wave(_)) => {
                let after = self.sent.load(Ordering::Relaxed);
                self.lanes.samples.push(self.no, after, observation);
                // Full: the board knows already.
                _ = self.lanes.waves.try_send(());
            }
            Item::Heard(_) | Item::Line { .. } => self.say(room, Word::Item(item)),
        }
    }

    /// The last word of the line.
    pub(crate) async fn end(&self, forgotten: bool) {
        let room = self.room().await;
        self.say(room, Word::Ended { forgotten });
    }

    fn say(&self, room: Place, word: Word) {
        let nth = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        let control = Control { line: self.no, name: self.name.clone(), nth, word, _room: room };
        // As many permits as places: it is never full; closed means that the board has ended.
        if self.lanes.control.try_send(control).is_err() {
            tracing::debug!(line = %self.name, "the board has ended before its lines");
        }
    }

    fn take_token(&self) -> Result<(), Duration> {
        let now = self.clock.mono();
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }

    /// Gives an observation its place in the order of its lane.
    fn numbered(&self, item: Item) -> Item {
        let Item::Heard(mut observation) = item else { return item };
        self.observations.fetch_add(1, Ordering::Relaxed);
        let seq = match &observation.event {
            Event::Wave(_) => &self.lanes.sample_seq,
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
            | Event::Fault(_) => &self.lanes.control_seq,
        };
        Arc::make_mut(&mut observation).stamp.seq = seq.fetch_add(1, Ordering::Relaxed);
        Item::Heard(observation)
    }
}

fn is_wave(item: &Item) -> bool {
    match item {
        Item::Heard(observation) => matches!(observation.event, Event::Wave(_)),
        Item::Line { .. } => false,
    }
}

/// What the board takes next, in the order of the lanes.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) line: Text,
    pub(crate) item: Item,
}

/// A line whose last word was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) line: Text,
    pub(crate) forgotten: bool,
}

/// The board's end of the lanes: keeps the order between them.
#[derive(Debug)]
pub(crate) struct Ordered {
    pub(crate) intake: Intake,
    /// How much of each line's control lane was heard, and the line's name.
    told: BTreeMap<LineNo, (u64, Text)>,
}

impl Ordered {
    pub(crate) fn new(intake: Intake) -> Ordered {
        Ordered { intake, told: BTreeMap::new() }
    }

    /// Takes in one word of the control lane, and the waves that it must not overtake before it.
    pub(crate) fn hear(&mut self, control: Control, mut take: impl FnMut(Taken)) -> Option<Ended> {
        let Control { line, name, nth, word, _room } = control;
        if word.is_barrier() {
            for (_, observation) in self.intake.samples.take_before(line, nth) {
                take(Taken { line: name.clone(), item: Item::Heard(observation) });
            }
        }
        match word {
            Word::Item(item) => {
                self.told.entry(line).or_insert_with(|| (0, name.clone())).0 = nth;
                take(Taken { line: name, item });
                None
            }
            Word::Ended { forgotten } => {
                self.told.remove(&line);
                self.intake.samples.forget(line);
                Some(Ended { line: name, forgotten })
            }
        }
    }

    /// Takes waves of all lines in turn. `false`: none were there.
    pub(crate) fn waves(&mut self, at_most: usize, mut take: impl FnMut(Taken)) -> bool {
        let told = &self.told;
        let waves =
            self.intake.samples.take(|line| told.get(&line).map_or(0, |(told, _)| *told), at_most);
        let any = !waves.is_empty();
        for (line, observation) in waves {
            let name = told.get(&line).map_or_else(|| Text::from(""), |(_, name)| name.clone());
            take(Taken { line: name, item: Item::Heard(observation) });
        }
        any
    }
}

#[cfg(test)]
mod tests;

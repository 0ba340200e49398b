//! Two lanes from the board's thread to the record: rows, which must not be lost, and samples.
//!
//! The board never waits here. Rows are kept for as long as memory allows, which is hours; samples
//! for [`SAMPLES_MAX`]. What goes is counted, and the writer is told from when to when.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_board::{BoardSnapshot, LineChange};
use vigie_history::{At, LinkRow};
use vigie_model::{Event, LogEntry, MonoTime, Observation, RunId, Text};
use vigie_record::Lost;
use vigie_ward::Item;

use super::RecordState;
use crate::{lanes::Taken, shared::lock};

/// Rows that may wait: of 64 beds that state their alarms each second more than two hours, and some
/// 256 MiB.
pub(super) const ROWS_MAX: usize = 1 << 19;
/// How long samples may wait: as long as in an open segment that cannot be written.
pub(super) const SAMPLES_MAX: Duration = Duration::from_secs(600);
/// And how many: 30 s of 64 beds with 8 waves of 4 chunks and 30 numbers a second, some 100 MiB.
const SAMPLES_COUNT_MAX: usize = 1 << 17;

/// What must not be lost.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    /// A device said something besides samples.
    Heard(Arc<Observation>),
    /// A line opened or closed.
    Link(Box<LinkRow>),
    /// The board decided something.
    Log(Box<LogEntry>),
}

impl Row {
    fn at(&self) -> MonoTime {
        match self {
            Row::Heard(observation) => observation.stamp.mono,
            Row::Link(link) => link.at.mono,
            Row::Log(entry) => entry.stamp.mono,
        }
    }

    /// Whether it is to be on the disk within 20 ms. What devices say again and again is not: what the
    /// board makes of it is.
    fn is_urgent(&self) -> bool {
        match self {
            Row::Link(_) | Row::Log(_) => true,
            Row::Heard(observation) => match &observation.event {
                Event::Identity(_) | Event::Patient(_) | Event::Limits(_) | Event::Mode(_) => true,
                Event::Numeric(_)
                | Event::Text(_)
                | Event::Wave(_)
                | Event::Alarms(_)
                | Event::Stream(_)
                | Event::Gap(_)
                | Event::Alive
                | Event::Fault(_) => false,
            },
        }
    }
}

/// What was left out of a lane since that was last told.
#[derive(Clone, Copy, Debug)]
struct LeftOut {
    from: MonoTime,
    to: MonoTime,
    count: u64,
}

impl LeftOut {
    fn add(known: Option<LeftOut>, at: MonoTime) -> Option<LeftOut> {
        let before = known.unwrap_or(LeftOut { from: at, to: at, count: 0 });
        Some(LeftOut {
            from: before.from.min(at),
            to: before.to.max(at),
            count: before.count.saturating_add(1),
        })
    }

    fn told(self, why: &str) -> Lost {
        let LeftOut { from, to, count } = self;
        Lost { from, to, device: None, key: None, lost: count, why: Text::from(why) }
    }
}

#[derive(Debug, Default)]
struct Waiting {
    rows: VecDeque<Row>,
    samples: VecDeque<Arc<Observation>>,
    /// The newest is enough.
    snapshot: Option<Box<BoardSnapshot>>,
    rows_left_out: Option<LeftOut>,
    samples_left_out: Option<LeftOut>,
}

/// What the record's thread takes at once.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) rows: VecDeque<Row>,
    pub(super) samples: VecDeque<Arc<Observation>>,
    pub(super) snapshot: Option<Box<BoardSnapshot>>,
    pub(super) lost: Vec<Lost>,
}

/// The board's end of both lanes.
#[derive(Debug)]
pub(crate) struct RecordTap {
    waiting: Arc<Mutex<Waiting>>,
    /// Told when something urgent waits; one word is enough.
    wake: Sender<()>,
    run: RunId,
    state: Arc<RecordState>,
}

/// The record's end of both lanes.
#[derive(Debug)]
pub(super) struct RecordLanes {
    waiting: Arc<Mutex<Waiting>>,
    pub(super) woken: Receiver<()>,
}

impl RecordLanes {
    pub(super) fn new(run: RunId, state: Arc<RecordState>) -> (RecordTap, RecordLanes) {
        let (wake, woken) = bounded(1);
        let waiting = Arc::<Mutex<Waiting>>::default();
        let tap = RecordTap { waiting: waiting.clone(), wake, run, state };
        (tap, RecordLanes { waiting, woken })
    }

    /// All that waits.
    pub(super) fn take(&self) -> Load {
        let taken = std::mem::take(&mut *lock(&self.waiting));
        let Waiting { rows, samples, snapshot, rows_left_out, samples_left_out } = taken;
        let left_out = [
            (rows_left_out, "rows left out: the record took none for too long"),
            (samples_left_out, "samples left out: the record took none for too long"),
        ];
        let told = |(left_out, why): (Option<LeftOut>, &str)| Some(left_out?.told(why));
        Load { rows, samples, snapshot, lost: left_out.into_iter().filter_map(told).collect() }
    }

    /// How many observations wait.
    pub(super) fn len(&self) -> usize {
        let waiting = lock(&self.waiting);
        waiting.rows.len() + waiting.samples.len()
    }
}

impl RecordTap {
    /// The board was told this.
    pub(crate) fn offer(&self, taken: &Taken) {
        match &taken.item {
            Item::Heard(observation) => match &observation.event {
                Event::Numeric(_) | Event::Wave(_) => self.sample(observation),
                // That a device is there, links, gaps and values say.
                Event::Alive => {}
                Event::Identity(_)
                | Event::Patient(_)
                | Event::Text(_)
                | Event::Limits(_)
                | Event::Alarms(_)
                | Event::Stream(_)
                | Event::Mode(_)
                | Event::Gap(_)
                | Event::Fault(_) => self.row(Row::Heard(observation.clone())),
            },
            Item::Line { at, wall, line, devices, change } => {
                self.row(Row::Link(Box::new(LinkRow {
                    at: At { run: self.run, mono: *at, wall: *wall },
                    line: line.clone(),
                    is_up: match change {
                        LineChange::Up | LineChange::Doubled => true,
                        LineChange::Down | LineChange::Left => false,
                    },
                    devices: devices.clone(),
                })));
            }
        }
    }

    /// The board decided this.
    pub(crate) fn log(&self, entry: LogEntry) {
        self.row(Row::Log(Box::new(entry)));
    }

    /// What the board would have to know after a restart.
    pub(crate) fn snapshot(&self, snapshot: BoardSnapshot) {
        lock(&self.waiting).snapshot = Some(Box::new(snapshot));
    }

    fn row(&self, row: Row) {
        let is_urgent = row.is_urgent();
        let mut waiting = lock(&self.waiting);
        if waiting.rows.len() >= ROWS_MAX {
            // The newest goes: what is written then has no hole in its beginning.
            waiting.rows_left_out = LeftOut::add(waiting.rows_left_out, row.at());
            self.state.count_lost(1);
            return;
        }
        waiting.rows.push_back(row);
        drop(waiting);
        if is_urgent {
            // Full: it has been woken already.
            _ = self.wake.try_send(());
        }
    }

    fn sample(&self, observation: &Arc<Observation>) {
        let mut waiting = lock(&self.waiting);
        waiting.samples.push_back(observation.clone());
        let newest = observation.stamp.mono;
        let mut lost = 0;
        while let Some(oldest) = waiting.samples.front().map(|oldest| oldest.stamp.mono)
            && (newest.since(oldest) > SAMPLES_MAX || waiting.samples.len() > SAMPLES_COUNT_MAX)
        {
            waiting.samples.pop_front();
            waiting.samples_left_out = LeftOut::add(waiting.samples_left_out, oldest);
            lost += 1;
        }
        drop(waiting);
        if lost > 0 {
            self.state.count_lost(lost);
        }
    }
}

#[cfg(test)]
mod tests;

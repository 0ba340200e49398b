//! The station's record: what the board is told and what it decides goes over two lanes to a thread
//! that writes it; three more threads seal, read and copy.
//!
//! Nobody waits for any of them. A disk that is full, broken or stuck costs samples first, which is
//! counted, told and kept as a gap, and never the screen.
//!
//! | Module | Duty |
//! | --- | --- |
//! | `book` | what a record is to the station: the product's writer, or a test's |
//! | `lanes` | rows and samples on their way, both bounded |
//! | `keeper` | the thread that writes |
//! | `state` | how it is doing, for report and alarms |
//! | `reading`, `copying` | the threads that answer questions and copy |

mod book;
mod copying;
mod keeper;
mod lanes;
mod reading;
mod sealing;
mod state;

#[cfg(test)]
mod disk_tests;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, bounded};
use vigie_board::BoardSnapshot;
use vigie_config::RecordConfig;
use vigie_keyring::MachineKeyPlace;
use vigie_model::{Clock, RunId, StationMode, Text, WallTime};

pub(crate) use self::{
    book::{Book, Opened, Sealing, Shelf},
    lanes::{RecordTap, Row},
    state::RecordState,
};
use crate::{
    StartError,
    desk::Baskets,
    folder::Folder,
    record::{
        book::DiskShelf, copying::Copier, keeper::Keeper, lanes::RecordLanes, reading::Librarian,
    },
    threads::{self, Worker},
};

/// How long the start of a station waits for the board's last snapshot: a disk that does not answer
/// must not keep the screen dark.
const SNAPSHOT_PATIENCE: Duration = Duration::from_secs(5);
/// How long the end waits for the last commit and the seal. What is not sealed by then the next start
/// seals.
const END_PATIENCE: Duration = Duration::from_secs(3);

/// What the copier may want of the writer at once.
const ERRANDS: usize = 4;

/// What a record needs besides its folder.
#[derive(Clone, Debug)]
pub struct RecordOptions {
    /// Where the machine key lies.
    pub machine: MachineKeyPlace,
    /// Program and version, for people: `vigie 0.1.0`.
    pub program: Text,
}

/// What the board was when the station before this one ended.
#[derive(Clone, Debug)]
pub(crate) struct Restored {
    pub(crate) board: BoardSnapshot,
    /// When that station was last known to work.
    pub(crate) last_seen: WallTime,
}

/// What all threads of a record are made with.
pub(crate) struct Makings {
    pub(crate) options: RecordOptions,
    pub(crate) config: RecordConfig,
    pub(crate) mode: StationMode,
    pub(crate) run: RunId,
    pub(crate) folder: Arc<Folder>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) baskets: Baskets,
    /// Closed when the station ends.
    pub(crate) stopped: Receiver<()>,
}

/// The threads of a record at work.
pub(crate) struct RecordThreads {
    workers: Vec<Worker>,
}

/// What the rest of the station holds of its record.
pub(crate) struct Record {
    pub(crate) state: Arc<RecordState>,
    pub(crate) tap: RecordTap,
    pub(crate) restored: Option<Restored>,
    pub(crate) threads: RecordThreads,
}

/// Starts all threads of the record, and waits a moment for the board's last snapshot. `confine` is
/// called first on each of them. `shelf`: in tests, in place of the disk.
pub(crate) fn start(
    makings: Makings,
    shelf: Option<Box<dyn Shelf>>,
    confine: impl Fn() -> Result<(), String> + Clone + Send + 'static,
) -> Result<Record, StartError> {
    let Makings { options, mode, run, folder, clock, baskets, stopped, config } = makings;
    let path = folder.path().to_owned();
    let state = Arc::new(RecordState::new(clock.clone(), config));
    let shelf = shelf.unwrap_or_else(|| {
        Box::new(DiskShelf {
            folder: path.clone(),
            mode,
            options: options.clone(),
            state: state.clone(),
            keyring: None,
        })
    });
    let (tap, lanes) = RecordLanes::new(run, state.clone());
    let (tell_restored, restored) = bounded(1);
    let (copies, to_copy) = bounded(1);
    let (seals, to_seal) = bounded(sealing::JOBS);
    let (sealed, results) = bounded(sealing::JOBS);
    let (errands, own_orders) = bounded(ERRANDS);
    let (at_work, others) = bounded::<()>(0);
    let mut workers = Vec::new();
    let keeper = Keeper {
        shelf,
        book: None,
        lanes,
        state: state.clone(),
        clock: clock.clone(),
        run,
        orders: baskets.orders,
        own_orders,
        copies,
        seals,
        results,
        others,
        stopped: stopped.clone(),
        desk: keeper::Waiting::default(),
    };
    workers.push(threads::worker("record", confine.clone(), move || {
        // Held until the last byte is written: no other station works in this folder before.
        let _folder = folder;
        keeper.run(&tell_restored);
    })?);
    workers.push(threads::worker("sealing", confine.clone(), {
        let (stopped, at_work) = (stopped.clone(), at_work.clone());
        move || {
            sealing::run(&to_seal, &sealed, &stopped);
            drop(at_work);
        }
    })?);
    let librarian = Librarian {
        record: path.clone(),
        machine: options.machine.clone(),
        questions: baskets.questions,
        clock: clock.clone(),
        at_work,
        stopped: stopped.clone(),
    };
    workers.push(threads::worker("reading", confine.clone(), move || librarian.run())?);
    let copier = Copier {
        record: path,
        state: state.clone(),
        clock,
        places: to_copy,
        orders: errands,
        stopped,
    };
    workers.push(threads::worker("copying", confine, move || copier.run())?);
    let restored = match restored.recv_timeout(SNAPSHOT_PATIENCE) {
        Ok(restored) => restored?,
        Err(_) => {
            tracing::error!("the record does not answer: nobody is known to stand anywhere");
            None
        }
    };
    Ok(Record { state, tap, restored, threads: RecordThreads { workers } })
}

impl RecordThreads {
    /// Waits for the last commit, but not for ever. The station has told all threads to end before.
    pub(crate) fn end(self) {
        for worker in self.workers {
            worker.end_within(END_PATIENCE);
        }
    }
}

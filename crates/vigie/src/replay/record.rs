//! The record of a replay: its writer works in the replay's own thread and in its virtual time, a
//! commit each second, so that the same replay writes the same record.

use std::{
    mem,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use vigie_board::LineChange;
use vigie_history::{At, LinkRow};
use vigie_keyring::{Keyring, MachineKeyPlace};
use vigie_model::{Event, LogEntry, MonoTime, StationMode, Text};
use vigie_record::{RecordError, Writer, WriterOptions};
use vigie_station::RecordLock;
use vigie_ward::Item;

use super::ward::Start;
use crate::{
    record::{PROGRAM, refused},
    terminal::{self, Problem},
};

/// Between two commits, in the replay's time.
const PERIOD: Duration = Duration::from_secs(1);

/// What the board was told and the writer was not yet.
type Told = Arc<Mutex<Vec<Item>>>;

/// A record being written beside a replay.
pub struct ReplayRecord {
    writer: Writer,
    told: Told,
    start: Start,
    /// When the last commit was, and the next is due.
    now: MonoTime,
    due: MonoTime,
    /// Prints what is durable.
    says: bool,
    /// The last commit failed: why.
    failed: Option<String>,
    /// No station works in the folder meanwhile.
    _lock: RecordLock,
}

impl ReplayRecord {
    /// Opens the record in a folder, or begins one.
    pub fn open(folder: &Path, says: bool, start: Start) -> Result<ReplayRecord, Problem> {
        crate::folder::make(folder)?;
        let lock = RecordLock::take(folder).map_err(|error| refused(folder, error))?;
        // Keys that stand in the source: there is nothing of the machine to be asked for.
        let (keyring, _) =
            Keyring::open_or_create(folder, StationMode::Replay, &MachineKeyPlace::default())
                .map_err(|error| Problem::new(error.to_string()))?;
        let options = WriterOptions {
            folder: folder.to_owned(),
            keyring,
            mode: StationMode::Replay,
            station: Text::from("replay"), // tidy: not for people
            program: Text::from(PROGRAM),
            policy: None,
        };
        let (writer, recovered) = Writer::open(options, start.run, start.mono, start.wall)
            .map_err(|error| problem(&error))?;
        for (number, why) in &recovered.damaged {
            // tidy: not for people
            terminal::say(&format!("vigie: segment {number} could not be closed properly: {why}"));
        }
        Ok(ReplayRecord {
            writer,
            told: Told::default(),
            start,
            now: start.mono,
            due: start.mono + PERIOD,
            says,
            failed: None,
            _lock: lock,
        })
    }

    /// Sees everything that the board is told.
    pub fn tap(&self) -> impl FnMut(&Item) + Send + 'static {
        let told = self.told.clone();
        move |item| lock(&told).push(item.clone())
    }

    /// The board decided something.
    pub fn handle_log(&mut self, entry: &LogEntry) {
        self.take();
        self.writer.handle_log(entry);
    }

    /// Commits at each second before `next`, when something will happen again.
    pub fn run_until(&mut self, next: MonoTime) {
        self.take();
        while self.due <= next {
            self.now = self.due;
            self.due = self.due + PERIOD;
            let committed = self.commit();
            if let Err(error) = &committed
                && self.failed.is_none()
            {
                // tidy: not for people
                terminal::say(&format!("vigie: nothing is recorded: {error}"));
            }
            self.failed = committed.err().map(|error| error.to_string());
        }
    }

    /// Hands on what the board was told.
    fn take(&mut self) {
        for item in mem::take(&mut *lock(&self.told)) {
            match item {
                Item::Heard(observation) if matches!(observation.event, Event::Alive) => {}
                Item::Heard(observation) => self.writer.handle_observation(&observation),
                Item::Line { at, wall, line, devices, change } => {
                    self.writer.handle_link(&LinkRow {
                        at: At { run: self.start.run, mono: at, wall },
                        line,
                        is_up: match change {
                            LineChange::Up | LineChange::Doubled => true,
                            LineChange::Down | LineChange::Left => false,
                        },
                        devices,
                    });
                }
            }
        }
    }

    fn commit(&mut self) -> Result<(), RecordError> {
        let wall = self.start.wall_of(self.now);
        let durable = self.writer.commit(self.now, wall)?;
        self.say(|| format!("durable {} {}", durable.rows, durable.samples));
        if self.writer.wants_rotation(wall) {
            let job = self.writer.rotate(self.now, wall)?;
            let seal = job.run()?;
            self.writer.sealed(&seal);
            self.say(|| format!("sealed {}", seal.number));
        }
        Ok(())
    }

    /// Commits, closes and seals.
    pub fn close(mut self) -> Result<(), Problem> {
        self.take();
        self.commit().map_err(|error| problem(&error))?;
        let (says, wall) = (self.says, self.start.wall_of(self.now));
        let seal = self.writer.close(self.now, wall).map_err(|error| problem(&error))?;
        say(says, || format!("sealed {}", seal.number));
        say(says, || "closed".to_owned()); // tidy: not for people
        Ok(())
    }

    fn say(&self, line: impl FnOnce() -> String) {
        say(self.says, line);
    }
}

fn say(says: bool, line: impl FnOnce() -> String) {
    if says {
        // Whoever reads it may have seen enough; the record goes on.
        _ = terminal::try_print(&line());
    }
}

fn problem(error: &RecordError) -> Problem {
    Problem::new(error.to_string())
}

/// What stands behind it is replaced whole: even a poisoned one holds consistent items.
fn lock(told: &Told) -> MutexGuard<'_, Vec<Item>> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

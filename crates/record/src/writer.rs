//! [`Writer`]: takes what the station heard and decided, and commits it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vigie_history::{LinkRow, RecordStatus};
use vigie_keyring::Keyring;
use vigie_model::{
    DeviceKey, LogEntry, MetricKey, MonoTime, Observation, RunId, StationMode, Text, WallTime,
};

use crate::{Policy, RecordError, Seal};

/// What a writer needs.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// The record folder; made if need be.
    pub folder: PathBuf,
    /// Its keys.
    pub keyring: Keyring,
    /// The station's mode. A record holds one mode only.
    pub mode: StationMode,
    /// The unit's name, for people.
    pub station: Text,
    /// Program and version, `vigie 0.1.0`.
    pub program: Text,
    /// How much is kept. `None`: what suits its disk.
    pub policy: Option<Policy>,
}

/// Up to where each lane is on the disk: numbers of what was handed in, counted from 1 and across
/// restarts; 0: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durable {
    /// Rows: events, log, links, gaps, audit.
    pub rows: u64,
    /// Samples: numbers and waves.
    pub samples: u64,
}

/// What was found of earlier runs when the record was opened.
#[derive(Clone, Debug, Default)]
pub struct Recovered {
    /// The last committed numbers; counting goes on above them.
    pub durable: Durable,
    /// The board's last snapshot, and when the last run committed last.
    pub board: Option<(Vec<u8>, WallTime)>,
    /// Segments that were open and are now sealed.
    pub sealed: Vec<u32>,
    /// Segments that could not be closed properly, and why.
    pub damaged: Vec<(u32, String)>,
}

/// Something that the station itself lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// From when.
    pub from: MonoTime,
    /// Until when.
    pub to: MonoTime,
    /// Which device; `None`: all.
    pub device: Option<DeviceKey>,
    /// Which stream; `None`: all.
    pub key: Option<MetricKey>,
    /// How many observations.
    pub lost: u64,
    /// Why, in English for engineers.
    pub why: Text,
}

/// Who did what with the record; a line of `audit.jsonl` as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its own name, random: 32 hex digits. Taken over once.
    pub id: String,
    /// When, nanoseconds since 1970 UTC.
    pub wall_ns: i64,
    /// Which user of the PC, or `station`.
    pub who: String,
    /// What: `key`, `export`, `backup`, `restore`, `rekey`, `passphrase`, `hold`, `inspect`.
    pub what: String,
    /// Particulars, in English for engineers. Never a patient's name.
    pub body: String,
}

/// The record being written. Times are arguments and never go back within a run.
#[derive(Debug)]
pub struct Writer {}

/// A closed segment that is to be sealed: slow, and done beside the recording. `Send`.
#[derive(Debug)]
pub struct SealJob {}

impl SealJob {
    /// The segment.
    pub fn number(&self) -> u32 {
        unimplemented!()
    }

    /// Checkpoints, hashes and seals. Can be done again after a failure.
    pub fn run(&self) -> Result<Seal, RecordError> {
        unimplemented!()
    }
}

impl Writer {
    /// Opens a record, or begins one: seals what earlier runs left open, and opens the next segment.
    pub fn open(
        _options: WriterOptions,
        _run: RunId,
        _now: MonoTime,
        _wall: WallTime,
    ) -> Result<(Writer, Recovered), RecordError> {
        unimplemented!()
    }

    /// Something was heard. Kept in memory until [`Writer::commit`]; bounded: when commits fail for long,
    /// the oldest samples go first and become a gap, rows last.
    pub fn handle_observation(&mut self, _observation: &Observation) {
        unimplemented!()
    }

    /// The board decided something.
    pub fn handle_log(&mut self, _entry: &LogEntry) {
        unimplemented!()
    }

    /// A line opened or closed.
    pub fn handle_link(&mut self, _link: &LinkRow) {
        unimplemented!()
    }

    /// The station lost something before it reached the record.
    pub fn handle_lost(&mut self, _lost: &Lost) {
        unimplemented!()
    }

    /// Somebody did something with the record.
    pub fn handle_audit(&mut self, _row: &AuditRow) {
        unimplemented!()
    }

    /// The board's state, to be restored at the next start. Written with the next commit.
    pub fn handle_snapshot(&mut self, _snapshot: Vec<u8>) {
        unimplemented!()
    }

    /// Commits everything handed in until now: wanted once a second, and at once after rows. Flushes
    /// the groups that are due, takes over `audit.jsonl`, and once a minute looks at the disk and lets
    /// old segments go. After an error everything is kept, and the next call tries again.
    pub fn commit(&mut self, _now: MonoTime, _wall: WallTime) -> Result<Durable, RecordError> {
        unimplemented!()
    }

    /// Whether the day or the size asks for the next segment.
    pub fn wants_rotation(&self, _wall: WallTime) -> bool {
        unimplemented!()
    }

    /// Opens the next segment and gives the old one to be sealed.
    pub fn rotate(&mut self, _now: MonoTime, _wall: WallTime) -> Result<SealJob, RecordError> {
        unimplemented!()
    }

    /// The sealing of an earlier segment is done.
    pub fn sealed(&mut self, _seal: &Seal) {
        unimplemented!()
    }

    /// How the record is doing; `copy` and `is_unprotected` are not its to know.
    pub fn status(&self) -> RecordStatus {
        unimplemented!()
    }

    /// Commits, closes and seals the open segment.
    pub fn close(self, _now: MonoTime, _wall: WallTime) -> Result<Seal, RecordError> {
        unimplemented!()
    }
}

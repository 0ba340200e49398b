//! [`Writer`]: takes what the station heard and decided, and commits it.
//!
//! `rows` and `lane` keep what waits, `ids` numbers it, `open` is the segment it goes to, `trend` its
//! hours; `capacity` lets old segments go; `seal_job` closes a segment, `leftover` one that a crash left
//! open; `folder` knows the files. Each commit is one transaction, with its number in the head: after an
//! error nobody knows whether it happened, and the head tells once the segment is opened again.

mod capacity;
mod folder;
mod ids;
mod lane;
mod leftover;
mod open;
mod recover;
mod rows;
mod seal_job;
mod trend;

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_history::{LinkRow, RecordState, RecordStatus};
use vigie_keyring::{Keyring, replace, wrap};
use vigie_model::{
    DeviceKey, Event, LogEntry, Measured, MetricKey, MonoTime, Observation, RunId, StationMode,
    Text, WallTime,
};

pub use seal_job::SealJob;

use crate::{AuditQueue, Policy, RecordError, Seal, chunk::Form, error::of_io, layout};
use capacity::{Capacity, Looked, Pretended};
use lane::{NumericItem, WaveItem};
use open::{Open, Pending};
use rows::{GapLine, Row, json};

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
    /// Segments that were open and are now sealed.
    pub sealed: Vec<u32>,
    /// Segments that could not be closed properly, and why.
    pub damaged: Vec<(u32, String)>,
    /// Segments that are still to be sealed, in this order: large ones, and those that something else
    /// reads just now.
    pub jobs: Vec<SealJob>,
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

/// Bytes of samples that wait in memory at most when nothing can be committed.
const SAMPLE_BYTES_MAX: usize = 64 << 20;
/// Samples wait so long at most: what is older becomes a gap.
const SAMPLE_AGE_MAX: Duration = Duration::from_secs(600);
/// Bytes of rows that wait at most: hours of alarms and log of a large ward.
const ROW_BYTES_MAX: usize = 128 << 20;
/// So much goes at a time when there is too much.
const DROPPED_AT_ONCE: Duration = Duration::from_secs(10);
/// While the disk refuses, all that waits is encoded for each attempt: the longer it has refused, the
/// rarer, up to this.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(10);
/// Part of the time that nothing could be committed until it is tried again.
const RETRY_PART: u32 = 10;
/// Nanoseconds of a day.
const DAY_NS: i64 = 86_400_000_000_000;

/// The disk refused.
#[derive(Debug)]
struct Refused {
    /// Since when.
    first: MonoTime,
    /// When it is tried again.
    next: MonoTime,
    error: RecordError,
}

/// The record being written. Times are arguments and never go back within a run.
#[derive(Debug)]
pub struct Writer {
    options: WriterOptions,
    run: RunId,
    /// The number of the last segment begun.
    number: u32,
    /// The segment being written; `None`: the disk refused to begin one, and it is tried again.
    open: Option<Open>,
    pending: Pending,
    /// Numbers of what was handed in.
    handed: Durable,
    /// Numbers of what is on the disk.
    durable: Durable,
    capacity: Capacity,
    state: RecordState,
    refused: Option<Refused>,
    committed_wall: Option<WallTime>,
    lost: u64,
    snapshot: Option<Vec<u8>>,
    /// Rows of `audit.jsonl` that a segment before this one has.
    known_audit: BTreeSet<String>,
}

impl Writer {
    /// Opens a record, or begins one: seals what earlier runs left open, and opens the next segment.
    pub fn open(
        options: WriterOptions,
        run: RunId,
        now: MonoTime,
        wall: WallTime,
    ) -> Result<(Writer, Recovered), RecordError> {
        recover::open(options, run, now, wall)
    }

    /// Something was heard. Kept in memory until [`Writer::commit`]; bounded: when commits fail for long,
    /// the oldest samples go first and become a gap, rows last.
    pub fn handle_observation(&mut self, observation: &Observation) {
        let Observation { stamp, device, event, placed } = observation;
        let Pending { ids, waves, numerics, rows, .. } = &mut self.pending;
        let arrival = stamp.mono;
        let is_taken = match event {
            Event::Alive => return,
            Event::Wave(chunk) => {
                self.handed.samples += 1;
                // The driver places every wave; by its arrival is still better than not at all.
                let placed = placed.unwrap_or(vigie_model::Placement {
                    start: arrival,
                    ns_per_tick: f64::from(chunk.base.tick_ns),
                    epoch: 0,
                });
                ids.form(device, &chunk.key, Form::of_wave(chunk)).map(|(stream, form)| {
                    waves.push(stream, WaveItem { chunk: chunk.clone(), placed, arrival, form });
                })
            }
            Event::Numeric(numeric) => {
                self.handed.samples += 1;
                if let Measured::Backfill(ago) = numeric.measured {
                    ids.stream(device, &numeric.key).map(|stream| {
                        let ago_ns = i64::try_from(ago.as_nanos()).unwrap_or(i64::MAX);
                        rows.push(Row::Late {
                            stream,
                            measured_ns: lane::sql(arrival).saturating_sub(ago_ns),
                            mono: arrival,
                            body: json(event),
                        });
                    })
                } else {
                    ids.form(device, &numeric.key, Form::of_numeric(numeric)).map(
                        |(stream, form)| {
                            let numeric = numeric.clone();
                            numerics.push(stream, NumericItem { numeric, arrival, form });
                        },
                    )
                }
            }
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Fault(_) => {
                self.handed.rows += 1;
                rows.event(self.handed.rows, observation, ids);
                Some(())
            }
        };
        if is_taken.is_none() {
            self.add_dropped(1, arrival, arrival, "more streams than can be numbered");
        }
        if self.pending.sample_bytes() > SAMPLE_BYTES_MAX {
            self.drop_oldest(arrival);
        }
    }

    /// The board decided something.
    pub fn handle_log(&mut self, entry: &LogEntry) {
        self.handed.rows += 1;
        self.pending.rows.log(self.handed.rows, entry, &mut self.pending.ids);
    }

    /// A line opened or closed.
    pub fn handle_link(&mut self, link: &LinkRow) {
        self.handed.rows += 1;
        let devices: Vec<&str> = link.devices.iter().map(|device| device.0.as_str()).collect();
        self.pending.rows.push(Row::Link {
            seq: self.handed.rows,
            mono: link.at.mono,
            wall: link.at.wall,
            line: link.line.clone(),
            is_up: link.is_up,
            devices: json(&devices),
        });
    }

    /// The station lost something before it reached the record.
    pub fn handle_lost(&mut self, lost: &Lost) {
        self.handed.rows += 1;
        self.lost += lost.lost;
        let ids = &mut self.pending.ids;
        let device = lost.device.as_ref().map(|device| ids.device(device));
        let stream = lost.device.as_ref().zip(lost.key.as_ref());
        let stream = stream.and_then(|(device, key)| ids.stream(device, key));
        self.pending.rows.push(Row::Gap(GapLine {
            seq: self.handed.rows,
            from_ns: lane::sql(lost.from),
            to_ns: lane::sql(lost.to),
            device,
            stream,
            lost: lost.lost,
            why: lost.why.clone(),
        }));
    }

    /// Somebody did something with the record.
    pub fn handle_audit(&mut self, row: &AuditRow) {
        self.handed.rows += 1;
        self.pending.rows.push(Row::Audit(row.clone()));
    }

    /// The board's state, to be restored at the next start. Written with the next commit.
    pub fn handle_snapshot(&mut self, snapshot: Vec<u8>) {
        self.snapshot = Some(snapshot);
    }

    /// Commits everything handed in until now: wanted once a second, and at once after rows. Flushes
    /// the groups that are due, takes over `audit.jsonl`, and once a minute looks at the disk and lets
    /// old segments go. After an error everything is kept, and a later call tries again: the next one at
    /// first, then after a tenth of the time that nothing could be committed, at most 10 s, or once a look
    /// at the disk let a segment go. Calls in between give the same error and cost nothing.
    pub fn commit(&mut self, now: MonoTime, wall: WallTime) -> Result<Durable, RecordError> {
        let has_freed = self.capacity.is_due(now) && self.look(now, wall);
        if let Some(refused) = &self.refused
            && now < refused.next
            && !has_freed
        {
            let error = refused.error.again();
            self.drop_oldest(now);
            return Err(error);
        }
        let mut result = self.commit_once(now, wall, false);
        if let Err(RecordError::Full { .. }) = result
            && self.look(now, wall)
        {
            result = self.commit_once(now, wall, false);
        }
        self.settle(now, wall, result)
    }

    /// Whether the day or the size asks for the next segment.
    pub fn wants_rotation(&self, wall: WallTime) -> bool {
        self.open.as_ref().is_some_and(|open| {
            let day = |at: WallTime| at.as_unix_nanos().div_euclid(DAY_NS);
            day(wall) != day(open.opened_wall)
                || open.bytes() >= self.capacity.policy.segment_bytes_max
                || self.pending.ids.are_many()
        })
    }

    /// Opens the next segment and gives the old one to be sealed.
    pub fn rotate(&mut self, now: MonoTime, wall: WallTime) -> Result<SealJob, RecordError> {
        let result = self.commit_once(now, wall, true);
        self.settle(now, wall, result)?;
        let Some(open) = self.open.take() else {
            let what = layout::segments(&self.options.folder);
            return Err(RecordError::Segment { what, why: "no segment is open".to_owned() });
        };
        self.capacity.closed(open.bytes());
        let job = self.job(open.number);
        open.close();
        self.pending.begin_segment();
        // What the disk refuses now it is asked again at the next commit.
        let begun = self.begin(now, wall);
        if let Err(error) = begun {
            _ = self.settle(now, wall, Err(error));
        }
        Ok(job)
    }

    /// The sealing of an earlier segment is done.
    pub fn sealed(&mut self, seal: &Seal) {
        self.capacity.add(seal);
        if seal.number + 1 == self.number {
            self.pending.previous = Some(seal.chain.clone());
        }
    }

    /// How much is kept from now on, as the configuration says meanwhile.
    pub fn set_policy(&mut self, policy: Policy) {
        self.capacity.policy = policy;
    }

    /// How the record is doing; `copy` and `is_unprotected` are not its to know.
    pub fn status(&self) -> RecordStatus {
        let (sealed_bytes, oldest) = self.capacity.sealed();
        let open = self.open.as_ref();
        let opened = open.map(|open| open.opened_wall.as_unix_nanos());
        RecordStatus {
            state: self.state.clone(),
            segment: open.map_or(self.number, |open| open.number),
            committed: self.committed_wall,
            waiting: self.pending.waiting(),
            lost: self.lost,
            bytes: sealed_bytes + open.map_or(0, Open::bytes),
            free_bytes: self.capacity.free_bytes(),
            bytes_per_day: self.capacity.bytes_per_day(),
            days_left: self.capacity.days_left(),
            is_filling: self.capacity.is_filling(),
            oldest: [oldest, opened].into_iter().flatten().min().map(WallTime::from_unix_nanos),
            ..RecordStatus::default()
        }
    }

    /// Commits, closes and seals the open segment.
    pub fn close(mut self, now: MonoTime, wall: WallTime) -> Result<Seal, RecordError> {
        let result = self.commit_once(now, wall, true);
        self.settle(now, wall, result)?;
        let Some(open) = self.open.take() else {
            let what = layout::segments(&self.options.folder);
            return Err(RecordError::Segment { what, why: "no segment is open".to_owned() });
        };
        let job = self.job(open.number);
        open.close();
        job.run()
    }

    /// For tests: each commit is refused as by a full disk, or no more.
    #[doc(hidden)]
    pub fn pretend_full(&mut self, is_full: bool) {
        self.pending.is_refused = is_full;
    }

    /// For tests: so much is free on the disk; what is deleted adds to it.
    #[doc(hidden)]
    pub fn pretend_free(&mut self, bytes: Option<u64>) {
        self.capacity.pretended = bytes.map(|free| Pretended { free, frees_late: false });
    }

    /// For tests: so much is free on the disk, whatever is deleted.
    #[doc(hidden)]
    pub fn pretend_free_late(&mut self, bytes: u64) {
        self.capacity.pretended = Some(Pretended { free: bytes, frees_late: true });
    }

    /// For tests: the next commit happens and is said to have failed, as a sync may do.
    #[doc(hidden)]
    pub fn doubt_next_commit(&mut self) {
        self.pending.is_doubted = true;
    }

    fn job(&self, number: u32) -> SealJob {
        SealJob::new(self.options.folder.clone(), number, self.options.keyring.clone())
    }

    fn begin(&mut self, now: MonoTime, wall: WallTime) -> Result<(), RecordError> {
        let number = self.number.saturating_add(1);
        if number > layout::NUMBER_MAX {
            let what = layout::segments(&self.options.folder);
            let why = format!(
                "there is a segment of number {}, and none above {}: remove its files if they are \
                 stray, or begin another record with --record DIR",
                self.number,
                layout::NUMBER_MAX
            );
            return Err(RecordError::Damaged { what, why });
        }
        let open = Open::begin(&self.options, self.run, number, self.durable, now, wall)?;
        self.number = number;
        self.open = Some(open);
        Ok(())
    }

    fn commit_once(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        is_closing: bool,
    ) -> Result<(), RecordError> {
        if self.open.is_none() {
            self.begin(now, wall)?;
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        if let Some(durable) = open.resolve(&mut self.pending, &mut self.handed)? {
            self.durable = durable;
        }
        let record = &self.options.folder;
        let audit = AuditQueue::open(record).unwrap_or_else(|error| {
            tracing::warn!("audit rows wait: {error}");
            None
        });
        let new: &[AuditRow] = audit.as_ref().map_or(&[], |audit| &audit.rows);
        let known = &self.known_audit;
        let new = new.iter().filter(|row| !known.contains(&row.id)).cloned().collect();
        self.durable =
            open.commit(&mut self.pending, &mut self.handed, new, now, wall, is_closing)?;
        self.committed_wall = Some(wall);
        if let Some(audit) = audit
            && let Err(error) = audit.empty()
        {
            tracing::warn!("audit rows are taken over, and stay in their file: {error}");
        }
        if let Some(snapshot) = self.snapshot.take() {
            let path = layout::board(record);
            let machine = self.options.keyring.machine().recipient();
            let written = wrap(&machine, &snapshot)
                .map_err(RecordError::from)
                .and_then(|bytes| replace(&path, &bytes).map_err(|error| of_io(&path, error)));
            if let Err(error) = written {
                self.snapshot = Some(snapshot);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Looks at the disk; whether something was deleted.
    fn look(&mut self, now: MonoTime, wall: WallTime) -> bool {
        let bytes = self.open.as_ref().map_or(0, Open::recorded_bytes);
        let Looked { rows, error } =
            self.capacity.look(now, wall, bytes, self.options.keyring.signer());
        if let Some(error) = error {
            tracing::error!("old segments stay: {error}");
        }
        let is_deleted = !rows.is_empty();
        rows.into_iter().for_each(|row| self.pending.rows.push(row));
        is_deleted
    }

    fn settle(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        result: Result<(), RecordError>,
    ) -> Result<Durable, RecordError> {
        let Err(error) = result else {
            if self.state != RecordState::Writing {
                tracing::info!(segment = self.number, "recording");
            }
            self.state = RecordState::Writing;
            self.refused = None;
            return Ok(self.durable);
        };
        let is_full = matches!(error, RecordError::Full { .. });
        let why = Text::from(error.to_string());
        let since = match &self.state {
            RecordState::Stopped { since, .. } => *since,
            RecordState::Off | RecordState::Writing => {
                tracing::error!("recording stopped: {why}");
                wall
            }
        };
        self.state = RecordState::Stopped { since, is_full, why };
        let first = self.refused.as_ref().map_or(now, |refused| refused.first);
        let after = (now.since(first) / RETRY_PART).min(RETRY_AFTER_MAX);
        self.refused = Some(Refused { first, next: now + after, error: error.again() });
        self.drop_oldest(now);
        Err(error)
    }

    /// Keeps what waits within its bounds.
    fn drop_oldest(&mut self, now: MonoTime) {
        while let Some(oldest) = self.pending.oldest() {
            let too_old = now.before(SAMPLE_AGE_MAX);
            let cut = if self.pending.sample_bytes() > SAMPLE_BYTES_MAX {
                too_old.max(oldest + DROPPED_AT_ONCE)
            } else if oldest < too_old {
                too_old
            } else {
                break;
            };
            let Pending { waves, numerics, .. } = &mut self.pending;
            for dropped in [waves.drop_before(cut), numerics.drop_before(cut)] {
                if let (Some(first), Some(last)) = (dropped.first, dropped.last) {
                    self.add_dropped(dropped.count, first, last, "nothing could be written");
                }
            }
        }
        while self.pending.rows.bytes() > ROW_BYTES_MAX && self.pending.rows.drop_oldest().is_some()
        {
            self.add_dropped(1, now, now, "nothing could be written");
        }
    }

    fn add_dropped(&mut self, count: u64, first: MonoTime, last: MonoTime, why: &str) {
        self.lost += count;
        let (from_ns, to_ns) = (lane::sql(first), lane::sql(last));
        match &mut self.pending.dropped {
            Some(gap) => {
                gap.lost += count;
                gap.from_ns = gap.from_ns.min(from_ns);
                gap.to_ns = gap.to_ns.max(to_ns);
            }
            None => {
                self.handed.rows += 1;
                self.pending.dropped = Some(GapLine {
                    seq: self.handed.rows,
                    from_ns,
                    to_ns,
                    device: None,
                    stream: None,
                    lost: count,
                    why: Text::from(why),
                });
            }
        }
    }
}

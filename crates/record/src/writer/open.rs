//! The segment being written, and what waits for it.

use std::path::PathBuf;

use rusqlite::{Connection, config::DbConfig};
use vigie_keyring::{RawKey, replace, sync_folder};
use vigie_model::{MonoTime, RunId, WallTime};

use super::{
    AuditRow, Durable, WriterOptions, folder,
    ids::Ids,
    lane::{Lane, NumericItem, WaveItem, sql},
    rows::{GapLine, Row, Rows},
    trend::Hours,
};
use crate::{
    RecordError,
    error::of_io,
    layout::{self, FORMAT, PAGE_BYTES},
    segment::{Mode, head, of_sqlite, open_segment, set_head},
};

/// A wall time that moved by more than this is written down.
const CLOCK_MOVED_NS: u64 = 1_000_000;
/// Nothing was committed for so long: the PC slept, or the disk refused.
const RESUMED_NS: u64 = 10_000_000_000;

/// What waits for a commit, and what was numbered for it.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) ids: Ids,
    pub(super) waves: Lane<WaveItem>,
    pub(super) numerics: Lane<NumericItem>,
    pub(super) hours: Hours,
    pub(super) rows: Rows,
    /// What was lost because nothing could be written.
    pub(super) dropped: Option<GapLine>,
    /// Chain value of the segment before, to be written into the head.
    pub(super) previous: Option<String>,
    /// In tests: the next commit is said to have failed.
    pub(super) is_doubted: bool,
    /// In tests: the disk is full.
    pub(super) is_refused: bool,
}

impl Pending {
    pub(super) fn sample_bytes(&self) -> usize {
        self.waves.unsaved_bytes + self.numerics.unsaved_bytes
    }

    /// Observations and rows.
    pub(super) fn waiting(&self) -> u64 {
        self.waves.unsaved + self.numerics.unsaved + self.rows.waiting() as u64
    }

    /// When the oldest sample arrived.
    pub(super) fn oldest(&self) -> Option<MonoTime> {
        [self.waves.oldest(), self.numerics.oldest()].into_iter().flatten().min()
    }

    /// Everything is on the disk, and the next segment numbers anew.
    pub(super) fn begin_segment(&mut self) {
        self.ids = Ids::default();
        self.waves = Lane::default();
        self.numerics = Lane::default();
        self.hours = Hours::default();
        self.previous = None;
        self.rows.carry_over(&mut self.ids);
    }

    /// `handed` gives a number to what is left of a gap.
    fn committed(&mut self, attempt: &Attempt, handed: &mut Durable) {
        self.ids.committed();
        self.waves.committed();
        self.numerics.committed();
        self.hours.committed();
        self.rows.committed(attempt.now);
        if self.previous == attempt.previous {
            self.previous = None;
        }
        if let (Some(dropped), Some(written)) = (&mut self.dropped, &attempt.dropped) {
            if dropped == written {
                self.dropped = None;
            } else {
                // More was lost while nobody knew of this commit: the rest is a gap of its own.
                handed.rows += 1;
                dropped.seq = handed.rows;
                dropped.lost -= written.lost;
                dropped.from_ns = written.to_ns;
            }
        }
    }

    fn undone(&mut self) {
        self.waves.undone();
        self.numerics.undone();
        self.rows.undone();
    }
}

/// A commit of which the end is not known.
#[derive(Clone, Debug)]
struct Attempt {
    number: u64,
    durable: Durable,
    now: MonoTime,
    wall: WallTime,
    offset_ns: i64,
    first_wall_ns: i64,
    is_closing: bool,
    dropped: Option<GapLine>,
    previous: Option<String>,
}

/// The segment being written.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) number: u32,
    pub(super) opened_wall: WallTime,
    path: PathBuf,
    key: RawKey,
    /// `None`: it failed, and is opened again at the next commit.
    connection: Option<Connection>,
    /// Number of the last row on the disk when it was begun: rows up to this were carried over.
    begun_at: u64,
    /// Number of the last commit.
    commit: u64,
    attempt: Option<Attempt>,
    /// Wall time less `CLOCK_BOOTTIME` as `run_clock` has it last.
    offset_ns: i64,
    committed: MonoTime,
    wall: (i64, i64),
    late_max: u64,
    /// A commit closed it, and it went on all the same.
    is_closed: bool,
}

fn offset(now: MonoTime, wall: WallTime) -> i64 {
    wall.as_unix_nanos().saturating_sub(sql(now))
}

impl Open {
    /// Begins a segment. After an error nothing is left of it.
    pub(super) fn begin(
        options: &WriterOptions,
        run: RunId,
        number: u32,
        durable: Durable,
        now: MonoTime,
        wall: WallTime,
    ) -> Result<Open, RecordError> {
        let record = &options.folder;
        let path = layout::segments(record).join(folder::name(number, wall));
        let begun = Open::try_begin(options, run, number, &path, durable, now, wall);
        if begun.is_err() {
            let machine_key = layout::machine_key(record, number);
            let wal = folder::beside(&path, "-wal");
            let shm = folder::beside(&path, "-shm");
            // The key last: a file without a key could never be opened.
            for file in [wal, shm, path, machine_key, layout::key(record, number)] {
                _ = folder::remove(&file);
            }
        }
        begun
    }

    fn try_begin(
        options: &WriterOptions,
        run: RunId,
        number: u32,
        path: &std::path::Path,
        durable: Durable,
        now: MonoTime,
        wall: WallTime,
    ) -> Result<Open, RecordError> {
        let record = &options.folder;
        let key = RawKey::random()?;
        for (path, to) in [
            (layout::key(record, number), options.keyring.unit()),
            (layout::machine_key(record, number), &options.keyring.machine().recipient()),
        ] {
            replace(&path, &key.wrap(to)?).map_err(|error| of_io(&path, error))?;
        }
        let mut connection = open_segment(path, &key, Mode::Create)?;
        let segments = layout::segments(record);
        sync_folder(&segments).map_err(|error| of_io(&segments, error))?;
        let wall_ns = wall.as_unix_nanos();
        let written = (|| {
            let transaction = connection.transaction()?;
            let write = |name: &str, value: i64| set_head(&transaction, name, value);
            write("format", i64::from(FORMAT))?;
            write("number", i64::from(number))?;
            write("run", run.0 as i64)?;
            write("opened_mono_ns", sql(now))?;
            write("opened_wall_ns", wall_ns)?;
            write("first_wall_ns", wall_ns)?;
            write("last_wall_ns", wall_ns)?;
            write("committed_mono_ns", sql(now))?;
            write("committed_wall_ns", wall_ns)?;
            write("first_seq", durable.rows as i64 + 1)?;
            write("commit", 0)?;
            write("rows", durable.rows as i64)?;
            write("samples", durable.samples as i64)?;
            write("late_max_ns", 0)?;
            let mode = vigie_keyring::KeyringFile::of(&options.keyring, options.mode).mode;
            set_head(&transaction, "mode", mode)?;
            set_head(&transaction, "program", options.program.as_str())?;
            set_head(&transaction, "station", options.station.as_str())?;
            transaction.execute(
                "INSERT INTO run_clock (mono_ns, wall_ns, why) VALUES (?1, ?2, 'start')",
                (sql(now), wall_ns),
            )?;
            transaction.commit()
        })();
        written.map_err(|error| of_sqlite(path, &error))?;
        tracing::info!(segment = number, "begun");
        Ok(Open {
            number,
            opened_wall: wall,
            path: path.to_owned(),
            key,
            connection: Some(connection),
            begun_at: durable.rows,
            commit: 0,
            attempt: None,
            offset_ns: offset(now, wall),
            committed: now,
            wall: (wall_ns, wall_ns),
            late_max: 0,
            is_closed: false,
        })
    }

    /// Size of its files.
    pub(super) fn bytes(&self) -> u64 {
        folder::size(&self.path) + folder::size(&folder::beside(&self.path, "-wal"))
    }

    /// Size that its file will have.
    pub(super) fn recorded_bytes(&self) -> u64 {
        let pages = self.connection.as_ref().and_then(|connection| {
            connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).ok()
        });
        pages.map_or_else(|| self.bytes(), |pages| pages as u64 * u64::from(PAGE_BYTES))
    }

    /// Closes the file without the work that sealing does.
    pub(super) fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            let without_checkpoint = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
            if let Err(error) = connection.set_db_config(without_checkpoint, true) {
                tracing::debug!("the WAL is copied at once: {error}");
            }
        }
    }

    /// Opens the file again after an error, and finds out whether the last commit happened; then gives
    /// up to where it went.
    pub(super) fn resolve(
        &mut self,
        pending: &mut Pending,
        handed: &mut Durable,
    ) -> Result<Option<Durable>, RecordError> {
        if self.connection.is_none() {
            self.connection = Some(open_segment(&self.path, &self.key, Mode::Write)?);
        }
        let (Some(attempt), Some(connection)) = (&self.attempt, &self.connection) else {
            return Ok(None);
        };
        let last = head::<i64>(connection, "commit").map_err(|error| self.failed(&error))?;
        let has_happened = last.unwrap_or_default() as u64 >= attempt.number;
        let Some(attempt) = self.attempt.take() else { return Ok(None) };
        if has_happened {
            tracing::warn!(commit = attempt.number, "a commit that seemed to fail had happened");
            self.apply(&attempt, pending, handed);
            return Ok(Some(attempt.durable));
        }
        pending.undone();
        Ok(None)
    }

    /// Commits what waits, in one transaction; at the closing also what is in no chunk yet.
    pub(super) fn commit(
        &mut self,
        pending: &mut Pending,
        handed: &mut Durable,
        audit: Vec<AuditRow>,
        now: MonoTime,
        wall: WallTime,
        is_closing: bool,
    ) -> Result<Durable, RecordError> {
        let attempt = Attempt {
            number: self.commit + 1,
            durable: *handed,
            now,
            wall,
            offset_ns: offset(now, wall),
            first_wall_ns: self.first_wall(pending, now, wall),
            is_closing,
            dropped: pending.dropped.clone(),
            previous: pending.previous.clone(),
        };
        let written = self.write(&attempt, pending, &audit);
        let written = if std::mem::take(&mut pending.is_doubted) && written.is_ok() {
            Err(rusqlite::Error::InvalidQuery)
        } else {
            written
        };
        if let Err(error) = written {
            let error = self.failed(&error);
            self.connection = None;
            self.attempt = Some(attempt);
            return Err(error);
        }
        self.apply(&attempt, pending, handed);
        Ok(attempt.durable)
    }

    /// The earliest wall time of what is written. What waited for a segment is in the first commit of
    /// it: readers and holds must know that it reaches back so far.
    fn first_wall(&self, pending: &Pending, now: MonoTime, wall: WallTime) -> i64 {
        let wall_ns = wall.as_unix_nanos();
        if self.commit > 0 {
            return wall_ns;
        }
        let offset_ns = offset(now, wall);
        let dropped = pending.dropped.iter().map(|gap| gap.from_ns.saturating_add(offset_ns));
        let sample = pending.oldest().map(|at| sql(at).saturating_add(offset_ns));
        let row = pending.rows.first_wall_ns(self.begun_at, offset_ns);
        dropped.chain(sample).chain(row).fold(wall_ns, i64::min)
    }

    fn failed(&self, error: &rusqlite::Error) -> RecordError {
        of_sqlite(&self.path, error)
    }

    fn write(
        &mut self,
        attempt: &Attempt,
        pending: &mut Pending,
        audit: &[AuditRow],
    ) -> Result<(), rusqlite::Error> {
        let Some(connection) = &mut self.connection else {
            return Err(rusqlite::Error::InvalidQuery);
        };
        let Attempt { number, durable, now, wall, is_closing, .. } = attempt;
        let (now, wall, is_closing) = (*now, *wall, *is_closing);
        let transaction = connection.transaction()?;
        pending.ids.write(&transaction)?;
        pending.rows.write(&transaction, *number, now, is_closing)?;
        if let Some(dropped) = &attempt.dropped {
            Row::Gap(dropped.clone()).write(&transaction)?;
        }
        for row in audit {
            Row::Audit(row.clone()).write(&transaction)?;
        }
        let Pending { waves, numerics, hours, .. } = pending;
        let late = waves
            .write(&transaction, *number, now, is_closing, hours)?
            .max(numerics.write(&transaction, *number, now, is_closing, hours)?);
        hours.write(&transaction, now, is_closing)?;

        let wall_ns = wall.as_unix_nanos();
        let moved = attempt.offset_ns.abs_diff(self.offset_ns) > CLOCK_MOVED_NS;
        let resumed = now.as_nanos().saturating_sub(self.committed.as_nanos()) > RESUMED_NS;
        if moved || resumed {
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO run_clock (mono_ns, wall_ns, why) VALUES (?1, ?2, ?3)",
                )?
                .execute((sql(now), wall_ns, if moved { "moved" } else { "resumed" }))?;
        }
        let write = |name: &str, value: i64| set_head(&transaction, name, value);
        if late > self.late_max {
            self.late_max = late;
            write("late_max_ns", i64::try_from(late).unwrap_or(i64::MAX))?;
        }
        if attempt.first_wall_ns < self.wall.0 {
            write("first_wall_ns", attempt.first_wall_ns)?;
        }
        if wall_ns > self.wall.1 {
            write("last_wall_ns", wall_ns)?;
        }
        if let Some(previous) = &attempt.previous {
            set_head(&transaction, "previous", previous)?;
        }
        if is_closing {
            write("closed_mono_ns", sql(now))?;
            write("closed_wall_ns", wall_ns)?;
        } else if self.is_closed {
            transaction.execute("DELETE FROM head WHERE name LIKE 'closed_%'", [])?;
        }
        write("commit", *number as i64)?;
        write("committed_mono_ns", sql(now))?;
        write("committed_wall_ns", wall_ns)?;
        write("rows", durable.rows as i64)?;
        write("samples", durable.samples as i64)?;
        if pending.is_refused {
            let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
            return Err(rusqlite::Error::SqliteFailure(full, None));
        }
        transaction.commit()
    }

    fn apply(&mut self, attempt: &Attempt, pending: &mut Pending, handed: &mut Durable) {
        self.commit = attempt.number;
        let moved = attempt.offset_ns.abs_diff(self.offset_ns) > CLOCK_MOVED_NS;
        if moved || attempt.now.since(self.committed).as_nanos() > u128::from(RESUMED_NS) {
            self.offset_ns = attempt.offset_ns;
        }
        self.committed = attempt.now;
        let wall_ns = attempt.wall.as_unix_nanos();
        self.wall = (self.wall.0.min(attempt.first_wall_ns), self.wall.1.max(wall_ns));
        self.is_closed = attempt.is_closing;
        pending.committed(attempt, handed);
    }
}

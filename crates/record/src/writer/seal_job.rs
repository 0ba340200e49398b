//! [`SealJob`]: a segment is closed for ever. `docs/format.md`, "Sealing".

use std::{
    fs,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use rusqlite::{Connection, ErrorCode};
use vigie_keyring::{Keyring, RawKey, replace, sync_folder};

use super::{folder, leftover};
use crate::{
    RecordError, Seal, SealedFile, chain_of,
    error::of_io,
    layout::{self, FORMAT},
    seal::{NOTHING_RECORDED, Removed},
    segment::{Mode, check_files, connect, head, of_sqlite},
    small_file,
};

/// Bytes read at a time to be hashed.
const HASHED_BYTES: usize = 1 << 20;
/// Chain value before the first segment.
const NO_CHAIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A closed segment that is to be sealed: slow, and done beside the recording. `Send`. Jobs are done
/// in the order of their numbers.
#[derive(Clone, Debug)]
pub struct SealJob {
    record: PathBuf,
    number: u32,
    keyring: Keyring,
    /// Attempts that the disk ended.
    failed: Arc<AtomicU32>,
    /// In tests: the disk ends so many more.
    pretended: Arc<AtomicU32>,
}

/// A file that the disk does not read is tried so often, ten seconds apart by the sealing thread, before
/// the segment is sealed without it: a disk that was reset reads it again, and what stands in no seal is
/// in no copy, ever.
const ATTEMPTS: u32 = 6;
/// Rows or samples of a record: no more fit in all its segments. A seal that says more is not gone by.
const COUNTED_MAX: u64 = 1 << 60;

/// Whether so many rows and samples can be.
pub(super) fn is_counted(rows: u64, samples: u64) -> bool {
    rows.max(samples) <= COUNTED_MAX
}

/// What the head of a segment says, or what is known without it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) run: u64,
    pub(super) opened_wall_ns: i64,
    pub(super) closed_wall_ns: i64,
    pub(super) first_wall_ns: i64,
    pub(super) last_wall_ns: i64,
    pub(super) rows: u64,
    pub(super) samples: u64,
}

/// How the closing of a file ended.
enum Closed {
    Properly(Facts),
    /// Closed, and damaged: how.
    Hurt(Facts, String),
    /// It stays as it lies: why.
    AsFound(String),
}

/// What the segment before hands on.
#[derive(Clone, Debug, Default)]
struct Before {
    /// Its chain value; `None`: its seal is damaged, and its file does not tell it either.
    chain: Option<String>,
    rows: u64,
    samples: u64,
}

/// Damaged pages that a seal names.
const PAGES_NAMED_MAX: usize = 8;

impl SealJob {
    pub(super) fn new(record: PathBuf, number: u32, keyring: Keyring) -> SealJob {
        let (failed, pretended) = (Arc::default(), Arc::default());
        SealJob { record, number, keyring, failed, pretended }
    }

    /// The segment.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// For tests: the disk does not read the segment in the next attempts.
    #[doc(hidden)]
    pub fn pretend_unreadable(&self, attempts: u32) {
        self.pretended.store(attempts, Ordering::Relaxed);
    }

    /// Checkpoints, hashes and seals. Can be done again after a failure, such as another program that
    /// reads the segment just then. What can never be closed is sealed as found, and so is in the end
    /// what the disk does not read.
    pub fn run(&self) -> Result<Seal, RecordError> {
        let path = layout::seal(&self.record, self.number);
        if path.exists() {
            return Seal::parse(&folder::read(&path)?, &path);
        }
        let previous = self.previous()?;
        let name = folder::scan(&self.record)?.remove(&self.number).and_then(|found| found.name);
        let segments = layout::segments(&self.record);
        let file = name.as_ref().map(|name| segments.join(name));
        let mut chained_to = previous.chain.clone();
        let closed = match &file {
            Some(file) => self.close(file, &mut chained_to)?,
            None => Closed::AsFound(format!("it has a key and no file: {NOTHING_RECORDED}")),
        };
        let (mut files, mut as_found) = (Vec::new(), None);
        let facts = match closed {
            Closed::Properly(facts) => facts,
            Closed::Hurt(facts, why) => {
                tracing::error!(segment = self.number, "sealed as found: {why}");
                as_found = Some(why);
                facts
            }
            Closed::AsFound(why) => {
                tracing::error!(segment = self.number, "sealed as found: {why}");
                as_found = Some(why);
                self.facts_as_found(file.as_deref(), &previous)
            }
        };
        if let Some(file) = &file {
            folder::remove(&folder::beside(file, "-shm"))?;
            let mut lying = vec![file.clone()];
            let wal = folder::beside(file, "-wal");
            if fs::symlink_metadata(&wal).is_ok() {
                lying.push(wal);
            }
            for file in lying {
                match self.sealed_file(&file) {
                    Ok(sealed) => files.push(sealed),
                    Err(error) if self.tries_again(&error) => return Err(of_io(&file, error)),
                    Err(error) => {
                        let error = of_io(&file, error);
                        tracing::error!(segment = self.number, "not in its seal: {error}");
                        as_found.get_or_insert_default().push_str(&format!("; {error}"));
                    }
                }
            }
        }
        sync_folder(&segments).map_err(|error| of_io(&segments, error))?;
        let key_path = layout::key(&self.record, self.number);
        let key = match small_file::read(&key_path) {
            Ok(key) => key,
            Err(error) if self.tries_again(&error) => return Err(of_io(&key_path, error)),
            Err(error) => {
                as_found.get_or_insert_default().push_str(&format!("; its key: {error}"));
                Vec::new()
            }
        };
        let previous = chained_to.unwrap_or_else(|| NO_CHAIN.to_owned());
        let chain = chain_of(&previous, self.number, &files).ok_or_else(|| {
            let why = "the chain value of the segment before is none".to_owned();
            RecordError::Damaged { what: path.clone(), why }
        })?;
        let mut seal = Seal {
            format: FORMAT,
            number: self.number,
            files,
            run: facts.run,
            opened_wall_ns: facts.opened_wall_ns,
            closed_wall_ns: facts.closed_wall_ns,
            first_wall_ns: facts.first_wall_ns,
            last_wall_ns: facts.last_wall_ns,
            rows: facts.rows,
            samples: facts.samples,
            as_found,
            key_blake3: blake3::hash(&key).to_hex().to_string(),
            previous,
            chain,
            signer: String::new(),
            signature: String::new(),
        };
        seal.sign(self.keyring.signer());
        replace(&path, &seal.to_bytes()).map_err(|error| of_io(&path, error))?;
        tracing::info!(segment = self.number, "sealed");
        Ok(seal)
    }

    /// Whether an error of the disk may pass, and it was not tried too often yet.
    fn tries_again(&self, error: &io::Error) -> bool {
        let lasts = matches!(
            error.kind(),
            // A link, a pipe or a folder in its place; far too large; or nothing there.
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::NotFound
        );
        !lasts && self.failed.fetch_add(1, Ordering::Relaxed) + 1 < ATTEMPTS
    }

    /// What the segment before hands on, also one that was deleted. Those before must be sealed first.
    fn previous(&self) -> Result<Before, RecordError> {
        let found = folder::scan(&self.record)?;
        // Decided by the segment just before; inside `None`: its seal is damaged.
        let mut chain = None;
        for (&number, before) in found.range(..self.number).rev() {
            if before.is_unsealed() {
                let what = layout::seal(&self.record, number);
                let why = "it is to be sealed before the segment that follows".to_owned();
                return Err(RecordError::Segment { what, why });
            }
            match last_seal(&self.record, number, before) {
                Ok(seal) => {
                    chain.get_or_insert(Some(seal.chain));
                    if is_counted(seal.rows, seal.samples) {
                        let (chain, rows, samples) = (chain.flatten(), seal.rows, seal.samples);
                        return Ok(Before { chain, rows, samples });
                    }
                }
                // One damaged seal must not keep all that follow from being sealed.
                Err(error) => {
                    tracing::error!(segment = self.number, "what it follows is in doubt: {error}");
                    chain.get_or_insert(None);
                }
            }
        }
        let chain = chain.unwrap_or_else(|| Some(NO_CHAIN.to_owned()));
        Ok(Before { chain, rows: 0, samples: 0 })
    }

    /// Steps 1 and 2: the tail becomes chunks, the WAL goes, the file is synced and read-only.
    /// `previous` is the chain value of the segment before; where nobody knows it any more it becomes
    /// what the head says, from when the segment was opened.
    fn close(&self, file: &Path, previous: &mut Option<String>) -> Result<Closed, RecordError> {
        if let Err(error) = check_files(file) {
            return Ok(Closed::AsFound(error.to_string()));
        }
        if folder::size(file) == 0 {
            return Ok(Closed::AsFound(format!("its file is empty: {NOTHING_RECORDED}")));
        }
        let key = match self.raw_key() {
            Ok(key) => key,
            Err(error) => return Ok(Closed::AsFound(error.to_string())),
        };
        // An earlier attempt may have made it read-only.
        let writable = |mode| fs::set_permissions(file, fs::Permissions::from_mode(mode));
        writable(0o600).map_err(|error| of_io(file, error))?;
        let connection = match connect(file, &key, Mode::Write) {
            Ok(connection) => connection,
            Err(error) if may_pass(&error) => return Err(passing(file, &error)),
            Err(error) => return Ok(Closed::AsFound(of_sqlite(file, &error).to_string())),
        };
        let (facts, hurt) = match close_connection(connection, previous) {
            Ok(Some(closed)) => closed,
            Ok(None) => {
                return Ok(Closed::AsFound(format!("it has no tables: {NOTHING_RECORDED}")));
            }
            Err(error) if may_pass(&error) => return Err(passing(file, &error)),
            // Its first page opened: the key is right.
            Err(error) => return Ok(Closed::AsFound(format!("damaged pages: {error}"))),
        };
        let synced = fs::File::open(file).and_then(|file| file.sync_all());
        synced.and_then(|()| writable(0o400)).map_err(|error| of_io(file, error))?;
        Ok(match hurt {
            Some(why) => Closed::Hurt(facts, why),
            None => Closed::Properly(facts),
        })
    }

    fn sealed_file(&self, path: &Path) -> io::Result<SealedFile> {
        if self.pretended.load(Ordering::Relaxed) > 0 {
            self.pretended.fetch_sub(1, Ordering::Relaxed);
            return Err(io::Error::other("in a test: the disk does not read it"));
        }
        let mut file = small_file::open(path)?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; HASHED_BYTES];
        let mut bytes = 0;
        loop {
            let count = file.read(&mut buffer)?;
            let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
            hasher.update(read);
            bytes += read.len() as u64;
        }
        file.set_permissions(fs::Permissions::from_mode(0o400))?;
        file.sync_all()?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        Ok(SealedFile { name, bytes, blake3: hasher.finalize().to_hex().to_string() })
    }

    pub(super) fn raw_key(&self) -> Result<RawKey, RecordError> {
        let path = layout::machine_key(&self.record, self.number);
        let wrapped = folder::read(&path)?;
        Ok(RawKey::unwrap(self.keyring.machine(), &wrapped, &path)?)
    }

    /// What a segment that does not open shows from outside.
    fn facts_as_found(&self, file: Option<&Path>, previous: &Before) -> Facts {
        let key = layout::key(&self.record, self.number);
        let named = file
            .and_then(Path::file_name)
            .and_then(|name| folder::opened_of_name(name.to_str()?))
            .or_else(|| folder::written(&key).ok());
        let wal = file.map(|file| folder::beside(file, "-wal"));
        let written = [file, wal.as_deref()].into_iter().flatten();
        let opened = named.unwrap_or_default();
        let last = written.clone().filter_map(|file| folder::written(file).ok()).max();
        let last = last.unwrap_or(opened).max(opened);
        // Nobody knows how many there were: no row and no sample takes less than a bit.
        let most: u64 = 8 * written.map(folder::size).sum::<u64>();
        Facts {
            run: 0,
            opened_wall_ns: opened,
            closed_wall_ns: last,
            first_wall_ns: opened,
            last_wall_ns: last,
            rows: previous.rows.saturating_add(most),
            samples: previous.samples.saturating_add(most),
        }
    }
}

/// The seal of a segment that has one, or of one deleted. One that does not hold itself is not gone by.
pub(super) fn last_seal(
    record: &Path,
    number: u32,
    found: &folder::Found,
) -> Result<Seal, RecordError> {
    let (path, seal, fault) = if found.has_seal {
        let path = layout::seal(record, number);
        let seal = Seal::parse(&folder::read(&path)?, &path)?;
        let fault = seal.fault();
        (path, seal, fault)
    } else {
        let path = layout::removed(record, number);
        let removed = Removed::parse(&folder::read(&path)?, &path)?;
        let fault = removed.fault();
        (path, removed.seal, fault)
    };
    let fault = if seal.number == number {
        fault
    } else {
        Some(format!("the seal of segment {}", seal.number))
    };
    match fault {
        None => Ok(seal),
        Some(fault) => {
            Err(RecordError::Damaged { what: path, why: format!("{fault}: take it from a copy") })
        }
    }
}

/// What its head says, and which pages are damaged. `None`: a power cut came before its first commit.
fn close_connection(
    mut connection: Connection,
    previous: &mut Option<String>,
) -> Result<Option<(Facts, Option<String>)>, rusqlite::Error> {
    let is_empty = "SELECT count(*) = 0 FROM sqlite_master";
    if connection.query_row(is_empty, [], |row| row.get(0))? {
        return Ok(None);
    }
    // Or between its tables and the rows of its head.
    if connection.query_row("SELECT count(*) = 0 FROM head", [], |row| row.get(0))? {
        return Ok(None);
    }
    if previous.is_none() {
        *previous = head(&connection, "previous")?;
    }
    leftover::close(&mut connection, previous.as_deref().unwrap_or(NO_CHAIN))?;
    let facts = facts(&connection)?;
    let in_use = || {
        let why = IN_USE.to_owned();
        let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        rusqlite::Error::SqliteFailure(busy, Some(why))
    };
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        return Err(in_use());
    }
    let mode: String =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode != "delete" {
        return Err(in_use());
    }
    let hurt = damaged_pages(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(Some((facts, hurt)))
}

/// Another connection holds the segment.
const IN_USE: &str = "another program reads it just now (an export, a window, sqlcipher): it is sealed \
                      once that lets go of it";

/// An error that trying again later may mend.
fn passing(file: &Path, error: &rusqlite::Error) -> RecordError {
    let code = error.sqlite_error_code();
    if matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) {
        return RecordError::Segment { what: file.to_owned(), why: IN_USE.to_owned() };
    }
    of_sqlite(file, error)
}

/// Which pages do not check: once it is hashed, damage from before would look like what was written.
fn damaged_pages(connection: &Connection) -> Result<Option<String>, rusqlite::Error> {
    let mut check = connection.prepare("PRAGMA cipher_integrity_check")?;
    let mut rows = check.query([])?;
    let (mut named, mut more) = (Vec::new(), 0_u64);
    while let Some(row) = rows.next()? {
        if named.len() < PAGES_NAMED_MAX {
            named.push(row.get::<_, String>(0)?);
        } else {
            more += 1;
        }
    }
    if named.is_empty() {
        return Ok(None);
    }
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Ok(Some(format!("damaged pages: {}{more}", named.join("; "))))
}

/// What the head says.
pub(super) fn facts(connection: &Connection) -> Result<Facts, rusqlite::Error> {
    let number = |name: &str| head::<i64>(connection, name);
    let opened_wall_ns = number("opened_wall_ns")?.unwrap_or_default();
    let committed = number("committed_wall_ns")?.unwrap_or(opened_wall_ns);
    let unsigned = |name: &str| number(name).map(|value| value.unwrap_or_default() as u64);
    Ok(Facts {
        run: unsigned("run")?,
        opened_wall_ns,
        closed_wall_ns: number("closed_wall_ns")?.unwrap_or(committed),
        first_wall_ns: number("first_wall_ns")?.unwrap_or(opened_wall_ns),
        last_wall_ns: number("last_wall_ns")?.unwrap_or(committed),
        rows: unsigned("rows")?,
        samples: unsigned("samples")?,
    })
}

/// Whether trying again later may help.
fn may_pass(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
        )
    )
}

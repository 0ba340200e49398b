//! [`SealJob`]: a segment is closed for ever. `docs/format.md`, "Sealing".

use std::{
    fs,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode};
use vigie_keyring::{Keyring, RawKey, replace, sync_folder};

use super::{folder, leftover};
use crate::{
    RecordError, Seal, SealedFile, chain_of,
    error::of_io,
    layout::{self, FORMAT},
    seal::Removed,
    segment::{Mode, connect, head, of_sqlite},
};

/// Bytes read at a time to be hashed.
const HASHED_BYTES: usize = 1 << 20;
/// Chain value before the first segment.
const NO_CHAIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A closed segment that is to be sealed: slow, and done beside the recording. `Send`. Jobs are done
/// in the order of their numbers.
#[derive(Clone, Debug)]
pub struct SealJob {
    pub(super) record: PathBuf,
    pub(super) number: u32,
    pub(super) keyring: Keyring,
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
    /// It stays as it lies: why.
    AsFound(String),
}

impl SealJob {
    /// The segment.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Checkpoints, hashes and seals. Can be done again after a failure, such as another program that
    /// reads the segment just then. What can never be closed is sealed as found.
    pub fn run(&self) -> Result<Seal, RecordError> {
        let path = layout::seal(&self.record, self.number);
        if path.exists() {
            return Seal::parse(&folder::read(&path)?, &path);
        }
        let previous = self.previous()?;
        let name = folder::scan(&self.record)?.remove(&self.number).and_then(|found| found.name);
        let segments = layout::segments(&self.record);
        let file = name.as_ref().map(|name| segments.join(name));
        let closed = match &file {
            Some(file) => self.close(file, previous.as_ref())?,
            None => Closed::AsFound("it has a key and no file: nothing was recorded".to_owned()),
        };
        let (mut files, mut as_found) = (Vec::new(), None);
        let facts = match closed {
            Closed::Properly(facts) => facts,
            Closed::AsFound(why) => {
                tracing::error!(segment = self.number, "sealed as found: {why}");
                as_found = Some(why);
                self.facts_as_found(file.as_deref(), previous.as_ref())
            }
        };
        if let Some(file) = &file {
            folder::remove(&folder::beside(file, "-shm"))?;
            let mut lying = vec![file.clone()];
            let wal = folder::beside(file, "-wal");
            if wal.exists() {
                lying.push(wal);
            }
            for file in lying {
                match sealed_file(&file) {
                    Ok(sealed) => files.push(sealed),
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
        let key = match fs::read(&key_path) {
            Ok(key) => key,
            Err(error) => {
                as_found.get_or_insert_default().push_str(&format!("; its key: {error}"));
                Vec::new()
            }
        };
        let previous = previous.map_or_else(|| NO_CHAIN.to_owned(), |seal| seal.chain);
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

    /// The seal of the segment before, or of the one before that was deleted. Those in between must be
    /// sealed first.
    fn previous(&self) -> Result<Option<Seal>, RecordError> {
        let found = folder::scan(&self.record)?;
        let Some((&number, before)) = found.range(..self.number).next_back() else {
            return Ok(None);
        };
        let what = layout::seal(&self.record, number);
        if before.is_unsealed() {
            let why = "it is to be sealed before the segment that follows".to_owned();
            return Err(RecordError::Segment { what, why });
        }
        last_seal(&self.record, number, before).map(Some)
    }

    /// Steps 1 and 2: the tail becomes chunks, the WAL goes, the file is synced and read-only.
    fn close(&self, file: &Path, previous: Option<&Seal>) -> Result<Closed, RecordError> {
        if folder::size(file) == 0 {
            return Ok(Closed::AsFound("its file is empty: nothing was recorded".to_owned()));
        }
        let key = match self.raw_key() {
            Ok(key) => key,
            Err(error) => return Ok(Closed::AsFound(error.to_string())),
        };
        // An earlier attempt may have made it read-only.
        let writable = |mode| fs::set_permissions(file, fs::Permissions::from_mode(mode));
        writable(0o600).map_err(|error| of_io(file, error))?;
        let previous = previous.map_or(NO_CHAIN, |seal| seal.chain.as_str());
        let closed = connect(file, &key, Mode::Write)
            .and_then(|connection| close_connection(connection, previous));
        let facts = match closed {
            Ok(Some(facts)) => facts,
            Ok(None) => {
                return Ok(Closed::AsFound("it has no tables: nothing was recorded".to_owned()));
            }
            Err(error) if may_pass(&error) => return Err(of_sqlite(file, &error)),
            Err(error) => return Ok(Closed::AsFound(of_sqlite(file, &error).to_string())),
        };
        let synced = fs::File::open(file).and_then(|file| file.sync_all());
        synced.and_then(|()| writable(0o400)).map_err(|error| of_io(file, error))?;
        Ok(Closed::Properly(facts))
    }

    pub(super) fn raw_key(&self) -> Result<RawKey, RecordError> {
        let path = layout::machine_key(&self.record, self.number);
        let wrapped = folder::read(&path)?;
        Ok(RawKey::unwrap(self.keyring.machine(), &wrapped, &path)?)
    }

    /// What a segment that does not open shows from outside.
    fn facts_as_found(&self, file: Option<&Path>, previous: Option<&Seal>) -> Facts {
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
            rows: previous.map_or(0, |seal| seal.rows) + most,
            samples: previous.map_or(0, |seal| seal.samples) + most,
        }
    }
}

/// The seal of a segment that has one, or of one deleted.
pub(super) fn last_seal(
    record: &Path,
    number: u32,
    found: &folder::Found,
) -> Result<Seal, RecordError> {
    if found.has_seal {
        let path = layout::seal(record, number);
        return Seal::parse(&folder::read(&path)?, &path);
    }
    let path = layout::removed(record, number);
    Ok(Removed::parse(&folder::read(&path)?, &path)?.seal)
}

/// `None`: a power cut came before its first commit.
fn close_connection(
    mut connection: Connection,
    previous: &str,
) -> Result<Option<Facts>, rusqlite::Error> {
    let is_empty = "SELECT count(*) = 0 FROM sqlite_master";
    if connection.query_row(is_empty, [], |row| row.get(0))? {
        return Ok(None);
    }
    leftover::close(&mut connection, previous)?;
    let facts = facts(&connection)?;
    let in_use = || {
        let why = "another program reads it: tried again later".to_owned();
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
    connection.close().map_err(|(_, error)| error)?;
    Ok(Some(facts))
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

fn sealed_file(path: &Path) -> io::Result<SealedFile> {
    let mut file = fs::File::open(path)?;
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

//! Opening a segment: SQLCipher's settings, the tables, the head.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Once,
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension,
    types::{FromSql, ToSql},
};
use vigie_keyring::{KeyError, RawKey};

use crate::{
    RecordError,
    layout::{APPLICATION_ID, FORMAT, PAGE_BYTES},
    small_file,
};

/// What a segment is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A new one: the file must not be there yet.
    Create,
    /// To go on writing, or to close it.
    Write,
    /// To read, also while another connection writes. Nothing is changed.
    Read,
}

/// Milliseconds that a connection waits for another one's lock: a reader never holds one for long.
const BUSY_MS: u64 = 2_000;

/// The tables: `docs/format.md`, "Tables". Only what SQLite 3.15 knows.
const TABLES: &str = "
CREATE TABLE head (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE run_clock (mono_ns INTEGER PRIMARY KEY, wall_ns INTEGER NOT NULL, why TEXT NOT NULL);
CREATE TABLE device (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE stream (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, code INTEGER,
    vendor TEXT NOT NULL, instance INTEGER NOT NULL);
CREATE TABLE form (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE wave (id INTEGER PRIMARY KEY, start_mono_ns INTEGER NOT NULL,
    end_mono_ns INTEGER NOT NULL, samples INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE numeric (id INTEGER PRIMARY KEY, start_mono_ns INTEGER NOT NULL,
    end_mono_ns INTEGER NOT NULL, count INTEGER NOT NULL, valid INTEGER NOT NULL,
    low REAL, high REAL, mean REAL, data BLOB NOT NULL);
CREATE TABLE trend (id INTEGER PRIMARY KEY, start_mono_ns INTEGER NOT NULL, valid INTEGER NOT NULL,
    low REAL, high REAL, mean REAL, data BLOB NOT NULL);
CREATE TABLE tail (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE late (id INTEGER PRIMARY KEY, stream INTEGER NOT NULL,
    measured_mono_ns INTEGER NOT NULL, mono_ns INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE event (seq INTEGER PRIMARY KEY, mono_ns INTEGER NOT NULL, wall_ns INTEGER NOT NULL,
    device INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, repeats INTEGER NOT NULL,
    last_mono_ns INTEGER NOT NULL);
CREATE TABLE log (seq INTEGER PRIMARY KEY, mono_ns INTEGER NOT NULL, wall_ns INTEGER NOT NULL,
    bed TEXT, device INTEGER, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE link (seq INTEGER PRIMARY KEY, mono_ns INTEGER NOT NULL, wall_ns INTEGER NOT NULL,
    line TEXT NOT NULL, change TEXT NOT NULL, devices TEXT NOT NULL);
CREATE TABLE gap (seq INTEGER PRIMARY KEY, from_mono_ns INTEGER NOT NULL,
    to_mono_ns INTEGER NOT NULL, device INTEGER, stream INTEGER, lost INTEGER NOT NULL,
    why TEXT NOT NULL);
CREATE TABLE audit (id TEXT PRIMARY KEY, wall_ns INTEGER NOT NULL, who TEXT NOT NULL,
    what TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE removed (number INTEGER PRIMARY KEY, wall_ns INTEGER NOT NULL, name TEXT NOT NULL,
    chain TEXT NOT NULL, why TEXT NOT NULL);
";

/// Opens or begins a segment. What is new is in WAL mode and has its tables; its head is empty.
pub(crate) fn open_segment(
    path: &Path,
    key: &RawKey,
    mode: Mode,
) -> Result<Connection, RecordError> {
    if mode == Mode::Create {
        // Before SQLite, which would make it readable for others.
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| crate::error::of_io(path, error))?;
    }
    check_files(path)?;
    connect(path, key, mode).map_err(|error| of_sqlite(path, &error))
}

/// SQLite would follow a link, and wait for whoever opens the other end of a pipe.
pub(crate) fn check_files(path: &Path) -> Result<(), RecordError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        let file = PathBuf::from(file);
        match small_file::check(&file) {
            Err(error) if suffix.is_empty() || error.kind() != std::io::ErrorKind::NotFound => {
                return Err(crate::error::of_io(&file, error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Opens a segment that is there, and says what SQLCipher says.
pub(crate) fn connect(
    path: &Path,
    key: &RawKey,
    mode: Mode,
) -> Result<Connection, rusqlite::Error> {
    let access = match mode {
        Mode::Create | Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    wait_for_sqlcipher();
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let hex = key.to_hex();
    let key_pragma = zeroize::Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", hex.as_str()));
    // Its own log would go to standard error, which belongs to the guard.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    connection.execute_batch(&key_pragma)?;
    connection.execute_batch(&format!(
        "PRAGMA cipher_compatibility = 3; PRAGMA cipher_page_size = {PAGE_BYTES};
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
    ))?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    match mode {
        Mode::Create => {
            connection.execute_batch(&format!(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;
                 PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};
                 {TABLES} COMMIT;"
            ))?;
        }
        Mode::Write => connection.execute_batch("PRAGMA synchronous = FULL;")?,
        Mode::Read => connection.execute_batch("PRAGMA query_only = ON;")?,
    }
    // Whether the key fits shows at the first page.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    Ok(connection)
}

/// SQLite counts as initialised a moment before SQLCipher is (`sqlite3_initialize` runs
/// `SQLITE_EXTRA_INIT` last, outside its mutex): a second thread that opens in this moment has its key
/// refused. So the first to come begins it alone.
fn wait_for_sqlcipher() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| drop(Connection::open_in_memory()));
}

/// What SQLCipher says, in our words. `path` is the segment's file.
pub(crate) fn of_sqlite(path: &Path, error: &rusqlite::Error) -> RecordError {
    let what = PathBuf::from(path);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => RecordError::Full { what },
        // A first page that does not decrypt: SQLCipher cannot tell a wrong key from a damaged page.
        Some(ErrorCode::NotADatabase) => RecordError::Key(KeyError::Wrong { what }),
        _ => RecordError::Segment { what, why: error.to_string() },
    }
}

/// A value of the head; `None`: it is not there.
pub(crate) fn head<T: FromSql>(
    connection: &Connection,
    name: &str,
) -> Result<Option<T>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT value FROM head WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Writes a value of the head.
pub(crate) fn set_head(
    connection: &Connection,
    name: &str,
    value: impl ToSql,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO head (name, value) VALUES (?1, ?2)")?
        .execute((name, value))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_beside_the_writer_and_not_with_another_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("000001_x.vg");
        let key = RawKey::from_bytes([7; 32]);
        let writer = open_segment(&path, &key, Mode::Create).expect("created");
        set_head(&writer, "number", 1).expect("written");
        let reader = open_segment(&path, &key, Mode::Read).expect("read beside it");
        assert_eq!(head::<u32>(&reader, "number").expect("read"), Some(1));
        assert_eq!(head::<u32>(&reader, "previous").expect("read"), None);
        assert!(set_head(&reader, "number", 2).is_err(), "a reader writes nothing");
        drop((reader, writer));
        let wrong = open_segment(&path, &RawKey::from_bytes([8; 32]), Mode::Read);
        assert!(matches!(wrong, Err(RecordError::Key(KeyError::Wrong { .. }))), "{wrong:?}");
        assert!(open_segment(&path, &key, Mode::Create).is_err(), "never over another");
        let writer = open_segment(&path, &key, Mode::Write).expect("opened again");
        assert_eq!(head::<u32>(&writer, "number").expect("read"), Some(1));
    }
}

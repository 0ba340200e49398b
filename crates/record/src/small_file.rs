//! Small files of a record: read with a bound, and never through a link or a pipe. Whoever can write in a
//! record's folder must not make the station wait, or read what is not its own.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rustix::fs::OFlags;
use serde::{Serialize, de::DeserializeOwned};

use crate::{RecordError, error::of_io};

/// Seals, holds and keys are far smaller.
pub(crate) const BYTES_MAX: u64 = 4 << 20;

/// Whether it is a plain file: no link, pipe, folder or device.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_file() {
        return Ok(());
    }
    let why = "a link, a pipe or a folder, and no plain file: remove it, or take it from a copy";
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// Opens a plain file to read it. Never waits.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    check(path)?;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

/// Reads a plain file of at most `bytes_max` bytes.
pub(crate) fn read_up_to(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        let why = "far larger than any file of its kind: take it from a copy";
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

/// The same for a file that is smaller than [`BYTES_MAX`].
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, BYTES_MAX)
}

/// A list in JSON; empty when there is no such file. `remedy`: what a person is told of a damaged one.
pub(crate) fn read_list<T: DeserializeOwned>(
    path: &Path,
    remedy: &str,
) -> Result<Vec<T>, RecordError> {
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(of_io(path, error)),
    };
    serde_json::from_slice(&bytes).map_err(|error| RecordError::Damaged {
        what: path.to_owned(),
        why: format!("damaged ({error}){remedy}"),
    })
}

/// Puts a list in the place of the one that was there; a crash leaves one or the other.
pub(crate) fn replace_list<T: Serialize>(path: &Path, list: &[T]) -> Result<(), RecordError> {
    let mut bytes =
        serde_json::to_vec_pretty(list).map_err(|error| of_io(path, io::Error::from(error)))?;
    bytes.push(b'\n');
    vigie_keyring::replace(path, &bytes).map_err(|error| of_io(path, error))
}

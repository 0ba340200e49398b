//! Small files of a record: read with a bound, and never through a link or a pipe. Whoever can write in a
//! record's folder must not make the station wait, or read what is not its own.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rustix::fs::OFlags;

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

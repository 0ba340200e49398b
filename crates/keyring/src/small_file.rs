//! Small files are never written in place, and never read without a bound. Those of a record are never
//! read through a link or a pipe either: whoever can write in its folder must not make the station wait,
//! or read what is not its own.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;

use crate::KeyError;

/// Keys, seals, sheets and `record.json` are far smaller; a hostile file costs no more than this.
pub const SMALL_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// What is said of a larger one.
const TOO_LARGE: &str = "far larger than any file of its kind";

/// Replaces a file as a whole: `NAME.new`, sync, rename, sync of the folder. After a power cut the
/// old one or the new one is there. Only the owner can read it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = with(path, ".new");
    write_new(&new, bytes)?;
    fs::rename(new, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// The same for a file that must not be there yet; `false`: it was, and is left alone. Of two that do
/// this at once one wins, and both then read the same file.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let new = with(path, &format!(".new-{}", std::process::id()));
    write_new(&new, bytes)?;
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    match linked {
        Ok(()) => path.parent().map_or(Ok(()), sync_folder).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_new(new: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(new)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Makes names in a folder last through a power cut.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Whether it is a plain file: no link, pipe, folder or device. One that is not is
/// [`io::ErrorKind::InvalidInput`].
pub fn check_plain(path: &Path) -> io::Result<()> {
    plain(&fs::symlink_metadata(path)?)
}

fn plain(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let why = "a link, a pipe or a folder, and no plain file: remove it, or take it from a copy";
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// Opens a plain file to read it. Never waits.
pub fn open_plain(path: &Path) -> io::Result<File> {
    check_plain(path)?;
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    // It may have been replaced meanwhile.
    plain(&file.metadata()?)?;
    Ok(file)
}

/// Reads a plain file of at most `bytes_max` bytes; a larger one is [`io::ErrorKind::InvalidData`].
pub fn read_plain(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    bounded(open_plain(path)?, bytes_max)
}

fn bounded(file: File, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        let why = format!("{TOO_LARGE}: take it from a copy");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

/// Reads a small file of a record.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    told(path, read_plain(path, SMALL_BYTES_MAX))
}

/// The same; `None`: it is not there.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, KeyError> {
    if_there(read(path))
}

/// Reads a small file that is not the record's, but named by a person or the system: a link is
/// followed, and a pipe is what a shell may hand over.
pub(crate) fn read_named(path: &Path) -> Result<Vec<u8>, KeyError> {
    told(path, File::open(path).and_then(|file| bounded(file, SMALL_BYTES_MAX)))
}

/// The same; `None`: it is not there.
pub(crate) fn read_named_if_there(path: &Path) -> Result<Option<Vec<u8>>, KeyError> {
    if_there(read_named(path))
}

fn told(path: &Path, read: io::Result<Vec<u8>>) -> Result<Vec<u8>, KeyError> {
    read.map_err(|error| {
        let what = path.to_owned();
        if error.kind() == io::ErrorKind::InvalidData {
            return KeyError::Damaged { what, why: TOO_LARGE.to_owned() };
        }
        KeyError::File { what, error }
    })
}

fn if_there(read: Result<Vec<u8>, KeyError>) -> Result<Option<Vec<u8>>, KeyError> {
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(KeyError::File { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

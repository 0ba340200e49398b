//! Small files are never written in place, and never read without a bound.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::KeyError;

/// Keys, sheets and `record.json` are far smaller; a hostile file costs no more than this.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

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

/// Reads a small file. What is larger than any key is damaged.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    let failed = |error| KeyError::File { what: path.to_owned(), error };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > BYTES_MAX {
        let why = "far larger than any file of its kind".to_owned();
        return Err(KeyError::Damaged { what: path.to_owned(), why });
    }
    Ok(bytes)
}

/// The same; `None`: it is not there.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, KeyError> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(KeyError::File { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

//! Why there is no copy, and the remedy.

use std::{fmt, io, path::Path};

use vigie_record::RecordError;

/// Why there is no copy.
#[derive(Debug)]
pub enum CopyError {
    /// The target is on the record's own disk.
    SameDisk(String),
    /// The target holds the copy of another record.
    OtherRecord(String),
    /// The target is full: bytes wanted more.
    Full(u64),
    /// What was read back is not what was written: which file.
    ReadBack(String),
    /// A sealed file does not fit its seal, and nothing goes on without it: which.
    Damaged(String),
    /// The target is not there, or no longer: which.
    Gone(String),
    /// The target cannot be taken: which, why, and what to do.
    Unfit(String),
    /// Anything else of the record.
    Record(RecordError),
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CopyError::SameDisk(place) => write!(
                f,
                "{place}: on the same disk as the record, and lost with it: name a folder on another disk, or give --same-disk"
            ),
            CopyError::OtherRecord(place) => {
                write!(f, "{place}: holds the copy of another record: name an empty folder")
            }
            CopyError::Full(bytes) => write!(
                f,
                "the disk of the copy is full: {} more are wanted; what is complete is kept: free space or take a larger disk, and start it again",
                Megabytes(*bytes)
            ),
            CopyError::ReadBack(file) => write!(
                f,
                "{file}: what was read back is not what was written: this disk fails, take another one"
            ),
            CopyError::Damaged(file) => {
                write!(f, "{file}: damaged, and nothing goes on without it: take another copy")
            }
            CopyError::Gone(place) => write!(
                f,
                "{place}: not there, or no longer: plug the disk in and mount it, and start it again; what is complete is kept"
            ),
            CopyError::Unfit(why) => f.write_str(why),
            CopyError::Record(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CopyError {}

impl From<RecordError> for CopyError {
    fn from(error: RecordError) -> CopyError {
        CopyError::Record(error)
    }
}

/// A size for people, in the powers of ten that disks are sold by.
pub(crate) struct Megabytes(pub u64);

impl fmt::Display for Megabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.div_ceil(100_000);
        write!(f, "{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// A file of the record, or of a copy that is only read.
pub(crate) fn file(path: &Path, error: io::Error) -> CopyError {
    CopyError::Record(RecordError::File { what: path.to_owned(), error })
}

/// A file of the target, which may be full or unplugged.
pub(crate) fn target(path: &Path, error: io::Error) -> CopyError {
    use rustix::io::Errno;
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOSPC | Errno::DQUOT) => CopyError::Full(0),
        Some(Errno::NODEV | Errno::NXIO | Errno::IO | Errno::STALE | Errno::NOTCONN) => {
            CopyError::Gone(format!("{} ({error})", path.display()))
        }
        Some(Errno::ROFS) => CopyError::Unfit(format!(
            "{}: its disk is mounted read-only: mount it for writing, or take another one",
            path.display()
        )),
        // FAT32 takes no file of 4 GiB.
        Some(Errno::FBIG) => CopyError::Unfit(format!(
            "{}: too large for the file system of this disk: take one with ext4 or exFAT, and no FAT32",
            path.display()
        )),
        Some(_) | None => file(path, error),
    }
}

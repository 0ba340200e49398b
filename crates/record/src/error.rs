//! What can go wrong with a record, and the remedy.

use std::{fmt, path::PathBuf};

use vigie_keyring::KeyError;

/// What went wrong.
#[derive(Debug)]
pub enum RecordError {
    /// The disk, or the quota of the user, is full.
    Full {
        /// What was being written.
        what: PathBuf,
    },
    /// A file cannot be read or written.
    File {
        /// Which.
        what: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A segment cannot be read or written.
    Segment {
        /// Which.
        what: PathBuf,
        /// Why, as SQLCipher says.
        why: String,
    },
    /// The key does not open a segment, or none is at hand.
    Key(KeyError),
    /// A file of the record says what it must not.
    Damaged {
        /// Which.
        what: PathBuf,
        /// How.
        why: String,
    },
    /// There is no record here.
    NoRecord(PathBuf),
    /// The record is of another mode, or of a newer format.
    Foreign {
        /// Which file tells.
        what: PathBuf,
        /// What it is, and the remedy.
        why: String,
    },
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::Full { what } => write!(
                f,
                "{}: the disk is full: free space, or let older segments go",
                what.display()
            ),
            RecordError::File { what, error } => write!(f, "{}: {error}", what.display()),
            RecordError::Segment { what, why } | RecordError::Damaged { what, why } => {
                write!(f, "{}: {why}", what.display())
            }
            RecordError::Key(error) => error.fmt(f),
            RecordError::NoRecord(what) => write!(
                f,
                "{}: there is no record here: name its folder with --record DIR",
                what.display()
            ),
            RecordError::Foreign { what, why } => write!(f, "{}: {why}", what.display()),
        }
    }
}

impl std::error::Error for RecordError {}

impl RecordError {
    /// The same, to be told once more.
    pub(crate) fn again(&self) -> RecordError {
        match self {
            RecordError::Full { what } => RecordError::Full { what: what.clone() },
            RecordError::File { what, error } => RecordError::File {
                what: what.clone(),
                error: std::io::Error::new(error.kind(), error.to_string()),
            },
            RecordError::Segment { what, why } => {
                RecordError::Segment { what: what.clone(), why: why.clone() }
            }
            RecordError::Key(error) => RecordError::Key(again(error)),
            RecordError::Damaged { what, why } => {
                RecordError::Damaged { what: what.clone(), why: why.clone() }
            }
            RecordError::NoRecord(what) => RecordError::NoRecord(what.clone()),
            RecordError::Foreign { what, why } => {
                RecordError::Foreign { what: what.clone(), why: why.clone() }
            }
        }
    }
}

fn again(error: &KeyError) -> KeyError {
    match error {
        KeyError::Wrong { what } => KeyError::Wrong { what: what.clone() },
        KeyError::Locked { what } => KeyError::Locked { what: what.clone() },
        KeyError::Damaged { what, why } => {
            KeyError::Damaged { what: what.clone(), why: why.clone() }
        }
        KeyError::File { what, error } => KeyError::File {
            what: what.clone(),
            error: std::io::Error::new(error.kind(), error.to_string()),
        },
        KeyError::NoRandom(why) => KeyError::NoRandom(why.clone()),
        KeyError::Refused { what, why } => {
            KeyError::Refused { what: what.clone(), why: why.clone() }
        }
        KeyError::Mistyped { line, why } => {
            KeyError::Mistyped { line: line.clone(), why: why.clone() }
        }
        KeyError::Weak(why) => KeyError::Weak(why.clone()),
    }
}

impl From<KeyError> for RecordError {
    fn from(error: KeyError) -> RecordError {
        RecordError::Key(error)
    }
}

/// An error of a file, told apart by whether the disk is full.
pub(crate) fn of_io(what: &std::path::Path, error: std::io::Error) -> RecordError {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let what = what.to_owned();
    if matches!(error.kind(), StorageFull | QuotaExceeded) {
        return RecordError::Full { what };
    }
    RecordError::File { what, error }
}

//! What can be wrong with keys, and the remedy.

use std::{fmt, path::PathBuf};

/// What is wrong with a key.
#[derive(Debug)]
pub enum KeyError {
    /// The secret does not open this.
    Wrong {
        /// What was to be opened.
        what: PathBuf,
    },
    /// No secret was given that could open this.
    Locked {
        /// What was to be opened.
        what: PathBuf,
    },
    /// A file of keys is damaged.
    Damaged {
        /// Which.
        what: PathBuf,
        /// How.
        why: String,
    },
    /// A file cannot be read or written.
    File {
        /// Which.
        what: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The kernel gives no random bytes.
    NoRandom(String),
    /// What is asked for is not done, or the record is of another kind: why, with the remedy.
    Refused {
        /// Which file or folder tells.
        what: PathBuf,
        /// Why, with the remedy.
        why: String,
    },
    /// A line of the recovery sheet is not as printed.
    Mistyped {
        /// Its label, such as `K2`; empty where it is none in particular.
        line: String,
        /// How.
        why: String,
    },
    /// A new passphrase that is too weak: why.
    Weak(String),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::Wrong { what } => write!(
                f,
                "{}: this passphrase or key does not open it: try again, or use the recovery sheet",
                what.display()
            ),
            KeyError::Locked { what } => write!(
                f,
                "{}: reading needs the unit's passphrase, its key file or the recovery sheet",
                what.display()
            ),
            KeyError::Damaged { what, why } => {
                write!(f, "{}: damaged ({why}): take this file from a copy", what.display())
            }
            KeyError::File { what, error } => write!(f, "{}: {error}", what.display()),
            KeyError::NoRandom(why) => write!(f, "no random bytes from the kernel: {why}"),
            KeyError::Refused { what, why } => write!(f, "{}: {why}", what.display()),
            KeyError::Mistyped { line, why } if line.is_empty() => {
                write!(f, "the recovery sheet: {why}")
            }
            KeyError::Mistyped { line, why } => {
                write!(f, "line {line} of the recovery sheet: {why}")
            }
            KeyError::Weak(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for KeyError {}

//! Why there is no export, and the remedy.

use std::{fmt, io, path::PathBuf};

use vigie_record::RecordError;

/// Why there is no export.
#[derive(Debug)]
pub enum ExportError {
    /// The folder will not do: which, and why.
    Unfit(String),
    /// A file cannot be written.
    File {
        /// Which.
        what: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The record does not answer.
    Record(RecordError),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExportError::Unfit(why) => f.write_str(why),
            ExportError::File { what, error } => write!(
                f,
                "{}: {error}: free space or name another folder, and start it again",
                what.display()
            ),
            ExportError::Record(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExportError {}

impl From<RecordError> for ExportError {
    fn from(error: RecordError) -> ExportError {
        ExportError::Record(error)
    }
}

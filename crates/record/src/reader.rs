//! [`Reader`]: any range of any stream, with its gaps.

use std::path::Path;

use vigie_history::{Query, Slice};
use vigie_keyring::Unlock;
use vigie_model::WallTime;

use crate::RecordError;

/// Reads a record, also while it is written. Not for the station's record thread: it has one of its own.
#[derive(Debug)]
pub struct Reader {}

/// What is known of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    /// Its number.
    pub number: u32,
    /// Its file's name.
    pub name: String,
    /// Its size with its WAL, in bytes.
    pub bytes: u64,
    /// Earliest and latest time in it; of one that is open and locked, `None`.
    pub span: Option<(WallTime, WallTime)>,
    /// How it stands.
    pub state: SegmentState,
}

/// How a segment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentState {
    /// Being written, or left open by a crash.
    Open,
    /// Closed for ever.
    Sealed,
    /// Sealed as found: why.
    AsFound(String),
    /// Deleted by policy: why.
    Removed(String),
    /// It should be there and is not, or does not open: why.
    Damaged(String),
}

impl Reader {
    /// Opens a record to read.
    pub fn open(_record: &Path, _unlock: Unlock) -> Result<Reader, RecordError> {
        unimplemented!()
    }

    /// Answers. A segment that cannot be read is named in the answer and does not end it.
    pub fn ask(&mut self, _query: &Query) -> Result<Slice, RecordError> {
        unimplemented!()
    }

    /// Every segment, oldest first.
    pub fn segments(&mut self) -> Result<Vec<SegmentInfo>, RecordError> {
        unimplemented!()
    }
}

//! How the record is doing.

use serde::{Deserialize, Serialize};
use vigie_model::{Text, WallTime};

/// How the record is doing; a part of the station's report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordStatus {
    /// Whether it is being written.
    pub state: RecordState,
    /// Number of the segment being written.
    pub segment: u32,
    /// The last commit.
    pub committed: Option<WallTime>,
    /// Observations that wait for a commit.
    pub waiting: u64,
    /// Observations lost since the start, because the disk was full or too slow.
    pub lost: u64,
    /// Bytes of all segments.
    pub bytes: u64,
    /// Bytes free on its disk, less the reserve.
    pub free_bytes: u64,
    /// How much is written a day, at the rate of the last hours; 0: not known yet.
    pub bytes_per_day: u64,
    /// Days until the disk is full at that rate; `None`: not known yet.
    pub days_left: Option<u32>,
    /// `days_left` is short, and older segments will be deleted before their time.
    pub is_filling: bool,
    /// Since when there is a record.
    pub oldest: Option<WallTime>,
    /// Nobody set a passphrase yet: the PC alone can read the record.
    pub is_unprotected: bool,
    /// Copies.
    pub copy: CopyStatus,
}

/// Whether the record is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordState {
    /// There is none (a replay without a folder).
    #[default]
    Off,
    /// Yes.
    Writing,
    /// No: why, in English for engineers; it is tried again at least every 10 s.
    Stopped {
        /// Since when.
        since: WallTime,
        /// The disk is full, rather than broken.
        is_full: bool,
        /// Why.
        why: Text,
    },
}

/// How old the last good copy is, and whether one is being made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CopyStatus {
    /// Where copies go as configured: a copy is started by its place in this list.
    pub places: Vec<Text>,
    /// When the newest copy that was verified was finished; `None`: there is none.
    pub last_good: Option<WallTime>,
    /// It is older than the configuration allows.
    pub is_old: bool,
    /// The one being made.
    pub running: Option<CopyProgress>,
    /// Why the last attempt failed, in English for engineers.
    pub failed: Option<Text>,
}

/// A copy being made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyProgress {
    /// To where.
    pub place: Text,
    /// Bytes copied and read back.
    pub done_bytes: u64,
    /// Bytes to copy.
    pub all_bytes: u64,
    /// Seconds left at the rate so far.
    pub left_s: Option<u32>,
}

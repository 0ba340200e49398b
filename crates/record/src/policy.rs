//! How much is kept, and what goes first.

use std::time::Duration;

/// How much is kept, and what goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A segment that has grown to this is closed and the next one opened.
    pub segment_bytes_max: u64,
    /// Sealed segments older than this are deleted, unless held.
    pub keep: Duration,
    /// Free bytes of the disk that the record never uses. Before they are touched the oldest sealed
    /// segment goes, unless held.
    pub reserve_bytes: u64,
    /// Fewer days left than this, and older segments going before their time, is a soft alarm.
    pub warn_days: u32,
    /// A last good copy older than this is a soft alarm; `None`: no copies are expected.
    pub copy_age_max: Option<Duration>,
}

/// Bytes of a gibibyte.
const GIB: u64 = 1 << 30;

impl Policy {
    /// What suits a disk of so many bytes: 30 days, a reserve of a twentieth and at most 2 GiB, segments
    /// of a sixteenth and at most 4 GiB.
    pub fn for_disk(total_bytes: u64) -> Policy {
        Policy {
            segment_bytes_max: (total_bytes / 16).clamp(1 << 20, 4 * GIB),
            keep: Duration::from_secs(30 * 86_400),
            reserve_bytes: (total_bytes / 20).min(2 * GIB),
            warn_days: 7,
            copy_age_max: Some(Duration::from_secs(36 * 3_600)),
        }
    }
}

//! What can be asked of a record, what it answers, and how the record is doing.
//!
//! Plain data: the reader in `vigie-record` answers, the station carries, the window paints, exports
//! write. Nothing here reads a file or a clock.

mod query;
mod slice;
mod status;

pub use query::{Query, Source, What};
pub use slice::{
    Answer, At, Damage, DeviceRow, GapRow, LinkRow, LogRow, NumericRow, Slice, StreamRow,
    TrendPoint, WaveRun,
};
pub use status::{CopyProgress, CopyStatus, RecordState, RecordStatus};

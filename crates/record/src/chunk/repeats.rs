//! Rows of `tail` in lane 2: how often something was said again.

use vigie_model::MonoTime;

use super::{
    ChunkError,
    bytes::{Cursor, put},
};

/// Appends how often the row of `event` with this `seq` was said again, and when last.
pub(crate) fn push_repeats(data: &mut Vec<u8>, seq: u64, repeats: u64, last: MonoTime) {
    put(data, seq);
    put(data, repeats);
    put(data, last.as_nanos());
}

/// All of a row, as `seq, repeats, last`.
pub(crate) fn read_repeats(data: &[u8]) -> Result<Vec<(u64, u64, MonoTime)>, ChunkError> {
    let mut cursor = Cursor(data);
    let mut repeats = Vec::new();
    while !cursor.0.is_empty() {
        let (seq, count, last) = (cursor.get()?, cursor.get()?, cursor.get()?);
        repeats.push((seq, count, MonoTime::from_nanos(last)));
    }
    Ok(repeats)
}

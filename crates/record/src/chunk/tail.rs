//! Rows of `tail`: chunks of a second, each after its stream and its length.

use super::{
    ChunkError,
    bytes::{Cursor, put},
};

/// Appends the chunk of a stream to the data of a row. Rows may be joined end to end.
pub(crate) fn push_tail(data: &mut Vec<u8>, stream: u32, chunk: &[u8]) {
    put(data, u64::from(stream));
    put(data, chunk.len() as u64);
    data.extend_from_slice(chunk);
}

/// The chunks of a row, with their streams, until one is damaged.
pub(crate) fn read_tail(data: &[u8]) -> impl Iterator<Item = Result<(u32, &[u8]), ChunkError>> {
    let mut cursor = Cursor(data);
    let mut is_damaged = false;
    std::iter::from_fn(move || {
        if cursor.0.is_empty() || is_damaged {
            return None;
        }
        let entry = (|| {
            let stream = cursor.get_u32()?;
            let length = cursor.count(usize::MAX)?;
            Ok((stream, cursor.take(length)?))
        })();
        is_damaged = entry.is_err();
        Some(entry)
    })
}

//! Integers as bytes: LEB128, signed ones zigzag.

use super::ChunkError;

/// Appends an unsigned integer.
pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed integer.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, zigzag(value));
}

/// 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// How many bytes [`put`] takes.
pub(super) fn len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

/// How many bytes [`put_signed`] takes.
pub(super) fn len_signed(value: i64) -> usize {
    len(zigzag(value))
}

/// Reads bytes from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    /// One byte.
    pub(super) fn byte(&mut self) -> Result<u8, ChunkError> {
        let (&first, rest) = self.0.split_first().ok_or(ChunkError("it is cut short"))?;
        self.0 = rest;
        Ok(first)
    }

    /// So many bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ChunkError> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(ChunkError("it is cut short"))?;
        self.0 = rest;
        Ok(head)
    }

    /// An unsigned integer.
    pub(super) fn get(&mut self) -> Result<u64, ChunkError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                return Err(ChunkError("an integer of more than 64 bits"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ChunkError("an integer of more than 64 bits"))
    }

    /// A signed integer.
    pub(super) fn get_signed(&mut self) -> Result<i64, ChunkError> {
        let value = self.get()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A count that must not be over `max`.
    pub(super) fn count(&mut self, max: usize) -> Result<usize, ChunkError> {
        let count = self.get()?;
        usize::try_from(count)
            .ok()
            .filter(|&count| count <= max)
            .ok_or(ChunkError("a count that no chunk has"))
    }

    /// An integer of 32 bits.
    pub(super) fn get_u32(&mut self) -> Result<u32, ChunkError> {
        u32::try_from(self.get()?).map_err(|_| ChunkError("an integer of more than 32 bits"))
    }

    /// The version that stands first.
    pub(super) fn version(&mut self) -> Result<(), ChunkError> {
        if self.byte()? == super::VERSION {
            Ok(())
        } else {
            Err(ChunkError("a chunk of another version"))
        }
    }

    /// Nothing may follow.
    pub(super) fn end(self) -> Result<(), ChunkError> {
        if self.0.is_empty() { Ok(()) } else { Err(ChunkError("bytes after its end")) }
    }
}

//! Chunks: runs of samples and of numbers as compact bytes. `docs/format.md`, "Chunks", gives every byte.
//!
//! A builder takes what was heard and gives the bytes of one chunk; a decoder gives back what was
//! heard. The decoders take any bytes: what is no chunk is an error, and costs bounded memory.

mod bytes;
mod column;
mod form;
mod numeric;
mod repeats;
mod tail;
mod trend;
mod wave;

#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use form::{Form, NumericForm, WaveForm};
pub(crate) use numeric::{NumericBuilder, NumericValue, decode_numeric};
pub(crate) use repeats::{push_repeats, read_repeats};
pub(crate) use tail::{push_tail, read_tail};
pub(crate) use trend::{HOUR_MINUTES, Minute, combine, decode_trend, encode_trend};
pub(crate) use wave::{DecodedWave, WaveBuilder, WavePart, decode_wave};

/// The version that a chunk begins with.
pub(crate) const VERSION: u8 = 1;
/// Most samples of a chunk: 10 s at 100 kHz.
pub(crate) const SAMPLES_MAX: usize = 1 << 20;
/// Most parts of a wave chunk: 10 s of a part each 150 µs.
pub(crate) const PARTS_MAX: usize = 1 << 16;
/// Most marks of a wave chunk: one on each sample.
pub(crate) const MARKS_MAX: usize = SAMPLES_MAX;
/// Most values of a numeric chunk: 1,000 a second for a minute.
pub(crate) const NUMERICS_MAX: usize = 1 << 16;

/// Why some bytes are no chunk, in English for engineers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChunkError(pub(crate) &'static str);

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ChunkError {}

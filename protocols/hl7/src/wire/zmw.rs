//! Mindray's wave segment: `ZMW|` and seven bytes in eight, so that none of them is below 0x80.
//!
//! Byte 8 of a group holds in bit n the top bit of byte n. Decoded, all big-endian:
//!
//! | Offset | Size | Field |
//! | --- | --- | --- |
//! | 0 | 2 | checksum: the ones'-complement sum of all words, this one included, is FFFF |
//! | 2 | 2 | wave |
//! | 4 | 1 | bytes a sample, 1 or 2 |
//! | 5 | 2 | samples in this second |
//! | 7 | 1 | 0 |
//! | 8 | | samples, unsigned; zeros up to a multiple of 7 |
//!
//! Source: five segments of an iPM monitor, as a public driver lists them; layout and checksum hold
//! on all five.

/// How the segment begins.
pub const SEGMENT: &[u8] = b"ZMW|";

const GROUP: usize = 8;
const HEAD: usize = 8;

/// A second of a wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zmw {
    /// Which wave.
    pub wave: u16,
    /// Bytes of a sample on the wire.
    pub width: u8,
    /// Samples of this second.
    pub samples: Vec<i32>,
}

/// Why a segment is no second of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZmwFault {
    /// Not groups of eight bytes with their top bit set.
    Coding,
    /// The checksum does not hold.
    Checksum,
    /// The samples do not fit in, or have a width that is not 1 or 2.
    Length,
}

impl Zmw {
    /// Decodes a segment, its `ZMW|` included.
    pub fn parse(segment: &[u8]) -> Result<Zmw, ZmwFault> {
        let coded = segment.strip_prefix(SEGMENT).ok_or(ZmwFault::Coding)?;
        if coded.is_empty() || coded.len() % GROUP != 0 || coded.iter().any(|byte| *byte < 0x80) {
            return Err(ZmwFault::Coding);
        }
        let mut block: Vec<u8> = Vec::with_capacity(coded.len() / GROUP * 7);
        for group in coded.chunks(GROUP) {
            let Some((tops, bytes)) = group.split_last() else { continue };
            let with_top = |(bit, byte): (usize, &u8)| (byte & 0x7F) | (tops >> bit & 1) << 7;
            block.extend(bytes.iter().enumerate().map(with_top));
        }
        if sum(&block) != 0xFFFF {
            return Err(ZmwFault::Checksum);
        }
        let [_, _, wave_high, wave_low, width, count_high, count_low, _, samples @ ..] = &*block
        else {
            return Err(ZmwFault::Length);
        };
        let width_bytes = usize::from(*width);
        let count = usize::from(u16::from_be_bytes([*count_high, *count_low]));
        let samples = samples.get(..count * width_bytes).ok_or(ZmwFault::Length)?;
        let sample = |bytes: &[u8]| match *bytes {
            [low] => Some(i32::from(low)),
            [high, low] => Some(i32::from(u16::from_be_bytes([high, low]))),
            _ => None,
        };
        let is_whole = count > 0 && matches!(width, 1 | 2) && block.len() >= HEAD;
        if !is_whole {
            return Err(ZmwFault::Length);
        }
        let samples: Option<Vec<i32>> = samples.chunks(width_bytes).map(sample).collect();
        Ok(Zmw {
            wave: u16::from_be_bytes([*wave_high, *wave_low]),
            width: *width,
            samples: samples.ok_or(ZmwFault::Length)?,
        })
    }
}

/// Ones'-complement sum of big-endian words; an odd last byte is the high one of its word.
fn sum(block: &[u8]) -> u16 {
    let mut sum: u32 = 0;
    for word in block.chunks(2) {
        let high = word.first().copied().unwrap_or(0);
        let low = word.get(1).copied().unwrap_or(0);
        sum += u32::from(u16::from_be_bytes([high, low]));
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    u16::try_from(sum).unwrap_or(u16::MAX)
}

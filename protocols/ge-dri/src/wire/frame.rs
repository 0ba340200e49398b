//! Frames: `7E`, the escaped record and its checksum, `7E`.
//!
//! The flag both begins and ends, and there are monitors with one and with two flags between frames.
//! So each flag ends what came before it and begins what comes after: a flag that is lost or made up
//! costs the frames that it touches and no other.

use vigie_model::{Fault, FaultKind, Text};
use vigie_session::framing::{FrameFault, NOISE_BYTES_MAX, PENDING_BYTES_MAX};

use super::record::HEADER_BYTES;

/// Begins and ends a frame.
pub const FLAG: u8 = 0x7E;
/// Announces an escaped byte: the original with bit 5 cleared.
pub const ESCAPE: u8 = 0x7D;
/// The bit that escaping clears.
const ESCAPED_BIT: u8 = 0x20;

/// Longest record taken. CI, "Record structure", allows 40 bytes of header and 1,450 of data; nothing
/// depends on it but memory, so that a later edition's longer records are still read.
pub const RECORD_BYTES_MAX: usize = 4_096;

/// Low 8 bits of the sum of all bytes of a record, header included (CI, "Checksum").
pub fn checksum(record: &[u8]) -> u8 {
    record.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// A record as one frame, with its checksum and both flags.
pub fn emit_frame(record: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(record.len() + 8);
    wire.push(FLAG);
    for byte in record.iter().copied().chain([checksum(record)]) {
        if byte == FLAG || byte == ESCAPE {
            wire.extend([ESCAPE, byte & !ESCAPED_BIT]);
        } else {
            wire.push(byte);
        }
    }
    wire.push(FLAG);
    wire
}

/// Why some bytes are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeframeFault {
    /// No frame at all: too long, unfinished, not drained, or no flag before it.
    Framing(FrameFault),
    /// Shorter than a header and its checksum.
    TooShort {
        /// Bytes on the wire, between the flags.
        bytes: usize,
    },
    /// The sum is wrong.
    Checksum {
        /// Bytes on the wire, between the flags.
        bytes: usize,
    },
    /// The sum is right and the length is not: what the sum cannot see.
    Length {
        /// Bytes on the wire, between the flags.
        bytes: usize,
    },
}

impl DeframeFault {
    /// How many bytes of the wire are gone, flags apart.
    pub const fn bytes(self) -> usize {
        match self {
            DeframeFault::Framing(fault) => fault.bytes(),
            DeframeFault::TooShort { bytes }
            | DeframeFault::Checksum { bytes }
            | DeframeFault::Length { bytes } => bytes,
        }
    }
}

/// The byte counts stay out of the text, so that equal faults can be counted together.
impl From<DeframeFault> for Fault {
    fn from(fault: DeframeFault) -> Fault {
        let (kind, what) = match fault {
            DeframeFault::Framing(fault) => return fault.into(),
            DeframeFault::TooShort { .. } => (FaultKind::Framing, "frame shorter than a header"),
            DeframeFault::Checksum { .. } => (FaultKind::Checksum, "sum of a frame is wrong"),
            DeframeFault::Length { .. } => {
                (FaultKind::Malformed, "sum of a frame is right, its length is not")
            }
        };
        Fault { kind, what: Text::from(what), count: 1 }
    }
}

/// The record in the un-escaped bytes between two flags, which took `bytes` on the wire.
fn check(content: &[u8], bytes: usize) -> Result<&[u8], DeframeFault> {
    let Some((sum, record)) = content.split_last().filter(|(_, rest)| rest.len() >= HEADER_BYTES)
    else {
        return Err(DeframeFault::TooShort { bytes });
    };
    if checksum(record) != *sum {
        return Err(DeframeFault::Checksum { bytes });
    }
    let told = super::i16_at(record, 0).and_then(|length| usize::try_from(length).ok());
    if told == Some(record.len()) { Ok(record) } else { Err(DeframeFault::Length { bytes }) }
}

/// Finds records in a stream of bytes, which may be cut anywhere and hurt anywhere.
///
/// The promises are those of [`vigie_session::framing`]: what comes out does not depend on how the
/// input was cut, each byte but the flags belongs to one record or to one fault, and memory is bounded.
#[derive(Clone, Debug, Default)]
pub struct Deframer {
    inbox: Vec<u8>,
    /// Index of the first byte not yet looked at.
    at: usize,
    /// Bytes refused behind those in the inbox.
    refused: usize,
    /// Un-escaped bytes since the last flag, or those of the record handed out last.
    content: Vec<u8>,
    /// The content was handed out.
    is_done: bool,
    is_escaped: bool,
    /// The rest of a frame that is too long, up to the next flag.
    is_skipping: bool,
    /// A flag was seen on this line.
    is_synced: bool,
    /// Bytes on the wire since the last flag that no fault has counted.
    wire_bytes: usize,
}

impl Deframer {
    /// A deframer at the beginning of a line.
    pub fn new() -> Deframer {
        Deframer::default()
    }

    /// Takes in what arrived. Drain [`Deframer::next_record`] afterwards.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.refused > 0 || self.inbox.len() - self.at > PENDING_BYTES_MAX {
            self.refused = self.refused.saturating_add(bytes.len());
            return;
        }
        self.inbox.drain(..self.at);
        self.at = 0;
        if self.inbox.is_empty() {
            self.inbox.shrink_to(PENDING_BYTES_MAX);
        }
        self.inbox.extend_from_slice(bytes);
    }

    /// The next record, header included and checksum left out, or the next fault, in the order of the
    /// wire; `None` when more bytes are needed.
    pub fn next_record(&mut self) -> Option<Result<&[u8], DeframeFault>> {
        if std::mem::take(&mut self.is_done) {
            self.content.clear();
        }
        loop {
            let Some(byte) = self.inbox.get(self.at).copied() else { return self.overrun() };
            self.at += 1;
            if byte == FLAG {
                if let Some(fault) = self.flag() {
                    return Some(fault.map(|()| self.record()));
                }
                continue;
            }
            self.wire_bytes += 1;
            if self.is_skipping {
                if self.wire_bytes >= NOISE_BYTES_MAX {
                    let bytes = std::mem::take(&mut self.wire_bytes);
                    return Some(Err(DeframeFault::Framing(FrameFault::Noise { bytes })));
                }
                continue;
            }
            if self.is_escaped {
                self.is_escaped = false;
                self.content.push(byte | ESCAPED_BIT);
            } else if byte == ESCAPE {
                self.is_escaped = true;
            } else {
                self.content.push(byte);
            }
            if self.content.len() > RECORD_BYTES_MAX + 1 {
                let bytes = std::mem::take(&mut self.wire_bytes);
                self.content.clear();
                self.is_skipping = true;
                let fault = if self.is_synced {
                    FrameFault::TooLong { bytes }
                } else {
                    FrameFault::Noise { bytes }
                };
                return Some(Err(DeframeFault::Framing(fault)));
            }
        }
    }

    /// The line closed: forgets what is unfinished, and says what that was.
    ///
    /// Drain [`Deframer::next_record`] first.
    pub fn close(&mut self) -> Option<DeframeFault> {
        let bytes = self.wire_bytes;
        let fault = if self.is_skipping || !self.is_synced {
            FrameFault::Noise { bytes }
        } else {
            FrameFault::Unfinished { bytes }
        };
        *self = Deframer::default();
        (bytes > 0).then_some(DeframeFault::Framing(fault))
    }

    /// A flag: what came before it is over. `Ok` when that is a record, which stays in `content`.
    fn flag(&mut self) -> Option<Result<(), DeframeFault>> {
        let bytes = std::mem::take(&mut self.wire_bytes);
        let was_synced = std::mem::replace(&mut self.is_synced, true);
        let was_skipping = std::mem::take(&mut self.is_skipping);
        let was_escaped = std::mem::take(&mut self.is_escaped);
        if bytes == 0 {
            return None;
        }
        if was_skipping {
            return Some(Err(DeframeFault::Framing(FrameFault::Noise { bytes })));
        }
        // An escape directly before a flag: the sender broke the frame off, or bytes are missing.
        let judged = match check(&self.content, bytes) {
            Ok(_) if was_escaped => Err(DeframeFault::Framing(FrameFault::Aborted { bytes })),
            Ok(_) => Ok(()),
            // A line or a recording may begin within a frame.
            Err(_) if !was_synced => Err(DeframeFault::Framing(FrameFault::Noise { bytes })),
            Err(fault) => Err(fault),
        };
        match judged {
            Ok(()) => self.is_done = true,
            Err(_) => self.content.clear(),
        }
        Some(judged)
    }

    fn record(&self) -> &[u8] {
        self.content.split_last().map_or(&[], |(_, record)| record)
    }

    /// A hole in the input: what was unfinished before it cannot be finished behind it.
    fn overrun(&mut self) -> Option<Result<&[u8], DeframeFault>> {
        let refused = std::mem::take(&mut self.refused);
        if refused == 0 {
            return None;
        }
        let bytes = refused.saturating_add(std::mem::take(&mut self.wire_bytes));
        self.content.clear();
        (self.is_escaped, self.is_skipping) = (false, true);
        Some(Err(DeframeFault::Framing(FrameFault::Overrun { bytes })))
    }
}

#[cfg(test)]
mod tests;

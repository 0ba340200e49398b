//! Frames on the serial line ("MIB/RS232", fixed baud rate).
//!
//! ```text
//! C0 | 11 01 LL LL | user data | check sequence, low byte first | C1
//! ```
//!
//! `11` is data export, `01` the message type, `LL LL` the length of the user data. Between `C0` and
//! `C1`, every `C0`, `C1` and `7D` is sent as `7D` and the byte XOR 20. `7D C1` breaks a frame off, a
//! bare `C0` starts it anew. The check sequence is CRC-16/X-25 over header and user data. Damage
//! costs the frame: nothing is sent twice.

use vigie_session::checksum::{crc16_x25, residue_x25_ok};
use vigie_session::framing::{DelimitedFramer, Delimiters, FrameFault};

/// Protocol id and message type of data export.
const DATA_EXPORT: [u8; 2] = [0x11, 0x01];
/// Protocol id, message type and length.
const HEADER_BYTES: usize = 4;
/// Check sequence.
const TRAILER_BYTES: usize = 2;

/// Longest frame between its delimiters, un-escaped. Monitors grant messages of 1,456 bytes at most
/// and some bytes of session header come on top; twice that leaves room for other releases.
pub const FRAME_BYTES_MAX: usize = 3_000;

/// The reserved bytes of the serial line.
pub const DELIMITERS: Delimiters = Delimiters {
    begin: 0xC0,
    end: 0xC1,
    escape: 0x7D,
    xor: 0x20,
    frame_bytes_max: FRAME_BYTES_MAX,
};

/// One frame between its delimiters, un-escaped, whose check sequence, header and length hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    user_data: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Checks the un-escaped bytes between `C0` and `C1`.
    ///
    /// # Errors
    /// Says which check failed; the check sequence is looked at first, since everything else can
    /// only be trusted when it holds.
    pub fn new_checked(content: &'a [u8]) -> Result<Frame<'a>, DeframeFault> {
        let bytes = content.len();
        if bytes < HEADER_BYTES + TRAILER_BYTES {
            return Err(DeframeFault::TooShort { bytes });
        }
        if !residue_x25_ok(content) {
            return Err(DeframeFault::CheckSequence { bytes });
        }
        let (content, _) = content.split_at(bytes - TRAILER_BYTES);
        match content {
            [protocol, kind, high, low, user_data @ ..] => {
                if [*protocol, *kind] != DATA_EXPORT {
                    return Err(DeframeFault::OtherProtocol { bytes });
                }
                if usize::from(u16::from_be_bytes([*high, *low])) != user_data.len() {
                    return Err(DeframeFault::Length { bytes });
                }
                Ok(Frame { user_data })
            }
            _ => Err(DeframeFault::TooShort { bytes }),
        }
    }

    /// The message inside, for [`super::Message::parse`].
    pub fn user_data(self) -> &'a [u8] {
        self.user_data
    }
}

/// Bytes of the serial line that gave no message. `bytes` count between the delimiters, un-escaped,
/// where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeframeFault {
    /// No frame could be cut out of the stream.
    Framing(FrameFault),
    /// Shorter than header and check sequence.
    TooShort {
        /// How many.
        bytes: usize,
    },
    /// The check sequence does not fit: damage on the line.
    CheckSequence {
        /// How many.
        bytes: usize,
    },
    /// Undamaged, but not data export. To be ignored, says the guide; it still is counted.
    OtherProtocol {
        /// How many.
        bytes: usize,
    },
    /// Undamaged, but its own length is wrong.
    Length {
        /// How many.
        bytes: usize,
    },
}

impl DeframeFault {
    /// How many bytes gave no message: on the wire for [`DeframeFault::Framing`], else un-escaped.
    pub const fn bytes(self) -> usize {
        match self {
            DeframeFault::Framing(fault) => fault.bytes(),
            DeframeFault::TooShort { bytes }
            | DeframeFault::CheckSequence { bytes }
            | DeframeFault::OtherProtocol { bytes }
            | DeframeFault::Length { bytes } => bytes,
        }
    }

    /// What happened, in English, for engineers.
    pub const fn what(self) -> &'static str {
        match self {
            DeframeFault::Framing(fault) => fault.what(),
            DeframeFault::TooShort { .. } => "frame too short",
            DeframeFault::CheckSequence { .. } => "wrong check sequence",
            DeframeFault::OtherProtocol { .. } => "frame of another protocol",
            DeframeFault::Length { .. } => "wrong length in frame header",
        }
    }
}

/// Finds frames in the bytes of a serial line, which may be cut anywhere and hurt anywhere.
#[derive(Clone, Debug)]
pub struct Deframer {
    framer: DelimitedFramer,
}

impl Deframer {
    /// A deframer at the beginning of a line.
    pub fn new() -> Deframer {
        Deframer { framer: DelimitedFramer::new(DELIMITERS) }
    }

    /// Takes in what arrived. Drain [`Deframer::next_frame`] afterwards.
    pub fn push(&mut self, bytes: &[u8]) {
        self.framer.push(bytes);
    }

    /// The next user data, or the next fault, in the order of the wire; `None` when more bytes are
    /// needed.
    pub fn next_frame(&mut self) -> Option<Result<&[u8], DeframeFault>> {
        let framed = self.framer.next_frame()?;
        let frame = framed.map_err(DeframeFault::Framing).and_then(Frame::new_checked);
        Some(frame.map(Frame::user_data))
    }

    /// The line closed: forgets what is unfinished, and says what that was.
    pub fn close(&mut self) -> Option<DeframeFault> {
        self.framer.close().map(DeframeFault::Framing)
    }
}

impl Default for Deframer {
    fn default() -> Deframer {
        Deframer::new()
    }
}

/// `user_data` as one frame on the serial line; `None` when it is longer than a frame can be.
pub fn emit_frame(user_data: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(user_data.len()).ok()?;
    let mut content = Vec::with_capacity(HEADER_BYTES + user_data.len() + TRAILER_BYTES);
    content.extend(DATA_EXPORT);
    content.extend(length.to_be_bytes());
    content.extend(user_data);
    content.extend(crc16_x25(&content).to_le_bytes());
    if content.len() > FRAME_BYTES_MAX {
        return None;
    }
    let mut wire = Vec::with_capacity(content.len() + 2);
    DELIMITERS.wrap(&content, &mut wire);
    Some(wire)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that comes out when `wire` is pushed at once and the line then closes.
    fn deframe(wire: &[u8]) -> Vec<Result<Vec<u8>, DeframeFault>> {
        let mut deframer = Deframer::new();
        deframer.push(wire);
        let mut out = Vec::new();
        while let Some(next) = deframer.next_frame() {
            out.push(next.map(<[u8]>::to_vec));
        }
        out.extend(deframer.close().map(Err));
        out
    }

    #[test]
    fn says_what_is_wrong_with_a_frame() {
        // The two examples of the guide have no header; their check sequences are right.
        assert_eq!(
            deframe(&[0xC0, 0x3A, 0x71, 0x9B, 0x26, 0xC1]),
            [Err(DeframeFault::TooShort { bytes: 4 })]
        );
        let content = |header: [u8; 4]| {
            let mut content = header.to_vec();
            content.extend(crc16_x25(&content).to_le_bytes());
            content
        };
        let checked =
            |content: &[u8]| Frame::new_checked(content).map(|frame| frame.user_data().len());
        assert_eq!(checked(&content([0x11, 0x01, 0, 0])), Ok(0));
        assert_eq!(checked(&content([0x11, 0x01, 0, 1])), Err(DeframeFault::Length { bytes: 6 }));
        assert_eq!(
            checked(&content([0x12, 0x01, 0, 0])),
            Err(DeframeFault::OtherProtocol { bytes: 6 })
        );
        assert_eq!(
            checked(&[0x11, 0x01, 0, 0, 0, 0]),
            Err(DeframeFault::CheckSequence { bytes: 6 })
        );
        assert_eq!(checked(&[]), Err(DeframeFault::TooShort { bytes: 0 }));
    }

    #[test]
    fn aborts_restarts_and_finds_the_next_frame() {
        let frame = emit_frame(&[0xC0, 0xC1, 0x7D]).unwrap();
        let mut wire = vec![0x55];
        wire.extend([0xC0, 0x11, 0x01, 0x7D, 0xC1]);
        wire.extend([0xC0, 0x11]);
        wire.extend(&frame);
        wire.extend([0xC0, 0x11]);
        assert_eq!(
            deframe(&wire),
            [
                Err(DeframeFault::Framing(FrameFault::Noise { bytes: 1 })),
                Err(DeframeFault::Framing(FrameFault::Aborted { bytes: 5 })),
                Err(DeframeFault::Framing(FrameFault::Restarted { bytes: 2 })),
                Ok(vec![0xC0, 0xC1, 0x7D]),
                Err(DeframeFault::Framing(FrameFault::Unfinished { bytes: 2 })),
            ]
        );
    }

    #[test]
    fn refuses_to_send_what_no_frame_holds() {
        let longest = FRAME_BYTES_MAX - HEADER_BYTES - TRAILER_BYTES;
        let wire = emit_frame(&vec![0xC0; longest]).unwrap();
        assert_eq!(deframe(&wire), [Ok(vec![0xC0; longest])]);
        assert_eq!(emit_frame(&vec![0; longest + 1]), None);
    }
}

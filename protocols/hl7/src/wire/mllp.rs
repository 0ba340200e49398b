//! MLLP: messages between 0B and 1C 0D, in a stream that may be cut anywhere.
//!
//! Source: HL7 *Minimal Lower Layer Protocol*, release 1, block format. What senders really do:
//!
//! | Seen | Treated as |
//! | --- | --- |
//! | 0D, 0A between frames (keep-alive, or `1C 0D 0A` as the end) | silently skipped |
//! | anything else between frames | counted noise |
//! | no 0D before 1C, or after it | the frame ends at 1C |
//! | 0B inside a frame | the first one never ended: it is counted, and the second taken |
//! | a frame without end | given up at [`FRAME_BYTES_MAX`], and said so |
//!
//! 1C alone ends a frame: it cannot occur in text, nor in a wave segment, whose bytes all have bit 7
//! set. So a sender that leaves the last 0D away is not waited for.

use vigie_session::framing::{FrameFault, NOISE_BYTES_MAX};

/// Begins a frame.
pub const START: u8 = 0x0B;
/// Ends a frame, before [`END_2`].
pub const END_1: u8 = 0x1C;
/// Stands after [`END_1`].
pub const END_2: u8 = 0x0D;

/// Longest frame. The largest seen has 37 kB (29 waves of one second).
pub const FRAME_BYTES_MAX: usize = 1 << 20;

/// Finds messages in a stream. Push what arrived, then take until `None`.
///
/// Every byte belongs to a message, to the silence between two, or to exactly one fault. Memory is at
/// most one frame and one push.
#[derive(Clone, Debug, Default)]
pub struct Mllp {
    inbox: Vec<u8>,
    /// First byte of `inbox` that is not looked at.
    at: usize,
    /// What was collected of the frame, or the frame handed out last.
    content: Vec<u8>,
    state: State,
    noise_bytes: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    Inside,
}

impl Mllp {
    /// At the beginning of a connection.
    pub fn new() -> Mllp {
        Mllp::default()
    }

    /// Takes in what arrived. Drain [`Mllp::next_message`] afterwards.
    pub fn push(&mut self, bytes: &[u8]) {
        self.inbox.drain(..self.at.min(self.inbox.len()));
        self.at = 0;
        self.inbox.extend_from_slice(bytes);
    }

    /// The next whole message without its frame, or the next fault, in the order of the wire.
    pub fn next_message(&mut self) -> Option<Result<&[u8], FrameFault>> {
        loop {
            let rest = self.inbox.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                // One huge frame must not keep its memory for weeks.
                self.inbox.clear();
                self.inbox.shrink_to(64 * 1024);
                self.at = 0;
                return None;
            }
            match self.state {
                State::Outside => {
                    let run = rest.iter().position(|byte| *byte == START).unwrap_or(rest.len());
                    let run = run.min(NOISE_BYTES_MAX - self.noise_bytes);
                    let skipped = rest.iter().take(run);
                    self.noise_bytes += skipped.filter(|byte| !is_filler(**byte)).count();
                    self.at += run;
                    let is_start = self.inbox.get(self.at) == Some(&START);
                    if self.noise_bytes > 0 && (is_start || self.noise_bytes >= NOISE_BYTES_MAX) {
                        let bytes = core::mem::take(&mut self.noise_bytes);
                        return Some(Err(FrameFault::Noise { bytes }));
                    }
                    if is_start {
                        self.at += 1;
                        self.content.clear();
                        self.content.shrink_to(64 * 1024);
                        self.state = State::Inside;
                    }
                }
                State::Inside => {
                    let room = FRAME_BYTES_MAX - self.content.len();
                    let is_mark = |byte: &u8| *byte == END_1 || *byte == START;
                    let run = rest.iter().position(is_mark).unwrap_or(rest.len()).min(room);
                    self.content.extend(rest.iter().take(run));
                    self.at += run;
                    let bytes = self.content.len() + 1;
                    match self.inbox.get(self.at) {
                        Some(&END_1) => {
                            self.at += 1;
                            self.state = State::Outside;
                            return Some(Ok(&self.content));
                        }
                        Some(&START) => {
                            self.at += 1;
                            self.content.clear();
                            return Some(Err(FrameFault::Restarted { bytes }));
                        }
                        Some(_) => {
                            self.state = State::Outside;
                            return Some(Err(FrameFault::TooLong { bytes }));
                        }
                        None => {}
                    }
                }
            }
        }
    }

    /// The connection closed: forgets what is unfinished, and says what that was.
    pub fn close(&mut self) -> Option<FrameFault> {
        let fault = match self.state {
            State::Outside if self.noise_bytes == 0 => None,
            State::Outside => Some(FrameFault::Noise { bytes: self.noise_bytes }),
            State::Inside => Some(FrameFault::Unfinished { bytes: self.content.len() + 1 }),
        };
        *self = Mllp::new();
        fault
    }
}

/// Line ends between frames are how some senders keep a connection alive.
const fn is_filler(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// `content` in a frame.
pub fn wrap(content: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(content.len() + 3);
    framed.push(START);
    framed.extend_from_slice(content);
    framed.extend([END_1, END_2]);
    framed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&[u8]]) -> Vec<Result<Vec<u8>, FrameFault>> {
        let mut mllp = Mllp::new();
        let mut found = Vec::new();
        for piece in pieces {
            mllp.push(piece);
            while let Some(item) = mllp.next_message() {
                found.push(item.map(<[u8]>::to_vec));
            }
        }
        found
    }

    #[test]
    fn finds_messages_however_cut() {
        let bytes = b"\x0bone\r\x1c\r\n\r\n\x0btwo\x1c\rxx\x0bthree\r\x1c\x0bfo\x0bfour\r\x1c\r";
        let expected = vec![
            Ok(b"one\r".to_vec()),
            Ok(b"two".to_vec()),
            Err(FrameFault::Noise { bytes: 2 }),
            Ok(b"three\r".to_vec()),
            Err(FrameFault::Restarted { bytes: 3 }),
            Ok(b"four\r".to_vec()),
        ];
        assert_eq!(all(&[bytes]), expected);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(all(&single), expected);
        for cut in 0..bytes.len() {
            let (head, tail) = bytes.split_at(cut);
            assert_eq!(all(&[head, tail]), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_frame_without_end_is_given_up_and_the_next_is_found() {
        let mut bytes = vec![START];
        bytes.extend(vec![b'x'; FRAME_BYTES_MAX + 5_000]);
        bytes.extend(wrap(b"next"));
        let found = all(&[&bytes]);
        assert_eq!(found[0], Err(FrameFault::TooLong { bytes: FRAME_BYTES_MAX + 1 }));
        assert_eq!(found[1], Err(FrameFault::Noise { bytes: NOISE_BYTES_MAX }));
        assert_eq!(found.last(), Some(&Ok(b"next".to_vec())));
        let pieces: Vec<&[u8]> = bytes.chunks(1_000).collect();
        assert_eq!(all(&pieces), found);
    }

    #[test]
    fn closing_says_what_was_unfinished() {
        let mut mllp = Mllp::new();
        mllp.push(b"\x0bhalf");
        assert_eq!(mllp.next_message(), None);
        assert_eq!(mllp.close(), Some(FrameFault::Unfinished { bytes: 5 }));
        assert_eq!(mllp.close(), None);
    }
}

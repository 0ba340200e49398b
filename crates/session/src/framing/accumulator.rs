//! Frames whose own bytes say how long they are.

use super::{FrameFault, Inbox, NOISE_BYTES_MAX, PENDING_BYTES_MAX};

/// What stands at the head of the bytes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A whole frame of so many bytes, all of it present, length and checksum right.
    Frame {
        /// Length on the wire, at least 1.
        bytes: usize,
    },
    /// The beginning of a frame; more bytes are needed to tell.
    More,
    /// No frame begins here. The accumulator drops one byte and asks again, so that a frame which
    /// starts inside a hurt one is still found.
    Not,
}

/// Collects a stream until the user's function finds a frame at its head. See
/// [the module](super) for use and promises.
///
/// The function must judge by content alone: what it says of some bytes must not change when more
/// bytes follow, except from [`Cut::More`]. Then the way the input was cut does not matter.
#[derive(Clone, Debug)]
pub struct Accumulator {
    inbox: Inbox,
    frame_bytes_max: usize,
    noise_bytes: usize,
    /// The frame handed out last.
    frame: Vec<u8>,
}

impl Accumulator {
    /// An accumulator at the beginning of a line. A head that is still [`Cut::More`] at
    /// `frame_bytes_max` bytes is no frame: a hurt length must not swallow the line.
    pub fn new(frame_bytes_max: usize) -> Accumulator {
        Accumulator {
            inbox: Inbox::default(),
            frame_bytes_max: frame_bytes_max.max(1),
            noise_bytes: 0,
            frame: Vec::new(),
        }
    }

    /// Takes in what arrived. Drain [`Accumulator::next_frame`] afterwards.
    pub fn push(&mut self, bytes: &[u8]) {
        self.inbox.push(bytes, PENDING_BYTES_MAX.max(self.frame_bytes_max));
    }

    /// The next frame as `cut` delimits it, or the next fault, in the order of the wire; `None`
    /// when more bytes are needed. `cut` sees at most `frame_bytes_max` bytes.
    pub fn next_frame(
        &mut self,
        mut cut: impl FnMut(&[u8]) -> Cut,
    ) -> Option<Result<&[u8], FrameFault>> {
        loop {
            let rest = self.inbox.rest();
            let head = rest.get(..self.frame_bytes_max).unwrap_or(rest);
            if head.is_empty() {
                return self.overrun().map(Err);
            }
            match cut(head) {
                Cut::Frame { bytes } if (1..=head.len()).contains(&bytes) => {
                    if self.noise_bytes > 0 {
                        return Some(Err(self.take_noise()));
                    }
                    self.frame.clear();
                    self.frame.extend(head.iter().take(bytes));
                    self.inbox.consume(bytes);
                    return Some(Ok(&self.frame));
                }
                Cut::More if head.len() < self.frame_bytes_max => {
                    return self.overrun().map(Err);
                }
                Cut::Frame { .. } | Cut::More | Cut::Not => {
                    self.inbox.consume(1);
                    self.noise_bytes += 1;
                    if self.noise_bytes >= NOISE_BYTES_MAX {
                        return Some(Err(self.take_noise()));
                    }
                }
            }
        }
    }

    /// The line closed: forgets what is unfinished, and says what that was.
    ///
    /// Drain [`Accumulator::next_frame`] first.
    pub fn close(&mut self) -> Option<FrameFault> {
        let unfinished = self.inbox.rest().len();
        let fault = match (self.noise_bytes, unfinished) {
            (0, 0) => None,
            (bytes, 0) => Some(FrameFault::Noise { bytes }),
            (noise, bytes) => Some(FrameFault::Unfinished { bytes: noise + bytes }),
        };
        *self = Accumulator::new(self.frame_bytes_max);
        fault
    }

    /// Bytes were refused behind those present: nothing unfinished can be finished.
    fn overrun(&mut self) -> Option<FrameFault> {
        let refused = self.inbox.take_refused()?;
        let unfinished = self.inbox.rest().len();
        self.inbox.consume(unfinished);
        let noise = core::mem::take(&mut self.noise_bytes);
        Some(FrameFault::Overrun { bytes: refused.saturating_add(unfinished + noise) })
    }

    fn take_noise(&mut self) -> FrameFault {
        FrameFault::Noise { bytes: core::mem::take(&mut self.noise_bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Toy frames: `0xAA`, length of the rest, payload, sum of the payload.
    fn cut(head: &[u8]) -> Cut {
        match head {
            [0xAA] => Cut::More,
            [0xAA, length, rest @ ..] => match rest.split_at_checked(usize::from(*length)) {
                None => Cut::More,
                Some(([payload @ .., sum], _)) => {
                    let ours = payload.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
                    if ours == *sum {
                        Cut::Frame { bytes: 2 + usize::from(*length) }
                    } else {
                        Cut::Not
                    }
                }
                Some(([], _)) => Cut::Not,
            },
            [] | [_, ..] => Cut::Not,
        }
    }

    fn drain(accumulator: &mut Accumulator) -> Vec<Result<Vec<u8>, FrameFault>> {
        let mut all = Vec::new();
        while let Some(item) = accumulator.next_frame(cut) {
            all.push(item.map(<[u8]>::to_vec));
        }
        all
    }

    #[test]
    fn finds_frames_between_noise_however_cut() {
        let bytes = [1, 2, 0xAA, 3, 5, 6, 11, 0xAA, 2, 7, 7, 9, 0xAA, 3, 1, 1, 9, 0xAA, 1, 0];
        let mut whole = Accumulator::new(64);
        whole.push(&bytes);
        let expected = [
            Err(FrameFault::Noise { bytes: 2 }),
            Ok(vec![0xAA, 3, 5, 6, 11]),
            Ok(vec![0xAA, 2, 7, 7]),
            // One stray byte and a frame of five with a wrong sum.
            Err(FrameFault::Noise { bytes: 6 }),
            Ok(vec![0xAA, 1, 0]),
        ];
        assert_eq!(drain(&mut whole), expected);
        assert_eq!(whole.close(), None);

        let mut single = Accumulator::new(64);
        let mut all = Vec::new();
        for byte in bytes {
            single.push(&[byte]);
            all.extend(drain(&mut single));
        }
        assert_eq!(all, expected);
    }

    #[test]
    fn a_hurt_length_does_not_swallow_the_frame_inside() {
        let mut accumulator = Accumulator::new(8);
        accumulator.push(&[0xAA, 200, 0xAA, 2, 7, 7, 0, 0, 0]);
        assert_eq!(
            drain(&mut accumulator),
            [Err(FrameFault::Noise { bytes: 2 }), Ok(vec![0xAA, 2, 7, 7])]
        );
        assert_eq!(accumulator.close(), Some(FrameFault::Noise { bytes: 3 }));
    }

    #[test]
    fn endless_noise_is_told() {
        let mut accumulator = Accumulator::new(8);
        accumulator.push(&vec![0; NOISE_BYTES_MAX + 5]);
        assert_eq!(drain(&mut accumulator), [Err(FrameFault::Noise { bytes: NOISE_BYTES_MAX })]);
        assert_eq!(accumulator.close(), Some(FrameFault::Noise { bytes: 5 }));
    }

    #[test]
    fn a_caller_that_never_drains_is_bounded_and_told() {
        let mut accumulator = Accumulator::new(8);
        accumulator.push(&vec![0xAA; PENDING_BYTES_MAX + 1]);
        accumulator.push(&[0xAA, 2, 7, 7]);
        let all = drain(&mut accumulator);
        assert!(matches!(all.last(), Some(Err(FrameFault::Overrun { bytes })) if *bytes >= 4));
        let told: usize =
            all.iter().map(|item| item.as_ref().map_or_else(|fault| fault.bytes(), Vec::len)).sum();
        assert_eq!(told, PENDING_BYTES_MAX + 1 + 4);
        accumulator.push(&[0xAA, 2, 7, 7]);
        assert_eq!(drain(&mut accumulator), [Ok(vec![0xAA, 2, 7, 7])]);
    }
}

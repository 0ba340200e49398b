//! The serial line: frames out of bytes, no more than the monitor can take.

use std::collections::VecDeque;
use std::time::Duration;

use vigie_intellivue::wire::frame::Deframer;
use vigie_model::MonoTime;

/// Frames that the monitor takes in [`WINDOW`]; more are ignored (guide, "MIB/RS232 interface").
const FRAMES_MAX: usize = 4;
const WINDOW: Duration = Duration::from_millis(128);

/// What arrives on the serial line.
#[derive(Debug, Default)]
pub(super) struct SerialInput {
    deframer: Deframer,
    recent: VecDeque<MonoTime>,
}

/// What came of the bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Framed {
    /// Messages.
    pub(super) messages: Vec<Vec<u8>>,
    /// Pieces that were no frame.
    pub(super) junk: u64,
    /// Frames that came too fast.
    pub(super) ignored: u64,
}

impl SerialInput {
    /// Takes in bytes. Junk is counted: clients are known that do not escape the check sequence.
    pub(super) fn push(&mut self, now: MonoTime, bytes: &[u8]) -> Framed {
        let mut framed = Framed::default();
        self.deframer.push(bytes);
        while let Some(frame) = self.deframer.next_frame() {
            let Ok(message) = frame else {
                framed.junk += 1;
                continue;
            };
            while self.recent.front().is_some_and(|at| now.since(*at) >= WINDOW) {
                self.recent.pop_front();
            }
            if self.recent.len() >= FRAMES_MAX {
                framed.ignored += 1;
                continue;
            }
            self.recent.push_back(now);
            framed.messages.push(message.to_vec());
        }
        framed
    }
}

#[cfg(test)]
mod tests {
    use vigie_intellivue::wire::frame::emit_frame;

    use super::*;

    #[test]
    fn a_fifth_frame_within_128_ms_is_ignored() {
        let mut line = SerialInput::default();
        let frame = emit_frame(&[1, 2, 3]).unwrap();
        let at = |ms: u64| MonoTime::START + Duration::from_millis(ms);
        let taken: Vec<usize> = [0, 10, 20, 30, 40, 127, 128, 138, 139]
            .map(|ms| line.push(at(ms), &frame).messages.len())
            .to_vec();
        assert_eq!(taken, [1, 1, 1, 1, 0, 0, 1, 1, 0]);
    }

    #[test]
    fn junk_is_counted_and_costs_no_frame() {
        let mut line = SerialInput::default();
        let frame = emit_frame(&[1, 2, 3]).unwrap();
        let mut broken = frame.clone();
        broken[6] ^= 1;
        let framed = line.push(MonoTime::START, &[&b"modem"[..], &broken, &frame].concat());
        assert_eq!(framed, Framed { messages: vec![vec![1, 2, 3]], junk: 2, ignored: 0 });
    }
}

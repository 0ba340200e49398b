//! Frames between two bytes that never occur inside: HDLC in its asynchronous form.

use super::{FrameFault, Inbox, NOISE_BYTES_MAX, PENDING_BYTES_MAX};

/// The reserved bytes of a delimited format (RFC 1662 section 4 describes the general scheme).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// Begins a frame; inside one it restarts it.
    pub begin: u8,
    /// Ends a frame; directly after `escape` it breaks the frame off.
    pub end: u8,
    /// Announces that the next byte was changed by `xor`.
    pub escape: u8,
    /// What an escaped byte is XORed with.
    pub xor: u8,
    /// Longest frame, in bytes between begin and end, un-escaped.
    pub frame_bytes_max: usize,
}

impl Delimiters {
    /// Appends `content` to `wire` as one frame: begin, escaped content, end.
    pub fn wrap(&self, content: &[u8], wire: &mut Vec<u8>) {
        wire.push(self.begin);
        for byte in content {
            if self.is_reserved(*byte) {
                wire.extend([self.escape, byte ^ self.xor]);
            } else {
                wire.push(*byte);
            }
        }
        wire.push(self.end);
    }

    const fn is_reserved(&self, byte: u8) -> bool {
        byte == self.begin || byte == self.end || byte == self.escape
    }
}

/// Finds delimited frames in a stream. See [the module](super) for use and promises.
///
/// A receiver undoes the escape of any byte, not only of the reserved ones, as RFC 1662 section 4.2
/// asks: what a damaged escape makes of a frame is for its checksum to find.
#[derive(Clone, Debug)]
pub struct DelimitedFramer {
    delimiters: Delimiters,
    inbox: Inbox,
    state: State,
    /// Un-escaped bytes of the frame so far, or of the one handed out last.
    content: Vec<u8>,
    /// Bytes of the frame on the wire so far, its begin included.
    wire_bytes: usize,
    /// Bytes since the last frame that belong to none.
    noise_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    Escaped,
}

/// What one look at the inbox found.
enum Step {
    Frame,
    Fault(FrameFault),
    Nothing,
}

impl DelimitedFramer {
    /// A framer at the beginning of a line.
    pub fn new(delimiters: Delimiters) -> DelimitedFramer {
        DelimitedFramer {
            delimiters,
            inbox: Inbox::default(),
            state: State::Outside,
            content: Vec::new(),
            wire_bytes: 0,
            noise_bytes: 0,
        }
    }

    /// Takes in what arrived. Drain [`DelimitedFramer::next_frame`] afterwards.
    pub fn push(&mut self, bytes: &[u8]) {
        self.inbox.push(bytes, PENDING_BYTES_MAX);
    }

    /// The next whole frame, un-escaped and without its delimiters (it can be empty), or the next
    /// fault, in the order of the wire; `None` when more bytes are needed.
    pub fn next_frame(&mut self) -> Option<Result<&[u8], FrameFault>> {
        loop {
            let step = match self.state {
                State::Outside => self.step_outside(),
                State::Inside => self.step_inside(),
                State::Escaped => self.step_escaped(),
            };
            match step {
                Some(Step::Frame) => return Some(Ok(&self.content)),
                Some(Step::Fault(fault)) => return Some(Err(fault)),
                Some(Step::Nothing) => {}
                None => return self.inbox.take_refused().map(|refused| Err(self.overrun(refused))),
            }
        }
    }

    /// The line closed: forgets what is unfinished, and says what that was.
    ///
    /// Drain [`DelimitedFramer::next_frame`] first.
    pub fn close(&mut self) -> Option<FrameFault> {
        let fault = match self.state {
            State::Outside if self.noise_bytes == 0 => None,
            State::Outside => Some(FrameFault::Noise { bytes: self.noise_bytes }),
            State::Inside | State::Escaped => {
                Some(FrameFault::Unfinished { bytes: self.wire_bytes })
            }
        };
        *self = DelimitedFramer::new(self.delimiters);
        fault
    }

    fn step_outside(&mut self) -> Option<Step> {
        let rest = self.inbox.rest();
        let first = *rest.first()?;
        if first == self.delimiters.begin {
            if self.noise_bytes > 0 {
                return Some(self.take_noise());
            }
            self.inbox.consume(1);
            self.begin();
            return Some(Step::Nothing);
        }
        let run = rest.iter().position(|byte| *byte == self.delimiters.begin).unwrap_or(rest.len());
        let run = run.min(NOISE_BYTES_MAX - self.noise_bytes);
        self.noise_bytes += run;
        self.inbox.consume(run);
        Some(if self.noise_bytes == NOISE_BYTES_MAX { self.take_noise() } else { Step::Nothing })
    }

    fn step_inside(&mut self) -> Option<Step> {
        let Delimiters { begin, end, escape, frame_bytes_max, .. } = self.delimiters;
        let rest = self.inbox.rest();
        let first = *rest.first()?;
        if first == end {
            self.inbox.consume(1);
            self.state = State::Outside;
            return Some(Step::Frame);
        }
        if first == begin {
            return Some(self.restart());
        }
        if first == escape {
            self.inbox.consume(1);
            self.wire_bytes += 1;
            self.state = State::Escaped;
            return Some(Step::Nothing);
        }
        let room = frame_bytes_max.saturating_sub(self.content.len());
        if room == 0 {
            return Some(self.too_long());
        }
        let run = rest.iter().position(|byte| self.delimiters.is_reserved(*byte));
        let run = run.unwrap_or(rest.len()).min(room);
        self.content.extend(rest.iter().take(run));
        self.wire_bytes += run;
        self.inbox.consume(run);
        Some(Step::Nothing)
    }

    fn step_escaped(&mut self) -> Option<Step> {
        let Delimiters { begin, end, xor, frame_bytes_max, .. } = self.delimiters;
        let first = *self.inbox.rest().first()?;
        if first == end {
            self.inbox.consume(1);
            self.state = State::Outside;
            return Some(Step::Fault(FrameFault::Aborted { bytes: self.wire_bytes + 1 }));
        }
        if first == begin {
            return Some(self.restart());
        }
        if self.content.len() >= frame_bytes_max {
            return Some(self.too_long());
        }
        self.inbox.consume(1);
        self.content.push(first ^ xor);
        self.wire_bytes += 1;
        self.state = State::Inside;
        Some(Step::Nothing)
    }

    /// A begin byte was consumed.
    fn begin(&mut self) {
        self.state = State::Inside;
        self.content.clear();
        self.wire_bytes = 1;
    }

    fn restart(&mut self) -> Step {
        let bytes = self.wire_bytes;
        self.inbox.consume(1);
        self.begin();
        Step::Fault(FrameFault::Restarted { bytes })
    }

    fn too_long(&mut self) -> Step {
        self.inbox.consume(1);
        self.state = State::Outside;
        Step::Fault(FrameFault::TooLong { bytes: self.wire_bytes + 1 })
    }

    fn take_noise(&mut self) -> Step {
        Step::Fault(FrameFault::Noise { bytes: core::mem::take(&mut self.noise_bytes) })
    }

    /// A hole in the input: what was unfinished before it cannot be finished behind it.
    fn overrun(&mut self, refused: usize) -> FrameFault {
        let hurt = match self.state {
            State::Outside => core::mem::take(&mut self.noise_bytes),
            State::Inside | State::Escaped => self.wire_bytes,
        };
        self.state = State::Outside;
        FrameFault::Overrun { bytes: refused.saturating_add(hurt) }
    }
}

#[cfg(test)]
mod tests;

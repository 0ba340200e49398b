//! Frames out of a stream of bytes, which may be cut anywhere and hurt anywhere.
//!
//! Two shapes cover the serial and TCP protocols met so far:
//!
//! | Type | For frames that | The user gives |
//! | --- | --- | --- |
//! | [`DelimitedFramer`] | begin and end with bytes that never occur inside (escaping) | [`Delimiters`] |
//! | [`Accumulator`] | carry a length, or a start and a checksum | a function that looks at the head and says [`Cut`] |
//!
//! Both are used alike: push what arrived, then take until `None`.
//!
//! ```
//! use vigie_session::framing::{DelimitedFramer, Delimiters, FrameFault};
//!
//! let delimiters = Delimiters { begin: 0xC0, end: 0xC1, escape: 0x7D, xor: 0x20, frame_bytes_max: 3000 };
//! let mut framer = DelimitedFramer::new(delimiters);
//! framer.push(&[0xFF, 0xC0, 0x01, 0x7D, 0xE0, 0xC1]);
//! assert_eq!(framer.next_frame(), Some(Err(FrameFault::Noise { bytes: 1 })));
//! assert_eq!(framer.next_frame(), Some(Ok(&[0x01, 0xC0][..])));
//! assert_eq!(framer.next_frame(), None);
//! ```
//!
//! Three promises hold for both, and are tested. What comes out does not depend on how the input was
//! cut. Every byte pushed belongs to exactly one frame or is counted by exactly one [`FrameFault`].
//! A hurt place costs the frames it touches and no other.
//!
//! Bounded: a framer holds one unfinished frame and what was pushed since it was last drained. A
//! push is refused whole, and counted as [`FrameFault::Overrun`], while more than
//! [`PENDING_BYTES_MAX`] wait; so memory never exceeds that plus one call's bytes.

mod accumulator;
mod delimited;

use vigie_model::{Fault, FaultKind, Text};

pub use accumulator::{Accumulator, Cut};
pub use delimited::{DelimitedFramer, Delimiters};

/// Waiting bytes beyond which a push is refused. A link reads at most 64 KiB at once and drains
/// after every read, so only a caller that never drains meets it.
pub const PENDING_BYTES_MAX: usize = 64 * 1024;

/// Noise is reported when a frame follows it, and at the latest after this many bytes: a line at the
/// wrong speed, where no frame ever comes, must not stay silent.
pub const NOISE_BYTES_MAX: usize = 4096;

/// Bytes that gave no frame. `bytes` are those on the wire, begin and escapes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameFault {
    /// Bytes outside any frame.
    Noise {
        /// How many.
        bytes: usize,
    },
    /// A frame longer than any real one; its rest then counts as noise.
    TooLong {
        /// How many up to the place where it was given up.
        bytes: usize,
    },
    /// The sender broke the frame off.
    Aborted {
        /// How many.
        bytes: usize,
    },
    /// Another frame began inside: the end of the first one is missing.
    Restarted {
        /// How many the first one had.
        bytes: usize,
    },
    /// The line closed within a frame.
    Unfinished {
        /// How many the frame had so far.
        bytes: usize,
    },
    /// The caller pushed without draining, and the bytes were refused.
    Overrun {
        /// How many, with those of the frame that they hurt.
        bytes: usize,
    },
}

impl FrameFault {
    /// How many bytes of the wire are gone.
    pub const fn bytes(self) -> usize {
        match self {
            FrameFault::Noise { bytes }
            | FrameFault::TooLong { bytes }
            | FrameFault::Aborted { bytes }
            | FrameFault::Restarted { bytes }
            | FrameFault::Unfinished { bytes }
            | FrameFault::Overrun { bytes } => bytes,
        }
    }

    /// What happened, in English, for engineers.
    pub const fn what(self) -> &'static str {
        match self {
            FrameFault::Noise { .. } => "bytes outside any frame",
            FrameFault::TooLong { .. } => "frame too long",
            FrameFault::Aborted { .. } => "frame broken off by its sender",
            FrameFault::Restarted { .. } => "frame without end",
            FrameFault::Unfinished { .. } => "line closed within a frame",
            FrameFault::Overrun { .. } => "bytes refused, framer not drained",
        }
    }
}

/// The byte count stays out of the text, so that equal faults can be counted together.
impl From<FrameFault> for Fault {
    fn from(fault: FrameFault) -> Fault {
        Fault { kind: FaultKind::Framing, what: Text::from(fault.what()), count: 1 }
    }
}

/// Bytes pushed and not yet looked at.
#[derive(Clone, Debug, Default)]
struct Inbox {
    bytes: Vec<u8>,
    /// Index of the first byte not yet consumed.
    at: usize,
    /// Bytes refused since the inbox was last empty; they stood behind all that is in it.
    refused: usize,
}

impl Inbox {
    fn push(&mut self, bytes: &[u8], pending_bytes_max: usize) {
        if self.refused > 0 || self.rest().len() > pending_bytes_max {
            self.refused = self.refused.saturating_add(bytes.len());
            return;
        }
        self.bytes.drain(..self.at.min(self.bytes.len()));
        self.at = 0;
        if self.bytes.is_empty() {
            // One huge push must not keep its memory for weeks.
            self.bytes.shrink_to(PENDING_BYTES_MAX);
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn consume(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// How many bytes were refused, once: the hole they left is reached.
    fn take_refused(&mut self) -> Option<usize> {
        (self.refused > 0).then(|| core::mem::take(&mut self.refused))
    }
}

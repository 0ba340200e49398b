//! What a link says.

use core::net::SocketAddr;

use bytes::Bytes;
use vigie_model::{MonoTime, WallTime};
use vigie_session::{Down, Input, Line, Peer};

/// Something that happened on a line.
#[derive(Clone, Debug)]
pub struct LinkEvent {
    /// On which line of the session.
    pub line: Line,
    /// When, by our clock.
    pub at: MonoTime,
    /// The same moment by the PC's clock.
    pub wall: WallTime,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum What {
    /// It is open.
    Up(Option<Peer>),
    /// Somebody connected to the listening line.
    Accepted {
        /// The listening line.
        listener: Line,
        /// Who.
        peer: Peer,
    },
    /// It is closed.
    Down(Down),
    /// Bytes arrived.
    Bytes {
        /// From whom, on UDP.
        from: Option<SocketAddr>,
        /// The bytes.
        bytes: Bytes,
    },
}

impl LinkEvent {
    /// The same for a session.
    pub fn input(&self) -> Input<'_> {
        match &self.what {
            What::Up(peer) => Input::Up { line: self.line, peer: peer.as_ref() },
            What::Accepted { listener, peer } => {
                Input::Accepted { listener: *listener, line: self.line, peer }
            }
            What::Down(why) => Input::Down { line: self.line, why: *why },
            What::Bytes { from, bytes } => Input::Bytes { line: self.line, from: *from, bytes },
        }
    }
}

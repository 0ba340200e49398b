//! The trait at the centre: [`Session`], what goes in, what comes out.

use core::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use vigie_model::{Event, MonoTime};

/// One way in or out of a session: configured, opened or accepted.
///
/// A session numbers the lines it opens below 0x8000; the driver numbers accepted ones from there.
/// A number is free again after [`Input::Down`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line(pub u16);

impl Line {
    /// The line that every session has.
    pub const MAIN: Line = Line(0);
}

/// A device heard through a session. At most 256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIx(pub u16);

impl DeviceIx {
    /// The device of a session that has one.
    pub const ONLY: DeviceIx = DeviceIx(0);
}

/// One conversation with one or more devices, without I/O. `now` never goes back.
///
/// After every `handle_*`: drain [`Session::poll_transmit`], then [`Session::poll_event`], then ask
/// [`Session::poll_timeout`] once. Nothing returns `Result`: nobody above could do better than
/// carry on, so damage is an [`Event::Fault`].
pub trait Session: Send {
    /// Something arrived, or a line changed.
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>);
    /// The time that `poll_timeout` named has come.
    fn handle_timeout(&mut self, now: MonoTime);
    /// Say goodbye. Drained until `poll_timeout` is `None`, for 2 s at most.
    fn handle_farewell(&mut self, _now: MonoTime) {}
    /// What to send next.
    fn poll_transmit(&mut self) -> Option<Transmit>;
    /// What was heard next.
    fn poll_event(&mut self) -> Option<Heard>;
    /// When to call `handle_timeout`.
    fn poll_timeout(&self) -> Option<Deadline>;
}

/// What goes into a session.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A line is open.
    Up {
        /// Which.
        line: Line,
        /// Who is at the other end; `None` on serial lines and recordings.
        peer: Option<&'a Peer>,
    },
    /// Somebody connected to a listening line.
    Accepted {
        /// The listening line.
        listener: Line,
        /// The new line.
        line: Line,
        /// Who.
        peer: &'a Peer,
    },
    /// A line is closed.
    Down {
        /// Which.
        line: Line,
        /// Why.
        why: Down,
    },
    /// Bytes arrived. One datagram is one call; a stream may be cut anywhere.
    Bytes {
        /// On which line.
        line: Line,
        /// From whom, where one line hears several.
        from: Option<SocketAddr>,
        /// The bytes.
        bytes: &'a [u8],
    },
}

/// Why a line closed.
#[derive(Clone, Debug, Copy, PartialEq, Eq)]
pub enum Down {
    /// The other end closed it, or the recording ended.
    Closed,
    /// The other end refused.
    Refused,
    /// The adapter is gone.
    Unplugged,
    /// The encrypted channel failed.
    Tls,
}

/// The two ends of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Our end.
    pub local: SocketAddr,
    /// The other end.
    pub remote: SocketAddr,
    /// The other end's certificate, DER, where the device protocol demands TLS.
    pub certificate: Option<Bytes>,
}

/// What comes out of a session for the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// Bytes to send.
    Bytes {
        /// On which line.
        line: Line,
        /// To whom, where one line speaks to several.
        to: Option<SocketAddr>,
        /// The bytes.
        bytes: Bytes,
    },
    /// Modem control pins.
    Pins {
        /// On which line.
        line: Line,
        /// Data terminal ready.
        dtr: bool,
        /// Request to send.
        rts: bool,
    },
    /// Connect; only to peers that the configuration allows.
    Open {
        /// The line whose carrier and TLS settings it uses.
        via: Line,
        /// The number of the new line.
        line: Line,
        /// Where to.
        to: SocketAddr,
    },
    /// Close.
    Close {
        /// Which line.
        line: Line,
    },
}

impl Transmit {
    /// Bytes on the main line.
    pub fn main(bytes: impl Into<Bytes>) -> Transmit {
        Transmit::Bytes { line: Line::MAIN, to: None, bytes: bytes.into() }
    }
}

/// An event and the device it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Which device of the session.
    pub device: DeviceIx,
    /// What it said.
    pub event: Event,
}

impl From<Event> for Heard {
    fn from(event: Event) -> Heard {
        Heard { device: DeviceIx::ONLY, event }
    }
}

/// When a session wants to be called, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub at: MonoTime,
    /// What for, in English, for logs and tests.
    pub why: &'static str,
}

/// Makes sessions of one protocol family.
pub trait Factory: Sync {
    /// The family's name in configuration and logs, lower case.
    fn name(&self) -> &'static str;
    /// The lines a session of it needs.
    fn lines(&self) -> &'static [LineSpec];
    /// Whether whoever is on its line speaks for many beds, a gateway, or may do so: then a line is no
    /// place, and has no bed of its own.
    fn carries_many(&self) -> bool {
        false
    }
    /// How to find out whether such a device is on a line.
    fn probe(&self) -> Probe;
    /// A new conversation.
    fn session(&self, setup: &Setup) -> Box<dyn Session>;
}

/// How a session is to behave.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Send nothing, join in mid-stream, learn what can be learnt: recordings, tapped cables.
    pub passive: bool,
    /// The only randomness that pure code gets.
    pub seed: u64,
    /// The family's own options, in the order written.
    pub options: Vec<(String, String)>,
}

/// One line that a family needs.
#[derive(Clone, Debug)]
pub struct LineSpec {
    /// Its number.
    pub line: Line,
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it can run over, the usual one first.
    pub carriers: &'static [Carrier],
    /// Whether the session works without it.
    pub optional: bool,
}

/// What a line can run over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A serial port.
    Serial {
        /// Speed.
        baud: u32,
        /// Parity. Data bits are 8.
        parity: Parity,
        /// Stop bits, 1 or 2.
        stop_bits: u8,
    },
    /// TCP to the device.
    TcpTo {
        /// The device's usual port.
        port: u16,
        /// Inside TLS.
        tls: bool,
    },
    /// TCP from the device to us.
    TcpListen {
        /// The usual port.
        port: u16,
        /// Inside TLS.
        tls: bool,
    },
    /// UDP to the device, answers to the same port.
    UdpTo {
        /// The device's usual port.
        port: u16,
    },
    /// UDP from a port of ours to whichever device of the subnet the session names.
    UdpSubnet {
        /// The devices' usual port.
        port: u16,
    },
    /// UDP that devices broadcast or multicast.
    UdpGroup {
        /// The port to listen on.
        port: u16,
        /// The IPv4 multicast group to join.
        group: Option<core::net::Ipv4Addr>,
    },
}

/// Parity of a serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parity {
    /// None.
    None,
    /// Even.
    Even,
    /// Odd.
    Odd,
}

/// How a family is recognised on an unknown line.
#[derive(Clone, Copy)]
pub struct Probe {
    /// How long to listen before asking anything.
    pub listen: Duration,
    /// What to send when nothing was heard; empty for devices that speak by themselves.
    pub ask: &'static [u8],
    /// Whether some bytes are this family's.
    pub recognise: fn(&[u8]) -> bool,
    /// What must be sent after asking, so that the device forgets us.
    pub leave: &'static [u8],
}

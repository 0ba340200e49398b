//! What a line consists of: ports, the one interface, names of serial ports.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;

use vigie_model::Text;
use vigie_session::{Line, Parity};

/// What one configured line consists of.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// The line's name, for log lines and captures.
    pub name: Text,
    /// Its ports, by the session's numbers, below 0x8000. Of two with one number the first counts.
    pub ports: Vec<(Line, Port)>,
    /// Where everything that arrives and is sent is written, for engineers: see [`crate::capture`].
    pub capture: Option<PathBuf>,
}

/// One port of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// A serial port, or a pty.
    Serial {
        /// Which.
        name: SerialName,
        /// Speed.
        baud: u32,
        /// Parity. Data bits are 8.
        parity: Parity,
        /// 1 or 2.
        stop_bits: u8,
    },
    /// UDP to one device: connected, so that the kernel drops what others send.
    UdpTo {
        /// Ours.
        nic: Nic,
        /// The device.
        peer: SocketAddrV4,
    },
    /// UDP to any device of the interface's subnet that the session names; from an own port.
    UdpSubnet {
        /// Ours.
        nic: Nic,
    },
    /// UDP that devices broadcast or multicast to this port. Nothing is sent on it.
    UdpGroup {
        /// Ours.
        nic: Nic,
        /// The port.
        port: u16,
        /// The group to join.
        group: Option<Ipv4Addr>,
    },
    /// TCP to one device.
    TcpTo {
        /// Ours.
        nic: Nic,
        /// The device.
        peer: SocketAddrV4,
    },
    /// TCP from devices of the interface's subnet.
    TcpListen {
        /// Ours.
        nic: Nic,
        /// The port.
        port: u16,
    },
    /// A Unix socket that something on this PC listens on.
    UnixTo {
        /// Its path.
        path: PathBuf,
    },
}

impl Port {
    /// The interface that the port uses.
    pub(crate) fn nic(&self) -> Option<&Nic> {
        match self {
            Port::UdpTo { nic, .. }
            | Port::UdpSubnet { nic }
            | Port::UdpGroup { nic, .. }
            | Port::TcpTo { nic, .. }
            | Port::TcpListen { nic, .. } => Some(nic),
            Port::Serial { .. } | Port::UnixTo { .. } => None,
        }
    }

    /// Whether the port carries datagrams.
    pub(crate) fn is_datagrams(&self) -> bool {
        matches!(self, Port::UdpTo { .. } | Port::UdpSubnet { .. } | Port::UdpGroup { .. })
    }
}

/// The one interface that the station may use, and its subnet: whoever is outside of it is no peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nic {
    /// The interface's name, such as `enp3s0` or `lo`.
    pub interface: String,
    /// Our address on it.
    pub address: Ipv4Addr,
    /// Bits of the subnet.
    pub prefix: u8,
}

impl Nic {
    /// Whether an address is on the subnet.
    pub fn holds(&self, address: Ipv4Addr) -> bool {
        self.address.to_bits() & self.mask() == address.to_bits() & self.mask()
    }

    /// The address on which all of the subnet hears; `None` where the subnet has none (RFC 3021).
    pub(crate) fn broadcast(&self) -> Option<Ipv4Addr> {
        let broadcast = Ipv4Addr::from_bits(self.address.to_bits() | !self.mask());
        (self.prefix < 31).then_some(broadcast)
    }

    /// The address of the subnet itself; `None` where the subnet has none (RFC 3021).
    pub(crate) fn network(&self) -> Option<Ipv4Addr> {
        let network = Ipv4Addr::from_bits(self.address.to_bits() & self.mask());
        (self.prefix < 31).then_some(network)
    }

    fn mask(&self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.prefix.min(32))).unwrap_or(0)
    }
}

/// A serial port by a name that outlives unplugging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SerialName {
    /// A device file, or a link to one.
    Path(PathBuf),
    /// The adapter with this serial number. `SERIAL#1` is the port at interface 1 of an adapter that
    /// has several.
    UsbSerial(String),
    /// Whatever adapter is in this USB socket, such as `1-1.4:1.0`. `1-1.4:1.0#1` is the second port
    /// of an adapter that has several at one interface.
    UsbPath(String),
}

//! Whether a port leads to the world or to a simulator on this PC.

use crate::{Port, Roots, nic::is_loopback, serial::is_simulated};

/// Whether a port leads to the world or to a simulator on this PC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A serial port or a network.
    Real,
    /// A pty, loopback, a Unix socket.
    Simulated,
}

/// Whether a port leads to the world; a serial name is looked up now.
///
/// A path that does not exist counts as real. What it leads to once it exists may be asked again
/// when the line comes up.
pub fn nature(port: &Port) -> Nature {
    let roots = Roots::default();
    let is_simulated = match port {
        Port::Serial { name, .. } => is_simulated(name, &roots),
        Port::UnixTo { .. } => true,
        Port::UdpTo { nic, peer } | Port::TcpTo { nic, peer } => {
            peer.ip().is_loopback() || is_loopback(&nic.interface, nic.address, &roots)
        }
        Port::UdpSubnet { nic } | Port::UdpGroup { nic, .. } | Port::TcpListen { nic, .. } => {
            is_loopback(&nic.interface, nic.address, &roots)
        }
    };
    if is_simulated { Nature::Simulated } else { Nature::Real }
}

//! The port of one bed, whatever it is.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::io;
use std::path::Path;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio_serial::{SerialPortBuilderExt, SerialStream};
use vigie_model::MonoTime;
use vigie_sim_device::Destination;

use crate::pty::Pty;
use crate::tcp::Tcp;

/// Where beacons come from and go to.
const BEACON_PORT: u16 = 24_005;
const BEACON_GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 23, 63);
/// How often a pty is asked for bytes: it cannot say by itself that there are some once a client has
/// closed it.
const PTY_LOOK: Duration = Duration::from_millis(4);

/// An open port.
#[derive(Debug)]
pub(crate) enum Port {
    Udp { socket: UdpSocket, beacons: Option<(UdpSocket, Vec<SocketAddrV4>)> },
    Pty(Pty),
    Serial(Box<SerialStream>),
    Tcp(Box<Tcp>),
}

/// Where beacons of a bed are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beacons {
    Nowhere,
    To(SocketAddrV4),
    /// The broadcast address of this subnet, and the multicast group.
    Subnet(Ipv4Addr),
}

impl Port {
    pub(crate) fn udp(address: SocketAddrV4, beacons: Beacons) -> io::Result<Port> {
        let socket = bound(address)?;
        let targets = match beacons {
            Beacons::Nowhere => Vec::new(),
            Beacons::To(target) => vec![target],
            Beacons::Subnet(netmask) => {
                let broadcast = Ipv4Addr::from_bits(address.ip().to_bits() | !netmask.to_bits());
                [broadcast, BEACON_GROUP].map(|ip| SocketAddrV4::new(ip, BEACON_PORT)).to_vec()
            }
        };
        let beacons = if targets.is_empty() {
            None
        } else {
            Some((bound(SocketAddrV4::new(*address.ip(), BEACON_PORT))?, targets))
        };
        Ok(Port::Udp { socket, beacons })
    }

    pub(crate) fn pty(link: &Path) -> io::Result<Port> {
        Pty::open(link).map(Port::Pty)
    }

    pub(crate) fn serial(path: &Path, baud: u32) -> io::Result<Port> {
        let path = path.to_string_lossy();
        let stream = tokio_serial::new(path, baud).open_native_async()?;
        Ok(Port::Serial(Box::new(stream)))
    }

    /// Whether somebody is at the other end, as far as this port can know.
    pub(crate) fn is_connected(&self) -> bool {
        match self {
            Port::Tcp(tcp) => tcp.is_connected(),
            Port::Udp { .. } | Port::Pty(_) | Port::Serial(_) => true,
        }
    }

    /// Ends a connection; the port stays open for the next one.
    pub(crate) fn hang_up(&mut self) {
        if let Port::Tcp(tcp) = self {
            tcp.hang_up();
        }
    }

    /// Waits until there may be something to read.
    pub(crate) async fn readable(&self) {
        let waited = match self {
            Port::Udp { socket, .. } => socket.readable().await,
            Port::Serial(stream) => stream.readable().await,
            Port::Tcp(tcp) => tcp.readable().await,
            Port::Pty(_) => {
                tokio::time::sleep(PTY_LOOK).await;
                Ok(())
            }
        };
        if waited.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// What has arrived: how many bytes, and on a network from whom; `None` when there is nothing.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
    ) -> io::Result<Option<(usize, Option<SocketAddr>)>> {
        let read = match self {
            Port::Udp { socket, .. } => {
                socket.try_recv_from(buffer).map(|(count, from)| (count, Some(from)))
            }
            Port::Serial(stream) => stream.try_read(buffer).map(|count| (count, None)),
            Port::Pty(pty) => pty.read(buffer).map(|count| (count, None)),
            Port::Tcp(tcp) => tcp.read(buffer).map(|count| (count, None)),
        };
        match read {
            Ok((0, None)) => Ok(None),
            Ok(read) => Ok(Some(read)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            // Nobody listens where a datagram was sent: no fault of this port.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends what came out of the noise.
    pub(crate) fn write(&mut self, to: Destination, bytes: &[u8]) -> io::Result<()> {
        let lossy = |sent: io::Result<usize>| match sent {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::ConnectionRefused
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(error),
        };
        match (self, to) {
            (Port::Udp { socket, .. }, Destination::Client(client)) => {
                lossy(socket.try_send_to(bytes, client))
            }
            (Port::Udp { beacons: Some((socket, targets)), .. }, Destination::Everybody) => targets
                .iter()
                .try_for_each(|target| lossy(socket.try_send_to(bytes, SocketAddr::V4(*target)))),
            (Port::Pty(pty), _) => pty.write(bytes),
            (Port::Tcp(tcp), _) => tcp.write(bytes),
            (Port::Serial(stream), _) => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    match stream.try_write(rest) {
                        Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                        Err(error) => return Err(error),
                    }
                }
                Ok(())
            }
            (Port::Udp { .. }, _) => Ok(()),
        }
    }

    /// To be called some times a second.
    pub(crate) fn tend(&mut self, now: MonoTime) -> io::Result<()> {
        match self {
            Port::Pty(pty) => pty.tend(),
            Port::Tcp(tcp) => return tcp.tend(now),
            Port::Udp { .. } | Port::Serial(_) => {}
        }
        Ok(())
    }
}

/// A UDP socket at this address that may broadcast. Several may share a beacon port.
fn bound(address: SocketAddrV4) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    if address.port() == BEACON_PORT {
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(true)?;
    }
    socket.set_broadcast(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::V4(address).into())?;
    UdpSocket::from_std(socket.into())
}

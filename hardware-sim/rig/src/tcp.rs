//! The TCP port of a device: it listens, or it connects to a station.
//!
//! One connection at a time. A second client of a listening device is turned away, as small monitors do.

use core::net::SocketAddrV4;
use std::io;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use vigie_model::MonoTime;

/// A device that found no station tries again after this, and gives one so long to answer.
const AGAIN: Duration = Duration::from_secs(1);
/// Nobody waits in line for a device that serves one client.
const BACKLOG: i32 = 1;

/// Who connects to whom.
#[derive(Debug)]
enum Side {
    Listens(TcpListener),
    Connects { to: SocketAddrV4, again_at: MonoTime, trying: Option<Socket> },
}

/// One side, and the connection if there is one.
#[derive(Debug)]
pub(crate) struct Tcp {
    side: Side,
    stream: Option<TcpStream>,
    /// What the kernel did not take yet.
    unsent: Vec<u8>,
}

/// A client that takes nothing loses its connection when so much waits for it.
const UNSENT_MAX: usize = 256 * 1024;

impl Tcp {
    pub(crate) fn listen(address: SocketAddrV4) -> io::Result<Tcp> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from_std(socket.into())?;
        Ok(Tcp { side: Side::Listens(listener), stream: None, unsent: Vec::new() })
    }

    pub(crate) fn connect(to: SocketAddrV4) -> Tcp {
        let side = Side::Connects { to, again_at: MonoTime::START, trying: None };
        Tcp { side, stream: None, unsent: Vec::new() }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.stream.is_some()
    }

    /// Takes a client, or looks for the station.
    pub(crate) fn tend(&mut self, now: MonoTime) -> io::Result<()> {
        match &mut self.side {
            Side::Listens(listener) => loop {
                let accepted = poll_accept(listener)?;
                let Some(stream) = accepted else { return Ok(()) };
                if self.stream.is_none() {
                    stream.set_nodelay(true)?;
                    self.stream = Some(stream);
                }
            },
            Side::Connects { to, again_at, trying } => {
                if self.stream.is_some() {
                    return Ok(());
                }
                if let Some(socket) = trying.take() {
                    if socket.peer_addr().is_ok() {
                        socket.set_tcp_nodelay(true)?;
                        self.stream = Some(TcpStream::from_std(socket.into())?);
                        return Ok(());
                    }
                    if now < *again_at {
                        *trying = Some(socket);
                        return Ok(());
                    }
                }
                if now >= *again_at {
                    *again_at = now + AGAIN;
                    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
                    socket.set_nonblocking(true)?;
                    // In progress, refused, or done: the next look tells.
                    let _ = socket.connect(&(*to).into());
                    *trying = Some(socket);
                }
                Ok(())
            }
        }
    }

    /// Waits until there may be something to read, or a client.
    pub(crate) async fn readable(&self) -> io::Result<()> {
        match (&self.stream, &self.side) {
            (Some(stream), _) => stream.readable().await,
            // Who comes is seen when the port is tended.
            (None, Side::Listens(_) | Side::Connects { .. }) => std::future::pending().await,
        }
    }

    /// What has arrived; `None`: nothing. An end of the connection is an error.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(stream) = &self.stream else { return Ok(0) };
        match stream.try_read(buffer) {
            Ok(0) => Err(io::ErrorKind::ConnectionReset.into()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            read => read,
        }
    }

    /// Sends, or keeps for later.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(stream) = &self.stream else { return Ok(()) };
        self.unsent.extend_from_slice(bytes);
        while !self.unsent.is_empty() {
            match stream.try_write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if self.unsent.len() > UNSENT_MAX {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing"));
        }
        Ok(())
    }

    /// Ends the connection; the port stays.
    pub(crate) fn hang_up(&mut self) {
        self.stream = None;
        self.unsent.clear();
    }
}

/// A client that waits at the door.
fn poll_accept(listener: &TcpListener) -> io::Result<Option<TcpStream>> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match listener.poll_accept(&mut context) {
        std::task::Poll::Ready(Ok((stream, _))) => Ok(Some(stream)),
        std::task::Poll::Ready(Err(error)) => Err(error),
        std::task::Poll::Pending => Ok(None),
    }
}

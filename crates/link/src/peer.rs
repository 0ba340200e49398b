//! Who is at the other end of a Unix socket.

use std::{io, os::unix::net::UnixStream};

/// The user that the process at the other end ran as when it connected.
pub fn peer_uid(stream: &UnixStream) -> io::Result<u32> {
    Ok(rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw())
}

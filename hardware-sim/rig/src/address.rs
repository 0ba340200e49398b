//! Who a datagram is from or for, carried through the noise in front of its bytes.
//!
//! Noise delivers bytes and knows no addresses; datagrams come out of it whole or not at all.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use vigie_sim_device::Destination;

/// Kind, address, port.
const BYTES: usize = 7;
const CLIENT: u8 = 0;
const EVERYBODY: u8 = 1;

/// The datagram with its destination in front; `None` for one that a network does not know.
pub(crate) fn wrap(to: Destination, datagram: &[u8]) -> Option<Vec<u8>> {
    let (kind, address) = match to {
        Destination::Client(SocketAddr::V4(address)) => (CLIENT, address),
        Destination::Everybody => (EVERYBODY, SocketAddrV4::new(Ipv4Addr::BROADCAST, 0)),
        Destination::Client(SocketAddr::V6(_)) | Destination::Cable => return None,
    };
    let mut wrapped = vec![kind];
    wrapped.extend(address.ip().octets());
    wrapped.extend(address.port().to_be_bytes());
    wrapped.extend(datagram);
    Some(wrapped)
}

/// The way back.
pub(crate) fn unwrap(wrapped: &[u8]) -> Option<(Destination, &[u8])> {
    let (head, datagram) = wrapped.split_at_checked(BYTES)?;
    let [kind, a, b, c, d, high, low] = head else { return None };
    let address =
        SocketAddrV4::new(Ipv4Addr::new(*a, *b, *c, *d), u16::from_be_bytes([*high, *low]));
    match *kind {
        EVERYBODY => Some((Destination::Everybody, datagram)),
        _ => Some((Destination::Client(SocketAddr::V4(address)), datagram)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_there_and_back() {
        let client = Destination::Client("127.0.0.1:40001".parse().unwrap());
        for to in [client, Destination::Everybody] {
            let wrapped = wrap(to, b"bytes").unwrap();
            assert_eq!(unwrap(&wrapped), Some((to, &b"bytes"[..])));
        }
        assert_eq!(wrap(Destination::Cable, b""), None);
        assert_eq!(unwrap(b"short"), None);
    }
}

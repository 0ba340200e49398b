//! Who is a peer: the one place that says what may be sent where.

use core::net::{SocketAddr, SocketAddrV4};

use crate::{Nic, Port};

/// The peer at an address of the interface's subnet; otherwise why it is none.
pub(crate) fn peer_of(nic: &Nic, address: SocketAddr) -> Result<SocketAddrV4, &'static str> {
    let SocketAddr::V4(address) = address else { return Err("IPv6 is not used") };
    let ip = *address.ip();
    if ip.is_multicast() || ip.is_broadcast() || ip.is_unspecified() {
        Err("not the address of one device")
    } else if !nic.holds(ip) {
        Err("outside the interface's subnet")
    } else if nic.broadcast() == Some(ip) || nic.network() == Some(ip) {
        Err("the subnet's own address")
    } else if address.port() == 0 {
        Err("port 0")
    } else {
        Ok(address)
    }
}

/// What may be sent on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Bytes to the one at the other end, who has an address or not.
    One(Option<SocketAddrV4>),
    /// Datagrams to any peer of the subnet.
    Subnet(Nic),
    /// Nothing.
    Nothing,
}

impl Rule {
    pub(crate) fn of(port: &Port) -> Rule {
        match port {
            Port::Serial { .. } | Port::UnixTo { .. } => Rule::One(None),
            Port::UdpTo { peer, .. } | Port::TcpTo { peer, .. } => Rule::One(Some(*peer)),
            Port::UdpSubnet { nic } => Rule::Subnet(nic.clone()),
            Port::UdpGroup { .. } | Port::TcpListen { .. } => Rule::Nothing,
        }
    }

    /// Where a transmit goes, when it may.
    pub(crate) fn check(
        &self,
        to: Option<SocketAddr>,
    ) -> Result<Option<SocketAddrV4>, &'static str> {
        match (self, to) {
            (Rule::One(_), None) => Ok(None),
            (Rule::One(peer), Some(to)) if peer.map(SocketAddr::V4) == Some(to) => Ok(None),
            (Rule::One(_), Some(_)) => Err("another peer than the line's"),
            (Rule::Subnet(nic), Some(to)) => peer_of(nic, to).map(Some),
            (Rule::Subnet(_), None) => Err("no peer named"),
            (Rule::Nothing, _) => Err("the line only listens"),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use super::*;

    fn nic(address: [u8; 4], prefix: u8) -> Nic {
        Nic { interface: "eth9".to_owned(), address: Ipv4Addr::from(address), prefix }
    }

    fn is_peer(nic: &Nic, address: &str) -> bool {
        peer_of(nic, address.parse().expect("an address")).is_ok()
    }

    #[test]
    fn a_peer_is_one_device_of_the_subnet() {
        let nic = nic([10, 0, 42, 1], 24);
        assert!(is_peer(&nic, "10.0.42.9:24105"));
        for stranger in [
            "10.0.43.9:24105",
            "10.0.42.255:24105",
            "10.0.42.0:24105",
            "10.0.42.9:0",
            "255.255.255.255:24105",
            "224.0.23.63:24105",
            "0.0.0.0:24105",
            "8.8.8.8:53",
            "[fe80::1]:24105",
            "[::ffff:10.0.42.9]:24105",
        ] {
            assert!(!is_peer(&nic, stranger), "{stranger}");
        }
    }

    #[test]
    fn the_smallest_subnets_have_no_address_of_their_own() {
        let nic31 = nic([10, 0, 42, 0], 31);
        assert!(is_peer(&nic31, "10.0.42.1:1") && !is_peer(&nic31, "10.0.42.2:1"));
        let nic30 = nic([10, 0, 42, 1], 30);
        assert!(is_peer(&nic30, "10.0.42.2:1") && !is_peer(&nic30, "10.0.42.3:1"));
        let nic32 = nic([10, 0, 42, 1], 32);
        assert!(!is_peer(&nic32, "10.0.42.2:1"));
    }

    #[test]
    fn a_line_to_one_peer_reaches_no_other() {
        let peer: SocketAddrV4 = "10.0.42.9:24105".parse().expect("an address");
        let rule = Rule::One(Some(peer));
        assert_eq!(rule.check(None), Ok(None));
        assert_eq!(rule.check(Some(peer.into())), Ok(None));
        let other = SocketAddr::new(Ipv4Addr::from([10, 0, 42, 9]).into(), 24106);
        assert!(rule.check(Some(other)).is_err());
        assert!(Rule::One(None).check(Some(peer.into())).is_err());
        assert!(Rule::Nothing.check(None).is_err());
        assert!(Rule::Subnet(nic([10, 0, 42, 1], 24)).check(None).is_err());
    }
}

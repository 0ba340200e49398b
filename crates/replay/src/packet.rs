//! One captured packet: the UDP datagram of a monitor in it, if it is whole and undamaged.

use core::net::{IpAddr, SocketAddr};

use etherparse::{
    EtherType, IpNumber, LaxSlicedPacket, NetSlice, SlicedPacket, TransportSlice, UdpSlice,
    checksum::Sum16BitWords,
};
use pcap_file::DataLink;
use vigie_intellivue::session::{BEACON_PORT, DATA_PORT};

use crate::{loss::LossKind, recording::ReadError};

/// Linux cooked capture, version 1: the protocol is the last field.
const COOKED_HEADER_BYTES: usize = 16;

/// What a packet begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Ethernet,
    LinuxCooked,
    Ip,
}

impl Link {
    pub(crate) fn new(link: DataLink) -> Result<Link, ReadError> {
        if link == DataLink::ETHERNET {
            Ok(Link::Ethernet)
        } else if link == DataLink::LINUX_SLL {
            Ok(Link::LinuxCooked)
        } else if [DataLink::RAW, DataLink::IPV4, DataLink::IPV6].contains(&link) {
            Ok(Link::Ip)
        } else {
            Err(ReadError::LinkType(format!("{link:?}")))
        }
    }
}

/// A datagram to or from a monitor.
#[derive(Debug)]
pub(crate) struct Datagram<'a> {
    /// The monitor, whichever end it is.
    pub(crate) monitor: IpAddr,
    pub(crate) from: SocketAddr,
    pub(crate) payload: &'a [u8],
}

/// The monitor's datagram in a packet; `Ok(None)` when the packet is none of a monitor's.
pub(crate) fn datagram_of(
    link: Link,
    packet: &[u8],
    is_cut: bool,
) -> Result<Option<Datagram<'_>>, LossKind> {
    let sliced = match link {
        Link::Ethernet => SlicedPacket::from_ethernet(packet),
        Link::LinuxCooked => SlicedPacket::from_linux_sll(packet),
        Link::Ip => SlicedPacket::from_ip(packet),
    };
    let Ok(sliced) = sliced else {
        return match may_be_a_monitors(link, packet) {
            true if is_cut => Err(LossKind::PacketsCut),
            true => Err(LossKind::PacketsBroken),
            false => Ok(None),
        };
    };
    let (from, to, pseudo): (IpAddr, IpAddr, Sum16BitWords) = match &sliced.net {
        Some(NetSlice::Ipv4(ip)) => {
            let (from, to) = (ip.header().source(), ip.header().destination());
            (from.into(), to.into(), Sum16BitWords::new().add_4bytes(from).add_4bytes(to))
        }
        Some(NetSlice::Ipv6(ip)) => {
            let (from, to) = (ip.header().source(), ip.header().destination());
            (from.into(), to.into(), Sum16BitWords::new().add_16bytes(from).add_16bytes(to))
        }
        Some(NetSlice::Arp(_)) | None => return Ok(None),
    };
    let ip_payload = sliced.ip_payload();
    if ip_payload.is_some_and(|payload| payload.fragmented && payload.ip_number == IpNumber::UDP) {
        return Err(LossKind::Fragments);
    }
    let Some(TransportSlice::Udp(udp)) = &sliced.transport else { return Ok(None) };
    let is_from_monitor = is_monitor_source(udp.source_port());
    if !is_from_monitor && udp.destination_port() != DATA_PORT {
        return Ok(None);
    }
    if !is_checksum_good(pseudo, udp, is_from_monitor) {
        return Err(LossKind::WrongChecksum);
    }
    Ok(Some(Datagram {
        monitor: if is_from_monitor { from } else { to },
        from: SocketAddr::new(from, udp.source_port()),
        payload: udp.payload(),
    }))
}

/// A monitor is known by its ports: the protocol's and that of its connect indication.
fn is_monitor_source(port: u16) -> bool {
    port == DATA_PORT || port == BEACON_PORT
}

/// Checks the UDP checksum over pseudo header and datagram (RFC 768, RFC 8200 section 8.1).
///
/// 0 says that the sender gave none. What the capturing PC itself sends is often captured before its
/// network card fills the checksum in: it then is the sum of the pseudo header alone.
fn is_checksum_good(addresses: Sum16BitWords, udp: &UdpSlice<'_>, is_from_monitor: bool) -> bool {
    let pseudo = addresses.add_2bytes([0, IpNumber::UDP.0]).add_2bytes(udp.length().to_be_bytes());
    // The sum is kept in the order of the wire.
    let unfinished = u16::from_be(!pseudo.ones_complement());
    udp.checksum() == 0
        || pseudo.add_slice(udp.slice()).ones_complement() == 0
        || (!is_from_monitor && udp.checksum() == unfinished)
}

/// Whether a packet that is cut or broken may have been a monitor's, as far as it can be read.
fn may_be_a_monitors(link: Link, packet: &[u8]) -> bool {
    let sliced = match link {
        Link::Ethernet => LaxSlicedPacket::from_ethernet(packet).ok(),
        Link::LinuxCooked => packet.split_at_checked(COOKED_HEADER_BYTES).and_then(|(head, ip)| {
            let protocol = u16::from_be_bytes(*head.last_chunk::<2>()?);
            Some(LaxSlicedPacket::from_ether_type(EtherType(protocol), ip))
        }),
        Link::Ip => LaxSlicedPacket::from_ip(packet).ok(),
    };
    let Some(sliced) = sliced else { return true };
    match (&sliced.transport, &sliced.net) {
        (Some(TransportSlice::Udp(udp)), _) => {
            is_monitor_source(udp.source_port()) || udp.destination_port() == DATA_PORT
        }
        (Some(_), _) => false,
        (None, Some(net)) => {
            net.ip_payload_ref().is_some_and(|payload| payload.ip_number == IpNumber::UDP)
        }
        (None, None) => sliced.stop_err.is_some(),
    }
}

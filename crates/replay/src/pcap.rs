//! Classic pcap: the datagrams to and from each monitor, with the capture's own times.
//!
//! A monitor is known by its ports: 24105 for the protocol, 24005 for its connect indication
//! (Data Export Interface Programming Guide, "LAN interface"). Both directions are kept: what the
//! client asked for is context for a passive session.

use core::net::{IpAddr, SocketAddr};
use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_file::{DataLink, pcap::PcapReader};

use crate::recording::{Piece, ReadError, Recording, Transport};

/// UDP port of the protocol on the monitor.
const PROTOCOL_PORT: u16 = 24105;
/// UDP port of the connect indication.
const BEACON_PORT: u16 = 24005;

/// Whether a file begins like a classic pcap, of either byte order and resolution.
pub(crate) fn is_pcap(file: &[u8]) -> bool {
    matches!(
        file.first_chunk::<4>(),
        Some(b"\xd4\xc3\xb2\xa1" | b"\xa1\xb2\xc3\xd4" | b"\x4d\x3c\xb2\xa1" | b"\xa1\xb2\x3c\x4d")
    )
}

/// Whether a file begins like a pcapng.
pub(crate) fn is_pcapng(file: &[u8]) -> bool {
    file.starts_with(b"\x0a\x0d\x0d\x0a")
}

/// Reads all of a capture. Packets after a broken one are lost with it: pcap cannot resynchronise.
pub(crate) fn read(name: &str, file: &[u8]) -> Result<Vec<Recording>, ReadError> {
    let mut reader = PcapReader::new(file).map_err(|error| ReadError::Pcap(error.to_string()))?;
    let link = reader.header().datalink;
    let mut monitors: BTreeMap<IpAddr, Vec<Piece>> = BTreeMap::new();
    let mut start = None;
    let mut packets = 0;
    while let Some(packet) = reader.next_packet() {
        let Ok(packet) = packet else { break };
        packets += 1;
        let start = *start.get_or_insert(packet.timestamp);
        let Some(datagram) = datagram_of(link, &packet.data)? else { continue };
        let Some(monitor) = datagram.monitor() else { continue };
        // A capture's clock may step back; the order of arrival is what counts.
        let at = packet.timestamp.checked_sub(start).unwrap_or(Duration::ZERO);
        let pieces = monitors.entry(monitor).or_default();
        let at = pieces.last().map_or(at, |last| at.max(last.at));
        pieces.push(Piece {
            at,
            from: Some(datagram.from),
            bytes: Bytes::copy_from_slice(datagram.payload),
        });
    }
    if monitors.is_empty() {
        return Err(ReadError::NoMonitor { packets });
    }
    let several = monitors.len() > 1;
    Ok(monitors
        .into_iter()
        .map(|(monitor, pieces)| Recording {
            name: if several { format!("{name} {monitor}") } else { name.to_owned() },
            transport: Transport::Datagrams,
            pieces,
        })
        .collect())
}

struct Datagram<'a> {
    from: SocketAddr,
    to: SocketAddr,
    payload: &'a [u8],
}

impl Datagram<'_> {
    /// The monitor's address, if one end of the datagram is a monitor.
    fn monitor(&self) -> Option<IpAddr> {
        let at_monitor = |end: &SocketAddr| end.port() == PROTOCOL_PORT;
        if at_monitor(&self.from) || self.from.port() == BEACON_PORT {
            return Some(self.from.ip());
        }
        at_monitor(&self.to).then(|| self.to.ip())
    }
}

/// The UDP datagram in a packet; `None` for anything else, damaged headers included.
fn datagram_of(link: DataLink, packet: &[u8]) -> Result<Option<Datagram<'_>>, ReadError> {
    let sliced = if link == DataLink::ETHERNET {
        SlicedPacket::from_ethernet(packet).ok()
    } else if link == DataLink::LINUX_SLL {
        SlicedPacket::from_linux_sll(packet).ok()
    } else if [DataLink::RAW, DataLink::IPV4, DataLink::IPV6].contains(&link) {
        SlicedPacket::from_ip(packet).ok()
    } else {
        return Err(ReadError::LinkType(format!("{link:?}")));
    };
    let Some(sliced) = sliced else { return Ok(None) };
    let (from, to): (IpAddr, IpAddr) = match &sliced.net {
        Some(NetSlice::Ipv4(ip)) => {
            (ip.header().source_addr().into(), ip.header().destination_addr().into())
        }
        Some(NetSlice::Ipv6(ip)) => {
            (ip.header().source_addr().into(), ip.header().destination_addr().into())
        }
        Some(NetSlice::Arp(_)) | None => return Ok(None),
    };
    let Some(TransportSlice::Udp(udp)) = &sliced.transport else { return Ok(None) };
    Ok(Some(Datagram {
        from: SocketAddr::new(from, udp.source_port()),
        to: SocketAddr::new(to, udp.destination_port()),
        payload: udp.payload(),
    }))
}

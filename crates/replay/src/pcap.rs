//! Classic pcap: the datagrams to and from each monitor, with the capture's own times.
//!
//! Both directions are kept: what the client asked for is context for a passive session. What is not
//! played is counted ([`crate::Loss`]).

use core::net::IpAddr;
use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use pcap_file::{
    TsResolution,
    pcap::{PcapParser, RawPcapPacket},
};

use crate::{
    loss::{LossKind, Losses},
    packet::{Link, datagram_of},
    recording::{Family, Piece, ReadError, Recording, Transport},
};

/// A silence up to this is played as it was.
const SILENCE_MAX: Duration = Duration::from_secs(600);
/// A longer one, or a damaged time, takes this long.
const SILENCE_SHORTENED: Duration = Duration::from_secs(1);
/// Packets are captured out of their order by less than this.
const REORDER_MAX: Duration = Duration::from_secs(1);

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

/// Reads all of a capture. Packets after a broken length are lost with it: pcap cannot resynchronise.
///
/// The losses stand in the first recording: a damaged packet does not tell whose it was.
pub(crate) fn read(name: &str, file: &[u8]) -> Result<Vec<Recording>, ReadError> {
    let (mut rest, parser) =
        PcapParser::new(file).map_err(|error| ReadError::Pcap(error.to_string()))?;
    let header = parser.header();
    let link = Link::new(header.datalink)?;
    let mut monitors: BTreeMap<IpAddr, Vec<Piece>> = BTreeMap::new();
    let mut losses = Losses::default();
    let mut clock = CaptureClock::default();
    let mut start = None;
    let mut packets = 0;
    while !rest.is_empty() {
        // Raw, since the checked form takes a packet longer than the snap length for an error.
        let Ok((behind, packet)) = parser.next_raw_packet(rest) else {
            losses.add(LossKind::CaptureCutOff, rest.len());
            break;
        };
        rest = behind;
        packets += 1;
        let now = clock.advance(time_of(&packet, header.ts_resolution), &mut losses);
        match datagram_of(link, &packet.data, packet.incl_len < packet.orig_len) {
            Ok(Some(datagram)) => monitors.entry(datagram.monitor).or_default().push(Piece {
                at: now.saturating_sub(*start.get_or_insert(now)),
                from: Some(datagram.from),
                bytes: Bytes::copy_from_slice(datagram.payload),
            }),
            Ok(None) => {}
            Err(kind) => losses.add(kind, 1),
        }
    }
    let mut losses = losses.into_rows();
    if monitors.is_empty() {
        return Err(ReadError::NoMonitor { packets, losses });
    }
    let several = monitors.len() > 1;
    Ok(monitors
        .into_iter()
        .map(|(monitor, pieces)| Recording {
            name: if several { format!("{name} {monitor}") } else { name.to_owned() },
            family: Family::IntelliVue,
            transport: Transport::Datagrams,
            pieces,
            losses: std::mem::take(&mut losses),
        })
        .collect())
}

/// When a packet was captured, since 1970.
fn time_of(packet: &RawPcapPacket<'_>, resolution: TsResolution) -> Duration {
    let fraction = match resolution {
        TsResolution::MicroSecond => Duration::from_micros(packet.ts_frac.into()),
        TsResolution::NanoSecond => Duration::from_nanos(packet.ts_frac.into()),
    };
    Duration::from_secs(packet.ts_sec.into()) + fraction
}

/// Goes through a capture's times, which may be damaged and may be set while capturing.
#[derive(Debug, Default)]
struct CaptureClock {
    /// From the first packet on, without the steps that were not followed.
    elapsed: Duration,
    /// The newest time, since 1970.
    newest: Option<Duration>,
}

impl CaptureClock {
    fn advance(&mut self, time: Duration, losses: &mut Losses) -> Duration {
        let newest = self.newest.replace(time).unwrap_or(time);
        match time.checked_sub(newest) {
            Some(step) if step <= SILENCE_MAX => self.elapsed += step,
            Some(_) => {
                self.elapsed += SILENCE_SHORTENED;
                losses.add(LossKind::TimeSteps, 1);
            }
            None if newest.saturating_sub(time) <= REORDER_MAX => self.newest = Some(newest),
            None => losses.add(LossKind::TimeSteps, 1),
        }
        self.elapsed
    }
}

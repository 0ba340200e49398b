//! What a recording is, whatever file it came from.

use core::net::SocketAddr;
use std::{fmt, time::Duration};

use bytes::Bytes;
use vigie_intellivue::session::{BEACON_PORT, DATA_PORT};

use crate::{Loss, ge_dri_log, intellivue_log, pcap};

/// One device's line, as it was recorded.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Name of the line: the file's name, with the monitor's address where a file holds several.
    pub name: String,
    /// Which protocol they speak.
    pub family: Family,
    /// How the bytes travelled.
    pub transport: Transport,
    /// What arrived and when, in order of `at`.
    pub pieces: Vec<Piece>,
    /// What of the file is not in `pieces` as it stands; empty when all of it is. What cannot be put
    /// down to one monitor of a capture stands in its first recording.
    pub losses: Vec<Loss>,
}

/// The protocol of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Philips IntelliVue Data Export.
    IntelliVue,
    /// GE S/5 DRI.
    GeDri,
}

/// How recorded bytes travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A serial line: frames in a stream of bytes.
    Serial,
    /// UDP: one piece is one datagram.
    Datagrams,
}

/// Bytes that arrived together.
#[derive(Clone, Debug)]
pub struct Piece {
    /// When, from the start of the recording.
    pub at: Duration,
    /// From whom, for datagrams.
    pub from: Option<SocketAddr>,
    /// The bytes, as on the wire.
    pub bytes: Bytes,
}

impl Recording {
    /// When the last piece arrives.
    pub fn duration(&self) -> Duration {
        self.pieces.last().map_or(Duration::ZERO, |piece| piece.at)
    }

    /// The same recording without what came before `from`, as if the cable had been plugged in then.
    pub fn starting_at(mut self, from: Duration) -> Recording {
        self.pieces.retain(|piece| piece.at >= from);
        for piece in &mut self.pieces {
            piece.at -= from;
        }
        self
    }
}

/// Why a file is no recording. The text names the remedy; the caller adds the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing in it.
    Empty,
    /// The newer capture container.
    PcapNg,
    /// A pcap whose link layer is not one that carries IP as we read it.
    LinkType(String),
    /// A pcap without one datagram to or from a monitor.
    NoMonitor {
        /// Packets that were looked at.
        packets: usize,
        /// What could not be read among them.
        losses: Vec<Loss>,
    },
    /// A pcap that breaks off before its first packet.
    Pcap(String),
    /// Packed by a program, named here.
    Packed(&'static str),
    /// Neither a pcap nor a log with frames of a known protocol.
    Unknown,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Empty => {
                f.write_str("the file is empty: record again, or choose another file")
            }
            ReadError::PcapNg => f.write_str(
                "this is a pcapng capture: convert it with `editcap -F pcap IN OUT` and replay OUT",
            ),
            ReadError::LinkType(link) => write!(
                f,
                "packets of link type {link} are not read: capture on an Ethernet interface",
            ),
            ReadError::NoMonitor { packets, losses } => {
                write!(
                    f,
                    "no IntelliVue datagram (UDP port {DATA_PORT} or {BEACON_PORT}) among \
                     {packets} packets: was the right interface captured?",
                )?;
                losses.iter().try_for_each(|loss| write!(f, "; {loss}"))
            }
            ReadError::Pcap(why) => write!(f, "the pcap cannot be read: {why}; capture again"),
            ReadError::Packed(by) => {
                write!(f, "the file is packed by {by}: unpack it and replay what was in it")
            }
            ReadError::Unknown => f.write_str(
                "neither a classic pcap nor a log of IntelliVue RS-232 frames (C0 11 01 ...) or of S/5 \
                 DRI frames (7E ... 7E): choose another file",
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// How packed files begin, and what packs so.
const PACKED: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
];

/// The recordings in a file, one for each monitor heard in it.
///
/// `name` is what the line will be called, usually the file's name without its folder.
pub fn read(name: &str, file: &[u8]) -> Result<Vec<Recording>, ReadError> {
    if file.is_empty() {
        return Err(ReadError::Empty);
    }
    if pcap::is_pcapng(file) {
        return Err(ReadError::PcapNg);
    }
    if pcap::is_pcap(file) {
        return pcap::read(name, file);
    }
    if let Some((_, by)) = PACKED.iter().find(|(head, _)| file.starts_with(head)) {
        return Err(ReadError::Packed(by));
    }
    let log = intellivue_log::read(name, file).or_else(|| ge_dri_log::read(name, file));
    log.map(|recording| vec![recording]).ok_or(ReadError::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_recording_is_refused_with_a_remedy() {
        for (file, words) in [
            (&b""[..], "empty"),
            (b"\x0a\x0d\x0d\x0a........", "editcap"),
            (b"hello, ward", "choose another file"),
            (b"\xd4\xc3\xb2\xa1\x02\x00", "capture again"),
        ] {
            let error = read("file", file).expect_err("no recording");
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}

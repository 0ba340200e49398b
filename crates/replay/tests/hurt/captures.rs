//! Damaged captures, and captures of something else.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use etherparse::PacketBuilder;
use vigie_replay::{LossKind, ReadError, read};

use crate::kit::{fixture, losses, one};

const HEADER_BYTES: usize = 24;
/// Ethernet and IPv4 without options.
const UDP_AT: usize = 14 + 20;

/// A packet of a little-endian capture with microseconds.
#[derive(Clone)]
struct Packet {
    at_micros: u64,
    bytes: Vec<u8>,
    original_bytes: usize,
}

impl Packet {
    fn new(at_micros: u64, bytes: Vec<u8>) -> Packet {
        Packet { at_micros, original_bytes: bytes.len(), bytes }
    }

    fn source_port(&self) -> u16 {
        u16::from_be_bytes([self.bytes[UDP_AT], self.bytes[UDP_AT + 1]])
    }

    fn destination_port(&self) -> u16 {
        u16::from_be_bytes([self.bytes[UDP_AT + 2], self.bytes[UDP_AT + 3]])
    }
}

fn captured() -> (Vec<u8>, Vec<Packet>) {
    let file = fixture("lan_mp40_G0180_frames_001-100_141-152.pcap");
    let mut packets = Vec::new();
    let mut rest = &file[HEADER_BYTES..];
    while !rest.is_empty() {
        let word = |at: usize| u32::from_le_bytes(rest[4 * at..][..4].try_into().unwrap());
        let bytes = rest[16..16 + word(2) as usize].to_vec();
        packets.push(Packet {
            at_micros: u64::from(word(0)) * 1_000_000 + u64::from(word(1)),
            bytes,
            original_bytes: word(3) as usize,
        });
        rest = &rest[16 + word(2) as usize..];
    }
    (file[..HEADER_BYTES].to_vec(), packets)
}

fn capture(packets: &[Packet]) -> Vec<u8> {
    let mut file = captured().0;
    for packet in packets {
        for word in [
            packet.at_micros / 1_000_000,
            packet.at_micros % 1_000_000,
            packet.bytes.len() as u64,
            packet.original_bytes as u64,
        ] {
            file.extend((word as u32).to_le_bytes());
        }
        file.extend(&packet.bytes);
    }
    file
}

fn hurt(hurt: impl FnOnce(&mut Vec<Packet>)) -> Vec<u8> {
    let mut packets = captured().1;
    hurt(&mut packets);
    capture(&packets)
}

const WHOLE: Duration = Duration::from_micros(219_526_440);

#[test]
fn the_whole_capture_is_played() {
    let recording = one(&hurt(|_| {}));
    assert_eq!((recording.pieces.len(), recording.duration()), (106, WHOLE));
    assert_eq!(losses(&recording), []);
}

#[test]
fn a_datagram_with_a_wrong_checksum_is_not_delivered_but_counted() {
    let right = one(&hurt(|_| {}));
    let mut hurts = 0;
    for index in (0..112).filter(|index| {
        let packet = &captured().1[*index];
        [packet.source_port(), packet.destination_port()].contains(&24_105)
    }) {
        for place in [UDP_AT + 8, UDP_AT + 12] {
            let recording = one(&hurt(|packets| packets[index].bytes[place] ^= 0x40));
            assert_eq!(losses(&recording), [(LossKind::WrongChecksum, 1)], "{index}");
            assert_eq!(recording.pieces.len(), right.pieces.len() - 1, "{index}");
            hurts += 1;
        }
    }
    assert_eq!(hurts, 2 * 103, "all but three beacons");
}

#[test]
fn a_checksum_of_zero_is_none() {
    let recording = one(&hurt(|packets| {
        for packet in packets.iter_mut().filter(|packet| packet.source_port() == 24_105) {
            packet.bytes[UDP_AT + 6..UDP_AT + 8].fill(0);
            packet.bytes[UDP_AT + 20] ^= 1;
        }
    }));
    assert_eq!((recording.pieces.len(), losses(&recording)), (106, vec![]));
}

#[test]
fn what_the_capturing_pc_sends_may_carry_the_checksum_of_its_pseudo_header() {
    let unfinished = |packet: &mut Packet| {
        let pseudo =
            [&packet.bytes[26..UDP_AT], &[0, 17], &packet.bytes[UDP_AT + 4..UDP_AT + 6]].concat();
        let words = pseudo.chunks(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
        let sum: u32 = words.map(u32::from).sum();
        let folded = ((sum >> 16) + (sum & 0xFFFF)) as u16;
        packet.bytes[UDP_AT + 6..UDP_AT + 8].copy_from_slice(&folded.to_be_bytes());
    };
    let of_client = one(&hurt(|packets| {
        packets.iter_mut().filter(|it| it.destination_port() == 24_105).for_each(unfinished);
    }));
    assert_eq!((of_client.pieces.len(), losses(&of_client)), (106, vec![]));
    let of_monitor = one(&hurt(|packets| {
        packets.iter_mut().filter(|it| it.source_port() == 24_105).for_each(unfinished);
    }));
    assert_eq!(of_monitor.pieces.len(), 106 - 64);
    assert_eq!(losses(&of_monitor), [(LossKind::WrongChecksum, 64)]);
}

#[test]
fn checksums_are_checked_over_ipv6_and_behind_every_link_layer() {
    let client = Ipv6Addr::new(0xFD00, 0, 0, 0, 0, 0, 0, 1).octets();
    let monitor = Ipv6Addr::new(0xFD00, 0, 0, 0, 0, 0, 0, 2).octets();
    let mut ip = Vec::new();
    let builder = PacketBuilder::ipv6(monitor, client, 64).udp(24_105, 50_000);
    builder.write(&mut ip, b"odd number of bytes").unwrap();
    let cooked = [&[0, 0, 0, 1, 0, 6, 0, 9, 0xFB, 0, 0, 1, 0, 0, 0x86, 0xDD], &ip[..]].concat();
    let ethernet = [&[0; 12][..], &[0x86, 0xDD], &ip].concat();
    for (link, packet) in [(1_u32, ethernet), (113, cooked), (101, ip)] {
        let mut damaged = packet.clone();
        *damaged.last_mut().unwrap() ^= 0x10;
        let mut file = capture(&[Packet::new(0, packet), Packet::new(7, damaged)]);
        file[20..24].copy_from_slice(&link.to_le_bytes());
        let recording = one(&file);
        assert_eq!(recording.pieces.len(), 1, "link {link}");
        assert_eq!(&recording.pieces[0].bytes[..], b"odd number of bytes");
        assert_eq!(losses(&recording), [(LossKind::WrongChecksum, 1)], "link {link}");
    }
}

#[test]
fn cut_broken_and_fragmented_packets_are_counted() {
    let cut = one(&hurt(|packets| packets[111].bytes.truncate(60)));
    assert_eq!((cut.pieces.len(), losses(&cut)), (105, vec![(LossKind::PacketsCut, 1)]));
    let broken = one(&hurt(|packets| packets[111].bytes[UDP_AT + 4] = 0xFF));
    assert_eq!((broken.pieces.len(), losses(&broken)), (105, vec![(LossKind::PacketsBroken, 1)]));
    let fragment = one(&hurt(|packets| packets[111].bytes[20] |= 0x20));
    assert_eq!((fragment.pieces.len(), losses(&fragment)), (105, vec![(LossKind::Fragments, 1)]));
}

#[test]
fn a_snap_length_that_cuts_everything_is_named() {
    let file = hurt(|packets| packets.iter_mut().for_each(|packet| packet.bytes.truncate(50)));
    // As capture programs write it: the snap length stands in the header too.
    let mut declared = file.clone();
    declared[16..20].copy_from_slice(&50_u32.to_le_bytes());
    for file in [file, declared] {
        let error = read("file", &file).expect_err("nothing is whole");
        let ReadError::NoMonitor { packets: 112, losses } = &error else { panic!("{error:?}") };
        assert_eq!(losses.len(), 1);
        assert_eq!((losses[0].kind, losses[0].count), (LossKind::PacketsCut, 106));
        assert!(error.to_string().contains("snap length"), "{error}");
    }
}

#[test]
fn what_other_programs_say_is_no_loss() {
    let other = |from, to, at_micros| {
        let mut bytes = Vec::new();
        let builder = PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv4(Ipv4Addr::new(10, 0, 0, 1).octets(), Ipv4Addr::new(10, 0, 0, 2).octets(), 64)
            .udp(from, to);
        builder.write(&mut bytes, &[7; 100]).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        Packet::new(at_micros, bytes)
    };
    let recording = one(&hurt(|packets| {
        let now = packets[10].at_micros;
        let mut cut = other(53, 5_353, now);
        cut.bytes.truncate(60);
        packets.splice(10..10, [other(53, 5_353, now), cut]);
    }));
    assert_eq!((recording.pieces.len(), losses(&recording)), (106, vec![]));
}

#[test]
fn a_capture_that_breaks_off_says_how_much_is_missing() {
    let file = hurt(|_| {});
    let cut = one(&file[..file.len() - 10]);
    let last = captured().1[111].bytes.len() + 16;
    assert_eq!(losses(&cut), [(LossKind::CaptureCutOff, last - 10)]);
    assert_eq!(cut.pieces.len(), 105);
    assert_eq!(
        cut.losses[0].to_string(),
        format!("the capture breaks off, bytes at its end not played: {}", last - 10)
    );
}

#[test]
fn times_of_a_capture_are_played_up_to_ten_minutes_of_silence() {
    let stepped = |index: usize, seconds: i64| {
        one(&hurt(|packets| {
            for packet in &mut packets[index..] {
                packet.at_micros = packet.at_micros.saturating_add_signed(seconds * 1_000_000);
            }
        }))
    };
    // A silence is played; a longer one takes a second in place of the step between two packets.
    let step = Duration::from_micros(captured().1[100].at_micros - captured().1[99].at_micros);
    let nine = stepped(100, 540);
    assert_eq!((nine.duration(), losses(&nine)), (WHOLE + Duration::from_secs(540), vec![]));
    let steps = [(LossKind::TimeSteps, 1)];
    let year = stepped(100, 31_536_000);
    assert_eq!(year.duration(), WHOLE - step + Duration::from_secs(1));
    assert_eq!(losses(&year), steps);
    let back = stepped(100, -3_600);
    assert_eq!((back.duration(), losses(&back)), (WHOLE - step, steps.to_vec()));
}

#[test]
fn one_damaged_time_of_a_capture_delays_nothing() {
    // The steps to it and from it are lost; one of the two takes a second.
    let times: Vec<u64> = captured().1.iter().map(|packet| packet.at_micros).collect();
    let steps = Duration::from_micros(times[101] - times[99]);
    for damaged in [0, 4_000_000_000_000_000] {
        let recording = one(&hurt(|packets| packets[100].at_micros = damaged));
        assert_eq!(recording.duration(), WHOLE - steps + Duration::from_secs(1), "{damaged}");
        assert_eq!(losses(&recording), [(LossKind::TimeSteps, 2)], "{damaged}");
    }
    let first = one(&hurt(|packets| packets[0].at_micros = 0));
    assert_eq!(losses(&first), [(LossKind::TimeSteps, 1)]);
    assert!(first.duration() < Duration::from_secs(100));
}

#[test]
fn packets_captured_out_of_order_keep_the_clock() {
    let swapped = one(&hurt(|packets| {
        let (a, b) = (packets[50].at_micros, packets[51].at_micros);
        (packets[50].at_micros, packets[51].at_micros) = (b.max(a), b.min(a));
    }));
    assert_eq!((swapped.duration(), losses(&swapped)), (WHOLE, vec![]));
    assert!(swapped.pieces.is_sorted_by_key(|piece| piece.at));
}

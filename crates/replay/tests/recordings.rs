//! Real recordings, and what happens to them when they are hurt.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::PathBuf, time::Duration};

use vigie_intellivue::wire::frame::Deframer;
use vigie_replay::{Recording, Transport, read};

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    fs::read(folder.join(name)).expect("a fixture")
}

const SINUS: &str = "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";

/// Good and hurt frames on the wire of a recording.
fn frames(recording: &Recording) -> (usize, usize) {
    let mut deframer = Deframer::new();
    let (mut good, mut hurt) = (0, 0);
    for piece in &recording.pieces {
        deframer.push(&piece.bytes);
        while let Some(frame) = deframer.next_frame() {
            match frame {
                Ok(_) => good += 1,
                Err(_) => hurt += 1,
            }
        }
    }
    (good, hurt)
}

#[test]
fn a_log_is_paced_by_its_numerics() {
    for (name, frame_count, cycles) in [
        (SINUS, 1_426, 238),
        ("rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin", 1_414, 236),
        ("rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin", 1_402, 234),
    ] {
        let recordings = read(name, &fixture(name)).expect("a recording");
        let [recording] = recordings.as_slice() else { panic!("{} recordings", recordings.len()) };
        assert_eq!(recording.transport, Transport::Serial);
        assert_eq!(frames(recording), (frame_count, 0), "{name}");
        assert_eq!(recording.pieces.len(), cycles, "{name}: one burst a cycle");
        // 8,192 ticks of 125 µs a cycle, all the way through.
        for (index, piece) in recording.pieces.iter().enumerate() {
            assert_eq!(piece.at, Duration::from_millis(1_024) * index as u32, "{name}: {index}");
        }
    }
}

#[test]
fn a_log_in_wire_form_reads_the_same() {
    let [plain] = read(SINUS, &fixture(SINUS)).expect("a recording").try_into().expect("one");
    let wire: Vec<u8> = plain.pieces.iter().flat_map(|piece| piece.bytes.to_vec()).collect();
    assert_ne!(wire, fixture(SINUS), "this log has bytes to escape");
    let [escaped] = read(SINUS, &wire).expect("a recording").try_into().expect("one");
    let bursts = |recording: &Recording| -> Vec<_> {
        recording.pieces.iter().map(|piece| (piece.at, piece.bytes.clone())).collect()
    };
    assert!(bursts(&plain) == bursts(&escaped));
}

#[test]
fn a_hurt_place_in_a_log_costs_only_its_frame() {
    let whole = fixture(SINUS);
    // A flipped bit in the middle, a byte lost, a byte too many, and the end cut off.
    let mut flipped = whole.clone();
    flipped[250_000] ^= 0x10;
    let mut lost = whole.clone();
    lost.remove(250_000);
    let mut added = whole.clone();
    added.insert(250_000, 0xC0);
    let cut = whole[..whole.len() - 5].to_vec();
    for (what, file) in [("flipped", flipped), ("lost", lost), ("added", added), ("cut", cut)] {
        let [recording] = read(SINUS, &file).expect("a recording").try_into().expect("one");
        let (good, hurt) = frames(&recording);
        assert_eq!(good, 1_425, "{what}");
        // The cut frame at the end of the file is still open when the bytes are over.
        assert_eq!(hurt, usize::from(what != "cut"), "{what}");
    }
}

#[test]
fn a_capture_holds_both_directions_and_the_capture_s_own_times() {
    let name = "lan_mp40_G0180_frames_001-100_141-152.pcap";
    let [recording] = read(name, &fixture(name)).expect("a recording").try_into().expect("one");
    assert_eq!(recording.transport, Transport::Datagrams);
    let from_port = |port: u16| {
        let of_port =
            recording.pieces.iter().filter(|piece| piece.from.is_some_and(|it| it.port() == port));
        of_port.count()
    };
    // Counted in the capture with a packet viewer: beacons, monitor to client, client to monitor.
    assert_eq!((from_port(24_005), from_port(24_105)), (3, 64));
    assert_eq!(recording.pieces.len(), 106);
    assert_eq!(recording.duration(), Duration::from_micros(219_526_440));
}

#[test]
fn a_recording_can_be_joined_in_the_middle() {
    let [recording] = read(SINUS, &fixture(SINUS)).expect("a recording").try_into().expect("one");
    let late = recording.starting_at(Duration::from_secs(100));
    assert_eq!(late.pieces.len(), 238 - 98);
    assert_eq!(late.pieces[0].at, Duration::from_millis(98 * 1_024 - 100_000));
}

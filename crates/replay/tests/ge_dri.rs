//! Recordings of S/5 DRI lines: played byte for byte, a second of the monitor's clock at a time.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use vigie_replay::{Family, LossKind, ReadError, Recording, Transport, read};
use vigie_session::rng::Rng;

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/fixtures/ge-dri/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn one(file: &[u8]) -> Recording {
    let mut recordings = read("bed", file).expect("a recording");
    assert_eq!(recordings.len(), 1);
    recordings.remove(0)
}

fn bytes(recording: &Recording) -> Vec<u8> {
    recording.pieces.iter().flat_map(|piece| piece.bytes.to_vec()).collect()
}

#[test]
fn the_clean_recording_lasts_as_long_as_the_monitor_says() {
    let file = fixture("pycollect-2018-07-26-clean.raw");
    let recording = one(&file);
    assert_eq!((recording.family, recording.transport), (Family::GeDri, Transport::Serial));
    // 17:06:05 to 17:08:23: the first record is 33 s old, which is not waited for but for a second.
    assert_eq!(recording.duration(), Duration::from_secs(138 - 32));
    assert_eq!(bytes(&recording), file);
    assert_eq!(recording.losses, []);
    assert!(recording.pieces.iter().all(|piece| piece.bytes.len() < 4_000));
}

#[test]
fn the_spliced_recording_is_played_whole_and_its_steps_are_counted() {
    let file = fixture("pycollect-2018-07-26-spliced.raw");
    let recording = one(&file);
    assert_eq!(bytes(&recording), file);
    let [loss] = recording.losses.as_slice() else { panic!("{:?}", recording.losses) };
    assert_eq!(loss.kind, LossKind::TimeSteps);
    assert!(recording.pieces.is_sorted_by_key(|piece| piece.at));
    // 2,126 records, mostly in pairs of one second; the stale first record of each read takes a second.
    assert_eq!(recording.duration(), Duration::from_secs(1_102));
}

#[test]
fn a_recording_may_begin_anywhere_and_hold_junk() {
    let clean = fixture("pycollect-2018-07-26-clean.raw");
    let mut rng = Rng::new(5);
    for _ in 0..20 {
        let cut = rng.index(20_000);
        let junk: Vec<u8> = (0..rng.index(40_000)).map(|_| rng.below(256) as u8).collect();
        let file = [&junk, &clean[cut..]].concat();
        let recording = one(&file);
        assert_eq!(bytes(&recording), file);
        assert!(recording.duration() < Duration::from_secs(160), "{:?}", recording.duration());
    }
}

#[test]
fn a_hurt_time_takes_no_time() {
    let clean = fixture("pycollect-2018-07-26-clean.raw");
    let whole = one(&clean).duration();
    // Bytes 6 to 9 of the header of the record that begins at the twentieth flag, unescaped there; the
    // sum is made good in a reserved byte.
    let begin = clean.iter().enumerate().filter(|(_, byte)| **byte == 0x7E).nth(20).unwrap().0 + 1;
    let mut hurt = clean.clone();
    assert!(hurt[begin..begin + 14].iter().all(|byte| *byte != 0x7D));
    hurt[begin + 8] ^= 0x10;
    let by = hurt[begin + 8].wrapping_sub(clean[begin + 8]);
    hurt[begin + 12] = hurt[begin + 12].wrapping_sub(by);
    let recording = one(&hurt);
    assert_eq!(recording.duration(), whole);
    assert!(matches!(recording.losses[..], [loss] if loss.kind == LossKind::TimeSteps));
}

#[test]
fn what_is_packed_says_so() {
    for head in [&b"\x1f\x8b\x08\0"[..], b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0"] {
        let error = read("bed", &[head, &[0; 50]].concat()).unwrap_err();
        assert!(error.to_string().contains("unpack it"), "{error}");
    }
}

#[test]
fn what_has_no_record_is_no_recording() {
    for file in [&b"~~~~ hello ~~~~"[..], &[0x7E; 5_000], &[0; 100_000]] {
        assert!(matches!(read("bed", file), Err(ReadError::Unknown)));
    }
    let clean = fixture("pycollect-2018-07-26-clean.raw");
    assert!(matches!(read("bed", &clean[..900]), Err(ReadError::Unknown)), "half a record");
}

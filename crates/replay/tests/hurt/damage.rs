//! Damaged bytes in logs.

use std::time::{Duration, Instant};

use vigie_intellivue::wire::frame::{DeframeFault, FRAME_BYTES_MAX};
use vigie_replay::LossKind;

use crate::kit::{fixture, heard, log, losses, one, plain, vtach, wire};

const SINUS: &str = "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";

#[test]
fn a_flipped_bit_is_a_wrong_check_sequence_in_either_form() {
    let frames = vtach();
    for form in [plain, wire] {
        let stored: Vec<Vec<u8>> = frames.iter().map(|frame| form(frame)).collect();
        for hurt in (1..stored.len()).step_by(97) {
            let mut file = stored.clone();
            let middle = file[hurt].len() / 2;
            // Neither this byte nor what becomes of it is a delimiter or an escape.
            let at = (middle..).find(|at| !(0x7C..=0xC1).contains(&file[hurt][*at])).unwrap();
            file[hurt][at] ^= 0x02;
            let content = plain(&frames[hurt]).len() - 2;
            let heard = heard(&one(&file.concat()));
            assert_eq!(heard.faults, [DeframeFault::CheckSequence { bytes: content }], "{hurt}");
            assert_eq!(heard.good.len(), frames.len() - 1, "{hurt}");
        }
    }
}

#[test]
fn a_damaged_length_or_a_lost_end_costs_only_its_frame() {
    let frames = vtach();
    for (what, hurt) in [
        ("length", (|frame| frame[4] ^= 0x04) as fn(&mut Vec<u8>)),
        ("length beyond every frame", |frame| frame[3] = 0xFF),
        ("end", |frame| *frame.last_mut().unwrap() = 0x00),
        ("end missing", |frame| frame.truncate(frame.len() - 1)),
        ("beginning", |frame| frame[0] = 0x00),
        ("byte too many", |frame| frame.insert(30, 0xC0)),
        ("whole", |frame| frame.fill(0xC0)),
    ] {
        let mut stored: Vec<Vec<u8>> = frames.iter().map(|frame| plain(frame)).collect();
        hurt(&mut stored[700]);
        let heard = heard(&one(&stored.concat()));
        assert_eq!(heard.good.len(), frames.len() - 1, "{what}");
        assert!(!heard.faults.is_empty(), "{what}");
    }
}

#[test]
fn an_over_long_frame_is_counted_and_costs_nothing_else() {
    let long = vec![0x55; FRAME_BYTES_MAX];
    let mut content = vec![0x11, 0x01];
    content.extend((long.len() as u16).to_be_bytes());
    content.extend(long);
    content.extend(vigie_session::checksum::crc16_x25(&content).to_le_bytes());
    let frame = [vec![0xC0], content, vec![0xC1]].concat();
    let recording = one(&[log(&vtach()), frame, fixture(SINUS)].concat());
    assert!(losses(&recording).contains(&(LossKind::FramesTooLong, 1)), "{:?}", recording.losses);
    let heard = heard(&recording);
    assert_eq!(heard.good.len(), 1_402 + 1_426);
    assert!(!heard.faults.is_empty());
}

/// Bytes at which every search for a frame begins anew.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let repeated = |pattern: &[u8]| pattern.iter().copied().cycle().take(1_000_000).collect();
    vec![
        ("heads", repeated(&[0xC0, 0x11, 0x01])),
        ("heads with a length", repeated(&[0xC0, 0x11, 0x01, 0x0B, 0xA0, 0x00])),
        ("heads whose length leads to an end", repeated(&[0xC0, 0x11, 0x01, 0x0B, 0xAC, 0xC1])),
        ("ends without a begin", repeated(&[0xC0, 0x11, 0x01, 0x0B, 0xAC, 0xC1, 0x00])),
        ("longest lengths", repeated(&[0xC0, 0x11, 0x01, 0xFF, 0xF8, 0xC1])),
        ("escapes", repeated(&[0xC0, 0x11, 0x01, 0x7D])),
        ("one begin", [vec![0xC0, 0x11, 0x01], vec![0; 1_000_000]].concat()),
    ]
}

#[test]
fn a_reader_takes_its_time_by_the_byte_whatever_the_bytes() {
    let good = log(&vtach()[..100]);
    for (what, bytes) in hostile() {
        #[expect(clippy::disallowed_methods, reason = "the time it takes is what is tested")]
        let start = Instant::now();
        let recording = one(&[good.clone(), bytes].concat());
        // Some milliseconds; a search of the whole rest at every head takes minutes.
        assert!(start.elapsed() < Duration::from_secs(10), "{what}: {:?}", start.elapsed());
        assert_eq!(heard(&recording).good.len(), 100, "{what}");
    }
}

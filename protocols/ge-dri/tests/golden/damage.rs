//! What damage the checksum cannot see, computed and counted.
//!
//! The sum of all bytes, modulo 256, is blind to whatever leaves the sum alone. Exactly:
//!
//! | Damage | Unseen by the sum | Unseen by sum and length |
//! | --- | --- | --- |
//! | one bit, or one byte, changed | 0 | 0 |
//! | two bytes replaced by any other two | 255 of 65,535 | the same, but for bytes of the length |
//! | two bits flipped, at random | 1/64 to 1/14, by how many bits are set: see below | the same, but for bits of the length |
//! | two bytes exchanged | all | all |
//! | a zero put in or left out | all | 0 |
//! | a whole frame of random bytes of a random length | 1/256 | 1/256 of those of the right length |
//!
//! Two flipped bits cancel when they are the same bit of two bytes and one goes up where the other goes
//! down. Bit 7 cancels always, since 128 + 128 = 256.

use std::collections::BTreeSet;

use vigie_ge_dri::wire::frame::{DeframeFault, Deframer, checksum, emit_frame};
use vigie_session::Line;
use vigie_session::rng::Rng;
use vigie_session::testkit::{Rig, check_damage};

use crate::kit::{begin, clean, deframed, listener, said};

/// Records of both kinds.
fn records() -> Vec<Vec<u8>> {
    deframed(clean()).into_iter().filter_map(Result::ok).take(8).collect()
}

/// Whether a record and its sum, both perhaps hurt, are taken.
fn is_taken(content: &[u8]) -> bool {
    let (sum, record) = content.split_last().expect("a sum");
    // The frame is made for the content as it is, its sum not renewed.
    let mut wire = emit_frame(record);
    wire.truncate(1);
    for byte in record.iter().chain([sum]) {
        if [0x7E, 0x7D].contains(byte) {
            wire.extend([0x7D, byte & !0x20]);
        } else {
            wire.push(*byte);
        }
    }
    wire.push(0x7E);
    let mut deframer = Deframer::new();
    deframer.push(&wire);
    matches!(deframer.next_record(), Some(Ok(_)))
}

fn content(record: &[u8]) -> Vec<u8> {
    [record, &[checksum(record)]].concat()
}

#[test]
fn one_hurt_byte_is_always_seen() {
    // Exhaustively: each bit of each byte, and each other value of some.
    for record in records().iter().take(2) {
        let mut hurt = content(record);
        for at in 0..hurt.len() {
            for bit in 0..8 {
                hurt[at] ^= 1 << bit;
                assert!(!is_taken(&hurt), "bit {bit} of byte {at}");
                hurt[at] ^= 1 << bit;
            }
        }
        for at in (0..hurt.len()).step_by(97) {
            for by in 1..=255 {
                hurt[at] = hurt[at].wrapping_add(by);
                assert!(!is_taken(&hurt), "byte {at} by {by}");
                hurt[at] = hurt[at].wrapping_sub(by);
            }
        }
        assert!(is_taken(&hurt));
    }
}

/// The share of pairs of bits that cancel: the same bit with opposite values, or bit 7 twice.
fn pairs_that_cancel(content: &[u8]) -> f64 {
    let count = content.len() as f64;
    let mut cancelling = 0.0;
    for bit in 0..8 {
        let ones = content.iter().filter(|byte| **byte >> bit & 1 == 1).count() as f64;
        cancelling += if bit == 7 { count * (count - 1.0) / 2.0 } else { ones * (count - ones) };
    }
    let bits = 8.0 * count;
    cancelling / (bits * (bits - 1.0) / 2.0)
}

#[test]
fn the_share_of_two_flipped_bits_that_is_not_seen_is_the_computed_one() {
    for (record, seed) in records().iter().zip(1u64..).take(3) {
        let content = content(record);
        // Flips in the length are seen by it, and so few that they do not matter here.
        let expected = pairs_that_cancel(&content);
        // All zeros and half ones are the extremes: 1/64, and nearly 5/64.
        assert!((1.0 / 64.0 - 1e-3..5.0 / 64.0).contains(&expected), "{expected}");
        let (mut rng, mut unseen) = (Rng::new(seed), 0u32);
        let rounds = 60_000;
        for _ in 0..rounds {
            let bits = 8 * content.len();
            let (a, b) = (rng.index(bits), rng.index(bits));
            if a == b {
                continue;
            }
            let mut hurt = content.clone();
            for bit in [a, b] {
                hurt[bit / 8] ^= 1 << (bit % 8);
            }
            unseen += u32::from(is_taken(&hurt));
        }
        let share = f64::from(unseen) / f64::from(rounds);
        // Three standard deviations.
        let wide = 3.0 * (expected * (1.0 - expected) / f64::from(rounds)).sqrt();
        assert!((share - expected).abs() < wide + 2e-3, "seed {seed}: {share}, not {expected}");
    }
}

#[test]
fn of_two_replaced_bytes_one_in_256_is_not_seen() {
    // Of 65,536 pairs that can stand in two places 256 have the same sum, one of them undamaged.
    let content = content(&records()[1]);
    let (a, b) = (60, 61);
    let (mut hurt, mut unseen) = (content.clone(), 0);
    for value in 0..=u16::MAX {
        [hurt[a], hurt[b]] = value.to_le_bytes();
        unseen += u32::from(hurt != content && is_taken(&hurt));
    }
    assert_eq!(unseen, 255);
}

#[test]
fn of_frames_of_noise_one_in_256_has_the_right_sum_and_length_sees_the_rest() {
    let (mut rng, mut sums, mut lengths) = (Rng::new(9), 0u32, 0u32);
    let rounds = 40_000;
    for _ in 0..rounds {
        let length = 41 + rng.index(60);
        let content: Vec<u8> = (0..length).map(|_| rng.below(256) as u8).collect();
        let (sum, record) = content.split_last().expect("bytes");
        sums += u32::from(checksum(record) == *sum);
        lengths += u32::from(is_taken(&content));
    }
    let share = f64::from(sums) / f64::from(rounds);
    assert!((share - 1.0 / 256.0).abs() < 1.5e-3, "{share}");
    // The length is 16 bits more: one in sixteen million.
    assert_eq!(lengths, 0);
}

#[test]
fn a_zero_that_came_or_went_is_seen_by_the_length_alone() {
    let record = &records()[0];
    for at in (0..record.len()).step_by(13) {
        let mut longer = content(record);
        longer.insert(at, 0);
        assert_eq!(checksum(&longer[..longer.len() - 1]), checksum(record));
        assert!(!is_taken(&longer), "zero at {at}");
    }
    let mut deframer = Deframer::new();
    let stray = [&[0], record.as_slice()].concat();
    deframer.push(&emit_frame(&stray));
    assert!(matches!(deframer.next_record(), Some(Err(DeframeFault::Length { .. }))));
}

fn all_said(bytes: &[u8]) -> Vec<String> {
    let mut rig = Rig::new(listener());
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, bytes);
    rig.take_heard().iter().filter_map(|heard| said(&heard.event)).collect()
}

#[test]
fn a_hurt_byte_costs_its_frame_and_nothing_is_made_up() {
    let clean = begin(60);
    let all: BTreeSet<String> = all_said(clean).into_iter().collect();
    for seed in 1..=60 {
        let mut rng = Rng::new(seed);
        let mut hurt = clean.to_vec();
        let at = rng.index(hurt.len());
        hurt[at] ^= 1 << rng.below(8);
        let found = all_said(&hurt);
        let odd = found.iter().find(|said| !all.contains(*said));
        assert_eq!(odd, None, "seed {seed}, byte {at}");
        // A flag that is hurt costs two frames, each of some 25 values.
        assert!(found.len() + 2 * 30 >= all.len(), "seed {seed}: {} of {}", found.len(), all.len());
    }
}

#[test]
fn damage_never_outlasts_the_line() {
    let report = check_damage(listener, begin(30), 7, 60);
    assert!(report.rounds_with_fault > 40, "{report:?}");
}

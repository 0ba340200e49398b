//! The spliced recording: many damaged reads one after another, each hurt place costing only itself.

use std::collections::{BTreeMap, BTreeSet};

use vigie_ge_dri::wire::frame::{DeframeFault, FLAG, checksum};
use vigie_ge_dri::wire::record::{PHDB, Record, WAVE};
use vigie_model::{Event, FaultKind};

use crate::kit::{clean, deframed, heard, said, spliced};

#[test]
fn counts_are_those_of_a_strict_reader() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for found in deframed(spliced()) {
        let what = match found {
            Ok(bytes) => match Record::parse(&bytes).expect("a record").main_type {
                PHDB => "physiological",
                WAVE => "waves",
                other => panic!("main type {other}"),
            },
            Err(DeframeFault::Checksum { .. }) => "wrong sum",
            Err(DeframeFault::TooShort { .. }) => "too short",
            Err(DeframeFault::Length { .. }) => "right sum and wrong length",
            Err(DeframeFault::Framing(_)) => "cut off at either end of the file",
        };
        *counts.entry(what).or_default() += 1;
    }
    // The file begins within a frame, whose rest a reader without memory counts among 166 wrong sums.
    let expected = [
        ("cut off at either end of the file", 2),
        ("physiological", 1_151),
        ("right sum and wrong length", 12),
        ("too short", 143),
        ("waves", 975),
        ("wrong sum", 165),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

/// Every byte but the flags is in a record or counted by a fault.
#[test]
fn no_byte_is_lost_from_sight() {
    for bytes in [clean(), spliced()] {
        let flags = bytes.iter().filter(|byte| **byte == FLAG).count();
        let escaped = |record: &[u8]| {
            let sum = checksum(record);
            let all = record.iter().chain([&sum]);
            all.map(|byte| if [0x7E, 0x7D].contains(byte) { 2 } else { 1 }).sum::<usize>()
        };
        let found = deframed(bytes);
        let seen: usize = found
            .iter()
            .map(|found| match found {
                Ok(record) => escaped(record),
                Err(fault) => fault.bytes(),
            })
            .sum();
        assert_eq!(seen + flags, bytes.len());
    }
}

/// Whatever stands between two flags and is a record by itself is found, whatever lies around it.
#[test]
fn a_hurt_place_costs_only_itself() {
    let alone = spliced().split(|byte| *byte == FLAG).filter(|chunk| {
        let wire = [&[FLAG], *chunk, &[FLAG]].concat();
        matches!(deframed(&wire).as_slice(), [Ok(_)])
    });
    assert_eq!(alone.count(), 1_151 + 975);
}

#[test]
fn the_session_says_nothing_that_the_clean_recording_does_not_say() {
    // Each good record of the spliced recording stands in the clean one, of the same minute, byte for
    // byte; so each value with its time, and each second of a wave, must be one of those said there.
    let all: BTreeSet<String> = heard(clean()).iter().filter_map(said).collect();
    let events = heard(spliced());
    let made_up = events.iter().filter_map(said).find(|said| !all.contains(said));
    assert_eq!(made_up, None);
    let numbers = events.iter().filter(|event| matches!(event, Event::Numeric(_))).count();
    // Some twenty of each of the records of values.
    assert!(numbers > 20 * 1_151, "{numbers}");
}

#[test]
fn the_session_counts_what_a_strict_reader_counts() {
    let mut faults: BTreeMap<FaultKind, usize> = BTreeMap::new();
    let (mut waves, mut alive) = (0, 0);
    for event in &heard(spliced()) {
        match event {
            Event::Fault(fault) => *faults.entry(fault.kind).or_default() += 1,
            Event::Wave(_) => waves += 1,
            Event::Alive => alive += 1,
            _ => {}
        }
    }
    // Of the records of waves 26 are the one before once more.
    assert_eq!((waves, alive), (2 * (975 - 26), 1_151));
    let expected =
        [(FaultKind::Framing, 144), (FaultKind::Checksum, 165), (FaultKind::Malformed, 12)];
    assert_eq!(faults, BTreeMap::from(expected));
}

//! Verify: flipped bits, edited, missing, added and renamed files, and folders made to harm.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kit;

use std::{collections::BTreeMap, fs, os::unix::fs::symlink, path::Path};

use kit::{Unit, assert_whole, check, files};
use vigie_copy::{Verified, verify};
use vigie_keyring::Signer;
use vigie_record::layout;
use vigie_session::rng::Rng;

/// A record with a segment that was deleted, and its copy.
fn unit_and_copy(seed: u64) -> (Unit, std::path::PathBuf) {
    let mut unit = Unit::new(seed);
    for _ in 0..4 {
        unit.seal(20_000);
    }
    unit.remove(1);
    fs::write(unit.record().join("hold.json"), "[]\n").expect("written");
    let copy = unit.place("copy");
    unit.backup(&copy);
    assert_whole(&copy);
    assert_whole(&unit.record());
    (unit, copy)
}

fn named(found: &Verified) -> Vec<&str> {
    found.faults.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn a_flipped_bit_anywhere_in_a_copy_is_found_and_its_file_named() {
    let seed = 0x5EED_C0B1;
    println!("seed {seed:#x}");
    let (_unit, copy) = unit_and_copy(21);
    let there = files(&copy);
    let mut rng = Rng::new(seed);
    // Half by bytes, half by files: the small ones are hit as well.
    let all: Vec<(&String, &Vec<u8>)> = there.iter().collect();
    let total: usize = all.iter().map(|(_, bytes)| bytes.len()).sum();
    for round in 0..300 {
        let (name, at) = if round % 2 == 0 {
            let (name, bytes) = all[rng.index(all.len())];
            (name, rng.index(bytes.len()))
        } else {
            let mut at = rng.index(total);
            let found = all.iter().find(|(_, bytes)| {
                let is_here = at < bytes.len();
                at -= if is_here { 0 } else { bytes.len() };
                is_here
            });
            (found.expect("within").0, at)
        };
        let bit = rng.index(8);
        let mut bytes = there[name].clone();
        bytes[at] ^= 1 << bit;
        fs::write(copy.join(name), &bytes).expect("written");
        let found = check(&copy);
        assert_eq!(named(&found), [name], "round {round}: bit {bit} of byte {at}; {found:#?}");
        fs::write(copy.join(name), &there[name]).expect("written");
    }
    assert_whole(&copy);
}

#[test]
fn a_flipped_bit_in_a_sealed_file_of_a_record_is_found() {
    let seed = 0x5EED_0002;
    println!("seed {seed:#x}");
    let (unit, _copy) = unit_and_copy(22);
    let record = unit.record();
    let sealed = |name: &String| name.starts_with("segments/") && !name.contains(".machine.");
    let there: BTreeMap<String, Vec<u8>> =
        files(&record).into_iter().filter(|(name, _)| sealed(name)).collect();
    let all: Vec<&String> = there.keys().collect();
    let mut rng = Rng::new(seed);
    for round in 0..200 {
        let name = all[rng.index(all.len())];
        let mut bytes = there[name].clone();
        let at = rng.index(bytes.len());
        bytes[at] ^= 1 << rng.index(8);
        fs::write(record.join(name), &bytes).expect("written");
        let found = check(&record);
        assert_eq!(named(&found), [name], "round {round}: byte {at}; {found:#?}");
        fs::write(record.join(name), &there[name]).expect("written");
    }
    assert_whole(&record);
}

#[test]
fn a_file_that_is_missing_is_named() {
    let (unit, copy) = unit_and_copy(23);
    for place in [&copy, &unit.record()] {
        let is_record = *place == unit.record();
        for (name, bytes) in files(place) {
            let counts = !is_record
                || name == "record.json"
                || name.starts_with("segments/") && !name.contains(".machine.");
            fs::remove_file(place.join(&name)).expect("removed");
            let found = check(place);
            let wanted: &[&str] = match name.as_str() {
                // The first number that is there says that it is not the first.
                "segments/000001.removed" if is_record => &["segments/000001.seal"],
                // In a record the last segments may be open; nothing chains to them.
                "segments/000004.seal" if is_record => &[],
                _ if counts => &[&name],
                _ => &[],
            };
            assert_eq!(named(&found), wanted, "{name}: {found:#?}");
            fs::write(place.join(&name), bytes).expect("written");
        }
    }
    // A whole segment in the middle, with all its files.
    for (place, more) in [(&copy, 3), (&unit.record(), 1)] {
        for (name, _) in files(place).iter().filter(|(name, _)| name.contains("/000003")) {
            fs::remove_file(place.join(name)).expect("removed");
        }
        let found = check(place);
        assert_eq!(found.faults.len(), more, "{found:#?}");
        assert!(named(&found).iter().all(|name| name.contains("000003")), "{found:#?}");
    }
}

#[test]
fn files_that_were_swapped_renamed_or_added_are_named() {
    let (unit, copy) = unit_and_copy(24);
    let data = |number| format!("segments/{}", Unit::data_name(number));
    for place in [&copy, &unit.record()] {
        // Swapped: both have the right size.
        fs::rename(place.join(data(2)), place.join("x")).expect("renamed");
        fs::rename(place.join(data(3)), place.join(data(2))).expect("renamed");
        fs::rename(place.join("x"), place.join(data(3))).expect("renamed");
        assert_eq!(named(&check(place)), [data(2), data(3)]);
        fs::rename(place.join(data(2)), place.join("x")).expect("renamed");
        fs::rename(place.join(data(3)), place.join(data(2))).expect("renamed");
        fs::rename(place.join("x"), place.join(data(3))).expect("renamed");
        // Renamed: missing under its name, noted under the other.
        let other = "segments/000002_other.vg";
        fs::rename(place.join(data(2)), place.join(other)).expect("renamed");
        let found = check(place);
        assert_eq!(named(&found), [data(2)]);
        assert!(found.notes.iter().any(|(name, _)| name == other), "{found:#?}");
        fs::rename(place.join(other), place.join(data(2))).expect("renamed");
        // Added, one byte longer, one shorter.
        fs::write(place.join("segments/readme\u{1b}[2J.txt"), "x").expect("written");
        let found = check(place);
        assert_eq!((named(&found).len(), found.notes.len()), (0, 1), "{found:#?}");
        assert!(!found.notes[0].0.contains('\u{1b}'));
        fs::remove_file(place.join("segments/readme\u{1b}[2J.txt")).expect("there");
        let good = fs::read(place.join(data(4))).expect("there");
        for bytes in [[good.clone(), vec![0]].concat(), good[1..].to_vec()] {
            fs::write(place.join(data(4)), bytes).expect("written");
            assert_eq!(named(&check(place)), [data(4)]);
        }
        fs::write(place.join(data(4)), good).expect("written");
        assert_whole(place);
    }
}

#[test]
fn a_seal_by_another_hand_is_a_fault() {
    let (unit, copy) = unit_and_copy(25);
    let stranger = Signer::from_seed(&[99; 32]);
    let path = layout::seal(&unit.record(), 3);
    let mut seal = unit.seal_of(3);
    seal.last_wall_ns += 1;
    seal.sign(&stranger);
    fs::write(&path, seal.to_bytes()).expect("written");
    let found = check(&unit.record());
    assert_eq!(named(&found), ["segments/000003.seal"], "{found:#?}");
    assert_eq!(found.signers.len(), 2);
    // The signer on the recovery sheet.
    let us = Some(unit.signer.public());
    let pinned = |place: &Path, key| verify(place, key, &mut |_| true).expect("looked at");
    assert_eq!(named(&pinned(&copy, us)), [] as [&str; 0]);
    assert_eq!(named(&pinned(&copy, Some(stranger.public()))), ["manifest.sig"]);
    // Record 3 is followed by 4, which chains to its bytes; 2 and 4 are by others than the stranger.
    let found = pinned(&unit.record(), Some(stranger.public()));
    assert_eq!(named(&found), ["segments/000004.seal", "segments/000003.seal"], "{found:#?}");
}

#[test]
fn a_folder_made_to_harm_costs_little_and_names_what_is_wrong() {
    let (_unit, copy) = unit_and_copy(26);
    let there = files(&copy);
    let put = |name: &str| fs::write(copy.join(name), &there[name]).expect("written");
    let data = format!("segments/{}", Unit::data_name(2));
    let secret = copy.parent().expect("a folder").join("secret");
    fs::write(&secret, &there[&data]).expect("written");
    for name in ["segments/000002.seal", &data, "record.json", "manifest.json", "manifest.sig"] {
        // A link to a file of the right bytes is no file of the copy.
        fs::remove_file(copy.join(name)).expect("there");
        fs::write(&secret, &there[name]).expect("written");
        symlink(&secret, copy.join(name)).expect("linked");
        assert_eq!(named(&check(&copy)), [name]);
        // A pipe that nobody writes to is not waited for.
        fs::remove_file(copy.join(name)).expect("there");
        let kind = rustix::fs::FileType::Fifo;
        let mode = rustix::fs::Mode::RUSR;
        rustix::fs::mknodat(rustix::fs::CWD, copy.join(name), kind, mode, 0).expect("a pipe");
        assert_eq!(named(&check(&copy)), [name]);
        // A file without end is not read.
        fs::remove_file(copy.join(name)).expect("there");
        let file = fs::File::create(copy.join(name)).expect("made");
        file.set_len(1 << 42).expect("sparse");
        drop(file);
        assert_eq!(named(&check(&copy)), [name]);
        fs::remove_file(copy.join(name)).expect("there");
        put(name);
    }
    assert_whole(&copy);
    // `segments` itself as a link.
    fs::rename(copy.join("segments"), copy.join("elsewhere")).expect("renamed");
    symlink(copy.join("elsewhere"), copy.join("segments")).expect("linked");
    let said = verify(&copy, None, &mut |_| true).expect_err("refused").to_string();
    assert!(said.contains("segments"), "{said}");
    let none = tempfile::tempdir().expect("a folder");
    let said = verify(none.path(), None, &mut |_| true).expect_err("nothing").to_string();
    assert!(said.contains("there is no record here"), "{said}");
}

#[test]
fn a_check_that_is_stopped_says_so() {
    let (_unit, copy) = unit_and_copy(27);
    let found = verify(&copy, None, &mut |_| false).expect("looked at");
    assert!(found.is_stopped);
}

/// A segment that waits for its seal has its machine key beside it; one that was sealed has it for two
/// hours more.
#[test]
fn seals_that_were_taken_from_the_end_of_a_record_are_missed() {
    let mut unit = Unit::new(28);
    for _ in 0..4 {
        unit.seal(1_000);
    }
    let open = unit.open_segment();
    let record = unit.record();
    for number in 1..=2 {
        fs::remove_file(layout::machine_key(&record, number)).expect("there");
    }
    assert_eq!((named(&check(&record)), check(&record).open), (vec![], vec![open]));
    for number in 2..=4 {
        fs::remove_file(layout::seal(&record, number)).expect("there");
    }
    let found = check(&record);
    assert_eq!(named(&found), ["segments/000002.seal"], "{found:#?}");
    assert_eq!(found.open, [3, 4, open]);
    assert!(found.faults[0].1.contains("missing"), "{found:#?}");
}

#[test]
fn more_open_segments_than_a_station_leaves_are_missing_seals() {
    let mut unit = Unit::new(29);
    unit.seal(1_000);
    for _ in 0..6 {
        unit.open_segment();
    }
    let found = check(&unit.record());
    assert_eq!(named(&found), [] as [&str; 0]);
    assert_eq!(found.open, (2..=7).collect::<Vec<u32>>());
    unit.open_segment();
    unit.open_segment();
    let found = check(&unit.record());
    assert_eq!(named(&found), ["segments/000002.seal", "segments/000003.seal"], "{found:#?}");
    assert_eq!(found.open, (4..=9).collect::<Vec<u32>>());
}

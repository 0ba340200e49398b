//! What policy deletes from the record, before a copy has it, meanwhile and afterwards: the copy loses
//! nothing that it has, and says what it has not.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kit;

use std::{fs, path::Path};

use kit::{Unit, assert_whole, check, files, hex};
use vigie_copy::{Verified, restore};
use vigie_record::{layout, read_copies};

fn with_segments(seed: u64, count: u32) -> Unit {
    let mut unit = Unit::new(seed);
    for _ in 0..count {
        unit.seal(30_000);
    }
    unit
}

/// Turns a bit over, as a stick does.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("written");
}

fn named(found: &Verified) -> Vec<&str> {
    found.faults.iter().map(|(name, _)| name.as_str()).collect()
}

fn names(damaged: &[(String, String)]) -> Vec<&str> {
    damaged.iter().map(|(name, _)| name.as_str()).collect()
}

/// Data, key and seal of a segment as they stand in a folder, by their hashes.
fn segment(place: &Path, number: u32) -> Vec<(String, String)> {
    let is_it = |name: &String| {
        name.contains(&format!("/{number:06}"))
            && [".vg", ".seal", ".key"].iter().any(|end| name.ends_with(end))
            && !name.contains(".machine.")
    };
    let found = files(place).into_iter().filter(|(name, _)| is_it(name));
    found.map(|(name, bytes)| (name, hex(&bytes))).collect()
}

#[test]
fn a_segment_that_no_manifest_names_yet_outlives_its_deletion() {
    let mut unit = with_segments(31, 3);
    let copy = unit.place("copy");
    unit.backup(&copy);
    let first = segment(&copy, 1);
    assert_eq!(first.len(), 3);
    // As a first copy that was killed leaves it: whole segments, and no manifest.
    for name in ["manifest.json", "manifest.sig"] {
        fs::remove_file(copy.join(name)).expect("there");
    }
    unit.remove(1);
    unit.seal(30_000);
    let done = unit.backup(&copy);
    assert_eq!((done.damaged, done.up_to), (vec![], Some(4)));
    assert_eq!(segment(&copy, 1), first);
    assert!(!layout::removed(&copy, 1).exists());
    assert_whole(&copy);
    let new = unit.place("new");
    assert_eq!(restore(&copy, &new, &mut |_| true).expect("restored").segments, [1, 2, 3, 4]);
    assert_eq!(segment(&new, 1), first);
}

#[test]
fn a_damaged_manifest_costs_no_segment_that_only_the_copy_has() {
    for name in ["manifest.json", "manifest.sig"] {
        let unit = with_segments(32, 3);
        let copy = unit.place("copy");
        unit.backup(&copy);
        unit.remove(1);
        unit.remove(2);
        unit.backup(&copy);
        let kept = [segment(&copy, 1), segment(&copy, 2)];
        flip(&copy.join(name));
        // One that is stopped before it has read them again takes nothing away either.
        assert!(unit.try_backup(&copy, &mut |_| false).expect("stopped").is_stopped);
        assert_eq!([segment(&copy, 1), segment(&copy, 2)], kept, "{name}");
        assert_whole(&copy);
        let new = unit.place("new");
        let done = restore(&copy, &new, &mut |_| true).expect("restored");
        assert_eq!((done.segments, done.damaged), (vec![1, 2, 3], vec![]), "{name}");
        assert_eq!([segment(&new, 1), segment(&new, 2)], kept, "{name}");
        assert_whole(&new);
        assert_eq!(unit.backup(&copy).damaged, vec![], "{name}");
        assert_eq!([segment(&copy, 1), segment(&copy, 2)], kept, "{name}");
        assert_whole(&copy);
        assert_eq!(check(&copy).removed, [] as [u32; 0]);
    }
}

#[test]
fn a_damaged_seal_in_the_copy_comes_back_from_what_is_left_in_the_record() {
    let unit = with_segments(33, 3);
    let copy = unit.place("copy");
    unit.backup(&copy);
    let first = segment(&copy, 1);
    unit.remove(1);
    flip(&layout::seal(&copy, 1));
    assert_eq!(unit.backup(&copy).damaged, vec![]);
    assert_eq!(segment(&copy, 1), first);
    assert_whole(&copy);
    // The key is wrapped otherwise than the record's seal says: it stays, and that is named.
    let unit = with_segments(34, 3);
    let copy = unit.place("copy");
    unit.backup(&copy);
    unit.rekey(1);
    unit.remove(1);
    flip(&layout::seal(&copy, 1));
    let first = segment(&copy, 1);
    for _ in 0..2 {
        assert_eq!(names(&unit.backup(&copy).damaged), ["segments/000001.seal"]);
        assert_eq!(segment(&copy, 1), first);
        assert_eq!(named(&check(&copy)), ["segments/000001.seal"]);
    }
}

#[test]
fn what_no_longer_fits_stays_and_is_named() {
    let data = format!("segments/{}", Unit::data_name(1));
    for name in [data.as_str(), "segments/000001.key"] {
        let unit = with_segments(35, 3);
        let copy = unit.place("copy");
        unit.backup(&copy);
        unit.remove(1);
        flip(&copy.join(name));
        fs::remove_file(copy.join("manifest.sig")).expect("there");
        let first = segment(&copy, 1);
        for _ in 0..2 {
            let done = unit.backup(&copy);
            assert_eq!(names(&done.damaged), [name]);
            assert_eq!(segment(&copy, 1), first);
            assert_eq!(named(&check(&copy)), [name]);
        }
        // All that the record has is in the copy.
        assert_eq!(read_copies(&unit.record()).expect("read").len(), 1);
        let done = restore(&copy, &unit.place("new"), &mut |_| true).expect("restored");
        assert_eq!(names(&done.damaged), [name]);
        // Damaged data is left out; with a key from another copy the segment opens.
        let restored: &[u32] = if name == data { &[2, 3] } else { &[1, 2, 3] };
        assert_eq!(done.segments, restored);
    }
}

#[test]
fn what_the_record_lost_and_the_copy_has_is_kept() {
    let unit = with_segments(36, 4);
    unit.remove(1);
    let copy = unit.place("copy");
    unit.backup(&copy);
    // A removal that nobody signed whom the record knows is none: its segment is copied.
    let removed = layout::removed(&unit.record(), 1);
    let good = fs::read(&removed).expect("there");
    flip(&removed);
    assert_eq!(names(&unit.backup(&copy).damaged), ["segments/000001.removed"]);
    assert_eq!(fs::read(layout::removed(&copy, 1)).expect("there"), good);
    assert_whole(&copy);
    fs::write(&removed, good).expect("written");
    let mut stranger = vigie_record::Removed {
        seal: unit.seal_of(2),
        removed_wall_ns: 0,
        why: "I say so".into(),
        signer: String::new(),
        signature: String::new(),
    };
    stranger.sign(&vigie_keyring::Signer::from_seed(&[99; 32]));
    fs::write(layout::removed(&unit.record(), 2), stranger.to_bytes()).expect("written");
    let second = unit.place("second");
    let done = unit.backup(&second);
    assert_eq!(
        (done.segments, names(&done.damaged)),
        (vec![2, 3, 4], vec!["segments/000002.removed"])
    );
    assert!(!layout::removed(&second, 2).exists());
    assert_whole(&second);
    fs::remove_file(layout::removed(&unit.record(), 2)).expect("there");
    // A seal that is gone from the midst of a record is missed.
    fs::remove_file(layout::seal(&unit.record(), 3)).expect("there");
    assert_eq!(names(&unit.backup(&second).damaged), ["segments/000003.seal"]);
    assert_whole(&second);
}

/// Policy does not wait for a copy: whatever it takes at whichever block, the copy has either the whole
/// segment or what is left of it.
#[test]
fn a_segment_that_goes_while_it_is_copied_leaves_no_hole() {
    for (gone, is_begun) in [(2, false), (3, false), (2, true), (3, true)] {
        let mut at = 0;
        loop {
            at += 1;
            let case = format!("{gone} after block {at}, begun: {is_begun}");
            let unit = with_segments(37, 3);
            let copy = unit.place("copy");
            if is_begun {
                // Of the right size, and wrong: it is read before it is copied.
                fs::create_dir_all(layout::segments(&copy)).expect("made");
                let data = layout::segments(&copy).join(Unit::data_name(gone));
                fs::write(data, vec![0; 30_000]).expect("written");
            }
            let mut blocks = 0;
            let done = unit.try_backup(&copy, &mut |_| {
                blocks += 1;
                if blocks == at {
                    unit.remove(gone);
                }
                true
            });
            if blocks < at {
                break;
            }
            assert_eq!(done.expect("a copy").damaged, vec![], "{case}");
            assert_whole(&copy);
            let is_whole = segment(&copy, gone).len() == 3;
            assert_ne!(is_whole, layout::removed(&copy, gone).exists(), "{case}");
            // Two blocks a segment, written and read back: what was begun is ended.
            assert!(is_begun || is_whole == (at > 2 * (gone - 1)), "{case}");
            assert_eq!(check(&copy).segments, Some((1, 3)), "{case}");
            assert_eq!(unit.backup(&copy).damaged, vec![], "{case}");
            assert_whole(&copy);
        }
        assert!(at > 6, "{at} blocks");
    }
}

#[test]
fn a_copy_that_lacks_what_the_record_has_is_not_called_the_last_good_one() {
    let mut unit = with_segments(38, 2);
    let data = layout::segments(&unit.record()).join(Unit::data_name(2));
    let good = fs::read(&data).expect("there");
    flip(&data);
    let copy = unit.place("copy");
    let up_to = |unit: &Unit| -> Vec<u32> {
        read_copies(&unit.record()).expect("read").iter().map(|copy| copy.up_to).collect()
    };
    assert_eq!(unit.backup(&copy).damaged.len(), 1);
    assert_eq!(up_to(&unit), [] as [u32; 0]);
    fs::write(&data, good).expect("written");
    unit.backup(&copy);
    assert_eq!(up_to(&unit), [2]);
    // Damaged in the record, and whole in the copy.
    flip(&layout::seal(&unit.record(), 1));
    unit.seal(30_000);
    assert_eq!(unit.backup(&copy).damaged.len(), 1);
    assert_eq!(up_to(&unit), [3]);
    // A key that neither has.
    unit.seal(30_000);
    fs::write(layout::key(&unit.record(), 4), "another key").expect("written");
    assert_eq!(names(&unit.backup(&copy).damaged).last(), Some(&"segments/000004.key"));
    assert_eq!(up_to(&unit), [3]);
}

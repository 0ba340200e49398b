//! Restore: interrupted at a small file, from a copy that somebody added to, and of damaged small files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kit;

use std::{fs, path::Path};

use kit::{Unit, assert_whole, check, files};
use vigie_copy::{CopyError, restore};
use vigie_record::{layout, read_holds};

fn unit_and_copy(seed: u64) -> (Unit, std::path::PathBuf) {
    let mut unit = Unit::new(seed);
    for _ in 0..3 {
        unit.seal(20_000);
    }
    unit.remove(1);
    let held = r#"[{"from_wall_ns":5,"to_wall_ns":9,"why":"incident 12"}]"#;
    fs::write(unit.record().join("hold.json"), held).expect("written");
    let copy = unit.place("copy");
    unit.backup(&copy);
    (unit, copy)
}

fn names(damaged: &[(String, String)]) -> Vec<&str> {
    damaged.iter().map(|(name, _)| name.as_str()).collect()
}

fn put_all(place: &Path, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        let path = place.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
}

/// Data of all segments is there; then one small file after another comes, each first as `NAME.new`.
#[test]
fn a_restore_killed_at_any_small_file_goes_on() {
    let (unit, copy) = unit_and_copy(41);
    let whole = unit.place("whole");
    restore(&copy, &whole, &mut |_| true).expect("restored");
    let wanted = files(&whole);
    let last = |name: &String| {
        let names = ["hold.json", "record.json"];
        names.iter().position(|last| name == last).map_or(0, |at| at + 1)
    };
    let mut order: Vec<(String, Vec<u8>)> = wanted.clone().into_iter().collect();
    order.sort_by_key(|(name, _)| last(name));
    for at in 0..order.len() {
        let (name, bytes) = order[at].clone();
        if name.ends_with(".vg") {
            continue;
        }
        for cut in [0, bytes.len() / 2, bytes.len()] {
            let new = unit.place("new");
            put_all(&new, &order[..at]);
            put_all(&new, &[(format!("{name}.new"), bytes[..cut].to_vec())]);
            let done = restore(&copy, &new, &mut |_| true);
            let done = done.unwrap_or_else(|error| panic!("{name} at {cut}: {error}"));
            assert_eq!(done.damaged, vec![], "{name} at {cut}");
            assert_eq!(files(&new), wanted, "{name} at {cut}");
            fs::remove_dir_all(&new).expect("removed");
        }
    }
}

#[test]
fn a_segment_that_somebody_added_to_a_copy_is_not_restored() {
    let (mut unit, copy) = unit_and_copy(42);
    let number = unit.plant(&copy);
    let name = format!("segments/{number:06}.seal");
    let faults = check(&copy).faults;
    assert_eq!(names(&faults), [&name], "{faults:?}");
    assert!(faults[0].1.contains("whom record.json does not know"), "{faults:?}");
    let new = unit.place("new");
    let done = restore(&copy, &new, &mut |_| true).expect("restored");
    assert_eq!((done.segments, names(&done.damaged)), (vec![2, 3], vec![name.as_str()]));
    assert!(files(&new).keys().all(|name| !name.contains(&format!("{number:06}"))));
    assert_whole(&new);
    // Nor does it become one of those who sign when record.json is made again from the manifest.
    fs::write(copy.join("record.json"), "{").expect("written");
    let second = unit.place("second");
    let done = restore(&copy, &second, &mut |_| true).expect("restored");
    assert_eq!(names(&done.damaged), ["record.json", name.as_str()]);
    let json = fs::read_to_string(second.join("record.json")).expect("there");
    assert_eq!(json.matches(&unit.signer.public().to_string()).count(), 1, "{json}");
    assert_eq!(json.matches('"').count(), 14, "one signer: {json}");
    // Without a manifest record.json alone says whose seals count.
    unit.backup(&unit.place("third"));
    let third = unit.place("third");
    let number = unit.plant(&third);
    fs::remove_file(third.join("manifest.json")).expect("there");
    let done = restore(&third, &unit.place("fourth"), &mut |_| true).expect("restored");
    assert!(names(&done.damaged).contains(&format!("segments/{number:06}.seal").as_str()));
    assert!(!done.segments.contains(&number));
}

/// A backup that was killed after a segment and before its manifest: the station itself signed that.
#[test]
fn a_segment_of_the_record_that_no_manifest_names_yet_is_restored_and_named() {
    let (mut unit, copy) = unit_and_copy(43);
    let manifest = ["manifest.json", "manifest.sig", "INDEX.txt"]
        .map(|name| (name.to_owned(), fs::read(copy.join(name)).expect("there")));
    unit.seal(20_000);
    unit.backup(&copy);
    put_all(&copy, &manifest);
    assert_whole(&copy);
    let new = unit.place("new");
    let done = restore(&copy, &new, &mut |_| true).expect("restored");
    assert_eq!((done.segments, done.damaged), (vec![2, 3, 4], vec![]));
    assert_eq!(names(&done.notes), ["segments/000004.seal"]);
    assert_whole(&new);
    // It is checked as well: its own seal stands for it.
    let data = copy.join("segments").join(Unit::data_name(4));
    fs::write(&data, vec![0; 20_000]).expect("written");
    assert_eq!(names(&check(&copy).faults), [format!("segments/{}", Unit::data_name(4))]);
}

#[test]
fn a_hold_that_does_not_fit_holds_everything() {
    let (unit, copy) = unit_and_copy(44);
    let good = fs::read(copy.join("hold.json")).expect("there");
    for (at, bytes) in [Some(&b"[]"[..]), Some(b"{"), None].into_iter().enumerate() {
        match bytes {
            Some(bytes) => fs::write(copy.join("hold.json"), bytes).expect("written"),
            None => fs::remove_file(copy.join("hold.json")).expect("there"),
        }
        let new = unit.place(&format!("new{at}"));
        let done = restore(&copy, &new, &mut |_| true).expect("restored");
        assert_eq!(names(&done.damaged), ["hold.json"]);
        let holds = read_holds(&new).expect("read");
        assert!(holds.iter().any(|hold| hold.overlaps(i64::MIN, i64::MIN)), "{holds:?}");
        assert!(holds.iter().any(|hold| hold.overlaps(i64::MAX, i64::MAX)), "{holds:?}");
    }
    // Keys are kept as they are: what they are wrapped in tells whether they open anything.
    fs::write(copy.join("hold.json"), good).expect("written");
    fs::write(copy.join("keys/unit.age"), "half of it").expect("written");
    fs::write(layout::key(&copy, 2), "some of it").expect("written");
    let new = unit.place("new");
    let done = restore(&copy, &new, &mut |_| true).expect("restored");
    assert_eq!(names(&done.damaged), ["segments/000002.key", "keys/unit.age"]);
    assert_eq!(fs::read(new.join("keys/unit.age")).expect("there"), b"half of it");
    assert_eq!(fs::read(layout::key(&new, 2)).expect("there"), b"some of it");
    assert_eq!(read_holds(&new).expect("read").len(), 1);
}

/// Segments larger than the disk: sparse, and nothing of them is ever read.
#[test]
fn what_an_interrupted_restore_has_written_is_not_asked_for_again() {
    let shm = Path::new("/dev/shm");
    let Ok(room) = rustix::fs::statvfs(shm) else { return };
    let bytes = room.f_bavail * room.f_frsize + (1 << 30);
    let sparse = |path: &Path| {
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path);
        file.expect("opened").set_len(bytes).expect("sparse");
    };
    let mut unit = Unit::new(45);
    let number = unit.seal(0);
    sparse(&layout::segments(&unit.record()).join(Unit::data_name(number)));
    let mut seal = unit.seal_of(number);
    seal.files[0].bytes = bytes;
    seal.sign(&unit.signer);
    fs::write(layout::seal(&unit.record(), number), seal.to_bytes()).expect("written");
    let target = tempfile::tempdir_in(shm).expect("a folder");
    let outcome = restore(&unit.record(), target.path(), &mut |_| panic!("nothing is begun"));
    assert!(matches!(outcome, Err(CopyError::Full(_))), "{outcome:?}");
    sparse(&target.path().join("segments").join(format!("{}.part", Unit::data_name(number))));
    let done = restore(&unit.record(), target.path(), &mut |_| false).expect("begun");
    assert!(done.is_stopped);
}

#[test]
fn a_seal_of_a_size_that_no_segment_has_is_refused() {
    let mut unit = Unit::new(46);
    let number = unit.seal(100);
    let mut seal = unit.seal_of(number);
    seal.files[0].bytes = u64::MAX;
    seal.sign(&unit.signer);
    fs::write(layout::seal(&unit.record(), number), seal.to_bytes()).expect("written");
    let faults = check(&unit.record()).faults;
    assert!(faults.iter().any(|(_, why)| why.contains("no segment is so large")), "{faults:?}");
    let done = restore(&unit.record(), &unit.place("new"), &mut |_| true).expect("restored");
    assert!(done.damaged.iter().any(|(_, why)| why.contains("no segment is so large")));
    let done = unit.backup(&unit.place("copy"));
    assert!(done.damaged.iter().any(|(_, why)| why.contains("no segment is so large")));
}

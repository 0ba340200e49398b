//! Backup and restore: what is copied, what is kept, and what an interruption leaves.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod kit;

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use kit::{SAME_DISK, Unit, WALL, assert_whole, check, files};
use vigie_copy::{BackupOptions, CopyError, Step, backup, restore};
use vigie_record::{layout, read_copies};

fn with_segments(seed: u64, sizes: &[usize]) -> Unit {
    let mut unit = Unit::new(seed);
    for bytes in sizes {
        unit.seal(*bytes);
    }
    unit
}

/// What a copy and a restored record share with the record: all but what is the machine's.
fn lasting(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let is_lasting = |name: &String| {
        name.starts_with("segments/") && !name.contains(".machine.")
            || ["record.json", "keys/unit.age", "hold.json"].contains(&name.as_str())
    };
    files.into_iter().filter(|(name, _)| is_lasting(name)).collect()
}

#[test]
fn a_round_trip_changes_nothing() {
    let unit = with_segments(1, &[100_000, 0, 3_000_000]);
    fs::write(unit.record().join("hold.json"), "[]\n").expect("written");
    let copy = unit.place("copy");
    let done = unit.backup(&copy);
    assert_eq!((done.segments, done.kept, done.up_to), (vec![1, 2, 3], vec![], Some(3)));
    assert_eq!(done.bytes, 3_100_000);
    assert_whole(&copy);
    assert_whole(&unit.record());
    let there = files(&copy);
    assert!(there.keys().all(|name| !name.contains("machine")), "{:?}", there.keys());
    let index = String::from_utf8(there["INDEX.txt"].clone()).expect("text");
    assert!(
        index.contains("vigie verify") && index.contains("Segments      3, 000001 to 000003"),
        "{index}"
    );
    assert!(index.contains(&unit.signer.public().to_string()) && !index.contains("NOT COMPLETE"));
    let copies = read_copies(&unit.record()).expect("read");
    assert_eq!((copies.len(), copies[0].up_to), (1, 3));
    assert_eq!(copies[0].finished_wall_ns, WALL.as_unix_nanos());

    let new = unit.place("new");
    let done = restore(&copy, &new, &mut |_| true).expect("restored");
    assert_eq!((done.segments, done.damaged), (vec![1, 2, 3], vec![]));
    assert_eq!(lasting(files(&new)), lasting(files(&unit.record())));
    assert_whole(&new);
    let data = layout::segments(&new).join(Unit::data_name(3));
    let mode = |path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(data), mode(new.clone())), (0o400, 0o700));
    // Nothing is restored over a record.
    let said = restore(&copy, &new, &mut |_| true).expect_err("not empty").to_string();
    assert!(said.contains("not empty"), "{said}");
}

#[test]
fn a_second_copy_takes_only_what_is_new() {
    let mut unit = with_segments(2, &[2_000_000, 1_000_000]);
    let copy = unit.place("copy");
    unit.backup(&copy);
    let before = fs::metadata(copy.join("segments").join(Unit::data_name(1))).expect("there");
    unit.seal(500_000);
    unit.open_segment();
    let mut steps = Vec::new();
    let done = unit
        .try_backup(&copy, &mut |step| {
            steps.push(step);
            true
        })
        .expect("a copy");
    assert_eq!((done.segments, done.kept, done.bytes), (vec![3], vec![1, 2], 500_000));
    assert_eq!(steps.last(), Some(&Step { done_bytes: 1_000_000, all_bytes: 1_000_000 }));
    let after = fs::metadata(copy.join("segments").join(Unit::data_name(1))).expect("there");
    assert_eq!(before.modified().expect("a time"), after.modified().expect("a time"));
    assert_whole(&copy);
    let done = unit.backup(&copy);
    assert_eq!((done.segments, done.kept), (vec![], vec![1, 2, 3]));
    assert_eq!(check(&unit.record()).open, [4]);
    assert_eq!(check(&copy).open, [] as [u32; 0]);
}

#[test]
fn a_copy_interrupted_after_any_block_goes_on() {
    let unit = with_segments(3, &[2_500_000, 700_000, 1_200_000]);
    let whole = unit.place("whole");
    let mut blocks = 0;
    unit.try_backup(&whole, &mut |_| {
        blocks += 1;
        true
    })
    .expect("a copy");
    assert!(blocks > 10, "{blocks}");
    for stop in 1..=blocks {
        let copy = unit.place("copy");
        let mut left = stop;
        let done = unit
            .try_backup(&copy, &mut |_| {
                left -= 1;
                left > 0
            })
            .expect("stopped");
        assert!(done.is_stopped, "after {stop}");
        // What is complete stands under a manifest; a part is a note.
        assert_whole(&copy);
        let done = unit.backup(&copy);
        assert_eq!(done.segments.len() + done.kept.len(), 3, "after {stop}: {done:?}");
        assert_eq!(lasting(files(&copy)), lasting(files(&whole)), "after {stop}");
        assert_whole(&copy);
        fs::remove_dir_all(&copy).expect("removed");
    }
}

/// As a kill leaves it: no manifest, files of any length under their passing names.
#[test]
fn what_a_kill_leaves_is_read_again_and_never_believed() {
    let mut unit = with_segments(4, &[1_500_000, 1_500_000]);
    let whole = unit.place("whole");
    unit.backup(&whole);
    let name = Unit::data_name(1);
    let good = fs::read(whole.join("segments").join(&name)).expect("there");
    let mut wrong = good.clone();
    wrong[1_200_000] ^= 1;
    let cut = |bytes: &[u8], end: usize| bytes[..end].to_vec();
    let left: Vec<(String, Vec<u8>)> = vec![
        (format!("{name}.part"), cut(&good, 0)),
        (format!("{name}.part"), cut(&good, 1_048_577)),
        (format!("{name}.part"), cut(&wrong, 1_400_000)),
        (format!("{name}.part"), [good.clone(), vec![7; 99]].concat()),
        (name.clone(), wrong.clone()),
        (name.clone(), cut(&good, 1_000_000)),
        ("000001.seal.new".into(), b"{".to_vec()),
        ("000001.seal".into(), b"{".to_vec()),
    ];
    for (file, bytes) in left {
        let copy = unit.place("copy");
        fs::create_dir_all(copy.join("segments")).expect("made");
        fs::write(copy.join("segments").join(&file), bytes).expect("written");
        unit.backup(&copy);
        assert_eq!(lasting(files(&copy)), lasting(files(&whole)), "{file}");
        assert_whole(&copy);
        fs::remove_dir_all(&copy).expect("removed");
    }
    // The manifest of an earlier copy does not vouch for what it does not name.
    unit.seal(10_000);
    let third = whole.join("segments").join(Unit::data_name(3));
    fs::write(&third, unit.bytes(10_000)).expect("written");
    assert_eq!(unit.backup(&whole).segments, [3]);
    assert_whole(&whole);
    // Between the two renames at the end the signature is still under its passing name.
    fs::rename(whole.join("manifest.sig"), whole.join("manifest.sig.new")).expect("renamed");
    assert_whole(&whole);
    assert_eq!(unit.backup(&whole).kept, [1, 2, 3]);
    // A manifest that nobody signed vouches for nothing.
    fs::write(whole.join("manifest.sig"), "").expect("written");
    fs::write(whole.join("segments").join(&name), wrong).expect("written");
    assert_eq!(unit.backup(&whole).segments, [1]);
    assert_whole(&whole);
}

#[test]
fn a_restore_interrupted_after_any_block_goes_on() {
    let unit = with_segments(5, &[1_500_000, 900_000]);
    let copy = unit.place("copy");
    unit.backup(&copy);
    let mut stop = 0;
    loop {
        stop += 1;
        let new = unit.place("new");
        let mut left = stop;
        let mut steps = |_| {
            left -= 1;
            left > 0
        };
        let done = restore(&copy, &new, &mut steps).expect("begun");
        assert_eq!(new.join("record.json").exists(), !done.is_stopped, "after {stop}");
        if !done.is_stopped {
            break;
        }
        restore(&copy, &new, &mut |_| true).expect("restored");
        assert_eq!(lasting(files(&new)), lasting(files(&unit.record())), "after {stop}");
        assert_whole(&new);
        fs::remove_dir_all(&new).expect("removed");
    }
    assert!(stop > 6, "{stop}");
}

#[test]
fn a_damaged_segment_is_named_and_the_others_copied() {
    let unit = with_segments(6, &[200_000, 200_000, 200_000]);
    let data = layout::segments(&unit.record()).join(Unit::data_name(2));
    let good = fs::read(&data).expect("there");
    let mut bytes = good.clone();
    bytes[150_000] ^= 4;
    fs::write(&data, &bytes).expect("written");
    let copy = unit.place("copy");
    let done = unit.backup(&copy);
    let name = format!("segments/{}", Unit::data_name(2));
    assert_eq!((done.segments, done.up_to), (vec![1, 3], Some(3)));
    assert_eq!(done.damaged.iter().map(|(name, _)| name).collect::<Vec<_>>(), [&name]);
    assert!(fs::read_to_string(copy.join("INDEX.txt")).expect("text").contains("NOT COMPLETE"));
    let named = |faults: Vec<(String, String)>| -> Vec<String> {
        faults.into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(named(check(&copy).faults), ["segments/000002.seal"]);
    // The record is mended, and the copy with it.
    fs::write(&data, &good).expect("written");
    assert_eq!(unit.backup(&copy).segments, [2]);
    assert_whole(&copy);
    // What was good when it was copied stays good in the copy.
    fs::write(&data, &bytes).expect("written");
    fs::write(layout::seal(&unit.record(), 1), "{").expect("written");
    let done = unit.backup(&copy);
    assert_eq!((done.kept, done.damaged.len()), (vec![2, 3], 1));
    assert_whole(&copy);
    // A copy that is damaged itself restores all but that.
    fs::write(copy.join("segments").join(Unit::data_name(3)), vec![0; 200_000]).expect("written");
    let done = restore(&copy, &unit.place("new"), &mut |_| true).expect("restored");
    assert_eq!(done.segments, [1, 2]);
    assert_eq!(named(done.damaged), [format!("segments/{}", Unit::data_name(3))]);
}

#[test]
fn keys_that_were_wrapped_again_are_copied() {
    let unit = with_segments(7, &[10_000, 10_000]);
    let copy = unit.place("copy");
    unit.backup(&copy);
    unit.rekey(1);
    fs::write(unit.record().join("keys/unit.age"), "under another passphrase\n").expect("written");
    let done = unit.backup(&copy);
    assert_eq!((done.segments, done.kept), (vec![], vec![1, 2]));
    assert_eq!(lasting(files(&copy)), lasting(files(&unit.record())));
    assert_whole(&copy);
}

#[test]
fn a_copy_keeps_what_policy_deleted() {
    let mut unit = with_segments(8, &[10_000, 10_000, 10_000]);
    let copy = unit.place("copy");
    unit.backup(&copy);
    unit.remove(1);
    unit.seal(10_000);
    let done = unit.backup(&copy);
    assert_eq!(done.segments, [4]);
    assert!(copy.join("segments").join(Unit::data_name(1)).exists());
    assert!(!copy.join("segments/000001.removed").exists());
    assert_whole(&copy);
    // A new disk gets what is left of it.
    let second = unit.place("second");
    assert_eq!(unit.backup(&second).segments, [2, 3, 4]);
    assert!(second.join("segments/000001.removed").exists());
    assert_whole(&second);
    assert_eq!(check(&second).removed, [1]);
    let new = unit.place("new");
    restore(&second, &new, &mut |_| true).expect("restored");
    assert_eq!(lasting(files(&new)), lasting(files(&unit.record())));
    assert_whole(&new);
    assert_whole(&unit.record());
}

#[test]
fn targets_that_will_not_do_are_refused() {
    let unit = with_segments(9, &[1_000]);
    let refused = |target: &std::path::Path, options| {
        let outcome = backup(&unit.record(), target, &unit.signer, options, WALL, &mut |_| true);
        outcome.expect_err("refused")
    };
    let same = refused(&unit.place("copy"), BackupOptions::default());
    assert!(matches!(same, CopyError::SameDisk(_)) && same.to_string().contains("--same-disk"));
    assert!(!unit.place("copy").exists());
    for inside in [unit.record(), unit.record().join("copy"), unit.scratch.path().to_owned()] {
        let said = refused(&inside, SAME_DISK).to_string();
        assert!(said.contains("in each other"), "{said}");
    }
    let gone = refused(&unit.place("stick/not/there"), SAME_DISK);
    assert!(matches!(gone, CopyError::Gone(_)), "{gone}");
    // The copy of another unit, whole or begun; another record.
    let other = with_segments(10, &[1_000]);
    let copy = other.place("copy");
    other.backup(&copy);
    let said = refused(&copy, SAME_DISK);
    assert!(matches!(said, CopyError::OtherRecord(_)), "{said}");
    fs::remove_file(copy.join("manifest.json")).expect("there");
    assert!(matches!(refused(&copy, SAME_DISK), CopyError::OtherRecord(_)));
    let said = refused(&other.record(), SAME_DISK).to_string();
    assert!(said.contains("no copy of one"), "{said}");
    assert_whole(&other.record());
    // Not a record at all.
    let none = backup(&unit.place("none"), &copy, &unit.signer, SAME_DISK, WALL, &mut |_| true);
    assert!(none.expect_err("none").to_string().contains("there is no record here"));
}

#[test]
fn a_full_target_names_what_it_lacks() {
    let shm = std::path::Path::new("/dev/shm");
    let Ok(room) = rustix::fs::statvfs(shm) else { return };
    let free = room.f_bavail * room.f_frsize;
    let mut unit = with_segments(11, &[1_000]);
    let number = unit.seal(0);
    // A sparse file larger than all that is free: nothing of it is ever read.
    let data = layout::segments(&unit.record()).join(Unit::data_name(number));
    let file = fs::OpenOptions::new().write(true).open(data).expect("there");
    file.set_len(free + (1 << 30)).expect("sparse");
    let mut seal = unit.seal_of(number);
    seal.files[0].bytes = free + (1 << 30);
    seal.sign(&unit.signer);
    fs::write(layout::seal(&unit.record(), number), seal.to_bytes()).expect("written");
    let target = tempfile::tempdir_in(shm).expect("a folder");
    let outcome = backup(
        &unit.record(),
        target.path(),
        &unit.signer,
        BackupOptions::default(),
        WALL,
        &mut |_| panic!("nothing is begun"),
    );
    let Err(CopyError::Full(bytes)) = outcome else { panic!("{outcome:?}") };
    assert!(bytes > (1 << 29), "{bytes}");
}

/// A file system of a few MiB in memory, unmounted at the end.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// None where this user may not mount.
    fn new(mib: u32) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mib}m,mode=700"), "vigie-small"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(SmallDisk(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_target_that_fills_in_the_midst_keeps_what_is_complete() {
    let Some(disk) = SmallDisk::new(6) else { return };
    let unit = with_segments(12, &[2_000_000, 2_000_000]);
    let (copy, filler) = (disk.0.path().join("copy"), disk.0.path().join("filler"));
    let mut steps = 0;
    let outcome = unit.try_backup(&copy, &mut |_| {
        steps += 1;
        // The first segment is written and read back; half of the second is written.
        if steps == 5 {
            let mut file = fs::File::create(&filler).expect("a file");
            while file.write_all(&[0; 4096]).is_ok() {}
        }
        true
    });
    let Err(CopyError::Full(bytes)) = outcome else { panic!("{outcome:?} after {steps} steps") };
    assert!((1_000_000..4_000_000).contains(&bytes), "{bytes}");
    // A manifest of the first one was written all the same, and nothing is left of the other.
    let found = check(&copy);
    assert_eq!((found.faults, found.segments), (vec![], Some((1, 1))));
    // Still full: refused before anything is written, and the copy stays good.
    assert!(matches!(unit.try_backup(&copy, &mut |_| true), Err(CopyError::Full(_))));
    assert_eq!(check(&copy).faults, vec![]);
    fs::remove_file(&filler).expect("removed");
    let done = unit.backup(&copy);
    assert_eq!((done.segments, done.kept), (vec![2], vec![1]));
    assert_whole(&copy);
}

/// The copy of a kill between any two steps of the end: the files of the old copy, with `NAME.new` of
/// the next beside them; then its manifest; then one rename after another.
#[test]
fn a_kill_at_the_last_step_leaves_a_copy_that_is_whole() {
    let mut unit = with_segments(13, &[20_000, 20_000, 20_000]);
    fs::write(unit.record().join("hold.json"), "[]\n").expect("written");
    unit.remove(1);
    let copy = unit.place("copy");
    unit.backup(&copy);
    let old = files(&copy);
    unit.rekey(2);
    unit.rekey(3);
    fs::write(unit.record().join("keys/unit.age"), "under another passphrase\n").expect("written");
    fs::write(unit.record().join("hold.json"), "[ ]\n").expect("written");
    unit.seal(20_000);
    unit.backup(&copy);
    let new = files(&copy);
    assert!(new.keys().all(|name| !name.ends_with(".new")), "{:?}", new.keys());
    let others = |name: &&String| name.as_str() != "manifest.json";
    let replaced: Vec<&String> =
        new.keys().filter(others).filter(|name| old.get(*name) != new.get(*name)).collect();
    let (replaced, added): (Vec<_>, Vec<_>) =
        replaced.into_iter().partition(|name| old.contains_key(*name));
    for name in ["INDEX.txt", "manifest.sig", "hold.json", "keys/unit.age", "segments/000003.key"] {
        assert!(replaced.iter().any(|replaced| *replaced == name), "{name}: {replaced:?}");
    }
    let notes = |copy: &std::path::Path| -> Vec<String> {
        let wait = |(_, what): &(String, String)| what.contains("at its last step");
        check(copy).notes.into_iter().filter(wait).map(|(name, _)| name).collect()
    };
    // Step 0 is before the new manifest.
    for step in 0..=replaced.len() + 1 {
        let cut = unit.place("cut");
        let put = |name: &str, bytes: &[u8]| {
            let path = cut.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        };
        let is_new = step > 0;
        put("manifest.json", if is_new { &new["manifest.json"] } else { &old["manifest.json"] });
        for (at, name) in replaced.iter().enumerate() {
            if at + 1 < step {
                put(name, &new[*name]);
            } else {
                put(name, &old[*name]);
                put(&format!("{name}.new"), &new[*name]);
            }
        }
        for name in &added {
            put(name, &new[*name]);
        }
        for (name, bytes) in old.iter().filter(|(name, _)| new.get(*name) == old.get(*name)) {
            put(name, bytes);
        }
        assert_whole(&cut);
        let waiting = if is_new { replaced.len() + 1 - step } else { 0 };
        assert_eq!(notes(&cut).len(), waiting, "step {step}: {:?}", check(&cut).notes);

        let restored = unit.place("restored");
        let done = restore(&cut, &restored, &mut |_| true).expect("restored");
        assert_eq!(done.damaged, vec![], "step {step}");
        assert_whole(&restored);
        if is_new {
            assert_eq!(lasting(files(&restored)), lasting(files(&unit.record())), "step {step}");
        }
        fs::remove_dir_all(&restored).expect("removed");

        // One that is interrupted again at once leaves a whole copy too, and the next one ends it.
        let again = unit.try_backup(&cut, &mut |_| false).expect("begun");
        assert_whole(&cut);
        assert_eq!(again.damaged, vec![], "step {step}");
        let done = unit.backup(&cut);
        assert_eq!(done.kept.len() + done.segments.len(), 3, "step {step}: {done:?}");
        assert_eq!(files(&cut), new, "step {step}");
        fs::remove_dir_all(&cut).expect("removed");
    }
}

#[test]
fn what_waits_and_fits_nothing_is_no_help_and_no_harm() {
    let unit = with_segments(14, &[5_000]);
    let copy = unit.place("copy");
    unit.backup(&copy);
    let good = files(&copy);
    // Whole: what waits is no more than a note.
    for name in ["INDEX.txt", "record.json", "segments/000001.seal", "manifest.sig"] {
        fs::write(copy.join(format!("{name}.new")), "{").expect("written");
    }
    assert_whole(&copy);
    // Damaged: a successor that is not what the manifest names does not stand for it.
    fs::write(copy.join("record.json"), "{").expect("written");
    let faults = check(&copy).faults;
    assert_eq!(faults.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["record.json"]);
    unit.backup(&copy);
    assert_eq!(files(&copy), good);
    assert_whole(&copy);
}

/// A power cut after the key of a segment and before the segment leaves nothing but the key.
#[test]
fn a_segment_without_files_is_whole_when_its_seal_says_why() {
    let mut unit = with_segments(15, &[5_000]);
    let number = unit.seal(0);
    let mut seal = unit.seal_of(number);
    fs::remove_file(layout::segments(&unit.record()).join(Unit::data_name(number)))
        .expect("removed");
    seal.files.clear();
    seal.chain = vigie_record::chain_of(&seal.previous, number, &[]).expect("hex");
    let write = |seal: &mut vigie_record::Seal| {
        seal.sign(&unit.signer);
        fs::write(layout::seal(&unit.record(), number), seal.to_bytes()).expect("written");
    };
    write(&mut seal);
    let faults = check(&unit.record()).faults;
    assert!(matches!(&faults[..], [(_, why)] if why == "names 0 files"), "{faults:?}");
    seal.as_found = Some("no file: the power failed before it was made".to_owned());
    write(&mut seal);
    assert_whole(&unit.record());
    let copy = unit.place("copy");
    assert_eq!(unit.backup(&copy).up_to, Some(number));
    assert_whole(&copy);
    let done = restore(&copy, &unit.place("new"), &mut |_| true).expect("restored");
    assert_eq!((done.up_to, done.damaged), (Some(number), vec![]));
    assert_whole(&unit.place("new"));
}

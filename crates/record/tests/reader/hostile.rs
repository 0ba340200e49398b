//! A record folder in which somebody put what does not belong there: told or passed over, never waited
//! for, never followed.

use std::{fs, os::unix::fs::symlink, path::Path};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use vigie_history::What;
use vigie_model::{MonoTime, RunId, WallTime};
use vigie_record::{
    Hold, Reader, RecordError, Writer, layout, read_copies, read_holds, write_holds,
};

use super::{
    ask_all, of_device, reader, seconds,
    ward::{NOON_NS, SECOND_NS, Ward, check_chain, device, key, kinds, opened, options, seal},
};

/// What may lie in the place of a file.
#[derive(Clone, Copy, Debug)]
enum Bad {
    Empty,
    Garbage,
    Huge,
    Nested,
    Link,
    Pipe,
    Folder,
}

const ALL: [Bad; 7] =
    [Bad::Empty, Bad::Garbage, Bad::Huge, Bad::Nested, Bad::Link, Bad::Pipe, Bad::Folder];

fn put(bad: Bad, path: &Path) {
    _ = fs::remove_file(path);
    match bad {
        Bad::Empty => fs::write(path, b"").expect("written"),
        Bad::Garbage => fs::write(path, b"\x00\xff{\"number\": -1}\n\n[").expect("written"),
        // Sparse: a terabyte that costs nothing to make.
        Bad::Huge => {
            fs::File::create(path).and_then(|file| file.set_len(1 << 40)).expect("written");
        }
        Bad::Nested => fs::write(path, "[".repeat(100_000)).expect("written"),
        Bad::Link => symlink("/dev/zero", path).expect("a link"),
        Bad::Pipe => {
            mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
        }
        Bad::Folder => fs::create_dir(path).expect("a folder"),
    }
}

/// Two sealed segments, and a third that a crash left open; five seconds each.
fn base(folder: &Path) -> Ward {
    let mut ward = Ward::start(folder, 1, 1);
    for _ in 0..2 {
        ward.seconds(5);
        ward.rotate_and_seal();
    }
    ward.seconds(5);
    ward.writer = None;
    ward
}

fn start(record: &Path) -> Result<Ward, RecordError> {
    let (now, wall) = (7 * SECOND_NS, NOON_NS + 60 * SECOND_NS as i64);
    // Looked at first: the ward's own start expects a record.
    Writer::open(
        options(record),
        RunId(2),
        MonoTime::from_nanos(now),
        WallTime::from_unix_nanos(wall),
    )
    .map(|(writer, recovered)| Ward {
        folder: record.to_owned(),
        now_ns: now,
        wall_offset_ns: wall - now as i64,
        run: 2,
        beds: 1,
        waves: 1,
        seq: 0,
        writer: Some(writer),
        recovered,
    })
}

fn values_there(record: &Path) -> Vec<u64> {
    let slice =
        ask_all(&mut reader(record), What::Numerics { source: of_device(device(0), key(0)) });
    let mut seconds = seconds(&slice);
    seconds.retain(|second| *second > 1_000);
    seconds
}

#[test]
fn a_bad_seal_is_named_and_neither_reading_nor_sealing_stops_at_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let ward = base(folder.path());
    let whole = seal(folder.path(), 2);
    let other = fs::read(layout::seal(folder.path(), 1)).expect("a seal");
    let edited = fs::read_to_string(layout::seal(folder.path(), 2)).expect("a seal");
    let edited = edited.replace("\"rows\": ", "\"rows\": 1");
    let written: [&[u8]; 2] = [&other, edited.as_bytes()];
    for at in 0..ALL.len() + written.len() {
        let copy = ward.copy_as_it_lies();
        let path = layout::seal(copy.path(), 2);
        match ALL.get(at) {
            Some(&bad) => put(bad, &path),
            None => fs::write(&path, written[at - ALL.len()]).expect("written"),
        }
        let all: Vec<u64> = (1_001..=1_015).collect();
        assert_eq!(values_there(copy.path()), all, "{at}: read by its key all the same");
        let mut again = start(copy.path()).expect("it records");
        let damaged = &again.recovered.damaged;
        let [(2, why)] = damaged.as_slice() else { panic!("{at}: {damaged:?}") };
        assert!(why.contains("000002.seal"), "{at}: {why}");
        assert_eq!(again.recovered.sealed, [3], "{at}");
        again.seconds(2);
        again.rotate_and_seal();
        again.close();
        // Once the seal comes back from a copy the chain is whole.
        if let Some(Bad::Folder) = ALL.get(at) {
            fs::remove_dir(&path).expect("removed");
        } else {
            fs::remove_file(&path).expect("removed");
        }
        fs::write(&path, whole.to_bytes()).expect("from a copy");
        check_chain(copy.path(), 5);
    }
}

#[test]
fn a_removal_that_nobody_signed_removes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let ward = base(folder.path());
    for bad in [Bad::Empty, Bad::Garbage, Bad::Huge, Bad::Nested, Bad::Link, Bad::Pipe] {
        for number in [2, 3] {
            let copy = ward.copy_as_it_lies();
            put(bad, &layout::removed(copy.path(), number));
            assert_eq!(values_there(copy.path()).len(), 15, "{bad:?}");
            let mut again = start(copy.path()).expect("it records");
            let damaged = &again.recovered.damaged;
            let [(of, why)] = damaged.as_slice() else { panic!("{bad:?}: {damaged:?}") };
            assert!(*of == number && why.contains(".removed"), "{bad:?}: {why}");
            assert_eq!(values_there(copy.path()).len(), 15, "{bad:?}");
            again.seconds(1);
            again.close();
            check_chain(copy.path(), 4);
        }
    }
    // Signed, but by another key; and a whole one of another segment.
    let stranger = tempfile::tempdir().expect("a folder");
    let mut theirs = options(stranger.path());
    let keys = theirs.keyring.clone();
    theirs.keyring = vigie_keyring::Keyring::new(
        keys.unit().clone(),
        keys.machine().clone(),
        vigie_keyring::Signer::random().expect("random"),
    );
    let mut removed = vigie_record::Removed {
        seal: seal(folder.path(), 2),
        removed_wall_ns: 0,
        why: "older than 1 days".to_owned(),
        signer: String::new(),
        signature: String::new(),
    };
    removed.sign(theirs.keyring.signer());
    let copy = ward.copy_as_it_lies();
    fs::write(layout::removed(copy.path(), 2), removed.to_bytes()).expect("written");
    removed.sign(keys.signer());
    fs::write(layout::removed(copy.path(), 1), removed.to_bytes()).expect("written");
    let again = start(copy.path()).expect("it records");
    let named: Vec<u32> = again.recovered.damaged.iter().map(|(number, _)| *number).collect();
    assert_eq!(named, [1, 2], "{:?}", again.recovered.damaged);
    assert_eq!(values_there(copy.path()).len(), 15);
    // What this station signed is carried out.
    let copy = ward.copy_as_it_lies();
    fs::write(layout::removed(copy.path(), 2), removed.to_bytes()).expect("written");
    assert!(start(copy.path()).expect("it records").recovered.damaged.is_empty());
    assert_eq!(kinds(copy.path())[&2], ["removed"]);
}

#[test]
fn bad_small_files_are_told_or_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let ward = base(folder.path());
    for bad in ALL {
        let copy = ward.copy_as_it_lies();
        let record = copy.path();
        write_holds(record, &[Hold { from_wall_ns: 0, to_wall_ns: 1, why: "x".to_owned() }])
            .expect("written");
        for path in [layout::hold(record), layout::copies(record)] {
            put(bad, &path);
        }
        let said = read_holds(record).expect_err("damaged").to_string();
        assert!(said.contains("hold.json"), "{bad:?}: {said}");
        let said = read_copies(record).expect_err("damaged").to_string();
        assert!(said.contains("copies.json"), "{bad:?}: {said}");
        put(bad, &layout::audit(record));
        put(bad, &layout::board(record));
        let mut again = start(record).expect("it records");
        // Nothing is deleted while nobody can say what is held.
        again.writer().pretend_free(Some(0));
        again.now_ns += 61 * SECOND_NS;
        again.seconds(1);
        assert_eq!(values_there(record).len(), 15, "{bad:?}");
        again.close();
        check_chain(record, 4);

        let copy = ward.copy_as_it_lies();
        put(bad, &layout::record_json(copy.path()));
        let said = start(copy.path()).map(|_| ()).expect_err("no record of ours").to_string();
        assert!(said.contains("record.json"), "{bad:?}: {said}");
        assert_eq!(values_there(copy.path()).len(), 15, "reading does not need it: {bad:?}");
    }
}

#[test]
fn bad_keys_and_segments_cost_themselves_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let ward = base(folder.path());
    for bad in ALL {
        // A key; the file of a sealed segment; the file of one left open; numbers out of nowhere.
        for case in 0..5 {
            // All of a segment's file is hashed, however large somebody made it.
            if matches!((bad, case), (Bad::Huge, 2 | 4)) {
                continue;
            }
            let copy = ward.copy_as_it_lies();
            let record = copy.path();
            let file = |number| super::ward::segment(record, number).expect("its file");
            let (path, left) = match case {
                0 => (layout::key(record, 2), 10),
                1 => (file(2), 10),
                2 => (file(3), 10),
                3 => (layout::key(record, 7), 15),
                _ => (layout::segments(record).join("000009_x.vg"), 15),
            };
            put(bad, &path);
            let there = values_there(record);
            assert_eq!(there.len(), left, "{bad:?} {case}");
            let mut again = start(record).expect("it records");
            for job in std::mem::take(&mut again.recovered.jobs) {
                let seal = job.run().expect("sealed beside the recording");
                again.writer().sealed(&seal);
            }
            again.seconds(1);
            assert_eq!(values_there(record).len(), left, "{bad:?} {case}");
            let last = kinds(record).keys().next_back().copied();
            again.rotate_and_seal();
            assert!(layout::seal(record, last.expect("the last")).exists(), "{bad:?} {case}");
        }
    }
}

#[test]
fn numbers_end_and_names_that_are_none_are_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let ward = base(folder.path());
    let copy = ward.copy_as_it_lies();
    let segments = layout::segments(copy.path());
    for name in ["4294967295.key", "1000000.key", "00001.key", "-00001.seal", "abcdef_x.vg", "12"] {
        fs::write(segments.join(name), b"x").expect("written");
    }
    fs::create_dir(segments.join("000002.key.new")).expect("a folder");
    symlink("/dev/zero", segments.join("000003.seal.new")).expect("a link");
    let mut again = start(copy.path()).expect("it records");
    again.seconds(1);
    again.close();
    check_chain(copy.path(), 4);
    let infos = reader(copy.path()).segments().expect("listed");
    assert_eq!(infos.iter().map(|info| info.number).collect::<Vec<_>>(), [1, 2, 3, 4]);

    let copy = ward.copy_as_it_lies();
    fs::write(layout::key(copy.path(), layout::NUMBER_MAX), b"x").expect("written");
    let said = start(copy.path()).map(|_| ()).expect_err("no number is left").to_string();
    assert!(said.contains("999999") && said.contains("--record DIR"), "{said}");
    assert_eq!(values_there(copy.path()).len(), 15);
    // Without the stray file it goes on where it was.
    for path in [layout::key(copy.path(), 999_999), layout::seal(copy.path(), 999_999)] {
        fs::remove_file(path).expect("removed");
    }
    let mut again = start(copy.path()).expect("it records");
    again.seconds(1);
    assert_eq!(opened(copy.path(), 4).query_row("SELECT 1", [], |row| row.get(0)), Ok(1));

    let empty = tempfile::tempdir().expect("a folder");
    let none = Reader::open(empty.path(), vigie_keyring::Unlock::default()).map(|_| ());
    assert!(matches!(none, Err(RecordError::NoRecord(_))), "{none:?}");
}

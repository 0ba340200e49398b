//! A record is copied as it lies at some moment, as if the power went, and opened again.

use std::fs;

use vigie_model::{DeviceMode, Event};
use vigie_record::{AuditRow, Writer, append_audit, layout};

use super::ward::{
    SECOND_NS, Ward, check_chain, kinds, number, opened, options, seal, segment, text,
};

/// Opens a copy as another run a minute later, and closes it.
fn recover(copy: &std::path::Path, ward: &Ward) -> vigie_record::Recovered {
    let wall = ward.wall().as_unix_nanos() + 60_000_000_000;
    let mut again = Ward::start_with(options(copy), 2, 7 * SECOND_NS, wall, 1, 0);
    let recovered = std::mem::take(&mut again.recovered);
    again.close();
    recovered
}

#[test]
fn nothing_committed_is_lost_whenever_the_power_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 3);
    for second in 1..=70_i64 {
        ward.second();
        ward.observe(
            0,
            Event::Mode([DeviceMode::Normal, DeviceMode::Demo][second as usize % 2]),
            None,
        );
        let durable = ward.commit();
        // Handed in and not committed: this may go.
        ward.now_ns += 1;
        ward.observe(1, Event::Mode(DeviceMode::Standby), None);
        if second % 7 != 0 {
            continue;
        }
        let copy = ward.copy_as_it_lies();
        let recovered = recover(copy.path(), &ward);
        assert_eq!(recovered.durable, durable, "after {second} s");
        assert_eq!((recovered.sealed, recovered.damaged), (vec![1], vec![]), "after {second} s");
        check_chain(copy.path(), 2);
        let segment = opened(copy.path(), 1);
        assert_eq!(number(&segment, "SELECT sum(samples) FROM wave"), second * 2 * 3 * 250);
        assert_eq!(number(&segment, "SELECT sum(count) FROM numeric"), second * 2);
        assert_eq!(number(&segment, "SELECT count(*) FROM tail"), 0);
        let modes = "SELECT count(*) FROM event WHERE device = 0";
        assert_eq!(number(&segment, modes), second);
    }
}

#[test]
fn a_writer_that_is_gone_without_a_word_leaves_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(25);
    ward.writer = None;
    let recovered = recover(folder.path(), &ward);
    assert_eq!((recovered.sealed, recovered.durable.samples), (vec![1], 50));
    check_chain(folder.path(), 2);
}

#[test]
fn sealing_that_was_interrupted_is_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(25);
    let (now, wall) = (ward.now(), ward.wall());
    let job = ward.writer().rotate(now, wall).expect("the next segment");
    ward.seconds(3);
    // Two segments without a seal: both are closed, the older first.
    let copy = ward.copy_as_it_lies();
    assert_eq!(recover(copy.path(), &ward).sealed, [1, 2]);
    check_chain(copy.path(), 3);
    // Everything but the seal itself was done.
    let done = job.run().expect("sealed");
    let copy = ward.copy_as_it_lies();
    fs::remove_file(layout::seal(copy.path(), 1)).expect("as if it was never written");
    fs::write(copy.path().join("segments/000001.seal.new"), b"{").expect("half of it was");
    assert_eq!(recover(copy.path(), &ward).sealed, [1, 2]);
    check_chain(copy.path(), 3);
    assert_eq!(seal(copy.path(), 1), done, "the same again");
    assert_eq!(job.run().expect("again"), done, "and done twice");
}

#[test]
fn a_later_segment_waits_for_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    let mut jobs = Vec::new();
    for _ in 0..2 {
        ward.seconds(2);
        let (now, wall) = (ward.now(), ward.wall());
        jobs.push(ward.writer().rotate(now, wall).expect("the next segment"));
    }
    assert!(jobs[1].run().is_err(), "the chain has no gap");
    jobs[0].run().expect("sealed");
    jobs[1].run().expect("sealed");
    check_chain(folder.path(), 2);
}

#[test]
fn a_segment_that_another_program_reads_is_sealed_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    ward.seconds(2);
    let reader = opened(folder.path(), 1);
    assert_eq!(number(&reader, "SELECT count(*) FROM device"), 1);
    let (now, wall) = (ward.now(), ward.wall());
    let job = ward.writer().rotate(now, wall).expect("the next segment");
    assert!(job.run().is_err(), "it is open");
    assert_eq!(number(&reader, "SELECT sum(count) FROM numeric"), 2, "and stays readable");
    drop(reader);
    job.run().expect("sealed");
    check_chain(folder.path(), 1);
}

/// What is done to a record, and its name.
type Damage = (&'static str, fn(&std::path::Path));

#[test]
fn what_cannot_be_opened_is_sealed_as_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(25);
    let damages: [Damage; 5] = [
        ("no machine key", |record| {
            fs::remove_file(layout::machine_key(record, 1)).expect("removed");
        }),
        ("a first page of noise", |record| {
            let path = segment(record, 1).expect("its file");
            fs::remove_file(format!("{}-wal", path.display())).expect("no WAL");
            fs::write(&path, vec![7; 8_192]).expect("noise");
        }),
        ("an empty file", |record| {
            let path = segment(record, 1).expect("its file");
            fs::remove_file(format!("{}-wal", path.display())).expect("no WAL");
            fs::write(path, b"").expect("emptied");
        }),
        ("no file", |record| {
            let path = segment(record, 1).expect("its file");
            fs::remove_file(format!("{}-wal", path.display())).expect("no WAL");
            fs::remove_file(format!("{}-shm", path.display())).expect("no index");
            fs::remove_file(path).expect("gone");
        }),
        ("no key at all", |record| {
            fs::remove_file(layout::machine_key(record, 1)).expect("removed");
            fs::remove_file(layout::key(record, 1)).expect("removed");
        }),
    ];
    for (name, damage) in damages {
        let copy = ward.copy_as_it_lies();
        damage(copy.path());
        let recovered = recover(copy.path(), &ward);
        assert_eq!(recovered.sealed, [1], "{name}");
        assert_eq!(recovered.damaged.len(), 1, "{name}");
        check_chain(copy.path(), 2);
        let found = seal(copy.path(), 1);
        assert!(found.as_found.is_some(), "{name}: {found:?}");
        // The record goes on, and no number is given twice.
        assert!(seal(copy.path(), 2).samples >= found.samples, "{name}");
        // `no machine key`: the WAL lies beside the file and is sealed with it.
        assert_eq!(
            found.files.len() == 2,
            name.ends_with("key") || name.ends_with("key at all"),
            "{name}"
        );
    }
}

#[test]
fn audit_rows_are_taken_over_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    let row = AuditRow {
        id: "0".repeat(32),
        wall_ns: 1,
        who: "root".to_owned(),
        what: "key".to_owned(),
        body: String::new(),
    };
    append_audit(folder.path(), &row).expect("written");
    ward.seconds(1);
    let copy = ward.copy_as_it_lies();
    // Committed, and the power went before the file was emptied.
    append_audit(copy.path(), &row).expect("still there");
    recover(copy.path(), &ward);
    let rows = |number_of| number(&opened(copy.path(), number_of), "SELECT count(*) FROM audit");
    assert_eq!((rows(1), rows(2)), (1, 0));
}

#[test]
fn the_board_lies_under_the_machine_key_and_the_time_without_a_station_is_a_gap() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    ward.writer().handle_snapshot(b"assignments and stays".to_vec());
    ward.seconds(5);
    let copy = ward.copy_as_it_lies();
    recover(copy.path(), &ward);
    let path = layout::board(copy.path());
    let wrapped = fs::read(&path).expect("read");
    assert!(!wrapped.windows(5).any(|five| five == b"stays"), "never in plain");
    let (keyring, _) = vigie_keyring::Keyring::simulation().expect("keys");
    let board = vigie_keyring::unwrap(keyring.machine(), &wrapped, &path).expect("opened");
    assert_eq!(*board, b"assignments and stays"[..]);
    // The gap is as long as the station was away.
    let gap = opened(copy.path(), 2);
    assert_eq!(number(&gap, "SELECT (to_mono_ns - from_mono_ns) / 1000000000 FROM gap"), 60);
    assert_eq!(text(&gap, "SELECT why FROM gap"), "the station did not run");
}

#[test]
fn a_deletion_that_was_interrupted_is_finished() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    for _ in 0..3 {
        ward.seconds(2);
        ward.rotate_and_seal();
    }
    let before = ward.copy_as_it_lies();
    ward.writer().pretend_free(Some(0));
    ward.now_ns += 61 * SECOND_NS;
    ward.commit();
    // Nothing is reserved in this ward's policy: nothing went.
    assert_eq!(kinds(folder.path()).len(), 4);
    // `N.removed` was written, and the power went.
    let removed = {
        let seal = seal(before.path(), 1);
        let (keyring, _) = vigie_keyring::Keyring::simulation().expect("keys");
        let mut removed = vigie_record::Removed {
            seal,
            removed_wall_ns: 0,
            why: "old".to_owned(),
            signer: String::new(),
            signature: String::new(),
        };
        removed.sign(keyring.signer());
        removed
    };
    fs::write(layout::removed(before.path(), 1), removed.to_bytes()).expect("written");
    recover(before.path(), &ward);
    assert_eq!(kinds(before.path())[&1], ["removed"]);
    check_chain(before.path(), 5);
    let told =
        |number| text(&opened(before.path(), number), "SELECT group_concat(number) FROM removed");
    assert_eq!(told(5), "1", "its row was lost with the power");
    // Once told, not again.
    ward.now_ns += 3_600 * SECOND_NS;
    recover(before.path(), &ward);
    assert_eq!(number(&opened(before.path(), 6), "SELECT count(*) FROM removed"), 0);
}

/// Nobody counts so far: going on from there would end at the greatest number.
#[test]
fn a_seal_that_says_more_rows_than_there_can_be_is_not_counted_on_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(3);
    ward.rotate_and_seal();
    ward.seconds(3);
    ward.close();
    let mut last = seal(folder.path(), 2);
    (last.rows, last.samples) = (u64::MAX, u64::MAX - 1);
    last.sign(vigie_keyring::Keyring::simulation().expect("keys").0.signer());
    let path = layout::seal(folder.path(), 2);
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("ours");
    fs::write(&path, last.to_bytes()).expect("written");
    let wall = ward.wall().as_unix_nanos() + 60_000_000_000;
    let mut again = Ward::start_with(options(folder.path()), 2, 7 * SECOND_NS, wall, 1, 1);
    assert_eq!(again.recovered.durable.samples, 3 * 2);
    again.seconds(3);
    // As found, after a crash, too.
    let copy = again.copy_as_it_lies();
    fs::remove_file(layout::machine_key(copy.path(), 3)).expect("no machine key");
    recover(copy.path(), &again);
    assert!(seal(copy.path(), 3).samples < 1 << 40);
    assert_eq!(seal(copy.path(), 3).previous, seal(copy.path(), 2).chain);
}

#[test]
fn a_segment_that_the_disk_does_not_read_for_a_while_is_sealed_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(3);
    let (now, wall) = (ward.now(), ward.wall());
    let job = ward.writer().rotate(now, wall).expect("the next segment");
    job.pretend_unreadable(3);
    for _ in 0..3 {
        let said = job.run().expect_err("not now").to_string();
        assert!(said.contains("000001") && said.contains("does not read"), "{said}");
        assert!(!layout::seal(folder.path(), 1).exists());
    }
    let whole = job.run().expect("sealed");
    assert_eq!((whole.files.len(), whole.as_found), (1, None));
    // For good: those that follow must not wait for it.
    ward.seconds(3);
    let (now, wall) = (ward.now(), ward.wall());
    let job = ward.writer().rotate(now, wall).expect("the next segment");
    job.pretend_unreadable(u32::MAX);
    assert_eq!((0..5).filter(|_| job.run().is_err()).count(), 5);
    let without = job.run().expect("sealed");
    assert!(without.files.is_empty() && without.as_found.is_some(), "{without:?}");
}

#[test]
fn everything_can_be_given_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Writer>();
    is_send::<vigie_record::SealJob>();
}

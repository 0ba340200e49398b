//! Reading while the writer writes, rotates, seals and lets go.

use vigie_history::{Source, What};
use vigie_model::{Assignment, BedId, Event, LogEntry, LogKind, Measured, MonoTime, WallTime};
use vigie_record::{Policy, Reader, SegmentState};

use super::{
    ask, ask_all, of_device, reader, samples_from_to, samples_of, seconds, text, values,
    ward::{
        MIB, NOON_NS, SECOND_NS, Ward, check_chain, device, key, kinds, numeric, opened, options,
        policy, secs,
    },
};

/// Values and samples of the first monitor from the second after 1,000 up to now: all, and each once.
fn check(reader: &mut Reader, ward: &Ward) {
    let last = ward.now_ns / SECOND_NS;
    let slice = ask_all(reader, What::Numerics { source: of_device(device(0), key(0)) });
    assert_eq!(seconds(&slice), (1_001..=last).collect::<Vec<_>>());
    assert_eq!((slice.damage, slice.locked, slice.more_from), (vec![], vec![], None));
    let slice = ask_all(reader, What::Waves { source: of_device(device(0), key(100)) });
    assert_eq!((&slice.damage, slice.more_from), (&vec![], None));
    assert!(samples_of(&slice) == samples_from_to(1_001, last), "samples up to {last}");
}

#[test]
fn nothing_is_missing_or_doubled_while_the_writer_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 2);
    let mut one = reader(folder.path());
    for _ in 0..13 {
        ward.seconds(7);
        check(&mut one, &ward);
        check(&mut reader(folder.path()), &ward);
    }
    // The old segment is closed and not sealed, then sealed; the new one is young.
    let (now, wall) = (ward.now(), ward.wall());
    let job = ward.writer().rotate(now, wall).expect("the next segment");
    check(&mut one, &ward);
    ward.seconds(3);
    check(&mut one, &ward);
    let seal = job.run().expect("nobody holds it between questions");
    ward.writer().sealed(&seal);
    check(&mut one, &ward);
    ward.seconds(25);
    check(&mut one, &ward);
    ward.close();
    check(&mut one, &ward);
    check(&mut reader(folder.path()), &ward);
    check_chain(folder.path(), 2);
    let states: Vec<_> = one.segments().expect("two").into_iter().map(|info| info.state).collect();
    assert_eq!(states, [SegmentState::Sealed, SegmentState::Sealed]);
}

#[test]
fn a_segment_that_somebody_reads_is_sealed_once_that_lets_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 2);
    ward.seconds(30);
    let held = opened(folder.path(), 1);
    held.execute_batch("BEGIN; SELECT count(*) FROM wave").expect("a read transaction");
    let (now, wall) = (ward.now(), ward.wall());
    let job = ward.writer().rotate(now, wall).expect("rotation does not wait for readers");
    for _ in 0..2 {
        let refused = job.run().expect_err("somebody reads it").to_string();
        assert!(refused.contains("000001_") && refused.contains("another program"), "{refused}");
        assert!(!kinds(folder.path())[&1].contains(&"seal".to_owned()));
        ward.seconds(2);
        check(&mut reader(folder.path()), &ward);
    }
    // The station stops and starts meanwhile: what is recorded goes on, the sealing is still owed.
    ward.writer = None;
    let at = ward.wall().as_unix_nanos();
    let options = options(folder.path());
    let again = Ward::start_with(options, 2, ward.now_ns + SECOND_NS, at, 2, 2);
    let owed: Vec<u32> = again.recovered.jobs.iter().map(|job| job.number()).collect();
    assert_eq!(owed, [1, 2], "in the order of their numbers");
    drop(held);
    for job in &again.recovered.jobs {
        let seal = job.run().expect("sealed");
        assert_eq!(seal.as_found, None);
    }
    check_chain(folder.path(), 2);
    check(&mut reader(folder.path()), &ward);
}

#[test]
fn what_policy_deleted_is_named_and_the_rest_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path());
    options.policy = Some(Policy { reserve_bytes: 100 * MIB, ..policy() });
    let mut ward = Ward::start_with(options, 1, 1_000 * SECOND_NS, NOON_NS, 2, 2);
    let mut reader = reader(folder.path());
    for _ in 0..3 {
        ward.seconds(5);
        ward.rotate_and_seal();
    }
    check(&mut reader, &ward);
    ward.writer().pretend_free(Some(100 * MIB - 1));
    ward.now_ns += 61 * SECOND_NS;
    ward.commit();
    assert_eq!(kinds(folder.path())[&1], ["removed"]);
    let slice = ask_all(&mut reader, What::Numerics { source: of_device(device(0), key(0)) });
    assert_eq!(seconds(&slice), (1_006..=1_015).collect::<Vec<_>>());
    let [damage] = slice.damage.as_slice() else { panic!("{slice:?}") };
    assert_eq!(damage.segment, 1);
    assert!(damage.what.as_str().contains("nearly full"), "{damage:?}");
}

fn assign(ward: &mut Ward, of: u32, bed: Option<&str>) {
    let stamp = ward.stamp();
    let assignment = Assignment {
        device: device(of),
        bed: bed.map(|bed| BedId(text(bed))),
        stay: None,
        from: stamp.wall,
        to: None,
        by: text("test"),
    };
    let kind = LogKind::Assigned(assignment);
    let bed = bed.map(|bed| BedId(text(bed)));
    ward.writer().handle_log(&LogEntry { stamp, bed, device: Some(device(of)), kind });
}

#[test]
fn a_bed_is_followed_across_rotations_and_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 0);
    ward.seconds(3);
    // 1,003: the first monitor comes to bed 7, and stays there over a rotation.
    assign(&mut ward, 0, Some("7"));
    ward.seconds(5);
    ward.rotate_and_seal();
    ward.seconds(5);
    ward.rotate_and_seal();
    ward.seconds(2);
    // 1,015: the second one takes its place.
    assign(&mut ward, 0, None);
    assign(&mut ward, 1, Some("7"));
    ward.seconds(5);
    let mut reader = reader(folder.path());
    let bed = || What::Numerics { source: Source::Bed { bed: BedId(text("7")), key: key(0) } };
    let mut owed: Vec<_> = (1_003..1_015).map(|second| (1, 0, second)).collect();
    owed.extend((1_015..=1_020).map(|second| (1, 1, second)));
    let told = |reader: &mut Reader| -> Vec<(u64, u32, u64)> {
        let slice = ask_all(reader, bed());
        assert_eq!(slice.damage, []);
        let of = |row: &vigie_history::NumericRow| {
            (row.at.run.0, u32::from(row.device == device(1)), row.at.mono.as_nanos() / SECOND_NS)
        };
        values(&slice).iter().map(of).collect()
    };
    assert_eq!(told(&mut reader), owed);
    // The next run's clock begins anew; the station says again where its monitors stand.
    ward.writer = None;
    let wall = ward.wall().as_unix_nanos() + 60 * SECOND_NS as i64;
    let mut again = Ward::start_with(options(folder.path()), 2, 5 * SECOND_NS, wall, 2, 0);
    assign(&mut again, 1, Some("7"));
    again.seconds(4);
    owed.extend((6..=9).map(|second| (2, 1, second)));
    assert_eq!(told(&mut reader), owed);
    again.rotate_and_seal();
    again.seconds(1);
    owed.push((2, 1, 10));
    assert_eq!(told(&mut reader), owed);
    // A range within the second run alone.
    let slice = ask(&mut reader, 60, 3_600, bed());
    assert_eq!(seconds(&slice), (6..=10).collect::<Vec<_>>());
}

#[test]
fn late_values_come_when_they_arrived_and_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    ward.seconds(10);
    let mut late = numeric(77);
    late.measured = Measured::Backfill(secs(600));
    ward.observe(0, Event::Numeric(late.clone()), None);
    ward.seconds(5);
    let mut reader = reader(folder.path());
    for is_sealed in [false, true] {
        let what = What::Numerics { source: of_device(device(0), key(0)) };
        let slice = ask_all(&mut reader, what);
        let rows = values(&slice);
        assert_eq!(rows.len(), 16, "sealed {is_sealed}");
        let found: Vec<_> = rows.iter().filter(|row| row.is_late).collect();
        let [row] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(row.at.mono, MonoTime::from_nanos(1_010 * SECOND_NS));
        assert_eq!(row.numeric, late);
        if !is_sealed {
            ward.rotate_and_seal();
        }
    }
}

#[test]
fn a_clock_that_was_set_back_costs_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(20);
    ward.wall_offset_ns -= 10 * SECOND_NS as i64;
    ward.seconds(20);
    let mut reader = reader(folder.path());
    let check = |reader: &mut Reader| {
        let what = || What::Numerics { source: of_device(device(0), key(0)) };
        let mut all = seconds(&ask_all(reader, what()));
        all.sort_unstable();
        assert_eq!(all, (1_001..=1_040).collect::<Vec<_>>());
        // 12:00:11 to 12:00:15 came twice.
        let slice = ask(reader, 11, 16, what());
        let owed: Vec<u64> = (1_011..=1_015).chain(1_021..=1_025).collect();
        assert_eq!(seconds(&slice), owed);
        let walls: Vec<WallTime> = values(&slice).iter().map(|row| row.at.wall).collect();
        assert_eq!(walls[..5], walls[5..]);
        let slice = ask_all(reader, What::Waves { source: of_device(device(0), key(100)) });
        assert_eq!(samples_of(&slice).len(), 40 * 250);
    };
    check(&mut reader);
    // The same once the seal says which times it has.
    ward.close();
    check(&mut reader);
}

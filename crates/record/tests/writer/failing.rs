//! The disk refuses: nothing that was handed in is lost, and nothing is written twice.

use vigie_history::RecordState;
use vigie_model::{DeviceMode, Event};
use vigie_record::{Lost, RecordError};

use super::ward::{SECOND_NS, Ward, number, opened, text};

const MODES: [DeviceMode; 2] = [DeviceMode::Normal, DeviceMode::Demo];

/// A second with a row of its own.
fn second(ward: &mut Ward) {
    ward.second();
    let second = ward.now_ns / SECOND_NS;
    ward.observe(0, Event::Mode(MODES[second as usize % 2]), None);
}

fn try_commit(ward: &mut Ward) -> Result<vigie_record::Durable, RecordError> {
    let (now, wall) = (ward.now(), ward.wall());
    ward.writer().commit(now, wall)
}

/// There is room again: within ten seconds it is tried. Gives what is durable then.
fn resume(ward: &mut Ward) -> vigie_record::Durable {
    ward.writer().pretend_full(false);
    for _ in 0..10 {
        if let Ok(durable) = try_commit(ward) {
            return durable;
        }
        ward.now_ns += SECOND_NS;
    }
    ward.commit()
}

#[test]
fn what_a_full_disk_refused_is_written_once_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 2);
    (0..20).for_each(|_| {
        second(&mut ward);
        ward.commit();
    });
    let durable = ward.commit();
    ward.writer().pretend_full(true);
    for _ in 0..100 {
        second(&mut ward);
        let refused = try_commit(&mut ward).expect_err("no room");
        assert!(matches!(refused, RecordError::Full { .. }), "{refused:?}");
    }
    let status = ward.writer().status();
    assert!(matches!(status.state, RecordState::Stopped { is_full: true, .. }), "{status:?}");
    assert_eq!((status.waiting, status.lost), (100 * 2 * 3 + 100, 0));
    let after = resume(&mut ward);
    assert_eq!(after.samples, durable.samples + 100 * 2 * 3);
    assert_eq!(after.rows, durable.rows + 100);
    assert_eq!(ward.writer().status().state, RecordState::Writing);
    (0..20).for_each(|_| {
        second(&mut ward);
        ward.commit();
    });
    ward.close();
    let segment = opened(folder.path(), 1);
    assert_eq!(number(&segment, "SELECT sum(samples) FROM wave"), 140 * 2 * 2 * 250);
    assert_eq!(number(&segment, "SELECT sum(count) FROM numeric"), 140 * 2);
    // The seconds without a word until there was room make two that follow each other say the same.
    assert_eq!(number(&segment, "SELECT sum(1 + repeats) FROM event"), 140);
    assert_eq!(number(&segment, "SELECT sum(valid) FROM trend"), 140 * 2);
    assert_eq!(number(&segment, "SELECT count(*) FROM gap"), 0);
    assert_eq!(number(&segment, "SELECT count(*) FROM tail"), 0);
}

#[test]
fn what_waits_is_tried_less_often_the_longer_it_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    ward.seconds(5);
    // Each attempt is one that happens and is said to have failed: the head counts them.
    let commits =
        || number(&opened(folder.path(), 1), "SELECT value FROM head WHERE name = 'commit'");
    let mut attempts = Vec::new();
    let mut known = commits();
    for at in 0..300 {
        second(&mut ward);
        ward.writer().doubt_next_commit();
        let refused = try_commit(&mut ward).expect_err("in doubt").to_string();
        assert!(refused.contains("000001"), "{refused}");
        if commits() != known {
            known = commits();
            attempts.push(at);
        }
        let status = ward.writer().status();
        assert!(matches!(status.state, RecordState::Stopped { .. }), "{status:?}");
    }
    assert!(attempts.starts_with(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "{attempts:?}");
    assert!((30..=70).contains(&attempts.len()), "{attempts:?}");
    let apart: Vec<i32> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(apart.iter().all(|apart| *apart <= 10), "{apart:?}");
}

#[test]
fn a_commit_of_which_nobody_knows_is_not_done_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 2);
    for at in 0..90 {
        second(&mut ward);
        if at % 3 == 0 {
            ward.writer().doubt_next_commit();
            assert!(try_commit(&mut ward).is_err());
            // Some of the doubted ones are tried again at once, some with more besides.
            if at % 2 == 0 {
                ward.commit();
            }
            continue;
        }
        ward.commit();
    }
    let durable = ward.commit();
    assert_eq!((durable.rows, durable.samples), (90, 90 * 2 * 3));
    let copy = ward.copy_as_it_lies();
    let wall = ward.wall().as_unix_nanos();
    let again = Ward::start_with(super::ward::options(copy.path()), 2, 9, wall, 1, 0);
    assert_eq!(again.recovered.durable, durable);
    ward.close();
    for record in [folder.path(), copy.path()] {
        let segment = opened(record, 1);
        assert_eq!(number(&segment, "SELECT sum(samples) FROM wave"), 90 * 2 * 2 * 250);
        assert_eq!(number(&segment, "SELECT sum(count) FROM numeric"), 90 * 2);
        assert_eq!(number(&segment, "SELECT count(*) FROM event"), 90);
    }
}

#[test]
fn a_closing_that_failed_is_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(15);
    for is_doubted in [true, false] {
        ward.second();
        let (now, wall) = (ward.now(), ward.wall());
        if is_doubted {
            ward.writer().doubt_next_commit();
        } else {
            ward.writer().pretend_full(true);
        }
        assert!(ward.writer().rotate(now, wall).is_err());
        ward.writer().pretend_full(false);
        // It goes on in the same segment.
        ward.seconds(12);
    }
    let copy = ward.copy_as_it_lies();
    let wall = ward.wall().as_unix_nanos();
    Ward::start_with(super::ward::options(copy.path()), 2, 9, wall, 1, 0);
    ward.close();
    for record in [folder.path(), copy.path()] {
        let segment = opened(record, 1);
        assert_eq!(number(&segment, "SELECT sum(samples) FROM wave"), 41 * 250);
        assert_eq!(number(&segment, "SELECT sum(count) FROM numeric"), 41);
    }
}

#[test]
fn after_ten_minutes_the_oldest_samples_become_a_gap_and_rows_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(10);
    ward.writer().pretend_full(true);
    let failed_at = ward.now_ns;
    for _ in 0..900 {
        second(&mut ward);
        assert!(try_commit(&mut ward).is_err());
    }
    let lost = ward.writer().status().lost;
    assert_eq!(lost, 299 * 2, "what is older than ten minutes");
    resume(&mut ward);
    let lost = ward.writer().status().lost;
    let lost_s = lost / 2;
    assert!((299..=309).contains(&lost_s), "{lost_s}");
    ward.close();
    let segment = opened(folder.path(), 1);
    assert_eq!(number(&segment, "SELECT count(*) FROM event"), 900);
    assert_eq!(number(&segment, "SELECT sum(count) FROM numeric"), 10 + 900 - lost_s as i64);
    assert_eq!(number(&segment, "SELECT lost FROM gap"), lost as i64);
    let from = number(&segment, "SELECT from_mono_ns FROM gap");
    assert_eq!(from as u64, failed_at + SECOND_NS);
    assert_eq!(
        number(&segment, "SELECT to_mono_ns FROM gap") as u64,
        failed_at + lost_s * SECOND_NS
    );
    assert_eq!(text(&segment, "SELECT why FROM gap"), "nothing could be written");
}

/// A commit that happened and is said to have failed, and more is lost before anybody knows.
#[test]
fn what_is_lost_while_a_commit_is_in_doubt_is_a_gap_with_a_number_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(1);
    ward.writer().pretend_full(true);
    while ward.writer().status().lost == 0 {
        ward.second();
        assert!(try_commit(&mut ward).is_err());
    }
    let lost = Lost {
        from: ward.now(),
        to: ward.now(),
        device: None,
        key: None,
        lost: 1,
        why: "a full lane".into(),
    };
    ward.writer().handle_lost(&lost);
    ward.writer().pretend_full(false);
    ward.writer().doubt_next_commit();
    let before = ward.writer().status().lost;
    // It is tried within ten seconds; then nothing is, for as long, and the oldest go on being lost.
    for _ in 0..15 {
        ward.second();
        assert!(try_commit(&mut ward).is_err() || ward.writer().status().lost == before);
        if ward.writer().status().lost > before + 10 {
            break;
        }
    }
    resume(&mut ward);
    let lost = ward.writer().status().lost;
    assert_eq!(ward.writer().status().state, RecordState::Writing);
    ward.seconds(1);
    ward.close();
    let segment = opened(folder.path(), 1);
    let gaps = "SELECT count(*) FROM gap WHERE why = 'nothing could be written'";
    assert_eq!(number(&segment, gaps), 2, "what was lost before the doubt, and after");
    assert_eq!(number(&segment, "SELECT sum(lost) FROM gap"), lost as i64);
}

/// What waited for a segment that the disk refused to begin is in the first commit of it: its span reaches
/// back so far, for readers and for what is held.
#[test]
fn a_segment_reaches_back_to_what_waited_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.seconds(5);
    // The next segment cannot be begun.
    let in_the_way = vigie_record::layout::key(folder.path(), 2);
    std::fs::create_dir(&in_the_way).expect("a folder");
    let job = {
        let (now, wall) = (ward.now(), ward.wall());
        ward.writer().rotate(now, wall).expect("closed")
    };
    let seal = job.run().expect("sealed");
    ward.writer().sealed(&seal);
    let from = ward.wall().as_unix_nanos() + SECOND_NS as i64;
    for _ in 0..300 {
        second(&mut ward);
        assert!(try_commit(&mut ward).is_err());
    }
    std::fs::remove_dir(&in_the_way).expect("removed");
    resume(&mut ward);
    let unlock = vigie_keyring::Unlock { unit: Some(super::ward::unit()), machine: None };
    let (device, key) = (super::ward::device(0), super::ward::key(0));
    let source = vigie_history::Source::Device { device, key };
    let query = vigie_history::Query {
        from: vigie_model::WallTime::from_unix_nanos(from),
        to: vigie_model::WallTime::from_unix_nanos(from + 10 * SECOND_NS as i64),
        what: vigie_history::What::Numerics { source },
    };
    let mut reader = vigie_record::Reader::open(folder.path(), unlock).expect("a record");
    let values = |answer| {
        let vigie_history::Answer::Numerics(values) = answer else { panic!("{answer:?}") };
        values.len()
    };
    assert_eq!(values(reader.ask(&query).expect("answered").answer), 10, "open");
    drop(reader);
    ward.seconds(5);
    let sealed = ward.rotate_and_seal();
    assert_eq!((sealed.number, sealed.first_wall_ns), (2, from));
    assert!(sealed.opened_wall_ns > from);
    let unlock = vigie_keyring::Unlock { unit: Some(super::ward::unit()), machine: None };
    let mut reader = vigie_record::Reader::open(folder.path(), unlock).expect("a record");
    assert_eq!(values(reader.ask(&query).expect("answered").answer), 10, "sealed");
    // What was carried over into a segment is of an earlier one, and does not count.
    ward.seconds(100);
    let third = ward.rotate_and_seal();
    assert_eq!(third.first_wall_ns, third.opened_wall_ns);
}

#[test]
fn memory_is_bounded_however_much_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 64, 6);
    ward.writer().pretend_full(true);
    // 64 beds of six waves: 64 MiB in some minutes.
    for at in 0..240 {
        ward.second();
        if at % 10 == 0 {
            assert!(try_commit(&mut ward).is_err());
        }
    }
    let status = ward.writer().status();
    assert!(status.lost > 0, "{status:?}");
    let kept = status.waiting * 1_100;
    assert!(kept < 80 << 20, "about {kept} bytes are kept");
    assert_eq!(status.lost + status.waiting, 240 * 64 * 7, "each is kept or counted");
}

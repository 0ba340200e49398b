//! What stands in the segments of an undisturbed run.

use vigie_history::{At, LinkRow};
use vigie_model::{
    AlarmScope, AlarmSet, AlarmTruth, Assignment, BedId, DeviceMode, Event, LogEntry, LogKind,
    Measured, RunId, StationMode, Text,
};
use vigie_record::{AuditRow, Lost, RecordError, Writer, append_audit};

use super::ward::{
    Ward, check_chain, device, key, kinds, number, numeric, opened, options, seal, secs, text,
};

fn alarms() -> Event {
    Event::Alarms(AlarmSet {
        scope: AlarmScope::All,
        truth: AlarmTruth::Complete,
        active: [].into(),
        told: [].into(),
    })
}

#[test]
fn a_run_is_closed_sealed_and_chained_to_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 2);
    ward.seconds(130);
    ward.rotate_and_seal();
    ward.seconds(15);
    ward.close();
    check_chain(folder.path(), 2);
    let first = seal(folder.path(), 1);
    assert_eq!((first.as_found.clone(), first.run, first.files.len()), (None, 1, 1));
    assert_eq!(seal(folder.path(), 2).samples, 145 * 2 * 3);
    assert_eq!(seal(folder.path(), 1).samples, 130 * 2 * 3);

    let segment = opened(folder.path(), 1);
    assert_eq!(number(&segment, "SELECT count(*) FROM tail"), 0);
    assert_eq!(number(&segment, "SELECT sum(samples) FROM wave"), 130 * 2 * 2 * 250);
    assert_eq!(number(&segment, "SELECT sum(count) FROM numeric"), 130 * 2);
    assert_eq!(number(&segment, "SELECT sum(valid) FROM trend"), 130 * 2);
    assert_eq!(number(&segment, "SELECT count(*) FROM form"), 2);
    assert_eq!(number(&segment, "SELECT value FROM head WHERE name = 'rows'"), 0);
    assert_eq!(text(&segment, "SELECT value FROM head WHERE name = 'mode'"), "simulation");
    assert_eq!(text(&segment, "PRAGMA journal_mode"), "delete");
    // Chunks of 10 s: 13 or 14 a stream.
    let chunks = number(&segment, "SELECT count(*) FROM wave");
    assert!((13 * 4..=14 * 4).contains(&chunks), "{chunks} chunks");
    // A minute's tier is that of its values.
    let means = "SELECT count(*) FROM numeric WHERE mean < low OR mean > high OR valid > count";
    assert_eq!(number(&segment, means), 0);
    let previous = "SELECT value FROM head WHERE name = 'previous'";
    assert_eq!(text(&opened(folder.path(), 2), previous), first.chain);
    drop(segment);

    // The next run goes on counting, in the next segment, after a gap.
    let wall = super::ward::NOON_NS + 145_000_000_000;
    let ward = Ward::start_with(options(folder.path()), 2, 5, wall + 60_000_000_000, 2, 2);
    assert_eq!(ward.recovered.durable.samples, 145 * 2 * 3);
    assert!(ward.recovered.sealed.is_empty() && ward.recovered.damaged.is_empty());
    let segment = opened(folder.path(), 3);
    assert_eq!(number(&segment, "SELECT to_mono_ns - from_mono_ns FROM gap"), 60_000_000_000);
    assert_eq!(number(&segment, "SELECT value FROM head WHERE name = 'first_seq'"), 1);
    assert_eq!(text(&segment, previous), seal(folder.path(), 2).chain);
}

#[test]
fn every_chunk_is_in_the_tail_until_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 3, 4);
    for second in 1..=75 {
        ward.seconds(1);
        let segment = opened(folder.path(), 1);
        let in_chunks = number(&segment, "SELECT coalesce(sum(samples), 0) FROM wave");
        let tails = number(&segment, "SELECT count(*) FROM tail WHERE id < 64 << 40");
        assert!(in_chunks >= (second - 10) * 3 * 4 * 250, "{in_chunks} after {second} s");
        assert!(tails <= 10 * 10, "{tails} rows of tail after {second} s");
    }
}

#[test]
fn what_is_said_again_is_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    for _ in 0..100 {
        ward.second();
        ward.observe(0, alarms(), None);
        ward.observe(0, Event::Mode(DeviceMode::Normal), None);
        ward.observe(0, Event::Alive, None);
        ward.commit();
    }
    ward.observe(0, Event::Mode(DeviceMode::Standby), None);
    assert_eq!(ward.commit().rows, 201);
    let segment = opened(folder.path(), 1);
    // Not yet moved out of the tail: at most a minute old.
    let moved = number(&segment, "SELECT repeats FROM event WHERE kind = 'alarms'");
    assert!((39..=99).contains(&moved), "{moved} repeats");
    drop(segment);
    // A pulled plug keeps them.
    let copy = ward.copy_as_it_lies();
    let wall = ward.wall().as_unix_nanos();
    let again = Ward::start_with(options(copy.path()), 2, 9, wall, 1, 0);
    assert_eq!((again.recovered.durable.rows, again.recovered.sealed), (201, vec![1]));
    ward.close();
    for record in [copy.path(), folder.path()] {
        let segment = opened(record, 1);
        let row = "SELECT kind || ' ' || repeats || ' ' || (last_mono_ns / 1000000000) FROM event
                   ORDER BY seq LIMIT 1 OFFSET ";
        assert_eq!(text(&segment, &format!("{row} 0")), "alarms 99 1100");
        assert_eq!(text(&segment, &format!("{row} 1")), "mode 99 1100");
        assert_eq!(text(&segment, &format!("{row} 2")), "mode 0 1100");
        assert_eq!(number(&segment, "SELECT count(*) FROM event"), 3);
    }
}

#[test]
fn rows_of_all_kinds_stand_in_their_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 1);
    ward.second();
    let stamp = ward.stamp();
    let assigned = LogKind::Assigned(Assignment {
        device: device(0),
        bed: Some(BedId(Text::from("7"))),
        stay: None,
        from: stamp.wall,
        to: None,
        by: Text::from("test"),
    });
    let bed = Some(BedId(Text::from("7")));
    let entry = LogEntry { stamp, bed, device: Some(device(0)), kind: assigned };
    ward.writer().handle_log(&entry);
    let note = LogEntry { kind: LogKind::Note(Text::from("a note")), ..entry };
    ward.writer().handle_log(&note);
    let (mono, wall) = (ward.now(), ward.wall());
    let at = At { run: RunId(1), mono, wall };
    let line = Text::from("COM1");
    ward.writer().handle_link(&LinkRow { at, line, is_up: true, devices: vec![device(0)] });
    ward.writer().handle_lost(&Lost {
        from: mono.before(secs(3)),
        to: mono,
        device: Some(device(0)),
        key: Some(key(100)),
        lost: 12,
        why: Text::from("the lane was full"),
    });
    let mut late = numeric(77);
    late.measured = Measured::Backfill(secs(600));
    ward.observe(0, Event::Numeric(late), None);
    let audit = |id: u8| AuditRow {
        id: format!("{id:032x}"),
        wall_ns: 5,
        who: "root".to_owned(),
        what: "key".to_owned(),
        body: "segment 1".to_owned(),
    };
    ward.writer().handle_audit(&audit(1));
    append_audit(folder.path(), &audit(2)).expect("a tool's row");
    append_audit(folder.path(), &audit(1)).expect("once more, and known");
    ward.commit();
    let left = std::fs::metadata(vigie_record::layout::audit(folder.path())).expect("there");
    assert_eq!(left.len(), 0, "taken over");

    let segment = opened(folder.path(), 1);
    assert_eq!(number(&segment, "SELECT count(*) FROM audit"), 2);
    assert_eq!(text(&segment, "SELECT change || devices FROM link"), "up[\"SIM000\"]");
    assert_eq!(number(&segment, "SELECT lost FROM gap WHERE stream IS NOT NULL"), 12);
    assert_eq!(number(&segment, "SELECT mono_ns - measured_mono_ns FROM late"), 600_000_000_000);
    assert_eq!(text(&segment, "SELECT group_concat(kind) FROM log"), "Assigned,Note");
    drop(segment);

    // What still holds is said again in the next segment, under its own number.
    ward.observe(0, Event::Mode(DeviceMode::Normal), None);
    ward.rotate_and_seal();
    ward.seconds(1);
    let segment = opened(folder.path(), 2);
    let first = number(&segment, "SELECT value FROM head WHERE name = 'first_seq'");
    assert_eq!(text(&segment, "SELECT group_concat(kind) FROM log"), "Assigned");
    assert_eq!(text(&segment, "SELECT group_concat(kind) FROM event"), "mode");
    assert!(number(&segment, "SELECT max(seq) FROM log") < first);
    assert!(number(&segment, "SELECT max(seq) FROM event") < first);
}

#[test]
fn a_clock_that_is_set_stands_in_run_clock() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    ward.seconds(3);
    ward.wall_offset_ns += 900_000;
    ward.seconds(3);
    ward.wall_offset_ns -= 3_600_000_000_000;
    ward.seconds(3);
    ward.now_ns += 30_000_000_000;
    ward.seconds(1);
    let segment = opened(folder.path(), 1);
    let why = "SELECT group_concat(why) FROM run_clock";
    assert_eq!(text(&segment, why), "start,moved,resumed");
    drop(segment);
    let seal = ward.close();
    assert!(seal.first_wall_ns < seal.opened_wall_ns - 3_000_000_000_000, "{seal:?}");
    assert!(seal.last_wall_ns >= seal.opened_wall_ns, "{seal:?}");
}

#[test]
fn hours_are_written_as_they_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 7, 0);
    // 16 min 40 s of the first hour are over.
    for _ in 0..2 * 360 {
        (0..10).for_each(|_| ward.second());
        ward.commit();
    }
    let segment = opened(folder.path(), 1);
    let hours = "SELECT count(*) FROM trend";
    assert_eq!(number(&segment, hours), 7 * 2);
    let all =
        "SELECT min(valid) || ' ' || max(valid) FROM trend WHERE start_mono_ns > 3600000000000";
    assert_eq!(text(&segment, all), "3600 3600");
    drop(segment);
    // A crash: the closing makes the same of what is there as the writer would have.
    let copy = ward.copy_as_it_lies();
    let wall = ward.wall().as_unix_nanos();
    Ward::start_with(options(copy.path()), 2, 9, wall, 1, 0);
    ward.close();
    let rows = |record| {
        let segment = opened(record, 1);
        let sql =
            "SELECT group_concat(id || ' ' || valid || ' ' || low || ' ' || mean || hex(data))
                   FROM (SELECT * FROM trend ORDER BY id)";
        (text(&segment, sql), number(&segment, "SELECT sum(valid) FROM trend"))
    };
    assert_eq!(rows(copy.path()), rows(folder.path()));
    assert_eq!(rows(folder.path()).1, 7 * 7_200);
}

#[test]
fn a_record_holds_one_mode_one_unit_and_no_newer_format() {
    let folder = tempfile::tempdir().expect("a folder");
    Ward::start(folder.path(), 1, 0).close();
    let open = |options| {
        let (now, wall) = Default::default();
        Writer::open(options, RunId(2), now, wall).map(|_| ()).expect_err("refused")
    };
    let mut live = options(folder.path());
    live.mode = StationMode::Live;
    let refused = open(live);
    assert!(matches!(refused, RecordError::Foreign { .. }), "{refused:?}");
    assert!(refused.to_string().contains("--record DIR"), "{refused}");
    let mut other = options(folder.path());
    let keyring = other.keyring.clone();
    other.keyring = vigie_keyring::Keyring::new(
        vigie_keyring::Identity::generate().recipient(),
        keyring.machine().clone(),
        keyring.signer().clone(),
    );
    assert!(matches!(open(other), RecordError::Foreign { .. }));
    let json = vigie_record::layout::record_json(folder.path());
    let newer = std::fs::read_to_string(&json).expect("read").replace(": 1,", ": 99,");
    std::fs::write(&json, newer).expect("written");
    let refused = open(options(folder.path()));
    assert!(refused.to_string().contains("newer"), "{refused}");
    assert_eq!(kinds(folder.path()).len(), 1, "nothing was begun");
}

#[test]
fn a_day_or_a_size_asks_for_the_next_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path());
    options.policy.as_mut().expect("a policy").segment_bytes_max = 2 << 20;
    let mut ward = Ward::start_with(options, 1, 0, super::ward::NOON_NS, 2, 2);
    ward.seconds(10);
    let wall = ward.wall();
    assert!(!ward.writer().wants_rotation(wall));
    assert!(ward.writer().wants_rotation(wall.after(secs(12 * 3_600))), "after midnight");
    let mut seconds = 0;
    while !{
        let wall = ward.wall();
        ward.writer().wants_rotation(wall)
    } {
        ward.seconds(1);
        seconds += 1;
        assert!(seconds < 20_000, "it grows");
    }
    ward.rotate_and_seal();
    let wall = ward.wall();
    assert!(!ward.writer().wants_rotation(wall));
}

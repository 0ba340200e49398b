//! Rows: what was carried over into the next segment is told once, and more than fits comes in pages.

use std::collections::BTreeSet;

use vigie_history::{Answer, At, LinkRow, What};
use vigie_model::{
    Assignment, BedId, DeviceMode, Event, LogEntry, LogKind, RunId, StreamInfo, WallTime,
};
use vigie_record::{Lost, Reader};

use super::{
    ask, ask_all, reader, text,
    ward::{NOON_NS, SECOND_NS, Ward, device, key, options, secs},
};

/// How many rows of said, log, links and gaps are told.
fn counts(reader: &mut Reader, from_s: i64, to_s: i64) -> [usize; 4] {
    let said = ask(reader, from_s, to_s, What::Said { device: None });
    let Answer::Said(said) = said.answer else { panic!("{said:?}") };
    let log = ask(reader, from_s, to_s, What::Log { bed: None, alarms_only: false });
    let Answer::Log(log) = log.answer else { panic!("{log:?}") };
    let links = ask(reader, from_s, to_s, What::Links);
    let Answer::Links(links) = links.answer else { panic!("{links:?}") };
    let gaps = ask(reader, from_s, to_s, What::Gaps);
    let Answer::Gaps(gaps) = gaps.answer else { panic!("{gaps:?}") };
    [said.len(), log.len(), links.len(), gaps.len()]
}

#[test]
fn what_was_carried_over_is_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    ward.seconds(2);
    ward.observe(0, Event::Mode(DeviceMode::Normal), None);
    let stamp = ward.stamp();
    let assignment = Assignment {
        device: device(0),
        bed: Some(BedId(text("7"))),
        stay: None,
        from: stamp.wall,
        to: None,
        by: text("test"),
    };
    let (bed, kind) = (Some(BedId(text("7"))), LogKind::Assigned(assignment));
    ward.writer().handle_log(&LogEntry { stamp, bed, device: Some(device(0)), kind });
    let (mono, wall) = (ward.now(), ward.wall());
    let at = At { run: RunId(1), mono, wall };
    let line = text("COM1");
    ward.writer().handle_link(&LinkRow { at, line, is_up: true, devices: vec![device(0)] });
    ward.writer().handle_lost(&Lost {
        from: mono.before(secs(1)),
        to: mono,
        device: Some(device(0)),
        key: Some(key(0)),
        lost: 3,
        why: text("the lane was full"),
    });
    ward.seconds(3);
    let mut reader = reader(folder.path());
    assert_eq!(counts(&mut reader, -60, 3_600), [1, 1, 1, 1]);
    for rotation in 1..=3 {
        ward.rotate_and_seal();
        ward.seconds(10);
        assert_eq!(counts(&mut reader, -60, 3_600), [1, 1, 1, 1], "after rotation {rotation}");
    }
    assert_eq!(counts(&mut reader, 6, 3_600), [0, 0, 0, 0], "said before");
    // It is said again, and counted: still one row. Then something else.
    ward.observe(0, Event::Mode(DeviceMode::Normal), None);
    ward.seconds(1);
    ward.observe(0, Event::Mode(DeviceMode::Standby), None);
    ward.seconds(1);
    assert_eq!(counts(&mut reader, -60, 3_600), [2, 1, 1, 1]);
    // A restart is one gap more, and what the next run says is its own.
    ward.writer = None;
    let wall = NOON_NS + 120 * SECOND_NS as i64;
    let mut again = Ward::start_with(options(folder.path()), 2, 5 * SECOND_NS, wall, 1, 0);
    again.seconds(2);
    assert_eq!(counts(&mut reader, -60, 3_600), [2, 1, 1, 2]);
    again.close();
    assert_eq!(counts(&mut reader, -60, 3_600), [2, 1, 1, 2]);
}

#[test]
fn more_rows_than_fit_come_in_pages_over_two_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 1, 0);
    let modes = [DeviceMode::Normal, DeviceMode::Demo];
    let mut owed = BTreeSet::new();
    for second in 0..240 {
        ward.second();
        for at in 0..100 {
            ward.now_ns += 1_000_000;
            ward.observe(0, Event::Mode(modes[at % 2]), None);
            owed.insert(ward.now_ns);
        }
        ward.commit();
        if second == 119 {
            ward.rotate_and_seal();
        }
    }
    let mut reader = reader(folder.path());
    let mut seen = Vec::new();
    let (mut from, mut pages) = (WallTime::from_unix_nanos(NOON_NS), 0);
    loop {
        let to = WallTime::from_unix_nanos(NOON_NS + 3_600 * SECOND_NS as i64);
        let what = What::Said { device: Some(device(0)) };
        let slice = reader.ask(&vigie_history::Query { from, to, what }).expect("an answer");
        let Answer::Said(rows) = slice.answer else { panic!() };
        seen.extend(rows.iter().map(|(stamp, _, _)| stamp.mono.as_nanos()));
        pages += 1;
        match slice.more_from {
            Some(more) => from = more,
            None => break,
        }
    }
    assert!((2..=3).contains(&pages), "{pages} pages");
    assert_eq!(seen.len(), 24_000);
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "in order, and none twice");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), owed);
}

#[test]
fn devices_and_streams_are_known_in_each_segment() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ward = Ward::start(folder.path(), 2, 1);
    let info = StreamInfo {
        key: key(0),
        label: Some(text("HR")),
        unit: vigie_model::Unit::ucum("/min"),
        digits: Some(0),
        category: vigie_model::Category::Measured,
        cadence: vigie_model::Cadence::Periodic(secs(1)),
    };
    ward.observe(0, Event::Stream(info), None);
    ward.seconds(5);
    ward.rotate_and_seal();
    ward.seconds(70);
    let mut reader = reader(folder.path());
    for (from_s, to_s) in [(-60, 3_600), (10, 70)] {
        let slice = ask(&mut reader, from_s, to_s, What::Devices);
        let Answer::Devices(rows) = slice.answer else { panic!() };
        assert_eq!(rows.len(), 2, "{rows:?}");
        let slice = ask(&mut reader, from_s, to_s, What::Streams { device: Some(device(0)) });
        let Answer::Streams(rows) = slice.answer else { panic!() };
        let told: Vec<_> =
            rows.iter().map(|row| (row.is_wave, row.label.clone(), row.unit.as_str())).collect();
        assert_eq!(told, [(false, Some(text("HR")), "/min"), (true, None, "mV")]);
    }
    assert_eq!(ask_all(&mut reader, What::Links).answer, Answer::Links(Vec::new()));
}

//! A station with a record on a real disk: what is there when it has ended.

use std::{
    fs,
    io::Write,
    os::unix::net::UnixListener,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use vigie_clock::BootClock;
use vigie_config::PortConfig;
use vigie_history::{Query, RecordState as Writing, What};
use vigie_model::{Clock, Text};
use vigie_record::{Seal, layout};
use vigie_session::Line;

use crate::{
    Station, StationClient,
    station::Parts,
    testing::{
        Ports, WordFactory, config, number_at, options, record_options, start_on_disk, until,
    },
    wire::link_opener,
};

fn is_writing(station: &Station) -> Option<()> {
    (station.report().record.state == Writing::Writing).then_some(())
}

fn seal(record: &Path, number: u32) -> Seal {
    let path = layout::seal(record, number);
    Seal::parse(&fs::read(&path).expect("it is sealed"), &path).expect("a seal")
}

/// A folder with room beside the record for what is not of it.
fn folders() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    fs::create_dir(&record).expect("a record folder");
    (folder, record)
}

#[test]
fn the_end_seals_although_somebody_was_reading_and_a_segment_had_just_been_closed() {
    let (_folder, record) = folders();
    let ports = Ports::default();
    let station = start_on_disk(options(config(1), &record), &ports);
    let client = StationClient::listen(&record);
    until("it is connected", || client.seen());
    until("it is written", || is_writing(&station));
    until("open", || ports.say("1", "id MP90\nevery 60000\nhr 80").then_some(()));
    until("the number", || (number_at(&*station.view()?, 0)? == "80").then_some(()));
    let ask = || {
        let to = BootClock.wall();
        let from = to.before(Duration::from_secs(3_600));
        client.ask(Query { from, to, what: What::Log { bed: None, alarms_only: false } })
    };
    until("an answer from the open segment", || {
        ask();
        client.answers().pop().and_then(|(_, answer)| answer.ok())
    });
    assert_eq!(client.seal(Duration::from_secs(60)), Ok(1));
    // One is closed and perhaps not sealed, one is open and perhaps being read, as the end comes.
    ask();
    client.seal(Duration::ZERO).expect_err("nobody waits for it");
    ask();
    station.stop();
    let last = (1..).take_while(|number| layout::seal(&record, *number).exists()).last();
    let last = last.expect("sealed");
    assert!(last >= 2, "{last}");
    for number in 1..=last {
        assert_eq!(seal(&record, number).as_found, None, "segment {number}");
    }
    let left = fs::read_dir(layout::segments(&record)).expect("a folder").flatten();
    let left: Vec<String> = left.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    assert!(!left.iter().any(|name| name.ends_with("-wal")), "{left:?}");
    assert_eq!(left.iter().filter(|name| name.ends_with(".vg")).count(), last as usize);
}

/// A device behind a Unix socket that says who it is; what its line leaves in a folder.
fn captured(is_with_record: bool) -> (Vec<String>, Vec<String>) {
    let (folder, record) = folders();
    let socket = folder.path().join("device.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    let captures = folder.path().join("captures");
    fs::create_dir(&captures).expect("a folder");
    let mut config = config(1);
    config.lines[0].ports = vec![(Line::MAIN, PortConfig::UnixTo(socket.display().to_string()))];
    config.lines[0].capture = Some(captures.join("bed 1").display().to_string());
    let mut options = options(config, &record);
    options.record = is_with_record.then(|| record_options(&record));
    let parts = Parts {
        catalogue: vec![&WordFactory],
        opener: link_opener(),
        clock: Arc::new(BootClock),
        shelf: None,
        output: vigie_speaker::Output::default(),
    };
    let station = Station::start_with(options, parts).expect("it starts");
    let (mut device, _) = listener.accept().expect("the station connects");
    device.write_all(b"id SECRET\nhr 80\n").expect("said");
    until("the number", || (number_at(&*station.view()?, 0)? == "80").then_some(()));
    let ports = until("the report", || {
        let report = station.report();
        report.lines.first().filter(|line| line.is_open).map(|line| line.ports.clone())
    });
    station.stop();
    let mut names = Vec::new();
    for entry in fs::read_dir(&captures).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("readable");
        assert!(!bytes.windows(6).any(|part| part == b"SECRET"), "{} is clear", path.display());
        names.push(path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned());
    }
    names.sort_unstable();
    (names, ports)
}

#[test]
fn what_a_live_line_captures_is_encrypted_to_the_unit() {
    let (names, ports) = captured(true);
    assert_eq!(names, ["bed 1.age", "bed 1.times.age"]);
    assert!(!ports.iter().any(|port| port.contains("capture")), "{ports:?}");
}

#[test]
fn without_a_key_to_encrypt_it_to_a_live_line_works_and_is_not_captured() {
    let (names, ports) = captured(false);
    assert!(names.is_empty(), "{names:?}");
    assert!(ports.iter().any(|port| port.contains("is not written")), "{ports:?}");
}

#[test]
fn a_restart_begins_the_next_segment_and_the_board_as_it_was() {
    let (_folder, record) = folders();
    let ports = Ports::default();
    let mut config = config(1);
    config.record.station = Some(Text::from("Ward 3"));
    let station = start_on_disk(options(config.clone(), &record), &ports);
    until("it is written", || is_writing(&station));
    until("open", || ports.say("1", "id MP90\nevery 60000\nhr 80").then_some(()));
    until("the snapshot", || layout::board(&record).exists().then_some(()));
    station.stop();
    let station = start_on_disk(options(config, &record), &ports);
    until("it is written", || is_writing(&station));
    assert_eq!(station.report().record.segment, 2);
    station.stop();
    assert_eq!((seal(&record, 1).as_found, seal(&record, 2).as_found), (None, None));
    assert_eq!(seal(&record, 2).previous, seal(&record, 1).chain);
}

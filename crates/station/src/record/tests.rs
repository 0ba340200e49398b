//! A station with a record whose disk misbehaves: the screen never waits for it.

use std::time::Duration;

use vigie_board::{Command, Receipt};
use vigie_clock::BootClock;
use vigie_config::RecordConfig;
use vigie_history::{Query, RecordState as Writing, What};
use vigie_model::{BedId, Clock, DeviceKey, StationAlarmKind, Text, WallTime};
use vigie_record::AuditQueue;

use super::testing::Disk;
use crate::{
    Station, StationClient,
    testing::{Ports, config, number_at, options, pass, record_options, start_recording, until},
};

fn is_writing(station: &Station) -> Option<()> {
    (station.report().record.state == Writing::Writing).then_some(())
}

fn alarm(station: &Station, wanted: &StationAlarmKind) -> Option<()> {
    let view = station.view()?;
    view.station_alarms.iter().any(|alarm| alarm.kind == *wanted).then_some(())
}

#[test]
fn what_is_heard_and_decided_is_committed_and_the_rows_within_a_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let station = start_recording(options(config(1), folder.path()), &ports, disk.shelf());
    until("open", || ports.say("1", "id MP90\nhr 80\nwave 64\nalarm high").then_some(()));
    until("rows", || {
        let rows = disk.state().rows;
        let has = |row: &str| rows.iter().any(|there| there == row);
        (has("link 1 true") && has("identity") && has("assigned") && has("alarm high"))
            .then_some(())
    });
    until("samples", || (disk.state().samples == 2).then_some(()));
    until("its state", || is_writing(&station));
    let report = station.report();
    assert_eq!((report.record.segment, report.record.lost), (1, 0));
    assert!(report.record.is_unprotected);
    assert_eq!(report.record_troubles.len(), 1, "{:?}", report.record_troubles);
    assert!(report.record_troubles[0].as_str().contains("segment 7"), "{report:?}");
    station.stop();
    let disk = disk.state();
    assert_eq!((disk.closed, disk.lost), (1, 0));
    for row in ["link 1 false", "audit damage segment 7 could not be closed properly: torn"] {
        assert!(disk.rows.iter().any(|there| there == row), "{row}: {:?}", disk.rows);
    }
    assert!(disk.rows.iter().any(|row| row.starts_with("audit start ")), "{:?}", disk.rows);
    assert!(disk.rows.iter().any(|row| row.starts_with("audit stop ")), "{:?}", disk.rows);
}

#[test]
fn a_disk_that_is_full_from_the_first_moment_stops_no_station_and_loses_no_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    disk.change(|disk| disk.is_full = true);
    let station = start_recording(options(config(1), folder.path()), &ports, disk.shelf());
    until("open", || ports.say("1", "id MP90\nevery 60000\nhr 80").then_some(()));
    until("the number", || (number_at(&*station.view()?, 0)? == "80").then_some(()));
    until("it says so", || match station.report().record.state {
        Writing::Stopped { is_full: true, why, .. } => why.as_str().contains("full").then_some(()),
        Writing::Off | Writing::Writing | Writing::Stopped { .. } => None,
    });
    until("an alarm", || alarm(&station, &StationAlarmKind::RecordStopped));
    assert!(ports.say("1", "hr 81\nalarm high"));
    until("the screen goes on", || (number_at(&*station.view()?, 0)? == "81").then_some(()));
    assert_eq!(disk.state().opened, 0);
    disk.change(|disk| disk.is_full = false);
    until("it resumes by itself", || is_writing(&station));
    until("all rows", || {
        let rows = disk.state().rows;
        let has = |row: &str| rows.iter().any(|there| there == row);
        (has("identity") && has("alarm high") && has("station RecordStopped")).then_some(())
    });
    until("the alarm ends", || {
        alarm(&station, &StationAlarmKind::RecordStopped).is_none().then_some(())
    });
    // It is full again while it is open.
    disk.change(|disk| disk.is_full = true);
    until("an alarm", || alarm(&station, &StationAlarmKind::RecordStopped));
    disk.change(|disk| disk.is_full = false);
    until("it resumes again", || is_writing(&station));
    station.stop();
    assert_eq!((disk.state().opened, disk.state().lost), (1, 0));
}

#[test]
fn a_disk_that_does_not_answer_holds_up_neither_screen_nor_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let station = start_recording(options(config(1), folder.path()), &ports, disk.shelf());
    until("open", || ports.say("1", "every 60000\nhr 80").then_some(()));
    until("its state", || is_writing(&station));
    disk.change(|disk| disk.is_stuck = true);
    let mut number = 100;
    until("an alarm, and the screen goes on meanwhile", || {
        number += 1;
        ports.say("1", &format!("hr {number}"));
        until("the number", || {
            (number_at(&*station.view()?, 0)? == number.to_string()).then_some(())
        });
        pass(Duration::from_millis(50));
        alarm(&station, &StationAlarmKind::RecordStopped)
    });
    assert!(station.is_beating());
    let why = match station.report().record.state {
        Writing::Stopped { why, is_full: false, .. } => why,
        state @ (Writing::Off | Writing::Writing | Writing::Stopped { .. }) => panic!("{state:?}"),
    };
    assert!(why.as_str().contains("does not answer"), "{why}");
    // It is stuck for good: the end does not wait for it for ever.
    station.stop();
    disk.change(|disk| disk.is_stuck = false);
    until("it is closed once it can be", || (disk.state().closed == 1).then_some(()));
    assert!(disk.state().samples as i64 >= number - 100, "{:?}", disk.state().samples);
}

#[test]
fn a_segment_is_sealed_on_request_and_a_failure_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let station = start_recording(options(config(1), folder.path()), &ports, disk.shelf());
    let client = StationClient::listen(folder.path());
    until("it is connected", || client.seen());
    until("its state", || is_writing(&station));
    let patience = Duration::from_secs(30);
    assert_eq!(client.seal(patience), Ok(1));
    assert_eq!(client.seal(patience), Ok(2));
    until("it is written down", || {
        let rows = disk.state().rows;
        (rows.iter().filter(|row| row.starts_with("audit seal ")).count() == 2).then_some(())
    });
    disk.change(|disk| disk.cannot_seal = true);
    let why = client.seal(patience).expect_err("it fails");
    assert!(why.as_str().contains("torn"), "{why}");
    disk.change(|disk| disk.cannot_seal = false);
    until("it is done again", || {
        disk.state().rows.iter().any(|row| row == "sealed 3").then_some(())
    });
    disk.change(|disk| disk.is_full = true);
    let why = client.seal(patience).expect_err("it fails");
    assert!(why.as_str().contains("full"), "{why}");
    disk.change(|disk| disk.is_full = false);
    let why = client.copy(0, patience).expect_err("nothing is configured");
    assert!(why.as_str().contains("0 places"), "{why}");
    station.stop();
}

#[test]
fn a_copy_that_cannot_be_made_says_why_and_one_too_old_is_an_alarm() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let mut config = config(1);
    let place = folder.path().join("no stick here");
    config.record = RecordConfig {
        copies: vec![place.display().to_string()],
        copy_age_hours: Some(1),
        ..RecordConfig::default()
    };
    disk.change(|disk| disk.oldest = Some(WallTime::from_unix_nanos(1)));
    let station = start_recording(options(config.clone(), folder.path()), &ports, disk.shelf());
    let client = StationClient::listen(folder.path());
    until("it is connected", || client.seen());
    until("no copy is an old copy", || alarm(&station, &StationAlarmKind::CopyOld));
    assert_eq!(station.report().record.copy.places.len(), 1);
    until("it begins", || client.copy(0, Duration::from_secs(30)).ok());
    until("it fails, with a reason", || station.report().record.copy.failed);
    until("it is over", || station.report().record.copy.running.is_none().then_some(()));
    let audit = until("the audit", || AuditQueue::open(folder.path()).expect("readable"));
    let row = audit.rows.first().expect("kept for the next segment, whoever opens it");
    assert_eq!((row.who.as_str(), row.what.as_str()), ("station", "backup"), "{row:?}");
    config.record.copies.clear();
    station.reload(config);
    assert_eq!(station.report().record.copy.places.len(), 0, "taken over at once");
    disk.change(|disk| disk.is_filling = true);
    until("an alarm", || alarm(&station, &StationAlarmKind::DiskFilling));
    station.stop();
}

#[test]
fn who_stands_where_outlives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let mut config = config(2);
    // A bed that a person decides about.
    config.lines[1].bed = None;
    let station = start_recording(options(config.clone(), folder.path()), &ports, disk.shelf());
    let client = StationClient::listen(folder.path());
    until("it is connected", || client.seen());
    until("heard", || ports.say("2", "id MP90\nevery 60000\nhr 80").then_some(()));
    until("assigned", || {
        let device = DeviceKey(Text::from("MP90"));
        let command = Command::Assign { device, bed: Some(BedId(Text::from("2"))) };
        let receipt = client.command(Text::from("AB"), command, Duration::from_secs(5));
        (receipt == Some(Receipt::Done)).then_some(())
    });
    until("it is kept", || {
        let kept = disk.state().board?;
        String::from_utf8_lossy(&kept).contains("\"AB\"").then_some(())
    });
    drop(client);
    station.stop();
    let station = start_recording(options(config, folder.path()), &ports, disk.shelf());
    until("it stands there again", || {
        let view = station.view()?;
        let key = view.tiles[1].device.as_ref()?.key.clone();
        (key == DeviceKey(Text::from("MP90"))).then_some(())
    });
    until("the gap is noted", || {
        let rows = disk.state().rows;
        rows.iter().any(|row| row.starts_with("note restart")).then_some(())
    });
    station.stop();
}

#[test]
fn an_alarm_is_in_the_memory_of_the_board_before_anybody_answers_it() {
    const ALARMS: [&str; 5] = ["VTACH", "APNEA", "DESAT", "ASYSTOLE", "BRADY"];
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let station = start_recording(options(config(1), folder.path()), &ports, disk.shelf());
    until("open", || ports.say("1", "id MP90\nevery 60000\nhr 80").then_some(()));
    let kept = |text: &str| {
        let kept = disk.state().board?;
        String::from_utf8_lossy(&kept).contains(text).then_some(())
    };
    until("the first memory", || kept("MP90"));
    let begun = BootClock.mono();
    for text in ALARMS {
        until("said", || ports.say("1", &format!("all high {text}")).then_some(()));
        until("kept", || kept(text));
    }
    // Once a second when something happened, and not only every 10 s.
    let passed = BootClock.mono().since(begun);
    assert!(passed < Duration::from_secs(30), "{} alarms took {passed:?}", ALARMS.len());
    station.stop();
}

#[test]
fn a_question_without_a_record_is_answered_with_words_and_too_many_are_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, disk) = (Ports::default(), Disk::default());
    let station = start_recording(options(config(1), folder.path()), &ports, disk.shelf());
    let client = StationClient::listen(folder.path());
    until("it is connected", || client.seen());
    let query = || Query { from: WallTime::default(), to: WallTime::default(), what: What::Gaps };
    let ticket = client.ask(query()).expect("a ticket");
    let (answered, answer) = until("an answer", || client.answers().pop());
    assert_eq!(answered, ticket);
    // The record of this test is in memory: there is nothing on the disk to read.
    assert!(answer.is_err());
    let taken = (0..10).filter_map(|_| client.ask(query())).count();
    assert_eq!(taken, 4, "the rest is told to wait");
    let mut answers = Vec::new();
    until("all are answered", || {
        answers.extend(client.answers());
        (answers.len() == 4).then_some(())
    });
    station.stop();
    let gone = until("asked of nobody", || client.ask(query()));
    let answer = until("an answer all the same", || client.answers().pop());
    assert_eq!(answer.0, gone);
    assert!(answer.1.is_err());
    drop(record_options(folder.path()));
}

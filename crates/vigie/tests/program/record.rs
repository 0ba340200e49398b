//! The record as the program writes it: of a replay, and of a station that is killed.

use std::{fs, path::Path};

use serde_json::Value;
use vigie_history::{Answer, Query, Slice, Source, What};
use vigie_keyring::{Keyring, Unlock};
use vigie_model::{Event, LogKind, WallTime};
use vigie_record::{Reader, SegmentState};

use crate::{
    fixture,
    processes::{Program, is_there, signal},
    text, vigie,
};

const SINUS: &str = "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";

/// Opens a record with the keys of simulations.
fn reader(record: &Path) -> Reader {
    let unit = Some(Keyring::simulation().expect("fixed keys").1);
    Reader::open(record, Unlock { unit, machine: None }).expect("a record")
}

fn ask(reader: &mut Reader, what: What) -> Slice {
    let to = WallTime::from_unix_nanos(i64::MAX);
    let query = Query { from: WallTime::default(), to, what };
    let slice = reader.ask(&query).expect("an answer");
    assert!(slice.damage.is_empty() && slice.locked.is_empty(), "{slice:?}");
    slice
}

#[test]
fn a_replay_with_a_record_keeps_what_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    let place = record.display().to_string();
    let played = fixture(SINUS);
    let output = vigie(&[
        "replay",
        &played,
        "--record",
        &place,
        "--headless",
        "--after",
        "30",
        "--say-durable",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let durable: Vec<(u64, u64)> = said
        .lines()
        .filter_map(|line| {
            let mut words = line.strip_prefix("durable ")?.split(' ');
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        })
        .collect();
    assert!(durable.len() >= 30, "a commit each second: {durable:?}");
    assert!(durable.is_sorted(), "{durable:?}");
    assert!(durable.last().is_some_and(|(rows, samples)| *rows > 0 && *samples > 0));
    assert!(said.contains("\nsealed 1\nclosed\n"), "{said}");

    let mut reader = reader(&record);
    let segments = reader.segments().expect("segments");
    assert_eq!(segments.len(), 1);
    assert_eq!(segments[0].state, SegmentState::Sealed);
    let Answer::Streams(streams) = ask(&mut reader, What::Streams { device: None }).answer else {
        panic!("streams")
    };
    let numbers: Vec<_> = streams.iter().filter(|stream| !stream.is_wave).collect();
    assert!(!numbers.is_empty() && streams.iter().any(|stream| stream.is_wave), "{streams:?}");
    // What stands in the table at the end is the last that the record has of it.
    let rows = crate::table::rows(&output.stdout);
    let mut compared = 0;
    for stream in numbers {
        let source = Source::Device { device: stream.device.clone(), key: stream.key.clone() };
        let Answer::Numerics(values) = ask(&mut reader, What::Numerics { source }).answer else {
            panic!("numerics")
        };
        let Some(last) = values.last().and_then(|row| row.numeric.reading.value()) else {
            continue;
        };
        let Some(label) = &stream.label else { continue };
        let shown = rows.iter().find(|row| row.parameter == label.as_str());
        if let Some(row) = shown.filter(|row| row.state.starts_with("live")) {
            assert!(row.value.starts_with(&last.to_string()), "{label}: {row:?}, not {last}");
            compared += 1;
        }
    }
    assert!(compared >= 2, "{rows:?}");
    // Rows as well.
    let Answer::Said(said) = ask(&mut reader, What::Said { device: None }).answer else {
        panic!("what devices said")
    };
    assert!(said.iter().any(|(_, _, event)| matches!(event, Event::Alarms(_))), "{said:?}");
    // Another record of the same replay goes on in the same folder.
    let again = vigie(&[
        "replay",
        &played,
        "--record",
        &place,
        "--headless",
        "--after",
        "3",
        "--say-durable",
    ]);
    assert!(text(&again.stdout).contains("\nsealed 2\nclosed\n"), "{}", text(&again.stdout));
}

#[test]
fn a_record_of_another_mode_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("record").display().to_string();
    let played = fixture(SINUS);
    let replayed = || vigie(&["replay", &played, "--record", &place, "--headless", "--after", "2"]);
    assert!(replayed().status.success());
    let json = folder.path().join("record/record.json");
    let live = fs::read_to_string(&json).expect("a record").replace("\"replay\"", "\"live\"");
    fs::write(&json, live).expect("written");
    let refused = replayed();
    assert!(!refused.status.success());
    let said = text(&refused.stderr);
    assert!(said.contains("record.json") && said.contains("--record"), "{said}");
}

#[test]
fn a_station_that_is_killed_goes_on_in_the_next_segment_with_the_gap_in_its_log() {
    let mut program = Program::demo(&[]);
    program.all_live();
    let field = |program: &Program, name: &str| -> Option<Value> {
        program.status().map(|status| status["record"][name].clone())
    };
    program.until("it is recorded", |program| {
        field(program, "state") == Some(Value::from("Writing"))
            && field(program, "committed").is_some_and(|at| at.is_i64())
    });
    // The board's memory is kept every ten seconds, and a second after it changed.
    program
        .until("the board is kept", |program| program.record().join("board.machine.age").exists());
    let first = program.station();
    signal(first, rustix::process::Signal::KILL);
    program.until("another station", |program| {
        let pid = program.station();
        pid != first && pid > 0 && !is_there(first)
    });
    program.until("it is recorded again", |program| {
        field(program, "state") == Some(Value::from("Writing"))
            && field(program, "segment").and_then(|number| number.as_i64()) >= Some(2)
    });
    program.all_live();
    let record = program.record();
    program.until("the gap is on the disk", |_| {
        let mut reader = reader(&record);
        let query = Query {
            from: WallTime::default(),
            to: WallTime::from_unix_nanos(i64::MAX),
            what: What::Log { bed: None, alarms_only: false },
        };
        let Ok(slice) = reader.ask(&query) else { return false };
        let Answer::Log(log) = slice.answer else { return false };
        log.iter().any(
            |row| matches!(&row.kind, LogKind::Note(note) if note.as_str().starts_with("restart")),
        )
    });
    let mut open = reader(&record);
    let segments = open.segments().expect("segments");
    assert!(segments.len() >= 2, "{segments:?}");
    assert_eq!(segments[0].state, SegmentState::Sealed, "{segments:?}");
    let Answer::Gaps(gaps) = ask(&mut open, What::Gaps).answer else { panic!("gaps") };
    let nothing_watched = gaps.iter().filter(|gap| gap.device.is_none());
    assert!(nothing_watched.count() >= 1, "{gaps:?}");
    signal(program.pid(), rustix::process::Signal::TERM);
    program.wait();
    let mut closed = reader(&record);
    let segments = closed.segments().expect("segments");
    assert!(segments.iter().all(|segment| segment.state == SegmentState::Sealed), "{segments:?}");
}

//! Segments that releases wrote, kept in the fixtures: they must open for ever.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::PathBuf};

use vigie_history::{Answer, Query, Source, StreamRow, What};
use vigie_keyring::{Keyring, Unlock};
use vigie_model::{LogKind, Validity, WallTime};
use vigie_record::{Reader, Seal, SegmentState};

/// The first minute of a recorded alarm, replayed into a record of format 1.
fn release_1() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/record/1")
}

fn ask(reader: &mut Reader, what: What) -> Answer {
    let (from, to) = (WallTime::default(), WallTime::from_unix_nanos(i64::MAX));
    let slice = reader.ask(&Query { from, to, what }).expect("an answer");
    assert_eq!((slice.damage, slice.locked, slice.more_from), (Vec::new(), Vec::new(), None));
    slice.answer
}

#[test]
fn a_segment_of_the_first_release_opens_and_says_what_it_said() {
    let record = release_1();
    let (_, unit) = Keyring::simulation().expect("fixed keys");
    let mut reader = Reader::open(&record, Unlock { unit: Some(unit), machine: None }).expect("it");

    let segments = reader.segments().expect("a list");
    assert_eq!(segments.len(), 1);
    assert_eq!((segments[0].number, &segments[0].state), (1, &SegmentState::Sealed));

    let Answer::Streams(streams) = ask(&mut reader, What::Streams { device: None }) else {
        panic!("streams are asked for")
    };
    assert_eq!(streams.iter().filter(|stream| stream.is_wave).count(), 2);
    let source = |stream: &StreamRow| Source::Device {
        device: stream.device.clone(),
        key: stream.key.clone(),
    };
    // What the monitor shows after 60 s, worked out from its bytes by hand
    // (`intellivue/moments.toml`): vendor code, value, whether it is in alarm.
    for (vendor, value, in_alarm) in [("4182", "140", false), ("4261", "141", true)] {
        let stream = streams.iter().find(|stream| stream.key.vendor.as_str() == vendor);
        let what = What::Numerics { source: source(stream.expect("a stream")) };
        let Answer::Numerics(rows) = ask(&mut reader, what) else { panic!("{vendor}") };
        assert_eq!(rows.len(), 59, "{vendor}");
        let last = &rows.last().expect("a value").numeric;
        let shown = last.reading.value().map(|value| value.to_string());
        assert_eq!(shown.as_deref(), Some(value), "{vendor}");
        assert_eq!((last.reading.validity(), last.in_alarm), (Validity::Valid, in_alarm));
    }
    let mut samples = 0;
    for stream in streams.iter().filter(|stream| stream.is_wave) {
        let what = What::Waves { source: source(stream) };
        let Answer::Waves(runs) = ask(&mut reader, what) else { panic!("waves are asked for") };
        samples += runs.iter().map(|run| run.samples.len()).sum::<usize>();
    }
    assert_eq!(samples, 36_960);

    let what = What::Log { bed: None, alarms_only: true };
    let Answer::Log(rows) = ask(&mut reader, what) else { panic!("a log is asked for") };
    let texts: Vec<&str> = rows
        .iter()
        .filter_map(|row| {
            if let LogKind::DeviceAlarm(alarm) = &row.kind {
                Some(alarm.text.as_str())
            } else {
                None
            }
        })
        .collect();
    assert!(texts.contains(&"*** VTACH"), "{texts:?}");
}

#[test]
fn its_seal_fits_its_bytes() {
    let path = release_1().join("segments/000001.seal");
    let seal = Seal::parse(&fs::read(&path).expect("a file"), &path).expect("a seal");
    assert_eq!(seal.fault(), None);
    let file = release_1().join("segments").join(&seal.files[0].name);
    let bytes = fs::read(file).expect("a segment");
    assert_eq!(blake3::hash(&bytes).to_hex().as_str(), seal.files[0].blake3);
    assert_eq!(bytes.len() as u64, seal.files[0].bytes);
}

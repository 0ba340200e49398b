//! CSV files of a canned record: read back by the csv crate and by Python's own module.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, fs, path::Path, process::Command, sync::Arc};

use jiff::tz::{TimeZone, offset};
use vigie_export::{
    Ask, ExportError,
    csv::{Exported, Options, export},
};
use vigie_history::{
    Answer, At, Damage, DeviceRow, GapRow, LinkRow, LogRow, NumericRow, Query, Slice, Source,
    StreamRow, WaveRun, What,
};
use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, Assignment, BedId, Before, Decimal, DeviceInfo, DeviceKey, Event,
    Gap, LogKind, Mark, MarkKind, MdcCode, Measured, MetricKey, MonoTime, Nature, Numeric,
    Priority, Reading, RunId, Scale, Stamp, StationAlarmKind, Text, Tick, Timebase, Unit, Validity,
    WallTime,
};
use vigie_record::RecordError;

const START: i64 = 1_795_230_000_000_000_000;

fn at(ms: i64) -> At {
    At {
        run: RunId(7),
        mono: MonoTime::from_nanos(1_000_000_000 + u64::try_from(ms).expect("after") * 1_000_000),
        wall: WallTime::from_unix_nanos(START + ms * 1_000_000),
    }
}

fn stamp(ms: i64) -> Stamp {
    Stamp {
        run: RunId(7),
        seq: 1,
        mono: at(ms.max(0)).mono,
        wall: WallTime::from_unix_nanos(START + ms * 1_000_000),
    }
}

fn device() -> DeviceKey {
    DeviceKey(Text::from("=HYPERLINK(\"x\")"))
}

fn number() -> MetricKey {
    MetricKey { code: Some(MdcCode(147_842)), vendor: Text::from("4182"), instance: 0 }
}

fn wave() -> MetricKey {
    MetricKey { code: None, vendor: Text::from("0102"), instance: 1 }
}

/// Answers two rows at a time, and every question within its range alone.
#[derive(Default)]
struct Canned {
    numerics: Vec<NumericRow>,
    waves: Vec<WaveRun>,
    log: Vec<LogRow>,
    gaps: Vec<GapRow>,
    links: Vec<LinkRow>,
    said: Vec<(Stamp, DeviceKey, Event)>,
    asked: usize,
}

fn page<T: Clone>(
    rows: &[T],
    query: &Query,
    wall: impl Fn(&T) -> WallTime,
) -> (Vec<T>, Option<WallTime>) {
    let inside: Vec<&T> =
        rows.iter().filter(|row| wall(row) >= query.from && wall(row) < query.to).collect();
    let more = inside.get(2).map(|row| wall(row));
    (inside.into_iter().take(2).cloned().collect(), more)
}

impl Ask for Canned {
    fn ask(&mut self, query: &Query) -> Result<Slice, RecordError> {
        self.asked += 1;
        let (answer, more_from) = match &query.what {
            What::Devices => {
                let info = DeviceInfo {
                    key: device(),
                    family: Text::from("intellivue"),
                    manufacturer: None,
                    model: Some(Text::from("MX, \"800\"\r\nwide")),
                    serial: Some(Text::from("SIM1")),
                    software: None,
                    bed_label: Some(Text::from("-1")),
                    clock: None,
                };
                let row =
                    DeviceRow { device: device(), info: Some(info), first: at(0), last: at(5) };
                (Answer::Devices(vec![row]), None)
            }
            What::Streams { .. } => {
                let stream = |key: MetricKey, is_wave, label: &str, unit| StreamRow {
                    device: device(),
                    key,
                    is_wave,
                    label: Some(Text::from(label)),
                    unit,
                    digits: Some(0),
                    category: None,
                    cadence: None,
                };
                let streams = vec![
                    stream(number(), false, "+HR", Unit::ucum("/min")),
                    stream(wave(), true, "II", Unit::AsSent(Text::from("mV?"))),
                ];
                (Answer::Streams(streams), None)
            }
            What::Numerics { source: Source::Device { key, .. } } => {
                assert_eq!(*key, number());
                let (rows, more) = page(&self.numerics, query, |row| row.at.wall);
                (Answer::Numerics(rows), more)
            }
            What::Waves { .. } => {
                let (rows, more) = page(&self.waves, query, |run| run.at.wall);
                (Answer::Waves(rows), more)
            }
            What::Log { .. } => {
                let (rows, more) = page(&self.log, query, |row| row.stamp.wall);
                (Answer::Log(rows), more)
            }
            What::Gaps => {
                let (rows, more) = page(&self.gaps, query, |row| row.from.wall);
                (Answer::Gaps(rows), more)
            }
            What::Links => {
                let (rows, more) = page(&self.links, query, |row| row.at.wall);
                (Answer::Links(rows), more)
            }
            What::Said { .. } => {
                let (rows, more) = page(&self.said, query, |(stamp, ..)| stamp.wall);
                (Answer::Said(rows), more)
            }
            What::Trend { .. } | What::Numerics { .. } => panic!("not asked for"),
        };
        let damage = vec![Damage { segment: 3, what: Text::from("page 9") }];
        Ok(Slice { answer, more_from, damage, locked: vec![4] })
    }
}

fn value(ms: i64, reading: Reading) -> NumericRow {
    let numeric = Numeric {
        key: number(),
        unit: Unit::ucum("/min"),
        reading,
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: ms == 2_000,
        alarms_off: false,
    };
    NumericRow { at: at(ms), device: device(), numeric, is_late: ms == 3_000 }
}

fn run_of(ms: i64, first: u64, before: Before, samples: &[i32]) -> WaveRun {
    WaveRun {
        at: at(ms),
        arrived: at(ms).mono,
        device: device(),
        key: wave(),
        unit: Unit::AsSent(Text::from("mV?")),
        base: Timebase { id: 0, tick_ns: 125_000 },
        first: Tick(first),
        step: 16,
        before,
        scale: Scale::Physical { offset: -1.0, per_count: 0.5, low: -5.0, high: 5.0 },
        ns_per_tick: 125_000.0,
        epoch: 0,
        samples: Arc::from(samples),
        marks: vec![Mark { at: 1, kind: MarkKind::Invalid }, Mark { at: 1, kind: MarkKind::Pacer }],
    }
}

fn canned() -> Canned {
    let log = |ms, bed: Option<&str>, kind| LogRow {
        stamp: stamp(ms),
        bed: bed.map(|bed| BedId(Text::from(bed))),
        device: Some(device()),
        kind,
    };
    let alarm = Alarm {
        id: Text::from("a1"),
        kind: AlarmKind::Physiological,
        priority: Priority::High,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from("0x0002"),
        subject: Some(number()),
        value: Some(Decimal::new(-1905, -1)),
        limit: Some(Decimal::whole(120)),
        text: Text::from("***HR, \"hoch\" 190>120 \u{2665}"),
    };
    let assignment = Assignment {
        device: device(),
        bed: Some(BedId(Text::from("3"))),
        stay: None,
        from: WallTime::from_unix_nanos(START - 3_600_000_000_000),
        to: None,
        by: Text::from("device"),
    };
    Canned {
        numerics: vec![
            value(0, Reading::of(Decimal::new(720, -1), Validity::Valid)),
            value(1_000, Reading::absent(Validity::Invalid)),
            value(2_000, Reading::of(Decimal::new(-5, 0), Validity::Questionable)),
            value(3_000, Reading::of(Decimal::new(9710, -2), Validity::Ongoing)),
            value(4_000, Reading::of(Decimal::whole(60), Validity::Valid)),
        ],
        waves: vec![
            run_of(0, 1_000, Before::Gap, &[2, 3, 4]),
            run_of(6, 1_048, Before::Joined, &[5, 6]),
            run_of(500, 5_000, Before::Gap, &[-7]),
        ],
        log: vec![
            log(-3_600_000, Some("3"), LogKind::Assigned(assignment)),
            log(1_500, Some("3"), LogKind::DeviceAlarm(alarm)),
            log(1_600, Some("3"), LogKind::DeviceAlarmEnded(Text::from("a1"))),
            log(1_700, None, LogKind::StationAlarm(StationAlarmKind::DeviceLost)),
            log(1_800, Some("9"), LogKind::Note(Text::from("of another bed"))),
            log(1_900, None, LogKind::Note(Text::from("@note\nof two lines"))),
        ],
        gaps: vec![GapRow {
            from: at(2_200),
            to: at(2_500),
            device: None,
            key: None,
            lost: 12,
            why: Text::from("full disk"),
        }],
        links: vec![
            LinkRow {
                at: at(3_100),
                line: Text::from("bed-3"),
                is_up: false,
                devices: vec![device()],
            },
            LinkRow {
                at: at(3_200),
                line: Text::from("bed-3"),
                is_up: true,
                devices: vec![device()],
            },
        ],
        said: vec![(
            stamp(100),
            device(),
            Event::Gap(Gap { key: Some(wave()), lost: Some(2), why: Text::from("lost") }),
        )],
        asked: 0,
    }
}

fn options() -> Options {
    Options {
        from: WallTime::from_unix_nanos(START),
        to: WallTime::from_unix_nanos(START + 10_000_000_000),
        beds: Vec::new(),
        streams: Vec::new(),
        zone: TimeZone::fixed(offset(7)),
    }
}

fn run(folder: &Path, options: &Options) -> Result<Exported, ExportError> {
    export(&mut canned(), folder, options, &mut |_| true)
}

/// Rows of a file as maps by column.
fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(name)).expect("there");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn column<'a>(rows: &'a [BTreeMap<String, String>], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

#[test]
fn values_are_as_sent_with_both_clocks_units_validity_and_gaps() {
    let folder = tempfile::tempdir().expect("a folder");
    let done = run(folder.path(), &options()).expect("written");
    assert_eq!((done.numerics, done.waves, done.samples), (5, 1, 6));
    assert_eq!((done.alarms, done.log, done.gaps, done.devices, done.streams), (3, 2, 3, 1, 2));
    assert_eq!((done.damage.len(), done.locked, done.is_stopped), (1, vec![4], false));
    let numerics = rows(folder.path(), "numerics.csv");
    assert_eq!(column(&numerics, "value"), ["72.0", "", "-5", "97.10", "60"]);
    assert_eq!(column(&numerics, "validity"), ["Vld", "Inv", "Qst", "Ong", "Vld"]);
    assert_eq!(column(&numerics, "late"), ["", "", "", "1", ""]);
    assert_eq!(column(&numerics, "in_alarm"), ["", "", "1", "", ""]);
    assert_eq!(column(&numerics, "gap_before"), ["", "", "", "1", "1"]);
    let first = &numerics[0];
    assert_eq!(first["bed"], "3");
    assert_eq!(first["device"], "'=HYPERLINK(\"x\")");
    assert_eq!((first["code"].as_str(), first["refid"].as_str()), ("147842", "MDC_ECG_HEART_RATE"));
    assert_eq!((first["label"].as_str(), first["unit"].as_str()), ("'+HR", "/min"));
    assert_eq!(first["time_utc"], "2026-11-21T03:00:00.000Z");
    assert_eq!(first["time_local"], "2026-11-21T10:00:00.000+07:00");
    assert_eq!((first["run"].as_str(), first["mono_ns"].as_str()), ("7", "1000000000"));
}

#[test]
fn every_sample_is_a_row() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), &options()).expect("written");
    let streams = rows(folder.path(), "streams.csv");
    let file = &streams.iter().find(|row| row["kind"] == "wave").expect("one")["file"];
    assert_eq!(file, "waves/3_HYPERLINK--x_II.csv");
    let samples = rows(folder.path(), file);
    assert_eq!(column(&samples, "raw"), ["2", "3", "4", "5", "6", "-7"]);
    assert_eq!(column(&samples, "value"), ["0", "", "1", "1.5", "", "-4.5"]);
    assert_eq!(column(&samples, "marks"), ["", "invalid|pacer", "", "", "invalid|pacer", ""]);
    assert_eq!(column(&samples, "gap_before"), ["1", "", "", "", "", "1"]);
    assert_eq!(column(&samples, "tick"), ["1000", "1016", "1032", "1048", "1064", "5000"]);
    assert_eq!(samples[1]["time_utc"], "2026-11-21T03:00:00.002000Z");
    assert_eq!(samples[1]["mono_ns"], "1002000000");
    assert_eq!(column(&samples, "unit_as_sent")[0], "mV?");
}

#[test]
fn beds_streams_and_times_are_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let only = Options { beds: vec!["9".into()], ..options() };
    let done = run(folder.path(), &only).expect("written");
    assert_eq!((done.numerics, done.waves, done.devices, done.alarms), (0, 0, 0, 1));
    let only =
        Options { streams: vec!["mdc_ecg_heart_rate".into()], beds: vec!["3".into()], ..options() };
    let done = run(folder.path(), &only).expect("an earlier export is replaced");
    assert_eq!((done.numerics, done.waves, done.streams), (5, 0, 1));
    assert!(!folder.path().join("waves/3_HYPERLINK--x_II.csv").exists());
    let from = WallTime::from_unix_nanos(START + 2_000_000_000);
    let to = WallTime::from_unix_nanos(START + 3_000_000_000);
    let done = run(folder.path(), &Options { from, to, ..options() }).expect("written");
    assert_eq!((done.numerics, done.samples), (1, 0));
    assert_eq!(rows(folder.path(), "numerics.csv")[0]["bed"], "3", "assigned before the range");
    assert!(run(folder.path(), &Options { from: to, to: from, ..options() }).is_err());
}

#[test]
fn folders_with_other_things_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.txt"), "x").expect("written");
    let said = run(folder.path(), &options()).expect_err("refused").to_string();
    assert!(said.contains("not empty"), "{said}");
    fs::remove_file(folder.path().join("thesis.txt")).expect("there");
    run(folder.path(), &options()).expect("written");
    fs::write(folder.path().join("waves/notes.txt"), "x").expect("written");
    assert!(run(folder.path(), &options()).is_err());
    assert!(folder.path().join("numerics.csv").exists(), "nothing was removed");
}

#[test]
fn whoever_asks_to_stop_is_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut canned = canned();
    let done = export(&mut canned, folder.path(), &options(), &mut |_| false).expect("stopped");
    assert!(done.is_stopped);
    assert_eq!(canned.asked, 1);
}

/// Another reader of RFC 4180: the same cells, line ends inside a cell included.
#[test]
fn pythons_csv_module_reads_the_same_cells() {
    const SCRIPT: &str = "
import csv, json, sys
with open(sys.argv[1], newline='', encoding='utf-8') as f:
    print(json.dumps(list(csv.reader(f, strict=True)), ensure_ascii=True))
";
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), &options()).expect("written");
    for name in ["numerics.csv", "alarms.csv", "log.csv", "gaps.csv", "devices.csv", "streams.csv"]
    {
        let path = folder.path().join(name);
        let output = Command::new("python3")
            .args(["-c", SCRIPT])
            .arg(&path)
            .output()
            .expect("python3 is installed wherever this is tested");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let theirs: Vec<Vec<String>> =
            serde_json::from_slice(&output.stdout).expect("a list of rows");
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_path(&path).expect("there");
        let ours: Vec<Vec<String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
        assert!(ours.len() > 1, "{name}");
        assert_eq!(ours, theirs, "{name}");
    }
    let devices = fs::read_to_string(folder.path().join("devices.csv")).expect("text");
    assert!(
        devices.contains("\"MX, \"\"800\"\"\r\nwide\"") && devices.contains("'-1"),
        "{devices}"
    );
    assert!(devices.ends_with("\r\n"));
}

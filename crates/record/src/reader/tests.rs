//! The reader on segments built by hand: tail and chunks together, clocks that were set, damage.

use std::{fs, path::Path};

use rusqlite::Connection;
use vigie_history::{Answer, Query, Slice, Source, What};
use vigie_keyring::{Keyring, RawKey, Unlock};
use vigie_model::{
    Assignment, BedId, Before, Decimal, DeviceKey, LogKind, Measured, MetricKey, MonoTime, Nature,
    Numeric, Placement, Reading, Scale, Text, Tick, Timebase, Unit, Validity, WallTime, WaveChunk,
};

use super::{Reader, SegmentState};
use crate::{
    chunk::{Form, NumericBuilder, WaveBuilder, combine, encode_trend, push_tail},
    layout,
    segment::{self, Mode},
};

const S: u64 = 1_000_000_000;
/// The PC's clock is so far before the run's.
const WALL: i64 = 1_700_000_000 * S as i64;
const BASE: Timebase = Timebase { id: 0, tick_ns: 1_000_000 };

fn text(text: &str) -> Text {
    Text::from(text)
}

fn device(name: &str) -> DeviceKey {
    DeviceKey(text(name))
}

fn key(vendor: &str) -> MetricKey {
    MetricKey { code: None, vendor: text(vendor), instance: 0 }
}

fn wall(seconds: i64) -> WallTime {
    WallTime::from_unix_nanos(WALL + seconds * S as i64)
}

fn value(tenths: i64, unit: &str) -> Numeric {
    Numeric {
        key: key("hr"),
        unit: Unit::ucum(unit),
        reading: Reading::of(Decimal::new(tenths, -1), Validity::Valid),
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    }
}

/// A record that is written row by row.
struct ByHand {
    folder: tempfile::TempDir,
    segments: Vec<u32>,
}

/// One segment of it, with a monitor `a` that has a number (stream 0) and a wave (stream 1).
struct Segment {
    sql: Connection,
}

impl ByHand {
    fn new() -> ByHand {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(layout::segments(folder.path())).expect("a folder");
        fs::write(layout::record_json(folder.path()), "{}").expect("written");
        ByHand { folder, segments: Vec::new() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn reader(&self) -> Reader {
        let (_, unit) = Keyring::simulation().expect("keys");
        Reader::open(self.path(), Unlock { unit: Some(unit), machine: None }).expect("a record")
    }

    /// A segment whose clock begins at these two times.
    fn segment(&mut self, number: u32, mono_s: u64, wall_s: i64) -> Segment {
        let raw = RawKey::from_bytes([number as u8; 32]);
        let (keys, _) = Keyring::simulation().expect("keys");
        let wrapped = raw.wrap(keys.unit()).expect("wrapped");
        fs::write(layout::key(self.path(), number), wrapped).expect("written");
        let file = self.file(number);
        let sql = segment::open_segment(&file, &raw, Mode::Create).expect("a segment");
        segment::set_head(&sql, "run", 7).expect("written");
        self.segments.push(number);
        let segment = Segment { sql };
        segment.clock(mono_s, wall_s);
        segment.run("INSERT INTO device VALUES (0, 'a'), (1, 'b')");
        segment.run("INSERT INTO stream VALUES (0, 0, NULL, 'hr', 0), (1, 0, NULL, 'ecg', 0)");
        segment.run("INSERT INTO stream VALUES (2, 1, NULL, 'hr', 0)");
        for (id, form) in [Form::of_numeric(&value(0, "/min")), Form::of_numeric(&value(0, "Hz"))]
            .iter()
            .enumerate()
        {
            segment
                .sql
                .execute("INSERT INTO form VALUES (?1, ?2)", (id as i64, form.body()))
                .expect("written");
        }
        let form = Form::of_wave(&wave(0, 0, 1)).body();
        segment.sql.execute("INSERT INTO form VALUES (2, ?1)", [form]).expect("written");
        segment
    }

    fn file(&self, number: u32) -> std::path::PathBuf {
        layout::segments(self.path()).join(format!("{number:06}_x.vg"))
    }
}

impl Segment {
    fn run(&self, sql: &str) {
        self.sql.execute_batch(sql).expect("run");
    }

    fn clock(&self, mono_s: u64, wall_s: i64) {
        self.sql
            .execute(
                "INSERT INTO run_clock VALUES (?1, ?2, 'x')",
                ((mono_s * S) as i64, WALL + wall_s * S as i64),
            )
            .expect("written");
    }

    /// A value each second from one up to another, its number the second, as chunks.
    fn numbers(&self, stream: u32, from_s: u64, to_s: u64, form: u32) {
        let slots =
            layout::numeric_slot(stream, from_s * S)..=layout::numeric_slot(stream, to_s * S);
        for slot in slots {
            let mut builder = NumericBuilder::default();
            for second in from_s..to_s {
                if layout::numeric_slot(stream, second * S) == slot {
                    builder.push(
                        &value(second as i64 * 10, "/min"),
                        MonoTime::from_nanos(second * S),
                        form,
                    );
                }
            }
            if builder.is_empty() {
                continue;
            }
            let summary = builder.summary();
            let tier = summary.tier.expect("values");
            self.sql
                .execute(
                    "INSERT INTO numeric VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    (
                        layout::chunk_id(slot, stream),
                        summary.start.as_nanos() as i64,
                        summary.end.as_nanos() as i64,
                        summary.count,
                        tier.valid,
                        tier.low,
                        tier.high,
                        tier.mean,
                        builder.encode(),
                    ),
                )
                .expect("written");
        }
    }

    fn hour(&self, stream: u32, hour: u64, minutes: [Option<crate::chunk::Minute>; 60]) {
        let all = combine(minutes.into_iter().flatten()).expect("minutes");
        self.sql
            .execute(
                "INSERT INTO trend VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6)",
                (
                    layout::chunk_id(hour, stream),
                    all.valid,
                    all.low,
                    all.high,
                    all.mean,
                    encode_trend(&minutes),
                ),
            )
            .expect("written");
    }

    fn tail(&self, lane: i64, second: u64, stream: u32, chunk: &[u8]) {
        let mut data = Vec::new();
        push_tail(&mut data, stream, chunk);
        let groups = if lane == 0 { layout::WAVE_GROUPS } else { layout::NUMERIC_GROUPS };
        let group = (u64::from(stream) % groups) as i64;
        let id = ((lane * 64 + group) << 40) + second as i64;
        self.sql.execute("INSERT INTO tail VALUES (?1, ?2)", (id, data)).expect("written");
    }

    fn waves(&self, parts: &[(WaveChunk, Placement)]) -> WaveBuilder {
        let mut builder = WaveBuilder::default();
        for (chunk, placed) in parts {
            let arrival = placed.start + std::time::Duration::from_secs(1);
            assert!(builder.push(chunk, placed, arrival, 2));
        }
        builder
    }

    fn wave_chunk(&self, slot: u64, parts: &[(WaveChunk, Placement)]) {
        let built = self.waves(parts);
        self.sql
            .execute(
                "INSERT INTO wave VALUES (?1, ?2, ?3, ?4, ?5)",
                (
                    layout::chunk_id(slot, 1),
                    built.start().as_nanos() as i64,
                    built.end().as_nanos() as i64,
                    built.samples(),
                    built.encode(),
                ),
            )
            .expect("written");
    }
}

/// 100 samples a second, each its own number.
fn wave(first_sample: i32, tick: u64, count: i32) -> WaveChunk {
    WaveChunk {
        key: key("ecg"),
        unit: Unit::ucum("mV"),
        base: BASE,
        first: Tick(tick),
        step: 10,
        before: Before::Joined,
        scale: Scale::Unknown,
        samples: (first_sample..first_sample + count).collect::<Vec<_>>().into(),
        marks: Vec::new(),
    }
}

/// A second of it that begins then.
fn second(second: u64) -> (WaveChunk, Placement) {
    let placed = Placement { start: MonoTime::from_nanos(second * S), ns_per_tick: 1e6, epoch: 0 };
    (wave(second as i32 * 100, second * 1_000, 100), placed)
}

fn ask(reader: &mut Reader, from_s: i64, to_s: i64, what: What) -> Slice {
    let (from, to) = (wall(from_s), wall(to_s));
    reader.ask(&Query { from, to, what }).expect("an answer")
}

fn of_a(vendor: &str) -> Source {
    Source::Device { device: device("a"), key: key(vendor) }
}

fn seconds_of(slice: &Slice) -> Vec<i64> {
    let Answer::Numerics(rows) = &slice.answer else { panic!("{slice:?}") };
    let number =
        |row: &vigie_history::NumericRow| row.numeric.reading.value().map(Decimal::mantissa);
    rows.iter().filter_map(number).map(|tenths| tenths / 10).collect()
}

fn samples_of(slice: &Slice) -> Vec<i32> {
    let Answer::Waves(runs) = &slice.answer else { panic!("{slice:?}") };
    runs.iter().flat_map(|run| run.samples.iter().copied()).collect()
}

#[test]
fn chunks_and_tail_are_one_and_nothing_comes_twice() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.numbers(0, 1_000, 1_320, 0);
    for now in 1_320..1_350 {
        let mut builder = NumericBuilder::default();
        builder.push(&value(now * 10, "/min"), MonoTime::from_nanos(now as u64 * S), 0);
        segment.tail(1, now as u64, 0, &builder.encode());
    }
    let mut reader = record.reader();
    let numerics = || What::Numerics { source: of_a("hr") };
    let slice = ask(&mut reader, -100, 1_000, numerics());
    assert_eq!(seconds_of(&slice), (1_000..1_350).collect::<Vec<_>>());
    assert_eq!((slice.damage.len(), slice.more_from), (0, None));
    let Answer::Numerics(rows) = &slice.answer else { panic!() };
    assert_eq!((rows[0].at.wall, rows[0].at.run.0), (wall(0), 7));
    assert_eq!(rows[0].numeric, value(10_000, "/min"));
    // From and to are kept to the nanosecond, `to` exclusive.
    assert_eq!(
        seconds_of(&ask(&mut reader, 50, 60, numerics())),
        (1_050..1_060).collect::<Vec<_>>()
    );
    // The writer goes on beside the reader.
    segment.run("DELETE FROM tail");
    segment.numbers(0, 1_320, 1_380, 0);
    let slice = ask(&mut reader, 300, 1_000, numerics());
    assert_eq!(seconds_of(&slice), (1_300..1_380).collect::<Vec<_>>());
}

#[test]
fn a_clock_that_was_set_back_gives_both_times() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.clock(1_200, 100);
    segment.numbers(0, 1_000, 1_380, 0);
    let mut reader = record.reader();
    let slice = ask(&mut reader, 150, 170, What::Numerics { source: of_a("hr") });
    let twice: Vec<i64> = (1_150..1_170).chain(1_250..1_270).collect();
    assert_eq!(seconds_of(&slice), twice);
    let Answer::Numerics(rows) = &slice.answer else { panic!() };
    assert_eq!(rows[0].at.wall, rows[20].at.wall);
}

#[test]
fn samples_come_once_whether_in_a_chunk_or_in_the_tail() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.wave_chunk(100, &(1_000..1_010).map(second).collect::<Vec<_>>());
    segment.wave_chunk(101, &(1_010..1_020).map(second).collect::<Vec<_>>());
    for at in 1_020..1_025 {
        segment.tail(0, at, 1, &segment.waves(&[second(at)]).encode_fast());
    }
    let mut reader = record.reader();
    let waves = || What::Waves { source: of_a("ecg") };
    let slice = ask(&mut reader, 0, 100, waves());
    assert_eq!(samples_of(&slice), (100_000..102_500).collect::<Vec<_>>());
    let Answer::Waves(runs) = &slice.answer else { panic!() };
    assert_eq!(runs.len(), 1, "told as one run");
    assert_eq!((runs[0].first, runs[0].at.wall), (Tick(1_000_000), wall(0)));
    assert_eq!(runs[0].arrived, MonoTime::from_nanos(1_001 * S));

    // A range that cuts parts: samples from 3.5 s up to 12.25 s, and no other.
    let query = Query {
        from: WallTime::from_unix_nanos(WALL + 3_500_000_000),
        to: WallTime::from_unix_nanos(WALL + 12_250_000_000),
        what: waves(),
    };
    let slice = reader.ask(&query).expect("an answer");
    assert_eq!(samples_of(&slice), (100_350..101_225).collect::<Vec<_>>());
    let Answer::Waves(runs) = &slice.answer else { panic!() };
    assert_eq!(runs[0].first, Tick(1_003_500));
    assert_eq!(runs[0].at.wall, query.from);
}

#[test]
fn gaps_and_epochs_end_a_run() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    let mut parts: Vec<_> = (1_000..1_006).map(second).collect();
    parts[2].0.before = Before::Gap;
    parts[4].1.epoch = 1;
    parts[5].1.epoch = 1;
    segment.wave_chunk(100, &parts);
    let slice = ask(&mut record.reader(), 0, 100, What::Waves { source: of_a("ecg") });
    let Answer::Waves(runs) = &slice.answer else { panic!() };
    let told: Vec<_> =
        runs.iter().map(|run| (run.first.0, run.samples.len(), run.before, run.epoch)).collect();
    assert_eq!(
        told,
        [
            (1_000_000, 200, Before::Joined, 0),
            (1_002_000, 200, Before::Gap, 0),
            (1_004_000, 200, Before::Joined, 1)
        ]
    );
}

#[test]
fn a_trend_is_the_same_from_hours_minutes_and_tail() {
    let mut record = ByHand::new();
    // Two hours of chunks, the first of them as an hour; then 30 s in the tail.
    let segment = record.segment(1, 3_600, 0);
    segment.numbers(0, 3_600, 10_800, 0);
    let minutes = std::array::from_fn(|minute| {
        let low = (3_600 + minute * 60) as f64;
        Some(crate::chunk::Minute { valid: 60, low, high: low + 59.0, mean: low + 29.5 })
    });
    segment.hour(0, 1, minutes);
    let mut builder = NumericBuilder::default();
    for now in 10_800..10_830 {
        builder.push(&value(now * 10, "/min"), MonoTime::from_nanos(now as u64 * S), 0);
    }
    segment.tail(1, 10_829, 0, &builder.encode());
    let mut reader = record.reader();
    for points_max in [10_u16, 130, 1_000] {
        let what = What::Trend { source: of_a("hr"), points_max };
        let slice = ask(&mut reader, 0, 7_260, what);
        let Answer::Trend { step_s, unit, points, .. } = &slice.answer else { panic!() };
        assert_eq!((unit, slice.damage.len()), (&Unit::ucum("/min"), 0));
        assert!(points.len() <= usize::from(points_max), "{points_max}: {}", points.len());
        assert_eq!(step_s % 60, 0);
        let count: u32 = points.iter().map(|point| point.count).sum();
        assert_eq!(count, 7_230, "{points_max}: every value once");
        assert_eq!(points[0].low, 3_600.0);
        assert_eq!(points.last().map(|point| point.high), Some(10_829.0));
        for pair in points.windows(2) {
            let apart = pair[1].from.since(pair[0].from).as_secs();
            assert_eq!(apart, u64::from(*step_s), "{points_max}");
        }
    }
}

#[test]
fn a_trend_never_mixes_units() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 3_600, 0);
    segment.numbers(0, 3_600, 5_400, 0);
    segment.numbers(0, 5_400, 7_200, 1);
    let mut reader = record.reader();
    let what = What::Trend { source: of_a("hr"), points_max: 500 };
    let slice = ask(&mut reader, 0, 3_600, what);
    let Answer::Trend { unit, points, .. } = &slice.answer else { panic!() };
    assert_eq!((unit, points.len()), (&Unit::ucum("Hz"), 30));
    assert_eq!(points[0].low, 5_400.0);
    assert!(slice.damage[0].what.as_str().contains("30 steps in /min"), "{:?}", slice.damage);
}

#[test]
fn a_bed_is_whatever_device_stood_there() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.numbers(0, 1_000, 1_300, 0);
    segment.numbers(2, 1_000, 1_300, 0);
    let bed = BedId(text("b1"));
    let mut seq = 0;
    let mut log = |at: u64, kind: LogKind| {
        seq += 1;
        let name = kind.name();
        let body = serde_json::to_string(&kind).expect("json");
        segment
            .sql
            .execute(
                "INSERT INTO log VALUES (?1, ?2, ?3, 'b1', 0, ?4, ?5)",
                (seq, (at * S) as i64, WALL + (at as i64 - 1_000) * S as i64, name, body),
            )
            .expect("written");
    };
    let assigned = |name: &str, bed: Option<&BedId>| {
        LogKind::Assigned(Assignment {
            device: device(name),
            bed: bed.cloned(),
            stay: None,
            from: wall(0),
            to: None,
            by: text("test"),
        })
    };
    // Carried over from before the segment; then a leaves, and b comes under its line's name.
    log(900, assigned("a", Some(&bed)));
    log(1_100, assigned("a", None));
    log(1_150, assigned("line", Some(&bed)));
    log(1_200, LogKind::Named { was: device("line"), is: device("b") });
    let mut reader = record.reader();
    let source = Source::Bed { bed: bed.clone(), key: key("hr") };
    let slice = ask(&mut reader, 0, 300, What::Numerics { source });
    assert_eq!(seconds_of(&slice), (1_000..1_100).chain(1_200..1_300).collect::<Vec<_>>());
    let source = Source::DeviceAtBed { bed: bed.clone(), device: device("b"), key: key("hr") };
    let slice = ask(&mut reader, 0, 300, What::Numerics { source });
    assert_eq!(seconds_of(&slice), (1_200..1_300).collect::<Vec<_>>());
    let slice = ask(&mut reader, 0, 300, What::Log { bed: Some(bed), alarms_only: false });
    let Answer::Log(rows) = &slice.answer else { panic!() };
    assert_eq!(rows.len(), 3, "of the time asked for");
    let other = What::Log { bed: Some(BedId(text("b2"))), alarms_only: false };
    assert_eq!(ask(&mut reader, 0, 300, other).answer, Answer::Log(Vec::new()));
    let alarms = What::Log { bed: None, alarms_only: true };
    assert_eq!(ask(&mut reader, 0, 300, alarms).answer, Answer::Log(Vec::new()));
}

#[test]
fn devices_and_streams_are_those_that_were_heard() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.numbers(0, 1_000, 1_300, 0);
    segment.numbers(2, 1_200, 1_230, 0);
    segment.wave_chunk(100, &(1_000..1_010).map(second).collect::<Vec<_>>());
    let mut reader = record.reader();
    let slice = ask(&mut reader, 0, 300, What::Devices);
    let Answer::Devices(rows) = &slice.answer else { panic!() };
    let told: Vec<_> = rows.iter().map(|row| (row.device.clone(), row.first.wall)).collect();
    assert_eq!(told, [(device("a"), wall(0)), (device("b"), wall(200))]);
    assert_eq!(rows[1].last.wall, wall(229));
    let slice = ask(&mut reader, 0, 300, What::Streams { device: Some(device("a")) });
    let Answer::Streams(rows) = &slice.answer else { panic!() };
    let told: Vec<_> =
        rows.iter().map(|row| (row.key.vendor.as_str(), row.is_wave, row.unit.as_str())).collect();
    assert_eq!(told, [("ecg", true, "mV"), ("hr", false, "/min")]);
    let slice = ask(&mut reader, 100, 150, What::Devices);
    let Answer::Devices(rows) = &slice.answer else { panic!() };
    assert_eq!(rows.len(), 1, "b was silent then");
}

#[test]
fn a_bad_page_costs_what_is_on_it_and_is_named() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.numbers(0, 1_000, 8_200, 0);
    segment.run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;");
    drop(segment);
    let file = record.file(1);
    let whole = fs::read(&file).expect("read");
    let pages = whole.len() / 16_384;
    let mut hurt_answers = 0;
    for page in 1..pages {
        let mut bytes = whole.clone();
        bytes[page * 16_384 + 2_000] ^= 1;
        fs::write(&file, bytes).expect("written");
        let mut reader = record.reader();
        let slice = ask(&mut reader, 0, 8_000, What::Numerics { source: of_a("hr") });
        let seconds = seconds_of(&slice);
        assert!(seconds.windows(2).all(|pair| pair[0] < pair[1]), "page {page}");
        if seconds.len() < 7_200 {
            assert!(!slice.damage.is_empty(), "page {page}: what is missing is named");
            assert_eq!(slice.damage[0].segment, 1);
            hurt_answers += 1;
        }
    }
    assert!(hurt_answers > 3, "{hurt_answers} of {pages}");
    let before = seconds_of(&{
        // The page of the values' leaf in the middle: most of the others are still there.
        fs::write(&file, &whole).expect("written");
        ask(&mut record.reader(), 0, 8_000, What::Numerics { source: of_a("hr") })
    });
    assert_eq!(before.len(), 7_200);
}

#[test]
fn locked_and_missing_segments_are_named() {
    let mut record = ByHand::new();
    let segment = record.segment(1, 1_000, 0);
    segment.numbers(0, 1_000, 1_060, 0);
    let mut reader = Reader::open(record.path(), Unlock::default()).expect("a record");
    let slice = ask(&mut reader, 0, 100, What::Numerics { source: of_a("hr") });
    assert_eq!((seconds_of(&slice), slice.locked), (Vec::new(), vec![1]));
    let infos = reader.segments().expect("listed");
    assert_eq!((infos[0].number, &infos[0].state, infos[0].span), (1, &SegmentState::Open, None));

    let infos = record.reader().segments().expect("listed");
    assert_eq!(infos[0].span, Some((wall(0), wall(59))));
    fs::write(record.file(1), b"not a segment").expect("written");
    let slice = ask(&mut record.reader(), 0, 100, What::Links);
    assert_eq!(slice.damage.len(), 1, "{slice:?}");
    let empty = tempfile::tempdir().expect("a folder");
    assert!(Reader::open(empty.path(), Unlock::default()).is_err());
}

#[test]
fn the_thread_answers() {
    let mut record = ByHand::new();
    record.segment(1, 1_000, 0).numbers(0, 1_000, 1_060, 0);
    let (_, unit) = Keyring::simulation().expect("keys");
    let unlock = Unlock { unit: Some(unit), machine: None };
    let (confined, is_confined) = crossbeam_channel::bounded(1);
    let thread = super::ReaderThread::start(record.path().to_owned(), unlock, move || {
        confined.send(()).expect("told");
    })
    .expect("started");
    let (answer, answers) = crossbeam_channel::bounded(1);
    let what = What::Numerics { source: of_a("hr") };
    assert!(thread.ask(Query { from: wall(0), to: wall(10), what }, answer));
    let slice = answers.recv_timeout(std::time::Duration::from_secs(60)).expect("an answer");
    assert_eq!(seconds_of(&slice.expect("no error")).len(), 10);
    assert!(is_confined.try_recv().is_ok(), "confined before the first question");
}

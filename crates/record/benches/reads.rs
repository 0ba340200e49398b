//! What a reader touches: a strip of ten seconds, an hour and a day of trend, a bed's alarms of a day,
//! each beside a plain scan of all rows of that kind, from one segment of a virtual day of eight beds.
//!
//! Each question is asked of a reader that has just been opened, so that nothing is in its cache, and
//! then once more. Bytes are those that reading calls returned, opening the segment included; in pages
//! of 16,384. Commits are a minute apart to write the day quickly, which changes no chunk.

// What is not counted here is not listed here.
#![allow(clippy::wildcard_enum_match_arm)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod common;

use std::{path::Path, time::Duration};

use common::{
    machine,
    made::{self, Made, STEPS, after, bed, device, key, start, wave_key},
    record, sized,
};
use vigie_history::{Answer, Query, Source, What};
use vigie_model::WallTime;
use vigie_record::{Reader, layout};

const BEDS: u32 = 8;
/// Numbers of a bed, each once a second.
const NUMERICS: u16 = 6;
const HOURS: u64 = 24;
/// Waves are there in the last part of the day.
const WAVES_S: u64 = 1_800;
/// An alarm of each bed so often.
const ALARM_S: u64 = 120;
const DAY_S: u64 = HOURS * 3_600;

fn main() {
    let folder = record::folder();
    let began = machine::wall_s();
    let seal = write(folder.path());
    let connection = record::open(folder.path(), seal);
    let count = |table: &str| record::number(&connection, &format!("SELECT count(*) FROM {table}"));
    println!(
        "\n{HOURS} h of {BEDS} beds with {NUMERICS} numbers, {} waves in the last {} min: written in \
         {:.0} s; rows: {} numeric, {} trend, {} wave, {} log",
        STEPS.len(),
        WAVES_S / 60,
        machine::wall_s() - began,
        count("numeric"),
        count("trend"),
        count("wave"),
        count("log")
    );
    for (table, bytes) in record::tables(&connection).into_iter().take(4) {
        println!("  {table:<10} {:>10}", sized(bytes as f64));
    }
    drop(connection);
    println!(
        "\n{:<38} {:>9} {:>9} {:>10} {:>9} {:>9}",
        "question", "answers", "pages", "read", "first", "again"
    );
    let end = time(DAY_S);
    for (name, queries) in questions(end) {
        show(name, folder.path(), &queries);
    }
}

/// A moment so many seconds after the beginning, by the PC's clock.
fn time(seconds: u64) -> WallTime {
    after(Duration::from_secs(seconds)).1
}

fn questions(end: WallTime) -> [(&'static str, Vec<Query>); 7] {
    let hour = Duration::from_secs(3_600);
    let of = |bed, key| Source::Device { device: device(bed), key };
    let day = |what| Query { from: time(0), to: end, what };
    let strip_end = end.before(Duration::from_secs(600));
    let strip = Query {
        from: strip_end.before(Duration::from_secs(10)),
        to: strip_end,
        what: What::Waves { source: of(3, wave_key(0)) },
    };
    let trend = |points_max| What::Trend { source: of(3, key(0)), points_max };
    let waves = (0..BEDS).flat_map(|bed| (0..STEPS.len()).map(move |wave| (bed, wave)));
    let waves = waves.map(|(bed, wave)| day(What::Waves { source: of(bed, wave_key(wave)) }));
    let numbers = (0..BEDS).flat_map(|bed| (0..NUMERICS).map(move |number| (bed, number)));
    let numbers = numbers.map(|(bed, number)| day(What::Numerics { source: of(bed, key(number)) }));
    let alarms = What::Log { bed: Some(bed(3)), alarms_only: true };
    [
        ("strip: 10 s of one wave", vec![strip]),
        ("  scan: all samples of all waves", waves.collect()),
        (
            "trend: last hour of one number",
            vec![Query { from: end.before(hour), to: end, what: trend(60) }],
        ),
        ("trend: 24 h of one number", vec![day(trend(288))]),
        ("  scan: all values of all numbers", numbers.collect()),
        ("alarms of one bed, 24 h", vec![day(alarms)]),
        ("  scan: the whole log", vec![day(What::Log { bed: None, alarms_only: false })]),
    ]
}

/// Asks with a new reader and with one that has answered before.
fn show(name: &str, folder: &Path, queries: &[Query]) {
    let mut reader = Reader::open(folder, record::unlock()).expect("a record");
    let before = machine::bytes_read();
    let (answers, first_s) = asked(&mut reader, queries);
    let bytes = machine::bytes_read() - before;
    let (_, again_s) = asked(&mut reader, queries);
    println!(
        "{name:<38} {answers:>9} {:>9} {:>10} {:>6.1} ms {:>6.1} ms",
        bytes.div_ceil(u64::from(layout::PAGE_BYTES)),
        sized(bytes as f64),
        first_s * 1e3,
        again_s * 1e3
    );
}

/// How many rows, points or samples were answered, and the seconds it took.
fn asked(reader: &mut Reader, queries: &[Query]) -> (usize, f64) {
    let began = machine::wall_s();
    let mut answers = 0;
    for query in queries {
        let mut from = query.from;
        loop {
            let query = Query { from, ..query.clone() };
            let slice = reader.ask(&query).expect("an answer");
            assert_eq!((slice.damage.len(), slice.locked.len()), (0, 0), "{:?}", slice.damage);
            answers += count(&slice.answer);
            let Some(more) = slice.more_from else { break };
            from = more;
        }
    }
    assert!(answers > 0, "something is there");
    (answers, machine::wall_s() - began)
}

fn count(answer: &Answer) -> usize {
    match answer {
        Answer::Devices(rows) => rows.len(),
        Answer::Streams(rows) => rows.len(),
        Answer::Trend { points, .. } => points.len(),
        Answer::Numerics(rows) => rows.len(),
        Answer::Waves(runs) => runs.iter().map(|run| run.samples.len()).sum(),
        Answer::Said(rows) => rows.len(),
        Answer::Log(rows) => rows.len(),
        Answer::Links(rows) => rows.len(),
        Answer::Gaps(rows) => rows.len(),
    }
}

/// Writes the day into one segment, and gives its number.
fn write(folder: &Path) -> u32 {
    let mut made = Made::new(BEDS, NUMERICS);
    let (mono, wall) = start();
    assert_eq!(wall.as_unix_nanos(), made::MIDNIGHT_NS);
    let mut writer = record::begin(folder, mono, wall);
    for second in 1..=DAY_S {
        for observation in made.second(second, second > DAY_S - WAVES_S) {
            writer.handle_observation(&observation);
        }
        if second % ALARM_S == 0 {
            for bed in 0..BEDS {
                writer.handle_log(&made.alarm(bed, Duration::from_secs(second)));
            }
        }
        let has_waves = second > DAY_S - WAVES_S;
        if second % 60 == 0 || (has_waves && second % 10 == 0) {
            let (mono, wall) = after(Duration::from_secs(second));
            writer.commit(mono, wall).expect("room");
        }
    }
    let (mono, wall) = after(Duration::from_secs(DAY_S));
    writer.close(mono, wall).expect("a seal").number
}

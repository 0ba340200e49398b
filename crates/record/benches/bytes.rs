//! How many bytes a bed-day takes: the same samples and values raw, as lossless audio, as packed text,
//! and in our chunks; on the recordings of real monitors and on the simulated mix. Below each, what the
//! segment's file came to, and what 64 beds take in 30 days.
//!
//! Audio and text get each stream whole, with nothing but its samples or with a time a line: what their
//! files would need besides is not counted against them. Chunks are whole, their times included.

// What is not counted here is not listed here.
#![allow(clippy::wildcard_enum_match_arm)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../src/chunk/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the encoders alone")]
mod chunk;
mod common;

use std::{collections::BTreeMap, fs, io::Write, time::Duration};

use chunk::{NumericBuilder, WaveBuilder};
use common::{
    heard::{self, Heard, Streams},
    machine, record, sized,
};
use flacenc::{bitsink::ByteSink, component::BitRepr, error::Verify, source::MemSource};
use flate2::{Compression, write::GzEncoder};
use pco::{ChunkConfig, DeltaSpec, ModeSpec, standalone};
use rusqlite::Connection;
use vigie_model::{Event, Numeric, Observation, WaveChunk};
use vigie_record::layout::{NUMERIC_SLOT_NS, WAVE_SLOT_NS};

const DAY_S: f64 = 86_400.0;
/// Samples of a FLAC frame, as its reference encoder takes by default.
const FLAC_BLOCK: usize = 4_096;
/// The simulated ward: its beds, how long it is heard, and its seed.
const SIMULATED: (u16, Duration, u64) = (4, Duration::from_secs(3_600), 20_221_203);

fn main() {
    report("recordings of real monitors", &heard::captures());
    let (beds, length, seed) = SIMULATED;
    let heard = heard::simulated(beds, length, seed);
    report(&format!("simulated: {beds} beds, {} s, seed {seed}", length.as_secs()), &heard);
}

/// Bytes beside their name.
struct Line(&'static str, usize);

fn report(name: &str, heard: &Heard) {
    let (waves, numerics) = (heard.waves(), heard.numerics());
    let samples: usize = waves.values().flatten().map(|one| wave_of(one).samples.len()).sum();
    let values: usize = numerics.values().map(Vec::len).sum();
    println!("\n== {name}: {:.0} s of a bed ==", heard.bed_seconds);
    println!("\n{samples} samples of {} waves", waves.len());
    println!("{:<34} {:>11} {:>12} {:>7}", "as", "bits/sample", "bytes/bed-day", "x raw");
    let lines = wave_lines(&waves, samples);
    let raw = lines[0].1 as f64;
    for Line(name, bytes) in lines {
        let bytes = bytes as f64;
        println!(
            "{name:<34} {:>11.2} {:>12} {:>7.3}",
            bytes * 8.0 / samples as f64,
            sized(bytes / heard.bed_seconds * DAY_S),
            bytes / raw
        );
    }
    levels(&waves, samples);
    println!("\n{values} values of {} numbers", numerics.len());
    println!("{:<34} {:>11} {:>12} {:>7}", "as", "bytes/value", "bytes/bed-day", "x row");
    let lines = numeric_lines(&numerics, values);
    let raw = lines[0].1 as f64;
    for Line(name, bytes) in lines {
        let bytes = bytes as f64;
        println!(
            "{name:<34} {:>11.2} {:>12} {:>7.3}",
            bytes / values as f64,
            sized(bytes / heard.bed_seconds * DAY_S),
            bytes / raw
        );
    }
    segment(heard);
}

fn wave_of(observation: &Observation) -> &WaveChunk {
    match &observation.event {
        Event::Wave(chunk) => chunk,
        _ => unreachable!("a wave"),
    }
}

fn numeric_of(observation: &Observation) -> &Numeric {
    match &observation.event {
        Event::Numeric(numeric) => numeric,
        _ => unreachable!("a number"),
    }
}

fn wave_lines(waves: &Streams, samples: usize) -> [Line; 5] {
    let (mut flac_bytes, mut text_bytes) = (0, 0);
    for stream in waves.values() {
        flac_bytes += flac(&samples_of(stream));
        text_bytes += gzip(|out| {
            for one in stream {
                let (wave, placed) = (wave_of(one), one.placed.unwrap());
                for (at, sample) in wave.samples.iter().enumerate() {
                    let ns = at as f64 * f64::from(wave.step) * placed.ns_per_tick;
                    let us = (placed.start.as_nanos() + ns as u64) / 1_000;
                    writeln!(out, "{us},{sample}").unwrap();
                }
            }
        });
    }
    [
        Line("raw, 16 bits", samples * 2),
        Line("gzip'd CSV (µs, sample)", text_bytes),
        Line("FLAC, samples alone", flac_bytes),
        Line("our chunks, pieces of 1 s", chunks(waves, WAVE_SLOT_NS / 10)),
        Line("our chunks, slots of 10 s", chunks(waves, WAVE_SLOT_NS)),
    ]
}

fn samples_of(stream: &[std::sync::Arc<Observation>]) -> Vec<i32> {
    stream.iter().flat_map(|one| wave_of(one).samples.iter().copied()).collect()
}

/// A stream's observations by slot of their arrival.
fn slots(stream: &[std::sync::Arc<Observation>], slot_ns: u64) -> BTreeMap<u64, Vec<&Observation>> {
    let mut slots = BTreeMap::<u64, Vec<&Observation>>::new();
    for one in stream {
        slots.entry(one.stamp.mono.as_nanos() / slot_ns).or_default().push(one);
    }
    slots
}

fn chunks(waves: &Streams, slot_ns: u64) -> usize {
    let mut bytes = 0;
    for stream in waves.values() {
        for slot in slots(stream, slot_ns).values() {
            let mut builder = WaveBuilder::default();
            for one in slot {
                builder.push(wave_of(one), &one.placed.unwrap(), one.stamp.mono, 0);
            }
            bytes += builder.encode().len();
        }
    }
    bytes
}

/// FLAC takes signed samples of 16 bits; ours are unsigned, of up to 16.
fn flac(samples: &[i32]) -> usize {
    let highest = samples.iter().copied().max().unwrap_or(0);
    let shift = if highest > i32::from(i16::MAX) { 1 << 15 } else { 0 };
    let shifted: Vec<i32> = samples.iter().map(|sample| sample - shift).collect();
    let config = flacenc::config::Encoder::default().into_verified().expect("its defaults");
    let source = MemSource::from_samples(&shifted, 1, 16, 500);
    let stream = flacenc::encode_with_fixed_block_size(&config, source, FLAC_BLOCK);
    let mut sink = ByteSink::new();
    stream.expect("samples of 16 bits").write(&mut sink).expect("memory");
    sink.as_slice().len()
}

fn gzip(write: impl FnOnce(&mut GzEncoder<Vec<u8>>)) -> usize {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    write(&mut out);
    out.finish().unwrap().len()
}

/// What pco's levels give on the samples of whole slots, and what they cost.
fn levels(waves: &Streams, samples: usize) {
    println!("\n{:<34} {:>11} {:>12}", "pco's level, on slots of 10 s", "bits/sample", "ns/sample");
    let slots: Vec<Vec<i32>> = waves
        .values()
        .flat_map(|stream| slots(stream, WAVE_SLOT_NS).into_values())
        .map(|slot| slot.iter().flat_map(|one| wave_of(one).samples.iter().copied()).collect())
        .collect();
    for level in [4, 6, 8, 10] {
        let config = ChunkConfig::default()
            .with_compression_level(level)
            .with_mode_spec(ModeSpec::Classic)
            .with_delta_spec(DeltaSpec::Auto);
        let before = machine::cpu_s();
        let bytes: usize = slots
            .iter()
            .map(|slot| standalone::simple_compress(slot, &config).expect("a level").len())
            .sum();
        println!(
            "{level:<34} {:>11.3} {:>12.1}",
            bytes as f64 * 8.0 / samples as f64,
            (machine::cpu_s() - before) * 1e9 / samples as f64
        );
    }
}

fn numeric_lines(numerics: &Streams, values: usize) -> [Line; 4] {
    let (mut json, mut text_bytes, mut chunk_bytes) = (0, 0, 0);
    for stream in numerics.values() {
        json += stream
            .iter()
            .map(|one| serde_json::to_vec(numeric_of(one)).unwrap().len())
            .sum::<usize>();
        text_bytes += gzip(|out| {
            for one in stream {
                let reading = numeric_of(one).reading;
                let ms = one.stamp.mono.as_nanos() / 1_000_000;
                let value = reading.value().map(|value| value.to_f64());
                let value = value.map(|value| value.to_string()).unwrap_or_default();
                writeln!(out, "{ms},{value},{:?}", reading.validity()).unwrap();
            }
        });
        for slot in slots(stream, NUMERIC_SLOT_NS).values() {
            let mut builder = NumericBuilder::default();
            for one in slot {
                builder.push(numeric_of(one), one.stamp.mono, 0);
            }
            chunk_bytes += builder.encode().len();
        }
    }
    [
        Line("rows of 24 bytes", values * 24),
        Line("JSON, each value whole", json),
        Line("gzip'd CSV (ms, value, validity)", text_bytes),
        Line("our chunks, slots of 60 s", chunk_bytes),
    ]
}

/// What the writer makes of it, pages and all.
fn segment(heard: &Heard) {
    let folder = record::folder();
    let seal = record::write(folder.path(), heard);
    let path = record::segment(folder.path(), seal.number);
    let bytes = fs::metadata(path).unwrap().len() as f64;
    let connection = record::open(folder.path(), seal.number);
    let day = |bytes: f64| bytes / heard.bed_seconds * DAY_S;
    println!(
        "\n{:<34} {:>11} {:>12} {:>7}",
        "pages of the sealed segment", "bytes", "bytes/bed-day", "share"
    );
    for (table, pages) in record::tables(&connection).into_iter().take(8) {
        let pages = pages as f64;
        let share = pages / bytes * 100.0;
        println!("{table:<34} {:>11} {:>12} {share:>6.1}%", sized(pages), sized(day(pages)));
    }
    println!("{:<34} {:>11} {:>12} {:>6.1}%", "all", sized(bytes), sized(day(bytes)), 100.0);
    pages(&connection, heard.bed_seconds);
    let ward = day(bytes) * 64.0 * 30.0;
    let share = ward / record::DISK_BYTES as f64 * 100.0;
    println!("64 beds, 30 days: {}, {share:.0} % of 256 GiB", sized(ward));
}

/// What the rows of waves take in pages of other sizes, not encrypted: a row that does not fit into what
/// is left of a page leaves it empty.
fn pages(segment: &Connection, bed_seconds: f64) {
    println!("\n{:<34} {:>11} {:>12}", "waves in pages of", "bytes", "bytes/bed-day");
    for size in [4_096, 8_192, 16_384, 32_768, 65_536] {
        let plain = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE wave (id INTEGER PRIMARY KEY, start_mono_ns INTEGER,
             end_mono_ns INTEGER, samples INTEGER, data BLOB)";
        plain.execute_batch(&format!("PRAGMA page_size = {size}; BEGIN; {table}")).unwrap();
        let mut rows = segment
            .prepare("SELECT id, start_mono_ns, end_mono_ns, samples, data FROM wave ORDER BY id")
            .unwrap();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let [id, start, end, samples] = [0, 1, 2, 3].map(|at| row.get::<_, i64>(at).unwrap());
            let data: Vec<u8> = row.get(4).unwrap();
            let insert = "INSERT INTO wave VALUES (?1, ?2, ?3, ?4, ?5)";
            plain.execute(insert, (id, start, end, samples, data)).unwrap();
        }
        plain.execute_batch("COMMIT").unwrap();
        let bytes = (record::number(&plain, "PRAGMA page_count") * size) as f64;
        println!("{size:<34} {:>11} {:>12}", sized(bytes), sized(bytes / bed_seconds * DAY_S));
    }
}

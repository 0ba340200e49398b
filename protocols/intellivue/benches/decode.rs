//! How fast the recordings are decoded, beside two measures of the machine on the same bytes: a plain
//! copy, and the checksum that every serial frame needs anyway.
//!
//! `serial/*` is the three recorded serial lines in wire form, pushed in pieces of 4 KiB as a port
//! delivers them; `network/*` the recorded datagrams. After criterion's own report, a table says the
//! same as ratios, all taken in turn within one run, so that a slow machine slows all of them.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../tests/wire/recorded.rs"]
mod recorded;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use recorded::{SERIAL, datagrams, hexdump_beacon, serial_contents};
use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::frame::{Deframer, emit_frame};
use vigie_session::checksum::crc16_x25;

/// What one read of a serial port brings at most.
const PIECE_BYTES: usize = 4_096;
/// How often the table takes each measure; it shows the median.
const ROUNDS: usize = 41;

/// The recordings in the forms that the measures need.
struct Recordings {
    /// The serial lines, escaped.
    wire: Vec<u8>,
    /// Their frames between the delimiters, un-escaped.
    contents: Vec<Vec<u8>>,
    datagrams: Vec<Vec<u8>>,
}

impl Recordings {
    fn load() -> Recordings {
        let lines = SERIAL.iter().flat_map(|(name, _)| serial_contents(name));
        let contents: Vec<Vec<u8>> = lines.collect();
        let frames = contents.iter().map(|content| emit_frame(user_data(content)).unwrap());
        let wire = frames.flatten().collect();
        let mut all: Vec<Vec<u8>> = datagrams().into_iter().map(|datagram| datagram.2).collect();
        all.push(hexdump_beacon());
        Recordings { wire, contents, datagrams: all }
    }

    fn copy(&self) -> usize {
        black_box(self.wire.clone()).len()
    }

    fn checksum(&self) -> usize {
        self.contents.iter().map(|content| usize::from(crc16_x25(content))).sum()
    }

    fn deframe(&self) -> usize {
        self.each_frame(|user_data| usize::from(!user_data.is_empty()))
    }

    fn parse(&self) -> usize {
        self.contents.iter().map(|content| parsed(user_data(content))).sum()
    }

    fn decode(&self) -> usize {
        self.each_frame(parsed)
    }

    fn parse_datagrams(&self) -> usize {
        self.datagrams.iter().map(|datagram| parsed(datagram)).sum()
    }

    fn emit_datagrams(&self) -> usize {
        let messages = self.datagrams.iter().map(|datagram| Message::parse(datagram).unwrap());
        messages.map(|message| message.emit().unwrap().len()).sum()
    }

    fn each_frame(&self, mut take: impl FnMut(&[u8]) -> usize) -> usize {
        let mut deframer = Deframer::new();
        let mut sum = 0;
        for piece in self.wire.chunks(PIECE_BYTES) {
            deframer.push(piece);
            while let Some(frame) = deframer.next_frame() {
                sum += take(frame.unwrap());
            }
        }
        sum
    }
}

fn user_data(content: &[u8]) -> &[u8] {
    &content[4..content.len() - 2]
}

/// 1 for a message, so that nothing can be left out by the compiler.
fn parsed(bytes: &[u8]) -> usize {
    usize::from(black_box(Message::parse(bytes)).is_ok())
}

/// A named measure on the recordings.
type Measure = (&'static str, fn(&Recordings) -> usize);

const MEASURES: [Measure; 5] = [
    ("copy", Recordings::copy),
    ("checksum", Recordings::checksum),
    ("deframe", Recordings::deframe),
    ("parse", Recordings::parse),
    ("decode", Recordings::decode),
];

fn bench(criterion: &mut Criterion, recordings: &Recordings) {
    let throughput = |elements: usize, bytes: usize| Throughput::ElementsAndBytes {
        elements: elements as u64,
        bytes: bytes as u64,
    };
    let mut serial = criterion.benchmark_group("serial");
    serial.throughput(throughput(recordings.contents.len(), recordings.wire.len()));
    for (name, measure) in MEASURES {
        serial.bench_function(name, |bencher| bencher.iter(|| measure(recordings)));
    }
    serial.finish();

    let mut network = criterion.benchmark_group("network");
    let bytes = recordings.datagrams.iter().map(Vec::len).sum();
    network.throughput(throughput(recordings.datagrams.len(), bytes));
    network.bench_function("parse", |bencher| bencher.iter(|| recordings.parse_datagrams()));
    network.bench_function("parse and emit", |bencher| {
        bencher.iter(|| recordings.emit_datagrams());
    });
    network.finish();
}

#[expect(clippy::disallowed_methods, reason = "a bench measures how long something takes")]
fn timed(measure: fn(&Recordings) -> usize, recordings: &Recordings) -> Duration {
    let start = Instant::now();
    black_box(measure(recordings));
    start.elapsed()
}

fn table(recordings: &Recordings) {
    let mut took: Vec<Vec<Duration>> = vec![Vec::new(); MEASURES.len()];
    for _ in 0..ROUNDS {
        for ((_, measure), took) in MEASURES.iter().zip(&mut took) {
            took.push(timed(*measure, recordings));
        }
    }
    let medians: Vec<f64> = took
        .into_iter()
        .map(|mut took| {
            took.sort_unstable();
            took[ROUNDS / 2].as_secs_f64()
        })
        .collect();
    let (frames, bytes) = (recordings.contents.len(), recordings.wire.len());
    println!("serial: {frames} frames, {bytes} bytes on the wire; median of {ROUNDS} rounds");
    println!("measure    frames/s       MB/s   x copy  x checksum");
    for ((name, _), seconds) in MEASURES.iter().zip(&medians) {
        println!(
            "{name:<9} {:>9.0} {:>10.1} {:>8.2} {:>11.2}",
            frames as f64 / seconds,
            bytes as f64 / seconds / 1e6,
            seconds / medians[0],
            seconds / medians[1],
        );
    }
}

fn main() {
    let recordings = Recordings::load();
    assert_eq!(recordings.decode(), recordings.contents.len());
    assert_eq!(recordings.parse_datagrams(), recordings.datagrams.len());
    let mut criterion = Criterion::default().configure_from_args();
    bench(&mut criterion, &recordings);
    criterion.final_summary();
    table(&recordings);
}

//! The files of an export, held against what a record was told.

use std::{collections::BTreeMap, path::Path, time::Duration};

use jiff::tz::TimeZone;
use vigie_export::csv::{Exported, Options, export};
use vigie_model::{
    Event, LogEntry, LogKind, MetricKey, MonoTime, Numeric, Observation, WallTime, WaveChunk,
};
use vigie_record::Reader;

/// What is exported at once: a day of numbers is some gigabytes of text.
const PIECE: Duration = Duration::from_secs(4 * 3_600);
/// Waves are exported for so long.
pub const WAVES: Duration = Duration::from_secs(600);
const NANOS_PER_MILLI: u64 = 1_000_000;

/// How many rows, and the sum of their hashes, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    count: u64,
    sum: u64,
}

impl Rows {
    fn add(&mut self, row: &str) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(hash(row));
    }
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// What the files must say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    numerics: Rows,
    alarms: Rows,
    log: Rows,
    /// By device and stream, of the stretch of which waves are exported.
    waves: BTreeMap<String, Rows>,
    /// Samples missing there before others.
    gaps: u64,
    /// The stretch, by the clock that measures.
    stretch: Option<(MonoTime, MonoTime)>,
}

impl Expected {
    /// Waves are exported from `from` on, for [`WAVES`].
    pub fn with_waves_from(from: MonoTime) -> Expected {
        Expected { stretch: Some((from, from + WAVES)), ..Expected::default() }
    }

    /// The record was told this.
    pub fn heard(&mut self, observation: &Observation) {
        let device = observation.device.0.as_str();
        match &observation.event {
            Event::Numeric(numeric) => {
                let ms = observation.stamp.mono.as_nanos() / NANOS_PER_MILLI;
                self.numerics.add(&of_numeric(device, ms, numeric));
            }
            Event::Wave(chunk) => self.wave(device, observation, chunk),
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => {}
        }
    }

    /// The record was told what the board decided.
    pub fn logged(&mut self, entry: &LogEntry) {
        let bed = entry.bed.as_ref().map(|bed| bed.0.as_str().to_owned()).unwrap_or_default();
        let device = entry.device.as_ref().map(|it| it.0.as_str().to_owned()).unwrap_or_default();
        let mono = entry.stamp.mono.as_nanos();
        let kind = &entry.kind;
        let alarm = if let LogKind::DeviceAlarm(alarm) = kind {
            Some(format!("device alarm|{}", alarm.id))
        } else if let LogKind::DeviceAlarmEnded(id) = kind {
            Some(format!("device alarm ended|{id}"))
        } else if let LogKind::StationAlarm(kind) = kind {
            Some(format!("station alarm|{}", name(kind)))
        } else if let LogKind::StationAlarmEnded(kind) = kind {
            Some(format!("station alarm ended|{}", name(kind)))
        } else {
            None
        };
        match alarm {
            Some(alarm) => self.alarms.add(&format!("{bed}|{device}|{mono}|{alarm}")),
            None => self.log.add(&format!("{bed}|{device}|{mono}")),
        }
    }

    fn wave(&mut self, device: &str, observation: &Observation, chunk: &WaveChunk) {
        let (Some((from, to)), Some(placed)) = (self.stretch, observation.placed) else { return };
        let start = MonoTime::from_nanos(placed.start.as_nanos() / 1_000 * 1_000);
        let rows = self.waves.entry(stream(device, &chunk.key)).or_default();
        for (place, raw) in chunk.samples.iter().enumerate() {
            let ticks = place as u64 * u64::from(chunk.step);
            let after = Duration::from_nanos((ticks as f64 * placed.ns_per_tick) as u64);
            let at = start + after;
            // At the edges the two ways to a sample's time may differ by a microsecond.
            if at >= from && at < to {
                rows.add(&format!("{}|{raw}", chunk.first.0 + ticks));
            }
        }
        if chunk.before == vigie_model::Before::Gap && start >= from && start < to {
            self.gaps += 1;
        }
    }
}

fn name(kind: &vigie_model::StationAlarmKind) -> String {
    let name = format!("{kind:?}");
    name.split_once('(').map_or(name.as_str(), |(name, _)| name).to_owned()
}

fn stream(device: &str, key: &MetricKey) -> String {
    format!("{device}|{}|{}", key.vendor, key.instance)
}

fn of_numeric(device: &str, ms: u64, numeric: &Numeric) -> String {
    let value = numeric.reading.value().map(|value| value.to_string()).unwrap_or_default();
    let tick = numeric.tick.map(|(_, tick)| tick.0.to_string()).unwrap_or_default();
    let flag = |on: bool| if on { "1" } else { "" };
    let (alarm, off) = (flag(numeric.in_alarm), flag(numeric.alarms_off));
    format!("{}|{ms}|{value}|{tick}|{alarm}|{off}", stream(device, &numeric.key))
}

/// Exports all numbers, alarms and log from `from` to `to` piece by piece, and the waves of a stretch,
/// and reads the files. Returns what they say, and what was exported of waves.
pub fn read_files(
    reader: &mut Reader,
    folder: &Path,
    (from, to): (WallTime, WallTime),
    numerics: &[String],
    stretch: (MonoTime, WallTime),
) -> (Expected, Exported) {
    let mut said = Expected::with_waves_from(stretch.0);
    let mut begin = from;
    while begin < to {
        let end = begin.after(PIECE).min(to);
        let files = folder.join(begin.as_unix_nanos().to_string());
        let options = Options {
            from: begin,
            to: end,
            beds: Vec::new(),
            streams: numerics.to_vec(),
            zone: TimeZone::UTC,
        };
        let done = export(reader, &files, &options, &mut |_| true).expect("an export");
        assert_eq!((done.damage.len(), done.locked.len(), done.waves), (0, 0, 0));
        said.numbers_and_log(&files);
        std::fs::remove_dir_all(&files).expect("removed");
        begin = end;
    }
    let files = folder.join("waves");
    let options = Options {
        from: stretch.1,
        to: stretch.1.after(WAVES),
        beds: Vec::new(),
        streams: Vec::new(),
        zone: TimeZone::UTC,
    };
    let done = export(reader, &files, &options, &mut |_| true).expect("an export");
    said.samples(&files);
    (said, done)
}

impl Expected {
    fn numbers_and_log(&mut self, files: &Path) {
        each_row(&files.join("numerics.csv"), |row| {
            let ms = row("mono_ns").parse::<u64>().expect("a time") / NANOS_PER_MILLI;
            let stream = format!("{}|{}|{}", row("device"), row("vendor"), row("instance"));
            let (value, tick) = (row("value"), row("tick"));
            let (alarm, off) = (row("in_alarm"), row("alarms_off"));
            self.numerics.add(&format!("{stream}|{ms}|{value}|{tick}|{alarm}|{off}"));
        });
        each_row(&files.join("alarms.csv"), |row| {
            let who = format!("{}|{}|{}", row("bed"), row("device"), row("mono_ns"));
            self.alarms.add(&format!("{who}|{}|{}", row("what"), row("alarm")));
        });
        each_row(&files.join("log.csv"), |row| {
            self.log.add(&format!("{}|{}|{}", row("bed"), row("device"), row("mono_ns")));
        });
    }

    fn samples(&mut self, files: &Path) {
        let mut of_file = BTreeMap::new();
        each_row(&files.join("streams.csv"), |row| {
            if row("kind") == "wave" {
                let stream = format!("{}|{}|{}", row("device"), row("vendor"), row("instance"));
                of_file.insert(row("file").to_owned(), stream);
            }
        });
        for (file, stream) in of_file.into_iter().filter(|(file, _)| !file.is_empty()) {
            let mut rows = Rows::default();
            let mut gaps = 0;
            each_row(&files.join(&file), |row| {
                rows.add(&format!("{}|{}", row("tick"), row("raw")));
                gaps += u64::from(row("gap_before") == "1");
            });
            self.gaps += gaps;
            self.waves.insert(stream, rows);
        }
    }

    /// What differs.
    pub fn differences(&self, files: &Expected) -> Vec<String> {
        let mut found = Vec::new();
        for (what, told, read) in [
            ("numerics", self.numerics, files.numerics),
            ("alarms", self.alarms, files.alarms),
            ("log", self.log, files.log),
        ] {
            if told != read {
                found.push(format!("{what}: told {told:?}, in the file {read:?}"));
            }
        }
        for (stream, told) in &self.waves {
            let read = files.waves.get(stream).copied().unwrap_or_default();
            if *told != read {
                found.push(format!("{stream}: told {told:?}, in the file {read:?}"));
            }
        }
        if self.gaps != files.gaps {
            found.push(format!("gaps: told {}, in the files {}", self.gaps, files.gaps));
        }
        found
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let samples: u64 = self.waves.values().map(|rows| rows.count).sum();
        let Expected { numerics, alarms, log, gaps, .. } = self;
        write!(
            f,
            "{} values, {} alarms, {} lines of the log; of {} min {samples} samples with {gaps} gaps",
            numerics.count,
            alarms.count,
            log.count,
            WAVES.as_secs() / 60
        )
    }
}

/// Each row of a file; the closure gets cells by the names of their columns.
fn each_row(path: &Path, mut take: impl FnMut(&dyn Fn(&str) -> String)) {
    let mut rows = csv::Reader::from_path(path).expect("a file of the export");
    let names: BTreeMap<String, usize> = rows
        .headers()
        .expect("a first row")
        .iter()
        .enumerate()
        .map(|(place, name)| (name.to_owned(), place))
        .collect();
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row).expect("a row") {
        take(&|name| row.get(names[name]).expect("a cell").to_owned());
    }
}

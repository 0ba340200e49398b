//! [`Chronicle`]: all that a record was told, and all that it answers, to be held against each other.
//!
//! A day of eight beds is some 600 million samples: what is kept is a count and a sum of hashes for each
//! stream and ten minutes, so that a difference still has a place.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use vigie_history::{Answer, LinkRow, LogRow, NumericRow, Slice, WaveRun};
use vigie_model::{
    Before, DeviceKey, Event, LogEntry, Measured, MetricKey, MonoTime, Numeric, Observation, Scale,
    WaveChunk,
};

const NANOS_PER_MILLI: u64 = 1_000_000;
const NANOS_PER_MICRO: u64 = 1_000;
/// What shares a tally.
const WINDOW_NS: u64 = 600_000_000_000;

/// What a record was told, or what it answers.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    tallies: BTreeMap<(Subject, u64), Tally>,
    /// Where each block of a wave that was told lies in our time, in microseconds, by its first tick.
    starts: BTreeMap<Subject, BTreeMap<u64, u64>>,
    /// What each device said last, by what it is about: said again it is no row of
    /// the same segment.
    said: BTreeMap<(DeviceKey, String), String>,
}

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Numeric(DeviceKey, MetricKey),
    Wave(DeviceKey, MetricKey),
    Said(DeviceKey),
    Log,
    Links,
}

/// How many, and the sum of their hashes, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    count: u64,
    sum: u64,
}

/// How much a chronicle holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Values.
    pub numerics: u64,
    /// Samples.
    pub samples: u64,
    /// Alarm sets, texts and the like.
    pub said: u64,
    /// Lines of the log.
    pub log: u64,
    /// Lines opened and closed.
    pub links: u64,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} values, {} samples, {} sayings, {} lines of the log, {} of links",
            self.numerics, self.samples, self.said, self.log, self.links
        )
    }
}

impl Chronicle {
    /// The record was told this.
    pub fn heard(&mut self, observation: &Observation) {
        let (device, mono) = (&observation.device, observation.stamp.mono);
        match &observation.event {
            Event::Numeric(numeric) => self.numeric(device, mono, numeric),
            Event::Wave(chunk) => {
                let Some(placed) = observation.placed else { return };
                let subject = Subject::Wave(device.clone(), chunk.key.clone());
                let start = placed.start.as_nanos() / NANOS_PER_MICRO;
                self.starts.entry(subject.clone()).or_default().insert(chunk.first.0, start);
                self.wave(subject, chunk, placed.epoch);
            }
            Event::Alive => {}
            event @ (Event::Identity(_)
            | Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Fault(_)) => {
                let (about, body) = (about(event), format!("{event:?}"));
                let known = self.said.insert((device.clone(), about), body.clone());
                if known.as_ref() != Some(&body) {
                    self.add(Subject::Said(device.clone()), mono, hash_text(mono, &body));
                }
            }
        }
    }

    /// A new segment begins. What still holds is carried over into it and is no row of its own; a fault
    /// does not hold, and said again it is a row once more.
    pub fn new_segment(&mut self) {
        self.said.retain(|(_, about), _| about != "fault");
    }

    /// The record was told what the board decided.
    pub fn logged(&mut self, entry: &LogEntry) {
        let body = format!("{:?} {:?} {:?}", entry.bed, entry.device, entry.kind);
        self.add(Subject::Log, entry.stamp.mono, hash_text(entry.stamp.mono, &body));
    }

    /// The record was told of a line.
    pub fn linked(&mut self, link: &LinkRow) {
        let body = format!("{} {} {:?}", link.line, link.is_up, link.devices);
        self.add(Subject::Links, link.at.mono, hash_text(link.at.mono, &body));
    }

    /// The record answers this. What is wrong with the answer by itself is returned.
    pub fn read(&mut self, told: &Chronicle, slice: &Slice) -> Vec<String> {
        let mut wrong: Vec<String> = slice.damage.iter().map(|it| format!("{it:?}")).collect();
        wrong.extend(slice.locked.iter().map(|number| format!("segment {number} is locked")));
        match &slice.answer {
            Answer::Numerics(rows) => {
                for NumericRow { at, device, numeric, .. } in rows {
                    self.numeric(device, at.mono, numeric);
                }
            }
            Answer::Waves(runs) => {
                for run in runs {
                    wrong.extend(self.run(told, run));
                }
            }
            Answer::Said(rows) => {
                for (stamp, device, event) in rows {
                    let hash = hash_text(stamp.mono, &format!("{event:?}"));
                    self.add(Subject::Said(device.clone()), stamp.mono, hash);
                }
            }
            Answer::Log(rows) => {
                for LogRow { stamp, bed, device, kind } in rows {
                    let body = format!("{bed:?} {device:?} {kind:?}");
                    self.add(Subject::Log, stamp.mono, hash_text(stamp.mono, &body));
                }
            }
            Answer::Links(rows) => rows.iter().for_each(|link| self.linked(link)),
            Answer::Gaps(rows) => wrong.extend(rows.iter().map(|gap| format!("lost: {gap:?}"))),
            Answer::Devices(_) | Answer::Streams(_) | Answer::Trend { .. } => {}
        }
        wrong
    }

    /// What differs, and where.
    pub fn differences(&self, read: &Chronicle) -> Vec<String> {
        let mut found = Vec::new();
        let keys = self.tallies.keys().chain(read.tallies.keys());
        let keys: std::collections::BTreeSet<_> = keys.collect();
        for key in keys {
            let of = |one: &Chronicle| one.tallies.get(key).copied().unwrap_or_default();
            let (told, read) = (of(self), of(read));
            if told != read {
                let mut text = String::new();
                _ = write!(text, "{:?}, window {}: told {told:?}, read {read:?}", key.0, key.1);
                found.push(text);
            }
        }
        found
    }

    /// How much there is of each.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for ((subject, _), tally) in &self.tallies {
            let total = match subject {
                Subject::Numeric(..) => &mut totals.numerics,
                Subject::Wave(..) => &mut totals.samples,
                Subject::Said(_) => &mut totals.said,
                Subject::Log => &mut totals.log,
                Subject::Links => &mut totals.links,
            };
            *total += tally.count;
        }
        totals
    }

    fn add(&mut self, subject: Subject, mono: MonoTime, hash: u64) {
        let window = mono.as_nanos() / WINDOW_NS;
        let tally = self.tallies.entry((subject, window)).or_default();
        tally.count += 1;
        tally.sum = tally.sum.wrapping_add(hash);
    }

    fn numeric(&mut self, device: &DeviceKey, mono: MonoTime, numeric: &Numeric) {
        let mut hash = Mix::new(mono.as_nanos() / NANOS_PER_MILLI);
        let value = numeric.reading.value();
        hash.add(value.map_or(0, |value| value.mantissa() as u64));
        hash.add(value.map_or(99, |value| value.exponent() as u64));
        hash.add(numeric.reading.validity() as u64);
        let (kind, measured) = match numeric.measured {
            Measured::Now => (0, 0),
            Measured::Ago(ago) => (1, ago.as_millis()),
            Measured::Backfill(ago) => (2, ago.as_millis()),
            Measured::Unknown => (3, 0),
        };
        hash.add(kind);
        hash.add(measured as u64);
        hash.text(&format!("{:?}", numeric.device_time));
        hash.add(numeric.tick.map_or(u64::MAX, |(base, tick)| tick.0 ^ u64::from(base.tick_ns)));
        hash.add(numeric.nature as u64);
        hash.add(u64::from(numeric.in_alarm) * 2 + u64::from(numeric.alarms_off));
        hash.text(numeric.unit.as_str());
        let subject = Subject::Numeric(device.clone(), numeric.key.clone());
        self.add(subject, mono, hash.0);
    }

    /// Samples by their ticks, so that it does not matter how they are cut.
    fn wave(&mut self, subject: Subject, chunk: &WaveChunk, epoch: u32) {
        let shape = shape(chunk.unit.as_str(), &chunk.scale, chunk.step, epoch);
        let ticks = chunk.first.0;
        self.samples(&subject, ticks, chunk.step, chunk.before, shape, &chunk.samples);
        for mark in &chunk.marks {
            let tick = ticks + u64::from(mark.at) * u64::from(chunk.step);
            self.mark(&subject, tick, mark.kind as u64 + 1, u64::from(chunk.base.tick_ns));
        }
    }

    fn run(&mut self, told: &Chronicle, run: &WaveRun) -> Option<String> {
        let subject = Subject::Wave(run.device.clone(), run.key.clone());
        let shape = shape(run.unit.as_str(), &run.scale, run.step, run.epoch);
        self.samples(&subject, run.first.0, run.step, run.before, shape, &run.samples);
        for mark in &run.marks {
            let tick = run.first.0 + u64::from(mark.at) * u64::from(run.step);
            self.mark(&subject, tick, mark.kind as u64 + 1, u64::from(run.base.tick_ns));
        }
        let start = told.starts.get(&subject).and_then(|starts| starts.get(&run.first.0));
        let is = run.at.mono.as_nanos() / NANOS_PER_MICRO;
        // Where a run is cut for its length, it begins inside a block.
        start.filter(|start| **start != is).map(|start| {
            format!("{subject:?} at tick {:?}: told {start} us, read {is} us", run.first)
        })
    }

    fn samples(
        &mut self,
        subject: &Subject,
        first: u64,
        step: u32,
        before: Before,
        shape: u64,
        samples: &[i32],
    ) {
        let step = u64::from(step.max(1));
        let (mut tick, mut window, mut tally) = (first, first / TICKS, Tally::default());
        for sample in samples {
            if tick / TICKS != window {
                self.add_samples(subject, window, std::mem::take(&mut tally));
                window = tick / TICKS;
            }
            let mut hash = Mix::new(tick);
            hash.add(shape ^ (*sample as u64));
            tally.count += 1;
            tally.sum = tally.sum.wrapping_add(hash.0);
            tick += step;
        }
        self.add_samples(subject, window, tally);
        if before == Before::Gap {
            self.mark(subject, first, 77, 0);
        }
    }

    /// A mark counts as no sample.
    fn mark(&mut self, subject: &Subject, tick: u64, kind: u64, more: u64) {
        let mut hash = Mix::new(tick);
        hash.add(kind << 32 | more);
        self.add_samples(subject, tick / TICKS, Tally { count: 0, sum: hash.0 });
    }

    fn add_samples(&mut self, subject: &Subject, window: u64, some: Tally) {
        let tally = self.tallies.entry((subject.clone(), window)).or_default();
        tally.count += some.count;
        tally.sum = tally.sum.wrapping_add(some.sum);
    }
}

/// Ten minutes of ticks of 125 µs.
const TICKS: u64 = 4_800_000;

fn shape(unit: &str, scale: &Scale, step: u32, epoch: u32) -> u64 {
    let mut hash = Mix::new(u64::from(step) << 32 | u64::from(epoch));
    hash.text(unit);
    hash.text(&format!("{scale:?}"));
    hash.0
}

fn hash_text(mono: MonoTime, text: &str) -> u64 {
    let mut hash = Mix::new(mono.as_nanos());
    hash.text(text);
    hash.0
}

/// What an event is about: said again, word for word, it is counted and not written.
fn about(event: &Event) -> String {
    match event {
        Event::Text(text) => format!("text {:?}", text.key),
        Event::Limits(limits) => format!("limits {:?}", limits.key),
        Event::Alarms(set) => format!("alarms {:?}", set.scope),
        Event::Stream(info) => format!("stream {:?}", info.key),
        Event::Gap(gap) => format!("gap {:?}", gap.key),
        Event::Identity(_) => "identity".to_owned(),
        Event::Patient(_) => "patient".to_owned(),
        Event::Mode(_) => "mode".to_owned(),
        Event::Fault(_) => "fault".to_owned(),
        Event::Numeric(_) | Event::Wave(_) | Event::Alive => String::new(),
    }
}

/// A hash that is quick rather than safe: Stafford's mix 13, as in `SplitMix64`.
struct Mix(u64);

impl Mix {
    fn new(seed: u64) -> Mix {
        let mut mix = Mix(0x9E37_79B9_7F4A_7C15);
        mix.add(seed);
        mix
    }

    fn add(&mut self, value: u64) {
        let mut z = self.0.wrapping_add(value).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        self.0 = z ^ (z >> 31);
    }

    fn text(&mut self, text: &str) {
        self.add(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            self.add(u64::from_le_bytes(bytes));
        }
    }
}

//! Lines of the waveform port to samples.
//!
//! The port sends no times. Samples are counted: one tick is one sample, 20 ms. Where something is
//! missing (a breath number that does not follow, a pause, a breath cut off at the most samples that
//! one holds) the count goes on by as much of our time as passed since the last sample, and no line is
//! drawn across. A single line that cannot be read is one sample that is not there. The first sample of a
//! breath is marked: inspiration starts there. Where expiration starts the port does not say; its `BE`
//! ends the whole breath.

use std::time::Duration;

use vigie_model::{
    Before, Cadence, Category, Event, Fault, FaultKind, Gap, Mark, MarkKind, MdcCode, MetricKey,
    MonoTime, Scale, StreamInfo, Text, Tick, Timebase, Unit, WaveChunk,
};

use crate::wire::{CurveLine, LineReader};

/// The clock of the samples.
pub const TIMEBASE: Timebase = Timebase { id: 0, tick_ns: 20_000_000 };
/// From one sample to the next (OI; VM: 15,626 samples are 312.5 s).
pub const SAMPLE_STEP: Duration = Duration::from_millis(20);
/// Samples that go on together: 200 ms.
const CHUNK_SAMPLES: usize = 10;
/// A breath holds no more; the longest in VM do.
const BREATH_SAMPLES_MAX: u32 = 512;
/// Lines come one by one; a pause of so long is a hole. Only where they do not come breath by breath.
const PAUSE_MAX: Duration = Duration::from_millis(500);
/// Fewer samples do not show whether a breath comes at once.
const SHORT_BREATH: u32 = 16;
/// An open port that is silent for so long has another function set.
const SILENT_AFTER: Duration = Duration::from_secs(30);
/// So many bytes without one line.
const UNREADABLE_BYTES: u64 = 256;

/// What the port gives: 0 flow, 1 pressure.
const SIGNALS: [Signal; 2] = [
    Signal { vendor: "flow", label: "Flow", code: 151_764, unit: "L/min", low: -80.0, high: 80.0 },
    Signal {
        vendor: "pressure",
        label: "Circuit pressure",
        code: 151_792,
        unit: "cm[H2O]",
        low: -10.0,
        high: 40.0,
    },
];

struct Signal {
    vendor: &'static str,
    label: &'static str,
    code: u32,
    unit: &'static str,
    /// What a drawing spans: that of usual breaths, our choice; the port tells none.
    low: f64,
    high: f64,
}

impl Signal {
    fn key(&self) -> MetricKey {
        MetricKey { code: Some(MdcCode(self.code)), vendor: Text::from(self.vendor), instance: 0 }
    }
}

/// The waveform port.
#[derive(Debug, Default)]
pub(super) struct Curves {
    /// When it opened; `None`: it is closed.
    opened: Option<MonoTime>,
    bytes: u64,
    reader: LineReader,
    is_told: bool,
    /// The tick of the next sample.
    next: u64,
    /// When the last sample came.
    last: Option<MonoTime>,
    /// What comes next does not join what was before.
    is_torn: bool,
    /// The line before could not be read.
    is_odd: bool,
    breath: Breath,
    /// Lines come as they are measured, not breath by breath.
    is_steady: bool,
    chunk: Chunk,
    /// Whether any line of this connection was one.
    is_readable: bool,
}

/// The breath that is on.
#[derive(Debug, Default)]
struct Breath {
    number: Option<u32>,
    samples: u32,
    began: Option<MonoTime>,
}

/// Samples that were not told yet.
#[derive(Debug, Default)]
struct Chunk {
    first: u64,
    is_torn: bool,
    samples: [Vec<i32>; 2],
    marks: Vec<Mark>,
}

impl Curves {
    pub(super) fn open(&mut self, now: MonoTime) {
        self.opened = Some(now);
        self.reader = LineReader::default();
        self.is_torn = true;
        self.is_odd = false;
        self.is_readable = false;
        self.bytes = 0;
        self.breath = Breath::default();
    }

    pub(super) fn close(&mut self) -> Vec<Event> {
        self.opened = None;
        let mut events = Vec::new();
        self.flush(&mut events);
        if self.is_readable {
            let why = Text::from("the waveform port closed");
            events.push(Event::Gap(Gap { key: None, lost: None, why }));
        }
        self.is_torn = true;
        events
    }

    /// Another ventilator: what its waves are is told again.
    pub(super) fn forget_device(&mut self) {
        self.is_told = false;
        self.is_torn = true;
    }

    pub(super) fn take(&mut self, now: MonoTime, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        for byte in bytes {
            let Some(line) = self.reader.push(*byte) else { continue };
            match line {
                CurveLine::Start(number) => self.start(now, number, &mut events),
                CurveLine::Sample { flow, pressure } => {
                    self.sample(now, [flow, pressure], &mut events);
                }
                CurveLine::End => self.end(now, &mut events),
                CurveLine::Odd => self.odd(now, &mut events),
            }
            self.is_readable |= line != CurveLine::Odd;
            self.is_odd = line == CurveLine::Odd;
        }
        events
    }

    fn start(&mut self, now: MonoTime, number: u32, events: &mut Vec<Event>) {
        if self.breath.number == Some(number) {
            // The same beginning twice.
            return;
        }
        self.flush(events);
        let follows = self.breath.number.and_then(|before| before.checked_add(1)) == Some(number);
        self.is_torn |= !follows || self.breath.samples >= BREATH_SAMPLES_MAX;
        self.breath = Breath { number: Some(number), samples: 0, began: Some(now) };
    }

    fn end(&mut self, now: MonoTime, events: &mut Vec<Event>) {
        self.flush(events);
        let Breath { samples, began, .. } = self.breath;
        if let Some(began) = began.filter(|_| samples >= SHORT_BREATH) {
            self.is_steady = now.since(began) * 2 >= SAMPLE_STEP * samples;
        }
    }

    fn sample(&mut self, now: MonoTime, values: [i32; 2], events: &mut Vec<Event>) {
        self.place(now, events);
        self.mark_breath();
        let [flow, pressure] = &mut self.chunk.samples;
        let [flow_now, pressure_now] = values;
        flow.push(flow_now);
        pressure.push(pressure_now);
        self.go_on(now, events);
    }

    /// The sample that comes now is the first of its breath.
    fn mark_breath(&mut self) {
        // A breath that had begun when the port opened is none that begins.
        if self.breath.began.is_some() && self.breath.samples == 0 {
            let at = u32::try_from(self.chunk.samples[0].len()).unwrap_or(u32::MAX);
            self.chunk.marks.push(Mark { at, kind: MarkKind::Inspiration });
        }
    }

    /// A line that cannot be read. The first of several is a sample that is missing; how many follow,
    /// nobody knows.
    fn odd(&mut self, now: MonoTime, events: &mut Vec<Event>) {
        let what = Text::from("line of the waveform port");
        events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
        if self.is_odd || self.last.is_none() || self.is_torn {
            self.is_torn = true;
            return;
        }
        self.place(now, events);
        self.mark_breath();
        let at = u32::try_from(self.chunk.samples[0].len()).unwrap_or(u32::MAX);
        self.chunk.marks.push(Mark { at, kind: MarkKind::Invalid });
        self.chunk.samples.iter_mut().for_each(|samples| samples.push(0));
        self.go_on(now, events);
    }

    /// Finds the tick of the sample that comes now.
    fn place(&mut self, now: MonoTime, events: &mut Vec<Event>) {
        let passed = self.last.map(|last| now.since(last));
        self.is_torn |= self.is_steady && passed.is_some_and(|passed| passed > PAUSE_MAX);
        if self.is_torn {
            self.flush(events);
            let steps = passed.unwrap_or_default().as_nanos() / SAMPLE_STEP.as_nanos();
            self.next = self.next.saturating_add(u64::try_from(steps).unwrap_or(u64::MAX / 2));
        }
        if self.chunk.samples[0].is_empty() {
            self.chunk.first = self.next;
            self.chunk.is_torn = self.is_torn;
        }
        self.is_torn = false;
    }

    fn go_on(&mut self, now: MonoTime, events: &mut Vec<Event>) {
        self.last = Some(now);
        self.next = self.next.saturating_add(1);
        self.breath.samples = self.breath.samples.saturating_add(1);
        if self.chunk.samples[0].len() >= CHUNK_SAMPLES {
            self.flush(events);
        }
    }

    fn flush(&mut self, events: &mut Vec<Event>) {
        let chunk = core::mem::take(&mut self.chunk);
        if chunk.samples[0].is_empty() {
            return;
        }
        if !self.is_told {
            self.is_told = true;
            events.extend(SIGNALS.iter().map(|signal| Event::Stream(info(signal))));
        }
        for (signal, samples) in SIGNALS.iter().zip(chunk.samples) {
            events.push(Event::Wave(WaveChunk {
                key: signal.key(),
                unit: Unit::ucum(signal.unit),
                base: TIMEBASE,
                first: Tick(chunk.first),
                step: 1,
                before: if chunk.is_torn { Before::Gap } else { Before::Joined },
                scale: Scale::Physical {
                    offset: 0.0,
                    per_count: 0.01,
                    low: signal.low,
                    high: signal.high,
                },
                samples: samples.into(),
                marks: chunk.marks.clone(),
            }));
        }
    }

    /// What a person can do about waves that do not come, while the parameter port is answered.
    pub(super) fn advice(&self, now: MonoTime, is_standby: bool) -> Option<String> {
        let opened = self.opened?;
        let since = self.last.map_or(opened, |last| last.max(opened));
        if is_standby || now.since(since) < SILENT_AFTER {
            return None;
        }
        let text = if self.bytes == 0 {
            "the waveform port is silent: set its function to Waveforms under Communication setup, \
             and look at the cable"
        } else if !self.is_readable && self.bytes >= UNREADABLE_BYTES {
            "unreadable bytes on the waveform port: set its speed to 38400, 8 bits, no parity, under \
             Communication setup"
        } else {
            return None;
        };
        Some(text.to_owned())
    }
}

fn info(signal: &Signal) -> StreamInfo {
    StreamInfo {
        key: signal.key(),
        label: Some(Text::from(signal.label)),
        unit: Unit::ucum(signal.unit),
        digits: Some(2),
        category: Category::Measured,
        cadence: Cadence::Periodic(SAMPLE_STEP * CHUNK_SAMPLES as u32),
    }
}

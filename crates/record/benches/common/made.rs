//! A ward of any size, made of simulated monitors' signals.

use std::{sync::Arc, time::Duration};

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, BedId, Before, Decimal, DeviceKey, Event, LogEntry, LogKind,
    Measured, MetricKey, MonoTime, Nature, Numeric, Observation, Placement, Priority, Reading,
    RunId, Scale, Stamp, Text, Tick, Timebase, Unit, Validity, WallTime, WaveChunk,
};
use vigie_session::rng::Rng;

use super::heard;

/// 2026-11-21T00:00Z.
pub const MIDNIGHT_NS: i64 = 1_795_219_200_000_000_000;
/// What the PC's clock says when the run's is 0.
const WALL_NS: i64 = MIDNIGHT_NS - START_NS as i64;
const START_NS: u64 = 3_600_000_000_000;
const SECOND_NS: u64 = 1_000_000_000;
/// A tick of the monitors' running clock.
const TICK_NS: u32 = 125_000;
/// Ticks of a period in which each wave is sent: 256 ms.
const PERIOD_TICKS: u32 = 2_048;
/// Samples a second of each wave of a bed, as ticks from one to the next: 500, 125, 125, 62.5 Hz.
pub const STEPS: [u32; 4] = [16, 64, 64, 128];
/// How long the signals are before they come again.
const LENGTH: Duration = Duration::from_secs(64);

/// Where the run's clock and the PC's are when the ward begins.
pub fn start() -> (MonoTime, WallTime) {
    at(START_NS)
}

/// A moment by both clocks.
pub fn after(elapsed: Duration) -> (MonoTime, WallTime) {
    at(START_NS + elapsed.as_nanos() as u64)
}

fn at(mono_ns: u64) -> (MonoTime, WallTime) {
    (MonoTime::from_nanos(mono_ns), WallTime::from_unix_nanos(mono_ns as i64 + WALL_NS))
}

/// Beds that all send the same waves, each from another place on.
pub struct Made {
    beds: u32,
    numerics: u16,
    /// Of each wave: its parts of one period, in order.
    parts: Vec<Vec<Arc<[i32]>>>,
    rng: Rng,
    seq: u64,
}

/// A stream of a bed.
pub fn key(instance: u16) -> MetricKey {
    MetricKey { code: None, vendor: Text::from("4BB8"), instance }
}

/// A wave of a bed.
pub fn wave_key(wave: usize) -> MetricKey {
    key(1_000 + wave as u16)
}

/// A bed's monitor.
pub fn device(bed: u32) -> DeviceKey {
    DeviceKey(Text::from(format!("BENCH{bed:04}")))
}

/// A bed.
pub fn bed(bed: u32) -> BedId {
    BedId(Text::from(format!("bench-{bed}")))
}

impl Made {
    /// So many beds, each with so many numbers a second.
    pub fn new(beds: u32, numerics: u16) -> Made {
        let waves = heard::simulated(1, LENGTH, 7).waves();
        let parts = STEPS.iter().enumerate().map(|(wave, step)| {
            let signals = waves.values().filter(|stream| heard::step_of(stream) == Some(*step));
            let signals: Vec<_> = signals.collect();
            let signal = signals.get(wave % 2).or(signals.first()).expect("a wave of each rate");
            let samples: Vec<i32> = signal
                .iter()
                .filter_map(|one| match &one.event {
                    Event::Wave(chunk) => Some(chunk.samples.iter().copied()),
                    _ => None,
                })
                .flatten()
                .collect();
            let count = (PERIOD_TICKS / step) as usize;
            samples.chunks_exact(count).map(Arc::from).collect()
        });
        Made { beds, numerics, parts: parts.collect(), rng: Rng::new(7), seq: 0 }
    }

    /// What all beds send in the second that ends `elapsed` after the start.
    pub fn second(&mut self, elapsed: u64, with_waves: bool) -> Vec<Observation> {
        let mut heard = Vec::new();
        let (from, to) = ((elapsed - 1) * SECOND_NS, elapsed * SECOND_NS);
        let period_ns = u64::from(PERIOD_TICKS) * u64::from(TICK_NS);
        let periods = from / period_ns + 1..=to / period_ns;
        for bed in 0..self.beds {
            let device = device(bed);
            for period in periods.clone().filter(|_| with_waves) {
                for (wave, step) in STEPS.into_iter().enumerate() {
                    let parts = &self.parts[wave];
                    let part = (period + u64::from(bed) * 7) as usize % parts.len();
                    let chunk = wave_chunk(wave, step, period - 1, parts[part].clone());
                    // Some milliseconds on the way, another number each time.
                    let on_the_way = self.rng.below(20_000_000);
                    let arrival = START_NS + (period * period_ns + on_the_way).min(to);
                    let placed = Placement {
                        start: MonoTime::from_nanos(START_NS + (period - 1) * period_ns),
                        ns_per_tick: f64::from(TICK_NS) * 1.000_02,
                        epoch: 0,
                    };
                    let event = Event::Wave(chunk);
                    heard.push(self.observation(&device, arrival, event, Some(placed)));
                }
            }
            for number in 0..self.numerics {
                let arrival = START_NS + to - 500_000_000 + self.rng.below(1_000_000);
                let value = 60 + i64::from(number) + self.rng.below(4) as i64;
                let event = Event::Numeric(numeric(number, value));
                heard.push(self.observation(&device, arrival, event, None));
            }
        }
        heard
    }

    fn observation(
        &mut self,
        device: &DeviceKey,
        arrival_ns: u64,
        event: Event,
        placed: Option<Placement>,
    ) -> Observation {
        self.seq += 1;
        let (mono, wall) = at(arrival_ns);
        let stamp = Stamp { run: RunId(1), seq: self.seq, mono, wall };
        Observation { stamp, device: device.clone(), event, placed }
    }

    /// An alarm of a bed.
    pub fn alarm(&mut self, bed_number: u32, elapsed: Duration) -> LogEntry {
        self.seq += 1;
        let (mono, wall) = after(elapsed);
        let id = Text::from(format!("{bed_number}-{}", self.seq));
        let alarm = Alarm {
            id,
            kind: AlarmKind::Physiological,
            priority: Priority::Medium,
            phase: AlarmPhase::Active,
            inactivation: None,
            code: None,
            vendor: Text::from("0402:5012"),
            subject: Some(key(0)),
            value: Some(Decimal::whole(131)),
            limit: Some(Decimal::whole(120)),
            text: Text::from("** HR 131 > 120"),
        };
        LogEntry {
            stamp: Stamp { run: RunId(1), seq: self.seq, mono, wall },
            bed: Some(bed(bed_number)),
            device: Some(device(bed_number)),
            kind: LogKind::DeviceAlarm(alarm),
        }
    }
}

fn wave_chunk(wave: usize, step: u32, period: u64, samples: Arc<[i32]>) -> WaveChunk {
    WaveChunk {
        key: wave_key(wave),
        unit: Unit::ucum("mV"),
        base: Timebase { id: 0, tick_ns: TICK_NS },
        first: Tick(period * u64::from(PERIOD_TICKS)),
        step,
        before: if period == 0 { Before::Gap } else { Before::Joined },
        scale: Scale::Physical { offset: -40.96, per_count: 0.02, low: -40.0, high: 40.0 },
        samples,
        marks: Vec::new(),
    }
}

fn numeric(number: u16, value: i64) -> Numeric {
    Numeric {
        key: key(number),
        unit: Unit::ucum("/min"),
        reading: Reading::of(Decimal::whole(value), Validity::Valid),
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    }
}

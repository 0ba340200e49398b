//! What a monitor derives from the waves: rates from beats, pressures from the wave itself.

use std::collections::VecDeque;

use super::limits::{
    APNOEA_AFTER_SECONDS, ASYSTOLE_AFTER_SECONDS, DISCONNECTED_UNDER, VENTRICULAR_RATE,
    VENTRICULAR_RUN, Watches,
};
use super::raw::{Connected, ECG_BLOCK, Raw, Wave};
use super::{Finding, Vital};

/// Samples of a second: the finest wave's.
const SECOND: i64 = 500;
/// Over which rates of beats and pulses are averaged: intervals that ended within it.
pub const RATE_WINDOW_SECONDS: i64 = 10;
/// Over which the rate of breaths is averaged.
pub const BREATH_WINDOW_SECONDS: i64 = 30;
/// Over which pressures are averaged: pulses that ended within it.
pub const PRESSURE_WINDOW_SECONDS: i64 = 6;
/// Without a pulse for so long the oximeter shows nothing.
const PULSELESS_SECONDS: i64 = 10;
/// Premature beats are counted over a minute.
const PVC_WINDOW: i64 = 60 * SECOND;
/// Perfusion index for a pleth of height 1, per cent.
const PERFUSION_FULL: f64 = 6.0;
/// Where ST is measured, samples after R, and the level it is compared with, before R.
const ST_AT: i64 = 45;
const ISOELECTRIC_AT: i64 = -36;
/// ECG that is kept for it.
const HISTORY: usize = 3 * ECG_BLOCK;

/// Events that come again, and their rate.
#[derive(Debug)]
struct Rate {
    times: VecDeque<i64>,
    window: i64,
    /// Without an event for so long, the rate is 0.
    longest: i64,
    /// The sensor is on since.
    since: i64,
}

impl Rate {
    fn new(window_seconds: i64, longest_seconds: i64, since: i64) -> Rate {
        let (window, longest) = (window_seconds * SECOND, longest_seconds * SECOND);
        Rate { times: VecDeque::new(), window, longest, since }
    }

    fn push(&mut self, at: i64) {
        // An interval that long was a pause: the rate begins anew after it.
        if self.times.back().is_some_and(|last| at - last > self.longest) {
            self.times.clear();
        }
        self.times.push_back(at);
        self.forget(at);
    }

    /// An interval counts while its end lies in the window, or it is one of the last two.
    fn forget(&mut self, now: i64) {
        while self.times.len() > 3 && self.times.get(1).is_some_and(|end| now - end > self.window) {
            self.times.pop_front();
        }
    }

    /// How long there was none.
    fn quiet(&self, now: i64) -> i64 {
        now - self.times.back().copied().unwrap_or(self.since)
    }

    fn is_quiet(&self, now: i64) -> bool {
        self.quiet(now) >= self.longest
    }

    /// Events a minute; 0 after a long silence, `None` with fewer than two intervals.
    fn per_minute(&mut self, now: i64) -> Option<f64> {
        self.forget(now);
        if self.is_quiet(now) {
            return Some(0.0);
        }
        let (first, last) = (self.times.front()?, self.times.back()?);
        let intervals = self.times.len() - 1;
        (intervals >= 2).then(|| 60.0 * (intervals as i64 * SECOND) as f64 / (last - first) as f64)
    }
}

/// Highest, lowest and mean of a stretch of a wave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) high: f64,
    pub(super) low: f64,
    sum: f64,
    count: f64,
}

impl Extent {
    const NONE: Extent =
        Extent { high: f64::NEG_INFINITY, low: f64::INFINITY, sum: 0.0, count: 0.0 };

    fn push(&mut self, sample: f32) {
        let sample = f64::from(sample);
        if sample.is_finite() {
            self.high = self.high.max(sample);
            self.low = self.low.min(sample);
            self.sum += sample;
            self.count += 1.0;
        }
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum / self.count
    }
}

/// The cycles of a wave: each lasts from one foot to the next.
#[derive(Debug, Default)]
pub(super) struct Cycles {
    current: Option<Extent>,
    done: VecDeque<(i64, Extent)>,
}

impl Cycles {
    /// Takes a block whose first sample lies at `start`; `step` samples of 500 Hz lie between two.
    pub(super) fn take<const N: usize>(&mut self, start: i64, step: i64, wave: &Wave<N>) {
        let mut starts = wave.starts.iter().peekable();
        for (n, sample) in wave.samples.iter().enumerate() {
            if starts.next_if(|at| **at == n).is_some() {
                while starts.next_if(|at| **at == n).is_some() {}
                let ended = self.current.replace(Extent::NONE);
                if let Some(extent) = ended.filter(|extent| extent.count > 0.0) {
                    self.done.push_back((start + n as i64 * step, extent));
                }
            }
            if let Some(current) = &mut self.current {
                current.push(*sample);
            }
        }
    }

    /// The mean of the cycles that ended in the last so many samples.
    pub(super) fn average(&mut self, now: i64, window: i64) -> Option<Extent> {
        while self.done.front().is_some_and(|(at, _)| now - at > window) {
            self.done.pop_front();
        }
        let count = self.done.len() as f64;
        let mean = |of: &dyn Fn(&Extent) -> f64| {
            self.done.iter().map(|(_, extent)| of(extent)).sum::<f64>() / count
        };
        (count > 0.0).then(|| Extent {
            high: mean(&|extent| extent.high),
            low: mean(&|extent| extent.low),
            sum: mean(&Extent::mean),
            count: 1.0,
        })
    }

    fn last(&self) -> Option<Extent> {
        self.done.back().map(|(_, extent)| *extent)
    }
}

/// Sums over ST segments.
#[derive(Debug, Default)]
struct StSegment {
    /// The last samples of lead II.
    history: VecDeque<f32>,
    pending: VecDeque<i64>,
    levels: VecDeque<f64>,
}

impl StSegment {
    fn take(&mut self, start: i64, lead: Option<&[f32; ECG_BLOCK]>, raw: &Raw) {
        let Some(lead) = lead else {
            *self = StSegment::default();
            return;
        };
        self.history.extend(lead);
        while self.history.len() > HISTORY {
            self.history.pop_front();
        }
        self.pending.extend(raw.beats.iter().filter(|beat| !beat.ventricular).map(|beat| beat.at));
        let end = start + ECG_BLOCK as i64;
        while let Some(at) = self.pending.pop_front_if(|at| *at + ST_AT + 3 < end) {
            let level = |at: i64| {
                let from = usize::try_from(at - 2 - (end - self.history.len() as i64)).ok()?;
                let near = self.history.iter().skip(from).take(5);
                Some(near.map(|sample| f64::from(*sample)).sum::<f64>() / 5.0)
            };
            if let (Some(st), Some(zero)) = (level(at + ST_AT), level(at + ISOELECTRIC_AT)) {
                self.levels.push_back(st - zero);
            }
            while self.levels.len() > 8 {
                self.levels.pop_front();
            }
        }
    }

    /// Millimetre: 10 to a millivolt.
    fn value(&self) -> Option<f64> {
        let sum: f64 = self.levels.iter().sum();
        (self.levels.len() >= 4)
            .then(|| sum * 10.0 / self.levels.len() as f64)
            .filter(|level| level.is_finite())
    }
}

/// A monitor's reckoning. It knows the waves and the moments in them, and what no wave shows:
/// saturation and temperature.
#[derive(Debug)]
pub(super) struct Monitor {
    beats: Rate,
    premature: VecDeque<i64>,
    /// Ventricular beats in a row, and other beats since.
    run: u32,
    others: u32,
    last_beat: Option<i64>,
    st: StSegment,
    pulses: Rate,
    pleth: Cycles,
    abp_pulses: Rate,
    abp: Cycles,
    /// Mean of each of the last blocks, for a pressure without pulses.
    abp_level: VecDeque<f64>,
    breaths: Rate,
    co2_breaths: Rate,
    co2: Cycles,
    watches: Watches,
}

fn beats(now: i64) -> Rate {
    Rate::new(RATE_WINDOW_SECONDS, ASYSTOLE_AFTER_SECONDS, now)
}

fn pulses(now: i64) -> Rate {
    Rate::new(RATE_WINDOW_SECONDS, PULSELESS_SECONDS, now)
}

fn breaths(now: i64) -> Rate {
    Rate::new(BREATH_WINDOW_SECONDS, APNOEA_AFTER_SECONDS, now)
}

impl Monitor {
    pub(super) fn new(now: i64) -> Monitor {
        Monitor {
            beats: beats(now),
            premature: VecDeque::new(),
            run: 0,
            others: 0,
            last_beat: None,
            st: StSegment::default(),
            pulses: pulses(now),
            pleth: Cycles::default(),
            abp_pulses: pulses(now),
            abp: Cycles::default(),
            abp_level: VecDeque::new(),
            breaths: breaths(now),
            co2_breaths: breaths(now),
            co2: Cycles::default(),
            watches: Watches::default(),
        }
    }

    /// A block that begins at `start`, as the sensors give it.
    pub(super) fn take(&mut self, start: i64, raw: &Raw) {
        let end = start + ECG_BLOCK as i64;
        if raw.ecg.iter().any(Option::is_some) {
            for beat in &raw.beats {
                self.take_beat(beat.at, beat.ventricular);
            }
            while self.premature.front().is_some_and(|at| end - at > PVC_WINDOW) {
                self.premature.pop_front();
            }
        } else {
            self.beats = beats(end);
            self.premature.clear();
            (self.run, self.others, self.last_beat) = (0, 0, None);
        }
        self.st.take(start, raw.ecg[1].as_ref(), raw);
        take(start, raw.pleth.as_ref(), &mut self.pulses, Some(&mut self.pleth), pulses);
        take(start, raw.abp.as_ref(), &mut self.abp_pulses, Some(&mut self.abp), pulses);
        take(start, raw.resp.as_ref(), &mut self.breaths, None, breaths);
        take(start, raw.co2.as_ref(), &mut self.co2_breaths, Some(&mut self.co2), breaths);
        if let Some(abp) = &raw.abp {
            let mut level = Extent::NONE;
            abp.samples.iter().for_each(|sample| level.push(*sample));
            self.abp_level.push_back(level.mean());
            while self.abp_level.len() > 8 {
                self.abp_level.pop_front();
            }
        } else {
            self.abp_level.clear();
        }
    }

    fn take_beat(&mut self, at: i64, ventricular: bool) {
        let slowest = (60.0 / VENTRICULAR_RATE * SECOND as f64) as i64;
        let fast = self.last_beat.is_some_and(|last| at - last < slowest);
        self.beats.push(at);
        self.last_beat = Some(at);
        if ventricular {
            self.premature.push_back(at);
            self.run = if fast { self.run.saturating_add(1) } else { 1 };
            self.others = 0;
        } else {
            self.others = self.others.saturating_add(1);
            // A short run is over at once, a tachycardia when the heart is itself again.
            if self.run < VENTRICULAR_RUN || self.others >= 3 {
                self.run = 0;
            }
        }
    }

    /// The numbers now, except those of the cuff, in the order of [`Vital`]; and what is wrong.
    pub(super) fn vitals(
        &mut self,
        now: i64,
        raw: &Raw,
        connected: Connected,
        spo2: f64,
        temp: f64,
    ) -> (Vec<(Vital, Option<f64>)>, Vec<Finding>) {
        let on = Connected::of(raw);
        let mut values = Vec::with_capacity(16);
        let mut wrong = Vec::new();
        if connected.ecg {
            let rate = self.beats.per_minute(now).filter(|_| on.ecg);
            values.push((Vital::HeartRate, rate));
            if !on.ecg {
                wrong.push(Finding::LeadsOff);
            } else if self.beats.is_quiet(now) {
                wrong.push(Finding::Asystole);
                self.run = 0;
            } else if self.run >= VENTRICULAR_RUN {
                wrong.push(Finding::VentricularTachycardia);
            }
        }
        if connected.pleth {
            let rate = self.pulses.per_minute(now).filter(|rate| on.pleth && *rate > 0.0);
            let spo2 = rate.map(|_| spo2);
            let swing = self.pleth.average(now, PRESSURE_WINDOW_SECONDS * SECOND);
            let perfusion = swing.map(|swing| PERFUSION_FULL * (swing.high - swing.low));
            let perfusion = rate.and(perfusion);
            values.extend([
                (Vital::PulseRate, rate),
                (Vital::SpO2, spo2),
                (Vital::Perfusion, perfusion),
            ]);
            if !on.pleth {
                wrong.push(Finding::SpO2SensorOff);
            }
        }
        if connected.abp {
            let (high, low, mean) = self.pressures(now, on.abp);
            values.extend([
                (Vital::AbpSystolic, high),
                (Vital::AbpDiastolic, low),
                (Vital::AbpMean, mean),
            ]);
            if mean.is_some_and(|mean| mean < DISCONNECTED_UNDER) {
                wrong.push(Finding::AbpDisconnected);
            }
        }
        let mut quiet = None;
        if connected.resp {
            values.push((Vital::RespRate, self.breaths.per_minute(now).filter(|_| on.resp)));
            if on.resp {
                quiet = Some(self.breaths.is_quiet(now));
            }
        }
        if connected.co2 {
            let rate = self.co2_breaths.per_minute(now).filter(|_| on.co2);
            let end_tidal = match rate {
                Some(rate) if rate > 0.0 => self.co2.last().map(|breath| breath.high),
                // Without breath there is no end of a breath.
                Some(_) => Some(0.0),
                None => None,
            };
            values.extend([(Vital::EtCo2, end_tidal), (Vital::AwayRespRate, rate)]);
            if on.co2 {
                // Gas that moves is the better witness.
                quiet = Some(self.co2_breaths.is_quiet(now));
            } else {
                wrong.push(Finding::Co2SensorOff);
            }
            // For the next call; only the last breath is asked for.
            self.co2.average(now, 2 * APNOEA_AFTER_SECONDS * SECOND);
        }
        if quiet == Some(true) {
            wrong.push(Finding::Apnoea);
        }
        values.push((Vital::Temp, Some(temp)));
        if connected.ecg {
            values.push((Vital::Pvc, on.ecg.then_some(self.premature.len() as f64)));
        }
        if connected.lead_ii {
            values.push((Vital::StII, self.st.value()));
        }
        for (vital, value) in &mut values {
            *value = value.map(|value| vital.rounded(value));
        }
        let found = self.watches.findings(now, &values, wrong);
        (values, found)
    }

    /// Systolic, diastolic, mean; only the mean when nothing pulses.
    fn pressures(&mut self, now: i64, on: bool) -> (Option<f64>, Option<f64>, Option<f64>) {
        if !on {
            return (None, None, None);
        }
        let pulsing = self.abp_pulses.quiet(now) < ASYSTOLE_AFTER_SECONDS * SECOND;
        let pulse = self.abp.average(now, PRESSURE_WINDOW_SECONDS * SECOND).filter(|_| pulsing);
        if let Some(pulse) = pulse {
            return (Some(pulse.high), Some(pulse.low), Some(pulse.mean()));
        }
        let count = self.abp_level.len();
        let level = self.abp_level.iter().sum::<f64>() / count as f64;
        (None, None, Some(level).filter(|level| count >= 8 && level.is_finite()))
    }
}

/// Takes a wave into its rate and its cycles, or forgets both while the sensor is off.
fn take<const N: usize>(
    start: i64,
    wave: Option<&Wave<N>>,
    rate: &mut Rate,
    cycles: Option<&mut Cycles>,
    anew: fn(i64) -> Rate,
) {
    let step = (ECG_BLOCK / N) as i64;
    if let Some(wave) = wave {
        wave.starts.iter().for_each(|at| rate.push(start + *at as i64 * step));
        if let Some(cycles) = cycles {
            cycles.take(start, step, wave);
        }
        return;
    }
    *rate = anew(start + ECG_BLOCK as i64);
    if let Some(cycles) = cycles {
        *cycles = Cycles::default();
    }
}

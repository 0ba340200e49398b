//! Arterial pressure and pleth: what a beat pumps runs off through a resistance.
//!
//! Each stroke flows into an elastic vessel (a two-element windkessel), so that pressure follows from
//! rate, stroke and resistance: it falls in a pause, and to the filling pressure when nothing beats.
//! The dicrotic notch is a table on top. Times are samples of 500 Hz; waves have every fourth.

use std::collections::VecDeque;

use vigie_session::rng::Rng;

use super::heart::{Beat, RATE, samples};
use super::person::Person;
use super::raw::{PULSE_BLOCK, Wave};

/// Samples of 500 Hz between samples of these waves.
const STEP: i64 = 4;
/// Pressure with the heart at rest, mmHg.
const FILLING_PRESSURE: f64 = 14.0;
/// A stroke of the ventricles fills badly.
const VENTRICULAR_STROKE: f64 = 0.75;
/// The pleth's run-off, seconds.
const FINGER_RUN_OFF: f64 = 0.42;
/// Resistance moves to where it is going with this time constant, seconds.
const TONE_SETTLES: f64 = 4.0;

/// Where pulses begin, at 500 Hz.
#[derive(Clone, Copy, Debug)]
struct Pulse {
    arterial_at: i64,
    finger_at: i64,
    stroke: f64,
}

#[derive(Debug)]
pub(super) struct Vessels {
    rng: Rng,
    pulses: VecDeque<Pulse>,
    /// What flows in, by the sample since the foot; every fourth sums up to 1.
    ejection: Vec<f64>,
    /// What the closing valve and the reflected wave add, for a pulse of 1.
    notch: Vec<f64>,
    /// Pressure a full stroke adds, mmHg.
    rise: f64,
    /// Run-off at full resistance, seconds.
    run_off: f64,
    /// Resistance, 1 at rest.
    tone: f64,
    pressure: f64,
    finger: f64,
}

fn bell(t: f64, at: f64, width: f64) -> f64 {
    (-0.5 * ((t - at) / width).powi(2)).exp()
}

/// What a stroke adds, mmHg, and the run-off, seconds, with which the wave at rest has the pressures
/// of this person: found by trying.
fn calibrated(person: &Person, ejection: &[f64], notch: &[f64]) -> (f64, f64) {
    let interval = samples(60.0 / person.heart_rate) / STEP;
    let at = |table: &[f64], n: i64| {
        // The notch can reach into the next pulse.
        let of = |n: i64| {
            let index = usize::try_from(n * STEP).ok()?;
            table.get(index).copied()
        };
        of(n).unwrap_or(0.0) + of(n + interval).unwrap_or(0.0)
    };
    let dt = STEP as f64 / RATE as f64;
    let wanted = person.systolic - person.diastolic;
    let (mut rise, mut run_off) = (wanted * 1.2, 1.2);
    let mut pressure = person.diastolic;
    for _ in 0..16 {
        let (mut high, mut low) = (f64::MIN, f64::MAX);
        for n in 0..interval * 12 {
            pressure +=
                rise * at(ejection, n % interval) - (pressure - FILLING_PRESSURE) * dt / run_off;
            if n >= interval * 11 {
                let shown = pressure + rise * at(notch, n % interval);
                (high, low) = (high.max(shown), low.min(shown));
            }
        }
        rise *= (wanted / (high - low)).clamp(0.7, 1.4);
        let off = (person.diastolic - FILLING_PRESSURE) / (low - FILLING_PRESSURE);
        run_off *= off.clamp(0.6, 1.6).powf(0.6);
    }
    (rise, run_off)
}

impl Vessels {
    pub(super) fn new(person: &Person, rng: Rng) -> Vessels {
        let table = |seconds: f64, of: &dyn Fn(f64) -> f64| -> Vec<f64> {
            (0..samples(seconds)).map(|n| of(n as f64 / RATE as f64)).collect()
        };
        // Fast at first: the peak comes some 0.15 s after the foot.
        let mut ejection = table(0.26, &|t| {
            let x = t / 0.26;
            x.powf(0.7) * (1.0 - x).powi(2)
        });
        let sum: f64 = ejection.iter().sum::<f64>() / STEP as f64;
        ejection.iter_mut().for_each(|flow| *flow /= sum);
        let notch = table(0.64, &|t| {
            // From 0 at the foot, so that the foot stays the lowest point.
            let begin = (t / 0.1).min(1.0);
            let first = 0.4 * bell(t, 0.13, 0.045);
            begin * (first + 0.12 * bell(t, 0.38, 0.05) - 0.05 * bell(t, 0.275, 0.02))
        });
        let (rise, run_off) = calibrated(person, &ejection, &notch);
        Vessels {
            rng,
            pulses: VecDeque::new(),
            ejection,
            notch,
            rise,
            run_off,
            tone: 1.0,
            pressure: person.diastolic,
            finger: 0.2,
        }
    }

    /// A beat that is going to be. Its stroke grows with the time it had to fill.
    pub(super) fn beat(&mut self, person: &Person, beat: Beat, breath: f64, contractility: f64) {
        let interval = beat.interval as f64 / RATE as f64 * person.heart_rate / 60.0;
        let filling = (1.0 + 0.9 * (interval - 1.0)).clamp(0.3, 1.5);
        let place = if beat.ventricular { VENTRICULAR_STROKE } else { 1.0 };
        let stroke = filling * place * contractility * (1.02 - 0.04 * breath);
        let arterial_at = beat.at + samples(person.arterial_delay);
        let finger_at = beat.at + samples(person.finger_delay);
        self.pulses.push_back(Pulse { arterial_at, finger_at, stroke });
    }

    /// Beats after `now` are not made.
    pub(super) fn forget_after(&mut self, person: &Person, last_beat: i64) {
        let last = last_beat + samples(person.arterial_delay);
        self.pulses.retain(|pulse| pulse.arterial_at <= last);
    }

    /// Resistance is going to `tone` from now on.
    pub(super) fn set_tone(&mut self, tone: f64, dt: f64) {
        self.tone += (tone - self.tone) * (dt / TONE_SETTLES).min(1.0);
    }

    /// Both waves of the block that begins at `start`: arterial pressure, pleth.
    pub(super) fn waves(
        &mut self,
        person: &Person,
        start: i64,
    ) -> (Wave<PULSE_BLOCK>, Wave<PULSE_BLOCK>) {
        let mut arterial = [(0.0, 0.0); PULSE_BLOCK];
        let mut finger = [(0.0, 0.0); PULSE_BLOCK];
        let (mut arterial_feet, mut finger_feet) = (Vec::new(), Vec::new());
        for pulse in &self.pulses {
            let stroke = pulse.stroke;
            arterial_feet.extend(self.add(pulse.arterial_at, stroke, start, &mut arterial));
            finger_feet.extend(self.add(pulse.finger_at, stroke, start, &mut finger));
        }
        let end = start + PULSE_BLOCK as i64 * STEP;
        let longest = RATE;
        while self.pulses.front().is_some_and(|pulse| pulse.finger_at + longest < end) {
            self.pulses.pop_front();
        }
        let dt = STEP as f64 / RATE as f64;
        let leak = dt / (self.run_off * self.tone);
        let abp = arterial.map(|(flow, notch)| {
            self.pressure += self.rise * flow - (self.pressure - FILLING_PRESSURE) * leak;
            (self.pressure + self.rise * notch) as f32
        });
        let gain = 0.62 * person.perfusion;
        let pleth = finger.map(|(flow, notch)| {
            self.finger += flow - self.finger * dt / FINGER_RUN_OFF;
            (0.08 + gain * (self.finger + 0.5 * notch)).clamp(0.0, 1.0) as f32
        });
        let mut hiss = |scale: f32| scale * (self.rng.unit() as f32 - 0.5);
        let abp = abp.map(|sample| sample + hiss(0.2));
        let pleth = pleth.map(|sample| sample + hiss(0.002));
        (
            Wave { samples: abp, starts: arterial_feet },
            Wave { samples: pleth.map(|sample| sample.clamp(0.0, 1.0)), starts: finger_feet },
        )
    }

    /// Adds flow and notch of one pulse to the block from `start`; the index of its foot, when this
    /// block holds the first sample that is not before it.
    fn add(
        &self,
        foot: i64,
        stroke: f64,
        start: i64,
        out: &mut [(f64, f64); PULSE_BLOCK],
    ) -> Option<usize> {
        let first = (foot - start + STEP - 1).div_euclid(STEP);
        let from = first.max(0);
        let mut at = usize::try_from(start + from * STEP - foot).ok()?;
        for (flow, notch) in out.get_mut(usize::try_from(from).ok()?..)? {
            let Some(add) = self.notch.get(at) else { break };
            *flow += stroke * self.ejection.get(at).copied().unwrap_or(0.0);
            *notch += stroke * add;
            at += STEP as usize;
        }
        usize::try_from(first).ok().filter(|first| *first < PULSE_BLOCK)
    }
}

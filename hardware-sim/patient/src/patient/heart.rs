//! When the heart beats, and the ECG of each beat.
//!
//! A beat is a sum of Gaussians, one for each wave of the PQRST complex, as in P. McSharry et al., "A
//! dynamical model for generating synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50
//! (2003) 289. They are added up once into tables at the sample rate; a beat lies on a sample, so that
//! making a wave is adding slices. Times are samples of 500 Hz since the start.

use std::collections::VecDeque;

use vigie_session::rng::Rng;

use super::person::{Drift, Person};
use super::raw::ECG_BLOCK;

/// Samples of a second.
pub(super) const RATE: i64 = 500;
/// A beat is decided so long before its R peak, since its P wave begins then.
const BEFORE: i64 = RATE * 3 / 10;
/// Rates move to where they are going with this time constant, seconds.
const RATE_SETTLES: f64 = 7.0;

/// What makes the heart beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rhythm {
    Sinus,
    Bradycardia,
    Tachycardia,
    Ventricular,
    Asystole,
}

/// One beat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
    /// The R peak.
    pub(super) at: i64,
    /// Samples since the beat before.
    pub(super) interval: i64,
    /// It began in a ventricle.
    pub(super) ventricular: bool,
    /// Scale of its complex.
    amplitude: f32,
}

/// A part of the complex in the three leads; `before` samples lie before its centre.
#[derive(Clone, Debug)]
struct Table {
    before: i64,
    leads: [Vec<f32>; 3],
}

/// Centre and width in seconds, and the height in leads I, II and V in millivolt.
type Gaussian = (f64, f64, [f64; 3]);

const P_WAVE: &[Gaussian] = &[(0.0, 0.022, [0.07, 0.13, 0.06])];
/// Lead III is II - I: positive here, and the S wave is deepest over the chest.
const QRS: &[Gaussian] = &[
    (-0.028, 0.008, [-0.05, -0.09, -0.07]),
    (0.0, 0.011, [0.62, 1.12, 1.2]),
    (0.027, 0.009, [-0.09, -0.17, -0.32]),
];
/// Rises slowly and falls fast.
const T_WAVE: &[Gaussian] =
    &[(-0.03, 0.045, [0.10, 0.17, 0.15]), (0.015, 0.032, [0.09, 0.15, 0.14])];
/// Wide, and its T wave points the other way.
const VENTRICULAR: &[Gaussian] = &[
    (-0.085, 0.03, [-0.10, -0.18, 0.25]),
    (0.0, 0.040, [0.75, 1.45, -1.1]),
    (0.155, 0.055, [-0.30, -0.52, 0.45]),
];

impl Table {
    fn new(waves: &[Gaussian], scale: [f64; 3]) -> Table {
        // Four widths away a Gaussian is below a microvolt of the last digit that monitors send.
        let reach = |side: f64| {
            waves.iter().map(|(at, width, _)| side * at + 4.0 * width).fold(0.0, f64::max)
        };
        let before = (reach(-1.0) * RATE as f64) as i64;
        let after = (reach(1.0) * RATE as f64) as i64;
        let lead = |lead: usize| {
            let sample = |n: i64| {
                let t = n as f64 / RATE as f64;
                let sum: f64 = waves
                    .iter()
                    .map(|(at, width, height)| {
                        height[lead] * (-0.5 * ((t - at) / width).powi(2)).exp()
                    })
                    .sum();
                (sum * scale[lead]) as f32
            };
            (-before..=after).map(sample).collect()
        };
        Table { before, leads: [lead(0), lead(1), lead(2)] }
    }

    /// Adds what of this table, centred on `centre`, lies in the block that begins at `start`.
    fn add(&self, centre: i64, amplitude: f32, start: i64, out: &mut [[f32; ECG_BLOCK]; 3]) {
        let begin = centre - self.before - start;
        let (skip, to) =
            (usize::try_from(-begin).unwrap_or(0), usize::try_from(begin).unwrap_or(0));
        for (lead, out) in self.leads.iter().zip(out) {
            let (Some(from), Some(out)) = (lead.get(skip..), out.get_mut(to..)) else { return };
            for (sample, out) in from.iter().zip(out) {
                *out += amplitude * sample;
            }
        }
    }
}

/// The heart.
#[derive(Debug)]
pub(super) struct Heart {
    rng: Rng,
    rhythm: Rhythm,
    /// Where the rate is on its way, beats a minute.
    rate: f64,
    drift: Drift,
    drifted: f64,
    /// When the next beat is; `None` in asystole.
    next_at: Option<i64>,
    last_at: i64,
    next_ventricular: bool,
    /// The beat after a premature one comes late.
    pause: bool,
    /// Beats that are not wholly drawn yet.
    beats: VecDeque<Beat>,
    p_wave: Table,
    qrs: Table,
    t_wave: Table,
    ventricular: Table,
    /// What muscles add; each block begins somewhere in it.
    noise: Vec<f32>,
}

impl Heart {
    pub(super) fn new(person: &Person, mut rng: Rng, now: i64) -> Heart {
        let scale = person.lead_scale;
        let mut qrs = QRS.to_vec();
        // The ST segment, between S and T: as much of lead II in the others.
        qrs.push((0.11, 0.035, [0.5 * person.st, person.st, -0.5 * person.st]));
        let noise = (0..1_024).map(|_| 0.012 * (rng.unit() + rng.unit() - 1.0) as f32).collect();
        Heart {
            rng,
            rhythm: Rhythm::Sinus,
            rate: person.heart_rate,
            drift: Drift::default(),
            drifted: 0.0,
            next_at: Some(now + BEFORE),
            last_at: now,
            next_ventricular: false,
            pause: false,
            beats: VecDeque::new(),
            p_wave: Table::new(P_WAVE, scale),
            qrs: Table::new(&qrs, scale),
            t_wave: Table::new(T_WAVE, scale),
            ventricular: Table::new(VENTRICULAR, scale),
            noise,
        }
    }

    pub(super) fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// The latest beat that is decided.
    pub(super) fn last_at(&self) -> i64 {
        self.last_at
    }

    /// The beats whose R peak lies in the block that begins at `start`.
    pub(super) fn beats_in(&self, start: i64) -> impl Iterator<Item = &Beat> {
        let end = start + ECG_BLOCK as i64;
        self.beats.iter().filter(move |beat| (start..end).contains(&beat.at))
    }

    /// The rhythm changes now: beats that have not begun are not made.
    pub(super) fn set_rhythm(&mut self, person: &Person, rhythm: Rhythm, now: i64, settled: bool) {
        if rhythm == self.rhythm {
            return;
        }
        let was = std::mem::replace(&mut self.rhythm, rhythm);
        self.beats.retain(|beat| beat.at - BEFORE < now);
        if let Some(beat) = self.beats.back() {
            self.last_at = beat.at;
        }
        self.next_ventricular = rhythm == Rhythm::Ventricular;
        self.pause = false;
        if rhythm == Rhythm::Ventricular {
            self.rate = person.ventricular_rate;
        } else if settled || was == Rhythm::Ventricular || was == Rhythm::Asystole {
            self.rate = self.target(person, 1.0);
        }
        let seconds = match (was, rhythm) {
            (_, Rhythm::Asystole) => {
                self.next_at = None;
                return;
            }
            // The sinus node takes a while to be heard again.
            (Rhythm::Ventricular | Rhythm::Asystole, _) => 1.1,
            _ => 60.0 / self.rate,
        };
        self.next_at = Some((self.last_at + samples(seconds)).max(now + BEFORE));
    }

    /// Where the rate is going; `drive` is what reflexes make of it.
    fn target(&self, person: &Person, drive: f64) -> f64 {
        match self.rhythm {
            Rhythm::Sinus | Rhythm::Asystole => person.heart_rate * drive,
            Rhythm::Bradycardia => person.slow_rate,
            Rhythm::Tachycardia => person.fast_rate,
            Rhythm::Ventricular => person.ventricular_rate,
        }
    }

    /// Decides the beats whose waves may begin in the block from `start`. `breath` is the depth of
    /// the breath now, 0 to 1.
    pub(super) fn schedule(
        &mut self,
        person: &Person,
        start: i64,
        breath: f64,
        drive: f64,
        mut fresh: impl FnMut(Beat),
    ) {
        let dt = ECG_BLOCK as f64 / RATE as f64;
        self.rate += (self.target(person, drive) - self.rate) * dt / RATE_SETTLES;
        self.drifted = self.drift.step(&mut self.rng, dt, 120.0, 0.03);
        let end = start + ECG_BLOCK as i64 + BEFORE;
        while let Some(at) = self.next_at.filter(|at| *at < end) {
            let interval = (at - self.last_at).clamp(RATE / 5, RATE * 2);
            let amplitude = 1.0 + 0.05 * (breath as f32 - 0.5);
            let ventricular = self.next_ventricular;
            let beat = Beat { at, interval, ventricular, amplitude };
            self.beats.push_back(beat);
            fresh(beat);
            self.last_at = at;
            self.next_at = Some(at + samples(self.next_interval(person, at, breath, ventricular)));
        }
    }

    /// Seconds to the next beat; decides where that one begins.
    fn next_interval(
        &mut self,
        person: &Person,
        at: i64,
        breath: f64,
        was_ventricular: bool,
    ) -> f64 {
        let jitter = 1.0 + 0.008 * (self.rng.unit() - 0.5);
        if self.rhythm == Rhythm::Ventricular {
            self.next_ventricular = true;
            return 60.0 / self.rate * jitter;
        }
        // The blood pressure's own waves, some six a minute.
        let slow = (at as f64 / RATE as f64 * std::f64::consts::TAU * 0.1).sin();
        let sway = match self.rhythm {
            Rhythm::Sinus | Rhythm::Asystole => 1.0,
            Rhythm::Bradycardia | Rhythm::Tachycardia | Rhythm::Ventricular => 0.3,
        };
        let arrhythmia = sway * (person.sinus_arrhythmia * (0.5 - breath) + 0.012 * slow);
        let interval = 60.0 / self.rate * (1.0 + self.drifted + arrhythmia) * jitter;
        let premature = !was_ventricular
            && self.rhythm == Rhythm::Sinus
            && self.rng.chance(person.pvc_per_minute / 60.0 * interval);
        self.next_ventricular = premature;
        if premature {
            self.pause = true;
            interval * 0.66
        } else if std::mem::take(&mut self.pause) {
            // Premature beat and pause together last as long as two beats.
            interval * 1.34
        } else {
            interval
        }
    }

    /// The ECG of the block that begins at `start`, leads I, II, V; `wander` is how breathing moves
    /// the baseline, one value for 8 samples, and the value before them.
    pub(super) fn ecg(&mut self, start: i64, wander: &[f32; 17]) -> [[f32; ECG_BLOCK]; 3] {
        let mut out = [[0.0; ECG_BLOCK]; 3];
        for (lead, share) in out.iter_mut().zip([0.04f32, 0.06, 0.03]) {
            let offset = self.rng.index(self.noise.len() - ECG_BLOCK);
            let noise = self.noise.get(offset..).unwrap_or_default();
            for ((group, ends), noise) in
                lead.chunks_exact_mut(8).zip(wander.windows(2)).zip(noise.chunks_exact(8))
            {
                let step = (ends[1] - ends[0]) / 8.0;
                for ((sample, noise), n) in group.iter_mut().zip(noise).zip(1u8..) {
                    *sample = share * (ends[0] + step * f32::from(n)) + noise;
                }
            }
        }
        for beat in &self.beats {
            if beat.ventricular {
                self.ventricular.add(beat.at, beat.amplitude, start, &mut out);
                continue;
            }
            let interval = (beat.interval as f64 / RATE as f64).clamp(0.36, 1.3);
            // PR and QT shorten with the interval, QT with its root (Bazett).
            let p_at = beat.at - samples(0.105 + 0.05 * interval.min(1.0));
            self.p_wave.add(p_at, beat.amplitude, start, &mut out);
            self.qrs.add(beat.at, beat.amplitude, start, &mut out);
            let t_at = beat.at + samples(0.305 * interval.sqrt());
            self.t_wave.add(t_at, beat.amplitude, start, &mut out);
        }
        let end = start + ECG_BLOCK as i64;
        // T ends at the latest 0.35 + 0.15 s after R.
        while self.beats.front().is_some_and(|beat| beat.at + RATE * 6 / 10 < end) {
            self.beats.pop_front();
        }
        out
    }
}

/// Seconds as samples.
pub(super) fn samples(seconds: f64) -> i64 {
    (seconds * RATE as f64).round() as i64
}

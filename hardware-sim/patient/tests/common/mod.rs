//! A run of a patient, and peak counters that know nothing of how the waves were made.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;

use vigie_sim_patient::{Patient, Signal, Vital, Vitals};

/// What a patient did.
#[derive(Default)]
pub struct Run {
    pub waves: BTreeMap<Signal, Vec<f32>>,
    pub vitals: Vec<Vitals>,
}

impl Run {
    /// So many seconds, rounded to blocks.
    pub fn of(patient: &mut Patient, seconds: f64) -> Run {
        let mut run = Run::default();
        for _ in 0..blocks(seconds) {
            let block = patient.next_block();
            for trace in block.traces {
                assert_eq!(trace.samples.len(), trace.signal.samples_of_block());
                run.waves.entry(trace.signal).or_default().extend(trace.samples);
            }
            run.vitals.push(block.vitals);
        }
        run
    }

    pub fn wave(&self, signal: Signal) -> &[f32] {
        self.waves.get(&signal).map_or(&[], Vec::as_slice)
    }

    /// The number two blocks before the end, so that a wave is known on both sides of its moment.
    pub fn settled(&self, vital: Vital) -> Option<f64> {
        self.vitals[self.vitals.len() - 3].get(vital)
    }

    pub fn last(&self, vital: Vital) -> Option<f64> {
        self.vitals.last().and_then(|vitals| vitals.get(vital))
    }
}

pub fn blocks(seconds: f64) -> usize {
    (seconds / 0.256).round() as usize
}

/// Peaks: samples that are the highest within `apart` on either side, and higher than `share` of the
/// way from the lowest to the highest of all.
pub fn peaks(wave: &[f32], apart: usize, share: f32) -> Vec<usize> {
    let high = wave.iter().copied().fold(f32::MIN, f32::max);
    let low = wave.iter().copied().fold(f32::MAX, f32::min);
    let least = low + share * (high - low);
    let is_peak = |n: &usize| {
        let near = &wave[n.saturating_sub(apart)..(n + apart + 1).min(wave.len())];
        let before = &wave[n.saturating_sub(apart)..*n];
        wave[*n] > least
            && near.iter().all(|other| *other <= wave[*n])
            && before.iter().all(|other| *other < wave[*n])
    };
    // What lies at the border may be a slope.
    (apart..wave.len().saturating_sub(apart)).filter(is_peak).collect()
}

/// The lowest points after which the wave rises by `share` of all its swing, having come down as far.
pub fn feet(wave: &[f32], share: f32) -> Vec<usize> {
    let finite = || wave.iter().copied().filter(|sample| sample.is_finite());
    let least = share * (finite().fold(f32::MIN, f32::max) - finite().fold(f32::MAX, f32::min));
    let (mut feet, mut rising) = (Vec::new(), true);
    let (mut low, mut high) = ((0, f32::MAX), f32::MIN);
    for (n, sample) in wave.iter().copied().enumerate() {
        if rising {
            high = high.max(sample);
            if high - sample > least {
                (rising, low) = (false, (n, sample));
            }
        } else if sample <= low.1 {
            low = (n, sample);
        } else if sample - low.1 > least {
            feet.push(low.0);
            (rising, high) = (true, sample);
        }
    }
    feet
}

/// Events a minute over the intervals that ended in the `seconds` before `end`.
pub fn per_minute(events: &[usize], end: usize, rate: f64, seconds: f64) -> f64 {
    let from = end as f64 - seconds * rate;
    let events: Vec<usize> = events.iter().copied().filter(|at| *at < end).collect();
    let first = events.iter().position(|at| *at as f64 >= from).unwrap_or(events.len());
    let used = &events[first.saturating_sub(1)..];
    let (Some(first), Some(last)) = (used.first(), used.last()) else { return 0.0 };
    if used.len() < 3 {
        return 0.0;
    }
    60.0 * (used.len() - 1) as f64 * rate / (last - first) as f64
}

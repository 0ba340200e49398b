//! Measures samples as an oscilloscope would, knowing nothing of how they were made.

use std::{f64::consts::PI, ops::Range};

/// A stretch in which the envelope stands above half of its own peak.
#[derive(Clone, Debug)]
pub struct Pulse {
    /// Seconds at which it rises and falls through half.
    pub from: f64,
    pub to: f64,
    /// From 10 to 90 % of its peak, and from 90 to 10.
    pub rise: f64,
    pub fall: f64,
    /// Peak of the envelope.
    pub level: f64,
}

impl Pulse {
    pub fn length(&self) -> f64 {
        self.to - self.from
    }
}

/// Level of one frequency by Goertzel's algorithm under a Hann window: 1 for a sine of amplitude 1.
pub fn goertzel(samples: &[f32], hz: f64, rate: f64) -> f64 {
    let coefficient = 2.0 * (2.0 * PI * hz / rate).cos();
    let (mut one, mut two) = (0.0, 0.0);
    let count = samples.len() as f64;
    for (index, sample) in samples.iter().enumerate() {
        let window = 0.5 - 0.5 * (2.0 * PI * (index as f64 + 0.5) / count).cos();
        let next = f64::from(*sample) * window + coefficient * one - two;
        (two, one) = (one, next);
    }
    let power = one * one + two * two - coefficient * one * two;
    power.max(0.0).sqrt() * 4.0 / count
}

/// The pitch by autocorrelation: the first shift at which the signal is like itself again.
pub fn pitch_hz(samples: &[f32], rate: f64) -> f64 {
    let alike = |shift: usize| -> f64 {
        let (early, late) = (&samples[..samples.len() - shift], &samples[shift..]);
        let product = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        product(early, late) / (product(early, early) * product(late, late)).sqrt()
    };
    // 150 to 1000 Hz, with some room.
    let shifts: Vec<usize> = ((rate / 1_200.0) as usize..=(rate / 120.0) as usize).collect();
    let curve: Vec<f64> = shifts.iter().map(|shift| alike(*shift)).collect();
    let best = curve.iter().copied().fold(f64::MIN, f64::max);
    let peak = (1..curve.len() - 1)
        .find(|at| {
            curve[*at] > 0.98 * best && curve[*at] >= curve[at + 1] && curve[*at] >= curve[at - 1]
        })
        .expect("a pitch");
    // A parabola through three points finds the shift between samples.
    let (a, b, c) = (curve[peak - 1], curve[peak], curve[peak + 1]);
    let shift = shifts[peak] as f64 + 0.5 * (a - c) / (a - 2.0 * b + c);
    rate / shift
}

/// The envelope: root of the mean square over `window` samples around each, times the root of two.
pub fn envelope(samples: &[f32], window: usize) -> Vec<f64> {
    let half = window / 2;
    let mut sums = vec![0.0];
    for sample in samples {
        sums.push(sums[sums.len() - 1] + f64::from(*sample) * f64::from(*sample));
    }
    (0..samples.len())
        .map(|at| {
            let (from, to) = (at.saturating_sub(half), (at + half + 1).min(samples.len()));
            (2.0 * (sums[to] - sums[from]).max(0.0) / (2 * half + 1) as f64).sqrt()
        })
        .collect()
}

/// All pulses louder than `silence`, each measured in an envelope over a period of its own pitch.
pub fn pulses(samples: &[f32], rate: f64, silence: f64) -> Vec<Pulse> {
    let found = stretches(samples, rate, silence);
    found.into_iter().map(|range| pulse(samples, range, rate)).collect()
}

/// Where the envelope over 4 ms stands above `silence`. A dip of less than 10 ms, such as its ripple
/// leaves, parts nothing.
pub fn stretches(samples: &[f32], rate: f64, silence: f64) -> Vec<Range<usize>> {
    let found = envelope(samples, (rate * 0.004) as usize);
    let dip = (0.01 * rate) as usize;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, _) in found.iter().enumerate().filter(|(_, level)| **level > silence) {
        match ranges.last_mut() {
            Some(range) if at - range.end < dip => range.end = at + 1,
            _ => ranges.push(at..at + 1),
        }
    }
    ranges
}

fn pulse(samples: &[f32], range: Range<usize>, rate: f64) -> Pulse {
    let part = &samples[range.clone()];
    let middle = &part[part.len() / 3..part.len() * 2 / 3];
    let is_long = middle.len() as f64 > rate / 40.0;
    let period = if is_long { rate / pitch_hz(middle, rate) } else { rate * 0.004 };
    let part = envelope(part, period.round() as usize);
    // The plateau, not the ripple upon it.
    let level = part[part.len() / 4..part.len() / 2].iter().sum::<f64>()
        / part[part.len() / 4..part.len() / 2].len() as f64;
    let up = |share: f64| part.iter().position(|at| *at >= share * level).expect("a rise") as f64;
    let down =
        |share: f64| part.iter().rposition(|at| *at >= share * level).expect("a fall") as f64;
    Pulse {
        from: (range.start as f64 + up(0.5)) / rate,
        to: (range.start as f64 + down(0.5)) / rate,
        rise: (up(0.9) - up(0.1)) / rate,
        fall: (down(0.1) - down(0.9)) / rate,
        level,
    }
}

/// The greatest step between neighbouring samples.
pub fn step_max(samples: &[f32]) -> f32 {
    samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// What stands above `hz`, where no harmonic is: a click is a noise of all frequencies. The greatest
/// output of a high-pass of second order, run three times.
pub fn above(samples: &[f32], hz: f64, rate: f64) -> f64 {
    let mut signal: Vec<f64> = samples.iter().map(|sample| f64::from(*sample)).collect();
    for _ in 0..3 {
        let turn = 2.0 * PI * hz / rate;
        let alpha = turn.sin() / 2f64.sqrt();
        let (b0, b1) = ((1.0 + turn.cos()) / 2.0, -(1.0 + turn.cos()));
        let (a0, a1, a2) = (1.0 + alpha, -2.0 * turn.cos(), 1.0 - alpha);
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        for sample in &mut signal {
            let y = (b0 * (*sample + x2) + b1 * x1 - a1 * y1 - a2 * y2) / a0;
            (x2, x1, y2, y1) = (x1, *sample, y1, y);
            *sample = y;
        }
    }
    signal.iter().map(|sample| sample.abs()).fold(0.0, f64::max)
}

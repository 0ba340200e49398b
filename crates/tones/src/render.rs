//! A burst as samples: harmonics under an envelope that begins and ends at nothing.

use std::{f64::consts::PI, time::Duration};

use crate::BurstShape;

/// Level of each harmonic against the fundamental, in decibels; the fundamental first. At least four
/// harmonics within 300 to 4000 Hz, each within 15 dB of the fundamental (PUI Audio, note on IEC
/// 60601-1-8). They carry the sound where a small loudspeaker has lost the fundamental.
const HARMONICS_DB: [f64; 5] = [0.0, 0.0, -3.0, -6.0, -9.0];

/// Rise from 10 to 90 % of the height, against the pulse's length: 10 to 20 % in the edition of 2006,
/// 10 to 40 % in later readings [2nd].
const RISE_SHARE: f64 = 0.175;

/// Fall from 90 to 10 %: shorter than the gap that follows [2nd, sources conflict], longer than the
/// rise, so that a pulse dies away.
const FALL_SHARE: f64 = 0.25;

/// A raised cosine goes from 10 to 90 % within this part of its length: (acos -0.8 - acos 0.8) / pi.
const COSINE_10_TO_90: f64 = 0.590_334_470_601_733;

/// One burst at `rate_hz` samples a second, mono, with a peak of 1, from the first sample that is not
/// nothing to the last.
pub fn burst(shape: &BurstShape, rate_hz: u32) -> Vec<f32> {
    part(shape, rate_hz, shape.notes_hz.len())
}

/// The first `pulses` of a burst.
pub(crate) fn part(shape: &BurstShape, rate_hz: u32, pulses: usize) -> Vec<f32> {
    let rate = f64::from(rate_hz);
    let envelope = Envelope::of(shape.pulse);
    let (onsets, length) = (shape.onsets(), envelope.length_secs());
    let pulses = onsets.iter().zip(&shape.notes_hz).take(pulses);
    let mut samples = Vec::new();
    for (onset, note_hz) in pulses {
        let begin = (onset.as_secs_f64() * rate).round() as usize;
        let count = (length * rate).ceil() as usize;
        if samples.len() < begin + count {
            samples.resize(begin + count, 0.0);
        }
        let tone = Tone::of(f64::from(*note_hz), rate);
        for (index, sample) in samples[begin..begin + count].iter_mut().enumerate() {
            let at = index as f64 / rate;
            // Pulses that a strange shape lays over one another must not leave the range.
            *sample = (*sample + (envelope.at(at) * tone.at(at)) as f32).clamp(-1.0, 1.0);
        }
    }
    samples
}

/// Raised cosines up and down. Half of the rise lies before the pulse's nominal beginning and half of
/// the fall after its end, so that it is as long as wanted at half height.
struct Envelope {
    rise_secs: f64,
    fall_from_secs: f64,
    fall_secs: f64,
}

impl Envelope {
    fn of(pulse: Duration) -> Envelope {
        let pulse = pulse.as_secs_f64();
        let rise_secs = pulse * RISE_SHARE / COSINE_10_TO_90;
        let fall_secs = pulse * FALL_SHARE / COSINE_10_TO_90;
        Envelope { rise_secs, fall_from_secs: (rise_secs - fall_secs) / 2.0 + pulse, fall_secs }
    }

    fn length_secs(&self) -> f64 {
        self.fall_from_secs + self.fall_secs
    }

    fn at(&self, secs: f64) -> f64 {
        let rising = raised_cosine(secs / self.rise_secs);
        let falling = raised_cosine((self.length_secs() - secs) / self.fall_secs);
        rising.min(falling)
    }
}

/// From 0 to 1 as `x` goes from 0 to 1.
pub(crate) fn raised_cosine(x: f64) -> f64 {
    (1.0 - (PI * x.clamp(0.0, 1.0)).cos()) / 2.0
}

/// A periodic sound with a peak of 1.
struct Tone {
    note_hz: f64,
    /// Amplitude and phase of each harmonic.
    partials: Vec<(f64, f64)>,
    scale: f64,
}

/// Points of a period at which its peak is looked for.
const PERIOD_POINTS: usize = 4_096;

impl Tone {
    fn of(note_hz: f64, rate_hz: f64) -> Tone {
        let count = HARMONICS_DB.len() as f64;
        let partials = HARMONICS_DB.iter().enumerate().map(|(index, level_db)| {
            // Schroeder's phases: the harmonics do not all peak at once, so that at the same peak the
            // sound is louder.
            let phase = PI * (index * (index + 1)) as f64 / count;
            // What a low sample rate cannot hold would come back as another pitch.
            let fits = note_hz * (index + 1) as f64 <= 0.45 * rate_hz;
            (if fits { 10f64.powf(level_db / 20.0) } else { 0.0 }, phase)
        });
        let mut tone = Tone { note_hz, partials: partials.collect(), scale: 1.0 };
        let points = (0..PERIOD_POINTS).map(|point| point as f64 / PERIOD_POINTS as f64 / note_hz);
        let peak = points.map(|at| tone.at(at).abs()).fold(0.0, f64::max);
        if peak > 0.0 {
            tone.scale = 1.0 / peak;
        }
        tone
    }

    fn at(&self, secs: f64) -> f64 {
        let turn = 2.0 * PI * self.note_hz * secs;
        let partials = self.partials.iter().enumerate();
        let sum: f64 = partials
            .map(|(index, (level, phase))| level * (turn * (index + 1) as f64 + phase).sin())
            .sum();
        sum * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_a_raised_cosine_is_what_it_says() {
        let at = |height: f64| (1.0 - 2.0 * height).acos() / PI;
        assert!((at(0.9) - at(0.1) - COSINE_10_TO_90).abs() < 1e-9);
        assert!((raised_cosine(at(0.1)) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn senseless_shapes_give_samples_within_range() {
        let mut shape = BurstShape {
            notes_hz: vec![100_000.0, 0.0, 440.0],
            pulse: Duration::from_millis(50),
            gaps: Vec::new(),
            repeat: Duration::ZERO,
            part: 9,
        };
        assert!(burst(&shape, 8_000).iter().all(|sample| sample.abs() <= 1.0));
        shape.pulse = Duration::ZERO;
        assert!(burst(&shape, 8_000).iter().all(|sample| sample.abs() <= 1.0));
        shape.notes_hz.clear();
        assert_eq!(burst(&shape, 8_000), []);
    }
}

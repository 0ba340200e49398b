//! Brings a wave to another rate.

/// Down by a whole number: the mean of what becomes one sample, so that nothing folds back. Otherwise
/// a cubic through the four samples around. A sample that needs a missing one is missing.
pub(super) fn resample(wave: &[f32], from: f64, to: f64) -> Vec<f32> {
    let ratio = from / to;
    let count = (wave.len() as f64 / ratio) as usize;
    if ratio >= 2.0 {
        let mean = |n: usize| {
            let begin = (n as f64 * ratio) as usize;
            let end = ((n + 1) as f64 * ratio) as usize;
            let part = wave.get(begin..end).unwrap_or_default();
            part.iter().sum::<f32>() / part.len() as f32
        };
        return (0..count).map(mean).collect();
    }
    let at = |n: i64| {
        let last = wave.len().saturating_sub(1) as i64;
        usize::try_from(n.clamp(0, last)).ok().and_then(|n| wave.get(n)).copied()
    };
    let between = |n: usize| {
        let x = n as f64 * ratio;
        let (whole, t) = (x as i64, x.fract() as f32);
        let around = [at(whole - 1), at(whole), at(whole + 1), at(whole + 2)];
        let [a, b, c, d] = around.map(|sample| sample.unwrap_or(f32::NAN));
        if t == 0.0 {
            return b;
        }
        // Catmull and Rom: through the samples, with the slope of their neighbours.
        let slope = c - a;
        let bend = 2.0 * a - 5.0 * b + 4.0 * c - d;
        let twist = 3.0 * (b - c) + d - a;
        b + 0.5 * t * (slope + t * (bend + t * twist))
    };
    (0..count).map(between).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_wave_keeps_its_shape_up_and_down() {
        let sine = |n: usize, rate: f64| (n as f64 / rate * 4.0).sin() as f32;
        let wave: Vec<f32> = (0..1_000).map(|n| sine(n, 125.0)).collect();
        let up = resample(&wave, 125.0, 500.0);
        assert_eq!(up.len(), 4_000);
        for (n, sample) in up.iter().enumerate().take(3_990).skip(4) {
            assert!((sample - sine(n, 500.0)).abs() < 1e-3, "{n}");
        }
        let down = resample(&wave, 125.0, 62.5);
        assert_eq!(down.len(), 500);
        for (n, sample) in down.iter().enumerate() {
            let middle = (sine(2 * n, 125.0) + sine(2 * n + 1, 125.0)) / 2.0;
            assert!((sample - middle).abs() < 1e-6, "{n}");
        }
    }

    #[test]
    fn what_is_missing_stays_missing() {
        let up = resample(&[0.0, 1.0, f32::NAN, 1.0, 0.0, 0.0, 0.0, 0.0], 125.0, 250.0);
        assert!(up[4].is_nan() && up[3].is_nan());
        assert_eq!(up[14], 0.0);
    }
}

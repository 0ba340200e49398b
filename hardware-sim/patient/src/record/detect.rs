//! Where beats, pulses and breaths are in a recorded wave.
//!
//! A wave turns where it has come back by a good share of how high it usually swings; that finds
//! pulses and breaths. For beats the steepness of the ECG is treated the same way, after J. Pan and
//! W. Tompkins, "A real-time QRS detection algorithm", IEEE Trans. Biomed. Eng. 32 (1985) 230.

/// How a kind of cycle looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// How many seconds around a sample tell how high the wave swings there.
    pub(super) around: f64,
    /// Share of the swing by which the wave must come back.
    pub(super) share: f32,
    /// Cycles are not closer than this, seconds.
    pub(super) apart: f64,
    /// Where the wave swings less, there are none.
    pub(super) least: f32,
}

/// Beats: peaks of steepness.
const BEATS: Look = Look { around: 3.0, share: 0.4, apart: 0.25, least: 0.0 };
/// Over which steepness is added up: as wide as a QRS complex, seconds.
const COMPLEX: f64 = 0.1;

/// What share of the samples around are under the low and the high end of the swing.
const LOW_END: f32 = 0.04;
const HIGH_END: f32 = 0.96;

/// The usual low and high end around each stretch of the wave, and how many samples a stretch has.
fn swings(wave: &[f32], rate: f64, look: Look) -> (Vec<f32>, usize) {
    let stretch = ((look.around / 4.0 * rate) as usize).max(1);
    let count = wave.len().div_ceil(stretch);
    let swing = |n: usize| {
        let from = n.saturating_sub(2) * stretch;
        let to = ((n + 3) * stretch).min(wave.len());
        let near = wave.get(from..to).unwrap_or_default().iter();
        let mut near: Vec<f32> = near.copied().filter(|sample| sample.is_finite()).collect();
        near.sort_by(f32::total_cmp);
        let end = |share: f32| near.get(((near.len() - 1) as f32 * share) as usize).copied();
        if near.is_empty() {
            return 0.0;
        }
        end(HIGH_END).unwrap_or(0.0) - end(LOW_END).unwrap_or(0.0)
    };
    ((0..count).map(swing).collect(), stretch)
}

/// The lowest points before the wave rises, and the highest ones after it: (foot, top).
pub(super) fn cycles(wave: &[f32], rate: f64, look: Look) -> Vec<(usize, usize)> {
    let (swings, stretch) = swings(wave, rate, look);
    let apart = (look.apart * rate) as usize;
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut rising = false;
    let (mut low, mut high) = ((0, f32::INFINITY), (0, f32::NEG_INFINITY));
    for (n, sample) in wave.iter().enumerate() {
        let swing = swings.get(n / stretch).copied().unwrap_or(0.0);
        if !sample.is_finite() || swing <= look.least {
            (rising, low, high) = (false, (n, f32::INFINITY), (n, f32::NEG_INFINITY));
            continue;
        }
        if rising {
            if *sample > high.1 {
                high = (n, *sample);
            } else if high.1 - sample > look.share * swing {
                if found.last().is_none_or(|(_, top)| high.0 - top >= apart) {
                    found.push((low.0, high.0));
                }
                (rising, low) = (false, (n, *sample));
            }
        } else if *sample <= low.1 {
            low = (n, *sample);
        } else if sample - low.1 > look.share * swing {
            (rising, high) = (true, (n, *sample));
        }
    }
    found
}

/// Indices of the R peaks of an ECG lead.
pub(super) fn beats(lead: &[f32], rate: f64) -> Vec<usize> {
    // Differences over 16 ms: what is as fast as a QRS complex passes, drift and hum do not.
    let reach = ((0.016 * rate).round() as usize).max(1);
    let steep: Vec<f32> = (0..lead.len())
        .map(|n| match (lead.get(n.wrapping_sub(reach)), lead.get(n + reach)) {
            (Some(before), Some(after)) if before.is_finite() && after.is_finite() => {
                (after - before).abs()
            }
            _ => 0.0,
        })
        .collect();
    let half = ((COMPLEX / 2.0 * rate) as usize).max(1);
    let mut sum = 0.0;
    let mut energy = Vec::with_capacity(steep.len());
    for n in 0..steep.len() + half {
        sum += f64::from(steep.get(n).copied().unwrap_or(0.0));
        sum -= f64::from(steep.get(n.wrapping_sub(2 * half)).copied().unwrap_or(0.0));
        if n >= half {
            energy.push(sum as f32);
        }
    }
    let found = cycles(&energy, rate, BEATS);
    let reach = (0.07 * rate) as usize;
    let peak = |(_, top): (usize, usize)| {
        let from = top.saturating_sub(reach);
        let near = lead.get(from..(top + reach).min(lead.len()))?;
        let finite: Vec<f32> = near.iter().copied().filter(|sample| sample.is_finite()).collect();
        let level = finite.iter().sum::<f32>() / finite.len() as f32;
        let farthest = near.iter().enumerate().filter(|(_, sample)| sample.is_finite());
        let farthest =
            farthest.max_by(|(_, a), (_, b)| (*a - level).abs().total_cmp(&(*b - level).abs()));
        Some(from + farthest?.0)
    };
    found.into_iter().filter_map(peak).collect()
}

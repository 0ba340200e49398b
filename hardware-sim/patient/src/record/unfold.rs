//! Mends samples that ran over the range of their format.
//!
//! `v102s` was recorded with 16 bits and is stored with 12: what was higher than the highest value
//! came round at the lowest. How often each sample came round is found as the path that jumps least
//! and lies least far from the middle, so that an error in one steep QRS complex ends with it.

/// How many times round is thought possible, in each direction.
const ROUNDS: i32 = 2;
const STATES: usize = 2 * ROUNDS as usize + 1;
/// What a step away from the middle costs, against a step between two samples.
const AWAY: f64 = 0.02;

/// Samples of so many bits as they were before they ran over. A single missing one is taken from its
/// neighbours: the lowest value of the format is also what a sample can come round to.
pub(super) fn unfolded(digital: &[Option<i16>], bits: u32) -> Vec<Option<i32>> {
    let round = 1i32 << bits;
    let lowest = -(round / 2);
    let jumps = digital.windows(2).any(|pair| match pair {
        [Some(a), Some(b)] => (i32::from(*a) - i32::from(*b)).abs() > round / 2,
        _ => false,
    });
    if !jumps {
        return digital.iter().map(|sample| sample.map(i32::from)).collect();
    }
    let value = |sample: &Option<i16>| sample.map_or(lowest, i32::from);
    let level = |sample: i32, state: usize| sample + (state as i32 - ROUNDS) * round;
    let mut cost = [0.0f64; STATES];
    let mut came: Vec<[u8; STATES]> = Vec::with_capacity(digital.len());
    let mut before = digital.first().map_or(0, value);
    for sample in digital.iter().map(value) {
        let mut next = [f64::INFINITY; STATES];
        let mut from = [0u8; STATES];
        for (state, (next, from)) in next.iter_mut().zip(&mut from).enumerate() {
            let to = level(sample, state);
            for (old, cost) in (0u8..).zip(&cost) {
                let jump = (to - level(before, usize::from(old))).abs();
                let total = cost + f64::from(jump) + AWAY * f64::from(to.abs());
                if total < *next {
                    (*next, *from) = (total, old);
                }
            }
        }
        came.push(from);
        (cost, before) = (next, sample);
    }
    let best = cost.iter().enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
    let mut state = best.map_or(ROUNDS as usize, |(state, _)| state);
    let mut path: Vec<Option<i32>> = Vec::with_capacity(digital.len());
    for (sample, from) in digital.iter().zip(&came).rev() {
        path.push(Some(level(value(sample), state)));
        state = from.get(state).map_or(state, |old| usize::from(*old));
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_that_came_round_is_put_back() {
        let wave = |n: i32| (f64::from(n) * 0.05).sin() * 3_000.0 + 500.0;
        let folded = |n: i32| {
            let wrapped = (wave(n) as i32 + 2_048).rem_euclid(4_096) - 2_048;
            // The reader takes the lowest value for a missing one.
            Some(wrapped as i16).filter(|sample| *sample != -2_048)
        };
        let folded: Vec<Option<i16>> = (0..2_000).map(folded).collect();
        for (n, sample) in (0..).zip(unfolded(&folded, 12)) {
            assert_eq!(sample, Some(wave(n) as i32), "{n}");
        }
    }

    #[test]
    fn a_wave_within_its_range_stays_as_it_is() {
        let wave = [Some(5), None, Some(-900), Some(900)];
        assert_eq!(unfolded(&wave, 12), [Some(5), None, Some(-900), Some(900)]);
    }
}

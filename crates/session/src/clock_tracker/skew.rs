//! How much longer a device's tick is than it says.

use std::{collections::VecDeque, time::Duration};

use vigie_model::MonoTime;

use super::Evidence;

/// Each point is the arrival with the least delay of this long.
const POINT_EVERY: Duration = Duration::from_secs(60);
/// Points kept: about an hour, within which a crystal keeps its rate to some parts per billion.
const POINTS_MAX: usize = 64;
/// No estimate from less than this: a residual jitter of 10 ms then costs 30 ppm at most.
const BASELINE_NS_MIN: f64 = 300e9;
/// No real crystal is worse. The offset follows at up to the same rate, so nothing is out of reach.
const SKEW_MAX: f64 = 500e-6;

/// Finds the slope of the least delays over the device's own time.
#[derive(Clone, Debug, Default)]
pub(super) struct SkewEstimator {
    skew: f64,
    current: Option<(MonoTime, Evidence)>,
    points: VecDeque<(f64, f64)>,
}

impl SkewEstimator {
    /// The estimate so far.
    pub(super) fn value(&self) -> f64 {
        self.skew
    }

    /// Takes in an arrival.
    pub(super) fn push(&mut self, new: Evidence) {
        match &mut self.current {
            Some((since, best)) if new.at - *since < POINT_EVERY => {
                if new.y - self.skew * new.x < best.y - self.skew * best.x {
                    *best = new;
                }
            }
            Some((since, best)) => {
                self.points.push_back((best.x, best.y));
                (*since, *best) = (new.at, new);
                if self.points.len() > POINTS_MAX {
                    self.points.pop_front();
                }
                if let Some(slope) = slope_below(&self.points) {
                    self.skew = slope.clamp(-SKEW_MAX, SKEW_MAX);
                }
            }
            None => self.current = Some((new.at, new)),
        }
    }

    /// The clock stepped: old points say nothing of where it stands, the rate is still the same.
    pub(super) fn forget_points(&mut self) {
        self.current = None;
        self.points.clear();
    }
}

/// Slope of the line that lies below all points and closest to them: the edge of their lower convex
/// hull over their mean `x`. `None` while they span too little.
fn slope_below(points: &VecDeque<(f64, f64)>) -> Option<f64> {
    let (first, last) = (points.front()?, points.back()?);
    if last.0 - first.0 < BASELINE_NS_MIN {
        return None;
    }
    let mut hull: Vec<(f64, f64)> = Vec::with_capacity(points.len());
    for point in points {
        // A late datagram may have been a minute's best: `x` then repeats or goes back a little.
        if hull.last().is_some_and(|last| point.0 <= last.0) {
            continue;
        }
        while let [.., before, middle] = hull.as_slice() {
            let to_middle = (middle.1 - before.1) / (middle.0 - before.0);
            let to_point = (point.1 - before.1) / (point.0 - before.0);
            if to_middle < to_point {
                break;
            }
            hull.pop();
        }
        hull.push(*point);
    }
    let mean = points.iter().map(|point| point.0).sum::<f64>() / points.len() as f64;
    hull.windows(2).find_map(|edge| match edge {
        [a, b] if b.0 >= mean => Some((b.1 - a.1) / (b.0 - a.0)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn the_line_lies_below_all_points() {
        let points = [(0.0, 5.0), (100e9, 1.0), (200e9, 9.0), (300e9, 3.0), (400e9, 50.0)];
        let slope = slope_below(&VecDeque::from(points)).unwrap();
        assert_eq!(slope, (3.0 - 1.0) / 200e9, "the edge from 100 s to 300 s spans the mean");
        assert_eq!(slope_below(&VecDeque::from([(0.0, 1.0), (200e9, 2.0)])), None);
    }

    #[test]
    fn an_hour_of_jittered_arrivals_gives_the_rate_to_a_few_ppm() {
        for (seed, skew) in [(1, 200e-6), (2, -200e-6), (3, 0.0)] {
            let mut rng = Rng::new(seed);
            let mut estimator = SkewEstimator::default();
            for second in 0..3600 {
                let x = f64::from(second) * 1e9;
                let y = skew * x + rng.unit() * 300e6;
                let at = MonoTime::from_nanos((x + y + 1e12) as u64);
                estimator.push(Evidence { at, x, y });
            }
            let error = estimator.value() - skew;
            assert!(error.abs() < 8e-6, "seed {seed}: off by {:.1} ppm", error * 1e6);
        }
    }
}

//! The cuff: it takes a while, measures now and then, and keeps what it measured.

use std::time::Duration;

use super::monitor::{Cycles, Extent};
use super::raw::{ECG_BLOCK, PULSE_BLOCK, Wave};

/// Samples of a second.
const SECOND: i64 = 500;
/// Between two measurements by itself.
pub const CUFF_INTERVAL_SECONDS: i64 = 15 * 60;
/// From the start of a measurement to its result.
pub const CUFF_TAKES_SECONDS: i64 = 30;
/// Of the arterial pressure, the pulses that ended so many seconds before the result count.
const LISTENS: i64 = 10 * SECOND;
/// A pulse smaller than this is none to a cuff, mmHg.
const PULSE_MIN: f64 = 12.0;

#[derive(Debug)]
pub(super) struct Cuff {
    pressure: Cycles,
    next_at: i64,
    ready_at: Option<i64>,
    /// Systolic, diastolic, mean, and when.
    measured: Option<([f64; 3], i64)>,
}

impl Cuff {
    /// It measures first at `first_at`.
    pub(super) fn new(first_at: i64) -> Cuff {
        Cuff { pressure: Cycles::default(), next_at: first_at, ready_at: None, measured: None }
    }

    /// A measurement begins, unless one is under way.
    pub(super) fn start(&mut self, now: i64) {
        self.ready_at.get_or_insert(now + CUFF_TAKES_SECONDS * SECOND);
        self.next_at = now + CUFF_INTERVAL_SECONDS * SECOND;
    }

    /// Another patient: what was measured is not theirs.
    pub(super) fn reset(&mut self) {
        (self.pressure, self.ready_at, self.measured) = (Cycles::default(), None, None);
    }

    /// The true arterial pressure of the block from `start`.
    pub(super) fn take(&mut self, start: i64, abp: Option<&Wave<PULSE_BLOCK>>) {
        let Some(abp) = abp else {
            self.reset();
            return;
        };
        let end = start + ECG_BLOCK as i64;
        self.pressure.take(start, (ECG_BLOCK / PULSE_BLOCK) as i64, abp);
        let mean = self.pressure.average(end, LISTENS);
        if self.next_at < end {
            self.start(end);
        }
        if self.ready_at.take_if(|at| *at <= end).is_some()
            // Without pulse the measurement fails, and the old result stays.
            && let Some(extent) = mean.filter(|pulse| pulse.high - pulse.low >= PULSE_MIN)
        {
            self.measured = Some((as_measured(extent), end));
        }
    }

    pub(super) fn values(&self) -> [Option<f64>; 3] {
        self.measured.map_or([None; 3], |(values, _)| values.map(Some))
    }

    pub(super) fn measured_at(&self) -> Option<Duration> {
        let (_, at) = self.measured?;
        Some(Duration::from_millis(2) * u32::try_from(at).unwrap_or(u32::MAX))
    }
}

/// A cuff reads the systolic pressure of the upper arm lower and the diastolic higher than a needle in
/// the wrist.
fn as_measured(extent: Extent) -> [f64; 3] {
    [extent.high - 4.0, extent.low + 3.0, extent.mean()]
}

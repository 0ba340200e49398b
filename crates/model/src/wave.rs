//! Waves: runs of samples on a device's own clock.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{MetricKey, Tick, Timebase, Unit};

/// A run of equally spaced samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaveChunk {
    /// Which stream.
    pub key: MetricKey,
    /// Unit of a sample once scaled.
    pub unit: Unit,
    /// The device clock that `first` and `step` count.
    pub base: Timebase,
    /// When the **first** sample was taken.
    pub first: Tick,
    /// Ticks from one sample to the next.
    pub step: u32,
    /// Whether the samples continue those of the chunk before.
    pub before: Before,
    /// What a raw sample means.
    pub scale: Scale,
    /// Raw samples, masked to their significant bits.
    pub samples: Arc<[i32]>,
    /// Samples that are not plain: invalid, clipped, pacer pulse. In order of `at`.
    pub marks: Vec<Mark>,
}

/// How a chunk follows the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Before {
    /// The next sample in time.
    Joined,
    /// Something is missing before it, or it is the first: no line may cross.
    Gap,
}

/// How raw samples become amounts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Scale {
    /// `amount = offset + raw × per_count`, in the chunk's unit.
    Physical {
        /// Amount at raw 0.
        offset: f64,
        /// Amount of one count.
        per_count: f64,
        /// Lowest amount the device's scale spans.
        low: f64,
        /// Highest amount the device's scale spans.
        high: f64,
    },
    /// No absolute scale exists (pleth): raw `low..=high` spans the device's own 0 to 1.
    Relative {
        /// Raw value at 0.
        low: i32,
        /// Raw value at 1.
        high: i32,
    },
    /// The device has not told. Drawn to its own range, and said so.
    Unknown,
}

/// A sample that is more than a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// Index into the chunk's samples.
    pub at: u32,
    /// What it is.
    pub kind: MarkKind,
}

/// Why a sample is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MarkKind {
    /// Not a measurement: never drawn.
    Invalid,
    /// Beyond the sensor's range.
    Clipped,
    /// A pacemaker pulse.
    Pacer,
    /// A defibrillator shock.
    Defibrillator,
    /// The device's QRS detection.
    Qrs,
    /// A breath begins: inspiration starts here, as the device says.
    Inspiration,
}

impl WaveChunk {
    /// The tick after the last sample, where a joined chunk begins.
    pub fn end(&self) -> Tick {
        Tick(self.first.0 + u64::from(self.step) * self.samples.len() as u64)
    }

    /// Samples a second, by the device's nominal tick.
    pub fn rate_hz(&self) -> f64 {
        1e9 / (f64::from(self.base.tick_ns) * f64::from(self.step.max(1)))
    }
}

impl Scale {
    /// The amount of a raw sample; `None` without an absolute scale.
    pub fn amount(&self, raw: i32) -> Option<f64> {
        match *self {
            Scale::Physical { offset, per_count, .. } => Some(offset + f64::from(raw) * per_count),
            Scale::Relative { .. } | Scale::Unknown => None,
        }
    }
}

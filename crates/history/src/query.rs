//! Questions.

use serde::{Deserialize, Serialize};
use vigie_model::{BedId, DeviceKey, MetricKey, WallTime};

/// A question about a time of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// From when on, by the PC's clock.
    pub from: WallTime,
    /// Up to when, exclusive.
    pub to: WallTime,
    /// What is wanted.
    pub what: What,
}

/// What is wanted of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// Devices heard, with what they said of themselves. [`crate::Answer::Devices`].
    Devices,
    /// Streams, of one device or of all. [`crate::Answer::Streams`].
    Streams {
        /// Of which device.
        device: Option<DeviceKey>,
    },
    /// Least, greatest and mean of a number in equal steps of time. [`crate::Answer::Trend`].
    Trend {
        /// Of which stream.
        source: Source,
        /// So many steps at most; a step is never shorter than a minute.
        points_max: u16,
    },
    /// Every value of a number. [`crate::Answer::Numerics`].
    Numerics {
        /// Of which stream.
        source: Source,
    },
    /// Every sample of a wave. [`crate::Answer::Waves`].
    Waves {
        /// Of which stream.
        source: Source,
    },
    /// What devices said besides numbers and waves: alarm sets, texts, limits, patients, modes.
    /// [`crate::Answer::Said`].
    Said {
        /// Which device.
        device: Option<DeviceKey>,
    },
    /// Lines of the log. [`crate::Answer::Log`].
    Log {
        /// Of which bed; `None`: of all.
        bed: Option<BedId>,
        /// Only alarms of devices and of the station.
        alarms_only: bool,
    },
    /// Lines that opened and closed. [`crate::Answer::Links`].
    Links,
    /// What the station itself lost. [`crate::Answer::Gaps`].
    Gaps,
}

/// Which stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// Of a device, wherever it stood.
    Device {
        /// The device.
        device: DeviceKey,
        /// Its stream.
        key: MetricKey,
    },
    /// Of whichever device stood at a bed at the time, as the log's assignments say.
    Bed {
        /// The bed.
        bed: BedId,
        /// The stream.
        key: MetricKey,
    },
    /// Of one device, while it stood at a bed: where several stand there, two of one make have streams of
    /// equal keys.
    DeviceAtBed {
        /// The bed.
        bed: BedId,
        /// The device.
        device: DeviceKey,
        /// Its stream.
        key: MetricKey,
    },
}

//! Answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_model::{
    BedId, Before, Cadence, Category, DeviceInfo, DeviceKey, Event, LogKind, Mark, MetricKey,
    MonoTime, Numeric, RunId, Scale, Stamp, Text, Tick, Timebase, Unit, WallTime,
};

/// A moment of the record, by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// The run of the station.
    pub run: RunId,
    /// For measuring within the run.
    pub mono: MonoTime,
    /// For people.
    pub wall: WallTime,
}

/// What the record has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// What was asked for, oldest first.
    pub answer: Answer,
    /// More than fits: ask again from this time on.
    pub more_from: Option<WallTime>,
    /// What could not be read, and why.
    pub damage: Vec<Damage>,
    /// Segments in this time that the reader has no key for.
    pub locked: Vec<u32>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Devices.
    Devices(Vec<DeviceRow>),
    /// Streams.
    Streams(Vec<StreamRow>),
    /// A trend.
    Trend {
        /// Length of a step, in seconds: a multiple of 60.
        step_s: u32,
        /// Unit of all values.
        unit: Unit,
        /// Digits behind the point, as the stream states them.
        digits: Option<u8>,
        /// Steps that have a value. A step that is not there has none.
        points: Vec<TrendPoint>,
    },
    /// Values.
    Numerics(Vec<NumericRow>),
    /// Samples.
    Waves(Vec<WaveRun>),
    /// What devices said.
    Said(Vec<(Stamp, DeviceKey, Event)>),
    /// The log.
    Log(Vec<LogRow>),
    /// Lines.
    Links(Vec<LinkRow>),
    /// Losses.
    Gaps(Vec<GapRow>),
}

/// A device of a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Its name.
    pub device: DeviceKey,
    /// What it said of itself, last.
    pub info: Option<DeviceInfo>,
    /// First heard in the time asked for.
    pub first: At,
    /// Last heard.
    pub last: At,
}

/// A stream of a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamRow {
    /// Whose.
    pub device: DeviceKey,
    /// Which.
    pub key: MetricKey,
    /// Whether it carries samples.
    pub is_wave: bool,
    /// The device's own name for it.
    pub label: Option<Text>,
    /// Unit of its values.
    pub unit: Unit,
    /// Digits behind the point.
    pub digits: Option<u8>,
    /// Measured, derived or set.
    pub category: Option<Category>,
    /// How often it speaks.
    pub cadence: Option<Cadence>,
}

/// One step of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    /// When the step begins.
    pub from: WallTime,
    /// Least value.
    pub low: f64,
    /// Mean of the values.
    pub mean: f64,
    /// Greatest value.
    pub high: f64,
    /// How many values there are. Invalid ones are not counted.
    pub count: u32,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumericRow {
    /// When it arrived.
    pub at: At,
    /// Whose.
    pub device: DeviceKey,
    /// What it was, exactly; its times to the millisecond.
    pub numeric: Numeric,
    /// Sent late from the device's memory.
    pub is_late: bool,
}

/// Samples that follow each other without a break.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaveRun {
    /// When the first sample was taken.
    pub at: At,
    /// When its first part arrived.
    pub arrived: MonoTime,
    /// Whose.
    pub device: DeviceKey,
    /// Which stream.
    pub key: MetricKey,
    /// Unit of a sample once scaled.
    pub unit: Unit,
    /// The device's clock.
    pub base: Timebase,
    /// Tick of the first sample.
    pub first: Tick,
    /// Ticks from one sample to the next.
    pub step: u32,
    /// How it follows what came before.
    pub before: Before,
    /// What a raw sample means.
    pub scale: Scale,
    /// Length of a tick by our clock, at the beginning of the run.
    pub ns_per_tick: f64,
    /// Changes when the mapping of clocks stepped.
    pub epoch: u32,
    /// Raw samples.
    pub samples: Arc<[i32]>,
    /// Samples that are not plain.
    pub marks: Vec<Mark>,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogRow {
    /// When.
    pub stamp: Stamp,
    /// Which bed, if one.
    pub bed: Option<BedId>,
    /// Which device, if one.
    pub device: Option<DeviceKey>,
    /// What.
    pub kind: LogKind,
}

/// A line that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkRow {
    /// When.
    pub at: At,
    /// The line's name.
    pub line: Text,
    /// Whether it opened.
    pub is_up: bool,
    /// Devices heard on it.
    pub devices: Vec<DeviceKey>,
}

/// Something that the station lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapRow {
    /// From when.
    pub from: At,
    /// Until when.
    pub to: At,
    /// Which device; `None`: all.
    pub device: Option<DeviceKey>,
    /// Which stream; `None`: all.
    pub key: Option<MetricKey>,
    /// How many observations.
    pub lost: u64,
    /// Why, in English for engineers.
    pub why: Text,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// In which segment.
    pub segment: u32,
    /// Where and why, in English for engineers.
    pub what: Text,
}

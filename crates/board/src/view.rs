//! What the window paints: plain data, everything decided.
//!
//! No sentence and no colour stands here, only numbers, ids and phases: `vigie-words` makes texts of
//! them, `ui/kit` picks the ink. Digits are already rounded as the device's own screen shows them.

mod attention;
mod update;

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use vigie_model::{
    AlarmKind, AlarmPhase, AlarmTruth, BedId, Before, Decimal, DeviceInfo, DeviceKey, DeviceMode,
    DeviceTime, Fault, Inactivation, Mark, MetricKey, MonoTime, Nature, Parameter, Patient,
    Priority, Scale, StationAlarmKind, StationMode, Text, Unit, Validity, WallTime,
};

pub use attention::{
    AnswerState, AnswerView, Answered, AttentionOf, AttentionRow, AudioState, ConditionNo,
    HourChange, HourView, LimitsView, ScoreBand, ScoreKind, ScorePart, ScoreView, ScoresView,
    SoundView, StandbyView, WatchView, station_priority,
};
pub use update::{UpdateError, ViewUpdate};

/// The whole ward at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardView {
    /// When it was true.
    pub at: MonoTime,
    /// The same moment by the PC's clock.
    pub wall: WallTime,
    /// Live, simulated or replayed.
    pub mode: StationMode,
    /// One tile a configured bed, in the order of the bed map. They never move.
    pub tiles: Vec<Arc<TileView>>,
    /// Devices that stand at no bed.
    pub unassigned: Vec<Arc<TileView>>,
    /// Alarms of the station as a whole, the most urgent first.
    pub station_alarms: Vec<StationAlarmView>,
    /// Where attention is needed: priority, then unanswered, then age.
    pub attention: Vec<AttentionRow>,
    /// What is to be heard.
    pub sound: SoundView,
    /// Observations taken in since the start: moves as long as the station hears anything.
    pub heartbeat: u64,
}

/// One bed, or one device without a bed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TileView {
    /// The bed; `None` in the unassigned tray.
    pub bed: Option<BedId>,
    /// What stands on the door, or the device's own words when there is no bed.
    pub label: Text,
    /// The device that stands there.
    pub device: Option<DeviceView>,
    /// The patient, as far as the device tells.
    pub patient: Option<Patient>,
    /// How fresh the device as a whole is.
    pub link: LinkView,
    /// What the device is doing.
    pub mode: DeviceMode,
    /// Demo or test when any value is.
    pub nature: Nature,
    /// The device's alarms, the most urgent first.
    pub alarms: AlarmsView,
    /// The station's own alarms about this bed, the most urgent first.
    pub station_alarms: Vec<StationAlarmView>,
    /// Numbers in the order of the board, related ones together.
    pub blocks: Vec<BlockView>,
    /// Values in words.
    pub texts: Vec<TextView>,
    /// Waves in the order of the board.
    pub waves: Vec<WaveView>,
    /// What could not be used or named, with counts.
    pub faults: Vec<Fault>,
    /// What the station itself adds: standby, its own limits, scores, the last hour.
    pub watch: Arc<WatchView>,
    /// All devices that stand there, in the order in which they came; `device` is the first. What
    /// stands above is of all of them, and names its source by the place in this list.
    pub sources: Vec<SourceView>,
}

/// One of the devices of a bed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    /// Which.
    pub device: DeviceView,
    /// How fresh it is on its own.
    pub link: LinkView,
    /// What it is doing: a ventilator's standby is not the bed's.
    pub mode: DeviceMode,
    /// Demo or test when any of its values is.
    pub nature: Nature,
    /// It tells settings of ventilation: its word on the airway comes first.
    pub ventilates: bool,
    /// It sends waves. With `period` what the tile says of it: numbers only, every 2 s.
    pub has_waves: bool,
    /// Shortest period of its numbers and words, as far as it tells one.
    pub period: Option<Duration>,
    /// What it called its bed when it was put here, when it calls it otherwise by now: a gateway gave
    /// the bed another label, or serves another one. It stands where a person put it all the same.
    pub relabelled: Option<Text>,
}

/// The device on a tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Its key.
    pub key: DeviceKey,
    /// What it said of itself, once it has.
    pub info: Option<DeviceInfo>,
}

/// How fresh something is. The board alone judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Freshness {
    /// Within 2.5 periods.
    Live,
    /// Over 2.5 periods: shown, never an alarm.
    Late,
    /// Over its stale limit: dimmed, with its age.
    Stale,
    /// Over its lost limit, or the line is closed: dashes.
    Lost,
}

/// The device's line as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkView {
    /// How fresh the last thing heard is; `None`: nothing was ever heard.
    pub freshness: Option<Freshness>,
    /// Whether the line is closed.
    pub closed: bool,
    /// When anything was last heard.
    pub heard: Option<(MonoTime, WallTime)>,
    /// Observations of this device since the start.
    pub heartbeat: u64,
}

/// Related numbers that are read together: a pressure, the ST values, or a single number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockView {
    /// The nomenclature id of the group (`abp`, `ecg.st`, `spo2`); `None` for what is not mapped.
    pub group: Option<Text>,
    /// Colour and order.
    pub parameter: Parameter,
    /// How its numbers are written.
    pub shape: BlockShape,
    /// Its numbers. For [`BlockShape::Pressure`]: systolic, diastolic, mean, as far as present.
    pub numerics: Vec<NumericView>,
    /// The device that they are all of: a place in [`TileView::sources`].
    pub source: u16,
    /// Another device's values of the same measurement come first; these stay visible beside them.
    pub is_second: bool,
    /// A person wants this measurement from this device ([`crate::Command::Prefer`]). It comes second
    /// all the same while it is not usable and another's is.
    pub is_preferred: bool,
}

/// How the numbers of a block are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockShape {
    /// One number.
    Single,
    /// `sys/dia (mean)`.
    Pressure,
    /// A list of members.
    List,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumericView {
    /// Which stream.
    pub key: MetricKey,
    /// Our nomenclature id, when mapped.
    pub id: Option<Text>,
    /// The device's own label, when it told one.
    pub label: Option<Text>,
    /// What to show.
    pub shown: Shown,
    /// Unit as sent.
    pub unit: Unit,
    /// How fresh it is.
    pub freshness: Freshness,
    /// How old it is by now, delivery included; counts from the measurement for episodic values. Whole
    /// seconds, from 120 s on whole minutes; kept current while `show_age`.
    pub age: Duration,
    /// Whether the age must be shown: always for episodic values, else once late. Never where there is
    /// no number that it could be the age of, but for a periodic value that has been absent for long.
    pub show_age: bool,
    /// The device's own time of the measurement, for values that carry one.
    pub device_time: Option<DeviceTime>,
    /// Patient, demonstration or test.
    pub nature: Nature,
    /// The device says that it is in alarm, and at which priority as far as an alarm names it; with
    /// what was made of that alarm.
    pub alarm: Option<NumericAlarm>,
    /// Alarms for it are switched off on the device.
    pub alarms_off: bool,
    /// Its alarm limits as set on the device; `None`: it told none, or tells them in another unit.
    pub limits: Option<DeviceLimits>,
}

/// Alarm limits of a number as set on the device, in the unit of the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLimits {
    /// The lower one.
    pub low: Option<Decimal>,
    /// The upper one.
    pub high: Option<Decimal>,
}

/// What a number in alarm is marked by. The greatest of several speaks for a group: the most urgent, and
/// of those the one with which the least was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NumericAlarm {
    /// Of the most urgent alarm about it.
    pub priority: Priority,
    /// What was made of that alarm.
    pub state: NumericAlarmState,
}

/// What was made of the alarm of a number. Only what nobody answered flashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NumericAlarmState {
    /// Somebody at the station acknowledged it, or is on the way.
    Answered,
    /// Somebody at the bedside silenced it or switched it off.
    SilencedAtBedside,
    /// Its cause is gone, and it is kept until somebody resets it.
    Latched,
    /// Its device no longer vouches for it.
    NotConfirmed,
    /// It is on, and nobody did anything about it.
    Unanswered,
}

/// What stands in the place of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// The number, with its digits decided and a point as decimal sign.
    Number {
        /// The digits.
        value: Decimal,
        /// Whether it may be believed: `Questionable` gets a question mark.
        validity: Validity,
    },
    /// The device gives no number, for this reason.
    Absent(Validity),
    /// Too old to show: dashes. What was last known stands small, dated.
    Dashes {
        /// The last number and when it was heard.
        last: Option<(Decimal, WallTime)>,
    },
}

/// A value in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextView {
    /// Which stream.
    pub key: MetricKey,
    /// The device's own label.
    pub label: Option<Text>,
    /// The words; `None`: no value, or too old.
    pub value: Option<Text>,
    /// How fresh it is.
    pub freshness: Freshness,
    /// The device that says it: a place in [`TileView::sources`].
    pub source: u16,
}

/// One wave: what it is and the last seconds of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaveView {
    /// Which stream.
    pub key: MetricKey,
    /// Our nomenclature id, when mapped.
    pub id: Option<Text>,
    /// The device's own label.
    pub label: Option<Text>,
    /// Unit of its amounts.
    pub unit: Unit,
    /// Colour and order.
    pub parameter: Parameter,
    /// What raw samples mean; the newest chunk's.
    pub scale: Scale,
    /// Lowest and highest raw sample kept: what a wave without scale is drawn to.
    pub span: Option<(i32, i32)>,
    /// Samples a second, nominal.
    pub rate_hz: f64,
    /// How fresh it is.
    pub freshness: Freshness,
    /// The last 30 s, oldest first.
    pub trace: Vec<Arc<TraceChunk>>,
    /// The device that it is of: a place in [`TileView::sources`].
    pub source: u16,
    /// Another device's wave of the same signal comes first.
    pub is_second: bool,
    /// A person wants this measurement from this device; see [`BlockView::is_preferred`].
    pub is_preferred: bool,
}

/// Samples on our own time axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceChunk {
    /// When the first sample was taken.
    pub start: MonoTime,
    /// From one sample to the next.
    pub step_ns: f64,
    /// Whether a line may be drawn from the chunk before.
    pub before: Before,
    /// Raw samples.
    pub samples: Arc<[i32]>,
    /// Marked samples.
    pub marks: Vec<Mark>,
}

impl TraceChunk {
    /// When the sample after the last would be taken.
    pub fn end(&self) -> MonoTime {
        self.start + Duration::from_nanos((self.step_ns * self.samples.len() as f64) as u64)
    }
}

/// The device's alarms on a tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmsView {
    /// How far the list can be taken as all there is: that of the least certain of all devices which
    /// ever stated alarms. It says nothing of any one alarm: each has its own ([`AlarmView::truth`]).
    pub truth: AlarmTruth,
    /// Since when the list is not confirmed as a whole, when `truth` is `Unknown`: the earliest.
    pub unconfirmed_since: Option<WallTime>,
    /// The alarms, the most urgent first.
    pub list: Vec<AlarmView>,
}

/// One alarm of the device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmView {
    /// Patient or equipment.
    pub kind: AlarmKind,
    /// As the device ranks it.
    pub priority: Priority,
    /// Whether its cause is still there.
    pub phase: AlarmPhase,
    /// What was done about it at the bedside.
    pub inactivation: Option<Inactivation>,
    /// The device's text.
    pub text: Text,
    /// The value that raised it, if sent.
    pub value: Option<Decimal>,
    /// The limit that was crossed, if sent.
    pub limit: Option<Decimal>,
    /// Since when the station has seen it.
    pub since: (MonoTime, WallTime),
    /// How far it was dealt with at the station.
    pub answer: AnswerView,
    /// The device that states it: a place in [`TileView::sources`].
    pub source: u16,
    /// How far its own device vouches for it: `Unknown` when that can no longer tell whether it is on,
    /// whatever other devices of the bed do.
    pub truth: AlarmTruth,
    /// Since when its device no longer vouches for it, when `truth` is `Unknown` and that is known.
    pub unconfirmed_since: Option<WallTime>,
}

/// One alarm of the station itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StationAlarmView {
    /// What.
    pub kind: StationAlarmKind,
    /// Its priority.
    pub priority: Priority,
    /// Since when.
    pub since: (MonoTime, WallTime),
    /// How far it was dealt with.
    pub answer: AnswerView,
    /// The device that it is about: a place in [`TileView::sources`]; `None`: the station as a whole.
    pub source: Option<u16>,
}

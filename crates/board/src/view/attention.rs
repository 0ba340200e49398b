//! Where attention is needed: rows of the attention list, what is to be heard, and what a bed adds.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_model::{
    AlarmKind, AnswerKind, BedId, Decimal, Entered, EnteredBy, Inactivation, MonoTime, Priority,
    StandbyReason, StationAlarmKind, Text, WallTime, WatchLimit,
};

use crate::device::Device;

/// Names one alarm condition for as long as it is listed. Numbers are never used again by a board.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ConditionNo(pub u64);

/// What a person made of an alarm, or did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AnswerState {
    /// On, and nobody answered.
    #[default]
    Active,
    /// Its cause is gone, and nobody has reset it.
    Latched,
    /// On, and acknowledged or with somebody on the way.
    Answered,
}

/// How far an alarm was dealt with at the station.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// Its row in the attention list; the default where it is not listed.
    pub no: ConditionNo,
    /// Where it stands.
    pub state: AnswerState,
    /// Who answered how, and when.
    pub answered: Option<Answered>,
    /// How often it asked louder: 0 not at all, 1 in larger letters, from 2 on in volume too.
    pub escalated: u8,
    /// It was taken over from before a restart, which ended then.
    pub restored: Option<WallTime>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// How.
    pub how: AnswerKind,
    /// Initials.
    pub by: Text,
    /// When.
    pub at: (MonoTime, WallTime),
}

/// A row of the attention list: one condition, however often it came and went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttentionRow {
    /// Whose bed; `None`: the station as a whole, or a device at no bed.
    pub bed: Option<BedId>,
    /// What stands on the door, or the device's own words.
    pub label: Text,
    /// Which of the bed's devices it is about, where several stand there: a place in
    /// [`TileView::sources`] of that bed. `None` where there is no choice.
    ///
    /// [`TileView::sources`]: super::TileView::sources
    pub source: Option<u16>,
    /// What it is.
    pub what: AttentionOf,
    /// Its priority: never lower than the device's.
    pub priority: Priority,
    /// When this condition first came, since it has been listed.
    pub since: (MonoTime, WallTime),
    /// How often it began, since it has been listed.
    pub count: u32,
    /// What was done about it at the bedside.
    pub inactivation: Option<Inactivation>,
    /// Whether its device vouches for it now.
    pub is_confirmed: bool,
    /// How far it was dealt with.
    pub answer: AnswerView,
}

/// What an attention row is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AttentionOf {
    /// A device's alarm.
    Device {
        /// Patient or equipment.
        kind: AlarmKind,
        /// The device's text.
        text: Text,
        /// The value that raised it.
        value: Option<Decimal>,
        /// The limit that was crossed.
        limit: Option<Decimal>,
    },
    /// An alarm of the station.
    Station {
        /// Which.
        kind: StationAlarmKind,
        /// Beds that it stands for, when it stands for several.
        beds: u32,
    },
}

/// The priority of an alarm of the station, which its log lines do not carry.
pub fn station_priority(kind: &StationAlarmKind) -> Priority {
    Device::priority(kind)
}

/// What is to be heard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoundView {
    /// The most urgent priority that sounds; `None`: silence.
    pub priority: Option<Priority>,
    /// Rises when another condition begins to sound, or an old one sounds again.
    pub call: u64,
    /// Steps of volume over the usual.
    pub step: u8,
    /// Whether, for how long and by whom alarms were made silent.
    pub audio: AudioState,
}

/// Whether alarms sound.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AudioState {
    /// They do.
    #[default]
    On,
    /// Not until then.
    Paused {
        /// When they sound again.
        until: (MonoTime, WallTime),
        /// Initials.
        by: Text,
    },
    /// Not until somebody turns the sound on.
    Off {
        /// Since when.
        since: (MonoTime, WallTime),
        /// Initials.
        by: Text,
    },
}

/// What the station itself adds to a bed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WatchView {
    /// Nothing is expected from it.
    pub standby: Option<StandbyView>,
    /// The switch, hub or adapter that is lost with it: its own link alarms stand for nothing more.
    pub path_lost: Option<Text>,
    /// The station's own limits; `None`: off by policy, or the patient's category is not known.
    pub limits: Option<LimitsView>,
    /// Scores.
    pub scores: ScoresView,
    /// What the last hour changed.
    pub hour: HourView,
}

/// A bed in standby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandbyView {
    /// Why.
    pub why: StandbyReason,
    /// Initials.
    pub by: Text,
    /// Since when.
    pub since: (MonoTime, WallTime),
}

/// The station's own limits of a bed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitsView {
    /// What holds.
    pub limits: Vec<WatchLimit>,
    /// Who set them for this bed; `None`: those of its category.
    pub set: Option<EnteredBy>,
    /// What "tighten around now" would make of them, for a person to confirm.
    pub tightened: Vec<WatchLimit>,
    /// Measurements of the bed that have none and could have some: those by whose values of now the
    /// station may judge, by their nomenclature ids.
    pub free: Vec<Text>,
}

/// Scores of a bed. A score is not an alarm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoresView {
    /// What a person entered, who, and when.
    pub entered: Vec<(Entered, EnteredBy)>,
    /// The scores, in a fixed order; none where the policy or the category gives none.
    pub scores: Vec<ScoreView>,
}

/// One score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreView {
    /// Which.
    pub kind: ScoreKind,
    /// The sum; `None` while a part is missing.
    pub total: Option<u8>,
    /// What the known parts come to.
    pub at_least: u8,
    /// How it is read.
    pub band: ScoreBand,
    /// Its parts.
    pub parts: Vec<ScorePart>,
    /// Sums of the last hours, oldest first.
    pub trend: Vec<(WallTime, u8)>,
}

/// Which score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ScoreKind {
    /// National Early Warning Score 2.
    News2,
    /// Quick SOFA.
    Qsofa,
    /// Bedside Paediatric Early Warning Score.
    Pews,
}

/// How a score is read, by its own publication.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum ScoreBand {
    /// A part is missing.
    #[default]
    Incomplete,
    /// Nothing to note.
    Zero,
    /// Low.
    Low,
    /// Low, with a single part of three (NEWS2), or high for one part.
    LowMedium,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScorePart {
    /// What it scores: a nomenclature id (`rr`, `spo2`, `abp.sys`, `pr`, `temp`), or `oxygen`,
    /// `consciousness`, `refill`, `effort`.
    pub id: Text,
    /// The value that it scored, rounded as the score asks.
    pub value: Option<Decimal>,
    /// Its points; `None`: missing.
    pub points: Option<u8>,
    /// How old the value is.
    pub age: Option<Duration>,
    /// Older than the policy's age: marked.
    pub is_old: bool,
}

/// The last hour of a bed against its own baseline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum HourView {
    /// Too little is known yet.
    #[default]
    TooLittle,
    /// Nothing changed beyond the patient's own spread.
    Steady,
    /// These did, the most striking first.
    Changed(Vec<HourChange>),
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HourChange {
    /// Nomenclature id.
    pub id: Text,
    /// Its baseline.
    pub from: Decimal,
    /// The last minutes.
    pub to: Decimal,
}

//! What the unit decided about alarms. Every default is one to be configured, never a claim of
//! conformity.

use std::{collections::BTreeMap, time::Duration};

use vigie_model::{PatientCategory, WatchLimit};

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// How the station treats alarms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmPolicy {
    /// Which alarms stay until somebody resets them, once their cause is gone.
    pub latch: Latch,
    /// How long a pause of the sound lasts.
    pub pause: Duration,
    /// Whether the sound may be turned off without an end, and how often somebody is reminded then.
    pub audio_off: Option<Duration>,
    /// An acknowledged alarm that is still on asks again after this; `None`: never.
    pub acknowledged_reminder: Option<Duration>,
    /// Who said "I am going" is taken to be there after this: the alarm asks again if it is still on.
    pub going_lapses: Duration,
    /// An alarm of high priority that nobody answered asks in larger letters after this.
    pub high_banner: Duration,
    /// And louder, a step every time this passes, up to the policy's loudest.
    pub high_louder: Duration,
    /// An alarm of medium priority that nobody answered reminds after this.
    pub medium_reminder: Duration,
    /// An alarm about a link reminds every time this passes.
    pub link_reminder: Duration,
    /// A bed in standby reminds every time this passes.
    pub standby_reminder: Duration,
    /// Whether alarms that were silenced at the bedside sound at the station all the same.
    pub sounds_when_silenced_at_bedside: bool,
    /// The station's own limits; `None` until the unit states them.
    pub limits: Option<LimitPolicy>,
    /// Which scores are shown.
    pub scores: ScorePolicy,
}

/// Which alarms latch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latch {
    /// None.
    Nothing,
    /// Those of the patient with high priority: life-threatening arrhythmia, apnoea, desaturation.
    High,
}

/// The station's own limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitPolicy {
    /// A value must lie outside for so long.
    pub delay: Duration,
    /// It must come back by so many hundredths of the limit, and by one unit at least, to end it.
    pub hysteresis_percent: u8,
    /// The limits of each category. A patient of no known category has none.
    pub sets: BTreeMap<LimitSet, Vec<WatchLimit>>,
}

/// A category, in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitSet {
    /// Adults.
    Adult,
    /// Children.
    Paediatric,
    /// Newborns.
    Neonate,
}

impl From<PatientCategory> for LimitSet {
    fn from(category: PatientCategory) -> LimitSet {
        match category {
            PatientCategory::Adult => LimitSet::Adult,
            PatientCategory::Paediatric => LimitSet::Paediatric,
            PatientCategory::Neonate => LimitSet::Neonate,
        }
    }
}

/// Which scores are shown, and how long what goes into them counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScorePolicy {
    /// NEWS2, for patients known to be adult.
    pub news2: bool,
    /// qSOFA, for the same.
    pub qsofa: bool,
    /// Bedside PEWS, for children.
    pub pews: bool,
    /// What is older is marked.
    pub input_age: Duration,
}

impl Default for AlarmPolicy {
    fn default() -> AlarmPolicy {
        AlarmPolicy {
            latch: Latch::High,
            // Audio pause of two minutes: usual on bedside monitors.
            pause: minutes(2),
            audio_off: None,
            acknowledged_reminder: Some(minutes(10)),
            going_lapses: minutes(3),
            high_banner: Duration::from_secs(15),
            high_louder: Duration::from_secs(60),
            medium_reminder: minutes(3),
            link_reminder: minutes(3),
            standby_reminder: minutes(30),
            sounds_when_silenced_at_bedside: false,
            limits: None,
            scores: ScorePolicy::default(),
        }
    }
}

impl Default for ScorePolicy {
    fn default() -> ScorePolicy {
        ScorePolicy { news2: true, qsofa: false, pews: false, input_age: minutes(60) }
    }
}

//! The conditions of one device, or of the station as a whole, each with its row.

use std::collections::BTreeMap;

use vigie_model::{Condition, DeviceKey, LogKind, MonoTime, StationAlarmKind, StayId, Text};

use crate::{
    attention::condition::{Fact, Presence, Row, Turn},
    journal::Moment,
    view::{AnswerState, AnswerView, ConditionNo},
};

/// Rows of alarms that are over, kept a device. A night of true alarms does not come near; a hostile
/// device that invents alarms loses its oldest.
const OVER_MAX: usize = 256;

/// The rows.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub(crate) rows: BTreeMap<Condition, Row>,
    /// What they were last brought up to date with.
    pub(crate) seen: Option<SeenOf>,
    /// Whose answers and latches they are.
    pub(crate) stay: Option<StayId>,
    /// When time alone next brings something about.
    pub(crate) due: Option<MonoTime>,
    /// What is raised changed, or what was decided of the rows: they must be looked at.
    pub(crate) is_stale: bool,
    pub(super) is_over_full: bool,
}

/// What tells whether a device says or is said to be anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenOf {
    /// The mirror's count of changes, and how many alarms of each of its parts are confirmed.
    pub(crate) mirror: (u64, [usize; 2]),
    pub(crate) path_lost: Option<Text>,
    pub(crate) has_bed: bool,
}

/// What is on, and since when.
pub(crate) type Facts = BTreeMap<Condition, (Fact, Moment)>;

impl Listed {
    /// Takes in what is on now. `is_decided`: what is on no longer, a person ended.
    pub(crate) fn follow(
        &mut self,
        mut facts: Facts,
        is_decided: bool,
        next_no: &mut u64,
        turn: &mut Turn<'_>,
    ) {
        for (condition, row) in &mut self.rows {
            if let Some((fact, _)) = facts.get(condition) {
                row.follow(condition, fact.clone(), turn);
            } else {
                let is_at_once = match condition {
                    Condition::Device { .. } => false,
                    Condition::Station { device, kind } => {
                        let is_on = |kind: StationAlarmKind| {
                            facts.contains_key(&Condition::Station { device: device.clone(), kind })
                        };
                        is_decided || gives_way(kind, is_on)
                    }
                };
                row.end(is_at_once, turn);
            }
        }
        facts.retain(|condition, _| !self.rows.contains_key(condition));
        for (condition, (fact, since)) in facts {
            *next_no += 1;
            self.rows.insert(condition, Row::new(ConditionNo(*next_no), fact, since));
            turn.is_changed = true;
        }
    }

    /// What time brings about in every row.
    pub(crate) fn tick(&mut self, turn: &mut Turn<'_>) {
        let mut due: Option<MonoTime> = None;
        self.rows.retain(|condition, row| {
            let stays = row.tick(condition, turn);
            if stays {
                due = [due, row.due(condition, turn.policy)].into_iter().flatten().min();
            }
            turn.is_changed |= !stays;
            stays
        });
        self.due = due;
        self.is_stale = false;
        self.cap(turn);
    }

    /// Another stay: nothing of the one before is answered or latched.
    pub(crate) fn begin_stay(&mut self, stay: Option<StayId>, turn: &mut Turn<'_>) {
        self.stay = stay;
        turn.is_changed |= !self.rows.is_empty();
        self.rows.clear();
        self.seen = None;
    }

    /// The rows of a device that gave its name. Where both names listed a condition, the row that
    /// asks for more stays, or the older.
    pub(crate) fn rename(&mut self, is: &DeviceKey, mut known: Listed) {
        for (condition, row) in std::mem::take(&mut self.rows) {
            known.take_over(renamed(condition, is), row);
        }
        // A device that was not known before goes on with the stay of its line.
        let is_new = known.seen.is_none() && known.stay.is_none();
        let stay = if is_new { self.stay } else { known.stay };
        *self = Listed { stay, is_stale: true, seen: None, ..known };
    }

    fn take_over(&mut self, condition: Condition, row: Row) {
        let rank = |row: &Row| (state_rank(row.state()), row.no);
        let is_less = self.rows.get(&condition).is_none_or(|known| rank(&row) < rank(known));
        if is_less {
            self.rows.insert(condition, row);
        }
    }

    pub(crate) fn answer(&self, condition: &Condition) -> AnswerView {
        self.rows.get(condition).map(Row::view).unwrap_or_default()
    }

    /// Whether a restart would lose something that the device does not say again.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        self.rows.values().any(|row| row.answer.is_some() || row.is_over())
    }

    fn cap(&mut self, turn: &mut Turn<'_>) {
        let over = self.rows.values().filter(|row| row.is_over()).count();
        let surplus = over.saturating_sub(OVER_MAX);
        if surplus == 0 {
            self.is_over_full &= over == OVER_MAX;
            return;
        }
        let mut oldest: Vec<(bool, ConditionNo, Condition)> = self
            .rows
            .iter()
            .filter(|(_, row)| row.is_over())
            .map(|(condition, row)| {
                let latches =
                    row.presence == Presence::Latched || row.latches(condition, turn.policy);
                (latches, row.no, condition.clone())
            })
            .collect();
        oldest.sort();
        for (_, _, condition) in oldest.into_iter().take(surplus) {
            self.rows.remove(&condition);
        }
        if !self.is_over_full {
            let note = format!("more than {OVER_MAX} alarms are over: the oldest are not listed");
            turn.lines.push(LogKind::Note(Text::from(note)));
        }
        (self.is_over_full, turn.is_changed) = (true, true);
    }
}

/// In which order rows of one priority stand.
pub(crate) fn state_rank(state: AnswerState) -> u8 {
    match state {
        AnswerState::Active => 0,
        AnswerState::Latched => 1,
        AnswerState::Answered => 2,
    }
}

/// Whether an alarm about a silence ended because a worse one about the same silence is on.
fn gives_way(kind: &StationAlarmKind, is_on: impl Fn(StationAlarmKind) -> bool) -> bool {
    match kind {
        StationAlarmKind::StreamStale(key) => is_on(StationAlarmKind::StreamLost(key.clone())),
        StationAlarmKind::DeviceStale => {
            is_on(StationAlarmKind::DeviceLost) || is_on(StationAlarmKind::LineClosed)
        }
        StationAlarmKind::DeviceLost => is_on(StationAlarmKind::LineClosed),
        StationAlarmKind::StreamLost(_)
        | StationAlarmKind::LineClosed
        | StationAlarmKind::AlarmsNotConfirmed
        | StationAlarmKind::DuplicateDevice
        | StationAlarmKind::PatientUnclear
        | StationAlarmKind::AboveLimit(_)
        | StationAlarmKind::BelowLimit(_)
        | StationAlarmKind::Implausible(_)
        | StationAlarmKind::PathLost(_)
        | StationAlarmKind::ClockJumped
        | StationAlarmKind::NoSound
        | StationAlarmKind::WindowStalled
        | StationAlarmKind::RecordStopped
        | StationAlarmKind::RecordBehind
        | StationAlarmKind::DiskFilling
        | StationAlarmKind::CopyOld => false,
    }
}

fn renamed(condition: Condition, is: &DeviceKey) -> Condition {
    match condition {
        Condition::Device { device: _, kind, id } => {
            Condition::Device { device: is.clone(), kind, id }
        }
        Condition::Station { device, kind } => {
            Condition::Station { device: device.map(|_| is.clone()), kind }
        }
    }
}

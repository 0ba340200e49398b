//! A device's alarms as it stated them: never lowered, never dropped, never judged.
//!
//! A set replaces what the device said before within the set's scope. Two things only are added:
//! since when an alarm has been seen, and whether the list is still confirmed.

use std::{collections::btree_map::Entry, time::Duration};

use vigie_model::{
    Alarm, AlarmId, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Condition, DeviceKey,
    LogKind, MetricKey, MonoTime, Priority, Text, WallTime,
};

use crate::{
    attention::{
        condition::{Fact, Words},
        listed::Facts,
    },
    freshness::STALE_AT_LEAST,
    journal::Moment,
    snapshot::{AlarmKept, AlarmsKept},
    view::{AlarmView, AlarmsView, AnswerState, AnswerView, NumericAlarm, NumericAlarmState},
};

/// What only starts and ends reported is no longer confirmed over this age.
const EDGES_HOLD: Duration = Duration::from_secs(10 * 60);
/// Alarms of one kind kept a device: many times what any monitor lists. Only a device that invents
/// names without end has more, and of those that it no longer vouches for the least urgent go.
const ALARMS_MAX: usize = 256;

/// All alarms of one device.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    physiological: Part,
    technical: Part,
    /// No alarm about missing alarms before this: the device itself was silent until a moment ago.
    /// Given once a set, so that a device that comes and goes cannot hide alarms that do not.
    grace: Option<MonoTime>,
    /// Rises when anything that is listed may read otherwise.
    version: u64,
}

/// The alarms of one kind.
#[derive(Debug, Default)]
struct Part {
    alarms: Vec<Seen>,
    /// As last stated; `None`: the device never spoke of its alarms.
    truth: Option<AlarmTruth>,
    /// When it was last stated.
    stated: Option<Moment>,
    /// When it was last stated by a device that knew its alarms.
    confirmed: Option<MonoTime>,
    /// When it was last confirmed, once it no longer is.
    unconfirmed_since: Option<WallTime>,
    /// The device tells beginnings and ends only: an end that was lost is never told again.
    is_by_edges: bool,
}

/// An alarm and what the station knows of it.
#[derive(Clone, Debug)]
struct Seen {
    alarm: Alarm,
    since: Moment,
    /// When it last began, changed or was told again: its age, where only edges are reported.
    edge: Moment,
    /// A person saw that it is over, while nothing confirmed it: not listed until it changes or its
    /// device tells it again.
    is_cleared: bool,
    /// Since when it was not confirmed before a restart or a loss, and no word of it came since.
    doubted_before: Option<WallTime>,
}

impl Mirror {
    /// Takes a set in; gives the log lines of what began, changed and ended.
    pub(crate) fn take(&mut self, set: &AlarmSet, at: Moment) -> Vec<LogKind> {
        if set.truth != AlarmTruth::Unknown {
            self.grace = None;
        }
        self.version += 1;
        let mut lines = Vec::new();
        let of_kind = |kind: AlarmKind| set.active.iter().filter(move |alarm| alarm.kind == kind);
        match set.scope {
            AlarmScope::All => {
                let (physiological, technical) =
                    (of_kind(AlarmKind::Physiological), of_kind(AlarmKind::Technical));
                self.physiological.take(physiological, set.truth, &set.told, at, &mut lines);
                self.technical.take(technical, set.truth, &set.told, at, &mut lines);
            }
            AlarmScope::Physiological => {
                self.physiological.take(set.active.iter(), set.truth, &set.told, at, &mut lines);
            }
            AlarmScope::Technical => {
                self.technical.take(set.active.iter(), set.truth, &set.told, at, &mut lines);
            }
        }
        lines
    }

    /// The device can no longer be heard: what it last said stays, confirmed until `heard` only.
    pub(crate) fn unconfirm(&mut self, heard: WallTime) {
        for part in [&mut self.physiological, &mut self.technical] {
            part.unconfirm(heard);
        }
    }

    /// The device was silent as a whole and is back: it gets its time to state its alarms again.
    pub(crate) fn give_grace(&mut self, at: MonoTime) {
        self.grace.get_or_insert(at + STALE_AT_LEAST);
    }

    /// What is to be kept of both parts while the station does not run.
    pub(crate) fn kept(&self, now: MonoTime) -> (AlarmsKept, AlarmsKept) {
        (self.physiological.kept(now), self.technical.kept(now))
    }

    /// Takes up what was kept: listed, and not confirmed since the station was last at work.
    pub(crate) fn restore(
        &mut self,
        physiological: &AlarmsKept,
        technical: &AlarmsKept,
        at: Moment,
        last_seen: WallTime,
    ) {
        self.version += 1;
        self.physiological = Part::restored(physiological, at, last_seen);
        self.technical = Part::restored(technical, at, last_seen);
    }

    /// Whether no alarm is on.
    pub(crate) fn is_calm(&self) -> bool {
        self.seen().next().is_none()
    }

    /// Whether a device that was heard until `heard` still has its time to state its alarms again.
    pub(crate) fn has_grace(&self, heard: MonoTime) -> bool {
        self.grace.is_some_and(|grace| heard <= grace)
    }

    /// Whether alarms that were confirmed before are not known now.
    pub(crate) fn is_doubted(&self) -> bool {
        [&self.physiological, &self.technical].into_iter().any(|part| part.doubted().is_some())
    }

    /// Whether a device that was heard until `heard` ought to have stated its alarms by then.
    pub(crate) fn is_missed(&self, heard: MonoTime) -> bool {
        let is_late = [&self.physiological, &self.technical]
            .into_iter()
            .filter_map(Part::doubted)
            .any(|confirmed| heard.since(confirmed) >= STALE_AT_LEAST);
        is_late && self.grace.is_none_or(|grace| heard > grace)
    }

    /// Another patient: what is in alarm now, the new stay has seen since now.
    pub(crate) fn begin_stay(&mut self, at: Moment) -> Vec<LogKind> {
        self.version += 1;
        for seen in self.physiological.alarms.iter_mut().chain(&mut self.technical.alarms) {
            seen.since = at;
        }
        self.seen().map(|seen| LogKind::DeviceAlarm(seen.alarm.clone())).collect()
    }

    /// Takes over what the same device said later under its line's key.
    pub(crate) fn absorb(&mut self, later: Mirror, at: Moment) -> Vec<LogKind> {
        self.version += 1;
        let mut lines = Vec::new();
        for (part, later) in
            [(&mut self.physiological, later.physiological), (&mut self.technical, later.technical)]
        {
            let is_later =
                later.stated.map(|stated| stated.mono) > part.stated.map(|stated| stated.mono);
            if let (true, Some(truth)) = (is_later, later.truth) {
                let active = later.alarms.iter().map(|seen| &seen.alarm);
                part.take(active, truth, &[], at, &mut lines);
            }
        }
        lines
    }

    /// How a number is marked: by the most urgent of the alarms about its stream.
    ///
    /// One that only carries its device's flag gets that of the most urgent alarm about the patient
    /// which names no stream, since it may be this one; failing that MEDIUM, the default of a limit
    /// violation whose priority the device does not send (clinical facts, section 3), and no more is
    /// done with it than with any alarm about the patient that it could belong to.
    pub(crate) fn of_number(
        &self,
        key: &MetricKey,
        is_flagged: bool,
        now: MonoTime,
        answer: impl Fn(AlarmKind, &AlarmId) -> AnswerView,
    ) -> Option<NumericAlarm> {
        let greatest = |is_meant: &dyn Fn(&Alarm) -> bool| {
            let parts = [&self.physiological, &self.technical].into_iter();
            let marks = parts.flat_map(|part| {
                let meant = part.listed().filter(|seen| is_meant(&seen.alarm));
                meant.map(move |seen| (seen, part.is_seen_confirmed(seen, now)))
            });
            let marks = marks.map(|(seen, is_confirmed)| NumericAlarm {
                priority: seen.alarm.priority,
                state: seen.state(is_confirmed, &answer(seen.alarm.kind, &seen.alarm.id)),
            });
            marks.collect::<Vec<NumericAlarm>>()
        };
        let of_patient = |alarm: &Alarm| alarm.kind == AlarmKind::Physiological;
        let about = greatest(&|alarm| alarm.subject.as_ref() == Some(key)).into_iter().max();
        if about.is_some() || !is_flagged {
            return about;
        }
        let unnamed = greatest(&|alarm| of_patient(alarm) && alarm.subject.is_none());
        unnamed.into_iter().max().or_else(|| {
            let states = greatest(&of_patient).into_iter().map(|mark| mark.state);
            let state = states.max().unwrap_or(NumericAlarmState::Unanswered);
            Some(NumericAlarm { priority: Priority::Medium, state })
        })
    }

    /// When an alarm, or an empty list, next stops being confirmed by age alone.
    pub(crate) fn next_change(&self, now: MonoTime) -> Option<MonoTime> {
        [&self.physiological, &self.technical]
            .into_iter()
            .filter(|part| part.truth == Some(AlarmTruth::FromEdges))
            .flat_map(|part| part.listed().map(|seen| seen.edge).chain(part.oldest_edge()))
            .map(|edge| edge.mono + EDGES_HOLD + Duration::from_nanos(1))
            .filter(|at| *at > now)
            .min()
    }

    /// What tells whether anything is listed otherwise than before: a count of changes, and how many
    /// alarms of each part are confirmed.
    pub(crate) fn state(&self, now: MonoTime) -> (u64, [usize; 2]) {
        let confirmed =
            |part: &Part| part.listed().filter(|seen| part.is_seen_confirmed(seen, now)).count();
        (self.version, [confirmed(&self.physiological), confirmed(&self.technical)])
    }

    /// All alarms as conditions. Two alarms under one name are one condition.
    pub(crate) fn facts(&self, device: &DeviceKey, now: MonoTime, facts: &mut Facts) {
        for part in [&self.physiological, &self.technical] {
            for seen in part.listed() {
                let Alarm { kind, id, .. } = &seen.alarm;
                let condition =
                    Condition::Device { device: device.clone(), kind: *kind, id: id.clone() };
                let fact = seen.fact(part.is_seen_confirmed(seen, now));
                match facts.entry(condition) {
                    Entry::Vacant(entry) => _ = entry.insert((fact, seen.since)),
                    Entry::Occupied(mut entry) => {
                        let (known, since) = entry.get().clone();
                        let first = if seen.since.mono < since.mono { seen.since } else { since };
                        entry.insert((known.join(fact), first));
                    }
                }
            }
        }
    }

    /// The alarms as the window lists them, each with what was made of it.
    pub(crate) fn view(
        &self,
        now: MonoTime,
        answer: impl Fn(AlarmKind, &AlarmId) -> AnswerView,
    ) -> AlarmsView {
        let judged =
            [self.physiological.judged(now), self.technical.judged(now)].into_iter().flatten();
        let (mut truth, mut unconfirmed_since) = (None, None::<WallTime>);
        for (part_truth, part_since) in judged {
            truth = Some(truth.map_or(part_truth, |truth| doubt_of(truth, part_truth)));
            unconfirmed_since = match (unconfirmed_since, part_since) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        let mut seen: Vec<(&Part, &Seen)> = [&self.physiological, &self.technical]
            .into_iter()
            .flat_map(|part| part.listed().map(move |seen| (part, seen)))
            .collect();
        // Stable: what ranks the same stays in the device's order.
        seen.sort_by_key(|(_, seen)| {
            (std::cmp::Reverse(seen.alarm.priority), seen.alarm.kind, seen.since.mono)
        });
        AlarmsView {
            truth: truth.unwrap_or(AlarmTruth::Unknown),
            unconfirmed_since,
            list: seen
                .into_iter()
                .map(|(part, seen)| {
                    let answer = answer(seen.alarm.kind, &seen.alarm.id);
                    seen.view(part.judged_of(seen, now), answer)
                })
                .collect(),
        }
    }

    fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.physiological.listed().chain(self.technical.listed())
    }

    /// A person saw that an alarm is over, of which only the beginning was told and which nothing
    /// confirms any more. `false`: it is confirmed, or its device will say itself that it ended.
    pub(crate) fn clear(&mut self, kind: AlarmKind, id: &AlarmId, now: MonoTime) -> bool {
        let part = match kind {
            AlarmKind::Physiological => &mut self.physiological,
            AlarmKind::Technical => &mut self.technical,
        };
        if !part.is_by_edges {
            return false;
        }
        let is_meant = |seen: &Seen| {
            seen.alarm.id == *id && !seen.is_cleared && !part.is_seen_confirmed(seen, now)
        };
        let Some(place) = part.alarms.iter().position(is_meant) else { return false };
        let Some(seen) = part.alarms.get_mut(place) else { return false };
        seen.is_cleared = true;
        self.version += 1;
        true
    }
}

impl Part {
    fn kept(&self, now: MonoTime) -> AlarmsKept {
        let kept = |seen: &Seen| AlarmKept {
            alarm: seen.alarm.clone(),
            since: seen.since.wall,
            unconfirmed_since: self.judged_of(seen, now).1,
        };
        AlarmsKept {
            is_stated: self.truth.is_some(),
            unconfirmed_since: self.unconfirmed_since,
            is_by_edges: self.is_by_edges,
            active: self.listed().map(kept).collect(),
        }
    }

    fn restored(kept: &AlarmsKept, at: Moment, last_seen: WallTime) -> Part {
        if !kept.is_stated {
            return Part::default();
        }
        let seen = |kept: &AlarmKept| {
            // In this run's clock as far as the PC's clock can tell: it orders them.
            let mono = at.mono.before(at.wall.since(kept.since));
            let since = Moment { mono, wall: kept.since };
            Seen {
                alarm: kept.alarm.clone(),
                since,
                edge: at,
                is_cleared: false,
                doubted_before: kept.unconfirmed_since,
            }
        };
        Part {
            alarms: kept.active.iter().map(seen).collect(),
            truth: Some(AlarmTruth::Unknown),
            stated: Some(Moment { mono: at.mono, wall: last_seen }),
            confirmed: Some(at.mono),
            unconfirmed_since: Some(kept.unconfirmed_since.unwrap_or(last_seen)),
            is_by_edges: kept.is_by_edges,
        }
    }

    /// What is listed of it.
    fn listed(&self) -> impl Iterator<Item = &Seen> {
        self.alarms.iter().filter(|seen| !seen.is_cleared)
    }

    fn take<'a>(
        &mut self,
        active: impl Iterator<Item = &'a Alarm>,
        truth: AlarmTruth,
        told: &[AlarmId],
        at: Moment,
        lines: &mut Vec<LogKind>,
    ) {
        let mut before = std::mem::take(&mut self.alarms);
        let doubted = self.unconfirmed_since.filter(|_| self.truth == Some(AlarmTruth::Unknown));
        for alarm in active {
            let is_told = truth == AlarmTruth::FromEdges && told.contains(&alarm.id);
            let known = before.iter().position(|seen| seen.alarm.id == alarm.id);
            let seen = match known.map(|place| before.remove(place)) {
                Some(known)
                    if states_the_same(&known.alarm, alarm) && !(known.is_cleared && is_told) =>
                {
                    Seen {
                        alarm: alarm.clone(),
                        edge: if is_told { at } else { known.edge },
                        doubted_before: match truth {
                            AlarmTruth::Complete => None,
                            // An edge vouches for its own alarm only.
                            AlarmTruth::FromEdges => {
                                known.doubted_before.or(doubted).filter(|_| !is_told)
                            }
                            AlarmTruth::Unknown => known.doubted_before,
                        },
                        ..known
                    }
                }
                Some(known) => {
                    lines.push(LogKind::DeviceAlarm(alarm.clone()));
                    Seen::new(alarm, known.since, at)
                }
                None => {
                    lines.push(LogKind::DeviceAlarm(alarm.clone()));
                    Seen::new(alarm, at, at)
                }
            };
            self.alarms.push(seen);
        }
        match truth {
            AlarmTruth::Complete | AlarmTruth::FromEdges => {
                self.unconfirmed_since = None;
                self.stated = Some(at);
                self.confirmed = Some(at.mono);
                // That of a cleared one was told when a person cleared it.
                let ended = before.into_iter().filter(|seen| !seen.is_cleared);
                lines.extend(ended.map(|seen| LogKind::DeviceAlarmEnded(seen.alarm.id)));
            }
            // Who does not know its alarms cannot say that one has ended.
            AlarmTruth::Unknown => {
                self.alarms.append(&mut before);
                self.cap(lines);
                let confirmed = self.stated.get_or_insert(at).wall;
                self.unconfirmed_since.get_or_insert(confirmed);
            }
        }
        match truth {
            AlarmTruth::FromEdges => self.is_by_edges = true,
            AlarmTruth::Complete => self.is_by_edges = false,
            AlarmTruth::Unknown => {}
        }
        self.truth = Some(truth);
    }

    fn cap(&mut self, lines: &mut Vec<LogKind>) {
        let surplus = self.alarms.len().saturating_sub(ALARMS_MAX);
        for _ in 0..surplus {
            // The last of the least urgent: the one that has gone longest without a word.
            let least = self.alarms.iter().enumerate().rev();
            let Some((place, _)) = least.min_by_key(|(_, seen)| seen.alarm.priority) else {
                return;
            };
            self.alarms.remove(place);
        }
        if surplus > 0 {
            let note =
                format!("{surplus} alarms of a device that does not know its own are dropped");
            lines.push(LogKind::Note(Text::from(note)));
        }
    }

    /// How far one alarm can be believed, and since when it cannot. An edge vouches for its own alarm
    /// only: that another has stood for long makes nothing of a new one doubtful.
    fn judged_of(&self, seen: &Seen, now: MonoTime) -> (AlarmTruth, Option<WallTime>) {
        match self.truth {
            Some(AlarmTruth::FromEdges) if seen.doubted_before.is_some() => {
                (AlarmTruth::Unknown, seen.doubted_before)
            }
            Some(AlarmTruth::FromEdges) if now.since(seen.edge.mono) > EDGES_HOLD => {
                (AlarmTruth::Unknown, Some(seen.edge.wall))
            }
            Some(truth @ (AlarmTruth::Complete | AlarmTruth::FromEdges)) => (truth, None),
            Some(AlarmTruth::Unknown) | None => {
                let since = [seen.doubted_before, self.unconfirmed_since].into_iter().flatten();
                (AlarmTruth::Unknown, since.min())
            }
        }
    }

    fn is_seen_confirmed(&self, seen: &Seen, now: MonoTime) -> bool {
        self.judged_of(seen, now).0 != AlarmTruth::Unknown
    }

    fn unconfirm(&mut self, heard: WallTime) {
        if let Some(truth) = &mut self.truth {
            *truth = AlarmTruth::Unknown;
            self.unconfirmed_since.get_or_insert(heard);
        }
    }

    /// When it was last confirmed, if it is said not to be known now.
    fn doubted(&self) -> Option<MonoTime> {
        self.confirmed.filter(|_| self.truth == Some(AlarmTruth::Unknown))
    }

    /// The edge that has gone longest without another word; for an empty list, the list itself.
    fn oldest_edge(&self) -> Option<Moment> {
        self.listed().map(|seen| seen.edge).min_by_key(|edge| edge.mono).or(self.stated)
    }

    fn judged(&self, now: MonoTime) -> Option<(AlarmTruth, Option<WallTime>)> {
        let truth = self.truth?;
        let doubted = self.listed().filter_map(|seen| seen.doubted_before).min();
        if truth == AlarmTruth::FromEdges && doubted.is_some() {
            return Some((AlarmTruth::Unknown, doubted));
        }
        match (truth, self.oldest_edge()) {
            (AlarmTruth::FromEdges, Some(edge)) if now.since(edge.mono) > EDGES_HOLD => {
                Some((AlarmTruth::Unknown, Some(edge.wall)))
            }
            (AlarmTruth::Complete | AlarmTruth::FromEdges | AlarmTruth::Unknown, _) => {
                Some((truth, self.unconfirmed_since))
            }
        }
    }
}

impl Seen {
    fn new(alarm: &Alarm, since: Moment, edge: Moment) -> Seen {
        Seen { alarm: alarm.clone(), since, edge, is_cleared: false, doubted_before: None }
    }

    fn fact(&self, is_confirmed: bool) -> Fact {
        let Alarm { priority, phase, inactivation, value, limit, .. } = self.alarm;
        Fact {
            priority,
            is_latched: phase == AlarmPhase::Latched,
            inactivation,
            is_confirmed,
            words: Some(Words { text: self.alarm.text.clone(), value, limit }),
            beds: 0,
        }
    }

    /// What was made of it, as a number shows it.
    fn state(&self, is_confirmed: bool, answer: &AnswerView) -> NumericAlarmState {
        let is_latched =
            self.alarm.phase == AlarmPhase::Latched || answer.state == AnswerState::Latched;
        if self.alarm.inactivation.is_some() {
            NumericAlarmState::SilencedAtBedside
        } else if answer.state == AnswerState::Answered {
            NumericAlarmState::Answered
        } else if is_latched {
            NumericAlarmState::Latched
        } else if is_confirmed {
            NumericAlarmState::Unanswered
        } else {
            NumericAlarmState::NotConfirmed
        }
    }

    fn view(
        &self,
        (truth, unconfirmed_since): (AlarmTruth, Option<WallTime>),
        answer: AnswerView,
    ) -> AlarmView {
        let alarm = &self.alarm;
        AlarmView {
            kind: alarm.kind,
            priority: alarm.priority,
            phase: alarm.phase,
            inactivation: alarm.inactivation,
            text: alarm.text.clone(),
            value: alarm.value,
            limit: alarm.limit,
            since: self.since.pair(),
            answer,
            source: 0,
            truth,
            unconfirmed_since,
        }
    }
}

/// What the log calls a change: priority, phase or inactivation.
fn states_the_same(before: &Alarm, now: &Alarm) -> bool {
    (before.priority, before.phase, before.inactivation)
        == (now.priority, now.phase, now.inactivation)
}

/// The truth of two lists together is that of the less certain one.
pub(crate) fn doubt_of(a: AlarmTruth, b: AlarmTruth) -> AlarmTruth {
    match (a, b) {
        (AlarmTruth::Unknown, _) | (_, AlarmTruth::Unknown) => AlarmTruth::Unknown,
        (AlarmTruth::FromEdges, _) | (_, AlarmTruth::FromEdges) => AlarmTruth::FromEdges,
        (AlarmTruth::Complete, AlarmTruth::Complete) => AlarmTruth::Complete,
    }
}

//! Where attention is needed: one table of all alarm conditions, what people made of them, and what is
//! to be heard.
//!
//! - `condition` is one condition from its beginning to its end: the table of states stands there.
//! - `escalate` is when somebody is reminded, `audio` whether anything sounds at all.
//! - `listed` holds the conditions of one device; `list` makes the attention list and the sound of all.
//! - `kept` is what a restart must not lose.
//!
//! The table follows the mirror and the station alarms: [`Board::attend`] after everything that may
//! have changed either, and when time alone changes something.

pub(crate) mod audio;
pub(crate) mod condition;
pub(crate) mod escalate;
pub(crate) mod kept;
mod list;
pub(crate) mod listed;

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{
    AnswerKind, BedId, Condition, DeviceKey, LogKind, MonoTime, StationAlarmKind, Text,
};

use crate::{
    attention::{
        audio::{Audio, REMINDER_LASTS},
        condition::{Fact, Turn},
        list::{List, Loudest},
        listed::{Facts, Listed, SeenOf},
    },
    board::Board,
    command::Refusal,
    device::Device,
    journal::{Journal, Moment},
    paths,
    policy::AlarmPolicy,
    view::ConditionNo,
    ward::Ward,
};

/// What concerns all conditions together.
#[derive(Debug)]
pub(crate) struct Attention {
    /// The number given last.
    next_no: u64,
    /// Rises when somebody is called.
    call: u64,
    audio: Audio,
    /// Alarms of the station as a whole.
    pub(crate) station: Listed,
    /// What of them the rows were last brought up to date with: the kinds, and the beds each stands
    /// for.
    station_seen: Vec<(StationAlarmKind, u32)>,
    /// The policy changed: every condition is judged anew.
    is_policy_new: bool,
    /// A row changed, or what stands on a door: the list must be written anew.
    is_dirty: bool,
    list: List,
    loudest: Loudest,
    /// Up to when beds in standby were reminded of, and until when the last reminder is heard.
    standby_seen: MonoTime,
    reminds_until: Option<MonoTime>,
    /// No row is due before this; it may be too early, never too late.
    wake: MonoTime,
}

impl Attention {
    pub(crate) fn new() -> Attention {
        Attention {
            next_no: 0,
            call: 0,
            audio: Audio::On,
            station: Listed::default(),
            station_seen: Vec::new(),
            is_policy_new: false,
            is_dirty: false,
            list: List::default(),
            loudest: Loudest::default(),
            standby_seen: MonoTime::START,
            reminds_until: None,
            wake: MonoTime::START,
        }
    }

    /// What is written in the list is no longer as it was.
    pub(crate) fn rewrite(&mut self) {
        self.is_dirty = true;
    }

    /// More than one device may be concerned by what is under way.
    pub(crate) fn look_at_all(&mut self) {
        self.wake = MonoTime::START;
    }

    /// Whether a row is due, or may be.
    pub(crate) fn is_due(&self, now: MonoTime) -> bool {
        now >= self.wake
    }

    /// When time alone changes something for the station as a whole, and what.
    pub(crate) fn due(
        &self,
        now: MonoTime,
        policy: &AlarmPolicy,
    ) -> impl Iterator<Item = (MonoTime, &'static str)> {
        let audio =
            self.audio.due(now, policy).map(|due| (due, "the sound comes back, or reminds"));
        let reminder = self.reminds_until.filter(|until| *until > now);
        let reminder = reminder.map(|until| (until, "a reminder is over"));
        let station = self.station.due.map(|due| (due, "an alarm of the station asks again"));
        audio.into_iter().chain(reminder).chain(station)
    }

    fn attend_device(
        &mut self,
        device: &mut Device,
        ward: &Ward,
        policy: &AlarmPolicy,
        journal: &mut Journal,
        (at, is_decided): (Moment, bool),
    ) {
        let slot = device.bed.as_ref().and_then(|bed| ward.slot(bed));
        let stay = slot.and_then(|slot| slot.stay.as_ref()).map(|stay| stay.stay.id);
        let seen = SeenOf {
            mirror: device.mirror.state(at.mono),
            path_lost: device.path_lost.clone(),
            has_bed: device.bed.is_some(),
        };
        let listed = &mut device.listed;
        let is_new = listed.is_stale || listed.stay != stay || listed.seen.as_ref() != Some(&seen);
        let is_due = listed.due.is_some_and(|due| due <= at.mono);
        if !is_new && !is_due && !self.is_policy_new {
            return;
        }
        let mut turn = Turn::new(at, policy);
        if listed.stay != stay {
            listed.begin_stay(stay, &mut turn);
        }
        if is_new {
            let mut facts = Facts::new();
            device.mirror.facts(&device.key, at.mono, &mut facts);
            for (kind, since) in &device.raised {
                let key = Some(device.key.clone());
                let condition = Condition::Station { device: key, kind: kind.clone() };
                // Also what was missing before: one alarm says that nothing is heard.
                if seen.path_lost.is_some() && escalate::is_about_link(&condition) {
                    continue;
                }
                facts.insert(condition, (of_station(kind, u32::from(seen.has_bed)), *since));
            }
            // What the alarm about a path stands for goes at once.
            let is_at_once = is_decided || seen.path_lost.is_some();
            listed.follow(facts, is_at_once, &mut self.next_no, &mut turn);
            turn.is_changed |= listed.seen.as_ref().is_none_or(|before| before != &seen);
            listed.seen = Some(seen);
        }
        listed.tick(&mut turn);
        let Turn { lines, calls, is_changed, .. } = turn;
        device.dirty |= is_changed;
        let due = device.listed.due;
        for line in lines {
            journal.write(at, device.bed.clone(), Some(device.key.clone()), line);
        }
        self.after_turn(calls, is_changed, due);
    }

    fn attend_station(
        &mut self,
        board: StationAlarms<'_>,
        policy: &AlarmPolicy,
        journal: &mut Journal,
    ) {
        let StationAlarms { on, beds_of, at, is_decided } = board;
        let is_due = self.station.due.is_some_and(|due| due <= at.mono);
        let is_same = self.station_seen.len() == on.len()
            && self
                .station_seen
                .iter()
                .zip(on.keys())
                .all(|((kind, beds), on)| kind == on && *beds == beds_of(kind));
        let is_new = self.station.is_stale || !is_same;
        if !is_new && !is_due && !self.is_policy_new {
            return;
        }
        let mut turn = Turn::new(at, policy);
        if is_new {
            let facts = on.iter().map(|(kind, since)| {
                let condition = Condition::Station { device: None, kind: kind.clone() };
                (condition, (of_station(kind, beds_of(kind)), *since))
            });
            self.station.follow(facts.collect(), is_decided, &mut self.next_no, &mut turn);
            self.station_seen = on.keys().map(|kind| (kind.clone(), beds_of(kind))).collect();
        }
        self.station.tick(&mut turn);
        let Turn { lines, calls, is_changed, .. } = turn;
        for line in lines {
            journal.write(at, None, None, line);
        }
        let due = self.station.due;
        self.after_turn(calls, is_changed, due);
    }

    fn after_turn(&mut self, calls: u64, is_changed: bool, due: Option<MonoTime>) {
        // Who asks while nothing sounds is called when it does again.
        if self.audio.is_on() {
            self.call += calls;
        }
        self.is_dirty |= is_changed;
        if let Some(due) = due {
            self.wake = self.wake.min(due);
        }
    }
}

/// What is raised of the station as a whole, and when it is looked at.
struct StationAlarms<'a> {
    on: &'a BTreeMap<StationAlarmKind, Moment>,
    beds_of: &'a dyn Fn(&StationAlarmKind) -> u32,
    at: Moment,
    is_decided: bool,
}

fn of_station(kind: &StationAlarmKind, beds: u32) -> Fact {
    Fact {
        priority: Device::priority(kind),
        is_latched: false,
        inactivation: None,
        is_confirmed: true,
        words: None,
        beds,
    }
}

impl Board {
    /// Brings every row up to date. `is_decided`: what ended since the last time, a person ended.
    pub(crate) fn attend(&mut self, at: Moment, is_decided: bool) {
        self.attend_audio(at);
        self.attention.wake = MonoTime::from_nanos(u64::MAX);
        let Board { devices, ward, policy, journal, attention, .. } = self;
        for device in devices.values_mut() {
            attention.attend_device(device, ward, policy, journal, (at, is_decided));
            if let Some(due) = device.listed.due {
                attention.wake = attention.wake.min(due);
            }
        }
        self.attend_station(at, is_decided);
        self.attention.is_policy_new = false;
        let due = self.attention.due(at.mono, &self.policy).map(|(due, _)| due);
        let due = due.chain(self.next_standby_reminder(at.mono)).min();
        self.attention.wake = self.attention.wake.min(due.unwrap_or(self.attention.wake));
    }

    /// Brings the rows of one device up to date, which said something.
    pub(crate) fn attend_to(&mut self, key: &DeviceKey, at: Moment) {
        let Board { devices, ward, policy, journal, attention, .. } = self;
        if let Some(device) = devices.get_mut(key) {
            attention.attend_device(device, ward, policy, journal, (at, false));
        }
        self.attend_station(at, false);
    }

    fn attend_station(&mut self, at: Moment, is_decided: bool) {
        let Board { devices, station, policy, journal, attention, .. } = self;
        let beds_of = |kind: &StationAlarmKind| {
            let StationAlarmKind::PathLost(path) = kind else { return 0 };
            paths::beds_behind(devices.values(), path)
        };
        let alarms = StationAlarms { on: station, beds_of: &beds_of, at, is_decided };
        attention.attend_station(alarms, policy, journal);
    }

    fn attend_audio(&mut self, at: Moment) {
        let tick = self.attention.audio.tick(at, &self.policy);
        if let Some(line) = tick.line {
            self.journal.write(at, None, None, line);
        }
        if tick.is_on_again {
            self.sound_again();
        }
        self.attention.call += u64::from(tick.is_reminder);
        let reminders = self.standby_reminders(self.attention.standby_seen, at.mono);
        self.attention.standby_seen = at.mono;
        if !reminders.is_empty() && self.attention.audio.is_on() {
            self.attention.call += 1;
            self.attention.reminds_until = Some(at.mono + REMINDER_LASTS);
        }
    }

    /// The policy is another one: what sounds, lapses and escalates is judged by it from now on.
    pub(crate) fn judge_anew(&mut self) {
        self.attention.is_policy_new = true;
        self.attention.look_at_all();
    }

    /// Somebody answered alarms. Those that are gone by now count as answered; so does what has
    /// latched, which only a reset ends.
    pub(crate) fn answer(
        &mut self,
        alarms: &[ConditionNo],
        how: AnswerKind,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        // The clock jumped once: whoever has seen it has ended it.
        let mut is_jump_seen = false;
        let jump = Condition::Station { device: None, kind: StationAlarmKind::ClockJumped };
        self.decide(alarms, at, |condition, row| {
            let condition = condition.clone();
            is_jump_seen |= condition == jump;
            row.take_answer(how, by, at).then(|| LogKind::Answered {
                condition,
                how,
                by: by.clone(),
            })
        });
        if is_jump_seen {
            self.end_clock_jump(at);
        }
        Ok(())
    }

    /// Somebody reset alarms whose cause is gone, or of which a device tells no more than that they
    /// began and which nothing confirms any more. Those still on stay.
    pub(crate) fn reset(
        &mut self,
        alarms: &[ConditionNo],
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        self.decide(alarms, at, |condition, row| {
            let condition = condition.clone();
            row.take_reset().then(|| LogKind::Reset { condition, by: by.clone() })
        });
        self.clear_edges(alarms, by, at);
        Ok(())
    }

    /// Ends what only edges reported and nothing confirms: its end may have been lost on the way.
    fn clear_edges(&mut self, alarms: &[ConditionNo], by: &Text, at: Moment) {
        let Board { devices, journal, .. } = self;
        for device in devices.values_mut() {
            let Device { bed, key, listed, mirror, dirty, .. } = device;
            for (condition, row) in &mut listed.rows {
                if let Condition::Device { kind, id, .. } = condition
                    && alarms.contains(&row.no)
                    && mirror.clear(*kind, id, at.mono)
                {
                    row.clear();
                    let reset = LogKind::Reset { condition: condition.clone(), by: by.clone() };
                    for line in [reset, LogKind::DeviceAlarmEnded(id.clone())] {
                        journal.write(at, bed.clone(), Some(key.clone()), line);
                    }
                    listed.is_stale = true;
                    *dirty = true;
                }
            }
        }
    }

    fn decide(
        &mut self,
        alarms: &[ConditionNo],
        at: Moment,
        mut take: impl FnMut(&Condition, &mut condition::Row) -> Option<LogKind>,
    ) {
        let meant: BTreeSet<ConditionNo> = alarms.iter().copied().collect();
        let Board { devices, attention, journal, .. } = self;
        let of_station = (None::<BedId>, None::<DeviceKey>, &mut attention.station);
        let of_devices = devices
            .values_mut()
            .map(|device| (device.bed.clone(), Some(device.key.clone()), &mut device.listed));
        for (bed, key, listed) in of_devices.chain([of_station]) {
            for (condition, row) in &mut listed.rows {
                if row.is_listed()
                    && meant.contains(&row.no)
                    && let Some(line) = take(condition, row)
                {
                    journal.write(at, bed.clone(), key.clone(), line);
                    listed.is_stale = true;
                }
            }
        }
        for device in devices.values_mut() {
            device.dirty |= device.listed.is_stale;
        }
        attention.is_dirty = true;
    }

    /// Somebody made all alarms silent for the policy's time.
    pub(crate) fn pause_audio(&mut self, by: &Text, at: Moment) -> Result<(), Refusal> {
        has_initials(by)?;
        let pause = self.policy.pause;
        let until = Moment { mono: at.mono + pause, wall: at.wall.after(pause) };
        self.attention.audio = Audio::Paused { until, by: by.clone() };
        let line = LogKind::AudioPaused { until: until.wall, by: by.clone() };
        self.journal.write(at, None, None, line);
        Ok(())
    }

    /// Somebody turned the sound off, which the policy must allow.
    pub(crate) fn audio_off(&mut self, by: &Text, at: Moment) -> Result<(), Refusal> {
        has_initials(by)?;
        self.policy.audio_off.ok_or(Refusal::NotAllowed)?;
        match self.attention.audio {
            Audio::Off { .. } => {}
            Audio::On | Audio::Paused { .. } => {
                self.attention.audio = Audio::Off { since: at, by: by.clone(), reminders: 0 };
                self.journal.write(at, None, None, LogKind::AudioOff { by: by.clone() });
            }
        }
        Ok(())
    }

    /// Somebody turned the sound on. Nothing is in the way of that, not even missing initials.
    pub(crate) fn audio_on(&mut self, by: &Text, at: Moment) {
        if self.attention.audio.is_on() {
            return;
        }
        self.attention.audio = Audio::On;
        self.journal.write(at, None, None, LogKind::AudioOn { by: Some(by.clone()) });
        self.sound_again();
    }

    /// What asks is heard again, and so calls again.
    fn sound_again(&mut self) {
        let is_asked = self.all_rows().any(|(_, row)| row.asks.is_some());
        self.attention.call += u64::from(is_asked);
    }
}

/// An answer without initials is nobody's.
pub(crate) fn has_initials(by: &Text) -> Result<(), Refusal> {
    if by.as_str().trim().is_empty() { Err(Refusal::NoInitials) } else { Ok(()) }
}

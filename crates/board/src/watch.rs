//! How long a device and its streams have been silent, and what alarm that is.
//!
//! Two silences are told apart. When the device as a whole says nothing, that is one alarm about the
//! device. When it speaks and one stream does not, that is an alarm about the stream. So a stream's
//! silence counts up to the moment at which the device was last heard, and after a silence of the
//! device each stream gets its stale limit to come back before an alarm is made of it.

use std::time::Duration;

use vigie_model::{Cadence, DeviceMode, MonoTime, Priority, StationAlarmKind};

use crate::{
    device::Device,
    freshness::{AgeLimits, UNDESCRIBED, period},
    journal::Moment,
    sources::Reach,
    stream::{Life, Silence, Stream, Surroundings},
    view::Freshness,
};

/// What comes so soon after the change to standby was still under way.
const UNDER_WAY: Duration = Duration::from_secs(2);

impl Device {
    /// How fresh the device as a whole is; `None`: never heard.
    ///
    /// Measured by the shortest period among the streams that were speaking when it was last heard.
    /// A device of which only episodic values are known is not judged by its silence.
    pub(crate) fn link(&self, now: MonoTime) -> Option<Freshness> {
        let Some(heard) = self.heard else {
            return self.back_by.filter(|back_by| *back_by <= now).map(|_| Freshness::Lost);
        };
        if self.reach.is_unusable() || self.awaited {
            return Some(Freshness::Lost);
        }
        let age = now.since(heard.mono);
        Some(self.limits().map_or(Freshness::Live, |limits| limits.judge(age)))
    }

    /// When [`Device::link`] next changes by silence alone.
    pub(crate) fn link_change(&self, now: MonoTime) -> Option<MonoTime> {
        let Some(heard) = self.heard else {
            return self.back_by.filter(|back_by| *back_by > now);
        };
        if self.reach.is_unusable() || self.awaited {
            return None;
        }
        self.limits()?.next_change(heard.mono, now)
    }

    /// What decides on the freshness of its values.
    pub(crate) fn surroundings(&self, now: MonoTime) -> Surroundings {
        Surroundings {
            now,
            alive: self.alive,
            closed: self.reach.is_unusable(),
            lost: self.link(now) == Some(Freshness::Lost),
        }
    }

    /// The device said something, whatever it was.
    pub(crate) fn hear(&mut self, at: Moment) {
        let was_silent = self.is_judged() && self.link(at.mono) >= Some(Freshness::Stale);
        let is_back = self.back_by.take().is_some();
        if self.awaited || was_silent || is_back {
            self.give_grace(at.mono);
        }
        self.attention |= self.awaited || is_back;
        self.awaited = false;
        if self.heard.is_none_or(|heard| heard.mono <= at.mono) {
            self.heard = Some(at);
        }
    }

    /// Looks at silences after something was heard, or after time has passed.
    pub(crate) fn settle(&mut self, now: MonoTime) {
        let heard = self.heard.map_or(MonoTime::START, |heard| heard.mono);
        if self.next_check.is_none_or(|check| heard > check) {
            self.check_streams(heard);
        }
        let link = self.link(now);
        if link != self.judged {
            self.judged = link;
            self.attention = true;
            self.dirty = true;
            self.paths_due = true;
            self.judge_limits(now);
        }
        self.paths_due |= self.cover_until.is_some_and(|until| until <= now);
        if self.limits_due.is_some_and(|due| due <= now) {
            self.judge_limits(now);
        }
        self.attention |= self.mirror.is_doubted();
        // Also what was still under way when the line closed.
        if let (Some(Freshness::Lost), Some(heard)) = (link, self.heard) {
            self.mirror.unconfirm(heard.wall);
        }
        if self.due.is_some_and(|due| due <= now) {
            self.dirty = true;
        }
        self.plan(now);
    }

    /// When it is to be looked at again although nothing came.
    pub(crate) fn plan(&mut self, now: MonoTime) {
        let dues = [
            self.link_change(now),
            self.mirror.next_change(now),
            self.limits_due,
            self.standby_due,
            self.cover_until,
        ];
        self.due = dues.into_iter().flatten().min();
    }

    /// The lines say something else of it.
    pub(crate) fn change_reach(&mut self, reach: Reach) {
        if reach.is_unusable() != self.reach.is_unusable() {
            // Both ways: what was still under way when the line closed is no value of the new line.
            self.awaited |= self.heard.is_some();
            for stream in self.streams.values_mut() {
                stream.lives_mut().for_each(|life| life.broken = true);
            }
        }
        self.opened |= reach.open;
        self.attention |= reach != self.reach;
        self.paths_due |= reach != self.reach;
        self.dirty |= reach != self.reach;
        self.reach = reach;
    }

    /// The station alarms that ought to stand now. `vacant`: its bed has been discharged; `standby`:
    /// nothing is expected from it.
    pub(crate) fn wanted_alarms(
        &self,
        now: MonoTime,
        vacant: bool,
        standby: bool,
    ) -> Vec<StationAlarmKind> {
        let mut wanted = Vec::new();
        let is_missed_since_restart = self.back_by.is_some();
        // Nobody is missed on a discharged bed once no sensor gives a number.
        let nobody = standby || (vacant && !self.has_number());
        if self.reach.closed {
            if !nobody && (self.opened || self.heard.is_some()) {
                wanted.push(StationAlarmKind::LineClosed);
            }
        } else if !nobody
            && !self.reach.twice
            && (self.is_judged() || self.awaited || is_missed_since_restart)
        {
            match self.judged {
                Some(Freshness::Lost) => wanted.push(StationAlarmKind::DeviceLost),
                Some(Freshness::Stale) => wanted.push(StationAlarmKind::DeviceStale),
                Some(Freshness::Live | Freshness::Late) | None => {}
            }
        }
        // Where the silence of the device is an alarm, that of its alarms is none of its own.
        let heard = self.heard.map_or(MonoTime::START, |heard| heard.mono);
        let is_unjudged = !self.is_judged() && !self.mirror.has_grace(heard);
        let speaks = is_unjudged || self.mirror.is_missed(heard);
        let speaks = speaks && !self.reach.twice && self.back_by.is_none();
        if wanted.is_empty() && !nobody && self.mirror.is_doubted() && speaks {
            wanted.push(StationAlarmKind::AlarmsNotConfirmed);
        }
        if self.reach.twice {
            wanted.push(StationAlarmKind::DuplicateDevice);
        }
        if self.unclear {
            wanted.push(StationAlarmKind::PatientUnclear);
        }
        // Settings are never watched.
        let is_missed = |stream: &&Stream| !nobody && !self.reach.twice && stream.is_measured();
        for stream in self.streams.values().filter(is_missed) {
            let missed = stream.lives().filter(|life| !self.is_excused(life));
            match missed.map(|life| life.silence).max().unwrap_or_default() {
                Silence::Lost => wanted.push(StationAlarmKind::StreamLost(stream.key.clone())),
                Silence::Stale => wanted.push(StationAlarmKind::StreamStale(stream.key.clone())),
                Silence::None => {}
            }
        }
        let around = self.surroundings(now);
        for stream in self.streams.values() {
            if stream.is_implausible_alarm(&around) {
                wanted.push(StationAlarmKind::Implausible(stream.key.clone()));
            }
            wanted.extend(stream.limit_alarm());
        }
        wanted
    }

    /// The priority of a station alarm (clinical facts, section 1, link-loss policy).
    pub(crate) fn priority(kind: &StationAlarmKind) -> Priority {
        match kind {
            StationAlarmKind::StreamStale(_)
            | StationAlarmKind::DeviceStale
            | StationAlarmKind::PatientUnclear
            | StationAlarmKind::RecordBehind
            | StationAlarmKind::DiskFilling
            | StationAlarmKind::CopyOld
            | StationAlarmKind::Implausible(_)
            | StationAlarmKind::ClockJumped => Priority::Low,
            StationAlarmKind::StreamLost(_)
            | StationAlarmKind::DeviceLost
            | StationAlarmKind::LineClosed
            | StationAlarmKind::AlarmsNotConfirmed
            | StationAlarmKind::DuplicateDevice
            | StationAlarmKind::RecordStopped
            | StationAlarmKind::AboveLimit(_)
            | StationAlarmKind::BelowLimit(_)
            | StationAlarmKind::NoSound
            | StationAlarmKind::WindowStalled => Priority::Medium,
            StationAlarmKind::PathLost(_) => Priority::High,
        }
    }

    /// Whether the silence of the device as a whole is an alarm: something was speaking that would be
    /// missed, or is excused by standby, which the device must go on to say.
    pub(crate) fn is_judged(&self) -> bool {
        self.period.is_some() || (self.standby.is_some() && self.any_period.is_some())
    }

    /// Whether the device said that it would fall silent. Standby excuses no stream that went on.
    fn is_excused(&self, life: &Life) -> bool {
        self.standby.is_some_and(|since| life.spoke <= since + UNDER_WAY)
    }

    fn limits(&self) -> Option<AgeLimits> {
        let has_values = self.streams.values().any(|stream| stream.lives().next().is_some());
        match self.period.or(self.any_period) {
            Some(period) => Some(AgeLimits::of(Cadence::Periodic(period))),
            None if has_values => None,
            None => Some(AgeLimits::of(UNDESCRIBED)),
        }
    }

    /// Whether a sensor gives a number now.
    fn has_number(&self) -> bool {
        self.streams.values().any(|stream| {
            period(stream.cadence()).is_some()
                && stream.numeric.as_ref().is_some_and(|part| {
                    part.life.silence == Silence::None && part.numeric.reading.value().is_some()
                })
        })
    }

    pub(crate) fn change_mode(&mut self, mode: DeviceMode, at: MonoTime) {
        if mode == DeviceMode::Standby {
            self.standby.get_or_insert(at);
        } else if let Some(since) = self.standby.take() {
            // Values stopped on purpose: each has its time to come back.
            let lives = self.streams.values_mut().flat_map(Stream::lives_mut);
            for life in lives.filter(|life| life.spoke <= since + UNDER_WAY) {
                (life.silence, life.grace) = (Silence::None, None);
            }
            self.give_grace(at);
            self.next_check = None;
        }
        self.attention |= self.mode != mode;
        self.mode = mode;
    }

    /// The device was silent as a whole: its streams and its alarms get their time to come back.
    pub(crate) fn give_grace(&mut self, at: MonoTime) {
        self.mirror.give_grace(at);
        for stream in self.streams.values_mut() {
            let until = at + AgeLimits::of(stream.cadence()).stale;
            stream.lives_mut().for_each(|life| _ = life.grace.get_or_insert(until));
        }
    }

    /// Judges the silence of every stream up to the moment at which the device was last heard.
    fn check_streams(&mut self, heard: MonoTime) {
        let (mut speaking, mut any) = (None::<Duration>, None::<Duration>);
        let mut next = MonoTime::from_nanos(u64::MAX);
        for stream in self.streams.values_mut() {
            let cadence = stream.cadence();
            let Some(period) = period(cadence) else {
                stream.lives_mut().for_each(|life| life.silence = Silence::None);
                continue;
            };
            let limits = AgeLimits::of(cadence);
            for life in stream.lives_mut().filter(|life| life.watched) {
                let vouched = life.vouched(cadence, self.alive);
                let from = vouched.unwrap_or(life.spoke);
                let silence = match limits.judge(heard.since(from)) {
                    _ if life.grace.is_some_and(|grace| heard <= grace) => Silence::None,
                    Freshness::Live | Freshness::Late => Silence::None,
                    Freshness::Stale => Silence::Stale,
                    Freshness::Lost => Silence::Lost,
                };
                // Only a value ends a silence, or the heartbeat that stands for one.
                let silence = if vouched.is_some() { silence } else { silence.max(life.silence) };
                self.attention |= silence != life.silence;
                life.silence = silence;
                let limit = match silence {
                    Silence::None => Some(from + limits.stale),
                    Silence::Stale => Some(from + limits.lost),
                    Silence::Lost => None,
                };
                if let Some(limit) = limit {
                    next = next.min(limit.max(life.grace.unwrap_or(limit)));
                }
                any = Some(any.map_or(period, |any| any.min(period)));
                if silence == Silence::None {
                    speaking = Some(speaking.map_or(period, |speaking| speaking.min(period)));
                }
            }
        }
        (self.period, self.any_period) = (speaking, any);
        self.next_check = Some(next);
    }
}

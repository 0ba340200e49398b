//! Standby: nothing is expected from a bed.
//!
//! It belongs to the bed and not to a device, and outlives a restart. While it lasts, the bed's device
//! raises no alarm about its link or its streams, and belongs to no switch that could be lost. Its own
//! alarms are mirrored as ever.
//!
//! A bed may be put into standby while values still come: it then waits for them to stop, for
//! 2 minutes, after which it ends. Once they have stopped, it ends when they are back: when a number
//! comes 3 s after the first, with no silence in between; one last packet does not end it. Numbers are
//! those that a sensor gives at intervals; they have stopped when the last is STALE. What is measured
//! now and then (a cuff) says nothing here. An admission, a discharge or another patient ends it too.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_model::{BedId, Cadence, DeviceKey, LogKind, MonoTime, StandbyReason, Text, WallTime};

use crate::{
    attention::has_initials,
    board::Board,
    command::Refusal,
    device::Device,
    freshness::{AgeLimits, period},
    journal::Moment,
    snapshot::BACK_WITHIN,
    stream::{Silence, Stream},
    view::StandbyView,
};

const NS: Duration = Duration::from_nanos(1);
/// Values that still come when standby is set have so long to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(120);
/// Values must come for so long to end it.
const RETURNS_FOR: Duration = Duration::from_secs(3);

/// A bed in standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standby {
    why: StandbyReason,
    by: Text,
    since: Moment,
    values: Values,
}

/// What the values of the bed do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    /// They have not stopped. `quiet_from`: no sooner are they taken to have stopped.
    Coming { until: MonoTime, quiet_from: MonoTime },
    /// They have stopped.
    Stopped,
    /// They are back since then.
    Back(MonoTime),
}

/// What a restart must not lose of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StandbyKept {
    why: StandbyReason,
    by: Text,
    since: WallTime,
    /// Values had not stopped yet.
    #[serde(default)]
    is_awaited: bool,
}

impl Standby {
    fn new(why: StandbyReason, by: Text, at: Moment) -> Standby {
        let values = Values::Coming { until: at.mono + STOPS_WITHIN, quiet_from: at.mono };
        Standby { why, by, since: at, values }
    }

    pub(crate) fn view(&self) -> StandbyView {
        StandbyView { why: self.why, by: self.by.clone(), since: self.since.pair() }
    }

    pub(crate) fn kept(&self) -> StandbyKept {
        let is_awaited = matches!(self.values, Values::Coming { .. });
        StandbyKept { why: self.why, by: self.by.clone(), since: self.since.wall, is_awaited }
    }

    /// Goes on after a restart. Values that had not stopped have their time to come and stop again.
    pub(crate) fn restored(kept: &StandbyKept, at: Moment) -> Standby {
        let mono = at.mono.before(at.wall.since(kept.since));
        let values = if kept.is_awaited {
            let until = at.mono + STOPS_WITHIN;
            Values::Coming { until, quiet_from: at.mono + BACK_WITHIN }
        } else {
            Values::Stopped
        };
        let since = Moment { mono, wall: kept.since };
        Standby { why: kept.why, by: kept.by.clone(), since, values }
    }

    /// What was decided, for the log of a new run.
    pub(crate) fn line(&self) -> LogKind {
        LogKind::Standby { why: self.why, by: self.by.clone() }
    }

    /// Judges by the last number, if one is not STALE yet, and when it will be. `true`: it is over.
    fn is_over(&mut self, last: Option<(MonoTime, MonoTime)>, now: MonoTime) -> bool {
        self.values = match (self.values, last) {
            // First of all, also where nobody could look in time: a bed that had no device.
            (Values::Coming { quiet_from, .. }, None) if now >= quiet_from => Values::Stopped,
            (Values::Coming { until, .. }, _) if now >= until => return true,
            (values @ Values::Coming { .. }, _) => values,
            (Values::Stopped | Values::Back(_), None) => Values::Stopped,
            (Values::Stopped, Some((spoke, _))) => Values::Back(spoke),
            (Values::Back(first), Some((spoke, _))) if spoke.since(first) >= RETURNS_FOR => {
                return true;
            }
            (values @ Values::Back(_), Some(_)) => values,
        };
        false
    }

    /// When to judge again although nothing came.
    fn due(&self, last: Option<(MonoTime, MonoTime)>) -> Option<MonoTime> {
        let stale = last.map(|(_, until)| until + NS);
        match self.values {
            Values::Coming { until, quiet_from } => {
                let quiet = stale.map_or(quiet_from, |stale| stale.max(quiet_from));
                Some(until.min(quiet))
            }
            Values::Stopped => None,
            Values::Back(_) => stale,
        }
    }
}

impl Device {
    /// When the last number of a sensor came, and until when it is not STALE; `None`: it is by now.
    fn last_number(&self, now: MonoTime) -> Option<(MonoTime, MonoTime)> {
        if self.reach.is_unusable() {
            return None;
        }
        let of_stream = |stream: &Stream| {
            let part = stream.numeric.as_ref()?;
            part.numeric.reading.value()?;
            if part.life.broken || part.life.backfilled || period(stream.cadence()).is_none() {
                return None;
            }
            let cadence: Cadence = stream.cadence();
            let spoke = part.life.vouched(cadence, self.alive).unwrap_or(part.life.spoke);
            Some((spoke, spoke + AgeLimits::of(cadence).stale))
        };
        let fresh = self.streams.values().filter_map(of_stream).filter(|(_, until)| now <= *until);
        fresh.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))
    }

    /// What was silent with good reason is expected again: each stream has its time to come back.
    pub(crate) fn expect_again(&mut self, now: MonoTime) {
        for stream in self.streams.values_mut() {
            stream.lives_mut().for_each(|life| life.grace = None);
        }
        self.give_grace(now);
        for life in self.streams.values_mut().flat_map(Stream::lives_mut) {
            life.silence = Silence::None;
        }
        self.next_check = None;
        self.attention = true;
    }
}

impl Board {
    pub(crate) fn set_standby(
        &mut self,
        bed: &BedId,
        why: StandbyReason,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        let slot = self.ward.slot_mut(bed).ok_or(Refusal::NoSuchBed)?;
        let standby = Standby::new(why, by.clone(), at);
        self.journal.write(at, Some(bed.clone()), None, standby.line());
        slot.watch.standby = Some(standby);
        slot.watch.touch();
        let devices = slot.devices.clone();
        self.standby_changed(&devices, at);
        Ok(())
    }

    /// A person says that the bed is watched again.
    pub(crate) fn end_standby(
        &mut self,
        bed: &BedId,
        by: &Text,
        at: Moment,
    ) -> Result<(), Refusal> {
        has_initials(by)?;
        self.ward.slot(bed).ok_or(Refusal::NoSuchBed)?;
        self.stop_standby(bed, Some(by), at);
        Ok(())
    }

    /// Ends the standby of a bed, if it is in standby.
    pub(crate) fn stop_standby(&mut self, bed: &BedId, by: Option<&Text>, at: Moment) {
        let Some(slot) = self.ward.slot_mut(bed) else { return };
        if slot.watch.standby.take().is_none() {
            return;
        }
        slot.watch.touch();
        let devices = slot.devices.clone();
        let line = LogKind::StandbyEnded { by: by.cloned() };
        self.journal.write(at, Some(bed.clone()), None, line);
        for key in &devices {
            if let Some(device) = self.devices.get_mut(key) {
                device.standby_due = None;
                device.expect_again(at.mono);
            }
        }
        self.standby_changed(&devices, at);
    }

    fn standby_changed(&mut self, devices: &[DeviceKey], at: Moment) {
        self.paths_due = true;
        for key in devices {
            if let Some(device) = self.devices.get_mut(key) {
                device.attention = true;
            }
        }
        self.settle_all(devices, at);
    }

    /// Looks whether the standby of a device's bed is over.
    pub(crate) fn watch_standby(&mut self, key: &DeviceKey, at: Moment) {
        let Some(device) = self.devices.get_mut(key) else { return };
        let Some(bed) = device.bed.clone() else {
            device.standby_due = None;
            return;
        };
        let Some(slot) = self.ward.slot_mut(&bed) else { return };
        let there = slot.devices.clone();
        let Some(standby) = &mut slot.watch.standby else {
            device.standby_due = None;
            return;
        };
        // A bed has values as long as one of its devices has.
        let all = there.iter().filter_map(|key| self.devices.get(key)?.last_number(at.mono));
        let last = all.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)));
        let is_over = standby.is_over(last, at.mono);
        let Some(device) = self.devices.get_mut(key) else { return };
        device.standby_due = standby.due(last);
        device.plan(at.mono);
        self.wake = self.wake.min(device.due.unwrap_or(self.wake));
        if is_over {
            self.stop_standby(&bed, None, at);
        }
    }

    /// Whether a device stands at a bed in standby.
    pub(crate) fn is_in_standby(&self, bed: &BedId) -> bool {
        self.ward.slot(bed).is_some_and(|slot| slot.watch.standby.is_some())
    }

    /// Beds in standby of which somebody is to be reminded: the policy's time passed, once or again,
    /// after `after` and up to `now`.
    pub(crate) fn standby_reminders(&self, after: MonoTime, now: MonoTime) -> Vec<BedId> {
        let every = self.policy.standby_reminder.as_nanos().max(1);
        let rounds = |since: MonoTime, at: MonoTime| at.since(since).as_nanos() / every;
        let is_due =
            |standby: &Standby| rounds(standby.since.mono, now) > rounds(standby.since.mono, after);
        let slots = self.ward.slots.iter();
        slots
            .filter(|slot| slot.watch.standby.as_ref().is_some_and(is_due))
            .map(|slot| slot.bed.id.clone())
            .collect()
    }

    /// When the next of them is due.
    pub(crate) fn next_standby_reminder(&self, now: MonoTime) -> Option<MonoTime> {
        let every = self.policy.standby_reminder.max(NS);
        let next = |standby: &Standby| {
            let rounds = now.since(standby.since.mono).as_nanos() / every.as_nanos() + 1;
            let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
            standby.since.mono + every.saturating_mul(rounds)
        };
        self.ward.slots.iter().filter_map(|slot| slot.watch.standby.as_ref()).map(next).min()
    }
}

//! What was asked, and when to ask again.
//!
//! Nothing is acknowledged. What was asked for either comes or does not; when nothing of a kind has
//! come for three of its intervals it is asked for again, as after a monitor's restart.

use std::time::Duration;

use vigie_model::MonoTime;

use crate::wire::request::{self, AlarmCommand, Interval, Physiological};

use super::choice::{Budget, choose};
use super::monitor::{Monitor, Seen};
use super::options::Options;

/// Between two requests: the shortest is on the line for 35 ms at 19,200 baud.
const SPACING: Duration = Duration::from_millis(100);
/// The full list of alarms is asked for this often.
const ALARMS_EVERY: Duration = Duration::from_secs(30);
/// Waves come at least once a second; so long without any, and they are asked for again.
const WAVES_SILENT: Duration = Duration::from_secs(3);
/// After some tries in vain, waves are asked for this often.
const WAVES_RARELY: Duration = Duration::from_secs(30);
const WAVES_TRIES: u32 = 3;
/// Waves are chosen anew at most this often: each choice begins with a gap.
const CHOICE_EVERY: Duration = Duration::from_secs(20);
/// Times of cuff pressure and the like are asked for at most this often; less than 5 s is ignored (CI).
const AUX_EVERY: Duration = Duration::from_secs(10);
/// And this often when nothing changed.
const AUX_RARELY: Duration = Duration::from_secs(300);
/// The first level at which a monitor knows alarm requests (CI, "Alarm request").
const ALARMS_LEVEL: u8 = 10;

/// What is wanted of one monitor.
#[derive(Debug)]
pub(super) struct Asking {
    budget: Budget,
    displayed_at: MonoTime,
    trend_at: Option<MonoTime>,
    waves_at: Option<MonoTime>,
    waves_tries: u32,
    /// What was last asked for; `None`: nothing yet.
    waves: Option<Vec<u8>>,
    choice_at: MonoTime,
    alarms_at: Option<MonoTime>,
    /// A list came since it was last asked for.
    is_alarm_answered: bool,
    has_differential: bool,
    aux_at: Option<MonoTime>,
    aux_last: Option<MonoTime>,
    /// Records to send, in order.
    queue: Vec<Vec<u8>>,
    free_at: MonoTime,
}

impl Asking {
    /// Begins on a line that has just opened. A monitor may still be sending waves that somebody else
    /// asked for.
    pub(super) fn new(now: MonoTime, options: &Options) -> Asking {
        Asking {
            budget: Budget::of(options.baud, options.interval_s),
            displayed_at: now,
            trend_at: None,
            waves_at: None,
            waves_tries: 0,
            waves: None,
            choice_at: now,
            alarms_at: None,
            is_alarm_answered: false,
            has_differential: false,
            aux_at: None,
            aux_last: None,
            queue: vec![request::waves(&[])],
            free_at: now,
        }
    }

    /// Records came.
    pub(super) fn see(&mut self, now: MonoTime, seen: Seen, monitor: &Monitor, options: &Options) {
        let period = options.period();
        if seen.displayed {
            self.displayed_at = now + 3 * period;
            if options.trend.is_some() {
                self.trend_at.get_or_insert(now);
            }
            if monitor.level().is_some_and(|level| level >= ALARMS_LEVEL) {
                self.alarms_at.get_or_insert(now);
            }
            self.choose_waves(now, monitor, options);
            let soonest = self.aux_last.map_or(now, |last| last + AUX_EVERY);
            let wanted = if monitor.is_undated() { soonest } else { now + AUX_RARELY };
            self.aux_at = Some(self.aux_at.map_or(wanted, |at| at.min(wanted)).max(soonest));
        }
        if seen.trend && options.trend.is_some() {
            self.trend_at = Some(now + Duration::from_secs(200));
        }
        if seen.waves {
            self.waves_tries = 0;
            if self.waves.as_ref().is_some_and(|waves| !waves.is_empty()) {
                self.waves_at = Some(now + WAVES_SILENT);
            }
        }
        if seen.alarms {
            self.is_alarm_answered = true;
        }
    }

    fn choose_waves(&mut self, now: MonoTime, monitor: &Monitor, options: &Options) {
        if self.waves.is_some() && now < self.choice_at {
            return;
        }
        let level = monitor.level().unwrap_or_default();
        let present = &monitor.bedside().present;
        let chosen = choose(options.waves.as_deref(), present, level, self.budget);
        if self.waves.as_ref() != Some(&chosen) {
            self.choice_at = now + CHOICE_EVERY;
            self.waves_at = (!chosen.is_empty()).then_some(now);
            if chosen.is_empty() && self.waves.is_some() {
                self.queue.push(request::waves(&[]));
            }
            self.waves = Some(chosen);
            self.waves_tries = 0;
        }
    }

    /// The next request to send now, as a record.
    pub(super) fn poll(&mut self, now: MonoTime, options: &Options) -> Option<Vec<u8>> {
        self.queue_due(now, options);
        if self.queue.is_empty() || now < self.free_at {
            return None;
        }
        self.free_at = now + SPACING;
        Some(self.queue.remove(0))
    }

    fn queue_due(&mut self, now: MonoTime, options: &Options) {
        if self.displayed_at <= now {
            self.displayed_at = now + 3 * options.period();
            let all = request::physiological(Physiological::Displayed, options.interval());
            self.queue.push(all);
        }
        if let Some(what) = options.trend.filter(|_| self.trend_at.is_some_and(|at| at <= now)) {
            // Without an open case at the bedside there are none, and no word about it.
            self.trend_at = Some(now + Duration::from_secs(200));
            let seconds = if what == Physiological::Trend10 { 10 } else { 60 };
            self.queue.push(request::physiological(what, Interval::Seconds(seconds)));
        }
        if self.waves_at.is_some_and(|at| at <= now) {
            self.waves_tries = self.waves_tries.saturating_add(1);
            let pause = if self.waves_tries >= WAVES_TRIES { WAVES_RARELY } else { WAVES_SILENT };
            self.waves_at = Some(now + pause);
            self.queue.push(request::waves(self.waves.as_deref().unwrap_or_default()));
        }
        if self.alarms_at.is_some_and(|at| at <= now) {
            self.alarms_at = Some(now + ALARMS_EVERY);
            // A monitor that did not answer may have forgotten the mode.
            let command = if std::mem::take(&mut self.is_alarm_answered) {
                AlarmCommand::Status
            } else {
                AlarmCommand::EnterDifferential
            };
            self.has_differential = true;
            self.queue.push(request::alarms(command));
        }
        if self.aux_at.is_some_and(|at| at <= now) {
            self.aux_at = Some(now + AUX_RARELY);
            self.aux_last = Some(now);
            self.queue.push(request::physiological(Physiological::AuxInfo, Interval::Once));
        }
    }

    /// Takes back all that was asked for: the monitor would go on for ever.
    pub(super) fn farewell(&mut self, options: &Options) -> Vec<Vec<u8>> {
        let mut last = vec![request::waves(&[])];
        if self.has_differential {
            last.push(request::alarms(AlarmCommand::LeaveDifferential));
        }
        if let Some(what) = options.trend.filter(|_| self.trend_at.is_some()) {
            last.push(request::physiological(what, Interval::Never));
        }
        last.push(request::physiological(Physiological::Displayed, Interval::Never));
        last
    }

    /// When to look again, and why.
    pub(super) fn deadline(&self) -> (MonoTime, &'static str) {
        if !self.queue.is_empty() {
            return (self.free_at, "next request");
        }
        let mut next = (self.displayed_at, "values silent");
        for (at, why) in [
            (self.trend_at, "trends silent"),
            (self.waves_at, "waves silent"),
            (self.alarms_at, "list of alarms"),
            (self.aux_at, "times of measurements"),
        ] {
            if let Some(at) = at.filter(|at| *at < next.0) {
                next = (at, why);
            }
        }
        next
    }
}

//! Whether alarms sound.
//!
//! A pause ends by itself. Off has no end, so it exists by policy only, and reminds of itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_model::{LogKind, MonoTime, Text, WallTime};

use crate::{journal::Moment, policy::AlarmPolicy, view::AudioState};

/// So long a reminder that is no alarm stands in the view: its one burst is heard in that time.
pub(crate) const REMINDER_LASTS: Duration = Duration::from_secs(5);

/// Whether alarms sound.
#[derive(Clone, Debug, Default)]
pub(crate) enum Audio {
    /// They do.
    #[default]
    On,
    /// Not until then.
    Paused { until: Moment, by: Text },
    /// Not until somebody turns the sound on. `reminders`: how many were due by now.
    Off { since: Moment, by: Text, reminders: u128 },
}

/// What time brought about.
#[derive(Debug, Default)]
pub(crate) struct AudioTick {
    pub(crate) line: Option<LogKind>,
    /// Alarms sound again.
    pub(crate) is_on_again: bool,
    /// Somebody is reminded that they do not.
    pub(crate) is_reminder: bool,
}

/// Whether alarms sounded when the station stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum AudioKept {
    Paused { until: WallTime, by: Text },
    Off { since: WallTime, by: Text },
}

impl Audio {
    pub(crate) fn is_on(&self) -> bool {
        matches!(self, Audio::On)
    }

    pub(crate) fn tick(&mut self, at: Moment, policy: &AlarmPolicy) -> AudioTick {
        let mut tick = AudioTick::default();
        let is_over = match self {
            Audio::On => false,
            Audio::Paused { until, .. } => until.mono <= at.mono,
            Audio::Off { since, reminders, .. } => match policy.audio_off {
                Some(period) => {
                    let due = reminders_due(at.mono.since(since.mono), period);
                    tick.is_reminder = due > *reminders;
                    *reminders = due;
                    false
                }
                // The unit's policy does not allow it any longer.
                None => true,
            },
        };
        if is_over {
            *self = Audio::On;
            tick.line = Some(LogKind::AudioOn { by: None });
            tick.is_on_again = true;
        }
        tick
    }

    /// When time alone next brings something about.
    pub(crate) fn due(&self, now: MonoTime, policy: &AlarmPolicy) -> Option<MonoTime> {
        match self {
            Audio::On => None,
            Audio::Paused { until, .. } => Some(until.mono),
            Audio::Off { since, reminders, .. } => {
                let period = policy.audio_off?;
                let next = reminder_at(since.mono, period, reminders + 1);
                let ends = self.reminder_ends(policy).filter(|ends| *ends > now);
                [next, ends].into_iter().flatten().min()
            }
        }
    }

    /// Whether the reminder is to be heard now.
    pub(crate) fn reminds(&self, now: MonoTime, policy: &AlarmPolicy) -> bool {
        self.reminder_ends(policy).is_some_and(|ends| now < ends)
    }

    fn reminder_ends(&self, policy: &AlarmPolicy) -> Option<MonoTime> {
        match self {
            Audio::Off { since, reminders, .. } if *reminders > 0 => {
                Some(reminder_at(since.mono, policy.audio_off?, *reminders)? + REMINDER_LASTS)
            }
            Audio::Off { .. } | Audio::On | Audio::Paused { .. } => None,
        }
    }

    pub(crate) fn view(&self) -> AudioState {
        match self {
            Audio::On => AudioState::On,
            Audio::Paused { until, by } => {
                AudioState::Paused { until: until.pair(), by: by.clone() }
            }
            Audio::Off { since, by, .. } => AudioState::Off { since: since.pair(), by: by.clone() },
        }
    }

    pub(crate) fn kept(&self) -> Option<AudioKept> {
        match self {
            Audio::On => None,
            Audio::Paused { until, by } => {
                Some(AudioKept::Paused { until: until.wall, by: by.clone() })
            }
            Audio::Off { since, by, .. } => {
                Some(AudioKept::Off { since: since.wall, by: by.clone() })
            }
        }
    }

    /// What goes on after a restart. A pause never lasts longer than a whole one, whatever became of
    /// the PC's clock meanwhile.
    pub(crate) fn restored(kept: &AudioKept, at: Moment, policy: &AlarmPolicy) -> Audio {
        match kept {
            AudioKept::Paused { until, by } => {
                let left = until.since(at.wall).min(policy.pause);
                let until = Moment { mono: at.mono + left, wall: at.wall.after(left) };
                Audio::Paused { until, by: by.clone() }
            }
            AudioKept::Off { since, by } => {
                let ago = at.wall.since(*since);
                let mono = at.mono.before(ago);
                let since = Moment { mono, wall: *since };
                let period = policy.audio_off.unwrap_or_default();
                // The reminders of the time before are over.
                let reminders = reminders_due(at.mono.since(mono), period);
                Audio::Off { since, by: by.clone(), reminders }
            }
        }
    }
}

fn reminders_due(off_for: Duration, period: Duration) -> u128 {
    off_for.as_nanos().checked_div(period.as_nanos()).unwrap_or(0)
}

fn reminder_at(since: MonoTime, period: Duration, nth: u128) -> Option<MonoTime> {
    let nanos = period.as_nanos().checked_mul(nth).filter(|nanos| *nanos > 0)?;
    Some(since + Duration::from_nanos(u64::try_from(nanos).ok()?))
}

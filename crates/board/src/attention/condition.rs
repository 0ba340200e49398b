//! One alarm condition: whether it is on, what somebody made of it, and whether it asks for somebody.
//!
//! | From | On | To |
//! | --- | --- | --- |
//! | not listed | begins | active |
//! | active | answered | answered |
//! | active | its device says that the cause is gone | latched by the device, until that drops it |
//! | active | ends for 3 s, and latches by policy | latched |
//! | active, answered | ends for 3 s | not listed |
//! | active, answered | ends, and is back within 3 s | active, counted once more |
//! | answered | time, a higher priority, an end and a return | active: the answer lapsed |
//! | active | answered less than 250 ms after its priority rose | active: the answer lapsed |
//! | latched | returns | active, counted once more |
//! | latched | reset | not listed |
//!
//! A beginning counts at once. An end counts when it has lasted for 3 s: until then the row stands and
//! sounds as it did, so that one row and one call stand for a burst. What a person ended, and what a
//! worse alarm about the same silence replaces, goes at once.
//!
//! Who asks sounds: on, not answered, not silenced at the bedside (unless the policy says so). What is
//! not confirmed asks with high priority only: nobody can tell whether it is over, and the alarm about
//! the link calls for the others. What its device has latched asks with high priority only, too: the
//! device goes on signalling until somebody there has seen it, and it may have come and gone between
//! two words of the device.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vigie_model::{
    AlarmKind, AnswerKind, Condition, Decimal, Inactivation, Lapse, LogKind, MonoTime, Priority,
    Text, WallTime,
};

use crate::{
    attention::escalate,
    journal::Moment,
    policy::{AlarmPolicy, Latch},
    view::{AnswerState, AnswerView, Answered, ConditionNo},
};

/// An end that lasts for less is none: limits that are just crossed come and go every second or two.
pub(crate) const END_HOLD: Duration = Duration::from_secs(3);

/// Who answers sooner after its priority rose has not seen that: a view is up to 33 ms old when it is
/// painted, and nobody presses a key within a fifth of a second of what appears.
const SEEN_AFTER: Duration = Duration::from_millis(250);

/// What is said of a condition while it is on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fact {
    pub(crate) priority: Priority,
    /// Its device lists it although its cause is gone.
    pub(crate) is_latched: bool,
    pub(crate) inactivation: Option<Inactivation>,
    pub(crate) is_confirmed: bool,
    /// The device's words; none for an alarm of the station.
    pub(crate) words: Option<Words>,
    /// Beds that it stands for.
    pub(crate) beds: u32,
}

/// What a device's alarm says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    pub(crate) text: Text,
    pub(crate) value: Option<Decimal>,
    pub(crate) limit: Option<Decimal>,
}

/// A condition that is listed.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) no: ConditionNo,
    /// As last stated.
    pub(crate) fact: Fact,
    pub(crate) since: Moment,
    pub(crate) count: u32,
    pub(crate) presence: Presence,
    pub(crate) answer: Option<Answer>,
    /// Since when it asks for somebody.
    pub(crate) asks: Option<MonoTime>,
    /// How often it asked again since.
    pub(super) asked: u32,
    /// Its priority rose while it asked, which is worth a call if it still does.
    pub(super) is_raised: bool,
    /// When its priority last rose, and from which.
    pub(super) rose: Option<(MonoTime, Priority)>,
    /// Since when it asked before a restart.
    pub(super) asked_before: Option<MonoTime>,
    pub(crate) restored: Option<WallTime>,
}

/// Whether a condition is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is.
    On,
    /// It ended then, and may be back in a moment.
    Ended(MonoTime),
    /// It ended, and stays until somebody resets it.
    Latched,
    /// It was on before a restart, and is forgotten if it does not come back by then.
    Awaited(MonoTime),
    /// It is listed no longer.
    Gone,
}

/// An answer, and what it was given to.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) how: AnswerKind,
    pub(crate) by: Text,
    pub(crate) at: Moment,
    pub(crate) priority: Priority,
    /// For how long it had held before the PC started, which the clock of this run cannot tell.
    pub(crate) held_before: Duration,
}

/// What one look at the conditions brings about.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) at: Moment,
    pub(crate) policy: &'a AlarmPolicy,
    pub(crate) lines: Vec<LogKind>,
    /// Conditions that began to ask, or asked again.
    pub(crate) calls: u64,
    pub(crate) is_changed: bool,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(at: Moment, policy: &'a AlarmPolicy) -> Turn<'a> {
        Turn { at, policy, lines: Vec::new(), calls: 0, is_changed: false }
    }
}

impl Fact {
    /// Two alarms under one name are one row: the most urgent speaks, and what is true of one only
    /// must not make both silent.
    pub(crate) fn join(self, other: Fact) -> Fact {
        let words = if other.priority > self.priority { other.words } else { self.words };
        let both = self.inactivation.zip(other.inactivation);
        Fact {
            priority: self.priority.max(other.priority),
            is_latched: self.is_latched && other.is_latched,
            inactivation: both.map(|(inactivation, _)| inactivation),
            is_confirmed: self.is_confirmed || other.is_confirmed,
            words,
            beds: self.beds,
        }
    }
}

impl Row {
    pub(crate) fn new(no: ConditionNo, fact: Fact, since: Moment) -> Row {
        Row {
            no,
            fact,
            since,
            count: 1,
            presence: Presence::On,
            answer: None,
            asks: None,
            asked: 0,
            is_raised: false,
            rose: None,
            asked_before: None,
            restored: None,
        }
    }

    /// It is on, and this is said of it.
    pub(crate) fn follow(&mut self, condition: &Condition, fact: Fact, turn: &mut Turn<'_>) {
        turn.is_changed |= self.presence != Presence::On || self.fact != fact;
        let was_over = match self.presence {
            Presence::On => self.fact.is_latched,
            Presence::Ended(_) | Presence::Latched => true,
            Presence::Awaited(_) | Presence::Gone => false,
        };
        if was_over && !fact.is_latched {
            self.count = self.count.saturating_add(1);
            self.restored = None;
            if self.answer.take().is_some() || self.presence == Presence::Latched {
                turn.lapse(condition, Lapse::Returned);
            }
        }
        if self.answer.as_ref().is_some_and(|answer| fact.priority > answer.priority) {
            self.answer = None;
            turn.lapse(condition, Lapse::Raised);
        }
        if self.asks.is_some() && fact.priority != self.fact.priority {
            // How long nobody answered counts from the priority that it has now.
            (self.asks, self.asked) = (Some(turn.at.mono), 0);
            self.is_raised |= fact.priority > self.fact.priority;
        }
        if fact.priority > self.fact.priority {
            self.rose = Some((turn.at.mono, self.fact.priority));
        }
        (self.fact, self.presence) = (fact, Presence::On);
    }

    /// It is on no longer.
    pub(crate) fn end(&mut self, is_at_once: bool, turn: &mut Turn<'_>) {
        match self.presence {
            Presence::On => {
                turn.is_changed = true;
                // What its device had latched was reset at the bedside.
                self.presence = if is_at_once || self.fact.is_latched {
                    Presence::Gone
                } else {
                    Presence::Ended(turn.at.mono)
                };
            }
            Presence::Ended(_) | Presence::Latched | Presence::Awaited(_) | Presence::Gone => {}
        }
    }

    /// What time brings about. `false`: it is listed no longer.
    pub(crate) fn tick(&mut self, condition: &Condition, turn: &mut Turn<'_>) -> bool {
        let now = turn.at.mono;
        match self.presence {
            Presence::Ended(at) if now >= at + END_HOLD => {
                if !self.latches(condition, turn.policy) {
                    return false;
                }
                self.presence = Presence::Latched;
                turn.lines.push(LogKind::Latched(condition.clone()));
                turn.is_changed = true;
            }
            Presence::Gone => return false,
            Presence::Awaited(until) if now >= until => return false,
            Presence::On | Presence::Ended(_) | Presence::Latched | Presence::Awaited(_) => {}
        }
        let mut from = now;
        if let Some(lapses) = self.lapses(condition, turn.policy).filter(|lapses| *lapses <= now) {
            self.answer = None;
            from = lapses;
            turn.lapse(condition, Lapse::Reminder);
        }
        let waits = matches!(self.presence, Presence::Awaited(_));
        let wants_somebody = self.wants_somebody(turn.policy);
        let asked_before = if waits { None } else { self.asked_before.take() };
        let is_raised = std::mem::take(&mut self.is_raised);
        match (self.asks.is_some(), wants_somebody) {
            (false, true) => {
                (self.asks, self.asked) = (Some(asked_before.unwrap_or(from)), 0);
                turn.calls += 1;
                turn.is_changed = true;
            }
            (true, false) => {
                (self.asks, self.asked) = (None, 0);
                turn.is_changed = true;
            }
            (true, true) => turn.calls += u64::from(is_raised),
            (false, false) => {}
        }
        if let (Presence::On, Some(since)) = (self.presence, self.asks) {
            let unanswered = now.since(since);
            let step = escalate::step(condition, self.fact.priority, unanswered, turn.policy);
            if step > self.asked {
                self.asked = step;
                let step = u8::try_from(step).unwrap_or(u8::MAX);
                turn.lines.push(LogKind::Escalated { condition: condition.clone(), step });
                // High priority repeats its sound anyway, and louder.
                turn.calls += u64::from(self.fact.priority < Priority::High);
                turn.is_changed = true;
            }
        }
        true
    }

    /// When time alone next brings something about.
    pub(crate) fn due(&self, condition: &Condition, policy: &AlarmPolicy) -> Option<MonoTime> {
        match self.presence {
            Presence::Ended(at) => Some(at + END_HOLD),
            Presence::Awaited(until) => Some(until),
            Presence::Latched | Presence::Gone => None,
            Presence::On => {
                let priority = self.fact.priority;
                let asks_again = self.asks.and_then(|since| {
                    let after = escalate::next_step(condition, priority, self.asked, policy)?;
                    Some(since + after)
                });
                self.lapses(condition, policy).or(asks_again)
            }
        }
    }

    /// Somebody answered, and saw what stood there [`SEEN_AFTER`] ago: an answer that crossed a rise of
    /// the priority lapses at once. `false`: it is over, or waited for.
    pub(crate) fn take_answer(&mut self, how: AnswerKind, by: &Text, at: Moment) -> bool {
        match self.presence {
            Presence::On | Presence::Ended(_) => {}
            Presence::Latched | Presence::Awaited(_) | Presence::Gone => return false,
        }
        let unseen = self.rose.filter(|(rose, _)| at.mono.since(*rose) < SEEN_AFTER);
        let seen = unseen.map_or(self.fact.priority, |(_, was)| was.min(self.fact.priority));
        let (priority, held_before) = (seen, Duration::ZERO);
        self.answer = Some(Answer { how, by: by.clone(), at, priority, held_before });
        self.restored = None;
        true
    }

    /// Somebody reset it. `false`: it is still on.
    pub(crate) fn take_reset(&mut self) -> bool {
        let is_over = self.is_over();
        if is_over {
            self.presence = Presence::Gone;
        }
        is_over
    }

    /// A person says that it is over.
    pub(crate) fn clear(&mut self) {
        self.presence = Presence::Gone;
    }

    /// Whether the station alone goes on to list it.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.presence, Presence::Ended(_) | Presence::Latched)
    }

    /// Whether it stands in the attention list.
    pub(crate) fn is_listed(&self) -> bool {
        self.fact.priority >= Priority::Low && !matches!(self.presence, Presence::Awaited(_))
    }

    pub(crate) fn state(&self) -> AnswerState {
        if self.answer.is_some() {
            AnswerState::Answered
        } else if self.presence == Presence::Latched || self.fact.is_latched {
            AnswerState::Latched
        } else {
            AnswerState::Active
        }
    }

    pub(crate) fn view(&self) -> AnswerView {
        if !self.is_listed() {
            return AnswerView::default();
        }
        AnswerView {
            no: self.no,
            state: self.state(),
            answered: self.answer.as_ref().map(|answer| Answered {
                how: answer.how,
                by: answer.by.clone(),
                at: answer.at.pair(),
            }),
            escalated: self.escalated(),
            restored: self.restored,
        }
    }

    /// Only high priority grows louder; what reminds does so in larger letters.
    pub(crate) fn escalated(&self) -> u8 {
        let step_max = if self.fact.priority == Priority::High { escalate::STEP_MAX } else { 1 };
        u8::try_from(self.asked.min(step_max)).unwrap_or(u8::MAX)
    }

    /// Whether it stays once it has ended: high priority, about the patient, and nobody saw it, here
    /// or at the bedside.
    pub(crate) fn latches(&self, condition: &Condition, policy: &AlarmPolicy) -> bool {
        let is_of_patient = match condition {
            Condition::Device { kind, .. } => *kind == AlarmKind::Physiological,
            Condition::Station { .. } => false,
        };
        let is_seen =
            self.answer.is_some() || self.fact.inactivation == Some(Inactivation::Acknowledged);
        policy.latch == Latch::High
            && is_of_patient
            && self.fact.priority == Priority::High
            && !is_seen
    }

    /// Until when the answer holds. The time of an alarm that is over does not run.
    fn lapses(&self, condition: &Condition, policy: &AlarmPolicy) -> Option<MonoTime> {
        let answer = self.answer.as_ref()?;
        let is_on = self.presence == Presence::On && !self.fact.is_latched;
        let holds = escalate::answer_holds(condition, answer.how, policy)?;
        is_on.then(|| answer.at.mono + holds.saturating_sub(answer.held_before))
    }

    fn wants_somebody(&self, policy: &AlarmPolicy) -> bool {
        let fact = &self.fact;
        match self.presence {
            Presence::On => {
                let is_silenced =
                    fact.inactivation.is_some() && !policy.sounds_when_silenced_at_bedside;
                self.answer.is_none()
                    && !is_silenced
                    && fact.priority >= Priority::Low
                    && ((fact.is_confirmed && !fact.is_latched) || fact.priority == Priority::High)
            }
            // As it did when it ended, be it before a restart: perhaps nobody has heard it.
            Presence::Ended(_) => {
                self.asks.or(self.asked_before).is_some() && self.answer.is_none()
            }
            Presence::Latched | Presence::Awaited(_) | Presence::Gone => false,
        }
    }
}

impl Turn<'_> {
    fn lapse(&mut self, condition: &Condition, why: Lapse) {
        self.lines.push(LogKind::AnswerLapsed { condition: condition.clone(), why });
        self.is_changed = true;
    }
}

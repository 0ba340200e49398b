//! Alarm fields to sets.
//!
//! Every answer states every alarm, so every set is complete. `RESET` means that somebody pressed the
//! reset key at the bedside: it stays in the list as latched and acknowledged, until the field says
//! `NORMAL`. While the alarm silence is on, all that is active counts as paused.
//!
//! A word that is none of the three leaves an alarm as it was; when it comes twice in a row it is no
//! damage but a word that we do not know, and is listed with it.

use std::collections::BTreeMap;

use vigie_model::{
    Alarm, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Event, Fault, FaultKind, Inactivation,
    MdcCode, Text,
};

use crate::map::{self, AlarmOf, Row, What};
use crate::wire::Answer;
use crate::wire::answer::{Number, number};

/// The alarms of one ventilator.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    /// What each field says, as far as it is not `NORMAL`.
    states: BTreeMap<u16, State>,
    /// Words that came once and are none of the three.
    odd: BTreeMap<u16, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Alarm,
    Reset,
    /// A word that we do not know, twice in a row.
    Other(String),
}

/// Whether any alarm field of an answer says `ALARM`.
pub(super) fn is_any_on(answer: &Answer<'_>) -> bool {
    map::rows(answer.kind)
        .iter()
        .any(|row| matches!(row.what, What::Alarm(_)) && answer.field(row.field) == Some("ALARM"))
}

impl Alarms {
    /// The set that an answer states.
    pub(super) fn take(&mut self, answer: &Answer<'_>, events: &mut Vec<Event>) {
        let mut is_silenced = false;
        for row in map::rows(answer.kind) {
            let Some(word) = answer.field(row.field) else { continue };
            match row.what {
                What::Silence => is_silenced = matches!(word, "ALARM" | "ON"),
                What::Alarm(_) => self.note(row, word, events),
                What::Time
                | What::Date
                | What::Id
                | What::Number(_)
                | What::Words
                | What::Limit(_) => {}
            }
        }
        let active = map::rows(answer.kind).iter().filter_map(|row| match row.what {
            What::Alarm(of) => {
                let state = self.states.get(&row.field)?;
                Some(alarm(answer, row, of, state, is_silenced))
            }
            What::Time
            | What::Date
            | What::Id
            | What::Number(_)
            | What::Words
            | What::Limit(_)
            | What::Silence => None,
        });
        events.push(Event::Alarms(AlarmSet {
            scope: AlarmScope::All,
            truth: AlarmTruth::Complete,
            active: active.collect(),
            told: [].into(),
        }));
    }

    /// Nobody knows which alarms hold.
    pub(super) fn unknown() -> Event {
        let (scope, truth) = (AlarmScope::All, AlarmTruth::Unknown);
        Event::Alarms(AlarmSet { scope, truth, active: [].into(), told: [].into() })
    }

    fn note(&mut self, row: &Row, word: &str, events: &mut Vec<Event>) {
        let state = match word {
            // Blank: the ventilator has no such alarm now.
            "NORMAL" | "" => None,
            "ALARM" => Some(State::Alarm),
            "RESET" => Some(State::Reset),
            other => {
                let what = format!("alarm state of field {} is no known word", row.field);
                let (kind, what) = (FaultKind::Unknown, Text::from(what));
                events.push(Event::Fault(Fault { kind, what, count: 1 }));
                if self.odd.insert(row.field, other.to_owned()).as_deref() == Some(other) {
                    self.states.insert(row.field, State::Other(other.to_owned()));
                }
                return;
            }
        };
        self.odd.remove(&row.field);
        match state {
            Some(state) => _ = self.states.insert(row.field, state),
            None => _ = self.states.remove(&row.field),
        }
    }
}

fn alarm(answer: &Answer<'_>, row: &Row, of: AlarmOf, state: &State, is_silenced: bool) -> Alarm {
    let vendor = map::vendor_code(answer.kind, row.field);
    let (phase, inactivation, text) = match state {
        State::Alarm => {
            let silenced = is_silenced.then_some(Inactivation::Paused);
            (AlarmPhase::Active, silenced, Text::from(row.label))
        }
        State::Reset => {
            (AlarmPhase::Latched, Some(Inactivation::Acknowledged), Text::from(row.label))
        }
        State::Other(word) => {
            (AlarmPhase::Active, None, Text::from(format!("{}: {word}", row.label)))
        }
    };
    let subject = of.of.and_then(|field| map::row(answer.kind, field));
    let value = subject.and_then(|row| value_of(answer, row));
    Alarm {
        id: vendor.clone(),
        kind: of.kind,
        priority: of.priority,
        phase,
        inactivation,
        code: of.code.map(MdcCode),
        vendor,
        subject: subject.map(|row| row.key(answer.kind)),
        value,
        limit: limit_of(answer, row.label, of),
        text,
    }
}

fn value_of(answer: &Answer<'_>, row: &Row) -> Option<vigie_model::Decimal> {
    let What::Number(of) = row.what else { return None };
    match answer.field(row.field).and_then(number)? {
        Number::Is(value) => Some(super::values::shifted(value, of.shift)),
        Number::Blank | Number::Off => None,
    }
}

/// The limit that an alarm is about: of the same number, on the side that its name says.
fn limit_of(answer: &Answer<'_>, label: &str, of: AlarmOf) -> Option<vigie_model::Decimal> {
    let side = match label.split(' ').next() {
        Some("High") => map::Side::High,
        Some("Low") => map::Side::Low,
        Some(_) | None => return None,
    };
    let mut limits = map::rows(answer.kind).iter().filter(|row| match row.what {
        What::Limit(limit) => Some(limit.of) == of.of && limit.side == side,
        What::Time
        | What::Date
        | What::Id
        | What::Number(_)
        | What::Words
        | What::Alarm(_)
        | What::Silence => false,
    });
    let (only, None) = (limits.next()?, limits.next()) else { return None };
    match answer.field(only.field).and_then(number)? {
        Number::Is(value) => Some(value),
        Number::Blank | Number::Off => None,
    }
}

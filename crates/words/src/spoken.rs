//! What a screen reader says, and what tests find a tile by.

use std::time::Duration;

use vigie_model::{Inactivation, Priority, Unit, Validity};

use crate::Words;

/// How a number stands at the moment it is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpokenState {
    /// As it should be. With an age it is a value that was measured then (cuff pressure).
    Live,
    /// The device doubts it.
    Questionable,
    /// Late: shown, never an alarm.
    Late,
    /// Older than its rule allows.
    Stale,
    /// Too old to be shown.
    Lost,
    /// The device gives no number, for this reason.
    Absent(Validity),
}

impl Words {
    /// A number with its state: `SpO2 97 percent, stale 12 s`.
    ///
    /// `value` is the number as written by [`Words::number`], or several of them (`120/80 (93)`); it
    /// is not said when there is none to believe, and its question mark is said as a word. `age` is
    /// `None` where the screen shows no age either.
    pub fn spoken_numeric(
        &self,
        label: &str,
        value: &str,
        unit: &Unit,
        age: Option<Duration>,
        state: SpokenState,
    ) -> String {
        let doubted = state == SpokenState::Questionable || value.ends_with('?');
        let mut reading = joined(&[label, value.trim_end_matches('?'), &self.unit_spoken(unit)]);
        if doubted {
            reading = self.message("spoken-questionable", &[("reading", reading.into())]);
        }
        let aged = |id: &str| {
            let age = age.map(|age| self.age(age)).unwrap_or_default();
            let places = [
                ("reading", reading.as_str().into()),
                ("label", label.into()),
                ("age", age.into()),
            ];
            // Without an age the text would end in a blank.
            self.message(id, &places).trim_end().to_owned()
        };
        match state {
            SpokenState::Live | SpokenState::Questionable if age.is_some() => {
                aged("spoken-measured")
            }
            SpokenState::Live | SpokenState::Questionable => reading,
            SpokenState::Late => aged("spoken-late"),
            SpokenState::Stale => aged("spoken-stale"),
            SpokenState::Lost => aged("spoken-lost"),
            SpokenState::Absent(why) => self.spoken_absent(label, why),
        }
    }

    fn spoken_absent(&self, label: &str, why: Validity) -> String {
        let id = match why {
            Validity::NotAvailable => "spoken-absent-plain",
            Validity::Valid
            | Validity::Validated
            | Validity::Ongoing
            | Validity::Questionable
            | Validity::Calibrating
            | Validity::Invalid
            | Validity::Overflow
            | Validity::Underflow => "spoken-absent",
        };
        self.message(id, &[("label", label.into()), ("reason", self.validity(why).into())])
    }

    /// An alarm: `high priority alarm: ***VTACH, silenced at bedside`.
    pub fn spoken_alarm(
        &self,
        priority: Priority,
        text: &str,
        inactivation: Option<Inactivation>,
    ) -> String {
        let id = match priority {
            Priority::High => "spoken-alarm-high",
            Priority::Medium => "spoken-alarm-medium",
            Priority::Low => "spoken-alarm-low",
            Priority::Information => "spoken-alarm-information",
        };
        let alarm = self.message(id, &[("text", text.into())]);
        match inactivation {
            None => alarm,
            Some(state) => {
                let places = [("alarm", alarm.into()), ("state", self.inactivation(state).into())];
                self.message("spoken-inactivated", &places)
            }
        }
    }
}

fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

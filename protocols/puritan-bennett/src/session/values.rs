//! Fields of the parameter port to identity, mode, numbers, words and limits.
//!
//! A field that never held anything is no stream: most ventilators have no PAV, and nobody has to look
//! at its dashes. A field that once held a number and is blank now has no value, and says so.
//!
//! What a pause or a manoeuvre measured stands in every answer until the next one. Only a change is
//! told: sent again it is not news, and how old the first is nobody knows.

use std::collections::{BTreeMap, BTreeSet};

use vigie_model::{
    Cadence, Category, Decimal, DeviceInfo, DeviceKey, DeviceMode, Event, Fault, FaultKind, Limits,
    Measured, Nature, Numeric, Reading, StreamInfo, Text, TextValue, Unit, Validity,
};

use super::alarms::{self, Alarms};
use super::{FAMILY, POLL_PERIOD};
use crate::map::{self, LimitOf, NumberOf, Row, Side, What};
use crate::wire::Answer;
use crate::wire::answer::{Number, date_and_time, number};

/// Who made it; the protocol tells neither maker nor model.
const MANUFACTURER: &str = "Puritan Bennett";

/// What is known of the ventilator on the parameter port since it opened.
#[derive(Debug, Default)]
pub(super) struct Values {
    id: Option<String>,
    /// Another id that the last answer had, and none before it.
    doubtful: Option<String>,
    /// Fields that are streams, with what they said last.
    told: BTreeMap<String, Option<String>>,
    limits: BTreeMap<u16, Limits>,
    alarms: Alarms,
}

impl Values {
    /// Whether the answer names another ventilator than those before.
    pub(super) fn is_other_device(&self, answer: &Answer<'_>) -> bool {
        let id = id_of(answer);
        self.id.is_some() && id.is_some() && self.id.as_deref() != id
    }

    /// Whether the answer names a ventilator that no answer named before: a bit may have been flipped.
    pub(super) fn is_doubtful(&mut self, answer: &Answer<'_>) -> bool {
        let other = id_of(answer).filter(|_| self.is_other_device(answer)).map(str::to_owned);
        let is_confirmed = other == self.doubtful;
        self.doubtful = other;
        self.doubtful.is_some() && !is_confirmed
    }

    /// Tells who it is, when that is news. Another one begins afresh.
    pub(super) fn take_identity(&mut self, answer: &Answer<'_>, events: &mut Vec<Event>) {
        let Some(id) = id_of(answer).filter(|id| self.id.as_deref() != Some(id)) else { return };
        *self = Values { id: Some(id.to_owned()), ..Values::default() };
        let field = |wanted: What| {
            let row = map::rows(answer.kind).iter().find(|row| row.what == wanted);
            row.and_then(|row| answer.field(row.field)).unwrap_or_default()
        };
        events.push(Event::Identity(DeviceInfo {
            key: DeviceKey(Text::from(format!("{FAMILY}:{id}"))),
            family: Text::from(FAMILY),
            manufacturer: Some(Text::from(MANUFACTURER)),
            model: None,
            serial: Some(Text::from(id)),
            software: None,
            bed_label: None,
            clock: date_and_time(field(What::Date), field(What::Time)),
        }));
    }

    /// Standby: nothing is measured at all, and nothing is wrong.
    pub(super) fn mode(&self, answer: &Answer<'_>) -> DeviceMode {
        let is_measured = |row: &&Row| match row.what {
            What::Number(of) => of.category != Category::Setting && !of.is_episodic,
            What::Time
            | What::Date
            | What::Id
            | What::Words
            | What::Limit(_)
            | What::Alarm(_)
            | What::Silence => false,
        };
        let mut measured = map::rows(answer.kind).iter().filter(is_measured);
        let is_blank = measured.all(|row| {
            let field = answer.field(row.field).unwrap_or_default();
            number(field) == Some(Number::Blank)
        });
        if is_blank && !alarms::is_any_on(answer) {
            DeviceMode::Standby
        } else {
            DeviceMode::Normal
        }
    }

    /// Everything else that an answer says.
    pub(super) fn take(&mut self, answer: &Answer<'_>, events: &mut Vec<Event>) {
        let mut limits: BTreeMap<u16, (Option<Decimal>, Option<Decimal>)> = BTreeMap::new();
        let mut spoilt: BTreeSet<u16> = BTreeSet::new();
        for row in map::rows(answer.kind) {
            let Some(field) = answer.field(row.field) else { continue };
            match row.what {
                What::Number(of) => self.number(answer, row, of, field, events),
                What::Words => self.words(answer, row, field, events),
                What::Limit(LimitOf { of, side }) => match number(field) {
                    Some(Number::Is(value)) => {
                        let (low, high) = limits.entry(of).or_default();
                        let place = match side {
                            Side::Low => low,
                            Side::High => high,
                        };
                        *place = Some(value);
                    }
                    Some(Number::Off) => _ = limits.entry(of).or_default(),
                    Some(Number::Blank) => {}
                    None => {
                        spoilt.insert(of);
                        events.push(unreadable(row));
                    }
                },
                What::Time | What::Date | What::Id | What::Alarm(_) | What::Silence => {}
            }
        }
        // Blank now: the ventilator has no such limit any more.
        let gone = self.limits.keys().filter(|of| !limits.contains_key(of)).copied();
        let gone: Vec<u16> = gone.collect();
        limits.extend(gone.into_iter().map(|of| (of, (None, None))));
        for (of, (low, high)) in limits.into_iter().filter(|(of, _)| !spoilt.contains(of)) {
            self.limits(answer, of, low, high, events);
        }
        self.alarms.take(answer, events);
    }

    /// No answer came for too long, or the line closed: whether the alarms still hold nobody knows.
    pub(super) fn lose_alarms(&mut self) -> Event {
        self.alarms = Alarms::default();
        Alarms::unknown()
    }

    fn number(
        &mut self,
        answer: &Answer<'_>,
        row: &Row,
        of: NumberOf,
        field: &str,
        events: &mut Vec<Event>,
    ) {
        let value = match number(field) {
            Some(Number::Is(value)) => Some(shifted(value, of.shift)),
            // A setting that is off has no amount.
            Some(Number::Blank | Number::Off) => None,
            None => {
                events.push(unreadable(row));
                return;
            }
        };
        let key = row.key(answer.kind);
        let place = key.vendor.as_str().to_owned();
        let before = self.told.get(&place).cloned();
        if before.is_none() {
            if value.is_none() {
                return;
            }
            events.push(Event::Stream(StreamInfo {
                key: key.clone(),
                label: Some(Text::from(row.label)),
                unit: unit(of),
                digits: None,
                category: of.category,
                cadence: if of.is_episodic {
                    Cadence::Episodic { interval: None }
                } else {
                    Cadence::Periodic(POLL_PERIOD)
                },
            }));
        }
        let said = Some(field.to_owned());
        let is_news = before.as_ref() != Some(&said);
        self.told.insert(place, said);
        if of.is_episodic && !is_news {
            return;
        }
        let reading = match value {
            Some(value) => Reading::of(value, Validity::Valid),
            None => Reading::absent(Validity::NotAvailable),
        };
        let is_old = of.is_episodic && before.is_none();
        events.push(Event::Numeric(Numeric {
            key,
            unit: unit(of),
            reading,
            measured: if is_old { Measured::Unknown } else { Measured::Now },
            device_time: None,
            tick: None,
            nature: Nature::Real,
            in_alarm: false,
            alarms_off: false,
        }));
    }

    fn words(&mut self, answer: &Answer<'_>, row: &Row, field: &str, events: &mut Vec<Event>) {
        let key = row.key(answer.kind);
        let place = key.vendor.as_str().to_owned();
        let value = (!field.is_empty()).then(|| Text::from(field));
        if value.is_none() && !self.told.contains_key(&place) {
            return;
        }
        if self.told.insert(place, None).is_none() {
            events.push(Event::Stream(StreamInfo {
                key: key.clone(),
                label: Some(Text::from(row.label)),
                unit: Unit::AsSent(Text::from("")),
                digits: None,
                category: Category::Setting,
                cadence: Cadence::Periodic(POLL_PERIOD),
            }));
        }
        let (measured, nature) = (Measured::Now, Nature::Real);
        events.push(Event::Text(TextValue { key, value, measured, nature }));
    }

    fn limits(
        &mut self,
        answer: &Answer<'_>,
        of: u16,
        low: Option<Decimal>,
        high: Option<Decimal>,
        events: &mut Vec<Event>,
    ) {
        let Some(row) = map::row(answer.kind, of) else { return };
        let What::Number(number) = row.what else { return };
        let enabled = low.is_some() || high.is_some();
        let limits = Limits { key: row.key(answer.kind), unit: unit(number), low, high, enabled };
        if self.limits.get(&of) != Some(&limits) {
            self.limits.insert(of, limits.clone());
            events.push(Event::Limits(limits));
        }
    }
}

/// The point moved by so many powers of ten; the digits stay.
pub(super) fn shifted(value: Decimal, shift: i8) -> Decimal {
    let exponent = value.exponent().saturating_add(shift);
    // 0.5 L with one digit is 500 mL, not 5e2.
    Decimal::new(value.mantissa(), exponent).rounded(exponent.min(0).unsigned_abs())
}

fn unit(of: NumberOf) -> Unit {
    if of.unit.is_empty() { Unit::AsSent(Text::from("")) } else { Unit::ucum(of.unit) }
}

fn id_of<'a>(answer: &Answer<'a>) -> Option<&'a str> {
    let row = map::rows(answer.kind).iter().find(|row| row.what == What::Id)?;
    answer.field(row.field).filter(|id| !id.is_empty())
}

fn unreadable(row: &Row) -> Event {
    let what = Text::from(format!("field {} ({}) is no number", row.field, row.label));
    Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 })
}

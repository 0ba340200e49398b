//! Alarms: put together from starts and ends (PCD-04), or listed with the values (MDIL).
//!
//! An alarm is named by its event and the place it belongs to (OBX-4 without the facet): Mindray uses
//! one code at many places, and numbers its messages, not its alarms. GE Mural names it in OBR-3 too.
//! It ends on phase `end` or state `inactive`, never by time: if the feed stops, what was in alarm is
//! told as not known.
//!
//! MDIL (Philips) has no end: an alarm lasts until a message of its bed comes without it. That is
//! believed, not seen, so the set counts as put together from edges too.

use std::collections::BTreeMap;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Decimal, Event, Fault,
    FaultKind, MdcCode, MetricKey, Priority, Text,
};

use super::numbers::range;
use super::rows::{Order, Row};
use crate::map::alerts::{self, Facet};
use crate::map::codes::{Coded, Use};
use crate::wire::value;

/// Alarms of one bed at a time.
const ALARMS_MAX: usize = 128;
/// Events of the equipment, by name, where a sender does not tell the kind.
const TECHNICAL: &[&str] = &[
    "LEAD_OFF",
    "LEADS_OFF",
    "SENSOR_DISCONN",
    "BATT_LO",
    "COMM_LOST",
    "NOISY",
    "WEAK",
    "RANGE_OVER",
];

/// The alarms of a bed.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    active: Vec<Kept>,
    /// Whether it ever spoke of alarms.
    pub(super) is_told: bool,
}

#[derive(Clone, Debug)]
struct Kept {
    alarm: Alarm,
    /// OBR-3, which later messages may point at.
    filler: String,
}

/// The rows of one alarm, by facet.
#[derive(Default)]
struct Rows<'r, 'm> {
    of: BTreeMap<u8, &'r Row<'m>>,
}

impl<'r, 'm> Rows<'r, 'm> {
    fn get(&self, facet: Facet) -> Option<&'r Row<'m>> {
        self.of.get(&(facet as u8)).copied()
    }

    fn text(&self, facet: Facet) -> String {
        self.get(facet).map_or(String::new(), |row| words_of(row).to_lowercase())
    }
}

/// What a row says in words: a coded value's text, or the value.
fn words_of(row: &Row<'_>) -> String {
    let field = row.field(5).first();
    let name = field.component(2).plain();
    if name.is_empty() { field.component(1).plain().into_owned() } else { name.into_owned() }
}

impl Alarms {
    /// The groups of an order of PCD-04. Returns whether there were any.
    pub(super) fn take(&mut self, order: &Order<'_>, events: &mut Vec<Event>) -> bool {
        let mut groups: Vec<(String, Rows<'_, '_>)> = Vec::new();
        for row in &order.rows {
            let place = row.place();
            let last = place.last().copied().unwrap_or(0);
            let is_structure = row.is_containment() || row.coded().number == "67860";
            let Some(facet) = alerts::facet(&row.coded(), last).filter(|_| !is_structure) else {
                continue;
            };
            let stem = row.sub_id().rsplit_once('.').map_or("", |(stem, _)| stem).to_owned();
            let again = groups.last().is_none_or(|(known, rows)| {
                *known != stem || facet == Facet::Event && rows.get(Facet::Event).is_some()
            });
            if again {
                groups.push((stem, Rows::default()));
            }
            if let Some((_, rows)) = groups.last_mut() {
                rows.of.insert(facet as u8, row);
            }
        }
        let mut is_any = false;
        for (stem, rows) in &groups {
            is_any |= self.take_one(order, stem, rows, events);
        }
        if is_any {
            self.is_told = true;
            events.push(self.set(AlarmTruth::FromEdges));
        }
        is_any
    }

    fn take_one(
        &mut self,
        order: &Order<'_>,
        stem: &str,
        rows: &Rows<'_, '_>,
        events: &mut Vec<Event>,
    ) -> bool {
        let is_over = rows.text(Facet::Phase) == "end"
            || matches!(rows.text(Facet::State).as_str(), "inactive" | "off");
        let Some(event) = rows.get(Facet::Event) else {
            // An end may leave out what ended, where it points at its start.
            let before = self.active.len();
            if is_over {
                self.active.retain(|kept| !points_at(order, kept));
            }
            if before == self.active.len() {
                let what = Text::from("alarm without an event");
                events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
            }
            return before != self.active.len();
        };
        let named = named(event);
        let id = Text::from(format!("{} {stem}", named.vendor));
        if is_over {
            let before = self.active.len();
            self.active.retain(|kept| kept.alarm.id != id);
            if self.active.len() == before {
                self.active.retain(|kept| !points_at(order, kept));
            }
            return true;
        }
        let alarm = alarm(id, named, event, rows);
        let kept = Kept { alarm, filler: order.filler().to_owned() };
        let is_full = self.active.len() >= ALARMS_MAX;
        match self.active.iter_mut().find(|known| known.alarm.id == kept.alarm.id) {
            Some(known) => *known = kept,
            None if is_full => {
                let what = Text::from("too many alarms of a bed");
                events.push(Event::Fault(Fault { kind: FaultKind::Capped, what, count: 1 }));
            }
            None => self.active.push(kept),
        }
        true
    }

    /// The alarm rows of a message of MDIL's, as all there are. A bed that never told an alarm does not
    /// begin to by sending none.
    pub(super) fn take_list(&mut self, rows: &[&Row<'_>], events: &mut Vec<Event>) {
        if rows.is_empty() && !self.is_told {
            return;
        }
        self.is_told = true;
        self.active = rows.iter().take(ALARMS_MAX).map(|row| of_mdil(row)).collect();
        events.push(self.set(AlarmTruth::FromEdges));
    }

    /// The feed is gone: what was in alarm is not known now, and will be told anew.
    pub(super) fn lose(&mut self, events: &mut Vec<Event>) {
        if core::mem::take(&mut self.is_told) {
            events.push(self.set(AlarmTruth::Unknown));
        }
    }

    fn set(&self, truth: AlarmTruth) -> Event {
        let active = self.active.iter().map(|kept| kept.alarm.clone()).collect();
        Event::Alarms(AlarmSet { scope: AlarmScope::All, truth, active })
    }
}

fn points_at(order: &Order<'_>, kept: &Kept) -> bool {
    let is_it = |number: &str| !number.is_empty() && number == kept.filler;
    is_it(order.parent()) || is_it(order.filler())
}

struct Named {
    code: Option<MdcCode>,
    vendor: Text,
    words: String,
}

/// What is in alarm: OBX-5 where it is coded or written out, otherwise the row's own code.
fn named(event: &Row<'_>) -> Named {
    let value = event.field(5).first();
    let coded = if event.kind().starts_with('C') && !value.is_empty() {
        Coded::of(value)
    } else {
        event.coded()
    };
    let written =
        if event.kind().starts_with('C') { String::new() } else { value.plain().into_owned() };
    let number = coded.value().filter(|_| !coded.system.starts_with("99"));
    // Partition 3 holds events; 0 and private codes are no names.
    let code = number.map(MdcCode).filter(|code| code.partition() == 3 && code.term() < 0xF000);
    let words = if written.is_empty() { alerts::words(coded.text) } else { written.clone() };
    let vendor = if written.is_empty() { coded.vendor() } else { written };
    Named { code, vendor: Text::from(vendor), words }
}

fn alarm(id: Text, named: Named, event: &Row<'_>, rows: &Rows<'_, '_>) -> Alarm {
    let flags = || event.field(8).repetitions().map(|flag| flag.component(1).text());
    let told = rows.get(Facet::Priority).map(words_of);
    // Never lowered: what a sender does not rank is worth a look, and medium says so.
    let priority = told
        .as_deref()
        .and_then(alerts::priority)
        .or_else(|| flags().find_map(alerts::priority))
        .unwrap_or(Priority::Medium);
    let is_technical = || TECHNICAL.iter().any(|name| named.vendor.as_str().ends_with(name));
    let kind = flags().find_map(alerts::kind).unwrap_or_else(|| {
        if is_technical() { AlarmKind::Technical } else { AlarmKind::Physiological }
    });
    let source = rows.get(Facet::Source);
    let measured =
        source.filter(|row| row.coded().refid() != "ATTR_ALERT_SOURCE" && row.kind() == "NM");
    let subject = measured.map(|row| subject(row));
    let amount = measured.and_then(|row| value::decimal(&row.field(5).plain()));
    let limit = measured.and_then(|row| limit(row, amount));
    let about = source.map(|row| row.coded().label()).filter(|_| measured.is_some());
    let text = match about {
        Some(about) => format!("{about} {}", named.words),
        None => named.words,
    };
    Alarm {
        id,
        kind,
        priority,
        phase: match rows.text(Facet::State).as_str() {
            "latched" => AlarmPhase::Latched,
            _ => AlarmPhase::Active,
        },
        inactivation: alerts::inactivation(&rows.text(Facet::Inactivation)),
        code: named.code,
        vendor: named.vendor,
        subject,
        value: amount,
        limit,
        text: Text::from(text),
    }
}

/// The stream it is about, as the values name it; its channel is not told in the same words.
fn subject(row: &Row<'_>) -> MetricKey {
    let coded = row.coded();
    MetricKey { code: coded.code(Use::Value), vendor: Text::from(coded.vendor()), instance: 0 }
}

/// The end of the range that the value lies beyond.
fn limit(row: &Row<'_>, amount: Option<Decimal>) -> Option<Decimal> {
    let (low, high) = range(&row.field(7).plain())?;
    let amount = amount?.to_f64();
    let is_above = high.is_some_and(|high| amount > high.to_f64());
    let is_below = low.is_some_and(|low| amount < low.to_f64());
    if is_above {
        high
    } else if is_below {
        low
    } else {
        None
    }
}

/// Whether a row is an alarm of MDIL's.
pub(super) fn is_mdil(row: &Row<'_>) -> bool {
    row.coded().system == "MDIL-ALERT"
}

fn of_mdil(row: &Row<'_>) -> Kept {
    let coded = row.coded();
    let (kind, priority) = alerts::mdil(coded.text);
    let text = row.field(5).plain().split_whitespace().collect::<Vec<_>>().join(" ");
    let alarm = Alarm {
        id: Text::from(format!("{} {text}", coded.number)),
        kind,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from(format!("{}^{}", coded.number, coded.text)),
        subject: None,
        value: None,
        limit: None,
        text: Text::from(text),
    };
    Kept { alarm, filler: String::new() }
}

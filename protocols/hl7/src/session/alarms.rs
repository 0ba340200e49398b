//! Alarms: put together from starts and ends (PCD-04), or listed with the values (MDIL).
//!
//! An alarm is named by its event and the place it belongs to (OBX-4 without the facet): Mindray uses
//! one code at many places, and numbers its messages, not its alarms. GE Mural names it in OBR-3 too,
//! and writes the value into the text, so that an alarm may change its words and its code while it
//! lasts: OBR-3, OBR-29 and the phase tell that it is the same one.
//! It ends on phase `end` or state `inactive`, never by time: if the feed stops, what was in alarm is
//! told as not known. An alarm that ended and is `latched` is still shown by its device, and by us.
//!
//! MDIL (Philips) has no end: an alarm lasts until a message of its bed comes without it. That is
//! believed, not seen, so the set counts as put together from edges too. Efficia sends its alarms in
//! messages of their own (OBR-4 `ALARM`), and its values say nothing about them.

use std::collections::BTreeMap;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Decimal, Event, Fault,
    FaultKind, Inactivation, MdcCode, MetricKey, Priority, Text,
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
    /// Whether this message spoke of any.
    is_news: bool,
    /// Whether this message had too many, which is said once.
    is_capped: bool,
    /// Its lists come in messages of their own.
    is_apart: bool,
}

#[derive(Clone, Debug)]
struct Kept {
    alarm: Alarm,
    /// OBX-4 without the facet.
    stem: String,
    /// OBR-3 when it began, and as it came last: later messages point at either.
    fillers: [String; 2],
    /// This message spoke of it.
    is_touched: bool,
}

impl Kept {
    fn has(&self, filler: &str) -> bool {
        !filler.is_empty() && self.fillers.iter().any(|known| known == filler)
    }
}

/// The rows of one alarm, by facet.
#[derive(Default)]
struct Rows<'r, 'm> {
    of: BTreeMap<u8, &'r Row<'m>>,
    /// One of them says by its own name that it belongs to an alarm.
    is_certain: bool,
}

impl<'r, 'm> Rows<'r, 'm> {
    fn get(&self, facet: Facet) -> Option<&'r Row<'m>> {
        self.of.get(&(facet as u8)).copied()
    }

    fn text(&self, facet: Facet) -> String {
        self.get(facet).map_or(String::new(), |row| words_of(row).to_lowercase())
    }

    fn is_over(&self) -> bool {
        let state = self.text(Facet::State);
        state == "inactive" || self.text(Facet::Phase) == "end" && state != "latched"
    }

    /// It goes on, and otherwise than before.
    fn is_change(&self) -> bool {
        matches!(self.text(Facet::Phase).as_str(), "update" | "escalate" | "de-escalate")
    }
}

/// The alarms of an order, by the place they belong to. Numbers of the same order, whose last part of
/// OBX-4 only looks like a facet, are none.
fn groups<'r, 'm>(order: &'r Order<'m>) -> Vec<(&'r str, Rows<'r, 'm>)> {
    let mut groups: Vec<(&str, Rows<'_, '_>)> = Vec::new();
    for row in &order.rows {
        let coded = row.coded();
        let last = row.place().last().copied().unwrap_or(0);
        let is_structure = row.is_containment() || coded.number == "67860";
        let Some(facet) = alerts::facet(&coded, last).filter(|_| !is_structure) else {
            continue;
        };
        let stem = row.sub_id().rsplit_once('.').map_or("", |(stem, _)| stem);
        let again = groups.last().is_none_or(|(known, rows)| {
            *known != stem || facet == Facet::Event && rows.get(Facet::Event).is_some()
        });
        if again {
            groups.push((stem, Rows::default()));
        }
        if let Some((_, rows)) = groups.last_mut() {
            rows.of.insert(facet as u8, row);
            let is_event = facet == Facet::Event && order.is_alarm() && alerts::is_event(&coded);
            rows.is_certain |= is_event || alerts::named(&coded).is_some();
        }
    }
    groups.retain(|(_, rows)| rows.is_certain);
    groups
}

/// Whether an order of an alarm message holds alarms, and not a strip or the values of that moment.
pub(super) fn are_in(order: &Order<'_>) -> bool {
    order.is_alarm() || !groups(order).is_empty()
}

/// What a row says in words: a coded value's text, or the value.
fn words_of(row: &Row<'_>) -> String {
    let field = row.field(5).first();
    let name = field.component(2).plain();
    if name.is_empty() { field.component(1).plain().into_owned() } else { name.into_owned() }
}

impl Alarms {
    /// The alarms of an order of PCD-04. Returns whether there were any.
    pub(super) fn take(&mut self, order: &Order<'_>, events: &mut Vec<Event>) -> bool {
        let mut is_any = false;
        for (stem, rows) in &groups(order) {
            is_any |= self.take_one(order, stem, rows, events);
        }
        self.is_news |= is_any;
        is_any
    }

    fn take_one(
        &mut self,
        order: &Order<'_>,
        stem: &str,
        rows: &Rows<'_, '_>,
        events: &mut Vec<Event>,
    ) -> bool {
        let is_over = rows.is_over();
        let Some(event) = rows.get(Facet::Event) else {
            // It may leave out what it is about, where it points at its start.
            match self.pointed_at(order, stem, true) {
                Some(place) if is_over => drop(self.active.remove(place)),
                Some(place) => self.touch(place),
                None => {
                    let what = Text::from("alarm without an event");
                    events.push(Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 }));
                    return false;
                }
            }
            return true;
        };
        let named = named(event);
        let is_it = |kept: &Kept| kept.stem == stem && kept.alarm.vendor == named.vendor;
        let known = self.active.iter().position(is_it);
        // A beginning is none of those that are on, even where all have one OBR-3.
        let is_new = rows.text(Facet::Phase) == "start" && !is_over;
        let known = known.or_else(|| self.pointed_at(order, stem, false).filter(|_| !is_new));
        if is_over {
            if let Some(place) = known {
                self.active.remove(place);
            }
            return true;
        }
        let known = known.or_else(|| self.changed_at(order, stem).filter(|_| rows.is_change()));
        let filler = order.filler();
        if let Some(kept) = known.and_then(|place| self.active.get_mut(place)) {
            let id = kept.alarm.id.clone();
            kept.alarm = alarm(id, named, event, rows);
            let [_, last] = &mut kept.fillers;
            filler.clone_into(last);
            kept.is_touched = true;
        } else if self.active.len() >= ALARMS_MAX {
            if !core::mem::replace(&mut self.is_capped, true) {
                let what = Text::from("too many alarms of a bed");
                events.push(Event::Fault(Fault { kind: FaultKind::Capped, what, count: 1 }));
            }
        } else {
            let id = self.free_id(&format!("{} {stem}", named.vendor));
            self.active.push(Kept {
                alarm: alarm(id, named, event, rows),
                stem: stem.to_owned(),
                fillers: [filler.to_owned(), String::new()],
                is_touched: true,
            });
        }
        true
    }

    /// The one alarm that an order points at by OBR-29, or by an OBR-3 of before. Some senders write the
    /// same OBR-3 always: an alarm of another place is only meant where nothing else says which.
    fn pointed_at(&self, order: &Order<'_>, stem: &str, is_bare: bool) -> Option<usize> {
        let (parent, filler) = (order.parent(), order.filler());
        let is_meant: [&dyn Fn(&Kept) -> bool; 3] = [
            &|kept| kept.stem == stem && (kept.has(parent) || kept.has(filler)),
            &|kept| kept.has(parent),
            &|kept| is_bare && kept.has(filler),
        ];
        is_meant.into_iter().find_map(|is_meant| self.only(is_meant))
    }

    /// The one alarm of a place, where the place is that of a measurement and not the whole device.
    fn changed_at(&self, order: &Order<'_>, stem: &str) -> Option<usize> {
        let is_whole = stem.split('.').skip(1).all(|part| part.trim_start_matches('0').is_empty());
        let place = self.only(&|kept| kept.stem == stem).filter(|_| !is_whole)?;
        // It follows another one.
        let is_other = !order.parent().is_empty();
        (!is_other).then_some(place)
    }

    /// The one that this message did not speak of yet.
    fn only(&self, is_meant: &dyn Fn(&Kept) -> bool) -> Option<usize> {
        let all = self.active.iter().enumerate();
        let mut found = all.filter(|(_, kept)| !kept.is_touched && is_meant(kept));
        let (place, _) = found.next()?;
        found.next().is_none().then_some(place)
    }

    fn touch(&mut self, place: usize) {
        if let Some(kept) = self.active.get_mut(place) {
            kept.is_touched = true;
        }
    }

    /// A name that no other alarm has: one whose code changed keeps that of its beginning.
    fn free_id(&self, name: &str) -> Text {
        let name = value::name(name);
        let is_free = |id: &str| self.active.iter().all(|kept| kept.alarm.id.as_str() != id);
        let numbered = (2..).map(|number: u16| format!("{name} #{number}"));
        let mut names = core::iter::once(name.to_owned()).chain(numbered);
        Text::from(names.find(|id| is_free(id)).unwrap_or_default())
    }

    /// The alarm rows of a message of MDIL's, as all there are. A bed that never told an alarm does not
    /// begin to by sending none, and where alarms come in messages of their own (`is_apart`), others
    /// say nothing of them.
    pub(super) fn take_list(&mut self, rows: &[&Row<'_>], is_apart: bool, events: &mut Vec<Event>) {
        let was_told = self.is_told || !self.active.is_empty();
        if rows.is_empty() && (!was_told || self.is_apart && !is_apart) {
            return;
        }
        self.is_apart = is_apart;
        if rows.len() > ALARMS_MAX {
            let what = Text::from("too many alarms of a bed");
            events.push(Event::Fault(Fault { kind: FaultKind::Capped, what, count: 1 }));
        }
        self.active = rows.iter().take(ALARMS_MAX).map(|row| of_mdil(row)).collect();
        self.is_news = true;
    }

    /// What the message that was read said of alarms, once for all of its orders.
    pub(super) fn tell(&mut self, events: &mut Vec<Event>) {
        if core::mem::take(&mut self.is_news) {
            self.is_told = true;
            events.push(self.set(AlarmTruth::FromEdges));
        }
        self.is_capped = false;
        self.active.iter_mut().for_each(|kept| kept.is_touched = false);
    }

    /// The feed is gone: what was in alarm is not known now, and will be told anew.
    pub(super) fn lose(&mut self, events: &mut Vec<Event>) {
        if core::mem::take(&mut self.is_told) {
            events.push(self.set(AlarmTruth::Unknown));
        }
    }

    fn set(&self, truth: AlarmTruth) -> Event {
        let active = self.active.iter().map(|kept| kept.alarm.clone()).collect();
        let told = self.active.iter().filter(|kept| kept.is_touched);
        let told = told.map(|kept| kept.alarm.id.clone()).collect();
        Event::Alarms(AlarmSet { scope: AlarmScope::All, truth, active, told })
    }
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
    Named { code, vendor: Text::from(value::name(&vendor)), words: value::name(&words).to_owned() }
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
        inactivation: alerts::inactivation(&rows.text(Facet::Inactivation))
            .or((rows.text(Facet::State) == "off").then_some(Inactivation::Off)),
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

/// Whether an order is a list of MDIL's by itself, which Philips Efficia sends apart from values.
pub(super) fn is_list(order: &Order<'_>) -> bool {
    let kind = order.kind();
    (kind.number == "ALARM" || kind.text == "ALARM")
        && (order.rows.is_empty() || order.rows.iter().any(is_mdil))
}

fn of_mdil(row: &Row<'_>) -> Kept {
    let coded = row.coded();
    let (kind, priority) = alerts::mdil(coded.text);
    let text = row.field(5).plain().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = value::name(&text);
    let alarm = Alarm {
        id: Text::from(value::name(&format!("{} {text}", coded.number))),
        kind,
        priority,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from(value::name(&format!("{}^{}", coded.number, coded.text))),
        subject: None,
        value: None,
        limit: None,
        text: Text::from(text),
    };
    Kept { alarm, stem: String::new(), fillers: Default::default(), is_touched: true }
}

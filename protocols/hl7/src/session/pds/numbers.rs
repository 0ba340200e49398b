//! Messages 204, 205, 503 and 53: values, their validity, and which are in alarm.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::{
    Cadence, Category, Event, Fault, FaultKind, MdcCode, Measured, MonoTime, Nature, Numeric,
    Reading, Text, Unit, Validity,
};

use super::Monitor;
use crate::map::pds::{self as map, PdsUnit};
use crate::session::options::PdsOptions;
use crate::session::rows::{Group, Row};
use crate::session::streams::Told;
use crate::wire::time::Claimed;
use crate::wire::{Message, value};

/// Values come every second.
const PERIOD: Duration = Duration::from_secs(1);
/// What 205 says beside a valid value, and beside -100.
const VALID: &str = "3";
const NOT_VALID: &str = "2";
/// Ids whose last value is kept.
const IDS_MAX: usize = 512;

/// The last value of each id.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    last: BTreeMap<u16, Numeric>,
    times: BTreeMap<u16, Claimed>,
}

fn odd(kind: FaultKind, what: String) -> Event {
    Event::Fault(Fault { kind, what: Text::from(what), count: 1 })
}

/// Id 0 occurs (`0^RR`) and is nobody's.
fn id_of(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|id| *id != 0)
}

/// 204.
pub(super) fn periodic(
    monitor: &mut Monitor,
    options: &PdsOptions,
    now: MonoTime,
    message: &Message<'_>,
    events: &mut Vec<Event>,
) {
    for row in Group::all(message).iter().flat_map(Group::rows) {
        let cadence = Cadence::Periodic(PERIOD);
        if let Some((_, numeric)) = numeric(monitor, options, now, row, cadence, events) {
            keep(monitor, row, &numeric);
            events.push(Event::Numeric(numeric));
        }
    }
}

/// 503. Rows without a time are no measurement, whatever stands beside them.
pub(super) fn aperiodic(
    monitor: &mut Monitor,
    options: &PdsOptions,
    now: MonoTime,
    message: &Message<'_>,
    events: &mut Vec<Event>,
) {
    for row in Group::all(message).iter().flat_map(Group::rows) {
        let (Some(time), false) = (row.time(), value::is_none(&row.field(5).plain())) else {
            continue;
        };
        let cadence = Cadence::Episodic { interval: None };
        let Some((id, mut numeric)) = numeric(monitor, options, now, row, cadence, events) else {
            continue;
        };
        numeric.device_time = Some(time.device_time());
        // The monitor does not tell the time of now: what was there when we connected is of no known
        // age, and what comes with another time was measured just now.
        numeric.measured = match monitor.numbers.times.insert(id, time) {
            None => Measured::Unknown,
            Some(before) if before == time => Measured::Unknown,
            Some(_) => Measured::Now,
        };
        events.push(Event::Numeric(numeric));
    }
}

fn keep(monitor: &mut Monitor, row: &Row<'_>, numeric: &Numeric) {
    let last = &mut monitor.numbers.last;
    if let Some(id) = id_of(row.coded().number)
        && (last.len() < IDS_MAX || last.contains_key(&id))
    {
        last.insert(id, numeric.clone());
    }
}

fn numeric(
    monitor: &mut Monitor,
    options: &PdsOptions,
    now: MonoTime,
    row: &Row<'_>,
    cadence: Cadence,
    events: &mut Vec<Event>,
) -> Option<(u16, Numeric)> {
    let coded = row.coded();
    let id = id_of(coded.number)?;
    let known = map::number(id);
    let unit = match known.map(|known| known.unit) {
        Some(PdsUnit::Is(unit)) if !unit.is_empty() => Unit::ucum(unit),
        Some(PdsUnit::Co2) if !options.co2_unit.is_empty() => Unit::ucum(&options.co2_unit),
        Some(PdsUnit::Gas) if !options.gas_unit.is_empty() => Unit::ucum(&options.gas_unit),
        Some(PdsUnit::Is(_) | PdsUnit::Co2 | PdsUnit::Gas) | None => Unit::AsSent(Text::from("")),
    };
    let label = known.map_or_else(|| coded.label(), |known| known.name.to_owned());
    let told = Told {
        label,
        unit: unit.clone(),
        category: Category::Measured,
        cadence: Some(cadence),
        channel: Some(u16::from(map::SECOND.contains(&id))),
    };
    let code = known.map(|known| known.code).filter(|code| *code != 0).map(MdcCode);
    let vendor = id.to_string();
    let key = monitor.streams.key(now, code, &vendor, "", None, told, events)?;
    let plain = row.field(5).plain();
    // OBX-11 (HL7 table 0085).
    let reading = if matches!(row.status(), "X" | "I" | "N" | "U") {
        Reading::absent(Validity::NotAvailable)
    } else if matches!(row.status(), "D" | "W") {
        Reading::absent(Validity::Invalid)
    } else if value::is_none(&plain) {
        Reading::absent(Validity::NotAvailable)
    } else if let Some(number) = value::decimal(&plain) {
        Reading::of(number, Validity::Valid)
    } else {
        events.push(odd(FaultKind::Malformed, format!("number of {id}")));
        // The number before no longer holds.
        Reading::absent(Validity::Invalid)
    };
    let numeric = Numeric {
        key,
        unit,
        reading,
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: monitor.in_alarm.contains(&id),
        alarms_off: false,
    };
    Some((id, numeric))
}

/// 205. It follows the values of a module; -100 is believed first, so this only takes away.
pub(super) fn validity(monitor: &mut Monitor, message: &Message<'_>, events: &mut Vec<Event>) {
    for row in Group::all(message).iter().flat_map(Group::rows) {
        let Some(id) = id_of(row.sub_id()) else { continue };
        match row.field(5).component(1).text() {
            VALID => {}
            NOT_VALID => {
                let last = monitor.numbers.last.get_mut(&id);
                if let Some(last) = last.filter(|last| last.reading.value().is_some()) {
                    last.reading = Reading::absent(Validity::Invalid);
                    events.push(Event::Numeric(last.clone()));
                }
            }
            _ => events.push(odd(FaultKind::Unknown, format!("validity of {id}"))),
        }
    }
}

/// 53: the parameters that are in alarm, all of them.
pub(super) fn levels(monitor: &mut Monitor, message: &Message<'_>) {
    let groups = Group::all(message);
    let is_on = |row: &&Row<'_>| !matches!(row.field(5).component(1).text(), "" | "0");
    let rows = groups.iter().flat_map(Group::rows).filter(is_on);
    monitor.in_alarm = rows.filter_map(|row| id_of(row.sub_id())).take(IDS_MAX).collect();
}

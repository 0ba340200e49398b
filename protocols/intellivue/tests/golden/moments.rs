//! The table of what is shown at some moments, which other tests use too, against the session.

use std::collections::BTreeMap;

use toml::{Table, Value};
use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, Event, Inactivation, Nature, Numeric, Priority, Validity,
    WaveChunk,
};

use crate::heard::{hear_network, hear_serial, network, wire_frames};
use crate::recorded::fixture;

/// What the session has said last.
#[derive(Default)]
struct Shown {
    numerics: BTreeMap<String, Numeric>,
    alarms: Option<Vec<Alarm>>,
    waves: BTreeMap<String, (usize, WaveChunk)>,
}

fn shown(events: Vec<Event>) -> Shown {
    let mut shown = Shown::default();
    for event in events {
        match event {
            Event::Numeric(numeric) => {
                shown.numerics.insert(numeric.key.vendor.to_string(), numeric);
            }
            Event::Alarms(set) => shown.alarms = Some(set.active.to_vec()),
            Event::Wave(chunk) => {
                let wave = shown.waves.entry(chunk.key.vendor.to_string());
                let (blocks, last) = wave.or_insert_with(|| (0, chunk.clone()));
                (*blocks, *last) = (*blocks + 1, chunk);
            }
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => {}
        }
    }
    shown
}

fn rows<'a>(table: &'a Table, name: &str) -> Vec<&'a Table> {
    let rows = table.get(name).and_then(Value::as_array);
    rows.map(|rows| rows.iter().map(|row| row.as_table().unwrap()).collect()).unwrap_or_default()
}

fn text<'a>(row: &'a Table, name: &str) -> Option<&'a str> {
    row.get(name).map(|value| value.as_str().unwrap())
}

fn number(row: &Table, name: &str) -> usize {
    usize::try_from(row[name].as_integer().unwrap()).unwrap()
}

#[test]
fn the_table_of_moments_is_what_is_heard() {
    let table: Table = String::from_utf8(fixture("moments.toml")).unwrap().parse().unwrap();
    let moments = rows(&table, "moment");
    assert_eq!(moments.len(), 12);
    for moment in moments {
        let capture = text(moment, "capture").unwrap();
        let frames = number(moment, "frames");
        let events = if capture.starts_with("rs232") {
            hear_serial(&wire_frames(capture)[..frames].concat())
        } else {
            hear_network(&network()[..frames])
        };
        check(capture, moment, shown(events));
    }
}

fn check(capture: &str, moment: &Table, shown: Shown) {
    let numerics = rows(moment, "numeric");
    assert_eq!(numerics.len(), shown.numerics.len(), "{capture}");
    for row in numerics {
        let numeric = &shown.numerics[text(row, "vendor").unwrap()];
        let value = numeric.reading.value().map(|value| value.to_string());
        assert_eq!(value.as_deref(), text(row, "value"), "{capture} {}", numeric.key.vendor);
        let validity = match numeric.reading.validity() {
            Validity::Valid => "valid",
            Validity::Invalid => "invalid",
            Validity::NotAvailable => "not_available",
            other => panic!("{other:?}"),
        };
        assert_eq!(validity, text(row, "validity").unwrap());
        assert_eq!(numeric.unit.as_str(), text(row, "unit").unwrap());
        assert_eq!(numeric.in_alarm, row.contains_key("in_alarm"));
        assert_eq!(numeric.alarms_off, row.contains_key("alarms_off"));
        assert_eq!(numeric.nature == Nature::Demo, row.contains_key("demo"));
    }

    assert_eq!(shown.alarms.is_some(), !moment.contains_key("alarms_known"), "{capture}");
    let alarms = shown.alarms.unwrap_or_default();
    let expected = rows(moment, "alarm");
    assert_eq!(alarms.len(), expected.len(), "{capture}");
    for (alarm, row) in alarms.iter().zip(expected) {
        assert_eq!(alarm.text.as_str(), text(row, "text").unwrap());
        assert_eq!(alarm.vendor.as_str(), text(row, "vendor").unwrap());
        let kind = match alarm.kind {
            AlarmKind::Physiological => "physiological",
            AlarmKind::Technical => "technical",
        };
        assert_eq!(kind, text(row, "kind").unwrap());
        let priority = match alarm.priority {
            Priority::High => "high",
            Priority::Medium => "medium",
            Priority::Low => "low",
            Priority::Information => "information",
        };
        assert_eq!(priority, text(row, "priority").unwrap());
        let inactivation = alarm.inactivation.map(|inactivation| match inactivation {
            Inactivation::Acknowledged => "acknowledged",
            Inactivation::Paused => "paused",
            Inactivation::Off => "off",
        });
        assert_eq!(inactivation, text(row, "inactivation"));
        let phase = match alarm.phase {
            AlarmPhase::Active => "active",
            AlarmPhase::Latched => "latched",
        };
        assert_eq!(phase, text(row, "phase").unwrap());
    }

    let waves = rows(moment, "wave");
    assert_eq!(waves.len(), shown.waves.len(), "{capture}");
    for row in waves {
        let (blocks, last) = &shown.waves[text(row, "vendor").unwrap()];
        assert_eq!(*blocks, number(row, "blocks"));
        assert_eq!(last.samples.len(), number(row, "samples_per_block"));
        assert_eq!(last.first.0 as u32 as usize, number(row, "last_tick"));
    }
}

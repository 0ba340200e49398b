//! Fixtures, and what a session makes of them, as short lines.

use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_model::{Event, Measured};
use vigie_session::testkit::Rig;
use vigie_session::{Factory, Heard, Line, Session, Setup};

/// Every fixture of gateways.
pub const GATEWAYS: &[&str] = &[
    "mindray_egateway_vitals",
    "mindray_egateway_waves",
    "mindray_egateway_alarm",
    "mindray_gateway_no_pid",
    "ge_b40",
    "ge_mural_alert",
    "philips_piic",
    "philips_efficia",
    "nihon_kohden",
    "northern",
    "gbk",
];

pub fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/hl7");
    std::fs::read(format!("{folder}/{name}.mllp")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn setup(passive: bool, options: &[(&str, &str)]) -> Setup {
    let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Setup { passive, seed: 1, options }
}

pub fn hl7(passive: bool) -> Box<dyn Session> {
    Hl7Factory.session(&setup(passive, &[]))
}

pub fn pds(passive: bool) -> Box<dyn Session> {
    MindrayPdsFactory.session(&setup(passive, &[]))
}

pub fn hear(session: Box<dyn Session>, bytes: &[u8]) -> Vec<Heard> {
    let mut rig = Rig::new(session);
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, bytes);
    rig.take_heard()
}

/// One line an event; streams are left out.
pub fn lines(heard: &[Heard]) -> Vec<String> {
    heard
        .iter()
        .filter_map(|heard| Some(format!("{} {}", heard.device.0, line(&heard.event)?)))
        .collect()
}

fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Numeric(it) => {
            let value = it.reading.value().map_or("-".into(), |value| value.to_string());
            let code = it.key.code.map_or("?".into(), |code| code.to_string());
            let late = match it.measured {
                Measured::Now => String::new(),
                Measured::Ago(by) => format!(" {by:?} ago"),
                Measured::Backfill(by) => format!(" late by {by:?}"),
                Measured::Unknown => " at some time".into(),
            };
            let alarm = if it.in_alarm { " in alarm" } else { "" };
            format!("{code}/{} {value} {}{late}{alarm}", it.key.instance, it.unit.as_str())
        }
        Event::Text(it) => {
            format!("{} = {}", it.key.vendor, it.value.as_ref().map_or("-", |text| text.as_str()))
        }
        Event::Wave(it) => format!(
            "{}/{} {} at {:.0} Hz from {} {:?}, {} missing",
            it.key.vendor,
            it.key.instance,
            it.samples.len(),
            it.rate_hz(),
            it.first.0,
            it.before,
            it.marks.len()
        ),
        Event::Alarms(set) => {
            let alarm = |alarm: &vigie_model::Alarm| {
                format!("{:?} {:?} {}", alarm.priority, alarm.kind, alarm.text)
            };
            let active: Vec<String> = set.active.iter().map(alarm).collect();
            format!("{:?} {:?} {active:?}", set.scope, set.truth)
        }
        Event::Identity(info) => {
            format!(
                "is {} at {}",
                info.key.0,
                info.bed_label.as_ref().map_or("-", |it| it.as_str())
            )
        }
        Event::Patient(patient) => {
            let part = |text: &Option<vigie_model::Text>| {
                text.as_ref().map_or("-".to_owned(), ToString::to_string)
            };
            format!("watches {} {}", part(&patient.id), part(&patient.family_name))
        }
        Event::Mode(mode) => format!("{mode:?}"),
        Event::Fault(fault) => format!("{:?}: {}", fault.kind, fault.what),
        Event::Limits(it) => format!(
            "limits {} {:?} {:?}",
            it.key.vendor,
            it.low.map(|it| it.to_string()),
            it.high.map(|it| it.to_string())
        ),
        Event::Gap(gap) => format!("gap: {}", gap.why),
        Event::Alive => "alive".into(),
        Event::Stream(_) => return None,
    })
}

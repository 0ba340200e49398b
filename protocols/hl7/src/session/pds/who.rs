//! Messages 101 and 103: the monitor and its patient.
//!
//! The monitor has no serial number on the wire. Its address is what lasts: PV1-3 tells it as one
//! number, and where that is empty the other end of the line is it. Behind a gateway that end is the
//! gateway's: a bed that was asked for by `target` is named by that, its number included. PID-3 is a GUID that changes with
//! every admission.

use core::net::{IpAddr, Ipv4Addr};

use vigie_model::{
    Cadence, Category, DeviceInfo, DeviceKey, Event, Measured, MonoTime, Nature, Numeric, Patient,
    PatientCategory, PatientPresence, Reading, Text, Unit, Validity,
};

use super::Monitor;
use crate::session::MINDRAY_PDS;
use crate::session::rows::Group;
use crate::session::streams::Told;
use crate::session::who::{born, sex};
use crate::wire::{Message, value};

/// OBX-3 of 103, by number: the texts are in the monitor's language.
const HEIGHT: &str = "52";
const WEIGHT: &str = "51";
const PATIENT_NUMBER: &str = "2301";
const MONITOR_NAME: &str = "2304";
const BED: &str = "2308";

pub(super) fn take(
    monitor: &mut Monitor,
    now: MonoTime,
    message: &Message<'_>,
    peer: Option<IpAddr>,
    target: Option<(Ipv4Addr, u16)>,
    events: &mut Vec<Event>,
) {
    let groups = Group::all(message);
    let Some(group) = groups.first() else { return };
    let told = |wanted: &str| {
        let row = group.rows().find(|row| row.coded().number == wanted)?;
        let plain = row.field(5).plain();
        (!plain.is_empty()).then(|| Text::from(value::name(&plain)))
    };
    let place = message.first("PV1").field(3).component(3);
    let part = |number| value::name(&place.subcomponent(number).plain()).to_owned();
    let address = part(3).parse::<u32>().ok().filter(|address| *address != 0);
    let claimed = address.map(|address| IpAddr::from(Ipv4Addr::from(address)));
    let asked = target.map(|(address, _)| IpAddr::from(address));
    let address = claimed.or(asked).or(peer);
    let of_gateway = target.map_or(String::new(), |(_, bed)| format!("/{bed}"));
    let bed = told(BED).map_or_else(|| part(2), |bed| bed.to_string());
    let label = format!("{} {bed}", part(1)).trim().to_owned();
    if let Some(address) = address {
        let info = DeviceInfo {
            key: DeviceKey(Text::from(format!("{MINDRAY_PDS}:{address}{of_gateway}"))),
            family: Text::from(MINDRAY_PDS),
            manufacturer: Some(Text::from("Mindray")),
            model: None,
            serial: told(MONITOR_NAME).or_else(|| monitor.info.as_ref()?.serial.clone()),
            software: None,
            bed_label: (!label.is_empty()).then(|| Text::from(label)),
            clock: None,
        };
        if monitor.info.as_ref() != Some(&info) {
            monitor.info = Some(info.clone());
            events.push(Event::Identity(info));
        }
    }
    let segment = message.first("PID");
    if segment.name() == "PID" {
        let text = |number: usize, component: usize| {
            let plain = segment.field(number).first().component(component).plain();
            (!plain.is_empty()).then(|| Text::from(value::name(&plain)))
        };
        let (family_name, context) = (text(5, 1), text(3, 1));
        let id = told(PATIENT_NUMBER);
        let is_named = id.is_some() || family_name.is_some();
        let patient = Patient {
            presence: if is_named { PatientPresence::Admitted } else { PatientPresence::Unknown },
            id,
            context,
            family_name,
            given_name: text(5, 2),
            category: match message.first("PV1").field(18).component(1).text() {
                "A" => Some(PatientCategory::Adult),
                "P" => Some(PatientCategory::Paediatric),
                "N" => Some(PatientCategory::Neonate),
                _ => None,
            },
            sex: sex(segment.field(8).text()),
            born: born(segment.field(7).text()),
            // 2303 was only ever seen with a 2, of which nobody says what it means.
            paced: None,
        };
        if monitor.patient.as_ref() != Some(&patient) {
            monitor.patient = Some(patient.clone());
            events.push(Event::Patient(patient));
        }
    }
    for (number, label, unit, code) in
        [(HEIGHT, "Height", "cm", 188_740), (WEIGHT, "Weight", "kg", 188_736)]
    {
        let Some(amount) = told(number).and_then(|text| value::decimal(text.as_str())) else {
            continue;
        };
        let unit = Unit::ucum(unit);
        let info = Told {
            label: label.to_owned(),
            unit: unit.clone(),
            category: Category::Setting,
            cadence: Some(Cadence::Episodic { interval: None }),
            channel: None,
        };
        let code = Some(vigie_model::MdcCode(code));
        if let Some(key) = monitor.streams.key(now, code, number, "", None, info, events)
            && amount.mantissa() != 0
        {
            events.push(Event::Numeric(Numeric {
                key,
                unit,
                reading: Reading::of(amount, Validity::Valid),
                measured: Measured::Unknown,
                device_time: None,
                tick: None,
                nature: Nature::Real,
                in_alarm: false,
                alarms_off: false,
            }));
        }
    }
}

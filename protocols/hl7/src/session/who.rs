//! Who a message is from, and whom it is about.
//!
//! A bed is named by its gateway and its location there (PV1-3), since that is all most gateways tell;
//! a monitor that sends by itself names itself in MSH-3 and in OBX-18 alike, and keeps its name when
//! the bed is called otherwise. Where neither stands in a message the device stays without a name.

use core::net::IpAddr;

use vigie_model::{DeviceInfo, DeviceKey, Patient, PatientCategory, PatientPresence, Sex, Text};

use super::HL7;
use super::rows::Group;
use crate::wire::message::Field;
use crate::wire::time::Claimed;
use crate::wire::{Message, Segment};

/// Philips Efficia: MSH-10 begins with the monitor's serial number (*Data Export Guide*, page 2-3).
const EFFICIA: &str = "EfficiaCM";
const EFFICIA_SERIAL: usize = 10;

/// What a message says of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    /// What tells its beds apart from all others of the session.
    pub(super) name: String,
    /// Its name, when it has a lasting one.
    pub(super) info: Option<DeviceInfo>,
}

/// Who sent a group of a message.
pub(super) fn sender(message: &Message<'_>, group: &Group<'_>, peer: Option<IpAddr>) -> Sender {
    let header = message.header();
    let (app, id) = (header.field(3).component(1), header.field(3).component(2));
    let named = [id, app, header.field(4).component(1)];
    let named = named.into_iter().find(|field| !field.is_empty());
    let gateway = match (named, peer) {
        (Some(field), _) => field.plain().to_lowercase(),
        (None, Some(peer)) => peer.to_string(),
        (None, None) => String::new(),
    };
    let location = group.visit.map(|visit| location(visit.field(3))).unwrap_or_default();
    let device = group.rows().map(|row| row.field(18)).find(|field| !field.is_empty());
    let device_id = device.map(|field| field.component(1).text().trim().to_lowercase());
    // Only by an EUI-64: GE Mural writes its own name there too, and is a gateway.
    let is_itself = !id.is_empty() && device_id.as_deref() == Some(gateway.as_str());
    let serial = if id.text() == EFFICIA {
        message.control_id().get(..EFFICIA_SERIAL).map(str::to_owned)
    } else {
        device_id.filter(|id| !id.is_empty())
    };
    let own = if is_itself { Some(String::new()) } else { None };
    let own = own.or_else(|| serial.clone().filter(|_| id.text() == EFFICIA));
    let place = own.unwrap_or_else(|| location.clone());
    let name = if is_itself { gateway.clone() } else { format!("{gateway}/{place}") };
    // A gateway without a bed, or a bed of no gateway that is known, could be anybody.
    let has_name = is_itself || (!gateway.is_empty() && !place.is_empty());
    let text = |text: &str| (!text.is_empty()).then(|| Text::from(text));
    let info = has_name.then(|| DeviceInfo {
        key: DeviceKey(Text::from(format!("{HL7}:{name}"))),
        family: Text::from(HL7),
        manufacturer: manufacturer(header),
        model: device.and_then(|field| text(&field.component(2).plain())),
        serial: serial.as_deref().and_then(text),
        software: None,
        bed_label: text(&label(&location)),
        // It runs: a name that changes every second would be told every second.
        clock: None,
    });
    Sender { name, info }
}

/// Unit, room and bed as one text; their subcomponents are numbers of the gateway's (PIIC), and the
/// facility may be an address (Nihon Kohden).
fn location(field: Field<'_>) -> String {
    let part = |number| field.component(number).subcomponent(1).plain().into_owned();
    let parts = [part(1), part(2), part(3)];
    if parts.iter().all(String::is_empty) { String::new() } else { parts.join("/") }
}

/// A location as people read it.
fn label(location: &str) -> String {
    let parts: Vec<&str> = location.split('/').filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn manufacturer(header: &Segment<'_>) -> Option<Text> {
    let (app, facility) = (header.field(3).text(), header.field(4).text());
    let has = |word: &str| app.contains(word) || facility.contains(word);
    let maker = if has("MINDRAY") {
        "Mindray"
    } else if has("GE Healthcare") || app.starts_with("GE_") {
        "GE"
    } else if has("NIHON KOHDEN") {
        "Nihon Kohden"
    } else if has(EFFICIA) || header.field(10).text().starts_with("HP") {
        "Philips"
    } else {
        return None;
    };
    Some(Text::from(maker))
}

/// Whom a group is about; `None` when it does not say.
pub(super) fn patient(group: &Group<'_>) -> Option<Patient> {
    let segment = group.patient?;
    let text = |field: Field<'_>| {
        let plain = field.plain();
        (!plain.is_empty()).then(|| Text::from(&*plain))
    };
    let name = segment.field(5).first();
    let id = text(segment.field(3).first().component(1));
    let (family_name, given_name) = (text(name.component(1)), text(name.component(2)));
    let is_named = id.is_some() || family_name.is_some();
    let category = group.visit.and_then(|visit| match visit.field(18).component(1).text() {
        // Mindray's letter; Efficia has `A` there too, for another reason, and means adults.
        "A" => Some(PatientCategory::Adult),
        "P" => Some(PatientCategory::Paediatric),
        "N" => Some(PatientCategory::Neonate),
        _ => None,
    });
    Some(Patient {
        presence: if is_named { PatientPresence::Admitted } else { PatientPresence::Unknown },
        id,
        context: None,
        family_name,
        given_name,
        category,
        sex: sex(segment.field(8).component(1).text()),
        born: born(segment.field(7).text()),
        paced: None,
    })
}

/// PID-8.
pub(super) fn sex(text: &str) -> Option<Sex> {
    match text {
        "F" => Some(Sex::Female),
        "M" => Some(Sex::Male),
        "A" | "O" => Some(Sex::Unspecified),
        _ => None,
    }
}

/// PID-7 as `YYYY-MM-DD`. People are older than 1970, so this is no device time.
pub(super) fn born(text: &str) -> Option<Text> {
    let date = text.get(..8).filter(|date| date.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = date.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    // Month and day are checked on a leap year of the calendar that times are read with.
    Claimed::parse(&format!("2000{month}{day}"))?;
    (year > "1800").then(|| Text::from(format!("{year}-{month}-{day}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::charset::Charset;

    fn of(text: &str, peer: Option<IpAddr>) -> (String, Option<String>) {
        let message = Message::parse(text.as_bytes(), Charset::Utf8).expect("a message");
        let groups = Group::all(&message);
        let sender = sender(&message, &groups[0], peer);
        (sender.name, sender.info.and_then(|info| info.bed_label).map(|it| it.to_string()))
    }

    #[test]
    fn a_bed_is_its_gateway_and_its_place() {
        let gateway =
            "MSH|^~\\&|EGW^00A0^EUI-64|MINDRAY\rPV1||I|ICU^^BED1\rOBX|1|NM|1||2|||||||||||||0F^M\r";
        assert_eq!(of(gateway, None), ("00a0/ICU//BED1".into(), Some("ICU BED1".into())));
        let piic = "MSH|^~\\&|||||||ORU^R01|HP1|P|2.2\rPV1||I|^^Doc1&5&1\r";
        let peer = Some(IpAddr::from([10, 0, 0, 9]));
        assert_eq!(of(piic, peer), ("10.0.0.9///Doc1".into(), Some("Doc1".into())));
        assert_eq!(of(piic, None).1, None, "no gateway that is known");
    }

    #[test]
    fn a_monitor_that_sends_by_itself_keeps_its_name() {
        let b40 = "MSH|^~\\&|VSP^080019FFFE0B4020^EUI-64|GE Healthcare\rPV1||R|SURGERY^^V2\r\
                   OBX|1|NM|1||2|||||||||||||080019FFFE0B4020^B40_GE\r";
        assert_eq!(of(b40, None), ("080019fffe0b4020".into(), Some("SURGERY V2".into())));
        let efficia = "MSH|^~\\&|^EfficiaCM|||||||MONITORABC000000002D|P|2.4\rPV1|||^^LOCATION34\r";
        let efficia = efficia.replace("|||||||MON", "||||20140510124500||ORU^R01|MON");
        assert_eq!(of(&efficia, None).0, "efficiacm/MONITORABC");
    }

    #[test]
    fn birth_dates() {
        assert_eq!(born("19550508").as_ref().map(Text::as_str), Some("1955-05-08"));
        assert_eq!(born("00000000"), None);
        assert_eq!(born("19551508"), None);
        assert_eq!(born("1955"), None);
    }
}

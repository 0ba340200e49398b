//! Who a message is from, and whom it is about.
//!
//! A bed is named by its gateway and its location there (PV1-3), since that is all most gateways tell;
//! a monitor that sends by itself names itself in MSH-3 and in OBX-18 alike, and keeps its name when
//! the bed is called otherwise. Without a location a bed is named by its equipment (OBX-18), and by the
//! address that it connects from unless that name is the only one of its kind: what many senders call
//! themselves is their model. Where nothing tells a sender apart the device stays without a name.

use core::net::IpAddr;

use vigie_model::{DeviceInfo, DeviceKey, Patient, PatientCategory, PatientPresence, Sex, Text};
use vigie_session::checksum::crc16_x25;

use super::HL7;
use super::rows::Group;
use crate::wire::message::Field;
use crate::wire::time::Claimed;
use crate::wire::value;
use crate::wire::{Message, Segment};

/// Philips Efficia: MSH-10 begins with the monitor's serial number (*Data Export Guide*, page 2-3).
const EFFICIA: &str = "EfficiaCM";
const EFFICIA_SERIAL: usize = 10;
/// Digits of an EUI-64 in hexadecimal: no two devices have the same.
const EUI_64_DIGITS: usize = 16;
/// A longer name is cut, and a sum of it all put behind.
const SENDER_BYTES_MAX: usize = 200;

/// What a message says of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    /// What tells its beds apart from all others of the session.
    pub(super) name: String,
    /// Its name, when it has a lasting one.
    pub(super) info: Option<DeviceInfo>,
    /// From where it speaks; `None`: that tells nobody apart, since the address is its name already.
    pub(super) from: Option<IpAddr>,
}

/// Where a group of a message is from, in the sender's own words.
#[derive(Clone, Debug)]
pub(super) struct Origin<'m> {
    header: &'m Segment<'m>,
    peer: Option<IpAddr>,
    /// Who sent it: MSH-3, MSH-4 or its address.
    pub(super) gateway: String,
    /// PV1-3.
    pub(super) location: String,
    /// OBX-18.
    device: Option<Field<'m>>,
    device_id: String,
    /// The sender says that it is the monitor.
    pub(super) is_itself: bool,
    efficia: Option<String>,
}

/// Where a group of a message is from.
pub(super) fn origin<'m>(
    message: &'m Message<'m>,
    group: &Group<'m>,
    peer: Option<IpAddr>,
) -> Origin<'m> {
    let header = message.header();
    let (app, id) = (header.field(3).component(1), header.field(3).component(2));
    let named = [id, app, header.field(4).component(1)];
    let named = named.into_iter().find(|field| !field.is_empty());
    let gateway = match (named, peer) {
        (Some(field), _) => value::name(&field.plain()).to_lowercase(),
        (None, Some(peer)) => peer.to_string(),
        (None, None) => String::new(),
    };
    let location = group.visit.map(|visit| location(visit.field(3))).unwrap_or_default();
    let device = group.rows().map(|row| row.field(18)).find(|field| !field.is_empty());
    let device_id = device.map(|field| device_id(field).to_lowercase()).unwrap_or_default();
    let efficia = (id.text() == EFFICIA)
        .then(|| message.control_id().get(..EFFICIA_SERIAL).map(str::to_owned))
        .flatten();
    // Only by an EUI-64: GE Mural writes its own name there too, and is a gateway.
    let is_itself = !id.is_empty() && device_id == gateway;
    Origin { header, peer, gateway, location, device, device_id, is_itself, efficia }
}

/// The equipment that OBX-18 names.
pub(super) fn device_id(field: Field<'_>) -> &str {
    value::name(field.component(1).text().trim())
}

impl Origin<'_> {
    /// The sender of the group; `is_itself`: it is taken for a monitor that sends by itself.
    pub(super) fn sender(&self, is_itself: bool) -> Sender {
        let Origin { gateway, location, device_id, .. } = self;
        let peer = self.peer.map(|peer| peer.to_string());
        // Who has no name of its own is called by its address already.
        let at =
            peer.filter(|peer| peer != gateway).map_or(String::new(), |peer| format!("@{peer}"));
        let is_unique = device_id.len() == EUI_64_DIGITS
            && device_id.bytes().all(|byte| byte.is_ascii_hexdigit())
            && device_id != gateway;
        let mut is_by_address = false;
        let name = if is_itself {
            gateway.clone()
        } else if let Some(serial) = &self.efficia {
            format!("{gateway}/{serial}")
        } else if !location.is_empty() {
            format!("{gateway}/{location}")
        } else if is_unique {
            format!("{gateway}/{device_id}")
        } else if device_id.is_empty() || device_id == gateway {
            is_by_address = true;
            format!("{gateway}{at}{}", if self.peer.is_some() { "" } else { "/" })
        } else {
            is_by_address = true;
            format!("{gateway}{at}/{device_id}")
        };
        let name = bounded(name);
        // A gateway without a bed, or a bed of no gateway that is known, could be anybody.
        let has_name =
            is_itself || !gateway.is_empty() && (self.peer.is_some() || !name.ends_with('/'));
        let text = |text: &str| (!text.is_empty()).then(|| Text::from(value::name(text)));
        let serial = self.efficia.as_deref().unwrap_or(device_id);
        let info = has_name.then(|| DeviceInfo {
            key: DeviceKey(Text::from(format!("{HL7}:{name}"))),
            family: Text::from(HL7),
            manufacturer: manufacturer(self.header),
            model: self.device.and_then(|field| text(&field.component(2).plain())),
            serial: text(serial),
            software: None,
            bed_label: text(&label(location)),
            // It runs: a name that changes every second would be told every second.
            clock: None,
        });
        Sender { name, info, from: self.peer.filter(|_| !is_by_address) }
    }
}

/// A name that ends: one of any length would be kept for as long as the session lives.
fn bounded(name: String) -> String {
    if name.len() <= SENDER_BYTES_MAX {
        return name;
    }
    let sum = crc16_x25(name.as_bytes());
    let end = (0..=SENDER_BYTES_MAX).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    format!("{}~{sum:04x}", name.get(..end).unwrap_or_default())
}

/// Unit, room and bed as one text; their subcomponents are numbers of the gateway's (PIIC), and the
/// facility may be an address (Nihon Kohden).
fn location(field: Field<'_>) -> String {
    let part = |number| {
        let plain = field.component(number).subcomponent(1).plain();
        value::name(&plain).to_owned()
    };
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
        (!plain.is_empty()).then(|| Text::from(value::name(&plain)))
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

    fn sender_of(text: &str, peer: Option<IpAddr>) -> Sender {
        let message = Message::parse(text.as_bytes(), Charset::Utf8).expect("a message");
        let groups = Group::all(&message);
        let origin = origin(&message, &groups[0], peer);
        origin.sender(origin.is_itself)
    }

    fn of(text: &str, peer: Option<IpAddr>) -> (String, Option<String>) {
        let sender = sender_of(text, peer);
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
    fn who_has_no_place_is_told_apart_by_equipment_and_address() {
        let of = |device: &str, peer: Option<u8>| {
            let text = format!(
                "MSH|^~\\&|northern|patient monitor\rPV1||I|^^\rOBR|1\r\
                 OBX|1|NM|1||2|||||||||||||{device}\r"
            );
            let sender = sender_of(&text, peer.map(|last| IpAddr::from([10, 0, 0, last])));
            (sender.info.map(|info| info.key.0.to_string()), sender.from.is_some())
        };
        let key = |name: &str| Some(format!("hl7:northern{name}"));
        assert_eq!(of("", Some(11)), (key("@10.0.0.11"), false));
        assert_eq!(of("", Some(12)), (key("@10.0.0.12"), false));
        assert_eq!(of("7^M", Some(11)), (key("@10.0.0.11/7"), false), "7 may be anybody");
        assert_eq!(of("7^M", None), (key("/7"), false));
        let (one, other) = (of("AAAA000000000001^X", Some(11)), of("BBBB000000000002^X", Some(11)));
        assert_eq!(one, (key("/aaaa000000000001"), true));
        assert_ne!(one, other);
        assert_eq!(of("", None).0, None);
    }

    #[test]
    fn names_end() {
        let of = |unit: &str, last: char| {
            let text = format!("MSH|^~\\&|{unit}|\rPV1||I|{unit}^{unit}^B{last}\r");
            sender_of(&text, None)
        };
        let unit = "é".repeat(60);
        let (one, other) = (of(&unit, '1'), of(&unit, '2'));
        assert!(one.name.len() < 256, "{}", one.name.len());
        assert_ne!(one.name, other.name, "told apart by what was cut");
        let long = of(&"é".repeat(400_000), '1');
        assert!(long.name.len() < 256 && long.info.is_some(), "{}", long.name.len());
    }

    #[test]
    fn birth_dates() {
        assert_eq!(born("19550508").as_ref().map(Text::as_str), Some("1955-05-08"));
        assert_eq!(born("00000000"), None);
        assert_eq!(born("19551508"), None);
        assert_eq!(born("1955"), None);
    }
}

//! `[[device]]`: a device by its lasting name, and where it stands.

use std::collections::BTreeMap;

use vigie_model::{DeviceKey, Text};
use vigie_session::Factory;

use crate::{
    DeviceConfig,
    address::{self, Net, can_be_peer},
    bed::Beds,
    line::Named,
    mistake::quote,
    names::{TEXT_BYTES_MAX, fit, stood_before},
    section::{Field, Reader, Section},
    suggest::nearest,
};

/// Devices of one station: as many as lines.
pub(crate) const DEVICES_MAX: usize = 256;

/// What the rest of the file says that matters to devices.
pub(crate) struct Around<'a> {
    pub(crate) catalogue: &'a [&'a dyn Factory],
    pub(crate) net: &'a Net,
    pub(crate) beds: &'a Beds<'a>,
    pub(crate) named: &'a [Named],
}

pub(crate) fn read(
    top: Section<'_>,
    around: &Around<'_>,
    reader: &mut Reader,
) -> Vec<DeviceConfig> {
    let tables = top.tables("device", reader);
    if let Some(first_over) = tables.get(DEVICES_MAX) {
        let what = format!("there are {} devices", tables.len());
        reader.wrong(first_over.line, what, format!("at most {DEVICES_MAX} fit one station"));
    }
    let mut seen = BTreeMap::new();
    let mut devices = Vec::new();
    for table in tables {
        let known = &["key", "bed", "mac", "address"];
        let section = Section::open(table.value, "[[device]]", table.line, known, reader);
        devices.extend(device(section, around, &mut seen, reader));
    }
    devices
}

fn device(
    section: Section<'_>,
    around: &Around<'_>,
    seen: &mut BTreeMap<String, usize>,
    reader: &mut Reader,
) -> Option<DeviceConfig> {
    let key = section.needed_text("key", "intellivue:0009fb123456", reader);
    let key = key.and_then(|field| key_of(field, around, reader).map(|key| (key, field.line)));
    if let Some((key, line)) = key {
        once("the device", key, line, seen, reader);
    }
    let bed = around.beds.find(section, reader);
    let mac = section.text("mac", reader).and_then(|field| {
        let mac = mac_of(field, reader)?;
        once("the network card", &mac_text(mac), field.line, seen, reader);
        Some(mac)
    });
    let address = section.text("address", reader).and_then(|field| {
        let address = address::address(field, reader)?;
        around.net.must_be_there("\"address\"", field.line, reader);
        once("the address", &address.to_string(), field.line, seen, reader);
        let fits = can_be_peer(address, field.line, around.net, reader);
        fits.then_some(Field { value: address, line: field.line })
    });
    for (there, missing) in [("mac", "address"), ("address", "mac")] {
        if section.has(there) && !section.has(missing) {
            let line = section.line_of(there, reader);
            reader.wrong(
                line,
                format!("\"{there}\" without \"{missing}\""),
                "the responder needs both: write the other one too, or neither",
            );
        }
    }
    if !["bed", "mac", "address"].iter().any(|key| section.has(key)) {
        let remedy = "write its bed, or mac and address for the responder";
        reader.wrong(section.line, "[[device]] says nothing of its device", remedy);
    }
    if let Some(address) = address {
        check_one_bed(section, address, bed.as_ref(), around, reader);
    }
    Some(DeviceConfig {
        key: DeviceKey(Text::from(key?.0)),
        bed,
        mac,
        address: address.map(|field| field.value),
    })
}

/// The line that names this address must not put the device at another bed.
fn check_one_bed(
    section: Section<'_>,
    address: Field<core::net::Ipv4Addr>,
    bed: Option<&vigie_model::BedId>,
    around: &Around<'_>,
    reader: &mut Reader,
) {
    let Some(bed) = bed else { return };
    let elsewhere = around.named.iter().find_map(|named| {
        let other = named.bed.as_ref().filter(|other| *other != bed)?;
        (named.address == address.value).then_some((other, named.line))
    });
    if let Some((other, line)) = elsewhere {
        reader.wrong(
            section.line_of("bed", reader),
            format!(
                "the line for {}, in line {line}, stands at {}",
                address.value,
                quote(other.0.as_str())
            ),
            "one device stands at one bed: remove one of the two",
        );
    }
}

fn key_of<'a>(field: Field<&'a str>, around: &Around<'_>, reader: &mut Reader) -> Option<&'a str> {
    let key = fit("key", field, TEXT_BYTES_MAX, reader)?;
    let families = || around.catalogue.iter().map(|factory| factory.name());
    let (family, name) = key.split_once(':').unwrap_or((key, ""));
    let remedy = if family == "line" {
        "a line's own device gets its bed by bed = \"...\" in [[line]]".to_owned()
    } else if let (false, Some(meant)) =
        (families().any(|known| known == family), nearest(family, families()))
    {
        format!("did you mean \"{meant}:{name}\"?")
    } else if name.is_empty() || !families().any(|known| known == family) {
        "write it as the unassigned tray shows it, such as intellivue:0009fb123456".to_owned()
    } else {
        return Some(key);
    };
    reader.wrong(field.line, format!("{} is no device's lasting name", quote(key)), remedy);
    None
}

/// Six bytes in hexadecimal, with colons or hyphens between; not a group's, nor all zero.
fn mac_of(field: Field<&str>, reader: &mut Reader) -> Option<[u8; 6]> {
    let sign = if field.value.contains('-') { '-' } else { ':' };
    let bytes: Option<Vec<u8>> = field
        .value
        .split(sign)
        .map(|pair| {
            let is_hex = pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hex.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
        })
        .collect();
    let mac: Option<[u8; 6]> = bytes.and_then(|bytes| bytes.try_into().ok());
    // The lowest bit of the first byte marks groups (IEEE 802, 8.2).
    let mac = mac.filter(|mac| mac[0] & 1 == 0 && *mac != [0; 6]);
    if mac.is_none() {
        let what = format!("{} is no network card's address", quote(field.value));
        reader.wrong(field.line, what, "write six bytes such as 00:09:FB:12:34:56");
    }
    mac
}

/// A network card's address as people write it: `00:09:fb:12:34:56`.
pub fn mac_text(mac: [u8; 6]) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

fn once(
    what: &str,
    name: &str,
    line: usize,
    seen: &mut BTreeMap<String, usize>,
    reader: &mut Reader,
) {
    if let Some(first) = stood_before(seen, format!("{what} {name}"), line) {
        reader.wrong(
            line,
            format!("{what} {} stands in line {first} already", quote(name)),
            "one [[device]] for each: remove or correct one of them",
        );
    }
}

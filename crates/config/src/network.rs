//! `[network]`: the one interface that lines may use.

use crate::{
    Network,
    address::{Net, not_ipv4},
    mistake::quote,
    section::{Field, Reader, Section},
};

/// The kernel's IFNAMSIZ, 16, less the closing zero (netdevice(7)).
const INTERFACE_BYTES_MAX: usize = 15;
/// A subnet with fewer bits would take in a good part of the internet, one with more has no place
/// for a device beside us.
const PREFIXES: core::ops::RangeInclusive<u8> = 8..=30;

pub(crate) fn read(top: Section<'_>, reader: &mut Reader) -> Net {
    let Some(table) = top.table("network", "[network]", reader) else {
        return if top.has("network") { Net::Unusable } else { Net::Absent };
    };
    let known = &["interface", "address"];
    let section = Section::open(table.value, "[network]", table.line, known, reader);
    let interface = section.needed_text("interface", "enp3s0", reader);
    let interface = interface.and_then(|field| interface_name(field, reader));
    let address = section.needed_text("address", "10.0.42.1/24", reader);
    let address = address.and_then(|field| own_address(field, reader));
    match (interface, address) {
        (Some(interface), Some((address, prefix))) => {
            Net::Given(Network { interface, address, prefix })
        }
        (None, _) | (_, None) => Net::Unusable,
    }
}

fn interface_name(field: Field<&str>, reader: &mut Reader) -> Option<String> {
    let name = field.value;
    // Letters, digits and a few signs: nothing that means something to a server's configuration.
    let is_name = !name.is_empty()
        && name.len() <= INTERFACE_BYTES_MAX
        && name.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-".contains(sign))
        && name.chars().any(|sign| sign.is_ascii_alphanumeric());
    if !is_name {
        reader.wrong(
            field.line,
            format!("{} is no name of an interface", quote(name)),
            "write the name that `ip address` shows, such as enp3s0",
        );
    }
    is_name.then(|| name.to_owned())
}

fn own_address(field: Field<&str>, reader: &mut Reader) -> Option<(core::net::Ipv4Addr, u8)> {
    let text = field.value;
    let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
    let Ok(address) = address.parse::<core::net::Ipv4Addr>() else {
        let (what, remedy) = not_ipv4(text, "10.0.42.1/24");
        reader.wrong(field.line, what, remedy);
        return None;
    };
    let digits = prefix.filter(|prefix| prefix.bytes().all(|byte| byte.is_ascii_digit()));
    let prefix = digits.and_then(|prefix| prefix.parse().ok());
    let Some(prefix) = prefix.filter(|prefix| PREFIXES.contains(prefix)) else {
        let what = format!(
            "{} has no prefix from {} to {}",
            quote(text),
            PREFIXES.start(),
            PREFIXES.end()
        );
        reader.wrong(field.line, what, format!("write it behind a slash: {address}/24"));
        return None;
    };
    let network = Network { interface: String::new(), address, prefix };
    if address == network.subnet() || address == network.broadcast() || !can_be_ours(address) {
        reader.wrong(
            field.line,
            format!("{address} is no address that a PC can have in its /{prefix}"),
            "write this PC's own address on the interface, such as 10.0.42.1/24",
        );
        return None;
    }
    Some((address, prefix))
}

fn can_be_ours(address: core::net::Ipv4Addr) -> bool {
    let [first, ..] = address.octets();
    first != 0 && first < 224
}

//! Addresses of devices: IPv4, in the subnet, and never a name.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use crate::{
    Network,
    mistake::quote,
    section::{Field, Reader},
};

/// What is known of the network while the rest is read.
#[derive(Clone, Debug)]
pub(crate) enum Net {
    /// There is no `[network]`.
    Absent,
    /// There is one, and its mistakes are told: no more are made of it.
    Unusable,
    /// It is right.
    Given(Network),
}

impl Net {
    /// Told when something wants the network and there is none.
    pub(crate) fn must_be_there(&self, who: &str, line: usize, reader: &mut Reader) {
        match self {
            Net::Absent => reader.wrong(
                line,
                format!("{who} needs the network, and there is no [network]"),
                "add [network] with interface = \"enp3s0\" and address = \"10.0.42.1/24\", as they are on this PC",
            ),
            Net::Unusable | Net::Given(_) => {}
        }
    }
}

/// An address with a port, the usual port if none is written.
pub(crate) fn endpoint(
    field: Field<&str>,
    usual_port: u16,
    reader: &mut Reader,
) -> Option<SocketAddrV4> {
    let text = field.value;
    let parsed = text
        .parse::<SocketAddrV4>()
        .or_else(|_| text.parse().map(|address| SocketAddrV4::new(address, usual_port)));
    match parsed {
        Ok(endpoint) if endpoint.port() == 0 => {
            reader.wrong(field.line, "port 0 is no port", "write a port from 1 to 65535");
            None
        }
        Ok(endpoint) => Some(endpoint),
        Err(_) => {
            let (what, remedy) = not_ipv4(text, "10.0.42.9, or 10.0.42.9:24105 with a port");
            reader.wrong(field.line, what, remedy);
            None
        }
    }
}

/// An address alone.
pub(crate) fn address(field: Field<&str>, reader: &mut Reader) -> Option<Ipv4Addr> {
    let parsed = field.value.parse().ok();
    if parsed.is_none() {
        let (what, remedy) = not_ipv4(field.value, "10.0.42.9");
        reader.wrong(field.line, what, remedy);
    }
    parsed
}

/// What a text is that is no IPv4 address.
pub(crate) fn not_ipv4(text: &str, example: &str) -> (String, String) {
    let bare = text.trim_start_matches('[').split(['%', '/', ']']).next().unwrap_or(text);
    let is_ipv6 = bare.parse::<Ipv6Addr>().is_ok() || text.parse::<SocketAddrV6>().is_ok();
    let has_only_digits = text.chars().all(|sign| sign.is_ascii_digit() || ".:/".contains(sign));
    if is_ipv6 {
        let remedy = format!("lines run over IPv4: write an address such as {example}");
        (format!("{} is an IPv6 address", quote(text)), remedy)
    } else if has_only_digits {
        let remedy = format!("write four numbers from 0 to 255, such as {example}");
        (format!("{} is no IPv4 address", quote(text)), remedy)
    } else {
        let remedy =
            format!("peers are addresses, names are never looked up: write one such as {example}");
        (format!("{} is a name, not an address", quote(text)), remedy)
    }
}

/// Whether a device can have this address in our network; told when it cannot.
pub(crate) fn can_be_peer(address: Ipv4Addr, line: usize, net: &Net, reader: &mut Reader) -> bool {
    let network = match net {
        Net::Given(network) => network,
        Net::Absent | Net::Unusable => return true,
    };
    let (subnet, prefix) = (network.subnet(), network.prefix);
    let what = if !network.holds(address) {
        format!("{address} is outside the network {subnet}/{prefix}")
    } else if address == network.address {
        format!("{address} is this PC's own address")
    } else if address == subnet {
        format!("{address} names the network itself")
    } else if address == network.broadcast() {
        format!("{address} is the broadcast address of the network")
    } else {
        return true;
    };
    let first = Ipv4Addr::from_bits(subnet.to_bits().saturating_add(1));
    let last = Ipv4Addr::from_bits(network.broadcast().to_bits().saturating_sub(1));
    let remedy =
        format!("write the device's address, from {first} to {last} without {}", network.address);
    reader.wrong(line, what, remedy);
    false
}

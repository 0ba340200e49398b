//! Whether this PC is isolated: no way to the internet, no second network, no name server.
//!
//! [`check`] reads what the kernel says of itself under `/proc` and `/sys` and sends nothing. The
//! station calls it every few seconds and hands [`texts`] to its windows, which show [`banner`] as
//! one line in the language of the screen: in demo and simulation too, so that the line is known.
//!
//! Texts of the banner in `vigie-words`: `Words::not_isolated` around `Words::default_route`,
//! `Words::other_interface` and `TextKey::{NameServerSet, IpForwarding, IsolationUnknown}`.

#[cfg(test)]
pub mod machine;
mod surroundings;
#[cfg(test)]
mod tests;

use std::path::Path;

use vigie_model::Text;
use vigie_station::InterfaceSeen;
use vigie_words::{TextKey, Words};

pub use surroundings::Surroundings;

/// One reason why this PC is not isolated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which kind, and where.
    pub kind: Kind,
    /// What was found, in English for engineers.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// The ways in which a PC is not isolated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What is needed to know cannot be read.
    Unknown,
    /// Packets for addresses that no network here has leave through this interface.
    DefaultRoute {
        /// The interface; a routing table, where the kernel names none.
        interface: String,
    },
    /// A name server is set.
    NameServer,
    /// Another interface than the configured one is up, has a carrier and an address.
    OtherInterface {
        /// Its name.
        interface: String,
    },
    /// This PC passes packets on from one network to another.
    Forwarding,
}

impl Kind {
    /// The word that stands for it in a [`Text`], and what follows the word.
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Kind::Unknown => ("isolation-unknown", ""),
            Kind::DefaultRoute { interface } => ("default-route", interface),
            Kind::NameServer => ("name-server", ""),
            Kind::OtherInterface { interface } => ("other-interface", interface),
            Kind::Forwarding => ("forwarding", ""),
        }
    }

    /// As it crosses the window's socket and stands in the status: `default-route eth0`.
    pub fn text(&self) -> Text {
        let (word, place) = self.parts();
        Text::from(format!("{word} {place}").trim_end())
    }

    /// Back from [`Kind::text`]; a word of a newer station is unknown.
    fn from_text(text: &str) -> Kind {
        let (word, place) = text.split_once(' ').unwrap_or((text, ""));
        let interface = place.to_owned();
        match word {
            "default-route" => Kind::DefaultRoute { interface },
            "name-server" => Kind::NameServer,
            "other-interface" => Kind::OtherInterface { interface },
            "forwarding" => Kind::Forwarding,
            _ => Kind::Unknown,
        }
    }

    fn said(&self, words: &Words) -> String {
        match self {
            Kind::Unknown => words.text(TextKey::IsolationUnknown),
            Kind::DefaultRoute { interface } => words.default_route(interface),
            Kind::NameServer => words.text(TextKey::NameServerSet),
            Kind::OtherInterface { interface } => words.other_interface(interface),
            Kind::Forwarding => words.text(TextKey::IpForwarding),
        }
    }
}

/// Why this PC is not isolated; empty when it is. `root` is `/`, or a made-up tree in a test;
/// `allowed_interface` is the one of the configuration. Loopback is always allowed.
pub fn check(root: &Path, allowed_interface: Option<&str>) -> Vec<Finding> {
    let here = Surroundings::new(root);
    let mut findings = default_routes(&here);
    findings.extend(name_servers(&here));
    findings.extend(other_interfaces(&here, allowed_interface));
    findings.extend(forwarding(&here));
    findings
}

/// The default routes alone.
pub fn default_routes(here: &Surroundings) -> Vec<Finding> {
    let Ok(routes) = here.default_routes() else {
        return vec![Finding {
            kind: Kind::Unknown,
            what: format!(
                "{} cannot be read: whether there is a default route is not known",
                here.path("proc/net/route").display()
            ),
            remedy: "mount /proc, or look at `ip route` yourself".to_owned(),
        }];
    };
    let finding = |route: surroundings::DefaultRoute| {
        let gateway = route.gateway.map(|gateway| format!(" to gateway {gateway}"));
        let remedy = if route.is_table {
            format!("find it with `ip route show table all`, delete it there: {}", route.interface)
        } else {
            format!(
                "unplug the uplink, or `ip {}route del {} dev {}`, and take the gateway out of the network settings",
                if route.is_ipv6 { "-6 " } else { "" },
                route.destination,
                route.interface
            )
        };
        Finding {
            what: format!(
                "{} through {}{}",
                route.named(),
                route.interface,
                gateway.unwrap_or_default()
            ),
            remedy,
            kind: Kind::DefaultRoute { interface: route.interface },
        }
    };
    routes.into_iter().map(finding).collect()
}

/// The name servers alone: one finding, however many there are.
pub fn name_servers(here: &Surroundings) -> Option<Finding> {
    let servers = here.name_servers();
    (!servers.is_empty()).then(|| {
        let names: Vec<&str> = servers.iter().map(|server| server.address.as_str()).collect();
        let mut files: Vec<&str> = servers.iter().map(|server| server.file).collect();
        files.dedup();
        Finding {
            kind: Kind::NameServer,
            what: format!("name servers set: {}", names.join(", ")),
            remedy: format!(
                "take the `nameserver` lines out of /{}; under DHCP, out of the network settings",
                files.join(" and /")
            ),
        }
    })
}

/// The other interfaces alone.
pub fn other_interfaces(here: &Surroundings, allowed: Option<&str>) -> Vec<Finding> {
    let Ok(interfaces) = here.interfaces() else {
        return vec![Finding {
            kind: Kind::Unknown,
            what: format!(
                "{} cannot be read: other interfaces are not known",
                here.path("sys/class/net").display()
            ),
            remedy: "mount /sys, or look at `ip addr` yourself".to_owned(),
        }];
    };
    let other = |interface: &surroundings::Interface| {
        interface.name != "lo"
            && Some(interface.name.as_str()) != allowed
            && interface.is_up
            && interface.has_carrier
            && !interface.addresses.is_empty()
    };
    let finding = |interface: surroundings::Interface| Finding {
        what: format!("interface {} is in use: {}", interface.name, interface.addresses.join(", ")),
        remedy: if interface.is_wireless {
            format!("switch Wi-Fi off: `rfkill block all`, `ip link set {} down`", interface.name)
        } else {
            format!(
                "pull its cable or stop what made it (docker, VPN), then `ip link set {} down`; if it is the network of the monitors, name it in vigie.toml",
                interface.name
            )
        },
        kind: Kind::OtherInterface { interface: interface.name },
    };
    interfaces.into_iter().filter(other).map(finding).collect()
}

/// IP forwarding alone: one finding.
pub fn forwarding(here: &Surroundings) -> Option<Finding> {
    let switches = here.forwarding();
    (!switches.is_empty()).then(|| Finding {
        kind: Kind::Forwarding,
        what: format!("this PC passes packets on between networks: {}", switches.join(", ")),
        remedy: "`sysctl -w net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0`; docker and libvirt switch it on: stop them".to_owned(),
    })
}

/// For `StationReport::not_isolated`: one short text a reason, each once, the same in all languages.
pub fn texts(findings: &[Finding]) -> Vec<Text> {
    let mut kinds: Vec<&Kind> = findings.iter().map(|finding| &finding.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds.into_iter().map(Kind::text).collect()
}

/// One line for the window, in its language; `None` when the PC is isolated.
///
/// Takes what [`texts`] made, out of `StationReport::not_isolated`.
pub fn banner(words: &Words, not_isolated: &[Text]) -> Option<String> {
    let (first, others) = not_isolated.split_first()?;
    let mut reason = Kind::from_text(first.as_str()).said(words);
    if !others.is_empty() {
        reason = format!("{reason}, {}", words.more(others.len()));
    }
    Some(words.not_isolated(&reason))
}

/// The interfaces of this PC, loopback last: it is for simulators.
pub fn interfaces() -> Vec<InterfaceSeen> {
    let here = Surroundings::new(Path::new("/"));
    let mut seen: Vec<InterfaceSeen> = here
        .interfaces()
        .unwrap_or_default()
        .into_iter()
        .map(|interface| {
            let mut addresses = interface.addresses.iter().filter_map(|written| {
                let (address, prefix) = written.split_once('/')?;
                Some((address.parse().ok()?, prefix.parse().ok()?))
            });
            let address = addresses.next();
            let is_up = interface.is_up && (interface.has_carrier || interface.name == "lo");
            InterfaceSeen { name: interface.name, address, is_up }
        })
        .collect();
    seen.sort_by_key(|interface| interface.name == "lo");
    seen
}

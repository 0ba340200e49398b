//! Isolation, and the interface that the configuration names.

use vigie_config::{Config, Network};

use super::check::Check;
use crate::isolation::{self, Finding, Kind, Surroundings};

/// A wireless transmitter, even while it is connected to nothing.
const RADIO: &str = "radio";

/// All of them.
pub fn checks(here: &Surroundings, config: Option<&Config>) -> Vec<Check> {
    let network = config.and_then(|config| config.network.as_ref());
    let allowed = network.map(|network| network.interface.as_str());
    let mut checks = Vec::new();
    let mut look = |name, findings: Vec<Finding>, none: &str| {
        if findings.is_empty() {
            checks.push(Check::ok(name, none));
        }
        checks.extend(findings.into_iter().map(|finding| judged(name, finding)));
    };
    look("default route", isolation::default_routes(here), "none: no way to the internet");
    look("name servers", isolation::name_servers(here).into_iter().collect(), "none");
    let none = "none in use besides loopback and the configured one";
    look("other interfaces", isolation::other_interfaces(here, allowed), none);
    look("IP forwarding", isolation::forwarding(here).into_iter().collect(), "off");
    checks.extend(radios(here));
    checks.push(configured(here, config, network));
    checks
}

fn judged(name: &'static str, finding: Finding) -> Check {
    match finding.kind {
        // Vigie asks no name server, and without a route nobody reaches one.
        Kind::NameServer => Check::warning(name, finding.what, finding.remedy),
        Kind::Unknown
        | Kind::DefaultRoute { .. }
        | Kind::OtherInterface { .. }
        | Kind::Forwarding => Check::bad(name, finding.what, finding.remedy),
    }
}

/// Wi-Fi and Bluetooth that are not switched off join networks by themselves.
fn radios(here: &Surroundings) -> Vec<Check> {
    let names = here.names("sys/class/rfkill").unwrap_or_default();
    let is_on = |name: &&String| {
        let blocked = |how| here.word(&format!("sys/class/rfkill/{name}/{how}")) == "1";
        !blocked("soft") && !blocked("hard")
    };
    let on: Vec<String> = names
        .iter()
        .filter(is_on)
        .map(|name| {
            let kind = here.word(&format!("sys/class/rfkill/{name}/type"));
            if kind.is_empty() { name.clone() } else { kind }
        })
        .collect();
    if on.is_empty() {
        return vec![Check::ok(
            RADIO,
            if names.is_empty() { "none in this PC" } else { "switched off" },
        )];
    }
    let remedy = "`rfkill block all`, or switch it off in the firmware";
    vec![Check::warning(RADIO, format!("switched on: {}", on.join(", ")), remedy)]
}

/// The interface of the configuration: there, up, with a cable and its address.
fn configured(here: &Surroundings, config: Option<&Config>, network: Option<&Network>) -> Check {
    const NAME: &str = "configured interface";
    let Some(network) = network else {
        return match config {
            Some(_) => Check::ok(NAME, "none: vigie.toml uses no network"),
            None => Check::warning(
                NAME,
                "not known without a configuration",
                "name vigie.toml with --config FILE",
            ),
        };
    };
    let name = &network.interface;
    let address = format!("{}/{}", network.address, network.prefix);
    let interfaces = here.interfaces().unwrap_or_default();
    let Some(found) = interfaces.iter().find(|interface| &interface.name == name) else {
        let names: Vec<&str> = interfaces.iter().map(|interface| interface.name.as_str()).collect();
        let remedy = format!("vigie.toml must name one of: {}", names.join(", "));
        return Check::bad(NAME, format!("{name} is not in this PC"), remedy);
    };
    let set = format!(
        "`ip addr add {address} dev {name}`, and in the network settings without gateway and name server"
    );
    if !found.is_up {
        Check::bad(NAME, format!("{name} is switched off"), format!("`ip link set {name} up`"))
    } else if !found.has_carrier {
        let remedy = "plug in its cable, and switch the isolated switch on";
        Check::bad(
            NAME,
            format!("{name} has no carrier: no cable, or nothing at its other end"),
            remedy,
        )
    } else if !here.local_addresses().contains(&network.address) {
        let has =
            if found.addresses.is_empty() { "none".to_owned() } else { found.addresses.join(", ") };
        Check::bad(NAME, format!("{name} has not the address {address}; it has {has}"), set)
    } else if !found.addresses.contains(&address) {
        let what = format!("{name} has {}, vigie.toml says {address}", found.addresses.join(", "));
        Check::bad(NAME, what, set)
    } else {
        Check::ok(NAME, format!("{name} is up with {address} and has a carrier"))
    }
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use super::*;
    use crate::{doctor::check::State, isolation::machine::Machine};

    fn network(address: [u8; 4], prefix: u8) -> Network {
        Network { interface: "enp3s0".to_owned(), address: Ipv4Addr::from(address), prefix }
    }

    fn found(machine: &Machine, network: &Network) -> (State, String) {
        let check = configured(&machine.surroundings(), None, Some(network));
        (check.state, check.what)
    }

    #[test]
    fn the_configured_interface_is_there_with_cable_and_address() {
        let machine = Machine::isolated();
        machine.interface("enp3s0", true, Some("10.0.42.2/24"));
        let (state, what) = found(&machine, &network([10, 0, 42, 2], 24));
        assert_eq!(
            (state, what.as_str()),
            (State::Ok, "enp3s0 is up with 10.0.42.2/24 and has a carrier")
        );
        let (state, what) = found(&machine, &network([10, 0, 42, 2], 16));
        assert_eq!(
            (state, what.as_str()),
            (State::Bad, "enp3s0 has 10.0.42.2/24, vigie.toml says 10.0.42.2/16")
        );
        let (state, what) = found(&machine, &network([10, 0, 42, 3], 24));
        assert_eq!(
            (state, what.as_str()),
            (State::Bad, "enp3s0 has not the address 10.0.42.3/24; it has 10.0.42.2/24")
        );
    }

    #[test]
    fn a_missing_interface_and_a_missing_cable_are_bad() {
        let machine = Machine::isolated();
        let (state, what) = found(&machine, &network([10, 0, 42, 2], 24));
        assert_eq!((state, what.as_str()), (State::Bad, "enp3s0 is not in this PC"));
        machine.interface("enp3s0", false, None);
        let (state, what) = found(&machine, &network([10, 0, 42, 2], 24));
        assert_eq!(state, State::Bad);
        assert!(what.starts_with("enp3s0 has no carrier"), "{what}");
    }

    #[test]
    fn an_isolated_pc_is_ok_throughout() {
        let machine = Machine::isolated();
        for check in checks(&machine.surroundings(), None) {
            let expected =
                if check.name == "configured interface" { State::Warning } else { State::Ok };
            assert_eq!(check.state, expected, "{check:?}");
        }
    }

    #[test]
    fn a_radio_counts_unless_it_is_blocked() {
        let machine = Machine::isolated();
        machine.write("sys/class/rfkill/rfkill0/type", "wlan\n");
        machine.write("sys/class/rfkill/rfkill0/soft", "0\n");
        machine.write("sys/class/rfkill/rfkill0/hard", "0\n");
        assert_eq!(radios(&machine.surroundings())[0].what, "switched on: wlan");
        machine.write("sys/class/rfkill/rfkill0/soft", "1\n");
        assert_eq!(radios(&machine.surroundings())[0].state, State::Ok);
    }
}

//! The file for an address server on the isolated switch: dnsmasq, told to answer named devices only.
//!
//! We write no address server: dnsmasq has answered BOOTP and DHCP for twenty years, and is in every
//! distribution. What it is told here keeps it from doing anything else: no names, no other
//! interface, no address for a device that is not listed, no router.

use std::fmt::Write as _;

use core::net::Ipv4Addr;
use vigie_model::BedId;

use crate::{Config, DeviceConfig, device::mac_text};

/// Where dnsmasq notes what it gave out; the folder is part of every Debian (FHS 3.0, 5.15).
const LEASE_FILE: &str = "/var/lib/misc/vigie-dnsmasq.leases";

impl Config {
    /// The configuration of dnsmasq for the devices that have a `mac` and an `address`; in words what
    /// is missing when there is nothing to answer.
    pub fn responder(&self) -> Result<String, String> {
        let Some(network) = &self.network else {
            return Err("there is no [network] on which addresses could be given".into());
        };
        let mut hosts = String::new();
        for device in &self.devices {
            if let (Some(mac), Some(address)) = (device.mac, device.address) {
                // Writing to a String cannot fail.
                let _ = write!(hosts, "\n# {}", self.about(device));
                let _ = write!(hosts, "\ndhcp-host={},{address},infinite\n", mac_text(mac));
            }
        }
        if hosts.is_empty() {
            return Err("no [[device]] has a mac and an address".into());
        }
        let (interface, subnet, mask) = (&network.interface, network.subnet(), network.mask());
        Ok(format!("{}{hosts}", head(interface, subnet, mask)))
    }

    /// Key and bed, on one line whatever they hold: they stand in a comment.
    fn about(&self, device: &DeviceConfig) -> String {
        let label = |bed: &BedId| {
            let found = self.beds.iter().find(|known| known.id == *bed);
            found.map(|bed| format!(", bed {}", bed.label)).unwrap_or_default()
        };
        let bed = device.bed.as_ref().map(label).unwrap_or_default();
        format!("{}{bed}", device.key.0).replace(|sign: char| sign.is_control(), " ")
    }
}

fn head(interface: &str, subnet: Ipv4Addr, mask: Ipv4Addr) -> String {
    format!(
        "\
# Addresses for the named devices of vigie.toml, on the isolated switch and nowhere else.
# Made by `vigie check-config --responder`: change vigie.toml, not this file.

# No name service: nothing on this network looks names up.
port=0
no-resolv
no-hosts

# This interface and no other.
interface={interface}
except-interface=lo
bind-interfaces

# Only the devices below: `static` gives no address to strangers, and they get no answer at all.
dhcp-range={subnet},static,{mask},infinite
dhcp-ignore=tag:!known
dhcp-authoritative
dhcp-leasefile={LEASE_FILE}

# No router (option 3) and no name server (option 6): there is no way out to tell of.
dhcp-option=3
dhcp-option=6

# Who asked, and what the answer was, in the journal.
log-dhcp
"
    )
}

//! What the kernel says of networks, read from files under a root: `/`, or a made-up tree.
//!
//! Formats: Linux `Documentation/networking/proc_net_tcp.rst` names no format for these files; they
//! are written by `net/ipv4/fib_trie.c` (`route`, `fib_trie`), `net/ipv6/route.c` (`ipv6_route`) and
//! `net/ipv6/addrconf.c` (`if_inet6`), and read here as those functions print them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// No file read here is longer on a PC of a ward; what is beyond is left out.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// A route that covers this much is a way out whatever it is called: VPNs set two halves, `/1`,
/// beside the default route instead of replacing it.
const WIDE_PREFIX_MAX: u32 = 7;
/// `RTF_UP` and `RTF_REJECT` of `include/uapi/linux/route.h`.
const ROUTE_UP: u32 = 0x0001;
const ROUTE_REJECT: u32 = 0x0200;
/// `IFF_UP` of `include/uapi/linux/if.h`.
const INTERFACE_UP: u32 = 0x1;

/// The files of one machine.
#[derive(Clone, Debug)]
pub struct Surroundings {
    root: PathBuf,
}

/// A way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultRoute {
    /// Through which interface; the name of a routing table when the kernel names no interface.
    pub interface: String,
    /// `default`, or what it covers.
    pub destination: String,
    /// To whom.
    pub gateway: Option<IpAddr>,
    /// An IPv6 route.
    pub is_ipv6: bool,
    /// It stands in another routing table than the main one.
    pub is_table: bool,
}

impl DefaultRoute {
    /// `default route`, or `route to 0.0.0.0/1`.
    pub fn named(&self) -> String {
        let family = if self.is_ipv6 { "IPv6 " } else { "" };
        match self.destination.as_str() {
            "default" => format!("{family}default route"),
            part => format!("{family}route to {part}"),
        }
    }
}

/// A name server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameServer {
    /// As written.
    pub address: String,
    /// In which file, without the leading slash.
    pub file: &'static str,
}

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Switched on.
    pub is_up: bool,
    /// A cable, an access point or a virtual peer is there.
    pub has_carrier: bool,
    /// Wi-Fi.
    pub is_wireless: bool,
    /// Its addresses as far as the kernel names them; of IPv4 also its subnets when no address of it
    /// is known.
    pub addresses: Vec<String>,
}

/// A row of `/proc/net/route`.
struct Route4 {
    interface: String,
    destination: Ipv4Addr,
    gateway: Ipv4Addr,
    flags: u32,
    mask: u32,
}

impl Surroundings {
    /// The files under a root.
    pub fn new(root: &Path) -> Surroundings {
        Surroundings { root: root.to_owned() }
    }

    /// A path of the real tree under the root.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// A text file, from its beginning.
    pub fn read(&self, path: &str) -> io::Result<String> {
        let mut bytes = Vec::new();
        File::open(self.path(path))?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A file of one word, such as most of `/sys`; empty when there is none.
    pub fn word(&self, path: &str) -> String {
        self.read(path).map(|text| text.trim().to_owned()).unwrap_or_default()
    }

    /// The names in a folder, in order.
    pub fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names: Vec<String> = fs::read_dir(self.path(path))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// Every route that leads to the whole world or a large part of it. An error when the IPv4
    /// routes cannot be read; a kernel without IPv6 has no IPv6 routes.
    pub fn default_routes(&self) -> io::Result<Vec<DefaultRoute>> {
        let mut found: Vec<DefaultRoute> = self.routes4()?.iter().filter_map(wide4).collect();
        found.extend(self.other_tables());
        let routes6 = self.read("proc/net/ipv6_route").unwrap_or_default();
        found.extend(routes6.lines().filter_map(wide6));
        found.dedup();
        Ok(found)
    }

    fn routes4(&self) -> io::Result<Vec<Route4>> {
        let text = self.read("proc/net/route")?;
        Ok(text.lines().skip(1).filter_map(route4).collect())
    }

    /// Routing tables besides the main one that hold a default route: VPNs and policy routing.
    /// `/proc/net/route` shows the main table alone, `/proc/net/fib_trie` names each of them.
    fn other_tables(&self) -> Vec<DefaultRoute> {
        let text = self.read("proc/net/fib_trie").unwrap_or_default();
        let (mut table, mut node) = ("", "");
        let mut found = Vec::new();
        for line in text.lines() {
            let entry = line.trim();
            if line.starts_with(|first: char| first.is_ascii_alphanumeric()) {
                table = entry.trim_end_matches(':');
            } else if let Some(leaf) = entry.strip_prefix("|-- ") {
                node = leaf;
            } else if node == "0.0.0.0" && entry.starts_with("/0 ") && entry.ends_with(" UNICAST") {
                // Without policy routing the kernel prints "Main:" over one joint table.
                let number = table.strip_prefix("Id ").filter(|number| *number != "254");
                found.extend(number.map(|number| DefaultRoute {
                    interface: format!("table {number}"),
                    destination: "default".to_owned(),
                    gateway: None,
                    is_ipv6: false,
                    is_table: true,
                }));
            }
        }
        found
    }

    /// Name servers beyond this PC: of `/etc/resolv.conf`, and of systemd-resolved, whose own
    /// address stands there instead. A server on loopback is this PC itself and does not count.
    pub fn name_servers(&self) -> Vec<NameServer> {
        let mut found: Vec<NameServer> = Vec::new();
        for file in ["etc/resolv.conf", "run/systemd/resolve/resolv.conf"] {
            let text = self.read(file).unwrap_or_default();
            for address in text.lines().filter_map(name_server) {
                if found.iter().all(|known| known.address != address) {
                    found.push(NameServer { address: address.to_owned(), file });
                }
            }
        }
        found
    }

    /// All interfaces, in the order of their names.
    pub fn interfaces(&self) -> io::Result<Vec<Interface>> {
        let names = self.names("sys/class/net")?;
        let routes = self.routes4().unwrap_or_default();
        let locals = self.local_addresses();
        let inet6 = self.read("proc/net/if_inet6").unwrap_or_default();
        let interface = |name: String| {
            let folder = format!("sys/class/net/{name}");
            let flags = self.word(&format!("{folder}/flags"));
            let flags = u32::from_str_radix(flags.trim_start_matches("0x"), 16).unwrap_or(0);
            let mut addresses = addresses4(&name, &routes, &locals);
            addresses.extend(inet6.lines().filter_map(|line| address6(line, &name)));
            Interface {
                is_up: flags & INTERFACE_UP != 0,
                // Reading it is an error while the interface is down.
                has_carrier: self.word(&format!("{folder}/carrier")) == "1",
                is_wireless: self.path(&format!("{folder}/wireless")).exists()
                    || self.path(&format!("{folder}/phy80211")).exists(),
                addresses,
                name,
            }
        };
        Ok(names
            .into_iter()
            .filter(|name| self.path(&format!("sys/class/net/{name}/flags")).exists())
            .map(interface)
            .collect())
    }

    /// Every IPv4 address of this PC; the kernel names no interface with them.
    pub fn local_addresses(&self) -> Vec<Ipv4Addr> {
        let text = self.read("proc/net/fib_trie").unwrap_or_default();
        let mut leaf = None;
        let mut found: Vec<Ipv4Addr> = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some(address) = line.strip_prefix("|-- ") {
                leaf = address.parse().ok();
            } else if line == "/32 host LOCAL" {
                found.extend(leaf.filter(|address| !found.contains(address)));
            }
        }
        found
    }

    /// The switches that make this PC a router, as `sysctl` writes them.
    pub fn forwarding(&self) -> Vec<String> {
        let mut switches = vec!["net/ipv4/ip_forward".to_owned()];
        for family in ["ipv4", "ipv6"] {
            let names = self.names(&format!("proc/sys/net/{family}/conf")).unwrap_or_default();
            // What `all` says holds for each, and new interfaces take what `default` says.
            let singly = names.iter().filter(|name| *name != "default");
            switches.extend(singly.map(|name| format!("net/{family}/conf/{name}/forwarding")));
        }
        let mut on: Vec<String> = switches
            .into_iter()
            .filter(|switch| !matches!(self.word(&format!("proc/sys/{switch}")).as_str(), "" | "0"))
            .map(|switch| switch.replace('/', "."))
            .collect();
        // One interface after another says nothing once the switch of all of them is on.
        let whole = |family: &str| {
            on.iter().any(|switch| {
                switch == &format!("net.{family}.conf.all.forwarding")
                    || (family == "ipv4" && switch == "net.ipv4.ip_forward")
            })
        };
        let (whole4, whole6) = (whole("ipv4"), whole("ipv6"));
        on.retain(|switch| {
            let is_whole = switch.contains(".all.") || switch.ends_with("ip_forward");
            let covered = if switch.starts_with("net.ipv6") { whole6 } else { whole4 };
            is_whole || !covered
        });
        on
    }
}

/// `eth0 00000000 010200C0 0003 0 0 0 00000000 ...`: addresses as the words of memory that they are,
/// so that on a little-endian machine the first byte stands last.
fn route4(line: &str) -> Option<Route4> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let word = |index: usize| u32::from_str_radix(fields.get(index)?, 16).ok();
    Some(Route4 {
        interface: (*fields.first()?).to_owned(),
        destination: Ipv4Addr::from(word(1)?.to_ne_bytes()),
        gateway: Ipv4Addr::from(word(2)?.to_ne_bytes()),
        flags: word(3)?,
        mask: u32::from_be_bytes(word(7)?.to_ne_bytes()),
    })
}

fn wide4(route: &Route4) -> Option<DefaultRoute> {
    let prefix = route.mask.leading_ones();
    let leads_out = route.flags & ROUTE_UP != 0 && route.flags & ROUTE_REJECT == 0;
    (leads_out && prefix <= WIDE_PREFIX_MAX && route.interface != "lo").then(|| DefaultRoute {
        interface: route.interface.clone(),
        destination: destination(IpAddr::V4(route.destination), prefix),
        gateway: Some(route.gateway).filter(|gateway| !gateway.is_unspecified()).map(IpAddr::V4),
        is_ipv6: false,
        is_table: false,
    })
}

/// `destination prefix source prefix gateway metric references uses flags interface`, all in hex.
fn wide6(line: &str) -> Option<DefaultRoute> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let hex = |index: usize| u32::from_str_radix(fields.get(index)?, 16).ok();
    let (prefix, flags, interface) = (hex(1)?, hex(8)?, *fields.get(9)?);
    let destination6 = ipv6(fields.first()?)?;
    let leads_out = flags & ROUTE_UP != 0 && flags & ROUTE_REJECT == 0 && interface != "lo";
    // ff00::/8 and fe80::/10 stand on every interface; they are longer than what counts here.
    (leads_out && prefix <= WIDE_PREFIX_MAX).then(|| DefaultRoute {
        interface: interface.to_owned(),
        destination: destination(IpAddr::V6(destination6), prefix),
        gateway: fields
            .get(4)
            .and_then(|gateway| ipv6(gateway))
            .filter(|gateway| !gateway.is_unspecified())
            .map(IpAddr::V6),
        is_ipv6: true,
        is_table: false,
    })
}

fn destination(address: IpAddr, prefix: u32) -> String {
    if prefix == 0 { "default".to_owned() } else { format!("{address}/{prefix}") }
}

/// 32 hex digits without colons.
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let whole = text.len() == 32;
    whole.then(|| u128::from_str_radix(text, 16).ok().map(Ipv6Addr::from_bits)).flatten()
}

/// `nameserver 10.0.0.1`, unless it is this PC.
fn name_server(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let address = words.next().filter(|word| *word == "nameserver").and_then(|_| words.next())?;
    let plain = address.split('%').next().unwrap_or(address);
    let is_loopback = plain.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    (!is_loopback).then_some(address)
}

/// The addresses of this PC inside the subnets that an interface reaches without a gateway; the
/// subnets themselves when there is none among them.
fn addresses4(name: &str, routes: &[Route4], locals: &[Ipv4Addr]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for route in routes {
        let reaches = route.interface == name && route.flags & ROUTE_UP != 0 && route.mask != 0;
        if !reaches || !route.gateway.is_unspecified() {
            continue;
        }
        let inside = |address: &&Ipv4Addr| {
            address.to_bits() & route.mask == route.destination.to_bits() & route.mask
        };
        let prefix = route.mask.leading_ones();
        let here: Vec<&Ipv4Addr> = locals.iter().filter(inside).collect();
        if here.is_empty() {
            found.push(format!("subnet {}/{prefix}", route.destination));
        }
        found.extend(here.into_iter().map(|address| format!("{address}/{prefix}")));
    }
    // Loopback's subnet stands in no routing table that is printed.
    if name == "lo" {
        found.extend(
            locals
                .iter()
                .filter(|address| address.is_loopback())
                .map(|address| format!("{address}/8")),
        );
    }
    found.dedup();
    found
}

/// `address index prefix scope flags interface` of `if_inet6`.
fn address6(line: &str, name: &str) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let prefix = u8::from_str_radix(fields.get(2)?, 16).ok()?;
    let owned = fields.last() == Some(&name);
    owned.then(|| ipv6(fields.first()?).map(|address| format!("{address}/{prefix}"))).flatten()
}

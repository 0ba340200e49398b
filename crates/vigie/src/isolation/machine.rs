//! Made-up machines for tests: a folder with the files that the kernel would show.

use core::net::Ipv4Addr;
use std::{fs, os::unix::fs::symlink, path::Path};

use tempfile::TempDir;

use super::Surroundings;

/// The heading of `/proc/net/route`.
const ROUTES: &str =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
/// Loopback alone, as the kernel prints it.
const LOOPBACK: &str = "\
Main:
  +-- 127.0.0.0/8 2 0 2
     +-- 127.0.0.0/31 1 0 0
        |-- 127.0.0.0
           /8 host LOCAL
        |-- 127.0.0.1
           /32 host LOCAL
     |-- 127.255.255.255
        /32 link BROADCAST
";

/// A machine.
#[derive(Debug)]
pub struct Machine(TempDir);

impl Machine {
    /// Loopback, no route, no name server.
    pub fn isolated() -> Machine {
        let machine = Machine(tempfile::tempdir().expect("a folder for a test"));
        machine.write("proc/net/route", ROUTES);
        machine.write("proc/net/fib_trie", LOOPBACK);
        let rejected = format!(
            "{0} 00 {0} 00 {0} ffffffff 00000001 00000000 00200200       lo\n",
            "0".repeat(32)
        );
        machine.write("proc/net/ipv6_route", &rejected);
        machine.write("proc/net/if_inet6", &format!("{}1 01 80 10 80       lo\n", "0".repeat(31)));
        machine.write("proc/sys/net/ipv4/ip_forward", "0\n");
        machine.write("proc/sys/net/ipv4/conf/lo/forwarding", "0\n");
        machine.write("proc/sys/net/ipv6/conf/all/forwarding", "0\n");
        machine.write("etc/resolv.conf", "# none\nsearch ward\n");
        machine.write("sys/class/net/lo/flags", "0x9\n");
        machine.write("sys/class/net/lo/carrier", "1\n");
        machine
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Its files.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings::new(self.root())
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a folder above it")).expect("folders");
        fs::write(path, text).expect("written");
    }

    /// Writes at the end of a file.
    pub fn append(&self, path: &str, text: &str) {
        let before = fs::read_to_string(self.root().join(path)).expect("read");
        self.write(path, &(before + text));
    }

    /// Links one path to another.
    pub fn link(&self, path: &str, to: &str) {
        symlink(self.root().join(to), self.root().join(path)).expect("linked");
    }

    /// An interface that is switched on, with `10.0.42.2/24` or no address.
    pub fn interface(&self, name: &str, has_carrier: bool, address: Option<&str>) {
        self.write(&format!("sys/class/net/{name}/flags"), "0x1003\n");
        self.write(
            &format!("sys/class/net/{name}/carrier"),
            if has_carrier { "1\n" } else { "0\n" },
        );
        let Some((address, prefix)) = address.and_then(|address| address.split_once('/')) else {
            return;
        };
        let address: Ipv4Addr = address.parse().expect("an address");
        let prefix: u32 = prefix.parse().expect("a prefix");
        let mask = u32::MAX << (32 - prefix);
        let subnet = Ipv4Addr::from_bits(address.to_bits() & mask);
        self.route(name, subnet, Ipv4Addr::UNSPECIFIED, prefix);
        let leaf = format!("     |-- {address}\n        /32 host LOCAL\n");
        self.append("proc/net/fib_trie", &leaf);
    }

    /// A route of the main table.
    pub fn route(&self, interface: &str, to: Ipv4Addr, gateway: Ipv4Addr, prefix: u32) {
        let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        let word = |address: Ipv4Addr| u32::from_ne_bytes(address.octets());
        let (to, gateway_word) = (word(to), word(gateway));
        let mask = word(Ipv4Addr::from_bits(mask));
        let flags = if gateway.is_unspecified() { 1 } else { 3 };
        let row = format!(
            "{interface}\t{to:08X}\t{gateway_word:08X}\t{flags:04X}\t0\t0\t0\t{mask:08X}\t0\t0\t0\n"
        );
        self.append("proc/net/route", &row);
    }
}

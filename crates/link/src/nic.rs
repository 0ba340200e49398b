//! The interface under a socket: whether it is fit, and sockets bound to it.
//!
//! Nothing leaves the subnet: every socket is bound to the interface (`SO_BINDTODEVICE`, allowed to
//! every user since Linux 5.7) and to our address, its datagrams live for one hop (`IP_TTL` 1), and
//! only addresses of the subnet are peers. The kernel's `SO_DONTROUTE` is left out: no crate offers
//! it without `unsafe`, and one hop on one interface is no less strict.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::{fs, io};

use rustix::{io::Errno, net::netdevice};
use socket2::{Domain, Protocol, Socket, Type};
use vigie_session::Down;

use crate::{Nic, Roots};

/// Subnets with fewer bits are no subnets of a ward: whoever configured them meant the world.
const PREFIX_MIN: u8 = 8;

/// Why nothing can be opened on the interface now; `None` when it is fit.
pub(crate) fn look(nic: &Nic, roots: &Roots) -> Option<(Down, String)> {
    let Nic { interface, address, prefix } = nic;
    if !(PREFIX_MIN..=32).contains(prefix) {
        let text =
            format!("{address}/{prefix} is no subnet: write 8 to 32 bits, such as {address}/24");
        return Some((Down::Refused, text));
    }
    if let Some(text) = no_carrier(interface, roots) {
        return Some((Down::Unplugged, text));
    }
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).ok()?;
    let own = SocketAddrV4::new(*address, 0);
    socket.bind(&own.into()).err().map(|error| (Down::Unplugged, explain(nic, &error, "")))
}

/// Why the interface carries nothing, as far as the system tells.
fn no_carrier(interface: &str, roots: &Roots) -> Option<String> {
    let folder = roots.sys.join("class/net").join(interface);
    let read = |file: &str| Some(fs::read_to_string(folder.join(file)).ok()?.trim().to_owned());
    // In a network namespace of its own a process may still see another one's /sys.
    let index: u32 = read("ifindex")?.parse().ok()?;
    if interface_index(interface).ok()? != index {
        return None;
    }
    let state = read("operstate")?;
    // IFF_UP, linux/if.h.
    let flags = u32::from_str_radix(read("flags")?.trim_start_matches("0x"), 16).ok()?;
    match state.as_str() {
        "up" | "unknown" => None,
        _ if flags & 1 == 0 => {
            Some(format!("interface {interface} is switched off: `ip link set {interface} up`"))
        }
        state => Some(format!(
            "interface {interface} has no carrier ({state}): check its cable and the switch"
        )),
    }
}

fn interface_index(interface: &str) -> Result<u32, Errno> {
    let socket = rustix::net::socket(
        rustix::net::AddressFamily::INET,
        rustix::net::SocketType::DGRAM,
        None,
    )?;
    netdevice::name_to_index(socket, interface)
}

/// A socket that reaches the interface and nothing else, not yet bound to an address.
pub(crate) fn socket(nic: &Nic, kind: Type) -> Result<Socket, String> {
    let protocol = if kind == Type::DGRAM { Protocol::UDP } else { Protocol::TCP };
    let opened = || -> io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, kind, Some(protocol))?;
        socket.set_nonblocking(true)?;
        socket.set_ttl_v4(1)?;
        if kind == Type::DGRAM {
            socket.set_multicast_ttl_v4(0)?;
        }
        Ok(socket)
    };
    let socket = opened().map_err(|error| explain(nic, &error, "open a socket"))?;
    match socket.bind_device(Some(nic.interface.as_bytes())) {
        Ok(()) => Ok(socket),
        // Whatever is bound to a loopback address stays on this PC anyway.
        Err(error)
            if error.kind() == io::ErrorKind::PermissionDenied
                && nic.interface == "lo"
                && nic.address.is_loopback() =>
        {
            Ok(socket)
        }
        Err(error) => Err(explain(nic, &error, "bind to the interface")),
    }
}

/// What an error on the interface means, and what to do.
pub(crate) fn explain(nic: &Nic, error: &io::Error, doing: &str) -> String {
    let Nic { interface, address, prefix } = nic;
    match Errno::from_io_error(error) {
        Some(Errno::NODEV) => format!(
            "there is no network interface {interface}: plug it in, or choose one that `ip addr` shows"
        ),
        Some(Errno::ADDRNOTAVAIL) => format!(
            "{address} is not an address of this PC: `ip addr add {address}/{prefix} dev {interface}`"
        ),
        Some(Errno::ADDRINUSE) => format!(
            "cannot {doing} on {address}: another program has the port (`ss -lnp` shows which); end it"
        ),
        Some(Errno::PERM | Errno::ACCESS) => format!(
            "not permitted to {doing} on {interface}: Linux 5.7 or later lets every user; give CAP_NET_RAW on an older one, and check the firewall"
        ),
        Some(Errno::NETUNREACH | Errno::HOSTUNREACH) => format!(
            "cannot {doing}: the peer does not answer on {interface}; check that it is switched on and on this switch"
        ),
        Some(_) | None => {
            format!("cannot {doing} on {interface} ({address}): {error}; it is tried again")
        }
    }
}

/// Whether an interface never leaves this PC.
pub(crate) fn is_loopback(interface: &str, address: Ipv4Addr, roots: &Roots) -> bool {
    // ARPHRD_LOOPBACK, linux/if_arp.h.
    const LOOPBACK: &str = "772";
    let kind = fs::read_to_string(roots.sys.join("class/net").join(interface).join("type"));
    interface == "lo" || address.is_loopback() || kind.is_ok_and(|kind| kind.trim() == LOOPBACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lo(prefix: u8) -> Nic {
        Nic { interface: "lo".to_owned(), address: Ipv4Addr::LOCALHOST, prefix }
    }

    /// A made-up /sys in which `lo`, which every PC has, is in some state.
    fn sys(state: &str, flags: &str) -> (tempfile::TempDir, Roots) {
        let folder = tempfile::tempdir().expect("a folder");
        let lo = folder.path().join("class/net/lo");
        let index = interface_index("lo").expect("lo");
        fs::create_dir_all(&lo).expect("folders");
        fs::write(lo.join("ifindex"), format!("{index}\n")).expect("a file");
        fs::write(lo.join("operstate"), state).expect("a file");
        fs::write(lo.join("flags"), flags).expect("a file");
        let roots = Roots { sys: folder.path().to_owned(), ..Roots::default() };
        (folder, roots)
    }

    fn text(nic: &Nic, roots: &Roots) -> String {
        look(nic, roots).map(|(_, text)| text).unwrap_or_default()
    }

    #[test]
    fn an_interface_is_fit_or_says_what_it_lacks() {
        let (_folder, up) = sys("unknown\n", "0x9\n");
        assert_eq!(text(&lo(8), &up), "");
        let (_folder, down) = sys("down\n", "0x1002\n");
        assert!(text(&lo(8), &down).contains("ip link set lo up"));
        let (_folder, cable) = sys("down\n", "0x1003\n");
        assert!(text(&lo(8), &cable).contains("check its cable"));
        assert!(text(&lo(0), &up).contains("no subnet"));
        // TEST-NET-1 (RFC 5737): nobody has it.
        let elsewhere = Nic { address: Ipv4Addr::new(192, 0, 2, 77), ..lo(24) };
        assert!(text(&elsewhere, &up).contains("ip addr add 192.0.2.77/24 dev lo"));
    }

    #[test]
    fn an_interface_that_is_not_there_is_named() {
        let nic = Nic { interface: "vigie-none".to_owned(), ..lo(8) };
        let error = socket(&nic, Type::DGRAM).expect_err("no interface");
        assert!(error.contains("no network interface vigie-none"), "{error}");
    }
}

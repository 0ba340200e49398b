//! No way out: one library opens internet sockets and serial ports, and nobody looks up names.

use crate::{Finding, Source, source::Place};

/// The crates that may.
pub const ALLOWED: &[&str] = &[
    "vigie-link",
    "vigie-sim-rig", // devices, not the station: simulated monitors on loopback or a training network
];

/// The files elsewhere that may; each entry is the beginning of a path.
const FILES: &[&str] = &[
    "crates/vigie/src/sandbox/", // asks for sockets in a confined thread, to see each of them refused
    "crates/vigie/tests/program/judges.rs", // other ends, not the station: asks whether it listens
    "crates/vigie/tests/program/strangers.rs", // other ends: gateways and strangers that call it
    "crates/station/benches/common/ward.rs", // devices, not the station: simulated monitors on loopback
];

/// Paths that lead to a socket or a port.
const PATHS: &[&str] = &[
    "tokio::net",
    "mio",
    "socket2",
    "serialport",
    "tokio_serial",
    "rustix::net",
    "nix::sys::socket",
];

/// Words that mean one, whatever the path before them.
const WORDS: &[&str] =
    &["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs", "to_socket_addrs", "lookup_host"];

/// Checks one file of a crate that may not, tests included.
pub fn check(source: &Source) -> Vec<Finding> {
    if FILES.iter().any(|start| source.path.starts_with(start)) {
        return Vec::new();
    }
    let outside = |place: &&Place| {
        let path = PATHS.iter().any(|path| place.starts_with(path));
        path || place.segments().any(|word| WORDS.contains(&word))
    };
    let places = source.paths.iter().filter(outside);
    places
        .map(|place| Finding {
            path: source.path.clone(),
            line: place.line,
            what: format!("`{}` outside vigie-link", place.name),
            remedy: "only vigie-link opens internet sockets and serial ports; take lines from it",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_out_is_found() {
        let bad = [
            "use std::net::TcpStream;",
            "fn a() { std::net::UdpSocket::bind(address); }",
            "use tokio::{net, sync};",
            "fn a() { \"host:80\".to_socket_addrs(); }",
            "use std::net::ToSocketAddrs as _;",
            "fn a() { tokio_serial::new(path, 115_200); }",
        ];
        for text in bad {
            assert_eq!(check(&Source::parse("a.rs", text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn the_self_test_of_the_filters_may_and_its_neighbours_may_not() {
        let text = "use rustix::net::socket;";
        assert_eq!(check(&Source::parse("crates/vigie/src/sandbox/probe.rs", text)), []);
        assert_eq!(check(&Source::parse("crates/vigie/src/doctor/sandbox.rs", text)).len(), 1);
    }

    #[test]
    fn addresses_alone_are_free() {
        let good = "use core::net::{IpAddr, SocketAddr}; use std::net::Ipv4Addr; use tokio::sync::Semaphore;";
        assert_eq!(check(&Source::parse("a.rs", good)), []);
    }
}

//! No way out: one library opens internet sockets and serial ports, and nobody looks up names.

use crate::{Finding, Source, source::Place};

/// The crates that may.
pub const ALLOWED: &[&str] = &["vigie-link"];

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
    fn addresses_alone_are_free() {
        let good = "use core::net::{IpAddr, SocketAddr}; use std::net::Ipv4Addr; use tokio::sync::Semaphore;";
        assert_eq!(check(&Source::parse("a.rs", good)), []);
    }
}

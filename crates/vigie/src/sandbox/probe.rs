//! The filters put to the test: a confined thread asks for what it may not have.
//!
//! No packet leaves: a socket that is opened against expectation is closed at once and reported,
//! and nothing is ever connected or sent. Where the filter cannot be installed nothing is asked.
//! This is the one place outside the links that names sockets of the internet.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::{fs::File, os::fd::AsFd, thread};

use rustix::{
    io::Errno,
    net::{AddressFamily, Protocol, SocketType, bind, ipproto, netlink, socket},
    process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open},
    thread::move_into_link_name_space,
};

use super::{Landlock, TcpPorts};

/// One thing that a confined thread asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// For an engineer: `TCP socket, IPv4`.
    pub what: &'static str,
    /// What the kernel answered.
    pub outcome: Result<(), Errno>,
    /// The answer that the filter gives; `None` where it should let it pass.
    pub expected: Option<Errno>,
}

impl Attempt {
    /// The filter answered as it should. A kernel or a user without the right refuses some of this
    /// too, with another error: then it was not the filter.
    pub fn is_right(&self) -> bool {
        self.outcome.err() == self.expected
    }

    /// `refused (EACCES)`.
    pub fn said(&self) -> String {
        match self.outcome {
            Ok(()) if self.expected.is_some() => "NOT refused".to_owned(),
            Ok(()) => "opens".to_owned(),
            Err(Errno::ACCESS) => "refused (EACCES)".to_owned(),
            Err(Errno::PERM) => "refused (EPERM)".to_owned(),
            Err(other) => format!("refused ({other})"),
        }
    }
}

/// What a self-test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confinement {
    /// In a thread under [`super::no_internet`]: as the window.
    pub window: Result<Vec<Attempt>, String>,
    /// In a thread under the filter of the station, with Landlock and no TCP port allowed.
    pub station: Result<Vec<Attempt>, String>,
    /// The kernel's Landlock.
    pub landlock: Result<Landlock, String>,
}

/// Confines two threads of this process and lets each try. The process itself stays as it is.
pub fn self_test() -> Confinement {
    let window = confined(|| super::no_internet().map(|()| window_attempts()));
    let station = confined(|| {
        super::filter::install(&super::filter::Sockets::StationLinks, super::Reach::Thread)?;
        Ok(station_attempts())
    });
    let landlock = confined(|| {
        super::tcp_ports(&TcpPorts::default()).map(|landlock| (landlock, port_attempt()))
    });
    match landlock {
        Ok((landlock, attempt)) => {
            let held = matches!(landlock, Landlock::Ports(_));
            let station = station.map(|mut attempts| {
                attempts.extend(held.then_some(attempt));
                attempts
            });
            Confinement { window, station, landlock: Ok(landlock) }
        }
        Err(problem) => Confinement { window, station, landlock: Err(problem) },
    }
}

/// Runs something in a thread of its own, so that the filter ends with it.
fn confined<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let thread = thread::Builder::new().name("confined".to_owned()).spawn(work);
    let thread = thread.map_err(|error| format!("no thread for the test: {error}"))?;
    thread.join().unwrap_or_else(|_| Err("the test ended in a panic".to_owned()))
}

/// What a window may not, and may, ask for.
pub(super) fn window_attempts() -> Vec<Attempt> {
    let mut attempts = vec![
        open("TCP socket, IPv4", AddressFamily::INET, SocketType::STREAM, None),
        open("UDP socket, IPv4", AddressFamily::INET, SocketType::DGRAM, None),
        open("TCP socket, IPv6", AddressFamily::INET6, SocketType::STREAM, None),
        open("UDP socket, IPv6", AddressFamily::INET6, SocketType::DGRAM, None),
        open("netlink socket", AddressFamily::NETLINK, SocketType::RAW, None),
    ];
    attempts.extend(never_attempts());
    attempts.push(granted("Unix socket", opened(AddressFamily::UNIX, SocketType::STREAM, None)));
    attempts
}

/// What the station may not, and may, ask for.
pub(super) fn station_attempts() -> Vec<Attempt> {
    let (inet, datagram) = (AddressFamily::INET, SocketType::DGRAM);
    let mut attempts = vec![
        open("TCP socket, IPv6", AddressFamily::INET6, SocketType::STREAM, None),
        open("UDP socket, IPv6", AddressFamily::INET6, datagram, None),
        open("ping socket, IPv4", inet, datagram, Some(ipproto::ICMP)),
        open("MPTCP socket, IPv4", inet, SocketType::STREAM, Some(ipproto::MPTCP)),
        open(
            "netlink socket for the firewall",
            AddressFamily::NETLINK,
            SocketType::RAW,
            Some(netlink::NETFILTER),
        ),
    ];
    attempts.extend(never_attempts());
    attempts.push(granted("UDP socket, IPv4", opened(inet, datagram, None)));
    attempts
        .push(granted("TCP socket, IPv4", opened(inet, SocketType::STREAM, Some(ipproto::TCP))));
    attempts.push(granted("Unix socket", opened(AddressFamily::UNIX, SocketType::STREAM, None)));
    attempts
}

/// What nobody may ask for.
fn never_attempts() -> Vec<Attempt> {
    let attempt = |what, outcome| Attempt { what, outcome, expected: Some(Errno::PERM) };
    vec![
        open("raw socket, IPv4", AddressFamily::INET, SocketType::RAW, Some(ipproto::ICMP)),
        open("packet socket", AddressFamily::PACKET, SocketType::DGRAM, None),
        open("virtual machine socket", AddressFamily::VSOCK, SocketType::STREAM, None),
        attempt("io_uring", io_uring()),
        attempt("another network namespace", network_namespace()),
        attempt("a file of another process", file_of_a_process()),
    ]
}

/// A TCP port that nobody allowed: any that is free, on loopback. Binding sends nothing.
fn port_attempt() -> Attempt {
    let outcome = socket(AddressFamily::INET, SocketType::STREAM, None)
        .and_then(|socket| bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)));
    Attempt {
        what: "TCP port that vigie.toml does not name",
        outcome,
        expected: Some(Errno::ACCESS),
    }
}

fn open(
    what: &'static str,
    family: AddressFamily,
    kind: SocketType,
    protocol: Option<Protocol>,
) -> Attempt {
    Attempt { what, outcome: opened(family, kind, protocol), expected: Some(Errno::ACCESS) }
}

fn opened(
    family: AddressFamily,
    kind: SocketType,
    protocol: Option<Protocol>,
) -> Result<(), Errno> {
    socket(family, kind, protocol).map(drop)
}

fn granted(what: &'static str, outcome: Result<(), Errno>) -> Attempt {
    Attempt { what, outcome, expected: None }
}

fn io_uring() -> Result<(), Errno> {
    io_uring::IoUring::new(2)
        .map(drop)
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
}

/// Its own, so that nothing changes if it is granted.
fn network_namespace() -> Result<(), Errno> {
    let own = File::open("/proc/thread-self/ns/net")
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
    move_into_link_name_space(own.as_fd(), None)
}

/// Standard error of this very process: the kernel allows it unless a filter forbids the call.
fn file_of_a_process() -> Result<(), Errno> {
    let own = pidfd_open(getpid(), PidfdFlags::empty())?;
    pidfd_getfd(own, 2, PidfdGetfdFlags::empty()).map(drop)
}

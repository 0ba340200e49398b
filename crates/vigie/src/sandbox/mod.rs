//! Filters in the kernel: which sockets a process of Vigie can open at all.
//!
//! [`no_internet`] is for window and board, [`station_links`] and [`tcp_ports`] for the station. A
//! filter can never be taken back, and every thread and process that is started afterwards inherits
//! it. What is open already stays open: call these first, before links, threads and runtimes.
//!
//! A refused call is answered with an error, never with the end of the process, because Mesa and
//! winit try sockets that they can do without (udev's netlink). Only a system call of another
//! machine's numbering (32-bit code) ends the process.

mod filter;
mod probe;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use landlock::{
    ABI, Access, AccessNet, LandlockStatus, NetPort, RestrictionStatus, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError,
};
use vigie_config::{Config, PortConfig};

pub use probe::{Attempt, self_test};

/// Whom a filter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The calling thread, and what it starts.
    Thread,
    /// Every thread of the process, and what they start.
    Process,
}

/// From here on the calling thread, and every thread that it starts, opens Unix sockets only: every
/// other family is refused with EACCES. New namespaces, io_uring (which opens sockets past such a
/// filter), tracing and the files of other processes are refused with EPERM.
///
/// The error says what the kernel lacks; nothing is refused then.
pub fn no_internet() -> Result<(), String> {
    filter::install(&filter::Sockets::UnixOnly, Reach::Thread)
}

/// From here on the whole process opens Unix sockets, TCP and UDP over IPv4, and the kernel's own
/// list of addresses (netlink route) only: no IPv6, no raw or packet socket. The rest is as in
/// [`no_internet`].
///
/// Call it before any thread has called [`no_internet`]: the kernel holds all threads to one filter
/// only as long as they have the same.
pub fn station_links() -> Result<(), String> {
    filter::install(&filter::Sockets::StationLinks, Reach::Process)
}

/// The TCP ports of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcpPorts {
    /// Devices' ports, that the station connects to.
    pub connect: BTreeSet<u16>,
    /// Its own ports, that devices connect to.
    pub listen: BTreeSet<u16>,
}

impl TcpPorts {
    /// Those that a configuration names.
    pub fn of(config: &Config) -> TcpPorts {
        let mut ports = TcpPorts::default();
        for (_, port) in config.lines.iter().flat_map(|line| &line.ports) {
            match port {
                PortConfig::TcpTo(peer) => {
                    ports.connect.insert(peer.port());
                }
                PortConfig::TcpListen(port) => {
                    ports.listen.insert(*port);
                }
                PortConfig::Serial { .. }
                | PortConfig::UdpTo(_)
                | PortConfig::UdpSubnet
                | PortConfig::UdpGroup { .. }
                | PortConfig::UnixTo(_) => {}
            }
        }
        ports
    }
}

/// What this kernel's Landlock can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landlock {
    /// TCP ports are held; the version of the interface.
    Ports(i32),
    /// It is there, in a version that knows no network.
    FilesOnly(i32),
    /// It is built into the kernel and switched off.
    Off,
    /// The kernel has none.
    Absent,
}

/// From here on the calling thread, and every thread that it starts, binds and connects TCP on these
/// ports only. Landlock filters ports, not peers, and no UDP; a kernel before Linux 6.7 filters
/// nothing, and the answer says so. A reload that names a new TCP port needs a new process.
pub fn tcp_ports(ports: &TcpPorts) -> Result<Landlock, String> {
    let problem =
        |error: RulesetError| format!("the kernel refused its TCP filter (Landlock): {error}");
    restrict(ports).map(|status| landlock(&status)).map_err(problem)
}

fn restrict(ports: &TcpPorts) -> Result<RestrictionStatus, RulesetError> {
    let rule = |port: &u16, access| Ok(NetPort::new(*port, access));
    // A socket that connects from a given address is bound to port 0 first: any free one.
    let any_free = (!ports.connect.is_empty()).then_some(&0);
    let connect = ports.connect.iter().map(|port| rule(port, AccessNet::ConnectTcp));
    let bind = ports.listen.iter().chain(any_free).map(|port| rule(port, AccessNet::BindTcp));
    Ruleset::default()
        .handle_access(AccessNet::from_all(ABI::V4))?
        .create()?
        .add_rules(connect.chain(bind).collect::<Vec<Result<NetPort, RulesetError>>>())?
        .restrict_self()
}

fn landlock(status: &RestrictionStatus) -> Landlock {
    match status.landlock {
        LandlockStatus::NotEnabled => Landlock::Off,
        LandlockStatus::NotImplemented => Landlock::Absent,
        LandlockStatus::Available { effective_abi, kernel_abi } => {
            let version = kernel_abi.unwrap_or(effective_abi as i32);
            if effective_abi >= ABI::V4 {
                Landlock::Ports(version)
            } else {
                Landlock::FilesOnly(version)
            }
        }
    }
}

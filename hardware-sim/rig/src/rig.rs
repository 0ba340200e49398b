//! [`Rig`]: several beds at once.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;

use tokio::sync::watch;
use tokio::task::LocalSet;
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};
use vigie_session::Line;
use vigie_sim_device::Device;
use vigie_sim_patient::script::Script;

use crate::bed::{Bed, Due};
use crate::cable::Cable;
use crate::log::Log;
use crate::port::{Beacons, Port};
use crate::tcp::Tcp;

/// All that is simulated.
#[derive(Default)]
pub struct RigConfig {
    /// The beds.
    pub beds: Vec<BedConfig>,
    /// What happens when; times count from [`Rig::run`].
    pub script: Script,
    /// Where every value that was sent, and what noise took, is written.
    pub log: Option<PathBuf>,
}

/// One simulated device, and where clients find it.
pub struct BedConfig {
    /// The device's end of its protocol.
    pub device: Box<dyn Device>,
    /// The family's name in a station's configuration.
    pub family: &'static str,
    /// The beds it speaks for; a gateway has several. Acts of a script for one of them reach it.
    pub beds: Vec<Bedside>,
    /// Its ports, in the order of the lines of the session at the other end.
    pub ports: Vec<NamedPort>,
    /// For the noise on its cables.
    pub seed: u64,
    /// This share of messages is lost, from 0 to 1.
    pub loss: f64,
}

/// A bed that a device speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bedside {
    /// Its number.
    pub bed: u16,
    /// What stands on the device.
    pub label: String,
    /// How the station names the device.
    pub device: String,
}

/// A port by the name that it has in a station's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPort {
    /// `main`, or the name of a further line of the family.
    pub name: &'static str,
    /// Where.
    pub port: PortConfig,
}

/// Where a client finds a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortConfig {
    /// UDP at the device's address.
    Udp {
        /// The address.
        address: SocketAddrV4,
        /// Of its network.
        netmask: Ipv4Addr,
        /// Who hears its beacons besides the subnet; on loopback nobody does when nobody is named.
        beacons_to: Option<SocketAddrV4>,
    },
    /// A pty with a link to it.
    Pty {
        /// The link.
        link: PathBuf,
        /// Bits a second.
        baud: u32,
    },
    /// A serial port.
    Serial {
        /// Its path.
        path: PathBuf,
        /// Bits a second.
        baud: u32,
    },
    /// TCP: the device listens here.
    TcpListen(SocketAddrV4),
    /// TCP: the device connects to a station here.
    TcpTo(SocketAddrV4),
}

impl PortConfig {
    pub(crate) fn open(&self) -> io::Result<Port> {
        match self {
            PortConfig::Udp { address, netmask, beacons_to } => {
                let beacons = match beacons_to {
                    Some(target) => Beacons::To(*target),
                    None if address.ip().is_loopback() => Beacons::Nowhere,
                    None => Beacons::Subnet(*netmask),
                };
                Port::udp(*address, beacons)
            }
            PortConfig::Pty { link, .. } => Port::pty(link),
            PortConfig::Serial { path, baud } => Port::serial(path, *baud),
            PortConfig::TcpListen(address) => {
                Tcp::listen(*address).map(|tcp| Port::Tcp(Box::new(tcp)))
            }
            PortConfig::TcpTo(to) => Ok(Port::Tcp(Box::new(Tcp::connect(*to)))),
        }
    }
}

/// The place as a person types it.
impl fmt::Display for PortConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortConfig::Udp { address, .. } => address.fmt(f),
            PortConfig::Pty { link: path, .. } | PortConfig::Serial { path, .. } => {
                path.display().fmt(f)
            }
            PortConfig::TcpListen(address) => write!(f, "tcp {address}"),
            PortConfig::TcpTo(to) => write!(f, "tcp to {to}"),
        }
    }
}

/// Where a device can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The family's name.
    pub family: &'static str,
    /// The beds it speaks for.
    pub beds: Vec<Bedside>,
    /// Its ports.
    pub ports: Vec<NamedPort>,
}

/// Why a rig does not open: what, and the reason.
#[derive(Debug)]
pub struct RigError {
    what: String,
    error: io::Error,
}

impl fmt::Display for RigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.error)
    }
}

impl std::error::Error for RigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Open devices, ready to run.
pub struct Rig {
    beds: Vec<(Vec<u16>, Bed)>,
    opened: Vec<Opened>,
    script: Script,
}

impl fmt::Debug for Rig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rig").field("opened", &self.opened).finish_non_exhaustive()
    }
}

impl Rig {
    /// Opens all ports. To be called inside a tokio runtime with I/O and time.
    ///
    /// # Errors
    /// Names the first port or file that does not open; the ports before it are closed again.
    pub fn open(config: RigConfig) -> Result<Rig, RigError> {
        let log = match &config.log {
            Some(path) => Log::create(path)
                .map_err(|error| RigError { what: path.display().to_string(), error })?,
            None => Log::default(),
        };
        let (mut beds, mut opened) = (Vec::new(), Vec::new());
        for bed in config.beds {
            let (place, open) = open(bed, &log)?;
            beds.push((place.beds.iter().map(|bedside| bedside.bed).collect(), open));
            opened.push(place);
        }
        Ok(Rig { beds, opened, script: config.script })
    }

    /// Where the beds can be found.
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }

    /// Runs all beds on this thread until `stop` is done; then closes all ports and takes the links
    /// away.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let start = BootClock.mono();
        let (tell, told) = watch::channel(false);
        let local = LocalSet::new();
        let mut tasks = Vec::new();
        for (numbers, mut bed) in self.beds {
            bed.set_script(entries_of(&self.script, &numbers, start));
            tasks.push(local.spawn_local(bed.run(told.clone())));
        }
        local
            .run_until(async {
                stop.await;
                let _ = tell.send(true);
                for task in tasks {
                    if let Err(error) = task.await {
                        tracing::error!(%error, "a bed ended by itself");
                    }
                }
            })
            .await;
    }
}

/// What the script does to the beds of one device.
fn entries_of(script: &Script, beds: &[u16], start: MonoTime) -> VecDeque<Due> {
    let is_for_it = |number: Option<u16>| number.is_none_or(|number| beds.contains(&number));
    let mut entries: Vec<Due> = script
        .entries
        .iter()
        .filter(|entry| is_for_it(entry.bed))
        .map(|entry| Due { at: start + entry.at, bed: entry.bed, act: entry.act.clone() })
        .collect();
    entries.sort_by_key(|due| due.at);
    entries.into()
}

fn open(config: BedConfig, log: &Log) -> Result<(Opened, Bed), RigError> {
    let mut cables = Vec::new();
    for (line, named) in (0..).zip(&config.ports) {
        let seed = config.seed.wrapping_add(u64::from(line) << 32);
        let cable = Cable::open(Line(line), named.port.clone(), seed)
            .map_err(|error| RigError { what: named.port.to_string(), error })?;
        cables.push(cable);
    }
    let names = config.beds.iter().map(|bedside| bedside.device.clone()).collect();
    let opened = Opened { family: config.family, beds: config.beds, ports: config.ports };
    Ok((opened, Bed::new(config.device, names, cables, config.loss, log.clone())))
}

//! [`Rig`]: several beds at once.

use core::net::SocketAddrV4;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;

use tokio::sync::watch;
use tokio::task::LocalSet;
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};
use vigie_sim_device::intellivue::{Monitor, MonitorConfig};
use vigie_sim_patient::script::{Act, Script};

use crate::bed::{Bed, Opening};
use crate::log::Log;
use crate::port::{Beacons, Port};

/// All that is simulated.
#[derive(Clone, Debug, Default)]
pub struct RigConfig {
    /// The beds.
    pub beds: Vec<BedConfig>,
    /// What happens when; times count from [`Rig::run`].
    pub script: Script,
    /// Where every value that was sent, and what noise took, is written.
    pub log: Option<PathBuf>,
}

/// One bed.
#[derive(Clone, Debug)]
pub struct BedConfig {
    /// Its monitor. On a network its address is the port's.
    pub monitor: MonitorConfig,
    /// Where a client finds it.
    pub port: PortConfig,
    /// This share of messages is lost, from 0 to 1.
    pub loss: f64,
}

/// Where a client finds a monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortConfig {
    /// UDP at the monitor's address.
    Udp {
        /// Who hears its beacons besides the subnet; on loopback nobody does when nobody is named.
        beacons_to: Option<SocketAddrV4>,
    },
    /// A pty with a link to it.
    Pty {
        /// The link.
        link: PathBuf,
    },
    /// A serial port.
    Serial {
        /// Its path.
        path: PathBuf,
        /// Bits a second.
        baud: u32,
    },
}

/// Where a bed can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Number of the bed.
    pub bed: u16,
    /// What stands on its monitor.
    pub label: String,
    /// How the station names the monitor.
    pub device: String,
    /// Address or path.
    pub place: String,
    /// Whether it is a path.
    pub is_serial: bool,
    /// Bits a second, of a path.
    pub baud: Option<u32>,
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

/// Open beds, ready to run.
#[derive(Debug)]
pub struct Rig {
    beds: Vec<(u16, Bed)>,
    opened: Vec<Opened>,
    script: Script,
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
            beds.push((place.bed, open));
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
        for (number, mut bed) in self.beds {
            bed.set_script(entries_of(&self.script, number, start));
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

/// What the script does to one bed.
fn entries_of(script: &Script, bed: u16, start: MonoTime) -> VecDeque<(MonoTime, Act)> {
    let is_for_it = |number: Option<u16>| number.is_none_or(|number| number == bed);
    let mut entries: Vec<(MonoTime, Act)> = script
        .entries
        .iter()
        .filter(|entry| is_for_it(entry.bed))
        .map(|entry| (start + entry.at, entry.act.clone()))
        .collect();
    entries.sort_by_key(|(at, _)| *at);
    entries.into()
}

fn open(config: BedConfig, log: &Log) -> Result<(Opened, Bed), RigError> {
    let address = config.monitor.address;
    let netmask = config.monitor.netmask;
    let (opening, place, baud) = match config.port {
        PortConfig::Udp { beacons_to } => {
            let beacons = match beacons_to {
                Some(target) => Beacons::To(target),
                None if address.ip().is_loopback() => Beacons::Nowhere,
                None => Beacons::Subnet(netmask),
            };
            (Opening::Udp(beacons), address.to_string(), None)
        }
        PortConfig::Pty { link } => {
            let place = link.display().to_string();
            let baud = match config.monitor.transport {
                vigie_sim_device::intellivue::Transport::Rs232 { baud } => Some(baud),
                vigie_sim_device::intellivue::Transport::Lan { .. } => None,
            };
            (Opening::Pty(link), place, baud)
        }
        PortConfig::Serial { path, baud } => {
            let place = path.display().to_string();
            (Opening::Serial(path, baud), place, Some(baud))
        }
    };
    let opened = Opened {
        bed: config.monitor.bed,
        label: config.monitor.label.clone(),
        device: config.monitor.device_key(),
        is_serial: !matches!(opening, Opening::Udp(_)),
        place,
        baud,
    };
    let seed = config.monitor.seed;
    let monitor = Monitor::new(config.monitor);
    let port: Port =
        opening.open(&monitor).map_err(|error| RigError { what: opened.place.clone(), error })?;
    Ok((opened, Bed::new(monitor, (port, opening), (seed, config.loss), log.clone())))
}

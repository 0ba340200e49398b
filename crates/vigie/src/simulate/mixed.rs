//! `vigie simulate mixed`: twelve beds of four families, as a ward has them.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;

use clap::Args;
use vigie_intellivue::session::DATA_PORT;
use vigie_sim_device::ge_dri;
use vigie_sim_device::hl7::{GatewayConfig, PdsConfig};
use vigie_sim_device::intellivue::{MonitorConfig, Transport};
use vigie_sim_device::puritan_bennett::VentilatorConfig;
use vigie_sim_rig::{BedConfig, PortConfig, RigConfig, families};

use super::rigged;
use crate::terminal::Problem;

/// The first address of simulated monitors; each has its own.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 79, 1);
/// Where the station listens for the gateway: 127.0.0.1, the address of loopback.
const STATION: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Speeds of the lines: GE's fast port and its slow one, the ventilator's two.
const GE_FAST: u32 = 115_200;
const GE_SLOW: u32 = 19_200;
const PARAMETERS: u32 = 38_400;
const WAVES: u32 = 38_400;
/// Port of Mindray's PDS.
const PDS_PORT: u16 = 4_601;

/// Options.
#[derive(Args, Debug)]
pub struct MixedOptions {
    /// Which patients; each number gives other ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// What happens at which bed and when: lines such as `at 30s bed 3 vtach`
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,

    /// Folder for the links to the ptys, bed-1.tty and so on
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    /// Address of the first monitor on the network; the others follow
    #[arg(long, value_name = "A", default_value_t = ADDRESS)]
    address: Ipv4Addr,

    /// Port at which the station listens for the gateway
    #[arg(long, value_name = "P", default_value_t = 2_575)]
    gateway_to: u16,

    /// This share of messages is lost on the way, such as 0.01; over TCP each ends its connection
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = super::share)]
    loss: f64,

    /// Write every value that is sent, and what was lost, to this file
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// End after this many seconds
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
}

/// Simulates until interrupted, or until the time is over.
pub fn run(options: &MixedOptions) -> Result<(), Problem> {
    let script = rigged::script(options.script.as_deref())?;
    rigged::run(
        RigConfig { beds: beds(options), script, log: options.log.clone() },
        options.seconds,
    )
}

/// Three beds of each family; at the first of IntelliVue and of GE a ventilator stands beside the
/// monitor and watches the same patient.
fn beds(options: &MixedOptions) -> Vec<BedConfig> {
    let seed = |bed: u16| options.seed.wrapping_mul(1_000).wrapping_add(u64::from(bed));
    let pty = |name: String, baud| PortConfig::Pty { link: options.dir.join(name), baud };
    let address = |nth: u32| Ipv4Addr::from_bits(options.address.to_bits().wrapping_add(nth));
    let (mut beds, loss) = (Vec::new(), options.loss);
    for bed in 1..=2 {
        let transport = Transport::Rs232 { baud: GE_FAST };
        let port = pty(format!("bed-{bed}.tty"), GE_FAST);
        beds.push(families::intellivue(MonitorConfig::new(bed, seed(bed), transport), port, loss));
    }
    let mut monitor = MonitorConfig::new(3, seed(3), Transport::LAN);
    monitor.address = SocketAddrV4::new(address(0), DATA_PORT);
    let port =
        PortConfig::Udp { address: monitor.address, netmask: monitor.netmask, beacons_to: None };
    beds.push(families::intellivue(monitor, port, loss));
    for (bed, baud) in [(4, GE_FAST), (5, GE_FAST), (6, GE_SLOW)] {
        let monitor = ge_dri::MonitorConfig::new(bed, seed(bed), baud);
        // It is known by its line, and lines are numbered as they are written down.
        let line = format!("sim-{}", beds.len() + 1);
        beds.push(families::ge_dri(monitor, &line, pty(format!("bed-{bed}.tty"), baud), loss));
    }
    let gateway = GatewayConfig::new(1, &[7, 8, 9], seed(7));
    beds.push(families::hl7(gateway, SocketAddrV4::new(STATION, options.gateway_to), loss));
    let mut monitor = PdsConfig::new(10, seed(10));
    monitor.address = address(1);
    beds.push(families::mindray_pds(monitor, PDS_PORT, loss));
    for bed in [11, 12, 1, 4] {
        let parameters = pty(format!("ventilator-{bed}.tty"), PARAMETERS);
        let waves = pty(format!("ventilator-{bed}-waves.tty"), WAVES);
        let ventilator = VentilatorConfig::new(bed, seed(bed));
        beds.push(families::puritan_bennett(ventilator, parameters, Some(waves), loss));
    }
    beds
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use clap::Parser;
    use vigie_board::view::{Freshness, NumericView, Shown, TileView};
    use vigie_intellivue::session::{FRAMING, FRAMING_DATAGRAM, FRAMING_RS232};
    use vigie_session::Setup;
    use vigie_world::{LiveBed, LiveCable, LiveWorld};

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: MixedOptions,
    }

    #[test]
    fn twelve_beds_of_four_families_over_three_kinds_of_lines() {
        let devices = beds(&Line::parse_from(["simulate"]).options);
        let numbers: BTreeSet<u16> =
            devices.iter().flat_map(|device| &device.beds).map(|bedside| bedside.bed).collect();
        assert_eq!(numbers, (1..=12).collect());
        let mut families: BTreeMap<&str, usize> = BTreeMap::new();
        for device in &devices {
            *families.entry(device.family).or_default() += 1;
        }
        let families: Vec<_> = families.into_iter().collect();
        let wanted = [
            ("ge-dri", 3),
            ("hl7", 1),
            ("intellivue", 3),
            ("mindray-pds", 1),
            ("puritan-bennett", 4),
        ];
        assert_eq!(families, wanted);
    }

    #[test]
    fn what_it_prints_is_a_configuration_of_the_station() {
        let devices = beds(&Line::parse_from(["simulate"]).options);
        let opened: Vec<_> = devices
            .into_iter()
            .map(|device| vigie_sim_rig::Opened {
                family: device.family,
                beds: device.beds,
                ports: device.ports,
            })
            .collect();
        let text = super::super::places::text(&opened);
        let (_, toml) = text.split_once("# For vigie.toml").unwrap();
        let toml = toml.split_once('\n').unwrap().1.trim_end().trim_end_matches("ready");
        let file = format!("mode = \"simulation\"\n{toml}");
        let config = vigie_config::Config::parse(&file, vigie_station::catalogue());
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:?} in\n{file}"));
        assert_eq!((config.beds.len(), config.lines.len(), config.devices.len()), (12, 12, 3));
    }

    /// The device with the session that the station would give it, on cables of a virtual world.
    fn in_a_world(device: BedConfig) -> LiveBed {
        let family = vigie_station::catalogue().iter().find(|it| it.name() == device.family);
        let main = &device.ports.first().expect("a port").port;
        let mut options = vec![(FRAMING.to_owned(), FRAMING_DATAGRAM.to_owned())];
        if let PortConfig::Pty { baud, .. } = main {
            let baud = ("baud".to_owned(), baud.to_string());
            options = vec![(FRAMING.to_owned(), FRAMING_RS232.to_owned()), baud];
        }
        if device.family != "intellivue" {
            options.retain(|(name, _)| name != FRAMING);
        }
        let cable = |port: &PortConfig| match port {
            PortConfig::Udp { address, .. } => LiveCable::Udp((*address).into()),
            // With a parity bit, which the fastest of them have.
            PortConfig::Pty { baud, .. } | PortConfig::Serial { baud, .. } => {
                LiveCable::Serial { bytes_per_second: baud / 11 }
            }
            PortConfig::TcpListen(address) => LiveCable::TcpTo((*address).into()),
            PortConfig::TcpTo(address) => LiveCable::TcpListen((*address).into()),
        };
        LiveBed {
            session: family.expect("a family").session(&Setup {
                passive: false,
                seed: device.seed,
                options,
            }),
            cables: device.ports.iter().map(|named| cable(&named.port)).collect(),
            keys: device.beds.iter().map(|bedside| bedside.device.clone()).collect(),
            device: device.device,
        }
    }

    fn is_live(tile: &TileView) -> bool {
        let has_value = |number: &NumericView| {
            number.freshness == Freshness::Live && matches!(number.shown, Shown::Number { .. })
        };
        tile.blocks.iter().flat_map(|block| &block.numerics).any(has_value)
    }

    /// How long the protocols themselves need; what processes and ports add is measured on the program.
    #[test]
    fn every_device_shows_a_live_number_within_ten_seconds() {
        const STEP: Duration = Duration::from_millis(100);
        for seed in 1..=10_u64 {
            let line = ["simulate", "--seed", &seed.to_string()].map(str::to_owned);
            let devices = beds(&Line::parse_from(line).options);
            let families: Vec<&str> = devices
                .iter()
                .flat_map(|device| device.beds.iter().map(|_| device.family))
                .collect();
            let mut world = LiveWorld::new(devices.into_iter().map(in_a_world).collect(), seed);
            let mut live: BTreeMap<usize, Duration> = BTreeMap::new();
            while live.len() < families.len() && world.elapsed() < Duration::from_secs(10) {
                let view = world.run_until(world.elapsed() + STEP);
                for (at, _) in view.tiles.iter().enumerate().filter(|(_, tile)| is_live(tile)) {
                    live.entry(at).or_insert(world.elapsed());
                }
            }
            let late = |at: &usize| !live.contains_key(at);
            let late: Vec<_> =
                (0..families.len()).filter(late).map(|at| (at, families[at])).collect();
            assert_eq!(late, [], "not live after ten seconds, seed {seed}: {live:?}");
        }
    }
}

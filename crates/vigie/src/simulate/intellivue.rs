//! `vigie simulate intellivue`.

use core::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use vigie_clock::{BootClock, local_offset_minutes};
use vigie_intellivue::session::DATA_PORT;
use vigie_intellivue::wire::types::Civil;
use vigie_model::{Clock, WallTime};
use vigie_sim_device::intellivue::{MonitorConfig, Transport};
use vigie_sim_rig::{BedConfig, PortConfig, RigConfig, families};

use super::rigged;
use crate::terminal::Problem;

/// The first address of simulated monitors; each has its own, as in a ward.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 77, 1);
/// More than a ward has, and than a PC simulates with ease.
const BEDS_MAX: i64 = 64;

/// Options.
#[derive(Args, Debug)]
pub struct IntellivueOptions {
    /// On serial lines: ptys with links to them in --dir, or this serial port for one bed. With --udp
    /// the first half of the beds
    // The parser of paths takes no empty one, and that is what stands for "a pty".
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    serial: Option<PathBuf>,

    /// On a network: one address for each bed. With --serial the second half of the beds. Without
    /// either, all of them
    #[arg(long)]
    udp: bool,

    /// How many beds
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=BEDS_MAX))]
    beds: u16,

    /// Which patients; each number gives other ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// What happens at which bed and when: lines such as `at 30s bed 3 vtach`
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,

    /// Folder for the links to the ptys, bed-1.tty and so on
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    /// Address of the first bed; the others follow. One that is not on loopback: all beds share it,
    /// each with its own port
    #[arg(long, value_name = "A", default_value_t = ADDRESS)]
    address: Ipv4Addr,

    /// UDP port of data export, of the first bed
    #[arg(long, value_name = "P", default_value_t = DATA_PORT)]
    port: u16,

    /// Bits a second on serial lines: 19200 or 115200
    #[arg(long, value_name = "B", default_value_t = 115_200, value_parser = baud)]
    baud: u32,

    /// This share of messages is lost on the way, such as 0.01
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = super::share)]
    loss: f64,

    /// Write every value that is sent, and what was lost, to this file
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// Who hears beacons, such as 127.0.0.1:24005; on loopback nobody does otherwise
    #[arg(long, value_name = "ADDR")]
    beacon_to: Option<SocketAddrV4>,

    /// End after this many seconds
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
}

fn baud(text: &str) -> Result<u32, String> {
    match text {
        "19200" => Ok(19_200),
        "115200" => Ok(115_200),
        _ => Err("these monitors speak at 19200 or at 115200".into()),
    }
}

/// Simulates until interrupted, or until the time is over.
pub fn run(options: &IntellivueOptions) -> Result<(), Problem> {
    let script = rigged::script(options.script.as_deref())?;
    let rig = RigConfig { beds: beds(options)?, script, log: options.log.clone() };
    rigged::run(rig, options.seconds)
}

fn beds(options: &IntellivueOptions) -> Result<Vec<BedConfig>, Problem> {
    let serial = match (&options.serial, options.udp) {
        (Some(_), true) => options.beds.div_ceil(2),
        (Some(_), false) => options.beds,
        (None, _) => 0,
    };
    let port = options.serial.as_ref().filter(|port| !port.as_os_str().is_empty());
    if port.is_some() && serial > 1 {
        return Err(Problem::new("one serial port takes one bed; leave --beds away"));
    }
    let now = BootClock.wall();
    let clock = civil(now, local_offset_minutes(now));
    let bed = |number: u16| -> Result<BedConfig, Problem> {
        let is_serial = number <= serial;
        let transport =
            if is_serial { Transport::Rs232 { baud: options.baud } } else { Transport::LAN };
        let seed = options.seed.wrapping_mul(1_000).wrapping_add(u64::from(number));
        let mut monitor = MonitorConfig::new(number, seed, transport);
        monitor.clock = clock;
        if !is_serial {
            monitor.address = address(options, number - serial - 1)?;
        }
        let port = match (is_serial, port) {
            (false, _) => PortConfig::Udp {
                address: monitor.address,
                netmask: monitor.netmask,
                beacons_to: options.beacon_to,
            },
            (true, Some(path)) => PortConfig::Serial { path: path.clone(), baud: options.baud },
            (true, None) => PortConfig::Pty {
                link: options.dir.join(format!("bed-{number}.tty")),
                baud: options.baud,
            },
        };
        Ok(families::intellivue(monitor, port, options.loss))
    };
    (1..=options.beds).map(bed).collect()
}

/// The address of a bed on the network, counted from 0. Every address of 127.0.0.0/8 is this PC; of
/// other networks it has one.
fn address(options: &IntellivueOptions, index: u16) -> Result<SocketAddrV4, Problem> {
    let ip = options.address;
    if ip.is_loopback() {
        let ip = Ipv4Addr::from_bits(ip.to_bits().wrapping_add(u32::from(index)));
        return Ok(SocketAddrV4::new(ip, options.port));
    }
    let port = options.port.checked_add(index);
    let port = port.ok_or_else(|| Problem::new("--port leaves too few ports for so many beds"))?;
    Ok(SocketAddrV4::new(ip, port))
}

/// Date and time of day at a place so many minutes east of Greenwich.
fn civil(wall: WallTime, east_minutes: i32) -> Civil {
    let seconds = wall.as_unix_nanos().div_euclid(1_000_000_000) + i64::from(east_minutes) * 60;
    let start = Civil { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    vigie_sim_device::intellivue::later(start, seconds)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: IntellivueOptions,
    }

    fn beds_of(line: &str) -> Result<Vec<BedConfig>, Problem> {
        beds(&Line::parse_from(["simulate"].into_iter().chain(line.split(' '))).options)
    }

    fn port(bed: &BedConfig) -> &PortConfig {
        &bed.ports[0].port
    }

    #[test]
    fn half_of_the_beds_are_on_ptys_when_both_are_wanted() {
        let beds = beds_of("--serial --udp --beds 3 --dir links").unwrap();
        let link = |number| PortConfig::Pty {
            link: format!("links/bed-{number}.tty").into(),
            baud: 115_200,
        };
        assert_eq!([port(&beds[0]), port(&beds[1])], [&link(1), &link(2)]);
        assert_eq!(port(&beds[2]).to_string(), "127.0.77.1:24105");
        assert_eq!(beds[2].beds[0].device, "intellivue:0253494d0003");
    }

    #[test]
    fn each_bed_has_its_address_on_loopback_and_its_port_elsewhere() {
        let of = |line: &str| port(&beds_of(line).unwrap()[1]).to_string();
        assert_eq!(of("--beds 2"), "127.0.77.2:24105");
        assert_eq!(of("--beds 2 --address 10.0.42.1 --port 24200"), "10.0.42.1:24201");
        assert!(beds_of("--beds 2 --address 10.0.42.1 --port 65535").is_err());
        assert!(beds_of("--serial /dev/ttyUSB0 --beds 2").is_err());
        let one = &beds_of("--serial /dev/ttyUSB0 --baud 19200").unwrap()[0];
        let serial = PortConfig::Serial { path: "/dev/ttyUSB0".into(), baud: 19_200 };
        assert_eq!(port(one), &serial);
    }

    #[test]
    fn the_monitors_clock_is_that_of_the_pc() {
        let wall = WallTime::from_unix_nanos(1_772_323_199 * 1_000_000_000);
        let shown = civil(wall, 60);
        assert_eq!((shown.year, shown.month, shown.day), (2026, 3, 1));
        assert_eq!((shown.hour, shown.minute, shown.second), (0, 59, 59));
    }
}

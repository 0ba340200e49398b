//! Devices of each family, ready for the rig.

use core::net::SocketAddrV4;

use vigie_sim_device::hl7::{Gateway, GatewayConfig, PdsConfig, PdsMonitor};
use vigie_sim_device::intellivue::{Monitor, MonitorConfig};
use vigie_sim_device::puritan_bennett::{Ventilator, VentilatorConfig};
use vigie_sim_device::{Device, ge_dri};

use crate::rig::{BedConfig, Bedside, NamedPort, PortConfig};

/// The main port of a family, which has no name of its own in a configuration.
const MAIN: &str = "main";

/// A Philips IntelliVue monitor at this port.
pub fn intellivue(monitor: MonitorConfig, port: PortConfig, loss: f64) -> BedConfig {
    let bedside =
        Bedside { bed: monitor.bed, label: monitor.label.clone(), device: monitor.device_key() };
    let seed = monitor.seed;
    one("intellivue", Box::new(Monitor::new(monitor)), bedside, main(port), (seed, loss))
}

/// A GE S/5 monitor with its DRI output at this port. It names itself nowhere: the station knows it by
/// its `line`.
pub fn ge_dri(
    monitor: ge_dri::MonitorConfig,
    line: &str,
    port: PortConfig,
    loss: f64,
) -> BedConfig {
    let bed = monitor.bed;
    let bedside = Bedside { bed, label: format!("SIM {bed}"), device: format!("line:{line}") };
    let noise = (monitor.seed, loss);
    one("ge-dri", Box::new(ge_dri::Monitor::new(monitor)), bedside, main(port), noise)
}

/// A Puritan Bennett ventilator with the port of its parameters, and that of its waves if one is wired.
pub fn puritan_bennett(
    ventilator: VentilatorConfig,
    parameters: PortConfig,
    waves: Option<PortConfig>,
    loss: f64,
) -> BedConfig {
    let bedside = Bedside {
        bed: ventilator.bed,
        label: ventilator.label.clone(),
        device: ventilator.device_key(),
    };
    let mut ports = main(parameters);
    ports.extend(waves.map(|port| NamedPort { name: "waves", port }));
    let noise = (ventilator.seed, loss);
    one("puritan-bennett", Box::new(Ventilator::new(ventilator)), bedside, ports, noise)
}

/// A gateway that connects to a station here and speaks HL7 for its beds.
pub fn hl7(gateway: GatewayConfig, station: SocketAddrV4, loss: f64) -> BedConfig {
    let bedside = |(place, bed): (usize, &u16)| Bedside {
        bed: *bed,
        label: format!("SIM {bed}"),
        device: gateway.device_key(place),
    };
    BedConfig {
        beds: gateway.beds.iter().enumerate().map(bedside).collect(),
        family: "hl7",
        ports: main(PortConfig::TcpTo(station)),
        seed: gateway.seed,
        loss,
        device: Box::new(Gateway::new(gateway)),
    }
}

/// A Mindray monitor that answers on this port of its own address.
pub fn mindray_pds(monitor: PdsConfig, port: u16, loss: f64) -> BedConfig {
    let bed = monitor.bed;
    let bedside = Bedside { bed, label: format!("SIM {bed}"), device: monitor.device_key() };
    let ports = main(PortConfig::TcpListen(SocketAddrV4::new(monitor.address, port)));
    let noise = (monitor.seed, loss);
    one("mindray-pds", Box::new(PdsMonitor::new(monitor)), bedside, ports, noise)
}

fn main(port: PortConfig) -> Vec<NamedPort> {
    vec![NamedPort { name: MAIN, port }]
}

fn one(
    family: &'static str,
    device: Box<dyn Device>,
    bedside: Bedside,
    ports: Vec<NamedPort>,
    (seed, loss): (u64, f64),
) -> BedConfig {
    BedConfig { device, family, beds: vec![bedside], ports, seed, loss }
}

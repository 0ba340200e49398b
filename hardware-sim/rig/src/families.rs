//! Devices of each family, ready for the rig.

use vigie_sim_device::intellivue::{Monitor, MonitorConfig};

use crate::rig::{BedConfig, Bedside, NamedPort, PortConfig};

/// The main port of a family.
const MAIN: &str = "main";

/// A Philips IntelliVue monitor at this port.
pub fn intellivue(monitor: MonitorConfig, port: PortConfig, loss: f64) -> BedConfig {
    let bedside =
        Bedside { bed: monitor.bed, label: monitor.label.clone(), device: monitor.device_key() };
    BedConfig {
        seed: monitor.seed,
        device: Box::new(Monitor::new(monitor)),
        family: "intellivue",
        beds: vec![bedside],
        ports: vec![NamedPort { name: MAIN, port }],
        loss,
    }
}

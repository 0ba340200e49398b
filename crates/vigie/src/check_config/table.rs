//! A configuration as tables: what was understood, defaults written out.

use vigie_config::{
    Config, LineConfig, PortConfig, RecordConfig, mac_text, parity_word, serial_name,
};
use vigie_model::{BedId, StationMode};
use vigie_session::{Factory, Line};

/// The option by which a line names its one device (see `vigie_config`).
const MONITOR: &str = "monitor";

/// All of it, a table for each kind.
pub fn render(config: &Config) -> String {
    let network = config.network.as_ref().map_or("none".to_owned(), |network| {
        format!("{} on {}/{}", network.interface, network.address, network.prefix)
    });
    let mode = match config.mode {
        StationMode::Live => "live",
        StationMode::Simulation => "simulation",
        StationMode::Replay => "replay",
        StationMode::Drill => "drill",
    };
    let mut text =
        format!("\nmode      {mode}\nlanguage  {}\nnetwork   {network}\n", config.language.tag());
    text += &format!("record    {}\n", record(&config.record));
    text += &columns(&["BED", "LABEL", "WATCHED BY"], beds(config));
    text += &columns(&["LINE", "PROTOCOL", "PORT", "BED", "SETTINGS"], lines(config));
    text += &columns(&["DEVICE", "BED", "MAC", "ADDRESS"], devices(config));
    text
}

fn record(record: &RecordConfig) -> String {
    /// Keeping and warning do not depend on the disk; sizes do, and are named only as written.
    const ANY_DISK: u64 = 1 << 40;
    let policy = vigie_station::policy(record, ANY_DISK);
    let days = policy.keep.as_secs() / 86_400;
    let mut parts = vec![format!("{days} days"), format!("warned {} before", policy.warn_days)];
    parts.extend(record.segment_mib.map(|mib| format!("segments of {mib} MiB")));
    parts.extend(record.reserve_mib.map(|mib| format!("reserve of {mib} MiB")));
    parts.push(match policy.copy_age_max {
        Some(age) => format!("a copy every {} h", age.as_secs() / 3_600),
        None => "no copies expected".to_owned(),
    });
    parts.extend((!record.copies.is_empty()).then(|| format!("to {}", record.copies.join(", "))));
    parts.join("; ")
}

fn beds(config: &Config) -> Vec<Vec<String>> {
    let watched_by = |id: &BedId| {
        let lines = config.lines.iter().filter(|line| line.bed.as_ref() == Some(id));
        let devices = config.devices.iter().filter(|device| device.bed.as_ref() == Some(id));
        let names: Vec<String> = lines
            .map(|line| line.name.to_string())
            .chain(devices.map(|device| device.key.0.to_string()))
            .collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    };
    let row = |bed: &vigie_model::Bed| {
        vec![bed.id.0.to_string(), bed.label.to_string(), watched_by(&bed.id)]
    };
    config.beds.iter().map(row).collect()
}

fn lines(config: &Config) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in &config.lines {
        let bed = line.bed.as_ref().map(|bed| bed.0.to_string()).unwrap_or_default();
        for (number, port) in &line.ports {
            let port = port_text(line, *number, port);
            rows.push(if *number == Line::MAIN {
                let [name, protocol] = [line.name.to_string(), line.protocol.clone()];
                vec![name, protocol, port, bed.clone(), settings(line)]
            } else {
                let name = format!("  {}", port_name(&line.protocol, *number));
                vec![name, String::new(), port, String::new(), String::new()]
            });
        }
    }
    rows
}

fn devices(config: &Config) -> Vec<Vec<String>> {
    let row = |device: &vigie_config::DeviceConfig| {
        vec![
            device.key.0.to_string(),
            device.bed.as_ref().map(|bed| bed.0.to_string()).unwrap_or_default(),
            device.mac.map(mac_text).unwrap_or_default(),
            device.address.map(|address| address.to_string()).unwrap_or_default(),
        ]
    };
    config.devices.iter().map(row).collect()
}

/// The family's own name of a port besides the main one.
fn port_name(protocol: &str, number: Line) -> String {
    let family: Option<&&dyn Factory> =
        vigie_station::catalogue().iter().find(|family| family.name() == protocol);
    let spec = family.and_then(|family| family.lines().iter().find(|spec| spec.line == number));
    spec.map_or_else(|| number.0.to_string(), |spec| spec.name.to_owned())
}

fn port_text(line: &LineConfig, number: Line, port: &PortConfig) -> String {
    let monitor = line.options.iter().find(|(name, _)| number == Line::MAIN && name == MONITOR);
    match (port, monitor) {
        (PortConfig::Serial { port, baud, parity, stop_bits }, _) => {
            let parity = parity_word(*parity);
            format!("{}, {baud} baud, parity {parity}, stop bits {stop_bits}", serial_name(port))
        }
        (PortConfig::UdpSubnet, Some((_, monitor))) => format!("UDP to {monitor}"),
        (PortConfig::UdpSubnet, None) => "UDP to every device that is heard".to_owned(),
        (PortConfig::UdpTo(peer), _) => format!("UDP to {peer}"),
        (PortConfig::UdpGroup { port, group: Some(group) }, _) => {
            format!("hears UDP port {port}, group {group}")
        }
        (PortConfig::UdpGroup { port, group: None }, _) => format!("hears UDP port {port}"),
        (PortConfig::TcpTo(peer), _) => format!("TCP to {peer}"),
        (PortConfig::TcpListen(port), _) => format!("listens on TCP port {port}"),
        (PortConfig::UnixTo(path), _) => format!("Unix socket {path}"),
    }
}

fn settings(line: &LineConfig) -> String {
    let flags = [(line.passive, "passive"), (line.real, "real")];
    let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name.to_owned());
    let capture = line.capture.as_ref().map(|path| format!("capture {path}"));
    let options = line.options.iter().filter(|(name, _)| name != MONITOR);
    let options = options.map(|(name, value)| format!("{name}={value}"));
    flags.chain(capture).chain(options).collect::<Vec<_>>().join(", ")
}

/// A table with a heading, its columns as wide as what stands in them; nothing when it has no rows.
fn columns(heading: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heading: Vec<String> = heading.iter().map(|word| (*word).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let mut text = String::from("\n");
    for row in &rows {
        let cells = row.iter().enumerate();
        let line: String =
            cells.map(|(column, cell)| format!("{cell:<0$}  ", width(column))).collect();
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../docs/vigie.toml");

    #[test]
    fn the_example_as_tables() {
        let config = Config::parse(EXAMPLE, vigie_station::catalogue()).expect("right");
        let expected = "
mode      live
language  en
network   enp3s0 on 10.0.42.1/24
record    30 days; warned 7 before; a copy every 36 h; to /media/copy-a, /media/copy-b

BED    LABEL        WATCHED BY
icu-1  1            monitor-1
icu-2  2            monitor-2
icu-3  3            intellivue:0009fb0a1b03
icu-4  4 isolation  intellivue:0009fb0a1b04
icu-5  5            intellivue:0009fb0a1b05

LINE       PROTOCOL    PORT                                                       BED    SETTINGS
monitor-1  intellivue  usb-serial:FT4ABC12, 115200 baud, parity none, stop bits 1  icu-1
monitor-2  intellivue  /dev/ttyS0, 19200 baud, parity none, stop bits 1            icu-2
lan        intellivue  UDP to every device that is heard
  beacon               hears UDP port 24005, group 224.0.23.63

DEVICE                   BED    MAC                ADDRESS
intellivue:0009fb0a1b03  icu-3  00:09:fb:0a:1b:03  10.0.42.13
intellivue:0009fb0a1b04  icu-4  00:09:fb:0a:1b:04  10.0.42.14
intellivue:0009fb0a1b05  icu-5
";
        let spaces = |text: &str| -> Vec<Vec<String>> {
            text.lines()
                .map(|line| line.split_whitespace().map(ToOwned::to_owned).collect())
                .collect()
        };
        assert_eq!(spaces(&render(&config)), spaces(expected));
    }

    #[test]
    fn one_monitor_by_its_address_and_what_is_set() {
        let text = "network = { interface = \"enp3s0\", address = \"10.0.42.1/24\" }
[[bed]]
id = \"1\"
[[line]]
name = \"m\"
protocol = \"intellivue\"
udp = \"10.0.42.9\"
passive = true
real = true
capture = \"/var/c\"
ports.beacon = false
options.x = \"y\"
";
        let config = Config::parse(text, vigie_station::catalogue()).expect("right");
        let tables = render(&config);
        assert!(
            tables.ends_with("UDP to 10.0.42.9:24105       passive, real, capture /var/c, x=y\n"),
            "{tables}"
        );
        assert!(tables.contains("\n1    1      nothing\n"), "{tables}");
        assert!(!tables.contains("beacon") && !tables.contains("DEVICE"), "{tables}");
    }
}

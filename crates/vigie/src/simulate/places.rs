//! Where the simulated monitors are, for people and for programs that started them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use vigie_sim_rig::{Bedside, Opened, PortConfig};

use crate::terminal::Problem;

/// What a program waits for that started the simulator.
const READY: &str = "ready";

/// Prints where each bed is, what `vigie.toml` needs for it, and that all are ready.
pub fn print(opened: &[Opened]) -> Result<(), Problem> {
    let text = text(opened);
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever started it does not listen: it simulates all the same.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Problem::new(format!("the places cannot be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}

pub(super) fn text(opened: &[Opened]) -> String {
    let mut text = String::from("SIMULATION: there is no patient; every value is made up\n");
    for one in opened {
        let places: Vec<String> = one.ports.iter().map(|named| named.port.to_string()).collect();
        let places = places.join(", ");
        for Bedside { bed, label, device } in &one.beds {
            // Writing into a text never fails.
            let _ = writeln!(text, "bed {bed} | {label} | {device} | {places}");
        }
    }
    text.push_str("\n# For vigie.toml, with mode = \"simulation\":\n");
    if opened.iter().flat_map(|one| &one.ports).any(|named| is_on_loopback(&named.port)) {
        text.push_str("[network]\ninterface = \"lo\"\naddress = \"127.0.0.1/8\"\n");
    }
    let beds: BTreeSet<u16> =
        opened.iter().flat_map(|one| &one.beds).map(|bedside| bedside.bed).collect();
    for bed in beds {
        let _ = writeln!(text, "[[bed]]\nid = \"sim-{bed}\"\nlabel = \"{bed}\"");
    }
    for (number, one) in (1..).zip(opened) {
        line(&mut text, number, one);
    }
    for one in opened.iter().filter(|one| one.beds.len() > 1) {
        for Bedside { bed, device, .. } in &one.beds {
            let _ = writeln!(text, "[[device]]\nkey = \"{device}\"\nbed = \"sim-{bed}\"");
        }
    }
    let _ = writeln!(text, "\n{READY}");
    text
}

/// What leads to one device.
fn line(text: &mut String, number: usize, one: &Opened) {
    let _ = writeln!(text, "[[line]]\nname = \"sim-{number}\"\nprotocol = \"{}\"", one.family);
    let mut ports = one.ports.iter();
    if let Some(main) = ports.next() {
        place(text, &main.port);
    }
    if let [Bedside { bed, .. }] = one.beds.as_slice() {
        let _ = writeln!(text, "bed = \"sim-{bed}\"");
    }
    for further in ports {
        let _ = writeln!(text, "[line.ports.{}]", further.name);
        place(text, &further.port);
    }
}

fn place(text: &mut String, port: &PortConfig) {
    let _ = match port {
        PortConfig::Udp { address, .. } => {
            let place = address.to_string();
            writeln!(text, "udp = \"{}\"", place.strip_suffix(":24105").unwrap_or(&place))
        }
        PortConfig::Pty { link: path, baud } | PortConfig::Serial { path, baud } => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            writeln!(text, "serial = {:?}\nbaud = {baud}", path.display().to_string())
        }
        PortConfig::TcpListen(address) => writeln!(text, "tcp = \"{address}\""),
        PortConfig::TcpTo(to) => writeln!(text, "tcp = \"listen:{}\"", to.port()),
    };
}

fn is_on_loopback(port: &PortConfig) -> bool {
    match port {
        PortConfig::Udp { address, .. }
        | PortConfig::TcpListen(address)
        | PortConfig::TcpTo(address) => address.ip().is_loopback(),
        PortConfig::Pty { .. } | PortConfig::Serial { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use vigie_sim_rig::NamedPort;

    use super::*;

    fn opened(bed: u16, port: PortConfig) -> Opened {
        let device = format!("intellivue:0253494d{bed:04x}");
        Opened {
            family: "intellivue",
            beds: vec![Bedside { bed, label: format!("SIM {bed}"), device }],
            ports: vec![NamedPort { name: "main", port }],
        }
    }

    fn udp(address: &str) -> PortConfig {
        let address = address.parse().expect("an address");
        PortConfig::Udp { address, netmask: [255, 0, 0, 0].into(), beacons_to: None }
    }

    #[test]
    fn what_vigie_toml_needs_is_understood_by_it() {
        let beds = [
            opened(1, PortConfig::Pty { link: "links/bed-1.tty".into(), baud: 115_200 }),
            opened(2, udp("127.0.77.1:24105")),
            opened(3, udp("127.0.77.2:24200")),
        ];
        let text = text(&beds);
        assert!(text.starts_with("SIMULATION"));
        assert!(text.contains("bed 2 | SIM 2 | intellivue:0253494d0002 | 127.0.77.1:24105\n"));
        assert!(text.ends_with("\nready\n"));
        let (_, toml) = text.split_once("# For vigie.toml").unwrap();
        let toml = toml.split_once('\n').unwrap().1.trim_end().trim_end_matches("ready");
        let file = format!("mode = \"simulation\"\n{toml}");
        let families: [&dyn vigie_session::Factory; 1] =
            [&vigie_intellivue::session::IntellivueFactory];
        let config = vigie_config::Config::parse(&file, &families);
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:?} in\n{file}"));
        assert_eq!((config.beds.len(), config.lines.len()), (3, 3));
    }
}

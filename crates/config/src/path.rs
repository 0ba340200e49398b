//! What a line goes through where it does not say: the interface of the network, or the USB adapter or
//! hub that it shares with another line.
//!
//! Names of ports tell it: nothing is asked of the machine. What no two lines share has no name: a
//! line that is lost alone is a line that is lost.

use std::collections::BTreeMap;

use vigie_model::Text;
use vigie_session::Line;

use crate::{LineConfig, PortConfig, SerialPort, address::Net, port::is_of_network};

/// Fills in what is not said.
pub(crate) fn fill_in(lines: &mut [LineConfig], net: &Net) {
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    for name in lines.iter().flat_map(|line| usb(line).unwrap_or_default()) {
        *shared.entry(name).or_default() += 1;
    }
    for line in lines.iter_mut().filter(|line| line.path.is_none()) {
        line.path = match (main(line), net) {
            (Some(port), Net::Given(network)) if is_of_network(port) => {
                Some(Text::from(network.interface.as_str()))
            }
            _ => {
                let names = usb(line).unwrap_or_default().into_iter();
                let mut names =
                    names.filter(|name| shared.get(name).is_some_and(|lines| *lines > 1));
                names.next().map(Text::from)
            }
        };
    }
}

fn main(line: &LineConfig) -> Option<&PortConfig> {
    line.ports.iter().find(|(number, _)| *number == Line::MAIN).map(|(_, port)| port)
}

/// The adapter that a serial port is part of, and the hub that the adapter is in, as far as its name
/// tells: the nearest first.
fn usb(line: &LineConfig) -> Option<Vec<String>> {
    let Some(PortConfig::Serial { port, .. }) = main(line) else { return None };
    let device = match port {
        // A serial number is that of one port of ours: a line shares it with no other.
        SerialPort::UsbSerial(_) => return None,
        // `1-1.4:1.0`: bus, sockets from hub to hub; configuration and interface.
        SerialPort::UsbPath(path) => path.split_once(':')?.0.to_owned(),
        SerialPort::Path(path) => {
            if let Some(name) = path.strip_prefix("/dev/serial/by-id/") {
                // `usb-FTDI_Quad_RS232-HS_FT4X1-if02-port0`: one adapter, several interfaces.
                let (adapter, _) = name.rsplit_once("-if")?;
                return Some(vec![adapter.to_owned()]);
            }
            // `pci-0000:00:14.0-usb-0:1.4:1.0-port0`: of a controller, sockets as above.
            let name = path.strip_prefix("/dev/serial/by-path/")?;
            let (controller, rest) = name.rsplit_once("-usb-0:")?;
            format!("{controller} {}", rest.split_once(':')?.0)
        }
    };
    let hub = device.rsplit_once('.').map(|(hub, _)| format!("USB hub {hub}"));
    Some([format!("USB {device}")].into_iter().chain(hub).collect())
}

#[cfg(test)]
mod tests {
    use vigie_session::Parity;

    use super::*;

    fn line(port: SerialPort) -> LineConfig {
        let port = PortConfig::Serial { port, baud: 1, parity: Parity::None, stop_bits: 1 };
        LineConfig {
            name: Text::from("x"),
            protocol: String::new(),
            passive: false,
            real: false,
            bed: None,
            ports: vec![(Line::MAIN, port)],
            options: Vec::new(),
            capture: None,
            path: None,
        }
    }

    fn paths(ports: &[SerialPort]) -> Vec<Option<String>> {
        let mut lines: Vec<LineConfig> = ports.iter().cloned().map(line).collect();
        fill_in(&mut lines, &Net::Absent);
        lines.into_iter().map(|line| line.path.map(|path| path.to_string())).collect()
    }

    #[test]
    fn ports_of_one_adapter_and_adapters_of_one_hub_share_a_path() {
        let socket = |path: &str| SerialPort::UsbPath(path.into());
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(paths(&[socket("1-1.4:1.0"), socket("2-1:1.0")]), [None, None]);
        assert_eq!(
            paths(&[
                socket("1-1.4:1.0"),
                socket("1-1.4:1.1"),
                socket("1-1.3:1.0"),
                socket("1-2:1.0")
            ]),
            [some("USB 1-1.4"), some("USB 1-1.4"), some("USB hub 1-1"), None]
        );
        let path = |path: &str| SerialPort::Path(path.into());
        let quad = |interface: u8| {
            path(&format!("/dev/serial/by-id/usb-FTDI_Quad_FT4-if0{interface}-port0"))
        };
        assert_eq!(
            paths(&[quad(0), quad(1), path("/dev/ttyS0"), path("/dev/ttyS1")]),
            [some("usb-FTDI_Quad_FT4"), some("usb-FTDI_Quad_FT4"), None, None]
        );
        let by_path =
            |sockets: &str| path(&format!("/dev/serial/by-path/pci-0000:00:14.0-usb-0:{sockets}"));
        assert_eq!(
            paths(&[by_path("1.4:1.0-port0"), by_path("1.2:1.0-port0")]),
            [some("USB hub pci-0000:00:14.0 1"), some("USB hub pci-0000:00:14.0 1")]
        );
        let serial = || SerialPort::UsbSerial("FT4".into());
        assert_eq!(paths(&[serial(), serial()]), [None, None]);
    }
}

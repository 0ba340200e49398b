//! Serial ports: which there are, and whether this user may open them.

use std::path::PathBuf;

use rustix::fs::{Access, access};
use vigie_config::{Config, PortConfig, SerialPort};

use super::check::Check;
use crate::isolation::Surroundings;

const NAME: &str = "serial ports";

/// A serial port of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Port {
    name: String,
    usb_serial: Option<String>,
    product: Option<String>,
}

/// One check a port; one more for each port of the configuration that is not there.
pub fn checks(here: &Surroundings, config: Option<&Config>) -> Vec<Check> {
    let ports = ports(here);
    let mut checks: Vec<Check> = ports.iter().map(|port| openable(here, port)).collect();
    if ports.is_empty() {
        checks
            .push(Check::ok(NAME, "none in this PC; USB adapters appear when they are plugged in"));
    }
    checks.extend(missing(here, config, &ports));
    checks
}

/// Serial ports behind which there is hardware. The kernel lists `ttyS0` to `ttyS31` whether they
/// are wired or not; the type of one that is not is 0, unknown (`include/uapi/linux/serial.h`,
/// `PORT_UNKNOWN`).
fn ports(here: &Surroundings) -> Vec<Port> {
    let names = here.names("sys/class/tty").unwrap_or_default();
    let wired = |name: &String| {
        let usb = name.starts_with("ttyUSB") || name.starts_with("ttyACM");
        let kind = here.word(&format!("sys/class/tty/{name}/type"));
        usb || (name.starts_with("ttyS") && !matches!(kind.as_str(), "" | "0"))
    };
    let port = |name: String| Port {
        usb_serial: usb_property(here, &name, "serial"),
        product: usb_property(here, &name, "product"),
        name,
    };
    names.into_iter().filter(wired).map(port).collect()
}

/// A property of the USB device above a port: one or two folders above its interface.
fn usb_property(here: &Surroundings, name: &str, property: &str) -> Option<String> {
    let device = format!("sys/class/tty/{name}/device");
    ["..", "../.."]
        .iter()
        .map(|up| here.word(&format!("{device}/{up}/{property}")))
        .find(|word| !word.is_empty())
}

fn openable(here: &Surroundings, port: &Port) -> Check {
    let path = here.path(&format!("dev/{}", port.name));
    let product = port.product.as_ref().map(|product| format!(", {product}")).unwrap_or_default();
    let serial = port.usb_serial.as_ref().map(|serial| format!(", usb-serial:{serial}"));
    let named = format!("/dev/{}{product}{}", port.name, serial.unwrap_or_default());
    if !path.exists() {
        let remedy = "plug the adapter in again; in a container pass the device through";
        Check::warning(NAME, format!("{named}: there is no device file"), remedy)
    } else if access(&path, Access::READ_OK | Access::WRITE_OK).is_err() {
        let remedy = "`sudo adduser $USER dialout` (Fedora: `sudo usermod -aG dialout $USER`), then log in again";
        Check::bad(NAME, format!("{named}: this user may not open it"), remedy)
    } else {
        Check::ok(NAME, format!("{named}: can be opened"))
    }
}

fn missing(here: &Surroundings, config: Option<&Config>, ports: &[Port]) -> Vec<Check> {
    let mut checks = Vec::new();
    for line in config.iter().flat_map(|config| &config.lines) {
        for (_, port) in &line.ports {
            let PortConfig::Serial { port, .. } = port else { continue };
            let (there, wanted) = match port {
                SerialPort::Path(path) => (here.path(path).exists(), path.clone()),
                SerialPort::UsbSerial(serial) => {
                    let there = ports.iter().any(|port| port.usb_serial.as_ref() == Some(serial));
                    (there, format!("usb-serial:{serial}"))
                }
                SerialPort::UsbPath(place) => {
                    let folder: PathBuf = here.path(&format!("sys/bus/usb/devices/{place}"));
                    (folder.exists(), format!("usb-path:{place}"))
                }
            };
            if !there {
                let what = format!("line {}: {wanted} is not there", line.name);
                checks.push(Check::bad(
                    NAME,
                    what,
                    "plug the adapter in, or correct the line in vigie.toml",
                ));
            }
        }
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{doctor::check::State, isolation::machine::Machine};

    #[test]
    fn wired_ports_and_adapters_are_listed_and_the_rest_is_not() {
        let machine = Machine::isolated();
        machine.write("sys/class/tty/ttyS0/type", "4\n");
        machine.write("sys/class/tty/ttyS1/type", "0\n");
        machine.write("sys/class/tty/tty1/dev", "4:1\n");
        machine.write("sys/class/tty/ttyACM0/dev", "166:0\n");
        machine.write("dev/ttyS0", "");
        let checks = checks(&machine.surroundings(), None);
        let found: Vec<(State, &str)> =
            checks.iter().map(|check| (check.state, check.what.as_str())).collect();
        let expected = [
            (State::Warning, "/dev/ttyACM0: there is no device file"),
            (State::Ok, "/dev/ttyS0: can be opened"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_adapter_is_named_by_what_outlives_unplugging() {
        let machine = Machine::isolated();
        let usb = "sys/devices/usb1/1-1";
        machine.write(&format!("{usb}/serial"), "FT4ABC12\n");
        machine.write(&format!("{usb}/product"), "USB-RS232 Cable\n");
        machine.write(&format!("{usb}/1-1:1.0/ttyUSB0/port_number"), "0\n");
        machine.write("sys/class/tty/ttyUSB0/dev", "188:0\n");
        machine.link("sys/class/tty/ttyUSB0/device", &format!("{usb}/1-1:1.0/ttyUSB0"));
        machine.write("dev/ttyUSB0", "");
        let checks = checks(&machine.surroundings(), None);
        assert_eq!(
            checks[0].what,
            "/dev/ttyUSB0, USB-RS232 Cable, usb-serial:FT4ABC12: can be opened"
        );
    }
}

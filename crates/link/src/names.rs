//! Serial ports of this PC and names of them that outlive unplugging.
//!
//! The kernel numbers adapters in the order it meets them, so that `/dev/ttyUSB0` may be another bed
//! after a restart. What lasts stands in `/sys/class/tty/*/device`: above it lies the USB interface
//! (`bInterfaceNumber`, its folder is called `1-1.4:1.0` after the socket), and above that the
//! adapter (`idVendor`, `serial`, `product`).

use std::{
    fs,
    path::{Path, PathBuf},
};

use rustix::fs::{Access, access};

use crate::{Roots, SerialName};

/// Ports that are looked at: a PC with more has another trouble.
const PORTS_MAX: usize = 1_024;

/// A serial port of this PC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialInfo {
    /// Its device file, such as `/dev/ttyUSB0`.
    pub path: PathBuf,
    /// The name by serial number for [`SerialName::UsbSerial`]; `None` when the adapter has no
    /// serial number, or shares it with another one that is plugged in.
    pub usb_serial: Option<String>,
    /// The name by socket for [`SerialName::UsbPath`]; `None` when it is no USB adapter.
    pub usb_path: Option<String>,
    /// What the adapter calls itself, maker and product.
    pub product: Option<String>,
    /// Vendor and product number, such as `0403:6001`.
    pub usb_id: Option<String>,
    /// Why this user may not open it, and what to do; `None` when the user may.
    pub denied: Option<String>,
}

/// A port as `/sys` tells it.
#[derive(Clone, Debug)]
struct Found {
    path: PathBuf,
    usb: Option<Usb>,
}

#[derive(Clone, Debug)]
struct Usb {
    /// The adapter's folder: tells adapters with equal serial numbers apart.
    adapter: PathBuf,
    serial: Option<String>,
    product: Option<String>,
    id: Option<String>,
    /// Folder name of the interface, `1-1.4:1.0`.
    interface: String,
    interface_number: u32,
    /// Several ports at one interface are numbered by the driver.
    port_number: u32,
}

/// The serial ports of this PC, by name.
pub fn serial_ports() -> Vec<SerialInfo> {
    serial_ports_in(&Roots::default())
}

/// The same in a made-up tree.
pub fn serial_ports_in(roots: &Roots) -> Vec<SerialInfo> {
    let all = find(roots);
    all.iter()
        .map(|found| {
            let usb_serial = found.usb.as_ref().and_then(|usb| {
                let name = serial_name(usb, &all)?;
                by_serial(&name, &all).ok().map(|_| name)
            });
            SerialInfo {
                path: found.path.clone(),
                usb_serial,
                usb_path: found.usb.as_ref().map(|usb| socket_name(usb, &all)),
                product: found.usb.as_ref().and_then(|usb| usb.product.clone()),
                usb_id: found.usb.as_ref().and_then(|usb| usb.id.clone()),
                denied: denied(&found.path),
            }
        })
        .collect()
}

/// Why this user may not open a port, and what to do.
pub(crate) fn denied(path: &Path) -> Option<String> {
    let group = group_of(path).unwrap_or_else(|| "dialout".to_owned());
    access(path, Access::READ_OK | Access::WRITE_OK).is_err().then(|| {
        format!(
            "this user may not open {}: `sudo usermod -aG {group} $USER`, then log in again",
            path.display()
        )
    })
}

/// The group that owns a file.
fn group_of(path: &Path) -> Option<String> {
    let id = rustix::fs::stat(path).ok()?.st_gid.to_string();
    let groups = fs::read_to_string("/etc/group").ok()?;
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number == id && name != "root").then(|| name.to_owned())
    })
}

/// The device file of a serial port; otherwise why there is none, and what to do.
pub fn resolve(name: &SerialName, roots: &Roots) -> Result<PathBuf, String> {
    match name {
        SerialName::Path(path) if fs::metadata(path).is_ok() => Ok(path.clone()),
        SerialName::Path(path) => Err(format!(
            "{} does not exist: plug the adapter in; {}",
            path.display(),
            there_are(roots)
        )),
        SerialName::UsbSerial(serial) => {
            by_serial(serial, &find(roots)).map_err(|why| format!("{why}; {}", there_are(roots)))
        }
        SerialName::UsbPath(socket) => {
            by_socket(socket, &find(roots)).map_err(|why| format!("{why}; {}", there_are(roots)))
        }
    }
}

/// The ports there are, as they are written in the configuration.
fn there_are(roots: &Roots) -> String {
    let names: Vec<String> = serial_ports_in(roots)
        .into_iter()
        .take(8)
        .map(|port| {
            let path = port.path.display().to_string();
            match port.usb_serial.or(port.usb_path) {
                Some(name) => format!("{path} ({name})"),
                None => path,
            }
        })
        .collect();
    if names.is_empty() {
        "there is no serial port on this PC".to_owned()
    } else {
        format!("there are: {}", names.join(", "))
    }
}

fn by_serial(name: &str, all: &[Found]) -> Result<PathBuf, String> {
    let same = |found: &&Found| {
        found.usb.as_ref().is_some_and(|usb| {
            usb.serial.as_deref() == Some(name) || serial_name(usb, all).as_deref() == Some(name)
        })
    };
    let found: Vec<&Found> = all.iter().filter(same).collect();
    match found.as_slice() {
        [] => Err(format!("no USB adapter with serial number {name} is plugged in")),
        [one] => Ok(one.path.clone()),
        [first, rest @ ..] => {
            let adapter = |found: &Found| found.usb.as_ref().map(|usb| usb.adapter.clone());
            let names = |of: fn(&Usb, &[Found]) -> Option<String>| {
                let names = found.iter().filter_map(|found| of(found.usb.as_ref()?, all));
                names.collect::<Vec<String>>().join(" or ")
            };
            if rest.iter().all(|other| adapter(other) == adapter(first)) {
                let names = names(serial_name);
                return Err(format!("adapter {name} has several ports: write {names}"));
            }
            let names = names(|usb, all| Some(socket_name(usb, all)));
            Err(format!(
                "several adapters have serial number {name}: name them by their USB socket, {names}"
            ))
        }
    }
}

fn by_socket(name: &str, all: &[Found]) -> Result<PathBuf, String> {
    let same = |found: &&Found| {
        found.usb.as_ref().is_some_and(|usb| usb.interface == name || socket_name(usb, all) == name)
    };
    let found: Vec<&Found> = all.iter().filter(same).collect();
    match found.as_slice() {
        [] => Err(format!("no serial adapter is in USB socket {name}")),
        [one] => Ok(one.path.clone()),
        [..] => {
            let names =
                found.iter().filter_map(|found| Some(socket_name(found.usb.as_ref()?, all)));
            let names = names.collect::<Vec<String>>().join(" or ");
            Err(format!("the adapter in USB socket {name} has several ports: write {names}"))
        }
    }
}

/// `1-1.4:1.0`, and `#1` behind it where the interface has several ports.
fn socket_name(usb: &Usb, all: &[Found]) -> String {
    let is_shared = all
        .iter()
        .filter_map(|found| found.usb.as_ref())
        .any(|other| other.interface == usb.interface && other.port_number != usb.port_number);
    match is_shared {
        true => format!("{}#{}", usb.interface, usb.port_number),
        false => usb.interface.clone(),
    }
}

/// The serial number, and behind it where the adapter has several ports `#1` for the port at
/// interface 1, or `#1.2` for port 2 of several at that interface.
fn serial_name(usb: &Usb, all: &[Found]) -> Option<String> {
    let serial = usb.serial.as_deref()?;
    let of_adapter = || {
        all.iter()
            .filter_map(|found| found.usb.as_ref())
            .filter(|other| other.adapter == usb.adapter)
    };
    let at_interface = of_adapter().filter(|other| other.interface == usb.interface).count();
    Some(if of_adapter().count() <= 1 {
        serial.to_owned()
    } else if at_interface <= 1 {
        format!("{serial}#{}", usb.interface_number)
    } else {
        format!("{serial}#{}.{}", usb.interface_number, usb.port_number)
    })
}

/// All ports that have a device behind them, by name.
fn find(roots: &Roots) -> Vec<Found> {
    let Ok(entries) = fs::read_dir(roots.sys.join("class/tty")) else { return Vec::new() };
    let mut all: Vec<Found> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            // Consoles and ptys have no device.
            let device = fs::canonicalize(entry.path().join("device")).ok()?;
            // Of the PC's own ports those without a chip have type 0 (PORT_UNKNOWN, linux/serial.h).
            if read(&entry.path().join("type")).as_deref() == Some("0") {
                return None;
            }
            let usb = usb_of(&device);
            Some(Found { path: roots.dev.join(entry.file_name()), usb })
        })
        .take(PORTS_MAX)
        .collect();
    all.sort_by_key(|found| natural(&found.path));
    all
}

/// So that `ttyUSB10` stands behind `ttyUSB9`.
fn natural(path: &Path) -> (String, u64) {
    let name = path.to_string_lossy();
    let letters = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = name.get(letters.len()..).and_then(|digits| digits.parse().ok());
    (letters.to_owned(), number.unwrap_or(0))
}

fn usb_of(device: &Path) -> Option<Usb> {
    let interface = device.ancestors().find(|folder| folder.join("bInterfaceNumber").exists())?;
    let adapter = interface.parent()?;
    let vendor = read(&adapter.join("idVendor"))?;
    let model = read(&adapter.join("idProduct"));
    let words: Vec<String> =
        ["manufacturer", "product"].iter().filter_map(|file| read(&adapter.join(file))).collect();
    Some(Usb {
        serial: read(&adapter.join("serial")),
        product: (!words.is_empty()).then(|| words.join(" ")),
        id: model.map(|model| format!("{vendor}:{model}")),
        interface: interface.file_name()?.to_str()?.to_owned(),
        // In hex (drivers/usb/core/sysfs.c).
        interface_number: u32::from_str_radix(&read(&interface.join("bInterfaceNumber"))?, 16)
            .ok()?,
        port_number: read(&device.join("port_number")).and_then(|it| it.parse().ok()).unwrap_or(0),
        adapter: adapter.to_owned(),
    })
}

/// A line of `/sys`; `None` when there is nothing in it.
fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let text: String = text.trim().chars().filter(|letter| !letter.is_control()).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;

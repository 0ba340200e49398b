//! Names of serial ports on made-up trees.

use std::{fs, os::unix::fs::symlink};

use super::*;

/// A PC with ports as `/sys` shows them.
struct Pc {
    folder: tempfile::TempDir,
    roots: Roots,
}

impl Pc {
    fn new() -> Pc {
        let folder = tempfile::tempdir().expect("a folder");
        let roots = Roots {
            sys: folder.path().join("sys"),
            dev: folder.path().join("dev"),
            ..Roots::default()
        };
        fs::create_dir_all(roots.sys.join("class/tty")).expect("folders");
        fs::create_dir_all(&roots.dev).expect("folders");
        Pc { folder, roots }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.roots.sys.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, format!("{text}\n")).expect("a file");
    }

    /// `class/tty/NAME/device` leads to `device`.
    fn tty(&self, name: &str, device: &str) {
        let entry = self.roots.sys.join("class/tty").join(name);
        fs::create_dir_all(&entry).expect("folders");
        fs::create_dir_all(self.roots.sys.join(device)).expect("folders");
        symlink(self.roots.sys.join(device), entry.join("device")).expect("a link");
        fs::write(self.roots.dev.join(name), "").expect("a file");
    }

    fn adapter(&self, socket: &str, serial: Option<&str>) {
        let folder = format!("devices/usb1/{socket}");
        self.write(&format!("{folder}/idVendor"), "0403");
        self.write(&format!("{folder}/idProduct"), "6001");
        self.write(&format!("{folder}/manufacturer"), "FTDI");
        self.write(&format!("{folder}/product"), "FT232R USB UART");
        if let Some(serial) = serial {
            self.write(&format!("{folder}/serial"), serial);
        }
    }

    /// A `ttyUSB`: between interface and tty lies the port of the usb-serial driver.
    fn usb(&self, name: &str, socket: &str, interface: u32, port: u32) {
        let folder = format!("devices/usb1/{socket}/{socket}:1.{interface}");
        self.write(&format!("{folder}/bInterfaceNumber"), &format!("{interface:02x}"));
        self.write(&format!("{folder}/{name}/port_number"), &port.to_string());
        self.tty(name, &format!("{folder}/{name}"));
    }

    /// A `ttyACM`: its device is the interface itself.
    fn acm(&self, name: &str, socket: &str, interface: u32) {
        let folder = format!("devices/usb1/{socket}/{socket}:1.{interface}");
        self.write(&format!("{folder}/bInterfaceNumber"), &format!("{interface:02x}"));
        self.tty(name, &folder);
    }

    fn serial(&self, name: &str) -> Result<String, String> {
        self.resolve(&SerialName::UsbSerial(name.to_owned()))
    }

    fn socket(&self, name: &str) -> Result<String, String> {
        self.resolve(&SerialName::UsbPath(name.to_owned()))
    }

    fn resolve(&self, name: &SerialName) -> Result<String, String> {
        let path = resolve(name, &self.roots)?;
        let name = path.strip_prefix(&self.roots.dev).expect("in /dev");
        Ok(name.to_string_lossy().into_owned())
    }

    fn listed(&self) -> Vec<(String, Option<String>, Option<String>)> {
        serial_ports_in(&self.roots)
            .into_iter()
            .map(|port| {
                let name = port.path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, port.usb_serial, port.usb_path)
            })
            .collect()
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn adapters_are_found_by_serial_number_and_by_socket() {
    let pc = Pc::new();
    pc.adapter("1-1.4", Some("A50285BI"));
    pc.usb("ttyUSB1", "1-1.4", 0, 0);
    pc.adapter("1-2", Some("7533131"));
    pc.acm("ttyACM0", "1-2", 0);
    assert_eq!(pc.serial("A50285BI"), Ok("ttyUSB1".to_owned()));
    assert_eq!(pc.serial("7533131"), Ok("ttyACM0".to_owned()));
    assert_eq!(pc.socket("1-1.4:1.0"), Ok("ttyUSB1".to_owned()));
    let error = pc.serial("A50285BX").expect_err("not there");
    assert!(error.contains("no USB adapter with serial number A50285BX"), "{error}");
    assert!(error.contains("ttyACM0 (7533131)"), "{error}");
    let error = pc.socket("1-3:1.0").expect_err("not there");
    assert!(error.contains("no serial adapter is in USB socket 1-3:1.0"), "{error}");
}

#[test]
fn an_adapter_without_serial_number_goes_by_its_socket() {
    let pc = Pc::new();
    pc.adapter("1-1", None);
    pc.usb("ttyUSB0", "1-1", 0, 0);
    assert_eq!(pc.listed(), [("ttyUSB0".to_owned(), None, some("1-1:1.0"))]);
    assert!(pc.serial("").is_err(), "no name is nobody's name");
}

#[test]
fn equal_serial_numbers_are_refused_with_the_sockets() {
    let pc = Pc::new();
    for (name, socket) in [("ttyUSB0", "1-1"), ("ttyUSB1", "1-2")] {
        pc.adapter(socket, Some("0001"));
        pc.usb(name, socket, 0, 0);
    }
    let error = pc.serial("0001").expect_err("two adapters");
    assert!(error.contains("several adapters have serial number 0001"), "{error}");
    assert!(error.contains("1-1:1.0 or 1-2:1.0"), "{error}");
    assert_eq!(
        pc.listed(),
        [
            ("ttyUSB0".to_owned(), None, some("1-1:1.0")),
            ("ttyUSB1".to_owned(), None, some("1-2:1.0")),
        ]
    );
}

#[test]
fn the_ports_of_one_adapter_have_a_number_behind_the_name() {
    let pc = Pc::new();
    pc.adapter("1-1", Some("FT2232"));
    pc.usb("ttyUSB0", "1-1", 0, 0);
    pc.usb("ttyUSB1", "1-1", 1, 0);
    let error = pc.serial("FT2232").expect_err("two ports");
    assert!(error.contains("several ports: write FT2232#0 or FT2232#1"), "{error}");
    assert_eq!(pc.serial("FT2232#1"), Ok("ttyUSB1".to_owned()));
    assert_eq!(pc.socket("1-1:1.1"), Ok("ttyUSB1".to_owned()));
}

#[test]
fn several_ports_at_one_interface_are_told_apart() {
    let pc = Pc::new();
    pc.adapter("1-1", Some("QUAD"));
    for port in 0..4 {
        pc.usb(&format!("ttyUSB{port}"), "1-1", 0, port);
    }
    assert_eq!(pc.serial("QUAD#0.2"), Ok("ttyUSB2".to_owned()));
    assert_eq!(pc.socket("1-1:1.0#3"), Ok("ttyUSB3".to_owned()));
    let error = pc.socket("1-1:1.0").expect_err("four ports");
    assert!(error.contains("1-1:1.0#0 or 1-1:1.0#1"), "{error}");
}

#[test]
fn what_is_listed_is_what_has_a_device_behind_it() {
    let pc = Pc::new();
    pc.tty("ttyS0", "devices/pnp0/00:04");
    pc.write("class/tty/ttyS0/type", "4");
    pc.tty("ttyS1", "devices/platform/serial8250");
    pc.write("class/tty/ttyS1/type", "0");
    fs::create_dir_all(pc.roots.sys.join("class/tty/tty1")).expect("a console");
    for number in [2, 10] {
        let socket = format!("1-{number}");
        pc.adapter(&socket, Some(&format!("S{number}")));
        pc.usb(&format!("ttyUSB{number}"), &socket, 0, 0);
    }
    assert_eq!(
        pc.listed(),
        [
            ("ttyS0".to_owned(), None, None),
            ("ttyUSB2".to_owned(), some("S2"), some("1-2:1.0")),
            ("ttyUSB10".to_owned(), some("S10"), some("1-10:1.0")),
        ]
    );
    let ports = serial_ports_in(&pc.roots);
    let adapter = ports.last().expect("an adapter");
    assert_eq!(adapter.product, some("FTDI FT232R USB UART"));
    assert_eq!(adapter.usb_id, some("0403:6001"));
}

#[test]
fn a_path_that_is_missing_says_what_there_is() {
    let pc = Pc::new();
    let missing = SerialName::Path(pc.folder.path().join("bed3"));
    let error = resolve(&missing, &pc.roots).expect_err("not there");
    assert!(error.contains("bed3 does not exist"), "{error}");
    assert!(error.contains("there is no serial port on this PC"), "{error}");
}

#[test]
fn a_pc_without_the_tree_has_no_ports() {
    let pc = Pc::new();
    fs::remove_dir_all(&pc.roots.sys).expect("removed");
    assert_eq!(serial_ports_in(&pc.roots), []);
}

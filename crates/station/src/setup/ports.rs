//! Which serial ports there are, and which of them no line has.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use vigie_config::{Config, PortConfig, SerialPort};
use vigie_link::{Roots, SerialName, resolve, serial_ports};

/// Ports of one folder that is listened on.
const FOLDER_MAX: usize = 64;

/// A serial port of this PC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PortHere {
    pub(super) path: PathBuf,
    /// As the file names it, so that it lasts.
    pub(super) written: String,
    pub(super) product: Option<String>,
    /// Why this user may not open it.
    pub(super) denied: Option<String>,
}

/// All of them: those of the PC, and what stands in folders with ptys.
pub(super) fn here(folders: &[PathBuf]) -> Vec<PortHere> {
    let mut ports: Vec<PortHere> = serial_ports()
        .into_iter()
        .map(|info| {
            let path = info.path.display().to_string();
            let by_serial = info.usb_serial.map(|serial| format!("usb-serial:{serial}"));
            let by_socket = info.usb_path.map(|socket| format!("usb-path:{socket}"));
            PortHere {
                written: by_serial.or(by_socket).unwrap_or(path),
                path: info.path,
                product: info.product,
                denied: info.denied,
            }
        })
        .collect();
    for folder in folders {
        let mut names: Vec<PathBuf> = fs::read_dir(folder)
            .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
            .unwrap_or_default();
        names.retain(|path| is_terminal(path));
        names.sort_unstable();
        names.truncate(FOLDER_MAX);
        ports.extend(names.into_iter().map(|path| PortHere {
            written: path.display().to_string(),
            path,
            product: None,
            denied: None,
        }));
    }
    ports
}

fn is_terminal(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(path).is_ok_and(|there| there.file_type().is_char_device())
}

/// Device files that configured lines have, with the names of the lines.
pub(super) fn in_use(config: &Config) -> BTreeMap<PathBuf, String> {
    let mut taken = BTreeMap::new();
    for line in &config.lines {
        for (_, port) in &line.ports {
            let PortConfig::Serial { port, .. } = port else { continue };
            let name = match port {
                SerialPort::Path(path) => SerialName::Path(PathBuf::from(path)),
                SerialPort::UsbSerial(serial) => SerialName::UsbSerial(serial.clone()),
                SerialPort::UsbPath(path) => SerialName::UsbPath(path.clone()),
            };
            if let Ok(path) = resolve(&name, &Roots::default()) {
                taken.insert(whole(&path), line.name.as_str().to_owned());
            }
        }
    }
    taken
}

/// The device file behind a name of it.
pub(super) fn whole(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

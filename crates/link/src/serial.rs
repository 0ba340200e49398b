//! Serial ports and ptys: raw, 8 data bits, no flow control, ours alone.
//!
//! A port is taken with `flock`, which every program of good manners asks, and with `TIOCEXCL`, which
//! the kernel enforces. A pty is only locked: its exclusive mark outlives a program that was killed
//! for as long as the simulator at the other end lives, and would keep the restarted station out.

use std::{
    fs, io,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::fs::{Mode, OFlags};
use tokio_serial::{
    ClearBuffer, DataBits, ErrorKind, FlowControl, SerialPort, SerialStream, StopBits,
};
use vigie_session::{Down, Parity};

use crate::{
    Roots, SerialName, holder,
    names::{self, denied, resolve},
    stream::{self, Stream},
    task::{End, PortTask},
};

/// How often a port that is not there is looked for: the first byte is to come within a second of
/// its return.
const RETRY: Duration = Duration::from_millis(500);
/// A receiver samples ten bits by its own clock; beyond this many thousandths it misses the last.
const BAUD_OFF_THOUSANDTHS_MAX: u64 = 25;
/// Device numbers of Unix 98 ptys (Linux, admin-guide/devices.txt).
const PTY_MAJORS: core::ops::RangeInclusive<u32> = 136..=143;

/// How a port is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) baud: u32,
    pub(crate) parity: Parity,
    pub(crate) stop_bits: u8,
}

impl std::fmt::Display for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parity = match self.parity {
            Parity::None => 'N',
            Parity::Even => 'E',
            Parity::Odd => 'O',
        };
        write!(f, "{} 8{parity}{}", self.baud, self.stop_bits)
    }
}

/// Which file is behind a path: another one means another adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    folder_device: u64,
    inode: u64,
    device: u64,
}

impl Identity {
    fn of(path: &Path) -> Option<Identity> {
        let file = fs::metadata(path).ok()?;
        Some(Identity { folder_device: file.dev(), inode: file.ino(), device: file.rdev() })
    }
}

impl Stream for SerialStream {
    /// What has no pins, such as a pty, is left as it is.
    fn set_pins(&mut self, dtr: bool, rts: bool) {
        let set =
            self.write_data_terminal_ready(dtr).and_then(|()| self.write_request_to_send(rts));
        if let Err(error) = set {
            tracing::debug!("no modem pins: {error}");
        }
    }

    fn unsent(&self) -> usize {
        self.bytes_to_write().map_or(0, |bytes| bytes as usize)
    }

    /// Flushing would wait in the kernel; [`Stream::unsent`] was waited for.
    async fn finish(&mut self) {}
}

/// An open port. Closing a tty waits in the kernel for up to 30 s while a stuck device takes nothing;
/// so what was not sent is thrown away first. A pty's close does not wait, and what is thrown away
/// there would be what the other end has not read yet.
struct Open {
    stream: SerialStream,
    path: PathBuf,
    identity: Identity,
    is_pty: bool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.is_pty {
            let _ = self.stream.clear(ClearBuffer::Output);
        }
    }
}

/// Keeps the port open until the owner has enough.
pub(crate) async fn keep(mut task: PortTask, name: SerialName, settings: Settings) {
    loop {
        let (wanted, roots) = (name.clone(), task.roots.clone());
        let opening = tokio::task::spawn_blocking(move || open(&wanted, settings, &roots));
        match opening.await {
            Ok(Ok(mut open)) => {
                task.up(None).await;
                let (path, identity) = (open.path.clone(), open.identity);
                let look = || replaced(&path, identity);
                let ran = stream::run(&mut task, &mut open.stream, look).await;
                drop(open);
                match ran.end {
                    End::Down(Down::Closed) => task.down(Down::Unplugged).await,
                    End::Down(why) => task.down(why).await,
                    End::Closed => task.down(Down::Closed).await,
                    End::Finished => return task.down(Down::Closed).await,
                }
            }
            Ok(Err(trouble)) => task.trouble(trouble),
            Err(error) => {
                task.trouble(format!("the port was not opened: {error}; it is tried again"))
            }
        }
        if !task.pause(RETRY).await {
            return;
        }
    }
}

/// A path that leads to another device now: the old one is gone, whether it says so or not.
fn replaced(path: &Path, identity: Identity) -> Option<(Down, String)> {
    let now = Identity::of(path)?;
    (now != identity).then(|| {
        (Down::Unplugged, format!("{} is another device now; it is opened again", path.display()))
    })
}

/// Opens a port; otherwise why not, and what to do.
fn open(name: &SerialName, settings: Settings, roots: &Roots) -> Result<Open, String> {
    let path = resolve(name, roots)?;
    let place = path.display();
    let builder = builder(&path, settings)?;
    let identity =
        Identity::of(&path).ok_or_else(|| format!("{place} is gone: plug the adapter in"))?;
    // Asked first: a second opener that may pass the exclusive mark would clear it when it fails.
    if let Some(holder) = holder::of_lock(&path, roots) {
        return Err(format!(
            "{place} is in use by {holder}: end it, or give each line its own port"
        ));
    }
    let is_pty = is_pty(&path);
    let key = is_pty.then(|| {
        rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK, Mode::empty())
    });
    let stream = SerialStream::open(&builder).map_err(|error| explain(&path, &error, roots))?;
    if let Some(Ok(key)) = key {
        let _ = rustix::termios::ioctl_tiocnxcl(key);
    }
    let baud = stream.baud_rate().map_err(|error| explain(&path, &error, roots))?;
    let (wanted, got) = (u64::from(settings.baud), u64::from(baud));
    if wanted.abs_diff(got) * 1_000 > wanted * BAUD_OFF_THOUSANDTHS_MAX {
        return Err(format!(
            "{place} cannot do {wanted} baud, it offers {got}: set the device to a usual speed such as 115200, or use another adapter"
        ));
    }
    Ok(Open { stream, path, identity, is_pty })
}

fn builder(path: &Path, settings: Settings) -> Result<tokio_serial::SerialPortBuilder, String> {
    let place = path.display();
    if settings.baud == 0 {
        return Err(format!("{place}: 0 baud is no speed: write the device's, such as 115200"));
    }
    let stop_bits = match settings.stop_bits {
        1 => StopBits::One,
        2 => StopBits::Two,
        other => return Err(format!("{place}: {other} stop bits do not exist: write 1 or 2")),
    };
    let Some(text) = path.to_str() else {
        return Err(format!("{place}: the path is no UTF-8: rename it"));
    };
    let parity = match settings.parity {
        Parity::None => tokio_serial::Parity::None,
        Parity::Even => tokio_serial::Parity::Even,
        Parity::Odd => tokio_serial::Parity::Odd,
    };
    Ok(tokio_serial::new(text, settings.baud)
        .data_bits(DataBits::Eight)
        .flow_control(FlowControl::None)
        .parity(parity)
        .stop_bits(stop_bits))
}

/// Why a port was not opened, and what to do.
fn explain(path: &Path, error: &tokio_serial::Error, roots: &Roots) -> String {
    let place = path.display();
    let Ok(file) = fs::metadata(path) else {
        return format!("{place} is gone: plug the adapter in");
    };
    if !file.file_type().is_char_device() {
        return format!("{place} is no serial port: correct the line's path");
    }
    if let Some(denied) = denied(path) {
        return denied;
    }
    let is_io = |kind: io::ErrorKind| error.kind() == ErrorKind::Io(kind);
    if is_io(io::ErrorKind::PermissionDenied) {
        return format!("this user may not open {place}: ask who administers this PC");
    }
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK;
    if error.kind() == ErrorKind::NoDevice {
        let holder = holder::of_file(path, roots).unwrap_or_else(|| "another program".to_owned());
        return format!("{place} is in use by {holder}: end it, or give each line its own port");
    }
    if rustix::fs::open(path, flags, Mode::empty()).is_ok_and(|file| !rustix::termios::isatty(file))
    {
        return format!("{place} is no serial port: correct the line's path");
    }
    format!("{place} cannot be opened: {error}; plug the adapter out and in, it is tried again")
}

/// Whether a path leads to a pty.
pub(crate) fn is_pty(path: &Path) -> bool {
    let by_number = || {
        let file = fs::metadata(path).ok()?;
        let is_tty = file.file_type().is_char_device();
        Some(is_tty && PTY_MAJORS.contains(&rustix::fs::major(file.rdev())))
    };
    by_number().unwrap_or_else(|| {
        // The link may lead to a pty whose simulator has ended.
        fs::read_link(path).is_ok_and(|target| target.starts_with("/dev/pts"))
    })
}

/// Whether a name leads to a pty now.
pub(crate) fn is_simulated(name: &SerialName, roots: &Roots) -> bool {
    match name {
        SerialName::Path(path) => is_pty(path),
        SerialName::UsbSerial(_) | SerialName::UsbPath(_) => {
            names::resolve(name, roots).is_ok_and(|path| is_pty(&path))
        }
    }
}

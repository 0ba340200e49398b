//! A pty that stands for a serial port: clients open the path of a link to it.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, ioctl_fionbio, ioctl_fionread};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    OptionalActions, QueueSelector, ioctl_tiocnxcl, tcflush, tcgetattr, tcsetattr,
};

/// Rounds of [`Pty::tend`] without anybody reading until what waits is thrown away: a serial port has
/// no memory for somebody who comes later.
const ROUNDS_UNREAD_MAX: u8 = 4;

/// Both ends of a pty, and the link that names one of them.
///
/// The client's end stays open here too: without it, reading fails as long as no client is there. A
/// client's wish to be the only one is taken back, or nobody could open it a second time.
#[derive(Debug)]
pub(crate) struct Pty {
    ours: OwnedFd,
    theirs: OwnedFd,
    link: PathBuf,
    target: PathBuf,
    unread: u64,
    rounds_unread: u8,
}

impl Pty {
    /// A new pty; the link, or what is left of an older one, points to it.
    pub(crate) fn open(link: &Path) -> io::Result<Pty> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let name = ptsname(&ours, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs = open(&*name, flags, Mode::empty())?;
        let mut terminal = tcgetattr(&theirs)?;
        terminal.make_raw();
        tcsetattr(&theirs, OptionalActions::Now, &terminal)?;
        ioctl_fionbio(&ours, true)?;
        let target = PathBuf::from(name.to_string_lossy().into_owned());
        remove_link(link)?;
        symlink(&target, link)?;
        let link = link.to_owned();
        Ok(Pty { ours, theirs, link, target, unread: 0, rounds_unread: 0 })
    }

    /// Bytes from the client, if there are any.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(&self.ours, buffer) {
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Bytes to the client. What does not fit any more is lost, as on a cable.
    pub(crate) fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match rustix::io::write(&self.ours, bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    tracing::debug!(lost = bytes.len(), "nobody reads the pty");
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// To be called some times a second.
    pub(crate) fn tend(&mut self) {
        let _ = ioctl_tiocnxcl(&self.theirs);
        let unread = ioctl_fionread(&self.theirs).unwrap_or(0);
        let nobody_reads = unread > 0 && unread >= self.unread;
        self.rounds_unread = if nobody_reads { self.rounds_unread + 1 } else { 0 };
        self.unread = unread;
        if self.rounds_unread >= ROUNDS_UNREAD_MAX {
            let _ = tcflush(&self.theirs, QueueSelector::IFlush);
            (self.unread, self.rounds_unread) = (0, 0);
        }
    }
}

impl Drop for Pty {
    /// The link goes with the pty, unless it already points to another one.
    fn drop(&mut self) {
        if fs::read_link(&self.link).is_ok_and(|target| target == self.target) {
            let _ = fs::remove_file(&self.link);
        }
    }
}

/// Takes a link away; something else under that name stays and is an error.
fn remove_link(link: &Path) -> io::Result<()> {
    match fs::symlink_metadata(link) {
        Ok(found) if found.file_type().is_symlink() => fs::remove_file(link),
        Ok(_) => Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is something else")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

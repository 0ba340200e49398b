//! The record folder: who may work in it, and where its socket is.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io,
    os::{
        fd::AsRawFd,
        unix::{
            fs::{DirBuilderExt, PermissionsExt},
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::fs::{FlockOperation, flock};

use crate::StartError;

/// The socket on which windows look at the station.
const SOCKET: &str = "vigie.sock";
/// The same while it is being made.
const SOCKET_NEW: &str = "vigie.sock.new";
/// Bytes of a socket's address that the kernel takes, with the zero behind it (`unix(7)`).
const ADDRESS_MAX: usize = 108;

/// A folder that no other station works in while this lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Holds the lock, and a short way to the folder.
    handle: File,
    /// The socket is ours to remove.
    listens: AtomicBool,
}

impl Folder {
    /// Makes the folder if need be, and locks it.
    pub(crate) fn occupy(path: &Path) -> Result<Folder, StartError> {
        let unfit = |what: &str, error: io::Error| {
            StartError::Unfit(format!("the folder {} {what} ({error})", path.display()))
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| unfit("cannot be made: name another one", error))?;
        let handle = File::open(path)
            .map_err(|error| unfit("cannot be opened: give its owner the right to", error))?;
        match flock(&handle, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Folder { path: path.to_owned(), handle, listens: AtomicBool::new(false) }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(StartError::Occupied),
            Err(error) => Err(unfit("cannot be locked: name one on a local disk", error.into())),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Listens. What is left of a station that was killed is replaced, and a window sees either the
    /// old socket or the new one, which nobody but its owner may open.
    pub(crate) fn listen(&self) -> Result<UnixListener, StartError> {
        let made = self.try_listen();
        made.map_err(|error| {
            let socket = self.path.join(SOCKET);
            StartError::Unfit(format!(
                "the socket {} cannot be made ({error}): name a folder on a local disk with room",
                socket.display()
            ))
        })
    }

    fn try_listen(&self) -> io::Result<UnixListener> {
        let new = self.path.join(SOCKET_NEW);
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(address(&self.path, &self.handle, SOCKET_NEW))?;
        fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        fs::rename(&new, self.path.join(SOCKET))?;
        self.listens.store(true, Ordering::Relaxed);
        listener.set_nonblocking(true)?;
        Ok(listener)
    }
}

/// A record folder that no station works in while this lives: for tools that write a record.
#[derive(Debug)]
pub struct RecordLock {
    _folder: Folder,
}

impl RecordLock {
    /// Makes the folder if need be, and locks it.
    pub fn take(record: &Path) -> Result<RecordLock, StartError> {
        Folder::occupy(record).map(|_folder| RecordLock { _folder })
    }
}

impl Drop for Folder {
    /// Nobody shall wait for an answer here.
    fn drop(&mut self) {
        if self.listens.load(Ordering::Relaxed) {
            _ = fs::remove_file(self.path.join(SOCKET));
        }
    }
}

/// Connects to the station of a folder.
pub(crate) fn connect(folder: &Path) -> io::Result<UnixStream> {
    let handle = File::open(folder)?;
    UnixStream::connect(address(folder, &handle, SOCKET))
}

/// A name for a socket that the kernel takes, however long that of its folder is.
fn address(folder: &Path, handle: &File, name: &str) -> PathBuf {
    let plain = folder.join(name);
    if plain.as_os_str().len() < ADDRESS_MAX {
        return plain;
    }
    PathBuf::from(format!("/proc/self/fd/{}/{name}", handle.as_raw_fd()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_holds_one_station() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("record");
        let first = Folder::occupy(&path).expect("it is free");
        assert_eq!(Folder::occupy(&path).err(), Some(StartError::Occupied));
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(first);
        assert!(Folder::occupy(&path).is_ok());
    }

    #[test]
    fn a_socket_is_replaced_and_only_its_owners() {
        let place = tempfile::tempdir().expect("a folder");
        for name in ["short".to_owned(), "x".repeat(120)] {
            let path = place.path().join(name);
            let folder = Folder::occupy(&path).expect("it is free");
            // As a station that was killed leaves it.
            drop(folder.listen().expect("it listens"));
            let listener = folder.listen().expect("it listens again");
            assert!(connect(&path).is_ok());
            assert!(listener.accept().is_ok());
            let mode = fs::metadata(path.join(SOCKET)).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            assert_eq!(fs::read_dir(&path).expect("a folder").count(), 1, "nothing is left over");
            drop(folder);
            assert_eq!(fs::read_dir(&path).expect("a folder").count(), 0);
            assert!(connect(&path).is_err());
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("file");
        fs::write(&file, "").expect("room");
        let Err(StartError::Unfit(why)) = Folder::occupy(&file.join("record")) else {
            panic!("a folder inside a file")
        };
        assert!(why.contains("file/record"), "{why}");
    }
}

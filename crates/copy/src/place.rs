//! [`Place`]: a folder whose files are opened without following links, and only when they are files.

use std::{
    fs::File,
    io::{self, Read},
    os::fd::{AsFd, OwnedFd},
    path::{Path, PathBuf},
};

use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, fstat, mkdirat, open, openat, renameat, unlinkat,
};

/// Entries of one folder that are looked at.
const ENTRIES_MAX: usize = 200_000;

/// A record or a copy.
#[derive(Debug)]
pub(crate) struct Place {
    handle: OwnedFd,
    path: PathBuf,
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Place {
    /// Opens a folder that a person named: it may be a link.
    pub(crate) fn open(path: &Path) -> io::Result<Place> {
        Ok(Place { handle: open(path, FOLDER, Mode::empty())?, path: path.to_owned() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn handle(&self) -> &OwnedFd {
        &self.handle
    }

    /// The folder that a name (`A` or `FOLDER/A`) stands in, and what it is called there.
    fn folder_of<'a>(&self, name: &'a str) -> io::Result<(Holder<'_>, &'a str)> {
        let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('/');
        let (folder, file) = match name.split_once('/') {
            Some((folder, file)) => (Some(folder), file),
            None => (None, name),
        };
        if !is_plain(file) || folder.is_some_and(|folder| !is_plain(folder)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no name of a file here"));
        }
        let holder = match folder {
            Some(folder) => Holder::Inner(self.inner(folder)?),
            None => Holder::Top(&self.handle),
        };
        Ok((holder, file))
    }

    fn inner(&self, folder: &str) -> io::Result<OwnedFd> {
        Ok(openat(&self.handle, folder, FOLDER | OFlags::NOFOLLOW, Mode::empty())?)
    }

    /// Opens a file to read. Links, pipes, sockets and devices are refused, and never waited for.
    pub(crate) fn read(&self, name: &str) -> io::Result<File> {
        let (holder, file) = self.folder_of(name)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        plain_file(openat(holder.fd(), file, flags, Mode::empty())?)
    }

    /// Opens a file to write, with what is in it.
    pub(crate) fn write(&self, name: &str) -> io::Result<File> {
        let (holder, file) = self.folder_of(name)?;
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        plain_file(openat(holder.fd(), file, flags, Mode::from_raw_mode(0o600))?)
    }

    /// A small file as a whole, none when it is not there; larger ones are refused unread.
    pub(crate) fn read_small(&self, name: &str, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match self.read(name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(bytes_max + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > bytes_max {
            let why = format!("larger than the {bytes_max} bytes that such a file has at most");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        Ok(Some(bytes))
    }

    /// The size of a file, if it is there and a file.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        self.read(name).and_then(|file| file.metadata()).map(|metadata| metadata.len()).ok()
    }

    /// Names in the folder, or in a folder of it; in order. Not there: none.
    pub(crate) fn names(&self, folder: Option<&str>) -> io::Result<Vec<String>> {
        let inner = match folder.map(|folder| self.inner(folder)).transpose() {
            Ok(inner) => inner,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in Dir::read_from(inner.as_ref().unwrap_or(&self.handle))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name == "." || name == ".." {
                continue;
            }
            if names.len() == ENTRIES_MAX {
                let why = format!("more than {ENTRIES_MAX} files: no record has so many");
                return Err(io::Error::other(why));
            }
            names.push(name);
        }
        names.sort();
        Ok(names)
    }

    /// Makes a folder in it, for this user alone, unless it is there.
    pub(crate) fn make_folder(&self, name: &str) -> io::Result<()> {
        match mkdirat(&self.handle, name, Mode::from_raw_mode(0o700)) {
            Ok(()) => rustix::fs::fsync(&self.handle)?,
            Err(rustix::io::Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        self.inner(name).map(drop)
    }

    /// Gives a file its name, over whatever had it; lasting through a power cut.
    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (holder, from) = self.folder_of(from)?;
        let to = to.rsplit('/').next().unwrap_or(to);
        renameat(holder.fd(), from, holder.fd(), to)?;
        Ok(rustix::fs::fsync(holder.fd())?)
    }

    /// What was made in the folder, or in a folder of it, lasts through a power cut.
    pub(crate) fn sync(&self, folder: Option<&str>) -> io::Result<()> {
        let inner = folder.map(|folder| self.inner(folder)).transpose()?;
        Ok(rustix::fs::fsync(inner.as_ref().unwrap_or(&self.handle))?)
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        let (holder, file) = self.folder_of(name)?;
        match unlinkat(holder.fd(), file, AtFlags::empty()) {
            Ok(()) | Err(rustix::io::Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

enum Holder<'a> {
    Top(&'a OwnedFd),
    Inner(OwnedFd),
}

impl Holder<'_> {
    fn fd(&self) -> impl AsFd + '_ {
        match self {
            Holder::Top(handle) => handle.as_fd(),
            Holder::Inner(handle) => handle.as_fd(),
        }
    }
}

fn plain_file(handle: OwnedFd) -> io::Result<File> {
    if FileType::from_raw_mode(fstat(&handle)?.st_mode) == FileType::RegularFile {
        Ok(File::from(handle))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "no file, but something of that name"))
    }
}

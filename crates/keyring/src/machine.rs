//! The machine key: what a restart needs without a person. It never lies in the record folder.

use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use crate::{Identity, KeyError, small_file};

/// The name of the credential that systemd hands to the service.
const CREDENTIAL: &str = "vigie-machine-key";
/// Under `$XDG_CONFIG_HOME`, or `~/.config` without it (XDG Base Directory Specification 0.8).
const FILE: &str = "vigie/machine.key";

/// Where the machine key may lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineKeyPlace {
    /// The credential that systemd hands over (`systemd.exec(5)`, "Credentials"). One that is empty or
    /// not there does not count.
    pub credential: Option<PathBuf>,
    /// The file that is made where there is no credential.
    pub file: Option<PathBuf>,
}

/// Where the machine key in use comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineKey {
    /// From systemd.
    Credential,
    /// From this file.
    File(PathBuf),
    /// It is gone with the process: why. The next start opens nothing that was left open.
    MemoryOnly(String),
}

impl MachineKeyPlace {
    /// From the environment of the process.
    pub fn from_environment() -> MachineKeyPlace {
        MachineKeyPlace::of(
            env::var_os("CREDENTIALS_DIRECTORY"),
            env::var_os("XDG_CONFIG_HOME"),
            env::var_os("HOME"),
        )
    }

    /// From the values of `CREDENTIALS_DIRECTORY`, `XDG_CONFIG_HOME` and `HOME`. Relative paths do not
    /// count, as the specification wants it.
    pub fn of(
        credentials: Option<OsString>,
        config_home: Option<OsString>,
        home: Option<OsString>,
    ) -> MachineKeyPlace {
        let absolute = |dir: OsString| Some(PathBuf::from(dir)).filter(|dir| dir.is_absolute());
        let home = || home.and_then(absolute).map(|home| home.join(".config"));
        MachineKeyPlace {
            credential: credentials.and_then(absolute).map(|dir| dir.join(CREDENTIAL)),
            file: config_home.and_then(absolute).or_else(home).map(|dir| dir.join(FILE)),
        }
    }

    /// This file alone.
    pub fn file(path: impl Into<PathBuf>) -> MachineKeyPlace {
        MachineKeyPlace { credential: None, file: Some(path.into()) }
    }

    /// The machine key if there is one; nothing is made.
    pub fn find(&self, record: &Path) -> Result<Option<(Identity, MachineKey)>, KeyError> {
        self.refuse_inside(record)?;
        if let Some(path) = &self.credential
            && let Some(bytes) = small_file::read_named_if_there(path)?
            && !bytes.trim_ascii().is_empty()
        {
            return parse(&bytes, path).map(|key| Some((key, MachineKey::Credential)));
        }
        let Some(path) = &self.file else { return Ok(None) };
        let Some(bytes) = small_file::read_named_if_there(path)? else { return Ok(None) };
        parse(&bytes, path).map(|key| Some((key, MachineKey::File(path.clone()))))
    }

    /// The machine key, made if need be. A PC that takes none records all the same, with one in memory.
    pub(crate) fn find_or_make(&self, record: &Path) -> Result<(Identity, MachineKey), KeyError> {
        let why = match self.find(record) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => match self.make() {
                Ok(Some(made)) => return Ok(made),
                Ok(None) => "there is no credential vigie-machine-key, and neither \
                             XDG_CONFIG_HOME nor HOME says where a file may lie"
                    .to_owned(),
                Err(error) => error.to_string(),
            },
            Err(error @ KeyError::Refused { .. }) => return Err(error),
            Err(error) => error.to_string(),
        };
        Ok((Identity::generate(), MachineKey::MemoryOnly(why)))
    }

    fn make(&self) -> Result<Option<(Identity, MachineKey)>, KeyError> {
        let Some(path) = &self.file else { return Ok(None) };
        let failed = |error| KeyError::File { what: path.clone(), error };
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        }
        let key = Identity::generate();
        let text = format!(
            "# The machine key of Vigie on this PC: docs/format.md, \"Keys\". Not for backups.\n{}\n",
            key.to_text().as_str()
        );
        let text = zeroize::Zeroizing::new(text);
        let key = if small_file::create(path, text.as_bytes()).map_err(failed)? {
            key
        } else {
            // Another process was faster.
            parse(&small_file::read_named(path)?, path)?
        };
        Ok(Some((key, MachineKey::File(path.clone()))))
    }

    /// A machine key in the record folder would be copied and stolen with it.
    fn refuse_inside(&self, record: &Path) -> Result<(), KeyError> {
        let record = real(record);
        match self.file.iter().chain(&self.credential).find(|file| real(file).starts_with(&record))
        {
            Some(file) => Err(KeyError::Refused {
                what: file.clone(),
                why: format!(
                    "the machine key must not lie in the record folder {}: whoever copies the folder \
                     would have it; choose another record folder, or another XDG_CONFIG_HOME",
                    record.display()
                ),
            }),
            None => Ok(()),
        }
    }
}

/// The path without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    for above in path.ancestors() {
        if let (Ok(there), Ok(rest)) = (fs::canonicalize(above), path.strip_prefix(above)) {
            return there.join(rest);
        }
    }
    path.to_owned()
}

/// A key file as `age-keygen` writes it: lines that begin with `#` do not count.
pub(crate) fn parse(bytes: &[u8], path: &Path) -> Result<Identity, KeyError> {
    let damaged = |why: &str| KeyError::Damaged { what: path.to_owned(), why: why.to_owned() };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("not text"))?;
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .ok_or_else(|| damaged("empty"))?
        .parse()
        .map_err(|_| damaged("AGE-SECRET-KEY-1... is wanted"))
}

/// Whether others than the owner may read a file.
pub fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

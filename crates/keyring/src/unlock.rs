//! Opening a record to read: by a person's secret, or by what the machine holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Identity, KeyError, Keyring, KeyringFile, MachineKeyPlace, Passphrase, RawKey, Unlock, machine,
    passphrase, places, read_sheet, rekey, small_file, unwrap,
};

/// What a person, or the service, brings to read a record.
#[derive(Clone, Debug)]
pub enum Secret {
    /// The unit's passphrase.
    Passphrase(Passphrase),
    /// A file with the unit's private key (`AGE-SECRET-KEY-1...`), or a typed copy of the recovery
    /// sheet.
    KeyFile(PathBuf),
    /// The recovery sheet, typed.
    Sheet(String),
    /// A systemd credential with the passphrase.
    Credential(PathBuf),
}

/// The unit's private key, by a secret; or one that it had before, as long as a segment opens with it:
/// whoever changes or prints keys compares it with `record.json`. One that opens nothing here is
/// [`KeyError::Wrong`].
pub fn unlock(record: &Path, secret: &Secret) -> Result<Identity, KeyError> {
    let file = KeyringFile::read(record)?;
    let unit = file.recipient(record)?;
    // An interrupted change of the key may have left both; `record.json` says which one counts.
    let path = if rekey::is_switched(record, &file)? {
        places::unit_next(record)
    } else {
        places::unit(record)
    };
    let (identity, what) = match secret {
        Secret::Passphrase(passphrase) => (by_passphrase(&path, passphrase)?, path),
        Secret::Credential(file) => (by_passphrase(&path, &Passphrase::from_file(file)?)?, path),
        Secret::KeyFile(path) => (key_file(path)?, KeyringFile::path(record)),
        Secret::Sheet(text) => (read_sheet(text)?, KeyringFile::path(record)),
    };
    if identity.recipient() != unit && !opens_a_segment(record, &identity) {
        return Err(KeyError::Wrong { what });
    }
    Ok(identity)
}

fn opens_a_segment(record: &Path, by: &Identity) -> bool {
    let Ok(entries) = fs::read_dir(places::segments(record)) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let is_key = name.to_str().and_then(|name| name.strip_suffix(".key"));
        let path = entry.path();
        is_key.is_some_and(|number| !number.ends_with(".machine"))
            && small_file::read(&path).is_ok_and(|key| RawKey::unwrap(by, &key, &path).is_ok())
    })
}

fn by_passphrase(path: &Path, passphrase: &Passphrase) -> Result<Identity, KeyError> {
    let Some(wrapped) = small_file::read_if_there(path)? else {
        return Err(KeyError::Refused {
            what: path.to_owned(),
            why:
                "there is no passphrase here: nobody has set one, or this is not the whole record; \
                  use the recovery sheet, or the PC that wrote it"
                    .to_owned(),
        });
    };
    passphrase::unwrap(&wrapped, passphrase, path)
}

fn key_file(path: &Path) -> Result<Identity, KeyError> {
    let bytes = zeroize::Zeroizing::new(small_file::read_named(path)?);
    machine::parse(&bytes, path).or_else(|error| match std::str::from_utf8(&bytes) {
        Ok(text) => read_sheet(text),
        Err(_) => Err(error),
    })
}

/// What a station's reader opens without a person: everything until a passphrase is set, and in
/// simulation and replay; else what the machine key opens.
pub fn machine_unlock(record: &Path, place: &MachineKeyPlace) -> Result<Unlock, KeyError> {
    let file = KeyringFile::read(record)?;
    if file.is_simulated() {
        return Ok(Unlock { unit: Some(Keyring::simulation()?.1), machine: None });
    }
    let Some((machine, _)) = place.find(record)? else { return Ok(Unlock::default()) };
    let recipient = file.recipient(record)?;
    let unit = unit_by_machine(record, &machine)?.filter(|unit| unit.recipient() == recipient);
    Ok(Unlock { unit, machine: Some(machine) })
}

/// The unit's private key where it still lies under the machine key.
fn unit_by_machine(record: &Path, machine: &Identity) -> Result<Option<Identity>, KeyError> {
    let path = places::unit_machine(record);
    let Some(wrapped) = small_file::read_if_there(&path)? else { return Ok(None) };
    match unwrap(machine, &wrapped, &path) {
        Ok(text) => crate::machine::parse(&text, &path).map(Some),
        // Another machine's.
        Err(KeyError::Wrong { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

//! A new key for the unit: the keys' side of it. `docs/format.md`, "A new key for the unit", argues each
//! point at which it may be interrupted; segments are `vigie-record`'s.
//!
//! | Step | Opens everything afterwards |
//! | --- | --- |
//! | [`Rekey::begin`]: the next key lies in `keys/unit.next.age`, its public half in `keys/unit.next.pub` | the old key |
//! | each `N.key` is wrapped to both keys | the old key |
//! | [`Rekey::switch`]: `record.json` names the next key | the next key, and the old one until it is finished |
//! | each `N.key` is wrapped to the next key alone | the next key |
//! | [`Rekey::finish`]: `keys/unit.next.age` becomes `keys/unit.age` | the next key |
//!
//! One rename, that of `record.json`, is the switch. Begun again before it, all is done anew; begun again
//! after it, what is left is done.

use std::{fs, io::Write, iter, path::Path};

use age::{Encryptor, armor};

use crate::{
    Identity, KeyError, KeyringFile, Passphrase, RawKey, WorkFactor, passphrase, places,
    prepare::{put, remove},
    small_file,
};

/// A change of the unit's key at work.
#[derive(Debug)]
pub struct Rekey {
    old: Option<Identity>,
    next: Identity,
}

/// Whether `record.json` names the next key already, and it still lies beside the old one.
pub(crate) fn is_switched(record: &Path, file: &KeyringFile) -> Result<bool, KeyError> {
    if !places::unit_next(record).exists() {
        return Ok(false);
    }
    let public = small_file::read_if_there(&places::unit_next_public(record))?;
    Ok(public.is_some_and(|public| public.trim_ascii() == file.unit.as_bytes()))
}

impl Rekey {
    /// Whether an interrupted change is past its switch: [`Rekey::resume`] goes on with it. Else
    /// [`Rekey::begin`] does it from the start.
    pub fn is_switched(record: &Path) -> Result<bool, KeyError> {
        is_switched(record, &KeyringFile::read(record)?)
    }

    /// Makes the next key and keeps it under a passphrase. `unit` is the present one.
    pub fn begin(
        record: &Path,
        unit: Identity,
        new: &Passphrase,
        work: WorkFactor,
    ) -> Result<Rekey, KeyError> {
        new.check_new()?;
        let file = belonging(record, &unit)?;
        let path = places::unit_next(record);
        if is_switched(record, &file)? {
            let why = "a change of the unit's key is to be finished first".to_owned();
            return Err(KeyError::Refused { what: path, why });
        }
        // What an interrupted change left opens nothing alone: `record.json` never named it.
        remove(&path)?;
        let next = Identity::generate();
        let public = next.recipient().to_string() + "\n";
        put(&places::unit_next_public(record), public.as_bytes())?;
        put(&path, &passphrase::wrap(&next, new, work)?)?;
        let there = passphrase::unwrap(&small_file::read(&path)?, new, &path)?;
        if there.recipient() != next.recipient() {
            return Err(KeyError::Damaged { what: path, why: "not as it was written".to_owned() });
        }
        Ok(Rekey { old: Some(unit), next })
    }

    /// Goes on behind the switch. `unit` is the key that `record.json` names.
    pub fn resume(record: &Path, unit: Identity) -> Result<Rekey, KeyError> {
        belonging(record, &unit)?;
        Ok(Rekey { old: None, next: unit })
    }

    /// Whether the switch is behind it.
    pub fn has_switched(&self) -> bool {
        self.old.is_none()
    }

    /// The key that opens every `N.key` now.
    pub fn opens(&self) -> &Identity {
        self.old.as_ref().unwrap_or(&self.next)
    }

    /// Wraps a raw key as this step wants it: to both keys before the switch, to the next one after.
    pub fn wrap(&self, raw: &RawKey) -> Result<Vec<u8>, KeyError> {
        let Some(old) = &self.old else { return raw.wrap(&self.next.recipient()) };
        let failed = |why: String| KeyError::NoRandom(why);
        let both = [old.recipient(), self.next.recipient()];
        let recipients = both.iter().map(|recipient| recipient.as_age() as &dyn age::Recipient);
        let encryptor =
            Encryptor::with_recipients(recipients).map_err(|error| failed(error.to_string()))?;
        let written = || -> std::io::Result<Vec<u8>> {
            let armored = armor::ArmoredWriter::wrap_output(Vec::new(), armor::Format::AsciiArmor)?;
            let mut writer = encryptor.wrap_output(armored)?;
            writer.write_all(raw.to_hex().as_bytes())?;
            writer.finish()?.finish()
        };
        written().map_err(|error| failed(error.to_string()))
    }

    /// From here on the next key is the unit's. Every `N.key` must be wrapped to both by now.
    pub fn switch(&mut self, record: &Path) -> Result<(), KeyError> {
        let mut file = KeyringFile::read(record)?;
        file.unit = self.next.recipient().to_string();
        file.write(record)?;
        self.old = None;
        Ok(())
    }

    /// Ends it, when every `N.key` is wrapped to the next key alone. Gives the unit's key.
    pub fn finish(self, record: &Path) -> Result<Identity, KeyError> {
        let (next, unit) = (places::unit_next(record), places::unit(record));
        let failed = |error| KeyError::File { what: unit.clone(), error };
        if next.exists() {
            fs::rename(&next, &unit).map_err(failed)?;
            small_file::sync_folder(&places::keys(record)).map_err(failed)?;
        }
        iter::once(places::unit_machine(record))
            .chain(iter::once(places::unit_next_public(record)))
            .try_for_each(|path| remove(&path))?;
        Ok(self.next)
    }
}

/// `record.json`, when this is its unit's key.
fn belonging(record: &Path, unit: &Identity) -> Result<KeyringFile, KeyError> {
    let file = KeyringFile::read(record)?;
    if file.is_simulated() {
        return Err(KeyError::Refused {
            what: KeyringFile::path(record),
            why: "a simulation's keys stand in the source and cannot be changed".to_owned(),
        });
    }
    if file.recipient(record)? != unit.recipient() {
        return Err(KeyError::Wrong { what: KeyringFile::path(record) });
    }
    Ok(file)
}

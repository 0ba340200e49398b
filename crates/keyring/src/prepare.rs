//! The keys of a record at the start of a station: found, or made at the first.
//!
//! Everything is made before `record.json` is, which comes last: a record without it was never begun.
//! What cannot be opened is left as it is and named in [`Prepared::troubles`]; recording goes on.

use std::{
    fs::{self, DirBuilder, File},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use vigie_model::StationMode;
use zeroize::Zeroizing;

use crate::{
    Identity, KeyError, Keyring, KeyringFile, MachineKey, MachineKeyPlace, Recipient, Signer,
    keyring::{FORMAT, mode_name},
    keys::from_hex,
    places, small_file, unwrap, wrap,
};

/// How the keys of a record stand.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The record was begun now.
    pub is_new: bool,
    /// Nobody has set a passphrase yet: the machine key opens everything.
    pub is_unprotected: bool,
    /// Where the machine key comes from.
    pub machine: MachineKey,
    /// What could not be opened, or is not as it should be, each with its remedy; in English for
    /// engineers.
    pub troubles: Vec<String>,
}

impl Prepared {
    fn of_simulation(is_new: bool) -> Prepared {
        Prepared {
            is_new,
            is_unprotected: false,
            machine: MachineKey::MemoryOnly("a simulation uses keys of its own".to_owned()),
            troubles: Vec::new(),
        }
    }
}

/// Whether nobody has set a passphrase yet.
pub fn is_unprotected(record: &Path) -> bool {
    KeyringFile::read(record).is_ok_and(|file| {
        !file.is_simulated()
            && !places::unit(record).exists()
            && !places::unit_next(record).exists()
    })
}

/// Whether a rekey was interrupted: it wants to be done again.
pub fn is_rekeying(record: &Path) -> bool {
    places::unit_next(record).exists()
}

impl Keyring {
    /// The keys of a record; made, with `record.json`, where there is none yet. Simulation and replay
    /// have the fixed keys that protect nothing. Call it while the folder is yours alone.
    pub fn open_or_create(
        record: &Path,
        mode: StationMode,
        place: &MachineKeyPlace,
    ) -> Result<(Keyring, Prepared), KeyError> {
        let failed = |error| KeyError::File { what: record.to_owned(), error };
        DirBuilder::new().recursive(true).mode(0o700).create(record).map_err(failed)?;
        let file = KeyringFile::read_if_there(record)?;
        if let Some(file) = &file {
            file.check_mode(record, mode)?;
        }
        match mode {
            StationMode::Simulation | StationMode::Replay => {
                let keyring = Keyring::simulation()?.0;
                if file.is_none() {
                    KeyringFile::of(&keyring, mode).write(record)?;
                }
                Ok((keyring, Prepared::of_simulation(file.is_none())))
            }
            StationMode::Live | StationMode::Drill => {
                let keys = places::keys(record);
                DirBuilder::new().recursive(true).mode(0o700).create(&keys).map_err(failed)?;
                // Two that begin one record at once would wrap its keys to each other's ruin.
                let lock = File::open(&keys).map_err(failed)?;
                flock(&lock, FlockOperation::LockExclusive)
                    .map_err(|error| KeyError::File { what: keys, error: error.into() })?;
                // The other one may have begun it meanwhile.
                match KeyringFile::read_if_there(record)? {
                    Some(file) => open(record, file, place),
                    None => begin(record, mode, place),
                }
            }
        }
    }
}

fn begin(
    record: &Path,
    mode: StationMode,
    place: &MachineKeyPlace,
) -> Result<(Keyring, Prepared), KeyError> {
    refuse_remains(record)?;
    let (machine, machine_key) = place.find_or_make(record)?;
    let unit = Identity::generate();
    let signer = Signer::random()?;
    match machine_key {
        MachineKey::File(_) | MachineKey::Credential => {
            remove(&places::unit_none(record))?;
            put_unit(record, &unit, &machine)?;
            put_signer(record, &signer, &machine)?;
        }
        MachineKey::MemoryOnly(_) => put(&places::unit_none(record), b"")?,
    }
    let keyring = Keyring::new(unit.recipient(), machine, signer);
    KeyringFile::of(&keyring, mode).write(record)?;
    let mut troubles = Vec::new();
    if let MachineKey::MemoryOnly(why) = &machine_key {
        troubles.push(format!(
            "no machine key can be kept on this PC ({why}): what is recorded now CANNOT BE READ \
             after a restart; make the place writable, or hand over the systemd credential \
             vigie-machine-key, and start again"
        ));
    }
    let prepared = Prepared { is_new: true, is_unprotected: true, machine: machine_key, troubles };
    Ok((keyring, prepared))
}

/// Keys or segments without `record.json` were not left by a crash: it is made last, and recording begins
/// after it.
fn refuse_remains(record: &Path) -> Result<(), KeyError> {
    if has_segments(record) || places::unit(record).exists() {
        return Err(KeyError::Refused {
            what: KeyringFile::path(record),
            why:
                "it is missing, and there is a record already: take this file from a copy, or name \
                  another folder with --record DIR"
                    .to_owned(),
        });
    }
    Ok(())
}

/// Whether anything lies in `segments/`. What cannot be read is no reason to think that nothing does.
fn has_segments(record: &Path) -> bool {
    match fs::read_dir(places::segments(record)) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

fn open(
    record: &Path,
    mut file: KeyringFile,
    place: &MachineKeyPlace,
) -> Result<(Keyring, Prepared), KeyError> {
    let (machine, machine_key) = place.find_or_make(record)?;
    let is_kept = !matches!(machine_key, MachineKey::MemoryOnly(_));
    let mut troubles = Vec::new();
    if let MachineKey::MemoryOnly(why) = &machine_key {
        troubles.push(format!(
            "no machine key ({why}): segments left open stay as they are, and this run signs with a \
             key of its own; recording goes on"
        ));
    }
    let unit = unit_of(record, &mut file, &machine, is_kept, &mut troubles)?;
    let signer = signer_of(record, &machine, is_kept, &mut troubles)?;
    file.add_signer(record, &signer)?;
    if is_rekeying(record) {
        troubles.push(
            "changing the unit's key was interrupted: `vigie key rekey` finishes it".to_owned(),
        );
    }
    let prepared = Prepared {
        is_new: false,
        is_unprotected: is_unprotected(record),
        machine: machine_key,
        troubles,
    };
    Ok((Keyring::new(unit, machine, signer), prepared))
}

/// The unit's public key. It is replaced only where nobody can have the private one, and what is recorded
/// from now on shall be read: the first start could keep no machine key, or nothing is recorded yet. A
/// private key that is missing otherwise may be on the recovery sheet, or in a copy.
fn unit_of(
    record: &Path,
    file: &mut KeyringFile,
    machine: &Identity,
    is_kept: bool,
    troubles: &mut Vec<String>,
) -> Result<Recipient, KeyError> {
    let unit = file.recipient(record)?;
    let (path, of_machine) = (places::unit(record), places::unit_machine(record));
    let none = places::unit_none(record);
    if crate::rekey::is_switched(record, file)? {
        return Ok(unit);
    }
    if path.exists() {
        // The passphrase was set, and the power failed before this was taken away.
        if of_machine.exists() && small_file::read(&path)?.starts_with(crate::passphrase::HEAD) {
            remove(&of_machine)?;
        }
        return Ok(unit);
    }
    if let Some(wrapped) = small_file::read_if_there(&of_machine)? {
        let held = match unwrap(machine, &wrapped, &of_machine) {
            Ok(text) => crate::machine::parse(&text, &of_machine)?,
            Err(error) => {
                troubles.push(format!(
                    "{}: not opened by the machine key of this PC, and there is no passphrase: nobody \
                     can read this record here ({error}); bring the old PC's machine key and set a \
                     passphrase, or begin another record folder",
                    of_machine.display()
                ));
                return Ok(unit);
            }
        };
        if held.recipient() == unit {
            return Ok(unit);
        }
        if none.exists() {
            // The power failed before `record.json` named the new one.
            return replace_unit(record, file, &held);
        }
        troubles.push(format!(
            "{}: holds another key than record.json names: take both from a copy",
            of_machine.display()
        ));
        return Ok(unit);
    }
    if !none.exists() && has_segments(record) {
        troubles.push(format!(
            "{}: it is missing, and with it the unit's private key: take it from a copy, or set a \
             passphrase with the recovery sheet (`vigie key passphrase --key-file sheet.txt`); recording \
             goes on with the same key; where there is neither, nobody can read it: begin another record \
             folder",
            path.display()
        ));
        return Ok(unit);
    }
    if !is_kept {
        troubles.push(
            "the unit's private key lies nowhere: what is recorded CANNOT BE READ after a restart"
                .to_owned(),
        );
        return Ok(unit);
    }
    put(&none, b"")?;
    let unit = Identity::generate();
    put_unit(record, &unit, machine)?;
    troubles.push(
        "the unit's private key was kept nowhere: there is a new one from now on, and what was \
         recorded before stays locked"
            .to_owned(),
    );
    replace_unit(record, file, &unit)
}

/// `record.json` names a new key, which lies under the machine key already.
fn replace_unit(
    record: &Path,
    file: &mut KeyringFile,
    unit: &Identity,
) -> Result<Recipient, KeyError> {
    file.unit = unit.recipient().to_string();
    file.write(record)?;
    remove(&places::unit_none(record))?;
    Ok(unit.recipient())
}

/// The signing key; a new one where it does not open. Another machine's is replaced, a damaged file stays.
fn signer_of(
    record: &Path,
    machine: &Identity,
    is_kept: bool,
    troubles: &mut Vec<String>,
) -> Result<Signer, KeyError> {
    let path = places::signing(record);
    let (signer, is_to_be_kept) = match open_signer(record, machine) {
        Ok(Some(signer)) => return Ok(signer),
        Ok(None) => (Signer::random()?, true),
        Err(KeyError::Wrong { .. }) => {
            if is_kept {
                troubles.push(format!(
                    "{}: made with another machine key (a moved or restored folder): this PC signs \
                     with a key of its own from now on; segments that were open stay as found",
                    path.display()
                ));
            }
            (Signer::random()?, true)
        }
        Err(error) => {
            troubles.push(format!(
                "{error}; until then this run signs with a key of its own; without a copy, delete the \
                 file and a new one is made"
            ));
            (Signer::random()?, false)
        }
    };
    if is_kept && is_to_be_kept {
        put_signer(record, &signer, machine)?;
    }
    Ok(signer)
}

/// The signing key of a record; `None`: there is none yet.
pub(crate) fn open_signer(record: &Path, machine: &Identity) -> Result<Option<Signer>, KeyError> {
    let path = places::signing(record);
    let Some(wrapped) = small_file::read_if_there(&path)? else { return Ok(None) };
    let hex = unwrap(machine, &wrapped, &path)?;
    let seed = Zeroizing::new(from_hex(&hex).ok_or_else(|| KeyError::Damaged {
        what: path,
        why: "64 hex digits are wanted inside".to_owned(),
    })?);
    Ok(Some(Signer::from_seed(&seed)))
}

fn put_signer(record: &Path, signer: &Signer, machine: &Identity) -> Result<(), KeyError> {
    // As a segment's raw key is kept: 64 hex digits.
    let hex = crate::RawKey::from_bytes(*signer.seed()).to_hex();
    put(&places::signing(record), &wrap(&machine.recipient(), hex.as_bytes())?)
}

fn put_unit(record: &Path, unit: &Identity, machine: &Identity) -> Result<(), KeyError> {
    let wrapped = wrap(&machine.recipient(), unit.to_text().as_bytes())?;
    put(&places::unit_machine(record), &wrapped)
}

pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    small_file::replace(path, bytes)
        .map_err(|error| KeyError::File { what: path.to_owned(), error })
}

/// Takes a file away for good; one that is not there is no mistake.
pub(crate) fn remove(path: &Path) -> Result<(), KeyError> {
    let failed = |error| KeyError::File { what: path.to_owned(), error };
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        Ok(()) | Err(_) => {}
    }
    path.parent().map_or(Ok(()), small_file::sync_folder).map_err(failed)
}

/// `record.json`.
impl KeyringFile {
    /// Where it lies.
    pub fn path(record: &Path) -> PathBuf {
        record.join("record.json")
    }

    /// What it says when a record begins.
    pub fn of(keyring: &Keyring, mode: StationMode) -> KeyringFile {
        KeyringFile {
            format: FORMAT,
            mode: mode_name(mode).to_owned(),
            unit: keyring.unit().to_string(),
            signers: vec![keyring.public().to_string()],
        }
    }

    /// Reads it; there must be one.
    pub fn read(record: &Path) -> Result<KeyringFile, KeyError> {
        KeyringFile::read_if_there(record)?.ok_or_else(|| KeyError::Refused {
            what: record.to_owned(),
            why: "there is no record here: name its folder with --record DIR".to_owned(),
        })
    }

    /// Reads it. A damaged one, or one of a newer format, is an error and never written over.
    pub fn read_if_there(record: &Path) -> Result<Option<KeyringFile>, KeyError> {
        let path = KeyringFile::path(record);
        let Some(bytes) = small_file::read_if_there(&path)? else { return Ok(None) };
        let file: KeyringFile = serde_json::from_slice(&bytes)
            .map_err(|error| KeyError::Damaged { what: path.clone(), why: error.to_string() })?;
        if file.format > FORMAT {
            return Err(KeyError::Refused {
                what: path,
                why: format!(
                    "format {} is newer than this program knows ({FORMAT}): use a newer one",
                    file.format
                ),
            });
        }
        file.recipient(record)?;
        for signer in &file.signers {
            signer.parse::<crate::PublicKey>().map_err(|why| KeyError::Damaged {
                what: path.clone(),
                why: format!("a signer is no key: {why}"),
            })?;
        }
        Ok(Some(file))
    }

    /// Writes it.
    pub fn write(&self, record: &Path) -> Result<(), KeyError> {
        let path = KeyringFile::path(record);
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| KeyError::Damaged { what: path.clone(), why: error.to_string() })?;
        bytes.push(b'\n');
        put(&path, &bytes)
    }

    /// The unit's public key.
    pub fn recipient(&self, record: &Path) -> Result<Recipient, KeyError> {
        self.unit.parse().map_err(|why| KeyError::Damaged {
            what: KeyringFile::path(record),
            why: format!("the unit's public key is none: {why}"),
        })
    }

    /// Its mode; `None`: not one that this program knows.
    pub fn station_mode(&self) -> Option<StationMode> {
        let modes =
            [StationMode::Live, StationMode::Simulation, StationMode::Replay, StationMode::Drill];
        modes.into_iter().find(|mode| mode_name(*mode) == self.mode)
    }

    /// Whether its keys stand in the source and protect nothing.
    pub fn is_simulated(&self) -> bool {
        matches!(self.station_mode(), Some(StationMode::Simulation | StationMode::Replay))
    }

    fn check_mode(&self, record: &Path, mode: StationMode) -> Result<(), KeyError> {
        if self.mode == mode_name(mode) {
            return Ok(());
        }
        Err(KeyError::Refused {
            what: KeyringFile::path(record),
            why: format!(
                "this record is of mode {}, and the station's mode is {}: a record holds one mode; \
                 name another folder with --record DIR",
                self.mode,
                mode_name(mode)
            ),
        })
    }

    fn add_signer(&mut self, record: &Path, signer: &Signer) -> Result<(), KeyError> {
        let public = signer.public().to_string();
        if self.signers.last() == Some(&public) {
            return Ok(());
        }
        self.signers.retain(|other| *other != public);
        self.signers.push(public);
        self.write(record)
    }
}

//! The folder of a copy before anything is written: whether it will do, whose copy stands there, and
//! what its manifest vouches for.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use vigie_keyring::KeyringFile;

use super::read_small;
use crate::{
    BackupOptions, CopyError, disks,
    error::{file, target as target_error},
    manifest::{self, MANIFEST_MAX, SIGNATURE_MAX},
    names::{INDEX, MANIFEST, NEW, RECORD, SIGNATURE},
    pending::pending,
    place::Place,
    survey::Survey,
    transfer::Want,
};

/// Whether a folder can take a copy of a record, as far as can be told without writing: it is there or
/// can be made, on another disk, and not inside the record.
pub fn check_target(record: &Path, target: &Path, options: BackupOptions) -> Result<(), CopyError> {
    path_of_target(record, target, options).map(drop)
}

fn path_of_target(
    record: &Path,
    target: &Path,
    options: BackupOptions,
) -> Result<PathBuf, CopyError> {
    let record = fs::canonicalize(record).map_err(|error| file(record, error))?;
    let gone = || CopyError::Gone(target.display().to_string());
    let (parent, path) = match fs::canonicalize(target) {
        Ok(path) => (path.clone(), path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = target.file_name().ok_or_else(gone)?;
            let parent = match target.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                Some(_) | None => Path::new("."),
            };
            let parent = fs::canonicalize(parent).map_err(|_| gone())?;
            (parent.clone(), parent.join(name))
        }
        Err(error) => return Err(target_error(target, error)),
    };
    if path.starts_with(&record) || record.starts_with(&path) {
        return Err(CopyError::Unfit(format!(
            "{}: the copy and the record {} would lie in each other: name a folder on another disk",
            path.display(),
            record.display()
        )));
    }
    let is_one = disks::are_one(&record, &parent).map_err(|error| target_error(&parent, error))?;
    if is_one && !options.same_disk {
        return Err(CopyError::SameDisk(path.display().to_string()));
    }
    Ok(path)
}

/// Opens the target, makes it if only its last folder is missing, and keeps others out of it.
pub(super) fn prepare(
    record: &Path,
    target: &Path,
    options: BackupOptions,
) -> Result<Place, CopyError> {
    let path = path_of_target(record, target, options)?;
    match fs::create_dir(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(target_error(&path, error)),
    }
    let place = Place::open(&path).map_err(|error| target_error(&path, error))?;
    match flock(place.handle(), FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            return Err(CopyError::Unfit(format!(
                "{}: another backup writes there: wait for its end",
                path.display()
            )));
        }
        // A network file system without locks: nobody else is kept out.
        Err(error) => tracing::warn!(%error, "the folder of the copy cannot be locked"),
    }
    Ok(place)
}

/// Whether the copy that stands there, if any, is one of this record. Seals tell: a chain value stands
/// for all that came before. Without a common segment the record's own file decides.
pub(super) fn is_same_record(
    source: &Place,
    keys: &KeyringFile,
    sealed: &Survey,
    target: &Place,
    there: &Survey,
) -> Result<(), CopyError> {
    let other = || CopyError::OtherRecord(target.path().display().to_string());
    let theirs = read_small(target, RECORD)?;
    let is_copy = [MANIFEST, INDEX].iter().any(|name| !matches!(target.size(name), None | Some(0)));
    if theirs.is_some() && !is_copy {
        return Err(CopyError::Unfit(format!(
            "{}: a record, and no copy of one: name another folder for the copy of {}",
            target.path().display(),
            source.path().display()
        )));
    }
    let (ours, theirs_chains) = (chains(sealed), chains(there));
    let mut common = 0;
    for (number, chain) in &theirs_chains {
        match ours.get(number) {
            Some(our) if our == chain => common += 1,
            Some(_) => return Err(other()),
            None => {}
        }
    }
    if common > 0 || theirs_chains.is_empty() && theirs.is_none() {
        return Ok(());
    }
    // Damaged: it is written anew, and the seals had nothing against it.
    let Some(theirs) = theirs.and_then(|bytes| serde_json::from_slice::<KeyringFile>(&bytes).ok())
    else {
        return if theirs_chains.is_empty() { Ok(()) } else { Err(other()) };
    };
    let knows = theirs.signers.iter().any(|signer| keys.signers.contains(signer));
    let fits = theirs.mode == keys.mode && knows && theirs_chains.is_empty();
    if fits { Ok(()) } else { Err(other()) }
}

fn chains(survey: &Survey) -> BTreeMap<u32, &str> {
    let removed = survey.removed.iter().filter_map(|(number, removed)| {
        Some((*number, removed.as_ref().ok()?.0.seal.chain.as_str()))
    });
    let seals = survey
        .seals
        .iter()
        .filter_map(|(number, seal)| Some((*number, seal.as_ref().ok()?.0.chain.as_str())));
    removed.chain(seals).collect()
}

/// What the manifest that stands there vouches for.
#[derive(Default)]
pub(super) struct Trusted {
    pub(super) wants: BTreeMap<String, Want>,
    /// Its signature still stands under its other name.
    is_unsettled: bool,
}

/// What the manifest that stands there vouches for; nothing when it is not whole, or signed by somebody
/// whom the record does not know. Then every file is read again.
pub(super) fn trusted(target: &Place, keys: &KeyringFile) -> Result<Trusted, CopyError> {
    let read = |name: &str, bytes_max| {
        target.read_small(name, bytes_max).or_else(|error| {
            // Too large, or no file: no manifest either way.
            let is_other =
                matches!(error.kind(), io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidInput);
            if is_other { Ok(None) } else { Err(target_error(&target.path_of(name), error)) }
        })
    };
    let Some(json) = read(MANIFEST, MANIFEST_MAX)? else { return Ok(Trusted::default()) };
    // A copy interrupted between the two has the signature still under its other name.
    let new = format!("{SIGNATURE}{NEW}");
    for (name, is_unsettled) in [(SIGNATURE, false), (new.as_str(), true)] {
        let judged = manifest::judge(&json, read(name, SIGNATURE_MAX)?.as_deref());
        let is_known =
            judged.signer.is_some_and(|signer| keys.signers.contains(&signer.to_string()));
        if let (true, Some(manifest)) = (is_known, judged.manifest) {
            return Ok(Trusted { wants: manifest.wants(), is_unsettled });
        }
    }
    Ok(Trusted::default())
}

/// Ends the last step of a backup that was killed in it: what waits as `NAME.new` and is what the
/// manifest names gets its name, before others wait there. True when there was any.
pub(super) fn settle(target: &Place, trusted: &Trusted) -> Result<bool, CopyError> {
    let waiting =
        pending(target, &trusted.wants).map_err(|error| target_error(target.path(), error))?;
    let signature = trusted.is_unsettled.then(|| SIGNATURE.to_owned());
    let names: Vec<String> = waiting.into_keys().chain(signature).collect();
    for name in &names {
        let renamed = target.rename(&format!("{name}{NEW}"), name);
        renamed.map_err(|error| target_error(&target.path_of(name), error))?;
    }
    Ok(!names.is_empty())
}

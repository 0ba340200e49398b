//! [`restore`]: a record out of a copy, on another machine.

use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
};

use rustix::fs::{FlockOperation, flock};
use vigie_keyring::KeyringFile;
use vigie_record::{Hold, RecordError, Seal};

use crate::{
    Copied, CopyError, Progress,
    backup::{SMALL_MAX, hex_of},
    disks,
    error::{file, target as target_error},
    manifest::{self, MANIFEST_MAX, Manifest, SIGNATURE_MAX},
    names::{
        HOLD, MANIFEST, NEW, PART, RECORD, SIGNATURE, SMALL, in_segments, key_name, kind_of,
        removed_name, seal_name,
    },
    pending::{INTERRUPTED, pending},
    place::Place,
    survey::{Survey, files_of, survey},
    transfer::{Halt, Meter, Want, check, copy as copy_file, put},
};

/// Room that is asked for besides the segments.
const SMALL_ROOM: u64 = 1 << 20;

/// Makes a record of a copy, in an empty folder or one where this was interrupted.
///
/// Every file is held against manifest and seal while it is copied, and read back. What is damaged is
/// named, and the rest restored; `record.json` comes last: before it there is no record. Damaged segments
/// are left out, and a segment that no manifest names too, unless somebody signed it whom `record.json`
/// names. A damaged key is kept as it is, and a damaged `hold.json` becomes one that holds everything.
pub fn restore(copy: &Path, record: &Path, progress: Progress<'_>) -> Result<Copied, CopyError> {
    let source = match Place::open(copy) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(CopyError::Gone(copy.display().to_string()));
        }
        Err(error) => return Err(file(copy, error)),
    };
    if source.size(RECORD).is_none() && source.size(MANIFEST).is_none() {
        return Err(CopyError::Unfit(format!(
            "{}: no copy of a record: name the folder with {MANIFEST} in it",
            copy.display()
        )));
    }
    let mut done = Copied::default();
    let manifest = read_manifest(&source, &mut done);
    let mut sealed = survey(&source).map_err(|error| file(&source.path_of("segments"), error))?;
    let wants = manifest.as_ref().map(Manifest::wants).unwrap_or_default();
    let pending = pending(&source, &wants).map_err(|error| file(copy, error))?;
    if !pending.is_empty() {
        tracing::warn!("{}: {INTERRUPTED}", copy.display());
    }
    sealed.take(&pending);
    let target = prepare(copy, record)?;
    let there =
        survey(&target).map_err(|error| target_error(&target.path_of("segments"), error))?;
    for (number, seal) in &there.seals {
        if let (Ok((seal, _)), Some(Ok((ours, _)))) = (seal, sealed.seals.get(number))
            && seal.chain != ours.chain
        {
            return Err(CopyError::OtherRecord(record.display().to_string()));
        }
    }
    Restore { source, target, manifest, wants, pending, sealed, done }.run(progress)
}

/// The manifest, as far as it can be gone by; what is wrong with it is told.
fn read_manifest(source: &Place, done: &mut Copied) -> Option<Manifest> {
    let mut read = |name: &str, bytes_max| match source.read_small(name, bytes_max) {
        Ok(bytes) => bytes,
        Err(error) => {
            done.damaged.push((name.to_owned(), error.to_string()));
            None
        }
    };
    let json = read(MANIFEST, MANIFEST_MAX);
    let mut signature = read(SIGNATURE, SIGNATURE_MAX);
    let Some(json) = json else {
        done.damaged.push((MANIFEST.to_owned(), "missing".to_owned()));
        return None;
    };
    let new = source.read_small(&format!("{SIGNATURE}{NEW}"), SIGNATURE_MAX).ok().flatten();
    if new.is_some() && !manifest::judge(&json, signature.as_deref()).faults.is_empty() {
        signature = new;
    }
    let judged = manifest::judge(&json, signature.as_deref());
    done.damaged.extend(judged.faults);
    judged.manifest
}

fn prepare(copy: &Path, record: &Path) -> Result<Place, CopyError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(record);
    made.map_err(|error| target_error(record, error))?;
    let inner = |one: &Path, other: &Path| -> io::Result<bool> {
        let (one, other) = (fs::canonicalize(one)?, fs::canonicalize(other)?);
        Ok(one.starts_with(&other) || other.starts_with(&one))
    };
    if inner(copy, record).map_err(|error| target_error(record, error))? {
        return Err(CopyError::Unfit(format!(
            "{}: copy and record would lie in each other: name another folder",
            record.display()
        )));
    }
    let target = Place::open(record).map_err(|error| target_error(record, error))?;
    match flock(target.handle(), FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            return Err(CopyError::Unfit(format!(
                "{}: a station or another restore works there: name an empty folder",
                record.display()
            )));
        }
        Err(error) => return Err(target_error(record, error.into())),
    }
    let names = target.names(None).map_err(|error| target_error(record, error))?;
    let segments = target.names(Some("segments")).map_err(|error| target_error(record, error))?;
    let is_left = |name: &String| match name.strip_suffix(NEW) {
        Some(small) => small == HOLD || small == RECORD,
        None => matches!(name.as_str(), "segments" | "keys" | "lost+found" | HOLD),
    };
    if !names.iter().all(is_left) || !segments.iter().all(|name| kind_of(name).is_some()) {
        return Err(CopyError::Unfit(format!(
            "{}: not empty: name an empty folder, or one where this was interrupted",
            record.display()
        )));
    }
    Ok(target)
}

struct Restore {
    source: Place,
    target: Place,
    manifest: Option<Manifest>,
    wants: BTreeMap<String, Want>,
    /// What the manifest names and stands there as `NAME.new`: a backup was killed in its last step.
    pending: BTreeMap<String, Vec<u8>>,
    sealed: Survey,
    done: Copied,
}

/// In the place of a `hold.json` that nobody vouches for: deleting too little can be mended.
fn hold_everything() -> Vec<u8> {
    let why = "what the copy held is damaged: see another copy, then hold that and release this";
    let all = Hold { from_wall_ns: i64::MIN, to_wall_ns: i64::MAX, why: why.to_owned() };
    // A plain struct of numbers and strings always has a JSON form.
    serde_json::to_vec_pretty(&[all]).unwrap_or_default()
}

impl Restore {
    fn run(mut self, progress: Progress<'_>) -> Result<Copied, CopyError> {
        for folder in ["segments", "keys"] {
            let made = self.target.make_folder(folder);
            made.map_err(|error| target_error(&self.target.path_of(folder), error))?;
        }
        let record_json = self.record_json()?;
        let seals = self.seals(&record_json);
        // What the manifest names and the copy has not.
        for name in self.wants.keys() {
            if self.source.size(name).is_none() && !self.pending.contains_key(name) {
                self.done.damaged.push((name.clone(), "missing".to_owned()));
            }
        }
        let files = || seals.iter().flat_map(|(_, seal, _)| files_of(seal));
        let (mut all, mut wanted) = (0_u64, SMALL_ROOM);
        for (name, want) in files() {
            let is_there = self.target.size(&name) == Some(want.bytes);
            all = all.saturating_add(if is_there { want.bytes } else { 2 * want.bytes });
            wanted = wanted.saturating_add(self.lacking(&name, &want));
        }
        let free = disks::free_bytes(&self.target)
            .map_err(|error| target_error(self.target.path(), error))?;
        if wanted > free {
            return Err(CopyError::Full(wanted - free));
        }
        let mut meter = Meter::new(all, progress);
        for (number, seal, bytes) in &seals {
            match self.segment(*number, seal, bytes, &mut meter) {
                Ok(()) => {}
                Err(Halt::Stopped) => {
                    self.done.is_stopped = true;
                    return Ok(self.done);
                }
                Err(Halt::Target(error)) => {
                    let left = files().map(|(name, want)| self.lacking(&name, &want));
                    let left = left.fold(0, u64::saturating_add);
                    let free = disks::free_bytes(&self.target).unwrap_or(0);
                    let error = target_error(self.target.path(), error);
                    let is_full = matches!(error, CopyError::Full(_));
                    let lacking = CopyError::Full(left.saturating_sub(free).max(1));
                    return Err(if is_full { lacking } else { error });
                }
                Err(halt) => return Err(self.error_of(*number, halt)),
            }
        }
        self.small_files(&record_json)?;
        Ok(self.done)
    }

    /// Seals whose segments are restored: those that the manifest names, and those that somebody signed
    /// whom the record knows. All others are named.
    fn seals(&mut self, record_json: &[u8]) -> Vec<(u32, Seal, Vec<u8>)> {
        let keys = serde_json::from_slice::<KeyringFile>(record_json);
        let signers = keys.map(|keys| keys.signers).unwrap_or_default();
        let mut seals: Vec<(u32, Seal, Vec<u8>)> = Vec::new();
        for (number, seal) in &self.sealed.seals {
            let name = seal_name(*number);
            let listed = self.wants.get(&name);
            let (seal, bytes) = match seal {
                Ok(seal) => seal,
                Err(why) => {
                    self.done.damaged.push((name, why.clone()));
                    continue;
                }
            };
            let fault = match listed {
                Some(want) if *want != Want::of(bytes) => {
                    Some("not what the manifest names".to_owned())
                }
                None if !signers.contains(&seal.signer) => {
                    let signer = &seal.signer;
                    Some(format!("left out: signed by {signer}, whom {RECORD} does not know"))
                }
                Some(_) | None => None,
            };
            if let Some(why) = fault {
                self.done.damaged.push((name, why));
                continue;
            }
            if listed.is_none() && self.manifest.is_some() {
                let what = "not in the manifest, and restored: the record's own signature is on it";
                self.done.notes.push((name, what.to_owned()));
            }
            seals.push((*number, seal.clone(), bytes.clone()));
        }
        seals
    }

    /// Bytes of a file that are not written yet.
    fn lacking(&self, name: &str, want: &Want) -> u64 {
        if self.target.size(name) == Some(want.bytes) {
            return 0;
        }
        let part = self.target.size(&format!("{name}{PART}")).unwrap_or(0);
        want.bytes.saturating_sub(part)
    }

    /// A small file: what waits for its name, else what has it.
    fn small(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self.pending.get(name) {
            Some(bytes) => Ok(Some(bytes.clone())),
            None => self.source.read_small(name, SMALL_MAX),
        }
    }

    /// Whether a small file belongs to it: what a manifest does not name was to be removed.
    fn counts(&self, name: &str) -> bool {
        self.manifest.is_none() || self.wants.contains_key(name)
    }

    /// `record.json` as it was copied; of a damaged one, what the manifest has of it.
    fn record_json(&mut self) -> Result<Vec<u8>, CopyError> {
        let bytes = self.small(RECORD).ok().flatten();
        let fits = |bytes: &Vec<u8>| {
            self.wants.get(RECORD).is_none_or(|want| *want == Want::of(bytes))
                && serde_json::from_slice::<KeyringFile>(bytes).is_ok()
        };
        if let Some(bytes) = bytes.filter(fits) {
            return Ok(bytes);
        }
        let damaged = || CopyError::Damaged(self.source.path_of(RECORD).display().to_string());
        let manifest = self.manifest.as_ref().ok_or_else(damaged)?;
        let mut signers: Vec<String> = Vec::new();
        // What no manifest names says nothing of who signs.
        let fits = |name: String, bytes: &[u8]| {
            self.wants.get(&name).is_some_and(|want| *want == Want::of(bytes))
        };
        let of_seals = self.sealed.seals.iter().filter_map(|(number, seal)| {
            let (seal, bytes) = seal.as_ref().ok()?;
            fits(seal_name(*number), bytes).then_some(&seal.signer)
        });
        let of_removed = self.sealed.removed.iter().filter_map(|(number, removed)| {
            let (removed, bytes) = removed.as_ref().ok()?;
            fits(removed_name(*number), bytes).then_some(&removed.signer)
        });
        for signer in of_removed.chain(of_seals).chain([&manifest.signer]) {
            if !signers.contains(signer) {
                signers.push(signer.clone());
            }
        }
        let (format, mode, unit) = (manifest.format, manifest.mode.clone(), manifest.unit.clone());
        let keys = KeyringFile { format, mode, unit, signers };
        let bytes = serde_json::to_vec_pretty(&keys).map_err(|_| damaged())?;
        self.done.damaged.push((RECORD.to_owned(), "damaged: made again from the manifest".into()));
        Ok(bytes)
    }

    fn segment(
        &mut self,
        number: u32,
        seal: &Seal,
        bytes: &[u8],
        meter: &mut Meter<'_>,
    ) -> Result<(), Halt> {
        let mut is_copied = false;
        for (name, want) in files_of(seal) {
            if self.wants.get(&name).is_some_and(|listed| *listed != want) {
                self.damaged(&name, "its seal and the manifest do not agree");
                return Ok(());
            }
            if self.is_there(&name, &want, meter)? {
                continue;
            }
            let copied = match self.source.read(&name) {
                Ok(file) => copy_file(file, &want, &self.target, &name, meter),
                Err(error) => Err(Halt::Source(error)),
            };
            match copied {
                Ok(()) => is_copied = true,
                Err(Halt::Differs(why)) => {
                    self.damaged(&name, &why);
                    return Ok(());
                }
                Err(Halt::Source(error)) => {
                    self.damaged(&name, &format!("cannot be read ({error})"));
                    return Ok(());
                }
                Err(halt) => return Err(halt),
            }
            self.done.bytes += want.bytes;
            let path = self.target.path_of(&name);
            fs::set_permissions(path, Permissions::from_mode(0o400)).map_err(Halt::Target)?;
        }
        let key_name = key_name(number);
        match self.small(&key_name) {
            Ok(Some(key)) => {
                if hex_of(&key) != seal.key_blake3 {
                    self.damaged(&key_name, "not the key that was sealed");
                }
                // What it opens is told by the segment: a wrong one does no harm.
                put(&self.target, &key_name, &key)?;
            }
            Ok(None) => self.damaged(&key_name, "missing"),
            Err(error) => self.damaged(&key_name, &format!("cannot be read ({error})")),
        }
        put(&self.target, &seal_name(number), bytes)?;
        let list = if is_copied { &mut self.done.segments } else { &mut self.done.kept };
        list.push(number);
        self.done.up_to = Some(number);
        Ok(())
    }

    /// A file that an interrupted restore left, read again.
    fn is_there(&self, name: &str, want: &Want, meter: &mut Meter<'_>) -> Result<bool, Halt> {
        if self.target.size(name) != Some(want.bytes) {
            return Ok(false);
        }
        let mut file = self.target.read(name).map_err(Halt::Target)?;
        match check(&mut file, want, meter) {
            Ok(()) => Ok(true),
            Err(Halt::Differs(_)) => {
                meter.extend(2 * want.bytes);
                Ok(false)
            }
            Err(Halt::Source(error)) => Err(Halt::Target(error)),
            Err(halt) => Err(halt),
        }
    }

    /// What was deleted, the hold and the unit's key; `record.json` last.
    fn small_files(&mut self, record_json: &[u8]) -> Result<(), CopyError> {
        let put_it = |target: &Place, name: &str, bytes: &[u8]| {
            put(target, name, bytes).map_err(|halt| match halt {
                Halt::Target(error) => target_error(&target.path_of(name), error),
                Halt::Source(_) | Halt::Differs(_) | Halt::ReadBack | Halt::Stopped => {
                    CopyError::ReadBack(target.path_of(name).display().to_string())
                }
            })
        };
        let mut damaged = Vec::new();
        for (number, removed) in &self.sealed.removed {
            let name = removed_name(*number);
            // What policy deleted and the copy had all the same is a segment again.
            let is_restored = self.target.size(&seal_name(*number)).is_some();
            if is_restored || !self.counts(&name) {
                continue;
            }
            match removed {
                Ok((_, bytes)) => put_it(&self.target, &name, bytes)?,
                Err(why) => damaged.push((name, why.clone())),
            }
        }
        for name in SMALL {
            if !self.counts(name) {
                continue;
            }
            let want = self.wants.get(name);
            let (bytes, why) = match self.small(name) {
                Ok(Some(bytes)) if want.is_none_or(|want| *want == Want::of(&bytes)) => {
                    (Some(bytes), None)
                }
                Ok(Some(bytes)) => (Some(bytes), Some("not what the manifest names".to_owned())),
                Ok(None) if want.is_some() => (None, Some("missing".to_owned())),
                Ok(None) => (None, None),
                Err(error) => (None, Some(error.to_string())),
            };
            match (&why, bytes) {
                (Some(_), _) if name == HOLD => put_it(&self.target, name, &hold_everything())?,
                (_, Some(bytes)) => put_it(&self.target, name, &bytes)?,
                (_, None) => {}
            }
            damaged.extend(why.map(|why| (name.to_owned(), why)));
        }
        damaged.iter().for_each(|(name, why)| self.damaged(name, why));
        put_it(&self.target, RECORD, record_json)
    }

    /// A file is named once.
    fn damaged(&mut self, name: &str, why: &str) {
        if !self.done.damaged.iter().any(|(known, _)| known == name) {
            self.done.damaged.push((name.to_owned(), why.to_owned()));
        }
    }

    fn error_of(&self, number: u32, halt: Halt) -> CopyError {
        let path = self.target.path_of(&in_segments(&format!("{number:06}")));
        match halt {
            Halt::ReadBack => CopyError::ReadBack(path.display().to_string()),
            Halt::Source(error) | Halt::Target(error) => target_error(&path, error),
            Halt::Differs(why) => CopyError::Record(RecordError::Damaged { what: path, why }),
            Halt::Stopped => CopyError::Unfit("stopped".to_owned()),
        }
    }
}

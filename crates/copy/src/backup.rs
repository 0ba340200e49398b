//! [`backup`]: what is sealed and not there yet, copied, read back and signed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rustix::fs::{FlockOperation, flock};
use vigie_keyring::{KeyringFile, PublicKey, Signer};
use vigie_model::WallTime;
use vigie_record::{MadeCopy, RecordError, Seal, layout, remember_copy};

use crate::{
    BackupOptions, Copied, CopyError, Progress, disks,
    error::{file, target as target_error},
    index::Index,
    manifest::{self, Listed, MANIFEST_MAX, Manifest, SIGNATURE_MAX},
    names::{INDEX, MANIFEST, NEW, PART, RECORD, SIGNATURE, SMALL, UNIT, in_segments, is_copied},
    pending::{left, pending},
    place::Place,
    survey::{Survey, files_of, survey},
    transfer::{Halt, Meter, Want, check, copy, put, write_new},
};

/// Bytes of a small file of the record that are read.
pub(crate) const SMALL_MAX: u64 = 4 << 20;
/// Room for seals, keys, index and manifest that is asked for besides the segments.
const SMALL_ROOM: u64 = 1 << 20;
/// Room for the small files of one segment: seal, key, two lines of the manifest.
const SMALL_ROOM_SEGMENT: u64 = 16 << 10;

/// Copies every sealed segment that is not there yet, and signs. The caller has had the open segment
/// sealed before, at `wall` or later: nothing newer is in the copy.
///
/// A segment is kept when its seal is the record's and its files stand there with the size and the
/// hash that the signed manifest has for them. `NAME.part` of an interrupted copy goes on where it fits
/// the source. What the record has let go meanwhile stays in the copy.
pub fn backup(
    record: &Path,
    target: &Path,
    signer: &Signer,
    options: BackupOptions,
    wall: WallTime,
    progress: Progress<'_>,
) -> Result<Copied, CopyError> {
    let source = match Place::open(record) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(RecordError::NoRecord(record.to_owned()).into());
        }
        Err(error) => return Err(file(record, error)),
    };
    let record_json =
        read_small(&source, RECORD)?.ok_or_else(|| RecordError::NoRecord(record.to_owned()))?;
    let keys = parse_keys(&record_json, &source)?;
    let sealed = survey(&source).map_err(|error| file(&layout::segments(record), error))?;
    let target = prepare(record, target, options)?;
    let there =
        survey(&target).map_err(|error| target_error(&target.path_of("segments"), error))?;
    is_same_record(&source, &keys, &sealed, &target, &there)?;
    let trusted = trusted(&target, &keys)?;
    let there = if settle(&target, &trusted)? {
        survey(&target).map_err(|error| target_error(&target.path_of("segments"), error))?
    } else {
        there
    };
    let work = Backup {
        trusted: trusted.wants,
        listed: BTreeMap::new(),
        staged: BTreeSet::new(),
        done: Copied::default(),
        source,
        target,
        record_json,
        keys,
        sealed,
        there,
        signer,
        wall,
    };
    work.run(progress)
}

/// A small file of the record, none when it is not there.
pub(crate) fn read_small(place: &Place, name: &str) -> Result<Option<Vec<u8>>, CopyError> {
    place.read_small(name, SMALL_MAX).map_err(|error| file(&place.path_of(name), error))
}

pub(crate) fn parse_keys(bytes: &[u8], place: &Place) -> Result<KeyringFile, CopyError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let why = format!("damaged ({error}): take it from a copy");
        CopyError::Record(RecordError::Damaged { what: place.path_of(RECORD), why })
    })
}

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
fn prepare(record: &Path, target: &Path, options: BackupOptions) -> Result<Place, CopyError> {
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
fn is_same_record(
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
struct Trusted {
    wants: BTreeMap<String, Want>,
    /// Its signature still stands under its other name.
    is_unsettled: bool,
}

/// What the manifest that stands there vouches for; nothing when it is not whole, or signed by somebody
/// whom the record does not know. Then every file is read again.
fn trusted(target: &Place, keys: &KeyringFile) -> Result<Trusted, CopyError> {
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
fn settle(target: &Place, trusted: &Trusted) -> Result<bool, CopyError> {
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

/// What is to be done with a file of a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Todo {
    /// The manifest vouches for it.
    Keep,
    /// It has the right size, and nobody vouches for it.
    Read,
    Copy,
}

/// A segment with its files, and what is to be done with each.
type Task = (u32, Vec<(String, Want, Todo)>);

struct Backup<'a> {
    source: Place,
    target: Place,
    record_json: Vec<u8>,
    keys: KeyringFile,
    sealed: Survey,
    there: Survey,
    /// What the manifest that stood there vouches for.
    trusted: BTreeMap<String, Want>,
    /// What the manifest to be written vouches for.
    listed: BTreeMap<String, Want>,
    /// What waits as `NAME.new` for that manifest, since the one that stands there has it otherwise.
    staged: BTreeSet<String>,
    done: Copied,
    signer: &'a Signer,
    wall: WallTime,
}

impl Backup<'_> {
    fn run(mut self, progress: Progress<'_>) -> Result<Copied, CopyError> {
        let mut todo: Vec<Task> = Vec::new();
        let mut kept = Vec::new();
        for (number, seal) in &self.sealed.seals {
            if self.sealed.removed.contains_key(number) {
                continue;
            }
            let seal = match seal {
                Ok((seal, _)) => seal,
                Err(why) => {
                    let name = in_segments(&format!("{number:06}.seal"));
                    self.done.damaged.push((name, why.clone()));
                    continue;
                }
            };
            let files: Vec<_> = files_of(seal)
                .map(|(name, want)| {
                    let todo = self.todo(&name, &want);
                    (name, want, todo)
                })
                .collect();
            if files.iter().all(|(_, _, todo)| *todo == Todo::Keep) {
                kept.push(*number);
            } else {
                todo.push((*number, files));
            }
        }
        let all: u64 = todo.iter().flat_map(|(_, files)| files).map(work_of).sum();
        let asked = self.missing(&todo)?;
        if asked > 0 {
            return Err(CopyError::Full(asked));
        }
        self.begin()?;
        self.carry_over();
        let mut meter = Meter::new(all, progress);
        let outcome = self.copy_all(&kept, &todo, &mut meter);
        let halted = match outcome {
            Ok(()) => None,
            Err(CopyError::Full(_)) => {
                // The manifest of what is complete needs a little room too.
                self.remove_parts();
                Some(CopyError::Full(self.missing(&todo).unwrap_or(0).max(SMALL_ROOM)))
            }
            Err(error @ (CopyError::Gone(_) | CopyError::ReadBack(_))) => return Err(error),
            Err(error) => Some(error),
        };
        let is_partial = halted.is_some() || self.done.is_stopped || !self.done.damaged.is_empty();
        let finished = self.finish(is_partial);
        if let Some(error) = halted {
            return Err(error);
        }
        finished?;
        if let (Some(up_to), false) = (self.done.up_to, self.done.is_stopped) {
            let place = self.target.path().display().to_string();
            let finished_wall_ns = self.wall.as_unix_nanos();
            remember_copy(self.source.path(), MadeCopy { place, finished_wall_ns, up_to })?;
        }
        Ok(self.done)
    }

    fn todo(&self, name: &str, want: &Want) -> Todo {
        if self.target.size(name) != Some(want.bytes) {
            Todo::Copy
        } else if self.trusted.get(name) == Some(want) {
            Todo::Keep
        } else {
            Todo::Read
        }
    }

    /// Bytes that are wanted beyond what is free.
    fn missing(&self, todo: &[Task]) -> Result<u64, CopyError> {
        let path = self.target.path();
        let free = disks::free_bytes(&self.target).map_err(|error| target_error(path, error))?;
        let mut wanted = SMALL_ROOM;
        for (name, want, todo) in todo.iter().flat_map(|(_, files)| files) {
            if *todo == Todo::Copy && !self.listed.contains_key(name) {
                let part = self.target.size(&format!("{name}{PART}")).unwrap_or(0);
                wanted += want.bytes.saturating_sub(part) + SMALL_ROOM_SEGMENT;
            }
        }
        Ok(wanted.saturating_sub(free))
    }

    /// Whoever finds a first copy that was interrupted can tell what it is.
    fn begin(&mut self) -> Result<(), CopyError> {
        for folder in ["segments", "keys"] {
            let made = self.target.make_folder(folder);
            made.map_err(|error| target_error(&self.target.path_of(folder), error))?;
        }
        if self.target.size(MANIFEST).is_none() {
            let text = self.index(&[], true).text();
            self.put(INDEX, text.as_bytes())?;
            let bytes = self.record_json.clone();
            self.put(RECORD, &bytes)?;
        }
        Ok(())
    }

    /// Segments that the record no longer has, or that are damaged there, stay as they are in the copy.
    fn carry_over(&mut self) {
        let gone: BTreeSet<u32> = self
            .there
            .seals
            .keys()
            .filter(|number| {
                self.sealed.removed.contains_key(number)
                    || !matches!(self.sealed.seals.get(number), Some(Ok(_)))
            })
            .copied()
            .collect();
        for number in gone {
            let Some(Ok((seal, _))) = self.there.seals.get(&number) else { continue };
            let small = [
                in_segments(&format!("{number:06}.seal")),
                in_segments(&format!("{number:06}.key")),
            ];
            let names: Vec<String> = files_of(seal).map(|(name, _)| name).chain(small).collect();
            let vouched = |name: &String| {
                let want = self.trusted.get(name)?;
                (self.target.size(name) == Some(want.bytes)).then(|| (name.clone(), want.clone()))
            };
            let found: Option<Vec<_>> = names.iter().map(vouched).collect();
            self.listed.extend(found.into_iter().flatten());
        }
    }

    fn copy_all(
        &mut self,
        kept: &[u32],
        todo: &[Task],
        meter: &mut Meter<'_>,
    ) -> Result<(), CopyError> {
        for number in kept {
            let Some(Ok((seal, _))) = self.sealed.seals.get(number) else { continue };
            let files: Vec<(String, Want)> = files_of(seal).collect();
            self.listed.extend(files);
            self.put_seal(*number)?;
            self.done.kept.push(*number);
        }
        'segments: for (number, files) in todo {
            let mut is_copied = false;
            for (name, want, todo) in files {
                match self.copy_file(name, want, *todo, meter) {
                    Ok(copied) => is_copied |= copied,
                    Err(Halt::Stopped) => {
                        self.done.is_stopped = true;
                        return Ok(());
                    }
                    Err(Halt::Differs(why)) => {
                        self.done.damaged.push((name.clone(), why));
                        files.iter().for_each(|(name, ..)| drop(self.listed.remove(name)));
                        continue 'segments;
                    }
                    Err(Halt::Source(error)) if error.kind() == io::ErrorKind::NotFound => {
                        // Policy may have deleted it since; else it is missing.
                        let gone = in_segments(&format!("{number:06}.removed"));
                        if self.source.size(&gone).is_none() {
                            self.done.damaged.push((name.clone(), "missing".to_owned()));
                        }
                        files.iter().for_each(|(name, ..)| drop(self.listed.remove(name)));
                        continue 'segments;
                    }
                    Err(halt) => return Err(self.error_of(name, halt)),
                }
            }
            self.put_seal(*number)?;
            if is_copied {
                self.done.segments.push(*number);
                self.done.bytes += files.iter().map(|(_, want, _)| want.bytes).sum::<u64>();
            } else {
                self.done.kept.push(*number);
            }
        }
        self.done.kept.sort_unstable();
        Ok(())
    }

    /// True when it was copied, false when it was there.
    fn copy_file(
        &mut self,
        name: &str,
        want: &Want,
        todo: Todo,
        meter: &mut Meter<'_>,
    ) -> Result<bool, Halt> {
        let mut todo = todo;
        if todo == Todo::Read {
            let mut file = self.target.read(name).map_err(Halt::Target)?;
            match check(&mut file, want, meter) {
                Ok(()) => {}
                Err(Halt::Differs(_)) => {
                    meter.extend(2 * want.bytes);
                    todo = Todo::Copy;
                }
                Err(Halt::Source(error)) => return Err(Halt::Target(error)),
                Err(halt) => return Err(halt),
            }
        }
        if todo == Todo::Copy {
            let source = self.source.read(name).map_err(Halt::Source)?;
            copy(source, want, &self.target, name, meter)?;
        }
        self.listed.insert(name.to_owned(), want.clone());
        Ok(todo == Todo::Copy)
    }

    /// The key and the seal of a segment whose files are there: the seal last.
    fn put_seal(&mut self, number: u32) -> Result<(), CopyError> {
        let (seal_name, key_name) =
            (in_segments(&format!("{number:06}.seal")), in_segments(&format!("{number:06}.key")));
        let (mut seal, mut bytes) = match self.sealed.seals.get(&number) {
            Some(Ok((seal, bytes))) => (seal.clone(), bytes.clone()),
            Some(Err(_)) | None => return Ok(()),
        };
        let mut key = read_small(&self.source, &key_name)?;
        if key.as_deref().map(hex_of).as_ref() != Some(&seal.key_blake3) {
            // A rekey wraps the key first, and seals again.
            let again = read_small(&self.source, &seal_name)?;
            if let Some(again) = again
                && let Ok(newer) = crate::survey::seal(number, &again)
                && newer.chain == seal.chain
            {
                (seal, bytes) = (newer, again);
                key = read_small(&self.source, &key_name)?;
            }
        }
        let fits = |key: &Vec<u8>| hex_of(key) == seal.key_blake3;
        if !key.as_ref().is_some_and(fits) {
            let why =
                if key.is_some() { "its bytes are not those that were sealed" } else { "missing" };
            self.done.damaged.push((key_name.clone(), why.to_owned()));
            // The copy may have the right one still.
            let theirs = self.target.read_small(&key_name, SMALL_MAX).ok().flatten();
            key = theirs.filter(fits).or(key);
        }
        if let Some(key) = key {
            self.put(&key_name, &key)?;
        }
        self.put(&seal_name, &bytes)
    }

    /// Writes and lists a small file. One that replaces another waits until the new manifest stands
    /// there: killed before, the copy is still what the old one says.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), CopyError> {
        let replaces = self.target.size(MANIFEST).is_some() && self.target.size(name).is_some();
        let is_same = || {
            let there = self.target.read_small(name, bytes.len() as u64);
            there.is_ok_and(|there| there.as_deref() == Some(bytes))
        };
        if !replaces {
            put(&self.target, name, bytes).map_err(|halt| self.error_of(name, halt))?;
        } else if is_same() {
            self.staged.remove(name);
        } else {
            let new = format!("{name}{NEW}");
            write_new(&self.target, &new, bytes).map_err(|halt| self.error_of(&new, halt))?;
            self.staged.insert(name.to_owned());
        }
        self.listed.insert(name.to_owned(), Want::of(bytes));
        Ok(())
    }

    /// Everything but segments, the manifest last.
    fn finish(&mut self, is_partial: bool) -> Result<(), CopyError> {
        let removed: Vec<(String, Vec<u8>)> = self
            .sealed
            .removed
            .iter()
            .filter_map(|(number, removed)| {
                let name = in_segments(&format!("{number:06}.seal"));
                let is_kept = self.listed.contains_key(&name);
                let bytes = &removed.as_ref().ok()?.1;
                (!is_kept).then(|| (in_segments(&format!("{number:06}.removed")), bytes.clone()))
            })
            .collect();
        for (name, bytes) in removed {
            self.put(&name, &bytes)?;
        }
        for (number, removed) in &self.sealed.removed {
            if let Err(why) = removed {
                let name = in_segments(&format!("{number:06}.removed"));
                self.done.damaged.push((name, why.clone()));
            }
        }
        for name in SMALL {
            if let Some(bytes) = read_small(&self.source, name)? {
                self.put(name, &bytes)?;
            }
        }
        let bytes = read_small(&self.source, RECORD)?.unwrap_or_default();
        if parse_keys(&bytes, &self.source)?.unit != self.keys.unit {
            // What was copied before is wrapped to the old one.
            return Err(CopyError::Unfit(format!(
                "{}: the unit's key was changed meanwhile: start it again",
                self.source.path_of(RECORD).display()
            )));
        }
        self.put(RECORD, &bytes)?;
        let seals = self.listed_seals();
        let up_to = seals.last().map(|seal| seal.number);
        self.done.up_to = up_to;
        let chain = seals.last().map(|seal| seal.chain.clone()).unwrap_or_default();
        let text = self.index(&seals, is_partial).text();
        self.put(INDEX, text.as_bytes())?;
        let listed = |(name, want): (&String, &Want)| Listed {
            name: name.clone(),
            bytes: want.bytes,
            blake3: want.blake3.clone(),
        };
        let manifest = Manifest {
            format: self.keys.format,
            mode: self.keys.mode.clone(),
            unit: self.keys.unit.clone(),
            made_wall_ns: self.wall.as_unix_nanos(),
            up_to,
            chain,
            signer: self.signer.public().to_string(),
            files: self.listed.iter().map(listed).collect(),
        };
        let json = manifest.to_bytes();
        let signature = manifest::signature(&json, self.signer);
        let new = format!("{SIGNATURE}{NEW}");
        write_new(&self.target, &new, &signature).map_err(|halt| self.error_of(&new, halt))?;
        // What waits must not be forgotten by a power cut that the manifest outlives.
        for folder in [Some("keys"), Some("segments"), None] {
            let synced = self.target.sync(folder);
            synced.map_err(|error| target_error(self.target.path(), error))?;
        }
        put(&self.target, MANIFEST, &json).map_err(|halt| self.error_of(MANIFEST, halt))?;
        for name in std::mem::take(&mut self.staged).iter().map(String::as_str).chain([SIGNATURE]) {
            let renamed = self.target.rename(&format!("{name}{NEW}"), name);
            renamed.map_err(|error| target_error(&self.target.path_of(name), error))?;
        }
        self.remove_surplus()
    }

    /// The seals of the segments that the copy has, in order.
    fn listed_seals(&self) -> Vec<Seal> {
        let mut seals: BTreeMap<u32, &Seal> = BTreeMap::new();
        // Where both have one, the record's: it may have been signed again.
        for (number, seal) in self.there.seals.iter().chain(&self.sealed.seals) {
            let name = in_segments(&format!("{number:06}.seal"));
            if let Ok((seal, _)) = seal
                && self.listed.contains_key(&name)
            {
                seals.insert(*number, seal);
            }
        }
        seals.into_values().cloned().collect()
    }

    fn index<'s>(&'s self, seals: &'s [Seal], is_partial: bool) -> Index<'s> {
        Index {
            mode: &self.keys.mode,
            unit: &self.keys.unit,
            signer: self.signer.public().to_string(),
            made_wall_ns: self.wall.as_unix_nanos(),
            segments: seals.iter().collect(),
            removed: self.sealed.removed.len(),
            has_passphrase: self.source.size(UNIT).is_some(),
            is_partial,
            zone: TimeZone::system(),
        }
    }

    /// What stands there and is not, or no longer, true of the record: `.new` that a cut left behind,
    /// small files that the record has no more, and `.removed`, `.seal` and `.key` that the other has
    /// replaced. Only after the manifest: the one before may name them.
    fn remove_surplus(&mut self) -> Result<(), CopyError> {
        let stale = left(&self.target).map_err(|error| target_error(self.target.path(), error))?;
        let gone = SMALL.iter().filter(|name| !self.listed.contains_key(**name));
        for name in stale.iter().map(String::as_str).chain(gone.copied()) {
            let removed = self.target.remove(name);
            removed.map_err(|error| target_error(&self.target.path_of(name), error))?;
        }
        let names = self.target.names(Some("segments"));
        let names = names.map_err(|error| target_error(&self.target.path_of("segments"), error))?;
        for name in names {
            let path = in_segments(&name);
            let is_ours = crate::names::kind_of(&name).is_some();
            let is_new = is_ours && name.ends_with(NEW);
            // A part goes on when it is interrupted, and is no part of a copy that is complete.
            let is_part = is_ours && name.ends_with(PART) && !self.done.is_stopped;
            let is_old =
                is_copied(&path) && !self.listed.contains_key(&path) && self.replaced(&name);
            if is_new || is_part || is_old {
                let removed = self.target.remove(&path);
                removed.map_err(|error| target_error(&self.target.path_of(&path), error))?;
            }
        }
        Ok(())
    }

    /// Whether a small file of the copy is replaced by one that is listed: a seal by what is left of a
    /// segment, or the other way round.
    fn replaced(&self, name: &str) -> bool {
        let Some(number) = layout::number_of(name) else { return false };
        let listed =
            |end: &str| self.listed.contains_key(&in_segments(&format!("{number:06}.{end}")));
        match name.rsplit('.').next() {
            Some("seal" | "key") => listed("removed"),
            Some("removed") => listed("seal"),
            Some(_) | None => false,
        }
    }

    fn remove_parts(&self) {
        for name in self.target.names(Some("segments")).unwrap_or_default() {
            if crate::names::kind_of(&name).is_some() && name.ends_with(PART) {
                // The copy is full or broken already: that is what is told.
                _ = self.target.remove(&in_segments(&name));
            }
        }
    }

    fn error_of(&self, name: &str, halt: Halt) -> CopyError {
        let path: PathBuf = self.target.path_of(name);
        match halt {
            Halt::Source(error) => file(&self.source.path_of(name), error),
            Halt::Target(error) => target_error(&path, error),
            Halt::ReadBack => CopyError::ReadBack(path.display().to_string()),
            Halt::Differs(why) => CopyError::Unfit(format!("{name}: {why}")),
            Halt::Stopped => CopyError::Unfit("stopped".to_owned()),
        }
    }
}

fn work_of((_, want, todo): &(String, Want, Todo)) -> u64 {
    match todo {
        Todo::Keep => 0,
        Todo::Read => want.bytes,
        Todo::Copy => 2 * want.bytes,
    }
}

pub(crate) fn hex_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// A public key for a list without doubles.
pub(crate) fn add_signer(signers: &mut Vec<PublicKey>, text: &str) -> Option<PublicKey> {
    let signer = text.parse::<PublicKey>().ok()?;
    if !signers.contains(&signer) {
        signers.push(signer);
    }
    Some(signer)
}

//! [`backup`]: what is sealed and not there yet, copied, read back and signed. `target` looks at the
//! folder first, `keep` at what it has besides.

mod keep;
mod target;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use vigie_keyring::{KeyringFile, PublicKey, Signer};
use vigie_model::WallTime;
use vigie_record::{MadeCopy, RecordError, Seal, layout, remember_copy};

pub use self::target::check_target;
use self::target::{is_same_record, prepare, settle, trusted};
use crate::{
    BackupOptions, Copied, CopyError, Progress, disks,
    error::{file, target as target_error},
    index::Index,
    manifest::{self, Listed, Manifest},
    names::{
        INDEX, MANIFEST, NEW, PART, RECORD, SIGNATURE, SMALL, UNIT, key_name, removed_name,
        seal_name,
    },
    place::Place,
    survey::{SEAL_MAX, Survey, files_of, survey},
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
    let mut sealed = survey(&source).map_err(|error| file(&layout::segments(record), error))?;
    let target = prepare(record, target, options)?;
    let there =
        survey(&target).map_err(|error| target_error(&target.path_of("segments"), error))?;
    is_same_record(&source, &keys, &sealed, &target, &there)?;
    sealed.doubt_strangers(&keys.signers);
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
        lacks_key: false,
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

/// What is to be done with a file of a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Todo {
    /// The manifest vouches for it.
    Keep,
    /// It has the right size, and nobody vouches for it.
    Read,
    Copy,
}

/// The small files of a segment, in memory before its data is copied: policy may delete it meanwhile.
struct Papers {
    seal: Vec<u8>,
    key: Option<Vec<u8>>,
    key_blake3: String,
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
    /// A key was damaged in the record, and the copy has none that fits either.
    lacks_key: bool,
    done: Copied,
    signer: &'a Signer,
    wall: WallTime,
}

impl Backup<'_> {
    fn run(mut self, progress: Progress<'_>) -> Result<Copied, CopyError> {
        let mut todo: Vec<Task> = Vec::new();
        let mut kept = Vec::new();
        for (number, seal) in &self.sealed.seals {
            if self.is_removed(*number) {
                continue;
            }
            let seal = match seal {
                Ok((seal, _)) => seal,
                Err(why) => {
                    self.done.damaged.push((seal_name(*number), why.clone()));
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
        self.miss_seals();
        let mut meter = Meter::new(all, progress);
        let carried = self.carry_over(&mut meter);
        let outcome = carried.and_then(|()| self.copy_all(&kept, &todo, &mut meter));
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
        if let (Some(up_to), false) = (self.done.up_to, self.done.is_stopped)
            && self.has_all()
        {
            let place = self.target.path().display().to_string();
            let finished_wall_ns = self.wall.as_unix_nanos();
            remember_copy(self.source.path(), MadeCopy { place, finished_wall_ns, up_to })?;
        }
        Ok(self.done)
    }

    /// Seals that are missing in the midst of the record.
    fn miss_seals(&mut self) {
        let Some(last) = self.sealed.seals.keys().next_back().copied() else { return };
        let numbers: Vec<u32> = self.sealed.data.range(..last).map(|(number, _)| *number).collect();
        for number in numbers {
            let is_known = self.sealed.seals.contains_key(&number)
                || self.sealed.removed.contains_key(&number)
                || self.is_gone(number);
            if !is_known {
                self.sealed.seals.insert(number, Err("missing".to_owned()));
                self.done.damaged.push((seal_name(number), "missing".to_owned()));
            }
        }
    }

    /// Whether everything that the record still has, damaged or not, is in the copy.
    fn has_all(&self) -> bool {
        let mut numbers = self.sealed.seals.keys().chain(self.sealed.removed.keys());
        let has = |name: &String| self.listed.contains_key(name);
        !self.lacks_key && numbers.all(|n| has(&seal_name(*n)) || has(&removed_name(*n)))
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

    fn copy_all(
        &mut self,
        kept: &[u32],
        todo: &[Task],
        meter: &mut Meter<'_>,
    ) -> Result<(), CopyError> {
        for number in kept {
            let Some(Ok((seal, _))) = self.sealed.seals.get(number) else { continue };
            let files: Vec<(String, Want)> = files_of(seal).collect();
            let Some(papers) = self.papers(*number) else {
                self.carry(*number, meter)?;
                continue;
            };
            self.listed.extend(files);
            self.put_papers(*number, papers)?;
            self.done.kept.push(*number);
        }
        'segments: for (number, files) in todo {
            if self.done.is_stopped {
                break;
            }
            let Some(papers) = self.papers(*number) else {
                self.carry(*number, meter)?;
                continue;
            };
            let mut is_copied = false;
            for (name, want, todo) in files {
                let why = match self.copy_file(name, want, *todo, meter) {
                    Ok(copied) => {
                        is_copied |= copied;
                        continue;
                    }
                    Err(Halt::Stopped) => {
                        self.done.is_stopped = true;
                        return Ok(());
                    }
                    Err(Halt::Differs(why)) => Some(why),
                    Err(Halt::Source(error)) if error.kind() == io::ErrorKind::NotFound => {
                        (!self.is_gone(*number)).then(|| "missing".to_owned())
                    }
                    Err(Halt::Source(error)) => Some(format!("cannot be read ({error})")),
                    Err(halt) => return Err(self.error_of(name, halt)),
                };
                files.iter().for_each(|(name, ..)| drop(self.listed.remove(name)));
                match why {
                    Some(why) => self.done.damaged.push((name.clone(), why)),
                    None => self.carry(*number, meter)?,
                }
                continue 'segments;
            }
            self.put_papers(*number, papers)?;
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

    /// The seal and the key of a segment of the record; none when policy has deleted it since.
    fn papers(&mut self, number: u32) -> Option<Papers> {
        let Some(Ok((seal, bytes))) = self.sealed.seals.get(&number) else { return None };
        let (chain, mut key_blake3, mut seal) =
            (seal.chain.clone(), seal.key_blake3.clone(), bytes.clone());
        let name = key_name(number);
        let mut key = self.source.read_small(&name, SMALL_MAX);
        if !matches!(&key, Ok(Some(key)) if hex_of(key) == key_blake3) {
            // A rekey wraps the key first, and seals again.
            if let Ok(Some(again)) = self.source.read_small(&seal_name(number), SEAL_MAX)
                && let Ok(newer) = crate::survey::seal(number, &again)
                && newer.chain == chain
            {
                (key_blake3, seal) = (newer.key_blake3, again);
                key = self.source.read_small(&name, SMALL_MAX);
            }
        }
        let why = match &key {
            Ok(Some(key)) if hex_of(key) == key_blake3 => None,
            Ok(Some(_)) => Some("its bytes are not those that were sealed".to_owned()),
            Ok(None) if self.is_gone(number) => return None,
            Ok(None) => Some("missing".to_owned()),
            Err(error) => Some(format!("cannot be read ({error})")),
        };
        self.done.damaged.extend(why.map(|why| (name, why)));
        Some(Papers { seal, key: key.ok().flatten(), key_blake3 })
    }

    /// The key and the seal of a segment whose files are there: the seal last.
    fn put_papers(&mut self, number: u32, papers: Papers) -> Result<(), CopyError> {
        let name = key_name(number);
        let fits = |key: &Vec<u8>| hex_of(key) == papers.key_blake3;
        let mut key = papers.key;
        if !key.as_ref().is_some_and(fits) {
            // The copy may have the right one still.
            let theirs = self.target.read_small(&name, SMALL_MAX).ok().flatten().filter(fits);
            self.lacks_key |= theirs.is_none();
            key = theirs.or(key);
        }
        if let Some(key) = key {
            self.put(&name, &key)?;
        }
        self.put(&seal_name(number), &papers.seal)
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
                let is_kept = self.listed.contains_key(&seal_name(*number));
                let bytes = &removed.as_ref().ok()?.1;
                (!is_kept).then(|| (removed_name(*number), bytes.clone()))
            })
            .collect();
        for (name, bytes) in removed {
            self.put(&name, &bytes)?;
        }
        for (number, removed) in &self.sealed.removed {
            if let Err(why) = removed {
                self.done.damaged.push((removed_name(*number), why.clone()));
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
        let of = |(number, seal): (&u32, &Seal)| (*number, seal.clone());
        let whole = |survey: &Survey| -> BTreeMap<u32, Seal> {
            let seals = survey.seals.iter();
            seals.filter_map(|(number, seal)| Some(of((number, &seal.as_ref().ok()?.0)))).collect()
        };
        let removed = self.sealed.removed.iter();
        let removed =
            removed.filter_map(|(n, removed)| Some(of((n, &removed.as_ref().ok()?.0.seal))));
        // Of several the record's: it may have been signed again.
        let mut seals: BTreeMap<u32, Seal> = removed.collect();
        seals.extend(whole(&self.there));
        seals.extend(whole(&self.sealed));
        seals.retain(|number, _| self.listed.contains_key(&seal_name(*number)));
        seals.into_values().collect()
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

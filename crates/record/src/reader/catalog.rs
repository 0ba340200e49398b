//! What lies in `segments/`: numbers, files, seals. Needs no key.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use vigie_model::WallTime;

use super::{SegmentInfo, SegmentState};
use crate::{RecordError, Removed, Seal, layout, small_file};

/// The segments of a record, looked at anew for each question.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    entries: BTreeMap<u32, Entry>,
}

/// A segment as its files tell.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// For people.
    pub(super) info: SegmentInfo,
    /// Its file; `None`: there is none.
    pub(super) path: Option<PathBuf>,
    /// It was sealed before anything was recorded in it: nothing is missing in an answer without it.
    pub(super) is_of_nothing: bool,
    /// The seal as it was when it was read: its size and when it was written.
    seen: Option<(u64, std::time::SystemTime)>,
}

/// Files of one number.
#[derive(Debug, Default)]
struct Files {
    segment: Option<(String, PathBuf)>,
    bytes: u64,
    has_seal: bool,
    has_removed: bool,
}

impl Catalog {
    /// Looks again. A seal that has not changed is not read again.
    pub(super) fn refresh(&mut self, record: &Path) -> Result<(), RecordError> {
        let folder = layout::segments(record);
        let failed = |error| RecordError::File { what: folder.clone(), error };
        let mut found: BTreeMap<u32, Files> = BTreeMap::new();
        let listing = match fs::read_dir(&folder) {
            Ok(listing) => listing,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                self.entries.clear();
                return Ok(());
            }
            Err(error) => return Err(failed(error)),
        };
        for entry in listing {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(number) = layout::number_of(&name) else { continue };
            let files = found.entry(number).or_default();
            if name.ends_with(".vg") {
                files.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
                // Of two, which nobody but an attacker makes, always the same one.
                if files.segment.as_ref().is_none_or(|(known, _)| name < *known) {
                    files.segment = Some((name, entry.path()));
                }
            } else if name.ends_with(".vg-wal") {
                files.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            } else if name.ends_with(".seal") {
                files.has_seal = true;
            } else if name.ends_with(".removed") {
                files.has_removed = true;
            }
        }
        let mut before = std::mem::take(&mut self.entries);
        for (number, files) in found {
            let before = before.remove(&number);
            if files.segment.is_some() || files.has_seal || files.has_removed {
                self.entries.insert(number, entry_of(record, number, files, before));
            }
        }
        Ok(())
    }

    /// Every segment, oldest first.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// One segment.
    pub(super) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(&number)
    }
}

fn entry_of(record: &Path, number: u32, files: Files, before: Option<Entry>) -> Entry {
    let (name, path) = match files.segment {
        Some((name, path)) => (name, Some(path)),
        None => (format!("{number:06}"), None),
    };
    let info =
        |span, state| SegmentInfo { number, name: name.clone(), bytes: files.bytes, span, state };
    if files.has_removed && path.is_none() {
        let file = layout::removed(record, number);
        let removed = small(&file)
            .and_then(|bytes| Removed::parse(&bytes, &file).map_err(|error| error.to_string()))
            .and_then(|removed| Ok((checked(removed.seal, number, &file)?, removed.why)));
        let (span, state) = match removed {
            Ok((seal, why)) => (Some(span_of(&seal)), SegmentState::Removed(why)),
            Err(why) => (None, SegmentState::Damaged(why)),
        };
        return Entry { info: info(span, state), path: None, is_of_nothing: false, seen: None };
    }
    if !files.has_seal {
        let info = info(None, SegmentState::Open);
        return Entry { info, path, is_of_nothing: false, seen: None };
    }
    let file = layout::seal(record, number);
    let seen = fs::metadata(&file)
        .ok()
        .and_then(|metadata| Some((metadata.len(), metadata.modified().ok()?)));
    if let Some(before) = before
        && seen.is_some()
        && before.seen == seen
        && before.path == path
    {
        let SegmentInfo { span, state, .. } = before.info;
        let is_of_nothing = before.is_of_nothing;
        return Entry { info: info(span, state), path, is_of_nothing, seen };
    }
    let seal = small(&file)
        .and_then(|bytes| Seal::parse(&bytes, &file).map_err(|error| error.to_string()))
        .and_then(|seal| checked(seal, number, &file));
    let mut is_of_nothing = false;
    let (span, state) = match seal {
        Ok(seal) => {
            let is_whole = path.is_some() || seal.files.is_empty();
            is_of_nothing = is_whole && seal.is_of_nothing();
            let state = if !is_whole {
                SegmentState::Damaged("its file is not there: take it from a copy".to_owned())
            } else {
                seal.as_found.clone().map_or(SegmentState::Sealed, SegmentState::AsFound)
            };
            (Some(span_of(&seal)), state)
        }
        Err(why) => (None, SegmentState::Damaged(why)),
    };
    Entry { info: info(span, state), path, is_of_nothing, seen }
}

fn span_of(seal: &Seal) -> (WallTime, WallTime) {
    let first = seal.first_wall_ns.min(seal.opened_wall_ns);
    let last = seal.last_wall_ns.max(seal.closed_wall_ns);
    (WallTime::from_unix_nanos(first), WallTime::from_unix_nanos(last))
}

fn small(path: &Path) -> Result<Vec<u8>, String> {
    small_file::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// A seal is gone by when it is whole and that of its number: an edited one could hide a segment.
fn checked(seal: Seal, number: u32, path: &Path) -> Result<Seal, String> {
    let fault = if seal.number == number {
        seal.fault()
    } else {
        Some(format!("the seal of segment {}", seal.number))
    };
    match fault {
        None => Ok(seal),
        Some(fault) => Err(format!("{}: {fault}: take it from a copy", path.display())),
    }
}

//! [`Survey`]: which segments a folder says it has, by their seals; their files are not read yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use vigie_record::{Removed, Seal};

use crate::{
    names::{Kind, in_segments, kind_of},
    place::Place,
    transfer::{FILE_MAX, Want},
};

/// Bytes of a seal that are read: a real one has one or two thousand.
pub(crate) const SEAL_MAX: u64 = 64 << 10;
/// Bytes of all seals of a folder.
const SEALS_MAX: u64 = 256 << 20;
/// Files of one segment: itself and its WAL.
const FILES_MAX: usize = 2;

/// What stands in `segments/`.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Seals that hold by themselves, or what is wrong with them; with the file's bytes.
    pub seals: BTreeMap<u32, Result<(Seal, Vec<u8>), String>>,
    /// What is left of segments that policy deleted.
    pub removed: BTreeMap<u32, Result<(Removed, Vec<u8>), String>>,
    /// Names of segments and their WALs.
    pub data: BTreeMap<u32, BTreeSet<String>>,
    /// Numbers with a key.
    pub keys: BTreeSet<u32>,
    /// What is none of ours.
    pub strange: Vec<String>,
    /// Of a station at work or of a copy under way.
    pub passing: Vec<String>,
}

impl Survey {
    /// What is left of a segment counts with the signature of somebody whom the record knows: anybody can
    /// write such a file.
    pub(crate) fn doubt_strangers(&mut self, signers: &[String]) {
        for removed in self.removed.values_mut() {
            if let Ok((by, _)) = removed
                && !signers.contains(&by.signer)
            {
                *removed = Err(format!("signed by {}, whom record.json does not know", by.signer));
            }
        }
    }
}

/// Reads all seals of a folder.
pub(crate) fn survey(place: &Place) -> io::Result<Survey> {
    let mut survey = Survey::default();
    let mut budget = SEALS_MAX;
    for name in place.names(Some("segments"))? {
        let path = in_segments(&name);
        let mut read = || {
            let bytes = place
                .read_small(&path, SEAL_MAX)
                .map_err(|error| error.to_string())?
                .ok_or_else(|| "missing".to_owned())?;
            budget = budget
                .checked_sub(bytes.len() as u64)
                .ok_or_else(|| "too many seals: no record has so many".to_owned())?;
            Ok(bytes)
        };
        match kind_of(&name) {
            Some((number, Kind::Seal)) => {
                let seal = read().and_then(|bytes| Ok((seal(number, &bytes)?, bytes)));
                survey.seals.insert(number, seal);
            }
            Some((number, Kind::Removed)) => {
                let removed = read().and_then(|bytes| Ok((removed(number, &bytes)?, bytes)));
                survey.removed.insert(number, removed);
            }
            Some((number, Kind::Data)) => {
                survey.data.entry(number).or_default().insert(name);
            }
            Some((number, Kind::Key)) => {
                survey.keys.insert(number);
            }
            Some((_, Kind::Passing)) => survey.passing.push(name),
            None => survey.strange.push(name),
        }
    }
    Ok(survey)
}

/// A seal that holds by itself.
pub(crate) fn seal(number: u32, bytes: &[u8]) -> Result<Seal, String> {
    let seal: Seal = serde_json::from_slice(bytes).map_err(|error| format!("damaged ({error})"))?;
    if let Some(why) = seal.fault() {
        return Err(why);
    }
    if seal.to_bytes() != bytes || has_other_case(&seal.signature) {
        return Err("not as a station writes it".to_owned());
    }
    if seal.number != number {
        return Err(format!("the seal of segment {}", seal.number));
    }
    // A power cut right after its key was written leaves a segment without any file: the seal says so.
    let is_empty = seal.files.is_empty() && seal.as_found.is_none();
    if is_empty || seal.files.len() > FILES_MAX {
        return Err(format!("names {} files", seal.files.len()));
    }
    let names: BTreeSet<&str> = seal.files.iter().map(|file| file.name.as_str()).collect();
    let fits = |name: &&str| kind_of(name) == Some((number, Kind::Data));
    if names.len() != seal.files.len() || !names.iter().all(fits) {
        return Err("names files that no segment has".to_owned());
    }
    if let Some(file) = seal.files.iter().find(|file| file.bytes > FILE_MAX) {
        return Err(format!("{} bytes for {}: no segment is so large", file.bytes, file.name));
    }
    Ok(seal)
}

/// What is left of a segment, when it holds by itself.
pub(crate) fn removed(number: u32, bytes: &[u8]) -> Result<Removed, String> {
    let removed: Removed =
        serde_json::from_slice(bytes).map_err(|error| format!("damaged ({error})"))?;
    if let Some(why) = removed.fault() {
        return Err(why);
    }
    if removed.to_bytes() != bytes || has_other_case(&removed.signature) {
        return Err("not as a station writes it".to_owned());
    }
    if removed.seal.number != number {
        return Err(format!("the seal of segment {}", removed.seal.number));
    }
    Ok(removed)
}

/// The signature itself is the one text that the signature does not cover.
fn has_other_case(signature: &str) -> bool {
    signature.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_whitespace())
}

/// The files of a segment, from the folder's top on, and what they should be.
pub(crate) fn files_of(seal: &Seal) -> impl Iterator<Item = (String, Want)> + '_ {
    seal.files.iter().map(|file| {
        (in_segments(&file.name), Want { bytes: file.bytes, blake3: file.blake3.clone() })
    })
}

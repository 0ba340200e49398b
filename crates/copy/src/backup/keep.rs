//! What stays in a copy although the record has it no more, and the little that goes.

use std::collections::BTreeSet;

use super::{Backup, Todo, read_small};
use crate::{
    CopyError,
    error::target as target_error,
    names::{
        Kind, NEW, PART, SMALL, in_segments, is_copied, key_name, kind_of, removed_name, seal_name,
    },
    pending::left,
    survey::{self, SEAL_MAX},
    transfer::{Halt, Meter, Want, check},
};

impl Backup<'_> {
    /// What the record no longer has, or has damaged, stays as it is in the copy: deleted by policy it
    /// may be the last there is of it.
    pub(super) fn carry_over(&mut self, meter: &mut Meter<'_>) -> Result<(), CopyError> {
        let numbers: BTreeSet<u32> =
            self.there.seals.keys().chain(self.there.data.keys()).copied().collect();
        for number in numbers {
            if self.is_removed(number) || !matches!(self.sealed.seals.get(&number), Some(Ok(_))) {
                self.carry(number, meter)?;
            }
        }
        for (number, removed) in &self.there.removed {
            let is_lost = !self.is_removed(*number)
                && !matches!(self.sealed.seals.get(number), Some(Ok(_)))
                && !self.listed.contains_key(&seal_name(*number));
            if let (true, Ok((removed, bytes))) = (is_lost, removed)
                && self.keys.signers.contains(&removed.signer)
            {
                self.listed.insert(removed_name(*number), Want::of(bytes));
            }
        }
        Ok(())
    }

    /// Lists a segment that only the copy has, when all of it fits its seal: the copy's own, or the one
    /// in the record's `N.removed`. What the signed manifest does not vouch for is read again. What does
    /// not fit stays where it is, and is named.
    pub(super) fn carry(&mut self, number: u32, meter: &mut Meter<'_>) -> Result<(), CopyError> {
        let (name, key) = (seal_name(number), key_name(number));
        let ours = self.there.seals.get(&number).map(|seal| match seal {
            Ok((seal, _)) if !self.keys.signers.contains(&seal.signer) => {
                Err(format!("signed by {}, whom record.json does not know", seal.signer))
            }
            Ok((_, bytes)) => Ok(bytes.clone()),
            Err(why) => Err(why.clone()),
        });
        // Without a seal a copy was killed before the segment was whole: no fault of the copy.
        let was_whole = ours.is_some();
        let theirs = match self.sealed.removed.get(&number) {
            Some(Ok((removed, _))) => Some(removed.seal.to_bytes()),
            Some(Err(_)) | None => None,
        };
        let (bytes, hurt) = match (ours, theirs) {
            (Some(Ok(bytes)), _) => (bytes, None),
            (ours, Some(bytes)) => (bytes, ours.and_then(Result::err)),
            (Some(Err(why)), None) => {
                self.done.damaged.push((name, why));
                return Ok(());
            }
            (None, None) => return Ok(()),
        };
        let Ok(seal) = survey::seal(number, &bytes) else { return Ok(()) };
        let mut found: Vec<(String, Want)> = Vec::new();
        let mut unfit: Vec<(String, String)> = Vec::new();
        match read_small(&self.target, &key) {
            Ok(Some(bytes)) if Want::of(&bytes).blake3 == seal.key_blake3 => {
                found.push((key, Want::of(&bytes)));
            }
            // Wrapped otherwise than the seal at hand says, and the one that said so is damaged.
            Ok(Some(_)) if hurt.is_some() => {}
            Ok(Some(_)) => unfit.push((key, "not the key that was sealed".to_owned())),
            Ok(None) => unfit.push((key, "missing".to_owned())),
            Err(error) => unfit.push((key, error.to_string())),
        }
        if !was_whole && found.is_empty() {
            return Ok(());
        }
        for (name, want) in survey::files_of(&seal) {
            match self.todo(&name, &want) {
                Todo::Keep => found.push((name, want)),
                Todo::Copy => unfit.push((name, "missing, or of another size".to_owned())),
                // Not now: the next copy reads it, and until then it stays.
                Todo::Read if self.done.is_stopped => return Ok(()),
                Todo::Read => {
                    meter.extend(want.bytes);
                    let read = self.target.read(&name).map_err(Halt::Source);
                    match read.and_then(|mut file| check(&mut file, &want, meter)) {
                        Ok(()) => found.push((name, want)),
                        Err(Halt::Differs(why)) => unfit.push((name, why)),
                        Err(Halt::Stopped) => {
                            self.done.is_stopped = true;
                            return Ok(());
                        }
                        Err(Halt::Source(error)) => {
                            unfit.push((name, format!("cannot be read ({error})")));
                        }
                        Err(halt @ (Halt::Target(_) | Halt::ReadBack)) => {
                            return Err(self.error_of(&name, halt));
                        }
                    }
                }
            }
        }
        let is_whole = unfit.is_empty() && found.len() == seal.files.len() + 1;
        if is_whole {
            self.listed.extend(found);
            return self.put(&name, &bytes);
        }
        if was_whole {
            self.done.damaged.extend(hurt.map(|why| (name, why)));
            self.done.damaged.extend(unfit);
        }
        Ok(())
    }

    /// Whether policy deleted a segment: somebody whom the record knows signed what is left of it.
    pub(super) fn is_removed(&self, number: u32) -> bool {
        matches!(self.sealed.removed.get(&number), Some(Ok(_)))
    }

    /// The same, asked of the record's folder once more: policy does not wait for a copy.
    pub(super) fn is_gone(&mut self, number: u32) -> bool {
        let name = removed_name(number);
        if let Ok(Some(bytes)) = self.source.read_small(&name, SEAL_MAX) {
            let removed = survey::removed(number, &bytes).map(|removed| (removed, bytes));
            self.sealed.removed.insert(number, removed);
            self.sealed.doubt_strangers(&self.keys.signers);
        }
        self.is_removed(number)
    }

    /// What stands there and is not, or no longer, true of the record: `.new` that a cut left behind,
    /// small files that the record has no more, `.removed` of a segment that is there, and `.seal` and
    /// `.key` of one that is not. Only after the manifest: the one before may name them. While a file of
    /// a segment stands there its key stays: without it nobody could ever read that.
    pub(super) fn remove_surplus(&mut self) -> Result<(), CopyError> {
        let stale = left(&self.target).map_err(|error| target_error(self.target.path(), error))?;
        let gone = SMALL.iter().filter(|name| !self.listed.contains_key(**name));
        for name in stale.iter().map(String::as_str).chain(gone.copied()) {
            let removed = self.target.remove(name);
            removed.map_err(|error| target_error(&self.target.path_of(name), error))?;
        }
        let names = self.target.names(Some("segments"));
        let names = names.map_err(|error| target_error(&self.target.path_of("segments"), error))?;
        let has_data: BTreeSet<u32> = names
            .iter()
            .filter_map(|name| kind_of(name))
            .filter(|(_, kind)| *kind == Kind::Data)
            .map(|(number, _)| number)
            .collect();
        for name in names {
            let path = in_segments(&name);
            let Some((number, kind)) = kind_of(&name) else { continue };
            let is_replaced = match kind {
                Kind::Seal | Kind::Key => {
                    self.listed.contains_key(&removed_name(number)) && !has_data.contains(&number)
                }
                Kind::Removed => self.listed.contains_key(&seal_name(number)),
                Kind::Data | Kind::Passing => false,
            };
            let is_old = is_copied(&path) && !self.listed.contains_key(&path) && is_replaced;
            // A part goes on when it is interrupted, and is no part of a copy that is complete.
            let is_part = name.ends_with(PART) && !self.done.is_stopped;
            if name.ends_with(NEW) || is_part || is_old {
                let removed = self.target.remove(&path);
                removed.map_err(|error| target_error(&self.target.path_of(&path), error))?;
            }
        }
        Ok(())
    }

    pub(super) fn remove_parts(&self) {
        for name in self.target.names(Some("segments")).unwrap_or_default() {
            if kind_of(&name).is_some() && name.ends_with(PART) {
                // The copy is full or broken already: that is what is told.
                _ = self.target.remove(&in_segments(&name));
            }
        }
    }
}

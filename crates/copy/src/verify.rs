//! [`verify`]: whether a copy or a record is whole and unchanged. Needs no secret, writes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use vigie_keyring::{KeyringFile, PublicKey};
use vigie_record::{RecordError, Seal};

use crate::{
    CopyError, Progress, Verified,
    backup::{SMALL_MAX, add_signer, hex_of},
    error::file,
    manifest::{self, Judged, MANIFEST_MAX, Manifest, SIGNATURE_MAX},
    names::{
        BALLAST, INDEX, MANIFEST, NEW, RECORD, SIGNATURE, in_segments, is_copied, key_name,
        removed_name, seal_name, shown,
    },
    pending::{INTERRUPTED, pending},
    place::Place,
    survey::{Survey, files_of, survey},
    transfer::{Halt, Meter, Want, check},
};

/// Segments without a seal at the end of a record: the open one, one that is being sealed, and those that
/// a station lets wait for it before it closes no more.
const OPEN_MAX: usize = 6;
/// `previous` of a record's first segment.
const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Checks a copy, or a record. `pinned`: the signer on the recovery sheet. What another one signed is a
/// fault, unless the chain or a manifest of the pinned signer stands for it.
///
/// Every file that is at fault is named once. What a damaged seal or manifest says of other files is
/// not gone by.
pub fn verify(
    place: &Path,
    pinned: Option<PublicKey>,
    progress: Progress<'_>,
) -> Result<Verified, CopyError> {
    let opened = match Place::open(place) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(CopyError::Gone(place.display().to_string()));
        }
        Err(error) => return Err(file(place, error)),
    };
    let top = opened.names(None).map_err(|error| file(place, error))?;
    let has = |name: &str| top.iter().any(|found| found == name);
    let is_copy = has(MANIFEST) || has(SIGNATURE) || has(INDEX);
    if !is_copy && !has(RECORD) && !has("segments") {
        return Err(RecordError::NoRecord(place.to_owned()).into());
    }
    let survey = survey(&opened).map_err(|error| file(&opened.path_of("segments"), error))?;
    let mut work = Verify {
        place: opened,
        survey,
        manifest: None,
        wants: BTreeMap::new(),
        pending: BTreeMap::new(),
        found: Verified { is_copy, ..Verified::default() },
        faulty: BTreeSet::new(),
        pinned,
    };
    if is_copy {
        work.judge_manifest();
        work.pending = pending(&work.place, &work.wants).map_err(|error| file(place, error))?;
        work.survey.take(&work.pending);
    }
    let mut meter = Meter::new(work.all_bytes(), progress);
    match work.read_all(&mut meter) {
        Ok(()) => {
            let keys = work.judge_record_json();
            work.judge_signers(keys.as_ref());
            work.judge_chain();
            work.note_extras(&top);
        }
        Err(_) => work.found.is_stopped = true,
    }
    Ok(work.found)
}

struct Verify {
    place: Place,
    survey: Survey,
    manifest: Option<Manifest>,
    /// What the manifest says; none in a record, or when it cannot be gone by.
    wants: BTreeMap<String, Want>,
    /// What the manifest names and stands there as `NAME.new`: a backup was killed in its last step.
    pending: BTreeMap<String, Vec<u8>>,
    found: Verified,
    faulty: BTreeSet<String>,
    pinned: Option<PublicKey>,
}

fn said(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        "missing".to_owned()
    } else {
        format!("cannot be read ({error})")
    }
}

impl Verify {
    /// A file is named once: what was found first is its cause.
    fn fault(&mut self, name: &str, why: impl Into<String>) {
        if self.faulty.insert(name.to_owned()) {
            self.found.faults.push((shown(name), why.into()));
        }
    }

    fn note(&mut self, name: &str, what: &str) {
        self.found.notes.push((shown(name), what.to_owned()));
    }

    fn judge_manifest(&mut self) {
        let json = match self.place.read_small(MANIFEST, MANIFEST_MAX) {
            Ok(Some(json)) => json,
            Ok(None) => return self.fault(MANIFEST, "missing"),
            Err(error) => return self.fault(MANIFEST, said(&error)),
        };
        let signature = match self.place.read_small(SIGNATURE, SIGNATURE_MAX) {
            Ok(signature) => signature,
            Err(error) => {
                self.fault(SIGNATURE, said(&error));
                None
            }
        };
        let mut judged = manifest::judge(&json, signature.as_deref());
        let new = format!("{SIGNATURE}{NEW}");
        if !judged.faults.is_empty()
            && let Ok(Some(signature)) = self.place.read_small(&new, SIGNATURE_MAX)
        {
            let again = manifest::judge(&json, Some(&signature));
            if again.faults.is_empty() {
                judged = again;
                self.note(&new, INTERRUPTED);
            }
        }
        let Judged { manifest, signer, faults } = judged;
        for (name, why) in faults {
            self.fault(&name, why);
        }
        if let Some(signer) = signer {
            add_signer(&mut self.found.signers, &signer.to_string());
            if self.pinned.is_some_and(|pinned| pinned != signer) {
                let why = format!("signed by {signer}, and not by the signer given");
                self.fault(SIGNATURE, why);
            } else if self.faulty.is_empty() {
                self.found.good += 2;
            }
        }
        self.wants = manifest.as_ref().map(Manifest::wants).unwrap_or_default();
        self.manifest = manifest;
    }

    /// A small file: what waits for its name, else what has it.
    fn small(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self.pending.get(name) {
            Some(bytes) => Ok(Some(bytes.clone())),
            None => self.place.read_small(name, SMALL_MAX),
        }
    }

    /// Whether a file counts: in a copy, what its manifest names.
    fn counts(&self, name: &str) -> bool {
        self.manifest.is_none() || self.wants.contains_key(name)
    }

    /// Seals that can be gone by: whole, and as the manifest has them.
    fn seals(&self) -> impl Iterator<Item = (u32, &Seal)> {
        self.survey.seals.iter().filter_map(|(number, seal)| {
            let name = seal_name(*number);
            let (seal, bytes) = seal.as_ref().ok()?;
            let fits = match self.wants.get(&name) {
                Some(want) => Want::of(bytes) == *want,
                None => self.manifest.is_none(),
            };
            fits.then_some((*number, seal))
        })
    }

    /// Seals that no manifest names, with what speaks against them: a backup that was killed leaves some
    /// of the record's own, and those are gone by.
    fn unlisted(&self) -> impl Iterator<Item = (u32, Result<&Seal, String>)> {
        let signers = self.known_signers();
        let is_listed = |number: u32| self.counts(&seal_name(number));
        let unlisted = self.survey.seals.iter().filter(move |(number, _)| !is_listed(**number));
        unlisted.map(move |(number, seal)| {
            let seal = match seal {
                Ok((seal, _)) if signers.contains(&seal.signer) => Ok(seal),
                Ok((seal, _)) => Err(format!(
                    "signed by {}, whom {RECORD} does not know, and not in the manifest",
                    seal.signer
                )),
                Err(why) => Err(why.clone()),
            };
            (*number, seal)
        })
    }

    /// Whom `record.json` names, as the manifest has it, and who signed that.
    fn known_signers(&self) -> Vec<String> {
        let fits = |bytes: &Vec<u8>| self.wants.get(RECORD).is_some_and(|w| *w == Want::of(bytes));
        let bytes = self.small(RECORD).ok().flatten().filter(fits);
        let keys = bytes.and_then(|bytes| serde_json::from_slice::<KeyringFile>(&bytes).ok());
        let mut signers = keys.map(|keys| keys.signers).unwrap_or_default();
        signers.extend(self.manifest.iter().map(|manifest| manifest.signer.clone()));
        signers
    }

    fn all_bytes(&self) -> u64 {
        let unlisted = self.unlisted().filter_map(|(_, seal)| seal.ok());
        let of_seals = self
            .seals()
            .map(|(_, seal)| seal)
            .chain(unlisted)
            .flat_map(files_of)
            .filter(|(name, _)| !self.wants.contains_key(name))
            .map(|(_, want)| want.bytes);
        let of_manifest = self.wants.values().map(|want| want.bytes);
        of_seals.chain(of_manifest).fold(0, u64::saturating_add)
    }

    /// Every file that somebody vouches for. Stops only when asked to.
    fn read_all(&mut self, meter: &mut Meter<'_>) -> Result<(), Halt> {
        for (name, want) in self.wants.clone() {
            self.read(&name, &want, None, meter)?;
        }
        let seals: Vec<(u32, Seal)> =
            self.seals().map(|(number, seal)| (number, seal.clone())).collect();
        for (number, seal) in &seals {
            if self.manifest.is_none() {
                self.found.good += 1;
            }
            for (name, want) in files_of(seal) {
                match self.wants.get(&name) {
                    Some(listed) if *listed == want => {}
                    Some(_) => self.fault(&name, "its seal and the manifest do not agree"),
                    None if self.manifest.is_some() => self.fault(&name, "not in the manifest"),
                    None => self.read(&name, &want, Some(*number), meter)?,
                }
            }
            self.read_key(*number, seal);
        }
        let unlisted: Vec<(u32, Result<Seal, String>)> =
            self.unlisted().map(|(number, seal)| (number, seal.cloned())).collect();
        for (number, seal) in unlisted {
            match seal {
                Ok(seal) => self.read_unlisted(number, &seal, meter)?,
                Err(why) => self.fault(&seal_name(number), why),
            }
        }
        Ok(())
    }

    /// A segment of the record that no manifest names: its seal alone stands for it.
    fn read_unlisted(
        &mut self,
        number: u32,
        seal: &Seal,
        meter: &mut Meter<'_>,
    ) -> Result<(), Halt> {
        for (name, want) in files_of(seal) {
            if !self.wants.contains_key(&name) {
                self.read(&name, &want, None, meter)?;
            }
        }
        let name = key_name(number);
        match self.small(&name) {
            Ok(Some(key)) if hex_of(&key) == seal.key_blake3 => {}
            Ok(Some(_)) => self.fault(&name, "not the key that was sealed"),
            Ok(None) => self.fault(&name, "missing"),
            Err(error) => self.fault(&name, said(&error)),
        }
        Ok(())
    }

    fn read(
        &mut self,
        name: &str,
        want: &Want,
        number: Option<u32>,
        meter: &mut Meter<'_>,
    ) -> Result<(), Halt> {
        if self.pending.contains_key(name) {
            self.note(&format!("{name}{NEW}"), INTERRUPTED);
            self.found.good += 1;
            self.found.bytes += want.bytes;
            return meter.add(want.bytes);
        }
        let checked = match self.place.read(name) {
            Ok(mut file) => check(&mut file, want, meter),
            Err(error) => Err(Halt::Source(error)),
        };
        match checked {
            Ok(()) => {
                self.found.good += 1;
                self.found.bytes += want.bytes;
            }
            Err(Halt::Differs(why)) => self.fault(name, why),
            Err(Halt::Source(error)) => {
                // A station at work may have let it go since.
                let is_removed =
                    number.is_some_and(|number| self.place.size(&removed_name(number)).is_some());
                if error.kind() != io::ErrorKind::NotFound || !is_removed {
                    self.fault(name, said(&error));
                }
            }
            Err(halt) => return Err(halt),
        }
        Ok(())
    }

    fn read_key(&mut self, number: u32, seal: &Seal) {
        let name = key_name(number);
        let key = self.small(&name);
        match key {
            Ok(Some(key)) if hex_of(&key) == seal.key_blake3 => {
                if self.manifest.is_none() {
                    self.found.good += 1;
                } else if !self.wants.contains_key(&name) {
                    self.fault(&name, "not in the manifest");
                }
            }
            Ok(Some(_)) => self.fault(&name, "not the key that was sealed"),
            Ok(None) if self.place.size(&removed_name(number)).is_some() => {}
            Ok(None) => self.fault(&name, "missing"),
            Err(error) => self.fault(&name, said(&error)),
        }
    }

    /// What the record says of its keys, when it can be gone by.
    fn judge_record_json(&mut self) -> Option<KeyringFile> {
        if self.faulty.contains(RECORD) {
            return None;
        }
        let bytes = match self.small(RECORD) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                self.fault(RECORD, "missing");
                return None;
            }
            Err(error) => {
                self.fault(RECORD, said(&error));
                return None;
            }
        };
        if self.manifest.is_some() && !self.wants.contains_key(RECORD) {
            self.fault(RECORD, "not in the manifest");
        }
        match serde_json::from_slice(&bytes) {
            Ok(keys) => Some(keys),
            Err(error) => {
                self.fault(RECORD, format!("damaged ({error})"));
                None
            }
        }
    }

    /// Who signed. In a copy the manifest stands for all seals; in a record the chain stands for what
    /// came before a seal.
    fn judge_signers(&mut self, keys: Option<&KeyringFile>) {
        let mut signed: Vec<(u32, String, String)> = self
            .seals()
            .map(|(number, seal)| (number, seal_name(number), seal.signer.clone()))
            .collect();
        let removed = self.survey.removed.iter().filter_map(|(number, removed)| {
            let (removed, _) = removed.as_ref().ok()?;
            Some((*number, removed_name(*number), removed.signer.clone()))
        });
        signed.extend(removed);
        signed.retain(|(_, name, _)| self.counts(name));
        signed.sort();
        let by_manifest = self.manifest.is_some() && !self.faulty.contains(SIGNATURE);
        let mut is_vouched = by_manifest;
        for (_, name, text) in signed.iter().rev() {
            let Some(signer) = add_signer(&mut self.found.signers, text) else { continue };
            is_vouched |= self.pinned == Some(signer);
            if self.pinned.is_some() && !is_vouched && !self.found.is_copy {
                self.fault(name, format!("signed by {signer}, and not by the signer given"));
            }
            if keys.is_some_and(|keys| !keys.signers.contains(text)) {
                self.fault(name, format!("signed by {signer}, whom {RECORD} does not know"));
            }
        }
        if let (Some(manifest), Some(keys)) = (&self.manifest, keys)
            && !keys.signers.contains(&manifest.signer)
        {
            let why = format!("signed by {}, whom {RECORD} does not know", manifest.signer);
            self.fault(MANIFEST, why);
        }
    }

    /// Numbers without holes, and each segment chained to the one before.
    fn judge_chain(&mut self) {
        /// Previous and own chain value; none when the seal cannot be gone by.
        type Link = Option<(String, String)>;
        let mut links: BTreeMap<u32, (String, Link)> = BTreeMap::new();
        let numbers: BTreeSet<u32> =
            self.survey.seals.keys().chain(self.survey.removed.keys()).copied().collect();
        let good: BTreeMap<u32, (String, String)> = self
            .seals()
            .map(|(number, seal)| (number, (seal.previous.clone(), seal.chain.clone())))
            .collect();
        for number in numbers {
            let (seal, removed) = (seal_name(number), removed_name(number));
            if let Some(Err(why)) = self.survey.seals.get(&number)
                && self.counts(&seal)
            {
                let why = why.clone();
                self.fault(&seal, why);
            }
            match self.survey.removed.get(&number) {
                Some(Ok((gone, _))) if self.counts(&removed) => {
                    let link = (gone.seal.previous.clone(), gone.seal.chain.clone());
                    if self.manifest.is_none() {
                        self.found.good += 1;
                    }
                    self.found.removed.push(number);
                    if good.get(&number).is_some_and(|good| *good != link) {
                        self.fault(&removed, "not what is left of the segment that is there");
                    }
                    let link = (!self.faulty.contains(&removed)).then_some(link);
                    links.insert(number, (removed, link));
                }
                Some(Err(why)) if self.counts(&removed) => {
                    let why = why.clone();
                    self.fault(&removed, why);
                    links.insert(number, (removed, None));
                }
                Some(Ok(_) | Err(_)) | None if self.counts(&seal) => {
                    links.insert(number, (seal, good.get(&number).cloned()));
                }
                Some(Ok(_) | Err(_)) | None => {}
            }
        }
        // A seal that the manifest has and the folder has not was named when it was read.
        for name in self.wants.keys() {
            if let Some((number, crate::names::Kind::Seal | crate::names::Kind::Removed)) =
                name.strip_prefix("segments/").and_then(crate::names::kind_of)
            {
                links.entry(number).or_insert_with(|| (name.clone(), None));
            }
        }
        let mut last: Option<(u32, Link)> = None;
        let (mut first_number, mut last_number) = (None, None);
        for (number, (name, link)) in links {
            match (&last, &link) {
                (None, Some((previous, _))) if previous != FIRST => {
                    let before = seal_name(number.saturating_sub(1));
                    self.fault(&before, format!("missing: segment {number} is not the first"));
                }
                (Some((before, _)), _) if number - before > 1 => {
                    let why = match number - before {
                        2 => "missing".to_owned(),
                        _ => format!("missing, and those up to {:06}", number - 1),
                    };
                    self.fault(&seal_name(before + 1), why);
                }
                (Some((before, Some((_, chain)))), Some((previous, _))) if chain != previous => {
                    self.fault(&name, format!("does not follow segment {before}"));
                }
                (None | Some(_), _) => {}
            }
            first_number.get_or_insert(number);
            last_number = Some(number);
            last = Some((number, link));
        }
        self.found.segments = first_number.zip(last_number);
        if let Some(manifest) = &self.manifest
            && let Some(chain) = last.and_then(|(_, link)| Some(link?.1))
            && self.found.removed.last() != last_number.as_ref()
            && chain != manifest.chain
        {
            self.fault(MANIFEST, "its last chain value is not that of the last segment");
        }
        self.judge_open(last_number);
    }

    /// Segments without a seal: the last ones are being written.
    fn judge_open(&mut self, last: Option<u32>) {
        let sealed = |number: &u32| {
            self.survey.seals.contains_key(number) || self.survey.removed.contains_key(number)
        };
        let numbers: BTreeSet<u32> = self
            .survey
            .data
            .keys()
            .chain(&self.survey.keys)
            .filter(|number| !sealed(number))
            .copied()
            .collect();
        if self.found.is_copy {
            return;
        }
        let mut before = last;
        let is_after = |number: &u32| last.is_none_or(|last| *number > last);
        let newest: BTreeSet<u32> =
            numbers.iter().rev().take_while(|n| is_after(n)).take(OPEN_MAX).copied().collect();
        for number in numbers {
            if !is_after(&number) {
                self.fault(&seal_name(number), "missing");
                continue;
            }
            if let Some(before) = before
                && number - before > 1
            {
                self.fault(&seal_name(before + 1), "missing");
            }
            before = Some(number);
            // What keeps it from being sealed would be there until two hours after that.
            let machine_key = format!("{number:06}.machine.key");
            let has_data = self.survey.data.contains_key(&number);
            if has_data && !self.survey.passing.contains(&machine_key) {
                let why = "missing: without its machine key this segment is no longer open";
                self.fault(&seal_name(number), why);
            } else if newest.contains(&number) {
                self.found.open.push(number);
            } else {
                let why = "missing: more segments lack theirs than a station leaves open";
                self.fault(&seal_name(number), why);
            }
        }
    }

    /// What is there and no part of it.
    fn note_extras(&mut self, top: &[String]) {
        let unlisted = self.unlisted().filter_map(|(_, seal)| seal.ok());
        let named: BTreeSet<String> = self
            .seals()
            .map(|(_, seal)| seal)
            .chain(unlisted)
            .flat_map(files_of)
            .map(|(name, _)| name)
            .collect();
        let mut extras = Vec::new();
        let interrupted = "left by an interrupted copy: run the backup again";
        for (number, names) in &self.survey.data {
            for name in names.iter().map(|name| in_segments(name)) {
                // What a damaged seal names is not known.
                let is_known = named.contains(&name)
                    || self.found.open.contains(number)
                    || self.faulty.contains(&seal_name(*number))
                    || self.wants.contains_key(&name);
                if !is_known {
                    extras.push((name, "no seal names it"));
                }
            }
        }
        // A record has its ballast, and a copy none.
        let is_ballast = |name: &&String| !self.found.is_copy && *name == BALLAST;
        let strange = self.survey.strange.iter().filter(|name| !is_ballast(name));
        let strange = strange.map(|name| in_segments(name));
        extras.extend(strange.map(|name| (name, "no file of a record")));
        if self.found.is_copy {
            let waits = |name: &String| {
                let plain = name.strip_suffix(NEW).unwrap_or_default();
                self.pending.contains_key(plain) || plain == SIGNATURE
            };
            let passing = self.survey.passing.iter().map(|name| in_segments(name));
            let passing = passing.filter(|name| !waits(name));
            extras.extend(passing.map(|name| (name, interrupted)));
            let unlisted = self.survey.seals.keys().map(|number| seal_name(*number));
            let unlisted = unlisted.chain(self.survey.removed.keys().map(|n| removed_name(*n)));
            let unlisted = unlisted.chain(self.survey.keys.iter().map(|n| key_name(*n)));
            let is_extra = |name: &String| !self.counts(name) && !self.faulty.contains(name);
            extras.extend(unlisted.filter(is_extra).map(|name| (name, "not in the manifest")));
            let keys = self.place.names(Some("keys")).unwrap_or_default();
            let keys = keys.into_iter().map(|name| format!("keys/{name}"));
            let known = [MANIFEST, SIGNATURE, "segments", "keys", "lost+found"];
            let others = top.iter().filter(|name| !known.contains(&name.as_str())).cloned();
            let others = others.chain(keys).filter(|name| !self.wants.contains_key(name));
            if self.manifest.is_some() {
                extras.extend(others.filter(|name| !waits(name)).map(|name| {
                    let is_new = name
                        .strip_suffix(NEW)
                        .is_some_and(|name| is_copied(name) || name == MANIFEST);
                    (name, if is_new { interrupted } else { "no part of the copy" })
                }));
            }
        }
        for (name, what) in extras {
            self.note(&name, what);
        }
    }
}

//! A new key for the unit, the segments' side of it: each `N.key` is wrapped again and its seal signed
//! again. Segments are not touched, and the chain stays as it was.
//!
//! `docs/format.md`, "A new key for the unit", argues each point at which this may be interrupted: at
//! each of them one key opens everything, and doing it once more ends well.

use std::{
    fs,
    path::{Path, PathBuf},
};

use vigie_keyring::{Identity, RawKey, Rekey, Signer, Unlock, replace};

use crate::{
    RecordError, Seal,
    error::of_io,
    layout,
    segment::{Mode, open_segment},
    small_file,
};

/// What a change of the unit's key did.
#[derive(Debug)]
pub struct Rekeyed {
    /// The unit's key from now on.
    pub unit: Identity,
    /// Segments whose key was wrapped again.
    pub segments: u32,
    /// Segments whose key did not open even before, or whose seal was not signed again: why.
    pub troubles: Vec<(u32, String)>,
}

/// Wraps every segment's key to the unit's next key and ends the change. No station may write meanwhile.
/// Can be done again after an interruption. `step` hears how far it is: what is done, and of how many.
pub fn rekey(
    record: &Path,
    mut change: Rekey,
    signer: &Signer,
    mut step: impl FnMut(usize, usize),
) -> Result<Rekeyed, RecordError> {
    let numbers = numbers(record)?;
    let rounds = if change.has_switched() { 1 } else { 2 };
    let (mut done, total) = (0, numbers.len() * rounds);
    loop {
        let (mut segments, mut troubles) = (0, Vec::new());
        for number in &numbers {
            match wrap_again(record, *number, &change, signer)? {
                Wrapped::Whole => segments += 1,
                Wrapped::Unsigned(why) => {
                    segments += 1;
                    troubles.push((*number, why));
                }
                Wrapped::Locked(why) => troubles.push((*number, why)),
            }
            done += 1;
            step(done, total);
        }
        if change.has_switched() {
            return Ok(Rekeyed { unit: change.finish(record)?, segments, troubles });
        }
        change.switch(record)?;
    }
}

/// What became of a segment's key.
enum Wrapped {
    /// Wrapped again, and its seal, where it has one, signed again.
    Whole,
    /// Wrapped again; its seal is left as it is: why.
    Unsigned(String),
    /// It does not open: why. It is left as it is.
    Locked(String),
}

/// Only the disk ends the change; a segment at fault is told and the others go on.
fn wrap_again(
    record: &Path,
    number: u32,
    change: &Rekey,
    signer: &Signer,
) -> Result<Wrapped, RecordError> {
    let path = layout::key(record, number);
    let wrapped = read(&path)?.unwrap_or_default();
    let raw = match RawKey::unwrap(change.opens(), &wrapped, &path) {
        Ok(raw) => raw,
        Err(error) => return Ok(Wrapped::Locked(error.to_string())),
    };
    let seal_path = layout::seal(record, number);
    let sealed = read(&seal_path)?;
    // A key that opens is wrapped whatever its seal is like: left under the old key alone it would be
    // lost with that.
    let again = change.wrap(&raw)?;
    let checked = sealed.map(|bytes| {
        Seal::parse(&bytes, &seal_path)
            .and_then(|seal| check(record, &seal, &wrapped, &raw, change).map(|()| seal))
    });
    let was = layout::key_was(record, number);
    if let Some(Ok(seal)) = &checked
        && seal.as_found.is_some()
        && names(seal, &wrapped)
    {
        // Its segment may not open, to tell later whose key this is.
        replace(&was, &wrapped).map_err(|error| of_io(&was, error))?;
    }
    replace(&path, &again).map_err(|error| of_io(&path, error))?;
    let mut seal = match checked {
        None => return Ok(Wrapped::Whole),
        Some(Err(error)) => return Ok(Wrapped::Unsigned(error.to_string())),
        Some(Ok(seal)) => seal,
    };
    seal.key_blake3 = blake3::hash(&again).to_hex().to_string();
    seal.sign(signer);
    replace(&seal_path, &seal.to_bytes()).map_err(|error| of_io(&seal_path, error))?;
    match fs::remove_file(&was) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(of_io(&was, error)),
        Ok(()) | Err(_) => Ok(Wrapped::Whole),
    }
}

/// Whether a seal names these bytes as its key.
fn names(seal: &Seal, wrapped: &[u8]) -> bool {
    blake3::hash(wrapped).to_hex().as_str() == seal.key_blake3
}

/// A seal is signed again only for a key that is its own: the one it names, or, when an interruption fell
/// between the two files, one that opens the segment; of a segment sealed as found the same one as in
/// `N.key.was`. Else whoever changed a key would have our signature on it.
fn check(
    record: &Path,
    seal: &Seal,
    wrapped: &[u8],
    raw: &RawKey,
    change: &Rekey,
) -> Result<(), RecordError> {
    let path = layout::key(record, seal.number);
    let damaged = |why: String| RecordError::Damaged { what: path.clone(), why };
    if let Some(fault) = seal.fault() {
        return Err(RecordError::Damaged {
            what: layout::seal(record, seal.number),
            why: format!("{fault}: take it from a copy"),
        });
    }
    if names(seal, wrapped) {
        return Ok(());
    }
    if seal.as_found.is_some()
        && let Some(was) = read(&layout::key_was(record, seal.number))?
        && names(seal, &was)
        && RawKey::unwrap(change.opens(), &was, &path)
            .is_ok_and(|was| was.to_hex().as_str() == raw.to_hex().as_str())
    {
        return Ok(());
    }
    let segment = seal
        .files
        .iter()
        .find(|file| file.name.ends_with(".vg") && !file.name.contains('/'))
        .ok_or_else(|| damaged("its seal names no segment: take both from a copy".to_owned()))?;
    let segment: PathBuf = layout::segments(record).join(&segment.name);
    match open_segment(&segment, raw, Mode::Read) {
        Ok(_) => Ok(()),
        Err(error) => Err(damaged(format!(
            "not the key that its seal names, and it does not open the segment ({error}): take it from \
             a copy"
        ))),
    }
}

/// The raw key of a segment.
pub fn raw_key(record: &Path, number: u32, unlock: &Unlock) -> Result<RawKey, RecordError> {
    let (key, machine_key) = (layout::key(record, number), layout::machine_key(record, number));
    check_keys(&key, &machine_key)?;
    Ok(unlock.raw_key(&key, &machine_key)?)
}

/// Keys are read without waiting: a pipe in their place is told instead.
fn check_keys(key: &Path, machine_key: &Path) -> Result<(), RecordError> {
    for path in [key, machine_key] {
        match small_file::check(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(of_io(path, error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Whether a raw key opens the file of a segment.
pub fn opens_segment(segment: &Path, key: &RawKey) -> Result<(), RecordError> {
    open_segment(segment, key, Mode::Read).map(drop)
}

/// Numbers of all segments that have a key, in order.
fn numbers(record: &Path) -> Result<Vec<u32>, RecordError> {
    let folder = layout::segments(record);
    let failed = |error| of_io(&folder, error);
    let mut numbers = Vec::new();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(numbers),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let Some(name) = name.to_str() else { continue };
        let number = layout::number_of(name);
        if let Some(number) = number.filter(|number| *name == *format!("{number:06}.key")) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// `None`: it is not there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, RecordError> {
    match small_file::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(of_io(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use vigie_keyring::{
        Keyring, MachineKeyPlace, Passphrase, Secret, WorkFactor, machine_unlock, set_passphrase,
        unlock,
    };
    use vigie_model::StationMode;

    use super::*;
    use crate::{SealedFile, chain_of, layout::FORMAT};

    const OLD: &str = "seven blue lamps at noon";
    const NEW: &str = "nine green boats at dawn";

    fn typed(text: &str) -> Passphrase {
        text.parse().expect("a passphrase")
    }

    /// A record with sealed segments 1 and 2, and 3 left open.
    struct Kept {
        folder: TempDir,
        signer: Signer,
        raw: Vec<RawKey>,
    }

    impl Kept {
        fn new() -> Kept {
            let folder = tempfile::tempdir().expect("a folder");
            let record = folder.path().join("record");
            let place = MachineKeyPlace::file(folder.path().join("machine.key"));
            let (keyring, _) =
                Keyring::open_or_create(&record, StationMode::Live, &place).expect("keys");
            let unit = machine_unlock(&record, &place).expect("a record").unit.expect("its key");
            set_passphrase(&record, &unit, &typed(OLD), WorkFactor::low_for_tests()).expect("set");
            fs::create_dir(layout::segments(&record)).expect("made");
            let mut kept = Kept { folder, signer: keyring.signer().clone(), raw: Vec::new() };
            let mut previous = "0".repeat(64);
            for number in 1..=3 {
                let raw = RawKey::random().expect("random");
                let name = format!("{number:06}_x.vg");
                let path = layout::segments(&record).join(&name);
                let segment = open_segment(&path, &raw, Mode::Create).expect("a segment");
                segment.execute_batch("PRAGMA journal_mode = DELETE").expect("closed");
                drop(segment);
                let wrapped = raw.wrap(&unit.recipient()).expect("wrapped");
                fs::write(layout::key(&record, number), &wrapped).expect("written");
                if number < 3 {
                    previous = kept.seal(number, name, &wrapped, previous);
                }
                kept.raw.push(raw);
            }
            kept
        }

        fn record(&self) -> PathBuf {
            self.folder.path().join("record")
        }

        fn seal(&self, number: u32, name: String, wrapped: &[u8], previous: String) -> String {
            let bytes = fs::read(layout::segments(&self.record()).join(&name)).expect("bytes");
            let blake3 = blake3::hash(&bytes).to_hex().to_string();
            let files = vec![SealedFile { name, bytes: bytes.len() as u64, blake3 }];
            let chain = chain_of(&previous, number, &files).expect("hex");
            let mut seal = Seal {
                format: FORMAT,
                number,
                files,
                run: 1,
                opened_wall_ns: 0,
                closed_wall_ns: 0,
                first_wall_ns: 0,
                last_wall_ns: 0,
                rows: 0,
                samples: 0,
                as_found: None,
                key_blake3: blake3::hash(wrapped).to_hex().to_string(),
                previous,
                chain: chain.clone(),
                signer: String::new(),
                signature: String::new(),
            };
            seal.sign(&self.signer);
            fs::write(layout::seal(&self.record(), number), seal.to_bytes()).expect("written");
            chain
        }

        fn read_seal(&self, number: u32) -> Seal {
            let path = layout::seal(&self.record(), number);
            Seal::parse(&fs::read(&path).expect("bytes"), &path).expect("a seal")
        }

        /// Whether the seal is signed and names the key that lies beside it.
        fn is_sealed_right(&self, number: u32) -> bool {
            let seal = self.read_seal(number);
            let key = fs::read(layout::key(&self.record(), number)).expect("a key");
            seal.fault().is_none() && blake3::hash(&key).to_hex().as_str() == seal.key_blake3
        }

        fn by(&self, passphrase: &str) -> Option<Identity> {
            unlock(&self.record(), &Secret::Passphrase(typed(passphrase))).ok()
        }

        /// How many segments a key opens.
        fn opens(&self, unit: &Identity) -> usize {
            let unlock = Unlock { unit: Some(unit.clone()), machine: None };
            (1..=3)
                .filter(|number| {
                    let name = format!("{number:06}_x.vg");
                    let path = layout::segments(&self.record()).join(name);
                    raw_key(&self.record(), *number, &unlock)
                        .is_ok_and(|key| opens_segment(&path, &key).is_ok())
                })
                .count()
        }

        /// Begins anew, or goes on behind the switch; gives up after so many steps if told to.
        fn rekey(&self, steps: Option<usize>) -> Option<Rekeyed> {
            let record = self.record();
            let is_switched = Rekey::is_switched(&record).expect("a record");
            let change = if is_switched {
                Rekey::resume(&record, self.by(NEW).expect("the new one opens"))
            } else {
                let old = self.by(OLD).expect("the old one opens");
                Rekey::begin(&record, old, &typed(NEW), WorkFactor::low_for_tests())
            };
            let change = change.expect("begun");
            let run = std::panic::AssertUnwindSafe(|| {
                rekey(&record, change, &self.signer, |done, _| {
                    // Unwinding stands for a killed process: nothing after it is done.
                    if steps.is_some_and(|steps| done > steps) {
                        std::panic::resume_unwind(Box::new(()));
                    }
                })
            });
            std::panic::catch_unwind(run).ok().map(|done| done.expect("rekeyed"))
        }
    }

    #[test]
    fn every_segment_opens_with_the_new_key_alone_and_the_chain_stays() {
        let kept = Kept::new();
        let old = kept.by(OLD).expect("opened");
        let chains = [kept.read_seal(1).chain, kept.read_seal(2).chain];
        let done = kept.rekey(None).expect("done");
        assert_eq!((done.segments, done.troubles.as_slice()), (3, &[][..]));
        assert_eq!((kept.opens(&done.unit), kept.opens(&old)), (3, 0));
        assert_eq!([kept.read_seal(1).chain, kept.read_seal(2).chain], chains);
        assert!(kept.is_sealed_right(1) && kept.is_sealed_right(2));
        assert!(kept.by(OLD).is_none() && kept.by(NEW).is_some());
        assert!(!layout::seal(&kept.record(), 3).exists());
    }

    /// Killed after each step, and once more at each step of the second attempt.
    #[test]
    fn a_change_that_is_killed_at_any_step_loses_nothing_and_can_be_done_again() {
        for first in 0..6 {
            for second in [None, Some(0), Some(1), Some(3)] {
                let kept = Kept::new();
                assert!(kept.rekey(Some(first)).is_none(), "{first}: killed");
                let by = |kept: &Kept| kept.by(OLD).xor(kept.by(NEW)).expect("one secret opens");
                assert_eq!(kept.opens(&by(&kept)), 3, "{first}: one key opens everything");
                if second.is_some() {
                    kept.rekey(second);
                    assert_eq!(kept.opens(&by(&kept)), 3, "{first}, {second:?}");
                }
                if vigie_keyring::is_rekeying(&kept.record()) {
                    let done = kept.rekey(None).expect("done");
                    assert_eq!((done.segments, done.troubles.len()), (3, 0), "{first} {second:?}");
                }
                assert_eq!(kept.opens(&kept.by(NEW).expect("opened")), 3);
                assert!(kept.is_sealed_right(1) && kept.is_sealed_right(2), "{first} {second:?}");
            }
        }
    }

    /// Between the two files of a segment, too.
    #[test]
    fn a_key_whose_seal_was_not_written_yet_is_signed_when_it_opens_the_segment() {
        let kept = Kept::new();
        let old = kept.by(OLD).expect("opened");
        let again = kept.raw[0].wrap(&old.recipient()).expect("wrapped");
        fs::write(layout::key(&kept.record(), 1), again).expect("written");
        assert!(!kept.is_sealed_right(1));
        assert!(kept.rekey(None).expect("done").troubles.is_empty());
        assert!(kept.is_sealed_right(1));
    }

    /// The same for a segment that does not open: then the key that its seal names must still be there.
    #[test]
    fn a_key_of_a_segment_sealed_as_found_is_told_by_what_it_was() {
        for is_kept in [true, false] {
            let kept = Kept::new();
            let name = "000002_x.vg".to_owned();
            let file = layout::segments(&kept.record()).join(&name);
            fs::write(file, "not a segment").expect("written");
            let wrapped = fs::read(layout::key(&kept.record(), 2)).expect("a key");
            kept.seal(2, name, &wrapped, kept.read_seal(1).chain);
            let mut seal = kept.read_seal(2);
            seal.as_found = Some("damaged pages".to_owned());
            seal.sign(&kept.signer);
            fs::write(layout::seal(&kept.record(), 2), seal.to_bytes()).expect("written");
            // As if a crash fell between its key and its seal.
            let old = kept.by(OLD).expect("opened");
            let again = kept.raw[1].wrap(&old.recipient()).expect("wrapped");
            fs::write(layout::key(&kept.record(), 2), again).expect("written");
            if is_kept {
                fs::write(layout::key_was(&kept.record(), 2), &wrapped).expect("written");
            }
            let done = kept.rekey(None).expect("done");
            assert_eq!(done.troubles.is_empty(), is_kept, "{done:?}");
            assert_eq!(kept.is_sealed_right(2), is_kept);
            assert!(!layout::key_was(&kept.record(), 2).exists());
        }
    }

    #[test]
    fn a_key_that_somebody_put_there_gets_no_signature() {
        let kept = Kept::new();
        let old = kept.by(OLD).expect("opened");
        let foreign = RawKey::random().expect("random").wrap(&old.recipient()).expect("wrapped");
        fs::write(layout::key(&kept.record(), 2), foreign).expect("written");
        let done = kept.rekey(None).expect("done");
        let [(2, why)] = done.troubles.as_slice() else { panic!("{done:?}") };
        assert!(why.contains("000002.key"), "{why}");
        assert!(kept.is_sealed_right(1) && !kept.is_sealed_right(2));
        assert_eq!(kept.opens(&done.unit), 2);
    }

    #[test]
    fn damage_of_one_segment_is_named_and_the_others_go_on() {
        let kept = Kept::new();
        fs::write(layout::key(&kept.record(), 1), "garbage").expect("written");
        let seal = layout::seal(&kept.record(), 2);
        let text = fs::read_to_string(&seal).expect("text").replace("\"run\": 1", "\"run\": 2");
        fs::write(&seal, &text).expect("written");
        let done = kept.rekey(None).expect("done");
        let numbers: Vec<u32> = done.troubles.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2], "{done:?}");
        assert_eq!(
            fs::read_to_string(&seal).expect("kept"),
            text,
            "no signature for an edited seal"
        );
        assert_eq!(kept.opens(&done.unit), 2, "its key is not lost");
    }
}

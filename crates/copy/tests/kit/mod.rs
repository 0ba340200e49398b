//! Records made by hand: seals over random bytes. Copies know nothing of what is in a segment.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use vigie_copy::{BackupOptions, Copied, CopyError, Step, Verified, backup, verify};
use vigie_keyring::{KeyringFile, Signer};
use vigie_model::WallTime;
use vigie_record::{Removed, Seal, SealedFile, chain_of, layout};
use vigie_session::rng::Rng;

pub const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);
pub const SAME_DISK: BackupOptions = BackupOptions { same_disk: true };
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A record in a folder that goes away with it, and room for copies beside it.
pub struct Unit {
    pub scratch: tempfile::TempDir,
    pub signer: Signer,
    pub rng: Rng,
    chain: String,
    next: u32,
}

pub fn hex(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

impl Unit {
    pub fn new(seed: u64) -> Unit {
        let unit = Unit {
            scratch: tempfile::tempdir().expect("a folder"),
            signer: Signer::from_seed(&[u8::try_from(seed % 251).expect("small"); 32]),
            rng: Rng::new(seed),
            chain: ZEROS.to_owned(),
            next: 1,
        };
        for folder in [layout::segments(&unit.record()), layout::keys(&unit.record())] {
            fs::create_dir_all(folder).expect("made");
        }
        let keys = KeyringFile {
            format: 1,
            mode: "live".into(),
            unit: format!("age1unit{seed}"),
            signers: vec![unit.signer.public().to_string()],
        };
        let json = serde_json::to_vec_pretty(&keys).expect("json");
        fs::write(layout::record_json(&unit.record()), json).expect("written");
        fs::write(unit.record().join("keys/unit.age"), "the unit's key\n").expect("written");
        fs::write(unit.record().join("keys/unit.machine.age"), "secret of this PC")
            .expect("written");
        unit
    }

    pub fn record(&self) -> PathBuf {
        self.scratch.path().join("record")
    }

    pub fn place(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count + 8);
        while bytes.len() < count {
            bytes.extend(self.rng.next_u64().to_le_bytes());
        }
        bytes.truncate(count);
        bytes
    }

    pub fn data_name(number: u32) -> String {
        format!("{number:06}_2026-11-21T00-00Z.vg")
    }

    /// A segment of so many bytes, sealed.
    pub fn seal(&mut self, bytes: usize) -> u32 {
        let number = self.next;
        self.next += 1;
        let data = self.bytes(bytes);
        let name = Unit::data_name(number);
        let key = format!("key of {number}, wrapped\n");
        fs::write(layout::segments(&self.record()).join(&name), &data).expect("written");
        fs::write(layout::key(&self.record(), number), &key).expect("written");
        fs::write(layout::machine_key(&self.record(), number), "secret of this PC")
            .expect("written");
        let files = vec![SealedFile { name, bytes: data.len() as u64, blake3: hex(&data) }];
        let start = WALL.as_unix_nanos() + i64::from(number) * 3_600_000_000_000;
        let mut seal = Seal {
            format: 1,
            number,
            chain: chain_of(&self.chain, number, &files).expect("hex"),
            files,
            run: 7,
            opened_wall_ns: start,
            closed_wall_ns: start + 3_599_000_000_000,
            first_wall_ns: start,
            last_wall_ns: start + 3_599_000_000_000,
            as_found: None,
            rows: 0,
            samples: 0,
            key_blake3: hex(key.as_bytes()),
            previous: self.chain.clone(),
            signer: String::new(),
            signature: String::new(),
        };
        seal.sign(&self.signer);
        self.chain.clone_from(&seal.chain);
        fs::write(layout::seal(&self.record(), number), seal.to_bytes()).expect("written");
        number
    }

    /// One that is being written.
    pub fn open_segment(&mut self) -> u32 {
        let number = self.next;
        let data = self.bytes(5_000);
        fs::write(layout::segments(&self.record()).join(Unit::data_name(number)), data)
            .expect("written");
        fs::write(layout::key(&self.record(), number), "key").expect("written");
        fs::write(layout::machine_key(&self.record(), number), "secret of this PC")
            .expect("written");
        self.next += 1;
        number
    }

    /// A segment that somebody else signed, put after the last one of a folder.
    pub fn plant(&mut self, place: &Path) -> u32 {
        let number = self.seal(3_000);
        let mut seal = self.seal_of(number);
        seal.sign(&Signer::from_seed(&[99; 32]));
        for (name, bytes) in files(&self.record()) {
            if name.contains(&format!("/{number:06}")) && !name.contains(".machine.") {
                fs::write(place.join(name), bytes).expect("written");
            }
        }
        fs::write(layout::seal(place, number), seal.to_bytes()).expect("written");
        number
    }

    pub fn seal_of(&self, number: u32) -> Seal {
        let path = layout::seal(&self.record(), number);
        Seal::parse(&fs::read(&path).expect("there"), &path).expect("whole")
    }

    /// As policy deletes one.
    pub fn remove(&self, number: u32) {
        let seal = self.seal_of(number);
        let mut removed = Removed {
            seal,
            removed_wall_ns: WALL.as_unix_nanos(),
            why: "older than 30 days".into(),
            signer: String::new(),
            signature: String::new(),
        };
        removed.sign(&self.signer);
        fs::write(layout::removed(&self.record(), number), removed.to_bytes()).expect("written");
        let record = self.record();
        fs::remove_file(layout::segments(&record).join(Unit::data_name(number))).expect("there");
        fs::remove_file(layout::seal(&record, number)).expect("there");
        fs::remove_file(layout::key(&record, number)).expect("there");
    }

    /// As a rekey wraps a segment's key again.
    pub fn rekey(&self, number: u32) {
        let key = format!("key of {number}, wrapped to a new unit key\n");
        fs::write(layout::key(&self.record(), number), &key).expect("written");
        let mut seal = self.seal_of(number);
        seal.key_blake3 = hex(key.as_bytes());
        seal.sign(&self.signer);
        fs::write(layout::seal(&self.record(), number), seal.to_bytes()).expect("written");
    }

    pub fn backup(&self, target: &Path) -> Copied {
        self.try_backup(target, &mut |_| true).expect("a copy")
    }

    pub fn try_backup(
        &self,
        target: &Path,
        progress: &mut dyn FnMut(Step) -> bool,
    ) -> Result<Copied, CopyError> {
        backup(&self.record(), target, &self.signer, SAME_DISK, WALL, progress)
    }
}

pub fn check(place: &Path) -> Verified {
    verify(place, None, &mut |_| true).expect("looked at")
}

#[track_caller]
pub fn assert_whole(place: &Path) {
    let found = check(place);
    assert!(found.faults.is_empty(), "{found:#?}");
    assert!(!found.is_stopped && found.good > 0, "{found:#?}");
}

/// Every file below a folder, with its bytes.
pub fn files(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![place.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(place).expect("below").display().to_string();
                found.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    found
}

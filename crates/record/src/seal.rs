//! [`Seal`]: what closes a segment for ever, and chains it to the one before.

use std::path::Path;

use serde::{Deserialize, Serialize};
use vigie_keyring::{PublicKey, Signature, Signer};

use crate::{RecordError, layout::FORMAT};

/// How the reason ends why a segment was sealed as found in which there is nothing.
pub(crate) const NOTHING_RECORDED: &str = "nothing was recorded";

/// `N.seal`: readable by people, checked without a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Of the record.
    pub format: u32,
    /// The segment's number.
    pub number: u32,
    /// The file of the segment; of one sealed as found also its WAL.
    pub files: Vec<SealedFile>,
    /// The station's run.
    pub run: u64,
    /// When it was opened, nanoseconds since 1970 UTC by the PC's clock.
    pub opened_wall_ns: i64,
    /// When it was closed.
    pub closed_wall_ns: i64,
    /// The earliest wall time in it; differs from `opened_wall_ns` when the clock was set back.
    pub first_wall_ns: i64,
    /// The latest wall time in it.
    pub last_wall_ns: i64,
    /// Number of the last row that was committed: counting goes on above it.
    pub rows: u64,
    /// Number of the last sample.
    pub samples: u64,
    /// Why it was sealed as found and not closed properly.
    pub as_found: Option<String>,
    /// BLAKE3 of `N.key`, hex.
    pub key_blake3: String,
    /// Chain value of the segment before, hex; 64 zeros for the first.
    pub previous: String,
    /// Chain value of this one, hex: [`chain_of`].
    pub chain: String,
    /// Who signed, 64 hex digits.
    pub signer: String,
    /// Ed25519 of this seal as compact JSON with an empty `signature`, 128 hex digits.
    pub signature: String,
}

/// A file that will never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedFile {
    /// Its name in `segments/`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, hex.
    pub blake3: String,
}

/// `N.removed`: the seal of a segment that policy deleted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The seal as it was.
    pub seal: Seal,
    /// When it was deleted, nanoseconds since 1970 UTC.
    pub removed_wall_ns: i64,
    /// Why, in English for engineers.
    pub why: String,
    /// Who signed, 64 hex digits.
    pub signer: String,
    /// Ed25519 of this as compact JSON with an empty `signature`, 128 hex digits.
    pub signature: String,
}

/// The chain value of a segment: BLAKE3 over the previous value, the number as 8 bytes little-endian,
/// and the hash of each file. All hashes as 32 bytes; hex in and out. `None`: not hex.
pub fn chain_of(previous: &str, number: u32, files: &[SealedFile]) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(blake3::Hash::from_hex(previous).ok()?.as_bytes());
    hasher.update(&u64::from(number).to_le_bytes());
    for file in files {
        hasher.update(blake3::Hash::from_hex(&file.blake3).ok()?.as_bytes());
    }
    Some(hasher.finalize().to_hex().to_string())
}

impl Seal {
    /// Whether it closes a segment in which nothing was ever committed: the power went, or the disk was
    /// full, while it was being begun.
    pub fn is_of_nothing(&self) -> bool {
        let why = self.as_found.as_deref().and_then(|why| why.split("; ").next());
        why.is_some_and(|why| why.ends_with(NOTHING_RECORDED))
    }

    /// Signs it anew; sets `signer` and `signature`.
    pub fn sign(&mut self, signer: &Signer) {
        self.signer = signer.public().to_string();
        self.signature = String::new();
        self.signature = signer.sign(&json(self)).to_string();
    }

    /// What is wrong with it, taken by itself: its chain value or its signature. Files are not looked at.
    pub fn fault(&self) -> Option<String> {
        if self.format > FORMAT {
            return Some(format!("format {} is newer than this program", self.format));
        }
        if chain_of(&self.previous, self.number, &self.files).as_ref() != Some(&self.chain) {
            return Some("its chain value does not follow from its hashes".to_owned());
        }
        let unsigned = Seal { signature: String::new(), ..self.clone() };
        fault_of_signature(&self.signer, &self.signature, &json(&unsigned))
    }

    /// As it stands in its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        pretty(self)
    }

    /// From its file; `path` is named in errors.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Seal, RecordError> {
        parse(bytes, path)
    }
}

impl Removed {
    /// Signs it; sets `signer` and `signature`.
    pub fn sign(&mut self, signer: &Signer) {
        self.signer = signer.public().to_string();
        self.signature = String::new();
        self.signature = signer.sign(&json(self)).to_string();
    }

    /// What is wrong with it or with the seal inside.
    pub fn fault(&self) -> Option<String> {
        let unsigned = Removed { signature: String::new(), ..self.clone() };
        self.seal
            .fault()
            .or_else(|| fault_of_signature(&self.signer, &self.signature, &json(&unsigned)))
    }

    /// As it stands in its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        pretty(self)
    }

    /// From its file; `path` is named in errors.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Removed, RecordError> {
        parse(bytes, path)
    }
}

fn fault_of_signature(signer: &str, signature: &str, message: &[u8]) -> Option<String> {
    let key: PublicKey = match signer.parse() {
        Ok(key) => key,
        Err(why) => return Some(format!("its signer is no key: {why}")),
    };
    let signature: Signature = match signature.parse() {
        Ok(signature) => signature,
        Err(why) => return Some(format!("its signature is none: {why}")),
    };
    (!key.verify(message, &signature)).then(|| "its signature does not fit".to_owned())
}

/// Plain structs of numbers and strings: they always have a JSON form.
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8], path: &Path) -> Result<T, RecordError> {
    serde_json::from_slice(bytes).map_err(|error| RecordError::Damaged {
        what: path.to_owned(),
        why: format!("damaged ({error}): take it from a copy"),
    })
}

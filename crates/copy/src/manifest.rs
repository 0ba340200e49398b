//! [`Manifest`]: every file of a copy, signed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_keyring::{PublicKey, Signature, Signer};
use vigie_record::layout::FORMAT;

use crate::{
    names::{MANIFEST, SIGNATURE, is_copied},
    transfer::{FILE_MAX, Want},
};

/// Bytes of a manifest that are read: two hundred thousand files have less.
pub(crate) const MANIFEST_MAX: u64 = 48 << 20;
/// Bytes of a signature file that are read.
pub(crate) const SIGNATURE_MAX: u64 = 1_024;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Of the record.
    pub format: u32,
    /// The station's mode.
    pub mode: String,
    /// The unit's public key.
    pub unit: String,
    /// When the copy was made, nanoseconds since 1970 UTC.
    pub made_wall_ns: i64,
    /// The last segment.
    pub up_to: Option<u32>,
    /// Chain value of the last segment; empty without one.
    pub chain: String,
    /// Who signed, 64 hex digits.
    pub signer: String,
    /// Every file but this one and its signature, by name.
    pub files: Vec<Listed>,
}

/// A file of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    /// Its name from the copy's folder on.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3, hex.
    pub blake3: String,
}

impl Manifest {
    /// As it stands in its file: compact JSON, files by name.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // A plain struct of numbers and strings always has a JSON form.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Files by name.
    pub(crate) fn wants(&self) -> BTreeMap<String, Want> {
        let want = |file: &Listed| Want { bytes: file.bytes, blake3: file.blake3.clone() };
        self.files.iter().map(|file| (file.name.clone(), want(file))).collect()
    }
}

/// `manifest.sig`: the manifest's hash tells which of the two files is damaged, when they do not fit.
pub(crate) fn signature(manifest: &[u8], signer: &Signer) -> Vec<u8> {
    signature_text(&blake3::hash(manifest), &signer.sign(manifest)).into_bytes()
}

fn signature_text(hash: &blake3::Hash, signature: &Signature) -> String {
    format!("blake3 {}\ned25519 {signature}\n", hash.to_hex())
}

/// What there is to say of a manifest and its signature.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// What it says, as far as it can be gone by.
    pub manifest: Option<Manifest>,
    /// Who signed, when the signature fits.
    pub signer: Option<PublicKey>,
    /// File, and what is wrong with it.
    pub faults: Vec<(String, String)>,
}

/// Judges the two files. A manifest whose signature alone is damaged is still gone by.
pub(crate) fn judge(manifest: &[u8], signature: Option<&[u8]>) -> Judged {
    let mut judged = Judged::default();
    let mut fault = |name: &str, why: String| judged.faults.push((name.to_owned(), why));
    let parsed = match parse(manifest) {
        Ok(parsed) => Some(parsed),
        Err(why) => {
            fault(MANIFEST, why);
            None
        }
    };
    let Some(signature) = signature else {
        fault(SIGNATURE, "missing".to_owned());
        judged.manifest = parsed;
        return judged;
    };
    let Some((hash, signature)) = parse_signature(signature) else {
        fault(SIGNATURE, "damaged".to_owned());
        judged.manifest = parsed;
        return judged;
    };
    let Some(parsed) = parsed else { return judged };
    let signer = parsed.signer.parse::<PublicKey>().ok();
    let is_signed = signer.is_some_and(|signer| signer.verify(manifest, &signature));
    let is_hash = blake3::hash(manifest) == hash;
    match (is_signed, is_hash) {
        (true, true) => (judged.manifest, judged.signer) = (Some(parsed), signer),
        (true, false) => {
            fault(SIGNATURE, "damaged".to_owned());
            (judged.manifest, judged.signer) = (Some(parsed), signer);
        }
        (false, true) => {
            fault(SIGNATURE, "its signature is not one of the manifest's signer".to_owned());
            judged.manifest = Some(parsed);
        }
        (false, false) => fault(MANIFEST, "not what was signed".to_owned()),
    }
    judged
}

fn parse(bytes: &[u8]) -> Result<Manifest, String> {
    let manifest: Manifest =
        serde_json::from_slice(bytes).map_err(|error| format!("damaged ({error})"))?;
    if manifest.format > FORMAT {
        return Err(format!("format {} is newer than this program", manifest.format));
    }
    if manifest.to_bytes() != bytes {
        return Err("not as a backup writes it".to_owned());
    }
    if !manifest.files.is_sorted_by(|before, after| before.name < after.name) {
        return Err("names a file twice, or out of order".to_owned());
    }
    if let Some(file) = manifest.files.iter().find(|file| !is_copied(&file.name)) {
        let name = crate::names::shown(&file.name);
        return Err(format!("names a file that no copy has: {name}"));
    }
    if let Some(file) = manifest.files.iter().find(|file| file.bytes > FILE_MAX) {
        return Err(format!("{} bytes for {}: no segment is so large", file.bytes, file.name));
    }
    Ok(manifest)
}

fn parse_signature(bytes: &[u8]) -> Option<(blake3::Hash, Signature)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (hash, signature) = text.split_once('\n')?;
    let hash = blake3::Hash::from_hex(hash.strip_prefix("blake3 ")?).ok()?;
    let signature = signature.strip_prefix("ed25519 ")?.parse().ok()?;
    // Hex has two cases, and spaces hide: only what a backup writes is taken.
    (signature_text(&hash, &signature) == text).then_some((hash, signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(signer: &Signer) -> Manifest {
        let file = |name: &str| Listed { name: name.into(), bytes: 3, blake3: "00".into() };
        Manifest {
            format: 1,
            mode: "live".into(),
            unit: "age1".into(),
            made_wall_ns: 5,
            up_to: None,
            chain: String::new(),
            signer: signer.public().to_string(),
            files: vec![file("INDEX.txt"), file("record.json")],
        }
    }

    #[test]
    fn a_flipped_bit_is_laid_to_the_file_that_has_it() {
        let signer = Signer::from_seed(&[7; 32]);
        let json = manifest(&signer).to_bytes();
        let sig = signature(&json, &signer);
        let good = judge(&json, Some(&sig));
        assert!(good.faults.is_empty() && good.signer == Some(signer.public()), "{good:?}");
        for (name, bytes) in [(MANIFEST, &json), (SIGNATURE, &sig)] {
            for bit in 0..bytes.len() * 8 {
                let mut damaged = bytes.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                let judged = match name {
                    MANIFEST => judge(&damaged, Some(&sig)),
                    _ => judge(&json, Some(&damaged)),
                };
                let named: Vec<&str> =
                    judged.faults.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(named, [name], "bit {bit} of {name}");
            }
        }
    }

    #[test]
    fn hostile_names_and_sizes_are_refused() {
        let signer = Signer::from_seed(&[7; 32]);
        let names = ["/etc/passwd", "segments/../../x", "..", "", "segments/a b", "manifest.json"];
        for name in names {
            let mut hostile = manifest(&signer);
            hostile.files = vec![Listed { name: name.into(), bytes: 1, blake3: String::new() }];
            let json = hostile.to_bytes();
            let judged = judge(&json, Some(&signature(&json, &signer)));
            assert!(judged.manifest.is_none(), "{name}");
            assert!(judged.faults[0].1.contains("no copy has"), "{judged:?}");
        }
        let mut hostile = manifest(&signer);
        hostile.files[0].bytes = u64::MAX;
        let json = hostile.to_bytes();
        assert!(judge(&json, Some(&signature(&json, &signer))).manifest.is_none());
        let deep = "[".repeat(1 << 20);
        assert!(judge(deep.as_bytes(), None).manifest.is_none());
    }
}

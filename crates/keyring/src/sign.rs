//! Signatures of seals and manifests: Ed25519 (RFC 8032).

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer as _, SigningKey, Verifier as _, VerifyingKey};

use crate::{KeyError, keys::from_hex};

/// Signs for a station.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public())
    }
}

impl Signer {
    /// A new one, from the kernel.
    pub fn random() -> Result<Signer, KeyError> {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|error| KeyError::NoRandom(error.to_string()))?;
        Ok(Signer::from_seed(&seed))
    }

    /// From its 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Signer {
        Signer(SigningKey::from_bytes(seed))
    }

    /// Its seed.
    pub fn seed(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message))
    }
}

/// Whoever has this can tell what a station signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl fmt::Display for PublicKey {
    /// 64 hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = String;

    fn from_str(text: &str) -> Result<PublicKey, String> {
        let bytes = from_hex(text.as_bytes()).ok_or("64 hex digits are wanted")?;
        VerifyingKey::from_bytes(&bytes).map(PublicKey).map_err(|error| error.to_string())
    }
}

impl PublicKey {
    /// Whether a signature is of this message and by this key.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        self.0.verify(message, &signature.0).is_ok()
    }
}

/// A signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature(ed25519_dalek::Signature);

impl fmt::Display for Signature {
    /// 128 hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Signature {
    type Err = String;

    fn from_str(text: &str) -> Result<Signature, String> {
        let wanted = || "128 hex digits are wanted".to_owned();
        let text = text.trim().as_bytes();
        if text.len() != 128 {
            return Err(wanted());
        }
        let (low, high) = text.split_at(64);
        let (low, high) = (from_hex(low).ok_or_else(wanted)?, from_hex(high).ok_or_else(wanted)?);
        Ok(Signature(ed25519_dalek::Signature::from_components(low, high)))
    }
}

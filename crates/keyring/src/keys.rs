//! Raw keys of segments, and the age keys they are wrapped to.

use std::{fmt, path::Path, str::FromStr};

use age::{DecryptError, secrecy::ExposeSecret, x25519};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::KeyError;

/// The raw key of a segment.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RawKey([u8; 32]);

impl fmt::Debug for RawKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawKey(..)")
    }
}

impl RawKey {
    /// A new one, from the kernel.
    pub fn random() -> Result<RawKey, KeyError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| KeyError::NoRandom(error.to_string()))?;
        Ok(RawKey(bytes))
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> RawKey {
        RawKey(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hex digits, as SQLCipher wants them between `x'` and `'`.
    pub fn to_hex(&self) -> Zeroizing<String> {
        let mut hex = String::with_capacity(64);
        for byte in self.0 {
            for digit in [byte >> 4, byte & 15] {
                hex.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        Zeroizing::new(hex)
    }

    /// Wraps it: an armored age file that holds its 64 hex digits.
    pub fn wrap(&self, to: &Recipient) -> Result<Vec<u8>, KeyError> {
        wrap(to, self.to_hex().as_bytes())
    }

    /// Unwraps it. `what` is named in errors.
    pub fn unwrap(by: &Identity, wrapped: &[u8], what: &Path) -> Result<RawKey, KeyError> {
        let hex = unwrap(by, wrapped, what)?;
        let bytes = from_hex(&hex).ok_or_else(|| KeyError::Damaged {
            what: what.to_owned(),
            why: "64 hex digits are wanted inside".to_owned(),
        })?;
        Ok(RawKey(bytes))
    }
}

/// 32 bytes from 64 hex digits.
pub(crate) fn from_hex(hex: &[u8]) -> Option<[u8; 32]> {
    let hex = hex.trim_ascii();
    if hex.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    }
    Some(bytes)
}

/// Whoever may open what is wrapped to it: `age1...`.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq for Recipient {
    fn eq(&self, other: &Recipient) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl Eq for Recipient {}

impl FromStr for Recipient {
    type Err = String;

    fn from_str(text: &str) -> Result<Recipient, String> {
        x25519::Recipient::from_str(text).map(Recipient).map_err(ToOwned::to_owned)
    }
}

impl Recipient {
    /// The age library's own type, for streams.
    pub fn as_age(&self) -> &x25519::Recipient {
        &self.0
    }
}

/// The secret half: `AGE-SECRET-KEY-1...`.
#[derive(Clone)]
pub struct Identity(x25519::Identity);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

impl FromStr for Identity {
    type Err = String;

    fn from_str(text: &str) -> Result<Identity, String> {
        x25519::Identity::from_str(text.trim()).map(Identity).map_err(ToOwned::to_owned)
    }
}

impl Identity {
    /// A new one.
    pub fn generate() -> Identity {
        Identity(x25519::Identity::generate())
    }

    /// The public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// As text, for the recovery sheet and for wrapping.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The age library's own type, for streams.
    pub fn as_age(&self) -> &x25519::Identity {
        &self.0
    }
}

/// Wraps a few bytes: an armored age file.
pub fn wrap(to: &Recipient, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
    age::encrypt_and_armor(&to.0, bytes)
        .map(String::into_bytes)
        .map_err(|error| KeyError::NoRandom(error.to_string()))
}

/// Unwraps them. `what` is named in errors.
pub fn unwrap(by: &Identity, wrapped: &[u8], what: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    age::decrypt(&by.0, wrapped).map(Zeroizing::new).map_err(|error| failure(&error, what))
}

/// Why an age file does not open.
pub(crate) fn failure(error: &DecryptError, what: &Path) -> KeyError {
    let what = what.to_owned();
    // A wrong passphrase is the second: age cannot tell it from damage to the few bytes it opens.
    let is_wrong = matches!(
        error,
        DecryptError::NoMatchingKeys
            | DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
    );
    if is_wrong {
        KeyError::Wrong { what }
    } else {
        KeyError::Damaged { what, why: error.to_string() }
    }
}

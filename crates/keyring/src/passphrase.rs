//! The passphrase: an age file with scrypt, which the `age` program opens too.
//!
//! scrypt with N = 2^18, r = 8, p = 1, as the `age` program takes it: 256 MiB and about a second for
//! each guess. Files up to 2^20 are opened; more would cost gigabytes.

use std::{fmt, iter, path::Path, str::FromStr};

use age::{Encryptor, armor, scrypt, secrecy::SecretString};
use zeroize::Zeroizing;

use crate::{
    Identity, KeyError, KeyringFile,
    keys::failure,
    places,
    prepare::{put, remove},
    small_file,
};

/// Characters that a new passphrase has at least: four or five words.
pub const CHARACTERS_MIN: usize = 12;
/// log2 of scrypt's N: that of the `age` program.
const WORK_FACTOR: u8 = 18;
/// 1 GiB and some seconds: a damaged or hostile file costs no more.
const WORK_FACTOR_MAX: u8 = 20;
/// How an armored age file begins (age-encryption.org/v1).
pub(crate) const HEAD: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// A passphrase. It does not stay in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

impl FromStr for Passphrase {
    type Err = std::convert::Infallible;

    /// One line end at its end does not count, as editors and `echo` leave it.
    fn from_str(text: &str) -> Result<Passphrase, Self::Err> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        Ok(Passphrase(Zeroizing::new(text.strip_suffix('\r').unwrap_or(text).to_owned())))
    }
}

impl Passphrase {
    /// From a file of one line, such as a credential.
    pub fn from_file(path: &Path) -> Result<Passphrase, KeyError> {
        let bytes = Zeroizing::new(small_file::read_named(path)?);
        let damaged = |why: &str| KeyError::Damaged { what: path.to_owned(), why: why.to_owned() };
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged("not text"))?;
        let Ok(passphrase) = text.parse::<Passphrase>();
        if passphrase.0.is_empty() {
            return Err(damaged("empty: one line with the passphrase is wanted"));
        }
        Ok(passphrase)
    }

    /// Whether it will do as a new one.
    pub fn check_new(&self) -> Result<(), KeyError> {
        let count = self.0.trim().chars().count();
        if count >= CHARACTERS_MIN {
            return Ok(());
        }
        Err(KeyError::Weak(format!(
            "this passphrase has {count} characters; at least {CHARACTERS_MIN} are wanted: four or five \
             words that only the unit would put together"
        )))
    }

    fn secret(&self) -> SecretString {
        SecretString::from(self.0.as_str())
    }
}

/// How long a guess takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkFactor(u8);

impl Default for WorkFactor {
    fn default() -> WorkFactor {
        WorkFactor(WORK_FACTOR)
    }
}

impl WorkFactor {
    /// Next to nothing: for tests that set many passphrases.
    pub fn low_for_tests() -> WorkFactor {
        WorkFactor(4)
    }
}

/// Wraps a private key: an armored age file whose content is a key file of the `age` program.
pub(crate) fn wrap(
    identity: &Identity,
    passphrase: &Passphrase,
    work: WorkFactor,
) -> Result<Vec<u8>, KeyError> {
    let mut recipient = scrypt::Recipient::new(passphrase.secret());
    recipient.set_work_factor(work.0);
    let failed = |error: &dyn fmt::Display| KeyError::NoRandom(error.to_string());
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        .map_err(|error| failed(&error))?;
    let written = || -> std::io::Result<Vec<u8>> {
        let armored = armor::ArmoredWriter::wrap_output(Vec::new(), armor::Format::AsciiArmor)?;
        let mut writer = encryptor.wrap_output(armored)?;
        std::io::Write::write_all(&mut writer, identity.to_text().as_bytes())?;
        std::io::Write::write_all(&mut writer, b"\n")?;
        writer.finish()?.finish()
    };
    written().map_err(|error| failed(&error))
}

/// Unwraps it. `what` is named in errors.
pub(crate) fn unwrap(
    wrapped: &[u8],
    passphrase: &Passphrase,
    what: &Path,
) -> Result<Identity, KeyError> {
    let mut identity = scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(WORK_FACTOR_MAX);
    let text = age::decrypt(&identity, wrapped)
        .map(Zeroizing::new)
        .map_err(|error| failure(&error, what))?;
    crate::machine::parse(&text, what)
}

/// Puts the unit's private key under a new passphrase, reads it back, and takes it from the machine key.
/// What the old passphrase opened it opens no more, but in copies that were made before.
pub fn set_passphrase(
    record: &Path,
    identity: &Identity,
    new: &Passphrase,
    work: WorkFactor,
) -> Result<(), KeyError> {
    new.check_new()?;
    let path = places::unit(record);
    if KeyringFile::read(record)?.recipient(record)? != identity.recipient() {
        return Err(KeyError::Wrong { what: KeyringFile::path(record) });
    }
    put(&path, &wrap(identity, new, work)?)?;
    let there = unwrap(&small_file::read(&path)?, new, &path)?;
    if there.recipient() != identity.recipient() {
        return Err(KeyError::Damaged { what: path, why: "not as it was written".to_owned() });
    }
    remove(&places::unit_machine(record))
}

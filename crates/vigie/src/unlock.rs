//! What opens a record for the tools: a secret that is named, handed over by systemd, or asked for.
//!
//! | Asked in this order | Opens |
//! | --- | --- |
//! | simulation and replay | everything, without a secret |
//! | `--passphrase-file`, `--key-file` | everything |
//! | the systemd credential `vigie-passphrase` | everything |
//! | the machine key, until a passphrase is set | everything |
//! | the passphrase, asked for on a terminal | everything |

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::Args;
use vigie_keyring::{
    Identity, KeyError, KeyringFile, MachineKeyPlace, Passphrase, Secret, Unlock, machine_unlock,
};

use crate::terminal::{Problem, say};

/// The name of the credential that systemd hands over.
const CREDENTIAL: &str = "vigie-passphrase"; // tidy: not for people
/// How often a person may mistype.
const ATTEMPTS: usize = 3;

/// What opens a record.
#[derive(Args, Clone, Debug, Default)]
pub struct UnlockOptions {
    /// Read the passphrase from this file, one line, instead of asking for it
    #[arg(long, value_name = "FILE", conflicts_with = "key_file")]
    pub passphrase_file: Option<PathBuf>,

    /// Open with this file: the unit's private key (AGE-SECRET-KEY-1...) or the typed recovery sheet
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

impl UnlockOptions {
    /// The secret that is named, or handed over by systemd.
    fn secret(&self) -> Result<Option<Secret>, Problem> {
        if let Some(path) = &self.passphrase_file {
            return Ok(Some(Secret::Passphrase(Passphrase::from_file(path).map_err(problem)?)));
        }
        if let Some(path) = &self.key_file {
            return Ok(Some(Secret::KeyFile(path.clone())));
        }
        let credential = env::var_os("CREDENTIALS_DIRECTORY") // tidy: not for people
            .map(|folder| PathBuf::from(folder).join(CREDENTIAL))
            .filter(|path| path.is_absolute() && path.exists());
        Ok(credential.map(Secret::Credential))
    }
}

/// What was found to open a record with.
#[derive(Debug)]
pub enum Opened {
    /// The unit's private key.
    Unit(Identity),
    /// Nothing that opens everything; perhaps a machine key.
    Part(Unlock),
}

/// What opens a record, without asking anybody.
pub fn at_hand(record: &Path, options: &UnlockOptions) -> Result<Opened, Problem> {
    // First, so that a folder without a record, or with a damaged one, is called so.
    let file = KeyringFile::read(record).map_err(problem)?;
    if !file.is_simulated()
        && let Some(secret) = options.secret()?
    {
        return vigie_keyring::unlock(record, &secret).map(Opened::Unit).map_err(problem);
    }
    let unlock = match machine_unlock(record, &MachineKeyPlace::from_environment()) {
        Ok(unlock) => unlock,
        // A secret opens the record without this machine's key.
        Err(error) => {
            tracing::warn!(%error, "no machine key");
            Unlock::default()
        }
    };
    Ok(match unlock.unit {
        Some(unit) => Opened::Unit(unit),
        None => Opened::Part(unlock),
    })
}

/// What opens the whole record; asks for the passphrase on a terminal.
pub fn unlock(record: &Path, options: &UnlockOptions) -> Result<Unlock, Problem> {
    Ok(Unlock { unit: Some(opener(record, options)?), machine: None })
}

/// What opens the record as far as can be without asking: for tools that have something to say of a
/// locked one.
pub fn unlock_if_given(record: &Path, options: &UnlockOptions) -> Result<Unlock, Problem> {
    Ok(match at_hand(record, options)? {
        Opened::Unit(unit) => Unlock { unit: Some(unit), machine: None },
        Opened::Part(unlock) => unlock,
    })
}

/// The unit's private key: the one that `record.json` names.
pub fn unit(record: &Path, options: &UnlockOptions) -> Result<Identity, Problem> {
    let key = opener(record, options)?;
    let unit = KeyringFile::read(record).and_then(|file| file.recipient(record));
    if unit.map_err(problem)? == key.recipient() {
        return Ok(key);
    }
    Err(Problem::new(format!(
        "{}: this key opens older segments only, and is not the unit's key any more",
        KeyringFile::path(record).display()
    )))
}

/// The unit's private key, or one that it had before and that opens older segments.
pub fn opener(record: &Path, options: &UnlockOptions) -> Result<Identity, Problem> {
    match at_hand(record, options)? {
        Opened::Unit(unit) => Ok(unit),
        Opened::Part(_) if !io::stdin().is_terminal() => Err(Problem::new(format!(
            "{}: the record is locked: name the passphrase with --passphrase-file FILE, or the key or \
             the recovery sheet with --key-file FILE",
            record.display()
        ))),
        Opened::Part(_) => ask(record),
    }
}

fn ask(record: &Path) -> Result<Identity, Problem> {
    let mut attempt = 1;
    loop {
        let passphrase = prompt("Passphrase of the unit: ")?;
        match vigie_keyring::unlock(record, &Secret::Passphrase(passphrase)) {
            Err(KeyError::Wrong { .. }) if attempt < ATTEMPTS => {
                attempt += 1;
                say("This passphrase does not open the record. Once more:"); // tidy: not for people
            }
            opened => return opened.map_err(problem),
        }
    }
}

/// A new passphrase: from a file, or typed twice.
pub fn new_passphrase(file: Option<&Path>) -> Result<Passphrase, Problem> {
    let passphrase = match file {
        Some(path) => Passphrase::from_file(path).map_err(problem)?,
        None if !io::stdin().is_terminal() => {
            // tidy: not for people
            let text =
                "no terminal to ask on: name the new passphrase with --new-passphrase-file FILE";
            return Err(Problem::new(text));
        }
        None => {
            let first = prompt("New passphrase: ")?; // tidy: not for people
            first.check_new().map_err(problem)?;
            let again = prompt("The same again: ")?; // tidy: not for people
            if first != again {
                // tidy: not for people
                return Err(Problem::new("the two were not the same; nothing was changed"));
            }
            first
        }
    };
    passphrase.check_new().map_err(problem)?;
    Ok(passphrase)
}

fn prompt(text: &str) -> Result<Passphrase, Problem> {
    let failed = |error| Problem::new(format!("nothing can be asked: {error}")); // tidy: not for people
    let typed = zeroize::Zeroizing::new(rpassword::prompt_password(text).map_err(failed)?);
    let Ok(passphrase) = typed.parse::<Passphrase>();
    Ok(passphrase)
}

/// A key's error for the person at the keyboard.
#[expect(clippy::needless_pass_by_value, reason = "goes into map_err")]
pub fn problem(error: KeyError) -> Problem {
    Problem::new(error.to_string())
}

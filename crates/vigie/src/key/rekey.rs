//! Changing the unit's key.

use std::{fs::File, path::Path};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};
use vigie_keyring::{Keyring, KeyringFile, MachineKeyPlace, Rekey, Signer, WorkFactor};
use vigie_record::rekey;

use crate::{
    audit,
    terminal::{Exit, Problem, end_status, say, show_status},
    unlock::{self, UnlockOptions, problem},
};

/// Makes a new key for the unit, or finishes an interrupted change.
pub fn run(record: &Path, options: &UnlockOptions, new: Option<&Path>) -> Result<(), Problem> {
    let _lock = alone(record)?;
    let unit = unlock::unit(record, options)?;
    super::refuse_simulated(record)?;
    let signer = signer(record)?;
    let change = if Rekey::is_switched(record).map_err(problem)? {
        say("An interrupted change of the unit's key is finished; its new passphrase holds.");
        audit::note(record, "rekey", "an interrupted change is finished")?;
        Rekey::resume(record, unit)
    } else {
        let new = unlock::new_passphrase(new)?;
        audit::note(record, "rekey", "the unit's key is changed")?;
        Rekey::begin(record, unit, &new, WorkFactor::default())
    }
    .map_err(problem)?;
    let told = rekey(record, change, &signer, |done, total| {
        show_status(&format!("{done} of {total} keys")); // tidy: not for people
    });
    end_status();
    let told = told.map_err(|error| {
        Problem::new(format!(
            "{error}\nInterrupted: put that right and run `vigie key rekey` again"
        ))
    })?;
    for (number, why) in &told.troubles {
        say(&format!("segment {number}: {why}")); // tidy: not for people
    }
    say(&format!(
        "The unit has a new key; {} segments open with it, and with the old one no more.",
        told.segments
    ));
    say(
        "Print the new recovery sheet now: `vigie key sheet`. Destroy the old one only when no copy",
    );
    say("and no raw capture that was made before is needed any more: those open with the old key.");
    Ok(())
}

/// The folder, while no station works on it.
fn alone(record: &Path) -> Result<File, Problem> {
    let failed = |why: String| Problem::new(format!("{}: {why}", record.display()));
    let folder = File::open(record).map_err(|error| failed(error.to_string()))?;
    match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(folder),
        Err(Errno::WOULDBLOCK) => Err(failed(
            "a station works on this record: stop it first; changing the key takes seconds"
                .to_owned(),
        )
        .exiting(Exit::Occupied)),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Seals are signed again as the station signs them, with its machine key.
fn signer(record: &Path) -> Result<Signer, Problem> {
    let file = KeyringFile::read(record).map_err(problem)?;
    let place = MachineKeyPlace::from_environment();
    let found = place.find(record).map_err(problem)?;
    let (Some(_), Some(mode)) = (found, file.station_mode()) else {
        return Err(Problem::new(format!(
            "{}: the station's machine key is needed too, to sign the seals again: run this as the \
             station's user; where the key is a systemd credential, hand it over with `systemd-run --pty \
             -p LoadCredentialEncrypted=vigie-machine-key vigie key rekey`",
            record.display()
        )));
    };
    let (keyring, _) = Keyring::open_or_create(record, mode, &place).map_err(problem)?;
    Ok(keyring.signer().clone())
}

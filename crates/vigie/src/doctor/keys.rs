//! Keys of the record, and what could carry them out of memory: swap and core dumps.

use std::path::{Path, PathBuf};

use vigie_keyring::{
    KeyringFile, MachineKey, MachineKeyPlace, is_open_to_others, is_rekeying, is_unprotected,
};

use super::check::Check;
use crate::isolation::Surroundings;

/// All of them.
pub fn checks(here: &Surroundings, record: Option<PathBuf>, place: &MachineKeyPlace) -> Vec<Check> {
    let mut checks = vec![swap(here), cores(here)];
    if let Some(record) = record {
        checks.extend(keys(&record));
        checks.push(machine_key(&record, place));
    }
    checks
}

/// Swap puts pages of patients' data on a disk, in clear unless the swap is encrypted.
fn swap(here: &Surroundings) -> Check {
    const NAME: &str = "swap";
    let text = here.read("proc/swaps").unwrap_or_default();
    let on: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| !is_harmless(here, name))
        .collect();
    if !on.is_empty() {
        let what =
            format!("on {}: patients' data may reach the disk outside the record", on.join(", "));
        return Check::warning(
            NAME,
            what,
            "`swapoff -a`, and take it out of /etc/fstab; or encrypt it (crypttab(5), option `swap`)",
        );
    }
    let has_some = text.lines().skip(1).any(|line| !line.trim().is_empty());
    Check::ok(NAME, if has_some { "encrypted, or compressed memory" } else { "none" })
}

/// Compressed memory is no disk, and what dm-crypt writes is encrypted.
fn is_harmless(here: &Surroundings, device: &str) -> bool {
    let Some(name) = device.strip_prefix("/dev/") else { return false };
    if name.starts_with("zram") {
        return true;
    }
    // `/dev/mapper/NAME` is a link to `/dev/dm-N`; the kernel lists either.
    let name = match name.strip_prefix("mapper/") {
        Some(mapped) => here
            .names("sys/class/block")
            .unwrap_or_default()
            .into_iter()
            .find(|block| here.word(&format!("sys/class/block/{block}/dm/name")) == mapped),
        None => Some(name.to_owned()),
    };
    // cryptsetup marks its devices so (libdevmapper, `DM_UUID`).
    name.is_some_and(|name| {
        here.word(&format!("sys/class/block/{name}/dm/uuid")).starts_with("CRYPT-")
    })
}

/// A program that collects cores would get those of other programs; ours make none.
fn cores(here: &Surroundings) -> Check {
    const NAME: &str = "core dumps";
    let pattern = here.word("proc/sys/kernel/core_pattern");
    if pattern.starts_with('|') {
        // core(5): behind `|` stands a program, and the limit of the process does not hold for it.
        let program = pattern.trim_start_matches('|').split_whitespace().next().unwrap_or_default();
        let what = format!("collected by {program}; Vigie's processes are marked to make none");
        let remedy = "`systemctl mask systemd-coredump.socket`, `sysctl kernel.core_pattern=core`, if \
                      other programs of this PC hold patients' data";
        return Check::warning(NAME, what, remedy);
    }
    Check::ok(NAME, "Vigie's processes make none")
}

fn keys(record: &Path) -> Vec<Check> {
    const NAME: &str = "record keys";
    let mut checks = Vec::new();
    match KeyringFile::read_if_there(record) {
        Ok(None) => {
            checks.push(Check::ok(NAME, "no record yet: its keys are made at the first start"));
            return checks;
        }
        Ok(Some(file)) if file.is_simulated() => {
            let what =
                format!("mode {}: its keys stand in the source and protect nothing", file.mode);
            checks.push(Check::ok(NAME, what));
            return checks;
        }
        Err(error) => {
            let remedy = "take record.json from a copy; recording does not start without it";
            checks.push(Check::bad(NAME, error.to_string(), remedy));
            return checks;
        }
        Ok(Some(file)) => {
            let signers = file.signers.len();
            let what = format!("unit {}, {signers} signing keys", file.fingerprint());
            checks.push(Check::ok(NAME, what));
        }
    }
    checks.push(if is_unprotected(record) {
        let what = "no passphrase yet: whoever has this PC reads the whole record";
        Check::warning("passphrase", what, "`vigie key passphrase`, then `vigie key sheet`")
    } else {
        Check::ok("passphrase", "set")
    });
    if is_rekeying(record) {
        let what = "changing the unit's key was interrupted";
        checks.push(Check::warning(NAME, what, "stop the station and run `vigie key rekey` again"));
    }
    for path in [record.to_owned(), record.join("keys"), KeyringFile::path(record)] {
        if is_open_to_others(&path).unwrap_or(false) {
            let what = format!("{}: other users may read it", path.display());
            let remedy = format!("`chmod -R go= {}`", record.display());
            checks.push(Check::warning(NAME, what, remedy));
        }
    }
    checks
}

fn machine_key(record: &Path, place: &MachineKeyPlace) -> Check {
    const NAME: &str = "machine key";
    match place.find(record) {
        Ok(Some((_, MachineKey::Credential))) => Check::ok(NAME, "a systemd credential"),
        Ok(Some((_, MachineKey::File(path)))) if is_open_to_others(&path).unwrap_or(false) => {
            let what = format!("{}: other users may read it", path.display());
            Check::bad(NAME, what, format!("`chmod 600 {}`", path.display()))
        }
        Ok(Some((_, MachineKey::File(path)))) => Check::ok(NAME, path.display().to_string()),
        Ok(None | Some((_, MachineKey::MemoryOnly(_)))) => match &place.file {
            Some(path) => Check::ok(
                NAME,
                format!(
                    "none for this user; the station makes {} if it is this user's",
                    path.display()
                ),
            ),
            None => {
                let what = "can be kept nowhere: neither HOME nor XDG_CONFIG_HOME is set";
                let remedy =
                    "set one, or hand the station the systemd credential vigie-machine-key";
                Check::bad(NAME, what, remedy)
            }
        },
        Err(error) => {
            let remedy = "docs/keys.md, \"When something changes\"";
            Check::bad(NAME, error.to_string(), remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use vigie_keyring::{Keyring, Passphrase, WorkFactor, machine_unlock, set_passphrase};
    use vigie_model::StationMode;

    use super::*;
    use crate::{doctor::check::State, isolation::machine::Machine};

    const HEAD: &str = "Filename\tType\tSize\tUsed\tPriority\n";

    fn swap_of(machine: &Machine, device: &str) -> Check {
        machine.write("proc/swaps", &format!("{HEAD}{device} partition 8388604 0 -2\n"));
        swap(&machine.surroundings())
    }

    #[test]
    fn swap_on_a_disk_counts_but_not_when_it_is_encrypted_or_memory() {
        let machine = Machine::isolated();
        machine.write("proc/swaps", HEAD);
        assert_eq!(swap(&machine.surroundings()).what, "none");
        assert_eq!(swap_of(&machine, "/dev/zram0").state, State::Ok);
        let check = swap_of(&machine, "/dev/sda2");
        assert_eq!((check.state, check.what.contains("/dev/sda2")), (State::Warning, true));
        assert_eq!(swap_of(&machine, "/swapfile").state, State::Warning);
        machine.write("sys/class/block/dm-0/dm/uuid", "LVM-abc\n");
        machine.write("sys/class/block/dm-0/dm/name", "vg-swap\n");
        machine.write("sys/class/block/dm-1/dm/uuid", "CRYPT-PLAIN-cryptswap1\n");
        machine.write("sys/class/block/dm-1/dm/name", "cryptswap1\n");
        assert_eq!(swap_of(&machine, "/dev/dm-0").state, State::Warning, "LVM alone is in clear");
        assert_eq!(swap_of(&machine, "/dev/mapper/vg-swap").state, State::Warning);
        assert_eq!(swap_of(&machine, "/dev/dm-1").state, State::Ok);
        assert_eq!(swap_of(&machine, "/dev/mapper/cryptswap1").state, State::Ok);
    }

    #[test]
    fn a_program_that_collects_cores_is_named() {
        let machine = Machine::isolated();
        machine.write("proc/sys/kernel/core_pattern", "core\n");
        assert_eq!(cores(&machine.surroundings()).state, State::Ok);
        let collector = "|/usr/lib/systemd/systemd-coredump %P %u\n";
        machine.write("proc/sys/kernel/core_pattern", collector);
        let check = cores(&machine.surroundings());
        assert_eq!((check.state, check.what.contains("systemd-coredump")), (State::Warning, true));
    }

    #[test]
    fn a_record_without_a_passphrase_and_keys_that_others_read_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let (record, key) = (folder.path().join("record"), folder.path().join("c/machine.key"));
        let place = MachineKeyPlace::file(&key);
        let state = |checks: &[Check], name| {
            checks.iter().filter(|check| check.name == name).map(|check| check.state).max_by_key(
                |state| match state {
                    State::Ok => 0,
                    State::Warning => 1,
                    State::Bad => 2,
                },
            )
        };
        assert_eq!(state(&keys(&record), "record keys"), Some(State::Ok), "nothing there yet");
        Keyring::open_or_create(&record, StationMode::Live, &place).expect("keys");
        assert_eq!(state(&keys(&record), "passphrase"), Some(State::Warning));
        assert_eq!(state(&keys(&record), "record keys"), Some(State::Ok));
        assert_eq!(machine_key(&record, &place).state, State::Ok);
        let unit = machine_unlock(&record, &place).expect("a record").unit.expect("unprotected");
        let Ok(passphrase) = "seven blue lamps at noon".parse::<Passphrase>();
        set_passphrase(&record, &unit, &passphrase, WorkFactor::low_for_tests()).expect("set");
        assert_eq!(state(&keys(&record), "passphrase"), Some(State::Ok));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("changed");
        assert_eq!(machine_key(&record, &place).state, State::Bad);
        fs::set_permissions(&record, fs::Permissions::from_mode(0o755)).expect("changed");
        assert_eq!(state(&keys(&record), "record keys"), Some(State::Warning));
        fs::write(record.join("record.json"), "{").expect("damaged");
        assert_eq!(state(&keys(&record), "record keys"), Some(State::Bad));
        assert_eq!(machine_key(&record, &MachineKeyPlace::default()).state, State::Bad);
        let inside = MachineKeyPlace::file(record.join("machine.key"));
        assert_eq!(machine_key(&record, &inside).state, State::Bad);
    }
}

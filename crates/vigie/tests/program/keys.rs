//! `vigie key` as people meet it: passphrase, sheet, check, rekey, captures.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command};

use tempfile::TempDir;
use vigie_keyring::{
    Identity, Keyring, MachineKeyPlace, Passphrase, RawKey, Secret, machine_unlock, unlock,
};
use vigie_model::StationMode;

use super::text;

const PASSPHRASE: &str = "seven blue lamps at noon";

/// A PC with a record that a station began, and nobody at its keyboard.
struct Pc(TempDir);

impl Pc {
    fn new(mode: StationMode) -> Pc {
        let pc = Pc(tempfile::tempdir().unwrap());
        Keyring::open_or_create(&pc.at("record"), mode, &pc.place()).unwrap();
        fs::create_dir(pc.at("record/segments")).unwrap();
        pc
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn place(&self) -> MachineKeyPlace {
        MachineKeyPlace::file(self.at("config/vigie/machine.key"))
    }

    fn write(&self, name: &str, content: &str) -> String {
        fs::write(self.at(name), content).unwrap();
        self.at(name).to_string_lossy().into_owned()
    }

    /// Exit code, standard output and standard error.
    fn key(&self, arguments: &[&str]) -> (bool, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .arg("key")
            .args(arguments)
            .arg("--record")
            .arg(self.at("record"))
            .env("XDG_CONFIG_HOME", self.at("config"))
            .env_remove("CREDENTIALS_DIRECTORY")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    }

    fn by_passphrase(&self, passphrase: &str) -> Option<Identity> {
        let Ok(passphrase) = passphrase.parse::<Passphrase>();
        unlock(&self.at("record"), &Secret::Passphrase(passphrase)).ok()
    }

    fn audit(&self) -> String {
        fs::read_to_string(self.at("record/audit.jsonl")).unwrap_or_default()
    }
}

#[test]
fn a_passphrase_a_sheet_and_a_rekey() {
    let pc = Pc::new(StationMode::Live);
    let (good, short) = (pc.write("good", PASSPHRASE), pc.write("short", "short\n"));
    let (is_done, _, said) = pc.key(&["passphrase", "--new-passphrase-file", &short]);
    assert!(!is_done && said.contains("at least 12"), "{said}");
    let (is_done, _, said) = pc.key(&["passphrase", "--new-passphrase-file", &good]);
    assert!(is_done && said.contains("vigie key sheet"), "{said}");
    assert!(!pc.at("record/keys/unit.machine.age").exists());

    // From now on a secret is needed.
    let (is_done, out, said) = pc.key(&["sheet"]);
    assert!(!is_done && out.is_empty() && said.contains("--passphrase-file"), "{said}");
    let wrong = pc.write("wrong", "some other words here\n");
    let (is_done, _, said) = pc.key(&["sheet", "--passphrase-file", &wrong]);
    assert!(!is_done && said.contains("does not open it"), "{said}");
    let sheet = pc.at("sheet.txt").to_string_lossy().into_owned();
    let arguments = ["sheet", "--passphrase-file", &good, "--unit", "ICU 3", "--out", &sheet];
    let (is_done, _, said) = pc.key(&arguments);
    assert!(is_done, "{said}");
    assert_eq!(pc.at("sheet.txt").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!pc.key(&arguments).0, "nothing is written over");
    let page = fs::read_to_string(&sheet).unwrap();
    assert!(page.contains("ICU 3") && page.contains("COFFRE") | page.contains("coffre"), "{page}");

    // The sheet alone opens the record, and a mistyped line is named.
    let (is_done, out, said) = pc.key(&["check", "--key-file", &sheet]);
    assert!(is_done && out.contains("0 of 0 segments open"), "{out}{said}");
    let line = page.lines().find(|line| line.trim_start().starts_with("K2")).unwrap();
    let typed = line.replacen(line.trim().get(4..5).unwrap(), "?", 1);
    let mistyped = pc.write("mistyped", &page.replace(line, &typed));
    let (is_done, _, said) = pc.key(&["check", "--key-file", &mistyped]);
    assert!(!is_done && said.contains("line K2 of the recovery sheet"), "{said}");

    // A new key: the old passphrase and the old sheet open nothing any more.
    let next = pc.write("next", "nine green boats at dawn\n");
    let rekey = ["rekey", "--passphrase-file", &good, "--new-passphrase-file", &next];
    let station = fs::File::open(pc.at("record")).unwrap();
    rustix::fs::flock(&station, rustix::fs::FlockOperation::NonBlockingLockExclusive).unwrap();
    let (is_done, _, said) = pc.key(&rekey);
    assert!(!is_done && said.contains("stop it first"), "{said}");
    drop(station);
    let (is_done, _, said) = pc.key(&rekey);
    assert!(is_done && said.contains("Print the new recovery sheet"), "{said}");
    assert!(pc.by_passphrase(PASSPHRASE).is_none());
    assert!(pc.by_passphrase("nine green boats at dawn").is_some());
    assert!(!pc.key(&["check", "--key-file", &sheet]).0);

    let rows = pc.audit();
    for what in ["\"passphrase\"", "\"sheet\"", "\"rekey\""] {
        assert!(rows.contains(what), "{what}: {rows}");
    }
    assert!(!rows.contains(PASSPHRASE));
}

#[test]
fn a_capture_is_opened_and_a_cut_one_as_far_as_it_goes() {
    let pc = Pc::new(StationMode::Live);
    let unit = machine_unlock(&pc.at("record"), &pc.place()).unwrap().unit.unwrap();
    let clear: Vec<u8> = (0..=u8::MAX).cycle().take(150_000).collect();
    let sealed = vigie_keyring::wrap(&unit.recipient(), &clear).unwrap();
    fs::write(pc.at("bed.age"), &sealed).unwrap();
    fs::write(pc.at("cut.age"), &sealed[..sealed.len() - 4_000]).unwrap();
    let open = |from: &str, to: &str| {
        let (from, to) = (pc.at(from), pc.at(to));
        pc.key(&["capture", &from.to_string_lossy(), "--out", &to.to_string_lossy()])
    };
    let (is_done, _, said) = open("bed.age", "bed");
    assert!(is_done && said.contains("150000 bytes"), "{said}");
    assert_eq!(fs::read(pc.at("bed")).unwrap(), clear);
    assert!(!open("bed.age", "bed").0, "nothing is written over");
    let (is_done, _, said) = open("cut.age", "cut");
    assert!(is_done && said.contains("in the midst"), "{said}");
    let cut = fs::read(pc.at("cut")).unwrap();
    assert!(cut.len() >= 65_536 && clear.starts_with(&cut), "{}", cut.len());
    fs::write(pc.at("junk.age"), "junk").unwrap();
    let (is_done, _, said) = open("junk.age", "junk");
    assert!(!is_done && said.contains("junk.age") && !pc.at("junk").exists(), "{said}");
}

#[test]
fn what_cannot_be_is_said() {
    let pc = Pc::new(StationMode::Simulation);
    let file = pc.write("new", PASSPHRASE);
    let (is_done, _, said) = pc.key(&["passphrase", "--new-passphrase-file", &file]);
    assert!(!is_done && said.contains("protect nothing"), "{said}");
    let (is_done, out, said) = pc.key(&["42", "--sql"]);
    assert!(!is_done && out.is_empty() && said.contains("there is no segment 42"), "{said}");
    assert!(pc.audit().is_empty(), "nothing was done");
    let (is_done, out, _) = pc.key(&["check"]);
    assert!(is_done && out.contains("0 of 0"), "{out}");
    fs::remove_file(pc.at("record/record.json")).unwrap();
    let (is_done, _, said) = pc.key(&["check"]);
    assert!(!is_done && said.contains("there is no record here"), "{said}");
}

/// The key of before opens what was recorded with it, and no more than that.
#[test]
fn a_key_that_the_unit_had_before_opens_older_segments() {
    let pc = Pc::new(StationMode::Live);
    let (before, other) = (Identity::generate(), Identity::generate());
    let raw = RawKey::random().unwrap();
    fs::write(pc.at("record/segments/000001.key"), raw.wrap(&before.recipient()).unwrap()).unwrap();
    fs::write(pc.at("record/segments/000001_2026-11-21T00-00Z.vg"), "").unwrap();
    let before = pc.write("before", before.to_text().as_str());
    let (is_done, out, said) = pc.key(&["1", "--raw", "--key-file", &before]);
    assert!(is_done && out.trim() == raw.to_hex().as_str(), "{said}");
    for what in ["sheet", "passphrase", "rekey"] {
        let (is_done, out, said) = pc.key(&[what, "--key-file", &before]);
        assert!(
            !is_done && out.is_empty() && said.contains("older segments only"),
            "{what}: {said}"
        );
    }
    let other = pc.write("other", other.to_text().as_str());
    let (is_done, _, said) = pc.key(&["1", "--key-file", &other]);
    assert!(!is_done && said.contains("does not open it"), "{said}");
}

/// `sudo vigie key` on the station's record: its files would be root's.
#[test]
fn a_record_of_another_user_is_not_written_into() {
    let pc = Pc::new(StationMode::Live);
    if std::os::unix::fs::chown(pc.at("record"), Some(61_234), None).is_err() {
        println!("not root: a folder cannot be given to another user here");
        return;
    }
    let names = || fs::read_dir(pc.at("record")).unwrap().count();
    let before = names();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(arguments)
            .arg("--record")
            .arg(pc.at("record"))
            .env("XDG_CONFIG_HOME", pc.at("config"))
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        (output.status.success(), text(&output.stderr))
    };
    let copy = pc.at("copy").display().to_string();
    let config = pc.write(
        "vigie.toml",
        "[[bed]]\nid = \"1\"\n[[line]]\nname = \"bed-1\"\nbed = \"1\"\nprotocol = \"intellivue\"\n\
         unix = \"/nowhere\"\nreal = true\n",
    );
    let commands: [&[&str]; 5] = [
        &["key", "sheet"],
        &["key", "passphrase"],
        &["hold", "add", "--from", "2026-11-21 14:30", "--to", "2026-11-21 15:30", "--why", "x"],
        &["backup", &copy, "--same-disk"],
        &["record", "--config", &config],
    ];
    for arguments in commands {
        let (is_done, said) = run(arguments);
        assert!(!is_done && said.contains("user 61234"), "{arguments:?}: {said}");
        assert!(said.contains("systemd-run"), "{arguments:?}: {said}");
        assert_eq!(names(), before, "{arguments:?}");
    }
    let (is_done, said) = run(&["hold", "list"]);
    assert!(is_done, "looking is free: {said}");
}

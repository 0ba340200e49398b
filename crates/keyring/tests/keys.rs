//! Keys of a record as a station and its people meet them: the first start, a passphrase, a new PC, a
//! damaged file, a change of the unit's key.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly")]

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use vigie_keyring::{
    Identity, KeyError, Keyring, KeyringFile, MachineKey, MachineKeyPlace, Passphrase, Prepared,
    RawKey, Rekey, Secret, WorkFactor, is_rekeying, is_unprotected, key_lines, machine_unlock,
    set_passphrase, unlock,
};
use vigie_model::StationMode;

/// A PC with a record folder and a place for the machine key.
struct Pc {
    folder: TempDir,
}

impl Pc {
    fn new() -> Pc {
        Pc { folder: tempfile::tempdir().expect("a folder") }
    }

    fn record(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    fn key(&self, name: &str) -> PathBuf {
        self.record().join("keys").join(name)
    }

    fn place(&self) -> MachineKeyPlace {
        MachineKeyPlace::file(self.folder.path().join("config/vigie/machine.key"))
    }

    fn start(&self) -> Result<(Keyring, Prepared), KeyError> {
        Keyring::open_or_create(&self.record(), StationMode::Live, &self.place())
    }

    fn started(&self) -> (Keyring, Prepared) {
        self.start().expect("keys")
    }

    fn unit(&self) -> Identity {
        let unlock = machine_unlock(&self.record(), &self.place()).expect("a record");
        unlock.unit.expect("no passphrase yet")
    }

    fn protect(&self, passphrase: &str) -> Identity {
        let unit = self.unit();
        set_passphrase(&self.record(), &unit, &typed(passphrase), low()).expect("set");
        unit
    }

    fn by_passphrase(&self, passphrase: &str) -> Result<Identity, KeyError> {
        unlock(&self.record(), &Secret::Passphrase(typed(passphrase)))
    }
}

const PASSPHRASE: &str = "seven blue lamps at noon";

fn typed(text: &str) -> Passphrase {
    text.parse().expect("a passphrase")
}

fn low() -> WorkFactor {
    WorkFactor::low_for_tests()
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("there").permissions().mode() & 0o777
}

fn is_wrong<T>(outcome: Result<T, KeyError>) -> bool {
    matches!(outcome, Err(KeyError::Wrong { .. }))
}

#[test]
fn the_first_start_makes_keys_and_the_next_one_finds_them() {
    let pc = Pc::new();
    let (first, prepared) = pc.started();
    assert!(prepared.is_new && prepared.is_unprotected && prepared.troubles.is_empty());
    let MachineKey::File(machine) = &prepared.machine else { panic!("{prepared:?}") };
    for path in [&pc.key("unit.machine.age"), &pc.key("signing.machine.age"), machine] {
        assert_eq!(mode(path), 0o600, "{path:?}");
    }
    assert_eq!((mode(&pc.record()), mode(&pc.record().join("keys"))), (0o700, 0o700));
    let (second, prepared) = pc.started();
    assert!(!prepared.is_new && prepared.is_unprotected && prepared.troubles.is_empty());
    assert_eq!((first.public(), first.unit()), (second.public(), second.unit()));
    assert_eq!(pc.unit().recipient(), *first.unit(), "the machine key opens everything");
    let file = KeyringFile::read(&pc.record()).expect("record.json");
    assert_eq!((file.mode.as_str(), file.signers.len()), ("live", 1));
    let left = fs::read_dir(pc.record().join("keys")).expect("keys").count();
    assert_eq!(left, 2, "nothing half made is left");
}

#[test]
fn a_passphrase_takes_the_units_key_from_the_machine() {
    let pc = Pc::new();
    pc.started();
    let short = set_passphrase(&pc.record(), &pc.unit(), &typed("too short"), low());
    assert!(matches!(&short, Err(KeyError::Weak(why)) if why.contains("12")), "{short:?}");
    assert!(is_unprotected(&pc.record()) && !pc.key("unit.age").exists());
    let unit = pc.protect(PASSPHRASE);
    assert!(!is_unprotected(&pc.record()) && !pc.key("unit.machine.age").exists());
    assert_eq!(mode(&pc.key("unit.age")), 0o600);
    let locked = machine_unlock(&pc.record(), &pc.place()).expect("a record");
    assert!(locked.unit.is_none() && locked.machine.is_some());
    assert_eq!(pc.by_passphrase(PASSPHRASE).expect("opened").recipient(), unit.recipient());
    assert!(is_wrong(pc.by_passphrase("seven blue lamps at noo")));
    let sheet: Vec<String> =
        key_lines(&unit).iter().map(|line| line.printed().to_string()).collect();
    let by_sheet = unlock(&pc.record(), &Secret::Sheet(sheet.join("\n"))).expect("the sheet");
    assert_eq!(by_sheet.recipient(), unit.recipient());
    let files = tempfile::tempdir().expect("a folder");
    for (name, text) in [("key", unit.to_text().to_string()), ("sheet", sheet.join("\n"))] {
        let path = files.path().join(name);
        fs::write(&path, format!("# of the ward\n{text}\n")).expect("written");
        unlock(&pc.record(), &Secret::KeyFile(path)).expect("a key file");
    }
    let credential = files.path().join("vigie-passphrase");
    fs::write(&credential, format!("{PASSPHRASE}\n")).expect("written");
    unlock(&pc.record(), &Secret::Credential(credential)).expect("a credential");
    let other = key_lines(&Identity::generate());
    let other: Vec<String> = other.iter().map(|line| line.printed().to_string()).collect();
    assert!(is_wrong(unlock(&pc.record(), &Secret::Sheet(other.join("\n")))), "another's sheet");
    // Another passphrase: the old one opens nothing any more.
    set_passphrase(&pc.record(), &unit, &typed("nine green boats at dawn"), low()).expect("set");
    assert!(is_wrong(pc.by_passphrase(PASSPHRASE)));
    assert!(!pc.started().1.is_unprotected);
    assert!(is_wrong(set_passphrase(
        &pc.record(),
        &Identity::generate(),
        &typed(PASSPHRASE),
        low()
    )));
}

#[test]
fn a_crash_between_the_passphrase_and_the_machines_copy_is_finished_at_the_next_start() {
    let pc = Pc::new();
    pc.started();
    let before = fs::read(pc.key("unit.machine.age")).expect("there");
    pc.protect(PASSPHRASE);
    fs::write(pc.key("unit.machine.age"), before).expect("not yet taken away");
    assert!(!is_unprotected(&pc.record()));
    pc.started();
    assert!(!pc.key("unit.machine.age").exists());
}

#[test]
fn on_a_new_pc_another_key_signs_and_recording_goes_on() {
    let pc = Pc::new();
    let (old, _) = pc.started();
    let unit = pc.protect(PASSPHRASE);
    fs::remove_dir_all(pc.folder.path().join("config")).expect("a new PC");
    let (new, prepared) = pc.started();
    assert_ne!(old.public(), new.public());
    assert_eq!(*new.unit(), unit.recipient());
    assert!(prepared.troubles.iter().any(|told| told.contains("signing.machine.age")));
    let signers = KeyringFile::read(&pc.record()).expect("record.json").signers;
    assert_eq!(signers, [old.public().to_string(), new.public().to_string()]);
    assert_eq!(pc.started().0.public(), new.public(), "and stays the same");
    pc.by_passphrase(PASSPHRASE).expect("reading goes on");
}

#[test]
fn without_a_passphrase_a_new_pc_says_that_nobody_can_read() {
    let pc = Pc::new();
    let (old, _) = pc.started();
    fs::remove_dir_all(pc.folder.path().join("config")).expect("a new PC");
    let wrapped = fs::read(pc.key("unit.machine.age")).expect("there");
    let (new, prepared) = pc.started();
    assert_eq!(old.unit(), new.unit());
    let told = prepared.troubles.iter().find(|told| told.contains("unit.machine.age"));
    assert!(told.is_some_and(|told| told.contains("nobody can read")), "{prepared:?}");
    assert_eq!(
        fs::read(pc.key("unit.machine.age")).expect("kept"),
        wrapped,
        "for the old PC's key"
    );
}

#[test]
fn a_pc_that_keeps_no_machine_key_records_and_says_so() {
    let pc = Pc::new();
    let start =
        |place: MachineKeyPlace| Keyring::open_or_create(&pc.record(), StationMode::Drill, &place);
    let (first, prepared) = start(MachineKeyPlace::default()).expect("it records");
    assert!(matches!(&prepared.machine, MachineKey::MemoryOnly(why) if why.contains("HOME")));
    assert!(prepared.is_unprotected);
    assert!(prepared.troubles.iter().any(|told| told.contains("CANNOT BE READ")), "{prepared:?}");
    // A file stands where the folder should be.
    fs::write(pc.folder.path().join("config"), "").expect("written");
    let (second, prepared) = start(pc.place()).expect("it records");
    assert!(matches!(&prepared.machine, MachineKey::MemoryOnly(why) if why.contains("config")));
    assert_eq!(first.unit(), second.unit());
    // From the day that it can keep one on, what is recorded can be read.
    fs::remove_file(pc.folder.path().join("config")).expect("removed");
    let (third, prepared) = start(pc.place()).expect("it records");
    assert_ne!(first.unit(), third.unit());
    assert!(prepared.troubles.iter().any(|told| told.contains("new one")), "{prepared:?}");
    assert_eq!(pc.unit().recipient(), *third.unit());
    assert!(start(pc.place()).expect("again").1.troubles.is_empty());
}

/// The sheet is printed, perhaps, and no passphrase set; a copy has no private key at all. What is restored
/// from it, and what is recorded afterwards, opens with the sheet.
#[test]
fn a_private_key_that_is_missing_is_not_replaced_where_something_is_recorded() {
    for has_passphrase in [false, true] {
        let pc = Pc::new();
        let (first, _) = pc.started();
        let unit = if has_passphrase { pc.protect(PASSPHRASE) } else { pc.unit() };
        let segments = pc.record().join("segments");
        fs::create_dir(&segments).expect("made");
        fs::write(segments.join("000001.key"), "wrapped").expect("a key");
        // A restored copy on a new PC.
        fs::remove_dir_all(pc.folder.path().join("config")).expect("a new PC");
        fs::remove_dir_all(pc.record().join("keys")).expect("not in a copy");
        let (again, prepared) = pc.started();
        assert_eq!(first.unit(), again.unit());
        let told = prepared.troubles.iter().find(|told| told.contains("unit.age"));
        assert!(told.is_some_and(|told| told.contains("recovery sheet")), "{prepared:?}");
        assert_eq!(pc.started().0.unit(), first.unit());
        let sheet: Vec<String> =
            key_lines(&unit).iter().map(|line| line.printed().to_string()).collect();
        let by_sheet = unlock(&pc.record(), &Secret::Sheet(sheet.join("\n"))).expect("the sheet");
        set_passphrase(&pc.record(), &by_sheet, &typed(PASSPHRASE), low()).expect("set again");
        assert!(pc.started().1.troubles.is_empty());
        pc.by_passphrase(PASSPHRASE).expect("reading goes on");
    }
}

/// At the first start no machine key could be kept: nobody has the private key, though segments are there.
#[test]
fn a_private_key_that_nobody_has_is_replaced_also_when_the_power_fails_at_it() {
    let pc = Pc::new();
    let (first, _) =
        Keyring::open_or_create(&pc.record(), StationMode::Live, &MachineKeyPlace::default())
            .expect("it records");
    let segments = pc.record().join("segments");
    fs::create_dir(&segments).expect("made");
    fs::write(segments.join("000001.key"), "wrapped").expect("a key");
    let json = pc.record().join("record.json");
    let before = fs::read(&json).expect("there");
    let (second, prepared) = pc.started();
    assert_ne!(first.unit(), second.unit());
    assert!(prepared.troubles.iter().any(|told| told.contains("new one")), "{prepared:?}");
    assert_eq!(pc.unit().recipient(), *second.unit());
    assert!(!pc.key("unit.none").exists());
    // The new key lay there, and the power failed before `record.json` named it.
    fs::write(&json, before).expect("as it was");
    fs::write(pc.key("unit.none"), "").expect("as it was");
    let (third, prepared) = pc.started();
    assert_eq!(second.unit(), third.unit());
    assert!(prepared.troubles.is_empty(), "{prepared:?}");
    assert_eq!(pc.unit().recipient(), *second.unit());
    assert!(!pc.key("unit.none").exists());
    // From then on it is a key like any other.
    fs::remove_file(pc.key("unit.machine.age")).expect("lost");
    assert_eq!(pc.started().0.unit(), second.unit());
}

#[test]
fn a_key_that_the_unit_had_before_opens_what_was_recorded_with_it_and_changes_nothing() {
    let pc = Pc::new();
    pc.started();
    pc.protect(PASSPHRASE);
    let (before, other) = (Identity::generate(), Identity::generate());
    let files = tempfile::tempdir().expect("a folder");
    let key_file = |key: &Identity| {
        let path = files.path().join("key");
        fs::write(&path, key.to_text().as_bytes()).expect("written");
        Secret::KeyFile(path)
    };
    let segments = pc.record().join("segments");
    fs::create_dir(&segments).expect("made");
    let raw = RawKey::random().expect("random");
    let wrap = |key: &Identity| raw.wrap(&key.recipient()).expect("wrapped");
    fs::write(segments.join("000001.key"), "damaged").expect("written");
    fs::write(segments.join("000002.machine.key"), wrap(&other)).expect("written");
    assert!(is_wrong(unlock(&pc.record(), &key_file(&before))));
    fs::write(segments.join("000002.key"), wrap(&before)).expect("written");
    let opened = unlock(&pc.record(), &key_file(&before)).expect("opens one");
    assert_eq!(opened.recipient(), before.recipient());
    assert!(is_wrong(unlock(&pc.record(), &key_file(&other))), "a machine key is none of a unit");
    assert!(is_wrong(set_passphrase(&pc.record(), &before, &typed(PASSPHRASE), low())));
    assert!(is_wrong(Rekey::begin(&pc.record(), before, &typed(PASSPHRASE), low())));
}

/// Whoever can write in the record's folder cannot make the station wait, or read what is not its own.
#[test]
fn no_file_of_a_record_is_read_through_a_link_or_a_pipe() {
    let pc = Pc::new();
    pc.started();
    pc.protect(PASSPHRASE);
    let elsewhere = pc.folder.path().join("elsewhere");
    for path in [pc.record().join("record.json"), pc.key("unit.age"), pc.key("signing.machine.age")]
    {
        fs::rename(&path, &elsewhere).expect("moved");
        for is_pipe in [false, true] {
            if is_pipe {
                let made = Command::new("mkfifo").arg(&path).status().expect("it runs");
                assert!(made.success());
            } else {
                symlink(&elsewhere, &path).expect("a link");
            }
            let said = if path.ends_with("signing.machine.age") {
                pc.started().1.troubles.join("\n")
            } else {
                pc.by_passphrase(PASSPHRASE).expect_err("not followed").to_string()
            };
            assert!(said.contains("no plain file"), "{}: {said}", path.display());
            fs::remove_file(&path).expect("removed");
        }
        fs::rename(&elsewhere, &path).expect("back");
    }
    pc.by_passphrase(PASSPHRASE).expect("as before");
}

#[test]
fn a_damaged_machine_key_is_left_alone_and_so_is_what_it_opens() {
    let pc = Pc::new();
    pc.started();
    let machine = pc.folder.path().join("config/vigie/machine.key");
    let signing = fs::read(pc.key("signing.machine.age")).expect("there");
    fs::write(&machine, "AGE-SECRET-KEY-1NONSENSE\n").expect("written");
    let (_, prepared) = pc.started();
    assert!(
        matches!(&prepared.machine, MachineKey::MemoryOnly(why) if why.contains("machine.key"))
    );
    assert_eq!(fs::read(&machine).expect("kept"), b"AGE-SECRET-KEY-1NONSENSE\n");
    assert_eq!(fs::read(pc.key("signing.machine.age")).expect("kept"), signing);
}

#[test]
fn damaged_files_are_named_and_never_written_over() {
    let pc = Pc::new();
    pc.started();
    pc.protect(PASSPHRASE);
    let json = pc.record().join("record.json");
    let whole = fs::read(&json).expect("there");
    for damage in [&b"{"[..], b"", b"{\"format\":1}", &whole[..whole.len() / 2], &[0xFF; 64]] {
        fs::write(&json, damage).expect("written");
        let said = pc.start().expect_err("damaged").to_string();
        assert!(said.contains("record.json") && said.contains("copy"), "{said}");
        assert_eq!(fs::read(&json).expect("kept"), damage);
    }
    let newer =
        String::from_utf8(whole.clone()).expect("text").replace("\"format\": 1", "\"format\": 9");
    fs::write(&json, newer).expect("written");
    assert!(pc.start().expect_err("newer").to_string().contains("newer"));
    fs::remove_file(&json).expect("removed");
    assert!(pc.start().expect_err("lost").to_string().contains("take this file from a copy"));
    fs::write(&json, whole).expect("written");

    fs::write(pc.key("signing.machine.age"), "garbage").expect("written");
    let (_, prepared) = pc.started();
    let told = prepared.troubles.iter().any(|told| told.contains("signing.machine.age"));
    assert!(told, "{prepared:?}");
    assert_eq!(fs::read(pc.key("signing.machine.age")).expect("kept"), b"garbage");

    let unit = fs::read(pc.key("unit.age")).expect("there");
    for length in [0, 10, 100, unit.len() - 60] {
        fs::write(pc.key("unit.age"), &unit[..length]).expect("cut");
        let said = pc.by_passphrase(PASSPHRASE).expect_err("damaged").to_string();
        assert!(said.contains("unit.age") && said.contains("copy"), "{length}: {said}");
    }
    // A hostile file asks for 2^30 rounds and gets none.
    let hostile = "age-encryption.org/v1\n-> scrypt bBjlhJVYZeE4aqUdmtRHfw 30\n\
                   ZJ2Cqcaw3PNJBZDUJDtTXYtQZVPPQXWbYHEWhnyQfAI\n\
                   --- 6Ze6KsJbnZ6RXUYoQqeH1y7EAcfGEcYNGtQuPXHKSVE\n";
    fs::write(pc.key("unit.age"), hostile).expect("written");
    assert!(matches!(pc.by_passphrase(PASSPHRASE), Err(KeyError::Damaged { .. })));
}

#[test]
fn the_machine_key_never_lies_in_the_record() {
    let pc = Pc::new();
    let inside = MachineKeyPlace::file(pc.record().join("vigie/machine.key"));
    fs::create_dir_all(pc.record()).expect("made");
    let link = pc.folder.path().join("link");
    symlink(pc.record(), &link).expect("a link");
    for place in [inside, MachineKeyPlace::file(link.join("a/../vigie/machine.key"))] {
        let said = Keyring::open_or_create(&pc.record(), StationMode::Live, &place);
        let said = said.expect_err("refused").to_string();
        assert!(said.contains("must not lie in the record folder"), "{said}");
        assert!(!pc.record().join("record.json").exists());
    }
}

#[test]
fn the_place_follows_the_environment() {
    let place = |credentials: Option<&str>, config: Option<&str>, home: Option<&str>| {
        let of = |text: Option<&str>| text.map(Into::into);
        MachineKeyPlace::of(of(credentials), of(config), of(home))
    };
    let all = place(Some("/run/credentials/v"), Some("/c"), Some("/h"));
    assert_eq!(all.credential, Some("/run/credentials/v/vigie-machine-key".into()));
    assert_eq!(all.file, Some("/c/vigie/machine.key".into()));
    let home = place(None, Some("c"), Some("/h"));
    assert_eq!((home.credential, home.file), (None, Some("/h/.config/vigie/machine.key".into())));
    assert_eq!(place(Some("x"), None, None), MachineKeyPlace::default());
}

#[test]
fn a_credential_comes_first_and_an_empty_one_does_not_count() {
    let pc = Pc::new();
    let credential = pc.folder.path().join("vigie-machine-key");
    let key = Identity::generate();
    let place = MachineKeyPlace { credential: Some(credential.clone()), ..pc.place() };
    fs::write(&credential, "").expect("written");
    let start = || Keyring::open_or_create(&pc.record(), StationMode::Live, &place).expect("keys");
    assert!(matches!(start().1.machine, MachineKey::File(_)));
    fs::write(&credential, format!("# age-keygen\n{}\n", key.to_text().as_str())).expect("written");
    let (keyring, prepared) = start();
    assert_eq!(prepared.machine, MachineKey::Credential);
    assert_eq!(keyring.machine().recipient(), key.recipient());
}

#[test]
fn simulation_and_replay_have_fixed_keys_and_a_record_has_one_mode() {
    let pc = Pc::new();
    let start = |mode| Keyring::open_or_create(&pc.record(), mode, &MachineKeyPlace::default());
    let (keyring, prepared) = start(StationMode::Replay).expect("keys");
    assert!(prepared.is_new && !prepared.is_unprotected);
    let (_, unit) = Keyring::simulation().expect("fixed");
    assert_eq!(*keyring.unit(), unit.recipient());
    let unlock = machine_unlock(&pc.record(), &MachineKeyPlace::default()).expect("a record");
    assert_eq!(unlock.unit.map(|unit| unit.recipient()), Some(unit.recipient()));
    let said = start(StationMode::Live).expect_err("another mode").to_string();
    assert!(said.contains("replay") && said.contains("live"), "{said}");
    assert!(!start(StationMode::Replay).expect("again").1.is_new);
}

/// At each point at which a change of the unit's key can be interrupted, one secret opens everything, and
/// doing it once more ends well.
#[test]
fn a_change_of_the_units_key_can_be_interrupted_anywhere() {
    const NEW: &str = "nine green boats at dawn";
    // 0: after `begin`; 1: some keys wrapped to both; 2: after the switch; 3: some to the next alone.
    for point in 0..4 {
        let pc = Pc::new();
        pc.started();
        let old = pc.protect(PASSPHRASE);
        let raw: Vec<RawKey> = (0..3).map(|_| RawKey::random().expect("random")).collect();
        let wrap = |raw: &RawKey| raw.wrap(&old.recipient()).expect("wrapped");
        let mut wrapped: Vec<Vec<u8>> = raw.iter().map(wrap).collect();
        let open = |by: &Identity, wrapped: &[Vec<u8>]| {
            let what = Path::new("N.key");
            let opened = wrapped.iter().map(|file| RawKey::unwrap(by, file, what));
            opened
                .zip(&raw)
                .filter(|(opened, raw)| opened.as_ref().is_ok_and(|key| key == *raw))
                .count()
        };
        let mut change =
            Rekey::begin(&pc.record(), old.clone(), &typed(NEW), low()).expect("begun");
        if point >= 1 {
            wrapped[0] = change.wrap(&raw[0]).expect("wrapped");
        }
        if point >= 2 {
            wrapped = raw.iter().map(|raw| change.wrap(raw).expect("wrapped")).collect();
            change.switch(&pc.record()).expect("switched");
        }
        if point >= 3 {
            wrapped[0] = change.wrap(&raw[0]).expect("wrapped");
        }
        drop(change);
        assert!(is_rekeying(&pc.record()) && !is_unprotected(&pc.record()));
        let told = pc.started().1.troubles;
        assert!(told.iter().any(|told| told.contains("vigie key rekey")), "{told:?}");
        let is_switched = Rekey::is_switched(&pc.record()).expect("a record");
        assert_eq!(is_switched, point >= 2);
        let (good, bad) = if is_switched { (NEW, PASSPHRASE) } else { (PASSPHRASE, NEW) };
        assert!(is_wrong(pc.by_passphrase(bad)), "{point}");
        let unit = pc.by_passphrase(good).expect("one opens");
        assert_eq!(open(&unit, &wrapped), 3, "{point}: everything");

        let mut change = if is_switched {
            Rekey::resume(&pc.record(), unit).expect("resumed")
        } else {
            Rekey::begin(&pc.record(), unit, &typed(NEW), low()).expect("begun anew")
        };
        if !change.has_switched() {
            let both: Vec<_> = raw.iter().map(|raw| change.wrap(raw).expect("wrapped")).collect();
            assert_eq!(open(&old, &both), 3, "{point}");
            change.switch(&pc.record()).expect("switched");
        }
        wrapped = raw.iter().map(|raw| change.wrap(raw).expect("wrapped")).collect();
        let unit = change.finish(&pc.record()).expect("finished");
        assert_eq!((open(&unit, &wrapped), open(&old, &wrapped)), (3, 0), "{point}");
        assert!(!is_rekeying(&pc.record()));
        assert_eq!(pc.by_passphrase(NEW).expect("opened").recipient(), unit.recipient());
        assert!(is_wrong(pc.by_passphrase(PASSPHRASE)));
        assert!(
            is_wrong(Rekey::begin(&pc.record(), old, &typed(NEW), low())),
            "the old key is none"
        );
        assert!(pc.started().1.troubles.is_empty());
    }
}

/// What the `age` program writes opens here, and what is written here opens there.
#[test]
fn the_age_program_opens_our_files_and_we_open_its() {
    if Command::new("age").arg("--version").output().is_err() {
        println!("the program age is not here: not compared with it");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let run = |command: &mut Command| {
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    // A key file of age-keygen is a key file here.
    run(Command::new("age-keygen").arg("-o").arg(at("key.txt")));
    let text = fs::read_to_string(at("key.txt")).expect("a key");
    let line = text.lines().find(|line| !line.starts_with('#')).expect("a key");
    let key: Identity = line.parse().expect("a key");
    let raw = RawKey::random().expect("random");
    fs::write(at("1.key"), raw.wrap(&key.recipient()).expect("wrapped")).expect("written");
    let opened = run(Command::new("age").arg("-d").arg("-i").arg(at("key.txt")).arg(at("1.key")));
    assert_eq!(opened, raw.to_hex().as_bytes());
    // And the other way round, armored or not.
    fs::write(at("hex"), raw.to_hex().as_bytes()).expect("written");
    for armor in [&["-a"][..], &[]] {
        let recipient = key.recipient().to_string();
        let mut age = Command::new("age");
        run(age.args(armor).arg("-r").arg(recipient).arg("-o").arg(at("2.key")).arg(at("hex")));
        let bytes = fs::read(at("2.key")).expect("written");
        assert_eq!(RawKey::unwrap(&key, &bytes, &at("2.key")).expect("opened"), raw);
        fs::remove_file(at("2.key")).expect("removed");
    }
}

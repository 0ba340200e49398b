//! `vigie backup`, `verify`, `restore`, `inspect`, `hold` and `export` as people meet them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use vigie_clock::BootClock;
use vigie_model::Clock;

use crate::{
    fixture, processes,
    table::{self, Row},
    text, vigie,
};

const SINUS: &str = "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";

/// What a busy machine may need until a station records.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder with a record of thirty seconds of a monitor, and the table that was printed at their end.
struct Recorded {
    folder: TempDir,
    rows: Vec<Row>,
}

impl Recorded {
    fn new() -> Recorded {
        let folder = tempfile::tempdir().expect("a folder");
        let record = folder.path().join("record").display().to_string();
        let played = fixture(SINUS);
        let arguments = ["replay", &played, "--record", &record, "--headless", "--after", "30"];
        let output = vigie(&arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        Recorded { folder, rows: table::rows(&output.stdout) }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Exit code, standard output and standard error; `@name` is a file of this folder.
    fn ask(&self, arguments: &[&str]) -> (i32, String, String) {
        let path = |argument: &&str| match argument.strip_prefix('@') {
            Some(name) => self.at(name).display().to_string(),
            None => (*argument).to_owned(),
        };
        let arguments: Vec<String> = arguments.iter().map(path).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = vigie(&arguments);
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    #[track_caller]
    fn well(&self, arguments: &[&str]) -> String {
        let (code, out, said) = self.ask(arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{said}");
        out
    }

    fn copied(&self) {
        self.well(&["backup", "@copy", "--record", "@record", "--same-disk"]);
    }
}

fn segment(folder: &Path) -> PathBuf {
    let mut entries = fs::read_dir(folder.join("segments")).expect("segments").flatten();
    entries
        .find(|entry| entry.path().extension().is_some_and(|end| end == "vg"))
        .expect("a segment")
        .path()
}

/// The same for record, copy and restored record, but for the place.
fn inside(recorded: &Recorded, place: &str) -> Value {
    let found = recorded.well(&["inspect", place, "--json"]);
    let mut found: Value = serde_json::from_str(&found).expect("JSON");
    found.as_object_mut().expect("an object").remove("place");
    found
}

#[test]
fn a_copy_is_made_once_checked_and_restored() {
    let recorded = Recorded::new();
    let (code, _, said) = recorded.ask(&["backup", "@copy", "--record", "@record"]);
    assert!(code == 1 && said.contains("same disk") && said.contains("--same-disk"), "{said}");
    assert!(!recorded.at("copy").exists(), "nothing is made for a target that is refused");
    let backup = ["backup", "@copy", "--record", "@record", "--same-disk"];
    let said = recorded.well(&backup);
    assert!(said.contains(": 1 segments copied") && said.contains("up to 000001"), "{said}");
    let said = recorded.well(&backup);
    assert!(said.contains(": 0 segments copied (0 B), 1 kept"), "{said}");

    let said = recorded.well(&["verify", "@copy"]);
    assert!(said.contains("a copy; segments 000001 to 000001") && said.contains("0 faults"));
    let (code, out, said) = recorded.ask(&["verify", "@record"]);
    assert!(code == 0 && out.contains("a record;") && said.is_empty(), "{out}{said}");
    let (code, _, said) = recorded.ask(&["verify", "@copy", "--signer", "0123"]);
    assert!(code == 2 && said.contains("64 hex digits"), "{said}");

    recorded.well(&["restore", "@copy", "--record", "@restored"]);
    assert!(recorded.well(&["verify", "@restored"]).contains("0 faults"));
    let was = inside(&recorded, "@record");
    assert_eq!(was["inside"]["devices"][0], "line:replay-1", "{was}");
    assert_eq!(was["inside"]["wave_streams"], 2, "{was}");
    assert_eq!(inside(&recorded, "@copy"), was);
    assert_eq!(inside(&recorded, "@restored"), was);
}

#[test]
fn a_changed_byte_is_found_and_its_file_named() {
    let recorded = Recorded::new();
    recorded.copied();
    let segment = segment(&recorded.at("copy"));
    fs::set_permissions(&segment, fs::Permissions::from_mode(0o600)).expect("set");
    let mut bytes = fs::read(&segment).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&segment, bytes).expect("written");
    let name = segment.file_name().expect("a name").to_string_lossy().into_owned();
    let (code, out, said) = recorded.ask(&["verify", "@copy"]);
    assert!(code == 1 && out.contains("1 faults"), "{out}");
    let line = said.lines().find(|line| line.contains(&name)).expect("the file is named");
    assert!(line.contains("not those that were sealed; make the copy again"), "{line}");
    // A record is made of the rest, and what is not in it is named.
    let (code, _, said) = recorded.ask(&["restore", "@copy", "--record", "@restored"]);
    assert!(code == 1 && said.contains(&name) && said.contains("another copy"), "{said}");
}

#[test]
fn times_are_held_listed_and_let_go() {
    let recorded = Recorded::new();
    let add = |from, to| {
        let why = "incident 12";
        recorded
            .ask(&["hold", "add", "--from", from, "--to", to, "--why", why, "--record", "@record"])
    };
    let (code, _, said) = add("2026-11-21 18:00", "2026-11-21 14:00");
    assert!(code == 1 && said.contains("nothing would be held"), "{said}");
    let (code, out, _) = add("2026-11-21 14:00", "2026-11-21 18:00");
    assert!(
        code == 0 && out.contains("  1  2026-11-21 14:00:00 +00:00") && out.contains("incident 12")
    );
    assert_eq!(recorded.well(&["hold", "list", "--record", "@record"]), out);
    let (code, _, said) = recorded.ask(&["hold", "release", "2", "--record", "@record"]);
    assert!(code == 1 && said.contains("there is no 2"), "{said}");
    let said = recorded.well(&["hold", "release", "1", "--record", "@record"]);
    assert!(said.contains("nothing is held"), "{said}");
    let audit = fs::read_to_string(recorded.at("record/audit.jsonl")).expect("noted");
    assert!(audit.contains("added: ") && audit.contains("released: "), "{audit}");
}

#[test]
fn a_folder_without_a_record_is_named_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().display().to_string();
    let out = folder.path().join("out").display().to_string();
    for arguments in [
        vec!["inspect", &place],
        vec!["hold", "list", "--record", &place],
        vec!["backup", &out, "--record", &place],
        vec!["export", "--format", "csv", "--out", &out, "--record", &place],
    ] {
        let output = vigie(&arguments);
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains("there is no record here"), "{said}");
        assert!(said.contains("--record DIR") && !folder.path().join("out").exists(), "{said}");
    }
}

#[test]
fn an_export_has_what_the_table_showed_and_all_that_was_recorded() {
    let recorded = Recorded::new();
    let said =
        recorded.well(&["export", "--format", "csv", "--out", "@out", "--record", "@record"]);
    let count = |what: &str| -> u64 {
        let words: Vec<&str> = said.split([' ', '\n']).collect();
        let at = words.windows(2).position(|pair| pair[1].starts_with(what));
        words[at.unwrap_or_else(|| panic!("{what}: {said}"))].parse().expect("a number")
    };
    // Both counts by the `sqlcipher` program, which knows nothing of times and ranges.
    let (values, samples) = counted(&recorded);
    assert_eq!((count("numbers"), count("samples")), (values, samples), "{said}");
    let file = fs::read_to_string(recorded.at("out/numerics.csv")).expect("written");
    let mut lines = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let column = |name| head.iter().position(|cell| *cell == name).expect("a column");
    let (bed, label, value) = (column("bed"), column("label"), column("value"));
    let lines: Vec<Vec<&str>> = lines.collect();
    assert!(lines.iter().all(|cells| cells[bed] == "replay-1"), "a bed from the first value on");
    // The monitor's own label, and the one of the screen.
    for (sent, name) in [("HR", "HR"), ("PVC", "PVC"), ("SpO₂", "SpO2")] {
        let last = lines.iter().rev().find(|cells| cells[label] == sent).expect(sent);
        let row = recorded.rows.iter().find(|row| row.parameter == name).expect(name);
        assert_eq!(row.value.parse::<f64>(), last[value].parse::<f64>(), "{name}");
    }
    let alarms = fs::read_to_string(recorded.at("out/alarms.csv")).expect("written");
    assert!(alarms.contains("Rem.AlarmDev.Malf."), "{alarms}");
    let readme = fs::read_to_string(recorded.at("out/README.txt")).expect("written");
    assert!(readme.contains("NOT ENCRYPTED") && readme.contains("the beginning of the record"));

    // A bed that never was is a mistake, and no empty export.
    let export = ["export", "--format", "csv", "--out", "@other", "--record", "@record"];
    let (code, _, said) = recorded.ask(&[&export[..], &["--beds", "9"]].concat());
    assert!(code == 1 && said.contains("--beds 9") && said.contains("replay-1"), "{said}");
    let said = recorded.well(&[&export[..], &["--beds", "replay-1", "--streams", "HR"]].concat());
    assert!(said.contains(" 0 samples in 0 waves") && said.contains("1 streams"), "{said}");
}

/// Values and samples of the one segment.
fn counted(recorded: &Recorded) -> (u64, u64) {
    let mut sql = recorded.well(&["key", "1", "--sql", "--record", "@record"]);
    sql.push_str("SELECT sum(count) FROM numeric; SELECT sum(samples) FROM wave;\n");
    let script = recorded.at("counts.sql");
    fs::write(&script, sql).expect("written");
    let output = Command::new("sqlcipher")
        .args(["-batch", "-list", "-noheader"])
        .arg(segment(&recorded.at("record")))
        .stdin(Stdio::from(fs::File::open(script).expect("there")))
        .output()
        .expect("sqlcipher is there: apt-get install sqlcipher");
    let counts: Vec<u64> =
        text(&output.stdout).lines().filter_map(|line| line.trim().parse().ok()).collect();
    let [values, samples] = counts[..] else { panic!("{output:?}") };
    (values, samples)
}

/// A station, which ends with the test.
struct Station(Child);

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_live_record_opens_with_its_secret_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let socket = at("none.sock");
    let line = "name = \"bed-1\"\nprotocol = \"intellivue\"\nreal = true\nbed = \"icu-1\"";
    let config = format!(
        "mode = \"live\"\n[[bed]]\nid = \"icu-1\"\n[[line]]\n{line}\nunix = \"{socket}\"\n"
    );
    fs::write(at("vigie.toml"), config).expect("written");
    fs::write(at("good"), "seven blue lamps at noon\n").expect("written");
    fs::write(at("wrong"), "some other words here\n").expect("written");
    // A PC is known by its machine key.
    let on = |pc: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
        command.args(arguments).env("XDG_CONFIG_HOME", at(pc)).env("TZ", "UTC");
        command.env_remove("CREDENTIALS_DIRECTORY").stdin(Stdio::null());
        command
    };
    let run = |pc: &str, arguments: &[&str]| {
        let output = on(pc, arguments).output().expect("it starts");
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let record = at("record");
    let station = on("pc", &["record", "--config", &at("vigie.toml"), "--record", &record])
        .stderr(fs::File::create(at("said")).expect("a file"))
        .spawn()
        .expect("it starts");
    let mut station = Station(station);
    let start = BootClock.mono();
    let is_recording = || {
        let status = fs::read_to_string(folder.path().join("record/status.json"));
        status.is_ok_and(|status| status.contains("\"Writing\""))
    };
    while !is_recording() {
        let said = fs::read_to_string(at("said"));
        assert!(BootClock.mono().since(start) < PATIENCE, "it does not record: {said:?}");
        thread::park_timeout(Duration::from_millis(20));
    }
    // No crash leaves keys or patients on a disk.
    let limits =
        fs::read_to_string(format!("/proc/{}/limits", station.0.id())).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("cores");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    let (is_done, out, said) =
        run("pc", &["backup", &at("early"), "--record", &record, "--same-disk"]);
    assert!(is_done && out.contains("up to 000001"), "{out}{said}");
    assert!(said.contains("NOBODY CAN READ THIS COPY"), "{said}");
    processes::signal(i64::from(station.0.id()), rustix::process::Signal::TERM);
    assert!(station.0.wait().expect("it ends").success());
    let told = fs::read_to_string(at("said")).expect("said");
    assert!(
        told.contains("RECORD NOT PROTECTED") && told.contains("vigie key passphrase"),
        "{told}"
    );

    let (is_done, _, said) = run(
        "pc",
        &["key", "passphrase", "--new-passphrase-file", &at("good"), "--record", &record],
    );
    assert!(is_done, "{said}");
    let export = |pc: &str, more: &[&str]| {
        let out = at("out");
        let arguments = ["export", "--format", "csv", "--out", &out, "--record", &record];
        run(pc, &[&arguments[..], more].concat())
    };
    let (is_done, _, said) = export("pc", &[]);
    assert!(!is_done && said.contains("locked") && said.contains("--passphrase-file"), "{said}");
    let (is_done, _, said) = export("pc", &["--passphrase-file", &at("wrong")]);
    assert!(!is_done && said.contains("does not open it"), "{said}");
    let (is_done, _, said) = export("pc", &["--passphrase-file", &at("good")]);
    assert!(is_done, "{said}");

    // A copy is opened on any PC, by the secret alone.
    let copy = at("copy");
    assert!(run("pc", &["backup", &copy, "--record", &record, "--same-disk"]).0);
    let (is_done, out, _) = run("other", &["inspect", &copy]);
    assert!(is_done && out.contains("locked"), "{out}");
    let (is_done, out, said) = run("other", &["inspect", &copy, "--passphrase-file", &at("good")]);
    assert!(is_done && out.contains("log lines") && !out.contains("no key"), "{out}{said}");
    assert!(run("other", &["verify", &copy]).0);
}

//! Two HL7 libraries of others against a station that listens: one sends, both judge the answers, and
//! what the station tells is what they read in the messages too. Beside, on a connection of its own, the
//! command `mllp_send` of the first sends the same files as it ships.

use std::{
    collections::BTreeSet,
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::text;

/// Messages of six makers, all of which ask for an answer.
const MESSAGES: [&str; 10] = [
    "ge_b40",
    "ge_mural_alert",
    "gbk",
    "mindray_egateway_alarm",
    "mindray_egateway_vitals",
    "mindray_egateway_waves",
    "nihon_kohden",
    "northern",
    "philips_efficia",
    "philips_piic",
];
/// What a busy machine may need until a station listens.
const PATIENCE: u32 = 600;
const LOOK: Duration = Duration::from_millis(100);

/// Python with the packages of `requirements.txt`, which the test command puts beside what it builds.
fn python() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_vigie"));
    let target = program.ancestors().nth(2).expect("a folder of what is built");
    let python = target.join("judges/bin/python");
    assert!(
        python.exists(),
        "{} is missing: Python with the packages in protocols/hl7/tests/foreign/requirements.txt. \
         Remedy: ./run judges",
        python.display()
    );
    python
}

/// A station that is killed with its test.
pub(crate) struct Station(pub(crate) Child);

impl Drop for Station {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

pub(crate) fn station(folder: &Path, port: u16) -> Station {
    let config = folder.join("vigie.toml");
    let line = format!(
        "mode = \"simulation\"\n[network]\ninterface = \"lo\"\naddress = \"127.0.0.1/8\"\n[[line]]\nname = \"gateway\"\nprotocol = \"hl7\"\n\
         tcp = \"listen:{port}\"\n"
    );
    fs::write(&config, line).expect("a file");
    let said = fs::File::create(folder.join("stderr")).expect("a file");
    let child = Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["record", "--quiet", "--config"])
        .arg(&config)
        .arg("--record")
        .arg(folder.join("record"))
        .arg("--trace")
        .arg(folder.join("trace.jsonl"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn()
        .expect("the station starts");
    let station = Station(child);
    #[expect(clippy::disallowed_methods, reason = "asks whether somebody listens, by address")]
    let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    let is_up = (0..PATIENCE).any(|_| listens() || pause());
    let said = fs::read_to_string(folder.join("stderr")).unwrap_or_default();
    assert!(is_up, "nobody listens on port {port}: {said}");
    station
}

fn pause() -> bool {
    thread::park_timeout(LOOK);
    false
}

/// A port that nobody has.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}

/// Numbers in the station's trace.
fn told(trace: &Path) -> Vec<String> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let numbers = lines.filter(|line| line["kind"] == "numeric");
    let values = numbers.filter_map(|line| line["what"].as_str().map(str::to_owned));
    values.filter(|value| !value.is_empty()).collect()
}

/// Sends the files with the command as it ships; how many answers AA and CA it prints.
fn mllp_send(tests: &Path, port: u16) -> (usize, usize) {
    let (mut applications, mut commits) = (0, 0);
    for name in MESSAGES {
        let mut command = Command::new(python());
        // The module is the command `mllp_send`.
        command.args(["-m", "hl7.client", "--port", &port.to_string(), "--file"]);
        command.arg(tests.join(format!("tests/fixtures/hl7/{name}.mllp"))).arg("127.0.0.1");
        let output = command.output().expect("Python starts");
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let said = text(&output.stdout);
        applications += said.matches("\rMSA|AA|").count();
        commits += said.matches("\rMSA|CA|").count();
    }
    (applications, commits)
}

#[test]
fn libraries_of_others_take_our_answers_and_read_the_same_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let _station = station(folder.path(), port);
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(python());
    command.arg(tests.join("protocols/hl7/tests/foreign/send.py"));
    command.args(["127.0.0.1", &port.to_string()]);
    command.args(MESSAGES.map(|name| tests.join(format!("tests/fixtures/hl7/{name}.mllp"))));
    let output = command.output().expect("Python starts");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let answered = mllp_send(&tests, port);
    let judged: Value = serde_json::from_slice(&output.stdout).expect("a line of JSON");
    let of = |name: &str| judged[name].as_u64().unwrap_or(0);
    println!("{} sent, {} AA, {} CA", of("sent"), of("AA"), of("CA"));
    assert_eq!(of("sent"), of("AA") + of("CA"), "{judged}");
    // Mindray and GE Mural ask for a commit, all others for an application's acknowledgement.
    assert_eq!((of("AA"), of("CA")), (9, 9), "{judged}");
    assert_eq!(answered, (9, 9), "the command has the same answers");
    let read: Vec<f64> =
        judged["numbers"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    assert!(read.len() > 50, "{judged}");
    let trace = folder.path().join("trace.jsonl");
    assert!((0..PATIENCE).any(|_| told(&trace).len() > 40 || pause()), "nothing told");
    pause();
    let told = told(&trace);
    let made_up: BTreeSet<&String> = told
        .iter()
        .filter(|told| {
            let told: f64 = told.parse().expect("a number");
            !read.iter().any(|read| (read - told).abs() < 1e-9)
        })
        .collect();
    assert!(made_up.is_empty(), "not in the messages as hl7 reads them: {made_up:?}");
    println!("{} numbers told, of {} that hl7 reads", told.len(), read.len());
}

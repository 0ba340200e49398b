//! Simulated monitors and the station as two processes, over UDP with loss and over ptys: what the
//! station's trace holds is what the simulators' log says was sent, but for what their noise took.
//!
//! IntelliVue monitors here, with the tick of each value; all families together in `families`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde::Deserialize;

/// How long both work.
const LONG: Duration = Duration::from_secs(60);

/// Device, vendor code, tick, what it says.
pub(crate) type Value = (String, String, u32, String);

/// A line of the simulators' log.
#[derive(Deserialize)]
struct LogLine {
    device: String,
    message: u64,
    #[serde(default)]
    stream: String,
    #[serde(default)]
    tick: u64,
    #[serde(default)]
    what: String,
    #[serde(default)]
    hurt: bool,
}

/// A line of the station's trace.
#[derive(Deserialize)]
pub(crate) struct TraceLine {
    pub(crate) mono: u64,
    pub(crate) line: String,
    pub(crate) device: String,
    pub(crate) kind: String,
    pub(crate) stream: Option<String>,
    pub(crate) tick: Option<u64>,
    pub(crate) what: String,
    pub(crate) before: Option<String>,
}

/// What left each device in one message, and whether the noise took it.
pub(crate) type Messages = BTreeMap<(String, u64), (Vec<Value>, bool)>;

#[test]
fn sent_minus_lost_is_told() {
    let simulated = ["intellivue", "--serial", "--udp", "--loss", "0.01", "--seed", "60"];
    let beds = ["--beds", "4", "--address", "127.0.60.1"];
    let (messages, trace) = run(&[&simulated[..], &beds[..]].concat());
    println!("{}", compare(messages, &trace));
}

/// Simulators and a station for a minute: what the log of the one and the trace of the other say.
pub(crate) fn run(simulated: &[&str]) -> (Messages, Vec<TraceLine>) {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, trace) = (folder.path().join("sim.jsonl"), folder.path().join("trace.jsonl"));
    let config = folder.path().join("vigie.toml");
    let mut simulators = vigie()
        .arg("simulate")
        .args(simulated)
        .arg("--dir")
        .arg(folder.path())
        .arg("--log")
        .arg(&log)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("simulators start");
    fs::write(&config, configuration(&mut simulators)).expect("a file");
    let mut station = vigie()
        .arg("record")
        .arg("--quiet")
        .arg("--config")
        .arg(&config)
        .arg("--record")
        .arg(folder.path().join("record"))
        .arg("--trace")
        .arg(&trace)
        .stdin(Stdio::null())
        .spawn()
        .expect("the station starts");
    // Two processes in real time are the point here; a virtual day is in tests/world.
    wait(LONG);
    assert!(simulators.try_wait().expect("it can be asked").is_none(), "simulators ended early");
    assert!(station.try_wait().expect("it can be asked").is_none(), "the station ended early");
    // The monitors fall silent first, so that nothing is on its way when both sides are compared.
    end(&mut simulators);
    wait(Duration::from_secs(3));
    end(&mut station);
    (read_log(&log), read_trace(&trace))
}

pub(crate) fn vigie() -> Command {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
}

pub(crate) fn wait(time: Duration) {
    _ = crossbeam_channel::after(time).recv();
}

/// What the simulators say `vigie.toml` needs; they say it when all monitors are there.
fn configuration(simulators: &mut Child) -> String {
    let out = simulators.stdout.take().expect("it is piped");
    let lines = BufReader::new(out).lines().map(|line| line.expect("text"));
    let said: Vec<String> = lines.take_while(|line| line != "ready").collect();
    let toml = said.iter().skip_while(|line| !line.starts_with("# For vigie.toml")).skip(1);
    let toml: Vec<&str> = toml.map(String::as_str).collect();
    assert!(!toml.is_empty(), "{said:?}");
    format!("mode = \"simulation\"\n{}\n", toml.join("\n"))
}

/// As `systemctl stop` would.
pub(crate) fn end(child: &mut Child) {
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status().expect("kill is there");
    assert!(killed.success(), "it has ended already");
    let status = child.wait().expect("it ends");
    assert!(status.success(), "{status}");
}

fn read_log(path: &Path) -> Messages {
    let mut messages = Messages::new();
    for line in lines(path) {
        let line: LogLine = serde_json::from_str(&line).expect("a line of the log");
        // A gateway counts the messages of all its beds together; its own name ends at the stroke.
        let sender = line.device.split('/').next().unwrap_or_default().to_owned();
        let (values, hurt) = messages.entry((sender, line.message)).or_default();
        if line.hurt {
            *hurt = true;
        } else {
            values.push((line.device, line.stream, line.tick as u32, line.what));
        }
    }
    messages
}

pub(crate) fn read_trace(path: &Path) -> Vec<TraceLine> {
    lines(path).map(|line| serde_json::from_str(&line).expect("a line of the trace")).collect()
}

fn lines(path: &Path) -> impl Iterator<Item = String> {
    let text = fs::read_to_string(path).expect("it was written");
    text.lines().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Holds both against each other; the sums.
fn compare(messages: Messages, trace: &[TraceLine]) -> String {
    let mut told: BTreeMap<Value, u32> = BTreeMap::new();
    let mut ends: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let (mut waves, mut gaps) = (0_u64, 0_u64);
    for line in trace.iter().filter(|line| ["numeric", "wave"].contains(&line.kind.as_str())) {
        let (Some(stream), Some(tick)) = (&line.stream, line.tick) else { continue };
        let vendor = stream.split('/').next().unwrap_or_default();
        // The simulators write a dash where a monitor says that there is no value.
        let what = if line.what.is_empty() { "-" } else { &line.what };
        let value = (line.device.clone(), vendor.to_owned(), tick as u32, what.to_owned());
        *told.entry(value).or_default() += 1;
        if line.kind == "wave" {
            waves += 1;
            // All waves are blocks of 2,048 ticks: a block is joined to the one before, or after a gap.
            let last = ends.insert((&line.device, stream), tick + 2_048);
            let is_joined = line.before.as_deref() == Some("joined");
            assert_eq!(is_joined, last == Some(tick), "{} {stream} at {tick}", line.device);
            gaps += u64::from(!is_joined);
        }
    }
    let (mut sent, mut lost, mut repeated, mut missing) = (0_u64, 0_u64, 0_u64, Vec::new());
    // A monitor that is asked twice within an average sends it twice, word for word: told once.
    let mut told_once = BTreeSet::new();
    for (values, hurt) in messages.into_values() {
        for value in values {
            sent += 1;
            let is_told = match told.get_mut(&value) {
                Some(1) => told.remove(&value).is_some(),
                Some(count) => {
                    *count -= 1;
                    true
                }
                None => false,
            };
            match (is_told, hurt) {
                (true, _) => _ = told_once.insert(value),
                (false, true) => lost += 1,
                (false, false) if told_once.contains(&value) => repeated += 1,
                (false, false) => missing.push(value),
            }
        }
    }
    let sums = format!(
        "{sent} values sent, {lost} lost in hurt messages, {repeated} sent again word for word, {} told; \
         {waves} blocks of waves, {gaps} gaps",
        sent - lost - repeated
    );
    assert!(repeated < sent / 100, "{repeated} of {sent} sent again");
    assert!(sent > 5_000 && lost > sent / 1_000, "{sent} sent, {lost} lost");
    assert_eq!(
        missing.iter().take(10).collect::<Vec<_>>(),
        Vec::<&Value>::new(),
        "arrived, not told"
    );
    assert_eq!(told.keys().take(10).collect::<Vec<_>>(), Vec::<&Value>::new(), "told, not sent");
    sums
}

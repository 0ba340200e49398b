//! Simulated monitors and the station as two processes, over UDP with loss and over ptys: what the
//! station's trace holds is what the simulators' log says was sent, but for what their noise took.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

/// How long both work.
const LONG: Duration = Duration::from_secs(60);
/// Beds; half of them on ptys.
const BEDS: usize = 4;

/// Device, vendor code, tick, what it says.
type Told = (String, String, u32, String);

#[test]
fn sent_minus_lost_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, trace) = (folder.path().join("sim.jsonl"), folder.path().join("trace.jsonl"));
    let config = folder.path().join("vigie.toml");
    let mut simulators = vigie()
        .args(["simulate", "intellivue", "--serial", "--udp", "--loss", "0.01", "--seed", "60"])
        .args(["--beds", &BEDS.to_string(), "--address", "127.0.60.1"])
        .arg("--dir")
        .arg(folder.path())
        .arg("--log")
        .arg(&log)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("simulators start");
    fs::write(&config, config_of(folder.path(), &mut simulators)).expect("a file");
    let mut station = vigie()
        .arg("record")
        .arg("--config")
        .arg(&config)
        .arg("--record")
        .arg(folder.path().join("record"))
        .arg("--trace")
        .arg(&trace)
        .arg("--quiet")
        .stdin(Stdio::null())
        .spawn()
        .expect("the station starts");
    let end = vigie_clock_after(LONG);
    while !end.has_come() {
        assert!(station.try_wait().expect("it can be asked").is_none(), "the station ended early");
        assert!(simulators.try_wait().expect("it can be asked").is_none(), "simulators ended early");
        end.wait_a_little();
    }
    // First the monitors fall silent, then what is under way is told, then the station ends.
    terminate(&mut simulators);
    vigie_clock_after(Duration::from_secs(3)).wait();
    terminate(&mut station);
    compare(&read_log(&log), &read_trace(&trace));
}

//! Simulated monitors against a client that shares no code with them: `client.py`, on Python's
//! standard library alone.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use vigie_sim_device::intellivue::{MonitorConfig, Transport};
use vigie_sim_patient::script::{Act, Entry, LineAct, Script};
use vigie_sim_rig::{BedConfig, PortConfig, Rig, RigConfig, families::intellivue};

use crate::common::beside;

/// What the client heard.
struct Heard(serde_json::Value);

impl Heard {
    /// Unit and amounts of a number.
    fn numbers(&self, physio_id: &str) -> Vec<(u64, f64)> {
        let values = self.0["numbers"][physio_id].as_array();
        let values = values.unwrap_or_else(|| panic!("no {physio_id} in {}", self.0));
        let number =
            |value: &serde_json::Value| Some((value.get(0)?.as_u64()?, value.get(1)?.as_f64()?));
        values.iter().filter_map(number).collect()
    }

    /// Samples of each block of a wave.
    fn blocks(&self, physio_id: &str) -> Vec<u64> {
        let blocks = self.0["samples"][physio_id].as_array();
        let blocks = blocks.unwrap_or_else(|| panic!("no {physio_id} in {}", self.0));
        blocks.iter().map(|samples| samples.as_u64().unwrap()).collect()
    }

    /// A resting patient for so many seconds, on the grid of the recordings.
    fn check(&self, seconds: usize) {
        assert_eq!(self.0["demo"], true, "every value says that it is made up");
        assert_eq!(self.0["released"], true);
        assert_eq!(self.0["steps"]["numbers"], serde_json::json!([8_192]));
        assert_eq!(self.0["steps"]["alarms"], serde_json::json!([8_192]));
        assert_eq!(self.0["steps"]["waves"], serde_json::json!([2_048]));
        let within = |physio_id: &str, unit: u64, range: std::ops::RangeInclusive<f64>| {
            let numbers = self.numbers(physio_id);
            // Some seconds pass until a sensor that was just switched on gives a number.
            assert!(numbers.len() * 3 >= seconds, "{physio_id}: {numbers:?}");
            let told = count(&self.0["numbers"][physio_id]);
            assert!(told + 3 >= seconds, "{physio_id}: {told} in {seconds} s");
            let is_right = |(of, amount): &(u64, f64)| *of == unit && range.contains(amount);
            assert!(numbers.iter().all(is_right), "{physio_id}: {numbers:?}");
        };
        // Heart rate in beats a minute, saturation in per cent.
        within("4182", 0x0AA0, 40.0..=130.0);
        within("4BB8", 0x0220, 85.0..=100.0);
        for (physio_id, samples) in [("0102", 64), ("0101", 128), ("4BB4", 32), ("5000", 16)] {
            let blocks = self.blocks(physio_id);
            assert!(blocks.iter().all(|block| *block == samples), "{physio_id}: {blocks:?}");
            // Four a second, but for the first two rounds.
            assert!(blocks.len() + 12 >= seconds * 4, "{physio_id}: {} blocks", blocks.len());
        }
    }
}

/// Runs the client; its line, or what it complained about.
fn client(place: &[&str], seconds: u32) -> Result<Heard, String> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/client.py");
    let client = Command::new("python3")
        .arg(script)
        .args(place)
        .arg(seconds.to_string())
        .stdin(Stdio::null())
        .output()
        .expect("python3 is needed for this test: apt-get install python3-minimal");
    let said = String::from_utf8_lossy(&client.stderr).into_owned();
    if !client.status.success() {
        return Err(said);
    }
    serde_json::from_slice(&client.stdout).map(Heard).map_err(|error| format!("{error}: {said}"))
}

fn udp(bed: u16, port: u16) -> BedConfig {
    let mut monitor = MonitorConfig::new(bed, 7, Transport::LAN);
    monitor.address.set_port(port);
    let (address, netmask) = (monitor.address, monitor.netmask);
    intellivue(monitor, PortConfig::Udp { address, netmask, beacons_to: None }, 0.0)
}

fn pty(bed: u16, link: &Path) -> BedConfig {
    let monitor = MonitorConfig::new(bed, 8, Transport::Rs232 { baud: 115_200 });
    intellivue(monitor, PortConfig::Pty { link: link.to_owned(), baud: 115_200 }, 0.0)
}

/// Value lines of a log by message, and the messages that were hurt.
fn log_of(path: &Path) -> (BTreeMap<u64, usize>, usize) {
    let (mut told, mut hurt) = (BTreeMap::new(), 0);
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["device"].as_str().unwrap().starts_with("intellivue:0253494d"));
        if line["hurt"] == true {
            hurt += 1;
        } else {
            assert!(line["tick"].is_u64() && line["mono"].is_u64() && line["what"].is_string());
            *told.entry(line["message"].as_u64().unwrap()).or_default() += 1;
        }
    }
    (told, hurt)
}

#[test]
fn a_foreign_client_hears_a_patient_over_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("sent.jsonl");
    let config =
        RigConfig { beds: vec![udp(201, 24_771)], log: Some(log.clone()), ..Default::default() };
    let heard = beside(config, || client(&["udp", "127.0.77.201", "24771"], 10)).unwrap();
    heard.check(10);
    let (told, hurt) = log_of(&log);
    assert_eq!(hurt, 0);
    let told: usize = told.values().sum();
    let numbers: usize = heard.0["numbers"].as_object().unwrap().values().map(count).sum();
    let blocks: usize = heard.0["samples"].as_object().unwrap().values().map(count).sum();
    // What was sent between the client's last look and its release is in the log alone.
    assert!(numbers + blocks > 200, "{numbers} numbers, {blocks} blocks");
    assert!((numbers + blocks..numbers + blocks + 120).contains(&told), "{told} told");
}

fn count(list: &serde_json::Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

#[test]
fn a_foreign_client_hears_a_patient_over_a_serial_line_twice() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("bed-202.tty");
    let place = link.display().to_string();
    let config = RigConfig { beds: vec![pty(202, &link)], ..Default::default() };
    let (first, second) = beside(config, move || {
        // The line stands a client that closes and another one that opens.
        (client(&["tty", &place], 8), client(&["tty", &place], 6))
    });
    first.unwrap().check(8);
    second.unwrap().check(6);
    assert!(std::fs::symlink_metadata(&link).is_err(), "the link goes with the rig");
}

#[test]
fn an_unplugged_pty_loses_its_name_and_gets_it_back_for_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("bed-203.tty");
    let dark = Duration::from_secs(3);
    let act = Act::Line(LineAct::Unplug { dark });
    let script =
        Script { entries: vec![Entry { at: Duration::from_secs(1), bed: Some(203), act }] };
    let config = RigConfig { beds: vec![pty(203, &link)], script, ..Default::default() };
    let seen = link.clone();
    let (before, after) = beside(config, move || {
        let target = || std::fs::read_link(&seen).ok();
        let before = target().expect("the link stands from the beginning");
        let held = std::fs::File::options().read(true).write(true).open(&seen).unwrap();
        wait_for(|| target().is_none());
        wait_for(|| target().is_some());
        drop(held);
        (before, target())
    });
    assert!(after.is_some_and(|after| after != before), "the old one was still held");
}

/// Waits at most 30 s.
#[expect(clippy::disallowed_methods, reason = "a rig runs on real time, in another thread")]
fn wait_for(is_so: impl Fn() -> bool) {
    for _ in 0..3_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nothing happened in 30 s");
}

#[test]
fn what_noise_took_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("sent.jsonl");
    let mut bed = udp(204, 24_774);
    bed.loss = 0.05;
    let config = RigConfig { beds: vec![bed], log: Some(log.clone()), ..Default::default() };
    // With losses the grid has holes; that the client gets through at all is what counts here.
    let heard = beside(config, || client(&["udp", "127.0.77.204", "24774"], 15)).unwrap();
    assert!(!heard.numbers("4182").is_empty());
    let (told, hurt) = log_of(&log);
    assert!(told.len() > 40 && hurt > 0, "{} messages, {hurt} hurt", told.len());
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let open = |beds| Rig::open(RigConfig { beds, ..Default::default() });
        let first = open(vec![udp(205, 24_775)]).unwrap();
        assert_eq!(first.opened()[0].ports[0].port.to_string(), "127.0.77.205:24775");
        let error = open(vec![udp(205, 24_775)]).unwrap_err().to_string();
        assert!(error.starts_with("127.0.77.205:24775: "), "{error}");
        // A file under the name of a link is nothing to remove.
        let file = folder.path().join("bed.tty");
        std::fs::write(&file, "kept").unwrap();
        let error = open(vec![pty(206, &file)]).unwrap_err().to_string();
        assert!(error.contains("bed.tty: there is something else"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
    });
}

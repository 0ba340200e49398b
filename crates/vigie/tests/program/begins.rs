//! How long a ward needs from the command to the last bed.
//!
//! The protocols' share of it is held to the limit on virtual time, in the program's own tests of
//! `simulate mixed`. Here processes start, keys are made, ports open, beside whatever else the machine
//! does: the time is printed, and the bound is wide.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};

use crate::counted::{TraceLine, vigie, wait};

/// Devices of each family: with the gateway's three beds twelve beds, two of them with a ventilator beside
/// the monitor.
const DEVICES: [(&str, usize); 5] =
    [("hl7", 3), ("intellivue", 3), ("line", 3), ("mindray-pds", 1), ("puritan-bennett", 4)];
/// On a machine that does nothing else it is ten seconds.
const BUSY_LIMIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(500);

/// A process that is ended with its test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// When each device's first value was heard, by the station's stamp.
fn first_values(trace: &Path) -> BTreeMap<String, MonoTime> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    let mut first = BTreeMap::new();
    // The last line may be half written.
    for line in text.lines().filter_map(|line| serde_json::from_str::<TraceLine>(line).ok()) {
        if line.kind == "numeric" && !line.what.is_empty() {
            first.entry(line.device).or_insert(MonoTime::from_nanos(line.mono));
        }
    }
    first
}

#[test]
fn all_beds_of_a_mixed_ward_are_there_soon() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace.jsonl");
    let said = fs::File::create(folder.path().join("stderr")).expect("a file");
    let started = BootClock.mono();
    let mut demo = Ended(
        vigie()
            .args(["demo", "--mixed", "--headless", "--folder"])
            .arg(folder.path())
            .arg(format!("--to-station=--trace={}", trace.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .expect("the demo starts"),
    );
    let wanted: usize = DEVICES.iter().map(|(_, count)| count).sum();
    let mut first = BTreeMap::new();
    while first.len() < wanted && BootClock.mono().since(started) < BUSY_LIMIT {
        wait(LOOK);
        first = first_values(&trace);
        let ended = demo.0.try_wait().expect("it can be asked");
        let said = || fs::read_to_string(folder.path().join("stderr")).unwrap_or_default();
        assert!(ended.is_none(), "the demo ended: {}", said());
    }
    let mut of_family: BTreeMap<&str, (usize, Duration)> = BTreeMap::new();
    for (device, at) in &first {
        let family = device.split(':').next().unwrap_or_default();
        let (count, last) = of_family.entry(family).or_default();
        *count += 1;
        *last = (*last).max(at.since(started));
    }
    for (family, (count, last)) in &of_family {
        println!("{family}: {count} heard, the last after {:.1} s", last.as_secs_f64());
    }
    let counts: Vec<_> = of_family.iter().map(|(family, (count, _))| (*family, *count)).collect();
    let names: BTreeSet<&String> = first.keys().collect();
    assert_eq!(counts, DEVICES, "after {BUSY_LIMIT:?}: {names:?}");
}

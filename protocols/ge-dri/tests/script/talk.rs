//! What is asked, asked again and taken back; what is heard is what the monitor sent.

use std::collections::BTreeSet;
use std::time::Duration;

use vigie_model::{AlarmTruth, Event, Priority};
use vigie_sim_device::Device;
use vigie_sim_device::ge_dri::MonitorConfig;
use vigie_sim_patient::script::{DeviceAct, PatientAct};

use crate::pair::Pair;

const SLOW: MonitorConfig = MonitorConfig::new(1, 7, 19_200);
const FAST: MonitorConfig = MonitorConfig::new(1, 7, 115_200);

/// Numbers as the session says them, and samples counted.
fn heard(events: &[Event]) -> Vec<(String, String)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Numeric(numeric) => {
                let value = numeric.reading.value()?.to_string();
                Some((numeric.key.vendor.to_string(), value))
            }
            Event::Wave(chunk) => {
                Some((chunk.key.vendor.to_string(), chunk.samples.len().to_string()))
            }
            _ => None,
        })
        .filter(|(stream, _)| !stream.ends_with("_mmhg"))
        .collect()
}

#[test]
fn what_is_heard_is_what_was_sent() {
    for (config, options) in [(SLOW, vec![]), (FAST, vec![("baud", "115200"), ("interval", "1")])] {
        let mut pair = Pair::new(config, &options);
        pair.up();
        pair.secs(120);
        let numbers = pair.said.iter().filter(|sent| sent.what != "-");
        let mut sent: Vec<(String, String)> =
            numbers.map(|sent| (sent.stream.clone(), sent.what.clone())).collect();
        let mut heard = heard(&pair.events());
        assert!(heard.len() > 500, "{}", heard.len());
        sent.sort();
        heard.sort();
        assert_eq!(heard, sent);
    }
}

#[test]
fn a_slow_line_carries_what_was_asked_for() {
    let mut pair = Pair::new(SLOW, &[]);
    pair.up();
    pair.secs(10);
    pair.bytes = 0;
    pair.secs(120);
    // 11 bits a byte.
    assert!(pair.bytes / 120 < 19_200 / 11, "{} bytes a second", pair.bytes / 120);
    assert!(pair.bytes / 120 > 1_000, "{} bytes a second", pair.bytes / 120);
    let waves: BTreeSet<String> = pair
        .events()
        .iter()
        .filter_map(|event| match event {
            Event::Wave(chunk) => Some(chunk.key.vendor.to_string()),
            _ => None,
        })
        .collect();
    // O2 until the first breaths were counted, and respiration came before it.
    let expected = ["AWP", "CO2", "ECG1", "FLOW", "INVP1", "O2", "PLETH", "RESP"];
    let expected = expected.map(str::to_owned);
    assert_eq!(waves, BTreeSet::from(expected));
}

#[test]
fn everything_is_there_within_ten_seconds() {
    let mut pair = Pair::new(SLOW, &[]);
    pair.up();
    pair.secs(10);
    let events = pair.events();
    assert!(events.iter().any(|event| matches!(event, Event::Numeric(_))));
    assert!(events.iter().any(|event| matches!(event, Event::Wave(_))));
    assert!(
        events.iter().any(|event| {
            matches!(event, Event::Alarms(set) if set.truth == AlarmTruth::Complete)
        })
    );
}

#[test]
fn the_full_list_of_alarms_is_asked_for_every_30_s_and_changes_come_at_once() {
    let mut pair = Pair::new(SLOW, &[]);
    pair.up();
    pair.secs(125);
    let lists = pair.requests.iter().filter(|request| request[14] == 4).count();
    assert!((4..=5).contains(&lists), "{lists} requests for alarms in 125 s");
    pair.events();
    let now = pair.rig.now();
    pair.monitor.handle_patient_act(now, &PatientAct::Asystole);
    pair.secs(12);
    let red = pair.events().into_iter().any(|event| {
        matches!(event, Event::Alarms(set)
            if set.truth == AlarmTruth::Complete
                && set.active.iter().any(|alarm| alarm.priority == Priority::High))
    });
    assert!(red, "a red alarm between two requests");
}

#[test]
fn a_monitor_without_alarm_records_has_alarms_out_of_its_status() {
    let mut pair = Pair::new(MonitorConfig { has_alarms: false, ..SLOW }, &[]);
    pair.up();
    pair.secs(20);
    let now = pair.rig.now();
    pair.monitor.handle_patient_act(now, &PatientAct::Asystole);
    pair.secs(30);
    let derived = pair.events().into_iter().any(|event| {
        matches!(event, Event::Alarms(set) if set.truth == AlarmTruth::FromEdges
            && set.active.iter().any(|alarm| alarm.vendor.as_str() == "status.ecg.asystole"))
    });
    assert!(derived);
}

#[test]
fn a_monitor_that_restarts_is_asked_again() {
    let mut pair = Pair::new(SLOW, &[]);
    pair.up();
    pair.secs(30);
    let now = pair.rig.now();
    let dark = Duration::from_secs(40);
    pair.monitor.handle_device_act(now, &DeviceAct::Reboot { dark });
    pair.secs(40);
    pair.events();
    pair.secs(60);
    let events = pair.events();
    assert!(events.iter().any(|event| matches!(event, Event::Numeric(_))));
    assert!(events.iter().any(|event| matches!(event, Event::Wave(_))));
}

#[test]
fn goodbye_silences_the_monitor() {
    let mut pair = Pair::new(SLOW, &[("trend", "10")]);
    pair.up();
    pair.secs(60);
    assert!(pair.rig.farewell(Duration::from_secs(2)).is_some());
    pair.carry();
    pair.bytes = 0;
    pair.secs(120);
    assert_eq!(pair.bytes, 0, "it goes on speaking");
}

#[test]
fn standby_has_no_values_and_is_not_silence() {
    let mut pair = Pair::new(SLOW, &[]);
    pair.up();
    pair.secs(20);
    let now = pair.rig.now();
    pair.monitor.handle_device_act(now, &DeviceAct::Standby { on: true });
    pair.secs(5);
    pair.events();
    pair.secs(20);
    let events = pair.events();
    assert!(events.iter().any(|event| matches!(event, Event::Alive)));
    let numbers = heard(&events).into_iter().filter(|(stream, _)| stream.contains('.'));
    assert_eq!(numbers.count(), 0);
}

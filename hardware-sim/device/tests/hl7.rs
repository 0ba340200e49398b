//! The gateway and the PDS monitor against the sessions that they are made for: what is heard is what
//! was sent.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_model::{AlarmTruth, Before, Event, MonoTime, Nature, Priority};
use vigie_session::{Factory, Heard, Input, Line, Session, Setup, Transmit};
use vigie_sim_device::hl7::{Gateway, GatewayConfig, PdsConfig, PdsMonitor};
use vigie_sim_device::{Device, Sent};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

struct Pair<D> {
    device: D,
    session: Box<dyn Session>,
    now: MonoTime,
    heard: Vec<Heard>,
    sent: Vec<Sent>,
}

impl<D: Device> Pair<D> {
    fn new(device: D, session: Box<dyn Session>) -> Pair<D> {
        let now = MonoTime::START + Duration::from_secs(100);
        let mut pair = Pair { device, session, now, heard: Vec::new(), sent: Vec::new() };
        pair.device.handle_up(now, Line::MAIN);
        pair.session.handle_input(now, Input::Up { line: Line::MAIN, peer: None });
        pair.drain();
        pair
    }

    fn drain(&mut self) {
        loop {
            let mut is_quiet = true;
            while let Some(outgoing) = self.device.poll_transmit() {
                let input = Input::Bytes { line: Line::MAIN, from: None, bytes: &outgoing.bytes };
                self.session.handle_input(self.now, input);
                is_quiet = false;
            }
            while let Some(sent) = self.device.poll_sent() {
                self.sent.push(sent);
            }
            while let Some(transmit) = self.session.poll_transmit() {
                if let Transmit::Bytes { bytes, .. } = transmit {
                    self.device.handle_input(self.now, Line::MAIN, None, &bytes);
                }
                is_quiet = false;
            }
            while let Some(heard) = self.session.poll_event() {
                self.heard.push(heard);
            }
            if is_quiet {
                return;
            }
        }
    }

    fn secs(&mut self, secs: u64) {
        let end = self.now + Duration::from_secs(secs);
        loop {
            let due = [self.device.poll_timeout(), self.session.poll_timeout()];
            let Some(at) = due.into_iter().flatten().map(|due| due.at).min() else { break };
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            self.device.handle_timeout(self.now);
            self.session.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    /// All that was told, as it was sent.
    fn told(&self) -> BTreeMap<(u16, String, u64, String), u32> {
        let mut told = BTreeMap::new();
        for heard in &self.heard {
            let entry = if let Event::Numeric(it) = &heard.event {
                let value = it.reading.value().map_or("-".into(), |value| value.to_string());
                (it.key.vendor.to_string(), it.tick.map_or(0, |(_, tick)| tick.0), value)
            } else if let Event::Wave(it) = &heard.event {
                (it.key.vendor.to_string(), it.first.0, it.samples.len().to_string())
            } else {
                continue;
            };
            *told.entry((heard.device.0, entry.0, entry.1, entry.2)).or_default() += 1;
        }
        told
    }

    #[track_caller]
    fn check_balance(&self) {
        let mut left = BTreeMap::new();
        for Sent { device, stream, tick, what, .. } in &self.sent {
            *left.entry((*device, stream.clone(), *tick, what.clone())).or_default() += 1;
        }
        let told = self.told();
        assert!(!told.is_empty());
        for (value, count) in &left {
            assert_eq!(told.get(value), Some(count), "sent and not told alike: {value:?}");
        }
        for value in told.keys() {
            assert!(left.contains_key(value), "told and never sent: {value:?}");
        }
    }

    fn faults(&self) -> Vec<String> {
        let what = |heard: &Heard| {
            let Event::Fault(fault) = &heard.event else { return None };
            Some(fault.what.to_string())
        };
        self.heard.iter().filter_map(what).collect()
    }

    /// The last alarms of a device.
    fn alarms(&self, device: u16) -> Vec<(Priority, String)> {
        let mut of_scope = BTreeMap::new();
        for heard in self.heard.iter().filter(|heard| heard.device.0 == device) {
            if let Event::Alarms(set) = &heard.event {
                assert_ne!(set.truth, AlarmTruth::Unknown);
                of_scope.insert(set.scope, set.active.clone());
            }
        }
        let all = of_scope.values().flat_map(|active| active.iter());
        all.map(|alarm| (alarm.priority, alarm.text.to_string())).collect()
    }
}

fn gateway(has_waves: bool) -> Pair<Gateway> {
    let config = GatewayConfig { has_waves, ..GatewayConfig::new(1, &[4, 5, 6], 40) };
    Pair::new(Gateway::new(config), Hl7Factory.session(&Setup::default()))
}

fn monitor() -> Pair<PdsMonitor> {
    let device = PdsMonitor::new(PdsConfig::new(3, 41));
    Pair::new(device, MindrayPdsFactory.session(&Setup::default()))
}

#[test]
fn every_value_of_three_beds_arrives_once_and_is_acknowledged() {
    let mut pair = gateway(true);
    pair.secs(120);
    assert_eq!(pair.faults(), Vec::<String>::new());
    pair.check_balance();
    let counts = pair.device.counts();
    assert_eq!((counts.accepted, counts.refused), (counts.sent, 0));
    let keys: Vec<String> = pair
        .heard
        .iter()
        .filter_map(|heard| {
            let Event::Identity(info) = &heard.event else { return None };
            Some(info.key.0.to_string())
        })
        .collect();
    let config = pair.device.config();
    assert_eq!(keys, [config.device_key(0), config.device_key(1), config.device_key(2)]);
    let is_real = |event: &Event| matches!(event, Event::Numeric(it) if it.nature != Nature::Demo);
    assert!(!pair.heard.iter().any(|heard| is_real(&heard.event)));
    let is_gap = |event: &Event| matches!(event, Event::Wave(it) if it.before == Before::Gap);
    let gaps = pair.heard.iter().filter(|heard| is_gap(&heard.event));
    assert_eq!(gaps.count(), 18, "only the first second of each wave");
}

#[test]
fn alarms_of_one_bed_begin_and_end() {
    let mut pair = gateway(false);
    pair.secs(30);
    pair.device.handle_patient_act_at(pair.now, Some(5), &PatientAct::Asystole);
    pair.secs(40);
    let alarms = pair.alarms(1);
    assert!(alarms.contains(&(Priority::High, "ECG ASYSTOLE".into())), "{alarms:?}");
    assert!(pair.alarms(0).is_empty() && pair.alarms(2).is_empty());
    pair.device.handle_device_act(pair.now, &DeviceAct::Silence);
    pair.drain();
    let silenced = pair.heard.iter().rev().find_map(|heard| {
        let Event::Alarms(set) = &heard.event else { return None };
        set.active.first().and_then(|alarm| alarm.inactivation)
    });
    assert_eq!(silenced, Some(vigie_model::Inactivation::Paused));
    pair.device.handle_patient_act_at(pair.now, Some(5), &PatientAct::Sinus);
    pair.secs(60);
    assert!(pair.alarms(1).iter().all(|(priority, _)| *priority < Priority::High));
}

#[test]
fn a_monitor_is_found_asked_and_heard() {
    let mut pair = monitor();
    pair.secs(120);
    assert_eq!(pair.faults(), Vec::<String>::new());
    assert_eq!(pair.device.ignored_queries(), 0);
    pair.check_balance();
    let streams: std::collections::BTreeSet<String> =
        pair.told().into_keys().map(|(_, stream, _, _)| stream).collect();
    for stream in ["101", "160", "500", "170", "1101", "1152", "1171"] {
        assert!(streams.contains(stream), "{stream} in {streams:?}");
    }
    let key = pair.heard.iter().find_map(|heard| {
        let Event::Identity(info) = &heard.event else { return None };
        Some(info.key.0.to_string())
    });
    assert_eq!(key, Some(pair.device.config().device_key()));
}

#[test]
fn a_sensor_that_is_off_has_no_value_and_a_technical_alarm() {
    let mut pair = monitor();
    pair.secs(30);
    pair.device.handle_patient_act(pair.now, &PatientAct::SpO2Sensor { on: false });
    pair.secs(20);
    pair.check_balance();
    let last = pair.heard.iter().rev().find_map(|heard| {
        let Event::Numeric(it) = &heard.event else { return None };
        (it.key.vendor.as_str() == "160").then(|| it.reading.value())
    });
    assert_eq!(last, Some(None));
    assert!(pair.alarms(0).iter().any(|(_, text)| text == "SpO2 Sensor Off"));
    pair.device.handle_patient_act(pair.now, &PatientAct::SpO2Sensor { on: true });
    pair.secs(20);
    pair.check_balance();
    assert!(pair.alarms(0).is_empty());
}

#[test]
fn without_an_echo_a_monitor_falls_silent() {
    let mut device = PdsMonitor::new(PdsConfig::new(1, 7));
    let start = MonoTime::START + Duration::from_secs(10);
    device.handle_up(start, Line::MAIN);
    let mut last = start;
    for tick in 0..600 {
        let now = start + Duration::from_millis(100) * tick;
        device.handle_timeout(now);
        if core::iter::from_fn(|| device.poll_transmit()).count() > 0 {
            last = now;
        }
    }
    let silent_from = last.since(start).as_secs();
    assert!((9..=11).contains(&silent_from), "{silent_from}");
}

//! Ventilator and session on one virtual clock: what is heard is what was sent.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_model::{Before, DeviceMode, Event, MonoTime};
use vigie_puritan_bennett::session::WAVES;
use vigie_puritan_bennett::wire::answer::{Number, number};
use vigie_puritan_bennett::{PuritanBennettFactory, map};
use vigie_session::rng::Rng;
use vigie_session::{Factory, Input, Line, Session, Setup, Transmit};
use vigie_sim_device::puritan_bennett::{Software, Ventilator, VentilatorConfig};
use vigie_sim_device::{Device, Sent};
use vigie_sim_patient::script::{DeviceAct, PatientAct};

struct Pair {
    device: Ventilator,
    session: Box<dyn Session>,
    now: MonoTime,
    heard: Vec<Event>,
    sent: Vec<Sent>,
    /// Cuts what goes over the line.
    rng: Rng,
}

impl Pair {
    fn new(config: VentilatorConfig) -> Pair {
        let now = MonoTime::START + Duration::from_secs(1_000);
        let setup = Setup { seed: config.seed, ..Setup::default() };
        let mut pair = Pair {
            rng: Rng::new(config.seed),
            device: Ventilator::new(config),
            session: PuritanBennettFactory.session(&setup),
            now,
            heard: Vec::new(),
            sent: Vec::new(),
        };
        pair.session.handle_input(now, Input::Up { line: Line::MAIN, peer: None });
        pair.session.handle_input(now, Input::Up { line: WAVES, peer: None });
        pair.device.handle_timeout(now);
        pair.exchange();
        pair
    }

    fn exchange(&mut self) {
        loop {
            let mut is_quiet = true;
            while let Some(Transmit::Bytes { line, bytes, .. }) = self.session.poll_transmit() {
                self.device.handle_input(self.now, line, None, &bytes);
                is_quiet = false;
            }
            while let Some(out) = self.device.poll_transmit() {
                let at = self.rng.index(out.bytes.len() + 1);
                for bytes in [&out.bytes[..at], &out.bytes[at..]] {
                    let input = Input::Bytes { line: out.line, from: None, bytes };
                    self.session.handle_input(self.now, input);
                }
                is_quiet = false;
            }
            while let Some(sent) = self.device.poll_sent() {
                self.sent.push(sent);
            }
            while let Some(heard) = self.session.poll_event() {
                self.heard.push(heard.event);
            }
            if is_quiet {
                return;
            }
        }
    }

    fn pass(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        loop {
            let due = [self.session.poll_timeout(), self.device.poll_timeout()];
            let Some(at) = due.iter().flatten().map(|due| due.at).min().filter(|at| *at <= end)
            else {
                break;
            };
            self.now = self.now.max(at);
            if due[0].is_some_and(|due| due.at <= self.now) {
                self.session.handle_timeout(self.now);
            }
            if due[1].is_some_and(|due| due.at <= self.now) {
                self.device.handle_timeout(self.now);
            }
            self.exchange();
        }
        self.now = end;
    }

    fn act(&mut self, act: &DeviceAct) {
        self.device.handle_device_act(self.now, act);
        self.exchange();
    }

    fn take(&mut self) -> (Vec<Event>, Vec<Sent>) {
        (core::mem::take(&mut self.heard), core::mem::take(&mut self.sent))
    }

    fn mode(&self) -> Option<DeviceMode> {
        self.heard
            .iter()
            .rev()
            .find_map(|event| if let Event::Mode(mode) = event { Some(*mode) } else { None })
    }
}

/// Numbers and words as sent, in order; `told` those that the session tells.
fn sent_values(sent: &[Sent]) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sent in sent {
        let list = if sent.stream.starts_with('F') {
            vigie_puritan_bennett::wire::Kind::F
        } else {
            vigie_puritan_bennett::wire::Kind::A
        };
        let field = sent.stream.get(1..).and_then(|field| field.parse().ok());
        let Some(row) = field.and_then(|field| map::row(list, field)) else { continue };
        let text = if let map::What::Number(of) = row.what {
            // The point moves, the digits stay.
            let Some(Number::Is(value)) = number(&sent.what) else { continue };
            format!("{:.6}", value.to_f64() * 10f64.powi(of.shift.into()))
        } else if row.what == map::What::Words && !sent.what.is_empty() {
            sent.what.clone()
        } else {
            continue;
        };
        values.entry(sent.stream.clone()).or_default().push(text);
    }
    values
}

fn heard_values(heard: &[Event]) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in heard {
        let (key, text) = if let Event::Numeric(numeric) = event
            && let Some(value) = numeric.reading.value()
        {
            (&numeric.key, format!("{:.6}", value.to_f64()))
        } else if let Event::Text(text) = event
            && let Some(value) = &text.value
        {
            (&text.key, value.to_string())
        } else {
            continue;
        };
        values.entry(key.vendor.to_string()).or_default().push(text);
    }
    values
}

fn samples(heard: &[Event], stream: &str) -> usize {
    let of = |event: &Event| {
        let Event::Wave(chunk) = event else { return None };
        (chunk.key.vendor.as_str() == stream).then_some(chunk.samples.len())
    };
    heard.iter().filter_map(of).sum()
}

fn faults(heard: &[Event]) -> Vec<&Event> {
    heard.iter().filter(|event| matches!(event, Event::Fault(_))).collect()
}

#[test]
fn two_hours_of_both_lines_are_heard_as_they_were_sent() {
    for bed in [1, 2] {
        let mut pair = Pair::new(VentilatorConfig::new(bed, u64::from(bed) + 70));
        pair.pass(7_200);
        let (heard, sent) = pair.take();
        assert!(faults(&heard).is_empty(), "{:?}", faults(&heard));
        assert_eq!(heard_values(&heard), sent_values(&sent), "bed {bed}");
        let rounds = heard_values(&heard)["F70"].len();
        assert!((3_550..=3_600).contains(&rounds), "every 2 s: {rounds}");
        for stream in ["flow", "pressure"] {
            let sent: usize = sent
                .iter()
                .filter(|sent| sent.stream == stream)
                .map(|sent| sent.what.parse::<usize>().unwrap())
                .sum();
            let heard = samples(&heard, stream);
            // The first line and the samples that wait for the rest of their chunk.
            assert!(sent - heard <= 12, "{sent} sent, {heard} heard");
        }
        let gaps = heard
            .iter()
            .filter(|event| matches!(event, Event::Wave(chunk) if chunk.before == Before::Gap));
        assert_eq!(gaps.count(), 2, "one at the beginning of each wave");
    }
}

#[test]
fn old_software_is_found_out() {
    let old = VentilatorConfig { software: Software::Old, ..VentilatorConfig::new(1, 8) };
    let mut pair = Pair::new(old);
    pair.pass(120);
    let (heard, sent) = pair.take();
    assert_eq!(heard_values(&heard), sent_values(&sent));
    assert!(heard_values(&heard)["A34"].len() > 50);
}

#[test]
fn standby_restart_and_silence_of_the_ventilator() {
    let mut pair = Pair::new(VentilatorConfig::new(1, 12));
    pair.pass(30);
    assert_eq!(pair.mode(), Some(DeviceMode::Normal));
    pair.act(&DeviceAct::Standby { on: true });
    pair.pass(300);
    assert_eq!(pair.mode(), Some(DeviceMode::Standby));
    let (heard, _) = pair.take();
    assert!(faults(&heard).is_empty(), "no advice about waves in standby: {:?}", faults(&heard));
    let alive = heard.iter().filter(|event| matches!(event, Event::Alive)).count();
    assert!(alive > 150, "{alive}");
    pair.act(&DeviceAct::Standby { on: false });
    pair.pass(30);
    assert_eq!(pair.mode(), Some(DeviceMode::Normal));
    let (heard, _) = pair.take();
    let gaps = heard
        .iter()
        .filter(|event| matches!(event, Event::Wave(chunk) if chunk.before == Before::Gap));
    assert_eq!(gaps.count(), 2, "no line across five minutes");
    pair.act(&DeviceAct::Reboot { dark: Duration::from_secs(60) });
    pair.pass(59);
    let (heard, _) = pair.take();
    assert_eq!(faults(&heard).len(), 1, "{heard:?}");
    pair.pass(30);
    assert!(heard_values(&pair.take().0).contains_key("F70"));
}

#[test]
fn an_apnoea_is_an_alarm_here_too() {
    let mut pair = Pair::new(VentilatorConfig::new(2, 31));
    pair.pass(60);
    pair.device.handle_patient_act(pair.now, &PatientAct::Apnoea);
    pair.pass(60);
    let (heard, _) = pair.take();
    let set = heard
        .iter()
        .rev()
        .find_map(|event| if let Event::Alarms(set) = event { Some(set) } else { None });
    let texts: Vec<_> = set.unwrap().active.iter().map(|alarm| alarm.text.as_str()).collect();
    assert!(texts.contains(&"Apnea ventilation"), "{texts:?}");
}

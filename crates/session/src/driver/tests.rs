//! A session that says what the test wants, and what the driver makes of it.

use std::collections::VecDeque;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmTruth, Before, Category, Decimal, Measured, Nature, Numeric,
    Priority, Reading, Scale, StreamInfo, Unit, Validity,
};

use super::*;
use crate::Down;

/// Says what the test wants, one batch for every input of bytes.
#[derive(Default)]
struct Puppet {
    batches: VecDeque<Vec<Heard>>,
    events: VecDeque<Heard>,
    transmits: VecDeque<Transmit>,
    due: Option<Deadline>,
}

impl Session for Puppet {
    fn handle_input(&mut self, _now: MonoTime, input: Input<'_>) {
        if let Input::Bytes { .. } = input {
            self.events.extend(self.batches.pop_front().unwrap_or_default());
        }
    }

    fn handle_timeout(&mut self, _now: MonoTime) {
        self.due = None;
        self.transmits.push_back(Transmit::main(&b"due"[..]));
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.due
    }
}

fn config() -> DriverConfig {
    DriverConfig {
        line_name: Text::from("bed-7"),
        run: RunId(3),
        passive: false,
        names: Names::OfDevices,
    }
}

fn driver(batches: impl IntoIterator<Item = Vec<Heard>>) -> Driver {
    let puppet = Puppet { batches: batches.into_iter().collect(), ..Puppet::default() };
    let mut driver = Driver::new(config(), Box::new(puppet));
    driver.handle_input(at(0), WallTime::default(), Input::Up { line: Line::MAIN, peer: None });
    driver
}

fn at(millis: u64) -> MonoTime {
    MonoTime::from_nanos(5_000_000_000) + Duration::from_millis(millis)
}

fn hear(driver: &mut Driver, now: MonoTime) -> Vec<Arc<Observation>> {
    let bytes = Input::Bytes { line: Line::MAIN, from: None, bytes: &[] };
    driver.handle_input(now, WallTime::from_unix_nanos(9), bytes);
    std::iter::from_fn(|| driver.poll_observation()).collect()
}

fn key(vendor: &str) -> MetricKey {
    MetricKey { code: None, vendor: Text::from(vendor), instance: 0 }
}

fn numeric(vendor: &str) -> Event {
    Event::Numeric(Numeric {
        key: key(vendor),
        unit: Unit::one(),
        reading: Reading::of(Decimal::whole(97), Validity::Valid),
        measured: Measured::Now,
        device_time: None,
        tick: None,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
    })
}

fn wave(first: u64, base_id: u16, samples: usize) -> Event {
    Event::Wave(WaveChunk {
        key: key("ecg"),
        unit: Unit::one(),
        base: Timebase { id: base_id, tick_ns: 125_000 },
        first: Tick(first),
        step: 16,
        before: Before::Joined,
        scale: Scale::Unknown,
        samples: Arc::from(vec![0; samples]),
        marks: Vec::new(),
    })
}

fn identity(name: &str) -> Event {
    Event::Identity(DeviceInfo {
        key: DeviceKey(Text::from(name)),
        family: Text::from("toy"),
        manufacturer: None,
        model: None,
        serial: None,
        software: None,
        bed_label: None,
        clock: None,
    })
}

fn alarms(text: &str) -> Event {
    let alarm = Alarm {
        id: Text::from("1"),
        kind: AlarmKind::Physiological,
        priority: Priority::High,
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from("1"),
        subject: None,
        value: None,
        limit: None,
        text: Text::from(text),
    };
    let active = Arc::from([alarm]);
    Event::Alarms(AlarmSet {
        scope: AlarmScope::All,
        truth: AlarmTruth::Complete,
        active,
        told: [].into(),
    })
}

fn fault(what: &str) -> Event {
    Event::Fault(Fault { kind: FaultKind::Malformed, what: Text::from(what), count: 1 })
}

fn keys(observations: &[Arc<Observation>]) -> Vec<&str> {
    observations.iter().map(|observation| observation.device.0.as_str()).collect()
}

fn faults(observations: &[Arc<Observation>]) -> Vec<(FaultKind, &str, u32)> {
    observations
        .iter()
        .filter_map(|observation| {
            let Event::Fault(fault) = &observation.event else { return None };
            Some((fault.kind, fault.what.as_str(), fault.count))
        })
        .collect()
}

#[test]
fn stamps_with_both_clocks_the_run_and_a_number() {
    let mut driver = driver([vec![Event::Alive.into(), numeric("hr").into()]]);
    let heard = hear(&mut driver, at(4));
    let stamp = |seq| Stamp { run: RunId(3), seq, mono: at(4), wall: WallTime::from_unix_nanos(9) };
    assert_eq!(heard.iter().map(|o| o.stamp).collect::<Vec<_>>(), [stamp(0), stamp(1)]);
}

#[test]
fn a_device_is_its_line_until_it_names_itself() {
    let other = Heard { device: DeviceIx(3), event: Event::Alive };
    let mut driver = driver([
        vec![Event::Alive.into(), other, identity("sn:1").into(), Event::Alive.into()],
        vec![identity("sn:1").into()],
        vec![identity("sn:2").into(), Event::Alive.into()],
    ]);
    let heard = hear(&mut driver, at(0));
    assert_eq!(keys(&heard), ["line:bed-7", "line:bed-7#3", "line:bed-7", "sn:1"]);
    assert_eq!(keys(&hear(&mut driver, at(1))), ["sn:1"]);
    assert_eq!(keys(&hear(&mut driver, at(2))), ["line:bed-7", "sn:2"]);
    assert_eq!(driver.devices().len(), 2);
}

#[test]
fn a_device_cannot_call_itself_a_line_or_nothing() {
    for name in ["line:bed-8", ""] {
        let mut driver = driver([vec![identity(name).into(), Event::Alive.into()]]);
        let heard = hear(&mut driver, at(0));
        assert_eq!(keys(&heard), ["line:bed-7"; 2]);
        assert!(matches!(faults(&heard)[..], [(FaultKind::Malformed, _, 1)]), "{name}");
    }
}

#[test]
fn a_line_that_came_back_may_carry_another_device() {
    let mut driver = driver([
        vec![identity("sn:1").into(), Event::Alive.into()],
        vec![Event::Alive.into(), identity("sn:1").into(), Event::Alive.into()],
    ]);
    hear(&mut driver, at(0));
    assert!(driver.is_up());
    let down = Input::Down { line: Line::MAIN, why: Down::Unplugged };
    driver.handle_input(at(1), WallTime::default(), down);
    assert!(!driver.is_up());
    let named = [DeviceKey(Text::from("sn:1"))];
    assert_eq!(driver.devices(), named, "it is the one that is no longer reached");
    driver.handle_input(at(2), WallTime::default(), Input::Up { line: Line::MAIN, peer: None });
    assert_eq!(keys(&hear(&mut driver, at(3))), ["line:bed-7", "line:bed-7", "sn:1"]);
}

#[test]
fn waves_of_one_clock_are_placed_together_and_only_waves() {
    let mut driver = driver([vec![
        numeric("hr").into(),
        wave(1_000, 0, 128).into(),
        wave(1_000, 0, 128).into(),
        wave(3_048, 0, 128).into(),
    ]]);
    let heard = hear(&mut driver, at(0));
    let [numeric, one, two, next] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(numeric.placed, None);
    assert_eq!(one.placed, two.placed);
    assert_eq!(one.placed.unwrap().start, at(0).before(Duration::from_millis(256)));
    assert_eq!(next.placed.unwrap().start, at(0));
}

#[test]
fn the_delivery_period_of_a_wave_places_its_first_chunk() {
    let stream = Event::Stream(StreamInfo {
        key: key("ecg"),
        label: None,
        unit: Unit::one(),
        digits: None,
        category: Category::Measured,
        cadence: Cadence::Periodic(Duration::from_millis(1_024)),
    });
    let mut driver = driver([vec![stream.into(), wave(0, 0, 128).into()]]);
    let heard = hear(&mut driver, at(0));
    assert_eq!(heard[1].placed.unwrap().start, at(0).before(Duration::from_millis(1_024)));
}

#[test]
fn another_device_brings_its_own_clock() {
    let mut driver = driver([
        vec![identity("sn:1").into(), wave(1_000, 0, 128).into()],
        vec![identity("sn:2").into(), wave(1_900, 0, 128).into()],
    ]);
    hear(&mut driver, at(0));
    let heard = hear(&mut driver, at(60_000));
    assert_eq!(heard[1].placed.unwrap().start, at(60_000).before(Duration::from_millis(256)));
}

#[test]
fn a_wave_without_extent_is_a_fault() {
    for event in [wave(5, 0, 0), wave(u64::MAX - 5, 0, 8)] {
        let mut driver = driver([vec![event.into()]]);
        assert_eq!(
            faults(&hear(&mut driver, at(0))),
            [(FaultKind::Malformed, "wave without extent", 1)]
        );
    }
}

#[test]
fn a_set_said_again_at_once_is_left_out_and_one_a_second_passes() {
    let set = || Heard::from(alarms("** HR HIGH"));
    let mut driver = driver([
        vec![set(), set(), set()],
        vec![set(), alarms("*** ASYSTOLE").into(), set()],
        vec![set()],
    ]);
    assert_eq!(hear(&mut driver, at(0)).len(), 1);
    assert_eq!(hear(&mut driver, at(249)).len(), 2, "each change passes, however soon");
    assert_eq!(hear(&mut driver, at(499)).len(), 1, "a repetition renews what is known");
}

#[test]
fn equal_faults_are_counted_together_and_over_time() {
    let mut driver = driver([
        vec![fault("a").into(), fault("b").into(), fault("a").into(), Event::Alive.into()],
        vec![fault("a").into()],
        vec![fault("a").into()],
    ]);
    let heard = hear(&mut driver, at(0));
    assert_eq!(heard[0].event, Event::Alive);
    assert_eq!(faults(&heard), [(FaultKind::Malformed, "a", 2), (FaultKind::Malformed, "b", 1)]);
    assert_eq!(hear(&mut driver, at(10)), []);
    assert_eq!(hear(&mut driver, at(20)), []);
    assert_eq!(driver.poll_timeout().unwrap().at, at(0) + FAULT_PERIOD);
    driver.handle_timeout(at(1_000), WallTime::default());
    let told: Vec<_> = std::iter::from_fn(|| driver.poll_observation()).collect();
    assert_eq!(faults(&told), [(FaultKind::Malformed, "a", 2)]);
    assert_eq!(driver.poll_timeout(), None);
}

#[test]
fn more_devices_than_the_cap_are_left_out_and_counted() {
    let batch = (0..300).map(|ix| Heard { device: DeviceIx(ix), event: Event::Alive }).collect();
    let mut driver = driver([batch]);
    let heard = hear(&mut driver, at(0));
    assert_eq!(heard.len(), DEVICES_MAX + 1);
    assert_eq!(faults(&heard), [(FaultKind::Capped, "too many devices on a line", 44)]);
    assert_eq!(driver.devices().len(), DEVICES_MAX);
}

#[test]
fn more_streams_and_clocks_than_the_cap_are_left_out_and_counted() {
    let streams = (0..600).map(|number| numeric(&number.to_string()).into()).collect();
    let clocks = (0..20).map(|number| wave(0, number, 8).into()).collect();
    let mut one = driver([streams]);
    let heard = hear(&mut one, at(0));
    assert_eq!(heard.len(), STREAMS_MAX + 1);
    assert_eq!(faults(&heard), [(FaultKind::Capped, "too many streams of a device", 88)]);
    let mut other = driver([clocks]);
    let heard = hear(&mut other, at(0));
    assert_eq!(heard.len(), CLOCKS_MAX + 1);
    assert_eq!(faults(&heard), [(FaultKind::Capped, "too many clocks of a device", 4)]);
}

#[test]
fn a_text_too_long_is_cut_and_counted() {
    let mut driver = driver([vec![alarms(&"x".repeat(999)).into()]]);
    let heard = hear(&mut driver, at(0));
    let Event::Alarms(set) = &heard[0].event else { panic!("{heard:?}") };
    assert_eq!(set.active[0].text.as_str().len(), TEXT_BYTES_MAX);
    assert_eq!(faults(&heard), [(FaultKind::Capped, "text too long, cut", 1)]);
}

#[test]
fn a_passive_session_sends_nothing_and_is_told_on() {
    let due = Some(Deadline { at: at(5), why: "test" });
    for passive in [true, false] {
        let puppet = Puppet { due, ..Puppet::default() };
        let mut driver = Driver::new(DriverConfig { passive, ..config() }, Box::new(puppet));
        assert_eq!(driver.poll_timeout(), due);
        driver.handle_timeout(at(4), WallTime::default());
        assert_eq!(driver.poll_transmit(), None, "not due yet");
        driver.handle_timeout(at(5), WallTime::default());
        assert_eq!(driver.poll_transmit().is_some(), !passive);
        let told: Vec<_> = std::iter::from_fn(|| driver.poll_observation()).collect();
        let expected = [(FaultKind::Unexpected, "passive session wanted to send", 1)];
        assert_eq!(faults(&told), expected[..usize::from(passive)]);
    }
}

#[test]
fn a_recording_keeps_the_key_of_its_line() {
    let puppet = Puppet {
        batches: VecDeque::from([vec![identity("mac:1").into(), Event::Alive.into()]]),
        ..Puppet::default()
    };
    let mut driver =
        Driver::new(DriverConfig { names: Names::OfLines, ..config() }, Box::new(puppet));
    driver.handle_input(at(0), WallTime::default(), Input::Up { line: Line::MAIN, peer: None });
    driver.handle_input(
        at(1),
        WallTime::default(),
        Input::Bytes { line: Line::MAIN, from: None, bytes: b"x" },
    );
    let line = DeviceKey::of_line("bed-7");
    let first = driver.poll_observation().expect("the identity");
    assert_eq!(first.device, line);
    assert!(matches!(&first.event, Event::Identity(info) if info.key == line));
    assert_eq!(driver.poll_observation().expect("a sign of life").device, line);
    assert_eq!(driver.devices(), [line]);
}

//! The toys prove the trait; sessions with one fault each prove the checks.

use core::net::SocketAddr;
use std::{collections::VecDeque, time::Duration};

use vigie_model::{Before, Event, FaultKind, MonoTime};

use super::{
    toys::{broadcast, call_back, two_lines},
    *,
};
use crate::{
    Deadline, DeviceIx, Down, Factory, Heard, Input, Line, Peer, Session, Setup, Transmit, rng::Rng,
};

fn setup(passive: bool) -> Setup {
    let options = vec![(call_back::DEVICE_OPTION.to_owned(), "192.0.2.7:7072".to_owned())];
    Setup { passive, seed: 5, options }
}

fn two_lines() -> Box<dyn Session> {
    two_lines::TwoLinesFactory.session(&setup(false))
}

fn broadcast() -> Box<dyn Session> {
    broadcast::BroadcastFactory.session(&setup(false))
}

fn peer() -> Peer {
    let remote = SocketAddr::from(([192, 0, 2, 7], 40_000));
    Peer { local: SocketAddr::from(([192, 0, 2, 1], 7_071)), remote, certificate: None }
}

fn values() -> Vec<u8> {
    (0..40).flat_map(|n| two_lines::values_wire(&[b'V', n, 3])).collect()
}

fn asks(rig: &mut Rig) -> usize {
    let ask = Transmit::main(two_lines::ASK);
    rig.take_sent().iter().filter(|sent| **sent == ask).count()
}

#[test]
fn two_lines_keeps_what_every_session_must() {
    check_any_chunking(two_lines, &values(), 1);
    check_silence(two_lines, &values());
    check_reconnect(two_lines, &values(), 1);
    assert_eq!(check_farewell(two_lines, &values()), []);
    check_passive(|| two_lines::TwoLinesFactory.session(&setup(true)), &values());
    let report = check_damage(two_lines, &values(), 1, 200);
    assert_eq!(report.events_clean, 120);
    // At most four places of up to 40 bytes each: seven frames of six bytes with three values each.
    assert!(report.events_least >= 120 - 4 * 8 * 3, "{report:?}");
    assert!(report.rounds_with_fault > 100, "{report:?}");
}

#[test]
fn two_lines_hears_one_device_on_both_however_they_interleave() {
    let curves: Vec<u8> = (0..20)
        .flat_map(|n| two_lines::curve_wire(n * 80, &[0xC0, 0x7D, 0xC1, 3, 4, 5, 6, 7]))
        .collect();
    for seed in 0..20 {
        let mut rng = Rng::new(seed);
        let mut rig = Rig::new(two_lines());
        rig.up(Line::MAIN);
        rig.up(two_lines::CURVES);
        let values = values();
        let mut numbers = VecDeque::from(cut_at_random(&values, &mut rng));
        let mut waves = VecDeque::from(cut_at_random(&curves, &mut rng));
        while !numbers.is_empty() || !waves.is_empty() {
            let (line, pieces) = if rng.chance(0.5) {
                (Line::MAIN, &mut numbers)
            } else {
                (two_lines::CURVES, &mut waves)
            };
            if let Some(piece) = pieces.pop_front() {
                rig.bytes(line, piece);
            }
        }
        let heard = rig.take_heard();
        assert!(heard.iter().all(|heard| heard.device == DeviceIx::ONLY));
        let joins: Vec<Before> = heard
            .iter()
            .filter_map(|heard| {
                let Event::Wave(chunk) = &heard.event else { return None };
                Some(chunk.before)
            })
            .collect();
        assert_eq!(joins.len(), 20, "seed {seed}");
        assert_eq!(joins[0], Before::Gap);
        assert!(joins[1..].iter().all(|before| *before == Before::Joined), "seed {seed}");
        assert_eq!(heard.len(), 20 + 120, "seed {seed}: no fault");
    }
}

#[test]
fn two_lines_asks_once_a_second_while_its_line_is_up() {
    let mut rig = Rig::new(two_lines());
    rig.advance(Duration::from_secs(5));
    assert_eq!(asks(&mut rig), 0);
    rig.up(Line::MAIN);
    rig.advance(Duration::from_millis(4_500));
    assert_eq!(asks(&mut rig), 5);
    rig.down(two_lines::CURVES);
    rig.advance(Duration::from_secs(1));
    assert_eq!(asks(&mut rig), 1, "the other line does not matter");
    rig.down(Line::MAIN);
    rig.advance(Duration::from_secs(5));
    assert_eq!(asks(&mut rig), 0);
}

#[test]
fn broadcast_keeps_what_every_session_must() {
    let datagrams: Vec<Datagram> = (0..200)
        .map(|n: u8| Datagram {
            from: Some(peer().remote),
            bytes: broadcast::datagram(u16::from(n % 7), n, 60),
        })
        .collect();
    check_datagrams(broadcast, &datagrams, 1, 20);
    check_silence(broadcast, &datagrams[0].bytes);
    check_passive(broadcast, &datagrams[0].bytes);
    assert_eq!(check_farewell(broadcast, &datagrams[0].bytes), []);
}

#[test]
fn broadcast_tells_its_devices_apart_by_serial_number() {
    let mut rig = Rig::new(broadcast());
    rig.up(Line::MAIN);
    for serial in [700, 3, 700] {
        rig.datagram(Line::MAIN, Some(peer().remote), &broadcast::datagram(serial, 97, 60));
    }
    let heard = rig.take_heard();
    let devices: Vec<u16> = heard.iter().map(|heard| heard.device.0).collect();
    assert_eq!(devices, [0, 0, 0, 1, 1, 1, 0, 0]);
    assert!(
        matches!(&heard[3].event, Event::Identity(info) if info.serial.as_ref().is_some_and(|s| s.as_str() == "00003"))
    );
}

#[test]
fn broadcast_counts_the_devices_beyond_its_cap() {
    let mut rig = Rig::new(broadcast());
    rig.up(Line::MAIN);
    for serial in 0..300 {
        rig.datagram(Line::MAIN, None, &broadcast::datagram(serial, 97, 60));
    }
    let heard = rig.take_heard();
    let capped = |heard: &&Heard| matches!(&heard.event, Event::Fault(fault) if fault.kind == FaultKind::Capped);
    assert_eq!(heard.iter().filter(capped).count(), 44);
    assert!(heard.iter().all(|heard| heard.device.0 < 256));
}

/// The device's end: calls back when asked.
fn call(rig: &mut Rig, line: Line) {
    let open = |sent: &Transmit| {
        matches!(sent, Transmit::Open { via: call_back::CONTROL, line: call_back::ASKING, .. })
    };
    rig.advance(Duration::from_secs(31));
    assert!(rig.take_sent().iter().any(open));
    rig.input(Input::Up { line: call_back::ASKING, peer: Some(&peer()) });
    let asked =
        Transmit::Bytes { line: call_back::ASKING, to: None, bytes: call_back::CALL.into() };
    assert_eq!(rig.take_sent(), [asked]);
    rig.accepted(Line::MAIN, line, &peer());
}

#[test]
fn call_back_opens_accepts_hears_and_says_goodbye() {
    let mut rig = Rig::new(call_back::CallBackFactory.session(&setup(false)));
    rig.up(Line::MAIN);
    let called = Line(0x8000);
    call(&mut rig, called);
    for piece in cut_at_random(&call_back::results(&[72, 73, 255]), &mut Rng::new(1)) {
        rig.bytes(called, piece);
    }
    assert_eq!(rig.take_heard().len(), 3);
    assert_eq!(rig.farewell(Duration::from_secs(2)), Some(Duration::ZERO));
    let sent = rig.take_sent();
    let stop = Transmit::Bytes { line: call_back::ASKING, to: None, bytes: call_back::STOP.into() };
    assert_eq!(
        sent,
        [stop, Transmit::Close { line: call_back::ASKING }, Transmit::Close { line: called }]
    );
}

#[test]
fn call_back_asks_again_when_the_device_hangs_up_or_refuses() {
    let mut rig = Rig::new(call_back::CallBackFactory.session(&setup(false)));
    rig.up(Line::MAIN);
    call(&mut rig, Line(0x8000));
    rig.down(Line(0x8000));
    assert_eq!(rig.take_sent(), [Transmit::Close { line: call_back::ASKING }]);
    for _ in 0..10 {
        rig.input(Input::Down { line: call_back::ASKING, why: Down::Refused });
        rig.advance(Duration::from_secs(31));
        assert_eq!(rig.take_sent().len(), 1, "one attempt each time");
    }
    rig.input(Input::Down { line: call_back::ASKING, why: Down::Refused });
    call(&mut rig, Line(0x8000));
    rig.bytes(Line(0x8000), &call_back::results(&[80]));
    assert_eq!(rig.take_heard().len(), 1, "the number was free again");
}

#[test]
fn call_back_is_silent_when_passive_and_refuses_strangers_without_end() {
    let passive = || call_back::CallBackFactory.session(&setup(true));
    check_passive(passive, b"HR 72\n");
    check_silence(|| call_back::CallBackFactory.session(&setup(false)), b"HR 72\n");
    let mut rig = Rig::new(passive());
    rig.up(Line::MAIN);
    for line in 0x8000..0x8010 {
        rig.accepted(Line::MAIN, Line(line), &peer());
    }
    assert_eq!(rig.take_sent().len(), 12);
}

#[test]
fn factories_recognise_their_own() {
    for (factory, own) in [
        (&two_lines::TwoLinesFactory as &dyn Factory, two_lines::values_wire(&[1, 2, 3])),
        (&broadcast::BroadcastFactory, broadcast::datagram(1, 97, 60)),
        (&call_back::CallBackFactory, call_back::results(&[72])),
    ] {
        let name = factory.name();
        let probe = factory.probe();
        assert!((probe.recognise)(&own), "{name}");
        assert!(!(probe.recognise)(b"something else"), "{name}");
        assert_eq!(factory.lines()[0].line, Line::MAIN, "{name}");
    }
}

/// A session with one fault.
struct Faulty {
    fault: Broken,
    due: Option<MonoTime>,
    kept: usize,
    events: VecDeque<Heard>,
}

#[derive(Clone, Copy, PartialEq)]
enum Broken {
    /// Takes each read for a frame.
    Chunks,
    /// Sets its timer to now, for ever.
    Spins,
    /// Hears something when nothing was said.
    MakesUp,
    /// Remembers the connection before.
    Remembers,
    /// Counts datagrams as if none could be lost.
    Invents,
    /// Panics at a byte that no healthy line sends.
    Panics,
}

impl Faulty {
    fn boxed(fault: Broken) -> Box<dyn Session> {
        Box::new(Faulty { fault, due: None, kept: 0, events: VecDeque::new() })
    }

    fn say(&mut self, value: usize) {
        let bytes = two_lines::values_wire(&[value as u8, 0, 0]);
        let mut rig = Rig::new(two_lines());
        rig.bytes(Line::MAIN, &bytes);
        self.events.extend(rig.take_heard().into_iter().take(1));
    }
}

impl Session for Faulty {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match (input, self.fault) {
            (Input::Up { .. }, Broken::Spins | Broken::MakesUp) => self.due = Some(now),
            (Input::Bytes { .. }, Broken::Chunks) => self.say(0),
            (Input::Bytes { .. }, Broken::Invents) => {
                self.kept += 1;
                self.say(self.kept);
            }
            (Input::Bytes { bytes, .. }, Broken::Remembers | Broken::Panics) => {
                assert!(
                    self.fault != Broken::Panics || bytes.iter().all(|byte| *byte == 1),
                    "hurt"
                );
                self.kept += bytes.len();
                while self.kept >= 7 {
                    self.kept -= 7;
                    self.say(7);
                }
            }
            (Input::Down { .. }, Broken::Panics) => self.kept = 0,
            _ => {}
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.due = Some(now);
        if self.fault == Broken::MakesUp {
            self.due = Some(now + Duration::from_secs(5));
            self.say(1);
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.due.map(|at| Deadline { at, why: "faulty" })
    }
}

#[test]
#[should_panic = "byte by byte"]
fn a_session_that_takes_reads_for_frames_is_found() {
    check_any_chunking(|| Faulty::boxed(Broken::Chunks), &[1; 20], 1);
}

#[test]
#[should_panic = "the timer spins"]
fn a_timer_that_spins_is_found() {
    check_silence(|| Faulty::boxed(Broken::Spins), &[1; 20]);
}

#[test]
#[should_panic = "heard in silence"]
fn a_value_out_of_nothing_is_found() {
    check_silence(|| Faulty::boxed(Broken::MakesUp), &[1; 20]);
}

#[test]
#[should_panic = "after reconnection"]
fn a_memory_of_the_last_connection_is_found() {
    check_reconnect(|| Faulty::boxed(Broken::Remembers), &[1; 20], 1);
}

#[test]
#[should_panic = "invented"]
fn an_invented_value_is_found() {
    let datagrams = vec![Datagram { from: None, bytes: vec![1] }; 30];
    check_datagrams(|| Faulty::boxed(Broken::Invents), &datagrams, 1, 20);
}

#[test]
#[should_panic = "with seed"]
fn a_panic_on_damage_is_found_and_its_seed_named() {
    check_damage(|| Faulty::boxed(Broken::Panics), &[1; 20], 1, 20);
}

#[test]
#[should_panic = "longer than"]
fn a_goodbye_without_end_is_found() {
    check_farewell(|| Faulty::boxed(Broken::MakesUp), &[1; 20]);
}

#[test]
#[should_panic = "a passive session sent"]
fn a_passive_session_that_sends_is_found() {
    check_passive(two_lines, &values());
}

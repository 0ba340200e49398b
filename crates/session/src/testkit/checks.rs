//! The checks themselves.

use core::net::SocketAddr;
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{self, AssertUnwindSafe},
    time::Duration,
};

use vigie_model::{AlarmTruth, Event, Numeric, TextValue, WaveChunk};

use super::{Rig, cut_at_random, damaged};
use crate::{Heard, Line, Session, Transmit, rng::Rng};

/// How long a goodbye may take.
const FAREWELL_MAX: Duration = Duration::from_secs(2);
/// A session that sends more often than this into silence shouts.
const SENT_PER_SECOND_MAX: usize = 20;

/// One datagram for [`check_datagrams`].
#[derive(Clone, Debug)]
pub struct Datagram {
    /// Who sent it.
    pub from: Option<SocketAddr>,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What [`check_damage`] saw, for a protocol that promises more than it checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DamageReport {
    /// Events that unhurt bytes give.
    pub events_clean: usize,
    /// Events of the round that gave the fewest, faults not counted.
    pub events_least: usize,
    /// Rounds in which at least one fault was told.
    pub rounds_with_fault: usize,
}

/// The same bytes whole, byte by byte, and cut at random 16 times: always the same events.
///
/// # Panics
/// When any cutting gives other events, or the bytes give none at all.
#[track_caller]
pub fn check_any_chunking(make: impl Fn() -> Box<dyn Session>, bytes: &[u8], seed: u64) {
    let whole = hear(&make, [bytes]);
    assert!(!whole.is_empty(), "these bytes give no event: nothing would be checked");
    assert_same("byte by byte", &whole, &hear(&make, bytes.chunks(1)));
    for seed in seed..seed.wrapping_add(16) {
        let pieces = cut_at_random(bytes, &mut Rng::new(seed));
        assert_same(&format!("cut at random, seed {seed}"), &whole, &hear(&make, pieces));
    }
}

/// Datagrams lost, doubled and exchanged with a neighbour, `rounds` times: never a value that the
/// unhurt sequence does not have; and where datagrams were only doubled, none is missing.
///
/// # Panics
/// When a value is invented or missing, or the datagrams give none at all.
#[track_caller]
pub fn check_datagrams(
    make: impl Fn() -> Box<dyn Session>,
    datagrams: &[Datagram],
    seed: u64,
    rounds: u64,
) {
    let clean = values(&hear_datagrams(&make, datagrams));
    assert!(!clean.is_empty(), "these datagrams give no value: nothing would be checked");
    for seed in seed..seed.wrapping_add(rounds) {
        with_seed(seed, || {
            let mut rng = Rng::new(seed);
            let mut hurt: Vec<Datagram> = datagrams
                .iter()
                .flat_map(|datagram| vec![datagram.clone(); if rng.chance(0.2) { 2 } else { 1 }])
                .collect();
            let heard = values(&hear_datagrams(&make, &hurt));
            assert_all_of(&clean, &heard, "missing after doubling");
            hurt.retain(|_| !rng.chance(0.1));
            for _ in 0..hurt.len() / 10 {
                let at = rng.index(hurt.len() - 1);
                hurt.swap(at, at + 1);
            }
            let heard = values(&hear_datagrams(&make, &hurt));
            assert_all_of(&heard, &clean, "invented");
        });
    }
}

/// An hour of silence before the first byte and another after the last: nothing is made up out of
/// it, the timers move on, and what is sent into it stays sparse.
///
/// # Panics
/// When the session claims to have heard something, spins, or sends too much.
#[track_caller]
pub fn check_silence(make: impl Fn() -> Box<dyn Session>, bytes: &[u8]) {
    const HOUR: Duration = Duration::from_secs(3600);
    let mut rig = Rig::new(make());
    rig.up(Line::MAIN);
    for what in ["before the first byte", "after the last byte"] {
        rig.take_sent();
        rig.take_heard();
        rig.advance(HOUR);
        let heard = rig.take_heard();
        let made_up = heard.iter().find(|heard| !can_come_of_silence(&heard.event));
        assert!(made_up.is_none(), "heard in silence {what}: {made_up:?}");
        let sent = rig.take_sent().len();
        let sent_max = SENT_PER_SECOND_MAX * 3600;
        assert!(sent <= sent_max, "{sent} transmits in an hour of silence {what}");
        rig.bytes(Line::MAIN, bytes);
    }
}

/// Damaged copies of a stream, cut at random, `rounds` times: no panic, no endless drain, no spinning
/// timer; and once the line was closed and opened again, unhurt bytes give what they always give.
///
/// # Panics
/// When the session does, or when a later connection still suffers.
#[track_caller]
pub fn check_damage(
    make: impl Fn() -> Box<dyn Session>,
    bytes: &[u8],
    seed: u64,
    rounds: u64,
) -> DamageReport {
    let clean = hear(&make, [bytes]);
    let events_clean = clean.iter().filter(|heard| !is_fault(heard)).count();
    let mut report = DamageReport { events_clean, events_least: usize::MAX, rounds_with_fault: 0 };
    for seed in seed..seed.wrapping_add(rounds) {
        let (events, faults) = with_seed(seed, || {
            let mut rng = Rng::new(seed);
            let hurt = damaged(bytes, &mut rng);
            let mut rig = Rig::new(make());
            rig.up(Line::MAIN);
            for piece in cut_at_random(&hurt, &mut rng) {
                rig.bytes(Line::MAIN, piece);
            }
            let heard = rig.take_heard();
            rig.advance(Duration::from_secs(60));
            rig.down(Line::MAIN);
            rig.take_heard();
            rig.up(Line::MAIN);
            rig.bytes(Line::MAIN, bytes);
            assert_same("after damage and reconnection", &clean, &rig.take_heard());
            let faults = heard.iter().filter(|heard| is_fault(heard)).count();
            (heard.len() - faults, faults)
        });
        report.events_least = report.events_least.min(events);
        report.rounds_with_fault += usize::from(faults > 0);
    }
    report
}

/// The line goes down in the middle of the bytes and comes up again: the session starts afresh, and
/// sends nothing on a closed line.
///
/// # Panics
/// When the second connection gives other events than a first one, or a closed line is sent to.
#[track_caller]
pub fn check_reconnect(make: impl Fn() -> Box<dyn Session>, bytes: &[u8], seed: u64) {
    let fresh = hear(&make, [bytes]);
    assert!(!fresh.is_empty(), "these bytes give no event: nothing would be checked");
    for seed in seed..seed.wrapping_add(16) {
        let (before, _) = bytes.split_at(Rng::new(seed).index(bytes.len() + 1));
        let mut rig = Rig::new(make());
        rig.up(Line::MAIN);
        rig.bytes(Line::MAIN, before);
        rig.take_sent();
        rig.down(Line::MAIN);
        rig.advance(Duration::from_secs(60));
        let into_nothing = |sent: &Transmit| {
            matches!(
                sent,
                Transmit::Bytes { line: Line::MAIN, .. } | Transmit::Pins { line: Line::MAIN, .. }
            )
        };
        let sent = rig.take_sent();
        assert!(!sent.iter().any(into_nothing), "sent on a closed line, seed {seed}: {sent:?}");
        rig.take_heard();
        rig.up(Line::MAIN);
        rig.bytes(Line::MAIN, bytes);
        assert_same(&format!("after reconnection, seed {seed}"), &fresh, &rig.take_heard());
    }
}

/// Goodbye after `bytes` and without an answer: the session ends by itself within 2 s. Returns what
/// it sent for it.
///
/// # Panics
/// When it does not end.
#[track_caller]
pub fn check_farewell(make: impl Fn() -> Box<dyn Session>, bytes: &[u8]) -> Vec<Transmit> {
    let mut rig = Rig::new(make());
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, bytes);
    rig.take_sent();
    let took = rig.farewell(FAREWELL_MAX);
    assert!(took.is_some(), "the farewell takes longer than {FAREWELL_MAX:?}");
    rig.take_sent()
}

/// Nothing is sent when a line opens, on bytes, in a minute of silence, at goodbye, on reconnection.
///
/// # Panics
/// When anything is.
#[track_caller]
pub fn check_passive(make: impl Fn() -> Box<dyn Session>, bytes: &[u8]) {
    let mut rig = Rig::new(make());
    for _ in 0..2 {
        rig.up(Line::MAIN);
        rig.bytes(Line::MAIN, bytes);
        rig.advance(Duration::from_secs(60));
        rig.down(Line::MAIN);
    }
    rig.up(Line::MAIN);
    rig.farewell(FAREWELL_MAX);
    let sent = rig.take_sent();
    assert!(sent.is_empty(), "a passive session sent {sent:?}");
}

fn hear<'a>(
    make: &impl Fn() -> Box<dyn Session>,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Heard> {
    let mut rig = Rig::new(make());
    rig.up(Line::MAIN);
    for piece in pieces {
        rig.bytes(Line::MAIN, piece);
    }
    rig.take_heard()
}

fn hear_datagrams(make: &impl Fn() -> Box<dyn Session>, datagrams: &[Datagram]) -> Vec<Heard> {
    let mut rig = Rig::new(make());
    rig.up(Line::MAIN);
    for Datagram { from, bytes } in datagrams {
        rig.datagram(Line::MAIN, *from, bytes);
    }
    rig.take_heard()
}

#[track_caller]
fn assert_same(how: &str, expected: &[Heard], found: &[Heard]) {
    let differs = expected.iter().zip(found).position(|(expected, found)| expected != found);
    let at = differs.unwrap_or(expected.len().min(found.len()));
    assert!(
        expected.len() == found.len() && differs.is_none(),
        "{how}: {} events instead of {}; the first that differs is number {at}:\n{:?}\ninstead of\n{:?}",
        found.len(),
        expected.len(),
        found.get(at),
        expected.get(at),
    );
}

/// Passes when everything in `these` also stands in `those`.
fn assert_all_of(these: &BTreeSet<String>, those: &BTreeSet<String>, what: &str) {
    let odd = these.difference(those).next();
    assert!(odd.is_none(), "{what}: {odd:?}");
}

/// What must neither be invented nor lost, printed so that it can be looked up. Scale, unit and the
/// like may depend on a datagram that was lost, the value itself and whose it is may not. A device is
/// known by its name, or by its index until it told one: indices follow the order of arrival.
fn values(heard: &[Heard]) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    let mut names = BTreeMap::new();
    for Heard { device: ix, event } in heard {
        let device = names.get(ix).cloned().unwrap_or_else(|| format!("{ix:?}"));
        match event {
            Event::Identity(info) => _ = names.insert(*ix, info.key.0.to_string()),
            Event::Numeric(Numeric { key, reading, .. }) => {
                values.insert(format!("{device} {} {reading:?}", key.vendor));
            }
            Event::Text(TextValue { key, value, .. }) => {
                values.insert(format!("{device} {} {value:?}", key.vendor));
            }
            Event::Wave(WaveChunk { key, first, samples, .. }) => {
                values.insert(format!("{device} {} {first:?} {samples:?}", key.vendor));
            }
            Event::Alarms(set) => {
                for alarm in set.active.iter() {
                    values.insert(format!("{device} {} {}", alarm.vendor, alarm.text));
                }
            }
            Event::Patient(_)
            | Event::Limits(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => {}
        }
    }
    values
}

/// Only loss can be concluded from silence.
fn can_come_of_silence(event: &Event) -> bool {
    match event {
        Event::Gap(_) | Event::Fault(_) => true,
        Event::Alarms(set) => set.truth == AlarmTruth::Unknown,
        Event::Identity(_)
        | Event::Patient(_)
        | Event::Numeric(_)
        | Event::Text(_)
        | Event::Wave(_)
        | Event::Limits(_)
        | Event::Stream(_)
        | Event::Mode(_)
        | Event::Alive => false,
    }
}

fn is_fault(heard: &Heard) -> bool {
    matches!(heard.event, Event::Fault(_))
}

/// Names the seed when something panics inside, the session itself included.
fn with_seed<T>(seed: u64, run: impl FnOnce() -> T) -> T {
    // Nothing from inside is used again after a panic.
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => done,
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            panic!("with seed {seed}: {}", text.unwrap_or("panicked"))
        }
    }
}

//! Message 157: a second of each wave.
//!
//! No segment says when: seconds are counted, for all waves together. A wave that is behind the others
//! lost a second, and begins anew where they are; after a pause of all of them the count moves on by
//! our clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use vigie_model::nomenclature::by_code;
use vigie_model::{
    Before, Cadence, Category, Event, Fault, FaultKind, Gap, MdcCode, MonoTime, Scale, Text, Tick,
    Unit, WaveChunk,
};

use super::Monitor;
use crate::map::pds as map;
use crate::session::samples::timebase;
use crate::session::streams::Told;
use crate::wire::Message;
use crate::wire::zmw::{SEGMENT, Zmw, ZmwFault};

const PERIOD: Duration = Duration::from_secs(1);
/// So long without a wave is a pause and no jitter.
const PAUSE: Duration = Duration::from_millis(2_500);

/// Seconds told so far.
#[derive(Debug, Default)]
pub(super) struct Waves {
    /// By wave: the last second, and its samples.
    last: BTreeMap<u16, (u64, usize)>,
    /// The newest second of any wave.
    newest: Option<u64>,
    heard: Option<MonoTime>,
    /// A segment was lost since, so that a wave may lack a second that none of the others tells.
    is_torn: bool,
}

impl Waves {
    /// The second that a wave is in now, and whether it joins the one before. `of_message` is the second of
    /// this message in which the wave belongs, if others told it: one message may hold several.
    fn place(&self, wave: u16, of_message: Option<u64>, paused_secs: u64) -> (u64, Before) {
        let newest = self.newest.unwrap_or(0);
        let Some((last, _)) = self.last.get(&wave) else {
            // New: where the others of this message are, or the next second.
            let second = of_message.or(self.newest.map(|newest| newest + 1 + paused_secs));
            return (second.unwrap_or(0), Before::Gap);
        };
        let next = last + 1;
        if paused_secs > 0 {
            return (of_message.unwrap_or(newest + 1 + paused_secs).max(next), Before::Gap);
        }
        let behind = match of_message {
            Some(second) if next < second => Some(second),
            Some(_) => None,
            None if next < newest || next == newest && self.is_torn => Some(newest + 1),
            None => None,
        };
        behind.map_or((next, Before::Joined), |second| (second, Before::Gap))
    }
}

pub(super) fn take(
    monitor: &mut Monitor,
    now: MonoTime,
    message: &Message<'_>,
    events: &mut Vec<Event>,
) {
    let since = monitor.waves.heard.map(|heard| now.since(heard)).filter(|since| *since > PAUSE);
    let paused_secs = since.map_or(0, |since| since.as_secs_f64().round() as u64 - 1);
    // The second that the message begins with, and how many of each wave it held.
    let (mut begin, mut met) = (None, BTreeMap::<u16, u64>::new());
    let mut is_torn = false;
    for segment in message.segments().iter().filter(|segment| segment.raw().starts_with(SEGMENT)) {
        let zmw = match Zmw::parse(segment.raw()) {
            Ok(zmw) => zmw,
            Err(fault) => {
                is_torn = true;
                events.extend(lost(fault));
                continue;
            }
        };
        let count = zmw.samples.len();
        let known = monitor.waves.last.get(&zmw.wave).copied();
        let of_wave = met.entry(zmw.wave).or_default();
        let of_message = begin.map(|begin: u64| begin + *of_wave);
        *of_wave += 1;
        // The pause lies before the message, not between its seconds.
        let paused_secs = if *of_wave == 1 { paused_secs } else { 0 };
        let (second, mut before) = monitor.waves.place(zmw.wave, of_message, paused_secs);
        if known.is_some_and(|(_, samples)| samples != count) {
            before = Before::Gap;
        }
        let Some(chunk) = chunk(monitor, now, &zmw, second, before, events) else { continue };
        events.push(Event::Wave(chunk));
        monitor.waves.last.insert(zmw.wave, (second, count));
        begin = begin.or(Some(second));
        monitor.waves.newest = monitor.waves.newest.max(Some(second));
        monitor.waves.heard = Some(now);
    }
    monitor.waves.is_torn = is_torn;
}

fn lost(fault: ZmwFault) -> [Event; 2] {
    let (kind, what) = match fault {
        ZmwFault::Coding => (FaultKind::Malformed, "wave segment that is not coded"),
        ZmwFault::Checksum => (FaultKind::Checksum, "wave segment"),
        ZmwFault::Length => (FaultKind::Malformed, "wave segment of a wrong length"),
    };
    let fault = Event::Fault(Fault { kind, what: Text::from(what), count: 1 });
    // Whose it was nobody knows.
    let why = Text::from("wave segment damaged");
    [fault, Event::Gap(Gap { key: None, lost: Some(1), why })]
}

fn chunk(
    monitor: &mut Monitor,
    now: MonoTime,
    zmw: &Zmw,
    second: u64,
    before: Before,
    events: &mut Vec<Event>,
) -> Option<WaveChunk> {
    let known = map::wave_of(zmw.wave);
    // Two-byte samples of a pressure are mmHg; of one-byte samples nobody knows the scale.
    let unit = known.filter(|_| zmw.width == 2).map_or("", |known| known.unit);
    let ucum = if unit.is_empty() { Unit::AsSent(Text::from("")) } else { Unit::ucum(unit) };
    let code = known.map(|known| known.code).filter(|code| *code != 0).map(MdcCode);
    let told = Told {
        label: known.map_or_else(|| zmw.wave.to_string(), |known| known.name.to_owned()),
        unit: ucum.clone(),
        category: Category::Measured,
        cadence: Some(Cadence::Periodic(PERIOD)),
        channel: Some(map::wave_instance(zmw.wave)),
    };
    let key = monitor.streams.key(now, code, &zmw.wave.to_string(), "", None, told, events)?;
    let range = code.and_then(by_code).map_or((0.0, 300.0), |row| row.plausible);
    let count = zmw.samples.len();
    Some(WaveChunk {
        key,
        unit: ucum,
        base: timebase(count as f64),
        first: Tick(second * count as u64),
        step: 1,
        before,
        scale: if unit.is_empty() {
            Scale::Unknown
        } else {
            Scale::Physical { offset: 0.0, per_count: 1.0, low: range.0, high: range.1 }
        },
        samples: Arc::from(zmw.samples.as_slice()),
        marks: Vec::new(),
    })
}

//! GE monitors on both speeds: flipped bits and lost bytes.
//!
//! A sum of 8 bits sees one flipped bit always, and of two at least 59 of 64: they cancel when they are
//! the same bit of two bytes and go in opposite directions, or the topmost of both
//! (`protocols/ge-dri/tests/golden/damage.rs` computes and counts it). The length sees all that is lost.
//! So what may be told and was not sent is bounded by how many messages had two bits flipped. A hurt time
//! or number of a wave record, by which the session counts time, costs that record alone.

use std::collections::BTreeMap;

use vigie_ge_dri::GeDriFactory;
use vigie_model::{DeviceTime, Event};
use vigie_sim_device::{
    Sent,
    ge_dri::{Monitor, MonitorConfig},
};
use vigie_sim_patient::script::LineAct;
use vigie_world::{Claim, LiveBed, LiveCable, Terms};

use super::{Hours, at_most, hours, session};
use crate::day::something;

/// Bytes a flipped bit, in two hours. In more hours flips are rarer, by the root of it, so that as many
/// messages have two of them.
const FLIPS: f64 = 8_000.0;
/// Share of frames that are lost or have a hole.
const LOSS: f64 = 0.01;
/// The most of two flipped bits that an 8-bit sum does not see.
const UNSEEN_OF_TWO: f64 = 5.0 / 64.0;
/// Values that two flipped bits change.
const VALUES_OF_A_PAIR: u64 = 2;
/// Values that a class holds: if its time is hurt, all of them are told at a time that is not theirs.
const VALUES_OF_A_CLASS: u64 = 50;
/// Types of waves that a simulated monitor has, and their names.
const WAVES: [(u8, &str); 13] = [
    (1, "ECG1"),
    (2, "ECG2"),
    (3, "ECG3"),
    (4, "INVP1"),
    (8, "PLETH"),
    (9, "CO2"),
    (10, "O2"),
    (12, "AA"),
    (13, "AWP"),
    (14, "FLOW"),
    (15, "RESP"),
    (32, "ENT_100"),
    (38, "PLETH_2"),
];
/// What a fast line is asked for: two records of waves a second, and 12 leads in records of their own.
const WAVES_ASKED: &str = "ECG1 PLETH INVP1 CO2 RESP AWP FLOW O2 AA ENT_100 PLETH_2 ECG12";
/// Stands for a sample that is none.
const NONE: i32 = i32::MIN;
/// Ticks that the session counts in a second: a record of waves is one second long.
const TICKS: u64 = 3_000;

#[test]
fn hours_of_two_monitors_on_serial_lines() {
    let seed = 20_180_726;
    let devices = vec![monitor(1, seed, 19_200), monitor(2, seed, 115_200)];
    let every = (FLIPS * (f64::from(hours()) / 2.0).sqrt()).round() as u32;
    let damage = vec![LineAct::Flips { every }, LineAct::Loss { share: LOSS }];
    let act = something;
    let outcome = Hours { family: "ge-dri", seed, devices, damage, cut: 0.0, act }.run();
    let twice: f64 = outcome.lengths.iter().map(|lengths| hurt_twice(lengths, every)).sum();
    let most = at_most(twice * UNSEEN_OF_TWO) * VALUES_OF_A_PAIR + VALUES_OF_A_CLASS;
    println!(
        "ge-dri: some {twice:.1} messages with two flipped bits, at most {most} values unseen; {} told \
         and not sent",
        outcome.invented
    );
    assert!(outcome.invented <= most, "{} of {most}, seed {}", outcome.invented, outcome.seed);
    assert!(outcome.invented > 0, "two flipped bits cancel now and then, seed {}", outcome.seed);
    // A hundred numbers of four classes every second and every five, eleven waves and seven, 12 leads.
    assert!(outcome.matched > u64::from(outcome.hours) * 3_600 * 120, "{}", outcome.matched);
    assert!(outcome.lost > outcome.matched / 100, "{} of {}", outcome.lost, outcome.matched);
}

fn monitor(number: u16, seed: u64, baud: u32) -> (LiveBed, Terms) {
    let mut config = MonitorConfig::new(number, seed + u64::from(number), baud);
    let slow = [("baud", "19200"), ("interval", "5")];
    let fast = [("baud", "115200"), ("interval", "1"), ("trend", "10"), ("waves", WAVES_ASKED)];
    let options: &[(&str, &str)] = if baud > 19_200 { &fast } else { &slow };
    // The newest edition has groups that the one before has not.
    config.level = if baud > 19_200 { 11 } else { 10 };
    let bed = LiveBed {
        // The protocol carries no name.
        keys: vec![format!("line:line-{number}")],
        device: Box::new(Monitor::new(config)),
        session: session(&GeDriFactory, seed, options),
        // With parity a byte has eleven bits.
        cables: vec![LiveCable::Serial { bytes_per_second: baud / 11 }],
    };
    (bed, terms())
}

/// How many messages are expected to have at least two bits flipped.
fn hurt_twice(lengths: &BTreeMap<usize, u64>, every: u32) -> f64 {
    let share = 1.0 / f64::from(every);
    let of = |(length, count): (&usize, &u64)| {
        let bytes = *length as f64;
        let (none, one) =
            ((1.0 - share).powf(bytes), bytes * share * (1.0 - share).powf(bytes - 1.0));
        *count as f64 * (1.0 - none - one)
    };
    lengths.iter().map(of).sum()
}

/// Numbers carry the second of the monitor's calendar, and waves nothing: the session counts their
/// seconds from the first that it hears. A cuff pressure carries when it was measured. Waves are
/// compared sample by sample.
fn terms() -> Terms {
    let mut first_wave = None;
    let sent = move |sent: &Sent, message: &[u8]| {
        let stream = sent.stream.as_str();
        if let Some((kind, _)) = WAVES.iter().find(|(_, name)| *name == stream) {
            let first = *first_wave.get_or_insert(sent.tick);
            let samples = samples(message, *kind).expect("the wave is in the message");
            return vec![Claim::certain(stream, (sent.tick - first) * TICKS, &digest(samples))];
        }
        if stream.starts_with("ECG12.") {
            return vec![Claim::counted(stream, sent.what.parse().expect("a number of samples"))];
        }
        let tick = if is_dated_apart(stream) {
            0
        } else {
            // Switched on at noon of the first of a month.
            86_400 + 43_200 + sent.tick
        };
        vec![match sent.what.as_str() {
            "-" => Claim::possible(stream, tick, "-"),
            what => Claim::certain(stream, tick, what),
        }]
    };
    Terms { sent: Box::new(sent), said }
}

/// Values that are measured now and then carry when that was, as far as the monitor tells.
fn is_dated_apart(stream: &str) -> bool {
    stream.starts_with("nibp.") || matches!(stream, "co_wedge.co" | "co_wedge.pcwp")
}

fn said(event: &Event) -> Vec<Claim> {
    if let Event::Numeric(numeric) = event {
        let stream = numeric.key.vendor.as_str();
        // Computed here from two values that are compared themselves.
        if stream.ends_with("_mmhg") {
            return Vec::new();
        }
        let tick = numeric.device_time.filter(|_| !is_dated_apart(stream)).map_or(0, seconds);
        let what = numeric.reading.value().map_or_else(|| "-".into(), |it| it.to_string());
        vec![Claim::certain(stream, tick, &what)]
    } else if let Event::Wave(chunk) = event {
        let stream = chunk.key.vendor.as_str();
        if stream.starts_with("ECG12.") {
            return vec![Claim::counted(stream, chunk.samples.len() as u64)];
        }
        let mut samples = chunk.samples.to_vec();
        for mark in &chunk.marks {
            samples[mark.at as usize] = NONE;
        }
        let samples = samples.into_iter();
        vec![Claim::certain(stream, chunk.first.0, &digest(samples))]
    } else {
        Vec::new()
    }
}

/// The samples of a wave in a frame, read by the specification's layout: flags, escapes, a list of
/// subrecords from byte 16 on, and in a subrecord its count and samples from byte 6 on.
fn samples(frame: &[u8], wanted: u8) -> Option<impl Iterator<Item = i32>> {
    let mut record = Vec::new();
    let mut is_escaped = false;
    for byte in frame.iter().copied().filter(|byte| *byte != 0x7E) {
        if !is_escaped && byte == 0x7D {
            is_escaped = true;
            continue;
        }
        record.push(if is_escaped { byte | 0x20 } else { byte });
        is_escaped = false;
    }
    let word = |at: usize| Some(u16::from_le_bytes([*record.get(at)?, *record.get(at + 1)?]));
    let place = (0..8).find(|place| record.get(16 + 3 * place + 2) == Some(&wanted))?;
    let start = 40 + usize::from(word(16 + 3 * place)?);
    let samples: Option<Vec<u16>> =
        (0..usize::from(word(start)?)).map(|at| word(start + 6 + 2 * at)).collect();
    // Beyond this value stand codes of what is no sample.
    let sample = |raw: u16| Some(i32::from(raw.cast_signed())).filter(|raw| *raw > -32_000);
    Some(samples?.into_iter().map(move |raw| sample(raw).unwrap_or(NONE)))
}

/// Eight hex digits of samples (FNV-1a, 32 bits).
fn digest(samples: impl Iterator<Item = i32>) -> String {
    let add = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = samples.flat_map(i32::to_le_bytes).fold(0x811C_9DC5, add);
    format!("{hash:08x}")
}

/// Seconds since the beginning of the month.
fn seconds(time: DeviceTime) -> u64 {
    let DeviceTime { day, hour, minute, second, .. } = time;
    let [day, hour, minute, second] = [day, hour, minute, second].map(u64::from);
    ((day * 24 + hour) * 60 + minute) * 60 + second
}

//! Ventilators on two serial lines each, without a checksum: flipped bits and lost bytes.
//!
//! An answer states how many bytes and fields it has, so a lost byte is always seen. A flipped bit is
//! seen unless it makes another number out of a number: digits that become other digits, a point that
//! becomes one, a blank that becomes the digit 0. How many bits of an answer can do that is counted here
//! on an answer as it leaves the ventilator, and bounds what may be told and was not sent.

use std::time::Duration;

use vigie_model::{Event, Mark, MarkKind, MonoTime};
use vigie_puritan_bennett::{
    PuritanBennettFactory,
    map::{self, What},
    wire::Kind,
};
use vigie_session::{Line, rng::Rng};
use vigie_sim_device::{
    Device, Sent,
    puritan_bennett::{Ventilator, VentilatorConfig},
};
use vigie_sim_patient::script::{LineAct, PatientAct};
use vigie_world::{Claim, LiveBed, LiveCable, Terms};

use super::{Hours, at_most, session};

const FLIPS: u32 = 20_000;
const LOSS: f64 = 0.005;
/// 8 data bits, no parity.
const PARAMETERS: u32 = 9_600 / 10;
const WAVES: u32 = 38_400 / 10;
/// Fields of `MISCF` in litres, which are told in millilitres.
const LITRES: [u16; 7] = [14, 21, 54, 61, 71, 78, 154];
/// Fields of `MISCF` that are alarm limits, and no numbers of their own.
const LIMITS: core::ops::RangeInclusive<u16> = 34..=43;

#[test]
fn hours_of_two_ventilators() {
    let seed = 840_980;
    let devices = (1..=2).map(|number| ventilator(number, seed)).collect();
    let damage = vec![LineAct::Flips { every: FLIPS }, LineAct::Loss { share: LOSS }];
    let hours = Hours { family: "puritan-bennett", seed, devices, damage, cut: 0.0, act };
    let outcome = hours.run();
    let mut unseen = 0.0;
    for (number, lengths) in (1..=2).zip(&outcome.lengths) {
        let answer = answer(number, seed);
        let (bits, all) = (bits_unseen(&answer), 8 * answer.len());
        let answers = lengths.get(&answer.len()).copied().unwrap_or(0);
        println!("puritan-bennett: {bits} of {all} bits of an answer change a number unseen");
        unseen += answers as f64 * f64::from(bits) / (8.0 * f64::from(FLIPS));
    }
    let most = at_most(unseen);
    println!(
        "puritan-bennett: {unseen:.1} flips in numbers expected, at most {most}; {} told and not sent",
        outcome.invented
    );
    assert!(outcome.invented <= most, "{} of {most}, seed {}", outcome.invented, outcome.seed);
    assert!(outcome.invented > 0, "digits flip unseen, seed {}", outcome.seed);
    // Two waves of 50 samples a second, at two beds.
    let seconds = u64::from(outcome.hours) * 3_600;
    assert!(outcome.matched > seconds * 2 * 2 * 45, "{}", outcome.matched);
}

/// What a ventilator notices.
fn act(rng: &mut Rng) -> PatientAct {
    if rng.chance(0.3) { PatientAct::Apnoea } else { PatientAct::Sinus }
}

fn ventilator(number: u16, seed: u64) -> (LiveBed, Terms) {
    let config = VentilatorConfig::new(number, seed + u64::from(number));
    let bed = LiveBed {
        keys: vec![config.device_key()],
        device: Box::new(Ventilator::new(config)),
        session: session(&PuritanBennettFactory, seed, &[]),
        cables: vec![
            LiveCable::Serial { bytes_per_second: PARAMETERS },
            LiveCable::Serial { bytes_per_second: WAVES },
        ],
    };
    (bed, Terms { sent: Box::new(sent), said })
}

/// Fields of an answer carry no time. Samples are counted one by one: the session cuts blocks at breaths.
fn sent(sent: &Sent, _: &[u8]) -> Vec<Claim> {
    let stream = sent.stream.as_str();
    if matches!(stream, "flow" | "pressure") {
        let count = sent.what.parse().expect("a number of samples");
        return vec![Claim::counted(stream, count)];
    }
    let Some(field) = stream.strip_prefix('F').and_then(|field| field.parse().ok()) else {
        return Vec::new();
    };
    if LIMITS.contains(&field) {
        return Vec::new();
    }
    match number(field, &sent.what) {
        Some(number) => vec![Claim::certain(stream, 0, &number)],
        None if sent.what.is_empty() => vec![Claim::possible(stream, 0, "-")],
        // Words, times, alarm states.
        None => Vec::new(),
    }
}

/// The number in a field as the board is told it; `None`: there is none.
fn number(field: u16, text: &str) -> Option<String> {
    let amount: f64 = text.parse().ok()?;
    Some(if LITRES.contains(&field) { format!("{:.0}", amount * 1e3) } else { text.to_owned() })
}

fn said(event: &Event) -> Vec<Claim> {
    if let Event::Wave(chunk) = event {
        let is_lost = |mark: &&Mark| mark.kind == MarkKind::Invalid;
        let count = chunk.samples.len() - chunk.marks.iter().filter(is_lost).count();
        return vec![Claim::counted(chunk.key.vendor.as_str(), count as u64)];
    }
    vigie_world::plainly(event)
}

/// An answer of such a ventilator after a minute.
fn answer(number_of_bed: u16, seed: u64) -> Vec<u8> {
    let config = VentilatorConfig::new(number_of_bed, seed + u64::from(number_of_bed));
    let mut ventilator = Ventilator::new(config);
    let mut now = MonoTime::START + Duration::from_secs(1);
    for tenth in 0..700 {
        now = now + Duration::from_millis(100);
        ventilator.handle_timeout(now);
        if tenth == 600 {
            ventilator.handle_input(now, Line::MAIN, None, b"SNDF\r");
        }
    }
    let outgoing = std::iter::from_fn(|| ventilator.poll_transmit());
    let answer = outgoing.filter(|outgoing| outgoing.line == Line::MAIN).last();
    answer.expect("an answer").bytes.to_vec()
}

/// Bits of an answer whose flip makes another number out of a number, or a number out of a blank.
fn bits_unseen(answer: &[u8]) -> u32 {
    let start = answer.iter().position(|byte| *byte == 0x02).expect("a beginning") + 1;
    let fields = (5..).zip(answer[start..].split(|byte| *byte == b','));
    // Which fields hold numbers the format's table says.
    let is_number = |field: u16| {
        map::row(Kind::F, field).is_some_and(|row| matches!(row.what, What::Number(_)))
    };
    let mut bits = 0;
    for (_, field) in fields.filter(|(number, _)| is_number(*number)) {
        let reads = |field: &[u8]| {
            let text = core::str::from_utf8(field).ok()?.trim_matches(' ').to_owned();
            let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+');
            let is_number = text.bytes().all(is_plain) && text.parse::<f64>().is_ok();
            is_number.then_some(text)
        };
        let was = reads(field);
        for at in 0..8 * field.len() {
            let mut flipped = field.to_vec();
            flipped[at / 8] ^= 1 << (at % 8);
            let now = reads(&flipped);
            bits += u32::from(now.is_some() && now != was);
        }
    }
    bits
}

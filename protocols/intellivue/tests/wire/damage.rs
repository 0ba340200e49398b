//! A hurt line: bit flips, cuts and insertions at random places of the recorded serial lines.
//!
//! The recordings are un-escaped; each frame is escaped again first, so that the damage is done to
//! what a line carries. A hurt place may cost the frames that it touches and no other.

use std::ops::Range;

use crate::recorded::{SERIAL, datagrams, serial_contents};
use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::frame::{Deframer, Frame, emit_frame};

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        // Reserved bytes are what hurts a framed line most.
        let reserved = [0xC0, 0xC1, 0x7D];
        let mut byte = || match self.below(4) {
            0 => reserved[self.below(3)],
            _ => self.next() as u8,
        };
        (0..count).map(|_| byte()).collect()
    }
}

/// One hurt place of a line.
#[derive(Debug)]
enum Hurt {
    Flip { bit: usize },
    Cut { bytes: usize },
    Insert { bytes: Vec<u8> },
}

impl Hurt {
    fn random(random: &mut Random) -> Hurt {
        match random.below(3) {
            0 => Hurt::Flip { bit: random.below(8) },
            1 => Hurt::Cut { bytes: 1 + random.below(40) },
            _ => {
                let count = 1 + random.below(20);
                Hurt::Insert { bytes: random.bytes(count) }
            }
        }
    }

    /// Does it at `at` and says which bytes of the whole line it touches. What is put between two
    /// frames touches neither.
    fn apply(&self, line: &mut Vec<u8>, at: usize) -> Range<usize> {
        match self {
            Hurt::Flip { bit } => {
                line[at] ^= 1 << bit;
                at..at + 1
            }
            Hurt::Cut { bytes } => {
                let end = (at + bytes).min(line.len());
                line.drain(at..end);
                at..end
            }
            Hurt::Insert { bytes } => {
                line.splice(at..at, bytes.iter().copied());
                at..at
            }
        }
    }
}

/// What a hurt line gave.
#[derive(Default)]
struct Outcome {
    frames: usize,
    touched: usize,
    recovered: usize,
    faults: usize,
}

fn hurt_line(name: &str, seed: u64, places: usize) -> Outcome {
    let mut random = Random(seed);
    let contents = serial_contents(name);
    let originals: Vec<&[u8]> =
        contents.iter().map(|content| Frame::new_checked(content).unwrap().user_data()).collect();
    let mut line = Vec::new();
    let mut spans = Vec::new();
    for user_data in &originals {
        let start = line.len();
        line.extend(emit_frame(user_data).unwrap());
        spans.push(start..line.len());
    }
    let mut ats: Vec<usize> = (0..places).map(|_| random.below(line.len())).collect();
    ats.sort_unstable();
    let mut touched = vec![false; originals.len()];
    // From the end, so that the places before are still where they were.
    for at in ats.into_iter().rev() {
        let hurt = Hurt::random(&mut random).apply(&mut line, at);
        for (span, touched) in spans.iter().zip(&mut touched) {
            let overlaps = span.start < hurt.end && hurt.start < span.end;
            let inside = span.start < hurt.start && hurt.start < span.end;
            *touched |= overlaps || inside;
        }
    }

    let mut outcome = Outcome { frames: originals.len(), ..Outcome::default() };
    let mut deframer = Deframer::new();
    let mut next = 0;
    let mut rest = line.as_slice();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(1 + random.below(4_000)));
        rest = after;
        deframer.push(piece);
        while let Some(found) = deframer.next_frame() {
            match found {
                Ok(user_data) => {
                    // In their order, none made up: those skipped must have been touched.
                    let same = originals[next..].iter().position(|frame| *frame == user_data);
                    let skip =
                        same.unwrap_or_else(|| panic!("seed {seed}: no such frame was sent"));
                    assert!(
                        touched[next..next + skip].iter().all(|touched| *touched),
                        "seed {seed}: lost an untouched frame of {next}..{}",
                        next + skip
                    );
                    next += skip + 1;
                    outcome.recovered += 1;
                    Message::parse(user_data).unwrap();
                }
                Err(_) => outcome.faults += 1,
            }
        }
    }
    outcome.faults += usize::from(deframer.close().is_some());
    assert!(touched[next..].iter().all(|touched| *touched), "seed {seed}: lost the end");
    outcome.touched = touched.iter().filter(|touched| **touched).count();
    outcome
}

#[test]
fn a_hurt_place_costs_only_the_frames_it_touches() {
    let mut lost = 0;
    for (name, frames) in SERIAL {
        for seed in 1..=20 {
            // From a single scratch to a line on which every third frame is hurt.
            let places = [1, 10, 100, 500][seed as usize % 4];
            println!("{name}, seed {seed}, {places} places");
            let outcome = hurt_line(name, seed, places);
            assert_eq!(outcome.frames, frames);
            assert!(
                outcome.recovered >= frames - outcome.touched,
                "seed {seed}: {} of {frames} frames recovered, {} touched",
                outcome.recovered,
                outcome.touched
            );
            assert!(outcome.faults > 0 || outcome.recovered == frames, "seed {seed}: silent loss");
            lost += frames - outcome.recovered;
        }
    }
    assert!(lost > 1_000, "the line was hardly hurt: {lost} frames lost");
}

#[test]
fn a_hurt_datagram_is_read_or_refused() {
    let originals = datagrams();
    let mut refused = 0;
    let mut read = 0;
    for seed in 1..=200 {
        println!("seed {seed}");
        let mut random = Random(seed);
        for (_, _, original) in &originals {
            let mut payload = original.clone();
            let at = random.below(payload.len());
            Hurt::random(&mut random).apply(&mut payload, at);
            match Message::parse(&payload) {
                Ok(message) => {
                    // Whatever was understood is understood again, and a line can be printed of it.
                    let emitted = message.emit().unwrap();
                    assert_eq!(Message::parse(&emitted).as_ref(), Ok(&message), "seed {seed}");
                    assert!(message.to_string().starts_with(message.kind()));
                    read += 1;
                }
                Err(error) => {
                    assert!(error.offset <= payload.len(), "seed {seed}: {error}");
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(read + refused, 200 * originals.len());
    // Cuts and insertions never fit the lengths; most flips only change a value.
    assert!(refused > read, "{refused} refused, {read} read");
}

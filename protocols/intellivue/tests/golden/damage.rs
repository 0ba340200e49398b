//! A hurt line: bit flips, cuts and insertions in the escaped bytes. A hurt place costs at most what the
//! frames it touches would have said, and nothing is made up.

use std::collections::BTreeSet;
use std::ops::Range;

use vigie_model::{AlarmSet, Event};
use vigie_session::Line;
use vigie_session::rng::Rng;
use vigie_session::testkit::Rig;

use crate::heard::{serial_session, wire_frames};
use crate::recorded::SERIAL;

/// Hurts `line` at `at`, and says which of its bytes that touches.
fn hurt(line: &mut Vec<u8>, at: usize, rng: &mut Rng) -> Range<usize> {
    match rng.below(3) {
        0 => {
            line[at] ^= 1 << rng.below(8);
            at..at + 1
        }
        1 => {
            let end = (at + 1 + rng.index(40)).min(line.len());
            line.drain(at..end);
            at..end
        }
        _ => {
            // The bytes that frame a message hurt most.
            let reserved = [0xC0, 0xC1, 0x7D];
            let noise: Vec<u8> = (0..1 + rng.index(20))
                .map(
                    |_| if rng.chance(0.3) { reserved[rng.index(3)] } else { rng.below(256) as u8 },
                )
                .collect();
            line.splice(at..at, noise);
            at..at
        }
    }
}

/// What an event says of the patient, printed; what it owes to earlier frames is left out.
fn said(event: &Event) -> Option<String> {
    match event {
        Event::Numeric(numeric) => {
            let tick = numeric.tick.unwrap().1.0;
            Some(format!(
                "{} {tick} {:?} {}",
                numeric.key.vendor, numeric.reading, numeric.in_alarm
            ))
        }
        Event::Wave(chunk) => {
            Some(format!("{} {} {:?}", chunk.key.vendor, chunk.first.0, chunk.samples))
        }
        Event::Identity(_)
        | Event::Patient(_)
        | Event::Text(_)
        | Event::Limits(_)
        | Event::Alarms(_)
        | Event::Stream(_)
        | Event::Mode(_)
        | Event::Gap(_)
        | Event::Alive
        | Event::Fault(_) => None,
    }
}

/// The alarms of a set, but for their subjects, which earlier frames tell.
fn alarms(set: &AlarmSet) -> String {
    let alarm = |alarm: &vigie_model::Alarm| {
        format!("{} {:?} {:?} {:?}", alarm.text, alarm.priority, alarm.phase, alarm.inactivation)
    };
    set.active.iter().map(alarm).collect::<Vec<_>>().join("; ")
}

struct Clean {
    frames: Vec<Vec<u8>>,
    /// By frame.
    said: Vec<Vec<String>>,
    alarms: Vec<Option<String>>,
}

fn clean(name: &str) -> Clean {
    let frames = wire_frames(name);
    let mut rig = Rig::new(serial_session());
    rig.up(Line::MAIN);
    let (mut said_by, mut alarms_by) = (Vec::new(), Vec::new());
    for frame in &frames {
        rig.bytes(Line::MAIN, frame);
        let events: Vec<Event> = rig.take_heard().into_iter().map(|heard| heard.event).collect();
        said_by.push(events.iter().filter_map(said).collect());
        alarms_by.push(events.iter().find_map(|event| match event {
            Event::Alarms(set) => Some(alarms(set)),
            _ => None,
        }));
    }
    Clean { frames, said: said_by, alarms: alarms_by }
}

#[test]
fn a_hurt_place_costs_only_what_its_frames_say() {
    let mut lost = 0;
    for (name, _) in SERIAL {
        let clean = clean(name);
        let all: BTreeSet<&String> = clean.said.iter().flatten().collect();
        let sets: BTreeSet<&String> = clean.alarms.iter().flatten().collect();
        for seed in 1..=10 {
            let places = [1, 20, 200, 600][seed as usize % 4];
            println!("{name}, seed {seed}, {places} places");
            let (line, touched) = hurt_line(&clean.frames, seed, places);
            let mut rig = Rig::new(serial_session());
            rig.up(Line::MAIN);
            rig.bytes(Line::MAIN, &line);
            rig.down(Line::MAIN);
            let events: Vec<Event> =
                rig.take_heard().into_iter().map(|heard| heard.event).collect();

            let heard: BTreeSet<String> = events.iter().filter_map(said).collect();
            let made_up = heard.iter().find(|said| !all.contains(said));
            assert_eq!(made_up, None, "seed {seed}");
            for (frame, said) in clean.said.iter().enumerate().filter(|(at, _)| !touched[*at]) {
                let missing = said.iter().find(|said| !heard.contains(*said));
                assert_eq!(missing, None, "seed {seed}, frame {frame}");
            }
            lost += all.len() - heard.len();

            let heard: Vec<String> = events
                .iter()
                .filter_map(|event| match event {
                    Event::Alarms(set) if set.truth == vigie_model::AlarmTruth::Complete => {
                        Some(alarms(set))
                    }
                    _ => None,
                })
                .collect();
            assert!(heard.iter().all(|set| sets.contains(set)), "seed {seed}");
            let untouched = clean.alarms.iter().zip(&touched);
            let untouched = untouched.filter(|(set, touched)| set.is_some() && !**touched).count();
            assert!(heard.len() >= untouched, "seed {seed}");

            let faults = events.iter().filter(|event| matches!(event, Event::Fault(_))).count();
            assert!(faults > 0, "seed {seed}");
        }
    }
    assert!(lost > 1_000, "the lines were hardly hurt: {lost}");
}

/// The line, hurt in some places, and by frame whether one of them touches it.
fn hurt_line(frames: &[Vec<u8>], seed: u64, places: usize) -> (Vec<u8>, Vec<bool>) {
    let mut rng = Rng::new(seed);
    let mut line = frames.concat();
    let mut end = 0;
    let spans: Vec<Range<usize>> = frames
        .iter()
        .map(|frame| {
            end += frame.len();
            end - frame.len()..end
        })
        .collect();
    let mut ats: Vec<usize> = (0..places).map(|_| rng.index(line.len())).collect();
    ats.sort_unstable();
    let mut touched = vec![false; frames.len()];
    // From the end, so that the places before are still where they were.
    for at in ats.into_iter().rev() {
        let hurt = hurt(&mut line, at, &mut rng);
        for (span, touched) in spans.iter().zip(&mut touched) {
            let overlaps = span.start < hurt.end && hurt.start < span.end;
            let is_inside = span.start < hurt.start && hurt.start < span.end;
            *touched |= overlaps || is_inside;
        }
    }
    (line, touched)
}

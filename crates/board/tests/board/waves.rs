//! The last 30 s of a wave: order, holes, doubles and bounds.

use std::{sync::Arc, time::Duration};

use crate::common::*;
use vigie_board::view::{Freshness, WaveView};
use vigie_model::*;

/// 64 samples of 4 ms, as 125 Hz pressures come; ticks of 125 us.
const SAMPLES: u64 = 64;
const STEP: u32 = 32;
const TICK_NS: u32 = 125_000;
const LENGTH: Duration = Duration::from_millis(256);

fn chunk(number: u64, before: Before) -> WaveChunk {
    let samples: Arc<[i32]> = (0..SAMPLES).map(|at| (number * SAMPLES + at) as i32).collect();
    WaveChunk {
        key: key("w.pleth"),
        unit: Unit::one(),
        base: Timebase { id: 0, tick_ns: TICK_NS },
        first: Tick(number * SAMPLES * u64::from(STEP)),
        step: STEP,
        before,
        scale: Scale::Unknown,
        samples,
        marks: Vec::new(),
    }
}

fn placed(number: u64, epoch: u32) -> Placement {
    let start = START + LENGTH * u32::try_from(number).unwrap();
    Placement { start, ns_per_tick: f64::from(TICK_NS), epoch }
}

fn plays(bench: &mut Bench, number: u64, before: Before) {
    bench.says_placed("mp", Event::Wave(chunk(number, before)), Some(placed(number, 0)));
}

fn wave(bench: &mut Bench) -> WaveView {
    bench.tile().waves[0].clone()
}

/// Numbers of the chunks held, and whether each joins the one before.
fn held(bench: &mut Bench) -> Vec<(u64, Before)> {
    let number = |chunk: &vigie_board::view::TraceChunk| chunk.samples[0] as u64 / SAMPLES;
    wave(bench).trace.iter().map(|chunk| (number(chunk), chunk.before)).collect()
}

#[test]
fn a_wave_that_was_overtaken_is_no_sign_of_life() {
    let mut bench = Bench::new();
    plays(&mut bench, 0, Before::Gap);
    plays(&mut bench, 2, Before::Gap);
    let heard = bench.tile().link.heard;
    bench.run(secs(1));
    plays(&mut bench, 1, Before::Gap);
    assert_eq!(held(&mut bench).len(), 3, "it fills its hole");
    assert_eq!(bench.tile().link.heard, heard);
    plays(&mut bench, 3, Before::Gap);
    assert_eq!(bench.tile().link.heard.unwrap().0, bench.now);
}

#[test]
fn chunks_whose_ticks_meet_are_joined_and_the_rest_is_a_gap() {
    let mut bench = Bench::new();
    for (number, before) in
        [(0, Before::Gap), (1, Before::Joined), (3, Before::Gap), (4, Before::Joined)]
    {
        plays(&mut bench, number, before);
    }
    // Ticks meet, but the session knows that something is missing.
    plays(&mut bench, 5, Before::Gap);
    let (gap, joined) = (Before::Gap, Before::Joined);
    assert_eq!(held(&mut bench), [(0, gap), (1, joined), (3, gap), (4, joined), (5, gap)]);
    let wave = wave(&mut bench);
    assert_eq!(wave.span, Some((0, 6 * 64 - 1)));
    assert_eq!(wave.rate_hz, 250.0);
    assert_eq!(wave.trace[1].start, START + LENGTH);
    assert_eq!(wave.trace[1].end(), START + LENGTH * 2);
}

#[test]
fn a_late_chunk_fills_its_hole_for_two_seconds_after_the_one_behind_it() {
    for (late, fills) in [(secs(2), true), (secs(2) + NS, false)] {
        let mut bench = Bench::new();
        for number in [0, 1, 3] {
            plays(&mut bench, number, if number == 1 { Before::Joined } else { Before::Gap });
        }
        bench.pass(late);
        plays(&mut bench, 2, Before::Gap);
        let numbers: Vec<u64> = held(&mut bench).iter().map(|(number, _)| *number).collect();
        let faults = bench.tile().faults.clone();
        if fills {
            assert_eq!(numbers, [0, 1, 2, 3]);
            assert!(held(&mut bench)[1..].iter().all(|(_, before)| *before == Before::Joined));
            assert_eq!(faults, []);
        } else {
            assert_eq!(numbers, [0, 1, 3]);
            assert_eq!(
                (faults[0].what.as_str(), faults[0].count),
                ("wave too late for its hole", 1)
            );
        }
    }
}

#[test]
fn a_late_chunk_does_not_make_the_wave_younger() {
    let mut bench = Bench::new();
    for number in [0, 2] {
        plays(&mut bench, number, Before::Gap);
    }
    bench.pass(secs(2));
    plays(&mut bench, 1, Before::Gap);
    bench.pass(secs(1));
    assert_eq!(wave(&mut bench).freshness, Freshness::Late);
}

#[test]
fn a_chunk_that_comes_twice_or_overlaps_stands_once() {
    let mut bench = Bench::new();
    for number in [0, 1, 1, 0, 2, 1] {
        plays(&mut bench, number, Before::Joined);
    }
    let numbers: Vec<u64> = held(&mut bench).iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [0, 1, 2]);
    let mut shifted = chunk(2, Before::Joined);
    shifted.first = Tick(shifted.first.0 - 32);
    bench.says_placed("mp", Event::Wave(shifted), Some(placed(2, 0)));
    assert_eq!(held(&mut bench).len(), 3);
}

#[test]
fn what_was_lost_without_ticks_tears_the_wave() {
    let mut bench = Bench::new();
    plays(&mut bench, 0, Before::Gap);
    bench.say(Event::Gap(Gap { key: None, lost: Some(3), why: text("queue full") }));
    plays(&mut bench, 1, Before::Joined);
    plays(&mut bench, 2, Before::Joined);
    let joins: Vec<Before> = held(&mut bench).iter().map(|(_, before)| *before).collect();
    assert_eq!(joins, [Before::Gap, Before::Gap, Before::Joined]);
    assert_eq!(bench.tile().faults[0].count, 3);
}

#[test]
fn a_new_epoch_is_never_joined_and_takes_the_place_of_what_lay_there() {
    let mut bench = Bench::new();
    for number in 0..6 {
        plays(&mut bench, number, Before::Joined);
    }
    // The clock stepped back by three chunks.
    bench.says_placed("mp", Event::Wave(chunk(6, Before::Joined)), Some(placed(3, 1)));
    let (gap, joined) = (Before::Gap, Before::Joined);
    assert_eq!(held(&mut bench), [(0, gap), (1, joined), (2, joined), (6, gap)]);
    // A straggler of the old epoch lies nowhere.
    plays(&mut bench, 4, Before::Joined);
    assert_eq!(held(&mut bench).len(), 4);
    let ends: Vec<_> = wave(&mut bench).trace.iter().map(|chunk| chunk.end()).collect();
    assert!(ends.is_sorted());
}

#[test]
fn thirty_seconds_are_kept() {
    let mut bench = Bench::new();
    for number in 0..400 {
        plays(&mut bench, number, Before::Joined);
    }
    let trace = wave(&mut bench).trace;
    let kept = trace.last().unwrap().end() - trace[0].start;
    assert!(kept >= secs(30) && kept < secs(30) + LENGTH, "{kept:?}");
    assert_eq!(wave(&mut bench).span, Some((trace[0].samples[0], 400 * 64 - 1)));
}

#[test]
fn a_flood_of_tiny_chunks_is_bounded_by_count() {
    let mut bench = Bench::new();
    for number in 0..5000_u64 {
        let samples: Arc<[i32]> = [1].into();
        let tiny = WaveChunk { first: Tick(number), step: 1, samples, ..chunk(0, Before::Joined) };
        let start = START + NS * u32::try_from(number).unwrap();
        let placed = Placement { start, ns_per_tick: 1.0, epoch: 0 };
        bench.says_placed("mp", Event::Wave(tiny), Some(placed));
    }
    assert_eq!(wave(&mut bench).trace.len(), 2048);
}

#[test]
fn impossible_chunks_are_counted_and_change_nothing() {
    let good = chunk(0, Before::Gap);
    let place = placed(0, 0);
    let nothing: Arc<[i32]> = [].into();
    for (bad, placed) in [
        (WaveChunk { step: 0, ..good.clone() }, Some(place)),
        (WaveChunk { samples: nothing, ..good.clone() }, Some(place)),
        (WaveChunk { base: Timebase { id: 0, tick_ns: 0 }, ..good.clone() }, Some(place)),
        (good.clone(), Some(Placement { ns_per_tick: f64::NAN, ..place })),
        (good.clone(), Some(Placement { ns_per_tick: -1.0, ..place })),
        (good.clone(), Some(Placement { ns_per_tick: 1e18, ..place })),
        (good.clone(), None),
    ] {
        let mut bench = Bench::new();
        bench.says_placed("mp", Event::Wave(bad), placed);
        assert!(bench.tile().waves.is_empty());
        assert_eq!(bench.tile().faults.len(), 1);
    }
    let mut bench = Bench::new();
    let last = WaveChunk { first: Tick(u64::MAX), ..good };
    bench.says_placed("mp", Event::Wave(last), Some(place));
    assert_eq!(bench.tile().waves[0].trace.len(), 1);
}

#[test]
fn samples_that_are_no_measurement_do_not_count_for_the_span() {
    let mut bench = Bench::new();
    let mut marked = chunk(0, Before::Gap);
    marked.samples = [8_388_607, 5, 3, 9, -100].into();
    let invalid = |at| Mark { at, kind: MarkKind::Invalid };
    marked.marks =
        vec![invalid(0), Mark { at: 3, kind: MarkKind::Clipped }, invalid(4), invalid(77)];
    marked.scale = Scale::Physical { offset: 0.0, per_count: f64::NAN, low: 0.0, high: 1.0 };
    bench.says_placed("mp", Event::Wave(marked), Some(placed(0, 0)));
    let wave = wave(&mut bench);
    assert_eq!((wave.span, wave.scale), (Some((3, 9)), Scale::Unknown));
    assert_eq!(wave.trace[0].marks.len(), 3);
}

#[test]
fn a_wave_that_stops_is_an_alarm_of_its_own() {
    let mut bench = Bench::new();
    plays(&mut bench, 0, Before::Gap);
    for _ in 0..11 {
        bench.run(secs(1)).say(numeric("hr.ecg", 80));
    }
    let lost = (StationAlarmKind::StreamLost(key("w.pleth")), Priority::Medium);
    assert_eq!(bench.station_alarms(), [lost]);
    assert_eq!(wave(&mut bench).freshness, Freshness::Lost);
}

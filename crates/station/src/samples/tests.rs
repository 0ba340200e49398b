//! The sample lane when it is full.

use std::collections::BTreeMap;

use vigie_model::{MonoTime, RunId, WallTime};

use super::*;
use crate::testing::wave;

fn observed(device: &str, event: Event) -> Arc<Observation> {
    let stamp = Stamp {
        run: RunId(1),
        seq: 0,
        mono: MonoTime::from_nanos(7),
        wall: WallTime::from_unix_nanos(9),
    };
    Arc::new(Observation { stamp, device: DeviceKey(Text::from(device)), event, placed: None })
}

/// 64 samples at 4 ms: 256 ms.
fn chunk(device: &str, nth: u64) -> Arc<Observation> {
    observed(device, wave("ecg.ii", nth * 256, 64))
}

/// A lane for so many chunks.
fn lane(chunks: u32) -> SampleLane {
    SampleLane::new(Duration::from_millis(256) * chunks)
}

/// Ticks of waves, and lost chunks of gaps as negative numbers, by device.
fn told(taken: Vec<(LineNo, Arc<Observation>)>) -> BTreeMap<String, Vec<i64>> {
    let mut told: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (_, observation) in taken {
        let what = match &observation.event {
            Event::Wave(chunk) => i64::try_from(chunk.first.0 / 256).expect("small"),
            Event::Gap(gap) => -i64::try_from(gap.lost.expect("counted")).expect("small"),
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Numeric(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Alive
            | Event::Fault(_) => panic!("{observation:?}"),
        };
        told.entry(observation.device.0.to_string()).or_default().push(what);
    }
    told
}

#[test]
fn the_oldest_chunk_goes_and_a_gap_of_its_stream_takes_its_place() {
    let lane = lane(3);
    let line = LineNo::default();
    for nth in 0..5 {
        lane.push(line, 0, chunk("mp", nth));
    }
    assert_eq!(lane.dropped(), 2);
    let taken = lane.take(|_| 0, 100);
    let Event::Gap(gap) = &taken[0].1.event else { panic!("{:?}", taken[0]) };
    let Event::Wave(first) = &taken[1].1.event else { panic!("{:?}", taken[1]) };
    assert_eq!(gap.key.as_ref(), Some(&first.key));
    assert_eq!(taken[0].1.stamp.mono, MonoTime::from_nanos(7));
    assert_eq!(told(taken)["mp"], [-2, 2, 3, 4]);
    // Told once; and room is free again.
    for nth in 5..8 {
        lane.push(line, 0, chunk("mp", nth));
    }
    assert_eq!(told(lane.take(|_| 0, 100))["mp"], [5, 6, 7]);
    assert_eq!(lane.dropped(), 2);
}

#[test]
fn a_line_that_floods_displaces_itself_only() {
    let lane = lane(20);
    let (calm, flood) = (LineNo::default(), LineNo::default().next());
    for nth in 0..5 {
        lane.push(calm, 0, chunk("calm", nth));
    }
    for nth in 0..1_000 {
        lane.push(flood, 0, chunk("flood", nth));
    }
    for nth in 5..8 {
        lane.push(calm, 0, chunk("calm", nth));
    }
    let told = told(lane.take(|_| 0, 10_000));
    assert_eq!(told["calm"], [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(told["flood"].len(), 1 + 12);
    assert_eq!(lane.dropped(), 1_000 - 12);
}

#[test]
fn lines_have_their_turns() {
    let lane = lane(1_000);
    let mut line = LineNo::default();
    for (name, chunks) in [("a", 500), ("b", 3), ("c", 3)] {
        (0..chunks).for_each(|nth| lane.push(line, 0, chunk(name, nth)));
        line = line.next();
    }
    let told = told(lane.take(|_| 0, 64));
    assert_eq!((told["b"].len(), told["c"].len()), (3, 3), "behind one turn of the busy line");
    assert!(told["a"].len() >= 58, "{}", told["a"].len());
}

#[test]
fn no_wave_comes_before_what_was_said_ahead_of_it() {
    let lane = lane(100);
    let line = LineNo::default();
    lane.push(line, 0, chunk("line:x", 0));
    lane.push(line, 1, chunk("mp", 1));
    lane.push(line, 2, chunk("mp", 2));
    assert_eq!(told(lane.take(|_| 0, 100)), BTreeMap::from([("line:x".into(), vec![0])]));
    assert_eq!(told(lane.take(|_| 1, 100)), BTreeMap::from([("mp".into(), vec![1])]));
    assert!(lane.take(|_| 1, 100).is_empty());
    assert_eq!(told(lane.take_before(line, 3)), BTreeMap::from([("mp".into(), vec![2])]));
}

#[test]
fn memory_is_bounded_whatever_a_chunk_says_of_itself() {
    let lane = SampleLane::new(SIGNAL_MAX);
    let mut event = wave("ecg.ii", 0, 1);
    if let Event::Wave(chunk) = &mut event {
        chunk.step = 1;
        chunk.base.tick_ns = 1;
    }
    let tiny = observed("mp", event);
    (0..200_000).for_each(|_| lane.push(LineNo::default(), 0, tiny.clone()));
    let kept = lane.take(|_| 0, usize::MAX).len() as u64;
    assert_eq!(kept, u64::try_from(SIGNAL_MAX.as_nanos()).expect("small") / CHUNK_AT_LEAST_NS + 1);
}

#[test]
fn a_line_that_is_gone_holds_no_room() {
    let lane = lane(3);
    (0..3).for_each(|nth| lane.push(LineNo::default(), 0, chunk("a", nth)));
    lane.forget(LineNo::default());
    (0..3).for_each(|nth| lane.push(LineNo::default().next(), 0, chunk("b", nth)));
    assert_eq!(told(lane.take(|_| 0, 100)), BTreeMap::from([("b".into(), vec![0, 1, 2])]));
    assert_eq!(lane.dropped(), 0);
}

//! What a recording made elsewhere may be like: cut, spliced, repeated, of another edition, with the
//! requests of a host in it, with noise. Whatever is whole in it is told, and nothing else.

use std::collections::BTreeSet;

use vigie_ge_dri::wire::frame::emit_frame;
use vigie_ge_dri::wire::request::{
    AlarmCommand, Interval, Physiological, alarms, physiological, waves,
};
use vigie_model::{Before, Event, MonoTime};
use vigie_session::rng::Rng;
use vigie_session::testkit::Rig;
use vigie_session::{Down, Input, Line};

use crate::kit::{begin, clean, deframed, listener, said};

/// Whole records of the clean recording.
fn records(count: usize) -> Vec<Vec<u8>> {
    deframed(begin(count)).into_iter().filter_map(Result::ok).collect()
}

fn framed(records: &[Vec<u8>]) -> Vec<u8> {
    records.iter().flat_map(|record| emit_frame(record)).collect()
}

/// All that is told of some bytes, the end of the line included.
fn told(bytes: &[u8]) -> Vec<Event> {
    let mut rig = Rig::new(listener());
    rig.up(Line::MAIN);
    for piece in bytes.chunks(10_000) {
        rig.bytes(Line::MAIN, piece);
    }
    rig.down(Line::MAIN);
    rig.take_heard().into_iter().map(|heard| heard.event).collect()
}

fn lines(events: &[Event]) -> Vec<String> {
    events.iter().filter_map(said).collect()
}

/// How many records of values and chunks of waves were told.
fn counts(events: &[Event]) -> (usize, usize) {
    let alive = events.iter().filter(|event| matches!(event, Event::Alive)).count();
    (alive, events.iter().filter(|event| matches!(event, Event::Wave(_))).count())
}

fn faults(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Fault(_))).count()
}

/// How many records of values and chunks of waves are in some records.
fn held(records: &[Vec<u8>]) -> (usize, usize) {
    let values = records.iter().filter(|record| record[14] == 0).count();
    (values, 2 * (records.len() - values))
}

/// The ticks of a wave never go back; how often its line is broken.
fn breaks(events: &[Event], vendor: &str) -> usize {
    let (mut end, mut breaks) = (None, 0);
    for event in events {
        if let Event::Wave(chunk) = event
            && chunk.key.vendor.as_str() == vendor
        {
            assert!(end.is_none_or(|end| chunk.first >= end), "{:?} after {end:?}", chunk.first);
            breaks += usize::from(chunk.before == Before::Gap);
            end = Some(chunk.end());
        }
    }
    breaks
}

#[test]
fn a_recording_may_begin_and_end_at_any_byte() {
    let whole = begin(24);
    let all: BTreeSet<String> = lines(&told(whole)).into_iter().collect();
    for seed in 1..=80 {
        let mut rng = Rng::new(seed);
        let from = rng.index(whole.len());
        let to = from + rng.index(whole.len() - from);
        let cut = &whole[from..to];
        let inside: Vec<Vec<u8>> = deframed(cut).into_iter().filter_map(Result::ok).collect();
        let events = told(cut);
        assert_eq!(counts(&events), held(&inside), "seed {seed}: {from}..{to}");
        let odd = lines(&events).into_iter().find(|line| !all.contains(line));
        assert_eq!(odd, None, "seed {seed}: {from}..{to}");
    }
}

#[test]
fn how_bytes_arrive_changes_nothing() {
    let whole = begin(24);
    let expected = lines(&told(whole));
    for seed in 1..=20 {
        let mut rng = Rng::new(seed);
        let mut rig = Rig::new(listener());
        rig.up(Line::MAIN);
        let mut rest = whole;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at((1 + rng.index(700)).min(rest.len()));
            rig.bytes(Line::MAIN, piece);
            rest = behind;
        }
        rig.down(Line::MAIN);
        let events: Vec<Event> = rig.take_heard().into_iter().map(|heard| heard.event).collect();
        assert_eq!(lines(&events), expected, "seed {seed}");
    }
}

#[test]
fn a_frame_that_is_there_twice_is_one() {
    let records = records(40);
    let twice: Vec<Vec<u8>> = records.iter().flat_map(|it| [it.clone(), it.clone()]).collect();
    let (once, events) = (told(&framed(&records)), told(&framed(&twice)));
    let all: BTreeSet<String> = lines(&once).into_iter().collect();
    assert_eq!(lines(&events).into_iter().collect::<BTreeSet<_>>(), all);
    assert_eq!(counts(&events).1, counts(&once).1, "no second is drawn twice");
    assert_eq!(breaks(&events, "PLETH"), breaks(&once, "PLETH"));
    assert_eq!(faults(&events), 0);
}

#[test]
fn other_editions_are_read_as_far_as_they_go() {
    let records = records(6);
    let of = |level: u8| {
        let mut records = records.clone();
        records.iter_mut().for_each(|record| record[3] = level);
        let events = told(&framed(&records));
        assert_eq!(counts(&events), held(&records), "level {level}");
        lines(&events)
    };
    let newest = of(11);
    let mut fewer = 0;
    for level in 1..=u8::MAX {
        let known = of(level).len();
        // From level 10 on the place of the old saturation is not in use.
        assert!(known + 2 >= fewer, "level {level} has fewer values than the one before");
        fewer = known;
    }
    assert_eq!(of(0), newest, "a sender that does not say is read as the newest");
    assert_eq!(of(12), newest);
}

#[test]
fn noise_between_frames_costs_no_frame() {
    let records = records(40);
    let expected = lines(&told(&framed(&records)));
    for seed in 1..=20 {
        let mut rng = Rng::new(seed);
        let mut wire = Vec::new();
        for record in &records {
            wire.extend((0..rng.index(90)).map(|_| rng.below(256) as u8));
            // A flag before the frame's own: noise that ends in an escape is broken off by it.
            wire.extend(emit_frame(record));
        }
        assert_eq!(lines(&told(&wire)), expected, "seed {seed}");
    }
}

#[test]
fn requests_of_a_host_on_the_same_line_are_nothing() {
    let records = records(40);
    let requests = [
        physiological(Physiological::Displayed, Interval::Seconds(5)),
        physiological(Physiological::Trend10, Interval::Seconds(10)),
        physiological(Physiological::AuxInfo, Interval::Once),
        physiological(Physiological::Displayed, Interval::Never),
        waves(&[1, 8, 9]),
        waves(&[]),
        alarms(AlarmCommand::EnterDifferential),
        alarms(AlarmCommand::Status),
    ];
    let mut wire = Vec::new();
    for (number, record) in records.iter().enumerate() {
        let mut request = requests[number % requests.len()].clone();
        // Some clients say a level and a plug.
        request[3] = (number % 12) as u8;
        (request[4], request[5]) = (0xE8, 0xFD);
        wire.extend(emit_frame(&request));
        wire.extend(emit_frame(record));
    }
    let (expected, events) = (told(&framed(&records)), told(&wire));
    assert_eq!(lines(&events), lines(&expected));
    assert_eq!((faults(&events), breaks(&events, "PLETH")), (0, breaks(&expected, "PLETH")));
}

/// A record at another time, in its header and in its subrecords.
fn moved(record: &[u8], by: i64) -> Vec<u8> {
    let mut record = record.to_vec();
    let mut places = vec![6];
    if record[14] == 0 {
        places.extend([0, 278, 556, 834].map(|at| 40 + at));
    }
    for at in places {
        let time = u32::from_le_bytes(record[at..at + 4].try_into().expect("four bytes"));
        let moved = (i64::from(time) + by).rem_euclid(1 << 32) as u32;
        record[at..at + 4].copy_from_slice(&moved.to_le_bytes());
    }
    record
}

#[test]
fn another_recording_behind_the_first_is_told_whole() {
    const DAY: i64 = 86_400;
    let first = records(40);
    let once = told(&framed(&first));
    for by in [-400 * DAY, -DAY, -60, 60, 3_600, DAY, 4_000 * DAY] {
        let second = first.iter().map(|record| moved(record, by));
        let both: Vec<Vec<u8>> = first.iter().cloned().chain(second).collect();
        let events = told(&framed(&both));
        assert_eq!(counts(&events), held(&both), "by {by} s");
        // The line is broken at the seam, and where it is in the recording.
        assert!(breaks(&events, "PLETH") <= 2 * breaks(&once, "PLETH") + 1, "by {by} s");
        assert_eq!(faults(&events), 0, "by {by} s");
    }
}

#[test]
fn a_hurt_time_or_number_of_a_wave_costs_only_itself() {
    let whole = records(60);
    let of = |records: &[Vec<u8>]| -> Vec<(u64, String)> {
        let events = told(&framed(records));
        let chunks = events.iter().filter_map(|event| match event {
            Event::Wave(chunk) => Some((chunk.first.0, format!("{:?}", chunk.samples))),
            _ => None,
        });
        chunks.collect()
    };
    let expected = of(&whole);
    let wave =
        |records: &[Vec<u8>]| records.iter().skip(20).position(|it| it[14] == 1).map(|at| at + 20);
    let hurt_at = wave(&whole).expect("a wave");
    for at in [2, 6, 7, 8, 9] {
        for bit in 0..8 {
            let mut hurt = whole.clone();
            hurt[hurt_at][at] ^= 1 << bit;
            assert_eq!(of(&hurt), expected, "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn what_a_later_edition_appends_is_left_alone() {
    let records = records(12);
    let longer = records.iter().map(|record| {
        let (head, data) = record.split_at(40);
        let (mut head, mut body) = (head.to_vec(), Vec::new());
        let subs = (0..8).take_while(|place| head[16 + 3 * place + 2] != 0xFF).count();
        let size = data.len() / subs;
        for (place, sub) in data.chunks(size).enumerate() {
            head[16 + 3 * place..][..2].copy_from_slice(&(body.len() as u16).to_le_bytes());
            body.extend(sub);
            body.extend([0x7E; 20]);
        }
        let length = (40 + body.len()) as u16;
        head[..2].copy_from_slice(&length.to_le_bytes());
        [head, body].concat()
    });
    let longer: Vec<Vec<u8>> = longer.collect();
    let (events, expected) = (told(&framed(&longer)), told(&framed(&records)));
    assert_eq!(lines(&events), lines(&expected));
    assert_eq!(faults(&events), 0);
}

#[test]
fn records_without_times_are_told() {
    let mut records = records(40);
    for record in &mut records {
        let time = i64::from(u32::from_le_bytes(record[6..10].try_into().expect("four bytes")));
        *record = moved(record, -time);
    }
    let events = told(&framed(&records));
    assert_eq!(counts(&events), held(&records));
    assert_eq!(breaks(&events, "PLETH"), 1);
}

#[test]
fn records_that_are_counted_together_are_joined() {
    let mut records = records(60);
    records.retain(|record| record[14] == 1 || record[14] == 0);
    for (number, record) in (0u8..).zip(&mut records) {
        record[2] = number;
    }
    let events = told(&framed(&records));
    assert_eq!(counts(&events), held(&records));
    assert!(breaks(&events, "PLETH") <= 8, "{} breaks", breaks(&events, "PLETH"));
}

#[test]
fn empty_records_and_hostile_bytes_cost_nothing() {
    // No subrecords; an unending list; the longest length.
    let mut empty = vec![0; 40];
    (empty[0], empty[18]) = (40, 0xFF);
    let mut full = empty.clone();
    full[16..40].fill(0);
    for record in [&empty, &full] {
        for main_type in 0..20 {
            let mut record = record.clone();
            record[14] = main_type;
            assert_eq!(counts(&told(&emit_frame(&record))), (0, 0));
        }
    }
    let mut session = listener();
    session.handle_input(MonoTime::START, Input::Up { line: Line::MAIN, peer: None });
    let mut events = 0;
    for piece in
        [vec![0x7E; 60_000], vec![0x7D; 60_000], [0x7E, 0x7D].repeat(30_000), vec![0; 60_000]]
    {
        for _ in 0..20 {
            let input = Input::Bytes { line: Line::MAIN, from: None, bytes: &piece };
            session.handle_input(MonoTime::START, input);
            while session.poll_event().is_some() {
                events += 1;
            }
        }
    }
    let input = Input::Down { line: Line::MAIN, why: Down::Closed };
    session.handle_input(MonoTime::START, input);
    // One fault a frame of noise at most, or one for so many bytes.
    assert!(events < 30_000 * 20 + 5_000, "{events} events");
    assert_eq!(counts(&told(clean())), held(&records(213)));
}

//! Places of records: counted, told by the clock, hurt in either.

use super::*;

fn place(at: u64, has_hole: bool) -> Place {
    Place { at, has_hole }
}

/// Where each record lies in the end, in the order in which they are placed.
fn places(ticks: &mut Ticks, records: &[(u8, u32)], span: u64) -> Vec<Place> {
    let mut placed = Vec::new();
    for (number, time) in records {
        match ticks.judge(Stamp { number: *number, time: *time, span }) {
            Verdict::Here(place) | Verdict::WaitAgain(place) => placed.push(place),
            Verdict::Wait => {}
            Verdict::Both(first, second) => placed.extend([first, second]),
        }
    }
    placed
}

fn seconds(records: &[(u8, u32)]) -> Vec<(u64, bool)> {
    let placed = places(&mut Ticks::default(), records, SECOND);
    placed.into_iter().map(|place| (place.at / SECOND, place.has_hole)).collect()
}

#[test]
fn records_follow_each_other_and_holes_are_as_long_as_what_is_missing() {
    let found = seconds(&[(254, 100), (255, 101), (0, 102), (3, 105), (4, 105)]);
    assert_eq!(found, [(0, true), (1, false), (2, false), (5, true), (6, false)]);
}

#[test]
fn short_records_are_counted_within_a_second() {
    let quarter = SECOND / 4;
    let records: Vec<_> = (0..12u8).map(|number| (number, 100 + u32::from(number) / 4)).collect();
    let mut ticks = Ticks::default();
    let found = places(&mut ticks, &records, quarter);
    let expected: Vec<_> = (0..12).map(|number| place(number * quarter, number == 0)).collect();
    assert_eq!(found, expected);
    assert_eq!(places(&mut ticks, &[(14, 103)], quarter), [place(14 * quarter, true)]);
}

#[test]
fn a_long_hole_is_measured_by_the_clock_and_a_set_clock_by_the_count() {
    // The count went round; the clock was set ahead, then back.
    let found = seconds(&[(0, 1_000), (1, 1_257), (2, 1_258), (3, 90_000), (4, 90_001), (5, 50)]);
    assert_eq!(found, [(0, true), (257, true), (258, false), (259, true), (260, false)]);
    let found = seconds(&[(7, 1_000), (0, 1_300), (1, 1_301)]);
    assert_eq!(found, [(0, true), (300, true), (301, false)], "a restart");
    let found = seconds(&[(7, 9_000), (90, 50), (91, 51)]);
    assert_eq!(found, [(0, true), (2, true), (3, false)], "another recording behind this one");
}

#[test]
fn a_hurt_time_or_number_costs_only_itself() {
    let whole: Vec<(u8, u32)> = (0..20u8).map(|at| (at, 5_000 + u32::from(at))).collect();
    let places_of: Vec<_> = (0..20).map(|at| (at, at == 0)).collect();
    for bit in 0..32 {
        let mut hurt = whole.clone();
        hurt[9].1 ^= 1 << bit;
        assert_eq!(seconds(&hurt), places_of, "bit {bit} of a time");
    }
    for bit in 0..8 {
        let mut hurt = whole.clone();
        hurt[9].0 ^= 1 << bit;
        assert_eq!(seconds(&hurt), places_of, "bit {bit} of a number");
        // Behind a record that is really missing: those around it lie where they belong.
        hurt.remove(8);
        let mut found: Vec<_> = seconds(&hurt).into_iter().map(|(at, _)| at).collect();
        found.remove(8);
        let expected: Vec<_> = (0..20).filter(|at| ![8, 9].contains(at)).collect();
        assert_eq!(found, expected, "bit {bit} of a number behind a hole");
    }
}

#[test]
fn what_is_not_confirmed_in_time_follows_what_was_there() {
    let mut ticks = Ticks::default();
    places(&mut ticks, &[(0, 10), (1, 11)], SECOND);
    assert_eq!(places(&mut ticks, &[(2, 600)], SECOND), []);
    assert_eq!(ticks.give_up(), Some(place(2 * SECOND, true)));
    assert_eq!(ticks.give_up(), None);
    // The clock was set: nothing moves.
    assert_eq!(places(&mut ticks, &[(3, 601)], SECOND), [place(3 * SECOND, false)]);
}

#[test]
fn a_monitor_without_times_or_without_numbers_is_followed() {
    let found = seconds(&[(0, 0), (1, 0), (2, 0), (3, 0)]);
    assert_eq!(found, [(0, true), (1, false), (2, false), (3, false)], "no times");
    let found = seconds(&[(0, 50), (0, 51), (0, 52), (0, 55), (0, 56)]);
    assert_eq!(found, [(0, true), (1, true), (2, false), (5, true), (6, false)], "no numbers");
}

#[test]
fn sets_that_share_a_count_each_go_on() {
    let mut ticks = Ticks::default();
    ticks.share(true);
    for number in 0..10u8 {
        let stamp = Stamp { number: 2 * number, time: 70 + u32::from(number), span: SECOND };
        let expected = place(u64::from(number) * SECOND, number == 0);
        assert_eq!(ticks.judge(stamp), Verdict::Here(expected));
        ticks.see_other();
    }
    // A second without either.
    let stamp = Stamp { number: 22, time: 81, span: SECOND };
    assert_eq!(ticks.judge(stamp), Verdict::Here(place(11 * SECOND, true)));
}

#[test]
fn a_sample_more_or_less_is_no_gap() {
    let mut run = Run::default();
    let record = |number: u64| place(number * SECOND, false);
    assert_eq!(run.join(record(0), false, 101 * 30), (Tick(0), Before::Gap));
    assert_eq!(run.join(record(1), false, 99 * 30), (Tick(3_030), Before::Joined));
    assert_eq!(run.join(record(2), true, 100 * 30), (Tick(6_000), Before::Gap));
    assert_eq!(run.join(record(4), false, 100 * 30), (Tick(12_000), Before::Gap));
}

#[test]
fn periods_are_those_of_the_specification() {
    for (span, ms) in [(3_030, 1_000), (2_970, 1_000), (1_500, 500), (750, 250), (375, 125)] {
        assert_eq!(period(span), Duration::from_millis(ms));
    }
}

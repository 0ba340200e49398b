//! A storm on the virtual clock: 200 alarms in a second on 64 beds, and again.
//!
//! How long the real threads take is measured where they are, in the station's tests.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use crate::common::*;
use vigie_board::view::{AnswerState, AttentionOf, AttentionRow, ConditionNo};
use vigie_model::{
    AlarmKind::Physiological,
    AlarmTruth::Complete,
    Priority::{High, Low, Medium},
    *,
};

const BEDS: usize = 64;
const ALARMS: usize = 200;

fn said(row: &AttentionRow) -> &str {
    let AttentionOf::Device { text, .. } = &row.what else { panic!("{row:?}") };
    text.as_str()
}

/// What places a row, the most urgent first.
fn place(row: &AttentionRow) -> (Reverse<Priority>, u8, MonoTime, ConditionNo) {
    let state = match row.answer.state {
        AnswerState::Active => 0,
        AnswerState::Latched => 1,
        AnswerState::Answered => 2,
    };
    (Reverse(row.priority), state, row.since.0, row.answer.no)
}

/// The rows of `of` that also stand in `other`, in their order.
fn common_rows(of: &[AttentionRow], other: &[AttentionRow]) -> Vec<ConditionNo> {
    let there: BTreeSet<ConditionNo> = other.iter().map(|row| row.answer.no).collect();
    of.iter().map(|row| row.answer.no).filter(|no| there.contains(no)).collect()
}

#[test]
fn every_alarm_of_two_storms_is_in_the_next_view_below_what_is_as_urgent() {
    let seed = 5;
    println!("seed {seed}");
    let mut chance = Chance::new(seed);
    let mut bench = Bench::with_beds(BEDS);
    for bed in 1..=BEDS {
        bench.assign(&format!("mp{bed}"), Some(&bed.to_string()));
    }
    for storm in ["first", "second"] {
        let mut on: BTreeMap<usize, Vec<Alarm>> = BTreeMap::new();
        let mut before = bench.view();
        for nth in 0..ALARMS {
            let bed = 1 + chance.below(BEDS as u64) as usize;
            let priority = *chance.pick(&[Low, Medium, High]);
            let text = format!("{storm} {nth}");
            let set = on.entry(bed).or_default();
            set.push(alarm(&text, Physiological, priority));
            let event = alarms(AlarmScope::All, Complete, set);
            bench.run(ms(5)).says(&format!("mp{bed}"), event);
            let view = bench.view();
            let row =
                view.attention.iter().position(|row| said(row) == text).expect("no alarm lost");
            let tile = &view.tiles[bed - 1];
            assert!(tile.alarms.list.iter().any(|alarm| alarm.text.as_str() == text), "{text}");
            assert!(view.attention.is_sorted_by_key(place), "seed {seed}, {text}");
            // Rows that stood before keep their order, and the new one stands above less urgent ones
            // alone.
            assert_eq!(
                common_rows(&before.attention, &view.attention),
                common_rows(&view.attention, &before.attention),
                "seed {seed}, {text}"
            );
            let below = &view.attention[row + 1..];
            let is_less = |row: &AttentionRow| {
                row.priority < priority || row.answer.state != AnswerState::Active
            };
            assert!(below.iter().all(is_less), "seed {seed}, {text}: {below:?}");
            // One sequence of calls, one for each.
            assert_eq!(view.sound.call, before.sound.call + 1, "seed {seed}, {text}");
            assert_eq!(
                view.sound.priority,
                on.values().flatten().map(|alarm| alarm.priority).max()
            );
            before = view;
        }
        let listed = before.attention.iter().filter(|row| said(row).starts_with(storm));
        assert_eq!(listed.count(), ALARMS, "seed {seed}");
        for bed in on.keys() {
            bench.says(&format!("mp{bed}"), alarms(AlarmScope::All, Complete, &[]));
        }
        // An end counts after 3 s; what was high stays listed, latched and silent.
        bench.run(secs(4));
        let calm = bench.view();
        assert_eq!(calm.sound.priority, None, "seed {seed}");
        let latched = calm.attention.iter().filter(|row| said(row).starts_with(storm)).count();
        let high = on.values().flatten().filter(|alarm| alarm.priority == High).count();
        assert_eq!(latched, high, "seed {seed}");
    }
}

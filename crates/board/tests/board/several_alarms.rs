//! Alarms of several devices at one bed: each is confirmed, or not, by its own device.

use crate::common::*;
use vigie_board::{BoardSnapshot, Command, LineChange, Receipt, view::*};
use vigie_model::{AlarmKind::Physiological, Priority::*, *};

/// A monitor `mp` and a ventilator `pb` on bed `1`, each on a line of its own and in alarm.
fn pair() -> Bench {
    let mut bench = Bench::new();
    let beside = Command::AssignBeside { device: device("pb"), bed: bed("1") };
    assert_eq!(bench.command(beside), Receipt::Done);
    bench.line("l1", &["mp"], LineChange::Up).line("l2", &["pb"], LineChange::Up);
    for (name, id) in [("mp", "hr.ecg"), ("pb", "vent.peep")] {
        bench.says(name, stream(key(id), every(1_000)));
    }
    talk(&mut bench, &["mp", "pb"]);
    bench.say(set(AlarmTruth::Complete, &["HR high"]));
    bench.says("pb", set(AlarmTruth::Complete, &["Apnea"]));
    bench
}

fn set(truth: AlarmTruth, texts: &[&str]) -> Event {
    let active: Vec<Alarm> = texts.iter().map(|id| alarm(id, Physiological, Medium)).collect();
    alarms(AlarmScope::All, truth, &active)
}

fn talk(bench: &mut Bench, names: &[&str]) {
    for name in names {
        let id = if *name == "mp" { "hr.ecg" } else { "vent.peep" };
        bench.says(name, numeric(id, 7));
    }
}

/// Text, truth and since when not confirmed, of each alarm of bed `1`.
fn truths(bench: &mut Bench) -> Vec<(String, AlarmTruth, Option<WallTime>)> {
    let tile = bench.tile();
    let of = |alarm: &AlarmView| (alarm.text.to_string(), alarm.truth, alarm.unconfirmed_since);
    tile.alarms.list.iter().map(of).collect()
}

/// Text, source and whether it is confirmed, of each row about a device's alarm.
fn rows(bench: &mut Bench) -> Vec<(String, Option<u16>, bool)> {
    let view = bench.view();
    let of = |row: &AttentionRow| match &row.what {
        AttentionOf::Device { text, .. } => Some((text.to_string(), row.source, row.is_confirmed)),
        AttentionOf::Station { .. } => None,
    };
    view.attention.iter().filter_map(of).collect()
}

#[test]
fn alarms_of_the_monitor_stay_confirmed_when_the_ventilator_is_lost() {
    let mut bench = pair();
    let complete = |text: &str| (text.to_owned(), AlarmTruth::Complete, None);
    assert_eq!(truths(&mut bench), [complete("HR high"), complete("Apnea")]);
    let lost_at = bench.wall();
    bench.pass(ms(500)).line("l2", &[], LineChange::Down);
    let unknown = ("Apnea".to_owned(), AlarmTruth::Unknown, Some(lost_at));
    assert_eq!(truths(&mut bench), [complete("HR high"), unknown]);
    let row = |text: &str, source, is_confirmed| (text.to_owned(), Some(source), is_confirmed);
    assert_eq!(rows(&mut bench), [row("HR high", 0, true), row("Apnea", 1, false)]);
    let tile = bench.tile();
    assert_eq!(tile.alarms.truth, AlarmTruth::Unknown, "the list may lack something");
    assert_eq!(tile.alarms.unconfirmed_since, Some(lost_at));
    let view = bench.view();
    let lost = view.attention.iter().find(|row| matches!(row.what, AttentionOf::Station { .. }));
    assert_eq!(lost.and_then(|row| row.source), Some(1), "the line of the ventilator");
    // It is back and states its alarms again.
    bench.pass(ms(500)).line("l2", &["pb"], LineChange::Up);
    bench.says("pb", set(AlarmTruth::Complete, &["Apnea"]));
    assert_eq!(truths(&mut bench), [complete("HR high"), complete("Apnea")]);
}

#[test]
fn a_row_names_its_device_only_where_there_are_several() {
    let mut bench = pair();
    let sources = |bench: &mut Bench| -> Vec<Option<u16>> {
        rows(bench).into_iter().map(|(_, source, _)| source).collect()
    };
    assert_eq!(sources(&mut bench), [Some(0), Some(1)]);
    assert_eq!(bench.assign("pb", None), Receipt::Done);
    assert_eq!(sources(&mut bench), [None, None], "one on the bed, one in the tray");
    let beside = Command::AssignBeside { device: device("pb"), bed: bed("1") };
    assert_eq!(bench.command(beside), Receipt::Done);
    assert!(sources(&mut bench).contains(&Some(0)), "that of the monitor, which said nothing");
    // Whoever leaves first, the places are those of the tile.
    assert_eq!(bench.assign("mp", None), Receipt::Done);
    let beside = Command::AssignBeside { device: device("mp"), bed: bed("1") };
    assert_eq!(bench.command(beside), Receipt::Done);
    bench.say(set(AlarmTruth::Complete, &["SpO2 low"]));
    let view = bench.view();
    for row in view.attention.iter().filter(|row| row.bed.is_some()) {
        let AttentionOf::Device { text, .. } = &row.what else { continue };
        let source = row.source.expect("two stand there");
        let named = &view.tiles[0].sources[usize::from(source)].device.key;
        let of = if text.as_str() == "Apnea" { "pb" } else { "mp" };
        assert_eq!(*named, device(of), "{text}");
    }
}

#[test]
fn a_new_alarm_is_confirmed_although_an_old_one_by_edges_is_not() {
    let mut bench = Bench::new();
    bench.say(stream(key("hr.ecg"), every(1_000)));
    bench.say(set(AlarmTruth::FromEdges, &["old"]));
    let began = bench.wall();
    for _ in 0..601 {
        bench.run(secs(1));
        talk(&mut bench, &["mp"]);
    }
    let old = || ("old".to_owned(), AlarmTruth::Unknown, Some(began));
    assert_eq!(truths(&mut bench), [old()]);
    assert_eq!(bench.view().sound.priority, None, "nobody can tell whether it is over");
    bench.say(set(AlarmTruth::FromEdges, &["old", "new"]));
    let new = || ("new".to_owned(), AlarmTruth::FromEdges, None);
    assert_eq!(truths(&mut bench), [old(), new()]);
    assert_eq!(bench.view().sound.priority, Some(Medium), "it has just begun");
    let rows = rows(&mut bench);
    assert!(rows.contains(&("new".to_owned(), None, true)), "{rows:?}");
    // Only what is not confirmed may be taken off by a person.
    let all: Vec<ConditionNo> = bench.view().attention.iter().map(|row| row.answer.no).collect();
    assert_eq!(bench.command(Command::Reset { alarms: all }), Receipt::Done);
    assert_eq!(truths(&mut bench), [new()]);
    // The new one turns doubtful by its own age, without a word in between.
    for _ in 0..601 {
        bench.run(secs(1));
        talk(&mut bench, &["mp"]);
    }
    assert_eq!(truths(&mut bench)[0].1, AlarmTruth::Unknown);
}

#[test]
fn a_restart_remembers_since_when_each_alarm_is_not_confirmed() {
    let mut bench = pair();
    bench.says("pb", set(AlarmTruth::FromEdges, &["Apnea"]));
    let began = bench.wall();
    for _ in 0..601 {
        bench.run(secs(1));
        talk(&mut bench, &["mp", "pb"]);
    }
    bench.say(set(AlarmTruth::Complete, &["HR high"]));
    let last_seen = bench.wall();
    let stored = serde_json::to_string(&bench.board.snapshot()).expect("plain data");
    let snapshot: BoardSnapshot = serde_json::from_str(&stored).expect("it was written so");
    let mut next = Bench::without_device();
    next.now = bench.now + secs(60);
    let wall = next.wall();
    next.board.restore(next.now, wall, &snapshot, last_seen);
    let unknown = |text: &str, since| (text.to_owned(), AlarmTruth::Unknown, Some(since));
    let told = truths(&mut next);
    assert!(told.contains(&unknown("HR high", last_seen)), "{told:?}");
    assert!(told.contains(&unknown("Apnea", began)), "{told:?}");
    // Of the ventilator only beginnings and ends are ever told: a person may say that it is over.
    let all: Vec<ConditionNo> = next.view().attention.iter().map(|row| row.answer.no).collect();
    assert_eq!(next.command(Command::Reset { alarms: all }), Receipt::Done);
    assert_eq!(truths(&mut next), [unknown("HR high", last_seen)]);
}

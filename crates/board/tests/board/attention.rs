//! The attention list: its order, what is in it, and what a view of it costs.

use std::{collections::BTreeMap, time::Duration};

use crate::common::*;
use vigie_board::{
    Command, LineChange,
    view::{AnswerState, AttentionOf, BoardView, ViewUpdate},
};
use vigie_model::{
    AlarmKind::{Physiological, Technical},
    AlarmTruth::Complete,
    Priority::{High, Low, Medium},
    *,
};

/// What the rows say, in their order.
fn texts(view: &BoardView) -> Vec<String> {
    let said = |what: &AttentionOf| match what {
        AttentionOf::Device { text, .. } => text.to_string(),
        AttentionOf::Station { kind, .. } => format!("{kind:?}"),
    };
    view.attention.iter().map(|row| said(&row.what)).collect()
}

#[test]
fn priority_then_unanswered_then_age() {
    let mut bench = Bench::with_beds(3);
    for (name, bed) in [("a", "1"), ("b", "2"), ("c", "3")] {
        bench.assign(name, Some(bed));
    }
    let say = |bench: &mut Bench, name: &str, set: &[Alarm]| {
        bench.pass(ms(10)).says(name, alarms(AlarmScope::All, Complete, set));
    };
    say(&mut bench, "b", &[alarm("LOW B", Technical, Low)]);
    say(&mut bench, "a", &[alarm("HIGH A", Physiological, High)]);
    say(&mut bench, "c", &[alarm("MEDIUM C", Physiological, Medium)]);
    say(&mut bench, "b", &[alarm("LOW B", Technical, Low), alarm("HIGH B", Physiological, High)]);
    say(&mut bench, "c", &[]);
    say(&mut bench, "c", &[alarm("HIGH C", Physiological, High)]);
    say(&mut bench, "c", &[]);
    bench.run(secs(3));
    let view = bench.view();
    assert_eq!(texts(&view), ["HIGH A", "HIGH B", "HIGH C", "LOW B"]);
    assert_eq!(view.attention[2].answer.state, AnswerState::Latched);
    assert_eq!(
        (view.attention[0].bed.clone(), view.attention[0].label.as_str()),
        (Some(bed("1")), "1")
    );
    // Answered: below all of its priority.
    let no = view.attention[0].answer.no;
    bench.command(Command::Answer { alarms: vec![no], how: AnswerKind::Acknowledged });
    assert_eq!(texts(&bench.view()), ["HIGH B", "HIGH C", "HIGH A", "LOW B"]);
}

#[test]
fn the_alarms_of_devices_without_a_bed_and_of_the_station_are_listed_too() {
    let mut bench = Bench::without_device();
    bench.says("stray", alarms(AlarmScope::All, Complete, &[alarm("VTACH", Physiological, High)]));
    let (now, wall) = (bench.now, bench.wall());
    bench.board.handle_station(now, wall, StationAlarmKind::RecordStopped, true);
    let view = bench.view();
    assert_eq!(texts(&view), ["VTACH", "RecordStopped"]);
    assert_eq!((view.attention[0].bed.clone(), view.attention[0].label.as_str()), (None, "stray"));
    assert_eq!((view.attention[1].bed.clone(), view.attention[1].label.as_str()), (None, ""));
    assert_eq!(view.station_alarms[0].answer, view.attention[1].answer);
    let no = view.attention[1].answer.no;
    bench.command(Command::Answer { alarms: vec![no], how: AnswerKind::Going });
    assert_eq!(bench.view().station_alarms[0].answer.state, AnswerState::Answered);
}

#[test]
fn a_lost_path_stands_for_the_links_of_its_beds() {
    let mut bench = Bench::with_beds(3);
    let names = ["a", "b", "c"];
    let paths: BTreeMap<Text, Text> = names.map(|name| (text(name), text("switch 1"))).into();
    bench.board.set_paths(paths);
    for (name, bed) in names.into_iter().zip(["1", "2", "3"]) {
        bench.assign(name, Some(bed));
        bench.line(name, &[name], LineChange::Up).says(name, numeric("hr.ecg", 80));
    }
    bench.says("a", alarms(AlarmScope::All, Complete, &[alarm("VTACH", Physiological, High)]));
    bench.run(ms(500));
    for name in names {
        bench.line(name, &[name], LineChange::Down);
    }
    bench.run(secs(4));
    let view = bench.view();
    // The device's own alarm is never covered.
    assert_eq!(texts(&view), ["VTACH", "PathLost(\"switch 1\")"]);
    let AttentionOf::Station { beds, .. } = view.attention[1].what else { panic!("{view:?}") };
    assert_eq!((beds, view.sound.priority), (3, Some(High)));
    assert!(view.tiles.iter().all(|tile| !tile.station_alarms.is_empty()), "tiles say it");
    let no = view.attention[1].answer.no;
    bench.command(Command::Answer { alarms: vec![no], how: AnswerKind::Going });
    bench.run(secs(180));
    assert_eq!(bench.view().attention[1].answer.state, AnswerState::Active, "it reminds");
}

#[test]
fn a_worse_silence_replaces_the_better_one_at_once() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).run(secs(6));
    assert_eq!(texts(&bench.view()), ["DeviceStale"]);
    bench.run(secs(4) + NS);
    assert_eq!(texts(&bench.view()), ["DeviceLost"]);
    bench.line("com1", &["mp"], LineChange::Up).line("com1", &["mp"], LineChange::Down);
    assert_eq!(texts(&bench.view()), ["LineClosed"]);
}

#[test]
fn more_alarms_than_fit_push_the_least_urgent_out_and_the_log_says_so() {
    let mut bench = Bench::with_beds(10);
    let many = |priority: Priority, count: usize| -> Vec<Alarm> {
        (0..count).map(|number| alarm(&format!("{number}"), Technical, priority)).collect()
    };
    for name in 0..9 {
        bench.says(&format!("d{name}"), alarms(AlarmScope::All, Complete, &many(Low, 240)));
    }
    let view = bench.view();
    assert_eq!(view.attention.len(), 2048);
    let note = "112 alarms do not fit in the attention list of 2048";
    assert!(bench.log().contains(&LogKind::Note(text(note))));
    bench.says("last", alarms(AlarmScope::All, Complete, &many(High, 3)));
    let view = bench.view();
    let high = view.attention.iter().filter(|row| row.priority == High).count();
    assert_eq!((view.attention.len(), high, view.sound.priority), (2048, 3, Some(High)));
}

#[test]
fn a_device_that_invents_alarms_cannot_fill_the_memory_with_what_is_over() {
    let mut bench = Bench::new();
    for number in 0..1000 {
        let alarm = alarm(&format!("{number}"), Physiological, High);
        bench.pass(ms(100)).say(alarms(AlarmScope::All, Complete, &[alarm]));
    }
    bench.run(secs(3));
    // The last is on; of the others the newest are kept.
    assert_eq!(bench.view().attention.len(), 257);
    let note = "more than 256 alarms are over: the oldest are not listed";
    let notes = bench.log().into_iter().filter(|kind| *kind == LogKind::Note(text(note)));
    assert_eq!(notes.count(), 1);
}

#[test]
fn a_storm_is_listed_whole_and_told_to_a_window_in_what_changed() {
    let mut bench = Bench::with_beds(64);
    for number in 1..=64 {
        bench.assign(&format!("m{number}"), Some(&number.to_string()));
    }
    let mut expected = 0;
    let mut window = None;
    for round in 0..4 {
        for number in 1..=64 {
            let set: Vec<Alarm> = (0..=round)
                .map(|nth| {
                    alarm(&format!("{number}.{nth}"), Physiological, [Medium, High][nth % 2])
                })
                .collect();
            bench.pass(Duration::from_micros(100));
            bench.says(&format!("m{number}"), alarms(AlarmScope::All, Complete, &set));
        }
        expected += 64;
        let view = bench.view();
        assert_eq!(view.attention.len(), expected);
        assert_eq!(view.sound.call, expected as u64, "each calls once");
        let update = ViewUpdate::between(window.as_deref(), &view);
        let told = update.apply(window.as_ref()).unwrap();
        assert_eq!(told, view);
        window = Some(told);
    }
    // All is answered at once, and nothing sounds.
    let alarms = bench.view().attention.iter().map(|row| row.answer.no).collect();
    bench.command(Command::Answer { alarms, how: AnswerKind::Acknowledged });
    let view = bench.view();
    assert_eq!(view.sound.priority, None);
    assert!(view.attention.iter().all(|row| row.answer.state == AnswerState::Answered));
    let update = ViewUpdate::between(window.as_deref(), &view);
    assert_eq!(update.apply(window.as_ref()).unwrap(), view);
}

#[test]
fn another_label_on_the_door_is_written_in_the_list() {
    let mut bench = Bench::new();
    bench.say(alarms(AlarmScope::All, Complete, &[alarm("VTACH", Physiological, High)]));
    assert_eq!(bench.view().attention[0].label.as_str(), "1");
    let beds = vec![Bed { id: bed("1"), label: text("Room 7") }];
    let (now, wall) = (bench.now, bench.wall());
    bench.board.set_beds(now, wall, &text("AB"), beds);
    assert_eq!(bench.view().attention[0].label.as_str(), "Room 7");
}

#[test]
fn a_bed_in_standby_has_no_link_alarm_and_reminds() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).run(secs(11));
    assert_eq!(texts(&bench.view()), ["DeviceLost"]);
    let command = Command::Standby { bed: bed("1"), why: StandbyReason::Theatre };
    bench.command(command);
    let view = bench.view();
    assert_eq!((texts(&view).len(), view.sound.priority), (0, None), "at once: a person said so");
    let calls = view.sound.call;
    bench.run(secs(1800) - NS);
    assert_eq!((bench.view().sound.priority, bench.view().sound.call), (None, calls));
    bench.run(NS);
    assert_eq!((bench.view().sound.priority, bench.view().sound.call), (Some(Low), calls + 1));
    bench.run(secs(5));
    assert_eq!(bench.view().sound.priority, None);
}

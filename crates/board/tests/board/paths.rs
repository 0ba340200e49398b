//! A switch, hub or adapter that is lost with everything behind it is one alarm.

use std::collections::BTreeMap;

use crate::common::*;
use vigie_board::{
    Board, BoardConfig, Command, LineChange, Receipt,
    view::{AttentionOf, AttentionRow},
};
use vigie_model::*;

/// `count` monitors, each on its own line and bed, heard once; the lines of the first `behind` go
/// through `switch`, the others through `other`.
fn ward(count: usize, behind: usize) -> Bench {
    let mut bench = Bench::with_beds(count);
    let lines = (1..=count).map(|nth| {
        let path = if nth <= behind { "switch" } else { "other" };
        (text(&format!("l{nth}")), text(path))
    });
    bench.board.set_paths(lines.collect());
    for nth in 1..=count {
        let name = format!("mp{nth}");
        assert_eq!(bench.assign(&name, Some(&nth.to_string())), Receipt::Done);
        bench.line(&format!("l{nth}"), &[&name], LineChange::Up);
        bench.says(&name, stream(key("hr.ecg"), every(1000)));
        bench.says(&name, numeric("hr.ecg", 70));
    }
    bench.log();
    bench
}

fn speak(bench: &mut Bench, who: impl IntoIterator<Item = usize>) {
    for nth in who {
        bench.says(&format!("mp{nth}"), numeric("hr.ecg", 70));
    }
}

fn lost(path: &str) -> StationAlarmKind {
    StationAlarmKind::PathLost(text(path))
}

/// Alarms of the whole station.
fn whole(bench: &mut Bench) -> Vec<(StationAlarmKind, Priority)> {
    let view = bench.view();
    view.station_alarms.iter().map(|alarm| (alarm.kind.clone(), alarm.priority)).collect()
}

/// Paths that the tiles are told to be behind.
fn told(bench: &mut Bench) -> Vec<Option<Text>> {
    bench.view().tiles.iter().map(|tile| tile.watch.path_lost.clone()).collect()
}

fn began(log: &[LogKind], is_it: impl Fn(&StationAlarmKind) -> bool) -> usize {
    log.iter().filter(|line| matches!(line, LogKind::StationAlarm(kind) if is_it(kind))).count()
}

#[test]
fn thirty_two_devices_on_one_switch_are_one_alarm_before_any_is_lost() {
    let mut bench = ward(32, 32);
    bench.run(secs(5));
    assert_eq!(whole(&mut bench), []);
    bench.run(NS);
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
    assert_eq!(told(&mut bench), vec![Some(text("switch")); 32]);
    bench.run(secs(60));
    let log = bench.log();
    assert_eq!(began(&log, |kind| *kind == lost("switch")), 1);
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
    // On the tiles and in the log each link stands as it is.
    assert_eq!(began(&log, |kind| *kind == StationAlarmKind::DeviceLost), 32);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
}

/// The rows of the attention list.
fn rows(bench: &mut Bench) -> Vec<AttentionRow> {
    bench.view().attention.clone()
}

#[test]
fn it_stands_alone_in_the_list_also_when_not_all_fall_silent_in_one_instant() {
    let mut bench = ward(32, 32);
    for nth in 1..=32 {
        bench.run(ms(25));
        speak(&mut bench, [nth]);
    }
    // The first is STALE while the last is not: that is an alarm of its own until the last is.
    bench.run(secs(5) - ms(25));
    assert!(whole(&mut bench).is_empty() && rows(&mut bench).len() > 1);
    bench.run(ms(26));
    for passed in [0, 5, 60, 600] {
        bench.run(secs(passed));
        let rows = rows(&mut bench);
        let what = AttentionOf::Station { kind: lost("switch"), beds: 32 };
        assert_eq!(rows.iter().map(|row| row.what.clone()).collect::<Vec<_>>(), [what]);
        assert_eq!(rows[0].priority, Priority::High);
    }
    // The first that is heard ends it; for half a minute the others are still on their way.
    speak(&mut bench, [1]);
    for second in 1..=29 {
        bench.run(secs(1));
        speak(&mut bench, [1]);
        // An end counts when it has lasted for 3 s.
        assert_eq!(rows(&mut bench).len(), usize::from(second < 3), "second {second}");
    }
    for _ in 0..2 {
        bench.run(secs(1));
        speak(&mut bench, [1]);
    }
    let missed = rows(&mut bench);
    assert_eq!(missed.len(), 31, "then each that did not come back is missed");
    let is_lost = |row: &AttentionRow| {
        row.what == AttentionOf::Station { kind: StationAlarmKind::DeviceLost, beds: 1 }
    };
    assert!(missed.iter().all(is_lost), "{missed:?}");
}

#[test]
fn without_paths_each_device_is_its_own_alarm() {
    let mut bench = ward(4, 4);
    bench.board.set_paths(BTreeMap::new());
    bench.run(secs(60));
    assert_eq!(whole(&mut bench), []);
    assert_eq!(told(&mut bench), vec![None; 4]);
    assert_eq!(began(&bench.log(), |kind| *kind == StationAlarmKind::DeviceLost), 4);
}

#[test]
fn two_adapters_are_two_alarms_and_one_that_is_heard_is_none() {
    let mut bench = ward(4, 2);
    for _ in 0..10 {
        bench.run(secs(1));
        speak(&mut bench, 3..=4);
    }
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
    bench.run(secs(6));
    let expected = [(lost("switch"), Priority::High), (lost("other"), Priority::High)];
    assert_eq!(whole(&mut bench), expected);
    let paths = ["switch", "switch", "other", "other"].map(|path| Some(text(path)));
    assert_eq!(told(&mut bench), paths);
}

#[test]
fn one_device_of_several_or_alone_is_no_switch() {
    let mut bench = ward(3, 2);
    for _ in 0..20 {
        bench.run(secs(1));
        speak(&mut bench, [2]);
    }
    // `mp1` is lost beside `mp2`, `mp3` alone on its path.
    assert_eq!(whole(&mut bench), []);
    assert_eq!(began(&bench.log(), |kind| *kind == StationAlarmKind::DeviceLost), 2);
}

#[test]
fn closed_lines_are_a_lost_hub_at_once() {
    let mut bench = ward(3, 3);
    bench.line("l1", &[], LineChange::Down).line("l2", &[], LineChange::Down);
    assert_eq!(whole(&mut bench), []);
    bench.line("l3", &[], LineChange::Down);
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::LineClosed, Priority::Medium)]);
}

#[test]
fn it_ends_with_the_first_that_is_heard_and_covers_the_others_for_half_a_minute() {
    let mut bench = ward(3, 3);
    bench.run(secs(60));
    bench.log();
    speak(&mut bench, [1]);
    assert_eq!(whole(&mut bench), []);
    assert_eq!(told(&mut bench), [None, None, None]);
    let ended = LogKind::StationAlarmEnded(lost("switch"));
    assert!(bench.log().contains(&ended));
    // `mp1` goes on, `mp2` comes back, `mp3` does not: no second alarm about the path.
    for second in 0..40 {
        bench.run(secs(1));
        speak(&mut bench, if second < 10 { 1..=1 } else { 1..=2 });
    }
    assert_eq!(whole(&mut bench), []);
    assert_eq!(bench.view().tiles[2].station_alarms.len(), 1);
    // And if all are silent again, that is the alarm again.
    bench.run(secs(6));
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
}

#[test]
fn beds_in_standby_and_vacant_beds_do_not_belong_to_it() {
    let mut bench = ward(4, 4);
    let standby = Command::Standby { bed: bed("1"), why: StandbyReason::Away };
    assert_eq!(bench.command(standby), Receipt::Done);
    assert_eq!(bench.command(Command::Discharge { bed: bed("2") }), Receipt::Done);
    // Two are left: `mp3`, and `mp4` who speaks.
    for _ in 0..10 {
        bench.run(secs(1));
        speak(&mut bench, [4]);
    }
    assert_eq!(whole(&mut bench), []);
    bench.run(secs(6));
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
    let switch = Some(text("switch"));
    assert_eq!(told(&mut bench), [None, None, switch.clone(), switch]);
    // One of them goes into standby: the other is still behind it. The last, and it ends.
    for (name, expected) in [("3", 1), ("4", 0)] {
        let standby = Command::Standby { bed: bed(name), why: StandbyReason::Away };
        assert_eq!(bench.command(standby), Receipt::Done);
        assert_eq!(whole(&mut bench).len(), expected, "bed {name}");
    }
}

#[test]
fn a_device_belongs_to_the_line_on_which_it_was_last_heard() {
    let mut bench = ward(4, 2);
    // `mp3` moves to the switch of `mp1` and `mp2`.
    bench.line("l3", &[], LineChange::Down);
    bench.line("l1", &["mp3"], LineChange::Up);
    bench.says("mp3", numeric("hr.ecg", 70));
    for _ in 0..10 {
        bench.run(secs(1));
        speak(&mut bench, 3..=4);
    }
    assert_eq!(whole(&mut bench), [], "mp3 is heard");
    for _ in 0..10 {
        bench.run(secs(1));
        speak(&mut bench, [4]);
    }
    assert_eq!(whole(&mut bench), [(lost("switch"), Priority::High)]);
    let switch = Some(text("switch"));
    assert_eq!(told(&mut bench), [switch.clone(), switch.clone(), switch, None]);
}

#[test]
fn paths_that_are_taken_away_end_the_alarm() {
    let mut bench = ward(2, 2);
    bench.run(secs(6));
    assert_eq!(whole(&mut bench).len(), 1);
    bench.board.set_paths(BTreeMap::new());
    assert_eq!(whole(&mut bench), []);
}

#[test]
fn after_a_restart_it_is_one_alarm_again_with_its_first_time() {
    let mut bench = ward(3, 3);
    bench.run(secs(5)).run(NS);
    let since = bench.wall();
    assert_eq!(whole(&mut bench).len(), 1);
    let kept = bench.board.snapshot();
    let beds = (1..=3).map(|nth: i32| {
        let name = text(&nth.to_string());
        Bed { id: BedId(name.clone()), label: name }
    });
    let config = BoardConfig { mode: StationMode::Replay, beds: beds.collect(), run: RunId(2) };
    let mut again = Bench { board: Board::new(config), now: bench.now };
    let last_seen = again.wall();
    again.pass(secs(10));
    let wall = again.wall();
    let path = |nth: i32| (text(&format!("l{nth}")), text("switch"));
    again.board.set_paths((1..=3).map(path).collect());
    again.board.restore(again.now, wall, &kept, last_seen);
    // Which line a device was heard on is known again by the line that opens.
    for nth in 1..=3 {
        again.line(&format!("l{nth}"), &[&format!("mp{nth}")], LineChange::Up);
    }
    assert_eq!(whole(&mut again), [], "each has 30 s to come back");
    again.run(secs(31));
    assert_eq!(whole(&mut again), [(lost("switch"), Priority::High)]);
    assert_eq!(again.view().station_alarms[0].since.1, since);
    let log = again.log();
    assert_eq!(began(&log, |kind| *kind == lost("switch")), 1);
}

#[test]
fn the_clock_that_jumped_is_an_alarm_for_ten_minutes_and_a_note_with_the_size() {
    let mut bench = Bench::new();
    bench.run(secs(5));
    let (now, wall) = (bench.now, bench.wall().after(secs(3600)));
    bench.board.handle_clock_jump(now, wall);
    let log = bench.log();
    let note = LogKind::Note(text("the PC's clock jumped by +3600.000 s"));
    assert_eq!(log, [note, LogKind::StationAlarm(StationAlarmKind::ClockJumped)]);
    bench.run(secs(600) - NS);
    assert_eq!(whole(&mut bench), [(StationAlarmKind::ClockJumped, Priority::Low)]);
    bench.run(NS);
    assert_eq!(whole(&mut bench), []);
    assert_eq!(bench.log(), [LogKind::StationAlarmEnded(StationAlarmKind::ClockJumped)]);
}

#[test]
fn whoever_answers_the_alarm_about_the_clock_ends_it() {
    let mut bench = Bench::new();
    bench.run(secs(5));
    let (now, wall) = (bench.now, bench.wall().before(ms(7500)));
    bench.board.handle_clock_jump(now, wall);
    let note = LogKind::Note(text("the PC's clock jumped by -7.500 s"));
    assert_eq!(bench.log()[0], note);
    bench.run(secs(5));
    let alarms = rows(&mut bench).iter().map(|row| row.answer.no).collect::<Vec<_>>();
    assert_eq!(alarms.len(), 1);
    let answer = Command::Answer { alarms, how: AnswerKind::Acknowledged };
    assert_eq!(bench.command(answer), Receipt::Done);
    assert_eq!(whole(&mut bench), []);
    assert_eq!(rows(&mut bench), []);
    assert!(bench.log().contains(&LogKind::StationAlarmEnded(StationAlarmKind::ClockJumped)));
}

/// What the rows are about.
fn listed(bench: &mut Bench) -> Vec<StationAlarmKind> {
    let kind = |row: AttentionRow| match row.what {
        AttentionOf::Station { kind, .. } => kind,
        AttentionOf::Device { .. } => panic!("no device has an alarm of its own"),
    };
    rows(bench).into_iter().map(kind).collect()
}

#[test]
fn a_stream_that_was_missing_before_is_no_second_alarm_and_is_missed_again_after_it() {
    let mut bench = ward(2, 2);
    bench.says("mp1", stream(key("spo2"), every(1000))).says("mp1", numeric("spo2", 97));
    for _ in 0..20 {
        bench.run(secs(1));
        speak(&mut bench, 1..=2);
    }
    assert_eq!(listed(&mut bench), [StationAlarmKind::StreamLost(key("spo2"))]);
    bench.run(secs(5) + NS);
    assert_eq!(listed(&mut bench), [lost("switch")]);
    bench.run(secs(600));
    assert_eq!(listed(&mut bench), [lost("switch")], "one alarm, and no reminder but its own");
    // Back without it: it gets its time to come back with the others, and is missed after that.
    let mut missed = Vec::new();
    for second in 0..10 {
        speak(&mut bench, 1..=2);
        if listed(&mut bench).contains(&StationAlarmKind::StreamLost(key("spo2"))) {
            missed.push(second);
        }
        bench.run(secs(1));
    }
    assert_eq!(missed, [6, 7, 8, 9]);
    assert_eq!(listed(&mut bench), [StationAlarmKind::StreamLost(key("spo2"))]);
    // Back with it: it never was.
    let mut bench = ward(2, 2);
    bench.says("mp1", stream(key("spo2"), every(1000))).says("mp1", numeric("spo2", 97));
    for _ in 0..20 {
        bench.run(secs(1));
        speak(&mut bench, 1..=2);
    }
    bench.run(secs(60));
    for second in 0..10 {
        speak(&mut bench, 1..=2);
        let is_missed = listed(&mut bench).contains(&StationAlarmKind::StreamLost(key("spo2")));
        assert!(!is_missed, "second {second}");
        bench.says("mp1", numeric("spo2", 97)).run(secs(1));
    }
    assert_eq!(listed(&mut bench), []);
}

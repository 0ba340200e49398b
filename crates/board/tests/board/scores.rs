//! Scores of a bed and its last hour: what goes in, what is missing, and whose they are.

use std::sync::Arc;

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Board, BoardConfig, Command, Receipt, Refusal,
    policy::ScorePolicy,
    view::{HourView, ScoreBand, ScoreKind, ScorePart, ScoreView},
};
use vigie_model::*;

const VITALS: [(&str, i64); 5] =
    [("rr", 16), ("spo2", 97), ("abp.sys", 120), ("hr.ecg", 80), ("temp", 37)];

fn of_category(category: Option<PatientCategory>) -> Event {
    Event::Patient(Patient { id: Some(text("7")), category, ..Patient::default() })
}

fn in_unit(id: &str, value: i64) -> Numeric {
    let ucum = key(id).metric().expect("a row").ucum;
    Numeric { unit: Unit::ucum(ucum), ..numeric_of(key(id), reading(value)) }
}

fn say(bench: &mut Bench, id: &str, value: i64) {
    bench.say(Event::Numeric(in_unit(id, value)));
}

fn say_all(bench: &mut Bench) {
    for (id, value) in VITALS {
        say(bench, id, value);
    }
}

fn enter(bench: &mut Bench, what: Entered) {
    assert_eq!(bench.command(Command::Enter { bed: bed("1"), what }), Receipt::Done);
}

fn enter_all(bench: &mut Bench) {
    enter(bench, Entered::Oxygen(false));
    enter(bench, Entered::Consciousness(Acvpu::Alert));
    enter(bench, Entered::Spo2Scale(Spo2Scale::One));
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.say(of_category(Some(PatientCategory::Adult)));
    for (id, _) in VITALS {
        bench.say(stream(key(id), every(1000)));
    }
    bench.log();
    bench
}

/// Another cadence for all streams.
fn every_so_often(bench: &mut Bench, millis: u64) {
    for (id, _) in VITALS {
        bench.say(stream(key(id), every(millis)));
    }
}

/// The score after at least the second that a view may be old.
fn score(bench: &mut Bench, kind: ScoreKind) -> Option<ScoreView> {
    let tile = bench.tile();
    tile.watch.scores.scores.iter().find(|score| score.kind == kind).cloned()
}

fn news2(bench: &mut Bench) -> ScoreView {
    score(bench, ScoreKind::News2).expect("NEWS2 of an adult")
}

fn part(score: &ScoreView, id: &str) -> ScorePart {
    score.parts.iter().find(|part| part.id.as_str() == id).expect("the part").clone()
}

#[test]
fn it_has_a_total_when_all_is_there_and_changes_with_its_parts() {
    let mut bench = bench();
    say_all(&mut bench);
    let open = news2(&mut bench);
    assert_eq!((open.total, open.band), (None, ScoreBand::Incomplete));
    assert_eq!(part(&open, "oxygen").points, None);
    enter_all(&mut bench);
    let zero = news2(&mut bench);
    assert_eq!((zero.total, zero.band), (Some(0), ScoreBand::Zero), "at once, not after a second");
    assert_eq!(part(&zero, "rr").value, Some(Decimal::whole(16)));
    bench.run(secs(1));
    say_all(&mut bench);
    say(&mut bench, "rr", 25);
    say(&mut bench, "hr.ecg", 120);
    let seven = news2(&mut bench);
    assert_eq!((seven.total, seven.band), (Some(5), ScoreBand::Medium));
    enter(&mut bench, Entered::Oxygen(true));
    let more = news2(&mut bench);
    assert_eq!((more.total, more.band), (Some(7), ScoreBand::High));
    assert_eq!(bench.station_alarms(), [], "a score is no alarm");
}

#[test]
fn only_adults_have_one_and_only_where_the_policy_wants_it() {
    let mut bench = bench();
    say_all(&mut bench);
    for category in [None, Some(PatientCategory::Paediatric), Some(PatientCategory::Neonate)] {
        bench.say(of_category(category)).run(secs(1));
        assert!(bench.tile().watch.scores.scores.is_empty(), "{category:?}");
    }
    bench.say(of_category(Some(PatientCategory::Adult))).run(secs(1));
    assert!(score(&mut bench, ScoreKind::News2).is_some());
    assert!(score(&mut bench, ScoreKind::Qsofa).is_none(), "off by default");
    let scores = ScorePolicy { news2: false, qsofa: true, ..ScorePolicy::default() };
    bench.board.set_policy(AlarmPolicy { scores, ..AlarmPolicy::default() });
    bench.run(secs(1));
    say_all(&mut bench);
    enter(&mut bench, Entered::Consciousness(Acvpu::Voice));
    assert!(score(&mut bench, ScoreKind::News2).is_none());
    let qsofa = score(&mut bench, ScoreKind::Qsofa).expect("qSOFA");
    assert_eq!((qsofa.total, qsofa.band), (Some(1), ScoreBand::Low));
    say(&mut bench, "rr", 22);
    bench.run(secs(1));
    let qsofa = score(&mut bench, ScoreKind::Qsofa).expect("qSOFA");
    assert_eq!((qsofa.total, qsofa.band), (Some(2), ScoreBand::High));
}

#[test]
fn children_have_pews_where_the_policy_wants_it_and_no_total_while_parts_are_missing() {
    let mut bench = bench();
    let scores = ScorePolicy { pews: true, ..ScorePolicy::default() };
    bench.board.set_policy(AlarmPolicy { scores, ..AlarmPolicy::default() });
    // Two years old by the bench's clock, which stands in September 2026.
    let child = Patient {
        id: Some(text("7")),
        category: Some(PatientCategory::Paediatric),
        born: Some(text("2024-06-01")),
        ..Patient::default()
    };
    bench.say(Event::Patient(child));
    say_all(&mut bench);
    enter(&mut bench, Entered::Oxygen(false));
    let pews = score(&mut bench, ScoreKind::Pews).expect("PEWS");
    assert_eq!((pews.total, pews.band), (None, ScoreBand::Incomplete));
    assert_eq!(part(&pews, "hr.ecg").points, Some(1), "80 a minute at one to four years");
    assert_eq!((part(&pews, "oxygen").points, part(&pews, "refill").points), (Some(0), None));
    assert!(score(&mut bench, ScoreKind::News2).is_none());
}

#[test]
fn an_arterial_line_goes_before_the_cuff_which_tells_its_age() {
    let mut bench = bench();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    say_all(&mut bench);
    say(&mut bench, "nibp.sys", 100);
    assert_eq!(part(&news2(&mut bench), "abp.sys").value, Some(Decimal::whole(120)));
    // The line is lost, the cuff was measured ten minutes ago.
    for _ in 0..600 {
        bench.run(secs(1));
        say(&mut bench, "hr.ecg", 80);
    }
    let news2_now = news2(&mut bench);
    let pressure = part(&news2_now, "abp.sys");
    assert_eq!((pressure.value, pressure.points), (Some(Decimal::whole(100)), Some(2)));
    assert_eq!((pressure.age, pressure.is_old), (Some(secs(600)), false));
    assert_eq!(part(&news2_now, "spo2").value, None, "lost");
    assert_eq!(part(&news2_now, "pr").age, Some(secs(0)));
    // After an hour it is shown as a number no more.
    bench.run(secs(3001));
    say(&mut bench, "hr.ecg", 80);
    assert_eq!(part(&news2(&mut bench), "abp.sys").value, None);
}

#[test]
fn what_is_doubted_or_of_the_skin_is_missing() {
    let mut bench = bench();
    bench.say(stream(key("temp.skin"), every(1000)));
    say_all(&mut bench);
    say(&mut bench, "spo2", 127);
    let absent = Reading::absent(Validity::NotAvailable);
    bench.say(Event::Numeric(Numeric { reading: absent, ..in_unit("temp", 0) }));
    say(&mut bench, "temp.skin", 33);
    bench.say(Event::Numeric(Numeric { nature: Nature::Test, ..in_unit("rr", 16) }));
    let news2 = news2(&mut bench);
    for id in ["spo2", "temp", "rr"] {
        let part = part(&news2, id);
        assert_eq!((part.value, part.points), (None, None), "{id}");
    }
    assert_eq!(part(&news2, "pr").points, Some(0));
}

#[test]
fn entries_say_who_and_when_and_are_old_after_the_policy_s_time() {
    let mut bench = bench();
    let since = bench.wall();
    enter_all(&mut bench);
    enter(&mut bench, Entered::Oxygen(true));
    let lines: Vec<LogKind> = bench.log();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[3], LogKind::Entered { what: Entered::Oxygen(true), by: text("AB") });
    let entered = bench.tile().watch.scores.entered.clone();
    let by = EnteredBy { by: text("AB"), at: since };
    let expected = [
        Entered::Consciousness(Acvpu::Alert),
        Entered::Spo2Scale(Spo2Scale::One),
        Entered::Oxygen(true),
    ];
    assert_eq!(entered, expected.map(|what| (what, by.clone())));
    bench.run(secs(3600));
    say_all(&mut bench);
    let oxygen = part(&news2(&mut bench), "oxygen");
    assert_eq!((oxygen.age, oxygen.is_old, oxygen.points), (Some(secs(3600)), false, Some(2)));
    bench.run(secs(1));
    let oxygen = part(&news2(&mut bench), "oxygen");
    assert_eq!((oxygen.is_old, oxygen.points), (true, Some(2)), "marked, and it counts on");
    enter(&mut bench, Entered::Oxygen(true));
    assert!(!part(&news2(&mut bench), "oxygen").is_old);
    // Nobody lies on bed 2, and there is no bed 9.
    for (name, why) in [("2", Refusal::NobodyThere), ("9", Refusal::NoSuchBed)] {
        let command = Command::Enter { bed: bed(name), what: Entered::Oxygen(true) };
        assert_eq!(bench.command(command), Receipt::Refused(why));
    }
}

#[test]
fn another_stay_begins_without_entries_and_trend() {
    let mut bench = bench();
    enter_all(&mut bench);
    for _ in 0..120 {
        bench.run(secs(1));
        say_all(&mut bench);
    }
    assert_eq!(news2(&mut bench).trend.len(), 2, "a quarter of an hour ends in between");
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    say_all(&mut bench);
    let scores = bench.tile().watch.scores.clone();
    assert_eq!(scores.entered, []);
    assert_eq!((scores.scores[0].total, scores.scores[0].trend.len()), (None, 0));
}

#[test]
fn the_trend_keeps_the_highest_of_each_quarter_hour_for_a_day() {
    let mut bench = bench();
    enter_all(&mut bench);
    every_so_often(&mut bench, 60_000);
    // 26 hours; a minute of fast breathing in each quarter hour.
    for minute in 0..26 * 60 {
        for (id, value) in VITALS {
            let is_fast = id == "rr" && minute % 15 == 7;
            say(&mut bench, id, if is_fast { 22 } else { value });
        }
        bench.run(secs(60));
    }
    let trend = news2(&mut bench).trend;
    assert_eq!(trend.len(), 96);
    assert!(trend.iter().rev().skip(1).all(|(_, total)| *total == 2), "{trend:?}");
    assert!(trend.is_sorted_by_key(|(wall, _)| *wall));
    let span = trend[95].0.since(trend[0].0);
    assert!(span <= secs(24 * 3600), "{span:?}");
}

#[test]
fn a_restart_keeps_entries_and_trend() {
    let mut bench = bench();
    let since = bench.wall();
    enter_all(&mut bench);
    for _ in 0..120 {
        bench.run(secs(1));
        say_all(&mut bench);
    }
    let trend = news2(&mut bench).trend;
    let kept = serde_json::to_string(&bench.board.snapshot()).expect("a snapshot is JSON");
    let kept = serde_json::from_str(&kept).expect("and is read again");
    let beds = vec![Bed { id: bed("1"), label: text("1") }];
    let config = BoardConfig { mode: StationMode::Replay, beds, run: RunId(2) };
    let mut again = Bench { board: Board::new(config), now: bench.now };
    let wall = again.wall();
    again.board.restore(again.now, wall, &kept, wall);
    again.run(secs(5));
    let shown = again.tile().watch.scores.clone();
    let by = EnteredBy { by: text("AB"), at: since };
    assert!(shown.entered.len() == 3 && shown.entered.iter().all(|(_, entry)| *entry == by));
    assert_eq!(shown.scores[0].total, None, "no value is kept");
    assert_eq!((&shown.scores[0].trend, trend.len()), (&trend, 2));
    let oxygen = part(&shown.scores[0], "oxygen");
    assert_eq!((oxygen.points, oxygen.age), (Some(0), Some(secs(120))));
}

#[test]
fn the_view_is_shared_as_long_as_it_reads_the_same_and_looked_at_once_a_second() {
    let mut bench = bench();
    enter_all(&mut bench);
    say_all(&mut bench);
    let first = bench.tile();
    for _ in 0..10 {
        bench.pass(ms(50));
        say_all(&mut bench);
        assert!(Arc::ptr_eq(&first.watch, &bench.tile().watch), "the same values");
    }
    bench.pass(ms(100));
    say(&mut bench, "rr", 30);
    assert!(Arc::ptr_eq(&first.watch, &bench.tile().watch), "not a second since");
    bench.pass(ms(400));
    say(&mut bench, "rr", 30);
    assert_eq!(news2(&mut bench).total, Some(3));
    // A tile that was not written anew is the same in whole.
    let written = bench.board.tiles_written();
    bench.view();
    assert_eq!(bench.board.tiles_written(), written);
}

#[test]
fn the_last_hour_tells_what_changed_against_the_own_baseline() {
    let mut bench = bench();
    assert_eq!(bench.tile().watch.hour, HourView::TooLittle);
    every_so_often(&mut bench, 10_000);
    let minutes = |bench: &mut Bench, count: u64, rate: i64| {
        for second in 0..count * 6 {
            for (id, value) in VITALS {
                say(bench, id, if id == "hr.ecg" { rate + (second % 3) as i64 - 1 } else { value });
            }
            bench.run(secs(10));
        }
    };
    minutes(&mut bench, 180, 80);
    assert_eq!(bench.tile().watch.hour, HourView::Steady);
    minutes(&mut bench, 40, 125);
    let HourView::Changed(changes) = bench.tile().watch.hour.clone() else {
        panic!("a heart rate of 125 after 80 is a change");
    };
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].id, text("hr.ecg"));
    let read = (changes[0].from, changes[0].to);
    assert_eq!(read, (Decimal::whole(80), Decimal::whole(125)));
    assert_eq!(bench.station_alarms(), []);
    // It is of the stay.
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    assert_eq!(bench.tile().watch.hour, HourView::TooLittle);
}

#[test]
fn an_entry_is_as_old_after_the_pc_was_off_as_it_is() {
    let mut bench = bench();
    enter_all(&mut bench);
    say_all(&mut bench);
    bench.run(secs(600)).log();
    let snapshot = bench.board.snapshot();
    let wall = bench.wall().after(secs(3 * 3600));
    // The PC was started a minute ago: its clock since boot knows nothing of the time before.
    let config = BoardConfig {
        mode: StationMode::Replay,
        beds: vec![Bed { id: bed("1"), label: text("1") }],
        run: RunId(2),
    };
    let now = MonoTime::START + secs(60);
    let mut board = Board::new(config);
    board.restore(now, wall, &snapshot, wall);
    let view = board.view(now, wall);
    let scores = &view.tiles[0].watch.scores.scores;
    let news2 = scores.iter().find(|score| score.kind == ScoreKind::News2).expect("of an adult");
    for id in ["oxygen", "consciousness"] {
        let part = part(news2, id);
        assert_eq!((part.age, part.is_old), (Some(secs(3 * 3600 + 600)), true), "{id}");
    }
}

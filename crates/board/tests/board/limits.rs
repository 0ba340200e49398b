//! The station's own limits.

use std::collections::BTreeMap;

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Board, BoardConfig, Command, Receipt, Refusal,
    policy::{LimitPolicy, LimitSet},
};
use vigie_model::*;

fn limit(id: &str, low: Option<i64>, high: Option<i64>) -> WatchLimit {
    WatchLimit { id: text(id), low: low.map(Decimal::whole), high: high.map(Decimal::whole) }
}

fn policy() -> AlarmPolicy {
    let adult = vec![
        limit("spo2", Some(90), Some(100)),
        limit("hr.ecg", Some(50), Some(120)),
        limit("temp", Some(36), Some(39)),
        limit("apnea.time", None, Some(20)),
        limit("nibp.sys", Some(90), None),
    ];
    let neonate = vec![limit("hr.ecg", Some(100), Some(200))];
    let sets = BTreeMap::from([(LimitSet::Adult, adult), (LimitSet::Neonate, neonate)]);
    let limits = LimitPolicy { delay: secs(6), hysteresis_percent: 2, sets };
    AlarmPolicy { limits: Some(limits), ..AlarmPolicy::default() }
}

fn of_category(category: Option<PatientCategory>) -> Event {
    Event::Patient(Patient { id: Some(text("7")), category, ..Patient::default() })
}

fn in_unit(id: &str, value: Decimal) -> Numeric {
    let ucum = key(id).metric().expect("a row").ucum;
    let reading = Reading::of(value, Validity::Valid);
    Numeric { unit: Unit::ucum(ucum), ..numeric_of(key(id), reading) }
}

fn say(bench: &mut Bench, id: &str, value: i64) {
    bench.say(Event::Numeric(in_unit(id, Decimal::whole(value))));
}

/// Says a value every second, for so long; the first at once.
fn speak(bench: &mut Bench, id: &str, value: i64, seconds: u64) {
    for _ in 0..seconds {
        say(bench, id, value);
        bench.run(secs(1));
    }
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.board.set_policy(policy());
    bench.say(of_category(Some(PatientCategory::Adult)));
    for id in ["spo2", "hr.ecg", "temp"] {
        bench.say(stream(key(id), every(1000)));
    }
    bench.log();
    bench
}

fn below(id: &str) -> StationAlarmKind {
    StationAlarmKind::BelowLimit(key(id))
}

fn above(id: &str) -> StationAlarmKind {
    StationAlarmKind::AboveLimit(key(id))
}

/// The limit alarms that stand.
fn standing(bench: &mut Bench) -> Vec<StationAlarmKind> {
    let is_limit = |kind: &StationAlarmKind| {
        matches!(kind, StationAlarmKind::AboveLimit(_) | StationAlarmKind::BelowLimit(_))
    };
    bench.station_alarms().into_iter().map(|(kind, _)| kind).filter(is_limit).collect()
}

#[test]
fn an_alarm_begins_after_the_delay_to_the_nanosecond() {
    let mut bench = bench();
    speak(&mut bench, "spo2", 90, 20);
    assert_eq!(bench.station_alarms(), [], "the limit itself is inside");
    speak(&mut bench, "spo2", 89, 5);
    say(&mut bench, "spo2", 89);
    bench.run(secs(1) - NS);
    assert_eq!(bench.station_alarms(), []);
    bench.run(NS);
    assert_eq!(bench.station_alarms(), [(below("spo2"), Priority::Medium)]);
    assert_eq!(bench.log(), [LogKind::StationAlarm(below("spo2"))]);
}

#[test]
fn a_value_that_comes_back_in_time_is_no_alarm() {
    let mut bench = bench();
    for _ in 0..5 {
        speak(&mut bench, "hr.ecg", 130, 5);
        speak(&mut bench, "hr.ecg", 120, 1);
    }
    assert_eq!(bench.log(), []);
    speak(&mut bench, "hr.ecg", 121, 6);
    assert_eq!(standing(&mut bench), [above("hr.ecg")]);
}

#[test]
fn it_ends_when_the_value_has_come_back_by_the_hysteresis() {
    // Id, outside, then what does not end it, and what does: 2 % of the limit or one unit of the last
    // digit; never more than half of the way to the other limit.
    let whole = |value| Decimal::whole(value);
    let cases = [
        ("spo2", whole(89), vec![whole(90), whole(91)], whole(92)),
        ("hr.ecg", whole(130), vec![whole(120), whole(118)], whole(117)),
        ("hr.ecg", whole(40), vec![whole(50)], whole(51)),
        (
            "temp",
            Decimal::new(395, -1),
            vec![Decimal::new(390, -1), Decimal::new(383, -1)],
            Decimal::new(382, -1),
        ),
    ];
    for (id, outside, still, back) in cases {
        let mut bench = bench();
        for _ in 0..7 {
            bench.say(Event::Numeric(in_unit(id, outside))).run(secs(1));
        }
        assert_eq!(standing(&mut bench).len(), 1, "{id} {outside}");
        for value in still {
            bench.say(Event::Numeric(in_unit(id, value))).run(secs(1));
            assert_eq!(standing(&mut bench).len(), 1, "{id} {value}");
        }
        bench.say(Event::Numeric(in_unit(id, back)));
        assert_eq!(standing(&mut bench), [], "{id} {back}");
    }
}

#[test]
fn a_limit_that_hysteresis_would_never_let_go_does_end() {
    let mut bench = bench();
    let narrow = vec![limit("spo2", Some(99), None), limit("hr.ecg", Some(70), Some(72))];
    let set = Command::SetLimits { bed: bed("1"), limits: Some(narrow) };
    assert_eq!(bench.command(set), Receipt::Done);
    for _ in 0..7 {
        say(&mut bench, "hr.ecg", 60);
        speak(&mut bench, "spo2", 98, 1);
    }
    assert_eq!(standing(&mut bench), [below("hr.ecg"), below("spo2")]);
    // 2 % over 99 % would be more than there is; 70 and 1.4 more than the middle between both.
    say(&mut bench, "spo2", 100);
    say(&mut bench, "hr.ecg", 71);
    assert_eq!(standing(&mut bench), []);
}

#[test]
fn from_one_side_to_the_other_is_another_alarm_with_its_own_delay() {
    let mut bench = bench();
    speak(&mut bench, "hr.ecg", 40, 7);
    bench.log();
    speak(&mut bench, "hr.ecg", 150, 1);
    assert_eq!(bench.log(), [LogKind::StationAlarmEnded(below("hr.ecg"))]);
    speak(&mut bench, "hr.ecg", 150, 4);
    say(&mut bench, "hr.ecg", 150);
    assert_eq!(bench.log(), []);
    bench.run(secs(1));
    assert_eq!(bench.log(), [LogKind::StationAlarm(above("hr.ecg"))]);
}

#[test]
fn apnoea_is_never_waited_for() {
    let mut bench = bench();
    bench.say(stream(key("apnea.time"), every(1000)));
    say(&mut bench, "apnea.time", 20);
    assert_eq!(standing(&mut bench), []);
    bench.run(secs(1));
    say(&mut bench, "apnea.time", 21);
    assert_eq!(standing(&mut bench), [above("apnea.time")]);
}

#[test]
fn off_without_a_policy_and_without_a_known_category() {
    let mut bench = bench();
    bench.board.set_policy(AlarmPolicy::default());
    speak(&mut bench, "spo2", 80, 20);
    assert_eq!(bench.station_alarms(), []);
    assert_eq!(bench.tile().watch.limits, None);
    let set = Command::SetLimits { bed: bed("1"), limits: None };
    assert_eq!(bench.command(set), Receipt::Refused(Refusal::NotAllowed));
    // Nor with a policy that has none for the category, until a person sets some.
    bench.board.set_policy(policy());
    for category in [None, Some(PatientCategory::Paediatric)] {
        bench.say(of_category(category));
        speak(&mut bench, "spo2", 80, 20);
        assert_eq!(bench.station_alarms(), []);
        assert_eq!(bench.tile().watch.limits, None);
    }
    let own = vec![limit("spo2", Some(85), None)];
    let set = Command::SetLimits { bed: bed("1"), limits: Some(own.clone()) };
    assert_eq!(bench.command(set), Receipt::Done);
    speak(&mut bench, "spo2", 80, 7);
    assert_eq!(standing(&mut bench), [below("spo2")]);
    let view = bench.tile().watch.limits.clone().expect("limits");
    assert_eq!(view.limits, own);
    // And a category that becomes known brings its own.
    let unset = Command::SetLimits { bed: bed("1"), limits: None };
    assert_eq!(bench.command(unset), Receipt::Done);
    assert_eq!(standing(&mut bench), []);
    bench.say(of_category(Some(PatientCategory::Neonate)));
    bench.say(stream(key("hr.ecg"), every(1000)));
    speak(&mut bench, "hr.ecg", 90, 7);
    assert_eq!(standing(&mut bench), [below("hr.ecg")]);
}

#[test]
fn only_what_is_believed_counts() {
    let real = |value| in_unit("spo2", Decimal::whole(value));
    let doubtful =
        |validity| Numeric { reading: Reading::of(Decimal::whole(80), validity), ..real(80) };
    let cases = [
        doubtful(Validity::Questionable),
        doubtful(Validity::Calibrating),
        doubtful(Validity::Ongoing),
        Numeric { nature: Nature::Demo, ..real(80) },
        Numeric { unit: Unit::one(), ..real(80) },
        Numeric { measured: Measured::Backfill(ms(10)), ..real(80) },
        real(-1),
    ];
    for numeric in cases {
        let mut bench = bench();
        say(&mut bench, "spo2", 97);
        for _ in 0..20 {
            bench.run(secs(1)).say(Event::Numeric(numeric.clone()));
        }
        assert_eq!(standing(&mut bench), [], "{numeric:?}");
    }
    let mut bench = bench();
    let setting = StreamInfo { category: Category::Setting, ..info(key("spo2"), every(1000)) };
    bench.say(Event::Stream(setting));
    speak(&mut bench, "spo2", 80, 20);
    assert_eq!(standing(&mut bench), [], "a setting is no measurement");
}

#[test]
fn the_value_counts_as_it_is_shown() {
    let mut bench = bench();
    let shown = StreamInfo { digits: Some(0), ..info(key("spo2"), every(1000)) };
    bench.say(Event::Stream(shown));
    for _ in 0..10 {
        bench.say(Event::Numeric(in_unit("spo2", Decimal::new(896, -1)))).run(secs(1));
    }
    assert_eq!(standing(&mut bench), [], "it reads 90");
    for _ in 0..10 {
        bench.say(Event::Numeric(in_unit("spo2", Decimal::new(894, -1)))).run(secs(1));
    }
    assert_eq!(standing(&mut bench), [below("spo2")], "it reads 89");
}

#[test]
fn units_are_converted() {
    let mut bench = bench();
    for (fahrenheit, expected) in [(1022, vec![]), (1025, vec![above("temp")])] {
        let value = in_unit("temp", Decimal::new(fahrenheit, -1));
        for _ in 0..10 {
            let numeric = Numeric { unit: Unit::ucum("[degF]"), ..value.clone() };
            bench.say(Event::Numeric(numeric)).run(secs(1));
        }
        assert_eq!(standing(&mut bench), expected, "{fahrenheit}");
    }
}

#[test]
fn a_value_that_is_lost_ends_it_as_not_known() {
    let mut bench = bench();
    speak(&mut bench, "hr.ecg", 70, 1);
    speak(&mut bench, "spo2", 80, 7);
    // The device goes on, the stream does not: its last value came a second ago.
    for second in 0..9 {
        speak(&mut bench, "hr.ecg", 70, 1);
        assert_eq!(standing(&mut bench), [below("spo2")], "second {second}");
    }
    bench.run(NS);
    assert_eq!(standing(&mut bench), []);
    speak(&mut bench, "hr.ecg", 70, 1);
    let lost = StationAlarmKind::StreamLost(key("spo2"));
    assert_eq!(bench.station_alarms(), [(lost, Priority::Medium)]);
    // Back and still outside: the delay counts anew.
    for _ in 0..6 {
        assert_eq!(standing(&mut bench), []);
        say(&mut bench, "hr.ecg", 70);
        speak(&mut bench, "spo2", 80, 1);
    }
    assert_eq!(standing(&mut bench), [below("spo2")]);
}

#[test]
fn a_value_that_the_device_takes_back_ends_it_after_as_long() {
    let mut bench = bench();
    speak(&mut bench, "spo2", 80, 7);
    let off = |bench: &mut Bench| {
        let reading = Reading::absent(Validity::NotAvailable);
        bench.say(Event::Numeric(Numeric { reading, ..in_unit("spo2", Decimal::whole(0)) }));
    };
    for _ in 0..10 {
        off(&mut bench);
        assert_eq!(standing(&mut bench), [below("spo2")]);
        bench.run(secs(1));
    }
    bench.run(NS);
    assert_eq!(standing(&mut bench), []);
    // While an alarm still waits, 5 s without a value end the wait.
    speak(&mut bench, "spo2", 80, 3);
    for _ in 0..6 {
        off(&mut bench);
        bench.run(secs(1));
    }
    speak(&mut bench, "spo2", 80, 5);
    say(&mut bench, "spo2", 80);
    assert_eq!(standing(&mut bench), []);
    bench.run(secs(1));
    assert_eq!(standing(&mut bench), [below("spo2")]);
}

#[test]
fn a_value_must_be_live_at_the_end_of_the_delay() {
    let mut bench = bench();
    speak(&mut bench, "spo2", 80, 3);
    // 3.2 s without a value: late at the end of the delay, and then live again.
    bench.run(ms(3200));
    assert_eq!(standing(&mut bench), []);
    say(&mut bench, "spo2", 80);
    assert_eq!(standing(&mut bench), [below("spo2")]);
}

#[test]
fn a_closed_line_ends_it_at_once() {
    let mut bench = bench();
    bench.line("a", &["mp"], vigie_board::LineChange::Up);
    speak(&mut bench, "spo2", 80, 7);
    assert_eq!(standing(&mut bench), [below("spo2")]);
    bench.line("a", &[], vigie_board::LineChange::Down);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::LineClosed, Priority::Medium)]);
}

#[test]
fn a_cuff_pressure_is_watched_as_long_as_it_is_not_grey() {
    let mut bench = bench();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    say(&mut bench, "nibp.sys", 80);
    bench.run(secs(6));
    assert_eq!(standing(&mut bench), [below("nibp.sys")]);
    bench.run(secs(300));
    say(&mut bench, "nibp.sys", 110);
    assert_eq!(standing(&mut bench), []);
}

#[test]
fn a_person_sets_limits_for_the_stay() {
    let mut bench = bench();
    say(&mut bench, "hr.ecg", 80);
    let own = vec![limit("hr.ecg", Some(70), Some(90))];
    let set = Command::SetLimits { bed: bed("1"), limits: Some(own.clone()) };
    let since = bench.wall();
    assert_eq!(bench.command(set), Receipt::Done);
    let line = LogKind::WatchLimits { limits: Some(own.clone()), by: text("AB") };
    assert_eq!(bench.log(), [line]);
    let view = bench.tile().watch.limits.clone().expect("limits");
    assert_eq!((&view.limits, view.set), (&own, Some(EnteredBy { by: text("AB"), at: since })));
    assert_eq!(view.tightened, [limit("hr.ecg", Some(64), Some(100))], "0.8 and 1.25 times 80");
    speak(&mut bench, "hr.ecg", 95, 7);
    assert_eq!(standing(&mut bench), [above("hr.ecg")]);
    // Wider on the same side: it goes on or ends with the value, without a second delay.
    for (high, expected) in [(94, 1), (95, 0), (94, 0)] {
        let limits = Some(vec![limit("hr.ecg", Some(70), Some(high))]);
        assert_eq!(bench.command(Command::SetLimits { bed: bed("1"), limits }), Receipt::Done);
        assert_eq!(standing(&mut bench).len(), expected, "{high}");
    }
    // Another stay has those of its category.
    bench.log();
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    assert!(bench.log().contains(&LogKind::WatchLimits { limits: None, by: text("AB") }));
    let view = bench.tile().watch.limits.clone().expect("limits");
    assert_eq!((view.limits.len(), view.set), (5, None));
}

#[test]
fn what_cannot_be_meant_is_refused_and_changes_nothing() {
    let mut bench = bench();
    let whole = Some(Decimal::whole(50));
    let bad = [
        vec![limit("no.such.id", Some(1), None)],
        vec![limit("w.pleth", Some(1), None)],
        vec![limit("spo2", None, None)],
        vec![limit("spo2", Some(95), Some(90))],
        vec![limit("spo2", Some(90), Some(90))],
        vec![limit("spo2", Some(90), Some(101))],
        vec![limit("spo2", Some(-1), None)],
        vec![WatchLimit { id: text("spo2"), low: Some(Decimal::new(i64::MAX, 127)), high: whole }],
        vec![limit("spo2", Some(90), None), limit("spo2", Some(80), None)],
    ];
    for limits in bad {
        let set = Command::SetLimits { bed: bed("1"), limits: Some(limits.clone()) };
        assert_eq!(bench.command(set), Receipt::Refused(Refusal::BadLimit), "{limits:?}");
    }
    let set = |name: &str| Command::SetLimits { bed: bed(name), limits: Some(Vec::new()) };
    assert_eq!(bench.command(set("9")), Receipt::Refused(Refusal::NoSuchBed));
    assert_eq!(bench.command(set("2")), Receipt::Refused(Refusal::NobodyThere));
    assert_eq!(bench.log(), []);
    // Nothing watched is a decision too.
    assert_eq!(bench.command(set("1")), Receipt::Done);
    speak(&mut bench, "spo2", 80, 10);
    assert_eq!(standing(&mut bench), []);
}

#[test]
fn a_discharged_bed_and_a_device_without_a_bed_have_none() {
    let mut bench = bench();
    speak(&mut bench, "spo2", 80, 7);
    assert_eq!(bench.command(Command::Discharge { bed: bed("1") }), Receipt::Done);
    assert_eq!(standing(&mut bench), []);
    speak(&mut bench, "spo2", 80, 10);
    assert_eq!(standing(&mut bench), []);
    assert_eq!(bench.tile().watch.limits, None);
    assert_eq!(bench.assign("mp", None), Receipt::Done);
    speak(&mut bench, "spo2", 80, 10);
    assert!(bench.view().unassigned[0].station_alarms.is_empty());
    assert_eq!(bench.assign("mp", Some("2")), Receipt::Done);
    speak(&mut bench, "spo2", 80, 7);
    assert_eq!(bench.view().tiles[1].station_alarms.len(), 1);
}

#[test]
fn a_restart_restores_what_was_set() {
    let mut bench = bench();
    let own = vec![limit("spo2", Some(85), None)];
    let set = Command::SetLimits { bed: bed("1"), limits: Some(own.clone()) };
    let since = bench.wall();
    assert_eq!(bench.command(set), Receipt::Done);
    let kept = serde_json::to_string(&bench.board.snapshot()).expect("a snapshot is JSON");
    let kept = serde_json::from_str(&kept).expect("and is read again");
    let beds = vec![Bed { id: bed("1"), label: text("1") }];
    let config = BoardConfig { mode: StationMode::Replay, beds, run: RunId(2) };
    let mut again = Bench { board: Board::new(config), now: bench.now };
    again.board.set_policy(policy());
    let wall = again.wall();
    again.board.restore(again.now, wall, &kept, wall);
    let line = LogKind::WatchLimits { limits: Some(own.clone()), by: text("AB") };
    assert!(again.log().contains(&line));
    let view = again.tile().watch.limits.clone().expect("limits");
    assert_eq!((view.limits, view.set), (own, Some(EnteredBy { by: text("AB"), at: since })));
    again.say(stream(key("spo2"), every(1000)));
    speak(&mut again, "spo2", 86, 10);
    assert_eq!(standing(&mut again), []);
    speak(&mut again, "spo2", 84, 7);
    assert_eq!(standing(&mut again), [below("spo2")]);
}

#[test]
fn what_a_device_had_in_its_memory_begins_no_alarm() {
    let cuff = |value: i64, measured: Measured| {
        Event::Numeric(Numeric { measured, ..in_unit("nibp.sys", Decimal::whole(value)) })
    };
    let low = Measured::Backfill(secs(300));
    let mut bench = bench();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    // Measured while the link was lost: shown and recorded, and never heard.
    bench.say(cuff(60, low)).run(secs(60));
    assert_eq!(standing(&mut bench), []);
    // As low now: that is an alarm, also where memory comes between.
    bench.say(cuff(61, Measured::Now)).run(secs(3));
    bench.say(cuff(62, Measured::Backfill(secs(1)))).run(secs(3));
    assert_eq!(standing(&mut bench), [below("nibp.sys")]);
    // Measured later than what the alarm is about, and well inside: it is over.
    bench.run(secs(10)).say(cuff(120, Measured::Backfill(secs(2))));
    assert_eq!(standing(&mut bench), []);
}

//! Values that no patient has.

use crate::common::*;
use vigie_board::{Command, Receipt, view::Shown};
use vigie_model::*;

fn in_unit(id: &str, value: i64) -> Numeric {
    let ucum = key(id).metric().expect("a row").ucum;
    Numeric { unit: Unit::ucum(ucum), ..numeric_of(key(id), reading(value)) }
}

fn say(bench: &mut Bench, id: &str, value: i64) {
    bench.say(Event::Numeric(in_unit(id, value)));
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.say(stream(key("spo2"), every(1000)));
    say(&mut bench, "spo2", 97);
    bench.log();
    bench
}

fn odd() -> (StationAlarmKind, Priority) {
    (StationAlarmKind::Implausible(key("spo2")), Priority::Low)
}

#[test]
fn it_is_shown_as_sent_with_a_question_mark_and_is_no_alarm_by_itself() {
    let mut bench = bench();
    say(&mut bench, "spo2", 127);
    let shown = Shown::Number { value: Decimal::whole(127), validity: Validity::Questionable };
    assert_eq!(bench.number("spo2").shown, shown);
    for value in [97, 100, 0] {
        bench.run(secs(1));
        say(&mut bench, "spo2", value);
        let shown = Shown::Number { value: Decimal::whole(value), validity: Validity::Valid };
        assert_eq!(bench.number("spo2").shown, shown, "the span holds its own ends");
    }
    bench.run(secs(4));
    assert_eq!(bench.station_alarms(), []);
    // A single wrong value that is the last for a while is none either.
    say(&mut bench, "spo2", 127);
    bench.run(secs(5));
    assert_eq!(bench.station_alarms(), []);
}

#[test]
fn it_is_an_alarm_after_three_seconds_and_ends_with_a_value_that_can_be() {
    let mut bench = bench();
    say(&mut bench, "spo2", 127);
    bench.run(secs(1));
    say(&mut bench, "spo2", 128);
    bench.run(secs(2) - NS);
    say(&mut bench, "spo2", 127);
    assert_eq!(bench.station_alarms(), []);
    bench.run(NS);
    say(&mut bench, "spo2", 127);
    assert_eq!(bench.station_alarms(), [odd()]);
    assert_eq!(bench.log(), [LogKind::StationAlarm(odd().0)]);
    bench.run(secs(1));
    say(&mut bench, "spo2", 97);
    assert_eq!(bench.station_alarms(), []);
    assert_eq!(bench.log(), [LogKind::StationAlarmEnded(odd().0)]);
    // The count begins anew.
    bench.run(secs(1));
    say(&mut bench, "spo2", 127);
    bench.run(secs(2));
    say(&mut bench, "spo2", 127);
    assert_eq!(bench.station_alarms(), []);
}

#[test]
fn it_ends_when_the_device_gives_no_number_and_when_the_value_is_lost() {
    for is_lost in [false, true] {
        let mut bench = bench();
        for _ in 0..5 {
            bench.run(secs(1));
            say(&mut bench, "spo2", 127);
        }
        assert_eq!(bench.station_alarms(), [odd()]);
        if is_lost {
            bench.run(secs(10));
            assert!(bench.station_alarms().contains(&odd()));
            bench.run(NS);
            let lost = (StationAlarmKind::DeviceLost, Priority::Medium);
            assert_eq!(bench.station_alarms(), [lost]);
        } else {
            let off = Reading::absent(Validity::NotAvailable);
            bench.say(Event::Numeric(numeric_of(key("spo2"), off)));
            assert_eq!(bench.station_alarms(), []);
        }
    }
}

#[test]
fn a_value_that_stands_by_heartbeats_counts_by_them() {
    let mut bench = Bench::new();
    let proof = secs(1);
    bench.say(stream(key("spo2"), Cadence::OnChange { proof }));
    say(&mut bench, "spo2", 127);
    bench.run(secs(2)).say(Event::Alive);
    assert_eq!(bench.station_alarms(), []);
    bench.run(secs(1)).say(Event::Alive);
    assert_eq!(bench.station_alarms(), [odd()]);
}

#[test]
fn alarms_of_the_device_about_it_are_mirrored_all_the_same() {
    let mut bench = bench();
    let desaturation = Alarm {
        subject: Some(key("spo2")),
        ..alarm("DESAT", AlarmKind::Physiological, Priority::High)
    };
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[desaturation]));
    say(&mut bench, "spo2", 127);
    assert_eq!(bench.tile().alarms.list[0].priority, Priority::High);
    let priority = |bench: &mut Bench| bench.number("spo2").alarm.map(|alarm| alarm.priority);
    assert_eq!(priority(&mut bench), Some(Priority::High));
    let flagged = Numeric { in_alarm: true, ..in_unit("spo2", 127) };
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[]));
    bench.say(Event::Numeric(flagged));
    assert_eq!(priority(&mut bench), Some(Priority::Medium));
}

#[test]
fn it_is_judged_in_the_units_of_the_row_or_not_at_all() {
    let cases = [
        (Unit::ucum("[degF]"), 99, true),
        (Unit::ucum("Cel"), 99, false),
        (Unit::ucum("K"), 310, true),
        (Unit::AsSent(text("Cel")), 99, true),
    ];
    for (unit, value, is_believed) in cases {
        let mut bench = Bench::new();
        bench.say(stream(key("temp"), every(1000)));
        for _ in 0..6 {
            let numeric = numeric_of(key("temp"), reading(value));
            bench.run(secs(1)).say(Event::Numeric(Numeric { unit: unit.clone(), ..numeric }));
        }
        assert_eq!(bench.station_alarms().is_empty(), is_believed, "{value} {unit:?}");
    }
}

#[test]
fn what_a_person_set_and_what_comes_from_memory_is_not_doubted_aloud() {
    let mut bench = Bench::new();
    let setting = StreamInfo { category: Category::Setting, ..info(key("spo2"), every(1000)) };
    bench.say(Event::Stream(setting));
    for _ in 0..6 {
        bench.run(secs(1));
        say(&mut bench, "spo2", 127);
    }
    assert_eq!(bench.station_alarms(), []);
    let mut bench = self::bench();
    for _ in 0..6 {
        bench.run(secs(1));
        let old = Numeric { measured: Measured::Backfill(ms(100)), ..in_unit("spo2", 127) };
        bench.say(Event::Numeric(old));
    }
    assert!(!bench.station_alarms().contains(&odd()));
}

#[test]
fn another_stay_begins_without_it() {
    let mut bench = bench();
    for _ in 0..5 {
        bench.run(secs(1));
        say(&mut bench, "spo2", 127);
    }
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    assert_eq!(bench.station_alarms(), []);
    say(&mut bench, "spo2", 127);
    bench.run(secs(2));
    say(&mut bench, "spo2", 127);
    assert_eq!(bench.station_alarms(), []);
    bench.run(secs(1));
    say(&mut bench, "spo2", 127);
    assert_eq!(bench.station_alarms(), [odd()]);
}

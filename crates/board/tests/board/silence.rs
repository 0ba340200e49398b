//! Ages and silences, on both sides of every limit.

use crate::common::*;
use vigie_board::{
    LineChange,
    view::{Freshness, Shown},
};
use vigie_model::*;

const NO_ALARM: [(StationAlarmKind, Priority); 0] = [];

#[test]
fn a_value_ages_by_the_table_to_the_nanosecond() {
    // Period, LATE over, STALE over, LOST over.
    for (period, late, stale, lost) in [
        (Some(1024), ms(2560), ms(5000), ms(10_000)),
        (Some(3000), ms(7500), ms(9000), ms(15_000)),
        (None, ms(2500), ms(5000), ms(10_000)),
    ] {
        let mut bench = Bench::new();
        if let Some(period) = period {
            bench.say(stream(key("hr.ecg"), every(period)));
        }
        bench.say(numeric("hr.ecg", 80));
        let heard = bench.now;
        for (limit, before, after) in [
            (late, Freshness::Live, Freshness::Late),
            (stale, Freshness::Late, Freshness::Stale),
            (lost, Freshness::Stale, Freshness::Lost),
        ] {
            bench.now = heard + limit;
            assert_eq!(bench.freshness("hr.ecg"), before, "{period:?} at {limit:?}");
            bench.pass(NS);
            assert_eq!(bench.freshness("hr.ecg"), after, "{period:?} over {limit:?}");
        }
    }
}

#[test]
fn stale_shows_the_number_and_lost_shows_dashes_with_the_last_one() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    let number = bench.number("hr.ecg");
    assert_eq!(
        number.shown,
        Shown::Number { value: Decimal::whole(80), validity: Validity::Valid }
    );
    assert!(!number.show_age);
    bench.pass(ms(7300));
    let number = bench.number("hr.ecg");
    assert_eq!((number.freshness, number.age, number.show_age), (Freshness::Stale, secs(7), true));
    assert!(matches!(number.shown, Shown::Number { .. }));
    bench.pass(secs(5));
    let number = bench.number("hr.ecg");
    assert_eq!(number.shown, Shown::Dashes { last: Some((Decimal::whole(80), START_WALL)) });
}

#[test]
fn a_silent_device_is_one_alarm_low_then_medium() {
    let mut bench = Bench::new();
    for id in ["hr.ecg", "spo2", "rr"] {
        bench.say(numeric(id, 50));
    }
    bench.run(secs(5));
    assert_eq!(bench.station_alarms(), NO_ALARM);
    bench.run(NS);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceStale, Priority::Low)]);
    bench.run(secs(5) - NS);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceStale, Priority::Low)]);
    bench.run(NS);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    bench.say(numeric("hr.ecg", 51));
    assert_eq!(bench.station_alarms(), NO_ALARM);
    assert_eq!(
        bench.log(),
        [
            LogKind::StationAlarm(StationAlarmKind::DeviceStale),
            LogKind::StationAlarmEnded(StationAlarmKind::DeviceStale),
            LogKind::StationAlarm(StationAlarmKind::DeviceLost),
            LogKind::StationAlarmEnded(StationAlarmKind::DeviceLost),
        ]
    );
}

#[test]
fn the_log_tells_the_moment_of_the_limit_and_not_that_of_the_next_look() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).run(secs(60));
    let stamps: Vec<MonoTime> =
        std::iter::from_fn(|| bench.board.poll_log()).map(|entry| entry.stamp.mono).collect();
    assert_eq!(stamps, [START + secs(5) + NS, START + secs(10) + NS, START + secs(10) + NS]);
}

#[test]
fn a_stream_that_stops_while_others_go_on_is_its_own_alarm() {
    let mut bench = Bench::new();
    bench.say(numeric("spo2", 97));
    for _ in 0..5 {
        bench.say(numeric("hr.ecg", 80)).run(secs(1));
    }
    bench.say(numeric("hr.ecg", 80));
    assert_eq!(bench.station_alarms(), NO_ALARM, "at the limit");
    bench.run(NS).say(numeric("hr.ecg", 80));
    let spo2_stale = (StationAlarmKind::StreamStale(key("spo2")), Priority::Low);
    assert_eq!(bench.station_alarms(), std::slice::from_ref(&spo2_stale), "over the limit");
    for _ in 0..5 {
        bench.run(secs(1) - NS).say(numeric("hr.ecg", 80));
    }
    assert_eq!(bench.station_alarms(), [spo2_stale], "at 10 s, less five nanoseconds");
    bench.run(secs(1)).say(numeric("hr.ecg", 80));
    let spo2_lost = (StationAlarmKind::StreamLost(key("spo2")), Priority::Medium);
    assert_eq!(bench.station_alarms(), std::slice::from_ref(&spo2_lost));
    // It stays until a value comes, whatever the device does meanwhile.
    bench.run(secs(30)).say(numeric("hr.ecg", 80));
    assert!(bench.station_alarms().contains(&spo2_lost));
    bench.say(numeric("spo2", 96));
    assert_eq!(bench.station_alarms(), NO_ALARM);
}

#[test]
fn late_is_shown_and_is_no_alarm() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).run(ms(4900));
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Late);
    assert_eq!(bench.tile().link.freshness, Some(Freshness::Late));
    assert_eq!(bench.station_alarms(), NO_ALARM);
    assert_eq!(bench.log(), []);
}

#[test]
fn a_device_that_comes_back_does_not_find_an_alarm_for_each_stream() {
    let mut bench = Bench::new();
    for id in ["hr.ecg", "spo2", "rr"] {
        bench.say(numeric(id, 50));
    }
    bench.run(secs(60)).say(numeric("hr.ecg", 50));
    assert_eq!(bench.station_alarms(), NO_ALARM);
    bench.run(ms(500)).say(numeric("spo2", 50));
    // `rr` has its stale limit of 5 s to come back, and is then missed at once, as lost.
    for _ in 0..9 {
        bench.run(ms(500)).say(numeric("hr.ecg", 50)).say(numeric("spo2", 50));
    }
    assert_eq!(bench.station_alarms(), NO_ALARM);
    bench.run(NS).say(numeric("hr.ecg", 50));
    let rr_lost = (StationAlarmKind::StreamLost(key("rr")), Priority::Medium);
    assert_eq!(bench.station_alarms(), [rr_lost]);
}

#[test]
fn a_device_that_comes_and_goes_cannot_hide_a_stream_that_does_not() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 50)).say(numeric("spo2", 50));
    for _ in 0..3 {
        bench.run(secs(6)).say(numeric("hr.ecg", 50));
    }
    let spo2_lost = (StationAlarmKind::StreamLost(key("spo2")), Priority::Medium);
    assert_eq!(bench.station_alarms(), [spo2_lost]);
}

#[test]
fn a_slow_stream_does_not_make_a_fast_device_patient() {
    let mut bench = Bench::new();
    bench.say(stream(key("temp"), every(60_000))).say(numeric("temp", 37));
    bench.say(numeric("hr.ecg", 80)).run(secs(5) + NS);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceStale, Priority::Low)]);
    assert_eq!(bench.freshness("temp"), Freshness::Live);
    // Once the fast stream is known to have stopped, the slow one alone says how long is long.
    bench.run(secs(10)).say(numeric("temp", 37)).run(secs(44));
    bench.say(numeric("temp", 37));
    let hr_lost = (StationAlarmKind::StreamLost(key("hr.ecg")), Priority::Medium);
    assert_eq!(bench.station_alarms(), std::slice::from_ref(&hr_lost));
    bench.run(secs(180));
    assert_eq!(bench.station_alarms(), std::slice::from_ref(&hr_lost));
    bench.run(NS);
    assert_eq!(bench.station_alarms(), [hr_lost, (StationAlarmKind::DeviceStale, Priority::Low)]);
}

#[test]
fn a_value_by_change_lives_by_the_heartbeat() {
    let mut bench = Bench::new();
    bench.say(stream(key("hr.ecg"), Cadence::OnChange { proof: secs(2) }));
    bench.say(numeric("hr.ecg", 80));
    for _ in 0..30 {
        bench.run(secs(2)).say(Event::Alive);
    }
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Live);
    assert_eq!(
        bench.number("hr.ecg").shown,
        Shown::Number { value: Decimal::whole(80), validity: Validity::Valid }
    );
    for (limit, before, after) in [
        (secs(5), Freshness::Live, Freshness::Late),
        (secs(6), Freshness::Late, Freshness::Stale),
        (secs(10), Freshness::Stale, Freshness::Lost),
    ] {
        bench.now = START + secs(60) + limit;
        assert_eq!(bench.freshness("hr.ecg"), before);
        bench.pass(NS);
        assert_eq!(bench.freshness("hr.ecg"), after);
    }
    bench.say(Event::Alive);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Live);
}

#[test]
fn after_a_closed_line_a_heartbeat_vouches_for_nothing_said_before() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up);
    bench.say(stream(key("hr.ecg"), Cadence::OnChange { proof: secs(2) }));
    bench.say(numeric("hr.ecg", 80));
    bench.line("com1", &["mp"], LineChange::Down).line("com1", &["mp"], LineChange::Up);
    bench.run(ms(100)).say(Event::Alive);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Lost);
    for _ in 0..7 {
        bench.run(secs(1)).say(Event::Alive);
    }
    let hr_stale = (StationAlarmKind::StreamStale(key("hr.ecg")), Priority::Low);
    assert_eq!(bench.station_alarms(), [hr_stale], "its 6 s to come back are over");
    bench.say(numeric("hr.ecg", 81)).run(secs(2)).say(Event::Alive);
    assert_eq!(bench.station_alarms(), NO_ALARM);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Live);
}

#[test]
fn a_cuff_pressure_is_never_stale_by_silence_and_always_tells_its_age() {
    for (interval, grey) in [(None, secs(900)), (Some(secs(300)), secs(450))] {
        let mut bench = Bench::new();
        bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval }));
        bench.say(numeric("nibp.sys", 120)).say(numeric("hr.ecg", 80));
        let number = bench.number("nibp.sys");
        assert_eq!((number.freshness, number.show_age), (Freshness::Live, true));
        let at = |bench: &mut Bench, age| {
            bench.run(START + age - bench.now).say(numeric("hr.ecg", 80));
            bench.number("nibp.sys")
        };
        assert_eq!(at(&mut bench, grey).freshness, Freshness::Live);
        assert_eq!(at(&mut bench, grey + NS).freshness, Freshness::Stale);
        let hour = at(&mut bench, secs(3600));
        assert_eq!((hour.freshness, hour.age), (Freshness::Stale, secs(3600)));
        assert!(matches!(hour.shown, Shown::Number { .. }));
        let dated = at(&mut bench, secs(3600) + NS);
        assert_eq!(dated.shown, Shown::Dashes { last: Some((Decimal::whole(120), START_WALL)) });
        assert_eq!(bench.station_alarms(), NO_ALARM);
    }
}

#[test]
fn a_cuff_pressure_is_dated_while_the_device_is_lost() {
    let mut bench = Bench::new();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    bench.say(numeric("nibp.sys", 120)).say(numeric("hr.ecg", 80));
    bench.pass(secs(10));
    assert_eq!(bench.freshness("nibp.sys"), Freshness::Live);
    bench.pass(NS);
    assert_eq!(bench.freshness("nibp.sys"), Freshness::Lost);
    bench.say(numeric("hr.ecg", 80));
    assert_eq!(bench.freshness("nibp.sys"), Freshness::Live);
}

#[test]
fn a_device_of_episodic_values_is_not_judged_by_its_silence() {
    let mut bench = Bench::new();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    bench.say(numeric("nibp.sys", 120)).run(secs(600));
    assert_eq!(bench.freshness("nibp.sys"), Freshness::Live);
    assert_eq!(bench.tile().link.freshness, Some(Freshness::Live));
    assert_eq!(bench.station_alarms(), NO_ALARM);
}

#[test]
fn a_measurement_sent_again_does_not_grow_younger() {
    let mut bench = Bench::new();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    let time =
        |minute| Some(DeviceTime { year: 2026, month: 11, day: 21, hour: 9, minute, second: 0 });
    let cuff = |value, minute| {
        let device_time = time(minute);
        Event::Numeric(Numeric { device_time, ..numeric_of(key("nibp.sys"), reading(value)) })
    };
    for _ in 0..90 {
        bench.say(cuff(120, 1)).run(secs(1));
    }
    assert_eq!(bench.number("nibp.sys").age, secs(90));
    bench.say(cuff(120, 16));
    assert_eq!(bench.number("nibp.sys").age, secs(0));
}

#[test]
fn an_age_that_the_device_tells_counts() {
    let mut bench = Bench::new();
    let old = |ago, value| {
        let measured = Measured::Ago(ago);
        Event::Numeric(Numeric { measured, ..numeric_of(key("hr.ecg"), reading(value)) })
    };
    bench.say(old(secs(4), 80));
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Late);
    bench.say(old(secs(11), 80));
    let number = bench.number("hr.ecg");
    assert_eq!(number.freshness, Freshness::Lost);
    let measured = START_WALL.before(secs(11));
    assert_eq!(number.shown, Shown::Dashes { last: Some((Decimal::whole(80), measured)) });
}

#[test]
fn backfill_replaces_nothing_newer_never_looks_live_and_never_sounds() {
    let mut bench = Bench::new();
    let back = |ago, value| {
        let measured = Measured::Backfill(ago);
        let numeric = numeric_of(key("hr.ecg"), reading(value));
        Event::Numeric(Numeric { measured, in_alarm: true, ..numeric })
    };
    bench.say(back(ms(100), 70));
    let number = bench.number("hr.ecg");
    assert_eq!((number.freshness, number.alarm), (Freshness::Stale, None));
    bench.run(secs(60));
    assert_eq!(bench.station_alarms(), NO_ALARM, "never heard but from memory");
    bench.say(numeric("hr.ecg", 80)).run(secs(1)).say(back(secs(2), 71));
    assert!(
        matches!(bench.number("hr.ecg").shown, Shown::Number { value, .. } if value == Decimal::whole(80))
    );
    // Neither does it excuse the silence of what is measured now.
    for _ in 0..11 {
        bench.run(secs(1)).say(back(ms(900), 72)).say(numeric("spo2", 97));
    }
    let hr_lost = (StationAlarmKind::StreamLost(key("hr.ecg")), Priority::Medium);
    assert_eq!(bench.station_alarms(), [hr_lost]);
}

#[test]
fn a_closed_line_is_lost_at_once_and_stays_so_until_something_is_heard() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up).say(numeric("hr.ecg", 80));
    bench.line("com1", &["mp"], LineChange::Down);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Lost);
    let link = bench.tile().link.clone();
    assert_eq!((link.freshness, link.closed), (Some(Freshness::Lost), true));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::LineClosed, Priority::Medium)]);
    bench.run(secs(20));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::LineClosed, Priority::Medium)]);
    bench.line("com1", &["mp"], LineChange::Up);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    bench.say(Event::Alive);
    assert_eq!(bench.station_alarms(), NO_ALARM);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Lost);
    bench.say(numeric("hr.ecg", 81));
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Live);
}

#[test]
fn an_episodic_device_that_is_back_on_its_line_and_says_nothing_is_lost() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up);
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    bench.say(numeric("nibp.sys", 120));
    bench.line("com1", &[], LineChange::Down).line("com1", &[], LineChange::Up);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    assert_eq!(bench.freshness("nibp.sys"), Freshness::Lost);
    bench.say(Event::Alive);
    assert_eq!(bench.station_alarms(), NO_ALARM);
    assert_eq!(bench.freshness("nibp.sys"), Freshness::Live);
}

#[test]
fn streams_of_a_device_in_standby_are_not_missed_until_it_is_back() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).say(numeric("spo2", 97));
    bench.say(Event::Mode(DeviceMode::Standby));
    for _ in 0..30 {
        bench.run(secs(1)).say(Event::Alive);
    }
    assert_eq!(bench.station_alarms(), NO_ALARM);
    assert_eq!(
        (bench.freshness("hr.ecg"), bench.tile().mode),
        (Freshness::Lost, DeviceMode::Standby)
    );
    bench.say(Event::Mode(DeviceMode::Normal)).say(numeric("hr.ecg", 80));
    for _ in 0..5 {
        bench.run(secs(1)).say(numeric("hr.ecg", 80));
    }
    assert_eq!(bench.station_alarms(), NO_ALARM);
    bench.run(NS).say(numeric("hr.ecg", 80));
    let spo2_lost = (StationAlarmKind::StreamLost(key("spo2")), Priority::Medium);
    assert_eq!(bench.station_alarms(), [spo2_lost]);
}

#[test]
fn a_device_in_standby_that_says_nothing_at_all_is_missed_like_any_other() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).say(Event::Mode(DeviceMode::Standby));
    // Its streams fell silent long ago, which is excused; then it does.
    for _ in 0..30 {
        bench.run(secs(1)).say(Event::Alive);
    }
    bench.run(secs(5));
    assert_eq!(bench.station_alarms(), NO_ALARM);
    bench.run(NS);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceStale, Priority::Low)]);
    bench.run(secs(5));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    bench.say(Event::Alive);
    assert_eq!(bench.station_alarms(), NO_ALARM);
}

#[test]
fn a_stream_that_goes_on_in_standby_is_watched() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).say(numeric("spo2", 97)).say(numeric("rr", 14));
    bench.say(Event::Mode(DeviceMode::Standby));
    // What comes at once was still under way; what comes later was measured in spite of standby.
    bench.run(secs(2)).say(numeric("spo2", 97)).say(numeric("hr.ecg", 80));
    bench.run(NS).say(numeric("hr.ecg", 80));
    for _ in 0..11 {
        bench.run(secs(1)).say(Event::Alive);
    }
    let hr_lost = (StationAlarmKind::StreamLost(key("hr.ecg")), Priority::Medium);
    assert_eq!(bench.station_alarms(), std::slice::from_ref(&hr_lost));
    // The end of standby ends the excuse and not the alarm.
    bench.say(Event::Mode(DeviceMode::Normal));
    assert_eq!(bench.station_alarms(), [hr_lost]);
}

#[test]
fn what_the_station_concludes_by_itself_is_no_word_of_the_device() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    let fault = Fault { kind: FaultKind::Checksum, what: text("wrong check sequence"), count: 1 };
    let unknown = alarms(AlarmScope::All, AlarmTruth::Unknown, &[]);
    for _ in 0..4 {
        bench.run(ms(2501)).say(Event::Fault(fault.clone())).say(unknown.clone());
    }
    assert_eq!(bench.tile().link.freshness, Some(Freshness::Lost));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    assert_eq!(bench.tile().faults[0].count, 4);
}

#[test]
fn where_no_number_is_there_is_no_age() {
    let mut bench = Bench::new();
    bench.say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    let absent = |id| Event::Numeric(numeric_of(key(id), Reading::absent(Validity::NotAvailable)));
    bench.say(absent("nibp.sys")).say(absent("rr")).say(numeric("hr.ecg", 80));
    let number = bench.number("nibp.sys");
    assert_eq!((number.shown, number.show_age), (Shown::Absent(Validity::NotAvailable), false));
    bench.pass(secs(6));
    // How long ago the device said that it has no number.
    assert!(bench.number("rr").show_age);
    bench.pass(secs(6));
    let number = bench.number("rr");
    assert_eq!((number.shown, number.show_age), (Shown::Dashes { last: None }, false));
    assert!(!bench.number("nibp.sys").show_age);
    assert!(bench.number("hr.ecg").show_age);
}

#[test]
fn an_absurd_exponent_does_not_fill_the_screen() {
    for exponent in [i8::MIN, i8::MAX] {
        let mut bench = Bench::new();
        let absurd = Reading::of(Decimal::new(8, exponent), Validity::Valid);
        bench.say(Event::Stream(StreamInfo {
            digits: (exponent > 0).then_some(1),
            ..info(key("hr.ecg"), every(1000))
        }));
        bench.say(Event::Numeric(numeric_of(key("hr.ecg"), absurd)));
        let Shown::Number { value, .. } = bench.number("hr.ecg").shown else { panic!("a number") };
        assert!(value.to_string().len() <= 30, "{value}");
    }
}

#[test]
fn a_setting_is_never_missed() {
    let mut bench = Bench::new();
    let mode = unmapped("MODE");
    bench.say(Event::Stream(StreamInfo {
        category: Category::Setting,
        ..info(mode.clone(), every(1000))
    }));
    bench.say(Event::Numeric(numeric_of(mode, reading(3))));
    for _ in 0..20 {
        bench.run(secs(1)).say(numeric("hr.ecg", 80));
    }
    assert_eq!(bench.station_alarms(), NO_ALARM);
}

#[test]
fn words_go_when_they_are_too_old() {
    let mut bench = Bench::new();
    bench.say(Event::Text(TextValue {
        key: unmapped("RHYTHM"),
        value: Some(text("Sinus Rhythm")),
        measured: Measured::Now,
        nature: Nature::Real,
    }));
    bench.pass(secs(10));
    let words = bench.tile().texts[0].clone();
    assert_eq!((words.freshness, words.value), (Freshness::Stale, Some(text("Sinus Rhythm"))));
    bench.pass(NS);
    let words = bench.tile().texts[0].clone();
    assert_eq!((words.freshness, words.value), (Freshness::Lost, None));
}

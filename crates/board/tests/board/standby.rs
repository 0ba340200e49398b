//! Standby of a bed: what it silences, and when it ends.

use crate::common::*;
use vigie_board::{Board, BoardConfig, Command, LineChange, Receipt, Refusal};
use vigie_model::*;

fn standby(bench: &mut Bench, bed_name: &str, why: StandbyReason) {
    let done = bench.command(Command::Standby { bed: bed(bed_name), why });
    assert_eq!(done, Receipt::Done);
}

/// A monitor that says its heart rate every second, for so long.
fn speak(bench: &mut Bench, seconds: u64) {
    for _ in 0..seconds {
        bench.run(secs(1)).say(numeric("hr.ecg", 70));
    }
}

fn speaking() -> Bench {
    let mut bench = Bench::new();
    bench.say(stream(key("hr.ecg"), every(1000))).say(numeric("hr.ecg", 70));
    speak(&mut bench, 3);
    bench.log();
    bench
}

fn is_on(bench: &mut Bench) -> bool {
    bench.tile().watch.standby.is_some()
}

fn ended(log: &[LogKind]) -> Vec<Option<Text>> {
    let ends = log.iter().filter_map(|kind| {
        if let LogKind::StandbyEnded { by } = kind { Some(by.clone()) } else { None }
    });
    ends.collect()
}

fn alarm_kinds(log: &[LogKind]) -> Vec<StationAlarmKind> {
    let began = log.iter().filter_map(|kind| {
        if let LogKind::StationAlarm(kind) = kind { Some(kind.clone()) } else { None }
    });
    began.collect()
}

#[test]
fn it_is_shown_with_who_why_and_since_when_also_on_an_empty_bed() {
    let mut bench = Bench::new();
    standby(&mut bench, "2", StandbyReason::Empty);
    let view = bench.view();
    let shown = view.tiles[1].watch.standby.clone().expect("in standby");
    assert_eq!((shown.why, shown.by.as_str()), (StandbyReason::Empty, "AB"));
    assert_eq!(shown.since, (bench.now, bench.wall()));
    assert_eq!(view.tiles[0].watch.standby, None);
    let line = LogKind::Standby { why: StandbyReason::Empty, by: text("AB") };
    assert_eq!(bench.log(), [line]);
    let nowhere = Command::Standby { bed: bed("9"), why: StandbyReason::Away };
    assert_eq!(bench.command(nowhere), Receipt::Refused(Refusal::NoSuchBed));
    let wall = bench.wall();
    let unnamed = Command::Standby { bed: bed("1"), why: StandbyReason::Away };
    let unnamed = bench.board.handle_command(bench.now, wall, text(" "), unnamed);
    assert_eq!(unnamed, Receipt::Refused(Refusal::NoInitials));
    let ended_there = bench.command(Command::EndStandby { bed: bed("9") });
    assert_eq!(ended_there, Receipt::Refused(Refusal::NoSuchBed));
}

#[test]
fn a_device_that_falls_silent_in_standby_is_no_alarm_and_without_it_is_one() {
    for in_standby in [true, false] {
        let mut bench = speaking();
        bench.say(stream(key("spo2"), every(1000))).say(numeric("spo2", 97));
        if in_standby {
            standby(&mut bench, "1", StandbyReason::Theatre);
        }
        // First the one stream, then the device, then its line.
        speak(&mut bench, 15);
        bench.run(secs(15));
        bench.line("a", &["mp"], LineChange::Up);
        bench.line("a", &["mp"], LineChange::Down);
        bench.run(secs(15));
        let raised = alarm_kinds(&bench.log());
        if in_standby {
            assert_eq!(raised, []);
            assert_eq!(bench.station_alarms(), []);
            assert!(is_on(&mut bench));
        } else {
            for kind in [
                StationAlarmKind::StreamLost(key("spo2")),
                StationAlarmKind::DeviceLost,
                StationAlarmKind::LineClosed,
            ] {
                assert!(raised.contains(&kind), "{kind:?} in {raised:?}");
            }
        }
    }
}

#[test]
fn alarms_about_the_link_that_stand_end_with_it() {
    let mut bench = speaking();
    bench.run(secs(15));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    standby(&mut bench, "1", StandbyReason::Away);
    assert_eq!(bench.station_alarms(), []);
    // And are back when a person ends it and nothing has changed.
    assert_eq!(bench.command(Command::EndStandby { bed: bed("1") }), Receipt::Done);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    assert_eq!(ended(&bench.log()), [Some(text("AB"))]);
    // Ending what is not on changes nothing.
    assert_eq!(bench.command(Command::EndStandby { bed: bed("1") }), Receipt::Done);
    assert_eq!(bench.log(), []);
}

#[test]
fn alarms_of_the_device_are_mirrored_all_the_same() {
    let mut bench = speaking();
    standby(&mut bench, "1", StandbyReason::Away);
    let apnoea = alarm("APNEA", AlarmKind::Physiological, Priority::High);
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[apnoea]));
    assert_eq!(bench.tile().alarms.list.len(), 1);
    assert!(is_on(&mut bench));
}

#[test]
fn values_that_never_stop_end_it_after_two_minutes() {
    let mut bench = speaking();
    standby(&mut bench, "1", StandbyReason::Away);
    speak(&mut bench, 119);
    assert!(is_on(&mut bench));
    bench.run(secs(1) - NS);
    assert!(is_on(&mut bench));
    bench.run(NS);
    assert!(!is_on(&mut bench));
    assert_eq!(ended(&bench.log()), [None]);
}

#[test]
fn values_that_stopped_and_are_back_for_three_seconds_end_it() {
    let mut bench = speaking();
    standby(&mut bench, "1", StandbyReason::Theatre);
    speak(&mut bench, 10);
    bench.run(secs(600));
    assert!(is_on(&mut bench));
    bench.say(numeric("hr.ecg", 70));
    bench.run(secs(3) - NS).say(numeric("hr.ecg", 71));
    assert!(is_on(&mut bench), "back for a little less than 3 s");
    bench.run(NS).say(numeric("hr.ecg", 71));
    assert!(!is_on(&mut bench));
    assert_eq!(ended(&bench.log()), [None]);
    // It is watched again.
    bench.run(secs(11));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
}

#[test]
fn one_last_packet_does_not_end_it() {
    let mut bench = speaking();
    standby(&mut bench, "1", StandbyReason::Theatre);
    for _ in 0..5 {
        bench.run(secs(60)).say(numeric("hr.ecg", 70));
    }
    assert!(is_on(&mut bench), "single values, each followed by silence");
    // Words that are no number of a sensor do not end it either.
    for _ in 0..20 {
        bench.run(secs(1));
        let off = Reading::absent(Validity::NotAvailable);
        bench.say(Event::Numeric(numeric_of(key("hr.ecg"), off))).say(Event::Alive);
    }
    assert!(is_on(&mut bench));
    assert_eq!(ended(&bench.log()), []);
}

#[test]
fn streams_have_their_time_to_come_back_and_are_missed_then() {
    let mut bench = speaking();
    bench.say(stream(key("spo2"), every(1000))).say(numeric("spo2", 97));
    standby(&mut bench, "1", StandbyReason::Theatre);
    bench.run(secs(600));
    bench.say(numeric("hr.ecg", 70));
    speak(&mut bench, 3);
    assert!(!is_on(&mut bench));
    assert_eq!(bench.station_alarms(), []);
    speak(&mut bench, 5);
    assert_eq!(bench.station_alarms(), []);
    speak(&mut bench, 1);
    let missed = StationAlarmKind::StreamLost(key("spo2"));
    assert_eq!(bench.station_alarms(), [(missed, Priority::Medium)]);
}

#[test]
fn an_admission_a_discharge_and_another_patient_end_it() {
    for ends in 0..3 {
        let mut bench = speaking();
        bench.say(patient("7", ""));
        standby(&mut bench, "1", StandbyReason::Theatre);
        bench.log();
        match ends {
            0 => _ = bench.command(Command::Admit { bed: bed("1") }),
            1 => _ = bench.command(Command::Discharge { bed: bed("1") }),
            _ => _ = bench.say(patient("8", "")),
        }
        assert!(!is_on(&mut bench));
        let by = if ends == 2 { "device" } else { "AB" };
        assert_eq!(ended(&bench.log()), [Some(text(by))]);
    }
    // A device put on an empty bed is no admission.
    let mut bench = Bench::without_device();
    standby(&mut bench, "1", StandbyReason::Empty);
    assert_eq!(bench.assign("mp", Some("1")), Receipt::Done);
    assert!(is_on(&mut bench));
    // It is of the bed: the device that leaves takes nothing along.
    assert_eq!(bench.assign("mp", None), Receipt::Done);
    assert!(is_on(&mut bench));
}

/// The same ward after a restart that took a minute.
fn restarted(bench: &mut Bench) -> Bench {
    let kept = serde_json::to_string(&bench.board.snapshot()).expect("a snapshot is JSON");
    let kept = serde_json::from_str(&kept).expect("and is read again");
    let beds = ["1", "2"].map(|name| Bed { id: bed(name), label: text(name) }).into();
    let config = BoardConfig { mode: StationMode::Replay, beds, run: RunId(2) };
    let mut again = Bench { board: Board::new(config), now: bench.now };
    let last_seen = again.wall();
    again.pass(secs(60));
    let wall = again.wall();
    again.board.restore(again.now, wall, &kept, last_seen);
    again
}

#[test]
fn a_restart_keeps_it_with_its_time() {
    let mut bench = speaking();
    standby(&mut bench, "1", StandbyReason::Theatre);
    let since = bench.wall();
    bench.run(secs(60));
    let mut again = restarted(&mut bench);
    let shown = again.tile().watch.standby.clone().expect("in standby");
    assert_eq!((shown.since.1, shown.why), (since, StandbyReason::Theatre));
    assert_eq!(shown.since.0, again.now.before(secs(120)));
    let line = LogKind::Standby { why: StandbyReason::Theatre, by: text("AB") };
    assert!(again.log().contains(&line), "the record of the new run tells of it");
    // The device that does not come back is not missed.
    again.run(secs(120));
    assert_eq!(alarm_kinds(&again.log()), []);
    // Values had stopped: when they are back, it ends.
    again.say(stream(key("hr.ecg"), every(1000))).say(numeric("hr.ecg", 70));
    speak(&mut again, 3);
    assert!(!is_on(&mut again));
}

#[test]
fn a_restart_while_values_still_come_does_not_take_them_for_a_return() {
    let mut bench = speaking();
    standby(&mut bench, "1", StandbyReason::Away);
    let mut again = restarted(&mut bench);
    again.run(secs(10)).say(stream(key("hr.ecg"), every(1000)));
    speak(&mut again, 30);
    assert!(is_on(&mut again));
    again.run(secs(300));
    assert!(is_on(&mut again), "they have stopped");
    again.say(numeric("hr.ecg", 70));
    speak(&mut again, 3);
    assert!(!is_on(&mut again));
}

#[test]
fn a_bed_without_a_device_stays_in_standby_when_one_is_put_there() {
    let mut bench = Bench::new();
    standby(&mut bench, "2", StandbyReason::Empty);
    bench.run(secs(600)).log();
    assert_eq!(bench.assign("nk", Some("2")), Receipt::Done);
    bench.run(secs(600));
    assert!(bench.view().tiles[1].watch.standby.is_some(), "no value came");
    assert_eq!(ended(&bench.log()), []);
    // It ends by itself with the values.
    bench.says("nk", stream(key("hr.ecg"), every(1000)));
    for _ in 0..4 {
        bench.says("nk", numeric("hr.ecg", 70)).run(secs(1));
    }
    assert!(bench.view().tiles[1].watch.standby.is_none());
    assert_eq!(ended(&bench.log()), [None]);
}

//! Who stands where, whose stay it is, and which line a device is heard on.

use crate::common::*;
use vigie_board::{Command, LineChange, Receipt, Refusal, view::Freshness};
use vigie_model::*;

fn stays(log: &[LogKind]) -> Vec<(&str, u64)> {
    log.iter()
        .filter_map(|kind| {
            if let LogKind::StayBegan(stay) = kind {
                Some(("began", stay.id.0))
            } else if let LogKind::StayEnded(stay) = kind {
                Some(("ended", stay.id.0))
            } else {
                None
            }
        })
        .collect()
}

fn has_numbers(bench: &mut Bench) -> bool {
    !bench.tile().blocks.is_empty()
}

#[test]
fn a_device_stands_in_the_tray_until_a_person_puts_it_on_a_bed() {
    let mut bench = Bench::without_device();
    bench.says("second", Event::Alive).says("first", numeric("hr.ecg", 80));
    let view = bench.view();
    let labels: Vec<&str> = view.unassigned.iter().map(|tile| tile.label.as_str()).collect();
    assert_eq!(labels, ["second", "first"], "in the order of their coming");
    assert!(view.tiles.iter().all(|tile| tile.device.is_none()));
    assert_eq!(bench.assign("first", Some("2")), Receipt::Done);
    let view = bench.view();
    assert_eq!(view.unassigned.len(), 1);
    assert_eq!(view.tiles[1].device.as_ref().map(|device| &device.key), Some(&device("first")));
    assert_eq!(view.tiles[1].blocks.len(), 1, "what it told is at hand at once");
    assert_eq!(bench.assign("first", None), Receipt::Done);
    assert_eq!(bench.view().unassigned.len(), 2);
    let rows: Vec<(Option<BedId>, bool)> =
        bench.board.assignments().iter().map(|row| (row.bed.clone(), row.to.is_none())).collect();
    assert_eq!(rows, [(Some(bed("2")), false), (None, true)]);
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let mut bench = Bench::new();
    let refused = |refusal| Receipt::Refused(refusal);
    assert_eq!(bench.assign("mp", Some("9")), refused(Refusal::NoSuchBed));
    assert_eq!(bench.assign("other", Some("1")), refused(Refusal::BedTaken(device("mp"))));
    assert_eq!(bench.command(Command::Admit { bed: bed("9") }), refused(Refusal::NoSuchBed));
    assert_eq!(bench.command(Command::Discharge { bed: bed("2") }), refused(Refusal::NobodyThere));
    let same = Command::SamePatient { bed: bed("1") };
    assert_eq!(bench.command(same), refused(Refusal::NothingUnclear));
    assert_eq!(bench.log(), []);
    // Told twice is no change.
    assert_eq!(bench.assign("mp", Some("1")), Receipt::Done);
    assert_eq!(bench.log(), []);
}

#[test]
fn the_assignment_of_a_line_passes_to_the_device_that_names_itself_on_it() {
    let mut bench = Bench::without_device();
    assert_eq!(bench.assign("line:com1", Some("1")), Receipt::Done);
    bench.line("com1", &["line:com1"], LineChange::Up);
    bench.says("line:com1", numeric("hr.ecg", 80));
    assert!(has_numbers(&mut bench));
    bench.log();
    bench.says("line:com1", identity("MP90 DE1"));
    let tile = bench.tile();
    assert_eq!(tile.device.as_ref().map(|device| &device.key), Some(&device("MP90 DE1")));
    assert_eq!(tile.blocks.len(), 1, "what was known goes along");
    assert!(bench.view().unassigned.is_empty());
    let log = bench.log();
    let named = LogKind::Named { was: device("line:com1"), is: device("MP90 DE1") };
    assert_eq!(log[0], named);
    assert!(matches!(&log[1], LogKind::Assigned(row)
        if row.device == device("MP90 DE1") && row.bed == Some(bed("1")) && row.by == text("AB")));
    assert_eq!(log.len(), 2);
    bench.line("com1", &[], LineChange::Down);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Lost);
}

#[test]
fn the_line_also_passes_on_when_only_the_station_knows_the_name() {
    let mut bench = Bench::without_device();
    bench.assign("line:com1", Some("1"));
    bench.says("mp", numeric("hr.ecg", 80));
    assert_eq!(bench.view().unassigned.len(), 1);
    bench.line("com1", &["mp"], LineChange::Up);
    assert_eq!(bench.tile().device.as_ref().map(|device| &device.key), Some(&device("mp")));
    assert!(bench.view().unassigned.is_empty());
}

#[test]
fn another_device_on_the_line_does_not_inherit_the_bed_of_the_first() {
    let mut bench = Bench::without_device();
    bench.assign("line:com1", Some("1"));
    let names_itself = |bench: &mut Bench, name: &str| {
        bench.says("line:com1", numeric("hr.ecg", 80));
        bench.says("line:com1", identity(name));
    };
    names_itself(&mut bench, "one");
    names_itself(&mut bench, "two");
    let view = bench.view();
    assert_eq!(view.tiles[0].device.as_ref().map(|device| &device.key), Some(&device("one")));
    assert_eq!(view.unassigned.len(), 1);
    // The first comes back: what it said before it gave its name is its own again.
    names_itself(&mut bench, "one");
    let view = bench.view();
    assert_eq!(view.tiles[0].device.as_ref().map(|device| &device.key), Some(&device("one")));
    assert_eq!(view.unassigned.len(), 1);
}

#[test]
fn the_later_of_two_decisions_about_a_device_and_its_line_holds() {
    for (line_first, stands_at) in [(true, 1), (false, 0)] {
        let mut bench = Bench::without_device();
        let decisions = [("line:com1", "1"), ("mp", "2")];
        let order = if line_first { [0, 1] } else { [1, 0] };
        for (name, to) in order.map(|place| decisions[place]) {
            assert_eq!(bench.assign(name, Some(to)), Receipt::Done);
        }
        bench.says("line:com1", identity("mp"));
        let view = bench.view();
        let beds: Vec<bool> = view.tiles.iter().map(|tile| tile.device.is_some()).collect();
        assert_eq!(beds, [stands_at == 0, stands_at == 1]);
        let open = bench.board.assignments().iter().filter(|row| row.to.is_none()).count();
        assert_eq!(open, 1);
    }
}

#[test]
fn nobody_takes_the_bed_of_a_line_by_calling_itself_one() {
    let mut bench = Bench::without_device();
    bench.assign("line:com1", Some("1"));
    bench.says("line:com2", identity("line:com1")).says("mp", identity("line:com1"));
    let tile = bench.tile();
    assert_eq!(tile.device.as_ref().map(|device| &device.key), Some(&device("line:com1")));
    assert_eq!((tile.link.heard, bench.view().unassigned.len()), (None, 2));
    assert_eq!(bench.view().unassigned[1].faults[0].what, text("identity of another device"));
}

#[test]
fn two_lines_that_hear_the_same_device_are_an_alarm_until_one_closes() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up).say(numeric("hr.ecg", 80));
    bench.line("com2", &["mp"], LineChange::Up);
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::DuplicateDevice, Priority::Medium)]);
    bench.say(numeric("hr.ecg", 81));
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Lost, "nobody knows whose it is");
    bench.line("com1", &[], LineChange::Down).say(numeric("hr.ecg", 82));
    assert_eq!(bench.station_alarms(), []);
    assert_eq!(bench.freshness("hr.ecg"), Freshness::Live, "the other line is open");
}

#[test]
fn alarms_of_two_devices_with_one_name_do_not_end_each_other() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up).say(numeric("hr.ecg", 80));
    bench.line("com2", &["mp"], LineChange::Up);
    let vtach = alarm("VTACH", AlarmKind::Physiological, Priority::High);
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[vtach]));
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[]));
    let tile = bench.tile();
    assert_eq!(tile.alarms.list.len(), 1, "the other device may still have it");
    assert_eq!(tile.alarms.truth, AlarmTruth::Unknown);
}

#[test]
fn a_line_that_never_opened_is_no_alarm() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Down);
    assert_eq!(bench.station_alarms(), []);
    assert!(bench.tile().link.closed);
}

#[test]
fn another_identifier_is_another_stay_and_no_value_crosses() {
    let mut bench = Bench::without_device();
    bench.assign("mp", Some("1"));
    bench.say(patient("", "")).say(stream(key("nibp.sys"), Cadence::Episodic { interval: None }));
    bench.say(patient("7", "Weiss")).say(numeric("nibp.sys", 120)).say(numeric("hr.ecg", 80));
    assert_eq!(stays(&bench.log()), [("began", 0)], "naming is no change");
    let asystole = alarm("ASYSTOLE", AlarmKind::Physiological, Priority::High);
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, std::slice::from_ref(&asystole)));
    bench.pass(secs(1)).say(patient("8", "Noir"));
    let log = bench.log();
    assert_eq!(stays(&log), [("ended", 0), ("began", 1)]);
    assert!(log.contains(&LogKind::DeviceAlarm(asystole)));
    let tile = bench.tile();
    assert!(tile.blocks.is_empty(), "the pressure was the other patient's");
    assert_eq!(tile.alarms.list[0].since.0, START + secs(1), "still in alarm, seen since now");
    bench.say(numeric("hr.ecg", 70));
    assert_eq!(bench.tile().blocks.len(), 1);
    let rows: Vec<(Option<StayId>, bool)> =
        bench.board.assignments().iter().map(|row| (row.stay, row.to.is_none())).collect();
    assert_eq!(rows, [(Some(StayId(0)), false), (Some(StayId(1)), true)]);
}

#[test]
fn another_name_alone_asks_a_person() {
    for (answer, ends) in
        [(Command::SamePatient { bed: bed("1") }, 0), (Command::Admit { bed: bed("1") }, 2)]
    {
        let mut bench = Bench::new();
        bench.say(patient("7", "Weiss")).say(numeric("hr.ecg", 80));
        bench.say(patient("7", "Noir")).say(patient("7", "Noir"));
        let unclear = (StationAlarmKind::PatientUnclear, Priority::Low);
        assert_eq!(bench.station_alarms(), [unclear]);
        let log = bench.log();
        assert_eq!(log.iter().filter(|kind| **kind == LogKind::PatientUnclear).count(), 1);
        assert!(has_numbers(&mut bench), "nothing is thrown away on a doubt");
        assert_eq!(bench.command(answer), Receipt::Done);
        assert_eq!(bench.station_alarms(), []);
        assert_eq!(stays(&bench.log()).len(), ends);
        bench.say(patient("7", "Noir"));
        assert_eq!(bench.station_alarms(), [], "answered");
    }
}

#[test]
fn the_known_name_again_answers_the_question() {
    let mut bench = Bench::new();
    bench.say(patient("7", "Weiss")).say(patient("7", "Noir")).say(patient("7", "Weiss"));
    assert_eq!(bench.station_alarms(), []);
}

#[test]
fn a_discharge_lets_the_values_go_and_an_admission_begins_anew() {
    let mut bench = Bench::new();
    bench.say(patient("7", "Weiss")).say(numeric("hr.ecg", 80));
    assert_eq!(bench.command(Command::Discharge { bed: bed("1") }), Receipt::Done);
    assert!(!has_numbers(&mut bench));
    // The monitor still tells the old patient: that is no new stay.
    bench.say(patient("7", "Weiss")).say(numeric("hr.ecg", 81));
    assert_eq!(stays(&bench.log()), [("ended", 0)]);
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    assert_eq!(stays(&bench.log()), [("began", 1)]);
    assert!(!has_numbers(&mut bench));
}

#[test]
fn a_discharged_bed_is_missed_only_while_a_sensor_gives_a_number() {
    let off = Event::Numeric(numeric_of(key("hr.ecg"), Reading::absent(Validity::NotAvailable)));
    for (last, alarms) in [(numeric("hr.ecg", 80), 1), (off, 0)] {
        let mut bench = Bench::new();
        bench.command(Command::Discharge { bed: bed("1") });
        bench.say(last).run(secs(60));
        assert_eq!(bench.station_alarms().len(), alarms);
    }
}

#[test]
fn a_device_discharges_and_the_next_patient_begins_a_stay() {
    let mut bench = Bench::new();
    let told = |presence, id: Option<&str>| {
        Event::Patient(Patient { presence, id: id.map(text), ..Patient::default() })
    };
    bench.say(told(PatientPresence::Admitted, Some("7"))).say(numeric("hr.ecg", 80));
    bench.say(told(PatientPresence::Empty, None));
    assert_eq!(stays(&bench.log()), [("ended", 0)]);
    assert!(!has_numbers(&mut bench));
    bench
        .say(told(PatientPresence::Admitted, None))
        .say(told(PatientPresence::Admitted, Some("8")));
    assert_eq!(stays(&bench.log()), [("began", 1)]);
}

#[test]
fn a_monitor_that_brings_another_patient_begins_another_stay() {
    let mut bench = Bench::new();
    bench.say(patient("7", "Weiss")).says("b", patient("8", "Noir"));
    bench.says("c", numeric("hr.ecg", 80));
    bench.log();
    bench.assign("mp", None);
    bench.assign("b", Some("1"));
    assert_eq!(stays(&bench.log()), [("ended", 0), ("began", 1)]);
    // An exchange of monitors that tell nothing goes on with the stay, and so does one that learns.
    bench.assign("b", None);
    bench.assign("c", Some("1"));
    assert_eq!(stays(&bench.log()), []);
    bench.says("c", patient("8", "Noir"));
    assert_eq!(stays(&bench.log()), []);
    bench.says("c", patient("9", "Roux"));
    assert_eq!(stays(&bench.log()), [("ended", 1), ("began", 2)]);
}

#[test]
fn a_monitor_put_on_a_bed_before_it_tells_another_patient_begins_another_stay() {
    let mut bench = Bench::new();
    bench.say(patient("7", "Weiss"));
    bench.assign("mp", None);
    bench.assign("b", Some("1"));
    bench.log();
    bench.says("b", patient("8", "Noir"));
    assert_eq!(stays(&bench.log()), [("ended", 0), ("began", 1)]);
}

#[test]
fn the_patient_of_an_admission_is_named_without_beginning_another_stay() {
    let mut bench = Bench::new();
    bench.say(patient("7", "Weiss")).say(patient("", ""));
    bench.command(Command::Admit { bed: bed("1") });
    bench.log();
    bench.say(patient("8", "Noir"));
    assert_eq!(stays(&bench.log()), []);
}

#[test]
fn a_device_that_is_moved_leaves_the_values_of_the_first_bed_behind() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80));
    assert_eq!(bench.assign("mp", Some("2")), Receipt::Done);
    let view = bench.view();
    assert!(view.tiles[0].device.is_none());
    assert!(view.tiles[1].device.is_some() && view.tiles[1].blocks.is_empty());
}

#[test]
fn moving_a_device_clears_the_alarm_for_a_stream_that_stopped() {
    let mut bench = Bench::new();
    bench.say(numeric("spo2", 97));
    for _ in 0..12 {
        bench.run(secs(1)).say(numeric("hr.ecg", 80));
    }
    assert_eq!(bench.station_alarms().len(), 1);
    bench.assign("mp", None);
    bench.run(secs(1)).say(numeric("hr.ecg", 80));
    assert!(bench.view().unassigned[0].station_alarms.is_empty());
}

#[test]
fn more_devices_than_can_be_kept_are_left_out_and_noted_once() {
    let mut bench = Bench::without_device();
    for number in 0..1100 {
        bench.says(&format!("device {number}"), Event::Alive);
    }
    assert_eq!(bench.view().unassigned.len(), 1024);
    assert_eq!(bench.assign("one more", Some("1")), Receipt::Refused(Refusal::Full));
    let log = bench.log();
    let notes: Vec<&LogKind> = log.iter().filter(|kind| matches!(kind, LogKind::Note(_))).collect();
    assert_eq!(notes.len(), 1);
}

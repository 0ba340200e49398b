//! Where devices stand: several at a bed, behind a gateway, moved, claimed twice, called otherwise.

use crate::common::*;
use vigie_board::{BoardSnapshot, Command, LineChange, Over, Receipt, Refusal, view::*};
use vigie_model::*;

const A: &str = "hl7:gw/icu//1";
const B: &str = "hl7:gw/icu//2";

fn by() -> Text {
    text("configuration")
}

fn beside(bench: &mut Bench, name: &str, to: &str) -> Receipt {
    bench.command(Command::AssignBeside { device: device(name), bed: bed(to) })
}

/// As the configuration says, after a change of it.
fn configured(bench: &mut Bench, name: &str, to: &str, over: Over) -> Receipt {
    let wall = bench.wall();
    bench.board.handle_configured(bench.now, wall, &by(), (&device(name), &bed(to)), over)
}

fn defaults(bench: &mut Bench, defaults: &[(&str, &str)]) {
    let wall = bench.wall();
    let defaults: Vec<(DeviceKey, BedId)> =
        defaults.iter().map(|(name, to)| (device(name), bed(to))).collect();
    let refused = bench.board.handle_defaults(bench.now, wall, &by(), &defaults);
    assert!(refused.is_empty(), "{refused:?}");
}

fn named(name: &str, label: Option<&str>) -> Event {
    Event::Identity(DeviceInfo {
        key: device(name),
        family: text("test"),
        manufacturer: None,
        model: None,
        serial: None,
        software: None,
        bed_label: label.map(text),
        clock: None,
    })
}

/// A gateway that serves two beds over one line, each named by it and its location.
fn gateway() -> Bench {
    let mut bench = Bench::without_device();
    bench.line("gw", &[A, B], LineChange::Up);
    for (name, label, rate) in [(A, "icu 1", 61), (B, "icu 2", 62)] {
        bench.says(name, named(name, Some(label)));
        bench.says(name, numeric("hr.ecg", rate));
    }
    bench
}

/// The devices of a bed, in their order.
fn at(bench: &mut Bench, place: usize) -> Vec<String> {
    let view = bench.view();
    let sources = view.tiles[place].sources.iter();
    sources.map(|source| source.device.key.0.to_string()).collect()
}

fn tray(bench: &mut Bench) -> Vec<String> {
    let view = bench.view();
    let devices = view.unassigned.iter().filter_map(|tile| tile.device.as_ref());
    devices.map(|device| device.key.0.to_string()).collect()
}

fn stays(bench: &Bench) -> Vec<Option<StayId>> {
    let open = bench.board.assignments().iter().filter(|row| row.to.is_none());
    open.filter(|row| row.bed.is_some()).map(|row| row.stay).collect()
}

#[test]
fn beds_of_a_gateway_stand_in_the_tray_until_a_person_puts_them_somewhere() {
    let mut bench = gateway();
    assert_eq!(tray(&mut bench), [A, B]);
    assert!(at(&mut bench, 0).is_empty() && at(&mut bench, 1).is_empty());
    assert_eq!(bench.view().unassigned[0].label, text("icu 1"), "its own words");
    assert_eq!(bench.assign(A, Some("1")), Receipt::Done);
    assert_eq!((at(&mut bench, 0), tray(&mut bench)), (vec![A.to_owned()], vec![B.to_owned()]));
    // A third one that appears moves nobody.
    let third = "hl7:gw/icu//3";
    bench.line("gw", &[third], LineChange::Up).says(third, numeric("hr.ecg", 63));
    assert_eq!((at(&mut bench, 0), tray(&mut bench).len()), (vec![A.to_owned()], 2));
}

#[test]
fn a_bed_of_a_gateway_moves_with_no_value_and_no_alarm_of_the_other() {
    let mut bench = gateway();
    assert_eq!(bench.assign(A, Some("1")), Receipt::Done);
    assert_eq!(bench.assign("pb", Some("2")), Receipt::Done);
    bench.says("pb", numeric("vent.peep", 7));
    bench.says(A, patient("7", ""));
    bench.log();
    assert_eq!(beside(&mut bench, A, "2"), Receipt::Done);
    assert_eq!((at(&mut bench, 0), at(&mut bench, 1)), (vec![], vec!["pb".into(), A.into()]));
    let tile = bench.view().tiles[1].clone();
    assert!(tile.blocks.iter().all(|block| block.source == 0), "nothing of bed 1 came along");
    assert_eq!(tile.blocks.len(), 1, "the ventilator's value stays");
    let log = bench.log();
    assert!(!log.iter().any(|line| matches!(line, LogKind::StayEnded(_))), "{log:?}");
    // The gateway closes: both of its beds are lost, the ventilator is not.
    bench.line("l2", &["pb"], LineChange::Up).line("gw", &[], LineChange::Down);
    let tile = bench.view().tiles[1].clone();
    let closed: Vec<_> = tile.sources.iter().map(|source| source.link.closed).collect();
    assert_eq!(closed, [false, true]);
    let alarms: Vec<_> =
        tile.station_alarms.iter().map(|alarm| (alarm.kind.clone(), alarm.source)).collect();
    assert_eq!(alarms, [(StationAlarmKind::LineClosed, Some(1))]);
}

#[test]
fn a_monitor_and_a_gateway_that_claim_one_identity_are_an_alarm_at_its_bed_only() {
    let mut bench = gateway();
    assert_eq!(bench.assign(A, Some("1")), Receipt::Done);
    assert_eq!(beside(&mut bench, B, "1"), Receipt::Done);
    // The same name on a line of its own.
    bench.line("lan", &[A], LineChange::Up);
    let tile = bench.tile();
    let alarms: Vec<_> =
        tile.station_alarms.iter().map(|alarm| (alarm.kind.clone(), alarm.source)).collect();
    assert_eq!(alarms, [(StationAlarmKind::DuplicateDevice, Some(0))]);
    let rates: Vec<(u16, bool)> = tile
        .blocks
        .iter()
        .map(|block| (block.source, matches!(block.numerics[0].shown, Shown::Number { .. })))
        .collect();
    assert_eq!(rates, [(1, true), (0, false)], "nobody knows whose values the first's are");
    bench.line("lan", &[], LineChange::Down).says(A, numeric("hr.ecg", 61));
    assert_eq!(bench.station_alarms(), []);
}

#[test]
fn a_gateway_that_gives_a_bed_another_location_moves_nobody() {
    // By its location: the new one is somebody else, in the tray; the old one is missed.
    let mut bench = gateway();
    bench.says(A, stream(key("hr.ecg"), every(1_000)));
    assert_eq!(bench.assign(A, Some("1")), Receipt::Done);
    bench.says(A, numeric("hr.ecg", 61));
    let elsewhere = "hl7:gw/icu//9";
    for _ in 0..12 {
        bench.run(ms(1_000));
        bench.line("gw", &[elsewhere], LineChange::Up).says(elsewhere, numeric("hr.ecg", 61));
    }
    assert_eq!(at(&mut bench, 0), [A]);
    assert_eq!(bench.station_alarms()[0].0, StationAlarmKind::DeviceLost);
    assert!(tray(&mut bench).contains(&elsewhere.to_owned()));
    // By its own name: it stays where it is, and the bed says that it is called otherwise.
    let mut bench = gateway();
    assert_eq!(bench.assign(B, Some("2")), Receipt::Done);
    assert_eq!(beside(&mut bench, A, "2"), Receipt::Done);
    bench.says(B, named(B, Some("icu 9")));
    let relabelled = |bench: &mut Bench| -> Vec<Option<Text>> {
        let sources = bench.view().tiles[1].sources.clone();
        sources.into_iter().map(|source| source.relabelled).collect()
    };
    assert_eq!(relabelled(&mut bench), [Some(text("icu 2")), None]);
    assert_eq!(at(&mut bench, 1), [B, A]);
    bench.says(B, named(B, Some("icu 2")));
    assert_eq!(relabelled(&mut bench), [None, None], "it is back at its old name");
}

#[test]
fn a_gateway_that_exchanges_two_beds_begins_new_stays() {
    // Who stands at a location is whom the gateway says: with the patients the stays change.
    let mut bench = gateway();
    for (name, to, id) in [(A, "1", "7"), (B, "2", "8")] {
        bench.says(name, patient(id, ""));
        assert_eq!(bench.assign(name, Some(to)), Receipt::Done);
    }
    let before = stays(&bench);
    bench.says(A, patient("8", "")).says(B, patient("7", ""));
    let after = stays(&bench);
    assert!(before.iter().all(|stay| !after.contains(stay)), "{before:?} {after:?}");
    assert!(bench.view().tiles.iter().all(|tile| tile.blocks.is_empty()), "no value crosses");
}

#[test]
fn what_is_configured_for_one_bed_joins_on_a_reload_too() {
    let mut bench = Bench::without_device();
    defaults(&mut bench, &[("line:a", "1")]);
    bench.line("a", &["mp"], LineChange::Up).says("line:a", named("mp", None));
    bench.says("mp", patient("7", "")).says("mp", numeric("hr.ecg", 71));
    let stay = stays(&bench);
    assert_eq!(configured(&mut bench, "line:b", "1", Over::All), Receipt::Done);
    assert_eq!(at(&mut bench, 0), ["mp", "line:b"]);
    assert_eq!(stays(&bench), [stay[0], stay[0]], "one stay");
    assert_eq!(bench.number("hr.ecg").freshness, Freshness::Live);
    // A line's key means whoever named itself on it.
    assert_eq!(configured(&mut bench, "line:a", "2", Over::All), Receipt::Done);
    assert_eq!((at(&mut bench, 0), at(&mut bench, 1)), (vec!["line:b".into()], vec!["mp".into()]));
    // What a person decided about a bed is not joined unasked.
    let mut bench = Bench::new();
    let taken = Receipt::Refused(Refusal::BedTaken(device("mp")));
    assert_eq!(configured(&mut bench, "line:b", "1", Over::All), taken);
    // Nor is what a person decided about a device undone by what did not change.
    defaults(&mut bench, &[("pb", "2")]);
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    assert_eq!(configured(&mut bench, "pb", "2", Over::Configured), Receipt::Done);
    assert_eq!(at(&mut bench, 0), ["mp", "pb"]);
    assert_eq!(configured(&mut bench, "pb", "2", Over::All), Receipt::Done);
    assert_eq!(at(&mut bench, 1), ["pb"]);
}

#[test]
fn the_order_of_a_bed_and_what_is_preferred_outlive_names_and_a_restart() {
    let mut bench = Bench::without_device();
    // The ventilator was heard first, and came to the bed second.
    bench.says("line:v", numeric("vent.rr_total", 14));
    assert_eq!(bench.assign("mp", Some("1")), Receipt::Done);
    assert_eq!(beside(&mut bench, "line:v", "1"), Receipt::Done);
    bench.say(numeric("vent.rr_total", 13));
    let wanted = Command::Prefer {
        bed: bed("1"),
        group: text("vent.rr_total"),
        device: Some(device("line:v")),
    };
    assert_eq!(bench.command(wanted), Receipt::Done);
    let preferred = |bench: &mut Bench| -> Vec<u16> {
        let tile = bench.tile();
        let blocks = tile.blocks.iter().filter(|block| block.is_preferred);
        blocks.map(|block| block.source).collect()
    };
    assert_eq!(preferred(&mut bench), [1]);
    bench.line("v", &["pb"], LineChange::Up).says("line:v", named("pb", None));
    assert_eq!(
        (at(&mut bench, 0), preferred(&mut bench)),
        (vec!["mp".into(), "pb".into()], vec![1])
    );
    let stored = serde_json::to_string(&bench.board.snapshot()).expect("plain data");
    let snapshot: BoardSnapshot = serde_json::from_str(&stored).expect("it was written so");
    let mut next = Bench::without_device();
    next.now = bench.now + secs(60);
    let wall = next.wall();
    next.board.restore(next.now, wall, &snapshot, bench.wall());
    assert_eq!(at(&mut next, 0), ["mp", "pb"]);
    for name in ["mp", "pb"] {
        next.says(name, numeric("vent.rr_total", 15));
    }
    assert_eq!(preferred(&mut next), [1]);
}

#[test]
fn the_first_that_knows_a_patient_decides_who_lies_there() {
    let mut bench = Bench::without_device();
    // The ventilator came first, and knows nobody.
    assert_eq!(bench.assign("pb", Some("1")), Receipt::Done);
    assert_eq!(beside(&mut bench, "mp", "1"), Receipt::Done);
    bench.says("pb", numeric("vent.peep", 7)).say(patient("7", ""));
    let before = stays(&bench);
    bench.say(patient("8", ""));
    let after = stays(&bench);
    assert!(after.iter().all(|stay| !before.contains(stay)), "another patient: {after:?}");
    assert!(bench.tile().blocks.is_empty(), "the ventilator's values were the other's");
    assert!(bench.station_alarms().is_empty());
}

#[test]
fn another_number_of_the_same_patient_is_asked_about_once() {
    let mut bench = Bench::new();
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    bench.say(patient("7", "Weiss")).says("pb", patient("GUID 1", "Weiss"));
    let unclear = [(StationAlarmKind::PatientUnclear, Priority::Low)];
    assert_eq!(bench.station_alarms(), unclear);
    let same = Command::SamePatient { bed: bed("1") };
    assert_eq!(bench.command(same), Receipt::Done);
    assert_eq!(bench.station_alarms(), []);
    let stay = stays(&bench);
    // Told again and again, and more of it: nobody is asked again, and no stay ends.
    let more = Patient {
        id: Some(text("GUID 1")),
        family_name: Some(text("Weiss")),
        given_name: Some(text("Ada")),
        ..Patient::default()
    };
    bench.says("pb", patient("GUID 1", "Weiss")).says("pb", Event::Patient(more));
    bench.say(patient("7", "Weiss"));
    assert_eq!((bench.station_alarms(), stays(&bench)), (vec![], stay));
    // Put there anew, it is known to be the same.
    assert_eq!(bench.assign("pb", None), Receipt::Done);
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    // A third number is asked about.
    bench.says("pb", patient("GUID 2", "Weiss"));
    assert_eq!(bench.station_alarms(), unclear);
}

#[test]
fn a_bed_is_in_standby_only_when_all_its_devices_are() {
    let mut bench = Bench::new();
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    bench.says("pb", numeric("vent.peep", 7)).say(Event::Mode(DeviceMode::Standby));
    let modes = |bench: &mut Bench| {
        let tile = bench.tile();
        (tile.mode, tile.sources.iter().map(|source| source.mode).collect::<Vec<_>>())
    };
    let (normal, standby) = (DeviceMode::Normal, DeviceMode::Standby);
    assert_eq!(modes(&mut bench), (normal, vec![standby, normal]));
    bench.says("pb", Event::Mode(standby));
    assert_eq!(modes(&mut bench), (standby, vec![standby, standby]));
}

#[test]
fn two_devices_of_one_bed_behind_a_switch_are_one_bed() {
    let mut bench = Bench::new();
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    assert_eq!(bench.assign("other", Some("2")), Receipt::Done);
    let lines = [("a", "mp"), ("b", "pb"), ("c", "other")];
    bench.board.set_paths(lines.map(|(line, _)| (text(line), text("switch"))).into());
    for (line, name) in lines {
        bench.line(line, &[name], LineChange::Up).says(name, numeric("hr.ecg", 70));
    }
    for (line, _) in lines {
        bench.line(line, &[], LineChange::Down);
    }
    let view = bench.view();
    let beds = view.attention.iter().find_map(|row| match &row.what {
        AttentionOf::Station { kind: StationAlarmKind::PathLost(_), beds } => Some(*beds),
        AttentionOf::Station { .. } | AttentionOf::Device { .. } => None,
    });
    assert_eq!(beds, Some(2), "{:?}", view.attention);
}

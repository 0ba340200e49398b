//! One bed, several devices: one tile, each value naming its source.

use std::time::Duration;

use crate::common::*;
use vigie_board::{Command, LineChange, Receipt, Refusal, view::*};
use vigie_model::*;

/// A monitor `mp` on bed `1`, and a ventilator `pb` beside it.
fn pair() -> Bench {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 71));
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    ventilate(&mut bench);
    bench
}

fn beside(bench: &mut Bench, name: &str, to: &str) -> Receipt {
    bench.command(Command::AssignBeside { device: device(name), bed: bed(to) })
}

fn ventilate(bench: &mut Bench) {
    for (id, value) in [("vent.set.peep", 8), ("vent.peep", 7), ("vent.rr_total", 14)] {
        bench.says("pb", stream(key(id), every(2_000)));
        bench.says("pb", numeric(id, value));
    }
}

/// Every number of bed `1`: id, source, whether it comes second.
fn order(bench: &mut Bench) -> Vec<(String, String, bool)> {
    let tile = bench.tile();
    let of = |block: &BlockView| {
        let source = &tile.sources[usize::from(block.source)].device.key.0;
        let id = block.numerics[0].id.as_ref().expect("mapped");
        (id.to_string(), source.to_string(), block.is_second)
    };
    tile.blocks.iter().map(of).collect()
}

fn row(id: &str, source: &str, is_second: bool) -> (String, String, bool) {
    (id.to_owned(), source.to_owned(), is_second)
}

#[test]
fn monitor_and_ventilator_are_one_tile() {
    let mut bench = pair();
    bench.says(
        "pb",
        Event::Text(TextValue {
            key: unmapped("F9"),
            value: Some(text("A/C")),
            measured: Measured::Now,
            nature: Nature::Real,
        }),
    );
    let expected = [
        row("hr.ecg", "mp", false),
        row("vent.rr_total", "pb", false),
        row("vent.peep", "pb", false),
        row("vent.set.peep", "pb", false),
    ];
    assert_eq!(order(&mut bench), expected);
    let view = bench.view();
    let tile = &view.tiles[0];
    assert_eq!((view.unassigned.len(), tile.sources.len()), (0, 2));
    assert_eq!(tile.device.as_ref().map(|device| &device.key), Some(&device("mp")));
    assert_eq!((tile.texts[0].source, tile.sources[1].ventilates), (1, true));
    assert_eq!((tile.sources[1].has_waves, tile.sources[1].period), (false, Some(ms(2_000))));
}

#[test]
fn a_second_device_is_put_there_only_on_purpose() {
    let mut bench = Bench::new();
    let refused = |why| Receipt::Refused(why);
    assert_eq!(bench.assign("pb", Some("1")), refused(Refusal::BedTaken(device("mp"))));
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done);
    assert_eq!(beside(&mut bench, "pb", "1"), Receipt::Done, "it stands there");
    assert_eq!(beside(&mut bench, "pb", "7"), refused(Refusal::NoSuchBed));
    for number in 0..6 {
        assert_eq!(beside(&mut bench, &format!("d{number}"), "1"), Receipt::Done);
    }
    assert_eq!(beside(&mut bench, "one more", "1"), refused(Refusal::Full));
}

#[test]
fn of_two_that_measure_the_same_one_comes_first_and_both_are_shown() {
    let mut bench = pair();
    // The monitor's gas module gives the airway's rate too.
    bench.say(stream(key("vent.rr_total"), every(1_000)));
    bench.say(numeric("vent.rr_total", 13));
    let rates = |bench: &mut Bench| -> Vec<_> {
        let all = order(bench).into_iter();
        all.filter(|(id, _, _)| id == "vent.rr_total").map(|(_, of, second)| (of, second)).collect()
    };
    let first = |name: &str, other: &str| vec![(name.to_owned(), false), (other.to_owned(), true)];
    assert_eq!(rates(&mut bench), first("pb", "mp"), "the airway is the ventilator's");
    let prefer = |to: Option<&str>| Command::Prefer {
        bed: bed("1"),
        group: text("vent.rr_total"),
        device: to.map(device),
    };
    assert_eq!(bench.command(prefer(Some("mp"))), Receipt::Done);
    assert_eq!(rates(&mut bench), first("mp", "pb"));
    // Nothing stale hides what is known: the monitor's rate falls silent.
    for _ in 0..8 {
        bench.run(ms(1_000));
        bench.say(numeric("hr.ecg", 70));
        bench.says("pb", numeric("vent.rr_total", 15));
    }
    assert_eq!(rates(&mut bench), first("pb", "mp"));
    // When it is back, it takes its place again after 5 s.
    for second in 0..=5 {
        bench.say(numeric("vent.rr_total", 13));
        bench.says("pb", numeric("vent.rr_total", 15));
        let expected = if second < 5 { first("pb", "mp") } else { first("mp", "pb") };
        assert_eq!(rates(&mut bench), expected, "{second} s");
        bench.run(ms(1_000));
    }
    assert_eq!(bench.command(prefer(None)), Receipt::Done);
    assert_eq!(rates(&mut bench), first("pb", "mp"));
    let nobody = Receipt::Refused(Refusal::NobodyThere);
    assert_eq!(bench.command(prefer(Some("else"))), nobody);
}

#[test]
fn the_preferred_source_feeds_scores_and_survives_a_restart() {
    let mut bench = pair();
    let prefer =
        Command::Prefer { bed: bed("1"), group: text("vent.rr_total"), device: Some(device("mp")) };
    assert_eq!(bench.command(prefer), Receipt::Done);
    bench.say(numeric("vent.rr_total", 13));
    let snapshot = bench.board.snapshot();
    let mut next = Bench::without_device();
    let wall = next.wall();
    next.board.restore(next.now, wall, &snapshot, wall);
    for (name, rate) in [("mp", 12), ("pb", 16)] {
        next.says(name, numeric("vent.rr_total", rate));
    }
    next.says("pb", numeric("vent.set.peep", 8));
    let rates: Vec<_> =
        order(&mut next).into_iter().filter(|(id, _, _)| id == "vent.rr_total").collect();
    assert_eq!(rates, [row("vent.rr_total", "mp", false), row("vent.rr_total", "pb", true)]);
}

#[test]
fn a_stay_belongs_to_all_devices_of_the_bed() {
    let mut bench = pair();
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    assert!(order(&mut bench).is_empty(), "no value crosses into the next stay");
    let open: Vec<_> = bench.board.assignments().iter().filter(|row| row.to.is_none()).collect();
    assert_eq!(open.len(), 2);
    assert_eq!(open[0].stay, open[1].stay);
}

#[test]
fn a_second_device_that_names_another_patient_ends_no_stay() {
    let mut bench = pair();
    bench.say(patient("7", "Weiss"));
    bench.say(numeric("hr.ecg", 72));
    bench.says("pb", patient("8", "Noir"));
    let kinds: Vec<_> = bench.station_alarms().into_iter().map(|(kind, _)| kind).collect();
    assert!(kinds.contains(&StationAlarmKind::PatientUnclear), "{kinds:?}");
    assert!(order(&mut bench).contains(&row("hr.ecg", "mp", false)), "its values stay");
    assert_eq!(bench.tile().patient.as_ref().and_then(|told| told.id.clone()), Some(text("7")));
    // One that has told so before is not put there at all.
    let mut bench = Bench::new();
    bench.say(patient("7", ""));
    bench.says("pb", patient("8", ""));
    let refused = Receipt::Refused(Refusal::OtherPatient);
    assert_eq!(beside(&mut bench, "pb", "1"), refused);
}

#[test]
fn one_that_falls_silent_does_not_dim_the_other() {
    let mut bench = pair();
    bench.line("l1", &["mp"], LineChange::Up);
    bench.line("l2", &["pb"], LineChange::Up);
    bench.say(stream(key("hr.ecg"), every(1_000)));
    bench.say(numeric("hr.ecg", 72));
    bench.line("l2", &[], LineChange::Down);
    let tile = bench.tile();
    assert_eq!(tile.link.freshness, Some(Freshness::Live));
    assert!(!tile.link.closed && tile.sources[1].link.closed && !tile.sources[0].link.closed);
    let alarm = &tile.station_alarms[0];
    assert_eq!((alarm.source, tile.station_alarms.len()), (Some(1), 1), "{alarm:?}");
}

#[test]
fn alarms_of_both_are_one_list_by_priority() {
    let mut bench = pair();
    let set = |id, priority| {
        let of = alarm(id, AlarmKind::Physiological, priority);
        alarms(AlarmScope::All, AlarmTruth::Complete, &[of])
    };
    bench.say(set("HR high", Priority::Medium));
    bench.says("pb", set("Apnea", Priority::High));
    let tile = bench.tile();
    let told: Vec<_> =
        tile.alarms.list.iter().map(|alarm| (alarm.text.as_str(), alarm.source)).collect();
    assert_eq!(told, [("Apnea", 1), ("HR high", 0)]);
    assert_eq!(tile.alarms.truth, AlarmTruth::Complete);
}

#[test]
fn a_ventilator_in_standby_is_not_the_beds() {
    let mut bench = pair();
    bench.says("pb", Event::Mode(DeviceMode::Standby));
    let tile = bench.tile();
    assert_eq!((tile.mode, tile.sources[1].mode), (DeviceMode::Normal, DeviceMode::Standby));
    // It answers on, with settings only, and nobody misses its measurements.
    for _ in 0..30 {
        bench.run(ms(1_000));
        bench.say(numeric("hr.ecg", 70));
        bench.says("pb", numeric("vent.set.peep", 8));
        bench.says("pb", Event::Alive);
    }
    assert_eq!(bench.station_alarms(), []);
}

#[test]
fn standby_of_the_bed_ends_with_either_devices_values() {
    let mut bench = pair();
    bench.say(stream(key("hr.ecg"), every(1_000)));
    let set = Command::Standby { bed: bed("1"), why: StandbyReason::Away };
    assert_eq!(bench.command(set), Receipt::Done);
    bench.run(secs(60));
    assert!(bench.tile().watch.standby.is_some());
    assert_eq!(bench.station_alarms(), [], "nobody is missed");
    for _ in 0..5 {
        bench.run(ms(1_000));
        bench.says("pb", numeric("vent.rr_total", 15));
    }
    bench.run(ms(1_000));
    assert!(bench.tile().watch.standby.is_none());
}

#[test]
fn a_device_moves_to_another_bed_and_leaves_the_other_behind() {
    let mut bench = pair();
    assert_eq!(bench.assign("pb", Some("2")), Receipt::Done);
    let view = bench.view();
    assert_eq!(view.tiles[0].sources.len(), 1);
    assert_eq!(view.tiles[1].sources[0].device.key, device("pb"));
    assert!(view.tiles[1].blocks.is_empty(), "what it measured on bed 1 is not of bed 2");
    assert_eq!(beside(&mut bench, "mp", "2"), Receipt::Done);
    let view = bench.view();
    assert_eq!((view.tiles[0].sources.len(), view.tiles[1].sources.len()), (0, 2));
    assert_eq!(bench.assign("pb", None), Receipt::Done);
    assert_eq!(bench.view().unassigned.len(), 1);
}

#[test]
fn a_device_that_names_itself_keeps_its_place_at_the_bed() {
    let mut bench = Bench::without_device();
    for (name, how) in [("line:a", 0), ("line:b", 1)] {
        let receipt =
            if how == 0 { bench.assign(name, Some("1")) } else { beside(&mut bench, name, "1") };
        assert_eq!(receipt, Receipt::Done);
        bench.says(name, numeric("hr.ecg", 70));
    }
    let info = DeviceInfo {
        key: device("mp"),
        family: text("test"),
        manufacturer: None,
        model: None,
        serial: None,
        software: None,
        bed_label: None,
        clock: None,
    };
    bench.says("line:a", Event::Identity(info));
    let keys: Vec<_> =
        bench.tile().sources.iter().map(|source| source.device.key.0.to_string()).collect();
    assert_eq!(keys, ["mp", "line:b"]);
}

#[test]
fn two_that_claim_one_identity_are_an_alarm_and_no_values() {
    let mut bench = pair();
    bench.line("l1", &["pb"], LineChange::Up);
    bench.line("l2", &["pb"], LineChange::Up);
    let tile = bench.tile();
    let alarm = tile.station_alarms.iter().find(|alarm| alarm.source == Some(1));
    assert_eq!(alarm.map(|alarm| &alarm.kind), Some(&StationAlarmKind::DuplicateDevice));
    let rate = tile.blocks.iter().find(|block| block.source == 1).expect("it stays listed");
    assert!(matches!(rate.numerics[0].shown, Shown::Dashes { .. }));
}

#[test]
fn a_gateway_that_gives_the_bed_another_label_moves_nobody() {
    let mut bench = Bench::new();
    let named = |label: &str| {
        Event::Identity(DeviceInfo {
            key: device("mp"),
            family: text("test"),
            manufacturer: None,
            model: None,
            serial: None,
            software: None,
            bed_label: Some(text(label)),
            clock: None,
        })
    };
    bench.say(named("ICU 3"));
    bench.say(numeric("hr.ecg", 71));
    assert_eq!(bench.tile().sources[0].relabelled, None);
    bench.log();
    bench.say(named("ICU 9"));
    let tile = bench.tile();
    assert_eq!(tile.sources[0].relabelled, Some(text("ICU 3")));
    assert_eq!(tile.blocks.len(), 1);
    let notes = bench.log();
    assert!(
        notes
            .iter()
            .any(|line| matches!(line, LogKind::Note(note) if note.as_str().contains("ICU 9"))),
        "{notes:?}"
    );
    // A person looks and puts it where it belongs.
    assert_eq!(bench.assign("mp", Some("2")), Receipt::Done);
    assert_eq!(bench.view().tiles[1].sources[0].relabelled, None);
}

#[test]
fn a_merged_tile_is_shared_while_it_reads_the_same_and_travels_whole() {
    let mut bench = pair();
    let (first, second) = (bench.view(), bench.view());
    assert!(std::sync::Arc::ptr_eq(&first.tiles[0], &second.tiles[0]));
    bench.pass(Duration::from_millis(100)).says("pb", numeric("vent.peep", 9));
    let third = bench.view();
    let update = ViewUpdate::between(Some(&second), &third);
    let applied = update.apply(Some(&second)).expect("it builds on what is there");
    assert_eq!(applied.tiles[0], third.tiles[0]);
    let whole = ViewUpdate::between(None, &third).apply(None).expect("a whole view");
    assert_eq!(whole.tiles[0], third.tiles[0]);
}

#[test]
fn what_is_configured_for_one_bed_stands_there_together() {
    let mut bench = Bench::without_device();
    let wall = bench.wall();
    let defaults = [(device("line:a"), bed("1")), (device("line:b"), bed("1"))];
    let refused = bench.board.handle_defaults(bench.now, wall, &text("configuration"), &defaults);
    assert!(refused.is_empty(), "{refused:?}");
    for name in ["line:a", "line:b"] {
        bench.says(name, numeric("hr.ecg", 70));
    }
    assert_eq!(bench.tile().sources.len(), 2);
}

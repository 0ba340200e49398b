//! Several lines at one bed: as the station starts, as it reloads, and behind a gateway.

use std::time::Duration;

use vigie_board::{Command, Receipt};
use vigie_clock::BootClock;
use vigie_config::{Config, DeviceConfig, LineConfig};
use vigie_model::{BedId, Clock, DeviceKey, Text};

use crate::{
    Station, StationClient,
    testing::{PATIENCE, Ports, config, line, options, pass, start, until},
};

fn bed(name: &str) -> BedId {
    BedId(Text::from(name))
}

fn at(name: &str, to: Option<&str>) -> LineConfig {
    LineConfig { bed: to.map(bed), ..line(name) }
}

/// Three beds, and these lines.
fn ward(lines: &[(&str, Option<&str>)]) -> Config {
    Config { lines: lines.iter().map(|(name, to)| at(name, *to)).collect(), ..config(3) }
}

/// The devices of each bed in their order, and after them those of the tray.
fn standing(station: &Station) -> Option<Vec<Vec<String>>> {
    let view = station.view()?;
    let tiles = view.tiles.iter().map(|tile| {
        tile.sources.iter().map(|source| source.device.key.0.as_str().to_owned()).collect()
    });
    let tray = view.unassigned.iter().filter_map(|tile| tile.device.as_ref());
    let tray = tray.map(|device| device.key.0.as_str().to_owned()).collect();
    Some(tiles.chain([tray]).collect())
}

fn stands(station: &Station, expected: &[&[&str]]) {
    let expected: Vec<Vec<String>> = expected
        .iter()
        .map(|names| names.iter().map(|name| (*name).to_owned()).collect())
        .collect();
    let deadline = BootClock.mono() + PATIENCE;
    while standing(station).as_ref() != Some(&expected) {
        assert!(BootClock.mono() < deadline, "{:?} and not {expected:?}", standing(station));
        pass(Duration::from_millis(3));
    }
}

/// Each line's device names itself after it: `MPa` on `a`.
fn speak(ports: &Ports, names: &[&str]) {
    for name in names {
        until("open", || {
            ports.say(name, &format!("id MP{name}\nevery 60000\nhr 70")).then_some(())
        });
    }
}

/// The rate that each device of a bed tells, by its place.
fn rates(station: &Station, place: usize) -> Option<Vec<u16>> {
    let view = station.view()?;
    Some(view.tiles.get(place)?.blocks.iter().map(|block| block.source).collect())
}

fn person(client: &StationClient, device: &str, to: &str) -> Receipt {
    let device = DeviceKey(Text::from(device));
    let command = Command::AssignBeside { device, bed: bed(to) };
    until("an answer", || client.command(Text::from("AB"), command.clone(), PATIENCE))
}

#[test]
fn two_lines_of_one_bed_both_stand_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let lines = ward(&[("a", Some("1")), ("b", Some("1"))]);
    let station = start(options(lines, folder.path()), &ports);
    stands(&station, &[&["line:a", "line:b"], &[], &[], &[]]);
    speak(&ports, &["b", "a"]);
    stands(&station, &[&["MPa", "MPb"], &[], &[], &[]]);
    until("both are shown", || (rates(&station, 0)? == [0, 1]).then_some(()));
    assert_eq!(station.report().config_refused, None);
}

#[test]
fn a_reload_adds_moves_and_removes_lines_of_a_bed_and_ends_no_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(ward(&[("a", Some("1"))]), folder.path()), &ports);
    speak(&ports, &["a"]);
    stands(&station, &[&["MPa"], &[], &[], &[]]);
    // One comes beside.
    station.reload(ward(&[("a", Some("1")), ("b", Some("1"))]));
    speak(&ports, &["b"]);
    stands(&station, &[&["MPa", "MPb"], &[], &[], &[]]);
    until("the first goes on", || (rates(&station, 0)? == [0, 1]).then_some(()));
    // It goes to another bed, and a third comes to the first; nobody waits for the report.
    station.reload(ward(&[("a", Some("1")), ("b", Some("2")), ("c", Some("1"))]));
    stands(&station, &[&["MPa", "line:c"], &["MPb"], &[], &[]]);
    until("the first goes on", || (rates(&station, 0)? == [0]).then_some(()));
    // Both beds change places, with all that stand there.
    speak(&ports, &["c"]);
    stands(&station, &[&["MPa", "MPc"], &["MPb"], &[], &[]]);
    station.reload(ward(&[("a", Some("2")), ("b", Some("1")), ("c", Some("2"))]));
    stands(&station, &[&["MPb"], &["MPa", "MPc"], &[], &[]]);
    // One goes with its line; one keeps its line and loses its bed.
    station.reload(ward(&[("a", Some("2")), ("b", None)]));
    stands(&station, &[&[], &["MPa"], &[], &["MPb"]]);
    assert_eq!(ports.counts("a"), (1, 0), "never touched");
    assert_eq!(station.report().config_refused, None);
}

#[test]
fn a_line_that_begins_anew_comes_back_beside_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut lines = ward(&[("a", Some("1")), ("b", Some("1"))]);
    let station = start(options(lines.clone(), folder.path()), &ports);
    speak(&ports, &["a", "b"]);
    stands(&station, &[&["MPa", "MPb"], &[], &[], &[]]);
    lines.lines[0].options.push(("speed".into(), "2".into()));
    station.reload(lines);
    until("it begins again", || (ports.counts("a") == (2, 1)).then_some(()));
    stands(&station, &[&["MPb", "line:a"], &[], &[], &[]]);
    until("the other goes on", || (rates(&station, 0)? == [0]).then_some(()));
    assert_eq!(ports.counts("b"), (1, 0), "never touched");
}

/// Devices by their own names, behind a gateway that is one line for all of them.
#[test]
fn beds_of_a_gateway_stand_as_configured_and_where_a_person_puts_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let device = |key: &str, to: &str| DeviceConfig {
        key: DeviceKey(Text::from(key)),
        bed: Some(bed(to)),
        mac: None,
        address: None,
    };
    let mut lines = ward(&[("gw", None), ("pb", Some("1")), ("other", None)]);
    lines.devices = vec![device("G1", "1"), device("G2", "2")];
    let station = start(options(lines.clone(), folder.path()), &ports);
    let words = "@1 id G1\n@1 every 60000\n@1 hr 61\n@2 id G2\n@2 hr 62\n@3 id G3\n@3 hr 63";
    until("open", || ports.say("gw", words).then_some(()));
    stands(&station, &[&["line:pb", "G1"], &["G2"], &[], &["G3"]]);
    // A person moves one; what else changes in the file does not bring it back.
    let client = StationClient::connect(folder.path());
    assert_eq!(person(&client, "G2", "3"), Receipt::Done);
    stands(&station, &[&["line:pb", "G1"], &[], &["G2"], &["G3"]]);
    lines.lines.truncate(2);
    station.reload(lines.clone());
    until("it ends", || (ports.counts("other") == (1, 1)).then_some(()));
    lines.devices.push(device("G3", "2"));
    station.reload(lines.clone());
    stands(&station, &[&["line:pb", "G1"], &["G3"], &["G2"], &[]]);
    // What the file says otherwise moves, from beside the ventilator too.
    lines.devices[0].bed = Some(bed("2"));
    station.reload(lines);
    stands(&station, &[&["line:pb"], &["G3", "G1"], &["G2"], &[]]);
    assert_eq!(station.report().config_refused, None);
    assert_eq!(ports.counts("gw"), (1, 0), "never touched");
}

#[test]
fn one_that_names_another_patient_is_not_put_beside_and_the_report_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut lines = ward(&[("a", Some("1")), ("b", None)]);
    let station = start(options(lines.clone(), folder.path()), &ports);
    for (name, patient) in [("a", "7"), ("b", "8")] {
        until("open", || {
            ports.say(name, &format!("id MP{name}\npatient {patient}\nhr 70")).then_some(())
        });
    }
    stands(&station, &[&["MPa"], &[], &[], &["MPb"]]);
    lines.lines[1].bed = Some(bed("1"));
    station.reload(lines);
    let why = until("it is refused", || station.report().config_refused);
    assert!(why.as_str().contains("is not at bed 1 as configured"), "{why}");
    assert!(
        why.as_str().contains("another patient") && why.as_str().contains("discharge"),
        "{why}"
    );
    stands(&station, &[&["MPa"], &[], &[], &["MPb"]]);
}

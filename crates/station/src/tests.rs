//! The station as a whole, on scripted lines.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use vigie_board::{Command, Receipt};
use vigie_config::BedPlace;
use vigie_model::{BedId, DeviceKey, StationAlarmKind, Text};

use crate::{
    StartError, StationClient, StationFault, Status,
    board::ASKS,
    testing::{
        BYE, HELLO, JumpingClock, PATIENCE, Ports, bed, config, line, number_at, options, pass,
        start, start_by, until,
    },
};

fn is(value: &str) -> impl Fn(Option<String>) -> Option<()> + '_ {
    move |shown| (shown.as_deref() == Some(value)).then_some(())
}

#[test]
fn what_a_line_says_stands_in_the_view_here_and_over_the_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(2), folder.path()), &ports);
    let client = StationClient::connect(folder.path());
    until("it is opened", || (ports.sent("1") == [HELLO]).then_some(()));
    assert!(ports.say("1", "id MP90\nhr 80\nwave 64"));
    until("the view", || is("80")(number_at(&*station.view()?, 0)));
    let seen = until("the window sees it", || {
        client.seen().filter(|seen| number_at(&seen.view, 0).as_deref() == Some("80"))
    });
    assert_eq!(seen.view.tiles[0].waves[0].trace[0].samples.len(), 64);
    assert_eq!(
        seen.view.tiles[1].device.as_ref().map(|device| device.key.0.as_str()),
        Some("line:2")
    );
    until("the report", || {
        let report = client.seen()?.report;
        let line = report.lines.first()?;
        (line.is_open && line.devices == ["MP90"] && line.observations == 3).then_some(())
    });
    assert!(station.is_beating());
    station.stop();
    assert_eq!(ports.sent("1"), [HELLO, BYE]);
    assert_eq!(ports.sent("2"), [HELLO, BYE]);
    assert_eq!(ports.counts("1"), (1, 1));
}

#[test]
fn every_window_is_told_where_beds_lie_also_after_a_reload() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut drawn = config(2);
    drawn.places.insert(bed("2").id, BedPlace { column: 3, row: 1 });
    let station = start(options(drawn.clone(), folder.path()), &Ports::default());
    let client = StationClient::connect(folder.path());
    let is_told = |places: &BTreeMap<BedId, BedPlace>| {
        until("the places", || (client.seen()?.report.places == *places).then_some(()));
    };
    is_told(&drawn.places);
    // Nothing but the map changes.
    drawn.places.insert(bed("1").id, BedPlace { column: 1, row: 2 });
    station.reload(drawn.clone());
    is_told(&drawn.places);
}

#[test]
fn one_folder_holds_one_station() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let first = start(options(config(1), folder.path()), &ports);
    let second = crate::Station::start(options(config(0), folder.path()));
    assert_eq!(second.err(), Some(StartError::Occupied));
    let client = StationClient::connect(folder.path());
    until("the first one goes on", || client.seen());
    first.stop();
    let third = start(options(config(1), folder.path()), &ports);
    let beat = client.seen().map(|seen| seen.beat_at);
    until("the window finds the next one", || (client.seen()?.beat_at > beat?).then_some(()));
    third.stop();
}

#[test]
fn a_session_that_fails_takes_no_other_line_with_it_and_is_started_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(2), folder.path()), &ports);
    until("both are open", || (ports.counts("1") == (1, 0)).then_some(()));
    until("both are open", || (ports.counts("2") == (1, 0)).then_some(()));
    ports.say("1", "hr 61");
    ports.say("2", "hr 62");
    until("both speak", || is("62")(number_at(&*station.view()?, 1)));
    until("both speak", || is("61")(number_at(&*station.view()?, 0)));
    ports.say("1", "panic");
    until("it is lost", || {
        let tile = station.view()?.tiles.first()?.clone();
        let closed = |kind: &StationAlarmKind| *kind == StationAlarmKind::LineClosed;
        tile.station_alarms.iter().any(|alarm| closed(&alarm.kind)).then_some(())
    });
    ports.say("2", "hr 63");
    until("the other one speaks", || is("63")(number_at(&*station.view()?, 1)));
    until("it is started anew", || (ports.counts("1").0 == 2).then_some(()));
    ports.say("1", "hr 64");
    until("it speaks again", || is("64")(number_at(&*station.view()?, 0)));
    let report = station.report();
    assert_eq!((report.lines[0].restarts, report.lines[1].restarts), (1, 0));
    assert_eq!(ports.counts("2"), (1, 0), "never touched");
}

#[test]
fn an_alarm_is_in_the_view_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(1), folder.path()), &ports);
    until("open", || ports.say("1", "alarm ASYSTOLE").then_some(()));
    until("the alarm", || {
        let view = station.view()?;
        (view.tiles[0].alarms.list.first()?.text.as_str() == "ASYSTOLE").then_some(())
    });
    ports.say("1", "calm");
    until("its end", || station.view()?.tiles[0].alarms.list.is_empty().then_some(()));
}

#[test]
fn a_person_commands_from_a_window() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut config = config(2);
    config.lines.truncate(1);
    config.lines[0].bed = None;
    let station = start(options(config, folder.path()), &ports);
    let client = StationClient::connect(folder.path());
    until("open", || ports.say("1", "id MP90\nhr 70").then_some(()));
    until("the tray", || (client.seen()?.view.unassigned.len() == 1).then_some(()));
    let device = DeviceKey(Text::from("MP90"));
    let assign =
        |to: &str| Command::Assign { device: device.clone(), bed: Some(BedId(Text::from(to))) };
    let patience = Duration::from_secs(20);
    let receipt = client.command(Text::from("AB"), assign("2"), patience);
    assert_eq!(receipt, Some(Receipt::Done));
    until("the bed", || is("70")(number_at(&client.seen()?.view, 1)));
    let receipt = client.command(Text::from("AB"), assign("9"), patience);
    assert!(matches!(receipt, Some(Receipt::Refused(_))), "{receipt:?}");
    drop(station);
}

#[test]
fn a_reload_touches_what_changed_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(3), folder.path()), &ports);
    for name in ["1", "2", "3"] {
        until("open", || ports.say(name, &format!("id MP{name}\nhr 6{name}")).then_some(()));
    }
    until("all speak", || {
        let view = station.view()?;
        (0..3).all(|bed| number_at(&view, bed).is_some()).then_some(())
    });
    until("the report knows them", || {
        let lines = station.report().lines;
        lines.iter().all(|line| line.devices.len() == 1).then_some(())
    });
    // Line 2 has another option, line 3 and its bed go, line 4 comes with a bed; 1 stays.
    let mut other = config(2);
    other.lines[1].options.push(("speed".into(), "2".into()));
    other.beds.push(bed("4"));
    other.lines.push(line("4"));
    station.reload(other.clone());
    until("it begins again", || (ports.counts("2") == (2, 1)).then_some(()));
    until("it ends", || (ports.counts("3") == (1, 1)).then_some(()));
    until("it begins", || (ports.counts("4") == (1, 0)).then_some(()));
    assert!(ports.sent("3").ends_with(&[BYE.to_vec()]));
    assert_eq!(ports.counts("1"), (1, 0));
    assert_eq!(ports.sent("1"), [HELLO]);
    until("the beds", || {
        let view = station.view()?;
        let beds: Vec<&str> = view.tiles.iter().map(|tile| tile.label.as_str()).collect();
        (beds == ["1", "2", "4"] && view.unassigned.is_empty()).then_some(())
    });
    until("what stayed", || is("61")(number_at(&*station.view()?, 0)));
    assert!(ports.say("2", "id MP2\nhr 72"));
    until("the same device on the same bed", || is("72")(number_at(&*station.view()?, 1)));
    assert!(ports.say("4", "id MP4\nhr 74"));
    until("the new bed", || is("74")(number_at(&*station.view()?, 2)));
    // Two lines change their beds: the devices do.
    let (first, second) = (other.lines[0].bed.clone(), other.lines[1].bed.clone());
    (other.lines[0].bed, other.lines[1].bed) = (second, first);
    until("the report knows it", || {
        (station.report().lines.get(1)?.devices == ["MP2"]).then_some(())
    });
    station.reload(other.clone());
    // No value crosses from one stay into another: they speak again.
    until("they changed places", || {
        ports.say("2", "hr 82");
        is("82")(number_at(&*station.view()?, 0))
    });
    until("they changed places", || {
        ports.say("1", "hr 81");
        is("81")(number_at(&*station.view()?, 1))
    });
    assert_eq!((ports.counts("1"), ports.counts("2")), ((1, 0), (2, 1)), "no line was touched");
    // What cannot change while it runs.
    other.mode = vigie_model::StationMode::Simulation;
    station.reload(other);
    let refused = station.report().config_refused.expect("it is refused");
    assert!(refused.as_str().contains("restart needed"), "{refused}");
}

/// Where every device stands: beds with their devices, and the tray.
fn ward(station: &crate::Station) -> Option<Vec<(String, Option<String>)>> {
    let view = station.view()?;
    let tiles = view.tiles.iter().chain(&view.unassigned).map(|tile| {
        let device = tile.device.as_ref().map(|device| device.key.0.as_str().to_owned());
        (tile.label.as_str().to_owned(), device)
    });
    Some(tiles.collect())
}

/// Another monitor behind another port, under the line's name and at its bed: a reload gives the ward
/// that a restart with the same file gives.
#[test]
fn a_line_that_is_made_otherwise_gives_its_bed_to_whom_it_leads_now() {
    let mut other = config(2);
    other.lines[1].ports = config(3).lines[2].ports.clone();
    let (before, after) = ("id MP2\nhr 62", "id MP7\nhr 67");
    let say = |ports: &Ports, words| until("open", || ports.say("2", words).then_some(()));

    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(2), folder.path()), &ports);
    say(&ports, before);
    until("the first monitor", || is("62")(number_at(&*station.view()?, 1)));
    until("the report", || (station.report().lines.get(1)?.devices == ["MP2"]).then_some(()));
    station.reload(other.clone());
    until("it begins again", || (ports.counts("2") == (2, 1)).then_some(()));
    say(&ports, after);
    until("the second monitor", || is("67")(number_at(&*station.view()?, 1)));
    let reloaded = ward(&station);
    assert_eq!(station.report().config_refused, None);
    assert_eq!(ports.counts("1"), (1, 0), "never touched");
    station.stop();

    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(other, folder.path()), &ports);
    say(&ports, after);
    until("the second monitor", || is("67")(number_at(&*station.view()?, 1)));
    assert_eq!(reloaded, ward(&station));
}

#[test]
fn what_does_not_stand_as_configured_is_named_until_it_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut config = config(2);
    config.lines.truncate(1);
    config.lines[0].bed = None;
    let station = start(options(config.clone(), folder.path()), &ports);
    // A person has put somebody there.
    let client = StationClient::connect(folder.path());
    let person = |device: &str, bed: Option<&str>| {
        let (device, bed) = (DeviceKey(Text::from(device)), bed.map(|bed| BedId(Text::from(bed))));
        let assign = Command::Assign { device, bed };
        until("an answer", || client.command(Text::from("AB"), assign.clone(), PATIENCE))
    };
    assert_eq!(person("MP90", Some("1")), Receipt::Done);
    config.lines[0].bed = Some(BedId(Text::from("1")));
    station.reload(config.clone());
    let why = until("it is named", || station.report().config_refused);
    assert!(why.as_str().contains("line:1 is not at bed 1 as configured"), "{why}");
    assert!(why.as_str().contains("MP90 stands there: take it off"), "{why}");
    station.reload(config.clone());
    assert_eq!(station.report().config_refused, Some(why), "nothing has changed");
    assert_eq!(person("MP90", None), Receipt::Done);
    config.beds.swap(0, 1);
    station.reload(config);
    until("there is room", || station.report().config_refused.is_none().then_some(()));
    until("it stands there", || {
        ward(&station)?.contains(&("1".to_owned(), Some("line:1".to_owned()))).then_some(())
    });
}

#[test]
fn a_board_that_does_not_answer_leaves_the_configuration_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut options = options(config(1), folder.path());
    options.fault = Some(StationFault { stall_board_at: Duration::ZERO });
    let station = start(options, &ports);
    until("open", || (ports.counts("1") == (1, 0)).then_some(()));
    for beds in (1..=2).cycle().skip(1).take(ASKS) {
        let mut other = config(1);
        other.beds = config(beds).beds;
        station.reload(other);
    }
    // What was asked for at the start waits too: the last one had no room.
    let why = station.report().config_refused.expect("it is refused");
    assert!(why.as_str().contains("does not answer"), "{why}");
    station.reload(config(0));
    assert_eq!(ports.counts("1"), (1, 0), "no line was touched");
    assert_eq!(station.report().config_refused, Some(why));
}

#[test]
fn what_arrived_while_the_station_stood_still_is_dropped_with_its_ports() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let clock = Arc::new(JumpingClock::default());
    let station = start_by(options(config(1), folder.path()), &ports, clock.clone());
    until("open", || ports.say("1", "hr 61").then_some(()));
    until("it speaks", || is("61")(number_at(&*station.view()?, 0)));
    clock.jump(Duration::from_secs(30));
    until("it opens anew", || (ports.counts("1") == (2, 1)).then_some(()));
    assert_eq!(ports.sent("1").first().map(Vec::as_slice), Some(HELLO));
    assert!(!ports.sent("1").contains(&BYE.to_vec()), "a farewell would read");
    until("it is open again", || station.report().lines.first()?.is_open.then_some(()));
    assert_eq!(station.report().lines[0].restarts, 0);
}

#[test]
fn a_status_that_cannot_be_written_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let station = start(options(config(1), folder.path()), &Ports::default());
    let client = StationClient::connect(folder.path());
    let obstacle = folder.path().join("status.json.new");
    until("an obstacle", || std::fs::create_dir(&obstacle).ok());
    let why = until("the window knows", || client.seen()?.report.status_trouble);
    assert!(why.as_str().contains("make room"), "{why}");
    std::fs::remove_dir(&obstacle).expect("it was there");
    until("it is written", || {
        let status = Status::read(folder.path()).ok()?;
        (status.report.status_trouble.is_none() && station.report().status_trouble.is_none())
            .then_some(())
    });
}

#[test]
fn a_line_of_another_kind_is_refused_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut config = config(2);
    config.mode = vigie_model::StationMode::Simulation;
    config.lines[1].protocol = "no such".into();
    let station = start(options(config, folder.path()), &ports);
    let lines = until("both are refused", || {
        let lines = station.report().lines;
        lines.iter().all(|line| line.refusal.is_some()).then_some(lines)
    });
    assert!(lines[0].refusal.as_ref().is_some_and(|why| why.contains("real device")));
    assert!(lines[1].refusal.as_ref().is_some_and(|why| why.contains("no such")));
    assert_eq!((lines[0].refused, lines[0].is_open), (1, false));
    assert_eq!(ports.counts("1"), (0, 0), "never opened");
}

#[test]
fn a_board_that_stands_still_stops_the_beat_but_not_the_farewells() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut options = options(config(1), folder.path());
    options.fault = Some(StationFault { stall_board_at: Duration::from_secs(1) });
    let station = start(options, &ports);
    let client = StationClient::connect(folder.path());
    until("the window sees it", || client.seen());
    until("it stands still", || (!station.is_beating()).then_some(()));
    until("no beat reaches the window", || {
        let before = client.seen()?.beat_at;
        pass(Duration::from_millis(600));
        (client.seen()?.beat_at == before).then_some(())
    });
    assert_eq!(ports.counts("1"), (1, 0));
    station.stop();
    assert!(ports.sent("1").ends_with(&[BYE.to_vec()]));
}

#[test]
fn a_station_that_cannot_be_confined_refuses_to_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(config(1), folder.path());
    options.confine = Some(|| Err("no filter here".into()));
    let Err(StartError::Unfit(why)) = crate::Station::start(options) else { panic!("it starts") };
    assert!(why.contains("no filter here"), "{why}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left");
}

#[test]
fn the_status_is_written_whole_and_says_when_the_station_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station = start(options(config(2), folder.path()), &ports);
    until("open", || ports.say("1", "every 60000\nhr 70").then_some(()));
    let status = until("a live bed", || {
        Status::read(folder.path()).ok().filter(|status| status.beds_live == 1)
    });
    assert!(status.is_running && status.is_beating);
    assert_eq!((status.beds, status.report.lines.len()), (2, 2));
    assert_eq!(status.report.pid, std::process::id());
    station.stop();
    let status = Status::read(folder.path()).expect("the last one");
    assert!(!status.is_running && !status.is_beating);
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn the_trace_tells_what_the_board_was_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut options = options(config(1), folder.path());
    let file = folder.path().join("trace.jsonl");
    options.trace = Some(file.clone());
    let station = start(options, &ports);
    until("open", || ports.say("1", "id MP90\nhr 80\nwave 64\nwave 32").then_some(()));
    until("heard", || (station.report().lines.first()?.observations == 4).then_some(()));
    station.stop();
    let text = std::fs::read_to_string(file).expect("a trace");
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(line["mono"].as_u64().is_some_and(|mono| mono > 0), "{line}");
        assert_eq!(line["line"], "1");
        lines.push(format!(
            "{} {} {} {} {} {}",
            line["device"],
            line["kind"],
            line["stream"],
            line["tick"],
            line["what"],
            line["before"]
        ));
    }
    for expected in [
        r#""line:1" "identity" null null "MP90" null"#,
        r#""MP90" "numeric" "hr.ecg/0" null "80" null"#,
        r#""MP90" "wave" "ecg.ii/0" 0 "64" "joined""#,
        r#""MP90" "wave" "ecg.ii/0" 256 "32" "joined""#,
        r#""" "line" null null "down" null"#,
    ] {
        assert_eq!(
            lines.iter().filter(|line| *line == expected).count(),
            1,
            "{expected}: {lines:#?}"
        );
    }
}

#[test]
fn a_window_that_does_not_paint_is_missed() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let mut options = options(config(1), folder.path());
    options.expects_window = true;
    let station = start(options, &ports);
    let (window, tool) =
        (StationClient::connect(folder.path()), StationClient::listen(folder.path()));
    let paint = || {
        window.painted();
        tool.painted();
    };
    until("it painted, and then stopped", || {
        paint();
        pass(Duration::from_millis(100));
        window.seen()
    });
    assert_eq!(station.report().window_silent_since, None);
    until("it is missed", || {
        // Who is no window cannot stand in for one.
        tool.painted();
        station.report().window_silent_since
    });
    assert_eq!(station.report().sounds_requested, 1);
    until("it paints again", || {
        paint();
        station.report().window_silent_since.is_none().then_some(())
    });
    station.guard_beat();
    assert_eq!(station.report().guard_silent_since, None);
    until("the guard is missed", || station.report().guard_silent_since);
}

//! What a restart of the station keeps, and alarms of the station as a whole.

use crate::common::*;
use vigie_board::{
    BoardSnapshot, Command, LineChange, Receipt, Refusal,
    view::{Freshness, ViewUpdate},
};
use vigie_model::*;

/// How long the station was away.
const AWAY: u64 = 312;

fn by() -> Text {
    text("configuration")
}

/// The snapshot after a way through JSON.
fn stored(bench: &Bench) -> BoardSnapshot {
    let snapshot = bench.board.snapshot();
    let json = serde_json::to_string(&snapshot).expect("it is plain data");
    let read: BoardSnapshot = serde_json::from_str(&json).expect("it was written so");
    assert_eq!(read, snapshot);
    read
}

/// Another board, on another clock, that takes up what the first one knew.
fn restarted(bench: &Bench, beds: usize, defaults: &[(&str, &str)]) -> (Bench, Vec<Refusal>) {
    let (snapshot, last_seen) = (stored(bench), bench.wall());
    let mut next = Bench::with_beds(beds);
    next.now = bench.now + secs(AWAY);
    let wall = next.wall();
    next.board.restore(next.now, wall, &snapshot, last_seen);
    let defaults: Vec<(DeviceKey, BedId)> =
        defaults.iter().map(|(name, to)| (device(name), bed(to))).collect();
    let refused = next.board.handle_defaults(next.now, wall, &by(), &defaults);
    (next, refused.into_iter().map(|(_, _, why)| why).collect())
}

/// Who stands at each bed.
fn standing(bench: &mut Bench) -> Vec<Option<String>> {
    let view = bench.view();
    let name = |tile: &std::sync::Arc<vigie_board::view::TileView>| {
        tile.device.as_ref().map(|device| device.key.0.to_string())
    };
    view.tiles.iter().map(name).collect()
}

fn at(name: &str) -> Option<String> {
    Some(name.to_owned())
}

/// A ward as configured, whose device on line `a` named itself `mp`.
fn configured() -> Bench {
    let mut bench = Bench::without_device();
    let wall = bench.wall();
    let defaults = [(DeviceKey::of_line("a"), bed("1")), (DeviceKey::of_line("b"), bed("2"))];
    assert_eq!(bench.board.handle_defaults(bench.now, wall, &by(), &defaults), []);
    bench.says("line:a", identity("mp"));
    bench.line("a", &["mp"], LineChange::Up);
    bench.say(stream(key("hr.ecg"), every(1000))).say(numeric("hr.ecg", 80));
    bench.log();
    bench
}

const DEFAULTS: [(&str, &str); 2] = [("line:a", "1"), ("line:b", "2")];

#[test]
fn a_bed_keeps_its_device_and_its_stay_but_shows_no_value() {
    let mut bench = configured();
    bench.say(patient("4711", "Weiss"));
    assert_eq!(bench.number("hr.ecg").freshness, Freshness::Live);
    let (mut next, refused) = restarted(&bench, 2, &DEFAULTS);
    assert_eq!(refused, []);
    assert_eq!(standing(&mut next), [at("mp"), at("line:b")]);
    let tile = next.tile();
    assert!(tile.blocks.is_empty() && tile.waves.is_empty() && tile.texts.is_empty());
    assert_eq!((tile.link.freshness, tile.link.heard), (None, None));
    let log = next.log();
    let note =
        LogKind::Note(text(&format!("restart: nothing was watched for {AWAY} s before this")));
    assert_eq!(log.first(), Some(&note));
    let stays: Vec<u64> = log
        .iter()
        .filter_map(|kind| if let LogKind::StayBegan(stay) = kind { Some(stay.id.0) } else { None })
        .collect();
    assert_eq!(stays, [0, 1], "no stay is begun anew");
    // The same patient after it: the stay goes on. Another one: it ends.
    next.say(patient("4711", "Weiss")).say(numeric("hr.ecg", 81));
    assert!(!next.log().iter().any(|kind| matches!(kind, LogKind::StayBegan(_))));
    let (mut next, _) = restarted(&bench, 2, &DEFAULTS);
    next.log();
    next.say(patient("4712", "Noir"));
    let began = |kind: &LogKind| matches!(kind, LogKind::StayBegan(stay) if stay.id.0 == 2);
    assert!(next.log().iter().any(began));
}

#[test]
fn alarms_that_were_on_are_not_confirmed_until_the_device_states_them_again() {
    let mut bench = configured();
    let high = alarm("APNEA", AlarmKind::Physiological, Priority::High);
    let set = |active: &[Alarm]| alarms(AlarmScope::All, AlarmTruth::Complete, active);
    bench.say(set(std::slice::from_ref(&high)));
    let began = bench.wall();
    bench.run(secs(4)).say(set(std::slice::from_ref(&high))).say(numeric("hr.ecg", 80));
    let last_seen = bench.wall();
    let (mut next, _) = restarted(&bench, 2, &DEFAULTS);
    let listed = next.tile().alarms.clone();
    assert_eq!(listed.truth, AlarmTruth::Unknown);
    assert_eq!(listed.unconfirmed_since, Some(last_seen));
    assert_eq!(listed.list.len(), 1);
    assert_eq!(listed.list[0].since.1, began, "since it began, not since the restart");
    assert_eq!(next.station_alarms(), [], "it has its time to be heard");
    // A second restart does not make the doubt younger.
    let (mut third, _) = restarted(&next, 2, &DEFAULTS);
    assert_eq!(third.tile().alarms.unconfirmed_since, Some(last_seen));
    next.log();
    next.run(secs(3)).line("a", &["mp"], LineChange::Up).say(set(std::slice::from_ref(&high)));
    assert_eq!(next.tile().alarms.truth, AlarmTruth::Complete);
    assert_eq!(next.log(), [], "the same alarm is none that begins");
    // It left the device's list while nobody listened.
    third.say(set(&[]));
    assert!(third.tile().alarms.list.is_empty());
    assert!(third.log().contains(&LogKind::DeviceAlarmEnded(text("APNEA"))));
}

#[test]
fn a_device_that_does_not_come_back_is_missed() {
    let bench = configured();
    let (mut next, _) = restarted(&bench, 2, &DEFAULTS);
    next.run(secs(30) - NS);
    assert_eq!(next.station_alarms(), []);
    next.run(NS);
    assert_eq!(next.station_alarms(), [(StationAlarmKind::DeviceLost, Priority::Medium)]);
    assert_eq!(next.tile().link.freshness, Some(Freshness::Lost));
    assert!(next.view().tiles[1].station_alarms.is_empty(), "nobody was ever heard there");
    next.line("a", &["mp"], LineChange::Up).say(numeric("hr.ecg", 82));
    assert_eq!(next.station_alarms(), []);
    assert_eq!(next.freshness("hr.ecg"), Freshness::Live);
}

#[test]
fn a_device_that_comes_back_and_is_silent_about_its_alarms_is_an_alarm() {
    let mut bench = configured();
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[]));
    let (mut next, _) = restarted(&bench, 2, &DEFAULTS);
    next.say(stream(key("hr.ecg"), every(1000)));
    let mut alarmed = None;
    for second in 0..12 {
        next.say(numeric("hr.ecg", 80));
        if !next.station_alarms().is_empty() {
            alarmed.get_or_insert(second);
        }
        next.run(secs(1));
    }
    assert_eq!(next.station_alarms(), [(StationAlarmKind::AlarmsNotConfirmed, Priority::Medium)]);
    assert_eq!(alarmed, Some(6), "not before it had its 5 s");
}

#[test]
fn a_persons_decision_outlives_what_is_configured() {
    let mut bench = configured();
    // Off its bed, and onto the other one, whose line never named anybody.
    assert_eq!(bench.assign("line:b", None), Receipt::Done);
    assert_eq!(bench.assign("mp", Some("2")), Receipt::Done);
    let (mut next, refused) = restarted(&bench, 2, &DEFAULTS);
    assert_eq!(refused, []);
    assert_eq!(standing(&mut next), [None, at("mp")]);
    // Also when a person begins a stay after it, and when it names itself on its line again.
    assert_eq!(next.command(Command::Admit { bed: bed("2") }), Receipt::Done);
    let (mut next, _) = restarted(&next, 2, &DEFAULTS);
    next.says("line:a", numeric("hr.ecg", 80)).says("line:a", identity("mp"));
    assert_eq!(standing(&mut next), [None, at("mp")]);
    // Taken off by a person, it stays off.
    assert_eq!(next.assign("mp", None), Receipt::Done);
    let (mut next, _) = restarted(&next, 2, &DEFAULTS);
    assert_eq!(standing(&mut next), [None, None]);
}

#[test]
fn a_stay_that_a_person_began_makes_no_decision_of_the_place() {
    let mut bench = configured();
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    let (mut next, refused) = restarted(&bench, 3, &[("line:a", "3"), ("line:b", "2")]);
    assert_eq!(refused, []);
    assert_eq!(standing(&mut next), [None, at("line:b"), at("mp")]);
}

#[test]
fn lines_that_changed_their_beds_in_the_configuration_change_them() {
    let bench = configured();
    let swapped = [("line:a", "2"), ("line:b", "1")];
    let (mut next, refused) = restarted(&bench, 2, &swapped);
    assert_eq!(refused, []);
    assert_eq!(standing(&mut next), [at("line:b"), at("mp")]);
    // A line that is configured no longer leaves its bed free.
    let (mut next, _) = restarted(&bench, 2, &[("line:b", "2")]);
    assert_eq!(standing(&mut next), [None, at("line:b")]);
    // A device that is configured by name stands there, whatever its line says.
    let (mut next, refused) = restarted(&bench, 3, &[DEFAULTS[0], DEFAULTS[1], ("mp", "3")]);
    assert_eq!(refused, []);
    assert_eq!(standing(&mut next), [None, at("line:b"), at("mp")]);
}

#[test]
fn a_bed_that_a_person_gave_away_is_not_taken_back() {
    let mut bench = configured();
    bench.says("other", numeric("hr.ecg", 70));
    assert_eq!(bench.assign("line:b", None), Receipt::Done);
    assert_eq!(bench.assign("other", Some("2")), Receipt::Done);
    let defaults = [("line:a", "1"), ("line:c", "2")];
    let (mut next, refused) = restarted(&bench, 2, &defaults);
    assert_eq!(refused, [Refusal::BedTaken(device("other"))]);
    assert_eq!(standing(&mut next), [at("mp"), at("other")]);
}

#[test]
fn a_bed_that_is_gone_ends_its_stay_and_frees_its_device() {
    let mut bench = configured();
    assert_eq!(bench.assign("line:b", None), Receipt::Done);
    assert_eq!(bench.assign("mp", Some("2")), Receipt::Done);
    let (mut next, refused) = restarted(&bench, 1, &[("line:a", "1")]);
    assert_eq!(refused, []);
    assert_eq!(standing(&mut next), [at("mp")], "the decision is gone with its bed");
    let ended: Vec<u64> = next
        .log()
        .iter()
        .filter_map(|kind| if let LogKind::StayEnded(stay) = kind { Some(stay.id.0) } else { None })
        .collect();
    assert_eq!(ended, [1]);
    // Numbers of stays are never used again.
    assert_eq!(next.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    let began = |kind: &LogKind| matches!(kind, LogKind::StayBegan(stay) if stay.id.0 == 2);
    assert!(next.log().iter().any(began));
}

#[test]
fn a_question_about_a_patient_stays_open() {
    let mut bench = configured();
    bench.say(patient("", "Weiss")).say(patient("", "Noir"));
    assert_eq!(bench.station_alarms(), [(StationAlarmKind::PatientUnclear, Priority::Low)]);
    let (mut next, _) = restarted(&bench, 2, &DEFAULTS);
    assert_eq!(next.station_alarms(), [(StationAlarmKind::PatientUnclear, Priority::Low)]);
    assert_eq!(next.command(Command::SamePatient { bed: bed("1") }), Receipt::Done);
    let (mut next, _) = restarted(&next, 2, &DEFAULTS);
    assert_eq!(next.station_alarms(), []);
    next.say(patient("", "Noir"));
    assert_eq!(next.station_alarms(), [], "the answer is kept too");
}

#[test]
fn an_older_snapshot_is_read_and_an_empty_one_is_nothing() {
    let read: BoardSnapshot = serde_json::from_str("{}").expect("fields may be missing");
    assert_eq!(read, BoardSnapshot::default());
    let sparse = r#"{"devices":[{"device":"mp"}],"later":7}"#;
    let read: BoardSnapshot = serde_json::from_str(sparse).expect("also in a device");
    let mut bench = Bench::without_device();
    let wall = bench.wall();
    bench.board.restore(bench.now, wall, &read, wall);
    assert_eq!(standing(&mut bench), [None, None]);
    assert!(bench.view().unassigned.is_empty());
}

#[test]
fn the_same_restart_is_the_same_twice() {
    let mut bench = configured();
    let low = alarm("LEADS OFF", AlarmKind::Technical, Priority::Low);
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, &[low]));
    bench.assign("mp", Some("2"));
    let ((mut a, _), (mut b, _)) =
        (restarted(&bench, 2, &DEFAULTS), restarted(&bench, 2, &DEFAULTS));
    assert_eq!(a.view(), b.view());
    assert_eq!(a.log(), b.log());
    assert_eq!(a.board.snapshot(), b.board.snapshot());
}

#[test]
fn an_alarm_of_the_whole_station_is_logged_once_and_listed_by_urgency() {
    let mut bench = Bench::without_device();
    let tell = |bench: &mut Bench, kind: StationAlarmKind, is_on| {
        let wall = bench.wall();
        bench.board.handle_station(bench.now, wall, kind, is_on);
    };
    let listed = |bench: &mut Bench| -> Vec<(StationAlarmKind, Priority, WallTime)> {
        let view = bench.view();
        let alarms = view.station_alarms.iter();
        alarms.map(|alarm| (alarm.kind.clone(), alarm.priority, alarm.since.1)).collect()
    };
    let copy_old = (StationAlarmKind::CopyOld, Priority::Low, bench.wall());
    tell(&mut bench, StationAlarmKind::CopyOld, true);
    bench.run(secs(2));
    tell(&mut bench, StationAlarmKind::CopyOld, true);
    let stopped = (StationAlarmKind::RecordStopped, Priority::Medium, bench.wall());
    tell(&mut bench, StationAlarmKind::RecordStopped, true);
    tell(&mut bench, StationAlarmKind::DiskFilling, false);
    // What is about a device is not taken.
    tell(&mut bench, StationAlarmKind::DeviceLost, true);
    assert_eq!(listed(&mut bench), [stopped, copy_old.clone()]);
    let old = Bench::without_device().view();
    let new = bench.view();
    let told = ViewUpdate::between(Some(&old), &new).apply(Some(&old));
    assert_eq!(told.as_deref(), Ok(&*new), "a window is told of them");
    let began = |kind| LogKind::StationAlarm(kind);
    assert_eq!(
        bench.log(),
        [began(StationAlarmKind::CopyOld), began(StationAlarmKind::RecordStopped)]
    );
    tell(&mut bench, StationAlarmKind::RecordStopped, false);
    tell(&mut bench, StationAlarmKind::RecordStopped, false);
    assert_eq!(bench.log(), [LogKind::StationAlarmEnded(StationAlarmKind::RecordStopped)]);
    // After a restart the station must say it again; it has been so since before.
    let (mut next, _) = restarted(&bench, 2, &[]);
    assert_eq!(listed(&mut next), []);
    tell(&mut next, StationAlarmKind::CopyOld, true);
    assert_eq!(listed(&mut next), [copy_old]);
}

//! What the board decides is heard, and what is not heard is told.

use std::sync::Arc;

use vigie_board::{AlarmPolicy, Command, Receipt, Refusal, view::AudioState};
use vigie_clock::BootClock;
use vigie_model::{AnswerKind, StationAlarmKind};
use vigie_speaker::Capture;

use super::*;
use crate::{
    Station, StationClient, StationOptions,
    testing::{Ports, config, options, pass, start_heard, until},
};

const PATIENCE: Duration = Duration::from_secs(20);

fn sounding(folder: &std::path::Path) -> StationOptions {
    StationOptions { sounds: true, ..options(config(1), folder) }
}

fn has(station: &Station, kind: &StationAlarmKind) -> bool {
    let view = station.view();
    view.is_some_and(|view| view.station_alarms.iter().any(|alarm| alarm.kind == *kind))
}

/// Takes samples as a device does, until one is loud.
fn is_heard(loudspeaker: &Capture) -> Option<()> {
    loudspeaker.take(400).iter().any(|sample| sample.abs() > 0.05).then_some(())
}

fn works(station: &Station) -> Option<()> {
    (station.report().sound.state == SoundState::Working).then_some(())
}

#[test]
fn an_alarm_is_heard_and_ends_when_it_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, loudspeaker) = (Ports::default(), Capture::new(8_000));
    let station = start_heard(sounding(folder.path()), &ports, Arc::new(BootClock), &loudspeaker);
    let client = StationClient::connect(folder.path());
    until("the device takes samples", || {
        loudspeaker.take(80);
        works(&station)
    });
    until("open", || ports.say("1", "alarm ASYSTOLE").then_some(()));
    let view = until("the alarm sounds", || {
        station.view().filter(|view| view.sound.priority == Some(Priority::High))
    });
    until("it is heard", || is_heard(&loudspeaker));
    let queued = station.sound().queued(view.sound.call).expect("its first sample has a time");
    assert!(queued.since(view.at) < Duration::from_secs(20));
    let row = view.attention.first().expect("it is listed");
    let answer = Command::Answer { alarms: vec![row.answer.no], how: AnswerKind::Acknowledged };
    assert_eq!(client.command(Text::from("AB"), answer, PATIENCE), Some(Receipt::Done));
    until("it is silent", || {
        let is_silent = station.view()?.sound.priority.is_none();
        let samples = loudspeaker.take(8_000);
        (is_silent && samples.iter().all(|sample| *sample == 0.0)).then_some(())
    });
    let answered = client.seen().expect("seen").view;
    assert_eq!(answered.attention.len(), 1, "listed, and silent: {:?}", answered.attention);
}

#[test]
fn commands_without_initials_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station =
        start_heard(sounding(folder.path()), &ports, Arc::new(BootClock), &Capture::new(8_000));
    let client = StationClient::connect(folder.path());
    until("it is connected", || client.seen());
    for by in ["", "  "] {
        let receipt = client.command(Text::from(by), Command::PauseAudio, PATIENCE);
        assert_eq!(receipt, Some(Receipt::Refused(Refusal::NoInitials)), "{by:?}");
    }
    assert_eq!(
        client.command(Text::from("AB"), Command::PauseAudio, PATIENCE),
        Some(Receipt::Done)
    );
    until("paused", || match &station.view()?.sound.audio {
        AudioState::Paused { by, .. } => (by.as_str() == "AB").then_some(()),
        AudioState::On | AudioState::Off { .. } => None,
    });
    drop(station);
}

#[test]
fn a_station_without_a_sound_device_says_so_until_there_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, loudspeaker) = (Ports::default(), Capture::new(8_000));
    loudspeaker.refuse(Some("no such device"));
    let station = start_heard(sounding(folder.path()), &ports, Arc::new(BootClock), &loudspeaker);
    let client = StationClient::connect(folder.path());
    until("it is told", || has(&station, &StationAlarmKind::NoSound).then_some(()));
    let report = station.report().sound;
    assert_eq!(report.state, SoundState::Broken);
    assert!(report.why.is_some_and(|why| why.as_str().contains("no such device")));
    let tested = client.test_sound(Priority::Low, PATIENCE);
    assert!(tested.is_err_and(|why| why.as_str().contains("no such device")));
    loudspeaker.refuse(None);
    until("it ends", || {
        loudspeaker.take(80);
        (works(&station).is_some() && !has(&station, &StationAlarmKind::NoSound)).then_some(())
    });
    loudspeaker.fail("pulled out");
    loudspeaker.refuse(Some("pulled out"));
    until("it is told again", || has(&station, &StationAlarmKind::NoSound).then_some(()));
}

#[test]
fn nobody_misses_the_sound_of_a_station_that_is_not_to_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, loudspeaker) = (Ports::default(), Capture::new(8_000));
    let quiet = options(config(1), folder.path());
    let station = start_heard(quiet, &ports, Arc::new(BootClock), &loudspeaker);
    until("open", || ports.say("1", "alarm ASYSTOLE").then_some(()));
    until("the alarm", || (!station.view()?.tiles.first()?.alarms.list.is_empty()).then_some(()));
    pass(Duration::from_millis(500));
    assert_eq!(station.report().sound.state, SoundState::Off);
    assert!(!has(&station, &StationAlarmKind::NoSound));
    assert_eq!(loudspeaker.openings(), 0);
    // A reload that asks for it is heard, and one that wants silence is not.
    let with = |enabled, volume| {
        let mut config = config(1);
        config.sound = SoundConfig { enabled, volume, ..SoundConfig::default() };
        station.reload(config);
    };
    with(Some(true), 85);
    until("it is heard", || is_heard(&loudspeaker));
    with(Some(true), 0);
    until("silent", || (station.report().sound.state == SoundState::Silent).then_some(()));
    until("it is let go", || (!loudspeaker.is_open()).then_some(()));
    assert_eq!(ports.counts("1"), (1, 0), "no line was touched");
}

#[test]
fn a_test_is_played_and_who_heard_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, loudspeaker) = (Ports::default(), Capture::new(8_000));
    let station = start_heard(sounding(folder.path()), &ports, Arc::new(BootClock), &loudspeaker);
    let client = StationClient::connect(folder.path());
    until("the device takes samples", || {
        loudspeaker.take(80);
        works(&station)
    });
    until("it is connected", || client.seen());
    let test = client.begin_sound_test(Priority::Medium).expect("room");
    let mut heard = false;
    let tested = until("it was played", || {
        heard |= is_heard(&loudspeaker).is_some();
        test.ended()
    });
    assert_eq!((tested, heard), (Ok(()), true));
    assert_eq!(client.heard_sound(Text::from("CD"), true, PATIENCE), Some(Receipt::Done));
    let by = until("the report", || client.seen()?.report.sound.heard).1;
    assert_eq!(by, Text::from("CD"));
    drop(station);
}

#[test]
fn a_silent_window_is_heard_as_well_as_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, loudspeaker) = (Ports::default(), Capture::new(8_000));
    let options = StationOptions { expects_window: true, ..sounding(folder.path()) };
    let station = start_heard(options, &ports, Arc::new(BootClock), &loudspeaker);
    let window = StationClient::connect(folder.path());
    until("it painted, and then stopped", || {
        window.painted();
        window.seen()
    });
    until("it is told", || {
        loudspeaker.take(80);
        has(&station, &StationAlarmKind::WindowStalled).then_some(())
    });
    until("it is heard", || is_heard(&loudspeaker));
    until("it paints again", || {
        window.painted();
        loudspeaker.take(80);
        (!has(&station, &StationAlarmKind::WindowStalled)).then_some(())
    });
}

#[test]
fn a_reload_of_the_policy_changes_the_pause_and_touches_no_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let ports = Ports::default();
    let station =
        start_heard(sounding(folder.path()), &ports, Arc::new(BootClock), &Capture::new(8_000));
    let client = StationClient::connect(folder.path());
    until("it is connected", || client.seen());
    until("open", || (ports.counts("1") == (1, 0)).then_some(()));
    let pause = || {
        let receipt = client.command(Text::from("AB"), Command::PauseAudio, PATIENCE);
        assert_eq!(receipt, Some(Receipt::Done));
        until("paused", || {
            let view = station.view()?;
            match &view.sound.audio {
                AudioState::Paused { until, .. } => Some(until.0),
                AudioState::On | AudioState::Off { .. } => None,
            }
        })
    };
    let first = pause();
    let mut longer = config(1);
    let hour = Duration::from_secs(3_600);
    longer.alarms = AlarmPolicy { pause: hour, ..AlarmPolicy::default() };
    longer.lines[0].path = Some(Text::from("switch 1"));
    station.reload(longer);
    assert_eq!(station.report().config_refused, None);
    until("the longer pause", || (pause().since(first) > hour / 2).then_some(()));
    assert_eq!(ports.counts("1"), (1, 0), "no line was touched");
}

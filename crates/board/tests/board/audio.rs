//! Whether alarms sound: the pause, and off by policy with its reminder.

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Board, BoardConfig, Command, Receipt, Refusal,
    view::{AudioState, SoundView},
};
use vigie_model::{
    AlarmKind::Physiological,
    AlarmTruth::Complete,
    Priority::{High, Low, Medium},
    *,
};

fn with(priority: Priority) -> Bench {
    let mut bench = Bench::new();
    let alarm = alarm("ALARM", Physiological, priority);
    bench.say(alarms(AlarmScope::All, Complete, &[alarm]));
    bench.log();
    bench
}

fn sound(bench: &mut Bench) -> SoundView {
    bench.view().sound.clone()
}

/// Log lines about the sound.
fn told(bench: &mut Bench) -> Vec<LogKind> {
    let is_of_sound = |kind: &LogKind| {
        matches!(
            kind,
            LogKind::AudioPaused { .. } | LogKind::AudioOff { .. } | LogKind::AudioOn { .. }
        )
    };
    bench.log().into_iter().filter(is_of_sound).collect()
}

#[test]
fn a_pause_ends_by_itself_to_the_nanosecond_and_then_calls() {
    let mut bench = with(High);
    let before = sound(&mut bench);
    assert_eq!((before.priority, before.call, &before.audio), (Some(High), 1, &AudioState::On));
    assert_eq!(bench.command(Command::PauseAudio), Receipt::Done);
    let until = (bench.now + secs(120), bench.wall().after(secs(120)));
    let paused = sound(&mut bench);
    assert_eq!((paused.priority, paused.step, paused.call), (None, 0, 1));
    assert_eq!(paused.audio, AudioState::Paused { until, by: text("AB") });
    assert_eq!(told(&mut bench), [LogKind::AudioPaused { until: until.1, by: text("AB") }]);
    // What is new is seen, not heard, and grows older: another alarm, and then the silence of both.
    let more = [alarm("ALARM", Physiological, High), alarm("MORE", Physiological, High)];
    bench.say(alarms(AlarmScope::All, Complete, &more)).run(secs(120) - NS);
    let view = bench.view();
    assert_eq!((view.sound.priority, view.sound.call, view.attention.len()), (None, 1, 3));
    assert_eq!(view.attention[0].answer.escalated, 2);
    bench.run(NS);
    let after = sound(&mut bench);
    assert_eq!((after.priority, after.call, after.audio), (Some(High), 2, AudioState::On));
    assert_eq!(told(&mut bench), [LogKind::AudioOn { by: None }]);
}

#[test]
fn a_pause_begins_anew_and_ends_by_a_person() {
    let mut bench = with(Medium);
    bench.command(Command::PauseAudio);
    bench.run(secs(60));
    bench.command(Command::PauseAudio);
    bench.run(secs(119));
    assert_eq!(sound(&mut bench).priority, None);
    told(&mut bench);
    assert_eq!(bench.command(Command::AudioOn), Receipt::Done);
    assert_eq!((sound(&mut bench).priority, sound(&mut bench).call), (Some(Medium), 2));
    assert_eq!(told(&mut bench), [LogKind::AudioOn { by: Some(text("AB")) }]);
    bench.command(Command::AudioOn);
    assert_eq!((told(&mut bench), sound(&mut bench).call), (vec![], 2), "it was on");
}

#[test]
fn off_needs_a_policy_and_reminds_of_itself() {
    let mut bench = with(High);
    assert_eq!(bench.command(Command::AudioOff), Receipt::Refused(Refusal::NotAllowed));
    let policy = AlarmPolicy { audio_off: Some(secs(300)), ..AlarmPolicy::default() };
    bench.board.set_policy(policy);
    assert_eq!(bench.command(Command::AudioOff), Receipt::Done);
    let since = (bench.now, bench.wall());
    for (at, priority, calls) in [
        (secs(300) - NS, None, 0),
        (secs(300), Some(Low), 1),
        (secs(305) - NS, Some(Low), 1),
        (secs(305), None, 1),
        (secs(600) - NS, None, 1),
        (secs(600), Some(Low), 2),
    ] {
        let by = (since.0 + at) - bench.now;
        bench.run(by);
        let seen = sound(&mut bench);
        assert_eq!((seen.priority, seen.call, seen.step), (priority, 1 + calls, 0), "at {at:?}");
        assert_eq!(seen.audio, AudioState::Off { since, by: text("AB") });
    }
    assert_eq!(bench.command(Command::AudioOff), Receipt::Done);
    assert_eq!(told(&mut bench), [LogKind::AudioOff { by: text("AB") }], "once");
    // The unit allows it no longer.
    bench.board.set_policy(AlarmPolicy::default());
    let seen = sound(&mut bench);
    assert_eq!((seen.priority, seen.call, seen.audio), (Some(High), 4, AudioState::On));
    assert_eq!(told(&mut bench), [LogKind::AudioOn { by: None }]);
}

#[test]
fn a_restart_goes_on_with_the_pause_and_never_for_longer_than_one() {
    // How long the station did not run, and how the PC's clock was set meanwhile; what is left.
    for (gap_secs, set_secs, left_secs) in
        [(20, 0_i64, 60), (100, 0, 0), (20, -3600, 120), (20, 3600, 0)]
    {
        let mut bench = with(High);
        bench.command(Command::PauseAudio);
        bench.run(secs(40));
        let snapshot = bench.board.snapshot();
        let last_seen = bench.wall();
        bench.pass(secs(gap_secs));
        let config = BoardConfig {
            mode: StationMode::Replay,
            beds: vec![Bed { id: bed("1"), label: text("1") }],
            run: RunId(2),
        };
        bench.board = Board::new(config);
        let wall_ns = bench.wall().as_unix_nanos() + set_secs * 1_000_000_000;
        let wall = WallTime::from_unix_nanos(wall_ns);
        bench.board.restore(bench.now, wall, &snapshot, last_seen);
        let told = format!("{gap_secs} {set_secs}");
        if left_secs > 0 {
            let just_before = (bench.now + secs(left_secs)).before(NS);
            let view = bench.board.view(just_before, wall);
            assert_eq!(view.sound.priority, None, "{told}");
        }
        let view = bench.board.view(bench.now + secs(left_secs), wall);
        assert_eq!(
            (view.sound.priority, &view.sound.audio),
            (Some(High), &AudioState::On),
            "{told}"
        );
    }
}

#[test]
fn the_loudest_of_all_is_heard_and_its_step() {
    let mut bench = with(Medium);
    assert_eq!(sound(&mut bench).priority, Some(Medium));
    let both = [alarm("ALARM", Physiological, Medium), alarm("VTACH", Physiological, High)];
    bench.pass(secs(1)).say(alarms(AlarmScope::All, Complete, &both));
    let seen = sound(&mut bench);
    assert_eq!((seen.priority, seen.call), (Some(High), 2));
    let high = bench.view().attention[0].answer.no;
    bench.command(Command::Answer { alarms: vec![high], how: AnswerKind::Going });
    let seen = sound(&mut bench);
    assert_eq!((seen.priority, seen.call), (Some(Medium), 2), "nothing new: no call");
}

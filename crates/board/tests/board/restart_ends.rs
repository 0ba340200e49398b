//! A station that dies within the 3 s in which an alarm's end does not count yet.

use crate::common::*;
use vigie_board::{
    Board, BoardConfig, Command, Receipt,
    view::{AnswerState, AttentionRow},
};
use vigie_model::{
    AlarmKind::Physiological,
    AnswerKind::Acknowledged,
    Priority::{High, Medium},
    *,
};

/// How long the station was away: much longer than an end is held.
const AWAY: u64 = 20;

fn set(bench: &mut Bench, set: &[Alarm]) {
    bench.say(alarms(AlarmScope::All, AlarmTruth::Complete, set));
}

fn vtach() -> Alarm {
    alarm("VTACH", Physiological, High)
}

fn rate() -> Alarm {
    alarm("HR HIGH", Physiological, Medium)
}

fn rows(bench: &mut Bench) -> Vec<AttentionRow> {
    bench.view().attention.clone()
}

fn row(bench: &mut Bench) -> AttentionRow {
    let rows = rows(bench);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].clone()
}

fn sounds(bench: &mut Bench) -> Option<Priority> {
    bench.view().sound.priority
}

/// An alarm that began, 2 s later ended, and 1 s after that the station died and was started again.
fn died_within_the_end_of(alarm: &Alarm, is_answered: bool) -> Bench {
    let mut bench = Bench::new();
    set(&mut bench, std::slice::from_ref(alarm));
    bench.run(secs(2));
    if is_answered {
        let alarms = vec![row(&mut bench).answer.no];
        let answer = Command::Answer { alarms, how: Acknowledged };
        assert_eq!(bench.command(answer), Receipt::Done);
    }
    set(&mut bench, &[]);
    bench.run(secs(1));
    assert_eq!(row(&mut bench).count, 1, "its end does not count yet");
    let json = serde_json::to_string(&bench.board.snapshot()).unwrap();
    let last_seen = bench.wall();
    bench.pass(secs(AWAY));
    let beds = ["1", "2"].map(|name| Bed { id: bed(name), label: text(name) });
    let config = BoardConfig { mode: StationMode::Replay, beds: beds.into(), run: RunId(2) };
    bench.board = Board::new(config);
    let (now, wall) = (bench.now, bench.wall());
    bench.board.restore(now, wall, &serde_json::from_str(&json).unwrap(), last_seen);
    bench
}

#[test]
fn a_high_alarm_that_nobody_answered_is_heard_and_then_latches() {
    let mut bench = died_within_the_end_of(&vtach(), false);
    let held = row(&mut bench);
    assert_eq!((held.answer.state, held.count), (AnswerState::Active, 1));
    assert_eq!(held.since.1, bench.wall().before(secs(AWAY + 3)), "since it began");
    assert_eq!(held.answer.restored, Some(bench.wall()));
    // As it did when the station died: perhaps nobody has heard it.
    let sound = bench.view().sound.clone();
    assert_eq!((sound.priority, sound.call), (Some(High), 1));
    assert!(bench.tile().alarms.list.is_empty(), "its device does not list it");
    bench.run(secs(3) - NS);
    assert_eq!(sounds(&mut bench), Some(High));
    bench.log();
    bench.run(NS);
    assert_eq!((row(&mut bench).answer.state, sounds(&mut bench)), (AnswerState::Latched, None));
    assert!(bench.log().iter().any(|line| matches!(line, LogKind::Latched(_))));
    // Also where its device is never heard again.
    bench.run(secs(600));
    assert!(rows(&mut bench).iter().any(|row| row.answer.state == AnswerState::Latched));
}

#[test]
fn what_does_not_latch_is_over_after_its_three_seconds() {
    for (alarm, is_answered) in [(vtach(), true), (rate(), false), (rate(), true)] {
        let mut bench = died_within_the_end_of(&alarm, is_answered);
        let priority = (!is_answered).then_some(alarm.priority);
        bench.run(secs(3) - NS);
        assert_eq!((rows(&mut bench).len(), sounds(&mut bench)), (1, priority), "{alarm:?}");
        bench.run(NS);
        assert_eq!((rows(&mut bench).len(), sounds(&mut bench)), (0, None), "{alarm:?}");
    }
}

#[test]
fn what_is_back_is_the_same_row_once_more_and_asks_again() {
    for is_answered in [false, true] {
        let mut bench = died_within_the_end_of(&vtach(), is_answered);
        let held = row(&mut bench);
        bench.log();
        bench.run(secs(1));
        set(&mut bench, &[vtach()]);
        let back = row(&mut bench);
        assert_eq!((back.answer.no, back.since, back.count), (held.answer.no, held.since, 2));
        assert_eq!((back.answer.state, back.answer.restored), (AnswerState::Active, None));
        assert_eq!(sounds(&mut bench), Some(High));
        assert_eq!(bench.view().sound.call, 1);
        let lapsed =
            |line: &LogKind| matches!(line, LogKind::AnswerLapsed { why: Lapse::Returned, .. });
        assert_eq!(bench.log().iter().any(lapsed), is_answered);
    }
}

#[test]
fn a_reset_in_that_time_ends_it() {
    let mut bench = died_within_the_end_of(&vtach(), false);
    let alarms = vec![row(&mut bench).answer.no];
    assert_eq!(bench.command(Command::Reset { alarms }), Receipt::Done);
    assert_eq!((rows(&mut bench).len(), sounds(&mut bench)), (0, None));
}

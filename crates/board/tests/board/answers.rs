//! What people make of alarms: every state, every way out of it, and every timer on both sides.

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Board, BoardConfig, Command, LineChange, Receipt, Refusal,
    policy::Latch,
    view::{AnswerState, AttentionRow, ConditionNo},
};
use vigie_model::{
    AlarmKind::{Physiological, Technical},
    AlarmTruth::{Complete, Unknown},
    AnswerKind::{Acknowledged, Going},
    Priority::{High, Information, Low, Medium},
    *,
};

/// `mp` lists exactly these.
fn set(bench: &mut Bench, set: &[Alarm]) {
    bench.say(alarms(AlarmScope::All, Complete, set));
}

/// A device whose silence alone says nothing, with one alarm.
fn with(alarm: &Alarm) -> Bench {
    let mut bench = Bench::new();
    bench.say(stream(unmapped("note"), Cadence::Episodic { interval: None }));
    bench.say(Event::Text(TextValue {
        key: unmapped("note"),
        value: Some(text("x")),
        measured: Measured::Now,
        nature: Nature::Real,
    }));
    set(&mut bench, std::slice::from_ref(alarm));
    bench.log();
    bench
}

/// The only row.
fn row(bench: &mut Bench) -> AttentionRow {
    let rows = bench.view().attention.clone();
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].clone()
}

fn rows(bench: &mut Bench) -> usize {
    bench.view().attention.len()
}

fn state(bench: &mut Bench) -> (AnswerState, u32) {
    let row = row(bench);
    (row.answer.state, row.count)
}

fn answer(bench: &mut Bench, how: AnswerKind) {
    let alarms = vec![row(bench).answer.no];
    assert_eq!(bench.command(Command::Answer { alarms, how }), Receipt::Done);
}

fn reset(bench: &mut Bench) {
    let alarms = vec![row(bench).answer.no];
    assert_eq!(bench.command(Command::Reset { alarms }), Receipt::Done);
}

fn sounds(bench: &mut Bench) -> Option<Priority> {
    bench.view().sound.priority
}

fn call(bench: &mut Bench) -> u64 {
    bench.view().sound.call
}

fn lapses(bench: &mut Bench) -> Vec<Lapse> {
    let lapse = |kind| {
        if let LogKind::AnswerLapsed { why, .. } = kind { Some(why) } else { None }
    };
    bench.log().into_iter().filter_map(lapse).collect()
}

fn vtach() -> Alarm {
    alarm("VTACH", Physiological, High)
}

fn rate() -> Alarm {
    alarm("HR HIGH", Physiological, Medium)
}

#[test]
fn an_end_counts_after_three_seconds_and_a_beginning_at_once() {
    let mut bench = with(&rate());
    assert_eq!(sounds(&mut bench), Some(Medium));
    let first = row(&mut bench);
    let calls = call(&mut bench);
    bench.run(secs(1));
    set(&mut bench, &[]);
    assert!(bench.tile().alarms.list.is_empty(), "the tile mirrors the end at once");
    bench.run(secs(3) - NS);
    assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Active, 1), Some(Medium)));
    // Back within the hold: one row, one call.
    set(&mut bench, &[rate()]);
    let again = row(&mut bench);
    assert_eq!((again.count, again.since, again.answer.no), (2, first.since, first.answer.no));
    assert_eq!(call(&mut bench), calls);
    set(&mut bench, &[]);
    bench.run(secs(3));
    assert_eq!((rows(&mut bench), sounds(&mut bench)), (0, None));
    set(&mut bench, &[rate()]);
    let new = row(&mut bench);
    assert!(new.answer.no > first.answer.no && new.count == 1);
    assert_eq!(call(&mut bench), calls + 1);
}

#[test]
fn what_latches_stays_until_it_is_reset_and_does_not_sound() {
    for (what, priority, kind, latch, stays) in [
        ("a vital alarm", High, Physiological, Latch::High, true),
        ("by policy", High, Physiological, Latch::Nothing, false),
        ("of equipment", High, Technical, Latch::High, false),
        ("a limit", Medium, Physiological, Latch::High, false),
    ] {
        let mut bench = with(&alarm("X", kind, priority));
        bench.board.set_policy(AlarmPolicy { latch, ..AlarmPolicy::default() });
        let since = row(&mut bench).since;
        set(&mut bench, &[]);
        bench.run(secs(3));
        assert_eq!(rows(&mut bench), usize::from(stays), "{what}");
        if stays {
            assert_eq!(state(&mut bench), (AnswerState::Latched, 1));
            assert_eq!((row(&mut bench).since, sounds(&mut bench)), (since, None));
            assert!(bench.log().iter().any(|kind| matches!(kind, LogKind::Latched(_))));
            bench.run(secs(7200));
            assert_eq!(row(&mut bench).answer.escalated, 0);
            // An answer is not what it asks for.
            answer(&mut bench, Acknowledged);
            assert_eq!(state(&mut bench), (AnswerState::Latched, 1));
            reset(&mut bench);
            assert_eq!(rows(&mut bench), 0);
            let by =
                |kind: &LogKind| matches!(kind, LogKind::Reset { by, .. } if by.as_str() == "AB");
            assert!(bench.log().iter().any(by));
        }
    }
}

#[test]
fn a_latched_alarm_that_returns_is_active_again_and_calls() {
    let mut bench = with(&vtach());
    set(&mut bench, &[]);
    bench.run(secs(60));
    bench.log();
    let calls = call(&mut bench);
    set(&mut bench, &[vtach()]);
    assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Active, 2), Some(High)));
    assert_eq!((call(&mut bench), lapses(&mut bench)), (calls + 1, vec![Lapse::Returned]));
    // Still on: nothing is reset.
    reset(&mut bench);
    assert_eq!(state(&mut bench), (AnswerState::Active, 2));
}

#[test]
fn whoever_saw_it_here_or_at_the_bedside_leaves_nothing_latched() {
    let silenced = |how| Alarm { inactivation: Some(how), ..vtach() };
    for (last, stays) in [
        (silenced(Inactivation::Acknowledged), 0),
        (silenced(Inactivation::Paused), 1),
        (silenced(Inactivation::Off), 1),
    ] {
        let mut bench = with(&last);
        set(&mut bench, &[]);
        bench.run(secs(3));
        assert_eq!(rows(&mut bench), stays, "{last:?}");
    }
    // Answered while the end did not count yet.
    let mut bench = with(&vtach());
    set(&mut bench, &[]);
    bench.run(secs(3) - NS);
    answer(&mut bench, Acknowledged);
    bench.run(NS);
    assert_eq!(rows(&mut bench), 0);
}

#[test]
fn an_answer_holds_for_its_time_to_the_nanosecond() {
    for (how, holds) in [(Acknowledged, secs(600)), (Going, secs(180))] {
        let mut bench = with(&vtach());
        bench.run(secs(7));
        answer(&mut bench, how);
        let calls = call(&mut bench);
        let answered = row(&mut bench).answer.answered.unwrap();
        assert_eq!((answered.how, answered.by, answered.at.0), (how, text("AB"), bench.now));
        assert_eq!(sounds(&mut bench), None);
        bench.run(holds - NS);
        assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Answered, 1), None));
        assert_eq!(bench.board.poll_timeout().unwrap().0, bench.now + NS);
        bench.log();
        bench.run(NS);
        assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Active, 1), Some(High)));
        assert_eq!((call(&mut bench), lapses(&mut bench)), (calls + 1, vec![Lapse::Reminder]));
        assert_eq!(row(&mut bench).answer.escalated, 0, "it has only just gone unanswered");
    }
    let mut bench = with(&rate());
    let never = AlarmPolicy { acknowledged_reminder: None, ..AlarmPolicy::default() };
    bench.board.set_policy(never);
    answer(&mut bench, Acknowledged);
    bench.run(secs(86_400));
    assert_eq!(state(&mut bench).0, AnswerState::Answered);
}

#[test]
fn an_answer_lapses_when_the_alarm_is_raised_and_not_when_it_is_lowered() {
    let mut bench = with(&rate());
    answer(&mut bench, Acknowledged);
    bench.log();
    set(&mut bench, &[Alarm { priority: Low, ..rate() }]);
    set(&mut bench, &[rate()]);
    assert_eq!((state(&mut bench).0, lapses(&mut bench)), (AnswerState::Answered, vec![]));
    set(&mut bench, &[Alarm { priority: High, ..rate() }]);
    assert_eq!(
        (state(&mut bench).0, lapses(&mut bench)),
        (AnswerState::Active, vec![Lapse::Raised])
    );
    assert_eq!(sounds(&mut bench), Some(High));
}

#[test]
fn an_answered_alarm_that_comes_back_asks_again() {
    let mut bench = with(&rate());
    answer(&mut bench, Going);
    set(&mut bench, &[]);
    bench.run(secs(1)).log();
    assert_eq!((state(&mut bench).0, sounds(&mut bench)), (AnswerState::Answered, None));
    let calls = call(&mut bench);
    set(&mut bench, &[rate()]);
    assert_eq!(
        (state(&mut bench), lapses(&mut bench)),
        ((AnswerState::Active, 2), vec![Lapse::Returned])
    );
    assert_eq!(call(&mut bench), calls + 1);
}

#[test]
fn high_asks_in_larger_letters_and_then_louder_up_to_three_steps() {
    let mut bench = with(&vtach());
    let calls = call(&mut bench);
    for (after, escalated, step) in [
        (secs(15) - NS, 0, 0),
        (secs(15), 1, 0),
        (secs(60) - NS, 1, 0),
        (secs(60), 2, 1),
        (secs(120) - NS, 2, 1),
        (secs(120), 3, 2),
        (secs(180), 4, 3),
        (secs(3600), 4, 3),
    ] {
        let by = (START + after) - bench.now;
        bench.run(by);
        let seen = (row(&mut bench).answer.escalated, bench.view().sound.step);
        assert_eq!(seen, (escalated, step), "after {after:?}");
    }
    assert_eq!(call(&mut bench), calls, "high priority repeats its sound anyway");
    let step = |kind| {
        if let LogKind::Escalated { step, .. } = kind { Some(step) } else { None }
    };
    let steps: Vec<u8> = bench.log().into_iter().filter_map(step).collect();
    assert_eq!(steps, [1, 2, 3, 4]);
    answer(&mut bench, Acknowledged);
    assert_eq!((row(&mut bench).answer.escalated, bench.view().sound.step), (0, 0));
}

#[test]
fn medium_reminds_once_each_period_and_low_never() {
    let mut bench = with(&rate());
    let calls = call(&mut bench);
    for (after, reminders) in
        [(secs(180) - NS, 0), (secs(180), 1), (secs(360) - NS, 1), (secs(360), 2)]
    {
        let by = (START + after) - bench.now;
        bench.run(by);
        assert_eq!(call(&mut bench), calls + reminders, "after {after:?}");
        let view = bench.view();
        assert_eq!(
            (view.sound.step, view.attention[0].answer.escalated),
            (0, u8::from(reminders > 0))
        );
    }
    let mut bench = with(&alarm("BATT", Technical, Low));
    let calls = call(&mut bench);
    bench.run(secs(3600));
    assert_eq!((call(&mut bench), sounds(&mut bench)), (calls, Some(Low)));
}

#[test]
fn a_link_reminds_every_three_minutes_answered_or_not_until_it_is_back() {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up).say(numeric("hr.ecg", 80));
    bench.line("com1", &["mp"], LineChange::Down);
    let calls = call(&mut bench);
    bench.run(secs(180) - NS);
    assert_eq!(call(&mut bench), calls);
    bench.run(NS);
    assert_eq!((call(&mut bench), row(&mut bench).answer.escalated), (calls + 1, 1));
    answer(&mut bench, Acknowledged);
    bench.run(secs(180) - NS);
    assert_eq!((sounds(&mut bench), state(&mut bench).0), (None, AnswerState::Answered));
    bench.run(NS);
    assert_eq!((sounds(&mut bench), call(&mut bench)), (Some(Medium), calls + 2));
}

#[test]
fn what_was_silenced_at_the_bedside_is_listed_and_sounds_only_by_policy() {
    let silenced = Alarm { inactivation: Some(Inactivation::Acknowledged), ..vtach() };
    let mut bench = with(&silenced);
    bench.run(secs(600));
    let seen = row(&mut bench);
    assert_eq!((seen.inactivation, seen.answer.escalated), (silenced.inactivation, 0));
    assert_eq!((sounds(&mut bench), call(&mut bench)), (None, 0));
    set(&mut bench, &[vtach()]);
    assert_eq!((sounds(&mut bench), call(&mut bench)), (Some(High), 1));
    set(&mut bench, std::slice::from_ref(&silenced));
    assert_eq!(sounds(&mut bench), None);
    let policy = AlarmPolicy { sounds_when_silenced_at_bedside: true, ..AlarmPolicy::default() };
    bench.board.set_policy(policy);
    assert_eq!((sounds(&mut bench), call(&mut bench)), (Some(High), 2));
}

#[test]
fn what_the_device_latched_sounds_with_high_priority_until_somebody_saw_it() {
    let latched = Alarm { phase: AlarmPhase::Latched, ..vtach() };
    let mut bench = with(&vtach());
    set(&mut bench, std::slice::from_ref(&latched));
    assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Latched, 1), Some(High)));
    reset(&mut bench);
    assert_eq!(state(&mut bench).0, AnswerState::Latched, "it is still on the device's list");
    answer(&mut bench, AnswerKind::Acknowledged);
    assert_eq!((state(&mut bench).0, sounds(&mut bench)), (AnswerState::Answered, None));
    set(&mut bench, &[vtach()]);
    assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Active, 2), Some(High)));
    set(&mut bench, std::slice::from_ref(&latched));
    set(&mut bench, &[]);
    assert_eq!(rows(&mut bench), 0);
    // It came and went between two words of the device.
    let before = call(&mut bench);
    set(&mut bench, &[latched]);
    assert_eq!((sounds(&mut bench), call(&mut bench)), (Some(High), before + 1));
    set(&mut bench, &[Alarm { phase: AlarmPhase::Latched, ..rate() }]);
    assert_eq!((state(&mut bench).0, sounds(&mut bench)), (AnswerState::Latched, None));
}

#[test]
fn information_is_on_the_tile_only() {
    let mut bench = with(&alarm("NOTE", Technical, Information));
    assert_eq!((rows(&mut bench), sounds(&mut bench)), (0, None));
    let tile = bench.tile();
    assert_eq!((tile.alarms.list.len(), tile.alarms.list[0].answer.no), (1, ConditionNo(0)));
}

#[test]
fn unconfirmed_high_goes_on_sounding_until_answered_and_the_rest_is_left_to_the_link() {
    let mut bench = with(&vtach());
    let both = [vtach(), rate()];
    set(&mut bench, &both);
    bench.line("com1", &["mp"], LineChange::Up);
    set(&mut bench, &both);
    let calls = call(&mut bench);
    bench.line("com1", &["mp"], LineChange::Down);
    let view = bench.view();
    let listed: Vec<(Priority, bool)> =
        view.attention.iter().map(|row| (row.priority, row.is_confirmed)).collect();
    assert_eq!(listed, [(High, false), (Medium, false), (Medium, true)]);
    assert_eq!((view.sound.priority, view.sound.call), (Some(High), calls + 1), "the link calls");
    let alarms = view.attention.iter().map(|row| row.answer.no).take(1).collect();
    bench.command(Command::Answer { alarms, how: Acknowledged });
    let link = bench.view().attention.iter().find(|row| row.is_confirmed).unwrap().answer.no;
    bench.command(Command::Answer { alarms: vec![link], how: Acknowledged });
    assert_eq!(sounds(&mut bench), None, "what is not confirmed and not high does not sound");
    // Confirmed again, it does.
    bench.line("com1", &["mp"], LineChange::Up);
    set(&mut bench, &both);
    assert_eq!(sounds(&mut bench), Some(Medium));
    bench.say(alarms_unknown());
    assert!(bench.view().attention.iter().all(|row| row.priority != High || !row.is_confirmed));
}

fn alarms_unknown() -> Event {
    alarms(AlarmScope::All, Unknown, &[])
}

#[test]
fn an_answer_needs_initials_and_what_is_gone_counts_as_answered() {
    let mut bench = with(&vtach());
    let alarms = vec![row(&mut bench).answer.no];
    let (now, wall) = (bench.now, bench.wall());
    for by in ["", "  "] {
        for command in [
            Command::Answer { alarms: alarms.clone(), how: Acknowledged },
            Command::Reset { alarms: alarms.clone() },
            Command::PauseAudio,
        ] {
            let receipt = bench.board.handle_command(now, wall, text(by), command);
            assert_eq!(receipt, Receipt::Refused(Refusal::NoInitials));
        }
    }
    assert_eq!((state(&mut bench).0, sounds(&mut bench)), (AnswerState::Active, Some(High)));
    bench.log();
    let gone = Command::Answer { alarms: vec![ConditionNo(99)], how: Going };
    assert_eq!((bench.command(gone), bench.log()), (Receipt::Done, vec![]));
}

#[test]
fn the_tile_says_what_was_made_of_its_alarms() {
    let mut bench = with(&vtach());
    answer(&mut bench, Going);
    let listed = row(&mut bench).answer;
    assert_eq!(bench.tile().alarms.list[0].answer, listed);
    bench.run(secs(180));
    assert_eq!(bench.tile().alarms.list[0].answer.state, AnswerState::Active);
}

#[test]
fn another_stay_begins_without_answers_and_latches() {
    for command in [Command::Admit { bed: bed("1") }, Command::Discharge { bed: bed("1") }] {
        let mut bench = with(&vtach());
        set(&mut bench, &[]);
        bench.run(secs(10));
        set(&mut bench, &[alarm("APNOEA", Physiological, High)]);
        let before: Vec<ConditionNo> =
            bench.view().attention.iter().map(|row| row.answer.no).collect();
        assert_eq!(before.len(), 2);
        bench.command(Command::Answer { alarms: before.clone(), how: Acknowledged });
        assert_eq!(sounds(&mut bench), None);
        bench.command(command);
        assert_eq!((state(&mut bench), sounds(&mut bench)), ((AnswerState::Active, 1), Some(High)));
        // The number of the one before means nothing any more.
        bench.command(Command::Answer { alarms: before, how: Acknowledged });
        assert_eq!(state(&mut bench).0, AnswerState::Active);
    }
}

#[test]
fn a_device_that_gives_its_name_keeps_what_was_made_of_its_alarms() {
    let mut bench = Bench::without_device();
    let line = DeviceKey::of_line("gate");
    bench.assign(line.0.as_str(), Some("1"));
    bench.says(line.0.as_str(), alarms(AlarmScope::All, Complete, &[vtach()]));
    answer(&mut bench, Going);
    let before = row(&mut bench);
    bench.says(line.0.as_str(), identity("mp"));
    assert_eq!(row(&mut bench), before);
    assert_eq!(bench.tile().alarms.list[0].answer, before.answer);
}

/// The same ward after a restart.
fn restarted(bench: &mut Bench, after: std::time::Duration, policy: &AlarmPolicy) {
    let json = serde_json::to_string(&bench.board.snapshot()).unwrap();
    let last_seen = bench.wall();
    bench.pass(after);
    let beds = ["1", "2"].map(|name| Bed { id: bed(name), label: text(name) });
    let config = BoardConfig { mode: StationMode::Replay, beds: beds.into(), run: RunId(2) };
    bench.board = Board::new(config);
    bench.board.set_policy(policy.clone());
    let (now, wall) = (bench.now, bench.wall());
    bench.board.restore(now, wall, &serde_json::from_str(&json).unwrap(), last_seen);
}

#[test]
fn a_restart_goes_on_with_answers_and_latches_and_says_so() {
    let mut bench = with(&vtach());
    set(&mut bench, &[]);
    bench.run(secs(10));
    set(&mut bench, &[rate()]);
    let medium = bench.view().attention.iter().find(|row| row.priority == Medium).unwrap().clone();
    bench.command(Command::Answer { alarms: vec![medium.answer.no], how: Going });
    bench.run(secs(60));
    let before = bench.view().attention.clone();
    restarted(&mut bench, secs(20), &AlarmPolicy::default());
    let after = bench.view().attention.clone();
    let kept = |row: &AttentionRow| {
        (row.answer.no, row.answer.state, row.answer.answered.clone(), row.since, row.count)
    };
    assert_eq!(
        after.iter().map(kept).collect::<Vec<_>>(),
        before.iter().map(kept).collect::<Vec<_>>()
    );
    assert!(after.iter().all(|row| row.answer.restored == Some(bench.wall())));
    let note = "restart: 1 answers and 1 latched alarms go on; the sound was on";
    assert!(bench.log().contains(&LogKind::Note(text(note))));
    // The time that it did not run counts.
    bench.run(secs(100) - NS);
    assert_eq!(lapses(&mut bench), []);
    bench.run(NS);
    assert_eq!(lapses(&mut bench), [Lapse::Reminder]);
}

#[test]
fn an_unanswered_high_alarm_sounds_on_after_a_restart_and_as_loud() {
    let mut bench = with(&vtach());
    bench.run(secs(70));
    assert_eq!(bench.view().sound.step, 1);
    restarted(&mut bench, secs(5), &AlarmPolicy::default());
    let view = bench.view();
    assert_eq!((view.sound.priority, view.sound.step, view.sound.call), (Some(High), 1, 1));
    assert!(!view.attention[0].is_confirmed);
}

#[test]
fn a_lost_link_that_was_answered_before_a_restart_is_answered_after_it() {
    let mut bench = Bench::new();
    bench.say(numeric("hr.ecg", 80)).run(secs(11));
    answer(&mut bench, Acknowledged);
    let before = row(&mut bench).answer;
    restarted(&mut bench, secs(2), &AlarmPolicy::default());
    assert_eq!(rows(&mut bench), 0, "the device has its time to come back");
    bench.run(secs(30));
    let after = row(&mut bench).answer;
    assert_eq!((after.no, after.state), (before.no, AnswerState::Answered));
    assert_eq!(sounds(&mut bench), None);
}

#[test]
fn an_answer_that_crossed_a_rise_of_the_priority_holds_for_nothing() {
    let raised = Alarm { priority: High, ..rate() };
    for (after, holds) in [(ms(0), false), (ms(250) - NS, false), (ms(250), true)] {
        let mut bench = with(&rate());
        set(&mut bench, std::slice::from_ref(&raised));
        bench.run(after).log();
        answer(&mut bench, Acknowledged);
        let sound = (!holds).then_some(High);
        assert_eq!(sounds(&mut bench), sound, "after {after:?}");
        assert_eq!(lapses(&mut bench).len(), usize::from(!holds), "after {after:?}");
        // Who presses once more has seen it.
        bench.run(ms(250));
        answer(&mut bench, Acknowledged);
        assert_eq!((state(&mut bench).0, sounds(&mut bench)), (AnswerState::Answered, None));
    }
    // Lowered again meanwhile: what stands there now is less than what was seen.
    let mut bench = with(&rate());
    set(&mut bench, &[raised]);
    set(&mut bench, &[Alarm { priority: Low, ..rate() }]);
    answer(&mut bench, Acknowledged);
    assert_eq!((state(&mut bench).0, sounds(&mut bench)), (AnswerState::Answered, None));
    set(&mut bench, &[rate()]);
    assert_eq!(sounds(&mut bench), Some(Medium), "raised above what was answered");
}

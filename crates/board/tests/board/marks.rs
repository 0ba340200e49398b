//! What was made of the alarm of a number, as the number itself shows it.

use crate::common::*;
use vigie_board::{
    Command, Receipt,
    view::{NumericAlarm, NumericAlarmState},
};
use vigie_model::*;

use AlarmTruth::{Complete, Unknown};
use NumericAlarmState::{Answered, Latched, NotConfirmed, SilencedAtBedside, Unanswered};
use Priority::{High, Medium};

fn rate() -> Alarm {
    Alarm { subject: Some(key("hr.ecg")), ..alarm("HR", AlarmKind::Physiological, High) }
}

fn set(bench: &mut Bench, truth: AlarmTruth, active: &[Alarm]) {
    bench.say(alarms(AlarmScope::All, truth, active));
}

fn mark(bench: &mut Bench, id: &str) -> Option<(Priority, NumericAlarmState)> {
    bench.number(id).alarm.map(|NumericAlarm { priority, state }| (priority, state))
}

fn flag(bench: &mut Bench, id: &str) {
    let numeric = Numeric { in_alarm: true, ..numeric_of(key(id), reading(140)) };
    bench.say(Event::Numeric(numeric));
}

/// Answers every alarm that is listed.
fn answer(bench: &mut Bench, how: AnswerKind) {
    let alarms = bench.view().attention.iter().map(|row| row.answer.no).collect();
    assert_eq!(bench.command(Command::Answer { alarms, how }), Receipt::Done);
}

fn with(active: &[Alarm]) -> Bench {
    let mut bench = Bench::new();
    for id in ["hr.ecg", "spo2"] {
        bench.say(stream(key(id), every(60_000)));
        bench.say(numeric(id, 140));
    }
    set(&mut bench, Complete, active);
    bench
}

#[test]
fn a_number_asks_until_somebody_answers_at_the_station() {
    for how in [AnswerKind::Acknowledged, AnswerKind::Going] {
        let mut bench = with(&[rate()]);
        assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, Unanswered)));
        assert_eq!(mark(&mut bench, "spo2"), None);
        answer(&mut bench, how);
        assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, Answered)), "{how:?}");
        // It comes back and is to be answered again.
        set(&mut bench, Complete, &[]);
        bench.run(ms(500));
        assert_eq!(mark(&mut bench, "hr.ecg"), None);
        set(&mut bench, Complete, &[rate()]);
        assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, Unanswered)), "{how:?}");
    }
}

#[test]
fn what_was_done_at_the_bedside_is_shown_at_the_number() {
    let mut bench = with(&[rate()]);
    for inactivation in [Inactivation::Acknowledged, Inactivation::Paused, Inactivation::Off] {
        let silenced = Alarm { inactivation: Some(inactivation), ..rate() };
        set(&mut bench, Complete, &[silenced]);
        assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, SilencedAtBedside)), "{inactivation:?}");
    }
    set(&mut bench, Complete, &[rate()]);
    assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, Unanswered)), "the bedside took it back");
    set(&mut bench, Complete, &[Alarm { phase: AlarmPhase::Latched, ..rate() }]);
    assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, Latched)));
    set(&mut bench, Unknown, &[rate()]);
    assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, NotConfirmed)));
    answer(&mut bench, AnswerKind::Acknowledged);
    assert_eq!(
        mark(&mut bench, "hr.ecg"),
        Some((High, Answered)),
        "whatever the device vouches for"
    );
}

#[test]
fn of_several_alarms_the_most_urgent_speaks_and_of_those_the_one_least_dealt_with() {
    let named =
        |id: &str, priority, inactivation| Alarm { id: text(id), priority, inactivation, ..rate() };
    let silenced = Some(Inactivation::Acknowledged);
    let mut bench = with(&[named("A", High, silenced), named("B", Medium, None)]);
    assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, SilencedAtBedside)));
    set(&mut bench, Complete, &[named("A", High, silenced), named("C", High, None)]);
    assert_eq!(mark(&mut bench, "hr.ecg"), Some((High, Unanswered)));
}

#[test]
fn a_number_that_only_carries_a_flag_asks_as_long_as_an_alarm_that_it_may_belong_to() {
    // One that names no stream.
    let mut bench = with(&[alarm("DESAT", AlarmKind::Physiological, High)]);
    flag(&mut bench, "spo2");
    assert_eq!(mark(&mut bench, "spo2"), Some((High, Unanswered)));
    answer(&mut bench, AnswerKind::Acknowledged);
    assert_eq!(mark(&mut bench, "spo2"), Some((High, Answered)));
    // Those that name another stream: the flag may be about the same.
    let mut bench = with(&[rate()]);
    flag(&mut bench, "spo2");
    assert_eq!(mark(&mut bench, "spo2"), Some((Medium, Unanswered)));
    answer(&mut bench, AnswerKind::Going);
    assert_eq!(mark(&mut bench, "spo2"), Some((Medium, Answered)));
    // None at all: nobody can have answered it.
    set(&mut bench, Complete, &[]);
    assert_eq!(mark(&mut bench, "spo2"), Some((Medium, Unanswered)));
}

//! Every line of the log in every language, literally, and none without a text.

use std::collections::BTreeSet;

use vigie_model::{
    Acvpu, Alarm, AlarmKind, AlarmPhase, AnswerKind, Assignment, BedId, Condition, Decimal,
    DeviceKey, Entered, Inactivation, Lapse, LogKind, Priority, Spo2Scale, StandbyReason,
    StationAlarmKind, Stay, StayId, Text, WallTime, WatchLimit,
};
use vigie_words::{Language, Words};

/// 2026-11-21 03:14:15 UTC.
const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

fn text(text: &str) -> Text {
    Text::from(text)
}

fn device() -> DeviceKey {
    DeviceKey(text("SERIAL-0815"))
}

fn condition() -> Condition {
    Condition::Device { device: device(), kind: AlarmKind::Physiological, id: text("0x4711") }
}

fn alarm() -> Alarm {
    Alarm {
        id: text("0x4711"),
        kind: AlarmKind::Physiological,
        priority: Priority::High,
        phase: AlarmPhase::Latched,
        inactivation: Some(Inactivation::Acknowledged),
        code: None,
        vendor: text("0x4711"),
        subject: None,
        value: Some(Decimal::new(371, -1)),
        limit: Some(Decimal::whole(36)),
        text: text("***TEMP"),
    }
}

fn assigned(bed: Option<BedId>) -> LogKind {
    LogKind::Assigned(Assignment {
        device: device(),
        bed,
        stay: None,
        from: WALL,
        to: None,
        by: text("AB"),
    })
}

fn stay() -> Stay {
    Stay { id: StayId(7), bed: BedId(text("b1")), from: WALL, to: None, by: text("AB") }
}

fn kinds() -> Vec<LogKind> {
    let by = || text("AB");
    let lapsed = |why| LogKind::AnswerLapsed { condition: condition(), why };
    let answered = |how| LogKind::Answered { condition: condition(), how, by: by() };
    let entered = |what| LogKind::Entered { what, by: by() };
    let limit = WatchLimit {
        id: text("temp"),
        low: Some(Decimal::new(355, -1)),
        high: Some(Decimal::whole(39)),
    };
    vec![
        LogKind::DeviceAlarm(alarm()),
        LogKind::DeviceAlarmEnded(text("0x4711")),
        LogKind::StationAlarm(StationAlarmKind::DeviceLost),
        LogKind::StationAlarmEnded(StationAlarmKind::DeviceLost),
        assigned(Some(BedId(text("b1")))),
        assigned(None),
        LogKind::Named { was: device(), is: device() },
        LogKind::StayBegan(stay()),
        LogKind::StayEnded(stay()),
        LogKind::PatientUnclear,
        answered(AnswerKind::Acknowledged),
        answered(AnswerKind::Going),
        lapsed(Lapse::Reminder),
        lapsed(Lapse::Raised),
        lapsed(Lapse::Returned),
        LogKind::Latched(condition()),
        LogKind::Reset { condition: condition(), by: by() },
        LogKind::Escalated { condition: condition(), step: 2 },
        LogKind::AudioPaused { until: WALL, by: by() },
        LogKind::AudioOff { by: by() },
        LogKind::AudioOn { by: Some(by()) },
        LogKind::AudioOn { by: None },
        LogKind::Standby { why: StandbyReason::Away, by: by() },
        LogKind::StandbyEnded { by: Some(by()) },
        LogKind::StandbyEnded { by: None },
        LogKind::WatchLimits { limits: Some(vec![limit]), by: by() },
        LogKind::WatchLimits { limits: None, by: by() },
        entered(Entered::Oxygen(true)),
        entered(Entered::Oxygen(false)),
        entered(Entered::Consciousness(Acvpu::Voice)),
        entered(Entered::Spo2Scale(Spo2Scale::Two)),
        LogKind::Note(text("restarted after 12 s")),
    ]
}

#[test]
fn the_lines_are_written_so_in_english() {
    let words = Words::new(Language::English);
    let lines: Vec<String> =
        kinds().iter().map(|kind| words.log_line(kind, Some("***TEMP"), 60)).collect();
    let expected = [
        "***TEMP, 37.1, alarm limit 36, high priority, latched, silenced at bedside",
        "***TEMP: ended",
        "connection lost: nothing heard from the monitor",
        "connection lost: nothing heard from the monitor: ended",
        "device put on the bed by AB",
        "device taken off its bed by AB",
        "the device told its name",
        "stay began, by AB",
        "stay ended, by AB",
        "patient may have changed: confirm",
        "***TEMP: acknowledged by AB",
        "***TEMP: AB is going",
        "***TEMP: answer lapsed, reminder",
        "***TEMP: answer lapsed, higher priority",
        "***TEMP: answer lapsed, it came back",
        "***TEMP: latched",
        "***TEMP: reset by AB",
        "***TEMP: unanswered, step 2",
        "audio paused until 04:14:15 by AB",
        "audio off by AB",
        "audio on by AB",
        "audio on: the pause is over",
        "standby (away) by AB",
        "standby ended by AB",
        "standby ended: values are back",
        "limits of the station by AB: Temp 35.5 to 39",
        "limits of the station as the category has them, by AB",
        "oxygen: oxygen given, entered by AB",
        "oxygen: air, entered by AB",
        "consciousness: voice, entered by AB",
        "SpO2 scale: scale 2, prescribed, entered by AB",
        "restarted after 12 s",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn every_line_is_said_in_every_language_and_names_no_device() {
    let names: BTreeSet<&str> = kinds().iter().map(LogKind::name).collect();
    assert_eq!(names.len(), 22, "every kind of line: {names:?}");
    let mut before: Vec<String> = Vec::new();
    for language in Language::ALL {
        let words = Words::new(language);
        let lines: Vec<String> = kinds().iter().map(|kind| words.log_line(kind, None, 0)).collect();
        for line in &lines {
            assert!(!line.is_empty() && !line.contains(['{', '}']), "{language:?}: {line}");
            assert!(!line.contains("log-") && !line.contains("0x4711"), "{language:?}: {line}");
            assert!(!line.contains("SERIAL"), "{language:?}: {line}");
        }
        if !before.is_empty() {
            let same = lines.iter().zip(&before).filter(|(one, other)| one == other).count();
            // Only the note, which is for engineers.
            assert_eq!(same, 1, "{language:?}: {lines:?}");
        }
        before = lines;
    }
}

#[test]
fn numbers_in_lines_have_the_sign_of_the_language() {
    let french = Words::new(Language::French);
    let line = french.log_line(&LogKind::DeviceAlarm(alarm()), None, 0);
    assert!(line.starts_with("***TEMP, 37,1, seuil d'alarme 36, priorité haute"), "{line}");
}

#[test]
fn a_score_in_parts_says_how_many_are_known() {
    let said = Language::ALL.map(|language| Words::new(language).score_incomplete(5, 7, 3));
    assert_eq!(said[0], "incomplete 5/7, at least 3");
    assert_eq!(said[1], "incomplet 5/7, au moins 3");
    let english = Words::new(Language::English);
    let ids = ["rr", "spo2", "oxygen", "abp.sys", "pr", "consciousness", "temp", "refill"];
    let labels = ids.map(|id| english.score_part(id));
    let expected =
        ["RR", "SpO2", "oxygen", "ABP sys", "Pulse", "consciousness", "Temp", "capillary refill"];
    assert_eq!(labels, expected);
    assert_eq!(english.hour_change("HR", "82", "118"), "HR 82 -> 118");
    assert_eq!(english.entered_by("AB", "03:14:15", "2 min"), "AB, 03:14:15, 2 min ago");
}

//! Golden answers to events.

use vigie_model::{
    AlarmPhase, AlarmSet, AlarmTruth, Cadence, Category, DeviceMode, Event, Inactivation, Measured,
    Priority,
};
use vigie_puritan_bennett::wire::answer::{Answer, AnswerError, Number, number};
use vigie_puritan_bennett::wire::{Command, Kind};
use vigie_session::{Heard, Line};

use super::{
    MISCA, MISCF, MISCF_980, MISCF_ALARMS, MISCF_STANDBY, faults, listening, numeric, shown,
    stream, words,
};

fn hear(bytes: &[u8]) -> Vec<Heard> {
    let mut rig = listening();
    rig.bytes(Line::MAIN, bytes);
    rig.take_heard()
}

fn alarms(heard: &[Heard]) -> &AlarmSet {
    let last = heard
        .iter()
        .rev()
        .find_map(|heard| if let Event::Alarms(set) = &heard.event { Some(set) } else { None });
    last.expect("a set")
}

fn mode(heard: &[Heard]) -> Option<DeviceMode> {
    heard
        .iter()
        .rev()
        .find_map(|heard| if let Event::Mode(mode) = &heard.event { Some(*mode) } else { None })
}

#[test]
fn shapes_are_those_of_the_note() {
    let answer = Answer::parse(MISCF).expect("an answer");
    assert_eq!((answer.kind, answer.last_field()), (Kind::F, 173));
    assert_eq!(MISCF.len(), "MISCF,1225,169 ,".len() + 1 + 1225 + 2);
    assert_eq!(answer.field(4), None);
    assert_eq!(answer.field(5), Some("09:26"));
    assert_eq!(answer.field(71), Some("0.448"));
    assert_eq!(answer.field(79), Some(""));
    assert_eq!(answer.field(174), None);
    let answer = Answer::parse(MISCA).expect("an answer");
    assert_eq!((answer.kind, answer.last_field()), (Kind::A, 101));
    assert_eq!(answer.field(34), Some("14"));
    assert_eq!(Command::Send(Kind::F).wire(), b"SNDF\r");
}

#[test]
fn a_lost_or_doubled_byte_is_found_wherever_it_is() {
    for at in 0..MISCF.len() {
        let mut lost = MISCF.to_vec();
        let byte = lost.remove(at);
        assert!(Answer::parse(&lost).is_err() || is_padding_of_header(&lost), "lost at {at}");
        let mut doubled = MISCF.to_vec();
        doubled.insert(at, byte);
        assert!(Answer::parse(&doubled).is_err() || is_padding_of_header(&doubled), "at {at}");
    }
}

/// A space more or less in the header says the same.
fn is_padding_of_header(bytes: &[u8]) -> bool {
    let body = |bytes: &[u8]| bytes.split(|byte| *byte == 2).nth(1).map(<[u8]>::to_vec);
    body(bytes) == body(MISCF)
}

#[test]
fn a_count_that_includes_the_end_is_taken_only_with_all_fields_whole() {
    let text = String::from_utf8(MISCF.to_vec()).unwrap();
    let counted = text.replacen("1225", "1226", 1);
    assert!(Answer::parse(counted.as_bytes()).is_ok());
    let lost = counted.replacen("0.448 ", "0.448", 1).replacen("1226", "1225", 1);
    let expected = AnswerError::Bytes { stated: 1225, found: 1224 };
    assert_eq!(Answer::parse(lost.as_bytes()), Err(expected));
    let fields = text.replacen("169", "168", 1);
    let expected = AnswerError::Fields { stated: 168, found: 169 };
    assert_eq!(Answer::parse(fields.as_bytes()), Err(expected));
}

#[test]
fn numbers_are_digits_or_nothing() {
    let is = |text: &str| match number(text) {
        Some(Number::Is(value)) => value.to_string(),
        Some(Number::Blank) => "blank".to_owned(),
        Some(Number::Off) => "off".to_owned(),
        None => "none".to_owned(),
    };
    for (text, expected) in [
        ("14", "14"),
        ("0.450", "0.450"),
        (".5", "0.5"),
        ("-2.0", "-2.0"),
        ("", "blank"),
        ("----", "blank"),
        ("OFF", "off"),
        ("4O", "none"),
        ("1.2.3", "none"),
        (".", "none"),
        ("-", "blank"),
        ("1e9", "none"),
        ("99999999999999", "none"),
    ] {
        assert_eq!(is(text), expected, "{text}");
    }
}

#[test]
fn numbers_carry_code_unit_and_digits() {
    let heard = hear(MISCF);
    for (vendor, expected, code) in [
        ("F70", "14 /min", Some("vent.rr_total")),
        ("F71", "448 mL", Some("vent.vte")),
        ("F72", "6.27 L/min", Some("vent.mve")),
        ("F73", "22.4 cm[H2O]", Some("vent.pip")),
        ("F74", "11.3 cm[H2O]", Some("vent.pmean")),
        ("F77", "40 %", Some("fio2")),
        ("F78", "455 mL", Some("vent.vti")),
        ("F87", "8.1 cm[H2O]", Some("vent.peep")),
        ("F94", "18.0 cm[H2O]", Some("vent.pplat")),
        ("F14", "450 mL", Some("vent.set.vt")),
        ("F18", "8.0 cm[H2O]", Some("vent.set.peep")),
        ("F75", "2.80 1", None),
        ("F79", "-", None),
    ] {
        assert_eq!(shown(&heard, vendor), expected, "{vendor}");
        let id = numeric(&heard, vendor).and_then(|numeric| numeric.key.metric());
        assert_eq!(id.map(|metric| metric.id), code, "{vendor}");
    }
    assert!(faults(&heard).is_empty(), "{:?}", faults(&heard));
    assert_eq!(mode(&heard), Some(DeviceMode::Normal));
    assert_eq!(heard.last().map(|heard| &heard.event), Some(&Event::Alive));
}

#[test]
fn settings_are_settings_and_words_are_texts() {
    let heard = hear(MISCF);
    for (vendor, expected) in
        [("F8", "INVASIVE"), ("F9", "A/C"), ("F10", "VC+"), ("F12", "V-Trig"), ("F66", "ADULT")]
    {
        assert_eq!(words(&heard, vendor), Some(expected));
        assert_eq!(stream(&heard, vendor).map(|info| info.category), Some(Category::Setting));
    }
    let category = |vendor| stream(&heard, vendor).map(|info| info.category);
    assert_eq!(category("F18"), Some(Category::Setting));
    assert_eq!(category("F87"), Some(Category::Measured));
    assert_eq!(category("F96"), Some(Category::Derived));
    let cadence = |vendor| stream(&heard, vendor).map(|info| info.cadence);
    assert_eq!(cadence("F70"), Some(Cadence::Periodic(super::ms(2_000))));
    assert_eq!(cadence("F94"), Some(Cadence::Episodic { interval: None }));
}

#[test]
fn the_ventilator_names_itself() {
    let heard = hear(MISCF);
    let Some(Event::Identity(info)) = heard.first().map(|heard| &heard.event) else {
        panic!("{:?}", heard.first())
    };
    assert_eq!(info.key.0.as_str(), "puritan-bennett:SIM840-0007");
    assert_eq!(info.serial.as_ref().map(|serial| serial.as_str()), Some("SIM840-0007"));
    assert_eq!(info.clock.map(|clock| clock.to_string()), Some("2026-11-22T09:26:00".into()));
}

#[test]
fn limits_join_the_number_that_they_watch() {
    let heard = hear(MISCF);
    let limits: Vec<_> = heard
        .iter()
        .filter_map(|heard| {
            let Event::Limits(limits) = &heard.event else { return None };
            Some((
                limits.key.vendor.to_string(),
                limits.low.map(|low| low.to_string()),
                limits.high.map(|high| high.to_string()),
                limits.enabled,
            ))
        })
        .collect();
    let row = |vendor: &str, low: Option<&str>, high: Option<&str>, enabled| {
        (vendor.to_owned(), low.map(str::to_owned), high.map(str::to_owned), enabled)
    };
    assert_eq!(
        limits,
        [
            row("F70", None, Some("30"), true),
            row("F71", Some("250"), Some("700"), true),
            row("F72", Some("4.00"), Some("12.0"), true),
            row("F73", None, Some("40"), true),
            row("F78", None, Some("800"), true),
            row("F154", None, None, false),
        ]
    );
}

#[test]
fn alarms_are_whole_sets() {
    assert!(alarms(&hear(MISCF)).active.is_empty());
    let heard = hear(MISCF_ALARMS);
    let set = alarms(&heard);
    assert_eq!(set.truth, AlarmTruth::Complete);
    let told: Vec<_> = set
        .active
        .iter()
        .map(|alarm| {
            let (value, limit) = (alarm.value, alarm.limit);
            let text = |value: Option<vigie_model::Decimal>| value.map(|value| value.to_string());
            (alarm.text.to_string(), alarm.priority, alarm.phase, text(value), text(limit))
        })
        .collect();
    let s = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            (
                "High total respiratory rate".to_owned(),
                Priority::Medium,
                AlarmPhase::Active,
                s("34"),
                s("30")
            ),
            (
                "Low exhaled minute volume".to_owned(),
                Priority::Medium,
                AlarmPhase::Active,
                s("3.10"),
                s("4.00")
            ),
            ("Circuit disconnect".to_owned(), Priority::High, AlarmPhase::Latched, None, None),
        ]
    );
    assert_eq!(set.active[2].inactivation, Some(Inactivation::Acknowledged));
    assert_eq!(set.active[0].inactivation, None);
    let subject = set.active[0].subject.as_ref().and_then(|key| key.metric());
    assert_eq!(subject.map(|metric| metric.id), Some("vent.rr_total"));
}

#[test]
fn an_alarm_that_is_over_is_gone_from_the_next_set() {
    let mut rig = listening();
    rig.bytes(Line::MAIN, MISCF_ALARMS);
    rig.bytes(Line::MAIN, MISCF);
    assert!(alarms(&rig.take_heard()).active.is_empty());
}

#[test]
fn a_hurt_alarm_word_changes_nothing_and_a_new_one_is_listed() {
    let mut rig = listening();
    rig.bytes(Line::MAIN, MISCF_ALARMS);
    rig.take_heard();
    let hurt = String::from_utf8(MISCF_ALARMS.to_vec()).unwrap().replace("ALARM", "ALQRM");
    rig.bytes(Line::MAIN, hurt.as_bytes());
    let heard = rig.take_heard();
    let texts = |heard: &[Heard]| -> Vec<String> {
        alarms(heard).active.iter().map(|alarm| alarm.text.to_string()).collect()
    };
    assert_eq!(
        texts(&heard),
        ["High total respiratory rate", "Low exhaled minute volume", "Circuit disconnect"]
    );
    assert_eq!(faults(&heard).len(), 2);
    rig.bytes(Line::MAIN, hurt.as_bytes());
    assert_eq!(
        texts(&rig.take_heard())[..2],
        ["High total respiratory rate: ALQRM", "Low exhaled minute volume: ALQRM"]
    );
}

#[test]
fn the_short_list_says_the_same_in_other_fields() {
    let heard = hear(MISCA);
    for (vendor, expected) in [
        ("A34", "14 /min"),
        ("A35", "448 mL"),
        ("A36", "6.27 L/min"),
        ("A38", "22.4 cm[H2O]"),
        ("A15", "8.0 cm[H2O]"),
    ] {
        assert_eq!(shown(&heard, vendor), expected, "{vendor}");
    }
    assert_eq!(words(&heard, "A9"), Some("CMV"));
    let set = alarms(&heard);
    assert_eq!(set.active.len(), 1);
    assert_eq!(set.active[0].text.as_str(), "Exhaled minute volume");
    assert_eq!(set.active[0].inactivation, Some(Inactivation::Paused), "silenced at the bedside");
    assert!(faults(&heard).is_empty(), "{:?}", faults(&heard));
}

#[test]
fn standby_is_no_dead_link() {
    let heard = hear(MISCF_STANDBY);
    assert_eq!(mode(&heard), Some(DeviceMode::Standby));
    assert_eq!(heard.last().map(|heard| &heard.event), Some(&Event::Alive));
    assert_eq!(shown(&heard, "F70"), "-", "never measured: no stream");
    assert_eq!(shown(&heard, "F18"), "8.0 cm[H2O]", "settings stay");
    let mut rig = listening();
    for (bytes, expected, rate) in [
        (MISCF, DeviceMode::Normal, "14 /min"),
        (MISCF_STANDBY, DeviceMode::Standby, "NotAvailable"),
        (MISCF, DeviceMode::Normal, "14 /min"),
    ] {
        rig.bytes(Line::MAIN, bytes);
        let heard = rig.take_heard();
        assert_eq!((mode(&heard), shown(&heard, "F70")), (Some(expected), rate.to_owned()));
    }
}

#[test]
fn blanks_with_an_alarm_are_no_standby() {
    let text = String::from_utf8(MISCF_STANDBY.to_vec()).unwrap();
    let mut fields: Vec<&str> = text.split(',').collect();
    // Field 5 stands behind the three parts of the header, with the STX in front.
    fields[3 + 124 - 5] = "ALARM ";
    let heard = hear(fields.join(",").as_bytes());
    assert_eq!(mode(&heard), Some(DeviceMode::Normal));
    assert_eq!(alarms(&heard).active[0].text.as_str(), "Circuit disconnect");
}

#[test]
fn what_a_pause_measured_is_told_once() {
    let mut rig = listening();
    rig.bytes(Line::MAIN, MISCF);
    let heard = rig.take_heard();
    assert_eq!(numeric(&heard, "F94").map(|numeric| numeric.measured), Some(Measured::Unknown));
    rig.bytes(Line::MAIN, MISCF);
    let heard = rig.take_heard();
    assert_eq!(numeric(&heard, "F94"), None, "sent again is not news");
    assert!(numeric(&heard, "F70").is_some());
    let newer = String::from_utf8(MISCF.to_vec()).unwrap().replace("18.0  ", "19.5  ");
    rig.bytes(Line::MAIN, newer.as_bytes());
    let heard = rig.take_heard();
    assert_eq!(shown(&heard, "F94"), "19.5 cm[H2O]");
    assert_eq!(numeric(&heard, "F94").map(|numeric| numeric.measured), Some(Measured::Now));
}

#[test]
fn surplus_fields_of_a_980_are_left_alone() {
    let (heard, usual) = (hear(MISCF_980), hear(MISCF));
    assert_eq!(heard, usual);
}

#[test]
fn another_ventilator_on_the_same_cable_begins_afresh() {
    let mut rig = listening();
    rig.bytes(Line::MAIN, MISCF);
    rig.take_heard();
    let other = String::from_utf8(MISCF.to_vec()).unwrap().replace("0007", "0008");
    rig.bytes(Line::MAIN, other.as_bytes());
    let doubted = rig.take_heard();
    assert!(matches!(doubted.as_slice(), [one] if matches!(one.event, Event::Fault(_))));
    rig.bytes(Line::MAIN, other.as_bytes());
    let heard = rig.take_heard();
    let Event::Identity(info) = &heard[0].event else { panic!("{:?}", heard[0]) };
    assert_eq!(info.key.0.as_str(), "puritan-bennett:SIM840-0008");
    assert!(stream(&heard, "F70").is_some());
}

#[test]
fn a_bit_of_the_id_that_flipped_makes_no_other_ventilator() {
    let mut rig = listening();
    for id in ["0007", "0005", "0007", "0003", "0002", "0007"] {
        let answer = String::from_utf8(MISCF.to_vec()).unwrap().replace("0007", id);
        rig.bytes(Line::MAIN, answer.as_bytes());
        let heard = rig.take_heard();
        let is_told = heard.iter().any(|heard| matches!(heard.event, Event::Numeric(_)));
        assert_eq!(is_told, id == "0007", "{id}");
        for heard in heard {
            if let Event::Identity(info) = &heard.event {
                assert_eq!(info.key.0.as_str(), "puritan-bennett:SIM840-0007");
            }
        }
    }
}

#[test]
fn alarms_are_unknown_once_the_answers_end_whatever_the_waves_do() {
    for closes in [true, false] {
        let mut rig = listening();
        rig.up(super::waves::LINE);
        rig.bytes(Line::MAIN, MISCF_ALARMS);
        let before = alarms(&rig.take_heard()).clone();
        assert_eq!(before.truth, AlarmTruth::Complete);
        assert!(!before.active.is_empty());
        if closes {
            rig.down(Line::MAIN);
        }
        for _ in 0..6 {
            rig.bytes(super::waves::LINE, super::WAVES);
            rig.advance(super::ms(2_000));
        }
        let heard = rig.take_heard();
        let lost = alarms(&heard);
        assert_eq!((lost.truth, lost.active.len()), (AlarmTruth::Unknown, 0), "closed: {closes}");
        // Said once, and taken back by the next answer.
        rig.advance(super::ms(60_000));
        let heard = rig.take_heard();
        assert!(!heard.iter().any(|heard| matches!(heard.event, Event::Alarms(_))));
        rig.up(Line::MAIN);
        rig.bytes(Line::MAIN, MISCF_ALARMS);
        assert_eq!(alarms(&rig.take_heard()), &before);
    }
}

#[test]
fn of_two_lists_that_somebody_else_asks_for_one_is_followed() {
    let mut rig = listening();
    rig.bytes(Line::MAIN, MISCF_ALARMS);
    let first = alarms(&rig.take_heard()).clone();
    for _ in 0..5 {
        rig.advance(super::ms(1_000));
        rig.bytes(Line::MAIN, MISCA);
        rig.advance(super::ms(1_000));
        rig.bytes(Line::MAIN, MISCF_ALARMS);
        let heard = rig.take_heard();
        let sets: Vec<_> = heard
            .iter()
            .filter_map(|heard| {
                if let Event::Alarms(set) = &heard.event { Some(set.clone()) } else { None }
            })
            .collect();
        assert_eq!(sets, std::slice::from_ref(&first));
    }
    // The one that was followed does not come any more.
    rig.advance(super::ms(11_000));
    rig.take_heard();
    rig.bytes(Line::MAIN, MISCA);
    assert_eq!(shown(&rig.take_heard(), "A34"), "14 /min");
}

#[test]
fn the_short_list_may_count_its_frame() {
    let text = String::from_utf8(MISCA.to_vec()).unwrap();
    let wide = "ALARM ";
    assert!(text.contains(wide));
    // As published: 703 bytes of fields, and 706 stated.
    let published: Vec<String> = text
        .split_once('\u{2}')
        .map(|(_, rest)| rest.trim_end_matches(['\r', '\u{3}', ',']))
        .unwrap()
        .split(',')
        .enumerate()
        .map(|(at, field)| {
            let width = match at + 5 {
                6 => 18,
                8 | 62 => 12,
                _ => 6,
            };
            format!("{:<width$}", field.trim_end())
        })
        .collect();
    let body = format!("{},", published.join(","));
    assert_eq!(body.len(), 703);
    let answer = format!("MISCA,706,97 ,\u{2}{body}\u{3}\r");
    assert!(Answer::parse(answer.as_bytes()).is_ok());
    // Three bytes lost in one field, or a field more: damage.
    let hurt = answer.replacen("NOV 22 2026 ,", "NOV 22 20,", 1);
    assert!(Answer::parse(hurt.as_bytes()).is_err());
}

#[test]
fn a_limit_that_is_blank_now_is_gone() {
    let mut rig = listening();
    rig.bytes(Line::MAIN, MISCF);
    let of = |heard: &[Heard]| {
        heard.iter().rev().find_map(|heard| {
            let Event::Limits(limits) = &heard.event else { return None };
            let is_rate = limits.key.vendor.as_str() == "F70";
            is_rate.then(|| (limits.high.map(|high| high.to_string()), limits.enabled))
        })
    };
    let (high, _) = of(&rig.take_heard()).expect("a limit");
    let high = high.expect("an upper one");
    // Field 42: the rate's upper limit.
    let mut fields: Vec<String> =
        String::from_utf8(MISCF.to_vec()).unwrap().split(',').map(Into::into).collect();
    let at = 42 - 5 + 3;
    assert_eq!(fields[at].trim(), high);
    fields[at] = "      ".to_owned();
    rig.bytes(Line::MAIN, fields.join(",").as_bytes());
    assert_eq!(of(&rig.take_heard()), Some((None, false)));
}

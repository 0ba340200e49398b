//! Alarms: priorities, states, identity, linked lists, and what is not known.

use std::time::Duration;

use vigie_intellivue::wire::Attribute;
use vigie_intellivue::wire::alarm::{AlarmEntry, AlertInfo};
use vigie_intellivue::wire::data::LinkState;
use vigie_intellivue::wire::types::{AttributeGroup, ObjectClass};
use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmTruth, DeviceMode, Event, FaultKind, Inactivation, Priority,
};

use crate::desk::*;

const HI: u16 = 40;

fn only(events: &[Event]) -> Alarm {
    let [set] = sets(events)[..] else { panic!("{events:?}") };
    let [alarm] = &set.active[..] else { panic!("{set:?}") };
    alarm.clone()
}

#[test]
fn the_type_gives_the_priority_and_the_list_the_kind() {
    let words = text("x");
    for (kind, priority) in [
        (0x0001, Priority::Low),
        (0x0002, Priority::Medium),
        (0x0004, Priority::High),
        (0x0100, Priority::Medium),
        (0x0200, Priority::Medium),
        (0x0400, Priority::High),
    ] {
        let mut desk = Desk::new();
        let entry = alarm(0x4182, HI, kind, 0, 9, &words);
        let is_patient = kind >= 0x0100;
        let (patient, technical) =
            if is_patient { (vec![entry], vec![]) } else { (vec![], vec![entry]) };
        let heard = only(&desk.send_alarms(0, patient, technical));
        assert_eq!(heard.priority, priority, "{kind:04X}");
        assert_eq!(heard.kind == AlarmKind::Physiological, is_patient);
    }
    // A type that nobody listed is named, and not taken lightly.
    let mut desk = Desk::new();
    let events = desk.send_alarms(0, vec![alarm(0x4182, HI, 0x0800, 0, 9, &words)], vec![]);
    assert_eq!(only(&events).priority, Priority::High);
    assert_eq!(faults(&events)[0].what.as_str(), "alert type 0x0800");
}

#[test]
fn states_give_phase_and_inactivation() {
    let words = text("x");
    let (acknowledged, off) = (Some(Inactivation::Acknowledged), Some(Inactivation::Off));
    for (device, state, phase, inactivation) in [
        (0x0000, 0x0000, AlarmPhase::Active, None),
        (0x0000, 0x0008, AlarmPhase::Active, None),
        (0x0000, 0x1000, AlarmPhase::Active, acknowledged),
        (0x0000, 0x4000, AlarmPhase::Active, acknowledged),
        (0x0000, 0x2000, AlarmPhase::Latched, None),
        (0x0000, 0x3000, AlarmPhase::Latched, acknowledged),
        (0x0000, 0x8000, AlarmPhase::Active, off),
        // The whole device: paused or off. Its silence is not taken over.
        (0x1000, 0x0000, AlarmPhase::Active, None),
        (0x4000, 0x0000, AlarmPhase::Active, Some(Inactivation::Paused)),
        (0x4000, 0x1000, AlarmPhase::Active, acknowledged),
        (0x8000, 0x0000, AlarmPhase::Active, off),
    ] {
        let mut desk = Desk::new();
        let entry = alarm(0x4182, HI, 0x0200, state, 9, &words);
        let heard = only(&desk.send_alarms(device, vec![entry], vec![]));
        assert_eq!(
            (heard.phase, heard.inactivation),
            (phase, inactivation),
            "{device:04X} {state:04X}"
        );
    }
}

#[test]
fn equal_alarms_of_two_objects_keep_their_names() {
    let mut desk = Desk::new();
    let words = text("** TEMP HIGH");
    let first = || alarm(0xE018, HI, 0x0200, 0, 1, &words);
    let second = || alarm(0xE018, HI, 0x0200, 0, 2, &words);
    let mut ids = |entries: Vec<AlarmEntry<'_>>| -> Vec<String> {
        desk.pass();
        let events = desk.send_alarms(0, entries, vec![]);
        let set = sets(&events)[0].active.clone();
        set.iter().map(|alarm| alarm.id.to_string()).collect()
    };
    assert_eq!(ids(vec![first(), second()]), ["E018:0028", "E018:0028#1"]);
    assert_eq!(ids(vec![second(), first()]), ["E018:0028#1", "E018:0028"]);
    assert_eq!(ids(vec![second()]), ["E018:0028#1"]);
    // The first one again is a new alarm, also when the other ends at the same moment.
    assert_eq!(ids(vec![second(), first()]), ["E018:0028#1", "E018:0028#2"]);
    assert_eq!(ids(vec![first()]), ["E018:0028#2"]);
    assert_eq!(ids(vec![second()]), ["E018:0028#3"]);
    assert!(ids(vec![]).is_empty());
    assert_eq!(ids(vec![second()]), ["E018:0028"]);
}

#[test]
fn the_subject_is_the_member_that_is_meant() {
    let mut desk = Desk::new();
    let words = text("x");
    let members = vec![value(0x4A15, 0x0002, 0x0F20, 190), value(0x4A17, 0, 0x0F20, 99)];
    desk.send_numerics(vec![object(9, vec![Attribute::NumericCompound(members)])]);
    let mut subject = |source, code, handle| {
        desk.pass();
        let events =
            desk.send_alarms(0, vec![alarm(source, code, 0x0200, 0, handle, &words)], vec![]);
        only(&events).subject.map(|key| key.vendor.to_string())
    };
    // By its identifier; by the label of the whole, the one that says to be in alarm.
    assert_eq!(subject(0x4A17, HI, 9).as_deref(), Some("4A17"));
    assert_eq!(subject(0x4A14, HI, 9).as_deref(), Some("4A15"));
    // An object that was never heard of; a source that is an object class.
    assert_eq!(subject(0x4A17, HI, 77), None);
    assert_eq!(subject(0x4A17, HI | 1, 9), None);
}

#[test]
fn an_alarm_without_words_is_named_by_its_codes() {
    let mut desk = Desk::new();
    let words = text("");
    let mut entry = alarm(0x4BB8, 62, 0x0200, 0, 9, &words);
    assert_eq!(only(&desk.send_alarms(0, vec![entry], vec![])).text.as_str(), "SpO₂ LO");
    entry.code = 0x0BB8;
    entry.info = AlertInfo::Unknown { id: 600, bytes: &[] };
    desk.pass();
    let events = desk.send_alarms(0, vec![entry], vec![]);
    assert_eq!(only(&events).text.as_str(), "SpO₂ 0BB8");
    let found: Vec<_> = faults(&events).into_iter().map(|fault| fault.what.to_string()).collect();
    assert_eq!(found, ["alert code 3000", "alert info 600"]);
}

#[test]
fn a_long_list_comes_in_parts() {
    let mut desk = Desk::new();
    let words: Vec<Vec<u8>> = (0..60).map(|number| text(&format!("** ALARM {number}"))).collect();
    let entries: Vec<AlarmEntry<'_>> = (0_u16..)
        .zip(&words)
        .map(|(handle, words)| alarm(0x4182, HI, 0x0200, 0, handle, words))
        .collect();
    let parts = || {
        let head = alarm_attributes(0, entries[..20].to_vec(), vec![]);
        let [condition, patient, technical] = <[Attribute<'_>; 3]>::try_from(head).unwrap();
        let rest = |from, to| Attribute::PatientAlarms(entries[from..to].to_vec());
        [
            vec![object(5, vec![condition, patient])],
            vec![object(5, vec![rest(20, 40)])],
            vec![object(5, vec![rest(40, 60), technical])],
        ]
    };
    let message = |desk: &Desk, at: usize| {
        let poll = desk.result(ObjectClass::AlertMonitor, parts()[at].clone());
        match at {
            0 => part(LinkState::First, 1, poll),
            1 => part(LinkState::Last, 2, poll),
            _ => whole(poll),
        }
    };
    for at in 0..2 {
        let message = message(&desk, at);
        assert_eq!(desk.send(&message), [Event::Alive]);
    }
    let last = message(&desk, 2);
    let events = desk.send(&last);
    let [set] = sets(&events)[..] else { panic!("{events:?}") };
    let texts: Vec<String> = set.active.iter().map(|alarm| alarm.text.to_string()).collect();
    let expected: Vec<String> = (0..60).map(|number| format!("** ALARM {number}")).collect();
    assert_eq!((texts, set.truth), (expected, AlarmTruth::Complete));

    // One part lost: nothing is taken for the whole, and it is said.
    for lost in 0..2 {
        desk.pass();
        let mut events = Vec::new();
        for at in (0..3).filter(|at| *at != lost) {
            let message = message(&desk, at);
            events.extend(desk.send(&message));
        }
        assert!(sets(&events).is_empty(), "part {lost} lost: {events:?}");
        assert_eq!(faults(&events).len(), 1, "part {lost} lost");
    }
    // The end lost: the next whole result stands for itself.
    desk.pass();
    let first = message(&desk, 0);
    desk.send(&first);
    desk.pass();
    assert!(sets(&desk.send_alarms(0, vec![], vec![]))[0].active.is_empty());
}

#[test]
fn half_a_result_is_no_alarm_set() {
    let mut desk = Desk::new();
    let attributes = alarm_attributes(0, vec![], vec![]).split_off(1);
    let events = desk.send_result(ObjectClass::AlertMonitor, vec![object(5, attributes)]);
    assert!(sets(&events).is_empty());
    assert_eq!(faults(&events)[0].kind, FaultKind::Malformed);
    // Static attributes only: the answer to somebody's keep-alive.
    let mut poll =
        desk.result(ObjectClass::AlertMonitor, vec![object(5, vec![Attribute::Handle(5)])]);
    poll.group = AttributeGroup::VmoStatic;
    assert_eq!(desk.send(&whole(poll)), [Event::Alive]);
}

#[test]
fn alarms_are_not_confirmed_after_five_seconds_without_a_result() {
    let mut desk = Desk::new();
    desk.send_alarms(0, vec![], vec![]);
    desk.rig.advance(Duration::from_millis(4_999));
    assert_eq!(desk.heard(), []);
    desk.rig.advance(Duration::from_millis(1));
    let events = desk.heard();
    assert_eq!(sets(&events)[0].truth, AlarmTruth::Unknown);
    // Said once, until they come again.
    desk.rig.advance(Duration::from_secs(60));
    assert_eq!(desk.heard(), []);
    desk.pass();
    let events = desk.send_alarms(0, vec![], vec![]);
    assert_eq!(sets(&events)[0].truth, AlarmTruth::Complete);
}

#[test]
fn standby_shows_in_the_state_of_the_device() {
    let mut desk = Desk::new();
    let events = desk.send_alarms(0x0200, vec![], vec![]);
    assert!(events.contains(&Event::Mode(DeviceMode::Standby)));
    desk.pass();
    let events = desk.send_alarms(0x0000, vec![], vec![]);
    assert!(events.contains(&Event::Mode(DeviceMode::Normal)));
}

//! What is asked within an association: labels, lists, renewals, refusals.

use std::time::Duration;

use vigie_intellivue::wire::failure::{
    Failure, GetFailure, NoSuchAction, ProcessingFailure, SetFailure,
};
use vigie_intellivue::wire::text::Counted;
use vigie_intellivue::wire::types::{ManagedObjectId, ObjectClass};
use vigie_model::{Event, MonoTime};
use vigie_session::DeviceIx;

use super::pair::Pair;

#[test]
fn waves_are_chosen_and_read_back() {
    let mut pair = Pair::network();
    pair.bedside().waves = vec![0x0002_013D, 0x0002_0102, 0x0002_5000, 0x0002_4BB4];
    pair.up();
    pair.secs(30);
    let lists: Vec<&str> =
        pair.kinds().into_iter().filter(|kind| ["get", "set"].contains(kind)).collect();
    assert_eq!(lists, ["get", "set", "get"]);
    assert_eq!(pair.bedside().waves, [0x0002_0102, 0x0002_013D, 0x0002_4BB4, 0x0002_5000]);
    assert_eq!(pair.faults(), Vec::<String>::new());
}

#[test]
fn a_short_echo_is_told_and_lived_with() {
    let mut pair = Pair::network();
    pair.bedside().waves = vec![0x0002_4BB4, 0x0002_0102, 0x0002_5000];
    pair.bedside().waves_max = 2;
    pair.up();
    pair.secs(200);
    assert!(pair.has_fault("took 2 of 3"), "{:?}", pair.faults());
    assert_eq!(pair.sent_of("set"), 1);
    assert!(pair.waves() > 100);
}

#[test]
fn a_slow_line_carries_one_slow_wave_or_none() {
    let mut pair = Pair::serial("19200");
    pair.up();
    pair.secs(60);
    assert_eq!(pair.bedside().waves, [0x0002_5000]);
    assert!(pair.numbers(DeviceIx::ONLY) > 40);
    let mut pair = Pair::serial("19200");
    pair.bedside().waves = vec![0x0002_0102, 0x0002_4BB4];
    pair.up();
    pair.secs(60);
    assert_eq!(pair.bedside().count_of("extended poll", 0x0009), 0);
    assert_eq!(pair.waves(), 0);
}

#[test]
fn labels_come_with_values_where_single_polls_bring_none() {
    let mut pair = Pair::network();
    pair.bedside().has_labels = false;
    pair.up();
    pair.secs(60);
    // One of all attributes, then one of values alone.
    assert_eq!(pair.bedside().count_of("extended poll", 0x0009), 2);
    assert_eq!(pair.bedside().count_of("extended poll", 0x0006), 2);
    assert!(pair.waves() > 150, "{}", pair.waves());
    assert_eq!(pair.sent_of("association request"), 1);
}

#[test]
fn polls_are_renewed_without_a_gap() {
    let mut pair = Pair::network();
    pair.up();
    pair.secs(20);
    pair.take();
    pair.is_forgetful = true;
    pair.secs(3_600);
    assert_eq!(pair.faults(), Vec::<String>::new());
    assert_eq!(pair.heard.len(), 0);
    // 3 polls, begun once, renewed every 480 s.
    assert_eq!(pair.bedside().count("extended poll"), 3 * 8);
}

#[test]
fn a_poll_that_expires_is_asked_for_again() {
    let mut pair = Pair::network();
    pair.bedside().ignores_renewals = true;
    pair.up();
    pair.secs(590);
    assert_eq!(pair.sent_of("association request"), 1, "it still runs");
    pair.bedside().ignores_renewals = false;
    pair.take();
    pair.secs(60);
    assert_eq!(pair.sent_of("association request"), 1);
    assert!(pair.numbers(DeviceIx::ONLY) > 50);
}

#[test]
fn results_that_stay_away_lead_to_one_new_association() {
    let mut pair = Pair::network();
    pair.up();
    pair.secs(20);
    pair.bedside().is_mute = true;
    pair.take();
    pair.secs(300);
    assert!(pair.has_fault("results do not come"), "{:?}", pair.faults());
    // Keep-alives are answered: not over and over, it may be standby.
    let asked = pair.sent_of("association request");
    assert!((2..=4).contains(&asked), "{asked}");
    let now = pair.now;
    pair.bedside().is_mute = false;
    pair.secs(40);
    assert!(pair.first_number(now).is_some());
}

fn failures() -> Vec<(&'static str, Failure<'static>)> {
    let object = ManagedObjectId::MDS;
    let class = ObjectClass::SampleArray;
    let processing = ProcessingFailure { id: 0, data: Counted { bytes: &[] } };
    vec![
        ("no such object class", Failure::NoSuchObjectClass(class)),
        ("no such object instance", Failure::NoSuchObjectInstance(object)),
        ("access denied", Failure::AccessDenied),
        ("attributes cannot be read", Failure::Get(GetFailure { object, attributes: vec![] })),
        ("attributes cannot be set", Failure::Set(SetFailure { object, attributes: vec![] })),
        ("no such action", Failure::NoSuchAction(NoSuchAction { class, action: 0xF13B })),
        ("processing failure", Failure::Processing(processing)),
        ("invalid argument", Failure::Unknown { code: 15, bytes: &[] }),
        ("invalid scope", Failure::InvalidScope(7)),
        ("invalid object instance", Failure::InvalidObjectInstance(object)),
        ("error that the guide does not list", Failure::Unknown { code: 99, bytes: &[] }),
    ]
}

#[test]
fn every_no_is_named_and_not_asked_again_at_once() {
    for (what, failure) in failures() {
        let is_for_good = !["processing", "error that"].iter().any(|now| what.starts_with(now));
        for request in [
            ("extended poll", 0x0009),
            ("single poll", 0x0006),
            ("single poll", 0x002A),
            ("get", 0xF23A),
            ("set", 0),
        ] {
            let mut pair = Pair::network();
            pair.bedside().waves = vec![0x0002_4BB4, 0x0002_0102];
            pair.bedside().denials.insert(request, failure.clone());
            pair.up();
            pair.secs(100);
            assert!(pair.has_fault(what), "{request:?}, {what}: {:?}", pair.faults());
            assert_eq!(pair.sent_of("association request"), 1, "{request:?}, {what}");
            let asked = pair.bedside().count_of(request.0, request.1);
            // Labels and specifications are two requests of one class.
            let most = if is_for_good { 2 } else { 8 };
            assert!(asked <= most, "{request:?}, {what}: {asked}");
            assert!(pair.numbers(DeviceIx::ONLY) > 60, "{request:?}, {what}");
        }
    }
}

#[test]
fn a_no_to_periodic_numbers_falls_back_to_single_polls() {
    let mut pair = Pair::network();
    let no = Failure::NoSuchAction(NoSuchAction { class: ObjectClass::Mds, action: 0xF13B });
    for class in [0x0006, 0x0036] {
        pair.bedside().denials.insert(("extended poll", class), no.clone());
    }
    pair.up();
    pair.secs(60);
    assert!(pair.numbers(DeviceIx::ONLY) > 40, "{:?}", pair.faults());
    assert_eq!(pair.sent_of("association request"), 1);
}

#[test]
fn a_no_to_the_keep_alive_finds_another_one() {
    let mut pair = Pair::network();
    pair.bedside().denials.insert(("single poll", 0x0036), Failure::AccessDenied);
    pair.up();
    pair.secs(120);
    assert_eq!(pair.bedside().count_of("single poll", 0x0036), 1);
    assert_eq!(pair.sent_of("association request"), 1);
}

#[test]
fn linked_results_and_unknown_handles() {
    let mut pair = Pair::network();
    pair.bedside().is_linked = true;
    pair.up();
    pair.secs(30);
    assert!(pair.numbers(DeviceIx::ONLY) > 20);
    let before = pair.bedside().count_of("single poll", 0x0006);
    pair.bedside().more_handles = 1;
    pair.secs(5);
    assert!(pair.bedside().count_of("single poll", 0x0006) > before, "labels are asked for");
    let before = pair.bedside().count_of("single poll", 0x0006);
    pair.secs(20);
    let after = pair.bedside().count_of("single poll", 0x0006);
    assert!(after <= before + 2, "and not without end: {before}, {after}");
}

#[test]
fn single_polls_keep_their_distance_and_are_refreshed() {
    let mut pair = Pair::network();
    pair.up();
    pair.secs(200);
    let mut last: std::collections::BTreeMap<u16, MonoTime> = std::collections::BTreeMap::new();
    let heard = pair.bedside().heard.clone();
    for (at, kind, class) in heard {
        if kind == "single poll"
            && let Some(last) = last.insert(class, at)
        {
            assert!(at - last >= Duration::from_secs(1), "class {class:04X}");
        }
    }
    for class in [0x0021, 0x002A] {
        let asked = pair.bedside().count_of("single poll", class);
        assert!((4..=5).contains(&asked), "class {class:04X}: {asked}");
    }
    let keep_alives = pair.bedside().count_of("single poll", 0x0036);
    assert!((76..=80).contains(&keep_alives), "{keep_alives}");
    assert!(!pair.take().iter().any(|event| matches!(event, Event::Fault(_))));
}

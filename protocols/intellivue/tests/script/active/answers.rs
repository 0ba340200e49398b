//! Every answer that an association request, a release or an announcement can have.

use std::time::Duration;

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::association::Control;
use vigie_model::{AlarmTruth, Event};
use vigie_session::DeviceIx;

use super::bedside::{Announce, Door, response};
use super::pair::Pair;

fn running() -> Pair {
    let mut pair = Pair::network();
    pair.up();
    pair.secs(20);
    assert!(pair.numbers(DeviceIx::ONLY) > 5, "{:?}", pair.faults());
    pair
}

#[test]
fn accepted_announced_confirmed_and_data_flow() {
    for mut pair in [Pair::network(), Pair::serial("115200")] {
        pair.up();
        pair.secs(60);
        let kinds = pair.kinds();
        assert_eq!(kinds[..3], ["release request", "association request", "event result"]);
        assert!(pair.first_number(vigie_model::MonoTime::START).is_some());
        assert!(pair.waves() > 100, "{}", pair.waves());
        assert!(pair.numbers(DeviceIx::ONLY) > 50);
        let is_whole = |event: &Event| matches!(event, Event::Alarms(set) if set.truth == AlarmTruth::Complete);
        assert!(pair.heard.iter().filter(|(_, heard)| is_whole(&heard.event)).count() > 50);
        assert_eq!(pair.sent_of("association request"), 1);
        assert_eq!(pair.faults(), Vec::<String>::new());
    }
}

#[test]
fn without_the_package_values_are_asked_for_one_by_one() {
    let mut pair = Pair::network();
    pair.bedside().door = Door::WithoutPackage;
    pair.up();
    pair.secs(60);
    assert!(pair.has_fault("periodic results not granted"));
    assert_eq!(pair.sent_of("extended poll"), 0);
    assert!(pair.numbers(DeviceIx::ONLY) > 40, "{}", pair.numbers(DeviceIx::ONLY));
    assert_eq!(pair.sent_of("association request"), 1);
}

#[test]
fn waves_that_were_not_granted_are_not_asked_for() {
    let mut pair = Pair::network();
    pair.bedside().option_bits = Some(0x8000_0000);
    pair.up();
    pair.secs(60);
    assert_eq!(pair.bedside().count_of("extended poll", 0x0009), 0);
    assert_eq!(pair.sent_of("set"), 0);
    assert!(pair.numbers(DeviceIx::ONLY) > 40);
}

#[test]
fn a_refusal_is_told_once_and_backed_off_from() {
    let mut pair = Pair::network();
    pair.bedside().door = Door::Refuse;
    pair.up();
    pair.secs(300);
    let told = pair.faults().iter().filter(|what| what.contains("refused")).count();
    assert_eq!(told, 1);
    let asked = pair.sent_of("association request");
    assert!((10..40).contains(&asked), "{asked}");
    pair.bedside().door = Door::Open;
    let opened = pair.now;
    pair.secs(40);
    assert!(pair.first_number(opened).unwrap() < Duration::from_secs(34));
}

#[test]
fn silence_is_asked_into_sparsely_and_without_end() {
    let mut pair = Pair::network();
    pair.bedside().is_off = true;
    pair.up();
    pair.secs(3_600);
    let asked = pair.sent_of("association request");
    assert!((1_800..2_500).contains(&asked), "{asked}");
    assert!(pair.has_fault("no answer"));
}

#[test]
fn a_monitor_that_comes_back_is_seen_soon() {
    for seed in 0..8 {
        for lan in [true, false] {
            let mut pair = if lan { Pair::network_of(seed) } else { Pair::serial("115200") };
            pair.bedside().is_off = true;
            pair.up();
            // Somewhere in a round of requests, or in the pause after it.
            pair.advance(Duration::from_millis(60_000 + seed * 3_100));
            let on = pair.now;
            pair.bedside().is_off = false;
            pair.secs(20);
            let first = pair.first_number(on).unwrap();
            assert!(first < Duration::from_secs(10), "seed {seed}: {first:?}");
        }
    }
}

#[test]
fn a_late_copy_of_the_response_changes_nothing() {
    let mut pair = running();
    let from = pair.monitors.keys().next().copied().unwrap();
    pair.take();
    pair.deliver(from, response());
    pair.secs(30);
    assert!(pair.has_fault("granted again"));
    assert_eq!(pair.sent_of("association request"), 1);
    assert!(pair.numbers(DeviceIx::ONLY) > 25);
}

#[test]
fn aborts_in_every_state_lead_back() {
    // In the middle of a conversation: alarms are unknown at once.
    let mut pair = running();
    pair.take();
    let now = pair.now;
    pair.bedside().abort(now);
    pair.secs(15);
    assert!(pair.has_fault("aborted"));
    let is_unknown =
        |event: &Event| matches!(event, Event::Alarms(set) if set.truth == AlarmTruth::Unknown);
    assert!(pair.heard.iter().any(|(_, heard)| is_unknown(&heard.event)));
    assert!(pair.first_number(now).is_some());
    assert!(pair.bedside().is_associated());
    // Instead of an answer: no more often than requests are sent anyway.
    let mut pair = Pair::network();
    pair.bedside().door = Door::Abort;
    pair.up();
    pair.secs(60);
    assert!(pair.sent_of("association request") <= 41);
    pair.bedside().door = Door::Open;
    pair.secs(30);
    assert!(pair.numbers(DeviceIx::ONLY) > 5);
    // Instead of the announcement, and while a release is waited for.
    let abort = Message::Abort(Control::ABORT).emit().unwrap();
    for millis in [10, 1_200, 1_900] {
        let mut pair = Pair::network();
        pair.bedside().answers_release = false;
        pair.up();
        pair.advance(Duration::from_millis(millis));
        let from = pair.monitors.keys().next().copied().unwrap();
        pair.bedside().forget();
        pair.deliver(from, &abort);
        pair.secs(30);
        assert!(pair.numbers(DeviceIx::ONLY) > 5, "after {millis} ms: {:?}", pair.faults());
    }
}

#[test]
fn a_monitor_that_never_announces_itself_is_released_and_asked_again() {
    let mut pair = Pair::network();
    pair.bedside().announce = Announce::Never;
    pair.up();
    pair.secs(120);
    assert!(pair.sent_of("association request") > 3);
    pair.bedside().announce = Announce::Once;
    pair.secs(60);
    assert!(pair.numbers(DeviceIx::ONLY) > 5, "{:?}", pair.faults());
}

#[test]
fn every_announcement_is_confirmed() {
    let mut pair = running();
    let before = pair.sent_of("event result");
    let now = pair.now;
    // The same again, twice, in the middle of the association.
    pair.bedside().create(now);
    pair.secs(2);
    let now = pair.now;
    pair.bedside().create(now);
    pair.secs(30);
    assert_eq!(pair.sent_of("event result"), before + 2);
    assert_eq!(pair.sent_of("association request"), 1);
    let polls = pair.bedside().count("extended poll");
    assert_eq!(polls, 3, "nothing is asked for again");
    // In two parts.
    let mut pair = Pair::network();
    pair.bedside().announce = Announce::Split;
    pair.up();
    pair.secs(30);
    assert_eq!(pair.sent_of("event result"), 2);
    assert!(pair.numbers(DeviceIx::ONLY) > 5);
}

#[test]
fn another_association_in_the_middle_is_begun_anew() {
    let mut pair = running();
    let now = pair.now;
    pair.bedside().counter += 1;
    pair.bedside().create(now);
    pair.secs(20);
    assert_eq!(pair.bedside().count("extended poll"), 6);
    assert_eq!(pair.sent_of("association request"), 1);
}

#[test]
fn a_flood_of_announcements_is_answered_at_the_usual_pace() {
    let mut pair = running();
    let now = pair.now;
    let before = pair.sent.len();
    for _ in 0..5_000 {
        pair.bedside().create(now);
    }
    pair.secs(10);
    // The pair itself holds the spacing of each message against 64 ms.
    assert!(pair.sent.len() - before < 160, "{}", pair.sent.len() - before);
}

#[test]
fn goodbye_is_answered_or_not() {
    let mut pair = running();
    let took = pair.farewell();
    assert!(took < Duration::from_millis(300), "{took:?}");
    assert!(!pair.bedside().is_associated());
    let mut pair = running();
    pair.bedside().answers_release = false;
    let took = pair.farewell();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_millis(1_200), "{took:?}");
    // Before it was announced: the abort reaches what the release does not.
    let mut pair = Pair::network();
    pair.bedside().announce = Announce::Never;
    pair.up();
    pair.secs(5);
    pair.farewell();
    assert!(!pair.bedside().is_associated());
    assert_eq!(pair.kinds().last(), Some(&"release request"));
}

#[test]
fn an_association_that_goes_on_is_resumed() {
    let mut pair = running();
    pair.bedside().answers_release = false;
    pair.down();
    pair.advance(Duration::from_millis(500));
    pair.take();
    pair.up();
    pair.secs(20);
    assert!(pair.has_fault("resumed"), "{:?}", pair.faults());
    assert_eq!(pair.sent_of("association request"), 1);
    assert!(pair.numbers(DeviceIx::ONLY) > 10);
}

#[test]
fn an_association_of_somebody_else_is_not_resumed() {
    let mut pair = running();
    // Another run of this program, with another seed, finds the old one running.
    let mut other = Pair::network_of(99);
    std::mem::swap(&mut pair.monitors, &mut other.monitors);
    other.now = pair.now;
    other.bedside().answers_release = false;
    other.up();
    other.secs(40);
    assert!(other.has_fault("another association"));
    assert!(!other.has_fault("resumed"));
    assert!(other.sent_of("association request") >= 1);
    let first_response = other.bedside().count("event result");
    assert!(first_response >= 2, "associated anew after the monitor's time-out");
}

#[test]
fn a_monitor_that_restarts_unheard_is_found_again() {
    let mut pair = running();
    let now = pair.now;
    pair.bedside().forget();
    pair.bedside().ticks_at_start = 5_000;
    pair.take();
    pair.secs(30);
    assert!(pair.has_fault("keep-alives not answered"), "{:?}", pair.faults());
    assert!(pair.first_number(now).unwrap() < Duration::from_secs(20));
}

#[test]
fn no_data_ends_an_association_even_when_keep_alives_would_be_in_time() {
    let mut pair = running();
    pair.bedside().is_off = true;
    let now = pair.now;
    pair.take();
    pair.secs(30);
    assert!(pair.has_fault("keep-alives") || pair.has_fault("no results"));
    assert_eq!(pair.first_number(now), None);
}

#[test]
fn one_broken_wire_ends_an_association() {
    let mut pair = running();
    pair.bedside().is_deaf = true;
    pair.take();
    pair.secs(12);
    assert!(pair.has_fault("keep-alives not answered") || pair.has_fault("aborted"));
}

//! Results that come again, too late, or from a clock that went back: none of them passes for now.

use std::time::Duration;

use vigie_intellivue::wire::data::LinkState;
use vigie_intellivue::wire::numeric::{
    MeasurementState, MetricAccess, MetricCategory, MetricModality, MetricSpec,
};
use vigie_intellivue::wire::operation::{AttributeReport, Reply};
use vigie_intellivue::wire::poll::ObservationPoll;
use vigie_intellivue::wire::system::OperatingMode;
use vigie_intellivue::wire::text::Counted;
use vigie_intellivue::wire::types::{
    AbsoluteTime, AttributeGroup, Civil, ManagedObjectId, ObjectClass, RelativeTime,
};
use vigie_intellivue::wire::wave::SaObsValue;
use vigie_intellivue::wire::{Attribute, Data, Message};
use vigie_model::{AlarmTruth, Before, Cadence, DeviceMode, Event, FaultKind};

use crate::desk::*;

const HR: u16 = 0x4182;
const BPM: u16 = 0x0AA0;
const AGAIN: &str = "result of class 0x0006 came again";
const LATE: &str = "result of class 0x0006 came too late";

fn rate(beats: u32) -> Vec<ObservationPoll<'static>> {
    vec![simple(9, HR, 0, BPM, beats)]
}

fn shown(events: &[Event]) -> Vec<i64> {
    numerics(events).iter().map(|n| n.reading.value().unwrap().mantissa()).collect()
}

/// Nothing is said but this one fault: no value, no sign of life.
#[track_caller]
fn assert_dropped(events: &[Event], what: &str) {
    let [Event::Fault(fault)] = events else { panic!("not dropped: {events:?}") };
    assert_eq!((fault.kind, fault.what.as_str()), (FaultKind::Unexpected, what));
}

#[test]
fn a_result_that_comes_again_is_no_sign_of_life() {
    let mut desk = Desk::new();
    assert_eq!(shown(&desk.send_numerics(rate(80))), [80]);
    for _ in 0..120 {
        desk.rig.advance(Duration::from_secs(1));
        assert_dropped(&desk.send_numerics(rate(80)), AGAIN);
    }
    desk.pass();
    assert_eq!(shown(&desk.send_numerics(rate(81))), [81]);
}

#[test]
fn a_time_that_stands_still_is_no_news_whatever_the_sequence() {
    let mut desk = Desk::new();
    desk.send_numerics(rate(80));
    for _ in 0..5 {
        desk.pass();
        desk.ticks -= 8_192;
        assert_dropped(&desk.send_numerics(rate(80)), AGAIN);
    }
}

#[test]
fn an_older_number_never_replaces_a_newer_one() {
    let mut desk = Desk::new();
    desk.send_numerics(rate(79));
    desk.pass();
    let older = whole(desk.result(ObjectClass::Numeric, rate(80)));
    desk.pass();
    assert_eq!(shown(&desk.send_numerics(rate(81))), [81]);
    assert_dropped(&desk.send(&older), LATE);
    // The same of another poll of the class: a late time that comes twice is no clock that runs.
    let Message::Data(Data::Result { reply, .. }) = older else { panic!() };
    let other = Message::Data(Data::Result { invoke_id: 99, reply });
    assert_dropped(&desk.send(&other), AGAIN);
    // It is not counted as missing afterwards.
    desk.pass();
    assert!(faults(&desk.send_numerics(rate(82))).is_empty());
}

#[test]
fn parts_share_a_time_and_each_counts_once() {
    let mut desk = Desk::new();
    for _ in 0..3 {
        desk.pass();
        let result = |handle| {
            desk.result(ObjectClass::Numeric, vec![simple(handle, HR, 0, BPM, handle.into())])
        };
        let messages = [
            part(LinkState::First, 1, result(1)),
            part(LinkState::Last, 2, result(2)),
            whole(result(3)),
        ];
        for (message, value) in messages.iter().zip(1..) {
            assert_eq!(shown(&desk.send(message))[0], value);
            assert_dropped(&desk.send(message), AGAIN);
        }
    }
}

#[test]
fn a_renewal_begins_its_sequence_anew_and_is_news() {
    let mut desk = Desk::new();
    for beats in 0..3 {
        desk.pass();
        desk.send_numerics(rate(beats));
    }
    desk.pass();
    for sequence in 0..3 {
        let mut poll = desk.result(ObjectClass::Numeric, rate(80));
        poll.sequence = Some(sequence);
        let events = desk.send(&whole(poll));
        assert_eq!((shown(&events), faults(&events).len()), (vec![80], 0));
        desk.pass();
    }
}

#[test]
fn a_poll_of_another_group_is_not_late() {
    let mut desk = Desk::new();
    desk.send_numerics(rate(80));
    let mut poll = desk.result(ObjectClass::Numeric, vec![object(9, vec![])]);
    poll.group = AttributeGroup::VmoStatic;
    poll.time = RelativeTime(desk.ticks - 100);
    assert_eq!(desk.send(&whole(poll)), [Event::Alive]);
}

#[test]
fn an_old_alarm_result_neither_replaces_nor_confirms_the_list() {
    let mut desk = Desk::new();
    let words = text("** SpO₂ LOW");
    let entry = || alarm(0x4BB8, 62, 0x0200, 0, 9, &words);
    let result = |desk: &Desk, list| desk.result(ObjectClass::AlertMonitor, vec![object(5, list)]);
    let calm = alarm_attributes(0, vec![], vec![]);
    let empty = whole(result(&desk, calm));
    assert_eq!(sets(&desk.send(&empty)).len(), 1);
    desk.pass();
    let alarming = alarm_attributes(0, vec![entry()], vec![]);
    let full = whole(result(&desk, alarming));
    assert_eq!(sets(&desk.send(&full))[0].active.len(), 1);
    // Both come again and again, for longer than a list counts as confirmed.
    let mut truths = Vec::new();
    for _ in 0..8 {
        desk.rig.advance(Duration::from_secs(1));
        let mut events = desk.heard();
        events.extend(desk.send(&empty));
        events.extend(desk.send(&full));
        assert!(!events.contains(&Event::Alive));
        assert_eq!(faults(&events).len(), 2);
        truths.extend(sets(&events).iter().map(|set| set.truth));
    }
    assert_eq!(truths, [AlarmTruth::Unknown]);
}

#[test]
fn alarm_lists_of_parts_that_come_twice_are_whole() {
    let mut desk = Desk::new();
    let words = text("x");
    let [condition, patient, technical] = <[Attribute<'_>; 3]>::try_from(alarm_attributes(
        0,
        vec![alarm(HR, 40, 0x0200, 0, 9, &words)],
        vec![],
    ))
    .unwrap();
    let result = |attributes| desk.result(ObjectClass::AlertMonitor, vec![object(5, attributes)]);
    let first = part(LinkState::Last, 1, result(vec![condition, patient]));
    let last = whole(result(vec![technical]));
    let mut events = Vec::new();
    for message in [&first, &first, &last, &last] {
        events.extend(desk.send(message));
    }
    let [set] = sets(&events)[..] else { panic!("{events:?}") };
    assert_eq!(set.active.len(), 1);
}

#[test]
fn a_loop_of_old_results_is_never_taken_for_a_restart() {
    let mut desk = Desk::new();
    let mut messages = Vec::new();
    for beats in 80..120 {
        desk.pass();
        let message = whole(desk.result(ObjectClass::Numeric, rate(beats)));
        assert_eq!(shown(&desk.send(&message)).len(), 1);
        messages.push(message);
    }
    // In step with the clock, all at once, and each of its results alone.
    for pause in [1_024, 0, 400, 2_048] {
        for message in &messages {
            desk.rig.advance(Duration::from_millis(pause));
            assert_dropped(&desk.send(message), AGAIN);
        }
    }
}

#[test]
fn a_clock_that_went_back_is_believed_after_three_results() {
    // Far, and a little.
    for back in [300 * 8_192, 30 * 8_192 + 77, 2 * 8_192 + 77] {
        let mut desk = Desk::new();
        desk.ticks = 100_000_000;
        for _ in 0..3 {
            desk.pass();
            desk.send_numerics(rate(80));
            desk.send_alarms(0, vec![], vec![]);
        }
        desk.ticks -= back;
        let mut taken = Vec::new();
        for _ in 0..4 {
            desk.pass();
            let events = desk.send_numerics(rate(90));
            taken.push(!numerics(&events).is_empty());
            let events = desk.send_alarms(0, vec![], vec![]);
            let is_set = sets(&events).iter().any(|set| set.truth == AlarmTruth::Complete);
            assert_eq!(taken.last(), Some(&is_set), "alarms follow at once");
        }
        assert_eq!(taken[2..], [true, true], "{back}");
        assert_eq!(taken[..2], [false, false], "{back}");
    }
}

#[test]
fn late_results_between_news_are_no_restart() {
    let mut desk = Desk::new();
    desk.send_numerics(rate(80));
    for _ in 0..10 {
        desk.pass();
        assert_eq!(shown(&desk.send_numerics(rate(81))), [81]);
        let mut poll = desk.result(ObjectClass::Numeric, rate(44));
        poll.time = RelativeTime(desk.ticks - 100_077);
        assert_dropped(&desk.send(&whole(poll)), LATE);
    }
}

#[test]
fn late_results_out_of_step_are_no_restart() {
    for pause in [0, 100, 10_000] {
        let mut desk = Desk::new();
        desk.ticks = 100_000_000;
        desk.send_numerics(rate(80));
        desk.ticks = 50_000_000;
        for _ in 0..10 {
            desk.ticks += 8_192;
            desk.rig.advance(Duration::from_millis(pause));
            assert_dropped(&desk.send_numerics(rate(44)), LATE);
        }
    }
}

#[test]
fn one_result_from_the_future_costs_two() {
    let mut desk = Desk::new();
    let mut taken = 0;
    for cycle in 0..10 {
        desk.pass();
        let mut poll = desk.result(ObjectClass::Numeric, rate(80));
        if cycle == 3 {
            poll.time = RelativeTime(desk.ticks + 50 * 60 * 8_000);
        }
        taken += numerics(&desk.send(&whole(poll))).len();
    }
    assert_eq!(taken, 8);
}

#[test]
fn an_announcement_makes_a_new_clock_count_at_once() {
    let mut desk = Desk::new();
    desk.ticks = 100_000_000;
    desk.send_create(7, vec![]);
    desk.send_numerics(rate(80));
    desk.ticks -= 8_192 * 5;
    desk.send_create(8, vec![]);
    assert_eq!(shown(&desk.send_numerics(rate(81))), [81]);
    // The same announcement again is none.
    let events = desk.send_create(8, vec![]);
    assert_dropped(&events, "announcement came again");
    assert_dropped(&desk.send_numerics(rate(81)), AGAIN);
}

#[test]
fn a_wave_result_that_comes_again_is_no_sign_of_life() {
    let mut desk = Desk::new();
    let bytes: Vec<u8> = [5_u16; 32].iter().flat_map(|sample| sample.to_be_bytes()).collect();
    let block = |bytes| {
        let state = MeasurementState(0);
        let block = SaObsValue { physio_id: 0x4BB4, state, samples: Counted { bytes } };
        vec![object(9, vec![Attribute::Wave(block)])]
    };
    let full = whole(desk.result(ObjectClass::SampleArray, block(&bytes)));
    desk.send(&full);
    desk.pass();
    let empty = whole(desk.result(ObjectClass::SampleArray, vec![]));
    assert_eq!(desk.send(&empty), [Event::Alive]);
    for message in [&full, &empty] {
        desk.rig.advance(Duration::from_secs(1));
        assert_dropped(&desk.send(message), "result of class 0x0009 came again");
    }
    // What was overtaken fills its hole, and the empty first result may be ahead of the second.
    desk.ticks -= 2_816;
    let events = desk.send_result(ObjectClass::SampleArray, block(&bytes));
    assert_eq!(chunks(&events)[0].before, Before::Gap);
}

#[test]
fn waves_alone_recover_after_three_bursts() {
    let mut desk = Desk::new();
    let bytes: Vec<u8> = [5_u16; 32].iter().flat_map(|sample| sample.to_be_bytes()).collect();
    let burst = |desk: &mut Desk| {
        desk.pass();
        let mut heard = 0;
        for at in 0..4 {
            let state = MeasurementState(0);
            let samples = Counted { bytes: &bytes };
            let block = SaObsValue { physio_id: 0x4BB4, state, samples };
            let objects = vec![object(9, vec![Attribute::Wave(block)])];
            let mut poll = desk.result(ObjectClass::SampleArray, objects);
            poll.time = RelativeTime(desk.ticks + at * 2_048);
            heard += chunks(&desk.send(&whole(poll))).len();
        }
        heard
    };
    assert_eq!([burst(&mut desk), burst(&mut desk)], [4, 4]);
    desk.ticks = 500_077;
    let heard: Vec<usize> = (0..4).map(|_| burst(&mut desk)).collect();
    assert_eq!(heard, [0, 0, 4, 4]);
}

#[test]
fn an_answer_without_a_time_proves_life_once() {
    let mut desk = Desk::new();
    let answer = |invoke_id| {
        let report = AttributeReport { object: ManagedObjectId::MDS, attributes: vec![] };
        Message::Data(Data::Result { invoke_id, reply: Reply::Get(report) })
    };
    assert_eq!(desk.send(&answer(5)), [Event::Alive]);
    assert_eq!(desk.send(&answer(5)), []);
    assert_eq!(desk.send(&answer(6)), [Event::Alive]);
}

#[test]
fn standby_is_not_believed_while_values_come() {
    let mut desk = Desk::new();
    desk.send_numerics(rate(80));
    let events = desk.send_alarms(0x0200, vec![], vec![]);
    assert!(!events.contains(&Event::Mode(DeviceMode::Standby)));
    desk.pass();
    let events = desk.send_alarms(0x0200, vec![], vec![]);
    assert!(events.contains(&Event::Mode(DeviceMode::Standby)));
    let events = desk.send_numerics(rate(80));
    assert!(events.contains(&Event::Mode(DeviceMode::Normal)));
    // The mode of the MDS counts as before.
    desk.pass();
    let standby = vec![Attribute::OperatingMode(OperatingMode(0x4002))];
    let events = desk.send_create(8, standby);
    assert!(events.contains(&Event::Mode(DeviceMode::Standby)));
}

#[test]
fn a_stamped_heart_rate_is_still_periodic() {
    let civil = Civil { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    let stamp = || Attribute::AbsoluteTimeStamp(AbsoluteTime::from_civil(civil));
    let access = |access| {
        Attribute::MetricSpec(MetricSpec {
            update_period: RelativeTime(8_192),
            category: MetricCategory::AutoMeasurement,
            access: MetricAccess(access),
            structure: 0,
            max_components: 0,
            relevance: 0,
        })
    };
    let aperiodic = || Attribute::MetricModality(MetricModality::APERIODIC);
    let (cuff, nobody) = (0x4A05, 0x7ABC);
    for (physio_id, more, is_episodic) in [
        (HR, vec![], false),
        (HR, vec![stamp()], false),
        (HR, vec![stamp(), access(0x4228)], false),
        (HR, vec![stamp(), aperiodic()], true),
        (cuff, vec![], false),
        (cuff, vec![stamp()], true),
        (cuff, vec![stamp(), access(0x5228)], true),
        (cuff, vec![stamp(), access(0x4228)], false),
        (nobody, vec![stamp()], true),
        (nobody, vec![], false),
    ] {
        let mut desk = Desk::new();
        let mut attributes = more.clone();
        attributes.push(Attribute::Numeric(value(physio_id, 0, BPM, 80)));
        let events = desk.send_numerics(vec![object(9, attributes)]);
        let cadence = streams(&events)[0].cadence;
        assert_eq!(
            matches!(cadence, Cadence::Episodic { .. }),
            is_episodic,
            "{physio_id:04X} {more:?}"
        );
    }
}

#[test]
fn two_alarms_of_one_name_are_two_and_the_same_twice_is_one() {
    let mut desk = Desk::new();
    let (low, high) = (text("** TEMP LOW"), text("** TEMP HIGH"));
    let entry = |words| alarm(0xE018, 40, 0x0200, 0, 1, words);
    for _ in 0..3 {
        let events = desk.send_alarms(0, vec![entry(&low), entry(&high), entry(&low)], vec![]);
        let [set] = sets(&events)[..] else { panic!("{events:?}") };
        let ids: Vec<(&str, &str)> =
            set.active.iter().map(|alarm| (alarm.id.as_str(), alarm.text.as_str())).collect();
        assert_eq!(ids, [("E018:0028", "** TEMP LOW"), ("E018:0028#1", "** TEMP HIGH")]);
        desk.pass();
    }
}

#[test]
fn a_number_of_a_hundred_digits_is_none() {
    let mut desk = Desk::new();
    let events = desk.send_numerics(vec![simple(9, HR, 0, BPM, 0x7F00_0001)]);
    assert_eq!(numerics(&events)[0].reading.value(), None);
    assert_eq!(faults(&events)[0].what.as_str(), "number with exponent 127");
}

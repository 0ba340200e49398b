//! Polls: what is answered, when, and in how many messages.

use vigie_intellivue::wire::Message;

use crate::desk::*;
use crate::recorded::hex;

#[test]
fn a_single_poll_has_one_answer_within_a_round() {
    let mut desk = Desk::associated();
    for (class, group) in [
        (0x21, 0),
        (0x21, 0x080A),
        (0x21, 0x080B),
        (0x21, 0x080C),
        (0x2A, 0x0807),
        (0x05, 0),
        (0x06, 0x0803),
        (0x06, 0x0810),
        (0x06, 0x0811),
        (0x09, 0x0810),
        (0x09, 0x0811),
        (0x09, 0x0803),
        (0x36, 0x0801),
        (0x36, 0x0811),
    ] {
        desk.say(&single(0x1234, class, group));
        desk.wait(1_024);
        let results = desk.take_results(0x1234);
        assert_eq!(results.len(), 1, "class {class:04X} group {group:04X}");
        let poll = poll(&results[0]);
        assert_eq!((poll.sequence, poll.class, poll.group), (None, class, group));
        assert!(poll.objects.iter().any(|object| !object.2.is_empty()), "{group:04X}");
    }
    // A group that the class does not have.
    desk.say(&single(1, 0x36, 0x0807));
    desk.wait(1_024);
    let poll = poll(&desk.take_results(1)[0]);
    assert!(poll.objects.iter().all(|object| object.2.is_empty()) && poll.objects.len() == 1);
}

#[test]
fn single_polls_that_come_too_often_are_ignored() {
    let mut desk = Desk::associated();
    for invoke in 1..=5 {
        desk.say(&single(invoke, 0x21, 0));
    }
    // One more is allowed for observed numbers.
    desk.say(&single(6, 0x06, 0x0810));
    desk.say(&single(7, 0x06, 0x0803));
    desk.say(&single(8, 0x06, 0x0803));
    desk.wait(3_000);
    let answered: Vec<u8> = desk.take().iter().map(|heard| heard.bytes[9]).collect();
    assert_eq!(answered, [1, 6, 7]);
}

#[test]
fn what_cannot_be_polled_is_an_error_of_the_guide() {
    let mut desk = Desk::associated();
    let mut other = single(9, 0x06, 0x0803);
    // Handle 1 of the MDS.
    other[19] = 1;
    desk.say(&other);
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 000C 0009 0001 0006 0021 0000 0001"));
    other[15] = 0x06;
    desk.say(&other);
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 0008 0009 0000 0002 0006"));
    desk.say(&single(10, 0x29, 0));
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 0008 000A 0000 0002 0029"));
    desk.say(&extended(11, 0x2A, 0x0807, LONG));
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 0008 000B 0000 0002 002A"));
    let mut scoped = single(12, 0x06, 0x0803);
    scoped[23] = 5;
    desk.say(&scoped);
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 000A 000C 0010 0004 00000005"));

    // Without the package there are no extended polls; without its bit no waves.
    let mut desk = Desk::lan();
    desk.say(&request(0x0004_E200, 1_456, 0));
    desk.say(&hex(CONFIRM));
    desk.take();
    desk.say(&extended(13, 0x06, 0x0803, LONG));
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 000A 000D 0009 0004 0021 F13B"));
    let mut desk = Desk::lan();
    desk.say(&request(0x0004_E200, 1_456, 0x8000_0000));
    desk.say(&hex(CONFIRM));
    desk.take();
    desk.say(&extended(14, 0x09, 0x0803, LONG));
    assert_eq!(desk.take()[0].bytes, hex("E1000002 0003 0006 000E 0002 0000"));
}

#[test]
fn a_round_is_numbers_alarms_and_four_waves_every_8192_ticks() {
    let mut desk = Desk::associated();
    // In another order than that of a round.
    desk.say(&extended(1, 0x09, 0x0803, LONG));
    desk.say(&extended(2, 0x36, 0x0801, LONG));
    desk.say(&extended(3, 0x06, 0x0803, LONG));
    let asked = desk.now;
    desk.wait(7 * 1_024);
    let heard = desk.take();
    let first = heard[0].at.since(asked).as_millis();
    assert!((1..=1_024).contains(&first), "{first} ms");
    let ids: Vec<u8> = heard.iter().map(|heard| heard.bytes[9]).collect();
    // The first wave result is empty; three blocks follow, then four a round, as recorded.
    let mut expected = vec![3, 2, 1, 3, 2, 1, 1, 1];
    for _ in 0..5 {
        expected.extend([3, 2, 1, 1, 1, 1]);
    }
    assert_eq!(ids, expected);
    let of = |id: u8| -> Vec<PollBytes> {
        heard.iter().filter(|h| h.bytes[9] == id).map(|h| poll(&h.bytes)).collect()
    };
    let steps = |polls: &[PollBytes]| -> Vec<u32> {
        polls.windows(2).map(|pair| pair[1].time.wrapping_sub(pair[0].time)).collect()
    };
    let (waves, alarms, numbers) = (of(1), of(2), of(3));
    assert_eq!(steps(&numbers), [8_192; 6]);
    assert_eq!(steps(&alarms), [8_192; 6]);
    assert_eq!(numbers[0].time, alarms[0].time);
    assert!(waves[0].objects.is_empty());
    assert_eq!(waves[0].contexts, [0, 1]);
    assert_eq!(waves[1].time.wrapping_sub(waves[0].time), 1_024_u32.wrapping_neg());
    assert_eq!(steps(&waves[1..]), vec![2_048; waves.len() - 2]);
    for polls in [&waves, &alarms, &numbers] {
        let sequences: Vec<_> = polls.iter().map(|poll| poll.sequence.unwrap()).collect();
        let counted: Vec<u16> = (0..polls.len() as u16).collect();
        assert_eq!(sequences, counted);
    }
    assert!(waves[1..].iter().all(|wave| wave.objects.len() >= 4));
}

#[test]
fn a_poll_ends_with_its_period_and_one_without_has_one_result() {
    let mut desk = Desk::associated();
    // 2 s: results at 0, 1.024 and 2.048 s, as recorded.
    desk.say(&extended(1, 0x06, 0x0803, 16_000));
    desk.say(&extended_once(2, 0x36, 0));
    desk.wait_alive(10_000);
    let heard = desk.take();
    let count = |id: u8| heard.iter().filter(|heard| heard.bytes[9] == id).count();
    assert_eq!((count(1), count(2)), (3, 1));
    // Again and again, as one client asks.
    for _ in 0..3 {
        desk.say(&extended_once(3, 0x06, 0x0803));
        desk.wait(1_100);
        assert_eq!(desk.take_results(3).len(), 1);
    }
}

#[test]
fn renewal_keeps_the_grid_and_restarts_the_sequence() {
    let mut desk = Desk::associated();
    desk.say(&extended(1, 0x09, 0x0803, LONG));
    desk.say(&extended(2, 0x06, 0x0803, LONG));
    desk.wait(5_000);
    desk.say(&extended(1, 0x09, 0x0803, LONG));
    desk.say(&extended(2, 0x06, 0x0803, LONG));
    desk.wait(4_096);
    let results = desk.take();
    for (id, step) in [(1, 2_048), (2, 8_192)] {
        let of_it = results.iter().filter(|heard| heard.bytes[9] == id);
        let polls: Vec<PollBytes> = of_it.map(|heard| poll(&heard.bytes)).collect();
        let renewed = polls.iter().rposition(|poll| poll.sequence == Some(0)).unwrap();
        assert!(renewed > 2, "poll {id}");
        for pair in polls[1..].windows(2) {
            assert_eq!(pair[1].time.wrapping_sub(pair[0].time), step, "poll {id}");
        }
        assert!(!polls[renewed].objects.is_empty(), "samples go on");
    }
}

#[test]
fn only_the_most_important_objects_come_when_so_many_are_wanted() {
    let mut desk = Desk::associated();
    desk.wait(2_048);
    let asked = hex("E1000002 0001 002E 0001 0007 0028 0021 0000 0000 00000000 F13B 001A
        0009 0001 0006 0803 0002 000E F13E 0004 00493E00 F228 0002 0003");
    desk.say(&asked);
    desk.wait(1_024);
    let poll = poll(&desk.take_results(1)[0]);
    assert_eq!(poll.objects.len(), 3);
    assert!(number(&poll, 0x4182).is_some() && number(&poll, 0x4BB8).is_some());
}

#[test]
fn long_results_are_linked_and_always_finished() {
    for (mtu, group) in [(1_456, 0), (300, 0), (300, 0x0803), (500, 0x0810)] {
        let mut desk = Desk::lan();
        desk.say(&request(0x0004_E200, mtu, 0x8C00_0000));
        desk.say(&hex(CONFIRM));
        desk.say(&extended(1, 0x06, group, LONG));
        desk.say(&extended(2, 0x09, 0, LONG));
        desk.wait(6 * 1_024);
        let heard = desk.take();
        let heard: Vec<_> = heard.into_iter().filter(|h| h.bytes[0] == 0xE1).skip(1).collect();
        assert!(heard.iter().all(|heard| heard.bytes.len() <= 4 + mtu as usize));
        let mut open: Vec<(u8, u8)> = Vec::new();
        let (mut linked, mut last_time) = (0, 0);
        for heard in &heard {
            let result = poll(&heard.bytes);
            match result.link {
                Some(link) => {
                    assert!(open.is_empty() || result.time == last_time);
                    open.push(link);
                    last_time = result.time;
                }
                None if open.is_empty() => {}
                None => {
                    assert!(result.objects.is_empty(), "the recorded last part is empty");
                    let last = open.len() - 1;
                    for (at, (state, count)) in open.drain(..).enumerate() {
                        let expected = if at == last {
                            3
                        } else if at == 0 {
                            1
                        } else {
                            2
                        };
                        assert_eq!((state, usize::from(count)), (expected, at + 1));
                    }
                    linked += 1;
                }
            }
        }
        assert!(open.is_empty() && linked >= 3, "mtu {mtu} group {group:04X}: {linked}");
    }
}

#[test]
fn nobody_gets_an_empty_object_with_all_attributes_and_every_scale_comes_first() {
    let mut desk = Desk::associated();
    desk.say(&extended(1, 0x06, 0, LONG));
    desk.say(&extended(2, 0x09, 0, LONG));
    desk.wait(10 * 1_024);
    let mut scaled = std::collections::BTreeSet::new();
    let mut samples = 0;
    for heard in desk.take() {
        let result = poll(&heard.bytes);
        for (context, handle, attributes) in &result.objects {
            assert!(!attributes.is_empty(), "{handle:04X}");
            let has = |id: u16| attributes.iter().any(|(known, _)| *known == id);
            if has(0x096F) && has(0x096D) {
                let compound =
                    attributes.iter().any(|a| a.0 == 0x0924 && a.1[3] == 0 && a.1[2] == 1);
                scaled.insert((*context, *handle, compound));
            }
            for (compound, id) in [(true, 0x0967), (false, 0x096E)] {
                if has(id) {
                    samples += 1;
                    let is_ecg = *handle == 0x02AE;
                    assert!(scaled.contains(&(*context, *handle, compound && is_ecg)));
                }
            }
        }
    }
    assert!(samples > 100, "{samples}");
}

#[test]
fn unreadable_messages_are_counted_and_end_nothing() {
    let mut desk = Desk::associated();
    desk.say(&hex("E1000002 0001 00FF 0001 0007"));
    desk.say(&hex("FFFF"));
    desk.say(&[]);
    assert!(desk.take().is_empty());
    assert!(desk.monitor.has_client());
    assert_eq!(desk.monitor.counts().unreadable, 1);
    assert!(Message::parse(&hex(ABORT)).is_ok());
}

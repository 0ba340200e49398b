//! What the monitor sends beside what real monitors sent: same attributes, same order, same lengths.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::*;
use crate::recorded::{SERIAL, datagrams, serial_messages};

/// Attributes whose length changes with what they hold.
const OF_ANY_LENGTH: [u16; 13] = [
    0x0902, 0x0904, 0x092D, 0x094B, 0x095A, 0x095C, 0x095D, 0x0967, 0x096E, 0x0927, 0x0928, 0x0985,
    0x0A16,
];

/// All recorded poll results of a class and group.
fn recorded(class: u16, group: u16) -> Vec<PollBytes> {
    let serial = SERIAL.iter().flat_map(|name| serial_messages(name));
    let is_poll_result = |bytes: &Vec<u8>| {
        let single = matches!(bytes[..], [0xE1, _, _, _, 0, 2, _, _, _, _, 0, 7, ..]);
        single || matches!(bytes[..], [0xE1, _, _, _, 0, 5, _, _, _, _, _, _, 0, 7, ..])
    };
    datagrams()
        .into_iter()
        .chain(serial)
        .filter(is_poll_result)
        .map(|bytes| poll(&bytes))
        .filter(|poll| (poll.class, poll.group) == (class, group))
        .collect()
}

/// What this monitor sends for the same class and group.
fn simulated(class: u16, group: u16) -> Vec<PollBytes> {
    let mut desk = Desk::associated();
    desk.wait(9 * 1_024);
    if matches!(class, 0x06 | 0x09 | 0x36) {
        desk.say(&extended(1, class, group, LONG));
    } else {
        desk.say(&single(1, class, group));
    }
    desk.wait(9 * 1_024);
    desk.take_results(1).iter().map(|bytes| poll(bytes)).collect()
}

fn ids(attributes: &[Attr]) -> Vec<u16> {
    attributes.iter().map(|attribute| attribute.0).collect()
}

fn is_part_of(part: &[u16], whole: &[u16]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|id| rest.any(|known| known == id))
}

#[test]
fn objects_hold_the_recorded_attributes_in_the_recorded_order_and_length() {
    for (class, group) in [
        (0x21, 0),
        (0x2A, 0x0807),
        (0x05, 0),
        (0x06, 0),
        (0x06, 0x0803),
        (0x09, 0),
        (0x09, 0x0803),
        (0x36, 0),
    ] {
        let (theirs, ours) = (recorded(class, group), simulated(class, group));
        let place = format!("class {class:04X} group {group:04X}");
        assert!(!theirs.is_empty() && !ours.is_empty(), "{place}");
        // The compound ECG was recorded with all attributes wanted, and then had samples alone.
        let also = if (class, group) == (0x09, 0x0803) { recorded(0x09, 0) } else { Vec::new() };
        let mut lengths: BTreeMap<u16, BTreeSet<usize>> = BTreeMap::new();
        let mut orders: BTreeSet<Vec<u16>> = BTreeSet::new();
        for (_, _, attributes) in theirs.iter().chain(&also).flat_map(|poll| &poll.objects) {
            orders.insert(ids(attributes));
            for (id, value) in attributes {
                lengths.entry(*id).or_default().insert(value.len());
            }
        }
        if (class, group) == (0x06, 0) {
            // ST had no value when all attributes were recorded: its time stamp is known from the
            // serial lines.
            let before: Vec<Vec<u16>> = orders.iter().cloned().collect();
            for (_, _, observed) in recorded(0x06, 0x0803).iter().flat_map(|poll| &poll.objects) {
                orders.extend(before.iter().map(|order| [&order[..], &ids(observed)].concat()));
                for (id, value) in observed {
                    lengths.entry(*id).or_default().insert(value.len());
                }
            }
        }
        for (_, handle, attributes) in ours.iter().flat_map(|poll| &poll.objects) {
            let ids = ids(attributes);
            let place = format!("{place} object {handle:04X}: {ids:04X?}");
            let is_known = orders.iter().any(|order| is_part_of(&ids, order));
            assert!(is_known, "{place} has another order than {orders:04X?}");
            for (id, value) in attributes {
                assert!(
                    lengths[id].contains(&value.len()) || OF_ANY_LENGTH.contains(id),
                    "{place}: {id:04X} has {} bytes instead of {:?}",
                    value.len(),
                    lengths[id]
                );
            }
        }
        // The same contexts, and objects of a handle that both have have the same compound form.
        let contexts = |polls: &[PollBytes]| -> BTreeSet<u16> {
            polls.iter().flat_map(|poll| poll.contexts.clone()).collect()
        };
        assert!(contexts(&ours).is_subset(&contexts(&theirs)), "{place}");
    }
}

#[test]
fn everything_recorded_of_a_lead_is_sent_with_the_recorded_values() {
    // Sample array, masks, period, unit, state, scale of the compound ECG and of the pressure.
    let theirs = recorded(0x09, 0);
    let ours = simulated(0x09, 0);
    let find = |polls: &[PollBytes], label: u32| -> BTreeMap<u16, Vec<u8>> {
        let is_it = |attributes: &&Vec<Attr>| {
            attributes.iter().any(|a| a.0 == 0x0924 && a.1 == label.to_be_bytes())
        };
        let objects = polls.iter().flat_map(|poll| &poll.objects).map(|object| &object.2);
        objects.filter(is_it).flatten().cloned().collect()
    };
    for (label, attributes) in [
        (0x0002_0100, &[0x093F, 0x096D, 0x0A16, 0x098D, 0x0996, 0x096F, 0x0964, 0x0940][..]),
        (0x0002_0101, &[0x093F, 0x096D, 0x0A16, 0x098D, 0x0996, 0x096F]),
        (0x0002_4A14, &[0x096D, 0x098D, 0x0996, 0x096F, 0x0964]),
        (0x0002_4BB4, &[0x096D, 0x098D, 0x0996, 0x096F]),
        (0x0002_5000, &[0x096D, 0x098D, 0x0996, 0x096F, 0x0964, 0x0911]),
    ] {
        let (theirs, ours) = (find(&theirs, label), find(&ours, label));
        for id in attributes {
            if let Some(recorded) = theirs.get(id) {
                assert_eq!(ours.get(id), Some(recorded), "{label:08X} {id:04X}");
            } else {
                assert!(label == 0x0002_4BB4, "{label:08X} {id:04X} was recorded");
            }
        }
    }
}

#[test]
fn messages_are_as_long_as_the_recorded_ones() {
    let single_bytes = |class: u16, group: u16| {
        let mut desk = Desk::associated();
        desk.say(&single(1, class, group));
        desk.wait(1_100);
        desk.take_results(1)[0].len()
    };
    assert_eq!(single_bytes(0x21, 0), 464, "everything about the monitor");
    // 240 without a patient.
    assert_eq!(single_bytes(0x2A, 0x0807), 240 + 2 * ("Patient".len() + "SIMULATED 3".len() + 8));
    let mut desk = Desk::associated();
    desk.say(&extended(1, 0x36, 0x0801, LONG));
    desk.wait(1_100);
    assert_eq!(desk.take_results(1)[0].len(), 92, "no alarms");
    desk.say(&set(2, 0xF23A, &[]));
    desk.take();
    desk.say(&extended(3, 0x09, 0x0803, LONG));
    desk.wait(1_100);
    assert_eq!(desk.take_results(3)[0].len(), 62, "a wave result without waves");
}

//! Every recorded byte is decoded with nothing left over, and emitted again byte for byte.
//!
//! There is no exception to the second: padding and stale memory inside attributes are kept as sent.

use std::collections::BTreeMap;

use crate::recorded::{SERIAL, datagrams, hexdump_beacon, serial_contents};
use vigie_intellivue::wire::data::Data;
use vigie_intellivue::wire::frame::{Deframer, Frame, emit_frame};
use vigie_intellivue::wire::operation::{Action, ActionReply, Change, Event, Reply, Request};
use vigie_intellivue::wire::{Attribute, Message};

/// What some messages consist of.
#[derive(Default)]
struct Census {
    messages: usize,
    kinds: BTreeMap<&'static str, usize>,
    /// Results by polled class.
    results: BTreeMap<u16, usize>,
    attributes: BTreeMap<u16, usize>,
    /// Ids that the catalogue does not list.
    unknown: BTreeMap<u16, usize>,
    misfits: usize,
}

impl Census {
    /// Counts a message after showing that it survives both ways.
    fn take(&mut self, bytes: &[u8]) {
        let message = Message::parse(bytes).unwrap_or_else(|error| panic!("{error}: {bytes:02X?}"));
        assert_eq!(message.emit().unwrap(), bytes, "{message}");
        assert_eq!(message.buffer_len(), bytes.len(), "{message}");
        self.messages += 1;
        *self.kinds.entry(message.kind()).or_default() += 1;
        if let Message::Data(data) = &message
            && let Some(Reply::Action(result)) = data.reply()
            && let ActionReply::Poll(poll) = &result.reply
        {
            *self.results.entry(poll.class.code).or_default() += 1;
        }
        for attribute in attributes(&message) {
            *self.attributes.entry(attribute.id()).or_default() += 1;
            if let Attribute::Unknown { id, .. } = attribute {
                *self.unknown.entry(*id).or_default() += 1;
            }
            self.misfits += usize::from(matches!(attribute, Attribute::Misfit { .. }));
        }
    }
}

fn attributes<'m, 'a>(message: &'m Message<'a>) -> Vec<&'m Attribute<'a>> {
    match message {
        Message::Beacon(beacon) => beacon.attributes.iter().collect(),
        Message::Data(Data::Invoke { request, .. }) => match request {
            Request::Event { report, .. } => match &report.event {
                Event::MdsCreate { attributes, .. } => attributes.iter().collect(),
                Event::Unknown { .. } => Vec::new(),
            },
            Request::Action(request) => match &request.action {
                Action::ExtendedPoll(poll) => poll.attributes.iter().collect(),
                Action::SinglePoll(_) | Action::Unknown { .. } => Vec::new(),
            },
            Request::Set { request, .. } => {
                let replaced = request.changes.iter().filter_map(|change| match change {
                    Change::Replace(attribute) => Some(attribute),
                    Change::ToDefault { .. } | Change::Unknown { .. } => None,
                });
                replaced.collect()
            }
            Request::Get(_) | Request::Unknown { .. } => Vec::new(),
        },
        Message::Data(data) => match data.reply() {
            Some(Reply::Action(result)) => match &result.reply {
                ActionReply::Poll(poll) => {
                    poll.objects().flat_map(|(_, object)| &object.attributes).collect()
                }
                ActionReply::Unknown { .. } => Vec::new(),
            },
            Some(Reply::Get(report) | Reply::Set { report, .. }) => {
                report.attributes.iter().collect()
            }
            Some(Reply::Event { .. } | Reply::Unknown { .. }) | None => Vec::new(),
        },
        Message::AssociationRequest(_)
        | Message::AssociationResponse(_)
        | Message::Refuse(_)
        | Message::ReleaseRequest(_)
        | Message::ReleaseResponse(_)
        | Message::Abort(_) => Vec::new(),
    }
}

#[test]
fn every_frame_of_the_serial_lines_decodes_and_is_emitted_again() {
    for ((name, frames), [numerics, waves, samples_blocks]) in
        SERIAL.into_iter().zip([[238, 948, 1_894], [236, 940, 1_878], [234, 932, 1_862]])
    {
        let mut census = Census::default();
        for content in serial_contents(name) {
            let user_data = Frame::new_checked(&content).unwrap().user_data();
            census.take(user_data);
        }
        assert_eq!(census.messages, frames, "{name}");
        assert_eq!(
            Vec::from_iter(census.kinds),
            [("MDS create event", 1), ("extended poll result", frames - 2), ("set result", 1)],
            "{name}"
        );
        // Numerics, waves, alarms.
        assert_eq!(
            Vec::from_iter(census.results),
            [(0x0006, numerics), (0x0009, waves), (0x0036, numerics)],
            "{name}"
        );
        assert_eq!(Vec::from_iter(census.unknown), [(0xF237, numerics)], "{name}");
        assert_eq!(census.misfits, 0, "{name}");
        assert_eq!(
            Vec::from_iter(census.attributes),
            [
                (0x0902, numerics),
                (0x0904, numerics),
                (0x090C, 1),
                (0x090D, 1),
                (0x0916, numerics),
                (0x091D, 1),
                (0x091E, 1),
                (0x0921, numerics),
                (0x0928, 1),
                (0x092F, numerics),
                (0x0935, 1),
                (0x0937, 1),
                (0x0946, 1),
                (0x0948, 1),
                (0x094B, 2 * numerics),
                (0x0950, 4 * numerics),
                (0x096E, samples_blocks),
                (0x0982, 1),
                (0x0984, 1),
                (0x0985, 1),
                (0x0986, 1),
                (0x0987, 1),
                (0x098F, 1),
                (0x0990, numerics),
                (0x0991, numerics),
                (0x09A7, 1),
                (0xF008, numerics),
                (0xF1FA, 1),
                (0xF237, numerics),
                (0xF23A, 1),
            ],
            "{name}"
        );
    }
}

#[test]
fn every_frame_of_the_serial_lines_survives_the_wire() {
    let mut deframer = Deframer::new();
    let mut found = 0;
    for (name, _) in SERIAL {
        for content in serial_contents(name) {
            let user_data = Frame::new_checked(&content).unwrap().user_data();
            let wire = emit_frame(user_data).unwrap();
            // Escapes apart, the frame is what was recorded, check sequence included.
            assert!(wire.len() >= content.len() + 2);
            deframer.push(&wire);
            assert_eq!(deframer.next_frame(), Some(Ok(user_data)));
            assert_eq!(deframer.next_frame(), None);
            found += 1;
        }
    }
    assert_eq!(found, 4_242);
    assert_eq!(deframer.close(), None);
}

#[test]
fn every_datagram_of_the_network_session_decodes_and_is_emitted_again() {
    let mut census = Census::default();
    let mut ports = BTreeMap::<_, usize>::new();
    for (source, destination, payload) in datagrams() {
        // Clients pick any port; 24105 is the monitor's, 24005 that of beacons.
        let known = |port| if port == 24105 || port == 24005 { port } else { 0 };
        *ports.entry((known(source), known(destination))).or_default() += 1;
        census.take(&payload);
    }
    assert_eq!(census.messages, 106);
    assert_eq!(
        Vec::from_iter(census.kinds),
        [
            ("MDS create event", 4),
            ("association request", 9),
            ("association response", 4),
            ("connect indication", 3),
            ("event result", 4),
            ("extended poll", 5),
            ("extended poll result", 35),
            ("get", 1),
            ("get result", 1),
            ("linked result", 6),
            ("release request", 7),
            ("release response", 3),
            ("set", 2),
            ("set result", 1),
            ("single poll", 11),
            ("single poll result", 10),
        ]
    );
    assert_eq!(census.misfits, 0);
    assert_eq!(
        Vec::from_iter(census.unknown.clone()),
        [
            (0x0920, 3),
            (0x0A1A, 5),
            (0xF135, 3),
            (0xF136, 3),
            (0xF15A, 3),
            (0xF237, 4),
            (0xF27C, 3),
            (0xF2E2, 5),
            (0xF2E3, 5),
        ]
    );
    let listed = census.attributes.iter().filter(|(id, _)| !census.unknown.contains_key(id));
    assert_eq!(
        Vec::from_iter(listed.map(|(id, count)| (*id, *count))),
        [
            (0x0902, 1),
            (0x0904, 1),
            (0x090C, 8),
            (0x090D, 8),
            (0x0911, 67),
            (0x0916, 1),
            (0x0917, 27),
            (0x091A, 4),
            (0x091D, 8),
            (0x091E, 8),
            (0x0921, 79),
            (0x0924, 67),
            (0x0927, 67),
            (0x0928, 11),
            (0x092D, 7),
            (0x092F, 70),
            (0x0935, 8),
            (0x0937, 11),
            (0x093F, 70),
            (0x0940, 8),
            (0x0945, 5),
            (0x0946, 8),
            (0x0948, 8),
            (0x094B, 8),
            (0x0950, 28),
            (0x0956, 5),
            (0x0957, 5),
            (0x0958, 5),
            (0x095A, 5),
            (0x095C, 5),
            (0x095D, 5),
            (0x095F, 5),
            (0x0961, 5),
            (0x0962, 5),
            (0x0964, 6),
            (0x0967, 27),
            (0x096A, 3),
            (0x096D, 8),
            (0x096E, 104),
            (0x096F, 8),
            (0x0982, 8),
            (0x0984, 8),
            (0x0985, 8),
            (0x0986, 11),
            (0x0987, 8),
            (0x098D, 8),
            (0x098F, 8),
            (0x0990, 8),
            (0x0996, 8),
            (0x09A7, 8),
            (0x09D8, 5),
            (0x09DC, 5),
            (0x09DF, 5),
            (0x0A16, 4),
            (0x0A1E, 5),
            (0xF001, 5),
            (0xF008, 4),
            (0xF100, 3),
            (0xF101, 3),
            (0xF129, 5),
            (0xF12A, 5),
            (0xF13E, 5),
            (0xF1EC, 5),
            (0xF1FA, 8),
            (0xF23A, 4),
            (0xF2E1, 5),
        ]
    );
    assert_eq!(Vec::from_iter(ports), [((0, 24105), 39), ((24005, 24005), 3), ((24105, 0), 64)]);
}

#[test]
fn the_beacon_of_a_newer_release_decodes_and_is_emitted_again() {
    let mut census = Census::default();
    census.take(&hexdump_beacon());
    assert_eq!(Vec::from_iter(census.kinds), [("connect indication", 1)]);
    assert_eq!(
        Vec::from_iter(census.unknown.into_keys()),
        [0x0920, 0xF12E, 0xF135, 0xF136, 0xF15A, 0xF27C, 0xF35E, 0xF39C, 0xF45B]
    );
    assert_eq!(census.misfits, 0);
}

#[test]
fn a_linked_result_is_twenty_numerics_in_two_contexts() {
    let mut parts = Vec::new();
    for (_, _, payload) in datagrams() {
        let message = Message::parse(&payload).unwrap();
        let Message::Data(data) = &message else { continue };
        let linked = matches!(data, Data::Linked { .. });
        if let Some(Reply::Action(result)) = data.reply()
            && let ActionReply::Poll(poll) = &result.reply
            && poll.class.code == 0x0006
            && parts.len() < 3
            && (linked || !parts.is_empty())
        {
            let contexts = poll.contexts.iter();
            let sizes = contexts.map(|context| (context.context, context.objects.len()));
            parts.push((linked, Vec::from_iter(sizes)));
        }
    }
    // The last part, which is no linked one, is empty.
    assert_eq!(parts, [(true, vec![(0, 9), (1, 1)]), (true, vec![(1, 10)]), (false, vec![])]);
}

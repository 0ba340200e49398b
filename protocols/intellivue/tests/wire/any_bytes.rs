//! No bytes panic, whatever they are, and what is read is emitted as it was.

use crate::recorded::{SERIAL, datagrams, hexdump_beacon, serial_contents};
use proptest::prelude::*;
use vigie_intellivue::wire::frame::{Deframer, emit_frame};
use vigie_intellivue::wire::{Message, Problem};

/// One message of each kind and size that was recorded, some hundred in all.
fn recorded() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = datagrams().into_iter().map(|(_, _, payload)| payload).collect();
    all.push(hexdump_beacon());
    for (name, _) in SERIAL {
        let contents = serial_contents(name);
        let user_data = contents.iter().step_by(97);
        all.extend(user_data.map(|content| content[4..content.len() - 2].to_vec()));
    }
    all
}

/// What holds for any bytes. True when they are a message.
fn check(bytes: &[u8]) -> bool {
    match Message::parse(bytes) {
        Ok(message) => {
            let emitted = message.emit().unwrap();
            assert_eq!(message.buffer_len(), emitted.len());
            match message {
                // Session lengths may be written longer than need be; we write the shortest.
                Message::AssociationRequest(_) | Message::AssociationResponse(_) => {
                    assert_eq!(Message::parse(&emitted), Ok(message));
                }
                Message::Refuse(_)
                | Message::ReleaseRequest(_)
                | Message::ReleaseResponse(_)
                | Message::Abort(_)
                | Message::Data(_)
                | Message::Beacon(_) => assert_eq!(emitted, bytes),
            }
            true
        }
        Err(error) => {
            assert!(error.offset <= bytes.len(), "{error}");
            assert!(!error.field.is_empty(), "{error:?}");
            assert_ne!(error.problem, Problem::TooLong);
            false
        }
    }
}

#[test]
fn every_beginning_of_a_recorded_message_is_refused() {
    for message in recorded() {
        assert!(check(&message));
        for end in 0..message.len() {
            // The four control messages are told by their first byte alone.
            let control = end > 0 && matches!(message[0], 0x09 | 0x0A | 0x0C | 0x19);
            assert_eq!(check(&message[..end]), control, "{end} bytes of {message:02X?}");
        }
    }
}

#[test]
fn every_word_of_a_recorded_message_can_lie() {
    // Extreme values in every pair of bytes meet every count, length, id and code.
    let mut read = 0;
    for message in recorded().into_iter().take(60) {
        for at in 0..message.len() - 1 {
            for lie in [[0x00, 0x00], [0x00, 0x01], [0x7F, 0xFF], [0xFF, 0xFF]] {
                let mut bytes = message.clone();
                bytes[at..at + 2].copy_from_slice(&lie);
                read += usize::from(check(&bytes));
            }
        }
    }
    assert!(read > 1_000, "{read}");
}

proptest! {
    // Cases and their seed are printed by proptest when one fails.
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(
        head in prop::sample::select(vec![0x00_u8, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x19, 0xE1, 0x42]),
        tail in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut bytes = vec![head];
        bytes.extend(tail);
        check(&bytes);
    }

    #[test]
    fn any_data_behind_a_right_envelope_is_read_or_refused(
        operation in 0_u16..7,
        command in 0_u16..9,
        // Small words, so that counts and lengths often come out right.
        words in prop::collection::vec(prop_oneof![0_u16..12, any::<u16>(), Just(0x0C16), Just(0xF13B), Just(0x0902)], 0..60),
    ) {
        let data: Vec<u8> = words.into_iter().flat_map(u16::to_be_bytes).collect();
        let mut bytes = vec![0xE1, 0, 0, 2];
        bytes.extend(operation.to_be_bytes());
        bytes.extend((data.len() as u16 + 6).to_be_bytes());
        bytes.extend(1_u16.to_be_bytes());
        bytes.extend(command.to_be_bytes());
        bytes.extend((data.len() as u16).to_be_bytes());
        bytes.extend(data);
        check(&bytes);
    }

    #[test]
    fn any_stream_is_deframed_alike_however_cut(
        parts in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40).prop_map(|data| emit_frame(&data).unwrap()),
                prop::collection::vec(prop_oneof![Just(0xC0_u8), Just(0xC1), Just(0x7D), any::<u8>()], 0..40),
            ],
            0..12,
        ),
        cuts in prop::collection::vec(1_usize..30, 1..20),
    ) {
        let stream = parts.concat();
        let drain = |deframer: &mut Deframer, out: &mut Vec<_>| {
            while let Some(next) = deframer.next_frame() {
                out.push(next.map(<[u8]>::to_vec));
            }
        };
        let mut whole = (Deframer::new(), Vec::new());
        whole.0.push(&stream);
        drain(&mut whole.0, &mut whole.1);

        let mut cut = (Deframer::new(), Vec::new());
        let mut rest = stream.as_slice();
        for size in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(rest.len().min(*size));
            rest = after;
            cut.0.push(piece);
            drain(&mut cut.0, &mut cut.1);
        }
        prop_assert_eq!(whole.1, cut.1);
        prop_assert_eq!(whole.0.close(), cut.0.close());
    }

    #[test]
    fn any_user_data_survives_the_wire(data in prop::collection::vec(any::<u8>(), 0..1_500)) {
        let mut deframer = Deframer::new();
        deframer.push(&emit_frame(&data).unwrap());
        prop_assert_eq!(deframer.next_frame(), Some(Ok(data.as_slice())));
        prop_assert_eq!(deframer.close(), None);
    }
}

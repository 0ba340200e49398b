//! The serial line: the same messages in frames.

use vigie_intellivue::wire::frame::Deframer;
use vigie_sim_device::intellivue::{MonitorConfig, Transport};
use vigie_sim_device::{Destination, Device};

use crate::desk::*;
use crate::recorded::hex;

/// The framed release request of the note that the frames were worked out in.
const FRAMED_RELEASE: &str =
    "C0 11 01 00 1A 09 18 7D E1 16 61 80 30 80 02 01 01 A0 80 62 80 80 01 00
    00 00 00 00 00 00 00 00 41 08 C1";
/// The framed MDS create result, invoke 1, time 0.
const FRAMED_CONFIRM: &str =
    "C0 11 01 00 1C E1 00 00 02 00 02 00 14 00 01 00 01 00 0E 00 21 00 00 00 00
    00 00 00 00 0D 06 00 00 C3 09 C1";
/// A single poll of all numbers, invoke 1.
const FRAMED_POLL: &str =
    "C0 11 01 00 24 E1 00 00 02 00 01 00 1C 00 01 00 07 00 16 00 21 00 00 00 00 00 00
    00 00 0C 16 00 08 00 01 00 01 00 06 00 00 C6 C7 C1";

fn framed_request() -> Vec<u8> {
    let mut frame = hex("C0 11 01 00 EE");
    for byte in hex(REQUEST) {
        if matches!(byte, 0xC0 | 0xC1 | 0x7D) {
            frame.extend([0x7D, byte ^ 0x20]);
        } else {
            frame.push(byte);
        }
    }
    frame.extend([0xB1, 0xE5, 0xC1]);
    frame
}

fn desk() -> Desk {
    Desk::new(MonitorConfig::new(3, 42, Transport::Rs232 { baud: 115_200 }))
}

fn messages(desk: &mut Desk) -> Vec<Vec<u8>> {
    let mut deframer = Deframer::new();
    let mut messages = Vec::new();
    for heard in desk.take() {
        assert_eq!(heard.to, Destination::Cable);
        assert_eq!((heard.bytes[0], *heard.bytes.last().unwrap()), (0xC0, 0xC1));
        deframer.push(&heard.bytes);
        while let Some(frame) = deframer.next_frame() {
            messages.push(frame.unwrap().to_vec());
        }
    }
    messages
}

#[test]
fn a_whole_conversation_in_frames_cut_anywhere() {
    let mut desk = desk();
    for byte in framed_request() {
        desk.say(&[byte]);
    }
    let opened = messages(&mut desk);
    assert_eq!((opened.len(), opened[0].len(), opened[1].len()), (2, 208, 290));
    // At most 1,000 bytes are granted on a serial line.
    assert!(opened[0].windows(4).any(|w| w == 1_000_u32.to_be_bytes()));
    desk.say(&hex(FRAMED_CONFIRM));
    desk.say(&hex(FRAMED_POLL));
    desk.wait(1_100);
    let results = messages(&mut desk);
    assert!(results.len() >= 2, "linked");
    assert!(results.iter().all(|result| result.len() <= 1_004));
    results.iter().for_each(|result| drop(poll(result)));
    desk.say(&hex(FRAMED_RELEASE));
    assert_eq!(messages(&mut desk)[0][..2], [0x0A, 0x18]);
    desk.wait(60_000);
    assert!(desk.take().is_empty(), "no beacons on a serial line");
}

#[test]
fn frames_that_come_too_fast_are_ignored_and_junk_costs_nothing() {
    let mut desk = desk();
    desk.say(&framed_request());
    desk.say(&hex(FRAMED_CONFIRM));
    desk.wait(200);
    messages(&mut desk);
    // Three keep-alives and then a release: the fourth is heard. Then a fifth is not.
    desk.say(&hex(FRAMED_CONFIRM).repeat(4));
    desk.say(&hex(FRAMED_RELEASE));
    assert!(messages(&mut desk).is_empty());
    assert_eq!(desk.monitor.counts().too_fast, 1);
    desk.wait(130);
    // A frame with a wrong check sequence, noise, an aborted frame; the next is heard.
    let mut wrong = hex(FRAMED_RELEASE);
    wrong[30] ^= 1;
    desk.say(&wrong);
    desk.say(b"AT+FCLASS\r\n");
    desk.say(&hex("C0 11 01 7D C1"));
    assert!(messages(&mut desk).is_empty() && desk.monitor.has_client());
    desk.say(&hex(FRAMED_RELEASE));
    assert_eq!(messages(&mut desk).len(), 1);
    assert!(desk.monitor.counts().junk >= 3);
    assert!(desk.monitor.poll_timeout().is_some());
}

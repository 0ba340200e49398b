//! GET and SET of the priority lists.

use crate::desk::*;
use crate::recorded::{datagrams, hex};

const GET: &str = "E1000002 0001 0016 03EC 0003 0010 0021 0000 0000 00000000 0001 0002 F23A";

fn samples(desk: &mut Desk) -> Vec<usize> {
    desk.take();
    desk.wait(3_072);
    let results = desk.take_results(1);
    poll(results.last().unwrap()).objects.iter().map(|object| object.2[0].1.len()).collect()
}

#[test]
fn the_recorded_set_is_answered_as_recorded() {
    let recorded = datagrams();
    let mut desk = Desk::associated();
    desk.say(&recorded[62]);
    assert_eq!(desk.take()[0].bytes, recorded[63], "byte for byte");
    // And GET tells what is stored, in the same form.
    assert_eq!(recorded[57], hex(GET));
    desk.say(&hex(GET));
    let get = desk.take()[0].bytes.clone();
    assert_eq!(get[8..12], [0x03, 0xEC, 0, 3]);
    assert_eq!(get[24..], recorded[63][24..]);
}

#[test]
fn the_list_begins_with_every_wave_and_what_is_sent_follows_it() {
    let mut desk = Desk::associated();
    desk.say(&hex(GET));
    let get = desk.take()[0].bytes.clone();
    assert_eq!(get.len(), 80, "twelve labels, as many as recorded");
    desk.say(&set(1, 0xF23A, &[0x2_0102, 0x2_4BB4]));
    desk.say(&extended(1, 0x09, 0x0803, LONG));
    assert_eq!(samples(&mut desk), [6 + 256, 6 + 64]);
    // More leads than there may be.
    desk.say(&set(2, 0xF23A, &[0x2_0101, 0x2_0102, 0x2_0143, 0x2_013D, 0x2_0999]));
    assert_eq!(desk.take()[0].bytes[32..], hex("0002_0101 0002_0102 0002_0143"));
    assert_eq!(samples(&mut desk), [6 + 256; 3]);
    // Unconfirmed, and empty: taken without a word.
    desk.say(&hex("E1000002 0001 001E 03F8 0004 0018 0021 0000 0000 00000000 0001 000A 0000 F23A
        0004 0000 0000"));
    assert!(desk.take().is_empty());
    assert_eq!(samples(&mut desk), [0usize; 0]);
    // Back to the monitor's own list: the compound is in it.
    desk.say(&hex(
        "E1000002 0001 001A 0004 0005 0014 0021 0000 0000 00000000 0001 0006 0003 F23A 0000",
    ));
    assert_eq!(desk.take()[0].bytes.len(), 80);
    assert!(samples(&mut desk).contains(&406));
}

#[test]
fn the_list_of_numbers_needs_its_option() {
    let mut desk = Desk::associated();
    desk.say(&set(7, 0xF239, &[0x2_4182]));
    // Set list error: access denied, operator 0.
    assert_eq!(
        desk.take()[0].bytes,
        hex("E1000002 0003 0016 0007 0008 0010 0021 0000 0000 0001 0006 0002 0000 F239")
    );
    let mut desk = Desk::lan();
    desk.say(&request(0x0004_E200, 1_456, 0x8E00_0000));
    desk.say(&hex(CONFIRM));
    desk.take();
    desk.say(&set(8, 0xF239, &[0x2_4BB8, 0x2_7777, 0x2_4182]));
    assert_eq!(
        desk.take()[0].bytes,
        hex("E1000002 0002 0020 0008 0005 001A 0021 0000 0000 0001 0010 F239 000C 0002 0008
            00024BB8 00024182")
    );
    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.wait(2_048);
    let poll = poll(desk.take_results(1).last().unwrap());
    assert_eq!(poll.objects.len(), 2);
}

#[test]
fn what_cannot_be_got_or_set_is_an_error() {
    let mut desk = Desk::associated();
    desk.say(&hex("E1000002 0001 0016 0005 0003 0010 0021 0000 0000 00000000 0001 0002 091E"));
    // Get list error: no such attribute.
    assert_eq!(
        desk.take()[0].bytes,
        hex("E1000002 0003 0014 0005 0007 000E 0021 0000 0000 0001 0004 0005 091E")
    );
    // Operator 1, add values: invalid operator.
    let mut add = set(6, 0xF23A, &[0x2_4BB4]);
    add[29] = 1;
    desk.say(&add);
    assert_eq!(
        desk.take()[0].bytes,
        hex("E1000002 0003 0016 0006 0008 0010 0021 0000 0000 0001 0006 0019 0001 F23A")
    );
}

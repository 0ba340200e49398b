//! Opening and closing an association, and what ends it.

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::association::Profile;
use vigie_sim_device::Destination;

use crate::desk::*;
use crate::recorded::{datagrams, hex};

const REFUSE: &str = "0C 03 32 01 00";
const RELEASED: &str =
    "0A 18 C1 16 61 80 30 80 02 01 01 A0 80 63 80 80 01 00 00 00 00 00 00 00 00 00";

#[test]
fn the_recorded_request_gets_the_recorded_response_and_the_event_behind_it() {
    let recorded = datagrams();
    assert_eq!(recorded[3], hex(REQUEST));
    let mut desk = Desk::lan();
    desk.say(&recorded[3]);
    let heard = desk.take();
    assert_eq!(heard.len(), 2, "two datagrams");
    assert_eq!(heard[0].bytes, recorded[5], "byte for byte");
    assert!(heard.iter().all(|message| message.to == Destination::Client(client(40_000))));
    // The event: as long as the recorded one, and with the same 34 bytes before the attributes but
    // for the time.
    let (ours, theirs) = (&heard[1].bytes, &recorded[6]);
    assert_eq!(ours.len(), 290);
    assert_eq!((&ours[..20], &ours[24..38]), (&theirs[..20], &theirs[24..38]));
    assert_eq!(ours[28..34], [0, 0x21, 0, 0, 0, 0]);
}

#[test]
fn a_request_of_300_bytes_with_object_support_is_granted() {
    // As VSCaptureMP builds it: user data of 128 bytes with a length of three bytes.
    let user = "80000000 40000000 00000000 80000000 20000000 0000 0000
         0002 0064 0001 0028 80000000 00 00 9C 40 00000FA0 000005B0 00000000 60000000
         0001 000C F001 0008 8E000000 0000 0000
         0102 0034 0006 0030 0001 0021 0000 0001 0001 0006 0000 00C9 0001 0009 0000 003C
         0001 0005 0000 0010 0001 002A 0000 0001 0001 0036 0000 0001";
    let fixed = hex(REQUEST);
    let mut request = hex("0D FF 01 28");
    request.extend(&fixed[2..16]);
    request.extend(hex("C1 FF 01 16"));
    request.extend(&fixed[18..149]);
    request.extend(hex("82 00 80"));
    request.extend(hex(user));
    request.extend([0; 16]);
    assert_eq!(request.len(), 300);
    let mut desk = Desk::lan();
    desk.say(&request);
    let heard = desk.take();
    let Message::AssociationResponse(response) = Message::parse(&heard[0].bytes).unwrap() else {
        panic!("{heard:?}");
    };
    let Profile::Poll(profile) = &response.user.profiles[0] else { panic!("{response:?}") };
    assert_eq!((profile.max_mtu_rx, profile.max_mtu_tx), (1_456, 1_456));
    assert_eq!(profile.min_poll_period.0, 40_000);
    assert!(
        heard[0]
            .bytes
            .ends_with(&hex("F001 0008 8E000000 0000 0000 00000000 00000000 00000000 00000000"))
    );
}

#[test]
fn the_lesser_of_both_wishes_is_granted() {
    let granted = |options: u32, mtu: u32| {
        let mut desk = Desk::lan();
        desk.say(&request(0x1000, mtu, options));
        let bytes = desk.take()[0].bytes.clone();
        let Message::AssociationResponse(response) = Message::parse(&bytes).unwrap() else {
            panic!("{bytes:02X?}");
        };
        let Profile::Poll(profile) = response.user.profiles[0].clone() else { panic!() };
        let package = profile.packages.first().map(|package| format!("{package:?}"));
        (profile.max_mtu_tx, package)
    };
    assert_eq!(granted(0x8C00_0000, 1_000).0, 1_000);
    assert_eq!(granted(0x8C00_0000, 20).0, 300, "the least there is");
    let options = |asked| granted(asked, 1_456).1;
    assert!(options(0xFFFF_FFFF).unwrap().contains(&format!("{}", 0x8E00_0000_u32)));
    assert_eq!(options(0x0C00_0000), None, "no kind of numerics: the package is ignored");
    assert_eq!(options(0x4C00_0000), None, "averages are not simulated");
}

#[test]
fn a_request_without_user_data_and_a_second_client_are_refused() {
    let mut desk = Desk::lan();
    let mut damaged = hex(REQUEST);
    let marker = damaged.windows(2).position(|w| w == [0xBE, 0x80]).unwrap();
    damaged[marker] = 0;
    desk.say(&damaged);
    assert_eq!(desk.take()[0].bytes, hex(REFUSE));
    assert!(!desk.monitor.has_client());

    desk.associate();
    desk.say_from(Some(client(50_000)), &hex(REQUEST));
    let heard = desk.take();
    assert_eq!(heard.len(), 1);
    assert_eq!((&heard[0].bytes, heard[0].to), (&hex(REFUSE), Destination::Client(client(50_000))));
    // What the second one asks nevertheless is not answered, and the first one keeps its place.
    desk.say_from(Some(client(50_000)), &single(5, 0x21, 0));
    desk.say_from(Some(client(50_000)), &hex(RELEASE));
    desk.wait(2_000);
    assert!(desk.take().is_empty());
    desk.say(&single(6, 0x21, 0));
    desk.wait(1_100);
    assert_eq!(desk.take_results(6).len(), 1);
}

#[test]
fn a_repeated_request_is_discarded() {
    let mut desk = Desk::lan();
    desk.say(&hex(REQUEST));
    assert_eq!(desk.take().len(), 2);
    desk.wait(1_000);
    desk.say(&hex(REQUEST));
    assert!(desk.take().is_empty());
    assert_eq!(desk.monitor.counts().associations, 1);
}

#[test]
fn an_unconfirmed_event_comes_three_times_and_then_the_association_ends() {
    let mut desk = Desk::lan();
    let start = desk.now;
    desk.say(&hex(REQUEST));
    desk.wait(1_000);
    // Ignored while the event is unconfirmed.
    desk.say(&hex(RELEASE));
    desk.wait(14_000);
    let heard = desk.take();
    let at = |n: usize| heard[n].at.since(start).as_secs_f64();
    assert_eq!(heard.len(), 5, "{heard:02X?}");
    assert_eq!([at(1), at(2), at(3), at(4)], [0.0, 3.0, 6.0, 9.0]);
    let invoke = |n: usize| heard[n].bytes[8..10].to_vec();
    assert_eq!((invoke(2), invoke(3)), (invoke(1), invoke(1)));
    assert_eq!(heard[4].bytes, hex(ABORT));
    assert!(!desk.monitor.has_client());
}

#[test]
fn nothing_is_told_before_the_event_is_confirmed() {
    let mut desk = Desk::lan();
    desk.say(&hex(REQUEST));
    desk.say(&single(5, 0x21, 0));
    desk.say(&extended(6, 0x06, 0x0803, LONG));
    desk.wait(2_500);
    assert_eq!(desk.take().len(), 2);
    // Any invoke id confirms.
    let mut confirm = hex(CONFIRM);
    confirm[9] = 0x77;
    desk.say(&confirm);
    desk.wait(1_100);
    assert!(desk.take().len() >= 2);
    // And again later, as a keep-alive.
    desk.say(&hex(CONFIRM));
    desk.wait(5_000);
    assert!(desk.monitor.has_client());
}

#[test]
fn a_release_is_answered_once_and_then_there_is_silence() {
    let mut desk = Desk::associated();
    desk.say(&extended(6, 0x06, 0x0803, LONG));
    desk.wait(3_000);
    desk.take();
    desk.say(&hex(RELEASE));
    assert_eq!(desk.take()[0].bytes, hex(RELEASED));
    desk.say(&hex(RELEASE));
    desk.wait(5_000);
    assert!(desk.take().is_empty(), "no association, no answer");
    desk.associate();
    assert!(desk.monitor.has_client());
    desk.say(&hex(ABORT));
    assert!(!desk.monitor.has_client());
}

#[test]
fn a_silent_client_is_aborted_after_the_time_out_of_the_guide() {
    for (period, seconds) in [(4_000, 10), (0x0004_E200, 120), (3_200_000, 130), (40_000, 15)] {
        let mut desk = Desk::lan();
        desk.say(&request(period, 1_456, 0x8C00_0000));
        desk.say(&hex(CONFIRM));
        desk.say(&extended(6, 0x36, 0x0801, LONG));
        desk.wait(seconds * 1_000 - 1);
        assert!(desk.monitor.has_client(), "period {period}");
        desk.take();
        // Results of its polls do not count as signs of the client.
        desk.wait(1);
        assert_eq!(desk.take().last().unwrap().bytes, hex(ABORT), "period {period}");
    }
    let mut desk = Desk::lan();
    desk.say(&request(4_000, 1_456, 0x8C00_0000));
    desk.say(&hex(CONFIRM));
    for _ in 0..20 {
        desk.wait(9_000);
        desk.say(&hex(KEEP_ALIVE));
    }
    assert!(desk.monitor.has_client());
}

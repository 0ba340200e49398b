//! Lines: the factory, its probe and options, several monitors, and messages out of place.

use core::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use vigie_intellivue::session::{
    BEACON, BEACON_PORT, DATA_PORT, FRAMING, FRAMING_DATAGRAM, IntellivueFactory,
};
use vigie_intellivue::wire::frame::{Deframer, emit_frame};
use vigie_intellivue::wire::operation::Request;
use vigie_intellivue::wire::types::ObjectClass;
use vigie_intellivue::wire::{Data, Message};
use vigie_model::{Event, FaultKind};
use vigie_session::testkit::Rig;
use vigie_session::{Carrier, DeviceIx, Factory, Line, Parity, Setup};

use crate::desk::*;

fn messages(bytes: &[u8]) -> Vec<String> {
    let mut deframer = Deframer::new();
    deframer.push(bytes);
    let mut kinds = Vec::new();
    while let Some(frame) = deframer.next_frame() {
        kinds.push(Message::parse(frame.unwrap()).unwrap().kind().to_owned());
    }
    kinds
}

#[test]
fn the_probe_asks_for_an_association_and_drops_it() {
    let probe = IntellivueFactory.probe();
    assert_eq!(messages(probe.ask), ["association request"]);
    // A release is ignored while the announcement is not confirmed.
    assert_eq!(messages(probe.leave), ["abort", "release request"]);
    let frames: Vec<u8> =
        messages_of(probe.leave).iter().flat_map(|data| emit_frame(data).unwrap()).collect();
    assert_eq!(frames, probe.leave);
    assert!(probe.listen >= Duration::from_secs(1));
}

fn messages_of(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut deframer = Deframer::new();
    deframer.push(bytes);
    let mut all = Vec::new();
    while let Some(frame) = deframer.next_frame() {
        all.push(frame.unwrap().to_vec());
    }
    all
}

#[test]
fn the_probe_knows_its_family() {
    let recognise = IntellivueFactory.probe().recognise;
    let refuse = [0x0C, 0x03, 0x32, 0x01, 0x00];
    let mut line = vec![0xFF, 0x00, 0xC0, 0x12];
    line.extend(emit_frame(&refuse).unwrap());
    assert!(recognise(&line));
    assert!(recognise(&refuse), "a datagram");
    assert!(!recognise(&[]));
    assert!(!recognise(b"MSH|^~\\&|"));
    assert!(!recognise(&line[..line.len() - 1]));
    line[9] ^= 1;
    assert!(!recognise(&line), "wrong check sequence");
}

#[test]
fn lines_and_their_settings() {
    assert_eq!(IntellivueFactory.name(), "intellivue");
    let [main, beacon] = IntellivueFactory.lines() else { panic!() };
    let serial = |baud| Carrier::Serial { baud, parity: Parity::None, stop_bits: 1 };
    assert_eq!(
        main.carriers,
        [serial(115_200), serial(19_200), Carrier::UdpSubnet { port: 24_105 }]
    );
    assert_eq!((main.line, main.optional), (Line::MAIN, false));
    let group = Some(Ipv4Addr::new(224, 0, 23, 63));
    assert_eq!(beacon.carriers, [Carrier::UdpGroup { port: 24_005, group }]);
    assert_eq!((beacon.line, beacon.optional), (BEACON, true));
}

#[test]
fn an_option_that_means_nothing_is_said() {
    let options = vec![(FRAMING.to_owned(), "udp".to_owned())];
    let mut rig = Rig::new(IntellivueFactory.session(&Setup { passive: true, seed: 0, options }));
    rig.up(Line::MAIN);
    let events: Vec<Event> = rig.take_heard().into_iter().map(|heard| heard.event).collect();
    let [fault] = faults(&events)[..] else { panic!("{events:?}") };
    assert!(fault.what.as_str().contains("framing"), "{}", fault.what);
}

#[test]
fn two_monitors_on_one_network_never_mix() {
    let options = vec![(FRAMING.to_owned(), FRAMING_DATAGRAM.to_owned())];
    let mut rig = Rig::new(IntellivueFactory.session(&Setup { passive: true, seed: 0, options }));
    rig.up(Line::MAIN);
    let mut desk = Desk::new();
    let address = |last, port| Some(SocketAddr::from((Ipv4Addr::new(10, 0, 0, last), port)));
    for (last, rate, device) in [(1, 80, 0), (2, 140, 1), (1, 81, 0), (2, 141, 1)] {
        let objects = vec![simple(9, 0x4182, 0, 0x0AA0, rate)];
        let bytes = whole(desk.result(ObjectClass::Numeric, objects)).emit().unwrap();
        rig.datagram(Line::MAIN, address(last, DATA_PORT), &bytes);
        let heard = rig.take_heard();
        assert!(heard.iter().all(|heard| heard.device == DeviceIx(device)));
        let events: Vec<Event> = heard.into_iter().map(|heard| heard.event).collect();
        assert_eq!(numerics(&events)[0].reading.value().unwrap().mantissa(), i64::from(rate));
        assert_eq!(numerics(&events)[0].key.instance, 0);
        desk.ticks += 8_192;
    }
    // The same bytes from a port that no monitor uses.
    let objects = vec![simple(9, 0x4182, 0, 0x0AA0, 200)];
    let bytes = whole(desk.result(ObjectClass::Numeric, objects)).emit().unwrap();
    rig.datagram(Line::MAIN, address(1, 5_000), &bytes);
    let events: Vec<Event> = rig.take_heard().into_iter().map(|heard| heard.event).collect();
    let [Event::Fault(fault)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(fault.kind, FaultKind::Unexpected);
}

#[test]
fn a_flood_of_addresses_has_an_end() {
    let options = vec![(FRAMING.to_owned(), FRAMING_DATAGRAM.to_owned())];
    let mut rig = Rig::new(IntellivueFactory.session(&Setup { passive: true, seed: 0, options }));
    rig.up(Line::MAIN);
    let desk = Desk::new();
    let objects = vec![simple(9, 0x4182, 0, 0x0AA0, 80)];
    let bytes = whole(desk.result(ObjectClass::Numeric, objects)).emit().unwrap();
    for number in 0..1_000_u32 {
        let from = SocketAddr::from((Ipv4Addr::from(0x0A00_0000 + number), DATA_PORT));
        rig.datagram(Line::MAIN, Some(from), &bytes);
    }
    let heard = rig.take_heard();
    let values = heard.iter().filter(|heard| matches!(heard.event, Event::Numeric(_))).count();
    assert_eq!(values, 256);
    assert!(heard.iter().any(|heard| match &heard.event {
        Event::Fault(fault) => fault.kind == FaultKind::Capped,
        _ => false,
    }));
}

#[test]
fn a_beacon_beside_a_serial_line_is_another_device() {
    let mut desk = Desk::new();
    desk.send_create(7, vec![]);
    let from = SocketAddr::from((Ipv4Addr::new(10, 0, 0, 1), BEACON_PORT));
    // A message of two attributes less one: enough to see to whom it goes.
    desk.rig.datagram(BEACON, Some(from), &[0x0C, 0x03, 0x32]);
    desk.rig.datagram(BEACON, Some(from), &[0x42]);
    let heard = desk.rig.take_heard();
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].device, DeviceIx(1));
}

#[test]
fn messages_out_of_place_are_named() {
    let mut desk = Desk::new();
    let unknown = Request::Unknown { command: 9, bytes: &[] };
    for (message, what) in [
        (Message::Data(Data::Unknown { operation: 8, bytes: &[1] }), "remote operation 8"),
        (Message::Data(Data::Invoke { invoke_id: 1, request: unknown }), "command 9"),
    ] {
        let events = desk.send(&message);
        assert_eq!(faults(&events)[0].what.as_str(), what);
    }
    let battery = desk.result(ObjectClass::Battery, vec![]);
    let events = desk.send(&whole(battery));
    assert_eq!(faults(&events)[0].what.as_str(), "results of class 0x0029");
    let mut foreign = desk.result(ObjectClass::Numeric, vec![]);
    foreign.class.partition = 5;
    let events = desk.send(&whole(foreign));
    assert_eq!(faults(&events)[0].what.as_str(), "results of class 0x0006");
    // A good frame around a message that contradicts itself.
    let frame = emit_frame(&[0xE1, 0x00, 0x00, 0x02, 0x00, 0x01, 0x00, 0x99]).unwrap();
    desk.rig.bytes(Line::MAIN, &frame);
    let events = desk.heard();
    assert_eq!(faults(&events)[0].kind, FaultKind::Malformed);
}

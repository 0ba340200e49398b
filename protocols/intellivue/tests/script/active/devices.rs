//! Several monitors, beacons, and monitors that move.

use core::net::SocketAddr;

use vigie_intellivue::session::{FRAMING, FRAMING_DATAGRAM, MONITOR};
use vigie_intellivue::wire::beacon::Beacon;
use vigie_intellivue::wire::system::{
    ApplicationProtocol, NetworkAddress, ProtocolEntry, ProtocolOptions, TransportProtocol,
};
use vigie_intellivue::wire::types::{ManagedObjectId, ObjectClass, RelativeTime};
use vigie_intellivue::wire::{Attribute, Message};
use vigie_session::DeviceIx;

use super::bedside::Bedside;
use super::pair::{Pair, address};
use crate::recorded::hexdump_beacon;

/// A beacon of the monitor whose hardware address ends so.
fn beacon(mac: u8, port: u16) -> Vec<u8> {
    let address =
        NetworkAddress { mac: [0x00, 0x09, 0xFB, 0, 0, mac], ipv4: [0; 4], netmask: [0; 4] };
    let entry = ProtocolEntry {
        application: ApplicationProtocol::DataOut,
        transport: TransportProtocol::Udp,
        port,
        options: ProtocolOptions(0),
    };
    let object =
        ManagedObjectId { class: ObjectClass::CompositeSingleBedMds, context: 0, handle: 0 };
    let attributes =
        vec![Attribute::ProtocolSupport(vec![entry]), Attribute::NetworkAddress(address)];
    let time = RelativeTime(0);
    let beacon = Beacon { major: 1, minor: 0, invoke_id: 0, object, time, attributes };
    Message::Beacon(beacon).emit().unwrap()
}

fn source(last: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 42, last], 24_005))
}

fn stand(pair: &mut Pair, at: SocketAddr, mac: u8) {
    let mut bedside = Bedside::new(pair.now);
    bedside.system_id = [0x00, 0x09, 0xFB, 0, 0, mac];
    pair.monitors.insert(Some(at), bedside);
}

#[test]
fn a_beacon_begins_a_conversation_at_the_port_it_names() {
    let mut pair = Pair::beacons();
    pair.up();
    pair.secs(60);
    assert!(pair.sent.is_empty(), "nobody was heard");
    let at = SocketAddr::from(([10, 0, 42, 9], 33_000));
    stand(&mut pair, at, 1);
    pair.beacon(source(9), &beacon(1, 33_000));
    pair.secs(30);
    assert!(pair.numbers(DeviceIx(0)) > 20);
    assert!(pair.sent.iter().all(|(_, to, _)| *to == Some(at)));
}

#[test]
fn the_recorded_beacon_of_a_newer_monitor_is_followed() {
    let mut pair = Pair::beacons();
    stand(&mut pair, address(9), 1);
    pair.up();
    pair.beacon(source(9), &hexdump_beacon());
    pair.secs(30);
    assert!(pair.numbers(DeviceIx(0)) > 20, "{:?}", pair.faults());
}

#[test]
fn two_monitors_are_two_devices_and_one_lost_does_not_hurt_the_other() {
    let mut pair = Pair::beacons();
    for last in [9, 10] {
        stand(&mut pair, address(last), last);
    }
    pair.up();
    for _ in 0..3 {
        for last in [9, 10] {
            pair.beacon(source(last), &beacon(last, 24_105));
        }
        pair.secs(10);
    }
    assert!(pair.numbers(DeviceIx(0)) > 20 && pair.numbers(DeviceIx(1)) > 20);
    pair.monitors.get_mut(&Some(address(9))).unwrap().is_off = true;
    pair.heard.clear();
    pair.secs(60);
    assert!(pair.numbers(DeviceIx(0)) == 0 && pair.numbers(DeviceIx(1)) > 50);
}

#[test]
fn a_monitor_with_a_new_address_is_the_same_device() {
    for mut pair in [Pair::beacons(), Pair::network()] {
        pair.monitors.clear();
        stand(&mut pair, address(9), 1);
        pair.up();
        pair.beacon(source(9), &beacon(1, 24_105));
        pair.secs(20);
        assert!(pair.numbers(DeviceIx(0)) > 10);
        // A doubled name does not disturb what speaks.
        pair.beacon(source(20), &beacon(1, 24_105));
        pair.secs(10);
        assert!(pair.sent.iter().all(|(_, to, _)| *to == Some(address(9))));
        let mut bedside = pair.monitors.remove(&Some(address(9))).unwrap();
        bedside.forget();
        pair.monitors.insert(Some(address(20)), bedside);
        pair.heard.clear();
        pair.secs(15);
        assert!(pair.numbers(DeviceIx(0)) > 3, "{:?}", pair.faults());
        assert!(pair.heard.iter().all(|(_, heard)| heard.device == DeviceIx(0)));
    }
}

#[test]
fn other_monitors_than_the_named_one_are_left_alone() {
    let mut pair = Pair::network();
    pair.up();
    pair.secs(10);
    for last in 30..40 {
        pair.beacon(source(last), &beacon(last, 24_105));
    }
    pair.secs(60);
    assert!(pair.sent.iter().all(|(_, to, _)| *to == Some(address(9))));
    let named = (FRAMING, MONITOR, FRAMING_DATAGRAM);
    assert_eq!(named, ("framing", "monitor", "datagram"));
}

#[test]
fn a_flood_of_beacons_takes_64_places() {
    let mut pair = Pair::beacons();
    pair.up();
    for last in 1..=200 {
        pair.beacon(source(last), &beacon(last, 24_105));
    }
    pair.secs(30);
    let asked: std::collections::BTreeSet<_> = pair.sent.iter().map(|(_, to, _)| *to).collect();
    assert_eq!(asked.len(), 64);
    assert!(pair.has_fault("more monitors than one line takes"));
}

#[test]
fn messages_from_elsewhere_are_not_heard() {
    let mut pair = Pair::network();
    pair.up();
    pair.secs(10);
    pair.take();
    let abort = crate::recorded::hex("19 2E 11");
    for from in [address(77), SocketAddr::from(([10, 0, 42, 9], 5_000))] {
        pair.deliver(Some(from), &abort);
    }
    pair.secs(20);
    assert!(pair.has_fault("address that was not asked"));
    assert_eq!(pair.sent_of("association request"), 1);
    // Nor is anything but a beacon where beacons are heard.
    pair.beacon(source(9), &abort);
    pair.beacon(source(9), &[0x42]);
    pair.secs(5);
    assert_eq!(pair.sent_of("association request"), 1);
}

//! Beacons: who is there, before anybody talks with it.

use core::net::{Ipv4Addr, SocketAddr};

use vigie_model::{Event, Text};
use vigie_session::testkit::Datagram;

use crate::heard::{hear_network, network};
use crate::recorded::hexdump_beacon;

#[test]
fn a_newer_monitor_names_itself() {
    let from = SocketAddr::from((Ipv4Addr::new(192, 168, 247, 101), 24_005));
    let events = hear_network(&[Datagram { from: Some(from), bytes: hexdump_beacon() }]);
    let Event::Identity(info) = &events[0] else { panic!("{events:?}") };
    // 0984: the MAC address within an EUI-64.
    assert_eq!(info.key.0.as_str(), "intellivue:0009fb88c1bd");
    assert_eq!(info.manufacturer, Some(Text::from("Philips")));
    assert_eq!(info.model, Some(Text::from("866062")));
    assert_eq!(info.serial, Some(Text::from("DE351A4061")));
    assert_eq!(info.software, Some(Text::from("L.01.18")));
    assert_eq!((&info.bed_label, info.clock), (&None, None));
    // Attributes that no document has are named, each once.
    let unknown = ["0920", "F12E", "F136", "F15A", "F27C", "F35E", "F39C", "F45B"];
    let expected: Vec<String> =
        unknown.iter().map(|id| format!("attribute 0x{id} in class 0x0023")).collect();
    let named: Vec<String> = events[1..]
        .iter()
        .map(|event| match event {
            Event::Fault(fault) => fault.what.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(named, expected);
}

#[test]
fn an_older_monitor_is_not_named_by_its_network_address() {
    // Its MAC ends in 0C; the system id, which it tells later, in 0B.
    let events = hear_network(&network()[..1]);
    assert!(!events.iter().any(|event| matches!(event, Event::Identity(_))), "{events:?}");
}

//! Who the monitor is, whom it watches, and that nobody takes it for a real one.

use std::time::Duration;

use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::attribute::Attribute;
use vigie_sim_device::Destination;
use vigie_sim_device::intellivue::{BeaconGaps, MonitorConfig, Transport};
use vigie_sim_patient::script::DeviceAct;

use crate::desk::*;

fn attribute(desk: &mut Desk, class: u16, id: u16) -> Vec<u8> {
    desk.wait(1_024);
    desk.take();
    desk.say(&single(99, class, 0));
    desk.wait(1_024);
    let result = poll(&desk.take_results(99)[0]);
    let found = result.objects[0].2.iter().find(|attribute| attribute.0 == id);
    found.unwrap_or_else(|| panic!("{id:04X}")).1.clone()
}

fn text(value: &[u8]) -> String {
    let units: Vec<u16> =
        value[2..].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).unwrap().trim_end_matches('\0').to_owned()
}

#[test]
fn every_name_says_that_it_is_simulated() {
    let mut desk = Desk::associated();
    assert_eq!(attribute(&mut desk, 0x21, 0x0984), [0, 6, 0x02, 0x53, 0x49, 0x4D, 0, 3]);
    assert_eq!(attribute(&mut desk, 0x21, 0x0946), [0x20, 0x00], "demonstration mode");
    let production = attribute(&mut desk, 0x21, 0x092D);
    assert!(production.windows(10).any(|window| window == b"SIM-000003"));
    assert_eq!(text(&attribute(&mut desk, 0x2A, 0x095C)), "SIMULATED 3");
    assert_eq!(text(&attribute(&mut desk, 0x2A, 0x095A)), "SIM-0003");
    assert_eq!(attribute(&mut desk, 0x2A, 0x0957), [0, 2], "admitted");
    assert_eq!(desk.monitor.config().device_key(), "intellivue:0253494d0003");
}

#[test]
fn another_patient_has_another_name_and_another_number() {
    let mut desk = Desk::associated();
    let before = attribute(&mut desk, 0x2A, 0xF001);
    desk.device(&DeviceAct::Admit { id: "SIM-77".into(), name: "SIMULATED GUEST".into() });
    assert_eq!(text(&attribute(&mut desk, 0x2A, 0x095C)), "SIMULATED GUEST");
    assert_eq!(text(&attribute(&mut desk, 0x2A, 0x095A)), "SIM-77");
    assert_ne!(attribute(&mut desk, 0x2A, 0xF001), before);
}

#[test]
fn beacons_come_at_their_gaps_and_say_where_the_monitor_is() {
    let config = MonitorConfig {
        beacons: Some(BeaconGaps::REAL),
        ..MonitorConfig::new(9, 1, Transport::LAN)
    };
    let mut desk = Desk::new(config);
    desk.wait(200_000);
    let heard = desk.take();
    let gaps: Vec<f64> = heard.windows(2).map(|p| p[1].at.since(p[0].at).as_secs_f64()).collect();
    for (gap, expected) in gaps.iter().zip([4.0, 8.0, 16.0, 32.0, 64.0]) {
        assert!((gap - expected).abs() <= expected * 0.05 + 0.01, "{gaps:?}");
    }
    assert!(heard.iter().all(|heard| heard.to == Destination::Everybody));
    let Message::Beacon(beacon) = Message::parse(&heard[0].bytes).unwrap() else { panic!() };
    let mut seen = [false; 3];
    for attribute in &beacon.attributes {
        assert!(!matches!(attribute, Attribute::Misfit { .. }), "{attribute:?}");
        if let Attribute::NetworkAddress(network) = attribute {
            assert_eq!((network.ipv4, network.mac[4..].to_vec()), ([127, 0, 77, 9], vec![0, 9]));
            seen[0] = true;
        } else if let Attribute::ProtocolSupport(entries) = attribute {
            let data = entries.iter().find(|entry| u16::from(entry.application) == 5).unwrap();
            assert_eq!((data.port, u16::from(data.transport)), (24_105, 1));
            seen[1] = true;
        } else if let Attribute::SystemId(id) = attribute {
            assert_eq!(id.bytes, [0x02, 0x53, 0x49, 0x4D, 0, 9]);
            seen[2] = true;
        }
    }
    assert_eq!(seen, [true; 3]);
    // A client does not end them.
    desk.associate();
    desk.wait_alive(140_000);
    assert!(desk.take().iter().any(|heard| heard.to == Destination::Everybody));
    assert_eq!(BeaconGaps::BRISK.first, Duration::from_secs(5));
}

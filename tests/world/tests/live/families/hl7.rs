//! Three beds of a gateway that connects to us, and a Mindray monitor that we connect to: connections
//! cut again and again, everything late. TCP sees all damage, so nothing at all may be made up.

use core::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_sim_device::hl7::{Gateway, GatewayConfig, PdsConfig, PdsMonitor};
use vigie_sim_patient::script::LineAct;
use vigie_world::{LiveBed, LiveCable, Terms};

use super::{Hours, session};
use crate::day::something;

/// Everything comes late, and now and then a message breaks its connection.
const DAMAGE: [LineAct; 2] =
    [LineAct::Delay { most: Duration::from_millis(400) }, LineAct::Loss { share: 0.001 }];

#[test]
fn hours_of_a_gateway_of_three_beds() {
    let seed = 2_575;
    let mut config = GatewayConfig::new(1, &[1, 2, 3], seed);
    config.has_waves = true;
    let gateway = LiveBed {
        keys: (0..3).map(|bed| config.device_key(bed)).collect(),
        device: Box::new(Gateway::new(config)),
        session: session(&Hl7Factory, seed, &[]),
        cables: vec![LiveCable::TcpListen(SocketAddr::from((Ipv4Addr::new(10, 0, 42, 9), 50_123)))],
    };
    let devices = vec![(gateway, Terms::plain())];
    let outcome =
        Hours { family: "hl7", seed, devices, damage: DAMAGE.to_vec(), cut: 0.02, act: something }
            .run();
    assert_eq!(outcome.invented, 0, "told and not sent, seed {seed}");
    // Fifteen numbers every 2 s and six waves a second, at three beds.
    assert!(outcome.matched > u64::from(outcome.hours) * 3_600 * 3 * 10, "{}", outcome.matched);
}

#[test]
fn hours_of_a_mindray_monitor() {
    let seed = 4_601;
    let monitor = |bed: u16| {
        let config = PdsConfig::new(bed, seed + u64::from(bed));
        LiveBed {
            keys: vec![config.device_key()],
            cables: vec![LiveCable::TcpTo(SocketAddr::from((config.address, 4_601)))],
            device: Box::new(PdsMonitor::new(config)),
            session: session(&MindrayPdsFactory, seed, &[]),
        }
    };
    let devices = (1..=2).map(|bed| (monitor(bed), Terms::plain())).collect();
    let hours = Hours {
        family: "mindray-pds",
        seed,
        devices,
        damage: DAMAGE.to_vec(),
        cut: 0.02,
        act: something,
    };
    let outcome = hours.run();
    assert_eq!(outcome.invented, 0, "told and not sent, seed {seed}");
    // Twelve numbers and five waves a second, at two beds.
    assert!(outcome.matched > u64::from(outcome.hours) * 3_600 * 2 * 10, "{}", outcome.matched);
}

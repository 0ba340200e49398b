//! Three beds of a gateway that connects to us, and a Mindray monitor that we connect to: connections
//! cut again and again, everything late. TCP sees all damage, so nothing at all may be made up.

use core::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_model::Event;
use vigie_sim_device::{
    Sent,
    hl7::{Gateway, GatewayConfig, PdsConfig, PdsMonitor},
};
use vigie_sim_patient::script::LineAct;
use vigie_world::{Claim, LiveBed, LiveCable, Terms, plainly};

use super::{Hours, NONE, digest, session};
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
    let devices = vec![(gateway, by_samples(samples_of_gateway))];
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
    let devices = (1..=2).map(|bed| (monitor(bed), by_samples(samples_of_pds))).collect();
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

/// As sent, and waves sample by sample.
fn by_samples(samples: fn(&[u8], &str) -> Option<Vec<i32>>) -> Terms {
    let sent = move |sent: &Sent, message: &[u8]| {
        let samples = samples(message, &sent.stream);
        let what = samples.map_or_else(|| sent.what.clone(), |it| digest(it.into_iter()));
        vec![Claim::certain(&sent.stream, sent.tick, &what)]
    };
    Terms { sent: Box::new(sent), said }
}

fn said(event: &Event) -> Vec<Claim> {
    let Event::Wave(chunk) = event else { return plainly(event) };
    let mut samples = chunk.samples.to_vec();
    for mark in &chunk.marks {
        samples[mark.at as usize] = NONE;
    }
    let what = digest(samples.into_iter());
    vec![Claim::certain(chunk.key.vendor.as_str(), chunk.first.0, &what)]
}

/// OBX-5 of the row of type NA that names the wave; the gateway says 32,767 where it has no sample.
fn samples_of_gateway(message: &[u8], stream: &str) -> Option<Vec<i32>> {
    let name = stream.strip_suffix(" wave")?;
    let rows = message.split(|byte| *byte == b'\r').filter_map(|row| str::from_utf8(row).ok());
    let fields = rows.map(|row| row.split('|').collect::<Vec<_>>());
    let row = fields.into_iter().find(|row| {
        row.get(2) == Some(&"NA")
            && row.get(3).is_some_and(|code| code.split('^').any(|it| it == name))
    });
    let row = row.expect("the wave is in the message");
    let sample = |text: &str| text.parse::<i32>().expect("a whole number");
    let none = |sample| if sample == 32_767 { NONE } else { sample };
    Some(row[5].split('^').map(|text| none(sample(text))).collect())
}

/// The wave segment of this number, undone: of eight bytes the last holds the top bits of seven; then a
/// sum, the wave, bytes a sample, how many, one byte more, and the samples.
fn samples_of_pds(message: &[u8], stream: &str) -> Option<Vec<i32>> {
    let wanted: u16 = stream.parse().ok()?;
    message.split(|byte| *byte == b'\r').find_map(|segment| {
        let coded = segment.strip_prefix(b"ZMW|")?;
        let block: Vec<u8> = coded
            .chunks_exact(8)
            .flat_map(|eight| (0..7).map(|bit| (eight[bit] & 0x7F) | ((eight[7] >> bit & 1) << 7)))
            .collect();
        let word = |at: usize| u16::from_be_bytes([block[at], block[at + 1]]);
        if word(2) != wanted {
            return None;
        }
        let sample = |at: usize| match block[4] {
            1 => i32::from(block[8 + at]),
            _ => i32::from(word(8 + 2 * at)),
        };
        Some((0..usize::from(word(5))).map(sample).collect())
    })
}

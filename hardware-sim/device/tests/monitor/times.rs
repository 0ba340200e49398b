//! The running clock through its wrap, and the identities of what was sent.

use std::collections::BTreeSet;

use vigie_sim_device::intellivue::MonitorConfig;
use vigie_sim_patient::script::PatientAct;

use crate::desk::*;

#[test]
fn the_clock_wraps_and_everything_goes_on() {
    let start_tick = u32::MAX - 5 * 8_192;
    let mut desk = Desk::new(MonitorConfig { start_tick, ..quiet() });
    desk.associate();
    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.say(&extended(2, 0x09, 0x0803, LONG));
    desk.wait(12 * 1_024);
    let heard = desk.take();
    for (id, step) in [(1, 8_192), (2, 2_048)] {
        let of_it = heard.iter().filter(|heard| heard.bytes[9] == id).skip(1);
        let times: Vec<u32> = of_it.map(|heard| poll(&heard.bytes).time).collect();
        assert!(times.iter().any(|time| *time > u32::MAX / 2));
        assert!(times.iter().any(|time| *time < u32::MAX / 2));
        assert!(times.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step));
    }
    // What was sent is told by ticks that do not wrap.
    assert!(desk.sent.iter().any(|sent| sent.tick > u64::from(u32::MAX)));
}

#[test]
fn every_value_and_every_block_is_told() {
    let mut desk = Desk::associated();
    desk.patient(&PatientAct::Cuff);
    desk.say(&extended(1, 0x06, 0x0803, LONG));
    desk.say(&extended(2, 0x09, 0x0803, LONG));
    desk.sent.clear();
    desk.wait_alive(40_000);
    let mut told = desk.sent.clone();
    let heard = desk.take();
    let mut found = BTreeSet::new();
    for heard in &heard {
        let result = poll(&heard.bytes);
        let entry = |physio_id: u16, what: String| (heard.number, format!("{physio_id:04X}"), what);
        for (_, _, attributes) in &result.objects {
            for (id, value) in attributes {
                let values: Vec<&[u8]> = match id {
                    0x0950 => vec![value],
                    0x094B => value[4..].chunks(10).collect(),
                    _ => Vec::new(),
                };
                for value in values {
                    let physio_id = u16::from_be_bytes([value[0], value[1]]);
                    let number = number(&result, physio_id).unwrap().1;
                    let decimals = usize::from((value[6] as i8).unsigned_abs());
                    let what =
                        if number.is_nan() { "-".into() } else { format!("{number:.decimals$}") };
                    assert!(found.insert(entry(physio_id, what)));
                }
                let mut blocks: Vec<&[u8]> = Vec::new();
                match id {
                    0x096E => blocks.push(value),
                    0x0967 => blocks.extend(value[4..].chunks(134)),
                    _ => {}
                }
                for block in blocks {
                    let physio_id = u16::from_be_bytes([block[0], block[1]]);
                    assert!(found.insert(entry(physio_id, ((block.len() - 6) / 2).to_string())));
                }
            }
        }
    }
    told.retain(|sent| heard.iter().any(|heard| heard.number == sent.message));
    let told: BTreeSet<_> =
        told.into_iter().map(|sent| (sent.message, sent.stream, sent.what)).collect();
    assert_eq!(told, found);
    for stream in ["4182", "4BB8", "4A05", "0302", "0101", "0102", "4BB4"] {
        assert!(told.iter().any(|(_, known, _)| known == stream), "{stream}");
    }
}

#[test]
fn one_seed_is_one_monitor() {
    let bytes = |seed: u64| {
        let mut desk = Desk::new(MonitorConfig { seed, ..quiet() });
        desk.associate();
        desk.say(&extended(1, 0x09, 0, LONG));
        desk.say(&extended(2, 0x06, 0, LONG));
        desk.wait(6_000);
        desk.take().into_iter().map(|heard| heard.bytes).collect::<Vec<_>>()
    };
    assert_eq!(bytes(5), bytes(5));
    assert_ne!(bytes(5), bytes(6));
}

//! The monitors' clocks: the running one wraps, the one on the wall is set.

use std::time::Duration;

use vigie_board::view::{Freshness, NumericView, Shown, TileView};
use vigie_sim_patient::script::{Act, DeviceAct, PatientAct};

use crate::ward::ward_at;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// The running clock wraps two minutes after the start: 8,000 ticks a second.
const SOON: u32 = u32::MAX - 2 * 60 * 8_000;
/// A cuff takes half a minute, and some time passes until its value is shown.
const CUFF: Duration = Duration::from_secs(45);

/// Through a wrap of the running clock, and while the wall clock is set an hour forward and a day
/// back: nothing is lost or invented, every wave goes on, and a cuff pressure never looks newer than
/// it is.
#[test]
fn a_wrap_and_a_clock_that_is_set() {
    let seed = 5;
    let mut world = ward_at(1, 1, seed, SOON);
    for bed in 0..2 {
        world.act(bed, &Act::Patient(PatientAct::Cuff));
    }
    let mut cuffs = 0;
    let mut now = 30 * SECOND;
    world.run_until(now);
    for (until, seconds) in [(5, 3_600), (10, -86_400), (15, 0)] {
        while now < until * MINUTE {
            now += 10 * SECOND;
            for (bed, tile) in world.run_until(now).tiles.iter().enumerate() {
                cuffs += look(bed, tile, now);
            }
        }
        for bed in 0..2 {
            world.act(bed, &Act::Device(DeviceAct::ClockStep { seconds }));
        }
    }
    for bed in 0..2 {
        world.act(bed, &Act::Device(DeviceAct::Mute { dark: MINUTE }));
    }
    world.run_until(now + 5 * SECOND);
    let mut ledger = world.ledger();
    let balance = ledger.balance();
    assert_eq!((balance.missing, balance.invented), (vec![], vec![]), "seed {seed}");
    assert_eq!(ledger.false_joins, Vec::<String>::new(), "seed {seed}");
    // Once the wall clock was set forward, the stamp is an hour old by it: dashes, with the last value.
    assert!(cuffs > 150, "{cuffs}");
    assert!(balance.matched > 15 * 60 * 2 * 10, "{}", balance.matched);
}

/// Looks at a bed; how many cuff pressures it shows.
fn look(bed: usize, tile: &TileView, now: Duration) -> usize {
    let is_fresh = |freshness| matches!(freshness, Freshness::Live | Freshness::Late);
    assert!(tile.link.freshness.is_some_and(is_fresh), "bed {bed} at {now:?}");
    for wave in &tile.waves {
        assert!(is_fresh(wave.freshness), "bed {bed} at {now:?}: {:?}", wave.id);
    }
    let numbers = || tile.blocks.iter().flat_map(|block| &block.numerics);
    let is_number = |numeric: &&NumericView| matches!(numeric.shown, Shown::Number { .. });
    let rate =
        numbers().find(|numeric| numeric.id.as_ref().is_some_and(|id| id.as_str() == "hr.ecg"));
    assert!(rate.is_some_and(|rate| is_fresh(rate.freshness)), "bed {bed} at {now:?}");
    let is_cuff = |numeric: &&NumericView| {
        numeric.id.as_ref().is_some_and(|id| id.as_str().starts_with("nibp"))
    };
    let cuffs = || numbers().filter(is_cuff).filter(is_number);
    for cuff in cuffs() {
        // Measured once, before the first look; ages are told in whole minutes from two on.
        let least = now.saturating_sub(CUFF + MINUTE);
        assert!(cuff.age >= least, "bed {bed} at {now:?}: cuff of {:?} ago", cuff.age);
    }
    cuffs().count()
}

//! A day of a ward: what the board is told is what left the monitors, but for what the noise took.

use std::{thread, time::Duration};

use crossbeam_channel::Sender;
use vigie_board::view::Freshness;
use vigie_session::rng::Rng;
use vigie_sim_patient::script::{Act, DeviceAct, LineAct, PatientAct};
use vigie_world::LiveWorld;

use crate::{
    recorded::{self, Stamped},
    ward::ward_from,
};

const HOUR: Duration = Duration::from_secs(3_600);
/// How long the ward is watched.
const HOURS: u32 = 24;
/// The monitors fall silent before the end, so that nothing is on its way when both sides are compared.
const QUIET: Duration = Duration::from_secs(10);

/// Eight beds in two wards side by side, one for each core: 24 hours, noise on every cable, and
/// something happening at some bed every few minutes. What the boards are told is recorded, copied,
/// restored and read again.
#[test]
fn a_day_of_eight_beds() {
    let (ways, ends): (Vec<_>, Vec<_>) = [recorded::way(), recorded::way()].into_iter().unzip();
    let wards = ways.into_iter().zip([(1, 20_221_203), (5, 20_170_512)]);
    let wards: Vec<_> = wards
        .map(|(way, (first, seed))| thread::spawn(move || a_day_of_four(first, seed, &way)))
        .collect();
    let ends = <[_; 2]>::try_from(ends).expect("two wards");
    let record = recorded::write(ends, HOURS);
    for ward in wards {
        println!("{}", ward.join().expect("a day without a difference"));
    }
    println!("{}", record.check());
}

/// Two beds on cables, two on a switch; what came of it.
fn a_day_of_four(first: u16, seed: u64, record: &Sender<Stamped>) -> String {
    let mut world = ward_from(first, 2, 2, seed);
    recorded::listen(&mut world, record.clone());
    noise(&mut world, 0.01, 20_000);
    let mut rng = Rng::new(seed);
    let (mut looks, mut not_live) = (0_u64, 0_u64);
    let mut at = Duration::from_secs(20);
    while at < HOURS * HOUR {
        let view = world.run_until(at);
        recorded::quiet(&world, record);
        looks += view.tiles.len() as u64;
        let live = |freshness| matches!(freshness, Some(Freshness::Live | Freshness::Late));
        not_live += view.tiles.iter().filter(|tile| !live(tile.link.freshness)).count() as u64;
        if rng.chance(0.05) {
            world.act(rng.index(4), &Act::Patient(something(&mut rng)));
        }
        if (at.as_secs() / 10).is_multiple_of(6) {
            world.ledger().settle();
        }
        at += Duration::from_secs(10);
    }
    noise(&mut world, 0.0, 0);
    for bed in 0..4 {
        world.act(bed, &Act::Device(DeviceAct::Mute { dark: 2 * QUIET }));
    }
    world.run_until(HOURS * HOUR + QUIET);
    let steps = world.steps;
    let mirror = {
        let mirrored = world.mirrored();
        assert_eq!(mirrored.faults, Vec::<String>::new(), "not mirrored, seed {seed}");
        assert!(mirrored.alarms > u64::from(HOURS) * 100, "{} alarms", mirrored.alarms);
        format!("{} alarms mirrored in {} comparisons", mirrored.alarms, mirrored.compared)
    };
    let mut ledger = world.ledger();
    let balance = ledger.balance();
    let told = format!(
        "{HOURS} h of 4 beds, seed {seed}: {} values sent and told, {} sent again unchanged, {} lost in \
         hurt messages, {} missing, {} invented; {steps} steps; {not_live} of {looks} looks at a tile \
         found it not live; {mirror}",
        balance.matched,
        balance.repeated,
        balance.lost,
        balance.missing.len(),
        balance.invented.len()
    );
    assert_eq!(balance.missing, [], "arrived and not told, seed {seed}");
    assert_eq!(balance.invented, [], "told and not sent, seed {seed}");
    assert_eq!(ledger.false_joins, Vec::<String>::new(), "seed {seed}");
    assert!(balance.matched > u64::from(HOURS) * 3_600 * 4 * 10, "{balance:?}");
    assert!(balance.lost > balance.matched / 2_000, "the noise did something: {balance:?}");
    assert!(not_live * 1_000 < looks, "{not_live} of {looks}");
    told
}

fn noise(world: &mut LiveWorld, loss: f64, flips: u32) {
    for bed in 0..2 {
        world.act(bed, &Act::Line(LineAct::Flips { every: flips }));
    }
    for bed in 2..4 {
        world.act(bed, &Act::Line(LineAct::Loss { share: loss }));
    }
}

pub fn something(rng: &mut Rng) -> PatientAct {
    let on = rng.chance(0.6);
    match rng.below(8) {
        0 => PatientAct::Bradycardia,
        1 => PatientAct::Tachycardia,
        2 => PatientAct::VentricularTachycardia,
        3 => PatientAct::Desaturation,
        4 => PatientAct::Leads { on },
        5 => PatientAct::SpO2Sensor { on },
        6 => PatientAct::Cuff,
        _ => PatientAct::Sinus,
    }
}

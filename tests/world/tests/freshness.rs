//! No value that is older than its rule looks live, whatever happens to the lines.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::PathBuf, time::Duration};

use vigie_board::view::{Freshness, Shown, TileView};
use vigie_model::{Decimal, Validity};
use vigie_replay::{Recording, read};
use vigie_world::{Oracle, Script, Trouble, World, listening_session};

const LOGS: [&str; 3] = [
    "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin",
    "rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin",
    "rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin",
];

fn recording(name: &str) -> Recording {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/intellivue");
    let file = fs::read(folder.join(name)).expect("a fixture");
    read(name, &file).expect("a recording").remove(0)
}

fn world(trouble: Trouble, seed: u64) -> World {
    let scripts = (seed..)
        .zip(LOGS)
        .map(|(seed, name)| Script::of_recording(&recording(name), trouble, seed));
    World::new(scripts.collect())
}

/// Steps a world to `until` and returns in which looks numbers were seen.
fn run(mut world: World, until: Duration, seed: u64) -> [u64; 4] {
    let mut seen = [0; 4];
    while world.elapsed() < until {
        let (view, violations) = world.step(until);
        let at = world.elapsed();
        assert!(violations.is_empty(), "seed {seed}, after {at:?}: {violations:#?}");
        let numerics =
            view.tiles.iter().flat_map(|tile| &tile.blocks).flat_map(|block| &block.numerics);
        for numeric in numerics {
            seen[numeric.freshness as usize] += 1;
        }
    }
    assert!(world.streams_heard() >= 20, "seed {seed}: {} streams", world.streams_heard());
    assert!(world.steps > 200, "seed {seed}: {} steps", world.steps);
    seen
}

#[test]
fn on_quiet_lines_values_are_live_and_after_the_end_they_are_not() {
    let seen = run(world(Trouble::default(), 0), Duration::from_secs(300), 0);
    assert!(
        seen[Freshness::Live as usize] > 1_000 && seen[Freshness::Lost as usize] > 10,
        "{seen:?}"
    );
}

#[test]
fn on_troubled_lines_nothing_old_looks_live() {
    for seed in [1_795_001, 1_795_002, 1_795_003, 1_795_004] {
        println!("seed {seed}");
        let trouble =
            Trouble { silence: 0.04, silence_max: Duration::from_secs(25), closed: 0.4, flip: 0.2 };
        let seen = run(world(trouble, seed), Duration::from_secs(260), seed);
        assert!(
            seen.iter().all(|count| *count > 20),
            "seed {seed}: every state is visited, {seen:?}"
        );
    }
}

#[test]
fn the_oracle_catches_a_board_that_lies() {
    let mut world = world(Trouble::default(), 0);
    let mut view = world.step(Duration::ZERO).0;
    while world.elapsed() < Duration::from_secs(30) {
        view = world.step(Duration::from_secs(30)).0;
    }
    let honest: &TileView = &view.tiles[0];
    // An oracle that has heard nothing takes every number for a lie.
    let deaf = Oracle::new("deaf", listening_session());
    assert!(!deaf.violations(honest, view.at).is_empty());

    // The same tile, shown long after the line fell silent.
    let stale = world.judge_later(honest, Duration::from_secs(60));
    assert!(stale.iter().any(|violation| violation.0.contains("Live at an age of")), "{stale:#?}");

    // A number behind dashes that came back.
    let mut lying = honest.clone();
    let numeric = &mut lying.blocks[0].numerics[0];
    numeric.freshness = Freshness::Lost;
    numeric.shown = Shown::Number { value: Decimal::whole(80), validity: Validity::Valid };
    let found = world.judge_later(&lying, Duration::from_secs(60));
    assert!(found.iter().any(|violation| violation.0.contains("Lost at an age of")), "{found:#?}");
}

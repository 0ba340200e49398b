//! No value that is older than its rule looks live, whatever happens to the lines.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use vigie_board::view::{Freshness, Shown, TileView};
use vigie_model::{AlarmTruth, Decimal, Priority, StationAlarmKind, Validity};
use vigie_replay::{Recording, Transport, read};
use vigie_world::{Oracle, Script, Trouble, World};

/// Three serial lines and a network.
const LINES: [&str; 4] = [
    "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin",
    "rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin",
    "lan_mp40_G0180_frames_001-100_141-152.pcap",
    "rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin",
];
const SECOND: Duration = Duration::from_secs(1);

fn recording(name: &str) -> Recording {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/intellivue");
    let file = fs::read(folder.join(name)).expect("a fixture");
    let recording = read(name, &file).expect("a recording").remove(0);
    match recording.transport {
        Transport::Serial => recording,
        // In the capture, a client first comes and goes several times without asking for values.
        Transport::Datagrams => recording.starting_at(189 * SECOND),
    }
}

/// All lines, of which two have no bed; which ones, the seed decides.
fn world(trouble: Trouble, seed: u64) -> World {
    let mut scripts: Vec<Script> = (seed..)
        .zip(LINES)
        .map(|(seed, name)| Script::of_recording(&recording(name), trouble, seed))
        .collect();
    scripts.rotate_left((seed % 4) as usize);
    World::new(scripts, 2)
}

/// What was seen in all looks at a world.
#[derive(Debug, Default)]
struct Seen {
    /// Numbers by freshness, at beds and in the tray.
    numbers: [[u64; 4]; 2],
    /// Tiles whose alarms were all there is, and tiles whose alarms were not known any more.
    confirmed: u64,
    doubted: u64,
}

impl Seen {
    fn take(&mut self, tile: &TileView) {
        for numeric in tile.blocks.iter().flat_map(|block| &block.numerics) {
            let place = usize::from(tile.bed.is_none());
            self.numbers[place][numeric.freshness as usize] += 1;
        }
        if !tile.alarms.list.is_empty() {
            match tile.alarms.truth {
                AlarmTruth::Complete => self.confirmed += 1,
                AlarmTruth::FromEdges | AlarmTruth::Unknown => self.doubted += 1,
            }
        }
    }
}

/// Steps a world to `until`; nothing on its way may be wrong.
fn run(world: &mut World, until: Duration, seed: u64) -> (Seen, Vec<Arc<TileView>>) {
    let (mut seen, mut last) = (Seen::default(), Vec::new());
    while world.elapsed() < until {
        let (view, violations) = world.step(until);
        let at = world.elapsed();
        assert!(violations.is_empty(), "seed {seed}, after {at:?}: {violations:#?}");
        last = view.tiles.iter().chain(&view.unassigned).cloned().collect();
        last.iter().for_each(|tile| seen.take(tile));
    }
    (seen, last)
}

#[test]
fn on_quiet_lines_values_are_live_and_after_the_end_they_are_not() {
    for seed in 0..4 {
        let mut world = world(Trouble::default(), seed);
        let (seen, _) = run(&mut world, 300 * SECOND, seed);
        assert!(world.streams_heard() >= 30, "seed {seed}: {} streams", world.streams_heard());
        for numbers in seen.numbers {
            let (live, lost) =
                (numbers[Freshness::Live as usize], numbers[Freshness::Lost as usize]);
            assert!(live > 1_000 && lost > 10, "seed {seed}: {seen:?}");
        }
        assert!(seen.confirmed > 100 && seen.doubted > 10, "seed {seed}: {seen:?}");
    }
}

#[test]
fn on_troubled_lines_nothing_old_looks_live() {
    for seed in 1_795_001..1_795_005 {
        println!("seed {seed}");
        let trouble = Trouble {
            silence: 0.04,
            silence_max: 25 * SECOND,
            closed: 0.4,
            flip: 0.2,
            ..Trouble::default()
        };
        let mut world = world(trouble, seed);
        let (seen, _) = run(&mut world, 260 * SECOND, seed);
        assert!(world.steps > 200, "seed {seed}: {} steps", world.steps);
        assert!(
            seen.numbers.iter().flatten().all(|count| *count > 20),
            "seed {seed}: every state is visited, {seen:?}"
        );
    }
}

#[test]
fn what_comes_again_or_late_refreshes_nothing() {
    for seed in (1_795_101..1_795_105).chain([1_795_226]) {
        println!("seed {seed}");
        let trouble = Trouble {
            silence: 0.01,
            stuck: 0.03,
            silence_max: 25 * SECOND,
            closed: 0.2,
            flip: 0.05,
            repeat: 0.2,
            late: 0.1,
            late_max: 4 * SECOND,
        };
        let mut world = world(trouble, seed);
        let (seen, _) = run(&mut world, 260 * SECOND, seed);
        assert!(
            seen.numbers.iter().flatten().all(|count| *count > 20),
            "seed {seed}: every state is visited, {seen:?}"
        );
    }
}

#[test]
fn a_line_that_only_says_the_same_again_is_lost() {
    // On the network, a second's worth of datagrams after the last numerics.
    let scripts = LINES.map(|name| Script::stuck(&recording(name), 9 * SECOND, 90 * SECOND));
    let mut world = World::new(scripts.into(), 2);
    let (seen, last) = run(&mut world, 90 * SECOND, 0);
    assert!(seen.numbers.iter().all(|numbers| numbers[Freshness::Live as usize] > 100), "{seen:?}");
    assert_eq!(last.len(), LINES.len());
    for tile in last {
        assert_eq!(tile.link.freshness, Some(Freshness::Lost), "{:?}", tile.device);
        assert_eq!(tile.alarms.truth, AlarmTruth::Unknown, "{:?}", tile.device);
        let alarms: Vec<_> =
            tile.station_alarms.iter().map(|alarm| (&alarm.kind, alarm.priority)).collect();
        assert!(
            alarms.contains(&(&StationAlarmKind::DeviceLost, Priority::Medium)),
            "{:?}: {alarms:?}",
            tile.device
        );
    }
}

/// A world after 30 s without trouble, and the tile of its first bed, which has alarms.
fn honest() -> (World, Arc<TileView>) {
    let line = Script::of_recording(&recording(LINES[3]), Trouble::default(), 0);
    let mut world = World::new(vec![line], 1);
    let (_, mut last) = run(&mut world, 30 * SECOND, 0);
    let tile = last.remove(0);
    assert!(!tile.alarms.list.is_empty(), "{:?}", tile.alarms);
    (world, tile)
}

/// What a world says of one tile at its first bed, `later` from now.
fn judged(world: &mut World, tile: TileView, later: Duration) -> Vec<String> {
    let (view, violations) = world.step(world.elapsed());
    assert!(violations.is_empty(), "{violations:#?}");
    let mut lying = (*view).clone();
    lying.tiles = vec![Arc::new(tile)];
    let found = world.judge(&lying, view.at + later);
    found.into_iter().map(|violation| violation.0).collect()
}

#[track_caller]
fn assert_caught(world: &mut World, tile: TileView, later: Duration, what: &str) {
    let found = judged(world, tile, later);
    assert!(found.iter().any(|violation| violation.contains(what)), "{what}: {found:#?}");
}

#[test]
fn the_oracle_catches_a_board_that_lies() {
    let (mut world, honest) = honest();
    let now = Duration::ZERO;
    let tile = |change: fn(&mut TileView)| {
        let mut tile = (*honest).clone();
        change(&mut tile);
        tile
    };
    assert_eq!(judged(&mut world, tile(|_| ()), now), Vec::<String>::new());

    // An oracle that has heard nothing takes every number for a lie.
    let deaf = Oracle::new("deaf", Transport::Serial);
    let at = honest.link.heard.expect("heard").0;
    assert!(!deaf.violations(&honest, at).is_empty());

    // The same tile, shown long after the line fell silent.
    for what in ["Live at an age of", "the device is Live", "alarms confirmed at an age of"] {
        assert_caught(&mut world, tile(|_| ()), 60 * SECOND, what);
    }
    // A number behind dashes that came back, and one that nobody said.
    let back = tile(|tile| {
        let numeric = &mut tile.blocks[0].numerics[0];
        numeric.freshness = Freshness::Lost;
        numeric.shown = Shown::Number { value: Decimal::whole(7), validity: Validity::Valid };
    });
    assert_caught(&mut world, back.clone(), 60 * SECOND, "Lost at an age of");
    assert_caught(&mut world, back, now, "but it said");
    // An age that stands still.
    let aged = tile(|tile| tile.blocks[0].numerics[0].show_age = true);
    assert_caught(&mut world, aged, 3 * SECOND, "told as");
    // Alarms: one left out, one lowered.
    let dropped = tile(|tile| _ = tile.alarms.list.remove(0));
    assert_caught(&mut world, dropped, now, "not listed");
    let lowered = tile(|tile| tile.alarms.list[0].priority = Priority::Information);
    assert_caught(&mut world, lowered, now, "not listed");
    // Another device's tile at the bed.
    assert_caught(&mut world, tile(|tile| tile.device = None), now, "shows");
}

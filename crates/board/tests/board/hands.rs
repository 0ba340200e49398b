//! Two devices of one bed measure the same: from which it is taken, when it changes hands, and when it
//! goes back.

use std::sync::Arc;

use crate::common::*;
use vigie_board::{
    AlarmPolicy, Command, LineChange, Receipt,
    policy::ScorePolicy,
    view::{BlockView, ScoreKind, Shown, WaveView},
};
use vigie_model::*;

const RATE: &str = "rr";

fn in_unit(id: &str, value: i64, validity: Validity) -> Event {
    let ucum = key(id).metric().expect("a row").ucum;
    let reading = Reading::of(Decimal::whole(value), validity);
    Event::Numeric(Numeric { unit: Unit::ucum(ucum), ..numeric_of(key(id), reading) })
}

fn rate(value: i64) -> Event {
    in_unit(RATE, value, Validity::Valid)
}

/// A monitor `mp` and a ventilator `pb` on bed `1`, on lines of their own; both tell the rate, 12 and
/// 20, and have done so for 10 s.
fn pair() -> Bench {
    let mut bench = Bench::new();
    let policy = AlarmPolicy {
        scores: ScorePolicy { news2: true, ..ScorePolicy::default() },
        ..AlarmPolicy::default()
    };
    bench.board.set_policy(policy);
    let beside = Command::AssignBeside { device: device("pb"), bed: bed("1") };
    assert_eq!(bench.command(beside), Receipt::Done);
    bench.line("l1", &["mp"], LineChange::Up).line("l2", &["pb"], LineChange::Up);
    let category = Some(PatientCategory::Adult);
    bench.say(Event::Patient(Patient { id: Some(text("7")), category, ..Patient::default() }));
    for name in ["mp", "pb"] {
        bench.says(name, stream(key(RATE), every(1_000)));
    }
    steps(&mut bench, 10, true);
    bench
}

/// So many seconds in which the ventilator speaks, and the monitor too if it is there.
fn steps(bench: &mut Bench, count: usize, is_monitor_there: bool) {
    for _ in 0..count {
        if is_monitor_there {
            bench.say(rate(12));
        }
        bench.says("pb", rate(20));
        bench.run(ms(1_000));
    }
}

/// The places of the devices that tell the rate, first and second, and who is preferred.
fn order(bench: &mut Bench) -> (Vec<u16>, Vec<u16>) {
    let tile = bench.tile();
    let is_rate = |block: &&BlockView| block.group.as_ref().is_some_and(|id| id.as_str() == RATE);
    let blocks: Vec<&BlockView> = tile.blocks.iter().filter(is_rate).collect();
    assert_eq!(blocks.iter().filter(|block| !block.is_second).count(), 1, "{blocks:?}");
    let preferred = blocks.iter().filter(|block| block.is_preferred);
    let preferred = preferred.map(|block| block.source).collect();
    (blocks.iter().map(|block| block.source).collect(), preferred)
}

fn first(bench: &mut Bench) -> u16 {
    order(bench).0[0]
}

/// The rate that NEWS2 takes.
fn scored(bench: &mut Bench) -> Option<Decimal> {
    // The view of a bed's scores may be a second old.
    bench.run(ms(1_000));
    let tile = bench.tile();
    let score = tile.watch.scores.scores.iter().find(|score| score.kind == ScoreKind::News2);
    let parts = &score.expect("NEWS2 of an adult").parts;
    parts.iter().find(|part| part.id.as_str() == RATE).expect("the part").value
}

fn prefer(name: Option<&str>) -> Command {
    Command::Prefer { bed: bed("1"), group: text(RATE), device: name.map(device) }
}

#[test]
fn a_number_of_the_lost_monitor_goes_to_the_ventilator_and_back_once() {
    let mut bench = pair();
    assert_eq!(order(&mut bench), (vec![0, 1], vec![]));
    assert_eq!(scored(&mut bench), Some(Decimal::whole(12)));
    bench.line("l1", &[], LineChange::Down);
    assert_eq!(order(&mut bench).0, [1, 0], "at once: the line says that it is closed");
    let tile = bench.tile();
    let lost = tile.blocks.iter().find(|block| block.source == 0).expect("it stays listed");
    assert!(matches!(lost.numerics[0].shown, Shown::Dashes { .. }));
    steps(&mut bench, 2, false);
    assert_eq!(scored(&mut bench), Some(Decimal::whole(20)), "and the score with it");
    // It is back: 5 s of values without a break, and then it stays.
    bench.line("l1", &["mp"], LineChange::Up);
    let mut seen = Vec::new();
    for _ in 0..30 {
        bench.say(rate(12)).says("pb", rate(20));
        seen.push(first(&mut bench));
        bench.run(ms(1_000));
    }
    let changes = seen.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!((seen[4], seen[5], changes), (1, 0, 1), "{seen:?}");
    assert_eq!(scored(&mut bench), Some(Decimal::whole(12)));
}

#[test]
fn on_a_cable_that_comes_and_goes_nothing_flaps() {
    let mut bench = pair();
    bench.line("l1", &[], LineChange::Down);
    for _ in 0..10 {
        bench.line("l1", &["mp"], LineChange::Up);
        for _ in 0..4 {
            steps(&mut bench, 1, true);
            assert_eq!(first(&mut bench), 1);
        }
        bench.line("l1", &[], LineChange::Down);
        steps(&mut bench, 2, false);
        assert_eq!(first(&mut bench), 1);
    }
    // Without anything said the tile comes due by itself.
    bench.line("l1", &["mp"], LineChange::Up);
    bench.says("mp", stream(key(RATE), every(10_000)));
    bench.says("pb", stream(key(RATE), every(10_000)));
    bench.say(rate(12)).says("pb", rate(20));
    assert_eq!(first(&mut bench), 1);
    bench.run(ms(5_000));
    assert_eq!(first(&mut bench), 0);
}

#[test]
fn whom_a_person_prefers_is_told_and_does_not_hide_what_is_known() {
    let mut bench = pair();
    assert_eq!(bench.command(prefer(Some("pb"))), Receipt::Done);
    assert_eq!(order(&mut bench), (vec![1, 0], vec![1]));
    assert_eq!(scored(&mut bench), Some(Decimal::whole(20)));
    bench.line("l2", &[], LineChange::Down);
    bench.say(rate(12));
    assert_eq!(order(&mut bench), (vec![0, 1], vec![1]), "it is still the preferred one");
    bench.line("l2", &["pb"], LineChange::Up);
    steps(&mut bench, 6, true);
    assert_eq!(order(&mut bench), (vec![1, 0], vec![1]));
    // For another patient people may want another.
    assert_eq!(bench.command(Command::Admit { bed: bed("1") }), Receipt::Done);
    steps(&mut bench, 6, true);
    assert_eq!(order(&mut bench), (vec![0, 1], vec![]));
}

#[test]
fn a_number_in_doubt_comes_behind_one_that_is_believed() {
    let mut bench = pair();
    for validity in [Validity::Questionable, Validity::Calibrating] {
        bench.say(in_unit(RATE, 12, validity));
        assert_eq!(first(&mut bench), 1, "{validity:?}");
        steps(&mut bench, 6, true);
        assert_eq!(first(&mut bench), 0);
    }
    // What no patient has, and what is not there at all.
    for event in [
        rate(999),
        Event::Numeric(Numeric {
            reading: Reading::absent(Validity::Invalid),
            ..numeric_of(key(RATE), reading(1))
        }),
    ] {
        bench.say(event);
        assert_eq!(first(&mut bench), 1);
        assert_eq!(scored(&mut bench), Some(Decimal::whole(20)));
        steps(&mut bench, 6, true);
        assert_eq!(first(&mut bench), 0);
    }
    // Both in doubt: as ever, by who came first.
    bench.say(in_unit(RATE, 12, Validity::Questionable));
    bench.says("pb", in_unit(RATE, 20, Validity::Questionable));
    assert_eq!(first(&mut bench), 0);
}

#[test]
fn scores_take_the_airway_from_who_ventilates_as_the_tile_does() {
    let mut bench = Bench::new();
    let policy = AlarmPolicy {
        scores: ScorePolicy { news2: true, ..ScorePolicy::default() },
        ..AlarmPolicy::default()
    };
    bench.board.set_policy(policy);
    let beside = Command::AssignBeside { device: device("pb"), bed: bed("1") };
    assert_eq!(bench.command(beside), Receipt::Done);
    let category = Some(PatientCategory::Adult);
    bench.say(Event::Patient(Patient { id: Some(text("7")), category, ..Patient::default() }));
    bench.says("pb", in_unit("vent.set.peep", 8, Validity::Valid));
    let total = "vent.rr_total";
    for _ in 0..7 {
        bench.say(in_unit(total, 12, Validity::Valid));
        bench.says("pb", in_unit(total, 26, Validity::Valid));
        bench.run(ms(1_000));
    }
    let tile = bench.tile();
    let shown = tile.blocks.iter().find(|block| {
        !block.is_second && block.group.as_ref().is_some_and(|group| group.as_str() == total)
    });
    assert_eq!(shown.map(|block| block.source), Some(1));
    assert_eq!(scored(&mut bench), Some(Decimal::whole(26)));
}

/// A chunk of 250 samples at 250 Hz that ends now.
fn pleth(bench: &Bench, nth: u64) -> (Event, Placement) {
    let wave = WaveChunk {
        key: key("w.pleth"),
        unit: Unit::one(),
        base: Timebase { id: 0, tick_ns: 1_000_000 },
        first: Tick(nth * 1_000),
        step: 4,
        before: Before::Joined,
        scale: Scale::Unknown,
        samples: Arc::from([3; 250]),
        marks: Vec::new(),
    };
    let start = bench.now.before(secs(1));
    (Event::Wave(wave), Placement { start, ns_per_tick: 1e6, epoch: 0 })
}

#[test]
fn the_wave_comes_from_the_device_that_the_number_is_wanted_from() {
    let mut bench = pair();
    let mut nth = 0;
    let mut beat = |bench: &mut Bench, names: &[&str]| {
        nth += 1;
        for name in names {
            let (event, placement) = pleth(bench, nth);
            bench.says_placed(name, event, Some(placement));
            bench.says(name, in_unit("spo2", 97, Validity::Valid));
        }
        bench.run(ms(1_000));
    };
    let waves = |bench: &mut Bench| -> Vec<(u16, bool, bool)> {
        let tile = bench.tile();
        let of = |wave: &WaveView| (wave.source, wave.is_second, wave.is_preferred);
        tile.waves.iter().map(of).collect()
    };
    (0..6).for_each(|_| beat(&mut bench, &["mp", "pb"]));
    assert_eq!(waves(&mut bench), [(0, false, false), (1, true, false)]);
    let wanted = Command::Prefer { bed: bed("1"), group: text("spo2"), device: Some(device("pb")) };
    assert_eq!(bench.command(wanted), Receipt::Done);
    assert_eq!(waves(&mut bench), [(1, false, true), (0, true, false)]);
    // A lost one is not drawn first, and is not first again with its first chunk.
    (0..6).for_each(|_| beat(&mut bench, &["mp"]));
    assert_eq!(waves(&mut bench)[0], (0, false, false));
    beat(&mut bench, &["mp", "pb"]);
    assert_eq!(waves(&mut bench)[0], (0, false, false));
    (0..6).for_each(|_| beat(&mut bench, &["mp", "pb"]));
    assert_eq!(waves(&mut bench)[0], (1, false, true));
}

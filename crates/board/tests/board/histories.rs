//! Long random histories against a small second opinion on freshness and on the alarm mirror.

use std::{collections::BTreeMap, time::Duration};

use crate::common::*;
use vigie_board::{
    LineChange,
    view::{Freshness, Shown, TileView},
};
use vigie_model::*;

const SEEDS: u64 = 200;
const STEPS: usize = 400;

/// The streams of the device, with the three limits written out by hand, in milliseconds.
const STREAMS: [(&str, Kind, [u64; 3]); 5] = [
    ("hr.ecg", Kind::Periodic(1024), [2560, 5000, 10_000]),
    ("spo2", Kind::Periodic(3000), [7500, 9000, 15_000]),
    ("temp", Kind::Periodic(60_000), [150_000, 180_000, 300_000]),
    ("rr", Kind::OnChange(4000), [10_000, 12_000, 20_000]),
    ("nibp.sys", Kind::Episodic(120), [180_000, 180_000, 3_600_000]),
];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Periodic(u64),
    OnChange(u64),
    Episodic(u64),
}

/// What a value needs to be judged by somebody who does not know the board.
#[derive(Clone, Copy)]
struct Heard {
    value: MonoTime,
    /// The line has closed since.
    cut: bool,
}

#[derive(Default)]
struct Opinion {
    heard: BTreeMap<&'static str, Heard>,
    alive: MonoTime,
    closed: bool,
}

impl Opinion {
    fn freshness(&self, now: MonoTime, id: &str, device_lost: bool) -> Option<Freshness> {
        let heard = self.heard.get(id)?;
        let (_, kind, limits) = STREAMS.iter().find(|(known, _, _)| *known == id)?;
        let (from, lost) = match kind {
            Kind::Periodic(_) => (heard.value, heard.cut || self.closed),
            Kind::OnChange(_) if heard.cut => (heard.value, true),
            Kind::OnChange(_) => (heard.value.max(self.alive), self.closed),
            Kind::Episodic(_) => (heard.value, device_lost),
        };
        let age_ns = now.as_nanos() - from.as_nanos();
        let [late, stale, dead] = limits.map(|limit| limit * 1_000_000);
        Some(match kind {
            _ if lost || age_ns > dead => Freshness::Lost,
            _ if age_ns > stale => Freshness::Stale,
            Kind::Periodic(_) | Kind::OnChange(_) if age_ns > late => Freshness::Late,
            Kind::Periodic(_) | Kind::OnChange(_) | Kind::Episodic(_) => Freshness::Live,
        })
    }
}

fn opens() -> Bench {
    let mut bench = Bench::new();
    bench.line("com1", &["mp"], LineChange::Up);
    for (id, kind, _) in STREAMS {
        let cadence = match kind {
            Kind::Periodic(period) => every(period),
            Kind::OnChange(proof) => Cadence::OnChange { proof: ms(proof) },
            Kind::Episodic(interval) => Cadence::Episodic { interval: Some(secs(interval)) },
        };
        bench.say(stream(key(id), cadence));
    }
    bench
}

/// Mostly short, sometimes to a limit exactly or a nanosecond beside it.
fn pause(chance: &mut Chance) -> Duration {
    match chance.below(10) {
        0..6 => Duration::from_nanos(chance.below(2_000_000_000)),
        6 => Duration::from_nanos(chance.below(200_000_000_000)),
        _ => {
            let (_, _, limits) = chance.pick(&STREAMS);
            let limit = Duration::from_millis(*chance.pick(limits));
            [limit - NS, limit, limit + NS][chance.below(3) as usize]
        }
    }
}

#[test]
fn freshness_is_that_of_the_table_at_every_step() {
    let mut seen = BTreeMap::<Freshness, u32>::new();
    for seed in 0..SEEDS {
        let mut chance = Chance::new(seed);
        let (mut bench, mut opinion) = (opens(), Opinion::default());
        let mut wakes_itself = true;
        for step in 0..STEPS {
            let by = pause(&mut chance);
            // A sleepy owner that never answers a timeout changes nothing of what is shown.
            if wakes_itself {
                bench.run(by)
            } else {
                bench.pass(by)
            };
            match chance.below(20) {
                0 => {
                    bench.line("com1", &["mp"], LineChange::Down);
                    opinion.closed = true;
                }
                1 | 2 => {
                    bench.line("com1", &["mp"], LineChange::Up);
                    opinion.closed = false;
                }
                3..6 => {
                    bench.say(Event::Alive);
                    opinion.alive = bench.now;
                }
                6 => wakes_itself = !wakes_itself,
                7..9 => {}
                _ => {
                    let (id, _, _) = *chance.pick(&STREAMS);
                    bench.say(numeric(id, step as i64));
                    opinion.heard.insert(id, Heard { value: bench.now, cut: false });
                }
            }
            if opinion.closed {
                opinion.heard.values_mut().for_each(|heard| heard.cut = true);
            }
            let tile = bench.tile();
            let device_lost = tile.link.freshness == Some(Freshness::Lost);
            for number in tile.blocks.iter().flat_map(|block| &block.numerics) {
                let id = number.id.as_ref().unwrap().as_str();
                let expected = opinion.freshness(bench.now, id, device_lost).unwrap();
                assert_eq!(number.freshness, expected, "seed {seed} step {step} {id}");
                *seen.entry(expected).or_default() += 1;
                let is_dashes = matches!(number.shown, Shown::Dashes { .. });
                assert_eq!(is_dashes, expected == Freshness::Lost, "seed {seed} step {step} {id}");
            }
            assert_alarms_are_reasoned(&tile, seed, step);
        }
    }
    assert!(seen.len() == 4 && seen.values().all(|count| *count > 1000), "{seen:?}");
}

/// One alarm about the device or several about its streams, and never one about a stream that lives.
fn assert_alarms_are_reasoned(tile: &TileView, seed: u64, step: usize) {
    let about_device = tile.station_alarms.iter().filter(|alarm| {
        matches!(
            alarm.kind,
            StationAlarmKind::DeviceStale
                | StationAlarmKind::DeviceLost
                | StationAlarmKind::LineClosed
        )
    });
    assert!(about_device.count() <= 1, "seed {seed} step {step}: {:?}", tile.station_alarms);
    if tile.link.closed && tile.link.heard.is_some() {
        let closed =
            tile.station_alarms.iter().any(|alarm| alarm.kind == StationAlarmKind::LineClosed);
        assert!(closed, "seed {seed} step {step}");
    }
    for number in tile.blocks.iter().flat_map(|block| &block.numerics) {
        let stream = [
            StationAlarmKind::StreamStale(number.key.clone()),
            StationAlarmKind::StreamLost(number.key.clone()),
        ];
        let missed = tile.station_alarms.iter().any(|alarm| stream.contains(&alarm.kind));
        let lives = number.freshness <= Freshness::Late;
        assert!(!(missed && lives), "seed {seed} step {step}: {:?}", number.key);
    }
}

/// What the device last said of its alarms, by kind.
#[derive(Default)]
struct Said {
    physiological: Vec<Alarm>,
    technical: Vec<Alarm>,
}

#[test]
fn the_mirror_holds_what_the_device_last_said_at_every_step() {
    let mut longest = 0;
    for seed in 0..SEEDS {
        let mut chance = Chance::new(seed);
        let (mut bench, mut said) = (opens(), Said::default());
        let mut begun = BTreeMap::<Text, MonoTime>::new();
        for step in 0..STEPS / 4 {
            bench.run(pause(&mut chance));
            match chance.below(6) {
                0 => _ = bench.line("com1", &["mp"], LineChange::Down),
                1 => _ = bench.line("com1", &["mp"], LineChange::Up),
                2 => _ = bench.say(numeric("hr.ecg", 80)),
                _ => {
                    let scope = *chance.pick(&[
                        AlarmScope::All,
                        AlarmScope::Physiological,
                        AlarmScope::Technical,
                    ]);
                    let active = set_of(&mut chance, scope);
                    bench.say(alarms(scope, AlarmTruth::Complete, &active));
                    let of_kind = |kind| {
                        active
                            .iter()
                            .filter(|alarm| alarm.kind == kind)
                            .cloned()
                            .collect::<Vec<_>>()
                    };
                    if scope != AlarmScope::Technical {
                        said.physiological = of_kind(AlarmKind::Physiological);
                    }
                    if scope != AlarmScope::Physiological {
                        said.technical = of_kind(AlarmKind::Technical);
                    }
                }
            }
            let mut expected: Vec<&Alarm> =
                said.physiological.iter().chain(&said.technical).collect();
            begun.retain(|id, _| expected.iter().any(|alarm| alarm.id == *id));
            for alarm in &expected {
                begun.entry(alarm.id.clone()).or_insert(bench.now);
            }
            expected.sort_by_key(|alarm| {
                (std::cmp::Reverse(alarm.priority), alarm.kind, begun[&alarm.id])
            });
            let words = |alarm: &&Alarm| (alarm.text.clone(), alarm.priority, begun[&alarm.id]);
            let expected: Vec<_> = expected.iter().map(words).collect();
            let shown: Vec<_> = bench
                .tile()
                .alarms
                .list
                .iter()
                .map(|alarm| (alarm.text.clone(), alarm.priority, alarm.since.0))
                .collect();
            assert_eq!(shown, expected, "seed {seed} step {step}");
            longest = longest.max(shown.len());
        }
    }
    assert!(longest >= 6, "the histories are too calm: {longest}");
}

/// A set in which every alarm has an id of its own; priorities change from set to set.
fn set_of(chance: &mut Chance, scope: AlarmScope) -> Vec<Alarm> {
    let mut set = Vec::new();
    for number in 0..8 {
        let kind = [AlarmKind::Physiological, AlarmKind::Technical][number % 2];
        let is_inside = match scope {
            AlarmScope::All => true,
            AlarmScope::Physiological => kind == AlarmKind::Physiological,
            AlarmScope::Technical => kind == AlarmKind::Technical,
        };
        if is_inside && chance.below(2) == 0 {
            let priority = *chance.pick(&[Priority::Low, Priority::Medium, Priority::High]);
            set.push(alarm(&format!("alarm {number}"), kind, priority));
        }
    }
    if chance.below(2) == 0 {
        set.reverse();
    }
    set
}

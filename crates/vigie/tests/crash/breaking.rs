//! Kills and power cuts of a part, each followed by a start and a look at all that is left.

use std::{collections::BTreeMap, env, sync::Mutex, thread};

use crossbeam_channel::bounded;
use vigie_session::rng::Rng;

use crate::{
    calls::{CHANGING, Call, Effect, Player},
    forgetful::{Cut, ForgetfulDisk, Image},
    parts::Part,
    program::{Said, killed, scratch, traced, write_image},
};

/// Kills a part is broken by; where it makes fewer calls, each of them.
const KILLS: usize = 100;

/// Of all kills and sync points the tests take every tenth; with `VIGIE_CRASH=all` each.
fn stride() -> usize {
    if env::var_os("VIGIE_CRASH").is_some_and(|which| which == "all") { 1 } else { 10 }
}

/// Lines of the table, and what was wrong.
#[derive(Default)]
struct Found {
    lines: BTreeMap<usize, String>,
    wrong: Vec<String>,
}

impl Found {
    fn add(&mut self, order: usize, where_: &str, outcome: Result<String, String>) {
        match outcome {
            Ok(lost) => {
                self.lines.insert(order, format!("{where_:<58} | {lost}"));
            }
            Err(why) => self.wrong.push(format!("{where_}: {why}")),
        }
    }

    /// Prints the table; fails when something was wrong.
    fn judge(self, heading: &str) {
        println!("\n{heading}");
        println!("{:<58} | lost", "where");
        self.lines.values().for_each(|line| println!("{line}"));
        println!("{}: {} held, {} did not", heading, self.lines.len(), self.wrong.len());
        assert!(self.wrong.is_empty(), "{heading}\n{}", self.wrong.join("\n\n"));
        assert!(!self.lines.is_empty(), "{heading}: nothing was broken");
    }
}

/// The calls of an uninterrupted run, with what each did to the disk.
fn calls_of(part: &Part<'_>) -> (Vec<Call>, Vec<Effect>, std::path::PathBuf) {
    let root = scratch();
    write_image(root.path(), &part.base);
    let calls = traced(root.path(), &(part.arguments)(root.path()));
    let mut player = Player::new(root.path(), ForgetfulDisk::of(&part.base));
    let effects = calls.iter().map(|call| player.play(call)).collect();
    (calls, effects, root.path().to_owned())
}

/// Kills the part before its N-th write or sync, for a hundred N spread over all of it.
pub fn kill(part: &Part<'_>) {
    let (calls, effects, _) = calls_of(part);
    let scope = part.scope.of(&calls);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places = Vec::new();
    for (index, (call, effect)) in calls.iter().zip(&effects).enumerate() {
        if !CHANGING.contains(&call.name.as_str()) {
            continue;
        }
        let nth = counts.entry(&call.name).or_default();
        *nth += 1;
        if *effect != Effect::None && scope.contains(&index) {
            places.push((call.name.as_str(), *nth));
        }
    }
    let all = places.len();
    let chosen: Vec<(usize, (&str, usize))> = (1..=all.min(KILLS))
        .step_by(stride())
        .map(|n| (n, places[(n - 1) * all / all.min(KILLS)]))
        .collect();
    let found = Mutex::new(Found::default());
    let (sender, receiver) = bounded::<(usize, (&str, usize))>(1);
    thread::scope(|threads| {
        for _ in 0..WORKERS {
            let (receiver, found) = (receiver.clone(), &found);
            threads.spawn(move || {
                for (n, (name, nth)) in receiver {
                    let outcome = kill_at(part, name, nth);
                    let where_ = format!("{} | N = {n}, before {name} {nth}", part.name);
                    found.lock().expect("whole").add(n, &where_, outcome);
                }
            });
        }
        drop(receiver);
        for place in chosen {
            sender.send(place).expect("workers");
        }
        drop(sender);
    });
    let heading = format!("killed: {}, {all} writes, syncs and changes of names", part.name);
    found.into_inner().expect("whole").judge(&heading);
}

/// As many as there are likely to be cores.
const WORKERS: usize = 2;

fn kill_at(part: &Part<'_>, name: &str, nth: usize) -> Result<String, String> {
    let root = scratch();
    write_image(root.path(), &part.base);
    let said = killed(root.path(), &(part.arguments)(root.path()), name, nth)?;
    (part.check)(root.path(), &said)
}

/// One image of the disk after a power cut.
struct Wreck {
    order: usize,
    where_: String,
    image: Image,
    said: Said,
}

/// Cuts the power before and after every sync, and somewhere between two.
pub fn cut_power(part: &Part<'_>) {
    let (calls, effects, root) = calls_of(part);
    let scope = part.scope.of(&calls);
    let syncs: Vec<usize> =
        scope.clone().filter(|index| effects[*index] == Effect::Synced).collect();
    let chosen: Vec<usize> = (0..syncs.len()).step_by(stride()).collect();
    let seed = 0x5EED_0000 + syncs.len() as u64;
    let found = Mutex::new(Found::default());
    let (sender, receiver) = bounded::<Wreck>(1);
    thread::scope(|threads| {
        for _ in 0..WORKERS {
            let (receiver, found) = (receiver.clone(), &found);
            threads.spawn(move || {
                for wreck in receiver {
                    let root = scratch();
                    write_image(root.path(), &wreck.image);
                    let outcome = (part.check)(root.path(), &wreck.said);
                    found.lock().expect("whole").add(wreck.order, &wreck.where_, outcome);
                }
            });
        }
        drop(receiver);
        let mut player = Player::new(&root, ForgetfulDisk::of(&part.base));
        let (mut done, mut said) = (0, Said::default());
        for number in chosen {
            let sync = syncs[number];
            let before = number.checked_sub(1).map_or(scope.start, |number| syncs[number] + 1);
            let between = before + Rng::new(seed ^ number as u64).index(sync - before + 1);
            let mut cut_at = |at: usize, which: usize, how: &str| {
                for (call, effect) in calls.iter().zip(&effects).take(at).skip(done) {
                    player.play(call);
                    if let Effect::Said(text) = effect {
                        said.hear(text);
                    }
                }
                done = done.max(at);
                let mut rng = Rng::new(seed.wrapping_add((number * 8 + which) as u64));
                let cut = match how {
                    "all forgotten" => Cut::Synced,
                    "nothing forgotten" => Cut::Everything,
                    _ => Cut::Torn(&mut rng),
                };
                let where_ = format!("{} | sync {}, call {at}, {how}", part.name, number + 1);
                let image = player.disk.image(cut);
                let order = number * 8 + which;
                sender.send(Wreck { order, where_, image, said: said.clone() }).expect("workers");
            };
            cut_at(between, 0, "torn");
            cut_at(sync, 1, "all forgotten");
            cut_at(sync, 2, "torn");
            cut_at(sync, 3, "nothing forgotten");
            cut_at(sync + 1, 4, "all forgotten");
            cut_at(sync + 1, 5, "torn");
        }
        drop(sender);
    });
    let heading = format!("power cut: {}, {} syncs, seed {seed:#x}", part.name, syncs.len());
    found.into_inner().expect("whole").judge(&heading);
}

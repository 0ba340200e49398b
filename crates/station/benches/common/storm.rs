//! Two storms: every bed raises four alarms in one round of its monitor, on 64 beds 256 in 1.024 s, while
//! the real window has a bed open. A monitor that this machine lets wait raises them a round later.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::Receiver;
use vigie_board::view::{AnswerState, AttentionOf, AttentionRow, BoardView, ConditionNo};
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime, Priority};
use vigie_station::Station;

use super::{
    heard,
    screen::{Row, Screen, row_of},
    table::{self, ms},
    ward::{KINDS_OF_STORM, Raised, Ward},
};

/// No alarm may take longer to the view.
const BOUND: Duration = Duration::from_millis(250);
/// An alarm that is seen nowhere for this long is lost.
const LOST: Duration = Duration::from_secs(10);
/// In it all alarms have ended: an end counts after 3 s.
const ENDS: Duration = Duration::from_secs(60);
/// What was begun is heard to its end.
const BURSTS: Duration = Duration::from_secs(4);

/// What a storm goes through.
pub struct Scene<'a> {
    pub station: &'a Station,
    pub ward: &'a Ward,
    pub raised: &'a Receiver<Raised>,
    pub screen: Option<&'a mut Screen>,
    pub beds: u8,
    /// What was played, and how many samples a second.
    pub pcm: &'a Mutex<Vec<f32>>,
    pub rate_hz: u32,
}

/// A device's alarm: its bed, and its text without the spaces that fill it up.
type Named = (String, String);

fn named(bed: &str, text: &str) -> Named {
    (bed.to_owned(), text.split_whitespace().collect::<Vec<&str>>().join(" "))
}

fn name_of(row: &AttentionRow) -> Option<Named> {
    match &row.what {
        AttentionOf::Device { text, .. } => {
            Some(named(row.bed.as_ref()?.0.as_str(), text.as_str()))
        }
        AttentionOf::Station { .. } => None,
    }
}

/// What was seen in the views of one storm.
#[derive(Default)]
struct Looked {
    views: usize,
    /// When each alarm was first there and on, and its row.
    first: BTreeMap<Named, (MonoTime, Row)>,
    /// How often a list was out of order, or a row that did not change stood elsewhere among its like.
    moved: usize,
    calls: Vec<u64>,
}

/// What places a row, the most urgent first: priority, then who answered, then age.
fn place(row: &AttentionRow) -> (Reverse<Priority>, u8, MonoTime, ConditionNo) {
    let state = match row.answer.state {
        AnswerState::Active => 0,
        AnswerState::Latched => 1,
        AnswerState::Answered => 2,
    };
    (Reverse(row.priority), state, row.since.0, row.answer.no)
}

fn has_moved(before: &[AttentionRow], now: &[AttentionRow]) -> bool {
    let places: BTreeMap<_, _> = before.iter().map(|row| (row.answer.no, place(row))).collect();
    let same = |row: &&AttentionRow| places.get(&row.answer.no) == Some(&place(row));
    let stayed: Vec<ConditionNo> = now.iter().filter(same).map(|row| row.answer.no).collect();
    let set: BTreeSet<ConditionNo> = stayed.iter().copied().collect();
    let had = before.iter().map(|row| row.answer.no).filter(|no| set.contains(no));
    !now.is_sorted_by_key(place) || !had.eq(stayed.iter().copied())
}

/// Looks at every view that it can get hold of.
fn look(station: &Station, looked: &Mutex<Looked>, ends: &AtomicBool) {
    let views = station.views();
    let mut before: Option<Arc<BoardView>> = None;
    while !ends.load(Ordering::Relaxed) {
        let Some(view) = views.next(Duration::from_millis(100)) else { continue };
        let now = BootClock.mono();
        let mut looked = looked.lock().expect("no panic");
        looked.views += 1;
        looked.calls.push(view.sound.call);
        let on = view.attention.iter().filter(|row| row.answer.state == AnswerState::Active);
        for row in on {
            if let Some(name) = name_of(row) {
                looked.first.entry(name).or_insert((now, row_of(row)));
            }
        }
        looked.moved += usize::from(
            before.as_ref().is_some_and(|before| has_moved(&before.attention, &view.attention)),
        );
        before = Some(view);
    }
}

/// Both storms; whether all was as it must be.
pub fn run(mut scene: Scene<'_>) -> bool {
    let (looked, ends) = (Mutex::new(Looked::default()), AtomicBool::new(false));
    let station = scene.station;
    if let Some(screen) = &mut scene.screen {
        screen.count();
    }
    scene.pcm.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let all_held = thread::scope(|scope| {
        let eye = thread::Builder::new().name("eye".to_owned());
        eye.spawn_scoped(scope, || look(station, &looked, &ends)).expect("a thread");
        let held = ["first", "second"].map(|name| storm(name, &mut scene, &looked));
        thread::park_timeout(BURSTS);
        ends.store(true, Ordering::Relaxed);
        held.into_iter().all(|held| held)
    });
    let looked = looked.into_inner().expect("no panic");
    let calls = looked.calls.is_sorted();
    println!("\nboth: {} views, rows that moved: {}", looked.views, looked.moved);
    let voices = voices(&scene);
    println!("calls only rise: {}", if calls { "yes" } else { "no" });
    if let Some(screen) = &mut scene.screen {
        screen.look();
        table::head("the window");
        table::row("from one frame to the next", screen.frame_times());
        println!("the window used {:.2} cores", screen.cores());
    }
    println!("load {}", table::load());
    all_held && looked.moved == 0 && voices && calls
}

fn voices(scene: &Scene<'_>) -> bool {
    let pcm = scene.pcm.lock().unwrap_or_else(PoisonError::into_inner);
    match heard::bursts(&pcm, scene.rate_hz) {
        Ok(bursts) => {
            let of = |wanted| bursts.iter().filter(|priority| **priority == wanted).count();
            let [high, medium, low] = [Priority::High, Priority::Medium, Priority::Low].map(of);
            println!("bursts heard: {high} high, {medium} medium, {low} low; voices at once: 1");
            true
        }
        Err(at) => {
            let at = Duration::from_secs(at as u64) / scene.rate_hz;
            println!("after {at:?} something sounds that is no burst alone: voices at once: 2");
            false
        }
    }
}

/// One storm, to its end.
fn storm(name: &str, scene: &mut Scene<'_>, looked: &Mutex<Looked>) -> bool {
    let count = usize::from(scene.beds) * KINDS_OF_STORM;
    looked.lock().expect("no panic").first.clear();
    scene.ward.storm();
    let mut told: Vec<Raised> = Vec::new();
    while told.len() < count {
        match scene.raised.recv_timeout(LOST) {
            Ok(raised) => told.push(raised),
            Err(_) => break,
        }
    }
    let times = || told.iter().map(|raised| raised.at);
    let (Some(begin), Some(end)) = (times().min(), times().max()) else { return false };
    let deadline = end + LOST;
    let key = |raised: &Raised| named(&raised.bed.to_string(), raised.text);
    let is_seen =
        |looked: &Looked| told.iter().all(|raised| looked.first.contains_key(&key(raised)));
    while !is_seen(&looked.lock().expect("no panic")) && BootClock.mono() < deadline {
        thread::park_timeout(Duration::from_millis(20));
    }
    let first = looked.lock().expect("no panic").first.clone();
    let seen: Vec<(&Raised, &(MonoTime, Row))> =
        told.iter().filter_map(|raised| Some((raised, first.get(&key(raised))?))).collect();
    let views: Vec<Duration> = seen.iter().map(|(raised, (at, _))| at.since(raised.at)).collect();
    let densest = densest(times().collect());
    println!(
        "\nthe {name} storm: {} of {count} alarms sent in {}, {densest} of them within one second; {} \
         lost on the way to the view",
        told.len(),
        ms(end.since(begin)),
        told.len() - seen.len()
    );
    table::head("from the last byte of the frame");
    let [_, _, worst] = table::row("to the published view", views);
    let mut lost = count - seen.len();
    if let Some(screen) = &mut scene.screen {
        let painted = seen.iter().filter_map(|(raised, (_, row))| {
            Some(screen.wait_for(*row, deadline)?.since(raised.at))
        });
        let painted: Vec<Duration> = painted.collect();
        lost += seen.len() - painted.len();
        let unpainted = seen.len() - painted.len();
        table::row("to the pixel: the frame that shows it is presented", painted);
        println!("lost on the way to the pixel: {unpainted}");
    }
    let held = worst <= BOUND;
    println!("aim, none over {} ms to the view: {}", BOUND.as_millis(), kept(held));
    for bed in 1..=scene.beds {
        scene.ward.restore(bed);
    }
    let until = BootClock.mono() + ENDS;
    while are_on(scene.station) && BootClock.mono() < until {
        thread::park_timeout(Duration::from_millis(100));
    }
    lost == 0 && held
}

/// The most alarms within one second.
fn densest(mut times: Vec<MonoTime>) -> usize {
    times.sort_unstable();
    let within = |(place, at): (usize, &MonoTime)| {
        times[place..].iter().take_while(|later| later.since(*at) <= Duration::from_secs(1)).count()
    };
    times.iter().enumerate().map(within).max().unwrap_or(0)
}

/// Whether an alarm of a device is on.
fn are_on(station: &Station) -> bool {
    let is_on = |row: &AttentionRow| {
        row.answer.state == AnswerState::Active && matches!(row.what, AttentionOf::Device { .. })
    };
    station.view().is_some_and(|view| view.attention.iter().any(is_on))
}

/// As it is written.
pub fn kept(held: bool) -> &'static str {
    if held { "kept" } else { "not kept" }
}

//! A storm: 200 alarms in a second on 64 beds, and again, through the real threads.
//!
//! A machine that builds something else meanwhile lets threads wait, whatever the station does. So a
//! witness sleeps and wakes beside it, and notes how late it was woken: the bound of 250 ms holds for
//! the station's own time, with as many of the witness's longest delays on top as an alarm wakes
//! threads on its way. On a machine that has nothing else to do that is a few milliseconds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use vigie_board::view::{AnswerState, AttentionOf, AttentionRow, BoardView, ConditionNo};
use vigie_clock::BootClock;
use vigie_config::SoundConfig;
use vigie_model::{Clock, MonoTime, Priority};
use vigie_speaker::Capture;
use vigie_tones::{BurstShape, FADE, SEPARATION, Volume, burst};

use crate::{
    SoundState, Station, StationClient, StationOptions,
    shared::lock,
    speaker_options,
    testing::{Ports, config, options, pass, start_heard, until},
};

const BEDS: usize = 64;
const ALARMS: usize = 200;
/// From one alarm to the next: 200 in a second.
const GAP: Duration = Duration::from_millis(5);
/// From word to view.
const BOUND: Duration = Duration::from_millis(250);
/// Threads that are woken on an alarm's way: the line's, the board's, and the one that looks here.
const WAKES: u32 = 3;
const RATE_HZ: u32 = 8_000;
/// What the loudspeaker takes at once: 10 ms.
const PERIOD: usize = 80;

/// What threads beside the station note until they are told to stop.
#[derive(Default)]
struct Notes {
    stop: AtomicBool,
    /// Nanoseconds by which the witness was woken late, at most.
    late: AtomicU64,
    pcm: Mutex<Vec<f32>>,
    seen: Mutex<Looked>,
}

/// What was seen in the views.
#[derive(Default)]
struct Looked {
    views: usize,
    calls: Vec<u64>,
    /// When each text was first in a view.
    first: BTreeMap<String, MonoTime>,
    wrong: Vec<String>,
}

fn text(row: &AttentionRow) -> Option<&str> {
    match &row.what {
        AttentionOf::Device { text, .. } => Some(text.as_str()),
        AttentionOf::Station { .. } => None,
    }
}

/// What places a row, the most urgent first: priority, then who answered, then age.
fn place(row: &AttentionRow) -> (std::cmp::Reverse<Priority>, u8, MonoTime, ConditionNo) {
    let state = match row.answer.state {
        AnswerState::Active => 0,
        AnswerState::Latched => 1,
        AnswerState::Answered => 2,
    };
    (std::cmp::Reverse(row.priority), state, row.since.0, row.answer.no)
}

/// Rows that stand in both views and did not change keep their order, and nothing stands above what
/// is more urgent.
fn compare(before: &[AttentionRow], now: &[AttentionRow], wrong: &mut Vec<String>) {
    if !now.is_sorted_by_key(place) {
        wrong.push(format!("out of order: {now:?}"));
    }
    let places: BTreeMap<_, _> = before.iter().map(|row| (row.answer.no, place(row))).collect();
    let same = |row: &&AttentionRow| places.get(&row.answer.no) == Some(&place(row));
    let stayed: Vec<ConditionNo> = now.iter().filter(same).map(|row| row.answer.no).collect();
    let set: BTreeSet<ConditionNo> = stayed.iter().copied().collect();
    let had = before.iter().map(|row| row.answer.no).filter(|no| set.contains(no));
    if !had.eq(stayed.iter().copied()) {
        wrong.push(format!("rows that stand moved: {before:?} became {now:?}"));
    }
}

/// Looks at every view that it can get hold of.
fn look(station: &Station, notes: &Notes) {
    let views = station.views();
    let mut before: Option<Arc<BoardView>> = None;
    while !notes.stop.load(Ordering::Relaxed) {
        let Some(view) = views.next(Duration::from_millis(100)) else { continue };
        let now = BootClock.mono();
        let mut looked = lock(&notes.seen);
        looked.views += 1;
        looked.calls.push(view.sound.call);
        for text in view.attention.iter().filter_map(text) {
            if !looked.first.contains_key(text) {
                looked.first.insert(text.to_owned(), now);
            }
        }
        if let Some(before) = &before {
            compare(&before.attention, &view.attention, &mut looked.wrong);
        }
        before = Some(view);
    }
}

/// Sleeps and notes how late it was woken.
fn witness(notes: &Notes) {
    const NAP: Duration = Duration::from_millis(2);
    while !notes.stop.load(Ordering::Relaxed) {
        let began = BootClock.mono();
        pass(NAP);
        let late = (BootClock.mono() - began).saturating_sub(NAP);
        let late = u64::try_from(late.as_nanos()).unwrap_or(u64::MAX);
        notes.late.fetch_max(late, Ordering::Relaxed);
    }
}

/// Takes samples at the pace of a device.
fn listen(loudspeaker: &Capture, notes: &Notes) {
    let (began, mut taken) = (BootClock.mono(), 0_u64);
    while !notes.stop.load(Ordering::Relaxed) {
        let due = began + Duration::from_secs(taken) / RATE_HZ;
        pass(due.since(BootClock.mono()));
        lock(&notes.pcm).extend(loudspeaker.take(PERIOD));
        taken += PERIOD as u64;
    }
}

/// Beds, priorities and texts of a storm in the order of their coming: 60 of low priority, so that
/// something sounds when more urgent ones come, then all in turn.
fn storm(name: &str) -> Vec<(usize, &'static str, String)> {
    let priority = |nth: usize| match nth {
        0..60 => "low",
        _ => ["low", "medium", "high"][nth % 3],
    };
    let alarm = |nth: usize| (nth % BEDS, priority(nth), format!("{name} {nth}"));
    (0..ALARMS).map(alarm).collect()
}

/// Tells the station, one each 5 ms; returns when each was told.
fn tell(ports: &Ports, storm: &[(usize, &str, String)]) -> Vec<MonoTime> {
    let mut on: Vec<String> = vec![String::new(); BEDS];
    let began = BootClock.mono();
    let mut told = Vec::new();
    for ((bed, priority, text), nth) in storm.iter().zip(0_u32..) {
        pass((began + GAP * nth).since(BootClock.mono()));
        let all = &mut on[*bed];
        if !all.is_empty() {
            all.push('|');
        }
        all.push_str(&format!("{priority} {text}"));
        told.push(BootClock.mono());
        assert!(ports.say(&(bed + 1).to_string(), &format!("all {all}")), "nobody hears {text}");
    }
    told
}

#[test]
fn two_storms_lose_nothing_move_nothing_and_sound_as_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ports, loudspeaker) = (Ports::default(), Capture::new(RATE_HZ));
    let made = StationOptions { sounds: true, ..options(config(BEDS), folder.path()) };
    let station = start_heard(made, &ports, Arc::new(BootClock), &loudspeaker);
    // A window with all beds in it, as in a ward.
    let client = StationClient::connect(folder.path());
    until("the device takes samples", || {
        loudspeaker.take(PERIOD);
        (station.report().sound.state == SoundState::Working).then_some(())
    });
    for bed in 1..=BEDS {
        until("open", || ports.say(&bed.to_string(), "calm").then_some(()));
    }
    let notes = Notes::default();
    let told = thread::scope(|scope| {
        let watched = scope.spawn(|| look(&station, &notes));
        let beside =
            [scope.spawn(|| witness(&notes)), scope.spawn(|| listen(&loudspeaker, &notes))];
        let mut told = Vec::new();
        for name in ["first", "second"] {
            let storm = storm(name);
            let times = tell(&ports, &storm);
            told.extend(storm.iter().map(|(_, _, text)| text.clone()).zip(times));
            until("all are listed", || {
                let view = station.view()?;
                let listed: BTreeSet<&str> = view.attention.iter().filter_map(text).collect();
                storm.iter().all(|(_, _, text)| listed.contains(text.as_str())).then_some(())
            });
            until("the window has them all", || {
                let view = client.seen()?.view;
                let on_tiles: usize = view.tiles.iter().map(|tile| tile.alarms.list.len()).sum();
                (on_tiles == ALARMS).then_some(())
            });
            if name == "first" {
                // All end; what was high stays listed, latched, while the second storm comes.
                for bed in 1..=BEDS {
                    assert!(ports.say(&bed.to_string(), "calm"));
                }
                until("they ended", || {
                    let view = station.view()?;
                    let mut of_devices = view.attention.iter().filter(|row| text(row).is_some());
                    of_devices.all(|row| row.answer.state != AnswerState::Active).then_some(())
                });
            }
        }
        pass(Duration::from_secs(4));
        notes.stop.store(true, Ordering::Relaxed);
        watched.join().expect("it looked");
        for thread in beside {
            thread.join().expect("it ran");
        }
        told
    });
    let looked = lock(&notes.seen);
    assert!(looked.wrong.is_empty(), "{:#?}", looked.wrong);
    assert!(looked.calls.is_sorted(), "one sequence of calls: {:?}", looked.calls);
    let late = Duration::from_nanos(notes.late.load(Ordering::Relaxed));
    let delays = told.iter().map(|(text, at)| looked.first[text].since(*at));
    let slowest = delays.max().expect("alarms");
    println!(
        "{} alarms in {} views, the slowest after {slowest:?}; the machine woke a thread {late:?} \
         late",
        told.len(),
        looked.views
    );
    assert_eq!(told.len(), 2 * ALARMS);
    assert!(slowest <= BOUND + late * WAKES, "{slowest:?}, with {late:?} of the machine");
    one_stream(&lock(&notes.pcm));
}

/// Every sample belongs to one burst alone: a burst is heard from its beginning, to its end, to the
/// end of its part, or until it fades for a more urgent one; and between two there is silence.
fn one_stream(pcm: &[f32]) {
    let bursts = [Priority::High, Priority::Medium, Priority::Low]
        .map(|priority| (priority, burst_of(priority)));
    let mut heard: Vec<Heard> = Vec::new();
    let mut at = 0;
    while let Some(silence) = pcm[at..].iter().position(|sample| *sample != 0.0) {
        let first = at + silence;
        // What fades is over within its time: the next burst begins in it, or after it.
        let fade = heard.last().filter(|burst| burst.fades).map_or(0, |_| samples(FADE));
        let known = bursts.iter().flat_map(|(priority, burst)| {
            let leading = burst.iter().position(|sample| *sample != 0.0).unwrap_or(0);
            let begins = first.saturating_sub(leading)..=first + fade;
            begins.filter_map(|begin| {
                let (length, fades) = length(burst, &pcm[begin..])?;
                Some(Heard { priority: *priority, begin, end: begin + length, fades })
            })
        });
        let burst = known.max_by_key(|burst| burst.end);
        let burst = burst.unwrap_or_else(|| panic!("at {first} no burst alone: {heard:?}"));
        if let Some(before) = heard.last() {
            let is_cut = burst.priority == Priority::High && before.priority < Priority::High;
            let gap = burst.begin.saturating_sub(before.end);
            assert!(is_cut || gap + 2 >= samples(SEPARATION), "{before:?}, {burst:?}");
        }
        at = burst.end.min(pcm.len());
        heard.push(burst);
    }
    println!("bursts heard: {heard:?}");
    assert!(heard.iter().any(|burst| burst.priority == Priority::High), "{heard:?}");
}

/// A burst as loud as the station plays it.
fn burst_of(priority: Priority) -> Vec<f32> {
    let options = speaker_options(&SoundConfig::default());
    let volume = Volume::new(options.volume_floor_db, options.volume_db, options.cap_db);
    let (shape, gain) = (BurstShape::of(priority).expect("it sounds"), volume.gain(priority, 0));
    burst(&shape, RATE_HZ).into_iter().map(|sample| sample * gain).collect()
}

#[test]
#[should_panic(expected = "no burst alone")]
fn two_bursts_at_once_would_be_heard() {
    let mut pcm = burst_of(Priority::High);
    pcm.iter_mut().skip(400).zip(burst_of(Priority::Low)).for_each(|(is, other)| *is += other);
    one_stream(&pcm);
}

#[test]
#[should_panic(expected = "Heard")]
fn bursts_too_close_would_be_heard() {
    let silence = vec![0.0; samples(SEPARATION) / 2];
    one_stream(&[burst_of(Priority::High), silence, burst_of(Priority::Medium)].concat());
}

/// A burst that was heard, by samples.
#[derive(Debug)]
struct Heard {
    priority: Priority,
    begin: usize,
    /// Where it stopped being itself.
    end: usize,
    /// Because it faded.
    fades: bool,
}

fn samples(time: Duration) -> usize {
    (time.as_secs_f64() * f64::from(RATE_HZ)).round() as usize
}

/// How much of `pcm` this burst alone is, and whether it fades then: all of it, a part, or what came
/// before a fade. `None`: it is something else.
fn length(burst: &[f32], pcm: &[f32]) -> Option<(usize, bool)> {
    const ALIKE: f32 = 1e-4;
    let alike = |(wanted, is): (&f32, &f32)| (wanted - is).abs() <= ALIKE;
    let Some(other) = burst.iter().zip(pcm).position(|pair| !alike(pair)) else {
        return Some((burst.len().min(pcm.len()), false));
    };
    // Shorter than the rise of a pulse: too little to know it by.
    if other < samples(FADE) / 4 {
        return None;
    }
    if burst[other - 1] == 0.0 || pcm[other] == 0.0 {
        // Only a part of it was played; what differs is silence, or the next burst.
        let last = burst[..other].iter().rposition(|sample| *sample != 0.0)?;
        return Some((last + 1, false));
    }
    // A fade is softer than the burst from its first sample on, until it is over or has given way.
    (pcm[other].abs() < burst[other].abs()).then_some((other, true))
}

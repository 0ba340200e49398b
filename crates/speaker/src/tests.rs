//! The speaker without a sound card: its keeper on a virtual clock, and once with its thread.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use vigie_model::{Clock, MonoTime, Priority, WallTime};
use vigie_tones::{Tested, Volume, Wanted};

use crate::{
    Capture, DeviceName, Health, Output, STALLED, Speaker, SpeakerOptions, TICK, device::Pace,
    feed::Shared, keeper::Keeper, named,
};

const RATE_HZ: u32 = 16_000;
/// One callback: 10 ms.
const PERIOD: usize = 160;

#[derive(Debug, Default)]
struct Hand(AtomicU64);

impl Clock for Hand {
    fn mono(&self) -> MonoTime {
        MonoTime::from_nanos(self.0.load(Ordering::Relaxed))
    }

    fn wall(&self) -> WallTime {
        WallTime::default()
    }
}

/// A keeper without its thread, and the hand that moves its clock.
struct Bench {
    hand: Arc<Hand>,
    shared: Arc<Shared>,
    keeper: Keeper,
    capture: Capture,
}

impl Bench {
    fn new() -> Bench {
        let hand = Arc::new(Hand(AtomicU64::new(1_000_000_000)));
        let clock: Arc<dyn Clock> = Arc::<Hand>::clone(&hand);
        let shared = Arc::new(Shared::new(Volume::new(0.0, 0.0, 0.0), clock));
        let capture = Capture::new(RATE_HZ);
        let keeper = Keeper::new(Box::new(capture.clone()), Arc::clone(&shared));
        Bench { hand, shared, keeper, capture }
    }

    fn pass(&self, time: Duration) {
        self.hand.0.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Time goes by in which the device plays; what was heard.
    fn play(&mut self, time: Duration) -> Vec<f32> {
        let mut heard = Vec::new();
        for period in 0..time.as_millis() / 10 {
            if period % 10 == 0 {
                self.keeper.tick();
            }
            heard.extend(self.capture.take(PERIOD));
            self.pass(Duration::from_millis(10));
        }
        heard
    }

    /// Time goes by in which the device takes nothing.
    fn stand_still(&mut self, time: Duration) {
        for _ in 0..time.as_millis() / TICK.as_millis() {
            self.keeper.tick();
            self.pass(TICK);
        }
    }

    fn want(&self, priority: Option<Priority>, call: u64) {
        self.shared.want(Wanted { priority, call, step: 0 }, false);
    }

    fn is_working(&self) -> bool {
        matches!(self.shared.health(), Health::Working { .. })
    }
}

fn is_loud(samples: &[f32]) -> bool {
    samples.iter().any(|sample| sample.abs() > 0.1)
}

#[test]
fn a_device_that_plays_is_working_and_says_when_a_call_was_handed_over() {
    let mut bench = Bench::new();
    assert_eq!(bench.shared.health(), Health::Starting);
    let heard = bench.play(Duration::from_secs(1));
    assert!(!is_loud(&heard) && bench.is_working());
    let said = bench.shared.now();
    bench.want(Some(Priority::High), 7);
    assert_eq!(bench.shared.queued(7), None);
    let heard = bench.play(Duration::from_millis(100));
    assert!(is_loud(&heard));
    // With the next buffer that the device asked for, and no later.
    assert_eq!(bench.shared.queued(7), Some(said));
    assert_eq!(bench.shared.queued(8), None);
    // 8 to 12 come while it sounds: the next burst answers them all.
    bench.want(Some(Priority::High), 12);
    bench.play(Duration::from_secs(5));
    let answered = bench.shared.queued(12).expect("answered");
    assert!(bench.shared.queued(8) == Some(answered) && answered > said);
}

#[test]
fn no_device_is_said_with_its_reason_and_tried_again_ever_more_slowly() {
    let mut bench = Bench::new();
    bench.capture.refuse(Some("no such card"));
    bench.stand_still(Duration::from_secs(1));
    assert_eq!(bench.shared.health(), Health::NoDevice { why: "no such card".into() });
    bench.stand_still(Duration::from_secs(599));
    // 1, 2, 4, 8, 16, then every 30 s: at 0, 1, 3, 7, 15, 31, 61, ... 571 s and 600 s not quite.
    assert_eq!(bench.capture.openings(), 5 + 1 + 18);
    // Plugged in: heard within the longest wait, and what is wanted is heard at once.
    bench.want(Some(Priority::Medium), 3);
    bench.capture.refuse(None);
    let mut waited = Duration::ZERO;
    while !bench.capture.is_open() {
        bench.stand_still(TICK);
        waited += TICK;
        assert!(waited <= Duration::from_secs(31), "never opened again");
    }
    assert!(is_loud(&bench.play(Duration::from_millis(200))) && bench.is_working());
}

#[test]
fn a_device_that_was_pulled_out_has_stopped_at_once_and_comes_back() {
    let mut bench = Bench::new();
    bench.play(Duration::from_secs(1));
    bench.want(Some(Priority::Low), 1);
    bench.play(Duration::from_secs(2));
    bench.capture.fail("unplugged");
    // Before the keeper has even looked.
    assert_eq!(bench.shared.health(), Health::Stopped { why: "unplugged".into() });
    bench.stand_still(Duration::from_millis(500));
    assert!(!bench.capture.is_open());
    assert_eq!(bench.shared.health(), Health::Stopped { why: "unplugged".into() });
    bench.stand_still(Duration::from_secs(1));
    assert!(bench.capture.is_open());
    // Open is not yet working.
    assert_eq!(bench.shared.health(), Health::Stopped { why: "unplugged".into() });
    let heard = bench.play(Duration::from_millis(300));
    assert!(bench.is_working() && is_loud(&heard), "the alarm is heard again at once");
}

#[test]
fn a_device_that_takes_nothing_for_two_seconds_has_stopped() {
    let mut bench = Bench::new();
    bench.play(Duration::from_secs(1));
    bench.pass(STALLED - Duration::from_millis(100));
    assert!(bench.is_working());
    bench.pass(Duration::from_millis(200));
    // The thread may hang in the driver: health is known without it.
    let Health::Stopped { why } = bench.shared.health() else { panic!("still working") };
    assert!(why.contains("no samples for 2 s"), "{why}");
    bench.keeper.tick();
    assert!(!bench.capture.is_open());
    // One that is opened and never takes anything is found out the same way, again and again, and in
    // between does not pass for working.
    for _ in 0..1_000 {
        bench.stand_still(TICK);
        assert!(!bench.is_working());
    }
    assert!((5..20).contains(&bench.capture.openings()), "{}", bench.capture.openings());
}

#[test]
fn an_opening_that_never_ends_is_no_device() {
    let bench = Bench::new();
    bench.pass(Duration::from_secs(3));
    let Health::NoDevice { why } = bench.shared.health() else { panic!("it waits for ever") };
    assert!(why.contains("3 s"), "{why}");
}

#[test]
fn a_device_that_runs_dry_gets_larger_buffers_once_and_not_for_a_single_gap() {
    let mut bench = Bench::new();
    bench.play(Duration::from_secs(1));
    bench.capture.run_dry();
    bench.play(Duration::from_secs(1));
    assert_eq!((bench.capture.enlarged(), bench.shared.dry_count()), (0, 1));
    for _ in 0..5 {
        bench.capture.run_dry();
    }
    bench.play(Duration::from_secs(1));
    assert_eq!((bench.capture.enlarged(), bench.capture.openings()), (1, 2));
    assert!(bench.is_working());
    // A PC that slept through something weeks later is not slow.
    bench.play(Duration::from_secs(61));
    for _ in 0..50 {
        bench.capture.run_dry();
    }
    bench.play(Duration::from_secs(1));
    assert_eq!(bench.capture.enlarged(), 1);
}

#[test]
fn a_pc_that_grows_slow_after_hours_gets_larger_buffers_too() {
    let mut bench = Bench::new();
    bench.play(Duration::from_secs(61));
    let mut gap_each = |every: Duration, times: u32| {
        for _ in 0..times {
            bench.capture.run_dry();
            bench.play(every);
        }
        (bench.capture.enlarged(), bench.capture.openings())
    };
    assert_eq!(gap_each(Duration::from_secs(15), 20), (0, 1), "now and then is no reason");
    assert_eq!(gap_each(Duration::from_secs(4), 10), (1, 2));
}

#[test]
fn a_device_that_takes_samples_faster_than_time_passes_is_no_loudspeaker() {
    let (begin, second) = (MonoTime::from_nanos(7), Duration::from_secs(1));
    let mut card = Pace::new(RATE_HZ, begin);
    // A card of a PC that was busy: its buffers at once, then a second a second, and a few more.
    assert!(!card.is_impossible(RATE_HZ as usize, begin));
    let mut now = begin;
    for _ in 0..100_000 {
        now = now + second;
        assert!(!card.is_impossible(RATE_HZ as usize + 160, now));
    }
    let mut null = Pace::new(RATE_HZ, begin);
    let periods = (1..).find(|_| null.is_impossible(PERIOD, begin));
    assert_eq!(periods, Some(201), "told after two seconds' worth");
    let mut twice = Pace::new(0, begin);
    assert!(twice.is_impossible(PERIOD, begin), "no rate is no reason to fail");
}

#[test]
fn a_device_is_meant_by_its_name_first_and_then_by_its_description() {
    let of = |id: &str, description: &str| DeviceName {
        id: id.to_owned(),
        description: description.to_owned(),
    };
    let devices = [of("front", "Speakers of the usb hub"), of("usb", "USB Audio")];
    for (wanted, expected) in
        [("usb", Some("usb")), ("USB", Some("front")), ("audio", Some("usb")), ("hdmi", None)]
    {
        let found = named(&devices, wanted).map(|device| device.id.as_str());
        assert_eq!(found, expected, "{wanted}");
    }
}

#[test]
fn what_a_person_silenced_is_silent_with_the_next_buffer_but_one() {
    let mut bench = Bench::new();
    bench.want(Some(Priority::High), 1);
    assert!(is_loud(&bench.play(Duration::from_millis(150))));
    bench.shared.want(Wanted::SILENCE, true);
    // The same word again, before a buffer was taken: still a person's.
    bench.want(None, 0);
    bench.play(Duration::from_millis(20));
    assert!(!is_loud(&bench.play(Duration::from_secs(2))));
}

#[test]
fn a_test_is_heard_gives_way_and_never_stays_open() {
    let mut bench = Bench::new();
    bench.play(Duration::from_millis(100));
    assert_eq!(bench.shared.tested(1), Some(Tested::GaveWay), "nobody asked for it");
    let first = bench.shared.test(Priority::Low);
    assert_eq!(bench.shared.tested(first), None);
    assert!(is_loud(&bench.play(Duration::from_secs(1))));
    assert_eq!(bench.shared.tested(first), Some(Tested::Whole));
    // An alarm.
    let second = bench.shared.test(Priority::High);
    bench.play(Duration::from_millis(200));
    bench.want(Some(Priority::Low), 1);
    bench.play(Duration::from_millis(200));
    assert_eq!(bench.shared.tested(second), Some(Tested::GaveWay));
    bench.want(None, 1);
    bench.play(Duration::from_secs(2));
    // The device fails in the middle of it, and is another one afterwards.
    let third = bench.shared.test(Priority::High);
    bench.play(Duration::from_millis(200));
    bench.capture.fail("unplugged");
    bench.stand_still(Duration::from_secs(2));
    bench.play(Duration::from_millis(200));
    assert_eq!(bench.shared.tested(third), Some(Tested::GaveWay));
    // Asked for while there is none: it waits.
    bench.capture.fail("unplugged");
    bench.keeper.tick();
    let fourth = bench.shared.test(Priority::Medium);
    assert_eq!(bench.shared.tested(fourth), None);
    bench.stand_still(Duration::from_secs(4));
    assert!(is_loud(&bench.play(Duration::from_secs(2))));
    assert_eq!(bench.shared.tested(fourth), Some(Tested::Whole));
}

#[test]
fn a_storm_of_calls_is_one_stream_and_costs_bounded_memory() {
    let mut bench = Bench::new();
    for call in 1..=3_000 {
        bench.want(Some(Priority::High), call);
        bench.play(Duration::from_millis(20));
    }
    // The newest that could be answered is known; each burst answered all since the last.
    let answered = (1..=3_000).filter(|call| bench.shared.queued(*call).is_some()).count();
    assert!(answered > 2_700, "{answered}");
}

/// Waits in life for what a thread does; long enough for a loaded machine.
fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..4_000 {
        if is_so() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    panic!("never: {what}");
}

#[test]
fn the_speaker_as_a_whole_starts_sounds_and_ends() {
    let hand = Arc::new(Hand(AtomicU64::new(1)));
    let capture = Capture::new(RATE_HZ);
    let output = Output::Capture(capture.clone());
    let clock: Arc<dyn Clock> = Arc::<Hand>::clone(&hand);
    let speaker = Speaker::start(SpeakerOptions { output, ..Default::default() }, clock);
    speaker.want(Wanted { priority: Some(Priority::High), call: 1, step: 0 });
    soon("opened", || capture.is_open());
    assert!(is_loud(&capture.take(RATE_HZ as usize / 5)));
    let working = Health::Working { device: "capture".into() };
    soon("working", || speaker.health() == working);
    assert!(speaker.queued(1).is_some() && speaker.dry_count() == 0);
    capture.fail("unplugged");
    soon("closed", || !capture.is_open());
    assert!(matches!(speaker.health(), Health::Stopped { .. }));
    hand.0.fetch_add(2_000_000_000, Ordering::Relaxed);
    soon("opened again", || capture.is_open());
    drop(speaker);
    soon("closed at the end", || !capture.is_open());
}

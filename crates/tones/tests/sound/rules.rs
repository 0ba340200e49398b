//! What is heard when: the rules of the sequencer, on samples.

use vigie_model::Priority::{self, High, Information, Low, Medium};
use vigie_tones::{Began, FADE, SEPARATION, Sequencer, Shapes, Tested, Volume, Wanted};

use crate::measure::{above, envelope, step_max, stretches};

const RATE_HZ: u32 = 48_000;
const RATE: f64 = 48_000.0;

/// A sequencer and all that was heard of it.
struct Ear {
    sequencer: Sequencer,
    heard: Vec<f32>,
    /// Seconds and what began.
    began: Vec<(f64, Began)>,
}

impl Ear {
    /// Everything at full scale, so that one threshold serves.
    fn new() -> Ear {
        let sequencer = Sequencer::new(&Shapes::default(), Volume::new(0.0, 0.0, 0.0), RATE_HZ);
        Ear { sequencer, heard: Vec::new(), began: Vec::new() }
    }

    fn wanting(priority: Priority) -> Ear {
        let mut ear = Ear::new();
        ear.want(Some(priority), 1);
        ear
    }

    fn want(&mut self, priority: Option<Priority>, call: u64) {
        self.sequencer.want(Wanted { priority, call, step: 0 });
    }

    fn hush(&mut self, priority: Option<Priority>, call: u64) {
        self.sequencer.hush(Wanted { priority, call, step: 0 });
    }

    fn now(&self) -> f64 {
        self.heard.len() as f64 / RATE
    }

    /// Listens until `secs` since the beginning.
    fn until(&mut self, secs: f64) {
        while self.now() < secs {
            let at = self.now();
            self.heard.push(self.sequencer.next_sample());
            self.began.extend(self.sequencer.poll_began().map(|began| (at, began)));
        }
    }

    /// Beginnings of all pulses, in seconds. One that is cut and the first of what cut it count as one.
    fn onsets(&self) -> Vec<f64> {
        stretches(&self.heard, RATE, 1e-2).iter().map(|pulse| pulse.start as f64 / RATE).collect()
    }

    fn is_silent(&self, from: f64, to: f64) -> bool {
        let range = (from * RATE).round() as usize..(to * RATE).round() as usize;
        self.heard[range].iter().all(|sample| *sample == 0.0)
    }

    /// No step that a pulse of its own could not make, and no noise where no harmonic is.
    fn assert_no_click(&self) {
        assert!(step_max(&self.heard) < 0.22, "a step of {}", step_max(&self.heard));
        let click = above(&self.heard, 6_000.0, RATE);
        assert!(click < 4e-3, "{click} above 6 kHz");
    }
}

fn near(measured: f64, wanted: f64, by: f64) -> bool {
    (measured - wanted).abs() <= by
}

const HIGH_LENGTH: f64 = 3.46;

#[test]
fn nothing_wanted_is_nothing_at_all() {
    let mut ear = Ear::new();
    ear.until(1.0);
    ear.want(Some(Information), 7);
    ear.until(2.0);
    assert!(ear.is_silent(0.0, 2.0) && ear.began.is_empty());
}

#[test]
fn a_call_out_of_silence_begins_with_the_next_sample() {
    for priority in [Low, Medium, High] {
        let mut ear = Ear::new();
        ear.until(0.5);
        ear.want(Some(priority), 1);
        ear.until(0.6);
        assert_eq!(ear.began, [(0.5, Began { first_call: 1, last_call: 1, priority })]);
        assert!(envelope(&ear.heard, 183)[(0.53 * RATE) as usize] > 0.3);
    }
}

#[test]
fn high_interrupts_a_lower_burst_with_a_fade() {
    for lower in [Low, Medium] {
        // In the middle of a pulse, at every phase of its period.
        for shift in 0..8 {
            let mut ear = Ear::wanting(lower);
            let cut = 0.1 + f64::from(shift) / 2_000.0;
            ear.until(cut);
            ear.want(Some(High), 2);
            ear.until(cut + 5.0);
            ear.assert_no_click();
            let (at, began) = ear.began[1];
            assert_eq!((began.last_call, began.priority), (2, High));
            assert!(near(at - cut, FADE.as_secs_f64(), 1e-3), "{lower:?}: after {}", at - cut);
            // Ten pulses: nothing of the lower burst comes after the cut.
            assert_eq!(ear.onsets().len(), 10, "{lower:?} cut at {cut}");
        }
    }
}

#[test]
fn high_does_not_wait_after_a_lower_burst_either() {
    let mut ear = Ear::wanting(Low);
    while ear.heard.is_empty() || ear.sequencer.is_sounding() {
        ear.until(ear.now() + 0.001);
    }
    let end = ear.now();
    ear.want(Some(High), 2);
    ear.until(end + 0.1);
    assert!(near(ear.began[1].0, end, 1e-6));
}

#[test]
fn nothing_lower_and_nothing_equal_interrupts() {
    // MEDIUM, and another HIGH, come while HIGH sounds: all ten pulses are heard.
    for (priority, call) in [(Medium, 2), (High, 2)] {
        let mut ear = Ear::wanting(High);
        ear.until(2.5);
        // The board names the highest: while HIGH stands, that is HIGH.
        ear.want(Some(High.max(priority)), call);
        ear.until(HIGH_LENGTH + 0.2);
        assert_eq!(ear.onsets().len(), 10);
        ear.assert_no_click();
    }
    // MEDIUM waits for LOW's two pulses and a gap by which they are told apart.
    let mut ear = Ear::wanting(Low);
    ear.until(0.1);
    ear.want(Some(Medium), 2);
    ear.until(3.0);
    let onsets = ear.onsets();
    assert_eq!(onsets.len(), 2 + 3);
    assert!(near(onsets[1] - onsets[0], 0.4, 5e-3));
    assert!(onsets[2] - onsets[1] - 0.2 >= SEPARATION.as_secs_f64());
    ear.assert_no_click();
}

#[test]
fn a_new_call_in_the_gap_begins_a_burst_and_the_repetition_counts_from_it() {
    let mut ear = Ear::wanting(Medium);
    ear.until(4.0);
    ear.want(Some(Medium), 2);
    ear.until(15.0);
    let begins: Vec<f64> = ear.onsets().chunks(3).map(|burst| burst[0]).collect();
    let lead = begins[0];
    assert!(near(begins[1] - lead, 4.0, 2e-3) && near(begins[2] - lead, 14.0, 2e-3), "{begins:?}");
    // The repetition is no new call.
    assert_eq!(ear.began.len(), 2);
}

#[test]
fn calls_during_a_burst_are_answered_together_after_it() {
    let mut ear = Ear::wanting(High);
    for call in 2..=200 {
        ear.until(call as f64 / 100.0);
        ear.want(Some(High), call);
    }
    ear.until(5.0);
    assert_eq!(ear.began.len(), 2, "{:?}", ear.began);
    let (at, began) = ear.began[1];
    assert_eq!((began.first_call, began.last_call), (2, 200));
    assert!(near(at, HIGH_LENGTH + SEPARATION.as_secs_f64(), 0.05), "at {at}");
}

#[test]
fn the_same_want_said_again_changes_nothing() {
    let mut once = Ear::wanting(Medium);
    once.until(12.0);
    let mut often = Ear::wanting(Medium);
    while often.now() < 12.0 {
        often.want(Some(Medium), 1);
        often.until(often.now() + 0.01);
    }
    let both = once.heard.len().min(often.heard.len());
    assert!(once.heard[..both] == often.heard[..both]);
}

#[test]
fn a_count_that_starts_again_is_a_new_call() {
    let mut ear = Ear::new();
    ear.want(Some(Low), 900);
    ear.until(2.0);
    ear.want(Some(Low), 0);
    ear.until(2.1);
    assert_eq!(ear.began[1].1, Began { first_call: 0, last_call: 0, priority: Low });
}

#[test]
fn what_ended_by_itself_is_heard_to_the_end_of_its_part() {
    for (priority, ends_at, heard) in
        [(High, 0.05, 5), (High, 1.0, 5), (High, 2.2, 10), (Medium, 0.05, 3), (Low, 0.05, 2)]
    {
        for then in [None, Some(Information)] {
            let mut ear = Ear::wanting(priority);
            ear.until(ends_at);
            ear.want(then, 1);
            ear.until(12.0);
            assert_eq!(ear.onsets().len(), heard, "{priority:?} ended at {ends_at} s");
            assert!(ear.is_silent(4.0, 12.0));
            ear.assert_no_click();
        }
    }
    // It comes back before its part is over: the whole burst.
    let mut ear = Ear::wanting(High);
    ear.until(0.5);
    ear.want(None, 1);
    ear.until(0.6);
    ear.want(Some(High), 1);
    ear.until(5.0);
    assert_eq!(ear.onsets().len(), 10);
}

#[test]
fn what_a_person_silenced_fades_at_once() {
    for priority in [Low, Medium, High] {
        for then in [None, Some(Low)].into_iter().filter(|then| *then < Some(priority)) {
            for shift in 0..8 {
                let at = 0.1 + f64::from(shift) / 2_000.0;
                let mut ear = Ear::wanting(priority);
                ear.until(at);
                ear.hush(then, 1);
                ear.until(3.0);
                assert!(
                    ear.is_silent(at + FADE.as_secs_f64() + 1e-3, 3.0),
                    "{priority:?} {then:?}"
                );
                ear.assert_no_click();
            }
        }
    }
    // Another one of the same priority is still unanswered: its burst goes on.
    let mut ear = Ear::wanting(High);
    ear.until(0.5);
    ear.hush(Some(High), 1);
    ear.until(5.0);
    assert_eq!(ear.onsets().len(), 10);
}

#[test]
fn what_stands_below_is_heard_when_the_higher_has_gone() {
    let mut ear = Ear::wanting(High);
    ear.until(0.2);
    ear.hush(Some(Medium), 1);
    ear.until(12.0);
    // One pulse of HIGH, then MEDIUM by its own interval, counted from the last burst.
    let onsets = ear.onsets();
    assert_eq!(onsets.len(), 1 + 3, "{onsets:?}");
    assert!(near(onsets[1], 10.0, 0.05), "{onsets:?}");
}

#[test]
fn a_pause_that_is_over_is_heard_at_once() {
    let mut ear = Ear::wanting(High);
    ear.until(1.0);
    ear.hush(None, 1);
    ear.until(121.0);
    ear.want(Some(High), 1);
    ear.until(121.2);
    assert!(!ear.is_silent(121.0, 121.1) && ear.is_silent(1.1, 121.0));
}

#[test]
fn a_step_is_louder_from_the_next_burst_on() {
    let volume = Volume::new(-40.0, -18.0, -6.0);
    let mut sequencer = Sequencer::new(&Shapes::default(), volume, RATE_HZ);
    let mut peaks = Vec::new();
    for step in 0..4 {
        sequencer.want(Wanted { priority: Some(High), call: 1, step });
        let mut burst = vec![0.0; 6 * RATE_HZ as usize];
        let (first, rest) = burst.split_at_mut(RATE_HZ as usize);
        sequencer.fill(first);
        // Said in the middle of the burst: it stays as it is.
        sequencer.want(Wanted { priority: Some(High), call: 1, step: step + 1 });
        sequencer.fill(rest);
        let peak = |part: &[f32]| part.iter().fold(0_f32, |peak, sample| peak.max(sample.abs()));
        assert!(near(peak(first).into(), peak(rest).into(), 1e-2));
        peaks.push((20.0 * peak(&burst).log10()).round());
    }
    assert_eq!(peaks, [-18.0, -12.0, -6.0, -6.0]);
}

#[test]
fn a_test_plays_in_silence_and_gives_way_to_any_alarm() {
    let mut ear = Ear::new();
    ear.sequencer.test(Medium);
    ear.until(1.5);
    assert_eq!((ear.onsets().len(), ear.sequencer.poll_tested()), (3, Some(Tested::Whole)));

    let mut ear = Ear::new();
    ear.sequencer.test(High);
    ear.until(0.1);
    ear.want(Some(Low), 1);
    ear.until(1.5);
    assert_eq!(ear.sequencer.poll_tested(), Some(Tested::GaveWay));
    assert!(near(ear.began[0].0, 0.1 + FADE.as_secs_f64(), 1e-3), "{:?}", ear.began);
    assert_eq!(ear.onsets().len(), 2);
    ear.assert_no_click();

    // While an alarm is wanted no test begins, nor later.
    let mut ear = Ear::wanting(Low);
    ear.until(5.0);
    ear.sequencer.test(High);
    ear.until(10.0);
    assert_eq!(ear.sequencer.poll_tested(), Some(Tested::GaveWay));
    ear.want(None, 1);
    ear.until(15.0);
    assert_eq!(ear.onsets().len(), 2);
}

/// One stream, whatever is asked: at any time there is at most one burst, without a click, and HIGH
/// is never kept waiting. Random wishes from a seed.
#[test]
fn random_wishes_never_click_and_never_keep_high_waiting() {
    // Numerical Recipes' generator: the test needs variety, not quality.
    for seed in 1..=8_u64 {
        let mut state = seed;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut ear = Ear::new();
        let (mut call, mut high_since) = (0, None);
        for _ in 0..40 {
            call += random(2);
            let priority = [None, Some(Low), Some(Medium), Some(High)][random(4) as usize];
            let is_high = priority == Some(High);
            if is_high && high_since.is_none() && call > 0 {
                high_since = Some(ear.now());
            } else if !is_high {
                high_since = None;
            }
            if random(3) == 0 {
                ear.hush(priority, call)
            } else {
                ear.want(priority, call)
            }
            ear.until(ear.now() + random(900) as f64 / 1e3);
            let waited = high_since.map_or(0.0, |since| ear.now() - since);
            assert!(waited < 6.1 || !ear.is_silent(ear.now() - 6.1, ear.now()), "seed {seed}");
        }
        ear.assert_no_click();
        assert!(ear.heard.iter().all(|sample| sample.abs() <= 1.0), "seed {seed}");
    }
}

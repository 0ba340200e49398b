//! Plays a recording block by block, in a loop.

use crate::patient::raw::{BREATH_BLOCK, ECG_BLOCK, PULSE_BLOCK, Qrs, Raw, Wave};

use super::detect::{self, Look};
use super::resample::resample;
use super::unfold::unfolded;
use super::wfdb;

/// Pulses: their second wave is lower than half of the first.
const PULSES: Look = Look { around: 4.0, share: 0.45, apart: 0.25, least: 0.05 };
/// The same in mmHg.
const PRESSURES: Look = Look { least: 5.0, ..PULSES };
/// Breaths: the beat of the heart shows in impedance, but smaller.
const BREATHS: Look = Look { around: 24.0, share: 0.4, apart: 0.8, least: 0.05 };
/// A step at the seam dies away over this many seconds.
const SEAM: f64 = 0.2;
/// The seam lies this long before an R peak, seconds: between T and P.
const BEFORE_BEAT: f64 = 0.3;

/// A wave at our rate, and where its cycles begin.
#[derive(Debug)]
struct Track<const N: usize> {
    samples: Vec<f32>,
    /// Sorted.
    starts: Vec<usize>,
}

/// A recording that is being played.
#[derive(Debug)]
pub(crate) struct Player {
    ecg: [Option<Track<ECG_BLOCK>>; 3],
    /// R peaks, 500 Hz, sorted.
    beats: Vec<usize>,
    pleth: Option<Track<PULSE_BLOCK>>,
    abp: Option<Track<PULSE_BLOCK>>,
    resp: Option<Track<BREATH_BLOCK>>,
    /// The loop, in samples of 62.5 Hz: all rates share its border.
    from: usize,
    length: usize,
    /// Where the next block begins, since `from`.
    at: usize,
}

/// Samples of our finest wave to one of the coarsest.
const FINEST: usize = ECG_BLOCK / BREATH_BLOCK;

impl Player {
    /// `None`: there is no recording of that name, or it is damaged.
    pub(crate) fn new(name: &str) -> Option<Player> {
        let record = super::read(name)?.ok()?;
        let mut player = Player {
            ecg: [None, None, None],
            beats: Vec::new(),
            pleth: None,
            abp: None,
            resp: None,
            from: 0,
            length: 0,
            at: 0,
        };
        for signal in &record.signals {
            player.add(signal);
        }
        player.find_loop();
        (player.length >= BREATH_BLOCK).then_some(player)
    }

    fn add(&mut self, signal: &wfdb::Signal) {
        let unfolded = unfolded(&signal.digital, signal.bits);
        let amounts: Vec<f32> = unfolded.into_iter().map(|one| signal.amount(one)).collect();
        let wave = match signal.name.as_str() {
            // MCL1 is a chest lead, taken nearly as V1 is.
            "I" | "II" | "V" | "MCL1" => {
                let samples = resample(&amounts, signal.rate, 500.0);
                if self.beats.is_empty() {
                    self.beats = detect::beats(&samples, 500.0);
                }
                let [one, two, chest] = &mut self.ecg;
                let place = match signal.name.as_str() {
                    "I" => one,
                    "II" => two,
                    _ => chest,
                };
                *place = Some(Track { samples, starts: Vec::new() });
                return;
            }
            "PLETH" => &mut self.pleth,
            "ABP" => &mut self.abp,
            "RESP" => {
                let samples = resample(&amounts, signal.rate, 62.5);
                let samples = scaled(samples, 0.0, 1.0);
                let starts = feet(&calmed(&samples), 62.5, BREATHS);
                self.resp = Some(Track { samples, starts });
                return;
            }
            // Nothing that our monitors show.
            _ => return,
        };
        let mut samples = resample(&amounts, signal.rate, 125.0);
        if signal.name == "PLETH" {
            samples = scaled(samples, 0.1, 0.9);
            samples.iter_mut().for_each(|sample| *sample = sample.clamp(0.0, 1.0));
        }
        let look = if signal.name == "ABP" { PRESSURES } else { PULSES };
        let starts = feet(&samples, 125.0, look);
        *wave = Some(Track { samples, starts });
    }

    /// From the second beat to the last but one: what is before and after may be cut.
    fn find_loop(&mut self) {
        let before = (BEFORE_BEAT * 500.0) as usize;
        let border = |beat: Option<&usize>| beat.map_or(0, |at| at.saturating_sub(before) / FINEST);
        self.from = border(self.beats.get(1));
        let to = border(self.beats.iter().rev().nth(1));
        self.length = to.saturating_sub(self.from);
    }

    /// The next block; its first sample is `start` of 500 Hz since the patient's start.
    pub(crate) fn block(&mut self, start: i64) -> Raw {
        let at = self.at;
        self.at = (self.at + BREATH_BLOCK) % self.length;
        let (from, length) = (self.from, self.length);
        let whole = |rate: usize| Span { from: from * rate, length: length * rate, at: at * rate };
        let beats = whole(FINEST).places(&self.beats, ECG_BLOCK);
        let qrs = |n: usize| Qrs { at: start + n as i64, ventricular: false };
        Raw {
            ecg: self.ecg.each_ref().map(|lead| Some(lead.as_ref()?.cut(whole(FINEST)).samples)),
            beats: beats.into_iter().map(qrs).collect(),
            pleth: self.pleth.as_ref().map(|pleth| pleth.cut(whole(PULSE_BLOCK / BREATH_BLOCK))),
            abp: self.abp.as_ref().map(|abp| abp.cut(whole(PULSE_BLOCK / BREATH_BLOCK))),
            resp: self.resp.as_ref().map(|resp| resp.cut(whole(1))),
            co2: None,
        }
    }
}

/// The loop in samples of one wave, and where in it a block begins.
#[derive(Clone, Copy)]
struct Span {
    from: usize,
    length: usize,
    at: usize,
}

impl Span {
    /// The indices in a block of `count` samples at which something of the sorted `places` lies.
    fn places(self, places: &[usize], count: usize) -> Vec<usize> {
        let within = |begin: usize, end: usize, offset: usize| {
            let first = places.partition_point(|place| *place < self.from + begin);
            let of = places.iter().skip(first).take_while(move |place| **place < self.from + end);
            of.map(move |place| place - self.from - begin + offset)
        };
        let end = self.at + count;
        if end <= self.length {
            return within(self.at, end, 0).collect();
        }
        let first = self.length - self.at;
        within(self.at, self.length, 0).chain(within(0, end - self.length, first)).collect()
    }
}

impl<const N: usize> Track<N> {
    fn cut(&self, span: Span) -> Wave<N> {
        let sample = |n: usize| self.samples.get(span.from + n).copied().unwrap_or(f32::NAN);
        let step = sample(span.length) - sample(0);
        let dies = SEAM * N as f64 / 0.256;
        let samples = std::array::from_fn(|n| {
            let n = (span.at + n) % span.length;
            let left = 1.0 - n as f64 / dies;
            // Near the begin, as if the end went on.
            let moved = if left > 0.0 && step.is_finite() { step * left as f32 } else { 0.0 };
            sample(n) + moved
        });
        Wave { samples, starts: span.places(&self.starts, N) }
    }
}

/// Impedance and pleth are recorded without a unit that means anything: the usual swing becomes `low`
/// to `high`.
fn scaled(mut wave: Vec<f32>, low: f32, high: f32) -> Vec<f32> {
    let mut sorted: Vec<f32> = wave.iter().copied().filter(|sample| sample.is_finite()).collect();
    sorted.sort_by(f32::total_cmp);
    let end = |share: usize| sorted.get(sorted.len() * share / 100).copied().unwrap_or(0.0);
    let (bottom, top) = (end(2), end(98));
    let gain = (high - low) / (top - bottom).max(f32::EPSILON);
    wave.iter_mut().for_each(|sample| *sample = low + (*sample - bottom) * gain);
    wave
}

/// The mean over most of a second, so that spikes and heart beats are no breaths.
fn calmed(wave: &[f32]) -> Vec<f32> {
    let mean = |n: usize| {
        let near = wave.get(n.saturating_sub(25)..(n + 26).min(wave.len())).unwrap_or_default();
        let finite = near.iter().copied().filter(|sample| sample.is_finite());
        let (sum, count) = finite.fold((0.0, 0.0), |(sum, count), one| (sum + one, count + 1.0));
        sum / count
    };
    (0..wave.len()).map(mean).collect()
}

fn feet(wave: &[f32], rate: f64, look: Look) -> Vec<usize> {
    detect::cycles(wave, rate, look).into_iter().map(|(foot, _)| foot).collect()
}

//! What is heard when: one stream of samples for what is wanted now.
//!
//! | Rule | |
//! | --- | --- |
//! | One stream | the highest priority alone; bursts are never mixed |
//! | Repetition | counted from the beginning of a burst, with the interval of what is wanted now |
//! | A new call, or a priority higher than the last one heard | a burst begins at once; after the one that sounds, and [`SEPARATION`], when there is one |
//! | HIGH while a lower burst sounds | that one fades within [`FADE`] and HIGH begins; nothing else interrupts a burst |
//! | It ended by itself | what sounds still gets its part: of HIGH five pulses, of others the burst [m] |
//! | A person silenced it ([`Sequencer::hush`]) | what nobody wants any more fades within [`FADE`] |
//! | A test | plays in silence only, and fades for any alarm |
//!
//! Volume and step of a burst are those of its beginning: a louder step begins with the next one, and
//! no level jumps within a burst.

use std::time::Duration;

use vigie_model::Priority;

use crate::{
    Shapes, Volume, Wanted,
    render::{self, burst, raised_cosine},
};

/// How fast a burst ends that is cut: too short to delay the next, too long to click.
pub const FADE: Duration = Duration::from_millis(10);

/// The least silence between two bursts, so that pulses can be counted: longer than every gap inside
/// one but HIGH's in the middle. HIGH does not wait for it after a lower burst.
pub const SEPARATION: Duration = Duration::from_millis(400);

/// A burst began that nobody had heard yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Began {
    /// The first call that it answers; one burst answers all that came since the last.
    pub first_call: u64,
    /// The last one.
    pub last_call: u64,
    /// Of the burst.
    pub priority: Priority,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tested {
    /// Played from beginning to end.
    Whole,
    /// An alarm was to be heard, or a person silenced it.
    GaveWay,
}

/// Yields samples for ever. See [the module](self).
#[derive(Clone, Debug)]
pub struct Sequencer {
    volume: Volume,
    high: Rendered,
    medium: Rendered,
    low: Rendered,
    fade: u64,
    separation: u64,
    wanted: Wanted,
    /// The call of the last burst.
    answered: Option<u64>,
    /// Its priority.
    last: Option<Priority>,
    /// Samples since it began, and since it ended; tests do not count.
    since_begin: u64,
    since_end: u64,
    sounding: Option<Sounding>,
    test: Option<Priority>,
    began: Option<Began>,
    tested: Option<Tested>,
}

/// A burst at full scale.
#[derive(Clone, Debug)]
struct Rendered {
    samples: Vec<f32>,
    /// Where its first part ends.
    part: usize,
    repeat: u64,
}

#[derive(Clone, Debug)]
struct Sounding {
    priority: Priority,
    is_test: bool,
    gain: f32,
    at: usize,
    end: usize,
    /// Samples of a fade that are left.
    fading: Option<u64>,
}

impl Sequencer {
    /// Silent until [`Sequencer::want`]. The rate is held within 8,000 and 192,000 samples a second.
    pub fn new(shapes: &Shapes, volume: Volume, rate_hz: u32) -> Sequencer {
        let rate_hz = rate_hz.clamp(8_000, 192_000);
        let rendered = |shape: &crate::BurstShape| Rendered {
            samples: burst(shape, rate_hz),
            part: render::part(shape, rate_hz, shape.part).len(),
            repeat: samples(shape.repeat, rate_hz),
        };
        Sequencer {
            volume,
            high: rendered(&shapes.high),
            medium: rendered(&shapes.medium),
            low: rendered(&shapes.low),
            fade: samples(FADE, rate_hz).max(1),
            separation: samples(SEPARATION, rate_hz),
            wanted: Wanted::SILENCE,
            answered: None,
            last: None,
            since_begin: u64::MAX,
            since_end: u64::MAX,
            sounding: None,
            test: None,
            began: None,
            tested: None,
        }
    }

    /// What is to be heard from the next sample on.
    pub fn want(&mut self, wanted: Wanted) {
        self.wanted = wanted;
        let priority = wanted.audible();
        let Some(sounding) = &mut self.sounding else { return };
        if sounding.is_test {
            if priority.is_some() {
                sounding.fade(self.fade);
            }
            return;
        }
        let interrupts = priority == Some(Priority::High) && sounding.priority < Priority::High;
        if interrupts {
            sounding.fade(self.fade);
            return;
        }
        let rendered = match sounding.priority {
            Priority::High => &self.high,
            Priority::Medium => &self.medium,
            Priority::Low | Priority::Information => &self.low,
        };
        let goes_on = priority >= Some(sounding.priority);
        sounding.end = if !goes_on && sounding.at <= rendered.part {
            rendered.part
        } else {
            rendered.samples.len()
        };
    }

    /// The same, because a person acknowledged, paused or reset: what is no longer wanted is not
    /// played to its end.
    pub fn hush(&mut self, wanted: Wanted) {
        self.want(wanted);
        if let Some(sounding) = &mut self.sounding
            && (sounding.is_test || wanted.audible() < Some(sounding.priority))
        {
            sounding.fade(self.fade);
        }
    }

    /// Plays one burst of `priority` as soon as nothing sounds, to hear that it does. Given up as soon
    /// as an alarm wants to be heard; [`Sequencer::poll_tested`] says which. A second test takes the
    /// place of one that has not begun.
    pub fn test(&mut self, priority: Priority) {
        self.test = Some(priority);
    }

    /// Whether samples other than nothing come now.
    pub const fn is_sounding(&self) -> bool {
        self.sounding.is_some()
    }

    /// The last burst for a new call that began, once.
    pub const fn poll_began(&mut self) -> Option<Began> {
        self.began.take()
    }

    /// How the last test ended, once.
    pub const fn poll_tested(&mut self) -> Option<Tested> {
        self.tested.take()
    }

    /// The next sample, within -1 and 1.
    pub fn next_sample(&mut self) -> f32 {
        if self.sounding.is_none() {
            self.begin_if_due();
        }
        self.since_begin = self.since_begin.saturating_add(1);
        let Some(sounding) = &mut self.sounding else {
            self.since_end = self.since_end.saturating_add(1);
            return 0.0;
        };
        let rendered = match sounding.priority {
            Priority::High => &self.high,
            Priority::Medium => &self.medium,
            Priority::Low | Priority::Information => &self.low,
        };
        let mut sample = rendered.samples.get(sounding.at).copied().unwrap_or(0.0) * sounding.gain;
        sounding.at += 1;
        let mut ended = sounding.at >= sounding.end;
        if let Some(left) = &mut sounding.fading {
            sample *= raised_cosine(*left as f64 / (self.fade + 1) as f64) as f32;
            *left = left.saturating_sub(1);
            ended |= *left == 0;
        }
        if ended {
            if sounding.is_test {
                let whole = sounding.at >= rendered.samples.len();
                self.tested = Some(if whole { Tested::Whole } else { Tested::GaveWay });
            } else {
                self.since_end = 0;
            }
            self.sounding = None;
        }
        sample
    }

    /// The next samples.
    pub fn fill(&mut self, samples: &mut [f32]) {
        for sample in samples {
            *sample = self.next_sample();
        }
    }

    fn begin_if_due(&mut self) {
        let Some(priority) = self.wanted.audible() else {
            self.begin_test();
            return;
        };
        if self.test.take().is_some() {
            self.tested = Some(Tested::GaveWay);
        }
        let is_new = self.answered != Some(self.wanted.call);
        let is_raised = self.last < Some(priority);
        let repeat = self.rendered(priority).repeat;
        if !is_new && !is_raised && self.since_begin < repeat {
            return;
        }
        if self.since_end < self.separation && !(is_raised && priority == Priority::High) {
            return;
        }
        if is_new {
            let next = self.answered.and_then(|answered| answered.checked_add(1));
            let last_call = self.wanted.call;
            let first_call = next.filter(|next| *next <= last_call).unwrap_or(last_call);
            self.began = Some(Began { first_call, last_call, priority });
        }
        self.answered = Some(self.wanted.call);
        self.last = Some(priority);
        self.since_begin = 0;
        self.begin(priority, false, self.wanted.step);
    }

    fn begin_test(&mut self) {
        let Some(priority) = self.test.take() else { return };
        if priority == Priority::Information {
            self.tested = Some(Tested::Whole);
        } else {
            self.begin(priority, true, 0);
        }
    }

    fn begin(&mut self, priority: Priority, is_test: bool, step: u8) {
        let end = self.rendered(priority).samples.len();
        let gain = self.volume.gain(priority, step);
        self.sounding = Some(Sounding { priority, is_test, gain, at: 0, end, fading: None });
    }

    const fn rendered(&self, priority: Priority) -> &Rendered {
        match priority {
            Priority::High => &self.high,
            Priority::Medium => &self.medium,
            Priority::Low | Priority::Information => &self.low,
        }
    }
}

impl Sounding {
    const fn fade(&mut self, over: u64) {
        if self.fading.is_none() {
            self.fading = Some(over);
        }
    }
}

fn samples(time: Duration, rate_hz: u32) -> u64 {
    (time.as_secs_f64() * f64::from(rate_hz)).round() as u64
}

//! The station's voice: what the board wants heard goes to the loudspeaker at every view, and a
//! window that is silent is heard too.
//!
//! Whoever speaks here waits for nothing. One thread makes the speaker, makes another when the
//! configuration changes, and waits for the end of tests. Whether anything can be heard is asked of the
//! speaker by whoever wants to know.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use serde::{Deserialize, Serialize};
use vigie_board::view::SoundView;
use vigie_config::SoundConfig;
use vigie_model::{Clock, MonoTime, Priority, Text, WallTime};
use vigie_speaker::{Health, Output, Speaker, SpeakerOptions};
use vigie_tones::{Tested, Wanted};

use crate::shared::lock;

/// How often the end of a test is looked for.
const TURN: Duration = Duration::from_millis(50);
/// A burst of high priority takes 3 s; alarms may come first.
const TEST_PATIENCE: Duration = Duration::from_secs(10);
/// Tests and configurations that may wait.
const ORDERS: usize = 8;

/// How alarms are heard at the station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SoundReport {
    /// Whether they can be.
    pub state: SoundState,
    /// The device, as the system calls it.
    pub device: Option<Text>,
    /// Why nothing can be heard, in English for engineers.
    pub why: Option<Text>,
    /// Gaps in what was heard.
    pub gaps: u64,
    /// When somebody last confirmed to have heard the test, and who.
    pub heard: Option<(WallTime, Text)>,
}

/// Whether alarms can be heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SoundState {
    /// Nobody asked for it: no window belongs to this station.
    #[default]
    Off,
    /// The organisation wants silence: to be shown for as long as it is so.
    Silent,
    /// The device is being opened.
    Starting,
    /// The device takes what is to be heard. Whether a loudspeaker is plugged in, nobody here knows.
    Working,
    /// There is no device that works: an alarm of the station.
    Broken,
}

/// Takes the end of a test without waiting.
pub(crate) type TestAnswer = Box<dyn FnOnce(Result<(), Text>) + Send>;

/// What the thread is to do.
enum Order {
    Configure(SoundConfig),
    Test { priority: Priority, answer: TestAnswer },
}

/// What is to be heard, and through what.
pub(crate) struct Sound {
    clock: Arc<dyn Clock>,
    /// Whether the station sounds where the configuration does not say.
    sounds: bool,
    output: Output,
    orders: Sender<Order>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    config: SoundConfig,
    speaker: Option<Speaker>,
    board: Wanted,
    /// The station's own call, while the window is silent.
    own: bool,
    /// How often it began or was repeated.
    own_calls: u64,
    heard: Option<(WallTime, Text)>,
}

impl Inner {
    /// The more urgent of both. Calls only rise, so that either's is one of the sum's.
    fn wanted(&self) -> Wanted {
        let own = self.own.then_some(Priority::High);
        Wanted {
            priority: self.board.priority.max(own),
            call: self.board.call.saturating_add(self.own_calls),
            step: self.board.step,
        }
    }

    fn tell(&self, is_hushed: bool) {
        let Some(speaker) = &self.speaker else { return };
        let wanted = self.wanted();
        if is_hushed { speaker.hush(wanted) } else { speaker.want(wanted) }
    }
}

/// Whether a station with that configuration sounds.
fn is_on(config: &SoundConfig, sounds: bool) -> bool {
    !config.is_silent() && config.enabled.unwrap_or(sounds)
}

impl Sound {
    /// The voice, and what its thread runs.
    pub(crate) fn new(
        config: SoundConfig,
        sounds: bool,
        output: Output,
        clock: Arc<dyn Clock>,
    ) -> (Arc<Sound>, SoundThread) {
        let (orders, ordered) = bounded(ORDERS);
        let inner = Mutex::new(Inner { config, ..Inner::default() });
        let sound = Arc::new(Sound { clock, sounds, output, orders, inner });
        let thread = SoundThread { sound: sound.clone(), ordered, tests: Vec::new() };
        (sound, thread)
    }

    /// A view was made. `is_hushed`: by what a person did, so that what sounds may end at once.
    pub(crate) fn follow(&self, view: &SoundView, is_hushed: bool) {
        let SoundView { priority, call, step, audio: _ } = view;
        let mut inner = lock(&self.inner);
        inner.board = Wanted { priority: *priority, call: *call, step: *step };
        inner.tell(is_hushed);
    }

    /// The window is silent, or no longer: a call of high priority of the station's own.
    pub(crate) fn set_own(&self, is_on: bool) {
        let mut inner = lock(&self.inner);
        if inner.own != is_on {
            inner.own = is_on;
            inner.own_calls = inner.own_calls.saturating_add(u64::from(is_on));
            inner.tell(false);
        }
    }

    /// Another configuration; done by and by.
    pub(crate) fn configure(&self, config: SoundConfig) {
        if self.orders.try_send(Order::Configure(config)).is_err() {
            tracing::error!("the sound's thread does not answer: its configuration stays");
        }
    }

    /// Plays a burst for somebody to hear.
    pub(crate) fn test(&self, priority: Priority, answer: TestAnswer) {
        if let Err(refused) = self.orders.try_send(Order::Test { priority, answer })
            && let Order::Test { answer, .. } = refused.into_inner()
        {
            answer(Err(Text::from("too many tests of the sound at once: try again")));
        }
    }

    /// Somebody heard the test.
    pub(crate) fn heard(&self, wall: WallTime, by: Text) {
        lock(&self.inner).heard = Some((wall, by));
    }

    /// Whether it is to be heard and cannot be; `None`: it is not to be heard, or is not known yet.
    pub(crate) fn is_broken(&self) -> Option<bool> {
        match self.report().state {
            SoundState::Off | SoundState::Silent | SoundState::Working => Some(false),
            SoundState::Starting => None,
            SoundState::Broken => Some(true),
        }
    }

    pub(crate) fn report(&self) -> SoundReport {
        let inner = lock(&self.inner);
        let heard = inner.heard.clone();
        let report = SoundReport { heard, ..SoundReport::default() };
        let without = |state| SoundReport { state, ..report.clone() };
        if inner.config.is_silent() {
            return without(SoundState::Silent);
        }
        if !is_on(&inner.config, self.sounds) {
            return without(SoundState::Off);
        }
        let Some(speaker) = &inner.speaker else { return without(SoundState::Starting) };
        let gaps = speaker.dry_count();
        let (state, device, why) = match speaker.health() {
            Health::Starting => (SoundState::Starting, None, None),
            Health::Working { device } => (SoundState::Working, Some(Text::from(device)), None),
            Health::NoDevice { why } | Health::Stopped { why } => {
                (SoundState::Broken, None, Some(Text::from(why)))
            }
        };
        SoundReport { state, device, why, gaps, ..report }
    }

    /// When the first sample for this call of the board was handed to the device.
    pub(crate) fn queued(&self, call: u64) -> Option<MonoTime> {
        let inner = lock(&self.inner);
        inner.speaker.as_ref()?.queued(call.saturating_add(inner.own_calls))
    }
}

/// A test under way.
struct Test {
    number: u64,
    until: MonoTime,
    answer: TestAnswer,
}

/// Makes the speaker, and lets it go. Its threads are held by the filters of this one.
pub(crate) struct SoundThread {
    sound: Arc<Sound>,
    ordered: Receiver<Order>,
    tests: Vec<Test>,
}

impl SoundThread {
    /// Runs until the station ends.
    pub(crate) fn run(mut self, stopped: &Receiver<()>) {
        self.make();
        loop {
            match self.ordered.recv_timeout(TURN) {
                Ok(Order::Configure(config)) => {
                    // The old one lets go of the device before the new one asks for it.
                    let old = {
                        let mut inner = lock(&self.sound.inner);
                        inner.config = config;
                        inner.speaker.take()
                    };
                    drop(old);
                    self.make();
                }
                Ok(Order::Test { priority, answer }) => self.test(priority, answer),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.end_tests();
            if stopped.try_recv() == Err(crossbeam_channel::TryRecvError::Disconnected) {
                break;
            }
        }
        let last = lock(&self.sound.inner).speaker.take();
        drop(last);
    }

    fn make(&self) {
        let config = lock(&self.sound.inner).config.clone();
        if !is_on(&config, self.sound.sounds) {
            return;
        }
        let options =
            SpeakerOptions { output: self.sound.output.clone(), ..speaker_options(&config) };
        let speaker = Speaker::start(options, self.sound.clock.clone());
        let mut inner = lock(&self.sound.inner);
        inner.speaker = Some(speaker);
        inner.tell(false);
    }

    fn test(&mut self, priority: Priority, answer: TestAnswer) {
        let report = self.sound.report();
        let why = match report.state {
            SoundState::Working => None,
            SoundState::Off => Some("this station does not sound: no window belongs to it".into()),
            SoundState::Silent => Some("the configuration wants silence: see [sound]".into()),
            SoundState::Starting => Some("the sound device is being opened: try again".into()),
            SoundState::Broken => {
                let why = report.why.as_ref().map_or("", Text::as_str);
                Some(format!("no sound device works ({why}): see `vigie doctor`"))
            }
        };
        let now = self.sound.clock.mono();
        let number = lock(&self.sound.inner).speaker.as_ref().map(|speaker| speaker.test(priority));
        match (why, number) {
            (None, Some(number)) => {
                self.tests.push(Test { number, until: now + TEST_PATIENCE, answer });
            }
            (why, _) => answer(Err(Text::from(why.unwrap_or_default()))),
        }
    }

    fn end_tests(&mut self) {
        let now = self.sound.clock.mono();
        for test in std::mem::take(&mut self.tests) {
            let tested = {
                let inner = lock(&self.sound.inner);
                inner.speaker.as_ref().and_then(|speaker| speaker.tested(test.number))
            };
            match tested {
                Some(Tested::Whole) => (test.answer)(Ok(())),
                Some(Tested::GaveWay) => {
                    let why = "an alarm was to be heard, or somebody decided something: test again";
                    (test.answer)(Err(Text::from(why)));
                }
                None if now >= test.until => {
                    let why = "the sound device did not play the test: see `vigie doctor`";
                    (test.answer)(Err(Text::from(why)));
                }
                None => self.tests.push(test),
            }
        }
    }
}

/// How loud, and through what, as a configuration says.
pub fn speaker_options(config: &SoundConfig) -> SpeakerOptions {
    SpeakerOptions {
        volume_floor_db: SoundConfig::decibels(config.floor),
        volume_db: SoundConfig::decibels(config.volume),
        cap_db: SoundConfig::decibels(config.cap),
        device: config.device.clone(),
        output: Output::Device,
    }
}

#[cfg(test)]
mod tests;

//! `vigie`: the nurse station. Guard: starts station and window, watches both, and holds nothing that
//! could fall with them: no toolkit, no line, no runtime.
//!
//! [`watch`] decides, [`children`] does. The guard itself only carries word between them.

mod children;
mod watch;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use clap::Args;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rustix::process::Signal;
use vigie_clock::BootClock;
use vigie_config::{Config, WindowConfig};
use vigie_model::{Clock, MonoTime};
use vigie_speaker::SpeakerOptions;
use vigie_words::{Language, TextKey, Words};

use self::{
    children::{Beat, Running, Said},
    watch::{Child, Order, Told, Watch, Why},
};
use crate::{
    beats::BEAT_PERIOD,
    cli::{Size, language, size},
    config_file, folder,
    look::LookOptions,
    signals::Signals,
    table::StationTable,
    terminal::{self, Exit, Problem, say},
    voice::{self, Voice},
};

/// Options of the nurse station.
#[derive(Args, Clone, Debug)]
pub struct GuardOptions {
    /// The configuration; without it the user's own vigie.toml, else that of the PC
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The record folder; a second `vigie` on it opens one more window
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Language of the screen: en, fr or id; without it that of the configuration
    #[arg(long, value_name = "TAG", value_parser = language)]
    pub language: Option<Language>,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: Size,

    /// Fill the screen
    #[arg(long)]
    pub full_screen: bool,

    /// Fill the screen for good: no frame, and closing asks first
    #[arg(long)]
    pub kiosk: bool,

    /// More for the station's command line, in tests
    #[arg(long, hide = true, value_name = "ARG", allow_hyphen_values = true)]
    pub to_station: Vec<String>,

    /// More for the window's command line, in tests
    #[arg(long, hide = true, value_name = "ARG", allow_hyphen_values = true)]
    pub to_window: Vec<String>,
}

/// What a guard guards.
#[derive(Clone, Debug)]
pub struct Charge {
    /// The command line of the station.
    pub station: Vec<String>,
    /// The command line of the window; without one the terminal shows the ward.
    pub window: Option<Vec<String>>,
    /// The record folder.
    pub folder: PathBuf,
    /// The language of the guard's own words.
    pub words: Words,
    /// Nothing depends on it: SIGHUP ends everything, and so does a table that nobody reads. Else SIGHUP
    /// makes the station read its configuration again.
    pub is_play: bool,
    /// How the guard itself sounds when both are silent; `None`: not at all.
    pub sound: Option<SpeakerOptions>,
    /// Windows that are opened beside the first.
    pub further: Vec<WindowConfig>,
    /// Read again before a window is started again or a further one is; `None`: nothing that a window shows
    /// stands in a file.
    pub configured: Option<GuardOptions>,
}

/// How long the children may take to say goodbye to their monitors: more than the station waits for
/// a monitor's answer.
const STOP_PATIENCE: Duration = Duration::from_secs(6);
/// The option of a window that fills the screen for good.
const KIOSK: &str = "--kiosk"; // tidy: not for people
/// How often the guard looks around.
const STEP: Duration = Duration::from_millis(50);
/// Beats not yet read; more than a guard that runs at all can let come together.
const BEATS_MAX: usize = 64;

/// Runs the nurse station.
pub fn run(options: &GuardOptions) -> Result<(), Problem> {
    // Only to say at once what is wrong with it: the station reads it for itself.
    let (config_path, config, is_first) = match first(options) {
        Some(path) => (path, Config::of_nothing(), true),
        None => {
            let (path, config) = config_file::load(options.config.as_deref())
                .map_err(|problem| problem.exiting(Exit::Unfit))?;
            (path, config, false)
        }
    };
    let folder = folder::record(options.record.as_deref())?;
    folder::make(&folder)?;
    let words = Words::new(options.language.unwrap_or(config.language));
    let place = folder.display().to_string();
    let mut station: Vec<String> =
        ["record", "--guarded", "--record", &place, "--config"].map(str::to_owned).into();
    station.push(config_path.display().to_string());
    let window = window_of(&config, &words, &place, options);
    if is_first && window.is_none() {
        // Nobody could set it up: what is missing is said as ever.
        config_file::load(options.config.as_deref())
            .map_err(|problem| problem.exiting(Exit::Unfit))?;
    }
    if window.is_some() {
        // What is not set up yet is set up in it; a file that is there is read as ever.
        station.push("--set-up".to_owned()); // tidy: not for people
        station.push("--expect-window".to_owned()); // tidy: not for people
    }
    station.extend(options.to_station.iter().cloned());
    let sound = voice::options(&config.sound);
    let (configured, further) = (Some(options.clone()), config.windows.clone());
    let charge =
        Charge { station, window, folder, words, is_play: false, sound, configured, further };
    guard(charge, Signals::catch()?, |_| Ok(true))
}

/// Where to write a first configuration, if there is none and a window can ask for it.
fn first(options: &GuardOptions) -> Option<PathBuf> {
    cfg!(feature = "window").then(|| config_file::first(options.config.as_deref())).flatten()
}

/// The whole command line of the window by a configuration.
fn window_of(
    config: &Config,
    words: &Words,
    place: &str,
    options: &GuardOptions,
) -> Option<Vec<String>> {
    let mut window = window_arguments(words, place, options)?;
    window.extend(of_config(config));
    if config.screen.kiosk && !options.kiosk {
        window.push(KIOSK.to_owned());
    }
    Some(window)
}

/// What the configuration adds to the command line of the window.
fn of_config(config: &Config) -> Vec<String> {
    let distance = config.screen.viewing_distance_mm;
    let mut arguments = vec![format!("--viewing-distance-mm={distance}")]; // tidy: not for people
    let tiles = config.screen.tiles;
    arguments.extend(tiles.map(|tiles| format!("--tiles={tiles}"))); // tidy: not for people
    arguments.extend(LookOptions::of(&config.screen).arguments());
    if config.alarms.audio_off.is_some() {
        arguments.push("--may-turn-audio-off".to_owned()); // tidy: not for people
    }
    arguments.extend(voice::arguments(&config.sound));
    arguments
}

/// The command line of the window; `None`, and a word about it, where none can open.
pub fn window_arguments(words: &Words, place: &str, options: &GuardOptions) -> Option<Vec<String>> {
    #[cfg(feature = "window")]
    if let Some(why) = crate::window::missing_display() {
        say(&format!("{} ({why})", words.text(TextKey::NoDisplay)));
        return None;
    }
    if cfg!(not(feature = "window")) {
        return None;
    }
    let size = format!("{}x{}", options.size.width, options.size.height);
    let language = words.language().tag();
    let fixed = ["window", "--guarded", "--record", place, "--language", language, "--size", &size];
    let mut arguments: Vec<String> = fixed.map(str::to_owned).into();
    if options.full_screen {
        arguments.push("--full-screen".to_owned()); // tidy: not for people
    }
    if options.kiosk {
        arguments.push(KIOSK.to_owned());
    }
    arguments.extend(options.to_window.iter().cloned());
    Some(arguments)
}

/// The command line of a further window: the same, but for what is its own. Unless something else is said it
/// begins with the next page, and on the next screen where it fills one.
fn further_arguments(window: &[String], number: u8, own: &WindowConfig) -> Vec<String> {
    // tidy: not for people
    // Another screen has another density: waves are not to scale there until it is measured.
    const OWN: [&str; 5] = ["--page", "--open", "--screenshot", "--after", "--pixels-per-mm"];
    let is_own = |argument: &&String| {
        OWN.into_iter()
            .any(|own| argument.strip_prefix(own).is_some_and(|rest| rest.starts_with('=')))
    };
    const WALL: &str = "--wall"; // tidy: not for people
    const FULL_SCREEN: &str = "--full-screen"; // tidy: not for people
    let mut arguments: Vec<String> =
        window.iter().filter(|argument| !is_own(argument)).cloned().collect();
    let is_said = |arguments: &[String], what: &str| arguments.iter().any(|it| it == what);
    match own.wall {
        Some(true) if !is_said(&arguments, WALL) => arguments.push(WALL.to_owned()),
        Some(false) => arguments.retain(|argument| argument != WALL),
        Some(true) | None => {}
    }
    if own.full_screen && !is_said(&arguments, FULL_SCREEN) {
        arguments.push(FULL_SCREEN.to_owned());
    }
    let page = own.page.unwrap_or(u16::from(number) + 1);
    arguments.push(format!("--page={page}")); // tidy: not for people
    arguments.push(format!("--screen={}", own.screen.unwrap_or(number))); // tidy: not for people
    arguments
}

/// Guards until `signals` tell it to stop, somebody closes the window, or `goes_on` says so.
pub fn guard(
    charge: Charge,
    signals: Signals,
    goes_on: impl FnMut(MonoTime) -> Result<bool, Problem>,
) -> Result<(), Problem> {
    terminal::never_wait();
    let now = BootClock.mono();
    let (beats_in, beats) = bounded(BEATS_MAX);
    let mut guard = Guard {
        watch: Watch::new(now, charge.window.is_some()),
        signals,
        running: BTreeMap::new(),
        starts: 0,
        beats_in,
        beats,
        beaten: now,
        sounds: 0,
        voice: Voice::new(charge.sound.clone()),
        is_sounding: false,
        has_opened: false,
        table: None,
        charge,
    };
    if guard.charge.window.is_none() {
        guard.show_table();
    }
    let outcome = guard.work(goes_on);
    guard.stop();
    outcome
}

struct Guard {
    charge: Charge,
    watch: Watch,
    signals: Signals,
    running: BTreeMap<Child, Running>,
    /// Counts starts, so that a beat of a child that was killed is not taken for its successor's.
    starts: u64,
    beats_in: Sender<Beat>,
    beats: Receiver<Beat>,
    beaten: MonoTime,
    /// How often it had to sound.
    sounds: u64,
    /// The guard's own, when both are silent.
    voice: Voice,
    is_sounding: bool,
    /// The windows of the configuration were opened.
    has_opened: bool,
    table: Option<StationTable>,
}

impl Guard {
    fn work(
        &mut self,
        mut goes_on: impl FnMut(MonoTime) -> Result<bool, Problem>,
    ) -> Result<(), Problem> {
        loop {
            if self.signals.wants_stop() {
                return Ok(());
            }
            if self.signals.take_hangup() {
                if self.charge.is_play {
                    return Ok(());
                }
                if let Some(station) = self.running.get(&Child::Station) {
                    station.signal(Signal::HUP);
                }
            }
            if self.charge.is_play && self.table.as_ref().is_some_and(StationTable::is_over) {
                return Ok(());
            }
            let now = BootClock.mono();
            if !goes_on(now)? {
                return Ok(());
            }
            self.notice_ends(now);
            self.watch.tick(now);
            while let Some(order) = self.watch.poll_order() {
                if let Some(why) = self.obey(order, now) {
                    return match why {
                        Why::WindowClosed => Ok(()),
                        Why::StationUnfit => Err(Problem::new(
                            // tidy: not for people
                            "the station cannot start: its reason stands above",
                        )
                        .exiting(Exit::Unfit)),
                    };
                }
            }
            if self.is_sounding {
                self.voice.sound(now);
            }
            if now.since(self.beaten) >= BEAT_PERIOD {
                self.beaten = now;
                self.running.values().for_each(Running::beat);
            }
            self.hear(STEP);
        }
    }

    /// Takes in beats for so long.
    fn hear(&mut self, patience: Duration) {
        let mut wait = patience;
        loop {
            match self.beats.recv_timeout(wait) {
                Ok(beat) => {
                    let is_current = self
                        .running
                        .get(&beat.child)
                        .is_some_and(|running| running.start == beat.start);
                    if is_current {
                        self.watch.beat(beat.child, BootClock.mono());
                        if beat.child == Child::Station {
                            self.open_configured();
                        }
                        if beat.child.is_window() {
                            self.table = None;
                        }
                        if beat.said == Said::WantsWindow {
                            self.open_further(beat.child);
                        }
                    }
                    // One step is the longest that this may take, however many beats there are.
                    wait = Duration::ZERO;
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// The windows of the configuration, once, as soon as the station is this guard's own: a second `vigie`
    /// on the same folder is one more window and no second set of them.
    fn open_configured(&mut self) {
        if std::mem::replace(&mut self.has_opened, true) || self.charge.window.is_none() {
            return;
        }
        for _ in &self.charge.further {
            self.watch.open_further(BootClock.mono());
        }
    }

    /// One more window, if a window asks and there may be one.
    fn open_further(&mut self, asks: Child) {
        if asks.is_window() && self.watch.open_further(BootClock.mono()) {
            tracing::info!("somebody asked for one more window");
        } else if let Some(running) = self.running.get(&asks) {
            running.refuse();
        }
    }

    fn notice_ends(&mut self, now: MonoTime) {
        let mut ended = Vec::new();
        for (child, running) in &mut self.running {
            ended.extend(running.ended().map(|end| (*child, end)));
        }
        for (child, end) in ended {
            self.running.remove(&child);
            tracing::info!(?child, ?end, "a child ended");
            self.watch.exited(child, end, now);
        }
    }

    fn obey(&mut self, order: Order, now: MonoTime) -> Option<Why> {
        match order {
            Order::Start(child) => self.start(child, now),
            Order::Kill(child) => {
                tracing::error!(?child, "silent: killed");
                if let Some(running) = self.running.get(&child) {
                    running.signal(Signal::KILL);
                }
            }
            Order::Sound => {
                self.sounds += 1;
                self.is_sounding = true;
                tracing::error!(requests = self.sounds, "both silent: the guard sounds");
                say(&self.charge.words.text(TextKey::BothSilent));
            }
            Order::Hush => {
                self.is_sounding = false;
                self.voice.hush();
            }
            Order::Tell(told) => self.tell(told),
            Order::Stop(why) => return Some(why),
        }
        None
    }

    /// What was saved since holds in windows that start later. A file that is wrong now changes nothing.
    fn configure_again(&mut self) {
        let Some(options) = &self.charge.configured else { return };
        let Ok((_, config)) = config_file::load(options.config.as_deref()) else { return };
        let words = Words::new(options.language.unwrap_or(config.language));
        let place = self.charge.folder.display().to_string();
        if let Some(window) = window_of(&config, &words, &place, options) {
            (self.charge.window, self.charge.further) = (Some(window), config.windows);
        }
    }

    fn start(&mut self, child: Child, now: MonoTime) {
        // The station and the first window start with what was read a moment ago.
        if child.is_window() && self.starts > 1 {
            self.configure_again();
        }
        let arguments = match (child, &self.charge.window) {
            (Child::Station, _) => self.charge.station.clone(),
            (Child::Window, Some(window)) => window.clone(),
            (Child::Further(number), Some(window)) => {
                let own = self.charge.further.get(usize::from(number).saturating_sub(1));
                further_arguments(window, number, &own.cloned().unwrap_or_default())
            }
            (Child::Window | Child::Further(_), None) => return,
        };
        self.starts += 1;
        match Running::start(child, self.starts, &arguments, &self.beats_in) {
            Ok(running) => {
                self.running.insert(child, running);
            }
            Err(error) => {
                tracing::error!(?child, %error, "cannot be started");
                self.watch.exited(child, watch::End::Broken, now);
            }
        }
    }

    fn tell(&mut self, told: Told) {
        let key = match told {
            Told::FellSilent(Child::Station) => TextKey::StationStartsAgain,
            Told::FellSilent(Child::Window | Child::Further(_)) => TextKey::WindowStartsAgain,
            Told::Ended(Child::Station) => TextKey::StationEnded,
            Told::Ended(Child::Window | Child::Further(_)) => TextKey::WindowEnded,
            Told::GivenUp => TextKey::WindowGivenUp,
            Told::Attached => TextKey::Attached,
            Told::NoDisplay => {
                self.show_table();
                TextKey::WindowCannotOpen
            }
        };
        say(&self.charge.words.text(key));
    }

    /// The terminal shows the ward, until a window does.
    fn show_table(&mut self) {
        if self.table.is_none() {
            self.table = StationTable::start(&self.charge.words, &self.charge.folder)
                .inspect_err(|problem| say(&problem.to_string()))
                .ok();
        }
    }

    /// Ends the windows first: nothing is to look at a station that says goodbye.
    fn stop(mut self) {
        // It ends when its last line is written; the children wait for no reader of it.
        if let Some(table) = &mut self.table {
            table.end();
        }
        while let Some((child, running)) = self.running.pop_last() {
            if !running.stop(STOP_PATIENCE) {
                tracing::error!(?child, "did not end when asked: killed");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_window_begins_with_a_page_of_its_own() {
        let window = ["window", "--guarded", "--wall", "--page=1", "--open=Bed 3"];
        let window: Vec<String> = window.map(str::to_owned).into();
        let further = further_arguments(&window, 1, &WindowConfig::default());
        assert_eq!(further, ["window", "--guarded", "--wall", "--page=2", "--screen=1"]);
        let own = WindowConfig { wall: Some(false), full_screen: true, ..WindowConfig::default() };
        let further = further_arguments(&window, 2, &own);
        assert_eq!(further, ["window", "--guarded", "--full-screen", "--page=3", "--screen=2"]);
        let own =
            WindowConfig { page: Some(7), wall: Some(true), screen: Some(0), full_screen: true };
        let further = further_arguments(&["window", "--full-screen"].map(str::to_owned), 1, &own);
        assert_eq!(further, ["window", "--full-screen", "--wall", "--page=7", "--screen=0"]);
    }
}

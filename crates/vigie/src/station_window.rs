//! `vigie window`: the window process. It looks at a station through its socket and holds nothing
//! else: no line, no record, and from its first step on no internet socket could be opened in it.

use std::{
    cell::RefCell,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use clap::{Args, ValueEnum};
use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use egui::{Context, Ui, ViewportCommand};
use vigie_board::view::BoardView;
use vigie_clock::{BootClock, local_offset_minutes};
use vigie_config::WavesConfig;
use vigie_dashboard::{
    Dashboard, Gain, Inks, Log, LogWanted, Motion, NotDone, Notice, NoticeText, RecordNote,
    Request, Speed, Theme, Trend, VIEWING_DISTANCE_MM, ViewOptions, ViewSource,
};
use vigie_history::RecordState;
use vigie_model::{BedId, Clock, DeviceKey, MetricKey, MonoTime, WallTime};
use vigie_station::{Seen, StationClient};
use vigie_words::{Language, TextKey, Words};

use crate::{
    beats::{BEAT_PERIOD, Beats},
    cli::{Size, language, seconds, size},
    doctor::ClockState,
    folder,
    look::LookOptions,
    sandbox,
    seen::{self, State, What},
    signals::Signals,
    terminal::{self, Exit, Problem},
    voice::{Voice, VoiceOptions},
    window::{
        Answer, Content, Logs, PaintTrace, Pins, Place, Requests, ScaleBridge, SetupBridge, Shot,
        TestOfSound, Tested, Trends, about, connected, missing_display, open,
    },
};

/// Options of `vigie window`.
#[derive(Args, Debug)]
pub struct WindowOptions {
    /// The record folder of the station to look at
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// Language of the screen: en, fr or id
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    pub language: Language,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    pub size: Size,

    /// Fill the screen
    #[arg(long)]
    pub full_screen: bool,

    /// Fill the screen for good: no frame, and closing asks first
    #[arg(long)]
    pub kiosk: bool,

    /// On which screen it fills, counted from 0; without it where the desktop puts it
    #[arg(long, value_name = "N")]
    pub screen: Option<usize>,

    /// Start with the view of this bed
    #[arg(long, value_name = "LABEL")]
    pub open: Option<String>,

    /// Write the window as a PNG to this file, --after so long, and end
    #[arg(long, value_name = "FILE", requires = "after")]
    pub screenshot: Option<PathBuf>,

    /// How long after the start to take the picture
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "screenshot")]
    pub after: Option<Duration>,

    /// Close after so long
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<Duration>,

    /// Started by a guard: beats go through standard input and output
    #[arg(long, hide = true)]
    pub guarded: bool,

    /// End when the guard is gone
    #[arg(long, hide = true, requires = "guarded")]
    pub end_with_guard: bool,

    /// How far away people stand who read it, in millimetres
    #[arg(long, hide = true, value_name = "MM", default_value_t = VIEWING_DISTANCE_MM)]
    pub viewing_distance_mm: u32,

    /// Beds on a page, one of the layouts; without it as many as can be read from there
    #[arg(long, value_name = "N")]
    pub tiles: Option<u16>,

    /// The page of the ward to begin with
    #[arg(long, value_name = "N")]
    pub page: Option<usize>,

    /// How it shows
    #[command(flatten)]
    pub look: LookOptions,

    /// The unit allows the sound to be turned off
    #[arg(long, hide = true)]
    pub may_turn_audio_off: bool,

    /// How it sounds when the station has stopped
    #[command(flatten)]
    pub voice: VoiceOptions,

    /// Write a line for each frame to this file: when it was painted, and which alarms were new in it
    #[arg(long, hide = true, value_name = "FILE")]
    pub paint_trace: Option<PathBuf>,

    /// Frames a second while waves run
    #[arg(long, hide = true, value_name = "N", default_value_t = FRAMES, value_parser = clap::value_parser!(u16).range(1..=120))]
    pub frames: u16,

    /// A fault to test the guard with
    #[arg(long, hide = true)]
    pub fault: Option<Fault>,
}

/// What can be made to go wrong in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// It opens and never paints.
    NeverPaint,
}

/// Frames a second, unless somebody measures with more.
const FRAMES: u16 = 30;

/// A window that painted within this time is alive.
const PAINTED_WITHIN: Duration = Duration::from_secs(1);

/// How long a frame may wait for the station to say that a copy has begun.
const COPY_PATIENCE: Duration = Duration::from_millis(300);
/// How long the answer to that stands in the panel.
const COPY_SAID: Duration = Duration::from_secs(10);

/// Frames before a picture: fonts, window size and layout have settled by then.
const FRAMES_BEFORE: u64 = 6;

/// Opens the window and stays until it is closed.
pub fn run(options: &WindowOptions) -> Result<(), Problem> {
    let no_display = |why: &str| {
        // tidy: not for people
        Problem::new(format!("the window cannot be opened: {why}")).exiting(Exit::NoDisplay)
    };
    let folder = folder::record(options.record.as_deref())?;
    let trace = options.paint_trace.as_deref().map(PaintTrace::create).transpose()?;
    sandbox::no_internet().map_err(Problem::new)?;
    terminal::never_wait();
    if let Some(why) = missing_display() {
        return Err(no_display(&why));
    }
    // A guarded window that is ended by a signal was not closed by a person: it ends in the usual way of
    // signals, and the guard starts it again.
    let signals = if options.guarded { Signals::default() } else { Signals::catch()? };
    let beats = options.guarded.then(Beats::start).transpose()?;
    let life = Arc::new(Life::default());
    let _beating = beats.clone().map(|beats| beat(beats, life.clone())).transpose()?;
    let mut dashboard = Dashboard::new(options.language);
    dashboard.set_options(ViewOptions {
        viewing_distance_mm: options.viewing_distance_mm,
        tiles: options.tiles,
        is_wall: options.look.wall,
        is_kiosk: options.kiosk,
        may_turn_audio_off: options.may_turn_audio_off,
        is_private: options.look.privacy,
        ..waves(&options.look.waves())
    });
    dashboard.set_screens(connected());
    dashboard.turn_ward(options.page.unwrap_or(1).saturating_sub(1));
    let inks = Inks::named(options.look.palette.name()).unwrap_or_default();
    dashboard.set_theme(Theme { inks, is_night: options.look.night });
    dashboard.set_units(options.look.units());
    let leave_after = Duration::from_secs(60 * u64::from(options.look.leave_minutes));
    dashboard.set_leave_after(leave_after);
    dashboard.set_text_percent(options.look.text_scale_percent);
    dashboard.set_about(about());
    let frame_time = Duration::from_secs(1) / u32::from(options.frames);
    dashboard.set_frame_time(frame_time);
    let shot = options.screenshot.clone().map(Shot::new);
    let written = shot.as_ref().map(Shot::written);
    let window = StationWindow {
        client: StationClient::connect(&folder),
        setup: SetupBridge::default(),
        pins: Pins::default(),
        scale: ScaleBridge::default(),
        folder,
        dashboard,
        started: BootClock.mono(),
        stopped: None,
        sounds: 0,
        voice: Voice::new(options.voice.speaker()),
        trends: RefCell::default(),
        logs: RefCell::default(),
        requests: Requests::default(),
        sound_test: TestOfSound::default(),
        copy: CopyAsked::Not,
        signals,
        guard: beats.clone(),
        beats: beats.filter(|_| options.end_with_guard),
        // Nobody stands before a window that is there for a picture.
        asks_before_closing: (options.guarded || options.kiosk) && shot.is_none(),
        life,
        end: options.seconds,
        shot: shot.zip(options.after),
        wanted: options.open.clone(),
        paints: options.fault != Some(Fault::NeverPaint),
        frame_time,
        due: MonoTime::START,
        is_hidden: false,
        clock: ClockState::default(),
        trace,
    };
    let place = Place {
        size: options.size,
        is_full_screen: options.full_screen,
        is_kiosk: options.kiosk,
        screen: options.screen,
        is_gl: options.look.opengl,
    };
    open(place, Box::new(window)).map_err(|why| no_display(&why))?;
    match (written, &options.screenshot) {
        (Some(written), Some(file)) => Shot::outcome(&written, file),
        (Some(_) | None, _) => Ok(()),
    }
}

/// How waves are shown, as the dashboard takes it.
fn waves(waves: &WavesConfig) -> ViewOptions {
    let usual = ViewOptions::default();
    ViewOptions {
        pixels_per_mm: waves.milli_pixels_per_mm.map(|milli| milli as f32 / 1_000.0),
        speed: Speed::from_centi_mm(waves.speed_centi_mm_s).unwrap_or(usual.speed),
        gain: waves.gain_centi_mm_mv.and_then(Gain::from_centi_mm),
        motion: if waves.scrolls { Motion::Scroll } else { Motion::EraseBar },
        has_grid: waves.has_grid,
        ..usual
    }
}

/// When the window last painted, or last ran while the compositor kept it hidden.
#[derive(Debug, Default)]
struct Life(AtomicU64);

impl Life {
    fn is_alive_now(&self) {
        self.0.store(BootClock.mono().as_nanos(), Ordering::Relaxed);
    }

    fn is_alive(&self) -> bool {
        let last = MonoTime::from_nanos(self.0.load(Ordering::Relaxed));
        last > MonoTime::START && BootClock.mono().since(last) <= PAINTED_WITHIN
    }
}

/// Beats to the guard as long as the window paints; ends with what it gives back.
fn beat(beats: Beats, life: Arc<Life>) -> Result<Sender<()>, Problem> {
    let (running, stopped) = bounded::<()>(0);
    thread::Builder::new()
        .name("beats".into())
        .spawn(move || {
            while stopped.recv_timeout(BEAT_PERIOD) == Err(RecvTimeoutError::Timeout) {
                if life.is_alive() {
                    beats.beat();
                }
            }
        })
        // tidy: not for people
        .map_err(|error| Problem::new(format!("no thread for the beats ({error})")))?;
    Ok(running)
}

/// What became of the last wish for a copy.
#[derive(Clone, Debug)]
enum CopyAsked {
    /// There was none.
    Not,
    /// It was taken.
    Begun(MonoTime),
    /// It was not: why, in English for an engineer.
    Refused(String, MonoTime),
}

impl CopyAsked {
    /// What the panel says of it, for a while.
    fn said(&self, words: &Words, now: MonoTime) -> Option<String> {
        let (said, at) = match self {
            CopyAsked::Not => return None,
            CopyAsked::Begun(at) => (words.text(TextKey::CopyAsked), at),
            CopyAsked::Refused(why, at) => (words.noted(&words.text(TextKey::CopyNow), why), at),
        };
        (now.since(*at) < COPY_SAID).then_some(said)
    }
}

struct StationWindow {
    client: StationClient,
    /// The record folder of its station.
    folder: PathBuf,
    /// Between the pages of set-up and the station.
    setup: SetupBridge,
    /// Between the page of PINs and the station.
    pins: Pins,
    scale: ScaleBridge,
    dashboard: Dashboard,
    started: MonoTime,
    /// Since when the station is silent; worked out once, so that it does not tremble.
    stopped: Option<WallTime>,
    /// How often it had to sound.
    sounds: u64,
    /// Its own, over a station that stopped.
    voice: Voice,
    /// What the open bed wants of the record.
    trends: RefCell<Trends>,
    /// What the alarm log wants of it.
    logs: RefCell<Logs>,
    /// What was asked of the board and is not answered yet.
    requests: Requests,
    sound_test: TestOfSound,
    copy: CopyAsked,
    signals: Signals,
    /// The guard, which opens further windows.
    guard: Option<Beats>,
    /// A person who closes it is asked first: with it goes what the nurse station shows.
    asks_before_closing: bool,
    /// The guard, when this window ends with it.
    beats: Option<Beats>,
    life: Arc<Life>,
    end: Option<Duration>,
    shot: Option<(Shot, Duration)>,
    /// The bed to open as soon as it is there.
    wanted: Option<String>,
    paints: bool,
    /// Time between the beginnings of two frames.
    frame_time: Duration,
    /// When the next frame is to begin.
    due: MonoTime,
    /// No frame has followed the last call of `logic` yet.
    is_hidden: bool,
    clock: ClockState,
    /// When it painted what, for a bench.
    trace: Option<PaintTrace>,
}

impl StationWindow {
    fn since_start(&self) -> Duration {
        BootClock.mono().since(self.started)
    }

    fn must_close(&self) -> bool {
        self.signals.wants_stop()
            || self.end.is_some_and(|end| self.since_start() >= end)
            || self.beats.as_ref().is_some_and(Beats::is_gone)
    }

    /// Somebody closes the window: not before having been asked, and having seen what is asked.
    fn close_asked(&mut self, ctx: &Context) {
        let is_asked = ctx.input(|input| input.viewport().close_requested());
        let must = self.must_close() || !self.asks_before_closing;
        if is_asked && !must && !self.dashboard.wants_to_close(BootClock.mono()) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        }
    }

    /// Hands a wish for one more window to the guard, and says when there is none.
    fn windows(&mut self, now: MonoTime) {
        if self.dashboard.poll_window() {
            match &self.guard {
                Some(guard) if guard.ask_for_window() => {}
                Some(_) | None => self.dashboard.say_of_window(TextKey::WindowNoGuard, now),
            }
        }
        if self.guard.as_ref().is_some_and(Beats::take_refusal) {
            self.dashboard.say_of_window(TextKey::WindowsFull, now);
        }
    }

    /// Sounds for as long as the station is silent, whether the window can be seen or not.
    fn listen(&mut self) {
        let (now, wall) = (BootClock.mono(), BootClock.wall());
        match State::of(self.client.seen().as_ref(), now, wall) {
            State::Waiting | State::Heard(_) => self.voice.hush(),
            State::Stopped { .. } => self.voice.sound(now),
        }
    }

    fn paint(&mut self, ui: &mut Ui) {
        let (now, wall) = (BootClock.mono(), BootClock.wall());
        self.dashboard.set_utc_offset_minutes(local_offset_minutes(wall));
        self.dashboard.set_clock_synchronised(Some(self.clock.is_synchronised(now)));
        let seen = self.client.seen();
        let view = match State::of(seen.as_ref(), now, wall) {
            State::Waiting => {
                self.dashboard.waiting_ui(ui, wall, now);
                return;
            }
            State::Heard(seen) => {
                self.stopped = None;
                self.pins.offer(&mut self.dashboard, &self.client, seen);
                self.dashboard.set_places(&seen.report.places);
                self.setup.offer(&mut self.dashboard, seen);
                self.say(seen);
                seen.view.clone()
            }
            State::Stopped { last, since } => {
                if self.stopped.is_none() {
                    self.stopped = Some(since);
                    self.sounds += 1;
                    tracing::error!(
                        requests = self.sounds,
                        "the station is silent: the window sounds"
                    );
                }
                last.view.clone()
            }
        };
        self.open_wanted(&view);
        self.dashboard.set_stopped(self.stopped);
        let record =
            seen.as_ref().map_or(RecordState::Off, |seen| seen.report.record.state.clone());
        let others = self.logs.borrow_mut().take(self.client.answers(), now);
        self.trends.borrow_mut().take(others, now);
        let Self { client, trends, logs, dashboard, .. } = self;
        dashboard.ui(ui, &Newest { view: view.clone(), now, wall, record, client, trends, logs });
        if let Some(trace) = &mut self.trace
            && self.stopped.is_none()
            && trace.paint(&view, BootClock.mono())
        {
            ui.ctx().request_repaint();
        }
        self.obey(now);
        self.windows(now);
        self.pins.run(&mut self.dashboard, &self.client, now);
        self.setup.run(&mut self.dashboard, &self.client, &self.folder, now);
        self.scale.run(&mut self.dashboard, &self.client, now);
        if let Some(place) = self.dashboard.poll_copy() {
            self.copy = match self.client.copy(place, COPY_PATIENCE) {
                Ok(()) => CopyAsked::Begun(now),
                // It may still begin: then the report says so.
                Err(why) => CopyAsked::Refused(why.to_string(), now),
            };
        }
    }

    /// Hands on what somebody asked for, and says what was not done.
    fn obey(&mut self, now: MonoTime) {
        while let Some(Request { by, command }) = self.dashboard.poll_request() {
            let not_done = match self.client.begin(by, command.clone()) {
                Ok(asked) => {
                    let answer = Box::new(move || asked.outcome());
                    let given_up = self.requests.push(command, answer, now);
                    given_up.map(|command| (command, NotDone::NoAnswer))
                }
                Err(why) => {
                    // What it was is not named: a log line holds no one's values.
                    tracing::error!(%why, "the station took no request");
                    Some((command, NotDone::Busy))
                }
            };
            if let Some((command, why)) = not_done {
                self.dashboard.note_not_done(command, why, now);
            }
        }
        for (command, why) in self.requests.not_done(now) {
            self.dashboard.note_not_done(command, why, now);
        }
        if let Some(priority) = self.dashboard.poll_sound_test() {
            let begun = self.client.begin_sound_test(priority);
            let begun = begun.map(|test| Box::new(move || test.ended()) as Tested);
            self.sound_test.begin(priority, begun, now);
        }
        if let Some((by, heard)) = self.dashboard.poll_heard() {
            let begun = self.client.begin_heard_sound(by, heard).ok();
            let begun = begun.map(|asked| Box::new(move || asked.outcome()) as Answer);
            self.sound_test.note(heard, begun, now);
        }
        self.dashboard.set_sound_test(Some(self.sound_test.state(now)));
    }

    /// Frames begin at an even pace: what one of them cost is taken from the pause after it, not added.
    fn ask_for_next(&mut self, ctx: &Context) {
        let now = BootClock.mono();
        // A frame that came early, at an event, moves no other.
        while self.due <= now {
            let late = now.since(self.due);
            self.due = if late < self.frame_time { self.due } else { now } + self.frame_time;
        }
        ctx.request_repaint_after(self.due.since(now));
    }

    fn say(&mut self, seen: &Seen) {
        let words = self.dashboard.words();
        let notices = seen::notices(words, seen).into_iter().map(|said| Notice {
            label: None,
            text: match said.what {
                What::Key(key) => NoticeText::Key(key),
                What::Written(written) => NoticeText::Written(written),
            },
            detail: said.detail.map(|detail| detail.as_str().into()),
            since: said.since,
        });
        let notices = notices.collect();
        let mut note = seen::record(words, &seen.report.record, seen.view.wall);
        if let Some(note) = &mut note {
            note.said.extend(self.copy.said(words, BootClock.mono()));
        }
        let note = note.map(|note| RecordNote {
            line: note.line,
            said: note.said,
            places: note.places,
            progress: note.progress,
        });
        self.dashboard.set_notices(notices);
        self.dashboard.set_record(note);
    }

    fn open_wanted(&mut self, view: &BoardView) {
        let Some(wanted) = &self.wanted else { return };
        let tile = view.tiles.iter().find(|tile| tile.label.as_str() == wanted);
        self.dashboard.open(tile.map(|tile| vigie_dashboard::Place::of(tile)));
        self.wanted = None;
    }
}

impl Content for StationWindow {
    /// Runs while the window is hidden too, when nothing can be painted and nobody could see it.
    fn logic(&mut self, ctx: &Context) {
        // A second pass over a frame is no new one.
        if let Some(trace) = &mut self.trace
            && ctx.current_pass_index() == 0
        {
            trace.begin(BootClock.mono());
        }
        self.close_asked(ctx);
        if self.must_close() || self.dashboard.is_closed() {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        // The last call was followed by no frame: the window is hidden, or its compositor asks for none.
        if self.is_hidden {
            self.life.is_alive_now();
            self.client.painted();
        }
        self.is_hidden = true;
        self.listen();
        ctx.request_repaint_after(BEAT_PERIOD);
    }

    fn ui(&mut self, ui: &mut Ui) {
        self.is_hidden = false;
        if !self.paints {
            return;
        }
        self.paint(ui);
        self.ask_for_next(ui.ctx());
        self.life.is_alive_now();
        self.client.painted();
        let since_start = self.since_start();
        let has_settled = self.dashboard.frames() > FRAMES_BEFORE;
        if let Some((shot, after)) = &mut self.shot
            && has_settled
            && since_start >= *after
        {
            shot.take(ui.ctx());
        }
    }
}

/// The newest view, at the present moment.
struct Newest<'a> {
    view: Arc<BoardView>,
    now: MonoTime,
    wall: WallTime,
    record: RecordState,
    client: &'a StationClient,
    trends: &'a RefCell<Trends>,
    logs: &'a RefCell<Logs>,
}

impl ViewSource for Newest<'_> {
    fn view(&self) -> Arc<BoardView> {
        self.view.clone()
    }

    fn now(&self) -> MonoTime {
        self.now
    }

    fn trend(&self, bed: &BedId, key: &MetricKey) -> Trend {
        let now = (self.now, self.wall);
        let ask = |query| self.client.ask(query);
        self.trends.borrow_mut().of(bed, (None, key), now, &self.record, &ask)
    }

    fn trend_of(&self, bed: &BedId, device: &DeviceKey, key: &MetricKey) -> Trend {
        let now = (self.now, self.wall);
        let ask = |query| self.client.ask(query);
        self.trends.borrow_mut().of(bed, (Some(device), key), now, &self.record, &ask)
    }

    fn log(&self, wanted: &LogWanted) -> Log {
        let ask = |query| self.client.ask(query);
        self.logs.borrow_mut().of(wanted, (self.now, self.wall), &self.record, &ask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_speed_and_gain_of_the_file_is_one_of_the_window() {
        for speed in WavesConfig::SPEEDS {
            let of_file = WavesConfig { speed_centi_mm_s: speed, ..WavesConfig::default() };
            assert_eq!(waves(&of_file).speed.centi_mm_per_second(), i64::from(speed));
        }
        for gain in WavesConfig::GAINS {
            let of_file = WavesConfig { gain_centi_mm_mv: Some(gain), ..WavesConfig::default() };
            let shown = waves(&of_file).gain.map(Gain::centi_mm_per_millivolt);
            assert_eq!(shown, Some(i64::from(gain)));
        }
        assert_eq!(waves(&WavesConfig::default()), ViewOptions::default());
    }
}

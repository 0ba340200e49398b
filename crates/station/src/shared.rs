//! What the station's threads tell each other besides the lanes: the newest view, who is alive, and
//! the report.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::Sender;
use vigie_board::view::BoardView;
use vigie_model::{Clock, MonoTime, Text, WallTime};

use crate::{
    StationReport,
    line::LineStatus,
    record::RecordState,
    roles::Door,
    samples::SampleLane,
    setup::SetupDesk,
    silence::{GuardWatch, WindowWatch},
    sound::Sound,
};

/// A part of the station that has not beaten for this long does not work.
const BEAT_MAX: Duration = Duration::from_secs(1);

/// Shared by all threads of a station. Every lock is held for a few copies only.
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    since: WallTime,
    board_beat: AtomicU64,
    links_beat: AtomicU64,
    view: Mutex<Option<Arc<BoardView>>>,
    /// Woken when there is another view; one word each is enough.
    listeners: Mutex<Vec<(u64, Sender<()>)>>,
    listeners_seen: AtomicU64,
    pub(crate) lines: Mutex<Vec<Arc<LineStatus>>>,
    samples: Arc<SampleLane>,
    guard: Mutex<GuardWatch>,
    window: Mutex<WindowWatch>,
    words: Mutex<Words>,
    record: OnceLock<Arc<RecordState>>,
    pub(crate) sound: Arc<Sound>,
    pub(crate) setup: SetupDesk,
    /// Wrong PINs.
    pub(crate) door: Door,
}

#[derive(Default)]
struct Words {
    not_isolated: Vec<Text>,
    config_refused: Option<Text>,
    not_assigned: Option<Text>,
    status_trouble: Option<Text>,
}

/// One of the two halves that must both work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Half {
    Board,
    Links,
}

impl Shared {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        expects_window: bool,
        samples: Arc<SampleLane>,
        sound: Arc<Sound>,
        setup: SetupDesk,
    ) -> Shared {
        let (now, wall) = (clock.mono(), clock.wall());
        Shared {
            since: wall,
            board_beat: AtomicU64::new(now.as_nanos()),
            links_beat: AtomicU64::new(now.as_nanos()),
            view: Mutex::default(),
            listeners: Mutex::default(),
            listeners_seen: AtomicU64::new(0),
            lines: Mutex::default(),
            samples,
            guard: Mutex::default(),
            window: Mutex::new(WindowWatch::new(expects_window, now, wall)),
            words: Mutex::default(),
            record: OnceLock::new(),
            sound,
            setup,
            door: Door::default(),
            clock,
        }
    }

    /// This half works.
    pub(crate) fn beat(&self, half: Half) {
        let beat = match half {
            Half::Board => &self.board_beat,
            Half::Links => &self.links_beat,
        };
        beat.store(self.clock.mono().as_nanos(), Ordering::Relaxed);
    }

    /// Whether both halves work.
    pub(crate) fn is_beating(&self) -> bool {
        let now = self.clock.mono();
        [&self.board_beat, &self.links_beat]
            .into_iter()
            .all(|beat| now.since(MonoTime::from_nanos(beat.load(Ordering::Relaxed))) < BEAT_MAX)
    }

    /// Another view: it is heard first, the one before is let go, and whoever listens is woken, never
    /// waited for. `is_hushed`: a person's answer stands behind it.
    pub(crate) fn publish(&self, view: Arc<BoardView>, is_hushed: bool) {
        self.sound.follow(&view.sound, is_hushed);
        *lock(&self.view) = Some(view);
        for (_, listener) in lock(&self.listeners).iter() {
            // Full: it has been woken already.
            _ = listener.try_send(());
        }
    }

    /// The newest view.
    pub(crate) fn view(&self) -> Option<Arc<BoardView>> {
        lock(&self.view).clone()
    }

    /// Wakes `listener` at each view, until [`Shared::leave`].
    pub(crate) fn listen(&self, listener: Sender<()>) -> u64 {
        let id = self.listeners_seen.fetch_add(1, Ordering::Relaxed);
        lock(&self.listeners).push((id, listener));
        id
    }

    pub(crate) fn leave(&self, id: u64) {
        lock(&self.listeners).retain(|(listener, _)| *listener != id);
    }

    pub(crate) fn listeners(&self) -> usize {
        lock(&self.listeners).len()
    }

    /// The guard was heard.
    pub(crate) fn guard_beat(&self) {
        lock(&self.guard).beat(self.clock.mono(), self.clock.wall());
    }

    /// A window that counts has painted.
    pub(crate) fn window_painted(&self) {
        lock(&self.window).painted(self.clock.mono(), self.clock.wall());
    }

    /// Looks whether the window is silent, and is heard for as long as it is. `true`: now is the time
    /// to say so.
    pub(crate) fn check_window(&self) -> bool {
        let (says, is_silent) = {
            let mut window = lock(&self.window);
            (window.check(self.clock.mono()), window.silent_since().is_some())
        };
        self.sound.set_own(is_silent);
        says
    }

    /// Whether the window that belongs to the station is silent, if one does.
    pub(crate) fn is_window_silent(&self) -> bool {
        lock(&self.window).silent_since().is_some()
    }

    pub(crate) fn set_isolation(&self, not_isolated: Vec<Text>) {
        lock(&self.words).not_isolated = not_isolated;
    }

    pub(crate) fn set_config_refused(&self, why: Option<Text>) {
        lock(&self.words).config_refused = why;
    }

    /// What the board does not assign as configured.
    pub(crate) fn set_not_assigned(&self, why: Option<Text>) {
        lock(&self.words).not_assigned = why;
    }

    /// Why `status.json` cannot be written.
    pub(crate) fn set_status_trouble(&self, why: Option<Text>) {
        lock(&self.words).status_trouble = why;
    }

    /// There is a record, and how it is doing stands here.
    pub(crate) fn set_record(&self, record: Arc<RecordState>) {
        // Once, as the station starts.
        _ = self.record.set(record);
    }

    pub(crate) fn record(&self) -> Option<&Arc<RecordState>> {
        self.record.get()
    }

    pub(crate) fn report(&self) -> StationReport {
        let record = self.record();
        let now = self.clock.mono();
        let guard_silent_since = lock(&self.guard).silent_since(now);
        let (window_silent_since, sounds_requested) = {
            let window = lock(&self.window);
            (window.silent_since(), window.sounds())
        };
        let (not_isolated, config_refused, status_trouble) = {
            let words = lock(&self.words);
            let refused = words.config_refused.as_ref().or(words.not_assigned.as_ref());
            (words.not_isolated.clone(), refused.cloned(), words.status_trouble.clone())
        };
        StationReport {
            pid: std::process::id(),
            since: self.since,
            not_isolated,
            guard_silent_since,
            window_silent_since,
            sounds_requested,
            dropped: self.samples.dropped(),
            lines: lock(&self.lines).iter().map(|line| line.report()).collect(),
            config_refused,
            status_trouble,
            record: record.map(|record| record.status()).unwrap_or_default(),
            record_troubles: record.map(|record| record.troubles()).unwrap_or_default(),
            sound: self.sound.report(),
            in_setup: self.setup.is_first(),
            people: self.setup.people_seen(),
            places: self.setup.places(),
        }
    }
}

/// What a lock guards here is replaced whole, so that even a poisoned one holds consistent data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

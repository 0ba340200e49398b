//! [`Station`]: starting, changing and ending the whole.

use std::{
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use vigie_board::{Board, BoardConfig, view::BoardView};
use vigie_clock::BootClock;
use vigie_config::Config;
use vigie_model::{Clock, MonoTime, RunId, Text};
use vigie_session::Factory;
use vigie_speaker::Output;

use crate::{
    StartError, StationOptions, StationReport, Status,
    board::{ASKS, Ask, BoardThread},
    captures::Captures,
    catalogue::catalogue,
    desk::Desk,
    folder::Folder,
    jumps::JumpWatch,
    lanes::{Ordered, lanes},
    links::{Links, Makings},
    record::{self, Record, RecordThreads, Restored, Shelf},
    reload,
    server::{self, Server},
    setup::{EarMakings, SetupDesk},
    shared::{Shared, lock},
    sound::Sound,
    status, threads, trace,
    wire::{Opener, link_opener},
};

/// A board that works takes what it is asked within this.
const ASK_PATIENCE: Duration = Duration::from_secs(1);
/// How long the board may take to hear what is left in the lanes.
const BOARD_PATIENCE: Duration = Duration::from_secs(2);

/// What a station is made with: the product's parts, or a test's.
pub(crate) struct Parts {
    pub(crate) catalogue: Vec<&'static dyn Factory>,
    pub(crate) opener: Opener,
    pub(crate) clock: Arc<dyn Clock>,
    /// In place of the record on the disk.
    pub(crate) shelf: Option<Box<dyn Shelf>>,
    /// Where sound goes.
    pub(crate) output: Output,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts {
            catalogue: catalogue().to_vec(),
            opener: link_opener(),
            clock: Arc::new(BootClock),
            shelf: None,
            output: Output::Device,
        }
    }
}

/// A running station.
pub struct Station {
    shared: Arc<Shared>,
    asks: Sender<Ask>,
    config: Mutex<Config>,
    /// Ended in this order: lines, board, socket and status.
    links: Option<Links>,
    board: Option<JoinHandle<()>>,
    /// Closed when the board's thread has ended.
    board_ended: Receiver<()>,
    others: Vec<JoinHandle<()>>,
    record: Option<RecordThreads>,
    /// Dropped to end all threads; nothing is ever sent on it.
    running: Option<Sender<()>>,
    folder: Arc<Folder>,
}

impl std::fmt::Debug for Station {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Station").field("folder", &self.folder.path()).finish_non_exhaustive()
    }
}

impl Station {
    /// Starts links, board and socket, on threads of their own.
    pub fn start(options: StationOptions) -> Result<Station, StartError> {
        Station::start_with(options, Parts::default())
    }

    /// The same, heard elsewhere than through a sound device: for tests and measurements.
    pub fn start_heard_by(options: StationOptions, output: Output) -> Result<Station, StartError> {
        Station::start_with(options, Parts { output, ..Parts::default() })
    }

    pub(crate) fn start_with(options: StationOptions, parts: Parts) -> Result<Station, StartError> {
        let StationOptions {
            config,
            folder,
            expects_window,
            sounds,
            setup,
            seed,
            record: record_options,
            trace,
            confine,
            fault,
        } = options;
        let confine = move || confine.map_or(Ok(()), |confine| confine());
        let clock = parts.clock;
        let folder = Arc::new(Folder::occupy(&folder)?);
        let listener = folder.listen()?;
        let (now, wall) = (clock.mono(), clock.wall());
        // Wall time names the run: two runs in one folder never share one.
        let run = RunId(wall.as_unix_nanos().unsigned_abs());
        let (lanes, intake) = lanes();
        let (sound, sound_thread) =
            Sound::new(config.sound.clone(), sounds, parts.output, clock.clone());
        let samples = intake.samples.clone();
        let setup = SetupDesk::new(setup, parts.catalogue.clone(), &config);
        let shared = Arc::new(Shared::new(clock.clone(), expects_window, samples, sound, setup));
        let (asks, asked) = bounded(ASKS);
        let (running, stopped) = bounded(0);

        let (desk, baskets) = Desk::new();
        let record = match record_options {
            None => None,
            Some(options) => Some(record::start(
                record::Makings {
                    options,
                    config: config.record.clone(),
                    mode: config.mode,
                    run,
                    folder: folder.clone(),
                    clock: clock.clone(),
                    baskets,
                    stopped: stopped.clone(),
                },
                parts.shelf,
                confine,
            )?),
        };
        let mut taps = Vec::new();
        let mut others = Vec::new();
        if let Some(path) = &trace {
            let (tap, thread) = trace::start(path)?;
            taps.push(tap);
            others.push(thread);
        }
        let board_config = BoardConfig { mode: config.mode, beds: config.beds.clone(), run };
        let mut board = Board::new(board_config);
        board.set_policy(config.alarms.clone());
        board.set_paths(config.paths());
        let (tap, record_threads) = match record {
            None => (None, None),
            Some(Record { state, tap, restored, threads }) => {
                shared.set_record(state);
                if let Some(Restored { board: snapshot, last_seen }) = restored {
                    // Once a second it wrote that it was there.
                    let status = Status::read(folder.path()).ok().map(|status| status.wall);
                    let last_seen =
                        status.filter(|at| *at < wall).map_or(last_seen, |at| at.max(last_seen));
                    board.restore(now, wall, &snapshot, last_seen);
                }
                (Some(tap), Some(threads))
            }
        };
        let board_thread = BoardThread {
            board,
            lanes: Ordered::new(intake),
            asks: asked,
            shared: shared.clone(),
            taps,
            record: tap,
            pinned: Vec::new(),
            lines: Vec::new(),
            refused: Vec::new(),
            stall_at: fault.map(|fault| now + fault.stall_board_at),
            stopped: stopped.clone(),
            jumps: JumpWatch::default(),
            is_hushed: false,
        };
        let (ending, board_ended) = bounded::<()>(0);
        let board = threads::confined("board", confine, move || {
            board_thread.run();
            drop(ending);
        })?;
        let mut station = Station {
            shared: shared.clone(),
            asks: asks.clone(),
            config: Mutex::new(config.clone()),
            links: None,
            board: Some(board),
            board_ended,
            others,
            record: record_threads,
            running: Some(running),
            folder: folder.clone(),
        };
        // From here on an error ends what has begun, by dropping it.
        let server = Server { shared: shared.clone(), asks, desk, stopped: stopped.clone() };
        station.others.push(server::start(server, listener, confine)?);
        let until = stopped.clone();
        let sound = threads::confined("sound", confine, move || sound_thread.run(&until))?;
        station.others.push(sound);
        let (mode, of_status) = (config.mode, shared.clone());
        let status = threads::confined("status", confine, move || {
            status::run(folder.path(), &of_status, mode, &stopped);
        })?;
        station.others.push(status);
        if let Err(why) = station.ask(reload::assignments(&config)) {
            station.refuse_reload(why);
        }
        let makings = Makings {
            mode: config.mode,
            network: config.network.clone(),
            seed,
            run,
            catalogue: parts.catalogue,
            opener: parts.opener.clone(),
            captures: Captures { mode: config.mode, record: shared.record().cloned() },
            clock: clock.clone(),
            lanes,
        };
        let links = Links::start(makings, shared.clone())?;
        let handle = links.handle();
        shared.setup.set_ear(EarMakings { handle, opener: parts.opener, clock, run, seed });
        links.set_lines(&config);
        station.links = Some(links);
        tracing::info!(folder = %station.folder.path().display(), "the station works");
        Ok(station)
    }

    /// Whether links and board both work; false from 1 s of silence of either on.
    pub fn is_beating(&self) -> bool {
        self.shared.is_beating()
    }

    /// Takes over another configuration. Lines that did not change are not touched. What needs a
    /// restart is refused, and so is all of it when the board does not answer; the report says so.
    pub fn reload(&self, config: Config) {
        let mut current = lock(&self.config);
        if let Some(why) = reload::refusal(&current, &config) {
            tracing::error!("configuration not taken over: {why}");
            self.shared.set_config_refused(Some(Text::from(why)));
            return;
        }
        let lines = self.shared.report().lines;
        if let Some(ask) = reload::beds(&current, &config, &lines)
            && let Err(why) = self.ask(ask)
        {
            self.refuse_reload(why);
            return;
        }
        if let Some(ask) = reload::policy(&current, &config)
            && let Err(why) = self.ask(ask)
        {
            self.refuse_reload(why);
            return;
        }
        if let Some(links) = &self.links {
            links.set_lines(&config);
        }
        if current.sound != config.sound {
            self.shared.sound.configure(config.sound.clone());
        }
        if let Some(record) = self.shared.record() {
            record.set_config(config.record.clone());
        }
        self.shared.setup.set_current(&config);
        *current = config;
        self.shared.set_config_refused(None);
        tracing::info!("configuration taken over");
    }

    /// Whether a window has saved the configuration since this was last asked: it is to be read again.
    pub fn take_saved(&self) -> bool {
        self.shared.setup.take_saved()
    }

    /// Whether a configuration can only be taken over by starting again.
    pub fn needs_restart(&self, config: &Config) -> bool {
        self.shared.setup.needs_restart(config)
    }

    /// A reload was refused: shown until one succeeds.
    pub fn refuse_reload(&self, why: Text) {
        self.shared.set_config_refused(Some(why));
    }

    /// The PC is, or is not, isolated.
    pub fn set_isolation(&self, not_isolated: Vec<Text>) {
        self.shared.set_isolation(not_isolated);
    }

    /// The guard was heard.
    pub fn guard_beat(&self) {
        self.shared.guard_beat();
    }

    /// What it says of itself.
    pub fn report(&self) -> StationReport {
        self.shared.report()
    }

    /// The newest view.
    pub fn view(&self) -> Option<Arc<BoardView>> {
        self.shared.view()
    }

    /// Every view from now on, as it is published. Who waits for none costs the board nothing, and who
    /// is slow misses views, never the newest.
    pub fn views(&self) -> Views {
        let (listener, woken) = bounded(1);
        let id = self.shared.listen(listener);
        Views { shared: self.shared.clone(), id, woken }
    }

    /// When the first sample for this call of a view's sound was handed to the device; `None`: not
    /// yet, or there is none.
    pub fn queued(&self, call: u64) -> Option<MonoTime> {
        self.shared.sound.queued(call)
    }

    /// Its voice.
    #[cfg(test)]
    pub(crate) fn sound(&self) -> &crate::sound::Sound {
        &self.shared.sound
    }

    /// Says goodbye to all devices, for 2 s at most, and ends.
    pub fn stop(self) {
        drop(self);
    }

    /// The error is for an engineer.
    fn ask(&self, ask: Ask) -> Result<(), Text> {
        // As the board's thread begins it takes at once; later it may stand still for a while.
        self.asks.send_timeout(ask, ASK_PATIENCE).map_err(|_| {
            let why = "the board does not answer, and everything stays as it was: reload again";
            tracing::error!("configuration not taken over: {why}");
            Text::from(why)
        })
    }
}

/// Views as they are published.
pub struct Views {
    shared: Arc<Shared>,
    id: u64,
    woken: Receiver<()>,
}

impl std::fmt::Debug for Views {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Views").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Views {
    /// Waits for the next one and returns the newest; `None`: there was none for so long.
    pub fn next(&self, patience: Duration) -> Option<Arc<BoardView>> {
        self.woken.recv_timeout(patience).ok()?;
        self.shared.view()
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        self.shared.leave(self.id);
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        if let Some(mut links) = self.links.take() {
            links.stop();
        }
        // The lanes are closed now: the board hears what is left in them, and ends.
        let board = self.board.take();
        let closed = Err(RecvTimeoutError::Disconnected);
        if self.board_ended.recv_timeout(BOARD_PATIENCE) == closed {
            join(board, "board");
        } else {
            tracing::error!("the board's thread does not end");
        }
        self.running = None;
        for thread in self.others.drain(..) {
            join(Some(thread), "window, status or trace");
        }
        if let Some(record) = self.record.take() {
            record.end();
        }
    }
}

fn join(thread: Option<JoinHandle<()>>, name: &str) {
    if let Some(thread) = thread
        && thread.join().is_err()
    {
        tracing::error!("the thread {name} had failed: this is a mistake in the program");
    }
}

//! The thread on which all lines run, and which of them do.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval, timeout},
};
use vigie_config::{Config, LineConfig, Network};
use vigie_model::{Clock, RunId, StationMode, Text};
use vigie_session::Factory;

use crate::{
    StartError,
    captures::Captures,
    lanes::Lanes,
    line::{FAREWELL, Fate, LineRun, LineStatus},
    shared::{Half, Shared, lock},
    wire::Opener,
};

/// How often the thread says that it works.
const BEAT_PERIOD: Duration = Duration::from_millis(200);
/// What a farewell may take beside its own 2 s: closing ports, and lanes that are full.
const FAREWELL_MARGIN: Duration = Duration::from_millis(1_500);

/// What every line is made with.
#[derive(Clone)]
pub(crate) struct Makings {
    pub(crate) mode: StationMode,
    pub(crate) network: Option<Network>,
    pub(crate) seed: u64,
    pub(crate) run: RunId,
    pub(crate) catalogue: Vec<&'static dyn Factory>,
    pub(crate) opener: Opener,
    pub(crate) captures: Captures,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) lanes: Arc<Lanes>,
}

/// All lines at work.
pub(crate) struct Links {
    makings: Makings,
    shared: Arc<Shared>,
    handle: Handle,
    /// Ends the thread.
    stop: watch::Sender<bool>,
    /// The thread waits until every line has let go of this.
    running: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    lines: Mutex<BTreeMap<Text, Running>>,
}

/// A line at work.
struct Running {
    config: LineConfig,
    fate: watch::Sender<Fate>,
    /// Closed when it has ended.
    ended: watch::Receiver<()>,
    status: Arc<LineStatus>,
}

impl Links {
    /// Starts the thread, without lines.
    pub(crate) fn start(makings: Makings, shared: Arc<Shared>) -> Result<Links, StartError> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            StartError::Unfit(format!("no runtime for the lines ({error}): end other programs"))
        })?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = watch::channel(false);
        let (running, ended) = mpsc::channel(1);
        let beats = shared.clone();
        let thread = thread::Builder::new()
            .name("lines".into())
            .spawn(move || runtime.block_on(live(&beats, stopped, ended)))
            .map_err(|error| {
                StartError::Unfit(format!("no thread for the lines ({error}): end other programs"))
            })?;
        Ok(Links {
            makings,
            shared,
            handle,
            stop,
            running: Some(running),
            thread: Some(thread),
            lines: Mutex::default(),
        })
    }

    /// Runs exactly these lines from now on. Lines that did not change are not touched, but for their
    /// beds and paths, which are the board's business.
    pub(crate) fn set_lines(&self, config: &Config) {
        let mut lines = lock(&self.lines);
        let wanted: BTreeMap<&Text, &LineConfig> =
            config.lines.iter().map(|line| (&line.name, line)).collect();
        let changed = |name: &Text, running: &Running| {
            wanted.get(name).is_none_or(|line| !is_same_line(line, &running.config))
        };
        let ending: Vec<Text> = lines
            .iter()
            .filter(|(name, running)| changed(name, running))
            .map(|(name, _)| name.clone())
            .collect();
        let mut ended: BTreeMap<Text, watch::Receiver<()>> = BTreeMap::new();
        for name in ending {
            let Some(running) = lines.remove(&name) else { continue };
            let forgotten =
                wanted.get(&name).is_none_or(|line| is_begun_anew(&running.config, line));
            tracing::info!(line = %name, forgotten, "line ends: the configuration changed");
            _ = running.fate.send(Fate::End { forgotten });
            ended.insert(name, running.ended);
        }
        // One port may pass from a line that ends to one that begins, whatever they are called.
        let before: Vec<watch::Receiver<()>> = ended.into_values().collect();
        for line in &config.lines {
            match lines.get_mut(&line.name) {
                Some(running) => running.config = line.clone(),
                None => {
                    let running = self.run_line(line.clone(), before.clone());
                    lines.insert(line.name.clone(), running);
                }
            }
        }
        let statuses = config.lines.iter().filter_map(|line| lines.get(&line.name));
        *lock(&self.shared.lines) = statuses.map(|running| running.status.clone()).collect();
    }

    fn run_line(&self, config: LineConfig, before: Vec<watch::Receiver<()>>) -> Running {
        let makings = &self.makings;
        let mut families = makings.catalogue.iter();
        let status = LineRun::status_of(&config);
        let line = Arc::new(LineRun {
            config: config.clone(),
            network: makings.network.clone(),
            mode: makings.mode,
            family: families.find(|family| family.name() == config.protocol).copied(),
            seed: makings.seed,
            run: makings.run,
            lane: makings.lanes.line(&config.name, makings.clock.clone()),
            opener: makings.opener.clone(),
            captures: makings.captures.clone(),
            clock: makings.clock.clone(),
            status: status.clone(),
        });
        let (fate, fated) = watch::channel(Fate::Run);
        let (ending, ended) = watch::channel(());
        let alive = self.running.clone();
        self.handle.spawn(async move {
            for mut other in before {
                // An error is the end that was waited for.
                while other.changed().await.is_ok() {}
            }
            line.run(fated).await;
            drop((ending, alive));
        });
        Running { config, fate, ended, status }
    }

    /// Where its tasks run.
    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Says goodbye on all lines, for 2 s at most, and ends the thread.
    pub(crate) fn stop(&mut self) {
        for running in lock(&self.lines).values() {
            _ = running.fate.send(Fate::End { forgotten: false });
        }
        self.running = None;
        _ = self.stop.send(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the lines' thread had failed: this is a mistake in the program");
        }
    }
}

/// Whether a line goes on as it is: all but its bed and what it goes through.
pub(crate) fn is_same_line(a: &LineConfig, b: &LineConfig) -> bool {
    let bare = |line: &LineConfig| LineConfig { bed: None, path: None, ..line.clone() };
    bare(a) == bare(b)
}

/// Whether a line that is made otherwise is another line for the board too: who was heard on it is
/// forgotten, and its bed is for whoever is heard on it next. Without a bed, neither before nor after,
/// people have assigned its devices, and they stay.
pub(crate) fn is_begun_anew(was: &LineConfig, is: &LineConfig) -> bool {
    !is_same_line(was, is) && (was.bed.is_some() || is.bed.is_some())
}

/// The life of the thread: it beats until it is stopped, and then waits for the farewells.
async fn live(shared: &Shared, mut stopped: watch::Receiver<bool>, mut ended: mpsc::Receiver<()>) {
    let mut beat = interval(BEAT_PERIOD);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => shared.beat(Half::Links),
            _ = stopped.wait_for(|stopped| *stopped) => break,
        }
    }
    if timeout(FAREWELL + FAREWELL_MARGIN, ended.recv()).await.is_err() {
        tracing::warn!("some lines did not take leave in time");
    }
}

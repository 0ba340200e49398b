//! A window's side of the socket: a thread that connects, reads, and connects again.

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use vigie_board::{Command, Receipt, view::BoardView};
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime, Text};

use crate::{
    Seen, StationReport, folder,
    frames::{
        ClientFrame, FROM_CLIENT_MAX, FROM_STATION_MAX, FrameError, FrameReader, StationFrame,
        VERSION, encode,
    },
    shared::lock,
};

/// How often it tries to connect.
const CONNECT_PERIOD: Duration = Duration::from_millis(250);
/// How often it says that it is there.
const BEAT_PERIOD: Duration = Duration::from_millis(250);
/// Longest wait for something to read before something is sent.
const TURN: Duration = Duration::from_millis(25);
/// A station that takes no beat for this long is as good as gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(2);
/// Commands under way at once; a person gives one after the other.
const COMMANDS: usize = 16;

/// A window's side of the socket. A thread reads; what is newest stands in a slot.
#[derive(Debug)]
pub struct StationClient {
    common: Arc<Common>,
    commands: Sender<Order>,
}

/// Shared with the thread.
#[derive(Debug, Default)]
struct Common {
    seen: Mutex<Option<Seen>>,
    trouble: Mutex<Option<Text>>,
    painted: AtomicU64,
}

/// A command on its way.
#[derive(Debug)]
struct Order {
    by: Text,
    command: Command,
    answer: Sender<Receipt>,
}

impl StationClient {
    /// Connects, and connects again for ever when the station goes away. The station misses this
    /// window when it does not paint.
    pub fn connect(folder: &Path) -> StationClient {
        StationClient::start(folder, true)
    }

    /// The same for a tool that only looks: the station does not miss it.
    pub fn listen(folder: &Path) -> StationClient {
        StationClient::start(folder, false)
    }

    fn start(folder: &Path, window: bool) -> StationClient {
        let common = Arc::new(Common::default());
        let (commands, orders) = bounded(COMMANDS);
        let connection = Connection {
            folder: folder.to_owned(),
            window,
            common: common.clone(),
            orders,
            clock: BootClock,
        };
        let thread = thread::Builder::new().name("station".into()).spawn(move || connection.run());
        if let Err(error) = thread {
            let why = format!("no thread for the station's socket ({error}): end other programs");
            *lock(&common.trouble) = Some(Text::from(why));
        }
        StationClient { common, commands }
    }

    /// What it last saw; `None` before the first time.
    pub fn seen(&self) -> Option<Seen> {
        lock(&self.common.seen).clone()
    }

    /// Why it is not connected, in English for engineers; `None`: it is, or has just begun.
    pub fn trouble(&self) -> Option<Text> {
        lock(&self.common.trouble).clone()
    }

    /// The window painted: carried with its beat, four times a second. Without it the window counts
    /// as silent.
    pub fn painted(&self) {
        self.common.painted.fetch_add(1, Ordering::Relaxed);
    }

    /// Asks the board, and waits for the answer. `None`: none came in time; the view alone tells
    /// whether it was done.
    pub fn command(&self, by: Text, command: Command, patience: Duration) -> Option<Receipt> {
        let (answer, answered) = bounded(1);
        self.commands.try_send(Order { by, command, answer }).ok()?;
        answered.recv_timeout(patience).ok()
    }
}

/// The thread. It ends when the [`StationClient`] is dropped.
struct Connection {
    folder: PathBuf,
    window: bool,
    common: Arc<Common>,
    orders: Receiver<Order>,
    clock: BootClock,
}

/// One connection under way.
struct Talk {
    stream: UnixStream,
    view: Option<Arc<BoardView>>,
    report: StationReport,
    beat_at: MonoTime,
    /// Commands that wait for their receipts.
    waiting: BTreeMap<u64, Sender<Receipt>>,
    commands: u64,
}

impl Connection {
    fn run(self) {
        while self.is_wanted() {
            let why = match folder::connect(&self.folder) {
                Ok(stream) => self.talk(stream).err(),
                Err(error) => Some(format!("no station answers in this folder ({error})")),
            };
            *lock(&self.common.trouble) = why.map(Text::from);
            self.pause();
        }
    }

    /// Waits before the next attempt. What is ordered meanwhile is refused by dropping it: an order
    /// must not be carried out long after the person who gave it turned away.
    fn pause(&self) {
        let until = self.clock.mono() + CONNECT_PERIOD;
        loop {
            let left = until.since(self.clock.mono());
            match self.orders.recv_timeout(left) {
                Ok(order) => drop(order),
                Err(_) => return,
            }
            if left.is_zero() {
                return;
            }
        }
    }

    /// Whether anybody still looks.
    fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.common) > 1
    }

    fn talk(&self, stream: UnixStream) -> Result<(), String> {
        let io = |error: std::io::Error| error.to_string();
        stream.set_read_timeout(Some(TURN)).map_err(io)?;
        stream.set_write_timeout(Some(WRITE_PATIENCE)).map_err(io)?;
        let mut reader = FrameReader::new(FROM_STATION_MAX);
        let mut talk = Talk {
            stream,
            view: None,
            report: StationReport::default(),
            beat_at: MonoTime::START,
            waiting: BTreeMap::new(),
            commands: 0,
        };
        let why = |error: FrameError| format!("the station cannot be understood: {error}");
        talk.say(&ClientFrame::Hello { version: VERSION, window: self.window }).map_err(why)?;
        let mut due = self.clock.mono();
        while self.is_wanted() {
            if self.clock.mono() >= due {
                let painted = self.common.painted.load(Ordering::Relaxed);
                talk.say(&ClientFrame::Beat { painted }).map_err(why)?;
                due = self.clock.mono() + BEAT_PERIOD;
            }
            for order in self.orders.try_iter() {
                talk.order(order).map_err(why)?;
            }
            if let Some(frame) = reader.read::<StationFrame>(&mut talk.stream).map_err(why)? {
                self.take(&mut talk, frame)?;
            }
        }
        Ok(())
    }

    fn take(&self, talk: &mut Talk, frame: StationFrame) -> Result<(), String> {
        match frame {
            StationFrame::Hello { version: VERSION } => *lock(&self.common.trouble) = None,
            StationFrame::Hello { version } => {
                return Err(format!(
                    "the window speaks version {VERSION} of the station's socket and the station \
                     version {version}: restart both from the same installation"
                ));
            }
            StationFrame::Refused(why) => return Err(why.as_str().to_owned()),
            StationFrame::View(update) => {
                let view = update.apply(talk.view.as_ref());
                talk.view = Some(view.map_err(|error| format!("a lost update ({error:?})"))?);
            }
            StationFrame::Report(report) => talk.report = *report,
            StationFrame::Beat => talk.beat_at = self.clock.mono(),
            StationFrame::Receipt { id, receipt } => {
                if let Some(answer) = talk.waiting.remove(&id) {
                    // Nobody waits any more: the view will tell.
                    _ = answer.try_send(receipt);
                }
            }
        }
        if let Some(view) = &talk.view
            && talk.beat_at > MonoTime::START
        {
            let (report, beat_at) = (talk.report.clone(), talk.beat_at);
            *lock(&self.common.seen) = Some(Seen { view: view.clone(), report, beat_at });
        }
        Ok(())
    }
}

impl Talk {
    fn say(&mut self, frame: &ClientFrame) -> Result<(), FrameError> {
        let bytes = encode(frame, FROM_CLIENT_MAX)?;
        self.stream.write_all(&bytes).map_err(|error| FrameError::Io(error.kind()))
    }

    fn order(&mut self, order: Order) -> Result<(), FrameError> {
        let Order { by, command, answer } = order;
        if self.waiting.len() >= COMMANDS {
            // Receipts that never came: the oldest is not waited for any more.
            self.waiting.pop_first();
        }
        self.commands += 1;
        self.waiting.insert(self.commands, answer);
        self.say(&ClientFrame::Command { id: self.commands, by, command })
    }
}

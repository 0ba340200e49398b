//! A window's side of the socket: a thread that connects, reads, and connects again.

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded};
use vigie_board::{Command, Receipt, view::BoardView};
use vigie_clock::BootClock;
use vigie_history::{Query, Slice};
use vigie_model::{Clock, MonoTime, Priority, Text};

use crate::{
    Entry, Person, Seen, SetupAsk, SetupSays, StationReport, folder,
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
/// Orders that wait to be sent; a person gives one after the other.
const COMMANDS: usize = 16;
/// Orders under way at once.
const WAITING: usize = 32;

/// Questions under way, and answers that nobody has fetched yet: who does not fetch cannot ask.
const QUESTIONS: usize = 4;

/// A window's side of the socket. A thread reads; what is newest stands in a slot.
#[derive(Debug)]
pub struct StationClient {
    common: Arc<Common>,
    mailbox: Arc<Mailbox>,
    orders: Sender<Order>,
}

/// Shared with the thread.
#[derive(Debug, Default)]
struct Common {
    seen: Mutex<Option<Seen>>,
    trouble: Mutex<Option<Text>>,
    painted: AtomicU64,
    /// Whoever came in by PIN went out, and the station was not told yet.
    is_left: AtomicBool,
    /// Who came in by PIN, on the connection that there is now.
    who: Mutex<Option<Person>>,
}

/// What is on its way to the station.
#[derive(Debug)]
enum Order {
    Command { by: Text, command: Command, answer: Sender<Receipt> },
    Query { query: Box<Query>, ticket: Ticket },
    Seal { answer: Sender<Result<u32, Text>> },
    Copy { place: u32, answer: Sender<Result<(), Text>> },
    TestSound { priority: Priority, answer: Sender<Result<(), Text>> },
    HeardSound { by: Text, heard: bool, answer: Sender<Receipt> },
    Setup { ask: Box<SetupAsk>, answer: Sender<SetupSays> },
    Enter { initials: Text, pin: String, answer: Sender<Entry> },
}

/// Answers of the record.
#[derive(Debug, Default)]
struct Mailbox(Mutex<Mail>);

#[derive(Debug, Default)]
struct Mail {
    /// Tickets given out, ever.
    tickets: u64,
    under_way: usize,
    answers: Vec<(u64, Result<Slice, Text>)>,
}

/// A question under way: it is answered once, by its answer or by being let go.
#[derive(Debug)]
struct Ticket {
    id: u64,
    mailbox: Arc<Mailbox>,
    answer: Option<Result<Slice, Text>>,
}

impl Mailbox {
    fn ticket(self: &Arc<Mailbox>) -> Option<Ticket> {
        let mut mail = lock(&self.0);
        if mail.under_way + mail.answers.len() >= QUESTIONS {
            return None;
        }
        mail.under_way += 1;
        mail.tickets += 1;
        Some(Ticket { id: mail.tickets, mailbox: self.clone(), answer: None })
    }
}

impl Ticket {
    fn answer(mut self, answer: Result<Slice, Text>) {
        self.answer = Some(answer);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let gone = || Err(Text::from("the station went away before it answered: ask again"));
        let answer = self.answer.take().unwrap_or_else(gone);
        let mut mail = lock(&self.mailbox.0);
        mail.under_way = mail.under_way.saturating_sub(1);
        mail.answers.push((self.id, answer));
    }
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
        let (sender, orders) = bounded(COMMANDS);
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
        StationClient { common, mailbox: Arc::default(), orders: sender }
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
        self.orders.try_send(Order::Command { by, command, answer }).ok()?;
        answered.recv_timeout(patience).ok()
    }

    /// Asks the board without waiting: what became of it is asked of the answer, and the view tells
    /// when it was done. An error is for an engineer.
    pub fn begin(&self, by: Text, command: Command) -> Result<Asked, Text> {
        let (answer, answered) = bounded(1);
        self.begin_order(Order::Command { by, command, answer }, answered)
    }

    fn begin_order(&self, order: Order, answered: Receiver<Receipt>) -> Result<Asked, Text> {
        let busy = "too much was asked of the station at once: try again";
        self.orders.try_send(order).map_err(|_| Text::from(busy))?;
        Ok(Asked { answered })
    }

    /// Asks the record, without waiting. The answer comes with [`StationClient::answers`] under the
    /// number given. `None`: too much was asked and not fetched yet; ask again later.
    pub fn ask(&self, query: Query) -> Option<u64> {
        let ticket = self.mailbox.ticket()?;
        let id = ticket.id;
        // No room: its ticket is let go, which would come as an answer that nobody knows of.
        match self.orders.try_send(Order::Query { query: Box::new(query), ticket }) {
            Ok(()) => Some(id),
            Err(refused) => {
                drop(refused);
                lock(&self.mailbox.0).answers.retain(|(answered, _)| *answered != id);
                None
            }
        }
    }

    /// Answers that came since this was last asked. An error is for an engineer; also a question that
    /// was under way when the station went away is answered.
    pub fn answers(&self) -> Vec<(u64, Result<Slice, Text>)> {
        std::mem::take(&mut lock(&self.mailbox.0).answers)
    }

    /// Has the open segment closed and sealed, and waits for it: hashing takes a second for some
    /// hundred MB. Gives its number; the error is for an engineer.
    pub fn seal(&self, patience: Duration) -> Result<u32, Text> {
        let (answer, answered) = bounded(1);
        self.order(Order::Seal { answer }, &answered, patience)
    }

    /// Begins a copy to one of the configured places, counted from 0, and waits until it has begun.
    /// How far it is, and whether it failed, stands in the report.
    pub fn copy(&self, place: usize, patience: Duration) -> Result<(), Text> {
        let (answer, answered) = bounded(1);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.order(Order::Copy { place, answer }, &answered, patience)
    }

    /// Has one burst of a priority played at the station, and waits for its end: some seconds. `Ok`: the
    /// sound device took all of it; whether it was heard, only a person can say
    /// ([`StationClient::heard_sound`]). The error is for an engineer.
    pub fn test_sound(&self, priority: Priority, patience: Duration) -> Result<(), Text> {
        self.begin_sound_test(priority)?.wait(patience)
    }

    /// The same for who must not wait.
    pub fn begin_sound_test(&self, priority: Priority) -> Result<SoundTest, Text> {
        let (answer, answered) = bounded(1);
        let busy = "too much was asked of the station at once: try again";
        self.orders
            .try_send(Order::TestSound { priority, answer })
            .map_err(|_| Text::from(busy))?;
        Ok(SoundTest { answered })
    }

    /// Somebody heard the test of the sound, or did not: it goes into the log with the initials. `None`:
    /// no answer came in time.
    pub fn heard_sound(&self, by: Text, heard: bool, patience: Duration) -> Option<Receipt> {
        let (answer, answered) = bounded(1);
        self.orders.try_send(Order::HeardSound { by, heard, answer }).ok()?;
        answered.recv_timeout(patience).ok()
    }

    /// The same for who must not wait.
    pub fn begin_heard_sound(&self, by: Text, heard: bool) -> Result<Asked, Text> {
        let (answer, answered) = bounded(1);
        self.begin_order(Order::HeardSound { by, heard, answer }, answered)
    }

    /// Asks about setting up, without waiting.
    pub fn setup(&self, ask: SetupAsk) -> Result<SetupAsked, Text> {
        let (answer, answered) = bounded(1);
        let busy = "too much was asked of the station at once: try again";
        let order = Order::Setup { ask: Box::new(ask), answer };
        self.orders.try_send(order).map_err(|_| Text::from(busy))?;
        Ok(SetupAsked { answered })
    }

    /// Somebody comes in by PIN, without waiting. An error is for an engineer.
    pub fn enter(&self, initials: Text, pin: String) -> Result<Entering, Text> {
        let (answer, answered) = bounded(1);
        let busy = "too much was asked of the station at once: try again";
        let order = Order::Enter { initials, pin, answer };
        self.orders.try_send(order).map_err(|_| Text::from(busy))?;
        Ok(Entering { answered })
    }

    /// Whoever came in goes out again.
    pub fn leave(&self) {
        *lock(&self.common.who) = None;
        // No order: it must not be lost where too much was asked of the station at once.
        self.common.is_left.store(true, Ordering::Release);
    }

    /// Who came in by PIN. Nobody any more once the connection is another one.
    pub fn who(&self) -> Option<Person> {
        lock(&self.common.who).clone()
    }

    fn order<T>(
        &self,
        order: Order,
        answered: &Receiver<Result<T, Text>>,
        patience: Duration,
    ) -> Result<T, Text> {
        let busy = "too much was asked of the station at once: try again";
        self.orders.try_send(order).map_err(|_| Text::from(busy))?;
        answered.recv_timeout(patience).map_err(|error| Text::from(unanswered(error)))?
    }
}

fn unanswered(error: RecvTimeoutError) -> &'static str {
    match error {
        RecvTimeoutError::Timeout => "the station has not answered in time",
        RecvTimeoutError::Disconnected => "no station answers in this folder",
    }
}

/// Something that was asked of the board.
#[derive(Debug)]
pub struct Asked {
    answered: Receiver<Receipt>,
}

/// How far the answer to something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On its way.
    Waiting,
    /// Here.
    Answered(Receipt),
    /// The station went away before it answered: the view alone tells whether it was done.
    Gone,
}

impl Asked {
    /// How far it is. An answer is given once, and is gone from then on.
    pub fn outcome(&self) -> Outcome {
        match self.answered.try_recv() {
            Ok(receipt) => Outcome::Answered(receipt),
            Err(TryRecvError::Empty) => Outcome::Waiting,
            Err(TryRecvError::Disconnected) => Outcome::Gone,
        }
    }
}

/// Something that was asked about setting up.
#[derive(Debug)]
pub struct SetupAsked {
    answered: Receiver<SetupSays>,
}

impl SetupAsked {
    /// The answer; `None` while there is none. A station that went away answers nothing any more.
    pub fn answer(&self) -> Option<Result<SetupSays, Text>> {
        match self.answered.try_recv() {
            Ok(says) => Some(Ok(says)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                Some(Err(Text::from(unanswered(RecvTimeoutError::Disconnected))))
            }
        }
    }

    /// Waits for it.
    pub fn wait(self, patience: Duration) -> Result<SetupSays, Text> {
        let answered = self.answered.recv_timeout(patience);
        answered.map_err(|error| Text::from(unanswered(error)))
    }
}

/// A PIN that the station looks at.
#[derive(Debug)]
pub struct Entering {
    answered: Receiver<Entry>,
}

impl Entering {
    /// What became of it; `None` while it is looked at. A station that went away lets nobody in.
    pub fn answer(&self) -> Option<Result<Entry, Text>> {
        match self.answered.try_recv() {
            Ok(entry) => Some(Ok(entry)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                Some(Err(Text::from(unanswered(RecvTimeoutError::Disconnected))))
            }
        }
    }

    /// Waits for it.
    pub fn wait(self, patience: Duration) -> Result<Entry, Text> {
        let answered = self.answered.recv_timeout(patience);
        answered.map_err(|error| Text::from(unanswered(error)))
    }
}

/// A test of the sound under way at the station.
#[derive(Debug)]
pub struct SoundTest {
    answered: Receiver<Result<(), Text>>,
}

impl SoundTest {
    /// How it ended; `None` while it has not. A station that went away has ended it.
    pub fn ended(&self) -> Option<Result<(), Text>> {
        match self.answered.try_recv() {
            Ok(tested) => Some(tested),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                Some(Err(Text::from(unanswered(RecvTimeoutError::Disconnected))))
            }
        }
    }

    /// Waits for its end.
    pub fn wait(self, patience: Duration) -> Result<(), Text> {
        let answered = self.answered.recv_timeout(patience);
        answered.map_err(|error| Text::from(unanswered(error)))?
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
    /// What waits for its answer, by its number.
    waiting: BTreeMap<u64, Waiting>,
    orders: u64,
}

/// Who waits.
#[derive(Debug)]
enum Waiting {
    Command(Sender<Receipt>),
    Query(Ticket),
    Seal(Sender<Result<u32, Text>>),
    Copy(Sender<Result<(), Text>>),
    TestSound(Sender<Result<(), Text>>),
    Setup(Sender<SetupSays>),
    Enter(Sender<Entry>),
}

impl Connection {
    fn run(self) {
        while self.is_wanted() {
            let why = match folder::connect(&self.folder) {
                Ok(stream) => {
                    let ended = self.talk(stream).err();
                    *lock(&self.common.who) = None;
                    ended
                }
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
            orders: 0,
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
                // Whoever left before this was ordered does not order it.
                self.leave(&mut talk).map_err(why)?;
                talk.order(order).map_err(why)?;
            }
            self.leave(&mut talk).map_err(why)?;
            if let Some(frame) = reader.read::<StationFrame>(&mut talk.stream).map_err(why)? {
                self.take(&mut talk, frame)?;
            }
        }
        Ok(())
    }

    /// Tells the station that whoever came in went out, if so. What becomes of a PIN on its way is nobody's
    /// any more.
    fn leave(&self, talk: &mut Talk) -> Result<(), FrameError> {
        if !self.common.is_left.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        talk.waiting.retain(|_, waiting| !matches!(waiting, Waiting::Enter(_)));
        *lock(&self.common.who) = None;
        talk.say(&ClientFrame::Leave)
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
                if let Some(Waiting::Command(answer)) = talk.waiting.remove(&id) {
                    // Nobody waits any more: the view will tell.
                    _ = answer.try_send(receipt);
                }
            }
            StationFrame::Slice { id, slice } => {
                if let Some(Waiting::Query(ticket)) = talk.waiting.remove(&id) {
                    ticket.answer(slice.map(|slice| *slice));
                }
            }
            StationFrame::Sealed { id, sealed } => {
                if let Some(Waiting::Seal(answer)) = talk.waiting.remove(&id) {
                    _ = answer.try_send(sealed);
                }
            }
            StationFrame::SoundTested { id, tested } => {
                if let Some(Waiting::TestSound(answer)) = talk.waiting.remove(&id) {
                    _ = answer.try_send(tested);
                }
            }
            StationFrame::Setup { id, says } => {
                if let Some(Waiting::Setup(answer)) = talk.waiting.remove(&id) {
                    _ = answer.try_send(*says);
                }
            }
            StationFrame::Entered { id, entry } => {
                if let Some(Waiting::Enter(answer)) = talk.waiting.remove(&id) {
                    if let Entry::In(person) = &entry {
                        *lock(&self.common.who) = Some(person.clone());
                    }
                    _ = answer.try_send(entry);
                }
            }
            StationFrame::Copying { id, begun } => {
                if let Some(Waiting::Copy(answer)) = talk.waiting.remove(&id) {
                    _ = answer.try_send(begun);
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
        if self.waiting.len() >= WAITING {
            // Answers that never came: the oldest is not waited for any more.
            self.waiting.pop_first();
        }
        self.orders += 1;
        let id = self.orders;
        let (waiting, frame) = match order {
            Order::Command { by, command, answer } => {
                (Waiting::Command(answer), ClientFrame::Command { id, by, command })
            }
            Order::Query { query, ticket } => {
                (Waiting::Query(ticket), ClientFrame::Query { id, query })
            }
            Order::Seal { answer } => (Waiting::Seal(answer), ClientFrame::Seal { id }),
            Order::Copy { place, answer } => {
                (Waiting::Copy(answer), ClientFrame::Copy { id, place })
            }
            Order::TestSound { priority, answer } => {
                (Waiting::TestSound(answer), ClientFrame::TestSound { id, priority })
            }
            Order::Setup { ask, answer } => {
                (Waiting::Setup(answer), ClientFrame::Setup { id, ask })
            }
            Order::Enter { initials, pin, answer } => {
                (Waiting::Enter(answer), ClientFrame::Enter { id, initials, pin })
            }
            Order::HeardSound { by, heard, answer } => {
                (Waiting::Command(answer), ClientFrame::HeardSound { id, by, heard })
            }
        };
        self.waiting.insert(id, waiting);
        self.say(&frame)
    }
}

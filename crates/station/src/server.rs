//! The socket on which windows look at the station.
//!
//! A client is served by two threads of its own: one reads, one writes. The writer always tells the
//! newest view against what that client has; how long a client takes to read costs nobody else
//! anything, and one that takes too long is let go.

mod record_side;
mod station_alarms;

use std::{
    io::{self, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Select, Sender, bounded};
use vigie_board::{
    Receipt, Refusal,
    view::{BoardView, ViewUpdate},
};
use vigie_model::{MonoTime, Role, Text};
use zeroize::Zeroizing;

use self::{record_side::RecordSide, station_alarms::StationAlarms};
use crate::{
    Entry, Person, SetupSays, StartError,
    board::Ask,
    bucket::TokenBucket,
    desk::Desk,
    frames::{
        ClientFrame, FROM_CLIENT_MAX, FROM_STATION_MAX, FrameError, FrameReader, StationFrame,
        VERSION, encode, is_nothing_yet,
    },
    roles,
    shared::Shared,
    shorten::shortened,
};

/// Clients at once.
pub(crate) const CLIENTS_MAX: usize = 8;
/// How often somebody new is looked for.
const ACCEPT_PERIOD: Duration = Duration::from_millis(50);
/// Beats and reports.
const BEAT_PERIOD: Duration = Duration::from_millis(250);
/// A client says who it is within this.
const HELLO: Duration = Duration::from_secs(2);
/// A client that reads or says nothing for this long is let go.
const PATIENCE: Duration = Duration::from_secs(10);
/// Receipts that may wait for one client. A client that does not fetch them does without.
const RECEIPTS: usize = 16;
/// Commands of one client in a second. More than anybody decides; who asks for more is heard later.
const COMMANDS_PER_SEC: u64 = 8;
/// Commands of one client at once.
const COMMANDS_AT_ONCE: u64 = 16;
/// Questions to the record, seals and copies of one client that may be under way; more are refused.
const QUESTIONS: usize = 8;
/// The same in a second, and at once.
const QUESTIONS_PER_SEC: u64 = 16;
const QUESTIONS_AT_ONCE: u64 = 32;
/// Bytes of the name of who decided.
const BY_MAX: usize = 64;
/// What is kept of each trace when a whole view is too long for one frame; the rest follows.
const SHORTER: [Duration; 3] = [Duration::from_secs(10), Duration::from_secs(3), Duration::ZERO];

/// All that serving needs.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) shared: Arc<Shared>,
    pub(crate) asks: Sender<Ask>,
    pub(crate) desk: Desk,
    /// Closed when the station ends.
    pub(crate) stopped: Receiver<()>,
}

impl Server {
    /// Serves until the station ends.
    pub(crate) fn run(self, listener: &UnixListener) {
        let clients = Arc::new(AtomicUsize::new(0));
        let mut threads: Vec<JoinHandle<()>> = Vec::new();
        let mut warned = false;
        let mut alarms = StationAlarms::default();
        loop {
            // Whoever waits is admitted at once, but never in place of the checks below.
            let mut pause = ACCEPT_PERIOD;
            match listener.accept() {
                Ok((stream, _)) => {
                    pause = Duration::ZERO;
                    threads.retain(|thread| !thread.is_finished());
                    match self.admit(stream, &clients) {
                        Ok(thread) => threads.push(thread),
                        Err(why) => tracing::warn!("a window was not admitted: {why}"),
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => warned = false,
                Err(error) => {
                    if !warned {
                        tracing::error!("no window can connect ({error}): end other programs");
                    }
                    warned = true;
                }
            }
            alarms.tell(&self.shared, &self.asks);
            if self.shared.check_window() {
                tracing::warn!("the window is silent: the station sounds");
            }
            match self.stopped.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        for thread in threads {
            _ = thread.join();
        }
    }

    fn admit(
        &self,
        stream: UnixStream,
        clients: &Arc<AtomicUsize>,
    ) -> Result<JoinHandle<()>, String> {
        let uid = vigie_link::peer_uid(&stream).map_err(|error| error.to_string())?;
        if uid != 0 && uid != rustix::process::geteuid().as_raw() {
            return Err(format!("it runs as user {uid}"));
        }
        stream.set_nonblocking(false).map_err(|error| error.to_string())?;
        let slot = Slot::take(clients);
        let client = Client {
            server: self.clone(),
            gone: Arc::new(AtomicBool::new(false)),
            is_refused: slot.is_none(),
        };
        thread::Builder::new()
            .name("window".into())
            .spawn(move || {
                let _slot = slot;
                client.serve(stream);
            })
            .map_err(|error| format!("no thread for it ({error})"))
    }
}

/// One of the places for clients; free again when dropped.
struct Slot(Arc<AtomicUsize>);

impl Slot {
    fn take(clients: &Arc<AtomicUsize>) -> Option<Slot> {
        let slot = Slot(clients.clone());
        (clients.fetch_add(1, Ordering::Relaxed) < CLIENTS_MAX).then_some(slot)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What waits to be told to a client besides views.
struct Told {
    receipts: Receiver<(u64, Receipt)>,
    /// Answers of the record, as frames.
    answers: Receiver<Vec<u8>>,
}

/// One client.
#[derive(Clone)]
struct Client {
    server: Server,
    gone: Arc<AtomicBool>,
    /// There are as many as can be already.
    is_refused: bool,
}

impl Client {
    /// Serves it until one of both ends.
    fn serve(self, mut stream: UnixStream) {
        let ended = self.try_serve(&mut stream);
        self.gone.store(true, Ordering::Relaxed);
        _ = stream.shutdown(std::net::Shutdown::Both);
        if let Err(why) = ended {
            tracing::info!("a window is gone: {why}");
        }
    }

    fn try_serve(&self, stream: &mut UnixStream) -> Result<(), FrameError> {
        let mut out = stream.try_clone().map_err(|error| FrameError::Io(error.kind()))?;
        stream.set_read_timeout(Some(BEAT_PERIOD)).map_err(|error| FrameError::Io(error.kind()))?;
        let mut reader = FrameReader::new(FROM_CLIENT_MAX);
        if self.is_refused {
            let why = format!("{CLIENTS_MAX} windows look at this station already: close one");
            return self.refuse(&mut out, why);
        }
        let window = match self.hello(&mut reader, stream)? {
            ClientFrame::Hello { version: VERSION, window } => window,
            ClientFrame::Hello { version, .. } => {
                let why = format!(
                    "the station speaks version {VERSION} of its socket and the window version \
                     {version}: restart both from the same installation"
                );
                return self.refuse(&mut out, why);
            }
            ClientFrame::Beat { .. }
            | ClientFrame::Command { .. }
            | ClientFrame::Query { .. }
            | ClientFrame::Seal { .. }
            | ClientFrame::Copy { .. }
            | ClientFrame::TestSound { .. }
            | ClientFrame::HeardSound { .. }
            | ClientFrame::Enter { .. }
            | ClientFrame::Leave
            | ClientFrame::Setup { .. } => return Err(FrameError::Malformed),
        };
        let (receipts, waiting) = bounded(RECEIPTS);
        // Twice as many as can be under way: each of them may be refused besides.
        let (answers, answered) = bounded(2 * QUESTIONS);
        let told = Told { receipts: waiting, answers: answered };
        let writer = self.clone();
        let thread = thread::Builder::new()
            .name("window out".into())
            .spawn(move || writer.write(&mut out, &told))
            .map_err(|error| FrameError::Io(error.kind()))?;
        let record = RecordSide {
            desk: self.server.desk.clone(),
            rate: TokenBucket::of(QUESTIONS_PER_SEC, QUESTIONS_AT_ONCE),
            under_way: Arc::default(),
            answers,
        };
        let ended = self.read(&mut reader, stream, window, &receipts, record);
        self.gone.store(true, Ordering::Relaxed);
        _ = stream.shutdown(std::net::Shutdown::Both);
        drop(receipts);
        _ = thread.join();
        ended
    }

    fn refuse(&self, out: &mut UnixStream, why: String) -> Result<(), FrameError> {
        tracing::warn!("a window was refused: {why}");
        let now = self.server.shared.clock.mono();
        self.send(out, &StationFrame::Hello { version: VERSION }, now)?;
        self.send(out, &StationFrame::Refused(Text::from(why)), now)
    }

    fn is_over(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
            || self.server.stopped.try_recv() == Err(crossbeam_channel::TryRecvError::Disconnected)
    }

    fn hello(
        &self,
        reader: &mut FrameReader,
        stream: &mut UnixStream,
    ) -> Result<ClientFrame, FrameError> {
        let until = self.server.shared.clock.mono() + HELLO;
        while !self.is_over() && self.server.shared.clock.mono() < until {
            if let Some(frame) = reader.read(stream)? {
                return Ok(frame);
            }
        }
        Err(FrameError::Closed)
    }

    fn read(
        &self,
        reader: &mut FrameReader,
        stream: &mut UnixStream,
        window: bool,
        receipts: &Sender<(u64, Receipt)>,
        mut record: RecordSide,
    ) -> Result<(), FrameError> {
        let shared = &self.server.shared;
        let mut heard = shared.clock.mono();
        let mut seen = 0;
        let mut commands = TokenBucket::of(COMMANDS_PER_SEC, COMMANDS_AT_ONCE);
        // Who came in by PIN: of this connection alone, and never longer than it lasts.
        let mut who: Option<Text> = None;
        while !self.is_over() {
            let now = shared.clock.mono();
            match reader.read::<ClientFrame>(stream)? {
                None if now.since(heard) > PATIENCE => return Err(FrameError::Closed),
                None => continue,
                Some(ClientFrame::Beat { painted }) => {
                    if window && painted > seen {
                        shared.window_painted();
                        seen = painted;
                    }
                }
                Some(ClientFrame::Command { id, by, command }) => {
                    if !self.admit_command(&mut commands) {
                        return Ok(());
                    }
                    let needed = command.role();
                    if !self.may(who.as_ref(), needed) {
                        let refused = Receipt::Refused(Refusal::NeedsRole(needed));
                        _ = receipts.try_send((id, refused));
                    } else {
                        let ask = |by, answer| Ask::Command { by, command, answer };
                        // Whoever came in by PIN signs with those initials, whatever stands in a field.
                        self.command(id, who.as_ref().unwrap_or(&by), receipts, ask);
                    }
                }
                Some(ClientFrame::HeardSound { id, by, heard }) => {
                    if !self.admit_command(&mut commands) {
                        return Ok(());
                    }
                    let ask = |by, answer| Ask::Heard { by, heard, answer };
                    self.command(id, &by, receipts, ask);
                }
                Some(ClientFrame::TestSound { id, priority }) => {
                    if !self.admit_command(&mut commands) {
                        return Ok(());
                    }
                    let answers = record.answers.clone();
                    let answer = move |tested| {
                        let frame = StationFrame::SoundTested { id, tested };
                        _ = answers.try_send(record_side::frame(&frame));
                    };
                    shared.sound.test(priority, Box::new(answer));
                }
                Some(ClientFrame::Query { id, query }) => record.ask(now, id, *query)?,
                Some(ClientFrame::Seal { id }) => record.seal(now, id)?,
                Some(ClientFrame::Copy { id, place }) => record.copy(now, id, place)?,
                Some(ClientFrame::Setup { id, ask }) => {
                    if !self.admit_command(&mut commands) {
                        return Ok(());
                    }
                    let needed = ask.role();
                    let says = if !self.may(who.as_ref(), needed) {
                        SetupSays::NeedsRole(needed)
                    } else if window {
                        shared.setup.answer(*ask)
                    } else {
                        SetupSays::Failed("only a window sets up".to_owned())
                    };
                    let frame = StationFrame::Setup { id, says: Box::new(says) };
                    _ = record.answers.try_send(record_side::frame(&frame));
                }
                Some(ClientFrame::Enter { id, initials, pin }) => {
                    if !self.admit_command(&mut commands) {
                        return Ok(());
                    }
                    let entry = self.enter(&initials, &Zeroizing::new(pin));
                    if let Entry::In(person) = &entry {
                        who = Some(person.initials.clone());
                    }
                    let frame = StationFrame::Entered { id, entry };
                    _ = record.answers.try_send(record_side::frame(&frame));
                }
                Some(ClientFrame::Leave) => {
                    if let Some(who) = who.take() {
                        self.note(format!("{who} went out"));
                    }
                }
                Some(ClientFrame::Hello { .. }) => return Err(FrameError::Malformed),
            }
            heard = now;
        }
        Ok(())
    }

    /// Whether whoever came in may do this.
    fn may(&self, who: Option<&Text>, needed: Role) -> bool {
        roles::role_of(&self.server.shared.setup.people(), who) >= needed
    }

    /// Somebody comes in by PIN, or does not: both stand in the log.
    fn enter(&self, initials: &Text, pin: &str) -> Entry {
        let shared = &self.server.shared;
        let (people, now) = (shared.setup.people(), shared.clock.mono());
        let entry = shared.door.enter(&people, (initials, pin), now, vigie_keyring::is_right_pin);
        match &entry {
            Entry::In(Person { initials, role }) => {
                self.note(format!("{initials} came in by PIN ({})", role.name()));
            }
            // What is no one's initials is not written down: it may be a PIN in the wrong field.
            Entry::Wrong(_) if people.iter().any(|person| person.initials == *initials) => {
                self.note(format!("a wrong PIN for {initials}"));
            }
            Entry::Wrong(_) => self.note("a PIN for initials that nobody has".to_owned()),
            Entry::TooSoon(_) => {}
        }
        entry
    }

    /// Notes something in the log of the record.
    fn note(&self, said: String) {
        tracing::info!("{said}");
        if self.server.asks.send_timeout(Ask::Note(Text::from(said)), HELLO).is_err() {
            tracing::warn!("a note was not taken: the board is busy");
        }
    }

    /// Waits until the client may command again. `false`: the station ends.
    fn admit_command(&self, commands: &mut TokenBucket) -> bool {
        while let Err(wait) = commands.take(self.server.shared.clock.mono()) {
            // Nothing is ever sent on it: this waits, but not longer than the station runs.
            if self.server.stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                return false;
            }
        }
        true
    }

    /// Hands a decision to the board. Who decided must say so: a log without initials helps nobody.
    fn command(
        &self,
        id: u64,
        by: &Text,
        receipts: &Sender<(u64, Receipt)>,
        ask: impl FnOnce(Text, Box<dyn FnOnce(Receipt) + Send>) -> Ask,
    ) {
        if by.as_str().trim().is_empty() {
            tracing::warn!("a command without initials was refused");
            _ = receipts.try_send((id, Receipt::Refused(Refusal::NoInitials)));
            return;
        }
        let receipts = receipts.clone();
        let answer = move |receipt| _ = receipts.try_send((id, receipt));
        let ask = ask(by.truncated(BY_MAX), Box::new(answer));
        // The board is busy or gone: no receipt comes, and the window says so.
        if self.server.asks.send_timeout(ask, HELLO).is_err() {
            tracing::warn!("a command was not taken: the board is busy");
        }
    }

    /// Tells the client what is new until one of both ends.
    fn write(&self, out: &mut UnixStream, told: &Told) {
        let (wake, woken) = bounded(1);
        let listener = self.server.shared.listen(wake);
        let ended = self.try_write(out, told, &woken);
        self.server.shared.leave(listener);
        self.gone.store(true, Ordering::Relaxed);
        // The reader waits on the same socket.
        _ = out.shutdown(std::net::Shutdown::Both);
        if let Err(why) = ended {
            tracing::info!("a window cannot be told: {why}");
        }
    }

    fn try_write(
        &self,
        out: &mut UnixStream,
        told: &Told,
        woken: &Receiver<()>,
    ) -> Result<(), FrameError> {
        let shared = &self.server.shared;
        let mut has: Option<Arc<BoardView>> = None;
        let mut beat_at = shared.clock.mono();
        self.send(out, &StationFrame::Hello { version: VERSION }, beat_at)?;
        while !self.is_over() {
            let now = shared.clock.mono();
            if now >= beat_at {
                self.send(out, &StationFrame::Report(Box::new(shared.report())), now)?;
                // Only a station that works beats: a thread that serves sockets proves nothing.
                if shared.is_beating() {
                    self.send(out, &StationFrame::Beat, now)?;
                }
                beat_at = now + BEAT_PERIOD;
            }
            for (id, receipt) in told.receipts.try_iter() {
                self.send(out, &StationFrame::Receipt { id, receipt }, now)?;
            }
            // One at a time: a long answer must not hold up the view.
            if let Ok(answer) = told.answers.try_recv() {
                self.write_all(out, &answer, now)?;
            }
            _ = woken.try_recv();
            if let Some(view) = shared.view()
                && !has.as_ref().is_some_and(|has| Arc::ptr_eq(has, &view))
            {
                has = Some(self.tell(out, has.as_deref(), view, now)?);
                continue;
            }
            let mut select = Select::new();
            select.recv(woken);
            select.recv(&told.receipts);
            select.recv(&told.answers);
            select.recv(&self.server.stopped);
            _ = select.ready_timeout(beat_at.since(shared.clock.mono()));
        }
        Ok(())
    }

    /// Tells a view; gives what the client has then.
    fn tell(
        &self,
        out: &mut UnixStream,
        has: Option<&BoardView>,
        view: Arc<BoardView>,
        now: MonoTime,
    ) -> Result<Arc<BoardView>, FrameError> {
        let encoded = |view: &BoardView| {
            let update = Box::new(ViewUpdate::between(has, view));
            encode(&StationFrame::View(update), FROM_STATION_MAX)
        };
        let mut result = encoded(&view).map(|bytes| (bytes, view.clone()));
        for kept in SHORTER {
            match result {
                Err(FrameError::TooLong(_)) => {
                    let short = Arc::new(shortened(&view, kept));
                    result = encoded(&short).map(|bytes| (bytes, short));
                }
                Ok(_) | Err(_) => break,
            }
        }
        let (bytes, told) = result?;
        self.write_all(out, &bytes, now)?;
        Ok(told)
    }

    fn send(
        &self,
        out: &mut UnixStream,
        frame: &StationFrame,
        now: MonoTime,
    ) -> Result<(), FrameError> {
        self.write_all(out, &encode(frame, FROM_STATION_MAX)?, now)
    }

    /// Writes within the patience that a client may ask for, however slowly it reads.
    fn write_all(
        &self,
        out: &mut UnixStream,
        bytes: &[u8],
        since: MonoTime,
    ) -> Result<(), FrameError> {
        let mut rest = bytes;
        let until = since + PATIENCE;
        while !rest.is_empty() {
            let left = until.since(self.server.shared.clock.mono());
            if left.is_zero() || self.is_over() {
                return Err(FrameError::Io(io::ErrorKind::TimedOut));
            }
            // Short turns, so that the end of the station does not wait for a client.
            let turn = left.min(BEAT_PERIOD);
            out.set_write_timeout(Some(turn)).map_err(|error| FrameError::Io(error.kind()))?;
            match out.write(rest) {
                Ok(0) => return Err(FrameError::Closed),
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if is_nothing_yet(&error) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FrameError::Io(error.kind())),
            }
        }
        Ok(())
    }
}

/// Starts the thread that serves.
pub(crate) fn start(
    server: Server,
    listener: UnixListener,
    confined: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> Result<JoinHandle<()>, StartError> {
    crate::threads::confined("windows", confined, move || server.run(&listener))
}

#[cfg(test)]
mod role_tests;
#[cfg(test)]
mod tests;

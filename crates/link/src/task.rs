//! The frame around every port's task: its queue, its orders, and what it says.
//!
//! A task that has its port open counts a *generation*. The owner hears it with `Up`, and each
//! transmit carries the generation it was meant for: what a session sent into a conversation that is
//! over never enters the next one.

use core::net::{SocketAddr, SocketAddrV4};
use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use vigie_clock::BootClock;
use vigie_model::{Clock, WallTime};
use vigie_session::{Down, Line, Peer};

use crate::{LinkEvent, Roots, What, allow::Rule, capture::Tap, status::Shared};

/// Transmits that wait for one port. More are dropped and counted: what waits that long is old.
pub(crate) const QUEUE_MESSAGES_MAX: usize = 256;
/// Bytes that wait for one port: over 20 s of the fastest serial line.
pub(crate) const QUEUE_BYTES_MAX: usize = 256 * 1024;
/// Time for a line that its session closed to send what still waits.
pub(crate) const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
/// How often a port looks whether what it rests on is still there.
pub(crate) const LOOK_PERIOD: Duration = Duration::from_millis(500);

/// The generation of a port that is open for the first time.
pub(crate) const FIRST_GENERATION: u64 = 1;

/// Something to be done on an open port.
#[derive(Debug)]
pub(crate) struct Command {
    /// The generation it was meant for.
    pub(crate) generation: u64,
    pub(crate) what: Do,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Do {
    Send { to: Option<SocketAddrV4>, bytes: Bytes },
    Pins { dtr: bool, rts: bool },
}

/// What the owner wants of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Keep the port open.
    Run,
    /// Close this generation, after what waits.
    Close(u64),
    /// Send what waits, close, and end.
    Finish,
}

/// An event on its way to the owner.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) event: LinkEvent,
    pub(crate) generation: u64,
    /// The task of a connection that was accepted.
    pub(crate) accepted: Option<Handle>,
}

/// The owner's end of a task. Dropping it ends the task.
#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) rule: Rule,
    pub(crate) shared: Arc<Shared>,
    pub(crate) commands: mpsc::Sender<Command>,
    pub(crate) wish: watch::Sender<Wish>,
    /// The generation that the owner's session knows to be open.
    pub(crate) up: Option<u64>,
    /// Whether the port is opened again when it closes.
    pub(crate) is_configured: bool,
    task: Option<JoinHandle<()>>,
}

impl Handle {
    /// Waits for the task's end.
    pub(crate) async fn ended(&mut self) {
        if let Some(task) = &mut self.task {
            // A task that panicked has ended as well; the panic was told where it happened.
            let _ = task.await;
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Why a port is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself.
    Down(Down),
    /// The session wished it.
    Closed,
    /// The owner wished it, and everything is over.
    Finished,
}

/// The task's end.
#[derive(Debug)]
pub(crate) struct PortTask {
    pub(crate) line: Line,
    pub(crate) shared: Arc<Shared>,
    pub(crate) events: mpsc::Sender<Packet>,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) wish: watch::Receiver<Wish>,
    pub(crate) tap: Option<Tap>,
    pub(crate) roots: Roots,
    pub(crate) generation: u64,
}

/// What a new task is given.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) events: mpsc::Sender<Packet>,
    pub(crate) tap: Option<Tap>,
    pub(crate) roots: Roots,
}

/// Starts a task and gives the owner's end of it.
pub(crate) fn start<F>(
    line: Line,
    what: String,
    rule: Rule,
    is_configured: bool,
    surroundings: &Surroundings,
    body: impl FnOnce(PortTask) -> F,
) -> Handle
where
    F: Future<Output = ()> + Send + 'static,
{
    let (handle, task) = pair(line, what, rule, is_configured, surroundings);
    handle.with(body(task))
}

/// Both ends, before the task runs.
pub(crate) fn pair(
    line: Line,
    what: String,
    rule: Rule,
    is_configured: bool,
    surroundings: &Surroundings,
) -> (Handle, PortTask) {
    let shared = Arc::new(Shared::new(line, what));
    let (commands, commands_taken) = mpsc::channel(QUEUE_MESSAGES_MAX);
    let (wish, wish_heard) = watch::channel(Wish::Run);
    let handle = Handle {
        rule,
        shared: Arc::clone(&shared),
        commands,
        wish,
        up: None,
        is_configured,
        task: None,
    };
    let task = PortTask {
        line,
        shared,
        events: surroundings.events.clone(),
        commands: commands_taken,
        wish: wish_heard,
        tap: surroundings.tap.clone(),
        roots: surroundings.roots.clone(),
        generation: 0,
    };
    (handle, task)
}

impl Handle {
    /// Starts the task.
    pub(crate) fn with(mut self, body: impl Future<Output = ()> + Send + 'static) -> Handle {
        self.task = Some(tokio::spawn(body));
        self
    }
}

impl PortTask {
    /// What a task for an accepted connection is given.
    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            events: self.events.clone(),
            tap: self.tap.clone(),
            roots: self.roots.clone(),
        }
    }

    /// The port is open.
    pub(crate) async fn up(&mut self, peer: Option<Peer>) {
        self.opened();
        self.say(What::Up(peer)).await;
    }

    /// Notes that the port is open, where another event than `Up` says so.
    pub(crate) fn opened(&mut self) {
        self.generation += 1;
        {
            let mut state = self.shared.lock();
            state.status.is_open = true;
            state.status.trouble = None;
            state.status.opened += 1;
            state.dropped = 0;
        }
        if let Some(tap) = &self.tap {
            tap.mark(self.line, BootClock.wall(), "open");
        }
    }

    /// The port is closed: what waits for it is dropped.
    pub(crate) async fn down(&mut self, why: Down) {
        self.shared.lock().status.is_open = false;
        if let Some(tap) = &self.tap {
            tap.mark(self.line, BootClock.wall(), "closed");
        }
        while let Ok(command) = self.commands.try_recv() {
            forget(&self.shared, &command);
        }
        self.say(What::Down(why)).await;
    }

    /// Bytes of a stream arrived.
    pub(crate) async fn heard(&mut self, bytes: &[u8]) {
        let wall = self.count_received(bytes.len());
        let bytes = Bytes::copy_from_slice(bytes);
        if let Some(tap) = &self.tap {
            tap.stream(self.line, wall, false, &bytes);
        }
        self.say(What::Bytes { from: None, bytes }).await;
    }

    /// A datagram arrived.
    pub(crate) async fn heard_from(&mut self, from: SocketAddrV4, to: SocketAddrV4, bytes: &[u8]) {
        let wall = self.count_received(bytes.len());
        let bytes = Bytes::copy_from_slice(bytes);
        if let Some(tap) = &self.tap {
            tap.datagram(wall, from, to, &bytes);
        }
        self.say(What::Bytes { from: Some(SocketAddr::V4(from)), bytes }).await;
    }

    fn count_received(&self, bytes: usize) -> WallTime {
        let mut state = self.shared.lock();
        state.status.received = state.status.received.saturating_add(bytes as u64);
        // Whatever was wrong, somebody answers now.
        state.status.trouble = None;
        BootClock.wall()
    }

    /// Bytes left.
    pub(crate) fn count_sent(&self, bytes: usize) {
        let mut state = self.shared.lock();
        state.status.sent = state.status.sent.saturating_add(bytes as u64);
        state.dropped = 0;
    }

    /// Says something to the owner; waits while the owner has too much to read, so that a stream's
    /// bytes wait in the kernel. An owner who is gone hears nothing.
    async fn say(&self, what: What) {
        let event =
            LinkEvent { line: self.line, at: BootClock.mono(), wall: BootClock.wall(), what };
        let packet = Packet { event, generation: self.generation, accepted: None };
        let _ = self.events.send(packet).await;
    }

    /// Announces a connection that was accepted, and hands its task over.
    pub(crate) async fn say_of(&self, line: Line, generation: u64, what: What, handle: Handle) {
        let event = LinkEvent { line, at: BootClock.mono(), wall: BootClock.wall(), what };
        let packet = Packet { event, generation, accepted: Some(handle) };
        let _ = self.events.send(packet).await;
    }

    pub(crate) fn trouble(&self, trouble: impl Into<String>) {
        self.shared.trouble(Some(trouble.into()));
    }

    /// Waits before the next attempt; false when the task is to end.
    pub(crate) async fn pause(&mut self, pause: Duration) -> bool {
        let finish = self.wish.wait_for(|wish| *wish == Wish::Finish);
        timeout(pause, finish).await.is_err()
    }
}

/// The next transmit for this generation. Cancel-safe. Never returns when the owner is gone: then
/// [`ended`] does.
pub(crate) async fn next_command(
    commands: &mut mpsc::Receiver<Command>,
    shared: &Shared,
    generation: u64,
) -> Do {
    loop {
        let Some(command) = commands.recv().await else { return std::future::pending().await };
        forget(shared, &command);
        if command.generation == generation {
            return command.what;
        }
    }
}

/// The next transmit that already waits.
pub(crate) fn waiting_command(
    commands: &mut mpsc::Receiver<Command>,
    shared: &Shared,
    generation: u64,
) -> Option<Do> {
    loop {
        let command = commands.try_recv().ok()?;
        forget(shared, &command);
        if command.generation == generation {
            return Some(command.what);
        }
    }
}

/// Takes a command out of what waits.
fn forget(shared: &Shared, command: &Command) {
    let mut state = shared.lock();
    state.queued_messages = state.queued_messages.saturating_sub(1);
    if let Do::Send { bytes, .. } = &command.what {
        state.queued_bytes = state.queued_bytes.saturating_sub(bytes.len());
    }
}

/// Waits until the owner wants this generation closed. Cancel-safe.
pub(crate) async fn ended(wish: &mut watch::Receiver<Wish>, generation: u64) -> End {
    let wished = wish.wait_for(|wish| match wish {
        Wish::Run => false,
        Wish::Close(which) => *which == generation,
        Wish::Finish => true,
    });
    match wished.await.as_deref() {
        Ok(Wish::Close(_)) => End::Closed,
        Ok(Wish::Run | Wish::Finish) | Err(_) => End::Finished,
    }
}

/// Pauses between attempts: 0.5 s, doubled up to 5 s, from the start again after a good one.
#[derive(Debug)]
pub(crate) struct Backoff(Duration);

impl Backoff {
    const FIRST: Duration = Duration::from_millis(500);
    const LAST: Duration = Duration::from_secs(5);

    pub(crate) fn new() -> Backoff {
        Backoff(Backoff::FIRST)
    }

    /// The pause before the next attempt. An attempt is good when bytes arrived: somebody who
    /// accepts and closes at once is not asked in a circle.
    pub(crate) fn after(&mut self, was_good: bool) -> Duration {
        if was_good {
            self.0 = Backoff::FIRST;
        }
        let pause = self.0;
        self.0 = (pause * 2).min(Backoff::LAST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound_and_start_again_after_a_good_attempt() {
        let mut backoff = Backoff::new();
        let pauses: Vec<u128> = (0..5).map(|_| backoff.after(false).as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 4_000, 5_000]);
        assert_eq!(backoff.after(true).as_millis(), 500);
        assert_eq!(backoff.after(false).as_millis(), 1_000);
    }
}

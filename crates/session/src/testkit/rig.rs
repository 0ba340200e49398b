//! One session, one virtual clock.

use core::net::SocketAddr;
use std::time::Duration;

use vigie_model::MonoTime;

use crate::{Down, Heard, Input, Line, Peer, Session, Transmit};

/// More than this in one drain, and the session never ends.
const DRAIN_MAX: usize = 10_000_000;
/// More calls than this without the deadline moving on, and the timer spins.
const SPIN_MAX: u32 = 1_000;

/// Drives a session by its contract, and keeps what came out. Panics when the session breaks the
/// contract: a drain without end, a timer that never moves on.
pub struct Rig {
    session: Box<dyn Session>,
    now: MonoTime,
    heard: Vec<Heard>,
    sent: Vec<Transmit>,
}

impl Rig {
    /// A session at virtual time 1,000 s, all lines down.
    pub fn new(session: Box<dyn Session>) -> Rig {
        let now = MonoTime::START + Duration::from_secs(1_000);
        Rig { session, now, heard: Vec::new(), sent: Vec::new() }
    }

    /// Virtual time.
    pub fn now(&self) -> MonoTime {
        self.now
    }

    /// Something arrives now.
    pub fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(self.now, input);
        self.drain();
    }

    /// A line opens, with nobody to name at the other end.
    pub fn up(&mut self, line: Line) {
        self.input(Input::Up { line, peer: None });
    }

    /// Somebody connects to a listening line.
    pub fn accepted(&mut self, listener: Line, line: Line, peer: &Peer) {
        self.input(Input::Accepted { listener, line, peer });
    }

    /// A line closes.
    pub fn down(&mut self, line: Line) {
        self.input(Input::Down { line, why: Down::Closed });
    }

    /// Bytes of a stream arrive.
    pub fn bytes(&mut self, line: Line, bytes: &[u8]) {
        self.input(Input::Bytes { line, from: None, bytes });
    }

    /// A datagram arrives.
    pub fn datagram(&mut self, line: Line, from: Option<SocketAddr>, bytes: &[u8]) {
        self.input(Input::Bytes { line, from, bytes });
    }

    /// Lets virtual time pass, and calls the session whenever it asked for it.
    pub fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        let mut calls_at_once = 0;
        while let Some(due) = self.session.poll_timeout().filter(|due| due.at <= end) {
            calls_at_once = if due.at > self.now { 0 } else { calls_at_once + 1 };
            assert!(calls_at_once < SPIN_MAX, "the timer spins: {}", due.why);
            self.now = self.now.max(due.at);
            self.session.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    /// Says goodbye and waits until the session has nothing more to do, `at_most` this long; how long
    /// it took, or `None` when it did not end.
    pub fn farewell(&mut self, at_most: Duration) -> Option<Duration> {
        let start = self.now;
        self.session.handle_farewell(self.now);
        self.drain();
        while let Some(due) = self.session.poll_timeout() {
            if due.at > start + at_most {
                return None;
            }
            self.advance(due.at - self.now);
        }
        Some(self.now - start)
    }

    /// What was heard since this was last asked.
    pub fn take_heard(&mut self) -> Vec<Heard> {
        core::mem::take(&mut self.heard)
    }

    /// What was sent since this was last asked.
    pub fn take_sent(&mut self) -> Vec<Transmit> {
        core::mem::take(&mut self.sent)
    }

    fn drain(&mut self) {
        let before = self.sent.len() + self.heard.len();
        while let Some(transmit) = self.session.poll_transmit() {
            self.sent.push(transmit);
            assert!(
                self.sent.len() + self.heard.len() - before < DRAIN_MAX,
                "transmits without end"
            );
        }
        while let Some(heard) = self.session.poll_event() {
            self.heard.push(heard);
            assert!(self.sent.len() + self.heard.len() - before < DRAIN_MAX, "events without end");
        }
    }
}

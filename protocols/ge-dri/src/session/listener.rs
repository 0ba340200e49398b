//! The passive session: listens, and never sends.

use std::collections::VecDeque;

use vigie_model::MonoTime;
use vigie_session::{Deadline, Heard, Input, Session, Setup, Transmit};

use super::monitor::Monitor;
use super::options::Options;

/// Listens to one line.
pub(super) struct Listener {
    options: Options,
    monitor: Monitor,
    is_leaving: bool,
    heard: VecDeque<Heard>,
}

impl Listener {
    pub(super) fn new(setup: &Setup) -> Listener {
        let options = Options::of(setup);
        let monitor = Monitor::new(&options);
        Listener { options, monitor, is_leaving: false, heard: VecDeque::new() }
    }

    fn drain(&mut self) {
        self.heard.extend(self.monitor.take_events().into_iter().map(Heard::from));
        self.monitor.take_seen();
    }
}

impl Session for Listener {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { .. } => {
                self.heard.extend(self.options.take_odd().into_iter().map(Heard::from));
            }
            Input::Down { .. } => self.monitor.close(&self.options),
            Input::Bytes { bytes, .. } => self.monitor.handle_bytes(now, bytes),
            Input::Accepted { .. } => {} // no line of ours listens for connections
        }
        self.drain();
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.monitor.handle_timeout(now);
        self.drain();
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        self.is_leaving = true;
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let at = self.monitor.deadline().filter(|_| !self.is_leaving)?;
        Some(Deadline { at, why: "alarms or waves not confirmed" })
    }
}

//! The active session: asks the monitor at the other end of a serial line for its data.

use std::collections::VecDeque;

use vigie_model::MonoTime;
use vigie_session::{Deadline, Heard, Input, Session, Setup, Transmit};

use crate::wire::frame::emit_frame;

use super::asking::Asking;
use super::monitor::Monitor;
use super::options::Options;

/// Speaks with one monitor.
pub(super) struct Active {
    options: Options,
    monitor: Monitor,
    /// `None` while the line is closed, and after goodbye.
    asking: Option<Asking>,
    heard: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

impl Active {
    pub(super) fn new(setup: &Setup) -> Active {
        let options = Options::of(setup);
        let monitor = Monitor::new(&options);
        Active { options, monitor, asking: None, heard: VecDeque::new(), outbox: VecDeque::new() }
    }

    /// Takes what was heard and what is to be asked.
    fn drain(&mut self, now: MonoTime) {
        self.heard.extend(self.monitor.take_events().into_iter().map(Heard::from));
        let seen = self.monitor.take_seen();
        let Some(asking) = &mut self.asking else { return };
        asking.see(now, seen, &self.monitor, &self.options);
        while let Some(request) = asking.poll(now, &self.options) {
            self.outbox.push_back(Transmit::main(emit_frame(&request)));
        }
    }
}

impl Session for Active {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { .. } => {
                self.heard.extend(self.options.take_odd().into_iter().map(Heard::from));
                self.asking = Some(Asking::new(now, &self.options));
            }
            Input::Down { .. } => {
                self.asking = None;
                self.outbox.clear();
                self.monitor.close(&self.options);
            }
            Input::Bytes { bytes, .. } => self.monitor.handle_bytes(now, bytes),
            Input::Accepted { .. } => {} // no line of ours listens for connections
        }
        self.drain(now);
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        self.monitor.handle_timeout(now);
        self.drain(now);
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        let Some(mut asking) = self.asking.take() else { return };
        let last = asking.farewell(&self.options);
        self.outbox.extend(last.iter().map(|request| Transmit::main(emit_frame(request))));
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let (at, why) = self.asking.as_ref()?.deadline();
        let asking = Deadline { at, why };
        let doubt =
            self.monitor.deadline().map(|at| Deadline { at, why: "alarms or waves not confirmed" });
        doubt.into_iter().chain([asking]).min_by_key(|deadline| deadline.at)
    }
}

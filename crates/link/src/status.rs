//! How a port is doing: counters and texts that its task, the sender and the status share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use vigie_session::Line;

/// How a port is doing, for the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortStatus {
    /// Which line of the session.
    pub line: Line,
    /// What it is, for an engineer: `/dev/ttyUSB0 at 115200 8N1`.
    pub what: String,
    /// Whether it is open.
    pub is_open: bool,
    /// What is wrong, and what to do, in English for an engineer. An open port may have trouble too.
    pub trouble: Option<String>,
    /// Bytes in.
    pub received: u64,
    /// Bytes out.
    pub sent: u64,
    /// Datagrams, connections or transmits that came from or went to somebody who is no peer, and
    /// transmits that were dropped because the port was closed or stuck.
    pub refused: u64,
    /// How often it was opened.
    pub opened: u64,
}

/// The status of one port, shared.
#[derive(Debug)]
pub(crate) struct Shared(Mutex<State>);

/// What the task, the sender and the status share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) status: PortStatus,
    /// What waits to be sent.
    pub(crate) queued_bytes: usize,
    pub(crate) queued_messages: usize,
    /// What was dropped since the port last took something.
    pub(crate) dropped: u64,
}

impl Shared {
    pub(crate) fn new(line: Line, what: String) -> Shared {
        Shared(Mutex::new(State {
            status: PortStatus {
                line,
                what,
                is_open: false,
                trouble: None,
                received: 0,
                sent: 0,
                refused: 0,
                opened: 0,
            },
            queued_bytes: 0,
            queued_messages: 0,
            dropped: 0,
        }))
    }

    /// The state, for a moment: nobody waits while holding it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn refuse(&self) {
        self.lock().status.refused += 1;
    }

    pub(crate) fn trouble(&self, trouble: Option<String>) {
        let mut state = self.lock();
        if let Some(new) = &trouble
            && state.status.trouble.as_ref() != Some(new)
        {
            tracing::warn!(port = %state.status.what, "{new}");
        }
        state.status.trouble = trouble;
    }

    /// A copy for the status.
    pub(crate) fn report(&self) -> PortStatus {
        let state = self.lock();
        let mut status = state.status.clone();
        if state.dropped > 0 && status.trouble.is_none() {
            status.trouble = Some(format!(
                "{}: {} transmits dropped, the other end takes nothing: check the device and its cable",
                status.what, state.dropped
            ));
        }
        status
    }
}

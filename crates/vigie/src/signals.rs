//! Signals as flags that a loop reads: stop, and read the configuration again.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

use crate::terminal::Problem;

/// What was asked of this process from outside.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    stop: Arc<AtomicBool>,
    hangup: Arc<AtomicBool>,
}

impl Signals {
    /// From now on SIGTERM, SIGINT and SIGHUP end nothing by themselves.
    pub fn catch() -> Result<Signals, Problem> {
        let signals = Signals::default();
        signals.register().map_err(|error| {
            // tidy: not for people
            Problem::new(format!("signals cannot be caught: {error}"))
        })?;
        Ok(signals)
    }

    fn register(&self) -> io::Result<()> {
        for signal in [SIGTERM, SIGINT] {
            flag::register(signal, self.stop.clone())?;
        }
        flag::register(SIGHUP, self.hangup.clone())?;
        Ok(())
    }

    /// SIGTERM or SIGINT came.
    pub fn wants_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// SIGHUP came since this was last asked.
    pub fn take_hangup(&self) -> bool {
        self.hangup.swap(false, Ordering::Relaxed)
    }
}

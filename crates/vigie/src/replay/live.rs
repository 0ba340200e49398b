//! The replayed ward on a thread of its own, and the slot its views are taken from.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use vigie_board::view::BoardView;
use vigie_clock::{BootClock, ScaledClock};
use vigie_model::Clock;
#[cfg(feature = "window")]
use vigie_model::MonoTime;

use super::ward::{Progress, ReplayWard};
use crate::terminal::{self, Problem};

/// Shortest time between two views, in life: nobody sees more than 30 a second.
const VIEW_PERIOD: Duration = Duration::from_millis(33);

/// A view older than this, in life, is not true any more: the thread should publish 30 a second.
const SILENCE_MAX: Duration = Duration::from_secs(2);

/// What the thread last published.
#[derive(Clone)]
pub struct Published {
    /// The ward.
    pub view: Arc<BoardView>,
    /// How far the recordings are.
    pub progress: Progress,
}

/// A ward that runs by itself until this is dropped.
pub struct LiveReplay {
    clock: ScaledClock<BootClock>,
    /// The newest view only: a reader that is slow skips, it never queues.
    slot: Arc<Mutex<Published>>,
    thread: Option<JoinHandle<()>>,
    /// Dropped to end the thread; nothing is ever sent on it.
    running: Option<Sender<()>>,
}

impl Drop for LiveReplay {
    /// Its record is closed before the program ends.
    fn drop(&mut self) {
        self.running = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the ward had failed: this is a mistake in the program");
        }
    }
}

impl LiveReplay {
    /// Starts the thread.
    pub fn start(
        mut ward: ReplayWard,
        clock: ScaledClock<BootClock>,
    ) -> Result<LiveReplay, Problem> {
        let slot = Arc::new(Mutex::new(ward.publish(clock.mono())));
        let (running, stopped) = bounded(0);
        let ward_loop = Loop { ward, clock: clock.clone(), slot: slot.clone(), stopped };
        let thread = thread::Builder::new()
            .name("ward".into())
            .spawn(move || ward_loop.run())
            .map_err(|error| {
                Problem::new(format!("no thread for the ward ({error}): end other programs"))
            })?;
        Ok(LiveReplay { clock, slot, thread: Some(thread), running: Some(running) })
    }

    /// Whether the ward has fallen silent: `published` must then not be taken for true any more.
    pub fn has_stopped(&self, published: &Published) -> bool {
        let silence = self.clock.life_of(self.clock.mono() - published.view.at);
        self.thread.as_ref().is_none_or(JoinHandle::is_finished) || silence > SILENCE_MAX
    }

    /// What the ward last published.
    pub fn published(&self) -> Published {
        // A view is replaced whole, so that even a poisoned slot holds a consistent one.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Now, on the ward's clock.
    #[cfg(feature = "window")]
    pub fn now(&self) -> MonoTime {
        self.clock.mono()
    }
}

struct Loop {
    ward: ReplayWard,
    clock: ScaledClock<BootClock>,
    slot: Arc<Mutex<Published>>,
    stopped: Receiver<()>,
}

impl Loop {
    fn run(mut self) {
        loop {
            let now = self.clock.mono();
            self.ward.run_until(now);
            let published = self.ward.publish(now);
            *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = published;
            match self.stopped.recv_timeout(VIEW_PERIOD) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Err(problem) = self.ward.close() {
            terminal::complain(&problem);
        }
    }
}

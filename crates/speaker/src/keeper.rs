//! Opens the device, watches it, and opens it again.

use std::{any::Any, sync::Arc, time::Duration};

use vigie_model::MonoTime;

use crate::feed::{Shared, StreamState};

/// The wait after the first failure; the next ones double.
const RETRY_FIRST: Duration = Duration::from_secs(1);

/// A device that is plugged in again is heard within this.
const RETRY_MAX: Duration = Duration::from_secs(30);

/// Taking samples for so long, the device works: the next failure is a first one.
const WORKS: Duration = Duration::from_secs(60);

/// Running dry so often within [`WORKS`] of its opening, the device needs larger buffers.
const DRY_MAX: u64 = 5;

/// What samples can go through.
pub(crate) trait Backend: Send {
    /// Opens it. Samples are taken from a [`crate::feed::Feed`] made for `stream`, until what is
    /// returned is dropped.
    fn open(&mut self, shared: &Arc<Shared>, stream: &Arc<StreamState>) -> Result<Opened, String>;

    /// The next opening asks for larger buffers, if there are.
    fn enlarge(&mut self) -> bool;
}

/// An open device.
pub(crate) struct Opened {
    /// As the system calls it.
    pub device: String,
    /// Dropped to close it.
    pub held: Box<dyn Any + Send>,
}

/// Called by the thread, ten times a second; holds no thread itself, so that tests call it.
pub(crate) struct Keeper {
    backend: Box<dyn Backend>,
    shared: Arc<Shared>,
    open: Option<Open>,
    next_try: MonoTime,
    wait: Duration,
}

struct Open {
    stream: Arc<StreamState>,
    since: MonoTime,
    held: Box<dyn Any + Send>,
}

impl Keeper {
    pub(crate) fn new(backend: Box<dyn Backend>, shared: Arc<Shared>) -> Keeper {
        Keeper { backend, shared, open: None, next_try: MonoTime::START, wait: RETRY_FIRST }
    }

    pub(crate) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(crate) fn tick(&mut self) {
        let now = self.shared.now();
        if let Some(open) = &self.open {
            if let Some(why) = open.stream.trouble(now) {
                tracing::warn!(%why, "the sound device stopped");
                self.shared.stopped(why);
                self.close();
                self.wait_longer(now);
            } else if now - open.since > WORKS {
                self.wait = RETRY_FIRST;
            } else if open.stream.dry_count() > DRY_MAX && self.backend.enlarge() {
                tracing::warn!("the sound device runs dry; it is opened with larger buffers");
                self.close();
                self.open(now);
            }
        } else if now >= self.next_try {
            self.open(now);
        }
    }

    fn open(&mut self, now: MonoTime) {
        let stream = StreamState::new(now);
        match self.backend.open(&self.shared, &stream) {
            Ok(Opened { device, held }) => {
                tracing::info!(%device, "the sound device is open");
                self.shared.opened(device, &stream);
                self.open = Some(Open { stream, since: now, held });
            }
            Err(why) => {
                // Said once for each reason, and not every 30 s for years.
                if self.shared.no_device_if_new(&why) {
                    tracing::warn!(%why, "no sound device");
                }
                self.wait_longer(now);
            }
        }
    }

    /// May take as long as the device does; the health is known before.
    fn close(&mut self) {
        if let Some(Open { held, .. }) = self.open.take() {
            drop(held);
        }
    }

    fn wait_longer(&mut self, now: MonoTime) {
        self.next_try = now + self.wait;
        self.wait = (self.wait * 2).min(RETRY_MAX);
    }
}

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

/// Running dry more often within [`WORKS`] of its opening, the device needs larger buffers; later in more
/// seconds than that of so long a time, since a PC that slept runs dry many times at once.
const DRY_MAX: u64 = 5;

/// Gaps closer to each other than this have one reason.
const SPELL: Duration = Duration::from_secs(1);

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
    spells: Spells,
    held: Box<dyn Any + Send>,
}

/// Seconds in which a device ran dry.
struct Spells {
    /// Counted since then.
    from: MonoTime,
    /// The last one.
    last: MonoTime,
    /// Gaps by then.
    gaps: u64,
    count: u64,
}

impl Spells {
    const fn new(from: MonoTime) -> Spells {
        Spells { from, last: from, gaps: 0, count: 0 }
    }

    fn note(&mut self, gaps: u64, now: MonoTime) {
        if now - self.from > WORKS {
            (self.from, self.count) = (now, 0);
        }
        if gaps > self.gaps && now - self.last >= SPELL {
            (self.last, self.count) = (now, self.count + 1);
        }
        self.gaps = gaps;
    }
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
        if let Some(open) = &mut self.open {
            let gaps = open.stream.dry_count();
            open.spells.note(gaps, now);
            let is_new = now - open.since <= WORKS;
            if !is_new {
                self.wait = RETRY_FIRST;
            }
            let is_slow = (is_new && gaps > DRY_MAX) || open.spells.count > DRY_MAX;
            if let Some(why) = open.stream.trouble(now) {
                tracing::warn!(%why, "the sound device stopped");
                self.shared.stopped(why);
                self.close();
                self.wait_longer(now);
            } else if is_slow && self.backend.enlarge() {
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
                self.open = Some(Open { stream, since: now, spells: Spells::new(now), held });
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

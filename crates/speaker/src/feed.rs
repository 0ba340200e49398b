//! Between callers and the device's callback: the newest wish goes in, what became of it comes out.
//!
//! The callback waits for nobody. Where a lock is taken just then it goes on with what it knew, and
//! looks again with the next buffer, hundredths of a second later.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use vigie_model::{Clock, MonoTime, Priority};
use vigie_tones::{Began, Sequencer, Shapes, Tested, Volume, Wanted};

use crate::{Health, STALLED};

/// Bursts that [`Shared::queued`] remembers.
const QUEUED_MAX: usize = 1_024;

/// What callers, the thread and the callback share.
pub(crate) struct Shared {
    clock: Arc<dyn Clock>,
    volume: Volume,
    slot: Mutex<Slot>,
    queued: Mutex<VecDeque<Queued>>,
    status: Mutex<Status>,
    dry: AtomicU64,
}

/// The newest wish.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    wanted: Wanted,
    /// Rises when a person silenced something.
    hushes: u64,
    test: Test,
}

/// The last test that was asked for; the first has number 1.
#[derive(Clone, Copy, Debug)]
struct Test {
    number: u64,
    priority: Priority,
    begun: bool,
    ended: Option<Tested>,
}

impl Default for Test {
    fn default() -> Test {
        Test {
            number: 0,
            priority: Priority::Information,
            begun: true,
            ended: Some(Tested::GaveWay),
        }
    }
}

/// A burst for new calls, and when its first sample was handed over.
#[derive(Clone, Copy, Debug)]
struct Queued {
    began: Began,
    at: MonoTime,
}

/// What the thread knows of the device.
#[derive(Debug)]
enum Status {
    Starting { since: MonoTime },
    NoDevice { why: String },
    Stopped { why: String },
    Open { device: String, stream: Arc<StreamState>, before: Health },
}

/// What is known of one opened stream. A new one is made for each, so that the callback of an old one
/// that hangs somewhere speaks for nobody else.
#[derive(Debug)]
pub(crate) struct StreamState {
    opened: MonoTime,
    /// Nanoseconds of the last samples taken; 0 before the first.
    taken: AtomicU64,
    dry: AtomicU64,
    failed: Mutex<Option<String>>,
}

impl StreamState {
    pub(crate) fn new(opened: MonoTime) -> Arc<StreamState> {
        Arc::new(StreamState {
            opened,
            taken: AtomicU64::new(0),
            dry: AtomicU64::new(0),
            failed: Mutex::new(None),
        })
    }

    /// The device said that it cannot go on. The first reason stays.
    pub(crate) fn fail(&self, why: String) {
        lock(&self.failed).get_or_insert(why);
    }

    /// Why it does not work at `now`, if so.
    pub(crate) fn trouble(&self, now: MonoTime) -> Option<String> {
        if let Some(why) = &*lock(&self.failed) {
            return Some(why.clone());
        }
        let silent = now - self.last_taken().unwrap_or(self.opened);
        (silent > STALLED).then(|| format!("it has taken no samples for {} s", silent.as_secs()))
    }

    pub(crate) fn last_taken(&self) -> Option<MonoTime> {
        match self.taken.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(MonoTime::from_nanos(nanos)),
        }
    }

    pub(crate) fn dry_count(&self) -> u64 {
        self.dry.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A lock whose holder panicked still holds plain values.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(volume: Volume, clock: Arc<dyn Clock>) -> Shared {
        let since = clock.mono();
        Shared {
            clock,
            volume,
            slot: Mutex::default(),
            queued: Mutex::new(VecDeque::with_capacity(QUEUED_MAX)),
            status: Mutex::new(Status::Starting { since }),
            dry: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> MonoTime {
        self.clock.mono()
    }

    pub(crate) fn want(&self, wanted: Wanted, hush: bool) {
        let mut slot = lock(&self.slot);
        slot.wanted = wanted;
        slot.hushes += u64::from(hush);
    }

    pub(crate) fn test(&self, priority: Priority) -> u64 {
        let mut slot = lock(&self.slot);
        let number = slot.test.number + 1;
        slot.test = Test { number, priority, begun: false, ended: None };
        number
    }

    pub(crate) fn tested(&self, number: u64) -> Option<Tested> {
        let test = lock(&self.slot).test;
        if number == test.number { test.ended } else { Some(Tested::GaveWay) }
    }

    pub(crate) fn queued(&self, call: u64) -> Option<MonoTime> {
        let queued = lock(&self.queued);
        let answers =
            |queued: &&Queued| (queued.began.first_call..=queued.began.last_call).contains(&call);
        queued.iter().find(answers).map(|queued| queued.at)
    }

    pub(crate) fn dry_count(&self) -> u64 {
        self.dry.load(Ordering::Relaxed)
    }

    pub(crate) fn health(&self) -> Health {
        let now = self.now();
        match &*lock(&self.status) {
            Status::Starting { since } if now - *since <= STALLED => Health::Starting,
            Status::Starting { since } => Health::NoDevice {
                why: format!("opening it has taken {} s so far", (now - *since).as_secs()),
            },
            Status::NoDevice { why } => Health::NoDevice { why: why.clone() },
            Status::Stopped { why } => Health::Stopped { why: why.clone() },
            Status::Open { device, stream, before } => match stream.trouble(now) {
                Some(why) => Health::Stopped { why },
                None if stream.last_taken().is_none() => before.clone(),
                None => Health::Working { device: device.clone() },
            },
        }
    }

    pub(crate) fn no_device(&self, why: String) {
        *lock(&self.status) = Status::NoDevice { why };
    }

    /// Whether that is another reason than before.
    pub(crate) fn no_device_if_new(&self, why: &str) -> bool {
        let mut status = lock(&self.status);
        let is_known = matches!(&*status, Status::NoDevice { why: known } if known == why);
        *status = Status::NoDevice { why: why.to_owned() };
        !is_known
    }

    pub(crate) fn stopped(&self, why: String) {
        *lock(&self.status) = Status::Stopped { why };
    }

    /// Until it takes samples the health is what it was before.
    pub(crate) fn opened(&self, device: String, stream: &Arc<StreamState>) {
        let before = self.health();
        *lock(&self.status) = Status::Open { device, stream: Arc::clone(stream), before };
    }
}

/// What a device takes samples from.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    stream: Arc<StreamState>,
    sequencer: Sequencer,
    slot: Slot,
    /// Not yet put down.
    queued: Option<Queued>,
    ended: Option<Tested>,
}

impl Feed {
    /// For one stream. What is wanted when it begins to flow is heard at once, also when it had been
    /// heard through the stream before: nobody knows how much of that.
    pub(crate) fn new(shared: &Arc<Shared>, stream: &Arc<StreamState>, rate_hz: u32) -> Feed {
        let sequencer = Sequencer::new(&Shapes::default(), shared.volume, rate_hz);
        let mut slot = lock(&shared.slot);
        if slot.test.begun && slot.test.ended.is_none() {
            slot.test.ended = Some(Tested::GaveWay);
        }
        let known = Slot { wanted: Wanted::SILENCE, ..*slot };
        drop(slot);
        Feed {
            shared: Arc::clone(shared),
            stream: Arc::clone(stream),
            sequencer,
            slot: known,
            queued: None,
            ended: None,
        }
    }

    /// The next samples, mono.
    pub(crate) fn fill(&mut self, samples: &mut [f32]) {
        self.exchange();
        self.sequencer.fill(samples);
        let now = self.shared.now();
        self.stream.taken.store(now.as_nanos().max(1), Ordering::Relaxed);
        if let Some(began) = self.sequencer.poll_began() {
            self.queued = Some(Queued { began, at: now });
        }
        self.ended = self.sequencer.poll_tested().or(self.ended);
        if let Some(queued) = self.queued
            && let Ok(mut all) = self.shared.queued.try_lock()
        {
            if all.len() >= QUEUED_MAX {
                all.pop_front();
            }
            all.push_back(queued);
            self.queued = None;
        }
    }

    /// The device ran dry before these samples were taken.
    pub(crate) fn ran_dry(stream: &StreamState, shared: &Shared) {
        stream.dry.fetch_add(1, Ordering::Relaxed);
        shared.dry.fetch_add(1, Ordering::Relaxed);
    }

    fn exchange(&mut self) {
        let Ok(mut slot) = self.shared.slot.try_lock() else { return };
        if let Some(ended) = self.ended.take()
            && slot.test.number == self.slot.test.number
        {
            slot.test.ended = Some(ended);
        }
        let is_new_test = !slot.test.begun;
        slot.test.begun = true;
        let newest = *slot;
        drop(slot);
        if newest.hushes != self.slot.hushes {
            self.sequencer.hush(newest.wanted);
        } else if newest.wanted != self.slot.wanted {
            self.sequencer.want(newest.wanted);
        }
        if is_new_test {
            self.sequencer.test(newest.test.priority);
        }
        self.slot = newest;
    }
}

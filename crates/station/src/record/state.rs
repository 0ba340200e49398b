//! How the record is doing: told by its threads, read by the report, and made into alarms of the
//! station.
//!
//! The record's thread may stand still for as long as its disk does. Whether it does is judged here, by
//! whoever asks.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use vigie_config::RecordConfig;
use vigie_history::{CopyProgress, RecordState as Writing, RecordStatus};
use vigie_keyring::{Recipient, Signer};
use vigie_model::{Clock, MonoTime, StationAlarmKind, Text, WallTime};

use crate::shared::lock;

/// A record that did not work for so long has stopped: one commit that fails is tried again first.
const STOPPED_AFTER: Duration = Duration::from_secs(2);
/// A thread that did not come round for so long hangs in a call to the disk.
const STUCK_AFTER: Duration = Duration::from_secs(5);
/// A loss is told for so long.
const BEHIND_FOR: Duration = Duration::from_secs(60);
/// Troubles that are named.
const TROUBLES_MAX: usize = 8;

/// Shared by the record's threads and by whoever looks at them.
pub(crate) struct RecordState {
    clock: Arc<dyn Clock>,
    /// When the record's thread last came round.
    beat: AtomicU64,
    /// Observations lost before the writer had them.
    lost: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    config: Arc<RecordConfig>,
    status: RecordStatus,
    /// Since when nothing is committed, by both clocks.
    stopped: Option<(MonoTime, WallTime)>,
    lost_before: u64,
    lost_at: Option<MonoTime>,
    troubles: Vec<Text>,
    signer: Option<Signer>,
    unit: Option<Recipient>,
}

impl std::fmt::Debug for RecordState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordState").finish_non_exhaustive()
    }
}

impl RecordState {
    pub(crate) fn new(clock: Arc<dyn Clock>, config: RecordConfig) -> RecordState {
        let (now, wall) = (clock.mono(), clock.wall());
        let state = RecordState {
            beat: AtomicU64::new(now.as_nanos()),
            lost: AtomicU64::new(0),
            inner: Mutex::default(),
            clock,
        };
        state.set_config(config);
        state.stop(now, wall, false, Text::from("the record is being opened"));
        state
    }

    /// What is configured now.
    pub(crate) fn config(&self) -> Arc<RecordConfig> {
        lock(&self.inner).config.clone()
    }

    pub(crate) fn set_config(&self, config: RecordConfig) {
        let mut inner = lock(&self.inner);
        inner.status.copy.places =
            config.copies.iter().map(|place| Text::from(place.as_str())).collect();
        inner.config = Arc::new(config);
    }

    /// The record's thread came round.
    pub(super) fn beat(&self) {
        self.beat.store(self.clock.mono().as_nanos(), Ordering::Relaxed);
    }

    /// Observations were lost before the writer had them.
    pub(super) fn count_lost(&self, count: u64) {
        self.lost.fetch_add(count, Ordering::Relaxed);
    }

    /// Nothing is written: since then, for that reason.
    pub(super) fn stop(&self, now: MonoTime, wall: WallTime, is_full: bool, why: Text) {
        let mut inner = lock(&self.inner);
        let (_, since) = *inner.stopped.get_or_insert((now, wall));
        inner.status.state = Writing::Stopped { since, is_full, why };
    }

    /// Whether it is known that nothing is written for this reason.
    pub(super) fn is_stopped_by(&self, reason: &str) -> bool {
        match &lock(&self.inner).status.state {
            Writing::Stopped { why, .. } => why.as_str() == reason,
            Writing::Off | Writing::Writing => false,
        }
    }

    /// It is written. `waiting`: what waits in the lanes besides.
    pub(super) fn write(&self, status: RecordStatus, waiting: u64) {
        let mut inner = lock(&self.inner);
        let kept = std::mem::take(&mut inner.status);
        inner.status = RecordStatus {
            state: Writing::Writing,
            waiting: status.waiting.saturating_add(waiting),
            copy: kept.copy,
            is_unprotected: kept.is_unprotected,
            ..status
        };
        inner.stopped = None;
    }

    /// The numbers of a record that is not written at the moment.
    pub(super) fn tell(&self, status: RecordStatus, waiting: u64) {
        let mut inner = lock(&self.inner);
        let kept = std::mem::take(&mut inner.status);
        inner.status = RecordStatus {
            state: kept.state,
            waiting: status.waiting.saturating_add(waiting),
            copy: kept.copy,
            is_unprotected: kept.is_unprotected,
            ..status
        };
    }

    pub(super) fn set_unprotected(&self, is_unprotected: bool) {
        lock(&self.inner).status.is_unprotected = is_unprotected;
    }

    /// What is wrong with the record and does not stop it.
    pub(super) fn set_troubles(&self, troubles: Vec<String>) {
        let mut inner = lock(&self.inner);
        inner.troubles.extend(troubles.into_iter().map(Text::from));
        inner.troubles.truncate(TROUBLES_MAX);
    }

    pub(crate) fn troubles(&self) -> Vec<Text> {
        lock(&self.inner).troubles.clone()
    }

    /// The keys were opened: who signs, and whom everything is encrypted to.
    pub(crate) fn set_keys(&self, signer: Signer, unit: Recipient) {
        let mut inner = lock(&self.inner);
        inner.signer = Some(signer);
        inner.unit = Some(unit);
    }

    /// The unit's public key; `None`: the record's keys were not opened yet.
    pub(crate) fn unit(&self) -> Option<Recipient> {
        lock(&self.inner).unit.clone()
    }

    /// Who signs copies; `None`: the record was not opened yet.
    pub(super) fn signer(&self) -> Option<Signer> {
        lock(&self.inner).signer.clone()
    }

    /// When the last good copy was made, and whether that is too long ago.
    pub(super) fn set_last_copy(&self, last_good: Option<WallTime>, age_max: Option<Duration>) {
        let wall = self.clock.wall();
        let mut inner = lock(&self.inner);
        // Without a copy it is the record itself whose age counts.
        let since = last_good.or(inner.status.oldest);
        inner.status.copy.last_good = last_good;
        inner.status.copy.is_old =
            age_max.zip(since).is_some_and(|(age_max, since)| since < wall.before(age_max));
    }

    /// How far a copy is; `None`: none is being made.
    pub(super) fn set_copy(&self, running: Option<CopyProgress>) {
        lock(&self.inner).status.copy.running = running;
    }

    /// Why the last copy failed; `None`: it did not.
    pub(super) fn set_copy_failed(&self, failed: Option<Text>) {
        lock(&self.inner).status.copy.failed = failed;
    }

    /// How the record is doing now.
    pub(crate) fn status(&self) -> RecordStatus {
        let (now, wall) = (self.clock.mono(), self.clock.wall());
        let beat = MonoTime::from_nanos(self.beat.load(Ordering::Relaxed));
        let mut status = lock(&self.inner).status.clone();
        status.lost = status.lost.saturating_add(self.lost.load(Ordering::Relaxed));
        let silence = now.since(beat);
        if silence > STUCK_AFTER {
            let why = Text::from("the disk does not answer: look at its cable and its lights");
            let since = wall.before(silence);
            match &mut status.state {
                Writing::Stopped { .. } => {}
                state @ (Writing::Writing | Writing::Off) => {
                    *state = Writing::Stopped { since, is_full: false, why };
                }
            }
        }
        status
    }

    /// Which alarms of the station are on.
    pub(crate) fn alarms(&self) -> BTreeMap<StationAlarmKind, bool> {
        let now = self.clock.mono();
        let status = self.status();
        let mut inner = lock(&self.inner);
        if status.lost > inner.lost_before {
            inner.lost_before = status.lost;
            inner.lost_at = Some(now);
        }
        let is_behind = inner.lost_at.is_some_and(|at| now.since(at) < BEHIND_FOR);
        let is_stopped = match &status.state {
            Writing::Off | Writing::Writing => false,
            // Without a time of its own it is the disk that does not answer, for longer than this.
            Writing::Stopped { .. } => {
                inner.stopped.is_none_or(|(since, _)| now.since(since) >= STOPPED_AFTER)
            }
        };
        BTreeMap::from([
            (StationAlarmKind::RecordStopped, is_stopped),
            (StationAlarmKind::RecordBehind, is_behind),
            (StationAlarmKind::DiskFilling, status.is_filling),
            (StationAlarmKind::CopyOld, status.copy.is_old),
        ])
    }
}

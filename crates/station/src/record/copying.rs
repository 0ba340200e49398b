//! The thread that copies to one of the configured places, when somebody asks for it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded, select};
use vigie_copy::{BackupOptions, Copied, Step, backup};
use vigie_history::CopyProgress;
use vigie_model::{Clock, Text};
use vigie_record::append_audit;

use super::{
    RecordState,
    keeper::{Errand, audit},
};

/// How long sealing may take: a segment of the largest size on a slow disk.
const SEAL_PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How often the end of the station is looked after meanwhile.
const STEP: Duration = Duration::from_millis(250);
/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place(pub(super) PathBuf);

/// All that the thread owns.
pub(super) struct Copier {
    pub(super) record: PathBuf,
    pub(super) state: Arc<RecordState>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) places: Receiver<Place>,
    pub(super) orders: Sender<Errand>,
    /// Closed when the station ends.
    pub(super) stopped: Receiver<()>,
}

impl Copier {
    pub(super) fn run(self) {
        loop {
            let place = select! {
                recv(self.stopped) -> _ => return,
                recv(self.places) -> place => place,
            };
            let Ok(place) = place else { return };
            let name = place.0.display().to_string();
            self.tell(&name, Step { done_bytes: 0, all_bytes: 0 }, None);
            self.state.set_copy_failed(None);
            let result = self.copy(&place, &name);
            self.state.set_copy(None);
            match result {
                Ok(copied) if copied.is_stopped => {}
                Ok(copied) => {
                    tracing::info!(place = %name, ?copied, "copied");
                    let body = format!("to {name}, up to segment {:?}", copied.up_to);
                    self.audit(body);
                    let damaged: Vec<String> =
                        copied.damaged.iter().map(|(file, how)| format!("{file}: {how}")).collect();
                    self.state.set_copy_failed(
                        (!damaged.is_empty()).then(|| Text::from(damaged.join("; "))),
                    );
                }
                Err(why) => {
                    tracing::error!(place = %name, "no copy was made: {why}");
                    self.audit(format!("to {name}, failed: {why}"));
                    self.state.set_copy_failed(Some(Text::from(why)));
                }
            }
        }
    }

    /// Into the record's own file of what is not in a segment yet: it is taken over with the next commit,
    /// in this run or the one after it.
    fn audit(&self, body: String) {
        let row = audit(self.clock.wall(), "backup", body);
        if let Err(error) = append_audit(&self.record, &row) {
            tracing::error!("a line of the audit waits in memory: {error}");
            // A keeper that is stuck takes nothing; the log for engineers has it.
            _ = self.orders.try_send(Errand::Audit(row));
        }
    }

    fn copy(&self, place: &Place, name: &str) -> Result<Copied, String> {
        let signer = self.state.signer().ok_or("the record was not opened yet")?;
        self.seal()?;
        let began = self.clock.mono();
        let mut told = began;
        let mut progress = |step: Step| {
            let now = self.clock.mono();
            if now.since(told) >= TELL {
                told = now;
                self.tell(name, step, Some(now.since(began)));
            }
            !self.is_over()
        };
        backup(
            &self.record,
            &place.0,
            &signer,
            BackupOptions::default(),
            self.clock.wall(),
            &mut progress,
        )
        .map_err(|error| error.to_string())
    }

    /// Has the open segment sealed, so that the copy ends now and not an hour ago.
    fn seal(&self) -> Result<(), String> {
        let (tell, told) = bounded(1);
        let answer = Box::new(move |sealed| _ = tell.try_send(sealed));
        self.orders.try_send(Errand::Seal(answer)).map_err(|_| "the record is busy: try again")?;
        let until = self.clock.mono() + SEAL_PATIENCE;
        loop {
            match told.recv_timeout(STEP) {
                Ok(sealed) => return sealed.map(|_| ()).map_err(|why| why.to_string()),
                Err(RecvTimeoutError::Disconnected) => return Err("the record has ended".into()),
                Err(RecvTimeoutError::Timeout) if self.is_over() => {
                    return Err("the station ends: copy again".into());
                }
                Err(RecvTimeoutError::Timeout) if self.clock.mono() > until => {
                    return Err("the open segment is not sealed in time: try again".into());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        self.stopped.try_recv() == Err(TryRecvError::Disconnected)
    }

    fn tell(&self, name: &str, step: Step, took: Option<Duration>) {
        self.state.set_copy(Some(CopyProgress {
            place: Text::from(name),
            done_bytes: step.done_bytes,
            all_bytes: step.all_bytes,
            left_s: took.and_then(|took| left_s(step, took)),
        }));
    }
}

/// Seconds left at the rate so far.
fn left_s(step: Step, took: Duration) -> Option<u32> {
    let left = step.all_bytes.saturating_sub(step.done_bytes) as f64;
    let rate = step.done_bytes as f64 / took.as_secs_f64();
    (rate > 0.0 && took >= Duration::from_secs(1)).then(|| (left / rate).min(1e9) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_rate_so_far() {
        let step = Step { done_bytes: 50, all_bytes: 200 };
        assert_eq!(left_s(step, Duration::from_secs(10)), Some(30));
        assert_eq!(left_s(step, Duration::from_millis(900)), None, "too early to tell");
        assert_eq!(left_s(Step { done_bytes: 0, ..step }, Duration::from_secs(10)), None);
    }
}

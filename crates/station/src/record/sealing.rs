//! The thread that seals: hashing some gigabytes takes a minute, and recording goes on meanwhile.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use vigie_model::Text;
use vigie_record::Seal;

use super::Sealing;

/// Segments that may wait to be sealed.
pub(super) const JOBS: usize = 4;
/// Segments that could not be sealed and are tried again.
const FAILED_MAX: usize = 32;
/// What failed is tried again after so long.
const AGAIN: Duration = Duration::from_secs(10);
/// How often the end of the station is looked after.
const TURN: Duration = Duration::from_millis(250);

/// What came of it, the first time.
pub(super) struct Sealed {
    pub(super) number: u32,
    pub(super) result: Result<Seal, Text>,
}

/// Works until the station ends, and on what is closed by then. What is not sealed afterwards, the next
/// start seals.
pub(super) fn run(
    jobs: &Receiver<Box<dyn Sealing>>,
    results: &Sender<Sealed>,
    stopped: &Receiver<()>,
) {
    let mut failed: Vec<Box<dyn Sealing>> = Vec::new();
    loop {
        // Nothing is ever sent on the channel of the end: it is closed, or it is not.
        let is_over = stopped.try_recv().is_err_and(|error| error.is_disconnected());
        let wait = if is_over { Duration::ZERO } else { TURN };
        let (job, is_first) = match jobs.recv_timeout(wait) {
            Ok(job) => (job, true),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) if is_over => return,
            Err(RecvTimeoutError::Timeout) => match failed.pop() {
                Some(job) => {
                    // The end of the station ends the wait.
                    _ = stopped.recv_timeout(AGAIN);
                    (job, false)
                }
                None => continue,
            },
        };
        let number = job.number();
        let result = job.run().map_err(|error| Text::from(error.to_string()));
        if let Err(why) = &result {
            if is_first {
                tracing::error!(number, "a segment is not sealed yet: {why}");
            }
            // More than a month of midnights: what does not fit, the next start seals.
            if failed.len() < FAILED_MAX {
                failed.insert(0, job);
            }
        }
        if (is_first || result.is_ok()) && results.send(Sealed { number, result }).is_err() {
            return;
        }
    }
}

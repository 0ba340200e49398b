//! A thread that reads a record, so that nobody else waits for its disk.

use std::{path::PathBuf, time::Duration};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use vigie_history::{Query, Slice};
use vigie_keyring::Unlock;

use super::Reader;

/// Questions that may wait.
const WAITING_MAX: usize = 16;
/// After so long without a question the reader lets go of its files.
const REST_AFTER: Duration = Duration::from_secs(10);

/// The reader's thread. It ends when this is dropped, after the question it is at.
#[derive(Clone, Debug)]
pub struct ReaderThread {
    questions: Sender<(Query, Sender<Result<Slice, String>>)>,
}

impl ReaderThread {
    /// Starts it. `confine` runs first on the thread, to give up rights that reading does not need. The
    /// record need not be there yet.
    pub fn start(
        record: PathBuf,
        unlock: Unlock,
        confine: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<ReaderThread> {
        let (questions, asked) = bounded(WAITING_MAX);
        std::thread::Builder::new().name("record-reader".to_owned()).spawn(move || {
            confine();
            serve(&record, &unlock, &asked);
        })?;
        Ok(ReaderThread { questions })
    }

    /// Asks; the answer goes to `answer`, which should have room for it: what nobody takes is dropped.
    /// `false`: too many questions wait, or the thread has ended.
    pub fn ask(&self, query: Query, answer: Sender<Result<Slice, String>>) -> bool {
        match self.questions.try_send((query, answer)) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        }
    }
}

fn serve(
    record: &std::path::Path,
    unlock: &Unlock,
    asked: &Receiver<(Query, Sender<Result<Slice, String>>)>,
) {
    let mut reader: Option<Reader> = None;
    loop {
        let (query, answer) = match asked.recv_timeout(REST_AFTER) {
            Ok(question) => question,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(reader) = &mut reader {
                    reader.rest();
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let slice = match &mut reader {
            Some(reader) => reader.ask(&query),
            none => Reader::open(record, unlock.clone())
                .and_then(|opened| none.insert(opened).ask(&query)),
        };
        if answer.try_send(slice.map_err(|error| error.to_string())).is_err() {
            tracing::debug!("nobody took the answer to a question about the record");
        }
    }
}

//! The thread that reads: questions of windows and tools, one after the other, in its own time.
//!
//! It opens what the machine key opens. When a passphrase was set, that is the last two hours.

use std::{path::PathBuf, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Sender, select};
use vigie_history::Slice;
use vigie_keyring::{MachineKeyPlace, Unlock, machine_unlock};
use vigie_model::{Clock, MonoTime, Text};
use vigie_record::Reader;

use crate::desk::Question;

/// Nobody asked for so long: all files are let go of, so that what policy deletes frees its space.
const IDLE: Duration = Duration::from_secs(10);
/// How long keys are taken for those that still count: a passphrase may be set meanwhile.
const KEYS_FOR: Duration = Duration::from_secs(10);

/// All that the thread owns.
pub(super) struct Librarian {
    pub(super) record: PathBuf,
    pub(super) machine: MachineKeyPlace,
    pub(super) questions: Receiver<Question>,
    pub(super) clock: Arc<dyn Clock>,
    /// Dropped when no file is open any more: whoever closes a segment waits for that.
    #[expect(dead_code, reason = "dropping it tells that the thread has ended")]
    pub(super) at_work: Sender<()>,
    /// Closed when the station ends.
    pub(super) stopped: Receiver<()>,
}

/// A reader, and what it was opened with.
struct Reading {
    reader: Reader,
    has_unit_key: bool,
    looked: MonoTime,
}

impl Librarian {
    pub(super) fn run(self) {
        // Gone before `at_work` is, which is `self`'s.
        let mut reading: Option<Reading> = None;
        loop {
            let question = select! {
                recv(self.stopped) -> _ => return,
                recv(self.questions) -> question => question,
                default(IDLE) => {
                    if let Some(open) = &mut reading {
                        open.reader.rest();
                    }
                    continue;
                }
            };
            let Ok(Question { query, answer }) = question else { return };
            answer(self.ask(&mut reading, &query));
        }
    }

    fn ask(
        &self,
        reading: &mut Option<Reading>,
        query: &vigie_history::Query,
    ) -> Result<Slice, Text> {
        let why = |error: String| Text::from(error);
        let now = self.clock.mono();
        if reading.as_ref().is_none_or(|reading| now.since(reading.looked) > KEYS_FOR) {
            let unlock = machine_unlock(&self.record, &self.machine)
                .map_err(|error| why(error.to_string()))?;
            self.renew(reading, unlock, now).map_err(|error| why(error.to_string()))?;
        }
        let Some(open) = reading else { return Err(Text::from("there is no record yet")) };
        let answer = open.reader.ask(query);
        if answer.is_err() {
            // Whatever it was: the next question begins anew.
            *reading = None;
        }
        answer.map_err(|error| why(error.to_string()))
    }

    fn renew(
        &self,
        reading: &mut Option<Reading>,
        unlock: Unlock,
        now: MonoTime,
    ) -> Result<(), vigie_record::RecordError> {
        let has_unit_key = unlock.unit.is_some();
        match reading {
            Some(open) if open.has_unit_key == has_unit_key => open.looked = now,
            Some(_) | None => {
                *reading = None;
                let reader = Reader::open(&self.record, unlock)?;
                *reading = Some(Reading { reader, has_unit_key, looked: now });
            }
        }
        Ok(())
    }
}

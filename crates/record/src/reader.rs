//! [`Reader`]: any range of any stream, with its gaps.

mod beds;
mod catalog;
mod facts;
mod numerics;
mod opened;
mod paged;
mod rows;
mod things;
mod thread;
mod times;
mod trend;
mod waves;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use vigie_history::{Answer, Damage, Query, Slice, What};
use vigie_keyring::{KeyError, Unlock};
use vigie_model::{Text, WallTime};

use self::{
    catalog::Catalog,
    facts::Facts,
    opened::{Names, Opened},
    paged::Paged,
};
use crate::{RecordError, layout};

pub use thread::ReaderThread;

/// Most values of an answer.
const NUMERICS_MAX: usize = 200_000;
/// Most samples of an answer.
const SAMPLES_MAX: usize = 4_000_000;
/// Most rows of an answer.
const ROWS_MAX: usize = 20_000;
/// Sealed segments that stay open between questions. Those that are written are closed at once, so that
/// they can be sealed.
const KEPT_OPEN: usize = 3;
/// Segments of which is known what devices said of themselves and where they stood.
const FACTS_KEPT: usize = 128;
/// Times of a seal are those of rows and samples to this.
const EDGE: std::time::Duration = std::time::Duration::from_secs(60);

/// Reads a record, also while it is written. Not for the station's record thread: it has one of its own.
#[derive(Debug)]
pub struct Reader {
    record: PathBuf,
    unlock: Unlock,
    catalog: Catalog,
    kept: Vec<Opened>,
    facts: BTreeMap<u32, Arc<Facts>>,
    /// Names of segments, with the file that they were read from.
    names: BTreeMap<u32, (PathBuf, Names)>,
}

/// What is known of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    /// Its number.
    pub number: u32,
    /// Its file's name.
    pub name: String,
    /// Its size with its WAL, in bytes.
    pub bytes: u64,
    /// Earliest and latest time in it; of one that is open and locked, `None`.
    pub span: Option<(WallTime, WallTime)>,
    /// How it stands.
    pub state: SegmentState,
}

/// How a segment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentState {
    /// Being written, or left open by a crash.
    Open,
    /// Closed for ever.
    Sealed,
    /// Sealed as found: why.
    AsFound(String),
    /// Deleted by policy: why.
    Removed(String),
    /// It should be there and is not, or does not open: why.
    Damaged(String),
}

/// What a question found besides its answer.
#[derive(Debug, Default)]
struct Found {
    damage: Vec<Damage>,
    locked: Vec<u32>,
}

impl Found {
    fn hurt(&mut self, segment: u32, what: impl Into<String>) {
        self.damage.push(Damage { segment, what: Text::from(what.into()) });
    }
}

impl Reader {
    /// Opens a record to read.
    pub fn open(record: &Path, unlock: Unlock) -> Result<Reader, RecordError> {
        if !layout::record_json(record).exists() && !layout::segments(record).exists() {
            return Err(RecordError::NoRecord(record.to_owned()));
        }
        Ok(Reader {
            record: record.to_owned(),
            unlock,
            catalog: Catalog::default(),
            kept: Vec::new(),
            facts: BTreeMap::new(),
            names: BTreeMap::new(),
        })
    }

    /// Answers. A segment that cannot be read is named in the answer and does not end it.
    pub fn ask(&mut self, query: &Query) -> Result<Slice, RecordError> {
        self.look_again()?;
        let mut found = Found::default();
        let (answer, more_from) = match &query.what {
            What::Devices => (self.devices(query, &mut found), None),
            What::Streams { device } => (self.streams(query, device.as_ref(), &mut found), None),
            What::Trend { source, points_max } => {
                (self.trend(query, source, *points_max, &mut found), None)
            }
            What::Numerics { source } => self.numerics(query, source, &mut found),
            What::Waves { source } => self.waves(query, source, &mut found),
            What::Said { device } => self.said(query, device.as_ref(), &mut found),
            What::Log { bed, alarms_only } => {
                self.log(query, bed.as_ref(), *alarms_only, &mut found)
            }
            What::Links => self.links(query, &mut found),
            What::Gaps => self.gaps(query, &mut found),
        };
        let Found { damage, locked } = found;
        Ok(Slice { answer, more_from, damage, locked })
    }

    /// Every segment, oldest first.
    pub fn segments(&mut self) -> Result<Vec<SegmentInfo>, RecordError> {
        self.look_again()?;
        let numbers: Vec<u32> = self.catalog.entries().map(|entry| entry.info.number).collect();
        let mut infos = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(entry) = self.catalog.entry(number) else { continue };
            let mut info = entry.info.clone();
            if info.state == SegmentState::Open {
                match self.take(number) {
                    Ok(mut opened) => {
                        info.span = rows::span(&mut opened);
                        self.put_back(opened);
                    }
                    Err(error) if is_locked(&error) => {}
                    Err(error) => info.state = SegmentState::Damaged(error.to_string()),
                }
            }
            infos.push(info);
        }
        Ok(infos)
    }

    /// Lets go of all files, until the next question: a segment that policy deletes then frees its space.
    pub fn rest(&mut self) {
        self.kept.clear();
    }

    fn look_again(&mut self) -> Result<(), RecordError> {
        self.catalog.refresh(&self.record)?;
        let catalog = &self.catalog;
        let is_there =
            |number: u32| catalog.entry(number).is_some_and(|entry| entry.path.is_some());
        self.kept.retain(|opened| is_there(opened.number));
        self.facts.retain(|&number, _| is_there(number));
        self.names.retain(|&number, (path, _)| {
            catalog.entry(number).is_some_and(|entry| entry.path.as_ref() == Some(path))
        });
        while self.facts.len() > FACTS_KEPT {
            self.facts.pop_first();
        }
        while self.names.len() > FACTS_KEPT {
            self.names.pop_first();
        }
        Ok(())
    }

    /// Numbers of the segments in which times from `from` up to `to` may stand, in the order of their
    /// own times. What cannot be read of them is noted.
    fn plan(&self, from: WallTime, to: WallTime, found: &mut Found) -> Vec<u32> {
        let mut plan = Vec::new();
        for entry in self.catalog.entries().filter(|entry| !entry.is_of_nothing) {
            let info = &entry.info;
            let begins = match info.span {
                Some((first, last)) => {
                    if first.before(EDGE) >= to || last.after(EDGE) < from {
                        continue;
                    }
                    first
                }
                // Not known without its key: it is asked itself.
                None => WallTime::from_unix_nanos(i64::MAX),
            };
            match &info.state {
                SegmentState::Removed(why) => {
                    found.hurt(info.number, format!("{}: deleted by policy: {why}", info.name));
                }
                SegmentState::Damaged(why) if entry.path.is_none() => {
                    found.hurt(info.number, format!("{}: {why}", info.name));
                }
                SegmentState::Open
                | SegmentState::Sealed
                | SegmentState::AsFound(_)
                | SegmentState::Damaged(_) => plan.push((begins, info.number)),
            }
        }
        plan.sort_unstable();
        plan.into_iter().map(|(_, number)| number).collect()
    }

    /// Opens a segment; [`Reader::put_back`] wants it back.
    fn take(&mut self, number: u32) -> Result<Opened, RecordError> {
        if let Some(at) = self.kept.iter().position(|opened| opened.number == number) {
            return Ok(self.kept.remove(at));
        }
        let entry = self.catalog.entry(number);
        let is_written = entry.is_some_and(|entry| entry.info.state == SegmentState::Open);
        let Some(path) = entry.and_then(|entry| entry.path.clone()) else {
            return Err(RecordError::Damaged {
                what: layout::seal(&self.record, number),
                why: "its segment is not there: take it from a copy".to_owned(),
            });
        };
        let key = crate::raw_key(&self.record, number, &self.unlock)?;
        let mut names = self.names.remove(&number).map(|(_, names)| names).unwrap_or_default();
        let opened = Opened::open(number, path.clone(), key, &mut names, is_written)?;
        self.names.insert(number, (path, names));
        Ok(opened)
    }

    fn put_back(&mut self, opened: Opened) {
        let entry = self.catalog.entry(opened.number);
        let is_sealed = entry.is_some_and(|entry| entry.info.state == SegmentState::Sealed);
        if is_sealed && !opened.is_lost() {
            self.kept.insert(0, opened);
            self.kept.truncate(KEPT_OPEN);
        }
    }

    /// Does something with each segment in which times from `from` up to `to` may stand.
    fn each_segment(
        &mut self,
        (from, to): (WallTime, WallTime),
        found: &mut Found,
        mut act: impl FnMut(&mut Reader, &mut Opened, &mut Found),
    ) {
        if from >= to {
            return;
        }
        for number in self.plan(from, to, found) {
            match self.take(number) {
                Ok(mut opened) => {
                    act(self, &mut opened, found);
                    for what in opened.take_damage() {
                        found.hurt(number, what);
                    }
                    self.put_back(opened);
                }
                Err(error) if is_locked(&error) => found.locked.push(number),
                Err(error) => found.hurt(number, error.to_string()),
            }
        }
        found.locked.sort_unstable();
    }
}

/// An answer and from when on there is more of it.
type Page = (Answer, Option<WallTime>);

fn page<T>(query: &Query, weight_max: usize) -> Paged<T> {
    Paged::new(query.from, query.to, weight_max)
}

/// Whether a key was not at hand, rather than wrong.
fn is_locked(error: &RecordError) -> bool {
    matches!(error, RecordError::Key(KeyError::Locked { .. }))
}

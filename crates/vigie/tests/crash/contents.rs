//! All that a record holds, read through the reader, in a form that two records can be compared in.

use std::{collections::BTreeMap, fmt::Debug, path::Path};

use vigie_history::{Answer, GapRow, LinkRow, LogRow, NumericRow, Query, Source, What};
use vigie_keyring::{Keyring, Unlock};
use vigie_model::{RunId, WallTime};
use vigie_record::{Reader, SegmentState};

/// What one run of the program left: lists by their name, each in its order.
///
/// Events, log, links and gaps are a list each; each number and each wave is a list of its values or
/// samples. In a run that was cut short every list is a beginning of what it would have been. Times
/// are told from the start of the run, so that two runs of the same input are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    rows: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<String>>,
    waves: BTreeMap<String, Vec<Sample>>,
}

/// A sample of a wave: its tick and its value. Where a run of samples ends is the reader's to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    tick: u64,
    value: i32,
}

/// A record, by run.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// In the order in which they were begun.
    pub runs: Vec<(RunId, Lists)>,
    /// Segments that do not open, or were sealed as found, and why.
    pub named: Vec<(u32, String)>,
}

/// How many rows, values of numbers and samples of waves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub rows: usize,
    pub values: usize,
    pub samples: usize,
}

impl Lists {
    /// How much is in it.
    pub fn counts(&self) -> Counts {
        Counts {
            rows: self.rows.values().map(Vec::len).sum(),
            values: self.numbers.values().map(Vec::len).sum(),
            samples: self.waves.values().map(Vec::len).sum(),
        }
    }

    /// How many rows a list has.
    pub fn rows_of(&self, name: &str) -> usize {
        self.rows.get(name).map_or(0, Vec::len)
    }

    /// Where this is not the beginning of `whole`: something doubled, changed, or left out in the
    /// middle.
    pub fn fault_as_beginning_of(&self, whole: &Lists) -> Option<String> {
        fault_of_lists(&self.rows, &whole.rows)
            .or_else(|| self.fault_of_samples_as_beginning_of(whole))
    }

    /// The same of numbers and waves alone: rows are counted across runs.
    pub fn fault_of_samples_as_beginning_of(&self, whole: &Lists) -> Option<String> {
        fault_of_lists(&self.numbers, &whole.numbers)
            .or_else(|| fault_of_lists(&self.waves, &whole.waves))
    }

    /// Numbers and waves of `other` that are not what they are here.
    pub fn fault_of_samples_of(&self, other: &Lists) -> Option<String> {
        if self.counts().samples != other.counts().samples {
            return Some(format!("{:?} where there should be {:?}", other.counts(), self.counts()));
        }
        fault_of_lists(&other.numbers, &self.numbers)
            .or_else(|| fault_of_lists(&self.numbers, &other.numbers))
            .or_else(|| fault_of_lists(&other.waves, &self.waves))
    }

    /// Debug texts carry times of both clocks: `MonoTime(12)` becomes the time since the start.
    fn since(&mut self, mono: u64, wall: i64) {
        for row in self.rows.values_mut().chain(self.numbers.values_mut()).flatten() {
            *row = told_from(row, "MonoTime(", i128::from(mono));
            *row = told_from(row, "WallTime(", i128::from(wall));
        }
    }
}

fn fault_of_lists<T: PartialEq + Debug>(
    is: &BTreeMap<String, Vec<T>>,
    whole: &BTreeMap<String, Vec<T>>,
) -> Option<String> {
    is.iter().find_map(|(name, list)| {
        let wanted = whole.get(name).map(Vec::as_slice).unwrap_or_default();
        match list.iter().zip(wanted).position(|(is, wanted)| is != wanted) {
            Some(place) => Some(format!(
                "{name}, entry {place}: is\n  {:?} and should be\n  {:?}",
                list[place], wanted[place]
            )),
            None if list.len() > wanted.len() => Some(format!(
                "{name}: {} entries where there should be {}, the first of them\n  {:?}",
                list.len(),
                wanted.len(),
                list[wanted.len()]
            )),
            None => None,
        }
    })
}

fn told_from(text: &str, clock: &str, start: i128) -> String {
    let mut pieces = text.split(clock);
    let mut told = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(')').expect("a closed parenthesis");
        let time: i128 = piece[..end].parse().expect("a time");
        told += &format!("{clock}+{}{}", time - start, &piece[end..]);
    }
    told
}

/// Reads everything.
pub fn read(record: &Path) -> Result<Contents, String> {
    let why = |error: vigie_record::RecordError| error.to_string();
    let (_, unit) = Keyring::simulation().map_err(|error| error.to_string())?;
    let mut reader =
        Reader::open(record, Unlock { unit: Some(unit), machine: None }).map_err(why)?;
    let mut contents = Contents::default();
    for segment in reader.segments().map_err(why)? {
        match segment.state {
            SegmentState::Open | SegmentState::Sealed => {}
            SegmentState::AsFound(why)
            | SegmentState::Removed(why)
            | SegmentState::Damaged(why) => {
                contents.named.push((segment.number, why));
            }
        }
    }
    let mut all = All { reader, contents, starts: BTreeMap::new() };
    for what in [What::Log { bed: None, alarms_only: false }, What::Said { device: None }] {
        all.ask(what)?;
    }
    for what in [What::Links, What::Gaps] {
        all.ask(what)?;
    }
    let Answer::Streams(streams) = all.answer(What::Streams { device: None }, begin())?.0 else {
        return Err("streams were asked for".into());
    };
    let mut seen = Vec::new();
    for stream in streams {
        if seen.contains(&(stream.device.clone(), stream.key.clone())) {
            continue;
        }
        seen.push((stream.device.clone(), stream.key.clone()));
        let source = Source::Device { device: stream.device, key: stream.key };
        all.ask(if stream.is_wave { What::Waves { source } } else { What::Numerics { source } })?;
    }
    for (run, lists) in &mut all.contents.runs {
        // The first thing that a ward does is to put its lines on its beds.
        if let Some((mono, wall)) = all.starts.get(run) {
            lists.since(*mono, *wall);
        }
    }
    Ok(all.contents)
}

struct All {
    reader: Reader,
    contents: Contents,
    /// When each run began, by both clocks.
    starts: BTreeMap<RunId, (u64, i64)>,
}

fn begin() -> WallTime {
    WallTime::from_unix_nanos(0)
}

/// The year 2200.
fn end() -> WallTime {
    WallTime::from_unix_nanos(7_258_118_400_000_000_000)
}

impl All {
    fn answer(&mut self, what: What, from: WallTime) -> Result<(Answer, Option<WallTime>), String> {
        let query = Query { from, to: end(), what };
        let slice = self.reader.ask(&query).map_err(|error| error.to_string())?;
        if !slice.locked.is_empty() {
            return Err(format!("the unit's key does not open {:?}", slice.locked));
        }
        for damage in slice.damage {
            let named = (damage.segment, damage.what.to_string());
            if !self.contents.named.contains(&named) {
                self.contents.named.push(named);
            }
        }
        Ok((slice.answer, slice.more_from))
    }

    fn ask(&mut self, what: What) -> Result<(), String> {
        let mut from = Some(begin());
        while let Some(begin) = from {
            let (answer, more) = self.answer(what.clone(), begin)?;
            if more.is_some_and(|more| more <= begin) {
                return Err(format!("{what:?} goes on for ever"));
            }
            self.take(answer);
            from = more;
        }
        Ok(())
    }

    fn lists(&mut self, run: RunId) -> &mut Lists {
        let runs = &mut self.contents.runs;
        let place = runs.iter().position(|(each, _)| *each == run).unwrap_or_else(|| {
            runs.push((run, Lists::default()));
            runs.len() - 1
        });
        &mut runs[place].1
    }

    fn row(&mut self, run: RunId, name: &str, row: impl Debug) {
        let row = format!("{row:?}");
        self.lists(run).rows.entry(name.to_owned()).or_default().push(row);
    }

    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Said(rows) => {
                for (stamp, device, event) in rows {
                    let when = (stamp.seq, stamp.mono, stamp.wall);
                    self.row(stamp.run, "said", (when, device, event));
                }
            }
            Answer::Log(rows) => {
                for LogRow { stamp, bed, device, kind } in rows {
                    let start = (stamp.mono.as_nanos(), stamp.wall.as_unix_nanos());
                    self.starts.entry(stamp.run).or_insert(start);
                    let when = (stamp.seq, stamp.mono, stamp.wall);
                    self.row(stamp.run, "log", (when, bed, device, kind));
                }
            }
            Answer::Links(rows) => {
                for LinkRow { at, line, is_up, devices } in rows {
                    self.row(at.run, "links", (at.mono, at.wall, line, is_up, devices));
                }
            }
            Answer::Gaps(rows) => {
                for GapRow { from, to, device, key, lost, why } in rows {
                    self.row(from.run, "gaps", (from.mono, to.mono, device, key, lost, why));
                }
            }
            Answer::Numerics(rows) => {
                for NumericRow { at, device, numeric, is_late } in rows {
                    let name = format!("number {device:?} {:?}", numeric.key);
                    let lists = self.lists(at.run);
                    let row = format!("{:?}", (at.mono, at.wall, numeric, is_late));
                    lists.numbers.entry(name).or_default().push(row);
                }
            }
            Answer::Waves(runs) => {
                for run in runs {
                    let name = format!("wave {:?} {:?}", run.device, run.key);
                    let list = self.lists(run.at.run).waves.entry(name).or_default();
                    list.extend((0..).zip(run.samples.iter()).map(|(index, value)| Sample {
                        tick: run.first.0.wrapping_add(index * u64::from(run.step)),
                        value: *value,
                    }));
                }
            }
            Answer::Devices(_) | Answer::Streams(_) | Answer::Trend { .. } => {}
        }
    }
}

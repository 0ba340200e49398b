//! Recordings of S/5 DRI lines: bytes as on the wire, no times.
//!
//! Such a file may begin within a frame, hold junk, or be several reads one behind the other. What is
//! in it is played byte for byte; only the pace is made here, from the time in seconds that each good
//! record carries. Each second is one burst, ended behind the flag of its last record. A monitor that
//! sends four records a second has them in one burst: its clock tells no finer.
//!
//! A time that steps back, or ahead by more than [`STEP_MAX`], is the beginning of another read, or a
//! clock that was set; it takes one second and is counted. The first record of a fresh line can be an old
//! one (recorded: 33 s): the step behind it is not waited for either. A time that does not lie between its
//! neighbours, which follow each other, is hurt and left alone.

use std::{ops::Range, time::Duration};

use bytes::Bytes;
use vigie_ge_dri::wire::{
    frame::{Deframer, FLAG},
    record::Record,
};

use crate::{
    loss::{LossKind, Losses},
    recording::{Family, Piece, Recording, Transport},
};

/// A pause longer than this is not waited for.
const STEP_MAX: u32 = 60;
/// A second is over after this many bytes, whatever records say: the fastest line carries 10,472.
const BURST_BYTES_MAX: usize = 16 * 1024;
/// A step beyond this behind a first record is the age of that record, where no step like it follows:
/// values come at most so rarely unless a client asked for less.
const STALE_STEP: u32 = 5;
const SECOND: Duration = Duration::from_secs(1);

/// Reads a recording; `None` when there is not one good record in it.
pub(crate) fn read(name: &str, file: &[u8]) -> Option<Recording> {
    let mut deframer = Deframer::new();
    let mut has_record = false;
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut at = 0;
    // Flags end frames: what lies up to and with a flag is looked at together.
    for chunk in file.split_inclusive(|byte| *byte == FLAG) {
        let mut time = None;
        for bytes in chunk.chunks(BURST_BYTES_MAX) {
            deframer.push(bytes);
            while let Some(found) = deframer.next_record() {
                let record = found.ok().and_then(|record| Record::parse(record).ok());
                has_record |= record.is_some();
                // Requests of a client carry no time.
                time = record.map(|record| record.time).filter(|time| *time != 0).or(time);
            }
        }
        let bytes = at..at + chunk.len();
        at = bytes.end;
        match stretches.last_mut() {
            Some(last) if time.is_none() || time == last.time => last.bytes.end = bytes.end,
            Some(_) | None => stretches.push(Stretch { bytes, time }),
        }
    }
    let times: Vec<Option<u32>> = stretches.iter().map(|stretch| stretch.time).collect();
    let mut bursts = Bursts::default();
    for (number, stretch) in stretches.iter().enumerate() {
        let next = times.get(number + 1).copied().flatten();
        bursts.take(file.get(stretch.bytes.clone()).unwrap_or_default(), stretch.time, next);
    }
    bursts.end();
    let mut losses = Losses::default();
    losses.add(LossKind::TimeSteps, bursts.steps);
    has_record.then(|| Recording {
        name: name.to_owned(),
        family: Family::GeDri,
        transport: Transport::Serial,
        pieces: bursts.pieces,
        losses: losses.into_rows(),
    })
}

/// Bytes up to the end of a record, and its time.
struct Stretch {
    bytes: Range<usize>,
    time: Option<u32>,
}

/// The bursts as they come together.
#[derive(Default)]
struct Bursts {
    pieces: Vec<Piece>,
    burst: Vec<u8>,
    at: Duration,
    /// The time of the records in the present burst.
    time: Option<u32>,
    /// The present burst is the first of a read.
    is_first: bool,
    steps: usize,
}

impl Bursts {
    /// Some bytes, the time of the record in them, and that of the next which is another.
    fn take(&mut self, chunk: &[u8], time: Option<u32>, next: Option<u32>) {
        if let Some(time) = time.filter(|time| self.time != Some(*time)) {
            self.step(time, next);
        }
        for bytes in chunk.chunks(BURST_BYTES_MAX) {
            if self.burst.len() + bytes.len() > BURST_BYTES_MAX {
                self.end();
                self.at += SECOND;
            }
            self.burst.extend(bytes);
        }
    }

    /// Goes on to another time, if it is believed.
    fn step(&mut self, time: u32, next: Option<u32>) {
        let Some(known) = self.time else {
            self.time = Some(time);
            self.is_first = true;
            return;
        };
        let step = time.wrapping_sub(known);
        let whole = next.map(|next| next.wrapping_sub(known));
        if whole.is_some_and(|whole| whole <= STEP_MAX && step > whole) {
            self.steps += 1;
            return;
        }
        self.end();
        self.time = Some(time);
        let goes_on = next.is_some_and(|next| next.wrapping_sub(time) <= STALE_STEP);
        let was_first = std::mem::replace(&mut self.is_first, step > STEP_MAX);
        if step > STEP_MAX {
            self.at += SECOND;
            self.steps += 1;
        } else if was_first && step > STALE_STEP && goes_on {
            self.at += SECOND;
        } else {
            self.at += Duration::from_secs(u64::from(step));
        }
    }

    fn end(&mut self) {
        if !self.burst.is_empty() {
            let bytes = Bytes::copy_from_slice(&self.burst);
            self.pieces.push(Piece { at: self.at, from: None, bytes });
            self.burst.clear();
        }
    }
}

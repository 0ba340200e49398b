//! Recordings of S/5 DRI lines: bytes as on the wire, no times.
//!
//! Such a file may begin within a frame, hold junk, or be several reads one behind the other. What is
//! in it is played byte for byte; only the pace is made here, from the time in seconds that each good
//! record carries. Each second is one burst, ended behind the flag of its last record. A monitor that
//! sends four records a second has them in one burst: its clock tells no finer.
//!
//! A time that steps back, or ahead by more than [`STEP_MAX`], is the beginning of another read, or a
//! clock that was set; it takes one second and is counted.

use std::time::Duration;

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
/// The first record of a fresh line can be stale (recorded: 33 s); it takes one second as well.
const SECOND: Duration = Duration::from_secs(1);

/// Reads a recording; `None` when there is not one good record in it.
pub(crate) fn read(name: &str, file: &[u8]) -> Option<Recording> {
    let mut bursts = Bursts::default();
    let mut deframer = Deframer::new();
    let mut has_record = false;
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
        bursts.take(chunk, time);
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

/// The bursts as they come together.
#[derive(Default)]
struct Bursts {
    pieces: Vec<Piece>,
    burst: Vec<u8>,
    at: Duration,
    /// The time of the records in the present burst.
    time: Option<u32>,
    steps: usize,
}

impl Bursts {
    fn take(&mut self, chunk: &[u8], time: Option<u32>) {
        if let Some(time) = time
            && let Some(known) = self.time.replace(time)
            && known != time
        {
            self.end();
            let step = time.wrapping_sub(known);
            if (1..=STEP_MAX).contains(&step) {
                self.at += Duration::from_secs(u64::from(step));
            } else {
                self.at += SECOND;
                self.steps += 1;
            }
        }
        for bytes in chunk.chunks(BURST_BYTES_MAX) {
            if self.burst.len() + bytes.len() > BURST_BYTES_MAX {
                self.end();
                self.at += SECOND;
            }
            self.burst.extend(bytes);
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

//! Logs of IntelliVue RS-232 frames: no times, and usually stored after un-escaping.
//!
//! The reader puts the frames back into wire form, so that what is played is what a cable would
//! carry, and finds the pace in the frames themselves: the monitor speaks once in 1.024 s (numerics,
//! alarms, then four blocks of waves), and each cycle is played as one burst at the moment its
//! numerics name. What is damaged in the log is passed on damaged, in its place.

use std::{ops::Range, time::Duration};

use bytes::Bytes;
use vigie_intellivue::wire::{
    Message,
    frame::{Deframer, emit_frame},
    operation::{ActionReply, Reply},
    types::{ObjectClass, RelativeTime},
};
use vigie_session::checksum::crc16_x25;

use crate::recording::{Piece, Recording, Transport};

/// Begin of a frame, protocol id and message type (guide, "Fixed baud rate protocol").
const HEAD: &[u8] = &[BEGIN, 0x11, 0x01];
const BEGIN: u8 = 0xC0;
const END: u8 = 0xC1;
const ESCAPE: u8 = 0x7D;
const ESCAPE_XOR: u8 = 0x20;

/// The monitor's cycle: 8,192 ticks of 125 µs.
const CYCLE_TICKS: u32 = 8_192;
/// A step of the monitor's clock beyond this is a restart or a damaged time, not a pause to wait for.
const STEP_TICKS_MAX: u32 = 3_600 * RelativeTime::TICKS_PER_SECOND;
const TICK: Duration = Duration::from_micros(125);

/// Reads a log; `None` when there is not one good frame in it.
pub(crate) fn read(name: &str, file: &[u8]) -> Option<Recording> {
    let items = split(file);
    let messages: Vec<Option<Message<'_>>> = items
        .iter()
        .map(|item| match item {
            Item::Frame(data) => Message::parse(data).ok(),
            Item::Damaged(_) => None,
        })
        .collect();
    let pace = Pace::of(messages.iter().flatten())?;

    let mut pieces = Vec::new();
    let mut at = Duration::ZERO;
    let mut last = None;
    let mut burst = Vec::new();
    for (item, message) in items.iter().zip(&messages) {
        if let Some(time) = message.as_ref().and_then(|message| pace.time_of(message))
            && last != Some(time)
        {
            if let Some(last) = last {
                pieces.push(piece(at, &mut burst));
                at += TICK * step_ticks(last, time);
            }
            last = Some(time);
        }
        item.put_on_wire(file, &mut burst);
    }
    pieces.push(piece(at, &mut burst));
    Some(Recording { name: name.to_owned(), transport: Transport::Serial, pieces })
}

fn piece(at: Duration, burst: &mut Vec<u8>) -> Piece {
    Piece { at, from: None, bytes: Bytes::from(std::mem::take(burst)) }
}

fn step_ticks(earlier: RelativeTime, later: RelativeTime) -> u32 {
    let ticks = later.ticks_since(earlier);
    if ticks > STEP_TICKS_MAX { CYCLE_TICKS } else { ticks }
}

/// Which results set the pace: numerics; without any, alarms; without any, waves.
struct Pace(Option<ObjectClass>);

impl Pace {
    /// `None` when there is no message at all.
    fn of<'a>(messages: impl Iterator<Item = &'a Message<'a>>) -> Option<Pace> {
        let mut any = false;
        let mut found = Vec::new();
        for message in messages {
            any = true;
            found.extend(poll_time(message).map(|(class, _)| class));
        }
        let order = [ObjectClass::Numeric, ObjectClass::AlertMonitor, ObjectClass::SampleArray];
        any.then(|| Pace(order.into_iter().find(|class| found.contains(class))))
    }

    fn time_of(&self, message: &Message<'_>) -> Option<RelativeTime> {
        poll_time(message).filter(|(class, _)| Some(*class) == self.0).map(|(_, time)| time)
    }
}

/// Class and time of a poll result.
fn poll_time(message: &Message<'_>) -> Option<(ObjectClass, RelativeTime)> {
    let Message::Data(data) = message else { return None };
    let Reply::Action(result) = data.reply()? else { return None };
    match &result.reply {
        ActionReply::Poll(poll) => Some((poll.class.class()?, poll.time)),
        ActionReply::Unknown { .. } => None,
    }
}

/// A stretch of the log.
enum Item {
    /// User data of a good frame.
    Frame(Vec<u8>),
    /// Where in the file there is no good frame.
    Damaged(Range<usize>),
}

impl Item {
    /// As the cable would carry it. Damage becomes one frame that never ends, so that it cannot
    /// swallow the good frame behind it.
    fn put_on_wire(&self, file: &[u8], wire: &mut Vec<u8>) {
        match self {
            Item::Frame(data) => wire.extend(emit_frame(data).unwrap_or_default()),
            Item::Damaged(range) => {
                wire.push(BEGIN);
                for byte in file.get(range.clone()).unwrap_or_default() {
                    match *byte {
                        BEGIN | END | ESCAPE => wire.extend([ESCAPE, byte ^ ESCAPE_XOR]),
                        plain => wire.push(plain),
                    }
                }
            }
        }
    }
}

/// Cuts a log into good frames and what lies between them.
fn split(file: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut damaged_from = 0;
    let mut at = 0;
    while at < file.len() {
        let rest = &file[at..];
        let found = rest.starts_with(HEAD).then(|| plain_frame(rest).or_else(|| wire_frame(rest)));
        match found.flatten() {
            Some((data, length)) => {
                if damaged_from < at {
                    items.push(Item::Damaged(damaged_from..at));
                }
                items.push(Item::Frame(data));
                at += length;
                damaged_from = at;
            }
            None => at += 1,
        }
    }
    if damaged_from < at {
        items.push(Item::Damaged(damaged_from..at));
    }
    items
}

/// An un-escaped frame at the start of `rest`: its user data and how many bytes it takes.
fn plain_frame(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let length = rest.get(3..5)?;
    let data_end = 5 + usize::from(u16::from_be_bytes([length[0], length[1]]));
    let checked = rest.get(1..data_end)?;
    let fcs = rest.get(data_end..data_end + 2)?;
    let good = rest.get(data_end + 2) == Some(&END)
        && crc16_x25(checked) == u16::from_le_bytes([fcs[0], fcs[1]]);
    good.then(|| (rest[5..data_end].to_vec(), data_end + 3))
}

/// A frame in wire form at the start of `rest`: its user data and how many bytes it takes.
fn wire_frame(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let length = rest.iter().position(|byte| *byte == END)? + 1;
    let mut deframer = Deframer::new();
    deframer.push(&rest[..length]);
    match deframer.next_frame() {
        Some(Ok(data)) => Some((data.to_vec(), length)),
        Some(Err(_)) | None => None,
    }
}

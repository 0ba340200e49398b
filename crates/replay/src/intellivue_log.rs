//! Logs of IntelliVue RS-232 frames: no times, and usually stored after un-escaping.
//!
//! The reader puts the frames back into wire form, so that what is played is what a cable would
//! carry, and finds the pace in the frames themselves ([`crate::pace`]): each of the monitor's cycles
//! is one burst. What is damaged in the log is passed on damaged, in its place.
//!
//! A log is cut in one pass: at each place that looks like a frame's head, at most one frame's length
//! is looked at, however hostile the bytes.

use std::ops::Range;

use bytes::Bytes;
use vigie_intellivue::wire::{
    Message,
    frame::{DELIMITERS, Deframer, FRAME_BYTES_MAX, Frame},
    operation::{ActionReply, Reply},
    types::ObjectClass,
};

use crate::{
    loss::{LossKind, Losses},
    pace::{Cue, Pace, Source, Stamp, mark_lone},
    recording::{Family, Piece, Recording, Transport},
};

/// Begin of a frame, protocol id and message type (guide, "Fixed baud rate protocol").
const HEAD: &[u8] = &[DELIMITERS.begin, 0x11, 0x01];
/// Header, whose last two bytes are the length of the user data.
const HEADER_BYTES: usize = 4;
/// Check sequence.
const TRAILER_BYTES: usize = 2;

/// A cycle is over after this many bytes, whatever the frames say: the fastest line (115,200 baud)
/// carries 11,800 bytes in 1.024 s. Damage and frames without a time are played by this.
const BURST_BYTES_MAX: usize = 16 * 1024;

/// Reads a log; `None` when there is not one good message in it.
pub(crate) fn read(name: &str, file: &[u8]) -> Option<Recording> {
    let mut log = Log::cut(file);
    if !log.has_message {
        return None;
    }
    mark_lone(log.items.iter_mut().filter_map(|item| item.stamp.as_mut()));
    let mut bursts =
        Bursts::new(Pace::new(log.items.iter().filter_map(|item| item.stamp.as_ref())));
    for item in &log.items {
        bursts.take(item, file.get(item.range.clone()).unwrap_or_default());
    }
    bursts.end();
    log.losses.add(LossKind::TimeSteps, bursts.pace.steps());
    Some(Recording {
        name: name.to_owned(),
        family: Family::IntelliVue,
        transport: Transport::Serial,
        pieces: bursts.pieces,
        losses: log.losses.into_rows(),
    })
}

/// A stretch of the log.
struct Item {
    form: Form,
    /// Where in the file.
    range: Range<usize>,
    /// The time in it, when it is a good frame with one.
    stamp: Option<Stamp>,
}

/// How a stretch is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A frame's content between its delimiters, un-escaped.
    Plain,
    /// A frame as on the wire, with its delimiters.
    Wire,
    /// Bytes out of which no frame can be cut.
    Damaged,
}

/// A log cut into frames and what lies between them.
struct Log {
    items: Vec<Item>,
    has_message: bool,
    losses: Losses,
}

impl Log {
    fn cut(file: &[u8]) -> Log {
        let mut log = Log { items: Vec::new(), has_message: false, losses: Losses::default() };
        let mut damaged_from = 0;
        // Up to where over-long frames have been looked for: no byte is checked twice for that.
        let mut long_until = 0;
        let mut at = 0;
        while let Some(rest) = file.get(at..)
            && let Some(skipped) = rest.iter().position(|byte| *byte == DELIMITERS.begin)
        {
            at += skipped;
            let rest = rest.get(skipped..).unwrap_or_default();
            let may_be_long = at >= long_until;
            let Some(frame) = FrameAt::new(rest, may_be_long, &mut |end| long_until = at + end)
            else {
                at += 1;
                continue;
            };
            log.damaged(damaged_from..at);
            log.frame(at, rest, frame);
            at += frame.bytes;
            damaged_from = at;
        }
        log.damaged(damaged_from..file.len());
        log
    }

    fn damaged(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.items.push(Item { form: Form::Damaged, range, stamp: None });
        }
    }

    fn frame(&mut self, at: usize, rest: &[u8], frame: FrameAt) {
        let mut stamp = None;
        let mut take = |data: &[u8]| {
            if let Ok(message) = Message::parse(data) {
                self.has_message = true;
                stamp = stamp_of(&message);
            }
        };
        let range = match frame.form {
            Form::Plain => 1..frame.bytes - 1,
            Form::Wire | Form::Damaged => 0..frame.bytes,
        };
        let bytes = rest.get(range.clone()).unwrap_or_default();
        match frame.form {
            Form::Plain if bytes.len() > FRAME_BYTES_MAX => {
                self.losses.add(LossKind::FramesTooLong, 1);
            }
            Form::Plain => {
                if let Ok(frame) = Frame::new_checked(bytes) {
                    take(frame.user_data());
                }
            }
            Form::Wire | Form::Damaged => {
                let mut deframer = Deframer::new();
                deframer.push(bytes);
                if let Some(Ok(data)) = deframer.next_frame() {
                    take(data);
                }
            }
        }
        self.items.push(Item { form: frame.form, range: at + range.start..at + range.end, stamp });
    }
}

/// The time that a message carries.
fn stamp_of(message: &Message<'_>) -> Option<Stamp> {
    let Message::Data(data) = message else { return None };
    let Reply::Action(result) = data.reply()? else { return None };
    let ActionReply::Poll(poll) = &result.reply else { return None };
    let class = poll.class.class()?;
    let source = if class == ObjectClass::Numeric {
        Source::Numerics
    } else if class == ObjectClass::AlertMonitor {
        Source::Alarms
    } else if class == ObjectClass::SampleArray {
        Source::Waves
    } else {
        return None;
    };
    Some(Stamp { source, time: poll.time, is_lone: false })
}

/// A frame at a place of the log, good or damaged.
#[derive(Clone, Copy)]
struct FrameAt {
    form: Form,
    /// How many bytes of the log it takes.
    bytes: usize,
}

impl FrameAt {
    /// The frame at the start of `rest`. A good one in either form comes first; a damaged one is
    /// believed when its end is where it should be and nothing stands between it and the next frame.
    /// `looked_until` hears where a search for an over-long frame ended in vain.
    fn new(rest: &[u8], may_be_long: bool, looked_until: &mut dyn FnMut(usize)) -> Option<FrameAt> {
        if !rest.starts_with(HEAD) {
            return None;
        }
        let plain = plain_content(rest);
        let plain_frame =
            plain.map(|content| FrameAt { form: Form::Plain, bytes: content.len() + 2 });
        let is_clean = |frame: &FrameAt| match rest.get(frame.bytes) {
            Some(next) => *next == DELIMITERS.begin,
            None => true,
        };
        let short = plain.filter(|content| content.len() <= FRAME_BYTES_MAX);
        if short.is_some_and(|content| Frame::new_checked(content).is_ok()) {
            return plain_frame;
        }
        let wire = wire_bytes(rest);
        let wire_frame = wire.map(|wire| FrameAt { form: Form::Wire, bytes: wire.len() });
        if wire.is_some_and(is_good_on_wire) {
            return wire_frame;
        }
        if short.is_some() {
            return plain_frame.filter(is_clean).or(wire_frame.filter(is_clean));
        }
        let long = plain_frame.filter(|frame| may_be_long && is_clean(frame));
        if let (Some(frame), Some(content)) = (long, plain) {
            if Frame::new_checked(content).is_ok() {
                return Some(frame);
            }
            looked_until(frame.bytes);
        }
        wire_frame.filter(is_clean)
    }
}

/// What stands between the delimiters of an un-escaped frame, if its length leads to its end.
fn plain_content(rest: &[u8]) -> Option<&[u8]> {
    let length = rest.get(HEADER_BYTES - 1..=HEADER_BYTES)?.first_chunk::<2>()?;
    let bytes = HEADER_BYTES + usize::from(u16::from_be_bytes(*length)) + TRAILER_BYTES;
    let content = rest.get(1..=bytes)?;
    (rest.get(bytes + 1) == Some(&DELIMITERS.end)).then_some(content)
}

/// From begin to end of a frame on the wire, where neither occurs inside.
fn wire_bytes(rest: &[u8]) -> Option<&[u8]> {
    // Every byte may be escaped, and the begin stands before all.
    let inside = rest.get(1..)?.iter().take(2 * FRAME_BYTES_MAX + 1);
    let is_delimiter = |byte: &u8| *byte == DELIMITERS.begin || *byte == DELIMITERS.end;
    let wire = rest.get(..inside.copied().position(|byte| is_delimiter(&byte))? + 2)?;
    wire.ends_with(&[DELIMITERS.end]).then_some(wire)
}

fn is_good_on_wire(wire: &[u8]) -> bool {
    let mut deframer = Deframer::new();
    deframer.push(wire);
    matches!(deframer.next_frame(), Some(Ok(_)))
}

/// The bursts of a log, as they come together.
struct Bursts {
    pace: Pace,
    pieces: Vec<Piece>,
    /// The present burst, as on the wire.
    burst: Vec<u8>,
    /// Where in the burst the next cycle may have begun.
    landmark: usize,
}

impl Bursts {
    fn new(pace: Pace) -> Bursts {
        Bursts { pace, pieces: Vec::new(), burst: Vec::new(), landmark: 0 }
    }

    fn take(&mut self, item: &Item, bytes: &[u8]) {
        let at = self.pace.at();
        match item.stamp.map_or(Cue::Same, |stamp| self.pace.follow(stamp)) {
            Cue::Same => {}
            Cue::Next => self.finish(at, self.burst.len()),
            Cue::NextFromLandmark => self.finish(at, self.landmark),
        }
        match item.form {
            Form::Plain => DELIMITERS.wrap(bytes, &mut self.burst),
            Form::Wire => self.burst.extend(bytes),
            Form::Damaged => bytes.chunks(FRAME_BYTES_MAX).for_each(|chunk| self.damaged(chunk)),
        }
        if item.stamp.is_some_and(|stamp| self.pace.is_landmark(stamp)) {
            self.landmark = self.burst.len();
        }
        self.bound();
    }

    /// Damage becomes a frame that never ends, so that it cannot swallow the good frame behind it.
    fn damaged(&mut self, bytes: &[u8]) {
        DELIMITERS.wrap(bytes, &mut self.burst);
        self.burst.pop();
        self.bound();
    }

    fn bound(&mut self) {
        if self.burst.len() > BURST_BYTES_MAX {
            self.finish(self.pace.at(), self.burst.len());
            self.pace.skip_cycle();
        }
    }

    /// Ends the burst that is at `at` after its first `bytes`; the rest begins the next one.
    fn finish(&mut self, at: std::time::Duration, bytes: usize) {
        if let Some(burst) = self.burst.get(..bytes)
            && !burst.is_empty()
        {
            self.pieces.push(Piece { at, from: None, bytes: Bytes::copy_from_slice(burst) });
            self.burst.drain(..bytes);
        }
        self.landmark = 0;
    }

    fn end(&mut self) {
        self.finish(self.pace.at(), self.burst.len());
    }
}

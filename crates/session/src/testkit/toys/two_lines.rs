//! Two lines, one device: a ventilator with a port for numbers and one for curves.
//!
//! | Line | Direction | Bytes |
//! | --- | --- | --- |
//! | `numbers` (main) | to it | `?`, once a second |
//! | `numbers` (main) | from it | `V`, count of values, the values, sum of the values |
//! | `curves` | from it | C0, tick (4 bytes, big-endian), samples (1 byte each), CRC-16/X-25, C1 |

use std::{collections::VecDeque, sync::Arc, time::Duration};

use vigie_model::{
    Before, Event, Fault, FaultKind, MetricKey, MonoTime, Scale, Text, Tick, Timebase, Unit,
    WaveChunk,
};

use super::numeric;
use crate::{
    Carrier, Deadline, Factory, Heard, Input, Line, LineSpec, Parity, Probe, Session, Setup,
    Transmit, checksum,
    framing::{Accumulator, Cut, DelimitedFramer, Delimiters},
};

/// The line that carries samples.
pub const CURVES: Line = Line(1);
/// Asks for the numbers.
pub const ASK: &[u8] = b"?";

const POLL_PERIOD: Duration = Duration::from_secs(1);
const DELIMITERS: Delimiters =
    Delimiters { begin: 0xC0, end: 0xC1, escape: 0x7D, xor: 0x20, frame_bytes_max: 300 };
const BASE: Timebase = Timebase { id: 0, tick_ns: 1_000_000 };
/// Samples are 10 ticks, so 10 ms, apart.
const STEP: u32 = 10;
const SERIAL: Carrier = Carrier::Serial { baud: 9600, parity: Parity::None, stop_bits: 1 };
const LINES: &[LineSpec] = &[
    LineSpec { line: Line::MAIN, name: "numbers", carriers: &[SERIAL], optional: false },
    LineSpec { line: CURVES, name: "curves", carriers: &[SERIAL], optional: true },
];

/// Makes [`TwoLines`].
pub struct TwoLinesFactory;

impl Factory for TwoLinesFactory {
    fn name(&self) -> &'static str {
        "toy-two-lines"
    }

    fn lines(&self) -> &'static [LineSpec] {
        LINES
    }

    fn probe(&self) -> Probe {
        let recognise = |bytes: &[u8]| matches!(cut_values(bytes), Cut::Frame { .. });
        Probe { listen: Duration::ZERO, ask: ASK, recognise, leave: &[] }
    }

    fn session(&self, setup: &Setup) -> Box<dyn Session> {
        Box::new(TwoLines::new(setup.passive))
    }
}

/// The session.
pub struct TwoLines {
    passive: bool,
    numbers: Accumulator,
    curves: DelimitedFramer,
    /// The tick where the next chunk of samples joins.
    joint: Option<Tick>,
    next_poll: Option<MonoTime>,
    events: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

impl TwoLines {
    fn new(passive: bool) -> TwoLines {
        TwoLines {
            passive,
            numbers: Accumulator::new(2 + 255 + 1),
            curves: DelimitedFramer::new(DELIMITERS),
            joint: None,
            next_poll: None,
            events: VecDeque::new(),
            outbox: VecDeque::new(),
        }
    }

    fn hear_numbers(&mut self) {
        while let Some(frame) = self.numbers.next_frame(cut_values) {
            match frame {
                Ok([_, _, values @ .., _]) => {
                    for (vendor, value) in ["rate", "peak", "oxygen"].into_iter().zip(values) {
                        self.events.push_back(numeric(vendor, "1", i64::from(*value)).into());
                    }
                }
                Ok([..]) => {} // `cut_values` gives no shorter frame
                Err(fault) => self.events.push_back(Event::Fault(fault.into()).into()),
            }
        }
    }

    fn hear_curves(&mut self) {
        while let Some(frame) = self.curves.next_frame() {
            let event = match frame {
                Ok(frame) => match parse_curve(frame, self.joint) {
                    Some(chunk) => {
                        self.joint = Some(chunk.end());
                        Event::Wave(chunk)
                    }
                    None => {
                        let what = Text::from("curve frame");
                        Event::Fault(Fault { kind: FaultKind::Checksum, what, count: 1 })
                    }
                },
                Err(fault) => Event::Fault(fault.into()),
            };
            self.events.push_back(event.into());
        }
    }
}

impl Session for TwoLines {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { line: Line::MAIN, .. } if !self.passive => self.next_poll = Some(now),
            Input::Up { .. } | Input::Accepted { .. } => {}
            Input::Bytes { line: Line::MAIN, bytes, .. } => {
                self.numbers.push(bytes);
                self.hear_numbers();
            }
            Input::Bytes { bytes, .. } => {
                self.curves.push(bytes);
                self.hear_curves();
            }
            Input::Down { line, .. } => {
                let lost = if line == Line::MAIN {
                    self.next_poll = None;
                    self.numbers.close()
                } else {
                    self.joint = None;
                    self.curves.close()
                };
                self.events.extend(lost.map(|fault| Event::Fault(fault.into()).into()));
            }
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        if self.next_poll.is_some_and(|due| due <= now) {
            self.next_poll = Some(now + POLL_PERIOD);
            self.outbox.push_back(Transmit::main(ASK));
        }
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        self.next_poll = None;
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.next_poll.map(|at| Deadline { at, why: "ask for numbers" })
    }
}

fn cut_values(head: &[u8]) -> Cut {
    match head {
        [b'V', count, rest @ ..] => match rest.split_at_checked(usize::from(*count)) {
            Some((values, [sum, ..])) if sum_of(values) == *sum => {
                Cut::Frame { bytes: values.len() + 3 }
            }
            Some((_, [_, ..])) => Cut::Not,
            Some((_, [])) | None => Cut::More,
        },
        [b'V'] => Cut::More,
        [] | [_, ..] => Cut::Not,
    }
}

fn sum_of(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| sum.wrapping_add(*value))
}

fn parse_curve(frame: &[u8], joint: Option<Tick>) -> Option<WaveChunk> {
    if !checksum::residue_x25_ok(frame) {
        return None;
    }
    let (tick, rest) = frame.split_first_chunk::<4>()?;
    let (samples, _checksum) = rest.split_last_chunk::<2>()?;
    let first = Tick(u64::from(u32::from_be_bytes(*tick)));
    Some(WaveChunk {
        key: MetricKey { code: None, vendor: Text::from("flow"), instance: 0 },
        unit: Unit::ucum("L/min"),
        base: BASE,
        first,
        step: STEP,
        before: if joint == Some(first) { Before::Joined } else { Before::Gap },
        scale: Scale::Relative { low: 0, high: 255 },
        samples: samples.iter().map(|sample| i32::from(*sample)).collect::<Arc<[i32]>>(),
        marks: Vec::new(),
    })
}

/// What the device answers to [`ASK`].
pub fn values_wire(values: &[u8; 3]) -> Vec<u8> {
    let mut wire = vec![b'V', 3];
    wire.extend(values);
    wire.push(sum_of(values));
    wire
}

/// What the device sends on the line of curves.
pub fn curve_wire(tick: u32, samples: &[u8]) -> Vec<u8> {
    let mut content = tick.to_be_bytes().to_vec();
    content.extend(samples);
    content.extend(checksum::crc16_x25(&content).to_le_bytes());
    let mut wire = Vec::new();
    DELIMITERS.wrap(&content, &mut wire);
    wire
}

//! Open and accept: the session listens, connects to the device and asks it to call; the device
//! connects back and tells its numbers until it is told to stop.
//!
//! | Connection | Bytes |
//! | --- | --- |
//! | ours to the device, opened by the session | to it `CALL\n`; at goodbye `STOP\n` |
//! | the device's to us, accepted | from it `HR 72\n` and so on |

use core::net::SocketAddr;
use std::{collections::VecDeque, time::Duration};

use vigie_model::{Event, Fault, FaultKind, MonoTime, Text};

use super::numeric;
use crate::{
    Carrier, Deadline, Factory, Heard, Input, Line, LineSpec, Probe, Session, Setup, Transmit,
    driver::Backoff,
    framing::{Accumulator, Cut},
};

/// Where we connect to ask.
pub const CONTROL: Line = Line(1);
/// The connection that the session opens through [`CONTROL`].
pub const ASKING: Line = Line(2);
/// The device's address, an option of the session.
pub const DEVICE_OPTION: &str = "device";
/// Asks the device to call back.
pub const CALL: &[u8] = b"CALL\n";
/// Asks it to hang up.
pub const STOP: &[u8] = b"STOP\n";

const LINE_BYTES_MAX: usize = 80;
const LINES: &[LineSpec] = &[
    LineSpec {
        line: Line::MAIN,
        name: "results",
        carriers: &[Carrier::TcpListen { port: 7_071, tls: false }],
        optional: false,
    },
    LineSpec {
        line: CONTROL,
        name: "control",
        carriers: &[Carrier::TcpTo { port: 7_072, tls: false }],
        optional: false,
    },
];

/// Makes [`CallBack`].
pub struct CallBackFactory;

impl Factory for CallBackFactory {
    fn name(&self) -> &'static str {
        "toy-call-back"
    }

    fn lines(&self) -> &'static [LineSpec] {
        LINES
    }

    fn probe(&self) -> Probe {
        let recognise = |bytes: &[u8]| bytes.starts_with(b"HR ");
        Probe { listen: Duration::ZERO, ask: CALL, recognise, leave: STOP }
    }

    fn session(&self, setup: &Setup) -> Box<dyn Session> {
        let option = setup.options.iter().find(|(name, _)| name == DEVICE_OPTION);
        Box::new(CallBack {
            device: option.and_then(|(_, value)| value.parse().ok()).filter(|_| !setup.passive),
            backoff: Backoff::new(setup.seed),
            retry_at: None,
            asking: false,
            calls: Vec::new(),
            events: VecDeque::new(),
            outbox: VecDeque::new(),
        })
    }
}

/// The session.
pub struct CallBack {
    /// Whom to ask; `None` when passive.
    device: Option<SocketAddr>,
    backoff: Backoff,
    retry_at: Option<MonoTime>,
    /// Whether [`ASKING`] is open.
    asking: bool,
    /// Connections from the device; the driver numbers them.
    calls: Vec<(Line, Accumulator)>,
    events: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

/// A device has one connection; a second is the one that replaces it.
const CALLS_MAX: usize = 4;

impl CallBack {
    fn hear(&mut self, line: Line, bytes: &[u8]) {
        let Some((_, call)) = self.calls.iter_mut().find(|(known, _)| *known == line) else {
            return;
        };
        call.push(bytes);
        while let Some(text) = call.next_frame(cut_text) {
            let event = match text {
                Ok(text) => parse(text).unwrap_or_else(|| {
                    let what = Text::from("line of text");
                    Event::Fault(Fault { kind: FaultKind::Unknown, what, count: 1 })
                }),
                Err(fault) => Event::Fault(fault.into()),
            };
            self.events.push_back(event.into());
        }
    }

    fn accept(&mut self, line: Line) {
        if self.calls.len() >= CALLS_MAX {
            self.outbox.push_back(Transmit::Close { line });
            return;
        }
        self.calls.push((line, Accumulator::new(LINE_BYTES_MAX)));
        self.backoff.reset();
    }

    /// Whatever went down, the way back is to ask again after a while.
    fn ask_later(&mut self, now: MonoTime) {
        if self.device.is_some() {
            self.retry_at = Some(now + self.backoff.next_delay());
        }
    }
}

impl Session for CallBack {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { line: Line::MAIN, .. } => {
                self.retry_at = self.device.is_some().then_some(now);
            }
            Input::Up { line: ASKING, .. } => {
                self.asking = true;
                let bytes = CALL.into();
                self.outbox.push_back(Transmit::Bytes { line: ASKING, to: None, bytes });
            }
            Input::Up { .. } => {}
            Input::Accepted { line, .. } => self.accept(line),
            Input::Bytes { line, bytes, .. } => self.hear(line, bytes),
            Input::Down { line: Line::MAIN, .. } => self.retry_at = None,
            Input::Down { line: ASKING, .. } => {
                self.asking = false;
                self.ask_later(now);
            }
            Input::Down { line, .. } => {
                self.calls.retain(|(known, _)| *known != line);
                if self.asking {
                    self.outbox.push_back(Transmit::Close { line: ASKING });
                }
            }
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        if let Some(to) = self.device
            && self.retry_at.is_some_and(|due| due <= now)
        {
            self.retry_at = None;
            self.outbox.push_back(Transmit::Open { via: CONTROL, line: ASKING, to });
        }
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        (self.retry_at, self.device) = (None, None);
        if self.asking {
            let bytes = STOP.into();
            self.outbox.push_back(Transmit::Bytes { line: ASKING, to: None, bytes });
            self.outbox.push_back(Transmit::Close { line: ASKING });
        }
        let calls = self.calls.drain(..);
        self.outbox.extend(calls.map(|(line, _)| Transmit::Close { line }));
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        self.retry_at.map(|at| Deadline { at, why: "ask the device to call" })
    }
}

/// Everything up to a line feed is a frame.
fn cut_text(head: &[u8]) -> Cut {
    match head.iter().position(|byte| *byte == b'\n') {
        Some(feed) => Cut::Frame { bytes: feed + 1 },
        None => Cut::More,
    }
}

fn parse(text: &[u8]) -> Option<Event> {
    let rate: u8 = core::str::from_utf8(text).ok()?.strip_prefix("HR ")?.trim_end().parse().ok()?;
    Some(numeric("HR", "/min", i64::from(rate)))
}

/// What the device sends once it called.
pub fn results(rates: &[u8]) -> Vec<u8> {
    rates.iter().flat_map(|rate| format!("HR {rate}\n").into_bytes()).collect()
}

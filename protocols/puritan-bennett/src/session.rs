//! The conversation with a ventilator: two lines, one device.
//!
//! | Part | Line | Does |
//! | --- | --- | --- |
//! | `asking` | parameters | when to ask, for which list, and what silence may mean |
//! | `values` | parameters | fields to numbers, words, limits, mode |
//! | `alarms` | parameters | alarm fields to sets |
//! | `curves` | waves | lines to samples on the ventilator's own clock |
//!
//! An active session asks every 2 s, and not before the last answer has ended: at 9600 baud an answer
//! takes 1.3 s. It asks for `MISCF`, and for `MISCA` in between as long as nothing was answered; whichever
//! comes first stays. A passive session sends nothing and takes what another recorder asks for.
//!
//! **Another ventilator.** There is no checksum, so an id that differs from the one that is known is
//! believed when two answers in a row have it; what the first of them says is not told.
//!
//! **Standby.** A ventilator in standby answers as ever, with settings, limits and alarms, and with
//! blanks for all it would measure. That is told as [`DeviceMode::Standby`]; the answers go on and prove
//! that it is there. With an alarm on, blanks are no standby: a circuit that came off blanks them too.
//!
//! **What stays silent.** A ventilator that is off and a cable that is out look the same from here. A
//! line on which something comes tells more: wrong speed, the other port's cable, a loop. After three
//! questions without an answer a [`vigie_model::Fault`] says what to look at, and again once a minute.

mod alarms;
mod asking;
mod curves;
mod options;
mod values;

use std::collections::VecDeque;
use std::time::Duration;

use vigie_model::{DeviceMode, Event, Fault, FaultKind, MonoTime, Text};
use vigie_session::framing::Accumulator;
use vigie_session::{
    Carrier, Deadline, Factory, Heard, Input, Line, LineSpec, Parity, Probe, Session, Setup,
    Transmit,
};

use crate::wire::answer::{ANSWER_BYTES_MAX, Piece, holds_answer, parse};
use crate::wire::{Kind, cut_answer};

use asking::Asking;
use curves::Curves;
use options::Options;
use values::Values;

pub use asking::{ANSWER_WITHIN, POLL_PERIOD};
pub use curves::{SAMPLE_STEP, TIMEBASE};

/// Name of the family.
pub const FAMILY: &str = "puritan-bennett";
/// The waveform port.
pub const WAVES: Line = Line(1);

/// Without an answer for so long, nobody knows which alarms hold: five of our periods. Waves may go on
/// over the other port.
pub const ANSWERS_LOST_AFTER: Duration = Duration::from_secs(10);

/// Option of an active session: which list is asked for. Without it both are tried.
pub const LIST: &str = "list";

/// 8 data bits and no parity, as the port leaves the factory (OI); speed and parity are set on the
/// ventilator under "Communication setup".
const fn serial(baud: u32) -> Carrier {
    Carrier::Serial { baud, parity: Parity::None, stop_bits: 1 }
}

const LINES: &[LineSpec] = &[
    LineSpec {
        line: Line::MAIN,
        name: "parameters",
        carriers: &[serial(9_600), serial(38_400), serial(19_200)],
        optional: false,
    },
    LineSpec { line: WAVES, name: "waves", carriers: &[serial(38_400)], optional: true },
];

/// Makes sessions for Puritan Bennett 840 and 980.
#[derive(Clone, Copy, Debug, Default)]
pub struct PuritanBennettFactory;

impl Factory for PuritanBennettFactory {
    fn name(&self) -> &'static str {
        FAMILY
    }

    fn lines(&self) -> &'static [LineSpec] {
        LINES
    }

    fn probe(&self) -> Probe {
        Probe {
            listen: Duration::from_secs(2),
            ask: b"SNDF\r",
            recognise: holds_answer,
            leave: &[],
        }
    }

    fn session(&self, setup: &Setup) -> Box<dyn Session> {
        Box::new(Ventilator::new(setup))
    }
}

/// The session, active or passive.
struct Ventilator {
    answers: Accumulator,
    asking: Option<Asking>,
    values: Values,
    curves: Curves,
    mode: Option<DeviceMode>,
    /// The list that is followed, and when it came last. On a tapped cable somebody may ask for both,
    /// and their fields and alarms are not the same.
    list: Option<(Kind, MonoTime)>,
    heard: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

impl Ventilator {
    fn new(setup: &Setup) -> Ventilator {
        let options = Options::of(setup);
        let mut heard = VecDeque::new();
        if let Some(odd) = options.odd {
            heard.push_back(fault(FaultKind::Unknown, odd));
        }
        Ventilator {
            answers: Accumulator::new(ANSWER_BYTES_MAX),
            asking: (!setup.passive).then(|| Asking::new(options.list)),
            values: Values::default(),
            curves: Curves::default(),
            mode: None,
            list: None,
            heard,
            outbox: VecDeque::new(),
        }
    }

    /// Bytes of the parameter port.
    fn hear_answers(&mut self, now: MonoTime, bytes: &[u8]) {
        if let Some(asking) = &mut self.asking {
            asking.note_bytes(now, bytes);
        }
        self.answers.push(bytes);
        while let Some(piece) = self.answers.next_frame(cut_answer) {
            match piece.map(parse) {
                Ok(Ok(Piece::Answer(answer))) => {
                    if let Some(asking) = &mut self.asking {
                        asking.note_answer(now, answer.kind);
                    }
                    // Without a checksum one flipped bit in the id would move the bed's values to a
                    // ventilator that does not exist.
                    if self.values.is_doubtful(&answer) {
                        let what = "answer with another id; believed when the next one has it too";
                        self.heard.push_back(fault(FaultKind::Malformed, what));
                        continue;
                    }
                    if self.list.is_some_and(|(kind, _)| kind != answer.kind) {
                        self.heard.push_back(Event::Alive.into());
                        continue;
                    }
                    self.list = Some((answer.kind, now));
                    let mut events = Vec::new();
                    if self.values.is_other_device(&answer) {
                        self.curves.forget_device();
                        self.mode = None;
                    }
                    self.values.take_identity(&answer, &mut events);
                    let mode = self.values.mode(&answer);
                    if self.mode.replace(mode) != Some(mode) {
                        events.push(Event::Mode(mode));
                    }
                    self.values.take(&answer, &mut events);
                    events.push(Event::Alive);
                    self.heard.extend(events.into_iter().map(Heard::from));
                }
                Ok(Ok(Piece::Command(_))) => {
                    if let Some(asking) = &mut self.asking {
                        asking.note_echo();
                    }
                }
                Ok(Ok(Piece::Blank)) => {}
                Ok(Err(error)) => {
                    if let Some(asking) = &mut self.asking {
                        asking.note_hurt_answer(now);
                    }
                    self.heard.push_back(fault(FaultKind::Malformed, error.to_string()));
                }
                Err(noise) => self.heard.push_back(Event::Fault(noise.into()).into()),
            }
        }
    }
}

impl Ventilator {
    fn answers_lost_at(&self) -> Option<Deadline> {
        self.list.map(|(_, at)| Deadline { at: at + ANSWERS_LOST_AFTER, why: "answers lost" })
    }

    fn lose_answers(&mut self) {
        if self.list.take().is_some() {
            self.heard.push_back(self.values.lose_alarms().into());
        }
    }
}

impl Session for Ventilator {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { line: Line::MAIN, .. } => {
                if let Some(asking) = &mut self.asking {
                    self.outbox.extend(asking.begin(now).map(Transmit::main));
                }
            }
            Input::Up { line: WAVES, .. } => self.curves.open(now),
            Input::Down { line: Line::MAIN, .. } => {
                let unfinished = self.answers.close();
                self.heard.extend(unfinished.map(|fault| Event::Fault(fault.into()).into()));
                self.lose_answers();
                self.values = Values::default();
                self.mode = None;
                self.outbox.clear();
                if let Some(asking) = &mut self.asking {
                    asking.stop();
                }
            }
            Input::Down { line: WAVES, .. } => {
                let events = self.curves.close();
                self.heard.extend(events.into_iter().map(Heard::from));
            }
            Input::Bytes { line: Line::MAIN, bytes, .. } => self.hear_answers(now, bytes),
            Input::Bytes { line: WAVES, bytes, .. } => {
                let events = self.curves.take(now, bytes);
                self.heard.extend(events.into_iter().map(Heard::from));
            }
            // There are no other lines, and none of ours listens for connections.
            Input::Up { .. }
            | Input::Down { .. }
            | Input::Bytes { .. }
            | Input::Accepted { .. } => {}
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        if self.answers_lost_at().is_some_and(|deadline| deadline.at <= now) {
            self.lose_answers();
        }
        let Some(asking) = &mut self.asking else { return };
        let due = asking.handle_timeout(now);
        self.outbox.extend(due.send.into_iter().map(|command| Transmit::main(command.wire())));
        if due.advise {
            let is_standby = self.mode == Some(DeviceMode::Standby);
            let advice = asking.advice().or_else(|| self.curves.advice(now, is_standby));
            self.heard.extend(advice.map(|text| fault(FaultKind::Unexpected, text)));
        }
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        // The ventilator keeps nothing of us, and nothing is waited for any more.
        self.list = None;
        if let Some(asking) = &mut self.asking {
            asking.stop();
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let asking = self.asking.as_ref().and_then(Asking::deadline);
        [asking, self.answers_lost_at()].into_iter().flatten().min_by_key(|deadline| deadline.at)
    }
}

fn fault(kind: FaultKind, what: impl Into<String>) -> Heard {
    Event::Fault(Fault { kind, what: Text::from(what.into()), count: 1 }).into()
}

/// The list that a word names.
fn list_of(word: &str) -> Option<Kind> {
    match word {
        "MISCF" => Some(Kind::F),
        "MISCA" => Some(Kind::A),
        _ => None,
    }
}

//! When to ask, for which list, and what silence may mean.

use std::time::Duration;

use bytes::Bytes;
use vigie_model::MonoTime;
use vigie_session::Deadline;

use crate::wire::answer::holds_answer;
use crate::wire::curve::samples_in;
use crate::wire::{Command, Kind};

/// How often is asked. OI: not more than once a second; an answer takes 1.3 s at 9600 baud, and may
/// begin a second late.
pub const POLL_PERIOD: Duration = Duration::from_secs(2);
/// Without a byte for so long, a question is not answered.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// A question that something came upon, but never an answer, is given up after this.
const GIVE_UP: Duration = Duration::from_secs(6);
/// From the emptying of the receive buffer to the first question: it must not be emptied with it.
const AFTER_RESET: Duration = Duration::from_millis(250);
/// From the end of an answer to the next question.
const AFTER_ANSWER: Duration = Duration::from_millis(100);
/// Questions without an answer before anything is said about it.
const UNANSWERED_MAX: u32 = 3;
/// And how often it is said.
const ADVICE_PERIOD: Duration = Duration::from_secs(60);
/// What came last is kept for a look at it.
const TAIL_BYTES: usize = 512;
/// So many samples of waves among them are no chance.
const CURVES_MIN: usize = 5;
/// This share of a line at the wrong speed is no printable text, by far.
const ODD_BYTES_ONE_IN: u64 = 16;

/// The asking side of an active session.
#[derive(Debug)]
pub(super) struct Asking {
    /// Ask for this list only.
    list: Option<Kind>,
    /// What answered since the line opened.
    answered: Option<Kind>,
    state: State,
    /// Questions since the last answer.
    unanswered: u32,
    next_advice: Option<MonoTime>,
    /// Something was said since the last answer.
    is_advised: bool,
    since_answer: Since,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The line is closed.
    Closed,
    /// The next question goes out then.
    Resting { ask_at: MonoTime },
    /// Asked; the question counts as unanswered then.
    Waiting { asked: MonoTime, until: MonoTime },
}

/// What came since the last answer.
#[derive(Clone, Debug, Default)]
struct Since {
    bytes: u64,
    odd_bytes: u64,
    echoes: u32,
    hurt_answers: u32,
    tail: Vec<u8>,
}

/// What is due.
#[derive(Debug, Default)]
pub(super) struct Due {
    pub(super) send: Vec<Command>,
    /// Something ought to be said about what does not come.
    pub(super) advise: bool,
}

impl Asking {
    pub(super) fn new(list: Option<Kind>) -> Asking {
        Asking {
            list,
            answered: None,
            state: State::Closed,
            unanswered: 0,
            next_advice: None,
            is_advised: false,
            since_answer: Since::default(),
        }
    }

    /// The line is open: what to send at once.
    pub(super) fn begin(&mut self, now: MonoTime) -> Option<Bytes> {
        self.stop();
        self.state = State::Resting { ask_at: now + AFTER_RESET };
        self.next_advice = Some(now + ADVICE_PERIOD);
        Some(Bytes::from_static(Command::Reset.wire()))
    }

    /// The line is closed, or we leave.
    pub(super) fn stop(&mut self) {
        *self = Asking::new(self.list);
    }

    pub(super) fn note_bytes(&mut self, now: MonoTime, bytes: &[u8]) {
        let since = &mut self.since_answer;
        since.bytes += bytes.len() as u64;
        let odd = bytes.iter().filter(|byte| !matches!(byte, b' '..=b'~' | 2 | 3 | b'\r' | b'\n'));
        since.odd_bytes += odd.count() as u64;
        since.tail.extend(bytes.iter().rev().take(TAIL_BYTES).rev());
        let extra = since.tail.len().saturating_sub(TAIL_BYTES);
        since.tail.drain(..extra);
        if let State::Waiting { asked, until } = &mut self.state {
            *until = (now + ANSWER_WITHIN).min(*asked + GIVE_UP).max(*until);
        }
    }

    pub(super) fn note_echo(&mut self) {
        self.since_answer.echoes = self.since_answer.echoes.saturating_add(1);
    }

    /// An answer came whose shape does not hold.
    pub(super) fn note_hurt_answer(&mut self, now: MonoTime) {
        self.since_answer.hurt_answers = self.since_answer.hurt_answers.saturating_add(1);
        self.rest(now);
    }

    pub(super) fn note_answer(&mut self, now: MonoTime, kind: Kind) {
        self.answered = Some(kind);
        self.unanswered = 0;
        self.is_advised = false;
        self.since_answer = Since::default();
        self.rest(now);
    }

    fn rest(&mut self, now: MonoTime) {
        if let State::Waiting { asked, .. } = self.state {
            let ask_at = (asked + POLL_PERIOD).max(now + AFTER_ANSWER);
            self.state = State::Resting { ask_at };
        }
    }

    pub(super) fn handle_timeout(&mut self, now: MonoTime) -> Due {
        let mut due = Due::default();
        match self.state {
            State::Resting { ask_at } if ask_at <= now => {
                due.send.push(Command::Send(self.next_list()));
                due.advise = self.is_advice_due();
                self.unanswered = self.unanswered.saturating_add(1);
                self.state = State::Waiting { asked: now, until: now + ANSWER_WITHIN };
            }
            State::Waiting { until, .. } if until <= now => {
                // Half a command may stand in its buffer.
                due.send.push(Command::Reset);
                self.state = State::Resting { ask_at: now + AFTER_RESET };
                due.advise = self.is_advice_due();
            }
            State::Closed | State::Resting { .. } | State::Waiting { .. } => {}
        }
        if self.next_advice.is_some_and(|at| at <= now) {
            due.advise = true;
        }
        if due.advise {
            self.is_advised |= self.unanswered >= UNANSWERED_MAX;
            self.next_advice = Some(now + ADVICE_PERIOD);
        }
        due
    }

    /// Enough questions have had no answer, and nothing was said about it.
    fn is_advice_due(&self) -> bool {
        self.unanswered >= UNANSWERED_MAX && !self.is_advised
    }

    /// Which list the next question is for: the one that was answered; until then twice the long one,
    /// once the short one.
    fn next_list(&self) -> Kind {
        let tried = if self.unanswered % 3 == 2 { Kind::A } else { Kind::F };
        self.list.or(self.answered).unwrap_or(tried)
    }

    /// What a person can do about the missing answers; `None`: they come.
    pub(super) fn advice(&self) -> Option<String> {
        if self.unanswered < UNANSWERED_MAX {
            return None;
        }
        let since = &self.since_answer;
        let is_odd = since.odd_bytes * ODD_BYTES_ONE_IN > since.bytes;
        let text = if since.bytes == 0 {
            "no answer: is the ventilator on, the cable in its parameter port, and that port set to \
             DCI under Communication setup?"
        } else if samples_in(&since.tail) >= CURVES_MIN {
            "these are waves: the cable of the waveform port is in the place of the parameter port; \
             exchange them"
        } else if is_odd {
            "unreadable bytes: set speed and parity as the ventilator has them under Communication \
             setup"
        } else if since.echoes > 0 && since.hurt_answers == 0 {
            "our own questions come back and nothing else: the cable is looped, or crossed wrongly"
        } else if since.hurt_answers > 0 || holds_answer(&since.tail) {
            "answers arrive damaged: look at the cable and at its earth"
        } else {
            "something answers that is no Puritan Bennett 840 or 980: look at the family of this line"
        };
        Some(text.to_owned())
    }

    pub(super) fn deadline(&self) -> Option<Deadline> {
        match self.state {
            State::Closed => None,
            State::Resting { ask_at } => Some(Deadline { at: ask_at, why: "ask" }),
            State::Waiting { until, .. } => Some(Deadline { at: until, why: "no answer" }),
        }
    }
}

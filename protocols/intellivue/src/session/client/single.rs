//! One kind of request with one answer: when it is due, whether it was answered.

use vigie_model::MonoTime;

use super::super::times;

/// One kind of request.
#[derive(Debug, Default)]
pub(super) struct Single {
    /// When it is to be sent.
    due: Option<MonoTime>,
    /// When it was sent, and with which poll number.
    asked: Option<(MonoTime, u16)>,
    /// How often it was not answered.
    failures: u8,
    /// The monitor does not have it.
    is_refused: bool,
    /// An answer came, or none will.
    is_settled: bool,
}

impl Single {
    /// To be sent at this time, unless it was refused.
    pub(super) fn ask_at(&mut self, at: MonoTime) {
        if !self.is_refused {
            self.due = Some(self.due.map_or(at, |due| due.min(at)));
        }
    }

    /// When it is to be sent; not while an answer is waited for.
    pub(super) fn due(&self) -> Option<MonoTime> {
        self.due.filter(|_| self.asked.is_none())
    }

    /// It was sent.
    pub(super) fn sent(&mut self, now: MonoTime, poll_number: u16) {
        self.due = None;
        self.asked = Some((now, poll_number));
    }

    /// An answer: whether it is the one that is waited for.
    pub(super) fn answered(&mut self, poll_number: Option<u16>) -> bool {
        let is_it =
            self.asked.is_some_and(|(_, asked)| poll_number.is_none_or(|number| number == asked));
        if is_it {
            (self.asked, self.failures, self.is_settled) = (None, 0, true);
        }
        is_it
    }

    /// The answer is no: it is not asked for again.
    pub(super) fn refuse(&mut self) {
        *self = Single { is_refused: true, is_settled: true, ..Single::default() };
    }

    /// Whether it was answered, refused or given up.
    pub(super) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// When the answer is overdue.
    pub(super) fn deadline(&self) -> Option<MonoTime> {
        self.asked.map(|(at, _)| at + times::ANSWER_WAIT)
    }

    /// Whether an answer was overdue now. It is asked for again at once, and after some tries later.
    pub(super) fn handle_timeout(&mut self, now: MonoTime) -> bool {
        let is_overdue = self.deadline().is_some_and(|deadline| deadline <= now);
        if is_overdue {
            self.asked = None;
            self.failures = self.failures.saturating_add(1);
            let is_given_up = self.failures >= times::TRIES_MAX;
            self.is_settled |= is_given_up;
            if is_given_up {
                self.failures = 0;
            }
            self.ask_at(if is_given_up { now + times::REFRESH_PERIOD } else { now });
        }
        is_overdue
    }
}

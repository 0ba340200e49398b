//! One extended poll: started, renewed, and asked for again when its results do not come.

use vigie_model::MonoTime;

use super::super::times;

/// One extended poll of one association.
#[derive(Debug, Default)]
pub(super) struct Extended {
    state: State,
    /// When the last result came, and its sequence number.
    last: Option<(MonoTime, u16)>,
    /// Mirrored in the results; a renewal is the same request again.
    pub(super) poll_number: u16,
    /// Until when it fetches labels as well, with group 0.
    labels_until: Option<MonoTime>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Not asked for, or the monitor does not have it.
    #[default]
    Off,
    /// To be sent as soon as the line lets it.
    Due {
        tries: u8,
        was: Option<u16>,
    },
    /// Sent; `was` is the sequence number before a renewal.
    Asked {
        at: MonoTime,
        tries: u8,
        was: Option<u16>,
    },
    Running {
        renew_at: MonoTime,
    },
    /// Given up for now.
    Quiet {
        until: MonoTime,
    },
}

/// What to do about a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Nothing,
    /// No result came, however often it was asked for.
    Silent,
}

impl Extended {
    /// Asks for it.
    pub(super) fn start(&mut self, poll_number: u16) {
        self.poll_number = poll_number;
        self.labels_until = None;
        self.state = State::Due { tries: 0, was: None };
    }

    /// Asks for it with all attributes, for a while.
    pub(super) fn start_with_labels(&mut self, now: MonoTime, poll_number: u16) {
        self.start(poll_number);
        self.labels_until = Some(now + times::LABELS_PERIOD);
    }

    /// The monitor does not have it.
    pub(super) fn stop(&mut self) {
        self.state = State::Off;
        self.labels_until = None;
    }

    /// Whether it was ever asked for and not refused.
    pub(super) fn is_on(&self) -> bool {
        self.state != State::Off
    }

    /// Whether it fetches labels.
    pub(super) fn has_labels(&self) -> bool {
        self.labels_until.is_some()
    }

    /// Whether results came lately.
    pub(super) fn is_flowing(&self, now: MonoTime) -> bool {
        self.last.is_some_and(|(at, _)| now.since(at) < times::RESULT_WAIT)
    }

    /// Whether it is to be sent now.
    pub(super) fn is_due(&self) -> bool {
        matches!(self.state, State::Due { .. })
    }

    /// It was sent.
    pub(super) fn sent(&mut self, now: MonoTime) {
        if let State::Due { tries, was } = self.state {
            self.state = State::Asked { at: now, tries: tries + 1, was };
        }
    }

    /// A result came.
    pub(super) fn result(&mut self, now: MonoTime, sequence: u16) {
        self.last = Some((now, sequence));
        match self.state {
            State::Asked { at, was, .. } if was.is_none_or(|was| sequence < was) => {
                self.state = State::Running { renew_at: at + times::RENEW_AFTER };
            }
            State::Quiet { .. } => {
                self.state = State::Running { renew_at: now + times::QUIET_PERIOD };
            }
            State::Off | State::Due { .. } | State::Asked { .. } | State::Running { .. } => {}
        }
    }

    /// Whoever fetched labels with it is done: from now on values alone. Its results went on until
    /// here, so that a first one is waited for anew.
    pub(super) fn labels_done(&mut self, now: MonoTime) -> bool {
        let is_done = self.labels_until.is_some_and(|until| until <= now);
        if is_done {
            self.labels_until = None;
        }
        is_done
    }

    /// Gives it a rest.
    pub(super) fn rest(&mut self, now: MonoTime) {
        self.state = State::Quiet { until: now + times::QUIET_PERIOD };
    }

    /// When [`Extended::handle_timeout`] has something to do.
    pub(super) fn deadline(&self) -> Option<MonoTime> {
        let own = match self.state {
            State::Off | State::Due { .. } => None,
            State::Asked { at, .. } => Some(at + times::RESULT_WAIT),
            State::Running { renew_at } => {
                let silent = self.last.map(|(at, _)| at + times::RESULT_WAIT);
                Some(silent.map_or(renew_at, |silent| silent.min(renew_at)))
            }
            State::Quiet { until } => Some(until),
        };
        own.into_iter().chain(self.labels_until).min()
    }

    /// The time has come.
    pub(super) fn handle_timeout(&mut self, now: MonoTime) -> Outcome {
        let sequence = self.last.map(|(_, sequence)| sequence);
        match self.state {
            State::Asked { at, tries, was } if now.since(at) >= times::RESULT_WAIT => {
                if tries < times::TRIES_MAX {
                    self.state = State::Due { tries, was };
                } else if self.is_flowing(now) {
                    // The old results go on: the renewal was heard and not shown, or there is time.
                    self.state = State::Running { renew_at: now + times::QUIET_PERIOD };
                } else {
                    return Outcome::Silent;
                }
            }
            State::Running { .. } if !self.is_flowing(now) => {
                self.state = State::Due { tries: 0, was: None };
            }
            State::Running { renew_at } if renew_at <= now => {
                self.state = State::Due { tries: 0, was: sequence };
            }
            State::Quiet { until } if until <= now => {
                // One try, not three: it is known to be silent.
                self.state = State::Due { tries: times::TRIES_MAX - 1, was: None };
            }
            State::Off
            | State::Due { .. }
            | State::Asked { .. }
            | State::Running { .. }
            | State::Quiet { .. } => {}
        }
        Outcome::Nothing
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(secs: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(secs)
    }

    fn running() -> Extended {
        let mut poll = Extended::default();
        poll.start(1);
        assert!(poll.is_due());
        poll.sent(at(0));
        poll.result(at(1), 0);
        poll
    }

    #[test]
    fn is_renewed_at_80_percent_and_only_a_new_row_confirms_it() {
        let mut poll = running();
        for secs in 2..480 {
            poll.result(at(secs), secs as u16);
            poll.handle_timeout(at(secs));
            assert!(!poll.is_due(), "{secs}");
        }
        poll.result(at(480), 480);
        poll.handle_timeout(at(480));
        assert!(poll.is_due());
        poll.sent(at(480));
        for (secs, sequence) in [(481, 481), (482, 482), (483, 0)] {
            assert_eq!(poll.deadline(), Some(at(485)));
            poll.result(at(secs), sequence);
        }
        assert_eq!(poll.deadline(), Some(at(488)));
        assert_eq!(poll.state, State::Running { renew_at: at(960) });
    }

    #[test]
    fn a_renewal_that_does_not_show_is_repeated() {
        let mut poll = running();
        let mut sent = Vec::new();
        for secs in 2..600_u64 {
            poll.result(at(secs), secs as u16);
            poll.handle_timeout(at(secs));
            if poll.is_due() {
                poll.sent(at(secs));
                sent.push(secs);
            }
        }
        assert_eq!(sent, [480, 485, 490, 525, 530, 535, 570, 575, 580]);
    }

    #[test]
    fn silence_is_told_after_three_tries() {
        let mut poll = running();
        let mut sent = Vec::new();
        let mut silent = None;
        for secs in 2..60 {
            if poll.handle_timeout(at(secs)) == Outcome::Silent {
                silent = Some(secs);
                poll.rest(at(secs));
            }
            if poll.is_due() {
                poll.sent(at(secs));
                sent.push(secs);
            }
        }
        assert_eq!((sent.as_slice(), silent), (&[6, 11, 16, 51][..], Some(56)));
    }
}

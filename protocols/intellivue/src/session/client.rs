//! The conversation with one monitor, without lines and addresses: messages in, messages out.
//!
//! ```text
//! Releasing ──answer, or 1 s──► Asking ──accepted──► Waiting ──announced──► Running
//!     ▲                          │  ▲                  │                      │
//!     └───── a pause is over ────┘  └── nothing, refused, aborted, over: Paused ◄┘
//! ```
//!
//! What was there before is released first, since a monitor keeps one association only. A monitor
//! that answers no release and goes on sending results of our last association is taken at its word:
//! the association is resumed. An announcement does the same, whatever was said before it.
//!
//! What is sent leaves at most every 64 ms, whatever comes in; nothing queues but confirmations, of
//! which there is one for each announcement that waits.

mod choice;
mod denial;
mod extended;
mod lists;
mod running;
mod single;

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;
use vigie_model::{Event, MonoTime};
use vigie_session::driver::Backoff;
use vigie_session::rng::Rng;

use crate::wire::Attribute;
use crate::wire::Message;
use crate::wire::association::PollProfileExtOptions;
use crate::wire::data::Data;
use crate::wire::operation::{Event as WireEvent, Request};

use super::association;
use super::monitor::Monitor;
use super::oddities::Oddity;
use super::requests::{self, Epoch, Kind};
use super::times;

use running::{End, Running, Want};

pub(super) use choice::Budget;

/// Announcements that wait for their confirmation at the same time; they are spread over two or
/// three messages at most.
const CONFIRMATIONS_MAX: usize = 8;
/// Results of our last association that show that it is still there.
const RESUMED_AFTER: u8 = 2;

/// One conversation.
#[derive(Debug)]
pub(super) struct Client {
    budget: Budget,
    rng: Rng,
    backoff: Backoff,
    monitor: Monitor,
    phase: Phase,
    epoch: Epoch,
    /// What the last association was granted.
    granted: Option<PollProfileExtOptions>,
    /// Whether the monitor may still take the last association for alive.
    is_epoch_alive: bool,
    /// Results of the last association since it was released.
    resumed: u8,
    /// Whether anything was heard since the last pause began.
    is_heard: bool,
    /// Results of somebody else's association came, and no release was answered since: an older run
    /// of this program. What we say would keep it alive.
    is_occupied: bool,
    /// A refusal was told.
    is_refusal_told: bool,
    /// Classes that stayed silent, and for which a new association did not help.
    blamed: BTreeSet<Kind>,
    confirmations: VecDeque<u16>,
    /// Nothing leaves before.
    free_at: MonoTime,
    outbox: VecDeque<Bytes>,
}

/// Where the conversation stands.
#[derive(Debug)]
enum Phase {
    /// There is no way to the monitor.
    Down,
    /// The last association is given back; `until` when that was sent.
    Releasing {
        until: Option<MonoTime>,
    },
    /// An association is asked for.
    /// `is_to_abort`: an older association is in the way.
    Asking {
        next: MonoTime,
        until: MonoTime,
        is_to_abort: bool,
    },
    /// It was granted; the monitor is to announce itself.
    Waiting {
        until: MonoTime,
    },
    Running(Box<Running>),
    /// Until the next attempt; with a release on its way, if there was an association.
    Paused {
        until: MonoTime,
        is_to_release: bool,
    },
    /// Goodbye: what is still to be said, and until when an answer is waited for.
    Leaving {
        is_to_abort: bool,
        is_to_release: bool,
        until: Option<MonoTime>,
    },
    Gone,
}

/// What leaves next.
#[derive(Clone, Copy, Debug)]
enum Out {
    Confirmation(u16),
    Abort,
    Release,
    Request,
    Running(Want),
}

impl Client {
    pub(super) fn new(seed: u64, budget: Budget) -> Client {
        let mut rng = Rng::new(seed);
        let epoch = Epoch::new(rng.next_u64());
        Client {
            budget,
            backoff: Backoff::new(rng.next_u64()),
            rng,
            monitor: Monitor::default(),
            phase: Phase::Down,
            epoch,
            granted: None,
            is_epoch_alive: false,
            resumed: 0,
            is_heard: false,
            is_occupied: false,
            is_refusal_told: false,
            blamed: BTreeSet::new(),
            confirmations: VecDeque::new(),
            free_at: MonoTime::START,
            outbox: VecDeque::new(),
        }
    }

    /// There is a way to the monitor.
    pub(super) fn start(&mut self, now: MonoTime) {
        if !matches!(self.phase, Phase::Leaving { .. } | Phase::Gone) {
            self.backoff.reset();
            self.is_heard = true;
            self.release();
            self.pump(now);
        }
    }

    /// The way to the monitor is gone; another one may be at its end next time.
    pub(super) fn stop(&mut self) -> Vec<Event> {
        self.outbox.clear();
        self.confirmations.clear();
        self.blamed.clear();
        self.is_occupied = false;
        self.phase = match self.phase {
            Phase::Leaving { .. } | Phase::Gone => Phase::Gone,
            Phase::Down
            | Phase::Releasing { .. }
            | Phase::Asking { .. }
            | Phase::Waiting { .. }
            | Phase::Running(_)
            | Phase::Paused { .. } => Phase::Down,
        };
        std::mem::take(&mut self.monitor).close()
    }

    /// The monitor has another address: the same monitor, a new conversation.
    pub(super) fn moved(&mut self, now: MonoTime) {
        self.monitor.note(Oddity::Association("the monitor has another address"));
        self.monitor.lose_association();
        self.outbox.clear();
        self.confirmations.clear();
        self.is_epoch_alive = false;
        self.start(now);
    }

    /// There is no way to the monitor for now: it is the same one when there is one again.
    pub(super) fn lose_way(&mut self) {
        self.monitor.lose_association();
        self.outbox.clear();
        self.confirmations.clear();
        if !matches!(self.phase, Phase::Leaving { .. } | Phase::Gone) {
            self.phase = Phase::Down;
        }
    }

    /// From when on the monitor counts as silent, if nothing more is heard.
    pub(super) fn silent_at(&self) -> Option<MonoTime> {
        match &self.phase {
            Phase::Running(running) => Some(running.last_data() + times::MOVED_AFTER),
            Phase::Waiting { until } => Some(*until),
            Phase::Down
            | Phase::Releasing { .. }
            | Phase::Asking { .. }
            | Phase::Paused { .. }
            | Phase::Leaving { .. }
            | Phase::Gone => None,
        }
    }

    /// Whether the monitor spoke within this conversation a moment ago.
    pub(super) fn is_alive(&self, now: MonoTime) -> bool {
        self.silent_at().is_some_and(|at| now < at)
    }

    /// The monitor, for what is heard of it outside of the conversation.
    pub(super) fn monitor(&mut self) -> &mut Monitor {
        &mut self.monitor
    }

    /// What is known of the monitor.
    pub(super) fn known(&self) -> &Monitor {
        &self.monitor
    }

    /// A message of the monitor.
    pub(super) fn handle_message(&mut self, now: MonoTime, message: &Message<'_>, bytes: &[u8]) {
        if matches!(self.phase, Phase::Down | Phase::Gone) {
            return;
        }
        self.is_heard = true;
        match message {
            Message::AssociationResponse(response) => {
                let granted = association::granted(response);
                self.accepted(now, message, bytes, granted);
            }
            Message::Refuse(_) => self.refused(now),
            Message::ReleaseResponse(_) => self.released(now),
            Message::Abort(_) => self.aborted(now),
            Message::Data(Data::Invoke {
                invoke_id,
                request: Request::Event { confirmed, report },
            }) => {
                if let WireEvent::MdsCreate { attributes, .. } = &report.event {
                    self.created(now, (*invoke_id, *confirmed), attributes);
                }
                self.announced(now, message, bytes);
            }
            Message::Data(data) => self.answered(now, message, data, bytes),
            Message::Beacon(_) => self.monitor.handle_message(now, message, bytes),
            Message::AssociationRequest(_) | Message::ReleaseRequest(_) => {
                self.monitor.note(Oddity::Association("a message that only clients send"));
            }
        }
        self.settle();
        self.pump(now);
    }

    fn accepted(
        &mut self,
        now: MonoTime,
        message: &Message<'_>,
        bytes: &[u8],
        granted: Option<PollProfileExtOptions>,
    ) {
        match self.phase {
            Phase::Asking { .. } | Phase::Paused { .. } => {
                self.granted = granted;
                self.monitor.handle_message(now, message, bytes);
                self.is_refusal_told = false;
                self.begin_epoch();
                self.phase = Phase::Waiting { until: now + times::CREATE_WAIT };
            }
            // The same request can be answered differently: the last answer counts.
            Phase::Waiting { .. } => {
                self.granted = granted;
                self.monitor.handle_message(now, message, bytes);
            }
            // A late copy, or the answer to a request before the release.
            Phase::Running(_) | Phase::Releasing { .. } => {
                self.monitor.note(Oddity::Association("association granted again"));
            }
            Phase::Down | Phase::Leaving { .. } | Phase::Gone => {}
        }
    }

    fn refused(&mut self, now: MonoTime) {
        if !matches!(self.phase, Phase::Asking { .. }) {
            return;
        }
        if !std::mem::replace(&mut self.is_refusal_told, true) {
            let what = "association refused: another client has this monitor";
            self.monitor.note(Oddity::Association(what));
        }
        self.is_epoch_alive = false;
        self.pause(now, false);
    }

    fn released(&mut self, now: MonoTime) {
        match self.phase {
            Phase::Releasing { until: Some(_) } => {
                self.is_epoch_alive = false;
                self.is_occupied = false;
                self.ask(now);
            }
            Phase::Paused { .. } | Phase::Asking { .. } => self.is_epoch_alive = false,
            Phase::Leaving { until: Some(_), .. } => self.phase = Phase::Gone,
            // A late copy: nothing was released since.
            Phase::Waiting { .. } | Phase::Running(_) => {
                self.monitor.note(Oddity::Association("release answered again"));
            }
            Phase::Releasing { until: None }
            | Phase::Down
            | Phase::Leaving { until: None, .. }
            | Phase::Gone => {}
        }
    }

    fn aborted(&mut self, now: MonoTime) {
        self.is_epoch_alive = false;
        self.is_occupied = false;
        match self.phase {
            Phase::Releasing { .. } => self.ask(now),
            Phase::Waiting { .. } | Phase::Running(_) => {
                self.end(now, "association aborted by the monitor", false);
            }
            Phase::Leaving { .. } => self.phase = Phase::Gone,
            Phase::Asking { .. } | Phase::Paused { .. } | Phase::Down | Phase::Gone => {}
        }
    }

    /// The announcement: confirmed before anything else, and as often as it comes.
    fn created(
        &mut self,
        now: MonoTime,
        (invoke_id, confirmed): (u16, bool),
        told: &[Attribute<'_>],
    ) {
        if matches!(self.phase, Phase::Leaving { .. }) {
            return;
        }
        let is_waiting = self.confirmations.contains(&invoke_id);
        if confirmed && !is_waiting && self.confirmations.len() < CONFIRMATIONS_MAX {
            self.confirmations.push_back(invoke_id);
        }
        let counter = told.iter().find_map(|attribute| {
            let Attribute::AssociationInvokeId(counter) = attribute else { return None };
            Some(*counter)
        });
        if let Phase::Running(running) = &mut self.phase {
            running.heard(now);
            let known = running.counter;
            running.counter = counter.or(known);
            if known.is_none() || counter.is_none() || counter == known {
                return;
            }
            // Another association than the one that was running.
            self.monitor
                .note(Oddity::Association("announced anew in the middle of an association"));
            self.begin_epoch();
        } else if !matches!(self.phase, Phase::Waiting { .. }) {
            // Its response was lost: what was asked for is taken for granted.
            self.granted = Some(self.budget.options());
            self.monitor.lose_association();
            self.begin_epoch();
        }
        self.run(now, counter);
    }

    fn announced(&mut self, now: MonoTime, message: &Message<'_>, bytes: &[u8]) {
        if let Phase::Running(running) = &mut self.phase {
            running.heard(now);
            self.monitor.handle_message(now, message, bytes);
        }
    }

    /// A result, or a no.
    fn answered(&mut self, now: MonoTime, message: &Message<'_>, data: &Data<'_>, bytes: &[u8]) {
        let invoke_id = match data {
            Data::Result { invoke_id, .. }
            | Data::Error { invoke_id, .. }
            | Data::Linked { invoke_id, .. } => Some(*invoke_id),
            Data::Invoke { .. } | Data::Unknown { .. } => None,
        };
        let kind = invoke_id.and_then(|invoke_id| self.epoch.kind(invoke_id));
        match (&mut self.phase, kind) {
            (Phase::Running(running), Some(kind)) => {
                running.handle_data(now, kind, data);
                if running.is_flowing(now, kind) {
                    self.blamed.remove(&kind);
                }
                if !matches!(data, Data::Error { .. }) {
                    self.monitor.handle_message(now, message, bytes);
                }
            }
            (Phase::Releasing { .. } | Phase::Asking { .. } | Phase::Paused { .. }, Some(_))
                if self.is_epoch_alive =>
            {
                self.resumed = self.resumed.saturating_add(1);
                let is_released_in_vain = !matches!(self.phase, Phase::Releasing { .. });
                if is_released_in_vain && self.resumed >= RESUMED_AFTER {
                    self.resume(now);
                }
            }
            (Phase::Leaving { .. }, _) => {}
            (phase, _) => {
                let is_idle = matches!(phase, Phase::Releasing { .. } | Phase::Paused { .. });
                self.is_occupied |= is_idle;
                self.monitor.note(Oddity::Association("message of another association"));
            }
        }
    }

    fn begin_epoch(&mut self) {
        self.epoch = self.epoch.next();
        self.is_epoch_alive = true;
    }

    fn run(&mut self, now: MonoTime, counter: Option<u16>) {
        let mut running = Running::new(now, self.epoch, self.budget, self.granted);
        running.counter = counter;
        self.phase = Phase::Running(Box::new(running));
    }

    /// The last association goes on; what is running is asked for anew, since much may have changed.
    fn resume(&mut self, now: MonoTime) {
        self.monitor.note(Oddity::Association("association resumed"));
        self.run(now, None);
    }

    /// Gives back what was there before.
    fn release(&mut self) {
        self.resumed = 0;
        self.phase = Phase::Releasing { until: None };
    }

    fn ask(&mut self, now: MonoTime) {
        self.is_heard = false;
        let is_to_abort = std::mem::take(&mut self.is_occupied);
        self.phase = Phase::Asking { next: now, until: now + times::REQUEST_WAIT, is_to_abort };
    }

    /// The association is over; why is told.
    fn end(&mut self, now: MonoTime, what: &'static str, is_to_release: bool) {
        if let Phase::Running(running) = &self.phase
            && now.since(running.began()) >= times::STABLE_AFTER
        {
            self.backoff.reset();
        }
        self.monitor.note(Oddity::Association(what));
        self.monitor.lose_association();
        self.pause(now, is_to_release);
    }

    fn pause(&mut self, now: MonoTime, is_to_release: bool) {
        self.confirmations.clear();
        self.resumed = 0;
        let until = now + self.backoff.next_delay();
        self.phase = Phase::Paused { until, is_to_release };
    }

    /// Nothing was heard: a short pause, so that a monitor that is switched on is seen soon.
    fn pause_in_silence(&mut self, now: MonoTime) {
        let pause = times::SILENCE_PAUSE_MAX.mul_f64(1.0 - self.rng.unit() / 2.0);
        self.phase = Phase::Paused { until: now + pause, is_to_release: false };
    }

    /// The time has come.
    pub(super) fn handle_timeout(&mut self, now: MonoTime) {
        self.monitor.handle_timeout(now);
        match &mut self.phase {
            Phase::Releasing { until: Some(until) } if *until <= now => {
                if self.is_epoch_alive && self.resumed > 0 {
                    self.resume(now);
                } else {
                    self.ask(now);
                }
            }
            Phase::Asking { until, .. } if *until <= now => {
                if self.is_heard {
                    self.pause(now, false);
                } else {
                    self.monitor.note(Oddity::Association("no answer to association requests"));
                    self.pause_in_silence(now);
                }
            }
            Phase::Waiting { until } if *until <= now => {
                self.end(now, "association granted, monitor not announced", true);
            }
            Phase::Running(running) => match running.handle_timeout(now, &self.blamed) {
                None => {}
                Some(End::NoData) => self.end(now, "no results for 10 s", true),
                Some(End::NoAnswers) => self.end(now, "keep-alives not answered", true),
                Some(End::Silent(kind)) => {
                    self.blamed.insert(kind);
                    self.end(now, "results do not come, however often asked for", true);
                }
            },
            // What is known to be over needs no release.
            Phase::Paused { until, .. } if *until <= now => {
                if self.is_epoch_alive || !self.is_heard {
                    self.release();
                } else {
                    self.ask(now);
                }
            }
            Phase::Leaving { until: Some(until), .. } if *until <= now => self.phase = Phase::Gone,
            Phase::Down
            | Phase::Releasing { .. }
            | Phase::Asking { .. }
            | Phase::Waiting { .. }
            | Phase::Paused { .. }
            | Phase::Leaving { .. }
            | Phase::Gone => {}
        }
        self.settle();
        self.pump(now);
    }

    /// Goodbye. A release is ignored while the announcement is not confirmed; an abort is not.
    pub(super) fn farewell(&mut self, now: MonoTime) {
        self.confirmations.clear();
        self.phase = match self.phase {
            Phase::Down | Phase::Gone | Phase::Leaving { .. } => Phase::Gone,
            Phase::Paused { is_to_release: false, .. } => Phase::Gone,
            Phase::Waiting { .. } => {
                Phase::Leaving { is_to_abort: true, is_to_release: true, until: None }
            }
            Phase::Releasing { .. }
            | Phase::Asking { .. }
            | Phase::Running(_)
            | Phase::Paused { .. } => {
                Phase::Leaving { is_to_abort: false, is_to_release: true, until: None }
            }
        };
        self.pump(now);
    }

    /// What the association found odd is told with what the monitor said.
    fn settle(&mut self) {
        if let Phase::Running(running) = &mut self.phase {
            for oddity in running.take_oddities() {
                self.monitor.note(oddity);
            }
        }
    }

    /// What leaves next, and not before when; the most urgent of what may leave at `now`, else the
    /// first of what may leave later.
    fn next_out(&self, now: MonoTime) -> Option<(MonoTime, Out)> {
        if let Some(invoke_id) = self.confirmations.front() {
            return Some((now, Out::Confirmation(*invoke_id)));
        }
        match &self.phase {
            Phase::Releasing { until: None } | Phase::Paused { is_to_release: true, .. } => {
                Some((now, Out::Release))
            }
            Phase::Leaving { is_to_abort: true, .. } => Some((now, Out::Abort)),
            Phase::Leaving { is_to_release: true, .. } => Some((now, Out::Release)),
            Phase::Asking { is_to_abort: true, .. } => Some((now, Out::Abort)),
            Phase::Asking { next, .. } => Some((*next, Out::Request)),
            Phase::Running(running) => {
                let mut first: Option<(MonoTime, Want)> = None;
                for (at, want) in running.wants() {
                    if at <= now {
                        return Some((at, Out::Running(want)));
                    }
                    first =
                        Some(first.filter(|(earliest, _)| *earliest <= at).unwrap_or((at, want)));
                }
                first.map(|(at, want)| (at, Out::Running(want)))
            }
            Phase::Down
            | Phase::Releasing { .. }
            | Phase::Waiting { .. }
            | Phase::Paused { .. }
            | Phase::Leaving { .. }
            | Phase::Gone => None,
        }
    }

    /// Sends what is due, one message at a time.
    fn pump(&mut self, now: MonoTime) {
        if now < self.free_at {
            return;
        }
        let Some((_, out)) = self.next_out(now).filter(|(at, _)| *at <= now) else { return };
        let bytes = match (out, &mut self.phase) {
            (Out::Confirmation(invoke_id), _) => {
                self.confirmations.pop_front();
                requests::confirmation(invoke_id)
            }
            (Out::Abort, phase) => {
                if let Phase::Leaving { is_to_abort, .. } | Phase::Asking { is_to_abort, .. } =
                    phase
                {
                    *is_to_abort = false;
                }
                requests::abort()
            }
            (Out::Release, phase) => {
                if let Phase::Releasing { until } = phase {
                    let is_silent = !self.is_heard;
                    let wait =
                        if is_silent { times::RELEASE_WAIT_SILENT } else { times::RELEASE_WAIT };
                    *until = Some(now + wait);
                } else if let Phase::Paused { is_to_release, .. } = phase {
                    *is_to_release = false;
                } else if let Phase::Leaving { is_to_release, until, .. } = phase {
                    (*is_to_release, *until) = (false, Some(now + times::RELEASE_WAIT));
                }
                requests::release()
            }
            (Out::Request, phase) => {
                if let Phase::Asking { next, .. } = phase {
                    *next = now + times::REQUEST_PERIOD;
                }
                requests::association(self.budget.options())
            }
            (Out::Running(want), Phase::Running(running)) => running.send(now, want),
            (Out::Running(_), _) => return,
        };
        self.free_at = now + times::SPACING;
        self.outbox.push_back(bytes);
    }

    /// What to send next.
    pub(super) fn poll_send(&mut self) -> Option<Bytes> {
        self.outbox.pop_front()
    }

    /// What was heard, in order.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        self.monitor.take_events()
    }

    /// When [`Client::handle_timeout`] is wanted next, and why.
    pub(super) fn deadline(&self) -> Option<(MonoTime, &'static str)> {
        if matches!(self.phase, Phase::Gone) {
            return None;
        }
        let own = match &self.phase {
            Phase::Releasing { until } => until.map(|at| (at, "release not answered")),
            Phase::Asking { until, .. } => Some((*until, "no association")),
            Phase::Waiting { until } => Some((*until, "monitor not announced")),
            Phase::Running(running) => Some((running.deadline(), "an answer or results overdue")),
            Phase::Paused { until, .. } => Some((*until, "the next attempt")),
            Phase::Leaving { until, .. } => until.map(|at| (at, "goodbye not answered")),
            Phase::Down | Phase::Gone => None,
        };
        let is_leaving = matches!(self.phase, Phase::Leaving { .. });
        let alarms = self.monitor.deadline().filter(|_| !is_leaving);
        let alarms = alarms.map(|at| (at, "alarms not confirmed"));
        // What may leave now leaves as soon as the line is free.
        let out = self.next_out(self.free_at).map(|(at, _)| (at.max(self.free_at), "to be sent"));
        own.into_iter().chain(alarms).chain(out).min_by_key(|(at, _)| *at)
    }
}

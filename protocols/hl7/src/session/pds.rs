//! Family `mindray-pds`: we connect, the monitor tells its configuration, we ask once and then listen.
//!
//! | When | What |
//! | --- | --- |
//! | connected | an echo at once, and one every second: without it the monitor hangs up after 10 s |
//! | its first echo, or 3 s | the query: older firmware ignores one during the configuration before |
//! | no value for 10 s | the query again; a new one replaces the old |
//! | nothing at all for 10 s | the line is closed; the link connects again |
//!
//! Alarms (54, 56) are the whole list each time: what is missing has ended. Source of times: clients
//! written against monitors; see `README.md`.

mod alarms;
mod numbers;
mod waves;
mod who;

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use vigie_model::{DeviceInfo, Event, Fault, FaultKind, MonoTime, Patient, Text};
use vigie_session::{Deadline, Heard, Input, Line, Session, Setup, Transmit};

use super::options::PdsOptions;
use super::streams::Streams;
use crate::map::pds::PARAMETERS_ASKED;
use crate::wire::Message;
use crate::wire::mllp::Mllp;
use crate::wire::pds::{self as wire, Kind};

const ECHO_PERIOD: Duration = Duration::from_secs(1);
/// The query waits so long for the monitor's first echo.
const BURST_MAX: Duration = Duration::from_secs(3);
/// Without a value for so long the query is sent again.
const VALUES_WITHIN: Duration = Duration::from_secs(10);
/// Without a byte for so long the monitor is taken to be gone.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// The session.
pub(super) struct Pds {
    options: PdsOptions,
    is_passive: bool,
    mllp: Mllp,
    peer: Option<IpAddr>,
    /// While the line is open and we speak.
    talk: Option<Talk>,
    queries: u32,
    is_told: bool,
    monitor: Monitor,
    events: VecDeque<Heard>,
    outbox: VecDeque<Transmit>,
}

/// The times of an open line.
#[derive(Clone, Copy, Debug)]
struct Talk {
    echo_at: MonoTime,
    query_at: MonoTime,
    /// The monitor's first echo came.
    is_ready: bool,
    /// It was asked on this line.
    is_asked: bool,
    silent_at: MonoTime,
}

/// What is known of the monitor behind the line.
#[derive(Debug, Default)]
struct Monitor {
    info: Option<DeviceInfo>,
    patient: Option<Patient>,
    streams: Streams,
    numbers: numbers::Numbers,
    waves: waves::Waves,
    /// Parameters that are in alarm.
    in_alarm: BTreeSet<u16>,
    /// Whether it told its alarms.
    has_alarms: bool,
    /// Kinds of message that say nothing of the patient, and how many came.
    others: BTreeMap<String, u64>,
}

/// Other kinds of message that are remembered.
const OTHERS_MAX: usize = 64;

impl Pds {
    pub(super) fn new(setup: &Setup) -> Pds {
        Pds {
            options: PdsOptions::of(setup),
            is_passive: setup.passive,
            mllp: Mllp::new(),
            peer: None,
            talk: None,
            queries: 0,
            is_told: false,
            monitor: Monitor::default(),
            events: VecDeque::new(),
            outbox: VecDeque::new(),
        }
    }

    fn say(&mut self, event: Event) {
        self.events.push_back(event.into());
    }

    fn down(&mut self) {
        if let Some(fault) = self.mllp.close() {
            self.say(Event::Fault(fault.into()));
        }
        if self.monitor.has_alarms {
            self.say(alarms::unknown());
        }
        (self.talk, self.peer, self.monitor) = (None, None, Monitor::default());
    }

    fn hear(&mut self, now: MonoTime, bytes: &[u8]) {
        if let Some(talk) = &mut self.talk {
            talk.silent_at = now + SILENCE_MAX;
        }
        let mut mllp = core::mem::take(&mut self.mllp);
        mllp.push(bytes);
        while let Some(found) = mllp.next_message() {
            let event = match found {
                Ok(content) => match Message::parse(content, self.options.charset) {
                    Ok(message) => {
                        self.message(now, &message);
                        continue;
                    }
                    Err(fault) => {
                        let what = Text::from(fault.what());
                        Event::Fault(Fault { kind: FaultKind::Malformed, what, count: 1 })
                    }
                },
                Err(fault) => Event::Fault(fault.into()),
            };
            self.say(event);
        }
        self.mllp = mllp;
    }

    fn message(&mut self, now: MonoTime, message: &Message<'_>) {
        let mut events = Vec::new();
        let monitor = &mut self.monitor;
        match Kind::of(message.control_id()) {
            Kind::Echo => {
                events.push(Event::Alive);
                if let Some(talk) = &mut self.talk
                    && !talk.is_ready
                {
                    talk.is_ready = true;
                    talk.query_at = talk.query_at.min(now);
                }
            }
            Kind::Demographics => {
                who::take(monitor, now, message, self.peer, self.options.bed, &mut events);
            }
            Kind::Periodic => {
                if let Some(talk) = self.talk.as_mut().filter(|talk| talk.is_asked) {
                    talk.query_at = now + VALUES_WITHIN;
                }
                numbers::periodic(monitor, &self.options, now, message, &mut events);
            }
            Kind::Validity => numbers::validity(monitor, message, &mut events),
            Kind::Aperiodic => {
                numbers::aperiodic(monitor, &self.options, now, message, &mut events);
            }
            Kind::Levels => numbers::levels(monitor, message),
            Kind::Physiological => alarms::take(monitor, message, true, &mut events),
            Kind::Technical => alarms::take(monitor, message, false, &mut events),
            Kind::Waves => waves::take(monitor, now, message, &mut events),
            Kind::Answer => {}
            Kind::Other => {
                // Configuration: counted by kind, and no fault of anybody's.
                let kind = message.control_id().chars().take(8).collect::<String>();
                if monitor.others.len() < OTHERS_MAX || monitor.others.contains_key(&kind) {
                    *monitor.others.entry(kind).or_default() += 1;
                }
                events.push(Event::Alive);
            }
        }
        self.events.extend(events.into_iter().map(Heard::from));
    }

    fn query(&mut self) {
        self.queries = self.queries % 999_999 + 1;
        let options = &self.options;
        let target = options
            .bed
            .map_or("0&0".to_owned(), |(address, bed)| format!("{}&{bed}", u32::from(address)));
        let numbers: Vec<u16> = PARAMETERS_ASKED.iter().chain(&options.numbers).copied().collect();
        let bytes = wire::query(&target, self.queries, &numbers, &options.waves);
        self.outbox.push_back(Transmit::main(bytes));
    }
}

impl Session for Pds {
    fn handle_input(&mut self, now: MonoTime, input: Input<'_>) {
        match input {
            Input::Up { peer, .. } => {
                self.peer = peer.map(|peer| peer.remote.ip());
                if !core::mem::replace(&mut self.is_told, true) {
                    let odd = core::mem::take(&mut self.options.odd);
                    odd.into_iter().for_each(|event| self.say(event));
                }
                if !self.is_passive {
                    self.talk = Some(Talk {
                        echo_at: now,
                        query_at: now + BURST_MAX,
                        is_ready: false,
                        is_asked: false,
                        silent_at: now + SILENCE_MAX,
                    });
                    self.handle_timeout(now);
                }
            }
            Input::Bytes { bytes, .. } => {
                self.hear(now, bytes);
                self.handle_timeout(now);
            }
            Input::Down { .. } => self.down(),
            Input::Accepted { .. } => {} // no listener among our lines
        }
    }

    fn handle_timeout(&mut self, now: MonoTime) {
        let Some(mut talk) = self.talk else { return };
        if talk.silent_at <= now {
            self.talk = None;
            let what = Text::from("monitor silent for 10 s, line closed");
            self.say(Event::Fault(Fault { kind: FaultKind::Unexpected, what, count: 1 }));
            self.outbox.push_back(Transmit::Close { line: Line::MAIN });
            return;
        }
        if talk.echo_at <= now {
            talk.echo_at = now + ECHO_PERIOD;
            self.outbox.push_back(Transmit::main(wire::echo()));
        }
        if talk.query_at <= now {
            talk.query_at = now + VALUES_WITHIN;
            talk.is_asked = true;
            self.query();
        }
        self.talk = Some(talk);
    }

    fn handle_farewell(&mut self, _now: MonoTime) {
        // The query ends with the connection; there is nothing to take back.
        self.talk = None;
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop_front()
    }

    fn poll_event(&mut self) -> Option<Heard> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        let talk = self.talk?;
        let echo = Deadline { at: talk.echo_at, why: "echo" };
        let query = Deadline { at: talk.query_at, why: "query" };
        let silent = Deadline { at: talk.silent_at, why: "silence" };
        [echo, query, silent].into_iter().min_by_key(|deadline| deadline.at)
    }
}

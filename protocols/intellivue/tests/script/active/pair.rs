//! A session and its monitors on one virtual clock. Everything that the session sends is held
//! against `docs/sent.md`, and against the spacing that monitors need.

use core::net::SocketAddr;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use vigie_intellivue::session::{
    BAUD, BEACON, FRAMING, FRAMING_DATAGRAM, IntellivueFactory, MONITOR,
};
use vigie_intellivue::wire::Message;
use vigie_intellivue::wire::frame::{Deframer, emit_frame};
use vigie_model::{AlarmTruth, Event, MonoTime};
use vigie_session::{DeviceIx, Down, Factory, Heard, Input, Line, Session, Setup, Transmit};

use super::bedside::Bedside;
use super::sent;

/// Both sides.
pub struct Pair {
    session: Box<dyn Session>,
    pub now: MonoTime,
    is_serial: bool,
    /// By address; a serial line has one without.
    pub monitors: BTreeMap<Option<SocketAddr>, Bedside>,
    pub heard: Vec<(MonoTime, Heard)>,
    /// What the session sent, un-framed.
    pub sent: Vec<(MonoTime, Option<SocketAddr>, Vec<u8>)>,
    last_sent: BTreeMap<Option<SocketAddr>, MonoTime>,
    /// Rows of the table that were met.
    pub rows: BTreeSet<usize>,
    /// Nothing is kept of what is heard: for long runs.
    pub is_forgetful: bool,
}

impl Pair {
    fn new(is_serial: bool, seed: u64, options: &[(&str, &str)]) -> Pair {
        let options = options.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let setup = Setup { passive: false, seed, options: options.collect() };
        let now = MonoTime::START + Duration::from_secs(1_000);
        Pair {
            session: IntellivueFactory.session(&setup),
            now,
            is_serial,
            monitors: BTreeMap::new(),
            heard: Vec::new(),
            sent: Vec::new(),
            last_sent: BTreeMap::new(),
            rows: BTreeSet::new(),
            is_forgetful: false,
        }
    }

    /// A serial line with a monitor at its end.
    pub fn serial(baud: &str) -> Pair {
        let mut pair = Pair::new(true, 7, &[(BAUD, baud)]);
        pair.monitors.insert(None, Bedside::new(pair.now));
        pair
    }

    /// A network with one monitor, which the options name.
    pub fn network() -> Pair {
        Pair::network_of(7)
    }

    pub fn network_of(seed: u64) -> Pair {
        let options = [(FRAMING, FRAMING_DATAGRAM), (MONITOR, "10.0.42.9")];
        let mut pair = Pair::new(false, seed, &options);
        pair.monitors.insert(Some(address(9)), Bedside::new(pair.now));
        pair
    }

    /// A network whose monitors are found by their beacons.
    pub fn beacons() -> Pair {
        Pair::new(false, 7, &[(FRAMING, FRAMING_DATAGRAM)])
    }

    pub fn up(&mut self) {
        self.input(Input::Up { line: Line::MAIN, peer: None });
    }

    pub fn down(&mut self) {
        self.input(Input::Down { line: Line::MAIN, why: Down::Closed });
    }

    pub fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(self.now, input);
        self.drain();
    }

    /// A message arrives from the only monitor, or from this address.
    pub fn deliver(&mut self, from: Option<SocketAddr>, bytes: &[u8]) {
        let framed = self.is_serial.then(|| emit_frame(bytes).unwrap());
        let bytes = framed.as_deref().unwrap_or(bytes);
        self.input(Input::Bytes { line: Line::MAIN, from, bytes });
    }

    pub fn beacon(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.input(Input::Bytes { line: BEACON, from: Some(from), bytes });
    }

    /// The only monitor.
    pub fn bedside(&mut self) -> &mut Bedside {
        self.monitors.values_mut().next().unwrap()
    }

    pub fn secs(&mut self, secs: u64) {
        self.advance(Duration::from_secs(secs));
    }

    pub fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        let mut spins = 0;
        loop {
            let session = self.session.poll_timeout().map(|due| due.at);
            let monitors = self.monitors.values().filter_map(Bedside::next).min();
            let Some(next) = session.into_iter().chain(monitors).min().filter(|at| *at <= end)
            else {
                break;
            };
            spins = if next > self.now { 0 } else { spins + 1 };
            assert!(spins < 1_000, "time stands still: {:?}", self.session.poll_timeout());
            self.now = self.now.max(next);
            for from in self.monitors.keys().copied().collect::<Vec<_>>() {
                let bedside = self.monitors.get_mut(&from).unwrap();
                if bedside.next().is_none_or(|at| at > self.now) {
                    continue;
                }
                for bytes in bedside.poll(self.now) {
                    self.deliver(from, &bytes);
                }
            }
            if self.session.poll_timeout().is_some_and(|due| due.at <= self.now) {
                self.session.handle_timeout(self.now);
                self.drain();
            }
        }
        self.now = end;
    }

    /// Time passes for the session alone: what the monitor sends is taken by the caller.
    pub fn advance_session(&mut self, by: Duration) {
        let end = self.now + by;
        while let Some(due) = self.session.poll_timeout().filter(|due| due.at <= end) {
            self.now = self.now.max(due.at);
            self.session.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    /// Says goodbye; how long it took.
    pub fn farewell(&mut self) -> Duration {
        let start = self.now;
        self.session.handle_farewell(self.now);
        self.drain();
        while let Some(due) = self.session.poll_timeout() {
            assert!(due.at <= start + Duration::from_secs(2), "{due:?}");
            // A monitor's answer may come before.
            self.advance(Duration::from_millis(10));
        }
        self.now - start
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.session.poll_transmit() {
            let Transmit::Bytes { line: Line::MAIN, to, bytes } = transmit else {
                panic!("{transmit:?}");
            };
            let bytes = if self.is_serial { unframed(&bytes) } else { bytes.to_vec() };
            let row = sent::row_of(&bytes);
            self.rows.insert(row.unwrap_or_else(|| panic!("not in docs/sent.md: {bytes:02X?}")));
            let last = self.last_sent.insert(to, self.now);
            let spaced = last.is_none_or(|last| self.now - last >= Duration::from_millis(64));
            assert!(spaced, "sent too soon: {bytes:02X?}");
            if let Some(bedside) = self.monitors.get_mut(&to) {
                bedside.hear(self.now, &bytes);
            }
            if !self.is_forgetful {
                self.sent.push((self.now, to, bytes));
            }
        }
        while let Some(heard) = self.session.poll_event() {
            if self.is_forgetful {
                let is_kept = match &heard.event {
                    Event::Fault(_) => true,
                    Event::Alarms(set) => set.truth == AlarmTruth::Unknown,
                    Event::Wave(chunk) => chunk.before == vigie_model::Before::Gap,
                    _ => false,
                };
                if !is_kept {
                    continue;
                }
            }
            self.heard.push((self.now, heard));
        }
    }

    /// What was heard since this was last asked.
    pub fn take(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.heard).into_iter().map(|(_, heard)| heard.event).collect()
    }

    /// The faults among what was heard, in words.
    pub fn faults(&self) -> Vec<String> {
        let heard = self.heard.iter();
        let fault = |event: &Event| match event {
            Event::Fault(fault) => Some(fault.what.as_str().to_owned()),
            _ => None,
        };
        heard.filter_map(|(_, heard)| fault(&heard.event)).collect()
    }

    pub fn has_fault(&self, what: &str) -> bool {
        self.faults().iter().any(|fault| fault.contains(what))
    }

    /// When the first number since a moment was heard.
    pub fn first_number(&self, since: MonoTime) -> Option<Duration> {
        let is_it = |heard: &&(MonoTime, Heard)| {
            heard.0 >= since && matches!(heard.1.event, Event::Numeric(_))
        };
        self.heard.iter().find(is_it).map(|(at, _)| *at - since)
    }

    pub fn numbers(&self, device: DeviceIx) -> usize {
        let heard = self.heard.iter().filter(|(_, heard)| heard.device == device);
        heard.filter(|(_, heard)| matches!(heard.event, Event::Numeric(_))).count()
    }

    pub fn waves(&self) -> usize {
        self.heard.iter().filter(|(_, heard)| matches!(heard.event, Event::Wave(_))).count()
    }

    /// Kinds of messages sent, in order.
    pub fn kinds(&self) -> Vec<&'static str> {
        self.sent.iter().map(|(_, _, bytes)| Message::parse(bytes).unwrap().kind()).collect()
    }

    pub fn sent_of(&self, kind: &str) -> usize {
        self.kinds().iter().filter(|sent| **sent == kind).count()
    }
}

/// The message of one frame.
pub fn unframed(frame: &[u8]) -> Vec<u8> {
    let mut deframer = Deframer::new();
    deframer.push(frame);
    let bytes = deframer.next_frame().unwrap().unwrap().to_vec();
    assert!(deframer.next_frame().is_none());
    bytes
}

/// A monitor's address by its last number.
pub fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 42, last], 24_105))
}

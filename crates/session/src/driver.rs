//! Between a [`Session`] and the board: stamps what is heard, places waves, limits what it may cost.
//!
//! One [`Driver`] drives one session on one configured line. It is called exactly like a session
//! and by the same contract: after every `handle_*`, drain [`Driver::poll_transmit`], then
//! [`Driver::poll_observation`], then ask [`Driver::poll_timeout`] once. It keeps no queue of its
//! own: what is not polled waits in the session, and nothing is dropped here for want of room.
//!
//! | Rule | When it is met |
//! | --- | --- |
//! | At most [`DEVICES_MAX`] devices on a line, [`STREAMS_MAX`] streams and [`CLOCKS_MAX`] clocks a device | what comes on top is left out, as a counted [`FaultKind::Capped`] |
//! | No text longer than [`TEXT_BYTES_MAX`], none that steers a terminal | it is cut or cleaned, and that is counted |
//! | Equal alarm sets closer than [`ALARMS_PERIOD`] | the second is left out: it says nothing new |
//! | Equal faults closer than [`FAULT_PERIOD`] | they are reported once, with their count |
//! | A passive session sends | nothing leaves; a counted [`FaultKind::Unexpected`] |
//!
//! # Who speaks
//!
//! Identity is not address. A device is `line:NAME` until it names itself (`line:NAME#3` for device
//! 3 of several). The [`Event::Identity`] that names or renames it is stamped with the **line's**
//! key and carries the new one, so that the board sees what passes to what; a name said again, and
//! all that follows, is stamped with the name. When the line comes up again another device may hang
//! on it: its first word is the line's again, until it has named itself. With [`Names::OfLines`] the
//! line's key stays for good.
//!
//! # Who is reached
//!
//! Many devices may connect to one listening line. A device is out of reach as soon as the last
//! connection closed on which it spoke ([`Reached::Left`]), whatever else is open; when it is heard on
//! another one it names itself anew. Senders that call anew for each message are judged by their silence. Two senders that speak under its name at once
//! ([`Reached::Doubled`]) are told apart by nobody; see [`Ways`].

mod backoff;
mod caps;
mod faults;

use core::net::IpAddr;
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
    time::Duration,
};

use vigie_model::{
    AlarmScope, AlarmSet, Cadence, DeviceInfo, DeviceKey, Event, Fault, FaultKind, MetricKey,
    MonoTime, Observation, Placement, RunId, Stamp, Text, Tick, Timebase, WallTime, WaveChunk,
};

use self::faults::Faults;
use crate::{
    Deadline, DeviceIx, Heard, Input, Line, Session, Transmit, clock_tracker::ClockTracker,
    ways::Ways,
};

pub use self::{
    backoff::{BACKOFF_FIRST, BACKOFF_MAX, Backoff},
    caps::TEXT_BYTES_MAX,
    faults::{FAULT_PERIOD, FAULTS_MAX},
};

/// Devices heard through one line.
pub const DEVICES_MAX: usize = 256;
/// Streams of one device, numbers, texts, waves and limits together.
pub const STREAMS_MAX: usize = 512;
/// Sample clocks of one device.
pub const CLOCKS_MAX: usize = 16;
/// An alarm set equal to the last one passed on, and this soon after it, is left out. Devices repeat
/// their set about once a second, and each repetition renews what the board knows, so those must
/// pass; a flood in one read must not.
pub const ALARMS_PERIOD: Duration = Duration::from_millis(250);

/// What a driver must know of its line.
#[derive(Clone, Debug)]
pub struct DriverConfig {
    /// The line's name in the configuration.
    pub line_name: Text,
    /// The run of the station, for stamps.
    pub run: RunId,
    /// Whether the session must not send: recordings, tapped cables.
    pub passive: bool,
    /// By what its devices are told apart.
    pub names: Names,
}

/// By what the devices of a line are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// By the names that they give themselves: a device may move to another line.
    #[default]
    OfDevices,
    /// By the line alone: several recordings of one device are several beds.
    OfLines,
}

/// Whether a device can be heard on an open line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// As far as anybody knows.
    Open,
    /// The connection on which it spoke is closed; the line itself listens on.
    Left,
    /// Two senders speak under its name.
    Doubled,
}

/// Drives one session. See [the module](self).
pub struct Driver {
    config: DriverConfig,
    session: Box<dyn Session>,
    devices: BTreeMap<DeviceIx, Device>,
    lines_up: BTreeSet<Line>,
    /// Of [`Driver::lines_up`] those that somebody opened to us, and from where.
    accepted: BTreeMap<Line, IpAddr>,
    /// The line whose bytes the session was given last, until it is given something else.
    speaking: Option<Line>,
    /// How often a device that was not reached, or doubled, was heard as itself again.
    returns: u64,
    faults: Faults,
    seq: u64,
    now: MonoTime,
    wall: WallTime,
}

/// What is kept of a device that was heard.
struct Device {
    key: DeviceKey,
    /// The line came up again and it has not been heard since: it may be another one.
    unsure: bool,
    /// The accepted connections on which it spoke.
    ways: Ways,
    reached: Reached,
    /// The last name that a device gave here.
    named: Option<DeviceKey>,
    /// With the period of delivery, once told.
    streams: BTreeMap<MetricKey, Option<Duration>>,
    clocks: BTreeMap<Timebase, ClockTracker>,
    /// The last set passed on, and when.
    alarms: BTreeMap<AlarmScope, (AlarmSet, MonoTime)>,
}

impl Driver {
    /// A driver whose line is down.
    pub fn new(config: DriverConfig, session: Box<dyn Session>) -> Driver {
        Driver {
            config,
            session,
            devices: BTreeMap::new(),
            lines_up: BTreeSet::new(),
            accepted: BTreeMap::new(),
            speaking: None,
            returns: 0,
            faults: Faults::default(),
            seq: 0,
            now: MonoTime::START,
            wall: WallTime::default(),
        }
    }

    /// Something arrived, or a line changed, at `now` and `wall`. `now` never goes back.
    pub fn handle_input(&mut self, now: MonoTime, wall: WallTime, input: Input<'_>) {
        self.set_time(now, wall);
        match input {
            Input::Up { line, .. } | Input::Accepted { line, .. } => {
                if self.lines_up.is_empty() {
                    for device in self.devices.values_mut() {
                        device.unsure = true;
                    }
                }
                self.lines_up.insert(line);
            }
            Input::Down { line, .. } => _ = self.lines_up.remove(&line),
            Input::Bytes { .. } => {}
        }
        self.speaking = None;
        match input {
            Input::Accepted { line, peer, .. } => {
                self.accepted.insert(line, peer.remote.ip());
            }
            Input::Bytes { line, .. } => self.speaking = Some(line),
            Input::Down { line, .. } => {
                self.accepted.remove(&line);
                for device in self.devices.values_mut().filter(|it| it.reached != Reached::Left) {
                    if device.ways.close(line) {
                        device.reached = Reached::Left;
                    }
                }
            }
            Input::Up { .. } => {}
        }
        self.session.handle_input(self.now, input);
        self.refuse_transmits();
    }

    /// The time that [`Driver::poll_timeout`] named has come.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        self.set_time(now, wall);
        if self.session.poll_timeout().is_some_and(|deadline| deadline.at <= self.now) {
            self.speaking = None;
            self.session.handle_timeout(self.now);
            self.refuse_transmits();
        }
    }

    /// Say goodbye. Drive on until [`Driver::poll_timeout`] is `None`, for 2 s at most.
    pub fn handle_farewell(&mut self, now: MonoTime, wall: WallTime) {
        self.set_time(now, wall);
        self.speaking = None;
        self.session.handle_farewell(self.now);
        self.refuse_transmits();
    }

    /// What to send next; never anything for a passive session.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.refuse_transmits();
        if self.config.passive { None } else { self.session.poll_transmit() }
    }

    /// What was heard next, stamped with the time of the last `handle_*` and with a `seq` that counts
    /// this driver's observations from 0; the lane that takes it gives it the lane's own.
    pub fn poll_observation(&mut self) -> Option<Arc<Observation>> {
        while let Some(heard) = self.session.poll_event() {
            if let Some(observation) = self.take(heard) {
                return Some(observation);
            }
        }
        // Faults come last: by then all of one read are counted together.
        let (whose, fault) = self.faults.pop_due(self.now)?;
        let device = whose.and_then(|device| self.devices.get(&device)).map(|d| d.key.clone());
        let device = device.unwrap_or_else(|| self.line_key(DeviceIx::ONLY));
        Some(self.observe(device, Event::Fault(fault), None))
    }

    /// When to call [`Driver::handle_timeout`], and why.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let counts = self.faults.next_due().map(|at| Deadline { at, why: "fault counts" });
        self.session.poll_timeout().into_iter().chain(counts).min_by_key(|deadline| deadline.at)
    }

    /// The keys of all devices heard on this line, as they are now; at most [`DEVICES_MAX`].
    ///
    /// When the line closes, these are the devices that are no longer reached. After it came up
    /// again they stand here unchanged until something is heard from each.
    pub fn devices(&self) -> Vec<DeviceKey> {
        self.devices.values().map(|device| device.key.clone()).collect()
    }

    /// All devices heard on this line, and whether they are reached there now.
    pub fn reached(&self) -> impl Iterator<Item = (&DeviceKey, Reached)> {
        self.devices.values().map(|device| (&device.key, device.reached))
    }

    /// How often a device that had left, or was doubled, was heard again: whoever watches must know that
    /// it is reached before what it says.
    pub fn returns(&self) -> u64 {
        self.returns
    }

    /// Whether any line of the session is open. For a listening line that means that it listens.
    pub fn is_up(&self) -> bool {
        !self.lines_up.is_empty()
    }

    fn set_time(&mut self, now: MonoTime, wall: WallTime) {
        self.now = self.now.max(now);
        self.wall = wall;
    }

    fn refuse_transmits(&mut self) {
        while self.config.passive && self.session.poll_transmit().is_some() {
            self.fault(None, FaultKind::Unexpected, "passive session wanted to send");
        }
    }

    /// The name of a device that has not told one.
    fn line_key(&self, device: DeviceIx) -> DeviceKey {
        let name = self.config.line_name.truncated(TEXT_BYTES_MAX);
        match device {
            DeviceIx::ONLY => DeviceKey::of_line(name.as_str()),
            DeviceIx(number) => DeviceKey::of_line(&format!("{name}#{number}")),
        }
    }

    /// One event through all rules; `None` when nothing is left of it, or it is only counted.
    fn take(&mut self, Heard { device: ix, mut event }: Heard) -> Option<Arc<Observation>> {
        let line_key = self.line_key(ix);
        let devices = self.devices.len();
        let device = match self.devices.entry(ix) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if devices >= DEVICES_MAX => {
                self.fault(None, FaultKind::Capped, "too many devices on a line");
                return None;
            }
            Entry::Vacant(vacant) => vacant.insert(Device::new(line_key.clone())),
        };
        // What is only counted may be said of a device in somebody else's words.
        if let (Some(line), false) = (self.speaking, matches!(event, Event::Fault(_))) {
            let before = device.reached;
            device.speaks(self.now, line, self.accepted.get(&line).copied());
            self.returns += u64::from(before != Reached::Open && before != device.reached);
        }
        if device.unsure {
            device.forget_name(line_key.clone());
        }
        let mut key = device.key.clone();
        if let (Names::OfLines, Event::Identity(info)) = (self.config.names, &mut event) {
            info.key = line_key.clone();
        }
        let capped = caps::cap_texts(&mut event);
        let taken = match &event {
            // A device that could call itself a line would inherit that line's bed.
            Event::Identity(info) if info.key.is_of_line() && info.key != line_key => {
                Err((FaultKind::Malformed, "identity that names a line"))
            }
            Event::Identity(info) if info.key.0.is_empty() => {
                Err((FaultKind::Malformed, "identity without a name"))
            }
            Event::Identity(info) => {
                if info.key != key {
                    key = line_key;
                }
                device.rename(info);
                Ok(None)
            }
            Event::Stream(stream) => match stream.cadence {
                Cadence::Periodic(period) => device.stream(&stream.key, Some(period)),
                Cadence::OnChange { .. } | Cadence::Episodic { .. } => {
                    device.stream(&stream.key, None)
                }
            },
            Event::Numeric(numeric) => device.stream(&numeric.key, None),
            Event::Text(text) => device.stream(&text.key, None),
            Event::Limits(limits) => device.stream(&limits.key, None),
            Event::Wave(chunk) => device.place(self.now, chunk),
            Event::Alarms(set) if device.is_repetition(self.now, set) => return None,
            Event::Alarms(_)
            | Event::Patient(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive => Ok(None),
            Event::Fault(fault) => {
                self.faults.push(self.now, Some(ix), fault.clone());
                return None;
            }
        };
        for (count, what) in [
            (capped.cut, "text too long, cut"),
            (capped.cleaned, "control characters in a text, left out"),
        ] {
            if count > 0 {
                let fault = Fault { kind: FaultKind::Capped, what: Text::from(what), count };
                self.faults.push(self.now, Some(ix), fault);
            }
        }
        match taken {
            Ok(placed) => Some(self.observe(key, event, placed)),
            Err((kind, what)) => {
                self.fault(Some(ix), kind, what);
                None
            }
        }
    }

    fn observe(
        &mut self,
        device: DeviceKey,
        event: Event,
        placed: Option<Placement>,
    ) -> Arc<Observation> {
        let stamp = Stamp { run: self.config.run, seq: self.seq, mono: self.now, wall: self.wall };
        self.seq += 1;
        Arc::new(Observation { stamp, device, event, placed })
    }

    fn fault(&mut self, whose: Option<DeviceIx>, kind: FaultKind, what: &'static str) {
        let fault = Fault { kind, what: Text::from(what), count: 1 };
        self.faults.push(self.now, whose, fault);
    }
}

/// Why an event was left out.
type LeftOut = (FaultKind, &'static str);

impl Device {
    fn new(key: DeviceKey) -> Device {
        Device {
            key,
            unsure: false,
            ways: Ways::default(),
            reached: Reached::Open,
            named: None,
            streams: BTreeMap::new(),
            clocks: BTreeMap::new(),
            alarms: BTreeMap::new(),
        }
    }

    /// It was heard on a line; `from` is where that was opened from, if it was opened to us.
    fn speaks(&mut self, now: MonoTime, line: Line, from: Option<IpAddr>) {
        // Behind another connection there may be another device.
        self.unsure |= self.reached == Reached::Left;
        self.reached = if from.is_none() {
            self.ways.clear();
            Reached::Open
        } else if self.ways.heard(now, line, from) {
            Reached::Doubled
        } else {
            Reached::Open
        };
    }

    /// First word after the line came up. The clocks stay: if it is the same device, its waves go on
    /// where they were, and if not, the next name clears them.
    fn forget_name(&mut self, line_key: DeviceKey) {
        self.unsure = false;
        self.key = line_key;
        for clock in self.clocks.values_mut() {
            clock.reconnected();
        }
        self.streams.clear();
        self.alarms.clear();
    }

    fn rename(&mut self, info: &DeviceInfo) {
        if self.named.as_ref().is_some_and(|named| *named != info.key) {
            self.streams.clear();
            self.clocks.clear();
            self.alarms.clear();
        }
        self.key = info.key.clone();
        self.named = Some(info.key.clone());
    }

    /// Notes a stream and, if told, how often it is delivered.
    fn stream(
        &mut self,
        key: &MetricKey,
        period: Option<Duration>,
    ) -> Result<Option<Placement>, LeftOut> {
        if let Some(known) = self.streams.get_mut(key) {
            *known = period.or(*known);
        } else if self.streams.len() >= STREAMS_MAX {
            return Err((FaultKind::Capped, "too many streams of a device"));
        } else {
            self.streams.insert(key.clone(), period);
        }
        Ok(None)
    }

    fn place(&mut self, now: MonoTime, chunk: &WaveChunk) -> Result<Option<Placement>, LeftOut> {
        let end = end_of(chunk).ok_or((FaultKind::Malformed, "wave without extent"))?;
        self.stream(&chunk.key, None)?;
        let clocks = self.clocks.len();
        let clock = match self.clocks.entry(chunk.base) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if clocks >= CLOCKS_MAX => {
                return Err((FaultKind::Capped, "too many clocks of a device"));
            }
            Entry::Vacant(vacant) => vacant.insert(ClockTracker::new(chunk.base)),
        };
        if let Some(Some(period)) = self.streams.get(&chunk.key) {
            clock.expect_delivery_every(*period);
        }
        Ok(Some(clock.place(now, chunk.first, end)))
    }

    /// Whether the set says nothing that was not said a moment ago; notes it if it does.
    fn is_repetition(&mut self, now: MonoTime, set: &AlarmSet) -> bool {
        if let Some((last, at)) = self.alarms.get(&set.scope)
            && now - *at < ALARMS_PERIOD
            && last == set
        {
            return true;
        }
        self.alarms.insert(set.scope, (set.clone(), now));
        false
    }
}

/// The tick after a chunk's last sample; `None` when it has no samples, no step, or runs past the
/// end of time. Behind this check [`WaveChunk::end`] cannot overflow.
fn end_of(chunk: &WaveChunk) -> Option<Tick> {
    let samples = u64::try_from(chunk.samples.len()).ok()?;
    let ticks = u64::from(chunk.step).checked_mul(samples).filter(|ticks| *ticks > 0)?;
    chunk.first.0.checked_add(ticks).map(Tick)
}

#[cfg(test)]
mod tests;

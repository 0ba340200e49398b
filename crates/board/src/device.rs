//! What one device said, and how long it has been silent.
//!
//! Two silences are told apart. When the device as a whole says nothing, that is one alarm about the
//! device. When it speaks and one stream does not, that is an alarm about the stream. So a stream's
//! silence counts up to the moment at which the device was last heard, and after a silence of the
//! device each stream gets its stale limit to come back before an alarm is made of it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use vigie_model::{
    BedId, Cadence, Category, DeviceInfo, DeviceKey, DeviceMode, Event, Fault, FaultKind, LogKind,
    MetricKey, MonoTime, Observation, Patient, Placement, Priority, StationAlarmKind, StayId,
    StreamInfo, WaveChunk,
};

use crate::{
    faults::FaultTable,
    freshness::{AgeLimits, UNDESCRIBED, period},
    journal::Moment,
    layout::Place,
    mirror::Mirror,
    patient::KnownPatient,
    sources::Reach,
    stream::{Life, Silence, Stream, Surroundings, WavePart},
    trace::Taken,
    view::{Freshness, TileView},
};

/// Streams kept a device; the driver's own cap is the same. What comes on top is counted as a fault.
const STREAMS_MAX: usize = 512;

/// A device.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) key: DeviceKey,
    /// The how-many-th device of this run it is: the order of the unassigned tray.
    pub(crate) nth: u64,
    pub(crate) info: Option<DeviceInfo>,
    pub(crate) mode: DeviceMode,
    pub(crate) patient: Option<Patient>,
    pub(crate) known: KnownPatient,
    /// The name of its patient changed and nobody has said what that means.
    pub(crate) unclear: bool,
    pub(crate) bed: Option<BedId>,
    /// The stay that its values belong to.
    pub(crate) stay: Option<StayId>,
    pub(crate) heard: Option<Moment>,
    pub(crate) heartbeat: u64,
    pub(crate) alive: Option<MonoTime>,
    pub(crate) reach: Reach,
    /// The line was open at some time.
    opened: bool,
    /// The line closed, and nothing was heard since.
    awaited: bool,
    pub(crate) streams: BTreeMap<MetricKey, Stream>,
    pub(crate) mirror: Mirror,
    pub(crate) raised: BTreeMap<StationAlarmKind, Moment>,
    pub(crate) faults: FaultTable,
    /// Shortest period among the streams that were speaking when the device was last heard.
    period: Option<Duration>,
    /// Shortest period among all streams that have one.
    any_period: Option<Duration>,
    /// Heard after this, a stream may have fallen silent; `None`: look now.
    next_check: Option<MonoTime>,
    judged: Option<Freshness>,
    /// When its state next changes by silence alone.
    pub(crate) due: Option<MonoTime>,
    /// The station alarms must be looked at again.
    pub(crate) attention: bool,
    /// The tile must be written anew.
    pub(crate) dirty: bool,
    pub(crate) tile: Option<Arc<TileView>>,
    pub(crate) tile_due: Option<MonoTime>,
}

impl Device {
    pub(crate) fn new(key: DeviceKey, nth: u64) -> Device {
        Device {
            key,
            nth,
            info: None,
            mode: DeviceMode::Normal,
            patient: None,
            known: KnownPatient::default(),
            unclear: false,
            bed: None,
            stay: None,
            heard: None,
            heartbeat: 0,
            alive: None,
            reach: Reach::default(),
            opened: false,
            awaited: false,
            streams: BTreeMap::new(),
            mirror: Mirror::default(),
            raised: BTreeMap::new(),
            faults: FaultTable::default(),
            period: None,
            any_period: None,
            next_check: None,
            judged: None,
            due: None,
            attention: false,
            dirty: true,
            tile: None,
            tile_due: None,
        }
    }

    /// How fresh the device as a whole is; `None`: never heard.
    ///
    /// Measured by the shortest period among the streams that were speaking when it was last heard.
    /// A device of which only episodic values are known is not judged by its silence.
    pub(crate) fn link(&self, now: MonoTime) -> Option<Freshness> {
        let heard = self.heard?;
        if self.reach.closed || self.awaited {
            return Some(Freshness::Lost);
        }
        let age = now.since(heard.mono);
        Some(self.limits().map_or(Freshness::Live, |limits| limits.judge(age)))
    }

    /// When [`Device::link`] next changes by silence alone.
    pub(crate) fn link_change(&self, now: MonoTime) -> Option<MonoTime> {
        let heard = self.heard?;
        if self.reach.closed || self.awaited {
            return None;
        }
        self.limits()?.next_change(heard.mono, now)
    }

    /// What decides on the freshness of its values.
    pub(crate) fn surroundings(&self, now: MonoTime) -> Surroundings {
        Surroundings {
            now,
            alive: self.alive,
            closed: self.reach.closed,
            lost: self.link(now) == Some(Freshness::Lost),
        }
    }

    /// Takes in all but who the device and its patient are, which concern the ward. Gives log lines.
    pub(crate) fn take(&mut self, observation: &Observation, at: Moment) -> Vec<LogKind> {
        self.dirty = true;
        match &observation.event {
            Event::Numeric(numeric) => {
                self.speak(&numeric.key, |stream| stream.take_numeric(numeric, at));
            }
            Event::Text(text) => {
                self.speak(&text.key, |stream| stream.take_text(text, at.mono));
            }
            Event::Wave(wave) => self.take_wave(wave, observation.placed.as_ref(), at),
            Event::Stream(info) => self.describe(info),
            Event::Alarms(set) => return self.mirror.take(set, at),
            Event::Mode(mode) => self.change_mode(*mode, at.mono),
            Event::Alive => {
                self.alive = Some(at.mono);
                self.next_check = None;
            }
            Event::Gap(gap) => {
                let count = gap.lost.map_or(1, |lost| u32::try_from(lost).unwrap_or(u32::MAX));
                let (kind, what) = (FaultKind::Framing, gap.why.clone());
                self.faults.add(&Fault { kind, what, count });
                for stream in self.streams.values_mut() {
                    if gap.key.as_ref().is_none_or(|key| *key == stream.key)
                        && let Some(wave) = &mut stream.wave
                    {
                        wave.trace.tear();
                    }
                }
            }
            Event::Fault(fault) => self.faults.add(fault),
            // Limits are recorded, not shown by this version; the ward takes the other two.
            Event::Limits(_) | Event::Identity(_) | Event::Patient(_) => {}
        }
        Vec::new()
    }

    /// Something was heard, whatever it was.
    pub(crate) fn hear(&mut self, at: Moment) {
        let was_silent = self.period.is_some() && self.link(at.mono) >= Some(Freshness::Stale);
        if self.awaited || was_silent {
            self.give_grace(at.mono);
        }
        self.attention |= self.awaited;
        self.awaited = false;
        if self.heard.is_none_or(|heard| heard.mono <= at.mono) {
            self.heard = Some(at);
        }
        self.heartbeat = self.heartbeat.saturating_add(1);
        self.dirty = true;
    }

    /// Looks at silences after something was heard, or after time has passed.
    pub(crate) fn settle(&mut self, now: MonoTime) {
        let heard = self.heard.map_or(MonoTime::START, |heard| heard.mono);
        if self.next_check.is_none_or(|check| heard > check) {
            self.check_streams(heard);
        }
        let link = self.link(now);
        if link != self.judged {
            self.judged = link;
            self.attention = true;
            self.dirty = true;
            if let (Some(Freshness::Lost), Some(heard)) = (link, self.heard) {
                self.mirror.unconfirm(heard.wall);
            }
        }
        if self.due.is_some_and(|due| due <= now) {
            self.dirty = true;
        }
        self.due =
            [self.link_change(now), self.mirror.next_change(now)].into_iter().flatten().min();
    }

    /// The lines say something else of it.
    pub(crate) fn change_reach(&mut self, reach: Reach) {
        if reach.closed != self.reach.closed {
            // Both ways: what was still under way when the line closed is no value of the new line.
            self.awaited |= self.heard.is_some();
            for stream in self.streams.values_mut() {
                stream.lives_mut().for_each(|life| life.broken = true);
            }
        }
        self.opened |= reach.open;
        self.attention |= reach != self.reach;
        self.dirty |= reach != self.reach;
        self.reach = reach;
    }

    /// The values it holds belong to nobody any more.
    pub(crate) fn forget_values(&mut self) {
        self.streams.values_mut().for_each(Stream::forget);
        self.unclear = false;
        self.next_check = None;
        self.attention = true;
        self.dirty = true;
    }

    /// Streams that stopped are not looked for any longer: a person moved the device.
    pub(crate) fn forget_silent(&mut self) {
        let silent = |stream: &&mut Stream| stream.silence() != Silence::None;
        self.streams.values_mut().filter(silent).for_each(Stream::forget);
        self.next_check = None;
        self.attention = true;
        self.dirty = true;
    }

    /// The station alarms that ought to stand now. `vacant`: its bed has been discharged.
    pub(crate) fn wanted_alarms(&self, vacant: bool) -> Vec<StationAlarmKind> {
        let mut wanted = Vec::new();
        // Nobody is missed on a discharged bed once no sensor gives a number.
        let nobody = vacant && !self.has_number();
        let is_quiet = nobody || self.mode == DeviceMode::Standby;
        if self.reach.closed {
            if !nobody && (self.opened || self.heard.is_some()) {
                wanted.push(StationAlarmKind::LineClosed);
            }
        } else if !is_quiet && self.period.is_some() {
            match self.judged {
                Some(Freshness::Lost) => wanted.push(StationAlarmKind::DeviceLost),
                Some(Freshness::Stale) => wanted.push(StationAlarmKind::DeviceStale),
                Some(Freshness::Live | Freshness::Late) | None => {}
            }
        }
        if self.reach.twice {
            wanted.push(StationAlarmKind::DuplicateDevice);
        }
        if self.unclear {
            wanted.push(StationAlarmKind::PatientUnclear);
        }
        for stream in self.streams.values().filter(|stream| !is_quiet && is_watched(stream)) {
            match stream.silence() {
                Silence::Lost => wanted.push(StationAlarmKind::StreamLost(stream.key.clone())),
                Silence::Stale => wanted.push(StationAlarmKind::StreamStale(stream.key.clone())),
                Silence::None => {}
            }
        }
        wanted
    }

    /// Takes over what was heard of this device under its line's key.
    pub(crate) fn absorb(&mut self, line: Device, at: Moment) -> Vec<LogKind> {
        for (key, mut theirs) in line.streams {
            let Some(ours) = self.stream(&key) else { continue };
            if newest(&theirs) > newest(ours) {
                theirs.place = ours.place.take().or(theirs.place);
                theirs.info = theirs.info.or(ours.info.take());
                *ours = theirs;
            } else {
                ours.info = theirs.info.or(ours.info.take());
            }
        }
        if line.heard.map(|heard| heard.mono) > self.heard.map(|heard| heard.mono) {
            self.heard = line.heard;
            self.mode = line.mode;
            self.awaited = false;
        }
        self.alive = self.alive.max(line.alive);
        self.faults.absorb(&line.faults);
        self.heartbeat = self.heartbeat.saturating_add(line.heartbeat);
        self.nth = self.nth.min(line.nth);
        self.opened |= line.opened;
        self.next_check = None;
        self.attention = true;
        self.dirty = true;
        self.mirror.absorb(line.mirror, at)
    }

    /// The same device under the name that it gave, at no bed yet.
    pub(crate) fn named(self, key: DeviceKey) -> Device {
        Device { key, bed: None, dirty: true, ..self }
    }

    /// Whether it belongs in the tray of devices without a bed.
    pub(crate) fn is_worth_showing(&self) -> bool {
        self.heard.is_some() || !self.raised.is_empty()
    }

    /// The priority of a station alarm (clinical facts, section 1, link-loss policy).
    pub(crate) fn priority(kind: &StationAlarmKind) -> Priority {
        match kind {
            StationAlarmKind::StreamStale(_)
            | StationAlarmKind::DeviceStale
            | StationAlarmKind::PatientUnclear => Priority::Low,
            StationAlarmKind::StreamLost(_)
            | StationAlarmKind::DeviceLost
            | StationAlarmKind::LineClosed
            | StationAlarmKind::DuplicateDevice => Priority::Medium,
        }
    }

    fn limits(&self) -> Option<AgeLimits> {
        let has_values = self.streams.values().any(|stream| stream.lives().next().is_some());
        match self.period.or(self.any_period) {
            Some(period) => Some(AgeLimits::of(Cadence::Periodic(period))),
            None if has_values => None,
            None => Some(AgeLimits::of(UNDESCRIBED)),
        }
    }

    /// Whether a sensor gives a number now.
    fn has_number(&self) -> bool {
        self.streams.values().any(|stream| {
            period(stream.cadence()).is_some()
                && stream.numeric.as_ref().is_some_and(|part| {
                    part.life.silence == Silence::None && part.numeric.reading.value().is_some()
                })
        })
    }

    fn stream(&mut self, key: &MetricKey) -> Option<&mut Stream> {
        if !self.streams.contains_key(key) {
            if self.streams.len() >= STREAMS_MAX {
                self.faults.note(FaultKind::Capped, "streams");
                return None;
            }
            self.streams.insert(key.clone(), Stream::new(key.clone()));
        }
        self.streams.get_mut(key)
    }

    /// A stream gives a number or words.
    fn speak(&mut self, key: &MetricKey, take: impl FnOnce(&mut Stream) -> bool) {
        let Some(stream) = self.stream(key) else { return };
        let (silence, is_new) = (stream.silence(), stream.lives().next().is_none());
        if !take(stream) {
            return;
        }
        if stream.place.is_none() {
            stream.place = Some(Place::of_value(key, stream.label()));
        }
        self.after_value(silence, is_new);
    }

    fn take_wave(&mut self, wave: &WaveChunk, placed: Option<&Placement>, at: Moment) {
        let Some(placed) = placed else {
            self.faults.note(FaultKind::Unexpected, "wave without a place in time");
            return;
        };
        let Some(stream) = self.stream(&wave.key) else { return };
        let (silence, is_new) = (stream.silence(), stream.lives().next().is_none());
        let place = Place::of_wave(&wave.key, stream.label());
        let part = stream.wave.get_or_insert_with(|| WavePart::new(place, at.mono, wave));
        let fault = match part.trace.take(wave, placed, at.mono) {
            Taken::Newest => {
                part.describe(wave);
                part.life = Life::new(at.mono);
                None
            }
            Taken::Filled | Taken::Duplicate => None,
            Taken::TooLate => Some((FaultKind::Unexpected, "wave too late for its hole")),
            Taken::Unusable => Some((FaultKind::Malformed, "wave of impossible length or rate")),
        };
        if part.trace.is_empty() {
            stream.wave = None;
        }
        if let Some((kind, what)) = fault {
            self.faults.note(kind, what);
        }
        self.after_value(silence, is_new);
    }

    fn after_value(&mut self, silence: Silence, is_new: bool) {
        if silence != Silence::None || is_new {
            self.next_check = None;
        }
        self.attention |= silence != Silence::None || !self.raised.is_empty();
    }

    fn describe(&mut self, info: &StreamInfo) {
        if let Some(stream) = self.stream(&info.key) {
            stream.info = Some(info.clone());
            self.next_check = None;
            self.attention = true;
        }
    }

    fn change_mode(&mut self, mode: DeviceMode, at: MonoTime) {
        if self.mode == DeviceMode::Standby && mode != DeviceMode::Standby {
            // Values stopped on purpose: each has its time to come back.
            for stream in self.streams.values_mut() {
                stream
                    .lives_mut()
                    .for_each(|life| (life.silence, life.grace) = (Silence::None, None));
            }
            self.give_grace(at);
            self.next_check = None;
        }
        self.attention |= self.mode != mode;
        self.mode = mode;
    }

    /// The device was silent as a whole: its streams get their time to come back.
    fn give_grace(&mut self, at: MonoTime) {
        for stream in self.streams.values_mut() {
            let until = at + AgeLimits::of(stream.cadence()).stale;
            stream.lives_mut().for_each(|life| _ = life.grace.get_or_insert(until));
        }
    }

    /// Judges the silence of every stream up to the moment at which the device was last heard.
    fn check_streams(&mut self, heard: MonoTime) {
        let (mut speaking, mut any) = (None::<Duration>, None::<Duration>);
        let mut next = MonoTime::from_nanos(u64::MAX);
        for stream in self.streams.values_mut() {
            let cadence = stream.cadence();
            let Some(period) = period(cadence) else {
                stream.lives_mut().for_each(|life| life.silence = Silence::None);
                continue;
            };
            let limits = AgeLimits::of(cadence);
            for life in stream.lives_mut().filter(|life| life.watched) {
                let vouched = life.vouched(cadence, self.alive);
                let from = vouched.unwrap_or(life.spoke);
                let silence = match limits.judge(heard.since(from)) {
                    _ if life.grace.is_some_and(|grace| heard <= grace) => Silence::None,
                    Freshness::Live | Freshness::Late => Silence::None,
                    Freshness::Stale => Silence::Stale,
                    Freshness::Lost => Silence::Lost,
                };
                // Only a value ends a silence, or the heartbeat that stands for one.
                let silence = if vouched.is_some() { silence } else { silence.max(life.silence) };
                self.attention |= silence != life.silence;
                life.silence = silence;
                let limit = match silence {
                    Silence::None => Some(from + limits.stale),
                    Silence::Stale => Some(from + limits.lost),
                    Silence::Lost => None,
                };
                if let Some(limit) = limit {
                    next = next.min(limit.max(life.grace.unwrap_or(limit)));
                }
                any = Some(any.map_or(period, |any| any.min(period)));
                if silence == Silence::None {
                    speaking = Some(speaking.map_or(period, |speaking| speaking.min(period)));
                }
            }
        }
        (self.period, self.any_period) = (speaking, any);
        self.next_check = Some(next);
    }
}

/// Settings are never watched.
fn is_watched(stream: &Stream) -> bool {
    stream.info.as_ref().is_none_or(|info| info.category != Category::Setting)
}

fn newest(stream: &Stream) -> Option<MonoTime> {
    stream.lives().map(|life| life.from).max()
}

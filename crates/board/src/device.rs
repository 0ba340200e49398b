//! What one device said. How long it has been silent since is judged in `watch`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use vigie_model::{
    AlarmSet, AlarmTruth, BedId, DeviceInfo, DeviceKey, DeviceMode, Event, Fault, FaultKind,
    LogKind, MetricKey, MonoTime, Numeric, Observation, Patient, Placement, StationAlarmKind,
    StayId, StreamInfo, Text, WaveChunk,
};

use crate::{
    attention::listed::Listed,
    faults::FaultTable,
    journal::Moment,
    layout::Place,
    limits::Watched,
    merge::Unsteady,
    mirror::Mirror,
    patient::KnownPatient,
    sources::Reach,
    stream::{Life, Silence, Stream, WavePart},
    trace::Taken,
    view::{Freshness, TileView, WatchView},
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
    /// What it called its bed when it was put where it stands, if it calls it otherwise since.
    pub(crate) relabelled: Option<Text>,
    pub(crate) mode: DeviceMode,
    /// Since when it has said that it is in standby.
    pub(crate) standby: Option<MonoTime>,
    pub(crate) patient: Option<Patient>,
    pub(crate) known: KnownPatient,
    /// The name of its patient changed and nobody has said what that means.
    pub(crate) unclear: bool,
    pub(crate) bed: Option<BedId>,
    /// Who put it there, or took it off its bed; `None`: nobody ever did.
    pub(crate) decided_by: Option<Text>,
    /// The stay that its values belong to.
    pub(crate) stay: Option<StayId>,
    pub(crate) heard: Option<Moment>,
    /// It was heard before the station restarted, and not since: by then it ought to be.
    pub(crate) back_by: Option<MonoTime>,
    pub(crate) heartbeat: u64,
    pub(crate) alive: Option<MonoTime>,
    pub(crate) reach: Reach,
    /// The line was open at some time.
    pub(crate) opened: bool,
    /// The line closed, and nothing was heard since.
    pub(crate) awaited: bool,
    pub(crate) streams: BTreeMap<MetricKey, Stream>,
    pub(crate) mirror: Mirror,
    pub(crate) raised: BTreeMap<StationAlarmKind, Moment>,
    /// The switch, hub or adapter that is lost with it: its alarm stands for those of this link.
    pub(crate) path_lost: Option<Text>,
    /// That is back, and so long the device has to come back too before its link's alarms stand for
    /// themselves again.
    pub(crate) cover_until: Option<MonoTime>,
    /// Whether its path is lost must be looked at again.
    pub(crate) paths_due: bool,
    /// The station's own limits that hold for it, as looked up at this version.
    pub(crate) watched: Option<Arc<Watched>>,
    pub(crate) limits_version: u64,
    /// When a value by those limits changes its meaning although nothing came.
    pub(crate) limits_due: Option<MonoTime>,
    /// The same for the standby of its bed.
    pub(crate) standby_due: Option<MonoTime>,
    /// What the station itself adds to its bed.
    pub(crate) watch: Arc<WatchView>,
    /// Its alarm conditions, and what people made of them.
    pub(crate) listed: Listed,
    pub(crate) faults: FaultTable,
    /// Shortest period among the streams that were speaking when the device was last heard.
    pub(crate) period: Option<Duration>,
    /// Shortest period among all streams that have one.
    pub(crate) any_period: Option<Duration>,
    /// Heard after this, a stream may have fallen silent; `None`: look now.
    pub(crate) next_check: Option<MonoTime>,
    pub(crate) judged: Option<Freshness>,
    /// When its state next changes by silence alone.
    pub(crate) due: Option<MonoTime>,
    /// The station alarms must be looked at again.
    pub(crate) attention: bool,
    /// The tile must be written anew.
    pub(crate) dirty: bool,
    pub(crate) tile: Option<Arc<TileView>>,
    /// Of what stands on it, what has not come without a break for long enough to come before another
    /// device's.
    pub(crate) unsteady: Arc<Unsteady>,
    pub(crate) tile_due: Option<MonoTime>,
}

impl Device {
    pub(crate) fn new(key: DeviceKey, nth: u64) -> Device {
        Device {
            key,
            nth,
            info: None,
            relabelled: None,
            mode: DeviceMode::Normal,
            standby: None,
            patient: None,
            known: KnownPatient::default(),
            unclear: false,
            bed: None,
            decided_by: None,
            stay: None,
            heard: None,
            back_by: None,
            heartbeat: 0,
            alive: None,
            reach: Reach::default(),
            opened: false,
            awaited: false,
            streams: BTreeMap::new(),
            mirror: Mirror::default(),
            raised: BTreeMap::new(),
            path_lost: None,
            cover_until: None,
            paths_due: false,
            watched: None,
            limits_version: 0,
            limits_due: None,
            standby_due: None,
            watch: Arc::default(),
            listed: Listed::default(),
            faults: FaultTable::default(),
            period: None,
            any_period: None,
            next_check: None,
            judged: None,
            due: None,
            attention: false,
            dirty: true,
            tile: None,
            unsteady: Arc::default(),
            tile_due: None,
        }
    }

    /// Takes in all but who the device and its patient are, which concern the ward. Gives log lines.
    pub(crate) fn take(&mut self, observation: &Observation, at: Moment) -> Vec<LogKind> {
        match &observation.event {
            Event::Numeric(numeric) => {
                self.take_numeric(numeric, at);
            }
            Event::Text(text) => {
                self.speak(&text.key, |stream| stream.take_text(text, at.mono));
            }
            Event::Wave(wave) => self.take_wave(wave, observation.placed.as_ref(), at),
            Event::Stream(info) => self.describe(info),
            Event::Alarms(set) => {
                self.attention = true;
                if self.reach.twice {
                    // What one of two devices does not list, the other may still have.
                    let set = AlarmSet { truth: AlarmTruth::Unknown, ..set.clone() };
                    return self.mirror.take(&set, at);
                }
                return self.mirror.take(set, at);
            }
            Event::Mode(mode) => self.change_mode(*mode, at.mono),
            Event::Alive => {
                self.alive = Some(at.mono);
                self.next_check = None;
                // What is vouched for holds on: limits and doubts may be due by it.
                self.attention |=
                    self.streams.values().any(|stream| stream.implausible_since.is_some());
                if self.limits_due.is_some() {
                    self.judge_limits(at.mono);
                }
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
            Event::Limits(limits) => {
                if let Some(stream) = self.stream(&limits.key) {
                    stream.limits = Some(limits.clone());
                }
            }
            // The ward takes these.
            Event::Identity(_) | Event::Patient(_) => {}
        }
        Vec::new()
    }

    /// It says who it is. Gives what it called its bed before and calls it now, when that is news: a
    /// gateway's label is no assignment, and moves nothing.
    pub(crate) fn identify(&mut self, info: &DeviceInfo) -> Option<(Text, Text)> {
        let label = |info: &DeviceInfo| info.bed_label.clone().filter(|label| !label.is_empty());
        let was = self.info.as_ref().and_then(label);
        self.info = Some(info.clone());
        let (was, is) = (was?, label(info)?);
        if was == is {
            return None;
        }
        if self.relabelled.as_ref() == Some(&is) {
            self.relabelled = None;
        } else if self.bed.is_some() {
            self.relabelled.get_or_insert(was.clone());
        }
        Some((was, is))
    }

    /// Something came in from it or about it.
    pub(crate) fn note_observation(&mut self, observation: &Observation, at: Moment) {
        self.heartbeat = self.heartbeat.saturating_add(1);
        self.dirty = true;
        if self.is_word_of_now(observation) {
            self.hear(at);
        }
    }

    /// Whether the device itself said it, and of now. Damage on the line, and alarms that nobody knows
    /// any more, are conclusions of the station, drawn in silence too; waves that were overtaken are
    /// old.
    fn is_word_of_now(&self, observation: &Observation) -> bool {
        match &observation.event {
            Event::Fault(_) | Event::Gap(_) => false,
            Event::Alarms(set) => set.truth != AlarmTruth::Unknown,
            Event::Wave(wave) => {
                let part = self.streams.get(&wave.key).and_then(|stream| stream.wave.as_ref());
                !part
                    .zip(observation.placed.as_ref())
                    .is_some_and(|(part, placed)| part.trace.is_behind(wave, placed))
            }
            Event::Identity(_)
            | Event::Patient(_)
            | Event::Stream(_)
            | Event::Numeric(_)
            | Event::Text(_)
            | Event::Limits(_)
            | Event::Mode(_)
            | Event::Alive => true,
        }
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
            (self.mode, self.standby) = (line.mode, line.standby);
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
        let is_doubted = self.back_by.is_some() && !self.mirror.is_calm();
        self.heartbeat > 0 || !self.raised.is_empty() || is_doubted
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

    fn take_numeric(&mut self, numeric: &Numeric, at: Moment) {
        let around = self.surroundings(at.mono);
        let known = self.streams.get(&numeric.key);
        let good_since = known.and_then(|stream| stream.good_number_since(&around));
        let doubt = |device: &Device| {
            device.streams.get(&numeric.key).and_then(|stream| stream.implausible_since)
        };
        let before = doubt(self);
        self.speak(&numeric.key, |stream| {
            let is_taken = stream.take_numeric(numeric, at);
            if let (true, Some(since), Some(part)) = (is_taken, good_since, &mut stream.numeric) {
                part.good_since = since;
            }
            is_taken
        });
        self.attention |= before.is_some() || doubt(self).is_some();
        self.judge_stream(&numeric.key, at.mono);
    }

    fn take_wave(&mut self, wave: &WaveChunk, placed: Option<&Placement>, at: Moment) {
        let Some(placed) = placed else {
            self.faults.note(FaultKind::Unexpected, "wave without a place in time");
            return;
        };
        let around = self.surroundings(at.mono);
        let Some(stream) = self.stream(&wave.key) else { return };
        let good_since = stream.good_wave_since(&around);
        let (silence, is_new) = (stream.silence(), stream.lives().next().is_none());
        let label = stream.info.as_ref().and_then(|info| info.label.as_ref());
        let part = stream
            .wave
            .get_or_insert_with(|| WavePart::new(Place::of_wave(&wave.key, label), at.mono, wave));
        let fault = match part.trace.take(wave, placed, at.mono) {
            Taken::Newest => {
                part.describe(wave);
                part.life = Life::new(at.mono);
                part.good_since = good_since.unwrap_or(at.mono);
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
}

fn newest(stream: &Stream) -> Option<MonoTime> {
    stream.lives().map(|life| life.from).max()
}

//! [`Board`]: its entrances and exits.

use std::{collections::BTreeMap, sync::Arc};

use vigie_model::{
    Assignment, Bed, Condition, DeviceKey, Event, FaultKind, LogEntry, LogKind, MonoTime,
    Observation, RunId, StationAlarmKind, StationMode, Text, WallTime,
};
use vigie_score::pews::Table;

use crate::{
    attention::Attention,
    command::{Command, Receipt},
    device::Device,
    journal::{Journal, Moment},
    jump::Jumps,
    policy::AlarmPolicy,
    sources::{LineChange, Sources},
    tile::{self, Stands},
    view::{BoardView, TileView},
    ward::Ward,
};

/// Devices kept. What more hostile lines invent is counted and not taken.
const DEVICES_MAX: usize = 1024;

/// What a board is made of.
#[derive(Clone, Debug)]
pub struct BoardConfig {
    /// Live, simulated or replayed; for the life of the board.
    pub mode: StationMode,
    /// The beds, in the order of the bed map. An id that comes twice counts once.
    pub beds: Vec<Bed>,
    /// This run of the station.
    pub run: RunId,
}

/// What is true now.
///
/// In: `handle_observation`, `handle_line`, `handle_command`, `handle_timeout`. Time never goes back:
/// an older `now` counts as the latest. Out: `poll_log`, `poll_timeout`, `view`.
#[derive(Debug)]
pub struct Board {
    pub(crate) mode: StationMode,
    pub(crate) ward: Ward,
    pub(crate) devices: BTreeMap<DeviceKey, Device>,
    pub(crate) sources: Sources,
    pub(crate) journal: Journal,
    pub(crate) policy: AlarmPolicy,
    pub(crate) attention: Attention,
    /// The switch, hub or adapter that each line goes through, as far as there is one to name.
    pub(crate) paths: BTreeMap<Text, Text>,
    pub(crate) now: MonoTime,
    /// The latest moment that the board was told.
    pub(crate) last: Moment,
    /// No device is due before this; it may be too early, never too late.
    pub(crate) wake: MonoTime,
    /// Which paths are lost must be looked at again.
    pub(crate) paths_due: bool,
    /// Rises when the limits of any bed may be others.
    pub(crate) limits_version: u64,
    /// The chart of PEWS, when the policy wants it.
    pub(crate) pews_table: Option<Table>,
    pub(crate) jumps: Jumps,
    heartbeat: u64,
    /// Alarms of the station as a whole.
    pub(crate) station: BTreeMap<StationAlarmKind, Moment>,
    /// Those that were on when the station last ran, and since when.
    pub(crate) station_before: BTreeMap<StationAlarmKind, WallTime>,
    /// The devices that named themselves on lines, under the lines' keys.
    pub(crate) names: BTreeMap<DeviceKey, DeviceKey>,
    pub(crate) devices_seen: u64,
    devices_refused: u64,
    tiles_written: u64,
}

impl Board {
    /// An empty board.
    pub fn new(config: BoardConfig) -> Board {
        Board {
            mode: config.mode,
            ward: Ward::new(config.beds),
            devices: BTreeMap::new(),
            sources: Sources::default(),
            journal: Journal::new(config.run),
            policy: AlarmPolicy::default(),
            attention: Attention::new(),
            paths: BTreeMap::new(),
            now: MonoTime::START,
            last: Moment { mono: MonoTime::START, wall: WallTime::default() },
            wake: MonoTime::START,
            paths_due: false,
            limits_version: 1,
            pews_table: None,
            jumps: Jumps::default(),
            heartbeat: 0,
            station: BTreeMap::new(),
            station_before: BTreeMap::new(),
            names: BTreeMap::new(),
            devices_seen: 0,
            devices_refused: 0,
            tiles_written: 0,
        }
    }

    /// What the unit decided about alarms; may change while the station runs.
    pub fn set_policy(&mut self, policy: AlarmPolicy) {
        self.pews_table = policy.scores.pews.then(|| Table::bedside().ok()).flatten();
        self.policy = policy;
        self.look_up_limits();
        self.judge_anew();
    }

    /// What each line goes through, by the line's name: those that share a switch, a hub or an
    /// adapter are lost together, and then that is one alarm.
    pub fn set_paths(&mut self, paths: BTreeMap<Text, Text>) {
        self.paths = paths;
        self.paths_due = true;
    }

    /// A device said something. Now is when it was stamped.
    pub fn handle_observation(&mut self, observation: &Arc<Observation>) {
        let at = Moment { mono: observation.stamp.mono, wall: observation.stamp.wall };
        self.pass_time(at);
        self.heartbeat = self.heartbeat.saturating_add(1);
        let mut key = &observation.device;
        if let Event::Identity(info) = &observation.event
            && key.is_of_line()
            && !info.key.is_of_line()
        {
            self.give_name(key, &info.key, at);
            key = &info.key;
        }
        let Some(device) = self.device(key, at) else { return };
        device.note_observation(observation, at);
        match &observation.event {
            Event::Identity(info) if info.key == *key => {
                if let Some((was, is)) = device.identify(info) {
                    let bed = device.bed.clone();
                    let note = format!("calls its bed {is}, and called it {was} before");
                    let note = LogKind::Note(Text::from(note));
                    self.journal.write(at, bed, Some(key.clone()), note);
                }
            }
            Event::Identity(_) => {
                device.faults.note(FaultKind::Unexpected, "identity of another device");
            }
            Event::Patient(patient) => self.take_patient(key, patient, at),
            Event::Numeric(_)
            | Event::Text(_)
            | Event::Wave(_)
            | Event::Limits(_)
            | Event::Alarms(_)
            | Event::Stream(_)
            | Event::Mode(_)
            | Event::Gap(_)
            | Event::Alive
            | Event::Fault(_) => {
                let bed = device.bed.clone();
                for line in device.take(observation, at) {
                    self.journal.write(at, bed.clone(), Some(key.clone()), line);
                }
            }
        }
        if matches!(observation.event, Event::Identity(_)) {
            self.attention.rewrite();
        }
        self.settle(key, at);
        if self.attention.is_due(self.now) {
            self.attend(at, false);
        } else {
            self.attend_to(key, at);
        }
    }

    /// A line opened or closed, or devices became known on it.
    ///
    /// `line` is the station's own name for it, the same that [`DeviceKey::of_line`] was made of: one
    /// name a conversation, so a device with two cables has one line here. `Up` may be told again and
    /// again as devices become known; a device heard on two open lines at once is an alarm. `Down`
    /// closes the line for all devices that were ever heard on it, `Left` and `Doubled` concern those
    /// named with them.
    pub fn handle_line(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        line: &Text,
        devices: &[DeviceKey],
        change: LineChange,
    ) {
        let at = self.pass_time(Moment { mono: now, wall });
        let mut concerned = self.sources.change(line, devices, change);
        let line_key = DeviceKey::of_line(line.as_str());
        if let Some(named) = self.sources.only_named(line)
            && (self.devices.contains_key(&line_key) || concerned.contains(&line_key))
        {
            self.give_name(&line_key, &named, at);
            concerned.retain(|key| *key != line_key);
        }
        for key in concerned {
            let reach = self.sources.reach(&key);
            if let Some(device) = self.device(&key, at) {
                device.change_reach(reach);
                self.settle(&key, at);
            }
        }
        self.attend(at, false);
    }

    /// A person decided something. `by`: initials, or what decided in a person's place.
    pub fn handle_command(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        by: Text,
        command: Command,
    ) -> Receipt {
        let at = self.pass_time(Moment { mono: now, wall });
        let receipt = match self.obey(at, &by, command) {
            Ok(()) => Receipt::Done,
            Err(refusal) => Receipt::Refused(refusal),
        };
        self.attend(at, true);
        receipt
    }

    /// The station says of itself whether an alarm of the whole station is on. It may be said again
    /// and again: beginning and end are logged once. A kind that is about a device is not taken.
    pub fn handle_station(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        kind: StationAlarmKind,
        is_on: bool,
    ) {
        if !kind.is_of_whole_station() {
            return;
        }
        let at = self.pass_time(Moment { mono: now, wall });
        self.change_station(at, kind, is_on);
        self.attend(at, false);
    }

    /// An alarm of the whole station is on, or is not.
    pub(crate) fn change_station(&mut self, at: Moment, kind: StationAlarmKind, is_on: bool) {
        self.attention.look_at_all();
        // An alarm that was on before a restart has been on since then.
        let before = self.station_before.remove(&kind);
        match (is_on, self.station.contains_key(&kind)) {
            (true, false) => {
                let since = Moment { mono: at.mono, wall: before.unwrap_or(at.wall) };
                self.station.insert(kind.clone(), since);
                self.journal.write(at, None, None, LogKind::StationAlarm(kind));
            }
            (false, true) => {
                self.station.remove(&kind);
                self.journal.write(at, None, None, LogKind::StationAlarmEnded(kind));
            }
            (true, true) | (false, false) => {}
        }
    }

    /// The station notes something for whoever reads the log later: names no patient.
    pub fn handle_note(&mut self, now: MonoTime, wall: WallTime, note: Text) {
        let at = self.pass_time(Moment { mono: now, wall });
        self.journal.write(at, None, None, LogKind::Note(note));
    }

    /// The time that [`Board::poll_timeout`] named has come.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        let at = self.pass_time(Moment { mono: now, wall });
        for device in self.devices.values_mut() {
            if device.tile_due.is_some_and(|due| due <= at.mono) {
                device.dirty = true;
            }
        }
    }

    /// When to call [`Board::handle_timeout`], and what for. Tiles that wait for [`Board::view`] do
    /// not count: they cannot become more outdated than they are.
    pub fn poll_timeout(&self) -> Option<(MonoTime, &'static str)> {
        let silences = self.devices.values().filter_map(|device| device.due);
        let tiles = self
            .devices
            .values()
            .filter(|device| !device.dirty)
            .filter_map(|device| device.tile_due);
        let silences =
            silences.map(|due| (due, "a device is silent, or its alarms are not confirmed"));
        let answers = self.devices.values().filter_map(|device| device.listed.due);
        let answers = answers.map(|due| (due, "an alarm asks again, or is over"));
        silences
            .chain(answers)
            .chain(self.attention.due(self.now, &self.policy))
            .chain(self.next_standby_reminder(self.now).map(|due| (due, "a bed is in standby")))
            .chain(tiles.map(|due| (due, "a value on a tile grows old")))
            .chain(self.jumps.until.map(|due| (due, "the alarm about the clock ends")))
            .min_by_key(|(due, _)| *due)
    }

    /// The oldest log entry that was not fetched yet. 16,384 may wait; when that many do, new ones are
    /// not taken but counted, and an entry with the count stands in their place.
    pub fn poll_log(&mut self) -> Option<LogEntry> {
        self.journal.fetch()
    }

    /// What is true now. Only tiles that read otherwise are written anew; the others are shared.
    pub fn view(&mut self, now: MonoTime, wall: WallTime) -> Arc<BoardView> {
        let at = self.pass_time(Moment { mono: now, wall });
        self.refresh_watches(at);
        let (attention, sound) = self.attention_view(at);
        let station_alarms = tile::station_alarms(&self.station, |kind| {
            self.answer_of(&Condition::Station { device: None, kind: kind.clone() })
        });
        let Board { ward, devices, tiles_written, .. } = self;
        let mut tiles = Vec::with_capacity(ward.slots.len());
        for slot in &mut ward.slots {
            let mut there = Vec::with_capacity(slot.devices.len());
            let stands = if slot.devices.len() > 1 {
                Stands::Beside(&slot.bed)
            } else {
                Stands::Alone(&slot.bed)
            };
            for key in &slot.devices {
                if let Some(device) = devices.get_mut(key) {
                    let tile = tile_of(device, stands, at.mono, tiles_written);
                    there.push((tile, device.unsteady.clone()));
                }
            }
            tiles.push(if there.is_empty() {
                slot.empty_tile(tiles_written)
            } else {
                slot.tile_of(there, tiles_written)
            });
        }
        let mut tray: Vec<&mut Device> = devices
            .values_mut()
            .filter(|device| device.bed.is_none() && device.is_worth_showing())
            .collect();
        tray.sort_by_key(|device| device.nth);
        let unassigned =
            tray.into_iter().map(|device| tile_of(device, Stands::Nowhere, at.mono, tiles_written));
        let unassigned = unassigned.collect();
        Arc::new(BoardView {
            at: at.mono,
            wall,
            mode: self.mode,
            tiles,
            unassigned,
            station_alarms,
            attention,
            sound,
            heartbeat: self.heartbeat,
        })
    }

    /// Who stood where, from the first row on. Rows are only added, and closed once.
    pub fn assignments(&self) -> &[Assignment] {
        &self.ward.assignments
    }

    /// Tiles written since the start: tells what a view costs.
    pub fn tiles_written(&self) -> u64 {
        self.tiles_written
    }

    /// Time has come so far: what falls silent by it is noticed before anything else is done.
    pub(crate) fn pass_time(&mut self, at: Moment) -> Moment {
        self.now = self.now.max(at.mono);
        self.jumps.note(at);
        let at = Moment { mono: self.now, wall: at.wall };
        self.last = at;
        if self.now >= self.wake {
            let due: Vec<DeviceKey> = self
                .devices
                .values()
                .filter(|device| device.due.is_some_and(|due| due <= at.mono))
                .map(|device| device.key.clone())
                .collect();
            // All are judged before any is told of: those that fall silent together may be one alarm.
            for key in &due {
                if let Some(device) = self.devices.get_mut(key) {
                    device.settle(self.now);
                    self.paths_due |= std::mem::take(&mut device.paths_due);
                }
            }
            if self.paths_due {
                self.watch_paths(at);
            }
            for key in due {
                self.settle(&key, at);
            }
            if self.jumps.until.is_some_and(|until| until <= at.mono) {
                self.end_clock_jump(at);
            }
            let next = self.devices.values().filter_map(|device| device.due);
            let next = next.chain(self.jumps.until).min();
            self.wake = next.unwrap_or(MonoTime::from_nanos(u64::MAX));
            self.attention.look_at_all();
        } else if self.paths_due {
            self.watch_paths(at);
        }
        if self.attention.is_due(self.now) {
            self.attend(at, false);
        }
        at
    }

    /// The device of a key, opened when there is room.
    pub(crate) fn device(&mut self, key: &DeviceKey, at: Moment) -> Option<&mut Device> {
        if !self.devices.contains_key(key) {
            if self.devices.len() >= DEVICES_MAX {
                if self.devices_refused == 0 {
                    let note = format!("more than {DEVICES_MAX} devices: {key:?} is not taken");
                    self.journal.write(at, None, None, LogKind::Note(Text::from(note)));
                }
                self.devices_refused = self.devices_refused.saturating_add(1);
                return None;
            }
            let mut device = Device::new(key.clone(), self.devices_seen);
            self.devices_seen += 1;
            device.change_reach(self.sources.reach(key));
            self.devices.insert(key.clone(), device);
        }
        self.devices.get_mut(key)
    }

    /// Judges a device and raises or ends its station alarms.
    pub(crate) fn settle(&mut self, key: &DeviceKey, at: Moment) {
        self.refresh_limits(key);
        let Some(device) = self.devices.get_mut(key) else { return };
        device.settle(self.now);
        self.paths_due |= std::mem::take(&mut device.paths_due);
        if let Some(due) = device.due {
            self.wake = self.wake.min(due);
        }
        let bed = device.bed.clone();
        if let Some(bed) = &bed {
            self.watch_standby(key, at);
            self.assess(bed, at);
        }
        if self.paths_due {
            self.watch_paths(at);
        }
        let vacant = bed.as_ref().is_some_and(|bed| self.ward.is_vacant(bed));
        let standby = bed.as_ref().is_some_and(|bed| self.is_in_standby(bed));
        let Some(device) = self.devices.get_mut(key) else { return };
        if !device.attention && !vacant {
            return;
        }
        device.attention = false;
        let wanted = device.wanted_alarms(self.now, vacant, standby);
        let ended: Vec<StationAlarmKind> =
            device.raised.keys().filter(|kind| !wanted.contains(kind)).cloned().collect();
        let (bed, named) = (device.bed.clone(), Some(key.clone()));
        for kind in ended {
            device.raised.remove(&kind);
            device.listed.is_stale = true;
            device.dirty = true;
            self.journal.write(at, bed.clone(), named.clone(), LogKind::StationAlarmEnded(kind));
        }
        for kind in wanted {
            if !device.raised.contains_key(&kind) {
                device.raised.insert(kind.clone(), at);
                device.listed.is_stale = true;
                device.dirty = true;
                self.journal.write(at, bed.clone(), named.clone(), LogKind::StationAlarm(kind));
            }
        }
    }

    /// A device gave its name: what was known under the line's key goes under this one.
    fn give_name(&mut self, was: &DeviceKey, is: &DeviceKey, at: Moment) {
        self.sources.rename(was, is);
        if self.names.len() < DEVICES_MAX || self.names.contains_key(was) {
            self.names.insert(was.clone(), is.clone());
        }
        let Some(line) = self.devices.remove(was) else { return };
        let line_bed = line.bed.clone();
        let kind = LogKind::Named { was: was.clone(), is: is.clone() };
        self.journal.write(at, line_bed, Some(is.clone()), kind);
        self.attention.rewrite();
        self.pass_on(line, is, at);
        let reach = self.sources.reach(is);
        if let Some(device) = self.devices.get_mut(is) {
            device.change_reach(reach);
        }
        self.settle(is, at);
    }
}

fn tile_of(
    device: &mut Device,
    stands: Stands<'_>,
    now: MonoTime,
    written: &mut u64,
) -> Arc<TileView> {
    let is_due = device.tile_due.is_some_and(|due| due <= now);
    if let Some(tile) = device.tile.as_ref().filter(|_| !device.dirty && !is_due) {
        return tile.clone();
    }
    let new = tile::write(device, stands, now);
    *written += 1;
    let tile = Arc::new(new.tile);
    device.dirty = false;
    device.unsteady = Arc::new(new.unsteady);
    device.tile_due = new.due;
    device.tile = Some(tile.clone());
    tile
}

//! What may be shown: judged only from when each value was last news.
//!
//! The oracle cuts the bytes of its line into messages, drops those that are not news by their own
//! time ([`Progress`]), and gives the rest to a driver and session of its own. It never asks the
//! board anything. Its rules are those of the freshness table in `docs/architecture.md`, written down
//! a second time.

use core::net::SocketAddr;
use std::{collections::BTreeMap, time::Duration};

use vigie_board::view::{AlarmsView, Freshness, NumericView, Shown, TileView};
use vigie_intellivue::wire::frame::Deframer;
use vigie_model::{
    AlarmSet, AlarmTruth, Cadence, DeviceKey, Event, Measured, MetricKey, MonoTime, Nature,
    Reading, RunId, StreamInfo, Text, Tick, WallTime,
};
use vigie_replay::Transport;
use vigie_session::{
    Input, Line,
    driver::{ALARMS_PERIOD, Driver, DriverConfig, Names},
};

use crate::{
    progress::{News, Progress, messages},
    world::listening_session,
};

/// Period assumed for a stream whose device has not told it.
const PERIOD_UNTOLD: Duration = Duration::from_secs(1);
/// An episodic value stands this long, then only small and dated.
const EPISODIC_SHOWN_MAX: Duration = Duration::from_secs(3_600);
/// A set of alarms confirms itself for this long.
const ALARMS_CONFIRMED: Duration = Duration::from_secs(5);
/// Ages are told in seconds below this, in minutes from there.
const MINUTES_FROM: Duration = Duration::from_secs(120);

/// Something on the screen that must not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

/// What one line has delivered.
pub struct Oracle {
    key: DeviceKey,
    transport: Transport,
    deframer: Deframer,
    progress: Progress,
    driver: Driver,
    streams: BTreeMap<MetricKey, StreamInfo>,
    delivered: BTreeMap<MetricKey, Delivered>,
    /// The newest samples of each wave.
    ticks: BTreeMap<MetricKey, Tick>,
    alarms: Option<(AlarmSet, MonoTime)>,
    /// When the device last said anything new.
    heard: Option<MonoTime>,
    closed: bool,
}

#[derive(Clone, Debug)]
struct Delivered {
    at: MonoTime,
    reading: Option<Reading>,
    /// The line closed since.
    broken: bool,
}

impl Oracle {
    /// For a line of this name.
    pub fn new(line: &str, transport: Transport) -> Oracle {
        let config = DriverConfig {
            line_name: Text::from(line),
            run: RunId::default(),
            passive: true,
            names: Names::OfLines,
        };
        Oracle {
            key: DeviceKey::of_line(line),
            transport,
            deframer: Deframer::new(),
            progress: Progress::default(),
            // One message a call, however they travelled.
            driver: Driver::new(config, listening_session(Transport::Datagrams)),
            streams: BTreeMap::new(),
            delivered: BTreeMap::new(),
            ticks: BTreeMap::new(),
            alarms: None,
            heard: None,
            closed: true,
        }
    }

    /// The device of the line.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Whether anything was ever heard.
    pub fn has_heard(&self) -> bool {
        self.heard.is_some()
    }

    /// How many streams have delivered anything.
    pub fn streams_heard(&self) -> usize {
        self.delivered.len()
    }

    /// Takes in what the line did.
    pub fn handle_input(&mut self, now: MonoTime, wall: WallTime, input: Input<'_>) {
        match input {
            Input::Up { .. } => self.closed = false,
            Input::Down { .. } => {
                self.closed = true;
                self.deframer = Deframer::new();
                self.progress = Progress::default();
                self.ticks.clear();
                self.delivered.values_mut().for_each(|delivered| delivered.broken = true);
            }
            Input::Bytes { from, bytes, .. } => return self.handle_bytes(now, wall, from, bytes),
            Input::Accepted { .. } => {}
        }
        self.driver.handle_input(now, wall, input);
        self.drain(News::Old);
    }

    /// Lets the driver do what is due.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        if self.driver.poll_timeout().is_some_and(|due| due.at <= now) {
            self.driver.handle_timeout(now, wall);
            self.drain(News::Old);
        }
    }

    fn handle_bytes(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        from: Option<SocketAddr>,
        bytes: &[u8],
    ) {
        for bytes in messages(self.transport, &mut self.deframer, bytes) {
            let news = self.progress.judge(&bytes);
            if news != News::Old {
                let input = Input::Bytes { line: Line::MAIN, from, bytes: &bytes };
                self.driver.handle_input(now, wall, input);
                self.drain(news);
            }
        }
    }

    fn drain(&mut self, news: News) {
        while let Some(observation) = self.driver.poll_observation() {
            let at = observation.stamp.mono;
            let is_new = match &observation.event {
                Event::Stream(info) => {
                    self.streams.insert(info.key.clone(), info.clone());
                    true
                }
                Event::Numeric(numeric) => {
                    self.deliver(&numeric.key, at, numeric.measured, Some(numeric.reading))
                }
                Event::Text(text) => self.deliver(&text.key, at, text.measured, None),
                Event::Wave(chunk) => {
                    let is_new = self.ticks.get(&chunk.key).is_none_or(|tick| *tick < chunk.first);
                    if is_new {
                        self.ticks.insert(chunk.key.clone(), chunk.first);
                        self.deliver(&chunk.key, at, Measured::Now, None);
                    }
                    is_new
                }
                Event::Alarms(set) if set.truth == AlarmTruth::Unknown => false,
                Event::Alarms(set) => {
                    self.alarms = Some((set.clone(), at));
                    true
                }
                Event::Identity(_)
                | Event::Patient(_)
                | Event::Limits(_)
                | Event::Mode(_)
                | Event::Alive => true,
                Event::Gap(_) | Event::Fault(_) => false,
            };
            if is_new && news == News::New {
                self.heard = Some(at);
            }
        }
    }

    /// `false`: out of the device's memory, and something newer is there.
    fn deliver(
        &mut self,
        key: &MetricKey,
        at: MonoTime,
        measured: Measured,
        reading: Option<Reading>,
    ) -> bool {
        let (at, from_memory) = match measured {
            Measured::Now | Measured::Unknown => (at, false),
            Measured::Ago(ago) => (at.before(ago), false),
            Measured::Backfill(ago) => (at.before(ago), true),
        };
        let is_older = self.delivered.get(key).is_some_and(|known| known.at >= at);
        if from_memory && is_older {
            return false;
        }
        self.delivered.insert(key.clone(), Delivered { at, reading, broken: false });
        true
    }

    /// Everything on the tile that looks fresher than it is, is not what was said last, or is missing.
    pub fn violations(&self, tile: &TileView, now: MonoTime) -> Vec<Violation> {
        let mut found = Vec::new();
        for numeric in tile.blocks.iter().flat_map(|block| &block.numerics) {
            let shown = matches!(numeric.shown, Shown::Number { .. });
            found.extend(self.judge(&numeric.key, numeric.freshness, shown, now));
            found.extend(self.judge_number(numeric, now));
            if numeric.nature != Nature::Real && tile.nature == Nature::Real {
                found.push(format!("{:?}: {:?} on a plain tile", numeric.key, numeric.nature));
            }
        }
        for wave in &tile.waves {
            found.extend(self.judge(&wave.key, wave.freshness, false, now));
        }
        for text in &tile.texts {
            found.extend(self.judge(&text.key, text.freshness, text.value.is_some(), now));
        }
        found.extend(self.judge_link(tile, now));
        self.judge_alarms(&tile.alarms, now, &mut found);
        found.into_iter().map(|what| Violation(format!("{:?}: {what}", self.key))).collect()
    }

    fn judge(
        &self,
        key: &MetricKey,
        freshness: Freshness,
        shown: bool,
        now: MonoTime,
    ) -> Option<String> {
        let Some(delivered) = self.delivered.get(key) else {
            return Some(format!("{key:?}: shown, but never delivered"));
        };
        let age = now - delivered.at;
        let cadence = self.streams.get(key).map(|info| info.cadence);
        let (limits, is_episodic) = match cadence {
            Some(Cadence::Periodic(period) | Cadence::OnChange { proof: period }) => {
                (Limits::of(period), false)
            }
            Some(Cadence::Episodic { .. }) => (Limits::EPISODIC, true),
            None => (Limits::of(PERIOD_UNTOLD), false),
        };
        let too_old = limits.refuse(freshness, age) || (shown && age > limits.stale);
        let cut = self.closed || (delivered.broken && !is_episodic);
        (too_old || (cut && freshness != Freshness::Lost)).then(|| {
            format!("{key:?}: {freshness:?} at an age of {age:?}, line closed since: {cut}")
        })
    }

    /// The digits, and the age that stands beside them.
    fn judge_number(&self, numeric: &NumericView, now: MonoTime) -> Option<String> {
        let delivered = self.delivered.get(&numeric.key)?;
        let stream = self.streams.get(&numeric.key);
        let digits = stream.and_then(|info| info.digits);
        let said = delivered.reading.and_then(|reading| reading.value());
        let said = said.map(|value| digits.map_or(value, |digits| value.rounded(digits)));
        let (is_said, needs_age) = match &numeric.shown {
            Shown::Number { value, .. } => {
                let episodic = |info: &StreamInfo| matches!(info.cadence, Cadence::Episodic { .. });
                let is_episodic = stream.is_some_and(episodic);
                (said == Some(*value), is_episodic || numeric.freshness >= Freshness::Late)
            }
            Shown::Absent(_) => (said.is_none(), false),
            Shown::Dashes { last } => (last.is_none_or(|(value, _)| said == Some(value)), false),
        };
        if !is_said {
            return Some(format!("{:?}: {:?}, but it said {said:?}", numeric.key, numeric.shown));
        }
        if needs_age && !numeric.show_age {
            return Some(format!("{:?}: no age beside {:?}", numeric.key, numeric.shown));
        }
        let age = now - delivered.at;
        let secs = if numeric.age < MINUTES_FROM { 1 } else { 60 };
        let is_current = age < numeric.age + Duration::from_secs(secs);
        (numeric.show_age && !is_current)
            .then(|| format!("{:?}: told as {:?} old, is {age:?}", numeric.key, numeric.age))
    }

    /// The device as a whole may look no fresher than its slowest stream would.
    fn judge_link(&self, tile: &TileView, now: MonoTime) -> Option<String> {
        let freshness = tile.link.freshness?;
        let Some(heard) = self.heard else { return Some("looks heard, but never was".into()) };
        if self.closed {
            return (freshness != Freshness::Lost).then(|| "looks open, but is closed".into());
        }
        let streams = self.delivered.keys().filter_map(|key| self.streams.get(key));
        let periods = streams.filter_map(|info| match info.cadence {
            Cadence::Periodic(period) | Cadence::OnChange { proof: period } => Some(period),
            Cadence::Episodic { .. } => None,
        });
        let age = now - heard;
        let too_old = Limits::of(periods.max()?.max(PERIOD_UNTOLD)).refuse(freshness, age);
        too_old.then(|| format!("the device is {freshness:?}, heard {age:?} ago"))
    }

    /// Nothing left out, nothing lowered, and confirmed only while it is.
    fn judge_alarms(&self, alarms: &AlarmsView, now: MonoTime, found: &mut Vec<String>) {
        let Some((set, at)) = &self.alarms else {
            if alarms.truth != AlarmTruth::Unknown {
                found.push(format!("alarms are {:?}, but none were ever told", alarms.truth));
            }
            return;
        };
        for alarm in set.active.iter() {
            let what = (alarm.kind, alarm.priority, alarm.phase, alarm.inactivation, &alarm.text);
            let said = set.active.iter().filter(|other| {
                (other.kind, other.priority, other.phase, other.inactivation, &other.text) == what
            });
            let listed = alarms.list.iter().filter(|view| {
                (view.kind, view.priority, view.phase, view.inactivation, &view.text) == what
            });
            if listed.count() < said.count() {
                found.push(format!("{what:?} is in alarm and not listed"));
            }
        }
        if alarms.truth == AlarmTruth::Unknown {
            return;
        }
        let age = now - *at;
        // An equal set that follows this soon confirms too, and the driver does not pass it on.
        if self.closed || age > ALARMS_CONFIRMED + ALARMS_PERIOD {
            found.push(format!("alarms confirmed at an age of {age:?}, closed: {}", self.closed));
        }
        if alarms.list.len() != set.active.len() {
            found.push(format!(
                "{} alarms are listed as all {}",
                alarms.list.len(),
                set.active.len()
            ));
        }
    }
}

/// The oldest a value may be and still look so.
struct Limits {
    live: Duration,
    late: Duration,
    stale: Duration,
}

impl Limits {
    const EPISODIC: Limits =
        Limits { live: EPISODIC_SHOWN_MAX, late: EPISODIC_SHOWN_MAX, stale: EPISODIC_SHOWN_MAX };

    fn of(period: Duration) -> Limits {
        Limits {
            live: period * 5 / 2,
            late: (period * 3).max(Duration::from_secs(5)),
            stale: (period * 5).max(Duration::from_secs(10)),
        }
    }

    fn refuse(&self, freshness: Freshness, age: Duration) -> bool {
        match freshness {
            Freshness::Live => age > self.live,
            Freshness::Late => age > self.late,
            Freshness::Stale => age > self.stale,
            Freshness::Lost => false,
        }
    }
}

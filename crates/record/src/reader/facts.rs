//! What a segment says of its devices and streams, and of where devices stood. Each segment begins with
//! what still holds, so that none needs another.

use std::{collections::BTreeMap, sync::Arc};

use vigie_history::Damage;
use vigie_model::{BedId, DeviceInfo, DeviceKey, Event, LogKind, MetricKey, StreamInfo, Text};

use super::{Found, Reader, SegmentState, opened::Opened};

/// Devices and streams of a segment of which this is kept.
const SAID_MAX: usize = 20_000;
/// Moves of devices in a segment that are kept.
const MOVES_MAX: usize = 100_000;

/// What holds in a segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The last of each device.
    pub(super) devices: BTreeMap<DeviceKey, DeviceInfo>,
    /// The last of each stream.
    pub(super) streams: BTreeMap<(DeviceKey, MetricKey), StreamInfo>,
    /// Where devices went, in order of the run's clock.
    pub(super) moves: Vec<(u64, Move)>,
    /// Up to where events were read.
    seen_events: i64,
    /// Up to where the log was read.
    seen_log: i64,
    damage: Vec<Damage>,
}

/// What of a segment's facts is wanted: the other part is not read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Devices and streams: from `event`.
    Said,
    /// Where devices went: from `log`.
    Moves,
}

/// A device that went somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// It stands there from now on; `None`: at no bed.
    Stands(DeviceKey, Option<BedId>),
    /// It has another name from now on.
    Named(DeviceKey, DeviceKey),
}

impl Reader {
    /// What holds in a segment. A part is read once; of a segment that is still written, what is new.
    pub(super) fn facts(
        &mut self,
        opened: &mut Opened,
        part: Part,
        found: &mut Found,
    ) -> Arc<Facts> {
        let entry = self.catalog.entry(opened.number);
        let is_closed = entry.is_some_and(|entry| entry.info.state != SegmentState::Open);
        let known = self.facts.get(&opened.number).cloned();
        let facts = match known {
            Some(facts) if is_closed && facts.seen(part) == i64::MAX => facts,
            known => {
                let mut facts = known.map(Arc::unwrap_or_clone).unwrap_or_default();
                match part {
                    Part::Said => facts.read_events(opened),
                    Part::Moves => facts.read_log(opened),
                }
                if is_closed {
                    facts.set_seen(part, i64::MAX);
                }
                let facts = Arc::new(facts);
                self.facts.insert(opened.number, facts.clone());
                facts
            }
        };
        found.damage.extend(facts.damage.iter().cloned());
        facts
    }
}

impl Facts {
    fn seen(&self, part: Part) -> i64 {
        match part {
            Part::Said => self.seen_events,
            Part::Moves => self.seen_log,
        }
    }

    fn set_seen(&mut self, part: Part, seen: i64) {
        match part {
            Part::Said => self.seen_events = seen,
            Part::Moves => self.seen_log = seen,
        }
    }

    fn read_events(&mut self, opened: &mut Opened) {
        let number = opened.number;
        let end = end_of(opened, "event");
        let Facts { devices, streams, .. } = self;
        let names = opened.devices.clone();
        let mut damaged = 0_u32;
        opened.rows(
            "event",
            "SELECT seq, device, body FROM event WHERE seq >= ?1 AND seq <= ?2
             AND kind IN ('identity', 'stream') ORDER BY seq",
            (self.seen_events, i64::MAX),
            |row| {
                let device = names.get(&row.get::<_, u32>(1)?);
                let event = serde_json::from_str(row.get_ref(2)?.as_str()?);
                match (device, event) {
                    (Some(device), Ok(Event::Identity(info))) if devices.len() < SAID_MAX => {
                        devices.insert(device.clone(), info);
                    }
                    (Some(device), Ok(Event::Stream(info))) if streams.len() < SAID_MAX => {
                        streams.insert((device.clone(), info.key.clone()), info);
                    }
                    (_, Ok(_)) => {}
                    (_, Err(_)) => damaged += 1,
                }
                Ok(true)
            },
        );
        self.seen_events = end.max(self.seen_events);
        self.count_damaged(number, "event", damaged);
    }

    fn read_log(&mut self, opened: &mut Opened) {
        let number = opened.number;
        let end = end_of(opened, "log");
        let moves = &mut self.moves;
        let mut damaged = 0_u32;
        opened.rows(
            "log",
            "SELECT seq, mono_ns, body FROM log WHERE seq >= ?1 AND seq <= ?2
             AND kind IN ('Assigned', 'Named') ORDER BY seq",
            (self.seen_log, i64::MAX),
            |row| {
                let mono = row.get::<_, i64>(1)? as u64;
                match Move::parse(row.get_ref(2)?.as_str()?) {
                    Some(went) => moves.push((mono, went)),
                    None => damaged += 1,
                }
                Ok(moves.len() < MOVES_MAX)
            },
        );
        self.moves.sort_by_key(|&(mono, _)| mono);
        self.seen_log = end.max(self.seen_log);
        self.count_damaged(number, "log", damaged);
    }

    fn count_damaged(&mut self, segment: u32, table: &str, damaged: u32) {
        if damaged > 0 {
            let what = Text::from(format!("{table}: {damaged} rows do not parse"));
            self.damage.push(Damage { segment, what });
        }
    }
}

/// Behind the last row of a table: what is before it need not be looked at again.
fn end_of(opened: &mut Opened, table: &str) -> i64 {
    let last = format!("SELECT max(seq) FROM {table}");
    let last = opened.one(table, &last, [], |row| row.get::<_, Option<i64>>(0)).flatten();
    last.map_or(0, |last| last.saturating_add(1))
}

impl Move {
    fn parse(body: &str) -> Option<Move> {
        if let Ok(LogKind::Assigned(row)) = serde_json::from_str(body) {
            return Some(Move::Stands(row.device, row.bed));
        }
        match serde_json::from_str(body) {
            Ok(LogKind::Named { was, is }) => Some(Move::Named(was, is)),
            Ok(_) | Err(_) => None,
        }
    }
}

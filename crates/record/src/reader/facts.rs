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
    /// Up to where events and log were read.
    seen: (i64, i64),
    damage: Vec<Damage>,
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
    /// What holds in a segment. Of one that is still written, what is new is read.
    pub(super) fn facts(&mut self, opened: &mut Opened, found: &mut Found) -> Arc<Facts> {
        let entry = self.catalog.entry(opened.number);
        let is_closed = entry.is_some_and(|entry| entry.info.state != SegmentState::Open);
        let known = self.facts.get(&opened.number).cloned();
        let facts = match known {
            Some(facts) if is_closed && facts.seen == (i64::MAX, i64::MAX) => facts,
            known => {
                let mut facts = known.map(Arc::unwrap_or_clone).unwrap_or_default();
                facts.read_on(opened);
                if is_closed {
                    facts.seen = (i64::MAX, i64::MAX);
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
    fn read_on(&mut self, opened: &mut Opened) {
        let number = opened.number;
        let Facts { devices, streams, moves, seen, .. } = self;
        let names = opened.devices.clone();
        let mut damaged = 0_u32;
        let mut last = seen.0;
        opened.rows(
            "event",
            "SELECT seq, device, body FROM event WHERE seq >= ?1 AND seq <= ?2
             AND kind IN ('identity', 'stream') ORDER BY seq",
            (seen.0, i64::MAX),
            |row| {
                last = row.get::<_, i64>(0)?.saturating_add(1);
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
        seen.0 = last;
        let mut last = seen.1;
        opened.rows(
            "log",
            "SELECT seq, mono_ns, body FROM log WHERE seq >= ?1 AND seq <= ?2
             AND kind IN ('Assigned', 'Named') ORDER BY seq",
            (seen.1, i64::MAX),
            |row| {
                last = row.get::<_, i64>(0)?.saturating_add(1);
                let mono = row.get::<_, i64>(1)? as u64;
                match Move::parse(row.get_ref(2)?.as_str()?) {
                    Some(went) => moves.push((mono, went)),
                    None => damaged += 1,
                }
                Ok(moves.len() < MOVES_MAX)
            },
        );
        seen.1 = last;
        moves.sort_by_key(|&(mono, _)| mono);
        if damaged > 0 {
            let what = Text::from(format!("event, log: {damaged} rows do not parse"));
            self.damage.push(Damage { segment: number, what });
        }
    }
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

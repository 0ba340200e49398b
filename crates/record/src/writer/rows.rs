//! Rows that wait for a commit; what devices say again; what still holds.

use std::collections::{BTreeMap, VecDeque};

use rusqlite::Connection;
use vigie_model::{
    AlarmScope, DeviceKey, Event, LogEntry, LogKind, MetricKey, MonoTime, Observation, Text,
    WallTime,
};

use super::{
    ids::Ids,
    lane::{sql, tail_id},
};
use crate::AuditRow;

/// Repeats move from the tail into their rows this often: else each second would change as many pages
/// as there are devices.
const REPEATS_EVERY_NS: u64 = 60_000_000_000;
/// The lane of repeats in `tail`.
const REPEATS_LANE: u64 = 2;
/// Things said that are remembered at most: what comes on top is written each time it is said.
const SAID_MAX: usize = 100_000;
/// Assignments and stays that are remembered at most.
const STANDING_MAX: usize = 10_000;

/// A row of a table.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Event {
        seq: u64,
        mono: MonoTime,
        wall: WallTime,
        device: u32,
        kind: &'static str,
        body: String,
    },
    Log(LogLine),
    Link {
        seq: u64,
        mono: MonoTime,
        wall: WallTime,
        line: Text,
        is_up: bool,
        devices: String,
    },
    Gap(GapLine),
    Late {
        stream: u32,
        measured_ns: i64,
        mono: MonoTime,
        body: String,
    },
    Audit(AuditRow),
    Removed {
        number: u32,
        wall: WallTime,
        name: String,
        chain: String,
        why: String,
    },
}

/// A row of `log`.
#[derive(Clone, Debug)]
pub(super) struct LogLine {
    pub(super) seq: u64,
    pub(super) mono: MonoTime,
    pub(super) wall: WallTime,
    pub(super) bed: Option<Text>,
    pub(super) device: Option<u32>,
    pub(super) kind: &'static str,
    pub(super) body: String,
}

/// A row of `gap`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GapLine {
    pub(super) seq: u64,
    /// May lie before the run.
    pub(super) from_ns: i64,
    pub(super) to_ns: i64,
    pub(super) device: Option<u32>,
    pub(super) stream: Option<u32>,
    pub(super) lost: u64,
    pub(super) why: Text,
}

impl Row {
    fn bytes(&self) -> usize {
        let text = match self {
            Row::Event { body, .. } | Row::Late { body, .. } => body.len(),
            Row::Log(line) => line.body.len(),
            Row::Link { devices, .. } => devices.len(),
            Row::Gap(_) => 0,
            Row::Audit(row) => row.body.len() + row.who.len(),
            Row::Removed { name, why, .. } => name.len() + why.len(),
        };
        size_of::<Row>() + text
    }

    pub(super) fn write(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        match self {
            Row::Event { seq, mono, wall, device, kind, body } => connection
                .prepare_cached(
                    "INSERT INTO event
                     (seq, mono_ns, wall_ns, device, kind, body, repeats, last_mono_ns)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?2)",
                )?
                .execute((*seq as i64, sql(*mono), wall.as_unix_nanos(), device, kind, body))?,
            Row::Log(line) => connection
                .prepare_cached(
                    "INSERT INTO log (seq, mono_ns, wall_ns, bed, device, kind, body)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    line.seq as i64,
                    sql(line.mono),
                    line.wall.as_unix_nanos(),
                    line.bed.as_ref().map(Text::as_str),
                    line.device,
                    line.kind,
                    &line.body,
                ))?,
            Row::Link { seq, mono, wall, line, is_up, devices } => connection
                .prepare_cached(
                    "INSERT INTO link (seq, mono_ns, wall_ns, line, change, devices)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((
                    *seq as i64,
                    sql(*mono),
                    wall.as_unix_nanos(),
                    line.as_str(),
                    if *is_up { "up" } else { "down" },
                    devices,
                ))?,
            Row::Gap(gap) => connection
                .prepare_cached(
                    "INSERT INTO gap
                     (seq, from_mono_ns, to_mono_ns, device, stream, lost, why)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    gap.seq as i64,
                    gap.from_ns,
                    gap.to_ns,
                    gap.device,
                    gap.stream,
                    i64::try_from(gap.lost).unwrap_or(i64::MAX),
                    gap.why.as_str(),
                ))?,
            Row::Late { stream, measured_ns, mono, body } => connection
                .prepare_cached(
                    "INSERT INTO late (stream, measured_mono_ns, mono_ns, body)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((stream, measured_ns, sql(*mono), body))?,
            Row::Audit(row) => connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO audit (id, wall_ns, who, what, body)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((&row.id, row.wall_ns, &row.who, &row.what, &row.body))?,
            Row::Removed { number, wall, name, chain, why } => connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO removed (number, wall_ns, name, chain, why)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute((number, wall.as_unix_nanos(), name, chain, why))?,
        };
        Ok(())
    }
}

/// What tells apart the things that a device says by turns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Device,
    Stream(MetricKey),
    Alarms(AlarmScope),
}

/// What a device said last of something.
#[derive(Clone, Debug)]
struct Said {
    event: Event,
    seq: u64,
    mono: MonoTime,
    wall: WallTime,
    repeats: u64,
}

/// So often more, last then.
type Repeats = (u64, MonoTime);

/// Rows that wait, and what is known of those before.
#[derive(Debug, Default)]
pub(super) struct Rows {
    waiting: VecDeque<Row>,
    bytes: usize,
    tried: usize,
    said: BTreeMap<(DeviceKey, &'static str, About), Said>,
    standing: BTreeMap<(u8, Text), (LogLine, Option<DeviceKey>)>,
    /// Repeats that are not on the disk, by the row's `seq`.
    repeats: BTreeMap<u64, Repeats>,
    tried_repeats: Vec<(u64, Repeats)>,
    /// Repeats that are in the tail.
    repeats_in_tail: BTreeMap<u64, Repeats>,
    moved_at: MonoTime,
    is_moving: bool,
}

impl Rows {
    /// So many wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Bytes that wait in memory, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The earliest wall time of what waits, of rows of a number above `carried`. `offset_ns` is wall
    /// time less `CLOCK_BOOTTIME`.
    pub(super) fn first_wall_ns(&self, carried: u64, offset_ns: i64) -> Option<i64> {
        let wall = |row: &Row| match row {
            Row::Event { seq, wall, .. }
            | Row::Link { seq, wall, .. }
            | Row::Log(LogLine { seq, wall, .. }) => (*seq > carried).then(|| wall.as_unix_nanos()),
            // The time that the station did not run is not in this segment.
            Row::Gap(gap) => (gap.lost > 0).then(|| gap.from_ns.saturating_add(offset_ns)),
            Row::Late { mono, .. } => Some(sql(*mono).saturating_add(offset_ns)),
            // They tell of other times, and are asked for without any.
            Row::Audit(_) | Row::Removed { .. } => None,
        };
        self.waiting.iter().filter_map(wall).min()
    }

    pub(super) fn push(&mut self, row: Row) {
        self.bytes += row.bytes();
        self.waiting.push_back(row);
    }

    /// Drops the oldest; gives when it was, if that is known.
    pub(super) fn drop_oldest(&mut self) -> Option<Row> {
        let row = self.waiting.pop_front()?;
        self.bytes = self.bytes.saturating_sub(row.bytes());
        self.tried = self.tried.saturating_sub(1);
        // What follows must not be counted as the repeat of something that is gone.
        self.said.clear();
        Some(row)
    }

    /// A device said something that is neither number nor samples.
    pub(super) fn event(&mut self, seq: u64, observation: &Observation, ids: &mut Ids) {
        let Observation { stamp, device, event, .. } = observation;
        let Some((kind, about)) = kind_of(event) else { return };
        let key = (device.clone(), kind, about);
        let is_counted = !matches!(event, Event::Gap(_));
        if is_counted
            && let Some(said) = self.said.get_mut(&key)
            && said.event == *event
        {
            said.repeats += 1;
            self.repeats.insert(said.seq, (said.repeats, stamp.mono));
            return;
        }
        let id = ids.device(device);
        self.push(Row::Event {
            seq,
            mono: stamp.mono,
            wall: stamp.wall,
            device: id,
            kind,
            body: json(event),
        });
        if is_counted && (self.said.len() < SAID_MAX || self.said.contains_key(&key)) {
            let (mono, wall) = (stamp.mono, stamp.wall);
            self.said.insert(key, Said { event: event.clone(), seq, mono, wall, repeats: 0 });
        }
    }

    /// The board decided something.
    pub(super) fn log(&mut self, seq: u64, entry: &LogEntry, ids: &mut Ids) {
        let LogEntry { stamp, bed, device, kind } = entry;
        let line = LogLine {
            seq,
            mono: stamp.mono,
            wall: stamp.wall,
            bed: bed.as_ref().map(|bed| bed.0.clone()),
            device: device.as_ref().map(|device| ids.device(device)),
            kind: kind.name(),
            body: json(kind),
        };
        // Who stands where is said again in each segment, and which stays go on.
        let standing = if let LogKind::Assigned(assignment) = kind {
            Some((0, assignment.device.0.clone()))
        } else if let LogKind::Named { is, .. } = kind {
            Some((1, is.0.clone()))
        } else if let LogKind::StayBegan(stay) = kind {
            Some((2, Text::from(stay.id.0.to_string())))
        } else {
            if let LogKind::StayEnded(stay) = kind {
                self.standing.remove(&(2, Text::from(stay.id.0.to_string())));
            }
            None
        };
        if let Some(key) = standing
            && (self.standing.len() < STANDING_MAX || self.standing.contains_key(&key))
        {
            self.standing.insert(key, (line.clone(), device.clone()));
        }
        self.push(Row::Log(line));
    }

    /// The next segment begins: what still holds is said again in it. Nothing waits.
    pub(super) fn carry_over(&mut self, ids: &mut Ids) {
        let mut carried = Vec::new();
        for ((device, kind, _), said) in &mut self.said {
            if let Event::Fault(_) = said.event {
                continue;
            }
            said.repeats = 0;
            carried.push(Row::Event {
                seq: said.seq,
                mono: said.mono,
                wall: said.wall,
                device: ids.device(device),
                kind,
                body: json(&said.event),
            });
        }
        // A fault said again is written again.
        self.said.retain(|_, said| !matches!(said.event, Event::Fault(_)));
        for (line, device) in self.standing.values() {
            let device = device.as_ref().map(|device| ids.device(device));
            carried.push(Row::Log(LogLine { device, ..line.clone() }));
        }
        self.repeats.clear();
        self.repeats_in_tail.clear();
        carried.into_iter().for_each(|row| self.push(row));
    }

    /// Writes what waits, and repeats.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        commit: u64,
        now: MonoTime,
        is_closing: bool,
    ) -> Result<(), rusqlite::Error> {
        for row in &self.waiting {
            row.write(connection)?;
        }
        self.tried = self.waiting.len();
        self.tried_repeats = self.repeats.iter().map(|(&seq, &repeats)| (seq, repeats)).collect();
        let due = now.since(self.moved_at).as_nanos() >= u128::from(REPEATS_EVERY_NS);
        self.is_moving = is_closing || due;
        if self.is_moving {
            for (&seq, &(repeats, last)) in self.repeats_in_tail.iter().chain(&self.repeats) {
                connection
                    .prepare_cached(
                        "UPDATE event SET repeats = ?2, last_mono_ns = ?3 WHERE seq = ?1",
                    )?
                    .execute((seq as i64, repeats as i64, sql(last)))?;
            }
            connection.prepare_cached("DELETE FROM tail WHERE id >= ?1")?.execute([tail_id(
                REPEATS_LANE,
                0,
                0,
            )])?;
            return Ok(());
        }
        if !self.repeats.is_empty() {
            let mut data = Vec::new();
            for (&seq, &(repeats, last)) in &self.repeats {
                crate::chunk::push_repeats(&mut data, seq, repeats, last);
            }
            connection
                .prepare_cached("INSERT INTO tail (id, data) VALUES (?1, ?2)")?
                .execute((tail_id(REPEATS_LANE, 0, commit), data))?;
        }
        Ok(())
    }

    /// What was written last is on the disk.
    pub(super) fn committed(&mut self, now: MonoTime) {
        for row in self.waiting.drain(..self.tried) {
            self.bytes = self.bytes.saturating_sub(row.bytes());
        }
        self.tried = 0;
        if self.is_moving {
            self.repeats_in_tail.clear();
            self.moved_at = now;
        }
        for (seq, repeats) in self.tried_repeats.drain(..) {
            if !self.is_moving {
                self.repeats_in_tail.insert(seq, repeats);
            }
            if self.repeats.get(&seq) == Some(&repeats) {
                self.repeats.remove(&seq);
            }
        }
        self.is_moving = false;
    }

    /// What was written last is not on the disk.
    pub(super) fn undone(&mut self) {
        self.tried = 0;
        self.tried_repeats.clear();
        self.is_moving = false;
    }
}

/// Events of the model are numbers and texts: they always have a JSON form.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn kind_of(event: &Event) -> Option<(&'static str, About)> {
    Some(match event {
        Event::Identity(_) => ("identity", About::Device),
        Event::Patient(_) => ("patient", About::Device),
        Event::Text(text) => ("text", About::Stream(text.key.clone())),
        Event::Limits(limits) => ("limits", About::Stream(limits.key.clone())),
        Event::Alarms(alarms) => ("alarms", About::Alarms(alarms.scope)),
        Event::Stream(stream) => ("stream", About::Stream(stream.key.clone())),
        Event::Mode(_) => ("mode", About::Device),
        Event::Gap(_) => ("gap", About::Device),
        Event::Fault(_) => ("fault", About::Device),
        Event::Numeric(_) | Event::Wave(_) | Event::Alive => return None,
    })
}

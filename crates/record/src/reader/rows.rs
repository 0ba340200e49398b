//! Rows: what devices said, the log, lines, losses.

use rusqlite::Row;
use vigie_history::{Answer, GapRow, LinkRow, LogRow, Query};
use vigie_model::{BedId, DeviceKey, Event, LogKind, MonoTime, RunId, Stamp, Text, WallTime};

use super::{
    Found, Page, ROWS_MAX, Reader,
    numerics::{self, pieces},
    opened::Opened,
    page,
    paged::{Paged, Sorter},
    times::Piece,
};

/// Rows of a table may be out of order by this much: they wait in several lanes.
const DISORDER_NS: u64 = 10_000_000_000;

/// Where the rows of a table stand, and when.
#[derive(Clone, Copy)]
struct Table {
    name: &'static str,
    time: &'static str,
    columns: &'static str,
}

const EVENT: Table =
    Table { name: "event", time: "mono_ns", columns: "seq, mono_ns, wall_ns, device, body" };
const LOG: Table =
    Table { name: "log", time: "mono_ns", columns: "seq, mono_ns, wall_ns, device, bed, body" };
const LINK: Table =
    Table { name: "link", time: "mono_ns", columns: "seq, mono_ns, line, change, devices" };
const GAP: Table = Table {
    name: "gap",
    time: "to_mono_ns",
    columns: "seq, to_mono_ns, from_mono_ns, device, stream, lost, why",
};

impl Reader {
    /// What devices said besides numbers and samples.
    pub(super) fn said(
        &mut self,
        query: &Query,
        device: Option<&DeviceKey>,
        found: &mut Found,
    ) -> Page {
        let mut paged = page(query, ROWS_MAX);
        self.each_segment((query.from, query.to), found, |_, opened, _| {
            let only = device.map(|device| opened.device_id(device));
            if only == Some(None) {
                return;
            }
            let (run, names) = (opened.run, opened.devices.clone());
            rows(opened, query, EVENT, &mut paged, |row| {
                let id: u32 = row.get(3)?;
                if only.flatten().is_some_and(|only| only != id) {
                    return Ok(Read::Other);
                }
                let event: Result<Event, _> = serde_json::from_str(row.get_ref(4)?.as_str()?);
                Ok(match (names.get(&id), event) {
                    (Some(device), Ok(event)) => {
                        Read::Is((stamp(row, run)?, device.clone(), event))
                    }
                    (_, Ok(_) | Err(_)) => Read::Damaged,
                })
            });
        });
        let (rows, more_from) = paged.finish();
        (Answer::Said(rows), more_from)
    }

    /// What the board decided.
    pub(super) fn log(
        &mut self,
        query: &Query,
        bed: Option<&BedId>,
        alarms_only: bool,
        found: &mut Found,
    ) -> Page {
        let mut paged = page(query, ROWS_MAX);
        self.each_segment((query.from, query.to), found, |_, opened, _| {
            let (run, names) = (opened.run, opened.devices.clone());
            rows(opened, query, LOG, &mut paged, |row| {
                let of_bed = row.get::<_, Option<String>>(4)?.map(|bed| BedId(Text::from(bed)));
                if bed.is_some() && of_bed.as_ref() != bed {
                    return Ok(Read::Other);
                }
                let Ok(kind) = serde_json::from_str::<LogKind>(row.get_ref(5)?.as_str()?) else {
                    return Ok(Read::Damaged);
                };
                if alarms_only && !kind.is_of_alarms() {
                    return Ok(Read::Other);
                }
                let device = row.get::<_, Option<u32>>(3)?;
                let device = device.and_then(|device| names.get(&device)).cloned();
                Ok(Read::Is(LogRow { stamp: stamp(row, run)?, bed: of_bed, device, kind }))
            });
        });
        let (rows, more_from) = paged.finish();
        (Answer::Log(rows), more_from)
    }

    /// Lines that opened and closed.
    pub(super) fn links(&mut self, query: &Query, found: &mut Found) -> Page {
        let mut paged = page(query, ROWS_MAX);
        self.each_segment((query.from, query.to), found, |_, opened, _| {
            let (run, clock) = (opened.run, opened.clock.clone());
            rows(opened, query, LINK, &mut paged, |row| {
                let mono = row.get::<_, i64>(1)? as u64;
                let Ok(devices) = serde_json::from_str(row.get_ref(4)?.as_str()?) else {
                    return Ok(Read::Damaged);
                };
                let at = vigie_history::At {
                    run,
                    mono: MonoTime::from_nanos(mono),
                    wall: clock.wall(mono),
                };
                let line = Text::from(row.get::<_, String>(2)?);
                let is_up = row.get_ref(3)?.as_str()? == "up";
                Ok(Read::Is(LinkRow { at, line, is_up, devices }))
            });
        });
        let (rows, more_from) = paged.finish();
        (Answer::Links(rows), more_from)
    }

    /// What the station itself lost. A loss belongs to the time at which it ended.
    pub(super) fn gaps(&mut self, query: &Query, found: &mut Found) -> Page {
        let mut paged = page(query, ROWS_MAX);
        self.each_segment((query.from, query.to), found, |_, opened, _| {
            let (run, clock) = (opened.run, opened.clock.clone());
            let (names, streams) = (opened.devices.clone(), opened.streams.clone());
            rows(opened, query, GAP, &mut paged, |row| {
                // It may have begun before the machine was started: the run's clock was not there yet.
                let from: i64 = row.get(2)?;
                let mono = u64::try_from(from).unwrap_or(0);
                let before = clock
                    .wall(mono)
                    .before(std::time::Duration::from_nanos(from.min(0).unsigned_abs()));
                let from =
                    vigie_history::At { run, mono: MonoTime::from_nanos(mono), wall: before };
                let mono = row.get::<_, i64>(1)? as u64;
                let to = vigie_history::At {
                    run,
                    mono: MonoTime::from_nanos(mono),
                    wall: clock.wall(mono),
                };
                let device = row.get::<_, Option<u32>>(3)?;
                let stream = row.get::<_, Option<u32>>(4)?;
                Ok(Read::Is(GapRow {
                    from,
                    to,
                    device: device.and_then(|device| names.get(&device)).cloned(),
                    key: stream.and_then(|id| streams.get(&id)).map(|(_, key)| key.clone()),
                    lost: u64::try_from(row.get::<_, i64>(5)?).unwrap_or(0),
                    why: Text::from(row.get::<_, String>(6)?),
                }))
            });
        });
        let (rows, more_from) = paged.finish();
        (Answer::Gaps(rows), more_from)
    }
}

/// What a row is.
enum Read<T> {
    /// One that is wanted.
    Is(T),
    /// One that is not.
    Other,
    /// It does not parse.
    Damaged,
}

/// The rows of a table that a question asks for. Those from before the segment's first are what still held
/// when it was opened: the segment before has them at their own time.
fn rows<T>(
    opened: &mut Opened,
    query: &Query,
    table: Table,
    paged: &mut Paged<T>,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<Read<T>>,
) {
    let Table { name, time, columns } = table;
    let select = format!("SELECT {columns} FROM {name} WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq");
    for piece in pieces(opened, query) {
        if !paged.begin_piece(opened.clock.wall(piece.from)) {
            continue;
        }
        let Piece { from, to } = piece;
        let number = opened.number;
        let clock = opened.clock.clone();
        let first =
            first_seq(opened, name, time, from.saturating_sub(DISORDER_NS)).max(opened.first_seq);
        let mut sorter = Sorter::new();
        let mut damaged = 0_u32;
        let mut push = |sorter: &mut Sorter<T>, before: u64| {
            for (mono, thing) in sorter.release(before) {
                if !paged.push(clock.wall(mono), (number, mono), 1, thing) {
                    return false;
                }
            }
            true
        };
        opened.rows(name, &select, (first, i64::MAX), |row| {
            let mono = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
            if mono >= to.saturating_add(DISORDER_NS) {
                return Ok(false);
            }
            if (from..to).contains(&mono) {
                match read(row)? {
                    Read::Is(thing) => sorter.hold(mono, thing),
                    Read::Other => {}
                    Read::Damaged => damaged += 1,
                }
            }
            Ok(push(&mut sorter, mono.saturating_sub(DISORDER_NS)))
        });
        push(&mut sorter, u64::MAX);
        if damaged > 0 {
            opened.note(format!("{name}: {damaged} rows do not parse"));
        }
    }
}

/// From which row on times are at least `mono`, nearly.
fn first_seq(opened: &mut Opened, name: &str, time: &str, mono: u64) -> i64 {
    // Apart, each is a seek; in one SELECT they would read the whole table.
    let ends = format!("SELECT (SELECT min(seq) FROM {name}), (SELECT max(seq) FROM {name})");
    let ends = opened.one(name, &ends, [], |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))
    });
    let Some((Some(mut low), Some(mut high))) = ends else { return 0 };
    let next = format!("SELECT seq, {time} FROM {name} WHERE seq >= ?1 ORDER BY seq LIMIT 1");
    while low < high {
        let middle = low + (high - low) / 2;
        let row = opened
            .one(name, &next, [middle], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        match row {
            Some((seq, at)) if u64::try_from(at).unwrap_or(0) < mono => low = seq + 1,
            Some(_) | None => high = middle,
        }
    }
    low
}

fn stamp(row: &Row<'_>, run: RunId) -> rusqlite::Result<Stamp> {
    Ok(Stamp {
        run,
        seq: row.get::<_, i64>(0)? as u64,
        mono: MonoTime::from_nanos(row.get::<_, i64>(1)? as u64),
        wall: WallTime::from_unix_nanos(row.get(2)?),
    })
}

/// Earliest and latest time of a segment that is still written.
pub(super) fn span(opened: &mut Opened) -> Option<(WallTime, WallTime)> {
    let (first, wall) = opened.clock.first()?;
    let mut last = first.as_nanos();
    for sql in [
        "SELECT max(mono_ns) FROM run_clock",
        "SELECT end_mono_ns FROM wave ORDER BY id DESC LIMIT 1",
        "SELECT end_mono_ns FROM numeric ORDER BY id DESC LIMIT 1",
        "SELECT mono_ns FROM event ORDER BY seq DESC LIMIT 1",
        "SELECT mono_ns FROM log ORDER BY seq DESC LIMIT 1",
        "SELECT mono_ns FROM link ORDER BY seq DESC LIMIT 1",
    ] {
        let at = opened.one("the end", sql, [], |row| row.get::<_, Option<i64>>(0)).flatten();
        last = last.max(at.and_then(|at| u64::try_from(at).ok()).unwrap_or(0));
    }
    for end in numerics::tail_ends(opened) {
        last = last.max(end);
    }
    let rows = opened.clock.rows().iter().map(|&(_, wall)| WallTime::from_unix_nanos(wall));
    let walls: Vec<WallTime> = rows.chain([wall, opened.clock.wall(last)]).collect();
    Some((walls.iter().min().copied()?, walls.iter().max().copied()?))
}

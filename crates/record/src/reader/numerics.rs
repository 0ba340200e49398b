//! Numbers: chunks and tail together, in the order of time.

use std::collections::BTreeSet;

use vigie_history::{Answer, At, NumericRow, Query, Source};
use vigie_model::{Event, MonoTime, Numeric, Tick};

use super::{
    Found, NUMERICS_MAX, Page, Reader,
    beds::Meant,
    opened::Opened,
    page,
    paged::{Paged, Sorter},
    times::Piece,
};
use crate::{
    chunk::{self, Form, NumericForm, NumericValue},
    layout::{self, NUMERIC_GROUPS, NUMERIC_SLOT_NS, STREAM_BITS, WAVE_GROUPS, WAVE_SLOT_NS},
};

/// Times in a chunk are rounded down to this.
const ROUNDED_NS: u64 = 1_000_000;
/// Bits of a row of `tail` below its group.
const TAIL_SECOND_BITS: u32 = 40;
const TAIL_GROUPS: i64 = 64;
/// Slots that are looked at where the ends of a table cannot be read: a segment is of a day.
const SLOTS_WITHOUT_ENDS_MAX: u64 = 20_000;
/// Rows of `tail` that hold waves.
pub(super) const LANE_WAVES: i64 = 0;
/// Rows of `tail` that hold numbers.
pub(super) const LANE_NUMERICS: i64 = 1;

impl Reader {
    /// Every value of a number.
    pub(super) fn numerics(&mut self, query: &Query, source: &Source, found: &mut Found) -> Page {
        let mut paged: Paged<NumericRow> = page(query, NUMERICS_MAX);
        self.each_segment((query.from, query.to), found, |reader, opened, found| {
            let meant = reader.meant(opened, source, found);
            for piece in pieces(opened, query) {
                if !meant.is_empty() && paged.begin_piece(opened.clock.wall(piece.from)) {
                    numerics_of(opened, &meant, piece, &mut paged);
                }
            }
        });
        let (rows, more_from) = paged.finish();
        (Answer::Numerics(rows), more_from)
    }
}

/// The stretches of a segment that a question asks for, in the order of their wall times.
pub(super) fn pieces(opened: &Opened, query: &Query) -> Vec<Piece> {
    let mut pieces = opened.clock.pieces(query.from, query.to);
    pieces.sort_by_key(|piece| opened.clock.wall(piece.from));
    pieces
}

/// A moment of the run by both clocks.
pub(super) fn at(opened: &Opened, mono: u64) -> At {
    At { run: opened.run, mono: MonoTime::from_nanos(mono), wall: opened.clock.wall(mono) }
}

/// Slots that hold anything at all, within these.
pub(super) fn slots_there(
    opened: &mut Opened,
    table: &str,
    (low, high): (u64, u64),
) -> Option<(u64, u64)> {
    let slot = |id: i64| u64::try_from(id).unwrap_or(0) >> STREAM_BITS;
    // Apart, each is a seek; in one SELECT they would read the whole table.
    let ends = format!("SELECT (SELECT min(id) FROM {table}), (SELECT max(id) FROM {table})");
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?));
    let ends: Option<(Option<i64>, Option<i64>)> = opened.one(table, &ends, [], read);
    let (first, last) = match ends {
        Some((first, last)) => (slot(first?), slot(last?)),
        // The page at either end is damaged: what lies between is found by the times of the segment.
        None => {
            let slot_ns = if table == "wave" { WAVE_SLOT_NS } else { NUMERIC_SLOT_NS };
            let (opening, commit) = opened.written();
            let first = (opening / slot_ns).saturating_sub(1);
            (first, (commit / slot_ns + 1).min(first + SLOTS_WITHOUT_ENDS_MAX))
        }
    };
    let (low, high) = (low.max(first), high.min(last));
    (low <= high).then_some((low, high))
}

/// The chunks of the tail that are of these streams (`None`: of all), those of a stream in the order of
/// arrival. Only the groups of these streams are read.
pub(super) fn tail(opened: &mut Opened, lane: i64, streams: Option<&[u32]>) -> Vec<(u32, Vec<u8>)> {
    let ranges: Vec<(i64, i64)> = match streams {
        None => vec![tail_range(lane)],
        Some(streams) => {
            let groups = if lane == LANE_WAVES { WAVE_GROUPS } else { NUMERIC_GROUPS };
            let group = |stream: &u32| (u64::from(*stream) % groups) as i64;
            let wanted: BTreeSet<i64> = streams.iter().map(group).collect();
            wanted.into_iter().map(|group| tail_of_group(lane, group)).collect()
        }
    };
    let is_wanted = |stream| streams.is_none_or(|streams| streams.contains(&stream));
    let mut chunks = Vec::new();
    let mut damaged = false;
    for range in ranges {
        opened.rows(
            "tail",
            "SELECT id, data FROM tail WHERE id >= ?1 AND id <= ?2 ORDER BY id",
            range,
            |row| {
                for chunk in chunk::read_tail(row.get_ref(1)?.as_blob()?) {
                    match chunk {
                        Ok((stream, data)) if is_wanted(stream) => {
                            chunks.push((stream, data.to_vec()));
                        }
                        Ok(_) => {}
                        Err(_) => damaged = true,
                    }
                }
                Ok(true)
            },
        );
    }
    if damaged {
        opened.note("tail: a row does not parse".to_owned());
    }
    chunks
}

const NUMERIC_DATA: &str =
    "SELECT CASE WHEN length(data) <= ?2 THEN data END FROM numeric WHERE id = ?1";

/// The values of a slot, or none.
pub(super) fn numeric_chunk(opened: &mut Opened, slot: u64, stream: u32) -> Vec<NumericValue> {
    let id = layout::chunk_id(slot, stream);
    let place = format!("numeric {id}");
    let Some(data) = opened.data(&place, NUMERIC_DATA, id) else { return Vec::new() };
    match chunk::decode_numeric(&data) {
        Ok(values) => values,
        Err(error) => {
            opened.note(format!("{place}: {error}"));
            Vec::new()
        }
    }
}

/// The values in the tail, by their place among `streams`.
pub(super) fn numeric_tail(opened: &mut Opened, streams: &[u32]) -> Vec<(usize, NumericValue)> {
    let chunks = tail(opened, LANE_NUMERICS, Some(streams));
    let mut values = Vec::new();
    for (stream, data) in chunks {
        match chunk::decode_numeric(&data) {
            Ok(decoded) => {
                let of = streams.iter().enumerate().filter(|(_, other)| **other == stream);
                for (at, _) in of {
                    values.extend(decoded.iter().map(|value| (at, *value)));
                }
            }
            Err(error) => opened.note(format!("tail of stream {stream}: {error}")),
        }
    }
    values
}

fn numerics_of(opened: &mut Opened, meant: &[Meant], piece: Piece, paged: &mut Paged<NumericRow>) {
    let streams: Vec<u32> = meant.iter().map(|meant| meant.stream).collect();
    let mut sorter = Sorter::new();
    for (at, value) in numeric_tail(opened, &streams) {
        hold(opened, meant, at, &value, &mut sorter);
    }
    hold_late(opened, meant, piece, &mut sorter);
    // A time that was rounded down may lie in the slot before its chunk's.
    let first = (piece.from / NUMERIC_SLOT_NS).saturating_sub(1);
    let last = piece.to.saturating_sub(1) / NUMERIC_SLOT_NS + 1;
    let (first, last) = slots_there(opened, "numeric", (first, last)).unwrap_or((1, 0));
    for slot in first..=last {
        for (at, of) in meant.iter().enumerate() {
            let begins = if slot == 0 { 0 } else { layout::numeric_slot_start(of.stream, slot) };
            let ends = layout::numeric_slot_start(of.stream, slot + 1);
            let is_wanted = of.from.max(piece.from) < ends
                && begins.saturating_sub(ROUNDED_NS) < of.to.min(piece.to);
            if is_wanted && !opened.is_lost() {
                for value in numeric_chunk(opened, slot, of.stream) {
                    hold(opened, meant, at, &value, &mut sorter);
                }
            }
        }
        let settled = ((slot + 1) * NUMERIC_SLOT_NS).saturating_sub(ROUNDED_NS);
        if !push(opened, meant, piece, sorter.release(settled), paged) {
            return;
        }
    }
    push(opened, meant, piece, sorter.release(u64::MAX), paged);
}

/// A value on its way into an answer: of which stream that is meant, the value, whether it came late.
type Held = (usize, Numeric, bool);

fn hold(
    opened: &mut Opened,
    meant: &[Meant],
    at: usize,
    value: &NumericValue,
    sorter: &mut Sorter<Held>,
) {
    let Some(of) = meant.get(at) else { return };
    match opened.forms.get(&value.form) {
        Some(Form::Numeric(form)) => {
            let numeric = numeric_of(of, form, value);
            sorter.hold(value.arrival.as_nanos(), (at, numeric, false));
        }
        Some(Form::Wave(_)) | None => {
            let stream = of.stream;
            opened.note(format!("form {} of stream {stream}: there is none", value.form));
        }
    }
}

fn push(
    opened: &Opened,
    meant: &[Meant],
    piece: Piece,
    values: impl Iterator<Item = (u64, Held)>,
    paged: &mut Paged<NumericRow>,
) -> bool {
    for (mono, (of, numeric, is_late)) in values {
        let Some(of) = meant.get(of) else { continue };
        if !(piece.from.max(of.from)..piece.to.min(of.to)).contains(&mono) {
            continue;
        }
        let at = at(opened, mono);
        let row = NumericRow { at, device: of.device.clone(), numeric, is_late };
        if !paged.push(at.wall, (opened.number, mono), 1, row) {
            return false;
        }
    }
    true
}

fn numeric_of(meant: &Meant, form: &NumericForm, value: &NumericValue) -> Numeric {
    Numeric {
        key: meant.key.clone(),
        unit: form.unit.clone(),
        reading: value.reading,
        measured: value.measured,
        device_time: value.device_time,
        tick: form.base.map(|base| (base, Tick(value.tick))),
        nature: value.nature,
        in_alarm: value.in_alarm,
        alarms_off: value.alarms_off,
    }
}

/// Values that devices sent from their memory: rows, not chunks.
fn hold_late(opened: &mut Opened, meant: &[Meant], piece: Piece, sorter: &mut Sorter<Held>) {
    let mut damaged = 0_u32;
    opened.rows(
        "late",
        "SELECT id, stream, mono_ns, body FROM late WHERE id >= ?1 AND id <= ?2 ORDER BY id",
        (i64::MIN, i64::MAX),
        |row| {
            let (stream, mono) = (row.get::<_, u32>(1)?, row.get::<_, i64>(2)? as u64);
            if !(piece.from..piece.to).contains(&mono) {
                return Ok(true);
            }
            for (at, of) in meant.iter().enumerate().filter(|(_, of)| of.stream == stream) {
                match serde_json::from_str(row.get_ref(3)?.as_str()?) {
                    Ok(Event::Numeric(numeric)) => {
                        sorter.hold(mono, (at, Numeric { key: of.key.clone(), ..numeric }, true));
                    }
                    Ok(_) => {}
                    Err(_) => damaged += 1,
                }
            }
            Ok(true)
        },
    );
    if damaged > 0 {
        opened.note(format!("late: {damaged} rows do not parse"));
    }
}

/// When what the newest rows of the tail hold arrived last.
pub(super) fn tail_ends(opened: &mut Opened) -> Vec<u64> {
    let mut ends = Vec::new();
    for lane in [LANE_WAVES, LANE_NUMERICS] {
        let range = tail_range(lane);
        let newest = "SELECT data FROM tail WHERE id >= ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1";
        let data = opened.one("tail", newest, range, |row| row.get::<_, Vec<u8>>(0));
        for (_, data) in chunk::read_tail(&data.unwrap_or_default()).flatten() {
            if lane == LANE_WAVES {
                let parts = chunk::decode_wave(data).map_or_else(|_| Vec::new(), |wave| wave.parts);
                ends.extend(parts.iter().map(|part| part.arrival.as_nanos()));
            } else {
                let values = chunk::decode_numeric(data).unwrap_or_default();
                ends.extend(values.iter().map(|value| value.arrival.as_nanos()));
            }
        }
    }
    ends
}

/// Rows of `tail` of a lane.
fn tail_range(lane: i64) -> (i64, i64) {
    (tail_of_group(lane, 0).0, tail_of_group(lane, TAIL_GROUPS - 1).1)
}

/// Rows of `tail` of a group of a lane.
fn tail_of_group(lane: i64, group: i64) -> (i64, i64) {
    let first = |group: i64| (lane * TAIL_GROUPS + group) << TAIL_SECOND_BITS;
    (first(group), first(group + 1) - 1)
}

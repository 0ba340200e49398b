//! Which devices and streams there are.

use std::collections::BTreeMap;

use vigie_history::{Answer, At, DeviceRow, Query, StreamRow};
use vigie_model::{DeviceInfo, DeviceKey, MetricKey, Unit};

use super::{
    Found, Reader,
    facts::Part,
    numerics::{LANE_NUMERICS, LANE_WAVES, at, numeric_chunk, pieces, slots_there, tail},
    opened::Opened,
    times::Piece,
    waves::WAVE_DATA,
};
use crate::{
    chunk::{Form, decode_numeric, decode_wave},
    layout::{self, NUMERIC_SLOT_NS, STREAM_BITS, WAVE_SLOT_NS},
};

/// Rows that are looked through for who was heard, from either end of a piece.
const LOOKED_THROUGH_MAX: usize = 50_000;

/// What was heard of a stream.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    first: Option<u64>,
    last: Option<u64>,
    /// One slot with a chunk of it.
    slot: Option<u64>,
}

impl Reader {
    /// Devices that were heard.
    pub(super) fn devices(&mut self, query: &Query, found: &mut Found) -> Answer {
        let mut rows: BTreeMap<DeviceKey, (Option<DeviceInfo>, At, At)> = BTreeMap::new();
        self.each_segment((query.from, query.to), found, |reader, opened, found| {
            let facts = reader.facts(opened, Part::Said, found);
            for piece in pieces(opened, query) {
                let heard = heard(opened, piece);
                for (device, first, last) in devices_heard(opened, piece, &heard) {
                    let Some(key) = opened.device(device).cloned() else { continue };
                    let (first, last) = (at(opened, first), at(opened, last));
                    let info = facts.devices.get(&key).cloned();
                    let row = rows.entry(key).or_insert((None, first, last));
                    row.0 = info.or(row.0.take());
                    row.1 = row.1.min(first);
                    row.2 = row.2.max(last);
                }
            }
        });
        let rows = rows.into_iter();
        Answer::Devices(
            rows.map(|(device, (info, first, last))| DeviceRow { device, info, first, last })
                .collect(),
        )
    }

    /// Streams that were heard, of one device or of all.
    pub(super) fn streams(
        &mut self,
        query: &Query,
        device: Option<&DeviceKey>,
        found: &mut Found,
    ) -> Answer {
        let mut rows: BTreeMap<(DeviceKey, MetricKey, bool), StreamRow> = BTreeMap::new();
        self.each_segment((query.from, query.to), found, |reader, opened, found| {
            let facts = reader.facts(opened, Part::Said, found);
            for piece in pieces(opened, query) {
                let heard = heard(opened, piece);
                for ((is_wave, stream), heard) in heard {
                    let Some((of, key)) = opened.streams.get(&stream).cloned() else { continue };
                    let Some(of) = opened.device(of).cloned() else { continue };
                    if device.is_some_and(|device| *device != of) {
                        continue;
                    }
                    let info = facts.streams.get(&(of.clone(), key.clone()));
                    let told = heard.slot.and_then(|slot| unit(opened, is_wave, stream, slot));
                    let unit = told.or_else(|| info.map(|info| info.unit.clone()));
                    let row = StreamRow {
                        device: of.clone(),
                        key: key.clone(),
                        is_wave,
                        label: info.and_then(|info| info.label.clone()),
                        unit: unit.unwrap_or_else(Unit::one),
                        digits: info.and_then(|info| info.digits),
                        category: info.map(|info| info.category),
                        cadence: info.map(|info| info.cadence),
                    };
                    rows.insert((of, key, is_wave), row);
                }
            }
        });
        Answer::Streams(rows.into_values().collect())
    }
}

/// Streams of which chunks lie in a piece, in `wave` (`true`) and `numeric`. Looks from both ends, where
/// nearly every stream is found at once; then for each that was not found by itself.
fn heard(opened: &mut Opened, piece: Piece) -> BTreeMap<(bool, u32), Heard> {
    let mut heard: BTreeMap<(bool, u32), Heard> = BTreeMap::new();
    let mut budget = LOOKED_THROUGH_MAX;
    for is_wave in [false, true] {
        let (table, slot_ns) =
            if is_wave { ("wave", WAVE_SLOT_NS) } else { ("numeric", NUMERIC_SLOT_NS) };
        let slots =
            ((piece.from / slot_ns).saturating_sub(1), piece.to.saturating_sub(1) / slot_ns);
        let Some(slots) = slots_there(opened, table, slots) else { continue };
        for is_forward in [true, false] {
            from_one_end(opened, (is_wave, table), slots, piece, is_forward, &mut heard);
        }
        let missing: Vec<u32> = opened
            .streams
            .keys()
            .copied()
            .filter(|&id| !heard.contains_key(&(is_wave, id)))
            // What is known for numbers is hardly ever a wave as well, and then it was just found.
            .filter(|&id| !is_wave || !heard.contains_key(&(false, id)))
            .collect();
        for stream in missing {
            let of = (is_wave, table, stream);
            if let Some(slot) = probe(opened, of, slots, piece, &mut budget) {
                let entry = heard.entry((is_wave, stream)).or_default();
                entry.slot = Some(slot);
            }
        }
    }
    in_tail(opened, piece, &mut heard);
    heard
}

fn from_one_end(
    opened: &mut Opened,
    (is_wave, table): (bool, &str),
    (low, high): (u64, u64),
    piece: Piece,
    is_forward: bool,
    heard: &mut BTreeMap<(bool, u32), Heard>,
) {
    // A page holds many chunks of numbers and one of a wave.
    let mut left = if is_wave { LOOKED_THROUGH_MAX / 16 } else { LOOKED_THROUGH_MAX };
    let all = opened.streams.len();
    let mut seen = 0;
    let order = if is_forward { "" } else { "DESC" };
    let sql = format!(
        "SELECT id, start_mono_ns, end_mono_ns FROM {table} WHERE id >= ?1 AND id <= ?2
         ORDER BY id {order}"
    );
    let range = (layout::chunk_id(low, 0), layout::chunk_id(high, (1 << STREAM_BITS) - 1));
    opened.rows(table, &sql, range, |row| {
        left -= 1;
        let id = row.get::<_, i64>(0)? as u64;
        let (start, end) = (row.get::<_, i64>(1)? as u64, row.get::<_, i64>(2)? as u64);
        if start < piece.to && end >= piece.from {
            let stream = (id & ((1 << STREAM_BITS) - 1)) as u32;
            let entry = heard.entry((is_wave, stream)).or_default();
            let of = if is_forward { &mut entry.first } else { &mut entry.last };
            if of.is_none() {
                *of = Some(if is_forward { start.max(piece.from) } else { end.min(piece.to - 1) });
                seen += 1;
            }
            entry.slot = entry.slot.or(Some(id >> STREAM_BITS));
        }
        Ok(left > 0 && seen < all)
    });
}

/// A slot with a chunk of a stream that reaches into a piece: first few and far between, then ever closer.
fn probe(
    opened: &mut Opened,
    (is_wave, table, stream): (bool, &str, u32),
    (low, high): (u64, u64),
    piece: Piece,
    budget: &mut usize,
) -> Option<u64> {
    let has_hour = |opened: &mut Opened, hour: u64| {
        let sql = "SELECT 1 FROM trend WHERE id = ?1";
        opened.one("trend", sql, [layout::chunk_id(hour, stream)], |_| Ok(())).is_some()
    };
    let exists = |opened: &mut Opened, slot: u64| {
        let sql = format!("SELECT start_mono_ns, end_mono_ns FROM {table} WHERE id = ?1");
        let times = opened.one(table, &sql, [layout::chunk_id(slot, stream)], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
        });
        times.is_some_and(|(start, end)| start < piece.to && end >= piece.from)
    };
    let mut step = (high - low + 1).next_power_of_two();
    while step > 0 {
        for slot in (low..=high).step_by(step as usize) {
            *budget = budget.checked_sub(1)?;
            // An hour that is over tells of all its minutes at once.
            let hour = slot / 60;
            if !is_wave && slot % 60 == 0 && has_hour(opened, hour) {
                let minutes = (hour * 60).max(low)..=(hour * 60 + 59).min(high);
                for minute in minutes {
                    if exists(opened, minute) {
                        return Some(minute);
                    }
                }
            }
            if exists(opened, slot) {
                return Some(slot);
            }
        }
        step /= 2;
    }
    None
}

fn in_tail(opened: &mut Opened, piece: Piece, heard: &mut BTreeMap<(bool, u32), Heard>) {
    for is_wave in [false, true] {
        let lane = if is_wave { LANE_WAVES } else { LANE_NUMERICS };
        for (stream, data) in tail(opened, lane, None) {
            let times: Vec<u64> = if is_wave {
                let parts = decode_wave(&data).map_or_else(|_| Vec::new(), |wave| wave.parts);
                parts.iter().map(|part| part.arrival.as_nanos()).collect()
            } else {
                let values = decode_numeric(&data).unwrap_or_default();
                values.iter().map(|value| value.arrival.as_nanos()).collect()
            };
            for time in times.into_iter().filter(|time| (piece.from..piece.to).contains(time)) {
                let entry = heard.entry((is_wave, stream)).or_default();
                entry.first = Some(entry.first.map_or(time, |first| first.min(time)));
                entry.last = Some(entry.last.map_or(time, |last| last.max(time)));
            }
        }
    }
}

/// First and last of each device: of its streams, and of the other things that it said.
fn devices_heard(
    opened: &mut Opened,
    piece: Piece,
    heard: &BTreeMap<(bool, u32), Heard>,
) -> Vec<(u32, u64, u64)> {
    let mut devices: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    let mut add = |device: u32, time: u64| {
        let (first, last) = devices.entry(device).or_insert((time, time));
        *first = (*first).min(time);
        *last = (*last).max(time);
    };
    for (&(is_wave, stream), heard) in heard {
        let Some(&(device, _)) = opened.streams.get(&stream) else { continue };
        // Where the slot is all that is known, its beginning must do.
        let is_known = heard.first.is_some() || heard.last.is_some();
        let of_slot = heard.slot.filter(|_| !is_known).map(|slot| {
            if is_wave {
                layout::wave_slot_start(stream, slot)
            } else {
                layout::numeric_slot_start(stream, slot)
            }
        });
        for time in [heard.first, heard.last, of_slot].into_iter().flatten() {
            add(device, time.clamp(piece.from, piece.to - 1));
        }
    }
    let ids: Vec<u32> = opened.devices.keys().copied().collect();
    let mut left = LOOKED_THROUGH_MAX;
    let first = opened.first_seq;
    for order in ["ASC", "DESC"] {
        let mut missing = ids.len();
        let mut seen = std::collections::BTreeSet::new();
        opened.rows("event", &format!("{EVENTS} {order}"), (first, i64::MAX), |row| {
            left = left.saturating_sub(1);
            let (time, device) = (row.get::<_, i64>(1)? as u64, row.get::<_, u32>(2)?);
            if (piece.from..piece.to).contains(&time) && seen.insert(device) {
                add(device, time);
                missing -= 1;
            }
            Ok(left > 0 && missing > 0)
        });
    }
    devices.into_iter().map(|(device, (first, last))| (device, first, last)).collect()
}

const EVENTS: &str =
    "SELECT seq, mono_ns, device FROM event WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq";

/// The unit that a chunk of the stream says.
fn unit(opened: &mut Opened, is_wave: bool, stream: u32, slot: u64) -> Option<Unit> {
    let form = if is_wave {
        let id = layout::chunk_id(slot, stream);
        let data = opened.data(&format!("wave {id}"), WAVE_DATA, id)?;
        decode_wave(&data).ok()?.parts.last()?.form
    } else {
        numeric_chunk(opened, slot, stream).last()?.form
    };
    match opened.forms.get(&form)? {
        Form::Wave(form) => Some(form.unit.clone()),
        Form::Numeric(form) => Some(form.unit.clone()),
    }
}

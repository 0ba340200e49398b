//! A segment that a crash left open: its tail becomes chunks, as its writer would have made them.

use rusqlite::{Connection, OptionalExtension};
use vigie_model::{MetricKey, MonoTime, Numeric, Text, Tick, WaveChunk};

use super::{
    lane::{Item, Lane, NumericItem, WaveItem},
    trend::Hours,
};
use crate::{
    chunk::{
        ChunkError, Form, HOUR_MINUTES, Minute, decode_numeric, decode_wave, read_repeats,
        read_tail,
    },
    layout::{self, STREAM_BITS},
    segment::{head, set_head},
};
use vigie_model::Placement;

/// Ids of `tail` from here on are of the next lane.
const LANE: i64 = 64 << 40;

/// Empties the tail and closes the segment, in one transaction; one that is closed stays as it is.
/// `previous` is the chain value of the segment before.
pub(super) fn close(connection: &mut Connection, previous: &str) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction()?;
    if head::<i64>(&transaction, "closed_wall_ns")?.is_none() {
        flush(&transaction)?;
        for name in ["mono_ns", "wall_ns"] {
            let last = match head::<i64>(&transaction, &format!("committed_{name}"))? {
                Some(last) => Some(last),
                None => head::<i64>(&transaction, &format!("opened_{name}"))?,
            };
            set_head(&transaction, &format!("closed_{name}"), last)?;
        }
    }
    if head::<String>(&transaction, "previous")?.as_deref() != Some(previous) {
        set_head(&transaction, "previous", previous)?;
    }
    transaction.commit()
}

fn flush(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut waves = Lane::<WaveItem>::default();
    let mut numerics = Lane::<NumericItem>::default();
    let mut tails = connection.prepare("SELECT id, data FROM tail ORDER BY id")?;
    let mut rows = tails.query([])?;
    while let Some(row) = rows.next()? {
        let (id, data): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let taken = match id / LANE {
            0 => take(connection, &data, "wave", &mut waves, wave_items)?,
            1 => take(connection, &data, "numeric", &mut numerics, numeric_items)?,
            _ => match read_repeats(&data) {
                Ok(repeats) => {
                    for (seq, count, last) in repeats {
                        connection
                            .prepare_cached(
                                "UPDATE event SET repeats = ?2, last_mono_ns = ?3 WHERE seq = ?1",
                            )?
                            .execute((seq as i64, count as i64, super::lane::sql(last)))?;
                    }
                    Ok(())
                }
                Err(error) => Err(error),
            },
        };
        if let Err(error) = taken {
            // Each page of a segment is authenticated: this is a mistake in a program, not in a disk.
            tracing::error!(row = id, "a row of the tail is left out: {error}");
        }
    }
    drop(rows);
    let mut hours = hours(connection)?;
    let late = waves.write(connection, 0, MonoTime::START, true, &mut hours)?.max(numerics.write(
        connection,
        0,
        MonoTime::START,
        true,
        &mut hours,
    )?);
    hours.write(connection, MonoTime::START, true)?;
    connection.execute("DELETE FROM tail", [])?;
    let late = i64::try_from(late).unwrap_or(i64::MAX);
    if late > head::<i64>(connection, "late_max_ns")?.unwrap_or(0) {
        set_head(connection, "late_max_ns", late)?;
    }
    Ok(())
}

type Items<T> = Result<Vec<T>, ChunkError>;

/// Takes the chunks of a row of the tail.
fn take<T: Item>(
    connection: &Connection,
    data: &[u8],
    table: &str,
    lane: &mut Lane<T>,
    items: fn(&Connection, &[u8]) -> Result<Items<T>, rusqlite::Error>,
) -> Result<Result<(), ChunkError>, rusqlite::Error> {
    for entry in read_tail(data) {
        let (stream, chunk) = match entry {
            Ok(entry) => entry,
            Err(error) => return Ok(Err(error)),
        };
        let items = match items(connection, chunk)? {
            Ok(items) => items,
            Err(error) => return Ok(Err(error)),
        };
        let Some(last) = items.iter().map(T::arrival).max() else { continue };
        // What arrived as its slot was already written went into the next one.
        let mut slot = T::slot(stream, last);
        while exists(connection, table, layout::chunk_id(slot, stream))? {
            slot += 1;
        }
        lane.open_from(stream, slot);
        items.into_iter().for_each(|item| lane.push(stream, item));
    }
    Ok(Ok(()))
}

fn exists(connection: &Connection, table: &str, id: i64) -> Result<bool, rusqlite::Error> {
    connection
        .prepare_cached(&format!("SELECT 1 FROM {table} WHERE id = ?1"))?
        .query_row([id], |_| Ok(()))
        .optional()
        .map(|there| there.is_some())
}

fn form(connection: &Connection, id: u32) -> Result<Option<Form>, rusqlite::Error> {
    let body: Option<String> = connection
        .prepare_cached("SELECT body FROM form WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(body.and_then(|body| Form::parse(&body).ok()))
}

/// Chunks name their stream by its number: the key inside is never written.
fn nobody() -> MetricKey {
    MetricKey { code: None, vendor: Text::from(""), instance: 0 }
}

fn wave_items(connection: &Connection, chunk: &[u8]) -> Result<Items<WaveItem>, rusqlite::Error> {
    let decoded = match decode_wave(chunk) {
        Ok(decoded) => decoded,
        Err(error) => return Ok(Err(error)),
    };
    let mut items = Vec::new();
    for part in decoded.parts {
        let Some(Form::Wave(form)) = form(connection, part.form)? else {
            return Ok(Err(ChunkError("a form that is not there")));
        };
        let samples = decoded.samples.get(part.samples.clone()).unwrap_or_default();
        items.push(WaveItem {
            chunk: WaveChunk {
                key: nobody(),
                unit: form.unit.clone(),
                base: form.base,
                first: part.first(form.step),
                step: form.step,
                before: part.before,
                scale: form.scale,
                samples: samples.into(),
                marks: part.marks,
            },
            placed: Placement {
                start: part.start,
                ns_per_tick: part.ns_per_tick,
                epoch: part.epoch,
            },
            arrival: part.arrival,
            form: part.form,
        });
    }
    Ok(Ok(items))
}

fn numeric_items(
    connection: &Connection,
    chunk: &[u8],
) -> Result<Items<NumericItem>, rusqlite::Error> {
    let values = match decode_numeric(chunk) {
        Ok(values) => values,
        Err(error) => return Ok(Err(error)),
    };
    let mut items = Vec::new();
    for value in values {
        let Some(Form::Numeric(form)) = form(connection, value.form)? else {
            return Ok(Err(ChunkError("a form that is not there")));
        };
        items.push(NumericItem {
            numeric: Numeric {
                key: nobody(),
                unit: form.unit.clone(),
                reading: value.reading,
                measured: value.measured,
                device_time: value.device_time,
                tick: form.base.map(|base| (base, Tick(value.tick))),
                nature: value.nature,
                in_alarm: value.in_alarm,
                alarms_off: value.alarms_off,
            },
            arrival: value.arrival,
            form: value.form,
        });
    }
    Ok(Ok(items))
}

/// Hours whose trend may not be written yet: those since the one before the last that is.
fn hours(connection: &Connection) -> Result<Hours, rusqlite::Error> {
    let last: Option<i64> =
        connection.query_row("SELECT max(id) FROM trend", [], |row| row.get(0))?;
    let from = last.map_or(0, |id| (id >> STREAM_BITS) - 1).max(0) * HOUR_MINUTES as i64;
    let mut minutes = connection
        .prepare("SELECT id, valid, low, high, mean FROM numeric WHERE id >= ?1 AND valid > 0")?;
    let mut rows = minutes.query([from << STREAM_BITS])?;
    let mut hours = Hours::default();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let minute =
            Minute { valid: row.get(1)?, low: row.get(2)?, high: row.get(3)?, mean: row.get(4)? };
        let stream = (id & ((1 << STREAM_BITS) - 1)) as u32;
        hours.set(stream, (id >> STREAM_BITS) as u64, minute);
    }
    Ok(hours)
}

//! Hours of numbers, put together from their minutes.

use std::collections::BTreeMap;

use rusqlite::Connection;
use vigie_model::MonoTime;

use super::lane::sql;
use crate::{
    chunk::{HOUR_MINUTES, Minute, combine, encode_trend},
    layout,
};

/// Hours that are not on the disk yet, by stream and number.
#[derive(Debug, Default)]
pub(super) struct Hours {
    hours: BTreeMap<(u32, u64), [Option<Minute>; HOUR_MINUTES]>,
    /// Those that the last commit wrote for good.
    tried: Vec<(u32, u64)>,
}

impl Hours {
    /// A minute's chunk is written. Said again, it changes nothing.
    pub(super) fn set(&mut self, stream: u32, slot: u64, minute: Minute) {
        let minutes =
            self.hours.entry((stream, slot / HOUR_MINUTES as u64)).or_insert([None; HOUR_MINUTES]);
        if let Some(at) = minutes.get_mut((slot % HOUR_MINUTES as u64) as usize) {
            *at = Some(minute);
        }
    }

    /// Writes the hours that are over; all of them at the closing.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        now: MonoTime,
        is_closing: bool,
    ) -> Result<(), rusqlite::Error> {
        self.tried.clear();
        for (&(stream, hour), minutes) in &self.hours {
            let end = layout::trend_slot_start(stream, hour + 1);
            if !is_closing && end > now.as_nanos() {
                continue;
            }
            if let Some(all) = combine(minutes.iter().flatten().copied()) {
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO trend
                         (id, start_mono_ns, valid, low, high, mean, data)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute((
                        layout::chunk_id(hour, stream),
                        sql(MonoTime::from_nanos(layout::trend_slot_start(stream, hour))),
                        all.valid,
                        all.low,
                        all.high,
                        all.mean,
                        encode_trend(minutes),
                    ))?;
            }
            self.tried.push((stream, hour));
        }
        Ok(())
    }

    /// What was written last is on the disk.
    pub(super) fn committed(&mut self) {
        for hour in self.tried.drain(..) {
            self.hours.remove(&hour);
        }
    }
}

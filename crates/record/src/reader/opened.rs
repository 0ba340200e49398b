//! A segment that is open for reading, and what is needed of it for every question.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Params, Row};
use vigie_keyring::RawKey;
use vigie_model::{DeviceKey, MdcCode, MetricKey, RunId, Text};

use super::times::RunClock;
use crate::{
    RecordError,
    chunk::Form,
    segment::{self, Mode},
};

/// How often a segment is opened again after a damaged page, for one question.
const REOPENED_MAX: u32 = 64;
/// Largest value that is taken out of a segment: a chunk or a row is far smaller.
const VALUE_BYTES_MAX: i64 = 64 << 20;
/// Different places of damage that are named, a segment and question.
const DAMAGE_MAX: usize = 8;
/// Measured earlier than arrived: as long as no segment claims more.
const LATE_MAX_NS: u64 = 60_000_000_000;

/// Names and forms of a segment, as far as they were read. Their numbers only rise and none changes, so
/// that what is new is all that is read of a segment that is opened for each question.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    devices: Arc<BTreeMap<u32, DeviceKey>>,
    streams: Arc<BTreeMap<u32, (u32, MetricKey)>>,
    forms: Arc<BTreeMap<u32, Form>>,
    /// Up to where forms were read: one that does not parse is not among them.
    forms_seen: i64,
}

/// A segment that is open for reading.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its number.
    pub(super) number: u32,
    path: PathBuf,
    key: RawKey,
    connection: Connection,
    /// Which run wrote it.
    pub(super) run: RunId,
    /// How far back what arrives may have been measured.
    pub(super) late_max_ns: u64,
    /// Number of its first row: those before it were said in the segment before, and still hold.
    pub(super) first_seq: i64,
    /// When it was committed last, by the run's clock; 0: it does not tell.
    committed: u64,
    /// Both clocks.
    pub(super) clock: Arc<RunClock>,
    /// Its devices.
    pub(super) devices: Arc<BTreeMap<u32, DeviceKey>>,
    /// Its streams, with the device of each.
    pub(super) streams: Arc<BTreeMap<u32, (u32, MetricKey)>>,
    /// Its forms, by number. One that does not parse is not there.
    pub(super) forms: Arc<BTreeMap<u32, Form>>,
    reopened: u32,
    damage: Vec<String>,
    damage_unnamed: u32,
}

impl Opened {
    /// Opens a segment, or says why it cannot be. `names` is what is known of it, and is brought up to
    /// date. One that is just being begun has no tables yet: there is nothing in it.
    pub(super) fn open(
        number: u32,
        path: PathBuf,
        key: RawKey,
        names: &mut Names,
        is_written: bool,
    ) -> Result<Opened, RecordError> {
        let connection = segment::open_segment(&path, &key, Mode::Read)?;
        let mut opened = Opened {
            number,
            path,
            key,
            connection,
            run: RunId::default(),
            late_max_ns: 0,
            first_seq: 0,
            committed: 0,
            clock: Arc::default(),
            devices: Arc::default(),
            streams: Arc::default(),
            forms: Arc::default(),
            reopened: 0,
            damage: Vec::new(),
            damage_unnamed: 0,
        };
        opened.load(names, is_written).map_err(|error| segment::of_sqlite(&opened.path, &error))?;
        Ok(opened)
    }

    /// Reads what every question needs, and begins to look at one state of the segment: what is
    /// committed from now on is not seen.
    fn load(&mut self, names: &mut Names, is_written: bool) -> Result<(), rusqlite::Error> {
        let connection = &self.connection;
        connection.execute_batch("BEGIN")?;
        if is_written {
            let tables = "SELECT count(*) FROM sqlite_master";
            if connection.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0 {
                return Ok(());
            }
        }
        self.run = RunId(segment::head::<i64>(connection, "run")?.unwrap_or(0) as u64);
        let late = segment::head::<i64>(connection, "late_max_ns")?.unwrap_or(0);
        self.late_max_ns = u64::try_from(late).unwrap_or(0).min(LATE_MAX_NS);
        let committed = segment::head::<i64>(connection, "committed_mono_ns")?.unwrap_or(0);
        self.committed = u64::try_from(committed).unwrap_or(0);
        self.first_seq = segment::head(connection, "first_seq")?.unwrap_or(0);
        let clock = "SELECT mono_ns, wall_ns FROM run_clock WHERE mono_ns >= ?1 ORDER BY mono_ns";
        let row = |row: &Row<'_>| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?));
        self.clock = Arc::new(RunClock::new(all(connection, clock, i64::MIN, row)?));
        names.read_on(connection)?;
        self.devices = names.devices.clone();
        self.streams = names.streams.clone();
        self.forms = names.forms.clone();
        Ok(())
    }

    /// From when to when it was written, by the run's clock.
    pub(super) fn written(&self) -> (u64, u64) {
        let opening = self.clock.first().map_or(0, |(mono, _)| mono.as_nanos());
        (opening, self.committed.max(opening))
    }

    /// A device by its number.
    pub(super) fn device(&self, id: u32) -> Option<&DeviceKey> {
        self.devices.get(&id)
    }

    /// The number of a device.
    pub(super) fn device_id(&self, device: &DeviceKey) -> Option<u32> {
        self.devices.iter().find(|(_, key)| *key == device).map(|(&id, _)| id)
    }

    /// The number of a stream.
    pub(super) fn stream_id(&self, device: &DeviceKey, key: &MetricKey) -> Option<u32> {
        let device = self.device_id(device)?;
        self.streams.iter().find(|(_, (of, is))| *of == device && is == key).map(|(&id, _)| id)
    }

    /// At most one row. What cannot be read is noted, and is none.
    pub(super) fn one<T>(
        &mut self,
        place: &str,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Option<T> {
        let got = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(params, read).optional());
        match got {
            Ok(row) => row,
            Err(error) => {
                self.hurt(place, &error);
                None
            }
        }
    }

    /// Rows of a table in the order of an integer key, from `first` up to `last`; `sql` takes both, gives
    /// the key first and sorts by it. `take` says whether to go on. Damaged pages are noted, and
    /// what comes after them is read.
    pub(super) fn rows(
        &mut self,
        table: &str,
        sql: &str,
        (first, last): (i64, i64),
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) {
        let (mut from, mut skip) = (first, 1_i64);
        while from <= last {
            let mut reached = None;
            let end = self.rows_until_damage(sql, (from, last), &mut reached, &mut take);
            let Err(error) = end else { return };
            // Past the last row that was read; further at each time that nothing was.
            skip = if reached.is_some() { 1 } else { skip.saturating_mul(2) };
            from = reached.unwrap_or(from).saturating_add(skip);
            if !self.hurt(&format!("{table} before {from}"), &error) || from == i64::MAX {
                return;
            }
        }
    }

    fn rows_until_damage(
        &self,
        sql: &str,
        range: (i64, i64),
        reached: &mut Option<i64>,
        take: &mut impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<(), rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(range)?;
        while let Some(row) = rows.next()? {
            *reached = Some(row.get(0)?);
            if !take(row)? {
                break;
            }
        }
        Ok(())
    }

    /// The data of a chunk. One too large to be a chunk is noted.
    pub(super) fn data(&mut self, place: &str, sql: &str, id: i64) -> Option<Vec<u8>> {
        let data: Option<Vec<u8>> =
            self.one(place, sql, (id, VALUE_BYTES_MAX), |row| row.get(0))?;
        if data.is_none() {
            self.note(format!("{place}: too large for what it is"));
        }
        data
    }

    /// Notes damage and opens the segment again: after a page that does not check, SQLCipher refuses
    /// all others. `false`: it was too often, or it does not open any more.
    fn hurt(&mut self, place: &str, error: &rusqlite::Error) -> bool {
        self.note(format!("{place}: {error}"));
        self.reopened += 1;
        if self.reopened > REOPENED_MAX {
            return false;
        }
        match segment::open_segment(&self.path, &self.key, Mode::Read) {
            Ok(connection) => {
                self.connection = connection;
                true
            }
            Err(error) => {
                self.note(error.to_string());
                self.reopened = REOPENED_MAX;
                false
            }
        }
    }

    /// Whether it is no use to ask for more.
    pub(super) fn is_lost(&self) -> bool {
        self.reopened > REOPENED_MAX
    }

    /// Notes what could not be read.
    pub(super) fn note(&mut self, what: String) {
        if self.damage.contains(&what) {
            return;
        }
        if self.damage.len() < DAMAGE_MAX {
            self.damage.push(what);
        } else {
            self.damage_unnamed += 1;
        }
    }

    /// What could not be read since it was last asked.
    pub(super) fn take_damage(&mut self) -> Vec<String> {
        let unnamed = std::mem::take(&mut self.damage_unnamed);
        let mut damage = std::mem::take(&mut self.damage);
        if unnamed > 0 {
            damage.push(format!("and {unnamed} more places"));
        }
        self.reopened = 0;
        damage
    }
}

impl Names {
    fn read_on(&mut self, connection: &Connection) -> Result<(), rusqlite::Error> {
        let devices = all(
            connection,
            "SELECT id, key FROM device WHERE id >= ?1",
            behind(&self.devices),
            |row| Ok((row.get(0)?, DeviceKey(Text::from(row.get::<_, String>(1)?)))),
        )?;
        let streams = all(
            connection,
            "SELECT id, device, code, vendor, instance FROM stream WHERE id >= ?1",
            behind(&self.streams),
            |row| {
                let key = MetricKey {
                    code: row.get::<_, Option<u32>>(2)?.map(MdcCode),
                    vendor: Text::from(row.get::<_, String>(3)?),
                    instance: row.get(4)?,
                };
                Ok((row.get(0)?, (row.get(1)?, key)))
            },
        )?;
        let forms: Vec<(u32, String)> = all(
            connection,
            "SELECT id, body FROM form WHERE id >= ?1 ORDER BY id",
            self.forms_seen,
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if !devices.is_empty() {
            Arc::make_mut(&mut self.devices).extend(devices);
        }
        if !streams.is_empty() {
            Arc::make_mut(&mut self.streams).extend(streams);
        }
        if let Some(&(last, _)) = forms.last() {
            self.forms_seen = i64::from(last) + 1;
            let parsed = |(id, body): (u32, String)| Some((id, Form::parse(&body).ok()?));
            Arc::make_mut(&mut self.forms).extend(forms.into_iter().filter_map(parsed));
        }
        Ok(())
    }
}

/// Behind the last number that is known.
fn behind<T>(known: &BTreeMap<u32, T>) -> i64 {
    known.last_key_value().map_or(0, |(&last, _)| i64::from(last) + 1)
}

/// Rows of a small table from a number on.
fn all<T>(
    connection: &Connection,
    sql: &str,
    from: i64,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, rusqlite::Error> {
    connection.prepare_cached(sql)?.query_map([from], read)?.collect()
}

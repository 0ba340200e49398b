//! Chunks of numbers.

use std::time::Duration;

use vigie_model::{Decimal, DeviceTime, Measured, MonoTime, Nature, Numeric, Reading, Validity};

use super::{
    ChunkError, NUMERICS_MAX, VERSION,
    bytes::{Cursor, put},
    column,
    trend::Minute,
};

/// Columns of a chunk.
const COLUMNS: usize = 9;
const NS_PER_MS: u64 = 1_000_000;

/// Validity as it is written, in the order of ISO/IEEE 11073-10207.
pub(super) const VALIDITY: [Validity; 9] = [
    Validity::Valid,
    Validity::Validated,
    Validity::Ongoing,
    Validity::Questionable,
    Validity::Calibrating,
    Validity::Invalid,
    Validity::Overflow,
    Validity::Underflow,
    Validity::NotAvailable,
];

/// Collects the values of one stream for one chunk.
#[derive(Clone, Debug, Default)]
pub(crate) struct NumericBuilder {
    columns: [Vec<i64>; COLUMNS],
    start: MonoTime,
    end: MonoTime,
    valid: u32,
    sum: f64,
    low: f64,
    high: f64,
}

/// What stands beside a chunk's bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    /// When the first value arrived.
    pub(crate) start: MonoTime,
    /// When the last value arrived.
    pub(crate) end: MonoTime,
    /// How many values there are.
    pub(crate) count: u32,
    /// What those with a number come to.
    pub(crate) tier: Option<Minute>,
}

/// A value as it stands in a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumericValue {
    /// Its row of `form`.
    pub(crate) form: u32,
    /// When it arrived, to the millisecond.
    pub(crate) arrival: MonoTime,
    /// The number.
    pub(crate) reading: Reading,
    /// How old it was, to the millisecond.
    pub(crate) measured: Measured,
    /// Patient, demonstration or test.
    pub(crate) nature: Nature,
    /// In alarm.
    pub(crate) in_alarm: bool,
    /// Alarms off.
    pub(crate) alarms_off: bool,
    /// The device's claim.
    pub(crate) device_time: Option<DeviceTime>,
    /// By the clock of the form, if that has one.
    pub(crate) tick: u64,
}

impl NumericBuilder {
    /// Takes a value. `form` is the number of its row of `form`. `false`: the chunk is full, and the
    /// value was not taken.
    pub(crate) fn push(&mut self, numeric: &Numeric, arrival: MonoTime, form: u32) -> bool {
        if self.count() as usize >= NUMERICS_MAX {
            return false;
        }
        if self.is_empty() {
            self.start = arrival;
            self.end = arrival;
        }
        self.start = self.start.min(arrival);
        self.end = self.end.max(arrival);
        let value = numeric.reading.value();
        if let Some(value) = value {
            let value = value.to_f64();
            self.low = if self.valid == 0 { value } else { self.low.min(value) };
            self.high = if self.valid == 0 { value } else { self.high.max(value) };
            self.sum += value;
            self.valid += 1;
        }
        let value = value.unwrap_or(Decimal::whole(0));
        let row = [
            (arrival.as_nanos() / NS_PER_MS) as i64,
            i64::from(form),
            value.mantissa(),
            i64::from(value.exponent()),
            i64::from(of_validity(numeric.reading.validity())),
            of_measured(numeric.measured),
            of_flags(numeric),
            numeric.device_time.map_or(0, of_device_time),
            numeric.tick.map_or(0, |(_, tick)| tick.0 as i64),
        ];
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
        true
    }

    /// How many values it holds.
    pub(crate) fn count(&self) -> u32 {
        self.columns[0].len() as u32
    }

    /// Whether it holds none.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns[0].is_empty()
    }

    /// What stands beside its bytes.
    pub(crate) fn summary(&self) -> Summary {
        let tier = (self.valid > 0).then(|| Minute {
            valid: self.valid,
            low: self.low,
            high: self.high,
            mean: (self.sum / f64::from(self.valid)).max(self.low).min(self.high),
        });
        Summary { start: self.start, end: self.end, count: self.count(), tier }
    }

    /// The chunk.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        put(&mut out, u64::from(self.count()));
        for values in &self.columns {
            column::write(&mut out, values);
        }
        out
    }
}

/// The values of a chunk, in the order in which they were taken.
pub(crate) fn decode_numeric(data: &[u8]) -> Result<Vec<NumericValue>, ChunkError> {
    let mut cursor = Cursor(data);
    cursor.version()?;
    let count = cursor.count(NUMERICS_MAX)?;
    let mut columns: [Vec<i64>; COLUMNS] = Default::default();
    for values in &mut columns {
        *values = column::read(&mut cursor, count)?;
    }
    cursor.end()?;
    (0..count)
        .map(|row| {
            let [arrival, form, mantissa, exponent, validity, measured, flags, device_time, tick] =
                columns.each_ref().map(|values| values.get(row).copied().unwrap_or_default());
            value_of(arrival, form, mantissa, exponent, validity, measured).and_then(|value| {
                let (nature, in_alarm, alarms_off) = flags_of(flags)?;
                let device_time = device_time_of(device_time)?;
                let tick = tick as u64;
                Ok(NumericValue { nature, in_alarm, alarms_off, device_time, tick, ..value })
            })
        })
        .collect()
}

fn value_of(
    arrival: i64,
    form: i64,
    mantissa: i64,
    exponent: i64,
    validity: i64,
    measured: i64,
) -> Result<NumericValue, ChunkError> {
    let arrival = u64::try_from(arrival)
        .ok()
        .and_then(|ms| ms.checked_mul(NS_PER_MS))
        .map(MonoTime::from_nanos)
        .ok_or(ChunkError("a time that is none"))?;
    let form = u32::try_from(form).map_err(|_| ChunkError("a form that is none"))?;
    let exponent = i8::try_from(exponent).map_err(|_| ChunkError("an exponent that is none"))?;
    let validity = usize::try_from(validity)
        .ok()
        .and_then(|at| VALIDITY.get(at))
        .copied()
        .ok_or(ChunkError("a validity that is none"))?;
    let reading = if validity.carries_number() {
        Reading::of(Decimal::new(mantissa, exponent), validity)
    } else {
        Reading::absent(validity)
    };
    let ago = Duration::from_millis(measured as u64 >> 2);
    let measured = match measured & 3 {
        0 => Measured::Now,
        1 => Measured::Ago(ago),
        2 => Measured::Backfill(ago),
        _ => Measured::Unknown,
    };
    Ok(NumericValue {
        form,
        arrival,
        reading,
        measured,
        nature: Nature::Real,
        in_alarm: false,
        alarms_off: false,
        device_time: None,
        tick: 0,
    })
}

fn of_validity(validity: Validity) -> u8 {
    match validity {
        Validity::Valid => 0,
        Validity::Validated => 1,
        Validity::Ongoing => 2,
        Validity::Questionable => 3,
        Validity::Calibrating => 4,
        Validity::Invalid => 5,
        Validity::Overflow => 6,
        Validity::Underflow => 7,
        Validity::NotAvailable => 8,
    }
}

/// Milliseconds above two bits of kind.
fn of_measured(measured: Measured) -> i64 {
    let (kind, ago) = match measured {
        Measured::Now => (0, Duration::ZERO),
        Measured::Ago(ago) => (1, ago),
        Measured::Backfill(ago) => (2, ago),
        Measured::Unknown => (3, Duration::ZERO),
    };
    let ms = u64::try_from(ago.as_millis()).unwrap_or(u64::MAX).min(u64::MAX >> 2);
    (ms << 2) as i64 | kind
}

fn of_flags(numeric: &Numeric) -> i64 {
    let nature = match numeric.nature {
        Nature::Real => 0,
        Nature::Demo => 1,
        Nature::Test => 2,
    };
    nature | i64::from(numeric.in_alarm) << 2 | i64::from(numeric.alarms_off) << 3
}

fn flags_of(flags: i64) -> Result<(Nature, bool, bool), ChunkError> {
    let nature = match flags & 3 {
        0 => Nature::Real,
        1 => Nature::Demo,
        2 => Nature::Test,
        _ => return Err(ChunkError("a nature that is none")),
    };
    if flags >> 4 != 0 {
        return Err(ChunkError("flags that are none"));
    }
    Ok((nature, flags & 4 != 0, flags & 8 != 0))
}

/// Year, month, day, hour, minute, second from the highest byte on, and one more: 0 is none.
fn of_device_time(time: DeviceTime) -> i64 {
    let DeviceTime { year, month, day, hour, minute, second } = time;
    [month, day, hour, minute, second]
        .into_iter()
        .fold(i64::from(year), |packed, field| packed << 8 | i64::from(field))
        + 1
}

fn device_time_of(packed: i64) -> Result<Option<DeviceTime>, ChunkError> {
    if packed == 0 {
        return Ok(None);
    }
    let [top, year_high, year_low, month, day, hour, minute, second] =
        packed.wrapping_sub(1).to_be_bytes();
    if top != 0 {
        return Err(ChunkError("a date that is none"));
    }
    let year = u16::from_be_bytes([year_high, year_low]);
    Ok(Some(DeviceTime { year, month, day, hour, minute, second }))
}

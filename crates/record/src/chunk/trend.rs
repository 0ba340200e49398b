//! Tiers of a number: what a minute or an hour comes to.

use super::{ChunkError, VERSION, bytes::Cursor, column};

/// Minutes of an hour of `trend`.
pub(crate) const HOUR_MINUTES: usize = 60;

/// What some values come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Minute {
    /// How many had a number: one at least.
    pub(crate) valid: u32,
    /// The least.
    pub(crate) low: f64,
    /// The greatest.
    pub(crate) high: f64,
    /// Their mean.
    pub(crate) mean: f64,
}

/// What several of them come to together.
pub(crate) fn combine(minutes: impl IntoIterator<Item = Minute>) -> Option<Minute> {
    let (mut valid, mut sum) = (0_u32, 0.0);
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for minute in minutes {
        valid = valid.saturating_add(minute.valid);
        sum += minute.mean * f64::from(minute.valid);
        low = low.min(minute.low);
        high = high.max(minute.high);
    }
    (valid > 0).then(|| Minute {
        valid,
        low,
        high,
        // Rounding of the sum must not carry the mean out of its own bounds.
        mean: (sum / f64::from(valid)).max(low).min(high),
    })
}

/// `trend.data`: the 60 minutes of an hour, those without a number left out of the floats.
pub(crate) fn encode_trend(minutes: &[Option<Minute>; HOUR_MINUTES]) -> Vec<u8> {
    let mut out = vec![VERSION];
    let valid: Vec<i64> =
        minutes.iter().map(|minute| minute.map_or(0, |minute| i64::from(minute.valid))).collect();
    column::write(&mut out, &valid);
    for part in [|m: &Minute| m.low, |m: &Minute| m.high, |m: &Minute| m.mean] {
        // Floats of few digits end in zeros: turned round they are small integers.
        let floats: Vec<i64> = minutes
            .iter()
            .flatten()
            .map(|minute| part(minute).to_bits().swap_bytes() as i64)
            .collect();
        column::write(&mut out, &floats);
    }
    out
}

/// The minutes of `trend.data`.
pub(crate) fn decode_trend(data: &[u8]) -> Result<[Option<Minute>; HOUR_MINUTES], ChunkError> {
    let mut cursor = Cursor(data);
    cursor.version()?;
    let valid = column::read(&mut cursor, HOUR_MINUTES)?;
    let with_number = valid.iter().filter(|&&valid| valid != 0).count();
    let mut floats = || -> Result<std::vec::IntoIter<i64>, ChunkError> {
        Ok(column::read(&mut cursor, with_number)?.into_iter())
    };
    let (mut low, mut high, mut mean) = (floats()?, floats()?, floats()?);
    cursor.end()?;
    let float = |from: &mut std::vec::IntoIter<i64>| {
        let bits = from.next().ok_or(ChunkError("it is cut short"))?;
        Ok(f64::from_bits((bits as u64).swap_bytes()))
    };
    let mut minutes = [None; HOUR_MINUTES];
    for (minute, valid) in minutes.iter_mut().zip(valid) {
        if valid != 0 {
            let valid = u32::try_from(valid).map_err(|_| ChunkError("a count that is none"))?;
            *minute = Some(Minute {
                valid,
                low: float(&mut low)?,
                high: float(&mut high)?,
                mean: float(&mut mean)?,
            });
        }
    }
    Ok(minutes)
}

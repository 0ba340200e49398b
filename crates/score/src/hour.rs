//! What the last hour changed for one patient, against the patient's own baseline.
//!
//! For the handover and for the eye that comes back to a bed: one line, at most [`CHANGES_MAX`] changes,
//! the most striking first. **It is no alarm**: it has no priority, no limit of its own, makes no sound
//! and must never be given one.
//!
//! # Method
//!
//! One median a minute ([`Minutes`]). The *baseline* is the four hours before the last hour, or what
//! there is of them; the *present* is the last ten minutes. Both end with the last full minute.
//!
//! - Location and spread of the baseline are its median and its median absolute deviation times 1.4826,
//!   which makes it a standard deviation where the values are normal (Hampel FR. *J Am Stat Assoc*
//!   1974;69:383-393; Leys C et al. *J Exp Soc Psychol* 2013;49:764-766). The spread is never taken for
//!   less than the parameter's floor ([`FLOORS`]): a flat trace must not make one unit of noise a change.
//! - A change is told when the median of the present lies **more than 3** spreads from the baseline's:
//!   the most conservative of the thresholds that Leys et al. name.
//! - Where it is heading is the median of all pairwise slopes of the last hour (Theil 1950; Sen PK. *J
//!   Am Stat Assoc* 1968;63:1379-1389): rising or falling from one spread an hour.
//!
//! Half of the minutes may be wrong before a median is: an artefact of some minutes changes nothing.
//! What is measured now and then (a cuff) has its own windows, see [`Sampling`].

mod floors;
mod minutes;
mod robust;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use vigie_model::{Decimal, MonoTime, Text};

pub use floors::{FLOORS, Floor, Sampling, floor};
pub use minutes::{MINUTES_MAX, Minutes, VALUES_A_MINUTE_MAX};

/// At most this many changes are told of a bed: what the eye takes in at a glance.
pub const CHANGES_MAX: usize = 3;
/// Minutes of the last hour.
pub const HOUR_MINUTES: u64 = 60;
/// Minutes before the last hour that make the baseline, at most.
pub const BASELINE_MINUTES: u64 = 240;
/// Spreads that a change must exceed.
pub const SPREADS_MIN: f64 = 3.0;

/// The last hour of a bed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Whether there was enough to say anything. With [`Coverage::TooLittle`] an empty list of changes
    /// means that nothing is known, not that nothing changed.
    pub coverage: Coverage,
    /// At most [`CHANGES_MAX`], the most striking first, one of each [`Floor::family`].
    pub changes: Vec<Change>,
    /// How many of the streams could be judged.
    pub judged: usize,
    /// How many could not, for want of minutes. Streams without a floor are in neither number.
    pub left_out: usize,
}

/// Whether a summary says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coverage {
    /// At least one stream could be judged.
    Enough,
    /// None could.
    TooLittle {
        /// The most minutes of baseline that any stream has.
        minutes: u16,
    },
}

/// One parameter that is not where it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Nomenclature id.
    pub id: Text,
    /// Median of the baseline, with the digits the device sends.
    pub from: Decimal,
    /// Median of the present.
    pub to: Decimal,
    /// Where the last hour is heading.
    pub direction: Direction,
    /// How far `to` lies from `from`, in spreads; above [`SPREADS_MIN`].
    pub strength: f64,
}

/// Where the last hour is heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// Upwards.
    Rising,
    /// Downwards.
    Falling,
    /// Neither: it changed and stays there.
    Steady,
    /// Too few minutes of the last hour have a value.
    Unclear,
}

/// One stream judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Judgement {
    /// Too little of the baseline or of the present.
    TooLittle {
        /// Minutes of baseline that have a value.
        minutes: u16,
    },
    /// Within the patient's own spread.
    Same,
    /// Not where it was.
    Changed {
        /// Median of the baseline.
        from: f64,
        /// Median of the present.
        to: f64,
        /// Where the last hour is heading.
        direction: Direction,
        /// Distance in spreads.
        strength: f64,
    },
}

/// Judges one stream by its medians, given as minute (since the machine started) and value, oldest
/// first. `minute_now` is the minute in progress, which is left out, as is what is not finite.
pub fn judge(
    floor: &Floor,
    minute_now: u64,
    medians: impl IntoIterator<Item = (u64, f64)>,
) -> Judgement {
    let hour_from = minute_now.saturating_sub(HOUR_MINUTES);
    let baseline_from = hour_from.saturating_sub(BASELINE_MINUTES);
    let mut baseline = Vec::new();
    let mut hour = Vec::new();
    for (minute, value) in medians {
        if !value.is_finite() || minute < baseline_from || minute >= minute_now {
            continue;
        }
        if minute < hour_from {
            baseline.push(value);
        } else {
            hour.push((minute, value));
        }
    }
    let windows = floor.sampling.windows();
    let minutes = u16::try_from(baseline.len()).unwrap_or(u16::MAX);
    let mut present = present(&windows, minute_now, &hour);
    if baseline.len() < windows.baseline_min || present.len() < windows.present_min {
        return Judgement::TooLittle { minutes };
    }
    let (Some((from, spread)), Some(to)) =
        (robust::location_and_spread(&mut baseline), robust::median(&mut present))
    else {
        return Judgement::TooLittle { minutes };
    };
    let spread = spread.max(floor.spread);
    let strength = (to - from).abs() / spread;
    // Not above, and not a number either: the floor is above zero and the medians are finite.
    if strength <= SPREADS_MIN || !strength.is_finite() {
        return Judgement::Same;
    }
    let slope_an_hour = if hour.len() < windows.direction_min {
        None
    } else {
        robust::slope(&hour).map(|a_minute| a_minute * HOUR_MINUTES as f64)
    };
    let direction = match slope_an_hour {
        None => Direction::Unclear,
        Some(slope) if slope >= spread => Direction::Rising,
        Some(slope) if slope <= -spread => Direction::Falling,
        Some(_) => Direction::Steady,
    };
    Judgement::Changed { from, to, direction, strength }
}

/// The values that stand for the present.
fn present(windows: &floors::Windows, minute_now: u64, hour: &[(u64, f64)]) -> Vec<f64> {
    let from = minute_now.saturating_sub(windows.present_minutes);
    let inside = hour.iter().filter(|(minute, _)| *minute >= from).map(|(_, value)| *value);
    let values: Vec<f64> = inside.collect();
    let skipped = values.len().saturating_sub(windows.present_max);
    values.into_iter().skip(skipped).collect()
}

/// Sums the last hour of a bed up. `streams` are nomenclature ids with what was kept of them; ids
/// without a floor are not judged. The same input gives the same summary, in whatever order.
pub fn summarise<'a>(
    now: MonoTime,
    streams: impl IntoIterator<Item = (&'a str, &'a Minutes)>,
) -> Summary {
    let minute_now = minutes::minute_of(now);
    let (mut judged, mut left_out, mut most_minutes) = (0, 0, 0);
    let mut found: Vec<(&Floor, Change)> = Vec::new();
    for (id, kept) in streams {
        let Some(floor) = floor(id) else {
            continue;
        };
        match judge(floor, minute_now, kept.medians()) {
            Judgement::TooLittle { minutes } => {
                left_out += 1;
                most_minutes = most_minutes.max(minutes);
            }
            Judgement::Same => judged += 1,
            Judgement::Changed { from, to, direction, strength } => {
                judged += 1;
                let decimals = kept.decimals();
                let (from, to) = (robust::decimal(from, decimals), robust::decimal(to, decimals));
                found.push((floor, Change { id: Text::from(id), from, to, direction, strength }));
            }
        }
    }
    found.sort_by(|(_, a), (_, b)| b.strength.total_cmp(&a.strength).then_with(|| a.id.cmp(&b.id)));
    let mut families: Vec<&str> = Vec::new();
    let mut changes = Vec::new();
    for (floor, change) in found {
        if changes.len() < CHANGES_MAX && !families.contains(&floor.family) {
            families.push(floor.family);
            changes.push(change);
        }
    }
    let coverage =
        if judged > 0 { Coverage::Enough } else { Coverage::TooLittle { minutes: most_minutes } };
    Summary { coverage, changes, judged, left_out }
}

//! The last hour of a number: from a record's answer to where a chart's marks stand.

use std::{sync::Arc, time::Duration};

use vigie_history::{Answer, Slice, TrendPoint};
use vigie_model::{Decimal, Unit, WallTime};

/// What there is to show of a number's last hour.
#[derive(Clone, Debug, PartialEq)]
pub enum Trend {
    /// Nothing here could ever have a record, such as a replay: no place is kept for it.
    Off,
    /// Asked for, and not answered yet.
    Loading,
    /// No record is being written.
    NoRecord,
    /// It is there, and nobody has unlocked it.
    Locked,
    /// It is there, and cannot be read.
    Unreadable,
    /// This.
    Of(Arc<TrendView>),
}

/// A chart, decided: places are parts of its width and height.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendView {
    /// Where it begins.
    pub from: WallTime,
    /// Where it ends.
    pub to: WallTime,
    /// Unit of the values.
    pub unit: Unit,
    /// Values at its bottom and top; `None`: there is no value in this time.
    pub ends: Option<(Decimal, Decimal)>,
    /// Least and greatest value.
    pub range: Option<(Decimal, Decimal)>,
    /// Marks that follow each other without a gap. No line goes from one run to the next.
    pub runs: Vec<Vec<TrendMark>>,
}

/// One step of a chart. 0 is left and bottom, 1 is right and top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendMark {
    /// Where the step begins.
    pub from: f32,
    /// Where it ends.
    pub to: f32,
    /// Least value.
    pub low: f32,
    /// Mean.
    pub mean: f32,
    /// Greatest value.
    pub high: f32,
}

/// A chart is at least so many units of the last digit high: what a device calls constant looks so.
const UNITS_MIN: i64 = 20;
/// Digits behind the point that a chart tells at most.
const DIGITS_MAX: u8 = 3;

impl Trend {
    /// What an answer to a question for a trend from `from` to `to` is.
    pub fn of_slice(slice: &Slice, from: WallTime, to: WallTime) -> Trend {
        match &slice.answer {
            Answer::Trend { points, .. } if points.is_empty() && !slice.locked.is_empty() => {
                Trend::Locked
            }
            Answer::Trend { points, .. } if points.is_empty() && !slice.damage.is_empty() => {
                Trend::Unreadable
            }
            Answer::Trend { step_s, unit, digits, points } => {
                let step = Duration::from_secs(u64::from(*step_s));
                Trend::Of(Arc::new(TrendView::new((from, to), step, unit, *digits, points)))
            }
            Answer::Devices(_)
            | Answer::Streams(_)
            | Answer::Numerics(_)
            | Answer::Waves(_)
            | Answer::Said(_)
            | Answer::Log(_)
            | Answer::Links(_)
            | Answer::Gaps(_) => Trend::Unreadable,
        }
    }
}

impl TrendView {
    /// Places the points of an answer. What lies outside of the time, or is no number, is left out.
    pub fn new(
        (from, to): (WallTime, WallTime),
        step: Duration,
        unit: &Unit,
        digits: Option<u8>,
        points: &[TrendPoint],
    ) -> TrendView {
        let is_usable = |point: &&TrendPoint| {
            let values = [point.low, point.mean, point.high];
            // What a chart can scale without losing its digits.
            values.iter().all(|value| value.is_finite() && value.abs() < 1e12)
                && point.count > 0
                && from <= point.from
                && point.from < to
        };
        let points: Vec<&TrendPoint> = points.iter().filter(is_usable).collect();
        let mut view =
            TrendView { from, to, unit: unit.clone(), ends: None, range: None, runs: Vec::new() };
        let low = points.iter().map(|point| point.low).reduce(f64::min);
        let high = points.iter().map(|point| point.high).reduce(f64::max);
        let (Some(low), Some(high)) = (low, high) else { return view };
        let digits =
            digits.map_or_else(|| usual_digits(high - low), |digits| digits.min(DIGITS_MAX));
        let is_percent = unit.as_str() == "%";
        let (bottom, top) = ends(low, high, digits, is_percent);
        view.ends = Some((bottom, top));
        view.range = Some((rounded(low, digits), rounded(high, digits)));
        let (bottom, top) = (bottom.to_f64(), top.to_f64());
        let up = |value: f64| (((value - bottom) / (top - bottom)) as f32).clamp(0.0, 1.0);
        let length = to.since(from).as_secs_f64().max(1.0);
        let across = |at: Duration| ((at.as_secs_f64() / length) as f32).clamp(0.0, 1.0);
        let mut before: Option<WallTime> = None;
        for point in points {
            let start = point.from.since(from);
            let mark = TrendMark {
                from: across(start),
                to: across(start + step),
                low: up(point.low),
                mean: up(point.mean),
                high: up(point.high),
            };
            // Half a step of slack: the date of a PC is put right by fractions of a second.
            let is_joined = before.is_some_and(|before| point.from.since(before) < step + step / 2);
            match view.runs.last_mut() {
                Some(run) if is_joined => run.push(mark),
                Some(_) | None => view.runs.push(vec![mark]),
            }
            before = Some(point.from);
        }
        view
    }
}

/// Digits where the stream tells none: enough to tell its ends apart.
fn usual_digits(spread: f64) -> u8 {
    if spread >= 10.0 {
        0
    } else if spread >= 1.0 {
        1
    } else {
        2
    }
}

/// The ends of the axis: whole units of the last digit, outwards, and not too close.
fn ends(low: f64, high: f64, digits: u8, is_percent: bool) -> (Decimal, Decimal) {
    let scale = 10_f64.powi(i32::from(digits));
    let (mut bottom, mut top) = ((low * scale).floor() as i64, (high * scale).ceil() as i64);
    let missing = UNITS_MIN.saturating_sub(top.saturating_sub(bottom)).max(0);
    bottom = bottom.saturating_sub(missing / 2);
    top = top.saturating_add(missing - missing / 2);
    // What is never negative has no axis below 0, and what is never over 100 % none above it.
    let whole = (100.0 * scale) as i64;
    if is_percent && high <= 100.0 && top > whole {
        (bottom, top) = (bottom.saturating_sub(top.saturating_sub(whole)), whole);
    }
    if low >= 0.0 && bottom < 0 {
        (bottom, top) = (0, top.saturating_sub(bottom));
    }
    let exponent = -i8::try_from(digits).unwrap_or(0);
    (Decimal::new(bottom, exponent), Decimal::new(top, exponent))
}

fn rounded(value: f64, digits: u8) -> Decimal {
    let scale = 10_f64.powi(i32::from(digits));
    Decimal::new((value * scale).round() as i64, -i8::try_from(digits).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: WallTime = WallTime::from_unix_nanos(1_795_262_400_000_000_000);
    const MINUTE: Duration = Duration::from_secs(60);

    fn point(minute: u32, low: f64, mean: f64, high: f64) -> TrendPoint {
        TrendPoint { from: FROM.after(MINUTE * minute), low, mean, high, count: 60 }
    }

    fn view(digits: Option<u8>, points: &[TrendPoint]) -> TrendView {
        let to = FROM.after(MINUTE * 60);
        TrendView::new((FROM, to), MINUTE, &Unit::one(), digits, points)
    }

    fn written(ends: Option<(Decimal, Decimal)>) -> String {
        ends.map_or("none".to_owned(), |(low, high)| format!("{low} {high}"))
    }

    #[test]
    fn a_step_that_is_missing_is_a_gap() {
        let points = [0, 1, 2, 5, 59].map(|minute| point(minute, 60.0, 70.0, 80.0));
        let runs = view(Some(0), &points).runs;
        let lengths: Vec<usize> = runs.iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 1, 1]);
        assert_eq!((runs[0][0].from, runs[2][0].to), (0.0, 1.0));
        assert!((runs[1][0].from - 5.0 / 60.0).abs() < 1e-6);
    }

    #[test]
    fn ends_are_whole_outwards_and_not_too_close() {
        for (digits, low, high, ends, range) in [
            (Some(0), 60.2, 99.6, "60 100", "60 100"),
            (Some(0), 80.0, 80.0, "70 90", "80 80"),
            (Some(1), 37.04, 37.11, "36.1 38.1", "37.0 37.1"),
            (Some(0), 3.0, 4.0, "0 20", "3 4"),
            (Some(0), -5.0, 30.0, "-5 30", "-5 30"),
            (None, 1.0, 4.5, "1.0 4.5", "1.0 4.5"),
            (Some(200), 0.5, 0.6, "0.500 0.600", "0.500 0.600"),
        ] {
            let view = view(digits, &[point(3, low, (low + high) / 2.0, high)]);
            assert_eq!(written(view.ends), ends, "{low} to {high}");
            assert_eq!(written(view.range), range, "{low} to {high}");
        }
    }

    #[test]
    fn a_saturation_has_no_axis_above_100_percent() {
        let to = FROM.after(MINUTE * 60);
        let points = [point(1, 93.0, 97.0, 99.0)];
        let view = TrendView::new((FROM, to), MINUTE, &Unit::ucum("%"), Some(0), &points);
        assert_eq!(written(view.ends), "80 100");
    }

    #[test]
    fn what_is_no_number_or_of_another_time_is_left_out() {
        let before = TrendPoint { from: FROM.before(MINUTE), ..point(0, 1.0, 2.0, 3.0) };
        let none = TrendPoint { count: 0, ..point(1, 1.0, 2.0, 3.0) };
        let points = [
            before,
            none,
            point(2, f64::NAN, 1.0, 2.0),
            point(3, 0.0, 1.0, f64::INFINITY),
            point(60, 1.0, 2.0, 3.0),
        ];
        let view = view(None, &points);
        assert_eq!((view.ends, view.runs.len()), (None, 0));
    }

    #[test]
    fn an_answer_without_points_says_why() {
        let to = FROM.after(MINUTE * 60);
        let slice = |points: Vec<TrendPoint>, locked: Vec<u32>| Slice {
            answer: Answer::Trend { step_s: 60, unit: Unit::one(), digits: None, points },
            more_from: None,
            damage: Vec::new(),
            locked,
        };
        assert_eq!(Trend::of_slice(&slice(Vec::new(), vec![7]), FROM, to), Trend::Locked);
        let part = slice(vec![point(1, 1.0, 2.0, 3.0)], vec![7]);
        assert!(matches!(Trend::of_slice(&part, FROM, to), Trend::Of(_)));
        assert!(matches!(Trend::of_slice(&slice(Vec::new(), Vec::new()), FROM, to), Trend::Of(_)));
        let other = Slice { answer: Answer::Links(Vec::new()), ..part };
        assert_eq!(Trend::of_slice(&other, FROM, to), Trend::Unreadable);
    }
}

//! From samples to pixel columns: the lowest and highest amount of the trace within each.
//!
//! The trace is the line through joined samples. A column holds the extremes of that line inside it,
//! so a spike of one sample is seen at any width, and neighbours touch. Where samples are missing
//! there is no line: nothing is drawn across a gap, and a column inside it stays empty.

use std::{ops::Range, sync::Arc};

use vigie_board::view::TraceChunk;
use vigie_model::{Before, MarkKind};

/// One pixel column of a trace, in raw sample counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Lowest and highest of the line inside the column; `None`: nothing was measured here.
    pub extent: Option<(f32, f32)>,
    /// The line comes in from the column before.
    pub joined: bool,
    /// A sample in it is beyond the sensor's range.
    pub clipped: bool,
    /// A pacemaker or defibrillator pulse is in it.
    pub pulse: bool,
    /// A sample in it is not a measurement.
    pub invalid: bool,
}

impl Column {
    /// Whether it tells something besides an amount.
    pub fn is_marked(&self) -> bool {
        self.clipped || self.pulse || self.invalid
    }

    fn include(&mut self, amount: f64) {
        let amount = amount as f32;
        self.extent = Some(match self.extent {
            Some((low, high)) => (low.min(amount), high.max(amount)),
            None => (amount, amount),
        });
    }
}

/// Columns `wanted` of a trace. Column `k` covers the nanoseconds `k × column_ns ..` of our clock
/// (`MonoTime`); so a column keeps its number for good, however the screen moves on.
pub fn columns(trace: &[Arc<TraceChunk>], column_ns: f64, wanted: Range<u64>) -> Vec<Column> {
    let count = usize::try_from(wanted.end.saturating_sub(wanted.start)).unwrap_or(0);
    let mut pen = Pen { columns: vec![Column::default(); count], first: wanted.start, last: None };
    // Times below are in columns since the start of our clock, so that every window of columns is
    // computed from the same numbers.
    let (first, end) = (wanted.start as f64, wanted.end as f64);
    let mut due: Option<f64> = None; // when the next joined sample should be taken
    for chunk in trace {
        let start = chunk.start.as_nanos() as f64 / column_ns;
        let step = chunk.step_ns / column_ns;
        if step.is_nan() || step <= 0.0 {
            continue; // no such wave
        }
        let joined = match (chunk.before, due) {
            (Before::Joined, Some(due)) => (start - due).abs() <= step,
            (Before::Joined, None) | (Before::Gap, _) => false,
        };
        if !joined {
            pen.last = None;
        }
        due = Some(start + step * chunk.samples.len() as f64);
        if start > end {
            // The line that leads out of the last column still belongs to it.
            if let Some(&raw) = chunk.samples.first().filter(|_| joined && is_valid(chunk, 0)) {
                pen.line_to(start, f64::from(raw));
            }
            break;
        }
        // The sample before the first wanted column is where the line comes in from.
        let skipped = (((first - start) / step).floor() - 1.0).max(0.0) as usize;
        if skipped > 0 {
            pen.last = None;
        }
        let mut marks = chunk.marks.iter().filter(|mark| mark.at as usize >= skipped).peekable();
        for (index, &raw) in chunk.samples.iter().enumerate().skip(skipped) {
            let at = start + step * index as f64;
            let mut valid = true;
            while let Some(mark) = marks.next_if(|mark| mark.at as usize <= index) {
                match mark.kind {
                    MarkKind::Invalid => valid = false,
                    MarkKind::Clipped => pen.flag(at, |column| column.clipped = true),
                    MarkKind::Pacer | MarkKind::Defibrillator => {
                        pen.flag(at, |column| column.pulse = true);
                    }
                    MarkKind::Qrs | MarkKind::Inspiration => {} // told by the numbers, and by the curve
                }
            }
            if valid {
                pen.line_to(at, f64::from(raw));
            } else {
                pen.flag(at, |column| column.invalid = true);
                pen.last = None;
            }
            if at > end {
                break;
            }
        }
    }
    pen.columns
}

fn is_valid(chunk: &TraceChunk, index: u32) -> bool {
    !chunk.marks.iter().any(|mark| mark.at == index && mark.kind == MarkKind::Invalid)
}

struct Pen {
    columns: Vec<Column>,
    /// Number of the first of them.
    first: u64,
    /// Where the pen stands: time in columns, amount. `None`: lifted.
    last: Option<(f64, f64)>,
}

impl Pen {
    /// Changes the column at a time, if it is a wanted one.
    fn flag(&mut self, at: f64, set: impl FnOnce(&mut Column)) {
        if at >= 0.0 {
            self.flag_number(at as u64, set);
        }
    }

    fn flag_number(&mut self, number: u64, set: impl FnOnce(&mut Column)) {
        let index = number.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
        if let Some(column) = index.and_then(|index| self.columns.get_mut(index)) {
            set(column);
        }
    }

    /// Draws from where the pen stands to a sample, or sets it down there.
    fn line_to(&mut self, at: f64, amount: f64) {
        self.flag(at, |column| column.include(amount));
        let from = self.last.replace((at, amount));
        let Some((from_at, from_amount)) = from.filter(|(from_at, _)| *from_at < at) else {
            return;
        };
        // Every column border between the two samples is crossed by the line.
        let end = self.first + self.columns.len() as u64;
        let borders = (from_at.max(0.0) as u64 + 1).max(self.first)..=(at.max(0.0) as u64).min(end);
        for border in borders {
            let part = (border as f64 - from_at) / (at - from_at);
            let crossing = from_amount + (amount - from_amount) * part;
            self.flag_number(border.saturating_sub(1), |column| column.include(crossing));
            self.flag_number(border, |column| {
                column.include(crossing);
                column.joined = true;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_model::{Mark, MonoTime};

    use super::*;

    /// A chunk of samples 2 ms apart (500 Hz).
    fn chunk(start_ms: u64, before: Before, samples: Vec<i32>) -> Arc<TraceChunk> {
        marked(start_ms, before, samples, Vec::new())
    }

    fn marked(
        start_ms: u64,
        before: Before,
        samples: Vec<i32>,
        marks: Vec<Mark>,
    ) -> Arc<TraceChunk> {
        Arc::new(TraceChunk {
            start: MonoTime::from_nanos(start_ms * 1_000_000),
            step_ns: 2e6,
            before,
            samples: samples.into(),
            marks,
        })
    }

    fn drawn(columns: &[Column]) -> Vec<bool> {
        columns.iter().map(|column| column.extent.is_some()).collect()
    }

    #[test]
    fn a_spike_of_one_sample_is_seen_at_any_width() {
        for spike in [0, 1, 499, 777, 999] {
            let mut samples = vec![0; 1000];
            samples[spike] = 500;
            let trace = [chunk(0, Before::Gap, samples)];
            for width in [1_u64, 2, 3, 7, 50, 189, 1000, 1920] {
                let columns = columns(&trace, 2e9 / width as f64, 0..width);
                let highest = columns.iter().filter_map(|column| column.extent).map(|e| e.1);
                assert_eq!(highest.fold(0.0, f32::max), 500.0, "sample {spike}, width {width}");
            }
        }
    }

    #[test]
    fn nothing_is_drawn_across_a_marked_gap() {
        // 0..100 ms, then a gap without any missing time, then 100..200 ms.
        let trace = [chunk(0, Before::Gap, vec![0; 50]), chunk(100, Before::Gap, vec![100; 50])];
        let columns = columns(&trace, 1e6, 0..200);
        // The last sample of the first chunk is at 98 ms: the line ends there.
        assert!(columns[..99].iter().all(|c| c.extent == Some((0.0, 0.0))), "{columns:?}");
        assert_eq!(columns[99], Column::default());
        assert!(!columns[100].joined);
        assert!(columns[100..199].iter().all(|c| c.extent == Some((100.0, 100.0))));
    }

    #[test]
    fn nothing_is_drawn_across_missing_time_even_when_called_joined() {
        let trace = [chunk(0, Before::Gap, vec![5; 50]), chunk(300, Before::Joined, vec![7; 50])];
        let columns = columns(&trace, 10e6, 0..40);
        let expected: Vec<bool> = (0..40).map(|k| !(10..30).contains(&k)).collect();
        assert_eq!(drawn(&columns), expected);
        assert!(!columns[30].joined);
    }

    #[test]
    fn joined_chunks_make_one_line() {
        let ramp: Vec<i32> = (0..100).collect();
        let trace = [
            chunk(0, Before::Gap, ramp[..37].to_vec()),
            chunk(74, Before::Joined, ramp[37..].to_vec()),
        ];
        let whole = [chunk(0, Before::Gap, ramp)];
        for column_ns in [0.7e6, 2e6, 3.3e6, 25e6] {
            let count = (190e6 / column_ns) as u64;
            assert_eq!(columns(&trace, column_ns, 0..count), columns(&whole, column_ns, 0..count));
        }
    }

    #[test]
    fn more_columns_than_samples_still_make_a_closed_line() {
        let trace = [chunk(0, Before::Gap, vec![0, 10, 0, 10])];
        let columns = columns(&trace, 0.1e6, 0..60);
        assert!(columns.iter().all(|column| column.extent.is_some()));
        for pair in columns.windows(2) {
            let (left, right) = (pair[0].extent.unwrap(), pair[1].extent.unwrap());
            assert!(pair[1].joined && left.1 >= right.0 && right.1 >= left.0, "{pair:?}");
        }
    }

    #[test]
    fn any_window_gives_the_same_columns() {
        let samples: Vec<i32> = (0..400).map(|i| (i * 7919) % 101).collect();
        let trace = [
            chunk(0, Before::Gap, samples[..128].to_vec()),
            chunk(256, Before::Joined, samples[128..256].to_vec()),
            chunk(600, Before::Joined, samples[256..].to_vec()),
        ];
        let whole = columns(&trace, 4.1e6, 0..220);
        for from in [0_u64, 1, 62, 63, 64, 120, 146, 147, 200] {
            let part = columns(&trace, 4.1e6, from..220);
            assert_eq!(part, whole[from as usize..], "from {from}");
        }
        for to in [1_u64, 60, 63, 147, 219] {
            assert_eq!(columns(&trace, 4.1e6, 0..to), whole[..to as usize], "to {to}");
        }
    }

    #[test]
    fn invalid_samples_are_not_drawn_and_pulses_are_kept() {
        let marks = vec![
            Mark { at: 10, kind: MarkKind::Pacer },
            Mark { at: 20, kind: MarkKind::Invalid },
            Mark { at: 21, kind: MarkKind::Invalid },
            Mark { at: 30, kind: MarkKind::Clipped },
        ];
        let mut samples = vec![0; 50];
        samples[20] = 9_999;
        let trace = [marked(0, Before::Gap, samples, marks)];
        let columns = columns(&trace, 2e6, 0..50);
        assert!(columns[10].pulse && columns[30].clipped);
        assert!(
            columns[20].invalid && columns[20].extent.is_none() && columns[21].extent.is_none()
        );
        assert!(columns.iter().filter_map(|column| column.extent).all(|extent| extent.1 == 0.0));
        assert!(!columns[22].joined && columns[23].joined);
    }
}

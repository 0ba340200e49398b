//! A wave over time: drawn from left to right over its own past with a moving gap in front, as bedside
//! monitors do, or moving to the left as on paper.
//!
//! A [`Sweep`] keeps the columns that stand on the screen and computes only those that time has
//! brought since the last frame; when something came, also the last half second, where late data may
//! still fill a hole. What changed is inked on the [`Paper`]; marks are painted over it.

use std::{ops::Range, sync::Arc};

use egui::{Color32, Painter, Pos2, Rect, Shape};
use vigie_board::view::TraceChunk;
use vigie_model::{MonoTime, Parameter};

use crate::{
    columns::{Column, columns},
    paper::{Paper, Strip},
    scale::Span,
    tokens,
};

/// Paper speed of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed {
    centi_mm_per_second: u16,
}

impl Speed {
    /// 25 mm/s: the usual.
    pub const USUAL: Speed = Speed::of(2_500);
    /// The speeds of an ECG or a pressure, from slow to fast.
    pub const ALL: [Speed; 4] = [Speed::of(625), Speed::of(1_250), Speed::USUAL, Speed::of(5_000)];
    /// Those of breathing.
    pub const BREATHING: [Speed; 5] =
        [Speed::of(156), Speed::of(313), Speed::of(625), Speed::of(1_250), Speed::USUAL];

    const fn of(centi_mm_per_second: u16) -> Speed {
        Speed { centi_mm_per_second }
    }

    /// The next of [`Speed::ALL`], from the fastest back to the slowest.
    pub fn next(self) -> Speed {
        Speed::ALL.into_iter().find(|speed| *speed > self).unwrap_or(Speed::ALL[0])
    }

    /// The speed of so many hundredths of a millimetre a second, if a wave can have it.
    pub fn from_centi_mm(centi_mm_per_second: u16) -> Option<Speed> {
        let mut known = Speed::ALL.into_iter().chain(Speed::BREATHING);
        known.find(|speed| speed.centi_mm_per_second == centi_mm_per_second)
    }

    /// In hundredths of a millimetre a second, for the label.
    pub const fn centi_mm_per_second(self) -> i64 {
        self.centi_mm_per_second as i64
    }

    /// How far the head moves in a second on a screen of that density.
    pub fn points_per_second(self, points_per_mm: f32) -> f32 {
        f32::from(self.centi_mm_per_second) / 100.0 * points_per_mm
    }

    /// The speed of a wave where the ward's is `ward`, on a place `width` points wide: slower by half or
    /// a quarter for breathing, but not so slow that the sweep is longer than the samples that are kept.
    pub fn for_wave(self, parameter: Parameter, width: f32, points_per_mm: f32) -> Speed {
        const SWEEP_SECS_MAX: f32 = 27.0;
        if !matches!(parameter, Parameter::Resp | Parameter::Co2) {
            return self;
        }
        let slower = |part: u16| Speed::of((self.centi_mm_per_second + part / 2) / part);
        [slower(4), slower(2)]
            .into_iter()
            .find(|speed| width / speed.points_per_second(points_per_mm) <= SWEEP_SECS_MAX)
            .unwrap_or(self)
    }
}

/// How time goes over the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// The head moves to the right and erases what is oldest: what staff expect.
    #[default]
    EraseBar,
    /// The newest stands at the right and all moves to the left.
    Scroll,
}

impl Motion {
    /// The other one.
    pub const fn turned(self) -> Motion {
        match self {
            Motion::EraseBar => Motion::Scroll,
            Motion::Scroll => Motion::EraseBar,
        }
    }
}

/// The columns of one trace on the screen.
#[derive(Debug, Default)]
pub struct Sweep {
    /// Column number `k` lies at index `k mod len`.
    ring: Vec<Column>,
    /// Length of a column; another one starts afresh.
    column_ns: f64,
    /// The first number not computed yet.
    next: u64,
    /// What the trace ended with when it was last looked at: else nothing came.
    seen: Option<Tail>,
    /// How many columns carry a mark.
    marked: usize,
    /// Where it is inked, and how.
    inked: Option<(Strip, Form)>,
    /// Where it was painted last, and how; `None`: not since it was lifted.
    stands: Option<(Rect, Look)>,
}

/// By this it shows whether something came.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tail {
    chunks: usize,
    first: MonoTime,
    last: MonoTime,
    samples: usize,
}

impl Tail {
    fn of(trace: &[Arc<TraceChunk>]) -> Option<Tail> {
        let (first, last) = (trace.first()?, trace.last()?);
        let samples = last.samples.len();
        Some(Tail { chunks: trace.len(), first: first.start, last: last.start, samples })
    }
}

/// What decides how a column is inked; another form is inked anew.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Form {
    rows: usize,
    low: f64,
    high: f64,
    /// Half the thickness in pixels.
    half: f32,
}

impl Form {
    /// Coverage of the rows of a column: a box from its lowest to its highest amount, and the
    /// thickness of the line around it.
    fn coverage(&self, span: &Span, column: &Column) -> impl Fn(usize) -> u8 {
        let height = self.rows as f32;
        let y = |raw: f32| {
            let below = span.below_top(f64::from(raw), height, self.half);
            below.clamp(self.half, (height - self.half).max(self.half))
        };
        let ends = column.extent.map(|(low, high)| {
            let (a, b) = (y(low), y(high));
            (a.min(b) - self.half, a.max(b) + self.half)
        });
        move |row| {
            let Some((top, bottom)) = ends else { return 0 };
            let row = row as f32;
            let covered = (bottom.min(row + 1.0) - top.max(row)).clamp(0.0, 1.0);
            (covered * 255.0).round() as u8
        }
    }
}

/// How long behind the head late data is still taken in: late datagrams fill their hole for 2 s, of
/// which the paint delay has passed.
const REFILL_NS: f64 = 0.5e9;

/// What a look at the trace brought.
#[derive(Debug, PartialEq)]
struct Brought {
    /// Columns that were computed.
    computed: u64,
    /// Numbers of those that are new or changed, and whatever lies between them.
    changed: Range<u64>,
}

impl Sweep {
    /// Computes what is new up to `now` (already behind by the paint delay), for `count` columns.
    fn advance(
        &mut self,
        trace: &[Arc<TraceChunk>],
        now: MonoTime,
        count: usize,
        column_ns: f64,
    ) -> Brought {
        let end = (now.as_nanos() as f64 / column_ns) as u64 + 1;
        let len = count as u64;
        let afresh = self.ring.len() != count
            || self.column_ns != column_ns
            || end < self.next
            || end - self.next >= len;
        if afresh {
            self.ring = vec![Column::default(); count];
            self.column_ns = column_ns;
            self.marked = 0;
            self.inked = None;
        }
        let tail = Tail::of(trace);
        let has_come = self.seen != tail;
        self.seen = tail;
        let refill = if has_come { (REFILL_NS / column_ns) as u64 } else { 0 };
        let from = if afresh { end.saturating_sub(len) } else { self.next.saturating_sub(refill) };
        let from = from.max(end.saturating_sub(len));
        let mut changed = self.next.max(from)..end;
        for (number, column) in (from..end).zip(columns(trace, column_ns, from..end)) {
            let Some(slot) = self.ring.get_mut((number % len) as usize) else { continue };
            if *slot != column {
                changed.start = changed.start.min(number);
                self.marked -= usize::from(slot.is_marked());
                self.marked += usize::from(column.is_marked());
                *slot = column;
            }
        }
        self.next = end;
        if afresh {
            changed.start = from;
        }
        Brought { computed: end - from, changed }
    }

    /// Advances and paints. `now` is the clock of the view; the paint delay is taken off here.
    pub fn paint(
        &mut self,
        painter: &Painter,
        rect: Rect,
        trace: &[Arc<TraceChunk>],
        now: MonoTime,
        look: Look,
    ) {
        self.stands = Some((rect, look));
        let pixel = 1.0 / painter.pixels_per_point();
        let count = (rect.width() / pixel).floor().max(2.0) as usize;
        let rows = (rect.height() / pixel).floor().max(2.0) as usize;
        let points_per_second = look.speed.points_per_second(look.points_per_mm);
        let column_ns = 1e9 * f64::from(pixel) / f64::from(points_per_second);
        let mut brought = self.advance(trace, now.before(tokens::PAINT_DELAY), count, column_ns);
        let form = Form {
            rows,
            low: look.span.raw_low,
            high: look.span.raw_high,
            half: look.half / pixel,
        };
        let paper = Paper::of(painter.ctx());
        let mut paper = paper.lock();
        let known = self.inked.take().filter(|(strip, _)| paper.holds(strip));
        let was_inked = known.as_ref().is_some_and(|(_, inked)| *inked == form);
        let kept = known.map(|(strip, _)| strip).filter(|strip| strip.rows() == rows);
        let strip = kept.unwrap_or_else(|| paper.strip(painter.ctx(), column_ns, count, rows));
        if !was_inked {
            brought.changed = self.next.saturating_sub(count as u64)..self.next;
        }
        for number in brought.changed {
            if let Some(column) = self.ring.get((number % count as u64) as usize) {
                paper.ink(&strip, number, form.coverage(&look.span, column));
            }
        }
        for (numbers, index) in runs(self.next, count as u64, erased(pixel), look.motion) {
            let place = (rect.left() + index as f32 * pixel, rect.top(), pixel);
            paper.paint(painter, &strip, numbers.clone(), place, look.color);
            if self.marked > 0 {
                self.paint_marks(painter, &mut paper, rect, numbers, index, pixel, &look);
            }
        }
        self.inked = Some((strip, form));
    }

    /// How many columns stand on the screen, the number after the newest, and how many nanoseconds each
    /// is long.
    pub fn extent(&self) -> (usize, u64, f64) {
        (self.ring.len(), self.next, self.column_ns)
    }

    /// A column that stands on the screen, by its number.
    pub fn column(&self, number: u64) -> Option<&Column> {
        let len = self.ring.len() as u64;
        let is_there = number < self.next && number + len >= self.next;
        self.ring.get((number.checked_rem(len)?) as usize).filter(|_| is_there)
    }

    /// Advances and paints where and how it was painted last; nothing when it was not.
    pub fn go_on(&mut self, painter: &Painter, trace: &[Arc<TraceChunk>], now: MonoTime) {
        if let Some((rect, look)) = self.stands {
            self.paint(painter, rect, trace, now, look);
        }
    }

    /// Where it was painted last, and how.
    pub fn stands(&self) -> Option<(Rect, Look)> {
        self.stands
    }

    /// It stands nowhere until it is painted again.
    pub fn lift(&mut self) {
        self.stands = None;
    }

    /// Paints what columns tell besides their amounts.
    #[expect(clippy::too_many_arguments, reason = "one mark of a wave, all of it")]
    fn paint_marks(
        &self,
        painter: &Painter,
        paper: &mut Paper,
        rect: Rect,
        numbers: Range<u64>,
        index: u64,
        pixel: f32,
        look: &Look,
    ) {
        let count = self.ring.len() as u64;
        for (number, index) in numbers.zip(index..) {
            let column =
                self.ring.get((number % count) as usize).filter(|column| column.is_marked());
            let Some(column) = column else { continue };
            let left = rect.left() + index as f32 * pixel;
            let mut block = |top: f32, bottom: f32| {
                let block =
                    Rect::from_min_max(Pos2::new(left, top), Pos2::new(left + pixel, bottom));
                paper.mark(painter, Shape::rect_filled(block, 0.0, look.mark));
            };
            // The base line of what is no measurement is dashed.
            if column.invalid && ((number as f32 * pixel / 3.0) as u64).is_multiple_of(2) {
                block(rect.bottom() - 2.0 * pixel, rect.bottom());
            }
            if column.pulse {
                block(rect.top(), rect.bottom());
            }
            if column.clipped && column.extent.is_some() {
                block(rect.top(), rect.top() + 3.0 * pixel);
            }
        }
    }
}

/// Columns of the gap in front of the head.
fn erased(pixel: f32) -> u64 {
    (tokens::ERASE_BAR / pixel).ceil() as u64
}

/// Which columns stand on the screen, as runs that lie side by side: numbers, and the index on the
/// screen at which the run begins.
fn runs(next: u64, count: u64, erased: u64, motion: Motion) -> Vec<(Range<u64>, u64)> {
    match motion {
        Motion::Scroll => {
            let shown = next.min(count);
            vec![(next - shown..next, count - shown)]
        }
        Motion::EraseBar => {
            let shown = next.min(count.saturating_sub(erased));
            let first = next - shown;
            // Where the screen begins anew.
            let turn = next.saturating_sub(1) / count * count;
            if first < turn {
                vec![(first..turn, first % count), (turn..next, 0)]
            } else {
                vec![(first..next, first % count)]
            }
        }
    }
}

/// How a trace is painted.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Its ink, aged already.
    pub color: Color32,
    /// Ink of marks: pacer pulses, clipped and invalid samples.
    pub mark: Color32,
    /// Its vertical axis.
    pub span: Span,
    /// Its paper speed.
    pub speed: Speed,
    /// How time goes over the screen.
    pub motion: Motion,
    /// Density of the screen, as measured or assumed.
    pub points_per_mm: f32,
    /// Half its thickness.
    pub half: f32,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use vigie_model::Before;

    use super::*;
    use crate::scale::Axis;

    const COLUMN_NS: f64 = 10e6;

    fn trace(seconds: u64) -> Vec<Arc<TraceChunk>> {
        (0..seconds * 4)
            .map(|quarter| {
                Arc::new(TraceChunk {
                    start: MonoTime::from_nanos(quarter * 250_000_000),
                    step_ns: 4e6 * 250.0 / 252.0,
                    before: if quarter == 0 { Before::Gap } else { Before::Joined },
                    samples: (0..63).map(|i| (i * 37 + quarter as i32) % 50).collect(),
                    marks: Vec::new(),
                })
            })
            .collect()
    }

    fn at(ms: u64) -> MonoTime {
        MonoTime::from_nanos(ms * 1_000_000)
    }

    #[test]
    fn stepwise_and_at_once_give_the_same_screen() {
        let trace = trace(12);
        let mut stepwise = Sweep::default();
        let mut now = at(1_000);
        while now < at(9_000) {
            stepwise.advance(&trace, now, 300, COLUMN_NS);
            now = now + Duration::from_millis(33);
        }
        stepwise.advance(&trace, at(9_000), 300, COLUMN_NS);
        let mut at_once = Sweep::default();
        at_once.advance(&trace, at(9_000), 300, COLUMN_NS);
        assert_eq!(stepwise.ring, at_once.ring);
    }

    #[test]
    fn a_frame_computes_only_what_is_new_and_after_news_the_last_half_second() {
        let trace = trace(12);
        let mut sweep = Sweep::default();
        let mut computed =
            |trace: &[Arc<TraceChunk>], ms| sweep.advance(trace, at(ms), 300, COLUMN_NS).computed;
        assert_eq!(computed(&trace[..40], 8_000), 300);
        assert_eq!(computed(&trace[..40], 8_030), 3);
        assert_eq!(computed(&trace, 8_060), 50 + 3);
        // Backwards, or away for longer than the screen is wide: afresh.
        assert_eq!(computed(&trace, 7_000), 300);
        assert_eq!(computed(&trace, 11_000), 300);
    }

    #[test]
    fn a_late_chunk_fills_its_hole_and_only_that_is_inked_anew() {
        let whole = trace(8);
        let mut holed = whole.clone();
        let late = holed.remove(15); // 3.75 s to 4 s
        holed[15] = Arc::new(TraceChunk { before: Before::Gap, ..(*holed[15]).clone() });
        let mut sweep = Sweep::default();
        sweep.advance(&holed, at(4_200), 300, COLUMN_NS);
        assert!(sweep.ring[380 % 300].extent.is_none());
        assert_eq!(whole[15], late);
        let brought = sweep.advance(&whole, at(4_230), 300, COLUMN_NS);
        assert!(sweep.ring[380 % 300].extent.is_some());
        assert!((374..=376).contains(&brought.changed.start), "{brought:?}");
        assert_eq!(brought.changed.end, 424);
    }

    #[test]
    fn runs_hold_every_column_once_and_leave_the_gap() {
        for (next, count) in
            [(5, 300), (291, 300), (300, 300), (301, 300), (899, 300), (12_345, 113)]
        {
            let runs = runs(next, count, 9, Motion::EraseBar);
            let mut seen = vec![false; count as usize];
            for (numbers, index) in runs {
                for (number, index) in numbers.zip(index..) {
                    assert_eq!(number % count, index, "{next} {count}");
                    assert!(!std::mem::replace(&mut seen[index as usize], true));
                }
            }
            let head = ((next - 1) % count) as usize;
            assert!(seen[head]);
            assert!((1..=9).all(|ahead| !seen[(head + ahead) % count as usize]), "{next} {count}");
            let shown = seen.iter().filter(|seen| **seen).count() as u64;
            assert_eq!(shown, next.min(count - 9));
        }
        assert_eq!(runs(1_000, 300, 9, Motion::Scroll), [(700..1_000, 0)]);
        assert_eq!(runs(100, 300, 9, Motion::Scroll), [(0..100, 200)]);
    }

    fn form(rows: usize) -> (Form, Span) {
        let span = Span {
            axis: Axis::Unknown,
            raw_low: 0.0,
            raw_high: 50.0,
            ends: None,
            millivolt: None,
            zero: None,
        };
        (Form { rows, low: 0.0, high: 50.0, half: tokens::TRACE_HALF }, span)
    }

    #[test]
    fn a_line_keeps_its_thickness_and_a_column_its_height_wherever_they_stand() {
        for rows in [8, 40, 113, 300] {
            let (form, span) = form(rows);
            for raw in 0..=50 {
                let column = Column { extent: Some((raw as f32, raw as f32)), ..Column::default() };
                let ink = form.coverage(&span, &column);
                let sum: u32 = (0..rows).map(|row| u32::from(ink(row))).sum();
                let thick = 2.0 * tokens::TRACE_HALF * 255.0;
                assert!((sum as f32 - thick).abs() <= 2.0, "{rows} {raw}: {sum}");
            }
            let spike = Column { extent: Some((0.0, 50.0)), ..Column::default() };
            let ink = form.coverage(&span, &spike);
            assert!((0..rows).all(|row| ink(row) > 200), "{rows}");
            let none = Column::default();
            let empty = form.coverage(&span, &none);
            assert!((0..rows).all(|row| empty(row) == 0));
        }
    }

    #[test]
    fn breathing_is_slower_where_its_samples_fill_the_place() {
        let per_mm = tokens::POINTS_PER_MM;
        let of = |parameter, width| Speed::USUAL.for_wave(parameter, width, per_mm);
        assert_eq!(of(Parameter::Ecg, 200.0), Speed::USUAL);
        assert_eq!(of(Parameter::Resp, 200.0), Speed::ALL[0]);
        assert_eq!(of(Parameter::Co2, 1_000.0), Speed::ALL[1]);
        assert_eq!(of(Parameter::Resp, 1_900.0), Speed::USUAL);
        for speed in Speed::ALL {
            let slow = speed.for_wave(Parameter::Resp, 20.0, per_mm);
            assert!(Speed::from_centi_mm(slow.centi_mm_per_second).is_some(), "{slow:?}");
        }
        // 25 mm in a second, whatever the density.
        assert!((Speed::USUAL.points_per_second(4.0) - 100.0).abs() < 1e-3);
    }
}

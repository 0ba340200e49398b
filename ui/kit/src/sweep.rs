//! Erase-bar sweep: a wave is drawn from left to right over its own past, with a moving gap in front.
//!
//! A [`Sweep`] keeps the columns that stand on the screen and computes only those that time has
//! brought since the last frame, plus the last half second, where late data may still fill a hole.
//! Each frame gives one mesh.

use std::sync::Arc;

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape};
use vigie_board::view::TraceChunk;
use vigie_model::{MonoTime, Parameter};

use crate::{
    columns::{Column, columns},
    scale::Span,
    tokens,
};

/// Paper speed of a wave, nominal: true only on a screen of 96 dots an inch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// 25 mm/s: the usual.
    Normal,
    /// 12.5 mm/s.
    Half,
    /// 6.25 mm/s: breathing.
    Quarter,
}

impl Speed {
    /// In hundredths of a millimetre a second, for the label.
    pub const fn centi_mm_per_second(self) -> i64 {
        match self {
            Speed::Normal => 2_500,
            Speed::Half => 1_250,
            Speed::Quarter => 625,
        }
    }

    /// How far the head moves in a second.
    pub fn points_per_second(self) -> f32 {
        self.centi_mm_per_second() as f32 / 100.0 * tokens::POINTS_PER_MM
    }
}

impl Speed {
    /// The usual speed of a wave on a screen that is `width` points wide: slow for breathing, but not
    /// so slow that the sweep is longer than the samples that are kept (30 s).
    pub fn usual(parameter: Parameter, width: f32) -> Speed {
        const SWEEP_SECS_MAX: f32 = 27.0;
        let is_slow = matches!(parameter, Parameter::Resp | Parameter::Co2);
        [Speed::Quarter, Speed::Half]
            .into_iter()
            .find(|speed| is_slow && width / speed.points_per_second() <= SWEEP_SECS_MAX)
            .unwrap_or(Speed::Normal)
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
}

/// How long behind the head late data is still taken in: late datagrams fill their hole for 2 s, of
/// which the paint delay has passed.
const REFILL_NS: f64 = 0.5e9;

impl Sweep {
    /// Computes what is new up to `now` (already behind by the paint delay), for `count` columns.
    /// Gives back how many columns were computed.
    fn advance(
        &mut self,
        trace: &[Arc<TraceChunk>],
        now: MonoTime,
        count: usize,
        column_ns: f64,
    ) -> u64 {
        let end = (now.as_nanos() as f64 / column_ns) as u64 + 1;
        let len = count as u64;
        let afresh = self.ring.len() != count
            || self.column_ns != column_ns
            || end < self.next
            || end - self.next >= len;
        if afresh {
            self.ring = vec![Column::default(); count];
            self.column_ns = column_ns;
        }
        let refill = (REFILL_NS / column_ns) as u64;
        let from = if afresh { end.saturating_sub(len) } else { self.next.saturating_sub(refill) };
        let from = from.max(end.saturating_sub(len));
        for (number, column) in (from..end).zip(columns(trace, column_ns, from..end)) {
            if let Some(slot) = self.ring.get_mut((number % len) as usize) {
                *slot = column;
            }
        }
        self.next = end;
        end - from
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
        let pixel = 1.0 / painter.pixels_per_point();
        let count = (rect.width() / pixel).floor().max(2.0) as usize;
        let column_ns = 1e9 * f64::from(pixel) / f64::from(look.speed.points_per_second());
        self.advance(trace, now.before(tokens::PAINT_DELAY), count, column_ns);
        let mesh = self.mesh(rect, pixel, look);
        if !mesh.is_empty() {
            painter.add(Shape::mesh(mesh));
        }
    }

    fn mesh(&self, rect: Rect, pixel: f32, look: Look) -> Mesh {
        let mut strip = Strip::new(pixel, look.half);
        let len = self.ring.len() as u64;
        let head = self.next.saturating_sub(1) % len.max(1);
        let erased = (tokens::ERASE_BAR / pixel).ceil() as u64;
        for (index, column) in self.ring.iter().enumerate() {
            let ahead = (index as u64 + len - head) % len;
            let x = rect.left() + (index as f32 + 0.5) * pixel;
            if ahead != 0 && ahead <= erased {
                strip.lift();
                continue;
            }
            if column.invalid && ((index as f32 * pixel / 3.0) as u32).is_multiple_of(2) {
                strip.block(x, rect.bottom() - 2.0 * pixel, rect.bottom(), look.mark);
            }
            if column.pulse {
                strip.block(x, rect.top(), rect.bottom(), look.mark);
            }
            let Some((low, high)) = column.extent else {
                strip.lift();
                continue;
            };
            let y = |raw: f32| {
                let part = look.span.part(f64::from(raw)).clamp(0.0, 1.0);
                rect.bottom() - part * rect.height()
            };
            let (a, b) = (y(low), y(high));
            let (top, bottom) = (a.min(b), a.max(b));
            // At the head nothing leads on: index 0 never continues the right edge.
            let joined = column.joined && index > 0 && ahead != erased + 1;
            strip.column(x, top, bottom, joined, look.color);
            if column.clipped {
                strip.block(x, rect.top(), rect.top() + 3.0 * pixel, look.mark);
            }
        }
        strip.mesh
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
    /// Half its thickness.
    pub half: f32,
}

/// A band of four points: two of the ink, and one a pixel outside each, transparent, which smooths
/// the edge. Columns that go on straight stretch the band instead of adding to it: most of a wave is
/// smooth, and triangles are what a screen without a graphics card pays for.
struct Strip {
    mesh: Mesh,
    pixel: f32,
    half: f32,
    /// The piece that the line may go on from.
    piece: Option<Piece>,
}

/// A straight piece of the band.
#[derive(Clone, Copy)]
struct Piece {
    /// Where it began: x, top, bottom.
    start: [f32; 3],
    /// Change of top and bottom per point to the right; `None` until it has a second column.
    slope: Option<[f32; 2]>,
    /// The first of the four points at its end.
    end: u32,
}

/// How far a column may lie beside a straight piece and still be part of it: not seen at all.
const STRAIGHT: f32 = 0.12;

impl Strip {
    fn new(pixel: f32, half: f32) -> Strip {
        Strip { mesh: Mesh::default(), pixel, half, piece: None }
    }

    fn lift(&mut self) {
        self.piece = None;
    }

    fn points(&mut self, x: f32, top: f32, bottom: f32, color: Color32) -> u32 {
        let first = self.mesh.vertices.len() as u32;
        for (y, color) in self.profile(top, bottom, color) {
            self.mesh.colored_vertex(Pos2::new(x, y), color);
        }
        first
    }

    /// A soft edge of one pixel above and below. `TRANSPARENT` is the absence of ink, no colour of ours.
    fn profile(&self, top: f32, bottom: f32, color: Color32) -> [(f32, Color32); 4] {
        [
            (top - self.pixel, Color32::TRANSPARENT),
            (top, color),
            (bottom, color),
            (bottom + self.pixel, Color32::TRANSPARENT),
        ]
    }

    fn connect(&mut self, left: u32, right: u32) {
        for row in 0..3 {
            let (a, b, c, d) = (left + row, right + row, left + row + 1, right + row + 1);
            self.mesh.add_triangle(a, b, c);
            self.mesh.add_triangle(c, b, d);
        }
    }

    fn column(&mut self, x: f32, top: f32, bottom: f32, joined: bool, color: Color32) {
        let inner = (self.half - self.pixel / 2.0).max(self.pixel / 4.0);
        let (top, bottom) = (top - inner, bottom + inner);
        let piece = match self.piece.filter(|_| joined) {
            Some(piece) if self.stretch(piece, x, top, bottom, color) => return,
            Some(piece) => {
                let end = self.points(x, top, bottom, color);
                self.connect(piece.end, end);
                let start = self.place(piece.end).unwrap_or([x, top, bottom]);
                let run = (x - start[0]).max(self.pixel / 2.0);
                let slope = Some([(top - start[1]) / run, (bottom - start[2]) / run]);
                Piece { start, slope, end }
            }
            None => {
                // One pixel wide, so that a lone sample between two gaps is seen.
                let left = self.points(x - self.pixel / 2.0, top, bottom, color);
                let end = self.points(x + self.pixel / 2.0, top, bottom, color);
                self.connect(left, end);
                Piece { start: [x, top, bottom], slope: None, end }
            }
        };
        self.piece = Some(piece);
    }

    /// Where the end of a piece stands: x, top, bottom.
    fn place(&self, end: u32) -> Option<[f32; 3]> {
        let point = |row: u32| self.mesh.vertices.get((end + row) as usize).map(|v| v.pos);
        Some([point(1)?.x, point(1)?.y, point(2)?.y])
    }

    /// Moves the end of a piece to a column that lies straight ahead. False when it does not.
    fn stretch(&mut self, piece: Piece, x: f32, top: f32, bottom: f32, color: Color32) -> bool {
        let Some(slope) = piece.slope else { return false };
        let run = x - piece.start[0];
        let off_top = piece.start[1] + slope[0] * run - top;
        let off_bottom = piece.start[2] + slope[1] * run - bottom;
        if off_top.abs() > STRAIGHT || off_bottom.abs() > STRAIGHT {
            return false;
        }
        let profile = self.profile(top, bottom, color);
        for (row, (y, _)) in profile.into_iter().enumerate() {
            if let Some(vertex) = self.mesh.vertices.get_mut(piece.end as usize + row) {
                vertex.pos = Pos2::new(x, y);
            }
        }
        true
    }

    fn block(&mut self, x: f32, top: f32, bottom: f32, color: Color32) {
        let rect = Rect::from_min_max(
            Pos2::new(x - self.pixel / 2.0, top),
            Pos2::new(x + self.pixel / 2.0, bottom),
        );
        self.mesh.add_colored_rect(rect, color);
    }
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
    fn a_frame_computes_only_what_is_new_and_the_last_half_second() {
        let trace = trace(12);
        let mut sweep = Sweep::default();
        assert_eq!(sweep.advance(&trace, at(8_000), 300, COLUMN_NS), 300);
        assert_eq!(sweep.advance(&trace, at(8_030), 300, COLUMN_NS), 50 + 3);
        // Backwards, or away for longer than the screen is wide: afresh.
        assert_eq!(sweep.advance(&trace, at(7_000), 300, COLUMN_NS), 300);
        assert_eq!(sweep.advance(&trace, at(11_000), 300, COLUMN_NS), 300);
    }

    #[test]
    fn a_late_chunk_fills_its_hole() {
        let whole = trace(8);
        let mut holed = whole.clone();
        let late = holed.remove(15); // 3.75 s to 4 s
        holed[15] = Arc::new(TraceChunk { before: Before::Gap, ..(*holed[15]).clone() });
        let mut sweep = Sweep::default();
        sweep.advance(&holed, at(4_200), 300, COLUMN_NS);
        assert!(sweep.ring.get(380 % 300).is_some_and(|column| column.extent.is_none()));
        holed = whole.clone();
        assert_eq!(holed[15], late);
        sweep.advance(&holed, at(4_230), 300, COLUMN_NS);
        assert!(sweep.ring.get(380 % 300).is_some_and(|column| column.extent.is_some()));
    }

    fn look() -> Look {
        let span =
            Span { axis: Axis::Unknown, raw_low: 0.0, raw_high: 50.0, ends: None, millivolt: None };
        let palette = tokens::Theme::DAY.palette();
        let (color, mark) = (palette.text, palette.faint);
        Look { color, mark, span, speed: Speed::Normal, half: tokens::TRACE_HALF }
    }

    /// Columns of the screen that hold any ink.
    fn inked(sweep: &Sweep, width: usize) -> Vec<bool> {
        let rect = Rect::from_min_size(Pos2::ZERO, egui::vec2(width as f32, 40.0));
        let mesh = sweep.mesh(rect, 1.0, look());
        let mut inked = vec![false; width];
        for triangle in mesh.indices.chunks(3) {
            let xs = triangle.iter().map(|index| mesh.vertices[*index as usize].pos.x);
            let (low, high) = xs.fold((f32::MAX, f32::MIN), |(l, h), x| (l.min(x), h.max(x)));
            for (index, ink) in inked.iter_mut().enumerate() {
                *ink |= low <= index as f32 + 0.5 && index as f32 + 0.5 <= high && high > low;
            }
        }
        inked
    }

    #[test]
    fn the_gap_moves_in_front_of_the_head() {
        let trace = trace(12);
        let mut sweep = Sweep::default();
        for ms in [6_000, 6_500, 8_990, 9_000, 9_010] {
            sweep.advance(&trace, at(ms), 300, COLUMN_NS);
            let head = (ms / 10 % 300) as usize;
            let inked = inked(&sweep, 300);
            assert!(inked[head], "{ms}");
            for ahead in 1..=tokens::ERASE_BAR as usize {
                assert!(!inked[(head + ahead) % 300], "{ms} {ahead}");
            }
            assert_eq!(inked.iter().filter(|ink| **ink).count(), 300 - tokens::ERASE_BAR as usize);
        }
    }

    #[test]
    fn a_gap_stays_empty_on_the_screen() {
        let mut trace = trace(6);
        trace.remove(9); // 2.25 s to 2.5 s
        let mut sweep = Sweep::default();
        sweep.advance(&trace, at(2_990), 300, COLUMN_NS);
        let inked = inked(&sweep, 300);
        // The head stands in the last column: the erase bar covers the first ones.
        assert!(inked[tokens::ERASE_BAR as usize..225].iter().all(|ink| *ink), "{inked:?}");
        // The last sample before the hole falls into column 224 or 225.
        assert!(inked[226..250].iter().all(|ink| !*ink), "{inked:?}");
        assert!(inked[250..299].iter().all(|ink| *ink), "{inked:?}");
    }
}

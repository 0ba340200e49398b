//! The texels of a wave as they are inked: a spike of one sample is seen at every speed, zoom, size and
//! gain, and no line is drawn across a gap.

use std::sync::Arc;

use egui::{Context, Rect, pos2, vec2};
use vigie_board::view::TraceChunk;
use vigie_model::{Before, MonoTime};
use vigie_ui_kit::{
    paper::Paper,
    scale::{Axis, Span},
    sweep::{Look, Motion, Speed, Sweep},
    tokens,
};

/// Samples a second.
const RATE: u64 = 500;
/// The moment that is painted, in milliseconds.
const NOW_MS: u64 = 60_000;

/// Length of a column.
fn column_ns(speed: Speed, zoom: f32) -> f64 {
    1e9 / f64::from(zoom) / f64::from(speed.points_per_second(tokens::POINTS_PER_MM))
}

/// When so many columns before the newest one began: that is older than now by the paint delay.
fn columns_ago(columns: u32, speed: Speed, zoom: f32) -> u64 {
    let newest = NOW_MS - tokens::PAINT_DELAY.as_millis() as u64;
    newest - (f64::from(columns) * column_ns(speed, zoom) / 1e6) as u64
}

fn chunk(start_ms: u64, samples: Vec<i32>) -> Arc<TraceChunk> {
    Arc::new(TraceChunk {
        start: MonoTime::from_nanos(start_ms * 1_000_000),
        step_ns: 1e9 / RATE as f64,
        before: Before::Gap,
        samples: samples.into(),
        marks: Vec::new(),
    })
}

/// Texels of a wave: columns in the order of the ring, each from the top.
struct Ink {
    columns: Vec<Vec<u8>>,
    column_ns: f64,
}

impl Ink {
    /// The column of a moment.
    fn at(&self, ms: u64) -> &[u8] {
        let number = (ms as f64 * 1e6 / self.column_ns) as usize;
        &self.columns[number % self.columns.len()]
    }

    /// The highest texel of a column that is well covered, from the top.
    fn top(&self, ms: u64) -> Option<usize> {
        self.at(ms).iter().position(|coverage| *coverage >= 100)
    }
}

fn inked(trace: &[Arc<TraceChunk>], size: [f32; 2], zoom: f32, speed: Speed, top: f64) -> Ink {
    let ctx = Context::default();
    ctx.set_pixels_per_point(zoom);
    let mut sweep = Sweep::default();
    let span = Span {
        axis: Axis::Fixed,
        raw_low: -top / 4.0,
        raw_high: top,
        ends: None,
        millivolt: None,
        zero: None,
    };
    let points_per_mm = tokens::POINTS_PER_MM;
    let look = Look {
        color: tokens::coverage(255),
        mark: tokens::coverage(255),
        span,
        speed,
        motion: Motion::EraseBar,
        points_per_mm,
        half: tokens::TRACE_HALF,
    };
    let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(size[0], size[1]));
    let now = MonoTime::from_nanos(NOW_MS * 1_000_000);
    // The zoom holds from the second frame on.
    for _ in 0..2 {
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            sweep.paint(ui.painter(), rect, trace, now, look);
        });
        output.drop_without_applying_deltas(); // the paper itself is looked at
        Paper::end(&ctx);
    }
    let texels = Paper::of(&ctx).lock().coverages().pop().unwrap_or_default();
    let rows = (f64::from(size[1]) / (1.0 / f64::from(zoom)) + 1e-4).floor() as usize;
    let width = texels.len() / rows;
    let column = |x: usize| (0..rows).map(|row| texels[row * width + x]).collect();
    Ink { columns: (0..width).map(column).collect(), column_ns: column_ns(speed, zoom) }
}

/// A flat line of a minute with one sample that is higher; and when that was.
fn with_spike(height: i32, near_ms: u64) -> (Vec<Arc<TraceChunk>>, u64) {
    let mut samples = vec![0; (NOW_MS * RATE / 1_000) as usize];
    let at = near_ms * RATE / 1_000;
    samples[at as usize] = height;
    (vec![chunk(0, samples)], at * 1_000 / RATE)
}

#[test]
fn a_spike_of_one_sample_is_seen_at_every_speed_zoom_and_size() {
    for speed in Speed::ALL.into_iter().chain(Speed::BREATHING) {
        for zoom in [0.5, 1.0, 1.25, 1.5, 2.0] {
            let (trace, at_ms) = with_spike(1_000, columns_ago(20, speed, zoom));
            for size in [[120.0, 20.0], [240.0, 60.0], [900.0, 200.0]] {
                let ink = inked(&trace, size, zoom, speed, 1_000.0);
                // At the top of its place: a line is 1.3 points thick.
                let top = ink.top(at_ms).unwrap_or(usize::MAX);
                assert!(top <= 1, "{speed:?} {zoom} {size:?}: {top}");
                let calm = ink.top(columns_ago(40, speed, zoom)).expect("the line goes on");
                assert!(calm as f32 > size[1] * zoom * 0.65, "{speed:?} {zoom} {size:?}: {calm}");
            }
        }
    }
}

#[test]
fn a_spike_stands_as_high_as_the_gain_says_and_is_cut_at_the_edge() {
    let (trace, at_ms) = with_spike(1_000, columns_ago(20, Speed::USUAL, 1.0));
    for gain in [0.125, 0.25, 0.5, 1.0, 2.0, 4.0] {
        let ink = inked(&trace, [240.0, 100.0], 1.0, Speed::USUAL, 1_000.0 / gain);
        let top = ink.top(at_ms).expect("a spike") as f64;
        let calm = ink.top(columns_ago(40, Speed::USUAL, 1.0)).expect("the line") as f64;
        let wished = (98.7 * 0.8 * gain).min(calm);
        assert!((calm - top - wished).abs() <= 2.0, "{gain}: {calm} {top} {wished}");
    }
}

#[test]
fn no_line_is_drawn_across_a_gap() {
    let line = |from_ms: u64, to_ms: u64, amount: i32| {
        chunk(from_ms, vec![amount; ((to_ms - from_ms) * RATE / 1_000) as usize])
    };
    for speed in Speed::ALL.into_iter().chain(Speed::BREATHING) {
        for zoom in [0.5, 1.0, 2.0] {
            let ago = |columns: u32| columns_ago(columns, speed, zoom);
            // The ends of the gap lie far apart: a line across it would be long.
            let trace = [line(0, ago(80), 0), line(ago(40), NOW_MS, 900)];
            let ink = inked(&trace, [240.0, 60.0], zoom, speed, 1_000.0);
            // The columns at its ends may hold the last sample before it, or the first after it.
            for columns in 42..=78 {
                let empty = ink.at(ago(columns)).iter().all(|coverage| *coverage == 0);
                assert!(empty, "{speed:?} {zoom} {columns}");
            }
            assert!(ink.top(ago(85)).is_some() && ink.top(ago(30)).is_some(), "{speed:?} {zoom}");
        }
    }
}

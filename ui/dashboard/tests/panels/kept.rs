//! Tiles that are kept from frame to frame look, pixel for pixel, as tiles that are made anew.

use std::time::Duration;

use egui::{Color32, Context, RawInput, Rect, pos2};
use vigie_board::view::BoardView;
use vigie_canvas::Canvas;
use vigie_dashboard::Dashboard;
use vigie_model::{AlarmKind, Priority, StationMode, WallTime};
use vigie_words::Language;

use crate::common::{
    Fixed, alarm, alarms_ward, away, cut_off, fixed, late, live, lost, normal, not_confirmed, stale,
};

const SIZE: [usize; 2] = [1280, 720];
/// Rows of the bar.
const BAR: usize = 60;
/// Between two frames: no part of the rhythm of alarms.
const FRAME: Duration = Duration::from_millis(37);

/// A window's content, and what it painted.
struct Painted {
    ctx: Context,
    dashboard: Dashboard,
    canvas: Canvas,
}

impl Painted {
    fn new() -> Painted {
        let dashboard = Dashboard::new(Language::English);
        Painted { ctx: Context::default(), dashboard, canvas: Canvas::default() }
    }

    /// Paints a frame; gives how many pixels it changed.
    fn frame(&mut self, source: &Fixed) -> usize {
        let screen_rect = Some(Rect::from_min_max(pos2(0.0, 0.0), pos2(1280.0, 720.0)));
        let input = RawInput { screen_rect, ..RawInput::default() };
        let mut output = self.ctx.run_ui(input, |ui| self.dashboard.ui(ui, source));
        let areas = self.canvas.paint(&self.ctx, &mut output, SIZE, Color32::BLACK);
        areas.iter().map(|area| area.pixels()).sum()
    }
}

/// Paints `frames` frames of a ward and compares every 23rd with one that knows nothing of those before.
fn compare(view: BoardView, frames: u32) {
    let mut source = fixed(view);
    let mut kept = Painted::new();
    for frame in 0..frames {
        kept.frame(&source);
        if frame % 23 == 10 {
            let mut anew = Painted::new();
            // Fonts come with the first frame, the layout settles with the second.
            for _ in 0..3 {
                anew.frame(&source);
            }
            let pairs = kept.canvas.pixels().iter().zip(anew.canvas.pixels());
            let differing: Vec<_> = (0..SIZE[0] * SIZE[1])
                .zip(pairs)
                .filter(|(_, (kept, anew))| kept != anew)
                .map(|(at, _)| (at % SIZE[0], at / SIZE[0]))
                // The sign of life in the bar counts frames.
                .filter(|(_, y)| *y >= BAR)
                .collect();
            assert_eq!(differing.first(), None, "frame {frame}: {} pixels", differing.len());
        }
        source.now = source.now + FRAME;
    }
}

#[test]
fn tiles_that_are_kept_look_as_if_they_were_made_anew() {
    // Five seconds: each phase of each rhythm, and more alarms than lines in turn.
    compare(alarms_ward(StationMode::Live, 16), 140);
}

#[test]
fn what_time_alone_changes_goes_on_on_tiles_that_are_kept() {
    // Ages, words in turn, and two seconds on, over midnight, dates.
    let mut crowded = normal(3);
    let said = ["** HR HIGH", "** ABP LOW", "** RESP HIGH"];
    crowded.alarms.list =
        said.map(|text| alarm(Priority::Medium, AlarmKind::Physiological, text)).into();
    let tiles = vec![away(0), cut_off(1), lost(2), crowded, late(4), stale(5), not_confirmed(6)];
    let mut view = live(tiles);
    let day = 86_400_000_000_000;
    let nanos = view.wall.as_unix_nanos();
    view.wall = WallTime::from_unix_nanos(nanos - nanos.rem_euclid(day) + day - 2_000_000_000);
    compare(view, 140);
}

#[test]
fn from_frame_to_frame_little_is_painted() {
    let mut source = fixed(alarms_ward(StationMode::Live, 16));
    let mut painted = Painted::new();
    let mut changed = Vec::new();
    for _ in 0..60 {
        source.now = source.now + FRAME;
        changed.push(painted.frame(&source));
    }
    // Waves go on in every frame; alarms flash in some; the whole window is painted in the first ones.
    let mut later = changed.split_off(10);
    later.sort_unstable();
    let middle = later[later.len() / 2];
    let whole = SIZE[0] * SIZE[1];
    assert!(middle > 0 && middle < whole / 10, "{middle} of {whole} pixels");
}

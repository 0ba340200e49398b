//! `vigie bench plot`: the waves of a station, each in a plot of a general library, in the same grid and
//! at the same pace as the window. To compare, and for nothing else.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use egui::{Context, Rect, Ui, UiBuilder, pos2, vec2};
use egui_plot::{Line, Plot, PlotPoints};
use vigie_board::view::{TileView, WaveView};
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};
use vigie_station::StationClient;

use crate::{
    cli::{Size, size},
    terminal::Problem,
    window::{Content, PaintTrace, Place, open},
};

/// Options.
#[derive(Args, Debug)]
pub struct PlotOptions {
    /// The record folder of the station to look at
    #[arg(long, value_name = "DIR")]
    record: PathBuf,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Size,

    /// Frames a second
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=120))]
    frames: u16,

    /// Write a line for each frame to this file
    #[arg(long, value_name = "FILE")]
    paint_trace: PathBuf,
}

/// Opens the window and stays until it is closed.
pub fn run(options: &PlotOptions) -> Result<(), Problem> {
    let plots = Plots {
        client: StationClient::listen(&options.record),
        trace: PaintTrace::create(&options.paint_trace)?,
        frame_time: Duration::from_secs(1) / u32::from(options.frames),
        began: BootClock.mono(),
    };
    let place = Place {
        size: options.size,
        is_full_screen: false,
        is_kiosk: false,
        screen: None,
        is_gl: true,
    };
    open(place, Box::new(plots)).map_err(Problem::new)
}

struct Plots {
    client: StationClient,
    trace: PaintTrace,
    frame_time: Duration,
    began: MonoTime,
}

impl Content for Plots {
    fn logic(&mut self, ctx: &Context) {
        if ctx.current_pass_index() == 0 {
            self.began = BootClock.mono();
            self.trace.begin(self.began);
        }
    }

    fn ui(&mut self, ui: &mut Ui) {
        if let Some(seen) = self.client.seen() {
            let now = BootClock.mono();
            let area = ui.max_rect();
            let across = (seen.view.tiles.len() as f32).sqrt().ceil().max(1.0);
            let size = vec2(area.width() / across, area.height() / across);
            for (nth, tile) in seen.view.tiles.iter().enumerate() {
                let (row, column) = ((nth as f32 / across).floor(), nth as f32 % across);
                let min = area.min + vec2(column * size.x, row * size.y);
                tile_ui(ui, Rect::from_min_size(min, size).shrink(1.0), nth, tile, now);
            }
            if self.trace.paint(&seen.view, BootClock.mono()) {
                ui.ctx().request_repaint();
            }
        }
        let spent = BootClock.mono().since(self.began);
        ui.ctx().request_repaint_after(self.frame_time.saturating_sub(spent));
    }
}

/// A line with the first numbers, and below it the waves.
fn tile_ui(ui: &mut Ui, rect: Rect, nth: usize, tile: &TileView, now: MonoTime) {
    let mut inside = ui.new_child(UiBuilder::new().id_salt(nth).max_rect(rect));
    let numbers = tile.blocks.iter().flat_map(|block| &block.numerics).take(5);
    let numbers: Vec<String> = numbers.map(|it| format!("{:?}", it.shown)).collect();
    let numbers: String = numbers.join(" ").chars().take(24).collect();
    inside.label(format!("{} {numbers}", tile.label));
    let top = rect.top() + 18.0;
    let height = (rect.bottom() - top) / tile.waves.len().max(1) as f32;
    for (place, wave) in tile.waves.iter().enumerate() {
        let top = top + place as f32 * height;
        let rect = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + height));
        let mut inside = inside.new_child(UiBuilder::new().id_salt(place).max_rect(rect));
        wave_ui(&mut inside, rect, wave, now);
    }
}

/// As long a piece as the window's own sweep shows.
fn wave_ui(ui: &mut Ui, rect: Rect, wave: &WaveView, now: MonoTime) {
    const POINTS_PER_SECOND: f32 = 94.5;
    let shown = f64::from(rect.width() / POINTS_PER_SECOND);
    let from = now.before(Duration::from_secs_f64(shown));
    let chunks = wave.trace.iter().filter(|chunk| chunk.end() > from);
    let points: PlotPoints<'_> = chunks
        .flat_map(|chunk| {
            let begins = chunk.start.as_nanos() as f64 / 1e9;
            let samples = (0_u32..).zip(chunk.samples.iter());
            samples.map(move |(nth, sample)| {
                [begins + f64::from(nth) * chunk.step_ns / 1e9, f64::from(*sample)]
            })
        })
        .collect();
    Plot::new("wave")
        .width(rect.width())
        .height(rect.height())
        .show_axes(false)
        .show_grid(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .show(ui, |plot| plot.line(Line::new("", points)));
}

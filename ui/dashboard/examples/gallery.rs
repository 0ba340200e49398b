//! Shows every state of a tile in a real window, with waves that run.
//!
//! `cargo run -p vigie-dashboard --example gallery -- [TILES] [live|replay|simulation|drill] [en|fr|id]
//! [--size WIDTHxHEIGHT] [--open INDEX] [--help-overlay] [--screenshot FILE]`

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people who work on the window"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    cell::{Cell, RefCell},
    fs::File,
    io::BufWriter,
    sync::Arc,
    time::Duration,
};

use eframe::egui;
use vigie_board::view::BoardView;
use vigie_dashboard::{Dashboard, Notice, Place, ViewSource};
use vigie_model::{MonoTime, StationMode};
use vigie_words::{Language, TextKey};

/// Fixtures whose clock runs.
struct Running {
    /// Since the start, by the window's own clock.
    elapsed: Cell<Duration>,
    tiles: usize,
    mode: StationMode,
    has_tray: bool,
    view: RefCell<(u64, Arc<BoardView>)>,
}

impl ViewSource for Running {
    fn view(&self) -> Arc<BoardView> {
        // Waves come in bursts of 1.024 s, as from an IntelliVue.
        let burst = (self.elapsed.get().as_secs_f64() / 1.024) as u64;
        let mut kept = self.view.borrow_mut();
        if kept.0 != burst {
            let until = common::NOW + Duration::from_secs_f64(burst as f64 * 1.024);
            let mut view = common::ward(self.mode, self.tiles);
            view.heartbeat = burst * 31;
            if self.has_tray {
                view.unassigned = common::tray();
            }
            for (index, tile) in view.tiles.iter_mut().enumerate() {
                let tile = Arc::make_mut(tile);
                if tile.link.freshness == Some(vigie_board::view::Freshness::Live) {
                    for (wave, fresh) in
                        tile.waves.iter_mut().zip(common::waves(index as u64, until))
                    {
                        wave.trace = fresh.trace;
                    }
                }
            }
            *kept = (burst, Arc::new(view));
        }
        kept.1.clone()
    }

    fn now(&self) -> MonoTime {
        common::NOW + self.elapsed.get()
    }
}

struct Gallery {
    dashboard: Dashboard,
    source: Running,
    screenshot: Option<(String, f64)>,
    has_asked: bool,
    quit_after: Option<f64>,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let elapsed = ctx.input(|input| input.time);
        self.source.elapsed.set(Duration::from_secs_f64(elapsed));
        self.dashboard.ui(ui, &self.source);
        if self.quit_after.is_some_and(|secs| elapsed > secs) {
            self.quit_after = None;
            println!("{} frames in {elapsed:.1} s", self.dashboard.frames());
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        if let Some((file, after)) = &self.screenshot
            && elapsed > *after
            && !self.has_asked
        {
            self.has_asked = true;
            let file = file.clone();
            let close = ctx.clone();
            ctx.request_screenshot(move |image| {
                write_png(&file, &image);
                close.send_viewport_cmd(egui::ViewportCommand::Close);
            });
        }
    }
}

fn write_png(file: &str, image: &egui::ColorImage) {
    let out = BufWriter::new(File::create(file).expect("the file can be written"));
    let mut encoder = png::Encoder::new(out, image.size[0] as u32, image.size[1] as u32);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().expect("a PNG head");
    writer.write_image_data(image.as_raw()).expect("the pixels");
}

fn main() -> eframe::Result {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let mut option = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        let value = words.get(at + 1).cloned();
        words.drain(at..(at + 2).min(words.len()));
        value
    };
    let size = option("--size").unwrap_or_else(|| "1280x720".to_owned());
    let (width, height) = size.split_once('x').expect("WIDTHxHEIGHT");
    let size: [f32; 2] = [width.parse().expect("a width"), height.parse().expect("a height")];
    let open: Option<usize> = option("--open").and_then(|index| index.parse().ok());
    let screenshot = option("--screenshot");
    let after: f64 = option("--after").and_then(|secs| secs.parse().ok()).unwrap_or(8.0);
    let quit_after = option("--quit-after").and_then(|secs| secs.parse().ok());
    let mut tiles = 23;
    let mut mode = StationMode::Simulation;
    let mut language = Language::English;
    let (mut has_tray, mut has_notice) = (false, false);
    for word in &words {
        match word.as_str() {
            "live" => mode = StationMode::Live,
            "replay" => mode = StationMode::Replay,
            "simulation" => mode = StationMode::Simulation,
            "drill" => mode = StationMode::Drill,
            "--tray" => has_tray = true,
            "--notice" => has_notice = true,
            other => match (other.parse(), Language::from_tag(other)) {
                (Ok(count), _) => tiles = count,
                (_, Some(found)) => language = found,
                _ => {}
            },
        }
    }
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(size).with_decorations(false),
        ..eframe::NativeOptions::default()
    };
    let view = RefCell::new((u64::MAX, Arc::new(common::ward(mode, 0))));
    let source = Running { elapsed: Cell::default(), tiles, mode, has_tray, view };
    eframe::run_native(
        "gallery",
        native,
        Box::new(move |_| {
            let mut dashboard = Dashboard::new(language);
            dashboard.open(open.map(|index| Place::of(&common::any(index))));
            if has_notice {
                let since = Some(common::WALL);
                let notice = Notice { label: None, text: TextKey::InputPaused, since };
                dashboard.set_notices(vec![notice]);
            }
            let screenshot = screenshot.map(|file| (file, after));
            Ok(Box::new(Gallery { dashboard, source, screenshot, has_asked: false, quit_after }))
        }),
    )
}

//! Shows every state of a tile in a real window, with waves that run.
//!
//! ```text
//! cargo run -p vigie-dashboard --example gallery -- [TILES] [live|replay|simulation|drill] [en|fr|id]
//!     [--size WIDTHxHEIGHT] [--open INDEX] [--tray] [--notice] [--help-overlay] [--record] [--copies]
//!     [--record-stopped] [--alarms] [--switch-lost] [--paused] [--off] [--calm] [--distance MM]
//!     [--scored] [--pews] [--several] [--form scores|limits|devices|place] [--open-tray INDEX]
//!     [--log] [--sound-test] [--refused]
//!     [--theme normal|night|colour-blind] [--initials XY] [--ask]
//!     [--screenshot FILE [--after SECONDS]] [--quit-after SECONDS]
//! ```

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people who work on the window"
)]

#[path = "../tests/panels/common/mod.rs"]
mod common;

use std::{
    cell::{Cell, RefCell},
    fs::File,
    io::BufWriter,
    sync::Arc,
    time::Duration,
};

use eframe::egui;
use vigie_board::{
    Command, Refusal,
    view::{BoardView, Freshness, SoundView},
};
use vigie_dashboard::{
    Dashboard, Log, LogWanted, NotDone, Notice, Panel, Place, SoundTest, Theme, Trend, ViewOptions,
    ViewSource,
};
use vigie_model::{BedId, MetricKey, MonoTime, Priority, StationMode, Text};
use vigie_words::{Language, TextKey};

/// Fixtures whose clock runs.
struct Running {
    /// Since the start, by the window's own clock.
    elapsed: Cell<Duration>,
    view: RefCell<(u64, Arc<BoardView>)>,
    has_record: bool,
}

impl ViewSource for Running {
    fn view(&self) -> Arc<BoardView> {
        // Waves come in bursts of 1.024 s, as from an IntelliVue.
        let burst = (self.elapsed.get().as_secs_f64() / 1.024) as u64;
        let mut kept = self.view.borrow_mut();
        let at = |burst: u64| common::NOW + Duration::from_secs_f64(burst as f64 * 1.024);
        if kept.0 != burst {
            let (from, until) = (at(kept.0), at(burst));
            let view = Arc::make_mut(&mut kept.1);
            view.heartbeat = burst * 31;
            for (index, tile) in view.tiles.iter_mut().enumerate() {
                if tile.link.freshness == Some(Freshness::Live) {
                    common::run_on(Arc::make_mut(tile), index, from, until);
                }
            }
            kept.0 = burst;
        }
        kept.1.clone()
    }

    fn now(&self) -> MonoTime {
        common::NOW + self.elapsed.get()
    }

    fn trend(&self, _: &BedId, key: &MetricKey) -> Trend {
        if self.has_record { common::hour(key) } else { Trend::Off }
    }

    fn log(&self, wanted: &LogWanted) -> Log {
        common::assessed::log(wanted)
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
    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        vigie_dashboard::clear_color().to_normalized_gamma_f32()
    }

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
    let open_tray: Option<usize> = option("--open-tray").and_then(|index| index.parse().ok());
    let screenshot = option("--screenshot");
    let after: f64 = option("--after").and_then(|secs| secs.parse().ok()).unwrap_or(8.0);
    let distance: Option<u32> = option("--distance").and_then(|mm| mm.parse().ok());
    let theme = match option("--theme").as_deref() {
        Some("night") => Theme::NIGHT,
        Some("colour-blind") => Theme::COLOUR_BLIND,
        _ => Theme::DAY,
    };
    let form = match option("--form").as_deref() {
        Some("scores") => Some(Panel::Scores),
        Some("limits") => Some(Panel::Limits),
        Some("devices") => Some(Panel::Devices),
        Some("place") => Some(Panel::Place),
        _ => None,
    };
    let initials = option("--initials");
    let quit_after = option("--quit-after").and_then(|secs| secs.parse().ok());
    let mut tiles = 23;
    let mut mode = StationMode::Simulation;
    let mut language = Language::English;
    let (mut has_tray, mut has_notice, mut has_help) = (false, false, false);
    let (mut has_record, mut has_copies, mut is_stopped) = (false, false, false);
    let mut ward: fn(StationMode, usize) -> BoardView = common::ward;
    let mut sound = SoundView::default();
    let (mut asks, mut has_log, mut has_sound_test, mut has_refused) = (false, false, false, false);
    for word in &words {
        match word.as_str() {
            "live" => mode = StationMode::Live,
            "replay" => mode = StationMode::Replay,
            "simulation" => mode = StationMode::Simulation,
            "drill" => mode = StationMode::Drill,
            "--tray" => has_tray = true,
            "--notice" => has_notice = true,
            "--help-overlay" => has_help = true,
            "--record" => has_record = true,
            "--copies" => has_copies = true,
            "--record-stopped" => is_stopped = true,
            "--alarms" => ward = common::alarms_ward,
            "--switch-lost" => ward = |_, count| common::switch_lost(count),
            "--calm" => {
                ward = |mode, count| common::board(mode, (0..count).map(common::normal).collect());
            }
            "--paused" => sound = common::paused(),
            "--off" => sound = common::off(),
            "--ask" => asks = true,
            "--log" => has_log = true,
            "--sound-test" => has_sound_test = true,
            "--refused" => has_refused = true,
            "--several" => ward = common::several::ward,
            "--pews" => {
                ward = |mode, count| {
                    let tiles = (0..count).map(common::assessed::pews).collect();
                    common::listed(common::board(mode, tiles))
                };
            }
            // Beds with all entered, in alarm, and with nothing entered.
            "--scored" => {
                ward = |mode, count| {
                    let makers = [
                        common::assessed::scored,
                        common::assessed::scored_in_alarm,
                        common::assessed::not_entered,
                    ];
                    let tile = |index: usize| makers[index % makers.len()](index);
                    common::listed(common::board(mode, (0..count).map(tile).collect()))
                };
            }
            other => match (other.parse(), Language::from_tag(other)) {
                (Ok(count), _) => tiles = count,
                (_, Some(found)) => language = found,
                _ => {}
            },
        }
    }
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(size).with_decorations(false),
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    let mut view = ward(mode, tiles);
    view.sound = sound;
    if has_tray {
        view.unassigned = common::tray();
        view = common::listed(view);
    }
    let of_tray =
        open_tray.and_then(|index| view.unassigned.get(index)).map(|tile| Place::of(tile));
    let opened = of_tray.or(open.map(|index| Place::of(&common::any(index))));
    let view = RefCell::new((0, Arc::new(view)));
    let source = Running { elapsed: Cell::default(), view, has_record };
    eframe::run_native(
        "gallery",
        native,
        Box::new(move |_| {
            let mut dashboard = Dashboard::new(language);
            dashboard.open(opened);
            dashboard.show_form(form);
            if has_log {
                dashboard.open_log(None);
            }
            dashboard.set_sound_test(Some(if has_sound_test {
                SoundTest::Played(Priority::High)
            } else {
                SoundTest::Idle
            }));
            dashboard.show_sound_test(has_sound_test);
            if has_refused {
                let bed = BedId(Text::from("b0"));
                let command = Command::SetLimits { bed, limits: Some(Vec::new()) };
                let why = NotDone::Refused(Refusal::BadLimit);
                dashboard.note_not_done(command, why, common::NOW);
            }
            dashboard.show_help(has_help);
            dashboard.set_theme(theme);
            dashboard.set_initials(initials.map(|by| Text::from(by.as_str())));
            let usual = ViewOptions::default();
            dashboard.set_options(ViewOptions {
                viewing_distance_mm: distance.unwrap_or(usual.viewing_distance_mm),
                ..usual
            });
            if asks {
                dashboard.ask_initials();
            }
            if has_record || has_copies {
                dashboard.set_record(Some(common::note(has_copies)));
                dashboard.show_copies(has_copies);
            }
            if is_stopped {
                let since = Some(common::WALL);
                let stopped = Notice { since, ..Notice::of(TextKey::RecordStoppedFull) };
                let filling = Notice::of(dashboard.words().disk_filling(Some(0)));
                dashboard.set_notices(vec![stopped, filling]);
            }
            if has_notice {
                let since = Some(common::WALL);
                let notice = Notice { since, ..Notice::of(TextKey::InputPaused) };
                dashboard.set_notices(vec![notice]);
            }
            let screenshot = screenshot.map(|file| (file, after));
            Ok(Box::new(Gallery { dashboard, source, screenshot, has_asked: false, quit_after }))
        }),
    )
}

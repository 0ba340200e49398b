//! The window: a shell around the dashboard.
//!
//! It shows a running ward, or, for a picture, one moment of it. When it cannot open, the caller
//! gets the ward back and goes on in the terminal.

mod asked;
mod logs;
mod paints;
mod picture;
mod pins;
mod scale;
mod screens;
mod setup;
mod shell;
#[cfg(test)]
mod tour_tests;
mod trends;

use std::{env, sync::Arc};

use egui::Ui;
use vigie_board::view::{BoardView, TileView};
use vigie_clock::local_offset_minutes;
use vigie_dashboard::{About, Dashboard, Notice, ViewSource};
use vigie_model::MonoTime;
use vigie_words::{TextKey, Words};

pub use asked::{Answer, Requests, TestOfSound, Tested};
pub use logs::Logs;
pub use paints::PaintTrace;
pub use picture::{Shot, screenshot};
pub use pins::Pins;
pub use scale::ScaleBridge;
pub use screens::connected;
pub use setup::SetupBridge;
pub use shell::{Content, Place, open};
pub use trends::Trends;

use crate::{
    cli::ReplayOptions,
    replay::{LiveReplay, Progress, Published},
};

/// How a window ended.
pub enum Outcome {
    /// Somebody closed it.
    Closed,
    /// It could not be opened.
    NoDisplay {
        /// Why, in English, for an engineer.
        why: String,
        /// The ward, still running.
        live: Arc<LiveReplay>,
    },
}

/// Opens the window and stays until it is closed.
pub fn show(words: &Words, options: &ReplayOptions, live: LiveReplay) -> Outcome {
    let live = Arc::new(live);
    if let Some(why) = missing_display() {
        return Outcome::NoDisplay { why, live };
    }
    let source = LiveSource(live.clone());
    let dashboard = dashboard(words, options, &live.published().view);
    let opened = open(place_of(options), Box::new(WardWindow { dashboard, source }));
    match opened {
        Ok(()) => Outcome::Closed,
        Err(why) => Outcome::NoDisplay { why, live },
    }
}

/// Why no window can open here, as far as that can be told without trying.
pub fn missing_display() -> Option<String> {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    // tidy: not for people
    let any = ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].into_iter().any(is_set);
    // tidy: not for people
    (!any).then(|| "neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned())
}

fn place_of(options: &ReplayOptions) -> Place {
    Place { size: options.size, is_full_screen: false, is_kiosk: false, screen: None, is_gl: false }
}

/// What the program knows of itself, for the page that says it.
pub fn about() -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: crate::about::commit().unwrap_or_default().to_owned(),
        documents: crate::about::documents_here().map(|docs| docs.display().to_string()),
    }
}

/// The dashboard as the options want it.
fn dashboard(words: &Words, options: &ReplayOptions, view: &BoardView) -> Dashboard {
    let mut dashboard = Dashboard::new(words.language());
    dashboard.set_about(about());
    dashboard.set_utc_offset_minutes(local_offset_minutes(view.wall));
    let wanted = options.open.as_deref();
    let tile = view.tiles.iter().find(|tile| Some(tile.label.as_str()) == wanted);
    dashboard.open(tile.map(|tile: &Arc<TileView>| vigie_dashboard::Place::of(tile)));
    dashboard
}

/// What the recordings have to say beside the view.
fn notices(progress: &Progress) -> Vec<Notice> {
    let said = [(progress.paused, TextKey::InputPaused), (progress.ended, TextKey::RecordingEnded)];
    let said = said.into_iter().filter(|(is_so, _)| *is_so);
    said.map(|(_, text)| Notice::of(text)).collect()
}

/// One moment that does not pass.
struct StillSource(Published);

impl ViewSource for StillSource {
    fn view(&self) -> Arc<BoardView> {
        self.0.view.clone()
    }

    fn now(&self) -> MonoTime {
        self.0.view.at
    }
}

struct LiveSource(Arc<LiveReplay>);

impl ViewSource for LiveSource {
    fn view(&self) -> Arc<BoardView> {
        self.0.published().view
    }

    fn now(&self) -> MonoTime {
        self.0.now()
    }
}

struct WardWindow {
    dashboard: Dashboard,
    source: LiveSource,
}

impl Content for WardWindow {
    fn ui(&mut self, ui: &mut Ui) {
        let published = self.source.0.published();
        let has_stopped = self.source.0.has_stopped(&published);
        self.dashboard.set_stopped(has_stopped.then_some(published.view.wall));
        self.dashboard.set_utc_offset_minutes(local_offset_minutes(published.view.wall));
        self.dashboard.set_notices(notices(&published.progress));
        self.dashboard.ui(ui, &self.source);
    }
}

//! How waves are shown: a person's choice, for this window until it closes; and the measure of the screen.

use egui::{Rect, Ui};
use vigie_ui_kit::{scale::Gain, sweep::Motion};
use vigie_words::TextKey;

use super::Dashboard;
use crate::{
    calibrate_ui::{CalibrateAct, Kept, ScreenSeen, calibrate_ui},
    page::Page,
    phrases::Phrases,
    wave_ui,
};

/// A wish about waves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveWish {
    /// The next paper speed.
    Speed,
    /// The next gain of the ECG.
    Gain,
    /// The erase bar instead of scrolling, or the other way round.
    Motion,
    /// A grid of millimetres, or none.
    Grid,
}

impl Dashboard {
    /// Changes how waves are shown.
    pub(super) fn change_waves(&mut self, wish: WaveWish) {
        let options = &mut self.options;
        match wish {
            WaveWish::Speed => options.speed = options.speed.next(),
            WaveWish::Gain => options.gain = Gain::after(options.gain),
            WaveWish::Motion => options.motion = options.motion.turned(),
            WaveWish::Grid => options.has_grid = !options.has_grid,
        }
        self.unsaid = Some(wish);
    }

    /// Says in the bar, for a while, what was changed.
    pub(super) fn say_waves(&mut self, phrases: &Phrases) {
        let Some(wish) = self.unsaid.take() else { return };
        let shown = Phrases { options: self.options, ..phrases.clone() };
        let said = match wish {
            WaveWish::Speed => wave_ui::speed_note(&shown),
            WaveWish::Gain => match shown.options.gain {
                Some(gain) => shown.words.ecg_gain(&wave_ui::gain_written(gain, &shown)),
                None => shown.text(TextKey::GainAuto),
            },
            WaveWish::Motion => shown.text(match shown.options.motion {
                Motion::EraseBar => TextKey::WavesEraseBar,
                Motion::Scroll => TextKey::WavesScroll,
            }),
            WaveWish::Grid => match shown.options.has_grid {
                true => wave_ui::grid_note(&shown),
                false => shown.text(TextKey::GridOff),
            },
        };
        self.said_lately = Some((said, phrases.now));
    }

    /// Screens that told their size: offered where it is measured.
    pub fn set_screens(&mut self, screens: Vec<ScreenSeen>) {
        self.calibrate.screens = screens;
    }

    /// Shows the page that measures the screen, or hides it.
    pub(super) fn turn_calibration(&mut self) {
        self.calibrate.open();
        self.turn_to(Page::Calibrate, self.page != Page::Calibrate);
    }

    /// The page that measures the screen. What it gives holds at once.
    pub(super) fn calibrate_ui(&mut self, ui: &Ui, area: Rect, phrases: &Phrases) {
        match calibrate_ui(ui, area, &mut self.calibrate, phrases) {
            Some(CalibrateAct::Close) => self.page = Page::Beds,
            Some(CalibrateAct::Take(pixels_per_mm)) => {
                self.options.pixels_per_mm = Some(pixels_per_mm);
                self.calibrated = Some(pixels_per_mm);
                // Without a station there is no file.
                self.calibrate.kept = self.setup.is_some().then_some(Kept::Saving);
            }
            None => {}
        }
    }

    /// Pixels in a millimetre that somebody measured since this was last called: to be kept.
    pub fn poll_calibrated(&mut self) -> Option<f32> {
        self.calibrated.take()
    }

    /// It was written into the file, which was `before` and is `after` now: what set-up has not saved yet goes
    /// on from there.
    pub fn tell_measured(&mut self, before: &str, after: &str) {
        if let Some(setup) = &mut self.setup {
            setup.measured(before, after);
        }
    }

    /// What became of it.
    pub fn tell_calibrated(&mut self, kept: Kept) {
        self.calibrate.kept = Some(kept);
    }
}

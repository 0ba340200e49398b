//! How waves are shown: a person's choice, for this window until it closes.

use vigie_ui_kit::{scale::Gain, sweep::Motion};
use vigie_words::TextKey;

use super::Dashboard;
use crate::{phrases::Phrases, wave_ui};

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
}

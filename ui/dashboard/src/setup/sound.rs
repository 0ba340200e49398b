//! Whether alarms can be heard: the test of the sound, as a step.

use egui::{Rect, Ui};
use vigie_ui_kit::rows::Rows;
use vigie_words::TextKey;

use super::{Around, Setup, SetupAct, pen, steps::Go};
use crate::sound_test_ui::{SoundAct, sound_parts_ui};

impl Setup {
    /// The step.
    pub(super) fn sound_ui(&mut self, ui: &Ui, area: Rect, around: Around<'_>) -> Option<Go> {
        let phrases = around.phrases;
        let Some(test) = around.sound else {
            let said = phrases.text(TextKey::SetupNoSound);
            pen::note(ui, area, "no-sound", &said, (16.0, phrases.palette.text));
            return None;
        };
        match sound_parts_ui(ui, &mut Rows::of(area), pen::BIG, test, phrases)? {
            SoundAct::Play(priority) => Some(Go::Act(SetupAct::Play(priority))),
            SoundAct::Heard(heard) => Some(Go::Act(SetupAct::Heard(heard))),
            SoundAct::Close => None,
        }
    }
}

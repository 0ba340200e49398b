//! The recovery sheet: shown, saved as text or printed.

use egui::{Rect, Ui, pos2, vec2};
use vigie_ui_kit::fonts::Face;
use vigie_words::TextKey;

use super::{
    Around, Setup, SetupWish, Sheet, SheetDone,
    pen::{self, BIG, GAP},
    steps::Go,
};

/// Height of a line of the sheet.
const LINE: f32 = 15.0;

impl Setup {
    /// The step.
    pub(super) fn sheet_ui(&mut self, ui: &mut Ui, area: Rect, around: Around<'_>) -> Option<Go> {
        let (phrases, palette) = (around.phrases, around.phrases.palette);
        let mut top = area.top();
        let (text, is_simulated, can_print) = match &self.sheet {
            Some(Sheet::Page { text, is_simulated, can_print }) => {
                (text.0.clone(), *is_simulated, *can_print)
            }
            other => {
                let said = match other {
                    Some(Sheet::Locked) => phrases.text(TextKey::SetupSheetLocked),
                    Some(Sheet::Failed(why)) => {
                        phrases.words.noted(&phrases.text(TextKey::SetupSheetFailed), why)
                    }
                    Some(Sheet::Page { .. }) | None => phrases.text(TextKey::SetupSheetWaiting),
                };
                pen::note(ui, area, "no-sheet", &said, (16.0, palette.text));
                return None;
            }
        };
        if is_simulated {
            let said = phrases.text(TextKey::SetupSheetSimulated);
            let high = pen::note(ui, area, "simulated", &said, (15.0, palette.notice));
            top += high + GAP;
        }
        let row = Rect::from_min_size(pos2(area.left(), top), vec2(area.width().min(560.0), BIG));
        let [save, print] = pen::parts::<2>(row);
        let (save_word, print_word) =
            (phrases.text(TextKey::SetupSheetSave), phrases.text(TextKey::SetupSheetPrint));
        if pen::press(ui, save, "sheet-save", (&save_word, ""), true, phrases) {
            self.wish(SetupWish::SaveSheet);
        }
        if pen::press(ui, print, "sheet-print", (&print_word, ""), can_print, phrases) {
            self.wish(SetupWish::PrintSheet);
        }
        if let Some(done) = &self.sheet_done {
            let words = &phrases.words;
            self.fields.said = Some(match done {
                SheetDone::Written(path) => {
                    words.noted(&words.text(TextKey::SetupSheetWritten), path)
                }
                SheetDone::Printed => words.text(TextKey::SetupSheetPrinted),
                SheetDone::Failed(why) => words.noted(&words.text(TextKey::SetupSheetFailed), why),
            });
        }
        let page = Rect::from_min_max(pos2(area.left(), row.bottom() + GAP), area.max);
        ui.painter().rect_filled(page, vigie_ui_kit::tokens::CORNER, palette.bar);
        let lines: Vec<&str> = text.lines().collect();
        pen::scroll(ui, page.shrink(6.0), "sheet", lines.len() as f32 * LINE, |ui, whole| {
            for (nth, text) in lines.iter().enumerate() {
                let at = pos2(whole.left(), whole.top() + nth as f32 * LINE);
                let row = Rect::from_min_size(at, vec2(whole.width(), LINE));
                if ui.is_rect_visible(row) && !text.is_empty() {
                    pen::line(ui, row, ("sheet", nth), text, (Face::Plain, 13.0, palette.text));
                }
            }
        });
        None
    }
}

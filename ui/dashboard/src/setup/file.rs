//! The whole text of the file, with what is wrong with it, line by line, as it is typed.

use egui::{Rect, Role, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use vigie_config::Draft;
use vigie_ui_kit::{fonts::Face, rows::Rows, tokens};
use vigie_words::TextKey;

use super::{Around, Setup, pen, told};

/// Mistakes that have room below the text.
const MISTAKES_SHOWN: usize = 3;
const LINE: f32 = 24.0;

impl Setup {
    /// The page.
    pub(super) fn file_ui(&mut self, ui: &mut Ui, area: Rect, around: Around<'_>, is_fresh: bool) {
        let (phrases, palette) = (around.phrases, around.phrases.palette);
        if is_fresh {
            self.fields.text = None;
        }
        let mut rows = Rows::of(area);
        let path = self.file.as_ref().map(|file| file.path.clone()).unwrap_or_default();
        pen::line(ui, rows.take(LINE), "path", &path, (Face::Plain, 14.0, palette.quiet));
        let rest = rows.rest();
        let below = (MISTAKES_SHOWN as f32 + 0.5) * LINE;
        let place = Rect::from_min_max(rest.min, pos2(rest.right(), rest.bottom() - below));
        let mut text = self.fields.text.clone().unwrap_or_else(|| self.draft.text());
        ui.painter().rect(
            place,
            tokens::CORNER,
            tokens::TILE,
            Stroke::new(1.0, palette.faint),
            StrokeKind::Inside,
        );
        let name = phrases.text(TextKey::SetupTextTyped);
        let builder = UiBuilder::new().max_rect(place.shrink(6.0)).scope_id(pen::id("file-scope"));
        let response = ui
            .scope_builder(builder, |ui| {
                egui::ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
                    let edit = TextEdit::multiline(&mut text)
                        .id(pen::id("file-text"))
                        .frame(egui::Frame::NONE)
                        .font(Face::Plain.id(14.0))
                        .text_color(palette.text)
                        .desired_width(f32::INFINITY)
                        .min_size(vec2(place.width() - 24.0, place.height() - 24.0));
                    ui.add(edit)
                })
            })
            .inner
            .inner;
        response.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, &name));
        if response.changed() {
            self.fields.text_mistakes = match Draft::read(&text) {
                Ok(draft) => (self.options.check)(&draft),
                Err(mistakes) => mistakes,
            };
            self.fields.text = Some(text);
        }
        if response.lost_focus()
            && let Some(text) = self.fields.text.take()
        {
            // Taken as one step. What is no TOML stays in the field, with its mistakes.
            if let Err(mistakes) = self.draft.replace_text(&text) {
                self.fields.text = Some(text);
                self.fields.text_mistakes = mistakes;
            }
        }
        let mistakes = match &self.fields.text {
            Some(_) => &self.fields.text_mistakes,
            None => &self.checked.mistakes,
        };
        let list = Rect::from_min_max(pos2(rest.left(), place.bottom() + 4.0), rest.max);
        let mut rows = Rows::of(list);
        if mistakes.is_empty() {
            let said = phrases.text(TextKey::SetupFileRight);
            pen::line(ui, rows.take(LINE), "right", &said, (Face::Plain, 14.0, palette.quiet));
        }
        for (nth, mistake) in mistakes.iter().take(MISTAKES_SHOWN).enumerate() {
            let said = told(mistake, phrases);
            pen::line(
                ui,
                rows.take(LINE),
                ("mistake", nth),
                &said,
                (Face::Plain, 14.0, palette.notice),
            );
        }
    }
}

//! How many beds: a number, one more or one less, or one of the usual counts.

use egui::{Key, Rect, Ui, pos2, vec2};
use vigie_ui_kit::{fonts::Face, rows::Rows};
use vigie_words::TextKey;

use super::{
    Around, BEDS_MAX, BEDS_USUAL, Setup,
    choices::left_field,
    pen::{self, BIG, GAP},
    steps::Go,
};
use crate::button::field_ui;

/// Usual sizes of a unit.
const COUNTS: [usize; 10] = [1, 2, 4, 6, 8, 12, 16, 24, 32, 64];

impl Setup {
    /// The step.
    pub(super) fn beds_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        around: Around<'_>,
        is_fresh: bool,
    ) -> Option<Go> {
        let phrases = around.phrases;
        if self.fields.beds.is_empty() && is_fresh {
            self.fields.beds = BEDS_USUAL.to_string();
        }
        let mut rows = Rows::of(area);
        let row = rows.take(BIG);
        let place = |left: f32, width: f32| {
            Rect::from_min_size(pos2(row.left() + left, row.top()), vec2(width, row.height()))
        };
        let written = self.fields.beds.trim().parse::<usize>().ok();
        let count = written.filter(|count| (1..=BEDS_MAX).contains(count));
        let mut wanted = None;
        let step = |count: Option<usize>, by: isize| {
            let count = count.unwrap_or(BEDS_USUAL);
            Some(count.saturating_add_signed(by).clamp(1, BEDS_MAX))
        };
        let (fewer, more) = (phrases.text(TextKey::SetupFewer), phrases.text(TextKey::SetupMore));
        if pen::press(ui, place(0.0, 120.0), "fewer", (&fewer, ""), true, phrases) {
            wanted = step(count, -1);
        }
        if pen::press(ui, place(240.0, 120.0), "more", (&more, ""), true, phrases) {
            wanted = step(count, 1);
        }
        let name = phrases.text(TextKey::SetupBedCount);
        let field = (&mut self.fields.beds, name.as_str());
        let response = field_ui(ui, place(128.0, 104.0), pen::id("beds"), field, 2, phrases);
        if is_fresh {
            response.request_focus();
        }
        if response.has_focus() {
            let (up, down) = ui.input(|input| {
                (input.key_pressed(Key::ArrowUp), input.key_pressed(Key::ArrowDown))
            });
            wanted = if up { step(count, 1) } else { wanted };
            wanted = if down { step(count, -1) } else { wanted };
        }
        rows.take(14.0);
        for half in COUNTS.chunks(COUNTS.len() / 2) {
            let row = rows.take(BIG + GAP);
            let row = Rect::from_min_size(row.min, vec2(row.width().min(460.0), BIG));
            for (nth, usual) in half.iter().enumerate() {
                let cell = pen::nth_of(row, nth, half.len());
                let (word, said) = (usual.to_string(), phrases.words.setup_beds_to(*usual));
                let is_chosen = count == Some(*usual);
                let salt = ("count", *usual);
                if pen::choose(ui, cell, salt, (&word, &said), is_chosen, phrases) {
                    wanted = Some(*usual);
                }
            }
        }
        rows.take(6.0);
        let (said, ink) = match count {
            Some(count) => (phrases.words.setup_beds_to(count), phrases.palette.text),
            None => (phrases.text(TextKey::SetupBedCountWrong), phrases.palette.notice),
        };
        pen::line(ui, rows.take(30.0), "beds-to", &said, (Face::Strong, 17.0, ink));
        if let Some(wanted) = wanted {
            self.fields.beds = wanted.to_string();
        }
        left_field(ui, &response)
    }

    /// Makes so many beds; of those there, the last ones go.
    pub(super) fn take_beds(&mut self, count: usize) {
        while self.draft.count("bed") > count {
            self.draft.remove("bed", self.draft.count("bed") - 1);
        }
        self.draft.beds_1_to(count);
    }
}

//! The last step: what there is now, and how to change it.

use egui::{Rect, Ui};
use vigie_ui_kit::{fonts::Face, rows::Rows};
use vigie_words::TextKey;

use super::{Around, Setup, is_live, pen, steps::Go};

impl Setup {
    /// The step.
    pub(super) fn done_ui(&mut self, ui: &Ui, area: Rect, around: Around<'_>) -> Option<Go> {
        let (phrases, palette) = (around.phrases, around.phrases.palette);
        let mut rows = Rows::of(area);
        let (beds, placed) = (self.beds(), self.placed());
        let said = phrases.words.setup_counts(beds.len(), placed);
        pen::line(ui, rows.take(34.0), "counts", &said, (Face::Strong, 18.0, palette.text));
        let held = beds.iter().map(|(id, label)| (id, label, self.at_bed(id)));
        let held: Vec<_> = held.filter(|(_, _, devices)| !devices.is_empty()).collect();
        for (nth, (id, label, devices)) in held.iter().take(6).enumerate() {
            let mut said = phrases.words.setup_placed(&devices.join(", "), label);
            if is_live(around.view, id) {
                said = format!("{said}: {}", phrases.text(TextKey::StateLive));
            }
            pen::line(
                ui,
                rows.take(26.0),
                ("placed", nth),
                &said,
                (Face::Plain, 16.0, palette.text),
            );
        }
        if held.is_empty() {
            let said = phrases.text(TextKey::SetupDoneNoDevice);
            let high = pen::note(ui, rows.rest(), "none", &said, (16.0, palette.notice));
            rows.take(high + 8.0);
        }
        rows.take(10.0);
        let said = phrases.text(TextKey::SetupDoneText);
        pen::note(ui, rows.rest(), "done", &said, (16.0, palette.quiet));
        None
    }
}

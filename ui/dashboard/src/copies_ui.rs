//! The copies of the record: how old the last good one is, and a button for each place.

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_model::Text;
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    phrases::Phrases,
};

/// What the shell has to say of the record: written already, in the language of the dashboard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordNote {
    /// The calm line of the bar, from long to short.
    pub line: Vec<String>,
    /// What else is so, for the page.
    pub said: Vec<String>,
    /// Where copies can go.
    pub places: Vec<Text>,
    /// How far the one under way is, from 0 to 1.
    pub progress: Option<f32>,
}

/// What somebody asks for on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopiesAct {
    /// Back to what was there before.
    Close,
    /// The button of this place.
    Copy(usize),
}

/// Width of the panel.
const WIDTH: f32 = 660.0;
/// Around what stands in it.
const PAD: f32 = 26.0;
const LINE: f32 = 26.0;
const BUTTON: f32 = 54.0;

/// Paints the page into `area`.
pub fn copies_ui(ui: &Ui, area: Rect, note: &RecordNote, phrases: &Phrases) -> Option<CopiesAct> {
    let painter = ui.painter();
    let around = ui.interact(area, Id::unique("copies"), Sense::hover());
    painter.rect_filled(area, 0.0, tokens::TILE);
    let advice = phrases.text(TextKey::CopyNoPlace);
    let font = Face::Plain.id(tokens::TEXT_BODY);
    let width = WIDTH.min(area.width() - 16.0) - 2.0 * PAD;
    let advice_galley = painter.layout(advice.clone(), font, phrases.palette.quiet, width);
    let places_max = 6;
    let places = note.places.len().min(places_max);
    let below = if places == 0 { advice_galley.rect.height() } else { places as f32 * BUTTON };
    let bar = if note.progress.is_some() { 20.0 } else { 0.0 };
    let height = 2.0 * PAD + 48.0 + note.said.len() as f32 * LINE + bar + 12.0 + below;
    let panel = Rect::from_center_size(area.center(), vec2(width + 2.0 * PAD, height));
    painter.rect(
        panel,
        8.0,
        phrases.palette.bar,
        Stroke::new(1.0, phrases.palette.line),
        StrokeKind::Inside,
    );
    let inner = panel.shrink(PAD);
    let mut rows = Rows::of(inner);
    let title = phrases.text(TextKey::CopiesTitle);
    let head = rows.take(48.0);
    let close = Rect::from_min_max(pos2(head.right() - 120.0, head.top()), head.max);
    text::in_rect(
        painter,
        Rect::from_min_max(head.min, pos2(close.left() - 8.0, head.bottom())),
        Align::Min,
        &title,
        Face::Strong,
        22.0,
        phrases.palette.text,
    );
    for said in &note.said {
        text::in_rect(
            painter,
            rows.take(LINE),
            Align::Min,
            said,
            Face::Plain,
            16.0,
            phrases.palette.text,
        );
    }
    if let Some(progress) = note.progress {
        let track = rows.take(bar).shrink2(vec2(0.0, 6.0));
        painter.rect_filled(track, tokens::CORNER, phrases.palette.line);
        let done = track.width() * progress.clamp(0.0, 1.0);
        let done = Rect::from_min_size(track.min, vec2(done, track.height()));
        painter.rect_filled(done, tokens::CORNER, phrases.palette.link_live);
    }
    rows.take(12.0);
    let mut spoken = vec![title];
    spoken.extend(note.said.iter().cloned());
    if places == 0 {
        painter.galley(rows.take(below).min, advice_galley, phrases.palette.quiet);
        spoken.push(advice);
    }
    around.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, spoken.join(". ")));
    let closing = phrases.text(TextKey::Close);
    let button = Button { word: &closing, key: "C", is_free: true };
    let is_closed = button_ui(ui, close, Id::unique("copies-close"), button, phrases).clicked();
    let mut act = is_closed.then_some(CopiesAct::Close);
    let word = phrases.text(TextKey::CopyNow);
    let is_free = note.progress.is_none();
    for (index, place) in note.places.iter().take(places).enumerate() {
        let rect = rows.take(BUTTON).shrink2(vec2(0.0, 3.0));
        let button = Rect::from_min_size(
            rect.min,
            vec2(text::width(painter, &word, Face::Strong, 15.0) + 24.0, rect.height()),
        );
        let sense = if is_free { Sense::click() } else { Sense::hover() };
        let response = ui.interact(button, Id::unique("copy").with(index), sense);
        let said = phrases.words.copy_to(place.as_str());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, is_free, &said));
        let is_lit = is_free && (response.hovered() || response.has_focus());
        let fill = if is_lit { phrases.palette.faint } else { phrases.palette.line };
        painter.rect_filled(button, tokens::CORNER, fill);
        if response.has_focus() {
            let stroke = Stroke::new(2.0, phrases.palette.focus);
            painter.rect_stroke(button, tokens::CORNER, stroke, StrokeKind::Inside);
        }
        let ink = if is_free { phrases.palette.text } else { phrases.palette.quiet };
        text::in_rect(painter, button, Align::Center, &word, Face::Strong, 15.0, ink);
        let slot = Rect::from_min_max(pos2(button.right() + 14.0, rect.top()), rect.max);
        let quiet = phrases.palette.quiet;
        text::in_rect(painter, slot, Align::Min, place.as_str(), Face::Plain, 15.0, quiet);
        if response.clicked() {
            act = Some(CopiesAct::Copy(index));
        }
    }
    act
}

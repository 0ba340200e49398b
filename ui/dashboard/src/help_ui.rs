//! The help: keys, and what this program is not.

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    phrases::Phrases,
};

const LINES: [TextKey; 21] = [
    TextKey::HelpArrows,
    TextKey::HelpFirst,
    TextKey::HelpEnter,
    TextKey::HelpEscape,
    TextKey::HelpUrgent,
    TextKey::HelpList,
    TextKey::HelpAcknowledge,
    TextKey::HelpGoing,
    TextKey::HelpReset,
    TextKey::HelpPause,
    TextKey::HelpInitials,
    TextKey::HelpLog,
    TextKey::HelpSound,
    TextKey::HelpPages,
    TextKey::HelpLayout,
    TextKey::HelpWall,
    TextKey::HelpColours,
    TextKey::HelpLanguage,
    TextKey::HelpCopies,
    TextKey::HelpSetup,
    TextKey::HelpHelp,
];

/// Height of a line.
const LINE: f32 = 28.0;

/// Paints the page into `area`. True when it is closed.
pub fn help_ui(ui: &Ui, area: Rect, phrases: &Phrases) -> bool {
    let painter = ui.painter();
    let response = ui.interact(area, Id::unique("help"), Sense::hover());
    painter.rect_filled(area, 0.0, tokens::TILE);
    let panel =
        Rect::from_center_size(area.center(), vec2(780.0, 476.0)).intersect(area.shrink(8.0));
    painter.rect(
        panel,
        8.0,
        phrases.palette.bar,
        Stroke::new(1.0, phrases.palette.line),
        StrokeKind::Inside,
    );
    let inner = panel.shrink(26.0);
    let mut top = inner.top();
    let title = phrases.text(TextKey::HelpTitle);
    let close = Rect::from_min_size(pos2(inner.right() - 120.0, top - 6.0), vec2(120.0, 40.0));
    let row = Rect::from_min_max(pos2(inner.left(), top), pos2(close.left() - 8.0, top + 30.0));
    text::in_rect(painter, row, Align::Min, &title, Face::Strong, 24.0, phrases.palette.text);
    top += 44.0;
    let mut spoken = vec![title];
    // In two columns, the first one first.
    let half = LINES.len().div_ceil(2);
    let width = inner.width() / 2.0;
    for (nth, key) in LINES.into_iter().enumerate() {
        let line = phrases.text(key);
        let at = pos2(inner.left() + (nth / half) as f32 * width, top + (nth % half) as f32 * LINE);
        let row = Rect::from_min_size(at, vec2(width - 12.0, LINE));
        let size = text::fitting(painter, &line, Face::Plain, row.width(), 12.1, 12.0);
        text::in_rect(painter, row, Align::Min, &line, Face::Plain, size, phrases.palette.text);
        spoken.push(line);
    }
    top += half as f32 * LINE;
    top += 12.0;
    painter.hline(inner.x_range(), top, Stroke::new(1.0, phrases.palette.line));
    let disclaimer = phrases.text(TextKey::Disclaimer);
    let font = Face::Plain.id(tokens::TEXT_BODY);
    let galley = painter.layout(disclaimer.clone(), font, phrases.palette.quiet, inner.width());
    painter.galley(pos2(inner.left(), top + 12.0), galley, phrases.palette.quiet);
    spoken.push(disclaimer);
    response.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, spoken.join(". ")));
    let word = phrases.text(TextKey::Close);
    let button = Button { word: &word, key: "?", is_free: true };
    button_ui(ui, close, Id::unique("help-close"), button, phrases).clicked()
}

//! The help: keys, and what this program is not.

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::phrases::Phrases;

const LINES: [TextKey; 7] = [
    TextKey::HelpArrows,
    TextKey::HelpFirst,
    TextKey::HelpEnter,
    TextKey::HelpEscape,
    TextKey::HelpLanguage,
    TextKey::HelpCopies,
    TextKey::HelpHelp,
];

/// Paints the help over `area`. True when a click closes it.
pub fn help_ui(ui: &Ui, area: Rect, phrases: &Phrases) -> bool {
    let layer = egui::LayerId::new(egui::Order::Foreground, Id::unique("help"));
    let painter = ui.painter().clone().with_layer_id(layer);
    let response = ui.interact(area, Id::unique("help"), Sense::click());
    painter.rect_filled(area, 0.0, tokens::VEIL);
    let panel =
        Rect::from_center_size(area.center(), vec2(620.0, 400.0)).intersect(area.shrink(8.0));
    painter.rect(panel, 8.0, tokens::BAR, Stroke::new(1.0, tokens::LINE), StrokeKind::Inside);
    let inner = panel.shrink(26.0);
    let mut top = inner.top();
    let title = phrases.text(TextKey::HelpTitle);
    let row = Rect::from_min_max(pos2(inner.left(), top), pos2(inner.right(), top + 30.0));
    text::in_rect(&painter, row, Align::Min, &title, Face::Strong, 24.0, tokens::TEXT);
    top += 44.0;
    let mut spoken = vec![title];
    for key in LINES {
        let line = phrases.text(key);
        let row = Rect::from_min_max(pos2(inner.left(), top), pos2(inner.right(), top + 28.0));
        text::in_rect(&painter, row, Align::Min, &line, Face::Plain, 17.0, tokens::TEXT);
        top += 28.0;
        spoken.push(line);
    }
    top += 12.0;
    painter.hline(inner.x_range(), top, Stroke::new(1.0, tokens::LINE));
    let disclaimer = phrases.text(TextKey::Disclaimer);
    let font = Face::Plain.id(tokens::TEXT_BODY);
    let galley = painter.layout(disclaimer.clone(), font, tokens::TEXT_QUIET, inner.width());
    painter.galley(pos2(inner.left(), top + 12.0), galley, tokens::TEXT_QUIET);
    spoken.push(disclaimer);
    response.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, spoken.join(". ")));
    response.clicked()
}

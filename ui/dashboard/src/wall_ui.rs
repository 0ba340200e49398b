//! One bed of a wall: label, alarm, and the few numbers that are read from afar.

use std::time::Duration;

use egui::{Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo};
use vigie_board::view::{BoardView, TileView};
use vigie_ui_kit::{mode_border, tokens};

use crate::{
    alarms,
    head_ui::{self, InHead, head_ui},
    numbers::{self, Slot},
    phrases::Phrases,
    tile_ui::{alarms_ui, frame, instead, instead_ui},
    wall::WallPlan,
};

/// Paints a bed into `rect`. `plan`: of a tile of that size at the origin. The answer is clicked when the
/// bed is to be opened.
pub fn wall_ui(
    ui: &mut Ui,
    rect: Rect,
    id: Id,
    tile: &TileView,
    view: &BoardView,
    plan: &WallPlan,
    phrases: &Phrases,
) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    let (mode, palette) = (view.mode, phrases.palette);
    let entries = alarms::entries(tile, view, phrases);
    response.widget_info(|| {
        let head = head_ui::spoken(tile, mode, phrases);
        let alarm = entries.first().map(|entry| entry.spoken.clone());
        let parts: Vec<String> = std::iter::once(head).chain(alarm).collect();
        WidgetInfo::labeled(Role::Button, true, parts.join(", "))
    });
    let mut inside =
        ui.new_child(UiBuilder::new().id_salt(id).max_rect(rect).accessibility_parent(id));
    let painter = inside.painter().clone();
    painter.rect_stroke(rect, tokens::CORNER, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    mode_border::border(&painter, rect, mode, palette);
    let plan = plan.moved(rect.min.to_vec2());
    alarms_ui(&inside, &[plan.alarm], &entries, Duration::ZERO, phrases);
    match instead(tile, phrases) {
        Some(word) => {
            let body = plan.numbers.iter().fold(Rect::NOTHING, |body, rect| body.union(*rect));
            instead_ui(&inside, body, &word, phrases);
        }
        None => {
            let slots = numbers::wall_slots(tile, phrases);
            for (nth, (slot, rect)) in slots.iter().zip(&plan.numbers).enumerate() {
                if let Some(slot) = slot {
                    number_ui(&inside, *rect, &plan, slot, nth, phrases);
                }
            }
        }
    }
    let more = InHead { is_huge: true, ..InHead::default() };
    head_ui(&painter, plan.head, tile, mode, &more, phrases);
    let inner = rect.shrink(tokens::BORDER);
    let badge = entries.first().map(|entry| &entry.badge);
    frame(&mut inside, rect, inner, badge, response.has_focus(), phrases);
    response
}

fn number_ui(ui: &Ui, rect: Rect, plan: &WallPlan, slot: &Slot, nth: usize, phrases: &Phrases) {
    let response = ui.interact(rect, ui.scope_id().with(("wall", nth)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, slot.spoken(phrases)));
    let ink = slot.ink(phrases.now, phrases.palette);
    slot.cell.paint_from_afar(ui.painter(), rect, (plan.size, plan.small), plan.is_beside, ink);
}

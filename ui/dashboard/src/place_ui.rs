//! Where a device without a bed is to stand: the beds to choose from, each with who stands there, and what
//! was chosen once more before it is asked for. Beside another device it stands only on purpose.

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::{BoardView, TileView};
use vigie_model::BedId;
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    devices,
    forms::Forms,
    phrases::Phrases,
};

/// Where a device is to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The bed.
    pub bed: BedId,
    /// Another device stands there and stays.
    pub is_beside: bool,
}

const LINE: f32 = 24.0;
const BUTTON: f32 = tokens::BUTTON;
const GAP: f32 = 4.0;
/// Least width of a bed's button: its label and the models that stand there.
const WIDTH_MIN: f32 = 220.0;

/// Paints the beds, or the one that was chosen. Gives back where the device is to stand.
pub fn place_ui(
    ui: &Ui,
    area: Rect,
    tile: &TileView,
    view: &BoardView,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Option<Wanted> {
    let device = tile.device.as_ref()?;
    let name = devices::name_of(device, phrases);
    let chosen = forms.chosen.as_ref();
    let chosen =
        chosen.and_then(|bed| view.tiles.iter().find(|tile| tile.bed.as_ref() == Some(bed)));
    match chosen {
        Some(there) => confirm_ui(ui, area, &name, there, forms, phrases),
        None => {
            beds_ui(ui, area, view, forms, phrases);
            None
        }
    }
}

/// What stands on a bed's button.
fn written(there: &TileView, phrases: &Phrases) -> String {
    let standing = devices::standing(there, phrases);
    if standing.is_empty() {
        return there.label.to_string();
    }
    format!("{}, {}", there.label, phrases.words.beside(&standing))
}

/// What was chosen, in one line, and the button that asks for it.
fn confirm_ui(
    ui: &Ui,
    area: Rect,
    name: &str,
    there: &TileView,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Option<Wanted> {
    let row = Rect::from_min_size(area.min, vec2(area.width(), LINE));
    let question = phrases.words.put_device(name, &written(there, phrases));
    let ink = phrases.palette.text;
    text::in_rect(ui.painter(), row, Align::Min, &question, Face::Strong, 16.0, ink);
    let response = ui.interact(row, ui.scope_id().with("put"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &question));
    let is_beside = there.device.is_some();
    let key = if is_beside { TextKey::PutBeside } else { TextKey::PutThere };
    let width = ((area.width() - GAP) / 2.0).min(240.0).floor();
    let pressed = |nth: usize, key: TextKey| {
        let left = area.left() + nth as f32 * (width + GAP);
        let rect = Rect::from_min_size(pos2(left, row.bottom() + GAP), vec2(width, BUTTON));
        let word = phrases.text(key);
        let button = Button { word: &word, key: "", is_free: true };
        button_ui(ui, rect, Id::unique("put").with(nth), button, phrases).clicked()
    };
    if pressed(1, TextKey::Close) {
        forms.chosen = None;
    }
    let bed = there.bed.clone()?;
    pressed(0, key).then(|| {
        *forms = Forms::default();
        Wanted { bed, is_beside }
    })
}

fn beds_ui(ui: &Ui, area: Rect, view: &BoardView, forms: &mut Forms, phrases: &Phrases) {
    let columns = ((area.width() + GAP) / (WIDTH_MIN + GAP)).floor().max(1.0) as usize;
    let width = ((area.width() + GAP) / columns as f32 - GAP).floor();
    let rows = ((area.height() + GAP) / (BUTTON + GAP)).floor().max(1.0) as usize;
    let room = rows * columns;
    // Where not all have room the last place leads to the next page.
    let a_page = if view.tiles.len() > room { room.saturating_sub(1).max(1) } else { room };
    let pages = view.tiles.len().div_ceil(a_page).max(1);
    forms.page = forms.page.min(pages - 1);
    let place = |nth: usize| {
        let (column, row) = (nth % columns, nth / columns);
        let min = area.min + vec2(column as f32 * (width + GAP), row as f32 * (BUTTON + GAP));
        Rect::from_min_size(min, vec2(width, BUTTON))
    };
    let first = forms.page * a_page;
    for (nth, there) in view.tiles.iter().skip(first).take(a_page).enumerate() {
        let word = written(there, phrases);
        let button = Button { word: &word, key: "", is_free: true };
        let id = Id::unique("put-on").with(first + nth);
        if button_ui(ui, place(nth), id, button, phrases).clicked() {
            forms.chosen.clone_from(&there.bed);
        }
    }
    if pages > 1 {
        let word = phrases.words.page_of(forms.page + 1, pages);
        let button = Button { word: &word, key: "", is_free: true };
        if button_ui(ui, place(a_page), Id::unique("put-page"), button, phrases).clicked() {
            forms.page = (forms.page + 1) % pages;
        }
    }
}

//! What the station adds to a bed: the last hour in one line, and the forms for scores and for the
//! station's own limits. A form takes the place of waves and trends; alarms and numbers stay.

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::{BoardView, TileView};
use vigie_model::{Entered, WatchLimit};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::choice_ui,
    devices_ui::{DeviceAct, devices_ui},
    forms::{Forms, Panel, hour_line, score_line},
    limits_ui::limits_ui,
    phrases::Phrases,
    place_ui::{Wanted, place_ui},
    scores_ui::scores_ui,
};

const BUTTONS: f32 = tokens::BUTTON;
const LINE: f32 = 20.0;

/// What somebody asks for in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormAct {
    /// A part of a score.
    Enter(Entered),
    /// Limits of the station's own; `None`: those of the category.
    SetLimits(Option<Vec<WatchLimit>>),
    /// Something about the devices of the bed.
    Devices(DeviceAct),
    /// Where the device, which has no bed, is to stand.
    Place(Wanted),
}

/// What is left of the area, and what is asked for.
#[derive(Debug)]
pub struct Shown {
    /// Where waves and trends may stand; `None`: a form stands there.
    pub rest: Option<Rect>,
    /// What is asked for.
    pub act: Option<FormAct>,
}

/// Paints the buttons of the forms, the line of the last hour, and the form that is open.
pub fn bed_forms_ui(
    ui: &mut Ui,
    area: Rect,
    tile: &TileView,
    view: &BoardView,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Shown {
    if tile.bed.is_none() {
        return without_bed_ui(ui, area, tile, view, forms, phrases);
    }
    let row = Rect::from_min_size(area.min, vec2(area.width(), BUTTONS));
    let has_devices = !tile.sources.is_empty();
    let at = |part: f32| (row.left() + row.width() * part).round();
    let (split, next) = if has_devices { (at(0.44), at(0.74)) } else { (at(0.58), row.right()) };
    let scores = score_line(&tile.watch.scores, &phrases.words);
    let limits = phrases.text(TextKey::OwnLimits);
    let title = phrases.text(TextKey::Scores);
    // The word of the form comes first where the button shows a sum.
    let said = if scores == title { title } else { phrases.words.noted(&title, &scores) };
    let places = [
        (
            Panel::Scores,
            Rect::from_min_max(row.min, pos2(split - 4.0, row.bottom())),
            &scores,
            &said,
        ),
        (
            Panel::Limits,
            Rect::from_min_max(pos2(split, row.top()), pos2(next, row.bottom())),
            &limits,
            &limits,
        ),
    ];
    let devices = phrases.text(TextKey::Devices);
    let left = pos2(next + 4.0, row.top());
    let of_devices = has_devices
        .then(|| (Panel::Devices, Rect::from_min_max(left, row.max), &devices, &devices));
    for (nth, (panel, rect, word, said)) in places.into_iter().chain(of_devices).enumerate() {
        let id = Id::unique("form").with(nth);
        let is_open = forms.open == Some(panel);
        if choice_ui(ui, rect, id, (word, said), is_open, phrases).clicked() {
            forms.turn(panel);
        }
    }
    let line = Rect::from_min_size(pos2(area.left(), row.bottom()), vec2(area.width(), LINE));
    let hour = hour_line(&tile.watch.hour, &phrases.words);
    text::in_rect(ui.painter(), line, Align::Min, &hour, Face::Plain, 14.0, phrases.palette.quiet);
    let response = ui.interact(line, ui.scope_id().with("hour"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &hour));
    let rest = Rect::from_min_max(pos2(area.left(), line.bottom() + 2.0), area.max);
    let (rest, act) = match forms.open {
        None => (Some(rest), None),
        Some(Panel::Scores) => {
            let entered = scores_ui(ui, rest, &tile.watch.scores, phrases);
            (None, entered.map(FormAct::Enter))
        }
        Some(Panel::Limits) => {
            let asked = limits_ui(ui, rest, tile.watch.limits.as_ref(), forms, phrases);
            (None, asked.map(FormAct::SetLimits))
        }
        Some(Panel::Devices) => {
            let asked = devices_ui(ui, rest, tile, forms, phrases);
            (None, asked.map(FormAct::Devices))
        }
        // Only what has no bed is put on one.
        Some(Panel::Place) => (Some(rest), None),
    };
    Shown { rest, act }
}

/// Of a device without a bed: where it is to stand.
fn without_bed_ui(
    ui: &Ui,
    area: Rect,
    tile: &TileView,
    view: &BoardView,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Shown {
    if tile.device.is_none() || view.tiles.is_empty() {
        return Shown { rest: Some(area), act: None };
    }
    let row = Rect::from_min_size(area.min, vec2(area.width().min(240.0), BUTTONS));
    let word = phrases.text(TextKey::PutOnBed);
    let is_open = forms.open == Some(Panel::Place);
    let id = Id::unique("form").with("place");
    if choice_ui(ui, row, id, (&word, &word), is_open, phrases).clicked() {
        forms.turn(Panel::Place);
    }
    let rest = Rect::from_min_max(pos2(area.left(), row.bottom() + 6.0), area.max);
    if !is_open {
        return Shown { rest: Some(rest), act: None };
    }
    let wanted = place_ui(ui, rest, tile, view, forms, phrases);
    Shown { rest: None, act: wanted.map(FormAct::Place) }
}

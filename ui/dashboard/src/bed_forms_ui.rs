//! What the station adds to a bed: the last hour in one line, and the forms for scores and for the
//! station's own limits. A form takes the place of waves and trends; alarms and numbers stay.

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::TileView;
use vigie_model::{Entered, WatchLimit};
use vigie_ui_kit::{fonts::Face, text};
use vigie_words::TextKey;

use crate::{
    button::choice_ui,
    forms::{Forms, Panel, hour_line, score_line},
    limits_ui::limits_ui,
    phrases::Phrases,
    scores_ui::scores_ui,
};

const BUTTONS: f32 = 32.0;
const LINE: f32 = 20.0;

/// What somebody asks for in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormAct {
    /// A part of a score.
    Enter(Entered),
    /// Limits of the station's own; `None`: those of the category.
    SetLimits(Option<Vec<WatchLimit>>),
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
    forms: &mut Forms,
    phrases: &Phrases,
) -> Shown {
    if tile.bed.is_none() {
        return Shown { rest: Some(area), act: None };
    }
    let row = Rect::from_min_size(area.min, vec2(area.width(), BUTTONS));
    let split = (row.left() + row.width() * 0.58).round();
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
        (Panel::Limits, Rect::from_min_max(pos2(split, row.top()), row.max), &limits, &limits),
    ];
    for (nth, (panel, rect, word, said)) in places.into_iter().enumerate() {
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
    };
    Shown { rest, act }
}

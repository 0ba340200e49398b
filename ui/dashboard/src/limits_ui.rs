//! The station's own limits of a bed: what holds and in which unit, who set it, fields to change it, a way
//! to add a measurement that has none, and "tighten around now", which shows what it would do and waits
//! for a second press. They are labelled as the station's own: the monitor never hears of them.

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::LimitsView;
use vigie_model::WatchLimit;
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui, choice_ui, field_ui},
    forms::{End, Forms, shown},
    phrases::Phrases,
};

const LINE: f32 = 18.0;
const ROW: (f32, f32) = (22.0, 30.0);
const BUTTON: f32 = tokens::BUTTON;
/// The line on which a measurement is added.
const ADD: f32 = tokens::BUTTON;
/// Characters that a field takes.
const CHARS_MAX: usize = 8;

/// Paints the form into `area`. Gives back what is asked for: these limits, or those of the category.
pub fn limits_ui(
    ui: &mut Ui,
    area: Rect,
    view: Option<&LimitsView>,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Option<Option<Vec<WatchLimit>>> {
    let mut rows = Rows::of(area);
    let palette = phrases.palette;
    let own = phrases.text(TextKey::OwnLimitsNotSent);
    let row = rows.take(LINE);
    text::in_rect(ui.painter(), row, Align::Min, &own, Face::Plain, 13.0, palette.quiet);
    label(ui, row, "own", &own);
    let row = rows.take(LINE);
    forms.pass(phrases.now);
    let Some(view) = view else {
        let off = phrases.text(TextKey::OwnLimitsOff);
        text::in_rect(ui.painter(), row, Align::Min, &off, Face::Plain, 14.0, palette.text);
        label(ui, row, "off", &off);
        return None;
    };
    let set = match &view.set {
        Some(set) => phrases.words.limits_set_by(set.by.as_str(), &phrases.dated(set.at)),
        None => phrases.text(TextKey::OwnLimitsOfCategory),
    };
    text::in_rect(ui.painter(), row, Align::Min, &set, Face::Plain, 14.0, palette.text);
    label(ui, row, "set", &set);
    let head = rows.take(LINE);
    head_ui(ui, head, forms.proposal.is_some(), phrases);
    let below = rows.rest();
    let foot = Rect::from_min_max(
        pos2(area.left(), (below.bottom() - BUTTON - LINE).max(below.top())),
        below.max,
    );
    let table = Rect::from_min_max(below.min, pos2(area.right(), foot.top() - 2.0));
    table_ui(ui, table, view, forms, phrases);
    let written = forms.limits(&view.limits, &phrases.words);
    if written.is_none() {
        let said = phrases.text(TextKey::LimitBad);
        let row = Rect::from_min_size(foot.min, vec2(foot.width(), LINE));
        text::in_rect(ui.painter(), row, Align::Min, &said, Face::Strong, 13.0, palette.text);
        label(ui, row, "said", &said);
    }
    let foot = Rect::from_min_max(pos2(foot.left(), foot.bottom() - BUTTON), foot.max);
    buttons_ui(ui, foot, view, written, forms, phrases)
}

/// The rows of a page, and below them what can be added.
fn table_ui(ui: &mut Ui, area: Rect, view: &LimitsView, forms: &mut Forms, phrases: &Phrases) {
    let add = Rect::from_min_max(pos2(area.left(), area.bottom() - ADD), area.max);
    let area = Rect::from_min_max(area.min, pos2(area.right(), add.top() - 2.0));
    let limits = forms.rows(&view.limits);
    let height = (area.height() / limits.len().max(1) as f32).clamp(ROW.0, ROW.1).floor();
    let rows = ((area.height() / height) as usize).max(1);
    let pages = limits.len().div_ceil(rows).max(1);
    forms.page = forms.page.min(pages - 1);
    for (nth, limit) in limits.iter().skip(forms.page * rows).take(rows).enumerate() {
        let min = pos2(area.left(), area.top() + nth as f32 * height);
        let row = Rect::from_min_size(min, vec2(area.width(), height)).shrink2(vec2(0.0, 1.0));
        row_ui(ui, row, limit, forms, phrases);
    }
    // A proposal is confirmed as it stands.
    if forms.proposal.is_none() && add_ui(ui, add, view, forms, pages, phrases) {
        // What was added stands last.
        forms.page = usize::MAX;
    }
}

/// A measurement to add, one of those that have no limits, and the way to further pages. True when one
/// was added.
fn add_ui(
    ui: &Ui,
    row: Rect,
    view: &LimitsView,
    forms: &mut Forms,
    pages: usize,
    phrases: &Phrases,
) -> bool {
    let free = forms.free(&view.free);
    let [first, _, third, last] = columns(row);
    let mut is_added = false;
    if let Some(id) = free.get(forms.offered % free.len().max(1)) {
        let unit = phrases.words.limit_unit(id.as_str());
        let name = format!("{} {unit}", phrases.words.score_part(id.as_str()));
        let word = phrases.text(TextKey::LimitAdd);
        let add = phrases.words.noted(&word, name.trim_end());
        let id = (*id).clone();
        // The name leads to the next one, the button beside it takes this one.
        let slot = Rect::from_min_max(first.min, pos2(third.left() - 6.0, row.bottom()));
        let next =
            Button { word: &format!("{} >", name.trim_end()), key: "", is_free: free.len() > 1 };
        if button_ui(ui, slot, Id::unique("limit-offer"), next, phrases).clicked() {
            forms.offered = (forms.offered + 1) % free.len();
        }
        if choice_ui(ui, third, Id::unique("limit-add"), (&word, &add), false, phrases).clicked() {
            forms.added.push(id);
            forms.offered = 0;
            is_added = true;
        }
    } else {
        let none = phrases.text(TextKey::LimitNone);
        let slot = Rect::from_min_max(row.min, pos2(last.left() - 6.0, row.bottom()));
        let ink = phrases.palette.quiet;
        text::in_rect(ui.painter(), slot, Align::Min, &none, Face::Plain, 13.0, ink);
        label(ui, slot, "none", &none);
    }
    if pages > 1 {
        let further = phrases.text(TextKey::LimitsFurther);
        let word = format!("{further} {}/{pages}", forms.page.min(pages - 1) + 1);
        let button = Button { word: &word, key: "", is_free: true };
        if button_ui(ui, last, Id::unique("limits-page"), button, phrases).clicked() {
            forms.page = (forms.page + 1) % pages;
        }
    }
    is_added
}

/// Label, low, high, proposal.
fn columns(row: Rect) -> [Rect; 4] {
    let ends = [0.0, 0.30, 0.47, 0.64, 1.0];
    let at = |nth: usize| row.left() + row.width() * ends.get(nth).copied().unwrap_or(1.0);
    [0, 1, 2, 3].map(|nth| {
        Rect::from_min_max(pos2(at(nth), row.top()), pos2(at(nth + 1) - 6.0, row.bottom()))
    })
}

fn head_ui(ui: &Ui, row: Rect, is_proposed: bool, phrases: &Phrases) {
    let [_, low, high, proposal] = columns(row);
    let words = [(low, TextKey::LimitLowest), (high, TextKey::LimitHighest)];
    let would = is_proposed.then_some((proposal, TextKey::TightenWould));
    for (slot, key) in words.into_iter().chain(would) {
        let word = phrases.text(key);
        let ink = phrases.palette.quiet;
        text::in_rect(ui.painter(), slot, Align::Min, &word, Face::Plain, 12.0, ink);
    }
}

/// One measurement: two fields, and beside them what is proposed.
fn row_ui(ui: &mut Ui, row: Rect, limit: &WatchLimit, forms: &mut Forms, phrases: &Phrases) {
    let palette = phrases.palette;
    let name = phrases.words.score_part(limit.id.as_str());
    let [first, low, high, proposal] = columns(row);
    let put =
        text::in_rect(ui.painter(), first, Align::Min, &name, Face::Strong, 15.0, palette.text);
    let unit = phrases.words.limit_unit(limit.id.as_str());
    let slot = Rect::from_min_max(pos2(put.right() + 6.0, first.top()), first.max);
    if text::width(ui.painter(), &unit, Face::Plain, 12.0) <= slot.width() {
        text::in_rect(ui.painter(), slot, Align::Min, &unit, Face::Plain, 12.0, palette.quiet);
    }
    let held = format!("{} {unit}", phrases.words.watch_limit(limit));
    let held = held.trim_end();
    label(ui, first, ("limit", limit.id.as_str()), held);
    for (slot, end, key) in
        [(low, End::Low, TextKey::LimitLowest), (high, End::High, TextKey::LimitHighest)]
    {
        let mut written = forms.field(limit, end, &phrases.words);
        let name = format!("{name} {}", phrases.text(key));
        let id = Id::unique("limit").with((limit.id.as_str(), end));
        if field_ui(ui, slot, id, (&mut written, &name), CHARS_MAX, phrases).changed() {
            let place = (limit.id.clone(), end);
            if written.trim() == shown(limit, end, &phrases.words) {
                forms.drafts.remove(&place);
            } else {
                forms.drafts.insert(place, written);
            }
        }
    }
    let proposed = forms
        .proposal
        .as_ref()
        .and_then(|(_, limits)| limits.iter().find(|proposed| proposed.id == limit.id));
    if let Some(proposed) = proposed {
        let [low, high] = [End::Low, End::High].map(|end| shown(proposed, end, &phrases.words));
        let end = |end: String| Some(end).filter(|end| !end.is_empty());
        let (low, high) = (end(low), end(high));
        let written = phrases.words.limits(low.as_deref(), high.as_deref());
        let is_other = proposed != limit;
        let face = if is_other { Face::Strong } else { Face::Plain };
        let ink = if is_other { palette.text } else { palette.quiet };
        text::in_rect(ui.painter(), proposal, Align::Min, &written, face, 15.0, ink);
        let said = phrases
            .words
            .noted(&phrases.text(TextKey::TightenWould), &phrases.words.watch_limit(proposed));
        label(ui, proposal, ("proposal", limit.id.as_str()), &said);
    }
}

/// The buttons below. While a proposal stands, only it can be confirmed or let go.
fn buttons_ui(
    ui: &Ui,
    area: Rect,
    view: &LimitsView,
    written: Option<Vec<WatchLimit>>,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Option<Option<Vec<WatchLimit>>> {
    let width = ((area.width() + 6.0) / 3.0 - 6.0).floor();
    let pressed = |nth: usize, key: TextKey, is_free: bool| {
        let left = area.left() + nth as f32 * (width + 6.0);
        let rect = Rect::from_min_size(pos2(left, area.top()), vec2(width, area.height()));
        let word = phrases.text(key);
        let button = Button { word: &word, key: "", is_free };
        button_ui(ui, rect, Id::unique("limits").with(nth), button, phrases).clicked()
    };
    if let Some((_, proposal)) = &forms.proposal {
        if pressed(0, TextKey::TightenConfirm, true) {
            let asked = proposal.clone();
            *forms = Forms { open: forms.open, ..Forms::default() };
            return Some(Some(asked));
        }
        if pressed(1, TextKey::Close, true) {
            forms.proposal = None;
        }
        return None;
    }
    let is_changed = written.as_ref().is_some_and(|written| *written != view.limits);
    let mut asked = None;
    if pressed(0, TextKey::SetLimits, is_changed) {
        asked = written.map(Some);
    }
    if pressed(1, TextKey::LimitsAsCategory, view.set.is_some()) {
        asked = Some(None);
    }
    let has_proposal = !view.tightened.is_empty() && view.tightened != view.limits;
    if pressed(2, TextKey::TightenNow, has_proposal) {
        (forms.drafts, forms.added) = Default::default();
        forms.proposal = Some((phrases.now, view.tightened.clone()));
    }
    if asked.is_some() {
        forms.drafts.clear();
        forms.added.clear();
    }
    asked
}

fn label(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, spoken: &str) {
    let response = ui.interact(rect, ui.scope_id().with(("limits", salt)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}

//! The menu: everything that can be done as a button, for a finger or a mouse, with the key beside it.

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_ui_kit::{fonts::Face, text};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    keymap::{Action, Group},
    phrases::Phrases,
    setup::pen::{self, BIG, GAP},
};

/// What somebody asks for in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuAct {
    /// This.
    Do(Action),
    /// Back to the beds.
    Close,
}

/// A thing to do as it is now.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it would change: the language that is shown, the size of the text; empty: nothing to say.
    pub now: String,
    /// Whether it can be done.
    pub is_free: bool,
}

const PAD: f32 = 16.0;
/// Width of the names of groups.
const GROUP: f32 = 116.0;
/// Least width of a button.
const LEAST: f32 = 190.0;
/// Between two groups.
const BETWEEN: f32 = 6.0;

/// Paints the page into `area`. `is_fresh`: it was just opened, and the keyboard begins at its first
/// button.
pub fn menu_ui(
    ui: &mut Ui,
    area: Rect,
    phrases: &Phrases,
    is_fresh: bool,
    item: impl Fn(Action) -> Item,
) -> Option<MenuAct> {
    let palette = phrases.palette;
    let page = ui.interact(area, Id::unique("menu"), Sense::hover());
    let title = phrases.text(TextKey::MenuTitle);
    page.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, &title));
    ui.painter().rect_filled(area, 0.0, palette.bar);
    let inner = area.shrink(PAD);
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), BIG));
    text::in_rect(ui.painter(), head, Align::Min, &title, Face::Strong, 24.0, palette.text);
    let close = Rect::from_min_max(pos2(head.right() - 160.0, head.top()), head.max);
    let word = phrases.text(TextKey::Close);
    let cap = Action::Menu.press().cap(&phrases.words);
    let button = Button { word: &word, key: &cap, is_free: true };
    let mut act = None;
    if button_ui(ui, close, Id::unique("menu-close"), button, phrases).clicked() {
        act = Some(MenuAct::Close);
    }
    let body = Rect::from_min_max(pos2(inner.left(), head.bottom() + GAP), inner.max);
    let groups: Vec<(Group, Vec<Action>)> = Group::ALL
        .into_iter()
        .map(|group| (group, Action::of(group).filter(|action| action.is_in_menu()).collect()))
        .filter(|(_, actions): &(Group, Vec<Action>)| !actions.is_empty())
        .collect();
    // Room for the bar of a list that scrolls.
    let width = body.width() - GROUP - 16.0;
    let across = ((width / LEAST).floor() as usize).max(1);
    let row = BIG + GAP;
    let heights =
        groups.iter().map(|(_, actions)| actions.len().div_ceil(across) as f32 * row + BETWEEN);
    let height = heights.sum::<f32>() - GAP - BETWEEN;
    let chosen = pen::scroll(ui, body, "menu", height, |ui, whole| {
        let (mut top, mut chosen, mut is_first) = (whole.top(), None, is_fresh);
        for (group, actions) in &groups {
            let name = Rect::from_min_size(pos2(whole.left(), top), vec2(GROUP - GAP, BIG));
            let written = phrases.text(group.name());
            let salt = ("group", group.name());
            pen::line(ui, name, salt, &written, (Face::Strong, 15.0, palette.quiet));
            for (nth, action) in actions.iter().enumerate() {
                let min = pos2(whole.left() + GROUP, top + (nth / across) as f32 * row);
                let line = Rect::from_min_size(min, vec2(width, BIG));
                let place = pen::nth_of(line, nth % across, across);
                let Item { now, is_free } = item(*action);
                let name = phrases.text(action.name());
                let word = if now.is_empty() { name } else { phrases.words.noted(&name, &now) };
                let key = action.press().cap(&phrases.words);
                let button = Button { word: &word, key: &key, is_free };
                let response =
                    button_ui(ui, place, Id::unique("menu").with(*action), button, phrases);
                if std::mem::take(&mut is_first) {
                    response.request_focus();
                }
                if response.gained_focus() {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some(*action);
                }
            }
            top += actions.len().div_ceil(across) as f32 * row + BETWEEN;
        }
        chosen
    });
    chosen.map(MenuAct::Do).or(act)
}

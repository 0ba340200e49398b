//! The devices of a bed: what is said of each, a way to take one off, and of what several measure whose
//! value comes first. The others' values stay on the screen whatever is chosen.

use std::collections::BTreeSet;

use egui::{Align, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::TileView;
use vigie_model::{DeviceKey, Text};
use vigie_ui_kit::{fonts::Face, rows::Rows, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui, choice_ui},
    devices::{self, DeviceName},
    forms::Forms,
    phrases::Phrases,
};

/// What somebody decides about the devices of a bed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceAct {
    /// It stands at no bed.
    TakeOff(DeviceKey),
    /// Whose value of a measurement comes first; `None`: as the rules have it.
    Prefer(Text, Option<DeviceKey>),
}

/// A measurement of several devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The nomenclature id of its group, or of a wave.
    pub group: Text,
    /// Whom a person prefers; `None`: the rules decide.
    pub preferred: Option<u16>,
    /// All that have it, in the order of the tile.
    pub all: Vec<u16>,
}

/// What several devices of a bed measure, in the order of the board.
pub fn shared(tile: &TileView) -> Vec<Shared> {
    let blocks = tile
        .blocks
        .iter()
        .filter_map(|block| Some((block.group.clone()?, block.source, block.is_preferred)));
    let waves = tile
        .waves
        .iter()
        .filter_map(|wave| Some((wave.id.clone()?, wave.source, wave.is_preferred)));
    let mut found: Vec<Shared> = Vec::new();
    for (group, source, is_preferred) in blocks.chain(waves) {
        let preferred = is_preferred.then_some(source);
        match found.iter_mut().find(|shared| shared.group == group) {
            Some(shared) => {
                shared.preferred = shared.preferred.or(preferred);
                if !shared.all.contains(&source) {
                    shared.all.push(source);
                }
            }
            None => found.push(Shared { group, preferred, all: vec![source] }),
        }
    }
    for shared in &mut found {
        shared.all.sort_unstable();
    }
    found.retain(|shared| shared.all.len() > 1);
    found
}

const ROW: f32 = tokens::BUTTON;
const LINE: f32 = 20.0;
const GAP: f32 = 4.0;
/// Of a row: the name of a measurement.
const LABEL: f32 = 0.22;
/// The choices keep this part of what is left below the devices, whatever labels there are.
const SHARED_PART: f32 = 0.5;
/// Height and least width of a pair of labels.
const LABEL_LINE: f32 = 18.0;
const LABEL_WIDTH: f32 = 236.0;
/// How long those stand that take turns.
const TURN_NANOS: u64 = 4_000_000_000;
/// Width of the button that takes a device off.
const OFF: f32 = 116.0;

/// Paints the devices into `area`, and below them what several measure. Gives back what is asked for.
pub fn devices_ui(
    ui: &Ui,
    area: Rect,
    tile: &TileView,
    forms: &mut Forms,
    phrases: &Phrases,
) -> Option<DeviceAct> {
    let names = devices::names(tile, phrases);
    let mut act = None;
    let mut rows = Rows::of(area).with_gap(GAP);
    // Eight at most stand at a bed.
    for (nth, source) in tile.sources.iter().enumerate() {
        let name = match names.get(nth) {
            Some(named) => format!("{} {}", named.mark, named.name),
            None => devices::name_of(&source.device, phrases),
        };
        let said = devices::said(source, phrases).all().join(", ");
        let written = if said.is_empty() { name } else { phrases.words.noted(&name, &said) };
        let is_leaving = forms.leaving.as_ref() == Some(&source.device.key);
        act = act.or(device_ui(ui, rows.take(ROW), nth, &written, is_leaving, phrases).and_then(
            |pressed| match pressed {
                Pressed::Wish => {
                    forms.leaving = Some(source.device.key.clone());
                    None
                }
                Pressed::Close => {
                    forms.leaving = None;
                    None
                }
                Pressed::Confirm => {
                    forms.leaving = None;
                    Some(DeviceAct::TakeOff(source.device.key.clone()))
                }
            },
        ));
    }
    let labels = labels(tile, &names, phrases);
    if names.is_empty() {
        labels_ui(ui, rows.rest(), &labels, phrases);
        return act;
    }
    let shared = shared(tile);
    let key = if shared.is_empty() { TextKey::NothingTwice } else { TextKey::FirstFrom };
    let title = phrases.text(key);
    let row = rows.take(LINE);
    let ink = phrases.palette.quiet;
    text::in_rect(ui.painter(), row, Align::Min, &title, Face::Plain, 14.0, ink);
    label(ui, row, "shared", &title);
    // What is chosen from comes first: the labels take what is left.
    let needed = shared.len() as f32 * (ROW + GAP);
    let rest = rows.rest();
    let height = (rest.height() - labels_height(&labels, area.width())).max(0.0);
    let cut = rest.top() + needed.min(height.max(rest.height() * SHARED_PART));
    let (rest, below) = rest.split_top_bottom_at_y(cut);
    let below = Rect::from_min_max(below.min + vec2(0.0, GAP), below.max);
    labels_ui(ui, below, &labels, phrases);
    act.or(shared_ui(ui, rest, tile, &shared, &names, forms, phrases))
}

/// Our name and the maker's own for each measurement where they differ: `RR tot [2]: RESP RATE`.
fn labels(tile: &TileView, names: &[DeviceName], phrases: &Phrases) -> Vec<String> {
    let of_numbers = tile.blocks.iter().flat_map(|block| {
        block.numerics.iter().map(|numeric| (&numeric.key, &numeric.label, block.source))
    });
    let of_waves = tile.waves.iter().map(|wave| (&wave.key, &wave.label, wave.source));
    let written = of_numbers.chain(of_waves).filter_map(|(key, label, source)| {
        let ours = phrases.words.stream_label(key, label.as_ref());
        let theirs = devices::other_label(&ours, label.as_ref())?;
        let ours = match names.get(usize::from(source)) {
            Some(named) => format!("{ours} {}", named.mark),
            None => ours,
        };
        Some(phrases.words.noted(&ours, &theirs))
    });
    let mut written: Vec<String> = written.collect();
    // A number and its wave may have one name here and one there.
    let mut seen = BTreeSet::new();
    written.retain(|line| seen.insert(line.clone()));
    written
}

fn label_columns(width: f32) -> usize {
    ((width / LABEL_WIDTH) as usize).max(1)
}

fn labels_height(labels: &[String], width: f32) -> f32 {
    match labels.len().div_ceil(label_columns(width)) {
        0 => 0.0,
        rows => LINE + GAP + rows as f32 * LABEL_LINE,
    }
}

/// Lists the labels; more than have room take turns.
fn labels_ui(ui: &Ui, area: Rect, labels: &[String], phrases: &Phrases) {
    let columns = label_columns(area.width());
    let rows = ((area.height() - LINE) / LABEL_LINE).max(0.0) as usize;
    if labels.is_empty() || rows == 0 {
        return;
    }
    let ink = phrases.palette.quiet;
    let title = phrases.text(TextKey::LabelsThere);
    let row = Rect::from_min_size(area.min, vec2(area.width(), LINE));
    text::in_rect(ui.painter(), row, Align::Min, &title, Face::Plain, 14.0, ink);
    label(ui, row, "labels", &title);
    let room = rows * columns;
    let page = (phrases.now.as_nanos() / TURN_NANOS) as usize % labels.len().div_ceil(room);
    let width = area.width() / columns as f32;
    for (nth, written) in labels.iter().enumerate() {
        let place = nth % room;
        let min = pos2(
            area.left() + (place % columns) as f32 * width,
            row.bottom() + (place / columns) as f32 * LABEL_LINE,
        );
        let slot = Rect::from_min_size(min, vec2(width - 8.0, LABEL_LINE));
        if nth / room == page {
            let ink = phrases.palette.text;
            text::in_rect(ui.painter(), slot, Align::Min, written, Face::Plain, 13.0, ink);
        }
        label(ui, slot, ("label", nth), written);
    }
}

/// Which button of a device.
enum Pressed {
    Wish,
    Confirm,
    Close,
}

fn device_ui(
    ui: &Ui,
    row: Rect,
    nth: usize,
    written: &str,
    is_leaving: bool,
    phrases: &Phrases,
) -> Option<Pressed> {
    let palette = phrases.palette;
    let pressed = |rect: Rect, word: TextKey, which: usize| {
        let word = phrases.text(word);
        let button = Button { word: &word, key: "", is_free: true };
        let id = Id::unique("device").with((nth, which));
        button_ui(ui, rect, id, button, phrases).clicked()
    };
    let off = Rect::from_min_max(pos2(row.right() - OFF, row.top()), row.max);
    let mut slot = Rect::from_min_max(row.min, pos2(off.left() - 6.0, row.bottom()));
    let mut asked = None;
    if is_leaving {
        let confirm = Rect::from_min_max(
            pos2((off.left() - GAP - 2.0 * OFF).max(row.left()), row.top()),
            pos2(off.left() - GAP, row.bottom()),
        );
        slot.max.x = (confirm.left() - 6.0).max(slot.min.x);
        if pressed(confirm, TextKey::CommandTakeOff, 1) {
            asked = Some(Pressed::Confirm);
        }
        if pressed(off, TextKey::Close, 2) {
            asked = Some(Pressed::Close);
        }
    } else if pressed(off, TextKey::TakeOff, 0) {
        asked = Some(Pressed::Wish);
    }
    if slot.width() > 20.0 {
        text::in_rect(ui.painter(), slot, Align::Min, written, Face::Plain, 14.0, palette.text);
    }
    label(ui, slot, ("device", nth), written);
    asked
}

/// One row a measurement: its name, every device that has it, and the rules. Lit: what a person chose; the
/// rules where nobody did. Whose comes first now stands at the values beside it.
fn shared_ui(
    ui: &Ui,
    area: Rect,
    tile: &TileView,
    shared: &[Shared],
    names: &[DeviceName],
    forms: &mut Forms,
    phrases: &Phrases,
) -> Option<DeviceAct> {
    let room = ((area.height() + GAP) / (ROW + GAP)).floor().max(1.0) as usize;
    // Where not all have room the last row leads to the next page.
    let a_page = if shared.len() > room { room.saturating_sub(1).max(1) } else { room };
    let pages = shared.len().div_ceil(a_page).max(1);
    forms.page = forms.page.min(pages - 1);
    let place = |nth: usize| {
        let min = area.min + vec2(0.0, nth as f32 * (ROW + GAP));
        Rect::from_min_size(min, vec2(area.width(), ROW))
    };
    let mut act = None;
    for (nth, one) in shared.iter().skip(forms.page * a_page).take(a_page).enumerate() {
        let row = place(nth);
        let measured = phrases.words.metric_label(one.group.as_str());
        let measured = measured.unwrap_or_else(|| one.group.to_string());
        let split = row.left() + (row.width() * LABEL).round();
        let slot = Rect::from_min_max(row.min, pos2(split - 4.0, row.bottom()));
        let ink = phrases.palette.text;
        text::in_rect(ui.painter(), slot, Align::Min, &measured, Face::Strong, 14.0, ink);
        let rule = phrases.text(TextKey::WhicheverBest);
        let of_device = |source: &u16| {
            let at = usize::from(*source);
            let key = tile.sources.get(at)?.device.key.clone();
            Some((names.get(at)?.name.clone(), one.preferred == Some(*source), Some(key)))
        };
        let choices: Vec<(String, bool, Option<DeviceKey>)> = one
            .all
            .iter()
            .filter_map(of_device)
            .chain([(rule, one.preferred.is_none(), None)])
            .collect();
        let width = ((row.right() - split + GAP) / choices.len() as f32 - GAP).floor();
        for (at, (word, is_chosen, device)) in choices.into_iter().enumerate() {
            let left = split + at as f32 * (width + GAP);
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()));
            let said = phrases.words.noted(&measured, &word);
            let id = Id::unique("prefer").with((one.group.as_str(), at));
            if choice_ui(ui, rect, id, (&word, &said), is_chosen, phrases).clicked() {
                act = Some(DeviceAct::Prefer(one.group.clone(), device));
            }
        }
    }
    if pages > 1 {
        let word = phrases.words.page_of(forms.page + 1, pages);
        let button = Button { word: &word, key: "", is_free: true };
        if button_ui(ui, place(a_page), Id::unique("prefer-page"), button, phrases).clicked() {
            forms.page = (forms.page + 1) % pages;
        }
    }
    act
}

fn label(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, spoken: &str) {
    let response = ui.interact(rect, ui.scope_id().with(("devices", salt)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}

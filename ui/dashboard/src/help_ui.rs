//! The help: every key there is, and what this program is not.

use egui::{Align, Id, Key, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::{Button, button_ui},
    keymap::{Action, Group},
    phrases::Phrases,
    setup::pen,
};

/// Sizes of its letters: the least can be read from a chair.
const SIZES: [f32; 7] = [18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0];
/// Usual and least height of a line, in parts of its letters' size.
const LINE: (f32, f32) = (1.55, 1.2);
const BUTTON: f32 = 48.0;
const PAD: f32 = 16.0;

/// A line: the name of a group, or a key and what it does.
enum Line {
    Group(String),
    Key(String, String),
}

/// Paints the page into `area`. True when it is closed.
pub fn help_ui(ui: &mut Ui, area: Rect, phrases: &Phrases) -> bool {
    let painter = ui.painter().clone();
    let palette = phrases.palette;
    let response = ui.interact(area, Id::unique("help"), Sense::hover());
    painter.rect_filled(area, 0.0, palette.bar);
    let inner = area.shrink(PAD);
    let title = phrases.text(TextKey::HelpTitle);
    let close = Rect::from_min_size(pos2(inner.right() - 140.0, inner.top()), vec2(140.0, BUTTON));
    let row = Rect::from_min_max(inner.min, pos2(close.left() - 8.0, close.bottom()));
    text::in_rect(&painter, row, Align::Min, &title, Face::Strong, 24.0, palette.text);

    let disclaimer = phrases.text(TextKey::Disclaimer);
    let font = Face::Plain.id(tokens::TEXT_BODY);
    let galley = painter.layout(disclaimer.clone(), font, palette.quiet, inner.width());
    let foot = inner.bottom() - galley.rect.height();
    painter.hline(inner.x_range(), foot - 10.0, Stroke::new(1.0, palette.line));
    painter.galley(pos2(inner.left(), foot), galley, palette.quiet);

    let body = Rect::from_min_max(
        pos2(inner.left(), close.bottom() + 8.0),
        pos2(inner.right(), foot - 18.0),
    );
    let spoken = lines_ui(ui, body, phrases);
    let spoken = [vec![title], spoken, vec![disclaimer]].concat().join(". ");
    response.widget_info(|| WidgetInfo::labeled(Role::Dialog, true, &spoken));
    let word = phrases.text(TextKey::Close);
    let button = Button { word: &word, key: "?", is_free: true };
    button_ui(ui, close, Id::unique("help-close"), button, phrases).clicked()
}

/// Groups and keys in columns, in the largest letters that have room; where not even the smallest have, they
/// scroll. Gives back what is said of them.
fn lines_ui(ui: &mut Ui, area: Rect, phrases: &Phrases) -> Vec<String> {
    let (painter, words) = (ui.painter(), &phrases.words);
    let groups = Group::ALL.map(|group| {
        let keys = Action::of(group)
            .map(|action| Line::Key(action.press().cap(words), phrases.text(action.name())));
        let keys: Vec<Line> = keys.collect();
        let head = (!keys.is_empty()).then(|| Line::Group(phrases.text(group.name())));
        head.into_iter().chain(keys).collect::<Vec<Line>>()
    });
    let lines: Vec<Line> = groups.into_iter().flatten().collect();
    let em = |what: &str, face| text::width(painter, what, face, 64.0) / 64.0;
    let caps = lines.iter().filter_map(|line| match line {
        Line::Key(cap, _) => Some(em(cap, Face::Strong)),
        Line::Group(_) => None,
    });
    let cap_em = caps.fold(0.0, f32::max);
    let names = lines.iter().map(|line| match line {
        Line::Key(_, name) => cap_em + 1.0 + em(name, Face::Plain),
        Line::Group(name) => em(name, Face::Strong),
    });
    let widest_em = names.fold(0.0, f32::max) + 1.0;
    // The largest at which some number of columns has room in both ways.
    let has_width = |size: f32, count: usize| widest_em * size * count as f32 <= area.width();
    let fits = |size: f32, line: f32| {
        (1..=3).find(|count| {
            let rows = (area.height() / (size * line)).floor() as usize;
            has_width(size, *count) && lines.len() <= rows.saturating_mul(*count)
        })
    };
    // Large letters first; lines that are closer together before any has to be scrolled to.
    let ways = SIZES.into_iter().map(|size| (size, LINE.0));
    let mut ways = ways.chain(SIZES.into_iter().map(|size| (size, LINE.1)));
    let found = ways.find_map(|(size, line)| fits(size, line).map(|count| (size, count)));
    let (size, count) = found.unwrap_or_else(|| {
        let size = SIZES[SIZES.len() - 1];
        let widest = (1..=3).rev().find(|count| has_width(size, *count));
        (size, widest.unwrap_or(1))
    });
    let rows = lines.len().div_ceil(count).max(1);
    let line = match found {
        Some(_) => (size * LINE.0).min(area.height() / rows as f32),
        None => size * LINE.0,
    };
    pen::scroll(ui, area, "help", line * rows as f32, |ui, whole| {
        let page = area.height() - line;
        let pressed = |key: Key, by: f32| ui.input(|input| input.num_presses(key)) as f32 * by;
        let by = pressed(Key::ArrowDown, -3.0 * line)
            + pressed(Key::ArrowUp, 3.0 * line)
            + pressed(Key::PageDown, -page)
            + pressed(Key::PageUp, page);
        if by != 0.0 {
            ui.scroll_with_delta(vec2(0.0, by));
        }
        columns_ui(ui, whole, lines, (size, line, count, cap_em), phrases)
    })
}

/// Lines in so many columns, in letters of `size`, `height` high; what they do stands `cap_em` letters to the
/// right.
fn columns_ui(
    ui: &Ui,
    area: Rect,
    lines: Vec<Line>,
    (size, height, count, cap_em): (f32, f32, usize, f32),
    phrases: &Phrases,
) -> Vec<String> {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let (width, rows) = (area.width() / count as f32, lines.len().div_ceil(count).max(1));
    let mut spoken = Vec::new();
    for (nth, line) in lines.into_iter().enumerate() {
        let place = vec2((nth / rows) as f32 * width, (nth % rows) as f32 * height);
        let row = Rect::from_min_size(area.min + place, vec2(width - size, height));
        match line {
            Line::Group(name) => {
                let ink = palette.quiet;
                text::in_rect(painter, row, Align::Min, &name, Face::Strong, size, ink);
                spoken.push(name);
            }
            Line::Key(cap, name) => {
                text::in_rect(painter, row, Align::Min, &cap, Face::Strong, size, palette.focus);
                let slot = Rect::from_min_max(
                    pos2(row.left() + (cap_em + 1.0) * size, row.top()),
                    row.max,
                );
                text::in_rect(painter, slot, Align::Min, &name, Face::Plain, size, palette.text);
                spoken.push(format!("{cap}: {name}"));
            }
        }
    }
    spoken
}

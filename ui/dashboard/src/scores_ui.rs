//! Scores of a bed with their parts and their last day, and the things that only people can tell.
//! A score is not an alarm: it has no alarm's colour, is never heard, and says so.

use std::time::Duration;

use egui::{Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use vigie_board::view::{ScoreBand, ScoreKind, ScorePart, ScoreView, ScoresView};
use vigie_model::{Acvpu, Effort, Entered, EnteredBy, OxygenFlow, Refill, Spo2Scale};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    button::choice_ui,
    forms::{score_band, score_max, score_name, score_total},
    phrases::Phrases,
};

const NOTE: f32 = 16.0;
/// Title, part and trend of a score where there is room.
const USUAL: Heights = Heights { title: 30.0, part: 17.0, trend: 54.0 };
/// The same on a small screen.
const LOW: Heights = Heights { title: 26.0, part: 15.0, trend: 40.0 };
/// Height from which on there is room.
const USUAL_FROM: f32 = 560.0;
/// The words above the buttons of an entry, and the buttons.
const ENTRY: f32 = 16.0;
const BUTTONS: f32 = tokens::BUTTON;
/// Space below them.
const ENTRY_GAP: f32 = 2.0;
/// How far back a trend goes.
const DAY: Duration = Duration::from_secs(86_400);

/// How high the rows of a score are.
#[derive(Clone, Copy)]
struct Heights {
    title: f32,
    part: f32,
    trend: f32,
}

/// What people can enter, question by question.
const QUESTIONS: [&[Entered]; 3] = [
    &[Entered::Oxygen(false), Entered::Oxygen(true)],
    &[
        Entered::Consciousness(Acvpu::Alert),
        Entered::Consciousness(Acvpu::Confusion),
        Entered::Consciousness(Acvpu::Voice),
        Entered::Consciousness(Acvpu::Pain),
        Entered::Consciousness(Acvpu::Unresponsive),
    ],
    &[Entered::Spo2Scale(Spo2Scale::One), Entered::Spo2Scale(Spo2Scale::Two)],
];

/// The same for a child that is scored by Bedside PEWS.
const QUESTIONS_PEWS: [&[Entered]; 3] = [
    &[
        Entered::OxygenFlow(OxygenFlow::Air),
        Entered::OxygenFlow(OxygenFlow::Low),
        Entered::OxygenFlow(OxygenFlow::High),
    ],
    &[Entered::Refill(Refill::Under3s), Entered::Refill(Refill::From3s)],
    &[
        Entered::Effort(Effort::Normal),
        Entered::Effort(Effort::Mild),
        Entered::Effort(Effort::Moderate),
        Entered::Effort(Effort::Severe),
    ],
];

/// What is asked for the scores of a bed.
fn questions(scores: &ScoresView) -> [&'static [Entered]; 3] {
    let has_pews = scores.scores.iter().any(|score| score.kind == ScoreKind::Pews);
    if has_pews { QUESTIONS_PEWS } else { QUESTIONS }
}

/// Paints the form into `area`. Gives back what somebody entered.
pub fn scores_ui(ui: &Ui, area: Rect, scores: &ScoresView, phrases: &Phrases) -> Option<Entered> {
    let painter = ui.painter();
    let note = Rect::from_min_size(area.min, vec2(area.width(), NOTE));
    let said = phrases.text(TextKey::ScoreIsNoAlarm);
    let ink = phrases.palette.quiet;
    text::in_rect(painter, note, Align::Min, &said, Face::Plain, 13.0, ink);
    label(ui, note, "no-alarm", &said);
    let entries = questions(scores).len() as f32 * (ENTRY + BUTTONS + ENTRY_GAP);
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - entries), area.max);
    let mut rest =
        Rect::from_min_max(pos2(area.left(), note.bottom()), pos2(area.right(), foot.top() - 6.0));
    if scores.scores.is_empty() {
        let row = Rect::from_min_size(rest.min, vec2(rest.width(), USUAL.title));
        let said = phrases.text(TextKey::ScoreNone);
        text::in_rect(painter, row, Align::Min, &said, Face::Plain, 14.0, phrases.palette.text);
        label(ui, row, "none", &said);
    }
    for (nth, score) in scores.scores.iter().enumerate() {
        let heights = if area.height() < USUAL_FROM { LOW } else { USUAL };
        rest.min.y = score_ui(ui, rest, (nth, heights), score, scores, phrases) + 4.0;
    }
    entries_ui(ui, foot, scores, phrases)
}

/// One score: sum and band, parts, trend. Gives back where the next thing may begin.
fn score_ui(
    ui: &Ui,
    area: Rect,
    (nth, heights): (usize, Heights),
    score: &ScoreView,
    scores: &ScoresView,
    phrases: &Phrases,
) -> f32 {
    let (painter, palette, words) = (ui.painter(), phrases.palette, &phrases.words);
    let mut top = area.top();
    let mut take = |height: f32| {
        let is_free = top + height <= area.bottom();
        let row = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + height));
        top += if is_free { height } else { 0.0 };
        is_free.then_some(row)
    };
    let Some(title) = take(heights.title) else { return area.top() };
    let name = score_name(score.kind);
    let put = text::in_rect(painter, title, Align::Min, name, Face::Plain, 17.0, palette.quiet);
    let total = score_total(score, words);
    let band = score_band(score, words);
    let said = band
        .as_ref()
        .map_or_else(|| format!("{name} {total}"), |band| format!("{name} {total}, {band}"));
    label(ui, title, ("score", nth), &said);
    let slot = Rect::from_min_max(pos2(put.right() + 10.0, title.top()), title.max);
    let size = if score.total.is_some() { 25.0 } else { 17.0 };
    let put = text::in_rect(painter, slot, Align::Min, &total, Face::Strong, size, palette.text);
    if let Some(band) = &band {
        let left = meter(ui, pos2(put.right() + 14.0, title.center().y), score.band, phrases);
        let slot = Rect::from_min_max(pos2(left + 8.0, title.top()), title.max);
        text::in_rect(painter, slot, Align::Min, band, Face::Strong, 17.0, palette.text);
    }
    if score.kind != ScoreKind::Qsofa
        && let Some(row) = take(heights.part)
    {
        for (slot, key) in columns(row).into_iter().skip(1).zip([
            TextKey::ColumnValue,
            TextKey::ScorePoints,
            TextKey::ColumnAge,
        ]) {
            let word = phrases.text(key);
            text::in_rect(painter, slot, Align::Min, &word, Face::Plain, 12.0, palette.quiet);
        }
    }
    for (place, part) in score.parts.iter().enumerate() {
        let Some(row) = take(heights.part) else { return top };
        part_ui(ui, row, (nth, place), part, scores, phrases);
    }
    if score.trend.len() > 1
        && let Some(row) = take(heights.trend)
    {
        trend_ui(ui, row.shrink2(vec2(0.0, 2.0)), nth, score, phrases);
    }
    top
}

/// Label, value, points, age.
fn columns(row: Rect) -> [Rect; 4] {
    let ends = [0.0, 0.30, 0.63, 0.77, 1.0];
    let at = |nth: usize| row.left() + row.width() * ends.get(nth).copied().unwrap_or(1.0);
    [0, 1, 2, 3].map(|nth| {
        Rect::from_min_max(pos2(at(nth), row.top()), pos2(at(nth + 1) - 6.0, row.bottom()))
    })
}

fn part_ui(
    ui: &Ui,
    row: Rect,
    place: (usize, usize),
    part: &ScorePart,
    scores: &ScoresView,
    phrases: &Phrases,
) {
    let words = &phrases.words;
    let name = words.score_part(part.id.as_str());
    let entered = scores.entered.iter().find(|(what, _)| match what {
        Entered::Oxygen(_) | Entered::OxygenFlow(_) => part.id.as_str() == "oxygen",
        Entered::Consciousness(_) => part.id.as_str() == "consciousness",
        Entered::Refill(_) => part.id.as_str() == "refill",
        Entered::Effort(_) => part.id.as_str() == "effort",
        Entered::Spo2Scale(_) => false,
    });
    let value = match (part.value, entered) {
        (Some(value), _) => words.measured(part.id.as_str(), &value),
        (None, Some((what, _))) => words.entered(*what),
        (None, None) => phrases.text(TextKey::Dashes),
    };
    let points = match part.points {
        Some(points) => points.to_string(),
        None => phrases.text(TextKey::ScoreMissing),
    };
    let mut age = part.age.map(|age| words.age(age)).unwrap_or_default();
    if part.is_old {
        age = format!("{age}, {}", phrases.text(TextKey::ScoreOld));
    }
    let said = [name, value, points, age];
    let palette = phrases.palette;
    for (nth, (slot, written)) in columns(row).into_iter().zip(&said).enumerate() {
        let is_strong = nth == 2 || (nth == 3 && part.is_old);
        let face = if is_strong { Face::Strong } else { Face::Plain };
        let ink = if nth == 0 || (nth == 3 && !part.is_old) { palette.quiet } else { palette.text };
        text::in_rect(ui.painter(), slot, Align::Min, written, face, 14.0, ink);
    }
    let [name, value, points, age] = said;
    let points = words.noted(&phrases.text(TextKey::ScorePoints), &points);
    let parts = [format!("{name} {value}"), points, age];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    label(ui, row, ("part", place), &parts.join(", "));
}

/// Four boxes, as many filled as the band is high: a shape beside its word, in no alarm's colour. Gives
/// back its right end.
fn meter(ui: &Ui, left: egui::Pos2, band: ScoreBand, phrases: &Phrases) -> f32 {
    let filled = match band {
        ScoreBand::Incomplete | ScoreBand::Zero => 0,
        ScoreBand::Low => 1,
        ScoreBand::LowMedium => 2,
        ScoreBand::Medium => 3,
        ScoreBand::High => 4,
    };
    let ink = tokens::score(band);
    let mut right = left.x;
    for nth in 0..4 {
        let min = pos2(left.x + nth as f32 * 11.0, left.y - 7.0);
        let rect = Rect::from_min_size(min, vec2(9.0, 14.0));
        if nth < filled {
            ui.painter().rect_filled(rect, 1.0, ink);
        }
        let line = Stroke::new(1.0, if nth < filled { ink } else { phrases.palette.faint });
        ui.painter().rect_stroke(rect, 1.0, line, StrokeKind::Inside);
        right = rect.right();
    }
    right
}

/// The sums of the last day: a bar each, as high as the sum, from 0 to the score's own greatest.
fn trend_ui(ui: &Ui, row: Rect, nth: usize, score: &ScoreView, phrases: &Phrases) {
    let (painter, palette) = (ui.painter(), phrases.palette);
    let said = phrases.text(TextKey::ScoreTrend);
    let words = Rect::from_min_size(row.min, vec2(row.width(), 13.0));
    text::in_rect(painter, words, Align::Min, &said, Face::Plain, 11.0, palette.quiet);
    let plot = Rect::from_min_max(pos2(row.left(), words.bottom() + 1.0), row.max);
    painter.hline(plot.x_range(), plot.bottom(), Stroke::new(1.0, palette.line));
    let from = phrases.wall.before(DAY);
    let greatest = f32::from(score_max(score.kind));
    for (at, total) in &score.trend {
        let is_inside = from <= *at && *at <= phrases.wall;
        if !is_inside {
            continue;
        }
        let part = at.since(from).as_secs_f32() / DAY.as_secs_f32();
        let x = plot.left() + part * plot.width();
        let height = (f32::from(*total) / greatest * plot.height()).max(1.0);
        let low = pos2((x - 2.0).max(plot.left()), plot.bottom() - height);
        let bar = Rect::from_min_max(low, pos2((x + 2.0).min(plot.right()), plot.bottom()));
        painter.rect_filled(bar, 0.0, palette.quiet);
    }
    let last: Vec<String> =
        score.trend.iter().rev().take(4).rev().map(|(_, total)| total.to_string()).collect();
    label(ui, row, ("trend", nth), &phrases.words.noted(&said, &last.join(", ")));
}

/// The questions with their buttons. Gives back what was pressed.
fn entries_ui(ui: &Ui, area: Rect, scores: &ScoresView, phrases: &Phrases) -> Option<Entered> {
    let mut act = None;
    let mut top = area.top();
    for (nth, answers) in questions(scores).into_iter().enumerate() {
        let Some(first) = answers.first() else { continue };
        let about = phrases.words.entered_about(*first);
        let is_of = |(what, _): &&(Entered, EnteredBy)| what.is_same_question(first);
        let known = scores.entered.iter().find(is_of);
        let by = match known {
            Some((what, entered)) => {
                format!("{}, {}", phrases.words.entered(*what), by_whom(entered, phrases))
            }
            None => phrases.text(TextKey::NotEntered),
        };
        let said = phrases.words.noted(&about, &by);
        let row = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), ENTRY));
        let ink = phrases.palette.text;
        text::in_rect(ui.painter(), row, Align::Min, &said, Face::Plain, 13.0, ink);
        label(ui, row, ("entry", nth), &said);
        let count = answers.len() as f32;
        let width = ((area.width() + 4.0) / count - 4.0).min(200.0);
        for (place, what) in answers.iter().enumerate() {
            let left = area.left() + place as f32 * (width + 4.0);
            let min = pos2(left, top + ENTRY);
            let rect = Rect::from_min_size(min, vec2(width, BUTTONS));
            let word = phrases.words.entered(*what);
            let said = phrases.words.noted(&about, &word);
            let id = Id::unique("entry").with((nth, place));
            let is_chosen = known.is_some_and(|(known, _)| known == what);
            if choice_ui(ui, rect, id, (&word, &said), is_chosen, phrases).clicked() {
                act = Some(*what);
            }
        }
        top += ENTRY + BUTTONS + ENTRY_GAP;
    }
    act
}

/// `AB, 03:14:15, 12 min ago`.
fn by_whom(entered: &EnteredBy, phrases: &Phrases) -> String {
    let age = phrases.wall.since(entered.at);
    let time = phrases.dated(entered.at);
    phrases.words.entered_by(entered.by.as_str(), &time, &phrases.words.age(age))
}

fn label(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, spoken: &str) {
    let response = ui.interact(rect, ui.scope_id().with(("scores", salt)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}

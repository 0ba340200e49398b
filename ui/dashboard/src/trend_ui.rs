//! The last hour of the main numbers of a bed: mean, with a band from least to greatest.

use std::{sync::Arc, time::Duration};

use egui::{
    Align, Color32, Mesh, Painter, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};
use vigie_board::view::TileView;
use vigie_model::{Decimal, WallTime};
use vigie_ui_kit::{fonts::Face, text, tokens};
use vigie_words::TextKey;

use crate::{
    devices,
    numbers::{self, Main},
    phrases::Phrases,
    source::ViewSource,
    trend::{Trend, TrendView},
};

/// Height of the words above the charts, and of the whole when there is nothing but words.
const TITLE: f32 = 18.0;
/// Least size of a chart.
const CHART_MIN: egui::Vec2 = vec2(148.0, 92.0);
/// A chart gains nothing by more.
const CHART_HEIGHT_MAX: f32 = 150.0;
/// Part of the height that charts may take from the waves.
const PART: f32 = 0.28;
/// Between two charts.
const GAP: f32 = 12.0;
/// Line with the label, line with the times, column with the ends of the range.
const LABEL: f32 = 16.0;
const TIMES: f32 = 15.0;
const ENDS: f32 = 36.0;
/// The axis has a mark at each quarter of an hour, and a time at each half.
const MARK_EVERY: i64 = 900;

/// Paints the trends at the foot of `area`; gives back what is left above.
pub fn trends_ui(
    ui: &Ui,
    area: Rect,
    tile: &TileView,
    source: &dyn ViewSource,
    phrases: &Phrases,
) -> Rect {
    let Some(bed) = &tile.bed else { return area };
    let mains = numbers::mains(tile, phrases);
    let Some(first) = mains.first() else { return area };
    let title = phrases.text(TextKey::TrendTitle);
    let trend = |main: &Main| match devices::shares_key(tile, main) {
        Some(device) => source.trend_of(bed, &device, &main.key),
        None => source.trend(bed, &main.key),
    };
    let refusal = match trend(first) {
        Trend::Off => return area,
        Trend::NoRecord => Some(TextKey::TrendNoRecord),
        Trend::Locked => Some(TextKey::TrendLocked),
        Trend::Unreadable => Some(TextKey::TrendUnreadable),
        Trend::Loading | Trend::Of(_) => None,
    };
    let columns = ((area.width() + GAP) / (CHART_MIN.x + GAP)).floor().max(1.0) as usize;
    let room = area.height() * PART - TITLE;
    let rows_max = ((room + GAP / 2.0) / (CHART_MIN.y + GAP / 2.0)).floor().max(1.0) as usize;
    let rows = mains.len().div_ceil(columns).min(rows_max);
    let height = (room / rows as f32 - GAP / 2.0).clamp(CHART_MIN.y, CHART_HEIGHT_MAX).floor();
    let all = if refusal.is_some() { TITLE } else { TITLE + rows as f32 * (height + GAP / 2.0) };
    let top = area.bottom() - all;
    let above = Rect::from_min_max(area.min, pos2(area.right(), top - 4.0));
    let painter = ui.painter();
    painter.hline(area.x_range(), top - 2.0, Stroke::new(1.0, phrases.palette.line));
    let row = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + TITLE));
    if let Some(key) = refusal {
        let said = phrases.words.noted(&title, &phrases.text(key));
        text::in_rect(painter, row, Align::Min, &said, Face::Plain, 13.0, phrases.palette.quiet);
        spoken(ui, row, "trends", &said);
        return above;
    }
    text::in_rect(painter, row, Align::Min, &title, Face::Plain, 13.0, phrases.palette.quiet);
    let width = ((area.width() + GAP) / columns as f32 - GAP).floor();
    for (index, main) in mains.iter().take(columns * rows).enumerate() {
        let (column, line) = (index % columns, index / columns);
        let at = pos2(
            area.left() + column as f32 * (width + GAP),
            top + TITLE + line as f32 * (height + GAP / 2.0),
        );
        let rect = Rect::from_min_size(at, vec2(width, height));
        chart_ui(ui, rect, index, main, &in_units(trend(main), main, phrases), phrases);
    }
    above
}

/// The same with its ends and its range in the units of the window. The curve stays where it is: its places
/// are parts of a height.
fn in_units(trend: Trend, main: &Main, phrases: &Phrases) -> Trend {
    let units = phrases.words.units().of(main.key.metric().map(|metric| metric.id));
    let Trend::Of(view) = &trend else { return trend };
    if units.unit(&view.unit) == view.unit {
        return trend;
    }
    let shown = |(low, high): (Decimal, Decimal)| {
        (units.value(low, &view.unit), units.value(high, &view.unit))
    };
    Trend::Of(Arc::new(TrendView {
        unit: units.unit(&view.unit),
        ends: view.ends.map(shown),
        range: view.range.map(shown),
        ..TrendView::clone(view)
    }))
}

fn chart_ui(ui: &Ui, rect: Rect, index: usize, main: &Main, trend: &Trend, phrases: &Phrases) {
    let painter = ui.painter();
    let ink = phrases.palette.ink(main.parameter);
    let label = Rect::from_min_size(rect.min, vec2(rect.width(), LABEL));
    let put = text::in_rect(painter, label, Align::Min, &main.label, Face::Strong, 13.0, ink);
    let plot = Rect::from_min_max(rect.min + vec2(ENDS, LABEL + 2.0), rect.max - vec2(2.0, TIMES));
    let quiet = phrases.palette.quiet;
    let instead = match trend {
        Trend::Of(view) if view.ends.is_some() => {
            let unit = phrases.words.unit(&view.unit);
            let slot = Rect::from_min_max(pos2(put.right() + 6.0, rect.top()), label.max);
            if text::width(painter, &unit, Face::Plain, 12.0) + 2.0 <= slot.width() {
                text::in_rect(painter, slot, Align::Min, &unit, Face::Plain, 12.0, quiet);
            }
            axes(painter, plot, view, phrases);
            curve(painter, plot, view, ink);
            None
        }
        Trend::Of(_) => Some(TextKey::TrendNoValues),
        Trend::Loading => Some(TextKey::TrendLoading),
        Trend::Off | Trend::NoRecord => Some(TextKey::TrendNoRecord),
        Trend::Locked => Some(TextKey::TrendLocked),
        Trend::Unreadable => Some(TextKey::TrendUnreadable),
    };
    if let Some(key) = instead {
        painter.rect_filled(plot, 0.0, phrases.palette.bar);
        let word = phrases.text(key);
        text::in_rect(painter, plot, Align::Center, &word, Face::Plain, 13.0, quiet);
    }
    let said = match (instead, trend) {
        (Some(key), _) => phrases.text(key),
        (None, Trend::Of(view)) => range(view, phrases),
        (
            None,
            Trend::Off | Trend::Loading | Trend::NoRecord | Trend::Locked | Trend::Unreadable,
        ) => String::new(),
    };
    spoken(ui, rect, ("trend", index), &phrases.words.trend_spoken(&main.label, &said));
}

/// `62 to 84 per minute`, for screen readers.
fn range(view: &TrendView, phrases: &Phrases) -> String {
    let words = &phrases.words;
    let Some((low, high)) = &view.range else { return String::new() };
    let range = words.limits(Some(&words.decimal(low)), Some(&words.decimal(high)));
    let unit = words.unit_spoken(&view.unit);
    format!("{range} {unit}").trim_end().to_owned()
}

/// Ends of the range and the times.
fn axes(painter: &Painter, plot: Rect, view: &TrendView, phrases: &Phrases) {
    let size = tokens::TEXT_MIN;
    let line = Stroke::new(1.0, phrases.palette.line);
    painter.hline(plot.x_range(), plot.top(), line);
    painter.hline(plot.x_range(), plot.bottom(), line);
    if let Some((low, high)) = &view.ends {
        for (end, baseline) in [(high, plot.top() + size * text::CAP), (low, plot.bottom())] {
            let written = phrases.words.decimal(end);
            let width = ENDS - 5.0;
            let galley =
                text::line(painter, &written, Face::Plain, size, phrases.palette.quiet, width);
            text::put(painter, galley, Align::Max, plot.left() - 5.0, baseline);
        }
    }
    let offset = i64::from(phrases.utc_offset_minutes) * 60;
    let secs = |wall: WallTime| wall.as_unix_nanos().div_euclid(1_000_000_000) + offset;
    let (from, to) = (secs(view.from), secs(view.to));
    let row = Rect::from_min_max(
        pos2(plot.left(), plot.bottom() + 2.0),
        pos2(plot.right(), plot.bottom() + TIMES),
    );
    let mut free = plot.left() - ENDS;
    let first = from.div_euclid(MARK_EVERY) + 1;
    for mark in (first..).map(|mark| mark * MARK_EVERY).take_while(|at| *at < to) {
        let ago = Duration::from_secs(u64::try_from(mark - from).unwrap_or(0));
        let part = ago.as_secs_f32() / view.to.since(view.from).as_secs_f32().max(1.0);
        let x = plot.left() + part * plot.width();
        painter.vline(x, plot.y_range(), line);
        if mark % (2 * MARK_EVERY) != 0 {
            continue;
        }
        let from_full = view.from.after(ago);
        let written = phrases.words.hour_and_minute(from_full, phrases.utc_offset_minutes);
        let half = text::width(painter, &written, Face::Plain, size) / 2.0 + 1.0;
        if x - half >= free && x + half <= plot.right() + 2.0 {
            let slot = Rect::from_min_max(pos2(x - half, row.top()), pos2(x + half, row.bottom()));
            let quiet = phrases.palette.quiet;
            text::in_rect(painter, slot, Align::Center, &written, Face::Plain, size, quiet);
            free = x + half + 6.0;
        }
    }
}

/// Band and mean. A step between two gaps is a line as long as the step.
fn curve(painter: &Painter, plot: Rect, view: &TrendView, ink: Color32) {
    let at = |across: f32, up: f32| {
        pos2(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())
    };
    let band = tokens::band(ink);
    let stroke = Stroke::new(1.6, ink);
    for run in &view.runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        // From the beginning of the first step to the end of the last, by the middles of all.
        let middle = |mark: &crate::trend::TrendMark| (mark.from + mark.to) / 2.0;
        let across = std::iter::once(first.from)
            .chain(run.iter().map(middle))
            .chain(std::iter::once(last.to));
        let marks = std::iter::once(first).chain(run).chain(std::iter::once(last));
        let mut mesh = Mesh::default();
        let mut means = Vec::with_capacity(run.len() + 2);
        for (index, (across, mark)) in across.zip(marks).enumerate() {
            mesh.colored_vertex(at(across, mark.low), band);
            mesh.colored_vertex(at(across, mark.high), band);
            if let Some(before) = u32::try_from(index).ok().and_then(|index| index.checked_sub(1)) {
                let corner = before * 2;
                mesh.add_triangle(corner, corner + 1, corner + 2);
                mesh.add_triangle(corner + 1, corner + 2, corner + 3);
            }
            means.push(at(across, mark.mean));
        }
        painter.add(Shape::mesh(mesh));
        painter.line(means, stroke);
    }
}

fn spoken(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, said: &str) {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, said));
}

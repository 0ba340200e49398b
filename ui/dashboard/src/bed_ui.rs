//! One bed on the whole screen: every wave, every number, every alarm, the last hour, the
//! device and its line.
//!
//! Never shown: serial numbers and addresses of devices. The name of the patient stands here alone, as the
//! device sent it, and not where privacy is wanted.

use egui::{
    Align, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use vigie_board::view::{BoardView, DeviceView, Freshness, SourceView, TileView};
use vigie_model::StandbyReason;
use vigie_ui_kit::{
    badge::{self, Badge},
    fonts::Face,
    mode_border,
    rows::Rows,
    text, tokens,
};
use vigie_words::TextKey;

use crate::{
    alarms::{self, Entry},
    bed_forms_ui::{FormAct, bed_forms_ui},
    button::{Button, button_ui},
    devices::{self, DeviceName},
    freeze_ui::frozen_ui,
    head_ui::{self, InHead, head_ui},
    layout::{self, Needs},
    numbers::{self, Slot},
    phrases::Phrases,
    source::ViewSource,
    tile_ui::{TileMemory, instead, instead_ui, slot_ui},
    trend_ui::trends_ui,
    wave_ui::{Stands, grid_note, speed_note, wave_ui},
};

/// Least and greatest height of one line of the alarm list: between them it is such that the text can be
/// read from where people stand.
const ALARM_LINE: (f32, f32) = (30.0, 46.0);
/// Height of a line of small text.
const SMALL_LINE: f32 = 18.0;
/// Least height of a wave here.
const WAVE_MIN: f32 = 46.0;
/// The same where another device shows a wave too.
const WAVE_LOW: f32 = 28.0;
/// Height of such a second wave, in parts of the others'.
const SECOND_PART: f32 = 0.62;
/// Height, and size of the digits, of a number that another device measures too.
const SECOND: (f32, f32) = (22.0, 17.0);
/// Least width of it.
const SECOND_WIDTH: f32 = 212.0;
/// Part of the numbers' height that those may take; more take turns there.
const SECONDS_PART: f32 = 0.4;
/// Their ids are apart from those of the other numbers.
const SECONDS_FROM: usize = 1_000;
/// How long a turn lasts.
const SECONDS_TURN_NANOS: u64 = 4_000_000_000;

/// What somebody asks for in the bed view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BedAct {
    /// Back to the ward.
    Close,
    /// Nothing is expected from this bed.
    Standby(StandbyReason),
    /// The bed is watched again.
    EndStandby,
    /// Something in a form.
    Form(FormAct),
}

/// Paints the bed view into `area`. Gives back what is asked for.
pub fn bed_ui(
    ui: &mut Ui,
    area: Rect,
    tile: &TileView,
    view: &BoardView,
    source: &dyn ViewSource,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> Option<BedAct> {
    let mode = view.mode;
    let id = Id::unique("bed-view");
    let response = ui.interact(area, id, Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Pane, true, head_ui::spoken(tile, mode, phrases))
    });
    let mut inside =
        ui.new_child(UiBuilder::new().id_salt(id).max_rect(area).accessibility_parent(id));
    let painter = inside.painter().clone();
    let rect = area.shrink(tokens::TILE_GAP / 2.0);
    let line = Stroke::new(1.0, phrases.palette.line);
    painter.rect_stroke(rect, tokens::CORNER, line, StrokeKind::Inside);
    mode_border::border(&painter, rect, mode, phrases.palette);
    let inner = rect.shrink(tokens::BORDER);

    let head = Rect::from_min_size(inner.min, vec2(inner.width(), tokens::BUTTON));
    let mut act = back_ui(&inside, head, phrases).then_some(BedAct::Close);
    let mut head_rest = head;
    head_rest.min.x += BACK_WIDTH;
    if tile.bed.is_some() {
        let (right, asked) = standby_ui(&inside, head_rest, tile, phrases, memory);
        act = act.or(asked);
        head_rest.min.x = right + 4.0;
    }
    head_rest.min.x = freeze_button_ui(&inside, head_rest, tile, phrases, memory);
    head_ui(&painter, head_rest, tile, mode, &InHead::default(), phrases);
    let body = Rect::from_min_max(
        pos2(inner.left() + 10.0, head.bottom() + 4.0),
        inner.max - vec2(10.0, 6.0),
    );

    let middle = (body.left() + body.width() * 0.53).round();
    let left = Rect::from_min_max(body.min, pos2(middle - 10.0, body.bottom()));
    let right = Rect::from_min_max(pos2(middle + 10.0, body.top()), body.max);
    painter.vline(middle, body.y_range(), Stroke::new(1.0, phrases.palette.line));

    let form = bed_forms_ui(&mut inside, left, tile, view, &mut memory.forms, phrases);
    if let Some(left) = form.rest {
        let left = trends_ui(&inside, left, tile, source, phrases);
        running_ui(&inside, left, tile, phrases, memory);
    } else {
        // No waves are seen that could be frozen, now or when the form is closed.
        memory.freeze.is_wanted = false;
    }
    let rest = alarms_ui(&inside, right, tile, view, phrases);
    let rest = about_ui(&inside, rest, tile, phrases);
    numbers_ui(&inside, rest, tile, phrases, memory);
    act.or(form.act.map(BedAct::Form))
}

const BACK_WIDTH: f32 = 110.0;
const STANDBY_WIDTH: f32 = 116.0;

/// Standby of this bed: its button, or the reasons to choose from. Gives back where the head goes on.
fn standby_ui(
    ui: &Ui,
    head: Rect,
    tile: &TileView,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> (f32, Option<BedAct>) {
    let place = |nth: usize| {
        let left = head.left() + nth as f32 * (STANDBY_WIDTH + 4.0);
        Rect::from_min_size(pos2(left, head.top()), vec2(STANDBY_WIDTH, head.height()))
    };
    let pressed = |nth: usize, word: &str| {
        let button = Button { word, key: "", is_free: true };
        button_ui(ui, place(nth), Id::unique("standby").with(nth), button, phrases).clicked()
    };
    if tile.watch.standby.is_some() {
        memory.asks_standby = false;
        let is_pressed = pressed(0, &phrases.text(TextKey::StandbyEnd));
        return (place(0).right(), is_pressed.then_some(BedAct::EndStandby));
    }
    if !memory.asks_standby {
        memory.asks_standby = pressed(0, &phrases.text(TextKey::StandbyBegin));
        return (place(0).right(), None);
    }
    let reasons = [StandbyReason::Empty, StandbyReason::Away, StandbyReason::Theatre];
    let mut act = None;
    for (nth, why) in reasons.into_iter().enumerate() {
        if pressed(nth + 1, &phrases.words.standby_reason(why)) {
            memory.asks_standby = false;
            act = Some(BedAct::Standby(why));
        }
    }
    if pressed(0, &phrases.text(TextKey::Close)) {
        memory.asks_standby = false;
    }
    (place(reasons.len()).right(), act)
}

/// The way back to the ward.
fn back_ui(ui: &Ui, head: Rect, phrases: &Phrases) -> bool {
    let rect = Rect::from_min_size(head.min, vec2(BACK_WIDTH - 4.0, head.height()));
    let response = ui.interact(rect, Id::unique("back"), Sense::click());
    let word = phrases.text(TextKey::Back);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &word));
    let painter = ui.painter();
    let fill = if response.hovered() || response.has_focus() {
        phrases.palette.line
    } else {
        phrases.palette.bar
    };
    painter.rect_filled(rect, tokens::CORNER, fill);
    if response.has_focus() {
        let stroke = Stroke::new(2.0, phrases.palette.focus);
        painter.rect_stroke(rect, tokens::CORNER, stroke, StrokeKind::Inside);
    }
    let tip = pos2(rect.left() + 14.0, rect.center().y);
    let stroke = Stroke::new(2.0, phrases.palette.text);
    painter.line_segment([tip, tip + vec2(7.0, -7.0)], stroke);
    painter.line_segment([tip, tip + vec2(7.0, 7.0)], stroke);
    let slot = Rect::from_min_max(pos2(tip.x + 16.0, rect.top()), rect.max);
    text::in_rect(painter, slot, Align::Min, &word, Face::Plain, 17.0, phrases.palette.text);
    response.clicked()
}

/// The waves, running or frozen.
fn running_ui(ui: &Ui, area: Rect, tile: &TileView, phrases: &Phrases, memory: &mut TileMemory) {
    match memory.freeze.shown(tile, phrases) {
        Some(frozen) => {
            if frozen_ui(ui, area, frozen, phrases) {
                memory.freeze.frozen = None;
            }
        }
        None => waves_ui(ui, area, tile, phrases, memory),
    }
}

/// Freezes the waves. Gives back where the head goes on.
fn freeze_button_ui(
    ui: &Ui,
    head: Rect,
    tile: &TileView,
    phrases: &Phrases,
    memory: &mut TileMemory,
) -> f32 {
    // The band over a frozen picture has the button that ends it.
    if tile.waves.is_empty() || memory.asks_standby || memory.freeze.frozen.is_some() {
        return head.left();
    }
    let rect = Rect::from_min_size(head.min, vec2(STANDBY_WIDTH, head.height()));
    let word = phrases.text(TextKey::FreezeBegin);
    let button = Button { word: &word, key: "F8", is_free: true };
    memory.freeze.is_wanted |= button_ui(ui, rect, Id::unique("freeze"), button, phrases).clicked();
    rect.right() + 4.0
}

fn waves_ui(ui: &Ui, area: Rect, tile: &TileView, phrases: &Phrases, memory: &mut TileMemory) {
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - SMALL_LINE), area.max);
    let field = Rect::from_min_max(area.min, pos2(area.right(), foot.top()));
    memory.keep_waves_of(tile);
    let painter = ui.painter();
    if tile.waves.is_empty() {
        let key = phrases.text(TextKey::NoWave);
        text::in_rect(
            painter,
            field,
            Align::Center,
            &key,
            Face::Plain,
            18.0,
            phrases.palette.faint,
        );
        return;
    }
    let names = devices::names(tile, phrases);
    let places = wave_places(field, tile);
    let rows = places.len();
    for (wave, rect) in tile.waves.iter().zip(places) {
        let sweep = memory.sweep(tile, wave);
        let name = names.get(usize::from(wave.source));
        wave_ui(ui, rect.shrink2(vec2(0.0, 2.0)), wave, name, sweep, Stands::InBed, phrases);
    }
    let mut note = speed_note(phrases);
    if phrases.options.has_grid {
        note = format!("{note}, {}", grid_note(phrases));
    }
    if rows < tile.waves.len() {
        note = format!("{note}, {}", phrases.words.more(tile.waves.len() - rows));
    }
    text::in_rect(painter, foot, Align::Min, &note, Face::Plain, 13.0, phrases.palette.quiet);
}

/// Where the waves stand. What another device shows too is lower than the others, and where not all have
/// room all are lower before one of those is left out.
pub fn wave_places(field: Rect, tile: &TileView) -> Vec<Rect> {
    let seconds = tile.waves.iter().filter(|wave| wave.is_second).count();
    let firsts = tile.waves.len() - seconds;
    let parts = firsts as f32 + SECOND_PART * seconds as f32;
    let usual = field.height() / parts.max(1.0);
    let (rows, part) = if usual * SECOND_PART >= WAVE_LOW && usual >= WAVE_MIN {
        (tile.waves.len(), SECOND_PART)
    } else {
        let least = if seconds > 0 { WAVE_LOW } else { WAVE_MIN };
        (((field.height() / least) as usize).clamp(1, tile.waves.len()), 1.0)
    };
    let shown = tile.waves.iter().take(rows);
    let parts: Vec<f32> = shown.map(|wave| if wave.is_second { part } else { 1.0 }).collect();
    let unit = (field.height() / parts.iter().sum::<f32>().max(1.0)).min(layout::WAVE_MAX);
    let mut top = field.top();
    let place = |part: f32| {
        let rect = Rect::from_min_size(
            pos2(field.left(), top),
            vec2(field.width(), (unit * part).floor()),
        );
        top = rect.bottom();
        rect
    };
    parts.into_iter().map(place).collect()
}

/// Lists all alarms; gives back what is left below.
fn alarms_ui(ui: &Ui, area: Rect, tile: &TileView, view: &BoardView, phrases: &Phrases) -> Rect {
    let painter = ui.painter();
    let entries = alarms::entries(tile, view, phrases);
    let height =
        (badge::height_for(phrases.sight.size_min()) + 3.0).clamp(ALARM_LINE.0, ALARM_LINE.1);
    let lines_max = ((area.height() * 0.42 / height) as usize).max(2);
    let mut rows = Rows::of(area);
    if entries.is_empty() {
        let row = rows.take(height);
        let none = phrases.text(TextKey::NoAlarms);
        text::in_rect(painter, row, Align::Min, &none, Face::Plain, 15.0, phrases.palette.quiet);
        label(ui, row, "no-alarm", &none);
    }
    let shown = if entries.len() > lines_max { lines_max - 1 } else { entries.len() };
    for (index, entry) in entries.iter().take(shown).enumerate() {
        let row = rows.take(height).shrink2(vec2(0.0, 1.5));
        alarm_ui(ui, row, index, entry, phrases);
    }
    if entries.len() > shown {
        let row = rows.take(SMALL_LINE);
        let more = phrases.words.more(entries.len() - shown);
        text::in_rect(painter, row, Align::Min, &more, Face::Plain, 14.0, phrases.palette.quiet);
    }
    let rest = rows.rest();
    painter.hline(area.x_range(), rest.top() + 4.0, Stroke::new(1.0, phrases.palette.line));
    Rect::from_min_max(rest.min + vec2(0.0, 8.0), area.max)
}

/// One line of the list: band, state and value, since when.
fn alarm_ui(ui: &Ui, row: Rect, index: usize, entry: &Entry, phrases: &Phrases) {
    let painter = ui.painter();
    let size = 14.0;
    let since_width = text::width(painter, "00/00 00:00", Face::Plain, size) + 6.0;
    let since = Rect::from_min_max(pos2(row.right() - since_width, row.top()), row.max);
    text::in_rect(
        painter,
        since,
        Align::Max,
        &entry.since,
        Face::Plain,
        size,
        phrases.palette.quiet,
    );
    let parts: Vec<&str> = [entry.detail.as_str(), entry.state.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let beside = parts.join(", ");
    let beside_width = if beside.is_empty() {
        0.0
    } else {
        (text::width(painter, &beside, Face::Plain, size) + 10.0).min(row.width() * 0.36)
    };
    let band = Rect::from_min_max(row.min, pos2(since.left() - beside_width - 4.0, row.bottom()));
    if !beside.is_empty() {
        let slot = Rect::from_min_max(
            pos2(band.right() + 8.0, row.top()),
            pos2(since.left(), row.bottom()),
        );
        text::in_rect(painter, slot, Align::Min, &beside, Face::Plain, size, phrases.palette.text);
    }
    let badge = Badge { text: entry.text.clone(), ..entry.badge.clone() };
    badge.paint(painter, band, phrases.now, phrases.palette);
    let parts: Vec<&str> = [entry.spoken.as_str(), entry.detail.as_str(), entry.since.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let spoken = parts.join(", ");
    let response = ui.interact(row, ui.scope_id().with(("alarm", index)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
}

/// Lines at the foot: the device, its line, values in words, what could not be used. Gives back what
/// is left above.
fn about_ui(ui: &Ui, area: Rect, tile: &TileView, phrases: &Phrases) -> Rect {
    let words = &phrases.words;
    let names = devices::names(tile, phrases);
    let mut lines: Vec<String> = head_ui::named(tile, phrases).into_iter().collect();
    lines.extend(device_lines(tile, &names, phrases));
    let of_devices = lines.len();
    for text in &tile.texts {
        let label = words.stream_label(&text.key, text.label.as_ref());
        let label = match names.get(usize::from(text.source)) {
            Some(named) => format!("{label} {}", named.mark),
            None => label,
        };
        let value = match &text.value {
            Some(value) => value.to_string(),
            None => phrases.text(TextKey::Dashes),
        };
        lines.push(format!("{label}: {value}"));
    }
    for fault in &tile.faults {
        lines.push(format!(
            "{} ({})",
            words.fault_count(fault.kind, fault.count.into()),
            fault.what
        ));
    }
    // The patient and every device have their line, whatever else has none.
    let lines_max = ((area.height() * 0.25 / SMALL_LINE) as usize).max(of_devices + 1);
    let shown = if lines.len() > lines_max { lines_max - 1 } else { lines.len() };
    if lines.len() > shown {
        let more = words.more(lines.len() - shown);
        lines.truncate(shown);
        lines.push(more);
    }
    let top = area.bottom() - SMALL_LINE * lines.len() as f32;
    let above = Rect::from_min_max(area.min, pos2(area.right(), top - 4.0));
    let mut rows = Rows::of(Rect::from_min_max(pos2(area.left(), top), area.max));
    for (index, written) in lines.iter().enumerate() {
        let row = rows.take(SMALL_LINE);
        text::in_rect(
            ui.painter(),
            row,
            Align::Min,
            written,
            Face::Plain,
            13.0,
            phrases.palette.quiet,
        );
        label(ui, row, ("about", index), written);
    }
    above
}

/// The only device and its line; of several each with its mark and what is said of it.
fn device_lines(tile: &TileView, names: &[DeviceName], phrases: &Phrases) -> Vec<String> {
    let words = &phrases.words;
    let told = |device: &DeviceView| {
        let info = device.info.as_ref()?;
        let parts = [&info.manufacturer, &info.model, &info.software, &info.bed_label];
        let parts: Vec<&str> = parts.into_iter().flatten().map(|text| text.as_str()).collect();
        Some(parts.join(", "))
    };
    if !names.is_empty() {
        let of_source = |(named, source): (&DeviceName, &SourceView)| {
            let name = format!("{} {}", named.mark, named.name);
            let said = devices::said(source, phrases).all();
            let parts: Vec<String> = told(&source.device).into_iter().chain(said).collect();
            if parts.is_empty() { name } else { words.noted(&name, &parts.join(", ")) }
        };
        return names.iter().zip(&tile.sources).map(of_source).collect();
    }
    let mut lines = Vec::new();
    if let Some(told) = tile.device.as_ref().and_then(told) {
        lines.push(format!("{}: {told}", phrases.text(TextKey::Device)));
    }
    let mut link = Vec::new();
    if tile.link.closed {
        link.push(phrases.text(TextKey::LineClosed));
    }
    if let (Some((_, heard)), true) =
        (tile.link.heard, tile.link.freshness != Some(Freshness::Live))
    {
        link.push(words.no_data_since(&phrases.dated(heard)));
    }
    if !link.is_empty() {
        lines.push(link.join(", "));
    }
    lines.extend(devices::lines(tile, phrases).into_iter().next());
    lines
}

fn numbers_ui(ui: &Ui, area: Rect, tile: &TileView, phrases: &Phrases, memory: &mut TileMemory) {
    if let Some(word) = instead(tile, phrases) {
        instead_ui(ui, area, &word, phrases);
        return;
    }
    let slots = numbers::slots(tile, phrases);
    let area = seconds_ui(ui, area, &slots.seconds, phrases);
    // All of them if they can be read, else as many as can.
    let needs = Needs { must: slots.secondary.len(), wish: 0, least: 0.0 };
    let plan = memory.plan(&slots, needs, ui.painter(), area);
    for (cells, packed) in [(&slots.primary, &plan.primary), (&slots.secondary, &plan.secondary)] {
        for (index, (slot, rect)) in cells.iter().zip(&packed.rects).enumerate() {
            slot_ui(ui, *rect, packed.size, slot, index, phrases);
        }
    }
}

/// At the foot of the numbers, small: what another device measures too. None of them is left out: more
/// than have room take turns. Gives back what is left above.
fn seconds_ui(ui: &Ui, area: Rect, seconds: &[Slot], phrases: &Phrases) -> Rect {
    if seconds.is_empty() {
        return area;
    }
    let columns = ((area.width() / SECOND_WIDTH) as usize).max(1);
    let rows_max = ((area.height() * SECONDS_PART / SECOND.0) as usize).max(1);
    let rows = seconds.len().div_ceil(columns).min(rows_max);
    let (room, width) = (rows * columns, area.width() / columns as f32);
    let pages = seconds.len().div_ceil(room).max(1);
    let page = (phrases.now.as_nanos() / SECONDS_TURN_NANOS) as usize % pages;
    let top = area.bottom() - rows as f32 * SECOND.0;
    let line = Stroke::new(1.0, phrases.palette.line);
    ui.painter().hline(area.x_range(), top - 3.0, line);
    for (nth, slot) in seconds.iter().enumerate() {
        let place = nth % room;
        let min = pos2(
            area.left() + (place % columns) as f32 * width,
            top + (place / columns) as f32 * SECOND.0,
        );
        let rect = Rect::from_min_size(min, vec2(width - 12.0, SECOND.0));
        // Every one can be heard, also those that wait for their turn.
        if nth / room == page {
            slot_ui(ui, rect, SECOND.1, slot, SECONDS_FROM + nth, phrases);
        } else {
            label(ui, rect, ("second", nth), &slot.spoken(phrases));
        }
    }
    Rect::from_min_max(area.min, pos2(area.right(), top - 8.0))
}

fn label(ui: &Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug, spoken: &str) {
    let response = ui.interact(rect, ui.scope_id().with(salt), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
}

//! One wave: label, scale and the sweep.

use egui::{
    Align, Painter, Rect, Role, Sense, Stroke, Ui, WidgetInfo, emath::GuiRounding as _, pos2,
};
use vigie_board::view::WaveView;
use vigie_model::{Decimal, Unit};
use vigie_ui_kit::{
    fonts::Face,
    scale::{Axis, Span, span_of},
    sweep::{Look, Speed, Sweep},
    text, tokens,
};
use vigie_words::{TextKey, Units};

use crate::{devices::DeviceName, layout::WAVE_LABEL_ABOVE_FROM, phrases::Phrases};

/// From this height on, ends of the scale and the 1 mV bar stand before the trace.
const GUTTER_FROM: f32 = 74.0;
/// Width of that column.
const GUTTER: f32 = 34.0;

/// Paints `wave` into `rect`. What a screen reader says: label, scale, rate; and its device, where there
/// are several.
pub fn wave_ui(
    ui: &Ui,
    rect: Rect,
    wave: &WaveView,
    from: Option<&DeviceName>,
    sweep: &mut Sweep,
    phrases: &Phrases,
) {
    let painter = ui.painter();
    let span = span_of(wave);
    let label = phrases.words.stream_label(&wave.key, wave.label.as_ref());
    let points_per_mm = phrases.sight.points_per_mm;
    let speed = phrases.options.speed.for_wave(wave.parameter, rect.width(), points_per_mm);
    let color = tokens::aged(phrases.palette.ink(wave.parameter), wave.freshness);
    let notes = notes(&span, wave, phrases);
    let id = ui.scope_id().with(("wave", &wave.key, wave.source));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| {
        let rate = phrases.words.sampling_rate(wave.rate_hz);
        let device = from.map(|from| match wave.is_second {
            false => phrases.words.from_device(&from.name),
            true => phrases.words.also_from(&from.name),
        });
        let device = device.unwrap_or_default();
        let preferred =
            if wave.is_preferred { phrases.text(TextKey::PreferredSource) } else { String::new() };
        let range = notes.first().map_or("", String::as_str);
        let parts: Vec<&str> =
            [label.as_str(), range, rate.as_str(), device.as_str(), preferred.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
        WidgetInfo::labeled(Role::Image, true, parts.join(", "))
    });
    let trace = if rect.height() >= WAVE_LABEL_ABOVE_FROM {
        let size = (rect.height() * 0.15).floor().clamp(tokens::TEXT_MIN, 15.0);
        let from = from.map(|from| from.on(wave.is_preferred, phrases));
        let strip = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + size * 1.25));
        strip_ui(painter, strip, size, &label, color, from.as_ref(), &notes, speed, phrases);
        let mut trace = Rect::from_min_max(pos2(rect.left(), strip.bottom()), rect.max);
        if rect.height() >= GUTTER_FROM && span.ends.is_some() {
            gutter(painter, trace, &span, wave, phrases);
            trace.min.x += GUTTER;
        }
        trace
    } else {
        let label = match from {
            Some(from) => {
                let [_, mark] = from.on(wave.is_preferred, phrases);
                format!("{label} {mark}")
            }
            None => label,
        };
        let right = label_before(painter, rect, &label, color, span.axis, phrases);
        Rect::from_min_max(pos2(right + 5.0, rect.top()), rect.max)
    };
    let trace = trace.shrink2(egui::vec2(0.0, 2.0)).round_to_pixels(painter.pixels_per_point());
    if trace.width() > 20.0 && trace.height() > 8.0 {
        let half = phrases.palette.trace_half(wave.parameter);
        let motion = phrases.options.motion;
        let mark = phrases.palette.text;
        let look = Look { color, mark, span, speed, motion, points_per_mm, half };
        sweep.paint(painter, trace, &wave.trace, phrases.now, look);
    }
}

/// Label of a low wave, before the trace; under it, that the range is not the usual one.
fn label_before(
    painter: &Painter,
    rect: Rect,
    label: &str,
    color: egui::Color32,
    axis: Axis,
    phrases: &Phrases,
) -> f32 {
    let size = tokens::TEXT_MIN;
    let note = match axis {
        Axis::Fixed | Axis::Relative => None,
        Axis::Auto => Some(phrases.text(TextKey::AutoScale)),
        Axis::Unknown => Some(phrases.text(TextKey::OwnRange)),
    };
    let width_max = rect.width() * 0.4;
    let (above, below) = rect.split_top_bottom_at_fraction(0.5);
    let row = if note.is_some() { above } else { rect };
    let put = |row: Rect, what: &str, color| {
        let galley = text::line(painter, what, Face::Plain, size, color, width_max);
        text::put(
            painter,
            galley,
            Align::Min,
            rect.left(),
            text::middle(row.top(), row.bottom(), size),
        )
    };
    let right = put(row, label, color).right();
    match note {
        Some(note) => right.max(put(below, &note, phrases.palette.quiet).right()),
        None => right,
    }
}

/// What is said of the scale, from long to short.
fn notes(span: &Span, wave: &WaveView, phrases: &Phrases) -> Vec<String> {
    let words = &phrases.words;
    match (span.axis, span.ends) {
        (Axis::Unknown, _) => vec![phrases.text(TextKey::NoScale), phrases.text(TextKey::OwnRange)],
        (Axis::Relative, _) | (_, None) => Vec::new(),
        (axis @ (Axis::Fixed | Axis::Auto), Some((low, high))) => {
            let units = units_of(wave, phrases);
            let [low, high] = [low, high].map(|end| words.decimal(&units.value(end, &wave.unit)));
            let range = words.limits(Some(&low), Some(&high));
            let range = format!("{range} {}", words.unit(&units.unit(&wave.unit)));
            if axis == Axis::Auto {
                let auto = phrases.text(TextKey::AutoScale);
                vec![format!("{range}, {auto}"), auto]
            } else {
                vec![range]
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one line of a wave, all of it")]
fn strip_ui(
    painter: &Painter,
    strip: Rect,
    size: f32,
    label: &str,
    color: egui::Color32,
    from: Option<&[String; 2]>,
    notes: &[String],
    speed: Speed,
    phrases: &Phrases,
) {
    let put = text::in_rect(painter, strip, Align::Min, label, Face::Strong, size, color);
    let mut free = strip;
    free.min.x = put.right() + size * 0.7;
    let small = (size * 0.9).max(tokens::TEXT_MIN);
    let fits = |what: &str, free: Rect| {
        text::width(painter, what, Face::Plain, small) + 2.0 <= free.width()
    };
    if let Some([name, mark]) = from {
        let name = if fits(name, free) { name } else { mark };
        let ink = phrases.palette.quiet;
        let put = text::in_rect(painter, free, Align::Min, name, Face::Plain, small, ink);
        free.min.x = put.right() + size * 0.7;
    }
    if let Some(note) = notes.iter().find(|note| fits(note, free)) {
        let put = text::in_rect(
            painter,
            free,
            Align::Min,
            note,
            Face::Plain,
            small,
            phrases.palette.quiet,
        );
        free.min.x = put.right() + size;
    }
    // The speed of the ward is told once, in the top bar.
    if speed != phrases.options.speed {
        let value = phrases.words.decimal(&shortest(speed.centi_mm_per_second()));
        let speed = format!("{value} {}", phrases.words.unit(&Unit::ucum("mm/s")));
        if fits(&speed, free) {
            text::in_rect(
                painter,
                free,
                Align::Max,
                &speed,
                Face::Plain,
                small,
                phrases.palette.quiet,
            );
        }
    }
}

/// `25 mm/s`, and that it is not to scale as long as nobody measured the screen.
pub fn speed_note(phrases: &Phrases) -> String {
    let value = phrases.words.decimal(&shortest(phrases.options.speed.centi_mm_per_second()));
    let note = format!("{value} {}", phrases.words.unit(&Unit::ucum("mm/s")));
    if phrases.options.pixels_per_mm.is_some() {
        return note;
    }
    format!("{note}, {}", phrases.text(TextKey::NotToScale))
}

/// Hundredths as a number without trailing zeros.
fn shortest(hundredths: i64) -> Decimal {
    if hundredths % 100 == 0 {
        Decimal::whole(hundredths / 100)
    } else if hundredths % 10 == 0 {
        Decimal::new(hundredths / 10, -1)
    } else {
        Decimal::new(hundredths, -2)
    }
}

/// The units that a wave's scale is written in.
fn units_of(wave: &WaveView, phrases: &Phrases) -> Units {
    phrases.words.units().of(wave.id.as_ref().map(vigie_model::Text::as_str))
}

/// Ends of the scale; for an ECG in millivolts the bar of 1 mV.
fn gutter(painter: &Painter, trace: Rect, span: &Span, wave: &WaveView, phrases: &Phrases) {
    let Some((low, high)) = span.ends else { return };
    let size = tokens::TEXT_MIN;
    let right = trace.left() + GUTTER - 6.0;
    let line = Stroke::new(1.0, phrases.palette.faint);
    let (top, bottom) = (trace.top() + 2.0, trace.bottom() - 2.0);
    painter.vline(right + 3.0, top..=bottom, line);
    for (end, baseline) in [(high, top + size * text::CAP), (low, bottom)] {
        let end = units_of(wave, phrases).value(end, &wave.unit);
        let written = phrases.words.decimal(&end);
        let galley =
            text::line(painter, &written, Face::Plain, size, phrases.palette.quiet, GUTTER);
        text::put(painter, galley, Align::Max, right, baseline);
    }
    if let Some(millivolt) = span.millivolt {
        let height = (span.part(millivolt) - span.part(0.0)).abs() * (bottom - top);
        let middle = (top + bottom) / 2.0;
        let bar = Stroke::new(2.0, phrases.palette.quiet);
        painter.vline(right + 3.0, middle - height / 2.0..=middle + height / 2.0, bar);
        for y in [middle - height / 2.0, middle + height / 2.0] {
            painter.hline(right..=right + 6.0, y, bar);
        }
        // Only where it does not touch the ends.
        if bottom - top > size * 4.0 {
            let one = format!("1 {}", phrases.words.unit(&Unit::ucum("mV")));
            let galley =
                text::line(painter, &one, Face::Plain, size, phrases.palette.quiet, GUTTER);
            let baseline = text::middle(middle - size, middle + size, size);
            text::put(painter, galley, Align::Max, right - 2.0, baseline);
        }
    }
}

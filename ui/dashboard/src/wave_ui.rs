//! One wave: label, scale and the sweep.

use egui::{
    Align, Painter, Rect, Role, Sense, Stroke, Ui, WidgetInfo, emath::GuiRounding as _, pos2,
};
use vigie_board::view::WaveView;
use vigie_model::{Decimal, Unit};
use vigie_ui_kit::{
    fonts::Face,
    paper::Paper,
    scale::{Axis, Gain, Span, span_at, span_of},
    sweep::{Look, Speed, Sweep},
    text, tokens,
};
use vigie_words::{TextKey, Units};

use crate::{devices::DeviceName, layout::WAVE_LABEL_ABOVE_FROM, phrases::Phrases};

/// From this height on, ends of the scale and the 1 mV bar stand before the trace.
const GUTTER_FROM: f32 = 74.0;
/// Width of that column.
const GUTTER: f32 = 34.0;

/// Where a wave stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// In a tile of the ward: what holds for all waves is told once, in the bar.
    InTile,
    /// In the bed view: each wave says all of it.
    InBed,
}

/// Where a wave was painted, and on which axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traced {
    /// Its trace, without labels.
    pub rect: Rect,
    /// Its vertical axis.
    pub span: Span,
    /// Half the thickness of its line.
    pub half: f32,
}

impl Traced {
    /// Where an amount stands.
    pub fn y(&self, raw: f64) -> f32 {
        self.rect.top() + self.span.below_top(raw, self.rect.height(), self.half)
    }
}

/// Paints `wave` into `rect`. What a screen reader says: label, scale, rate; and its device, where there
/// are several. `None`: there is no room for a trace.
pub fn wave_ui(
    ui: &Ui,
    rect: Rect,
    wave: &WaveView,
    from: Option<&DeviceName>,
    sweep: &mut Sweep,
    stands: Stands,
    phrases: &Phrases,
) -> Option<Traced> {
    let painter = ui.painter();
    let is_high = rect.height() >= WAVE_LABEL_ABOVE_FROM;
    let size = (rect.height() * 0.15).floor().clamp(tokens::TEXT_MIN, 15.0);
    let strip_height = if is_high { size * 1.25 } else { 0.0 };
    let strip = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + strip_height));
    let place = |left: f32| {
        let trace = Rect::from_min_max(pos2(left, strip.bottom()), rect.max);
        trace.shrink2(egui::vec2(0.0, 2.0)).round_to_pixels(painter.pixels_per_point())
    };
    let half = phrases.palette.trace_half(wave.parameter);
    let span = span_in(wave, place(rect.left()).height() - 2.0 * half, phrases);
    let label = phrases.words.stream_label(&wave.key, wave.label.as_ref());
    let points_per_mm = phrases.sight.points_per_mm;
    let speed = phrases.options.speed.for_wave(wave.parameter, rect.width(), points_per_mm);
    let color = tokens::aged(phrases.palette.ink(wave.parameter), wave.freshness);
    let notes = notes(&span, wave, stands, phrases);
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
        let speed = match stands {
            Stands::InBed => speed_written(speed, phrases),
            Stands::InTile => String::new(),
        };
        let parts = [&label, range, &rate, &device, &preferred, &speed];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        WidgetInfo::labeled(Role::Image, true, parts.join(", "))
    });
    let left = if is_high {
        let from = from.map(|from| from.on(wave.is_preferred, phrases));
        // The speed of the ward is told once, in the top bar.
        let is_told = stands == Stands::InBed || speed != phrases.options.speed;
        let speed = is_told.then(|| speed_written(speed, phrases));
        let notes = (notes.as_slice(), speed.as_deref());
        strip_ui(painter, strip, size, (&label, color), from.as_ref(), notes, phrases);
        if rect.height() >= GUTTER_FROM && (span.ends.is_some() || span.millivolt.is_some()) {
            rect.left() + GUTTER
        } else {
            rect.left()
        }
    } else {
        let label = match from {
            Some(from) => {
                let [_, mark] = from.on(wave.is_preferred, phrases);
                format!("{label} {mark}")
            }
            None => label,
        };
        label_before(painter, rect, &label, color, span.axis, phrases) + 5.0
    };
    let traced = Traced { rect: place(left), span, half };
    if traced.rect.width() <= 20.0 || traced.rect.height() <= 8.0 {
        return None;
    }
    if left == rect.left() + GUTTER {
        gutter(painter, &traced, wave, phrases);
    }
    if phrases.options.has_grid {
        grid(painter, &traced, stands, phrases);
    }
    let motion = phrases.options.motion;
    let mark = phrases.palette.text;
    let look = Look { color, mark, span, speed, motion, points_per_mm, half };
    sweep.paint(painter, traced.rect, &wave.trace, phrases.now, look);
    Some(traced)
}

/// Whether a wave would be painted on the axis on which it was painted last, if it was: its range may have
/// become another.
pub fn is_on_axis(wave: &WaveView, sweep: &Sweep, phrases: &Phrases) -> bool {
    sweep.stands().is_none_or(|(rect, look)| {
        span_in(wave, rect.height() - 2.0 * look.half, phrases) == look.span
    })
}

/// The axis of a wave on a place so high: by the gain that somebody chose where it has millivolts.
fn span_in(wave: &WaveView, height: f32, phrases: &Phrases) -> Span {
    let height_mm = height / phrases.sight.points_per_mm;
    let by_gain = phrases.options.gain.and_then(|gain| span_at(wave, gain, height_mm));
    by_gain.unwrap_or_else(|| span_of(wave))
}

/// Lines of millimetres under a wave: of time for all, of height where a millivolt has one. In a tile each
/// fifth only.
fn grid(painter: &Painter, traced: &Traced, stands: Stands, phrases: &Phrases) {
    let (rect, step) = (traced.rect, phrases.sight.points_per_mm);
    let pixel = 1.0 / painter.pixels_per_point();
    let has_fine = stands == Stands::InBed && step >= 3.0 * pixel;
    let snap = |at: f32| (at / pixel).floor() * pixel;
    let lines = |from: f32, to: f32, zero: f32, is_fifth: bool| {
        let (first, last) = (((from - zero) / step).ceil() as i32, ((to - zero) / step) as i32);
        let all = (first..=last).filter(move |nth| (nth % 5 == 0) == is_fifth);
        all.map(move |nth| snap(zero + nth as f32 * step))
    };
    let zero = match traced.span.axis {
        Axis::Gain { .. } => traced.span.zero,
        Axis::Fixed | Axis::Auto | Axis::Relative | Axis::Unknown => None,
    };
    let paper = Paper::of(painter.ctx());
    let mut paper = paper.lock();
    for is_fifth in [false, true] {
        if !is_fifth && !has_fine {
            continue;
        }
        let color = tokens::grid(phrases.palette.faint, is_fifth);
        let upright = lines(rect.left(), rect.right() - pixel, rect.left(), is_fifth)
            .map(|x| Rect::from_min_max(pos2(x, rect.top()), pos2(x + pixel, rect.bottom())));
        let across = zero.into_iter().flat_map(|zero| {
            lines(rect.top(), rect.bottom() - pixel, traced.y(zero), is_fifth)
                .map(|y| Rect::from_min_max(pos2(rect.left(), y), pos2(rect.right(), y + pixel)))
        });
        paper.under(painter, upright.chain(across), color);
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
        Axis::Fixed | Axis::Relative | Axis::Gain { is_less: false, .. } => None,
        Axis::Gain { gain, is_less: true } => Some(gain_written(gain, phrases)),
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
fn notes(span: &Span, wave: &WaveView, stands: Stands, phrases: &Phrases) -> Vec<String> {
    let words = &phrases.words;
    match (span.axis, span.ends) {
        (Axis::Gain { gain, is_less: true }, _) => {
            let gain = gain_written(gain, phrases);
            let auto = phrases.text(TextKey::AutoScale);
            vec![format!("{gain}, {auto}"), gain, auto]
        }
        // In the ward it is told once, in the top bar.
        (Axis::Gain { gain, is_less: false }, _) => match stands {
            Stands::InBed => vec![gain_written(gain, phrases)],
            Stands::InTile => Vec::new(),
        },
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

/// The line above a trace: label, device, scale, and at its right end the paper speed where it is told.
fn strip_ui(
    painter: &Painter,
    strip: Rect,
    size: f32,
    (label, color): (&str, egui::Color32),
    from: Option<&[String; 2]>,
    (notes, speed): (&[String], Option<&str>),
    phrases: &Phrases,
) {
    let quiet = phrases.palette.quiet;
    let put = text::in_rect(painter, strip, Align::Min, label, Face::Strong, size, color);
    let mut free = strip;
    free.min.x = put.right() + size * 0.7;
    let small = (size * 0.9).max(tokens::TEXT_MIN);
    let fits = |what: &str, free: Rect| {
        text::width(painter, what, Face::Plain, small) + 2.0 <= free.width()
    };
    let write = |what: &str, free: Rect, align: Align| {
        text::in_rect(painter, free, align, what, Face::Plain, small, quiet)
    };
    if let Some([name, mark]) = from {
        let name = if fits(name, free) { name } else { mark };
        free.min.x = write(name, free, Align::Min).right() + size * 0.7;
    }
    if let Some(note) = notes.iter().find(|note| fits(note, free)) {
        free.min.x = write(note, free, Align::Min).right() + size;
    }
    if let Some(speed) = speed.filter(|speed| fits(speed, free)) {
        write(speed, free, Align::Max);
    }
}

/// `25 mm/s`.
fn speed_written(speed: Speed, phrases: &Phrases) -> String {
    let value = phrases.words.decimal(&shortest(speed.centi_mm_per_second()));
    format!("{value} {}", phrases.words.unit(&Unit::ucum("mm/s")))
}

/// `10 mm/mV`.
pub fn gain_written(gain: Gain, phrases: &Phrases) -> String {
    let value = phrases.words.decimal(&shortest(gain.centi_mm_per_millivolt()));
    format!("{value} {}", phrases.words.unit(&Unit::ucum("mm/mV")))
}

/// `25 mm/s, 10 mm/mV`, and that it is not to scale as long as nobody measured the screen.
pub fn speed_note(phrases: &Phrases) -> String {
    let speed = speed_written(phrases.options.speed, phrases);
    let gain = phrases.options.gain.map(|gain| gain_written(gain, phrases));
    let is_measured = phrases.options.pixels_per_mm.is_some();
    let unmeasured = (!is_measured).then(|| phrases.text(TextKey::NotToScale));
    let parts: Vec<String> = [Some(speed), gain, unmeasured].into_iter().flatten().collect();
    parts.join(", ")
}

/// What a square of the grid is: `5 mm: 0.2 s, 0.5 mV`.
pub fn grid_note(phrases: &Phrases) -> String {
    const SQUARE_MM: i64 = 5;
    let words = &phrases.words;
    let amount = |value: f64, unit: &str| {
        let value = words.decimal(&shortest((value * 100.0).round() as i64));
        format!("{value} {}", words.unit(&Unit::ucum(unit)))
    };
    let square = SQUARE_MM as f64;
    let time = amount(square * 100.0 / phrases.options.speed.centi_mm_per_second() as f64, "s");
    let height = phrases.options.gain.map(|gain| amount(square / gain.mm_per_millivolt(), "mV"));
    let parts: Vec<String> = std::iter::once(time).chain(height).collect();
    words.grid_square(SQUARE_MM, &parts.join(", "))
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

/// Ends of the scale; for an ECG in millivolts the bar of 1 mV, as high as the trace has it and from its
/// zero line, where that can be seen. Where 1 mV is higher than the trace, a part of it.
fn gutter(painter: &Painter, traced: &Traced, wave: &WaveView, phrases: &Phrases) {
    let (trace, span) = (traced.rect, &traced.span);
    let size = tokens::TEXT_MIN;
    let right = trace.left() - 6.0;
    let line = Stroke::new(1.0, phrases.palette.faint);
    let (top, bottom) = (trace.top(), trace.bottom());
    painter.vline(right + 3.0, top..=bottom, line);
    let write = |what: &str, baseline: f32| {
        let galley = text::line(painter, what, Face::Plain, size, phrases.palette.quiet, GUTTER);
        text::put(painter, galley, Align::Max, right - 2.0, baseline);
    };
    if let Some((low, high)) = span.ends {
        for (end, baseline) in [(high, top + size * text::CAP), (low, bottom)] {
            let end = units_of(wave, phrases).value(end, &wave.unit);
            write(&phrases.words.decimal(&end), baseline);
        }
    }
    let Some(millivolt) = span.millivolt else { return };
    let height_of = |tenths: i64| {
        let raw = span.raw_low + millivolt * tenths as f64 / 10.0;
        (traced.y(span.raw_low) - traced.y(raw)).abs()
    };
    let Some(tenths) = [10, 5, 2, 1].into_iter().find(|part| height_of(*part) <= bottom - top)
    else {
        return;
    };
    let height = height_of(tenths);
    let zero = span.zero.map(|zero| traced.y(zero));
    let foot = zero.filter(|zero| *zero <= bottom && zero - height >= top);
    let foot = foot.unwrap_or((top + bottom + height) / 2.0);
    let bar = Stroke::new(2.0, phrases.palette.quiet);
    painter.vline(right + 3.0, foot - height..=foot, bar);
    for y in [foot - height, foot] {
        painter.hline(right..=right + 6.0, y, bar);
    }
    // Only where it does not touch the ends.
    let middle = foot - height / 2.0;
    let air = if span.ends.is_some() { size * 1.6 } else { size * 0.5 };
    if middle - top > air && bottom - middle > air {
        let amount = phrases.words.decimal(&shortest(tenths * 10));
        let written = format!("{amount} {}", phrases.words.unit(&Unit::ucum("mV")));
        write(&written, text::middle(middle - size, middle + size, size));
    }
}

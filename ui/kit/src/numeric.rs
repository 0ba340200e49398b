//! A number in its place: label and unit small, digits as large as the place allows.
//!
//! The size of the digits is found from a template (`888`), not from the value: a changing value
//! keeps its size and its place.

use egui::{Align, Color32, Painter, Rect, Stroke, pos2};
use vigie_board::view::NumericAlarmState;

use crate::{
    fonts::Face,
    signs::{self, Cross},
    text, tokens,
};

/// What stands in a cell. All texts come ready, digits rounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it is.
    pub label: String,
    /// The same for a low place, where the label stands before the digits; empty: the label itself.
    pub label_short: String,
    /// Whose value it is, where a bed has several devices: a name and a mark, such as `[2]`; the first
    /// that fits is written, and the mark always has room. Empty: it goes without saying.
    pub source: [String; 2],
    /// What its maker calls it, where that is another word; left out where it finds no room.
    pub maker: String,
    /// In which unit; left out where it finds no room.
    pub unit: String,
    /// The digits or dashes; empty when there is a `reason` instead.
    pub value: String,
    /// Follows the value, smaller: the mean of a pressure.
    pub second: String,
    /// Why there is no number.
    pub reason: String,
    /// How old it is.
    pub age: String,
    /// What it was last and when, long and short; the first that fits is written.
    pub last: [String; 2],
    /// Its upper and its lower alarm limit, one above the other behind the digits where they have room;
    /// empty: there is none, or it is not told.
    pub limits: [String; 2],
    /// They are those of the station: a line stands before them.
    pub limits_are_ours: bool,
    /// Alarms for it are switched off at the bedside.
    pub alarms_off: bool,
    /// What was made of the alarm that it is in: a sign, unless nobody did anything.
    pub alarm: Option<NumericAlarmState>,
    /// The widest usual value: decides the size.
    pub template: String,
    /// The widest usual second value.
    pub second_template: String,
}

/// Colours of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Ink {
    /// Unit, age, last value.
    pub quiet: Color32,
    /// Label and digits.
    pub value: Color32,
    /// Behind the cell, when the device says that this value is in alarm.
    pub fill: Option<Color32>,
}

/// Part of the digits' size at which a second value is written.
const SECOND: f32 = 0.62;
/// Space before a second value, in parts of the digits' size.
const SECOND_GAP: f32 = 0.16;
/// How far a comma, or the brackets of a second value, reach below the base line, in parts of the
/// digits' size.
const BELOW: f32 = 0.15;
/// Space before the mark of a source, in parts of the label's size.
const MARK_GAP: f32 = 0.4;
/// Part of the digits' size at which it is written why there are none, where they are huge.
const REASON: f32 = 0.3;
/// Largest text of a limit.
const LIMITS_MAX: f32 = 22.0;
/// From this height on the label stands above the digits, below it before them.
const STACKED_FROM: f32 = 32.0;

/// Size of the small text of a cell of that height.
pub fn small_size(height: f32) -> f32 {
    (height * 0.17).floor().clamp(tokens::TEXT_MIN, 17.0)
}

/// The largest digits that a cell of that height may hold.
pub fn digits_max(height: f32) -> f32 {
    if height >= STACKED_FROM {
        digits_max_under(height, small_size(height))
    } else {
        (height * 0.66 / text::CAP).floor()
    }
}

/// The largest digits that a cell of that height may hold under a label of `small`.
pub fn digits_max_under(height: f32, small: f32) -> f32 {
    ((height - small * 1.25 - 1.0) / (text::CAP + BELOW)).floor()
}

/// The largest digits that a cell of that height may hold, whose label stands before them.
pub fn digits_max_beside(height: f32) -> f32 {
    (height / (text::CAP + BELOW)).floor()
}

fn second_size(size: f32) -> f32 {
    (size * SECOND).floor().max(tokens::TEXT_MIN)
}

fn digits_width(digits_em: f32, second_em: f32, size: f32) -> f32 {
    let second =
        if second_em > 0.0 { size * SECOND_GAP + second_em * second_size(size) } else { 0.0 };
    digits_em * size + second + 2.0
}

impl Cell {
    /// What the cell measures, for [`Measure::width`].
    pub fn measure(&self, painter: &Painter) -> Measure {
        const REFERENCE: f32 = 64.0;
        let em = |what: &str, face| text::width(painter, what, face, REFERENCE) / REFERENCE;
        let [_, mark] = &self.source;
        let mark_em = if mark.is_empty() { 0.0 } else { em(mark, Face::Plain) + MARK_GAP };
        Measure {
            digits_em: em(&self.template, Face::Digits),
            second_em: em(&self.second_template, Face::Digits),
            label_em: em(&self.label, Face::Plain) + mark_em,
            short_em: em(self.short(), Face::Plain) + mark_em,
        }
    }

    /// The name of the source where it is no wider than `room`, else its mark; `None`: there is none.
    fn source_in(&self, painter: &Painter, small: f32, room: f32) -> Option<&str> {
        let [name, mark] = &self.source;
        let fits = text::width(painter, name, Face::Plain, small) + 1.0 <= room;
        Some(if fits { name.as_str() } else { mark.as_str() }).filter(|source| !source.is_empty())
    }

    fn short(&self) -> &str {
        if self.label_short.is_empty() { &self.label } else { &self.label_short }
    }

    /// Paints the cell with digits of `size`.
    pub fn paint(&self, painter: &Painter, rect: Rect, size: f32, ink: Ink) {
        if let Some(fill) = ink.fill {
            painter.rect_filled(rect.expand2(egui::vec2(3.0, 0.0)), 3.0, fill);
        }
        if rect.height() >= STACKED_FROM {
            self.paint_stacked(painter, rect, size, small_size(rect.height()), ink);
        } else {
            self.paint_inline(painter, rect, size, small_size(rect.height()), ink);
        }
    }

    /// Paints the cell with digits of `size` and a label above them that is read from afar too, of
    /// `small`; where it `is_beside`, before them.
    pub fn paint_from_afar(
        &self,
        painter: &Painter,
        rect: Rect,
        (size, small): (f32, f32),
        is_beside: bool,
        ink: Ink,
    ) {
        if let Some(fill) = ink.fill {
            painter.rect_filled(rect.expand2(egui::vec2(3.0, 0.0)), 3.0, fill);
        }
        if is_beside {
            self.paint_inline(painter, rect, size, small, ink);
        } else {
            self.paint_stacked(painter, rect, size, small, ink);
        }
    }

    fn paint_stacked(&self, painter: &Painter, rect: Rect, size: f32, small: f32, ink: Ink) {
        let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + small * 1.2));
        let width = |what: &str| text::width(painter, what, Face::Plain, small);
        let [_, mark] = &self.source;
        let mut place = head;
        if !mark.is_empty() {
            place.max.x -= width(mark) + small * MARK_GAP;
        }
        let label =
            text::in_rect(painter, place, Align::Min, &self.label, Face::Plain, small, ink.value);
        let mut free = head;
        free.min.x = label.right() + small * 0.35;
        // Whose value it is: by name where its age has room besides.
        let age_width = if self.age.is_empty() { 0.0 } else { width(&self.age) + small * 0.5 };
        if let Some(source) = self.source_in(painter, small, free.width() - age_width) {
            let put =
                text::in_rect(painter, free, Align::Min, source, Face::Plain, small, ink.quiet);
            free.min.x = put.right() + small * 0.5;
        }
        self.paint_signs(painter, &mut free, small, ink);
        // The age matters more than the unit.
        let fits = |what: &str, free: Rect| !what.is_empty() && width(what) + 1.0 <= free.width();
        if fits(&self.age, free) {
            let put =
                text::in_rect(painter, free, Align::Max, &self.age, Face::Plain, small, ink.quiet);
            free.max.x = put.left() - small * 0.5;
        }
        if fits(&self.unit, free) {
            let put =
                text::in_rect(painter, free, Align::Min, &self.unit, Face::Plain, small, ink.quiet);
            free.min.x = put.right() + small * 0.7;
        }
        if fits(&self.maker, free) {
            text::in_rect(painter, free, Align::Min, &self.maker, Face::Plain, small, ink.quiet);
        }
        let mut body = Rect::from_min_max(pos2(rect.left(), head.bottom()), rect.max);
        // The digits' place begins under the label and is as wide as the widest usual value.
        let place =
            digits_width(self.measure(painter).digits_em, self.measure(painter).second_em, size);
        if rect.height() >= STACKED_FROM + small
            && let Some(last) = self.last.iter().find(|last| fits(last, body))
        {
            let foot =
                Rect::from_min_max(pos2(body.left(), body.bottom() - small * 1.15), body.max);
            text::in_rect(painter, foot, Align::Min, last, Face::Plain, small, ink.quiet);
            body.max.y = foot.top();
        }
        let size = size.min((body.height() / (text::CAP + BELOW)).floor().max(tokens::TEXT_MIN));
        let centred = text::middle(body.top(), body.bottom(), size);
        let baseline = centred.min(body.bottom() - size * BELOW);
        if self.value.is_empty() {
            let middle = text::middle(body.top(), body.bottom(), size.min(tokens::TEXT_HEAD));
            self.paint_reason(painter, body, size, middle, Align::Min, ink);
        } else {
            let behind = Rect::from_min_max(pos2(body.left() + place, body.top()), body.max);
            body.max.x = (body.left() + place).min(body.right());
            self.paint_value(painter, body, size, baseline, ink);
            self.paint_limits(painter, behind, size, baseline, ink);
        }
    }

    fn paint_inline(&self, painter: &Painter, rect: Rect, size: f32, small: f32, ink: Ink) {
        let baseline = text::middle(rect.top(), rect.bottom(), size);
        let label =
            text::line(painter, self.short(), Face::Plain, small, ink.value, rect.width() * 0.6);
        let mut label = text::put(painter, label, Align::Min, rect.left(), baseline);
        let measure = self.measure(painter);
        let place = digits_width(measure.digits_em, measure.second_em, size) + small * 0.5;
        // Whose value it is: by name where the digits would still be in a wide row.
        let room = rect.width() / 1.6 - (label.width() + small * (MARK_GAP + 0.3) + place);
        if let Some(source) = self.source_in(painter, small, room) {
            let source = text::line(painter, source, Face::Plain, small, ink.quiet, f32::INFINITY);
            let left = label.right() + small * MARK_GAP;
            label = label.union(text::put(painter, source, Align::Min, left, baseline));
        }
        let mut free = rect;
        free.min.x = label.right() + small * 0.3;
        // In a wide row everything follows the label; in a narrow one digits stand at the right, so
        // that they stand below each other, and what is left between is for bell and age.
        let is_wide = rect.width() > 1.6 * (free.left() - rect.left() + place);
        if is_wide {
            free.max.x = free.left() + place;
        }
        let used = if self.value.is_empty() {
            let align = if is_wide { Align::Min } else { Align::Max };
            let free = if is_wide { Rect::from_min_max(free.min, rect.max) } else { free };
            self.paint_reason(painter, free, size, baseline, align, ink)
        } else {
            self.paint_value(painter, free, size, baseline, ink)
        };
        let put = |what: &str, align: Align, x: f32| {
            let galley = text::line(painter, what, Face::Plain, small, ink.quiet, f32::INFINITY);
            text::put(painter, galley, align, x, baseline)
        };
        let width = |what: &str| text::width(painter, what, Face::Plain, small) + 1.0;
        if is_wide {
            let mut rest =
                Rect::from_min_max(pos2(used.right() + small * 0.5, rect.top()), rect.max);
            self.paint_signs(painter, &mut rest, small, ink);
            for side in [&self.unit, &self.age, &self.maker] {
                if !side.is_empty() && !self.value.is_empty() && width(side) <= rest.width() {
                    rest.min.x = put(side, Align::Min, rest.left()).right() + small * 0.8;
                }
            }
        } else {
            free.max.x = used.left() - small * 0.7;
            self.paint_signs(painter, &mut free, small, ink);
            if !self.age.is_empty() && width(&self.age) <= free.width() {
                put(&self.age, Align::Max, free.right());
            }
        }
    }

    /// Paints the upper limit at the top of the digits and the lower one at their foot, both or none.
    fn paint_limits(&self, painter: &Painter, behind: Rect, size: f32, baseline: f32, ink: Ink) {
        let [high, low] = &self.limits;
        if high.is_empty() && low.is_empty() {
            return;
        }
        let cap = size * text::CAP;
        // Two lines with air between them.
        let small = (cap / 2.6 / text::CAP).floor().min(LIMITS_MAX);
        let width = [high, low].map(|end| text::width(painter, end, Face::Plain, small));
        let left = behind.left() + small * 0.45;
        if small < tokens::TEXT_MIN || left + width[0].max(width[1]) + 1.0 > behind.right() {
            return;
        }
        if self.limits_are_ours {
            let line = Stroke::new(1.0, ink.quiet);
            painter.vline(left - small * 0.25, baseline - cap..=baseline, line);
        }
        for (end, baseline) in [(high, baseline - cap + small * text::CAP), (low, baseline)] {
            if !end.is_empty() {
                let line = text::line(painter, end, Face::Plain, small, ink.quiet, f32::INFINITY);
                text::put(painter, line, Align::Min, left, baseline);
            }
        }
    }

    /// Paints what was made of the alarm, and the crossed bell, at the left of `free`, as far as they
    /// are so and fit.
    fn paint_signs(&self, painter: &Painter, free: &mut Rect, small: f32, ink: Ink) {
        let mut next = || {
            let center = pos2(free.left() + small * 0.5, free.center().y);
            (free.width() >= small).then(|| {
                free.min.x += small * 1.3;
                center
            })
        };
        // One bell says both.
        let is_silenced = self.alarm == Some(NumericAlarmState::SilencedAtBedside);
        if (self.alarms_off || is_silenced)
            && let Some(center) = next()
        {
            signs::bell(painter, Some(Cross::Solid), center, small * 0.95, ink.quiet);
        }
        match self.alarm {
            Some(NumericAlarmState::Answered) => {
                if let Some(center) = next() {
                    signs::check(painter, center, small * 0.9, ink.quiet);
                }
            }
            Some(NumericAlarmState::Latched) => {
                if let Some(center) = next() {
                    signs::latch(painter, center, small * 0.9, ink.quiet);
                }
            }
            Some(NumericAlarmState::NotConfirmed) => {
                if let Some(center) = next() {
                    let slot = Rect::from_center_size(center, egui::vec2(small, free.height()));
                    text::in_rect(
                        painter,
                        slot,
                        Align::Center,
                        "?",
                        Face::Strong,
                        small,
                        ink.quiet,
                    );
                }
            }
            Some(NumericAlarmState::SilencedAtBedside | NumericAlarmState::Unanswered) | None => {}
        }
    }

    /// Paints why there is no number in the place of the number.
    fn paint_reason(
        &self,
        painter: &Painter,
        body: Rect,
        size: f32,
        baseline: f32,
        align: Align,
        ink: Ink,
    ) -> Rect {
        let (room, cap) = (body.width() - 1.0, size * text::CAP);
        let fitting =
            text::fitting(painter, &self.reason, Face::Plain, room, cap, tokens::TEXT_MIN);
        let size = fitting.min(tokens::TEXT_HEAD.max(size * REASON));
        let x = if align == Align::Min { body.left() } else { body.right() };
        let needed = text::width(painter, &self.reason, Face::Plain, size);
        // Two lines, where one is too short and there is room.
        if needed > room
            && body.height() >= 2.3 * size
            && let Some((first, second)) = in_halves(&self.reason)
        {
            let put = |what: &str, baseline: f32| {
                let line = text::line(painter, what, Face::Plain, size, ink.value, body.width());
                text::put(painter, line, align, x, baseline)
            };
            let middle = body.center().y;
            return put(first, middle - size * 0.2).union(put(second, middle + size * 0.95));
        }
        let reason = text::line(painter, &self.reason, Face::Plain, size, ink.value, body.width());
        text::put(painter, reason, align, x, baseline)
    }

    /// Paints value and second value at the right of `body`; says what is used.
    fn paint_value(
        &self,
        painter: &Painter,
        body: Rect,
        size: f32,
        baseline: f32,
        ink: Ink,
    ) -> Rect {
        let em = |what: &str| text::width(painter, what, Face::Digits, 64.0) / 64.0;
        let (value_em, second_em) = (em(&self.value), em(&self.second));
        // Wider than usual (a question mark, four digits): smaller, never clipped.
        let mut size = size;
        while size > tokens::TEXT_MIN && digits_width(value_em, second_em, size) > body.width() {
            size -= 1.0;
        }
        let mut right = body.right();
        let mut used = Rect::NOTHING;
        if !self.second.is_empty() {
            let galley = text::line(
                painter,
                &self.second,
                Face::Digits,
                second_size(size),
                ink.value,
                f32::INFINITY,
            );
            used = text::put(painter, galley, Align::Max, right, baseline);
            right = used.left() - size * SECOND_GAP;
        }
        let galley = text::line(painter, &self.value, Face::Digits, size, ink.value, f32::INFINITY);
        used.union(text::put(painter, galley, Align::Max, right, baseline))
    }
}

/// Cuts a text at the blank nearest to its middle.
fn in_halves(what: &str) -> Option<(&str, &str)> {
    let middle = what.len() / 2;
    let (at, _) = what.match_indices(' ').min_by_key(|(at, _)| at.abs_diff(middle))?;
    Some((what.get(..at)?, what.get(at + 1..)?))
}

/// Widths of a cell's parts, in parts of the font size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Digits.
    pub digits_em: f32,
    /// Second value; 0: none.
    pub second_em: f32,
    /// Label.
    pub label_em: f32,
    /// Short label.
    pub short_em: f32,
}

/// Digits wider than this are a pressure's.
const WIDE_EM: f32 = 2.6;

impl Measure {
    /// Whether it is written over several columns: a pressure.
    pub fn is_wide(&self) -> bool {
        self.second_em > 0.0 || self.digits_em > WIDE_EM
    }

    /// How wide digits of `size` are.
    pub fn digits_width(&self, size: f32) -> f32 {
        digits_width(self.digits_em, self.second_em, size)
    }

    /// How wide digits of `size` are with a label of `small` before them.
    pub fn width_beside(&self, size: f32, small: f32) -> f32 {
        self.digits_width(size) + self.short_em.min(self.label_em) * small + small * 0.8
    }

    /// How wide a cell of that height must be for digits of `size`.
    pub fn width(&self, size: f32, height: f32) -> f32 {
        let small = small_size(height);
        let digits = self.digits_width(size);
        if height >= STACKED_FROM {
            digits.max(self.label_em * small + small * 1.5)
        } else {
            digits + self.short_em * small + small * 0.5
        }
    }
}

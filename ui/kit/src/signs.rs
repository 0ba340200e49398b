//! Shapes that go with colours and words: alarm signs, bells, latch, answers, link dot.
//!
//! Drawn, not typed: no font has to have them, and they stay sharp at any size.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};
use vigie_model::Priority;

/// Sign of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// High priority.
    FilledTriangle,
    /// Medium priority.
    HollowTriangle,
    /// Low priority.
    Circle,
    /// Listed only.
    Dot,
    /// Equipment or station, at any priority.
    CrossedSquare,
}

impl Sign {
    /// The sign of an alarm; `technical`: about equipment or the station.
    pub const fn of(priority: Priority, technical: bool) -> Sign {
        match (technical, priority) {
            (true, _) => Sign::CrossedSquare,
            (false, Priority::High) => Sign::FilledTriangle,
            (false, Priority::Medium) => Sign::HollowTriangle,
            (false, Priority::Low) => Sign::Circle,
            (false, Priority::Information) => Sign::Dot,
        }
    }
}

/// Paints an alarm sign into a square around `center`.
pub fn alarm(painter: &Painter, sign: Sign, center: Pos2, size: f32, color: Color32) {
    let half = size / 2.0;
    let width = (size / 8.0).max(1.5);
    let stroke = Stroke::new(width, color);
    let triangle = |inset: f32| {
        vec![
            center + vec2(0.0, -half + inset * 1.6),
            center + vec2(half * 1.05 - inset * 1.3, half * 0.85 - inset),
            center + vec2(-half * 1.05 + inset * 1.3, half * 0.85 - inset),
        ]
    };
    match sign {
        Sign::FilledTriangle => {
            painter.add(Shape::convex_polygon(triangle(0.0), color, Stroke::NONE));
        }
        Sign::HollowTriangle => {
            painter.add(Shape::closed_line(triangle(width / 2.0), stroke));
        }
        Sign::Circle => {
            painter.circle_stroke(center, half - width / 2.0, stroke);
        }
        Sign::Dot => {
            painter.circle_filled(center, half * 0.4, color);
        }
        Sign::CrossedSquare => {
            let rect = Rect::from_center_size(center, vec2(size, size)).shrink(width / 2.0);
            painter.rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Middle);
            painter.line_segment([rect.left_top(), rect.right_bottom()], stroke);
            painter.line_segment([rect.right_top(), rect.left_bottom()], stroke);
        }
    }
}

/// How a bell is crossed (IEC 60417 family: dashed is for a time, solid until somebody ends it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cross {
    /// For a time.
    Dashed,
    /// Until somebody ends it.
    Solid,
}

/// A bell; crossed: no sound.
pub fn bell(painter: &Painter, cross: Option<Cross>, center: Pos2, size: f32, color: Color32) {
    let unit = size / 16.0;
    let at = |x: f32, y: f32| center + vec2(x, y) * unit;
    let body = vec![
        at(-5.5, 4.0),
        at(-4.0, 2.0),
        at(-4.0, -1.5),
        at(-2.5, -4.8),
        at(0.0, -6.0),
        at(2.5, -4.8),
        at(4.0, -1.5),
        at(4.0, 2.0),
        at(5.5, 4.0),
    ];
    let stroke = Stroke::new((size / 11.0).max(1.2), color);
    painter.add(Shape::closed_line(body, stroke));
    painter.circle_filled(at(0.0, 6.0), 1.6 * unit, color);
    let (from, to) = (at(-7.0, 7.0), at(7.0, -7.0));
    match cross {
        Some(Cross::Solid) => {
            painter.line_segment([from, to], stroke);
        }
        Some(Cross::Dashed) => {
            painter.extend(Shape::dashed_line(&[from, to], stroke, 3.0 * unit, 2.4 * unit));
        }
        None => {}
    }
}

/// A closed padlock: the cause has gone, the device keeps the alarm until somebody resets it.
pub fn latch(painter: &Painter, center: Pos2, size: f32, color: Color32) {
    let unit = size / 16.0;
    let body = Rect::from_center_size(center + vec2(0.0, 3.0) * unit, vec2(11.0, 8.0) * unit);
    painter.rect_filled(body, unit, color);
    let stroke = Stroke::new((size / 9.0).max(1.2), color);
    let arc: Vec<Pos2> = (0..=12)
        .map(|step| {
            let angle = std::f32::consts::PI * (1.0 + step as f32 / 12.0);
            center + vec2(angle.cos() * 3.6, angle.sin() * 4.2 - 2.0) * unit
        })
        .collect();
    painter.add(Shape::line(arc, stroke));
}

/// A check mark: somebody at the station acknowledged the alarm.
pub fn check(painter: &Painter, center: Pos2, size: f32, color: Color32) {
    let unit = size / 16.0;
    let at = |x: f32, y: f32| center + vec2(x, y) * unit;
    let stroke = Stroke::new((size / 7.0).max(1.6), color);
    painter.add(Shape::line(vec![at(-6.0, 0.5), at(-2.0, 5.0), at(6.5, -5.5)], stroke));
}

/// An arrow: somebody is on the way.
pub fn going(painter: &Painter, center: Pos2, size: f32, color: Color32) {
    let unit = size / 16.0;
    let at = |x: f32, y: f32| center + vec2(x, y) * unit;
    let stroke = Stroke::new((size / 8.0).max(1.5), color);
    painter.line_segment([at(-7.0, 0.0), at(6.0, 0.0)], stroke);
    painter.add(Shape::line(vec![at(1.5, -4.5), at(6.5, 0.0), at(1.5, 4.5)], stroke));
}

/// An arrow back to where it began: taken over from before a restart.
pub fn restored(painter: &Painter, center: Pos2, size: f32, color: Color32) {
    let unit = size / 16.0;
    let stroke = Stroke::new((size / 9.0).max(1.3), color);
    let arc: Vec<Pos2> = (0..=18)
        .map(|step| {
            let angle = (-60.0 + step as f32 * 15.0_f32).to_radians();
            center + vec2(angle.cos(), angle.sin()) * 5.2 * unit
        })
        .collect();
    let tip = arc.last().copied().unwrap_or(center);
    painter.add(Shape::line(arc, stroke));
    painter.line_segment([tip, tip + vec2(-1.5, -4.5) * unit], stroke);
    painter.line_segment([tip, tip + vec2(4.5, 0.5) * unit], stroke);
}

/// The line of a device: a full dot while it is heard in time, a ring while not, a crossed ring once
/// nothing comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkDot {
    /// Heard in time.
    Full,
    /// Late or old.
    Ring,
    /// Nothing comes.
    Crossed,
}

/// Paints the dot of a link.
pub fn link(painter: &Painter, dot: LinkDot, center: Pos2, size: f32, color: Color32) {
    let stroke = Stroke::new(1.5, color);
    let radius = size / 2.0 - 0.75;
    match dot {
        LinkDot::Full => {
            painter.circle_filled(center, size / 2.0, color);
        }
        LinkDot::Ring => {
            painter.circle_stroke(center, radius, stroke);
        }
        LinkDot::Crossed => {
            painter.circle_stroke(center, radius, stroke);
            let reach = vec2(radius, -radius) * 0.9;
            painter.line_segment([center - reach, center + reach], stroke);
        }
    }
}

/// The moving mark of the top bar: `data` steps as observations come in, `paint` with every frame.
/// Data moves the long hand round, paint makes the dot inside come and go: if either stops, one of
/// the two visibly stands still.
pub fn heartbeat(
    painter: &Painter,
    center: Pos2,
    size: f32,
    data: u64,
    paint: u64,
    color: Color32,
) {
    let radius = size / 2.0 - 1.0;
    painter.circle_stroke(center, radius, Stroke::new(1.2, color.gamma_multiply(0.55)));
    // 48 steps a turn: at some hundred observations a second it turns about once a second or two.
    let angle = (data % 48) as f32 / 48.0 * std::f32::consts::TAU;
    let tip = center + vec2(angle.sin(), -angle.cos()) * radius;
    painter.line_segment([center, tip], Stroke::new(2.0, color));
    let wave = (paint % 32) as f32 / 32.0 * std::f32::consts::TAU;
    let dot = pos2(center.x, center.y) + vec2(wave.sin(), -wave.cos()) * radius;
    painter.circle_filled(dot, 2.2, color);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_priority_has_its_own_sign_and_equipment_another() {
        let signs = [Priority::High, Priority::Medium, Priority::Low, Priority::Information]
            .map(|priority| Sign::of(priority, false));
        assert_eq!(signs, [Sign::FilledTriangle, Sign::HollowTriangle, Sign::Circle, Sign::Dot]);
        assert_eq!(Sign::of(Priority::High, true), Sign::CrossedSquare);
    }
}

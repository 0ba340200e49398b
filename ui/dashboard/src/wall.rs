//! Where things stand on a wall: few numbers, huge. Pure geometry.
//!
//! A tile of a wall has the bed's label, one alarm line and up to four numbers, all digits of one size, in
//! one order: heart rate, SpO2, blood pressure, respiration. Label, text of the alarm, heart rate and SpO2
//! are at least as high as what is critical must be; blood pressure and then respiration stand beside
//! them only where all digits are still huge, 40 minutes of arc, and no smaller than the same tile of the
//! ward would have them. So numbers go first, the last one first, and only then beds, to further pages.

use egui::{Rect, Vec2, pos2, vec2};
use vigie_ui_kit::{
    badge,
    numeric::{Measure, digits_max_beside, digits_max_under},
    rows::Rows,
    sight, tokens,
};

use crate::head_ui;

/// Numbers that every tile of a wall has: heart rate and SpO2.
pub const MUST: usize = 2;
/// How much higher than the least digits must be before there is a third number.
const HUGE: f32 = sight::ARC_MINUTES_HUGE / sight::ARC_MINUTES_MIN;
/// Part of a tile's height that head and alarm line take at least, and at most.
const LINE: (f32, f32) = (0.11, 0.26);
/// Size of a label by that of its digits, above them and before them.
const LABEL: f32 = 0.3;
const LABEL_BESIDE: f32 = 0.22;

/// What stands where on a tile.
#[derive(Clone, Debug, PartialEq)]
pub struct WallPlan {
    /// Bed label, mode, link.
    pub head: Rect,
    /// The most urgent alarm.
    pub alarm: Rect,
    /// The numbers, in their order.
    pub numbers: Vec<Rect>,
    /// Size of all digits.
    pub size: f32,
    /// Size of their labels.
    pub small: f32,
    /// Labels stand before their digits, not above them: there is no other room for digits that are large
    /// enough.
    pub is_beside: bool,
}

impl WallPlan {
    /// The same on a tile that begins elsewhere.
    pub fn moved(&self, by: Vec2) -> WallPlan {
        WallPlan {
            head: self.head.translate(by),
            alarm: self.alarm.translate(by),
            numbers: self.numbers.iter().map(|rect| rect.translate(by)).collect(),
            ..*self
        }
    }
}

/// Size of the digits of a tile of `size` with as few numbers as a wall may have; 0 where label or alarm
/// could not be read.
pub fn digits(size: Vec2, least: f32, cells: &[Measure]) -> f32 {
    let inner = inside(size);
    let (head, alarm) = lines(inner, least);
    let is_readable = head >= head_ui::height_for(least) && alarm >= badge::height_for(least);
    let few = cells.get(..MUST).unwrap_or(cells);
    if is_readable { plan_of(inner, least, few, least).size } else { 0.0 }
}

/// The plan of a tile of `size` that begins at the origin, with as many of `cells` as there is room for.
/// `in_ward`: size of the digits that the ward has on such a tile; a wall has none that are smaller.
pub fn plan(size: Vec2, least: f32, in_ward: f32, cells: &[Measure]) -> WallPlan {
    let inner = inside(size);
    let enough = in_ward.max(least * HUGE);
    let more = (MUST + 1..=cells.len()).rev().filter_map(|count| {
        let plan = plan_of(inner, least, cells.get(..count)?, 0.0);
        (plan.size >= enough).then_some(plan)
    });
    let few = || plan_of(inner, least, cells.get(..MUST).unwrap_or(cells), in_ward.max(least));
    more.into_iter().next().unwrap_or_else(few)
}

fn inside(size: Vec2) -> Rect {
    Rect::from_min_size(pos2(0.0, 0.0), size).shrink(tokens::BORDER)
}

/// Heights of head and alarm line: what can be read, and in a large tile more.
fn lines(inner: Rect, least: f32) -> (f32, f32) {
    let (usual, most) =
        ((inner.height() * LINE.0).floor().max(14.0), (inner.height() * LINE.1).floor());
    let height = |wished: f32| usual.max(wished).min(most.max(14.0));
    (height(head_ui::height_for(least)), height(badge::height_for(least)))
}

/// Labels stand above the digits, but where those would be smaller than `enough`.
fn plan_of(inner: Rect, least: f32, cells: &[Measure], enough: f32) -> WallPlan {
    let (head, alarm) = lines(inner, least);
    let mut rows = Rows::of(inner);
    let head = rows.take(head);
    let alarm = rows.take(alarm + 2.0).shrink2(vec2(0.0, 1.0));
    let pad = (inner.height() * 0.02).round().clamp(2.0, 16.0);
    let area = rows.rest().shrink2(vec2(2.0 * pad, pad));
    let mut best: Option<Shape> = None;
    for is_beside in [false, true] {
        if is_beside && best.as_ref().is_some_and(|best| best.size >= enough) {
            break;
        }
        for columns in 1..=cells.len() {
            let shape = Shape::of(cells, columns, is_beside, area);
            if best.as_ref().is_none_or(|best| shape.size > best.size) {
                best = Some(shape);
            }
        }
    }
    let (size, is_beside, numbers) = match best {
        Some(shape) => (shape.size, shape.is_beside, shape.places(area)),
        None => (0.0, false, Vec::new()),
    };
    WallPlan { head, alarm, numbers, size, small: label(size, is_beside), is_beside }
}

fn label(size: f32, is_beside: bool) -> f32 {
    let part = if is_beside { LABEL_BESIDE } else { LABEL };
    (size * part).floor().max(tokens::TEXT_MIN)
}

/// Numbers in rows of so many columns, filled in order.
struct Shape {
    size: f32,
    /// Widths that the columns need.
    widths: Vec<f32>,
    count: usize,
    is_beside: bool,
}

/// Space between two columns, and between two rows.
fn gaps(area: Rect) -> Vec2 {
    vec2((area.width() * 0.04).clamp(6.0, 60.0), (area.height() * 0.02).clamp(2.0, 16.0))
}

impl Shape {
    /// The largest digits that fit, found by halving.
    fn of(cells: &[Measure], columns: usize, is_beside: bool, area: Rect) -> Shape {
        let needs = |size: f32| -> Vec<f32> {
            let small = label(size, is_beside);
            let need = |cell: &Measure| match is_beside {
                true => cell.width_beside(size, small),
                false => cell.digits_width(size).max(cell.label_em * small + small * 1.5),
            };
            let column =
                |nth| cells.iter().skip(nth).step_by(columns).map(need).fold(0.0, f32::max);
            (0..columns).map(column).collect()
        };
        let rows = cells.len().div_ceil(columns) as f32;
        let gaps = gaps(area);
        let height = (area.height() - gaps.y * (rows - 1.0)) / rows;
        let width = area.width() - gaps.x * (columns - 1) as f32;
        let fits = |size: f32| {
            let most = match is_beside {
                true => digits_max_beside(height),
                false => digits_max_under(height, label(size, false)),
            };
            most >= size && needs(size).iter().sum::<f32>() <= width
        };
        let (mut size, mut too_large) =
            (tokens::TEXT_MIN, area.height().max(tokens::TEXT_MIN) + 2.0);
        while size + 1.0 < too_large {
            let middle = ((size + too_large) / 2.0).floor();
            if fits(middle) {
                size = middle;
            } else {
                too_large = middle;
            }
        }
        Shape { size, widths: needs(size), count: cells.len(), is_beside }
    }

    /// Where the numbers stand: what is left over goes to all columns alike.
    fn places(&self, area: Rect) -> Vec<Rect> {
        let columns = self.widths.len().max(1);
        let rows = self.count.div_ceil(columns).max(1) as f32;
        let gaps = gaps(area);
        let height = (area.height() - gaps.y * (rows - 1.0)) / rows;
        let used = self.widths.iter().sum::<f32>() + gaps.x * (columns - 1) as f32;
        let over = ((area.width() - used) / columns as f32).max(0.0);
        let mut left = area.left();
        let lefts: Vec<(f32, f32)> = self
            .widths
            .iter()
            .map(|width| {
                let place = (left, width + over);
                left += width + over + gaps.x;
                place
            })
            .collect();
        let place = |nth: usize| {
            let (left, width) = *lefts.get(nth % columns)?;
            let top = area.top() + (height + gaps.y) * (nth / columns) as f32;
            Some(Rect::from_min_size(pos2(left, top), vec2(width, height)))
        };
        (0..self.count).filter_map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> [Measure; 4] {
        let measure = |digits_em, label_em| Measure {
            digits_em,
            second_em: 0.0,
            label_em,
            short_em: label_em,
        };
        [measure(1.5, 1.0), measure(1.5, 1.8), measure(3.4, 1.6), measure(1.5, 1.0)]
    }

    #[test]
    fn numbers_stand_inside_their_tile_in_order_and_never_overlap() {
        for width in [120.0, 185.0, 260.0, 400.0, 900.0, 1_480.0] {
            for height in [80.0, 117.0, 180.0, 480.0, 980.0] {
                for least in [9.0, 13.0, 25.0, 50.0, 75.0] {
                    let size = vec2(width, height);
                    let plan = plan(size, least, 0.0, &cells());
                    let tile = Rect::from_min_size(pos2(0.0, 0.0), size);
                    assert!((MUST..=4).contains(&plan.numbers.len()), "{plan:?}");
                    let mut parts = vec![plan.head, plan.alarm];
                    parts.extend(&plan.numbers);
                    for (nth, part) in parts.iter().enumerate() {
                        assert!(
                            tile.contains_rect(part.shrink(0.01)) || plan.size <= 11.0,
                            "{plan:?}"
                        );
                        for other in &parts[..nth] {
                            let overlaps = part.shrink(0.1).intersects(other.shrink(0.1));
                            assert!(!overlaps || plan.size <= 11.0, "{size} {plan:?}");
                        }
                    }
                    let is_after = |pair: &[Rect]| {
                        pair[1].top() > pair[0].bottom() || pair[1].left() > pair[0].right()
                    };
                    assert!(plan.numbers.windows(2).all(is_after), "{plan:?}");
                }
            }
        }
    }

    #[test]
    fn numbers_go_before_digits_become_small() {
        let size = vec2(480.0, 320.0);
        let counts: Vec<usize> = [12.0, 30.0, 45.0, 60.0, 100.0]
            .into_iter()
            .map(|least| {
                let plan = plan(size, least, 0.0, &cells());
                assert!(plan.numbers.len() == MUST || plan.size >= least * HUGE, "{plan:?}");
                plan.numbers.len()
            })
            .collect();
        assert!(counts.is_sorted_by(|before, after| before >= after), "{counts:?}");
        assert_eq!((counts[0], counts[4]), (4, 2), "{counts:?}");
    }

    #[test]
    fn numbers_go_before_digits_are_smaller_than_in_the_ward() {
        let size = vec2(480.0, 320.0);
        let usual = plan(size, 12.0, 0.0, &cells());
        assert_eq!(usual.numbers.len(), 4);
        assert_eq!(plan(size, 12.0, usual.size, &cells()), usual);
        let fewer = plan(size, 12.0, usual.size + 1.0, &cells());
        assert!(fewer.numbers.len() < 4 && fewer.size > usual.size, "{fewer:?}");
    }

    #[test]
    fn a_tile_whose_label_cannot_be_read_is_refused() {
        assert_eq!(digits(vec2(400.0, 100.0), 40.0, &cells()), 0.0);
        assert!(digits(vec2(400.0, 300.0), 40.0, &cells()) >= 40.0);
    }
}

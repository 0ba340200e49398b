//! How many beds go on one page, so that their digits can be read from where people stand.
//!
//! All beds on one page is what a ward wants. Where the two large numbers would come out under the least
//! height, that layout is refused, with the reason, and the largest number of beds that fits takes its
//! place, on as many pages as that needs. A bed's page and place depend on counts and sizes alone.

use egui::{Rect, Vec2, pos2};
use vigie_ui_kit::{numeric::Measure, sight::Sight, tokens};

use crate::layout::{self, Needs};

/// How a ward is divided.
#[derive(Clone, Debug, PartialEq)]
pub struct Pages {
    /// Beds on a page; the last page may hold fewer.
    pub per_page: usize,
    /// Pages, at least 1.
    pub count: usize,
    /// Why the beds are not on one page.
    pub refused: Option<Refused>,
}

/// A layout that cannot be read from where people stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refused {
    /// Beds that it would show.
    pub beds: usize,
    /// How high its large digits would be; 0: not all numbers would have room.
    pub height_mm: f32,
    /// How high they must be.
    pub least_mm: f32,
}

impl Pages {
    /// The beds of a page.
    pub fn range(&self, page: usize, beds: usize) -> std::ops::Range<usize> {
        let from = (page * self.per_page).min(beds);
        from..(from + self.per_page).min(beds)
    }

    /// Where the tiles of a page stand: above the bar of pages, if there are several.
    pub fn area(&self, area: Rect) -> Rect {
        if self.count > 1 { above_bar(area) } else { area }
    }
}

fn above_bar(area: Rect) -> Rect {
    Rect::from_min_max(area.min, pos2(area.right(), area.bottom() - tokens::PAGES))
}

/// Divides a ward of `beds` beds. `digits`: size of the large digits of a tile of that size.
pub fn divide(beds: usize, area: Rect, sight: Sight, mut digits: impl FnMut(Vec2) -> f32) -> Pages {
    let beds = beds.max(1);
    let mut size_of =
        |per_page: usize, area: Rect| digits(layout::tile_rect(0, per_page, area).size());
    let all = size_of(beds, area);
    if sight.can_read(all) {
        return Pages { per_page: beds, count: 1, refused: None };
    }
    let refused =
        Refused { beds, height_mm: sight.height_mm(all), least_mm: sight.height_min_mm() };
    let area = above_bar(area);
    let found = (1..beds).rev().find(|per_page| sight.can_read(size_of(*per_page, area)));
    let fits = found.unwrap_or(1);
    let count = beds.div_ceil(fits);
    // As evenly as it goes, so that the last page is not nearly empty.
    let even = beds.div_ceil(count);
    let per_page = if sight.can_read(size_of(even, area)) { even } else { fits };
    Pages { per_page, count: beds.div_ceil(per_page), refused: Some(refused) }
}

/// Size of the large digits of a tile of `size` with all the numbers that every tile has: heart rate and
/// SpO2 in `primary`; pressure, respiration, temperature in `secondary`. 0 when not all of them have
/// room.
pub fn digits(size: Vec2, least: f32, primary: &[Measure], secondary: &[Measure]) -> f32 {
    let inner = Rect::from_min_size(pos2(0.0, 0.0), size).shrink(tokens::BORDER);
    let parts = layout::tile_parts(inner, 2, least, false);
    let needs = Needs { must: secondary.len(), wish: 0, least };
    let plan = layout::numbers(primary, secondary, needs, parts.numbers);
    if plan.secondary.rects.len() < secondary.len() { 0.0 } else { plan.primary.size }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect { min: egui::Pos2::new(0.0, 80.0), max: egui::Pos2::new(985.0, 720.0) };

    fn measure(digits_em: f32, second_em: f32, label_em: f32) -> Measure {
        Measure { digits_em, second_em, label_em, short_em: label_em }
    }

    fn usual(size: Vec2, least: f32) -> f32 {
        let primary = [measure(1.5, 0.0, 1.0), measure(1.5, 0.0, 1.8)];
        let others = [measure(3.4, 2.0, 1.6), measure(1.5, 0.0, 1.0), measure(1.8, 0.0, 1.8)];
        digits(size, least, &primary, &others)
    }

    fn at(metres: f32) -> Sight {
        Sight::new(metres * 1_000.0, None, 1.0, 1.0)
    }

    fn divided(beds: usize, metres: f32) -> Pages {
        let sight = at(metres);
        divide(beds, AREA, sight, |size| usual(size, sight.size_min()))
    }

    #[test]
    fn near_enough_all_beds_are_on_one_page() {
        for beds in [1, 2, 8, 16, 32] {
            let pages = divided(beds, 0.4);
            assert_eq!(pages, Pages { per_page: beds, count: 1, refused: None });
            assert_eq!(pages.area(AREA), AREA);
        }
    }

    #[test]
    fn too_small_a_layout_is_refused_and_the_next_that_fits_is_offered() {
        for (beds, metres) in [(64, 1.0), (64, 2.0), (32, 2.0), (8, 3.0)] {
            let (sight, pages) = (at(metres), divided(beds, metres));
            let refused = pages.refused.expect("too small");
            assert_eq!(refused.beds, beds);
            assert!(refused.height_mm < refused.least_mm, "{refused:?}");
            assert!(pages.count > 1 && pages.per_page < beds, "{pages:?}");
            let area = pages.area(AREA);
            let size = layout::tile_rect(0, pages.per_page, area).size();
            assert!(sight.can_read(usual(size, sight.size_min())), "{beds} {metres} m: {pages:?}");
        }
    }

    #[test]
    fn every_bed_is_on_one_page_and_pages_are_filled_evenly() {
        for beds in 1..=64 {
            for metres in [0.5, 1.0, 2.0, 4.0] {
                let pages = divided(beds, metres);
                let mut seen = Vec::new();
                for page in 0..pages.count {
                    let range = pages.range(page, beds);
                    assert!(!range.is_empty(), "{beds} {metres}: {pages:?}");
                    seen.extend(range);
                }
                assert_eq!(seen, (0..beds).collect::<Vec<_>>(), "{metres}: {pages:?}");
            }
        }
    }

    #[test]
    fn a_screen_that_holds_nothing_readable_shows_one_bed_a_page() {
        let pages = divide(5, AREA, at(1.0), |_| 11.0);
        assert_eq!((pages.per_page, pages.count), (1, 5));
        // A small tile by itself is no reason.
        let pages = divide(5, AREA, at(1.0), |size| if size.x > 600.0 { 40.0 } else { 11.0 });
        assert!(pages.per_page < 5 && pages.refused.is_some());
    }
}

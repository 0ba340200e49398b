//! How many beds go on one page, so that their digits can be read from where people stand.
//!
//! There are eleven layouts, [`LAYOUTS`]. The ward takes the smallest that holds all beds, on one page.
//! Where the two large numbers would come out under the least height, that layout is refused, with the
//! reason, and the largest that can be read takes its place, on as many pages as that needs; of those
//! that need as many pages, the one with the largest digits. A person may choose a layout; one that
//! cannot be read is refused with the same reason. A bed's page and place depend on its number, the
//! layout and the size of the screen alone: nothing that a bed does moves a tile.

use egui::{Rect, Vec2, pos2};
use vigie_ui_kit::{numeric::Measure, sight::Sight, tokens};

use crate::layout::{self, Needs};

/// Tiles on a page: what a ward is laid out in.
pub const LAYOUTS: [usize; 11] = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/// Least height of what a finger is to hit.
const TARGET_MM: f32 = 12.0;
/// Height of the bar of pages, in points, on whatever screen.
const BAR: (f32, f32) = (tokens::PAGES, 72.0);

/// How a ward is divided.
#[derive(Clone, Debug, PartialEq)]
pub struct Pages {
    /// Tiles on a page; the last page may hold fewer beds.
    pub per_page: usize,
    /// Pages, at least 1.
    pub count: usize,
    /// Height of the bar that names them.
    pub bar: f32,
    /// Why the beds are not on one page, or not in the layout that a person chose.
    pub refused: Option<Refused>,
}

/// A layout that cannot be read from where people stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refused {
    /// Beds that it would show.
    pub beds: usize,
    /// The layout, where a person chose it.
    pub chosen: Option<usize>,
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
        if self.count > 1 { above_bar(area, self.bar) } else { area }
    }
}

fn above_bar(area: Rect, bar: f32) -> Rect {
    Rect::from_min_max(area.min, pos2(area.right(), area.bottom() - bar))
}

/// The smallest layout that holds so many beds; the largest one for more.
pub fn holding(beds: usize) -> usize {
    LAYOUTS.into_iter().find(|tiles| *tiles >= beds).unwrap_or(LAYOUTS[LAYOUTS.len() - 1])
}

/// The layout after this one, or before it; the same at the end of the list.
pub fn next(tiles: usize, is_more: bool) -> usize {
    let mut after = LAYOUTS.into_iter();
    let found = if is_more {
        after.find(|other| *other > tiles)
    } else {
        after.rev().find(|other| *other < tiles)
    };
    found.unwrap_or(tiles)
}

/// Height of the bar of pages: what a finger needs.
fn bar_height(sight: Sight) -> f32 {
    (TARGET_MM * sight.points_per_mm).ceil().clamp(BAR.0, BAR.1)
}

/// Where the tiles of a layout stand that shows one page of so many beds.
pub fn area_of(tiles: usize, beds: usize, area: Rect, sight: Sight) -> Rect {
    if beds > tiles { above_bar(area, bar_height(sight)) } else { area }
}

/// Divides a ward of `beds` beds. `chosen`: the layout that a person wants. `digits`: size of the large
/// digits of a tile of that size.
pub fn divide(
    beds: usize,
    area: Rect,
    sight: Sight,
    chosen: Option<usize>,
    mut digits: impl FnMut(Vec2) -> f32,
) -> Pages {
    let beds = beds.max(1);
    let bar = bar_height(sight);
    let mut size_of = |tiles: usize| {
        digits(layout::tile_rect(0, tiles, area_of(tiles, beds, area, sight)).size())
    };
    let pages = |tiles: usize, refused| Pages {
        per_page: tiles,
        count: beds.div_ceil(tiles),
        bar,
        refused,
    };
    let refuse = |chosen, size| Refused {
        beds,
        chosen,
        height_mm: sight.height_mm(size),
        least_mm: sight.height_min_mm(),
    };
    let mut refused = None;
    if let Some(tiles) = chosen.filter(|tiles| LAYOUTS.contains(tiles)) {
        let size = size_of(tiles);
        if sight.can_read(size) {
            return pages(tiles, None);
        }
        refused = Some(refuse(chosen, size));
    }
    let all = holding(beds);
    let size = size_of(all);
    if sight.can_read(size) && beds <= all {
        return pages(all, refused);
    }
    let refused = refused.unwrap_or_else(|| refuse(None, size));
    let mut readable: Vec<usize> = LAYOUTS
        .into_iter()
        .filter(|tiles| *tiles <= all && sight.can_read(size_of(*tiles)))
        .collect();
    let most = readable.pop().unwrap_or(1);
    // Of those that need as many pages the one with the fewest tiles: its digits are the largest.
    let as_many = |tiles: &usize| beds.div_ceil(*tiles) == beds.div_ceil(most);
    let fewest = readable.into_iter().find(as_many).unwrap_or(most);
    pages(fewest, Some(refused))
}

/// Size of the large digits of a tile of `size` with all the numbers that every tile has: heart rate and
/// SpO2 in `primary`; pressure, respiration, temperature in `secondary`. 0 when not all of them have
/// room. Where they can be read only without a low wave, there is none.
pub fn digits(size: Vec2, least: f32, primary: &[Measure], secondary: &[Measure]) -> f32 {
    let waves = usize::from(has_waves(size, least, primary, secondary)) * 2;
    digits_beside(waves, size, least, primary, secondary)
}

/// Whether a tile of `size` has waves where they find room: not when one that is low anyway would take from
/// its digits what these need to be read.
pub fn has_waves(size: Vec2, least: f32, primary: &[Measure], secondary: &[Measure]) -> bool {
    let inner = Rect::from_min_size(pos2(0.0, 0.0), size).shrink(tokens::BORDER);
    let waves = layout::tile_parts(inner, 2, least, false).waves;
    let is_low = waves.first().is_some_and(|wave| wave.height() < layout::WAVE_USUAL);
    let beside = |waves| digits_beside(waves, size, least, primary, secondary);
    !is_low || beside(2) >= least || beside(0) < least
}

fn digits_beside(
    waves: usize,
    size: Vec2,
    least: f32,
    primary: &[Measure],
    secondary: &[Measure],
) -> f32 {
    let inner = Rect::from_min_size(pos2(0.0, 0.0), size).shrink(tokens::BORDER);
    let parts = layout::tile_parts(inner, waves, least, false);
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
        chosen(beds, metres, None)
    }

    fn chosen(beds: usize, metres: f32, tiles: Option<usize>) -> Pages {
        let sight = at(metres);
        divide(beds, AREA, sight, tiles, |size| usual(size, sight.size_min()))
    }

    #[test]
    fn near_enough_all_beds_are_on_one_page_of_the_smallest_layout_that_holds_them() {
        for (beds, tiles) in [(1, 1), (2, 2), (3, 4), (5, 6), (8, 8), (9, 12), (13, 16), (17, 24)] {
            let pages = divided(beds, 0.4);
            assert_eq!((pages.per_page, pages.count), (tiles, 1), "{beds}");
            assert_eq!(pages.refused, None);
            assert_eq!(pages.area(AREA), AREA);
        }
    }

    #[test]
    fn too_small_a_layout_is_refused_and_the_next_that_fits_is_taken() {
        for (beds, metres) in [(64, 1.0), (64, 2.0), (32, 2.0), (8, 3.0)] {
            let (sight, pages) = (at(metres), divided(beds, metres));
            let refused = pages.refused.expect("too small");
            assert_eq!((refused.beds, refused.chosen), (beds, None));
            assert!(refused.height_mm < refused.least_mm, "{refused:?}");
            assert!(pages.count > 1 && pages.per_page < beds, "{pages:?}");
            let area = pages.area(AREA);
            let size = layout::tile_rect(0, pages.per_page, area).size();
            assert!(sight.can_read(usual(size, sight.size_min())), "{beds} {metres} m: {pages:?}");
        }
    }

    #[test]
    fn a_low_wave_goes_before_digits_get_too_small_to_read() {
        // A tile of 64 on 1920x1080.
        let size = Vec2::new(184.0, 120.0);
        let primary = [measure(1.5, 0.0, 1.0), measure(1.5, 0.0, 1.8)];
        let others = [measure(3.4, 2.0, 1.6), measure(1.5, 0.0, 1.0), measure(1.8, 0.0, 1.8)];
        for (metres, has) in [(0.6, true), (1.0, true), (1.5, false)] {
            let sight = at(metres);
            assert_eq!(has_waves(size, sight.size_min(), &primary, &others), has, "{metres} m");
            let digits = digits(size, sight.size_min(), &primary, &others);
            assert!(sight.can_read(digits), "{metres} m: {digits}");
        }
    }

    #[test]
    fn a_person_may_choose_what_can_be_read_and_nothing_else() {
        let pages = chosen(8, 0.5, Some(2));
        assert_eq!((pages.per_page, pages.count, pages.refused), (2, 4, None));
        // More tiles than beds: empty places, for beds to come.
        let pages = chosen(3, 0.4, Some(12));
        assert_eq!((pages.per_page, pages.count, pages.refused), (12, 1, None));
        let refused = chosen(8, 2.0, Some(64)).refused.expect("unreadable");
        assert_eq!(refused.chosen, Some(64));
        assert!(refused.height_mm < refused.least_mm, "{refused:?}");
        assert_eq!(chosen(8, 2.0, Some(64)).per_page, divided(8, 2.0).per_page, "as if not asked");
        assert_eq!(chosen(8, 0.5, Some(7)), divided(8, 0.5), "no layout");
    }

    #[test]
    fn every_bed_has_one_place_and_every_page_a_bed() {
        for beds in 1..=64 {
            for metres in [0.5, 1.0, 2.0, 4.0] {
                let pages = divided(beds, metres);
                assert!(LAYOUTS.contains(&pages.per_page), "{pages:?}");
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
        let pages = divide(5, AREA, at(1.0), None, |_| 11.0);
        assert_eq!((pages.per_page, pages.count), (1, 5));
        // A small tile by itself is no reason.
        let pages = divide(5, AREA, at(1.0), None, |size| if size.x > 600.0 { 40.0 } else { 11.0 });
        assert!(pages.per_page < 5 && pages.refused.is_some());
    }

    #[test]
    fn layouts_are_stepped_through_to_both_ends() {
        assert_eq!((next(8, true), next(8, false)), (12, 6));
        assert_eq!((next(64, true), next(1, false)), (64, 1));
        assert_eq!((holding(9), holding(64), holding(70)), (12, 64, 64));
    }
}

//! Whether a screen can be read from where people stand: the same sums as the ward makes, without a
//! window.

use egui::{Context, Pos2, RawInput, Rect, Vec2};
use vigie_model::{MonoTime, WallTime};
use vigie_ui_kit::{badge, fonts, tokens};
use vigie_words::Language;

use crate::{
    dashboard::Dashboard,
    layout, numbers,
    options::ViewOptions,
    pages::{self, LAYOUTS},
    wall,
};

/// What letters there are in a layout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Legible {
    /// Tiles on a page.
    pub tiles: usize,
    /// Height of heart rate and SpO2; 0: not all that a tile must show has room.
    pub digits_mm: f32,
    /// The same as the eye sees it, in minutes of arc.
    pub digits_arcmin: f32,
    /// Height of the text of an alarm as the eye sees it, in minutes of arc.
    pub alarm_arcmin: f32,
    /// Whether the ward can be shown in it.
    pub is_readable: bool,
}

/// What a screen shows of a ward.
#[derive(Clone, Debug, PartialEq)]
pub struct Legibility {
    /// Every layout, the fewest tiles first.
    pub layouts: Vec<Legible>,
    /// The layout that the ward takes.
    pub tiles: usize,
    /// On so many pages.
    pub pages: usize,
    /// The same ward as a wall.
    pub wall: WallLegible,
}

/// What letters there are on a wall.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WallLegible {
    /// Beds on a page.
    pub tiles: usize,
    /// On so many pages.
    pub pages: usize,
    /// Numbers of each bed.
    pub numbers: usize,
    /// Height of all digits.
    pub digits_mm: f32,
    /// The same as the eye sees it, in minutes of arc.
    pub digits_arcmin: f32,
    /// Whether they can be read, and labels and alarms with them.
    pub is_readable: bool,
}

impl Legibility {
    /// The layout that the ward takes.
    pub fn in_use(&self) -> Option<&Legible> {
        self.layouts.iter().find(|layout| layout.tiles == self.tiles)
    }
}

/// How a ward of `beds` beds is seen on a full screen of `size` points.
pub fn legibility(size: Vec2, beds: usize, options: ViewOptions, language: Language) -> Legibility {
    let ctx = Context::default();
    let screen = Rect::from_min_size(Pos2::ZERO, size);
    let input = || RawInput { screen_rect: Some(screen), ..RawInput::default() };
    let mut dashboard = Dashboard::new(language);
    dashboard.set_options(options);
    let mut answer =
        Legibility { layouts: Vec::new(), tiles: 1, pages: beds, wall: WallLegible::default() };
    for is_first in [true, false] {
        let output = ctx.run_ui(input(), |ui| {
            if is_first {
                // The fonts are there from the next frame on.
                fonts::install(ui.ctx());
                return;
            }
            let phrases =
                dashboard.phrases(ui.ctx(), WallTime::from_unix_nanos(0), MonoTime::START);
            let (primary, secondary) = numbers::usual(ui.painter(), &phrases);
            let (sight, area) = (phrases.sight, layout::window(screen).main);
            let least = sight.size_min();
            let digits = |size: Vec2| pages::digits(size, least, &primary, &secondary);
            let chosen = options.tiles.map(usize::from);
            let pages = pages::divide(beds, area, sight, chosen, digits);
            (answer.tiles, answer.pages) = (pages.per_page, pages.count);
            let of_layout = |tiles: usize| {
                let area = pages::area_of(tiles, beds, area, sight);
                let tile = layout::tile_rect(0, tiles, area).size();
                let size = digits(tile);
                let inner = Rect::from_min_size(Pos2::ZERO, tile).shrink(tokens::BORDER);
                let alarms = layout::tile_parts(inner, 2, least, false).alarms;
                let band = alarms.first().map_or(0.0, Rect::height);
                Legible {
                    tiles,
                    digits_mm: sight.height_mm(size),
                    digits_arcmin: sight.arc_minutes(size),
                    alarm_arcmin: sight.arc_minutes(badge::text_size(band)),
                    is_readable: sight.can_read(size),
                }
            };
            answer.layouts = LAYOUTS.into_iter().map(of_layout).collect();
            let cells = numbers::usual_wall(ui.painter(), &phrases);
            let in_ward = digits;
            let digits = |size: Vec2| wall::digits(size, least, &cells);
            let pages = pages::divide(beds, area, sight, chosen, digits);
            let tile = layout::tile_rect(0, pages.per_page, pages.area(area)).size();
            let plan = wall::plan(tile, least, in_ward(tile), &cells);
            answer.wall = WallLegible {
                tiles: pages.per_page,
                pages: pages.count,
                numbers: plan.numbers.len(),
                digits_mm: sight.height_mm(plan.size),
                digits_arcmin: sight.arc_minutes(plan.size),
                is_readable: sight.can_read(digits(tile)),
            };
        });
        output.drop_without_applying_deltas(); // nobody looks at the pixels
    }
    answer
}

#[cfg(test)]
mod tests {
    use vigie_ui_kit::sight::ARC_MINUTES_MIN;

    use super::*;

    fn seen(distance_mm: u32, beds: usize) -> Legibility {
        let options = ViewOptions { viewing_distance_mm: distance_mm, ..ViewOptions::default() };
        legibility(Vec2::new(1920.0, 1080.0), beds, options, Language::English)
    }

    #[test]
    fn letters_grow_smaller_with_the_distance_and_the_layout_in_use_can_be_read() {
        for beds in [1, 8, 16, 64] {
            for distance_mm in [500, 1_000, 2_000, 3_000] {
                let seen = seen(distance_mm, beds);
                let in_use = seen.in_use().expect("a layout");
                assert!(in_use.is_readable, "{beds} beds, {distance_mm} mm: {seen:?}");
                assert!(in_use.digits_arcmin >= ARC_MINUTES_MIN - 0.01, "{in_use:?}");
                assert!(seen.tiles * seen.pages >= beds, "{seen:?}");
                let wall = seen.wall;
                assert!(
                    wall.is_readable && wall.digits_arcmin >= ARC_MINUTES_MIN - 0.01,
                    "{wall:?}"
                );
                assert!(wall.tiles * wall.pages >= beds && wall.numbers >= 2, "{wall:?}");
                // Larger than in the ward, or more beds at once.
                assert!(wall.digits_mm >= in_use.digits_mm || wall.tiles > seen.tiles, "{seen:?}");
                for layout in &seen.layouts {
                    let is_enough = layout.digits_arcmin >= ARC_MINUTES_MIN - 0.01;
                    assert_eq!(layout.is_readable, is_enough, "{layout:?}");
                }
            }
        }
        let [near, far] = [500, 2_000].map(|distance| seen(distance, 1).layouts[0]);
        assert!(near.digits_mm > 0.0 && near.digits_arcmin > far.digits_arcmin * 2.0);
        assert!(near.alarm_arcmin > far.alarm_arcmin);
    }

    #[test]
    fn a_screen_that_is_too_far_away_is_found() {
        let seen = seen(10_000, 64);
        assert!(!seen.in_use().expect("a layout").is_readable, "{seen:?}");
        assert_eq!((seen.tiles, seen.pages), (1, 64));
    }
}

//! Which parts of the screen must be painted anew.

use egui::Rect;

/// Areas before each new one that it is compared with: shapes that stand beside each other follow each
/// other in a frame.
const NEIGHBOURS: usize = 8;
/// With more areas than this the whole screen is painted: looking them up would cost more.
const AREAS_MAX: usize = 4_096;

/// A rectangle of whole pixels; `right` and `bottom` are the first ones outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// First column to the right of it.
    pub right: usize,
    /// First row below it.
    pub bottom: usize,
}

impl Area {
    /// The pixels that a rectangle touches, in pixels; none left of or above the screen.
    pub fn touched_by(rect: Rect) -> Area {
        // A negative number and one that is none become 0, one too large the largest.
        Area {
            left: rect.left().floor() as usize,
            top: rect.top().floor() as usize,
            right: rect.right().ceil() as usize,
            bottom: rect.bottom().ceil() as usize,
        }
    }

    /// Whether there is no pixel in it.
    pub fn is_empty(&self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    /// How many pixels it has.
    pub fn pixels(&self) -> usize {
        self.right.saturating_sub(self.left) * self.bottom.saturating_sub(self.top)
    }

    /// What lies in both; `None`: nothing.
    pub fn common(self, other: Area) -> Option<Area> {
        let common = Area {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        (!common.is_empty()).then_some(common)
    }

    /// The smallest area that holds both.
    pub fn joined(self, other: Area) -> Area {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// Areas of one frame, joined where that adds few pixels.
#[derive(Debug)]
pub struct Damage {
    screen: Area,
    areas: Vec<Area>,
}

impl Damage {
    /// None yet.
    pub fn new(screen: Area) -> Damage {
        Damage { screen, areas: Vec::new() }
    }

    /// The whole screen.
    pub fn screen(&self) -> Area {
        self.screen
    }

    /// Adds what lies on the screen of an area.
    pub fn add(&mut self, area: Area) {
        let Some(mut area) = area.common(self.screen) else { return };
        let mut nth = self.areas.len().saturating_sub(NEIGHBOURS);
        while let Some(other) = self.areas.get(nth) {
            let joined = area.joined(*other);
            if joined.pixels() <= area.pixels() + other.pixels() {
                area = joined;
                self.areas.remove(nth);
            } else {
                nth += 1;
            }
        }
        self.areas.push(area);
    }

    /// The areas; the whole screen where they are too many, or no fewer pixels.
    pub fn areas(self) -> Vec<Area> {
        let pixels: usize = self.areas.iter().map(Area::pixels).sum();
        if self.areas.len() > AREAS_MAX || pixels >= self.screen.pixels() {
            return vec![self.screen];
        }
        self.areas
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area { left: 0, top: 0, right: 100, bottom: 50 };

    fn area(left: usize, top: usize, right: usize, bottom: usize) -> Area {
        Area { left, top, right, bottom }
    }

    #[test]
    fn areas_side_by_side_are_one_and_far_ones_stay_apart() {
        let mut damage = Damage::new(SCREEN);
        damage.add(area(0, 0, 10, 10));
        damage.add(area(10, 0, 12, 10));
        damage.add(area(60, 30, 70, 40));
        assert_eq!(damage.areas(), [area(0, 0, 12, 10), area(60, 30, 70, 40)]);
    }

    #[test]
    fn what_lies_outside_the_screen_is_no_damage() {
        let mut damage = Damage::new(SCREEN);
        damage.add(area(100, 0, 200, 10));
        damage.add(area(95, 45, 300, 300));
        assert_eq!(damage.areas(), [area(95, 45, 100, 50)]);
    }

    #[test]
    fn more_pixels_than_the_screen_has_are_the_screen() {
        let mut damage = Damage::new(SCREEN);
        // Crosses that overlap only in part cost each more than its own pixels.
        for nth in 0..20 {
            damage.add(area(0, nth * 2, 100, nth * 2 + 1));
            damage.add(area(nth * 4, 0, nth * 4 + 3, 50));
        }
        assert_eq!(damage.areas(), [SCREEN]);
    }

    #[test]
    fn pixels_that_a_rectangle_touches_are_whole() {
        let rect = Rect::from_min_max(egui::pos2(-3.5, 1.2), egui::pos2(4.1, f32::INFINITY));
        assert_eq!(Area::touched_by(rect), area(0, 1, 5, usize::MAX));
    }
}

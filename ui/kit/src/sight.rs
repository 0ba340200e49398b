//! How large letters must be so that they can be read from where people stand.
//!
//! The height of a letter is `distance × arc minutes × 0.000291`. Critical digits are at best 20 to 22
//! arc minutes high and never under 16 (NUREG-0700 and ISO 9241, as reviews quote them). Height is that
//! of a capital or a digit, not the font's size.

use crate::text;

/// What is least readable, in minutes of arc.
pub const ARC_MINUTES_MIN: f32 = 16.0;
/// What is read at a glance, also from two and a half times as far as the least: numbers of a wall.
pub const ARC_MINUTES_HUGE: f32 = 40.0;
/// One minute of arc: 1/60 of a degree, in radians.
const RADIANS_PER_ARC_MINUTE: f32 = 0.000_291;
/// Pixels in a millimetre of a screen with 96 dots an inch, at one pixel a point.
const PIXELS_PER_MM_USUAL: f32 = 96.0 / 25.4;

/// Where the eyes are and how dense the screen is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// From the eyes to the screen.
    pub distance_mm: f32,
    /// Points of the toolkit in a millimetre of the screen.
    pub points_per_mm: f32,
}

impl Sight {
    /// `pixels_per_mm`: as measured on the screen; `None`: 96 dots an inch times `native_scale`, the scale
    /// that the system asks for, which is what systems mean by a scale of one. `pixels_per_point`: the
    /// scale that the toolkit paints with, zoom included.
    pub fn new(
        distance_mm: f32,
        pixels_per_mm: Option<f32>,
        native_scale: f32,
        pixels_per_point: f32,
    ) -> Sight {
        let sane = |amount: f32, usual: f32| {
            if amount.is_finite() && amount > 0.0 { amount } else { usual }
        };
        let assumed = PIXELS_PER_MM_USUAL * sane(native_scale, 1.0);
        let pixels_per_mm = pixels_per_mm.map_or(assumed, |measured| sane(measured, assumed));
        Sight { distance_mm, points_per_mm: pixels_per_mm / sane(pixels_per_point, 1.0) }
    }

    /// Least height of a critical letter, in millimetres.
    pub fn height_min_mm(&self) -> f32 {
        height_mm(self.distance_mm, ARC_MINUTES_MIN)
    }

    /// Height of the capitals of a font size, in millimetres.
    pub fn height_mm(&self, size: f32) -> f32 {
        size * text::CAP / self.points_per_mm
    }

    /// How high the capitals of a font size are as the eye sees them, in minutes of arc.
    pub fn arc_minutes(&self, size: f32) -> f32 {
        self.height_mm(size) / height_mm(self.distance_mm, 1.0)
    }

    /// Least font size of what is critical, in points.
    pub fn size_min(&self) -> f32 {
        self.height_min_mm() * self.points_per_mm / text::CAP
    }

    /// Whether text of a font size is high enough for what is critical.
    pub fn can_read(&self, size: f32) -> bool {
        size >= self.size_min() - 0.01
    }
}

/// Height of a letter that is seen under `arc_minutes` from `distance_mm`.
pub fn height_mm(distance_mm: f32, arc_minutes: f32) -> f32 {
    distance_mm * arc_minutes * RADIANS_PER_ARC_MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_those_of_the_published_table() {
        // Metres; millimetres at 16 and at 22 minutes of arc.
        let table = [(1.0, 4.7, 6.4), (2.0, 9.3, 12.8), (3.0, 14.0, 19.2), (4.0, 18.6, 25.6)];
        for (metres, least, best) in table {
            assert!((height_mm(metres * 1_000.0, 16.0) - least).abs() < 0.05, "{metres} m");
            assert!((height_mm(metres * 1_000.0, 22.0) - best).abs() < 0.05, "{metres} m");
        }
    }

    #[test]
    fn a_size_is_judged_by_the_height_of_its_digits() {
        let sight = Sight::new(1_000.0, None, 1.0, 1.0);
        // 4.656 mm at 96 dots an inch are 17.6 points of digit, which a font of 24.75 points has.
        assert!((sight.size_min() - 24.75).abs() < 0.02, "{}", sight.size_min());
        assert!(sight.can_read(25.0) && !sight.can_read(24.0));
        assert!((sight.height_mm(sight.size_min()) - sight.height_min_mm()).abs() < 0.001);
        assert!(Sight::new(500.0, None, 1.0, 1.0).can_read(12.5));
    }

    #[test]
    fn density_comes_from_the_screen_or_from_what_systems_mean_by_a_scale() {
        // The same letter on a screen twice as dense, shown at a scale of two, is as high.
        let (plain, dense) =
            (Sight::new(1_000.0, None, 1.0, 1.0), Sight::new(1_000.0, None, 2.0, 2.0));
        assert_eq!(plain, dense);
        // Measured: 4 pixels a millimetre at a scale of one, 8 at a scale of two.
        let measured = Sight::new(1_000.0, Some(4.0), 1.0, 1.0);
        assert_eq!(measured, Sight::new(1_000.0, Some(8.0), 1.0, 2.0));
        assert!(measured.size_min() > plain.size_min());
        // Zoomed by the toolkit alone, a letter of as many points is larger.
        assert!(Sight::new(1_000.0, None, 1.0, 2.0).size_min() < plain.size_min());
        // What cannot be is not believed.
        for wrong in [0.0, -3.0, f32::NAN, f32::INFINITY] {
            assert_eq!(Sight::new(1_000.0, Some(wrong), wrong, wrong), plain);
        }
    }
}

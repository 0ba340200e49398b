//! Rows of a panel, one below the other.

use egui::{Rect, pos2};

/// An area that is handed out in rows, from the top down. It hands out more than it has: a panel whose
/// rows may be too many asks for what is left first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    area: Rect,
    top: f32,
    gap: f32,
}

impl Rows {
    /// All of an area, no row taken yet.
    pub fn of(area: Rect) -> Rows {
        Rows { area, top: area.top(), gap: 0.0 }
    }

    /// With so much space below each row.
    #[must_use]
    pub fn with_gap(self, gap: f32) -> Rows {
        Rows { gap, ..self }
    }

    /// The next row, as wide as the area.
    pub fn take(&mut self, height: f32) -> Rect {
        let (left, right) = (self.area.left(), self.area.right());
        let row = Rect::from_min_max(pos2(left, self.top), pos2(right, self.top + height));
        self.top += height + self.gap;
        row
    }

    /// What is left below the rows.
    pub fn rest(&self) -> Rect {
        Rect::from_min_max(pos2(self.area.left(), self.top), self.area.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_below_each_other_with_their_gap() {
        let area = Rect::from_min_max(pos2(10.0, 20.0), pos2(110.0, 220.0));
        let mut rows = Rows::of(area).with_gap(4.0);
        assert_eq!(rows.rest(), area);
        let (first, second) = (rows.take(30.0), rows.take(10.0));
        assert_eq!(first, Rect::from_min_max(pos2(10.0, 20.0), pos2(110.0, 50.0)));
        assert_eq!(second, Rect::from_min_max(pos2(10.0, 54.0), pos2(110.0, 64.0)));
        assert_eq!(rows.rest(), Rect::from_min_max(pos2(10.0, 68.0), pos2(110.0, 220.0)));
    }
}

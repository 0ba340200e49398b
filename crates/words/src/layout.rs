//! Layouts of the ward, the bed map and further windows, with places to fill.

use vigie_model::Decimal;

use crate::Words;

impl Words {
    /// `48 tiles on a page: digits 3.1 mm high, 4.7 mm are needed at 1 m`. Why a layout that somebody
    /// chose is refused. All lengths in tenths of a millimetre, the distance too.
    pub fn layout_too_small(&self, tiles: usize, height: i64, least: i64, distance: i64) -> String {
        let tenths = |amount: i64| self.decimal(&Decimal::new(amount, -1));
        // Tenths of a millimetre to tenths of a metre.
        let metres = self.decimal(&Decimal::new((distance + 500) / 1_000, -1));
        let places = [
            ("tiles", tiles.to_string().into()),
            ("height", tenths(height).into()),
            ("least", tenths(least).into()),
            ("distance", metres.into()),
        ];
        self.message("layout-too-small", &places)
    }

    /// `48 tiles on a page: not all numbers have room`. Why a layout that somebody chose is refused.
    pub fn layout_too_many(&self, tiles: usize) -> String {
        self.message("layout-too-many", &[("tiles", tiles.to_string().into())])
    }
}

//! Waves, with places to fill: gain, grid, freeze, calibration.

use crate::Words;

impl Words {
    /// `ECG 10 mm/mV`.
    pub fn ecg_gain(&self, gain: &str) -> String {
        self.message("ecg-gain", &[("gain", gain.into())])
    }

    /// `grid: 5 mm is 0.2 s, 0.5 mV`.
    pub fn grid_square(&self, mm: i64, amounts: &str) -> String {
        self.message("grid-square", &[("mm", mm.to_string().into()), ("amounts", amounts.into())])
    }
}

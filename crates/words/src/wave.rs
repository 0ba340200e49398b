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

    /// `FROZEN at 03:14:15: numbers are live. Ends in 4:59`.
    pub fn frozen_since(&self, time: &str, left: &str) -> String {
        self.message("frozen-since", &[("time", time.into()), ("left", left.into())])
    }

    /// `ECG II, between the calipers: 812 ms, 74 /min`.
    pub fn between_calipers(&self, wave: &str, amounts: &str) -> String {
        self.message("between-calipers", &[("wave", wave.into()), ("amounts", amounts.into())])
    }

    /// `HDMI-A-1 says 531 x 299 mm: 3.62 pixels in a mm`.
    pub fn screen_says(&self, name: &str, width_mm: u32, height_mm: u32, pixels: &str) -> String {
        let places = [
            ("name", name.into()),
            ("width", width_mm.to_string().into()),
            ("height", height_mm.to_string().into()),
            ("pixels", pixels.into()),
        ];
        self.message("screen-says", &places)
    }

    /// `This screen has 3.62 pixels in a mm.`
    pub fn screen_measured(&self, pixels: &str) -> String {
        self.message("screen-measured", &[("pixels", pixels.into())])
    }

    /// `the bar is 100 mm long at 3.62 pixels in a mm`.
    pub fn calibration_bar(&self, pixels: &str) -> String {
        self.message("calibration-bar", &[("pixels", pixels.into())])
    }
}

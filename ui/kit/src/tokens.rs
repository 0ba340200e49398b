//! All colours and sizes of the window. The only file that may hold a literal colour.
//!
//! Dark and calm: what is normal is quiet, so that an alarm is the brightest thing on the screen.
//! Two families that never mix: **inks** (a parameter's wave and digits) and **alarm fills** (areas
//! and borders, always with a shape and a word). Palette of parameters: the default of the project,
//! no standard exists (APSF 2013). Sizes are in points unless the name says otherwise.

use std::time::Duration;

use egui::Color32;
use vigie_board::view::Freshness;
use vigie_model::{Parameter, StationMode};

/// Behind everything: what the window is cleared with.
pub const TILE: Color32 = Color32::from_rgb(0x0C, 0x10, 0x16);
/// The head line of a tile, and the top bar.
pub const BAR: Color32 = Color32::from_rgb(0x18, 0x1F, 0x29);
/// Lines that divide.
pub const LINE: Color32 = Color32::from_rgb(0x26, 0x30, 0x3D);
/// Behind an overlay: the ward stays visible.
pub const VEIL: Color32 = Color32::from_rgba_premultiplied(0x02, 0x03, 0x04, 0x90);
/// Text that must be read.
pub const TEXT: Color32 = Color32::from_rgb(0xEC, 0xF0, 0xF5);
/// Labels, units, ages.
pub const TEXT_QUIET: Color32 = Color32::from_rgb(0xA9, 0xB5, 0xC3);
/// Scale marks and grid: seen when looked for.
pub const FAINT: Color32 = Color32::from_rgb(0x5C, 0x69, 0x79);
/// Keyboard focus.
pub const FOCUS: Color32 = Color32::from_rgb(0xFF, 0xFF, 0xFF);
/// A device that is heard in time.
pub const LINK_LIVE: Color32 = Color32::from_rgb(0x5F, 0xD0, 0x86);
/// A device that is late, stale or lost: the word beside it says which.
pub const LINK_OFF: Color32 = Color32::from_rgb(0xC8, 0xD2, 0xDE);
/// The moving mark in the top bar.
pub const HEARTBEAT: Color32 = Color32::from_rgb(0x7F, 0x8E, 0xA0);
/// Plates of notices: input paused, recording ended.
pub const NOTICE: Color32 = Color32::from_rgb(0xDD, 0xE4, 0xEC);
/// Demonstration and test values: word on this.
pub const DEMO: Color32 = Color32::from_rgb(0xE9, 0x9A, 0xFF);
/// Ink on `DEMO` and on the mode's plate.
pub const ON_BRIGHT: Color32 = Color32::from_rgb(0x06, 0x07, 0x0A);
/// Ground of a tile whose station has stopped: no colour of an alarm, and nothing like a tile.
pub const COVER: Color32 = Color32::from_rgb(0x3A, 0x43, 0x50);
/// Words on it.
pub const ON_COVER: Color32 = Color32::from_rgb(0xFF, 0xFF, 0xFF);

/// Paint this long behind the newest sample: IntelliVue delivers waves in bursts of 1.024 s.
pub const PAINT_DELAY: Duration = Duration::from_millis(1_500);
/// Width of the gap that moves in front of a sweep.
pub const ERASE_BAR: f32 = 9.0;
/// Half the thickness of a trace.
pub const TRACE_HALF: f32 = 0.65;
/// No text is smaller.
pub const TEXT_MIN: f32 = 11.0;
/// Running text of lists.
pub const TEXT_BODY: f32 = 15.0;
/// Headings.
pub const TEXT_HEAD: f32 = 19.0;
/// Height of the top bar.
pub const TOP_BAR: f32 = 34.0;
/// Height of the tray of devices without a bed.
pub const TRAY: f32 = 30.0;
/// Between two tiles.
pub const TILE_GAP: f32 = 2.0;
/// Corners of tiles.
pub const CORNER: f32 = 4.0;
/// Border of a tile: stripes when its values are not live, the colour of its most urgent alarm.
pub const BORDER: f32 = 4.0;
/// The inner part of that border, which takes the colour of an alarm.
pub const ALARM_BORDER: f32 = 2.5;
/// Length of one stripe of that border.
pub const STRIPE: f32 = 7.0;
/// Points in a millimetre of a screen with 96 dots an inch: assumed until somebody calibrates.
pub const POINTS_PER_MM: f32 = 96.0 / 25.4;

/// How an alarm looks in one of its two phases. Both can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmInk {
    /// The area.
    pub fill: Color32,
    /// Text and shape on it.
    pub text: Color32,
    /// Around it and around its tile.
    pub border: Color32,
}

const fn alarm_ink(fill: u32, text: u32, border: u32) -> AlarmInk {
    AlarmInk { fill: rgb(fill), text: rgb(text), border: rgb(border) }
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// High priority: red (IEC 60601-1-8).
pub const HIGH: [AlarmInk; 2] =
    [alarm_ink(0xE3_10_22, 0xFF_FF_FF, 0xFF_3B_4A), alarm_ink(0x4A_06_0E, 0xFF_D9_DC, 0xB3_1A_28)];
/// Medium priority: yellow.
pub const MEDIUM: [AlarmInk; 2] =
    [alarm_ink(0xFF_D4_00, 0x14_10_00, 0xFF_DD_33), alarm_ink(0x3D_33_00, 0xFF_E9_80, 0xA8_8C_00)];
/// Low priority: cyan, never flashing.
pub const LOW: [AlarmInk; 2] =
    [alarm_ink(0x3F_D6_E6, 0x00_16_1A, 0x3F_D6_E6), alarm_ink(0x3F_D6_E6, 0x00_16_1A, 0x3F_D6_E6)];
/// Equipment and station: light blue on slate, an outline instead of a full area.
pub const TECHNICAL: [AlarmInk; 2] =
    [alarm_ink(0x2C_4A_70, 0xFF_FF_FF, 0x8F_C4_FF), alarm_ink(0x16_22_33, 0xB9_DA_FF, 0x4C_6F_99)];
/// Listed without alarm signals.
pub const INFORMATION: [AlarmInk; 2] =
    [alarm_ink(0x1D_25_30, 0xD5_DD_E6, 0x3A_46_55), alarm_ink(0x1D_25_30, 0xD5_DD_E6, 0x3A_46_55)];

/// Ink of a parameter: its wave and its digits.
pub const fn ink(parameter: Parameter) -> Color32 {
    match parameter {
        Parameter::Ecg => rgb(0x4E_E0_74),
        Parameter::Spo2 => rgb(0x4F_D8_F2),
        // Tinted towards salmon, away from the alarm red.
        Parameter::Abp => rgb(0xFF_93_84),
        Parameter::Nibp => rgb(0xF6_F7_F9),
        Parameter::Cvp => rgb(0x86_B4_FF),
        Parameter::Pap => rgb(0xFF_E2_6B),
        Parameter::Icp => rgb(0xF5_9B_FF),
        Parameter::Resp => rgb(0xFF_F0_B8),
        Parameter::Co2 => rgb(0xD3_DA_E2),
        Parameter::Temp => rgb(0x57_D9_BB),
        Parameter::Gas => rgb(0xB9_F2_A1),
        Parameter::Output => rgb(0xFF_BE_7A),
        Parameter::Vent => rgb(0xA8_D5_FF),
        Parameter::Neuro => rgb(0xD9_C3_FF),
        Parameter::Other => rgb(0xCC_D4_DD),
    }
}

/// The same ink for something of that freshness: what is old steps back.
pub fn aged(color: Color32, freshness: Freshness) -> Color32 {
    let keep = match freshness {
        Freshness::Live | Freshness::Late => 1.0,
        Freshness::Stale => 0.50,
        // Dashes stand there, which cannot be taken for a value.
        Freshness::Lost => 0.62,
    };
    TILE.lerp_to_gamma(color, keep)
}

/// The band of a trend around its line, in the line's ink.
pub fn band(color: Color32) -> Color32 {
    TILE.lerp_to_gamma(color, 0.34)
}

/// Colours of a mode that is not live: its word, and the dark ground of its stripes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModeInk {
    /// The word.
    pub word: Color32,
    /// The bright stripes of the border: seen, but calmer than any alarm.
    pub stripe: Color32,
    /// Between the stripes, and behind the word.
    pub ground: Color32,
}

/// Colours of a mode; `None` for live.
pub const fn mode_ink(mode: StationMode) -> Option<ModeInk> {
    let (word, stripe, ground) = match mode {
        StationMode::Live => return None,
        StationMode::Replay => (0xCF_BC_FF, 0x6E_5A_A8, 0x1D_17_33),
        StationMode::Simulation => (0xFF_B8_E0, 0x94_55_7B, 0x2B_12_22),
        StationMode::Drill => (0xFF_C6_98, 0x96_66_3C, 0x2C_1A_0B),
    };
    Some(ModeInk { word: rgb(word), stripe: rgb(stripe), ground: rgb(ground) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG relative luminance.
    fn luminance(color: Color32) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    const PARAMETERS: [Parameter; 15] = [
        Parameter::Ecg,
        Parameter::Spo2,
        Parameter::Abp,
        Parameter::Nibp,
        Parameter::Resp,
        Parameter::Co2,
        Parameter::Temp,
        Parameter::Cvp,
        Parameter::Pap,
        Parameter::Icp,
        Parameter::Output,
        Parameter::Vent,
        Parameter::Gas,
        Parameter::Neuro,
        Parameter::Other,
    ];

    #[test]
    fn digits_of_every_parameter_reach_seven_to_one() {
        for parameter in PARAMETERS {
            let found = contrast(ink(parameter), TILE);
            assert!(found >= 7.0, "{parameter:?}: {found:.1}");
        }
        assert!(contrast(TEXT, BAR) >= 7.0 && contrast(TEXT_QUIET, TILE) >= 7.0);
    }

    #[test]
    fn alarms_can_be_read_in_both_phases() {
        for inks in [HIGH, MEDIUM, LOW, TECHNICAL, INFORMATION] {
            for phase in inks {
                let found = contrast(phase.text, phase.fill);
                assert!(found >= 4.5, "{phase:?}: {found:.1}");
            }
        }
    }

    #[test]
    fn an_old_value_is_dimmer_and_still_readable() {
        for parameter in PARAMETERS {
            let (live, stale) = (ink(parameter), aged(ink(parameter), Freshness::Stale));
            assert!(contrast(stale, TILE) < contrast(live, TILE) * 0.6, "{parameter:?}");
            assert!(contrast(stale, TILE) >= 2.5, "{parameter:?}");
        }
    }
}

//! All colours and sizes of the window. The only file that may hold a literal colour.
//!
//! Dark and calm: what is normal is quiet, so that an alarm is the brightest thing on the screen.
//! Two families that never mix: **inks** (a parameter's wave and digits) and **alarm fills** (areas
//! and borders, always with a shape and a word). Palette of parameters: the default of the project,
//! no standard exists (APSF 2013). Sizes are in points unless the name says otherwise.

use std::time::Duration;

use egui::Color32;
use vigie_board::view::{Freshness, ScoreBand};
use vigie_model::{Parameter, Priority, StationMode};

/// Behind everything: what the window is cleared with. The same in all palettes, so that changing
/// them needs no other ground.
pub const TILE: Color32 = Color32::from_rgb(0x0C, 0x10, 0x16);

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
/// Height of the strip below the top bar: sound, and the alarm that nobody answers.
pub const STRIP: f32 = 46.0;
/// Height of the bar that tells the pages of a ward apart, where there are several.
pub const PAGES: f32 = 34.0;
/// Height of a button: 9 mm at 96 dots an inch, as a finger needs it.
pub const BUTTON: f32 = 36.0;
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

/// Which palette is shown. A person chooses it; nothing else depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// The usual one.
    #[default]
    Normal,
    /// For a dark room: quiet things are darker, alarms as bright as ever.
    Night,
    /// For eyes that do not tell red from green: inks of Okabe and Ito, pressures drawn thicker.
    ColourBlind,
}

impl Theme {
    /// All of them.
    pub const ALL: [Theme; 3] = [Theme::Normal, Theme::Night, Theme::ColourBlind];

    /// The next in turn.
    pub const fn next(self) -> Theme {
        match self {
            Theme::Normal => Theme::Night,
            Theme::Night => Theme::ColourBlind,
            Theme::ColourBlind => Theme::Normal,
        }
    }

    /// Its colours.
    pub const fn palette(self) -> &'static Palette {
        match self {
            Theme::Normal => &NORMAL,
            Theme::Night => &NIGHT,
            Theme::ColourBlind => &COLOUR_BLIND,
        }
    }
}

/// Every colour of the window but its ground, [`TILE`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// The head line of a tile, and the top bar.
    pub bar: Color32,
    /// Lines that divide.
    pub line: Color32,
    /// Text that must be read.
    pub text: Color32,
    /// Labels, units, ages.
    pub quiet: Color32,
    /// Scale marks and grid: seen when looked for.
    pub faint: Color32,
    /// Keyboard focus.
    pub focus: Color32,
    /// A device that is heard in time.
    pub link_live: Color32,
    /// A device that is late, stale or lost: the word beside it says which.
    pub link_off: Color32,
    /// The moving mark in the top bar.
    pub heartbeat: Color32,
    /// Plates of notices: input paused, recording ended; and of sound that is off.
    pub notice: Color32,
    /// Demonstration and test values: word on this.
    pub demo: Color32,
    /// Ink on `demo` and `notice`.
    pub on_bright: Color32,
    /// Ground of a tile whose station has stopped: no colour of an alarm, and nothing like a tile.
    pub cover: Color32,
    /// Words on it.
    pub on_cover: Color32,
    /// High priority, on and off phase: red (IEC 60601-1-8).
    pub high: [AlarmInk; 2],
    /// Medium priority: yellow.
    pub medium: [AlarmInk; 2],
    /// Low priority: cyan, never flashing.
    pub low: [AlarmInk; 2],
    /// Equipment and station: light blue on slate, an outline instead of a full area.
    pub technical: [AlarmInk; 2],
    /// Listed without alarm signals.
    pub information: [AlarmInk; 2],
    /// A replay.
    pub replay: ModeInk,
    /// A simulation.
    pub simulation: ModeInk,
    /// A drill.
    pub drill: ModeInk,
    /// Inks of parameters; [`Palette::ink`] tells which is whose.
    pub parameters: [Color32; 15],
    /// Half the thickness of a pressure's trace: in the preset without hues it is told by its weight. Not
    /// by dashes, which would look like missing samples.
    pub pressure_half: f32,
}

impl Palette {
    /// Ink of a parameter: its wave and its digits.
    pub const fn ink(&self, parameter: Parameter) -> Color32 {
        let [ecg, spo2, abp, nibp, cvp, pap, icp, resp, co2, temp, gas, output, vent, neuro, other] =
            self.parameters;
        match parameter {
            Parameter::Ecg => ecg,
            Parameter::Spo2 => spo2,
            Parameter::Abp => abp,
            Parameter::Nibp => nibp,
            Parameter::Cvp => cvp,
            Parameter::Pap => pap,
            Parameter::Icp => icp,
            Parameter::Resp => resp,
            Parameter::Co2 => co2,
            Parameter::Temp => temp,
            Parameter::Gas => gas,
            Parameter::Output => output,
            Parameter::Vent => vent,
            Parameter::Neuro => neuro,
            Parameter::Other => other,
        }
    }

    /// Both phases of an alarm; `technical`: about equipment or the station.
    pub const fn alarm(&self, priority: Priority, technical: bool) -> [AlarmInk; 2] {
        match (technical, priority) {
            (_, Priority::Information) => self.information,
            (true, Priority::High | Priority::Medium | Priority::Low) => self.technical,
            (false, Priority::High) => self.high,
            (false, Priority::Medium) => self.medium,
            (false, Priority::Low) => self.low,
        }
    }

    /// Colours of a mode; `None` for live.
    pub const fn mode(&self, mode: StationMode) -> Option<ModeInk> {
        match mode {
            StationMode::Live => None,
            StationMode::Replay => Some(self.replay),
            StationMode::Simulation => Some(self.simulation),
            StationMode::Drill => Some(self.drill),
        }
    }

    /// Half the thickness of a parameter's trace.
    pub const fn trace_half(&self, parameter: Parameter) -> f32 {
        match parameter {
            Parameter::Abp | Parameter::Nibp | Parameter::Cvp | Parameter::Pap | Parameter::Icp => {
                self.pressure_half
            }
            Parameter::Ecg
            | Parameter::Spo2
            | Parameter::Resp
            | Parameter::Co2
            | Parameter::Temp
            | Parameter::Gas
            | Parameter::Output
            | Parameter::Vent
            | Parameter::Neuro
            | Parameter::Other => TRACE_HALF,
        }
    }
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn alarm_ink(fill: u32, text: u32, border: u32) -> AlarmInk {
    AlarmInk { fill: rgb(fill), text: rgb(text), border: rgb(border) }
}

const fn mode_ink(word: u32, stripe: u32, ground: u32) -> ModeInk {
    ModeInk { word: rgb(word), stripe: rgb(stripe), ground: rgb(ground) }
}

/// The usual palette.
const NORMAL: Palette = Palette {
    bar: rgb(0x18_1F_29),
    line: rgb(0x26_30_3D),
    text: rgb(0xEC_F0_F5),
    quiet: rgb(0xA9_B5_C3),
    faint: rgb(0x5C_69_79),
    focus: rgb(0xFF_FF_FF),
    link_live: rgb(0x5F_D0_86),
    link_off: rgb(0xC8_D2_DE),
    heartbeat: rgb(0x7F_8E_A0),
    notice: rgb(0xDD_E4_EC),
    demo: rgb(0xE9_9A_FF),
    on_bright: rgb(0x06_07_0A),
    cover: rgb(0x3A_43_50),
    on_cover: rgb(0xFF_FF_FF),
    high: [
        alarm_ink(0xE3_10_22, 0xFF_FF_FF, 0xFF_3B_4A),
        alarm_ink(0x4A_06_0E, 0xFF_D9_DC, 0xB3_1A_28),
    ],
    medium: [
        alarm_ink(0xFF_D4_00, 0x14_10_00, 0xFF_DD_33),
        alarm_ink(0x3D_33_00, 0xFF_E9_80, 0xA8_8C_00),
    ],
    low: [
        alarm_ink(0x3F_D6_E6, 0x00_16_1A, 0x3F_D6_E6),
        alarm_ink(0x0E_33_38, 0xB8_F0_F6, 0x2B_8A_95),
    ],
    technical: [
        alarm_ink(0x2C_4A_70, 0xFF_FF_FF, 0x8F_C4_FF),
        alarm_ink(0x16_22_33, 0xB9_DA_FF, 0x4C_6F_99),
    ],
    information: [
        alarm_ink(0x1D_25_30, 0xD5_DD_E6, 0x3A_46_55),
        alarm_ink(0x1D_25_30, 0xD5_DD_E6, 0x3A_46_55),
    ],
    replay: mode_ink(0xCF_BC_FF, 0x6E_5A_A8, 0x1D_17_33),
    simulation: mode_ink(0xFF_B8_E0, 0x94_55_7B, 0x2B_12_22),
    drill: mode_ink(0xFF_C6_98, 0x96_66_3C, 0x2C_1A_0B),
    parameters: [
        rgb(0x4E_E0_74), // ECG
        rgb(0x4F_D8_F2), // SpO2
        rgb(0xFF_93_84), // ABP: tinted towards salmon, away from the alarm red
        rgb(0xF6_F7_F9), // NIBP
        rgb(0x86_B4_FF), // CVP
        rgb(0xFF_E2_6B), // PAP
        rgb(0xF5_9B_FF), // ICP
        rgb(0xFF_F0_B8), // respiration
        rgb(0xD3_DA_E2), // CO2
        rgb(0x57_D9_BB), // temperature
        rgb(0xB9_F2_A1), // gases
        rgb(0xFF_BE_7A), // cardiac output
        rgb(0xA8_D5_FF), // ventilator
        rgb(0xD9_C3_FF), // brain
        rgb(0xCC_D4_DD), // all else
    ],
    pressure_half: TRACE_HALF,
};

/// For a dark room: what is normal gives less than half the light, alarms give all of theirs.
const NIGHT: Palette = Palette {
    bar: rgb(0x11_16_1D),
    line: rgb(0x1C_24_2E),
    text: rgb(0xB9_C0_C9),
    quiet: rgb(0x98_A2_AE),
    faint: rgb(0x48_53_60),
    focus: rgb(0xD9_DE_E4),
    link_live: rgb(0x4B_A5_6A),
    link_off: rgb(0x9C_A5_AF),
    heartbeat: rgb(0x5E_6A_78),
    notice: rgb(0xA9_B1_BA),
    demo: rgb(0xB4_79_C5),
    cover: rgb(0x2B_32_3C),
    on_cover: rgb(0xD0_D6_DD),
    replay: mode_ink(0xA9_9A_D2, 0x4B_3E_73, 0x16_12_27),
    simulation: mode_ink(0xD0_97_B8, 0x66_3B_55, 0x20_0E_1A),
    drill: mode_ink(0xD0_A2_7D, 0x68_47_2A, 0x21_14_09),
    parameters: [
        rgb(0x40_B4_5E),
        rgb(0x41_AF_C4),
        rgb(0xE0_86_7A),
        rgb(0xB3_B5_B8),
        rgb(0x7A_9F_DD),
        rgb(0xC6_B0_54),
        rgb(0xD0_89_D8),
        rgb(0xC0_B5_8B),
        rgb(0xA8_AE_B5),
        rgb(0x4A_B2_9A),
        rgb(0x90_BC_7E),
        rgb(0xCC_9A_65),
        rgb(0x85_A8_C9),
        rgb(0xAE_9D_CC),
        rgb(0xA4_AA_B1),
    ],
    ..NORMAL
};

/// Hues that eyes without red or without green tell apart (Okabe and Ito, "Color Universal Design",
/// 2008); where the hue's own darkness would not reach 7:1 it is lightened. Related parameters share a
/// hue: label and weight tell them apart. The reds, yellows and cyans of alarms differ in lightness:
/// high is dark red with white, medium bright yellow with black, low an outline on petrol.
const COLOUR_BLIND: Palette = Palette {
    link_live: rgb(0x00_C3_8E),
    high: [
        alarm_ink(0xC4_1E_00, 0xFF_FF_FF, 0xFF_6A_3D),
        alarm_ink(0x45_0D_00, 0xFF_DC_CF, 0xA8_3C_1C),
    ],
    medium: [
        alarm_ink(0xF7_E8_42, 0x12_10_00, 0xF7_E8_42),
        alarm_ink(0x3A_36_05, 0xFA_F0_8A, 0xA3_98_1E),
    ],
    low: [
        alarm_ink(0x8F_D3_F7, 0x00_14_20, 0x8F_D3_F7),
        alarm_ink(0x10_2C_3C, 0xC6_E7_FA, 0x3F_7D_9C),
    ],
    parameters: [
        rgb(0x00_C3_8E), // bluish green, lightened
        rgb(0x56_B4_E9), // sky blue
        rgb(0xFF_8A_4C), // vermillion, lightened
        rgb(0xF6_F7_F9), // white
        rgb(0x7F_B2_FF), // blue, lightened
        rgb(0xF0_E4_42), // yellow
        rgb(0xE3_9C_C4), // reddish purple, lightened
        rgb(0xF5_EC_A0), // yellow, lightened
        rgb(0xD3_DA_E2), // grey
        rgb(0x6F_D9_BE), // bluish green, lightened
        rgb(0xE6_9F_00), // orange
        rgb(0xF2_BE_5C), // orange, lightened
        rgb(0xA9_D8_F4), // sky blue, lightened
        rgb(0xEC_C2_DC), // reddish purple, lightened
        rgb(0xCC_D4_DD),
    ],
    pressure_half: 1.3,
    ..NORMAL
};

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

/// How high a score is: from grey to violet, which no alarm has. Beside it stand boxes and the word.
pub const fn score(band: ScoreBand) -> Color32 {
    match band {
        ScoreBand::Incomplete | ScoreBand::Zero => rgb(0x5C_69_79),
        ScoreBand::Low => rgb(0x8E_9B_B0),
        ScoreBand::LowMedium => rgb(0xA8_A2_D0),
        ScoreBand::Medium => rgb(0xBC_9C_E0),
        ScoreBand::High => rgb(0xD0_94_F0),
    }
}

/// The band of a trend around its line, in the line's ink.
pub fn band(color: Color32) -> Color32 {
    TILE.lerp_to_gamma(color, 0.34)
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
    fn digits_of_every_parameter_reach_seven_to_one_in_every_palette() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for parameter in PARAMETERS {
                let found = contrast(palette.ink(parameter), TILE);
                assert!(found >= 7.0, "{theme:?}, {parameter:?}: {found:.1}");
            }
            for (what, ground) in [
                (palette.text, palette.bar),
                (palette.quiet, TILE),
                (palette.on_cover, palette.cover),
            ] {
                let found = contrast(what, ground);
                assert!(found >= 7.0, "{theme:?}, {what:?}: {found:.1}");
            }
        }
    }

    #[test]
    fn alarms_can_be_read_in_both_phases_of_every_palette() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for inks in
                [palette.high, palette.medium, palette.low, palette.technical, palette.information]
            {
                for phase in inks {
                    let found = contrast(phase.text, phase.fill);
                    assert!(found >= 4.5, "{theme:?}, {phase:?}: {found:.1}");
                }
            }
        }
    }

    #[test]
    fn night_dims_what_is_normal_and_no_alarm() {
        let (day, night) = (Theme::Normal.palette(), Theme::Night.palette());
        for parameter in PARAMETERS {
            let (day, night) = (luminance(day.ink(parameter)), luminance(night.ink(parameter)));
            assert!(night < day * 0.8, "{parameter:?}: {day:.2}, {night:.2}");
        }
        assert!(luminance(night.text) < luminance(day.text) * 0.65);
        assert_eq!((day.high, day.medium, day.low), (night.high, night.medium, night.low));
        assert_eq!(day.technical, night.technical);
    }

    /// A colour as eyes without one kind of cone see it, linear RGB in and out: Viénot, Brettel and
    /// Mollon 1999, "Digital video colourmaps for checking the legibility of displays by dichromats".
    fn dichromat(color: Color32, is_protanope: bool) -> [f64; 3] {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = [color.r(), color.g(), color.b()].map(linear);
        let l = 17.8824 * r + 43.5161 * g + 4.11935 * b;
        let m = 3.45565 * r + 27.1554 * g + 3.86714 * b;
        let s = 0.0299566 * r + 0.184309 * g + 1.46709 * b;
        let (l, m) = if is_protanope {
            (2.02344 * m - 2.52581 * s, m)
        } else {
            (l, 0.494207 * l + 1.24827 * s)
        };
        [
            0.0809444479 * l - 0.130504409 * m + 0.116721066 * s,
            -0.0102485335 * l + 0.0540193266 * m - 0.113614708 * s,
            -0.000365296938 * l - 0.00412161469 * m + 0.693511405 * s,
        ]
    }

    #[test]
    fn alarm_fills_differ_for_eyes_without_red_or_without_green() {
        let palette = Theme::ColourBlind.palette();
        let fills =
            [palette.high, palette.medium, palette.low, palette.technical].map(|inks| inks[0].fill);
        for is_protanope in [true, false] {
            let seen = fills.map(|fill| dichromat(fill, is_protanope));
            for (index, one) in seen.iter().enumerate() {
                for other in &seen[..index] {
                    let apart: f64 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
                    assert!(apart.sqrt() > 0.12, "{seen:?}");
                }
            }
        }
    }

    #[test]
    fn an_old_value_is_dimmer_and_still_readable() {
        for theme in Theme::ALL {
            for parameter in PARAMETERS {
                let ink = theme.palette().ink(parameter);
                let stale = aged(ink, Freshness::Stale);
                assert!(contrast(stale, TILE) < contrast(ink, TILE) * 0.65, "{parameter:?}");
                assert!(contrast(stale, TILE) >= 2.3, "{theme:?}, {parameter:?}");
            }
        }
    }

    #[test]
    fn every_parameter_has_the_ink_of_its_own_place() {
        let palette = Theme::Normal.palette();
        for (index, parameter) in PARAMETERS.iter().enumerate() {
            for other in &PARAMETERS[..index] {
                assert_ne!(palette.ink(*parameter), palette.ink(*other), "{parameter:?} {other:?}");
            }
        }
    }
}

//! All colours and sizes of the window. The only file that may hold a literal colour.
//!
//! Dark and calm: what is normal is quiet, so that an alarm is the brightest thing on the screen.
//! Two families that never mix: **inks** (a parameter's wave and digits) and **alarm fills** (areas
//! and borders, always with a shape and a word). No standard exists for the inks of parameters (APSF
//! 2013): the palettes stand in a file of their own. Sizes are in points unless the name says otherwise.

mod palettes;

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
pub const TOP_BAR: f32 = 46.0;
/// Height of the strip below the top bar: sound, and the alarm that nobody answers.
pub const STRIP: f32 = 48.0;
/// Height of the bar that tells the pages of a ward apart, where there are several.
pub const PAGES: f32 = 50.0;
/// Height of a button: 12 mm at 96 dots an inch, as a finger needs it.
pub const BUTTON: f32 = 46.0;
/// Height of the tray of devices without a bed.
pub const TRAY: f32 = 48.0;
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

/// Ink that has no colour yet: how much of a texel it covers. It is tinted when it is painted.
pub const fn coverage(alpha: u8) -> Color32 {
    Color32::from_rgba_premultiplied(alpha, alpha, alpha, alpha)
}

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

/// Which colours are shown. A person chooses them; nothing else depends on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Theme {
    /// Whose inks.
    pub inks: Inks,
    /// For a dark room: quiet things are darker, alarms as bright as ever.
    pub is_night: bool,
}

/// Inks of parameters: a choice of the unit, since people read the colours of the makers that they know.
/// None of them looks like an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inks {
    /// The usual ones of this program.
    #[default]
    Usual,
    /// As on Philips monitors.
    Philips,
    /// As on GE monitors.
    Ge,
    /// As on Dräger monitors.
    Draeger,
    /// As on Mindray monitors.
    Mindray,
    /// For eyes that do not tell red from green: inks of Okabe and Ito, pressures drawn thicker.
    ColourBlind,
}

impl Inks {
    /// All of them.
    pub const ALL: [Inks; 6] =
        [Inks::Usual, Inks::Philips, Inks::Ge, Inks::Draeger, Inks::Mindray, Inks::ColourBlind];

    /// As the configuration writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Inks::Usual => "usual",
            Inks::Philips => "philips",
            Inks::Ge => "ge",
            Inks::Draeger => "draeger",
            Inks::Mindray => "mindray",
            Inks::ColourBlind => "colour_blind",
        }
    }

    /// The inks of that name.
    pub fn named(name: &str) -> Option<Inks> {
        Inks::ALL.into_iter().find(|inks| inks.name() == name)
    }
}

impl Theme {
    /// The usual one.
    pub const DAY: Theme = Theme { inks: Inks::Usual, is_night: false };
    /// The usual one in a dark room.
    pub const NIGHT: Theme = Theme { inks: Inks::Usual, is_night: true };
    /// For eyes that do not tell red from green.
    pub const COLOUR_BLIND: Theme = Theme { inks: Inks::ColourBlind, is_night: false };

    /// All of them: each inks by day and by night.
    pub fn all() -> impl Iterator<Item = Theme> {
        let both = |inks| [false, true].map(|is_night| Theme { inks, is_night });
        Inks::ALL.into_iter().flat_map(both)
    }

    /// The same inks, by night instead of by day or the other way round.
    pub const fn turned(self) -> Theme {
        Theme { is_night: !self.is_night, ..self }
    }

    /// Its colours.
    pub const fn palette(self) -> &'static Palette {
        palettes::of(self)
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

/// Lines of a wave's grid: each fifth millimetre, and those between. Seen when looked for.
pub fn grid(faint: Color32, is_fifth: bool) -> Color32 {
    TILE.lerp_to_gamma(faint, if is_fifth { 0.50 } else { 0.22 })
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
        for theme in Theme::all() {
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
        for theme in Theme::all() {
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
        for inks in Inks::ALL {
            let [day, night] = [false, true].map(|is_night| Theme { inks, is_night }.palette());
            for parameter in PARAMETERS {
                let (day, night) = (luminance(day.ink(parameter)), luminance(night.ink(parameter)));
                assert!(night < day * 0.82, "{inks:?}, {parameter:?}: {day:.2}, {night:.2}");
            }
            for (day, night) in [
                (day.text, night.text),
                (day.bar, night.bar),
                (day.line, night.line),
                (day.notice, night.notice),
                (day.cover, night.cover),
            ] {
                assert!(luminance(night) < luminance(day) * 0.7, "{inks:?}: {day:?}");
            }
            // Fill, text and border of both phases: not one unit darker.
            assert_eq!((day.high, day.medium, day.low), (night.high, night.medium, night.low));
            assert_eq!(day.technical, night.technical);
        }
    }

    /// CIE L*a*b* under D65.
    fn lab(color: Color32) -> [f64; 3] {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = [color.r(), color.g(), color.b()].map(linear);
        let curve = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        let x = curve((0.412_456 * r + 0.357_576 * g + 0.180_438 * b) / 0.950_47);
        let y = curve(0.212_673 * r + 0.715_152 * g + 0.072_175 * b);
        let z = curve((0.019_334 * r + 0.119_192 * g + 0.950_304 * b) / 1.088_83);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn no_ink_looks_like_an_alarm() {
        for theme in Theme::all() {
            let palette = theme.palette();
            let alarms = [palette.high, palette.medium, palette.low, palette.technical];
            // What is lit: the bright area and the borders.
            let lit = alarms.iter().flat_map(|[on, _]| [on.fill, on.border]);
            for color in lit {
                for parameter in PARAMETERS {
                    let (a, b) = (lab(palette.ink(parameter)), lab(color));
                    let apart: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
                    let apart = apart.sqrt();
                    // Two colours beside each other are told apart from 2.3 on; across a screen it takes
                    // several times that.
                    assert!(apart >= 10.0, "{theme:?}, {parameter:?}, {color:?}: {apart:.1}");
                }
            }
        }
    }

    #[test]
    fn each_palette_has_its_makers_inks() {
        let hue = |inks, parameter| {
            let color = Theme { inks, is_night: false }.palette().ink(parameter);
            let [_, a, b] = lab(color);
            (a.hypot(b) > 25.0, (b.atan2(a).to_degrees() + 360.0) % 360.0)
        };
        // Of each: whether it is a colour at all, and its hue within 35 degrees.
        for (inks, parameter, wanted) in [
            (Inks::Philips, Parameter::Ecg, Some(145.0)),
            (Inks::Philips, Parameter::Nibp, Some(350.0)),
            (Inks::Philips, Parameter::Resp, Some(95.0)),
            (Inks::Ge, Parameter::Nibp, None),
            (Inks::Ge, Parameter::Temp, None),
            (Inks::Draeger, Parameter::Spo2, None),
            (Inks::Draeger, Parameter::Nibp, Some(30.0)),
            (Inks::Draeger, Parameter::Icp, Some(310.0)),
            (Inks::Mindray, Parameter::Icp, Some(345.0)),
            (Inks::Mindray, Parameter::Temp, None),
            (Inks::Usual, Parameter::Abp, Some(35.0)),
            (Inks::ColourBlind, Parameter::Pap, Some(100.0)),
        ] {
            let (is_coloured, hue) = hue(inks, parameter);
            assert_eq!(is_coloured, wanted.is_some(), "{inks:?}, {parameter:?}");
            if let Some(wanted) = wanted {
                let apart = (hue - wanted + 540.0) % 360.0 - 180.0;
                assert!(apart.abs() < 35.0, "{inks:?}, {parameter:?}: {hue:.0}");
            }
        }
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
        let palette = Theme::COLOUR_BLIND.palette();
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
        for theme in Theme::all() {
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
        let palette = Theme::DAY.palette();
        for (index, parameter) in PARAMETERS.iter().enumerate() {
            for other in &PARAMETERS[..index] {
                assert_ne!(palette.ink(*parameter), palette.ink(*other), "{parameter:?} {other:?}");
            }
        }
    }
}

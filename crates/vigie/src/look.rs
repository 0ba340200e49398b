//! How a window shows: colours and units. The guard takes it from the configuration, `vigie demo` from its
//! command line; both hand it to the window as arguments.

use clap::Args;
use vigie_config::{Palette, ScreenConfig, WavesConfig};
use vigie_words::{AirwayUnit, PressureUnit, TemperatureUnit, Units};

/// Options of `vigie window` and `vigie demo`.
#[derive(Args, Clone, Debug, Default)]
pub struct LookOptions {
    /// Colours: usual, philips, ge, draeger, mindray or colour_blind
    #[arg(long, value_name = "NAME", default_value = "usual", value_parser = palette)]
    pub palette: Palette,

    /// Begin in the colours of the night
    #[arg(long)]
    pub night: bool,

    /// Numbers only, huge, to be read from afar
    #[arg(long)]
    pub wall: bool,

    /// Begin without names of patients
    #[arg(long)]
    pub privacy: bool,

    /// Whoever came in by PIN is out again after so many minutes without a key or a touch
    #[arg(long, hide = true, value_name = "MINUTES", default_value_t = 5)]
    pub leave_minutes: u32,

    /// Size of text and buttons, in hundredths of the usual one
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(80..=200))]
    pub text_scale_percent: u16,

    /// Pressures of blood and gases in mmHg or kPa; without it as sent
    #[arg(long, value_name = "UNIT", value_parser = pressure)]
    pub pressure_unit: Option<PressureUnit>,

    /// Temperatures in C or F; without it as sent
    #[arg(long, value_name = "UNIT", value_parser = temperature)]
    pub temperature_unit: Option<TemperatureUnit>,

    /// Pressures of the airway in cmH2O or mbar; without it as sent
    #[arg(long, value_name = "UNIT", value_parser = airway)]
    pub airway_pressure_unit: Option<AirwayUnit>,

    /// Paper speed of waves in mm/s: 6.25, 12.5, 25 or 50
    #[arg(long, value_name = "MM_S", value_parser = speed)]
    pub speed_mm_s: Option<u16>,

    /// Height of a millivolt of an ECG in mm: 1.25, 2.5, 5, 10, 20 or 40; without it as each trace fits
    #[arg(long, value_name = "MM_MV", value_parser = gain)]
    pub gain_mm_mv: Option<u16>,

    /// Waves move to the left as on paper; without it what is oldest is erased
    #[arg(long)]
    pub scroll: bool,

    /// Lines of millimetres under the waves
    #[arg(long)]
    pub grid: bool,

    /// Pixels in a millimetre of the screen, as measured with a ruler
    #[arg(long, value_name = "N", value_parser = milli_pixels)]
    pub pixels_per_mm: Option<u32>,

    /// Paint with OpenGL: for a dense screen with a graphics card
    #[arg(long)]
    pub opengl: bool,
}

impl LookOptions {
    /// What the configuration says.
    pub fn of(screen: &ScreenConfig) -> LookOptions {
        LookOptions {
            palette: screen.palette,
            night: screen.night,
            wall: screen.wall,
            privacy: screen.privacy,
            leave_minutes: screen.leave_minutes,
            text_scale_percent: screen.text_percent,
            pressure_unit: Some(screen.units.pressure),
            temperature_unit: Some(screen.units.temperature),
            airway_pressure_unit: Some(screen.units.airway),
            opengl: screen.opengl,
            speed_mm_s: Some(screen.waves.speed_centi_mm_s),
            gain_mm_mv: screen.waves.gain_centi_mm_mv,
            scroll: screen.waves.scrolls,
            grid: screen.waves.has_grid,
            pixels_per_mm: screen.waves.milli_pixels_per_mm,
        }
    }

    /// How waves are shown.
    pub fn waves(&self) -> WavesConfig {
        let usual = WavesConfig::default();
        WavesConfig {
            speed_centi_mm_s: self.speed_mm_s.unwrap_or(usual.speed_centi_mm_s),
            gain_centi_mm_mv: self.gain_mm_mv,
            scrolls: self.scroll,
            has_grid: self.grid,
            milli_pixels_per_mm: self.pixels_per_mm,
        }
    }

    /// The units that values are shown in.
    pub fn units(&self) -> Units {
        Units {
            pressure: self.pressure_unit.unwrap_or_default(),
            temperature: self.temperature_unit.unwrap_or_default(),
            airway: self.airway_pressure_unit.unwrap_or_default(),
        }
    }

    /// The same as arguments of a window.
    pub fn arguments(&self) -> Vec<String> {
        let units = self.units();
        let mut arguments = vec![format!("--palette={}", self.palette.name())]; // tidy: not for people
        if self.night {
            arguments.push("--night".to_owned()); // tidy: not for people
        }
        if self.wall {
            arguments.push("--wall".to_owned()); // tidy: not for people
        }
        if self.privacy {
            arguments.push("--privacy".to_owned()); // tidy: not for people
        }
        arguments.push(format!("--leave-minutes={}", self.leave_minutes)); // tidy: not for people
        arguments.push(format!("--text-scale-percent={}", self.text_scale_percent)); // tidy: not for people
        if self.opengl {
            arguments.push("--opengl".to_owned()); // tidy: not for people
        }
        for (option, unit) in [
            ("--pressure-unit", units.pressure.name()), // tidy: not for people
            ("--temperature-unit", units.temperature.name()), // tidy: not for people
            ("--airway-pressure-unit", units.airway.name()), // tidy: not for people
        ] {
            if !unit.is_empty() {
                arguments.push(format!("{option}={unit}"));
            }
        }
        let waves = self.waves();
        let amount = |option: &str, amount: f64| format!("{option}={amount}");
        let hundredths = |number: u16| f64::from(number) / 100.0;
        arguments.push(amount("--speed-mm-s", hundredths(waves.speed_centi_mm_s))); // tidy: not for people
        if let Some(gain) = waves.gain_centi_mm_mv {
            arguments.push(amount("--gain-mm-mv", hundredths(gain))); // tidy: not for people
        }
        if let Some(pixels) = waves.milli_pixels_per_mm {
            let pixels = f64::from(pixels) / 1_000.0;
            arguments.push(amount("--pixels-per-mm", pixels)); // tidy: not for people
        }
        if waves.scrolls {
            arguments.push("--scroll".to_owned()); // tidy: not for people
        }
        if waves.has_grid {
            arguments.push("--grid".to_owned()); // tidy: not for people
        }
        arguments
    }
}

fn palette(name: &str) -> Result<Palette, String> {
    named(name, Palette::ALL.map(|palette| (palette.name(), palette)))
}

fn pressure(name: &str) -> Result<PressureUnit, String> {
    let [_, named_units @ ..] = PressureUnit::ALL.map(|unit| (unit.name(), unit));
    named(name, named_units)
}

fn temperature(name: &str) -> Result<TemperatureUnit, String> {
    let [_, named_units @ ..] = TemperatureUnit::ALL.map(|unit| (unit.name(), unit));
    named(name, named_units)
}

fn airway(name: &str) -> Result<AirwayUnit, String> {
    let [_, named_units @ ..] = AirwayUnit::ALL.map(|unit| (unit.name(), unit));
    named(name, named_units)
}

fn speed(written: &str) -> Result<u16, String> {
    hundredths(written, &WavesConfig::SPEEDS)
}

fn gain(written: &str) -> Result<u16, String> {
    hundredths(written, &WavesConfig::GAINS)
}

fn hundredths(written: &str, known: &[u16]) -> Result<u16, String> {
    let number: Option<f64> = written.parse().ok();
    let is_it =
        |known: &&u16| number.is_some_and(|it| (f64::from(**known) / 100.0 - it).abs() < 1e-6);
    known.iter().find(is_it).copied().ok_or_else(|| {
        let known: Vec<String> =
            known.iter().map(|known| (f64::from(*known) / 100.0).to_string()).collect();
        format!("one of {} is wanted", known.join(", ")) // tidy: not for people
    })
}

fn milli_pixels(written: &str) -> Result<u32, String> {
    let number: Option<f64> = written.parse().ok();
    let number = number.filter(|it| (0.5..=40.0).contains(it));
    // Within the span: a few thousand thousandths.
    number
        .map(|pixels| (pixels * 1_000.0).round() as u32)
        .ok_or_else(|| "a number from 0.5 to 40 is wanted".to_owned()) // tidy: not for people
}

fn named<T: Copy, const N: usize>(name: &str, known: [(&'static str, T); N]) -> Result<T, String> {
    let found = known.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        format!("one of {} is wanted", names.join(", ")) // tidy: not for people
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        look: LookOptions,
    }

    #[test]
    fn what_the_configuration_says_arrives_in_the_window() {
        let other = WavesConfig {
            speed_centi_mm_s: 625,
            gain_centi_mm_mv: Some(250),
            scrolls: true,
            has_grid: true,
            milli_pixels_per_mm: Some(3_781),
        };
        for palette in Palette::ALL {
            let waves = if palette == Palette::Ge { other } else { WavesConfig::default() };
            for (pressure, temperature, airway) in [
                (PressureUnit::AsSent, TemperatureUnit::AsSent, AirwayUnit::AsSent),
                (PressureUnit::KPa, TemperatureUnit::Fahrenheit, AirwayUnit::Mbar),
                (PressureUnit::MmHg, TemperatureUnit::Celsius, AirwayUnit::CmH2O),
            ] {
                let units = Units { pressure, temperature, airway };
                let screen = ScreenConfig {
                    palette,
                    night: true,
                    wall: true,
                    opengl: true,
                    units,
                    waves,
                    privacy: true,
                    leave_minutes: 9,
                    text_percent: 130,
                    ..ScreenConfig::default()
                };
                let arguments = LookOptions::of(&screen).arguments();
                let line = std::iter::once("window".to_owned()).chain(arguments);
                let Ok(Line { look }) = Line::try_parse_from(line) else {
                    panic!("not taken: {screen:?}");
                };
                assert_eq!((look.palette, look.night, look.units()), (palette, true, units));
                assert_eq!(look.text_scale_percent, 130);
                assert!(look.wall);
                assert_eq!(look.waves(), waves);
                assert_eq!((look.privacy, look.leave_minutes), (true, 9));
                assert!(look.opengl);
            }
        }
        assert!(Line::try_parse_from(["window", "--pressure-unit=psi"]).is_err());
        assert!(Line::try_parse_from(["window", "--pressure-unit="]).is_err());
        assert!(Line::try_parse_from(["window", "--speed-mm-s=30"]).is_err());
        assert!(Line::try_parse_from(["window", "--pixels-per-mm=0"]).is_err());
    }
}

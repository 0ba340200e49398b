//! How a window shows: colours and units. The guard takes it from the configuration, `vigie demo` from its
//! command line; both hand it to the window as arguments.

use clap::Args;
use vigie_config::{Palette, ScreenConfig};
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

    /// Pressures of blood and gases in mmHg or kPa; without it as sent
    #[arg(long, value_name = "UNIT", value_parser = pressure)]
    pub pressure_unit: Option<PressureUnit>,

    /// Temperatures in C or F; without it as sent
    #[arg(long, value_name = "UNIT", value_parser = temperature)]
    pub temperature_unit: Option<TemperatureUnit>,

    /// Pressures of the airway in cmH2O or mbar; without it as sent
    #[arg(long, value_name = "UNIT", value_parser = airway)]
    pub airway_pressure_unit: Option<AirwayUnit>,
}

impl LookOptions {
    /// What the configuration says.
    pub fn of(screen: &ScreenConfig) -> LookOptions {
        LookOptions {
            palette: screen.palette,
            night: screen.night,
            wall: screen.wall,
            pressure_unit: Some(screen.units.pressure),
            temperature_unit: Some(screen.units.temperature),
            airway_pressure_unit: Some(screen.units.airway),
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
        for (option, unit) in [
            ("--pressure-unit", units.pressure.name()), // tidy: not for people
            ("--temperature-unit", units.temperature.name()), // tidy: not for people
            ("--airway-pressure-unit", units.airway.name()), // tidy: not for people
        ] {
            if !unit.is_empty() {
                arguments.push(format!("{option}={unit}"));
            }
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
        for palette in Palette::ALL {
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
                    units,
                    ..ScreenConfig::default()
                };
                let arguments = LookOptions::of(&screen).arguments();
                let line = std::iter::once("window".to_owned()).chain(arguments);
                let Ok(Line { look }) = Line::try_parse_from(line) else {
                    panic!("not taken: {screen:?}");
                };
                assert_eq!((look.palette, look.night, look.units()), (palette, true, units));
                assert!(look.wall);
            }
        }
        assert!(Line::try_parse_from(["window", "--pressure-unit=psi"]).is_err());
        assert!(Line::try_parse_from(["window", "--pressure-unit="]).is_err());
    }
}

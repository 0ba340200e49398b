//! Every key of the file, for a window that offers all of them.
//!
//! A test holds this list against the page of documentation: what is described there can be set in a
//! window.

/// A key of the file, or of one element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands; in [`BED`], [`LINE`], [`DEVICE`] and [`PERSON`] inside the element.
    pub place: &'static str,
    /// Which page it belongs to.
    pub page: Page,
    /// What can stand there.
    pub kind: Kind,
    /// What holds without it, as it would be written; empty: nothing, or what the PC has.
    pub usual: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Whether the station must start again before it holds.
    pub restarts: bool,
}

/// Pages of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// Beds and their names.
    Beds,
    /// Lines and devices.
    Devices,
    /// What windows show.
    Screen,
    /// How alarms are heard.
    Sound,
    /// How alarms are treated, limits, scores.
    Alarms,
    /// What is kept.
    Record,
    /// The interface.
    Network,
    /// Who has a PIN.
    People,
}

/// What can stand behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Flag,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number.
    Number {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// One word, or a whole number.
    NumberOr {
        /// The word.
        word: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// Thousandths of a unit, written with a point.
    Fraction {
        /// The least, in thousandths.
        least_milli: u32,
        /// The most, in thousandths.
        most_milli: u32,
    },
    /// A text.
    Text {
        /// Its longest, in bytes.
        bytes_max: usize,
    },
    /// Several texts.
    Texts {
        /// How many.
        most: usize,
    },
    /// The id of a bed.
    Bed,
    /// Limits of a patient's category: a table of measurements.
    Limits,
    /// Keys that only the protocol knows.
    Table,
}

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// None.
    None,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Metres.
    Metres,
    /// MiB.
    Mebibytes,
    /// Hundredths.
    Percent,
}

/// Palettes, the makers' among them.
const PALETTES: &[&str] = &["usual", "philips", "ge", "draeger", "mindray", "colour_blind"];

const NAME: Kind = Kind::Text { bytes_max: 64 };
const TEXT: Kind = Kind::Text { bytes_max: 256 };
const PATH: Kind = Kind::Text { bytes_max: 512 };

const fn number(least: u32, most: u32) -> Kind {
    Kind::Number { least, most }
}

const fn setting(place: &'static str, page: Page, kind: Kind, usual: &'static str) -> Setting {
    Setting { place, page, kind, usual, unit: Unit::None, restarts: false }
}

impl Setting {
    const fn of(self, unit: Unit) -> Setting {
        Setting { unit, ..self }
    }

    const fn restarting(self) -> Setting {
        Setting { restarts: true, ..self }
    }
}

/// All keys that stand once in the file, in the order of its page of documentation.
pub const SETTINGS: &[Setting] = &[
    setting("mode", Page::Record, Kind::Choice(&["live", "simulation", "drill"]), "live")
        .restarting(),
    setting("language", Page::Screen, Kind::Choice(&["en", "fr", "id"]), "en"),
    setting("no_lines", Page::Devices, Kind::Flag, "false"),
    setting("network.interface", Page::Network, Kind::Text { bytes_max: 15 }, "").restarting(),
    setting("network.address", Page::Network, Kind::Text { bytes_max: 18 }, "").restarting(),
    setting("record.station", Page::Record, NAME, "").restarting(),
    setting("record.keep_days", Page::Record, number(1, 3_650), "30").of(Unit::Days),
    setting("record.segment_mib", Page::Record, number(1, 65_536), "").of(Unit::Mebibytes),
    setting("record.reserve_mib", Page::Record, number(1, 1 << 20), "").of(Unit::Mebibytes),
    setting("record.warn_days", Page::Record, number(0, 3_650), "7").of(Unit::Days),
    setting("record.copy_age_hours", Page::Record, number(0, 8_760), "36").of(Unit::Hours),
    setting("record.copies", Page::Record, Kind::Texts { most: 8 }, ""),
    setting("alarms.pause_minutes", Page::Alarms, number(1, 10), "2").of(Unit::Minutes),
    setting(
        "alarms.audio_off",
        Page::Alarms,
        Kind::NumberOr { word: "never", least: 1, most: 10 },
        "never",
    )
    .of(Unit::Minutes),
    setting("alarms.acknowledged_reminder_minutes", Page::Alarms, number(0, 120), "10")
        .of(Unit::Minutes),
    setting("alarms.going_lapses_minutes", Page::Alarms, number(1, 15), "3").of(Unit::Minutes),
    setting("alarms.high_banner_seconds", Page::Alarms, number(5, 120), "15").of(Unit::Seconds),
    setting("alarms.high_louder_seconds", Page::Alarms, number(15, 600), "60").of(Unit::Seconds),
    setting("alarms.medium_reminder_minutes", Page::Alarms, number(1, 30), "3").of(Unit::Minutes),
    setting("alarms.link_reminder_minutes", Page::Alarms, number(1, 30), "3").of(Unit::Minutes),
    setting("alarms.standby_reminder_minutes", Page::Alarms, number(5, 720), "30")
        .of(Unit::Minutes),
    setting("alarms.latch", Page::Alarms, Kind::Choice(&["high", "nothing"]), "high"),
    setting("alarms.sounds_when_silenced_at_bedside", Page::Alarms, Kind::Flag, "false"),
    setting("alarms.limits.policy", Page::Alarms, TEXT, ""),
    setting("alarms.limits.enabled", Page::Alarms, Kind::Flag, "true"),
    setting("alarms.limits.defaults", Page::Alarms, Kind::Flag, "false"),
    setting("alarms.limits.delay_seconds", Page::Alarms, number(0, 30), "6").of(Unit::Seconds),
    setting("alarms.limits.hysteresis_percent", Page::Alarms, number(0, 10), "2").of(Unit::Percent),
    setting("alarms.limits.adult", Page::Alarms, Kind::Limits, ""),
    setting("alarms.limits.paediatric", Page::Alarms, Kind::Limits, ""),
    setting("alarms.limits.neonate", Page::Alarms, Kind::Limits, ""),
    setting("scores.news2", Page::Alarms, Kind::Flag, "true"),
    setting("scores.qsofa", Page::Alarms, Kind::Flag, "false"),
    setting("scores.pews", Page::Alarms, Kind::Flag, "false"),
    setting("scores.input_age_minutes", Page::Alarms, number(5, 1_440), "60").of(Unit::Minutes),
    setting("sound.enabled", Page::Sound, Kind::Flag, ""),
    setting("sound.volume", Page::Sound, number(0, 100), "85").of(Unit::Percent),
    setting("sound.floor", Page::Sound, number(1, 100), "50").of(Unit::Percent),
    setting("sound.cap", Page::Sound, number(1, 100), "100").of(Unit::Percent),
    setting("sound.device", Page::Sound, TEXT, ""),
    setting("sound.allow_silent", Page::Sound, Kind::Flag, "false"),
    setting(
        "screen.viewing_distance_m",
        Page::Screen,
        Kind::Fraction { least_milli: 300, most_milli: 10_000 },
        "1",
    )
    .of(Unit::Metres),
    setting("screen.tiles", Page::Screen, number(1, 64), ""),
    setting("screen.palette", Page::Screen, Kind::Choice(PALETTES), "usual"),
    setting("screen.night", Page::Screen, Kind::Flag, "false"),
    setting("screen.wall", Page::Screen, Kind::Flag, "false"),
    setting(
        "screen.speed_mm_s",
        Page::Screen,
        Kind::Fraction { least_milli: 6_250, most_milli: 50_000 },
        "25",
    ),
    setting(
        "screen.gain_mm_mv",
        Page::Screen,
        Kind::Fraction { least_milli: 1_250, most_milli: 40_000 },
        "",
    ),
    setting("screen.sweep", Page::Screen, Kind::Choice(&["erase-bar", "scroll"]), "erase-bar"),
    setting("screen.grid", Page::Screen, Kind::Flag, "false"),
    setting(
        "screen.pixels_per_mm",
        Page::Screen,
        Kind::Fraction { least_milli: 500, most_milli: 40_000 },
        "",
    ),
    setting("screen.kiosk", Page::Screen, Kind::Flag, "false"),
    setting("screen.text_scale_percent", Page::Screen, number(80, 200), "100").of(Unit::Percent),
    setting("screen.opengl", Page::Screen, Kind::Flag, "false"),
    setting("screen.pressure_unit", Page::Screen, Kind::Choice(&["mmHg", "kPa"]), ""),
    setting("screen.temperature_unit", Page::Screen, Kind::Choice(&["C", "F"]), ""),
    setting("screen.airway_pressure_unit", Page::Screen, Kind::Choice(&["cmH2O", "mbar"]), ""),
    setting("screen.privacy", Page::Screen, Kind::Flag, "false"),
    setting("screen.leave_minutes", Page::Screen, number(1, 60), "5").of(Unit::Minutes),
];

/// Keys of a `[[bed]]`.
pub const BED: &[Setting] = &[
    setting("id", Page::Beds, NAME, ""),
    setting("label", Page::Beds, Kind::Text { bytes_max: 48 }, ""),
    setting("column", Page::Beds, number(1, 32), ""),
    setting("row", Page::Beds, number(1, 32), ""),
];

/// Keys of a `[[line]]`.
pub const LINE: &[Setting] = &[
    setting("name", Page::Devices, NAME, ""),
    setting("protocol", Page::Devices, NAME, ""),
    setting("bed", Page::Devices, Kind::Bed, ""),
    setting("serial", Page::Devices, PATH, ""),
    setting("baud", Page::Devices, number(300, 921_600), ""),
    setting("parity", Page::Devices, Kind::Choice(&["none", "even", "odd"]), ""),
    setting("stop_bits", Page::Devices, number(1, 2), ""),
    setting("udp", Page::Devices, NAME, ""),
    setting("tcp", Page::Devices, NAME, ""),
    setting("unix", Page::Devices, Kind::Text { bytes_max: 107 }, ""),
    setting("passive", Page::Devices, Kind::Flag, "false"),
    setting("real", Page::Devices, Kind::Flag, "false"),
    setting("capture", Page::Devices, PATH, ""),
    setting("path", Page::Devices, NAME, ""),
    setting("ports", Page::Devices, Kind::Table, ""),
    setting("options", Page::Devices, Kind::Table, ""),
];

/// Keys of a `[[device]]`.
pub const DEVICE: &[Setting] = &[
    setting("key", Page::Devices, TEXT, ""),
    setting("bed", Page::Devices, Kind::Bed, ""),
    setting("mac", Page::Devices, Kind::Text { bytes_max: 17 }, ""),
    setting("address", Page::Devices, Kind::Text { bytes_max: 15 }, ""),
];

/// Keys of a `[[person]]`.
pub const PERSON: &[Setting] = &[
    setting("initials", Page::People, Kind::Text { bytes_max: 12 }, ""),
    setting("role", Page::People, Kind::Choice(&["chart", "configure"]), ""),
    setting("pin", Page::People, TEXT, ""),
];

/// The keys of one `[[window]]`, by its number.
macro_rules! window {
    ($nth:literal) => {
        [
            setting(concat!("window.", $nth, ".page"), Page::Screen, number(1, 64), ""),
            setting(concat!("window.", $nth, ".screen"), Page::Screen, number(0, 15), ""),
            setting(concat!("window.", $nth, ".wall"), Page::Screen, Kind::Flag, ""),
            setting(concat!("window.", $nth, ".full_screen"), Page::Screen, Kind::Flag, "false"),
        ]
    };
}

/// Keys of each `[[window]]`, with their whole place: there are few.
pub static WINDOWS: [[Setting; 4]; crate::WindowConfig::MOST] =
    [window!("0"), window!("1"), window!("2")];

/// Keys that have no place of their own in set-up, and why; its page of the whole text has them too.
pub const BY_TEXT: &[(&str, &str)] = &[
    (
        "no_lines",
        "written when a ward is saved that has no line yet, and taken out with the first one",
    ),
    ("line", "made by giving what is heard a bed; ports and speeds by hand are text"),
    ("device", "made by giving what is heard a bed; cards and addresses by hand are text"),
];

/// The setting at a place of the file, elements of lists included: `line.3.baud`.
pub fn of(place: &str) -> Option<&'static Setting> {
    let (list, inner) = match place.split_once('.') {
        Some(("window", _)) => (WINDOWS.as_flattened(), place),
        Some(("bed", rest)) => (BED, rest.split_once('.')?.1),
        Some(("line", rest)) => (LINE, rest.split_once('.')?.1),
        Some(("device", rest)) => (DEVICE, rest.split_once('.')?.1),
        Some(("person", rest)) => (PERSON, rest.split_once('.')?.1),
        Some(_) | None => (SETTINGS, place),
    };
    list.iter().find(|setting| setting.place == inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of a section of the documentation, as its tables name them.
    fn documented(section: &str) -> Vec<String> {
        let page = include_str!("../../../docs/configuration.md");
        let body = page.split_once(&format!("\n{section}\n")).expect("the section").1;
        let body = body.split("\n## ").next().unwrap_or(body);
        let rows = body.lines().filter_map(|line| line.strip_prefix("| `"));
        let keys = rows.flat_map(|row| {
            let first = row.split(" |").next().unwrap_or_default();
            let names = format!("`{first}").replace(" or ", ", ");
            names.split(", ").map(|name| name.trim_matches('`').to_owned()).collect::<Vec<_>>()
        });
        keys.filter(|key| key.chars().all(|sign| sign.is_ascii_lowercase() || "_2".contains(sign)))
            .collect()
    }

    #[test]
    fn every_key_of_the_documentation_can_be_set() {
        let sections = [
            ("## At the top", ""),
            ("## `[network]`", "network."),
            ("## `[record]`", "record."),
            ("## `[scores]`", "scores."),
            ("## `[sound]`", "sound."),
            ("## `[screen]`", "screen."),
            ("## `[[bed]]`", "bed.0."),
            ("## `[[device]]`", "device.0."),
            ("## `[[line]]`", "line.0."),
            ("## `[[person]]`", "person.0."),
            ("## `[[window]]`", "window.0."),
        ];
        let mut seen = 0;
        for (section, prefix) in sections {
            for key in documented(section) {
                assert!(of(&format!("{prefix}{key}")).is_some(), "{section}: {key}");
                seen += 1;
            }
        }
        let alarms = documented("## `[alarms]`");
        for key in &alarms {
            let places = [format!("alarms.{key}"), format!("alarms.limits.{key}")];
            assert!(
                key == "limits" || places.iter().any(|place| of(place).is_some()),
                "[alarms]: {key}"
            );
        }
        seen += alarms.len();
        let all = SETTINGS.len() + BED.len() + LINE.len() + DEVICE.len() + PERSON.len() + 4;
        // `limits` is a section and no setting.
        assert!(seen >= all, "{seen} documented, {all} to be set");
    }

    #[test]
    fn the_choices_of_a_screen_are_those_that_the_file_takes() {
        assert_eq!(PALETTES, crate::Palette::ALL.map(crate::Palette::name));
        let choices = |place| match of(place).map(|setting| setting.kind) {
            Some(Kind::Choice(choices)) => choices,
            other => panic!("{place}: {other:?}"),
        };
        use vigie_words::{AirwayUnit, PressureUnit, TemperatureUnit};
        let [_, pressure @ ..] = PressureUnit::ALL.map(PressureUnit::name);
        let [_, temperature @ ..] = TemperatureUnit::ALL.map(TemperatureUnit::name);
        let [_, airway @ ..] = AirwayUnit::ALL.map(AirwayUnit::name);
        assert_eq!(choices("screen.pressure_unit"), pressure);
        assert_eq!(choices("screen.temperature_unit"), temperature);
        assert_eq!(choices("screen.airway_pressure_unit"), airway);
    }

    /// What the reader of the file knows in a section: it says so of a key that it does not know.
    fn known(section: &str) -> Vec<String> {
        let text = format!("{section}\nqqqqqqqqqqqqqqqq = 1\n");
        let mistakes = crate::Config::parse(&text, &[]).expect_err("refused");
        let told = mistakes.iter().find(|mistake| mistake.what.contains("qqqqqqqqqqqqqqqq"));
        let keys = told.and_then(|told| told.remedy.strip_prefix("known here: ")).expect("named");
        keys.split(", ").map(str::to_owned).collect()
    }

    #[test]
    fn every_key_that_the_file_knows_can_be_set() {
        let lists = ["bed", "line", "device", "person", "window"];
        let tables = ["network", "record", "alarms", "scores", "sound", "screen"];
        let mut seen = 0;
        for key in known("") {
            let is_section = lists.contains(&key.as_str()) || tables.contains(&key.as_str());
            assert!(is_section || of(&key).is_some(), "{key}");
        }
        for table in tables.into_iter().chain(["alarms.limits"]) {
            for key in known(&format!("[{table}]")) {
                let place = format!("{table}.{key}");
                assert!(place == "alarms.limits" || of(&place).is_some(), "{place}");
                seen += 1;
            }
        }
        for list in lists {
            for key in known(&format!("[[{list}]]")) {
                assert!(of(&format!("{list}.0.{key}")).is_some(), "{list}: {key}");
                seen += 1;
            }
        }
        assert!(seen > 80, "{seen}");
        for (key, why) in BY_TEXT {
            assert!(known("").contains(&(*key).to_owned()) && !why.is_empty(), "{key}");
        }
    }

    #[test]
    fn a_setting_is_found_by_its_place() {
        assert_eq!(of("line.12.baud").map(|setting| setting.place), Some("baud"));
        assert_eq!(of("sound.volume").map(|setting| setting.unit), Some(Unit::Percent));
        assert_eq!(of("sound.speed"), None);
        assert_eq!(of("line.baud"), None);
    }
}

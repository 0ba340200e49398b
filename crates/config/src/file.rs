//! From the text of a file to a [`Config`], or all that is wrong with it.

use toml::de::DeTable;
use vigie_model::StationMode;
use vigie_session::Factory;
use vigie_words::Language;

use crate::{
    Config, Mistake, ScreenConfig,
    address::Net,
    alarms,
    bed::Beds,
    device::{self, Around},
    line::Lines,
    mistake::quote,
    network, person, record, screen,
    section::{Reader, Section, TOP_KEYS},
    sound,
    suggest::nearest,
    window,
};

/// Longest file. A ward of 64 beds takes less than a tenth of it.
pub const FILE_BYTES_MAX: usize = 1 << 20;

impl Config {
    /// Reads the bytes of a file. All mistakes at once, in the order of lines; past the first 50 they
    /// are counted.
    pub fn read(bytes: &[u8], catalogue: &[&dyn Factory]) -> Result<Config, Vec<Mistake>> {
        // Editors of Windows begin a file so; it is no part of the text.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Config::parse(text, catalogue),
            Err(_) if bytes.len() > FILE_BYTES_MAX => Err(vec![too_long()]),
            Err(error) => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                Err(vec![Mistake {
                    line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
                    what: "this is no UTF-8 text".into(),
                    remedy: "save the file as UTF-8".into(),
                }])
            }
        }
    }

    /// Reads a file. All mistakes at once, in the order of lines; past the first 50 they are counted.
    /// What does not read as TOML comes alone: what it would have said is not known.
    pub fn parse(text: &str, catalogue: &[&dyn Factory]) -> Result<Config, Vec<Mistake>> {
        if text.len() > FILE_BYTES_MAX {
            return Err(vec![too_long()]);
        }
        let mut reader = Reader::new(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let line = error.span().map_or(1, |span| reader.line_at(span.start));
            let what = error.message().replace('`', "\"").replace('\n', " ");
            reader.wrong(line, what, "this is not TOML: look at the quotation marks and brackets");
        }
        if !errors.is_empty() {
            return Err(reader.mistakes.into_list());
        }
        let config = config(table.get_ref(), catalogue, &mut reader);
        let mistakes = reader.mistakes.into_list();
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }
}

/// How windows show by a text that may be wrong for a while: what is wrong counts as not written.
pub(crate) fn shown(text: &str) -> (Language, ScreenConfig) {
    let mut reader = Reader::new(text);
    let (table, _) = DeTable::parse_recoverable(text);
    let top = Section::open(table.get_ref(), "the file", 1, TOP_KEYS, &mut reader);
    (language(top, &mut reader), screen::read(top, &mut reader))
}

fn too_long() -> Mistake {
    Mistake {
        line: 1,
        what: format!("the file is longer than {FILE_BYTES_MAX} bytes"),
        remedy: "this is no vigie.toml: name another file".into(),
    }
}

fn config<'a>(
    table: &'a DeTable<'a>,
    catalogue: &'a [&'a dyn Factory],
    reader: &mut Reader,
) -> Config {
    let top = Section::open(table, "the file", 1, TOP_KEYS, reader);
    let mode = mode(top, reader);
    let language = language(top, reader);
    let net = network::read(top, reader);
    let record = record::read(top, reader);
    let (alarms, limits) = alarms::read(top, reader);
    let sound = sound::read(top, reader);
    let screen = screen::read(top, reader);
    let beds = Beds::read(top, reader);
    let lines = Lines::read(top, catalogue, &net, &beds, reader);
    let around = Around { catalogue, net: &net, beds: &beds, named: lines.named() };
    let devices = device::read(top, &around, reader);
    let lines = lines.lines;
    let network = match &net {
        Net::Given(network) => Some(network.clone()),
        Net::Absent | Net::Unusable => None,
    };
    let (beds, places) = (beds.beds, beds.places);
    let windows = window::read(top, reader);
    let people = person::read(top, reader);
    Config {
        mode,
        language,
        network,
        beds,
        places,
        lines,
        devices,
        record,
        alarms,
        limits,
        sound,
        screen,
        windows,
        people,
    }
}

fn mode(top: Section<'_>, reader: &mut Reader) -> StationMode {
    let Some(field) = top.text("mode", reader) else { return StationMode::Live };
    match field.value {
        "live" => StationMode::Live,
        "simulation" => StationMode::Simulation,
        "drill" => StationMode::Drill,
        other => {
            let remedy = match (other, nearest(other, ["live", "simulation", "drill"])) {
                ("replay", _) => "recordings are played by `vigie replay FILE`".to_owned(),
                (_, Some(meant)) => format!("did you mean \"{meant}\"?"),
                (_, None) => "write live, simulation or drill".to_owned(),
            };
            reader.wrong(field.line, format!("unknown mode {}", quote(other)), remedy);
            StationMode::Live
        }
    }
}

fn language(top: Section<'_>, reader: &mut Reader) -> Language {
    let Some(field) = top.text("language", reader) else { return Language::default() };
    let found = Language::ALL.into_iter().find(|language| language.tag() == field.value);
    found.unwrap_or_else(|| {
        let what = format!("unknown language {}", quote(field.value));
        reader.wrong(field.line, what, "write en, fr or id");
        Language::default()
    })
}

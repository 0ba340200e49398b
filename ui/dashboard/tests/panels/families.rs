//! One measurement, whoever made the device: for every row of the nomenclature that two or more families
//! map, name, colour and order on the screen are the same; the maker's own label stands beside ours where
//! it is another word.
//!
//! What the families map is read from their tables; a board makes tiles of it, one for each family. Waves
//! are told as numbers too: their names and colours come from the same rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use egui::{Context, vec2};
use vigie_board::{
    Board, BoardConfig, Command, Receipt,
    view::{BlockView, TileView},
};
use vigie_dashboard::{Dashboard, Place};
use vigie_hl7::map::{codes, pds};
use vigie_model::{
    Bed, BedId, Cadence, Category, Decimal, DeviceKey, Event, Measured, MetricKey, MonoTime,
    Nature, Numeric, Observation, Reading, RunId, Stamp, StationMode, StreamInfo, Text, Unit,
    Validity, WallTime,
    nomenclature::{self, METRICS, MdcCode, Role},
};
use vigie_puritan_bennett::wire::Kind;
use vigie_ui_kit::tokens::Theme;
use vigie_words::{Language, Words};

use crate::common::{
    fixed,
    painted::{painted_at, texts},
};

const NOW: MonoTime = crate::common::NOW;
const WALL: WallTime = crate::common::WALL;

/// A stream as a family names it: the row of the nomenclature, the maker's own code, the maker's label.
#[derive(Clone, Debug)]
struct Mapped {
    code: MdcCode,
    vendor: String,
    label: String,
}

fn mapped(code: MdcCode, vendor: impl Into<String>, label: impl Into<String>) -> Mapped {
    Mapped { code, vendor: vendor.into(), label: label.into() }
}

fn intellivue() -> Vec<Mapped> {
    use vigie_intellivue::map;
    let of_value = |physio_id: u16| {
        let row = map::numeric(physio_id, None).or_else(|| map::wave(physio_id, None))?;
        let code = map::mdc_code(physio_id)?;
        Some(mapped(code, format!("{physio_id:04x}"), row.name(row.label).to_string()))
    };
    let settings = METRICS.iter().filter(|metric| metric.role == Role::Setting);
    let of_setting = |code: MdcCode| {
        let label = u32::from(map::SETTINGS) << 16 | code.0 & 0xFFFF;
        let row = map::numeric((code.0 & 0xFFFF) as u16, Some(label));
        let row = row.filter(|row| row.label_id == label)?;
        Some(mapped(map::mdc_setting(label)?, format!("{label:08x}"), row.label))
    };
    let values = (0..=u16::MAX).filter_map(of_value);
    values.chain(settings.filter_map(|metric| of_setting(metric.code))).collect()
}

fn ge_dri() -> Vec<Mapped> {
    use vigie_ge_dri::map::{self, Naming, WaveNaming};
    let mut found = Vec::new();
    let mut add = |id: &str, vendor: &str, label: &str| {
        found.extend(map::code(id).map(|code| mapped(code, format!("{vendor} {id}"), label)));
    };
    const LEADS: [&str; 6] = ["I", "II", "III", "aVR", "aVL", "aVF"];
    let sites: Vec<map::Name> = (0..32).map(|label| map::pressure(label, 0)).collect();
    for field in map::FIELDS {
        match field.naming {
            Naming::Id(id) => add(id, field.vendor, field.label),
            Naming::Unmapped => {}
            Naming::HeartRate => {
                for source in 0..16 {
                    let name = map::heart_rate(source);
                    add(name.id.unwrap_or_default(), field.vendor, name.label);
                }
            }
            Naming::St(_) => {
                for lead in LEADS {
                    add(&format!("ecg.st.{lead}"), field.vendor, &format!("ST {lead}"));
                }
            }
            Naming::Pressure(member) => {
                for site in &sites {
                    let id = format!("{}.{member}", site.id.unwrap_or_default());
                    add(&id, field.vendor, &format!("{} {member}", site.label));
                }
            }
            Naming::PressureRate => add("pr", field.vendor, "ART PR"),
            Naming::Temperature => {
                for name in (0..32).filter_map(map::temperature) {
                    add(name.id.unwrap_or_default(), field.vendor, name.label);
                }
            }
            Naming::Saturation => {
                for name in (0..4).map(map::saturation) {
                    add(name.id.unwrap_or_default(), field.vendor, name.label);
                }
            }
            Naming::OldSvo2 => add("svo2", field.vendor, field.label),
            Naming::Agent(id) => {
                add(id, field.vendor, field.label);
                add(&id.replace("agent", "sevo"), field.vendor, field.label);
            }
        }
    }
    for wave in map::WAVES {
        match wave.naming {
            WaveNaming::Id(id) => add(id, wave.name, wave.name),
            WaveNaming::Unmapped | WaveNaming::Co2 => {}
            WaveNaming::Lead(_) => {
                for lead in LEADS {
                    add(&format!("w.ecg.{lead}"), wave.name, &format!("ECG {lead}"));
                }
            }
            WaveNaming::Pressure(_) => {
                for site in &sites {
                    add(site.id.unwrap_or_default(), wave.name, site.label);
                }
            }
        }
    }
    found
}

/// Any term that has a name in the standard.
fn hl7() -> Vec<Mapped> {
    let of_row = |metric: &nomenclature::Metric| {
        let (number, text) = (metric.code.0.to_string(), format!("MDC_{}", metric.refid?));
        let coded = codes::Coded { number: &number, text: &text, system: "MDC" };
        let what = if metric.role == Role::Wave { codes::Use::Wave } else { codes::Use::Value };
        Some(mapped(coded.code(what)?, coded.vendor(), coded.label()))
    };
    METRICS.iter().filter_map(of_row).collect()
}

fn mindray_pds() -> Vec<Mapped> {
    let numbers = pds::NUMBERS.iter().map(|row| (row.id, row.code, row.name));
    let waves = pds::WAVES.iter().map(|row| (row.id, row.code, row.name));
    let all = numbers.chain(waves).filter(|(_, code, _)| *code != 0);
    all.map(|(id, code, name)| mapped(MdcCode(code), id.to_string(), name)).collect()
}

fn puritan_bennett() -> Vec<Mapped> {
    let of_kind = |kind: Kind| {
        vigie_puritan_bennett::map::rows(kind).iter().filter_map(move |row| {
            let key = row.key(kind);
            Some(mapped(key.code?, key.vendor.to_string(), row.label))
        })
    };
    of_kind(Kind::A).chain(of_kind(Kind::F)).collect()
}

/// The families with what they map, one stream a row of the nomenclature.
fn families() -> Vec<(&'static str, Vec<Mapped>)> {
    let families = [
        ("intellivue", intellivue()),
        ("ge-dri", ge_dri()),
        ("hl7", hl7()),
        ("mindray-pds", mindray_pds()),
        ("puritan-bennett", puritan_bennett()),
    ];
    let families = families.map(|(family, rows)| {
        let mut seen = BTreeSet::new();
        let is_row = |row: &Mapped| nomenclature::by_code(row.code).is_some();
        let rows = rows.into_iter().filter(|row| is_row(row) && seen.insert(row.code));
        (family, rows.collect::<Vec<_>>())
    });
    families.into()
}

/// Bed by bed a device of each family that says all it maps as numbers.
fn tiles(families: &[(&'static str, Vec<Mapped>)]) -> Vec<Arc<TileView>> {
    let bed = |family: &str| Bed { id: BedId(Text::from(family)), label: Text::from(family) };
    let beds = families.iter().map(|(family, _)| bed(family)).collect();
    let mut board = Board::new(BoardConfig { mode: StationMode::Live, beds, run: RunId(1) });
    for (family, rows) in families {
        let device = DeviceKey(Text::from(format!("{family}:1")));
        let to = Some(bed(family).id);
        let put = Command::Assign { device: device.clone(), bed: to };
        assert_eq!(board.handle_command(NOW, WALL, Text::from("AB"), put), Receipt::Done);
        for row in rows {
            let metric = nomenclature::by_code(row.code).expect("a row");
            let vendor = Text::from(row.vendor.as_str());
            let key = MetricKey { code: Some(row.code), vendor, instance: 0 };
            let unit = Unit::ucum(metric.ucum);
            let told = Event::Stream(StreamInfo {
                key: key.clone(),
                label: Some(Text::from(row.label.as_str())),
                unit: unit.clone(),
                digits: None,
                category: Category::Measured,
                cadence: Cadence::Periodic(Duration::from_secs(1)),
            });
            let value = Event::Numeric(Numeric {
                key,
                unit,
                reading: Reading::of(
                    Decimal::whole(metric.plausible.1 as i64 / 2),
                    Validity::Valid,
                ),
                measured: Measured::Now,
                device_time: None,
                tick: None,
                nature: Nature::Real,
                in_alarm: false,
                alarms_off: false,
            });
            for event in [told, value] {
                let stamp = Stamp { run: RunId(1), seq: 0, mono: NOW, wall: WALL };
                let device = device.clone();
                let observation = Observation { stamp, device, event, placed: None };
                board.handle_observation(&Arc::new(observation));
            }
        }
    }
    board.view(NOW, WALL).tiles.clone()
}

/// Each number of a tile with the block that it stands in.
fn numbers(tile: &TileView) -> BTreeMap<String, BlockView> {
    let one = |block: &BlockView, at: usize| {
        let number = block.numerics[at].clone();
        let id = number.id.as_ref().expect("it is mapped").to_string();
        (id, BlockView { numerics: vec![number], ..block.clone() })
    };
    let of_block = |block: &BlockView| (0..block.numerics.len()).map(|at| one(block, at)).collect();
    tile.blocks.iter().flat_map(|block| -> Vec<_> { of_block(block) }).collect()
}

/// The ids of a tile in the order of the board.
fn order(tile: &TileView) -> Vec<String> {
    let numbers = tile.blocks.iter().flat_map(|block| &block.numerics);
    numbers.filter_map(|number| Some(number.id.as_ref()?.to_string())).collect()
}

#[test]
fn what_two_families_map_has_one_name_one_colour_and_one_order() {
    let families = families();
    let tiles = tiles(&families);
    for language in Language::ALL {
        let words = Words::new(language);
        let mut known = BTreeMap::new();
        let mut shared = BTreeSet::new();
        for ((family, _), tile) in families.iter().zip(&tiles) {
            for (id, block) in numbers(tile) {
                let number = &block.numerics[0];
                let name = words.stream_label(&number.key, number.label.as_ref());
                let look = (name, block.parameter, block.group.clone(), block.shape);
                match known.get(&id) {
                    None => drop(known.insert(id, look)),
                    Some(first) => {
                        assert_eq!(*first, look, "{id} of {family}, {language:?}");
                        shared.insert(id);
                    }
                }
            }
        }
        assert!(shared.len() > 60, "{} rows of two families", shared.len());
    }
    for (at, one) in tiles.iter().enumerate() {
        for other in &tiles[..at] {
            let (ours, theirs) = (order(one), order(other));
            let common = |of: &[String], among: &[String]| -> Vec<String> {
                of.iter().filter(|id| among.contains(id)).cloned().collect()
            };
            let what = format!("{} and {}", one.label, other.label);
            assert_eq!(common(&ours, &theirs), common(&theirs, &ours), "{what}");
        }
    }
}

#[test]
fn it_is_painted_in_one_ink_in_one_place_with_the_makers_label_beside_it() {
    let families = families();
    let tiles = tiles(&families);
    let (ctx, size, palette) = (Context::default(), vec2(1280.0, 720.0), Theme::DAY.palette());
    let words = Words::new(Language::English);
    let mut looks: BTreeMap<String, _> = BTreeMap::new();
    let mut beside = 0;
    let is_wave =
        |id: &str| nomenclature::by_id(id).is_some_and(|metric| metric.role == Role::Wave);
    for tile in &tiles {
        for (id, block) in numbers(tile).into_iter().filter(|(id, _)| !is_wave(id)) {
            let number = &block.numerics[0];
            let ours = words.stream_label(&number.key, number.label.as_ref());
            let theirs = number.label.as_ref().expect("told").to_string();
            let ink = palette.ink(block.parameter);
            let mut tile = TileView::clone(tile);
            tile.blocks = vec![block.clone()];
            // With one number left it must not be taken for a ventilator.
            tile.sources[0].ventilates = false;
            let mut dashboard = Dashboard::new(Language::English);
            dashboard.open(Some(Place::of(&tile)));
            let mut source = fixed(crate::common::board(StationMode::Live, vec![tile]));
            let painted = texts(&painted_at(&ctx, &mut dashboard, &mut source, 2, size));
            // The heading of a chart has the name too; a number alone has no empty place of that name.
            let label = words.metric_label(block.group.as_ref().expect("mapped").as_str());
            let written = [Some(ours.clone()), label];
            let found = painted.iter().find(|(text, color, _)| {
                *color == ink && written.iter().flatten().any(|label| label == text)
            });
            let (text, _, rect) = found.unwrap_or_else(|| panic!("{id}: {written:?} {painted:?}"));
            let first = looks.entry(id.clone()).or_insert_with(|| (text.clone(), *rect));
            assert_eq!(*first, (text.clone(), *rect), "{id}");
            beside += usize::from(painted.iter().any(|(text, _, _)| *text == theirs));
        }
    }
    assert!(beside > 40, "{beside} makers' labels");
}

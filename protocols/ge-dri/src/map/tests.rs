//! The tables against themselves, the nomenclature and the layout.

use std::collections::BTreeSet;

use super::*;
use crate::wire::phdb::PHDB_BYTES;

#[test]
fn rows_do_not_overlap_and_lie_behind_their_heads() {
    let mut places = BTreeSet::new();
    for field in FIELDS {
        assert!(field.at + 2 <= PHDB_BYTES - 4, "{}", field.vendor);
        assert!(places.insert((field.class, field.at)), "{}", field.vendor);
        assert_eq!(field.at % 2, 0, "{}", field.vendor);
        assert!(field.at >= field.group + 6, "{} in its head", field.vendor);
        let in_head = |other: &Field| {
            other.class == field.class && (other.group..other.group + 6).contains(&field.at)
        };
        assert!(!FIELDS.iter().any(in_head), "{} in another's head", field.vendor);
        assert!((-3..=0).contains(&field.exponent), "{}", field.vendor);
        assert!((1..=11).contains(&field.level), "{}", field.vendor);
    }
    assert_eq!(FIELDS.len(), 201);
    let vendors: BTreeSet<_> = FIELDS.iter().map(|field| field.vendor).collect();
    assert_eq!(vendors.len(), FIELDS.len());
}

/// Ids that a row can lead to.
fn ids(naming: Naming) -> Vec<String> {
    let one = |id: &str| vec![id.to_owned()];
    match naming {
        Naming::Id(id) => one(id),
        Naming::Unmapped => Vec::new(),
        Naming::HeartRate => (0..16).filter_map(|s| heart_rate(s).id).map(str::to_owned).collect(),
        Naming::St(_) => {
            ["I", "II", "III", "aVR", "aVL", "aVF"].map(|l| format!("ecg.st.{l}")).into()
        }
        Naming::Pressure(member) => (0..32)
            .filter_map(|label| pressure(label, 0).id)
            .map(|id| format!("{id}.{member}"))
            .collect(),
        Naming::PressureRate => one("pr"),
        Naming::Temperature => {
            let name = |label| temperature(label)?.id.map(str::to_owned);
            (0..32).filter_map(name).collect()
        }
        Naming::Saturation => (0..4).filter_map(|l| saturation(l).id).map(str::to_owned).collect(),
        Naming::OldSvo2 => one("svo2"),
        Naming::Agent(any) => vec![any.to_owned(), any.replace("agent", "sevo")],
    }
}

#[test]
fn every_id_is_in_the_nomenclature_with_a_unit_that_can_be_compared() {
    // A unit that the nomenclature normalises: 10 mm are 1 mV.
    let other = BTreeSet::from([("ecg.st", "mm")]);
    for field in FIELDS {
        for id in ids(field.naming) {
            let row = nomenclature::by_id(&id).unwrap_or_else(|| panic!("{}: {id}", field.vendor));
            let is_same = row.ucum == field.unit || other.contains(&(row.group(), field.unit));
            assert!(is_same, "{}: {} is {}, not {}", field.vendor, id, row.ucum, field.unit);
        }
    }
    for wave in WAVES {
        let id = match wave.naming {
            WaveNaming::Id(id) => id.to_owned(),
            WaveNaming::Unmapped => continue,
            WaveNaming::Lead(_) => "w.ecg.II".to_owned(),
            WaveNaming::Pressure(_) => "art".to_owned(),
            WaveNaming::Co2 => "w.co2.pp".to_owned(),
        };
        assert!(code(&id).is_some(), "{}: {id}", wave.name);
    }
}

#[test]
fn rates_divide_the_tick() {
    for wave in WAVES {
        assert_eq!(3_000 % u32::from(wave.rate), 0, "{}", wave.name);
    }
}

#[test]
fn names_are_those_of_the_specification() {
    assert_eq!(pressure(1, 0), Name { label: "ART", id: Some("art") });
    assert_eq!(pressure(0, 2), Name { label: "P3", id: None });
    assert_eq!(pressure(99, 7).label, "P8");
    assert_eq!(temperature(15).unwrap().id, Some("temp.core"));
    assert_eq!(temperature(0), None);
    // As recorded: channel 1 is lead II, the others are not in use.
    assert_eq!([1, 2, 3].map(|channel| lead(0x1200, channel)), [Some("II"), None, None]);
    assert_eq!(heart_rate(9).id, Some("hr.ecg"));
    assert_eq!(heart_rate(6).id, Some("pr.pleth"));
    assert_eq!(agent(6).unwrap().id, Some("sevo"));
}

//! The tables against each other and against the nomenclature.

use vigie_model::Unit;

use super::*;

fn all() -> impl Iterator<Item = &'static Row> {
    numerics::NUMERICS.iter().chain(waves::WAVES)
}

#[test]
fn no_private_identifier_becomes_an_mdc_code() {
    let private: Vec<&Row> = all().filter(|row| row.physio_id >= 0xF000).collect();
    assert!(private.len() > 60, "{}", private.len());
    for row in private {
        assert_eq!(mdc_code(row.physio_id), None, "{row:?}");
    }
}

#[test]
fn well_known_identifiers_have_their_mdc_codes() {
    for (physio_id, code, id) in [
        (0x4182, 147_842, "hr.ecg"),
        (0x4BB8, 150_456, "spo2"),
        (0x480A, 149_514, "pr"),
        (0x500A, 151_562, "rr"),
        (0x4A15, 150_037, "abp.sys"),
        (0x4A16, 150_038, "abp.dia"),
        (0x4A17, 150_039, "abp.mean"),
        (0x4A05, 150_021, "nibp.sys"),
        (0x0301, 131_841, "ecg.st.I"),
        (0x4B48, 150_344, "temp"),
        (0xE004, 188_420, "temp.rect"),
        (0x4BB4, 150_452, "w.pleth"),
        (0x0102, 131_330, "w.ecg.II"),
    ] {
        let mdc = mdc_code(physio_id).unwrap();
        assert_eq!(mdc, MdcCode(code));
        assert_eq!(nomenclature::by_code(mdc).unwrap().id, id);
    }
}

#[test]
fn premature_beats_are_counted_not_rated() {
    // PVC count; the PVC rate, 148066, is another term.
    assert_eq!(mdc_code(0x4261), Some(MdcCode(148_065)));
}

#[test]
fn an_unlisted_identifier_is_not_guessed() {
    assert_eq!(mdc_code(0xEFFF), None);
    assert_eq!(mdc_code(0x7004), None);
    assert_eq!(numeric(0x7004, None), None);
}

#[test]
fn listed_units_agree_with_the_nomenclature() {
    let mut compared = 0;
    for row in all().filter(|row| row.category != Category::Setting && !row.units.is_empty()) {
        let Some(metric) = mdc_code(row.physio_id).and_then(nomenclature::by_code) else {
            continue;
        };
        // ST comes in mm at 10 mm/mV; the nomenclature normalises it to mV.
        let expected = if row.label_id == 0x0002_0300 { "mm" } else { metric.ucum };
        let units: Vec<Unit> = row.units.iter().map(|code| unit(*code)).collect();
        assert!(units.contains(&Unit::ucum(expected)), "{row:?}: {units:?}, not {expected}");
        compared += 1;
    }
    assert!(compared > 80, "{compared}");
}

#[test]
fn every_listed_unit_has_a_ucum_code() {
    for row in all() {
        for code in row.units {
            assert!(is_known_unit(*code), "{row:?}");
            assert!(matches!(unit(*code), Unit::Ucum(_)), "{row:?}");
        }
    }
}

#[test]
fn members_of_a_pressure_follow_its_label_by_one_two_and_three() {
    let mut pressures = 0;
    for row in numerics::NUMERICS {
        let step = match row.member {
            "*s" => 1,
            "*d" => 2,
            "*m" => 3,
            _ => continue,
        };
        assert_eq!(u32::from(row.physio_id), (row.label_id & 0xFFFF) + step, "{row:?}");
        assert_eq!(partition(row.label_id), SCADA);
        pressures += 1;
    }
    // NBP, 14 named, P, P1 to P8: three members each.
    assert_eq!(pressures, 3 * 24);
}

#[test]
fn no_row_stands_twice() {
    for rows in [numerics::NUMERICS, waves::WAVES] {
        for (at, row) in rows.iter().enumerate() {
            let same =
                |other: &&Row| (other.physio_id, other.label_id) == (row.physio_id, row.label_id);
            assert_eq!(rows.iter().position(|other| same(&other)), Some(at), "{row:?}");
        }
    }
}

#[test]
fn the_label_tells_a_setting_from_the_measured_value() {
    let measured = numeric(0x5012, Some(0x0002_5012)).unwrap();
    let set = numeric(0x5012, Some(0x0402_5012)).unwrap();
    assert_eq!((measured.label, measured.category), ("awRR", Category::Measured));
    assert_eq!((set.label, set.category), ("sAWRR", Category::Setting));
    assert_eq!(numeric(0x5012, None).unwrap().label, "awRR");
    // Known only as a setting: another label makes it something else.
    assert_eq!(numeric(0xF941, Some(0x0002_F941)), None);
    assert_eq!(mdc_setting(0x0402_51A8), Some(MdcCode(16_929_192)));
    assert_eq!(mdc_setting(0x0402_513C), None);
    assert_eq!(mdc_setting(0x0002_51A8), None);
}

#[test]
fn the_label_tells_pulses_apart() {
    assert_eq!(numeric(0x480A, Some(0x8003_5402)).unwrap().label, "Pulse");
    assert_eq!(numeric(0x480A, Some(0x8003_5402)).unwrap().label_id, 0x8003_5402);
    assert_eq!(numeric(0x480A, Some(0x1234_5678)).unwrap().label_id, 0x0002_480A);
}

#[test]
fn members_are_named_after_the_label_of_their_object() {
    let name = |physio_id, label: &str| numeric(physio_id, None).unwrap().name(label).to_string();
    assert_eq!(name(0x4A15, "PA"), "PAs");
    assert_eq!(name(0x50B0, "CO₂"), "etCO₂");
    assert_eq!(name(0x50BA, "CO₂"), "imCO₂");
    assert_eq!(name(0x033E, "ST"), "ST-aVR");
    assert_eq!(name(0x4182, "FC"), "FC");
}

#[test]
fn labels_without_a_value_have_names_too() {
    let shown = |label_id| label(label_id).map(|text| text.to_string());
    assert_eq!(shown(0x0002_4182).as_deref(), Some("HR"));
    assert_eq!(shown(0x0002_D007).as_deref(), Some("Rhythm"));
    assert_eq!(shown(0x80AA_F064).as_deref(), Some("Ext 1"));
    assert_eq!(shown(0x80AA_F092).as_deref(), Some("Ext 24"));
    assert_eq!(shown(0x80AA_F094), None);
    assert_eq!(shown(0x80AA_F065), None);
    assert_eq!(shown(0x80AA_F00F).as_deref(), Some("ExtW 8"));
    assert_eq!(shown(0x80AA_F011), None);
}

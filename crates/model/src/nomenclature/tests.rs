//! The tables against the literal values of their sources.

use std::collections::BTreeSet;

use super::*;

fn row(id: &str) -> &'static Metric {
    by_id(id).unwrap_or_else(|| panic!("no row {id}"))
}

#[test]
fn ids_codes_and_names_are_unique() {
    let ids: BTreeSet<_> = METRICS.iter().map(|metric| metric.id).collect();
    let codes: BTreeSet<_> = METRICS.iter().map(|metric| metric.code).collect();
    let names: Vec<_> = METRICS.iter().filter_map(|metric| metric.refid).collect();
    assert_eq!(METRICS.len(), 185);
    assert_eq!(ids.len(), METRICS.len());
    assert_eq!(codes.len(), METRICS.len());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn every_row_has_unit_range_and_evidence() {
    for metric in METRICS {
        let (from, to) = metric.plausible;
        assert!(!metric.ucum.is_empty(), "{}", metric.id);
        assert!(from.is_finite() && to.is_finite() && from < to, "{}", metric.id);
        assert!(!metric.evidence.is_empty(), "{}", metric.id);
        assert!(metric.evidence.chars().all(|letter| "PMGIHTn".contains(letter)), "{}", metric.id);
        let sources = metric.evidence.chars().filter(|letter| *letter != 'n').count();
        if metric.weight == Weight::TwoSources {
            assert!(sources >= 2, "{}: {}", metric.id, metric.evidence);
        }
    }
}

#[test]
fn no_private_code_is_in_a_table() {
    let codes = METRICS.iter().map(|metric| metric.code);
    let codes = codes.chain(UNITS.iter().map(|term| term.code));
    for code in codes.chain(ALERTS.iter().map(|term| term.code)) {
        assert!(code.term() < 0xF000, "{code}");
        assert_eq!(MdcCode::of(code.partition(), code.term()), Some(code));
    }
    assert_eq!(MdcCode::of(2, 61_518), None, "BIS of Philips");
}

#[test]
fn partitions_are_those_of_the_kind() {
    for metric in METRICS {
        let expected = if metric.role == Role::Setting { 258 } else { 2 };
        assert_eq!(metric.code.partition(), expected, "{}", metric.id);
    }
    assert!(UNITS.iter().all(|term| term.code.partition() == 4));
    assert!(ALERTS.iter().all(|term| term.code.partition() == 3));
}

#[test]
fn codes_are_partition_times_65536_plus_term() {
    for (id, partition, term, code) in [
        ("hr.ecg", 2, 0x4182, 147_842),
        ("spo2", 2, 0x4BB8, 150_456),
        ("pr.pleth", 2, 0x4822, 149_538),
        ("abp.sys", 2, 0x4A15, 150_037),
        ("nibp.mean", 2, 0x4A07, 150_023),
        ("ecg.st.III", 2, 0x033D, 131_901),
        ("etco2.pp", 2, 0x50B0, 151_728),
        ("pr.ibp", 2, 0x4812, 149_522),
        ("vent.peep_away", 2, 0x50FC, 151_804),
        ("w.ecg.aVF", 2, 0x0140, 131_392),
        ("vent.set.peep", 258, 20_904, 16_929_192),
    ] {
        assert_eq!(MdcCode::of(partition, term), Some(MdcCode(code)));
        assert_eq!(row(id).code, MdcCode(code));
        assert_eq!(by_code(MdcCode(code)).map(|metric| metric.id), Some(id));
    }
}

#[test]
fn every_row_is_found_by_its_code_and_nothing_else_is() {
    for metric in METRICS {
        assert_eq!(by_code(metric.code), Some(metric));
    }
    for absent in [0, 61_518, 131_907, 131_927, u32::MAX] {
        assert_eq!(by_code(MdcCode(absent)), None);
    }
}

#[test]
fn pressures_are_four_codes_in_a_row_and_loinc_follows() {
    let members = ["", ".sys", ".dia", ".mean"];
    for (group, base) in [
        ("nibp", 150_020),
        ("nibp.cuff", 150_300),
        ("bp", 150_016),
        ("abp", 150_036),
        ("art", 150_032),
        ("aorta", 150_028),
        ("uap", 150_056),
        ("pap", 150_044),
        ("cvp", 150_084),
        ("uvp", 150_088),
        ("lap", 150_064),
        ("rap", 150_068),
        ("icp", 153_608),
    ] {
        for (offset, member) in members.iter().enumerate() {
            assert_eq!(
                row(&format!("{group}{member}")).code.0,
                base + offset as u32,
                "{group}{member}"
            );
        }
    }
    let loinc = |group: &str| members.map(|member| row(&format!("{group}{member}")).loinc);
    assert_eq!(loinc("pap"), [&[][..], &["8440-0"], &["8385-7"], &["8414-5"]]);
    assert_eq!(loinc("abp"), [&["85354-9"][..], &["8480-6"], &["8462-4"], &["8478-0"]]);
    assert_eq!(loinc("lap"), [&[][..], &["60989-1"], &["75933-2"], &["8399-8"]]);
}

#[test]
fn loinc_from_memory_is_known_to_be_so() {
    for code in LOINC_UNCONFIRMED {
        assert!(METRICS.iter().any(|metric| metric.loinc.contains(code)), "{code}");
    }
    assert_eq!(row("spo2").loinc, ["59408-5", "2708-6"]);
}

#[test]
fn blocks_hold_what_is_read_together() {
    for (id, group, member) in [
        ("abp", "abp", Member::Other),
        ("abp.sys", "abp", Member::Systolic),
        ("abp.dia", "abp", Member::Diastolic),
        ("cvp.mean", "cvp", Member::Mean),
        ("nibp.cuff.sys", "nibp", Member::Systolic),
        ("bp.dia", "bp", Member::Diastolic),
        ("pr.nibp", "pr.nibp", Member::Other),
        ("ecg.st.aVL", "ecg.st", Member::Other),
        ("spo2", "spo2", Member::Other),
        ("spo2.pre", "spo2.pre", Member::Other),
        ("etco2.pp", "etco2", Member::Other),
        ("gcs.eye", "gcs", Member::Other),
        ("temp.core", "temp.core", Member::Other),
        ("w.ecg", "w.ecg", Member::Other),
        ("w.ecg.II", "w.ecg.II", Member::Other),
    ] {
        assert_eq!((row(id).group(), row(id).member()), (group, member), "{id}");
    }
}

#[test]
fn members_of_a_block_share_family_and_unit() {
    for metric in METRICS {
        if let Some(head) = by_id(metric.group()) {
            assert_eq!(
                (metric.parameter, metric.ucum),
                (head.parameter, head.ucum),
                "{}",
                metric.id
            );
        }
    }
}

#[test]
fn evidence_is_that_of_the_source() {
    use Weight::{OneSource, TwoSources};
    for (id, weight, evidence) in [
        ("hr.ecg", TwoSources, "GHIMPTn"),
        ("spo2", TwoSources, "GHIMPn"),
        ("etco2", TwoSources, "GIMPn"),
        ("abp.sys", OneSource, "Pn"),
        ("pap.mean", TwoSources, "IPn"),
        ("pi.bld", OneSource, "GMn"),
        ("vent.set.ti", OneSource, "I"),
        ("w.pleth", TwoSources, "HMPn"),
    ] {
        assert_eq!((row(id).weight, row(id).evidence), (weight, evidence), "{id}");
    }
}

#[test]
fn an_uncertain_code_says_so() {
    let unattested: Vec<_> = METRICS
        .iter()
        .filter(|metric| metric.weight == Weight::Unattested)
        .map(|metric| metric.id)
        .collect();
    assert_eq!(unattested, ["temp.axil"]);
}

#[test]
fn spans_are_those_of_devices() {
    assert!(row("hr.ecg").is_plausible(350.0) && !row("hr.ecg").is_plausible(350.1));
    assert!(row("abp.dia").is_plausible(-50.0) && !row("abp.dia").is_plausible(-51.0));
    assert!(!row("spo2").is_plausible(8_388_607.0));
    assert!(!row("spo2").is_plausible(f64::NAN));
    assert_eq!(row("fio2").plausible, (15.0, 100.0));
    assert_eq!(row("vent.peep").plausible, (0.0, 60.0));
}

#[test]
fn units_and_alerts_are_found_by_code() {
    assert!(UNITS.is_sorted_by(|a, b| a.code < b.code));
    assert!(ALERTS.is_sorted_by(|a, b| a.code < b.code));
    for (term, ucum) in
        [(0x0AA0, "/min"), (0x0F20, "mm[Hg]"), (0x0220, "%"), (0x17A0, "Cel"), (0x0200, "1")]
    {
        let unit = MdcCode::of(4, term).and_then(unit_by_code);
        assert_eq!(unit.map(|unit| unit.ucum), Some(ucum), "{term:#06x}");
    }
    for (term, refid) in
        [(3_076, "ECG_ASYSTOLE"), (3_224, "ECG_V_TACHY"), (3_072, "APNEA"), (40, "HI")]
    {
        let alert = MdcCode::of(3, term).and_then(alert_by_code);
        assert_eq!(alert.map(|alert| alert.refid), Some(refid), "{term}");
    }
    for disputed in [270_656, 266_272, 262_196] {
        assert_eq!(unit_by_code(MdcCode(disputed)), None);
        assert_eq!(alert_by_code(MdcCode(disputed)), None);
    }
}

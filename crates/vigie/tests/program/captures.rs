//! `vigie replay --headless` of GE recordings as beds, beside one of an IntelliVue monitor.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{fixture, table, text, vigie};

const SINUS: &str = "rs232_mp90_1A_normal_sinus_spo2_100.frames.bin";
/// What stands on the screen, the raw field that an independent reading of the recording names, how many
/// decimals that carries, and whether it is shown rounded to a whole number.
const SHOWN: [(&str, &str, i32, bool); 13] = [
    ("HR", "ecg.hr", 0, true),
    ("RR imp", "ecg.imp_rr", 0, true),
    ("NIBP sys", "nibp.sys", 2, true),
    ("NIBP dia", "nibp.dia", 2, true),
    ("NIBP mean", "nibp.mean", 2, true),
    ("SpO2", "SpO2.SpO2", 2, true),
    ("Pulse SpO2", "SpO2.pr", 0, true),
    ("RR CO2", "co2.rr", 0, true),
    ("FiO2", "o2.fi", 2, true),
    ("etO2", "o2.et", 2, true),
    ("HR max", "ecg_extra.hr_max", 0, true),
    ("HR min", "ecg_extra.hr_min", 0, true),
    ("IRMod", "SpO2.ir_amp", 2, false),
];

fn recording(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/ge-dri").join(name)
}

/// What another program reads in the recording's records of values: monitor's time, raw numbers.
fn readings() -> Vec<(u32, BTreeMap<String, f64>)> {
    let path = recording("pycollect-2018-07-26-clean.expected.txt");
    let file = std::fs::read_to_string(path).expect("the expected values");
    let values = file.lines().filter_map(|line| line.strip_prefix("0 ")?.split_once(": "));
    values
        .map(|(head, values)| {
            let time = head.rsplit(' ').next().expect("a time").parse().expect("seconds");
            let fields = values.split("; ").filter_map(|field| field.split_once(' '));
            let numbers =
                fields.map(|(name, raw)| (name.to_owned(), raw.parse().expect("a number")));
            (time, numbers.collect())
        })
        .collect()
}

#[test]
fn ge_recordings_are_beds_beside_others_and_show_what_another_program_reads() {
    let readings = readings();
    let (first, last) = (readings[0].0, readings[readings.len() - 1].0);
    assert!(last - first > 100, "{first} to {last}");
    let clean = format!("GE 1={}", recording("pycollect-2018-07-26-clean.raw").display());
    // A stretch in which the monitor is heard.
    let spliced = format!("GE 2={}@300", recording("pycollect-2018-07-26-spliced.raw").display());
    let philips = format!("1A={}", fixture(SINUS));
    let mut compared = 0;
    // The first record is 33 s old; replay waits a second for the next one.
    let (stale, waited) = (readings[1].0 - first, 1);
    assert!(stale > 30, "{stale}");
    for after in [40_u32, 75, 100] {
        let due = first + stale - waited + after;
        let (_, values) = readings
            .iter()
            .rev()
            .find(|(time, _)| *time <= due)
            .expect("a record at or before the moment");
        let after = format!("{after}.01");
        let arguments = ["replay", &clean, &spliced, &philips, "--headless", "--after", &after];
        let output = vigie(&arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let rows = table::rows(&output.stdout);
        for (label, field, decimals, is_whole) in SHOWN {
            let raw = values[field] / 10_f64.powi(decimals);
            let found: Vec<_> = rows.iter().filter(|row| row.parameter == label).collect();
            let [row] = found.as_slice() else { panic!("{label} after {after} s: {rows:#?}") };
            let shown: f64 =
                row.value.parse().unwrap_or_else(|_| panic!("{row:?} after {after} s"));
            let most = if is_whole { 0.501 } else { 0.051 };
            assert!((shown - raw).abs() < most, "{label} after {after} s: {shown}, read {raw}");
            assert!(row.state.starts_with("live"), "{row:?} after {after} s");
            compared += 1;
        }
        let table = text(&output.stdout);
        for (bed, parameter) in [("GE 1", "Pleth"), ("GE 1", "RE"), ("GE 2", "HR"), ("1A", "ECG I")]
        {
            let stands = table.lines().any(|line| {
                line.strip_prefix(bed).is_some_and(|rest| rest.trim_start().starts_with(parameter))
            });
            assert!(stands, "{parameter} at bed {bed} after {after} s: {table}");
        }
    }
    assert_eq!(compared, 3 * SHOWN.len());
}

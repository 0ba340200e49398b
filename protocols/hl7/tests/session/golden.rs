//! Fixture bytes to expected events.

use crate::common::{GATEWAYS, fixture, hear, hl7, lines, pds};
use vigie_model::{Event, Nature, Scale};

#[track_caller]
fn check(name: &str, expected: &[&str]) {
    let heard = hear(if name == "mindray_pds" { pds(true) } else { hl7(true) }, &fixture(name));
    assert_eq!(lines(&heard), expected, "{name}");
}

#[test]
fn mindray_egateway_vitals() {
    check(
        "mindray_egateway_vitals",
        &[
            "0 is hl7:00a0370000005349/ICU//BED1 at ICU BED1",
            "0 watches SIM0001 VIGIE",
            "0 Demo",
            "0 150087/0 7 mm[Hg]",
            "0 ?/0 71 /min",
            "0 150037/0 118 mm[Hg]",
            "0 150344/0 98.4 [degF]",
            "0 150344/1 99.5 [degF]",
            "0 150456/0 97 %",
            "0 ?/0 7 mm[Hg]",
            "0 147842/0 87 /min",
            "0 limits MDC_ECG_HEART_RATE Some(\"50\") Some(\"120\")",
            "0 MDC_RATIO_IE = 1:2",
            "0 153644/0 50 1",
            "0 153644/1 54 1",
            "0 16929192/0 5.0 cm[H2O]",
            "0 MDC_VENT_MODE = VCV",
            "0 99MNDRY:241 = MNDRY_SRC_PRESS_BLD_ART",
        ],
    );
    let heard = hear(hl7(true), &fixture("mindray_egateway_vitals"));
    let is_real = |event: &Event| matches!(event, Event::Numeric(it) if it.nature != Nature::Demo);
    assert!(!heard.iter().any(|heard| is_real(&heard.event)));
}

#[test]
fn mindray_egateway_waves_join_by_the_devices_calendar() {
    check(
        "mindray_egateway_waves",
        &[
            "0 is hl7:00a0370000005349/ICU//BED1 at ICU BED1",
            "0 watches SIM0001 VIGIE",
            "0 MDC_PRESS_BLD_ART wave/0 128 at 128 Hz from 227008123520 Gap, 0 missing",
            "0 MDC_PULS_OXIM_PLETH wave/0 60 at 60 Hz from 106410057900 Gap, 0 missing",
            "0 MDC_ECG_ELEC_POTL_II wave/0 500 at 500 Hz from 886750482500 Gap, 1 missing",
            "0 99MNDRY:287 wave/0 250 at 250 Hz from 443375241250 Gap, 0 missing",
            "0 99MNDRY:287 wave/1 250 at 250 Hz from 443375241250 Gap, 0 missing",
            "0 MDC_PRESS_BLD_ART wave/0 128 at 128 Hz from 227008123648 Joined, 0 missing",
            "0 MDC_PULS_OXIM_PLETH wave/0 60 at 60 Hz from 106410057960 Joined, 0 missing",
            "0 MDC_ECG_ELEC_POTL_II wave/0 500 at 500 Hz from 886750483000 Joined, 1 missing",
            "0 99MNDRY:287 wave/0 250 at 250 Hz from 443375241500 Joined, 0 missing",
            "0 99MNDRY:287 wave/1 250 at 250 Hz from 443375241500 Joined, 0 missing",
        ],
    );
    let heard = hear(hl7(true), &fixture("mindray_egateway_waves"));
    let scales: Vec<bool> = heard
        .iter()
        .filter_map(|heard| {
            let Event::Wave(chunk) = &heard.event else { return None };
            Some(matches!(chunk.scale, Scale::Physical { .. }))
        })
        .take(5)
        .collect();
    assert_eq!(scales, [true, false, true, true, true], "a pleth in counts has no scale");
}

#[test]
fn an_alarm_begins_goes_on_and_ends() {
    check(
        "mindray_egateway_alarm",
        &[
            "0 is hl7:00a0370000005349/ICU//BED1 at ICU BED1",
            "0 watches SIM0001 VIGIE",
            "0 All FromEdges [\"High Physiological ECG HEART RATE HI VAL GT LIM\"]",
            "0 All FromEdges [\"High Physiological ECG HEART RATE HI VAL GT LIM\"]",
            "0 All FromEdges []",
        ],
    );
    check(
        "ge_mural_alert",
        &[
            "0 is hl7:ge_mural_sim/ICU/B1/B1 at ICU B1 B1",
            "0 watches SIM0003 VIGIE",
            "0 All FromEdges [\"Medium Physiological HYPERTENSION-Alert Recheck BP\"]",
            "0 All FromEdges [\"High Physiological HYPERTENSION-Alert Recheck BP\"]",
            "0 All FromEdges []",
        ],
    );
    check("mindray_gateway_no_pid", &["0 All FromEdges [\"Low Technical LEAD OFF\"]"]);
}

#[test]
fn what_an_alarm_is_about_and_by_how_much() {
    let heard = hear(hl7(true), &fixture("mindray_egateway_alarm"));
    let alarm = heard.iter().find_map(|heard| {
        let Event::Alarms(set) = &heard.event else { return None };
        set.active.first().cloned()
    });
    let alarm = alarm.expect("an alarm");
    let subject = alarm.subject.expect("a stream");
    assert_eq!(
        (subject.vendor.as_str(), alarm.code.map(|code| code.0)),
        ("MDC_ECG_HEART_RATE", Some(196_652))
    );
    assert_eq!(alarm.value.map(|value| value.to_string()).as_deref(), Some("155"));
    assert_eq!(alarm.limit.map(|limit| limit.to_string()).as_deref(), Some("120"));
}

#[test]
fn ge_b40_has_one_code_in_several_places_and_one_control_id() {
    let message = |spo2: &str| {
        ["150033/0 121 mm[Hg]", "150034/0 77 mm[Hg]", spo2, "151562/0 18 /min"]
            .into_iter()
            .chain(["151562/1 30 /min", "150344/0 37.1 Cel", "150344/1 36.5 Cel"])
            .map(|line| format!("0 {line}"))
            .collect::<Vec<_>>()
    };
    let mut expected = vec![
        "0 is hl7:53494dfffe000001 at SURGERY V2".to_owned(),
        "0 watches SIM0002 VIGIE".to_owned(),
    ];
    expected.extend(message("150456/0 99 %"));
    expected.extend(message("150456/0 98 %"));
    assert_eq!(lines(&hear(hl7(true), &fixture("ge_b40"))), expected);
}

#[test]
fn philips() {
    check(
        "philips_piic",
        &[
            "0 watches SIM0004 Müller",
            "0 150456/0 95 %",
            "0 151562/0 15 /min",
            "0 147842/0 60 /min",
            "0 limits 0002-4182 Some(\"50\") Some(\"120\")",
            "0 0402-f8f5 = MONITORING",
            "0 0002-d006 = -",
            "0 All FromEdges [\"Medium Technical SpO2T No Pulse\", \"Medium Physiological ** HR 130>120\"]",
            "0 150456/0 98 %",
            "0 151562/0 0.000000273 /min",
            "0 ?/0 0.00 %",
            "0 All FromEdges []",
        ],
    );
    check(
        "philips_efficia",
        &[
            "0 is hl7:efficiacm/SIM0000001 at LOCATION34",
            "0 watches SIM0005 VIGIE",
            "0 All FromEdges [\"Medium Physiological SpO2 High, SpO2=98 %\"]",
            "0 150456/0 - %",
            "0 147842/0 - /min",
            // It sends alarms in messages of their own: values do not end one.
            "0 150344/0 99.1 [degF]",
        ],
    );
}

#[test]
fn nihon_kohden_and_northern() {
    check(
        "nihon_kohden",
        &[
            "0 is hl7:nihon kohden///BED-001 at BED-001",
            "0 watches SIM0006 VIGIE",
            "0 147842/0 75 /min",
            "0 150456/0 98 %",
            "0 150388/0 36.5 Cel",
            "0 150033/0 124 mm[Hg]",
            "0 151708/0 40 mm[Hg]",
            "0 147232/0 - ms",
            "0 150021/0 171 mm[Hg] 161s ago",
            "0 150022/0 122 mm[Hg] 161s ago",
            "0 150023/0 138 mm[Hg] 161s ago",
        ],
    );
    check(
        "northern",
        &[
            "0 watches 0001 VIGIE",
            "0 150456/0 - %",
            "0 149530/0 - /min",
            "0 150344/0 38.5 Cel",
            "0 150344/1 - Cel",
            "0 150301/0 142 mm[Hg] 319s ago",
        ],
    );
}

#[test]
fn a_chinese_unit_is_read() {
    check(
        "gbk",
        &["0 is hl7:sim/重症//床3 at 重症 床3", "0 watches SIM0008 王", "0 150456/0 96 %"],
    );
}

#[test]
fn mindray_pds() {
    check(
        "mindray_pds",
        &[
            "0 is mindray-pds:192.168.8.77 at ICU BED-001",
            "0 watches 2 VIGIE",
            "0 188740/0 189.0 cm at some time",
            "0 188736/0 100.0 kg at some time",
            "0 alive",
            "0 alive",
            "0 147842/0 60 /min",
            "0 148066/0 0 /min",
            "0 ?/0 - ",
            "0 150344/0 37.0 Cel",
            "0 150344/1 37.2 Cel",
            "0 150344/1 - Cel",
            "0 150033/0 120 mm[Hg]",
            "0 150035/0 90 mm[Hg]",
            "0 150034/0 75 mm[Hg]",
            "0 152440/0 144 ",
            "0 ?/0 5 ",
            "0 150022/0 80 mm[Hg] at some time",
            "0 150023/0 93 mm[Hg] at some time",
            "0 150021/0 120 mm[Hg] at some time",
            "0 Physiological Complete [\"Medium Physiological **SpO2 TOO HIGH\", \"High Physiological ***Art-Sys TOO HIGH\"]",
            "0 Technical Complete [\"Medium Technical SpO2 Sensor Off\", \"Medium Technical ECG Lead Off\"]",
            "0 147842/0 61 /min in alarm",
            "0 Physiological Complete []",
            "0 Technical Complete []",
        ],
    );
}

#[test]
fn all_on_one_connection_are_as_many_devices() {
    let bytes: Vec<u8> = GATEWAYS.iter().flat_map(|name| fixture(name)).collect();
    let heard = hear(hl7(true), &bytes);
    assert!(!heard.iter().any(|heard| matches!(heard.event, Event::Fault(_))));
    // The waves, the values and the alarms of one bed are one device.
    let devices = heard.iter().map(|heard| heard.device.0).max();
    assert_eq!(devices, Some(8));
}

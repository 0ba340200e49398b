//! Numbers: how old they are, what is none, and their limits.

use std::time::Duration;

use crate::common::{hl7, lines, pds};
use vigie_hl7::wire::mllp::wrap;
use vigie_session::testkit::Rig;
use vigie_session::{Heard, Line};

const SPO2: &str = "150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1";
const CUFF: &str = "150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.1.9.150021";

fn gateway() -> Rig {
    let mut rig = Rig::new(hl7(true));
    rig.up(Line::MAIN);
    rig
}

fn say(rig: &mut Rig, text: &str) -> Vec<Heard> {
    rig.bytes(Line::MAIN, &wrap(text.as_bytes()));
    rig.take_heard()
}

/// A message made then, with the fields of its OBR behind OBR-6, and its rows.
fn message(made: &str, order: &str, rows: &[&str]) -> String {
    let rows: String = rows.iter().map(|row| format!("OBX|1|{row}\r")).collect();
    format!(
        "MSH|^~\\&|GW^00A1^EUI-64|M|||{made}||ORU^R01|1|P|2.6\rPID|||P1\rPV1||I|ICU^^B1\r\
         OBR|1||||||{order}\r{rows}"
    )
}

/// The lines of the values of one message, heard by a gateway that heard none before.
fn values(text: &str) -> Vec<String> {
    let lines = lines(&say(&mut gateway(), text));
    lines.into_iter().filter(|line| !line.contains(" is ") && !line.contains("watches")).collect()
}

#[test]
fn a_cuff_pressure_takes_no_time_from_its_message() {
    let made = "20260101120500";
    let cuff = format!("NM|{CUFF}|142|mmHg|||||F");
    let dated = format!("NM|{CUFF}|142|mmHg|||||F|||20260101120000");
    let spo2 = format!("NM|{SPO2}|97|%|||||F");
    let check = |order: &str, rows: &[&str], expected: &[&str]| {
        assert_eq!(values(&message(made, order, rows)), expected, "{order} {rows:?}");
    };
    // OBR-7 is the time of the message: of the measurement it says nothing.
    check(made, &[&cuff], &["0 150021/0 142 mm[Hg] at some time"]);
    check(made, &[&spo2, &cuff], &["0 150456/0 97 %", "0 150021/0 142 mm[Hg] at some time"]);
    check("", &[&cuff], &["0 150021/0 142 mm[Hg] at some time"]);
    // Beside other values OBR-7 is theirs.
    let of_both = ["0 150456/0 97 % 300s ago", "0 150021/0 142 mm[Hg] at some time"];
    check("20260101120000", &[&spo2, &cuff], &of_both);
    // An order of its own, or one that says so, has the time; OBX-14 always.
    check("20260101120000", &[&cuff], &["0 150021/0 142 mm[Hg] 300s ago"]);
    check("20260101120000||||||APERIODIC", &[&cuff], &["0 150021/0 142 mm[Hg] 300s ago"]);
    check(&format!("{made}||||||APERIODIC"), &[&cuff], &["0 150021/0 142 mm[Hg]"]);
    check(made, &[&dated], &["0 150021/0 142 mm[Hg] 300s ago"]);
}

#[test]
fn ages_are_told_across_time_zones() {
    for (made, code, row, expected) in [
        ("20260124044738+0000", CUFF, "20260124114738+0800", "0 150021/0 142 mm[Hg] 3600s ago"),
        ("20260124124838+0800", SPO2, "20260124044838+0000", "0 150456/0 142 mm[Hg]"),
        ("20260124124838+0800", CUFF, "20260124124638+0800", "0 150021/0 142 mm[Hg] 120s ago"),
        // One zone only: no age.
        ("20260124044738+0000", CUFF, "20260124114738", "0 150021/0 142 mm[Hg] at some time"),
        ("20260124044738", CUFF, "20260124114738+0800", "0 150021/0 142 mm[Hg] at some time"),
        // Hours ahead of its own message.
        ("20260124044738", CUFF, "20260124114738", "0 150021/0 142 mm[Hg] at some time"),
    ] {
        let row = format!("NM|{code}|142|mmHg|||||F|||{row}");
        assert_eq!(values(&message(made, "", &[&row])), [expected], "{made} {row}");
    }
    // Messages that name one moment in two zones follow each other, and none is late.
    let mut rig = gateway();
    for (made, second) in
        [("20260124124800+0800", 0), ("20260124044810+0000", 10), ("20260124124820+0800", 20)]
    {
        let heard = say(&mut rig, &message(made, "", &[&format!("NM|{SPO2}|97|%|||||F")]));
        assert!(lines(&heard).contains(&"0 150456/0 97 %".to_owned()), "{second}: {heard:?}");
        rig.advance(Duration::from_secs(10));
    }
}

#[test]
fn a_feed_that_tells_no_seconds_is_not_late() {
    let mut rig = gateway();
    for step in 0..30u64 {
        let made = format!("2026010112{:02}", step * 10 / 60);
        let heard = say(&mut rig, &message(&made, "", &[&format!("NM|{SPO2}|97|%|||||F")]));
        let lines = lines(&heard);
        assert!(lines.contains(&"0 150456/0 97 %".to_owned()), "after {} s: {lines:?}", step * 10);
        rig.advance(Duration::from_secs(10));
    }
}

#[test]
fn a_value_that_is_no_number_takes_back_the_one_before() {
    let none = "0 150456/0 - %";
    let odd = "0 Malformed: number of MDC_PULS_OXIM_SAT_O2";
    for (kind, value, expected) in [
        ("NM", "SENSOR OFF", &[odd, none][..]),
        ("NM", ">99", &[odd, none]),
        ("NM", "97,5", &[odd, none]),
        ("", "SENSOR OFF", &[odd, none]),
        ("ST", "95", &["0 150456/0 95 %"]),
        ("TX", " 95 ", &["0 150456/0 95 %"]),
        ("ST", "---", &[none]),
        ("ST", "SENSOR OFF", &[none, "0 MDC_PULS_OXIM_SAT_O2 = SENSOR OFF"]),
        ("SN", "^94", &["0 150456/0 94 %"]),
        ("SN", "=^94", &["0 150456/0 94 %"]),
        ("SN", "<^90", &[none, "0 MDC_PULS_OXIM_SAT_O2 = <90"]),
        ("CE", "-100^", &[none]),
    ] {
        let mut rig = gateway();
        let made = "20260101120000";
        say(&mut rig, &message(made, "", &[&format!("NM|{SPO2}|97|%|||||F")]));
        let heard = say(&mut rig, &message(made, "", &[&format!("{kind}|{SPO2}|{value}|%|||||F")]));
        assert_eq!(lines(&heard), expected, "{kind} {value}");
    }
    // What is no number by its nature is none.
    let ratio = "SN|151832^MDC_RATIO_IE^MDC|1.11.4.151832|^1^:^2|262656^MDC_DIM_DIMLESS^MDC|||||R";
    assert_eq!(values(&message("", "", &[ratio])), ["0 MDC_RATIO_IE = 1:2"]);
}

#[test]
fn a_monitors_value_that_is_no_number_takes_back_the_one_before() {
    let mut rig = Rig::new(pds(true));
    rig.up(Line::MAIN);
    let row = |value: &str| {
        let row = format!("OBX||NM|160^SpO2|2103|{value}||||||F\r");
        format!("MSH|^~\\&|||||||ORU^R01|204|P|2.3.1|\r{row}")
    };
    assert_eq!(lines(&say(&mut rig, &row("97"))), ["0 150456/0 97 %"]);
    let expected = ["0 Malformed: number of 160", "0 150456/0 - %"];
    assert_eq!(lines(&say(&mut rig, &row("---/--"))), expected);
}

#[test]
fn peep_and_the_pulse_of_an_arterial_line_are_known() {
    let rows = [
        "NM|151804^MDC_PRESS_AWAY_END_EXP_POS^MDC|1.13.1.151804|3.5|266048^MDC_DIM_CM_H2O^MDC|||||R",
        "NM|149522^MDC_BLD_PULS_RATE_INV^MDC|1.1.1.149522|80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
    ];
    let expected = ["0 151804/0 3.5 cm[H2O]", "0 149522/0 80 /min"];
    assert_eq!(values(&message("", "", &rows)), expected);
}

#[test]
fn limits_that_are_none_take_back_those_before() {
    let mut rig = gateway();
    let mut told = |range: &str| -> Vec<String> {
        let row = format!("NM|{SPO2}|97|%|{range}||||F");
        let lines = lines(&say(&mut rig, &message("20260101120000", "", &[&row])));
        lines.into_iter().filter(|line| line.contains("limits")).collect()
    };
    let limits = |low: &str, high: &str| {
        let end = |end: &str| (!end.is_empty()).then(|| end.to_owned());
        vec![format!("0 limits MDC_PULS_OXIM_SAT_O2 {:?} {:?}", end(low), end(high))]
    };
    // Where there were none, none are taken back.
    assert_eq!((told("-"), told("-100--100")), (vec![], vec![]));
    assert_eq!(told("90-100"), limits("90", "100"));
    assert_eq!((told("90-100"), told("")), (vec![], vec![]));
    assert_eq!(told("-100--100"), limits("", ""));
    assert_eq!(told("90-"), limits("90", ""));
    assert_eq!(told("-"), limits("", ""));
    assert_eq!(told("-"), [""; 0]);
}

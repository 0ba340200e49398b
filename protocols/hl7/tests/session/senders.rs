//! Who is who: several senders on one listener, several beds of one sender, several machines at one bed.

use core::net::SocketAddr;
use std::time::Duration;

use crate::common::{fixture, hl7, lines};
use vigie_hl7::wire::mllp::wrap;
use vigie_model::{AlarmTruth, Event};
use vigie_session::testkit::Rig;
use vigie_session::{DeviceIx, Heard, Line, Peer};

const ONE: Line = Line(0x8000);
const OTHER: Line = Line(0x8001);

fn listening() -> Rig {
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    rig
}

fn accept(rig: &mut Rig, line: Line, last: u8) {
    let address = |last, port| SocketAddr::from(([10, 0, 0, last], port));
    let peer = Peer { local: address(1, 2_575), remote: address(last, 40_000), certificate: None };
    rig.accepted(Line::MAIN, line, &peer);
}

fn say(rig: &mut Rig, line: Line, text: &str) -> Vec<Heard> {
    rig.bytes(line, &wrap(text.as_bytes()));
    rig.take_sent();
    rig.take_heard()
}

/// One SpO2 of a gateway's bed.
fn vitals(header: &str, patient: &str, place: &str, spo2: u32, device: &str) -> String {
    format!(
        "MSH|^~\\&|{header}|||20260101120000||ORU^R01|1|P|2.6\rPID|||{patient}||DOE^J\r\
         PV1||I|{place}\rOBR|1|||182777000|||20260101120000\r\
         OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|{spo2}|262688^MDC_DIM_PERCENT^MDC\
         |||||F|||||||{device}\r"
    )
}

fn alarm(stem: &str, phase: &str, state: &str) -> String {
    format!(
        "MSH|^~\\&|GW^00A1^EUI-64|M|||20260101120000||ORU^R40|1|P|2.6\rPID|||P1||J^DOE\r\
         PV1||I|ICU^^B1\rOBR|1||A1|196616^MDC_EVT_ALARM^MDC|||20260101120000\r\
         OBX|1|CWE|196616^MDC_EVT_ALARM^MDC|{stem}.1|196652^MDC_EVT_HI_VAL_GT_LIM^MDC|||H~PH~SP|||R\r\
         OBX|3|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|{stem}.3|{phase}\r\
         OBX|4|ST|68482^MDC_ATTR_ALARM_STATE^MDC|{stem}.4|{state}\r"
    )
}

const GATEWAY: &str = "GW^00A1^EUI-64|M";

fn devices(heard: &[Heard]) -> Vec<DeviceIx> {
    let values = heard.iter().filter(|heard| matches!(heard.event, Event::Numeric(_)));
    values.map(|heard| heard.device).collect()
}

fn names(heard: &[Heard]) -> Vec<String> {
    let name = |heard: &Heard| {
        if let Event::Identity(info) = &heard.event { Some(info.key.0.to_string()) } else { None }
    };
    heard.iter().filter_map(name).collect()
}

fn faults(heard: &[Heard]) -> Vec<String> {
    let fault = |heard: &Heard| {
        if let Event::Fault(fault) = &heard.event { Some(fault.what.to_string()) } else { None }
    };
    heard.iter().filter_map(fault).collect()
}

#[test]
fn monitors_without_a_place_are_told_apart_by_their_address() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    accept(&mut rig, OTHER, 12);
    let northern = |spo2| vitals("northern|patient monitor^", "0001", "^^", spo2, "");
    let one = say(&mut rig, ONE, &northern(98));
    let other = say(&mut rig, OTHER, &northern(71));
    assert_ne!(devices(&one), devices(&other));
    assert_eq!(names(&one), ["hl7:northern@10.0.0.11"]);
    assert_eq!(names(&other), ["hl7:northern@10.0.0.12"]);
    assert!(faults(&one).is_empty() && faults(&other).is_empty());
}

#[test]
fn beds_of_a_gateway_that_names_no_places_are_told_apart_by_their_equipment() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    let one = say(&mut rig, ONE, &vitals(GATEWAY, "", "", 98, "AAAA000000000001^X"));
    let other = say(&mut rig, ONE, &vitals(GATEWAY, "", "", 71, "BBBB000000000002^X"));
    assert_ne!(devices(&one), devices(&other));
    assert_eq!(names(&other), ["hl7:00a1/bbbb000000000002"]);
}

#[test]
fn two_senders_of_one_bed_are_shown_by_neither() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    accept(&mut rig, OTHER, 12);
    let mut all = say(&mut rig, ONE, &vitals(GATEWAY, "P1", "ICU^^B1", 98, ""));
    assert_eq!(devices(&all).len(), 1);
    all.clear();
    for _ in 0..4 {
        rig.advance(Duration::from_secs(1));
        all.extend(say(&mut rig, OTHER, &vitals(GATEWAY, "P2", "ICU^^B1", 71, "")));
        all.extend(say(&mut rig, ONE, &vitals(GATEWAY, "P1", "ICU^^B1", 98, "")));
    }
    assert!(devices(&all).is_empty(), "{:?}", lines(&all));
    assert!(!all.iter().any(|heard| matches!(heard.event, Event::Patient(_))), "no stay begins");
    assert_eq!(faults(&all), ["two senders of one name"; 8]);
    // One of them goes: the other is believed, and says whom it watches.
    rig.down(ONE);
    rig.take_heard();
    let heard = say(&mut rig, OTHER, &vitals(GATEWAY, "P2", "ICU^^B1", 71, ""));
    assert_eq!(lines(&heard), ["0 watches P2 DOE", "0 150456/0 71 %"]);
}

#[test]
fn connections_of_one_address_are_one_gateway() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    accept(&mut rig, OTHER, 11);
    for _ in 0..3 {
        let heard = say(&mut rig, ONE, &vitals(GATEWAY, "P1", "ICU^^B1", 98, ""));
        assert_eq!(devices(&heard).len(), 1);
        let heard = say(&mut rig, OTHER, &alarm("1.7.4.147842", "start", "active"));
        assert!(faults(&heard).is_empty(), "{:?}", lines(&heard));
    }
    // Its connection for alarms closes: the values go on, and what was in alarm is not known.
    rig.down(OTHER);
    let lost = rig.take_heard();
    assert!(lost.iter().any(
        |heard| matches!(&heard.event, Event::Alarms(set) if set.truth == AlarmTruth::Unknown)
    ));
    let heard = say(&mut rig, ONE, &vitals(GATEWAY, "P1", "ICU^^B1", 98, ""));
    assert_eq!(lines(&heard), ["0 150456/0 98 %"]);
}

#[test]
fn who_names_itself_and_speaks_of_two_places_is_a_gateway() {
    let mut rig = listening();
    accept(&mut rig, ONE, 9);
    let of = |bed: u32, spo2| {
        vitals(GATEWAY, &format!("P{bed}"), &format!("ICU^^B{bed}"), spo2, "00A1^GW")
    };
    let first = say(&mut rig, ONE, &of(1, 98));
    assert_eq!(names(&first), ["hl7:00a1"]);
    let second = say(&mut rig, ONE, &of(2, 71));
    assert!(devices(&second).is_empty(), "not in the first one's bed: {:?}", lines(&second));
    let third = say(&mut rig, ONE, &of(1, 98));
    let fourth = say(&mut rig, ONE, &of(2, 71));
    assert_eq!(names(&third), ["hl7:00a1/ICU//B1"]);
    assert_eq!(names(&fourth), ["hl7:00a1/ICU//B2"]);
    assert_ne!(devices(&third), devices(&fourth));
    assert_ne!(devices(&third), []);
}

#[test]
fn a_monitor_that_is_moved_keeps_its_name() {
    let mut rig = listening();
    accept(&mut rig, ONE, 9);
    let of = |place| vitals(GATEWAY, "P1", place, 98, "00A1^B40_GE");
    say(&mut rig, ONE, &of("ICU^^B1"));
    let moved: Vec<Heard> = (0..4).flat_map(|_| say(&mut rig, ONE, &of("ICU^^B2"))).collect();
    assert_eq!(devices(&moved).len(), 2, "believed at the third message");
    assert_eq!(names(&moved), ["hl7:00a1"], "with another label");
}

#[test]
fn a_bed_begins_with_its_place_where_no_patient_is_named() {
    let mut rig = listening();
    let text = "MSH|^~\\&|GW^00A1^EUI-64|M|||20260101120000||ORU^R01|1|P|2.6\r\
                PV1||I|ICU^^B1\rOBR|1\rOBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|98|%|||||F\r\
                PV1||I|ICU^^B2\rOBR|1\rOBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|71|%|||||F\r";
    let heard = say(&mut rig, Line::MAIN, text);
    assert_eq!(
        lines(&heard),
        [
            "0 is hl7:00a1/ICU//B1 at ICU B1",
            "0 150456/0 98 %",
            "1 is hl7:00a1/ICU//B2 at ICU B2",
            "1 150456/0 71 %",
        ]
    );
}

#[test]
fn a_closed_connection_loses_only_its_own_beds() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    accept(&mut rig, OTHER, 12);
    say(&mut rig, ONE, &alarm("1.7.4.147842", "start", "active"));
    say(&mut rig, OTHER, &alarm("1.7.4.147842", "start", "active").replace("B1", "B2"));
    rig.down(ONE);
    let lost = lines(&rig.take_heard());
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0].starts_with("0 All Unknown"), "{lost:?}");
}

#[test]
fn names_that_were_made_up_make_room_for_a_bed() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    for number in 0..300 {
        let place = format!("ICU^^J{number}");
        say(&mut rig, ONE, &vitals(GATEWAY, "P1", &place, 98, ""));
    }
    accept(&mut rig, OTHER, 12);
    let real = vitals("REAL^00A2^EUI-64|M", "P1", "ICU^^B1", 97, "");
    let heard = say(&mut rig, OTHER, &real);
    assert_eq!(faults(&heard), ["too many beds on a line"], "all of them may be beds");
    rig.down(ONE);
    rig.take_heard();
    let heard = say(&mut rig, OTHER, &real);
    assert_eq!(names(&heard), ["hl7:00a2/ICU//B1"]);
    assert!(faults(&heard).is_empty() && devices(&heard).len() == 1);
}

#[test]
fn names_on_an_open_connection_make_room_after_an_hour() {
    let mut rig = listening();
    accept(&mut rig, ONE, 11);
    for number in 0..256 {
        say(&mut rig, ONE, &vitals(GATEWAY, "P1", &format!("ICU^^J{number}"), 98, ""));
    }
    rig.advance(Duration::from_secs(3_600));
    let heard = say(&mut rig, ONE, &vitals(GATEWAY, "P1", "ICU^^B1", 97, ""));
    assert_eq!(names(&heard), ["hl7:00a1/ICU//B1"]);
}

#[test]
fn two_machines_of_one_bed_are_two_streams() {
    let mut rig = listening();
    let of = |device: &str, rate| {
        vitals(GATEWAY, "P1", "ICU^^B1", rate, device)
            .replace("150456^MDC_PULS_OXIM_SAT_O2", "151562^MDC_RESP_RATE")
    };
    let (monitor, ventilator) = ("AAAA000000000001^X", "BBBB000000000002^V");
    let mut heard = say(&mut rig, Line::MAIN, &of(monitor, 18));
    heard.extend(say(&mut rig, Line::MAIN, &of(ventilator, 25)));
    heard.extend(say(&mut rig, Line::MAIN, &of(monitor, 18)));
    // Who names no machine means the first.
    heard.extend(say(&mut rig, Line::MAIN, &of("", 18)));
    let values: Vec<String> =
        lines(&heard).into_iter().filter(|line| line.contains("151562")).collect();
    assert_eq!(
        values,
        ["0 151562/0 18 %", "0 151562/1 25 %", "0 151562/0 18 %", "0 151562/0 18 %"]
    );
    let serials: Vec<String> = heard
        .iter()
        .filter_map(|heard| {
            if let Event::Identity(info) = &heard.event {
                info.serial.as_ref().map(ToString::to_string)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(serials, ["aaaa000000000001"], "named once");
    // The monitor is exchanged: after a while the bed is known by the other.
    rig.advance(Duration::from_secs(200));
    let heard = say(&mut rig, Line::MAIN, &of("CCCC000000000003^X", 19));
    let known = lines(&heard).iter().any(|line| line.starts_with("0 151562/0 19 %"));
    assert!(known, "{:?}", lines(&heard));
}

#[test]
fn equipment_holds_for_the_rows_after_it() {
    let mut rig = listening();
    let text = vitals(GATEWAY, "P1", "ICU^^B1", 98, "AAAA000000000001^X");
    let more = "OBX|2|NM|151562^MDC_RESP_RATE^MDC|1.1.1.1|18|/min|||||F\r\
                OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|80|/min|||||F|||||||BBBB000000000002^V\r\
                OBX|4|NM|151562^MDC_RESP_RATE^MDC|1.1.1.1|25|/min|||||F\r";
    let heard = say(&mut rig, Line::MAIN, &format!("{text}{more}"));
    let values: Vec<String> =
        lines(&heard).into_iter().filter(|line| line.contains("151562")).collect();
    assert_eq!(values, ["0 151562/0 18 /min", "0 151562/1 25 /min"]);
}

#[test]
fn only_values_end_a_demonstration() {
    let mut rig = listening();
    let modes: Vec<String> = ["vitals", "waves", "vitals", "waves", "alarm"]
        .into_iter()
        .flat_map(|name| {
            rig.bytes(Line::MAIN, &fixture(&format!("mindray_egateway_{name}")));
            rig.take_heard()
        })
        .filter_map(|heard| {
            if let Event::Mode(mode) = heard.event { Some(format!("{mode:?}")) } else { None }
        })
        .collect();
    assert_eq!(modes, ["Demo"]);
    let bytes = fixture("mindray_egateway_vitals");
    let real = String::from_utf8(bytes).expect("text").replace("|DEMO|", "||");
    rig.bytes(Line::MAIN, real.as_bytes());
    let is_real = |heard: &Heard| matches!(&heard.event, Event::Mode(mode) if format!("{mode:?}") == "Normal");
    assert!(rig.take_heard().iter().any(is_real));
}

#[test]
fn names_in_both_orders_are_one_patient() {
    let mut rig = listening();
    let values = vitals(GATEWAY, "P1", "ICU^^B1", 97, "");
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.extend(say(&mut rig, Line::MAIN, &values));
        heard.extend(say(&mut rig, Line::MAIN, &alarm("1.7.4.147842", "start", "active")));
    }
    let patients = |heard: &[Heard]| {
        lines(heard).into_iter().filter(|line| line.contains("watches")).collect::<Vec<_>>()
    };
    assert_eq!(patients(&heard), ["0 watches P1 DOE"]);
    let heard = say(&mut rig, Line::MAIN, &values.replace("DOE^J", "ROE^J"));
    assert_eq!(patients(&heard), ["0 watches P1 ROE"], "another name");
    let heard = say(&mut rig, Line::MAIN, &values.replace("|P1|", "|P2|"));
    assert_eq!(patients(&heard), ["0 watches P2 DOE"], "another number");
}

#[test]
fn a_heartbeat_says_that_somebody_is_there() {
    let mut rig = listening();
    let text = "MSH|^~\\&|GW^00A1^EUI-64|M|||20260101120000||ORU^R40|1|P|2.6\rPV1||I|ICU^^B1\r\
                OBR|1|||196616^MDC_EVT_ALARM^MDC\r\
                OBX|1|NM|67860^MDC_ATTR_CONFIRM_TIMEOUT^MDC|1.0.0.0.1|30\r";
    say(&mut rig, Line::MAIN, text);
    assert_eq!(lines(&say(&mut rig, Line::MAIN, text)), ["0 alive"]);
}

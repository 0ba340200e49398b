//! Alarms of PCD-04, MDIL and PDS: what begins one, what ends it, and what leaves it as it was.

use core::net::SocketAddr;
use std::time::Duration;

use crate::common::{hl7, lines, pds};
use vigie_hl7::wire::mllp::wrap;
use vigie_model::{Alarm, AlarmPhase, AlarmSet, AlarmTruth, Event, Inactivation};
use vigie_session::testkit::Rig;
use vigie_session::{Heard, Line, Peer};

const HEAD: &str = "MSH|^~\\&|GW^00A1^EUI-64|M|||20260101120000||ORU^R40|1|P|2.6\r\
                    PID|||P1\rPV1||I|ICU^^B1\r";
const HIGH: &str =
    "CWE|196616^MDC_EVT_ALARM^MDC|1.7.4.147842.1|196652^MDC_EVT_HI_VAL_GT_LIM^MDC|||H~PH~SP";
const RATE: &str = "1.7.4.147842";

fn gateway() -> Rig {
    let mut rig = Rig::new(hl7(true));
    rig.up(Line::MAIN);
    rig
}

fn say(rig: &mut Rig, text: &str) -> Vec<Heard> {
    rig.advance(Duration::from_secs(1));
    rig.bytes(Line::MAIN, &wrap(text.as_bytes()));
    rig.take_heard()
}

/// An order of one alarm: its event row, the place, phase, state, and OBR-3.
fn order(event: &str, stem: &str, phase: &str, state: &str, filler: &str) -> String {
    format!(
        "OBR|1||{filler}|196616^MDC_EVT_ALARM^MDC|||20260101120000\r\
         OBX|1|{event}\r\
         OBX|3|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|{stem}.3|{phase}\r\
         OBX|4|ST|68482^MDC_ATTR_ALARM_STATE^MDC|{stem}.4|{state}\r"
    )
}

fn sets(heard: &[Heard]) -> Vec<AlarmSet> {
    let sets = heard.iter().filter_map(|heard| {
        let Event::Alarms(set) = &heard.event else { return None };
        Some(set.clone())
    });
    sets.collect()
}

fn texts(set: &AlarmSet) -> Vec<String> {
    set.active.iter().map(|alarm| alarm.text.to_string()).collect()
}

/// The alarms that a message left, from the one set that it gave.
#[track_caller]
fn left(heard: &[Heard]) -> Vec<Alarm> {
    let sets = sets(heard);
    assert_eq!(sets.len(), 1, "{sets:?}");
    sets[0].active.to_vec()
}

#[test]
fn a_strip_and_the_values_of_that_moment_are_no_alarms() {
    let mut rig = gateway();
    let beside = "OBR|2|||BOUNDED WAVEFORM|||20260101120000\r\
        OBX|1|NA|131330^MDC_ECG_ELEC_POTL_II^MDC|1.7.6.131330|1^2^3\r\
        OBX|2|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.7.6.131330.1|500|264640^MDC_DIM_HZ^MDC\r\
        OBX|3|NM|2381^MDC_ATTR_NU_MSMT_RES^MDC|1.7.6.131330.2|0.001\r\
        OBX|4|NM|262196^MDC_EVT_INOP^MDC|1.7.6.131330.3|32767\r\
        OBR|3|||182777000\r\
        OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|155|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r\
        OBR|4\r\
        OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.2|71|262688^MDC_DIM_PERCENT^MDC|||||R\r";
    let start = format!("{HEAD}{}{beside}", order(HIGH, RATE, "start", "active", "A1"));
    let heard = say(&mut rig, &start);
    assert_eq!(left(&heard).len(), 1);
    let lines = lines(&heard);
    for expected in ["0 147842/0 155 /min", "0 150456/0 71 %"] {
        assert!(lines.iter().any(|line| line == expected), "{lines:?}");
    }
    assert!(lines.iter().any(|line| line.contains("MDC_ECG_ELEC_POTL_II wave")), "{lines:?}");
    let end = format!("{HEAD}{}", order(HIGH, RATE, "end", "inactive", "A1"));
    assert_eq!(left(&say(&mut rig, &end)), []);
}

#[test]
fn an_event_without_a_phase_is_an_alarm_where_the_order_says_so() {
    let mut rig = gateway();
    let bare = "OBR|1||A1|196616^MDC_EVT_ALARM^MDC\r\
        OBX|1|CWE|196680^MDC_EVT_LEAD_OFF^MDC|1.7.0.196680.1|||||A~PL~ST|||R\r\
        OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|155\r";
    let heard = say(&mut rig, &format!("{HEAD}{bare}"));
    assert_eq!(texts(&sets(&heard)[0]), ["LEAD OFF"]);
}

#[test]
fn a_written_alarm_that_changes_its_words_is_still_one() {
    let mut rig = gateway();
    let mural = |text: &str, phase: &str, state: &str, filler: &str| {
        let event = format!("ST|0^MDCX_EVT_ALERT_ADVISORY^MDC|1.0.0.0.1|{text}|||A~PM~SA|||R");
        format!("{HEAD}{}", order(&event, "1.0.0.0", phase, state, filler))
    };
    let first = left(&say(&mut rig, &mural("BP 180", "start", "active", "A1")));
    let other = left(&say(&mut rig, &mural("SpO2 80", "start", "active", "A2")));
    assert_eq!(other.len(), 2);
    let heard = say(&mut rig, &mural("BP 190", "update", "active", "A1"));
    assert_eq!(texts(&sets(&heard)[0]), ["BP 190", "SpO2 80"]);
    assert_eq!(sets(&heard)[0].active[0].id, first[0].id, "one alarm, one name");
    // A change of an alarm whose beginning was lost takes the place of none.
    let heard = say(&mut rig, &mural("CO2 60", "update", "active", "A3"));
    assert_eq!(texts(&sets(&heard)[0]), ["BP 190", "SpO2 80", "CO2 60"]);
    let heard = say(&mut rig, &mural("BP 190", "end", "inactive", "A1"));
    assert_eq!(texts(&sets(&heard)[0]), ["SpO2 80", "CO2 60"]);
    // And with other words once more.
    let heard = say(&mut rig, &mural("SpO2 95", "end", "inactive", "A2"));
    assert_eq!(texts(&sets(&heard)[0]), ["CO2 60"]);
}

#[test]
fn an_alarm_that_escalates_to_another_code_is_still_one() {
    let coded = |code: &str, phase: &str, state: &str, filler: &str| {
        let event = format!("CWE|196616^MDC_EVT_ALARM^MDC|{RATE}.1|{code}|||H~PH~SP|||R");
        format!("{HEAD}{}", order(&event, RATE, phase, state, filler))
    };
    let (limit, extreme) = ("196652^MDC_EVT_HI_VAL_GT_LIM^MDC", "196648^MDC_EVT_HI^MDC");
    // OBR-3 names the alarm, or counts messages.
    for fillers in [["A1", "A1", "A1"], ["1", "2", "3"]] {
        let mut rig = gateway();
        say(&mut rig, &coded(limit, "start", "active", fillers[0]));
        let heard = say(&mut rig, &coded(extreme, "escalate", "active", fillers[1]));
        assert_eq!(texts(&sets(&heard)[0]), ["HI"], "{fillers:?}");
        assert_eq!(left(&say(&mut rig, &coded(extreme, "end", "inactive", fillers[2]))), []);
    }
    // Two beginnings at one place are two alarms, whatever OBR-3 says.
    for fillers in [["1", "1"], ["1", "2"]] {
        let mut rig = gateway();
        say(&mut rig, &coded(limit, "start", "active", fillers[0]));
        let both =
            left(&say(&mut rig, &coded("196670^MDC_EVT_LO^MDC", "start", "active", fillers[1])));
        assert_eq!(both.len(), 2, "{fillers:?}");
    }
}

#[test]
fn a_sender_that_writes_one_obr_3_always_loses_no_alarm() {
    let lead = "CWE|196616^MDC_EVT_ALARM^MDC|1.7.0.196680.1|196680^MDC_EVT_LEAD_OFF^MDC|||A~PL~ST";
    let mut rig = gateway();
    say(&mut rig, &format!("{HEAD}{}", order(HIGH, RATE, "start", "active", "1")));
    let both = order(lead, "1.7.0.196680", "start", "active", "1");
    assert_eq!(left(&say(&mut rig, &format!("{HEAD}{both}"))).len(), 2);
    // An end of what never began here ends nothing else.
    let other = "CWE|196616^MDC_EVT_ALARM^MDC|1.3.1.150456.1|196670^MDC_EVT_LO^MDC|||L~PH~SP";
    let end = order(other, "1.3.1.150456", "end", "inactive", "1");
    assert_eq!(left(&say(&mut rig, &format!("{HEAD}{end}"))).len(), 2);
}

#[test]
fn later_messages_point_at_the_first_obr_3() {
    let mut rig = gateway();
    for (phase, filler) in [("start", "A1"), ("continue", "A2"), ("continue", "A3")] {
        say(&mut rig, &format!("{HEAD}{}", order(HIGH, RATE, phase, "active", filler)));
    }
    let end = "OBR|1||A9|196616^MDC_EVT_ALARM^MDC|||||||||||||||||||||||||^A1&GW\r\
        OBX|3|ST|68481^MDC_ATTR_EVENT_PHASE^MDC|1.7.4.147842.3|end\r\
        OBX|4|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.7.4.147842.4|inactive\r";
    assert_eq!(left(&say(&mut rig, &format!("{HEAD}{end}"))), []);
}

#[test]
fn only_an_end_ends() {
    for (phase, state, expected) in [
        ("continue", "off", Some((AlarmPhase::Active, Some(Inactivation::Off)))),
        ("end", "latched", Some((AlarmPhase::Latched, None))),
        ("continue", "latched", Some((AlarmPhase::Latched, None))),
        ("End", "active", None),
        ("continue", "inactive", None),
    ] {
        let mut rig = gateway();
        say(&mut rig, &format!("{HEAD}{}", order(HIGH, RATE, "start", "active", "A1")));
        let heard = say(&mut rig, &format!("{HEAD}{}", order(HIGH, RATE, phase, state, "A1")));
        let found = left(&heard).first().map(|alarm| (alarm.phase, alarm.inactivation));
        assert_eq!(found, expected, "{phase} {state}");
    }
}

#[test]
fn a_message_gives_one_set_and_says_what_it_spoke_of() {
    let lead = "CWE|196616^MDC_EVT_ALARM^MDC|1.7.0.196680.1|196680^MDC_EVT_LEAD_OFF^MDC|||A~PL~ST";
    let mut rig = gateway();
    let (rate, lead) = (
        order(HIGH, RATE, "start", "active", "A1"),
        order(lead, "1.7.0.196680", "start", "active", "A2"),
    );
    let told = |heard: &[Heard]| -> Vec<Vec<String>> {
        let ids = |set: &AlarmSet| set.told.iter().map(ToString::to_string).collect();
        sets(heard).iter().map(ids).collect()
    };
    let (rate_id, lead_id) =
        ("MDC_EVT_HI_VAL_GT_LIM 1.7.4.147842", "MDC_EVT_LEAD_OFF 1.7.0.196680");
    assert_eq!(told(&say(&mut rig, &format!("{HEAD}{rate}{lead}"))), [[rate_id, lead_id]]);
    let again = order(HIGH, RATE, "continue", "active", "A3");
    let heard = say(&mut rig, &format!("{HEAD}{again}"));
    assert_eq!((left(&heard).len(), told(&heard)), (2, vec![vec![rate_id.to_owned()]]));
    rig.down(Line::MAIN);
    let heard = rig.take_heard();
    assert_eq!(told(&heard), [[""; 0]]);
    assert_eq!(sets(&heard)[0].truth, AlarmTruth::Unknown);
}

#[test]
fn four_thousand_orders_cost_one_set() {
    let mut rig = gateway();
    let order =
        |number: u32| format!("OBR|1\rOBX|1|CWE|196616^^MDC|1.{number}.1|196652^X{number}^MDC\r");
    let all: String = (0..4_000).map(order).collect();
    let heard = say(&mut rig, &format!("{HEAD}{all}"));
    assert_eq!(left(&heard).len(), 128);
    let capped = lines(&heard).iter().filter(|line| line.contains("too many alarms")).count();
    assert_eq!(capped, 1);
}

#[test]
fn the_values_of_an_efficia_do_not_end_its_alarms() {
    let efficia = |rest: &str| {
        format!(
            "MSH|^~\\&|^EfficiaCM||||20140510124500||ORU^R01^ORU_R01|SIM00000010000002D|P|2.4\r\
             PID|||T\rPV1|||^^L34\r{rest}"
        )
    };
    let red = "OBR||||ALARM|||20140510124500\rOBX||TX|1^Red Alarm^MDIL-ALERT||ASYSTOLE||||||F\r";
    let values = "OBR||||MONITOR|||20140510124500\r\
                  OBX||NM|0002-4182^HR^MDIL||0|0004-0aa0^bpm^MDIL|||||F\r";
    let yellow =
        "OBR||||ALARM|||20140510124700\rOBX||TX|2^Yellow Alarm^MDIL-ALERT||HR LOW||||||F\r";
    let mut rig = gateway();
    assert_eq!(texts(&sets(&say(&mut rig, &efficia(red)))[0]), ["ASYSTOLE"]);
    assert_eq!(sets(&say(&mut rig, &efficia(values))), []);
    assert_eq!(texts(&sets(&say(&mut rig, &efficia(yellow)))[0]), ["HR LOW"]);
}

#[test]
fn values_of_a_piic_without_its_alarms_end_them_after_a_loss_too() {
    let piic = |rest: &str| {
        format!(
            "MSH|^~\\&|||||||ORU^R01|HP1|P|2.3\rPID|||T1\rPV1||I|^^Doc1&5&1\r\
             OBR|||||||20260101120000\rOBX||NM|0002-4bb8^SpO2^MDIL|0|95|0004-0220^%^MDIL|||||F\r{rest}"
        )
    };
    let mut rig = gateway();
    let line = Line(0x8000);
    let address = |last, port| SocketAddr::from(([10, 0, 0, last], port));
    let peer = Peer { local: address(1, 2_575), remote: address(9, 40_000), certificate: None };
    rig.accepted(Line::MAIN, line, &peer);
    let alarm = "OBX||TX|2^Yellow Alarm^MDIL-ALERT||** HR 130>120||||||F\r";
    rig.bytes(line, &wrap(piic(alarm).as_bytes()));
    assert_eq!(left(&rig.take_heard()).len(), 1);
    rig.down(line);
    rig.accepted(Line::MAIN, line, &peer);
    assert_eq!(sets(&rig.take_heard())[0].truth, AlarmTruth::Unknown);
    rig.bytes(line, &wrap(piic("").as_bytes()));
    let set = &sets(&rig.take_heard())[0];
    assert_eq!((set.active.len(), set.truth), (0, AlarmTruth::FromEdges));
}

fn monitor() -> Rig {
    let mut rig = Rig::new(pds(true));
    rig.up(Line::MAIN);
    rig
}

fn list(message: u16, rows: &str) -> String {
    format!("MSH|^~\\&|||||||ORU^R01|{message}|P|2.3.1|\r{rows}")
}

#[test]
fn a_monitors_alarm_is_listed_whatever_stands_beside_it() {
    for kind in ["1", "2", "3", "7"] {
        let row = format!("OBX||CE|{kind}|1|10002^***ASYSTOLE||||||F|||20070106193145|\r");
        let heard = say(&mut monitor(), &list(54, &row));
        let set = &sets(&heard)[0];
        assert_eq!((texts(set), set.truth), (vec!["***ASYSTOLE".into()], AlarmTruth::Complete));
        let faults = lines(&heard).iter().filter(|line| line.contains("alarm row of kind")).count();
        assert_eq!(faults, usize::from(kind != "2"), "{kind}");
    }
    let row = "OBX||CE|2||205^SpO2 Sensor Off||||||F|\r";
    assert_eq!(texts(&sets(&say(&mut monitor(), &list(56, row)))[0]), ["SpO2 Sensor Off"]);
    // What closes a list is no alarm.
    let rows = "OBX||CE|2040|1|0^||||||F|\rOBX||CE|2041|1|0^||||||F|\r";
    let heard = say(&mut monitor(), &list(54, rows));
    assert_eq!(lines(&heard), ["0 Physiological Complete []"]);
}

#[test]
fn a_list_that_was_cut_is_not_called_complete() {
    let row = |number: u32| format!("OBX||CE|2|1|{number}^**ALARM {number}||||||F\r");
    for (count, truth) in [(128, AlarmTruth::Complete), (129, AlarmTruth::Unknown)] {
        let rows: String = (0..count).map(row).collect();
        let heard = say(&mut monitor(), &list(54, &rows));
        let set = &sets(&heard)[0];
        assert_eq!((set.active.len(), set.truth), (128, truth));
        let is_capped = lines(&heard).iter().any(|line| line.contains("Capped"));
        assert_eq!(is_capped, count > 128);
    }
}

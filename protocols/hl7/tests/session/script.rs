//! Sessions driven by hand and by the testkit: acknowledgements, connections, the query, the echo; and
//! `docs/sent.md` against what is sent.

use core::net::SocketAddr;
use std::time::Duration;

use crate::common::{GATEWAYS, fixture, hl7, lines, pds, setup};
use vigie_hl7::wire::mllp::wrap;
use vigie_hl7::{Hl7Factory, MindrayPdsFactory};
use vigie_model::{AlarmTruth, Event};
use vigie_session::testkit::{
    Rig, check_any_chunking, check_damage, check_farewell, check_passive, check_reconnect,
    check_silence,
};
use vigie_session::{Factory, Line, Peer, Transmit};

const SEED: u64 = 2_575;

fn all_gateways() -> Vec<u8> {
    GATEWAYS.iter().flat_map(|name| fixture(name)).collect()
}

fn peer(last: u8) -> Peer {
    let address = |port| SocketAddr::from(([10, 0, 0, last], port));
    Peer { local: address(2_575), remote: address(40_000), certificate: None }
}

fn sent(rig: &mut Rig) -> Vec<(Line, String)> {
    rig.take_sent()
        .into_iter()
        .filter_map(|sent| {
            let Transmit::Bytes { line, bytes, .. } = sent else { return None };
            Some((line, String::from_utf8_lossy(&bytes).into_owned()))
        })
        .collect()
}

#[test]
fn the_testkit_finds_nothing_in_a_gateway() {
    let bytes = all_gateways();
    for passive in [false, true] {
        let make = || hl7(passive);
        check_any_chunking(make, &bytes, SEED);
        check_silence(make, &bytes);
        check_reconnect(make, &bytes, SEED);
        let report = check_damage(make, &bytes, SEED, 60);
        assert!(report.rounds_with_fault > 5, "{report:?}");
        assert!(check_farewell(make, &bytes).is_empty());
    }
    check_passive(|| hl7(true), &bytes);
}

#[test]
fn the_testkit_finds_nothing_in_a_monitor() {
    let bytes = fixture("mindray_pds");
    for passive in [false, true] {
        let make = || pds(passive);
        check_any_chunking(make, &bytes, SEED);
        check_silence(make, &bytes);
        check_reconnect(make, &bytes, SEED);
        check_damage(make, &bytes, SEED, 100);
        check_farewell(make, &bytes);
    }
    check_passive(|| pds(true), &bytes);
}

#[test]
fn each_sender_is_acknowledged_as_it_asks_on_its_own_connection() {
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    let (one, other) = (Line(0x8000), Line(0x8001));
    rig.accepted(Line::MAIN, one, &peer(1));
    rig.accepted(Line::MAIN, other, &peer(2));
    rig.bytes(one, &fixture("mindray_egateway_vitals"));
    rig.bytes(other, &fixture("ge_b40"));
    rig.bytes(one, &fixture("philips_piic"));
    let sent = sent(&mut rig);
    let codes: Vec<(Line, &str)> = sent
        .iter()
        .map(|(line, text)| (*line, text.split("\rMSA|").nth(1).map_or("", |rest| &rest[..2])))
        .collect();
    assert_eq!(codes, [(one, "CA"), (other, "AA"), (other, "AA"), (one, "AA"), (one, "AA")]);
    assert!(sent[0].1.ends_with("\rMSA|CA|23\r\u{1c}\r"));
    assert!(sent[1].1.ends_with("\rMSA|AA|004097134535\r\u{1c}\r"));
}

#[test]
fn a_switch_forces_what_a_sender_waits_for() {
    for (value, expected) in [("aa", "MSA|AA|"), ("ca", "MSA|CA|"), ("none", "")] {
        let mut rig = Rig::new(Hl7Factory.session(&setup(false, &[("ack", value)])));
        rig.up(Line::MAIN);
        rig.bytes(Line::MAIN, &fixture("mindray_egateway_vitals"));
        let sent = sent(&mut rig);
        assert_eq!(sent.len(), usize::from(!expected.is_empty()), "{value}");
        assert!(sent.iter().all(|(_, text)| text.contains(expected)));
    }
}

#[test]
fn a_query_is_refused_and_an_answer_is_not_answered() {
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, &wrap(b"MSH|^~\\&|A|B|||||QBP^ZV1|7|P|2.6\rQPD|x\r"));
    rig.bytes(Line::MAIN, &wrap(b"MSH|^~\\&|A|B|||||ACK|8|P|2.6\rMSA|AA|1\r"));
    let sent = sent(&mut rig);
    assert_eq!(sent.len(), 1);
    assert!(sent[0].1.contains("\rMSA|AR|7\r"), "{sent:?}");
    assert_eq!(lines(&rig.take_heard()), ["0 Unknown: message of kind QBP"]);
}

#[test]
fn a_bed_that_returns_on_a_new_connection_keeps_its_device() {
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    let (first, second, third) = (Line(0x8000), Line(0x8001), Line(0x8002));
    rig.accepted(Line::MAIN, first, &peer(1));
    rig.accepted(Line::MAIN, second, &peer(2));
    rig.bytes(first, &fixture("ge_b40"));
    // The connection is kept from one message to the next.
    for _ in 0..2 {
        rig.bytes(second, &fixture("mindray_egateway_alarm")[..1_120]);
        rig.advance(Duration::from_secs(6));
    }
    rig.bytes(second, &fixture("mindray_egateway_alarm")[..1_120]);
    let before = rig.take_heard();
    let device = |heard: &[vigie_session::Heard]| heard.last().map(|heard| heard.device);
    let bed = device(&before);
    assert_ne!(bed, Some(before[0].device));
    rig.down(second);
    let lost = rig.take_heard();
    assert!(lost.iter().any(|heard| Some(heard.device) == bed
        && matches!(&heard.event, Event::Alarms(set)
            if set.truth == AlarmTruth::Unknown && set.active.len() == 1)));
    rig.accepted(Line::MAIN, third, &peer(2));
    rig.bytes(third, &fixture("mindray_egateway_vitals"));
    let after = rig.take_heard();
    assert_eq!(device(&after), bed);
    assert!(
        lines(&after)[0].contains("is hl7:00a0370000005349/ICU//BED1"),
        "it names itself again"
    );
}

#[test]
fn a_connection_too_many_closes_the_one_that_was_silent_longest() {
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    for number in 0..65 {
        rig.accepted(Line::MAIN, Line(0x8000 + number), &peer(1));
        rig.advance(Duration::from_secs(1));
        if number == 0 {
            rig.advance(Duration::from_secs(100));
            rig.bytes(Line(0x8000), b"\r");
        }
    }
    assert_eq!(rig.take_sent(), [Transmit::Close { line: Line(0x8000) }]);
}

#[test]
fn strangers_go_before_a_gateway_that_speaks_once_a_minute() {
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    rig.accepted(Line::MAIN, Line(0x8000), &peer(1));
    rig.bytes(Line(0x8000), &fixture("northern"));
    rig.take_sent();
    for number in 1..200 {
        rig.advance(Duration::from_millis(10));
        rig.accepted(Line::MAIN, Line(0x8000 + number), &peer(2));
        rig.bytes(Line(0x8000 + number), b"GET / HTTP/1.1\r\n\r\n");
    }
    let sent = rig.take_sent();
    assert_eq!(sent.len(), 200 - 64);
    assert!(!sent.contains(&Transmit::Close { line: Line(0x8000) }), "the gateway stays");
}

#[test]
fn the_interval_of_a_bed_is_learnt() {
    let mut rig = Rig::new(hl7(true));
    rig.up(Line::MAIN);
    for _ in 0..6 {
        rig.bytes(Line::MAIN, &fixture("ge_b40")[..1_463]);
        rig.advance(Duration::from_secs(10));
    }
    let cadences: Vec<String> = rig
        .take_heard()
        .iter()
        .filter_map(|heard| {
            let Event::Stream(info) = &heard.event else { return None };
            let is_it = info.key.vendor.as_str() == "MDC_PULS_OXIM_SAT_O2";
            is_it.then(|| format!("{:?}", info.cadence))
        })
        .collect();
    assert_eq!(cadences, ["Periodic(60s)", "Periodic(10s)"]);
}

#[test]
fn a_monitor_is_asked_after_its_burst_and_again_when_it_says_nothing() {
    let mut rig = Rig::new(pds(false));
    rig.up(Line::MAIN);
    let asked =
        |rig: &mut Rig| sent(rig).iter().filter(|(_, text)| text.contains("|1203|")).count();
    assert_eq!(asked(&mut rig), 0, "not into the burst");
    rig.advance(Duration::from_millis(500));
    rig.bytes(Line::MAIN, &wrap(b"MSH|^~\\&|||||||ORU^R01|106|P|2.3.1|"));
    assert_eq!(asked(&mut rig), 1);
    for _ in 0..9 {
        rig.advance(Duration::from_secs(1));
        rig.bytes(Line::MAIN, &wrap(b"MSH|^~\\&|||||||ORU^R01|106|P|2.3.1|"));
    }
    assert_eq!(asked(&mut rig), 0);
    rig.advance(Duration::from_secs(1));
    assert_eq!(asked(&mut rig), 1, "no value for ten seconds");
}

#[test]
fn a_monitor_hears_an_echo_each_second_and_is_hung_up_on_when_silent() {
    let mut rig = Rig::new(pds(false));
    rig.up(Line::MAIN);
    rig.advance(Duration::from_millis(9_900));
    let echoes = sent(&mut rig).iter().filter(|(_, text)| text.contains("|106|")).count();
    assert_eq!(echoes, 10);
    rig.advance(Duration::from_millis(200));
    assert_eq!(rig.take_sent().last(), Some(&Transmit::Close { line: Line::MAIN }));
    rig.advance(Duration::from_secs(60));
    assert!(rig.take_sent().is_empty(), "nothing more until the line is open again");
    rig.down(Line::MAIN);
    rig.up(Line::MAIN);
    assert_eq!(sent(&mut rig).len(), 1);
}

#[test]
fn what_is_configured_is_asked() {
    let options = [("target", "192.168.22.230/5"), ("waves", "none"), ("gas_unit", "%")];
    let mut rig = Rig::new(MindrayPdsFactory.session(&setup(false, &options)));
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, &fixture("mindray_pds"));
    let sent = sent(&mut rig);
    let query = &sent.iter().find(|(_, text)| text.contains("QRF")).expect("a query").1;
    assert!(query.contains("QRF|MON||||3232241382&5^1^1^0^101&102&151&160\r"), "{query}");
    assert!(!query.contains("^2^1^0^"), "{query}");
    assert!(lines(&rig.take_heard()).contains(&"0 152440/0 144 %".to_owned()));
}

/// The rows of `docs/sent.md`: names, and patterns in which `..` stands for any text without `..`.
fn rows() -> Vec<(String, Vec<String>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sent.md");
    let text = std::fs::read_to_string(path).expect("docs/sent.md");
    let section = text.split("## HL7 v2").nth(1).expect("the family's section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.filter(|line| !line.starts_with("| ---"))
        .map(|line| {
            // In a table a bar is written with a stroke before it.
            let plain = line.replace("\\|", "\u{1}");
            let cells: Vec<String> =
                plain.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect();
            assert!(!cells[3].is_empty(), "no effect stated: {line}");
            let pattern = cells[2].trim_matches('`').replace("<CR>", "\r");
            (cells[1].clone(), pattern.split("..").map(str::to_owned).collect())
        })
        .collect()
}

fn fits(pattern: &[String], text: &str) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return text.is_empty() };
    let Some(mut left) = text.strip_prefix(first.as_str()) else { return false };
    for (at, part) in rest.iter().enumerate() {
        let is_last = at + 1 == rest.len();
        let found =
            if is_last { left.len().checked_sub(part.len()) } else { left.find(part.as_str()) };
        match found {
            Some(found)
                if left.is_char_boundary(found) && left[found..].starts_with(part.as_str()) =>
            {
                left = &left[found + part.len()..];
            }
            _ => return false,
        }
    }
    rest.is_empty() && left.is_empty() || !rest.is_empty() && left.is_empty()
}

#[test]
fn all_that_is_sent_stands_in_the_table_and_all_of_it_is_sent() {
    let rows = rows();
    let mut met = vec![false; rows.len()];
    let mut texts = Vec::new();
    let mut rig = Rig::new(hl7(false));
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, &all_gateways());
    rig.bytes(Line::MAIN, &wrap(b"MSH|^~\\&|A|B|||||QBP^ZV1|7|P|2.6\rQPD|x\r"));
    rig.bytes(Line::MAIN, &wrap(b"MSH|^~\\&|A|B|||||QBP^ZV1|8|P|2.6|||AL|NE\rQPD|x\r"));
    texts.extend(sent(&mut rig));
    let mut rig = Rig::new(pds(false));
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, &fixture("mindray_pds"));
    rig.advance(Duration::from_secs(9));
    rig.farewell(Duration::from_secs(2));
    texts.extend(sent(&mut rig));
    for (_, text) in texts {
        let plain = text.strip_prefix('\u{b}').and_then(|it| it.strip_suffix("\u{1c}\r"));
        let plain = plain.unwrap_or_else(|| panic!("no frame: {text:?}"));
        let row = rows.iter().position(|(_, pattern)| fits(pattern, plain));
        met[row.unwrap_or_else(|| panic!("not in docs/sent.md: {plain:?}"))] = true;
    }
    let missing: Vec<&str> = rows
        .iter()
        .zip(&met)
        .filter(|(_, met)| !**met)
        .map(|((name, _), _)| name.as_str())
        .collect();
    assert!(missing.is_empty(), "in docs/sent.md, and never sent: {missing:?}");
}

/// A message of PDS.
fn pds_message(kind: &str, rows: &str) -> Vec<u8> {
    wrap(format!("MSH|^~\\&|||||||ORU^R01|{kind}|P|2.3.1|\r{rows}").as_bytes())
}

#[test]
fn beds_behind_one_gateway_of_mindray_are_several() {
    let name = |target: &str| {
        let mut rig = Rig::new(MindrayPdsFactory.session(&setup(false, &[("target", target)])));
        rig.up(Line::MAIN);
        let bed = target.rsplit('/').next().expect("a bed");
        let rows = format!("PID|||G{bed}||A^B\rPV1||I|^^ICU&{bed}&&4601&&1\r");
        rig.bytes(Line::MAIN, &pds_message("103", &rows));
        let heard = lines(&rig.take_heard());
        heard.into_iter().find(|line| line.contains(" is ")).expect("a name")
    };
    assert_eq!(name("10.0.0.5/5"), "0 is mindray-pds:10.0.0.5/5 at ICU 5");
    assert_eq!(name("10.0.0.5/6"), "0 is mindray-pds:10.0.0.5/6 at ICU 6");
}

#[test]
fn a_number_that_the_monitor_takes_back_is_none() {
    let mut rig = Rig::new(pds(true));
    rig.up(Line::MAIN);
    let mut said = |status: &str| {
        let row = format!("OBX||NM|160^SpO2|2103|97||||||{status}\r");
        rig.bytes(Line::MAIN, &pds_message("204", &row));
        lines(&rig.take_heard())
    };
    assert_eq!(said("F"), ["0 150456/0 97 %"]);
    assert_eq!(said("X"), ["0 150456/0 - %"]);
    assert_eq!(said("D"), ["0 150456/0 - %"]);
}

/// A wave segment of six samples of one byte.
fn zmw(wave: u16) -> Vec<u8> {
    let mut block = vec![0u8, 0];
    block.extend(wave.to_be_bytes());
    block.push(1);
    block.extend(6u16.to_be_bytes());
    block.extend([0, 1, 2, 3, 4, 5, 6]);
    let sum: u32 = block.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
    let sum = !u16::try_from((sum & 0xFFFF) + (sum >> 16)).expect("small samples");
    block[..2].copy_from_slice(&sum.to_be_bytes());
    let mut coded = b"ZMW|".to_vec();
    for seven in block.chunks(7) {
        let tops = seven.iter().enumerate().map(|(bit, byte)| (byte >> 7) << bit).sum::<u8>();
        coded.extend(seven.iter().map(|byte| byte | 0x80));
        coded.push(tops | 0x80);
    }
    coded
}

#[test]
fn seconds_of_several_waves_in_one_message_lie_beside_each_other() {
    let mut rig = Rig::new(pds(true));
    rig.up(Line::MAIN);
    let mut said = |waves: &[u16]| {
        let mut content = b"MSH|^~\\&|||||||ORU^R01|157|P|2.3.1|\r".to_vec();
        for wave in waves {
            content.extend(zmw(*wave));
            content.push(b'\r');
        }
        rig.bytes(Line::MAIN, &wrap(&content));
        rig.advance(Duration::from_secs(2));
        let heard = rig.take_heard();
        let first = |heard: &vigie_session::Heard| {
            if let Event::Wave(chunk) = &heard.event {
                Some((chunk.key.vendor.to_string(), chunk.first.0))
            } else {
                None
            }
        };
        heard.iter().filter_map(first).collect::<Vec<_>>()
    };
    let at = |wave: &str, first| (wave.to_owned(), first);
    assert_eq!(
        said(&[1101, 1101, 1152, 1152]),
        [at("1101", 0), at("1101", 6), at("1152", 0), at("1152", 6)]
    );
    assert_eq!(
        said(&[1101, 1152, 1101, 1152]),
        [at("1101", 12), at("1152", 12), at("1101", 18), at("1152", 18)]
    );
}

//! What no public recording holds, in bytes laid out by the documents: every type of wave, alarms,
//! trends, 12 leads, sites of pressures, other levels.

use vigie_ge_dri::map::{FIELDS, Naming, Proof, WAVES};
use vigie_ge_dri::wire::frame::emit_frame;
use vigie_ge_dri::wire::phdb::Class;
use vigie_model::{AlarmTruth, Event, Inactivation, Measured, Priority, Validity, nomenclature};
use vigie_session::Line;
use vigie_session::testkit::Rig;

use crate::kit::{heard, listener};

/// A record of these subrecords.
fn record(main_type: u8, number: u8, level: u8, time: u32, subs: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; 40];
    (bytes[2], bytes[3], bytes[14]) = (number, level, main_type);
    bytes[6..10].copy_from_slice(&time.to_le_bytes());
    for place in 0..8 {
        bytes[16 + 3 * place + 2] = 0xFF;
    }
    for (place, (kind, sub)) in subs.iter().enumerate() {
        let offset = (bytes.len() - 40) as u16;
        bytes[16 + 3 * place..][..2].copy_from_slice(&offset.to_le_bytes());
        bytes[16 + 3 * place + 2] = *kind;
        bytes.extend(sub);
    }
    let length = bytes.len() as u16;
    bytes[..2].copy_from_slice(&length.to_le_bytes());
    emit_frame(&bytes)
}

/// A physiological subrecord in which these groups are active with a label and everything is 1 + offset.
fn phdb(class: u8, time: u32, groups: &[(usize, u16)]) -> Vec<u8> {
    let mut bytes = vec![0; 278];
    bytes[..4].copy_from_slice(&time.to_le_bytes());
    for at in (10..272).step_by(2) {
        bytes[at..at + 2].copy_from_slice(&(at as i16 + 1).to_le_bytes());
    }
    for (at, _) in heads(class) {
        bytes[at..at + 6].fill(0);
    }
    for (at, label) in groups {
        bytes[*at] = 3;
        bytes[at + 4..at + 6].copy_from_slice(&label.to_le_bytes());
    }
    (bytes[276], bytes[277]) = (0xA1, class);
    bytes
}

const CLASSES: [Class; 4] = [Class::Basic, Class::Ext1, Class::Ext2, Class::Ext3];

fn heads(class: u8) -> Vec<(usize, u16)> {
    let class = CLASSES[usize::from(class)];
    let mut heads: Vec<usize> =
        FIELDS.iter().filter(|field| field.class == class).map(|field| field.group).collect();
    heads.dedup();
    heads.into_iter().map(|at| (at, 1)).collect()
}

fn values(events: &[Event]) -> Vec<(String, String, Option<String>)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Numeric(numeric) => {
                let id = numeric.key.code.and_then(nomenclature::by_code).map_or("", |row| row.id);
                let value = numeric.reading.value().map(|value| value.to_string());
                Some((numeric.key.vendor.to_string(), id.to_owned(), value))
            }
            _ => None,
        })
        .collect()
}

fn value(events: &[Event], vendor: &str) -> Option<(String, Option<String>)> {
    let found = values(events).into_iter().rfind(|(of, _, _)| of == vendor)?;
    Some((found.1, found.2))
}

#[test]
fn every_field_of_every_class_is_said_when_its_group_is_active() {
    for class in 0..4u8 {
        let events = heard(&record(0, 1, 11, 5_000, &[(1, phdb(class, 5_000, &heads(class)))]));
        for field in FIELDS.iter().filter(|field| field.class == CLASSES[usize::from(class)]) {
            if field.naming == Naming::OldSvo2 {
                assert_eq!(value(&events, field.vendor), None, "not in use from level 10 on");
                continue;
            }
            let Some((_, found)) = value(&events, field.vendor) else {
                panic!("{} is not said", field.vendor)
            };
            let expected = vigie_model::Decimal::new(field.at as i64 + 1, field.exponent);
            assert_eq!(found, Some(expected.to_string()), "{}", field.vendor);
        }
        let silent = heard(&record(0, 1, 11, 5_000, &[(1, phdb(class, 5_000, &[]))]));
        assert_eq!(values(&silent), [], "class {class}: a group that is absent gives no value");
    }
    assert!(FIELDS.iter().any(|field| field.proof == Proof::Recorded));
}

#[test]
fn an_older_monitor_has_fewer_fields() {
    let events = heard(&record(0, 1, 2, 5_000, &[(1, phdb(0, 5_000, &heads(0)))]));
    assert!(value(&events, "ecg.imp_rr").is_some());
    assert!(value(&events, "svo2.svo2").is_none(), "level 3");
    assert_eq!(value(&events, "SpO2.SvO2").map(|(id, _)| id), Some("svo2".into()));
    let events = heard(&record(0, 1, 7, 5_000, &[(1, phdb(3, 5_000, &heads(3)))]));
    assert!(value(&events, "picco.cco").is_none(), "level 11");
    assert!(value(&events, "gasex.vo2").is_some());
}

#[test]
fn sites_name_pressures_and_temperatures() {
    let at = |label: u16| record(0, 1, 10, 5_000, &[(1, phdb(0, 5_000, &[(20, label), (90, 15)]))]);
    let events = heard(&at(1));
    assert_eq!(value(&events, "p1.sys"), Some(("art.sys".into(), Some("0.27".into()))));
    assert_eq!(value(&events, "t1.temp").map(|(id, _)| id), Some("temp.core".into()));
    // Staff move the transducer: the old name has no value any more.
    let mut rig = Rig::new(listener());
    rig.up(Line::MAIN);
    rig.bytes(Line::MAIN, &at(1));
    rig.take_heard();
    rig.bytes(Line::MAIN, &at(2));
    let events: Vec<Event> = rig.take_heard().into_iter().map(|heard| heard.event).collect();
    let said: Vec<_> = values(&events).into_iter().filter(|(of, _, _)| of == "p1.mean").collect();
    assert_eq!(said[0], ("p1.mean".into(), "art.mean".into(), None));
    assert_eq!(said[1], ("p1.mean".into(), "cvp.mean".into(), Some("0.31".into())));
}

#[test]
fn codes_are_no_values() {
    for (code, validity) in [
        (-32_767i16, None),
        (-32_766, None),
        (-32_764, Some(Validity::Underflow)),
        (-32_763, Some(Validity::Overflow)),
        (-32_762, Some(Validity::Invalid)),
        (-32_500, Some(Validity::Invalid)),
    ] {
        let mut sub = phdb(0, 5_000, &[(122, 0)]);
        sub[128..130].copy_from_slice(&code.to_le_bytes());
        let events = heard(&record(0, 1, 10, 5_000, &[(1, sub)]));
        let found = events.iter().find_map(|event| match event {
            Event::Numeric(numeric) if numeric.key.vendor.as_str() == "SpO2.SpO2" => {
                assert_eq!(numeric.reading.value(), None);
                Some(numeric.reading.validity())
            }
            _ => None,
        });
        assert_eq!(found, validity, "{code}");
    }
}

fn wave(count: u16, status: u16) -> Vec<u8> {
    let mut bytes = count.to_le_bytes().to_vec();
    bytes.extend(status.to_le_bytes());
    bytes.extend([0; 2]);
    (0..count).for_each(|sample| bytes.extend((sample as i16).to_le_bytes()));
    bytes
}

#[test]
fn every_type_of_wave_is_said_with_its_rate() {
    for kind in WAVES {
        let sub = |status| vec![(kind.kind, wave(kind.rate, status))];
        let mut wire = record(0, 1, 11, 999, &[(1, phdb(0, 999, &[(4, 0x1230), (136, 0)]))]);
        wire.extend(record(1, 0, 11, 1_000, &sub(0x0403)));
        wire.extend(record(1, 1, 11, 1_001, &sub(0x0402)));
        let events = heard(&wire);
        let chunks: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::Wave(chunk) => Some(chunk),
                _ => None,
            })
            .collect();
        assert_eq!(chunks.len(), 2, "{}", kind.name);
        assert_eq!(chunks[0].rate_hz().round(), f64::from(kind.rate), "{}", kind.name);
        assert_eq!(chunks[1].first, chunks[0].end(), "{}", kind.name);
    }
}

#[test]
fn an_unknown_wave_costs_only_itself() {
    let subs = [(99, wave(10, 2)), (8, wave(100, 2)), (4, vec![200, 0, 2, 0, 0, 0, 1, 0])];
    let events = heard(&record(1, 0, 11, 1_000, &subs));
    let waves = events.iter().filter(|event| matches!(event, Event::Wave(_))).count();
    let faults = events.iter().filter(|event| matches!(event, Event::Fault(_))).count();
    assert_eq!((waves, faults), (1, 2));
}

#[test]
fn twelve_leads_come_out_of_eight() {
    let mut sub = vec![0, 0, 1, 0, 0xFF, 1, 14, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0];
    for _ in 0..25 {
        let mut block = vec![0u8; 56];
        // I is 100, II is 300 counts of 4 µV.
        (block[0], block[6], block[7]) = (100, 44, 1);
        sub.extend(block);
    }
    let events = heard(&record(1, 0, 10, 1_000, &[(22, sub)]));
    let mut leads = Vec::new();
    for event in &events {
        if let Event::Wave(chunk) = event {
            assert_eq!((chunk.samples.len(), chunk.rate_hz().round()), (125, 500.0));
            let microvolt = chunk.scale.amount(chunk.samples[0]).expect("a scale") * 1_000.0;
            let lead = chunk.key.code.and_then(nomenclature::by_code).map_or("", |row| row.id);
            leads.push((lead, microvolt.round()));
        }
    }
    let first = [("w.ecg.I", 400.0), ("w.ecg.II", 1_200.0), ("w.ecg.III", 800.0)];
    let augmented = [("w.ecg.aVR", -800.0), ("w.ecg.aVL", -200.0), ("w.ecg.aVF", 1_000.0)];
    assert_eq!(leads[..6], [first, augmented].concat());
    assert_eq!(leads.len(), 12);
}

#[test]
fn sets_of_waves_in_records_of_their_own_run_side_by_side() {
    let leads = |gap: u8| {
        let mut sub = vec![25, 0, gap, 4, 0xFF, 1, 14, 0, 0, 0x80, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0];
        sub.extend([0; 25 * 56]);
        sub
    };
    let (mut wire, mut number) = (Vec::new(), 0u8);
    let mut say = |time, subs: &[(u8, Vec<u8>)]| {
        wire.extend(record(1, number, 11, time, subs));
        number += 1;
    };
    for second in 0..20u32 {
        let gap = u16::from(second == 0);
        say(1_000 + second, &[(8, wave(100, 0x0402 | gap)), (32, wave(100, 0x0402 | gap))]);
        say(1_000 + second, &[(23, wave(25, 0x0402 | gap))]);
        for part in 0..4 {
            say(1_000 + second, &[(22, leads(u8::from(second == 0 && part == 0) | 2))]);
        }
    }
    let events = heard(&wire);
    let run = |vendor: &str| -> (u64, u64, usize) {
        let chunks = events.iter().filter_map(|event| match event {
            Event::Wave(chunk) if chunk.key.vendor.as_str() == vendor => Some(chunk),
            _ => None,
        });
        let chunks: Vec<_> = chunks.collect();
        let torn = chunks.iter().filter(|chunk| chunk.before == vigie_model::Before::Gap).count();
        (chunks[0].first.0, chunks[chunks.len() - 1].end().0, torn)
    };
    for vendor in ["PLETH", "ENT_100", "VOL", "ECG12.I", "ECG12.V6"] {
        assert_eq!(run(vendor), (0, 60_000, 1), "{vendor}: 20 s in one piece");
    }
}

/// A record of alarms in the layout with enumerations of two bytes.
fn alarms(silence: u8, lines: &[(&str, u8)]) -> Vec<u8> {
    let mut sub = vec![0; 510];
    (sub[2], sub[8]) = (1, silence);
    for (index, (text, color)) in lines.iter().enumerate() {
        let at = 10 + 98 * index;
        sub[at..at + text.len()].copy_from_slice(text.as_bytes());
        (sub[at + 80], sub[at + 82]) = (1, *color);
    }
    record(4, 0, 10, 1_000, &[(1, sub)])
}

#[test]
fn each_alarm_record_is_a_complete_set() {
    let wire = [alarms(0, &[("ASYSTOLE", 3), ("SpO2 low", 2)]), alarms(6, &[("SpO2 low", 2)])];
    let mut rig = Rig::new(listener());
    rig.up(Line::MAIN);
    let mut sets = Vec::new();
    for wire in wire {
        rig.bytes(Line::MAIN, &wire);
        sets.extend(rig.take_heard().into_iter().filter_map(|heard| match heard.event {
            Event::Alarms(set) => Some(set),
            _ => None,
        }));
    }
    let texts = |index: usize| -> Vec<_> {
        let set: &vigie_model::AlarmSet = &sets[index];
        assert_eq!(set.truth, AlarmTruth::Complete);
        set.active.iter().map(|alarm| (alarm.text.to_string(), alarm.priority)).collect()
    };
    let low = ("SpO2 low".to_owned(), Priority::Medium);
    assert_eq!(texts(0), [("ASYSTOLE".to_owned(), Priority::High), low.clone()]);
    assert_eq!(texts(1), [low]);
    assert_eq!(sets[1].active[0].inactivation, Some(Inactivation::Paused));
    // Not asked for again, it is not known any more.
    rig.advance(std::time::Duration::from_secs(100));
    let doubt = rig.take_heard();
    assert!(
        matches!(&doubt[..], [heard] if matches!(&heard.event,
            Event::Alarms(set) if set.truth == AlarmTruth::Unknown)),
        "{doubt:?}"
    );
}

#[test]
fn status_bits_stand_in_for_a_list_that_does_not_come() {
    let mut sub = phdb(0, 1_000, &[(4, 0x1230)]);
    sub[4] = 0b111;
    let find = |events: Vec<Event>| {
        events.into_iter().find_map(|event| match event {
            Event::Alarms(set) => Some(set),
            _ => None,
        })
    };
    let set = find(heard(&record(0, 0, 10, 1_000, &[(1, sub.clone())]))).expect("a set");
    assert_eq!(set.truth, AlarmTruth::FromEdges);
    assert_eq!(set.active[0].text.as_str(), "Asystole (derived from status)");
    assert_eq!(set.active[0].priority, Priority::High);
    // Where the monitor sends its own list, that alone counts.
    let wire = [alarms(0, &[]), record(0, 0, 10, 1_000, &[(1, sub)])].concat();
    let set = find(heard(&wire)).expect("a set");
    assert_eq!((set.truth, set.active.len()), (AlarmTruth::Complete, 0));
}

#[test]
fn trends_are_taken_only_where_nothing_is_displayed() {
    let trend = |time| record(0, 0, 10, time, &[(3, phdb(0, time, &[(122, 0)]))]);
    let shown = |time| record(0, 0, 10, time, &[(1, phdb(0, time, &[(122, 0)]))]);
    assert_eq!(values(&heard(&trend(60))).len(), 3);
    let events = heard(&[shown(55), trend(60)].concat());
    assert_eq!(values(&events).len(), 3, "the displayed ones");
}

#[test]
fn auxiliary_information_dates_the_cuff() {
    let mut aux = vec![0; 114];
    aux[..4].copy_from_slice(&9_700u32.to_le_bytes());
    let cuff = record(0, 1, 10, 10_000, &[(1, phdb(0, 10_000, &[(76, 0x010B)]))]);
    let wire = [cuff.clone(), record(0, 2, 10, 10_000, &[(4, aux)]), cuff].concat();
    let events = heard(&wire);
    let ages: Vec<Measured> = events
        .iter()
        .filter_map(|event| match event {
            Event::Numeric(numeric) if numeric.key.vendor.as_str() == "nibp.sys" => {
                Some(numeric.measured)
            }
            _ => None,
        })
        .collect();
    let ago = Measured::Ago(std::time::Duration::from_secs(300));
    assert_eq!(ages, [Measured::Unknown, ago]);
}

#[test]
fn records_of_other_kinds_are_named_and_requests_are_nothing() {
    let events = heard(&record(8, 0, 10, 1_000, &[(1, vec![0; 20])]));
    assert!(matches!(&events[..], [Event::Fault(fault)] if fault.what.as_str().contains('8')));
    for main_type in [0, 1, 4] {
        assert_eq!(heard(&record(main_type, 0, 0, 0, &[(0, vec![0; 32])])), []);
    }
}

//! The clean recording, frame for frame, against what a program of another language reads there.

use std::collections::BTreeMap;

use vigie_ge_dri::map::FIELDS;
use vigie_ge_dri::wire::frame::{DeframeFault, emit_frame};
use vigie_ge_dri::wire::phdb::{DISPLAYED, Phdb};
use vigie_ge_dri::wire::record::{PHDB, Record, WAVE};
use vigie_ge_dri::wire::value::Value;
use vigie_ge_dri::wire::wave::WaveData;
use vigie_model::{
    AlarmTruth, Before, Cadence, Event, Measured, Numeric, Reading, Validity, nomenclature,
};
use vigie_session::Line;
use vigie_session::framing::FrameFault;
use vigie_session::testkit::{
    Rig, check_any_chunking, check_farewell, check_passive, check_reconnect, check_silence,
};

use crate::kit::{begin, clean, deframed, fixture, heard, listener};

#[test]
fn every_frame_but_the_last_is_a_record_and_comes_back_byte_for_byte() {
    let mut found = deframed(clean());
    let last = found.pop().expect("frames");
    assert!(matches!(last, Err(DeframeFault::Framing(FrameFault::Unfinished { .. }))), "{last:?}");
    assert_eq!(found.len(), 213);
    let mut wire = Vec::new();
    for record in &found {
        wire.extend(emit_frame(record.as_ref().expect("a record")));
    }
    assert_eq!(wire, clean()[..wire.len()]);
}

/// Values that the independent reading looks at.
const LOOKED_AT: [&str; 20] = [
    "ecg.hr",
    "ecg.imp_rr",
    "nibp.sys",
    "nibp.dia",
    "nibp.mean",
    "SpO2.SpO2",
    "SpO2.pr",
    "SpO2.ir_amp",
    "co2.et",
    "co2.fi",
    "co2.rr",
    "co2.amb_press",
    "o2.et",
    "o2.fi",
    "ecg_extra.hr_ecg",
    "ecg_extra.hr_max",
    "ecg_extra.hr_min",
    "ent.eeg_ent",
    "ent.emg_ent",
    "ent.bsr_ent",
];

fn physiological(bytes: &[u8], said: &mut Vec<String>) {
    let phdb = Phdb::parse(bytes).expect("a physiological record");
    for field in FIELDS.iter().filter(|field| field.class == phdb.class) {
        if !LOOKED_AT.contains(&field.vendor) || !phdb.group(field.group).is_active() {
            continue;
        }
        if let Value::Number(raw) = phdb.value(field.at) {
            said.push(format!("{} {raw}", field.vendor));
        }
    }
}

fn wave(kind: u8, bytes: &[u8]) -> String {
    let wave = WaveData::parse(bytes).expect("a wave");
    let samples: Vec<i64> = wave
        .samples()
        .map(|value| match value {
            Value::Number(raw) => i64::from(raw),
            other => panic!("{other:?}"),
        })
        .collect();
    let sum: i64 = samples.iter().sum();
    let (gap, first) = (u8::from(wave.has_gap()), samples[0]);
    format!("wave {kind} {} {gap} {sum} {first} {}", samples.len(), samples[samples.len() - 1])
}

#[test]
fn every_record_says_what_another_program_reads_in_it() {
    let expected = fixture("pycollect-2018-07-26-clean.expected.txt");
    let expected = String::from_utf8(expected).expect("text");
    let mut lines = expected.lines();
    let mut count = 0;
    for bytes in deframed(clean()).into_iter().filter_map(Result::ok) {
        let record = Record::parse(&bytes).expect("a record");
        let mut said = Vec::new();
        for sub in &record.subrecords {
            match (record.main_type, sub.kind) {
                (WAVE, kind) => said.push(wave(kind, sub.bytes)),
                (PHDB, DISPLAYED) => physiological(sub.bytes, &mut said),
                other => panic!("{other:?}"),
            }
        }
        let Record { main_type, number, level, time, .. } = record;
        let line = format!("{main_type} {number} {level} {time}: {}", said.join("; "));
        assert_eq!(Some(line.as_str()), lines.next(), "record {count}");
        count += 1;
    }
    assert_eq!((count, lines.next()), (213, None));
}

fn numerics(events: &[Event]) -> Vec<&Numeric> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Numeric(numeric) => Some(numeric),
            _ => None,
        })
        .collect()
}

#[test]
fn the_first_record_shows_what_the_monitor_showed() {
    let events = heard(begin(1));
    // Vendor's name, our id, unit, digits.
    let expected = [
        ("ecg.hr", "hr.ecg", "/min", "80"),
        ("ecg.st1", "ecg.st.II", "mm", "0.00"),
        ("ecg.imp_rr", "rr.imp", "/min", "15"),
        ("nibp.sys", "nibp.sys", "mm[Hg]", "93.00"),
        ("nibp.dia", "nibp.dia", "mm[Hg]", "48.00"),
        ("nibp.mean", "nibp.mean", "mm[Hg]", "69.00"),
        ("SpO2.SpO2", "spo2", "%", "96.65"),
        ("SpO2.pr", "pr.spo2", "/min", "83"),
        ("SpO2.ir_amp", "", "%", "3.77"),
        ("co2.et", "", "%", "4.87"),
        ("co2.fi", "", "%", "0.26"),
        ("co2.rr", "rr.co2", "/min", "15"),
        ("co2.amb_press", "", "mm[Hg]", "759.8"),
        ("o2.et", "eto2", "%", "76.00"),
        ("o2.fi", "fio2", "%", "80.00"),
        ("n2o.et", "n2o.et", "%", "0.00"),
        ("n2o.fi", "n2o.fi", "%", "0.00"),
        ("ecg_extra.hr_ecg", "", "/min", "80"),
        ("ecg_extra.hr_max", "", "/min", "82"),
        ("ecg_extra.hr_min", "", "/min", "71"),
        ("co2.et_mmhg", "etco2.pp", "mm[Hg]", "37.0"),
        ("co2.fi_mmhg", "fico2", "mm[Hg]", "2.0"),
        ("arrh_ecg.hr", "", "/min", "80"),
        ("ecg12.stII", "ecg.st.II", "mm", "0.00"),
        ("ent.eeg_ent", "", "1", "50"),
        ("ent.emg_ent", "", "1", "61"),
        ("ent.bsr_ent", "", "%", "0"),
    ];
    let found: Vec<_> = numerics(&events)
        .into_iter()
        .map(|numeric| {
            let id = numeric.key.code.and_then(nomenclature::by_code).map_or("", |row| row.id);
            let value = numeric.reading.value().expect("a number").to_string();
            assert_eq!(numeric.reading.validity(), Validity::Valid, "{}", numeric.key.vendor);
            (numeric.key.vendor.as_str(), id, numeric.unit.as_str(), value)
        })
        .collect();
    let found: Vec<_> = found.iter().map(|(a, b, c, d)| (*a, *b, *c, d.as_str())).collect();
    assert_eq!(found, expected);
    let hr = numerics(&events)[0];
    let time = hr.device_time.expect("the monitor's time").to_string();
    assert_eq!((time.as_str(), hr.measured), ("2018-07-26T17:06:05", Measured::Now));
}

#[test]
fn absent_and_inactive_groups_give_no_value_in_the_whole_recording() {
    // Temperatures 5 and 6, pressure variations and PiCCO hold zeros all the time, total MAC is 0
    // while no agent is measured; pressures and temperatures have modules and no sensors.
    let events = heard(clean());
    let allowed: Vec<&str> = vec![
        "ecg.",
        "ecg_extra.",
        "nibp.",
        "SpO2.",
        "co2.",
        "o2.",
        "n2o.",
        "arrh_ecg.",
        "ecg12.",
        "ent.",
    ];
    for numeric in numerics(&events) {
        let vendor = numeric.key.vendor.as_str();
        assert!(allowed.iter().any(|group| vendor.starts_with(group)), "{numeric:?}");
    }
    assert!(numerics(&events).len() > 2_000);
}

#[test]
fn cadence_is_learnt_and_the_old_cuff_pressure_has_no_age() {
    let events = heard(clean());
    let mut cadences: BTreeMap<&str, Cadence> = BTreeMap::new();
    for event in &events {
        if let Event::Stream(info) = event {
            cadences.insert(info.key.vendor.as_str(), info.cadence);
        }
    }
    let second = Cadence::Periodic(std::time::Duration::from_secs(1));
    assert_eq!([cadences["ecg.hr"], cadences["PLETH"], cadences["ENT_100"]], [second; 3]);
    assert_eq!(cadences["nibp.sys"], Cadence::Episodic { interval: None });
    let cuff =
        numerics(&events).into_iter().find(|numeric| numeric.key.vendor.as_str() == "nibp.sys");
    assert_eq!(cuff.map(|cuff| cuff.measured), Some(Measured::Unknown));
}

#[test]
fn waves_are_joined_from_the_first_to_the_last() {
    let events = heard(clean());
    for (vendor, begins) in [("PLETH", [-154, -157, -161, -164]), ("ENT_100", [130, 110, 110, 160])]
    {
        let chunks: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::Wave(chunk) if chunk.key.vendor.as_str() == vendor => Some(chunk),
                _ => None,
            })
            .collect();
        assert_eq!(chunks.len(), 106);
        assert_eq!(chunks[0].samples[..4], begins);
        assert_eq!((chunks[0].before, chunks[0].rate_hz().round()), (Before::Gap, 100.0));
        for pair in chunks.windows(2) {
            assert_eq!((pair[1].before, pair[1].first), (Before::Joined, pair[0].end()));
        }
        assert!(chunks.iter().all(|chunk| chunk.marks.is_empty()));
    }
}

#[test]
fn no_alarm_is_made_of_a_calm_recording() {
    let events = heard(clean());
    let sets: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Alarms(set) => Some(set),
            _ => None,
        })
        .collect();
    assert_eq!(sets.len(), 107);
    assert!(sets.iter().all(|set| set.truth == AlarmTruth::FromEdges));
    // The status of carbon dioxide is 0x107 in all of them: apnoea, with its alarm deactivated, while
    // the patient breathes 16 times a minute.
    assert!(sets.iter().all(|set| set.active.is_empty()));
    let faults = events.iter().filter(|event| matches!(event, Event::Fault(_))).count();
    assert_eq!(faults, 0);
    let rate = numerics(&events)[0];
    assert_eq!(rate.reading, Reading::of(vigie_model::Decimal::whole(80), Validity::Valid));
}

#[test]
fn a_recording_may_begin_anywhere() {
    let whole = heard(begin(20));
    for cut in [1, 2, 41, 700, 1_153, 1_170] {
        let part = heard(&begin(20)[cut..]);
        // The last frames are the same; the first one is lost and told.
        let waves = |events: &[Event]| {
            events.iter().filter(|event| matches!(event, Event::Wave(_))).count()
        };
        assert_eq!(waves(&part), waves(&whole), "cut at {cut}");
        let values = numerics(&part).len();
        assert!(values + 60 > numerics(&whole).len(), "cut at {cut}: {values}");
    }
}

#[test]
fn a_listener_stands_what_every_session_must_stand() {
    check_any_chunking(listener, begin(40), 1);
    check_silence(listener, begin(10));
    check_reconnect(listener, begin(12), 3);
    check_passive(listener, begin(6));
    assert_eq!(check_farewell(listener, begin(6)), []);
    let mut rig = Rig::new(listener());
    rig.up(Line::MAIN);
    rig.down(Line::MAIN);
    assert_eq!(rig.take_heard(), []);
}

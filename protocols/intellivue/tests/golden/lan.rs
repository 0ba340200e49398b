//! The recorded network session: an MP40-class monitor in demonstration mode, French, and a client
//! that associates four times, reads numbers, chooses waves, and asks for alarms at the end.

use std::time::Duration;

use vigie_model::{
    AlarmScope, AlarmTruth, Before, Cadence, Category, Decimal, DeviceMode, DeviceTime, Event,
    MdcCode, Measured, Nature, PatientCategory, PatientPresence, Scale, Text, Unit, Validity,
};
use vigie_session::testkit::Datagram;

use crate::heard::*;

fn hear() -> Vec<Event> {
    hear_network(&network())
}

#[test]
fn every_datagram_is_heard() {
    let events = hear();
    // 7 identities: 4 announcements and 4 polls of the MDS, each with the clock of the moment; one
    // poll shows the same second as the announcement before it. 52 numbers: 13 in each of 4 results. 185 blocks of waves. 21 streams: 13 numbers, 7 waves, and
    // pressure again when its label and unit arrive. Signs of life: the empty end of 3 linked
    // results, 4 repeated demographics, that poll, GET and SET, enumerations without values, 2 results of waves
    // without samples. Attributes that no document has: 4 in each of 3 beacons, 3 in each of 5
    // demographics, 1 in each of 4 results of numbers.
    assert_eq!(counts(&events), [7, 1, 52, 0, 185, 0, 1, 21, 1, 0, 13, 31]);
    let mut named: Vec<(String, u32)> = Vec::new();
    for fault in faults(&events) {
        match named.iter_mut().find(|(what, _)| fault.what.as_str() == what) {
            Some((_, count)) => *count += fault.count,
            None => named.push((fault.what.to_string(), fault.count)),
        }
    }
    named.sort();
    let expected = [
        ("attribute 0x0920 in class 0x0023", 3),
        ("attribute 0x0A1A in class 0x002A", 5),
        ("attribute 0xF136 in class 0x0023", 3),
        ("attribute 0xF15A in class 0x0023", 3),
        ("attribute 0xF237 in class 0x0006", 4),
        ("attribute 0xF27C in class 0x0023", 3),
        ("attribute 0xF2E2 in class 0x002A", 5),
        ("attribute 0xF2E3 in class 0x002A", 5),
    ];
    let expected = expected.map(|(what, count)| (what.to_owned(), count));
    assert_eq!(named, expected);
}

#[test]
fn the_monitor_and_its_patient() {
    let events = hear();
    let identities: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::Identity(info) = event { Some(info) } else { None })
        .collect();
    let first = identities[0];
    assert!(identities.iter().all(|info| info.key.0.as_str() == "intellivue:0009fb70d80b"));
    assert_eq!(first.model, Some(Text::from("M8000")));
    // From the beacon, which came before.
    assert_eq!(first.serial, Some(Text::from("DE82021892")));
    assert_eq!(first.software, Some(Text::from("G.01.80")));
    assert_eq!(first.bed_label, Some(Text::from("LeTemple_1")));
    let clock = |hour, minute, second| {
        Some(DeviceTime { year: 2017, month: 11, day: 4, hour, minute, second })
    };
    assert_eq!((first.clock, identities[6].clock), (clock(14, 44, 51), clock(14, 46, 0)));

    let patients: Vec<_> = events
        .iter()
        .filter_map(|event| if let Event::Patient(patient) = event { Some(patient) } else { None })
        .collect();
    // Offset 3200. Nobody, but adult and not paced as set; the context is the monitor's own number.
    assert_eq!(patients[0].presence, PatientPresence::Empty);
    assert_eq!(patients[0].category, Some(PatientCategory::Adult));
    assert_eq!(patients[0].context, Some(Text::from("0009fb70d80b1c217f4c")));
    assert_eq!(patients[0].paced, Some(false));
    let names = [&patients[0].id, &patients[0].family_name, &patients[0].given_name];
    assert_eq!((names, &patients[0].sex, &patients[0].born), ([&None; 3], &None, &None));
    assert!(events.contains(&Event::Mode(DeviceMode::Demo)));
}

#[test]
fn numbers_of_a_linked_result() {
    let events = hear();
    let periodic = Cadence::Periodic(Duration::from_millis(1_024));
    let episodic = Cadence::Episodic { interval: None };
    // Value and decimals, unit, label, digits on the monitor's screen, code, alarms off, cadence;
    // offset of the first one.
    let expected = [
        ("4A17", (91, 0), "mm[Hg]", "PAm", None, Some(150_039), false, periodic), // 13002
        ("4A15", (120, 0), "mm[Hg]", "PAs", None, Some(150_037), false, periodic), // 13012
        ("4A16", (70, 0), "mm[Hg]", "PAd", None, Some(150_038), false, periodic), // 13022
        ("480A", (60, 0), "/min", "Pouls", None, Some(149_514), true, periodic),  // 13106
        ("4A05", (120, 0), "mm[Hg]", "PBs", None, Some(150_021), false, episodic), // 13220
        ("4A06", (80, 0), "mm[Hg]", "PBd", None, Some(150_022), false, episodic), // 13230
        ("4A07", (90, 0), "mm[Hg]", "PBm", None, Some(150_023), false, episodic), // 13240
        ("F0E5", (60, 0), "/min", "Pouls", Some(0), None, false, episodic),       // 13458
        ("4182", (60, 0), "/min", "FC", None, Some(147_842), false, periodic),    // 13542
        ("500A", (15, 0), "/min", "FR", None, Some(151_562), true, periodic),     // 13626
        ("4BB8", (950, -1), "%", "SpO₂", Some(0), Some(150_456), false, periodic), // 13968
        ("4822", (60, 0), "/min", "Pouls", None, Some(149_538), true, periodic),  // 14052
        ("4BB0", (100, -1), "1", "Perf", Some(1), Some(150_448), false, periodic), // 14142
    ];
    let streams = streams(&events);
    for (at, expected) in expected.into_iter().enumerate() {
        let (vendor, (mantissa, exponent), unit, label, digits, code, off, cadence) = expected;
        let stream = streams[at];
        assert_eq!(stream.key.vendor.as_str(), vendor);
        assert_eq!((stream.key.code, stream.key.instance), (code.map(MdcCode), 0));
        assert_eq!(stream.label, Some(Text::from(label)));
        assert_eq!((stream.digits, stream.cadence), (digits, cadence), "{vendor}");
        assert_eq!((&stream.unit, stream.category), (&Unit::ucum(unit), Category::Measured));
        let numerics = numerics(&events, vendor);
        assert_eq!(numerics.len(), 4);
        for numeric in numerics {
            assert_eq!(numeric.key, stream.key);
            assert_eq!(numeric.reading.value(), Some(Decimal::new(mantissa, exponent)));
            assert_eq!(numeric.reading.validity(), Validity::Valid);
            assert_eq!((numeric.in_alarm, numeric.alarms_off), (false, off));
            assert_eq!(numeric.nature, Nature::Demo);
        }
    }
}

#[test]
fn the_cuff_was_inflated_a_minute_ago() {
    let events = hear();
    // 0990 says 14:45:00; by the pair 14:46:00 at 0D613300, the results are of 14:46:02, :03, :04
    // and :25 (ticks 0D617300, 0D619300, 0D61B300, 0D645300).
    let stamp = DeviceTime { year: 2017, month: 11, day: 4, hour: 14, minute: 45, second: 0 };
    for vendor in ["4A05", "F0E5"] {
        let numerics = numerics(&events, vendor);
        let ages: Vec<Measured> = numerics.iter().map(|numeric| numeric.measured).collect();
        assert_eq!(ages, [62, 63, 64, 85].map(|age| Measured::Ago(Duration::from_secs(age))));
        assert!(numerics.iter().all(|numeric| numeric.device_time == Some(stamp)));
    }
}

#[test]
fn waves_with_their_scales() {
    let events = hear();
    // Blocks, samples of one, tick of the first block, sum, lowest, highest, how many blocks came
    // before the scale did.
    let expected = [
        ("0101", 26, 128, 224_514_048_u64, 27_296_069_i64, 8_198, 8_252, 0),
        ("0102", 27, 64, 224_512_000, 14_145_231, 8_166, 8_344, 0),
        ("0143", 27, 64, 224_512_000, 14_144_396, 8_177, 8_245, 0),
        ("013E", 27, 64, 224_512_000, 14_148_700, 8_084, 8_199, 0),
        ("4A14", 26, 32, 224_514_048, 1_885_146, 1_920, 2_724, 6),
        ("4BB4", 26, 32, 224_514_048, 1_718_972, 1_030, 3_066, 3),
        ("5000", 26, 16, 224_514_048, 577_488, 781, 2_417, 10),
    ];
    for (vendor, blocks, samples, first, sum, lowest, highest, unscaled) in expected {
        let chunks = waves(&events, vendor);
        assert_eq!(chunks.len(), blocks, "{vendor}");
        let all: Vec<i32> = chunks.iter().flat_map(|chunk| chunk.samples.iter().copied()).collect();
        assert_eq!(all.len(), blocks * samples);
        assert_eq!(all.iter().copied().map(i64::from).sum::<i64>(), sum);
        assert_eq!((all.iter().min(), all.iter().max()), (Some(&lowest), Some(&highest)));
        for (at, chunk) in chunks.iter().enumerate() {
            assert_eq!(chunk.first.0, (1 << 32) + first + 2_048 * at as u64);
            assert_eq!(chunk.step as usize * samples, 2_048);
            assert_eq!(chunk.before, if at == 0 { Before::Gap } else { Before::Joined });
            assert_eq!(chunk.marks, []);
            assert_eq!(chunk.scale == Scale::Unknown, at < unscaled, "{vendor} {at}");
        }
    }
}

#[test]
fn samples_are_millivolt_and_millimetres_of_mercury() {
    let events = hear();
    let near = |found: Option<f64>, expected: f64| {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    };
    // −40.96 to 40.955 mV over 0 to 3FFF: 5 µV a step. First sample of lead I: 2008 at 20416.
    for vendor in ["0101", "0102", "0143", "013E"] {
        let chunk = waves(&events, vendor)[0];
        assert_eq!(chunk.unit, Unit::ucum("mV"));
        near(chunk.scale.amount(0x2008), 0.04);
        near(chunk.scale.amount(0x2000), 0.0);
    }
    // −40 to 520 mmHg over 00A0 to 23A0: 16 steps a mmHg.
    let pressure = waves(&events, "4A14");
    assert_eq!(pressure[0].unit, Unit::AsSent(Text::from("")));
    assert_eq!(pressure[25].unit, Unit::ucum("mm[Hg]"));
    near(pressure[25].scale.amount(0x0A55), 115.3125);
    let Scale::Physical { low, high, .. } = pressure[25].scale else { panic!() };
    assert_eq!((low, high), (-40.0, 520.0));
    // −0.6 to 1.9 Ω over 0 to 0FFF.
    let resp = waves(&events, "5000")[25];
    assert_eq!(resp.unit, Unit::ucum("Ohm"));
    near(resp.scale.amount(0x0FFF), 1.9);
    // No absolute scale.
    let pleth = waves(&events, "4BB4")[25];
    assert_eq!(pleth.scale, Scale::Relative { low: 0, high: 0x0FFF });
    assert_eq!(pleth.unit, Unit::one());
}

#[test]
fn waves_are_named_by_the_monitor_and_leads_by_themselves() {
    let events = hear();
    let label = |vendor: &str| {
        let told =
            streams(&events).into_iter().rfind(|stream| stream.key.vendor.as_str() == vendor);
        told.and_then(|stream| stream.label.clone()).unwrap().to_string()
    };
    let vendors = ["0101", "0102", "0143", "013E", "4A14", "4BB4", "5000"];
    assert_eq!(vendors.map(label), ["I", "II", "V", "aVR", "PA", "Pleth", "Resp"]);
}

#[test]
fn the_only_alarm_result_is_empty_and_complete() {
    let events = hear();
    let sets = alarm_sets(&events);
    assert_eq!(sets.len(), 1); // at 49108
    assert_eq!((sets[0].scope, sets[0].truth), (AlarmScope::All, AlarmTruth::Complete));
    assert!(sets[0].active.is_empty());
}

#[test]
fn what_a_client_sends_is_no_value() {
    let (monitor, client): (Vec<Datagram>, Vec<Datagram>) = network()
        .into_iter()
        .partition(|datagram| [24_005, 24_105].contains(&datagram.from.unwrap().port()));
    assert_eq!(hear_network(&client), []);
    assert_eq!(hear_network(&monitor), hear());
    // The monitor's bytes from the client's port: named, and nothing taken from them.
    let from = client[0].from;
    let forged: Vec<Datagram> =
        monitor.into_iter().map(|datagram| Datagram { from, ..datagram }).collect();
    let events = hear_network(&forged);
    assert!(events.iter().all(|event| matches!(event, Event::Fault(_))));
    assert_eq!(events.len(), forged.len());
}

#[test]
fn doubled_datagrams_say_everything_once_and_in_the_same_order() {
    let doubled: Vec<Datagram> =
        network().into_iter().flat_map(|datagram| [datagram.clone(), datagram]).collect();
    let said = |events: Vec<Event>| -> Vec<Event> {
        events.into_iter().filter(|event| !matches!(event, Event::Fault(_))).collect()
    };
    assert_eq!(said(hear_network(&doubled)), said(hear()));
    // The numbers at the end of the recording, over and over: nothing is heard any more.
    let is_of_monitor = |datagram: &&Datagram| datagram.from.unwrap().port() == 24_105;
    let mut stuck = network();
    let last: Vec<Datagram> = stuck.iter().rev().filter(is_of_monitor).take(15).cloned().collect();
    stuck.extend((0..100).flat_map(|_| last.iter().rev().cloned()));
    assert_eq!(said(hear_network(&stuck)), said(hear()));
}

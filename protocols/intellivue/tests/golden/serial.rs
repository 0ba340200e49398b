//! The three recorded serial lines: numbers, waves, identity, streams.

use std::time::Duration;

use vigie_model::{
    Before, Cadence, Category, Decimal, DeviceInfo, DeviceKey, DeviceMode, DeviceTime, Event,
    Fault, FaultKind, MdcCode, Measured, Nature, Numeric, Scale, Text, Timebase, Unit, Validity,
};

use crate::heard::*;
use crate::recorded::SERIAL;

/// All events of a recorded line, 0 to 2 for 1A, 1B, 1D.
fn hear(line: usize) -> Vec<Event> {
    hear_serial(&wire_frames(SERIAL[line].0).concat())
}

#[test]
fn every_frame_is_heard() {
    // Frames: MDS create, reply to a SET, and of each cycle one result of numerics, one of alarms and
    // four of waves, the first of which is empty. 8 numbers in a result of numerics; two waves in a
    // result of waves. The reply and the empty result leave only a sign of life. Each result of
    // numerics has one attribute that is in no document.
    for (line, results, wave_results) in [(0, 238, 948), (1, 236, 940), (2, 234, 932)] {
        assert_eq!(SERIAL[line].1, 2 + 2 * results + wave_results);
        let events = hear(line);
        let blocks = 2 * (wave_results - 1);
        let expected = [1, 0, 8 * results, 0, blocks, 0, results, 10, 1, 0, 2, results];
        assert_eq!(counts(&events), expected, "{}", SERIAL[line].0);
        let unknown = Fault {
            kind: FaultKind::Unknown,
            what: Text::from("attribute 0xF237 in class 0x0006"),
            count: 1,
        };
        assert!(faults(&events).into_iter().all(|fault| *fault == unknown));
    }
}

#[test]
fn the_monitor_says_who_it_is() {
    // Offsets 27 to 292 of each file; the clock is attribute 0987.
    for (line, hour, minute, second) in [(0, 12, 57, 1), (1, 13, 8, 2), (2, 13, 38, 38)] {
        let events = hear(line);
        let clock = DeviceTime { year: 2015, month: 9, day: 7, hour, minute, second };
        let text = |text: &str| Some(Text::from(text));
        let identity = DeviceInfo {
            key: DeviceKey(Text::from("intellivue:0009fb09c9da")),
            family: Text::from("intellivue"),
            manufacturer: text("Philips"),
            model: text("M8000"),
            serial: None,
            software: None,
            bed_label: text("PERSEUS MP90"),
            clock: Some(clock),
        };
        assert_eq!(events[0], Event::Identity(identity));
        assert!(events.contains(&Event::Mode(DeviceMode::Normal)));
    }
}

#[test]
fn streams_are_told_once_each() {
    let ecg = Cadence::Periodic(Duration::from_millis(1_024));
    let episodic = Cadence::Episodic { interval: None };
    let expected = [
        ("4A05", Some(150_021), "NBPs", "mm[Hg]", episodic),
        ("4A06", Some(150_022), "NBPd", "mm[Hg]", episodic),
        ("4A07", Some(150_023), "NBPm", "mm[Hg]", episodic),
        ("4182", Some(147_842), "HR", "/min", ecg),
        ("0301", Some(131_841), "ST-I", "mm", ecg),
        ("4261", Some(148_065), "PVC", "/min", ecg),
        ("4BB8", Some(150_456), "SpO₂", "%", ecg),
        ("4BB0", Some(150_448), "Perf", "1", ecg),
        ("0101", Some(131_329), "I", "mV", ecg),
        ("4BB4", Some(150_452), "Pleth", "1", ecg),
    ];
    for line in 0..3 {
        let events = hear(line);
        let streams = streams(&events);
        assert_eq!(streams.len(), expected.len());
        for (stream, (vendor, code, label, unit, cadence)) in streams.into_iter().zip(expected) {
            assert_eq!(stream.key.vendor.as_str(), vendor);
            assert_eq!((stream.key.code, stream.key.instance), (code.map(MdcCode), 0));
            assert_eq!(stream.label, Some(Text::from(label)));
            assert_eq!(stream.unit, Unit::ucum(unit));
            assert_eq!((stream.digits, stream.category), (None, Category::Measured));
            assert_eq!(stream.cadence, cadence, "{vendor}");
        }
    }
}

/// A run of equal readings: mantissa and exponent, measurement state, how often.
type Run = (Option<(i64, i8)>, u16, usize);

/// Checks all readings of a stream against the measurement states that were sent.
fn check_runs(events: &[Event], vendor: &str, runs: &[Run]) {
    let numerics = numerics(events, vendor);
    assert_eq!(numerics.len(), runs.iter().map(|run| run.2).sum::<usize>());
    let mut rest = numerics.as_slice();
    for (value, state, count) in runs {
        let (run, after) = rest.split_at(*count);
        rest = after;
        for numeric in run {
            let value = value.map(|(mantissa, exponent)| Decimal::new(mantissa, exponent));
            assert_eq!(numeric.reading.value(), value, "{vendor}");
            let validity = match state & 0xA000 {
                0x8000 => Validity::Invalid,
                0x2000 => Validity::NotAvailable,
                _ => Validity::Valid,
            };
            assert_eq!(numeric.reading.validity(), validity);
            assert_eq!(numeric.in_alarm, state & 0x0002 != 0);
            assert_eq!(numeric.alarms_off, state & 0x0001 != 0);
            assert_eq!(numeric.nature, Nature::Real);
        }
    }
}

#[test]
fn oxygen_saturation() {
    // First values at offset 617 of each file.
    let a = [
        (Some((1000, -1)), 0x0000, 210),
        (Some((996, -1)), 0x0000, 1),  // 455537
        (Some((990, -1)), 0x0000, 3),  // 457713
        (Some((991, -1)), 0x0000, 4),  // 464241
        (Some((990, -1)), 0x0000, 20), // 472945
    ];
    check_runs(&hear(0), "4BB8", &a);
    let b = [
        (Some((863, -1)), 0x0002, 1),
        (Some((862, -1)), 0x0002, 5),  // 1243
        (Some((861, -1)), 0x0002, 15), // 12041
        (Some((862, -1)), 0x0002, 10), // 45701
        (Some((861, -1)), 0x0002, 16), // 68141
        (Some((862, -1)), 0x0002, 5),  // 104045
        (Some((861, -1)), 0x0002, 8),  // 115265
        (Some((862, -1)), 0x0002, 3),  // 133217
        (Some((863, -1)), 0x0002, 7),  // 139949
        (Some((862, -1)), 0x0002, 15), // 155657
        (Some((863, -1)), 0x0002, 8),  // 189317
        (Some((862, -1)), 0x0002, 40), // 207269
        (Some((863, -1)), 0x0002, 46), // 297029
        (Some((864, -1)), 0x0002, 4),  // 400253
        (Some((863, -1)), 0x0002, 8),  // 409229
        (Some((864, -1)), 0x0002, 10), // 427181
        (Some((865, -1)), 0x0002, 2),  // 449621
        (Some((864, -1)), 0x0002, 14), // 454109
        (Some((865, -1)), 0x0002, 16), // 485525
        (Some((866, -1)), 0x0002, 3),  // 521429
    ];
    check_runs(&hear(1), "4BB8", &b);
    // Non-pulsatile, then sensor off: 90 results with 8000, 11 with 2000.
    let d = [
        (Some((1000, -1)), 0x0000, 37),
        (None, 0x8000, 89),            // 84121
        (None, 0x2000, 7),             // 295805
        (None, 0x8000, 1),             // 312465
        (None, 0x2000, 4),             // 314845
        (Some((990, -1)), 0x0000, 8),  // 324365
        (Some((991, -1)), 0x0000, 5),  // 342997
        (Some((990, -1)), 0x0000, 2),  // 354557
        (Some((989, -1)), 0x0000, 8),  // 359181
        (Some((990, -1)), 0x0000, 8),  // 377677
        (Some((989, -1)), 0x0000, 7),  // 396173
        (Some((990, -1)), 0x0000, 5),  // 412357
        (Some((989, -1)), 0x0000, 2),  // 423917
        (Some((988, -1)), 0x0000, 12), // 428541
        (Some((989, -1)), 0x0000, 12), // 456285
        (Some((988, -1)), 0x0000, 22), // 484029
        (Some((989, -1)), 0x0000, 5),  // 534893
    ];
    check_runs(&hear(2), "4BB8", &d);
}

#[test]
fn heart_rate_st_and_premature_beats() {
    // First values at offsets 527, 557 and 591 of each file.
    let st_b = [
        (Some((-2, -1)), 0x0001, 7),
        (Some((-3, -1)), 0x0001, 16),  // 14225
        (Some((-2, -1)), 0x0001, 213), // 50129
    ];
    let a = hear(0);
    check_runs(&a, "4182", &[(Some((80, 0)), 0x0000, 238)]);
    check_runs(&a, "0301", &[(Some((-2, -1)), 0x0001, 238)]);
    check_runs(&a, "4261", &[(Some((0, 0)), 0x0000, 238)]);
    let b = hear(1);
    check_runs(&b, "4182", &[(Some((80, 0)), 0x0000, 236)]);
    check_runs(&b, "0301", &st_b);
    check_runs(&b, "4261", &[(Some((0, 0)), 0x0000, 236)]);
    let d = hear(2);
    check_runs(&d, "4182", &[(Some((140, 0)), 0x0000, 234)]);
    check_runs(&d, "0301", &[(None, 0x8001, 234)]);
    // The rate of premature beats changes all the time: 138 to 142, in alarm throughout.
    let beats = numerics(&d, "4261");
    let values: Vec<i64> =
        beats.iter().map(|beat| beat.reading.value().unwrap().mantissa()).collect();
    assert_eq!((values.len(), values.iter().sum::<i64>()), (234, 32_806));
    assert_eq!((values.iter().min(), values.iter().max()), (Some(&138), Some(&142)));
    assert!(beats.iter().all(|beat| beat.in_alarm && !beat.alarms_off));
}

#[test]
fn perfusion_keeps_the_digits_it_was_sent_with() {
    // How many values have one decimal and how many have two, and the sums of their digits.
    for (line, expected) in [
        (0, [(222, 1_610), (16, 239)]),
        (1, [(236, 6_610), (0, 0)]),
        (2, [(115, 2_410), (18, 254)]),
    ] {
        let events = hear(line);
        let values = numerics(&events, "4BB0").into_iter().filter_map(|n| n.reading.value());
        let values: Vec<Decimal> = values.collect();
        let of = |exponent: i8| {
            let digits = values.iter().filter(|value| value.exponent() == exponent);
            (digits.clone().count(), digits.map(|value| value.mantissa()).sum::<i64>())
        };
        assert_eq!([of(-1), of(-2)], expected);
    }
}

#[test]
fn numbers_lie_8192_ticks_apart() {
    for (line, first) in [(0, 13_118_464_u64), (1, 18_410_496), (2, 33_090_560)] {
        let events = hear(line);
        let rates = numerics(&events, "4182");
        let tick = |numeric: &&Numeric| numeric.tick.unwrap().1.0;
        // The session counts one wrap of 32 bits ahead.
        assert_eq!(tick(&rates[0]) - (1 << 32), first);
        assert!(rates.windows(2).all(|pair| tick(&pair[1]) - tick(&pair[0]) == 8_192));
        let base = Timebase { id: 0, tick_ns: 125_000 };
        assert!(rates.iter().all(|rate| rate.tick.unwrap().0 == base));
        assert!(rates.iter().all(|rate| rate.measured == Measured::Now));
    }
}

#[test]
fn a_stamp_tells_when_a_value_was_computed() {
    // Sum of the ages of ST in ticks, by attribute 0991; in 1D it has no value.
    for (line, st) in [(0, 17_055_744_u64), (1, 16_851_968), (2, 0)] {
        let events = hear(line);
        let (rates, sts) = (numerics(&events, "4182"), numerics(&events, "0301"));
        let tick = |numeric: &Numeric| numeric.tick.unwrap().1.0;
        let ages = rates.iter().zip(&sts).map(|(rate, st)| tick(rate) - tick(st));
        assert_eq!(ages.sum::<u64>(), st);
        // Computed every 12 s or so, and current all the while.
        assert!(sts.iter().all(|st| st.measured == Measured::Now));
    }
}

#[test]
fn a_cuff_that_never_was_inflated_has_no_value_and_no_age() {
    // Attribute 0990 says 2015-09-04 14:46:39, three days before, and state 2000.
    for (line, results) in [(0, 238), (1, 236), (2, 234)] {
        let events = hear(line);
        for vendor in ["4A05", "4A06", "4A07"] {
            let cuff = numerics(&events, vendor);
            assert_eq!(cuff.len(), results);
            for value in cuff {
                assert_eq!(value.reading.validity(), Validity::NotAvailable);
                assert_eq!((value.measured, value.device_time), (Measured::Now, None));
            }
        }
    }
}

/// One wave of one line: number of blocks, lowest, highest, sum of all samples, tick of the first
/// block, first and last three samples.
type Wave = (usize, i32, i32, i64, u64, [i32; 3], [i32; 3]);

#[test]
fn waves_have_every_sample_in_its_place() {
    let ecg: [Wave; 3] = [
        (947, 8_149, 8_298, 992_357_654, 13_117_440, [8_182, 8_180, 8_179], [8_179, 8_180, 8_180]),
        (939, 8_150, 8_297, 983_982_369, 18_409_472, [8_195, 8_195, 8_195], [8_275, 8_284, 8_291]),
        (931, 8_081, 8_395, 975_595_521, 33_089_536, [8_201, 8_201, 8_201], [8_113, 8_111, 8_110]),
    ];
    let pleth: [Wave; 3] = [
        (947, 0, 4_094, 58_245_464, 13_117_440, [2_041, 2_168, 2_294], [2_106, 2_102, 2_098]),
        (939, 0, 3_414, 54_913_798, 18_409_472, [2_282, 2_410, 2_528], [1_056, 1_070, 1_088]),
        (931, 0, 4_094, 59_047_626, 33_089_536, [2_077, 2_071, 2_068], [1_529, 1_412, 1_302]),
    ];
    for line in 0..3 {
        let events = hear(line);
        check_wave(&events, "0101", (128, 16, 500.0), ecg[line]);
        check_wave(&events, "4BB4", (32, 64, 125.0), pleth[line]);
    }
}

fn check_wave(events: &[Event], vendor: &str, shape: (usize, u32, f64), wave: Wave) {
    let (samples, step, rate_hz) = shape;
    let (blocks, lowest, highest, sum, first, head, tail) = wave;
    let chunks = waves(events, vendor);
    assert_eq!(chunks.len(), blocks, "{vendor}");
    let all: Vec<i32> = chunks.iter().flat_map(|chunk| chunk.samples.iter().copied()).collect();
    assert_eq!(all.len(), blocks * samples);
    assert_eq!((all.iter().min(), all.iter().max()), (Some(&lowest), Some(&highest)));
    assert_eq!(all.iter().copied().map(i64::from).sum::<i64>(), sum);
    assert_eq!((&all[..3], &all[all.len() - 3..]), (&head[..], &tail[..]));
    for (at, chunk) in chunks.iter().enumerate() {
        assert_eq!((chunk.samples.len(), chunk.step), (samples, step));
        assert_eq!(chunk.rate_hz(), rate_hz);
        assert_eq!(chunk.first.0, (1 << 32) + first + 2_048 * at as u64);
        assert_eq!(chunk.before, if at == 0 { Before::Gap } else { Before::Joined });
        // Nobody polled what describes the waves.
        assert_eq!(chunk.scale, Scale::Unknown);
        assert_eq!(chunk.marks, []);
    }
}

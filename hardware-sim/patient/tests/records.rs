//! Recorded patients: the files are read as their makers meant them, and numbers agree with waves.

mod common;

use common::{Run, feet, peaks, per_minute};
use vigie_sim_patient::script::PatientAct;
use vigie_sim_patient::{Finding, Patient, Signal, Vital, record};

fn play(name: &str, seconds: f64) -> Run {
    let mut patient = Patient::new(1);
    patient.apply(&PatientAct::Record { name: name.to_owned() });
    Run::of(&mut patient, seconds)
}

/// The reader verifies length, first values and checksums, which the header states.
#[test]
fn all_records_are_as_their_headers_say() {
    let mut signals = Vec::new();
    for name in record::names() {
        let record = record::read(name).unwrap().unwrap();
        assert_eq!(record.name, name);
        for signal in record.signals {
            signals.push((name, signal.name, signal.rate, signal.digital.len()));
        }
    }
    let expected = [
        ("v102s", "II", 250.0, 75_000),
        ("v102s", "V", 250.0, 75_000),
        ("v102s", "PLETH", 250.0, 75_000),
        ("v102s", "RESP", 250.0, 75_000),
        ("03700181", "MCL1", 500.0, 300_000),
        ("03700181", "ABP", 125.0, 75_000),
        ("03700181", "RESP", 125.0, 75_000),
        ("3234460_0018", "II", 125.0, 93_975),
        ("3234460_0018", "V", 125.0, 93_975),
        ("3234460_0018", "ABP", 125.0, 93_975),
    ];
    let expected =
        expected.map(|(name, signal, rate, count)| (name, signal.to_owned(), rate, count));
    assert_eq!(signals, expected);
}

/// `records/README.md` tells how another reader made these values.
#[test]
fn samples_are_those_that_another_reader_reads() {
    let mut rows = 0;
    for row in include_str!("../records/expected.csv").lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let [name, signal, index, digital, physical] = fields[..] else { panic!("{row}") };
        let record = record::read(name).unwrap().unwrap();
        let signal = record.signals.iter().find(|one| one.name == signal).unwrap();
        let index: usize = index.parse().unwrap();
        let amount = signal.amounts()[index];
        if physical.is_empty() {
            assert_eq!((signal.digital[index], amount.is_nan()), (None, true), "{row}");
        } else {
            let physical: f32 = physical.parse().unwrap();
            assert_eq!(signal.digital[index], Some(digital.parse().unwrap()), "{row}");
            assert!((amount - physical).abs() < 1e-5, "{row}: {amount}");
        }
        rows += 1;
    }
    assert_eq!(rows, 70);
}

const HEADER: &str =
    "r 2 250 4\nr.dat 16 100(5)/mV 12 0 1 10 0 II\nr.dat 16 0 12 7 -1 -10 0 two words\n";

fn bytes() -> Vec<u8> {
    [1i16, -1, 2, -2, 3, -3, 4, -4].iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

#[test]
fn damage_is_named() {
    let read = |header: &str, bytes: &[u8]| record::wfdb::Record::read(header, bytes);
    let good = read(HEADER, &bytes()).unwrap();
    assert_eq!(good.signals[0].amounts(), [-0.04, -0.03, -0.02, -0.01]);
    let other = &good.signals[1];
    assert_eq!((other.gain, other.baseline, other.name.as_str()), (200.0, 7, "two words"));
    let said = |header: &str, bytes: &[u8]| read(header, bytes).unwrap_err().to_string();
    let mut changed = bytes();
    changed[8] ^= 1;
    assert_eq!(said(HEADER, &changed), "signal 0 has the checksum 9, its header states 10");
    changed[0] ^= 1;
    assert_eq!(said(HEADER, &changed), "signal 0 does not begin with the value its header states");
    assert_eq!(said(HEADER, &changed[1..]), "the header's frames need 16 bytes, the file has 15");
    assert_eq!(
        said(&HEADER.replace(" 16 ", " 61 "), &changed),
        "format 61 is not known; 16, 80 and 212 are"
    );
    assert_eq!(said("r 2 250 4\nr.dat 16", &[]), "header line 2: no valid gain");
    assert_eq!(said("", &[]), "header line 1: no valid record line");
    assert_eq!(said("r 1 0 4\n", &[]), "header line 1: no valid frequency and number of signals");
    assert_eq!(
        said("r 9999 250 4\n", &[]),
        "header line 1: no valid frequency and number of signals"
    );
    let huge = HEADER.replace("250 4", "250 99999999999999");
    assert!(said(&huge, &bytes()).starts_with("the header's frames need"));
    assert_eq!(
        said(&HEADER.replacen("r.dat", "s.dat", 1), &bytes()),
        "the signals stand in several files or formats"
    );
}

#[test]
fn skew_and_missing_samples_are_taken_out() {
    let header = "r 2 1 4\nr.dat 80 1 8 0 1 10 0 a\nr.dat 80:1 1 8 0 -1 117 0 b\n";
    // b is a frame late, and its second sample is missing.
    let bytes = [1i16, -1, 2, 50, 3, -128, 4, 60 + 136 - 60];
    let bytes: Vec<u8> = bytes.iter().map(|sample| (sample + 128) as u8).collect();
    let read = record::wfdb::Record::read(header, &bytes);
    // 136 does not fit: it came round to -120, and the sum tells.
    assert_eq!(
        read.unwrap_err().to_string(),
        "signal 1 has the checksum -199, its header states 117"
    );
    let header = header.replace("117", "-199");
    let record = record::wfdb::Record::read(&header, &bytes).unwrap();
    assert_eq!(record.signals[0].digital, [Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(record.signals[1].digital, [Some(50), None, Some(-120), None]);
}

#[test]
fn a_sensor_that_a_recording_does_not_have_is_absent() {
    let cases: [(&str, &[Signal], &[Vital]); 3] = [
        (
            "v102s",
            &[Signal::EcgII, Signal::EcgV, Signal::Pleth, Signal::Resp],
            &[
                Vital::HeartRate,
                Vital::PulseRate,
                Vital::SpO2,
                Vital::Perfusion,
                Vital::RespRate,
                Vital::Temp,
                Vital::Pvc,
                Vital::StII,
            ],
        ),
        (
            "03700181",
            &[Signal::EcgV, Signal::Abp, Signal::Resp],
            &[
                Vital::HeartRate,
                Vital::AbpSystolic,
                Vital::AbpDiastolic,
                Vital::AbpMean,
                Vital::NbpSystolic,
                Vital::NbpDiastolic,
                Vital::NbpMean,
                Vital::RespRate,
                Vital::Temp,
                Vital::Pvc,
            ],
        ),
        (
            "3234460_0018",
            &[Signal::EcgII, Signal::EcgV, Signal::Abp],
            &[
                Vital::HeartRate,
                Vital::AbpSystolic,
                Vital::AbpDiastolic,
                Vital::AbpMean,
                Vital::NbpSystolic,
                Vital::NbpDiastolic,
                Vital::NbpMean,
                Vital::Temp,
                Vital::Pvc,
                Vital::StII,
            ],
        ),
    ];
    for (name, signals, vitals) in cases {
        let mut patient = Patient::new(2);
        patient.apply(&PatientAct::Record { name: name.to_owned() });
        let block = patient.next_block();
        let told: Vec<Signal> = block.traces.iter().map(|trace| trace.signal).collect();
        assert_eq!(told, signals, "{name}");
        let told: Vec<Vital> = block.vitals.values.iter().map(|(vital, _)| *vital).collect();
        assert_eq!(told, vitals, "{name}");
    }
}

/// `wfdb.processing.xqrs_detect` of the Python package finds 521 beats in v102s (104.3 a minute, its
/// samples unfolded as we do) and 500 in the first 250 s of 03700181 (121.3 a minute).
#[test]
fn beats_counted_in_the_wave_are_the_rate_told() {
    for (name, signal, turned, usual) in
        [("v102s", Signal::EcgII, false, 104.3), ("03700181", Signal::EcgV, true, 121.3)]
    {
        let run = play(name, 120.0);
        let wave = run.wave(signal);
        let wave: Vec<f32> = wave.iter().map(|mv| if turned { -mv } else { *mv }).collect();
        let (mut checked, mut off) = (0, Vec::new());
        for end in (20..110).step_by(5) {
            let part = &wave[(end - 15) * 500..(end + 1) * 500];
            let counted = per_minute(&peaks(part, 100, 0.45), 15 * 500, 500.0, 10.0);
            let told = run.vitals[common::blocks(f64::from(end as u32)) - 1].get(Vital::HeartRate);
            let told = told.unwrap();
            assert!((told - usual).abs() < 8.0, "{name}, {end} s: {told}");
            checked += 1;
            if (told - counted).abs() > 3.0 {
                off.push((end, told, counted));
            }
        }
        // The counter here is simpler than the detector; where the wave is rough it may miss.
        assert!(off.len() * 10 <= checked, "{name}: {off:?}");
    }
}

#[test]
fn pulses_and_pressures_of_a_recording_are_those_of_its_wave() {
    let run = play("v102s", 60.0);
    let pleth = run.wave(Signal::Pleth);
    let part = &pleth[pleth.len() - 125 * 20..];
    let counted = per_minute(&feet(part, 0.45), part.len() - 64, 125.0, 10.0);
    let told = run.settled(Vital::PulseRate).unwrap();
    assert!((told - counted).abs() <= 2.0, "{told} {counted}");
    let heart = run.settled(Vital::HeartRate).unwrap();
    assert!((told - heart).abs() <= 2.0, "{told} {heart}");

    let run = play("03700181", 60.0);
    let abp = run.wave(Signal::Abp);
    let end = abp.len() - 64;
    let beats = feet(&abp[end - 125 * 20..end], 0.35);
    let abp = &abp[end - 125 * 20..end];
    let cycles: Vec<&[f32]> = beats
        .windows(2)
        .filter(|pair| pair[1] >= abp.len() - 6 * 125)
        .map(|pair| &abp[pair[0]..pair[1]])
        .collect();
    let mean = |of: fn(f32, f32) -> f32, start: f32| {
        let sum: f32 = cycles.iter().map(|one| one.iter().copied().fold(start, of)).sum();
        f64::from(sum) / cycles.len() as f64
    };
    let told = run.settled(Vital::AbpSystolic).unwrap();
    assert!((told - mean(f32::max, f32::MIN)).abs() <= 2.0, "{told}");
    let told = run.settled(Vital::AbpDiastolic).unwrap();
    assert!((told - mean(f32::min, f32::MAX)).abs() <= 2.0, "{told}");
}

#[test]
fn a_recording_goes_on_for_ever_and_the_rhythm_over_its_seam() {
    let run = play("v102s", 700.0);
    for (n, vitals) in run.vitals.iter().enumerate().skip(40) {
        let rate = vitals.get(Vital::HeartRate).unwrap();
        assert!((80.0..130.0).contains(&rate), "block {n}: {rate}");
    }
    assert!(run.wave(Signal::EcgII).iter().all(|mv| mv.is_finite()));
}

#[test]
fn a_line_that_was_off_in_the_recording_is_told() {
    // The arterial line of this patient is off for most of the recording.
    let run = play("3234460_0018", 300.0);
    assert!(run.vitals.last().unwrap().findings.contains(&Finding::AbpDisconnected));
    assert_eq!(run.last(Vital::AbpSystolic), None);
}

#[test]
fn an_act_ends_a_recording_and_an_unknown_name_does_nothing() {
    let mut patient = Patient::new(3);
    patient.apply(&PatientAct::Record { name: "nobody".to_owned() });
    assert_eq!(patient.next_block().traces.len(), 7);
    patient.apply(&PatientAct::Record { name: "v102s".to_owned() });
    Run::of(&mut patient, 30.0);
    patient.apply(&PatientAct::SpO2Sensor { on: false });
    let block = patient.next_block();
    assert_eq!(block.traces.len(), 3);
    assert!(block.vitals.findings.contains(&Finding::SpO2SensorOff));
    patient.apply(&PatientAct::SpO2Sensor { on: true });
    patient.apply(&PatientAct::Sinus);
    assert_eq!(patient.next_block().traces.len(), 7);
    let run = Run::of(&mut patient, 30.0);
    assert_eq!(run.vitals.last().unwrap().findings, []);
}

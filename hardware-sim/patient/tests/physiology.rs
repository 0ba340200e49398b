//! Waves and numbers of made patients agree, whatever happens to them.

mod common;

use common::{Run, feet, peaks, per_minute};
use vigie_sim_patient::script::PatientAct;
use vigie_sim_patient::{BLOCK, Finding, Patient, Signal, Urgency, Vital, patient};

const SEEDS: std::ops::Range<u64> = 0..20;

fn about(told: Option<f64>, counted: f64, tolerance: f64, what: &str) {
    let told = told.unwrap_or_else(|| panic!("{what}: no number, {counted} counted"));
    assert!((told - counted).abs() <= tolerance, "{what}: {told} told, {counted} counted");
}

/// Counts in the last seconds of a run what the numbers say.
fn check_rates(run: &Run, what: &str) {
    let ecg = run.wave(Signal::EcgII);
    let ecg = &ecg[ecg.len() - 500 * 20..];
    let beats = per_minute(&peaks(ecg, 80, 0.55), ecg.len() - 256, 500.0, 10.0);
    about(run.settled(Vital::HeartRate), beats, 1.0, &format!("{what}: heart rate"));
    for (signal, name) in [(Signal::Pleth, "pleth"), (Signal::Abp, "ABP")] {
        let wave = run.wave(signal);
        let wave = &wave[wave.len() - 125 * 20..];
        let pulses = per_minute(&feet(wave, 0.15), wave.len() - 64, 125.0, 10.0);
        about(run.settled(Vital::PulseRate), pulses, 2.0, &format!("{what}: {name}"));
    }
}

/// Highest and lowest point of each pulse of the last seconds against the numbers.
fn check_pressures(run: &Run, what: &str) {
    let wave = run.wave(Signal::Abp);
    let wave = &wave[wave.len() - 125 * 20..];
    let end = wave.len() - 64;
    let feet = feet(wave, 0.15);
    let cycles = feet.windows(2).filter(|pair| (end - 6 * 125..end).contains(&pair[1]));
    let cycles: Vec<&[f32]> = cycles.map(|pair| &wave[pair[0]..pair[1]]).collect();
    let mean = |of: &dyn Fn(&[f32]) -> f64| {
        cycles.iter().map(|cycle| of(cycle)).sum::<f64>() / cycles.len() as f64
    };
    let high = mean(&|cycle| f64::from(cycle.iter().copied().fold(f32::MIN, f32::max)));
    let low = mean(&|cycle| f64::from(cycle.iter().copied().fold(f32::MAX, f32::min)));
    let level = mean(&|cycle| {
        cycle.iter().map(|sample| f64::from(*sample)).sum::<f64>() / cycle.len() as f64
    });
    about(run.settled(Vital::AbpSystolic), high, 1.0, &format!("{what}: systolic"));
    about(run.settled(Vital::AbpDiastolic), low, 1.0, &format!("{what}: diastolic"));
    about(run.settled(Vital::AbpMean), level, 1.0, &format!("{what}: mean"));
}

#[test]
fn counted_rates_and_pressures_are_the_numbers_told() {
    let rhythms = [
        PatientAct::Sinus,
        PatientAct::Bradycardia,
        PatientAct::Tachycardia,
        PatientAct::VentricularTachycardia,
        PatientAct::Hypotension,
    ];
    for seed in SEEDS {
        for act in &rhythms {
            let mut patient = Patient::new(seed);
            Run::of(&mut patient, 5.0);
            patient.apply(act);
            let run = Run::of(&mut patient, 75.0);
            let what = format!("seed {seed}, {act:?}");
            check_rates(&run, &what);
            check_pressures(&run, &what);
        }
    }
}

#[test]
fn patients_at_rest_are_within_the_limits_and_differ() {
    let mut rates = Vec::new();
    for seed in 0..60 {
        let mut patient = Patient::new(seed);
        let run = Run::of(&mut patient, 400.0);
        for (n, vitals) in run.vitals.iter().enumerate() {
            assert_eq!(vitals.findings, [], "seed {seed}, block {n}: {:?}", vitals.values);
        }
        let told = |vital| run.last(vital).unwrap();
        let rate = told(Vital::HeartRate);
        assert!((52.0..=108.0).contains(&rate), "seed {seed}: {rate}");
        assert!((94.0..=100.0).contains(&told(Vital::SpO2)), "seed {seed}");
        assert!((90.0..155.0).contains(&told(Vital::AbpSystolic)), "seed {seed}");
        assert!((50.0..95.0).contains(&told(Vital::AbpDiastolic)), "seed {seed}");
        assert!((28.0..46.0).contains(&told(Vital::EtCo2)), "seed {seed}");
        assert!((0.5..6.0).contains(&told(Vital::Perfusion)), "seed {seed}");
        assert!((-1.5..1.5).contains(&told(Vital::StII)), "seed {seed}: {}", told(Vital::StII));
        assert!((36.0..38.2).contains(&told(Vital::Temp)), "seed {seed}");
        rates.push(rate as u32);
    }
    rates.sort_unstable();
    rates.dedup();
    assert!(rates.len() > 20, "{rates:?}");
}

#[test]
fn the_same_seed_is_the_same_patient_and_another_is_another() {
    let run = |seed| {
        let mut patient = Patient::new(seed);
        let acts = [PatientAct::Tachycardia, PatientAct::VentricularTachycardia, PatientAct::Sinus];
        let mut blocks = Vec::new();
        for act in acts {
            blocks.extend((0..40).map(|_| patient.next_block()));
            patient.apply(&act);
        }
        blocks
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn blocks_follow_each_other_in_256_ms_with_all_waves_and_numbers() {
    let mut patient = Patient::new(1);
    let all = [
        (Signal::EcgI, 128),
        (Signal::EcgII, 128),
        (Signal::EcgV, 128),
        (Signal::Pleth, 32),
        (Signal::Abp, 32),
        (Signal::Resp, 16),
        (Signal::Co2, 16),
    ];
    for n in 0..10 {
        let block = patient.next_block();
        assert_eq!(block.start, BLOCK * n);
        let traces: Vec<_> =
            block.traces.iter().map(|trace| (trace.signal, trace.samples.len())).collect();
        assert_eq!(traces, all);
        let vitals: Vec<Vital> = block.vitals.values.iter().map(|(vital, _)| *vital).collect();
        assert!(vitals.is_sorted(), "{vitals:?}");
        assert_eq!(vitals.len(), 16);
    }
}

#[test]
fn waves_go_on_over_the_borders_of_blocks() {
    for (seed, act) in [
        (1, PatientAct::Sinus),
        (2, PatientAct::VentricularTachycardia),
        (3, PatientAct::Asystole),
        (4, PatientAct::Record { name: "v102s".to_owned() }),
        (5, PatientAct::Record { name: "03700181".to_owned() }),
    ] {
        let mut patient = Patient::new(seed);
        patient.apply(&act);
        // Longer than the recordings: their seam is in it.
        let run = Run::of(&mut patient, 640.0);
        for (signal, wave) in &run.waves {
            let block = signal.samples_of_block();
            let (mut within, mut at_border) = (Vec::new(), Vec::new());
            for (n, pair) in wave.windows(2).enumerate() {
                let step = f64::from((pair[1] - pair[0]).abs());
                assert!(step.is_finite());
                if (n + 1) % block == 0 { at_border.push(step) } else { within.push(step) }
            }
            let mean = |steps: &[f64]| steps.iter().sum::<f64>() / steps.len() as f64;
            let most = |steps: &[f64]| steps.iter().copied().fold(0.0, f64::max);
            let what = format!("seed {seed}, {act:?}, {signal:?}");
            assert!(mean(&at_border) < 1.3 * mean(&within) + 1e-6, "{what}");
            assert!(most(&at_border) <= 1.2 * most(&within) + 1e-6, "{what}");
        }
    }
}

#[test]
fn the_leads_are_of_one_heart() {
    for seed in SEEDS {
        let run = Run::of(&mut Patient::new(seed), 30.0);
        let (one, two) = (run.wave(Signal::EcgI), run.wave(Signal::EcgII));
        let chest = run.wave(Signal::EcgV);
        let beats = peaks(two, 80, 0.55);
        assert!(beats.len() > 20);
        for beat in beats {
            // II = I + III (Einthoven): R is upright in all of them.
            let three = two[beat] - one[beat];
            assert!(one[beat] > 0.2 && three > 0.1, "seed {seed}: {} {three}", one[beat]);
            assert!(chest[beat].abs() > 0.4, "seed {seed}");
        }
    }
}

#[test]
fn breaths_counted_are_the_rate_told_and_their_ends_the_end_tidal() {
    for seed in SEEDS {
        let run = Run::of(&mut Patient::new(seed), 90.0);
        let resp = run.wave(Signal::Resp);
        let tops = peaks(resp, 60, 0.5);
        let counted = per_minute(&tops, resp.len(), 62.5, 32.0);
        about(run.last(Vital::RespRate), counted, 1.6, &format!("seed {seed}: breaths"));
        about(run.last(Vital::AwayRespRate), counted, 1.6, &format!("seed {seed}: gas"));
        let co2 = run.wave(Signal::Co2);
        // The last expiration that is over.
        let drop = (1..co2.len()).rev().find(|n| co2[n - 1] >= 5.0 && co2[*n] < 5.0).unwrap();
        let top = |end: usize| co2[end - 125..end].iter().copied().fold(0.0, f32::max);
        let told = run.last(Vital::EtCo2).unwrap();
        // The newest breath may be over while its gas is still at the sensor.
        let is = |top: f32| (told - f64::from(top)).abs() <= 0.51;
        assert!(is(top(drop)) || is(top(co2.len())), "seed {seed}: {told}, {}", top(drop));
    }
}

/// Blocks until a finding is on; counts from now.
fn until(patient: &mut Patient, finding: Finding, seconds: f64) -> Option<f64> {
    let blocks = common::blocks(seconds);
    let at = (0..blocks).find(|_| patient.next_block().vitals.findings.contains(&finding))?;
    Some((at + 1) as f64 * 0.256)
}

#[test]
fn asystole_is_found_after_four_seconds_without_a_beat_and_ends() {
    for seed in SEEDS {
        let mut patient = Patient::new(seed);
        let before = Run::of(&mut patient, 20.0);
        patient.apply(&PatientAct::Asystole);
        let run = Run::of(&mut patient, 12.0);
        let wave = [before.wave(Signal::EcgII), run.wave(Signal::EcgII)].concat();
        let beats = peaks(&wave, 80, 0.55);
        let before = before.wave(Signal::EcgII).len() as f64 / 500.0;
        let last = *beats.last().unwrap() as f64 / 500.0 - before;
        let found = run.vitals.iter().position(|now| now.findings.contains(&Finding::Asystole));
        let found = (found.unwrap() + 1) as f64 * 0.256 - last;
        assert!((3.4..4.6).contains(&found), "seed {seed}: {found}");
        assert_eq!(run.vitals.last().unwrap().findings[0], Finding::Asystole);
        assert_eq!(run.last(Vital::HeartRate), Some(0.0));
        assert_eq!(run.last(Vital::PulseRate), None);
        assert_eq!((run.last(Vital::SpO2), run.last(Vital::AbpSystolic)), (None, None));
        assert!(run.last(Vital::AbpMean).unwrap() > patient::DISCONNECTED_UNDER);
        patient.apply(&PatientAct::Sinus);
        let run = Run::of(&mut patient, 60.0);
        assert_eq!(run.vitals.last().unwrap().findings, [], "seed {seed}");
        check_rates(&run, &format!("seed {seed}, after asystole"));
    }
}

#[test]
fn ventricular_tachycardia_is_found_by_its_beats() {
    for seed in SEEDS {
        let mut patient = Patient::new(seed);
        Run::of(&mut patient, 20.0);
        patient.apply(&PatientAct::VentricularTachycardia);
        let found = until(&mut patient, Finding::VentricularTachycardia, 10.0).unwrap();
        assert!((1.0..4.0).contains(&found), "seed {seed}: {found}");
        patient.apply(&PatientAct::Sinus);
        let run = Run::of(&mut patient, 10.0);
        let findings = &run.vitals.last().unwrap().findings;
        assert!(!findings.contains(&Finding::VentricularTachycardia), "seed {seed}");
    }
}

#[test]
fn slow_and_fast_hearts_are_yellow_before_they_are_red() {
    for (act, yellow, red) in [
        (PatientAct::Bradycardia, Finding::HeartRateLow, Finding::ExtremeBradycardia),
        (PatientAct::Tachycardia, Finding::HeartRateHigh, Finding::ExtremeTachycardia),
    ] {
        for seed in SEEDS {
            let mut patient = Patient::new(seed);
            Run::of(&mut patient, 20.0);
            patient.apply(&act);
            let first = until(&mut patient, yellow, 60.0);
            assert!(first.is_some(), "seed {seed}, {act:?}");
            assert!(until(&mut patient, red, 60.0).is_some(), "seed {seed}, {act:?}");
            let findings = patient.next_block().vitals.findings;
            assert!(!findings.contains(&yellow), "the red one covers it: {findings:?}");
        }
    }
}

#[test]
fn apnoea_is_found_after_twenty_seconds_and_saturation_falls_after() {
    for seed in SEEDS {
        let mut patient = Patient::new(seed);
        Run::of(&mut patient, 60.0);
        patient.apply(&PatientAct::Apnoea);
        let found = until(&mut patient, Finding::Apnoea, 40.0).unwrap();
        // The breath that is on ends first, and the time runs from where it began.
        assert!((15.0..=20.6).contains(&found), "seed {seed}: {found}");
        let block = patient.next_block();
        assert_eq!(block.vitals.get(Vital::RespRate), Some(0.0));
        assert_eq!(block.vitals.get(Vital::EtCo2), Some(0.0));
        assert!(block.vitals.get(Vital::SpO2).unwrap() > 92.0);
        assert!(until(&mut patient, Finding::SpO2Low, 60.0).is_some(), "seed {seed}");
        patient.apply(&PatientAct::Sinus);
        let run = Run::of(&mut patient, 120.0);
        assert_eq!(run.vitals.last().unwrap().findings, [], "seed {seed}");
    }
}

#[test]
fn saturation_falls_slowly_through_both_limits() {
    for seed in SEEDS {
        let mut patient = Patient::new(seed);
        Run::of(&mut patient, 20.0);
        patient.apply(&PatientAct::Desaturation);
        let run = Run::of(&mut patient, 120.0);
        let spo2: Vec<f64> =
            run.vitals.iter().map(|vitals| vitals.get(Vital::SpO2).unwrap()).collect();
        assert!(spo2.windows(2).all(|pair| (pair[0] - pair[1]).abs() <= 1.0), "seed {seed}");
        let at = |finding| run.vitals.iter().position(|now| now.findings.contains(&finding));
        let (yellow, red) = (at(Finding::SpO2Low).unwrap(), at(Finding::Desaturation).unwrap());
        assert!(yellow < red);
        // Six seconds under the limit first.
        let under = spo2.iter().position(|value| *value < 90.0).unwrap();
        assert!(yellow >= under + 23, "seed {seed}: {under} {yellow}");
    }
}

/// Off, on, what is found, and what is missing.
type Case<'a> = (PatientAct, PatientAct, Finding, &'a [Signal], &'a [Vital]);

#[test]
fn a_sensor_that_is_off_gives_nothing_and_says_so() {
    use Signal::{Co2, EcgI, EcgII, EcgV, Pleth, Resp};
    let cases: [Case<'static>; 3] = [
        (
            PatientAct::Leads { on: false },
            PatientAct::Leads { on: true },
            Finding::LeadsOff,
            &[EcgI, EcgII, EcgV, Resp],
            &[Vital::HeartRate, Vital::RespRate, Vital::Pvc, Vital::StII],
        ),
        (
            PatientAct::SpO2Sensor { on: false },
            PatientAct::SpO2Sensor { on: true },
            Finding::SpO2SensorOff,
            &[Pleth],
            &[Vital::PulseRate, Vital::SpO2, Vital::Perfusion],
        ),
        (
            PatientAct::Co2Sensor { on: false },
            PatientAct::Co2Sensor { on: true },
            Finding::Co2SensorOff,
            &[Co2],
            &[Vital::EtCo2, Vital::AwayRespRate],
        ),
    ];
    for (off, on, finding, signals, vitals) in cases {
        let mut patient = Patient::new(9);
        Run::of(&mut patient, 70.0);
        patient.apply(&off);
        for _ in 0..200 {
            let block = patient.next_block();
            assert_eq!(block.traces.len(), 7 - signals.len());
            assert!(signals.iter().all(|signal| block.trace(*signal).is_none()), "{off:?}");
            assert_eq!(block.vitals.findings, [finding]);
            assert_eq!(finding.urgency(), Urgency::Technical);
            for (vital, value) in &block.vitals.values {
                assert_eq!(value.is_none(), vitals.contains(vital), "{off:?}: {vital:?}");
            }
        }
        patient.apply(&on);
        let run = Run::of(&mut patient, 20.0);
        let vitals = run.vitals.last().unwrap();
        assert_eq!(vitals.findings, []);
        assert!(vitals.values.iter().all(|(_, value)| value.is_some()), "{:?}", vitals.values);
    }
}

#[test]
fn an_open_pressure_line_reads_air() {
    let mut patient = Patient::new(10);
    Run::of(&mut patient, 60.0);
    patient.apply(&PatientAct::AbpLine { on: false });
    let run = Run::of(&mut patient, 15.0);
    let vitals = run.vitals.last().unwrap();
    assert_eq!(vitals.findings, [Finding::AbpDisconnected]);
    assert_eq!((vitals.get(Vital::AbpSystolic), vitals.get(Vital::AbpMean)), (None, Some(0.0)));
    assert!(vitals.get(Vital::NbpSystolic).is_some());
    patient.apply(&PatientAct::AbpLine { on: true });
    let run = Run::of(&mut patient, 15.0);
    check_pressures(&Run::of(&mut patient, 25.0), "line connected again");
    assert_eq!(run.vitals.last().unwrap().findings, []);
}

#[test]
fn the_cuff_measures_every_quarter_of_an_hour_and_on_demand() {
    let mut patient = Patient::new(11);
    let mut times = Vec::new();
    let mut take = |run: &Run| {
        for vitals in &run.vitals {
            let told = vitals.get(Vital::NbpSystolic).is_some();
            assert_eq!(told, vitals.cuff_at.is_some());
            if let Some(at) = vitals.cuff_at.filter(|at| times.last() != Some(at)) {
                let abp = vitals.get(Vital::AbpMean).unwrap();
                about(vitals.get(Vital::NbpMean), abp, 8.0, "cuff and line");
                times.push(at);
            }
        }
    };
    take(&Run::of(&mut patient, 2_000.0));
    patient.apply(&PatientAct::Cuff);
    take(&Run::of(&mut patient, 40.0));
    let seconds: Vec<u64> = times.iter().map(std::time::Duration::as_secs).collect();
    assert!((30..=52).contains(&seconds[0]), "{seconds:?}");
    assert!((899..=901).contains(&(seconds[1] - seconds[0])), "{seconds:?}");
    assert!((899..=901).contains(&(seconds[2] - seconds[1])), "{seconds:?}");
    assert!((2_029..=2_031).contains(&seconds[3]), "{seconds:?}");
    assert_eq!(times.len(), 4);
}

#[test]
fn what_was_so_before_the_start_is_told_soon_after_it() {
    for seed in 0..60 {
        let mut patient = Patient::new(seed);
        patient.apply(&PatientAct::Hypotension);
        let found = until(&mut patient, Finding::AbpLow, 15.0);
        assert!(found.is_some_and(|found| found < 12.0), "seed {seed}: {found:?}");
    }
}

#[test]
fn the_most_urgent_comes_first() {
    let mut patient = Patient::new(12);
    Run::of(&mut patient, 30.0);
    for act in [
        PatientAct::SpO2Sensor { on: false },
        PatientAct::Hypotension,
        PatientAct::Apnoea,
        PatientAct::VentricularTachycardia,
    ] {
        patient.apply(&act);
    }
    let run = Run::of(&mut patient, 60.0);
    assert_eq!(
        run.vitals.last().unwrap().findings,
        [Finding::VentricularTachycardia, Finding::Apnoea, Finding::AbpLow, Finding::SpO2SensorOff]
    );
}

#[test]
fn an_hour_stays_within_what_a_patient_is() {
    let mut patient = Patient::new(13);
    for _ in 0..common::blocks(3_600.0) {
        let block = patient.next_block();
        for trace in &block.traces {
            let (low, high) = match trace.signal {
                Signal::EcgI | Signal::EcgII | Signal::EcgV => (-2.5, 2.5),
                Signal::Pleth => (0.0, 1.0),
                Signal::Abp => (20.0, 190.0),
                Signal::Resp => (-0.5, 3.0),
                Signal::Co2 => (0.0, 60.0),
            };
            let within = trace.samples.iter().all(|sample| (low..=high).contains(sample));
            assert!(within, "{trace:?} at {:?}", block.start);
        }
        assert_eq!(block.vitals.findings, [], "at {:?}", block.start);
    }
}

//! Bursts, measured from their samples against the ranges of the standard.

use vigie_model::Priority;
use vigie_tones::{BurstShape, Sequencer, Shapes, Volume, Wanted, burst};

use crate::measure::{Pulse, above, goertzel, pitch_hz, pulses, step_max};

const RATE_HZ: u32 = 48_000;
const RATE: f64 = 48_000.0;
/// What counts as silence, against a peak of 1.
const SILENCE: f64 = 0.01;

fn samples_of(priority: Priority) -> Vec<f32> {
    burst(&BurstShape::of(priority).expect("a sound"), RATE_HZ)
}

fn pulses_of(samples: &[f32]) -> Vec<Pulse> {
    pulses(samples, RATE, SILENCE)
}

fn plateau(samples: &[f32], pulse: &Pulse) -> Vec<f32> {
    let middle = (pulse.from + pulse.to) / 2.0;
    let half = pulse.length() * 0.3;
    samples[((middle - half) * RATE) as usize..((middle + half) * RATE) as usize].to_vec()
}

fn gaps_ms(pulses: &[Pulse]) -> Vec<f64> {
    pulses.windows(2).map(|pair| (pair[1].from - pair[0].to) * 1e3).collect()
}

fn near(measured: f64, wanted: f64, by: f64) -> bool {
    (measured - wanted).abs() <= by
}

#[test]
fn high_is_ten_pulses_in_groups_of_three_and_two_twice() {
    let pulses = pulses_of(&samples_of(Priority::High));
    assert_eq!(pulses.len(), 10);
    for pulse in &pulses {
        assert!(near(pulse.length() * 1e3, 150.0, 2.0), "{pulse:?}");
    }
    let gaps = gaps_ms(&pulses);
    for (after, gap) in (1..).zip(&gaps) {
        let wanted = match after {
            3 | 8 => 350.0,
            5 => 600.0,
            _ => 100.0,
        };
        assert!(near(*gap, wanted, 2.0), "after pulse {after}: {gap} ms");
    }
    // Within the standard's ranges [2nd], whatever the defaults become.
    assert!(pulses.iter().all(|pulse| (0.075..=0.2).contains(&pulse.length())));
    assert!([0, 1, 3, 5, 6, 8].iter().all(|at| (50.0..=125.0).contains(&gaps[*at])));
    assert!((350.0..=1_300.0).contains(&gaps[4]));
}

#[test]
fn medium_is_three_pulses_and_low_two() {
    for (priority, count) in [(Priority::Medium, 3), (Priority::Low, 2)] {
        let pulses = pulses_of(&samples_of(priority));
        assert_eq!(pulses.len(), count, "{priority:?}");
        for pulse in &pulses {
            assert!(near(pulse.length() * 1e3, 200.0, 2.0), "{priority:?} {pulse:?}");
            assert!((0.125..=0.25).contains(&pulse.length()));
        }
        for gap in gaps_ms(&pulses) {
            assert!(near(gap, 200.0, 2.0) && (125.0..=250.0).contains(&gap), "{priority:?} {gap}");
        }
    }
    assert_eq!(BurstShape::of(Priority::Information), None);
}

#[test]
fn pulses_rise_and_fall_as_they_should() {
    for priority in [Priority::High, Priority::Medium, Priority::Low] {
        let samples = samples_of(priority);
        let pulses = pulses_of(&samples);
        let gap_least = gaps_ms(&pulses).into_iter().fold(f64::MAX, f64::min) / 1e3;
        for pulse in &pulses {
            let share = pulse.rise / pulse.length();
            assert!((0.15..=0.20).contains(&share), "{priority:?}: rises in {share} of a pulse");
            assert!(pulse.fall > pulse.rise && pulse.fall <= gap_least, "{priority:?} {pulse:?}");
        }
        // Amplitudes in a burst within 10 dB [m].
        let levels = pulses.iter().map(|pulse| pulse.level);
        let (least, most) =
            levels.fold((f64::MAX, 0.0), |(a, b): (f64, f64), c| (a.min(c), b.max(c)));
        assert!(20.0 * (most / least).log10() <= 10.0, "{priority:?}: {least} to {most}");
    }
}

#[test]
fn each_pulse_has_a_fundamental_and_four_harmonics_that_carry() {
    for priority in [Priority::High, Priority::Medium, Priority::Low] {
        let samples = samples_of(priority);
        for pulse in pulses_of(&samples) {
            let part = plateau(&samples, &pulse);
            let pitch = pitch_hz(&part, RATE);
            assert!((150.0..=1_000.0).contains(&pitch), "{priority:?}: {pitch} Hz");
            let fundamental = goertzel(&part, pitch, RATE);
            let carrying = (2..=12).map(f64::from).map(|n| n * pitch).filter(|hz| {
                let level_db = 20.0 * (goertzel(&part, *hz, RATE) / fundamental).log10();
                (300.0..=4_000.0).contains(hz) && level_db.abs() <= 15.0
            });
            let carrying: Vec<f64> = carrying.collect();
            assert!(carrying.len() >= 4, "{priority:?} at {pitch} Hz: {carrying:?}");
            // Between the harmonics there is nothing.
            let between = goertzel(&part, 2.5 * pitch, RATE);
            assert!(between < fundamental * 0.02, "{priority:?}: {between} of {fundamental}");
        }
    }
}

#[test]
fn the_melodies_are_the_general_ones() {
    let notes = |priority| {
        let samples = samples_of(priority);
        let pulses = pulses_of(&samples);
        pulses.iter().map(|pulse| pitch_hz(&plateau(&samples, pulse), RATE)).collect::<Vec<_>>()
    };
    // C4 is nine half tones below A4 = 440 Hz, E4 five.
    let (c4, e4) = (440.0 * 2f64.powf(-9.0 / 12.0), 440.0 * 2f64.powf(-5.0 / 12.0));
    assert!(notes(Priority::High).iter().all(|hz| near(*hz, c4, 0.5)));
    assert!(notes(Priority::Medium).iter().all(|hz| near(*hz, c4, 0.5)));
    let low = notes(Priority::Low);
    assert!(near(low[0], e4, 0.5) && near(low[1], c4, 0.5), "{low:?}");
}

#[test]
fn no_burst_clicks_or_carries_a_constant() {
    for priority in [Priority::High, Priority::Medium, Priority::Low] {
        let burst = samples_of(priority);
        let silence = vec![0.0; 4_800];
        let samples = [silence.as_slice(), &burst, &silence].concat();
        // A sum of sines up to 5 x 330 Hz with a peak of 1 cannot step further than its highest
        // harmonic at full scale would; a cut at the peak would step by 1.
        assert!(step_max(&samples) < 0.22, "{priority:?}: {}", step_max(&samples));
        // The slope begins and ends at nothing too.
        for edge in [&burst[..20], &burst[burst.len() - 20..]] {
            assert!(edge.iter().all(|sample| sample.abs() < 1e-3), "{priority:?}: {edge:?}");
        }
        let click = above(&samples, 6_000.0, RATE);
        assert!(click < 1e-3, "{priority:?}: {click} above 6 kHz");
        let mean = burst.iter().sum::<f32>() / burst.len() as f32;
        assert!(mean.abs() < 1e-4, "{priority:?}: a constant of {mean}");
        let peak = burst.iter().fold(0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.98..=1.0).contains(&peak), "{priority:?}: a peak of {peak}");
    }
}

/// The measurement finds what it is there for: without this, the tests above could be deaf.
#[test]
fn a_cut_pulse_is_measured_as_a_click() {
    let burst = samples_of(Priority::Medium);
    let cut = [&burst[..4_830], &[0.0; 4_800]].concat();
    let whole = above(&[burst.as_slice(), &[0.0; 4_800]].concat(), 6_000.0, RATE);
    let click = above(&cut, 6_000.0, RATE);
    assert!(click > 50.0 * whole, "{click} against {whole}");
}

#[test]
fn any_usual_rate_gives_the_same_burst() {
    for rate_hz in [16_000, 22_050, 44_100, 96_000] {
        let rate = f64::from(rate_hz);
        for (priority, count) in [(Priority::High, 10), (Priority::Medium, 3), (Priority::Low, 2)] {
            let samples = burst(&BurstShape::of(priority).expect("a sound"), rate_hz);
            let found = pulses(&samples, rate, SILENCE);
            assert_eq!(found.len(), count, "{priority:?} at {rate_hz} Hz");
            let shape = BurstShape::of(priority).expect("a sound");
            let wanted = shape.pulse.as_secs_f64();
            assert!(found.iter().all(|pulse| near(pulse.length(), wanted, 2e-3)));
        }
    }
}

#[test]
fn bursts_repeat_within_the_intervals_of_the_standard() {
    for (priority, repeat, least, most) in [
        (Priority::High, 6.0, 2.5, 15.0),
        (Priority::Medium, 10.0, 2.5, 30.0),
        (Priority::Low, 20.0, 15.0, f64::MAX),
    ] {
        let mut sequencer = Sequencer::new(&Shapes::default(), Volume::new(0.0, 0.0, 0.0), RATE_HZ);
        sequencer.want(Wanted { priority: Some(priority), call: 1, step: 0 });
        let mut samples = vec![0.0; 41 * RATE_HZ as usize];
        sequencer.fill(&mut samples);
        let pulses = pulses_of(&samples);
        let in_burst = BurstShape::of(priority).expect("a sound").notes_hz.len();
        let bursts: Vec<&[Pulse]> = pulses.chunks_exact(in_burst).collect();
        assert!(bursts.len() >= 3, "{priority:?}: {} bursts", bursts.len());
        for pair in bursts.windows(2) {
            let begin_to_begin = pair[1][0].from - pair[0][0].from;
            let end_to_begin = pair[1][0].from - pair[0][in_burst - 1].to;
            assert!(near(begin_to_begin, repeat, 2e-3), "{priority:?}: {begin_to_begin} s");
            // Both readings of the interval [2nd].
            for interval in [begin_to_begin, end_to_begin] {
                assert!((least..=most).contains(&interval), "{priority:?}: {interval} s");
            }
        }
    }
}

#[test]
fn more_urgent_is_never_softer() {
    let loudness = |volume: Volume, priority| {
        let mut sequencer = Sequencer::new(&Shapes::default(), volume, RATE_HZ);
        sequencer.want(Wanted { priority: Some(priority), call: 1, step: 0 });
        let mut samples = vec![0.0; 4 * RATE_HZ as usize];
        sequencer.fill(&mut samples);
        pulses_of(&samples).iter().map(|pulse| pulse.level).fold(0.0, f64::max)
    };
    for volume in [Volume::default(), Volume::new(-3.0, -30.0, 0.0), Volume::new(-30.0, 0.0, -12.0)]
    {
        let [low, medium, high] =
            [Priority::Low, Priority::Medium, Priority::High].map(|p| loudness(volume, p));
        // LOW's first note is another: a hundredth is not a difference anybody hears.
        assert!(high * 1.01 >= medium && medium * 1.01 >= low, "{volume:?}: {high} {medium} {low}");
    }
    let [low, high] = [Priority::Low, Priority::High].map(|p| loudness(Volume::default(), p));
    assert!(near(20.0 * (high / low).log10(), 6.0, 0.3), "{high} against {low}");
}

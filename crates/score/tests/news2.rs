//! NEWS2 against the chart: every boundary and one step either side on both scales, what is missing,
//! how values are rounded, and a sweep against a second implementation written another way.

use vigie_model::{Acvpu, Decimal, PatientCategory, Spo2Scale};
use vigie_score::{
    Missing,
    news2::{Band, Breathing, Inputs, Monitoring, News2, Scored, Urgency, Which, applies, news2},
};

/// Zero points in everything, scale 1, on air.
fn well() -> Inputs {
    Inputs {
        rr: Some(Decimal::whole(16)),
        spo2: Some(Decimal::whole(97)),
        scale: Some(Spo2Scale::One),
        oxygen: Some(Breathing::Air),
        systolic: Some(Decimal::whole(120)),
        pulse: Some(Decimal::whole(70)),
        consciousness: Some(Acvpu::Alert),
        temperature: Some(Decimal::new(370, -1)),
    }
}

fn points(score: &News2, which: Which) -> Result<u8, Missing> {
    let part = &score.parts[which as usize];
    assert_eq!(part.which, which, "the parts are in the order of the chart");
    part.points
}

/// Puts one value in the place of `which`.
fn with(inputs: Inputs, which: Which, value: Decimal) -> Inputs {
    let value = Some(value);
    match which {
        Which::Respiration => Inputs { rr: value, ..inputs },
        Which::Saturation => Inputs { spo2: value, ..inputs },
        Which::Systolic => Inputs { systolic: value, ..inputs },
        Which::Pulse => Inputs { pulse: value, ..inputs },
        Which::Temperature => Inputs { temperature: value, ..inputs },
        Which::Oxygen | Which::Consciousness => unreachable!("entered, not measured"),
    }
}

/// Chart 1 of the report, copied by hand: each boundary with the value below and the value above it.
#[test]
fn every_boundary_of_the_chart_and_one_step_either_side() {
    let whole: [(Which, &[(i64, u8)]); 3] = [
        (
            Which::Respiration,
            &[
                (7, 3),
                (8, 3),
                (9, 1),
                (10, 1),
                (11, 1),
                (12, 0),
                (13, 0),
                (19, 0),
                (20, 0),
                (21, 2),
                (22, 2),
                (23, 2),
                (24, 2),
                (25, 3),
                (26, 3),
            ],
        ),
        (
            Which::Systolic,
            &[
                (89, 3),
                (90, 3),
                (91, 2),
                (92, 2),
                (99, 2),
                (100, 2),
                (101, 1),
                (102, 1),
                (109, 1),
                (110, 1),
                (111, 0),
                (112, 0),
                (218, 0),
                (219, 0),
                (220, 3),
                (221, 3),
            ],
        ),
        (
            Which::Pulse,
            &[
                (39, 3),
                (40, 3),
                (41, 1),
                (42, 1),
                (49, 1),
                (50, 1),
                (51, 0),
                (52, 0),
                (89, 0),
                (90, 0),
                (91, 1),
                (92, 1),
                (109, 1),
                (110, 1),
                (111, 2),
                (112, 2),
                (129, 2),
                (130, 2),
                (131, 3),
                (132, 3),
            ],
        ),
    ];
    for (which, rows) in whole {
        for (value, expected) in rows {
            let score = news2(&with(well(), which, Decimal::whole(*value)));
            assert_eq!(points(&score, which), Ok(*expected), "{which:?} {value}");
            assert_eq!(score.total, Some(*expected), "{which:?} {value}");
        }
    }
    let tenths = [
        (349, 3),
        (350, 3),
        (351, 1),
        (352, 1),
        (359, 1),
        (360, 1),
        (361, 0),
        (362, 0),
        (379, 0),
        (380, 0),
        (381, 1),
        (382, 1),
        (389, 1),
        (390, 1),
        (391, 2),
        (392, 2),
    ];
    for (value, expected) in tenths {
        let score = news2(&with(well(), Which::Temperature, Decimal::new(value, -1)));
        assert_eq!(score.total, Some(expected), "temperature {value} tenths");
    }
}

#[test]
fn every_boundary_of_both_saturation_scales() {
    // Percent, then points: scale 1, scale 2 on air, scale 2 on oxygen.
    let rows = [
        (82, 3, 3, 3),
        (83, 3, 3, 3),
        (84, 3, 2, 2),
        (85, 3, 2, 2),
        (86, 3, 1, 1),
        (87, 3, 1, 1),
        (88, 3, 0, 0),
        (89, 3, 0, 0),
        (90, 3, 0, 0),
        (91, 3, 0, 0),
        (92, 2, 0, 0),
        (93, 2, 0, 1),
        (94, 1, 0, 1),
        (95, 1, 0, 2),
        (96, 0, 0, 2),
        (97, 0, 0, 3),
        (98, 0, 0, 3),
        (99, 0, 0, 3),
        (100, 0, 0, 3),
    ];
    for (percent, scale_1, on_air, on_oxygen) in rows {
        let spo2 = Some(Decimal::whole(percent));
        let cases = [
            (Spo2Scale::One, Breathing::Air, scale_1),
            (Spo2Scale::One, Breathing::Oxygen, scale_1),
            (Spo2Scale::Two, Breathing::Air, on_air),
            (Spo2Scale::Two, Breathing::Oxygen, on_oxygen),
        ];
        for (scale, breathing, expected) in cases {
            let inputs = Inputs { spo2, scale: Some(scale), oxygen: Some(breathing), ..well() };
            let score = news2(&inputs);
            let place = format!("{percent} % on scale {scale:?}, {breathing:?}");
            assert_eq!(points(&score, Which::Saturation), Ok(expected), "{place}");
            let oxygen = if breathing == Breathing::Oxygen { 2 } else { 0 };
            assert_eq!(score.total, Some(expected + oxygen), "{place}");
        }
    }
}

#[test]
fn oxygen_and_consciousness_score_as_entered() {
    let oxygen = news2(&Inputs { oxygen: Some(Breathing::Oxygen), ..well() });
    assert_eq!((oxygen.total, oxygen.is_single_three), (Some(2), false));
    for acvpu in [Acvpu::Confusion, Acvpu::Voice, Acvpu::Pain, Acvpu::Unresponsive] {
        let score = news2(&Inputs { consciousness: Some(acvpu), ..well() });
        assert_eq!((score.total, score.is_single_three), (Some(3), true), "{acvpu:?}");
    }
    assert_eq!(Breathing::from(true), Breathing::Oxygen);
    assert_eq!(Breathing::from(false), Breathing::Air);
}

#[test]
fn values_are_rounded_half_up_before_they_are_scored() {
    let cases = [
        (Which::Respiration, (205, -1), "21", 2),
        (Which::Respiration, (2049, -2), "20", 0),
        (Which::Respiration, (85, -1), "9", 1),
        (Which::Saturation, (955, -1), "96", 0),
        (Which::Saturation, (9549, -2), "95", 1),
        (Which::Systolic, (2195, -1), "220", 3),
        (Which::Systolic, (905, -1), "91", 2),
        (Which::Pulse, (1305, -1), "131", 3),
        (Which::Pulse, (404_999, -4), "40", 3),
        (Which::Temperature, (3505, -2), "35.1", 1),
        (Which::Temperature, (35_049, -3), "35.0", 3),
        (Which::Temperature, (3905, -2), "39.1", 2),
        (Which::Temperature, (37, 0), "37.0", 0),
    ];
    for (which, (mantissa, exponent), shown, expected) in cases {
        let score = news2(&with(well(), which, Decimal::new(mantissa, exponent)));
        let part = score.parts.iter().find(|part| part.which == which).expect("it is there");
        let Some(Scored::Number(value)) = part.value else {
            panic!("{which:?} has no value");
        };
        assert_eq!((value.to_string().as_str(), part.points), (shown, Ok(expected)), "{which:?}");
    }
}

#[test]
fn one_missing_part_leaves_no_total() {
    let all = well();
    let cases = [
        (Which::Respiration, Inputs { rr: None, ..all }),
        (Which::Saturation, Inputs { spo2: None, ..all }),
        (Which::Oxygen, Inputs { oxygen: None, ..all }),
        (Which::Systolic, Inputs { systolic: None, ..all }),
        (Which::Pulse, Inputs { pulse: None, ..all }),
        (Which::Consciousness, Inputs { consciousness: None, ..all }),
        (Which::Temperature, Inputs { temperature: None, ..all }),
    ];
    for (which, inputs) in cases {
        let score = news2(&inputs);
        assert_eq!(points(&score, which), Err(Missing::NotGiven), "{which:?}");
        assert_eq!((score.total, score.parts_known()), (None, 6), "{which:?}");
        assert_eq!((score.at_least, score.settled_band()), (0, None), "{which:?}");
    }
    let nothing = news2(&Inputs::default());
    assert_eq!((nothing.total, nothing.at_least, nothing.parts_known()), (None, 0, 0));
    assert_eq!(nothing.settled_band(), None, "nobody is at zero of whom nothing is known");
}

#[test]
fn an_incomplete_score_says_what_it_is_at_least() {
    let inputs = Inputs {
        rr: Some(Decimal::whole(26)),
        pulse: Some(Decimal::whole(120)),
        temperature: Some(Decimal::new(395, -1)),
        consciousness: None,
        oxygen: None,
        ..well()
    };
    let score = news2(&inputs);
    assert_eq!((score.total, score.at_least, score.parts_known()), (None, 7, 5), "incomplete 5/7");
    assert!(score.is_single_three);
    assert_eq!((score.band, score.settled_band()), (Band::High, None));
}

#[test]
fn scale_two_needs_air_or_oxygen_from_93() {
    let on = |percent, oxygen| {
        let spo2 = Some(Decimal::whole(percent));
        news2(&Inputs { spo2, scale: Some(Spo2Scale::Two), oxygen, ..well() })
    };
    assert_eq!(points(&on(92, None), Which::Saturation), Ok(0));
    assert_eq!(points(&on(83, None), Which::Saturation), Ok(3));
    for percent in 93..=100 {
        let score = on(percent, None);
        assert_eq!(points(&score, Which::Saturation), Err(Missing::OxygenNotEntered));
        assert_eq!((score.total, score.at_least, score.parts_known()), (None, 0, 5), "{percent}");
        assert_eq!(points(&on(percent, Some(Breathing::Air)), Which::Saturation), Ok(0));
    }
    // On scale 1 oxygen makes no difference to the saturation's own points.
    let scale_1 = news2(&Inputs { oxygen: None, ..well() });
    assert_eq!(points(&scale_1, Which::Saturation), Ok(0));
}

#[test]
fn without_a_scale_saturation_has_no_points() {
    let at = |percent, oxygen| {
        news2(&Inputs { spo2: Some(Decimal::whole(percent)), scale: None, oxygen, ..well() })
    };
    // Percent, what is entered, and the kinder of the two scales.
    let cases = [
        (83, Some(Breathing::Air), 3),
        (85, Some(Breathing::Air), 2),
        (90, Some(Breathing::Air), 0),
        (95, Some(Breathing::Oxygen), 1 + 2),
        (98, Some(Breathing::Oxygen), 2),
        (95, None, 0),
    ];
    for (percent, oxygen, at_least) in cases {
        let score = at(percent, oxygen);
        assert_eq!(points(&score, Which::Saturation), Err(Missing::ScaleNotEntered));
        assert_eq!((score.total, score.at_least), (None, at_least), "{percent} {oxygen:?}");
    }
    assert!(at(83, None).is_single_three, "three on either scale");
    assert!(!at(84, None).is_single_three);
}

#[test]
fn an_implausible_value_is_missing() {
    let cases = [
        (Which::Respiration, Decimal::whole(201)),
        (Which::Saturation, Decimal::whole(101)),
        (Which::Saturation, Decimal::whole(-1)),
        (Which::Systolic, Decimal::whole(361)),
        (Which::Pulse, Decimal::whole(8_388_607)),
        (Which::Temperature, Decimal::new(i64::MAX, 127)),
    ];
    for (which, value) in cases {
        let score = news2(&with(well(), which, value));
        assert_eq!(points(&score, which), Err(Missing::Implausible), "{which:?} {value}");
        assert_eq!(score.total, None);
    }
}

#[test]
fn the_bands_and_what_they_ask_for() {
    let of = |rr, pulse, tenths, consciousness| {
        let inputs = Inputs {
            rr: Some(Decimal::whole(rr)),
            pulse: Some(Decimal::whole(pulse)),
            temperature: Some(Decimal::new(tenths, -1)),
            consciousness: Some(consciousness),
            ..well()
        };
        let score = news2(&inputs);
        (score.total, score.settled_band())
    };
    let hours = |from, to| Monitoring::EveryHours { from, to };
    let alert = Acvpu::Alert;
    let cases = [
        (of(16, 70, 370, alert), 0, Band::Zero, hours(12, 12), Urgency::Ward),
        (of(16, 95, 370, alert), 1, Band::Low, hours(4, 6), Urgency::Ward),
        (of(22, 95, 385, alert), 4, Band::Low, hours(4, 6), Urgency::Ward),
        (of(16, 70, 370, Acvpu::Voice), 3, Band::LowMedium, hours(1, 1), Urgency::UrgentWard),
        (of(16, 95, 370, Acvpu::Voice), 4, Band::LowMedium, hours(1, 1), Urgency::UrgentWard),
        (of(22, 115, 385, alert), 5, Band::Medium, hours(1, 1), Urgency::Urgent),
        (of(16, 115, 370, Acvpu::Pain), 5, Band::Medium, hours(1, 1), Urgency::Urgent),
        (of(22, 115, 395, alert), 6, Band::Medium, hours(1, 1), Urgency::Urgent),
        (of(22, 115, 370, Acvpu::Pain), 7, Band::High, Monitoring::Continuous, Urgency::Emergency),
        (of(30, 140, 395, Acvpu::Pain), 11, Band::High, Monitoring::Continuous, Urgency::Emergency),
    ];
    for ((total, settled), expected, band, monitoring, urgency) in cases {
        assert_eq!((total, settled), (Some(expected), Some(band)));
        assert_eq!(band.response().monitoring, monitoring, "{band:?}");
        assert_eq!(band.response().urgency, urgency, "{band:?}");
    }
    assert!(Band::Zero < Band::Low && Band::Low < Band::LowMedium && Band::Medium < Band::High);
}

#[test]
fn the_most_is_twenty() {
    let worst = Inputs {
        rr: Some(Decimal::whole(30)),
        spo2: Some(Decimal::whole(80)),
        oxygen: Some(Breathing::Oxygen),
        systolic: Some(Decimal::whole(80)),
        pulse: Some(Decimal::whole(140)),
        consciousness: Some(Acvpu::Unresponsive),
        temperature: Some(Decimal::new(340, -1)),
        ..well()
    };
    assert_eq!(news2(&worst).total, Some(20));
}

#[test]
fn it_is_for_adults_of_known_category() {
    assert!(applies(Some(PatientCategory::Adult)));
    let others = [None, Some(PatientCategory::Paediatric), Some(PatientCategory::Neonate)];
    assert!(others.into_iter().all(|category| !applies(category)));
}

/// The chart once more, written as where the points change and by how much.
mod second {
    use super::{Acvpu, Breathing, Spo2Scale};

    /// Begins with `first`, and adds each step's number from its value on.
    fn walk(first: i32, steps: &[(i64, i32)], value: i64) -> i32 {
        first + steps.iter().filter(|(from, _)| value >= *from).map(|(_, by)| by).sum::<i32>()
    }

    pub fn rr(value: i64) -> i32 {
        walk(3, &[(9, -2), (12, -1), (21, 2), (25, 1)], value)
    }

    pub fn systolic(value: i64) -> i32 {
        walk(3, &[(91, -1), (101, -1), (111, -1), (220, 3)], value)
    }

    pub fn pulse(value: i64) -> i32 {
        walk(3, &[(41, -2), (51, -1), (91, 1), (111, 1), (131, 1)], value)
    }

    pub fn temperature(tenths: i64) -> i32 {
        walk(3, &[(351, -2), (361, -1), (381, 1), (391, 1)], tenths)
    }

    pub fn spo2(value: i64, scale: Spo2Scale, breathing: Breathing) -> i32 {
        match (scale, breathing) {
            (Spo2Scale::One, _) => walk(3, &[(92, -1), (94, -1), (96, -1)], value),
            (Spo2Scale::Two, Breathing::Air) => walk(3, &[(84, -1), (86, -1), (88, -1)], value),
            (Spo2Scale::Two, Breathing::Oxygen) => {
                walk(3, &[(84, -1), (86, -1), (88, -1), (93, 1), (95, 1), (97, 1)], value)
            }
        }
    }

    pub fn acvpu(value: Acvpu) -> i32 {
        if value == Acvpu::Alert { 0 } else { 3 }
    }
}

#[test]
fn a_second_implementation_agrees_on_every_hundredth() {
    let half_up = |hundredths: i64, step: i64| (2 * hundredths + step).div_euclid(2 * step);
    let sweep = |which, from: i64, to: i64, step: i64, expected: &dyn Fn(i64) -> i32| {
        for hundredths in from..=to {
            let score = news2(&with(well(), which, Decimal::new(hundredths, -2)));
            let expected = expected(half_up(hundredths, step)) as u8;
            assert_eq!(points(&score, which), Ok(expected), "{which:?} {hundredths} hundredths");
        }
    };
    sweep(Which::Respiration, 0, 20_000, 100, &second::rr);
    sweep(Which::Systolic, -5_000, 36_000, 100, &second::systolic);
    sweep(Which::Pulse, 0, 35_000, 100, &second::pulse);
    sweep(Which::Temperature, 0, 5_000, 10, &second::temperature);
    sweep(Which::Saturation, 0, 10_000, 100, &|value| {
        second::spo2(value, Spo2Scale::One, Breathing::Air)
    });
}

/// One value from each cell of the chart, every entry, and the absence of each, in all combinations.
#[test]
fn a_second_implementation_agrees_on_every_combination() {
    const RR: [i64; 5] = [8, 9, 20, 24, 25];
    const SPO2: [i64; 9] = [83, 85, 87, 91, 92, 93, 95, 96, 97];
    const SYSTOLIC: [i64; 5] = [90, 100, 101, 219, 220];
    const PULSE: [i64; 6] = [40, 50, 90, 110, 130, 131];
    const TENTHS: [i64; 5] = [350, 360, 380, 390, 391];
    const ACVPU: [Acvpu; 2] = [Acvpu::Alert, Acvpu::Confusion];
    const SCALES: [Spo2Scale; 2] = [Spo2Scale::One, Spo2Scale::Two];
    const BREATHING: [Breathing; 2] = [Breathing::Air, Breathing::Oxygen];

    /// The place of a choice, taken off a number that counts through all of them; the last is `None`.
    fn pick<T: Copy>(rest: &mut usize, values: &[T]) -> Option<T> {
        let place = *rest % (values.len() + 1);
        *rest /= values.len() + 1;
        values.get(place).copied()
    }
    /// What an entry could be: itself, or anything while nobody entered it.
    fn could<T: Copy>(entered: Option<T>, all: [T; 2]) -> Vec<T> {
        entered.map_or(all.to_vec(), |value| vec![value])
    }

    let combinations = 6 * 10 * 3 * 3 * 6 * 7 * 3 * 6;
    for number in 0..combinations {
        let mut rest = number;
        let rr = pick(&mut rest, &RR);
        let spo2 = pick(&mut rest, &SPO2);
        let scale = pick(&mut rest, &SCALES);
        let oxygen = pick(&mut rest, &BREATHING);
        let systolic = pick(&mut rest, &SYSTOLIC);
        let pulse = pick(&mut rest, &PULSE);
        let consciousness = pick(&mut rest, &ACVPU);
        let tenths = pick(&mut rest, &TENTHS);
        assert_eq!(rest, 0, "each combination once");
        let score = news2(&Inputs {
            rr: rr.map(Decimal::whole),
            spo2: spo2.map(Decimal::whole),
            scale,
            oxygen,
            systolic: systolic.map(Decimal::whole),
            pulse: pulse.map(Decimal::whole),
            consciousness,
            temperature: tenths.map(|tenths| Decimal::new(tenths, -1)),
        });

        let others = [
            rr.map(second::rr),
            systolic.map(second::systolic),
            pulse.map(second::pulse),
            consciousness.map(second::acvpu),
            tenths.map(second::temperature),
        ];
        // All that the entries could be, as (points of saturation and oxygen, points of saturation).
        let mut pairs = Vec::new();
        for scale in could(scale, SCALES) {
            for breathing in could(oxygen, BREATHING) {
                let saturation = spo2.map_or(0, |value| second::spo2(value, scale, breathing));
                let oxygen = if breathing == Breathing::Oxygen { 2 } else { 0 };
                pairs.push((saturation + oxygen, saturation));
            }
        }
        let least = others.iter().flatten().sum::<i32>()
            + pairs.iter().map(|(sum, _)| *sum).min().expect("there is a possibility");
        let is_three = others.contains(&Some(3)) || pairs.iter().all(|(_, points)| *points == 3);
        let entries = spo2.is_some() && scale.is_some() && oxygen.is_some();
        let is_complete = entries && others.iter().all(Option::is_some);
        let band = match least {
            7.. => Band::High,
            5.. => Band::Medium,
            _ if is_three => Band::LowMedium,
            1.. => Band::Low,
            _ => Band::Zero,
        };
        assert_eq!(score.total.map(i32::from), is_complete.then_some(least), "{score:?}");
        assert_eq!(i32::from(score.at_least), least, "{score:?}");
        assert_eq!(score.is_single_three, is_three, "{score:?}");
        assert_eq!(score.band, band, "{score:?}");
    }
}

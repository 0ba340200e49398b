//! "Tighten around now": limits from the value that a patient has.
//!
//! The rule of Mindray's monitors (operator's manuals of the BeneVision N and ePM series, "auto alarm
//! limits"). What it gives is proposed and never set by itself: a person confirms it.
//!
//! | Parameter | Adults and children | Newborns |
//! | --- | --- | --- |
//! | HR, PR | 0.8 × (at least 40), 1.25 × (at most 240) | - 30 (at least 90), + 40 (at most 200) |
//! | RR | 0.5 × (at least 6), 1.5 × (at most 30) | - 10 (at least 30), + 25 (at most 85) |
//! | systolic | 0.68 × + 10, 0.86 × + 38 | - 15 (at least 45), + 15 (at most 105) |
//! | diastolic | 0.68 × + 6, 0.86 × + 32 | - 15 (at least 20), + 15 (at most 80) |
//! | mean | 0.68 × + 8, 0.86 × + 35 | - 15 (at least 35), + 15 (at most 95) |
//! | PA, CVP | 0.75 ×, 1.25 × | the same |
//! | temperature | ± 0.5 | the same |
//! | etCO2 | 33 to 35: 29, 41; 36 to 45: ± 6; 46 to 48: 39, 51 | the same |
//!
//! The value is first rounded half up to what the parameter is shown with (whole numbers, temperature
//! 0.1), the limits likewise: that the manuals leave open. SpO2 keeps its limits by that rule.

use vigie_model::{Decimal, PatientCategory};

/// How a parameter's limits follow from its value.
enum Rule {
    /// Percent of the value, then a number in hundredths: low and high; with the least low and the
    /// greatest high limit.
    Of { low: Line, high: Line, least: Option<i64>, greatest: Option<i64> },
    /// The steps of etCO2.
    CarbonDioxide,
}

/// `percent` of the value plus `plus`, in hundredths.
struct Line {
    percent: i64,
    plus: i64,
}

const fn line(percent: i64, plus: i64) -> Line {
    Line { percent, plus }
}

/// By which rule a parameter is tightened.
#[derive(Clone, Copy)]
enum Kind {
    Rate,
    Breaths,
    Systolic,
    Diastolic,
    Mean,
    Low,
    Temperature,
    CarbonDioxide,
}

fn kind(id: &str) -> Option<Kind> {
    Some(match id {
        "hr.ecg" | "pr" | "pr.spo2" | "pr.pleth" | "pr.nibp" => Kind::Rate,
        "rr" | "rr.imp" | "rr.co2" | "rr.away" => Kind::Breaths,
        "nibp.sys" | "nibp.cuff.sys" | "bp.sys" | "abp.sys" | "art.sys" | "aorta.sys"
        | "uap.sys" => Kind::Systolic,
        "nibp.dia" | "nibp.cuff.dia" | "bp.dia" | "abp.dia" | "art.dia" | "aorta.dia"
        | "uap.dia" => Kind::Diastolic,
        "nibp.mean" | "nibp.cuff.mean" | "bp.mean" | "abp.mean" | "art.mean" | "aorta.mean"
        | "uap.mean" => Kind::Mean,
        "pap.sys" | "pap.dia" | "pap.mean" | "cvp.mean" => Kind::Low,
        "temp" | "temp.core" | "temp.skin" | "temp.tymp" | "temp.esoph" | "temp.nasoph"
        | "temp.away" | "temp.rect" | "temp.oral" | "temp.blood" | "temp.bladder" | "temp.axil" => {
            Kind::Temperature
        }
        "etco2" | "etco2.pp" => Kind::CarbonDioxide,
        _ => return None,
    })
}

fn rule(category: PatientCategory, kind: Kind) -> Rule {
    let is_newborn = match category {
        PatientCategory::Adult | PatientCategory::Paediatric => false,
        PatientCategory::Neonate => true,
    };
    let held = |low, high, least, greatest| Rule::Of {
        low,
        high,
        least: Some(least),
        greatest: Some(greatest),
    };
    let open = |low, high| Rule::Of { low, high, least: None, greatest: None };
    match (kind, is_newborn) {
        (Kind::Rate, false) => held(line(80, 0), line(125, 0), 40, 240),
        (Kind::Rate, true) => held(line(100, -3_000), line(100, 4_000), 90, 200),
        (Kind::Breaths, false) => held(line(50, 0), line(150, 0), 6, 30),
        (Kind::Breaths, true) => held(line(100, -1_000), line(100, 2_500), 30, 85),
        (Kind::Systolic, false) => open(line(68, 1_000), line(86, 3_800)),
        (Kind::Systolic, true) => held(line(100, -1_500), line(100, 1_500), 45, 105),
        (Kind::Diastolic, false) => open(line(68, 600), line(86, 3_200)),
        (Kind::Diastolic, true) => held(line(100, -1_500), line(100, 1_500), 20, 80),
        (Kind::Mean, false) => open(line(68, 800), line(86, 3_500)),
        (Kind::Mean, true) => held(line(100, -1_500), line(100, 1_500), 35, 95),
        (Kind::Low, _) => open(line(75, 0), line(125, 0)),
        (Kind::Temperature, _) => open(line(100, -50), line(100, 50)),
        (Kind::CarbonDioxide, _) => Rule::CarbonDioxide,
    }
}

/// Low and high limit around `value`, in the unit of the nomenclature.
///
/// `None`: no rule for `id`, an implausible value, etCO2 outside 33 to 48 (the rule leaves the limits
/// as they are), or a value so far out that the rule's own bounds would put the low limit on or above
/// the high one. The bounds may leave the value itself outside the limits: that is what they are for.
pub fn tighten(category: PatientCategory, id: &str, value: Decimal) -> Option<(Decimal, Decimal)> {
    let kind = kind(id)?;
    if !super::is_plausible(id, value)? {
        return None;
    }
    let decimals = match kind {
        Kind::Temperature => 1,
        Kind::Rate
        | Kind::Breaths
        | Kind::Systolic
        | Kind::Diastolic
        | Kind::Mean
        | Kind::Low
        | Kind::CarbonDioxide => 0,
    };
    let shown = value.rounded(decimals);
    let (low, high) = match rule(category, kind) {
        Rule::CarbonDioxide => match shown.mantissa() {
            33..=35 => (Decimal::whole(29), Decimal::whole(41)),
            value @ 36..=45 => (Decimal::whole(value - 6), Decimal::whole(value + 6)),
            46..=48 => (Decimal::whole(39), Decimal::whole(51)),
            _ => return None,
        },
        Rule::Of { low, high, least, greatest } => {
            // Plausible values are small: a ten-thousandth of the unit is exact and never overflows.
            let hundredths = shown.rounded(2).mantissa();
            let at = |line: Line| {
                let exact = Decimal::new(hundredths * line.percent + line.plus * 100, -4);
                exact.rounded(decimals)
            };
            let bound = |limit: Decimal, to: Option<i64>, pick: fn(i64, i64) -> i64| match to {
                Some(to) => {
                    let to = Decimal::whole(to).rounded(decimals).mantissa();
                    Decimal::new(pick(limit.mantissa(), to), limit.exponent())
                }
                None => limit,
            };
            (bound(at(low), least, i64::max), bound(at(high), greatest, i64::min))
        }
    };
    // Both have the same number of digits behind the point.
    (low.mantissa() < high.mantissa()).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use PatientCategory::{Adult, Neonate, Paediatric};

    use super::*;

    fn around(category: PatientCategory, id: &str, mantissa: i64, exponent: i8) -> Option<String> {
        let (low, high) = tighten(category, id, Decimal::new(mantissa, exponent))?;
        Some(format!("{low} {high}"))
    }

    #[test]
    fn each_rule_by_hand() {
        let cases = [
            (Adult, "hr.ecg", 80, "64 100"),
            (Paediatric, "hr.ecg", 130, "104 163"), // 162.5
            (Adult, "pr.spo2", 45, "40 56"),        // 36 is below 40; 56.25
            (Adult, "hr.ecg", 200, "160 240"),      // 250 is above 240
            (Neonate, "hr.ecg", 140, "110 180"),
            (Neonate, "hr.ecg", 110, "90 150"),
            (Neonate, "hr.ecg", 170, "140 200"),
            (Adult, "rr", 16, "8 24"),
            (Adult, "rr", 10, "6 15"),
            (Adult, "rr", 24, "12 30"),
            (Neonate, "rr", 45, "35 70"),
            (Neonate, "rr", 35, "30 60"),
            (Neonate, "rr.imp", 70, "60 85"),
            (Adult, "nibp.sys", 120, "92 141"), // 91.6, 141.2
            (Adult, "abp.sys", 100, "78 124"),
            (Paediatric, "nibp.dia", 70, "54 92"), // 53.6, 92.2
            (Adult, "art.mean", 85, "66 108"),     // 65.8, 108.1
            (Neonate, "nibp.sys", 70, "55 85"),
            (Neonate, "nibp.sys", 50, "45 65"),
            (Neonate, "nibp.sys", 95, "80 105"),
            (Neonate, "abp.dia", 30, "20 45"),
            (Neonate, "abp.dia", 70, "55 80"),
            (Neonate, "uap.mean", 45, "35 60"),
            (Neonate, "uap.mean", 85, "70 95"),
            (Adult, "pap.sys", 28, "21 35"),
            (Neonate, "cvp.mean", 6, "5 8"), // 4.5, 7.5
            (Adult, "etco2", 33, "29 41"),
            (Adult, "etco2", 35, "29 41"),
            (Adult, "etco2", 36, "30 42"),
            (Neonate, "etco2", 45, "39 51"),
            (Adult, "etco2", 46, "39 51"),
            (Adult, "etco2", 48, "39 51"),
        ];
        for (category, id, value, expected) in cases {
            assert_eq!(around(category, id, value, 0).as_deref(), Some(expected), "{id} {value}");
        }
        assert_eq!(around(Adult, "temp", 3724, -2).as_deref(), Some("36.7 37.7"));
        assert_eq!(around(Neonate, "temp.skin", 365, -1).as_deref(), Some("36.0 37.0"));
        assert_eq!(around(Adult, "hr.ecg", 795, -1).as_deref(), Some("64 100"), "79.5 is 80");
    }

    #[test]
    fn where_there_is_no_rule_nothing_is_proposed() {
        for (id, value) in [
            ("etco2", 32),
            ("etco2", 49),
            ("spo2", 97),
            ("hr.ecg", 400),
            ("no.such.id", 1),
            ("hr.ecg", 30),  // 40 would be above 38
            ("rr", 4),       // 6 and 6
            ("cvp.mean", 0), // 0 and 0
            ("cvp.mean", -4),
        ] {
            assert_eq!(around(Adult, id, value, 0), None, "{id} {value}");
        }
        assert_eq!(around(Neonate, "hr.ecg", 40, 0), None, "90 would be above 80");
        assert_eq!(around(Adult, "hr.ecg", 250, 0).as_deref(), Some("200 240"), "outside at once");
    }

    #[test]
    fn limits_are_in_order_for_every_value() {
        for category in [Adult, Paediatric, Neonate] {
            for id in
                ["hr.ecg", "rr", "abp.sys", "abp.dia", "abp.mean", "cvp.mean", "temp", "etco2"]
            {
                for tenths in -600..4_000 {
                    if let Some((low, high)) = tighten(category, id, Decimal::new(tenths, -1)) {
                        assert!(low.to_f64() < high.to_f64(), "{category:?} {id} {tenths}");
                    }
                }
            }
        }
    }
}

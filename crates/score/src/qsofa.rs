//! Quick SOFA: three bedside criteria, for adults with suspected infection.
//!
//! Seymour CW et al. Assessment of clinical criteria for sepsis. *JAMA* 2016;315:762-774; Singer M et
//! al. The third international consensus definitions for sepsis and septic shock (Sepsis-3). *JAMA*
//! 2016;315:801-810. One point each for 22 or more breaths a minute, a systolic pressure of 100 mmHg
//! or less, and altered mentation (Glasgow coma scale below 15); positive from two. The criteria stand
//! here from memory and are to be confirmed by the unit that turns the score on.
//!
//! Measured values are rounded half up to whole numbers, as for NEWS2. Mentation is entered by a
//! person, and not concluded from another scale.

use serde::{Deserialize, Serialize};
use vigie_model::Decimal;

use crate::{Missing, input::measured};

/// Breaths a minute from which the criterion is met.
pub const RESPIRATION_FROM: i64 = 22;
/// Systolic pressure in mmHg down from which the criterion is met.
pub const SYSTOLIC_TO: i64 = 100;
/// Points from which the score is positive.
pub const POSITIVE_FROM: u8 = 2;

/// What qSOFA is worked out from, in the units of the nomenclature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Breaths a minute.
    pub rr: Option<Decimal>,
    /// Systolic pressure in mmHg.
    pub systolic: Option<Decimal>,
    /// Mentation, as a person judged it.
    pub mentation: Option<Mentation>,
}

/// Mentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mentation {
    /// As usual for the patient.
    Normal,
    /// Altered.
    Altered,
}

/// The three criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Which {
    /// Respiration rate.
    Respiration,
    /// Systolic pressure.
    Systolic,
    /// Mentation.
    Mentation,
}

impl Which {
    /// Its name in views: the id of the nomenclature, or `mentation`.
    pub const fn id(self) -> &'static str {
        match self {
            Which::Respiration => "rr",
            Which::Systolic => "abp.sys",
            Which::Mentation => "mentation",
        }
    }
}

/// One criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub which: Which,
    /// The rounded value of what is measured.
    pub value: Option<Decimal>,
    /// 0 or 1, or why there is none.
    pub points: Result<u8, Missing>,
}

/// What the score says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// Two points or more, whatever the missing ones are.
    Positive,
    /// Complete, and fewer than two points.
    Negative,
    /// Not complete, and fewer than two points so far.
    Open,
}

/// The score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qsofa {
    /// The three criteria, in the order of [`Which`].
    pub parts: [Part; 3],
    /// 0 to 3; `None` as long as a part is missing.
    pub total: Option<u8>,
    /// The points of the parts that are there.
    pub at_least: u8,
    /// What that says.
    pub verdict: Verdict,
}

/// Works out the score.
pub fn qsofa(inputs: &Inputs) -> Qsofa {
    let number = |which, id, value, is_met: fn(i64) -> bool| {
        let value = measured(id, value, 0);
        let points = value.map(|value| u8::from(is_met(value.mantissa())));
        Part { which, value: value.ok(), points }
    };
    let mentation = inputs.mentation.ok_or(Missing::NotGiven);
    let parts = [
        number(Which::Respiration, "rr", inputs.rr, |breaths| breaths >= RESPIRATION_FROM),
        number(Which::Systolic, "abp.sys", inputs.systolic, |pressure| pressure <= SYSTOLIC_TO),
        Part {
            which: Which::Mentation,
            value: None,
            points: mentation.map(|mentation| u8::from(mentation == Mentation::Altered)),
        },
    ];
    let total = parts.iter().try_fold(0, |sum, part| part.points.ok().map(|points| sum + points));
    let at_least = parts.iter().filter_map(|part| part.points.ok()).sum();
    let verdict = match total {
        _ if at_least >= POSITIVE_FROM => Verdict::Positive,
        Some(_) => Verdict::Negative,
        None => Verdict::Open,
    };
    Qsofa { parts, total, at_least, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(
        rr: Option<(i64, i8)>,
        systolic: Option<(i64, i8)>,
        mentation: Option<Mentation>,
    ) -> Qsofa {
        let decimal = |value: Option<(i64, i8)>| {
            value.map(|(digits, exponent)| Decimal::new(digits, exponent))
        };
        qsofa(&Inputs { rr: decimal(rr), systolic: decimal(systolic), mentation })
    }

    #[test]
    fn each_criterion_at_its_edge() {
        use Mentation::{Altered, Normal};
        let cases = [
            ((21, 0), (101, 0), Normal, [0, 0, 0], Verdict::Negative),
            ((22, 0), (101, 0), Normal, [1, 0, 0], Verdict::Negative),
            ((21, 0), (100, 0), Normal, [0, 1, 0], Verdict::Negative),
            ((21, 0), (101, 0), Altered, [0, 0, 1], Verdict::Negative),
            ((22, 0), (100, 0), Normal, [1, 1, 0], Verdict::Positive),
            ((23, 0), (99, 0), Altered, [1, 1, 1], Verdict::Positive),
            // Rounded half up, both of them.
            ((215, -1), (1005, -1), Altered, [1, 0, 1], Verdict::Positive),
            ((2149, -2), (1004, -1), Altered, [0, 1, 1], Verdict::Positive),
        ];
        for (rr, systolic, mentation, points, verdict) in cases {
            let score = of(Some(rr), Some(systolic), Some(mentation));
            assert_eq!(score.parts.map(|part| part.points), points.map(Ok), "{rr:?} {systolic:?}");
            assert_eq!(score.total, Some(points.iter().sum()));
            assert_eq!(score.verdict, verdict, "{rr:?} {systolic:?} {mentation:?}");
        }
    }

    #[test]
    fn what_is_missing_leaves_the_verdict_open_unless_it_stands_already() {
        let none = of(None, None, None);
        assert_eq!((none.total, none.at_least, none.verdict), (None, 0, Verdict::Open));
        let one = of(Some((30, 0)), None, Some(Mentation::Normal));
        assert_eq!((one.total, one.at_least, one.verdict), (None, 1, Verdict::Open));
        let two = of(Some((30, 0)), None, Some(Mentation::Altered));
        assert_eq!((two.total, two.at_least, two.verdict), (None, 2, Verdict::Positive));
        let absurd = of(Some((900, 0)), Some((90, 0)), Some(Mentation::Normal));
        assert_eq!(absurd.parts[0].points, Err(Missing::Implausible));
        assert_eq!((absurd.total, absurd.verdict), (None, Verdict::Open));
    }
}

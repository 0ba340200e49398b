//! National Early Warning Score 2.
//!
//! Royal College of Physicians. *National Early Warning Score (NEWS) 2: Standardising the assessment
//! of acute-illness severity in the NHS.* Updated report of a working party. London: RCP, 2017. Charts
//! 1 to 4. For people of 16 years and over who are not pregnant; whether that is so, whoever calls must
//! know ([`applies`] only knows the category). The score may be used unmodified.
//!
//! - Measured values are rounded half up to whole numbers, temperature to 0.1, and then scored.
//! - Air or oxygen, consciousness and the SpO2 scale are entered by a person and never inferred. Without
//!   a scale, SpO2 has no points; on scale 2 it has none from 93 % as long as air or oxygen is not told.
//! - With a part missing there is no total. [`News2::at_least`] is then the smallest total that any
//!   completion can have, and [`News2::band`] the lowest band: neither may be shown as the score.

use serde::{Deserialize, Serialize};
use vigie_model::{Acvpu, Decimal, PatientCategory, Spo2Scale};

use crate::{
    Missing,
    input::{measured, points},
};

/// What NEWS2 is worked out from, in the units of the nomenclature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Breaths a minute.
    pub rr: Option<Decimal>,
    /// Oxygen saturation in percent.
    pub spo2: Option<Decimal>,
    /// On which scale SpO2 is read, as a prescriber chose.
    pub scale: Option<Spo2Scale>,
    /// What the patient breathes, as a person entered it.
    pub oxygen: Option<Breathing>,
    /// Systolic pressure in mmHg.
    pub systolic: Option<Decimal>,
    /// Pulse a minute.
    pub pulse: Option<Decimal>,
    /// Consciousness, as a person judged it.
    pub consciousness: Option<Acvpu>,
    /// Temperature in °C.
    pub temperature: Option<Decimal>,
}

/// What a patient breathes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Breathing {
    /// Room air.
    Air,
    /// Added oxygen, whatever the amount and the device.
    Oxygen,
}

impl From<bool> for Breathing {
    /// `true`: added oxygen, as [`vigie_model::Entered::Oxygen`] says it.
    fn from(oxygen: bool) -> Breathing {
        if oxygen { Breathing::Oxygen } else { Breathing::Air }
    }
}

/// The seven parameters, in the order of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Which {
    /// Respiration rate.
    Respiration,
    /// Oxygen saturation, on one of the two scales.
    Saturation,
    /// Air or oxygen.
    Oxygen,
    /// Systolic pressure.
    Systolic,
    /// Pulse.
    Pulse,
    /// Consciousness.
    Consciousness,
    /// Temperature.
    Temperature,
}

impl Which {
    /// Its name in views: the id of the nomenclature, or `oxygen` and `consciousness`.
    pub const fn id(self) -> &'static str {
        match self {
            Which::Respiration => "rr",
            Which::Saturation => "spo2",
            Which::Oxygen => "oxygen",
            Which::Systolic => "abp.sys",
            Which::Pulse => "pr",
            Which::Consciousness => "consciousness",
            Which::Temperature => "temp",
        }
    }
}

/// What was scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scored {
    /// A measured value, rounded as the score asks.
    Number(Decimal),
    /// What the patient breathes.
    Breathing(Breathing),
    /// Consciousness.
    Consciousness(Acvpu),
}

/// One parameter of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub which: Which,
    /// What was scored; there may be a value and no points, when the scale is not entered.
    pub value: Option<Scored>,
    /// 0 to 3, or why there are none.
    pub points: Result<u8, Missing>,
    /// The fewest points that the part can come to: its points, and mostly zero without them.
    pub at_least: u8,
}

/// The score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News2 {
    /// The seven parameters, in the order of [`Which`].
    pub parts: [Part; 7],
    /// 0 to 20; `None` as long as a part is missing.
    pub total: Option<u8>,
    /// The smallest total that any completion has; the total itself when there is one.
    pub at_least: u8,
    /// A parameter scores three, whatever the missing ones are.
    pub is_single_three: bool,
    /// The band of `at_least` and `is_single_three`. Without a total it is only the lowest that the
    /// score can have, and must not be shown as its band: see [`News2::settled_band`].
    pub band: Band,
}

impl News2 {
    /// How many of the seven parts have points: "incomplete 5/7".
    pub fn parts_known(&self) -> usize {
        self.parts.iter().filter(|part| part.points.is_ok()).count()
    }

    /// The band of a complete score.
    pub fn settled_band(&self) -> Option<Band> {
        self.total.map(|_| self.band)
    }
}

/// Thresholds and triggers (RCP 2017, chart 2). Ordered by clinical risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Band {
    /// Total 0.
    Zero,
    /// Total 1 to 4, no parameter at three.
    Low,
    /// Total 3 or 4, and one parameter at three.
    LowMedium,
    /// Total 5 or 6.
    Medium,
    /// Total 7 or more.
    High,
}

impl Band {
    /// How often to observe, and who is asked to come.
    pub const fn response(self) -> Response {
        let (monitoring, urgency) = match self {
            Band::Zero => (Monitoring::EveryHours { from: 12, to: 12 }, Urgency::Ward),
            Band::Low => (Monitoring::EveryHours { from: 4, to: 6 }, Urgency::Ward),
            Band::LowMedium => (Monitoring::EveryHours { from: 1, to: 1 }, Urgency::UrgentWard),
            Band::Medium => (Monitoring::EveryHours { from: 1, to: 1 }, Urgency::Urgent),
            Band::High => (Monitoring::Continuous, Urgency::Emergency),
        };
        Response { monitoring, urgency }
    }
}

/// What the report asks for (RCP 2017, charts 2 and 4). A unit's own rules go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// How often to observe, at least.
    pub monitoring: Monitoring,
    /// Who responds, and how fast.
    pub urgency: Urgency,
}

/// The least frequency of observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Monitoring {
    /// Every so many hours: `from` to `to`, which may be the same.
    EveryHours {
        /// The shorter time.
        from: u8,
        /// The longer time.
        to: u8,
    },
    /// Continuous monitoring of vital signs.
    Continuous,
}

/// Who responds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Urgency {
    /// Ward-based response.
    Ward,
    /// Urgent ward-based response.
    UrgentWard,
    /// Urgent response: the key threshold.
    Urgent,
    /// Urgent or emergency response.
    Emergency,
}

/// Whether NEWS2 is for this category at all: adults only, and nobody whose category is not known.
/// That the patient is 16 or older and not pregnant, a person must know.
pub fn applies(category: Option<PatientCategory>) -> bool {
    category == Some(PatientCategory::Adult)
}

// Chart 1. A step holds up to and including its number; the last points are for what lies above.
const RESPIRATION: (&[(i64, u8)], u8) = (&[(8, 3), (11, 1), (20, 0), (24, 2)], 3);
const SCALE_1: (&[(i64, u8)], u8) = (&[(91, 3), (93, 2), (95, 1)], 0);
/// On oxygen; on air everything from 88 is zero.
const SCALE_2: (&[(i64, u8)], u8) = (&[(83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2)], 3);
/// The highest SpO2 on scale 2 for which air or oxygen makes no difference.
const SCALE_2_TARGET_MAX: i64 = 92;
const SYSTOLIC: (&[(i64, u8)], u8) = (&[(90, 3), (100, 2), (110, 1), (219, 0)], 3);
const PULSE: (&[(i64, u8)], u8) = (&[(40, 3), (50, 1), (90, 0), (110, 1), (130, 2)], 3);
/// In tenths of a degree.
const TEMPERATURE: (&[(i64, u8)], u8) = (&[(350, 3), (360, 1), (380, 0), (390, 1)], 2);

/// Works out the score.
pub fn news2(inputs: &Inputs) -> News2 {
    let parts = [
        number(Which::Respiration, "rr", inputs.rr, 0, RESPIRATION),
        saturation(inputs),
        oxygen(inputs.oxygen),
        // Either kind of pressure may be entered: the span of the invasive one holds both.
        number(Which::Systolic, "abp.sys", inputs.systolic, 0, SYSTOLIC),
        number(Which::Pulse, "pr", inputs.pulse, 0, PULSE),
        consciousness(inputs.consciousness),
        number(Which::Temperature, "temp", inputs.temperature, 1, TEMPERATURE),
    ];
    // Seven parts of at most three points: no sum can overflow.
    let total = parts.iter().try_fold(0, |sum, part| part.points.ok().map(|points| sum + points));
    let at_least = parts.iter().map(|part| part.at_least).sum();
    let is_single_three = parts.iter().any(|part| part.at_least == 3);
    let band = match at_least {
        0 => Band::Zero,
        1..=4 if is_single_three => Band::LowMedium,
        1..=4 => Band::Low,
        5..=6 => Band::Medium,
        _ => Band::High,
    };
    News2 { parts, total, at_least, is_single_three, band }
}

fn part(which: Which, value: Option<Scored>, points: Result<u8, Missing>) -> Part {
    Part { which, value, points, at_least: points.unwrap_or(0) }
}

fn number(
    which: Which,
    id: &str,
    value: Option<Decimal>,
    decimals: u8,
    (steps, top): (&[(i64, u8)], u8),
) -> Part {
    let value = measured(id, value, decimals);
    let scored = value.map(|value| points(value.mantissa(), steps, top));
    part(which, value.ok().map(Scored::Number), scored)
}

fn saturation(inputs: &Inputs) -> Part {
    let which = Which::Saturation;
    let value = match measured("spo2", inputs.spo2, 0) {
        Ok(value) => value,
        Err(missing) => return part(which, None, Err(missing)),
    };
    let percent = value.mantissa();
    let scale_1 = points(percent, SCALE_1.0, SCALE_1.1);
    let scale_2 = match inputs.oxygen {
        _ if percent <= SCALE_2_TARGET_MAX => Ok(points(percent, SCALE_2.0, SCALE_2.1)),
        Some(Breathing::Air) => Ok(0),
        Some(Breathing::Oxygen) => Ok(points(percent, SCALE_2.0, SCALE_2.1)),
        None => Err(Missing::OxygenNotEntered),
    };
    let (points, at_least) = match inputs.scale {
        Some(Spo2Scale::One) => (Ok(scale_1), scale_1),
        Some(Spo2Scale::Two) => (scale_2, scale_2.unwrap_or(0)),
        // Nobody chose; whoever will, it cannot come to less than the kinder of the two.
        None => (Err(Missing::ScaleNotEntered), scale_1.min(scale_2.unwrap_or(0))),
    };
    Part { which, value: Some(Scored::Number(value)), points, at_least }
}

fn oxygen(entered: Option<Breathing>) -> Part {
    let points = entered.ok_or(Missing::NotGiven).map(|breathing| match breathing {
        Breathing::Air => 0,
        Breathing::Oxygen => 2,
    });
    part(Which::Oxygen, entered.map(Scored::Breathing), points)
}

fn consciousness(entered: Option<Acvpu>) -> Part {
    let points = entered.ok_or(Missing::NotGiven).map(|acvpu| match acvpu {
        Acvpu::Alert => 0,
        Acvpu::Confusion | Acvpu::Voice | Acvpu::Pain | Acvpu::Unresponsive => 3,
    });
    part(Which::Consciousness, entered.map(Scored::Consciousness), points)
}

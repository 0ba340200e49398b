//! Which parameters are summed up, how often they are measured, and below what a spread is noise.

/// How often a parameter is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// All the time: there is a value in nearly every minute. Judged with 30 minutes of baseline and 5
    /// of the last 10 minutes.
    Continuous,
    /// Now and then, as a cuff does. Judged with 6 measurements in the baseline; the present is the
    /// last 3 of the last hour, so that one wrong measurement is still no change.
    Spot,
}

/// The windows of a kind of sampling.
pub(super) struct Windows {
    /// Minutes with a value that a baseline needs.
    pub baseline_min: usize,
    /// Minutes back from now that are the present.
    pub present_minutes: u64,
    /// Values that the present needs.
    pub present_min: usize,
    /// Of more, the last ones count.
    pub present_max: usize,
    /// Values of the last hour that a direction needs.
    pub direction_min: usize,
}

impl Sampling {
    pub(super) const fn windows(self) -> Windows {
        match self {
            Sampling::Continuous => Windows {
                baseline_min: 30,
                present_minutes: 10,
                present_min: 5,
                present_max: 10,
                direction_min: 20,
            },
            Sampling::Spot => Windows {
                baseline_min: 6,
                present_minutes: super::HOUR_MINUTES,
                present_min: 3,
                present_max: 3,
                direction_min: 4,
            },
        }
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// Nomenclature id.
    pub id: &'static str,
    /// Parameters that tell the same story: of a family only the most striking is told.
    pub family: &'static str,
    /// How often it is measured.
    pub sampling: Sampling,
    /// The spread is never taken for less, in the unit of the nomenclature. Three of them are the
    /// smallest change that is told.
    pub spread: f64,
    /// Why this number.
    pub why: &'static str,
}

const RATE: &str =
    "three are 12 beats: beyond breathing, turning over and the rounding of monitors";
const SATURATION: &str =
    "three are 3 %: the usual mark of a desaturation, and within what an oximeter may be wrong";
const ARTERIAL: &str =
    "three are 12 to 15 mmHg: beyond damping, a bed moved against its transducer";
const CUFF: &str =
    "three are 18 to 24 mmHg: a cuff may be wrong by 5 with a spread of 8 mmHg (ISO 81060-2)";
const LOW_PRESSURE: &str = "three are 6 mmHg: a transducer off by 8 cm is no change of the patient";
const LUNG_PRESSURE: &str = "three are 9 to 12 mmHg: swings with the breath";
const BREATHS: &str = "three are 6 breaths: impedance counts by whole breaths and miscounts some";
const CARBON_DIOXIDE: &str = "three are 6 mmHg: beyond leaks and the tolerance of capnometers";
const WARMTH: &str = "three are 0.6 degrees: a probe that settles or slips moves by some tenths";
const SKIN: &str = "three are 1.5 degrees: skin follows the blanket";
const FRACTION: &str = "three are 6 %: beyond the drift of a cell";
const VOLUME: &str = "three are 1.5 L/min";
const AIRWAY: &str = "three are 6 cmH2O";
const DEPTH: &str = "three are 15: the index wanders by some points";

const fn row(
    id: &'static str,
    family: &'static str,
    sampling: Sampling,
    spread: f64,
    why: &'static str,
) -> Floor {
    Floor { id, family, sampling, spread, why }
}

/// All parameters that are summed up. The numbers are this project's own choice and not from a
/// standard: defaults, to be configured once wards have looked at them.
#[rustfmt::skip]
pub static FLOORS: &[Floor] = &[
    row("hr.ecg",        "rate",        Sampling::Continuous, 4.0, RATE),
    row("pr",            "rate",        Sampling::Continuous, 4.0, RATE),
    row("pr.spo2",       "rate",        Sampling::Continuous, 4.0, RATE),
    row("pr.pleth",      "rate",        Sampling::Continuous, 4.0, RATE),
    row("spo2",          "oxygen",      Sampling::Continuous, 1.0, SATURATION),
    row("spo2.pre",      "oxygen",      Sampling::Continuous, 1.0, SATURATION),
    row("spo2.post",     "oxygen",      Sampling::Continuous, 1.0, SATURATION),
    row("abp.sys",       "pressure",    Sampling::Continuous, 5.0, ARTERIAL),
    row("abp.dia",       "pressure",    Sampling::Continuous, 4.0, ARTERIAL),
    row("abp.mean",      "pressure",    Sampling::Continuous, 4.0, ARTERIAL),
    row("art.sys",       "pressure",    Sampling::Continuous, 5.0, ARTERIAL),
    row("art.dia",       "pressure",    Sampling::Continuous, 4.0, ARTERIAL),
    row("art.mean",      "pressure",    Sampling::Continuous, 4.0, ARTERIAL),
    row("uap.sys",       "pressure",    Sampling::Continuous, 5.0, ARTERIAL),
    row("uap.dia",       "pressure",    Sampling::Continuous, 4.0, ARTERIAL),
    row("uap.mean",      "pressure",    Sampling::Continuous, 4.0, ARTERIAL),
    row("nibp.sys",      "pressure",    Sampling::Spot,       8.0, CUFF),
    row("nibp.dia",      "pressure",    Sampling::Spot,       6.0, CUFF),
    row("nibp.mean",     "pressure",    Sampling::Spot,       6.0, CUFF),
    row("nibp.cuff.sys", "pressure",    Sampling::Spot,       8.0, CUFF),
    row("nibp.cuff.dia", "pressure",    Sampling::Spot,       6.0, CUFF),
    row("nibp.cuff.mean", "pressure",   Sampling::Spot,       6.0, CUFF),
    row("cvp.mean",      "venous",      Sampling::Continuous, 2.0, LOW_PRESSURE),
    row("pap.sys",       "pulmonary",   Sampling::Continuous, 4.0, LUNG_PRESSURE),
    row("pap.mean",      "pulmonary",   Sampling::Continuous, 3.0, LUNG_PRESSURE),
    row("icp.mean",      "brain",       Sampling::Continuous, 2.0, LOW_PRESSURE),
    row("cpp",           "perfusion",   Sampling::Continuous, 4.0, ARTERIAL),
    row("rr",            "breath",      Sampling::Continuous, 2.0, BREATHS),
    row("rr.imp",        "breath",      Sampling::Continuous, 2.0, BREATHS),
    row("rr.co2",        "breath",      Sampling::Continuous, 2.0, BREATHS),
    row("rr.away",       "breath",      Sampling::Continuous, 2.0, BREATHS),
    row("vent.rr_total", "breath",      Sampling::Continuous, 2.0, BREATHS),
    row("etco2",         "co2",         Sampling::Continuous, 2.0, CARBON_DIOXIDE),
    row("etco2.pp",      "co2",         Sampling::Continuous, 2.0, CARBON_DIOXIDE),
    row("temp",          "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.core",     "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.blood",    "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.bladder",  "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.esoph",    "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.nasoph",   "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.rect",     "temperature", Sampling::Continuous, 0.2, WARMTH),
    row("temp.skin",     "skin",        Sampling::Continuous, 0.5, SKIN),
    row("fio2",          "inspired",    Sampling::Continuous, 2.0, FRACTION),
    row("vent.mve",      "ventilation", Sampling::Continuous, 0.5, VOLUME),
    row("vent.mv",       "ventilation", Sampling::Continuous, 0.5, VOLUME),
    row("vent.pip",      "airway",      Sampling::Continuous, 2.0, AIRWAY),
    row("bis",           "depth",       Sampling::Continuous, 5.0, DEPTH),
];

/// The row of a nomenclature id; `None`: it is not summed up.
pub fn floor(id: &str) -> Option<&'static Floor> {
    FLOORS.iter().find(|floor| floor.id == id)
}

#[cfg(test)]
mod tests {
    use vigie_model::nomenclature::{self, Role};

    use super::*;

    #[test]
    fn each_row_is_a_number_of_the_nomenclature_with_a_floor_above_zero() {
        for (at, floor) in FLOORS.iter().enumerate() {
            let metric = nomenclature::by_id(floor.id).expect(floor.id);
            assert_eq!(metric.role, Role::Numeric, "{}", floor.id);
            let (from, to) = metric.plausible;
            assert!(floor.spread > 0.0 && floor.spread * 10.0 < to - from, "{}", floor.id);
            assert!(!floor.why.is_empty());
            assert!(FLOORS.iter().skip(at + 1).all(|other| other.id != floor.id), "{}", floor.id);
        }
    }
}

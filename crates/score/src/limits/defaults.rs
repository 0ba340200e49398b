//! Default watch limits by category.

use vigie_model::{Decimal, PatientCategory, Text, WatchLimit};

/// How well a number is attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attested {
    /// Read in manuals of monitors: which.
    Read(&'static str),
    /// Written down from memory: a default, to be configured by the unit.
    Memory,
    /// The adult numbers were read, those of children and newborns are from memory.
    AdultRead(&'static str),
}

/// Low and high limit in hundredths of the unit; `None`: not watched on that side.
pub type Pair = (Option<i32>, Option<i32>);

/// The defaults of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultLimit {
    /// Nomenclature ids that it is for.
    pub ids: &'static [&'static str],
    /// For adults.
    pub adult: Pair,
    /// For children.
    pub paediatric: Pair,
    /// For newborns.
    pub neonate: Pair,
    /// Digits behind the point that the limits are shown with.
    pub decimals: u8,
    /// Where the numbers come from.
    pub attested: Attested,
}

impl DefaultLimit {
    /// The limits of a category.
    pub fn of(&self, category: PatientCategory) -> Pair {
        match category {
            PatientCategory::Adult => self.adult,
            PatientCategory::Paediatric => self.paediatric,
            PatientCategory::Neonate => self.neonate,
        }
    }
}

const RATE: &[&str] = &["hr.ecg", "pr", "pr.spo2", "pr.pleth", "pr.nibp"];
const SYSTOLIC: &[&str] =
    &["nibp.sys", "nibp.cuff.sys", "bp.sys", "abp.sys", "art.sys", "aorta.sys", "uap.sys"];
const DIASTOLIC: &[&str] =
    &["nibp.dia", "nibp.cuff.dia", "bp.dia", "abp.dia", "art.dia", "aorta.dia", "uap.dia"];
const MEAN: &[&str] =
    &["nibp.mean", "nibp.cuff.mean", "bp.mean", "abp.mean", "art.mean", "aorta.mean", "uap.mean"];
const BREATHS: &[&str] = &["rr", "rr.imp", "rr.co2", "rr.away"];
const CO2: &[&str] = &["etco2", "etco2.pp"];
const BODY: &[&str] = &[
    "temp",
    "temp.core",
    "temp.tymp",
    "temp.esoph",
    "temp.nasoph",
    "temp.rect",
    "temp.oral",
    "temp.blood",
    "temp.bladder",
    "temp.axil",
];
const ST: &[&str] = &[
    "ecg.st.I",
    "ecg.st.II",
    "ecg.st.III",
    "ecg.st.aVR",
    "ecg.st.aVL",
    "ecg.st.aVF",
    "ecg.st.V1",
    "ecg.st.V2",
    "ecg.st.V3",
    "ecg.st.V4",
    "ecg.st.V5",
    "ecg.st.V6",
];

const RATE_READ: Attested = Attested::Read("manuals of Contec CMS8000 and Edan M3A");
const SATURATION_READ: Attested = Attested::Read("manuals of Contec CMS8000, Edan, Mindray TM80");
const PRESSURE_READ: Attested = Attested::AdultRead("manuals of Mindray");

const fn both(low: i32, high: i32) -> Pair {
    (Some(low * 100), Some(high * 100))
}

const fn high(high: i32) -> Pair {
    (None, Some(high * 100))
}

const NONE: Pair = (None, None);

const fn row(
    ids: &'static [&'static str],
    adult: Pair,
    paediatric: Pair,
    neonate: Pair,
    attested: Attested,
) -> DefaultLimit {
    DefaultLimit { ids, adult, paediatric, neonate, decimals: 0, attested }
}

/// SpO2 in percent below which a desaturation is meant, in every category (manuals of Contec CMS8000,
/// Edan and Mindray TM80).
pub const DESATURATION_LOW: i64 = 80;

/// All defaults with fixed numbers. What depends on a setting or on an average has its own functions:
/// [`around_setting`], [`paw_high`].
pub static DEFAULTS: &[DefaultLimit] = &[
    row(RATE, both(50, 120), both(75, 160), both(100, 200), RATE_READ),
    // Edan gives newborns 90 to 95; the wider pair is taken.
    row(&["spo2"], both(90, 100), both(90, 100), both(85, 95), SATURATION_READ),
    // From memory in a newborn: the low limit of the systolic pressure among them.
    row(SYSTOLIC, both(90, 160), both(70, 120), both(55, 90), PRESSURE_READ),
    row(DIASTOLIC, both(50, 90), both(40, 70), both(20, 60), PRESSURE_READ),
    row(MEAN, both(60, 110), both(50, 90), both(36, 70), PRESSURE_READ),
    row(BREATHS, both(8, 30), both(8, 30), both(30, 100), Attested::Memory),
    row(&["apnea.time"], high(20), high(20), high(20), Attested::Memory),
    row(CO2, both(25, 50), both(25, 50), both(30, 45), Attested::Memory),
    row(&["fico2"], high(4), high(4), high(4), Attested::Memory),
    DefaultLimit {
        decimals: 1,
        ..row(BODY, both(36, 39), both(36, 39), both(36, 39), Attested::Memory)
    },
    row(&["cvp.mean"], both(0, 10), both(2, 10), both(2, 10), Attested::Memory),
    row(&["pap.sys"], both(10, 35), both(10, 35), both(10, 35), Attested::Memory),
    row(&["pap.dia"], both(0, 16), both(0, 16), both(0, 16), Attested::Memory),
    row(&["pap.mean"], both(0, 20), both(0, 20), both(0, 20), Attested::Memory),
    // The adult pair as LIFEPAK has it; the others from memory.
    row(
        &["icp.mean"],
        both(0, 18),
        both(0, 10),
        both(0, 10),
        Attested::AdultRead("manual of LIFEPAK"),
    ),
    row(&["cpp"], (Some(6_000), None), NONE, NONE, Attested::Memory),
    DefaultLimit { decimals: 2, ..row(ST, (Some(-20), Some(20)), NONE, NONE, Attested::Memory) },
    // Adults: `paw_high`.
    row(&["vent.pip", "vent.pmax"], NONE, high(30), high(30), Attested::Memory),
    row(&["bis"], both(20, 70), both(20, 70), both(20, 70), Attested::Memory),
];

/// The defaults of a category, one entry an id, in the order of [`DEFAULTS`]. A patient whose category
/// is not known has none.
pub fn defaults(category: PatientCategory) -> Vec<WatchLimit> {
    let limits = DEFAULTS.iter().flat_map(|row| {
        let (low, high) = row.of(category);
        let decimal = |hundredths: Option<i32>| {
            hundredths.map(|value| Decimal::new(i64::from(value), -2).rounded(row.decimals))
        };
        let (low, high) = (decimal(low), decimal(high));
        row.ids.iter().map(move |id| WatchLimit { id: Text::from(*id), low, high })
    });
    limits.filter(|limit| limit.low.is_some() || limit.high.is_some()).collect()
}

/// Inspired oxygen: percent of the setting, and at least so many percent of oxygen (manual of the
/// Synovent ventilators). As the setting is at most 100, the second always decides.
pub const FIO2_AROUND: (i64, i64) = (7, 10);
/// Minute volume: percent of the setting, from memory; no least distance.
pub const MINUTE_VOLUME_AROUND: (i64, i64) = (40, 0);

/// Limits around what a person set on a ventilator: inspired oxygen and minute volume. `None` for
/// anything else, and for a setting that is not plausible.
pub fn around_setting(id: &str, setting: Decimal) -> Option<(Decimal, Decimal)> {
    let ((percent, least), decimals) = match id {
        "fio2" => (FIO2_AROUND, 0),
        "vent.mv" | "vent.mve" | "vent.mvi" => (MINUTE_VOLUME_AROUND, 1),
        _ => return None,
    };
    if !super::is_plausible(id, setting)? {
        return None;
    }
    // Plausible settings are small: hundred-thousandths of them are exact and far from any overflow.
    let value = setting.rounded(3).mantissa() * 100;
    let distance = (setting.rounded(3).mantissa() * percent).max(least * 100_000);
    let limit = |value: i64| Decimal::new(value, -5).rounded(decimals);
    Some((limit(value - distance), limit(value + distance)))
}

/// The high limit of an adult's airway pressure in cmH2O, from the average of the peaks: 10 above it,
/// and at least 35 (manual of the Synovent ventilators). `None` for an average that is not plausible.
pub fn paw_high(average_peak: Decimal) -> Option<Decimal> {
    if !super::is_plausible("vent.pip", average_peak)? {
        return None;
    }
    Some(Decimal::whole((average_peak.rounded(0).mantissa() + 10).max(35)))
}

#[cfg(test)]
mod tests {
    use vigie_model::nomenclature;

    use super::*;

    fn of(category: PatientCategory, id: &str) -> (Option<String>, Option<String>) {
        let limits = defaults(category);
        let limit = limits.iter().find(|limit| limit.id.as_str() == id);
        let text = |value: Option<Decimal>| value.map(|value| value.to_string());
        limit.map_or((None, None), |limit| (text(limit.low), text(limit.high)))
    }

    #[test]
    fn each_row_is_sound() {
        let mut seen = Vec::new();
        for row in DEFAULTS {
            for id in row.ids {
                let metric = nomenclature::by_id(id).expect(id);
                assert!(!seen.contains(id), "{id} has two rows");
                seen.push(id);
                for (low, high) in [row.adult, row.paediatric, row.neonate] {
                    for limit in [low, high].into_iter().flatten() {
                        assert!(metric.is_plausible(f64::from(limit) / 100.0), "{id} {limit}");
                    }
                    if let (Some(low), Some(high)) = (low, high) {
                        assert!(low < high, "{id}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_defaults_of_each_category() {
        use PatientCategory::{Adult, Neonate, Paediatric};
        let cases = [
            ("hr.ecg", [("50", "120"), ("75", "160"), ("100", "200")]),
            ("pr.spo2", [("50", "120"), ("75", "160"), ("100", "200")]),
            ("spo2", [("90", "100"), ("90", "100"), ("85", "95")]),
            ("nibp.sys", [("90", "160"), ("70", "120"), ("55", "90")]),
            ("abp.dia", [("50", "90"), ("40", "70"), ("20", "60")]),
            ("art.mean", [("60", "110"), ("50", "90"), ("36", "70")]),
            ("rr", [("8", "30"), ("8", "30"), ("30", "100")]),
            ("etco2", [("25", "50"), ("25", "50"), ("30", "45")]),
            ("temp", [("36.0", "39.0"), ("36.0", "39.0"), ("36.0", "39.0")]),
            ("cvp.mean", [("0", "10"), ("2", "10"), ("2", "10")]),
            ("icp.mean", [("0", "18"), ("0", "10"), ("0", "10")]),
            ("bis", [("20", "70"), ("20", "70"), ("20", "70")]),
        ];
        for (id, expected) in cases {
            for (category, (low, high)) in [Adult, Paediatric, Neonate].into_iter().zip(expected) {
                let expected = (Some(low.to_owned()), Some(high.to_owned()));
                assert_eq!(of(category, id), expected, "{id} {category:?}");
            }
        }
        assert_eq!(of(Adult, "apnea.time"), (None, Some("20".to_owned())));
        assert_eq!(of(Adult, "cpp"), (Some("60".to_owned()), None));
        assert_eq!(of(Neonate, "cpp"), (None, None));
        assert_eq!(of(Adult, "ecg.st.V5"), (Some("-0.20".to_owned()), Some("0.20".to_owned())));
        assert_eq!(of(Adult, "vent.pip"), (None, None), "depends on the patient");
        assert_eq!(of(Paediatric, "vent.pip"), (None, Some("30".to_owned())));
    }

    #[test]
    fn limits_around_a_setting() {
        let around = |id, mantissa, exponent| {
            around_setting(id, Decimal::new(mantissa, exponent))
                .map(|(low, high)| (low.to_string(), high.to_string()))
        };
        assert_eq!(around("fio2", 40, 0), Some(("30".to_owned(), "50".to_owned())));
        assert_eq!(around("vent.mve", 75, -1), Some(("4.5".to_owned(), "10.5".to_owned())));
        assert_eq!(around("fio2", 101, 0), None);
        assert_eq!(around("hr.ecg", 80, 0), None);
        assert_eq!(paw_high(Decimal::whole(20)), Some(Decimal::whole(35)));
        assert_eq!(paw_high(Decimal::new(265, -1)), Some(Decimal::whole(37)));
        assert_eq!(paw_high(Decimal::whole(400)), None);
    }
}

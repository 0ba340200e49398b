//! Limits of the station's own: defaults by category, "tighten around now", and plausible spans.
//!
//! The bedside monitor's limits rule. These seed *watch limits*, which are off until the unit's
//! configuration states its policy, are labelled as the station's own, and are never sent to a device.
//! No number here is a claim of conformity: each row says how well it is attested ([`Attested`]), and
//! all of them stay configurable.

mod defaults;
mod tighten;

use vigie_model::{Decimal, nomenclature};

pub use defaults::{
    Attested, DEFAULTS, DESATURATION_LOW, DefaultLimit, FIO2_AROUND, MINUTE_VOLUME_AROUND, Pair,
    around_setting, defaults, paw_high,
};
pub use tighten::tighten;

/// The span outside which a value is implausible, in the unit of the nomenclature; `None`: the id is
/// not known. The spans stand in [`nomenclature::METRICS`] and nowhere else.
pub fn plausible_span(id: &str) -> Option<(f64, f64)> {
    nomenclature::by_id(id).map(|metric| metric.plausible)
}

/// Whether a value is plausible; `None`: the id is not known, nothing can be said.
pub fn is_plausible(id: &str, value: Decimal) -> Option<bool> {
    nomenclature::by_id(id).map(|metric| metric.is_plausible(value.to_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The spans that the station is meant to use, written by hand: the rows must say the same.
    #[test]
    fn the_nomenclature_has_the_spans_of_devices() {
        let spans = [
            ("hr.ecg", (0.0, 350.0)),
            ("pr.spo2", (0.0, 350.0)),
            ("spo2", (0.0, 100.0)),
            ("abp.sys", (-50.0, 360.0)),
            ("nibp.sys", (0.0, 300.0)),
            ("cvp.mean", (-50.0, 150.0)),
            ("icp.mean", (-50.0, 150.0)),
            ("rr", (0.0, 200.0)),
            ("etco2", (0.0, 150.0)),
            ("temp", (0.0, 50.0)),
            ("fio2", (15.0, 100.0)),
            ("vent.vt", (0.0, 3_000.0)),
            ("vent.mve", (0.0, 100.0)),
            ("vent.peep", (0.0, 60.0)),
            ("vent.pip", (-30.0, 150.0)),
            ("co", (0.0, 25.0)),
            ("bis", (0.0, 100.0)),
            ("pump.rate", (0.0, 2_000.0)),
        ];
        for (id, span) in spans {
            assert_eq!(plausible_span(id), Some(span), "{id}");
        }
        assert_eq!(plausible_span("no.such.id"), None);
        assert_eq!(is_plausible("spo2", Decimal::whole(100)), Some(true));
        assert_eq!(is_plausible("spo2", Decimal::new(1001, -1)), Some(false));
        assert_eq!(is_plausible("no.such.id", Decimal::whole(1)), None);
    }
}

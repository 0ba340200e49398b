//! Limits, and what they find wrong.

use super::breathing::Breathing;

/// Limits as they are set. Of usual patients, our choice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// cmH2O.
    pub(super) pressure_high: f64,
    /// L/min.
    pub(super) minute_high: f64,
    /// L/min.
    pub(super) minute_low: f64,
    /// mL.
    pub(super) tidal_high: f64,
    /// mL.
    pub(super) tidal_low: f64,
    /// Breaths a minute.
    pub(super) rate_high: f64,
}

/// The limits.
pub(super) const LIMITS: Limits = Limits {
    pressure_high: 40.0,
    minute_high: 15.0,
    minute_low: 3.0,
    tidal_high: 900.0,
    tidal_low: 200.0,
    rate_high: 30.0,
};

/// What is wrong, as both lists have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) apnoea: bool,
    pub(super) pressure_high: bool,
    pub(super) minute_high: bool,
    pub(super) minute_low: bool,
    pub(super) tidal_high: bool,
    pub(super) tidal_low: bool,
    pub(super) rate_high: bool,
}

impl Findings {
    /// What the last breaths show.
    pub(super) fn of(breathing: &Breathing) -> Findings {
        let mut findings = Findings { apnoea: breathing.is_apnoea(), ..Findings::default() };
        if let Some(last) = breathing.last() {
            findings.pressure_high = last.peak > LIMITS.pressure_high;
            findings.tidal_high = last.vt_out > LIMITS.tidal_high;
            findings.tidal_low = last.vt_out < LIMITS.tidal_low;
        }
        if let Some((rate, minute, _)) = breathing.minute() {
            findings.rate_high = rate > LIMITS.rate_high;
            findings.minute_high = minute > LIMITS.minute_high;
            findings.minute_low = minute < LIMITS.minute_low;
        }
        findings
    }
}

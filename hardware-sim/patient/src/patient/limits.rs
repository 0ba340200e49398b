//! What a monitor finds wrong, by limits of an adult and with its delays.
//!
//! Limits and delays are of the kind that bedside monitors ship with for adults, chosen for drills: no
//! maker's table is claimed, and nothing real is judged by them. A finding ends where its limit is
//! passed back by the hysteresis: nothing latches here.

use super::{Finding, Vital};

/// Samples of 500 Hz.
const SECOND: i64 = 500;

/// Without a beat for so long it is asystole.
pub const ASYSTOLE_AFTER_SECONDS: i64 = 4;
/// Without a breath for so long it is apnoea.
pub const APNOEA_AFTER_SECONDS: i64 = 20;
/// So many ventricular beats in a row are a tachycardia...
pub const VENTRICULAR_RUN: u32 = 5;
/// ... when they come faster than this, beats a minute.
pub const VENTRICULAR_RATE: f64 = 100.0;
/// A pressure line whose mean is lower is open or disconnected, mmHg.
pub const DISCONNECTED_UNDER: f64 = 10.0;

/// One limit of one number.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is found beyond it.
    pub finding: Finding,
    /// Of which number.
    pub vital: Vital,
    /// Whether it is a lower limit.
    pub low: bool,
    /// The limit, in the unit of the number.
    pub limit: f64,
    /// How far back the number must come.
    pub hysteresis: f64,
    /// For how long it must be beyond, seconds.
    pub delay_seconds: i64,
}

const fn limit(
    finding: Finding,
    vital: Vital,
    low: bool,
    limit: f64,
    hysteresis: f64,
    delay_seconds: i64,
) -> Limit {
    Limit { finding, vital, low, limit, hysteresis, delay_seconds }
}

/// All limits. The rate has no delay: its average is one.
pub const LIMITS: [Limit; 12] = [
    // 20 beyond the yellow limit, as monitors do, and not under 40.
    limit(Finding::ExtremeBradycardia, Vital::HeartRate, true, 40.0, 1.0, 0),
    limit(Finding::ExtremeTachycardia, Vital::HeartRate, false, 140.0, 2.0, 0),
    limit(Finding::HeartRateLow, Vital::HeartRate, true, 50.0, 1.0, 0),
    limit(Finding::HeartRateHigh, Vital::HeartRate, false, 120.0, 2.0, 0),
    limit(Finding::Desaturation, Vital::SpO2, true, 80.0, 1.0, 6),
    limit(Finding::SpO2Low, Vital::SpO2, true, 90.0, 1.0, 6),
    limit(Finding::RespLow, Vital::RespRate, true, 8.0, 1.0, 6),
    limit(Finding::RespHigh, Vital::RespRate, false, 30.0, 1.0, 6),
    limit(Finding::AbpLow, Vital::AbpSystolic, true, 90.0, 2.0, 6),
    limit(Finding::AbpHigh, Vital::AbpSystolic, false, 160.0, 2.0, 6),
    limit(Finding::AbpLow, Vital::AbpMean, true, 60.0, 2.0, 6),
    limit(Finding::AbpHigh, Vital::AbpMean, false, 110.0, 2.0, 6),
];

/// Where the first holds, the others are not told: it says more.
const COVERS: &[(Finding, &[Finding])] = &[
    (
        Finding::Asystole,
        &[
            Finding::VentricularTachycardia,
            Finding::ExtremeBradycardia,
            Finding::ExtremeTachycardia,
            Finding::HeartRateLow,
            Finding::HeartRateHigh,
        ],
    ),
    (Finding::VentricularTachycardia, &[Finding::ExtremeTachycardia, Finding::HeartRateHigh]),
    (Finding::ExtremeBradycardia, &[Finding::HeartRateLow]),
    (Finding::ExtremeTachycardia, &[Finding::HeartRateHigh]),
    (Finding::Desaturation, &[Finding::SpO2Low]),
    (Finding::Apnoea, &[Finding::RespLow]),
    (Finding::AbpDisconnected, &[Finding::AbpLow]),
];

/// What is known of one limit.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    /// Since when the number is beyond.
    since: Option<i64>,
    told: bool,
}

/// All limits over time.
#[derive(Debug, Default)]
pub(super) struct Watches {
    of: [Watch; LIMITS.len()],
}

impl Watches {
    /// What is found now, at this sample of 500 Hz: by limits, and `direct` by other ways. Most
    /// urgent first.
    pub(super) fn findings(
        &mut self,
        now: i64,
        values: &[(Vital, Option<f64>)],
        mut direct: Vec<Finding>,
    ) -> Vec<Finding> {
        for (limit, watch) in LIMITS.iter().zip(&mut self.of) {
            let value = values.iter().find(|(vital, _)| *vital == limit.vital);
            let Some(value) = value.and_then(|(_, value)| *value) else {
                *watch = Watch::default();
                continue;
            };
            let beyond = if limit.low { limit.limit - value } else { value - limit.limit };
            if beyond > 0.0 || (watch.told && beyond > -limit.hysteresis) {
                let since = *watch.since.get_or_insert(now);
                watch.told |= now - since >= limit.delay_seconds * SECOND;
            } else {
                *watch = Watch::default();
            }
            if watch.told {
                direct.push(limit.finding);
            }
        }
        let covered = |finding: &Finding| {
            COVERS.iter().any(|(by, covers)| direct.contains(by) && covers.contains(finding))
        };
        let mut found: Vec<Finding> =
            direct.iter().copied().filter(|finding| !covered(finding)).collect();
        found.sort_by_key(|finding| (finding.urgency(), *finding));
        found.dedup();
        found
    }
}

//! Who the patient is: what a seed decides once and nothing changes afterwards.

use vigie_session::rng::Rng;

/// One adult at rest. Ranges are those of a calm ward: inside the limits of [`super::limits`].
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Beats a minute.
    pub(super) heart_rate: f64,
    /// Respiratory sinus arrhythmia: share by which inspiration shortens a beat.
    pub(super) sinus_arrhythmia: f64,
    /// Premature ventricular beats a minute.
    pub(super) pvc_per_minute: f64,
    /// Beats a minute in bradycardia.
    pub(super) slow_rate: f64,
    /// Beats a minute in tachycardia.
    pub(super) fast_rate: f64,
    /// Beats a minute in ventricular tachycardia.
    pub(super) ventricular_rate: f64,
    /// Scale of each ECG lead (I, II, V).
    pub(super) lead_scale: [f64; 3],
    /// ST level in lead II, millivolt.
    pub(super) st: f64,
    /// Per cent.
    pub(super) spo2: f64,
    /// Scale of the pleth wave.
    pub(super) perfusion: f64,
    /// mmHg.
    pub(super) systolic: f64,
    /// mmHg.
    pub(super) diastolic: f64,
    /// Seconds from the R peak to the foot of the arterial pulse at the wrist.
    pub(super) arterial_delay: f64,
    /// Seconds from the R peak to the foot of the pulse at the finger.
    pub(super) finger_delay: f64,
    /// Breaths a minute.
    pub(super) breath_rate: f64,
    /// Impedance swing of a breath, ohm.
    pub(super) breath_depth: f64,
    /// End-tidal carbon dioxide, mmHg.
    pub(super) end_tidal: f64,
    /// Degree Celsius.
    pub(super) temp: f64,
    /// Seconds from the start until the cuff first inflates.
    pub(super) first_cuff: f64,
}

impl Person {
    pub(super) fn new(seed: u64) -> Person {
        let mut rng = Rng::new(seed);
        let mut between = |low: f64, high: f64| low + (high - low) * rng.unit();
        let systolic = between(106.0, 136.0);
        Person {
            heart_rate: between(57.0, 103.0),
            sinus_arrhythmia: between(0.015, 0.05),
            // Every second patient has hardly any.
            pvc_per_minute: (between(-3.0, 3.0)).max(0.0),
            slow_rate: between(33.0, 37.0),
            fast_rate: between(146.0, 156.0),
            ventricular_rate: between(155.0, 185.0),
            lead_scale: [between(0.85, 1.15), between(0.85, 1.25), between(0.8, 1.3)],
            st: between(-0.04, 0.06),
            spo2: between(94.6, 99.2),
            perfusion: between(0.7, 1.0),
            systolic,
            diastolic: systolic * between(0.56, 0.62),
            arterial_delay: between(0.15, 0.18),
            finger_delay: between(0.22, 0.27),
            breath_rate: between(11.0, 19.0),
            breath_depth: between(0.7, 1.4),
            end_tidal: between(33.0, 42.0),
            temp: between(36.4, 37.8),
            first_cuff: between(2.0, 20.0),
        }
    }
}

/// A number that wanders slowly and stays near 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Drift {
    at: f64,
}

impl Drift {
    /// One step of `dt` seconds: forgets itself over `memory` seconds, and is rarely over `size`.
    pub(super) fn step(&mut self, rng: &mut Rng, dt: f64, memory: f64, size: f64) -> f64 {
        // The sum of two uniform numbers has a deviation of 1/sqrt(6); the walk one of `size / 2.5`.
        let push = (rng.unit() + rng.unit() - 1.0) * 2.449 * (2.0 * dt / memory).sqrt();
        self.at += -self.at * dt / memory + push * size / 2.5;
        self.at = self.at.clamp(-size, size);
        self.at
    }
}

//! What a simulated ventilator is set up with.

use std::time::Duration;

use vigie_intellivue::wire::types::Civil;

/// How it ventilates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ventilation {
    /// `A/C`, `VC+`: the set rate, and a whole breath for each of the patient's.
    Assist,
    /// `SPONT`, `PS`: the patient's own breaths with support; apnoea ventilation when there are none.
    Spontaneous,
}

/// Which lists it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Software {
    /// `SNDF` and `SNDA`.
    Both,
    /// `SNDA` only.
    Old,
}

/// How a simulated ventilator is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VentilatorConfig {
    /// Number of the bed, from 1; names the simulated patient.
    pub bed: u16,
    /// What the rig calls it.
    pub label: String,
    /// Its own id, at most 18 characters; begins with SIM.
    pub id: String,
    /// Which patient, and all other chance. The monitor of the same seed watches the same patient.
    pub seed: u64,
    /// How it ventilates.
    pub ventilation: Ventilation,
    /// Which lists it knows.
    pub software: Software,
    /// The longest that an answer takes to begin; half of it at least.
    pub answers_within: Duration,
    /// What the wall clock shows when it is switched on.
    pub clock: Civil,
}

impl VentilatorConfig {
    /// A ventilator at a bed; every second one assists, the others support.
    pub fn new(bed: u16, seed: u64) -> VentilatorConfig {
        let ventilation =
            if bed.is_multiple_of(2) { Ventilation::Spontaneous } else { Ventilation::Assist };
        VentilatorConfig {
            bed,
            label: format!("SIM {bed}"),
            id: format!("SIM840-{bed:04}"),
            seed,
            ventilation,
            software: Software::Both,
            answers_within: Duration::from_millis(600),
            clock: Civil { year: 2026, month: 1, day: 1, hour: 12, minute: 0, second: 0 },
        }
    }

    /// How the station names this ventilator.
    pub fn device_key(&self) -> String {
        format!("puritan-bennett:{}", self.id)
    }
}

//! Breaths: chest impedance and the capnogram of one breathing. Times are samples of 62.5 Hz.

use vigie_session::rng::Rng;

use super::person::Person;
use super::raw::{BREATH_BLOCK, Wave};

/// Samples of a second.
const RATE: f64 = 62.5;
/// Share of a breath that is inspiration.
const INSPIRATION: f64 = 0.38;
/// Seconds in which fresh gas clears the sensor, and in which expired gas fills it.
const WASH: f64 = 0.22;
/// The sample of a breath at which the sensor is clear: the gas of the breath before is not of this one.
const WASHED_AT: u32 = (WASH * RATE) as u32 + 2;
/// Without flow the sensor loses its gas with this time constant, seconds.
const STALE_GAS: f64 = 2.0;

/// The breath that is on.
#[derive(Clone, Copy, Debug)]
struct Breath {
    /// Samples of it that are made.
    at: u32,
    length: u32,
    depth: f64,
    end_tidal: f64,
    /// What was at the sensor when it began.
    co2_before: f64,
}

#[derive(Debug)]
pub(super) struct Lungs {
    rng: Rng,
    breath: Option<Breath>,
    stopped: bool,
    co2: f64,
    depth: f64,
    /// mmHg above the usual, from not breathing.
    retained: f64,
    /// Blood flow through the lungs, 1 at rest.
    flow: f64,
}

/// From 0 to 1 with level ends.
fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

impl Lungs {
    pub(super) fn new(rng: Rng) -> Lungs {
        let (co2, depth, retained) = (0.0, 0.0, 0.0);
        Lungs { rng, breath: None, stopped: false, co2, depth, retained, flow: 1.0 }
    }

    /// Breathing stops after this breath, or begins again.
    pub(super) fn set_stopped(&mut self, stopped: bool) {
        self.stopped = stopped;
    }

    /// Whether no breath is on.
    pub(super) fn is_still(&self) -> bool {
        self.stopped && self.breath.is_none()
    }

    /// How deep the breath is now, 0 to 1.
    pub(super) fn depth(&self) -> f64 {
        self.depth
    }

    /// The next block: impedance, carbon dioxide. `flow` is the blood flow, 1 at rest.
    pub(super) fn waves(
        &mut self,
        person: &Person,
        flow: f64,
    ) -> (Wave<BREATH_BLOCK>, Wave<BREATH_BLOCK>) {
        let dt = BREATH_BLOCK as f64 / RATE;
        self.flow += (flow - self.flow) * dt / 15.0;
        if self.is_still() {
            // 3 to 4 mmHg a minute, as in apnoeic patients on oxygen.
            self.retained = (self.retained + dt * 3.5 / 60.0).min(30.0);
        } else {
            self.retained -= self.retained * dt / 40.0;
        }
        let (mut resp, mut co2) = ([0.0; BREATH_BLOCK], [0.0; BREATH_BLOCK]);
        let (mut starts, mut washed) = (Vec::new(), Vec::new());
        for (n, (resp, co2)) in resp.iter_mut().zip(&mut co2).enumerate() {
            if self.breath.is_none() && !self.stopped {
                starts.push(n);
                self.breath = Some(self.begin(person));
            }
            if let Some(breath) = &mut self.breath {
                (self.depth, self.co2) = breath.sample();
                breath.at += 1;
                if breath.at == WASHED_AT {
                    washed.push(n);
                }
                if breath.at >= breath.length {
                    self.breath = None;
                }
            } else {
                self.co2 -= self.co2 / (STALE_GAS * RATE);
                self.depth -= self.depth / (0.3 * RATE);
            }
            let hiss = self.rng.unit() - 0.5;
            *resp = (person.breath_depth * self.depth + 0.01 * hiss) as f32;
            *co2 = self.co2 as f32;
        }
        (Wave { samples: resp, starts }, Wave { samples: co2, starts: washed })
    }

    fn begin(&mut self, person: &Person) -> Breath {
        let mut about = |spread: f64| 1.0 + spread * (self.rng.unit() + self.rng.unit() - 1.0);
        let length = (60.0 / person.breath_rate * about(0.1) * RATE) as u32;
        let depth = about(0.12);
        let end_tidal =
            ((person.end_tidal + self.retained) * self.flow * about(0.015)).clamp(2.0, 90.0);
        Breath { at: 0, length, depth, end_tidal, co2_before: self.co2 }
    }
}

impl Breath {
    /// Depth and carbon dioxide at the sensor.
    fn sample(&self) -> (f64, f64) {
        let x = f64::from(self.at) / f64::from(self.length);
        let depth = if x < INSPIRATION {
            smooth(x / INSPIRATION)
        } else {
            // Out within two thirds of the rest, then a pause.
            1.0 - smooth((x - INSPIRATION) / ((1.0 - INSPIRATION) * 0.7))
        };
        let seconds = f64::from(self.at) / RATE;
        let out = (x - INSPIRATION - 0.03) * f64::from(self.length) / RATE;
        let fresh = self.co2_before * (1.0 - smooth(seconds / WASH));
        let plateau = 0.9 + 0.1 * ((x - INSPIRATION) / (1.0 - INSPIRATION)).clamp(0.0, 1.0);
        let expired = self.end_tidal * smooth(out / WASH) * plateau;
        (self.depth * depth, fresh + expired)
    }
}

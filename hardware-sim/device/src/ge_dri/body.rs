//! The patient on the monitor's seconds.

use std::collections::VecDeque;

use vigie_sim_patient::patient::{BLOCK, Block};
use vigie_sim_patient::script::PatientAct;
use vigie_sim_patient::{Finding, Patient, Signal, Vital};

/// Blocks kept: the second at hand and one more.
const KEPT: usize = 10;

/// The patient, and the last seconds of every wave.
#[derive(Debug)]
pub(super) struct Body {
    patient: Patient,
    made: u64,
    recent: VecDeque<Block>,
}

impl Body {
    pub(super) fn new(seed: u64) -> Body {
        Body { patient: Patient::new(seed), made: 0, recent: VecDeque::new() }
    }

    pub(super) fn apply(&mut self, act: &PatientAct) {
        self.patient.apply(act);
    }

    /// Lives on until second number `second` has passed.
    pub(super) fn live(&mut self, second: u64) {
        while u128::from(self.made) * BLOCK.as_millis() < u128::from(second) * 1_000 {
            self.recent.push_back(self.patient.next_block());
            self.made += 1;
            while self.recent.len() > KEPT {
                self.recent.pop_front();
            }
        }
    }

    /// The samples of the second that ended when `second` seconds had passed.
    pub(super) fn samples(&self, signal: Signal, second: u64, rate: u16) -> Vec<Option<f32>> {
        let first = self.made - self.recent.len() as u64;
        let block_ms = BLOCK.as_millis() as u64;
        (0..u64::from(rate))
            .map(|number| {
                let at_us =
                    second.saturating_sub(1) * 1_000_000 + number * 1_000_000 / u64::from(rate);
                let block = at_us / (block_ms * 1_000);
                let place = at_us % (block_ms * 1_000);
                let index = usize::try_from(block.checked_sub(first)?).ok()?;
                let trace = self.recent.get(index)?.trace(signal)?;
                let sample = place * trace.len() as u64 / (block_ms * 1_000);
                let value = trace.get(usize::try_from(sample).ok()?).copied()?;
                value.is_finite().then_some(value)
            })
            .collect()
    }

    /// A number: `None` when there is none.
    pub(super) fn vital(&self, vital: Vital) -> Option<f64> {
        self.recent.back().and_then(|block| block.vitals.get(vital))
    }

    /// Whether a sensor for it is connected at all.
    pub(super) fn has(&self, vital: Vital) -> bool {
        let vitals = self.recent.back().map(|block| &block.vitals);
        vitals.is_some_and(|vitals| vitals.values.iter().any(|(of, _)| *of == vital))
    }

    /// How many seconds had passed when the cuff measured last.
    pub(super) fn cuff_second(&self) -> Option<u64> {
        self.recent.back().and_then(|block| block.vitals.cuff_at).map(|at| at.as_secs())
    }

    /// What is wrong now.
    pub(super) fn findings(&self) -> &[Finding] {
        self.recent.back().map_or(&[], |block| &block.vitals.findings)
    }
}

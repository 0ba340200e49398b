//! A patient in whole seconds: waves are sent a second at a time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use vigie_model::MonoTime;
use vigie_sim_patient::patient::BLOCK;
use vigie_sim_patient::script::PatientAct;
use vigie_sim_patient::{Finding, Patient, Signal, Vital, Vitals};

/// A second is sent so long after it ended: by then all of its blocks are there.
pub(super) const LAG: Duration = Duration::from_millis(300);
const SECOND: Duration = Duration::from_secs(1);
/// All that a simulated patient may have.
const SIGNALS: [Signal; 7] = [
    Signal::EcgI,
    Signal::EcgII,
    Signal::EcgV,
    Signal::Pleth,
    Signal::Abp,
    Signal::Resp,
    Signal::Co2,
];

/// A patient and the seconds that are not sent yet.
#[derive(Debug)]
pub(super) struct Body {
    patient: Patient,
    since: MonoTime,
    blocks: u32,
    /// Samples that belong to no whole second yet; NaN where a sensor is off.
    waiting: BTreeMap<Signal, VecDeque<f32>>,
    pub(super) vitals: Vitals,
}

/// One second of all waves.
pub(super) type Second = BTreeMap<Signal, Vec<f32>>;

impl Body {
    pub(super) fn new(seed: u64, since: MonoTime) -> Body {
        Body {
            patient: Patient::new(seed),
            since,
            blocks: 0,
            waiting: BTreeMap::new(),
            vitals: Vitals::default(),
        }
    }

    pub(super) fn apply(&mut self, act: &PatientAct) {
        self.patient.apply(act);
    }

    /// Lives up to the end of second `number` (from 0) and hands it out. Respiration and carbon dioxide
    /// have 62.5 samples a second and are handed out with each held twice, so that every second has
    /// the same number.
    pub(super) fn second(&mut self, number: u32) -> Second {
        let end = SECOND * (number + 1);
        while BLOCK * self.blocks < end {
            let block = self.patient.next_block();
            self.blocks += 1;
            for signal in SIGNALS {
                let held = match signal {
                    Signal::Resp | Signal::Co2 => 2,
                    Signal::EcgI | Signal::EcgII | Signal::EcgV | Signal::Pleth | Signal::Abp => 1,
                };
                let waiting = self.waiting.entry(signal).or_default();
                let missing = vec![f32::NAN; signal.samples_of_block()];
                for sample in block.trace(signal).unwrap_or(&missing) {
                    waiting.extend(std::iter::repeat_n(*sample, held));
                }
            }
            self.vitals = block.vitals;
        }
        let mut second = Second::new();
        for (signal, waiting) in &mut self.waiting {
            let count = match signal {
                Signal::EcgI | Signal::EcgII | Signal::EcgV => 500,
                Signal::Pleth | Signal::Abp | Signal::Resp | Signal::Co2 => 125,
            };
            second.insert(*signal, waiting.drain(..count.min(waiting.len())).collect());
        }
        second
    }

    /// A number: `None` when the patient is not connected to it, `Some(None)` when it has no value.
    pub(super) fn vital(&self, vital: Vital) -> Option<Option<f64>> {
        self.vitals.values.iter().find(|(known, _)| *known == vital).map(|(_, value)| *value)
    }

    /// A number as its monitor would write it.
    pub(super) fn digits(vital: Vital, value: f64) -> String {
        format!("{value:.*}", usize::from(vital.digits()))
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.vitals.findings
    }

    /// When the cuff measured last, since the device was switched on.
    pub(super) fn cuff_at(&self) -> Option<Duration> {
        self.vitals.cuff_at
    }

    /// When second `number` is sent.
    pub(super) fn due(&self, number: u32) -> MonoTime {
        self.since + SECOND * (number + 1) + LAG
    }

    /// The first second that is not over long before `now`: what was missed is not made up for.
    pub(super) fn next_after(&self, number: u32, now: MonoTime) -> u32 {
        let passed = now.since(self.since + LAG).as_secs();
        let whole = u32::try_from(passed).unwrap_or(u32::MAX);
        number.max(whole.saturating_sub(1))
    }
}

//! The patient on the monitor's time grid: blocks of 256 ms with their ticks, and the newest numbers.
//!
//! As recorded on the serial line, a wave result lags the numbers of its round: the newest of its four
//! blocks begins 5,120 ticks before the time of the numbers.

use std::collections::VecDeque;
use std::time::Duration;

use vigie_model::MonoTime;
use vigie_sim_patient::patient::BLOCK;
use vigie_sim_patient::script::PatientAct;
use vigie_sim_patient::{Finding, Patient, Trace, Vital, Vitals};

use super::clock::{BLOCK_TICKS, MonitorClock};

/// From switching on to the first block that can be measured; so that blocks end between the rounds.
const OFFSET: Duration = Duration::from_millis(128);
/// The newest block of a round begins so many ticks before it.
const LAG_TICKS: u64 = 5_120;
/// Blocks that are kept: two rounds and what is newer than the lag.
const KEPT: usize = 12;

/// The patient, and what of the past may still be asked for.
#[derive(Debug)]
pub(super) struct Body {
    patient: Patient,
    /// The moment of the patient's first block.
    since: MonoTime,
    made: u32,
    recent: VecDeque<(u64, Vec<Trace>)>,
    vitals: Vitals,
}

impl Body {
    /// A patient whose time begins when the monitor is first switched on.
    pub(super) fn new(seed: u64, switched_on: MonoTime) -> Body {
        Body {
            patient: Patient::new(seed),
            since: switched_on + OFFSET,
            made: 0,
            recent: VecDeque::new(),
            vitals: Vitals::default(),
        }
    }

    /// Something happens to the patient now.
    pub(super) fn apply(&mut self, act: &PatientAct) {
        self.patient.apply(act);
    }

    /// The first moment not before `at` at which a monitor that is switched on finds the blocks where
    /// they belong on its grid.
    pub(super) fn on_grid(&self, at: MonoTime) -> MonoTime {
        let block = BLOCK.as_nanos();
        let passed = (at + OFFSET).since(self.since).as_nanos();
        let blocks = u32::try_from(passed.div_ceil(block)).unwrap_or(u32::MAX);
        (self.since + BLOCK * blocks).before(OFFSET)
    }

    /// Lives on up to round time `at`: all blocks that have ended by then.
    pub(super) fn live(&mut self, clock: &MonitorClock, at: MonoTime) {
        while self.since + BLOCK * (self.made + 1) + OFFSET <= at {
            let begins = self.since + BLOCK * self.made;
            let block = self.patient.next_block();
            self.made += 1;
            self.recent.push_back((clock.tick(begins), block.traces));
            self.vitals = block.vitals;
        }
        while self.recent.len() > KEPT {
            self.recent.pop_front();
        }
    }

    /// The monitor was switched off: what it knew of waves is gone.
    pub(super) fn forget(&mut self) {
        self.recent.clear();
    }

    /// Blocks of the round at `tick`, from `from` on, with their first ticks.
    pub(super) fn blocks(&self, tick: u64, from: u64) -> impl Iterator<Item = (u64, &[Trace])> {
        let last = tick.saturating_sub(LAG_TICKS);
        let is_in = move |first: u64| first >= from && first <= last;
        self.recent
            .iter()
            .filter(move |(first, _)| is_in(*first))
            .map(|(first, traces)| (*first, traces.as_slice()))
    }

    /// Where the waves of a poll begin whose first, empty result is of `tick`.
    pub(super) fn first_block(tick: u64) -> u64 {
        tick.saturating_sub(BLOCK_TICKS / 2)
    }

    /// What is wrong now.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.vitals.findings
    }

    /// A number: `None` when the patient is not connected to it, `Some(None)` when it has no value.
    pub(super) fn vital(&self, vital: Vital) -> Option<Option<f64>> {
        self.vitals.values.iter().find(|(known, _)| *known == vital).map(|(_, value)| *value)
    }

    /// When the cuff measured last.
    pub(super) fn cuff_at(&self) -> Option<MonoTime> {
        self.vitals.cuff_at.map(|at| self.since + at)
    }
}

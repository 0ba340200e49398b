//! Counts equal faults, so that a damaged line says what hurts and how often, not how often it hurts.

use std::{collections::BTreeMap, time::Duration};

use vigie_model::{Fault, FaultKind, MonoTime, Text};

use crate::DeviceIx;

/// The same fault is reported at most this often; in between it is counted.
pub const FAULT_PERIOD: Duration = Duration::from_secs(1);
/// Different faults counted apart; what comes on top is counted as one.
pub const FAULTS_MAX: usize = 64;
/// The text of faults that found no place of their own.
const FURTHER: &str = "further kinds of fault";

/// Whose fault it is; `None`: the line's, for devices beyond the cap.
pub(super) type Whose = Option<DeviceIx>;

#[derive(Clone, Copy, Debug)]
struct Tally {
    count: u32,
    due: MonoTime,
}

/// Faults not yet reported, and when each kind may be reported again.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    tallies: BTreeMap<(Whose, FaultKind, Text), Tally>,
}

impl Faults {
    /// Counts a fault; the first of its kind is due at once.
    pub(super) fn push(&mut self, now: MonoTime, whose: Whose, fault: Fault) {
        let mut name = (whose, fault.kind, fault.what);
        if self.tallies.len() >= FAULTS_MAX && !self.tallies.contains_key(&name) {
            self.tallies.retain(|_, tally| tally.count > 0 || tally.due > now);
            if self.tallies.len() >= FAULTS_MAX {
                name = (None, FaultKind::Capped, Text::from(FURTHER));
            }
        }
        let tally = self.tallies.entry(name).or_insert(Tally { count: 0, due: now });
        tally.count = tally.count.saturating_add(fault.count.max(1));
    }

    /// The next fault to report now, with the count since it was last reported.
    pub(super) fn pop_due(&mut self, now: MonoTime) -> Option<(Whose, Fault)> {
        let due = |tally: &Tally| tally.count > 0 && tally.due <= now;
        let ((whose, kind, what), tally) = self.tallies.iter_mut().find(|(_, tally)| due(tally))?;
        let fault = Fault { kind: *kind, what: what.clone(), count: tally.count };
        *tally = Tally { count: 0, due: now + FAULT_PERIOD };
        Some((*whose, fault))
    }

    /// When the next one is due.
    pub(super) fn next_due(&self) -> Option<MonoTime> {
        self.tallies.values().filter(|tally| tally.count > 0).map(|tally| tally.due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(what: &str) -> Fault {
        Fault { kind: FaultKind::Checksum, what: Text::from(what), count: 1 }
    }

    #[test]
    fn the_first_is_told_at_once_and_the_rest_by_the_second() {
        let mut faults = Faults::default();
        let start = MonoTime::from_nanos(5);
        for _ in 0..3 {
            faults.push(start, Some(DeviceIx::ONLY), fault("a"));
        }
        assert_eq!(faults.pop_due(start).unwrap().1.count, 3);
        assert_eq!(faults.next_due(), None);
        faults.push(start, Some(DeviceIx::ONLY), fault("a"));
        assert_eq!(faults.pop_due(start), None);
        assert_eq!(faults.next_due(), Some(start + FAULT_PERIOD));
        assert_eq!(faults.pop_due(start + FAULT_PERIOD).unwrap().1.count, 1);
    }

    #[test]
    fn endless_kinds_are_counted_together() {
        let mut faults = Faults::default();
        let now = MonoTime::START;
        for number in 0..1_000 {
            faults.push(now, None, fault(&number.to_string()));
        }
        let mut told = Vec::new();
        while let Some((_, fault)) = faults.pop_due(now) {
            told.push(fault);
        }
        assert_eq!(told.len(), FAULTS_MAX + 1);
        assert_eq!(told.iter().map(|fault| fault.count).sum::<u32>(), 1_000);
        assert!(told.iter().any(|fault| fault.kind == FaultKind::Capped && fault.count == 936));
        // Once told and quiet for a while, they make room.
        faults.push(now + FAULT_PERIOD, None, fault("new"));
        assert_eq!(faults.pop_due(now + FAULT_PERIOD).unwrap().1.what.as_str(), "new");
    }
}

//! What lasts as long as an association, and what was agreed when it began.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::wire::association::{Association, Package, PollProfileExtOptions, Profile};
use crate::wire::poll::PollResult;

use super::alarms::Alarms;
use super::common::CYCLE;
use super::linked::Linked;
use super::numerics::Numerics;
use super::texts::Texts;
use super::waves::Waves;

/// Polls whose sequence numbers are watched.
const POLLS_MAX: usize = 32;
/// Results that can overtake each other on a network: two bursts of waves.
const LATE_RESULTS_MAX: i16 = 8;

/// What lasts as long as an association: handles are new in the next.
#[derive(Debug, Default)]
pub(super) struct OneAssociation {
    pub(super) numerics: Numerics,
    pub(super) waves: Waves,
    pub(super) texts: Texts,
    pub(super) alarms: Alarms,
    pub(super) linked: Linked,
    /// Last sequence number of a poll, by class and invoke id.
    sequences: BTreeMap<(u16, u16), u16>,
}

impl OneAssociation {
    /// How many results of a poll are missing before this one. Sequence numbers count from 0 and begin
    /// anew when a poll is renewed.
    pub(super) fn missing(&mut self, invoke_id: u16, poll: &PollResult<'_>) -> u32 {
        let Some(sequence) = poll.sequence else { return 0 };
        let id = (poll.class.code, invoke_id);
        if self.sequences.len() >= POLLS_MAX && !self.sequences.contains_key(&id) {
            self.sequences.clear();
        }
        let Some(last) = self.sequences.insert(id, sequence) else { return 0 };
        let step = sequence.wrapping_sub(last).cast_signed();
        if (-LATE_RESULTS_MAX..0).contains(&step) && sequence != 0 {
            // Overtaken by its successors, which were counted already.
            self.sequences.insert(id, last);
        }
        // Parts of one result have one number; one much smaller is a renewal whose first is lost.
        if sequence != 0 && step > 1 { u32::from(step.unsigned_abs()) - 1 } else { 0 }
    }
}

/// How often numerics come: averages are delivered twice in the time they average over. With several
/// granted, the shortest counts.
pub(super) fn numerics_period(association: &Association<'_>) -> Option<Duration> {
    let periods = [
        (PollProfileExtOptions::NUMERICS_1S, CYCLE),
        (PollProfileExtOptions::NUMERICS_12S, Duration::from_secs(6)),
        (PollProfileExtOptions::NUMERICS_60S, Duration::from_secs(30)),
        (PollProfileExtOptions::NUMERICS_300S, Duration::from_secs(150)),
    ];
    let granted = granted(association)?;
    periods.into_iter().find(|(option, _)| granted.has(*option)).map(|(_, period)| period)
}

/// What may be polled periodically; `None` when the package for it is missing.
pub(super) fn granted(association: &Association<'_>) -> Option<PollProfileExtOptions> {
    let profiles = association.user.profiles.iter();
    let polls = profiles.filter_map(|profile| match profile {
        Profile::Poll(poll) => Some(poll),
        Profile::Objects(_) | Profile::Unknown { .. } => None,
    });
    let packages = polls.flat_map(|poll| &poll.packages);
    let granted = packages.filter_map(|package| match package {
        Package::PollProfileExt(extension) => Some(extension.options),
        Package::Unknown { .. } => None,
    });
    granted.reduce(|all, one| all | one)
}

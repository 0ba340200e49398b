//! Polls that run and polls that wait: what a client has asked for and still gets.

use std::collections::BTreeSet;
use std::time::Duration;

use vigie_intellivue::wire::Attribute;
use vigie_intellivue::wire::poll::{ExtendedPoll, SinglePoll};
use vigie_intellivue::wire::types::{AttributeGroup, ObjectClass, TypeId};
use vigie_model::MonoTime;

use super::clock::CYCLE_TICKS;

/// Single polls of one class: at most one in this time; more are ignored (guide, "Poll").
const SINGLE_POLL_GAP: Duration = Duration::from_secs(1);

/// A poll that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) invoke_id: u16,
    pub(super) poll_number: u16,
    pub(super) class: ObjectClass,
    pub(super) type_id: TypeId,
    pub(super) group: AttributeGroup,
    /// At most so many objects.
    pub(super) most: Option<u16>,
    /// How long, in ticks; `None`: one result.
    period: Option<u64>,
    /// The time of the first result.
    first: Option<u64>,
    sequence: u16,
    /// Where its waves go on, by their first tick; `None`: its first result is yet to come.
    pub(super) next_block: Option<u64>,
    /// Labels of waves that have told what they mean.
    pub(super) told: BTreeSet<u32>,
}

/// A single poll that waits for the next round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) invoke_id: u16,
    pub(super) poll: SinglePoll,
}

/// All polls of an association.
#[derive(Debug, Default)]
pub(super) struct Polls {
    pub(super) running: Vec<Running>,
    waiting: Vec<Waiting>,
    /// When a single poll of a class was taken last; of observed numbers apart.
    taken: Vec<((ObjectClass, bool), MonoTime)>,
}

impl Polls {
    /// A periodic poll begins, takes over from the one of its class before, or is renewed. The time
    /// grid stays; only the sequence number begins anew, as recorded.
    pub(super) fn start(&mut self, invoke_id: u16, class: ObjectClass, poll: &ExtendedPoll<'_>) {
        let mut period = None;
        let mut most = None;
        for attribute in &poll.attributes {
            if let Attribute::ActivePeriod(ticks) = attribute {
                period = Some(u64::from(ticks.0));
            } else if let Attribute::PrioritisedObjects(count) = attribute {
                most = Some(*count);
            }
        }
        let before = self.running.iter().position(|running| running.class == class);
        let before = before.map(|at| self.running.remove(at));
        let is_same_group = before.as_ref().is_some_and(|before| before.group == poll.group);
        let (next_block, told) = match before {
            Some(before) if is_same_group => (before.next_block, before.told),
            Some(before) => (before.next_block, BTreeSet::new()),
            None => (None, BTreeSet::new()),
        };
        self.running.push(Running {
            invoke_id,
            poll_number: poll.poll_number,
            class,
            type_id: poll.class,
            group: poll.group,
            most,
            period,
            first: None,
            sequence: 0,
            next_block,
            told,
        });
        // Numbers, alarms, waves: the order of a round.
        let order = [ObjectClass::Numeric, ObjectClass::AlertMonitor, ObjectClass::SampleArray];
        self.running.sort_by_key(|running| order.iter().position(|class| *class == running.class));
    }

    /// A single poll waits for the next round, or is one too many.
    pub(super) fn wait(
        &mut self,
        now: MonoTime,
        invoke_id: u16,
        class: ObjectClass,
        poll: SinglePoll,
    ) {
        let is_extra =
            class == ObjectClass::Numeric && poll.group == AttributeGroup::MetricObservedValue;
        let kind = (class, is_extra);
        match self.taken.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, at)) if now.since(*at) < SINGLE_POLL_GAP => return,
            Some((_, at)) => *at = now,
            None => self.taken.push((kind, now)),
        }
        self.waiting.push(Waiting { invoke_id, poll });
    }

    /// The single polls that are answered in this round.
    pub(super) fn take_waiting(&mut self) -> Vec<Waiting> {
        std::mem::take(&mut self.waiting)
    }

    /// Ends polls whose time is over before the round at `tick`.
    pub(super) fn expire(&mut self, tick: u64) {
        self.running.retain(|running| !running.is_over(tick));
    }
}

impl Running {
    /// A periodic poll is over after the first round past its end: 2 s are results at 0, 1.024 and
    /// 2.048 s, as recorded.
    fn is_over(&self, tick: u64) -> bool {
        let Some(first) = self.first else { return false };
        let Some(period) = self.period else { return true };
        tick.saturating_sub(first) > period.div_ceil(CYCLE_TICKS) * CYCLE_TICKS
    }

    /// Whether it asks for one result only.
    pub(super) fn is_single(&self) -> bool {
        self.period.is_none()
    }

    /// The number of the next result, which is of `tick`.
    pub(super) fn count(&mut self, tick: u64) -> u16 {
        self.first.get_or_insert(tick);
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        sequence
    }
}

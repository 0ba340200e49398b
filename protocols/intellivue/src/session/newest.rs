//! Which results are news: one that comes again, or after a newer one, says nothing of now.
//!
//! The newest time is kept for each class, over all polls of it; a single poll of labels has a place
//! of its own beside the poll of values. Sequence numbers begin anew with every renewal and cannot
//! tell; they tell apart what has the same time. A numeric result of time 0 says that nothing was
//! ever measured and takes no part.
//!
//! Waves differ: blocks that overtook each other fill their holes, so that within 2 s an older one
//! passes, and the second result of a poll may carry an earlier time than the empty first.
//!
//! A monitor that started anew unheard has a clock that went back. Its results count as late until
//! three came one after the other, as far apart on the monitor's clock as they came here, without a
//! newer one between, and of times that were not heard in the last two minutes. Values are late by
//! three periods then; what is played back faster or slower than it was measured never passes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use vigie_model::{MonoTime, Tick};

use crate::wire::poll::PollResult;
use crate::wire::types::{AttributeGroup, ObjectClass, RelativeTime};

use super::clocks::{self, Ticks};
use super::waves::LATE_TICKS_MAX;

/// Polls with a result of the same time.
const POLLS_MAX: usize = 32;
/// Results remembered for each class: 2 minutes of numerics, half a minute of waves.
const REMEMBERED: usize = 128;
/// Late results in a row that show that the clock went back.
const LATE_IN_ROW: u8 = 3;
/// Results that come closer than this are one burst, of which one counts.
const BURST: Duration = Duration::from_millis(500);

/// What a result is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not heard before, and nothing newer was.
    News,
    /// Waves that their successors have overtaken: they may fill a hole, and prove no life.
    Overtaken,
    /// Heard before, or its time was.
    Again,
    /// Something newer was heard.
    Late,
    /// The last of several late ones that show that the clock went back.
    Restart,
}

/// The newest results of a monitor.
#[derive(Debug, Default)]
pub(super) struct Newest {
    /// By class, and whether the values of now were asked for.
    rows: BTreeMap<(u16, bool), Row>,
}

/// Who asked: invoke id, poll number, group. Waves have several results of one time: their sequence.
type PollId = (u16, u16, u16, Option<u16>);

#[derive(Debug, Default)]
struct Row {
    newest: Option<Tick>,
    /// What came with the newest time.
    at_newest: Told,
    /// What came with time 0.
    at_zero: Told,
    /// Time, sequence number and part of recent results.
    recent: VecDeque<(u32, Option<u16>, Option<u8>)>,
    late: Option<LateRow>,
}

/// Parts of results, by poll and with the sequence number they share.
#[derive(Debug, Default)]
struct Told(BTreeMap<PollId, (Option<u16>, BTreeSet<Option<u8>>)>);

/// Late results in a row.
#[derive(Clone, Copy, Debug)]
struct LateRow {
    count: u8,
    time: RelativeTime,
    at: MonoTime,
}

impl Newest {
    /// The clock begins anew.
    pub(super) fn forget(&mut self) {
        self.rows.clear();
    }

    /// What a result is worth, or a linked part of one, with its count. `ticks` are those before it.
    pub(super) fn judge(
        &mut self,
        now: MonoTime,
        ticks: &Ticks,
        (invoke_id, poll, part): (u16, &PollResult<'_>, Option<u8>),
    ) -> Verdict {
        let is_wave = poll.class.class() == Some(ObjectClass::SampleArray);
        let row = self.rows.entry((poll.class.code, asks_for_now(poll.group))).or_default();
        let own = poll.sequence.filter(|_| is_wave);
        let id = (invoke_id, poll.poll_number, poll.group.into(), own);
        if poll.time.0 == 0 && poll.class.class() == Some(ObjectClass::Numeric) {
            return row.at_zero.take_next(id, poll.sequence, part);
        }
        let tick = ticks.near(poll.time);
        let verdict = match row.newest {
            Some(newest) if tick == newest => row.at_newest.take(id, poll.sequence, part),
            Some(newest) if tick < newest => {
                let is_known = row.recent.iter().any(|&(time, sequence, known_part)| {
                    let is_it = (sequence, known_part) == (poll.sequence, part);
                    time == poll.time.0 && (is_it || !is_wave)
                });
                if is_known {
                    Verdict::Again
                } else if is_wave && newest.0 - tick.0 <= LATE_TICKS_MAX {
                    Verdict::Overtaken
                } else {
                    row.late(now, poll.time)
                }
            }
            Some(_) | None => {
                row.newest = Some(tick);
                row.late = None;
                row.at_newest = Told::default();
                row.at_newest.take(id, poll.sequence, part)
            }
        };
        if matches!(verdict, Verdict::News | Verdict::Overtaken | Verdict::Late) {
            if row.recent.len() >= REMEMBERED {
                row.recent.pop_front();
            }
            row.recent.push_back((poll.time.0, poll.sequence, part));
        }
        verdict
    }
}

impl Row {
    fn late(&mut self, now: MonoTime, time: RelativeTime) -> Verdict {
        let first = LateRow { count: 1, time, at: now };
        let Some(last) = self.late else {
            self.late = Some(first);
            return Verdict::Late;
        };
        let step = time.ticks_since(last.time);
        let is_forward = !step.cast_signed().is_negative();
        let (there, here) = (clocks::duration(u64::from(step)), now.since(last.at));
        if is_forward && here < BURST {
            return Verdict::Late;
        }
        let is_in_step = is_forward && there <= here * 2 && here <= there * 2;
        let next = if is_in_step { LateRow { count: last.count + 1, ..first } } else { first };
        self.late = Some(next);
        if next.count >= LATE_IN_ROW { Verdict::Restart } else { Verdict::Late }
    }
}

impl Told {
    /// A part of a result of the same time.
    fn take(&mut self, id: PollId, sequence: Option<u16>, part: Option<u8>) -> Verdict {
        if self.0.len() >= POLLS_MAX && !self.0.contains_key(&id) {
            return Verdict::Again;
        }
        let (of, parts) = self.0.entry(id).or_insert_with(|| (sequence, BTreeSet::new()));
        // Another result of the same poll and time: its clock stands still.
        if *of == sequence && parts.insert(part) { Verdict::News } else { Verdict::Again }
    }

    /// The same, where only the sequence number tells one result from the next.
    fn take_next(&mut self, id: PollId, sequence: Option<u16>, part: Option<u8>) -> Verdict {
        if self.0.get(&id).is_some_and(|(of, _)| *of != sequence) {
            self.0.remove(&id);
        }
        self.take(id, sequence, part)
    }
}

/// Whether a group holds what changes from result to result.
pub(super) fn asks_for_now(group: AttributeGroup) -> bool {
    match group {
        AttributeGroup::All
        | AttributeGroup::MetricObservedValue
        | AttributeGroup::AlertMonitor => true,
        AttributeGroup::PatientDemographics
        | AttributeGroup::SystemApplication
        | AttributeGroup::SystemIdentification
        | AttributeGroup::SystemProduction
        | AttributeGroup::VmoDynamic
        | AttributeGroup::VmoStatic
        | AttributeGroup::Unknown(_) => false,
    }
}

//! What the monitor knows while it is switched on, as objects.

use std::collections::BTreeSet;

use vigie_intellivue::wire::types::{AttributeGroup, ObjectClass};
use vigie_model::MonoTime;

use super::alarms::Alarms;
use super::body::Body;
use super::clock::MonitorClock;
use super::config::MonitorConfig;
use super::demographics::Demographics;
use super::numerics::{Numerics, Surroundings, Wanted};
use super::polls::Running;
use super::priorities::Priorities;
use super::results::Object;
use super::system::{self, SystemState};
use super::waves;

/// Measurement-server objects stand in context 1, the others in context 0; both are always named.
const BOTH: &[u16] = &[0, 1];
const OWN: &[u16] = &[0];

/// A monitor that is switched on.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) clock: MonitorClock,
    pub(super) alarms: Alarms,
    pub(super) numerics: Numerics,
    pub(super) is_standby: bool,
    /// How many associations there were since.
    pub(super) associations: u16,
    /// Handles are other ones after every start.
    pub(super) handle_shift: u16,
    /// The round that comes next, from 1.
    pub(super) next_round: u64,
}

/// A round of results.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round<'a> {
    pub(super) at: MonoTime,
    pub(super) tick: u64,
    pub(super) config: &'a MonitorConfig,
    pub(super) body: &'a Body,
    pub(super) demographics: &'a Demographics,
    pub(super) priorities: &'a Priorities,
}

/// The objects of one result, and the contexts that it names.
pub(super) type Content = (&'static [u16], Vec<Object>);

impl Inside {
    /// What the monitor says about itself at a moment.
    pub(super) fn system<'a>(&'a self, config: &'a MonitorConfig, at: MonoTime) -> SystemState<'a> {
        SystemState {
            config,
            clock: &self.clock,
            at,
            associations: self.associations,
            is_standby: self.is_standby,
            handle_shift: self.handle_shift,
        }
    }

    /// A new round: what is wrong now, what was measured.
    pub(super) fn begin_round(&mut self, config: &MonitorConfig, body: &Body, tick: u64) {
        if !self.is_standby {
            self.alarms.round(body.findings());
        }
        let in_alarm = self.alarms.driving();
        let mut numerics = std::mem::take(&mut self.numerics);
        numerics.round(self.next_round, &self.surroundings(config, body, tick, &in_alarm));
        self.numerics = numerics;
    }

    /// The objects of a single poll, or of one result of a poll that is no wave poll.
    pub(super) fn objects(
        &self,
        round: &Round<'_>,
        class: ObjectClass,
        group: AttributeGroup,
        most: Option<u16>,
    ) -> Content {
        match class {
            ObjectClass::Numeric => {
                let wanted = Wanted { group, chosen: round.priorities.chosen_numerics(), most };
                let in_alarm = self.alarms.driving();
                let around = self.surroundings(round.config, round.body, round.tick, &in_alarm);
                (BOTH, self.numerics.objects(&wanted, &around))
            }
            ObjectClass::SampleArray => {
                let has_samples =
                    matches!(group, AttributeGroup::All | AttributeGroup::MetricObservedValue);
                let block = round.body.blocks(round.tick, 0).last();
                let block = block.filter(|_| has_samples && !self.is_standby);
                let chosen = round.priorities.sent_waves();
                let how = (round.config.is_demo, self.handle_shift);
                let mut objects = waves::objects(group, chosen, block, &mut BTreeSet::new(), how);
                objects.truncate(most.map_or(usize::MAX, usize::from));
                (BOTH, objects)
            }
            ObjectClass::AlertMonitor => {
                let how = (round.config.is_demo, self.is_standby);
                (OWN, vec![self.alarms.object(group, how, self.handle_shift)])
            }
            ObjectClass::Mds => (OWN, vec![self.system(round.config, round.at).object(group)]),
            ObjectClass::PatientDemographics => {
                (OWN, vec![round.demographics.object(group, round.config.mac)])
            }
            ObjectClass::Enumeration => (BOTH, system::enumerations(group, self.handle_shift)),
            ObjectClass::Vmo
            | ObjectClass::Vmd
            | ObjectClass::CompositeSingleBedMds
            | ObjectClass::SimpleMds
            | ObjectClass::Battery
            | ObjectClass::Unknown(_) => (OWN, Vec::new()),
        }
    }

    /// The results of a wave poll in a round: the first holds no samples, each later one a block.
    pub(super) fn waves(&self, round: &Round<'_>, poll: &mut Running) -> Vec<(u64, Content)> {
        let how = (round.config.is_demo, self.handle_shift);
        let chosen = round.priorities.sent_waves();
        let most = poll.most.map_or(usize::MAX, usize::from);
        let mut content = |block| {
            let mut objects = waves::objects(poll.group, chosen, block, &mut poll.told, how);
            objects.truncate(most);
            (BOTH, objects)
        };
        let Some(from) = poll.next_block else {
            poll.next_block = Some(Body::first_block(round.tick));
            let observed = poll.group == AttributeGroup::MetricObservedValue;
            let content = if observed { (BOTH, Vec::new()) } else { content(None) };
            return vec![(round.tick, content)];
        };
        let blocks: Vec<_> = round.body.blocks(round.tick, from).collect();
        let Some((last, _)) = blocks.last() else { return Vec::new() };
        poll.next_block = Some(last + super::clock::BLOCK_TICKS);
        if self.is_standby {
            let empty = |(first, _)| (first, (BOTH, Vec::new()));
            return blocks.into_iter().map(empty).collect();
        }
        blocks.into_iter().map(|block| (block.0, content(Some(block)))).collect()
    }

    fn surroundings<'a>(
        &'a self,
        config: &MonitorConfig,
        body: &'a Body,
        tick: u64,
        in_alarm: &'a [u16],
    ) -> Surroundings<'a> {
        Surroundings {
            body,
            clock: &self.clock,
            tick,
            is_demo: config.is_demo,
            is_standby: self.is_standby,
            in_alarm,
            handle_shift: self.handle_shift,
        }
    }
}

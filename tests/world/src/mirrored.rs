//! [`Mirrored`]: what each device last said is in alarm, held against what the board shows of it.
//!
//! It knows only what was told: sets, and names that devices gave. What it finds amiss is an alarm that
//! the board dropped, lowered, changed, or has made up.

use std::{collections::BTreeMap, time::Duration};

use vigie_board::view::{AnswerState, AttentionOf, BoardView, TileView};
use vigie_model::{
    AlarmId, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, DeviceKey, Event,
    Inactivation, MonoTime, Priority, Text,
};
use vigie_ward::Item;

/// Faults that are told; more are counted only.
const TOLD_MAX: usize = 20;
/// The attention list holds an alarm for so long after its end, and then goes by whether it latches.
const END_HOLD: Duration = Duration::from_secs(3);

/// All that devices said is in alarm.
#[derive(Debug, Default)]
pub struct Mirrored {
    devices: BTreeMap<DeviceKey, Said>,
    is_changed: bool,
    /// How often a device and its tile were compared.
    pub compared: u64,
    /// Alarms in those comparisons.
    pub alarms: u64,
    /// What differed.
    pub faults: Vec<String>,
}

/// What one device said.
#[derive(Debug, Default)]
struct Said {
    on: BTreeMap<(AlarmKind, AlarmId), Stated>,
    /// Those that ended, and when they were last on.
    ended: BTreeMap<Text, MonoTime>,
}

/// One alarm as stated.
#[derive(Clone, Debug, PartialEq)]
struct Stated {
    text: Text,
    priority: Priority,
    phase: AlarmPhase,
    inactivation: Option<Inactivation>,
}

impl Mirrored {
    /// The board was told.
    pub(crate) fn told(&mut self, item: &Item) {
        let Item::Heard(observation) = item else { return };
        let key = &observation.device;
        if let Event::Identity(info) = &observation.event
            && key.is_of_line()
            && let Some(said) = self.devices.remove(key)
        {
            self.devices.insert(info.key.clone(), said);
        } else if let Event::Alarms(set) = &observation.event {
            let said = self.devices.entry(key.clone()).or_default();
            self.is_changed |= said.take(set, observation.stamp.mono);
        }
    }

    /// Whether something was said since it was last asked.
    pub(crate) fn has_changed(&mut self) -> bool {
        std::mem::take(&mut self.is_changed)
    }

    /// Compares with what is shown.
    pub(crate) fn compare(&mut self, view: &BoardView) {
        let Mirrored { devices, compared, alarms, faults, .. } = self;
        for tile in &view.tiles {
            let Some(device) = &tile.device else { continue };
            let Some(said) = devices.get(&device.key) else { continue };
            *compared += 1;
            *alarms += said.on.len() as u64;
            for fault in said.differences(tile, view) {
                if faults.len() < TOLD_MAX {
                    faults.push(format!("{} at {:?}: {fault}", device.key.0, view.at));
                }
            }
        }
    }
}

impl Said {
    /// Takes a set in. `false`: it says what was known.
    fn take(&mut self, set: &AlarmSet, at: MonoTime) -> bool {
        let covers = |kind: AlarmKind| match set.scope {
            AlarmScope::All => true,
            AlarmScope::Physiological => kind == AlarmKind::Physiological,
            AlarmScope::Technical => kind == AlarmKind::Technical,
        };
        let before = self.on.clone();
        // Who does not know its alarms cannot say that one has ended.
        if set.truth != AlarmTruth::Unknown {
            self.on.retain(|(kind, _), _| !covers(*kind));
        }
        for alarm in set.active.iter() {
            let stated = Stated {
                text: alarm.text.clone(),
                priority: alarm.priority,
                phase: alarm.phase,
                inactivation: alarm.inactivation,
            };
            self.on.insert((alarm.kind, alarm.id.clone()), stated);
        }
        for (name, stated) in &before {
            if !self.on.contains_key(name) {
                self.ended.insert(stated.text.clone(), at);
            }
        }
        before != self.on
    }

    fn differences(&self, tile: &TileView, view: &BoardView) -> Vec<String> {
        let mut faults = Vec::new();
        let mut shown: Vec<String> = tile
            .alarms
            .list
            .iter()
            .map(|alarm| {
                let Stated { text, priority, phase, inactivation } = Stated {
                    text: alarm.text.clone(),
                    priority: alarm.priority,
                    phase: alarm.phase,
                    inactivation: alarm.inactivation,
                };
                format!("{:?} {text} {priority:?} {phase:?} {inactivation:?}", alarm.kind)
            })
            .collect();
        let mut said: Vec<String> = self
            .on
            .iter()
            .map(|((kind, _), Stated { text, priority, phase, inactivation })| {
                format!("{kind:?} {text} {priority:?} {phase:?} {inactivation:?}")
            })
            .collect();
        shown.sort_unstable();
        said.sort_unstable();
        if shown != said {
            faults.push(format!("said {said:?}, on the tile {shown:?}"));
        }
        let rows = view.attention.iter().filter(|row| row.bed == tile.bed);
        let listed: Vec<(&Text, Priority, AnswerState)> = rows
            .filter_map(|row| match &row.what {
                AttentionOf::Device { text, .. } => Some((text, row.priority, row.answer.state)),
                AttentionOf::Station { .. } => None,
            })
            .collect();
        for stated in self.on.values().filter(|stated| stated.priority >= Priority::Low) {
            if !listed
                .iter()
                .any(|(text, priority, _)| **text == stated.text && *priority >= stated.priority)
            {
                faults.push(format!("{stated:?} is not listed"));
            }
        }
        for (text, priority, state) in listed {
            let is_on = self.on.values().any(|stated| stated.text == *text);
            let has_just_ended =
                self.ended.get(text).is_some_and(|ended| view.at <= *ended + END_HOLD);
            if !is_on && !has_just_ended && state != AnswerState::Latched {
                faults.push(format!("{text} is listed ({priority:?}, {state:?}) and was not said"));
            }
        }
        faults
    }
}

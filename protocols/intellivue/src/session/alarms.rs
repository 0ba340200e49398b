//! Alarms: both lists of one complete result as one set.

use std::collections::BTreeMap;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Event, Inactivation, MetricKey,
    MonoTime, Priority, Text,
};

use crate::map;
use crate::wire::Attribute;
use crate::wire::alarm::{AlarmEntry, AlertInfo, AlertState, AlertType, DeviceAlertCondition};
use crate::wire::types::ManagedObjectId;

use super::common::Common;
use super::oddities::Oddity;

/// Without an alarm result for so long, the last one is not confirmed any more. As long as it takes
/// until a value that comes every 1.024 s counts as stale.
pub(super) const UNCONFIRMED_AFTER: std::time::Duration = std::time::Duration::from_secs(5);

/// The alarms of an association.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    /// Tells apart alarms of one source and code.
    numbers: BTreeMap<(u16, u16), Numbers>,
    /// When the last complete result came; `None` when there is nothing to confirm.
    confirmed: Option<MonoTime>,
}

/// The objects that are in alarm for the same reason, numbered as they came.
///
/// A number is given once as long as there is any of them: an alarm that ends while another begins
/// must not pass for the same one.
#[derive(Debug, Default)]
struct Numbers {
    given: u16,
    of: BTreeMap<(ManagedObjectId, usize), u16>,
}

impl Alarms {
    /// Until when the last set counts as confirmed.
    pub(super) fn confirmed_until(&self) -> Option<MonoTime> {
        self.confirmed.map(|at| at + UNCONFIRMED_AFTER)
    }

    /// No result came for too long, or the association is over: what was in alarm is not known now.
    pub(super) fn lose(&mut self, events: &mut Vec<Event>) {
        if self.confirmed.take().is_some() {
            events.push(Event::Alarms(AlarmSet {
                scope: AlarmScope::All,
                truth: AlarmTruth::Unknown,
                active: [].into(),
                told: [].into(),
            }));
        }
    }

    /// All attributes of one complete result of the alert monitor. `subject` finds the stream that an
    /// object stands for.
    pub(super) fn take<'a, 'b: 'a>(
        &mut self,
        common: &mut Common,
        now: MonoTime,
        attributes: impl Iterator<Item = &'a Attribute<'b>>,
        subject: impl Fn(ManagedObjectId, u16) -> Option<MetricKey>,
    ) {
        let mut condition: Option<DeviceAlertCondition> = None;
        let mut lists: [Option<Vec<&AlarmEntry<'_>>>; 2] = [None, None];
        for attribute in attributes {
            let [patient, technical] = &mut lists;
            if let Attribute::DeviceAlertCondition(told) = attribute {
                condition = Some(*told);
            } else if let Attribute::PatientAlarms(entries) = attribute {
                patient.get_or_insert_default().extend(entries);
            } else if let Attribute::TechnicalAlarms(entries) = attribute {
                technical.get_or_insert_default().extend(entries);
            }
        }
        let (condition, patient, technical) = match (condition, lists) {
            (Some(condition), [Some(patient), Some(technical)]) => (condition, patient, technical),
            // Static attributes only: somebody's keep-alive poll.
            (None, [None, None]) => return,
            _ => {
                common.oddities.note(Oddity::AlarmResult);
                return;
            }
        };
        common.mode.take_alerts(condition.state);
        let kinds = [(AlarmKind::Physiological, patient), (AlarmKind::Technical, technical)];
        let all = kinds
            .into_iter()
            .flat_map(|(kind, list)| list.into_iter().map(move |entry| (kind, entry)));
        let all = numbered(all);
        let active = all.iter().map(|&(kind, entry, place)| Alarm {
            id: self.id(entry, place),
            kind,
            priority: priority(common, kind, entry.kind),
            phase: if entry.state.has(AlertState::LATCHED) {
                AlarmPhase::Latched
            } else {
                AlarmPhase::Active
            },
            inactivation: inactivation(entry.state).or_else(|| whole_device(condition.state)),
            code: map::alert_code(entry.code),
            vendor: Text::from(format!("{:04X}:{:04X}", entry.source, entry.code)),
            // With an odd code, the source is an object class.
            subject: subject(entry.object, entry.source).filter(|_| entry.code & 1 == 0),
            value: None,
            limit: None,
            text: text(common, entry),
        });
        let active = active.collect();
        // Those that have ended go after those that begin have their numbers.
        self.numbers.retain(|what, numbers| {
            numbers.of.retain(|of, _| {
                all.iter().any(|(_, entry, place)| {
                    (entry.source, entry.code) == *what && (entry.object, *place) == *of
                })
            });
            !numbers.of.is_empty()
        });
        self.confirmed = Some(now);
        let (scope, truth) = (AlarmScope::All, AlarmTruth::Complete);
        common.events.push(Event::Alarms(AlarmSet { scope, truth, active, told: [].into() }));
    }

    /// Source and code, and a number where that is not enough.
    fn id(&mut self, entry: &AlarmEntry<'_>, place: usize) -> Text {
        let (source, code) = (entry.source, entry.code);
        let numbers = self.numbers.entry((source, code)).or_default();
        let number = numbers.of.entry((entry.object, place)).or_insert_with(|| {
            numbers.given = numbers.given.saturating_add(1);
            numbers.given - 1
        });
        Text::from(match number {
            0 => format!("{source:04X}:{code:04X}"),
            number => format!("{source:04X}:{code:04X}#{number}"),
        })
    }
}

/// An alarm with its list, and how many of the same source, code and object stand before it.
type Listed<'a, 'b> = (AlarmKind, &'a AlarmEntry<'b>, usize);

/// All alarms; what is listed twice in the same words is one.
fn numbered<'a, 'b: 'a>(
    all: impl Iterator<Item = (AlarmKind, &'a AlarmEntry<'b>)>,
) -> Vec<Listed<'a, 'b>> {
    let mut of: BTreeMap<_, Vec<(AlarmKind, &AlarmEntry<'_>)>> = BTreeMap::new();
    let mut listed = Vec::new();
    for (kind, entry) in all {
        let same = of.entry((entry.source, entry.code, entry.object)).or_default();
        if !same.contains(&(kind, entry)) {
            listed.push((kind, entry, same.len()));
            same.push((kind, entry));
        }
    }
    listed
}

/// The list says whom an alarm is about, the type how urgent it is.
fn priority(common: &mut Common, kind: AlarmKind, alert: AlertType) -> Priority {
    match alert {
        AlertType::TechnicalLow => Priority::Low,
        AlertType::TechnicalMedium | AlertType::PatientYellow | AlertType::PatientShortYellow => {
            Priority::Medium
        }
        AlertType::TechnicalHigh | AlertType::PatientRed => Priority::High,
        AlertType::None => Priority::Information,
        AlertType::Unknown(code) => {
            common.oddities.note(Oddity::AlertType { code });
            // Never lower than what it may be.
            match kind {
                AlarmKind::Physiological => Priority::High,
                AlarmKind::Technical => Priority::Medium,
            }
        }
    }
}

/// What was done about one alarm at the bedside.
fn inactivation(state: AlertState) -> Option<Inactivation> {
    if state.has(AlertState::INHIBITED) {
        Some(Inactivation::Off)
    } else if state.has(AlertState::SUSPENDED) || state.has(AlertState::SILENCED) {
        Some(Inactivation::Acknowledged)
    } else {
        None
    }
}

/// What was done about all alarms of the device. Silence is left out: entries carry their own, and
/// the device's stays set while a new alarm sounds.
fn whole_device(state: AlertState) -> Option<Inactivation> {
    if state.has(AlertState::INHIBITED) {
        Some(Inactivation::Off)
    } else if state.has(AlertState::SUSPENDED) {
        Some(Inactivation::Paused)
    } else {
        None
    }
}

/// The monitor's text; without one, the names of source and code.
fn text(common: &mut Common, entry: &AlarmEntry<'_>) -> Text {
    let name = map::alert_name(entry.code);
    if name.is_none() {
        common.oddities.note(Oddity::AlertCode { code: entry.code });
    }
    if let AlertInfo::Unknown { id, .. } = entry.info {
        common.oddities.note(Oddity::AlertInfo { id });
    }
    if let Some(text) = entry.info.text().filter(|text| !text.is_empty()) {
        return Text::from(text);
    }
    let source = match map::numeric(entry.source, None).or_else(|| map::wave(entry.source, None)) {
        Some(row) if entry.code & 1 == 0 => row.label.to_owned(),
        Some(_) | None => format!("{:04X}", entry.source),
    };
    let code = name.map_or_else(|| format!("{:04X}", entry.code), str::to_owned);
    Text::from(format!("{source} {code}"))
}

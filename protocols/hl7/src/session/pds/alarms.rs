//! Messages 54 and 56: all alarms about the patient, all about the equipment.

use std::collections::BTreeMap;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Event, MdcCode, MetricKey,
    Priority, Text,
};

use super::Monitor;
use crate::map::pds as map;
use crate::session::rows::{Group, Row};
use crate::wire::Message;

/// Alarms of one list.
const ALARMS_MAX: usize = 128;
/// OBX-3 of the rows that hold one; `2040` and `2041` close the lists.
const PHYSIOLOGICAL: &str = "2";
const TECHNICAL: &str = "4";

pub(super) fn take(
    monitor: &mut Monitor,
    message: &Message<'_>,
    is_physiological: bool,
    events: &mut Vec<Event>,
) {
    let (wanted, scope) = if is_physiological {
        (PHYSIOLOGICAL, AlarmScope::Physiological)
    } else {
        (TECHNICAL, AlarmScope::Technical)
    };
    let kind = if is_physiological { AlarmKind::Physiological } else { AlarmKind::Technical };
    let groups = Group::all(message);
    let rows = groups.iter().flat_map(Group::rows);
    let rows = rows.filter(|row| row.coded().number == wanted && !row.field(5).is_empty());
    let mut met: BTreeMap<String, u16> = BTreeMap::new();
    let mut active: Vec<Alarm> = rows.take(ALARMS_MAX).map(|row| alarm(row, kind)).collect();
    for alarm in &mut active {
        let met = met.entry(alarm.id.to_string()).or_default();
        *met += 1;
        if *met > 1 {
            alarm.id = Text::from(format!("{} #{met}", alarm.id));
        }
    }
    monitor.has_alarms = true;
    events.push(Event::Alarms(AlarmSet {
        scope,
        truth: AlarmTruth::Complete,
        active: active.into(),
    }));
}

/// The line is gone.
pub(super) fn unknown() -> Event {
    Event::Alarms(AlarmSet {
        scope: AlarmScope::All,
        truth: AlarmTruth::Unknown,
        active: [].into(),
    })
}

/// The code names it; the time is when it was raised and may be sent again with another.
fn alarm(row: &Row<'_>, kind: AlarmKind) -> Alarm {
    let value = row.field(5);
    let code = value.component(1).plain().into_owned();
    let text = value.component(2).plain();
    let subject = map::subject(&code).and_then(map::number).map(|known| MetricKey {
        code: (known.code != 0).then_some(MdcCode(known.code)),
        vendor: Text::from(known.id.to_string()),
        instance: u16::from(map::SECOND.contains(&known.id)),
    });
    Alarm {
        id: Text::from(code.as_str()),
        kind,
        // Technical ones stand without stars. Never lowered: medium says that it is worth a look.
        priority: map::priority(&text).unwrap_or(Priority::Medium),
        phase: AlarmPhase::Active,
        inactivation: None,
        code: None,
        vendor: Text::from(code),
        subject,
        value: None,
        limit: None,
        text: Text::from(text.trim()),
    }
}

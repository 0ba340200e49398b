//! Messages 54 and 56: all alarms about the patient, all about the equipment.

use std::collections::BTreeMap;

use vigie_model::{
    Alarm, AlarmKind, AlarmPhase, AlarmScope, AlarmSet, AlarmTruth, Event, Fault, FaultKind,
    MdcCode, MetricKey, Priority, Text,
};

use super::Monitor;
use crate::map::pds as map;
use crate::session::rows::{Group, Row};
use crate::wire::Message;

/// Alarms of one list.
const ALARMS_MAX: usize = 128;
/// OBX-3 of the rows that hold one, in all messages seen: kind or level, nobody knows.
const PHYSIOLOGICAL: &str = "2";
const TECHNICAL: &str = "4";
/// They close the lists.
const CLOSING: [&str; 2] = ["2040", "2041"];

/// By the message's number: all of its rows that have a code and a text are alarms of that kind,
/// whatever stands in OBX-3. Of one that is not known a fault is told too.
pub(super) fn take(
    monitor: &mut Monitor,
    message: &Message<'_>,
    is_physiological: bool,
    events: &mut Vec<Event>,
) {
    let (wanted, scope, kind) = if is_physiological {
        (PHYSIOLOGICAL, AlarmScope::Physiological, AlarmKind::Physiological)
    } else {
        (TECHNICAL, AlarmScope::Technical, AlarmKind::Technical)
    };
    let groups = Group::all(message);
    let rows = || {
        let rows = groups.iter().flat_map(Group::rows);
        rows.filter(|row| !CLOSING.contains(&row.coded().number) && !row.field(5).is_empty())
    };
    let is_usual = |row: &Row<'_>| row.coded().number == wanted;
    let has_words = |row: &Row<'_>| {
        let value = row.field(5);
        !value.component(1).is_empty() && !value.component(2).plain().trim().is_empty()
    };
    if let Some(odd) = rows().find(|row| !is_usual(row)) {
        // A number, if it is one: it stands in a log.
        let number = odd.coded().number.parse::<u16>().map_or("?".into(), |it| it.to_string());
        let what = Text::from(format!("alarm row of kind {number}"));
        events.push(Event::Fault(Fault { kind: FaultKind::Unknown, what, count: 1 }));
    }
    let mut listed = rows().filter(|row| is_usual(row) || has_words(row));
    let mut active: Vec<Alarm> =
        listed.by_ref().take(ALARMS_MAX).map(|row| alarm(row, kind)).collect();
    let is_cut = listed.next().is_some();
    if is_cut {
        let what = Text::from("too many alarms of a list");
        events.push(Event::Fault(Fault { kind: FaultKind::Capped, what, count: 1 }));
    }
    let mut met: BTreeMap<String, u16> = BTreeMap::new();
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
        // What was cut off may be going on.
        truth: if is_cut { AlarmTruth::Unknown } else { AlarmTruth::Complete },
        active: active.into(),
        told: [].into(),
    }));
}

/// The line is gone.
pub(super) fn unknown() -> Event {
    Event::Alarms(AlarmSet {
        scope: AlarmScope::All,
        truth: AlarmTruth::Unknown,
        active: [].into(),
        told: [].into(),
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

//! Lines of the log that are no alarm, in words for a table.

use vigie_history::LogRow;
use vigie_model::{BedId, Condition, LogKind, WatchLimit};

use super::cells::{text, utc};

/// `what, text`.
pub(super) fn cells(row: &LogRow) -> [String; 2] {
    let (what, said) = match &row.kind {
        LogKind::Assigned(assignment) => {
            let bed = bed_of(assignment.bed.as_ref());
            let device = assignment.device.0.as_str();
            ("assigned", format!("{device} to {bed}, by {}", assignment.by))
        }
        LogKind::Named { was, is } => ("named", format!("{} is {}", was.0, is.0)),
        LogKind::StayBegan(stay) => ("stay began", format!("{}, by {}", stay.id.0, stay.by)),
        LogKind::StayEnded(stay) => ("stay ended", format!("{}, by {}", stay.id.0, stay.by)),
        LogKind::PatientUnclear => ("patient unclear", String::new()),
        LogKind::Note(note) => ("note", note.to_string()),
        LogKind::Answered { condition, how, by } => {
            ("answered", format!("{how:?}, {}, by {by}", name(condition)))
        }
        LogKind::AnswerLapsed { condition, why } => {
            ("answer lapsed", format!("{why:?}, {}", name(condition)))
        }
        LogKind::Latched(condition) => ("latched", name(condition)),
        LogKind::Reset { condition, by } => ("reset", format!("{}, by {by}", name(condition))),
        LogKind::Escalated { condition, step } => {
            ("escalated", format!("step {step}, {}", name(condition)))
        }
        LogKind::AudioPaused { until, by } => {
            ("audio paused", format!("until {}, by {by}", utc(*until, 3)))
        }
        LogKind::AudioOff { by } => ("audio off", format!("by {by}")),
        LogKind::AudioOn { by } => {
            ("audio on", by.as_ref().map_or("by itself".to_owned(), |by| format!("by {by}")))
        }
        LogKind::Standby { why, by } => ("standby", format!("{why:?}, by {by}")),
        LogKind::StandbyEnded { by } => (
            "standby ended",
            by.as_ref().map_or("values are back".to_owned(), |by| format!("by {by}")),
        ),
        LogKind::WatchLimits { limits, by } => {
            ("watch limits", format!("{}, by {by}", limits_text(limits.as_deref())))
        }
        LogKind::Entered { what, by } => ("entered", format!("{what:?}, by {by}")),
        LogKind::DeviceAlarm(_)
        | LogKind::DeviceAlarmEnded(_)
        | LogKind::StationAlarm(_)
        | LogKind::StationAlarmEnded(_) => ("alarm", String::new()),
    };
    [what.to_owned(), text(&said)]
}

fn bed_of(bed: Option<&BedId>) -> String {
    bed.map_or_else(|| "no bed".to_owned(), |bed| format!("bed {}", bed.0))
}

fn name(condition: &Condition) -> String {
    match condition {
        Condition::Device { device, id, .. } => format!("device alarm {id} of {}", device.0),
        Condition::Station { device, kind } => {
            let of = device.as_ref().map(|device| format!(" of {}", device.0)).unwrap_or_default();
            format!("station alarm {kind:?}{of}")
        }
    }
}

fn limits_text(limits: Option<&[WatchLimit]>) -> String {
    let Some(limits) = limits else { return "as the category has them".to_owned() };
    let end = |end: &Option<_>| end.as_ref().map(ToString::to_string).unwrap_or_default();
    let said = limits.iter().map(|limit: &WatchLimit| {
        format!("{} {}..{}", limit.id, end(&limit.low), end(&limit.high))
    });
    said.collect::<Vec<_>>().join("; ")
}

//! Which alarms stand on the lines of a tile, and how each looks.

use vigie_board::view::{AlarmView, StationAlarmView, TileView};
use vigie_model::{
    AlarmKind, AlarmPhase, AlarmTruth, Inactivation, MonoTime, Priority, StationAlarmKind,
};
use vigie_ui_kit::{
    badge::{Badge, Pace},
    signs::Cross,
};
use vigie_words::TextKey;

use crate::phrases::Phrases;

/// One alarm of a tile, of the device or of the station, with what else the bed view lists.
#[derive(Clone, Debug)]
pub struct Entry {
    /// How it looks on a tile.
    pub badge: Badge,
    /// Its text alone, for a list that writes its state beside it.
    pub text: String,
    /// What a screen reader says.
    pub spoken: String,
    /// Its state in words: silenced, latched, not confirmed; empty: active.
    pub state: String,
    /// Since when the station has seen it.
    pub since: String,
    /// Value and limit, as far as sent.
    pub detail: String,
}

/// All alarms of a tile, the most urgent first; at equal priority those of the device first.
pub fn entries(tile: &TileView, phrases: &Phrases) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        tile.alarms.list.iter().map(|alarm| of_device(alarm, tile, phrases)).collect();
    entries.extend(tile.station_alarms.iter().map(|alarm| of_station(alarm, tile, phrases)));
    // Stable: both lists come in order of urgency.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.badge.priority));
    if entries.is_empty() && tile.alarms.truth == AlarmTruth::Unknown && tile.device.is_some() {
        entries.push(unknown(tile, phrases));
    }
    entries
}

fn of_device(alarm: &AlarmView, tile: &TileView, phrases: &Phrases) -> Entry {
    let words = &phrases.words;
    let not_confirmed = match tile.alarms.truth {
        AlarmTruth::Complete | AlarmTruth::FromEdges => None,
        AlarmTruth::Unknown => Some(match tile.alarms.unconfirmed_since {
            Some(wall) => words.not_confirmed_since(&phrases.dated(wall)),
            None => phrases.text(TextKey::NotConfirmed),
        }),
    };
    let (pace, bell) = match (alarm.phase, alarm.inactivation) {
        (_, Some(Inactivation::Off)) => (Pace::Dark, Some(Cross::Solid)),
        (AlarmPhase::Latched, inactivation) => (Pace::Dark, inactivation.map(cross)),
        (AlarmPhase::Active, Some(inactivation)) => (Pace::Bright, Some(cross(inactivation))),
        (AlarmPhase::Active, None) => (Pace::Flashing, None),
    };
    let states = [
        alarm.inactivation.map(|inactivation| words.inactivation(inactivation)),
        words.alarm_phase(alarm.phase),
        not_confirmed.clone(),
    ];
    let states: Vec<String> = states.into_iter().flatten().collect();
    let mut text = alarm.text.to_string();
    let plain = text.clone();
    if let Some(not_confirmed) = &not_confirmed {
        text = format!("{text} – {not_confirmed}");
    }
    // Makers write the mark into the text: it is not written twice.
    let mark = words.priority_mark(alarm.priority);
    let has_mark = alarm.text.as_str().starts_with(['*', '!']);
    let mut spoken = words.spoken_alarm(alarm.priority, alarm.text.as_str(), alarm.inactivation);
    for state in states.iter().skip(usize::from(alarm.inactivation.is_some())) {
        spoken = format!("{spoken}, {state}");
    }
    Entry {
        badge: Badge {
            priority: alarm.priority,
            technical: alarm.kind == AlarmKind::Technical,
            pace,
            bell,
            latched: alarm.phase == AlarmPhase::Latched,
            mark: if has_mark { String::new() } else { mark.to_owned() },
            text,
            more: String::new(),
        },
        text: plain,
        spoken,
        state: states.join(", "),
        since: phrases.dated(alarm.since.1),
        detail: detail(alarm, phrases),
    }
}

/// Value and limit that the device sent with an alarm.
fn detail(alarm: &AlarmView, phrases: &Phrases) -> String {
    let value = alarm.value.map(|value| phrases.words.decimal(&value));
    let limit = alarm.limit.map(|limit| {
        format!("{} {}", phrases.text(TextKey::AlarmLimit), phrases.words.decimal(&limit))
    });
    let parts: Vec<String> = [value, limit].into_iter().flatten().collect();
    parts.join(", ")
}

const fn cross(inactivation: Inactivation) -> Cross {
    match inactivation {
        Inactivation::Acknowledged | Inactivation::Off => Cross::Solid,
        Inactivation::Paused => Cross::Dashed,
    }
}

fn of_station(alarm: &StationAlarmView, tile: &TileView, phrases: &Phrases) -> Entry {
    let words = &phrases.words;
    let text = match &alarm.kind {
        StationAlarmKind::StreamStale(key) | StationAlarmKind::StreamLost(key) => {
            let numbers = tile.blocks.iter().flat_map(|block| &block.numerics);
            let labels = numbers
                .map(|numeric| (&numeric.key, numeric.label.as_ref()))
                .chain(tile.waves.iter().map(|wave| (&wave.key, wave.label.as_ref())));
            let label =
                labels.into_iter().find(|(other, _)| *other == key).and_then(|(_, label)| label);
            words.station_alarm_about(&alarm.kind, &words.stream_label(key, label))
        }
        StationAlarmKind::DeviceStale
        | StationAlarmKind::DeviceLost
        | StationAlarmKind::LineClosed
        | StationAlarmKind::AlarmsNotConfirmed
        | StationAlarmKind::DuplicateDevice
        | StationAlarmKind::PatientUnclear
        | StationAlarmKind::RecordStopped
        | StationAlarmKind::RecordBehind
        | StationAlarmKind::DiskFilling
        | StationAlarmKind::CopyOld => words.station_alarm(&alarm.kind),
    };
    Entry {
        spoken: words.spoken_alarm(alarm.priority, &text, None),
        text: text.clone(),
        badge: Badge {
            priority: alarm.priority,
            technical: true,
            pace: Pace::Flashing,
            bell: None,
            latched: false,
            mark: words.priority_mark(alarm.priority).to_owned(),
            text,
            more: String::new(),
        },
        state: phrases.text(TextKey::StationAlarm),
        since: phrases.dated(alarm.since.1),
        detail: String::new(),
    }
}

/// The device's alarms are not known and none was known before.
fn unknown(tile: &TileView, phrases: &Phrases) -> Entry {
    let text = phrases.text(TextKey::AlarmsUnknown);
    Entry {
        spoken: text.clone(),
        text: text.clone(),
        badge: Badge {
            priority: Priority::Information,
            technical: true,
            pace: Pace::Dark,
            bell: None,
            latched: false,
            mark: String::new(),
            text,
            more: String::new(),
        },
        state: String::new(),
        since: tile.alarms.unconfirmed_since.map(|wall| phrases.dated(wall)).unwrap_or_default(),
        detail: String::new(),
    }
}

/// How long a message stands before the next of the same rank takes its place.
const ROTATION_NANOS: u64 = 2_000_000_000;

/// What stands on `lines` lines at a moment: all when there is room; else the most urgent, those of
/// one rank in turn, then the next, with the count of what is hidden. An alarm about the patient
/// never gives its place to one about the equipment.
pub fn on_lines(entries: &[Entry], lines: usize, now: MonoTime) -> Vec<Badge> {
    if entries.len() <= lines {
        return entries.iter().map(|entry| entry.badge.clone()).collect();
    }
    let turn = (now.as_nanos() / ROTATION_NANOS) as usize;
    let Some(first) = entries.first() else { return Vec::new() };
    let rank = |entry: &Entry| (entry.badge.priority, entry.badge.technical);
    let top = entries.iter().take_while(|entry| rank(entry) == rank(first)).count();
    let mut order: Vec<usize> = (0..top).map(|place| (place + turn) % top).collect();
    let rest = entries.len() - top;
    order.extend((0..rest).map(|place| top + (place + turn) % rest));
    let mut badges: Vec<Badge> = order
        .into_iter()
        .take(lines)
        .filter_map(|index| entries.get(index).map(|entry| entry.badge.clone()))
        .collect();
    let hidden = entries.len() - badges.len();
    if let Some(last) = badges.last_mut() {
        last.more = format!("+{hidden}");
    }
    badges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(priority: Priority, text: &str) -> Entry {
        Entry {
            badge: Badge {
                priority,
                technical: false,
                pace: Pace::Flashing,
                bell: None,
                latched: false,
                mark: String::new(),
                text: text.to_owned(),
                more: String::new(),
            },
            text: text.to_owned(),
            spoken: String::new(),
            state: String::new(),
            since: String::new(),
            detail: String::new(),
        }
    }

    fn texts(badges: &[Badge]) -> Vec<(String, String)> {
        badges.iter().map(|badge| (badge.text.clone(), badge.more.clone())).collect()
    }

    #[test]
    fn the_most_urgent_take_turns_and_the_rest_is_counted() {
        let entries =
            [entry(Priority::High, "a"), entry(Priority::High, "b"), entry(Priority::Low, "c")];
        let at = |secs: u64| MonoTime::from_nanos(secs * 1_000_000_000);
        let line = |text: &str| vec![(text.to_owned(), "+2".to_owned())];
        assert_eq!(texts(&on_lines(&entries, 1, at(0))), line("a"));
        assert_eq!(texts(&on_lines(&entries, 1, at(2))), line("b"));
        assert_eq!(texts(&on_lines(&entries, 1, at(4))), line("a"));
        let three = on_lines(&entries, 3, at(2));
        assert_eq!(
            three.iter().map(|badge| badge.text.as_str()).collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
        assert!(three.iter().all(|badge| badge.more.is_empty()));
    }

    #[test]
    fn equipment_never_hides_the_patient() {
        let mut equipment = entry(Priority::Medium, "equipment");
        equipment.badge.technical = true;
        let entries = [entry(Priority::Medium, "patient"), equipment];
        for secs in 0..8 {
            let now = MonoTime::from_nanos(secs * 1_000_000_000);
            let shown = texts(&on_lines(&entries, 1, now));
            assert_eq!(shown, [("patient".to_owned(), "+1".to_owned())], "{secs} s");
        }
    }
}

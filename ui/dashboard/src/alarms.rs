//! Which alarms stand on the lines of a tile, and how each looks.

use std::cmp::Reverse;

use vigie_board::view::{
    AlarmView, AnswerState, AnswerView, AttentionOf, AttentionRow, BoardView, StationAlarmView,
    TileView,
};
use vigie_model::{
    AlarmKind, AlarmPhase, AlarmTruth, AnswerKind, Decimal, Inactivation, MonoTime, Priority,
    StationAlarmKind, Text, WallTime,
};
use vigie_ui_kit::{
    badge::{Answer, Badge, Pace},
    signs::Cross,
};
use vigie_words::TextKey;

use crate::{
    devices::{self, DeviceName},
    phrases::Phrases,
};

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

/// All alarms of a tile, the most urgent first; at equal priority those about the patient first, then
/// those that nobody answered. `view` adds what the station keeps although the device lists it no more.
pub fn entries(tile: &TileView, view: &BoardView, phrases: &Phrases) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        tile.alarms.list.iter().map(|alarm| of_device(alarm, tile, phrases)).collect();
    entries.extend(tile.station_alarms.iter().map(|alarm| of_station(alarm, tile, phrases)));
    entries.extend(kept_rows(tile, view).map(|row| of_row(row, Some(tile), phrases)));
    entries.extend(tile.watch.path_lost.as_ref().map(|path| of_path(path, phrases)));
    entries.sort_by_key(|entry| rank(&entry.badge));
    if entries.is_empty() && tile.alarms.truth == AlarmTruth::Unknown && tile.device.is_some() {
        entries.push(unknown(tile, phrases));
    }
    entries
}

/// Whether a row of the attention list is of this tile.
pub fn is_of(row: &AttentionRow, tile: &TileView) -> bool {
    match (&row.bed, &tile.bed) {
        (Some(row_bed), Some(bed)) => row_bed == bed,
        (None, None) => row.label == tile.label && !is_of_station(row),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Whether a row is about the station as a whole.
pub fn is_of_station(row: &AttentionRow) -> bool {
    match &row.what {
        AttentionOf::Device { .. } => false,
        AttentionOf::Station { kind, .. } => kind.is_of_whole_station(),
    }
}

/// The device that a row of a bed with several is about; nothing where its text names it already.
pub fn device_of(
    row: &AttentionRow,
    tile: Option<&TileView>,
    phrases: &Phrases,
) -> Option<DeviceName> {
    match row.what {
        AttentionOf::Station { .. } => None,
        AttentionOf::Device { .. } => {
            devices::names(tile?, phrases).into_iter().nth(usize::from(row.source?))
        }
    }
}

/// Whether a row is about equipment or the station.
pub fn is_technical(row: &AttentionRow) -> bool {
    match &row.what {
        AttentionOf::Device { kind, .. } => *kind == AlarmKind::Technical,
        AttentionOf::Station { .. } => true,
    }
}

/// Rows of the attention list about a tile that neither its device nor its station alarms list.
fn kept_rows<'a>(
    tile: &'a TileView,
    view: &'a BoardView,
) -> impl Iterator<Item = &'a AttentionRow> + 'a {
    view.attention.iter().filter(move |row| {
        row.answer.state == AnswerState::Latched && is_of(row, tile) && {
            let no = row.answer.no;
            let is_listed = tile.alarms.list.iter().any(|alarm| alarm.answer.no == no)
                || tile.station_alarms.iter().any(|alarm| alarm.answer.no == no);
            !is_listed
        }
    })
}

/// What comes first on a line: priority, then the patient before equipment, then what nobody answered.
fn rank(badge: &Badge) -> (Reverse<Priority>, bool, u8) {
    let calm = match badge.pace {
        Pace::Flashing => 0,
        Pace::Bright => 1,
        Pace::Dark => 2,
    };
    (Reverse(badge.priority), badge.technical, calm)
}

/// How an alarm looks by what was done about it, at the bedside and at the station.
struct Look {
    pace: Pace,
    bell: Option<Cross>,
    latched: bool,
    answer: Option<Answer>,
    restored: bool,
    /// The same in words.
    states: Vec<String>,
}

fn look(
    is_latched_there: bool,
    inactivation: Option<Inactivation>,
    answer: &AnswerView,
    not_confirmed: Option<String>,
    phrases: &Phrases,
) -> Look {
    let words = &phrases.words;
    let latched = is_latched_there || answer.state == AnswerState::Latched;
    let answered = answer.answered.as_ref().filter(|_| answer.state == AnswerState::Answered);
    let pace = match (inactivation, latched, answered) {
        (Some(Inactivation::Off), _, _) | (_, true, _) => Pace::Dark,
        (Some(Inactivation::Acknowledged | Inactivation::Paused), false, _)
        | (None, false, Some(_)) => Pace::Bright,
        (None, false, None) => Pace::Flashing,
    };
    let states = [
        inactivation.map(|inactivation| words.inactivation(inactivation)),
        latched.then(|| phrases.text(TextKey::Latched)),
        answered.map(|answered| words.answered(answered.how, answered.by.as_str())),
        not_confirmed,
        answer.restored.map(|wall| words.restored_at(&phrases.short(wall))),
    ];
    Look {
        pace,
        bell: inactivation.map(cross),
        latched,
        answer: answered.map(|answered| match answered.how {
            AnswerKind::Acknowledged => Answer::Check,
            AnswerKind::Going => Answer::Going,
        }),
        restored: answer.restored.is_some(),
        states: states.into_iter().flatten().collect(),
    }
}

fn of_device(alarm: &AlarmView, tile: &TileView, phrases: &Phrases) -> Entry {
    // By its own device: a ventilator that is lost makes nothing of a monitor's doubtful.
    let not_confirmed = match alarm.truth {
        AlarmTruth::Complete | AlarmTruth::FromEdges => None,
        AlarmTruth::Unknown => Some(not_confirmed(alarm.unconfirmed_since, phrases)),
    };
    let is_latched = alarm.phase == AlarmPhase::Latched;
    let look = look(is_latched, alarm.inactivation, &alarm.answer, not_confirmed.clone(), phrases);
    let technical = alarm.kind == AlarmKind::Technical;
    let mut entry = entry(alarm.priority, technical, alarm.text.as_str(), look, phrases);
    if let Some(not_confirmed) = &not_confirmed {
        entry.badge.text = format!("{} – {not_confirmed}", entry.badge.text);
    }
    entry.since = phrases.dated(alarm.since.1);
    entry.detail = detail(alarm.value, alarm.limit, phrases);
    if let Some(named) = devices::names(tile, phrases).get(usize::from(alarm.source)) {
        let from = phrases.words.from_device(&named.name);
        entry.spoken = format!("{}, {from}", entry.spoken);
        let parts = [from, entry.state];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        entry.state = parts.join(", ");
    }
    entry
}

/// `not confirmed since 03:14:15`.
fn not_confirmed(since: Option<WallTime>, phrases: &Phrases) -> String {
    match since {
        Some(wall) => phrases.words.not_confirmed_since(&phrases.dated(wall)),
        None => phrases.text(TextKey::NotConfirmed),
    }
}

/// An entry without its times and numbers.
fn entry(priority: Priority, technical: bool, text: &str, look: Look, phrases: &Phrases) -> Entry {
    // Makers write the mark into the text: it is not written twice.
    let has_mark = text.starts_with(['*', '!']);
    let mark = if has_mark { "" } else { phrases.words.priority_mark(priority) };
    let mut spoken = phrases.words.spoken_alarm(priority, text, None);
    for state in &look.states {
        spoken = format!("{spoken}, {state}");
    }
    Entry {
        badge: Badge {
            priority,
            technical,
            pace: look.pace,
            bell: look.bell,
            latched: look.latched,
            answer: look.answer,
            restored: look.restored,
            mark: mark.to_owned(),
            text: text.to_owned(),
            more: String::new(),
        },
        text: text.to_owned(),
        spoken,
        state: look.states.join(", "),
        since: String::new(),
        detail: String::new(),
    }
}

/// A row of the attention list. `tile`: its bed, which knows the labels of its streams.
pub fn of_row(row: &AttentionRow, tile: Option<&TileView>, phrases: &Phrases) -> Entry {
    let not_confirmed = (!row.is_confirmed).then(|| {
        let listed = tile.and_then(|tile| {
            let mut list = tile.alarms.list.iter();
            list.find(|alarm| alarm.answer.no == row.answer.no)
        });
        // What the device lists no more is as old as all that is not known of it.
        let since = listed.map_or_else(
            || tile.and_then(|tile| tile.alarms.unconfirmed_since),
            |alarm| alarm.unconfirmed_since,
        );
        not_confirmed(since, phrases)
    });
    let look = look(false, row.inactivation, &row.answer, not_confirmed, phrases);
    let (technical, text, detail) = match &row.what {
        AttentionOf::Device { kind, text, value, limit } => {
            (*kind == AlarmKind::Technical, text.to_string(), detail(*value, *limit, phrases))
        }
        AttentionOf::Station { kind, beds } => {
            let beds = usize::try_from(*beds).unwrap_or(usize::MAX);
            let beds = if beds > 1 { phrases.words.bed_count(beds) } else { String::new() };
            let source = tile.and_then(|tile| {
                let is_it = |alarm: &&StationAlarmView| {
                    alarm.answer.no == row.answer.no && alarm.kind == *kind
                };
                tile.station_alarms.iter().find(is_it)?.source
            });
            let source = source.or(row.source);
            (true, named_text(kind, tile, source, phrases), beds)
        }
    };
    let mut entry = entry(row.priority, technical, &text, look, phrases);
    entry.since = phrases.dated(row.since.1);
    entry.detail = detail;
    entry
}

/// Value and limit that the device sent with an alarm.
fn detail(value: Option<Decimal>, limit: Option<Decimal>, phrases: &Phrases) -> String {
    let value = value.map(|value| phrases.words.decimal(&value));
    let limit = limit.map(|limit| {
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
    let text = named_text(&alarm.kind, Some(tile), alarm.source, phrases);
    let look = look(false, None, &alarm.answer, None, phrases);
    let mut entry = entry(alarm.priority, true, &text, look, phrases);
    let parts = [phrases.text(TextKey::StationAlarm), entry.state];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    entry.state = parts.join(", ");
    entry.since = phrases.dated(alarm.since.1);
    entry
}

/// The words of a station alarm, with the device that it is about where there are several: the others go
/// on.
fn named_text(
    kind: &StationAlarmKind,
    tile: Option<&TileView>,
    source: Option<u16>,
    phrases: &Phrases,
) -> String {
    let text = text_about(kind, tile, source, phrases);
    let names = tile.map(|tile| devices::names(tile, phrases)).unwrap_or_default();
    match source.and_then(|source| names.get(usize::from(source))) {
        Some(named) => phrases.words.noted(&named.name, &text),
        None => text,
    }
}

/// The words of a station alarm, a stream named as on its tile.
///
/// `source`: the device that it is about, where that is known; streams of two devices may have one key.
fn text_about(
    kind: &StationAlarmKind,
    tile: Option<&TileView>,
    source: Option<u16>,
    phrases: &Phrases,
) -> String {
    let words = &phrases.words;
    let (Some(key), Some(tile)) = (kind.stream(), tile) else { return words.station_alarm(kind) };
    let is_meant = |of: u16| source.is_none_or(|source| source == of);
    let blocks = tile.blocks.iter().filter(|block| is_meant(block.source));
    let waves = tile.waves.iter().filter(|wave| is_meant(wave.source));
    let labels = blocks
        .flat_map(|block| &block.numerics)
        .map(|numeric| (&numeric.key, numeric.label.as_ref()))
        .chain(waves.map(|wave| (&wave.key, wave.label.as_ref())));
    let label = labels.into_iter().find(|(other, _)| *other == key).and_then(|(_, label)| label);
    words.station_alarm_about(kind, &words.stream_label(key, label))
}

/// The mark of a bed behind a switch, hub or adapter that is lost: no alarm of its own, that is the
/// station's.
fn of_path(path: &Text, phrases: &Phrases) -> Entry {
    let look = Look {
        pace: Pace::Bright,
        bell: None,
        latched: false,
        answer: None,
        restored: false,
        states: Vec::new(),
    };
    let mut entry =
        entry(Priority::Low, true, &phrases.words.path_mark(path.as_str()), look, phrases);
    entry.badge.mark.clear();
    entry.spoken.clone_from(&entry.text);
    entry
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
            answer: None,
            restored: false,
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

/// Counts the changes of what stands in turn on a line.
pub fn turn(now: MonoTime) -> u64 {
    now.as_nanos() / ROTATION_NANOS
}

/// What stands on `lines` lines at a moment: all when there is room; else the most urgent, those of
/// one rank in turn, then the next, with the count of what is hidden. An alarm about the patient
/// never gives its place to one about the equipment.
pub fn on_lines(entries: &[Entry], lines: usize, now: MonoTime) -> Vec<Badge> {
    if entries.len() <= lines {
        return entries.iter().map(|entry| entry.badge.clone()).collect();
    }
    let turn = turn(now) as usize;
    let Some(first) = entries.first() else { return Vec::new() };
    let top = entries.iter().take_while(|entry| rank(&entry.badge) == rank(&first.badge)).count();
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
                answer: None,
                restored: false,
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

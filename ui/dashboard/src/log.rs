//! The alarm log: what of the record is wanted, which of its lines are shown, and how they are written.
//! Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use vigie_board::view::station_priority;
use vigie_history::{Answer, LogRow, Slice};
use vigie_model::{
    Alarm, AlarmKind, BedId, Condition, DeviceKey, LogKind, Priority, StationAlarmKind, Text,
    WallTime,
};
use vigie_words::{TextKey, Words};

/// How long a page of the log is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// One hour.
    #[default]
    Hour,
    /// A shift: eight hours.
    Shift,
    /// A day.
    Day,
}

impl Span {
    /// All of them.
    pub const ALL: [Span; 3] = [Span::Hour, Span::Shift, Span::Day];

    /// How long it is.
    pub const fn length(self) -> Duration {
        match self {
            Span::Hour => Duration::from_secs(3_600),
            Span::Shift => Duration::from_secs(8 * 3_600),
            Span::Day => Duration::from_secs(24 * 3_600),
        }
    }
}

/// What is wanted of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWanted {
    /// Up to when, exclusive; `None`: up to now, and kept fresh.
    pub to: Option<WallTime>,
    /// From how long before.
    pub length: Duration,
    /// Of which bed; `None`: of all.
    pub bed: Option<BedId>,
}

/// What there is of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Log {
    /// Nothing here could ever have a record, such as a replay.
    Off,
    /// Asked for, and not answered yet.
    Loading,
    /// No record is being written.
    NoRecord,
    /// It is there, and nobody has unlocked it.
    Locked,
    /// It is there, and cannot be read.
    Unreadable,
    /// This.
    Of(Arc<LogPage>),
}

/// The lines of a time.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPage {
    /// From when on.
    pub from: WallTime,
    /// Up to when.
    pub to: WallTime,
    /// Its lines, oldest first.
    pub rows: Vec<LogRow>,
    /// There are more lines than a page takes, and the newest of them are missing.
    pub is_cut: bool,
    /// Part of the record could not be read.
    pub is_partial: bool,
    /// Lines from before the page: alarms that its own lines are about and that began earlier.
    pub before: Vec<LogRow>,
}

/// Most lines of a page.
pub const ROWS_MAX: usize = 4_000;

impl LogPage {
    /// An empty page of a time.
    pub fn new(from: WallTime, to: WallTime) -> LogPage {
        LogPage { from, to, rows: Vec::new(), is_cut: false, is_partial: false, before: Vec::new() }
    }

    /// The device alarms that lines are about and that no line before them tells.
    pub fn untold(&self) -> Untold {
        let mut told = BTreeSet::new();
        let mut untold = Untold::default();
        for row in self.before.iter().chain(&self.rows) {
            if let Some(name) = telling(row) {
                told.insert(name);
            } else if let Some(name) = named(row).filter(|name| !told.contains(name)) {
                untold.0.insert(name, None);
            }
        }
        untold
    }

    /// Takes an answer in. Gives back from when on more is to be asked for; what an answer to another
    /// question holds is not taken, and counts as what cannot be read.
    pub fn take(&mut self, slice: Slice) -> Option<WallTime> {
        let Answer::Log(rows) = slice.answer else {
            self.is_partial = true;
            return None;
        };
        self.is_partial |= !slice.damage.is_empty() || !slice.locked.is_empty();
        let room = ROWS_MAX.saturating_sub(self.rows.len());
        self.is_cut |= rows.len() > room;
        let got_on = slice.more_from.is_some_and(|more| {
            // An answer that stands still would be asked for without an end.
            self.from < more && more < self.to
        });
        self.rows.extend(rows.into_iter().take(room));
        self.is_cut |= got_on && self.rows.len() >= ROWS_MAX;
        slice.more_from.filter(|_| got_on && !self.is_cut)
    }
}

/// Device alarms that lines are about, by device and id, and of which the text is not known; with the
/// newest line that tells it, once one was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Untold(BTreeMap<(DeviceKey, Text), Option<LogRow>>);

impl Untold {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks for them in a stretch of the log, oldest first.
    pub fn see<'a>(&mut self, rows: impl IntoIterator<Item = &'a LogRow>) {
        for row in rows {
            if let Some(told) = telling(row).and_then(|name| self.0.get_mut(&name)) {
                *told = Some(row.clone());
            }
        }
    }

    /// The lines that were found; what they tell is untold no longer.
    pub fn settle(&mut self) -> Vec<LogRow> {
        let mut found = Vec::new();
        self.0.retain(|_, told| match told.take() {
            Some(row) => {
                found.push(row);
                false
            }
            None => true,
        });
        found
    }

    /// Leaves out what is not to be looked for again.
    pub fn forget(&mut self, others: &Untold) {
        self.0.retain(|name, _| !others.0.contains_key(name));
    }

    /// Those of both.
    pub fn join(&mut self, others: Untold) {
        self.0.extend(others.0);
    }
}

/// Which lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Alarms, and what people and the station made of them.
    #[default]
    Alarms,
    /// Alarms of high priority, of devices and of the station.
    High,
    /// Of medium priority.
    Medium,
    /// Of low priority.
    Low,
    /// Technical alarms of devices.
    Technical,
    /// Alarms of the station itself.
    Station,
    /// What people did.
    People,
    /// Everything that the log has.
    All,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 8] = [
        Kind::Alarms,
        Kind::High,
        Kind::Medium,
        Kind::Low,
        Kind::Technical,
        Kind::Station,
        Kind::People,
        Kind::All,
    ];

    /// What its button says.
    pub fn word(self) -> TextKey {
        match self {
            Kind::Alarms => TextKey::LogAlarms,
            Kind::High => TextKey::LogHigh,
            Kind::Medium => TextKey::LogMedium,
            Kind::Low => TextKey::LogLow,
            Kind::Technical => TextKey::LogTechnical,
            Kind::Station => TextKey::LogStation,
            Kind::People => TextKey::LogActions,
            Kind::All => TextKey::LogAll,
        }
    }
}

/// A line as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When.
    pub at: WallTime,
    /// Which bed, if one.
    pub bed: Option<BedId>,
    /// What stands on its door; empty without one.
    pub label: String,
    /// What.
    pub said: String,
    /// The priority of the alarm that it is about.
    pub priority: Option<Priority>,
    /// Patient or equipment; `None`: no device alarm.
    pub kind: Option<AlarmKind>,
    /// Door and text in small letters, for searches.
    folded: String,
    is_of_alarms: bool,
    /// Whether it is about an alarm of the station.
    pub is_of_station: bool,
    is_of_people: bool,
}

/// What is known of a device alarm that lines name by its id alone.
#[derive(Clone, Debug)]
struct Known {
    text: Text,
    priority: Priority,
    kind: AlarmKind,
}

impl Known {
    fn of(alarm: &Alarm) -> Known {
        Known { text: alarm.text.clone(), priority: alarm.priority, kind: alarm.kind }
    }
}

/// The device alarm that a line tells.
fn telling(row: &LogRow) -> Option<(DeviceKey, Text)> {
    let LogKind::DeviceAlarm(alarm) = &row.kind else { return None };
    Some((row.device.clone()?, alarm.id.clone()))
}

/// The lines of a page, newest first. `label_of`: what stands on the door of a bed.
pub fn lines(
    page: &LogPage,
    words: &Words,
    offset_minutes: i32,
    label_of: impl Fn(&BedId) -> String,
) -> Vec<Line> {
    let mut known: BTreeMap<(DeviceKey, Text), Known> = BTreeMap::new();
    let mut lines = Vec::with_capacity(page.rows.len());
    for row in &page.before {
        if let (LogKind::DeviceAlarm(alarm), Some(name)) = (&row.kind, telling(row)) {
            known.insert(name, Known::of(alarm));
        }
    }
    for row in &page.rows {
        let about = if let LogKind::DeviceAlarm(alarm) = &row.kind {
            let told = Known::of(alarm);
            if let Some(name) = telling(row) {
                known.insert(name, told.clone());
            }
            Some(told)
        } else {
            named(row).and_then(|name| known.get(&name).cloned())
        };
        let text = about.as_ref().map(|about| about.text.as_str());
        let label = row.bed.as_ref().map(&label_of).unwrap_or_default();
        let said = words.log_line(&row.kind, text, offset_minutes);
        lines.push(Line {
            at: row.stamp.wall,
            folded: format!("{label} {said}").to_lowercase(),
            label,
            bed: row.bed.clone(),
            said,
            priority: about
                .as_ref()
                .map(|about| about.priority)
                .or_else(|| station_alarm(&row.kind).map(station_priority)),
            kind: about.map(|about| about.kind),
            is_of_alarms: row.kind.is_of_alarms(),
            is_of_station: station_alarm(&row.kind).is_some(),
            is_of_people: is_of_people(&row.kind),
        });
    }
    lines.reverse();
    lines
}

/// The device alarm that a line names by its id alone.
fn named(row: &LogRow) -> Option<(DeviceKey, Text)> {
    if let LogKind::DeviceAlarmEnded(id) = &row.kind {
        return Some((row.device.clone()?, id.clone()));
    }
    match condition(&row.kind)? {
        Condition::Device { device, id, .. } => Some((device.clone(), id.clone())),
        Condition::Station { .. } => None,
    }
}

/// The alarm that a line is about and does not carry.
fn condition(kind: &LogKind) -> Option<&Condition> {
    match kind {
        LogKind::Answered { condition, .. }
        | LogKind::AnswerLapsed { condition, .. }
        | LogKind::Latched(condition)
        | LogKind::Reset { condition, .. }
        | LogKind::Escalated { condition, .. } => Some(condition),
        LogKind::DeviceAlarm(_)
        | LogKind::DeviceAlarmEnded(_)
        | LogKind::StationAlarm(_)
        | LogKind::StationAlarmEnded(_)
        | LogKind::Assigned(_)
        | LogKind::Named { .. }
        | LogKind::StayBegan(_)
        | LogKind::StayEnded(_)
        | LogKind::PatientUnclear
        | LogKind::AudioPaused { .. }
        | LogKind::AudioOff { .. }
        | LogKind::AudioOn { .. }
        | LogKind::Standby { .. }
        | LogKind::StandbyEnded { .. }
        | LogKind::WatchLimits { .. }
        | LogKind::Entered { .. }
        | LogKind::Note(_) => None,
    }
}

/// The alarm of the station that a line is about.
fn station_alarm(kind: &LogKind) -> Option<&StationAlarmKind> {
    match (kind, condition(kind)) {
        (LogKind::StationAlarm(kind) | LogKind::StationAlarmEnded(kind), _)
        | (_, Some(Condition::Station { kind, .. })) => Some(kind),
        (_, Some(Condition::Device { .. }) | None) => None,
    }
}

/// Whether somebody did it, at this station.
fn is_of_people(kind: &LogKind) -> bool {
    match kind {
        LogKind::Answered { .. }
        | LogKind::Reset { .. }
        | LogKind::AudioPaused { .. }
        | LogKind::AudioOff { .. }
        | LogKind::AudioOn { by: Some(_) }
        | LogKind::Standby { .. }
        | LogKind::StandbyEnded { by: Some(_) }
        | LogKind::WatchLimits { .. }
        | LogKind::Entered { .. } => true,
        LogKind::AudioOn { by: None }
        | LogKind::StandbyEnded { by: None }
        | LogKind::DeviceAlarm(_)
        | LogKind::DeviceAlarmEnded(_)
        | LogKind::StationAlarm(_)
        | LogKind::StationAlarmEnded(_)
        | LogKind::Assigned(_)
        | LogKind::Named { .. }
        | LogKind::StayBegan(_)
        | LogKind::StayEnded(_)
        | LogKind::PatientUnclear
        | LogKind::AnswerLapsed { .. }
        | LogKind::Latched(_)
        | LogKind::Escalated { .. }
        | LogKind::Note(_) => false,
    }
}

impl Line {
    /// Whether it is of a kind, and holds every word that is searched for ([`folded`]), in its text or on
    /// its door.
    pub fn matches(&self, kind: Kind, search: &[String]) -> bool {
        let is_of = match kind {
            Kind::Alarms => self.is_of_alarms,
            Kind::High => self.priority == Some(Priority::High),
            Kind::Medium => self.priority == Some(Priority::Medium),
            Kind::Low => self.priority == Some(Priority::Low),
            Kind::Technical => self.kind == Some(AlarmKind::Technical),
            Kind::Station => self.is_of_station,
            Kind::People => self.is_of_people,
            Kind::All => true,
        };
        is_of && search.iter().all(|word| self.folded.contains(word))
    }
}

/// The words of a search, in small letters.
pub fn folded(search: &str) -> Vec<String> {
    search.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

/// A moment as it stands in the log: with its date when it was another day.
pub fn when(words: &Words, at: WallTime, now: WallTime, offset_minutes: i32) -> String {
    let clock = words.clock(at, offset_minutes);
    if words.dated(at, now, offset_minutes) == clock {
        clock
    } else {
        words.date_and_clock(at, offset_minutes)
    }
}

/// Lines as CSV (RFC 4180): time, bed, what. A text that a spreadsheet would take for a formula begins
/// with an apostrophe (OWASP, "CSV Injection").
pub fn csv<'a>(
    lines: impl Iterator<Item = &'a Line>,
    words: &Words,
    offset_minutes: i32,
) -> String {
    let head = [TextKey::ColumnTime, TextKey::ColumnBed, TextKey::AlarmLog];
    let mut written = row(&head.map(|key| words.text(key)));
    for line in lines {
        let time = words.date_and_clock(line.at, offset_minutes);
        written.push_str(&row(&[time, line.label.clone(), line.said.clone()]));
    }
    written
}

fn row(cells: &[String; 3]) -> String {
    let cell = |cell: &String| {
        let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let cell = if is_formula { format!("'{cell}") } else { cell.clone() };
        if cell.contains([',', ';', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    format!("{}\r\n", cells.iter().map(cell).collect::<Vec<String>>().join(","))
}

#[cfg(test)]
mod tests;

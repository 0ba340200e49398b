//! What a window, or the table in its place, makes of what it sees of the station.

use std::time::Duration;

use vigie_board::view::StationAlarmView;
use vigie_clock::local_offset_minutes;
use vigie_history::{RecordState, RecordStatus};
use vigie_model::{MonoTime, StationAlarmKind, Text, WallTime};
use vigie_station::{Seen, SoundState};
use vigie_words::{TextKey, Words};

use crate::isolation;

/// The station beats four times a second; one that missed eight has stopped.
const SILENCE: Duration = Duration::from_secs(2);

/// What there is to look at.
#[derive(Clone, Copy, Debug)]
pub enum State<'a> {
    /// It was never heard.
    Waiting,
    /// It is heard.
    Heard(&'a Seen),
    /// It was heard, but not any more: nothing of this is true now.
    Stopped {
        /// What it said last; only labels of it may be shown.
        #[cfg_attr(
            not(feature = "window"),
            expect(dead_code, reason = "the table shows no labels")
        )]
        last: &'a Seen,
        /// Since when it is silent, by the PC's clock.
        since: WallTime,
    },
}

impl State<'_> {
    /// Judges by the time of the station's last beat.
    pub fn of(seen: Option<&Seen>, now: MonoTime, wall: WallTime) -> State<'_> {
        let Some(seen) = seen else { return State::Waiting };
        let silence = now.since(seen.beat_at);
        if silence > SILENCE {
            State::Stopped { last: seen, since: wall.before(silence) }
        } else {
            State::Heard(seen)
        }
    }
}

/// One thing that the station says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// What.
    pub what: What,
    /// A count, or words of no language.
    pub detail: Option<String>,
    /// Since when.
    pub since: Option<WallTime>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A text without places.
    Key(TextKey),
    /// A text that is written already.
    Written(String),
}

impl Said {
    /// As one text.
    pub fn written(&self, words: &Words) -> String {
        let mut text = match &self.what {
            What::Key(key) => words.text(*key),
            What::Written(written) => written.clone(),
        };
        if let Some(since) = self.since {
            text = format!("{text} {}", words.clock(since, local_offset_minutes(since)));
        }
        match &self.detail {
            Some(detail) => words.noted(&text, detail),
            None => text,
        }
    }
}

/// What the station says of itself, the most urgent first.
pub fn notices(words: &Words, seen: &Seen) -> Vec<Said> {
    let report = &seen.report;
    let key = |key, since| Said { what: What::Key(key), detail: None, since };
    let written = |written| Said { what: What::Written(written), detail: None, since: None };
    let mut said = Vec::new();
    if let RecordState::Stopped { since, is_full, why } = &report.record.state {
        let why = (!why.is_empty()).then(|| why.to_string());
        let text = if *is_full { TextKey::RecordStoppedFull } else { TextKey::RecordStoppedBroken };
        said.push(Said { detail: why, ..key(text, Some(*since)) });
    }
    said.extend(report.guard_silent_since.map(|since| key(TextKey::GuardSilent, Some(since))));
    said.extend(report.window_silent_since.map(|since| key(TextKey::WindowSilent, Some(since))));
    if report.sound.state == SoundState::Silent {
        said.push(key(TextKey::SilentByPolicy, None));
    }
    said.extend(isolation::banner(words, &report.not_isolated).map(written));
    said.extend(of_record(words, seen));
    if report.dropped > 0 {
        let detail = Some(report.dropped.to_string());
        said.push(Said { detail, ..key(TextKey::DataDropped, None) });
    }
    said.extend(
        report
            .config_refused
            .as_ref()
            .map(|why| Said { detail: Some(why.to_string()), ..key(TextKey::ConfigRefused, None) }),
    );
    said
}

/// What is wrong with a record that runs.
fn of_record(words: &Words, seen: &Seen) -> Vec<Said> {
    let record = &seen.report.record;
    let of = |what| Said { what, detail: None, since: None };
    let mut said = Vec::new();
    if record.state == RecordState::Off {
        return said;
    }
    if record.is_filling {
        said.push(of(What::Written(words.disk_filling(record.days_left))));
    }
    let behind = |alarm: &&StationAlarmView| alarm.kind == StationAlarmKind::RecordBehind;
    if let Some(alarm) = seen.view.station_alarms.iter().find(behind) {
        let (since, detail) = (Some(alarm.since.1), Some(record.lost.to_string()));
        said.push(Said { since, detail, ..of(What::Key(TextKey::RecordBehind)) });
    }
    if record.copy.is_old {
        said.push(of(match record.copy.last_good {
            Some(last) => What::Written(words.copy_old(&words.age(seen.view.wall.since(last)))),
            None => What::Key(TextKey::NoCopyYet),
        }));
    }
    if record.is_unprotected {
        said.push(of(What::Key(TextKey::NoPassphrase)));
    }
    said
}

/// What there is to say of the record, calmly, and of its copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// One line, from long to short.
    pub line: Vec<String>,
    /// All there is.
    pub said: Vec<String>,
    /// Where copies can go.
    pub places: Vec<Text>,
    /// How far the one under way is, from 0 to 1.
    pub progress: Option<f32>,
}

/// How the record is doing at a moment; `None`: there is none.
pub fn record(words: &Words, record: &RecordStatus, now: WallTime) -> Option<Note> {
    if record.state == RecordState::Off {
        return None;
    }
    let dated = |wall| words.dated(wall, now, local_offset_minutes(now));
    let copy = &record.copy;
    let running = copy.running.as_ref().map(|running| {
        let done = running.done_bytes.min(running.all_bytes) as f32;
        let part = if running.all_bytes == 0 { 0.0 } else { done / running.all_bytes as f32 };
        let left = running.left_s.map(|left| words.age(Duration::from_secs(u64::from(left))));
        // Never 100 % before it is verified as a whole.
        let percent = ((part * 100.0) as u32).min(99);
        (part, words.copy_progress(percent, left.as_deref()), running.place.clone())
    });
    let copied = copy.last_good.map(dated);
    let left = record.days_left.map(|days| words.days_left(days));
    let state = match &record.state {
        RecordState::Stopped { is_full: true, .. } => Some(TextKey::RecordStoppedFull),
        RecordState::Stopped { is_full: false, .. } => Some(TextKey::RecordStoppedBroken),
        RecordState::Writing | RecordState::Off => None,
    };
    let state = state.map(|key| words.text(key));
    let mut parts: Vec<String> = Vec::new();
    match (&running, &copied) {
        (Some((_, progress, _)), _) => parts.push(progress.clone()),
        (None, Some(time)) => parts.push(words.copied_at(time)),
        (None, None) => {}
    }
    let short = words.record_line(&parts);
    if state.is_none() {
        parts.extend(left.clone());
    }
    let long = words.record_line(&parts);
    let mut said: Vec<String> = Vec::new();
    said.push(state.unwrap_or_else(|| words.record_line(&[])));
    said.extend(left);
    said.push(match copied {
        Some(time) => words.last_copy(&time),
        None => words.text(TextKey::NoCopyYet),
    });
    if let Some((_, progress, place)) = &running {
        said.push(words.noted(place.as_str(), progress));
    } else if let Some(why) = &copy.failed {
        said.push(words.noted(&words.text(TextKey::CopyFailed), why.as_str()));
    }
    let line = match &record.state {
        // A notice says it, urgently; a calm line that says nothing else would deny it.
        RecordState::Stopped { .. } if parts.is_empty() => Vec::new(),
        RecordState::Stopped { .. } | RecordState::Writing | RecordState::Off if long == short => {
            vec![long]
        }
        RecordState::Stopped { .. } | RecordState::Writing | RecordState::Off => vec![long, short],
    };
    let progress = running.map(|(part, _, _)| part);
    Some(Note { line, said, places: copy.places.clone(), progress })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vigie_board::view::BoardView;
    use vigie_history::CopyProgress;
    use vigie_model::StationMode;
    use vigie_station::StationReport;
    use vigie_words::Language;

    use super::*;

    const NOW: MonoTime = MonoTime::from_nanos(1 << 45);
    const WALL: WallTime = WallTime::from_unix_nanos(1_795_230_855_000_000_000);

    fn seen(ago: Duration) -> Seen {
        let view = BoardView {
            at: NOW,
            wall: WALL,
            mode: StationMode::Live,
            tiles: Vec::new(),
            unassigned: Vec::new(),
            station_alarms: Vec::new(),
            attention: Vec::new(),
            sound: vigie_board::view::SoundView::default(),
            heartbeat: 0,
        };
        Seen { view: Arc::new(view), report: StationReport::default(), beat_at: NOW.before(ago) }
    }

    #[test]
    fn two_seconds_without_a_beat_is_a_stopped_station() {
        assert!(matches!(State::of(None, NOW, WALL), State::Waiting));
        let recent = seen(Duration::from_millis(1_990));
        assert!(matches!(State::of(Some(&recent), NOW, WALL), State::Heard(_)));
        let old = seen(Duration::from_millis(2_500));
        let State::Stopped { since, .. } = State::of(Some(&old), NOW, WALL) else {
            panic!("2.5 s are too long")
        };
        assert_eq!(since, WALL.before(Duration::from_millis(2_500)));
    }

    fn written(words: &Words, seen: &Seen) -> Vec<String> {
        notices(words, seen).iter().map(|said| said.written(words)).collect()
    }

    #[test]
    fn what_the_station_says_of_itself_is_said_in_the_language() {
        let mut seen = seen(Duration::ZERO);
        let words = Words::new(Language::English);
        assert_eq!(notices(&words, &seen), []);
        let report = &mut seen.report;
        report.dropped = 12;
        report.guard_silent_since = Some(WALL);
        report.config_refused = Some("vigie.toml:3".into());
        let said = written(&words, &seen);
        assert!(said[0].starts_with("guard silent "), "{said:?}");
        assert_eq!(said[1..], ["data left out: 12", "vigie.toml not fully applied: vigie.toml:3"]);
    }

    #[test]
    fn what_is_wrong_with_the_record_is_said_by_urgency() {
        let mut seen = seen(Duration::ZERO);
        let words = Words::new(Language::English);
        seen.report.record.is_filling = true;
        seen.report.record.copy.is_old = true;
        seen.report.record.is_unprotected = true;
        assert_eq!(written(&words, &seen), [""; 0], "without a record nothing is wrong with it");
        seen.report.record.days_left = Some(2);
        seen.report.record.state = RecordState::Writing;
        seen.report.guard_silent_since = Some(WALL);
        assert_eq!(
            written(&words, &seen)[1..],
            [
                "disk almost full: 2 days left",
                "no copy of the record yet",
                "record without a passphrase",
            ]
        );
        seen.report.record.copy.last_good = Some(WALL.before(Duration::from_secs(30 * 3_600)));
        let since = WALL.before(Duration::from_secs(60));
        seen.report.record.state =
            RecordState::Stopped { since, is_full: true, why: "no space".into() };
        seen.report.record.days_left = Some(0);
        let said = written(&words, &seen);
        assert!(said[0].starts_with("RECORDING STOPPED: disk full "), "{said:?}");
        assert!(said[0].ends_with(": no space"), "{said:?}");
        assert!(said[1].starts_with("guard silent "), "{said:?}");
        assert_eq!(said[2], "disk almost full: less than a day left");
        assert_eq!(said[3], "last good copy 30 h 00 min old");
    }

    #[test]
    fn a_calm_record_is_one_line_and_its_copies_are_listed() {
        let words = Words::new(Language::English);
        let mut status = RecordStatus::default();
        assert_eq!(record(&words, &status, WALL), None);
        status.state = RecordState::Writing;
        let note = record(&words, &status, WALL).expect("a record");
        assert_eq!(note.line, ["record: recording"]);
        assert_eq!(note.said, ["record: recording", "no copy of the record yet"]);
        let why = Text::from("no room");
        let stopped = RecordState::Stopped { since: WALL, is_full: true, why };
        let stopped =
            RecordStatus { state: stopped, days_left: Some(0), ..RecordStatus::default() };
        let note = record(&words, &stopped, WALL).expect("a record");
        assert_eq!(note.line, [""; 0], "it is not said to be recording");
        assert_eq!(note.said[0], "RECORDING STOPPED: disk full");
        let earlier = WALL.before(Duration::from_secs(1));
        let time = words.dated(earlier, WALL, local_offset_minutes(WALL));
        status.copy.last_good = Some(earlier);
        status.days_left = Some(12);
        status.copy.places = vec!["/media/stick".into()];
        status.copy.failed = Some("the stick is full".into());
        let note = record(&words, &status, WALL).expect("a record");
        let long = format!("record: copied {time}, 12 days left");
        assert_eq!(note.line, [long, format!("record: copied {time}")]);
        assert_eq!(note.said[3], "the last copy failed: the stick is full");
        assert_eq!((note.places.len(), note.progress), (1, None));
        status.copy.running = Some(CopyProgress {
            place: "/media/stick".into(),
            done_bytes: 1_000,
            all_bytes: 1_000,
            left_s: Some(90),
        });
        let note = record(&words, &status, WALL).expect("a record");
        assert_eq!(note.line[0], "record: copying 99 %, 1 min left, 12 days left");
        assert_eq!(note.said[3], "/media/stick: copying 99 %, 1 min left");
        assert_eq!(note.progress, Some(1.0));
    }
}

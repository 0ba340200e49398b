//! What a window, or the table in its place, makes of what it sees of the station.

use std::time::Duration;

use vigie_clock::local_offset_minutes;
use vigie_model::{MonoTime, WallTime};
use vigie_station::{Seen, StationReport};
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
pub fn notices(words: &Words, report: &StationReport) -> Vec<Said> {
    let key = |key, since| Said { what: What::Key(key), detail: None, since };
    let mut said = Vec::new();
    said.extend(report.guard_silent_since.map(|since| key(TextKey::GuardSilent, Some(since))));
    said.extend(report.window_silent_since.map(|since| key(TextKey::WindowSilent, Some(since))));
    said.extend(isolation::banner(words, &report.not_isolated).map(|written| Said {
        what: What::Written(written),
        detail: None,
        since: None,
    }));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vigie_board::view::BoardView;
    use vigie_model::StationMode;
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

    #[test]
    fn what_the_station_says_of_itself_is_said_in_the_language() {
        let mut report = StationReport::default();
        let words = Words::new(Language::English);
        assert_eq!(notices(&words, &report), []);
        report.dropped = 12;
        report.guard_silent_since = Some(WALL);
        report.config_refused = Some("vigie.toml:3".into());
        let said: Vec<String> =
            notices(&words, &report).iter().map(|said| said.written(&words)).collect();
        assert!(said[0].starts_with("guard silent "), "{said:?}");
        assert_eq!(said[1..], ["data left out: 12", "vigie.toml not fully applied: vigie.toml:3"]);
    }
}

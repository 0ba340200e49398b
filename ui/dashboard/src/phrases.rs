//! What every panel writes and paints with: words, times, palette.

use std::time::Duration;

use vigie_board::view::{Freshness, TileView};
use vigie_model::{MonoTime, WallTime};
use vigie_ui_kit::{sight::Sight, tokens::Palette};
use vigie_words::{TextKey, Words};

use crate::{devices, options::ViewOptions};

/// What texts and colours are made with in one frame.
#[derive(Clone, Debug)]
pub struct Phrases {
    /// The words of the language.
    pub words: Words,
    /// The PC's clock now.
    pub wall: WallTime,
    /// The monotonic clock now.
    pub now: MonoTime,
    /// Minutes east of UTC.
    pub utc_offset_minutes: i32,
    /// The colours.
    pub palette: &'static Palette,
    /// What the unit's configuration says of the window.
    pub options: ViewOptions,
    /// From where it is seen.
    pub sight: Sight,
}

impl Phrases {
    /// A text without places.
    pub fn text(&self, key: TextKey) -> String {
        self.words.text(key)
    }

    /// A moment as written today, with its date when it was another day.
    pub fn dated(&self, wall: WallTime) -> String {
        self.words.dated(wall, self.wall, self.utc_offset_minutes)
    }

    /// The hour and the minute of a moment.
    pub fn short(&self, wall: WallTime) -> String {
        self.words.hour_and_minute(wall, self.utc_offset_minutes)
    }

    /// The clock.
    pub fn clock(&self) -> String {
        self.words.clock(self.wall, self.utc_offset_minutes)
    }

    /// How long ago.
    pub fn since(&self, then: MonoTime) -> Duration {
        self.now.since(then)
    }

    /// How long ago a moment was that is known by both clocks. One before this PC started has no time
    /// on the clock that measures: then its date tells.
    pub fn age(&self, (mono, wall): (MonoTime, WallTime)) -> Duration {
        if mono == MonoTime::START { self.wall.since(wall) } else { self.now.since(mono) }
    }

    /// The state of a line, from long to short; the first that fits is written.
    pub fn link(&self, tile: &TileView) -> Vec<String> {
        let Some(freshness) = tile.link.freshness else {
            let key = if tile.device.is_some() { TextKey::NothingHeard } else { TextKey::NoDevice };
            return vec![self.text(key), self.text(TextKey::NoData)];
        };
        let word = match freshness {
            Freshness::Live => TextKey::StateLive,
            Freshness::Late => TextKey::StateLate,
            Freshness::Stale => TextKey::StateStale,
            Freshness::Lost => TextKey::StateLost,
        };
        if freshness == Freshness::Live {
            // An age beside a live link would only tremble between 0 and 1 s; but where numbers come once
            // a minute, live says little of them.
            let slow = tile.link.heard.filter(|_| devices::is_slow(tile));
            return match slow.map(|(mono, _)| self.words.age(self.since(mono))) {
                Some(age) => vec![format!("{} {age}", self.text(word)), age],
                None => vec![self.text(word)],
            };
        }
        let age = tile.link.heard.map(|(mono, _)| self.words.age(self.since(mono)));
        let with_age = age.as_ref().map(|age| format!("{} {age}", self.text(word)));
        with_age.into_iter().chain([self.text(word)]).chain(age).collect()
    }
}

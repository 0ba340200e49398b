//! The silence of those who watch the station, and of those whom it watches in turn.

use std::time::Duration;

use vigie_model::{MonoTime, WallTime};

/// A guard or a window that was not heard for this long is silent.
const SILENCE: Duration = Duration::from_secs(2);
/// The first window gets this long to appear: loading a toolkit on a slow PC takes seconds.
const FIRST_WINDOW: Duration = Duration::from_secs(10);
/// While the window is silent, the station wants to sound this often.
const SOUND_PERIOD: Duration = Duration::from_secs(10);

/// The guard. A station without one misses none.
#[derive(Debug, Default)]
pub(crate) struct GuardWatch {
    heard: Option<(MonoTime, WallTime)>,
}

impl GuardWatch {
    pub(crate) fn beat(&mut self, now: MonoTime, wall: WallTime) {
        self.heard = Some((now, wall));
    }

    pub(crate) fn silent_since(&self, now: MonoTime) -> Option<WallTime> {
        self.heard.filter(|(heard, _)| now.since(*heard) > SILENCE).map(|(_, wall)| wall)
    }
}

/// The window that belongs to the station.
#[derive(Debug)]
pub(crate) struct WindowWatch {
    is_expected: bool,
    /// The last time that it painted, or the start.
    painted: (MonoTime, WallTime),
    has_painted: bool,
    is_silent: bool,
    sounded: Option<MonoTime>,
    sounds: u64,
}

impl WindowWatch {
    pub(crate) const fn new(is_expected: bool, now: MonoTime, wall: WallTime) -> WindowWatch {
        WindowWatch {
            is_expected,
            painted: (now, wall),
            has_painted: false,
            is_silent: false,
            sounded: None,
            sounds: 0,
        }
    }

    pub(crate) fn painted(&mut self, now: MonoTime, wall: WallTime) {
        self.painted = (now, wall);
        self.has_painted = true;
    }

    /// `true`: now is the time to sound.
    pub(crate) fn check(&mut self, now: MonoTime) -> bool {
        let patience = if self.has_painted { SILENCE } else { FIRST_WINDOW };
        self.is_silent = self.is_expected && now.since(self.painted.0) > patience;
        if !self.is_silent {
            self.sounded = None;
            return false;
        }
        let sounds = self.sounded.is_none_or(|sounded| now.since(sounded) >= SOUND_PERIOD);
        if sounds {
            self.sounded = Some(now);
            self.sounds = self.sounds.saturating_add(1);
        }
        sounds
    }

    pub(crate) fn silent_since(&self) -> Option<WallTime> {
        self.is_silent.then_some(self.painted.1)
    }

    pub(crate) const fn sounds(&self) -> u64 {
        self.sounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> (MonoTime, WallTime) {
        (MonoTime::from_nanos(millis * 1_000_000), WallTime::from_unix_nanos(millis as i64))
    }

    #[test]
    fn a_silent_window_makes_the_station_sound_every_ten_seconds() {
        let mut watch = WindowWatch::new(true, at(0).0, at(0).1);
        assert!(!watch.check(at(10_000).0), "the first one may take its time");
        let (now, wall) = at(10_001);
        watch.painted(now, wall);
        assert!(!watch.check(at(12_001).0));
        assert!(watch.check(at(12_002).0));
        assert_eq!(watch.silent_since(), Some(wall));
        let sounds = (12_003..42_003).filter(|millis| watch.check(at(*millis).0)).count();
        assert_eq!((sounds, watch.sounds()), (3, 4));
        watch.painted(at(42_003).0, at(42_003).1);
        assert!(!watch.check(at(42_004).0));
        assert_eq!(watch.silent_since(), None);
        assert!(watch.check(at(44_100).0), "each silence sounds at once");
    }

    #[test]
    fn a_window_that_never_comes_is_missed_and_one_that_is_not_expected_is_not() {
        let mut watch = WindowWatch::new(true, at(0).0, at(0).1);
        assert!(watch.check(at(10_001).0));
        let mut alone = WindowWatch::new(false, at(0).0, at(0).1);
        assert!(!alone.check(at(999_999).0));
        assert_eq!(alone.silent_since(), None);
    }

    #[test]
    fn only_a_guard_that_was_heard_can_fall_silent() {
        let mut guard = GuardWatch::default();
        assert_eq!(guard.silent_since(at(60_000).0), None);
        guard.beat(at(60_000).0, at(60_000).1);
        assert_eq!(guard.silent_since(at(62_000).0), None);
        assert_eq!(guard.silent_since(at(62_001).0), Some(at(60_000).1));
    }
}

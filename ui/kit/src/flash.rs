//! The rhythm of alarms: computed from time, so that it holds when frames are dropped, and one for
//! the whole screen, so that all tiles flash together.
//!
//! IEC 60601-1-8 as several vendors' manuals quote it: high 1.4 to 2.8 Hz, medium 0.4 to 0.8 Hz,
//! 20 to 60 % on, low constant.

use std::time::Duration;

use vigie_model::{MonoTime, Priority};

/// Length of one on-off period; `None`: constant.
pub const fn period(priority: Priority) -> Option<Duration> {
    match priority {
        Priority::High => Some(Duration::from_millis(500)),
        Priority::Medium => Some(Duration::from_millis(2_000)),
        Priority::Low | Priority::Information => None,
    }
}

/// Whether the bright half of the rhythm is on. Constant priorities are always on.
pub fn is_on(priority: Priority, now: MonoTime) -> bool {
    period(priority).is_none_or(|period| {
        let period = period.as_nanos() as u64;
        now.as_nanos() % period < period / 2
    })
}

/// Half of the shortest period; the longer ones are multiples of it.
const HALF: u64 = 250_000_000;

/// How long until the rhythm of any priority next changes: a frame is due then.
pub fn until_change(now: MonoTime) -> Duration {
    Duration::from_nanos(HALF - now.as_nanos() % HALF)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the changes to "on" and the share of "on" over 60 s of uneven frames.
    fn measured(priority: Priority) -> (f64, f64) {
        let (mut now, mut was, mut rises, mut on, mut frames) = (0_u64, false, 0, 0, 0);
        while now < 60_000_000_000 {
            let is = is_on(priority, MonoTime::from_nanos(now));
            rises += u32::from(is && !was);
            on += u32::from(is);
            was = is;
            frames += 1;
            now += 7_000_000 + (now / 7) % 50_000_000; // 7 to 57 ms
        }
        (f64::from(rises) / 60.0, f64::from(on) / f64::from(frames))
    }

    #[test]
    fn rates_hold_when_frames_come_unevenly() {
        let (hz, share) = measured(Priority::High);
        assert!((1.9..=2.1).contains(&hz) && (0.4..0.6).contains(&share), "{hz} Hz, {share}");
        let (hz, share) = measured(Priority::Medium);
        assert!((0.48..=0.52).contains(&hz) && (0.4..0.6).contains(&share), "{hz} Hz, {share}");
        assert_eq!(measured(Priority::Low).1, 1.0);
    }

    #[test]
    fn every_change_of_any_rhythm_has_a_frame() {
        let mut now = MonoTime::from_nanos(123_456_789);
        for _ in 0..40 {
            let next = now + until_change(now);
            let just_before = next.before(Duration::from_nanos(1));
            for priority in [Priority::High, Priority::Medium, Priority::Low] {
                assert_eq!(is_on(priority, now), is_on(priority, just_before));
            }
            assert_ne!(is_on(Priority::High, now), is_on(Priority::High, next));
            now = next;
        }
    }
}

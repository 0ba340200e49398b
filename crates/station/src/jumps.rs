//! Whether the PC's date goes on together with its clock since boot, and whether the PC slept.

use std::time::Duration;

use vigie_model::{MonoTime, WallTime};

/// Both clocks may part by so much from one turn of the board to the next: a time server corrects
/// slowly, and whoever sets a clock by less than this moves no line on the screen.
const PART_MAX: Duration = Duration::from_secs(2);
/// The board's thread turns several times a second. After this it was the PC that stood still: a
/// process that did would have been ended by its guard.
const STANDSTILL: Duration = Duration::from_secs(10);

/// What the last turn saw.
#[derive(Debug, Default)]
pub(crate) struct JumpWatch {
    last: Option<(MonoTime, WallTime)>,
}

/// What happened to the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    /// The date went on by so much more than time, or less.
    Set {
        /// Milliseconds; negative: the clock was set back.
        millis: i64,
    },
    /// Nothing was done for so long.
    Slept(Duration),
}

impl JumpWatch {
    /// Another turn.
    pub(crate) fn note(&mut self, now: MonoTime, wall: WallTime) -> Option<Jump> {
        let (before, wall_before) = self.last.replace((now, wall))?;
        let passed = now.since(before);
        let by_date = wall.as_unix_nanos().saturating_sub(wall_before.as_unix_nanos());
        let passed_nanos = i64::try_from(passed.as_nanos()).unwrap_or(i64::MAX);
        let millis = by_date.saturating_sub(passed_nanos) / 1_000_000;
        if u128::from(millis.unsigned_abs()) > PART_MAX.as_millis() {
            Some(Jump::Set { millis })
        } else if passed > STANDSTILL {
            Some(Jump::Slept(passed))
        } else {
            None
        }
    }
}

impl std::fmt::Display for Jump {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Jump::Set { millis } => write!(f, "the PC's clock was set by {millis} ms"),
            Jump::Slept(time) => write!(f, "the PC stood still for {} s", time.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_and_a_sleep_are_seen_once() {
        let mut watch = JumpWatch::default();
        let mut note = |mono_ms: u64, wall_ms: i64| {
            let wall = WallTime::from_unix_nanos(wall_ms * 1_000_000);
            watch.note(MonoTime::from_nanos(mono_ms * 1_000_000), wall)
        };
        assert_eq!(note(1_000, 5_000_000), None, "the first one knows nothing");
        assert_eq!(note(1_250, 5_000_250), None);
        assert_eq!(note(1_500, 5_002_500), None, "a correction of two seconds");
        assert_eq!(note(1_750, 5_004_751), Some(Jump::Set { millis: 2_001 }));
        assert_eq!(note(2_000, 5_005_001), None, "once");
        assert_eq!(note(2_250, 1_405_251), Some(Jump::Set { millis: -3_600_000 }));
        assert_eq!(note(12_250, 1_415_251), None);
        assert_eq!(note(22_251, 1_425_252), Some(Jump::Slept(Duration::from_millis(10_001))));
        assert_eq!(note(22_501, 1_425_502), None);
    }
}

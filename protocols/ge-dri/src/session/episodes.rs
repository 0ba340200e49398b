//! When a value that is measured now and then was measured.
//!
//! The monitor repeats the last cuff pressure with every record, until there is another. It says when
//! it was taken in the auxiliary information, which must be asked for; otherwise only that it is older
//! than 60 s. So a measurement is dated by the moment at which it was seen to change, and by the
//! monitor's own time as soon as that is known.

use std::time::Duration;

use vigie_model::{DeviceTime, Measured, MonoTime};

use super::clocks::device_time;

/// Beyond this a time is of another patient, or of a clock that was set.
const AGE_MAX: Duration = Duration::from_secs(24 * 3_600);

/// The last measurement of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Episode {
    /// What it showed, as sent.
    shown: Option<[i16; 3]>,
    was_old: bool,
    /// How old it was at some moment.
    aged: Option<(MonoTime, Duration)>,
    /// By the monitor's clock.
    time: Option<u32>,
    /// It changed, and its time was not told since.
    is_undated: bool,
}

impl Episode {
    /// It is shown again.
    pub(super) fn see(&mut self, now: MonoTime, shown: [i16; 3], is_old: bool) {
        let is_renewed = self.was_old && !is_old;
        self.was_old = is_old;
        match self.shown.replace(shown) {
            Some(known) if known != shown || is_renewed => {
                // An old reading that first shows up now was not made now.
                self.aged = (!is_old).then_some((now, Duration::ZERO));
                self.time = None;
                self.is_undated = true;
            }
            None => self.is_undated = true,
            Some(_) => {}
        }
    }

    /// The monitor tells when it was: `at` on its clock, which shows `clock`.
    pub(super) fn date(&mut self, now: MonoTime, clock: u32, at: Option<u32>) {
        self.is_undated = false;
        let Some(at) = at else { return };
        let age = Duration::from_secs(u64::from(clock.saturating_sub(at)));
        if age > AGE_MAX || at > clock.saturating_add(60) {
            return;
        }
        self.aged = Some((now, age));
        self.time = Some(at);
    }

    /// Whether its time should be asked for.
    pub(super) fn is_undated(&self) -> bool {
        self.is_undated
    }

    /// How old it is.
    pub(super) fn measured(&self, now: MonoTime) -> Measured {
        match self.aged {
            Some((at, age)) => Measured::Ago(age + now.since(at)),
            None => Measured::Unknown,
        }
    }

    /// When it was, by the monitor's clock.
    pub(super) fn device_time(&self) -> Option<DeviceTime> {
        self.time.and_then(device_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> MonoTime {
        MonoTime::START + Duration::from_secs(seconds)
    }

    fn ago(seconds: u64) -> Measured {
        Measured::Ago(Duration::from_secs(seconds))
    }

    #[test]
    fn the_first_reading_has_no_age_and_a_new_one_has() {
        let mut cuff = Episode::default();
        cuff.see(at(0), [93, 48, 69], false);
        assert_eq!(cuff.measured(at(0)), Measured::Unknown);
        assert!(cuff.is_undated());
        cuff.see(at(5), [120, 70, 90], false);
        assert_eq!(cuff.measured(at(25)), ago(20));
    }

    #[test]
    fn the_same_reading_measured_again_is_new() {
        let mut cuff = Episode::default();
        cuff.see(at(0), [93, 48, 69], true);
        cuff.see(at(5), [93, 48, 69], false);
        assert_eq!(cuff.measured(at(6)), ago(1));
    }

    #[test]
    fn the_monitor_knows_best() {
        let mut cuff = Episode::default();
        cuff.see(at(0), [93, 48, 69], true);
        cuff.date(at(1), 10_000, Some(9_700));
        assert_eq!(cuff.measured(at(11)), ago(310));
        assert!(!cuff.is_undated());
        assert_eq!(cuff.device_time().unwrap().to_string(), "1970-01-01T02:41:40");
        // A clock that was set, and "unknown".
        cuff.date(at(12), 10_000, Some(20_000));
        cuff.date(at(12), 1_000_000, Some(1));
        cuff.date(at(12), 10_000, None);
        assert_eq!(cuff.measured(at(11)), ago(310));
    }
}

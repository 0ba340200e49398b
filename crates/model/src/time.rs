//! Three kinds of time, which must not be mixed.
//!
//! [`MonoTime`] orders and measures. [`WallTime`] is for people and files. [`DeviceTime`] is what a
//! device claims: it is shown, and nothing is ever ordered by it.

use std::{
    fmt,
    ops::{Add, Sub},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Nanoseconds of `CLOCK_BOOTTIME`: it never goes back and counts through suspend.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct MonoTime(u64);

impl MonoTime {
    /// The moment the machine started.
    pub const START: MonoTime = MonoTime(0);

    /// From nanoseconds since the machine started.
    pub const fn from_nanos(nanos: u64) -> MonoTime {
        MonoTime(nanos)
    }

    /// Nanoseconds since the machine started.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub const fn since(self, earlier: MonoTime) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// This moment moved back, not before the start.
    pub fn before(self, by: Duration) -> MonoTime {
        MonoTime(self.0.saturating_sub(nanos(by)))
    }

    /// Signed seconds from `earlier` to this.
    pub fn secs_f64_since(self, earlier: MonoTime) -> f64 {
        (i128::from(self.0) - i128::from(earlier.0)) as f64 / 1e9
    }
}

impl Add<Duration> for MonoTime {
    type Output = MonoTime;

    fn add(self, by: Duration) -> MonoTime {
        MonoTime(self.0.saturating_add(nanos(by)))
    }
}

impl Sub<MonoTime> for MonoTime {
    type Output = Duration;

    fn sub(self, earlier: MonoTime) -> Duration {
        self.since(earlier)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Nanoseconds since 1970-01-01T00:00:00 UTC by the PC's own clock, which may be wrong or jump.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct WallTime(i64);

impl WallTime {
    /// From nanoseconds since 1970 UTC.
    pub const fn from_unix_nanos(nanos: i64) -> WallTime {
        WallTime(nanos)
    }

    /// Nanoseconds since 1970 UTC.
    pub const fn as_unix_nanos(self) -> i64 {
        self.0
    }

    /// Time since `earlier`; zero if that is later, as it may be when the date was changed.
    pub fn since(self, earlier: WallTime) -> Duration {
        let nanos = self.as_unix_nanos().saturating_sub(earlier.as_unix_nanos());
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
    }

    /// This moment moved back.
    pub fn before(self, by: Duration) -> WallTime {
        WallTime(self.0.saturating_sub(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// This moment moved on.
    pub fn after(self, by: Duration) -> WallTime {
        WallTime(self.0.saturating_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }
}

/// A date and time as a device claims it: local to the device, zone unknown, often wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeviceTime {
    /// Gregorian year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
}

impl fmt::Display for DeviceTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DeviceTime { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// One start of the station; orders records across restarts together with `seq`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RunId(pub u64);

/// When the station heard something: in which run, at which place in order, by both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// The run of the station.
    pub run: RunId,
    /// Position in the order of the lane; set when the observation enters it.
    pub seq: u64,
    /// When, for measuring.
    pub mono: MonoTime,
    /// When, for people.
    pub wall: WallTime,
}

/// Ticks of a device's own clock since it started, extended to 64 bits by the session.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Tick(pub u64);

/// One clock inside a device. All waves sampled by one clock share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timebase {
    /// Which clock of the device.
    pub id: u16,
    /// Nominal length of a tick, in nanoseconds; the real one differs by some 100 ppm.
    pub tick_ns: u32,
}

/// Where a chunk of samples lies on our own time axis, as `ClockTracker` found it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// When the first sample was taken.
    pub start: MonoTime,
    /// Length of a device tick as measured against our clock.
    pub ns_per_tick: f64,
    /// Grows by one whenever the mapping had to step: chunks of two epochs are never joined.
    pub epoch: u32,
}

/// The only source of time for pure code: it is handed in, never read.
pub trait Clock: Send + Sync {
    /// Now, for measuring.
    fn mono(&self) -> MonoTime;
    /// Now, for people.
    fn wall(&self) -> WallTime;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_below_the_start() {
        let early = MonoTime::from_nanos(5);
        assert_eq!(early.before(Duration::from_secs(1)), MonoTime::START);
        assert_eq!(early - MonoTime::from_nanos(9), Duration::ZERO);
        assert_eq!(
            MonoTime::from_nanos(5).secs_f64_since(MonoTime::from_nanos(1_000_000_005)),
            -1.0
        );
    }
}

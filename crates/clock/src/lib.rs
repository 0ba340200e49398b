//! The only reads of the machine's clocks.
//!
//! Everything else is handed its time. [`BootClock`] is the station's clock; [`ScaledClock`] runs a
//! recording faster than life, drivers and board alike, so that their rules see the same seconds.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use vigie_model::{Clock, MonoTime, WallTime};

const NANOS_PER_SEC: i64 = 1_000_000_000;

/// `CLOCK_BOOTTIME` for measuring, `CLOCK_REALTIME` for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct BootClock;

impl Clock for BootClock {
    fn mono(&self) -> MonoTime {
        MonoTime::from_nanos(u64::try_from(read(ClockId::Boottime)).unwrap_or(0))
    }

    fn wall(&self) -> WallTime {
        WallTime::from_unix_nanos(read(ClockId::Realtime))
    }
}

/// Nanoseconds of a clock that every Linux kernel has.
fn read(clock: ClockId) -> i64 {
    let now = clock_gettime(clock);
    now.tv_sec.saturating_mul(NANOS_PER_SEC).saturating_add(now.tv_nsec)
}

/// Minutes east of UTC that the PC's time zone is at `wall`; 0 where the machine has no zone.
pub fn local_offset_minutes(wall: WallTime) -> i32 {
    jiff::Timestamp::from_nanosecond(i128::from(wall.as_unix_nanos()))
        .map(|at| jiff::tz::TimeZone::system().to_offset(at).seconds() / 60)
        .unwrap_or(0)
}

/// Another clock, running `speed` times as fast since it was made.
#[derive(Clone, Debug)]
pub struct ScaledClock<C> {
    inner: C,
    start_mono: MonoTime,
    start_wall: WallTime,
    speed: f64,
}

impl<C: Clock> ScaledClock<C> {
    /// Starts at the present of `inner`. A `speed` that is not a positive number counts as 1.
    pub fn new(inner: C, speed: f64) -> ScaledClock<C> {
        let speed = if speed.is_finite() && speed > 0.0 { speed } else { 1.0 };
        ScaledClock { start_mono: inner.mono(), start_wall: inner.wall(), inner, speed }
    }

    /// How long to wait in life until this clock has moved on by `scaled`.
    pub fn life_of(&self, scaled: Duration) -> Duration {
        Duration::try_from_secs_f64(scaled.as_secs_f64() / self.speed).unwrap_or(Duration::MAX)
    }

    fn elapsed(&self) -> Duration {
        let life = self.inner.mono() - self.start_mono;
        Duration::try_from_secs_f64(life.as_secs_f64() * self.speed).unwrap_or(Duration::MAX)
    }
}

impl<C: Clock> Clock for ScaledClock<C> {
    fn mono(&self) -> MonoTime {
        self.start_mono + self.elapsed()
    }

    /// The wall clock is scaled too: what is read off the screen stays one consistent story.
    fn wall(&self) -> WallTime {
        self.start_wall.after(self.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    struct Hand(AtomicU64);

    impl Clock for &Hand {
        fn mono(&self) -> MonoTime {
            MonoTime::from_nanos(self.0.load(Ordering::Relaxed))
        }

        fn wall(&self) -> WallTime {
            WallTime::from_unix_nanos(7 + self.0.load(Ordering::Relaxed) as i64)
        }
    }

    #[test]
    fn the_machine_has_both_clocks_and_boot_time_does_not_go_back() {
        let (first, second) = (BootClock.mono(), BootClock.mono());
        assert!(first > MonoTime::START && second >= first);
        // 2020-01-01: a wall clock before that is a broken test machine.
        assert!(BootClock.wall().as_unix_nanos() > 1_577_836_800 * NANOS_PER_SEC);
    }

    #[test]
    fn scaled_time_runs_at_its_speed_from_the_moment_it_was_made() {
        let hand = Hand(AtomicU64::new(1_000));
        let scaled = ScaledClock::new(&hand, 4.0);
        hand.0.store(1_250, Ordering::Relaxed);
        assert_eq!(scaled.mono(), MonoTime::from_nanos(2_000));
        assert_eq!(scaled.wall(), WallTime::from_unix_nanos(2_007));
        assert_eq!(scaled.life_of(Duration::from_secs(2)), Duration::from_millis(500));
    }

    #[test]
    fn a_senseless_speed_is_life_speed() {
        let hand = Hand(AtomicU64::new(0));
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let scaled = ScaledClock::new(&hand, speed);
            assert_eq!(scaled.life_of(Duration::from_secs(1)), Duration::from_secs(1));
        }
    }
}

//! How long to wait before trying a line again.

use std::time::Duration;

use crate::rng::Rng;

/// The wait after the first failure.
pub const BACKOFF_FIRST: Duration = Duration::from_secs(1);
/// No wait is longer: a monitor that is switched on again is on the screen within this.
pub const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// Waits that double from [`BACKOFF_FIRST`] to [`BACKOFF_MAX`], each shortened at random by up to
/// half: after a power cut all devices come back at once, and must not be asked all at once.
#[derive(Clone, Debug)]
pub struct Backoff {
    rng: Rng,
    next: Duration,
}

impl Backoff {
    /// Nothing has failed yet. The seed is that of [`crate::Setup`].
    pub const fn new(seed: u64) -> Backoff {
        Backoff { rng: Rng::new(seed), next: BACKOFF_FIRST }
    }

    /// It failed: how long to wait.
    pub fn next_delay(&mut self) -> Duration {
        let full = self.next;
        self.next = (full * 2).min(BACKOFF_MAX);
        full.mul_f64(1.0 - self.rng.unit() / 2.0)
    }

    /// It worked: the next failure is a first one again.
    pub const fn reset(&mut self) {
        self.next = BACKOFF_FIRST;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_its_cap_and_starts_afresh() {
        let mut backoff = Backoff::new(7);
        for full_secs in [1, 2, 4, 8, 16, 30, 30, 30] {
            let delay = backoff.next_delay();
            let full = Duration::from_secs(full_secs);
            assert!(
                delay > full / 2 - Duration::from_nanos(1) && delay <= full,
                "{delay:?} of {full:?}"
            );
        }
        backoff.reset();
        assert!(backoff.next_delay() <= BACKOFF_FIRST);
    }

    #[test]
    fn two_lines_do_not_knock_together() {
        let (mut one, mut other) = (Backoff::new(1), Backoff::new(2));
        let together = (0..100).filter(|_| one.next_delay() == other.next_delay()).count();
        assert_eq!(together, 0);
    }

    #[test]
    fn the_same_seed_waits_alike() {
        let (mut one, mut other) = (Backoff::new(3), Backoff::new(3));
        for _ in 0..10 {
            assert_eq!(one.next_delay(), other.next_delay());
        }
    }
}

//! How much one line, or one client, may ask of the board: a token bucket.

use std::time::Duration;

use vigie_model::MonoTime;

/// Items a second. 64 monitors on one line, each with 30 numbers, texts and alarm lists and 8 waves of
/// 4 chunks a second, need some 6,000.
pub(crate) const ITEMS_PER_SEC: u64 = 16_000;
/// Items at once: what 64 monitors deliver in the same moment of a second.
pub(crate) const ITEMS_AT_ONCE: u64 = 8_000;

/// Tokens, counted in the time that they take to come.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    /// When the bucket would be empty had nothing been taken since: the classic virtual schedule.
    due: MonoTime,
    /// In which one token comes.
    period: Duration,
    /// In which an empty bucket fills.
    full: Duration,
}

impl TokenBucket {
    /// A full one for a line's items.
    pub(crate) const fn new() -> TokenBucket {
        TokenBucket::of(ITEMS_PER_SEC, ITEMS_AT_ONCE)
    }

    /// A full one. `per_sec` is not 0.
    pub(crate) const fn of(per_sec: u64, at_once: u64) -> TokenBucket {
        let period = 1_000_000_000 / per_sec;
        TokenBucket {
            due: MonoTime::START,
            period: Duration::from_nanos(period),
            full: Duration::from_nanos(period * at_once),
        }
    }

    /// Takes a token, or says how long to wait for one.
    pub(crate) fn take(&mut self, now: MonoTime) -> Result<(), Duration> {
        let due = self.due.max(now);
        let next = due + self.period;
        let debt = next.since(now);
        if debt > self.full {
            return Err(debt.saturating_sub(self.full));
        }
        self.due = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bucket: &mut TokenBucket, now: MonoTime) -> u64 {
        (0..).take_while(|_| bucket.take(now).is_ok()).count() as u64
    }

    #[test]
    fn gives_a_burst_and_then_its_rate() {
        let mut bucket = TokenBucket::new();
        let start = MonoTime::from_nanos(5_000_000_000);
        assert_eq!(taken(&mut bucket, start), ITEMS_AT_ONCE);
        assert_eq!(taken(&mut bucket, start), 0);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(250)), ITEMS_PER_SEC / 4);
        let wait = bucket.take(start + Duration::from_millis(250)).expect_err("it is empty");
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(250) + wait), 1);
        let later = start + Duration::from_secs(3_600);
        assert_eq!(taken(&mut bucket, later), ITEMS_AT_ONCE, "no more than full");
    }
}

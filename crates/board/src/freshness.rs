//! The freshness table: how old a value may get.
//!
//! | Cadence | Rule |
//! | --- | --- |
//! | Periodic(T) | LIVE to 2.5 T, LATE over 2.5 T, STALE over max(3 T, 5 s), LOST over max(5 T, 10 s) |
//! | OnChange | as Periodic, T being the period of the heartbeat that vouches for it |
//! | Episodic | never stale by silence; grey over 1.5 intervals (15 min when unknown), dated over 1 h |
//!
//! "Over" is strict: at the limit itself the better word still holds. A closed line makes everything
//! LOST at once; that is decided where lines are known.

use std::time::Duration;

use vigie_model::{Cadence, MonoTime};

use crate::view::Freshness;

/// What is assumed of a stream that has not been described: it is expected every second, so that a
/// value is rather called late too early than live too long.
pub const UNDESCRIBED: Cadence = Cadence::Periodic(Duration::from_secs(1));

/// STALE comes no sooner, however fast the stream.
pub(crate) const STALE_AT_LEAST: Duration = Duration::from_secs(5);
/// LOST comes no sooner, however fast the stream.
const LOST_AT_LEAST: Duration = Duration::from_secs(10);
/// An episodic value of unknown interval turns grey after this.
const GREY_AFTER: Duration = Duration::from_secs(15 * 60);
/// An episodic value becomes small dated text after this.
const DATED_AFTER: Duration = Duration::from_secs(60 * 60);

/// The ages over which a value gets a worse word. LOST is asked first, LATE last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeLimits {
    /// LATE over this.
    pub late: Duration,
    /// STALE over this; grey for episodic values.
    pub stale: Duration,
    /// LOST over this; dated for episodic values.
    pub lost: Duration,
}

impl AgeLimits {
    /// The row of the table for a cadence.
    pub fn of(cadence: Cadence) -> AgeLimits {
        match cadence {
            Cadence::Periodic(period) | Cadence::OnChange { proof: period } => AgeLimits {
                late: two_and_a_half(period),
                stale: period.saturating_mul(3).max(STALE_AT_LEAST),
                lost: period.saturating_mul(5).max(LOST_AT_LEAST),
            },
            Cadence::Episodic { interval } => {
                let grey = interval.map_or(GREY_AFTER, |every| every.saturating_mul(3) / 2);
                AgeLimits { late: grey, stale: grey, lost: DATED_AFTER }
            }
        }
    }

    /// The word for a value of this age.
    pub fn judge(&self, age: Duration) -> Freshness {
        if age > self.lost {
            Freshness::Lost
        } else if age > self.stale {
            Freshness::Stale
        } else if age > self.late {
            Freshness::Late
        } else {
            Freshness::Live
        }
    }

    /// The first moment after `now` at which something of age zero at `from` gets a worse word.
    pub fn next_change(&self, from: MonoTime, now: MonoTime) -> Option<MonoTime> {
        let age = now.since(from);
        [self.late, self.stale, self.lost]
            .into_iter()
            .filter(|limit| age <= *limit)
            .min()
            .map(|limit| from + limit + Duration::from_nanos(1))
    }
}

/// The period that silence is measured by; `None` where silence says nothing.
pub(crate) fn period(cadence: Cadence) -> Option<Duration> {
    match cadence {
        Cadence::Periodic(period) | Cadence::OnChange { proof: period } => Some(period),
        Cadence::Episodic { .. } => None,
    }
}

fn two_and_a_half(period: Duration) -> Duration {
    period.saturating_mul(5) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: Duration = Duration::from_nanos(1);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn each_limit_holds_to_the_nanosecond() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        // Cadence, LATE over, STALE over, LOST over.
        let rows = [
            (Cadence::Periodic(ms(1024)), ms(2560), ms(5000), ms(10_000)),
            (Cadence::Periodic(ms(1000)), ms(2500), ms(5000), ms(10_000)),
            (Cadence::Periodic(ms(2000)), ms(5000), ms(6000), ms(10_000)),
            (Cadence::Periodic(ms(60_000)), ms(150_000), ms(180_000), ms(300_000)),
            (Cadence::OnChange { proof: ms(4000) }, ms(10_000), ms(12_000), ms(20_000)),
        ];
        for (cadence, late, stale, lost) in rows {
            let limits = AgeLimits::of(cadence);
            assert_eq!(limits, AgeLimits { late, stale, lost }, "{cadence:?}");
            assert_eq!(limits.judge(Duration::ZERO), Freshness::Live);
            assert_eq!(limits.judge(late), Freshness::Live);
            assert_eq!(limits.judge(late + NS), Freshness::Late);
            assert_eq!(limits.judge(stale), Freshness::Late);
            assert_eq!(limits.judge(stale + NS), Freshness::Stale);
            assert_eq!(limits.judge(lost), Freshness::Stale);
            assert_eq!(limits.judge(lost + NS), Freshness::Lost);
        }
        for (interval, grey) in [(None, minutes(15)), (Some(minutes(5)), ms(450_000))] {
            let limits = AgeLimits::of(Cadence::Episodic { interval });
            assert_eq!(limits.judge(grey), Freshness::Live);
            assert_eq!(limits.judge(grey + NS), Freshness::Stale);
            assert_eq!(limits.judge(minutes(60)), Freshness::Stale);
            assert_eq!(limits.judge(minutes(60) + NS), Freshness::Lost);
        }
    }

    #[test]
    fn a_long_interval_is_dated_after_an_hour_all_the_same() {
        let limits = AgeLimits::of(Cadence::Episodic { interval: Some(Duration::from_secs(7200)) });
        assert_eq!(limits.judge(DATED_AFTER), Freshness::Live);
        assert_eq!(limits.judge(DATED_AFTER + NS), Freshness::Lost);
    }

    #[test]
    fn the_next_change_is_the_first_moment_of_the_worse_word() {
        let limits = AgeLimits::of(Cadence::Periodic(ms(1000)));
        let from = MonoTime::from_nanos(7_000_000_000);
        let mut now = from;
        let mut seen = vec![limits.judge(Duration::ZERO)];
        while let Some(next) = limits.next_change(from, now) {
            assert_eq!(limits.judge(next.before(NS).since(from)), seen[seen.len() - 1]);
            seen.push(limits.judge(next.since(from)));
            now = next;
        }
        assert_eq!(seen, [Freshness::Live, Freshness::Late, Freshness::Stale, Freshness::Lost]);
    }

    #[test]
    fn an_absurd_period_does_not_overflow() {
        let limits = AgeLimits::of(Cadence::Periodic(Duration::MAX));
        assert_eq!(limits.judge(Duration::from_secs(u64::MAX / 8)), Freshness::Live);
        assert_eq!(AgeLimits::of(Cadence::Periodic(Duration::ZERO)).judge(NS), Freshness::Late);
    }
}

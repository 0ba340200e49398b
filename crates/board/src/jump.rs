//! The PC's clock was set, or the PC slept: what was logged before and after lies wrongly apart.

use std::time::Duration;

use vigie_model::{LogKind, MonoTime, StationAlarmKind, Text, WallTime};

use crate::{board::Board, journal::Moment};

/// The alarm about it ends by itself after this: the jump is over as soon as it happened.
const STANDS: Duration = Duration::from_secs(10 * 60);
/// Both clocks may drift apart by so much from one moment to the next without a word.
const DRIFT_NANOS_MAX: u128 = 1_000_000_000;

/// What is known of the PC's clock.
#[derive(Debug, Default)]
pub(crate) struct Jumps {
    /// The last moment at which both clocks agreed with the moments before.
    agreed: Option<Moment>,
    /// When the alarm ends by itself.
    pub(crate) until: Option<MonoTime>,
}

impl Jumps {
    /// Another moment by both clocks.
    pub(crate) fn note(&mut self, at: Moment) {
        let agrees = self.agreed.is_none_or(|agreed| {
            at.mono >= agreed.mono && offset_nanos(agreed, at).unsigned_abs() < DRIFT_NANOS_MAX
        });
        if agrees {
            self.agreed = Some(at);
        }
    }
}

/// By how much the wall clock went further than the boot clock.
fn offset_nanos(from: Moment, to: Moment) -> i128 {
    let wall = i128::from(to.wall.as_unix_nanos()) - i128::from(from.wall.as_unix_nanos());
    let mono = i128::from(to.mono.as_nanos()) - i128::from(from.mono.as_nanos());
    wall - mono
}

impl Board {
    /// The station found that the PC's clock and the clock since boot went apart. The log gets the
    /// size of the jump, as far as the board saw moments before it. An alarm of the whole station
    /// stands until somebody answers it, for 10 minutes at most.
    pub fn handle_clock_jump(&mut self, now: MonoTime, wall: WallTime) {
        let at = self.pass_time(Moment { mono: now, wall });
        let millis = self.jumps.agreed.map_or(0, |agreed| offset_nanos(agreed, at) / 1_000_000);
        let (sign, size) = (if millis < 0 { '-' } else { '+' }, millis.unsigned_abs());
        let (seconds, rest) = (size / 1_000, size % 1_000);
        let note = format!("the PC's clock jumped by {sign}{seconds}.{rest:03} s");
        self.journal.write(at, None, None, LogKind::Note(Text::from(note)));
        self.jumps = Jumps { agreed: Some(at), until: Some(at.mono + STANDS) };
        self.wake = self.wake.min(at.mono + STANDS);
        self.change_station(at, StationAlarmKind::ClockJumped, true);
        self.attend(at, false);
    }

    /// Somebody answered the alarm, or it has stood for long enough.
    pub(crate) fn end_clock_jump(&mut self, at: Moment) {
        self.jumps.until = None;
        self.change_station(at, StationAlarmKind::ClockJumped, false);
    }
}

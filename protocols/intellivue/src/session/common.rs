//! What all parts of one monitor's state share.

use std::time::Duration;

use vigie_model::{Event, Nature, Reading, Tick};

use crate::wire::numeric::MeasurementState;
use crate::wire::poll::PollResult;
use crate::wire::types::{AttributeGroup, RelativeTime};

use super::clocks::{Ticks, WallClock};
use super::keys::Keys;
use super::mode::Mode;
use super::oddities::Oddities;

/// How often a monitor delivers: numerics and alarms once, waves in a burst of four blocks.
pub(super) const CYCLE: Duration = Duration::from_millis(1_024);

/// Clocks, names, counts, and the events on their way out.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) ticks: Ticks,
    pub(super) wall: Option<WallClock>,
    pub(super) keys: Keys,
    pub(super) mode: Mode,
    pub(super) oddities: Oddities,
    pub(super) events: Vec<Event>,
    /// Nature of the periodic, usable values of the message at hand.
    values: Option<Nature>,
}

/// Which result something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ResultHead {
    pub(super) invoke_id: u16,
    pub(super) poll_number: u16,
    pub(super) sequence: Option<u16>,
    pub(super) group: AttributeGroup,
    pub(super) time: RelativeTime,
    /// `time`, extended; `None` when it says "never".
    pub(super) tick: Option<Tick>,
}

impl ResultHead {
    /// The head of a poll result.
    pub(super) fn of(invoke_id: u16, poll: &PollResult<'_>, tick: Option<Tick>) -> ResultHead {
        ResultHead {
            invoke_id,
            poll_number: poll.poll_number,
            sequence: poll.sequence,
            group: poll.group,
            time: poll.time,
            tick,
        }
    }
}

impl Common {
    /// A value came: its nature tells the mode, unless it may be hours old.
    pub(super) fn see_value(
        &mut self,
        state: MeasurementState,
        reading: &Reading,
        is_episodic: bool,
    ) {
        if reading.value().is_some() && !is_episodic {
            self.values = self.values.max(Some(Mode::nature_of(state)));
        }
    }

    /// A wave came: it has no nature of its own, so that its state tells the mode.
    pub(super) fn see_wave(&mut self, state: MeasurementState) {
        self.values = self.values.max(Some(Mode::nature_of(state)));
    }

    /// The message is done: the mode as it is now, if it is new.
    pub(super) fn settle_mode(&mut self) {
        let values = self.values.take();
        self.mode.take_values(values);
        self.mode.tell(&mut self.events);
    }
}

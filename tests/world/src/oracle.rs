//! What may be shown: judged only from when each value was last delivered.
//!
//! The oracle has its own driver and session for each line, fed with the same bytes, and never asks
//! the board anything. Its rules are those of the freshness table in `docs/architecture.md`, written
//! down a second time.

use std::{collections::BTreeMap, time::Duration};

use vigie_board::view::{Freshness, Shown, TileView};
use vigie_model::{AlarmTruth, Cadence, Event, MetricKey, MonoTime, Nature, RunId, Text, WallTime};
use vigie_session::{
    Input, Session,
    driver::{Driver, DriverConfig, Names},
};

/// Period assumed for a stream whose device has not told it.
const PERIOD_UNTOLD: Duration = Duration::from_secs(1);
/// An episodic value stands this long, then only small and dated.
const EPISODIC_SHOWN_MAX: Duration = Duration::from_secs(3_600);

/// Something on the screen that must not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

/// What one line has delivered.
pub struct Oracle {
    driver: Driver,
    cadences: BTreeMap<MetricKey, Cadence>,
    heard: BTreeMap<MetricKey, MonoTime>,
    closed: bool,
}

impl Oracle {
    /// For a line of this name, with a session of its own.
    pub fn new(line: &str, session: Box<dyn Session>) -> Oracle {
        let config = DriverConfig {
            line_name: Text::from(line),
            run: RunId::default(),
            passive: true,
            names: Names::OfLines,
        };
        Oracle {
            driver: Driver::new(config, session),
            cadences: BTreeMap::new(),
            heard: BTreeMap::new(),
            closed: true,
        }
    }

    /// Takes in what the line did.
    pub fn handle_input(&mut self, now: MonoTime, wall: WallTime, input: Input<'_>) {
        match input {
            Input::Up { .. } => self.closed = false,
            Input::Down { .. } => self.closed = true,
            Input::Accepted { .. } | Input::Bytes { .. } => {}
        }
        self.driver.handle_input(now, wall, input);
        self.drain();
    }

    /// Lets the driver do what is due.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        if self.driver.poll_timeout().is_some_and(|due| due.at <= now) {
            self.driver.handle_timeout(now, wall);
            self.drain();
        }
    }

    fn drain(&mut self) {
        while let Some(observation) = self.driver.poll_observation() {
            let at = observation.stamp.mono;
            match &observation.event {
                Event::Stream(info) => _ = self.cadences.insert(info.key.clone(), info.cadence),
                Event::Numeric(numeric) => _ = self.heard.insert(numeric.key.clone(), at),
                Event::Wave(chunk) => _ = self.heard.insert(chunk.key.clone(), at),
                Event::Text(text) => _ = self.heard.insert(text.key.clone(), at),
                Event::Identity(_)
                | Event::Patient(_)
                | Event::Limits(_)
                | Event::Alarms(_)
                | Event::Mode(_)
                | Event::Gap(_)
                | Event::Alive
                | Event::Fault(_) => {}
            }
        }
    }

    /// How many streams have delivered anything.
    pub fn streams_heard(&self) -> usize {
        self.heard.len()
    }

    /// Everything on the tile that looks fresher than it is.
    pub fn violations(&self, tile: &TileView, now: MonoTime) -> Vec<Violation> {
        let mut found = Vec::new();
        for numeric in tile.blocks.iter().flat_map(|block| &block.numerics) {
            let shown = matches!(numeric.shown, Shown::Number { .. });
            found.extend(self.judge(&numeric.key, numeric.freshness, shown, now));
            if numeric.nature != Nature::Real && tile.nature == Nature::Real {
                found.push(Violation(format!(
                    "{:?}: {:?} on a plain tile",
                    numeric.key, numeric.nature
                )));
            }
        }
        for wave in &tile.waves {
            found.extend(self.judge(&wave.key, wave.freshness, false, now));
        }
        for text in &tile.texts {
            found.extend(self.judge(&text.key, text.freshness, text.value.is_some(), now));
        }
        if self.closed && tile.alarms.truth != AlarmTruth::Unknown && !tile.alarms.list.is_empty() {
            found.push(Violation("alarms of a closed line stand as confirmed".into()));
        }
        found
    }

    fn judge(
        &self,
        key: &MetricKey,
        freshness: Freshness,
        shown: bool,
        now: MonoTime,
    ) -> Option<Violation> {
        let Some(heard) = self.heard.get(key) else {
            return Some(Violation(format!("{key:?}: shown, but never delivered")));
        };
        let age = now - *heard;
        let limits = match self.cadences.get(key) {
            Some(Cadence::Periodic(period) | Cadence::OnChange { proof: period }) => {
                Limits::of(*period)
            }
            Some(Cadence::Episodic { .. }) => Limits {
                live: EPISODIC_SHOWN_MAX,
                late: EPISODIC_SHOWN_MAX,
                stale: EPISODIC_SHOWN_MAX,
            },
            None => Limits::of(PERIOD_UNTOLD),
        };
        let allowed = match freshness {
            Freshness::Live => limits.live,
            Freshness::Late => limits.late,
            Freshness::Stale => limits.stale,
            Freshness::Lost => Duration::MAX,
        };
        let too_old = age > allowed || (shown && age > limits.stale);
        let closed = self.closed && freshness != Freshness::Lost;
        (too_old || closed).then(|| {
            Violation(format!(
                "{key:?}: {freshness:?} at an age of {age:?}, closed: {}",
                self.closed
            ))
        })
    }
}

/// The oldest a value may be and still look so.
struct Limits {
    live: Duration,
    late: Duration,
    stale: Duration,
}

impl Limits {
    fn of(period: Duration) -> Limits {
        Limits {
            live: period * 5 / 2,
            late: (period * 3).max(Duration::from_secs(5)),
            stale: (period * 5).max(Duration::from_secs(10)),
        }
    }
}

//! [`WardLine`]: one line with its driver, and what it has for the board.

use std::{cell::Cell, collections::VecDeque, sync::Arc};

use vigie_board::{Board, LineChange};
use vigie_model::{DeviceKey, MonoTime, Observation, RunId, Text, WallTime};
use vigie_session::{
    Deadline, Input, Session, Transmit,
    driver::{Driver, DriverConfig, Names},
};

/// What a line has for the board.
#[derive(Clone, Debug)]
pub enum Item {
    /// A device said something.
    Heard(Arc<Observation>),
    /// The line opened, closed, or devices became known on it.
    Line {
        /// When, by our clock.
        at: MonoTime,
        /// The same moment by the PC's clock.
        wall: WallTime,
        /// The line's name.
        line: Text,
        /// The devices heard on it.
        devices: Vec<DeviceKey>,
        /// What it did.
        change: LineChange,
    },
}

impl Item {
    /// Hands it to the board.
    pub fn tell(&self, board: &mut Board) {
        match self {
            Item::Heard(observation) => board.handle_observation(observation),
            Item::Line { at, wall, line, devices, change } => {
                board.handle_line(*at, *wall, line, devices, *change);
            }
        }
    }
}

/// One line with its driver. Time is an argument everywhere and never goes back.
///
/// After every `handle_*`: drain [`WardLine::poll_transmit`], then [`WardLine::poll_item`], then ask
/// [`WardLine::poll_timeout`] once.
pub struct WardLine {
    name: Text,
    driver: Driver,
    /// The devices that the board knows to be on this line.
    told: Vec<DeviceKey>,
    /// A change of the line that follows what was heard before it.
    changes: VecDeque<Item>,
    /// When the driver is due, until something is done with it: it is asked often, and asks its
    /// session in turn.
    due: Cell<Option<Option<Deadline>>>,
}

impl WardLine {
    /// A line that speaks with its devices, which are known by the names they give themselves.
    pub fn live(name: &str, run: RunId, passive: bool, session: Box<dyn Session>) -> WardLine {
        WardLine::new(name, run, passive, Names::OfDevices, session)
    }

    /// A recorded line: nothing is sent, and the recorded device is known by the line alone, since
    /// several recordings of one device may run side by side.
    pub fn recorded(name: &str, run: RunId, session: Box<dyn Session>) -> WardLine {
        WardLine::new(name, run, true, Names::OfLines, session)
    }

    fn new(
        name: &str,
        run: RunId,
        passive: bool,
        names: Names,
        session: Box<dyn Session>,
    ) -> WardLine {
        let config = DriverConfig { line_name: Text::from(name), run, passive, names };
        WardLine {
            name: Text::from(name),
            driver: Driver::new(config, session),
            told: Vec::new(),
            changes: VecDeque::new(),
            due: Cell::new(None),
        }
    }

    /// The line's name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Something arrived on the line, or the line changed.
    pub fn handle_input(&mut self, now: MonoTime, wall: WallTime, input: Input<'_>) {
        let change = match input {
            Input::Up { .. } => Some(LineChange::Up),
            // A session with two lines is reached as long as one of them is open.
            Input::Down { .. } => Some(LineChange::Down),
            Input::Accepted { .. } | Input::Bytes { .. } => None,
        };
        self.due.set(None);
        self.driver.handle_input(now, wall, input);
        let change = change.filter(|change| *change == LineChange::Up || !self.driver.is_up());
        if let Some(change) = change {
            self.note(now, wall, change);
        }
    }

    /// The time that [`WardLine::poll_timeout`] named has come.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        if self.poll_timeout().is_some_and(|due| due.at <= now) {
            self.due.set(None);
            self.driver.handle_timeout(now, wall);
        }
    }

    /// Says goodbye. Drive on until [`WardLine::poll_timeout`] is `None`, for 2 s at most.
    pub fn handle_farewell(&mut self, now: MonoTime, wall: WallTime) {
        self.due.set(None);
        self.driver.handle_farewell(now, wall);
    }

    /// What to send next.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.due.set(None);
        self.driver.poll_transmit()
    }

    /// What the board must know next. `now` and `wall` are those of the last `handle_*`.
    pub fn poll_item(&mut self, now: MonoTime, wall: WallTime) -> Option<Item> {
        self.due.set(None);
        if let Some(observation) = self.driver.poll_observation() {
            return Some(Item::Heard(observation));
        }
        if self.changes.is_empty() && self.driver.is_up() && self.driver.devices() != self.told {
            self.note(now, wall, LineChange::Up);
        }
        let change = self.changes.pop_front()?;
        if let Item::Line { devices, .. } = &change {
            self.told.clone_from(devices);
        }
        Some(change)
    }

    /// When [`WardLine::handle_timeout`] is wanted next, and why.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        if let Some(known) = self.due.get() {
            return known;
        }
        let due = self.driver.poll_timeout();
        self.due.set(Some(due));
        due
    }

    /// The devices heard on this line.
    pub fn devices(&self) -> Vec<DeviceKey> {
        self.driver.devices()
    }

    /// Whether the line is open.
    pub fn is_up(&self) -> bool {
        self.driver.is_up()
    }

    fn note(&mut self, at: MonoTime, wall: WallTime, change: LineChange) {
        let devices = self.driver.devices();
        let line = self.name.clone();
        self.changes.push_back(Item::Line { at, wall, line, devices, change });
    }
}

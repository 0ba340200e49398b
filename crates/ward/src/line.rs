//! [`WardLine`]: one line with its driver, and what it has for the board.

use std::{
    cell::Cell,
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use vigie_board::{Board, LineChange};
use vigie_model::{DeviceKey, MonoTime, Observation, RunId, Text, WallTime};
use vigie_session::{
    Deadline, Input, Session, Transmit,
    driver::{Driver, DriverConfig, Names, Reached},
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
    /// The devices that the board knows to be on this line, and what it knows of each.
    told: BTreeMap<DeviceKey, Reached>,
    /// A change of the line that follows what was heard before it.
    changes: VecDeque<Item>,
    /// That a device is back, and its first words.
    back: VecDeque<Item>,
    returns: u64,
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
            told: BTreeMap::new(),
            changes: VecDeque::new(),
            back: VecDeque::new(),
            returns: 0,
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
        if let Some(item) = self.back.pop_front() {
            return Some(item);
        }
        if let Some(observation) = self.driver.poll_observation() {
            let heard = Item::Heard(observation);
            if self.returns == self.driver.returns() {
                return Some(heard);
            }
            // What it says now is no word of before its connection closed.
            self.returns = self.driver.returns();
            self.compare(now, wall);
            self.back.append(&mut self.changes);
            self.back.push_back(heard);
            return self.back.pop_front();
        }
        if self.changes.is_empty() && self.driver.is_up() {
            self.compare(now, wall);
        }
        self.changes.pop_front()
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

    /// Notes what the board does not know yet of who is reached on the open line.
    fn compare(&mut self, now: MonoTime, wall: WallTime) {
        let is_told = |(device, reached)| self.told.get(device) == Some(&reached);
        if self.driver.reached().all(is_told) && self.driver.reached().count() == self.told.len() {
            return;
        }
        let is: BTreeMap<DeviceKey, Reached> =
            self.driver.reached().map(|(device, reached)| (device.clone(), reached)).collect();
        for (wanted, change) in [
            (Reached::Left, LineChange::Left),
            (Reached::Doubled, LineChange::Doubled),
            (Reached::Open, LineChange::Up),
        ] {
            let of = |devices: &BTreeMap<DeviceKey, Reached>| -> Vec<DeviceKey> {
                let wanted = devices.iter().filter(|(_, reached)| **reached == wanted);
                wanted.map(|(device, _)| device.clone()).collect()
            };
            let devices = of(&is);
            // All that are reached, with every change of them; of the others, those that are new.
            let devices: Vec<DeviceKey> = match change {
                LineChange::Up if devices != of(&self.told) => devices,
                LineChange::Up => Vec::new(),
                LineChange::Left | LineChange::Doubled | LineChange::Down => {
                    let is_new = |device: &DeviceKey| self.told.get(device) != Some(&wanted);
                    devices.into_iter().filter(is_new).collect()
                }
            };
            if !devices.is_empty() {
                let line = self.name.clone();
                self.changes.push_back(Item::Line { at: now, wall, line, devices, change });
            }
        }
        self.told = is;
    }

    /// The line itself opened or closed.
    fn note(&mut self, at: MonoTime, wall: WallTime, change: LineChange) {
        let line = self.name.clone();
        let devices = if change == LineChange::Up {
            // That it listens brings nobody back whose connection closed.
            let is_here = |(_, reached): &(&DeviceKey, Reached)| *reached != Reached::Left;
            self.told.retain(|_, reached| *reached == Reached::Left);
            let here = self.driver.reached().filter(is_here).map(|(device, _)| device.clone());
            let here: Vec<DeviceKey> = here.collect();
            self.told.extend(here.iter().map(|device| (device.clone(), Reached::Open)));
            here
        } else {
            self.driver.devices()
        };
        self.changes.push_back(Item::Line { at, wall, line, devices, change });
    }
}

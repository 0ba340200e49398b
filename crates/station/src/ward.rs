//! [`Ward`]: every line with its driver, and the one board they all speak to.

use std::sync::Arc;

use vigie_board::{Board, Command, LineChange, view::BoardView};
use vigie_model::{BedId, DeviceKey, LogEntry, MonoTime, RunId, Text, WallTime};
use vigie_session::{
    Deadline, Input, Session,
    driver::{Driver, DriverConfig, Names},
};

/// A line of the ward, by its position.
pub type LineIx = usize;

/// Who decides what the configuration, rather than a person, has decided.
const BY_STATION: &str = "station";

/// Lines, drivers and board. Time is an argument everywhere and never goes back.
pub struct Ward {
    lines: Vec<WardLine>,
    board: Board,
    run: RunId,
}

struct WardLine {
    name: Text,
    driver: Driver,
    /// The devices that the board knows to be on this line.
    told: Vec<DeviceKey>,
}

impl Ward {
    /// A ward without lines.
    pub fn new(board: Board, run: RunId) -> Ward {
        Ward { lines: Vec::new(), board, run }
    }

    /// Adds a recorded line and the session that listens to it: nothing is sent, and the recorded
    /// device is known by the line alone, since several recordings of one device may run side by side.
    pub fn add_recording(&mut self, name: &str, session: Box<dyn Session>) -> LineIx {
        let config = DriverConfig {
            line_name: Text::from(name),
            run: self.run,
            passive: true,
            names: Names::OfLines,
        };
        let driver = Driver::new(config, session);
        self.lines.push(WardLine { name: Text::from(name), driver, told: Vec::new() });
        self.lines.len() - 1
    }

    /// Puts whatever will be heard on a line at a bed.
    pub fn assign_line(&mut self, now: MonoTime, wall: WallTime, line: &str, bed: BedId) {
        let command = Command::Assign { device: DeviceKey::of_line(line), bed: Some(bed) };
        self.board.handle_command(now, wall, Text::from(BY_STATION), command);
    }

    /// Something arrived on a line, or the line changed.
    pub fn handle_input(&mut self, now: MonoTime, wall: WallTime, line: LineIx, input: Input<'_>) {
        let Some(slot) = self.lines.get_mut(line) else { return };
        let change = match input {
            Input::Up { .. } => Some(LineChange::Up),
            Input::Down { .. } => Some(LineChange::Down),
            Input::Accepted { .. } | Input::Bytes { .. } => None,
        };
        slot.driver.handle_input(now, wall, input);
        self.drain(line);
        self.tell_line(now, wall, line, change);
    }

    /// Lets everything happen that is due.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        for line in 0..self.lines.len() {
            if let Some(slot) = self.lines.get_mut(line)
                && slot.driver.poll_timeout().is_some_and(|due| due.at <= now)
            {
                slot.driver.handle_timeout(now, wall);
                self.drain(line);
                self.tell_line(now, wall, line, None);
            }
        }
        if self.board.poll_timeout().is_some_and(|(at, _)| at <= now) {
            self.board.handle_timeout(now, wall);
        }
    }

    /// When [`Ward::handle_timeout`] is wanted next, and why.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let lines = self.lines.iter().filter_map(|line| line.driver.poll_timeout());
        let board = self.board.poll_timeout().map(|(at, why)| Deadline { at, why });
        lines.chain(board).min_by_key(|due| due.at)
    }

    /// What the board decided next, for the record.
    pub fn poll_log(&mut self) -> Option<LogEntry> {
        self.board.poll_log()
    }

    /// The ward as it is now.
    pub fn view(&mut self, now: MonoTime, wall: WallTime) -> Arc<BoardView> {
        self.board.view(now, wall)
    }

    /// Tells the board when a line opens or closes, and when another device becomes known on it.
    fn tell_line(
        &mut self,
        now: MonoTime,
        wall: WallTime,
        line: LineIx,
        change: Option<LineChange>,
    ) {
        let Some(slot) = self.lines.get_mut(line) else { return };
        let devices = slot.driver.devices();
        let change = match change {
            Some(change) => change,
            None if slot.driver.is_up() && devices != slot.told => LineChange::Up,
            None => return,
        };
        self.board.handle_line(now, wall, &slot.name, &devices, change);
        slot.told = devices;
    }

    fn drain(&mut self, line: LineIx) {
        let Some(slot) = self.lines.get_mut(line) else { return };
        while let Some(observation) = slot.driver.poll_observation() {
            self.board.handle_observation(&observation);
        }
    }
}

//! [`Ward`]: every line with its driver, and the one board they all speak to.

use std::{collections::VecDeque, sync::Arc};

use vigie_board::{Board, Command, view::BoardView};
use vigie_model::{BedId, DeviceKey, LogEntry, MonoTime, RunId, Text, WallTime};
use vigie_session::{Deadline, Input, Session, Transmit};

use crate::{Item, WardLine};

/// A line of the ward, by its position.
pub type LineIx = usize;

/// Sees everything that the board is told.
type Tap = Box<dyn FnMut(&Item) + Send>;

/// Who decides what the configuration, rather than a person, has decided.
const BY_STATION: &str = "station";

/// Lines, drivers and board. Time is an argument everywhere and never goes back.
///
/// After every `handle_*` drain [`Ward::poll_transmit`]; recorded lines never have anything to send.
pub struct Ward {
    lines: Vec<WardLine>,
    board: Board,
    run: RunId,
    /// What is to be sent, and on which line.
    transmits: VecDeque<(LineIx, Transmit)>,
    /// What the board was told, for whoever counts it.
    tap: Option<Tap>,
}

impl Ward {
    /// A ward without lines.
    pub fn new(board: Board, run: RunId) -> Ward {
        Ward { lines: Vec::new(), board, run, transmits: VecDeque::new(), tap: None }
    }

    /// Adds a recorded line and the session that listens to it.
    pub fn add_recording(&mut self, name: &str, session: Box<dyn Session>) -> LineIx {
        self.add(WardLine::recorded(name, self.run, session))
    }

    /// Adds a line that speaks with its devices.
    pub fn add_live(&mut self, name: &str, session: Box<dyn Session>) -> LineIx {
        self.add(WardLine::live(name, self.run, false, session))
    }

    fn add(&mut self, line: WardLine) -> LineIx {
        self.lines.push(line);
        self.lines.len() - 1
    }

    /// Shows everything that the board is told to `tap` as well.
    pub fn set_tap(&mut self, tap: impl FnMut(&Item) + Send + 'static) {
        self.tap = Some(Box::new(tap));
    }

    /// Puts whatever will be heard on a line at a bed.
    pub fn assign_line(&mut self, now: MonoTime, wall: WallTime, line: &str, bed: BedId) {
        let command = Command::Assign { device: DeviceKey::of_line(line), bed: Some(bed) };
        self.board.handle_command(now, wall, Text::from(BY_STATION), command);
    }

    /// Puts a device at a bed, whichever line it will be heard on.
    pub fn assign_device(&mut self, now: MonoTime, wall: WallTime, device: DeviceKey, bed: BedId) {
        let command = Command::Assign { device, bed: Some(bed) };
        self.board.handle_command(now, wall, Text::from(BY_STATION), command);
    }

    /// Something arrived on a line, or the line changed.
    pub fn handle_input(&mut self, now: MonoTime, wall: WallTime, line: LineIx, input: Input<'_>) {
        let Some(slot) = self.lines.get_mut(line) else { return };
        slot.handle_input(now, wall, input);
        self.drain(now, wall, line);
    }

    /// Lets everything happen that is due.
    pub fn handle_timeout(&mut self, now: MonoTime, wall: WallTime) {
        for line in 0..self.lines.len() {
            if let Some(slot) = self.lines.get_mut(line)
                && slot.poll_timeout().is_some_and(|due| due.at <= now)
            {
                slot.handle_timeout(now, wall);
                self.drain(now, wall, line);
            }
        }
        if self.board.poll_timeout().is_some_and(|(at, _)| at <= now) {
            self.board.handle_timeout(now, wall);
        }
    }

    /// What is to be sent next, and on which line.
    pub fn poll_transmit(&mut self) -> Option<(LineIx, Transmit)> {
        self.transmits.pop_front()
    }

    /// When [`Ward::handle_timeout`] is wanted next, and why.
    pub fn poll_timeout(&self) -> Option<Deadline> {
        let lines = self.lines.iter().filter_map(WardLine::poll_timeout);
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

    fn drain(&mut self, now: MonoTime, wall: WallTime, line: LineIx) {
        let Some(slot) = self.lines.get_mut(line) else { return };
        while let Some(transmit) = slot.poll_transmit() {
            self.transmits.push_back((line, transmit));
        }
        while let Some(item) = slot.poll_item(now, wall) {
            if let Some(tap) = &mut self.tap {
                tap(&item);
            }
            item.tell(&mut self.board);
        }
    }
}

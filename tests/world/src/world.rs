//! [`World`]: the ward, its scripts and its oracles, stepped together.

use std::{sync::Arc, time::Duration};

use vigie_board::{
    Board, BoardConfig,
    view::{BoardView, TileView},
};
use vigie_intellivue::session::{FRAMING, FRAMING_DATAGRAM, FRAMING_RS232, IntellivueFactory};
use vigie_model::{Bed, BedId, MonoTime, RunId, StationMode, Text, WallTime};
use vigie_replay::Transport;
use vigie_session::{Down, Factory, Input, Line, Session, Setup};
use vigie_ward::Ward;

use crate::{Act, Oracle, Script, Violation};

/// When the world begins: some days after the machine started, and a day in 2026.
const START: MonoTime = MonoTime::from_nanos(400_000_000_000_000);
const START_WALL: WallTime = WallTime::from_unix_nanos(1_795_000_000_000_000_000);
/// How long before something happens the last view is looked at once more.
const JUST_BEFORE: Duration = Duration::from_nanos(1);

/// A ward on a virtual clock.
pub struct World {
    ward: Ward,
    lines: Vec<ScriptedLine>,
    beds: usize,
    now: MonoTime,
    /// What the screen shows until the next step.
    shown: Option<Arc<BoardView>>,
    /// Bursts, line changes and timeouts so far.
    pub steps: u64,
}

struct ScriptedLine {
    script: std::vec::IntoIter<(Duration, Act)>,
    next: Option<(Duration, Act)>,
    oracle: Oracle,
}

impl World {
    /// One line a script; it is only listened to. The first `beds` of them stand at beds, the others
    /// at none.
    pub fn new(scripts: Vec<Script>, beds: usize) -> World {
        let run = RunId(1);
        let board = Board::new(BoardConfig {
            mode: StationMode::Replay,
            beds: (1..=beds).map(bed).collect(),
            run,
        });
        let mut ward = Ward::new(board, run);
        let mut lines = Vec::new();
        for (number, script) in (1..).zip(scripts) {
            let name = format!("line-{number}");
            ward.add_recording(&name, listening_session(script.transport));
            if number <= beds {
                ward.assign_line(START, START_WALL, &name, bed(number).id);
            }
            let oracle = Oracle::new(&name, script.transport);
            let mut script = script.acts.into_iter();
            let next = script.next();
            lines.push(ScriptedLine { script, next, oracle });
        }
        World { ward, lines, beds, now: START, shown: None, steps: 0 }
    }

    /// How long the world has run.
    pub fn elapsed(&self) -> Duration {
        self.now - START
    }

    /// Runs on to the next thing that happens, or to `until`, whichever is first; then looks.
    ///
    /// Returns what the board shows and all that is wrong with it, and with what it showed until now.
    pub fn step(&mut self, until: Duration) -> (Arc<BoardView>, Vec<Violation>) {
        let script =
            self.lines.iter().filter_map(|line| line.next.as_ref().map(|(at, _)| START + *at));
        let timeout = self.ward.poll_timeout().map(|due| due.at);
        let next = script.chain(timeout).min().unwrap_or(START + until);
        let next = self.now.max(next.min(START + until));
        let mut violations = Vec::new();
        let just_before = next.before(JUST_BEFORE);
        if let Some(shown) = self.shown.take().filter(|_| just_before > self.now) {
            violations.extend(self.judge(&shown, just_before));
        }
        self.now = next;
        self.steps += 1;
        self.act();
        let view = self.ward.view(self.now, START_WALL.after(self.now - START));
        violations.extend(self.judge(&view, self.now));
        self.shown = Some(view.clone());
        (view, violations)
    }

    fn act(&mut self) {
        let (now, wall) = (self.now, START_WALL.after(self.now - START));
        for (ix, line) in self.lines.iter_mut().enumerate() {
            while let Some((_, act)) = line.next.take_if(|(at, _)| START + *at <= now) {
                let input = match &act {
                    Act::Up => Input::Up { line: Line::MAIN, peer: None },
                    Act::Bytes { from, bytes } => {
                        Input::Bytes { line: Line::MAIN, from: *from, bytes }
                    }
                    Act::Down => Input::Down { line: Line::MAIN, why: Down::Unplugged },
                };
                line.oracle.handle_input(now, wall, input);
                self.ward.handle_input(now, wall, ix, input);
                line.next = line.script.next();
            }
            line.oracle.handle_timeout(now, wall);
        }
        if self.ward.poll_timeout().is_some_and(|due| due.at <= now) {
            self.ward.handle_timeout(now, wall);
        }
        while self.ward.poll_log().is_some() {}
    }

    /// All that is wrong with a view which is still shown at `now`.
    pub fn judge(&self, view: &BoardView, now: MonoTime) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut note = |what: String| found.push(Violation(what));
        if view.mode != StationMode::Replay {
            note(format!("the board calls itself {:?}", view.mode));
        }
        let (at_beds, others) = self.lines.split_at(self.beds.min(self.lines.len()));
        if view.tiles.len() != self.beds {
            note(format!("{} tiles for {} beds", view.tiles.len(), self.beds));
        }
        for (tile, line) in view.tiles.iter().zip(at_beds) {
            if !is_of(tile, line) {
                note(format!("{:?} shows {:?}", tile.bed, tile.device));
            }
        }
        for tile in &view.unassigned {
            if !others.iter().any(|line| is_of(tile, line)) {
                note(format!("{:?} has a bed, or no line", tile.device));
            }
        }
        for line in others.iter().filter(|line| line.oracle.has_heard()) {
            let tiles = view.unassigned.iter().filter(|tile| is_of(tile, line)).count();
            if tiles != 1 {
                note(format!("{:?} is heard, has no bed and {tiles} tiles", line.oracle.key()));
            }
        }
        let tiles = view.tiles.iter().chain(&view.unassigned);
        found.extend(tiles.flat_map(|tile| {
            let line = self.lines.iter().find(|line| is_of(tile, line));
            line.map(|line| line.oracle.violations(tile, now)).unwrap_or_default()
        }));
        found
    }

    /// How many streams have delivered anything, over all lines.
    pub fn streams_heard(&self) -> usize {
        self.lines.iter().map(|line| line.oracle.streams_heard()).sum()
    }
}

fn is_of(tile: &TileView, line: &ScriptedLine) -> bool {
    tile.device.as_ref().is_some_and(|device| device.key == *line.oracle.key())
}

fn bed(number: usize) -> Bed {
    let label = Text::from(number.to_string());
    Bed { id: BedId(label.clone()), label }
}

/// A session that only listens.
pub fn listening_session(transport: Transport) -> Box<dyn Session> {
    let framing = match transport {
        Transport::Serial => FRAMING_RS232,
        Transport::Datagrams => FRAMING_DATAGRAM,
    };
    let options = vec![(FRAMING.into(), framing.into())];
    IntellivueFactory.session(&Setup { passive: true, seed: 0, options })
}

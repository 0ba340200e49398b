//! [`World`]: the ward, its scripts and its oracles, stepped together.

use std::{sync::Arc, time::Duration};

use vigie_board::{
    Board, BoardConfig,
    view::{BoardView, TileView},
};
use vigie_intellivue::session::IntellivueFactory;
use vigie_model::{Bed, BedId, MonoTime, RunId, StationMode, Text, WallTime};
use vigie_session::{Down, Factory, Input, Line, Session, Setup};
use vigie_station::{LineKind, Ward};

use crate::{Act, Oracle, Script, Violation};

/// When the world begins: some days after the machine started, and a day in 2026.
const START: MonoTime = MonoTime::from_nanos(400_000_000_000_000);
const START_WALL: WallTime = WallTime::from_unix_nanos(1_795_000_000_000_000_000);

/// A ward on a virtual clock.
pub struct World {
    ward: Ward,
    lines: Vec<ScriptedLine>,
    now: MonoTime,
    /// Bursts, line changes and timeouts so far.
    pub steps: u64,
}

struct ScriptedLine {
    script: std::vec::IntoIter<(Duration, Act)>,
    next: Option<(Duration, Act)>,
    oracle: Oracle,
}

impl World {
    /// One bed a script; every line is an IntelliVue RS-232 line that is only listened to.
    pub fn new(scripts: Vec<Script>) -> World {
        let run = RunId(1);
        let beds: Vec<Bed> = (1..=scripts.len()).map(bed).collect();
        let board = Board::new(BoardConfig { mode: StationMode::Replay, beds: beds.clone(), run });
        let mut ward = Ward::new(board, run);
        let mut lines = Vec::new();
        for (bed, script) in beds.into_iter().zip(scripts) {
            let name = format!("line-{}", bed.label);
            ward.add_line(&name, listening_session(), LineKind::Recording);
            ward.assign_line(START, START_WALL, &name, bed.id);
            let mut script = script.0.into_iter();
            let next = script.next();
            lines.push(ScriptedLine {
                script,
                next,
                oracle: Oracle::new(&name, listening_session()),
            });
        }
        World { ward, lines, now: START, steps: 0 }
    }

    /// How long the world has run.
    pub fn elapsed(&self) -> Duration {
        self.now - START
    }

    /// Runs on to the next thing that happens, or to `until`, whichever is first; then looks.
    ///
    /// Returns what the board shows and all that is wrong with it.
    pub fn step(&mut self, until: Duration) -> (Arc<BoardView>, Vec<Violation>) {
        let script =
            self.lines.iter().filter_map(|line| line.next.as_ref().map(|(at, _)| START + *at));
        let timeout = self.ward.poll_timeout().map(|due| due.at);
        let next = script.chain(timeout).min().unwrap_or(START + until);
        self.now = self.now.max(next.min(START + until));
        self.steps += 1;
        self.act();
        self.look()
    }

    fn act(&mut self) {
        let (now, wall) = (self.now, START_WALL.after(self.now - START));
        for (ix, line) in self.lines.iter_mut().enumerate() {
            while let Some((_, act)) = line.next.take_if(|(at, _)| START + *at <= now) {
                let input = match &act {
                    Act::Up => Input::Up { line: Line::MAIN, peer: None },
                    Act::Bytes(bytes) => Input::Bytes { line: Line::MAIN, from: None, bytes },
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

    fn look(&mut self) -> (Arc<BoardView>, Vec<Violation>) {
        let view = self.ward.view(self.now, START_WALL.after(self.now - START));
        let mut violations: Vec<Violation> = view
            .tiles
            .iter()
            .zip(&self.lines)
            .flat_map(|(tile, line)| line.oracle.violations(tile, self.now))
            .collect();
        if view.mode != StationMode::Replay {
            violations.push(Violation(format!("the board calls itself {:?}", view.mode)));
        }
        (view, violations)
    }

    /// What the first line's oracle says of a tile that is still shown `later` from now.
    pub fn judge_later(&self, tile: &TileView, later: Duration) -> Vec<Violation> {
        let oracle = self.lines.first().map(|line| &line.oracle);
        oracle.map(|oracle| oracle.violations(tile, self.now + later)).unwrap_or_default()
    }

    /// How many streams have delivered anything, over all lines.
    pub fn streams_heard(&self) -> usize {
        self.lines.iter().map(|line| line.oracle.streams_heard()).sum()
    }
}

fn bed(number: usize) -> Bed {
    let label = Text::from(number.to_string());
    Bed { id: BedId(label.clone()), label }
}

/// A session that only listens.
pub fn listening_session() -> Box<dyn Session> {
    IntellivueFactory.session(&Setup { passive: true, ..Setup::default() })
}

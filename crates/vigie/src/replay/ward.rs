//! Recordings, drivers and board on one clock: what `tests/world` does with scripts, done with files.

use std::time::Duration;

use vigie_board::{Board, BoardConfig};
use vigie_ge_dri::GeDriFactory;
use vigie_intellivue::session::{FRAMING, FRAMING_DATAGRAM, FRAMING_RS232, IntellivueFactory};
use vigie_model::{Bed, BedId, MonoTime, RunId, StationMode, Text, WallTime};
use vigie_replay::{Family, Playback, PlaybackOptions, Recording, Step, StepKind, Transport};
use vigie_session::{Down, Factory, Input, Line, Session, Setup};
use vigie_ward::Ward;

use super::{files::BedRecording, live::Published, record::ReplayRecord};
use crate::{cli::ReplayOptions, terminal::Problem};

/// How far the recordings are.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Since the start, on the ward's clock.
    pub elapsed: Duration,
    /// The input was stopped on request.
    pub paused: bool,
    /// All recordings are over.
    pub ended: bool,
}

/// A ward fed by recordings.
pub struct ReplayWard {
    ward: Ward,
    playback: Playback,
    start: Start,
    record: Option<ReplayRecord>,
}

/// When a replay began.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The run.
    pub run: RunId,
    /// By the ward's clock.
    pub mono: MonoTime,
    /// By the PC's clock.
    pub wall: WallTime,
}

impl Start {
    /// The PC's clock, running with the ward's.
    pub fn wall_of(self, now: MonoTime) -> WallTime {
        self.wall.after(now - self.mono)
    }
}

impl ReplayWard {
    /// One bed a recording, all starting at `start`.
    pub fn new(
        beds: Vec<BedRecording>,
        options: &ReplayOptions,
        start: MonoTime,
        start_wall: WallTime,
    ) -> ReplayWard {
        // Wall time names the run: two replays never share one.
        let run = RunId(start_wall.as_unix_nanos().unsigned_abs());
        let board = Board::new(BoardConfig {
            mode: StationMode::Replay,
            beds: (1..).zip(&beds).map(|(number, bed)| bed_of(number, &bed.label)).collect(),
            run,
        });
        let mut ward = Ward::new(board, run);
        let mut recordings = Vec::new();
        for (number, bed) in (1u32..).zip(beds) {
            let line = format!("replay-{number}");
            ward.add_recording(&line, session_of(&bed.recording));
            ward.assign_line(start, start_wall, &line, bed_of(number, &bed.label).id);
            recordings.push(bed.recording);
        }
        let options = PlaybackOptions { looped: options.looped, pause_at: options.pause_at };
        let playback = Playback::new(recordings, options, start);
        let start = Start { run, mono: start, wall: start_wall };
        ReplayWard { ward, playback, start, record: None }
    }

    /// When it began.
    pub fn start(&self) -> Start {
        self.start
    }

    /// Writes down from now on what the board is told and decides.
    pub fn record_to(&mut self, record: ReplayRecord) {
        self.ward.set_tap(record.tap());
        self.record = Some(record);
    }

    /// Closes and seals the record, if there is one.
    pub fn close(&mut self) -> Result<(), Problem> {
        self.drain_log();
        self.record.take().map_or(Ok(()), ReplayRecord::close)
    }

    /// The ward `after` that long, without waiting for it.
    pub fn at(&mut self, after: Duration) -> Published {
        let now = self.start.mono + after;
        self.run_until(now);
        self.publish(now)
    }

    /// Lets everything happen that is due by `now`, each thing at its own moment.
    pub fn run_until(&mut self, now: MonoTime) {
        loop {
            self.drain_log();
            let step_at = self.playback.next_at().filter(|at| *at <= now);
            let timeout_at = self.ward.poll_timeout().map(|due| due.at).filter(|at| *at <= now);
            if let Some(record) = &mut self.record {
                let next = [step_at, timeout_at].into_iter().flatten().min().unwrap_or(now);
                record.run_until(next);
            }
            match (step_at, timeout_at) {
                (Some(step), timeout) if timeout.is_none_or(|timeout| step <= timeout) => {
                    if let Some(step) = self.playback.poll(step) {
                        self.play(step);
                    }
                }
                (_, Some(timeout)) => self.ward.handle_timeout(timeout, self.wall_of(timeout)),
                (_, None) => return,
            }
        }
    }

    /// What the board decided goes to the log for engineers, and to the record if there is one.
    fn drain_log(&mut self) {
        while let Some(entry) = self.ward.poll_log() {
            tracing::info!(bed = ?entry.bed, kind = ?entry.kind, "board");
            if let Some(record) = &mut self.record {
                record.handle_log(&entry);
            }
        }
    }

    /// The ward as it is at `now`, and how far it is.
    pub fn publish(&mut self, now: MonoTime) -> Published {
        Published { view: self.ward.view(now, self.wall_of(now)), progress: self.progress(now) }
    }

    fn progress(&self, now: MonoTime) -> Progress {
        Progress {
            elapsed: self.playback.elapsed(now),
            paused: self.playback.is_paused(now),
            ended: self.playback.has_ended(),
        }
    }

    fn play(&mut self, step: Step) {
        let input = match &step.kind {
            StepKind::Up => Input::Up { line: Line::MAIN, peer: None },
            StepKind::Bytes { from, bytes } => {
                Input::Bytes { line: Line::MAIN, from: *from, bytes }
            }
            StepKind::Down => Input::Down { line: Line::MAIN, why: Down::Closed },
        };
        self.ward.handle_input(step.at, self.wall_of(step.at), step.line, input);
    }

    fn wall_of(&self, now: MonoTime) -> WallTime {
        self.start.wall_of(now)
    }
}

fn bed_of(number: u32, label: &str) -> Bed {
    Bed { id: BedId(Text::from(format!("replay-{number}"))), label: Text::from(label) }
}

/// The passive session that understands a recording.
fn session_of(recording: &Recording) -> Box<dyn Session> {
    let framing = match recording.transport {
        Transport::Serial => FRAMING_RS232,
        Transport::Datagrams => FRAMING_DATAGRAM,
    };
    let passive = Setup { passive: true, ..Setup::default() };
    match recording.family {
        Family::IntelliVue => {
            let options = vec![(FRAMING.into(), framing.into())];
            IntellivueFactory.session(&Setup { options, ..passive })
        }
        Family::GeDri => GeDriFactory.session(&passive),
    }
}

//! The pace: what each recorded line delivers at which moment.

use core::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use vigie_model::MonoTime;

use crate::Recording;

/// How long a line stays open after its last bytes: one delivery period of the slowest stream, so
/// that the last cycle is seen before the line closes.
const TAIL: Duration = Duration::from_millis(1_024);

/// How to play.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaybackOptions {
    /// Begin again at the end, as a new connection.
    pub looped: bool,
    /// From this moment on nothing arrives any more; lines stay open and clocks run on.
    pub pause_at: Option<Duration>,
}

/// Something that a line does.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: MonoTime,
    /// Which recording, by its position.
    pub line: usize,
    /// What.
    pub kind: StepKind,
}

/// What a line does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// It opens.
    Up,
    /// Bytes arrive, all at once.
    Bytes {
        /// From whom, for datagrams.
        from: Option<SocketAddr>,
        /// The bytes.
        bytes: Bytes,
    },
    /// It closes: the recording has ended.
    Down,
}

/// Recordings being played on one clock, which the caller holds.
#[derive(Debug)]
pub struct Playback {
    tracks: Vec<Track>,
    options: PlaybackOptions,
    start: MonoTime,
}

#[derive(Debug)]
struct Track {
    recording: Recording,
    /// When this pass began.
    base: MonoTime,
    next: Next,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Next {
    Up,
    Piece(usize),
    Down,
    Nothing,
}

impl Track {
    fn next_at(&self) -> Option<MonoTime> {
        match self.next {
            Next::Up => Some(self.base),
            Next::Piece(index) => {
                self.recording.pieces.get(index).map(|piece| self.base + piece.at)
            }
            Next::Down => Some(self.base + self.recording.duration() + TAIL),
            Next::Nothing => None,
        }
    }

    fn after_piece(&self, index: usize) -> Next {
        if index < self.recording.pieces.len() { Next::Piece(index) } else { Next::Down }
    }

    /// Takes the next step, which is due at `at`.
    fn step(&mut self, at: MonoTime, looped: bool) -> Option<StepKind> {
        let (kind, next) = match self.next {
            Next::Up => (StepKind::Up, self.after_piece(0)),
            Next::Piece(index) => {
                let piece = self.recording.pieces.get(index)?;
                let kind = StepKind::Bytes { from: piece.from, bytes: piece.bytes.clone() };
                (kind, self.after_piece(index + 1))
            }
            Next::Down if looped => {
                self.base = at;
                (StepKind::Down, Next::Up)
            }
            Next::Down => (StepKind::Down, Next::Nothing),
            Next::Nothing => return None,
        };
        self.next = next;
        Some(kind)
    }
}

impl Playback {
    /// Starts all recordings at `start`.
    pub fn new(recordings: Vec<Recording>, options: PlaybackOptions, start: MonoTime) -> Playback {
        let tracks = recordings
            .into_iter()
            .map(|recording| Track { recording, base: start, next: Next::Up })
            .collect();
        Playback { tracks, options, start }
    }

    /// When the next step is due; `None` when nothing will ever arrive again.
    pub fn next_at(&self) -> Option<MonoTime> {
        let at = self.tracks.iter().filter_map(Track::next_at).min()?;
        match self.pause_at() {
            Some(pause) if at >= pause => None,
            Some(_) | None => Some(at),
        }
    }

    /// The next step that is due by `now`, in order of time, then of line.
    pub fn poll(&mut self, now: MonoTime) -> Option<Step> {
        let at = self.next_at().filter(|at| *at <= now)?;
        let (line, track) =
            self.tracks.iter_mut().enumerate().find(|(_, track)| track.next_at() == Some(at))?;
        let kind = track.step(at, self.options.looped)?;
        Some(Step { at, line, kind })
    }

    /// Whether the input has been stopped on request.
    pub fn is_paused(&self, now: MonoTime) -> bool {
        self.pause_at().is_some_and(|pause| now >= pause)
    }

    /// Whether every recording has been played to its end.
    pub fn has_ended(&self) -> bool {
        self.tracks.iter().all(|track| track.next == Next::Nothing)
    }

    /// How far the playback is.
    pub fn elapsed(&self, now: MonoTime) -> Duration {
        now - self.start
    }

    fn pause_at(&self) -> Option<MonoTime> {
        self.options.pause_at.map(|pause| self.start + pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Family, Piece, Transport};

    fn recording(name: &str, millis: &[u64]) -> Recording {
        let pieces = millis
            .iter()
            .map(|at| Piece {
                at: Duration::from_millis(*at),
                from: None,
                bytes: Bytes::copy_from_slice(&at.to_be_bytes()),
            })
            .collect();
        Recording {
            name: name.into(),
            family: Family::IntelliVue,
            transport: Transport::Serial,
            pieces,
            losses: Vec::new(),
        }
    }

    /// The steps up to `until`, as text: milliseconds, line, what.
    fn script(playback: &mut Playback, until_ms: u64) -> String {
        let mut script = String::new();
        while let Some(step) = playback.poll(MonoTime::START + Duration::from_millis(until_ms)) {
            let what = match step.kind {
                StepKind::Up => "up",
                StepKind::Bytes { .. } => "bytes",
                StepKind::Down => "down",
            };
            script += &format!("{}:{}:{what} ", step.at.as_nanos() / 1_000_000, step.line);
        }
        script.trim_end().to_owned()
    }

    #[test]
    fn lines_are_merged_by_time_and_close_after_their_tail() {
        let recordings = vec![recording("a", &[0, 1_000]), recording("b", &[500])];
        let mut playback = Playback::new(recordings, PlaybackOptions::default(), MonoTime::START);
        assert_eq!(
            script(&mut playback, 10_000),
            "0:0:up 0:0:bytes 0:1:up 500:1:bytes 1000:0:bytes 1524:1:down 2024:0:down"
        );
        assert!(playback.has_ended());
        assert_eq!(playback.next_at(), None);
    }

    #[test]
    fn nothing_is_due_before_its_time() {
        let mut playback = Playback::new(
            vec![recording("a", &[5, 9])],
            PlaybackOptions::default(),
            MonoTime::START,
        );
        assert_eq!(script(&mut playback, 8), "0:0:up 5:0:bytes");
        assert_eq!(playback.next_at(), Some(MonoTime::from_nanos(9_000_000)));
    }

    #[test]
    fn a_loop_is_a_new_connection() {
        let options = PlaybackOptions { looped: true, pause_at: None };
        let mut playback = Playback::new(vec![recording("a", &[0])], options, MonoTime::START);
        assert_eq!(
            script(&mut playback, 2_100),
            "0:0:up 0:0:bytes 1024:0:down 1024:0:up 1024:0:bytes 2048:0:down 2048:0:up 2048:0:bytes"
        );
        assert!(!playback.has_ended());
    }

    #[test]
    fn a_pause_stops_the_input_and_not_the_clock() {
        let options = PlaybackOptions { looped: false, pause_at: Some(Duration::from_millis(700)) };
        let recordings = vec![recording("a", &[0, 700, 900])];
        let mut playback = Playback::new(recordings, options, MonoTime::START);
        assert_eq!(script(&mut playback, 60_000), "0:0:up 0:0:bytes");
        let at = |ms| MonoTime::START + Duration::from_millis(ms);
        assert!(!playback.is_paused(at(699)) && playback.is_paused(at(700)));
        assert!(!playback.has_ended(), "a paused line stays open");
    }
}

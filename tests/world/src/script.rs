//! What a line does and when: a recording, and the trouble that a seed adds to it.

use core::net::SocketAddr;
use std::{collections::VecDeque, time::Duration};

use vigie_replay::{Piece, Recording, Transport};
use vigie_session::rng::Rng;

use crate::progress::is_results;

/// How many of the last bursts a stuck line says again and again.
const STUCK_BURSTS: usize = 10;

/// Something that happens on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The line opens.
    Up,
    /// Bytes arrive; a datagram has a sender.
    Bytes {
        /// From whom, on a network.
        from: Option<SocketAddr>,
        /// What.
        bytes: Vec<u8>,
    },
    /// The line closes.
    Down,
}

/// A line's acts in order of time, from the start of the world.
#[derive(Clone, Debug)]
pub struct Script {
    /// How the bytes travel.
    pub transport: Transport,
    /// What happens when.
    pub acts: Vec<(Duration, Act)>,
}

/// How much trouble a line has. All chances are those of one burst, or one datagram.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    /// Chance to begin a silence.
    pub silence: f64,
    /// Chance to begin a time in which only what was said before is said again, to the byte.
    pub stuck: f64,
    /// Longest silence, and longest time of saying the same.
    pub silence_max: Duration,
    /// Chance that a silence is a closed line and not only a quiet one.
    pub closed: f64,
    /// Chance of a flipped bit; a datagram does not survive it.
    pub flip: f64,
    /// Chance to come a second time.
    pub repeat: f64,
    /// Chance to come late.
    pub late: f64,
    /// Longest delay of what comes late or a second time: its successors overtake it.
    pub late_max: Duration,
}

/// What a line does for a while instead of speaking.
enum Pause {
    Quiet,
    Closed,
    Stuck(Vec<Piece>),
}

impl Script {
    /// Plays a recording with trouble. The same seed gives the same script.
    pub fn of_recording(recording: &Recording, trouble: Trouble, seed: u64) -> Script {
        let mut rng = Rng::new(seed);
        let mut acts = vec![(Duration::ZERO, Act::Up)];
        let mut pause: Option<(Duration, Pause)> = None;
        let mut said = VecDeque::new();
        for (ix, piece) in recording.pieces.iter().enumerate() {
            match &pause {
                Some((until, Pause::Stuck(said))) if piece.at < *until => {
                    let old = said.get(ix % said.len().max(1));
                    acts.extend(old.map(|old| (piece.at, arrival(old))));
                    continue;
                }
                Some((until, Pause::Quiet | Pause::Closed)) if piece.at < *until => continue,
                Some((until, Pause::Closed)) => acts.push((*until, Act::Up)),
                Some((_, Pause::Quiet | Pause::Stuck(_))) | None => {}
            }
            pause = None;
            let length = trouble.silence_max.mul_f64(rng.unit());
            if rng.chance(trouble.silence) {
                let closed = rng.chance(trouble.closed);
                if closed {
                    acts.push((piece.at, Act::Down));
                    // Whoever is there when the line is open again does not know what was said.
                    said.clear();
                }
                let kind = if closed { Pause::Closed } else { Pause::Quiet };
                pause = Some((piece.at + length, kind));
                continue;
            }
            // Nobody overtakes the beginning of a conversation: results are asked for after it.
            let moves = is_results(recording.transport, &piece.bytes);
            let is_late = rng.chance(trouble.late) && moves;
            let delay = late(trouble, &mut rng);
            let heard = if is_late { piece.at + delay } else { piece.at };
            if !rng.chance(trouble.flip) {
                if moves {
                    note_said(&mut said, piece);
                }
                acts.push((heard, arrival(piece)));
            } else if recording.transport == Transport::Serial {
                acts.push((heard, flipped(piece, &mut rng)));
            }
            if rng.chance(trouble.repeat) && moves {
                acts.push((heard + late(trouble, &mut rng), arrival(piece)));
            }
            if rng.chance(trouble.stuck) {
                pause = Some((piece.at + length, Pause::Stuck(said.iter().cloned().collect())));
            }
        }
        Script::in_order(recording.transport, acts)
    }

    /// Plays a recording up to `from`, and then what it said last, again and again until `until`.
    pub fn stuck(recording: &Recording, from: Duration, until: Duration) -> Script {
        let mut acts = vec![(Duration::ZERO, Act::Up)];
        let count = recording.pieces.iter().take_while(|piece| piece.at < from).count();
        let mut said = VecDeque::new();
        for piece in recording.pieces.iter().take(count) {
            acts.push((piece.at, arrival(piece)));
            if is_results(recording.transport, &piece.bytes) {
                note_said(&mut said, piece);
            }
        }
        let every = Duration::from_millis(100);
        let times = (0u32..).map(|n| from + every * n).take_while(|at| *at < until);
        acts.extend(times.zip(said.iter().cycle()).map(|(at, old)| (at, arrival(old))));
        Script::in_order(recording.transport, acts)
    }

    /// Sorted, and without what would arrive on a closed line.
    fn in_order(transport: Transport, mut acts: Vec<(Duration, Act)>) -> Script {
        acts.sort_by_key(|(at, _)| *at);
        let mut closed = false;
        acts.retain(|(_, act)| {
            match act {
                Act::Up => closed = false,
                Act::Down => closed = true,
                Act::Bytes { .. } => return !closed,
            }
            true
        });
        Script { transport, acts }
    }
}

fn arrival(piece: &Piece) -> Act {
    Act::Bytes { from: piece.from, bytes: piece.bytes.to_vec() }
}

fn flipped(piece: &Piece, rng: &mut Rng) -> Act {
    let mut bytes = piece.bytes.to_vec();
    let at = rng.index(bytes.len().max(1));
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << rng.index(8);
    }
    Act::Bytes { from: piece.from, bytes }
}

fn late(trouble: Trouble, rng: &mut Rng) -> Duration {
    trouble.late_max.mul_f64(rng.unit())
}

/// Keeps the last results that arrived.
fn note_said(said: &mut VecDeque<Piece>, piece: &Piece) {
    if said.len() == STUCK_BURSTS {
        said.pop_front();
    }
    said.push_back(piece.clone());
}

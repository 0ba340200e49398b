//! What a line does and when: a recording, and the trouble that a seed adds to it.

use std::time::Duration;

use vigie_replay::Recording;
use vigie_session::rng::Rng;

/// Something that happens on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The line opens.
    Up,
    /// Bytes arrive.
    Bytes(Vec<u8>),
    /// The line closes.
    Down,
}

/// A line's acts in order of time, from the start of the world.
#[derive(Clone, Debug)]
pub struct Script(pub Vec<(Duration, Act)>);

/// How much trouble a line has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    /// Chance that a burst begins a silence, each time.
    pub silence: f64,
    /// Longest silence.
    pub silence_max: Duration,
    /// Chance that a silence is a closed line and not only a quiet one.
    pub closed: f64,
    /// Chance that a bit of a burst is flipped.
    pub flip: f64,
}

impl Script {
    /// Plays a recording with trouble. The same seed gives the same script.
    pub fn of_recording(recording: &Recording, trouble: Trouble, seed: u64) -> Script {
        let mut rng = Rng::new(seed);
        let mut acts = vec![(Duration::ZERO, Act::Up)];
        // Until when nothing arrives, and whether the line is closed for that time.
        let mut quiet: Option<(Duration, bool)> = None;
        for piece in &recording.pieces {
            if let Some((until, closed)) = quiet {
                if piece.at < until {
                    continue;
                }
                if closed {
                    acts.push((until, Act::Up));
                }
                quiet = None;
            }
            if rng.chance(trouble.silence) {
                let closed = rng.chance(trouble.closed);
                if closed {
                    acts.push((piece.at, Act::Down));
                }
                quiet = Some((piece.at + trouble.silence_max.mul_f64(rng.unit()), closed));
                continue;
            }
            let mut bytes = piece.bytes.to_vec();
            if rng.chance(trouble.flip) && !bytes.is_empty() {
                let at = rng.index(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << rng.index(8);
                }
            }
            acts.push((piece.at, Act::Bytes(bytes)));
        }
        Script(acts)
    }
}

//! A child's side of the watch that the guard keeps: bytes on standard input say that the guard lives,
//! lines on standard output say that the child does.
//!
//! Neither side ever waits for the other: a guard that is stopped must not stop the station.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    stdio::stdout,
};

use crate::terminal::Problem;

/// Four beats a second, both ways.
pub const BEAT_PERIOD: Duration = Duration::from_millis(250);

/// What a child says, and what the guard counts: the ends of lines.
const BEAT: &[u8] = b"beat\n";
/// What a window says when somebody wants one more of them.
pub const WINDOW: &[u8] = b"window\n"; // tidy: not for people
/// What the guard says when it opens none.
pub const REFUSED: &[u8] = b"!";

/// The pipes to the guard.
#[derive(Clone, Debug, Default)]
pub struct Beats(Arc<Heard>);

#[derive(Debug, Default)]
struct Heard {
    count: AtomicU64,
    is_gone: AtomicBool,
    is_refused: AtomicBool,
}

impl Beats {
    /// Takes over standard input and output.
    pub fn start() -> Result<Beats, Problem> {
        let beats = Beats::default();
        let problem = |error: io::Error| {
            // tidy: not for people
            Problem::new(format!("the guard's pipes cannot be used: {error}"))
        };
        // Full because nobody reads: the beat is left out.
        fcntl_getfl(stdout())
            .and_then(|flags| fcntl_setfl(stdout(), flags | OFlags::NONBLOCK))
            .map_err(|error| problem(error.into()))?;
        let heard = beats.0.clone();
        let listen = move || heard.listen(io::stdin().lock());
        thread::Builder::new().name("guard".into()).spawn(listen).map_err(problem)?;
        Ok(beats)
    }

    /// How often the guard was heard.
    pub fn heard(&self) -> u64 {
        self.0.count.load(Ordering::Relaxed)
    }

    /// The guard is gone for ever: its end of the pipe is closed.
    pub fn is_gone(&self) -> bool {
        self.0.is_gone.load(Ordering::Relaxed)
    }

    /// Asks the guard for one more window. False: it cannot be asked now.
    #[cfg(feature = "window")]
    pub fn ask_for_window(&self) -> bool {
        rustix::io::write(stdout(), WINDOW).is_ok_and(|written| written == WINDOW.len())
    }

    /// Whether the guard refused one since this was last called.
    #[cfg(feature = "window")]
    pub fn take_refusal(&self) -> bool {
        self.0.is_refused.swap(false, Ordering::Relaxed)
    }

    /// Tells the guard that all is well here.
    pub fn beat(&self) {
        // The guard may be gone, or slow; either way there is nothing to do about it here.
        let _ = rustix::io::write(stdout(), BEAT);
    }
}

impl Heard {
    fn listen(&self, mut guard: impl Read) {
        let mut bytes = [0; 64];
        loop {
            match guard.read(&mut bytes) {
                Ok(0) => break,
                Ok(length) => {
                    if bytes.iter().take(length).any(|byte| REFUSED.contains(byte)) {
                        self.is_refused.store(true, Ordering::Relaxed);
                    }
                    self.count.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.is_gone.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_counted_until_the_guard_is_gone() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let beats = Beats::default();
        let heard = beats.0.clone();
        let listener = thread::spawn(move || heard.listen(reader));
        rustix::io::write(&writer, b"\n").expect("written");
        while beats.heard() == 0 {
            thread::yield_now();
        }
        assert!(!beats.is_gone() && !beats.take_refusal());
        rustix::io::write(&writer, REFUSED).expect("written");
        while !beats.take_refusal() {
            thread::yield_now();
        }
        assert!(!beats.take_refusal(), "once");
        drop(writer);
        listener.join().expect("ends with the pipe");
        assert!(beats.is_gone());
    }
}

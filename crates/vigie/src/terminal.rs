//! What goes to the terminal besides the table: problems, log lines, panics.
//!
//! Standard error may be a pipe that nobody reads. After [`never_wait`] one thread alone waits for its
//! reader; everybody else hands lines over, and leaves out those for which there is no room.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use tracing_subscriber::EnvFilter;

/// Lines that wait for their reader: minutes of a station in trouble.
const LINES_MAX: usize = 1_024;

/// How long the program's end waits for a reader who does not read.
const LAST_PATIENCE: Duration = Duration::from_millis(200);

/// And how long at most until the thread that writes has its turn.
const TURN_PATIENCE: Duration = Duration::from_secs(2);

/// A problem that ends the program: what is wrong, where, and what to do about it.
#[derive(Debug)]
pub struct Problem {
    text: String,
    exit: Exit,
}

/// What the exit code of a process says, so that whoever started it knows whether starting it again
/// can help. Numbers as in `sysexits.h`, which systemd knows too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Something went wrong.
    Failed = 1,
    /// Another station works on the folder (`EX_UNAVAILABLE`).
    Occupied = 69,
    /// There is no display that could be opened (`EX_OSERR`).
    NoDisplay = 71,
    /// It is to be started again at once: what was saved holds from then on (`EX_TEMPFAIL`).
    Again = 75,
    /// Configuration or folder are unfit; starting again changes nothing (`EX_CONFIG`).
    Unfit = 78,
}

impl Problem {
    /// A problem in words for the person at the keyboard.
    pub fn new(text: impl Into<String>) -> Problem {
        Problem { text: text.into(), exit: Exit::Failed }
    }

    /// The same problem with another exit code.
    pub fn exiting(self, exit: Exit) -> Problem {
        Problem { exit, ..self }
    }

    /// Ends the program without a word: whoever started it says what there is to say.
    pub fn silent(exit: Exit) -> Problem {
        Problem { text: String::new(), exit }
    }

    /// How the program ends with it.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Says what is wrong.
pub fn complain(problem: &Problem) {
    if !problem.text.is_empty() {
        say(&format!("vigie: {problem}"));
    }
}

/// One line to the person, beside the table.
pub fn say(line: &str) {
    put(format!("{line}\n").into_bytes());
}

/// The bell of the terminal, if there is one that somebody may sit at.
pub fn ring() {
    if io::stderr().is_terminal() {
        put(b"\x07".to_vec());
    }
}

/// From here on nobody waits for the reader of standard error. Filters of the kernel hold the threads
/// that are started after them: call it when they stand.
pub fn never_wait() {
    OUTLET.get_or_init(|| Outlet::start(io::stderr()));
}

/// Waits until what was said stands there; not for long, when nobody reads it. The program's last call.
pub fn flush() {
    if let Some(Some(outlet)) = OUTLET.get() {
        outlet.flush(LAST_PATIENCE);
    }
}

/// `Some(None)`: there is no thread to be had, and standard error is written to directly.
static OUTLET: OnceLock<Option<Outlet>> = OnceLock::new();

fn put(bytes: Vec<u8>) {
    match OUTLET.get() {
        Some(Some(outlet)) => outlet.put(bytes),
        // A closed terminal is no reason to stop watching.
        Some(None) | None => drop(io::stderr().write_all(&bytes)),
    }
}

/// A way out that takes at once what there is room for, and counts the rest.
struct Outlet {
    pieces: Sender<Piece>,
    state: Arc<OutletState>,
}

#[derive(Default)]
struct OutletState {
    /// Lines left out since that was last told.
    lost: AtomicU64,
    /// A line is on its way to the reader.
    is_writing: AtomicBool,
}

enum Piece {
    Bytes(Vec<u8>),
    /// Answered, by being dropped, when all that came before it is written.
    Mark(#[expect(dead_code, reason = "dropping it is the answer")] Sender<()>),
}

impl Outlet {
    fn start(out: impl Write + Send + 'static) -> Option<Outlet> {
        let (pieces, queue) = bounded(LINES_MAX);
        let outlet = Outlet { pieces, state: Arc::default() };
        let state = outlet.state.clone();
        let work = move || write_out(out, &queue, &state);
        thread::Builder::new().name("stderr".into()).spawn(work).ok().map(|_| outlet)
    }

    fn put(&self, bytes: Vec<u8>) {
        if self.pieces.try_send(Piece::Bytes(bytes)).is_err() {
            self.state.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for all that was put; true when it is written. Only a reader who does not read uses up
    /// `patience`: a busy PC may let the thread wait longer for its turn.
    fn flush(&self, patience: Duration) -> bool {
        const STEP: Duration = Duration::from_millis(20);
        let (mark, written) = bounded(0);
        // Half for the room, half for the writing.
        if self.pieces.send_timeout(Piece::Mark(mark), patience / 2).is_err() {
            return false;
        }
        let (mut waited, mut blocked) = (Duration::ZERO, Duration::ZERO);
        while waited < TURN_PATIENCE && blocked < patience / 2 {
            match written.recv_timeout(STEP) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return true,
                Err(RecvTimeoutError::Timeout) => {}
            }
            waited += STEP;
            if self.state.is_writing.load(Ordering::Relaxed) {
                blocked += STEP;
            }
        }
        false
    }
}

fn write_out(mut out: impl Write, queue: &Receiver<Piece>, state: &OutletState) {
    let mut write = |bytes: &[u8]| {
        state.is_writing.store(true, Ordering::Relaxed);
        // Closed: whoever speaks goes on.
        let _ = out.write_all(bytes).and_then(|()| out.flush());
        state.is_writing.store(false, Ordering::Relaxed);
    };
    for piece in queue {
        if let Piece::Bytes(bytes) = piece {
            write(&bytes);
        }
        if queue.is_empty() {
            let lost = state.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                // tidy: not for people
                let told = format!("vigie: {lost} lines left out here: nobody read them\n");
                write(told.as_bytes());
            }
        }
    }
}

/// What the log writes its lines to, each of them whole.
struct LogLine;

impl Write for LogLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        put(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was asked for, on standard output; whoever reads it may stop to.
pub fn print(text: &str) -> Result<(), Problem> {
    match try_print(text) {
        // The reader of a pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            flush();
            std::process::exit(0)
        }
        Err(error) => Err(Problem::new(format!("nothing can be printed: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// The same where more depends on this process than its output.
pub fn try_print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush())
}

/// One line of status: written over the last one on a terminal, else one more line.
pub fn show_status(line: &str) {
    put(if io::stderr().is_terminal() {
        // ECMA-48 EL: what the last line had more.
        format!("\r{line}\x1b[K").into_bytes()
    } else {
        format!("{line}\n").into_bytes()
    });
}

/// Nothing is written over the last line of status any more.
pub fn end_status() {
    if io::stderr().is_terminal() {
        say("");
    }
}

/// Log lines go to standard error; `RUST_LOG` chooses how many.
pub fn install_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| LogLine).init();
}

/// A defect of ours is one line with its place, never a page of addresses.
pub fn install_panic_message() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        say(&format!("vigie: a defect in the program at {place}: {what}; start it again"));
        // The process may end with this thread.
        flush();
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that a pipe still gives, as text.
    fn rest(mut reader: io::PipeReader) -> String {
        let mut text = String::new();
        io::Read::read_to_string(&mut reader, &mut text).expect("text");
        text
    }

    #[test]
    fn lines_come_out_in_order_and_a_flush_waits_for_them() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outlet = Outlet::start(writer).expect("a thread");
        for number in 0..500 {
            outlet.put(format!("line {number}\n").into_bytes());
        }
        assert!(outlet.flush(Duration::from_secs(120)));
        drop(outlet);
        let wanted: Vec<String> = (0..500).map(|number| format!("line {number}")).collect();
        assert_eq!(rest(reader).lines().collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_reader_who_does_not_read_holds_up_nobody_and_learns_what_was_left_out() {
        let (reader, writer) = io::pipe().expect("a pipe");
        let outlet = Outlet::start(writer).expect("a thread");
        let count = 10_000_u64;
        for number in 0..count {
            outlet.put(format!("{number:>1000}\n").into_bytes());
        }
        assert!(!outlet.flush(Duration::from_millis(20)), "nobody reads");
        drop(outlet);
        let text = rest(reader);
        let (told, lines): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with("vigie:"));
        let lost: u64 =
            told.iter().filter_map(|line| line.split(' ').nth(1)?.parse::<u64>().ok()).sum();
        assert!(lost > 8_000, "{told:?}");
        assert_eq!(lines.len() as u64 + lost, count);
        assert!(lines.iter().map(|line| line.trim().parse::<u64>().expect("whole")).is_sorted());
    }
}

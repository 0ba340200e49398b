//! What goes to the terminal besides the table: problems, log lines, panics.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use tracing_subscriber::EnvFilter;

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
    say(&format!("vigie: {problem}"));
}

/// One line to the person, beside the table.
pub fn say(line: &str) {
    // A closed terminal is no reason to stop watching.
    let _ = writeln!(io::stderr(), "{line}");
}

/// What was asked for, on standard output; whoever reads it may stop to.
pub fn print(text: &str) -> Result<(), Problem> {
    match try_print(text) {
        // The reader of a pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
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
    let mut out = io::stderr().lock();
    let _ = if out.is_terminal() {
        // ECMA-48 EL: what the last line had more.
        write!(out, "\r{line}\x1b[K").and_then(|()| out.flush())
    } else {
        writeln!(out, "{line}")
    };
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
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

/// A defect of ours is one line with its place, never a page of addresses.
pub fn install_panic_message() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        say(&format!("vigie: a defect in the program at {place}: {what}; start it again"));
    }));
}

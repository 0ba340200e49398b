//! What goes to the terminal besides the table: problems, log lines, panics.

use std::{fmt, io, io::Write};

use tracing_subscriber::EnvFilter;

/// A problem that ends the program: what is wrong, where, and what to do about it.
#[derive(Debug)]
pub struct Problem(String);

impl Problem {
    /// A problem in words for the person at the keyboard.
    pub fn new(text: impl Into<String>) -> Problem {
        Problem(text.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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

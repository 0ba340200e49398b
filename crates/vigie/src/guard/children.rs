//! The guard's children: processes of this very binary, with a pipe each way.

use std::{
    io::{self, Read},
    os::{fd::AsFd, unix::process::CommandExt},
    process::{Child as Process, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use crossbeam_channel::Sender;
use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    process::{Pid, Signal, kill_process},
};

use super::watch::{Child, End};
use crate::{
    beats::{REFUSED, WINDOW},
    terminal::Exit,
};

/// What a child says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// That it lives.
    Lives,
    /// That somebody wants one more window.
    WantsWindow,
}

/// One beat of a child, with the number of the start it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Beat {
    /// Whose.
    pub child: Child,
    /// Of which start of it.
    pub start: u64,
    /// What.
    pub said: Said,
}

/// A child that was started.
#[derive(Debug)]
pub struct Running {
    process: Process,
    stdin: Option<ChildStdin>,
    /// Which start it is.
    pub start: u64,
}

/// This program. The link of the kernel, not a name: an update may have put another version there
/// meanwhile, and guard and children must be of one.
const OWN_PROGRAM: &str = "/proc/self/exe";

impl Running {
    /// Starts this binary with `arguments`; its beats arrive on `beats`, as many as there is room for.
    pub fn start(
        child: Child,
        start: u64,
        arguments: &[String],
        beats: &Sender<Beat>,
    ) -> io::Result<Running> {
        let mut process = Command::new(OWN_PROGRAM)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl+C in the terminal is the guard's alone: it ends its children in order.
            .process_group(0)
            .arg0("vigie")
            .spawn()?;
        let stdin = process.stdin.take();
        let stdout = process.stdout.take();
        let mut running = Running { process, stdin, start };
        if let Err(error) = running.listen(child, stdout, beats) {
            // Nobody would watch it, and it would hold what the next one needs.
            running.signal(Signal::KILL);
            let _ = running.process.wait();
            return Err(error);
        }
        Ok(running)
    }

    fn listen(
        &self,
        child: Child,
        stdout: Option<ChildStdout>,
        beats: &Sender<Beat>,
    ) -> io::Result<()> {
        if let Some(stdin) = &self.stdin {
            // A child that is stopped must not stop the guard.
            let flags = fcntl_getfl(stdin.as_fd())?;
            fcntl_setfl(stdin.as_fd(), flags | OFlags::NONBLOCK)?;
        }
        if let Some(stdout) = stdout {
            let (beats, start) = (beats.clone(), self.start);
            let listen = move || {
                each_line(stdout, |said| {
                    // Full: the guard has as many beats before it as it can tell apart.
                    let _ = beats.try_send(Beat { child, start, said });
                });
            };
            thread::Builder::new().name("beats".into()).spawn(listen)?;
        }
        Ok(())
    }

    /// Tells it that the guard lives.
    pub fn beat(&self) {
        if let Some(stdin) = &self.stdin {
            // Full or closed: its own silence is what the guard goes by.
            let _ = rustix::io::write(stdin.as_fd(), b"\n");
        }
    }

    /// Tells it that what it asked for is refused.
    pub fn refuse(&self) {
        if let Some(stdin) = &self.stdin {
            let _ = rustix::io::write(stdin.as_fd(), REFUSED);
        }
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> Option<End> {
        self.process.try_wait().ok().flatten().map(end_of)
    }

    /// Sends it a signal; one that has just ended is no matter.
    pub fn signal(&self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.process), signal);
    }

    /// Asks it to end, waits, and ends it. True when it went by itself.
    pub fn stop(mut self, patience: Duration) -> bool {
        const STEP: Duration = Duration::from_millis(20);
        self.signal(Signal::TERM);
        let mut waited = Duration::ZERO;
        while waited < patience {
            if self.ended().is_some() {
                return true;
            }
            thread::park_timeout(STEP);
            waited += STEP;
        }
        self.signal(Signal::KILL);
        let _ = self.process.wait();
        false
    }
}

/// Calls `each` for the end of every line until the other side is closed. Whatever is not known is a
/// beat: what speaks lives.
fn each_line(mut stdout: impl Read, mut each: impl FnMut(Said)) {
    let mut bytes = [0; 256];
    // Of the line under way, as far as it could be one that is known.
    let mut line = Vec::with_capacity(WINDOW.len());
    loop {
        match stdout.read(&mut bytes) {
            Ok(0) => return,
            Ok(length) => {
                for byte in bytes.iter().take(length) {
                    if line.len() < WINDOW.len() {
                        line.push(*byte);
                    }
                    if *byte == b'\n' {
                        each(if line == WINDOW { Said::WantsWindow } else { Said::Lives });
                        line.clear();
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn end_of(status: ExitStatus) -> End {
    let is = |exit: Exit| status.code() == Some(i32::from(exit as u8));
    match status.code() {
        Some(0) => End::Done,
        Some(_) if is(Exit::Occupied) => End::Occupied,
        Some(_) if is(Exit::Unfit) => End::Unfit,
        Some(_) if is(Exit::NoDisplay) => End::NoDisplay,
        Some(_) if is(Exit::Again) => End::Again,
        Some(_) | None => End::Broken,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn exit_codes_say_whether_starting_again_helps() {
        let ended = |code: i32| end_of(ExitStatus::from_raw(code << 8));
        assert_eq!(ended(0), End::Done);
        assert_eq!(ended(69), End::Occupied);
        assert_eq!(ended(71), End::NoDisplay);
        assert_eq!(ended(75), End::Again);
        assert_eq!(ended(78), End::Unfit);
        assert_eq!(ended(1), End::Broken);
        assert_eq!(end_of(ExitStatus::from_raw(9)), End::Broken, "killed");
    }

    #[test]
    fn only_ends_of_lines_are_beats() {
        let mut said = Vec::new();
        each_line(&b"beat\nbeat\nbea"[..], |what| said.push(what));
        assert_eq!(said, [Said::Lives, Said::Lives]);
    }

    #[test]
    fn a_wish_for_a_window_is_told_from_beats_however_it_is_cut() {
        /// Hands out one byte at a time.
        struct Slowly<'a>(&'a [u8]);
        impl Read for Slowly<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let one = self.0.len().min(1);
                let (now, later) = self.0.split_at(one);
                into[..one].copy_from_slice(now);
                self.0 = later;
                Ok(one)
            }
        }
        let mut said = Vec::new();
        each_line(Slowly(b"beat\nwindow\nwindows\nbeat\n"), |what| said.push(what));
        assert_eq!(said, [Said::Lives, Said::WantsWindow, Said::Lives, Said::Lives]);
    }
}

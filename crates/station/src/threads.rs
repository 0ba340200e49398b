//! Threads that give up, before anything else, what they must not do.

use std::{
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::StartError;

/// Starts a thread; it runs only if `confine` succeeds on it.
pub(crate) fn confined(
    name: &str,
    confine: impl FnOnce() -> Result<(), String> + Send + 'static,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, StartError> {
    let (tell, told) = bounded(1);
    let thread = thread::Builder::new()
        .name(name.into())
        .spawn(move || {
            let confined = confine();
            let fits = confined.is_ok();
            // Whoever started it waits for this word.
            _ = tell.send(confined);
            if fits {
                run();
            }
        })
        .map_err(|error| {
            StartError::Unfit(format!("no thread for {name} ({error}): end other programs"))
        })?;
    match told.recv() {
        Ok(Ok(())) => Ok(thread),
        Ok(Err(why)) => {
            Err(StartError::Unfit(format!("the thread {name} cannot be confined: {why}")))
        }
        Err(_) => Err(StartError::Unfit(format!("the thread {name} failed as it began"))),
    }
}

/// A thread that may hang in a call to a disk: its end is waited for, but not for ever.
#[derive(Debug)]
pub(crate) struct Worker {
    name: &'static str,
    thread: JoinHandle<()>,
    /// Closed when it has ended.
    ended: Receiver<()>,
}

/// Starts a [`confined`] thread that may hang.
pub(crate) fn worker(
    name: &'static str,
    confine: impl FnOnce() -> Result<(), String> + Send + 'static,
    run: impl FnOnce() + Send + 'static,
) -> Result<Worker, StartError> {
    let (ending, ended) = bounded(0);
    let thread = confined(name, confine, move || {
        let _ending: Sender<()> = ending;
        run();
    })?;
    Ok(Worker { name, thread, ended })
}

impl Worker {
    /// Waits for its end; a thread that hangs is left to itself.
    pub(crate) fn end_within(self, patience: Duration) -> bool {
        let name = self.name;
        if self.ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the thread {name} does not end");
            return false;
        }
        if self.thread.join().is_err() {
            tracing::error!("the thread {name} had failed: this is a mistake in the program");
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_cannot_be_confined_does_not_run() {
        let (ran, seen) = bounded(2);
        let thread = confined("a", || Ok(()), {
            let ran = ran.clone();
            move || ran.send("a").expect("room")
        });
        thread.expect("it starts").join().expect("it ends");
        let refused = confined(
            "b",
            || Err("no filter".into()),
            move || {
                ran.send("b").expect("room");
            },
        );
        let why = StartError::Unfit("the thread b cannot be confined: no filter".into());
        assert_eq!(refused.err(), Some(why));
        assert_eq!(seen.iter().collect::<Vec<_>>(), ["a"]);
    }
}

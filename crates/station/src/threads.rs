//! Threads that give up, before anything else, what they must not do.

use std::thread::{self, JoinHandle};

use crossbeam_channel::bounded;

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

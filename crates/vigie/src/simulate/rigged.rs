//! Runs a rig of simulated devices until somebody ends it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use vigie_sim_patient::script::Script;
use vigie_sim_rig::{Rig, RigConfig};

use super::places;
use crate::terminal::Problem;

/// More bytes than any story has: who names a device file by mistake is told so.
const SCRIPT_MAX: u64 = 1 << 20;

/// Simulates until interrupted, or until so many seconds are over.
pub fn run(rig: RigConfig, seconds: Option<u64>) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let rig = Rig::open(rig).map_err(|error| {
            Problem::new(format!(
                "a simulated monitor does not open at {error}; is another simulator running, or \
                 does --dir, --address or --port name something else?"
            ))
        })?;
        let signals = Signals::install()?;
        places::print(rig.opened())?;
        rig.run(signals.wait(seconds.map(Duration::from_secs))).await;
        Ok(())
    })
}

/// What ends the simulator.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn install() -> Result<Signals, Problem> {
        use tokio::signal::unix::{SignalKind, signal};
        let install = |kind| {
            signal(kind).map_err(|error| Problem::new(format!("signals cannot be heard: {error}")))
        };
        Ok(Signals {
            interrupt: install(SignalKind::interrupt())?,
            terminate: install(SignalKind::terminate())?,
        })
    }

    async fn wait(mut self, at_most: Option<Duration>) {
        let time_over = async {
            match at_most {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = time_over => {}
        }
    }
}

/// The story in a file; without one nothing happens.
pub fn script(path: Option<&Path>) -> Result<Script, Problem> {
    let Some(path) = path else { return Ok(Script::default()) };
    let place = path.display();
    let mut text = String::new();
    let length = File::open(path)
        .and_then(|file| file.take(SCRIPT_MAX + 1).read_to_string(&mut text))
        .map_err(|error| Problem::new(format!("{place} cannot be read: {error}")))?;
    if length as u64 > SCRIPT_MAX {
        return Err(Problem::new(format!(
            "{place} is larger than 1 MiB: that is no script; it holds lines such as `at 30s bed 3 \
             vtach`"
        )));
    }
    Script::parse(&text)
        .map_err(|error| Problem::new(format!("{place}, line {}: {}", error.line, error.what)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_without_an_end_is_refused() {
        // As much of it as is read at all is text.
        let said = script(Some(Path::new("/dev/zero"))).unwrap_err().to_string();
        assert!(said.contains("/dev/zero is larger than 1 MiB"), "{said}");
        assert!(script(Some(Path::new("/no/such/file"))).is_err());
    }
}

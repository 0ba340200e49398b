//! A window of its own process under measurement, by the trace that it writes (`--paint-trace`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde::Deserialize;
use vigie_clock::BootClock;
use vigie_model::{Clock, MonoTime};

use super::machine::{Used, everybody};
use crate::terminal::Problem;

/// A window that shows no ward for this long will not.
const OPENS: Duration = Duration::from_secs(60);
/// Fonts, caches and the pace of frames have settled by then.
const SETTLES: Duration = Duration::from_secs(5);
/// How often is looked whether there is something new.
const STEP: Duration = Duration::from_millis(5);

/// A frame, as its line tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct Frame {
    began: u64,
    laid: u64,
    presented: u64,
    heard: Vec<u64>,
}

/// A window that runs.
pub struct Traced {
    process: Child,
    trace: PathBuf,
    started: MonoTime,
}

/// What a window needed.
#[derive(Clone, Debug)]
pub struct Measured {
    /// How long was measured.
    pub time: Duration,
    /// Frames that were presented meanwhile.
    pub frames: usize,
    /// From frame to frame.
    pub intervals: Vec<Duration>,
    /// From the first step of a frame until it was laid out.
    pub layouts: Vec<Duration>,
    /// From the wire to the screen, of each message that changed a bed.
    pub ways: Vec<Duration>,
    /// On the processors: the window.
    pub window: Duration,
    /// Others that were asked about, in their order.
    pub others: Vec<(Duration, u64)>,
    /// Everybody on the machine.
    pub everybody: Duration,
    /// Memory that the window held at the end, in bytes.
    pub memory: u64,
}

impl Traced {
    /// Starts this program with `arguments`, to which the trace is added.
    pub fn start(arguments: &[&str], trace: PathBuf) -> Result<Traced, Problem> {
        // A trace that is left from before would be taken for this one's.
        let _ = fs::remove_file(&trace);
        let started = BootClock.mono();
        let process = Command::new("/proc/self/exe")
            .args(arguments)
            .arg("--paint-trace")
            .arg(&trace)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            // tidy: not for people
            .map_err(|error| Problem::new(format!("the window cannot be started: {error}")))?;
        Ok(Traced { process, trace, started })
    }

    /// Waits for its first frame with a ward; gives how long it took from the start of the process.
    pub fn first_frame(&mut self) -> Result<Duration, Problem> {
        loop {
            if let Some(frame) = frames(&self.trace).first() {
                return Ok(MonoTime::from_nanos(frame.presented).since(self.started));
            }
            if let Ok(Some(end)) = self.process.try_wait() {
                return Err(Problem::new(format!("the window ended before it painted ({end})"))); // tidy: not for people
            }
            if BootClock.mono().since(self.started) > OPENS {
                return Err(Problem::new("the window paints nothing")); // tidy: not for people
            }
            thread::park_timeout(STEP);
        }
    }

    /// Measures for so long, with what `others` need besides. `goes_on`: whether all that it shows is
    /// still there.
    pub fn measure(
        &mut self,
        time: Duration,
        others: &[u32],
        mut goes_on: impl FnMut() -> Result<(), Problem>,
    ) -> Result<Measured, Problem> {
        self.first_frame()?;
        wait(SETTLES, &mut goes_on)?;
        let used = || (Used::by(self.process.id()), others.iter().copied().map(Used::by));
        let (window, of_others) = used();
        let (before, of_others): (Used, Vec<Used>) = (window, of_others.collect());
        let (all, from) = (everybody(), BootClock.mono());
        wait(time, &mut goes_on)?;
        let to = BootClock.mono();
        let (window, after) = used();
        let others = after.zip(&of_others).map(|(after, before)| {
            (after.processor.saturating_sub(before.processor), after.memory)
        });
        let others = others.collect();
        let everybody = everybody().saturating_sub(all);
        let range = from.as_nanos()..to.as_nanos();
        let kept = frames(&self.trace);
        let kept: Vec<&Frame> = kept.iter().filter(|it| range.contains(&it.presented)).collect();
        let between = |from: u64, to: u64| Duration::from_nanos(to.saturating_sub(from));
        Ok(Measured {
            time: to.since(from),
            frames: kept.len(),
            intervals: kept.iter().map(|it| between(it.began, it.presented)).collect(),
            layouts: kept.iter().map(|it| between(it.began, it.laid)).collect(),
            ways: kept
                .iter()
                .flat_map(|it| it.heard.iter().map(|heard| between(*heard, it.presented)))
                .collect(),
            window: window.processor.saturating_sub(before.processor),
            others,
            everybody,
            memory: window.memory,
        })
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits, and looks now and then whether it has a sense.
fn wait(time: Duration, goes_on: &mut dyn FnMut() -> Result<(), Problem>) -> Result<(), Problem> {
    let end = BootClock.mono() + time;
    while BootClock.mono() < end {
        goes_on()?;
        let rest = end.since(BootClock.mono());
        thread::park_timeout(rest.min(Duration::from_millis(250)));
    }
    Ok(())
}

/// The frames that were traced so far. A line that is not whole yet is none.
fn frames(trace: &Path) -> Vec<Frame> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The time within which so many of 100 lie.
pub fn percentile(times: &[Duration], of_100: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let place = (times.len() * of_100).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&times, 100), Duration::from_millis(200));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }

    #[test]
    fn half_a_line_is_no_frame() {
        let folder = tempfile::tempdir().expect("a folder");
        let trace = folder.path().join("trace");
        let whole = r#"{"began":1,"presented":9,"laid":4,"view":1,"new":[],"heard":[1,2]}"#;
        fs::write(&trace, format!("{whole}\n{}", &whole[..30])).expect("a file");
        let frames = frames(&trace);
        assert_eq!(frames.len(), 1);
        assert_eq!((frames[0].presented, frames[0].heard.as_slice()), (9, &[1, 2][..]));
    }
}

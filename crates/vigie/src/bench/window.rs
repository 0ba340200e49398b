//! `vigie bench window`: a ward, a window, and what both need.

use std::{thread, time::Duration};

use vigie_clock::BootClock;
use vigie_model::Clock;

use super::{
    WindowBench,
    machine::everybody,
    show,
    traced::{Measured, Traced, percentile},
    ward::Ward,
};
use crate::terminal::Problem;

/// How long the machine is looked at before anything is started.
const LOOK: Duration = Duration::from_secs(2);
/// Cores that others may use before the numbers are doubted.
const BUSY: f64 = 0.15;

/// Measures and prints.
pub fn run(options: &WindowBench) -> Result<(), Problem> {
    let WindowBench { beds, waves, frames, .. } = *options;
    let size = format!("{}x{}", options.size.width, options.size.height);
    let busy = busy();
    let Some(mut ward) = Ward::start(beds, waves)? else { return Ok(()) };
    let record = ward.record().display().to_string();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    show(&format!(
        "{beds} beds with {waves} waves each or more, recorded and alarming, at {size}, {frames} frames a \
         second wanted, {cores} cores" // tidy: not for people
    ))?;
    warn("before the start", busy)?; // tidy: not for people
    let rate = frames.to_string();
    let processes = ward.processes();
    let arguments = ["window", "--record", &record, "--size", &size, "--frames", &rate]; // tidy: not for people
    let mut window = Traced::start(&arguments, ward.file("window.trace"))?; // tidy: not for people
    let measured = window.measure(options.seconds, &processes, || ward.goes_on())?;
    drop(window);
    let plotted = plot(&mut ward, options, &record, &size)?;
    table(&measured, plotted.as_ref())
}

#[cfg(feature = "plot")]
fn plot(
    ward: &mut Ward,
    options: &WindowBench,
    record: &str,
    size: &str,
) -> Result<Option<Measured>, Problem> {
    let processes = ward.processes();
    let rate = options.frames.to_string();
    let arguments = ["bench", "plot", "--record", record, "--size", size, "--frames", &rate]; // tidy: not for people
    let mut window = Traced::start(&arguments, ward.file("plot.trace"))?; // tidy: not for people
    window.measure(options.seconds, &processes, || ward.goes_on()).map(Some)
}

#[cfg(not(feature = "plot"))]
fn plot(_: &mut Ward, _: &WindowBench, _: &str, _: &str) -> Result<Option<Measured>, Problem> {
    Ok(None)
}

/// Cores that everybody else uses now.
fn busy() -> f64 {
    let (before, from) = (everybody(), BootClock.mono());
    while BootClock.mono().since(from) < LOOK {
        thread::park_timeout(LOOK);
    }
    let used = everybody().saturating_sub(before).as_secs_f64();
    used / BootClock.mono().since(from).as_secs_f64()
}

fn warn(when: &str, cores: f64) -> Result<(), Problem> {
    if cores < BUSY {
        return Ok(());
    }
    // tidy: not for people
    show(&format!(
        "WARNING: {when} others used {cores:.2} cores: frames and times are worse than on an idle PC"
    ))
}

/// A line of the table: what it is, how it is written, and the number.
type Line = (&'static str, usize, fn(&Measured) -> f64);

fn ms(times: &[Duration], of_100: usize) -> f64 {
    percentile(times, of_100).as_secs_f64() * 1e3
}

fn cores(used: Duration, measured: &Measured) -> f64 {
    used.as_secs_f64() / measured.time.as_secs_f64()
}

fn of_other(measured: &Measured, nth: usize) -> (f64, f64) {
    let (used, memory) = measured.others.get(nth).copied().unwrap_or_default();
    (cores(used, measured), memory as f64 / 1_048_576.0)
}

/// Everybody else: the display server, and who else works on this machine.
fn rest(measured: &Measured) -> f64 {
    let ours: Duration = measured.others.iter().map(|(used, _)| *used).sum();
    cores(measured.everybody.saturating_sub(ours + measured.window), measured)
}

const LINES: [Line; 16] = [
    ("frames a second", 1, |m| m.frames as f64 / m.time.as_secs_f64()),
    ("frame to frame, p50, ms", 1, |m| ms(&m.intervals, 50)),
    ("frame to frame, p99, ms", 1, |m| ms(&m.intervals, 99)),
    ("layout of a frame, p50, ms", 1, |m| ms(&m.layouts, 50)),
    ("layout of a frame, p99, ms", 1, |m| ms(&m.layouts, 99)),
    ("processor time a frame, ms", 1, |m| m.window.as_secs_f64() * 1e3 / m.frames.max(1) as f64),
    ("window, cores", 2, |m| cores(m.window, m)),
    ("station, cores", 2, |m| of_other(m, 0).0),
    ("window and station, cores", 2, |m| cores(m.window, m) + of_other(m, 0).0),
    ("window, MiB", 0, |m| m.memory as f64 / 1_048_576.0),
    ("station, MiB", 0, |m| of_other(m, 0).1),
    ("wire to pixel, p50, ms", 0, |m| ms(&m.ways, 50)),
    ("wire to pixel, p99, ms", 0, |m| ms(&m.ways, 99)),
    ("messages timed", 0, |m| m.ways.len() as f64),
    ("simulated monitors, cores (apart)", 2, |m| of_other(m, 1).0),
    ("display server and others, cores (apart)", 2, rest),
];

fn table(window: &Measured, plotted: Option<&Measured>) -> Result<(), Problem> {
    let head = match plotted {
        Some(_) => format!("{:<42}{:>10}{:>12}{:>8}", "", "vigie", "egui_plot", "ratio"), // tidy: not for people
        None => format!("{:<42}{:>10}", "", "vigie"), // tidy: not for people
    };
    show(&head)?;
    for (name, digits, of) in LINES {
        let value = of(window);
        let mut line = format!("{name:<42}{value:>10.digits$}");
        if let Some(plotted) = plotted {
            let other = of(plotted);
            line += &format!("{other:>12.digits$}");
            if value > 0.0 {
                line += &format!("{:>8.2}", other / value);
            }
        }
        show(&line)?;
    }
    // The display server alone costs as much as a copy of each frame.
    warn("meanwhile", (rest(window) - 0.25).max(0.0)) // tidy: not for people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_what_was_measured() {
        let second = Duration::from_secs(1);
        let measured = Measured {
            time: second * 10,
            frames: 300,
            intervals: vec![second / 30; 300],
            layouts: vec![second / 100; 300],
            ways: vec![second / 20],
            window: second * 6,
            others: vec![(second, 64 << 20), (second * 2, 32 << 20)],
            everybody: second * 12,
            memory: 128 << 20,
        };
        let value = |wanted: &str| {
            let (.., of) = LINES.iter().find(|(name, ..)| *name == wanted).expect("a line");
            (of(&measured) * 100.0).round() / 100.0
        };
        assert_eq!(value("frames a second"), 30.0);
        assert_eq!(value("processor time a frame, ms"), 20.0);
        assert_eq!(value("window and station, cores"), 0.7);
        assert_eq!(value("window, MiB"), 128.0);
        assert_eq!(value("wire to pixel, p50, ms"), 50.0);
        assert_eq!(value("display server and others, cores (apart)"), 0.3);
    }
}

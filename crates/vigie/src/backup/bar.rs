//! A progress bar with rate and time left; where nobody looks, a line each ten seconds.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use vigie_clock::BootClock;
use vigie_copy::Step;
use vigie_model::{Clock, MonoTime};

use crate::terminal::say;

/// How often a line is written where there is no terminal.
const LINE_PERIOD: Duration = Duration::from_secs(10);
const TEMPLATE: &str =
    "{prefix} {bar:30} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left";

/// How far it is, for whoever waits.
pub struct Bar {
    what: &'static str,
    bar: Option<ProgressBar>,
    quiet: bool,
    start: MonoTime,
    told: MonoTime,
}

impl Bar {
    /// `what` is done: "copying".
    pub fn new(what: &'static str, quiet: bool) -> Bar {
        let bar = (!quiet && io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template(TEMPLATE);
            ProgressBar::new(0)
                .with_prefix(what)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let start = BootClock.mono();
        Bar { what, bar, quiet, start, told: start }
    }

    /// It went on.
    pub fn show(&mut self, step: Step) {
        if let Some(bar) = &self.bar {
            bar.set_length(step.all_bytes);
            bar.set_position(step.done_bytes);
            return;
        }
        let now = BootClock.mono();
        if !self.quiet && now.since(self.told) >= LINE_PERIOD {
            self.told = now;
            say(&line(self.what, step, now.since(self.start)));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(what: &str, step: Step, since: Duration) -> String {
    let Step { done_bytes, all_bytes } = step;
    let rate = done_bytes as f64 / since.as_secs_f64().max(0.001);
    let left = all_bytes.saturating_sub(done_bytes) as f64 / rate.max(1.0);
    // tidy: not for people
    format!(
        "vigie: {what}: {} of {}, {} a second, {left:.0} s left",
        bytes(done_bytes),
        bytes(all_bytes),
        bytes(rate as u64)
    )
}

/// A size for people, in powers of ten as on the boxes of disks.
pub fn bytes(count: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = units.iter().find(|(size, _)| count >= *size);
    unit.map_or_else(
        || format!("{count} B"),
        |(size, name)| format!("{:.1} {name}", count as f64 / *size as f64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_rate_and_time_left() {
        let step = Step { done_bytes: 30_000_000, all_bytes: 90_000_000 };
        let told = line("copying", step, Duration::from_secs(10));
        assert_eq!(told, "vigie: copying: 30.0 MB of 90.0 MB, 3.0 MB a second, 20 s left");
        let begun = line("copying", Step::default(), Duration::ZERO);
        assert!(begun.contains("0 B of 0 B"), "{begun}");
        assert_eq!(bytes(999), "999 B");
    }
}

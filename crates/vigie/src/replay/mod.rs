//! `vigie replay`: recordings as a ward.

mod files;
mod live;
mod ward;

use vigie_clock::{BootClock, ScaledClock};
use vigie_model::Clock;
#[cfg(feature = "window")]
use vigie_words::TextKey;
use vigie_words::Words;

#[cfg(all(test, feature = "window"))]
pub use files::load;
pub use live::{LiveReplay, Published};
pub use ward::{Progress, ReplayWard};

use crate::{cli::ReplayOptions, table, terminal::Problem};
#[cfg(feature = "window")]
use crate::{terminal, window};

/// Plays what was asked for, where it was asked for.
pub fn run(options: &ReplayOptions) -> Result<(), Problem> {
    let words = Words::new(options.language);
    let recordings = files::load(&options.files)?;
    if let Some(open) = &options.open
        && !recordings.iter().any(|bed| bed.label == *open)
    {
        let labels: Vec<_> = recordings.iter().map(|bed| bed.label.as_str()).collect();
        return Err(Problem::new(format!(
            "--open {open}: no bed is called so; there are: {}",
            labels.join(", ")
        )));
    }
    let clock = ScaledClock::new(BootClock, options.speed);
    let mut ward = ReplayWard::new(recordings, options, clock.mono(), clock.wall());

    if let Some(file) = &options.screenshot {
        let still = ward.at(options.after.unwrap_or_default());
        return screenshot(&words, options, still, file);
    }
    if let Some(after) = options.after {
        return table::print_once(&words, &ward.at(after));
    }
    let live = LiveReplay::start(ward, clock)?;
    follow(&words, options, live)
}

#[cfg(feature = "window")]
fn screenshot(
    words: &Words,
    options: &ReplayOptions,
    still: Published,
    file: &std::path::Path,
) -> Result<(), Problem> {
    window::screenshot(words, options, still, file)
}

#[cfg(not(feature = "window"))]
fn screenshot(
    _: &Words,
    _: &ReplayOptions,
    _: Published,
    file: &std::path::Path,
) -> Result<(), Problem> {
    Err(Problem::new(format!(
        "{}: this build has no window to picture: build without --no-default-features",
        file.display()
    )))
}

/// In the window; without a display, or when it fails, in the terminal.
#[cfg(feature = "window")]
fn follow(words: &Words, options: &ReplayOptions, live: LiveReplay) -> Result<(), Problem> {
    if options.headless {
        return table::follow(words, &live);
    }
    match window::show(words, options, live) {
        window::Outcome::Closed => Ok(()),
        window::Outcome::NoDisplay { why, live } => {
            terminal::say(&format!("{} ({why})", words.text(TextKey::NoDisplay)));
            table::follow(words, &live)
        }
    }
}

#[cfg(not(feature = "window"))]
fn follow(words: &Words, _: &ReplayOptions, live: LiveReplay) -> Result<(), Problem> {
    table::follow(words, &live)
}

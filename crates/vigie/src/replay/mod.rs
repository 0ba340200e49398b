//! `vigie replay`: recordings as a ward.

mod files;
mod live;
mod record;
mod ward;

use std::time::Duration;

use vigie_clock::{BootClock, ScaledClock};
use vigie_model::{Clock, MonoTime, WallTime};
#[cfg(feature = "window")]
use vigie_words::TextKey;
use vigie_words::Words;

#[cfg(all(test, feature = "window"))]
pub use files::load;
pub use live::{LiveReplay, Published};
#[cfg(feature = "window")]
pub use ward::Progress;
pub use ward::ReplayWard;

use record::ReplayRecord;

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
    let (mono, wall) = match options.starting_at {
        Some(seconds) => (
            MonoTime::START + Duration::from_secs(seconds.into()),
            WallTime::from_unix_nanos(0).after(Duration::from_secs(seconds.into())),
        ),
        None => (clock.mono(), clock.wall()),
    };
    let mut ward = ReplayWard::new(recordings, options, mono, wall);
    if let Some(folder) = &options.record {
        ward.record_to(ReplayRecord::open(folder, options.say_durable, ward.start())?);
    }

    if let Some(file) = &options.screenshot {
        let still = ward.at(options.after.unwrap_or_default());
        ward.close()?;
        return screenshot(&words, options, still, file);
    }
    if let Some(after) = options.after {
        let still = ward.at(after);
        ward.close()?;
        return table::print_once(&words, &still);
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

//! `vigie bench`: what the window costs on this PC, measured with the program as it is.

mod machine;
#[cfg(feature = "plot")]
mod plot;
mod start;
mod traced;
mod ward;
mod window;

use std::{io::ErrorKind, time::Duration};

use clap::{Args, Subcommand};

use crate::{
    cli::{Size, seconds, size},
    terminal::{Exit, Problem, try_print},
};

/// Options.
#[derive(Args, Debug)]
pub struct BenchOptions {
    #[command(subcommand)]
    what: What,
}

/// What is measured.
#[derive(Subcommand, Debug)]
enum What {
    /// A ward of simulated monitors, recorded and alarming, and a real window on it: frames a second,
    /// frame times, cores, memory, and the way from wire to pixel. Needs a display
    Window(WindowBench),
    /// From the start of the window's process to its first painted frame. Needs a display
    Start(StartBench),
    /// The waves of a running station with a general plotting library, to compare
    #[cfg(feature = "plot")]
    #[command(hide = true)]
    Plot(plot::PlotOptions),
}

/// Options of `vigie bench window`.
#[derive(Args, Debug)]
pub struct WindowBench {
    /// How many beds
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub beds: u16,

    /// Waves that each bed must have before it is measured; the simulated monitors send four
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(0..=4))]
    pub waves: u16,

    /// How long is measured
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub seconds: Duration,

    /// Frames a second to aim at
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=120))]
    pub frames: u16,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    pub size: Size,
}

/// Options of `vigie bench start`.
#[derive(Args, Debug)]
pub struct StartBench {
    /// How many beds stand on the first frame
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub beds: u16,

    /// How often the window is started
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub runs: u16,

    /// Size of the window in pixels
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    pub size: Size,
}

/// Prints while processes of the bench run. Where nobody reads any more it ends, and they end with it.
fn show(text: &str) -> Result<(), Problem> {
    try_print(text).map_err(|error| {
        if error.kind() == ErrorKind::BrokenPipe {
            Problem::silent(Exit::Failed)
        } else {
            Problem::new(format!("nothing can be printed: {error}")) // tidy: not for people
        }
    })
}

/// Measures.
pub fn run(options: &BenchOptions) -> Result<(), Problem> {
    match &options.what {
        What::Window(options) => window::run(options),
        What::Start(options) => start::run(options),
        #[cfg(feature = "plot")]
        What::Plot(options) => plot::run(options),
    }
}

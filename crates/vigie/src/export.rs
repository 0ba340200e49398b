//! `vigie export`: a part of the record as files for other programs.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use vigie_clock::BootClock;
use vigie_export::csv::{Exported, Options, export};
use vigie_model::{Clock, WallTime};
use vigie_record::Reader;

use crate::{
    audit,
    backup::times,
    folder,
    signals::Signals,
    terminal::{Problem, end_status, print, say, show_status},
    unlock::{UnlockOptions, unlock},
};

/// Options of `vigie export`.
#[derive(Args, Debug)]
pub struct ExportOptions {
    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// In which format
    #[arg(long, value_enum)]
    pub format: Format,

    /// Where to: an empty folder, or that of an earlier export, which is replaced
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,

    /// Only these beds
    #[arg(long, value_name = "BED,BED", value_delimiter = ',')]
    pub beds: Vec<String>,

    /// Only these streams, by MDC code, RefId, maker's code or label
    #[arg(long, value_name = "STREAM,STREAM", value_delimiter = ',')]
    pub streams: Vec<String>,

    /// From when on: "2026-11-21 14:30", of this PC's zone, or RFC 3339. Without it: from the beginning
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    pub from: Option<WallTime>,

    /// Up to when, exclusive. Without it: to the end
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    pub to: Option<WallTime>,

    #[command(flatten)]
    pub unlock: UnlockOptions,

    /// No progress, and no word unless something is wrong
    #[arg(long)]
    pub quiet: bool,
}

/// In which format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables as in RFC 4180
    Csv,
}

/// Rows between two looks at the progress line.
const TOLD_ROWS: u64 = 100_000;

/// Reads the record, and writes the files.
pub fn run(options: &ExportOptions) -> Result<(), Problem> {
    let Format::Csv = options.format;
    let record = folder::record(options.record.as_deref())?;
    audit::is_record(&record)?;
    let unlock = unlock(&record, &options.unlock)?;
    let signals = Signals::catch()?;
    let mut reader =
        Reader::open(&record, unlock).map_err(|error| Problem::new(error.to_string()))?;
    let segments = reader.segments().map_err(|error| Problem::new(error.to_string()))?;
    let spans = || segments.iter().filter_map(|segment| segment.span);
    // The open segment has no end yet; a clock that was set back leaves later times behind.
    let end = spans().map(|(_, to)| to.after(Duration::from_nanos(1))).max();
    let end = end.map_or(BootClock.wall(), |end| end.max(BootClock.wall()));
    let wanted = Options {
        // Samples and values from a device's memory are older than the segment that they came to.
        from: options.from.unwrap_or(WallTime::from_unix_nanos(0)),
        to: options.to.unwrap_or(end),
        beds: options.beds.clone(),
        streams: options.streams.clone(),
        zone: TimeZone::system(),
    };
    // tidy: not for people
    let said = |time: Option<WallTime>| time.map_or_else(|| "all".to_owned(), times::local);
    let list = |names: &[String]| if names.is_empty() { "all".to_owned() } else { names.join(",") };
    // tidy: not for people
    let body = format!(
        "csv to {}; from {}; to {}; beds {}; streams {}",
        options.out.display(),
        said(options.from),
        said(options.to),
        list(&options.beds),
        list(&options.streams),
    );
    audit::note(&record, "export", &body)?;
    let mut told = 0;
    let mut progress = |rows: u64| {
        if !options.quiet && rows - told >= TOLD_ROWS {
            told = rows;
            show_status(&format!("{rows} rows")); // tidy: not for people
        }
        !signals.wants_stop()
    };
    let done = export(&mut reader, &options.out, &wanted, &mut progress);
    if told > 0 {
        end_status();
    }
    let done = done.map_err(|error| Problem::new(error.to_string()))?;
    if !options.quiet {
        print(&summary(&done, options))?;
    }
    for damage in &done.damage {
        say(&format!(
            "segment {:06}: {}; `vigie verify` names the file",
            damage.segment, damage.what
        )); // tidy: not for people
    }
    if done.is_stopped {
        return Err(Problem::new("stopped: the files are not complete"));
    }
    if !done.damage.is_empty() || !done.locked.is_empty() {
        return Err(Problem::new(format!(
            "not all could be read: {} places are damaged, {} segments have no key that opens them",
            done.damage.len(),
            done.locked.len()
        )));
    }
    Ok(())
}

fn summary(done: &Exported, options: &ExportOptions) -> String {
    // tidy: not for people
    format!(
        "{}: {} numbers, {} samples in {} waves, {} alarms, {} log lines, {} gaps, {} devices, {} streams\nNOT ENCRYPTED: README.txt tells the columns; delete it when it has served",
        options.out.display(),
        done.numerics,
        done.samples,
        done.waves,
        done.alarms,
        done.log,
        done.gaps,
        done.devices,
        done.streams,
    )
}

//! `vigie inspect`: what is in a record.

use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use serde::Serialize;
use vigie_history::{Answer, Query, Slice, What};
use vigie_keyring::{KeyringFile, Unlock};
use vigie_model::WallTime;
use vigie_record::{Reader, SegmentInfo, SegmentState};

use crate::{
    audit,
    backup::{bar::bytes, times},
    folder,
    terminal::{Problem, print},
    unlock::{UnlockOptions, problem, unlock_if_given},
};

/// Options of `vigie inspect`.
#[derive(Args, Debug)]
pub struct InspectOptions {
    /// The folder of a record or of a copy; without it the usual record
    #[arg(value_name = "PLACE", conflicts_with = "record")]
    pub place: Option<PathBuf>,

    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,

    /// One JSON object instead of a table
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub unlock: UnlockOptions,
}

/// What is printed as JSON.
#[derive(Debug, Serialize)]
struct Found {
    place: String,
    mode: String,
    bytes: u64,
    segments: Vec<Row>,
    /// What is inside; `None`: nothing opens it.
    inside: Option<Inside>,
}

/// A segment.
#[derive(Debug, Serialize)]
struct Row {
    number: u32,
    name: String,
    bytes: u64,
    from_wall_ns: Option<i64>,
    to_wall_ns: Option<i64>,
    state: &'static str,
    why: Option<String>,
}

/// What is in the segments that open.
#[derive(Debug, Default, Serialize)]
struct Inside {
    devices: Vec<String>,
    numeric_streams: usize,
    wave_streams: usize,
    log_rows: u64,
    gaps: u64,
    lost_observations: u64,
    locked_segments: Vec<u32>,
    damage: Vec<String>,
}

/// Looks, and prints.
pub fn run(options: &InspectOptions) -> Result<(), Problem> {
    let place = match &options.place {
        Some(place) => place.clone(),
        None => folder::record(options.record.as_deref())?,
    };
    let keys = KeyringFile::read(&place).map_err(problem)?;
    let unlock = unlock_if_given(&place, &options.unlock)?;
    let is_open = unlock.unit.is_some() || unlock.machine.is_some();
    // A copy is not written to: whoever reads one has it in hand.
    if is_open && !keys.is_simulated() && options.place.is_none() && !audit::is_copy(&place) {
        audit::note(&place, "inspect", "what is in the record")?; // tidy: not for people
    }
    let found = look(&place, keys.mode, unlock, is_open)?;
    if options.json {
        let text = serde_json::to_string_pretty(&found)
            .map_err(|error| Problem::new(format!("what was found cannot be written: {error}")))?;
        print(&text)
    } else {
        print(&table(&found))
    }
}

fn look(
    place: &std::path::Path,
    mode: String,
    unlock: Unlock,
    is_open: bool,
) -> Result<Found, Problem> {
    let failed = |error: vigie_record::RecordError| Problem::new(error.to_string());
    let mut reader = Reader::open(place, unlock).map_err(failed)?;
    let segments: Vec<Row> = reader.segments().map_err(failed)?.into_iter().map(row).collect();
    let inside = if is_open { Some(inside(&mut reader).map_err(failed)?) } else { None };
    let bytes = segments.iter().map(|row| row.bytes).sum();
    Ok(Found { place: place.display().to_string(), mode, bytes, segments, inside })
}

fn row(info: SegmentInfo) -> Row {
    let (state, why) = match info.state {
        SegmentState::Open => ("open", None),
        SegmentState::Sealed => ("sealed", None),
        SegmentState::AsFound(why) => ("as found", Some(why)), // tidy: not for people
        SegmentState::Removed(why) => ("removed", Some(why)),
        SegmentState::Damaged(why) => ("damaged", Some(why)),
    };
    let ns = |at: WallTime| at.as_unix_nanos();
    Row {
        number: info.number,
        name: info.name,
        bytes: info.bytes,
        from_wall_ns: info.span.map(|(from, _)| ns(from)),
        to_wall_ns: info.span.map(|(_, to)| ns(to)),
        state,
        why,
    }
}

fn inside(reader: &mut Reader) -> Result<Inside, vigie_record::RecordError> {
    let mut inside = Inside::default();
    let kinds = [
        What::Devices,
        What::Streams { device: None },
        What::Log { bed: None, alarms_only: false },
        What::Gaps,
    ];
    for what in kinds {
        let (mut from, to) = (WallTime::from_unix_nanos(0), WallTime::from_unix_nanos(i64::MAX));
        loop {
            let Slice { answer, more_from, damage, locked } =
                reader.ask(&Query { from, to, what: what.clone() })?;
            inside.take(answer);
            for damage in damage {
                let line = format!("segment {:06}: {}", damage.segment, damage.what); // tidy: not for people
                if !inside.damage.contains(&line) {
                    inside.damage.push(line);
                }
            }
            inside.locked_segments.extend(locked);
            inside.locked_segments.sort_unstable();
            inside.locked_segments.dedup();
            match more_from {
                Some(next) if next > from => from = next,
                Some(_) | None => break,
            }
        }
    }
    Ok(inside)
}

impl Inside {
    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Devices(rows) => {
                for row in rows {
                    let name = row.device.0.as_str().to_owned();
                    if !self.devices.contains(&name) {
                        self.devices.push(name);
                    }
                }
            }
            Answer::Streams(rows) => {
                self.wave_streams += rows.iter().filter(|row| row.is_wave).count();
                self.numeric_streams += rows.iter().filter(|row| !row.is_wave).count();
            }
            Answer::Log(rows) => self.log_rows += rows.len() as u64,
            Answer::Gaps(rows) => {
                self.gaps += rows.len() as u64;
                self.lost_observations += rows.iter().map(|row| row.lost).sum::<u64>();
            }
            Answer::Trend { .. }
            | Answer::Numerics(_)
            | Answer::Waves(_)
            | Answer::Said(_)
            | Answer::Links(_) => {}
        }
    }
}

// tidy: not for people
const HEAD: &str =
    "segment  from                        to                          size       state";

fn table(found: &Found) -> String {
    let mut text = format!("{}: mode {}\n{HEAD}", found.place, found.mode); // tidy: not for people
    let time = |ns: Option<i64>| {
        ns.map_or_else(|| "-".to_owned(), |ns| times::local(WallTime::from_unix_nanos(ns)))
    };
    for row in &found.segments {
        // Writing into a text never fails.
        let _ = write!(
            text,
            "\n{:06}   {:<27} {:<27} {:<10} {}{}",
            row.number,
            time(row.from_wall_ns),
            time(row.to_wall_ns),
            bytes(row.bytes),
            row.state,
            row.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default(),
        );
    }
    let count = found.segments.len();
    let _ = write!(text, "\n{count} segments, {}", bytes(found.bytes)); // tidy: not for people
    let Some(inside) = &found.inside else {
        // tidy: not for people
        text.push_str("\nlocked: name --passphrase-file or --key-file to see what is inside");
        return text;
    };
    // tidy: not for people
    let _ = write!(
        text,
        "\n{} devices, {} streams of numbers, {} of waves; {} log lines; {} gaps, {} observations lost",
        inside.devices.len(),
        inside.numeric_streams,
        inside.wave_streams,
        inside.log_rows,
        inside.gaps,
        inside.lost_observations,
    );
    for device in &inside.devices {
        let _ = write!(text, "\ndevice {device}"); // tidy: not for people
    }
    for number in &inside.locked_segments {
        let _ = write!(text, "\nsegment {number:06}: no key at hand opens it"); // tidy: not for people
    }
    for damage in &inside.damage {
        let _ = write!(text, "\ndamaged: {damage}"); // tidy: not for people
    }
    text
}

//! `vigie hold`: what nothing may delete.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use vigie_model::WallTime;
use vigie_record::{Hold, RecordError, read_holds, write_holds};

use crate::{
    audit,
    backup::times,
    folder,
    terminal::{Problem, print},
    unlock::problem,
};

/// Options of `vigie hold`.
#[derive(Args, Debug)]
pub struct HoldOptions {
    #[command(subcommand)]
    command: HoldCommand,

    /// The record folder; without it the usual one
    #[arg(long, value_name = "DIR", global = true)]
    pub record: Option<PathBuf>,
}

/// What to do.
#[derive(Subcommand, Debug)]
enum HoldCommand {
    /// Keep every segment with a moment of this time, however old it grows
    Add {
        /// From when on: "2026-11-21 14:30", of this PC's zone, or RFC 3339
        #[arg(long, value_name = "TIME", value_parser = times::parse)]
        from: WallTime,
        /// Up to when
        #[arg(long, value_name = "TIME", value_parser = times::parse)]
        to: WallTime,
        /// Why, for whoever reads the list later; no patient's name
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// What is held
    List,
    /// Let a time go, by its number in the list
    Release {
        /// Its number
        #[arg(value_name = "N")]
        number: usize,
    },
}

/// Adds, lists or releases.
pub fn run(options: &HoldOptions) -> Result<(), Problem> {
    let record = folder::record(options.record.as_deref())?;
    vigie_keyring::KeyringFile::read(&record).map_err(problem)?;
    match &options.command {
        HoldCommand::Add { from, to, why } => {
            folder::is_ours(&record)?;
            add(&record, *from, *to, why)
        }
        HoldCommand::List => list(&record),
        HoldCommand::Release { number } => {
            folder::is_ours(&record)?;
            release(&record, *number)
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "goes into map_err")]
fn failed(error: RecordError) -> Problem {
    Problem::new(error.to_string())
}

fn line(hold: &Hold) -> String {
    let wall = |ns| times::local(WallTime::from_unix_nanos(ns));
    format!("{}  to  {}  {}", wall(hold.from_wall_ns), wall(hold.to_wall_ns), hold.why)
}

fn add(record: &Path, from: WallTime, to: WallTime, why: &str) -> Result<(), Problem> {
    if from > to {
        return Err(Problem::new("--from is later than --to: nothing would be held"));
    }
    let why: String = why.chars().filter(|c| !c.is_control()).take(500).collect();
    let (from_wall_ns, to_wall_ns) = (from.as_unix_nanos(), to.as_unix_nanos());
    let hold = Hold { from_wall_ns, to_wall_ns, why };
    let mut holds = read_holds(record).map_err(failed)?;
    // tidy: not for people
    audit::note(record, "hold", &format!("added: {}", line(&hold)))?;
    holds.push(hold);
    write_holds(record, &holds).map_err(failed)?;
    list(record)
}

fn list(record: &Path) -> Result<(), Problem> {
    let holds = read_holds(record).map_err(failed)?;
    if holds.is_empty() {
        // tidy: not for people
        return print("nothing is held");
    }
    holds
        .iter()
        .enumerate()
        .try_for_each(|(place, hold)| print(&format!("{:>3}  {}", place + 1, line(hold))))
}

fn release(record: &Path, number: usize) -> Result<(), Problem> {
    let mut holds = read_holds(record).map_err(failed)?;
    let Some(place) = number.checked_sub(1).filter(|place| *place < holds.len()) else {
        return Err(Problem::new(format!("there is no {number} in `vigie hold list`")));
    };
    let hold = holds.remove(place);
    // tidy: not for people
    audit::note(record, "hold", &format!("released: {}", line(&hold)))?;
    write_holds(record, &holds).map_err(failed)?;
    list(record)
}

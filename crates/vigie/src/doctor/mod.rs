//! `vigie doctor`: whether this PC is isolated and fit, one line a check, each with its remedy.
//!
//! It reads files and tries its filters in confined threads; it sends no packet and changes nothing.
//! Its reader is a biomedical engineer.

mod check;
mod clock;
mod confinement;
mod keys;
mod machine;
mod network;
mod screen;
mod serial;
mod sound;
mod storage;

#[cfg(feature = "window")]
pub use clock::ClockState;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use vigie_config::Config;
use vigie_keyring::MachineKeyPlace;

use crate::{config_file, folder, isolation::Surroundings, terminal::Problem};
use check::{Check, State};

/// Options.
#[derive(Args, Debug)]
pub struct DoctorOptions {
    /// Check for this configuration; without it for the user's own, or that of the PC, if there is one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print a JSON array: check, state (ok, warning, bad), what, remedy
    #[arg(long)]
    pub json: bool,

    /// The record folder to check; without it the usual one
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
}

/// Runs. A problem, and with it exit code 1, when anything is bad; warnings are none.
pub fn run(options: &DoctorOptions) -> Result<(), Problem> {
    let checks = examine(options);
    let text = if options.json { json(&checks)? } else { check::render(&checks) };
    // A closed pipe is no reason to complain: nobody reads on.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    match checks.iter().filter(|check| check.state == State::Bad).count() {
        0 => Ok(()),
        1 => Err(Problem::new("doctor: one check is bad")),
        bad => Err(Problem::new(format!("doctor: {bad} checks are bad"))),
    }
}

fn examine(options: &DoctorOptions) -> Vec<Check> {
    let here = Surroundings::new(Path::new("/"));
    let (mut checks, config) = configuration(options.config.as_deref());
    checks.extend(network::checks(&here, config.as_ref()));
    checks.extend(confinement::checks(&here));
    checks.extend(clock::checks(&here));
    checks.extend(serial::checks(&here, config.as_ref()));
    checks.extend(screen::checks());
    checks.extend(sound::checks(&here, config.as_ref()));
    let record = folder::record(options.record.as_deref());
    let record = record.map_err(|problem| problem.to_string());
    let place = MachineKeyPlace::from_environment();
    checks.extend(storage::checks(record.clone()));
    checks.extend(keys::checks(&here, record.ok(), &place));
    checks.extend(machine::checks(&here));
    checks
}

/// The configuration that the other checks are for. None at all is a warning: a PC may be examined
/// before anything is configured.
fn configuration(named: Option<&Path>) -> (Vec<Check>, Option<Config>) {
    const NAME: &str = "configuration";
    let path = match named.map_or_else(config_file::find, |path| Ok(path.to_owned())) {
        Ok(path) => path,
        Err(problem) => {
            let remedy = "write one, or name it with --config FILE";
            return (vec![Check::warning(NAME, problem.to_string(), remedy)], None);
        }
    };
    match config_file::load(Some(&path)) {
        Ok((path, config)) => {
            let lines = config.lines.len();
            let what = format!("{}: {lines} lines, {} beds", path.display(), config.beds.len());
            (vec![Check::ok(NAME, what)], Some(config))
        }
        Err(problem) => {
            let remedy = "`vigie check-config` names the line of each mistake";
            (vec![Check::bad(NAME, problem.to_string(), remedy)], None)
        }
    }
}

fn json(checks: &[Check]) -> Result<String, Problem> {
    let text = serde_json::to_string_pretty(checks);
    text.map(|text| text + "\n").map_err(|error| Problem::new(format!("no JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_of_this_machine_has_a_name_a_finding_and_a_remedy_where_one_is_needed() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("vigie.toml");
        std::fs::write(&config, "mood = 1\n").expect("written");
        let options = DoctorOptions {
            config: Some(config),
            json: true,
            record: Some(folder.path().to_owned()),
        };
        let checks = examine(&options);
        assert!(checks.len() > 20, "{checks:?}");
        for check in &checks {
            assert!(!check.name.is_empty() && !check.what.is_empty(), "{check:?}");
            assert_eq!(check.remedy.is_none(), check.state == State::Ok, "{check:?}");
        }
        assert_eq!((checks[0].name, checks[0].state), ("configuration", State::Bad));
        let text = json(&checks).expect("JSON");
        let array: Vec<serde_json::Value> = serde_json::from_str(&text).expect("an array");
        assert_eq!(array.len(), checks.len());
        assert_eq!(array[0]["state"], "bad");
    }

    #[test]
    fn no_configuration_at_all_is_no_mistake() {
        let (checks, config) = configuration(Some(Path::new("/nowhere/vigie.toml")));
        assert_eq!((checks[0].state, config), (State::Bad, None), "a named file must be there");
    }
}

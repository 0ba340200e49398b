//! `vigie pin`: who may do what at a window, by PIN, written into vigie.toml.

use std::{
    fs::{self, OpenOptions},
    io::{IsTerminal, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use vigie_config::{Draft, Value};
use vigie_keyring::{PIN_DIGITS_MAX, PIN_DIGITS_MIN, hash_pin, is_pin};
use vigie_model::Role;
use zeroize::Zeroizing;

use crate::{
    config_file,
    terminal::{Problem, print},
    unlock::problem,
};

/// Options of `vigie pin`.
#[derive(Args, Debug)]
pub struct PinOptions {
    /// Whose PIN, as the initials stand in the log
    #[arg(long, value_name = "INITIALS", required_unless_present = "list")]
    pub initials: Option<String>,

    /// What the PIN opens: chart, or configure as well. To look and to answer alarms takes none
    #[arg(long, value_name = "ROLE", required_unless_present_any = ["list", "remove"])]
    pub role: Option<RoleName>,

    /// Take this person out
    #[arg(long, requires = "initials", conflicts_with = "role")]
    pub remove: bool,

    /// Who has a PIN
    #[arg(long, conflicts_with_all = ["initials", "role", "remove"])]
    pub list: bool,

    /// The configuration; without it the usual one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Roles that take a PIN.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleName {
    /// Parts of scores, limits, standby, devices at beds
    Chart,
    /// And set-up
    Configure,
}

impl RoleName {
    fn role(self) -> Role {
        match self {
            RoleName::Chart => Role::Chart,
            RoleName::Configure => Role::Configure,
        }
    }
}

/// Writes, lists or removes.
pub fn run(options: &PinOptions) -> Result<(), Problem> {
    let (path, config) = config_file::load(options.config.as_deref())?;
    let Some(initials) = options.initials.as_deref().filter(|_| !options.list) else {
        let lines = config.people.iter().map(|it| format!("{}  {}\n", it.initials, it.role.name()));
        let said: String = lines.collect();
        // tidy: not for people
        let none = "nobody has a PIN: everybody may do everything at a window\n";
        return print(if said.is_empty() { none } else { &said });
    };
    let text = fs::read_to_string(&path).map_err(|error| unfit(&path, &error))?;
    let kept = match options.role {
        Some(role) => Some((role.role(), hash_pin(&ask()?).map_err(problem)?)),
        None => None,
    };
    let new = changed(&text, initials, kept.as_ref().map(|(role, pin)| (*role, pin.as_str())))?;
    write(&path, &new)?;
    let done = if kept.is_some() { "has a PIN now" } else { "has no PIN any more" }; // tidy: not for people
    print(&format!("{initials} {done}; a running station takes it over on SIGHUP\n"))
}

fn unfit(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(format!("{} cannot be changed: {error}", path.display())) // tidy: not for people
}

/// The PIN, twice, without an echo.
fn ask() -> Result<Zeroizing<String>, Problem> {
    if !std::io::stdin().is_terminal() {
        return Err(Problem::new("no terminal to ask for the PIN on")); // tidy: not for people
    }
    let prompt = |text: &str| {
        let failed = |error| Problem::new(format!("nothing can be asked: {error}")); // tidy: not for people
        rpassword::prompt_password(text).map(Zeroizing::new).map_err(failed)
    };
    let first = prompt("PIN: ")?; // tidy: not for people
    if !is_pin(&first) {
        // tidy: not for people
        let digits =
            format!("a PIN is {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits; nothing changed");
        return Err(Problem::new(digits));
    }
    if *prompt("The same again: ")? != *first {
        // tidy: not for people
        return Err(Problem::new("the two were not the same; nothing was changed"));
    }
    Ok(first)
}

/// The file with this person, or without. Remarks and order stay.
fn changed(text: &str, initials: &str, kept: Option<(Role, &str)>) -> Result<String, Problem> {
    let named = |path: &str| Problem::new(format!("vigie.toml cannot hold {path}")); // tidy: not for people
    let mut draft = Draft::read(text).map_err(|_| named("what it says"))?;
    let index = (0..draft.count("person")).find(|index| {
        draft.text_at(&format!("person.{index}.initials")).as_deref() == Some(initials)
    });
    match (index, kept) {
        (Some(index), None) => draft.remove("person", index),
        (None, None) => {
            // tidy: not for people
            return Err(Problem::new(format!("{initials} has no PIN; nothing was changed")));
        }
        (Some(index), Some((role, pin))) => {
            for (key, value) in [("role", role.name()), ("pin", pin)] {
                let place = format!("person.{index}.{key}");
                draft.set(&place, value.to_owned()).map_err(|why| named(&why.0))?;
            }
        }
        (None, Some((role, pin))) => {
            let fields: [(&str, Value); 3] = [
                ("initials", initials.to_owned().into()),
                ("role", role.name().to_owned().into()),
                ("pin", pin.to_owned().into()),
            ];
            draft.add("person", &fields).ok_or_else(|| named("people"))?;
        }
    }
    match draft.check(vigie_station::catalogue()) {
        Ok(_) => Ok(draft.text()),
        Err(mistakes) => Err(Problem::new(config_file::render(Path::new("vigie.toml"), &mistakes))),
    }
}

/// Written beside and renamed: nobody ever reads half of it.
fn write(path: &Path, text: &str) -> Result<(), Problem> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let new = path.with_extension("toml.new");
    let save = || -> std::io::Result<()> {
        // As it was: the station may run as another user.
        let mode = fs::metadata(&path)?.permissions().mode() & 0o777;
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(mode).open(&new)?;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &path)
    };
    save().map_err(|error| unfit(&path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# ours\nno_lines = true\n\n[[bed]]\nid = \"1\" # by the door\n";

    #[test]
    fn a_person_is_written_changed_and_taken_out_and_remarks_stay() {
        let kept = hash_pin("4711").expect("kept");
        let with = changed(BEFORE, "AB", Some((Role::Chart, &kept))).expect("written");
        assert!(with.starts_with(BEFORE) && with.contains(&kept), "{with}");
        let again = changed(&with, "AB", Some((Role::Configure, &kept))).expect("written");
        assert_eq!(again.matches("[[person]]").count(), 1, "{again}");
        assert!(again.contains("role = \"configure\""), "{again}");
        let without = changed(&again, "AB", None).expect("taken out");
        assert!(!without.contains("person") && without.starts_with(BEFORE), "{without}");
        assert!(changed(BEFORE, "AB", None).is_err(), "there was nobody");
    }

    #[test]
    fn initials_that_the_file_would_refuse_are_not_written() {
        let kept = hash_pin("4711").expect("kept");
        for initials in ["", " ", "far too long for initials"] {
            assert!(changed(BEFORE, initials, Some((Role::Chart, &kept))).is_err(), "{initials}");
        }
    }
}

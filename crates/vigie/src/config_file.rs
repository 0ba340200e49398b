//! Where `vigie.toml` stands, and what it says.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use vigie_config::{Config, FILE_BYTES_MAX, Mistake};

use crate::terminal::Problem;

/// For the whole PC; asked last.
const SYSTEM_FILE: &str = "/etc/vigie/vigie.toml";
/// Under `$XDG_CONFIG_HOME`, or `~/.config` without it (XDG Base Directory Specification 0.8).
const USER_FILE: &str = "vigie/vigie.toml";

/// Reads the configuration: the file named, else the user's own, else that of the PC. A file that is
/// named, or that is there and wrong, is never passed over for the next one.
pub fn load(path: Option<&Path>) -> Result<(PathBuf, Config), Problem> {
    let path = path.map_or_else(find, |path| Ok(path.to_owned()))?;
    match read(&path)? {
        Ok(config) => Ok((path, config)),
        Err(mistakes) => Err(Problem::new(render(&path, &mistakes))),
    }
}

/// Every mistake on a line of its own, with the file's name.
pub fn render(path: &Path, mistakes: &[Mistake]) -> String {
    let name = path.display().to_string();
    let lines: Vec<String> = mistakes.iter().map(|mistake| mistake.in_file(&name)).collect();
    let count = match lines.len() {
        1 => "one mistake".to_owned(), // tidy: not for people
        count => format!("{count} mistakes"),
    };
    format!("{name} is not usable: {count}\n{}", lines.join("\n")) // tidy: not for people
}

/// One file.
pub fn read(path: &Path) -> Result<Result<Config, Vec<Mistake>>, Problem> {
    let problem = |error: &io::Error| {
        Problem::new(format!(
            "the configuration {} cannot be read: {error}", // tidy: not for people
            path.display()
        ))
    };
    let file = File::open(path).map_err(|error| problem(&error))?;
    // One byte more than allowed tells a file that is too long.
    let bytes_max = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    file.take(bytes_max).read_to_end(&mut bytes).map_err(|error| problem(&error))?;
    Ok(Config::read(&bytes, vigie_station::catalogue()))
}

/// Where a first configuration is to be written: the file named, else the first of the usual places.
/// `None`: there is a configuration already, which may be right or wrong.
pub fn first(path: Option<&Path>) -> Option<PathBuf> {
    if let Some(path) = path {
        return (!path.exists()).then(|| path.to_owned());
    }
    let home = std::env::var_os("HOME"); // tidy: not for people
    let places = places(std::env::var_os("XDG_CONFIG_HOME"), home);
    if places.iter().any(|place| place.exists()) {
        return None;
    }
    places.into_iter().next()
}

/// The first of the usual places that has a file.
pub fn find() -> Result<PathBuf, Problem> {
    let home = std::env::var_os("HOME"); // tidy: not for people
    let places = places(std::env::var_os("XDG_CONFIG_HOME"), home);
    if let Some(found) = places.iter().find(|place| place.exists()) {
        return Ok(found.clone());
    }
    let names: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    Err(Problem::new(format!(
        "there is no configuration: write {}, or name the file in the command; docs/configuration.md says what belongs into it",
        names.join(" or ")
    )))
}

fn places(config_home: Option<OsString>, home: Option<OsString>) -> Vec<PathBuf> {
    // The specification wants relative paths ignored.
    let absolute = |dir: OsString| Some(PathBuf::from(dir)).filter(|dir| dir.is_absolute());
    let home = || home.and_then(absolute).map(|home| home.join(".config"));
    let user = config_home.and_then(absolute).or_else(home).map(|dir| dir.join(USER_FILE));
    user.into_iter().chain([PathBuf::from(SYSTEM_FILE)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(config_home: Option<&str>, home: Option<&str>) -> Vec<String> {
        let places = places(config_home.map(OsString::from), home.map(OsString::from));
        places.iter().map(|place| place.display().to_string()).collect()
    }

    #[test]
    fn the_users_own_file_comes_before_that_of_the_pc() {
        let system = "/etc/vigie/vigie.toml";
        assert_eq!(names(Some("/c"), Some("/h/a")), ["/c/vigie/vigie.toml", system]);
        assert_eq!(names(None, Some("/h/a")), ["/h/a/.config/vigie/vigie.toml", system]);
        assert_eq!(names(Some("c"), Some("/h/a")), ["/h/a/.config/vigie/vigie.toml", system]);
        assert_eq!(names(None, None), [system]);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = load(Some(Path::new("/nowhere/vigie.toml"))).expect_err("no such file");
        assert!(error.to_string().contains("/nowhere/vigie.toml"), "{error}");
    }

    #[test]
    fn mistakes_are_named_with_file_and_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vigie.toml");
        let line = "[[line]]\nname = \"a\"\nprotocol = \"intellivue\"\nserial = \"/dev/ttyS0\"\n";
        std::fs::write(&path, format!("mode = \"live\"\nlanguage = \"de\"\nmood = 1\n{line}"))
            .expect("written");
        let text = load(Some(&path)).expect_err("two mistakes").to_string();
        let name = path.display();
        assert!(
            text.starts_with(&format!("{name} is not usable: 2 mistakes\n{name}:2: ")),
            "{text}"
        );
        assert!(text.contains(&format!("\n{name}:3: unknown key \"mood\": ")), "{text}");
    }
}

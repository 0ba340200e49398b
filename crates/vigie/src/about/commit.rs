//! The commit that is checked out, read from the files of `.git`. The build script includes this file.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// In hexadecimal digits.
    pub commit: Option<String>,
    /// The files that tell it: when one of them changes the commit may have.
    pub read: Vec<PathBuf>,
}

/// The commit of a repository. `git`: its folder `.git`, or the file that a worktree has there.
pub fn head(git: &Path) -> Head {
    let mut found = Head::default();
    // A worktree has a file that names its folder, and that one names the repository's.
    let folder = match fs::read_to_string(git) {
        Ok(text) => match text.trim().strip_prefix("gitdir: ") {
            Some(folder) => git.parent().unwrap_or(git).join(folder),
            None => return found,
        },
        Err(_) => git.to_owned(),
    };
    let common = fs::read_to_string(folder.join("commondir"));
    let common = common.map_or_else(|_| folder.clone(), |text| folder.join(text.trim()));
    let mut read = |file: PathBuf| {
        let text = fs::read_to_string(&file).ok()?;
        found.read.push(file);
        Some(text)
    };
    let Some(head) = read(folder.join("HEAD")) else { return found };
    let commit = match head.trim().strip_prefix("ref: ") {
        None => Some(head.trim().to_owned()),
        Some(name) => read(common.join(name)).map(|text| text.trim().to_owned()).or_else(|| {
            let packed = read(common.join("packed-refs"))?;
            packed.lines().find_map(|line| {
                let (commit, packed) = line.split_once(' ')?;
                (packed == name).then(|| commit.to_owned())
            })
        }),
    };
    found.commit = commit
        .filter(|commit| commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
    found
}

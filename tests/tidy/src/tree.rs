//! The repository as read from disk: Rust sources, manifests, texts.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Manifest, Source};

/// Folders that hold nothing of ours: git's own, and what builds leave behind.
const LEFT_OUT: &[&str] = &[".git", "target"];

/// Recorded bytes and texts of others: not ours to word.
pub const FIXTURES: &str = "tests/fixtures/";

/// A file of text.
#[derive(Debug)]
pub struct TextFile {
    /// From the root of the repository, with forward slashes.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// Everything that rules look at.
#[derive(Debug, Default)]
pub struct Tree {
    /// Rust files, by path.
    pub sources: Vec<Source>,
    /// Manifests of crates, by path; the workspace's own is not among them.
    pub manifests: Vec<Manifest>,
    /// The workspace's manifest.
    pub workspace: TextFile,
    /// Every file that is text, the Rust files and manifests among them.
    pub texts: Vec<TextFile>,
}

impl Default for TextFile {
    fn default() -> TextFile {
        TextFile { path: "Cargo.toml".to_owned(), text: String::new() }
    }
}

impl Tree {
    /// Reads the repository that this crate stands in.
    pub fn load() -> io::Result<Tree> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Tree::read(&here.join("../.."))
    }

    /// Reads the repository under `root`.
    pub fn read(root: &Path) -> io::Result<Tree> {
        let mut tree = Tree::default();
        let mut files = Vec::new();
        collect(root, &mut files)?;
        files.sort();
        for file in files {
            let path = relative(root, &file);
            let Ok(text) = String::from_utf8(fs::read(&file)?) else {
                continue;
            };
            if path == "Cargo.toml" {
                tree.workspace = TextFile { path: path.clone(), text: text.clone() };
            } else if path.ends_with("/Cargo.toml") {
                tree.manifests.push(Manifest::parse(&path, &text));
            } else if path.ends_with(".rs") {
                tree.sources.push(Source::parse(&path, &text));
            }
            tree.texts.push(TextFile { path, text });
        }
        tree.mark_test_files();
        Ok(tree)
    }

    /// The crate that a file belongs to.
    pub fn crate_of(&self, path: &str) -> Option<&Manifest> {
        let holds = |manifest: &&Manifest| path.starts_with(&format!("{}/", manifest.folder));
        self.manifests.iter().filter(holds).max_by_key(|manifest| manifest.folder.len())
    }

    /// Rust files of the crates' `src` folders, each with its crate.
    pub fn program(&self) -> impl Iterator<Item = (&Manifest, &Source)> {
        self.sources.iter().filter_map(|source| {
            let manifest = self.crate_of(&source.path)?;
            let in_src = source.path.starts_with(&format!("{}/src/", manifest.folder));
            in_src.then_some((manifest, source))
        })
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// `#[cfg(test)] mod name;` makes test code of another file.
    fn mark_test_files(&mut self) {
        let mut stems = BTreeSet::new();
        for source in &self.sources {
            let folder = module_folder(&source.path);
            stems.extend(source.test_modules.iter().map(|name| format!("{folder}/{name}")));
        }
        for source in &mut self.sources {
            let path = source.path.as_str();
            let of_tests = |stem: &String| {
                path.strip_prefix(stem.as_str())
                    .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            };
            if stems.iter().any(of_tests) {
                source.mark_as_test();
            }
        }
    }
}

/// The folder that holds the module files declared in the file at `path`.
fn module_folder(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        file => format!("{folder}/{}", file.trim_end_matches(".rs")),
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let left_out = LEFT_OUT.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !left_out {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn relative(root: &Path, file: &Path) -> String {
    let parts = file.strip_prefix(root).unwrap_or(file).components();
    let parts: Vec<String> =
        parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_behind_a_test_module_is_test_code() {
        let mut tree = Tree {
            sources: vec![
                Source::parse("a/src/lib.rs", "#[cfg(test)]\nmod golden;\nmod wire;"),
                Source::parse("a/src/golden.rs", "use std::fs;"),
                Source::parse("a/src/wire.rs", "#[cfg(test)]\nmod deep;\nuse std::fs;"),
                Source::parse("a/src/wire/deep/cases.rs", "use std::fs;"),
            ],
            ..Tree::default()
        };
        tree.mark_test_files();
        let with_paths: Vec<&str> = tree
            .sources
            .iter()
            .filter(|source| source.program_paths().any(|place| place.starts_with("std::fs")))
            .map(|source| source.path.as_str())
            .collect();
        assert_eq!(with_paths, ["a/src/wire.rs"]);
    }

    #[test]
    fn a_file_belongs_to_the_innermost_crate() {
        let tree = Tree {
            manifests: vec![
                Manifest::parse("a/Cargo.toml", "[package]\nname = \"outer\""),
                Manifest::parse("a/fuzz/Cargo.toml", "[package]\nname = \"inner\""),
            ],
            ..Tree::default()
        };
        let name = |path| tree.crate_of(path).map(|manifest| manifest.name.as_str());
        assert_eq!(name("a/src/lib.rs"), Some("outer"));
        assert_eq!(name("a/fuzz/src/lib.rs"), Some("inner"));
        assert_eq!(name("b/src/lib.rs"), None);
    }
}

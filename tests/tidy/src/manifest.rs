//! A crate's `Cargo.toml`: its name, layer and purity, and what it depends on.

use toml::{Table, Value};

/// A crate's manifest.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// From the root of the repository.
    pub path: String,
    /// The crate's folder, from the root of the repository.
    pub folder: String,
    /// As it stands in the file.
    pub text: String,
    /// `package.name`.
    pub name: String,
    /// `package.metadata.vigie.layer`.
    pub layer: Option<i64>,
    /// `package.metadata.vigie.pure`.
    pub pure: Option<bool>,
    /// Whether the crate takes the workspace's lints.
    pub lints: bool,
    /// Dependencies of the program and of build scripts, those of single platforms included.
    pub dependencies: Vec<Dependency>,
    /// Dependencies of tests and benches.
    pub dev_dependencies: Vec<Dependency>,
    /// Why the file could not be read.
    pub unreadable: Option<String>,
}

/// One line of a dependency table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name.
    pub package: String,
    /// The name it goes by in the code, with underscores.
    pub ident: String,
    /// Line in the manifest, counted from 1.
    pub line: usize,
}

impl Manifest {
    /// Reads a manifest. One that is no TOML says so in `unreadable`.
    pub fn parse(path: &str, text: &str) -> Manifest {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut manifest =
            Manifest { path: path.to_owned(), folder, text: text.to_owned(), ..Default::default() };
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                manifest.unreadable = Some(error.to_string());
                return manifest;
            }
        };
        let ours = |key: &str| lookup(&table, &["package", "metadata", "vigie", key]);
        manifest.name = lookup(&table, &["package", "name"])
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        manifest.layer = ours("layer").and_then(Value::as_integer);
        manifest.pure = ours("pure").and_then(Value::as_bool);
        manifest.lints =
            lookup(&table, &["lints", "workspace"]).and_then(Value::as_bool) == Some(true);
        let platforms = table.get("target").and_then(Value::as_table).into_iter().flatten();
        let tables = platforms.filter_map(|(_, platform)| platform.as_table());
        for table in std::iter::once(&table).chain(tables) {
            for kind in ["dependencies", "build-dependencies"] {
                manifest.dependencies.extend(dependencies(table, kind, text));
            }
            manifest.dev_dependencies.extend(dependencies(table, "dev-dependencies", text));
        }
        manifest
    }

    /// The line of the first text that begins with `start`, or 1.
    pub fn line_of(&self, start: &str) -> usize {
        line_of(&self.text, start).unwrap_or(1)
    }
}

fn lookup<'a>(table: &'a Table, keys: &[&str]) -> Option<&'a Value> {
    let (last, tables) = keys.split_last()?;
    let mut table = table;
    for key in tables {
        table = table.get(*key)?.as_table()?;
    }
    table.get(*last)
}

fn dependencies(table: &Table, kind: &str, text: &str) -> Vec<Dependency> {
    let entries = table.get(kind).and_then(Value::as_table).into_iter().flatten();
    entries
        .map(|(key, value)| {
            let renamed = value.as_table().and_then(|table| table.get("package"));
            Dependency {
                package: renamed.and_then(Value::as_str).unwrap_or(key).to_owned(),
                ident: key.replace('-', "_"),
                line: dependency_line(text, kind, key),
            }
        })
        .collect()
}

/// The line of `key` in the table `kind`, whichever way it is written; 1 when it is not found.
fn dependency_line(text: &str, kind: &str, key: &str) -> usize {
    let mut in_kind = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.trim().strip_prefix('[') {
            let header = header.trim_end_matches(']');
            in_kind = header == kind || header.ends_with(&format!(".{kind}"));
            if header.ends_with(&format!("{kind}.{key}")) {
                return index + 1;
            }
        } else if in_kind && begins_with_key(line, key) {
            return index + 1;
        }
    }
    1
}

fn begins_with_key(line: &str, key: &str) -> bool {
    line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
}

/// The first line of `text` that begins with `start`, counted from 1.
pub fn line_of(text: &str, start: &str) -> Option<usize> {
    text.lines().position(|line| line.trim_start().starts_with(start)).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"[package]
name = "vigie-example"
[package.metadata.vigie]
layer = 2
pure = true
[lints]
workspace = true
[dependencies]
bytes.workspace = true
old-nom = { package = "nom", version = "7" }
[dev-dependencies]
bytes.workspace = true
[build-dependencies]
cc = "1"
[target.'cfg(unix)'.dependencies]
rustix.workspace = true
"#;

    #[test]
    fn every_dependency_table_is_read() {
        let manifest = Manifest::parse("crates/example/Cargo.toml", EXAMPLE);
        assert_eq!(
            (manifest.name.as_str(), manifest.folder.as_str()),
            ("vigie-example", "crates/example")
        );
        assert_eq!((manifest.layer, manifest.pure, manifest.lints), (Some(2), Some(true), true));
        let seen: Vec<(&str, &str, usize)> = manifest
            .dependencies
            .iter()
            .map(|each| (each.package.as_str(), each.ident.as_str(), each.line))
            .collect();
        let expected = [
            ("bytes", "bytes", 9),
            ("nom", "old_nom", 10),
            ("cc", "cc", 14),
            ("rustix", "rustix", 16),
        ];
        assert_eq!(seen, expected);
        assert_eq!(manifest.dev_dependencies.len(), 1);
    }

    #[test]
    fn what_is_no_toml_says_so() {
        assert!(Manifest::parse("a/Cargo.toml", "[package\n").unreadable.is_some());
    }
}

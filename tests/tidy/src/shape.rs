//! The shape of files: length, module heads, nothing left open, nothing of the machine they were
//! written on.

use crate::{
    Finding, Source,
    tree::{FIXTURES, TextFile},
};

/// More lines than this are two modules.
const LINES_MAX: usize = 1_000;

/// Words that mean unfinished work.
const OPEN: &[&str] = &["TODO", "FIXME", "XXX"];

/// Paths of one machine.
const MACHINE: &[&str] = &["/work/", "/root/", "/home/", "/tmp/", "../shared"];

/// The rules and their bad examples stand here.
const OURSELVES: &str = "tests/tidy/";

/// Files whose words are not ours: locked versions, licences, recorded bytes.
fn is_foreign(path: &str) -> bool {
    path == "Cargo.lock" || path.starts_with("LICENSE") || path.starts_with(FIXTURES)
}

/// Files of code that are too long.
pub fn check_length(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    let finding = Finding {
        path: source.path.clone(),
        line: LINES_MAX + 1,
        what: format!("{lines} lines, more than {LINES_MAX}"),
        remedy: "split the module where it does two things",
    };
    if lines > LINES_MAX { vec![finding] } else { Vec::new() }
}

/// Module files that do not begin with what they are, and files that are no Rust.
pub fn check_head(source: &Source) -> Vec<Finding> {
    let finding = |line, what, remedy| Finding { path: source.path.clone(), line, what, remedy };
    if let Some((line, why)) = &source.unreadable {
        return vec![finding(*line, format!("no Rust: {why}"), "mend the file")];
    }
    if source.text.starts_with("//!") {
        return Vec::new();
    }
    vec![finding(
        1,
        "the file has no head".to_owned(),
        "begin with `//!` and say what the module does, and what it does not",
    )]
}

/// Code that is left open, and tests that do not run.
pub fn check_open_code(source: &Source) -> Vec<Finding> {
    let macros = source.macros.iter().filter(|place| {
        place.segments().last().is_some_and(|name| matches!(name, "todo" | "unimplemented"))
    });
    let macros = macros
        .map(|place| (place.line, format!("{}! in code", place.name), "write it, or leave it out"));
    let ignored = source.attributes.iter().filter(|place| place.name == "ignore");
    let ignored = ignored.map(|place| {
        (
            place.line,
            "a test that does not run".to_owned(),
            "assert what is true today, with a note, or remove the test",
        )
    });
    macros
        .chain(ignored)
        .map(|(line, what, remedy)| Finding { path: source.path.clone(), line, what, remedy })
        .collect()
}

/// Notes of unfinished work, and paths of the machine a file was written on.
pub fn check_text(file: &TextFile) -> Vec<Finding> {
    if is_foreign(&file.path) || file.path.starts_with(OURSELVES) {
        return Vec::new();
    }
    let in_line = |(index, line): (usize, &str)| {
        let finding =
            |what, remedy| Finding { path: file.path.clone(), line: index + 1, what, remedy };
        let mut found = Vec::new();
        let words = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        if let Some(word) = words.into_iter().find(|word| OPEN.contains(word)) {
            found.push(finding(format!("{word} left in the tree"), "do it, or leave it out"));
        }
        if let Some(path) = MACHINE.iter().find(|path| line.contains(**path)) {
            found.push(finding(
                format!("`{path}` is a path of one machine"),
                "start from the repository, or ask the system for the folder",
            ));
        }
        found
    };
    file.text.lines().enumerate().flat_map(in_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_file_may_have_a_thousand_lines() {
        assert_eq!(check_length(&Source::parse("a.rs", &"\n".repeat(1_000))), []);
        assert_eq!(check_length(&Source::parse("a.rs", &"\n".repeat(1_001))).len(), 1);
    }

    #[test]
    fn a_module_begins_with_its_head() {
        assert_eq!(check_head(&Source::parse("a.rs", "//! Units.\n")), []);
        assert_eq!(check_head(&Source::parse("a.rs", "use std::fmt;\n//! Units.\n")).len(), 1);
        assert_eq!(check_head(&Source::parse("a.rs", "//! Units.\nfn a( {")).len(), 1);
    }

    #[test]
    fn open_code_is_found() {
        assert_eq!(check_open_code(&Source::parse("a.rs", "fn a() { todo!() }")).len(), 1);
        assert_eq!(
            check_open_code(&Source::parse("a.rs", "fn a() { std::unimplemented!(\"b\") }")).len(),
            1
        );
        assert_eq!(
            check_open_code(&Source::parse("a.rs", "#[test]\n#[ignore = \"slow\"]\nfn a() {}"))
                .len(),
            1
        );
        assert_eq!(check_open_code(&Source::parse("a.rs", "#[test]\nfn a() { assert!(b()) }")), []);
    }

    #[test]
    fn notes_and_machine_paths_are_found() {
        assert_eq!(check_text(&file("a.rs", "fn a() {}\n// TODO: b")).len(), 1);
        assert_eq!(check_text(&file("docs/a.md", "see FIXME(b)")).len(), 1);
        assert_eq!(check_text(&file("run", "cd /work/main")).len(), 1);
        assert_eq!(check_text(&file("a.rs", "include_bytes!(\"../shared/a\")")).len(), 1);
        assert_eq!(check_text(&file("run", "mktemp -d vigie.XXXXXX")), []);
        assert_eq!(check_text(&file("tests/fixtures/a/README.md", "/tmp/")), []);
    }
}

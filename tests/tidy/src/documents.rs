//! Documents that must keep up with the tree: the architecture's crate table, the changelog, the
//! README's two commands.

use crate::{Finding, Manifest, manifest::line_of};

/// The living map of the architecture.
pub const ARCHITECTURE: &str = "docs/architecture.md";
/// One line per change.
pub const CHANGELOG: &str = "CHANGELOG.md";
/// What a stranger reads first.
pub const README: &str = "README.md";

/// Heads the table of crates in the architecture.
const CRATES_HEADING: &str = "## Crates";

/// The commands that the README opens with, in this order.
const COMMANDS: &[&str] = &["./run show", "./run test"];

/// A row of the crate table: `| layer | pure | crate | folder | duty |`.
#[derive(Debug, PartialEq, Eq)]
struct Row<'a> {
    line: usize,
    layer: Option<i64>,
    pure: bool,
    name: &'a str,
    folder: &'a str,
}

/// The crate table against the manifests: every crate once, with its layer, purity and folder.
pub fn check_architecture(text: &str, manifests: &[Manifest]) -> Vec<Finding> {
    let rows = rows(text);
    let finding = |line, what| Finding {
        path: ARCHITECTURE.to_owned(),
        line,
        what,
        remedy: "make the table under \"## Crates\" say what the manifests say",
    };
    let mut findings = Vec::new();
    for manifest in manifests {
        let named: Vec<&Row<'_>> = rows.iter().filter(|row| row.name == manifest.name).collect();
        let heading = line_of(text, CRATES_HEADING).unwrap_or(1);
        match named.as_slice() {
            [] => findings.push(finding(heading, format!("{} has no row", manifest.name))),
            [row] => {
                let told = (row.layer, Some(row.pure), row.folder);
                if told != (manifest.layer, manifest.pure, manifest.folder.as_str()) {
                    findings.push(finding(
                        row.line,
                        format!(
                            "{} has layer {:?}, pure {:?}, folder {}",
                            manifest.name, manifest.layer, manifest.pure, manifest.folder
                        ),
                    ));
                }
            }
            [_, again, ..] => {
                findings.push(finding(again.line, format!("{} has two rows", manifest.name)))
            }
        }
    }
    let strangers =
        rows.iter().filter(|row| manifests.iter().all(|manifest| manifest.name != row.name));
    findings
        .extend(strangers.map(|row| finding(row.line, format!("there is no crate {}", row.name))));
    findings
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| *line != CRATES_HEADING);
    let section = lines.skip(1).take_while(|(_, line)| !line.starts_with("## "));
    section.filter_map(|(index, line)| row(index + 1, line)).collect()
}

fn row(line: usize, text: &str) -> Option<Row<'_>> {
    let cells: Vec<&str> = text.strip_prefix('|')?.split('|').map(str::trim).collect();
    let [layer, pure, name, folder, ..] = cells.as_slice() else {
        return None;
    };
    let name = name.strip_prefix('`')?.strip_suffix('`')?;
    Some(Row {
        line,
        layer: layer.parse().ok(),
        pure: *pure == "pure",
        name,
        folder: folder.trim_matches('`'),
    })
}

/// The changelog has a place for what is not released yet, and something in it or below it.
pub fn check_changelog(text: &str) -> Vec<Finding> {
    let finding = |what: &str| Finding {
        path: CHANGELOG.to_owned(),
        line: 1,
        what: what.to_owned(),
        remedy: "keep `## [Unreleased]` with one line per change",
    };
    let mut findings = Vec::new();
    if line_of(text, "## [Unreleased]").is_none() {
        findings.push(finding("no section for what is not released"));
    }
    if line_of(text, "- ").is_none() {
        findings.push(finding("no line about any change"));
    }
    findings
}

/// The README opens with the two commands, and the script knows them.
pub fn check_readme(text: &str, script: &str) -> Vec<Finding> {
    let finding = |line, what, remedy| Finding { path: README.to_owned(), line, what, remedy };
    let block = text.split("```").nth(1).unwrap_or_default();
    let places: Vec<Option<usize>> = COMMANDS.iter().map(|command| block.find(command)).collect();
    let mut findings = Vec::new();
    if places.iter().any(Option::is_none) || !places.is_sorted() {
        findings.push(finding(
            1,
            "the first block does not hold the two commands".to_owned(),
            "open with ./run show and ./run test",
        ));
    }
    for command in COMMANDS {
        let name = command.rsplit(' ').next().unwrap_or_default();
        if line_of(script, &format!("{name})")).is_none() {
            findings.push(finding(
                1,
                format!("run knows no `{name}`"),
                "keep script and README together",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# Map\n\n## Crates\n\n| Layer | Purity | Crate | Folder | Duty |\n| --- | --- | --- | --- | --- |\n| 0 | pure | `vigie-model` | `crates/model` | words |\n\n## More\n\n| 9 | | `vigie-later` | `later` | none |\n";

    fn manifest(name: &str, layer: i64) -> Manifest {
        let text = format!(
            "[package]\nname = \"vigie-{name}\"\n[package.metadata.vigie]\nlayer = {layer}\npure = true"
        );
        Manifest::parse(&format!("crates/{name}/Cargo.toml"), &text)
    }

    fn whats(findings: Vec<Finding>) -> Vec<(usize, String)> {
        findings.into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn the_table_says_what_the_manifests_say() {
        assert_eq!(check_architecture(TABLE, &[manifest("model", 0)]), []);
    }

    #[test]
    fn a_wrong_layer_is_found() {
        let found = whats(check_architecture(TABLE, &[manifest("model", 1)]));
        assert_eq!(
            found,
            [(7, "vigie-model has layer Some(1), pure Some(true), folder crates/model".to_owned())]
        );
    }

    #[test]
    fn a_missing_and_a_strange_row_are_found() {
        let found = whats(check_architecture(TABLE, &[manifest("board", 1)]));
        let expected = [
            (3, "vigie-board has no row".to_owned()),
            (7, "there is no crate vigie-model".to_owned()),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_row_that_stands_twice_is_found() {
        let row = "| 0 | pure | `vigie-model` | `crates/model` | words |\n";
        let twice = TABLE.replace(row, &row.repeat(2));
        assert_eq!(
            whats(check_architecture(&twice, &[manifest("model", 0)])),
            [(8, "vigie-model has two rows".to_owned())]
        );
    }

    #[test]
    fn a_changelog_has_its_open_section() {
        assert_eq!(check_changelog("# Changelog\n\n## [Unreleased]\n\n- A replay.\n"), []);
        assert_eq!(check_changelog("# Changelog\n").len(), 2);
    }

    #[test]
    fn the_readme_opens_with_both_commands() {
        let script = "case $1 in\n  show) a ;;\n  test) b ;;\nesac";
        assert_eq!(check_readme("# Vigie\n```sh\n./run show\n./run test\n```\n", script), []);
        assert_eq!(check_readme("# Vigie\n```sh\ncargo run\n```\n", script).len(), 1);
        assert_eq!(check_readme("```sh\n./run show\n./run test\n```\n", "show) a").len(), 1);
    }
}

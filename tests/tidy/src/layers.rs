//! The one dependency rule: arrows point to smaller layers, and from pure crates to pure ones.
//!
//! Besides, what every manifest owes: its layer and purity, the workspace's lints, a reason for each
//! crate of others, and no dependency that its code does not name.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::{Finding, Manifest, Source, Tree, manifest::line_of, tree::TextFile};

/// Crates of others that a pure crate may use: each computes and reaches nothing outside.
const ALLOWED_IN_PURE: &[&str] = &[
    "bytes",         // slices of bytes
    "encoding_rs",   // texts of other character sets
    "etherparse",    // Ethernet, IP and UDP headers
    "fluent-bundle", // texts with placeables and plurals
    "nom",           // parser combinators
    "pcap-file",     // capture files, read from bytes in memory
    "serde",         // derives
    "toml",          // a text to a table, with places
    "toml_edit",     // the same with its remarks and order, to be written again
    "unic-langid",   // language identifiers
];

/// Checks the manifests of all crates against each other.
pub fn check(manifests: &[Manifest]) -> Vec<Finding> {
    let ours: BTreeMap<&str, &Manifest> =
        manifests.iter().map(|manifest| (manifest.name.as_str(), manifest)).collect();
    let mut findings = Vec::new();
    for manifest in manifests {
        findings.extend(owed(manifest));
        for dependency in &manifest.dependencies {
            let found = match ours.get(dependency.package.as_str()) {
                Some(below) => arrow(manifest, below),
                None => others(manifest, &dependency.package, dependency.line),
            };
            findings.extend(found.into_iter().map(|(what, remedy)| Finding {
                path: manifest.path.clone(),
                line: dependency.line,
                what,
                remedy,
            }));
        }
    }
    findings
}

/// Dependencies that no file of the crate names.
pub fn check_used(manifest: &Manifest, sources: &[&Source]) -> Vec<Finding> {
    let named = |ident: &str| {
        sources
            .iter()
            .flat_map(|source| &source.paths)
            .any(|place| place.segments().any(|word| word == ident))
    };
    let all = manifest.dependencies.iter().chain(&manifest.dev_dependencies);
    all.filter(|dependency| !named(&dependency.ident))
        .map(|dependency| Finding {
            path: manifest.path.clone(),
            line: dependency.line,
            what: format!("{} is not used by {}", dependency.package, manifest.name),
            remedy: "remove the line",
        })
        .collect()
}

/// [`check_used`] for every crate of the repository.
pub fn check_all_used(tree: &Tree) -> Vec<Finding> {
    let of_crate = |manifest: &Manifest| {
        let belongs = |source: &&Source| {
            tree.crate_of(&source.path).is_some_and(|owner| owner.path == manifest.path)
        };
        tree.sources.iter().filter(belongs).collect::<Vec<_>>()
    };
    tree.manifests.iter().flat_map(|manifest| check_used(manifest, &of_crate(manifest))).collect()
}

/// Lines of the workspace's dependency table that no crate takes.
pub fn check_workspace(workspace: &TextFile, manifests: &[Manifest]) -> Vec<Finding> {
    let table: Table = workspace.text.parse().unwrap_or_default();
    let chosen = table.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let taken: BTreeSet<&str> = manifests
        .iter()
        .flat_map(|manifest| manifest.dependencies.iter().chain(&manifest.dev_dependencies))
        .map(|dependency| dependency.package.as_str())
        .collect();
    let chosen = chosen.and_then(Value::as_table).into_iter().flatten();
    chosen
        .filter(|(name, _)| !taken.contains(name.as_str()))
        .map(|(name, _)| Finding {
            path: workspace.path.clone(),
            line: line_of(&workspace.text, &format!("{name} ")).unwrap_or(1),
            what: format!("no crate depends on {name}"),
            remedy: "remove the line from [workspace.dependencies]",
        })
        .collect()
}

/// What every manifest must say.
fn owed(manifest: &Manifest) -> Vec<Finding> {
    let finding =
        |what: String, remedy| Finding { path: manifest.path.clone(), line: 1, what, remedy };
    if let Some(why) = &manifest.unreadable {
        return vec![finding(format!("cannot be read: {why}"), "mend the TOML")];
    }
    let mut findings = Vec::new();
    if manifest.layer.is_none() || manifest.pure.is_none() {
        findings.push(finding(
            format!("{} tells no layer or no purity", manifest.name),
            "add [package.metadata.vigie] with layer = N and pure = true or false",
        ));
    }
    if !manifest.lints {
        findings.push(finding(
            format!("{} does not take the workspace's lints", manifest.name),
            "add [lints] with workspace = true",
        ));
    }
    findings
}

/// An arrow from one of our crates to another.
fn arrow(above: &Manifest, below: &Manifest) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    if below.layer >= above.layer {
        let layer =
            |manifest: &Manifest| manifest.layer.map_or("?".to_owned(), |layer| layer.to_string());
        let (upper, lower) = (layer(above), layer(below));
        found.push((
            format!("{} (layer {upper}) depends on {} (layer {lower})", above.name, below.name),
            "depend on smaller layers only: move the shared part down, or hand it in from above",
        ));
    }
    if above.pure == Some(true) && below.pure != Some(true) {
        found.push((
            format!("{} is pure and depends on {}, which is not", above.name, below.name),
            "take what it gives as an argument",
        ));
    }
    found
}

/// A crate of others.
fn others(manifest: &Manifest, package: &str, line: usize) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    if manifest.pure == Some(true) && !ALLOWED_IN_PURE.contains(&package) {
        found.push((
            format!("{} is pure and depends on {package}", manifest.name),
            "use it in a crate that is not pure, or add it to ALLOWED_IN_PURE in tests/tidy/src/layers.rs with what it computes",
        ));
    }
    if !has_reason(&manifest.text, line) {
        found.push((
            format!("no reason stands above {package}"),
            "say in a comment above the line, or above its group, why this crate",
        ));
    }
    found
}

/// Whether a comment stands above the line, with nothing but other dependencies in between.
fn has_reason(text: &str, line: usize) -> bool {
    let above: Vec<&str> = text.lines().take(line.saturating_sub(1)).map(str::trim).collect();
    let group = above.iter().rev().take_while(|line| !line.is_empty() && !line.starts_with('['));
    group.into_iter().any(|line| line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, layer: i64, pure: bool, dependencies: &str) -> Manifest {
        let text = format!(
            "[package]\nname = \"{name}\"\n[package.metadata.vigie]\nlayer = {layer}\npure = {pure}\n[lints]\nworkspace = true\n[dependencies]\n{dependencies}"
        );
        Manifest::parse(&format!("crates/{name}/Cargo.toml"), &text)
    }

    fn whats(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.what.as_str()).collect()
    }

    #[test]
    fn arrows_point_down() {
        let good = [manifest("a", 0, true, ""), manifest("b", 1, true, "a.workspace = true")];
        assert_eq!(check(&good), []);
        let bad = [manifest("a", 1, true, ""), manifest("b", 1, true, "a.workspace = true")];
        let findings = check(&bad);
        assert_eq!(whats(&findings), ["b (layer 1) depends on a (layer 1)"]);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [9]);
    }

    #[test]
    fn a_pure_crate_rests_on_pure_ones() {
        let bad =
            [manifest("clock", 0, false, ""), manifest("b", 1, true, "clock.workspace = true")];
        assert_eq!(whats(&check(&bad)), ["b is pure and depends on clock, which is not"]);
    }

    #[test]
    fn a_pure_crate_uses_listed_crates() {
        let bad = [manifest("b", 1, true, "# Runtime.\ntokio.workspace = true")];
        assert_eq!(whats(&check(&bad)), ["b is pure and depends on tokio"]);
        let good = [manifest("b", 1, true, "# Slices.\nbytes.workspace = true")];
        assert_eq!(check(&good), []);
    }

    #[test]
    fn each_crate_of_others_has_its_reason() {
        let bad = [manifest("b", 1, false, "# Runtime.\ntokio = \"1\"\n\nrustix = \"1\"")];
        assert_eq!(whats(&check(&bad)), ["no reason stands above rustix"]);
        let group = [manifest(
            "b",
            1,
            false,
            "# Window shell and its toolkit.\neframe = \"1\"\negui = \"1\"",
        )];
        assert_eq!(check(&group), []);
    }

    #[test]
    fn a_manifest_tells_layer_purity_and_lints() {
        let bare = Manifest::parse("a/Cargo.toml", "[package]\nname = \"a\"");
        let expected = ["a tells no layer or no purity", "a does not take the workspace's lints"];
        assert_eq!(whats(&check(&[bare])), expected);
        let broken = Manifest::parse("a/Cargo.toml", "[package");
        assert_eq!(check(&[broken]).len(), 1);
    }

    #[test]
    fn an_unused_dependency_is_found() {
        let b = manifest("b", 1, false, "# Bytes.\nbytes = \"1\"\n# Pty.\ntokio-serial = \"5\"");
        let uses = Source::parse("crates/b/src/lib.rs", "use tokio_serial::SerialStream;");
        assert_eq!(whats(&check_used(&b, &[&uses])), ["bytes is not used by b"]);
    }

    #[test]
    fn an_unused_workspace_line_is_found() {
        let workspace = TextFile {
            path: "Cargo.toml".to_owned(),
            text: "[workspace.dependencies]\nbytes = \"1\"\nnom = \"8\"".to_owned(),
        };
        let b = manifest("b", 1, true, "bytes.workspace = true");
        let findings = check_workspace(&workspace, &[b]);
        assert_eq!(whats(&findings), ["no crate depends on nom"]);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3]);
    }
}

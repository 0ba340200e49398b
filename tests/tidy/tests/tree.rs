//! Every rule over the repository itself. A failure lists each place with its remedy.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::LazyLock;

use vigie_tidy::{
    Finding, Tree, documents, layers, purity, queues, report, screen, shape, sockets,
};

static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::load().expect("the repository can be read"));

fn clean(findings: impl IntoIterator<Item = Finding>) {
    let findings: Vec<Finding> = findings.into_iter().collect();
    assert!(findings.is_empty(), "{}", report(&findings));
}

#[test]
fn the_tree_is_seen() {
    assert!(TREE.manifests.len() >= 13, "crates: {}", TREE.manifests.len());
    assert!(TREE.program().count() > TREE.manifests.len(), "each crate has a file, some have more");
    assert!(TREE.text("README.md").is_some() && !TREE.workspace.text.is_empty());
}

#[test]
fn arrows_point_to_smaller_layers_and_from_pure_to_pure() {
    clean(layers::check(&TREE.manifests));
}

#[test]
fn every_dependency_is_used() {
    clean(layers::check_all_used(&TREE));
    clean(layers::check_workspace(&TREE.workspace, &TREE.manifests));
}

#[test]
fn pure_crates_reach_nothing_outside() {
    let pure = TREE.program().filter(|(manifest, _)| manifest.pure == Some(true));
    clean(pure.flat_map(|(_, source)| purity::check(source)));
}

#[test]
fn every_queue_has_a_bound() {
    clean(TREE.program().flat_map(|(_, source)| queues::check(source)));
}

#[test]
fn only_the_link_opens_sockets_and_ports() {
    let others = TREE.sources.iter().filter(|source| {
        let owner = TREE.crate_of(&source.path).map(|manifest| manifest.name.as_str());
        owner.is_none_or(|owner| !sockets::ALLOWED.contains(&owner))
    });
    clean(others.flat_map(sockets::check));
}

#[test]
fn colours_stand_in_the_tokens() {
    let painting = TREE.program().filter(|(_, source)| screen::applies(&source.path));
    clean(painting.flat_map(|(_, source)| screen::check_colours(source)));
}

#[test]
fn sentences_for_people_stand_in_the_words() {
    let painting = TREE.program().filter(|(_, source)| screen::applies(&source.path));
    clean(painting.flat_map(|(_, source)| screen::check_sentences(source)));
}

#[test]
fn files_are_whole_and_have_heads() {
    clean(TREE.sources.iter().flat_map(shape::check_length));
    clean(TREE.program().flat_map(|(_, source)| shape::check_head(source)));
}

#[test]
fn nothing_is_left_open_and_nothing_names_a_machine() {
    clean(TREE.sources.iter().flat_map(shape::check_open_code));
    clean(TREE.texts.iter().flat_map(shape::check_text));
}

#[test]
fn the_architecture_lists_every_crate() {
    let text = TREE.text(documents::ARCHITECTURE).expect("the architecture stands in docs");
    clean(documents::check_architecture(text, &TREE.manifests));
}

#[test]
fn changelog_and_readme_keep_up() {
    clean(documents::check_changelog(TREE.text(documents::CHANGELOG).unwrap_or_default()));
    let script = TREE.text("run").unwrap_or_default();
    clean(documents::check_readme(TREE.text(documents::README).unwrap_or_default(), script));
}

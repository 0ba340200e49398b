//! The program without its window carries no window toolkit: asked of cargo, not of the manifests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

/// Toolkit, window shell and graphics.
const WINDOW: &[&str] = &[
    "egui",
    "eframe",
    "winit",
    "glow",
    "glutin",
    "softbuffer",
    "accesskit",
    "vigie-canvas",
    "vigie-ui-kit",
    "vigie-dashboard",
];

/// The names of all crates that the program is built from.
fn crates_of_vigie(more: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "vigie", "--locked"])
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo can be started");
    let (text, trouble) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo tree: {trouble}");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn without_the_window_there_is_no_toolkit() {
    let crates = crates_of_vigie(&["--no-default-features"]);
    assert!(
        crates.iter().any(|name| name == "vigie-board"),
        "the station is still there: {crates:?}"
    );
    let toolkit: Vec<&String> =
        crates.iter().filter(|name| WINDOW.contains(&name.as_str())).collect();
    assert!(
        toolkit.is_empty(),
        "move these behind the feature `window` of crates/vigie: {toolkit:?}"
    );
}

#[test]
fn with_the_window_there_is_one() {
    let crates = crates_of_vigie(&[]);
    assert!(WINDOW.iter().all(|name| crates.iter().any(|each| each == name)), "{crates:?}");
}

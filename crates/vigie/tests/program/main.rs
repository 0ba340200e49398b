//! The program as people start it: its output held against values worked out by hand, and its
//! answers to what cannot work.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod begins;
mod captures;
mod copies;
mod counted;
mod families;
mod judges;
mod keys;
mod mistakes;
mod moments;
mod processes;
mod record;
mod sets_up;
mod strangers;
mod table;

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// Runs `vigie` without any display.
fn vigie(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .env("RUST_BACKTRACE", "1")
        .env("TZ", "UTC")
        .output()
        .expect("the program starts")
}

/// Path of a recorded fixture.
fn fixture(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/intellivue");
    folder.join(name).to_string_lossy().into_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

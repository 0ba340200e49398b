//! What is left of a record after a kill, a power cut or a flipped bit.
//!
//! The program itself records, seals, copies and restores here; `strace` kills it at one of its
//! calls, or writes them all down for [`forgetful::ForgetfulDisk`]. The tests take every tenth place;
//! `./run crash` takes each and prints what was lost at it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod breaking;
mod calls;
mod contents;
mod control;
mod flips;
mod forgetful;
mod parts;
mod program;
mod sqlcipher;

use parts::Reference;

#[test]
fn killed_while_recording() {
    breaking::kill(&parts::recording(Reference::get()));
}

#[test]
fn killed_while_sealing() {
    breaking::kill(&parts::sealing(Reference::get()));
}

#[test]
fn killed_while_sealing_what_was_left() {
    breaking::kill(&parts::sealing_what_was_left(Reference::get()));
}

#[test]
fn killed_while_copying() {
    breaking::kill(&parts::backing_up());
}

#[test]
fn killed_while_restoring() {
    breaking::kill(&parts::restoring());
}

#[test]
fn power_cut_while_recording() {
    breaking::cut_power(&parts::recording(Reference::get()));
}

#[test]
fn power_cut_while_sealing() {
    breaking::cut_power(&parts::sealing(Reference::get()));
}

#[test]
fn power_cut_while_sealing_what_was_left() {
    breaking::cut_power(&parts::sealing_what_was_left(Reference::get()));
}

#[test]
fn power_cut_while_copying() {
    breaking::cut_power(&parts::backing_up());
}

#[test]
fn power_cut_while_restoring() {
    breaking::cut_power(&parts::restoring());
}
